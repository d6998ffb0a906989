"""Rows by hand: say what matters of three events, and the rest is filled in so that it holds.

For example::

    from synthview.testing import by_hand as rows

    made = by_hand.world(
        {"type": "play"},
        {"type": "ping", "after_s": 60},
        {"type": "end", "after_s": 30},
    )
    made.log.events  # with ids, times, positions, an account, a device and a title that exist

`row` makes any table; `events` makes log.events alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import polars as pl

from synthview.errors import UnknownName
from synthview.tables import BY_PATH, TABLES, Column, Table, table

if TYPE_CHECKING:
    from synthview.dataset import Dataset

__all__ = ["BEGINS", "events", "row", "world"]

BEGINS = datetime.combine(date(2017, 10, 2), time(20))
"""When the first event happens unless a row says so: a Monday at 20:00 UTC."""
RUNTIME_MS = 5_400_000
_DELAY = timedelta(milliseconds=300)
_OURS = ("after_s", "received_after_s")
"""Words of an event that are no columns: seconds after the event before it in its play, and
seconds until the service received it."""
_STANDS_STILL = frozenset({"ready", "buffer_start", "pause", "seek_start"})
"""Events after which the title does not run until the next event of its play."""
_NAME = "Grace Aguirre"
_TEXTS = {
    "time_zone": "America/New_York",
    "region": "Northeast",
    "billing_name": _NAME,
    "ip": "2001:db8::1",
    "email": "nobody@example.com",
    "model": "Model 1",
    "app_version": "1.0.0",
    "language": "en-GB",
    "name": "A Film",
    "genres": "drama",
    "payment_stub": "card",
}
_COUNTS = {
    "stream_limit": 4,
    "bitrate_kbps": 4_500,
    "utc_offset_min": -240,
    "person_count": 1,
    "age": 40,
    "viewer_count": 1,
    "place": 1,
}


def row(name: str, *stated: Mapping[str, Any], **everywhere: Any) -> pl.DataFrame:
    """Rows of a table such as ``log.devices``, in its schema; what is not said is filled in.

    The key counts from 1, other ids are 1, times are `BEGINS`, choices the first of their options,
    and what may be empty is empty.

        >>> row("log.devices", {"device_type": "phone"}, {}, account_id=7)["account_id"].to_list()
        [7, 7]

    Args:
        name: The table, as ``log.devices``.
        stated: For each row the columns that matter.
        everywhere: Columns that are the same in all rows which do not say otherwise.

    Raises:
        UnknownName: For a table that there is not, and a column that it does not have.
    """
    of = table(name)
    filled = [_filled(of, place, {**everywhere, **one}) for place, one in enumerate(stated)]
    return pl.DataFrame(filled, schema=of.schema, orient="row")


def events(*stated: Mapping[str, Any], **everywhere: Any) -> pl.DataFrame:
    """Rows of log.events, in the order in which they are received.

    Beside its columns an event may say ``after_s``, seconds after the event before it in its play
    (60 unless said), and ``received_after_s``, seconds until the service received it (0.3). Events
    count within their play; the playhead moves while the title plays.

        >>> events({"type": "play"}, {"after_s": 30})["position_ms"].to_list()
        [0, 30000]

    Args:
        stated: For each event the columns that matter; ``play_id`` is 1 unless said.
        everywhere: Columns that are the same in all events which do not say otherwise.

    Raises:
        UnknownName: For a column that ``log.events`` does not have.
    """
    of = BY_PATH["log.events"]
    before: dict[int, dict[str, Any]] = {}
    found = []
    for one in stated:
        said = {**everywhere, **one}
        _refuse_unknown(of, said, _OURS)
        play = said.setdefault("play_id", 1)
        event = _event(of, said, before.get(play))
        before[play] = event
        found.append(event)
    return pl.DataFrame(found, schema=of.schema, orient="row").sort(
        "received_time", "play_id", "event_id"
    )


def world(*stated: Mapping[str, Any], **everywhere: Any) -> Dataset:
    """A dataset around some events: their plays, titles, profiles, devices, accounts and people.

    Its log and its truth agree, and hold every invariant of `synthview.testing.invariants` unless
    the events themselves do not. One person of the account watches each play.

        >>> made = world({"type": "play"}, {"type": "end", "after_s": 90})
        >>> made.log.plays["watched_ms"].to_list(), made.truth.plays["viewer_count"].to_list()
        ([90000], [1])

    Args:
        stated: The events, as for `events`.
        everywhere: Columns that are the same in all of them.

    Raises:
        UnknownName: For a column that ``log.events`` does not have.
    """
    from synthview.dataset import Dataset, Log, Truth
    from synthview.registry import installed
    from synthview.scenario import load

    sent = events(*stated, **everywhere)
    plays = _plays(sent)
    log = {"events": sent}
    for name in ("accounts", "profiles", "devices", "titles"):
        log[name] = _owners(sent, name)
    log["plays"] = row("log.plays", *plays.iter_rows(named=True))
    truth = _truth(sent, log["accounts"].select("account_id").to_dicts(), plays)
    for one in TABLES:
        folder = log if one.folder == "log" else truth
        folder.setdefault(one.name, pl.DataFrame(schema=one.schema))
    scenario = load("quiet", installed(), {"run.households": 1, "run.days": 1})
    return Dataset(scenario, Log(log), Truth(truth))


def _truth(
    sent: pl.DataFrame,
    accounts: list[dict[str, Any]],
    plays: pl.DataFrame,
) -> dict[str, pl.DataFrame]:
    """Tables of the truth: one person for each profile, who watched its plays."""
    people = sent.select("account_id", "profile_id").unique().sort("profile_id")
    persons = people.with_columns(person_id=pl.col("profile_id"), lives_here=True, appetite=0.5)
    return {
        "households": row("truth.households", *accounts),
        "persons": row("truth.persons", *persons.iter_rows(named=True)),
        "accounts": row("truth.accounts", *accounts),
        "plays": row("truth.plays", *map(_witnessed, plays.iter_rows(named=True))),
    }


def _filled(of: Table, place: int, said: Mapping[str, Any]) -> dict[str, Any]:
    _refuse_unknown(of, said, ())
    return {
        column.name: said[column.name] if column.name in said else _usual(of, column, place)
        for column in of.columns
    }


def _refuse_unknown(of: Table, said: Mapping[str, Any], more: tuple[str, ...]) -> None:
    known = [*(column.name for column in of.columns), *more]
    for name in said:
        if name not in known:
            raise UnknownName("column", name, known, of.path)


def _usual(of: Table, column: Column, place: int) -> Any:
    """What a cell holds when nothing is said of it."""
    if column.nullable:
        return None
    if column.kind == "id":
        return place + 1 if column.name == of.key[0] else 1
    if column.kind == "choice":
        return column.options[0]
    if column.name in ("runtime_ms", "watched_ms", "played_ms"):
        return RUNTIME_MS
    usual: dict[str, Any] = {
        "ids": [],
        "count": _COUNTS.get(column.name, 0),
        "milliseconds": 0,
        "time": BEGINS,
        "day": date(2017, 1, 1),
        "text": _TEXTS.get(column.name, ""),
        "claim": False,
        "share": 0.0,
    }
    return usual[column.kind]


def _event(of: Table, said: dict[str, Any], before: Mapping[str, Any] | None) -> dict[str, Any]:
    """One event, moved on from the one before it in its play."""
    after_ms = round(1000 * said.pop("after_s", 60 if before else 0))
    delay = timedelta(seconds=said.pop("received_after_s", _DELAY.total_seconds()))
    said.setdefault("type", "ping" if before else "play")
    last = before or {
        "client_time": BEGINS,
        "event_id": 0,
        "position_ms": 0,
        "played_ms": 0,
    }
    for name in (
        "session_id",
        "account_id",
        "profile_id",
        "device_id",
        "title_id",
    ):
        said.setdefault(
            name,
            last.get(name, said["play_id"] if name == "session_id" else 1),
        )
    said.setdefault("event_id", last["event_id"] + 1)
    said.setdefault(
        "client_time",
        last["client_time"] + timedelta(milliseconds=after_ms),
    )
    said.setdefault("received_time", said["client_time"] + delay)
    runs = before is not None and before["type"] not in _STANDS_STILL
    _move_on(said, last, after_ms if runs else 0)
    return _filled(of, 0, said)


def _move_on(said: dict[str, Any], last: Mapping[str, Any], ran_ms: int) -> None:
    """The playhead, and what has played in all, after so much more."""
    said.setdefault("position_ms", min(last["position_ms"] + ran_ms, RUNTIME_MS))
    said.setdefault("played_ms", last["played_ms"] + ran_ms)


_IDS = (
    "session_id",
    "account_id",
    "profile_id",
    "device_id",
    "title_id",
)
_ENDS = {"end": "stopped", "error": "error"}


def _plays(sent: pl.DataFrame) -> pl.DataFrame:
    """log.plays as it follows from events: what the service rolls up from what it received."""
    in_order = sent.sort("play_id", "client_time", "event_id")
    first = [pl.col(name).first() for name in (*_IDS, "country")]
    rolled = in_order.group_by("play_id", maintain_order=True).agg(
        *first,
        started_at=pl.col("client_time").min(),
        ended_at=pl.col("client_time").max(),
        watched_ms=pl.col("played_ms").max(),
        start_position_ms=pl.col("position_ms").first(),
        end_position_ms=pl.col("position_ms").last(),
        last=pl.col("type").last().cast(pl.String),
        closed_at=pl.col("received_time").max(),
    )
    end = pl.col("last").replace_strict(_ENDS, default="silent").alias("end_reason")
    share = (pl.col("end_position_ms") / RUNTIME_MS).alias("completion")
    return rolled.with_columns(end, share).drop("last")


def _owners(sent: pl.DataFrame, name: str) -> pl.DataFrame:
    """Rows of what events refer to, valid from before the first of them."""
    of = BY_PATH[f"log.{name}"]
    key = of.key[0]
    columns = [key, "account_id"] if name in ("profiles", "devices") else [key]
    found = sent.select(columns).unique().sort(columns)
    since = datetime.combine(date(2017, 1, 1), time())
    return row(
        of.path,
        *({"valid_from": since, **one} for one in found.iter_rows(named=True)),
    )


def _witnessed(play: Mapping[str, Any]) -> dict[str, Any]:
    """The truth of a play: its profile's person sat before it from beginning to end."""
    shared = {name: play[name] for name in ("play_id", *_IDS, "started_at", "ended_at")}
    times = dict.fromkeys(("played_ms", "present_ms", "attended_ms"), play["watched_ms"])
    return {
        **shared,
        **times,
        "intent": "browse",
        "pressed_by_person": True,
        "viewer_ids": [play["profile_id"]],
        "viewer_count": 1,
    }
