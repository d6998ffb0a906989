"""The service's collector is down, and what was sent meanwhile comes late or never."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from synthview.draws.quantiles import Quantiles
from synthview.log.damage import Damage, Fault, Record, Touched
from synthview.log.struck import strike_where
from synthview.rows import Flags, Ints
from synthview.scenario.settings import GUESS, number, section
from synthview.world import World
from synthview.world.clock import DAY_MS, HOUR_MS, MINUTE_MS

_BEFORE = 8
"""Days before the first of the world from which outages are counted."""

__all__ = ["CollectorOutage"]


@dataclass(frozen=True, slots=True)
class _Outage:
    """One collector is down, from one instant to another."""

    collector: int
    begin_ms: int
    end_ms: int


@section
class CollectorOutage(Fault):
    """The service's collector is down, and what was sent meanwhile comes late or never.

    One of some collectors, each with its part of the households, is away for half an hour or more.
    Clients keep what they can and send it once it is back; a part of it is lost.
    """

    of_homes = False
    tells = ("nothing received from a part of all accounts for a while, then much at once",)

    rate: float = number(
        6,
        unit="outages per collector and year",
        allowed=(0, 300),
        low=1,
        high=20,
        source=GUESS,
        scale="log",
        about="How often a collector is down.",
    )
    lost: float = number(
        0.3,
        unit="share of messages",
        allowed=(0, 1),
        low=0.05,
        high=0.8,
        source=GUESS,
        scale="logit",
        about="Messages sent during an outage that never arrive.",
    )
    collectors: int = number(
        4, unit="collectors", allowed=(1, 256), low=2, high=32, source=GUESS, scale="log",
        about="How many there are, each with its part of the households.",
    )  # fmt: skip
    minutes: float = number(
        35, unit="minutes", allowed=(3, 1_200), low=15, high=90, source=GUESS, scale="log",
        about="Median length of an outage.",
    )  # fmt: skip
    minutes_spread: float = number(
        0.9, unit="log sd", allowed=(0, 2), low=0.5, high=1.3, source=GUESS,
        about="Spread of that length.",
    )  # fmt: skip
    upload_seconds: int = number(
        90, unit="seconds", allowed=(1, 3_600), low=20, high=300, source=GUESS, scale="log",
        about="Within so many seconds of its end clients send what they kept.",
    )  # fmt: skip

    def damage(self, record: Record) -> Damage | None:
        """Hold or lose what was sent to a collector that was down; outages of three days count."""
        outages = self._outages(record.world, record.day)
        if not outages:
            return None
        draw = self.draw(record.world, "collector")
        collector = draw.below(record.facts.household, self.collectors)

        lost, late = [], []
        for outage in outages:
            sent = _sent_during(record, collector, outage)
            gone, wait_ms = self._fate(record, sent, outage)
            held = Touched(sent, wait_ms)
            late.append(held.take(~gone))
            lost.append(sent[gone])

        every = Touched.stack(late)
        _, first = np.unique(every.message, return_index=True)
        return Damage(
            lost=np.unique(np.concatenate(lost)),
            late=every.take(first),
        )

    def _fate(self, record: Record, sent: Ints, outage: _Outage) -> tuple[Flags, Ints]:
        """Which messages never arrive, and for how many ms the others wait."""
        messages = record.messages.take(sent)
        key = record.played.key[messages.play]

        lost = self.draw(record.world, "lost")
        gone = lost.happens(key, self.lost, n=messages.number)

        wait = self.draw(record.world, "wait")
        upload_ms = wait.below(key, self.upload_seconds * 1_000, n=messages.number)
        return gone, outage.end_ms - messages.received_ms + upload_ms

    def _outages(self, world: World, day: int) -> list[_Outage]:
        """The outages that begin on a UTC day, the day before or the day after."""
        first = day - 1 - world.first_day + _BEFORE
        key = first * self.collectors + np.arange(3 * self.collectors)
        chance = min(self.rate / 365.0, 1.0)
        goes_down = self.draw(world, "down").happens(key, chance)
        key = key[goes_down]

        begin_day = key // self.collectors - _BEFORE + world.first_day
        into_day = self.draw(world, "begin").below(key, DAY_MS)
        begin_ms = begin_day * DAY_MS + into_day
        lengths = _lengths(self.minutes, self.minutes_spread)
        length_ms = self.draw(world, "length").draw(key, lengths)

        columns = (key % self.collectors, begin_ms, begin_ms + length_ms)
        spans = np.stack(columns, axis=1)
        return [_Outage(*span) for span in spans.tolist()]


@cache
def _lengths(minutes: float, spread: float) -> Quantiles:
    return Quantiles.lognormal_within(minutes * MINUTE_MS, spread, 3 * MINUTE_MS, 20 * HOUR_MS)


def _sent_during(record: Record, collector: Ints, outage: _Outage) -> Ints:
    """Messages that reach the collector of an outage while it is down."""
    struck = strike_where(record, collector == outage.collector)
    received = record.messages.received_ms[struck.message]
    has_begun = received >= outage.begin_ms
    is_before_end = received < outage.end_ms
    return struck.message[has_begun & is_before_end]
