"""Conclusions: what a number tells of the people behind it, and what it would tell had somebody made it up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import poisson

from synthview.claims.inference.posterior_worlds import Basis, Tell
from synthview.claims.inference.sensitivity import Index
from synthview.claims.inference.shown import Chosen, Placed, Shown
from synthview.claims.inference.weights import Composition, Coverage
from synthview.claims.simulation.candidates import HABIT
from synthview.rows import Floats, Ints
from synthview.wording import label_of, percent_of

__all__ = ["Inference"]

_SHOWN_DRAWS = 200
_QUANTILES = (0.05, 0.5, 0.95)
_FEW_POINTS = 15
"""With fewer lived points behind an answer it says that it is rough."""


@dataclass(frozen=True)
class Inference:
    """What follows from a number: who is behind it in the worlds that print it, and how far that can be trusted.

    `indices` are, by path, what each setting explains of the number and of the share of daily viewers; `coverage` how
    often planted truths were found, of daily viewers, and of the cause that leads.
    """

    basis: Basis
    households: int
    said: int
    composition: Composition
    indices: Mapping[str, tuple[Index, Index]]
    coverage: tuple[Coverage, ...]
    coverage_of_cause: tuple[str, tuple[Coverage, ...]]

    def draw(self, said: int | None = None, turn: int = 0) -> Shown:
        """One world that prints the number; another for each `turn`."""
        return self.basis.draw(self.said if said is None else said, turn)

    def draw_with(self, cause: str) -> tuple[Shown, Chosen]:
        """The first of the worlds drawn that has a home of a cause, and how it was found."""
        return self.basis.draw_with(cause, self.said)

    def worlds(self, count: int = 7, said: int | None = None, tell: Tell | None = None) -> tuple[Placed, ...]:
        """Some worlds that all print it, from mostly children to mostly fans; `tell` hears how many are found."""
        return self.basis.several(self.said if said is None else said, count, tell)

    def as_dict(self) -> dict[str, Any]:
        """The same as JSON has it."""
        prior = self._prior()
        worlds, points = self.basis.mixtures.effective(self.said)
        return {
            "settings": self._settings(),
            "given": self.said,
            "posterior": {
                "daily_viewers": _spread(self.composition.daily_viewers),
                "there_daily": _spread(self.composition.counted[:, :, 1:].sum(axis=(1, 2))),
                "missed": _spread(self.composition.missed),
                "shares": self._shares(),
            },
            "prior": prior,
            "coverage": [_covered(one) for one in self.coverage],
            "coverage_of_cause": {
                "name": self.coverage_of_cause[0], "label": _label(self.coverage_of_cause[0]),
                "found": [_covered(one) for one in self.coverage_of_cause[1]],
            },
            "effective": {"worlds": worlds, "points": points, "of_points": len(self.basis.seen)},
            "invented": self._invented(),
            "sentence": self.sentence(),
        }  # fmt: skip

    def sentence(self) -> str:
        """The same in words."""
        low, middle, high = _quantiles(self.composition.daily_viewers)
        prior = self._prior()
        first = self._settings()[0]["label"] if self.indices else "nothing"
        points = self.basis.mixtures.effective(self.said)[1]
        rough = f" It rests on some {points:.0f} lived points, so take it as rough." if points < _FEW_POINTS else ""
        seldom = (
            " In a service of this size such a number hardly ever comes about."
            if prior["at_least_given"] < 1e-4
            else ""
        )
        return (
            f"In nine of ten worlds that print {self.said:,}, between {low:,.0f} and {high:,.0f} of them are one person "
            f"who sat through it on every day; in the middle one {middle:,.0f}. Beforehand nine of ten worlds print "
            f"{prior['low']:,.0f} to {prior['high']:,.0f}, and {percent_of(prior['at_least_given'])} print {self.said:,} or more. "
            f"What moves the number most is the assumption “{first}”.{seldom}{rough}"
        )

    def _settings(self) -> list[dict[str, Any]]:
        """Every setting that was varied, the one that explains most of the number first."""
        rows = []
        for own in self.basis.blocks.ranges.values():
            for one in own:
                number, share = self.indices[one.path]
                rows.append({
                    "path": one.path, "label": one.label, "unit": one.unit, "low": one.low, "high": one.high,
                    "source": one.source, "index": number.share, "index_low": number.low, "index_high": number.high,
                    "index_of_daily_viewers": share.share,
                })  # fmt: skip
        return sorted(rows, key=lambda row: (-row["index"], row["path"]))

    def _shares(self) -> list[dict[str, Any]]:
        """What part of the number each source has, for those that have any, the largest first."""
        accounts = self.composition.counted.sum(axis=2)
        rows = []
        for place, name in enumerate(self.basis.sources):
            if accounts[:, place].any():
                low, middle, high = _quantiles(accounts[:, place] / max(self.said, 1))
                shown = "" if name == HABIT else name
                rows.append({"name": shown, "label": _label(name), "median": middle, "low": low, "high": high})
        return sorted(rows, key=lambda row: (-row["median"], -row["high"], row["name"]))

    def _prior(self) -> dict[str, Any]:
        """The number, and the daily viewers in it, before anything is known."""
        mixtures = self.basis.mixtures
        expected, rng = mixtures.expected.ravel(), np.random.default_rng(self.basis.seed)
        viewers = rng.poisson(expected * mixtures.share().ravel())
        return {
            **_spread(rng.poisson(expected)),
            "at_least_given": float(poisson.sf(self.said - 1, expected).mean()),
            "daily_viewers": _spread(viewers),
        }

    def _invented(self) -> dict[str, Any]:
        """How well the number itself tells a count from an invention: one of as many digits, each as likely."""
        digits = len(str(self.said))
        same = range(10 ** (digits - 1) if digits > 1 else 0, 10**digits)
        of_count = self.basis.mixtures.chance_of(self.said)
        of_count /= max(sum(self.basis.mixtures.chance_of(one) for one in _some(same)) * _step(same), 1e-300)
        made_up = 1 / len(same)
        return {
            "chance_if_counted": of_count, "chance_if_invented": made_up, "times": of_count / made_up,
            "sentence": (
                f"An invented {self.said:,} would look exactly the same: of all numbers with as many digits an honest count "
                f"comes to {self.said:,} in {percent_of(of_count)} of worlds, and somebody who makes one up in "
                f"{percent_of(made_up)} of cases. All that is concluded here from a counted {self.said:,} would be concluded "
                f"from an invented one too. The query, or the same count for other lengths and titles, could be checked "
                "against each other; one number alone has nothing to agree with."
            ),
        }  # fmt: skip


def _some(numbers: range) -> range:
    return numbers[:: _step(numbers)]


def _step(numbers: range) -> int:
    """Of very many numbers every so-many-th stands for those between."""
    return max(1, len(numbers) // 1_000)


def _label(name: str) -> str:
    return label_of("" if name == HABIT else name)


def _quantiles(values: Ints | Floats) -> tuple[float, float, float]:
    low, middle, high = np.quantile(values, _QUANTILES).tolist()
    return low, middle, high


def _spread(values: Ints) -> dict[str, Any]:
    """Median, the ends of the 90 % interval, and some draws evenly from the smallest to the largest."""
    low, middle, high = _quantiles(values)
    shares = (np.arange(_SHOWN_DRAWS) + 0.5) / _SHOWN_DRAWS
    draws = np.quantile(values, shares, method="inverted_cdf").astype(np.int64).tolist()
    return {"median": middle, "low": low, "high": high, "draws": draws}


def _covered(one: Coverage) -> dict[str, float]:
    return {"nominal": one.nominal, "found": one.found, "low": one.low, "high": one.high}
