"""Verdicts: whether a simulated figure agrees with a published one, or how much data decides."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from synthview.realism.tally import Estimated
from synthview.realism.targets import Target

__all__ = ["Result", "Verdict", "judge", "not_applicable"]

_MOST = 1_000.0
"""Beyond so many times the data nobody would wait for an answer."""


class Verdict(StrEnum):
    """What is said of one figure."""

    PASS = "pass"  # noqa: S105  a verdict, no password
    FAIL = "fail"
    INCONCLUSIVE = "inconclusive"
    NOT_APPLICABLE = "not applicable"


@dataclass(frozen=True, slots=True)
class Result:
    """One figure beside the published one.

    `found` is None where the figure is not applicable. `more_data` says, of an inconclusive figure,
    how many times as many households would decide. `note` is the reason, in words.
    """

    target: Target
    verdict: Verdict
    found: Estimated | None = None
    more_data: float | None = None
    note: str = ""
    sample: str = ""

    @property
    def off_by(self) -> float:
        """How far the value is outside the accepted range, over the published value; 0 inside."""
        if self.found is None:
            return 0.0
        outside = max(
            self.target.low - self.found.value,
            self.found.value - self.target.high,
            0.0,
        )
        return outside / (abs(self.target.value) or 1.0)

    def as_dict(self) -> dict[str, Any]:
        """Plain values, as ``--json`` writes them."""
        source, found = self.target.source, self.found
        return {
            "id": source.id,
            "quantity": source.quantity,
            "population": source.population,
            "period": source.period,
            "unit": source.unit,
            "selection": source.selection,
            "statistic": source.statistic,
            "published": {
                "value": self.target.value,
                "low": float(source.low) if source.low else None,
                "high": float(source.high) if source.high else None,
            },
            "accepted": {"low": self.target.low, "high": self.target.high},
            "source": {
                "title": source.source_title,
                "published_by": source.published_by,
                "url": source.url,
            },
            "simulated": {"value": found.value, "low": found.low, "high": found.high}
            if found
            else None,
            "sample": self.sample,
            "verdict": self.verdict.value,
            "off_by": self.off_by,
            "more_data": self.more_data,
            "note": self.note,
        }


def judge(target: Target, found: Estimated, sample: str = "") -> Result:
    """Compare a figure with a published one.

    It passes where its whole interval lies in the accepted range, fails where all of it lies
    outside, and is inconclusive otherwise.
    """
    low, high = target.low, target.high
    if low <= found.low and found.high <= high:
        return Result(target, Verdict.PASS, found, sample=sample)
    if found.high < low or found.low > high:
        return Result(target, Verdict.FAIL, found, sample=sample)
    times = _more_data(target, found)
    return Result(target, Verdict.INCONCLUSIVE, found, times, _needs(times), sample)


def not_applicable(target: Target, reason: str) -> Result:
    """Return the result of a figure that cannot be compared, with the reason."""
    return Result(target, Verdict.NOT_APPLICABLE, note=reason)


def _more_data(target: Target, found: Estimated) -> float | None:
    """How many times the data would decide at this value: widths shrink as the square root."""
    edges = (target.low, target.high)
    nearest = min(edges, key=lambda edge: abs(edge - found.value))
    reach = found.high - found.value if nearest > found.value else found.value - found.low
    distance = abs(nearest - found.value)
    if not distance or (reach / distance) ** 2 > _MOST:
        return None
    return float(max((reach / distance) ** 2, 1.0))


def _needs(times: float | None) -> str:
    if times is None:
        return "it lies on the edge of the range: hardly any amount of data would decide"
    times = max(times, 1.1)
    return (
        f"about {times:.0f} times the households would decide"
        if times >= 10
        else f"about {times:.1f} times the households would decide"
    )
