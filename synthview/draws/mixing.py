"""How the bits of a draw are mixed: words of 64 bits, in place."""

from __future__ import annotations

from typing import Final

import numpy as np

from synthview.draws.quantiles import Bits

__all__ = ["GOLDEN", "MOREMUR", "STAFFORD", "finalise", "word"]


def word(value: int) -> Bits:
    """Keep a constant as an array without axes: numpy combines it faster with short arrays."""
    low_bits = value & (2**64 - 1)
    return np.array(low_bits, np.uint64)


# The golden ratio in 64 bits, odd: the step of Weyl sequences since Knuth (The Art of Computer
# Programming 3, 6.4).
GOLDEN = 0x9E3779B97F4A7C15

# Shift and factor, twice, and the last shift.
Finaliser = tuple[tuple[Bits, Bits], tuple[Bits, Bits], Bits]
STAFFORD: Final[Finaliser] = (
    # David Stafford, "Better bit mixing" (2011), variant 13; the output function of SplitMix64
    # (Steele et al., 2014).
    (word(30), word(0xBF58476D1CE4E5B9)),
    (word(27), word(0x94D049BB133111EB)),
    word(31),
)
MOREMUR: Final[Finaliser] = (
    # Pelle Evensen, "Stronger, better, morer, Moremur" (2019).
    (word(27), word(0x3C79AC492BA7B653)),
    (word(33), word(0x1C69B3F74AC4AE35)),
    word(27),
)


def finalise(x: Bits, finaliser: Finaliser) -> None:
    """Mix every bit of ``x`` into every other, in place; two buffers, no more allocations."""
    spare = np.empty_like(x)
    *rounds, last = finaliser
    for shift, factor in rounds:
        np.right_shift(x, shift, spare)
        np.bitwise_xor(x, spare, x)
        np.multiply(x, factor, x)
    np.right_shift(x, last, spare)
    np.bitwise_xor(x, spare, x)
