"""The longest streak of all: what the likeliest homes have is what all homes have, and no longer than the days there are."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from commands import run as command
from keepers import RAISED

from synthview.claims.counting.count import days_of
from synthview.claims.counting.streaks import longest_runs
from synthview.claims.counting.title_plays import film_plays
from synthview.claims.question import Question, ask
from synthview.claims.sections import holder, number
from synthview.claims.simulation.estimates import longest
from synthview.claims.simulation.likeliest import likeliest
from synthview.claims.simulation.simulate import HISTORY, lazily, simulate
from synthview.claims.study import Effort, Study
from synthview.registry import installed
from synthview.scenario import load

HOMES = 150
CLAIM = 'claims."53 people"'


def asked(title: str) -> Question:
    """The longest streak with a title, or with any film, in a small world in which many keep to one."""
    longest_of_12_days = {
        f"{CLAIM}.kind": "longest", f"{CLAIM}.days": 12, f"{CLAIM}.last": "2017-11-28", f"{CLAIM}.title": title,
    }  # fmt: skip
    return ask(
        load(
            "christmas-prince",
            installed(),
            {**RAISED, **longest_of_12_days, "run.households": HOMES},
        )
    )


def by_living_all(question: Question) -> int:
    """The same number from every home's whole history."""
    shown = film_plays(lazily(simulate(question, np.arange(HOMES), HISTORY, 1, every_title=True)))
    days = shown.select("account_id", "title_id", day=days_of(shown, "utc", "corrected"))
    inside = days.filter(pl.col("day").is_between(question.span.start, question.span.stop - 1))
    if question.title:
        inside = inside.filter(pl.col("title_id").is_in(_ids(question, shown)))
    return int(longest_runs(inside, ["account_id", "title_id"])["days"].max())  # type: ignore[arg-type]


def _ids(question: Question, shown: pl.DataFrame) -> list[int]:
    tables = simulate(question, np.arange(1), HISTORY, 1)
    named = tables["log.titles"].filter(
        (pl.col("name") == question.title) & (pl.col("kind") == "film")
    )
    return sorted(set(named["title_id"]) & set(shown["title_id"]))


@pytest.mark.slow
@pytest.mark.parametrize("title", ["A Christmas Prince", ""], ids=["one title", "any film"])
def test_the_likeliest_homes_have_the_longest_streak(title: str) -> None:
    """What is found by living a few likely homes is what living every home finds, and no longer than the run."""
    question = asked(title)
    found = longest(question, likeliest(question, 1), 1)
    assert 5 <= found.days <= 12
    assert found.days == by_living_all(question)
    assert found.is_most == (found.days == 12)
    assert found.days == max(days for _, days, _ in found.by_source)


@pytest.mark.slow
def test_any_film_by_the_command(tmp_path: Path) -> None:
    """A claim of three lines without a title is asked of all films, and its answer says so."""
    claim = tmp_path / "any.toml"
    claim.write_text(
        'based_on = "christmas-prince"\n[[claims]]\nname = "longest"\nkind = "longest"\nsaid = 24\n'
    )
    small = [
        f"--set={one}"
        for one in ("catalogue.film_count=300", "catalogue.series_count=80", "run.warm_up_days=4")
    ]
    told = command("claim", str(claim), "--claim", "longest", "--households", "1000", *small)
    assert told.returncode == 0
    days = re.search(r"has one and the same film is (\d+) of 24", " ".join(told.stdout.split()))
    assert days is not None
    assert 3 <= int(days[1]) <= 24


@pytest.mark.slow
def test_who_holds_a_record_is_told_day_by_day() -> None:
    """The home with the longest run is simulated again alone: its days are those of its log, and somebody who is a fan was there."""
    asked = {
        f"{CLAIM}.kind": "longest", f"{CLAIM}.days": 12, f"{CLAIM}.last": "2017-11-28", "run.days": 12, "run.households": 40,
        "run.warm_up_days": 3, "catalogue.film_count": 30, "catalogue.series_count": 10, "actors.devoted_fan.rate": 0.9,
        "actors.devoted_fan.spell_days": 200, 'titles."A Christmas Prince".popularity_rank': 1,
        "without": ["reseller", "shared_account", "background_tv"],
    }  # fmt: skip
    study = Study(ask(load("christmas-prince", installed(), asked)), Effort(), lambda *_: None)
    found, counted = holder.measure(study), study.once(number.measure).number
    assert isinstance(found, holder.Holder)
    assert found.account == counted.account
    assert len(found.doors) == 12
    assert sum(month.in_log for month in found.months) >= counted.value > 4
    assert sum(month.people for month in found.months) >= found.one_person > 4
    assert found.label in found.sentence
