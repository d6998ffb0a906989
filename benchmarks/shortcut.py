"""Compares the shortcut of a claim with every home simulated: `python -m benchmarks.shortcut`.

For seed after seed, both must count as many accounts by every definition. Both simulate the homes
of the shortcut alike, so it can only have fewer: equal counts are equal accounts. Ends with 1 where
any count differs.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from synthview.claims.counting.count import grid
from synthview.claims.counting.title_plays import title_plays
from synthview.claims.question import Question, ask
from synthview.claims.simulation.candidates import find_candidates
from synthview.claims.simulation.simulate import MESSAGES, Tables, lazily, simulate
from synthview.registry import installed
from synthview.rows import Ints
from synthview.scenario import load

__all__ = ["main"]

RAISED: dict[str, object] = {
    'titles."A Christmas Prince".popularity_rank': 60,
    "actors.child_on_loop.rate": 1,
    "actors.child_on_loop.plays_per_day": 3,
    "actors.child_on_loop.spell_days": 100,
    "actors.devoted_fan.rate": 0.6,
    "actors.devoted_fan.spell_days": 120,
    "actors.public_screen.rate": 0.3,
    "actors.background_tv.rate": 0.6,
    "actors.background_tv.days": 0.9,
    "actors.empty_room_protest.rate": 0.3,
}
"""Rates that put some homes of a thousand in the number, not two of a hundred million."""
SUBSETS: Sequence[Sequence[str]] = (
    (),
    ("faults",),
    ("child_on_loop",),
    ("devoted_fan",),
    ("public_screen", "lost_events"),
    ("background_tv",),
    ("stream_errors", "clock_skew"),
    ("empty_room_protest", "shared_account"),
    ("late_arrivals", "reseller"),
    ("background_tv", "child_on_loop", "devoted_fan", "empty_room_protest", "public_screen"),
)
"""What is off, in turns from seed to seed; the last leaves only habits, resellers and tests."""


@dataclass(frozen=True, slots=True)
class Found:
    """How one world was counted: homes that the shortcut simulated, counts and seconds of both."""

    lived: int
    short: Ints
    whole: Ints
    seconds: tuple[float, float]

    @property
    def differing(self) -> int:
        """How many of all counts are not the same."""
        return int((self.short != self.whole).sum())


def main() -> None:
    """Compare seed after seed, tell of each, and end with 1 where any differed."""
    asked = _parser().parse_args()
    differing = 0
    for seed in range(asked.first, asked.first + asked.seeds):
        off = SUBSETS[(seed - 1) % len(SUBSETS)]
        found = _compare(_question(asked, seed, off), asked.workers)
        differing += found.differing
        print(
            f"seed {seed}, without {', '.join(off) or 'nothing'}: "
            f"{found.lived:,} of {asked.households:,} homes simulated "
            f"in {found.seconds[0]:.0f} s against {found.seconds[1]:.0f} s; "
            f"{found.whole.size:,} counts from {found.whole.min():,} to {found.whole.max():,}, "
            f"{found.differing:,} differ",
            flush=True,
        )
    sys.exit(1 if differing else 0)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.shortcut", description=__doc__)
    parser.add_argument(
        "--households", type=int, default=20_000, help="homes of each world (default 20,000)"
    )
    parser.add_argument("--seeds", type=int, default=20, help="how many worlds (default 20)")
    parser.add_argument("--first", type=int, default=1, help="seed of the first world (default 1)")
    parser.add_argument(
        "--as-is", action="store_true", help="the scenario's own rates, not raised ones"
    )
    parser.add_argument(
        "--workers", type=int, default=os.cpu_count() or 1, help="processes (default: all cores)"
    )
    return parser


def _question(asked: argparse.Namespace, seed: int, off: Sequence[str]) -> Question:
    settings = {} if asked.as_is else RAISED
    run = {"run.seed": seed, "run.households": asked.households, "without": list(off)}
    return ask(load("christmas-prince", installed(), {**settings, **run}))


def _compare(question: Question, workers: int) -> Found:
    count = question.scenario.run.households
    started = time.perf_counter()
    tied = find_candidates(question, count, workers).household
    short = _counts(question, simulate(question, tied, MESSAGES, workers))
    between = time.perf_counter()
    # Accounts with the title on fewer than half of the days are in no definition's number.
    # To keep them would fill the memory.
    every = simulate(question, np.arange(count), MESSAGES, workers, least_plays=question.days // 2)
    whole = _counts(question, every)
    return Found(len(tied), short, whole, (between - started, time.perf_counter() - between))


def _counts(question: Question, tables: Tables) -> Ints:
    return grid(title_plays(lazily(tables), question.title), question)


if __name__ == "__main__":
    main()
