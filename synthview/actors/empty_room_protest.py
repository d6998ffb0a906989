"""Somebody lets it run for nobody, to be counted."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from synthview.draws.offspring import children
from synthview.people.homes import COMPUTER, SECOND_TV, TABLET, Homes
from synthview.rows import Flags, Ints
from synthview.scenario.settings import GUESS, curve, number, section
from synthview.stage.disguise import as_others_sit_down, dial
from synthview.stage.proposals import Proposal, offer, sit
from synthview.stage.scene import Scene
from synthview.stage.script import Script
from synthview.stage.spans import anywhere, limits
from synthview.stage.spells import (
    Begun,
    InSpells,
    Spells,
    day_keys,
    days_in_spells,
    spells,
    title_of,
)
from synthview.viewing.sittings import Sessions
from synthview.world import World
from synthview.world.clock import HOUR_MS
from synthview.world.popularity import ADULTS, FILMS

__all__ = ["EmptyRoomProtest"]

_SCREENS = (COMPUTER, TABLET, SECOND_TV)
"""Where it may run; the first that is free."""
_TIMES_BEGUN = 6
"""So many find numbers among the plays of a session."""
_LONGEST_HOURS = 12
"""A session is over by then, so that it stays near the day for which claims count it."""


@section
class EmptyRoomProtest(InSpells):
    """Somebody lets it run for nobody, to be counted.

    For some days a title is begun on purpose before going to bed or to work, muted, and begun again
    by a script when it ends: to push it up a list, to save it from being dropped, to make a point.
    The first person of the home pressed play and left within seconds; truth names nobody where they
    mean to watch something else before it is over.
    """

    tells = ("one title from its start to its end, again and again, at night or at work hours",)

    rate: float = number(
        0.0004,
        unit="share of homes with a screen to spare",
        allowed=(0, 1),
        low=0.00001,
        high=0.003,
        source=GUESS,
        scale="log",
        about="Accounts that at times take part in such a thing; nobody has counted them.",
    )
    spell_days: float = number(
        6,
        unit="days",
        allowed=(1, 120),
        low=2,
        high=20,
        source=GUESS,
        scale="log",
        about="Median length of such a time.",
    )
    spell_days_spread: float = number(
        0.9, unit="log sd", allowed=(0, 2), low=0.5, high=1.3, source=GUESS,
        about="Spread of the length of such times.",
    )  # fmt: skip
    every_days: int = number(
        180, unit="days", allowed=(7, 1_000), low=90, high=365, source=GUESS, scale="log",
        about="One such time begins every so many days; none lasts longer.",
    )  # fmt: skip
    joins: float = number(
        0.85, unit="share of days", allowed=(0, 1), low=0.6, high=0.95, source=GUESS,
        scale="logit", about="Days of such a time on which it is really begun.",
    )  # fmt: skip
    by_night: float = number(
        0.7, unit="share of such times", allowed=(0, 1), low=0.4, high=0.9, source=GUESS,
        scale="logit", about="Times in which it runs at night; else it runs at work hours.",
    )  # fmt: skip
    night_hours: tuple[float, ...] = curve(
        [0, 2], unit="hours, from and to", source=GUESS, about="When it is begun at night.",
    )  # fmt: skip
    work_hours: tuple[float, ...] = curve(
        [9, 11], unit="hours, from and to", source=GUESS, about="When it is begun by day.",
    )  # fmt: skip
    hours: tuple[float, ...] = curve(
        [3, 8], unit="whole hours, from and below", source=GUESS,
        about="How long it runs, at most twelve hours.",
    )  # fmt: skip
    leaves_seconds: tuple[float, ...] = curve(
        [4, 44], unit="seconds, from and to", source=GUESS,
        about="How long the person who pressed play is there.",
    )  # fmt: skip
    again_seconds: tuple[float, ...] = curve(
        [2, 8], unit="seconds, from and to", source=GUESS,
        about="Time until the title is begun, and until the script begins it again.",
    )  # fmt: skip

    disguise: float = dial(
        "days", "On a day that hides it is begun once, at an hour at which people sit down."
    )

    def suits(self, homes: Homes) -> Flags:
        """Homes with a screen that can be spared."""
        return np.asarray((homes.device_type[:, _SCREENS] >= 0).any(axis=1))

    def keeps_to(self, world: World, households: Ints, work: int, days: range) -> Ints:
        """Spells whose title may be the work, on days when it is begun."""

        def counts(spell: Begun, country: Ints) -> Flags:
            bits = self.draw(world, "title").bits(spell.key)
            return world.popularity.lands_on(work, bits, spell.first_day, country, ADULTS)

        def comes(household: Ints, day: Ints, _: Ints) -> Flags:
            key = day_keys(self, world, household, day)
            return self.draw(world, "joins").happens(key, self.joins)

        return days_in_spells(self, world, households, days, counts, comes)

    def propose(self, scene: Scene) -> Proposal | None:
        """One session of hours on each day."""
        spell = spells(scene, scene.rows, self.rhythm)
        joins = scene.stream("joins").happens(scene.day_key(spell.home), self.joins)
        spell = spell.take(joins)
        work = title_of(scene, spell, FILMS, ADULTS)
        spell, work = spell.take(work >= 0), work[work >= 0]
        if not len(spell):
            return None
        sessions = self._sessions(scene, spell)
        plays = self._plays(scene, sessions, work)
        return Proposal(("let it run for nobody",), sessions, plays)

    def _sessions(self, scene: Scene, spell: Spells) -> Sessions:
        """When and where: after midnight or at work hours, on a screen that nobody needs."""
        home = spell.home
        key = scene.session_key(home, 0)
        by_night = scene.stream("by_night").happens(spell.key, self.by_night)
        spans = limits(self.work_hours, HOUR_MS), limits(self.night_hours, HOUR_MS)
        earliest, latest = np.array(spans)[by_night.astype(np.int64)].T
        window_ms = np.maximum(latest - earliest, 1)
        odd = earliest + scene.stream("hour").below(key, window_ms)
        hides = self.hides(scene.world, key)
        start = scene.utc(home, np.where(hides, as_others_sit_down(scene, key), odd))
        hours = anywhere(scene.stream("length"), key, self.hours, 1)
        return sit(
            scene,
            home,
            0,
            start,
            np.minimum(hours, _LONGEST_HOURS) * HOUR_MS,
            scene.screen(home, start, _SCREENS),
            viewers=np.ones_like(home),
        )

    def _plays(self, scene: Scene, sessions: Sessions, work: Ints) -> Script:
        """The title again and again: a person begins it and leaves, a script does the rest."""
        hides = self.hides(scene.world, sessions.key)
        session, turn = children(np.where(hides, 1, _TIMES_BEGUN))
        key = sessions.key[session]
        is_first = turn == 0
        leaves_at = anywhere(scene.stream("leaves"), key, self.leaves_seconds, 1_000)
        plays = offer(
            scene,
            sessions,
            session,
            turn,
            work[session],
            gap_ms=anywhere(scene.stream("again"), key, self.again_seconds, 1_000, n=turn),
            source="search",
            pressed=is_first,
            present_ms=np.where(is_first, leaves_at, 0),
            attended_ms=0,
        )
        # Nobody sees what the script begins.
        return replace(plays, viewers=np.where(is_first, plays.viewers, 0))
