"""The library's front door: make a dataset in memory or on disk, and open one that is there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, Unpack, overload

import polars as pl

from synthview.engines.acts_done import as_frame, tally_of, tally_on_disk
from synthview.engines.damaging import can_damage, damager_of
from synthview.engines.estimate import rough_bytes
from synthview.engines.generate_words import Words
from synthview.engines.layout import HIDDEN, Layout
from synthview.engines.load_place import refuse_load
from synthview.engines.local import Progress, run
from synthview.engines.manifest import MANIFEST, WAY_OUT, read_manifest, scenario_in
from synthview.engines.order import Order, check_kind, order
from synthview.engines.plan import Plan, pieces
from synthview.engines.room import check_room
from synthview.engines.shortage import errors_in_words
from synthview.engines.some_homes import homes_of_one, some_homes
from synthview.engines.work import shared_out, step
from synthview.errors import InputError, OutputError, UnknownName
from synthview.folders import Aggregate, Log, Truth
from synthview.outside.paths import dataset_path
from synthview.outside.places import inside
from synthview.scenario import Scenario
from synthview.sinks.database import DATABASE, read_table
from synthview.sinks.formats import Chunk, Source, headless, squeezed
from synthview.sinks.lineage import Lineage, repaired_text
from synthview.sinks.parts import Receipt
from synthview.tables import table

__all__ = ["Dataset", "Log", "RunDirectory", "Truth", "generate", "lines", "read", "write"]


@dataclass(frozen=True, eq=False, repr=False)
class Dataset:
    """A dataset in memory: ``dataset.log.plays`` and ``dataset.truth.plays`` are polars frames."""

    scenario: Scenario
    log: Log
    truth: Truth
    aggregate: Aggregate = field(default_factory=lambda: Aggregate({}))

    def summary(self) -> pl.DataFrame:
        """What each actor and fault did: name, kind, cast, homes, acts, rows; 0 for nothing.

        `homes` are those in which it acted. An actor's acts are its incidents, and its rows the
        plays it had a part in; a fault's acts are the plays of which it changed a message, and its
        rows those messages. Raises UnknownName where truth was left out.
        """
        tally = tally_of(self.scenario, self.truth.scan)
        return as_frame(self.scenario, tally)

    def __repr__(self) -> str:
        folders = [one for one in (self.log, self.truth, self.aggregate) if one]
        listed = "\n ".join(map(repr, folders))
        return f"<{_described(self.scenario)}\n {listed}>"


@dataclass(frozen=True, eq=False, repr=False)
class RunDirectory:
    """A dataset on disk: its directory and its manifest."""

    directory: Path
    manifest: Mapping[str, Any]

    @property
    def tables(self) -> tuple[str, ...]:
        """Names of the tables that are there."""
        return tuple(self.manifest["tables"])

    def scan(self, name: str, *, repaired: bool = False) -> pl.LazyFrame:
        """Return a table such as ``log.plays`` as a LazyFrame with the types of its schema.

        Rows are in their order. Rows damaged on purpose make a table unreadable; `repaired` reads
        it as it was, by the lineage beside its files. Raises UnknownName for an unknown table,
        InputError for a damaged one, OutputError where files are gone.
        """
        wanted = table(name)
        if wanted.path not in self.tables:
            raise UnknownName("table", name, self.tables, str(self.directory))
        layout = Layout.read(self.manifest["layout"])
        if layout.is_database:
            return read_table(inside(self.directory, DATABASE), wanted)
        parts = self.parts(wanted.path)
        paths = [inside(self.directory, one.path) for one in parts]
        if missing := [path for path in paths if not path.is_file()]:
            again = self.manifest["command"]
            raise OutputError(f"{missing[0]} is not there. Run again what made it: {again}.")
        damaged = sum(one.damage.rows for one in parts if one.damage)
        if damaged and not repaired:
            raise InputError(
                f"{damaged:,} rows of {wanted.path} in {self.directory} are damaged on purpose, as "
                f"its manifest says, and cannot be read. scan('{wanted.path}', repaired=True) "
                "reads them as they were."
            )
        return self.scan_parts(wanted.path, parts)

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Say in our words that a file cannot be read, or is of another version of synthview."""
        try:
            yield
        except pl.exceptions.PolarsError as error:
            reason = str(error).partition("\n")[0].rstrip(".")
            raise OutputError(
                f"A file of {self.directory} is damaged, or was written by another version of "
                f"synthview ({reason}). synthview check {self.directory} says which; to write it "
                f"anew: {self.manifest.get('command', 'synthview generate')}."
            ) from None

    def summary(self) -> pl.DataFrame:
        """What each actor and fault did: name, kind, cast, homes, acts, rows; 0 for nothing.

        As `Dataset.summary` counts it; from the manifest, or where it does not say, from truth.
        """
        scenario = scenario_in(self.manifest)
        is_database = Layout.read(self.manifest["layout"]).is_database
        tally = self.manifest.get("acts") or tally_on_disk(self, scenario, is_database=is_database)
        return as_frame(scenario, tally)

    def parts(self, name: str) -> list[Receipt]:
        """What was written of a table, part by part in the order of its rows."""
        return [Receipt.read(part) for part in self.manifest["parts"] if part["table"] == name]

    def scan_parts(self, name: str, parts: Sequence[Receipt]) -> pl.LazyFrame:
        """Return some parts of a table as a LazyFrame, damaged ones as they were before."""
        return Layout.read(self.manifest["layout"]).kind.scan(
            table(name), [self.whole(one) for one in parts]
        )

    def whole(self, part: Receipt) -> Source:
        """A part as a file, or how to come by what its file would hold without its damage."""
        path, damage = inside(self.directory, part.path), part.damage
        if damage is None:
            return path
        return partial(repaired_text, path, inside(self.directory, damage.path))

    def __repr__(self) -> str:
        rows = ", ".join(
            f"{name} ({one['rows']:,})" for name, one in self.manifest["tables"].items()
        )
        settings = self.manifest["settings"]
        of = f"{settings['scenario']}, seed {settings['seed']}"
        head = f"{of}, {settings['households']:,} households"
        return f"<{head} in {self.directory}\n {rows}>"


