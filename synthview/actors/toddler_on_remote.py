"""A small hand has got hold of the remote."""

from __future__ import annotations

from functools import cache

import numpy as np

from synthview.draws.offspring import children
from synthview.draws.quantiles import Quantiles, Steps
from synthview.people.homes import SECOND_TV, TV, Homes
from synthview.rows import Flags, Ints
from synthview.scenario.settings import GUESS, number, section
from synthview.stage.actor import Actor
from synthview.stage.edits import NO_ERROR, Breaks, Edits, Presses
from synthview.stage.proposals import Proposal, offer, sit
from synthview.stage.scene import Scene
from synthview.stage.script import Script
from synthview.viewing.sittings import Sessions
from synthview.world.clock import DAY_MS, HOUR_MS, MINUTE_MS
from synthview.world.popularity import ADULTS, FILMS

__all__ = ["ToddlerOnRemote"]

_MOST_A_DAY = 8.0
_MOST_PRESSES = 12
_ALONE = 0.5
_PLAYS_BY_DAY = 1.4
"""Plays a day on the televisions of such a home with the child in reach: counted in the everyday world."""
_GETS_UP, _GOES_TO_BED = 6 * HOUR_MS, 20 * HOUR_MS
_CONTINUES = 0.4
"""Of what is opened, how much is what "continue watching" shows first; the rest is the front row (guess)."""
_BETWEEN = Quantiles.lognormal(15_000, 1.1, low=900, high=10 * MINUTE_MS)
_FOUND = Quantiles.lognormal(5 * MINUTE_MS, 1.2, low=5_000, high=HOUR_MS)
"""Until a grown-up comes and switches it off: median 5 minutes (guess)."""
_AWAY = Quantiles.lognormal(20_000, 1.0, low=3_000, high=8 * MINUTE_MS)
"""Until what was stopped is found again: median 20 seconds (guess)."""
_REACHES_STOP_MS = 41_000


@section
class ToddlerOnRemote(Actor):
    """A small hand has got hold of the remote.

    A child under four presses whatever gives way, by day, when it is up and about. While others watch,
    the film pauses, jumps, or stops and has to be found again. While nobody does, things start one
    after the other until a grown-up comes; the child, if it looks at all, does not follow them.
    """

    of_homes = False
    picks_anew = True
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
        if not len(row):
            return None
        home = rows[row]
        key = scene.session_key(home, ordinal)
        start = scene.utc(home, _GETS_UP + scene.stream("hour").below(key, _GOES_TO_BED - _GETS_UP))
        toddler = _toddler(scene.homes)[home].argmax(axis=1)
        looks = scene.stream("looks").happens(key, 0.6)
        sessions = sit(
            scene, home, ordinal, start, HOUR_MS, scene.screen(home, start, (TV, SECOND_TV)),
            viewers=np.where(looks, np.int64(1) << toddler, 0),
        )  # fmt: skip
        return Proposal(("played with the remote",), sessions, self._opened(scene, sessions))

    def _opened(self, scene: Scene, sessions: Sessions) -> Script:
        """What each press opens, and how long until the next; the last until somebody comes."""
        session, number_ = children(1 + self._more(scene, sessions.key))
        key, home = sessions.key[session], sessions.home[session]
        front = scene.popular(scene.stream("opened").bits(key, number_), home, FILMS, ADULTS)
        going, episode, position = scene.under_way(home, 0)
        is_going = (going >= 0) & scene.stream("continues").happens(key, _CONTINUES, n=number_)
        is_last = np.append(session[1:] != session[:-1], True)[: len(session)]
        between, found = scene.stream("between"), scene.stream("found").draw(key, _FOUND)
        plays = offer(
            scene, sessions, session, number_, np.where(is_going, going, np.maximum(front, 0)),
            episode=np.where(is_going, episode, 0), position_ms=np.where(is_going, position, 0),
            playing_ms=np.where(is_last, found, between.draw(key, _BETWEEN, n=number_)),
            gap_ms=500 + between.below(key, 6_000, n=number_ + 64), pressed=False, attended_ms=0,
        )  # fmt: skip
        return plays.take(is_going | (front >= 0))

    def meddle(self, scene: Scene, script: Script) -> Edits | None:
        """The other half: in the middle of what others watch on a television."""
        row = _in_reach(scene, script)
        per_play = min(self.rate * (1.0 - _ALONE) / _PLAYS_BY_DAY, 1.0)
        row = row[scene.stream("meddles").happens(script.key[row], per_play)]
        if not len(row):
            return None
        key = script.key[row]
        begin = 1_000 + scene.stream("when").below(key, np.maximum(script.playing_ms[row] - 2_000, 1))
        which, number_ = children(1 + self._more(scene, key))
        jumps, press = scene.stream("jumps"), key[which]
        at = begin[which] + scene.stream("press").below(press, _REACHES_STOP_MS - 1_000, n=number_)
        way = np.where(jumps.happens(press, 0.5, n=number_ + 64), 30_000, -10_000)
        size = way * (1 + jumps.below(press, 8, n=number_ + 128))  # the button stays pressed for a while
        stall = 700 + scene.stream("stall").below(press, 15_000, n=number_)
        presses = Presses(row[which], at, stall, np.where(jumps.happens(press, 0.5, n=number_), size, 0))
        stops = np.flatnonzero(scene.stream("stops").happens(key, 0.3))
        one = np.ones(len(stops), dtype=np.int64)
        away = scene.stream("away").draw(key[stops], _AWAY)
        breaks = Breaks(row[stops], begin[stops] + _REACHES_STOP_MS, one * NO_ERROR, one, away, one < 0)
        return Edits("got at the remote", presses=presses, breaks=breaks)

    def _more(self, scene: Scene, key: Ints) -> Ints:
        """How many presses follow the first."""
        more: Ints = np.minimum(scene.stream("presses").draw(key, _count(self.presses)), _MOST_PRESSES - 1)
        return more


def _in_reach(scene: Scene, script: Script) -> Ints:
    """Rows of plays that people meant, on a television, by day, with the child in the room or nowhere else."""
    sessions, homes = scene.sessions, scene.homes
    clock = sessions.start_local % DAY_MS
    by_day = (clock >= _GETS_UP) & (clock < _GOES_TO_BED) & (sessions.device <= SECOND_TV)
    by_day &= scene.has_part[sessions.home] & (sessions.causes == 0)
    row = np.flatnonzero(by_day[script.session] & (script.causes == 0))
    session = script.session[row]
    home, start = sessions.home[session], sessions.start_ms[session]
    child = _toddler(homes)[home].argmax(axis=1)
    is_free = scene.is_free(home, child, start)
    is_free &= scene.timetable.next_start(home, child, start) >= sessions.until_ms[session]
    return np.asarray(row[is_free | (script.viewers[row] >> child & 1 == 1)])


def _toddler(homes: Homes) -> Flags:
    """Which persons are under four."""
    return (homes.age >= 0) & (homes.age <= 3)


@cache
def _count(presses: float) -> Steps:
    return Steps.poisson(presses - 1.0)
