"""Signs: what the detector sees of a play, an account or an access, read from tables of the log."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from synthview.checks.behaviour import steps
from synthview.checks.cause_bits import CauseBits, TrueCauses, need_truth
from synthview.checks.content import NEEDED, OFTEN, SHARES, content_of
from synthview.checks.evidence import sampled
from synthview.checks.looks_seen import LOOKS_NEEDED, accesses_seen, need_looks
from synthview.checks.perfect_reader import share_read
from synthview.checks.scores import causes_of
from synthview.checks.staff_causes import ACCESS, StaffCauses
from synthview.dataset import RunDirectory

__all__ = ["ACCESSES", "ACCOUNTS", "PLAYS", "SeenRows", "seen_in", "tables_for"]

PLAYS, ACCOUNTS, ACCESSES = "play_id", "account_id", ACCESS
_OF_HOMES = (*NEEDED, "truth.plays", "truth.accounts", "truth.deliveries")
_ACCOUNT = "account_id"
_OF_HISTORY = ("play_id", _ACCOUNT, "device_id", "title_id", "started_at", "ended_at")
_BEGINS = pl.col("started_at")
_STILL_ON = pl.col("ended_at").cum_max().shift(1).over(_ACCOUNT) > _BEGINS
_OF_A_DAY = pl.len().over(_ACCOUNT, "title_id", _BEGINS.dt.date())
OF_A_PLAY = {
    "at_once": _STILL_ON.fill_null(value=False),
    "title_that_day": steps(_OF_A_DAY, *OFTEN),
    "lone_device": pl.col("lone").fill_null(value=False),
    "refused": pl.col("refused").fill_null(value=False),
}
"""Signs of a play beside its content: whether another play of the account is on when it begins, how
often the account plays its title that day, whether its device has no network address in common with
any other of the account, and whether it was refused as one stream too many.
"""
OF_AN_ACCOUNT = {
    "share_at_once": steps(pl.col("at_once").mean(), *SHARES),
    "most_of_a_title_a_day": pl.col("title_that_day").max(),
    "share_on_lone_devices": steps(pl.col("lone_device").mean(), *SHARES),
    "lone_devices": steps(pl.col("device_id").filter("lone_device").n_unique(), *OFTEN),
    "refusals": steps(pl.col("refused").sum(), *OFTEN),
}
_TITLE_DAYS = _BEGINS.dt.date().n_unique()


@dataclass(frozen=True, eq=False)
class SeenRows:
    """Rows of a run: ids, signs, and the masks ``causes`` and ``acted``."""

    whose: str
    causes: CauseBits
    rows: pl.DataFrame


def tables_for(whose: str) -> tuple[str, ...]:
    """What a run must have: the log that is read, and the truth that is learned and tested."""
    return LOOKS_NEEDED if whose == ACCESSES else _OF_HOMES


def seen_in(run: RunDirectory, whose: str) -> SeenRows:
    """Read the signs of a run, and the truth.

    Of a run with very many plays some of its accounts are read.

    Raises:
        InputError: a table is missing.
    """
    if whose == ACCESSES:
        need_looks(run, "a detector of insiders needs")
        causes_known = StaffCauses(run).of(whose).with_columns(acted="causes")
        looks = accesses_seen(run).join(causes_known, on=whose, maintain_order="left")
        return SeenRows(whose, StaffCauses.causes, looks)
    need_truth(run, NEEDED, "a detector needs")
    kept = sampled(share_read(run))
    causes = CauseBits.of(run)
    true_causes = TrueCauses.by(run, causes, kept)
    content = content_of(run, whose, kept)
    rows = content.join(_more(run, whose, kept), on=whose, how="left", maintain_order="left")
    rows = rows.join(causes_of(true_causes, whose), on=whose, how="inner", maintain_order="left")
    return SeenRows(whose, causes, rows)


def _more(run: RunDirectory, whose: str, kept: pl.Expr) -> pl.DataFrame:
    """The signs that are not content, a row for each play or account."""
    plays = run.scan("log.plays", repaired=True).filter(kept)
    history = plays.select(*_OF_HISTORY).collect()
    history = history.join(_lone(run, kept), on=[_ACCOUNT, "device_id"], how="left")
    history = history.join(_refused(run, kept), on="play_id", how="left")
    history = history.sort(_ACCOUNT, "started_at", "play_id")
    seen = history.with_columns(**OF_A_PLAY)
    if whose == PLAYS:
        return seen.select("play_id", *OF_A_PLAY)
    days = seen.group_by(_ACCOUNT, "title_id").agg(days=_TITLE_DAYS)
    most = days.group_by(_ACCOUNT).agg(days_of_a_title=steps(pl.col("days").max(), *OFTEN))
    return seen.group_by(_ACCOUNT).agg(**OF_AN_ACCOUNT).join(most, on=_ACCOUNT)


def _lone(run: RunDirectory, kept: pl.Expr) -> pl.DataFrame:
    """For each device of an account, whether no other shares an address with it."""
    events = run.scan("log.events", repaired=True).filter(kept)
    places = events.select(_ACCOUNT, "device_id", "ip").unique().collect(engine="streaming")
    shared = pl.len().over(_ACCOUNT, "ip") > 1
    marked = places.with_columns(shared=shared)
    return marked.group_by(_ACCOUNT, "device_id").agg(lone=~pl.col("shared").any())


def _refused(run: RunDirectory, kept: pl.Expr) -> pl.DataFrame:
    """Which plays the service refused, as the plan has no stream left."""
    events = run.scan("log.events", repaired=True).filter(kept)
    is_refusal = pl.col("error_code").cast(pl.String) == "stream_limit"
    return events.filter(is_refusal).select("play_id", refused=True).unique().collect()
