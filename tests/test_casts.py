"""A cast is of households that act: so many of them, always the same, refused where there are too few."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

import synthview
from synthview.engines.acts_done import NEEDED, tally_by_range
from synthview.engines.manifest import scenario_in
from synthview.errors import InputError, SettingError
from synthview.people.homes import furnish
from synthview.pipeline import build, check_cast
from synthview.registry import installed
from synthview.scenario import load
from synthview.stage.casting import named_households
from synthview.world import World
from tests.strategies import SMALL

CAST = {"reseller": 2, "child_on_loop": 1, "missing_ends": 2}
HOMES, DAYS = 50, 5
QUICK = SMALL | {"run.warm_up_days": 2, "catalogue.film_count": 100, "catalogue.series_count": 30}


def _world(**changes: Any) -> World:
    stated = {"run.households": HOMES, "run.days": DAYS, "cast": CAST, **changes}
    return build(load("everyday", installed(), QUICK | stated))


def _cast(world: World) -> dict[str, list[int]]:
    return {name: rows.tolist() for name, rows in named_households(world).items()}


@pytest.fixture(scope="module")
def made() -> synthview.Dataset:
    """A small world with a cast, beside whatever else goes on in it."""
    return synthview.generate("everyday", households=HOMES, days=DAYS, cast=CAST, set=QUICK)


def test_everybody_of_the_cast_acts(made: synthview.Dataset) -> None:
    """Each of its households has an act of its own in the window, and nobody else has one."""
    told = made.summary().filter(pl.col("cast").is_not_null())
    assert dict(told.select("name", "homes").iter_rows()) == CAST
    assert (told["acts"] > 0).all()
    assert (told["rows"] > 0).all()


def test_the_cast_is_the_first_that_act(made: synthview.Dataset) -> None:
    """Homes that suit and have lower numbers do not act when they are given the part."""
    world = build(made.scenario)
    (chosen,) = _cast(world)["child_on_loop"]
    child = world.scenario.actors["child_on_loop"]
    before = np.flatnonzero(child.suits(furnish(world, np.arange(chosen))))  # type: ignore[attr-defined]
    taken = [one for name, rows in _cast(world).items() if name != "child_on_loop" for one in rows]
    passed_over = len(set(before.tolist()) - set(taken))
    assert passed_over > 0
    first = f"{passed_over}:members"
    idle = synthview.generate(
        made.scenario, only=["child_on_loop"], cast={"child_on_loop": first}, tables=NEEDED
    )
    assert idle.summary().filter(name="child_on_loop")["homes"].to_list() == [0]


def test_who_is_in_the_cast_depends_on_nobody_else() -> None:
    """More households, other actors and a paired world do not choose another cast."""
    one = _cast(_world())
    assert _cast(_world(**{"run.households": 9_000})) == one
    assert _cast(_world(without=["misclick", "child_on_loop", "lost_events"])) == one
    assert _cast(_world(**{"run.seed": 2})) != one


def test_more_days_keep_the_cast_where_its_days_are_stated() -> None:
    """`run.cast_days` and `run.cast_from` say when the cast must act, whatever is written."""
    one = _cast(_world(**{"run.days": 2, "cast": {"cat_on_remote": 1}}))
    stated = {"run.cast_days": 2, "cast": {"cat_on_remote": 1}}
    later = {"run.start": "2017-10-04", "run.cast_from": "2017-10-02"}
    assert _cast(_world(**stated, **{"run.days": 9})) == one
    assert _cast(_world(**stated, **later)) == one
    assert _cast(_world(**{**stated, "run.cast_days": 9})) != one


def test_members_need_not_act() -> None:
    """A number of members gives the first homes that suit, and a scenario keeps the word."""
    world = _world(cast={"child_on_loop": "3:members"})
    suits = world.scenario.actors["child_on_loop"].suits(furnish(world, np.arange(HOMES)))  # type: ignore[attr-defined]
    assert _cast(world) == {"child_on_loop": np.flatnonzero(suits)[:3].tolist()}
    assert load(world.scenario, installed()) == world.scenario
    assert 'child_on_loop = "3:members"' in world.scenario.to_toml()


@pytest.mark.slow
def test_a_cast_that_cannot_act_is_refused_with_the_reason() -> None:
    """It says how many suit and how many act, and what it advises helps."""
    with pytest.raises(InputError) as refused:
        check_cast(_world(cast={"child_on_loop": 4}))
    said = str(refused.value)
    told = re.search(r"Of 50 households (\d+) suit it, and it acts in (\d+)\. Some (\d+)", said)
    assert told, said
    suit, act, enough = map(int, told.groups())
    assert 4 > act > 0
    assert suit >= act
    check_cast(_world(cast={"child_on_loop": 4}, **{"run.households": enough}))
    assert "--cast child_on_loop=4:members" in said

    never = {"cast": {"misclick": 1}, "actors.misclick.rate": 0}
    with pytest.raises(InputError, match=r"rate is 0: raise actors\.misclick\.rate"):
        check_cast(_world(**never))
    both = {"misclick": 20, "child_on_loop": "1:members"}
    taken = _world(cast=both, **{"run.days": 1, "run.households": 20})
    with pytest.raises(InputError, match=r"acts in the 1 day from 2017-10-02.*taken by others"):
        check_cast(taken)


@pytest.mark.parametrize("stated", ["3", "x:members", "3:member", True, -1, "-1:members", 1.5])
def test_a_cast_is_a_number(stated: object) -> None:
    """Anything else is refused in words that say what may stand there."""
    with pytest.raises(SettingError, match=r"cast\.reseller in --set must be a number"):
        load("tiny", installed(), {"cast": {"reseller": stated}})


@pytest.mark.slow
def test_the_manifest_says_who_acted(made: synthview.Dataset, tmp_path: Path) -> None:
    """Homes, acts and rows of each actor and fault, and the households of the cast."""
    run = synthview.generate(
        "everyday",
        households=HOMES,
        days=DAYS,
        cast=CAST,
        set=QUICK,
        directory=tmp_path,
        workers=1,
        format="ndjson",
    )
    assert run.summary().equals(made.summary())
    assert run.manifest["acts"]["reseller"]["homes"] == 2
    assert run.manifest["settings"]["cast"] == _cast(build(made.scenario))
    by_range = tally_by_range(
        scenario_in(run.manifest), {name: run.parts(name) for name in NEEDED}, run.scan_parts
    )
    assert by_range == run.manifest["acts"]
