"""A small child wants the same film again, and again after breakfast."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from synthview.draws.chance import Shares
from synthview.draws.lengths import between
from synthview.draws.offspring import children, instants
from synthview.people.homes import ADULT, SECOND_TV, TABLET, TV, Homes
from synthview.rows import Flags, Ints, Rows, turns
from synthview.scenario.settings import GUESS, curve, number, section
from synthview.stage.actor import Actor
from synthview.stage.persons import one_of_the_home
from synthview.stage.proposals import Proposal, offer, sit
from synthview.stage.scene import Scene
from synthview.stage.script import Script
from synthview.stage.spells import (
    Begun,
    Spells,
    day_keys,
    days_in_spells,
    free_start,
    spells,
    title_of,
)
from synthview.viewing.sittings import Sessions
from synthview.world import World
from synthview.world.catalogue import RATINGS
from synthview.world.clock import DAY_MS, HOUR_MS, MINUTE_MS
from synthview.world.popularity import ADULTS, FILMS, KIDS

__all__ = ["ChildOnLoop"]

_SLOT_DAYS = 120
_SUITS_A_CHILD = RATINGS.index("7")
_FOR_CHILDREN = 0.8
"""Share of spells whose title is made for children (guess)."""
_HAS_TIME = np.array([0.85, 0.95])
"""Share of the days of a spell with time for it at all, work days and free days (guess)."""
_MORE = np.array([0.86, 1.35])
"""How much more than once it is wanted on either, relative to the mean (guess)."""
_MOST_MORE = 8.0
_MOST_A_DAY = 6
_KINDERGARTEN = range(9, 15)
_GETS_UP = 5 * HOUR_MS
_GOES_TO_BED = 21 * HOUR_MS
_ROOM_MS = 15 * MINUTE_MS
_BETWEEN_MS = 20 * MINUTE_MS
"""Room for pauses beyond the length of the title, and time before it is wanted again."""
_BROKEN_OFF = 0.4
_BROKEN_OFF_BEFORE_KINDERGARTEN = 0.75


@dataclass(frozen=True, slots=True)
class _Wishes(Rows):
    """One row per home in which a child wants its title today.

    `home` is the row of the home, `spell` the id of the spell, `child` the person slot, `work` the
    title; `is_free` is 1 on a free day and 0 on a work day.
    """

    home: Ints
    spell: Ints
    child: Ints
    work: Ints
    is_free: Ints


@section
class ChildOnLoop(Actor):
    """A small child wants the same film again, and again after breakfast.

    For days to months it is one title, from the beginning each time, once to several times a day:
    in the morning, after kindergarten, most on free days. It is broken off for meals and the way
    out, and begun anew. The child plays beside it and wanders off; at times an adult sits along.
    Most such titles are made for children, some are a family's or a Christmas film.
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
        about=(
            "Homes where a child falls for one title every 120 days, some 30 plays each; with "
            "0.05 about one such title for each childhood, which is what K03 (33 times) suggests. "
            "One baby made it 357 a year (K04)."
        ),
    )
    plays_per_day: float = number(
        1.8,
        unit="plays",
        allowed=(1, 6),
        low=1.2,
        high=3,
        source=GUESS,
        about=(
            "Mean number of times it is wanted on a day of such a spell; a sixth of them finds no "
            "screen or no time."
        ),
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
            since = np.maximum(spell.first_day, world.first_day)
            title = self.draw(world, "title")
            lands_on = world.popularity.lands_on
            family = lands_on(work, title.bits(spell.key), since, country, ADULTS)
            kids = lands_on(work, title.bits(_kids_choice(spell.key)), since, country, KIDS)
            is_for_kids = self.draw(world, "audience").happens(spell.key, _FOR_CHILDREN)
            return (family & ~is_for_kids) | kids

        def comes(household: Ints, day: Ints, country: Ints) -> Flags:
            free_days = np.stack([world.is_free_day(one) for one in days])
            is_free = free_days[day - days.start, country].astype(np.int64)
            key = day_keys(self, world, household, day)
            return self.draw(world, "has_time").happens(key, _HAS_TIME[is_free])

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
        """One to six sessions a day of the spell, each with the title from its start."""
        spell = spells(scene, scene.rows, _SLOT_DAYS, self.spell_days)
        wish = _wishes(scene, spell)
        if not len(wish):
            return None

        more = (self.plays_per_day - 1.0) * _MORE[wish.is_free]
        day = scene.day_key(wish.home)
        count = scene.stream("plays").poisson(day, more, ceiling=_MOST_MORE)
        count = np.minimum(1 + count, _MOST_A_DAY)
        row, ordinal = children(count)

        wish = wish.take(row)
        sessions = self._sessions(scene, wish, row, ordinal)
        plays = _plays(scene, sessions, wish)
        return Proposal(("wanted it again",), sessions, plays)

    def _sessions(self, scene: Scene, wish: _Wishes, row: Ints, ordinal: Ints) -> Sessions:
        """When and where: while the child is up and free, some on a tablet, some in company."""
        homes, home, child = scene.homes, wish.home, wish.child
        key = scene.session_key(home, ordinal)
        runtime = _runtime_ms(scene, wish.work)
        hour = scene.stream("hour").bits(key)
        hours = instants(hour, _hours(self.hours_of_day), HOUR_MS, wish.is_free)
        wanted = _again_after(row, scene.utc(home, hours), runtime + _BETWEEN_MS)
        when_free = free_start(scene, home, child, wanted, runtime)
        start = np.where(_is_up(scene, home, when_free), when_free, wanted)
        is_kids = scene.world.catalogue.works.is_kids[wish.work]
        return sit(
            scene,
            home,
            ordinal,
            start,
            runtime + _ROOM_MS,
            _screen(scene, wish, start),
            lead=child,
            viewers=(np.int64(1) << child) | self._adult(scene, home, key),
            profile=np.where(is_kids, homes.profile_of[home, child], 0),
        )

    def _adult(self, scene: Scene, home: Ints, key: Ints) -> Ints:
        """The mask of the adult who sits along in each session, 0 for none."""
        draws = scene.stream("adult")
        comes = draws.happens(key, self.adult_comes)
        has_other = scene.homes.person_class[home, 1] == ADULT
        is_other = has_other & draws.happens(key, 0.4, n=1)
        adult = np.where(is_other, 1 << 1, 1 << 0)
        return np.where(comes, adult, 0)


@cache
def _hours(hours_of_day: tuple[float, ...]) -> Shares:
    """When it is wanted: on work days less while kindergarten lasts, and on free days."""
    at_home = [0.35 if hour in _KINDERGARTEN else 1.0 for hour in range(24)]
    work_day = [share * there for share, there in zip(hours_of_day, at_home, strict=True)]
    return Shares([work_day, list(hours_of_day)])


def _kids_choice(spell: Ints) -> Ints:
    """The key of a second choice in each spell: the child's own, beside the family's."""
    return -1 - spell


def _again_after(row: Ints, wanted_ms: Ints, lasts_ms: Ints) -> Ints:
    """When it is wanted in each home (ascending rows): again only after the time before is over."""
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


def _wishes(scene: Scene, spell: Spells) -> _Wishes:
    """What children want today in the homes of some spells, where there is time and a title."""
    free_in = scene.world.is_free_day(scene.day)
    is_free = free_in[scene.homes.country[spell.home]]
    day = scene.day_key(spell.home)
    has_time = scene.stream("has_time").happens(day, _HAS_TIME[is_free])
    spell = spell.take(has_time)

    is_small = _small(scene.homes)[spell.home]
    wishes = _Wishes(
        home=spell.home,
        spell=spell.key,
        child=one_of_the_home(scene.stream("child"), spell, is_small),
        work=_title(scene, spell),
        is_free=is_free[has_time],
    )
    return wishes.take(wishes.work >= 0)


def _title(scene: Scene, spell: Spells) -> Ints:
    """A film for children, or one of the family's that suits a child; -1 for none."""
    since = np.maximum(spell.first_day, scene.world.first_day)  # one shelf for all begun before
    spell = replace(spell, first_day=since)
    family = title_of(scene, spell, FILMS, ADULTS)
    own = replace(spell, key=_kids_choice(spell.key))
    kids = title_of(scene, own, FILMS, KIDS)

    is_for_kids = scene.stream("audience").happens(spell.key, _FOR_CHILDREN)
    rating = scene.world.catalogue.works.rating[family]
    suits = (family >= 0) & (rating <= _SUITS_A_CHILD)
    return np.where(~is_for_kids & suits, family, kids)


def _runtime_ms(scene: Scene, work: Ints) -> Ints:
    return scene.world.catalogue.runtime_ms(work, np.zeros_like(work))


def _screen(scene: Scene, wish: _Wishes, start_ms: Ints) -> Ints:
    """A tablet or a television, whichever the child likes and is free; -1 for none, or at night."""
    tablet = scene.screen(wish.home, start_ms, (TABLET, TV, SECOND_TV))
    television = scene.screen(wish.home, start_ms, (TV, TABLET, SECOND_TV))
    likes_tablet = scene.stream("tablet").happens(wish.spell, 0.3)
    liked = np.where(likes_tablet, tablet, television)

    is_up = _is_up(scene, wish.home, start_ms)
    return np.where(is_up, liked, -1)


def _plays(scene: Scene, sessions: Sessions, wish: _Wishes) -> Script:
    """One play of each session: often broken off, and watched with half an eye."""
    key = sessions.key
    playing = _playing_ms(scene, sessions, wish)
    wanders = scene.stream("wanders")
    stays_for = playing * (300 + wanders.below(key, 700, n=1)) // 1024
    present = np.where(wanders.happens(key, 0.25), stays_for, playing)
    attends = 450 + scene.stream("attends").below(key, 575)
    return offer(
        scene,
        sessions,
        np.arange(len(sessions)),
        0,
        wish.work,
        playing_ms=playing,
        gap_ms=5_000 + scene.stream("gap").below(key, 60_000),
        source="rewatch",
        present_ms=present,
        attended_ms=present * attends // 1024,
    )


def _playing_ms(scene: Scene, sessions: Sessions, wish: _Wishes) -> Ints:
    """How long it plays: to its end, or until kindergarten, a meal or the way out."""
    runtime = _runtime_ms(scene, wish.work)
    is_early = sessions.start_local % DAY_MS < _KINDERGARTEN.start * HOUR_MS
    leaves_soon = is_early & (wish.is_free == 0)
    chance = np.where(leaves_soon, _BROKEN_OFF_BEFORE_KINDERGARTEN, _BROKEN_OFF)
    draws = scene.stream("broken_off")
    part = between(draws.bits(sessions.key, 1), runtime, 60, 960)
    return np.where(draws.happens(sessions.key, chance), part, runtime)
