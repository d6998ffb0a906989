"""A small hand has got hold of the remote."""

from __future__ import annotations

from functools import cache

import numpy as np

from synthview.draws.offspring import children
from synthview.draws.quantiles import Quantiles, Steps
from synthview.people.homes import SECOND_TV, TV, Homes
from synthview.rows import Flags, Ints
from synthview.scenario.settings import GUESS, curve, number, section
from synthview.stage.actor import Actor
from synthview.stage.disguise import dial
from synthview.stage.edits import NO_ERROR, Breaks, Edits, Presses
from synthview.stage.offered import Offered
from synthview.stage.proposals import Proposal, offer, sit
from synthview.stage.scene import Scene
from synthview.stage.script import Script
from synthview.stage.spans import anywhere, limits
from synthview.viewing.sittings import Sessions
from synthview.world.clock import DAY_MS, HOUR_MS, MINUTE_MS
from synthview.world.popularity import ADULTS, FILMS

__all__ = ["ToddlerOnRemote"]

_MOST_A_DAY = 8.0
"""The ceiling of a count of acts, twice what is allowed."""
_MOST_ACTS = 8
"""Acts a day, at most: so many have numbers."""
_MOST_PRESSES = 12
"""Presses in an act, at most: so many have numbers."""
_PLAYS_BY_DAY = 1.4
"""Plays a day on the televisions of such a home with the child in reach.

Counted in the everyday world: it turns a rate a day into a chance for each play.
"""
_BETWEEN_MS = (900, 10 * MINUTE_MS)
_FOUND_MS = (5_000, HOUR_MS)
_AWAY_MS = (3_000, 8 * MINUTE_MS)
"""Times are cut here, so that none is a slip of the finger or lasts for hours."""


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
        allowed=(1, _MOST_PRESSES),
        low=2,
        high=8,
        source=GUESS,
        scale="log",
        about="Mean number of presses.",
    )
    alone: float = number(
        0.5, unit="share of acts", allowed=(0, 1), low=0.2, high=0.8, source=GUESS,
        scale="logit", about="Acts before a television that nobody uses.",
    )  # fmt: skip
    awake: tuple[float, ...] = curve(
        [6, 20], unit="hours, from and to", source=GUESS, about="When the child is up.",
    )  # fmt: skip
    looks: float = number(
        0.6, unit="share of acts alone", allowed=(0, 1), low=0.3, high=0.85, source=GUESS,
        scale="logit", about="Acts in which the child looks at what it has begun.",
    )  # fmt: skip
    continues: float = number(
        0.4, unit="share of presses", allowed=(0, 1), low=0.2, high=0.7, source=GUESS,
        scale="logit", about='Presses on "continue watching"; the others hit the front row.',
    )  # fmt: skip
    between_seconds: float = number(
        15, unit="seconds", allowed=(0.9, 600), low=6, high=40, source=GUESS, scale="log",
        about="Median time from one press to the next, of a child that is alone.",
    )  # fmt: skip
    between_seconds_spread: float = number(
        1.1, unit="log sd", allowed=(0, 2), low=0.7, high=1.5, source=GUESS,
        about="Spread of that time.",
    )  # fmt: skip
    gap_seconds: tuple[float, ...] = curve(
        [0.5, 6.5], unit="seconds, from and to", source=GUESS,
        about="Time in the menu before each of its plays.",
    )  # fmt: skip
    found_minutes: float = number(
        5, unit="minutes", allowed=(0.1, 60), low=2, high=15, source=GUESS, scale="log",
        about="Median time until a grown-up comes and switches it off.",
    )  # fmt: skip
    found_minutes_spread: float = number(
        1.2, unit="log sd", allowed=(0, 2), low=0.7, high=1.6, source=GUESS,
        about="Spread of that time.",
    )  # fmt: skip
    jumps: float = number(
        0.5, unit="share of presses", allowed=(0, 1), low=0.2, high=0.8, source=GUESS,
        scale="logit", about="While others watch, presses that jump; the others pause.",
    )  # fmt: skip
    jumps_forward: float = number(
        0.5, unit="share of jumps", allowed=(0, 1), low=0.3, high=0.7, source=GUESS,
        scale="logit", about="Jumps forwards; the others go back.",
    )  # fmt: skip
    jump_seconds: tuple[float, ...] = curve(
        [10, 30], unit="seconds, back and forwards", source=GUESS,
        about="How far one step of a jump goes.",
    )  # fmt: skip
    jump_steps: int = number(
        8, unit="steps", allowed=(1, 60), low=4, high=16, source=GUESS, scale="log",
        about="The most steps of a jump, as the button stays pressed for a while.",
    )  # fmt: skip
    stall_seconds: tuple[float, ...] = curve(
        [0.7, 15.7], unit="seconds, from and to", source=GUESS,
        about="How long a pause lasts, and how long a jump takes.",
    )  # fmt: skip
    stops: float = number(
        0.3, unit="share of acts", allowed=(0, 1), low=0.1, high=0.6, source=GUESS,
        scale="logit", about="While others watch, acts in which the child reaches stop.",
    )  # fmt: skip
    reaches_stop_seconds: float = number(
        41, unit="seconds", allowed=(2, 600), low=15, high=120, source=GUESS, scale="log",
        about="Time from its first press until it would.",
    )  # fmt: skip
    away_seconds: float = number(
        20, unit="seconds", allowed=(3, 480), low=8, high=60, source=GUESS, scale="log",
        about="Median time until what was stopped is found again.",
    )  # fmt: skip
    away_seconds_spread: float = number(
        1, unit="log sd", allowed=(0, 2), low=0.6, high=1.4, source=GUESS,
        about="Spread of that time.",
    )  # fmt: skip

    disguise: float = dial(
        "acts", "A child that hides presses once, where it would go on pressing."
    )

    def suits(self, homes: Homes) -> Flags:
        """Homes with a child under 4."""
        return np.asarray(_toddler(homes).any(axis=1))

    def propose(self, scene: Scene) -> Proposal | None:
        """Some of the acts: alone before the television, by day."""
        rows = scene.rows
        rate = min(self.rate * self.alone, _MOST_A_DAY)
        count = scene.stream("acts").poisson(scene.day_key(rows), rate, ceiling=_MOST_A_DAY)
        row, ordinal = children(np.minimum(count, _MOST_ACTS))
        if not len(row):
            return None
        sessions = self._sessions(scene, rows[row], ordinal)
        return Proposal(("played with the remote",), sessions, self._opened(scene, sessions))

    def _opened(self, scene: Scene, sessions: Sessions) -> Script:
        """What each press opens: it plays until the next, and the last until somebody comes."""
        count = 1 + self._more(scene, sessions.key)
        session, press = children(count)
        key = sessions.key[session]
        starts = self._offered(scene, key, sessions.home[session], press)

        between = scene.stream("between")
        pauses = _times(self.between_seconds * 1000, self.between_seconds_spread, _BETWEEN_MS)
        found = _times(self.found_minutes * MINUTE_MS, self.found_minutes_spread, _FOUND_MS)
        until_next = between.draw(key, pauses, n=press)
        until_found = scene.stream("found").draw(key, found)
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
            gap_ms=anywhere(between, key, self.gap_seconds, 1_000, n=press + 64),
            pressed=False,
            attended_ms=0,
        )
        return plays.take(starts.work >= 0)

    def meddle(self, scene: Scene, script: Script) -> Edits | None:
        """The others: in the middle of what others watch on a television."""
        row = self._in_reach(scene, script)
        per_play = self.rate * (1.0 - self.alone) / _PLAYS_BY_DAY
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
            breaks=self._stops(scene, row, key, begin + self._reaches_stop_ms),
        )

    def _presses(self, scene: Scene, row: Ints, key: Ints, begin_ms: Ints) -> Presses:
        """Pauses and jumps, within the time until the child reaches stop."""
        play, number_ = children(1 + self._more(scene, key))
        key = key[play]
        into = scene.stream("press").below(key, self._reaches_stop_ms - 1_000, n=number_)
        stall = anywhere(scene.stream("stall"), key, self.stall_seconds, 1_000, n=number_)

        jumps = scene.stream("jumps")
        is_jump = jumps.happens(key, self.jumps, n=number_)
        is_forward = jumps.happens(key, self.jumps_forward, n=number_ + 64)
        back, forwards = (limits((0, one), 1_000)[1] for one in self.jump_seconds)
        step = np.where(is_forward, forwards, -back)
        steps = 1 + jumps.below(key, self.jump_steps, n=number_ + 128)
        return Presses(
            play=row[play],
            at_ms=begin_ms[play] + into,
            stall_ms=stall,
            jump_ms=np.where(is_jump, step * steps, 0),
        )

    def _more(self, scene: Scene, key: Ints) -> Ints:
        """How many presses follow the first; none where the child hides."""
        more = scene.stream("presses").draw(key, _count(self.presses))
        return np.where(self.hides(scene.world, key), 0, np.minimum(more, _MOST_PRESSES - 1))

    @property
    def _reaches_stop_ms(self) -> int:
        return round(self.reaches_stop_seconds * 1_000)

    def _sessions(self, scene: Scene, home: Ints, ordinal: Ints) -> Sessions:
        """When and where the child is alone with a television: by day, looking at it or not."""
        key = scene.session_key(home, ordinal)
        time_of_day = anywhere(scene.stream("hour"), key, self.awake, HOUR_MS)
        start = scene.utc(home, time_of_day)
        toddler = _toddler(scene.homes)[home].argmax(axis=1)
        looks = scene.stream("looks").happens(key, self.looks)
        return sit(
            scene,
            home,
            ordinal,
            start,
            HOUR_MS,
            scene.screen(home, start, (TV, SECOND_TV)),
            viewers=np.where(looks, np.int64(1) << toddler, 0),
        )

    def _offered(self, scene: Scene, key: Ints, home: Ints, press: Ints) -> Offered:
        """Where each press lands: on "continue watching", or on a film in the front row."""
        under_way = Offered(*scene.under_way(home, profile=0))
        continues = scene.stream("continues").happens(key, self.continues, n=press)
        place = scene.stream("opened").bits(key, press)
        front_row = scene.popular(place, home, FILMS, ADULTS)
        return under_way.where(continues, otherwise=front_row)

    def _stops(self, scene: Scene, row: Ints, key: Ints, at_ms: Ints) -> Breaks:
        """The plays that the child stops, and that somebody has to find again."""
        stopped = np.flatnonzero(scene.stream("stops").happens(key, self.stops))
        count = len(stopped)
        away = _times(self.away_seconds * 1000, self.away_seconds_spread, _AWAY_MS)
        return Breaks(
            play=row[stopped],
            at_ms=at_ms[stopped],
            error=np.full(count, NO_ERROR),
            attempts=np.ones(count, dtype=np.int64),
            wait_ms=scene.stream("away").draw(key[stopped], away),
            give_up=np.zeros(count, dtype=bool),
        )

    def _in_reach(self, scene: Scene, script: Script) -> Ints:
        """Plays people meant, on a television by day, with the child there or nowhere else."""
        sessions = scene.sessions
        is_meant = sessions.causes == 0
        is_on_tv = sessions.device <= SECOND_TV
        applies = scene.has_part[sessions.home]
        could_be = is_meant & is_on_tv & applies & self._is_by_day(sessions)
        row = np.flatnonzero(could_be[script.session] & (script.causes == 0))

        session = sessions.take(script.session[row])
        home, start = session.home, session.start_ms
        child = _toddler(scene.homes)[home].argmax(axis=1)
        is_there = script.viewers[row] >> child & 1 == 1

        is_free = scene.is_free(home, child, start)
        next_start = scene.timetable.next_start(home, child, start)
        stays_free = is_free & (next_start >= session.until_ms)
        return np.asarray(row[stays_free | is_there])

    def _is_by_day(self, sessions: Sessions) -> Flags:
        """Which sessions begin while small children are up."""
        time_of_day = sessions.start_local % DAY_MS
        gets_up, goes_to_bed = limits(self.awake, HOUR_MS)
        return (time_of_day >= gets_up) & (time_of_day < goes_to_bed)


def _toddler(homes: Homes) -> Flags:
    """Which persons are under four."""
    return (homes.age >= 0) & (homes.age <= 3)


@cache
def _count(presses: float) -> Steps:
    return Steps.poisson(presses - 1.0)


@cache
def _times(median_ms: float, spread: float, cut: tuple[int, int]) -> Quantiles:
    low, high = cut
    return Quantiles.lognormal_within(median_ms, spread, low, high)
