"""Holds what `--dry-run` foretells against what runs come to: ``python -m benchmarks.estimates [SCENARIO …]``.

Each scenario is made in each format, of few households, in this process; seconds are those of the
processor, so that other work on the machine does not show.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from synthview.dataset import write
from synthview.engines.estimate import Estimate, estimate
from synthview.engines.order import Order, order
from synthview.engines.plan import Plan
from synthview.sinks.formats import FORMATS

SIZES: dict[str, dict[str, Any]] = {
    "tiny": {},
    "zoo": {},
    "nasty": {"households": 60},
    "quiet": {"households": 400, "days": 10},
    "everyday": {"households": 1_100, "days": 3},
    "christmas-prince": {"households": 300},
    "year": {"households": 100, "days": 60},
}
LATE: dict[str, Any] = {"start": "2018-01-20", "households": 300, "days": 5}


@dataclass(frozen=True)
class Truth:
    """What a run came to."""

    rows: int
    bytes: int
    files: int
    seconds: float


def compared(asked: Order) -> tuple[Estimate, Truth]:
    """Foretell a run, make it on one worker, and return both."""
    plan = order(asked)
    expected = estimate(plan, 1)
    with tempfile.TemporaryDirectory() as place:
        return expected, _made(plan, Path(place))


def _made(plan: Plan, place: Path) -> Truth:
    began = time.process_time()
    manifest = write(plan, place, workers=1)
    seconds = time.process_time() - began
    files = [one for one in place.rglob("*") if one.is_file()]
    rows = sum(one["rows"] for one in manifest["tables"].values())
    return Truth(rows, sum(one.stat().st_size for one in files), len(files), seconds)


def cases(names: list[str]) -> Iterator[tuple[str, Order]]:
    """Yield every scenario in every format, and a window long after the epoch."""
    for name in names:
        for format_ in FORMATS:
            yield f"{name} {format_}", Order(scenario=name, format=format_, **SIZES.get(name, {"households": 100}))
    yield "everyday, late", Order(scenario="everyday", **LATE)


def main(names: list[str]) -> None:
    """Print a line for each case: what was said, what came, and the difference."""
    print(f"{'':28}{'rows':>26}{'bytes':>30}{'files':>14}{'seconds':>22}")
    for label, asked in cases(names or list(SIZES)):
        said, came = compared(asked)
        pairs = (
            (sum(said.rows.values()), came.rows, 26, ",.0f"),
            (said.bytes, came.bytes, 30, ",.0f"),
            (said.files, came.files, 14, ",.0f"),
            (said.seconds, came.seconds, 22, ",.1f"),
        )
        told = (f"{one:{form}} {other:{form}} {one / other - 1:+.0%}".rjust(width) for one, other, width, form in pairs)
        print(f"{label:28}{''.join(told)}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
