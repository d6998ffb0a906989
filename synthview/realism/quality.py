"""How well streams run: failed starts, stalls, patience before the first picture, late messages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl

from synthview.realism.measure import Curve, Family, Measure, Rows
from synthview.realism.observed import HOUR_MS, NotApplicable, Observed
from synthview.realism.samples import MESSAGES
from synthview.realism.tally import Floats, Tally, share

__all__ = ["QUALITY", "given_up_by", "patience", "patience_slope"]

_STEP_MS = 250
_STEPS = 40
"""Waits of up to ten seconds, in quarters of a second."""
_FIRST_STEP = 8
"""Two seconds: the published slope begins there."""
_LEAST_WAITING = 5
_STARTS_TO_LEAVE = 0.01
_LATE_MS = 24 * HOUR_MS
_WRONG_CLOCK_MS = 12 * HOUR_MS
"""A device with all messages this far off has a wrong clock; none of them is known to be late."""


def attempts(observed: Observed) -> pl.DataFrame:
    """Return a row for each play: group, failed, played_ms, stalls, wait_ms (to picture or end)."""
    kind, at = pl.col("type").cast(pl.String), pl.col("client_time").dt.epoch("ms")
    failed = (pl.col("error_code").cast(pl.String) == "startup_failed").any()
    stalls = ((kind == "buffer_start") & (pl.col("played_ms") > 0)).sum()
    each = (
        observed.scan("log.events")
        .group_by("group", "play_id")
        .agg(
            failed=failed.fill_null(value=False),
            stalls=stalls,
            played_ms=pl.col("played_ms").max(),
            ready=at.filter(kind == "ready").min(),
            picture=at.filter(kind == "play").min(),
            last=at.max(),
            over=kind.is_in(["end", "pause"]).any(),
        )
    )
    wait = pl.coalesce("picture", "last") - pl.col("ready")
    return (
        each.filter(pl.col("ready").is_not_null())
        .with_columns(wait_ms=wait)
        .collect(engine="streaming")
    )


def starts(observed: Observed) -> Mapping[str, Tally]:
    """Percentage of attempts that fail to start, and of plays with a picture that stall."""
    each = _attempts(observed)
    failed, tries = observed.sums(
        each,
        pl.col("failed").sum(),
        pl.len(),
    )
    stalled, plays = observed.sums(
        each.filter(pl.col("played_ms") > 0), (pl.col("stalls") > 0).sum(), pl.len()
    )
    return {"Q01": share(failed, tries), "Q03-2013": share(stalled, plays)}


def _attempts(observed: Observed) -> pl.DataFrame:
    each = attempts(observed)
    if each.is_empty():
        raise NotApplicable("it has no messages of a play that begins in it")
    return each


def start_up(observed: Observed) -> Mapping[str, Tally]:
    """When people begin to leave before the first picture, and how many more each second."""
    table = patience_table(_attempts(observed), observed.groups)
    return {
        "Q05": Tally(table, lambda sums: given_up_by(patience(sums))),
        "Q06": Tally(table, lambda sums: 100 * patience_slope(sums)),
    }


def patience_table(each: pl.DataFrame, groups: int) -> Floats:
    """Count by group waits that ended in leaving (41 columns) and in a picture (41), by length."""
    left = (
        (pl.col("played_ms") == 0)
        & pl.col("picture").is_null()
        & pl.col("over")
        & ~pl.col("failed")
    )
    ends = each.filter(left | pl.col("picture").is_not_null()).with_columns(left=left)
    step = (ends["wait_ms"].to_numpy() // _STEP_MS).clip(0, _STEPS).astype(int)
    table = np.zeros((groups, 2 * (_STEPS + 1)))
    place = np.where(ends["left"].to_numpy(), step, step + _STEPS + 1)
    np.add.at(table, (ends["group"].to_numpy(), place), 1)
    return table


def patience(sums: Floats) -> Floats:
    """Return the share that has left by the end of each quarter of a second, had no picture come.

    The estimate of Kaplan and Meier: who gets a picture is no longer asked. Steps that fewer than
    five people still wait through are nan.
    """
    left = sums[: _STEPS + 1]
    served = sums[_STEPS + 1 :]
    waiting = (left + served)[::-1].cumsum()[::-1]
    stays = 1 - np.divide(
        left,
        waiting,
        out=np.zeros_like(left),
        where=waiting > 0,
    )
    gone = 1 - np.cumprod(stays)
    return np.where(waiting >= _LEAST_WAITING, gone, np.nan)[:_STEPS]


def patience_slope(sums: Floats) -> float:
    """Return how much the share that has left grows per second, from two seconds on: a line."""
    gone = patience(sums)[_FIRST_STEP:]
    seconds = (np.arange(_FIRST_STEP, _STEPS) + 1) * _STEP_MS / 1000
    known = np.isfinite(gone)
    if known.sum() < 4:
        return float("nan")
    return float(np.polyfit(seconds[known], gone[known], 1)[0])


def given_up_by(gone: Floats) -> float:
    """Return after how many seconds one in a hundred has left; ten where nobody does before."""
    passed = np.flatnonzero(np.nan_to_num(gone) >= _STARTS_TO_LEAVE)
    return float((passed[0] + 1) * _STEP_MS / 1000 if len(passed) else _STEPS * _STEP_MS / 1000)


def late(observed: Observed) -> Mapping[str, Tally]:
    """Of messages of phones, the percentage that arrive a day or more after they were made."""
    phones = (
        observed.devices.filter(pl.col("device_type").cast(pl.String) == "phone")
        .select("device_id")
        .lazy()
    )
    delay = (pl.col("received_time") - pl.col("client_time")).dt.total_milliseconds()
    each = (
        observed.scan("log.events")
        .join(phones, on="device_id", how="semi")
        .with_columns(delay=delay)
    )
    by_device = each.group_by("group", "device_id").agg(
        late=(pl.col("delay") >= _LATE_MS).sum(),
        messages=pl.len(),
        least=pl.col("delay").abs().min(),
    )
    devices = by_device.filter(pl.col("least") < _WRONG_CLOCK_MS).collect(engine="streaming")
    if devices.is_empty():
        raise NotApplicable("it has no messages of phones")
    above, below = observed.sums(
        devices,
        pl.col("late").sum(),
        pl.col("messages").sum(),
    )
    return {"Q12": share(above, below)}


def _patience(observed: Observed) -> Rows:
    """The share that has left, had no picture come, by seconds waited; and the published line."""
    gone = patience(patience_table(_attempts(observed), observed.groups).sum(axis=0))
    rows: list[dict[str, Any]] = []
    for step, part in enumerate(gone):
        seconds = (step + 1) * _STEP_MS / 1000
        if np.isfinite(part):
            rows.append({"seconds": seconds, "of": "simulated", "share": float(100 * part)})
        rows.append(
            {
                "seconds": seconds,
                "of": "published",
                "share": max(5.8 * (seconds - 2), 0.0),
            }
        )
    return rows


QUALITY = Family(
    "quality",
    "Starts, stalls and patience",
    "How often a start fails, a play stalls, somebody leaves before the first picture, and a "
    "message comes late.",
    (
        Measure(("Q01", "Q03-2013"), MESSAGES, starts),
        Measure(("Q05", "Q06"), MESSAGES, start_up),
        Measure(("Q12",), MESSAGES, late, 7),
    ),
    (Curve("patience", MESSAGES, _patience),),
)
