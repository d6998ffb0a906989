"""A title is in the news, and people watch it because of that; some of them tell others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np

from synthview.draws.arithmetic import power
from synthview.draws.chance import shares_of
from synthview.people.ages import ADULT
from synthview.people.homes import COMPUTER, SECOND_TV, TABLET, TV, Homes
from synthview.rows import Flags, Ints, Rows
from synthview.scenario.settings import GUESS, curve, number, section
from synthview.stage.actor import Actor
from synthview.stage.persons import one_of_the_home
from synthview.stage.proposals import Proposal, offer, sit
from synthview.stage.scene import Scene
from synthview.stage.script import Script
from synthview.stage.spans import anywhere, part
from synthview.stage.spells import free_start
from synthview.viewing.sittings import Sessions
from synthview.world import World
from synthview.world.clock import HOUR_MS, day_number

__all__ = ["Hype"]

_LONGEST_DAYS = 45
"""Nobody comes later than that, and of an hour of news hardly anything is left."""
_MOST_AT_ONCE = 32
"""Sessions that an actor may add to a home in a day."""


@dataclass(frozen=True, slots=True)
class _News:
    """An event that lifts a title: on which day, which work, and its number among all events.

    The number follows from the day and the title, so that no other event changes it.
    """

    day: int
    work: int
    number: int


@dataclass(frozen=True, slots=True)
class _Curious(Rows):
    """Homes that come for a title today: rows of the block, the work, and which session it is."""

    home: Ints
    work: Ints
    ordinal: Ints


@section
class Hype(Actor):
    """A title is in the news, and people watch it because of that; some of them tell others.

    A dated event of the scenario, such as a tweet about a film, is news where it lifts its title
    enough. On that day and those after it some homes look for the title that would never have
    chosen it, and begin it in the evening. Whoever has seen it tells others, who come some days
    later and tell others in turn, so that the news feeds back into how much the title is watched.
    Many only want to know what it is about, and leave before the end.

    The lift of the event itself says how much likelier everybody is to choose the title from the
    menus. That is no act of anybody; what hype adds is.
    """

    of_homes = False
    tells = (
        "one search for a title that is in the news, and no second evening with it",
        "many who leave it before its end",
    )

    rate: float = number(
        0.01,
        unit="share of homes per title in the news",
        allowed=(0, 1),
        low=0.001,
        high=0.05,
        source=GUESS,
        scale="log",
        about="Homes that begin a title because it is in the news, or because of others who did.",
    )
    from_lift: float = number(
        2, unit="times", allowed=(0, 1_000), low=1.5, high=4, source=GUESS, scale="log",
        about="A dated event that lifts its title less is a season or a weekend, and no news.",
    )  # fmt: skip
    half_life_days: float = number(
        1.2, unit="days", allowed=(0.1, 30), low=0.5, high=4, source=GUESS, scale="log",
        about="After how many days half of the news is forgotten.",
    )  # fmt: skip
    tells_others: float = number(
        0.3, unit="homes that each brings along", allowed=(0, 0.95), low=0.1, high=0.7,
        source=GUESS, scale="logit",
        about="How many others come because of each home that came, on average.",
    )  # fmt: skip
    told_days: int = number(
        2, unit="days", allowed=(1, 14), low=1, high=5, source=GUESS, scale="log",
        about="How many days after it those others come.",
    )  # fmt: skip
    hours: tuple[float, ...] = curve(
        [18, 23], unit="hours, from and to", source=GUESS, about="When the title is begun.",
    )  # fmt: skip
    begins_seconds: tuple[float, ...] = curve(
        [15, 90], unit="seconds, from and to", source=GUESS,
        about="Time until it is found and begun.",
    )  # fmt: skip
    leaves: float = number(
        0.4, unit="share of homes", allowed=(0, 1), low=0.2, high=0.7, source=GUESS,
        scale="logit", about="Homes that have seen enough before the end.",
    )  # fmt: skip
    leaves_at: tuple[float, ...] = curve(
        [0.03, 0.7], unit="share of the title, from and to", source=GUESS,
        about="How far a title that is left early gets.",
    )  # fmt: skip

    def suits(self, homes: Homes) -> Flags:
        """Homes with an adult."""
        return np.asarray((homes.person_class == ADULT).any(axis=1))

    def could_touch(self, world: World, households: Ints, work: int | None = None) -> Flags:
        """Homes that come for the work; with none, for any that is in the news."""
        touched = np.zeros(len(households), dtype=bool)
        for news in self._news(world):
            if work in (None, news.work):
                comes, _ = self._coming(world, households, news)
                touched |= comes
        return touched

    def keeps_to(self, world: World, households: Ints, work: int, days: range) -> Ints:
        """The day on which each home comes for the work: one for each time it is in the news."""
        total = np.zeros(len(households), dtype=np.int64)
        for news in self._news(world):
            if news.work == work:
                comes, day = self._coming(world, households, news)
                total += comes & (day >= days.start) & (day < days.stop)
        return total

    def propose(self, scene: Scene) -> Proposal | None:
        """An evening with the title in every home that comes today."""
        curious = _Curious.stack([_nobody(), *self._today(scene)])
        if not len(curious):
            return None
        runtime = scene.world.catalogue.runtime_ms(curious.work, np.zeros_like(curious.work))
        sessions = self._sessions(scene, curious, runtime)
        plays = self._plays(scene, sessions, curious.work, runtime)
        return Proposal(("came because of the news",), sessions, plays)

    def _news(self, world: World) -> list[_News]:
        """What of the scenario is news, in the order of its file."""
        named = world.catalogue.named
        return [
            _News(day, work, (day << 24) + work)
            for event in world.scenario.dated_events
            if event.lift >= self.from_lift
            for day, work in [(day_number(event.on), named[event.title])]
        ]

    def _coming(self, world: World, household: Ints, news: _News) -> tuple[Flags, Ints]:
        """Which homes come because of some news, and each on which local day it would."""
        comes = self.draw(world, "comes").happens(household, min(self.rate, 1.0), n=news.number)
        wave = shares_of(_wave(self.half_life_days, self.tells_others, self.told_days))
        return comes, news.day + self.draw(world, "when").pick(household, wave, n=news.number)

    def _today(self, scene: Scene) -> Iterator[_Curious]:
        """Those who come today, for each title in the news that their country has."""
        under_way = [
            one for one in self._news(scene.world) if 0 <= scene.day - one.day < _LONGEST_DAYS
        ]
        rows = scene.rows
        household = scene.homes.household[rows]
        for ordinal, news in enumerate(under_way[:_MOST_AT_ONCE]):
            comes, day = self._coming(scene.world, household, news)
            home = rows[comes & (day == scene.day)]
            if len(home):
                home = home[_has_it(scene, home, news.work)]
                yield _Curious(home, np.full_like(home, news.work), np.full_like(home, ordinal))

    def _sessions(self, scene: Scene, curious: _Curious, runtime_ms: Ints) -> Sessions:
        """When and where: an evening hour at which one of the adults is free."""
        home = curious.home
        key = scene.session_key(home, curious.ordinal)
        is_adult = scene.homes.person_class[home] == ADULT
        who = one_of_the_home(scene.stream("person"), key, is_adult)
        wanted = scene.utc(home, anywhere(scene.stream("hour"), key, self.hours, HOUR_MS))
        start = free_start(scene, home, who, wanted, runtime_ms)
        return sit(
            scene,
            home,
            curious.ordinal,
            start,
            runtime_ms + HOUR_MS,
            scene.screen(home, start, (TV, SECOND_TV, TABLET, COMPUTER)),
            lead=who,
            profile=scene.homes.profile_of[home, who],
        )

    def _plays(self, scene: Scene, sessions: Sessions, work: Ints, runtime_ms: Ints) -> Script:
        """The title from its start, left early by those who only wanted to know."""
        key = sessions.key
        leaves = scene.stream("leaves")
        left_at = part(leaves.bits(key, 1), runtime_ms, self.leaves_at)
        return offer(
            scene,
            sessions,
            np.arange(len(key)),
            0,
            work,
            playing_ms=np.where(leaves.happens(key, self.leaves), left_at, runtime_ms),
            gap_ms=anywhere(scene.stream("gap"), key, self.begins_seconds, 1_000),
            source="search",
        )


def _nobody() -> _Curious:
    none = np.zeros(0, dtype=np.int64)
    return _Curious(none, none, none)


def _has_it(scene: Scene, home: Ints, work: int) -> Flags:
    """Which homes have a title that is out, in a country that has it."""
    weight, _ = scene.world.popularity.part_of(work, scene.day)  # of adults first, by country
    return np.asarray(weight[scene.homes.country[home]] > 0)


@cache
def _wave(half_life_days: float, tells_others: float, told_days: int) -> tuple[float, ...]:
    """How much of all who come do so on each day after the news: of the news, and told by others.

    Whoever is told tells others in turn; what one day has is repeated, smaller, some days later.
    """
    fades = power(0.5, np.arange(_LONGEST_DAYS) / half_life_days)
    wave = fades.tolist()
    for day in range(told_days, _LONGEST_DAYS):
        wave[day] += tells_others * wave[day - told_days]
    return tuple(wave)
