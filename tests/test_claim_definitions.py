"""How a streak is counted: hand-worked logs, every definition by polars and by DuckDB, and the slips beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

import numpy as np
import polars as pl
import pytest
from claims_log import FILM, Play, log_of, question
from hypothesis import given, settings
from hypothesis import strategies as st

from synthview.claims.counting.count import account_days, grid, who
from synthview.claims.counting.definitions import HEADLINE, Definition, axes, every, in_words
from synthview.claims.counting.pitfalls import pitfalls
from synthview.claims.counting.sql import count_by_duckdb, counts_by_duckdb, query
from synthview.claims.counting.title_log import TitleLog
from synthview.claims.counting.title_plays import title_plays
from synthview.claims.question import Question, ask
from synthview.claims.simulation.estimates import _within
from synthview.claims.simulation.simulate import lazily
from synthview.errors import InputError, UnknownName
from synthview.registry import installed
from synthview.scenario import load

THREE = ("2017-12-08", "2017-12-09", "2017-12-10")


def count(
    plays: Sequence[Play],
    definition: Definition = HEADLINE,
    asked: Question | None = None,
    **log: object,
) -> int:
    """The number by polars, after DuckDB has said the same."""
    asked = asked or question()
    tables = log_of(plays, **log)  # type: ignore[arg-type]
    by_polars = len(who(title_plays(lazily(tables), FILM), asked, definition))
    assert count_by_duckdb(query(asked, definition), tables) == by_polars
    return by_polars


def daily(hour: str = "20:00", days: Sequence[str] = THREE, **more: object) -> list[Play]:
    """A play at the same hour on each day."""
    return [Play(f"{day}T{hour}:00", **more) for day in days]  # type: ignore[arg-type]


class TestByHand:
    """Small logs whose number anybody can work out."""

    def test_every_day_is_counted(self) -> None:
        """Three plays on three days are one account; two days of three are none, and one may be missing if so defined."""
        assert count(daily()) == 1
        assert count(daily(days=THREE[1:])) == 0
        assert count(daily(days=THREE[1:]), Definition(gaps="one")) == 1

    def test_a_missing_day_beside_a_doubled_one(self) -> None:
        """Two plays on one day do not make up for none on another."""
        assert count([*daily(days=THREE[:2]), Play("2017-12-09T09:00:00")]) == 0

    def test_a_second_is_a_play(self) -> None:
        """The laziest query counts a play of one second; two minutes and 70 % do not."""
        short = daily(minutes=1 / 60)
        assert [
            count(short, Definition(watched=one))
            for one in ("any", "two_minutes", "seventy", "ninety")
        ] == [
            1,
            0,
            0,
            0,
        ]

    def test_halves_of_a_day_add_up(self) -> None:
        """Two plays of half the film are 70 % together, and not 90 % when a tenth is missing."""
        halves = [*daily("10:00", minutes=40), *daily("20:00", minutes=40)]
        assert [count(halves, Definition(watched=one)) for one in ("seventy", "ninety")] == [1, 0]

    def test_across_midnight(self) -> None:
        """A play belongs to the day it began on, however long it ran into the next."""
        assert count([Play("2017-12-08T23:30:00"), Play("2017-12-10T00:10:00")]) == 0
        assert (
            count(
                [
                    Play("2017-12-08T23:30:00"),
                    Play("2017-12-09T00:10:00"),
                    Play("2017-12-10T00:10:00"),
                ]
            )
            == 1
        )

    def test_zones(self) -> None:
        """Evenings in Chicago are the next day in UTC: a streak in one is none in the other."""
        evenings = [Play(f"{day}T02:30:00") for day in ("2017-12-09", "2017-12-10", "2017-12-11")]
        zones = {1: "America/Chicago"}
        assert count(evenings, zones=zones) == 0
        assert count(evenings, Definition(day="home"), zones=zones) == 1

    def test_nights_of_a_changing_clock(self) -> None:
        """In the night in which clocks go back a home lives an hour twice; its days stay days."""
        asked = question(3, "2017-11-19", **{"run.start": "2017-11-17"})
        autumn = replace(
            asked, earliest=asked.earliest - 14, last=asked.last - 14
        )  # 3 to 5 November
        plays = [
            Play("2017-11-03T12:00:00"),
            Play("2017-11-04T12:00:00"),
            Play("2017-11-06T04:30:00"),
        ]
        zones = {1: "America/New_York"}  # 23:30 on the 5th, after the change
        assert count(plays, Definition(day="home"), autumn, zones=zones) == 1
        assert count(plays, HEADLINE, autumn, zones=zones) == 0

    def test_the_service_day_begins_at_four(self) -> None:
        """Half past two at night is still the evening before."""
        nights = [Play(f"{day}T02:30:00") for day in ("2017-12-09", "2017-12-10", "2017-12-11")]
        assert count(nights, Definition(day="service")) == 1
        assert count(nights, Definition(day="home")) == 0

    def test_two_profiles_in_turns(self) -> None:
        """An account whose profiles take turns is one account, and no profile."""
        turns = [Play(f"{day}T20:00:00", profile=turn % 2) for turn, day in enumerate(THREE)]
        assert [count(turns, Definition(unit=one)) for one in ("account", "profile", "device")] == [
            1,
            0,
            1,
        ]

    def test_duplicates(self) -> None:
        """Heartbeats that arrive twice count twice, unless each is taken once."""
        doubled = daily(minutes=40, pings=[*range(1, 41), *range(1, 41)])
        assert [
            count(doubled, Definition(watched="seventy", messages=one), events=True)
            for one in ("history", "raw", "once")
        ] == [0, 1, 0]

    def test_a_clock_that_is_ahead(self) -> None:
        """A device that believes it is tomorrow is corrected by when its messages were received."""
        ahead = [
            Play(f"{day}T20:00:00", received=f"{day}T00:30:00")
            for day in ("2017-12-09", "2017-12-10", "2017-12-11")
        ]
        assert count(ahead, Definition(clock="corrected")) == 1
        assert count(ahead, Definition(clock="raw")) == 0

    def test_what_is_left_out(self) -> None:
        """Kids profiles, what started by itself and test devices can be left out."""
        assert [count(daily(), Definition(kids=one), kids=[10]) for one in ("with", "without")] == [
            1,
            0,
        ]
        assert [
            count(daily(autoplayed=True), Definition(autoplay=one)) for one in ("with", "without")
        ] == [1, 0]
        assert [
            count(daily(), Definition(tests=one), rigs=[10]) for one in ("with", "without")
        ] == [1, 0]

    def test_trailers_are_not_the_film(self) -> None:
        """A trailer every day is no film on any; only LIKE takes it for one."""
        trailers = daily(title=2, minutes=1)
        assert count(trailers) == 0
        assert (
            len(who(title_plays(lazily(log_of(trailers)), FILM, like=True), question(), HEADLINE))
            == 1
        )

    def test_windows(self) -> None:
        """The window that ends a day earlier counts what the last one does not."""
        early = daily(days=("2017-12-07", "2017-12-08", "2017-12-09"))
        assert [count(early, Definition(window=back)) for back in (0, 1)] == [0, 1]


@st.composite
def logs(draw: st.DrawFn) -> list[Play]:
    """Some accounts with plays close to the edges of days, of all sorts."""
    plays = []
    for account in range(1, draw(st.integers(1, 3)) + 1):
        for day in range(5):
            for _ in range(draw(st.integers(0, 2))):
                start = datetime(2017, 12, 6) + timedelta(
                    days=day, minutes=draw(st.sampled_from([0, 5, 235, 245, 700, 1_380, 1_435]))
                )
                minutes = draw(st.sampled_from([1 / 60, 1.9, 2, 65.1, 83.7, 93]))
                late = start + timedelta(hours=draw(st.sampled_from([-30, 5, 60])), minutes=minutes)
                pings = draw(st.sampled_from([(), (1, 2), (1, 1, 2)]))
                plays.append(Play(start.isoformat(), minutes, account, draw(st.integers(0, 1)), draw(st.integers(0, 1)),
                                  autoplayed=draw(st.booleans()), received=late.isoformat(), pings=pings))  # fmt: skip
    return plays


ZONES = {1: "America/Los_Angeles", 2: "Asia/Tokyo", 3: "Europe/Berlin"}


def agree(plays: list[Play], data: st.DataObject, some: int) -> None:
    """Of some definitions of a log, polars, DuckDB and the place in the grid say the same."""
    asked = question(3)
    tables = log_of(plays, zones=ZONES, kids=[10, 21], rigs=[11], events=True)
    shown = title_plays(lazily(tables), FILM)
    counts, definitions = grid(shown, asked), list(every(asked))
    places = st.integers(0, len(definitions) - 1)
    asked_of = [
        definitions[one] for one in data.draw(st.lists(places, min_size=some, max_size=some))
    ]
    by_sql = counts_by_duckdb((query(asked, one) for one in asked_of), tables)
    for one, found in zip(asked_of, by_sql, strict=True):
        place = definitions.index(one)
        assert len(who(shown, asked, one)) == counts.ravel()[place] == found, one


@pytest.mark.slow
@settings(max_examples=3)
@given(logs(), st.data())
def test_polars_and_duckdb_agree(plays: list[Play], data: st.DataObject) -> None:
    """Any definition of any log: polars, DuckDB and the place in the grid say the same."""
    agree(plays, data, 6)


@pytest.mark.slow
@settings(max_examples=6)
@given(logs(), st.data())
def test_polars_and_duckdb_agree_on_many_logs(plays: list[Play], data: st.DataObject) -> None:
    """The same of more logs, and more definitions of each."""
    agree(plays, data, 12)


@pytest.mark.slow
@pytest.mark.long
def test_the_whole_grid_agrees() -> None:
    """All definitions of a log that has something at every edge: polars and DuckDB say the same of each."""
    plays = [Play(f"2017-12-{day:02}T{hour}:00", minutes, account, profile=day % 2, autoplayed=day == 9, received=f"2017-12-{day:02}T23:59:00",
                  pings=[1, 1, 2, 3]) for account, (hour, minutes) in enumerate([("00:10", 93), ("05:00", 70), ("23:00", 1), ("02:30", 85)], 1)
             for day in (7, 8, 9, 10)]  # fmt: skip
    asked = question(3, **{"run.start": "2017-12-08", "run.days": 3, "run.epoch": "2017-11-17"})
    tables = log_of(plays, zones=ZONES, kids=[11], rigs=[20], events=True)
    counts = grid(title_plays(lazily(tables), FILM), asked).ravel()
    assert (
        list(counts_by_duckdb((query(asked, one) for one in every(asked)), tables))
        == counts.tolist()
    )
    assert len(set(counts.tolist())) > 2


@pytest.mark.slow
def test_the_grid_is_laid_out_as_its_switches() -> None:
    """The grid has an axis for each switch, the headline is its first cell, and every definition has its own sentence."""
    asked = question(3)
    counts = grid(title_plays(lazily(log_of(daily())), FILM), asked)
    assert counts.shape == tuple(len(axis.options) for axis in axes(asked))
    assert counts[(0,) * counts.ndim] == 1
    assert next(iter(every(asked))) == HEADLINE
    assert len({in_words(one, asked) for one in every(asked)}) == counts.size


class TestSlips:
    """Mistakes change the number as they should, and their queries give the value told."""

    def found(self, plays: Sequence[Play], account_days: float = 10) -> dict[str, float]:
        """Values by name, each checked against its query in DuckDB."""
        tables, asked = log_of(plays), question()
        told = {one.name: one for one in pitfalls(TitleLog(asked, tables), account_days)}
        by_sql = dict(
            zip(told, counts_by_duckdb([one.sql for one in told.values()], tables), strict=True)
        )
        assert by_sql == {name: one.value for name, one in told.items()}
        return {name: one.value for name, one in told.items()}

    def test_of_a_streak(self) -> None:
        """A real streak: each of three profiles counts in a join, all else stays 1."""
        expected = {
            "plays_for_days": 1,
            "fan_out": 3,
            "like": 1,
            "sheet": 1,
            "window_wide": 1,
            "window_short": 1,
        }
        assert self.found(daily()) == expected

    def test_of_no_streak(self) -> None:
        """Three plays of one day are three days to COUNT(*); two days are enough for a window too short."""
        assert (
            self.found([*daily(days=THREE[2:]), *daily("10:00", THREE[1:])])["plays_for_days"] == 1
        )
        assert self.found(daily(days=THREE[1:]))["window_short"] == 1
        assert self.found(daily(days=("2017-12-07", *THREE[1:])))["window_wide"] == 1

    def test_of_a_title_with_an_apostrophe(self) -> None:
        """A title with what SQL takes for the end of a text is looked for all the same."""
        asked, tables = question(), log_of(daily())
        asked = replace(asked, claim=replace(asked.claim, title="Zoë's Film"))
        tables["log.titles"] = tables["log.titles"].with_columns(
            pl.col("name").str.replace(FILM, "Zoë's Film")
        )
        told = pitfalls(TitleLog(asked, tables), 10)
        assert list(counts_by_duckdb([one.sql for one in told], tables)) == [
            one.value for one in told
        ]
        assert {one.value for one in told} == {1, 3}

    def test_a_sheet_has_the_days_of_the_claim(self) -> None:
        """The export is of the days asked for: those before them fill no rows."""
        asked = question()
        shown = title_plays(
            lazily(log_of([*daily(), *daily(days=("2017-11-20", "2017-11-21"))])), FILM
        )
        assert account_days(shown, asked) == 3

    def test_a_sheet_keeps_the_first_accounts(self) -> None:
        """Of an export of many more rows than a sheet holds almost no account remains."""
        far = [Play(f"{day}T20:00:00", account=2**59) for day in THREE]
        told = {one.name: one.value for one in pitfalls(TitleLog(question(), log_of(far)), 1e9)}
        assert told["sheet"] == 0


def test_a_day_is_by_the_clock_that_a_streak_is_counted_by() -> None:
    """Who has it on a day is asked of clocks that are not ahead, as a streak is: a wrong one moves no account."""
    late = Play("2019-01-01T00:00:00", received="2017-12-10T22:00:00")
    asked = question(2)
    asked = replace(asked, claim=replace(asked.claim, kind="on_day"), days=1)
    assert _within(asked, log_of([late])).height == 1
    assert who(title_plays(lazily(log_of([late])), FILM), asked, HEADLINE).tolist() == [1]


class TestQuestions:
    """Claims of a scenario become questions, or say what is wrong."""

    def test_shipped(self) -> None:
        """The five shipped claims can be asked."""
        asked = [
            ask(load(name, installed()), one.name)
            for name in ("christmas-prince", "year")
            for one in load(name, installed()).claims
        ]
        assert [(one.claim.said, one.days) for one in asked] == [
            (53, 18),
            (365, 365),
            (60, 365),
            (140_000_000, 365),
            (3749, 1),
        ]
        assert asked[0].dates() == (date(2017, 11, 23), date(2017, 12, 10))
        assert asked[0].windows == 7

    def test_refused(self) -> None:
        """No claim, another name, and days that do not fit are told."""
        with pytest.raises(InputError, match="has no claims"):
            ask(load("tiny", installed()))
        with pytest.raises(UnknownName, match="no claim '54 people'"):
            ask(load("christmas-prince", installed()), "54 people")
        with pytest.raises(InputError, match="asks for 18 days up to 2017-11-20"):
            question(18, "2017-11-20")

    def test_nothing_rests_on_a_claim(self) -> None:
        """No setting of any shipped scenario has a claim for its source: without those rows all defaults stay."""
        from synthview.scenario.sources import sources, sources_used

        for name in ("christmas-prince", "year", "everyday"):
            assert not [
                one.id for one in sources_used(load(name, installed())) if one.use == "claim"
            ]
        assert {one.use for one in sources().values()} >= {"claim", "target"}


def test_an_empty_log_counts_nothing() -> None:
    """An empty log counts nothing by any definition."""
    counts = grid(title_plays(lazily(log_of([])), FILM), question(3))
    assert counts.dtype == np.int64
    assert not counts.any()
