"""Somebody lets it run for nobody, to be counted."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from synthview.draws.offspring import children
from synthview.people.homes import COMPUTER, SECOND_TV, TABLET
from synthview.rows import Flags, Ints
from synthview.scenario.settings import GUESS, number, section
from synthview.stage.actor import Actor
from synthview.stage.proposals import Proposal, offer, sit
from synthview.stage.scene import Scene
from synthview.stage.spells import Begun, day_keys, days_in_spells, spells, title_of
from synthview.world import World
from synthview.world.clock import HOUR_MS
from synthview.world.popularity import ADULTS, FILMS

__all__ = ["EmptyRoomProtest"]

_SLOT_DAYS = 180
_JOINS = 0.85
"""Days of a spell on which it is really begun (guess)."""


@section
class EmptyRoomProtest(Actor):
    """Somebody lets it run for nobody, to be counted.

    For some days a title is begun on purpose before going to bed or to work, muted, and begun again
    by a script when it ends: to push it up a list, to save it from being dropped, to make a point.
    The first person of the home pressed play and left within seconds; truth names nobody where they
    mean to watch something else before it is over.
    """

    tells = ("one title from its start to its end, again and again, at night or at work hours",)

    rate: float = number(
        0.0004,
        unit="share of accounts",
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
        about="Median length of such a time; one begins every 180 days.",
    )

    def keeps_to(self, world: World, households: Ints, work: int, days: range) -> Ints:
        """Spells whose title may be the work, on days when it is begun."""

        def counts(spell: Begun, country: Ints) -> Flags:
            bits = self.draw(world, "title").bits(spell.key)
            return world.popularity.lands_on(work, bits, spell.first_day, country, ADULTS)

        def comes(household: Ints, day: Ints, _: Ints) -> Flags:
            return self.draw(world, "joins").happens(day_keys(self, world, household, day), _JOINS)

        return days_in_spells(self, world, households, _SLOT_DAYS, self.spell_days, days, counts, comes)

    def propose(self, scene: Scene) -> Proposal | None:
        """One sitting of hours on each day."""
        spell = spells(scene, scene.rows, _SLOT_DAYS, self.spell_days)
        spell = spell.take(scene.stream("joins").happens(scene.day_key(spell.home), _JOINS))
        work = title_of(scene, spell, FILMS, ADULTS)
        spell, work = spell.take(work >= 0), work[work >= 0]
        if not len(spell):
            return None
        home, key = spell.home, scene.session_key(spell.home, 0)
        by_night = scene.stream("by_night").happens(spell.key, 0.7)
        hour = np.where(by_night, 0, 9) * HOUR_MS + scene.stream("hour").below(key, 2 * HOUR_MS)
        start = scene.utc(home, hour)
        length = (3 + scene.stream("length").below(key, 5)) * HOUR_MS
        sessions = sit(
            scene,
            home,
            0,
            start,
            length,
            scene.screen(home, start, (COMPUTER, TABLET, SECOND_TV)),
            viewers=np.ones_like(home),
        )
        session, turn = children(np.full(len(home), 6))
        leaves = np.where(turn == 0, 4_000 + scene.stream("leaves").below(key[session], 40_000), 0)
        again = 2_000 + scene.stream("again").below(key[session], 6_000, n=turn)
        plays = offer(
            scene, sessions, session, turn, work[session], gap_ms=again, source="search",
            pressed=turn == 0, present_ms=leaves, attended_ms=0,
        )  # fmt: skip
        plays = replace(plays, viewers=np.where(turn == 0, plays.viewers, 0))  # what the script begins nobody sees
        return Proposal(("let it run for nobody",), sessions, plays)
