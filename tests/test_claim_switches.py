"""The query with switchable words counts what polars counts by each definition."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from random import Random

import polars as pl
import pytest

from synthview.claims.counting.definitions import HEADLINE, Definition, axes
from synthview.claims.counting.sql import counts_by_duckdb, query, sql_of, template
from synthview.claims.counting.title_log import TitleLog
from synthview.claims.question import Question, ask
from synthview.pools import TEST_RIG
from synthview.registry import installed
from synthview.scenario import load

QUESTION = replace(ask(load("christmas-prince", installed())), days=3)
ZONES = ("America/Chicago", "Asia/Tokyo", "Europe/Berlin")
HOMES = 40


@pytest.fixture(scope="module")
def tables() -> dict[str, pl.DataFrame]:
    """Forty homes around the last days, where every switch changes something: night plays, kids, rigs, copies, bad clocks."""
    chance = Random(18)
    plays = [
        _play(chance, home, day)
        for home in range(HOMES)
        for day in range(14, 24)
        for _ in range(chance.choice((0, 1, 1, 1, 2)))
    ]
    for number, play in enumerate(plays):
        play["play_id"] = number
    events = [event for play in plays for event in _pings(chance, play)]
    return {
        "log.plays": pl.DataFrame(plays, schema_overrides={"started_at": pl.Datetime("ms"), "ended_at": pl.Datetime("ms"), "closed_at": pl.Datetime("ms")}),
        "log.titles": pl.DataFrame({"title_id": [1, 2], "kind": ["film", "trailer"], "name": [QUESTION.title] * 2, "series_name": ["", ""], "runtime_ms": [5_580_000, 90_000]}),
        "log.accounts": pl.DataFrame({"account_id": range(HOMES), "time_zone": [ZONES[home % 3] for home in range(HOMES)]}),
        "log.profiles": pl.DataFrame({"profile_id": range(2 * HOMES), "is_kids": [number % 5 == 0 for number in range(2 * HOMES)]}),
        "log.devices": pl.DataFrame({"device_id": range(2 * HOMES), "model": [TEST_RIG if number % 7 == 0 else "TV" for number in range(2 * HOMES)]}),
        "log.events": pl.DataFrame(events, schema_overrides={"client_time": pl.Datetime("ms")}),
    }  # fmt: skip


def _play(chance: Random, home: int, day: int) -> dict[str, object]:
    start = dt.datetime(2017, 11, 17) + dt.timedelta(days=day, minutes=chance.randrange(1440))
    minutes = chance.choice((1, 3, 50, 66, 88, 93))
    end = start + dt.timedelta(minutes=minutes)
    is_early = chance.random() < 0.15
    return {
        "account_id": home, "profile_id": 2 * home + chance.randrange(2), "device_id": 2 * home + (chance.random() < 0.3),
        "title_id": 1 + (chance.random() < 0.1), "started_at": start, "ended_at": end, "watched_ms": minutes * 60_000,
        "closed_at": end - dt.timedelta(hours=30) if is_early else end + dt.timedelta(hours=6), "autoplayed": chance.random() < 0.2,
    }  # fmt: skip


def _pings(chance: Random, play: dict[str, object]) -> list[dict[str, object]]:
    start, minutes = play["started_at"], int(str(play["watched_ms"])) // 60_000
    assert isinstance(start, dt.datetime)
    times = [
        start + dt.timedelta(minutes=minute) for minute in range(minutes) if chance.random() < 0.9
    ]
    times += [time for time in times if chance.random() < 0.3]
    return [{"play_id": play["play_id"], "type": "ping", "client_time": time} for time in times]


def filled(question: Question, definition: Definition) -> str:
    """The template with the words of one definition."""
    return re.sub(
        r"\{(\w+)\}",
        lambda slot: sql_of(slot[1], str(getattr(definition, slot[1])), question),
        template(question),
    )


def sampled() -> list[Definition]:
    """The press office's definition, each that differs from it in one word, and some that differ in any."""
    chance = Random(53)
    every = [(axis.name, [option.value for option in axis.options]) for axis in axes(QUESTION)]
    near = [_with(name, value) for name, values in every for value in values]
    far = [{name: chance.choice(values) for name, values in every} for _ in range(30)]
    return [
        HEADLINE,
        *near,
        *(replace(HEADLINE, **{**one, "window": int(one["window"])}) for one in far),
    ]


def _with(name: str, value: str) -> Definition:
    return replace(HEADLINE, **{name: int(value) if name == "window" else value})


def test_every_switch_has_its_slot() -> None:
    """The template has a slot for each switch of a definition, and no other."""
    assert set(re.findall(r"\{(\w+)\}", template(QUESTION))) == {
        axis.name for axis in axes(QUESTION)
    }


def test_switchable_words_count_the_same(tables: dict[str, pl.DataFrame]) -> None:
    """For every switch, and for many at once, the filled template and the query give the number of the definition."""
    definitions, log = sampled(), TitleLog(QUESTION, tables)
    expected = [len(log.counted(one)) for one in definitions]
    for written in (query, filled):
        statements = (written(QUESTION, one) for one in definitions)
        assert list(counts_by_duckdb(statements, tables)) == expected
    assert len(set(expected)) > 10


def test_a_title_with_an_apostrophe_stays_a_text() -> None:
    """A quote in a title ends nothing."""
    odd = replace(QUESTION, claim=replace(QUESTION.claim, title="Ocean's '); DROP TABLE plays; --"))
    assert "name = 'Ocean''s ''); DROP TABLE plays; --'" in template(odd)
