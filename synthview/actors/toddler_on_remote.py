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
from synthview.stage.offered import Offered
from synthview.stage.proposals import Proposal, offer, sit
from synthview.stage.scene import Scene
from synthview.stage.script import Script
from synthview.viewing.sittings import Sessions
from synthview.world.clock import DAY_MS, HOUR_MS, MINUTE_MS
from synthview.world.popularity import ADULTS, FILMS

__all__ = ["ToddlerOnRemote"]

_MOST_A_DAY = 8.0
_MOST_ACTS = 8
_MOST_PRESSES = 12
_ALONE = 0.5
_PLAYS_BY_DAY = 1.4
"""Plays a day on the televisions of such a home with the child in reach.

Counted in the everyday world.
"""
_GETS_UP = 6 * HOUR_MS
_GOES_TO_BED = 20 * HOUR_MS
_CONTINUES = 0.4
"""Share of presses that land on "continue watching"; the others hit the front row (guess)."""
_BETWEEN = Quantiles.lognormal(15_000, 1.1, low=900, high=10 * MINUTE_MS)
_FOUND = Quantiles.lognormal(5 * MINUTE_MS, 1.2, low=5_000, high=HOUR_MS)
"""Until a grown-up comes and switches it off: median 5 minutes (guess)."""
_AWAY = Quantiles.lognormal(20_000, 1.0, low=3_000, high=8 * MINUTE_MS)
"""Until what was stopped is found again: median 20 seconds (guess)."""
_REACHES_STOP_MS = 41_000


