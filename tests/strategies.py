"""Small worlds to test on, made once and kept, and strategies that choose among worlds, windows and blocks."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import polars as pl
from hypothesis import settings
from hypothesis import strategies as st

from synthview.digests import content_digest
from synthview.pipeline import EVERYTHING, Window, World, build, settled, titles, walk, window_of
from synthview.registry import installed
from synthview.scenario import load

__all__ = [
    "DAYS",
    "FEW",
    "HOMES",
    "LATE",
    "SETTINGS",
    "SMALL",
    "Days",
    "differences",
    "digests",
    "joined",
    "late_worlds",
    "lived",
    "settled_tables",
    "whole",
    "window",
    "world",
    "worlds",
]

Days = dict[int, dict[str, pl.DataFrame]]
HOMES, DAYS = 14, 6
"""Size of the worlds that hypothesis chooses: enough for several homes in a block, small enough for many worlds."""
FEW = settings(max_examples=max(4, settings().max_examples // 12))
"""For tests whose every example walks through worlds."""
SMALL = {
    "catalogue.film_count": 300,
    "catalogue.series_count": 80,
    "run.warm_up_days": 4,
    "people.sign_up_days": 0,
}
LATE = {"faults.late_arrivals.rate": 0.9, "faults.late_arrivals.hours": 40}
SETTINGS: dict[str, dict[str, Any]] = {
    "tiny": {},
    "quiet": {},
    "everyday": LATE,
    "christmas-prince": LATE
    | {"world.country_shares": {"US": 0.4, "AU": 0.3, "BR": 0.2, "IN": 0.1}},
}


def world(name: str, seed: int = 1, changes: Mapping[str, Any] | None = None) -> World:
    """Build a world with a small catalogue, unless the scenario or the `changes` to it say otherwise; made once."""
    return _kept(
        json.dumps(
            {**SMALL, "run.days": DAYS, **SETTINGS[name], "run.seed": seed, **(changes or {})}
        ),
        name,
    )


@cache
def _kept(stated: str, name: str) -> World:
    return build(load(name, installed(), json.loads(stated)))


def window(of: World, first: int = 0, days: int | None = None) -> Window:
    """The window of a world, or `days` of it after leaving out the `first`."""
    whole = window_of(of.scenario)
    start = whole.first_day + first
    return Window(start, whole.last_day if days is None else start + days)


def lived(
    of: World, households: range, within: Window, tables: frozenset[str] = EVERYTHING, **block: int
) -> Days:
    """Walk a world and keep every day."""
    return dict(walk(of, households, within, tables, **block))


@cache
def whole(name: str, seed: int = 1) -> Days:
    """All days of one of hypothesis' worlds, with all its homes in one block."""
    one = world(name, seed)
    return lived(one, range(HOMES), window(one))


def joined(days: Days, path: str) -> pl.DataFrame:
    """One table over all its days, without plays that began before them."""
    rows = pl.concat([frames[path] for frames in days.values()])
    return rows.filter(~pl.col("began_before")) if path == "truth.plays" else rows


def settled_tables(of: World, households: range, within: Window) -> dict[str, pl.DataFrame]:
    """The undated tables, titles included."""
    return {"log.titles": titles(of, within), **settled(of, households, within)}


def digests(of: World, households: range, within: Window, **block: int) -> dict[str, str]:
    """A digest of every table of a run, its days in order."""
    days = lived(of, households, within, **block)
    dated = {
        path: pl.concat([frames[path] for frames in days.values()])
        for path in next(iter(days.values()))
    }
    return {
        path: content_digest(frame)
        for path, frame in {**settled_tables(of, households, within), **dated}.items()
    }


def differences(one: Days, other: Days) -> Iterator[str]:
    """Tell on which days which tables differ; nothing where all rows are equal and in the same order.

    Truth of plays that began before a window is no row of the days that it shares with others.
    """
    if list(one) != list(other):
        yield f"days {list(one)} and {list(other)}"
    for day in one.keys() & other.keys():
        for path in one[day].keys() | other[day].keys():
            left, right = (_inside(of[day].get(path)) for of in (one, other))
            if left is None or right is None or not left.equals(right):
                yield f"{path} on day {day}"


def _inside(frame: pl.DataFrame | None) -> pl.DataFrame | None:
    if frame is None or "began_before" not in frame.columns:
        return frame
    return frame.filter(~pl.col("began_before"))


def worlds() -> st.SearchStrategy[tuple[str, int]]:
    """Names of scenarios, with a seed each."""
    return st.tuples(st.sampled_from(sorted(SETTINGS)), st.sampled_from([0, 1, 7, 2**62 + 5]))


def late_worlds() -> st.SearchStrategy[tuple[str, int]]:
    """Worlds in which most messages of phones and tablets arrive days late."""
    return worlds().filter(lambda one: SETTINGS[one[0]].keys() >= LATE.keys())
