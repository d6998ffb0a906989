"""All definitions as stacks of dots: which dot a definition is in, for the script to find it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

__all__ = ["Stacks", "stack"]

_MOST_BINS, _MOST_DOTS = 60, 26
_STEPS = (1, 2, 5)
_FINER = (0.25, 0.5)
"""For averages, which lie between whole numbers; halves of halves, so that script and chart bin
alike to the last bit.
"""


@dataclass(frozen=True, slots=True)
class Stacks:
    """Equal bins of the number, each a stack of dots of up to `per_dot` definitions each."""

    low: float
    step: float
    per_dot: int
    heights: tuple[int, ...]

    @property
    def bins(self) -> int:
        """How many bins."""
        return len(self.heights)

    @property
    def end(self) -> float:
        """Where the last bin ends."""
        return self.low + self.bins * self.step

    def dots(self) -> Iterator[tuple[float, int]]:
        """The middle of the bin of each dot, and how many dots lie below it."""
        for one, count in enumerate(self.heights):
            for level in range(count):
                yield self.middle(one), level

    def middle(self, one: int) -> float:
        """The middle of a bin."""
        return self.low + (one + 0.5) * self.step


def stack(values: Sequence[float]) -> Stacks:
    """Put the numbers into bins of a round width."""
    low = float(min(min(values, default=0), 0))
    step = _round_width(
        max(values, default=0) - low, is_whole=all(float(value).is_integer() for value in values)
    )
    counts = [0] * (int((max(values, default=0) - low) // step) + 1)
    for value in values:
        counts[int((value - low) // step)] += 1
    per_dot = -(-max(counts) // _MOST_DOTS) or 1
    return Stacks(
        low,
        step,
        per_dot,
        tuple(-(-count // per_dot) for count in counts),
    )


def _round_width(span: float, *, is_whole: bool) -> float:
    """The smallest of 1, 2, 5, 10 … (or quarters and halves) with few enough bins to tell apart."""
    widths = chain(
        () if is_whole else _FINER, (one * 10**power for power in range(12) for one in _STEPS)
    )
    return float(next((width for width in widths if span / width < _MOST_BINS), span or 1))
