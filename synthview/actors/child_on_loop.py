"""A small child wants the same film again, and again after breakfast."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np

from synthview.draws.chance import Shares
from synthview.draws.lengths import between
from synthview.draws.offspring import children, instants
from synthview.people.homes import ADULT, PERSONS, SECOND_TV, TABLET, TV, Homes
from synthview.rows import Flags, Ints, turns
from synthview.scenario.settings import GUESS, curve, number, section
from synthview.stage.actor import Actor
from synthview.stage.proposals import Proposal, offer, sit
from synthview.stage.scene import Scene
from synthview.stage.script import Script
from synthview.stage.spells import Begun, Spells, day_keys, days_in_spells, free_start, spells, title_of
from synthview.viewing.sittings import Sessions
from synthview.world import World
from synthview.world.catalogue import RATINGS
from synthview.world.clock import DAY_MS, HOUR_MS, MINUTE_MS
from synthview.world.popularity import ADULTS, FILMS, KIDS

__all__ = ["ChildOnLoop"]

_SLOT_DAYS = 120
_SUITS_A_CHILD = RATINGS.index("7")
_FOR_CHILDREN = 0.8
"""Spells whose title is one made for children (guess)."""
_HAS_TIME = np.array([0.85, 0.95])
"""Days of a spell on which there is time for it at all, work days and free days (guess)."""
_MORE = np.array([0.86, 1.35])
"""How much more than once it is wanted on either, relative to the mean (guess)."""
_MOST_MORE = 8.0
_MOST_A_DAY = 6
_KINDERGARTEN = range(9, 15)
_GETS_UP, _GOES_TO_BED = 5 * HOUR_MS, 21 * HOUR_MS
_ROOM_MS, _BETWEEN_MS = 15 * MINUTE_MS, 20 * MINUTE_MS
"""Beyond its length a sitting has room for pauses; then some time passes before it is wanted again."""
_BROKEN_OFF = 0.4
_BROKEN_OFF_BEFORE_KINDERGARTEN = 0.75


@section
class ChildOnLoop(Actor):
    """A small child wants the same film again, and again after breakfast.

    For days to months it is one title, from the beginning each time, once to several times a day:
    in the morning, after kindergarten, most on free days. It is broken off for meals and the way out,
    and begun anew. The child plays beside it and wanders off; now and then an adult sits along. Most
    such titles are made for children, some are a family's or a Christmas film.
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
        about="Homes where a child falls for one title every 120 days, some 30 plays each; with 0.05 about one such title for each childhood, which is what K03 (33 times) suggests. One baby made it 357 a year (K04).",
    )
    plays_per_day: float = number(
        1.8,
        unit="plays",
        allowed=(1, 6),
        low=1.2,
        high=3,
        source=GUESS,
        about="Mean number of times it is wanted on a day of such a spell; a sixth of them finds no screen or no time.",
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

    def keeps_to(self, world: World, households: Ints, work: int, days: range) -> Ints:
        """Spells whose title may be the work, on days with time for it."""

        def counts(spell: Begun, country: Ints) -> Flags:
            since, draw = np.maximum(spell.first_day, world.first_day), self.draw(world, "title")
            lands_on = world.popularity.lands_on
            family = lands_on(work, draw.bits(spell.key), since, country, ADULTS)
            kids = lands_on(work, draw.bits(-1 - spell.key), since, country, KIDS)
            return (family & ~self.draw(world, "audience").happens(spell.key, _FOR_CHILDREN)) | kids

        def comes(household: Ints, day: Ints, country: Ints) -> Flags:
            is_free = np.stack([world.is_free_day(one) for one in days])[day - days.start, country].astype(np.int64)
            return self.draw(world, "has_time").happens(day_keys(self, world, household, day), _HAS_TIME[is_free])

        return days_in_spells(self, world, households, _SLOT_DAYS, self.spell_days, days, counts, comes)

    def propose(self, scene: Scene) -> Proposal | None:
        """One to six sittings a day of the spell, each with the title from its start."""
        spell = spells(scene, scene.rows, _SLOT_DAYS, self.spell_days)
        is_free = scene.world.is_free_day(scene.day)[scene.homes.country[spell.home]]
        has_time = scene.stream("has_time").happens(scene.day_key(spell.home), _HAS_TIME[is_free])
        spell, is_free = spell.take(has_time), is_free[has_time]
        work = _title(scene, spell)
        spell, work, is_free = spell.take(work >= 0), work[work >= 0], is_free[work >= 0]
        if not len(spell):
            return None
        more = (self.plays_per_day - 1.0) * _MORE[is_free]
        count = scene.stream("plays").poisson(scene.day_key(spell.home), more, ceiling=_MOST_MORE)
        row, ordinal = children(1 + np.minimum(count, _MOST_A_DAY - 1))
        sessions = self._sittings(scene, spell, work, is_free, row, ordinal)
        return Proposal(("wanted it again",), sessions, self._plays(scene, sessions, work[row], is_free[row]))

    def _sittings(
        self, scene: Scene, spell: Spells, work: Ints, is_free: Ints, row: Ints, ordinal: Ints
    ) -> Sessions:
        """When and where: at hours when it is awake and means to be nowhere else, some on a tablet, some in company."""
        spell, work, is_free = spell.take(row), work[row], is_free[row]
        home, homes, works = spell.home, scene.homes, scene.world.catalogue.works
        key, child = scene.session_key(home, ordinal), _child(scene, spell)
        runtime = scene.world.catalogue.runtime_ms(work, np.zeros_like(work))
        hours = instants(scene.stream("hour").bits(key), _hours(self.hours_of_day), HOUR_MS, is_free)
        wanted = _again_after(row, scene.utc(home, hours), runtime + _BETWEEN_MS)
        freely = free_start(scene, home, child, wanted, runtime)
        start = np.where(_is_up(scene, home, freely), freely, wanted)
        likes_tablet = scene.stream("tablet").happens(spell.key, 0.3)
        tablet, tv = (scene.screen(home, start, slots) for slots in ((TABLET, TV, SECOND_TV), (TV, TABLET, SECOND_TV)))
        screen = np.where(_is_up(scene, home, start), np.where(likes_tablet, tablet, tv), -1)
        other = (homes.person_class[home, 1] == ADULT) & scene.stream("adult").happens(key, 0.4, n=1)
        comes = scene.stream("adult").happens(key, self.adult_comes)
        return sit(
            scene, home, ordinal, start, runtime + _ROOM_MS, screen, lead=child,
            viewers=(np.int64(1) << child) | np.where(comes, np.where(other, 2, 1), 0),
            profile=np.where(works.is_kids[work], homes.profile_of[home, child], 0),
        )  # fmt: skip

    def _plays(self, scene: Scene, sessions: Sessions, work: Ints, is_free: Ints) -> Script:
        key = sessions.key
        runtime = scene.world.catalogue.runtime_ms(work, np.zeros_like(work))
        leaves_soon = (is_free == 0) & (sessions.start_local % DAY_MS < _KINDERGARTEN.start * HOUR_MS)
        chance = np.where(leaves_soon, _BROKEN_OFF_BEFORE_KINDERGARTEN, _BROKEN_OFF)
        broken_off = scene.stream("broken_off").happens(key, chance)
        part = between(scene.stream("broken_off").bits(key, 1), runtime, 60, 960)
        playing = np.where(broken_off, part, runtime)
        wanders = scene.stream("wanders").happens(key, 0.25)
        present = np.where(wanders, playing * (300 + scene.stream("wanders").below(key, 700, n=1)) // 1024, playing)
        attended = present * (450 + scene.stream("attends").below(key, 575)) // 1024
        gap = 5_000 + scene.stream("gap").below(key, 60_000)
        return offer(
            scene, sessions, np.arange(len(sessions)), 0, work, playing_ms=playing, gap_ms=gap, source="rewatch",
            present_ms=present, attended_ms=attended,
        )  # fmt: skip


@cache
def _hours(hours_of_day: tuple[float, ...]) -> Shares:
    """When it is wanted: on work days less while kindergarten lasts, and on free days."""
    away = [0.35 if hour in _KINDERGARTEN else 1.0 for hour in range(24)]
    work = [share * at_home for share, at_home in zip(hours_of_day, away, strict=True)]
    return Shares([work, list(hours_of_day)])


def _again_after(row: Ints, wanted_ms: Ints, lasts_ms: Ints) -> Ints:
    """When it is wanted in each home (ascending rows), in order: again only when the time before is over."""
    start = wanted_ms[np.lexsort((wanted_ms, row))]
    turn = turns(row)
    for now in range(1, _MOST_A_DAY):
        later = np.flatnonzero(turn == now)
        start[later] = np.maximum(start[later], start[later - 1] + lasts_ms[later - 1])
    return start


def _is_up(scene: Scene, home: Ints, at_ms: Ints) -> Flags:
    """Whether small children are up at an instant of the day."""
    local = scene.world.clock.to_local(scene.homes.zone[home], at_ms) - scene.day * DAY_MS
    return (local >= _GETS_UP) & (local < _GOES_TO_BED)


def _small(homes: Homes) -> Flags:
    """Which persons are 2 to 7 years old."""
    return (homes.age >= 2) & (homes.age <= 7)


def _child(scene: Scene, spell: Spells) -> Ints:
    """Which of the small children of each home it is, by their slots."""
    likes = scene.stream("child").bits(spell.key[:, None], np.arange(PERSONS)) | np.uint64(1)
    child: Ints = np.where(_small(scene.homes)[spell.home], likes, np.uint64(0)).argmax(axis=1)
    return child


def _title(scene: Scene, spell: Spells) -> Ints:
    """A film for children, or one of the family's that suits a child; -1 for none."""
    works = scene.world.catalogue.works
    spell = replace(spell, first_day=np.maximum(spell.first_day, scene.world.first_day))  # one shelf for all before
    is_of_family = ~scene.stream("audience").happens(spell.key, _FOR_CHILDREN)
    own = replace(spell, key=-1 - spell.key)  # a choice of its own beside that of the family
    family, kids = title_of(scene, spell, FILMS, ADULTS), title_of(scene, own, FILMS, KIDS)
    return np.where(is_of_family & (family >= 0) & (works.rating[family] <= _SUITS_A_CHILD), family, kids)
