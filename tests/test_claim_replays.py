"""Every home that a page shows can be simulated again, alone, and is then what the page shows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import fake_claim
import pytest
from commands import Told, run
from keepers import raised

from synthview.claims import page as claim_page
from synthview.claims.answer import Answer
from synthview.claims.inference.parameters import RATE, parameters_of
from synthview.claims.inference.posterior import InferenceEffort, infer
from synthview.claims.replays import again, shown_home
from synthview.claims.sections import homes, inference
from synthview.claims.sections.doors import STATES, Home
from synthview.claims.sections.homes import HouseOfMany, ShownHomes
from synthview.claims.study import Effort, Study
from synthview.claims.written import as_dict
from synthview.errors import InputError
from synthview.explain import story

SAID = 4
BELIEVED = {
    "devoted_fan": (0.0003, 0.05),
    "child_on_loop": (0.3, 0.95),
    "background_tv": (0.002, 0.02),
    "public_screen": (0.00001, 0.0005),
    "reseller": (0.000001, 0.00001),
}
FEW = InferenceEffort(homes=8_000, points=4, shelves=4, rates=16, mixes=8, planted=2)


@pytest.fixture(scope="module")
def shown() -> ShownHomes:
    """The homes of worlds that print 4, from a small run: one to look at, some more, and the missed."""
    question = raised()
    question = replace(question, claim=replace(question.claim, said=SAID))
    ranges = [
        replace(one, low=low, high=high)
        for one in parameters_of(question)
        for name in [one.path.split(".")[1] if one.part == RATE else ""]
        for low, high in [BELIEVED.get(name, (one.low, one.high))]
    ]
    found = infer(question, 40_000, effort=FEW, ranges=ranges)
    study = Study(question, Effort(thorough=True, sample=10), lambda *_: None)
    study.hold(inference.posterior, found)
    measured = homes.measure(study)
    assert isinstance(measured, ShownHomes)
    return measured


@dataclass(frozen=True)
class Replayed:
    """A home, simulated again: by its day, when the title ran by the clock of the home, and for how long."""

    plays: tuple[tuple[str, int], ...]


def replayed(found: ShownHomes, home: Home | HouseOfMany) -> Replayed:
    """Simulate a home again by what the answer says of it."""
    assert found.replay is not None
    assert home.world is not None
    assert home.household is not None
    scenario = again(found.replay, home.world, home.household, home.without or ())
    told = story(scenario, home.household)
    plays = (one for one in (*told.eve, *told.plays) if one.title == scenario.claims[0].title)
    return Replayed(
        tuple(
            sorted(
                (one.start.isoformat(timespec="seconds"), one.played_ms // 60_000) for one in plays
            )
        )
    )


def on_the_page(home: Home) -> Replayed:
    """What the page shows of a home."""
    return Replayed(
        tuple(sorted((one.start, one.minutes) for door in home.doors for one in door.truth))
    )


def close_by(found: ShownHomes) -> Iterator[Home]:
    """Every home of which the page shows each evening."""
    return iter([*found.world.homes, *found.world.ghosts])


@pytest.mark.slow
@pytest.mark.parametrize("step", [5, pytest.param(1, marks=pytest.mark.long)])
def test_homes_of_a_page_are_simulated_again_as_they_are_shown(
    shown: ShownHomes, step: int
) -> None:
    """Evening by evening and minute by minute, those in the number and those who are missed: some, or every one."""
    every = list(close_by(shown))
    assert len(shown.world.homes) == SAID
    assert len(every) > SAID
    for home in every[::step]:
        assert replayed(shown, home) == on_the_page(home), home.household


@pytest.mark.slow
def test_houses_of_other_worlds_are_simulated_again(shown: ShownHomes) -> None:
    """In each world of the slider a house with light on a day has a play then, and no other days have one."""
    for world in shown.worlds:
        house = world.homes[0]
        lit = sum(letter != STATES["none"] for letter in house.doors)
        days = {start[:10] for start, _ in replayed(shown, house).plays}
        assert abs(len(days) - lit) <= 1  # a day of the query may hold the evening before
        assert lit >= 6


def as_answer(shown: ShownHomes) -> Answer:
    """The shown homes in an answer."""
    made_up = fake_claim.answer()
    found = {name: one for name, one in made_up.found.items() if name != "detective"}
    return replace(made_up, found={**found, "homes": shown})


@pytest.mark.slow
def test_one_command_replays_a_home_of_a_page(shown: ShownHomes, tmp_path: Path) -> None:
    """`explain` takes the page or its JSON as it takes a scenario, and shows the evenings of the home."""
    page, told = tmp_path / "page.html", tmp_path / "told.json"
    page.write_text(claim_page.render(as_answer(shown)), "utf-8")
    told.write_text(json.dumps(as_dict(as_answer(shown))), "utf-8")
    home = shown.world.homes[0]
    assert home.household is not None
    assert shown_home(page, home.household) == shown_home(told, home.household)
    printed = run("explain", str(page), "--household", str(home.household), "--html", "-").stdout
    times = [one.start[11:16] for door in home.doors for one in door.truth]
    assert times
    assert [time for time in times if time not in printed] == []


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("<html></html>", "cannot be read as the page or the JSON of a claim"),
        ("[1]", "is not the page or the JSON of a claim"),
        ('{"format": "synthview-claim/2"}', "says of no home how to simulate it again"),
    ],
)
def test_what_is_no_page_is_refused(content: str, complaint: str, tmp_path: Path) -> None:
    """A file that is no answer, or one without replays, is refused with what to do."""
    place = tmp_path / "some.html"
    place.write_text(content, "utf-8")
    with pytest.raises(InputError, match=complaint):
        shown_home(place, 1)


def test_options_that_a_page_decides_are_refused(tmp_path: Path, told: Told) -> None:
    """Beside a page no seed, scenario or other household can be named."""
    code, _, err = told("explain", str(tmp_path / "x.json"), "--household", "1", "--seed", "2")
    assert code == 2
    assert "says itself how its homes are simulated" in err
