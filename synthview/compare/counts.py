"""The numbers a service would print of its log, summed over blocks, so that memory stays flat."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import polars as pl

from synthview.claims.counting.streaks import ladder
from synthview.scenario import Scenario

__all__ = ["Counts", "headlines"]

Tables = Mapping[str, pl.DataFrame]
_STEPS = (1, 2, 3, 7, 18)
_WANTED = (
    "account_id",
    "title_id",
    "started_at",
    "ended_at",
    "closed_at",
    "watched_ms",
    "completion",
)
_COMPLETION_UNITS = 10_000
"""Shares have four decimals, so that whole numbers can be summed."""


@dataclass
class Counts:
    """Counts: numbers by name, plays by title, time by hour, accounts by days in a row."""

    numbers: Counter[str] = field(default_factory=Counter)
    by_title: Counter[int] = field(default_factory=Counter)
    by_hour: Counter[int] = field(default_factory=Counter)
    in_a_row: Counter[int] = field(default_factory=Counter)
    _plays: list[pl.DataFrame] = field(default_factory=list)

    def add_day(self, day: Tables) -> None:
        """Count a day of a block; of the viewing history a few columns wait for `close_block`."""
        truth = day["truth.plays"]
        unattended = truth.filter((pl.col("attended_ms") == 0) & (pl.col("played_ms") > 0))
        self.numbers["events"] += day["log.events"].height
        self.numbers["true plays"] += truth.height
        self.numbers["unattended plays"] += unattended.height
        self._plays.append(day["log.plays"].select(_WANTED))

    def close_block(self, scenario: Scenario, titles: pl.DataFrame) -> None:
        """Count what only all days of an account can tell: each account is in one block."""
        plays = pl.concat(self._plays)
        self._plays.clear()
        completion = (plays["completion"] * _COMPLETION_UNITS).round()
        account_days = plays.select("account_id", pl.col("started_at").dt.date())
        self.numbers["plays"] += plays.height
        self.numbers["watched_ms"] += int(plays["watched_ms"].sum())
        self.numbers["completion"] += int(completion.sum())
        self.numbers["accounts"] += plays["account_id"].n_unique()
        self.numbers["account-days"] += account_days.unique().height
        by_title = plays.group_by("title_id").len()
        by_hour = plays.group_by(pl.col("started_at").dt.hour()).agg(pl.col("watched_ms").sum())
        self.by_title.update(dict(by_title.iter_rows()))
        self.by_hour.update(dict(by_hour.iter_rows()))
        self.in_a_row.update(_ladder(scenario, plays, titles))


def _ladder(scenario: Scenario, plays: pl.DataFrame, titles: pl.DataFrame) -> dict[int, int]:
    """Count accounts by days in a row on the first title that the scenario names."""
    if not scenario.titles:
        return {}
    first, last = scenario.run.start, scenario.run.end - timedelta(days=1)
    name = scenario.titles[0].name
    steps = ladder(
        plays.lazy(),
        titles.lazy(),
        name,
        first,
        last,
        max(_STEPS),
    )
    counts = steps["accounts"].to_list()
    return {step: counts[step - 1] for step in _STEPS if step <= scenario.run.days}


def headlines(
    scenario: Scenario, both: Sequence[Counts], titles: pl.DataFrame
) -> list[tuple[str, float, float]]:
    """Return names of numbers with their values in the first and the second world."""
    one, other = both
    numbers = _numbers(one)
    others = _numbers(other)
    found = [(name, numbers[name], others[name]) for name in numbers]
    top = _first_of(one.by_title)
    if top is not None:
        what = f"plays of {_name_of(top, titles)}, the most played"
        found.append((what, float(one.by_title[top]), float(other.by_title[top])))
    for step in sorted(one.in_a_row.keys() | other.in_a_row.keys()):
        days = "day" if step == 1 else "days in a row"
        what = f"accounts with {scenario.titles[0].name} on {step} {days}"
        found.append((what, float(one.in_a_row[step]), float(other.in_a_row[step])))
    return found


def _first_of(counts: Counter[int]) -> int | None:
    """Return the key of the largest count, of equal ones the largest key."""
    return max(counts, key=lambda key: (counts[key], key), default=None)


def _name_of(title: int, titles: pl.DataFrame) -> str:
    row = titles.row(by_predicate=pl.col("title_id") == title, named=True)
    return f"{row['series_name']}: {row['name']}" if row["series_name"] else str(row["name"])


def _numbers(tally: Counts) -> dict[str, float]:
    counts = tally.numbers
    plays, true_plays = max(counts["plays"], 1), max(counts["true plays"], 1)
    account_days = max(counts["account-days"], 1)
    return {
        "events": float(counts["events"]),
        "plays in the log": float(counts["plays"]),
        "hours in the log": counts["watched_ms"] / 3.6e6,
        "accounts active": float(counts["accounts"]),
        "plays per active account-day": counts["plays"] / account_days,
        "mean completion": counts["completion"] / _COMPLETION_UNITS / plays,
        "busiest hour, UTC": float(_first_of(tally.by_hour) or 0),
        "share of plays that nobody attended": counts["unattended plays"] / true_plays,
    }
