"""Hand-made studies: frames of a few rows in place of a dataset, for statistics whose value is computed by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import polars as pl

from synthview.realism.observed import DAY_MS, HOUR_MS, MINUTE_MS, Observed

FIRST = datetime(2017, 10, 2, tzinfo=UTC)
"""A Monday."""
FIRST_MS = round(FIRST.timestamp() * 1000)


def handmade(days: int = 30, **frames: pl.DataFrame) -> Observed:
    """A study of so many days whose frames are those given; asking for another frame is an error."""
    until = datetime.fromtimestamp(FIRST.timestamp() + days * 86_400, tz=UTC)
    settings = {"from": f"{FIRST:%Y-%m-%d}", "until": f"{until:%Y-%m-%d}"}
    study = Observed(SimpleNamespace(manifest={"settings": settings}, tables=()), most=10**6)  # type: ignore[arg-type]
    first = next(iter(frames.values()))
    if "plays" in frames:
        study.__dict__["dwellings"] = frames["plays"].select("home").unique()
    study.__dict__.update(
        {"groups": int(first["group"].max()) + 1 if "group" in first else 8, **frames}
    )  # type: ignore[arg-type]
    return study


def at(day: int, hour: float = 20.0) -> int:
    """Milliseconds of an hour on a day of the study, counted from 0."""
    return FIRST_MS + round((24 * day + hour) * HOUR_MS)


_PLAY: Mapping[str, Any] = {
    "home": 0, "group": None, "session_id": None, "device_id": 3 * DAY_MS, "profile_id": 0, "title": 0, "work": None, "kind": "film",
    "device_type": "computer", "country": "GB", "seen_in": None, "start_ms": FIRST_MS, "local_ms": None, "watched_ms": 100 * MINUTE_MS,
    "runtime_ms": 100 * MINUTE_MS, "completion": None, "autoplayed": False, "end_reason": "finished",
}  # fmt: skip


def plays(*rows: Mapping[str, Any]) -> pl.DataFrame:
    """Plays from what is said of each; the rest is a film of 100 minutes seen whole on a computer in GB, at the start."""
    found = []
    for number, row in enumerate(rows):
        play = {**_PLAY, **row}
        play["group"] = play["home"] if play["group"] is None else play["group"]
        play["session_id"] = number if play["session_id"] is None else play["session_id"]
        play["work"] = play["title"] if play["work"] is None else play["work"]
        play["seen_in"] = play["country"] if play["seen_in"] is None else play["seen_in"]
        play["local_ms"] = play["start_ms"] if play["local_ms"] is None else play["local_ms"]
        if play["completion"] is None:
            play["completion"] = play["watched_ms"] / play["runtime_ms"]
        found.append(play)
    return pl.DataFrame(found, schema_overrides={"runtime_ms": pl.Int64, "watched_ms": pl.Int64})


_TITLE: Mapping[str, Any] = {
    "title_id": None, "title": 0, "work": None, "kind": "film", "series_id": None, "season_id": None, "season_number": None,
    "episode_number": None, "runtime_ms": 100 * MINUTE_MS, "genres": "drama", "name": "A Film", "is_original": False,
    "released": -1000,
}  # fmt: skip


def titles(*rows: Mapping[str, Any]) -> pl.DataFrame:
    """Titles from what is said of each; the rest is an old licensed film of 100 minutes."""
    found = []
    for row in rows:
        title = {**_TITLE, **row}
        title["title_id"] = title["title"] if title["title_id"] is None else title["title_id"]
        title["work"] = title["title"] if title["work"] is None else title["work"]
        found.append(title)
    return pl.DataFrame(
        found,
        schema_overrides={
            "series_id": pl.Int64,
            "season_number": pl.Int64,
            "episode_number": pl.Int64,
        },
    )


def homes(countries: Sequence[str], **columns: Sequence[Any]) -> pl.DataFrame:
    """Homes, one for each country given, each a group of its own."""
    numbers = list(range(len(countries)))
    return pl.DataFrame({"home": numbers, "group": numbers, "country": list(countries), **columns})
