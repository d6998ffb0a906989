"""Published numbers that are no streak: asked about by their names, with who had to look, and what cannot be known."""

from __future__ import annotations

from functools import cache

import fake_claim
import pytest

from synthview.claims.question import ask
from synthview.claims.sections import knowledge, number, who_looked
from synthview.claims.sections.section import LeftOut
from synthview.claims.study import Effort, Study
from synthview.claims.written import read
from synthview.cli.claim_asked import by_its_name
from synthview.errors import UnknownName
from synthview.registry import installed
from synthview.scenario import Scenario, load

NOBODY, EVERYBODY = 0, 109_000_000


@cache
def whole(scenario: str) -> Scenario:
    """A scenario at the size of the service."""
    return load(scenario, installed(), {"run.households": EVERYBODY})


def study(name: str) -> Study:
    """A published number of the scenario that states it, found to be 201 in a service of the full size."""
    scenario, claim = by_its_name(name, None)
    asked = Study(ask(whole(scenario), claim), Effort(), lambda *_: None)
    asked.hold(number.measure, read(fake_claim.longest()).found["number"])
    return asked


@pytest.mark.parametrize(
    ("name", "most", "words"),
    [
        ("365 days in a row", EVERYBODY, "A record is one account."),
        ("3,749 people on the day", 3_749, "takes no look at anybody"),
        ("60 movies", EVERYBODY, "account by account"),
        ("140 million hours", NOBODY, "Daily totals have it"),
    ],
)
def test_who_had_to_look_is_told_of_every_number(name: str, most: int, words: str) -> None:
    """What the staff has to read for it: nobody of a sum, everybody of a record, and the dashboard comes first."""
    found = who_looked.measure(study(name))
    assert not isinstance(found, LeftOut)
    assert max(one.accounts for one in found.steps) == most
    assert found.steps[0].accounts == NOBODY
    assert words in " ".join([found.sentence, *(one.step for one in found.steps)])
    assert ("analysts would run" in found.sentence) == bool(study(name).question.title)


def test_a_record_was_one_household_before_somebody() -> None:
    """Of a record the days of one account are read, as many as the run has."""
    found = who_looked.measure(study("365 days in a row"))
    assert not isinstance(found, LeftOut)
    assert [(one.rows, one.accounts) for one in found.steps][2:] == [(201, 1), (1, 1)]


def test_what_cannot_be_known_fits_the_number() -> None:
    """A sum of a year has no day whose clock matters, a day has; gaps matter to a record alone."""
    told = {
        name: " ".join(one.text for one in found.unknowable)
        for name in ("365 days in a row", "3,749 people on the day", "60 movies")
        if not isinstance(found := knowledge.measure(study(name)), LeftOut)
    }
    assert ["What a day was" in text for text in told.values()] == [True, True, False]
    assert ["forgiven" in text for text in told.values()] == [True, False, False]


def test_a_scenario_is_not_taken_for_a_number() -> None:
    """A scenario by name, a file, or a claim that is named already stay what they are; so does what nobody knows."""
    for words in (("year", None), ("my own.toml", None), ("year", "60 movies"), ("nowhere", None)):
        assert by_its_name(*words) == words
    with pytest.raises(UnknownName, match="Did you mean '60 movies'"):
        by_its_name("60 moviess", None)
