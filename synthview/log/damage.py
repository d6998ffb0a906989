"""What becomes of messages on their way: faults say what they lose, delay, copy or alter, and the record takes it all.

A fault is one frozen class of settings in one file, as an actor is. Faults combine alike in any order:
a message is lost if any of them loses it, delays and shifts add up, and all copies arrive.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, TypeAlias

import numpy as np

from synthview.log.facts import Facts
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
    """What a fault sees: the plays of a local day in a block, whose they are, and every message as it was sent.

    `messages.play` are rows of `facts` and `played`; `has_part` says of each home of the block (`homes`,
    row `played.home`) whether the fault has a part in it.
    """

    world: World
    homes: Homes
    has_part: Flags
    facts: Facts
    played: Playback
    messages: Messages
    day: int

    def messages_of(self, plays: Ints) -> tuple[Ints, Ints]:
        """Rows of all messages of some plays, and for each of them which of those plays it belongs to."""
        first = np.searchsorted(self.messages.play, plays)
        of, place = children(np.searchsorted(self.messages.play, plays, side="right") - first)
        return first[of] + place, of


@dataclass(frozen=True, slots=True)
class Touched(Rows):
    """Messages (rows of the record's) and by how many ms each is late, or its clock is wrong."""

    message: Ints
    by_ms: Ints


@dataclass(frozen=True, slots=True)
class Copies(Rows):
    """Further arrivals of messages, `by_ms` after the first; `is_new` where the copy has an id of its own."""

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

    def holds_back(self, world: World, facts: Facts, played: Playback, has_part: Flags) -> Flags:  # noqa: ARG002
        """Plays of which it may hold messages back for more than a day; a cheap answer, never too small."""
        return np.zeros(len(played), dtype=bool)

    def damage(self, record: Record) -> Damage | None:  # noqa: ARG002
        """What it does to the messages of a record."""
        return None


Deed: TypeAlias = tuple[str, int, Ints, Ints, Ints]
"""Fault, index of the change as truth.deliveries has it, messages as sent, number within the play, and by how much."""
LOST, LATE, COPIED, REORDERED, ALTERED = range(5)
assert table("truth.deliveries").column("change").options == ("lost", "late", "copied", "reordered", "altered")


@dataclass(frozen=True, slots=True)
class Delivered:
    """What arrived, in order of play and sending, and what was done to messages by each fault.

    `number` of a copy with an id of its own counts on after the messages of its play; `offset_lost` goes with
    the messages.
    """

    messages: Messages
    offset_lost: Flags
    deeds: Sequence[Deed]


def deliver(faults: Mapping[str, tuple[Fault, Flags]], record: Record) -> Delivered:
    """Let every fault see the same messages, and apply all that they do."""
    sent = record.messages
    lost, offset_lost = np.zeros(len(sent), dtype=bool), np.zeros(len(sent), dtype=bool)
    received, client = sent.received_ms, sent.client_ms
    deeds, copies = [], []
    for name, (fault, has_part) in faults.items():
        damage = fault.damage(replace(record, has_part=has_part)) if has_part.any() else None
        if damage is None:
            continue
        if damage.lost is not None:
            lost[damage.lost] = True
        if damage.offset_lost is not None:
            offset_lost[damage.offset_lost] = True
        for late in (damage.late, damage.reordered):
            received = received if late is None else _moved(received, late)
        client = client if damage.shifted is None else _moved(client, damage.shifted)
        if damage.copies is not None:
            copies.append((name, damage.copies))
        deeds += _deeds(name, sent, damage)
    whole = replace(sent, received_ms=received, client_ms=client)
    if not copies and not lost.any():
        return Delivered(whole, offset_lost, deeds)
    return _with_copies(record, whole, lost, offset_lost, copies, deeds)


def _moved(times: Ints, touched: Touched) -> Ints:
    moved = times.copy()
    moved[touched.message] += touched.by_ms
    return moved


def _deeds(name: str, sent: Messages, damage: Damage) -> list[Deed]:
    """What a fault did, but for copies, which need the ids they arrive under."""
    found = []
    if damage.lost is not None:
        found.append((name, LOST, damage.lost, sent.number[damage.lost], np.zeros_like(damage.lost)))
    for change, one in ((LATE, damage.late), (REORDERED, damage.reordered), (ALTERED, damage.shifted)):
        if one is not None:
            found.append((name, change, one.message, sent.number[one.message], one.by_ms))
    return found


def _with_copies(
    record: Record,
    whole: Messages,
    lost: Flags,
    offset_lost: Flags,
    copies: Sequence[tuple[str, Copies]],
    deeds: list[Deed],
) -> Delivered:
    """All that arrives: each copy stands behind its original, unless that never left the device."""
    origin = [np.flatnonzero(~lost)]
    numbers, received = [whole.number[origin[0]]], [whole.received_ms[origin[0]]]
    counts = np.bincount(whole.play, minlength=len(record.played))
    for name, made in sorted(copies, key=lambda one: one[0]):
        kept = made.take(~lost[made.message])
        play, ids = whole.play[kept.message], whole.number[kept.message]
        order = np.lexsort((kept.message, play))
        fresh = order[kept.is_new[order]]
        ids[fresh] = counts[play[fresh]] + turns(play[fresh])
        counts += np.bincount(play[kept.is_new], minlength=len(counts))
        origin.append(kept.message)
        numbers.append(ids)
        received.append(whole.received_ms[kept.message] + kept.by_ms)
        deeds.append((name, COPIED, kept.message, ids, kept.by_ms))
    place = np.concatenate(origin)
    order = np.argsort(place, kind="stable")
    place = place[order]
    arrived = replace(
        whole.take(place), number=np.concatenate(numbers)[order], received_ms=np.concatenate(received)[order]
    )
    return Delivered(arrived, offset_lost[place], deeds)
