"""The numbers a service would print of its log, as sums over blocks of households, so that memory stays flat."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import polars as pl

from synthview.claims.counting.streaks import ladder
from synthview.scenario import Scenario

__all__ = ["Tally", "headlines"]

Tables = Mapping[str, pl.DataFrame]
_STEPS = (1, 2, 3, 7, 18)
_WANTED = ("account_id", "title_id", "started_at", "ended_at", "closed_at", "watched_ms", "completion")
_COMPLETION_UNITS = 10_000
"""Shares have four decimals, so their sum is one of whole numbers."""


@dataclass
class Tally:
    """What is counted of a world: numbers by name, plays by title, playing time by hour, accounts by days in a row."""

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
        self.numbers["plays"] += plays.height
        self.numbers["watched_ms"] += int(plays["watched_ms"].sum())
        self.numbers["completion"] += int((plays["completion"] * _COMPLETION_UNITS).round().sum())
        self.numbers["accounts"] += plays["account_id"].n_unique()
        self.numbers["account-days"] += plays.select("account_id", pl.col("started_at").dt.date()).unique().height
        self.by_title.update(dict(plays.group_by("title_id").len().iter_rows()))
        hour = pl.col("started_at").dt.hour()
        self.by_hour.update(dict(plays.group_by(hour).agg(pl.col("watched_ms").sum()).iter_rows()))
        self.in_a_row.update(_ladder(scenario, plays, titles))


def _ladder(scenario: Scenario, plays: pl.DataFrame, titles: pl.DataFrame) -> dict[int, int]:
    """Accounts by days in a row on the first title that the scenario names."""
    if not scenario.titles:
        return {}
    first, last = scenario.run.start, scenario.run.end - timedelta(days=1)
    name = scenario.titles[0].name
    counts = ladder(plays.lazy(), titles.lazy(), name, first, last, max(_STEPS))["accounts"].to_list()
    return {step: counts[step - 1] for step in _STEPS if step <= scenario.run.days}


def headlines(scenario: Scenario, both: Sequence[Tally], titles: pl.DataFrame) -> list[tuple[str, float, float]]:
    """Name of a number, its value in the first world, its value in the second."""
    one, other = (_numbers(tally) for tally in both)
    found = [(name, one[name], other[name]) for name in one]
    top = max(both[0].by_title, key=lambda title: (both[0].by_title[title], title), default=None)
    if top is not None:
        counts = [float(tally.by_title[top]) for tally in both]
        found.append((f"plays of {_name_of(top, titles)}, the most played", counts[0], counts[1]))
    for step in sorted(both[0].in_a_row.keys() | both[1].in_a_row.keys()):
        what = f"accounts with {scenario.titles[0].name} on {step} {'day' if step == 1 else 'days in a row'}"
        found.append((what, float(both[0].in_a_row[step]), float(both[1].in_a_row[step])))
    return found


def _name_of(title: int, titles: pl.DataFrame) -> str:
    row = titles.row(by_predicate=pl.col("title_id") == title, named=True)
    return f"{row['series_name']}: {row['name']}" if row["series_name"] else str(row["name"])


def _numbers(tally: Tally) -> dict[str, float]:
    counts = tally.numbers
    plays = max(counts["plays"], 1)
    return {
        "events": float(counts["events"]),
        "plays in the log": float(counts["plays"]),
        "hours in the log": counts["watched_ms"] / 3.6e6,
        "accounts active": float(counts["accounts"]),
        "plays per active account-day": counts["plays"] / max(counts["account-days"], 1),
        "mean completion": counts["completion"] / _COMPLETION_UNITS / plays,
        "busiest hour, UTC": float(max(tally.by_hour, key=lambda hour: (tally.by_hour[hour], hour), default=0)),
        "share of plays that nobody attended": counts["unattended plays"] / max(counts["true plays"], 1),
    }