@overload
def generate(
    scenario: str | Path | Scenario, *, directory: None = None, **words: Unpack[Words]
) -> Dataset: ...


@overload
def generate(
    scenario: str | Path | Scenario, *, directory: str | Path, **words: Unpack[Words]
) -> RunDirectory: ...


def generate(  # noqa: PLR0913  every option of the command line
    scenario: str | Path | Scenario,
    *,
    seed: int | None = None,
    households: int | None = None,
    events: float | None = None,
    start: date | str | None = None,
    epoch: date | str | None = None,
    days: int | None = None,
    set: Mapping[str, Any] | None = None,  # noqa: A002  the same words as on the command line
    without: Sequence[str] = (),
    only: Sequence[str] | None = None,
    cast: Mapping[str, int | str] | None = None,
    drop_households: Sequence[int] = (),
    household: int | None = None,
    household_range: range | None = None,
    country: str | None = None,
    household_type: str | None = None,
    plan: str | None = None,
    tables: str | Sequence[str] | None = None,
    titles: str | None = None,
    closed: bool | None = None,
    directory: str | Path | None = None,
    format: str = "parquet",  # noqa: A002  the same words as on the command line
    compression: str | None = None,
    partition: str | None = None,
    ids: str | None = None,
    bom: bool = False,
    file_size: int | None = None,
    row_group: int | None = None,
    sort: str | None = None,
    writer: str | None = None,
    workers: int | None = None,
    overwrite: bool = False,
    progress: Callable[[Progress], None] | None = None,
) -> Dataset | RunDirectory:
    """Simulate a scenario: a `Dataset` in memory, or with `directory` a `RunDirectory` on disk.

    The words are those of the command line; what is None stays as the scenario says. On disk the
    same call resumes or repairs a run. Rows are the same for any number of workers.

        >>> world = generate("tiny", households=4, days=1, seed=7)
        >>> world.log.plays.columns[:3]
        ['play_id', 'session_id', 'account_id']

    Args:
        scenario: A name, the path of a TOML file, or one already loaded.
        seed: Another seed is another world of the same kind.
        households: How many; fewer are the first of more.
        events: About how many events, within 10 %, in place of `households`.
        start: The first day, UTC: a date, or text such as ``"2017-10-02"``.
        epoch: The day the world begins: a date, or ``"from"`` for that of `start`.
        days: How many days; more add rows and change none.
        set: Settings by dotted path, as ``{"sittings.together": 0.3}``.
        without: Actors and faults to leave out; ``"actors"`` and ``"faults"`` are all of them.
        only: Actors and faults to keep, without all others.
        cast: How many households get which actor or fault and act in these days.
        drop_households: Numbers of households to leave out, from 0.
        household: Of all households this one alone, by its number from 0.
        household_range: Of all households these alone, as ``range(5_000, 6_000)``.
        country: A world whose homes are all of one country, such as ``"DE"``.
        household_type: A world whose homes are all of one type, such as ``"couple"``.
        plan: A world whose homes are all on one plan, such as ``"premium"``.
        tables: Names such as ``log.plays``, as a list or joined by commas; all if None.
        titles: ``"all"``, or ``"used"`` for those that other rows speak about.
        closed: Write all of every play that begins in these days, and nothing of others.
        directory: Where to write; None keeps the tables in memory.
        format: Of files: parquet, ndjson, csv, arrow or duckdb.
        compression: Of files: zstd, lz4, snappy, gzip or none, as far as the format has it.
        partition: ``"day"`` for a folder a day, ``"country"`` for one a country in it where a table
            tells one, ``"none"`` for one file a table.
        ids: ``"int"``, or ``"text"`` such as ``p_0n5k2q8h4zj1c``; by default as the format has it.
        bom: Begin CSV with a byte order mark, as Excel wants it.
        file_size: MB, about, of the files of ``log.events``.
        row_group: The most rows of a row group of Parquet.
        sort: Rows of each file by ``"household"``, or ``"received"`` for the time of receipt.
        writer: Package that writes Parquet: ``"polars"``, or ``"pyarrow"``, smaller and faster.
        workers: Processes that write; by default one for each processor.
        overwrite: Replace another run in the directory.
        progress: Called with a `Progress` at every bit done.

    Raises:
        InputError: And its kinds, for what cannot be; UnknownName for a name that is none.
        OutputError: And its kinds, for a directory that cannot be used.
    """
    asked = Order(
        scenario=scenario,
        seed=seed,
        households=households,
        events=events,
        start=start,
        epoch=epoch,
        days=days,
        settings=homes_of_one(country, household_type, plan, set),
        without=without,
        only=only,
        cast=cast or {},
        drop_households=drop_households,
        household_range=some_homes(household, household_range),
        tables=tables,
        titles=titles,
        closed=closed,
        format=format,
        compression=compression,
        partition=partition,
        ids=ids,
        bom=bom,
        file_size=file_size,
        row_group=row_group,
        sort=sort,
        writer=writer,
    )
    check_kind("workers", workers, (int,), "a whole number")
    if directory is None:
        of_files = (workers, compression, partition, ids, file_size, row_group, sort, writer)
        is_of_files = any(one is not None for one in of_files)
        _refuse_without_directory(is_of_files or overwrite or bom or format != "parquet")
        return _into_memory(order(asked), progress)
    check_kind("directory", directory, (str, Path), "a path")
    place = dataset_path(directory, "directory")
    made = write(order(asked), place, workers=workers, overwrite=overwrite, progress=progress)
    return RunDirectory(place, made)


