"""Simulates ahead of what is delivered: a few days at a time, in processes beside this one."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, Pipe

from synthview.engines.workers import on_processes
from synthview.live.runs import Run
from synthview.live.stretches import BlockDays, Ran, Supply

__all__ = ["OnSimulated", "days_of_runs", "nobody", "rounds_of"]

ROUND_ROWS = 2_000_000
"""About as many messages are simulated before the next block has its turn."""
LONGEST_ROUND = 16
MOST_AHEAD = 2
"""Rounds that are simulated and not yet delivered: then the processes wait."""

OnSimulated = Callable[[float], None]
"""Hears which share of the homes has the days that are waited for."""


def nobody(_: float) -> None:
    """Hear of it, and tell nobody."""


def rounds_of(days: range, rows_a_day: float) -> list[range]:
    """Cut days into rounds: one day first, so that something is there soon, then more."""
    most = max(1, min(LONGEST_ROUND, int(ROUND_ROWS / max(rows_a_day, 1))))
    found, start, length = [], days.start, 1
    while start < days.stop:
        found.append(range(start, min(days.stop, start + length)))
        start, length = start + length, min(2 * length, most)
    return found


def days_of_runs(
    supply: Supply, rounds: list[range], workers: int, on_simulated: OnSimulated = nobody
) -> Generator[list[Run]]:
    """Yield the files of each day, one for each block, and remove them when the next is asked for.

    With `workers` processes they are made while others are delivered; with 0, when asked for.
    """
    crew = min(workers, supply.blocks)
    found = _beside if crew else _here
    with closing(found(supply, rounds, crew, on_simulated)) as made:
        for whole in made:
            for runs in zip(*(ran.runs for ran in whole), strict=True):
                yield list(runs)
                for one in runs:
                    one.path.unlink()


def _here(
    supply: Supply, rounds: list[range], _: int, on_simulated: OnSimulated
) -> Generator[list[Ran]]:
    for days in rounds:
        made: list[Ran] = []
        for number in range(supply.blocks):
            on_simulated(number / supply.blocks)
            made += BlockDays(supply, number, days).perform()
        on_simulated(1)
        yield made


def _beside(
    supply: Supply, rounds: list[range], workers: int, on_simulated: OnSimulated
) -> Generator[list[Ran]]:
    """Yield what each round made, while a thread looks after the processes that make the next."""
    course = _Course(supply, rounds)
    thread = threading.Thread(target=course.run, args=(workers,), daemon=True)
    thread.start()
    try:
        for number in range(len(rounds)):
            yield course.take(number, on_simulated)
    finally:
        course.stop()
        thread.join()


@dataclass(eq=False)
class _Course:
    """Which stretches are done, under way and still to do; shared by two threads."""

    supply: Supply
    rounds: list[range]
    done: dict[int, list[Ran]] = field(default_factory=dict)
    next_round: dict[int, int] = field(default_factory=dict)
    busy: set[int] = field(default_factory=set)
    changed: threading.Condition = field(default_factory=threading.Condition)
    ends: tuple[Connection, Connection] = field(default_factory=Pipe)
    failure: BaseException | None = None
    is_stopped: bool = False

    def run(self, workers: int) -> None:
        """Have processes do stretch after stretch, until all are done or nobody wants more."""
        self.next_round = dict.fromkeys(range(self.supply.blocks), 0)
        try:
            made = on_processes(_Tasks(self), workers, until=self.ends[0])
            with closing(made) as answers:  # type: ignore[type-var]
                for ran in answers:
                    if not self._note(ran):
                        return
        except BaseException as failure:  # noqa: BLE001  raised again where it is waited for
            with self.changed:
                self.failure = failure
                self.changed.notify_all()

    def _note(self, ran: Ran) -> bool:
        """Keep what a stretch made; wait while enough is made. Says whether to go on."""
        number = self.next_round[ran.number]
        with self.changed:
            self.done.setdefault(number, []).append(ran)
            self.next_round[ran.number] += 1
            self.busy.discard(ran.number)
            self.changed.notify_all()
            self.changed.wait_for(lambda: self.is_stopped or self._whole() < MOST_AHEAD)
            return not self.is_stopped

    def _whole(self) -> int:
        """How many rounds are done and not yet taken."""
        return sum(self._is_whole(number) for number in self.done)

    def _is_whole(self, number: int) -> bool:
        return len(self.done.get(number, ())) == len(self.next_round)

    def next_stretch(self) -> BlockDays | None:
        """Choose the block that is farthest behind of those that nobody works on."""
        free = [
            (number, block) for block, number in self.next_round.items() if block not in self.busy
        ]
        number, block = min(free, default=(len(self.rounds), 0))
        if number >= len(self.rounds):
            return None
        self.busy.add(block)
        return BlockDays(self.supply, block, self.rounds[number])

    def take(self, number: int, on_simulated: OnSimulated) -> list[Ran]:
        """Wait for a round, and return what its blocks made, in their order."""
        with self.changed:
            while not (self._is_whole(number) and self.next_round):
                if self.failure is not None:
                    raise self.failure
                on_simulated(len(self.done.get(number, ())) / self.supply.blocks)
                self.changed.wait(1.0)  # so that Ctrl-C is heard on every system
            self.changed.notify_all()
            on_simulated(1)
            return sorted(self.done.pop(number), key=lambda ran: ran.number)

    def stop(self) -> None:
        """Say that nobody wants more; processes at work end at once."""
        self.ends[1].send_bytes(b".")
        with self.changed:
            self.is_stopped = True
            self.changed.notify_all()


@dataclass
class _Tasks:
    """Hands out stretches; where none is free now, one may be later, for another who asks."""

    course: _Course

    def __iter__(self) -> _Tasks:
        return self

    def __next__(self) -> BlockDays:
        stretch = self.course.next_stretch()
        if stretch is None:
            raise StopIteration
        return stretch
