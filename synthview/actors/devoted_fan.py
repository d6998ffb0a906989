"""Somebody really does watch it every day."""

from __future__ import annotations

import numpy as np

from synthview.people.ages import ADULT
from synthview.people.homes import COMPUTER, PERSONS, SECOND_TV, TABLET, TV
from synthview.rows import Flags, Ints
from synthview.scenario.settings import GUESS, curve, number, section
from synthview.stage.disguise import as_others_sit_down, dial
from synthview.stage.persons import one_of_the_home
from synthview.stage.proposals import Proposal, offer, sit
from synthview.stage.scene import Scene
from synthview.stage.script import Script
from synthview.stage.spans import anywhere, limits, part
from synthview.stage.spells import (
    Begun,
    InSpells,
    Spells,
    day_keys,
    days_in_spells,
    spells,
    title_of,
)
from synthview.tables import PLANS
from synthview.viewing.leaving import left_out_ms
from synthview.viewing.sittings import Sessions
from synthview.world import World
from synthview.world.clock import DAY_MS, HOUR_MS, MINUTE_MS
from synthview.world.popularity import ADULTS, FILMS

__all__ = ["DevotedFan"]

_LONGEST_DAYS = 240
_ROOM_MS = 2 * HOUR_MS
"""A session is longer than its film, so that a pause does not cut it off."""
_SHIFTS_MIN = (0, 45, -45, 90, -90, 150, -150, 240, -240, 330, -330)
"""The grid on which free time is looked for, nearest first."""
_ONE_STREAM = PLANS.index("basic")


