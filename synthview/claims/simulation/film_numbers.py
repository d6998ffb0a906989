"""Numbers about films: how many numbers in the same log would have made as good a line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from synthview.callbacks import OnProgress
from synthview.claims.counting.definitions import AXES, HEADLINE, Definition
from synthview.claims.question import Question
from synthview.claims.simulation.candidates import world_of
from synthview.claims.simulation.film_streaks import FilmRuns, film_runs
from synthview.claims.simulation.strata import Stratum, strata
from synthview.outside.extras import need
from synthview.rows import Flags, Floats, Ints
from synthview.viewing.settings import ChoosingSettings

__all__ = ["BAND", "FilmNumbers", "definitions", "film_numbers", "in_band"]

BAND = range(20, 101)
"""Numbers of people that make a good line: few enough to be strange, too many to be nobody (our
choice).
"""
_SWITCHED = ("unit", "watched", "day")
"""Switches that are turned here; the others move a count by little."""
_SUITS_A_CHILD = 1
_BRIDGED_DAYS = 1
"""Some definitions forgive one missing day."""
_RESAMPLES = 100
_EXAMPLES = 6
_FANS = "devoted_fan"
"""Hears how much of how much is done."""


@dataclass(frozen=True)
class FilmNumbers:
    """Numbers of 20 to 100 that could have been published, by definition, film and length of run.

    `by_days` sums to `count`; `headline` are those under the laziest definition; low and high are
    the ends of the 95 % interval that comes of simulating some homes only, `simulated` of them.
    """

    count: float
    low: float
    high: float
    headline: float
    without_fans: float
    by_days: dict[int, float]
    examples: tuple[str, ...]
    simulated: int


def definitions() -> tuple[Definition, ...]:
    """The definitions by which runs are counted."""
    unit, watched, day = (
        [option.value for option in axis.options]
        for name in _SWITCHED
        for axis in AXES
        if axis.name == name
    )
    return tuple(Definition(*words) for words in product(unit, watched, day))


def film_numbers(
    question: Question,
    households: int,
    *,
    workers: int = 1,
    on_progress: OnProgress | None = None,
    sample_homes: int = 500,
) -> FilmNumbers:
    """Simulate homes of each kind that keeps to a film, and count the films within the band.

    A home's choice among films falls by how liked they are and on nothing else, so each run that
    was simulated is shared out over all films it might have been about. Runs as short as ordinary
    viewing has them are left out.
    """
    shortest = question.scenario.of(ChoosingSettings).repeat_cap + 1
    looking = _part(on_progress, 0.0, 0.2)
    days = _days_for(shortest)
    found = strata(question, households, sample_homes, days, workers, looking)
    runs = film_runs(
        question, found, definitions(), shortest, workers, _part(on_progress, 0.2, 0.9)
    )
    films = _Films.of(question, runs, shortest)
    fans = tuple(one for one in found if one.source == _FANS)
    alone = _without_fans(question, fans, shortest, workers, _part(on_progress, 0.9, 0.95))
    without = films.expected(runs.weight * ~_by_any(fans, found, runs)) + alone
    seed = question.scenario.run.seed
    homes = sum(len(one.households) for one in found)
    interval = _interval(films, runs, seed, _part(on_progress, 0.95, 1.0))
    rates = films.expected(runs.weight)
    return _numbers(question, rates, without, interval, shortest, homes)


def _numbers(
    question: Question,
    rates: Floats,
    without: Floats,
    interval: tuple[float, float],
    shortest: int,
    homes: int,
) -> FilmNumbers:
    """The numbers in the band, from how many have a run on average: (definition, length, film)."""
    per_days = in_band(rates).sum(axis=(0, 2))
    low, high = interval
    return FilmNumbers(
        count=float(per_days.sum()),
        low=low,
        high=high,
        headline=float(in_band(rates[definitions().index(HEADLINE)]).sum()),
        without_fans=float(in_band(without).sum()),
        by_days={shortest + step: float(count) for step, count in enumerate(per_days)},
        examples=tuple(_examples(question, rates, shortest)),
        simulated=homes,
    )


def _by_any(some: Sequence[Stratum], found: Sequence[Stratum], runs: FilmRuns) -> Flags:
    """Which runs are those of homes of some kinds."""
    return np.isin(runs.source, [found.index(one) for one in some])


def _without_fans(
    question: Question,
    fans: tuple[Stratum, ...],
    shortest: int,
    workers: int,
    on_progress: OnProgress | None,
) -> Floats:
    """What the homes of fans add when nobody in them is a fan: (definition, length, film)."""
    off = _FANS if fans else ""
    runs = film_runs(question, fans, definitions(), shortest, workers, on_progress, off=off)
    return _Films.of(question, runs, shortest).expected(runs.weight)


def _days_for(length: int) -> int:
    """On how few local days a run of so many UTC days can come about.

    A sitting across a UTC midnight shows on two days, as in a bar in the evening of America, and
    one may be missing.
    """
    return -(-(length - _BRIDGED_DAYS) // 2)


def _part(on_progress: OnProgress | None, start: float, stop: float) -> OnProgress | None:
    """A listener for a part of the whole, of which `start` is done before it."""
    if on_progress is None:
        return None
    return lambda done, of: on_progress(
        round(1_000 * (start + (stop - start) * done / max(of, 1))), 1_000
    )


@dataclass(frozen=True)
class _Films:
    """Runs by where and when they were chosen: the `cell` of each, and each group's shelf."""

    cell: Ints
    shape: tuple[int, int, int]
    shelves: Floats

    @classmethod
    def of(cls, question: Question, runs: FilmRuns, shortest: int) -> _Films:
        """Group them."""
        fixed = np.where(runs.is_fixed, runs.film, -1)
        places = np.stack([runs.day, runs.country, runs.shelf, fixed], axis=1)
        groups, row = np.unique(places, axis=0, return_inverse=True)
        shape = (len(groups), len(definitions()), len(question.span) - shortest + 1)
        length = np.minimum(runs.days - shortest, shape[2] - 1)
        cell = (row.ravel() * shape[1] + runs.definition) * shape[2] + length
        films = len(world_of(question.scenario).catalogue.works)
        shelves = [_shelf(question, *group) for group in groups.tolist()]
        return cls(
            cell,
            shape,
            np.stack(shelves) if shelves else np.zeros((0, films)),
        )

    def expected(self, weight: Floats) -> Floats:
        """How many have a run of at least so many days on average: (definition, length, film)."""
        groups, definitions_, lengths = self.shape
        runs = np.bincount(self.cell, weight, minlength=groups * definitions_ * lengths).reshape(
            self.shape
        )
        at_least = (
            runs[:, :, ::-1].cumsum(axis=2)[:, :, ::-1].reshape(groups, definitions_ * lengths)
        )
        return np.asarray((at_least.T @ self.shelves).reshape(definitions_, lengths, -1))


