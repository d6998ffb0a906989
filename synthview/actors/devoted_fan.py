"""Somebody really does watch it every day."""

from __future__ import annotations

import numpy as np

from synthview.draws.lengths import between
from synthview.people.homes import ADULT, COMPUTER, PERSONS, SECOND_TV, TABLET, TV
from synthview.rows import Flags, Ints
from synthview.scenario.settings import GUESS, number, section
from synthview.stage.actor import Actor
from synthview.stage.proposals import Proposal, offer, sit
from synthview.stage.scene import Scene
from synthview.stage.script import Script
from synthview.stage.spells import Begun, Spells, day_keys, days_in_spells, spells, title_of
from synthview.tables import PLANS
from synthview.viewing.sittings import Sessions
from synthview.world import World
from synthview.world.clock import DAY_MS, HOUR_MS, MINUTE_MS
from synthview.world.popularity import ADULTS, FILMS

__all__ = ["DevotedFan"]

_SLOT_DAYS = 240
_EARLIEST, _LATEST = 7 * HOUR_MS, 23 * HOUR_MS
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
        about="Homes of somebody who at times watches one film daily; nobody has counted them: one in a million and one in a thousand are as believable.",
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
            return self.draw(world, "keeps_to_it").happens(day_keys(self, world, household, day), self.keeps_to_it)

        return days_in_spells(self, world, households, _SLOT_DAYS, self.spell_days, days, counts, comes)

    def propose(self, scene: Scene) -> Proposal | None:
        """One sitting a day, with the film from its start."""
        spell = spells(scene, scene.rows, _SLOT_DAYS, self.spell_days)
        spell = spell.take(scene.stream("keeps_to_it").happens(scene.day_key(spell.home), self.keeps_to_it))
        work = title_of(scene, spell, FILMS, ADULTS)
        spell, work = spell.take(work >= 0), work[work >= 0]
        if not len(spell):
            return None
        sessions = self._sittings(scene, spell, work)
        return Proposal(("watched it again",), sessions, self._plays(scene, sessions, work))

    def _sittings(self, scene: Scene, spell: Spells, work: Ints) -> Sessions:
        """At the fan's own hour, or when there is time that day; on the best screen that is free."""
        home, key, fan = spell.home, scene.session_key(spell.home, 0), _fan(scene, spell)
        runtime = scene.world.catalogue.runtime_ms(work, np.zeros_like(work))
        habit = 10 * HOUR_MS + scene.stream("habit").below(spell.key, 12 * HOUR_MS)
        jitter = (scene.stream("jitter").below(key, 50) + scene.stream("jitter").below(key, 50, n=1) - 50) * MINUTE_MS
        wanted = scene.utc(home, habit + jitter)
        start = _when_free(scene, home, fan, wanted, runtime)
        screen = scene.screen(home, start, (TV, SECOND_TV, TABLET, COMPUTER))
        return sit(
            scene, home, 0, start, runtime + 2 * HOUR_MS, screen, lead=fan, profile=scene.homes.profile_of[home, fan]
        )

    def _plays(self, scene: Scene, sessions: Sessions, work: Ints) -> Script:
        key = sessions.key
        runtime = scene.world.catalogue.runtime_ms(work, np.zeros_like(work))
        leaves = scene.stream("leaves").happens(key, self.leaves_early)
        credits_ms = between(scene.stream("credits").bits(key), runtime, 0, 80)
        part = between(scene.stream("leaves").bits(key, 1), runtime, 512, 912)
        playing = np.where(leaves, part, runtime - credits_ms)
        gap = 4_000 + scene.stream("gap").below(key, 40_000)
        return offer(scene, sessions, np.arange(len(key)), 0, work, playing_ms=playing, gap_ms=gap, source="rewatch")


def _fan(scene: Scene, spell: Spells) -> Ints:
    """Which of the adults of each home it is, by their slots."""
    likes = scene.stream("person").bits(spell.key[:, None], np.arange(PERSONS)) | np.uint64(1)
    fan: Ints = np.where(scene.homes.person_class[spell.home] == ADULT, likes, np.uint64(0)).argmax(axis=1)
    return fan


def _when_free(scene: Scene, home: Ints, fan: Ints, wanted_ms: Ints, length_ms: Ints) -> Ints:
    """The time of the day nearest to the wanted one at which the fan has time, else the wanted one.

    With a plan of one stream nobody else of the home may mean to sit anywhere either.
    """
    alone = (scene.homes.plan[home] == _ONE_STREAM)[:, None] & scene.homes.persons[home]
    needed = alone | (np.arange(PERSONS) == fan[:, None])
    chosen = wanted_ms
    for shift in reversed(_SHIFTS_MIN):
        start = wanted_ms + shift * MINUTE_MS
        local = scene.world.clock.to_local(scene.homes.zone[home], start) - scene.day * DAY_MS
        fits = (local >= _EARLIEST) & (local < _LATEST)
        for person in range(PERSONS):
            stays = scene.timetable.is_free(home, person, start)
            stays &= scene.timetable.next_start(home, person, start) >= start + length_ms
            fits &= stays | ~needed[:, person]
        chosen = np.where(fits, start, chosen)
    return chosen
