"""Logs written by hand, a few plays each, for tests of how a claim is counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import polars as pl

from synthview.claims.question import Question, ask
from synthview.registry import installed
from synthview.scenario import load
from synthview.tables import BY_PATH, frame

__all__ = ["FILM", "Play", "log_of", "question", "rows_of"]

FILM = "A Christmas Prince"
RUNTIME_MS = 93 * 60_000
_CLAIM = 'claims."53 people"'


def question(
    days: int = 3, last: str = "2017-12-10", households: int = 1_000, **more: object
) -> Question:
    """The claim of the tweet for so many days up to another last one."""
    overrides = {
        f"{_CLAIM}.days": days,
        f"{_CLAIM}.last": last,
        "run.households": households,
        **more,
    }
    return ask(load("christmas-prince", installed(), overrides))


@dataclass(frozen=True)
class Play:
    """A recorded play: when by the device's clock (UTC), for how many minutes, on whose profile and device."""

    start: str
    minutes: float = 93
    account: int = 1
    profile: int = 0
    device: int = 0
    title: int = 1
    autoplayed: bool = False
    received: str = ""
    pings: Sequence[int] = field(default_factory=tuple)
    """Heartbeats by the minute they were made; one that is there twice arrived twice."""


def log_of(
    plays: Sequence[Play],
    *,
    zones: dict[int, str] | None = None,
    kids: Sequence[int] = (),
    rigs: Sequence[int] = (),
    events: bool = False,
) -> dict[str, pl.DataFrame]:
    """The tables of a log with these plays; `kids` are profiles for children, `rigs` devices of the service itself."""
    accounts = sorted({play.account for play in plays} | {1})
    tables = {
        "log.plays": rows_of("log.plays", [_play(number, play) for number, play in enumerate(plays, 1)]),
        "log.titles": rows_of("log.titles", [
            {"title_id": 1, "kind": "film", "name": FILM, "runtime_ms": RUNTIME_MS, "valid_from": datetime(2017, 11, 17)},
            {"title_id": 2, "kind": "trailer", "name": f"{FILM}: Trailer", "runtime_ms": 90_000, "valid_from": datetime(2017, 11, 17)},
            {"title_id": 3, "kind": "film", "name": "Another Film", "runtime_ms": RUNTIME_MS, "valid_from": datetime(2010, 1, 1)},
        ]),
        "log.accounts": rows_of("log.accounts", [
            {"account_id": one, "time_zone": (zones or {}).get(one, "UTC"), "valid_from": datetime(2017, 1, 1)} for one in accounts
        ]),
        "log.profiles": rows_of("log.profiles", [
            {"profile_id": one * 10 + slot, "account_id": one, "is_kids": one * 10 + slot in kids, "name": f"<b>{slot}</b>"}
            for one in accounts for slot in range(3)
        ]),
        "log.devices": rows_of("log.devices", [
            {"device_id": one * 10 + slot, "account_id": one, "model": "Test rig" if one * 10 + slot in rigs else "Roku"}
            for one in accounts for slot in range(3)
        ]),
    }  # fmt: skip
    if events:
        tables["log.events"] = rows_of(
            "log.events",
            [one for number, play in enumerate(plays, 1) for one in _events(number, play)],
        )
    return tables


def _play(number: int, play: Play) -> dict[str, object]:
    start, length = datetime.fromisoformat(play.start), timedelta(minutes=play.minutes)
    received = (
        datetime.fromisoformat(play.received)
        if play.received
        else start + length + timedelta(hours=4)
    )
    return {
        "play_id": number, "account_id": play.account, "profile_id": play.account * 10 + play.profile,
        "device_id": play.account * 10 + play.device, "title_id": play.title, "kind": "trailer" if play.title == 2 else "film",
        "started_at": start, "ended_at": start + length, "watched_ms": round(play.minutes * 60_000),
        "autoplayed": play.autoplayed, "closed_at": received,
    }  # fmt: skip


def _events(number: int, play: Play) -> list[dict[str, object]]:
    start = datetime.fromisoformat(play.start)
    return [
        {"event_id": turn, "play_id": number, "account_id": play.account, "type": "ping", "client_time": start + timedelta(minutes=minute)}
        for turn, minute in enumerate(play.pings)
    ]  # fmt: skip


def rows_of(path: str, rows: Sequence[dict[str, object]]) -> pl.DataFrame:
    """Rows of a table with what is said; all other columns are empty."""
    schema = BY_PATH[path].schema
    if not rows:
        return frame(path)
    columns = {
        name: pl.Series(name, [row.get(name) for row in rows], dtype=dtype)
        for name, dtype in schema.items()
    }
    return pl.DataFrame(columns)
