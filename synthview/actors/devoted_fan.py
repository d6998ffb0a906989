"""Somebody really does watch it every day."""

from __future__ import annotations

import numpy as np

from synthview.people.homes import COMPUTER, SECOND_TV, TABLET, TV
from synthview.rows import Ints
from synthview.settings import GUESS, number, section
from synthview.stage.actor import Actor
from synthview.stage.proposals import Proposal, offer, sit
from synthview.stage.scene import Scene
from synthview.stage.script import Script
from synthview.stage.spells import free_start, spells, title_of
from synthview.viewing.sittings import Sessions
from synthview.world.clock import HOUR_MS, MINUTE_MS
from synthview.world.popularity import ADULTS, FILMS

__all__ = ["DevotedFan"]

_SLOT_DAYS = 240


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
        high=0.0003,
        source=GUESS,
        scale="log",
        about="Homes of somebody who at times watches one film daily; nobody has published how many there are.",
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

    def propose(self, scene: Scene) -> Proposal | None:
        """One sitting a day, with the film from its start."""
        spell = spells(scene, scene.rows, _SLOT_DAYS, self.spell_days)
        spell = spell.take(scene.stream("keeps_to_it").happens(scene.day_key(spell.home), self.keeps_to_it))
        work = title_of(scene, spell, FILMS, ADULTS)
        spell, work = spell.take(work >= 0), work[work >= 0]
        if not len(spell):
            return None
        home, key = spell.home, scene.session_key(spell.home, 0)
        runtime = scene.world.catalogue.runtime_ms(work, np.zeros_like(work))
        habit = 10 * HOUR_MS + scene.stream("habit").below(spell.key, 12 * HOUR_MS)
        jitter = (scene.stream("jitter").below(key, 50) + scene.stream("jitter").below(key, 50, n=1) - 50) * MINUTE_MS
        start = free_start(scene, home, np.zeros_like(home), scene.utc(home, habit + jitter), runtime)
        screen = scene.screen(home, start, (TV, SECOND_TV, TABLET, COMPUTER))
        sessions = sit(scene, home, 0, start, runtime + 2 * HOUR_MS, screen, lead=0)
        return Proposal(("watched it again",), sessions, self._plays(scene, sessions, work, runtime))

    def _plays(self, scene: Scene, sessions: Sessions, work: Ints, runtime: Ints) -> Script:
        key = sessions.key
        leaves = scene.stream("leaves").happens(key, 0.12)
        credits_ms = runtime * scene.stream("credits").below(key, 80) // 1024
        playing = np.where(
            leaves, runtime * (512 + scene.stream("leaves").below(key, 400, n=1)) // 1024, runtime - credits_ms
        )
        gap = 4_000 + scene.stream("gap").below(key, 40_000)
        return offer(scene, sessions, np.arange(len(key)), 0, work, playing_ms=playing, gap_ms=gap, source="rewatch")
