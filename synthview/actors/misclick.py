"""Somebody starts the wrong title, and leaves it within seconds for the one that was meant."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np

from synthview.draws.quantiles import Quantiles
from synthview.people.homes import PROFILES
from synthview.rows import Flags, Ints
from synthview.scenario.settings import GUESS, curve, number, section
from synthview.stage.actor import Actor
from synthview.stage.offered import Offered
from synthview.stage.proposals import Proposal, insert
from synthview.stage.scene import Scene
from synthview.stage.script import Script
from synthview.stage.spans import anywhere
from synthview.tables import START_SOURCES
from synthview.world.clock import MINUTE_MS
from synthview.world.popularity import ADULTS, FILMS, KIDS, SERIES

__all__ = ["Misclick"]

_RESUME = START_SOURCES.index("resume")
_STARTUP_MS = 2_000
"""Room in the time that is spared for the picture of the wrong title to come."""


@section
class Misclick(Actor):
    """A thumb slips, and the title beside the one that was meant begins.

    It happens to whoever chooses something, on any screen. More often than not it is what "continue
    watching" shows first, else a neighbour in the row. The wrong title runs for seconds, at most
    two minutes, until the mistake is seen; then what was meant begins.
    """

    of_homes = False
    picks_anew = True
    tells = ("left within seconds", "another title follows at once")

    rate: float = number(
        0.012,
        unit="per title that somebody starts",
        allowed=(0, 1),
        low=0.003,
        high=0.04,
        source=GUESS,
        scale="log",
        about=(
            "How often the wrong title is started first; nobody has counted it. T15 bounds it: a "
            "quarter to half of all clicks on a film lead to no measured play, most of them for "
            "other reasons."
        ),
    )
    seconds: float = number(
        14,
        unit="seconds",
        allowed=(1, 120),
        low=5,
        high=30,
        source="T15-p50",
        scale="log",
        about=(
            "Median time until the wrong title is left; by T15 the next click after one that led "
            "to nothing."
        ),
    )
    seconds_spread: float = number(
        0.8, unit="log sd", allowed=(0, 2), low=0.5, high=1.2, source=GUESS,
        about="Spread of that time.",
    )  # fmt: skip
    back_seconds: float = number(
        4.5, unit="seconds", allowed=(0.7, 60), low=2, high=10, source=GUESS, scale="log",
        about="Median time from leaving the wrong title to starting the right one.",
    )  # fmt: skip
    back_seconds_spread: float = number(
        0.7, unit="log sd", allowed=(0, 2), low=0.4, high=1, source=GUESS,
        about="Spread of that time.",
    )  # fmt: skip
    begins_seconds: tuple[float, ...] = curve(
        [1.5, 7.5], unit="seconds, from and to", source=GUESS,
        about="Time until the wrong title begins, of somebody who was quick.",
    )  # fmt: skip
    resumes: float = number(
        0.6,
        unit="share",
        allowed=(0, 1),
        low=0.3,
        high=0.8,
        source=GUESS,
        scale="logit",
        about='Of wrong starts, how many hit what "continue watching" shows.',
    )

    def propose(self, scene: Scene) -> Proposal | None:
        """Wrong titles before those that people meant to start."""
        before = self._slips(scene)
        if not len(before):
            return None

        set_aside = _set_aside(scene, _profile(scene, before))
        resumes = self._resumes(scene, before) & (set_aside.work >= 0)
        wrong = set_aside.where(resumes, otherwise=_beside(scene, before))

        is_right = wrong.work == scene.plays.work[before]
        is_wrong = (wrong.work >= 0) & ~is_right
        slipped = self._slipped(scene, before[is_wrong], wrong.take(is_wrong))
        source = np.where(resumes[is_wrong], _RESUME, slipped.source)
        return Proposal(("slipped",), inserted=replace(slipped, source=source))

    def _slips(self, scene: Scene) -> Ints:
        """The plays, pressed by somebody, before which the thumb slips."""
        plays = scene.plays
        home = scene.sessions.home[plays.session]
        slips = scene.stream("slips").happens(plays.key, min(self.rate, 1.0))
        is_pressed = ~plays.autoplayed
        return np.flatnonzero(slips & is_pressed & scene.has_part[home])

    def _resumes(self, scene: Scene, before: Ints) -> Flags:
        """Which slips hit what "continue watching" shows."""
        draw = scene.stream("resumes")
        return draw.happens(scene.plays.key[before], self.resumes)

    def _slipped(self, scene: Scene, before: Ints, wrong: Offered) -> Script:
        """How long each wrong title runs, and whether the right one begins later for it."""
        key = scene.plays.key[before]
        steps_away = scene.stream("steps_away")
        left = scene.stream("seconds").draw(key, _seconds(self.seconds, self.seconds_spread))
        back = steps_away.draw(key, _steps_away(self.back_seconds, self.back_seconds_spread))
        spare = scene.plays.gap_ms[before] - left - back - _STARTUP_MS
        quick = anywhere(steps_away, key, self.begins_seconds, 1_000, n=1)
        fits = spare >= quick
        slipped = insert(
            scene,
            before,
            wrong.work,
            playing_ms=left,
            gap_ms=np.where(fits, spare, quick),
            source="browse",
            episode=wrong.episode,
            position_ms=wrong.position_ms,
        )
        return replace(slipped, borrows=fits)


def _profile(scene: Scene, plays: Ints) -> Ints:
    """The row of the profile, in the memory, that chose each play."""
    session = scene.plays.session[plays]
    return scene.sessions.home[session] * PROFILES + scene.sessions.profile[session]


def _beside(scene: Scene, before: Ints) -> Ints:
    """A neighbour in the row of each title that was meant; -1 for none."""
    plays = scene.plays
    home = scene.sessions.home[plays.session[before]]
    is_film = scene.world.catalogue.works.is_film[plays.work[before]]
    is_for_kids = scene.is_for_kids(before)
    bits = scene.stream("beside").bits(plays.key[before])
    kind = np.where(is_film, FILMS, SERIES)
    audience = np.where(is_for_kids, KIDS, ADULTS)
    return scene.popular(bits, home, kind, audience)


def _set_aside(scene: Scene, profile: Ints) -> Offered:
    """What each profile has under way and does not touch today, the latest first.

    What they do touch today already stands in the memory as it will be in the evening.
    """
    memory = scene.memory
    rests = (memory.series[profile] >= 0) & (memory.series_day[profile] < scene.day)
    has_series = rests.any(axis=1)
    latest = (profile, rests.argmax(axis=1))
    series = np.where(has_series, memory.series[latest], -1)

    film_day = memory.film_day[profile]
    has_film = (memory.film[profile] >= 0) & (film_day < scene.day)
    is_later = film_day > memory.series_day[latest]
    film_first = has_film & (is_later | ~has_series)
    return Offered(
        work=np.where(film_first, memory.film[profile], series),
        episode=np.where(film_first, 0, memory.episode[latest]),
        position_ms=np.where(film_first, memory.film_at[profile], memory.episode_at[latest]),
    )


@cache
def _seconds(median: float, spread: float) -> Quantiles:
    return Quantiles.lognormal_within(median * 1000, spread, 1_500, 2 * MINUTE_MS)


@cache
def _steps_away(median: float, spread: float) -> Quantiles:
    return Quantiles.lognormal_within(median * 1000, spread, 700, MINUTE_MS)
