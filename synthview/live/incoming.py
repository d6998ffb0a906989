"""Messages as frames, in the order in which the service receives them: simulated ahead, merged."""

from __future__ import annotations

import shutil
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl

from synthview.engines.estimate import usual_events
from synthview.engines.order import Order, check_dropped, check_kind
from synthview.engines.processors import available
from synthview.engines.some_homes import homes_of_one
from synthview.errors import InputError, NoSpace, shortened
from synthview.live.rounds import OnSimulated, days_of_runs, nobody, rounds_of
from synthview.live.runs import in_order
from synthview.live.stretches import Supply
from synthview.outside.staging import staged
from synthview.pipeline import BLOCK_HOUSEHOLDS
from synthview.registry import installed
from synthview.scenario import Scenario, load
from synthview.scenario.declarations import LONGEST_DAYS
from synthview.tables import table
from synthview.wording import size_in_words
from synthview.world.clock import DAY_MS, day_number

__all__ = ["Incoming", "check_end", "endless", "instant", "stream"]

ROWS_AT_ONCE = 32_768
SLICE_ROWS = 131_072
LEAST_RUN_ROWS = 512
"""A slice of a block's day has about so many messages: fewer are mostly overhead."""
RUN_BYTES, BLOCK_BYTES = 30, 20_000
"""What a message takes in a temporary file, and what a household does between two days."""
FEW_HOUSEHOLDS = 256
"""So few are simulated in this process: another would take longer to start."""
MOST_PROCESSES = 4
"""More are made only if somebody says so: each holds about half a gigabyte."""


