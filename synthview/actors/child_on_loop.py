"""A small child wants the same film again, and again after breakfast."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from synthview.draws.chance import Shares
from synthview.draws.offspring import children, instants
from synthview.people.ages import ADULT
from synthview.people.homes import SECOND_TV, TABLET, TV, Homes
from synthview.rows import Flags, Floats, Ints, Rows, turns
from synthview.scenario.settings import GUESS, curve, number, section
from synthview.stage.disguise import dial
from synthview.stage.persons import one_of_the_home
from synthview.stage.proposals import Proposal, offer, sit
from synthview.stage.scene import Scene
from synthview.stage.script import Script
from synthview.stage.spans import WHOLE, anywhere, in_1024ths, limits, part
from synthview.stage.spells import (
    Begun,
    InSpells,
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

_LONGEST_DAYS = 120
_SUITS_A_CHILD = RATINGS.index("7")
_APART_DAYS = 3  # between sittings of a loop that is broken up
_MOST_A_DAY = 6
"""It is wanted so often a day at most: that many sessions have numbers."""
_MOST_TIMES = 1.6
_MOST_MORE = (_MOST_A_DAY - 1) * _MOST_TIMES
"""The ceiling of a count: what follows where settings are as high as allowed."""
_ROOM_MS = 15 * MINUTE_MS
"""A session is longer than its title, so that a pause does not cut it off."""


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
class ChildOnLoop(InSpells):
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
        allowed=(1, _MOST_A_DAY),
        low=1.2,
        high=3,
        source=GUESS,
        about=(
            "Mean number of times it is wanted on a day of such a spell; a sixth of them finds no "
            "screen or no time."
        ),
    )
    more_on_work_days: float = number(
        0.86, unit="times", allowed=(0, _MOST_TIMES), low=0.6, high=1, source=GUESS,
        about="How much more than once a day it is wanted on work days, relative to the mean.",
    )  # fmt: skip
    more_on_free_days: float = number(
        1.35, unit="times", allowed=(0, _MOST_TIMES), low=1, high=1.55, source=GUESS,
        about="The same on free days.",
    )  # fmt: skip
    spell_days: float = number(
        14, unit="days", allowed=(1, _LONGEST_DAYS), low=5, high=40, source=GUESS, scale="log",
        about="Median length of a spell.",
    )  # fmt: skip
    spell_days_spread: float = number(
        0.9, unit="log sd", allowed=(0, 2), low=0.5, high=1.3, source=GUESS,
        about="Spread of the length of spells.",
    )  # fmt: skip
    every_days: int = number(
        _LONGEST_DAYS, unit="days", allowed=(7, 730), low=60, high=240, source=GUESS, scale="log",
        about="One spell begins every so many days; none lasts longer.",
    )  # fmt: skip
    for_children: float = number(
        0.8, unit="share of spells", allowed=(0, 1), low=0.5, high=0.95, source=GUESS,
        scale="logit", about="Spells whose title is made for children.",
    )  # fmt: skip
    time_on_work_days: float = number(
        0.85, unit="share of days", allowed=(0, 1), low=0.6, high=0.95, source=GUESS,
        scale="logit", about="Work days of a spell with time for it at all.",
    )  # fmt: skip
    time_on_free_days: float = number(
        0.95, unit="share of days", allowed=(0, 1), low=0.8, high=0.99, source=GUESS,
        scale="logit", about="Free days of a spell with time for it at all.",
    )  # fmt: skip
    adult_comes: float = number(
        0.3, unit="share of sittings", allowed=(0, 1), low=0.1, high=0.6, source=GUESS,
        scale="logit", about="Sittings in which an adult is there too.",
    )  # fmt: skip
    second_adult: float = number(
        0.4, unit="share of those", allowed=(0, 1), low=0.2, high=0.6, source=GUESS,
        scale="logit", about="Of those, how often it is the second adult of the home.",
    )  # fmt: skip
    likes_tablet: float = number(
        0.3, unit="share of spells", allowed=(0, 1), low=0.1, high=0.6, source=GUESS,
        scale="logit", about="Spells in which it is wanted on a tablet rather than a television.",
    )  # fmt: skip
    hours_of_day: tuple[float, ...] = curve(
        [0, 0, 0, 0, 0, 1, 6, 10, 9, 6, 4, 3, 3, 3, 4, 7, 9, 9, 7, 3, 1, 0, 0, 0],
        unit="share of sittings",
        source=GUESS,
        about="When it is wanted, local hours from midnight; K09 has a rule of thumb.",
    )
    awake: tuple[float, ...] = curve(
        [5, 21], unit="hours, from and to", source=GUESS, about="When small children are up.",
    )  # fmt: skip
    kindergarten: tuple[float, ...] = curve(
        [9, 15], unit="whole hours, from and to", source=GUESS,
        about="When kindergarten is, on work days.",
    )  # fmt: skip
    at_home: float = number(
        0.35, unit="share", allowed=(0, 1), low=0.15, high=0.6, source=GUESS, scale="logit",
        about="While kindergarten lasts, how much of what is wanted else is wanted all the same.",
    )  # fmt: skip
    again_after_minutes: float = number(
        20, unit="minutes", allowed=(0, 600), low=5, high=60, source=GUESS, scale="log",
        about="Time from the end of the title until it is wanted again, at least.",
    )  # fmt: skip
    begins_seconds: tuple[float, ...] = curve(
        [5, 65], unit="seconds, from and to", source=GUESS, about="Time until it is begun.",
    )  # fmt: skip
    broken_off: float = number(
        0.4, unit="share of plays", allowed=(0, 1), low=0.2, high=0.6, source=GUESS,
        scale="logit", about="Plays that are broken off.",
    )  # fmt: skip
    broken_off_early: float = number(
        0.75, unit="share of plays", allowed=(0, 1), low=0.5, high=0.9, source=GUESS,
        scale="logit", about="The same on work days before kindergarten.",
    )  # fmt: skip
    broken_off_at: tuple[float, ...] = curve(
        [0.0586, 0.9375], unit="share of the title, from and to", source=GUESS,
        about="How far a play that is broken off gets.",
    )  # fmt: skip
    wanders_off: float = number(
        0.25, unit="share of plays", allowed=(0, 1), low=0.1, high=0.5, source=GUESS,
        scale="logit", about="Plays during which the child wanders off.",
    )  # fmt: skip
    wanders_off_at: tuple[float, ...] = curve(
        [0.293, 0.9766], unit="share of the play, from and to", source=GUESS,
        about="How far into the play it does.",
    )  # fmt: skip
    attends_at_least: float = number(
        0.4395, unit="share of the time there", allowed=(0, 1), low=0.2, high=0.7, source=GUESS,
        scale="logit", about="The least that a child attends; it is anything from there to all.",
    )  # fmt: skip

    disguise: float = dial(
        "spells",
        f"A loop that is broken up is wanted once, and every {_APART_DAYS} days, in the place of "
        "several times a day.",
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
            is_for_kids = self.draw(world, "audience").happens(spell.key, self.for_children)
            return (family & ~is_for_kids) | kids

        def comes(household: Ints, day: Ints, country: Ints) -> Flags:
            free_days = np.stack([world.is_free_day(one) for one in days])
            is_free = free_days[day - days.start, country].astype(np.int64)
            key = day_keys(self, world, household, day)
            return self.draw(world, "has_time").happens(key, self._time()[is_free])

        return days_in_spells(self, world, households, days, counts, comes)

    def _time(self) -> Floats:
        """Share of the days of a spell with time for it, on work days and free days."""
        return np.array([self.time_on_work_days, self.time_on_free_days])

    def propose(self, scene: Scene) -> Proposal | None:
        """One to six sessions a day of the spell, each with the title from its start."""
        spell = spells(scene, scene.rows, self.rhythm)
        wish = self._wishes(scene, spell)
        if not len(wish):
            return None

        times = np.array([self.more_on_work_days, self.more_on_free_days])
        more = (self.plays_per_day - 1.0) * times[wish.is_free]
        day = scene.day_key(wish.home)
        count = scene.stream("plays").poisson(day, more, ceiling=_MOST_MORE)
        hides = self.hides(scene.world, wish.spell)
        count = np.where(hides, 1, np.minimum(1 + count, _MOST_A_DAY))
        row, ordinal = children(count)

        wish = wish.take(row)
        sessions = self._sessions(scene, wish, row, ordinal)
        plays = self._plays(scene, sessions, wish)
        return Proposal(("wanted it again",), sessions, plays)

    def _sessions(self, scene: Scene, wish: _Wishes, row: Ints, ordinal: Ints) -> Sessions:
        """When and where: while the child is up and free, some on a tablet, some in company."""
        homes, home, child = scene.homes, wish.home, wish.child
        key = scene.session_key(home, ordinal)
        runtime = _runtime_ms(scene, wish.work)
        hour = scene.stream("hour").bits(key)
        hours = instants(hour, self._hours(), HOUR_MS, wish.is_free)
        rests_ms = round(self.again_after_minutes * MINUTE_MS)
        wanted = _again_after(row, scene.utc(home, hours), runtime + rests_ms)
        when_free = free_start(scene, home, child, wanted, runtime)
        start = np.where(self._is_up(scene, home, when_free), when_free, wanted)
        is_kids = scene.world.catalogue.works.is_kids[wish.work]
        return sit(
            scene,
            home,
            ordinal,
            start,
            runtime + _ROOM_MS,
            self._screen(scene, wish, start),
            lead=child,
            viewers=(np.int64(1) << child) | self._adult(scene, home, key),
            profile=np.where(is_kids, homes.profile_of[home, child], 0),
        )

    def _adult(self, scene: Scene, home: Ints, key: Ints) -> Ints:
        """The mask of the adult who sits along in each session, 0 for none."""
        draws = scene.stream("adult")
        comes = draws.happens(key, self.adult_comes)
        has_other = scene.homes.person_class[home, 1] == ADULT
        is_other = has_other & draws.happens(key, self.second_adult, n=1)
        adult = np.where(is_other, 1 << 1, 1 << 0)
        return np.where(comes, adult, 0)

    def _hours(self) -> Shares:
        """When it is wanted: on work days less while kindergarten lasts, and on free days."""
        first, last = limits(self.kindergarten, 1)
        at_home = tuple(self.at_home if first <= hour < last else 1.0 for hour in range(24))
        return _hours(self.hours_of_day, at_home)

    def _is_up(self, scene: Scene, home: Ints, at_ms: Ints) -> Flags:
        """Whether small children are up at an instant of the day."""
        local = scene.world.clock.to_local(scene.homes.zone[home], at_ms) - scene.day * DAY_MS
        gets_up, goes_to_bed = limits(self.awake, HOUR_MS)
        return (local >= gets_up) & (local < goes_to_bed)

    def _wishes(self, scene: Scene, spell: Spells) -> _Wishes:
        """What children want today in homes in a spell, where there is time and a title."""
        free_in = scene.world.is_free_day(scene.day)
        is_free = free_in[scene.homes.country[spell.home]]
        day = scene.day_key(spell.home)
        has_time = scene.stream("has_time").happens(day, self._time()[is_free])
        has_time &= ~self.hides(scene.world, spell.key) | (spell.day_in % _APART_DAYS == 0)
        spell, is_free = spell.take(has_time), is_free[has_time]

        is_small = _small(scene.homes)[spell.home]
        wishes = _Wishes(
            home=spell.home,
            spell=spell.key,
            child=one_of_the_home(scene.stream("child"), spell.key, is_small),
            work=self._title(scene, spell),
            is_free=is_free,
        )
        return wishes.take(wishes.work >= 0)

    def _title(self, scene: Scene, spell: Spells) -> Ints:
        """A film for children, or one of the family's that suits a child; -1 for none."""
        since = np.maximum(spell.first_day, scene.world.first_day)  # one shelf for all before
        spell = replace(spell, first_day=since)
        family = title_of(scene, spell, FILMS, ADULTS)
        own = replace(spell, key=_kids_choice(spell.key))
        kids = title_of(scene, own, FILMS, KIDS)

        is_for_kids = scene.stream("audience").happens(spell.key, self.for_children)
        rating = scene.world.catalogue.works.rating[family]
        suits = (family >= 0) & (rating <= _SUITS_A_CHILD)
        return np.where(~is_for_kids & suits, family, kids)

    def _screen(self, scene: Scene, wish: _Wishes, start_ms: Ints) -> Ints:
        """A tablet or a television, whichever is liked and free; -1 for none, or at night."""
        tablet = scene.screen(wish.home, start_ms, (TABLET, TV, SECOND_TV))
        television = scene.screen(wish.home, start_ms, (TV, TABLET, SECOND_TV))
        likes_tablet = scene.stream("tablet").happens(wish.spell, self.likes_tablet)
        liked = np.where(likes_tablet, tablet, television)

        is_up = self._is_up(scene, wish.home, start_ms)
        return np.where(is_up, liked, -1)

    def _plays(self, scene: Scene, sessions: Sessions, wish: _Wishes) -> Script:
        """One play of each session: often broken off, and watched with half an eye."""
        key = sessions.key
        playing = self._playing_ms(scene, sessions, wish)
        wanders = scene.stream("wanders")
        stays_for = playing * anywhere(wanders, key, self.wanders_off_at, WHOLE, n=1) // WHOLE
        present = np.where(wanders.happens(key, self.wanders_off), stays_for, playing)
        least = in_1024ths(self.attends_at_least)
        attends = least + scene.stream("attends").below(key, WHOLE + 1 - least)
        return offer(
            scene,
            sessions,
            np.arange(len(sessions)),
            0,
            wish.work,
            playing_ms=playing,
            gap_ms=anywhere(scene.stream("gap"), key, self.begins_seconds, 1_000),
            source="rewatch",
            present_ms=present,
            attended_ms=present * attends // WHOLE,
        )

    def _playing_ms(self, scene: Scene, sessions: Sessions, wish: _Wishes) -> Ints:
        """How long it plays: to its end, or until kindergarten, a meal or the way out."""
        runtime = _runtime_ms(scene, wish.work)
        leaves_at, _ = limits(self.kindergarten, HOUR_MS)
        is_early = sessions.start_local % DAY_MS < leaves_at
        leaves_soon = is_early & (wish.is_free == 0)
        chance = np.where(leaves_soon, self.broken_off_early, self.broken_off)
        draws = scene.stream("broken_off")
        at_ms = part(draws.bits(sessions.key, 1), runtime, self.broken_off_at)
        return np.where(draws.happens(sessions.key, chance), at_ms, runtime)


@cache
def _hours(hours_of_day: tuple[float, ...], at_home: tuple[float, ...]) -> Shares:
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


def _small(homes: Homes) -> Flags:
    """Which persons are 2 to 7 years old."""
    return (homes.age >= 2) & (homes.age <= 7)


def _runtime_ms(scene: Scene, work: Ints) -> Ints:
    return scene.world.catalogue.runtime_ms(work, np.zeros_like(work))
