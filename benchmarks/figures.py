"""A measured figure, and how figures are shown, kept and set beside those of an earlier run."""

from __future__ import annotations

import json
import statistics
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

__all__ = ["Figure", "keep", "recall", "show"]

LARGE = 100


@dataclass(frozen=True, slots=True)
class Figure:
    """One quantity, measured in one or more rounds; `aim` is a limit such as ``≤ 0.4``."""

    name: str
    unit: str
    rounds: tuple[float, ...]
    aim: str = ""

    @property
    def median(self) -> float:
        """The middle one of the rounds."""
        return statistics.median(self.rounds)

    @property
    def is_kept(self) -> str:
        """Whether the aim is reached: yes, no, or nothing where none is set."""
        if not self.aim:
            return ""
        sign, limit = self.aim.replace(",", "").split()
        kept = self.median <= float(limit) if sign == "≤" else self.median >= float(limit)
        return "yes" if kept else "no"


def show(figures: Iterable[Figure], machine: dict[str, str], earlier: dict[str, float]) -> None:
    """Print one table: median and spread of the rounds, the aim, and the change since earlier."""
    console = Console(width=None if sys.stdout.isatty() else 120)
    console.print(
        "  ".join(f"{key} {value}" for key, value in machine.items()), style="dim", highlight=False
    )
    table = Table("figure", box=None, pad_edge=False)
    for header in ("median", "lowest", "highest"):
        table.add_column(header, justify="right")
    for header in ("unit", "aim", "reached", *(["change"] if earlier else [])):
        table.add_column(header)
    for one in figures:
        row = [
            one.name,
            _text(one.median),
            _text(min(one.rounds)),
            _text(max(one.rounds)),
            one.unit,
            one.aim,
            one.is_kept,
        ]
        table.add_row(*row, *([_change(one, earlier)] if earlier else []))
    console.print(table)


def _text(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= LARGE else f"{value:.3g}"


def _change(figure: Figure, earlier: dict[str, float]) -> str:
    before = earlier.get(figure.name)
    return f"{figure.median / before - 1:+.1%}" if before else "new"


def keep(path: Path, figures: Sequence[Figure], machine: dict[str, str]) -> None:
    """Add the figures with their machine to a history in JSON."""
    kept = {
        "machine": machine,
        "figures": [{**asdict(one), "median": one.median} for one in figures],
    }
    content = {"runs": [*_history(path), kept]}
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def recall(path: Path) -> dict[str, float]:
    """Read the medians that were kept last, by the name of the figure; none without a history."""
    return {figure["name"]: figure["median"] for one in _history(path) for figure in one["figures"]}


def _history(path: Path) -> list[dict[str, Any]]:
    if not path.exists():
        return []
    runs: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["runs"]
    return runs
