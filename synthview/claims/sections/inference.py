"""What a number tells of the people behind it, and what it would tell had somebody made it up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from synthview.claims.sections.section import LeftOut, Section, ShownTable
from synthview.claims.simulation.candidates import HABIT, why_not_looked_over
from synthview.claims.study import Study
from synthview.outside.extras import need
from synthview.rows import Floats, Ints
from synthview.wording import label_of, percent_of

if TYPE_CHECKING:
    from synthview.claims.inference.posterior import Posterior
    from synthview.claims.inference.weights import Coverage, Odds

__all__ = [
    "SECTION",
    "CauseCovered",
    "Covered",
    "Effective",
    "Given",
    "Inference",
    "Invented",
    "PosteriorShare",
    "Prior",
    "Spread",
    "VariedSetting",
    "measure",
    "of_odds",
    "out_of_reach",
    "posterior",
    "prior_of",
    "settings_of",
    "told",
]

_SHOWN_DRAWS = 200
_QUANTILES = (0.05, 0.5, 0.95)
_FEW_POINTS = 15
"""With fewer simulated points behind an answer it says that it is rough."""
_SHOWN = 10
_EVEN = 1.5
"""Odds nearer to even than this tell nothing (our choice)."""
_STRENGTHS = ((20.0, "strongly"), (3.0, "clearly"), (0.0, "a little"))
"""Words for the least odds of their interval (after Kass and Raftery, 1995)."""


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
    """Median, the ends of the 90 % interval, and some draws evenly from smallest to largest."""

    median: float
    low: float
    high: float
    draws: tuple[int, ...]


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


@dataclass(frozen=True)
class Covered:
    """How often an interval of some nominal chance held a planted truth, with its 95 % interval."""

    nominal: float
    found: float
    low: float
    high: float


@dataclass(frozen=True)
class CauseCovered:
    """The same of the share of one cause."""

    name: str
    label: str
    found: tuple[Covered, ...]


@dataclass(frozen=True)
class Effective:
    """Kish's effective sizes: how many worlds and simulated points the answer rests on."""

    worlds: float
    points: float
    of_points: int


@dataclass(frozen=True)
class Invented:
    """How well the number itself tells a count from an invention of as many digits.

    `times` are the odds of a count, if an inventor takes all numbers of as many digits alike; `low`
    and `high` hold the 95 % intervals of these odds and of those if small numbers are preferred.
    """

    chance_if_counted: float
    chance_if_invented: float
    times: float
    low: float
    high: float
    times_if_small_are_preferred: float
    sentence: str


@dataclass(frozen=True)
class Inference:
    """What follows from a number: who is behind it in worlds that print it, and how reliably."""

    settings: tuple[VariedSetting, ...]
    given: int
    posterior: Given
    prior: Prior
    coverage: tuple[Covered, ...]
    coverage_of_cause: CauseCovered
    effective: Effective
    invented: Invented
    sentence: str


def posterior(study: Study) -> Posterior:
    """Vary the settings, and weigh worlds by the number."""
    from synthview.claims.inference.posterior import infer  # noqa: PLC0415  it needs SciPy

    tell = partial(study.tell, "varying the settings")
    return infer(study.question, study.households, workers=study.effort.workers, tell=tell)


def measure(study: Study) -> Inference | LeftOut:
    """Conclude from the number; not where homes cannot be looked over without simulating them."""
    if why := why_not_looked_over(study.question):
        return LeftOut(why)
    found = study.once(posterior)
    return LeftOut(out_of_reach(found)) if found.is_out_of_reach else told(found)


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


def told(found: Posterior) -> Inference:
    """A posterior as figures and sentences."""
    worlds, points = found.basis.weighted.effective(found.said)
    effective = Effective(worlds, points, len(found.basis.seen))
    cause, planted = found.coverage_of_cause
    settings, prior = settings_of(found), prior_of(found)
    given = Given(
        daily_viewers=_spread(found.composition.daily_viewers),
        there_daily=_spread(found.composition.counted[:, :, 1:].sum(axis=(1, 2))),
        missed=_spread(found.composition.missed),
        shares=_shares(found),
    )
    return Inference(
        settings=settings,
        given=found.said,
        posterior=given,
        prior=prior,
        coverage=_covered(found.coverage),
        coverage_of_cause=CauseCovered(cause, _label(cause), _covered(planted)),
        effective=effective,
        invented=_invented(found),
        sentence=_sentence(found.said, given.daily_viewers, prior, settings, effective),
    )


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
        f" It rests on some {effective.points:.0f} lived points, so take it as rough."
        if few
        else ""
    )
    hardly_ever = " In a service of this size such a number hardly ever comes about."
    seldom = hardly_ever if prior.at_least_given < 1e-4 else ""
    return (
        f"In nine of ten worlds that print {said:,}, between {viewers.low:,.0f} and "
        f"{viewers.high:,.0f} of them are "
        f"one person who sat through it on every day; in the middle one {viewers.median:,.0f}. "
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
                    "" if name == HABIT else name,
                    _label(name),
                    middle,
                    low,
                    high,
                )
            )
    return tuple(sorted(rows, key=lambda row: (-row.median, -row.high, row.name)))