@section
class ToddlerOnRemote(Actor):
    """A small hand has got hold of the remote.

    A child under four presses whatever gives way, by day, when it is up and about. While others
    watch, the film pauses, jumps, or stops and has to be found again. While nobody does, things
    start one after the other until a grown-up comes; the child, if it looks at all, does not
    follow them.
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
        rate = min(self.rate * _ALONE, _MOST_A_DAY)
        count = scene.stream("acts").poisson(scene.day_key(rows), rate, ceiling=_MOST_A_DAY)
        row, ordinal = children(np.minimum(count, _MOST_ACTS))
        if not len(row):
            return None
        sessions = _alone(scene, rows[row], ordinal)
        return Proposal(("played with the remote",), sessions, self._opened(scene, sessions))

    def _opened(self, scene: Scene, sessions: Sessions) -> Script:
        """What each press opens: it plays until the next, and the last until somebody comes."""
        count = 1 + self._more(scene, sessions.key)
        session, press = children(count)
        key = sessions.key[session]
        starts = _offered(scene, key, sessions.home[session], press)

        between = scene.stream("between")
        until_next = between.draw(key, _BETWEEN, n=press)
        until_found = scene.stream("found").draw(key, _FOUND)
        is_last = press == count[session] - 1
        plays = offer(
            scene,
            sessions,
            session,
            press,
            np.maximum(starts.work, 0),
            episode=starts.episode,
            position_ms=starts.position_ms,
            playing_ms=np.where(is_last, until_found, until_next),
            gap_ms=500 + between.below(key, 6_000, n=press + 64),
            pressed=False,
            attended_ms=0,
        )
        return plays.take(starts.work >= 0)

    def meddle(self, scene: Scene, script: Script) -> Edits | None:
        """The other half: in the middle of what others watch on a television."""
        row = _in_reach(scene, script)
        per_play = self.rate * (1.0 - _ALONE) / _PLAYS_BY_DAY
        meddles = scene.stream("meddles").happens(script.key[row], min(per_play, 1.0))
        row = row[meddles]
        if not len(row):
            return None

        key = script.key[row]
        latest = np.maximum(script.playing_ms[row] - 2_000, 1)
        begin = 1_000 + scene.stream("when").below(key, latest)
        return Edits(
            "got at the remote",
            presses=self._presses(scene, row, key, begin),
            breaks=_stops(scene, row, key, begin + _REACHES_STOP_MS),
        )

    def _presses(self, scene: Scene, row: Ints, key: Ints, begin_ms: Ints) -> Presses:
        """Pauses and jumps, half and half, within the time until the child reaches stop."""
        play, number_ = children(1 + self._more(scene, key))
        key = key[play]
        into = scene.stream("press").below(key, _REACHES_STOP_MS - 1_000, n=number_)
        stall = scene.stream("stall").below(key, 15_000, n=number_)

        jumps = scene.stream("jumps")
        is_jump = jumps.happens(key, 0.5, n=number_)
        is_forward = jumps.happens(key, 0.5, n=number_ + 64)
        step = np.where(is_forward, 30_000, -10_000)
        steps = 1 + jumps.below(key, 8, n=number_ + 128)  # the button stays pressed for a while
        return Presses(
            play=row[play],
            at_ms=begin_ms[play] + into,
            stall_ms=700 + stall,
            jump_ms=np.where(is_jump, step * steps, 0),
        )

    def _more(self, scene: Scene, key: Ints) -> Ints:
        """How many presses follow the first."""
        more = scene.stream("presses").draw(key, _count(self.presses))
        return np.minimum(more, _MOST_PRESSES - 1)


def _alone(scene: Scene, home: Ints, ordinal: Ints) -> Sessions:
    """When and where the child is alone with a television: by day, looking at it or not."""
    key = scene.session_key(home, ordinal)
    time_of_day = _GETS_UP + scene.stream("hour").below(key, _GOES_TO_BED - _GETS_UP)
    start = scene.utc(home, time_of_day)
    toddler = _toddler(scene.homes)[home].argmax(axis=1)
    looks = scene.stream("looks").happens(key, 0.6)
    return sit(
        scene,
        home,
        ordinal,
        start,
        HOUR_MS,
        scene.screen(home, start, (TV, SECOND_TV)),
        viewers=np.where(looks, np.int64(1) << toddler, 0),
    )


def _offered(scene: Scene, key: Ints, home: Ints, press: Ints) -> Offered:
    """Where each press lands: on "continue watching", or on a film in the front row."""
    under_way = Offered(*scene.under_way(home, profile=0))
    continues = scene.stream("continues").happens(key, _CONTINUES, n=press)
    place = scene.stream("opened").bits(key, press)
    front_row = scene.popular(place, home, FILMS, ADULTS)
    return under_way.where(continues, otherwise=front_row)


def _stops(scene: Scene, row: Ints, key: Ints, at_ms: Ints) -> Breaks:
    """The plays that the child stops, and that somebody has to find again."""
    stopped = np.flatnonzero(scene.stream("stops").happens(key, 0.3))
    count = len(stopped)
    return Breaks(
        play=row[stopped],
        at_ms=at_ms[stopped],
        error=np.full(count, NO_ERROR),
        attempts=np.ones(count, dtype=np.int64),
        wait_ms=scene.stream("away").draw(key[stopped], _AWAY),
        give_up=np.zeros(count, dtype=bool),
    )


def _in_reach(scene: Scene, script: Script) -> Ints:
    """Plays that people meant, on a television by day, with the child there or nowhere else."""
    sessions = scene.sessions
    is_meant = sessions.causes == 0
    is_on_tv = sessions.device <= SECOND_TV
    applies = scene.has_part[sessions.home]
    could_be = is_meant & is_on_tv & applies & _is_by_day(sessions)
    row = np.flatnonzero(could_be[script.session] & (script.causes == 0))

    session = sessions.take(script.session[row])
    home, start = session.home, session.start_ms
    child = _toddler(scene.homes)[home].argmax(axis=1)
    is_there = script.viewers[row] >> child & 1 == 1

    is_free = scene.is_free(home, child, start)
    next_start = scene.timetable.next_start(home, child, start)
    stays_free = is_free & (next_start >= session.until_ms)
    return np.asarray(row[stays_free | is_there])


def _is_by_day(sessions: Sessions) -> Flags:
    """Which sessions begin while small children are up."""
    time_of_day = sessions.start_local % DAY_MS
    return (time_of_day >= _GETS_UP) & (time_of_day < _GOES_TO_BED)


def _toddler(homes: Homes) -> Flags:
    """Which persons are under four."""
    return (homes.age >= 0) & (homes.age <= 3)


@cache
def _count(presses: float) -> Steps:
    return Steps.poisson(presses - 1.0)
