"""Other numbers: the longest streak of all, a day's count, and means and totals of everybody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from synthview.callbacks import OnProgress
from synthview.claims.counting.count import days_of
from synthview.claims.counting.definitions import AXES, option_of
from synthview.claims.counting.intervals import wilson, z_of
from synthview.claims.counting.streaks import longest_runs
from synthview.claims.counting.title_plays import (
    corrected_start,
    film_plays,
    own_titles,
    title_plays,
)
from synthview.claims.question import Question
from synthview.claims.simulation.audience import accounts_with, is_told_by_choices
from synthview.claims.simulation.homes import accounts_of, spread
from synthview.claims.simulation.likeliest import Likeliest
from synthview.claims.simulation.simulate import HISTORY, Tables, lazily, simulate
from synthview.rows import Floats, Ints

__all__ = ["EstimatedNumber", "Longest", "enough_homes", "estimate", "longest", "sized"]

_HOUR_MS = 3_600_000
_ENOUGH = 30
"""So many homes of a sample tell a count within a third or so."""
_MOST_SIZED = 40_000
"""No larger is a sample that nobody asked for: it takes a minute or so."""


@dataclass(frozen=True)
class EstimatedNumber:
    """A number of everybody from a sample: the value, its 95 % interval, and other definitions."""

    value: float
    low: float
    high: float
    simulated: int
    definition: str
    others: Sequence[tuple[str, float]]
    by_choices: bool = False
    """Whether all that homes chose tells it, and not those alone that have the title."""


@dataclass(frozen=True)
class Longest:
    """The longest run of days found by what ties homes to a title.

    `is_most` where no longer one is possible.
    """

    days: int
    is_most: bool
    by_source: Sequence[tuple[str, int, int]]
    account: str


def estimate(
    question: Question,
    count: int,
    workers: int,
    on_progress: OnProgress | None = None,
    on_looking: OnProgress | None = None,
) -> EstimatedNumber:
    """Answer a claim of the kind on_day, count, mean or total from `count` homes, evenly spread.

    `on_progress` hears of homes that are simulated, `on_looking` of those that are looked over.
    """
    if is_told_by_choices(question, count):
        told = accounts_with(question, count, workers, on_progress, on_looking)
        first, others = told[0], [(one.watched, one.value) for one in told]
        ends = first.value, first.low, first.high
        return EstimatedNumber(*ends, count, _definition(question), others, by_choices=True)
    homes = spread(count, question.scenario.run.households)
    every = not question.title
    tables = simulate(question, homes, HISTORY, workers, every_title=every, on_progress=on_progress)
    value, low, high = _scaled(question, _per_account(question, tables, "any"), len(homes))
    others = [
        (
            option.label,
            _scaled(question, _per_account(question, tables, option.value), len(homes))[0],
        )
        for option in next(axis.options for axis in AXES if axis.name == "watched")
        if question.claim.of != "hours"
    ]
    return EstimatedNumber(value, low, high, len(homes), _definition(question), others)


def enough_homes(question: Question) -> int:
    """How many homes tell the number that was said within a third or so; 0 where any do.

    Where accounts are counted one home adds one at most, so that few of them are in few samples.
    """
    claim, of = question.claim, question.scenario.run.households
    if claim.of != "accounts" or not 0 < claim.said < of:
        return 0
    return int(min(float(f"{_ENOUGH * of / claim.said:.2g}"), of))


def sized(question: Question, usual: int) -> int:
    """A sample that is sized to a claim of everybody: the usual one, or up to ten times as many."""
    if question.claim.kind not in ("on_day", "count") or is_told_by_choices(question, usual):
        return usual
    return max(usual, min(enough_homes(question), _MOST_SIZED))


def _definition(question: Question) -> str:
    """What is counted, in words."""
    claim, (first, last) = question.claim, question.dates()
    link = "with" if claim.of == "accounts" else "of"
    what = f"{claim.of} {link} {question.title}" if question.title else claim.of
    per = {"all": "", "day": ", per day", "year": ", per year of 365 days"}[claim.per]
    sort = {"mean": "mean per account of", "on_day": "accounts with any recorded play of"}.get(
        claim.kind, "all"
    )
    days = f"on {first}" if first == last else f"from {first} to {last}, UTC"
    return f"{sort} {question.title if claim.kind == 'on_day' else what} {days}{per}"


def _per_account(question: Question, tables: Tables, watched: str) -> Floats:
    """What each account adds to the number; accounts that add nothing may be missing."""
    plays = _within(question, tables)
    if question.claim.of == "hours":
        return (
            plays.group_by("account_id").agg(pl.col("watched_ms").sum())["watched_ms"].to_numpy()
            / _HOUR_MS
        )
    days = plays.group_by("account_id", "title_id", "kind").agg(
        pl.col("watched_ms").sum(), pl.col("runtime_ms").max(), plays=pl.len()
    )
    enough = days.filter(option_of("watched", watched).polars)
    if question.claim.of == "films":
        enough = enough.filter(pl.col("kind") == "film")
    if question.claim.of == "plays":
        return (
            enough.group_by("account_id")
            .agg(pl.col("plays").sum())["plays"]
            .to_numpy()
            .astype(np.float64)
        )
    if question.claim.of == "accounts":
        return np.ones(enough["account_id"].n_unique())
    return enough.group_by("account_id").len()["len"].to_numpy().astype(np.float64)


def _within(question: Question, tables: Tables) -> pl.DataFrame:
    """Recorded plays of the question's days and title, by clocks that are not ahead."""
    plays = tables["log.plays"].filter(pl.col("kind") != "trailer")
    if question.title:
        own = own_titles(tables["log.titles"], question.title)
        plays = plays.join(own, on="title_id", how="semi")
    first, last = question.dates()
    lengths = tables["log.titles"].select("title_id", "runtime_ms").unique("title_id")
    return plays.filter(corrected_start().dt.date().is_between(first, last)).join(
        lengths, on="title_id"
    )