def _shelf(question: Question, day: int, country: int, shelf: int, fixed: int) -> Floats:
    """The chance of every film to be the one: by day, country and taste of adults or children."""
    world = world_of(question.scenario)
    works = world.catalogue.works
    if fixed >= 0:
        return (np.arange(len(works)) == fixed).astype(np.float64)
    for_adults, for_children = (
        one[0] for one in world.popularity.by_audience(day, np.array([country]))
    )
    chosen = [for_adults, for_adults * (works.rating <= _SUITS_A_CHILD), for_children][
        shelf
    ] * works.is_film
    return np.asarray(chosen / max(int(chosen.sum()), 1))


def in_band(rates: Floats, band: range = BAND) -> Floats:
    """The chance that a number lies in the band, by Poisson's law."""
    pdtr = need("claim", "claim", "scipy.special").pdtr
    chance = np.zeros_like(rates)
    near = (rates > band.start / 20) & (
        rates < 4 * band.stop
    )  # beyond these it is less than one in a million million
    chance[near] = pdtr(band.stop - 1, rates[near]) - pdtr(band.start - 1, rates[near])
    return chance


def _interval(
    films: _Films, runs: FilmRuns, seed: int, on_progress: OnProgress | None
) -> tuple[float, float]:
    """The 95 % interval by letting every simulated home stand for more or fewer than it does."""
    homes, row = np.unique(runs.household, return_inverse=True)
    rng = np.random.default_rng(seed)
    counts = []
    for turn in range(_RESAMPLES):
        bootstrap_weights = rng.exponential(size=len(homes))
        counts.append(float(in_band(films.expected(runs.weight * bootstrap_weights[row])).sum()))
        if on_progress:
            on_progress(turn + 1, _RESAMPLES)
    low, high = np.quantile(counts, [0.025, 0.975]).tolist()
    return low, high


def _examples(question: Question, rates: Floats, shortest: int) -> Iterator[str]:
    """Some numbers as they could have been published, of different lengths."""
    names = world_of(question.scenario).names
    rng = np.random.default_rng(question.scenario.run.seed)
    units = {"account": "accounts", "profile": "profiles", "device": "devices"}
    fits = np.argwhere(in_band(rates) > 0.9)
    for length in np.unique(np.linspace(0, rates.shape[1] - 1, _EXAMPLES).astype(int)).tolist():
        own = fits[fits[:, 1] == length]
        if len(own):
            which, _, film = own[rng.integers(len(own))].tolist()
            unit = units[definitions()[which].unit]
            many = f"{rates[which, length, film]:.0f} {unit}"
            days = shortest + length
            yield f"{many} had {names[film]} on at least {days} days in a row"
