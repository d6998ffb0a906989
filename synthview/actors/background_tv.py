"""The television is on, for company."""

from __future__ import annotations

from functools import cache

import numpy as np

from synthview.chance import Shares
from synthview.offspring import children, instants
from synthview.people.homes import SECOND_TV, TV
from synthview.quantiles import Quantiles
from synthview.rows import Ints
from synthview.settings import GUESS, curve, number, section
from synthview.stage.actor import Actor
from synthview.stage.proposals import Proposal, offer, sit
from synthview.stage.scene import Scene
from synthview.stage.script import Script
from synthview.stage.spells import Spells, spells, title_of
from synthview.viewing.sittings import Sessions
from synthview.world.clock import HOUR_MS, MINUTE_MS
from synthview.world.popularity import ADULTS, FILMS, SERIES

__all__ = ["BackgroundTv"]

_SLOT_DAYS = 60
_ROUNDS = 4
_AWAY = Quantiles.lognormal(6 * MINUTE_MS, 1.3, low=5_000, high=3 * HOUR_MS)
"""Until somebody presses on, once the player has stopped: median 6 minutes (guess)."""


@section
class BackgroundTv(Actor):
    """The television is on, for company.

    Over cooking, for the dog, against the silence: for weeks it is the same series or film, begun
    wherever it stood, and attention comes and goes. Often the room is empty; when the player stops
    and asks, it takes minutes until somebody presses on, or nobody does.
    """

    tells = ("hours of one series by day with few presses", "the prompt is answered late or not at all")

    rate: float = number(
        0.05,
        unit="share of homes",
        allowed=(0, 1),
        low=0.02,
        high=0.15,
        source=GUESS,
        scale="logit",
        about="Homes where it is on for company at times.",
    )
    days: float = number(
        0.35,
        unit="share of days",
        allowed=(0, 1),
        low=0.15,
        high=0.7,
        source=GUESS,
        scale="logit",
        about="Days on which it is on, in the weeks when it is.",
    )
    spell_days: float = number(
        30, unit="days", allowed=(1, 60), low=10, high=50, source=GUESS, scale="log",
        about="Median length of such a time; one begins every 60 days.",
    )
    hours: float = number(
        2.2,
        unit="hours",
        allowed=(0.1, 14),
        low=1,
        high=5,
        source=GUESS,
        scale="log",
        about="Median time it is on.",
    )
    hours_of_day: tuple[float, ...] = curve(
        [0, 0, 0, 0, 0, 1, 3, 6, 8, 8, 7, 7, 6, 5, 5, 6, 7, 7, 6, 4, 2, 1, 1, 0],
        unit="share of sittings",
        source=GUESS,
        about="When it is switched on, local hours from midnight.",
    )

    def propose(self, scene: Scene) -> Proposal | None:
        """One long sitting on some days, with up to four presses."""
        spell = spells(scene, scene.rows, _SLOT_DAYS, self.spell_days)
        spell = spell.take(scene.stream("on").happens(scene.day_key(spell.home), self.days))
        kind = np.where(scene.stream("kind").happens(spell.key, 0.8), SERIES, FILMS)
        work = title_of(scene, spell, kind, ADULTS)
        spell, work = spell.take(work >= 0), work[work >= 0]
        if not len(spell):
            return None
        home = spell.home
        key = scene.session_key(home, 0)
        start = scene.utc(home, instants(scene.stream("hour").bits(key), Shares(self.hours_of_day), HOUR_MS))
        length = scene.stream("length").draw(key, _lengths(self.hours))
        sessions = sit(
            scene, home, 0, start, length, scene.screen(home, start, (TV, SECOND_TV)), viewers=np.ones_like(home)
        )
        return Proposal(("left it on",), sessions, self._plays(scene, sessions, spell, work))

    def _plays(self, scene: Scene, sessions: Sessions, spell: Spells, work: Ints) -> Script:
        """What is pressed: each time the player goes on by itself until it asks."""
        session, turn = children(np.full(len(sessions), _ROUNDS))
        key, work = sessions.key[session], work[session]
        episodes = scene.world.catalogue.works.episode_count[work]
        first = (spell.day_in[session] * 7 + turn * 3) % np.maximum(episodes, 1)
        runtime = scene.world.catalogue.runtime_ms(work, first)
        here = scene.stream("here").below(key, 1024, n=turn)
        looks = here * scene.stream("looks").below(key, 500, n=turn) // 1024
        return offer(
            scene, sessions, session, turn * 7, work, episode=first,
            gap_ms=np.where(turn == 0, 3_000, scene.stream("away").draw(key, _AWAY, n=turn)),
            source="resume", runs_on=True, present_ms=runtime * here // 1024, attended_ms=runtime * looks // 1024,
        )  # fmt: skip


@cache
def _lengths(hours: float) -> Quantiles:
    return Quantiles.lognormal(hours * HOUR_MS, 0.6, low=20 * MINUTE_MS, high=14 * HOUR_MS)