def prior_of(found: Posterior) -> Prior:
    """What worlds print, and how many daily viewers they have, before anything is known."""
    stats = need("claim", "claim", "scipy.stats")
    weighted = found.basis.weighted
    expected, rng = weighted.expected.ravel(), np.random.default_rng(found.basis.seed)
    viewers = rng.poisson(expected * weighted.share().ravel())
    number = _spread(rng.poisson(expected))
    at_least = float(stats.poisson.sf(found.said - 1, expected).mean())
    return Prior(number.median, number.low, number.high, number.draws, at_least, _spread(viewers))


def _invented(found: Posterior) -> Invented:
    """How often honest counts and inventors of numbers with as many digits come to this one.

    Of inventors there are two: one to whom all such numbers are alike, and one who prefers small
    ones, as numbers of every size are preferred alike (Benford's law).
    """
    said, weighted = found.said, found.basis.weighted
    digits = len(str(said))
    like = range(10 ** (digits - 1) if digits > 1 else 0, 10**digits)
    smaller = 1 / (np.arange(like.start, like.stop) + (like.start == 0))
    alike = weighted.odds(said, np.full(len(like), 1 / len(like)), like)
    benford = weighted.odds(said, smaller / smaller.sum(), like)
    low, high = min(alike.low, benford.low), max(alike.high, benford.high)
    return Invented(
        alike.counted,
        alike.invented,
        alike.times,
        low,
        high,
        benford.times,
        of_odds(said, alike, low, high),
    )


def of_odds(said: int, alike: Odds, low: float, high: float) -> str:
    """What the odds say of an invention, with what they rest on."""
    return (
        f"{_verdict(said, alike.times, low, high)} Of all numbers with as many digits an honest "
        f"count comes to {said:,} in {percent_of(alike.counted)} of these worlds, and somebody who "
        f"makes one up in {percent_of(alike.invented)} of cases if all of them are alike to them. "
        f"The odds, {_spoken(alike.times)} to 1, lie between {_spoken(low)} and {_spoken(high)}: "
        "simulated homes are few, and an inventor may prefer small numbers. They rest on the "
        f"assumptions of these worlds. All that is concluded here from a counted {said:,} would be "
        "concluded from an invented one too. The query, or the same count for other lengths and "
        "titles, could be checked against each other; one number alone has nothing to agree with."
    )


def _verdict(said: int, times: float, low: float, high: float) -> str:
    """The odds in words, by how far the whole interval is from even ones."""
    if low <= 1 <= high or 1 / _EVEN < times < _EVEN:
        return f"An invented {said:,} would look the same: the number does not tell."
    towards, against = ("a count", "an invention") if times > 1 else ("an invention", "a count")
    nearest = max(low, 1 / high)
    much = next(words for least, words in _STRENGTHS if nearest >= least)
    return f"The number speaks {much} for {towards} rather than {against}."


def _spoken(odds: float) -> str:
    return f"{odds:,.2g}" if odds < 10 else f"{odds:,.0f}"


def _label(name: str) -> str:
    return label_of("" if name == HABIT else name)


def _quantiles(values: Ints | Floats) -> tuple[float, float, float]:
    low, middle, high = np.quantile(values, _QUANTILES).tolist()
    return low, middle, high


def _spread(values: Ints) -> Spread:
    low, middle, high = _quantiles(values)
    shares = (np.arange(_SHOWN_DRAWS) + 0.5) / _SHOWN_DRAWS
    draws = np.quantile(values, shares, method="inverted_cdf").astype(np.int64)
    return Spread(middle, low, high, tuple(draws.tolist()))


def _covered(planted: Sequence[Coverage]) -> tuple[Covered, ...]:
    return tuple(Covered(one.nominal, one.found, one.low, one.high) for one in planted)


def _tables(found: Inference) -> Iterable[ShownTable]:
    rows = [
        [f"{one.index:.2f}", one.path, f"{one.low:,.4g} to {one.high:,.4g}", one.source]
        for one in found.settings
    ]
    yield ShownTable(["moves it", "setting", "range", "source"], rows[:_SHOWN])


def _in_full(found: Inference) -> str:
    """All sentences, and how often intervals held what was planted."""
    meant, held = (
        ", ".join(f"{100 * getattr(one, name):.0f}" for one in found.coverage)
        for name in ("nominal", "found")
    )
    checked = (
        f"Checked on worlds with a known answer: intervals meant to hold it in {meant} % of them "
        f"did so in {held} %."
    )
    return f"{found.sentence}\n{checked}\n{found.invented.sentence}"


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
