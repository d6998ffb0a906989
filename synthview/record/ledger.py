"""The ledger keeps rows until the UTC day they belong to is over, then gives that day's tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl

from synthview.draws.chance import Permutation
from synthview.log.context import PlayContext
from synthview.log.messages import Messages
from synthview.rows import Flags, Ints
from synthview.tables import TABLES, frame
from synthview.world.clock import DAY_MS

__all__ = ["Ledger"]

Columns = dict[str, Any]
Entered = tuple[tuple[Ints, ...], Columns]
"""Rows of one table: their sort keys, the first key first, and their columns."""
Sent = tuple[PlayContext, Messages, Flags]
"""Messages with the facts of their plays, and which say 0 for the minutes of their zone."""
_SHORT_KEY = 1 << 16


class Ledger:
    """Rows waiting for their day: the carry between the days of a block.

    Rows of a table come out sorted by household, then time, then id, whatever the order and the
    portions in which they were entered.
    """

    def __init__(
        self, addresses: pl.Series, wanted: frozenset[str], event_ids: Permutation
    ) -> None:
        self.addresses = addresses
        self.event_ids = event_ids
        self.wanted = wanted
        self._rows: dict[tuple[str, int], list[Entered]] = defaultdict(list)
        self._events: dict[int, list[Sent]] = defaultdict(list)

    def enter(
        self, path: str, time_ms: Ints, order: tuple[Ints, ...], columns: Mapping[str, Any]
    ) -> None:
        """Enter rows of a table under the UTC day of `time_ms`.

        `order` is their sort key, first key first.
        """
        if path not in self.wanted:
            return
        for day, rows in _by_day(time_ms):
            part = {name: values[rows] for name, values in columns.items()}
            keys = tuple(key[rows] for key in order)
            self._rows[path, day].append((keys, part))

    def enter_events(self, facts: PlayContext, messages: Messages, offset_lost: Flags) -> None:
        """Enter messages under the UTC day on which they were received.

        Those of `offset_lost` say 0 for the minutes of their zone.
        """
        if "log.events" not in self.wanted:
            return
        for day, rows in _by_day(messages.received_ms):
            sent = (facts, messages.take(rows), offset_lost[rows])
            self._events[day].append(sent)

    def close(self, day: int) -> dict[str, pl.DataFrame]:
        """Hand out every dated table of a day, empty ones too, and forget the day."""
        paths = [one.path for one in TABLES if one.dated and one.path in self.wanted]
        tables = {path: self._table(path, day) for path in paths if path != "log.events"}
        if "log.events" in paths:
            tables["log.events"] = self._event_table(day)
        return tables

    def forget_before(self, day: int) -> None:
        """Drop what belongs to days before the window."""
        for key in [key for key in self._rows if key[1] < day]:
            del self._rows[key]
        for old in [old for old in self._events if old < day]:
            del self._events[old]

    def _table(self, path: str, day: int) -> pl.DataFrame:
        pieces = self._rows.pop((path, day), [])
        if not pieces:
            return frame(path)
        parts_of_keys = zip(*(order for order, _ in pieces), strict=True)
        keys = [np.concatenate(parts) for parts in parts_of_keys]
        order = np.lexsort(keys[::-1])

        _, names = pieces[0]
        columns = {name: _joined([columns[name] for _, columns in pieces])[order] for name in names}
        return frame(path, columns)

    def _event_table(self, day: int) -> pl.DataFrame:
        pieces = self._events.pop(day, [])
        if not pieces:
            return frame("log.events")
        facts = PlayContext.stack([facts for facts, _, _ in pieces])
        messages = Messages.stack([messages for _, messages, _ in pieces])
        offset_lost = np.concatenate([flags for _, _, flags in pieces])
        play = messages.play + _shifts(pieces)

        order = np.argsort(_ranks(facts)[play], kind="stable")
        columns = _event_columns(
            facts,
            play[order],
            messages.take(order),
            offset_lost[order],
            self,
        )
        return frame("log.events", columns)


def _shifts(pieces: Sequence[Sent]) -> Ints:
    """By how many rows the play of each message moves, once all facts are below each other."""
    play_counts = [len(facts) for facts, _, _ in pieces]
    message_counts = [len(messages) for _, messages, _ in pieces]
    first = np.cumsum([0, *play_counts[:-1]])
    return np.repeat(first, message_counts)


def _ranks(facts: PlayContext) -> Ints:
    """The place of each play in the order of the table: by household, start and id."""
    order = np.lexsort((facts.play_id, facts.start_ms, facts.household))
    rank = np.empty(len(facts), dtype=np.int64)
    rank[order] = np.arange(len(facts))
    return rank


def event_ids(seed: int, ping_seconds: int) -> Permutation:
    """Ids of messages out of their count within a play.

    Each play has a shuffle of its own, which only the seed undoes, so that no gap in the ids tells
    that a message was lost. 12 bits do for pings every minute. More frequent pings need more,
    enough for a title that runs for days.
    """
    return Permutation(seed, "ids/event", bits=12 + (60 // ping_seconds).bit_length())


def _event_columns(
    facts: PlayContext, play: Ints, messages: Messages, offset_lost: Flags, ledger: Ledger
) -> Columns:
    play_id = facts.play_id[play]
    return {
        "event_id": ledger.event_ids.apply(messages.number, within=play_id),
        "play_id": play_id,
        "session_id": facts.session_id[play],
        "account_id": facts.account_id[play],
        "profile_id": facts.profile_id[play],
        "device_id": facts.device_id[play],
        "title_id": facts.title_id[play],
        "type": messages.type,
        "client_time": messages.client_ms,
        "received_time": messages.received_ms,
        "utc_offset_min": np.where(offset_lost, 0, facts.offset_min[play]),
        "position_ms": messages.position_ms,
        "played_ms": messages.played_ms,
        "bitrate_kbps": messages.bitrate,
        "error_code": messages.error,
        "ip": ledger.addresses.gather(facts.address[play]),
        "country": facts.country[play],
    }


def _by_day(time_ms: Ints) -> list[tuple[int, Ints]]:
    """Split rows by UTC day: (day, row positions), the order of rows kept."""
    day = time_ms // DAY_MS
    if not len(day):
        return []
    first, last = int(day.min()), int(day.max())
    if first == last:
        return [(first, np.arange(len(day)))]
    if last - first >= _SHORT_KEY:
        days = np.unique(day).tolist()
        return [(one, np.flatnonzero(day == one)) for one in days]

    since = (day - first).astype(np.uint16)  # numpy sorts short numbers by counting them
    order = np.argsort(since, kind="stable")
    ends = np.cumsum(np.bincount(since))
    pieces = np.split(order, ends[:-1])
    return [(first + number, rows) for number, rows in enumerate(pieces) if len(rows)]


def _joined(pieces: list[Any]) -> Any:
    if isinstance(pieces[0], pl.Series):
        return pl.concat(pieces)
    return np.concatenate(pieces)
