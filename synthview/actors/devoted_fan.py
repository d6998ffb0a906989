"""Somebody really does watch it every day."""

from __future__ import annotations

import numpy as np

from synthview.draws.lengths import between
from synthview.people.homes import ADULT, COMPUTER, PERSONS, SECOND_TV, TABLET, TV
from synthview.rows import Flags, Ints
from synthview.scenario.settings import GUESS, number, section
from synthview.stage.actor import Actor
from synthview.stage.persons import one_of_the_home
from synthview.stage.proposals import Proposal, offer, sit
from synthview.stage.scene import Scene
from synthview.stage.script import Script
from synthview.stage.spells import Begun, Spells, day_keys, days_in_spells, spells, title_of
from synthview.tables import PLANS
from synthview.viewing.leaving import left_out_ms
from synthview.viewing.sittings import Sessions
from synthview.world import World
from synthview.world.clock import DAY_MS, HOUR_MS, MINUTE_MS
from synthview.world.popularity import ADULTS, FILMS

__all__ = ["DevotedFan"]

_SLOT_DAYS = 240
_EARLIEST = 7 * HOUR_MS
_LATEST = 23 * HOUR_MS
_SHIFTS_MIN = (0, 45, -45, 90, -90, 150, -150, 240, -240, 330, -330)
_ONE_STREAM = PLANS.index("basic")


@section
class DevotedFan(Actor):
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
        allowed=(1, 240),
        low=7,
        high=40,
        source=GUESS,
        scale="log",
        about="Median length of such a time; one begins every 240 days.",
    )
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
            _SLOT_DAYS,
            self.spell_days,
            days,
            counts,
            comes,
        )

    def propose(self, scene: Scene) -> Proposal | None:
        """One session a day, with the film from its start."""
        spell = spells(scene, scene.rows, _SLOT_DAYS, self.spell_days)
        day = scene.day_key(spell.home)
        is_kept = scene.stream("keeps_to_it").happens(day, self.keeps_to_it)
        spell = spell.take(is_kept)
        work = title_of(scene, spell, FILMS, ADULTS)
        spell, work = spell.take(work >= 0), work[work >= 0]
        if not len(spell):
            return None
        runtime = scene.world.catalogue.runtime_ms(work, np.zeros_like(work))
        sessions = _sessions(scene, spell, runtime)
        plays = self._plays(scene, sessions, work, runtime)
        return Proposal(("watched it again",), sessions, plays)

    def _plays(self, scene: Scene, sessions: Sessions, work: Ints, runtime_ms: Ints) -> Script:
        """The film of each session, nearly always to its credits."""
        key = sessions.key
        bits = scene.stream("credits").bits(key)
        credits_ms = left_out_ms(scene.world, bits, work, runtime_ms)
        leaves = scene.stream("leaves")
        leaves_early = leaves.happens(key, self.leaves_early)
        part = between(leaves.bits(key, 1), runtime_ms, 512, 912)
        return offer(
            scene,
            sessions,
            np.arange(len(key)),
            0,
            work,
            playing_ms=np.where(leaves_early, part, runtime_ms - credits_ms),
            gap_ms=4_000 + scene.stream("gap").below(key, 40_000),
            source="rewatch",
        )


def _sessions(scene: Scene, spell: Spells, runtime_ms: Ints) -> Sessions:
    """When and where: at the fan's own hour or when there is time, on the best free screen."""
    home = spell.home
    is_adult = scene.homes.person_class[home] == ADULT
    fan = one_of_the_home(scene.stream("person"), spell, is_adult)
    start = _when_free(scene, home, fan, _wanted_ms(scene, spell), runtime_ms)
    return sit(
        scene,
        home,
        0,
        start,
        runtime_ms + 2 * HOUR_MS,
        scene.screen(home, start, (TV, SECOND_TV, TABLET, COMPUTER)),
        lead=fan,
        profile=scene.homes.profile_of[home, fan],
    )


def _wanted_ms(scene: Scene, spell: Spells) -> Ints:
    """The instant at which each fan would like to begin: at a fixed hour, give or take minutes."""
    habit = scene.stream("habit").below(spell.key, 12 * HOUR_MS)
    time_of_day = 10 * HOUR_MS + habit

    key = scene.session_key(spell.home, 0)
    draws = scene.stream("jitter")
    jitter_min = draws.below(key, 50) + draws.below(key, 50, n=1) - 50
    return scene.utc(spell.home, time_of_day + jitter_min * MINUTE_MS)


def _when_free(scene: Scene, home: Ints, fan: Ints, wanted_ms: Ints, length_ms: Ints) -> Ints:
    """The time nearest to the wanted one at which the fan is free that day, else the wanted one.

    With a plan of one stream nobody else of the home may mean to sit anywhere either.
    """
    is_shared = scene.homes.plan[home] == _ONE_STREAM
    others = is_shared[:, None] & scene.homes.persons[home]
    needed = others | (np.arange(PERSONS) == fan[:, None])
    chosen = wanted_ms
    for shift in reversed(_SHIFTS_MIN):
        start = wanted_ms + shift * MINUTE_MS
        fits = _is_waking_hour(scene, home, start)
        for person in range(PERSONS):
            fits &= _is_free(scene, home, person, start, length_ms) | ~needed[:, person]
        chosen = np.where(fits, start, chosen)
    return chosen


def _is_waking_hour(scene: Scene, home: Ints, at_ms: Ints) -> Flags:
    """Whether an instant lies between 7 and 23 o'clock of the day."""
    local = scene.world.clock.to_local(scene.homes.zone[home], at_ms)
    time_of_day = local - scene.day * DAY_MS
    return (time_of_day >= _EARLIEST) & (time_of_day < _LATEST)


def _is_free(scene: Scene, home: Ints, person: int, start_ms: Ints, length_ms: Ints) -> Flags:
    """Whether a person of each home means to sit nowhere for so long."""
    timetable = scene.timetable
    stays_free = timetable.next_start(home, person, start_ms) >= start_ms + length_ms
    return timetable.is_free(home, person, start_ms) & stays_free
