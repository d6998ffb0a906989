"""A small child wants the same film again, and again after breakfast."""

from __future__ import annotations

import numpy as np

from synthview.chance import Shares
from synthview.offspring import children, instants
from synthview.people.homes import SECOND_TV, TABLET, TV, Homes
from synthview.rows import Flags, Ints
from synthview.settings import GUESS, curve, number, section
from synthview.stage.actor import Actor
from synthview.stage.proposals import Proposal, offer, sit
from synthview.stage.scene import Scene
from synthview.stage.script import Script
from synthview.stage.spells import free_start, spells, title_of
from synthview.viewing.sittings import Sessions
from synthview.world.catalogue import RATINGS
from synthview.world.clock import HOUR_MS
from synthview.world.popularity import ADULTS, FILMS, KIDS

__all__ = ["ChildOnLoop"]

_SLOT_DAYS = 120
_SUITS_A_CHILD = RATINGS.index("7")
_FREE_DAYS = 0.9
"""Days of a spell on which there is time for it at all (guess)."""


@section
class ChildOnLoop(Actor):
    """A small child wants the same film again, and again after breakfast.

    For days to months it is one title, from the beginning each time, once to several times a day:
    in the morning, after kindergarten, most on free days. It is broken off for meals and begun anew.
    Mostly the child sits alone; now and then an adult comes along. Most such titles are made for
    children, some are a family's or a Christmas film.
    """

    tells = ("one title several times a day, always from the start", "mornings and afternoons")

    rate: float = number(
        0.05,
        unit="share of homes with a child of 2 to 7",
        allowed=(0, 1),
        low=0.01,
        high=0.2,
        source=GUESS,
        scale="logit",
        about="Homes where a child falls for one title now and then; parents saw the favourite 33 times (K03), one baby 357 times a year (K04).",
    )
    plays_per_day: float = number(
        1.8,
        unit="plays",
        allowed=(1, 6),
        low=1.2,
        high=3,
        source=GUESS,
        about="Mean number of starts on a day of such a spell.",
    )
    spell_days: float = number(
        14,
        unit="days",
        allowed=(1, 120),
        low=5,
        high=40,
        source=GUESS,
        scale="log",
        about="Median length of a spell; one begins every 120 days.",
    )
    adult_comes: float = number(
        0.3,
        unit="share of sittings",
        allowed=(0, 1),
        low=0.1,
        high=0.6,
        source=GUESS,
        scale="logit",
        about="Sittings in which an adult is there too.",
    )
    hours_of_day: tuple[float, ...] = curve(
        [0, 0, 0, 0, 0, 1, 6, 10, 9, 6, 4, 3, 3, 3, 4, 7, 9, 9, 7, 3, 1, 0, 0, 0],
        unit="share of sittings",
        source=GUESS,
        about="When it is wanted, local hours from midnight; K09 has a rule of thumb.",
    )

    def suits(self, homes: Homes) -> Flags:
        """Homes with a child of 2 to 7."""
        return np.asarray(_small(homes).any(axis=1))

    def propose(self, scene: Scene) -> Proposal | None:
        """One to six sittings a day of the spell, each with the title from its start."""
        spell = spells(scene, scene.rows, _SLOT_DAYS, self.spell_days)
        spell = spell.take(scene.stream("has_time").happens(scene.day_key(spell.home), _FREE_DAYS))
        likes_kids = scene.stream("audience").happens(spell.key, 0.8)
        work = title_of(scene, spell, FILMS, np.where(likes_kids, KIDS, ADULTS))
        works = scene.world.catalogue.works
        found = (work >= 0) & (works.rating[work] <= _SUITS_A_CHILD)
        spell, work = spell.take(found), work[found]
        if not len(spell):
            return None
        more = scene.stream("plays").poisson(scene.day_key(spell.home), self.plays_per_day - 1.0, ceiling=5.0)
        row, ordinal = children(1 + np.minimum(more, 5))
        home, work = spell.home[row], work[row]
        key, child = scene.session_key(home, ordinal), _small(scene.homes)[home].argmax(axis=1)
        runtime = scene.world.catalogue.runtime_ms(work, np.zeros_like(work))
        wanted = scene.utc(home, instants(scene.stream("hour").bits(key), Shares(self.hours_of_day), HOUR_MS))
        start = free_start(scene, home, child, wanted, runtime)
        screen = scene.screen(home, start, (TV, TABLET, SECOND_TV))
        adult = np.where(scene.stream("adult").happens(key, self.adult_comes), 1, 0)
        sessions = sit(
            scene, home, ordinal, start, runtime + HOUR_MS, screen, lead=child,
            viewers=(np.int64(1) << child) | adult,
            profile=np.where(works.is_kids[work], scene.homes.profile_of[home, child], 0),
        )  # fmt: skip
        return Proposal(("wanted it again",), sessions, self._plays(scene, sessions, work, runtime))

    def _plays(self, scene: Scene, sessions: Sessions, work: Ints, runtime: Ints) -> Script:
        every, key = np.arange(len(sessions)), sessions.key
        broken_off = scene.stream("broken_off").happens(key, 0.45)
        share = 60 + scene.stream("broken_off").below(key, 900, n=1)
        playing = np.where(broken_off, runtime * share // 1024, runtime)
        gap = 5_000 + scene.stream("gap").below(key, 60_000)
        return offer(scene, sessions, every, 0, work, playing_ms=playing, gap_ms=gap, source="rewatch")


def _small(homes: Homes) -> Flags:
    """Which persons are 2 to 7 years old."""
    return (homes.age >= 2) & (homes.age <= 7)
