"""Where the files of a table lie: in a folder or file of its name, or in a database."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from synthview.errors import InputError
from synthview.tables import Table

__all__ = ["DATABASES", "KINDS", "Place", "database_at", "place_of", "place_of_files"]

KINDS = {
    ".parquet": "parquet", ".parq": "parquet", ".pq": "parquet",
    ".csv": "csv", ".tsv": "csv",
    ".ndjson": "json", ".jsonl": "json", ".json": "json",
    ".arrow": "arrow", ".feather": "arrow", ".ipc": "arrow",
}  # fmt: skip
"""What the end of a file's name says of its format."""
PACKED = (".gz", ".zst")
"""Compressions of text that are read."""
UNREAD = (
    ".xlsx",
    ".xls",
    ".orc",
    ".avro",
    ".zip",
    ".bz2",
    ".xz",
    ".7z",
    ".tar",
    ".tgz",
    ".lz4",
    ".snappy",
    ".sqlite",
)
"""Ends of files that may hold rows and are not read: better said than left out."""
DATABASES = (".duckdb", ".db", ".ddb")
NOT_DATA = (".lineage.jsonl", ".crc")
NO_VALUE = "__HIVE_DEFAULT_PARTITION__"


@dataclass(frozen=True)
class Place:
    """The files of a table in order, of one format; their paths are relative to `folder`."""

    kind: str
    folder: Path
    files: tuple[Path, ...]

    def keys(self, file: Path) -> dict[str, str | None]:
        """Return the keys of folders, as ``country=GB/part.parquet``; None for a missing value."""
        if not self.folder.is_dir():
            return {}
        parts = (part.partition("=") for part in file.relative_to(self.folder).parent.parts)
        found = {name: unquote(value) for name, sign, value in parts if sign}
        return {name: None if value == NO_VALUE else value for name, value in found.items()}


def place_of(directory: Path, table: Table) -> Place | None:
    """Find the files of a table in a directory; None where there are none.

    Raises InputError where it is there twice, in two formats, or in one that is not read.
    """
    found = [one for one in _candidates(directory, table) if _has_files(one)]
    if len(found) > 1:
        text = " and ".join(str(one.relative_to(directory)) for one in found[:2])
        raise InputError(f"{directory} has {table.path} twice, as {text}. Leave one of them out.")
    return _place(found[0], table) if found else None


def place_of_files(folder: Path, files: Sequence[Path], table: Table) -> Place:
    """Return files that are known to be those of a table as its place."""
    kinds = sorted({kind for one in files if (kind := _kind(one))})
    if len(kinds) != 1:
        text = (
            f"holds files of {len(kinds)} formats ({', '.join(kinds)})"
            if kinds
            else "holds no file that can be read"
        )
        raise InputError(f"{folder} {text}; {table.path} has to be in one format.")
    return Place(kinds[0], folder, tuple(files))


def database_at(place: Path) -> Path | None:
    """Return the DuckDB database at a path, or the only one in a directory, if there is one."""
    if place.is_file():
        return place if place.suffix in DATABASES else None
    found = [one for one in sorted(place.iterdir()) if one.suffix in DATABASES and one.is_file()]
    if len(found) > 1:
        raise InputError(
            f"{place} holds {len(found)} databases. Name one of them, such as {found[0]}."
        )
    return found[0] if found else None


def _candidates(directory: Path, table: Table) -> Iterator[Path]:
    """Yield possible tables: ``log/plays``, ``log/plays.parquet``, ``plays``, ``log.plays.csv``."""
    inside = directory / table.folder
    yield from _named(inside, table.name)
    yield from _named(directory, table.name)
    yield from _named(directory, table.path)
    yield from _named(directory, f"{table.folder}_{table.name}")


def _named(folder: Path, name: str) -> Iterator[Path]:
    if folder.is_dir():
        for one in sorted(folder.iterdir()):
            is_named = one.is_dir() if one.name == name else _is_table(one, name)
            if is_named and (one.is_dir() or one.is_file()):
                yield one


def _is_table(path: Path, name: str) -> bool:
    """Whether nothing but a format follows the name: ``plays.csv.gz``, not ``plays.old.csv``."""
    rest = path.name.removeprefix(name).lower()
    return path.name.startswith(f"{name}.") and any(
        rest in (end, *(end + packed for packed in PACKED)) for end in (*KINDS, *UNREAD)
    )


def _has_files(path: Path) -> bool:
    return path.is_file() or any(True for _ in _walk(path))


def _walk(folder: Path) -> Iterator[Path]:
    """Yield the files below a folder in order, without engines' own (a dot or a low line first)."""
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name[0] not in "._" or name == "_delta_log")
        for name in sorted(names):
            one = Path(parent, name)
            if name[0] not in "._" and not name.endswith(NOT_DATA) and one.is_file():
                yield one


def _place(found: Path, table: Table) -> Place:
    if found.is_file():
        _refuse_unread([found], table)
        return place_of_files(found, [found], table)
    if (found / "_delta_log").is_dir():
        raise InputError(
            f"{found} is a Delta table, whose files also hold deleted rows. "
            f"Write {table.path} as Parquet."
        )
    files = list(_walk(found))
    _refuse_unread(files, table)
    known = [one for one in files if _kind(one)]
    return place_of_files(found, known or files, table)


def _refuse_unread(files: Sequence[Path], table: Table) -> None:
    for one in files:
        if one.name.lower().endswith(UNREAD) and not one.name.lower().endswith(tuple(KINDS)):
            known = "Parquet, CSV, lines of JSON or Arrow; text may be packed as .gz or .zst"
            raise InputError(f"{one} cannot be read: {table.path} may be {known}.")


def _kind(path: Path) -> str | None:
    """The format that a file's name tells."""
    name = path.name.lower()
    for packed in PACKED:
        name = name.removesuffix(packed)
    kind = KINDS.get(Path(name).suffix)
    is_packed = name != path.name.lower()
    return None if is_packed and kind not in ("csv", "json") else kind
