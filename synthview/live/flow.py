"""The front door of streams: a scenario becomes messages in order of receipt, and goes to somebody.

Households are simulated a few days ahead of what is delivered, block after block, into temporary
files; see `synthview.live.runs`. Messages come out in the order in which the service received them,
late, doubled and reordered ones included, and each is sent when it is due. What is delivered is
noted in a file, if one is named, so that a stream that was killed goes on from there.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import IO, Any

import numpy as np
import polars as pl

from synthview.engines.order import Order
from synthview.engines.plan import PIPELINE, pipeline_at, world_of
from synthview.errors import OutputError
from synthview.live.encoders import Encoder, Lot, encoder_for
from synthview.live.http import HttpOutlet, SplunkOutlet
from synthview.live.incoming import Incoming, check_end, endless
from synthview.live.kafka import KafkaOutlet
from synthview.live.outlets import Destination, FileOutlet, Outlet, PipeOutlet
from synthview.live.pace import Pace
from synthview.live.position import Position, check_same, keep_position, kept_position
from synthview.outside.places import write_errors
from synthview.pipeline import Window
from synthview.scenario import Scenario
from synthview.world.clock import DAY_MS, day_number

__all__ = ["Sending", "StreamOrder", "stream"]

SECONDS_BETWEEN_SETTLING = 1.0
SECONDS_BETWEEN_SENDING = 0.02
LONGEST_WAIT_SECONDS = 0.5
LAST_PATIENCE_SECONDS = 5.0
"""How long a receiver has to confirm what it was sent when the stream is stopped."""


@dataclass(frozen=True, kw_only=True)
class StreamOrder:
    """What was asked for: a scenario, and what becomes of its messages.

    `until_ms` ends the stream before an instant, `days` so many days after its beginning; without
    both it goes on for as long as the world does. With
    `follows`, the world's time is the wall clock's. `resume` is where the position is kept.
    """

    order: Order
    place: Destination
    format: str = "ndjson"
    ids: str = "text"
    rate: Fraction | None = None
    speed: Fraction | None = None
    follows: bool = False
    until_ms: int | None = None
    days: int | None = None
    resume: Path | None = None
    workers: int | None = None
    overwrite: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)
    kafka: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Sending:
    """How far a stream is: the receipt of its last message, how many were sent, and what holds it.

    `messages` counts those before a resume too, `sent` those of this call. `behind_s` is by how
    many seconds the last message was late against its time; 0 without a pace. `simulated` is the
    share of homes that have the days which the next message waits for.
    """

    received_ms: int
    messages: int
    sent: int
    behind_s: float = 0.0
    waits_for: str = ""
    simulated: float = 1.0


OnStatus = Callable[[Sending], None]


def stream(asked: StreamOrder, output: IO[bytes], on_status: OnStatus) -> Sending:
    """Send the messages of a scenario to where they were asked to go; returns when all are there.

    `output` stands for ``-``; `on_status` hears of it some times a second at most. Ctrl-C ends
    it with KeyboardInterrupt, after what is delivered was noted. Raises InputError and its kinds
    for what cannot be, OutputError and its kinds for a place that cannot be used, BrokenPipeError
    where the reader of `output` has left.
    """
    kept = kept_position(asked.resume) if asked.resume else None
    asked = _begun(asked, kept)
    encoder = encoder_for(asked.format, asked.ids)
    scenario = endless(asked.order)
    check_end(scenario, asked.until_ms, "--until")
    named = _identity(asked, scenario)
    if kept is not None and asked.resume is not None:
        check_same(kept, named, asked.resume)
    position = kept or Position.before(named, day_number(scenario.run.start) * DAY_MS)
    course = _Flow(asked, scenario, encoder, position, on_status)
    world_of(PIPELINE, scenario)  # what cannot be simulated fails before anybody is sent anything
    with closing(course.opened(output)) as course.outlet, closing(course.lots()) as lots:
        return course.run(lots)


def _begun(asked: StreamOrder, kept: Position | None) -> StreamOrder:
    """Where nobody says when a stream that follows the clock begins: today, with its world."""
    order = asked.order
    if not asked.follows or order.start is not None:
        return asked
    today = datetime.now(UTC).date().isoformat()
    start = str(kept.stream.get("from", today)) if kept else today
    epoch = order.epoch or "from"
    return replace(asked, order=replace(order, start=start, epoch=epoch))


def _identity(asked: StreamOrder, scenario: Scenario) -> dict[str, Any]:
    """What makes a stream the same as another, so that one can go on where the other ended."""
    run = scenario.run
    return {
        "scenario": scenario.name,
        "seed": run.seed,
        "households": run.households,
        "from": str(run.start),
        "epoch": str(run.epoch),
        "format": asked.format,
        "ids": asked.ids,
        "output": asked.place.stated,
        "fingerprint": scenario.fingerprint(),
    }


@lru_cache(maxsize=1)
def _titles_of(scenario: Scenario) -> pl.DataFrame:
    """All titles that the world ever has: messages name those that are there at their time."""
    last_day = day_number(scenario.run.end)
    world = world_of(PIPELINE, scenario)
    known = pipeline_at(PIPELINE).titles(world, Window(last_day - 1, last_day))
    return known.unique("title_id", keep="last", maintain_order=True)


@dataclass(eq=False)
class _Flow:
    """A stream under way."""

    asked: StreamOrder
    scenario: Scenario
    encoder: Encoder
    position: Position
    on_status: OnStatus

    def __post_init__(self) -> None:
        self.outlet: Outlet | None = None
        self.pace = self._pace()
        self._sent = self._settled = self.position
        self._settled_at = self._sent_at = time.monotonic()
        self._behind_s = 0.0
        self._trouble = ""

    def _pace(self) -> Pace:
        asked = self.asked
        return Pace(self.position.received_ms, asked.rate, asked.speed, asked.follows)

    # --- Where messages come from -----------------------------------------------------------------

    def lots(self) -> Generator[Lot]:
        """Yield messages as bytes, those left out that were delivered before."""
        begin_ms = self.position.received_ms
        skipped = self.position.messages_at_it
        asked, reads_devices = self.asked, self.encoder.reads_devices
        incoming = Incoming(
            self.scenario, asked.until_ms, asked.days, asked.workers, reads_devices=reads_devices
        )
        with closing(incoming.frames(begin_ms, self.hear)) as frames:
            for rows in frames:
                lot = self.encoder.encode(rows, self._titles())
                if skipped and len(lot):
                    done = int(np.searchsorted(lot.received_ms, begin_ms, side="right"))
                    done = min(done, skipped)
                    lot, skipped = lot.part(done, len(lot)), skipped - done
                if len(lot):
                    yield lot

    def _titles(self) -> pl.DataFrame | None:
        if not self.encoder.reads_titles:
            return None
        return _titles_of(self.scenario)

    # --- Where they go ----------------------------------------------------------------------------

    def opened(self, output: IO[bytes]) -> Outlet:
        """Open what the messages go to."""
        asked, place = self.asked, self.asked.place
        if place.scheme == "kafka":
            return KafkaOutlet(place, self.encoder, asked.kafka, self.say)
        if place.scheme:
            kind = SplunkOutlet if asked.format == "splunk-hec" else HttpOutlet
            return kind(place, self.encoder, asked.headers, self.say)
        if place.path is None:
            return PipeOutlet(output, self.encoder)
        return FileOutlet(place.path, self.encoder, self._begun_bytes(place.path), asked.overwrite)

    def _begun_bytes(self, path: Path) -> int | None:
        """The bytes of a file that were delivered; of a new one none, which is noted before them.

        So a stream that is killed before its first position finds a file that it knows.
        """
        asked = self.asked
        is_special = path.exists() and not path.is_file()
        if self.position.bytes is not None or asked.resume is None or is_special:
            return self.position.bytes
        if path.exists() and path.stat().st_size and not asked.overwrite:
            return None
        with write_errors(path):
            path.touch()
        keep_position(asked.resume, self.position.model_copy(update={"bytes": 0}))
        return 0

    def say(self, trouble: str) -> None:
        """Hear what the outlet waits for."""
        if trouble or self._trouble:
            self._trouble = trouble
            self.on_status(self._now())

    def hear(self, simulated: float) -> None:
        """Hear how far that is simulated which is sent next."""
        if simulated < 1:
            self.on_status(replace(self._now(), simulated=simulated))

    def run(self, lots: Iterator[Lot]) -> Sending:
        """Send everything when it is due, and note how far it is, whatever ends it."""
        try:
            for lot in lots:
                self._send(lot)
        except BaseException:
            with suppress(OutputError, OSError):
                self._settle(LAST_PATIENCE_SECONDS)
            raise
        self._settle()
        return self._now()

    def _send(self, lot: Lot) -> None:
        """Send messages as they become due."""
        if self.pace.is_free:
            self._send_now(lot)
            return
        due_ns = self.pace.due_ns(lot.received_ms)
        begin = 0
        while begin < len(lot):
            end = self.pace.due_count(due_ns, lot.received_ms)
            if end > begin:
                late_ns = self.pace.elapsed_ns() - int(due_ns[begin])
                self._behind_s = max(0.0, late_ns / 1e9)
                self._send_now(lot.part(begin, end))
                begin = end
            else:
                self._wait(self.pace.seconds_to(int(due_ns[begin]), int(lot.received_ms[begin])))

    def _wait(self, seconds: float) -> None:
        """Wait until the next messages are due, or for a moment to do what else there is to do."""
        least = self._sent_at + SECONDS_BETWEEN_SENDING - time.monotonic()
        self.pace.clock.wait(min(max(seconds, least, 0.0), LONGEST_WAIT_SECONDS))
        self._settle_if_time()
        self.on_status(self._now())

    def _send_now(self, lot: Lot) -> None:
        assert self.outlet is not None
        self.outlet.send(lot)
        self.pace.sent(len(lot))
        last = int(lot.received_ms[-1])
        at_it = len(lot) - int(np.searchsorted(lot.received_ms, last, side="left"))
        size = self.outlet.bytes_written
        self._sent = self._sent.moved(last, at_it, len(lot), size)
        self._sent_at = time.monotonic()
        self._settle_if_time()
        self.on_status(self._now())

    def _settle_if_time(self) -> None:
        if time.monotonic() - self._settled_at >= SECONDS_BETWEEN_SETTLING:
            self._settle()

    def _settle(self, patience_s: float | None = None) -> None:
        """Wait until everything sent is delivered, and note that; give up after a while if told."""
        self._settled_at = time.monotonic()
        if self._sent is self._settled or self.outlet is None:
            return
        if not self.outlet.settle(patience_s):
            return
        if self.asked.resume is not None:
            keep_position(self.asked.resume, self._sent)
        self._settled = self._sent

    def _now(self) -> Sending:
        count = self._sent.messages
        before = self.position.messages
        received_ms = self._sent.received_ms
        return Sending(received_ms, count, count - before, self._behind_s, self._trouble)
