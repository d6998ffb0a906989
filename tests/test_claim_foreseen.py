"""What an answer will take, told beforehand; what a claim can be about; and what is kept of one that is stopped."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from commands import Told

from synthview.claims.answer import Answer, answer
from synthview.claims.foreseen import foresee
from synthview.claims.kept import Kept
from synthview.claims.question import ask
from synthview.claims.study import Effort, Study
from synthview.claims.written import as_dict
from synthview.registry import installed
from synthview.scenario import load

FEW = {
    "run.households": 10_000,
    "run.days": 4,
    "run.warm_up_days": 1,
    "catalogue.film_count": 40,
    "catalogue.series_count": 20,
    'claims."53 people".days': 3,
    'claims."53 people".last': "2017-11-20",
    "actors.devoted_fan.rate": 0.01,
}
"""A short world with many fans."""


def test_stages_and_homes_are_those_of_the_run() -> None:
    """A small service is looked over whole, so that homes are exact; two worlds look over all twice."""
    question = ask(load("christmas-prince", installed(), FEW))
    found = foresee(question, Effort(sample=100))
    study = Study(question, Effort(sample=100), lambda *_: None)
    world = study.worlds[0]
    expected = [10_000, int(world.is_near.sum()), 100]
    assert expected == [one.homes for one in found.stages]
    assert expected[1] > 0
    assert all(one.seconds > 0 for one in found.stages)


def test_a_dry_run_writes_nothing_and_is_of_worlds(told: Told) -> None:
    """Beside --sql and --data, which simulate nothing, it is refused in one line."""
    for beside in (("--sql",), ("--data", ".")):
        code, _, err = told("claim", "christmas-prince", "--dry-run", *beside)
        assert (code, err.count("\n")) == (2, 1)
        assert "--dry-run cannot be used here" in err


def test_titles_that_can_be_asked_about_are_listed(told: Told) -> None:
    """Each film and series of a catalogue once, by the name that --title takes; without a scenario, how to name one."""
    code, out, _ = told("list", "titles", "tiny")
    assert code == 0
    names = [line.split("  ")[0] for line in out.splitlines()[1:]]
    assert len(names) == len(set(names)) > 100
    code, _, err = told("claim", "tiny", "--title", "No such", "--days", "2")
    assert code == 2
    assert "synthview list titles tiny" in err
    code, _, err = told("list", "titles")
    assert code == 2
    assert "synthview list titles christmas-prince" in err


@pytest.mark.parametrize("as_", ["text", "json"])
def test_fields_of_a_claim_are_shown(told: Told, as_: str) -> None:
    """Every field that a claim may have stands there, with its kinds."""
    code, out, _ = told("show", "claims", "--as", as_)
    assert code == 0
    for word in ("said", "facts_off_by", "on_day"):
        assert word in out or as_ == "json"


@pytest.mark.slow
def test_a_bare_claim_goes_on_where_it_was_stopped(tmp_path: Path) -> None:
    """Homes that were looked over, and counted, are not looked over again, and the answer is the same."""
    question = ask(load("christmas-prince", installed(), FEW))
    heard: list[str] = []

    def asked(kept: Kept, stop: str = "") -> Answer:
        def tell(stage: str, done: int, _: int) -> None:
            heard.append(stage)
            if stage == stop and done:
                raise KeyboardInterrupt

        return answer(question, Effort(sample=20), "synthview claim", tell, kept=kept)

    whole = asked(Kept())
    with pytest.raises(KeyboardInterrupt):
        asked(Kept(tmp_path), "simulating a sample of homes")
    heard.clear()
    assert as_dict(asked(Kept(tmp_path))) == as_dict(whole)
    assert set(heard) == {"simulating a sample of homes"}


def test_tables_are_kept_whole(tmp_path: Path) -> None:
    """What was made once is read again, equal, and not made anew."""
    made = {"log.plays": pl.DataFrame({"play_id": [1, 2], "kind": ["film", None]})}
    kept = Kept(tmp_path)
    kept.tables("sample-0", lambda: made)
    again = kept.tables("sample-0", dict)
    assert again["log.plays"].equals(made["log.plays"])
