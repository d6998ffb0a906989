"""Rows of privacy requests, and tombstones of the accounts that were forgotten."""

from __future__ import annotations

import numpy as np
import polars as pl

from synthview.ids import public
from synthview.office.company_settings import CompanySettings
from synthview.office.forgetting import ACCESS, ERASURE, Forgetting, requests_of, trace_of
from synthview.rows import Ints
from synthview.tables import frame
from synthview.world import World
from synthview.world.clock import DAY_MS, HOUR_MS

__all__ = ["REQUESTS", "TOMBSTONES", "privacy_requests", "tombstones"]

REQUESTS, TOMBSTONES = "log.privacy_requests", "log.tombstones"
_NIGHT_MS = 3 * HOUR_MS
"""When rows are removed: three o'clock at night, UTC."""
_KINDS = (ACCESS, ERASURE)


def privacy_requests(world: World, households: Ints, first: int, last: int) -> pl.DataFrame:
    """Requests that some households made from a day until another, as they are known at its begin.

    The request of an account that is forgotten by then has no account any more.
    """
    forgotten = Forgetting(world, households).day < last
    ids = public(world.scenario.run.seed, "privacy_request")
    accounts = public(world.scenario.run.seed, "account").apply(households)
    found = []
    for code, kind in enumerate(_KINDS):
        asked = requests_of(world, households, kind)
        rows = np.flatnonzero((asked.day >= first) & (asked.day < last))
        is_done = asked.done_day[rows] < last
        done_ms = np.where(is_done, asked.done_day[rows], 0) * DAY_MS + _NIGHT_MS
        columns = {
            "request_id": ids.apply(households[rows] * len(_KINDS) + code),
            "account_id": np.where(forgotten[rows], -1, accounts[rows]),
            "asked_at": asked.at_ms[rows],
            "asks_for": np.full(len(rows), code),
            "done_at": np.where(is_done, done_ms, -1),
        }
        found.append(frame(REQUESTS, columns))
    return pl.concat(found).sort("asked_at", "request_id")


def tombstones(world: World, households: Ints, first: int, last: int) -> pl.DataFrame:
    """The accounts that were forgotten from a day until another."""
    forgetting = Forgetting(world, households)
    rows = np.flatnonzero((forgetting.day >= first) & (forgetting.day < last))
    held = "|".join(world.scenario.of(CompanySettings).legal_hold_tables)
    is_held = forgetting.is_held[rows].tolist()
    by_leaving = forgetting.by_leaving[rows] < forgetting.by_request[rows]
    columns = {
        "tombstone_id": trace_of(world, households[rows]),
        "forgotten_at": forgetting.day[rows] * DAY_MS + _NIGHT_MS,
        "reason": by_leaving.astype(np.int64),
        "held_tables": pl.Series([held if one else "" for one in is_held], dtype=pl.String),
    }
    return frame(TOMBSTONES, columns).sort("forgotten_at", "tombstone_id")
