"""Chance: how likely homes that nothing ties have a title on many days, told by all titles.

Few homes of a sample have the very title that is asked about, and hardly any for long. But each
choice of another film might have fallen on this one: how likely, follows from how liked it is on
that day in that country. So every film of a sampled home stands for the title with that chance,
and a few thousand homes tell what a hundred times as many would.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl

from synthview.claims.counting.count import days_of, enough_by
from synthview.claims.counting.definitions import option_of, stated
from synthview.claims.counting.title_plays import kind_plays
from synthview.claims.question import Question
from synthview.claims.simulation.candidates import days_tied, sources, world_of
from synthview.claims.simulation.falling import (
    ALMOST_SURE,
    Falls,
    by_length,
    by_pattern,
    share_of,
)
from synthview.claims.simulation.homes import households_of
from synthview.claims.simulation.simulate import Tables, lazily
from synthview.claims.simulation.strata import of_any_title
from synthview.ids import public, source_in
from synthview.people.homes import countries_of
from synthview.rows import Flags, Floats, Ints
from synthview.tables import COUNTRIES
from synthview.world.catalogue import work_of

__all__ = ["Chances", "chances"]

_KEYS = ["account_id", "profile_id", "by", "work"]
_COLUMNS = ["play_id", "account_id", "profile_id", "is_kids", "start", "watched_ms", "runtime_ms"]
_GOES_ON = ("resume", "rewatch", "next_episode", "autoplay")
"""Plays that choose nothing anew: they go on with what was chosen before, or return to it."""
_SHORT_MS = 180_000
_TOLD_APART = 9
"""Of so many days every pattern is told apart; more are taken in parts of no more, by turns."""
_MOST_WINDOWS = 24
"""In so many windows at most, evenly spread, it is looked at what a home does."""


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

    def with_it(self) -> tuple[float, float]:
        """The share of homes that have the title at all: mean, and its standard error."""
        any_day = self.of_all[:, 1]
        return float(any_day.mean()), float(any_day.std(ddof=1) / np.sqrt(len(any_day)))

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
        found = [share_of(self.of_all, needed)]
        if lacks < len(self.of_parts):
            filled = [share_of(part, part.shape[1] - 1) for part in self.of_parts]
            any_part = sum(one for one, _ in filled), sum(one for _, one in filled)
            found += [any_part] if lacks else filled
        return min(one for one, _ in found), min(one for _, one in found)


def _below(some: Floats, more: Floats) -> Floats:
    return np.concatenate([some, more])


def chances(
    question: Question,
    households: Ints,
    tables: Tables,
    watched: str = "any",
    windows: int | None = None,
) -> Chances:
    """The chances of those homes that nothing ties; `tables` hold all plays of every title.

    They are those of the last window, on average over what a home does in each window of the run,
    or in the last `windows` alone. A day counts on which so much of a title was `watched`.
    """
    choices = _Choices(question, households, tables, watched)
    count = windows or question.windows
    step = -(-count // _MOST_WINDOWS)
    found = [choices.at_least(earlier) for earlier in range(0, count, step)]
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


@dataclass(frozen=True)
class _Choices:
    """What profiles of some homes chose: each title that one of them began, and its days."""

    question: Question
    households: Ints
    tables: Tables
    watched: str = "any"

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
            found.append(by_pattern(self._falls(earlier, bit), homes, len(some)))
        if count == 1:
            return found
        each_day = np.ones(days, dtype=np.int64)
        return [by_length(self._falls(earlier, each_day), homes, days), *found]

    def _falls(self, earlier: int, each_day: Ints) -> Falls:
        """Choices that show in a window, each with the sum over its days there of a number."""
        first = self.question.first - earlier
        inside = self._days.filter(pl.col("day").is_between(first, first + len(each_day) - 1))
        number = each_day[inside["day"].to_numpy() - first]
        of_choice = np.bincount(inside["choice"], number, minlength=len(self._each))
        every = Falls(self._home, self._person, of_choice.astype(np.int64), self._chance(earlier))
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
            shown.select(_COLUMNS)
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
        """Each choice and each day on which enough of it was watched, once."""
        enough = option_of("watched", self.watched).polars
        days = enough_by(self._plays, [*_KEYS, "day"], enough)
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
        falls = np.minimum(1.0 - (1.0 - falls) ** each["picks"].to_numpy(), ALMOST_SURE)
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