def _scaled(question: Question, added: Floats, homes: int) -> tuple[float, float, float]:
    """The number and its interval, from what each account of a sample adds."""
    values = np.concatenate([added, np.zeros(max(homes - len(added), 0))])
    mean = float(values.mean())
    households = question.scenario.run.households
    if question.claim.of == "accounts":
        low, high = _share_of(len(added), len(values), households)
    else:
        low, high = _mean_of(values, households)
    factor = 1.0 if question.claim.kind == "mean" else float(households)
    factor /= {"all": 1.0, "day": question.days, "year": question.days / 365}[question.claim.per]
    return mean * factor, low * factor, high * factor


def _mean_of(values: Floats, households: int) -> tuple[float, float]:
    """The interval of a mean over all homes, of which `values` are those simulated.

    Of no width where those are all.

    By its standard error, and no narrower than the interval of the share of homes that add
    anything, each as much as those do: where few add anything their number is what is unsure. If
    none did, one that does would add one.
    """
    mean = float(values.mean())
    simulated = len(values)
    adding = int((values > 0).sum())
    if simulated >= households:
        return mean, mean
    error = (
        z_of() * float(values.std(ddof=1)) * np.sqrt((1 - simulated / households) / simulated)
        if simulated > 1
        else mean
    )
    low, high = _share_of(adding, simulated, households)
    each = mean * simulated / adding if adding else 1.0
    return max(min(mean - error, low * each), 0.0), max(mean + error, high * each)


def _share_of(count: int, simulated: int, households: int) -> tuple[float, float]:
    """The interval of a share of all homes: simulated homes are known, the rest is sampled."""
    rest = households - simulated
    if rest <= 0:
        return count / simulated, count / simulated
    low, high = wilson(count, simulated)
    return (count + low * rest) / households, (count + high * rest) / households


def longest(
    question: Question,
    candidates: Sequence[Likeliest],
    workers: int,
    on_progress: OnProgress | None = None,
) -> Longest:
    """The longest run of days any account has with the title, or with any film if there is none.

    Of each thing that ties homes to it the likeliest are simulated, all together; no run can be
    longer than the days there are, so that only one of that length is known to be the most.
    """
    found, best, account = [], 0, ""
    together = [np.zeros(0, dtype=np.int64), *(one.households for one in candidates)]
    every = _runs(question, np.unique(np.concatenate(together)), workers, on_progress)
    for one in candidates:
        own = pl.col("account_id").is_in(accounts_of(question, one.households))
        days = every.filter(own)
        most = max(days["days"].to_list(), default=0)
        found.append((one.source, most, one.tied))
        if most > best:
            best = most
            account = f"a{min(days.filter(pl.col('days') == most)['account_id'].to_list())}"
    return Longest(best, best >= len(question.span), found, account)


def _runs(
    question: Question, homes: Ints, workers: int, on_progress: OnProgress | None
) -> pl.DataFrame:
    """The longest runs of UTC days of homes, by account and title: a series is one title."""
    every = not question.title
    tables = lazily(
        simulate(question, homes, HISTORY, workers, every_title=every, on_progress=on_progress)
    )
    shown = film_plays(tables) if every else title_plays(tables, question.title)
    keys = ["account_id", "title_id"] if every else ["account_id"]
    days = shown.select(*keys, day=days_of(shown, "utc", "corrected"))
    return longest_runs(
        days.filter(pl.col("day").is_between(question.span.start, question.span.stop - 1)), keys
    )
