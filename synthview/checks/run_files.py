"""Whether a dataset has the files that its manifest names, with the columns they should have."""

from __future__ import annotations

import glob
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import polars as pl
from xxhash import xxh3_128

from synthview.answers.answering import files_of
from synthview.checks.portions import parts_of
from synthview.checks.stated import disagreements
from synthview.dataset import RunDirectory
from synthview.digests import rows_digest
from synthview.engines.layout import Layout
from synthview.engines.manifest import MANIFEST
from synthview.errors import OutputError
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


def _columns_of(folder: str) -> set[str]:
    """Names of all columns in the tables of a folder."""
    tables = [one for one in TABLES if one.folder == folder]
    return {column.name for one in tables for column in one.columns}


TRUTH_COLUMNS = frozenset(_columns_of("truth") - _columns_of("log"))
"""Columns that no log may have: ``causes``, ``viewer_ids`` and their like."""
Row = tuple[str, str]


def _findings(rows: list[Row]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema={"where": pl.String, "what": pl.String}, orient="row")


def not_in_manifest(run: RunDirectory) -> Iterator[pl.DataFrame]:
    """Parts that are gone or changed, files that nobody told of, counts that do not add up."""
    if Layout.read(run.manifest["layout"]).is_database:
        questions = [_changed_rows, _strange_tables, _miscounted, disagreements]
    else:
        questions = [_changed_files, _strange_files, _miscounted, disagreements, _other_rows]
    for question in questions:
        yield _findings(list(question(run)))


def _changed_files(run: RunDirectory) -> Iterator[Row]:
    for name in run.tables:
        for part in run.parts(name):
            for path, size, digest in part.contents:
                change = _change(run, path, size, digest)
                if change:
                    yield path, change


def _change(run: RunDirectory, path: str, size: int, digest: str) -> str:
    """How a file differs from the one that was written; nothing where it does not."""
    place = run.directory / path
    if leads_outside(run.directory, path):
        return "leads out of the directory through a link"
    if not place.is_file():
        return "is not there"
    found = place.stat().st_size
    if found != size:
        return f"has {found} bytes, not {size}"
    if not is_whole(place.resolve(), size, digest):
        return "has other bytes than were written"
    return ""


def _changed_rows(run: RunDirectory) -> Iterator[Row]:
    """Parts whose rows the database no longer has.

    It has no parts any more, but its rows keep the order and the digests of those that filled it.
    """
    for name in run.tables:
        for part, rows in parts_of(run, name):
            if rows_digest(rows) != part.content:
                where = f"among the {part.rows} of {part.path}"
                yield name, f"has other rows than were written, {where}"


def _other_rows(run: RunDirectory) -> Iterator[Row]:
    """Files whose rows are not those counted and digested; unreadable ones are told elsewhere."""
    for name in run.tables:
        with suppress(OutputError, OSError, pl.exceptions.PolarsError):
            for part, rows in parts_of(run, name):
                found = len(rows), rows_digest(rows)
                if found != (part.rows, part.content):
                    yield part.path, f"has other rows than its manifest says, which are {part.rows}"


def _strange_files(run: RunDirectory) -> Iterator[Row]:
    listed = _listed(run) | {part["path"] for part in run.manifest["parts"]}
    yield from _unlisted(run, listed)


def _strange_tables(run: RunDirectory) -> Iterator[Row]:
    """Files beside a database that nobody told of, and tables within it."""
    yield from _unlisted(run, _listed(run) | {DATABASE})
    stored = columns_of(inside(run.directory, DATABASE))
    for name in stored.keys() - set(run.tables):
        yield name, "is a table that the manifest does not name"


def _listed(run: RunDirectory) -> set[str]:
    """The manifest, the damaged files that it names, and answers about this very run."""
    parts = run.manifest["parts"]
    return {MANIFEST, *files_of(run)} | {
        part["damage"]["path"] for part in parts if "damage" in part
    }


def _unlisted(run: RunDirectory, listed: Collection[str]) -> Iterator[Row]:
    """Files that are not listed, hidden ones left out."""
    for path in sorted(run.directory.rglob("*")):
        inner = path.relative_to(run.directory)
        is_hidden = any(one.startswith(".") for one in inner.parts)
        if path.is_file() and not is_hidden and inner.as_posix() not in listed:
            yield inner.as_posix(), "is not in the manifest"


def _miscounted(run: RunDirectory) -> Iterator[Row]:
    for name in run.tables:
        rows = sum(one.rows for one in run.parts(name))
        stated = run.manifest["tables"][name]["rows"]
        if rows != stated:
            yield name, f"has parts of {rows} rows in all, not {stated}"