@section
class DevotedFan(InSpells):
    """Somebody really does watch it every day.

    An adult chooses one film and sits through it day after day for weeks, at about the same hour,
    nearly always to the end. Nothing went wrong, nobody else was there: without such people the
    question of how many there were has no honest answer.
    """

    tells = ("one film daily at about the same hour, mostly to its end",)

    rate: float = number(
        0.00003,
        unit="share of homes",
        allowed=(0, 1),
        low=0.000001,
        high=0.001,
        source=GUESS,
        scale="log",
        about=(
            "Homes of somebody who at times watches one film daily; nobody has counted them: one "
            "in a million and one in a thousand are as believable."
        ),
    )
    spell_days: float = number(
        16,
        unit="days",
        allowed=(1, _LONGEST_DAYS),
        low=7,
        high=40,
        source=GUESS,
        scale="log",
        about="Median length of such a time.",
    )
    spell_days_spread: float = number(
        0.9, unit="log sd", allowed=(0, 2), low=0.5, high=1.3, source=GUESS,
        about="Spread of the length of such times.",
    )  # fmt: skip
    every_days: int = number(
        _LONGEST_DAYS, unit="days", allowed=(7, 1_000), low=90, high=365, source=GUESS,
        scale="log", about="One such time begins every so many days; none lasts longer.",
    )  # fmt: skip
    keeps_to_it: float = number(
        0.97,
        unit="share of days",
        allowed=(0, 1),
        low=0.9,
        high=0.995,
        source=GUESS,
        scale="logit",
        about="Days of that time on which the film is watched.",
    )
    leaves_early: float = number(
        0.05,
        unit="share of sittings",
        allowed=(0, 1),
        low=0.01,
        high=0.2,
        source=GUESS,
        scale="logit",
        about="Sittings broken off in the second half: a telephone, sleep, the end known by heart.",
    )
    leaves_early_at: tuple[float, ...] = curve(
        [0.5, 0.8906], unit="share of the film, from and to", source=GUESS,
        about="How far a film that is broken off gets.",
    )  # fmt: skip
    begins_seconds: tuple[float, ...] = curve(
        [4, 44], unit="seconds, from and to", source=GUESS, about="Time until it is begun.",
    )  # fmt: skip
    own_hour: tuple[float, ...] = curve(
        [10, 22], unit="hours, from and to", source=GUESS,
        about="Where the hour lies at which a fan begins each day; each has one.",
    )  # fmt: skip
    give_or_take: int = number(
        50, unit="minutes", allowed=(1, 240), low=20, high=90, source=GUESS, scale="log",
        about="By how much at most a fan begins sooner or later than at that hour.",
    )  # fmt: skip
    waking_hours: tuple[float, ...] = curve(
        [7, 23], unit="hours, from and to", source=GUESS,
        about="When it is begun, should the own hour not be free.",
    )  # fmt: skip

    disguise: float = dial(
        "days", "On a day on which they hide, fans begin at any hour at which people sit down."
    )

    def keeps_to(self, world: World, households: Ints, work: int, days: range) -> Ints:
        """Spells whose title may be the work, on days that are kept."""

        def counts(spell: Begun, country: Ints) -> Flags:
            bits = self.draw(world, "title").bits(spell.key)
            return world.popularity.lands_on(work, bits, spell.first_day, country, ADULTS)

        def comes(household: Ints, day: Ints, _: Ints) -> Flags:
            key = day_keys(self, world, household, day)
            return self.draw(world, "keeps_to_it").happens(key, self.keeps_to_it)

        return days_in_spells(
            self,
            world,
            households,
            days,
            counts,
            comes,
        )

    def propose(self, scene: Scene) -> Proposal | None:
        """One session a day, with the film from its start."""
        spell = spells(scene, scene.rows, self.rhythm)
        day = scene.day_key(spell.home)
        is_kept = scene.stream("keeps_to_it").happens(day, self.keeps_to_it)
        spell = spell.take(is_kept)
        work = title_of(scene, spell, FILMS, ADULTS)
        spell, work = spell.take(work >= 0), work[work >= 0]
        if not len(spell):
            return None
        runtime = scene.world.catalogue.runtime_ms(work, np.zeros_like(work))
        sessions = self._sessions(scene, spell, runtime)
        plays = self._plays(scene, sessions, work, runtime)
        return Proposal(("watched it again",), sessions, plays)

    def _plays(self, scene: Scene, sessions: Sessions, work: Ints, runtime_ms: Ints) -> Script:
        """The film of each session, nearly always to its credits."""
        key = sessions.key
        bits = scene.stream("credits").bits(key)
        credits_ms = left_out_ms(scene.world, bits, work, runtime_ms)
        leaves = scene.stream("leaves")
        leaves_early = leaves.happens(key, self.leaves_early)
        left_at = part(leaves.bits(key, 1), runtime_ms, self.leaves_early_at)
        return offer(
            scene,
            sessions,
            np.arange(len(key)),
            0,
            work,
            playing_ms=np.where(leaves_early, left_at, runtime_ms - credits_ms),
            gap_ms=anywhere(scene.stream("gap"), key, self.begins_seconds, 1_000),
            source="rewatch",
        )

    def _sessions(self, scene: Scene, spell: Spells, runtime_ms: Ints) -> Sessions:
        """When and where: at the fan's own hour or when there is time, on the best free screen."""
        home = spell.home
        is_adult = scene.homes.person_class[home] == ADULT
        fan = one_of_the_home(scene.stream("person"), spell.key, is_adult)
        start = self._when_free(scene, home, fan, self._wanted_ms(scene, spell), runtime_ms)
        return sit(
            scene,
            home,
            0,
            start,
            runtime_ms + _ROOM_MS,
            scene.screen(home, start, (TV, SECOND_TV, TABLET, COMPUTER)),
            lead=fan,
            profile=scene.homes.profile_of[home, fan],
        )

    def _wanted_ms(self, scene: Scene, spell: Spells) -> Ints:
        """When each fan would like to begin: at a fixed hour, give or take minutes."""
        time_of_day = anywhere(scene.stream("habit"), spell.key, self.own_hour, HOUR_MS)

        key = scene.session_key(spell.home, 0)
        most = self.give_or_take
        draws = scene.stream("jitter")
        jitter_min = draws.below(key, most) + draws.below(key, most, n=1) - most
        own = time_of_day + jitter_min * MINUTE_MS
        hides = self.hides(scene.world, key)
        return scene.utc(spell.home, np.where(hides, as_others_sit_down(scene, key), own))

    def _when_free(
        self, scene: Scene, home: Ints, fan: Ints, wanted_ms: Ints, length_ms: Ints
    ) -> Ints:
        """The time nearest to the wanted one when the fan is free that day, else the wanted one.

        With a plan of one stream nobody else of the home may mean to sit anywhere either.
        """
        is_shared = scene.homes.plan[home] == _ONE_STREAM
        others = is_shared[:, None] & scene.homes.persons[home]
        needed = others | (np.arange(PERSONS) == fan[:, None])
        chosen = wanted_ms
        for shift in reversed(_SHIFTS_MIN):
            start = wanted_ms + shift * MINUTE_MS
            fits = self._is_waking_hour(scene, home, start)
            for person in range(PERSONS):
                fits &= _is_free(scene, home, person, start, length_ms) | ~needed[:, person]
            chosen = np.where(fits, start, chosen)
        return chosen

    def _is_waking_hour(self, scene: Scene, home: Ints, at_ms: Ints) -> Flags:
        """Whether an instant lies in the waking hours of the day."""
        local = scene.world.clock.to_local(scene.homes.zone[home], at_ms)
        time_of_day = local - scene.day * DAY_MS
        earliest, latest = limits(self.waking_hours, HOUR_MS)
        return (time_of_day >= earliest) & (time_of_day < latest)


def _is_free(scene: Scene, home: Ints, person: int, start_ms: Ints, length_ms: Ints) -> Flags:
    """Whether a person of each home means to sit nowhere for so long."""
    timetable = scene.timetable
    stays_free = timetable.next_start(home, person, start_ms) >= start_ms + length_ms
    return timetable.is_free(home, person, start_ms) & stays_free
