"""Measures synthview on this machine and prints one table; see docs/benchmarks.md."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from benchmarks import queries, streaming
from benchmarks.figures import Figure, keep, recall, show
from benchmarks.machine import describe
from benchmarks.measures import MEASURES, Plan

__all__ = ["main"]


def main() -> None:
    """Measure what was asked for."""
    apart = {"queries": queries.main, "stream": streaming.main}
    if sys.argv[1:2] and sys.argv[1] in apart:
        sys.exit(apart[sys.argv[1]](sys.argv[2:]))
    asked = _parser().parse_args()
    history = asked.compare or asked.json
    earlier = recall(history) if history else {}
    machine, figures = describe(), list[Figure]()
    for name in asked.only or MEASURES:
        print(f"measuring {name} …", flush=True)
        figures += MEASURES[name](Plan(asked.rounds, asked.events, asked.full))
    show(figures, machine, earlier)
    if asked.json:
        keep(asked.json, figures, machine)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description=f"{__doc__} python -m benchmarks queries DIR puts SQL to query engines, "
        "python -m benchmarks stream measures streams.",
    )
    parser.add_argument(
        "--rounds", type=int, default=3, help="how often each figure is measured (default 3)"
    )
    parser.add_argument(
        "--only", choices=MEASURES, action="append", help="one measure; may be given several times"
    )
    parser.add_argument(
        "--events", type=int, default=5_000_000, help="size of the data set (default 5,000,000)"
    )
    parser.add_argument(
        "--full", action="store_true", help="also the memory at ten times as many events"
    )
    parser.add_argument(
        "--json",
        type=Path,
        metavar="FILE",
        help="add the figures to this history",
    )
    parser.add_argument(
        "--compare", type=Path, metavar="FILE", help="show the change against an earlier --json"
    )
    return parser


if __name__ == "__main__":
    main()
