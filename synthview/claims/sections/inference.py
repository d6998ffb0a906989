"""What a number tells of the people behind it, and what it would tell had somebody made it up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from synthview.claims.sections import beliefs
from synthview.claims.sections.beliefs import Points, Sensitivity
from synthview.claims.sections.calibrated import (
    Calibration,
    CauseCovered,
    Covered,
    calibration,
    cause_of,
    coverage,
    coverage_of_leader,
    ranks_table,
)
from synthview.claims.sections.invented import Invented, invented
from synthview.claims.sections.section import LeftOut, Section, ShownTable
from synthview.claims.simulation.candidates import why_not_looked_over
from synthview.claims.study import Study
from synthview.outside.extras import need
from synthview.rows import Floats, Ints
from synthview.wording import percent_of

if TYPE_CHECKING:
    from synthview.claims.inference.posterior import Posterior

__all__ = [
    "SECTION",
    "Effective",
    "Given",
    "Inference",
    "PosteriorShare",
    "Prior",
    "Spread",
    "VariedSetting",
    "inference_of",
    "measure",
    "out_of_reach",
    "posterior",
    "prior_of",
    "settings_of",
]

_SHOWN_DRAWS = 200
_QUANTILES = (0.05, 0.5, 0.95)
_FEW_POINTS = 15
"""With fewer simulated points behind an answer it says that it is rough."""
_SHOWN = 10
_FROM_SCRATCH = 4
"""So many worlds are simulated as scenarios, to see whether weights say what these count."""


@dataclass(frozen=True)
class VariedSetting:
    """A varied setting, and what it explains by itself of the number and of daily viewers."""

    path: str
    label: str
    unit: str
    low: int | float
    high: int | float
    source: str
    index: float
    index_low: float
    index_high: float
    index_of_daily_viewers: float


@dataclass(frozen=True)
class Spread:
    """Median, the ends of the 90 % interval, and some draws evenly from smallest to largest.

    `errors` are the Monte Carlo standard errors of low, median and high: how much they would differ
    with other settings drawn and other homes simulated.
    """

    median: float
    low: float
    high: float
    draws: tuple[int, ...]
    errors: Points


@dataclass(frozen=True)
class PosteriorShare:
    """What part of the number a cause has."""

    name: str
    label: str
    median: float
    low: float
    high: float


@dataclass(frozen=True)
class Given:
    """What is believed once the number is known."""

    daily_viewers: Spread
    there_daily: Spread
    missed: Spread
    shares: tuple[PosteriorShare, ...]


@dataclass(frozen=True)
class Prior:
    """The number, and the daily viewers in it, before anything is known."""

    median: float
    low: float
    high: float
    draws: tuple[int, ...]
    at_least_given: float
    daily_viewers: Spread
    errors: Points


@dataclass(frozen=True)
class OfHomes:
    """Daily viewers by the homes of one seed alone, and how many points that rests on."""

    seed: int
    daily_viewers: Points
    points: float


@dataclass(frozen=True)
class Effective:
    """Kish's effective sizes: how many worlds and simulated points the answer rests on.

    Of so many worlds `reaching` may print the number; `by_seed` is what the homes of each seed
    alone would tell.
    """

    worlds: float
    points: float
    of_points: int
    of_worlds: int
    reaching: int
    by_seed: tuple[OfHomes, ...]


@dataclass(frozen=True)
class Inference:
    """What follows from a number: who is behind it in worlds that print it, and how reliably."""

    settings: tuple[VariedSetting, ...]
    given: int
    posterior: Given
    prior: Prior
    coverage: tuple[Covered, ...]
    coverage_of_cause: CauseCovered
    calibration: Calibration
    effective: Effective
    invented: Invented
    sensitivity: Sensitivity
    sentence: str


def posterior(study: Study) -> Posterior:
    """Vary the settings, and weigh worlds by the number."""
    from synthview.claims.inference import posterior as law  # noqa: PLC0415  it needs SciPy

    on_progress = partial(study.on_progress, "varying the settings")
    effort = law.InferenceEffort(from_scratch=_FROM_SCRATCH).fitted(study.households)
    workers = study.effort.workers
    return law.infer(
        study.question,
        study.households,
        workers=workers,
        on_progress=on_progress,
        effort=effort,
        kept=study.kept,
    )


def measure(study: Study) -> Inference | LeftOut:
    """Conclude from the number; not where homes cannot be looked over without simulating them."""
    if why := why_not_looked_over(study.question):
        return LeftOut(why)
    found = study.once(posterior)
    return LeftOut(out_of_reach(found)) if found.is_out_of_reach else inference_of(found)


def out_of_reach(found: Posterior) -> str:
    """Why nothing can be concluded where no world prints the number."""
    prior, said = prior_of(found), found.said
    is_more = said > prior.high
    beyond = prior.at_least_given if is_more else 1 - prior.at_least_given
    seldom = "fewer than one in a million" if beyond < 1e-6 else percent_of(beyond)
    others = f"{prior.low:,.0f}" + f" to {prior.high:,.0f}" * (prior.high > prior.low)
    return (
        f"None of {found.basis.weighted.expected.size:,} worlds prints {said:,}: nine in ten print "
        f"{others}, and {seldom} would print "
        f"{f'{said:,} or more' if is_more else f'fewer than {said:,}'}. Nothing can be concluded "
        "from it about these worlds, except that one of their assumptions, or the number, is wrong."
    )


def inference_of(found: Posterior) -> Inference:
    """A posterior as figures and sentences."""
    effective, moves = _effective(found), beliefs.sensitivity(found)
    settings, prior, given = settings_of(found), prior_of(found), _given(found)
    viewers = given.daily_viewers
    return Inference(
        settings=settings,
        given=found.said,
        posterior=given,
        prior=prior,
        coverage=coverage(found),
        coverage_of_cause=coverage_of_leader(found),
        calibration=calibration(found),
        effective=effective,
        invented=invented(found),
        sensitivity=moves,
        sentence=f"{_sentence(found.said, viewers, prior, settings, effective)} {moves.sentence}",
    )


def _given(found: Posterior) -> Given:
    """What is believed once the number is known."""
    drawn = found.composition
    there = drawn.counted[:, :, 1:].sum(axis=(1, 2))
    viewers, daily, missed = (
        _spread(one, drawn.point) for one in (drawn.daily_viewers, there, drawn.missed)
    )
    return Given(viewers, daily, missed, _shares(found))


def _effective(found: Posterior) -> Effective:
    worlds = found.basis.weighted.effective(found.said)
    weighted = found.basis.weighted
    by_seed = tuple(
        OfHomes(seed, _points(one.daily_viewers), _points_behind(found, which))
        for which, (seed, one) in enumerate(found.by_seed)
    )
    of_points = len(found.basis.seen)
    all_worlds = weighted.expected.size
    return Effective(*worlds, of_points, all_worlds, weighted.reaching(found.said), by_seed)


def _points_behind(found: Posterior, which: int) -> float:
    weighted = found.basis.weighted
    return weighted.effective(found.said, weighted.half == which)[1]


def _sentence(
    said: int,
    viewers: Spread,
    prior: Prior,
    settings: Sequence[VariedSetting],
    effective: Effective,
) -> str:
    first = settings[0].label if settings else "nothing"
    few = effective.points < _FEW_POINTS
    rough = (
        f" It rests on some {effective.points:.0f} simulated points, so take it as rough."
        if few
        else ""
    )
    hardly_ever = " In a service of this size such a number hardly ever comes about."
    seldom = hardly_ever if prior.at_least_given < 1e-4 else ""
    return (
        f"In nine of ten worlds that print {said:,}, between {viewers.low:,.0f} and "
        f"{viewers.high:,.0f} of them are "
        f"one person who sat through it on every day; in the middle one {viewers.median:,.0f} "
        f"(Monte Carlo errors of these ends {viewers.errors.low:.2g} and "
        f"{viewers.errors.high:.2g}). "
        "Beforehand nine of ten "
        f"worlds print {prior.low:,.0f} to {prior.high:,.0f}, and "
        f"{percent_of(prior.at_least_given)} print {said:,} "
        f"or more. What moves the number most is the assumption “{first}”.{seldom}{rough}"
    )


def settings_of(found: Posterior) -> tuple[VariedSetting, ...]:
    """Every setting that was varied, the one that explains most of the number first."""
    rows = []
    for own in found.basis.blocks.ranges.values():
        for one in own:
            number, share = found.indices[one.path]
            varied = (one.path, one.label, one.unit, one.low, one.high, one.source)
            rows.append(VariedSetting(*varied, number.share, number.low, number.high, share.share))
    return tuple(sorted(rows, key=lambda row: (-row.index, row.path)))


def _shares(found: Posterior) -> tuple[PosteriorShare, ...]:
    """What part of the number each source has, for those that have any, the largest first."""
    accounts = found.composition.counted.sum(axis=2)
    rows = []
    for place, name in enumerate(found.basis.sources):
        if accounts[:, place].any():
            low, middle, high = _quantiles(accounts[:, place] / max(found.said, 1))
            rows.append(
                PosteriorShare(
                    *cause_of(name),
                    middle,
                    low,
                    high,
                )
            )
    return tuple(sorted(rows, key=lambda row: (-row.median, -row.high, row.name)))


def prior_of(found: Posterior) -> Prior:
    """What worlds print, and how many daily viewers they have, before anything is known."""
    stats = need(
        "claim",
        "claim",
        "scipy.stats",
    )
    weighted = found.basis.weighted
    expected, rng = weighted.expected.ravel(), np.random.default_rng(found.basis.seed)
    point = np.repeat(np.arange(len(weighted.half)), weighted.popular.shape[1])
    viewers = _spread(rng.poisson(expected * weighted.share().ravel()), point)
    number = _spread(rng.poisson(expected), point)
    at_least = float(stats.poisson.sf(found.said - 1, expected).mean())
    return Prior(
        number.median,
        number.low,
        number.high,
        number.draws,
        at_least,
        viewers,
        number.errors,
    )


def _quantiles(values: Ints | Floats) -> tuple[float, float, float]:
    low, middle, high = np.quantile(values, _QUANTILES).tolist()
    return low, middle, high


def _points(values: Ints | Floats) -> Points:
    return Points(*_quantiles(values))


def _spread(values: Ints, point: Ints) -> Spread:
    from synthview.claims.inference.weights import quantile_errors  # noqa: PLC0415  SciPy

    low, middle, high = _quantiles(values)
    shares = (np.arange(_SHOWN_DRAWS) + 0.5) / _SHOWN_DRAWS
    draws = np.quantile(values, shares, method="inverted_cdf").astype(np.int64)
    errors = Points(*quantile_errors(values, point, _QUANTILES))
    return Spread(middle, low, high, tuple(draws.tolist()), errors)


def _tables(found: Inference) -> Iterable[ShownTable]:
    rows = [
        [f"{one.index:.2f}", one.path, f"{one.low:,.4g} to {one.high:,.4g}", one.source]
        for one in found.settings
    ]
    yield ShownTable(["moves the number", "setting", "range", "source"], rows[:_SHOWN])
    yield from beliefs.tables(found.sensitivity)
    yield from ranks_table(found.calibration)


def _in_full(found: Inference) -> str:
    """All sentences, and how often intervals held what was planted."""
    meant, held = (
        ", ".join(f"{100 * getattr(one, name):.0f}" for one in found.coverage)
        for name in ("nominal", "found")
    )
    checked = (
        f"Checked on worlds with a known answer: intervals meant to hold it in {meant} % of them "
        f"did so in {held} %. {found.calibration.sentence}"
    )
    return "\n".join([found.sentence, *[checked] * bool(held), found.invented.sentence])


SECTION = Section(
    name="inference",
    title="What {said} tells",
    kind=Inference,
    measure=measure,
    packages=("scipy.signal",),
    sentence=_in_full,
    tables=_tables,
    scenes=("worlds",),
)
