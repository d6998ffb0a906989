"""The dial of actors: at 0 nothing is hidden, at 1 what gave them away is gone, and more hides what less did."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import polars as pl
import pytest

import synthview
from synthview.actors.cat_on_remote import CatOnRemote
from synthview.pipeline import build
from synthview.registry import ACTORS, installed
from synthview.scenario import load
from synthview.scenario.settings import settings_of

SMALL = {"run.warm_up_days": 3, "catalogue.film_count": 300, "catalogue.series_count": 80}
NEVER_HIDE = {
    "ad_blocker",
    "autoplay_previews",
    "hype",
    "misclick",
    "monitor_probe",
    "stream_errors",
}
"""Slips of a finger and of machines, and people who do nothing that they would hide."""
Tell = Callable[[pl.DataFrame], float]


def each(by: str, what: pl.Expr) -> Tell:
    """What the plays of one session or account have, on average."""
    return lambda plays: float(plays.group_by(by).agg(one=what)["one"].mean())  # type: ignore[arg-type]


def hours_apart(plays: pl.DataFrame) -> float:
    """How near to one hour plays of an account begin: 0 for anywhere, higher for a habit."""
    minutes = pl.col("started_at").dt.epoch("s") // 60 % 1_440
    return -each("account_id", minutes.max() - minutes.min())(plays)


PLAYS = pl.len()
TELLS: dict[str, tuple[dict[str, Any], Tell]] = {
    "reseller": ({"rate": 0.2}, each("account_id", pl.col("country").n_unique())),
    "shared_account": ({"rate": 0.5, "days": 1.0}, each("account_id", pl.col("ip").n_unique())),
    "cat_on_remote": ({"rate": 0.8}, each("session_id", PLAYS)),
    "toddler_on_remote": ({"rate": 1.2}, each("session_id", PLAYS)),
    "asleep_on_sofa": ({"rate": 0.4}, each("session_id", PLAYS)),
    "child_on_loop": ({"rate": 0.9, "spell_days": 120}, each("account_id", PLAYS)),
    "devoted_fan": ({"rate": 0.8, "spell_days": 200}, hours_apart),
    "background_tv": ({"rate": 0.8, "days": 1.0}, each("session_id", PLAYS)),
    "empty_room_protest": ({"rate": 0.8, "spell_days": 100}, each("session_id", PLAYS)),
    "public_screen": ({"rate": 0.4}, each("session_id", PLAYS)),
    "vpn_user": ({"rate": 0.8, "days_at_one_exit": 1}, each("account_id", pl.col("country").n_unique())),
}  # fmt: skip
"""How each that can hide gives itself away: settings at which it shows, and a number that is higher the more it does."""


def seen(name: str, dial: float, homes: int = 90, days: int = 4) -> pl.DataFrame:
    """Plays in the log in which an actor had a part, alone in a quiet world."""
    own = {f"actors.{name}.{one}": value for one, value in TELLS[name][0].items()}
    words = SMALL | own | {f"actors.{name}.disguise": dial}
    world = synthview.generate("quiet", households=homes, days=days, seed=5, set=words)
    caused = world.truth.plays.filter(pl.col("causes").str.contains(name))
    address = world.log.events.group_by("play_id").agg(pl.col("ip").first())
    plays = world.log.plays.join(caused, on="play_id", how="semi").join(address, on="play_id")
    return plays.sort("play_id")


def test_all_actors_but_accidents_have_the_dial() -> None:
    """Whoever could hide has a setting for it, which is off, and says what it hides."""
    dials = {name: settings_of(one).get("disguise") for name, one in ACTORS.items()}
    assert {name for name, one in dials.items() if one is None} == NEVER_HIDE
    assert {name for name, one in dials.items() if one is not None} == set(TELLS)
    for one in filter(None, dials.values()):
        assert (one.default, one.allowed, one.source) == (0.0, (0, 1), "choice")


def test_what_hides_at_a_third_hides_at_two_thirds_too() -> None:
    """Along the dial occasions are only added, as many as it says, and none at 0."""
    world = build(load("quiet", installed(), SMALL))
    key = np.arange(3_000, dtype=np.int64)
    none, third, more, every = (
        CatOnRemote(disguise=dial).hides(world, key) for dial in (0, 1 / 3, 2 / 3, 1)
    )
    assert not none.any()
    assert every.all()
    assert more[third].all()
    assert abs(third.mean() - 1 / 3) < 0.03


@pytest.mark.slow
@pytest.mark.parametrize("name", TELLS)
def test_what_gave_it_away_shows_less(name: str) -> None:
    """At the end of the dial an actor still acts, and shows less of what gives it away."""
    tell = TELLS[name][1]
    shown = [tell(seen(name, dial)) for dial in (0.0, 1.0)]
    assert shown[0] > shown[1]
