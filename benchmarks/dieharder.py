"""Writes an endless stream of random bits, for the test battery that tries to tell them from true chance.

    python benchmarks/dieharder.py consecutive | dieharder -a -g 200

Each layout feeds the draws with another kind of orderly ids. Results stand in docs/randomness.md.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import os
import sys
from collections.abc import Callable, Iterator

import numpy as np

from synthview.draws.chance import Stream
from synthview.draws.quantiles import Bits, Integers

NAME = "benchmarks/dieharder"
BLOCK = 1 << 15
IDS_PER_STREAM = 64


def blocks() -> Iterator[Integers]:
    """Count upwards for ever, one array after the other."""
    return (np.arange(start, start + BLOCK) for start in itertools.count(0, BLOCK))


def consecutive(seed: int) -> Iterator[Bits]:
    """Count ids upwards from 0."""
    return (Stream(seed, NAME).bits(ids) for ids in blocks())


def sparse(seed: int) -> Iterator[Bits]:
    """Internal ids, household 32 bits | day 12 | source 9 | ordinal 10: four ordinals of two sources on 32 days."""
    for ids in blocks():
        household, day, source, ordinal = ids >> 8, ids >> 3 & 31, 77 + (ids >> 2 & 1) * 256, ids & 3
        yield Stream(seed, NAME).bits(household << 31 | day << 19 | source << 10 | ordinal)


def n_varying(seed: int) -> Iterator[Bits]:
    """Count n upwards from 0, for one entity."""
    return (Stream(seed, NAME).bits(12345, ids) for ids in blocks())


def stream_varying(seed: int) -> Iterator[Bits]:
    """The same 64 ids in one stream after the other."""
    return (Stream(seed, f"{NAME}/{i}").bits(np.arange(IDS_PER_STREAM)) for i in itertools.count())


def seeds_adjacent(seed: int) -> Iterator[Bits]:
    """The same 64 ids in the same stream under one seed after the other."""
    return (Stream(following, NAME).bits(np.arange(IDS_PER_STREAM)) for following in itertools.count(seed))


LAYOUTS: dict[str, Callable[[int], Iterator[Bits]]] = {
    layout.__name__.replace("_", "-"): layout
    for layout in (consecutive, sparse, n_varying, stream_varying, seeds_adjacent)
}


def main() -> None:
    """Write draws of the layout named on the command line until nobody reads on."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("layout", choices=LAYOUTS)
    parser.add_argument(
        "--seed", type=int, default=7, help="another one draws anew, to see whether a weak result comes back"
    )
    chosen = parser.parse_args()
    with contextlib.suppress(BrokenPipeError):
        for bits in LAYOUTS[chosen.layout](chosen.seed):
            sys.stdout.buffer.write(bits.astype("<u8").tobytes())
    # The reader has left; leaving without a last flush keeps Python from complaining about it.
    os._exit(0)


if __name__ == "__main__":
    main()
