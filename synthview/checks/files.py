"""Whether the files of a dataset are those that its manifest tells of, with the columns they should have."""

from __future__ import annotations

import glob
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import polars as pl
from xxhash import xxh3_128

from synthview.checks.portions import parts_of
from synthview.checks.stated import disagreements
from synthview.dataset import Run
from synthview.digests import content_digest
from synthview.engines.layout import Layout
from synthview.errors import OutputError
from synthview.manifest import MANIFEST
from synthview.outside.places import inside, leads_outside
from synthview.sinks.database import DATABASE, columns_of
from synthview.sinks.lineage import repaired_text
from synthview.sinks.parts import is_whole
from synthview.tables import BY_PATH, TABLES

__all__ = [
    "empty_where_it_may_not",
    "in_one_line",
    "misfits",
    "not_in_manifest",
    "not_repaired",
    "other_columns",
    "truth_in_log",
]

TRUTH_COLUMNS = frozenset(column.name for one in TABLES if one.folder == "truth" for column in one.columns) - frozenset(
    column.name for one in TABLES if one.folder == "log" for column in one.columns
)
"""Columns that no log may have: ``causes``, ``viewer_ids`` and their like."""
Row = tuple[str, str]


def _told(rows: list[Row]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema={"where": pl.String, "what": pl.String}, orient="row")


# --- The manifest -----------------------------------------------------------------------------------------------------


def not_in_manifest(run: Run) -> Iterator[pl.DataFrame]:
    """Parts that are gone or changed, files that nobody told of, counts that do not add up."""
    database = Layout.read(run.manifest["layout"]).is_database
    yield _told(list(_changed_rows(run) if database else _changed_files(run)))
    yield _told(list(_strangers(run, database=database)))
    yield _told(list(_miscounted(run)))
    yield _told(list(disagreements(run)))
    if not database:
        yield _told(list(_other_rows(run)))


def _changed_files(run: Run) -> Iterator[Row]:
    for part in (one for name in run.tables for one in run.parts(name)):
        for path, size, digest in part.contents:
            place = run.directory / path
            if leads_outside(run.directory, path):
                yield path, "leads out of the directory through a link"
            elif not place.is_file():
                yield path, "is not there"
            elif place.stat().st_size != size:
                yield path, f"has {place.stat().st_size} bytes, not {size}"
            elif not is_whole(place.resolve(), size, digest):
                yield path, "has other bytes than were written"


def _changed_rows(run: Run) -> Iterator[Row]:
    """A database has no parts any more, but its rows have the order and the digests of those it was filled from."""
    for name in run.tables:
        for part, rows in parts_of(run, name):
            if content_digest(rows) != part.content:
                yield name, f"has other rows than were written, among the {part.rows} of {part.path}"


def _other_rows(run: Run) -> Iterator[Row]:
    """Files whose rows are not those counted and digested; what cannot be read is told by other questions."""
    for name in run.tables:
        with suppress(OutputError, OSError, pl.exceptions.PolarsError):
            for part, rows in parts_of(run, name):
                if (len(rows), content_digest(rows)) != (part.rows, part.content):
                    yield part.path, f"has other rows than its manifest says, which are {part.rows}"


def _strangers(run: Run, *, database: bool) -> Iterator[Row]:
    listed = {MANIFEST, DATABASE} if database else {MANIFEST, *(part["path"] for part in run.manifest["parts"])}
    listed |= {part["damage"]["path"] for part in run.manifest["parts"] if "damage" in part}
    for path in sorted(run.directory.rglob("*")):
        inner = path.relative_to(run.directory)
        if path.is_file() and inner.as_posix() not in listed and not any(one.startswith(".") for one in inner.parts):
            yield inner.as_posix(), "is not in the manifest"
    if database:
        for name in columns_of(inside(run.directory, DATABASE)).keys() - set(run.tables):
            yield name, "is a table that the manifest does not name"


def _miscounted(run: Run) -> Iterator[Row]:
    for name in run.tables:
        rows = sum(one.rows for one in run.parts(name))
        stated = run.manifest["tables"][name]["rows"]
        if rows != stated:
            yield name, f"has parts of {rows} rows in all, not {stated}"


def not_repaired(run: Run) -> Iterator[pl.DataFrame]:
    """Damaged files that their lineage does not turn back into what they were meant to be."""
    parts = [one for name in run.tables for one in run.parts(name)]
    damaged = [(one.path, one.damage) for one in parts if one.damage and (run.directory / one.path).is_file()]
    yield _told([
        (path, "its lineage makes another file of it than the manifest says")
        for path, damage in damaged
        if xxh3_128(repaired_text(run.directory / path, run.directory / damage.path)).hexdigest() != damage.whole
    ])  # fmt: skip


