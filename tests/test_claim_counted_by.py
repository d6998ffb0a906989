"""How a publisher counted: a claim that says it is counted so, by polars, by DuckDB and on a page, or refused."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
from claims_log import Play, log_of, question
from conftest import Told

from synthview.claims.answer import answer
from synthview.claims.counting.sql import count_by_duckdb, query
from synthview.claims.counting.title_log import TitleLog
from synthview.claims.question import Question
from synthview.claims.sections.definitions import Definitions
from synthview.claims.sections.number import Number
from synthview.claims.study import Effort

DAYS = ("2017-12-08", "2017-12-09", "2017-12-10")
LOOKS_IN, SEES_IT, MANY = 1, 2, 3
"""Accounts: a look of three minutes a day, the whole film a day, and that on two profiles."""
CLAIM = 'claims."53 people"'


def _log() -> Mapping[str, pl.DataFrame]:
    """Three accounts on three days; the first two in Britain, the last in Japan, where the clock is nine hours on."""
    plays = [
        *(Play(f"{day}T20:00", minutes=3, account=LOOKS_IN) for day in DAYS),
        *(Play(f"{day}T20:00", account=SEES_IT) for day in DAYS),
        *(
            Play(f"{day}T{hour}:00", account=MANY, profile=profile)
            for day in DAYS
            for hour, profile in (("16", 0), ("19", 1))
        ),
    ]  # fmt: skip
    tables = log_of(plays, zones={MANY: "Asia/Tokyo"})
    where = pl.col("account_id").replace_strict({MANY: "JP"}, default="GB")
    of_country = tables["log.accounts"].schema["country"]
    here = tables["log.accounts"].with_columns(where.cast(of_country).alias("country"))
    return {**tables, "log.accounts": here}


def _asked(**words: str) -> Question:
    return question(**{f"{CLAIM}.{name}": word for name, word in words.items()})


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ({}, 3),
        ({"watched": "any"}, 3),
        ({"watched": "2 minutes"}, 3),
        ({"watched": "70 %"}, 2),
        ({"watched": "90 %", "country": "GB"}, 1),
        ({"country": "GB"}, 2),
        ({"country": "JP", "unit": "profile"}, 2),
        ({"country": "JP", "unit": "device"}, 1),
        ({"day": "home"}, 2),  # 16:00 and 19:00 in London are the next day in Tokyo
        ({"day": "home", "country": "SE"}, 0),
    ],
    ids=str,
)
def test_a_claim_is_counted_as_it_says(words: dict[str, str], expected: int) -> None:
    """Polars and DuckDB both count by the words of the claim."""
    asked, tables = _asked(**words), _log()
    assert len(TitleLog(asked, tables).counted()) == expected
    assert count_by_duckdb(query(asked), tables) == expected


@pytest.mark.slow
def test_of_a_world_the_number_stands_where_the_switches_do() -> None:
    """The number is that of the definition at which the page begins; what goes by another is left out, and why."""
    often = {
        f"{CLAIM}.days": 2,
        "run.households": 150,
        'titles."A Christmas Prince".popularity_rank': 3,
        "catalogue.film_count": 40,
        "catalogue.series_count": 20,
        "actors.child_on_loop.rate": 0.9,
        "actors.devoted_fan.rate": 0.9,
        "actors.devoted_fan.spell_days": 240,
    }
    lazy = question(**{"days": 2, **often})
    asked = replace(lazy, claim=replace(lazy.claim, watched="70 %", country="US"))
    effort = Effort(thorough=True, sample=20)
    found = answer(asked, effort, "", lambda *_: None, names=("definitions", "truth"))
    number, every = found.of(Number), found.of(Definitions)
    assert number is not None
    assert every is not None
    place = 0
    for switch, position in zip(every.axes, every.headline, strict=True):
        place = place * len(switch.options) + position
    assert 0 < number.number.value == every.values[place] < every.highest
    assert not every.slips
    assert found.claim.counted_by == {"watched": "70 %", "country": "US"}
    assert found.left_out is not None
    assert "rungs" in found.left_out.sections
    assert "leave unit, watched, day and country out" in found.left_out.sentence


@pytest.mark.slow
def test_of_a_dataset_options_say_it(tmp_path: Path, told: Told) -> None:
    """Options take the place of the claim's own words; the printed query, run by DuckDB, gives the number."""
    (tmp_path / "log").mkdir()
    for name, table in _log().items():
        table.write_parquet(tmp_path / "log" / f"{name.removeprefix('log.')}.parquet")
    words = ("claim", "christmas-prince", "--data", str(tmp_path), "--set", f"{CLAIM}.days=3",
             "--set", f"{CLAIM}.watched=90 %", "--watched", "2 minutes", "--country", "GB")  # fmt: skip
    _, printed, _ = told(*words, "--json", "-")
    found: dict[str, Any] = json.loads(printed)
    assert found["number"]["value"] == 2
    assert found["number"]["sentence"].startswith(
        "2 of 2 accounts in Great Britain have 2 minutes or more of A Christmas Prince on every day"
    )
    with duckdb.connect() as connection:
        assert connection.execute(told(*words, "--sql")[1]).fetchone() == (2,)
    code, _, err = told(*words, "--country", "SE")
    assert code == 2
    assert "has no account of the country SE" in err


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("christmas-prince", "--watched", "70"), "'70' is not a valid --watched. Did you mean '70 %'?"),
        (("christmas-prince", "--country", "UK"), "'UK' is not a valid --country."),
        (("christmas-prince", "--set", f"{CLAIM}.unit=home"), f"'home' is not a valid {CLAIM}.unit"),
        (("year", "--claim", "60 movies", "--unit", "profile"), "--unit is for claims of the kind streak"),
    ],
)  # fmt: skip
def test_other_words_are_refused(words: tuple[str, ...], complaint: str, told: Told) -> None:
    """A word that is none of those for it, and one for a claim that heeds none, are told in one line."""
    code, _, err = told("claim", *words, "--sql")
    assert code == 2
    assert complaint in err


def test_a_claim_that_says_nothing_is_the_same_scenario() -> None:
    """What is left open is in no fingerprint, so that scenarios of before keep theirs."""
    kept = question().scenario.as_dict()["claims"][0]
    assert not kept.keys() & {"unit", "watched", "day", "country"}
    assert _asked(watched="70 %").scenario.as_dict()["claims"][0]["watched"] == "70 %"
