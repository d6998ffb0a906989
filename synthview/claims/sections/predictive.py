"""Predictive: what worlds of the prior have beside the number, held against other figures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from synthview.claims.counting.intervals import wilson
from synthview.claims.sections.beliefs import Points
from synthview.claims.sections.section import LeftOut, Section, ShownTable
from synthview.claims.simulation.candidates import why_not_looked_over
from synthview.claims.study import Study
from synthview.rows import Floats
from synthview.scenario.sources import source
from synthview.wording import about, capital, listed, percent_of

if TYPE_CHECKING:
    from synthview.claims.inference.prior_worlds import Audiences, OfRun

__all__ = ["SECTION", "PredictedRun", "PredictedShare", "Predictive", "measure", "tables"]

_WORLDS, _HOMES = 12, 240
"""So many worlds are drawn for what concerns everybody, and so many homes of each simulated."""
_MEMBERS_THEN = 137.0
"""Million accounts when the record was set (the note of X12)."""
_QUANTILES = (0.05, 0.5, 0.95)
OF_PRIOR = "5 % to 95 % of worlds of the prior"
OF_FEW = "5 % to 95 % of a few worlds of the prior, each by a sample of its homes"
OF_ALL = "95 % confidence interval of a share, of all these samples together"


@dataclass(frozen=True)
class PredictedRun:
    """Accounts with the title on each of the last so many days, before anything is known.

    `errors` are the Monte Carlo standard errors of low, median and high, from `points` simulated
    points.
    """

    days: int
    low: float
    median: float
    high: float
    errors: Points
    points: int
    interval: str


@dataclass(frozen=True)
class PredictedShare:
    """A share, what its interval is of, and what was published of the same or a like share."""

    name: str
    label: str
    low: float
    median: float
    high: float
    interval: str
    published: str


@dataclass(frozen=True)
class Predictive:
    """Prior predictive checks: shorter runs, and the audience by `homes` of each of `worlds`."""

    runs: tuple[PredictedRun, ...]
    shares: tuple[PredictedShare, ...]
    worlds: int
    homes: int
    sentence: str


def measure(study: Study) -> Predictive | LeftOut:
    """Draw worlds of the prior; not where homes cannot be looked over without simulating them."""
    from synthview.claims.inference import prior_worlds as law  # noqa: PLC0415  it needs SciPy
    from synthview.claims.inference.parameters import parameters_of  # noqa: PLC0415

    if why := why_not_looked_over(study.question):
        return LeftOut(why)
    question, varied, workers = study.question, parameters_of(study.question), study.effort.workers
    hear = partial(study.on_progress, "counting shorter runs")
    runs = law.shorter_runs(question, study.households, varied, workers, hear)
    counted = tuple(_run(one, question.scenario.run.seed) for one in runs)
    hear = partial(study.on_progress, "asking worlds for their audience")
    homes = min(_HOMES, study.households)
    seen = law.audiences(question, varied, _WORLDS, homes, workers, hear)
    shares = tuple(_shares(seen, question.days))
    return Predictive(counted, shares, _WORLDS, homes, _sentence(counted, shares, homes))


def _run(found: OfRun, seed: int) -> PredictedRun:
    """What worlds print for a shorter run, with chance."""
    from synthview.claims.inference.weights import quantile_errors  # noqa: PLC0415  SciPy

    expected = found.worlds.expected
    points, mixes = expected.shape
    values = np.random.default_rng(seed).poisson(expected).ravel()
    low, median, high = np.quantile(values, _QUANTILES).tolist()
    errors = Points(*quantile_errors(values, np.repeat(np.arange(points), mixes), _QUANTILES))
    return PredictedRun(found.days, low, median, high, errors, points, OF_PRIOR)


def _shares(seen: Audiences, days: int) -> Iterator[PredictedShare]:
    """The three shares, each beside what is known of its like."""
    usual, titanic, record = (source(one) for one in ("T29-norm", "T29-tit", "X12"))
    yield PredictedShare(
        "audience",
        f"accounts with it on any of the {days:,} days",
        *_ends(seen.audience),
        OF_FEW,
        "nothing of this film in its first weeks",
    )
    viewers = round(float(seen.audience.sum()) * seen.homes)
    back = round(float((seen.audience * seen.returning).sum()) * seen.homes)
    low, high = wilson(back, max(viewers, 1))
    yield PredictedShare(
        "returning",
        "of these on two days or more",
        low,
        back / max(viewers, 1),
        high,
        OF_ALL,
        f"in cinemas {usual.value} % of a usual blockbuster’s audience, over {titanic.value} % of "
        "Titanic’s (T29)",
    )
    share = float(record.value) / _MEMBERS_THEN
    yield PredictedShare(
        "first_days",
        "accounts that saw most of it within the first seven days",
        *_ends(seen.first_days),
        OF_FEW,
        f"the record of all films, a year later, is {100 * share:.0f} % (X12)",
    )


def _ends(values: Floats) -> tuple[float, float, float]:
    low, median, high = np.quantile(values, _QUANTILES).tolist()
    return low, median, high


def _sentence(runs: Iterable[PredictedRun], shares: Iterable[PredictedShare], homes: int) -> str:
    """All of it, in as many words as it takes."""
    said = [
        f"{one.low:,.0f} to {one.high:,.0f} accounts with it on each of the last {one.days} days, "
        f"{one.median:,.0f} in the middle (Monte Carlo errors of the ends {about(one.errors.low)} "
        f"and {about(one.errors.high)}, from {one.points} points)"
        for one in runs
    ]
    counted = (
        f"Before the number is known, nine in ten worlds have {listed(said)}. " if said else ""
    )
    each = [
        f"{capital(one.label)} are {percent_of(one.low)} to {percent_of(one.high)}; published: "
        f"{one.published}."
        for one in shares
    ]
    return f"{counted}By {homes:,} homes of each of {_WORLDS} worlds: {' '.join(each)}"


def tables(found: Predictive) -> Iterable[ShownTable]:
    """Low, median and high of each, and what was published."""
    head = ["before the number is known", "low", "median", "high", "published"]
    rows = [
        [f"accounts with it on each of the last {one.days} days", *_figures(one), "nothing"]
        for one in found.runs
    ]
    rows += [
        [one.label, *(percent_of(end) for end in (one.low, one.median, one.high)), one.published]
        for one in found.shares
    ]
    yield ShownTable(head, rows)


def _figures(one: PredictedRun) -> Iterator[str]:
    for end in (one.low, one.median, one.high):
        yield f"{end:,.0f}"


SECTION = Section(
    name="predictive",
    title="What such worlds have beside the number",
    kind=Predictive,
    measure=measure,
    packages=("scipy.signal",),
    tables=tables,
    scenes=("why",),
)