# --- Columns ----------------------------------------------------------------------------------------------------------


def _of_parquet(source: Any) -> list[str]:
    return pl.scan_parquet(source, glob=False, hive_partitioning=False).collect_schema().names()


def _of_arrow(source: Any) -> list[str]:
    return pl.scan_ipc(source, glob=False, hive_partitioning=False).collect_schema().names()


def _of_csv(source: Any) -> list[str]:
    return pl.scan_csv(source, infer_schema=False, glob=False).collect_schema().names()


def _of_ndjson(source: Any) -> list[str]:
    """Every key that any line has; an empty file has no line to lack one."""
    unglobbed = glob.escape(str(source)) if isinstance(source, Path) else source
    return pl.scan_ndjson(unglobbed, infer_schema_length=None).collect_schema().names()


COLUMNS: Mapping[str, Callable[[Any], list[str]]] = {
    "parquet": _of_parquet, "arrow": _of_arrow, "csv": _of_csv, "ndjson": _of_ndjson,
}  # fmt: skip
"""How to ask a file of each format which columns it has, whatever was declared."""


def _found(run: Run, name: str, in_database: Mapping[str, list[str]]) -> Iterator[tuple[str, list[str]]]:
    """Where the rows of a table lie, and which columns are there; files that are gone are the manifest's affair."""
    layout = Layout.read(run.manifest["layout"])
    if layout.is_database:
        yield name, in_database.get(name, [])
        return
    for part in run.parts(name):
        is_there = inside(run.directory, part.path).is_file()
        if is_there and (part.rows or layout.format != "ndjson"):
            source = run.whole(part)
            yield part.path, COLUMNS[layout.format](source() if callable(source) else source)


def _in_database(run: Run) -> Mapping[str, list[str]]:
    is_database = Layout.read(run.manifest["layout"]).is_database
    return columns_of(inside(run.directory, DATABASE)) if is_database else {}


def other_columns(run: Run) -> Iterator[pl.DataFrame]:
    """Declared columns that a file lacks and others that it has; those of the truth are told by `truth_in_log`."""
    in_database = _in_database(run)
    for name in run.tables:
        rows = [row for where, columns in _found(run, name, in_database) for row in _differences(name, where, columns)]
        yield _told(rows)


def _differences(name: str, where: str, columns: list[str]) -> Iterator[Row]:
    declared = BY_PATH[name].schema.names()
    elsewhere = TRUTH_COLUMNS if BY_PATH[name].folder == "log" else frozenset()
    yield from ((where, f"lacks the column {one}") for one in declared if one not in columns)
    more = [one for one in columns if one not in declared and one not in elsewhere]
    yield from ((where, f"has a column {one}, which is not declared") for one in more)


def truth_in_log(run: Run) -> Iterator[pl.DataFrame]:
    """Columns of the truth in files of the log."""
    in_database = _in_database(run)
    for name in run.tables:
        if BY_PATH[name].folder == "log":
            found = _found(run, name, in_database)
            rows = [(where, one) for where, columns in found for one in columns if one in TRUTH_COLUMNS]
            yield _told([(where, f"has the column {one} of the truth") for where, one in rows])


def misfits(run: Run) -> dict[str, str]:
    """Tables that cannot be read as they are declared, and why."""
    found, in_database = {}, _in_database(run)
    for name in run.tables:
        try:
            columns = [names for _, names in _found(run, name, in_database)]
            run.scan(name, repaired=True).head(1).collect()
        except Exception as error:  # noqa: BLE001  whatever a reader says of a file that is damaged
            found[name] = in_one_line(error)
            continue
        if any(sorted(one) != sorted(BY_PATH[name].schema.names()) for one in columns):
            found[name] = "its columns are not those declared"
    return found


def in_one_line(error: Exception) -> str:
    """What went wrong, without the trace that libraries put behind it."""
    return str(error).strip().partition("\n")[0][:200] or type(error).__name__


def empty_where_it_may_not(run: Run, name: str) -> pl.DataFrame:
    """Columns of a table that must not be empty, with the number of rows where they are."""
    filled = [column.name for column in BY_PATH[name].columns if not column.nullable]
    counts: dict[str, Any] = (
        run.scan(name, repaired=True).select(pl.col(filled).null_count()).collect(engine="streaming").row(0, named=True)
    )
    return _told([(name, f"{column} is empty in {rows} rows") for column, rows in counts.items() if rows])
