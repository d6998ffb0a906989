"""A small hand has got hold of the remote."""

from __future__ import annotations

from functools import cache

import numpy as np

from synthview.offspring import children
from synthview.people.homes import SECOND_TV, TV, Homes
from synthview.quantiles import Quantiles, Steps
from synthview.rows import Flags
from synthview.settings import GUESS, number, section
from synthview.stage.actor import Actor
from synthview.stage.edits import NO_ERROR, Breaks, Edits, Presses
from synthview.stage.proposals import Proposal, offer, sit
from synthview.stage.scene import Scene
from synthview.stage.script import Script
from synthview.world.clock import HOUR_MS, MINUTE_MS
from synthview.world.popularity import ADULTS, FILMS

__all__ = ["ToddlerOnRemote"]

_MOST_A_DAY = 8.0
_ALONE = 0.5
_BETWEEN = Quantiles.lognormal(15_000, 1.1, low=900, high=10 * MINUTE_MS)
_AWAY = Quantiles.lognormal(20_000, 1.0, low=3_000, high=8 * MINUTE_MS)


@section
class ToddlerOnRemote(Actor):
    """A small hand has got hold of the remote.

    A child under four presses whatever gives way. While others watch, the film pauses, jumps, or
    stops and has to be found again. While nobody does, things start one after the other, and the
    child, if it looks at all, does not follow them.
    """

    of_homes = False
    tells = ("many presses within a minute", "short plays of unrelated titles by day")

    rate: float = number(
        0.06,
        unit="acts per home with a child under 4 and day",
        allowed=(0, 4),
        low=0.01,
        high=0.3,
        source=GUESS,
        scale="log",
        about="How often a small child gets at the remote; no rate has been published.",
    )
    presses: float = number(
        4,
        unit="presses",
        allowed=(1, 12),
        low=2,
        high=8,
        source=GUESS,
        scale="log",
        about="Mean number of presses.",
    )

    def suits(self, homes: Homes) -> Flags:
        """Homes with a child under 4."""
        return np.asarray(_toddler(homes).any(axis=1))

    def propose(self, scene: Scene) -> Proposal | None:
        """Half of the acts: alone before the television, by day."""
        rows = scene.rows
        key = scene.day_key(rows)
        count = scene.stream("acts").poisson(key, min(self.rate * _ALONE, _MOST_A_DAY), ceiling=_MOST_A_DAY)
        row, ordinal = children(np.minimum(count, 8))
        home = rows[row]
        key = scene.session_key(home, ordinal)
        start = scene.utc(home, 7 * HOUR_MS + scene.stream("hour").below(key, 12 * HOUR_MS))
        toddler = _toddler(scene.homes)[home].argmax(axis=1)
        looks = scene.stream("looks").happens(key, 0.6)
        sessions = sit(
            scene, home, ordinal, start, HOUR_MS, scene.screen(home, start, (TV, SECOND_TV)),
            viewers=np.where(looks, np.int64(1) << toddler, 0),
        )  # fmt: skip
        session, number_ = children(np.minimum(1 + scene.stream("presses").draw(key, _count(self.presses)), 12))
        key, home = sessions.key[session], home[session]
        work = scene.popular(scene.stream("opened").bits(key, number_), home, FILMS, ADULTS)
        plays = offer(
            scene, sessions, session, number_, np.maximum(work, 0),
            playing_ms=scene.stream("between").draw(key, _BETWEEN, n=number_),
            gap_ms=500 + scene.stream("between").below(key, 6_000, n=number_ + 64),
            pressed=False, attended_ms=0,
        )  # fmt: skip
        return Proposal(("played with the remote",), sessions, plays.take(work >= 0))

    def meddle(self, scene: Scene, script: Script) -> Edits | None:
        """The other half: in the middle of what others watch on a television."""
        sessions = scene.sessions
        home = sessions.home[script.session]
        row = np.flatnonzero(
            scene.has_part[home] & (script.causes == 0) & (sessions.device[script.session] <= SECOND_TV)
        )
        per_play = min(self.rate * (1.0 - _ALONE) / 2.0, 1.0)  # about two such plays a day
        row = row[scene.stream("meddles").happens(script.key[row], per_play)]
        if not len(row):
            return None
        key, playing = script.key[row], np.maximum(script.playing_ms[row] - 2_000, 1)
        begin = 1_000 + scene.stream("when").below(key, playing)
        which, number_ = children(np.minimum(1 + scene.stream("presses").draw(key, _count(self.presses)), 12))
        at = begin[which] + scene.stream("press").below(key[which], 40_000, n=number_)
        jumps = scene.stream("jumps").happens(key[which], 0.5, n=number_)
        size = np.where(scene.stream("jumps").happens(key[which], 0.5, n=number_ + 64), 30_000, -10_000)
        stall = 700 + scene.stream("stall").below(key[which], 15_000, n=number_)
        presses = Presses(row[which], at, stall, np.where(jumps, size, 0))
        stops = np.flatnonzero(scene.stream("stops").happens(key, 0.3))
        one = np.ones(len(stops), dtype=np.int64)
        away = scene.stream("away").draw(key[stops], _AWAY)
        breaks = Breaks(row[stops], begin[stops] + 41_000, one * NO_ERROR, one, away, one < 0)
        return Edits("got at the remote", presses=presses, breaks=breaks)


def _toddler(homes: Homes) -> Flags:
    """Which persons are under four."""
    return (homes.age >= 0) & (homes.age <= 3)


@cache
def _count(presses: float) -> Steps:
    return Steps.poisson(presses - 1.0)