@dataclass(frozen=True)
class Incoming:
    """The messages of a scenario, of all days that its world has unless an end is said.

    `until_ms` ends them before an instant, `days` so many days after their beginning. With
    `reads_devices` messages stand beside the type of their device.
    """

    scenario: Scenario
    until_ms: int | None = None
    days: int | None = None
    workers: int | None = None
    reads_devices: bool = False

    def frames(self, begin_ms: int, on_simulated: OnSimulated = nobody) -> Generator[pl.DataFrame]:
        """Yield messages that are received from an instant on, at most 32,768 at a time.

        `on_simulated` hears about once a second how far that is which the next ones wait for.
        Raises NoSpace where the disk for temporary files is too small.
        """
        until_ms = self._end_ms()
        days = range(begin_ms // DAY_MS, -(-until_ms // DAY_MS))
        rounds = rounds_of(days, self._rows_a_day())
        with staged(use="stream") as hidden:
            supply = self._supply(hidden.folder, days.start)
            with closing(days_of_runs(supply, rounds, self._crew(), on_simulated)) as made:
                for runs in made:
                    for rows in in_order(runs, begin_ms, until_ms):
                        yield from rows.iter_slices(ROWS_AT_ONCE)

    def _supply(self, folder: Path, first_day: int) -> Supply:
        rows = self._rows_a_day()
        households = self.scenario.run.households
        of_block = rows * min(1, BLOCK_HOUSEHOLDS / households)
        slices = max(1, int(min(rows / SLICE_ROWS, of_block / LEAST_RUN_ROWS)))
        needed = 3 * rows * RUN_BYTES + households * BLOCK_BYTES
        if (free := shutil.disk_usage(folder).free) < needed:
            raise NoSpace(
                f"A stream of so many households needs about {size_in_words(needed)} for temporary "
                f"files, and {folder.parent} has {size_in_words(free)} free. Name a place with "
                "more in the variable TMPDIR, or use fewer --households."
            )
        return Supply(self.scenario, folder, first_day, slices, self.reads_devices)

    def _rows_a_day(self) -> float:
        return self.scenario.run.households * usual_events(self.scenario)

    def _crew(self) -> int:
        """How many processes simulate: all processors, for nothing is sent before each home began.

        Later one of them is as fast as who sends, and the others wait.
        """
        if self.workers is not None:
            return self.workers
        if self.scenario.run.households <= FEW_HOUSEHOLDS:
            return 0
        return min(available(), MOST_PROCESSES)

    def _end_ms(self) -> int:
        """The instant before which the last message is received."""
        run = self.scenario.run
        ends = [day_number(run.end) * DAY_MS]
        ends += [self.until_ms] if self.until_ms is not None else []
        ends += [(day_number(run.start) + self.days) * DAY_MS] if self.days is not None else []
        return min(ends)


def endless(order: Order) -> Scenario:
    """The scenario of an order with all the days that its world can have."""
    stated = order.overrides()
    run = load(order.scenario, installed(), {**stated, "run.days": 1}).run
    days = LONGEST_DAYS - run.warm_up_days - (run.start - run.epoch).days
    scenario = load(order.scenario, installed(), {**stated, "run.days": max(days, 1)})
    check_dropped(order.drop_households, scenario)
    return scenario


def instant(stated: str, what: str) -> int:
    """Read a date or a time in UTC as ms since 1970; `what` is its name in an error."""
    try:
        at = datetime.fromisoformat(stated)
    except ValueError:
        raise InputError(
            f"{what} is '{shortened(stated)}'; a date or time such as 2017-10-03 or "
            "2017-10-03T18:30 is needed."
        ) from None
    return round((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() * 1000)


def stream(  # noqa: PLR0913  the words of generate
    scenario: str | Path | Scenario,
    *,
    seed: int | None = None,
    households: int | None = None,
    start: date | str | None = None,
    epoch: date | str | None = None,
    days: int | None = None,
    until: datetime | str | None = None,
    set: Mapping[str, Any] | None = None,  # noqa: A002  the same words as on the command line
    without: Sequence[str] = (),
    only: Sequence[str] | None = None,
    cast: Mapping[str, int | str] | None = None,
    drop_households: Sequence[int] = (),
    country: str | None = None,
    household_type: str | None = None,
    plan: str | None = None,
    workers: int | None = None,
) -> Iterator[pl.DataFrame]:
    """Yield the messages of all households in the order in which the service receives them.

    Frames have the columns of ``log.events`` and at most 32,768 rows; their rows are those of
    `generate`, in order of ``received_time``. Late, doubled and reordered messages come as they
    would arrive. Without `days` or `until` it goes on until the last day that a world can have.
    Memory does not grow with the days; what is simulated ahead lies in temporary files, which go
    when the iterator is closed or collected.

    Args:
        scenario: A name, the path of a TOML file, or one already loaded.
        seed: As for `generate`, like `households`, `set`, `without`, `only`, `cast` and
            `drop_households`.
        households: How many the world has.
        start: The first day, UTC.
        epoch: The day the world begins, or the word from for `start`.
        days: How many days.
        until: The instant in UTC before which messages are received, such as 2017-10-02T18:30.
        set: Settings by dotted path.
        without: Actors and faults to leave out.
        only: Actors and faults to keep, without all others.
        cast: How many households get which actor or fault.
        drop_households: Numbers of households to leave out.
        country: A world whose homes are all of one country, such as ``"DE"``.
        household_type: A world whose homes are all of one type, such as ``"couple"``.
        plan: A world whose homes are all on one plan, such as ``"premium"``.
        workers: Processes that simulate beside this one; 0 for none.

    Raises:
        UnknownName: For an unknown scenario, actor or fault.
        InputError: For values that cannot be.
        NoSpace: Where the disk for temporary files is too small.
    """
    if days is not None and until is not None:
        raise InputError("days and until exclude each other: both say where to end.")
    check_kind("days", days, (int,), "a whole number")
    check_kind("workers", workers, (int,), "a whole number")
    asked = Order(
        scenario=scenario,
        seed=seed,
        households=households,
        start=start,
        epoch=epoch,
        settings=homes_of_one(country, household_type, plan, set),
        without=without,
        only=only,
        cast=cast or {},
        drop_households=drop_households,
    )
    whole = endless(asked)
    until_ms = None if until is None else instant(str(until), "until")
    if days is not None and days < 1:
        raise InputError(f"days is {days}; a whole number from 1 on is needed.")
    incoming = Incoming(whole, until_ms, days, workers)
    check_end(whole, until_ms, "until")
    return _frames(incoming, day_number(whole.run.start) * DAY_MS)


def check_end(scenario: Scenario, until_ms: int | None, what: str) -> None:
    """Refuse an end, named as it was typed, before which there is no message."""
    begin = scenario.run.start
    if until_ms is not None and until_ms <= day_number(begin) * DAY_MS:
        raise InputError(f"{what} is not after the beginning of the stream, {begin}.")


def _frames(incoming: Incoming, begin_ms: int) -> Generator[pl.DataFrame]:
    columns = table("log.events").schema.names()
    with closing(incoming.frames(begin_ms)) as found:
        for rows in found:
            yield rows.select(columns)
