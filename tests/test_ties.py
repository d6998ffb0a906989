"""What an actor keeps to is told without living a day of it, and is never less than what it then plays."""

from __future__ import annotations

from functools import cache

import numpy as np
import polars as pl
import pytest
from keepers import ENDS, raised

from synthview.claims.question import Question
from synthview.claims.simulation.candidates import silent_actors, world_of
from synthview.claims.simulation.simulate import Tables, simulate
from synthview.ids import public
from synthview.registry import installed
from synthview.rows import Flags
from synthview.scenario import load
from synthview.stage.actor import Actor
from synthview.world.catalogue import work_of
from synthview.world.clock import DAY_MS

HOMES = np.arange(360, dtype=np.int64)
ACTORS = {
    "background_tv": 60,
    "child_on_loop": 60,
    "devoted_fan": 60,
    "empty_room_protest": 60,
    "public_screen": 60,
}
"""Actors whose spells come and go, and how many sittings of theirs a test should see at least."""
_GAP_MS = 30 * 60_000
"""What begins just before midnight may start to play just after it."""


@cache
def lived(end: str = "") -> tuple[Question, Tables]:
    """The homes, lived with all their titles; with an `end`, with all settings of actors at that end of their ranges."""
    question = raised(end=end)
    return question, simulate(
        question, HOMES, frozenset({"truth.plays", "truth.incidents"}), 1, every_title=True
    )


def begun(name: str, end: str = "") -> pl.DataFrame:
    """Home, work and local time of every sitting that an actor began, by the first play of it."""
    question, tables = lived(end)
    seed = question.scenario.run.seed
    own = tables["truth.incidents"].filter(
        (pl.col("actor") == name) & pl.col("play_id").is_not_null()
    )
    plays = tables["truth.plays"].join(own, on="play_id", how="semi").sort("started_at")
    plays = plays.unique("session_id", keep="first", maintain_order=True)
    zones = tables["log.accounts"].select("account_id", "time_zone").unique("account_id")
    plays = plays.join(zones, on="account_id", maintain_order="left")
    parts = [
        part.with_columns(local=pl.col("started_at").dt.replace_time_zone("UTC").dt.convert_time_zone(str(zone))
                          .dt.replace_time_zone(None).dt.epoch("ms"))
        for (zone,), part in plays.group_by("time_zone")
    ]  # fmt: skip
    every = pl.concat(parts)
    home = public(seed, "account").invert(every["account_id"].to_numpy())
    work = work_of(public(seed, "title").invert(every["title_id"].to_numpy()))
    return every.select("local", home=pl.Series(home), work=pl.Series(work))


def is_tied(name: str, work: int, homes: np.ndarray, days: np.ndarray, end: str = "") -> Flags:
    """Whether an actor says that it may keep each home to a work on a day."""
    question, _ = lived(end)
    world = world_of(question.scenario)
    actor = world.scenario.actors[name]
    assert isinstance(actor, Actor)
    tied = np.zeros(len(homes), dtype=bool)
    for day in np.unique(days).tolist():
        rows = np.flatnonzero(days == day)
        kept = actor.keeps_to(world, homes[rows], work, range(day, day + 1))
        assert kept is not None
        tied[rows] = kept > 0
    return tied


@pytest.mark.slow
@pytest.mark.parametrize("name", ACTORS)
def test_nothing_is_begun_without_a_tie(name: str) -> None:
    """Every sitting that an actor begins lies on a day on which it told that it may keep the home to that title."""
    sittings = begun(name)
    assert len(sittings) >= ACTORS[name]
    assert without_a_tie(name, sittings).is_empty()


def without_a_tie(name: str, sittings: pl.DataFrame, end: str = "") -> pl.DataFrame:
    """Sittings on days on which the actor did not tell that it may keep the home to the title."""
    found = [sittings.clear()]
    for (work,), some in sittings.group_by("work"):
        homes, local = some["home"].to_numpy(), some["local"].to_numpy()
        tied = is_tied(name, int(str(work)), homes, local // DAY_MS, end)
        tied |= is_tied(name, int(str(work)), homes, (local - _GAP_MS) // DAY_MS, end)
        found.append(some.filter(~pl.Series(tied)))
    return pl.concat(found)


@pytest.mark.slow
@pytest.mark.parametrize("end", [one for one in ENDS if one != "least"])
def test_ties_hold_at_the_ends_of_all_settings(end: str) -> None:
    """The same with every setting of the actors at an end of what is plausible, or as high as allowed.

    At the least that is allowed, shares of 0, none of them begins anything.
    """
    sittings = {name: begun(name, end) for name in ACTORS}
    assert sum(len(one) for one in sittings.values()) >= (60 if end in {"low", "high"} else 0)
    loose = {name: without_a_tie(name, one, end) for name, one in sittings.items()}
    assert {name: one for name, one in loose.items() if not one.is_empty()} == {}


@pytest.mark.slow
@pytest.mark.parametrize("name", ACTORS)
def test_most_ties_are_kept(name: str) -> None:
    """A tie is no idle word: of the days on which a film is kept to by those the actor suits, a good part has a sitting."""
    question, _ = lived()
    sittings = begun(name).with_columns(day=pl.col("local") // DAY_MS)
    inside = sittings.filter(pl.col("day").is_between(question.first, question.last - 1))
    tied = 0
    for work in inside["work"].unique().to_list():
        homes = np.unique(sittings.filter(pl.col("work") == work)["home"].to_numpy())
        for day in range(question.first, question.last):
            tied += int(is_tied(name, work, homes, np.full(len(homes), day)).sum())
    begun_days = inside.select("home", "work", "day").n_unique()
    assert tied * 0.5 <= begun_days


def test_every_actor_of_ours_says_what_it_keeps_to() -> None:
    """No actor of ours leaves it open what it may keep to, asked of no home on no day."""
    assert silent_actors(load("christmas-prince", installed())) == ()
