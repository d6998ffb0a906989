"""A dataset on disk from any writer: a run of ours, files in folders, or a database."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from synthview.dataset import RunDirectory
from synthview.engines.layout import HIDDEN, Layout
from synthview.engines.load_place import refuse_load
from synthview.engines.manifest import read_manifest
from synthview.errors import OutputError
from synthview.foreign.databases import stored
from synthview.foreign.frames import Wanted, frame_of
from synthview.foreign.raw import Raw, raw_of
from synthview.foreign.table_places import Place, database_at, place_of, place_of_files
from synthview.sinks.database import DATABASE
from synthview.tables import TABLES, Table

__all__ = ["TableSource", "opened"]


@dataclass(frozen=True)
class TableSource:
    """Where tables are: a directory with the manifest of a run or without one, or a database."""

    place: Path
    run: RunDirectory | None
    database: Path | None

    def frame(self, wanted: Wanted) -> pl.LazyFrame | None:
        """Return columns of a table in our types; None where the table is not there.

        Raises InputError, now or when it is read, where they cannot be had without loss;
        OutputError for a part that is gone.
        """
        name = wanted.table.path
        if self.damaged_rows(wanted.table) and self.run is not None:
            return self.run.scan(name, repaired=True).select(wanted.columns)
        raws = self.raws(wanted.table)
        if raws == []:
            return pl.LazyFrame(schema=wanted.schema)
        return frame_of(wanted, raws) if raws else None

    def damaged_rows(self, table: Table) -> int:
        """Return how many rows were damaged on purpose, as the manifest says."""
        parts = self.run.parts(table.path) if self.run else []
        return sum(one.damage.rows for one in parts if one.damage)

    def raws(self, table: Table) -> list[Raw] | None:
        """Return the files of a table, or what a database has of it; None where it is not there."""
        if self.database is not None:
            found = stored(self.database, table)
            return [found] if found else None
        where = self.files(table)
        return None if where is None else [raw_of(where, file, table) for file in where.files]

    def files(self, table: Table) -> Place | None:
        """Return where the files of a table lie; None where it has none."""
        if self.run is None:
            return place_of(self.place, table)
        if table.path not in self.run.tables:
            return None
        paths = [self.place / part.path for part in self.run.parts(table.path)]
        if missing := [path for path in paths if not path.is_file()]:
            raise OutputError(
                f"{missing[0]} is not there. Run again what made it: "
                f"{self.run.manifest['command']}."
            )
        folder = self.place / table.folder / table.name
        return place_of_files(folder, paths, table) if paths else Place("parquet", folder, ())


def opened(place: Path) -> TableSource:
    """Look what a path is: a directory or a database.

    Raises OutputError where there is neither, and for a run that was interrupted.
    """
    if place.is_file() and (database := database_at(place)):
        return TableSource(place, None, database)
    if not place.is_dir():
        what = "is a file, and no DuckDB database" if place.exists() else ""
        raise OutputError(
            f"{place} {what}. --data takes the directory of a dataset, "
            f"or a file that ends in .duckdb."
            if what
            else f"There is no directory {place}. --data takes the directory of a dataset."
        )
    manifest = read_manifest(place)
    if manifest is not None:
        run = RunDirectory(place, manifest)
        return TableSource(
            place, run, place / DATABASE if Layout.read(manifest["layout"]).is_database else None
        )
    if (place / HIDDEN).is_dir():
        raise OutputError(
            f"{place} holds a run that was interrupted. "
            f"The command that began it goes on from there."
        )
    refuse_load(place)
    has_files = any(place_of(place, one) for one in TABLES)
    return TableSource(place, None, None if has_files else database_at(place))
