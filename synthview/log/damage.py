"""What becomes of messages on their way: what faults lose, delay, copy or alter.

A fault is one frozen class of settings in one file, as an actor is. Faults combine alike in any
order: a message is lost if any of them loses it, delays and shifts add up, and all copies arrive.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import ClassVar, Self, TypeAlias

import numpy as np

from synthview.log.context import PlayContext
from synthview.log.messages import Messages
from synthview.people.homes import Homes
from synthview.player.playback import Playback
from synthview.rows import Flags, Ints, Rows, children, turns
from synthview.stage.actor import InHomes
from synthview.tables import table
from synthview.world import World

__all__ = ["COPIED", "Copies", "Damage", "Delivered", "Fault", "Record", "Touched", "deliver"]


@dataclass(frozen=True)
class Record:
    """What a fault sees: the plays of a local day in a block, and every message as it was sent.

    `messages.play` are rows of `facts` and `played`; `has_part` says of each home of the block
    (`homes`, row `played.home`) whether the fault applies to it.
    """

    world: World
    homes: Homes
    has_part: Flags
    facts: PlayContext
    played: Playback
    messages: Messages
    day: int

    def messages_of(self, plays: Ints) -> tuple[Ints, Ints]:
        """Rows of all messages of some plays, and for each which of those plays it belongs to."""
        first = np.searchsorted(self.messages.play, plays)
        stop = np.searchsorted(self.messages.play, plays, side="right")
        of, place = children(stop - first)
        return first[of] + place, of


@dataclass(slots=True)
class _Transit:
    """Messages on their way while faults damage them, one row a message as sent."""

    sent: Messages
    lost: Flags
    offset_lost: Flags
    received_ms: Ints
    client_ms: Ints
    copies: list[tuple[str, Copies]]
    deeds: list[Deed]

    @classmethod
    def of(cls, sent: Messages) -> Self:
        """Messages that nothing has damaged yet."""
        return cls(
            sent=sent,
            lost=np.zeros(len(sent), dtype=bool),
            offset_lost=np.zeros(len(sent), dtype=bool),
            received_ms=sent.received_ms,
            client_ms=sent.client_ms,
            copies=[],
            deeds=[],
        )

    def enter(self, name: str, damage: Damage) -> None:
        """Apply what one fault does."""
        if damage.lost is not None:
            self.lost[damage.lost] = True
        if damage.offset_lost is not None:
            self.offset_lost[damage.offset_lost] = True
        for late in (damage.late, damage.reordered):
            self.received_ms = _moved(self.received_ms, late)
        self.client_ms = _moved(self.client_ms, damage.shifted)
        if damage.copies is not None:
            self.copies.append((name, damage.copies))
        self.deeds += _deeds(name, self.sent, damage)


@dataclass(frozen=True, slots=True)
class Touched(Rows):
    """Messages (rows of the record's) and by how many ms each is late, or its clock is wrong."""

    message: Ints
    by_ms: Ints


@dataclass(frozen=True, slots=True)
class Copies(Rows):
    """Further arrivals of messages, `by_ms` after the first.

    It `is_new` where the copy has an id of its own.
    """

    message: Ints
    by_ms: Ints
    is_new: Flags


@dataclass(frozen=True, slots=True)
class Damage:
    """What one fault does to the messages of a record; no message twice within one of these."""

    lost: Ints | None = None
    late: Touched | None = None
    reordered: Touched | None = None
    shifted: Touched | None = None
    """Client time is wrong by so much."""
    offset_lost: Ints | None = None
    """Messages that say 0 for the minutes of their zone."""
    copies: Copies | None = None


class Fault(InHomes):
    """Base of all faults: it damages nothing, and holds nothing back for longer than a day."""

    kind: ClassVar[str] = "faults"

    @property
    def at_most_days(self) -> float:
        """How late a message can be received because of it."""
        return 1.0

    def holds_back(
        self,
        world: World,  # noqa: ARG002
        facts: PlayContext,  # noqa: ARG002
        played: Playback,
        has_part: Flags,  # noqa: ARG002
    ) -> Flags:
        """Plays of which it may hold messages back for more than a day; cheap, never too small."""
        return np.zeros(len(played), dtype=bool)

    def damage(self, record: Record) -> Damage | None:  # noqa: ARG002
        """What it does to the messages of a record."""
        return None


Deed: TypeAlias = tuple[str, int, Ints, Ints, Ints]
"""Fault, index of the change as in truth.deliveries, messages, their numbers, and by how much."""
LOST, LATE, COPIED, REORDERED, ALTERED = range(5)
assert table("truth.deliveries").column("change").options == (
    "lost",
    "late",
    "copied",
    "reordered",
    "altered",
)


@dataclass(frozen=True)
class Delivered:
    """What arrived, a row an arrival, in order of play and sending; and what each fault did.

    `message` are rows of `sent`, the messages with client times as faults left them. `number` of a
    copy with an id of its own counts on after the messages of its play. `offset_lost` says which
    messages sent tell 0 for the minutes of their zone.
    """

    sent: Messages
    message: Ints
    number: Ints
    received_ms: Ints
    offset_lost: Flags
    deeds: Sequence[Deed]

    def __len__(self) -> int:
        return len(self.message)

    @cached_property
    def play(self) -> Ints:
        """The row of the play of each arrival."""
        return self.sent.play[self.message]

    def take(self, index: Ints) -> Messages:
        """Some arrivals as messages."""
        return replace(
            self.sent.take(self.message[index]),
            number=self.number[index],
            received_ms=self.received_ms[index],
        )


def deliver(faults: Mapping[str, tuple[Fault, Flags]], record: Record) -> Delivered:
    """Let every fault see the same messages, and apply all that they do."""
    transit = _Transit.of(record.messages)
    for name, (fault, has_part) in faults.items():
        if not has_part.any():
            continue
        damage = fault.damage(replace(record, has_part=has_part))
        if damage is not None:
            transit.enter(name, damage)
    copies = _copies(transit, len(record.played))
    kept = np.flatnonzero(~transit.lost)
    # Each copy stands behind its original.
    place = np.searchsorted(kept, copies.message, side="right")
    sent = transit.sent
    return Delivered(
        sent=replace(sent, client_ms=transit.client_ms),
        message=np.insert(kept, place, copies.message),
        number=np.insert(sent.number[kept], place, copies.number),
        received_ms=np.insert(transit.received_ms[kept], place, copies.received_ms),
        offset_lost=transit.offset_lost,
        deeds=transit.deeds,
    )


def _moved(times: Ints, touched: Touched | None) -> Ints:
    """Times of which some are later than they were."""
    if touched is None:
        return times
    moved = times.copy()
    moved[touched.message] += touched.by_ms
    return moved


def _deeds(name: str, sent: Messages, damage: Damage) -> list[Deed]:
    """What a fault did, but for copies, which need the ids they arrive under."""
    found: list[Deed] = []
    lost = damage.lost
    if lost is not None:
        found.append((name, LOST, lost, sent.number[lost], np.zeros_like(lost)))
    changes = (
        (LATE, damage.late),
        (REORDERED, damage.reordered),
        (ALTERED, damage.shifted),
    )
    for change, one in changes:
        if one is not None:
            number = sent.number[one.message]
            found.append((name, change, one.message, number, one.by_ms))
    return found


@dataclass(frozen=True, slots=True)
class _Arrivals(Rows):
    """Messages (rows of those sent) that arrive once more."""

    message: Ints
    number: Ints
    received_ms: Ints


def _copies(transit: _Transit, play_count: int) -> _Arrivals:
    """All copies in order of their originals, but of those that were never sent."""
    none = np.zeros(0, dtype=np.int64)
    arrivals = [_Arrivals(none, none, none)]
    sent = transit.sent
    counts = np.bincount(sent.play, minlength=play_count) if transit.copies else none
    for name, made in sorted(transit.copies, key=lambda one: one[0]):
        kept = made.take(~transit.lost[made.message])
        message = kept.message
        number = _number_copies(sent, kept, counts)
        received = transit.received_ms[message] + kept.by_ms
        arrivals.append(_Arrivals(message, number, received))
        transit.deeds.append((name, COPIED, message, number, kept.by_ms))

    every = _Arrivals.stack(arrivals)
    return every.take(np.argsort(every.message, kind="stable"))


def _number_copies(whole: Messages, copies: Copies, counts: Ints) -> Ints:
    """The number of each copy: that of its original, or for a new id the next of its play.

    Moves `counts`, the numbers given in each play so far, on.
    """
    play = whole.play[copies.message]
    order = np.lexsort((copies.message, play))
    new = order[copies.is_new[order]]
    number = whole.number[copies.message]
    number[new] = counts[play[new]] + turns(play[new])
    counts += np.bincount(play[new], minlength=len(counts))
    return number
