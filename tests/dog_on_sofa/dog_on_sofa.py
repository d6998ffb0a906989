"""A dog lies down on the sofa, on the remote: something starts, and nobody but the dog is there."""

from __future__ import annotations

from functools import cache

import numpy as np

from synthview.draws.offspring import children
from synthview.draws.quantiles import Quantiles
from synthview.people.homes import SECOND_TV, TV, Homes
from synthview.rows import Flags
from synthview.scenario.settings import GUESS, number, section
from synthview.stage.actor import Actor
from synthview.stage.proposals import Proposal, offer, sit
from synthview.stage.scene import Scene
from synthview.world.clock import HOUR_MS, MINUTE_MS
from synthview.world.popularity import ADULTS, FILMS

__all__ = ["DogOnSofa"]

_MOST_A_DAY = 4.0


@section
class DogOnSofa(Actor):
    """A dog lies down on the sofa, on the remote.

    By day, when nobody means to use the television, it makes itself comfortable: a film of the front row starts, and
    plays until the dog turns over, or somebody needs the screen.
    """

    of_homes = False
    tells = (
        "one film of the front row by day, stopped in its middle, and nothing before or after it",
    )

    rate: float = number(
        0.02, unit="times per home with a dog and day", allowed=(0, _MOST_A_DAY), low=0.002, high=0.1, source=GUESS,
        scale="log", about="How often a dog lies down on the remote.",
    )  # fmt: skip
    minutes: float = number(
        14, unit="minutes", allowed=(1, 240), low=5, high=40, source=GUESS, scale="log",
        about="Median time until the dog turns over.",
    )  # fmt: skip

    def suits(self, homes: Homes) -> Flags:
        """Homes with a dog."""
        return homes.has_dog

    def propose(self, scene: Scene) -> Proposal | None:
        """A sitting of nobody for each time it lies down, with one play."""
        rows = scene.rows
        count = scene.stream("lies_down").poisson(
            scene.day_key(rows), self.rate, ceiling=_MOST_A_DAY
        )
        row, ordinal = children(np.minimum(count, 8))
        home = rows[row]
        key = scene.session_key(home, ordinal)
        start = scene.utc(home, 8 * HOUR_MS + scene.stream("hour").below(key, 10 * HOUR_MS))
        sessions = sit(
            scene, home, ordinal, start, 4 * HOUR_MS, scene.screen(home, start, (TV, SECOND_TV))
        )
        film = scene.popular(scene.stream("front_row").bits(key), home, FILMS, ADULTS)
        found = np.flatnonzero(film >= 0)
        lies = scene.stream("turns_over").draw(key[found], _lies(self.minutes))
        plays = offer(scene, sessions, found, 0, film[found], playing_ms=lies, pressed=False)
        return Proposal(("lay down on the remote",), sessions, plays)


@cache
def _lies(minutes: float) -> Quantiles:
    return Quantiles.lognormal(minutes * MINUTE_MS, 0.8, low=20_000, high=4 * HOUR_MS)
