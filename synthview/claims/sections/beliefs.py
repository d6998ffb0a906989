"""Beliefs: what is believed of each setting before and after, and how the answer hangs on it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from synthview.claims.sections.section import ShownTable

if TYPE_CHECKING:
    from synthview.claims.inference.influence import OtherPrior, SettingInfluence
    from synthview.claims.inference.posterior import Posterior

__all__ = ["Belief", "Points", "RatePrior", "Sensitivity", "sensitivity", "tables"]

_SHOWN = 12
_MORE = 10.0
"""The sentence tells of upper ends that are moved by this factor."""


@dataclass(frozen=True, slots=True)
class Points:
    """5 % point, median and 95 % point: the ends hold 90 %."""

    low: float
    median: float
    high: float


@dataclass(frozen=True)
class Belief:
    """One setting: how much of the answer's spread it explains, its prior and its posterior.

    `index` is the part of the variance of daily viewers, in worlds that print the number, that it
    explains by itself; the best of as many settings without any
    part reaches `by_chance` in one of twenty cases. `tenths`
    are what each tenth of the prior weighs once the number is known; `if_low` and `if_high` daily
    viewers in worlds in which the setting lies in its lowest or highest third.
    """

    path: str
    label: str
    unit: str
    source: str
    index: float
    by_chance: float
    prior: Points
    posterior: Points
    tenths: tuple[float, ...]
    if_low: Points
    if_high: Points


@dataclass(frozen=True)
class RatePrior:
    """Daily viewers if the upper end of a rate's range were `times_high` times as high.

    `points` is how many simulated points the answer then rests on.
    """

    path: str
    label: str
    times_high: float
    prior_low: float
    prior_high: float
    daily_viewers: Points
    points: float


@dataclass(frozen=True)
class Sensitivity:
    """Which guess moves the answer: settings in that order, and the answer with other priors.

    `beliefs` are of settings that explain more than chance gives any, the first dozen at most.
    `not_varied` are shares and curves that rest on a guess or a figure and stay as stated.
    """

    beliefs: tuple[Belief, ...]
    rates: tuple[RatePrior, ...]
    not_varied: tuple[str, ...]
    sentence: str


def sensitivity(found: Posterior) -> Sensitivity:
    """What moves the answer, by settings in order; those that may only seem to are left out."""
    every = [_belief(one) for one in found.influences]
    beliefs = [one for one in every if one.index > one.by_chance]
    rates = tuple(_rate(one) for one in found.other_priors)
    sentence = f"{_of_settings(beliefs, len(every))} {_of_rates(rates)}".strip()
    return Sensitivity(tuple(beliefs[:_SHOWN]), rates, found.not_varied, sentence)


def _belief(one: SettingInfluence) -> Belief:
    setting = one.setting
    return Belief(
        setting.path,
        setting.label,
        setting.unit,
        setting.source,
        one.index,
        one.by_chance,
        Points(*one.believed),
        Points(*one.given),
        one.tenths,
        Points(*one.if_low),
        Points(*one.if_high),
    )


def _rate(one: OtherPrior) -> RatePrior:
    setting = one.setting
    low, high = setting.low, setting.high
    viewers = Points(*one.daily_viewers)
    return RatePrior(
        setting.path,
        setting.label,
        one.times_high,
        low,
        high,
        viewers,
        one.points,
    )


def _of_settings(beliefs: Sequence[Belief], of: int) -> str:
    """The setting that the answer hangs on most, and what it would be at either end."""
    if not of:
        return "No setting varies."
    if not beliefs:
        return "No guess by itself moves the answer more than chance does in this simulation."
    first, others = beliefs[0], of - len(beliefs)
    seeming = (
        f" Chance alone would let some of the {others:,} others seem to move it as much as they do."
    )
    return (
        f"The guess that moves the answer most is “{first.label}”, with "
        f"{100 * first.index:.0f} % of its spread: in worlds of its lowest third nine in ten have "
        f"{_viewers(first.if_low)}, of its highest third {_viewers(first.if_high)}."
        f"{seeming * bool(others)}"
    )


def _of_rates(rates: Sequence[RatePrior]) -> str:
    """The rate of which it matters most what is believed of its upper end."""
    usual = {one.path: one for one in rates if one.times_high == 1}
    more = [one for one in rates if one.times_high == _MORE and one.path in usual]
    if not more:
        return ""

    def moved(one: RatePrior) -> float:
        return abs(one.daily_viewers.high - usual[one.path].daily_viewers.high)

    most = max(more, key=moved)
    if not moved(most):
        return "Ten times higher upper ends of rates would not move it."
    return (
        f"What matters most is how high “{most.label}” may be: if it may be up to "
        f"{most.prior_high:.2g} instead of {usual[most.path].prior_high:.2g}, nine in ten worlds "
        f"have {_viewers(most.daily_viewers)} instead of "
        f"{_viewers(usual[most.path].daily_viewers)}."
    )


def _viewers(points: Points) -> str:
    return f"{points.low:,.0f} to {points.high:,.0f} daily viewers"


def tables(found: Sensitivity) -> Iterable[ShownTable]:
    """Settings by what they do to the answer, and the answer by the upper ends of rates."""
    head = ["moves the answer", "setting", "prior", "posterior", "daily viewers if low", "if high"]
    rows = [
        [
            f"{one.index:.2f}",
            one.path,
            *map(_ends, (one.prior, one.posterior, one.if_low, one.if_high)),
        ]
        for one in found.beliefs
    ]
    if rows:
        yield ShownTable(head, rows)
    others = [
        [one.path, f"{one.prior_low:.2g} to {one.prior_high:.2g}", _ends(one.daily_viewers)]
        for one in found.rates
    ]
    if others:
        yield ShownTable(["if this range were believed", "of 5 % to 95 %", "daily viewers"], others)


def _ends(points: Points) -> str:
    return f"{points.low:,.3g} to {points.high:,.3g}"
