"""Chance: how likely homes that nothing ties have a title on many days, told by all titles.

Few homes of a sample have the very title that is asked about, and hardly any for long. But each
choice of another film might have fallen on this one: how likely, follows from how liked it is on
that day in that country. So every film of a sampled home stands for the title with that chance,
and a few thousand homes tell what a hundred times as many would.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl

from synthview.claims.counting.count import days_of
from synthview.claims.counting.definitions import stated
from synthview.claims.counting.title_plays import kind_plays
from synthview.claims.question import Question
from synthview.claims.simulation.candidates import days_tied, sources, world_of
from synthview.claims.simulation.homes import households_of
from synthview.claims.simulation.simulate import Tables, lazily
from synthview.claims.simulation.strata import of_any_title
from synthview.ids import public, source_in
from synthview.outside.extras import need
from synthview.people.homes import countries_of
from synthview.rows import Flags, Floats, Ints, Rows, turns
from synthview.tables import COUNTRIES
from synthview.world.catalogue import work_of

__all__ = ["Chances", "chances"]

_KEYS = ["account_id", "profile_id", "by", "work"]
_GOES_ON = ("resume", "rewatch", "next_episode", "autoplay")
"""Plays that choose nothing anew: they go on with what was chosen before, or return to it."""
_SHORT_MS = 180_000
_TOLD_APART = 9
"""Of so many days every pattern is told apart; more are taken in parts of no more, by turns."""
_ALMOST_SURE = 1.0 - 1e-12
_MOST_WINDOWS = 24
"""In so many windows at most, evenly spread, it is looked at what a home does."""
_SMALL_SAMPLE = 1_000
_NOTHING = 1e-15
"""Chances below this are what rounding leaves."""
_UPPER = 0.975
"""The upper end of a 95 % interval."""


@dataclass(frozen=True)
class Chances:
    """The chance of some homes to have the title on 0, 1, 2 … days or more, (home, count).

    Nothing that lasts ties these homes to any title. `of_all` days of a streak: of many, those of
    two choices count as if they never fell together, which is no less. `of_parts` are the same of
    every second or third day, exactly.
    """

    households: Ints
    of_all: Floats
    of_parts: tuple[Floats, ...]

    @classmethod
    def of_nobody(cls) -> Chances:
        """Of no home, which tell nothing."""
        return cls(np.zeros(0, dtype=np.int64), np.zeros((0, 0)), ())

    def without(self, some: Ints) -> Chances:
        """The same without some of the homes."""
        return self._of(~np.isin(self.households, some))

    def with_more(self, other: Chances) -> Chances:
        """Those of other homes, too."""
        if not len(self.households):
            return other
        return Chances(
            np.concatenate([self.households, other.households]),
            np.concatenate([self.of_all, other.of_all]),
            tuple(map(_below, self.of_parts, other.of_parts)),
        )

    def _of(self, index: Flags) -> Chances:
        parts = tuple(part[index] for part in self.of_parts)
        return Chances(self.households[index], self.of_all[index], parts)

    def share(self, needed: int) -> tuple[float, float]:
        """The share of homes that have the title on so many days or more: mean, and upper end.

        Who has it on all days fills every part of them, and who lacks fewer days than there are
        parts fills one at least: whichever tells less.
        """
        if not len(self.households):
            return 1.0, 1.0
        lacks = self.of_all.shape[1] - 1 - needed
        found = [_share(self.of_all, needed)]
        if lacks < len(self.of_parts):
            filled = [_share(part, part.shape[1] - 1) for part in self.of_parts]
            found += filled if not lacks else [tuple(map(sum, zip(*filled, strict=True)))]
        mean, upper = map(min, zip(*found, strict=True))
        return mean, upper


def _below(some: Floats, more: Floats) -> Floats:
    return np.concatenate([some, more])


def chances(question: Question, households: Ints, tables: Tables) -> Chances:
    """The chances of those homes that nothing ties; `tables` hold all plays of every title.

    They are those of the last window, on average over what a home does in each window of the run.
    """
    choices = _Choices(question, households, tables)
    step = -(-question.windows // _MOST_WINDOWS)
    found = [choices.at_least(earlier) for earlier in range(0, question.windows, step)]
    of_all, *parts = (np.mean(one, axis=0) for one in zip(*found, strict=True))
    every = Chances(households, of_all, tuple(parts) or (of_all,))
    return every.without(households[_is_tied(question, households)])


def _is_tied(question: Question, households: Ints) -> Flags:
    """Which of some homes anything that lasts ties to any title of the kind asked about."""
    world = of_any_title(question)
    work = question.work(world)
    assert work is not None, "a short cut is taken for one title"
    tied = np.zeros_like(households)
    for name in sources(question.scenario):
        tied += days_tied(world, name, households, work, question.span)
    return np.asarray(tied > 0)


@dataclass(frozen=True, slots=True)
class _Falls(Rows):
    """Choices that show in a window: whose, what of it, and how likely they fall on the title.

    `person` numbers those of all homes, in order of `home`; of those of one person at most one
    falls on the title.
    """

    home: Ints
    person: Ints
    shows: Ints
    chance: Floats

    def by_person(self, width: int) -> tuple[Ints, Floats]:
        """The home of each person, and how likely each of so many things shows; (person, thing)."""
        _, first, row = np.unique(self.person, return_index=True, return_inverse=True)
        likely = np.zeros((len(first), width))
        np.add.at(likely, (row, self.shows), self.chance)
        return self.home[first], likely


@dataclass(frozen=True)
class _Choices:
    """What profiles of some homes chose: each title that one of them began, and its days."""

    question: Question
    households: Ints
    tables: Tables

    def at_least(self, earlier: int) -> list[Floats]:
        """The chances by what homes do in the window that ends so many days before the last.

        Those of all days, and then of every part of them if they are many.
        """
        days, homes = self.question.days, len(self.households)
        count = -(-days // _TOLD_APART)
        found = []
        for part in range(count):
            some = np.arange(part, days, count)
            bit = np.zeros(days, dtype=np.int64)
            bit[some] = 1 << np.arange(len(some))
            found.append(_by_pattern(self._falls(earlier, bit), homes, len(some)))
        if count == 1:
            return found
        each_day = np.ones(days, dtype=np.int64)
        return [_by_length(self._falls(earlier, each_day), homes, days), *found]

    def _falls(self, earlier: int, each_day: Ints) -> _Falls:
        """Choices that show in a window, each with the sum over its days there of a number."""
        first = self.question.first - earlier
        inside = self._days.filter(pl.col("day").is_between(first, first + len(each_day) - 1))
        number = each_day[inside["day"].to_numpy() - first]
        of_choice = np.bincount(inside["choice"], number, minlength=len(self._each))
        every = _Falls(self._home, self._person, of_choice.astype(np.int64), self._chance(earlier))
        return every.take(of_choice > 0)

    @cached_property
    def _plays(self) -> pl.DataFrame:
        """Plays of all titles of the kind: whose, of which work, on which day, begun from where."""
        question = self.question
        works = world_of(question.scenario).catalogue.works
        is_film = works.is_film[self._work]
        shown = kind_plays(lazily(self.tables), "film" if is_film else "episode")
        title = public(question.scenario.run.seed, "title").invert(shown["title_id"].to_numpy())
        day = days_of(shown, stated(question).day, "corrected")
        begun = self.tables["log.plays"].select(
            "play_id", source=pl.col("start_source").cast(pl.String)
        )
        return (
            shown.select("play_id", "account_id", "profile_id", "is_kids", "start", "watched_ms")
            .with_columns(work=work_of(title), day=day, by=self._source_of(shown["play_id"]))
            .join(begun, on="play_id", maintain_order="left")
        )

    def _source_of(self, play_id: pl.Series) -> Ints:
        """Who chose the title of some plays: 0 for the people of the home, else an actor."""
        plays = public(self.question.scenario.run.seed, "play")
        return source_in(plays.invert(play_id.to_numpy()))

    @cached_property
    def _each(self) -> pl.DataFrame:
        """One row for each account, profile, actor and work: how it was first begun, how often."""
        first = pl.col("source").sort_by("start", "play_id").first()
        is_new = ~pl.col("source").is_in(_GOES_ON) & (pl.col("by") > 0)
        return (
            self._plays.group_by(_KEYS)
            .agg(
                pl.col("is_kids").first(),
                first=pl.col("day").min(),
                is_fresh=first == "new_release",
                is_known=first == "rewatch",
                is_short=pl.col("watched_ms").sum() < _SHORT_MS,
                picks=is_new.sum().clip(1),
            )
            .sort("account_id", "profile_id", "by", "is_short", "first", "work")
            .with_row_index("choice")
        )

    @cached_property
    def _person(self) -> Ints:
        """Who chose: a profile of the home, which begins a title but once, or an actor anew.

        What ran for so short a time may have been a slip, which may fall on any title again.
        """
        each = self._each
        place = np.arange(len(each))
        is_other = np.zeros(len(each), dtype=bool)
        for key in ("account_id", "profile_id", "by"):
            column = each[key].to_numpy()
            is_other[1:] |= column[1:] != column[:-1]
        is_anew = (each["by"] > 0).to_numpy() | each["is_short"].to_numpy()
        is_first = is_other | (place == 0) | is_anew
        return np.cumsum(is_first)

    @cached_property
    def _days(self) -> pl.DataFrame:
        """Each choice and each day on which it has plays, once."""
        days = self._plays.select(*_KEYS, "day").unique()
        return days.join(self._each.select(*_KEYS, "choice"), on=_KEYS).select("choice", "day")

    @cached_property
    def _home(self) -> Ints:
        """The row of the home of each choice."""
        numbers = households_of(self.question, self._each["account_id"])
        return np.searchsorted(self.households, numbers)

    @property
    def _work(self) -> int:
        """The title that is asked about."""
        work = self.question.work(world_of(self.question.scenario))
        assert work is not None, "a short cut is taken for one title"
        return work

    def _chance(self, later: int) -> Floats:
        """How likely each choice, so many days later, would have fallen on the title asked about.

        Of the people of a profile: and none of their choices before. What they know from before
        the first day is a title that there was.
        """
        each = self._each
        shelf = each["is_kids"].to_numpy().astype(np.int64) * len(COUNTRIES) + self._country
        first = each["first"].to_numpy() + later - self.question.earliest
        is_known = each["is_known"].to_numpy()
        place = np.where(is_known, 0, np.clip(first, 0, len(self._parts) - 1))
        part = self._parts[place, each["is_fresh"].to_numpy().astype(np.int64), shelf]
        falls = np.where(is_known & ~self._is_old | (first >= len(self._parts)), 0.0, part)
        falls = np.minimum(1.0 - (1.0 - falls) ** each["picks"].to_numpy(), _ALMOST_SURE)
        return np.asarray(falls * np.exp(_before(self._person, np.log1p(-falls))))

    @property
    def _is_old(self) -> bool:
        """Whether the title was there before the first day of the world."""
        world = world_of(self.question.scenario)
        return world.popularity.is_offered(self._work, world.first_day)

    @cached_property
    def _country(self) -> Ints:
        """The country of each choice."""
        world = world_of(self.question.scenario)
        return countries_of(world, self.households)[self._home]

    @cached_property
    def _parts(self) -> Floats:
        """The title's part of all choices of its kind, (day, of all or of new ones, shelf).

        A shelf is an audience and a country, as in `Popularity.part_of`.
        """
        world, work = world_of(self.question.scenario), self._work
        popularity, catalogue = world.popularity, world.catalogue
        of_kind = catalogue.works.is_film == catalogue.works.is_film[work]
        countries = np.arange(len(COUNTRIES), dtype=np.int64)
        found = []
        for day in self.question.span:
            weight = np.concatenate(popularity.by_audience(day, countries)) * of_kind
            age = day - catalogue.newest_day(day)
            is_fresh = (age >= 0) & (age < popularity.fresh_days)
            both = [_part(weight, work), _part(weight * is_fresh, work)]
            found.append(both)
        return np.array(found)


def _before(person: Ints, each: Floats) -> Floats:
    """The sum of what is of the rows of the same person before each; rows are in order."""
    total = np.cumsum(each) - each
    begins = np.flatnonzero(np.diff(person, prepend=-1))
    return np.asarray(total - np.repeat(total[begins], np.diff(begins, append=len(person))))


def _part(weight: Ints, work: int) -> Floats:
    """What part of all weight on each shelf a work has; 0 where it is not there."""
    return np.asarray(weight[:, work] / np.maximum(weight.sum(axis=1), 1))


def _by_pattern(some: _Falls, homes: int, days: int) -> Floats:
    """At least so many days, from the pattern of the days of each choice as bits; (home, count).

    That all that falls on the title lies within a set of days is as likely as that nobody of the
    home has a choice with another day that does. Differences of these by Möbius' formula are the
    chances of exactly those days.
    """
    home, falls = some.by_person(1 << days)
    for has, lacks in _neighbours(falls, days):
        np.add(has, lacks, out=has)
    reaches_out = np.minimum(falls[:, -1:] - falls, _ALMOST_SURE)
    within = np.zeros((homes, 1 << days))
    np.add.at(within, home, np.log1p(-reaches_out))
    within = np.exp(within)
    for has, lacks in _neighbours(within, days):
        np.subtract(has, lacks, out=has)
    count = np.bitwise_count(np.arange(1 << days))
    exactly = np.stack([within[:, count == one].sum(axis=1) for one in range(days + 1)], axis=1)
    return _from_above(np.maximum(exactly, 0.0))


def _neighbours(of_patterns: Floats, days: int) -> Iterator[tuple[Floats, Floats]]:
    """For each day what is of patterns that have it, and of the same without it: views of both."""
    for day in range(days):
        pairs = of_patterns.shape[1] >> (day + 1)
        both = of_patterns.reshape(len(of_patterns), pairs, 2, 1 << day)
        yield both[:, :, 1], both[:, :, 0]


def _by_length(some: _Falls, homes: int, days: int) -> Floats:
    """No less than the same, from how many days each choice has: added up; (home, count)."""
    home, falls = some.by_person(days + 1)
    falls[:, 0] = np.maximum(1.0 - falls[:, 1:].sum(axis=1), 0.0)
    exactly = np.zeros((homes, days + 1))
    exactly[:, 0] = 1.0
    turn = turns(home)
    for one in range(int(turn.max(initial=-1)) + 1):
        rows = np.flatnonzero(turn == one)
        before, after = exactly[home[rows]], np.zeros((len(rows), days + 1))
        for length in range(days + 1):
            likely = falls[rows, length, None] * before
            after[:, length:] += likely[:, : days + 1 - length]
            after[:, -1] += likely[:, days + 1 - length :].sum(axis=1)
        exactly[home[rows]] = after
    return _from_above(exactly)


def _from_above(exactly: Floats) -> Floats:
    """Chances of at least so many from those of exactly so many."""
    return np.asarray(exactly[:, ::-1].cumsum(axis=1)[:, ::-1])


def _share(found: Floats, needed: int) -> tuple[float, float]:
    """The share of homes with so many days or more: mean, and upper end.

    The upper end is by Fay and Feuer (1997), for sums in which few rows weigh most: as if one more
    home had as great a chance as the likeliest. A sample may still lack homes that are likelier. So
    one day less, of which more homes tell, has a say too: if a share p has at least k days, each
    further day is taken to be no likelier than those before it were on average, p^(needed/k). The
    greater of both counts. Of a small sample all days do, and one more home has any for sure.
    """
    told = [count for count in range(1, needed + 1) if found[:, count].max() > _NOTHING] or [1]
    if len(found) >= _SMALL_SAMPLE:
        upper = [_upper(found[:, count]) ** (needed / count) for count in told[-2:]]
    else:
        upper = [_upper(found[:, count], float(count == 1)) ** (needed / count) for count in told]
    return float(found[:, needed].mean()), max(upper)


def _upper(chance: Floats, likeliest: float = 0.0) -> float:
    """The upper end of the interval of a mean of chances, as if one more were as the likeliest."""
    gammaincinv = need("claim", "claim", "scipy.special").gammaincinv
    likeliest = max(likeliest, float(chance.max()))
    total = float(chance.sum()) + likeliest
    squares = float((chance**2).sum()) + likeliest**2
    scale = squares / total
    return min(float(gammaincinv(total / scale, _UPPER)) * scale / len(chance), 1.0)
