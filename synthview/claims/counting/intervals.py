"""Intervals of what a sample says of all: 95 % unless something else is asked for."""

from __future__ import annotations

from synthview.outside.extras import need

__all__ = ["CONFIDENCE", "wilson", "z_of"]

CONFIDENCE = 0.95
"""How often an interval holds what it is of."""


def wilson(count: int, of: int, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """The interval of a share by Wilson (1927), which does not shrink to nothing at 0.

    Raises MissingExtra where SciPy is not installed.
    """
    stats = need("claim", "An interval", "scipy.stats")
    found = stats.binomtest(count, of).proportion_ci(confidence, method="wilson")
    # At either end the law says 0 and 1, which rounding misses by parts of a billion.
    return (float(found.low) if count else 0.0, float(found.high) if count < of else 1.0)


def z_of(confidence: float = CONFIDENCE) -> float:
    """How many standard errors an interval reaches to either side, by the normal law.

    Raises MissingExtra where SciPy is not installed.
    """
    stats = need("claim", "An interval", "scipy.stats")
    return float(stats.norm.ppf((1 + confidence) / 2))
