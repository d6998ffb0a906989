"""Daily totals of a title as a company keeps them, where that is all there is of its log."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from math import log
from pathlib import Path

import polars as pl

from synthview.claims.counting.directory import covered
from synthview.claims.question import Question
from synthview.dataset import RunDirectory, read
from synthview.engines.manifest import MANIFEST
from synthview.errors import InputError
from synthview.outside.paths import dataset_path

__all__ = ["KEPT", "KeptDay", "KeptTotals", "kept_totals"]

KEPT = "aggregate.title_days"
_OUTSIDE = 0.05
"""Of noise: the chance to lie further off than the ends that are told."""


@dataclass(frozen=True)
class KeptDay:
    """The accounts of a day as they are kept, and the fewest and most that there can have been."""

    date: str
    viewers: int
    low: int
    high: int


@dataclass(frozen=True)
class KeptTotals:
    """The totals of some days, of how many accounts, and what was done to them."""

    days: tuple[KeptDay, ...]
    accounts: int
    rule: str
    smallest_cell: int


def kept_totals(question: Question, directory: Path) -> KeptTotals | None:
    """The totals of a claim's title and days in a dataset of aggregates; None where it has a log.

    Raises InputError where it lacks the title or the days.
    """
    if not (directory / MANIFEST).is_file():
        return None
    run = read(dataset_path(directory, "--data"))
    if KEPT not in run.tables or "log.plays" in run.tables:
        return None
    _check_days(question, run)
    rows = _latest(question, run)
    settings = run.manifest["scenario"]["company"]
    smallest = int(rows["smallest_cell"].max() or 1)  # type: ignore[arg-type]
    found = dict(rows.select("viewed_on", "accounts").iter_rows())
    off = _off_by(settings["cell_rule"], smallest, settings["blurring"])
    days = tuple(
        _days(
            question,
            found,
            settings["cell_rule"],
            smallest,
            off,
        )
    )
    accounts = int(run.manifest["settings"]["households"])
    return KeptTotals(
        days,
        accounts,
        settings["cell_rule"],
        smallest,
    )


def _check_days(question: Question, run: RunDirectory) -> None:
    start, end = covered({}, run)
    first, last = question.dates()
    if start is None or end is None or not start <= first <= last <= end:
        name = question.claim.name
        raise InputError(
            f"{run.directory} has aggregates of {start} to {end}; '{name}' asks for {first} to "
            f"{last}. Change the claim's last or days with --set, as in --set "
            f"'claims.\"{name}\".last={end}', or ask a dataset of those days."
        )


def _latest(question: Question, run: RunDirectory) -> pl.DataFrame:
    """The row of each day that no later one replaces."""
    is_asked = pl.col("name") == question.title
    rows = run.scan(KEPT, repaired=True).filter(is_asked).sort("revision").collect()
    if rows.is_empty():
        raise InputError(
            f"{run.directory} has no title '{question.title}' in {KEPT}, which "
            f"'{question.claim.name}' is about. Ask another claim of it."
        )
    if rows["title_id"].n_unique() > 1:
        raise InputError(
            f"{run.directory} has several titles named '{question.title}' in {KEPT}: their "
            "accounts cannot be added up."
        )
    return rows.unique("viewed_on", keep="last", maintain_order=True)


def _off_by(rule: str, smallest: int, scale: float) -> int:
    """How far a kept number may be off, either way; of noise with 95 %."""
    if rule == "rounded":
        return smallest // 2
    if rule == "noised" and scale > 0:
        # A two-sided geometric law lies beyond k with chance 2 a^(k+1) / (1 + a).
        decay = scale / (1 + scale)
        return max(round(log(_OUTSIDE * (1 + decay) / 2) / log(decay)), 1)
    return 0


def _days(
    question: Question, found: dict[date, int | None], rule: str, smallest: int, off: int
) -> Iterator[KeptDay]:
    """Each day of the claim; one without a row had nobody, and one withheld too few to be told."""
    first, last = question.dates()
    for place in range((last - first).days + 1):
        day = first + timedelta(days=place)
        kept = found.get(day, 0)
        if kept is None:
            yield KeptDay(
                str(day),
                0,
                1,
                smallest - 1,
            )
        elif day not in found and rule != "rounded":
            yield KeptDay(str(day), 0, 0, 0)
        else:
            yield KeptDay(
                str(day),
                kept,
                max(kept - off, 0),
                kept + off,
            )
