"""The page of the model is made from the code, and the list of guesses puts first what matters most."""

from __future__ import annotations

import json

import pytest
from commands import Told
from documented import page_module

from synthview.realism.targets import targets
from synthview.scenario.sources import sources

model = page_module("model")


def test_the_page_is_as_the_code_makes_it() -> None:
    """`python docs/model.py` would change nothing."""
    assert model.PAGE.read_text("utf-8") == model.make()


def test_every_part_says_what_it_leaves_out_and_how_it_is_checked() -> None:
    """Each section of settings has a card; figures are ones that are compared, tests are there."""
    cards = model.cards()
    assert sorted(cards) == sorted(model.sections())
    tests = model.PAGE.parents[1] / "tests"
    for name, card in cards.items():
        assert card["leaves_out"].endswith("."), name
        for figure in card.get("figures", ()):
            assert any(
                one.split("-")[0].rstrip("abcde") == figure or one.startswith(figure)
                for one in targets()
            ), figure
        for test in card.get("tests", ()):
            assert (tests / test).is_file(), test


def test_guesses_come_by_what_they_move(told: Told) -> None:
    """First what the shipped claim varied, falling; all rest on no published figure."""
    _, out, _ = told("list", "sources", "--guesses", "--as", "json")
    rows = json.loads(out)
    moved = [
        max(_share(row["moves the number"]), _share(row["moves daily viewers"]))
        for row in rows
        if row["moves the number"]
    ]
    assert moved == sorted(moved, reverse=True)
    assert moved[0] > 10
    assert not any(row["moves the number"] for row in rows if row["setting"].startswith("run."))
    assert not {row["setting"] for row in rows} & set(sources())


def _share(text: str) -> float:
    return float(text.removesuffix(" %"))


@pytest.mark.parametrize("scenario", ["tiny", "everyday"])
def test_guesses_of_a_scenario(scenario: str, told: Told) -> None:
    """They are those that `list sources SCENARIO` names, in another order."""
    _, guesses, _ = told("list", "sources", scenario, "--guesses", "--as", "json")
    _, basis, _ = told("list", "sources", scenario, "--as", "json")
    named = {row["setting"] for row in json.loads(basis)["guesses"]}
    assert {row["setting"] for row in json.loads(guesses)} == named


def test_guesses_go_with_sources(told: Told) -> None:
    """Another list with --guesses is refused, with the command that works."""
    code, _, err = told("list", "tables", "--guesses")
    assert code == 2
    assert "synthview list sources --guesses" in " ".join(err.split())
