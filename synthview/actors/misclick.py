"""Somebody starts the wrong title, and leaves it within seconds for the one that was meant."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np

from synthview.draws.quantiles import Quantiles
from synthview.people.homes import PROFILES
from synthview.rows import Flags, Ints
from synthview.scenario.settings import GUESS, number, section
from synthview.stage.actor import Actor
from synthview.stage.proposals import Proposal, insert
from synthview.stage.scene import Scene
from synthview.tables import START_SOURCES
from synthview.world.clock import MINUTE_MS
from synthview.world.popularity import ADULTS, FILMS, KIDS, SERIES

__all__ = ["Misclick"]

_RESUME = START_SOURCES.index("resume")
_STEPS_AWAY = Quantiles.lognormal(4_500, 0.7, low=700, high=MINUTE_MS)
"""Time from leaving the wrong title to starting the right one: median 4.5 seconds (guess)."""
_STARTUP_MS = 2_000


@section
class Misclick(Actor):
    """A thumb slips, and the title beside the one that was meant begins.

    It happens to whoever chooses something, on any screen. More often than not it is what "continue
    watching" shows first, else a neighbour in the row. The wrong title runs for seconds, at most two
    minutes, until the mistake is seen; then what was meant begins.
    """

    of_homes = False
    picks_anew = True
    tells = ("left within seconds", "another title follows at once")

    rate: float = number(
        0.012, unit="per title that somebody starts", allowed=(0, 1), low=0.003, high=0.04, source=GUESS, scale="log",
        about="How often the wrong title is started first; nobody has counted it. T15 bounds it: a quarter to half of all "
        "clicks on a film lead to no measured play, most of them for other reasons.",
    )
    seconds: float = number(
        14, unit="seconds", allowed=(1, 120), low=5, high=30, source="T15-p50", scale="log",
        about="Median time until the wrong title is left; by T15 the next click after one that led to nothing.",
    )
    resumes: float = number(
        0.6, unit="share", allowed=(0, 1), low=0.3, high=0.8, source=GUESS, scale="logit",
        about='Of wrong starts, how many hit what "continue watching" shows.',
    )  # fmt: skip

    def propose(self, scene: Scene) -> Proposal | None:
        """Wrong titles before those that people meant to start."""
        plays, sessions = scene.plays, scene.sessions
        slips = scene.stream("slips").happens(plays.key, min(self.rate, 1.0)) & ~plays.autoplayed
        before = np.flatnonzero(slips & scene.has_part[sessions.home[plays.session]])
        if not len(before):
            return None
        work, episode, position, is_going = self._wrong(scene, before)
        wrong = (work >= 0) & (work != plays.work[before])
        before, is_going = before[wrong], is_going[wrong]
        left = scene.stream("seconds").draw(plays.key[before], _seconds(self.seconds))
        back = scene.stream("steps_away").draw(plays.key[before], _STEPS_AWAY)
        spare = plays.gap_ms[before] - left - back - _STARTUP_MS
        quick = 1_500 + scene.stream("steps_away").below(plays.key[before], 6_000, n=1)
        slipped = insert(
            scene, before, work[wrong],
            playing_ms=left, gap_ms=np.where(spare >= quick, spare, quick), source="browse",
            episode=episode[wrong], position_ms=position[wrong],
        )  # fmt: skip
        source = np.where(is_going, _RESUME, slipped.source)
        return Proposal(("slipped",), inserted=replace(slipped, source=source, borrows=spare >= quick))

    def _wrong(self, scene: Scene, before: Ints) -> tuple[Ints, Ints, Ints, Flags]:
        """What is started by error: (work, episode, position in ms, whether it was under way); work -1 for nothing."""
        plays, sessions = scene.plays, scene.sessions
        key, session = plays.key[before], plays.session[before]
        who = sessions.home[session] * PROFILES + sessions.profile[session]
        work, episode, position = _set_aside(scene, who)
        is_going = scene.stream("resumes").happens(key, self.resumes) & (work >= 0)
        kind = np.where(scene.world.catalogue.works.is_film[plays.work[before]], FILMS, SERIES)
        audience = np.where(scene.memory.is_for_kids[who], KIDS, ADULTS)
        beside = scene.popular(scene.stream("beside").bits(key), sessions.home[session], kind, audience)
        work = np.where(is_going, work, beside)
        return work, np.where(is_going, episode, 0), np.where(is_going, position, 0), is_going


def _set_aside(scene: Scene, who: Ints) -> tuple[Ints, Ints, Ints]:
    """What each profile has under way and does not touch today, the latest first: (work, episode, position in ms).

    What they do touch today already stands in the memory as it will be in the evening.
    """
    memory, every = scene.memory, np.arange(len(who))
    rests = (memory.series[who] >= 0) & (memory.series_day[who] < scene.day)
    slot = rests.argmax(axis=1)
    has_series = rests[every, slot]
    has_film = (memory.film[who] >= 0) & (memory.film_day[who] < scene.day)
    film_first = has_film & (~has_series | (memory.film_day[who] > memory.series_day[who, slot]))
    work = np.where(film_first, memory.film[who], np.where(has_series, memory.series[who, slot], -1))
    episode = np.where(film_first, 0, memory.episode[who, slot])
    return work, episode, np.where(film_first, memory.film_at[who], memory.episode_at[who, slot])


@cache
def _seconds(median: float) -> Quantiles:
    return Quantiles.lognormal(median * 1000, 0.8, low=1_500, high=2 * MINUTE_MS)
