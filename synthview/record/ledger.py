"""The ledger keeps rows until the UTC day they belong to is over, then gives that day's tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any, Self

import numpy as np
import polars as pl
from numpy.typing import NDArray

from synthview.draws.chance import Permutation
from synthview.log.context import PlayContext
from synthview.log.damage import Delivered
from synthview.rows import Flags, Ints, first_of_group
from synthview.tables import TABLES, frame
from synthview.world.clock import DAY_MS

__all__ = ["Cuts", "Ledger", "event_ids"]

Columns = dict[str, Any]
Entered = tuple[tuple[Ints, ...], Columns]
"""Rows of one table: their sort keys, the first key first, and their columns."""
_SHORT_KEY = 1 << 16
SLICE_HOUSEHOLDS = 4_096
"""Homes whose messages are made together, as many as a part of a large run has: of 1,024 a message
takes a fifth more time, and what is made in pieces is copied once more."""


@dataclass(frozen=True)
class Cuts:
    """Where the homes of a block are cut, each time by the first household of what follows.

    Each of the `parts` has tables of its own. The messages of a slice are made at once: it is some
    whole parts, or a piece of one.
    """

    parts: Ints
    slices: Ints

    @classmethod
    def of(cls, households: Ints, parts: Sequence[int] = ()) -> Self:
        """Cut some households where parts begin, and into slices of at most SLICE_HOUSEHOLDS."""
        known = np.unique(households)
        begins = np.array(parts or (0,))
        slices: list[int] = []
        room = 0
        for begin, piece in zip(begins.tolist(), _pieces(known, begins), strict=True):
            homes = known[piece]
            if len(homes) > room or not slices:
                slices += [begin, *homes[SLICE_HOUSEHOLDS::SLICE_HOUSEHOLDS].tolist()]
                room = SLICE_HOUSEHOLDS
            room -= len(homes)
        return cls(begins, np.array(slices))

    @cached_property
    def together(self) -> list[tuple[range, list[int]]]:
        """Places of parts, and of the slices in which their messages are: one of the two is one."""
        after = np.searchsorted(self.parts, self.slices, side="right")
        of_slice = (after - 1).tolist()
        firsts = [*dict.fromkeys(of_slice), len(self.parts)]
        return [
            (range(first, stop), [place for place, of in enumerate(of_slice) if of == first])
            for first, stop in pairwise(firsts)
        ]

    def pieces(self, household: Ints) -> list[slice]:
        """Where each slice lies among rows that are sorted by household."""
        return _pieces(household, self.slices)


WHOLE = Cuts(np.zeros(1, dtype=np.int64), np.zeros(1, dtype=np.int64))
"""Every household in one part, and all messages at once."""


class Ledger:
    """Rows waiting for their day: the carry between the days of a block.

    Rows of a table come out sorted by household, then time, then id, whatever the order and the
    portions in which they were entered. `cuts` are where tables are cut into parts, by household.
    With `by_start` what is recorded of a play belongs to the day on which the play began.
    """

    def __init__(
        self,
        addresses: pl.Series,
        wanted: frozenset[str],
        event_ids: Permutation,
        cuts: Cuts = WHOLE,
        *,
        by_start: bool = False,
    ) -> None:
        self.by_start = by_start
        self.addresses = addresses
        self.event_ids = event_ids
        self.wanted = wanted
        self.cuts = cuts
        self._rows: dict[tuple[str, int], list[Entered]] = defaultdict(list)
        self._events: dict[tuple[int, int], list[Sent]] = defaultdict(list)

    def dated(self, began_ms: Ints, received_ms: Ints) -> Ints:
        """The time that decides the day of rows: of receipt, or when their play began."""
        return began_ms if self.by_start else received_ms

    def enter(
        self, path: str, time_ms: Ints, order: tuple[Ints, ...], columns: Mapping[str, Any]
    ) -> None:
        """Enter rows of a table under the UTC day of `time_ms`.

        `order` is their sort key, first key first: that is the household.
        """
        if path not in self.wanted:
            return
        for day, rows in _by_day(time_ms):
            part = {name: values[rows] for name, values in columns.items()}
            keys = tuple(key[rows] for key in order)
            self._rows[path, day].append((keys, part))

    def enter_events(self, place: int, facts: PlayContext, delivered: Delivered) -> None:
        """Enter what arrived of one slice, by its place, under the UTC day that it belongs to.

        Messages are in order of play, and plays in that of the table.
        """
        if "log.events" not in self.wanted:
            return
        began_ms = facts.start_ms[delivered.play] if self.by_start else delivered.received_ms
        for day, rows in _by_day(self.dated(began_ms, delivered.received_ms)):
            self._events[day, place].append(Sent.of(facts, delivered, rows))

    def close(self, day: int) -> Iterator[dict[str, pl.DataFrame]]:
        """Hand out every dated table of a day part by part, empty ones too, and forget the day.

        The messages of a part become rows when it is its turn, so that few are in hand at once.
        """
        paths = [one.path for one in TABLES if one.dated and one.path in self.wanted]
        tables = {path: self._tables(path, day) for path in paths if path != "log.events"}
        events = self._event_tables(day)
        for place in range(len(self.cuts.parts)):
            part = {path: parts[place] for path, parts in tables.items()}
            if "log.events" in paths:
                part["log.events"] = next(events)
            yield part

    def forget_before(self, day: int) -> None:
        """Drop what belongs to days before the window."""
        for key in [key for key in self._rows if key[1] < day]:
            del self._rows[key]
        for old in [old for old in self._events if old[0] < day]:
            del self._events[old]

    def _tables(self, path: str, day: int) -> list[pl.DataFrame]:
        """A table of a day, cut into the parts."""
        pieces = self._rows.pop((path, day), [])
        if not pieces:
            return [frame(path)] * len(self.cuts.parts)
        parts_of_keys = zip(*(order for order, _ in pieces), strict=True)
        keys = [np.concatenate(parts) for parts in parts_of_keys]
        order = np.lexsort(keys[::-1])

        _, names = pieces[0]
        columns: Columns = {}
        for name in names:
            whole = _joined([columns_of[name] for _, columns_of in pieces])
            columns[name] = whole[order]
        table = frame(path, columns)
        household = keys[0][order]
        return [table[piece] for piece in _pieces(household, self.cuts.parts)]

    def _event_tables(self, day: int) -> Iterator[pl.DataFrame]:
        """The messages of a day part after part, made slice by slice."""
        for parts, slices in self.cuts.together:
            begins = self.cuts.parts[parts.start : parts.stop]
            cut = [self._events_of_slice(day, place, begins) for place in slices]
            for frames in zip(*cut, strict=True):
                yield pl.concat(frames, rechunk=True) if len(frames) > 1 else frames[0]

    def _events_of_slice(self, day: int, place: int, begins: Ints) -> list[pl.DataFrame]:
        """The messages of a day in one slice, cut into parts by the first household of each."""
        pieces = self._events.pop((day, place), [])
        if not pieces:
            return [frame("log.events")] * len(begins)
        facts, counts, places = _in_order(pieces)
        table = frame("log.events", _event_columns(facts, counts, places, pieces, self))
        row = np.append(0, np.cumsum(counts)).tolist()
        plays = _pieces(facts.household, begins)
        return [table[row[one.start] : row[one.stop]] for one in plays]


_OF_SENDING = ("type", "client_ms", "position_ms", "played_ms", "bitrate", "error")
"""What is the same for every arrival of a message."""


@dataclass(frozen=True, slots=True)
class Sent:
    """Messages that wait for their day with the facts of their plays, play after play.

    `counts` are the messages of each play, `columns` what is kept of them, by the names that
    `Messages` has. `offset_lost` says which of them say 0 for the minutes of their zone.
    """

    facts: PlayContext
    counts: Ints
    columns: Mapping[str, NDArray[np.signedinteger[Any]]]
    offset_lost: Flags

    @classmethod
    def of(cls, facts: PlayContext, delivered: Delivered, rows: Ints) -> Self:
        """Some of what arrived, and of all plays those that have any."""
        play = delivered.play[rows]
        first = first_of_group(play)
        message = delivered.message[rows]
        columns = {name: getattr(delivered.sent, name)[message] for name in _OF_SENDING}
        columns["number"] = delivered.number[rows].astype(np.int32)
        columns["received_ms"] = delivered.received_ms[rows]
        counts = np.diff(np.append(first, len(rows)))
        return cls(
            facts=facts.take(play[first]),
            counts=counts,
            columns=columns,
            offset_lost=delivered.offset_lost[message],
        )


_OF_PLAY = (
    "play_id",
    "session_id",
    "account_id",
    "profile_id",
    "device_id",
    "title_id",
    "country",
)
_OF_MESSAGE = {
    "type": "type",
    "client_time": "client_ms",
    "received_time": "received_ms",
    "position_ms": "position_ms",
    "played_ms": "played_ms",
    "bitrate_kbps": "bitrate",
    "error_code": "error",
}
"""Columns of log.events that are the same for a whole play, and those of each message."""


def _pieces(household: Ints, begins: Ints) -> list[slice]:
    """Where each piece lies among rows sorted by household, by the first household of each."""
    ends = np.searchsorted(household, begins[1:])
    bounds = [0, *ends.tolist(), len(household)]
    return [slice(begin, end) for begin, end in pairwise(bounds)]


def _event_columns(
    facts: PlayContext, counts: Ints, places: Ints, pieces: Sequence[Sent], ledger: Ledger
) -> Columns:
    """The columns of log.events: messages go where `places` puts them, behind their play."""

    def of_play(name: str) -> Ints:
        return np.repeat(getattr(facts, name), counts)

    def of_message(name: str) -> Ints:
        return _put([one.columns[name] for one in pieces], places)

    columns: Columns = {name: of_play(name) for name in _OF_PLAY}
    columns |= {name: of_message(kept) for name, kept in _OF_MESSAGE.items()}
    numbers = of_message("number")
    columns["event_id"] = ledger.event_ids.apply(numbers, within=facts.play_id, counts=counts)
    offset_min = np.repeat(facts.offset_min.astype(np.int32), counts)
    offset_min[_put([one.offset_lost for one in pieces], places)] = 0
    columns["utc_offset_min"] = offset_min
    columns["ip"] = ledger.addresses.gather(of_play("address"))
    return columns


def _in_order(pieces: Sequence[Sent]) -> tuple[PlayContext, Ints, Ints]:
    """All plays in the order of the table, how many messages each has, and their rows there."""
    every = PlayContext.stack([one.facts for one in pieces])
    counts = np.concatenate([one.counts for one in pieces])
    keys = (
        every.play_id,
        every.start_ms,
        every.household,
    )
    order = np.lexsort(keys)
    counts_in_order = counts[order]
    places = _places(
        order,
        counts,
        counts_in_order,
    )
    return every.take(order), counts_in_order, places


def _places(order: Ints, counts: Ints, counts_in_order: Ints) -> Ints:
    """The row in the table of each message, once its play stands where `order` puts it."""
    first = np.empty(len(order), dtype=np.int64)
    first[order] = np.cumsum(counts_in_order) - counts_in_order
    moved = first - (np.cumsum(counts) - counts)
    of_message = np.repeat(moved, counts)
    return of_message + np.arange(len(of_message))


def _put(pieces: Sequence[Any], places: Ints) -> Any:
    """Values of all pieces at their places."""
    found = np.empty(len(places), dtype=pieces[0].dtype)
    begin = 0
    for one in pieces:
        found[places[begin : begin + len(one)]] = one
        begin += len(one)
    return found


def event_ids(seed: int, ping_seconds: int) -> Permutation:
    """Ids of messages out of their count within a play.

    Each play has a shuffle of its own, which only the seed undoes, so that no gap in the ids tells
    that a message was lost. 12 bits do for pings every minute. More frequent pings need more,
    enough for a title that runs for days.
    """
    return Permutation(seed, "ids/event", bits=12 + (60 // ping_seconds).bit_length())


def _by_day(time_ms: Ints) -> list[tuple[int, Ints]]:
    """Split rows by UTC day: (day, row positions), the order of rows kept."""
    day = time_ms // DAY_MS
    if not len(day):
        return []
    first = int(day.min())
    last = int(day.max())
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