def not_repaired(run: RunDirectory) -> Iterator[pl.DataFrame]:
    """Damaged files that their lineage does not turn back into what they were meant to be."""
    found = []
    for name in run.tables:
        for part in run.parts(name):
            place = run.directory / part.path
            if not part.damage or not place.is_file():
                continue
            repaired = repaired_text(place, run.directory / part.damage.path)
            if xxh3_128(repaired).hexdigest() != part.damage.whole:
                found.append(part.path)
    what = "its lineage makes another file of it than the manifest says"
    yield _findings([(path, what) for path in found])


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
    "parquet": _of_parquet,
    "arrow": _of_arrow,
    "csv": _of_csv,
    "ndjson": _of_ndjson,
}
"""How to ask a file of each format which columns it has, whatever was declared."""


def _found(
    run: RunDirectory, name: str, in_database: Mapping[str, list[str]]
) -> Iterator[tuple[str, list[str]]]:
    """Where the rows of a table lie, and which columns are there.

    Files that are gone are left to the check of the manifest.
    """
    layout = Layout.read(run.manifest["layout"])
    if layout.is_database:
        yield name, in_database.get(name, [])
        return
    columns_in = COLUMNS[layout.format]
    for part in run.parts(name):
        is_there = inside(run.directory, part.path).is_file()
        names_columns = part.rows or layout.format != "ndjson"
        if is_there and names_columns:
            source = run.whole(part)
            yield part.path, columns_in(source() if callable(source) else source)


def _in_database(run: RunDirectory) -> Mapping[str, list[str]]:
    is_database = Layout.read(run.manifest["layout"]).is_database
    return columns_of(inside(run.directory, DATABASE)) if is_database else {}


def other_columns(run: RunDirectory) -> Iterator[pl.DataFrame]:
    """Declared columns that a file lacks, and others that it has.

    `truth_in_log` tells of columns of the truth.
    """
    in_database = _in_database(run)
    for name in run.tables:
        rows: list[Row] = []
        for where, columns in _found(run, name, in_database):
            rows += _differences(name, where, columns)
        yield _findings(rows)


def _differences(name: str, where: str, columns: list[str]) -> Iterator[Row]:
    declared = BY_PATH[name].schema.names()
    is_of_log = BY_PATH[name].folder == "log"
    declared_elsewhere = TRUTH_COLUMNS if is_of_log else frozenset()
    for one in declared:
        if one not in columns:
            yield where, f"lacks the column {one}"
    for one in columns:
        if one not in declared and one not in declared_elsewhere:
            yield where, f"has a column {one}, which is not declared"


def truth_in_log(run: RunDirectory) -> Iterator[pl.DataFrame]:
    """Columns of the truth in files of the log."""
    in_database = _in_database(run)
    for name in run.tables:
        if BY_PATH[name].folder != "log":
            continue
        rows = []
        for where, columns in _found(run, name, in_database):
            of_truth = [one for one in columns if one in TRUTH_COLUMNS]
            rows += [(where, f"has the column {one} of the truth") for one in of_truth]
        yield _findings(rows)


def misfits(run: RunDirectory) -> dict[str, str]:
    """Tables that cannot be read as they are declared, and why."""
    in_database = _in_database(run)
    found = {}
    for name in run.tables:
        declared = sorted(BY_PATH[name].schema.names())
        try:
            columns = [sorted(names) for _, names in _found(run, name, in_database)]
            run.scan(name, repaired=True).head(1).collect()
        except Exception as error:  # noqa: BLE001  whatever a reader says of a file that is damaged
            found[name] = in_one_line(error)
            continue
        if any(one != declared for one in columns):
            found[name] = "its columns are not those declared"
    return found


def in_one_line(error: Exception) -> str:
    """What went wrong, without the trace that libraries put behind it."""
    first_line = str(error).strip().partition("\n")[0]
    return first_line[:200] or type(error).__name__


def empty_where_it_may_not(run: RunDirectory, name: str) -> pl.DataFrame:
    """Columns of a table that must not be empty, with the number of rows where they are."""
    filled = [column.name for column in BY_PATH[name].columns if not column.nullable]
    rows = run.scan(name, repaired=True)
    counts = rows.select(pl.col(filled).null_count()).collect(engine="streaming")
    found = []
    for column, count in counts.row(0, named=True).items():
        if count:
            found.append((name, f"{column} is empty in {count} rows"))
    return _findings(found)
