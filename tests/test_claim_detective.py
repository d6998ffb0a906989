"""What the detective learns from, and whether the answers to save fit the log beside them."""

from __future__ import annotations

import csv
from dataclasses import replace

import fake_claim
import numpy as np
import polars as pl
import pytest

from synthview.checks.classifier import FEWEST_PAIRS, separability
from synthview.checks.evidence import Evidence
from synthview.checks.separation import Area, pooled
from synthview.claims.question import ask
from synthview.claims.sections.detective import detective
from synthview.claims.sections.doors import Home, first_child
from synthview.claims.sections.homes import answers
from synthview.claims.simulation.simulate import HISTORY, simulate
from synthview.registry import installed
from synthview.scenario import load
from synthview.sinks.formats import format_named
from synthview.tables import table

HOMES: tuple[Home, ...] = fake_claim.answer().found["homes"].world.homes


def elsewhere(home: Home, number: int) -> Home:
    """The home under another account."""
    return replace(home, id=f"a{number}")


@pytest.mark.slow
def test_the_classifier_learns_from_no_home_twice_and_from_none_it_is_asked_about() -> None:
    """Homes of several worlds that are one home count once, those that are asked about not at all: so many it names."""
    homes = HOMES
    asked = [homes[place].id for place in detective(homes, []).homes]
    own = [one for one in homes if one.id not in asked]
    others = [elsewhere(home, 100 + number) for number, home in enumerate(homes)]
    once = detective(homes, own + others)
    assert f"has learnt from {len(own) + len(others)} other homes " in once.classifier.sentence
    assert detective(homes, [*homes, *others, *homes, *others]) == once


def test_a_home_that_a_reader_knows_is_not_asked_about() -> None:
    """The home that the page opens first is none of the six, as long as there are six others."""
    known = first_child(HOMES)
    assert known is not None
    first = [known, *(home for home in HOMES if home is not known)]
    assert 0 not in detective(first, []).homes
    assert len(detective(first, []).homes) == len(detective(first[:6], []).homes) == 6


@pytest.mark.slow
def test_the_answers_have_the_accounts_of_the_log() -> None:
    """Ids of the answers are those of the log that is saved beside them, letter for letter, and so are the made-up ones."""
    question = ask(load("christmas-prince", installed(), {"run.households": 15}))
    tables = simulate(question, np.arange(15, dtype=np.int64), HISTORY, 1, every_title=True)
    plays = tables["log.plays"]
    homes = [elsewhere(HOMES[0], one) for one in plays["account_id"].unique().sort().to_list()]
    log = b"".join(
        bytes(part) for part in format_named("csv").encode(table("log.plays"), plays, "none")
    ).decode()
    made_up = fake_claim.answer().found["homes"].downloads
    for plays_csv, answers_csv in ((log, answers(homes)), (made_up.log_csv, made_up.answers_csv)):
        logged, answered = (
            [row["account_id"] for row in csv.DictReader(text.splitlines())]
            for text in (plays_csv, answers_csv)
        )
        assert len(answered) > 10
        assert set(answered) == set(logged)


@pytest.mark.parametrize("fold", [0, 4])
def test_pairs_of_one_group_of_accounts_cannot_tell(fold: int) -> None:
    """Where nobody is left to learn from, or to be asked, the area is 0.5 and says that it knows nothing."""
    count = FEWEST_PAIRS
    rows = np.arange(2 * count)
    pairs = pl.DataFrame(
        {
            "row": rows,
            "account_id": rows,
            "fold": np.full(2 * count, fold),
            "is_caused": rows % 2 == 0,
        }
    )
    evidence = Evidence(pl.DataFrame(), rows[:, None].astype(np.float32), ["one"], {})
    assert separability(evidence, pairs, [0]).area == Area(0.5, np.inf, count)
    assert pooled([]) == Area(0.5, np.inf, 0)