def _refuse_without_directory(said: bool) -> None:  # noqa: FBT001  of files
    if said:
        raise InputError(
            "workers, overwrite, format, compression, partition, ids, bom, file_size, row_group, "
            "sort and writer are for a directory; none was given. In memory ids are whole numbers; "
            "synthview.ids_to_text writes them as text."
        )


def read(directory: str | Path) -> RunDirectory:
    """Open a dataset on disk that synthview made, by its manifest.

    Raises OutputError where there is none, or where its making has not come to its end.
    """
    place = dataset_path(directory, "The directory")
    if (manifest := read_manifest(place)) is not None:
        return RunDirectory(place, manifest)
    if (place / HIDDEN).is_dir():
        raise OutputError(
            f"{place} holds a run that was interrupted. The command that began it goes on from "
            "there."
        )
    refuse_load(place)
    raise OutputError(
        f"{place} holds no dataset of synthview: there is no {MANIFEST} of ours. {WAY_OUT}"
    )


def write(
    plan: Plan,
    directory: Path,
    *,
    workers: int | None = None,
    overwrite: bool = False,
    expected_bytes: int | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Mapping[str, Any]:
    """Write a plan into a directory, unless it will not fit there, and return the manifest."""
    return run(
        plan,
        directory,
        workers=workers,
        overwrite=overwrite,
        expected_bytes=rough_bytes(plan) if expected_bytes is None else expected_bytes,
        progress=progress,
    )


def lines(plan: Plan, progress: Callable[[Progress], None] | None = None) -> Iterator[Chunk]:
    """Yield the rows of a plan as bytes of its format, holding one day of one range in memory.

    It is one text: CSV has one head.
    """
    kind, compression = plan.layout.kind, plan.layout.compression
    has_head = False
    damager_for = lru_cache(maxsize=1)(partial(damager_of, plan))
    alone = [(number,) for number in range(plan.layout.range_count)]
    for number, frames in _simulated(plan, alone, progress):
        for name, frame in frames.items():
            damager = damager_for(number) if can_damage(table(name)) else None
            for chunk in kind.chunks(table(name), frame, "none", damager, Lineage()):
                text = headless(chunk) if has_head else chunk
                has_head = False
                if len(text):
                    yield text if compression == "none" else squeezed(bytes(text), compression)
            has_head = kind.name == "csv"


def _simulated(
    plan: Plan,
    shares: Sequence[tuple[int, ...]],
    progress: Callable[[Progress], None] | None,
) -> Iterator[tuple[int, dict[str, pl.DataFrame]]]:
    """Simulate ranges share by share; yield tables as they come, each with its range's number."""
    layout = plan.layout
    now = Progress(0, layout.households * layout.days)
    for numbers in shares:
        for number, day, frames in pieces(plan, numbers):
            yield number, frames
            check_room(frames.values())
            now = now.after(step(layout, number, day, frames))
            if progress:
                progress(now)


def _into_memory(plan: Plan, progress: Callable[[Progress], None] | None) -> Dataset:
    ranges = range(plan.layout.range_count)
    found: dict[tuple[str, int], list[pl.DataFrame]] = defaultdict(list)
    with errors_in_words():
        for number, frames in _simulated(plan, shared_out(plan.layout, ranges, 1), progress):
            for name, frame in frames.items():
                found[name, number].append(frame)
        whole = {
            name: pl.concat([frame for number in ranges for frame in found[name, number]])
            for name in plan.layout.tables
        }
    log, truth, aggregate = (
        {table(name).name: frame for name, frame in whole.items() if name.startswith(f"{folder}.")}
        for folder in ("log", "truth", "aggregate")
    )
    return Dataset(plan.scenario, Log(log), Truth(truth), Aggregate(aggregate))


def _described(scenario: Scenario) -> str:
    run = scenario.run
    size = f"{run.households:,} households, {run.days} days from {run.start}"
    return f"{scenario.name}, seed {run.seed}, {size}"
