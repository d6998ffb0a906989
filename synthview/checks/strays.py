"""Searches any file for ids: tables, text, what is packed, and bytes as databases keep numbers."""

from __future__ import annotations

import bz2
import gzip
import lzma
import re
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import polars as pl

__all__ = ["Unsearchable", "found_in"]

_CHUNK = 1 << 24
_PACKED: dict[bytes, Any] = {b"\x1f\x8b": gzip.open, b"BZh": bz2.open, b"\xfd7zXZ": lzma.open}
"""What a packed file begins with, and what opens it."""
_SEALED = {b"\x28\xb5\x2f\xfd": "zstd", b"\x04\x22\x4d\x18": "lz4", b"7z\xbc\xaf": "7z"}
_ZIP = b"PK\x03\x04"
_PARQUET, _ARROW = b"PAR1", b"ARROW1"
_HEAD = 8


class Unsearchable(Exception):  # noqa: N818  says why
    """A file cannot be searched; the message says why."""


def found_in(path: Path, ids: Sequence[int], texts: Sequence[str]) -> int:
    """How many rows of a table, or places of any other file, have one of some ids or texts.

    Raises Unsearchable where that cannot be known.
    """
    try:
        return _found(path, ids, texts)
    except (OSError, EOFError, lzma.LZMAError, zipfile.BadZipFile, RuntimeError) as error:
        raise Unsearchable(_in_words(error)) from None
    except pl.exceptions.PolarsError:
        raise Unsearchable("it is a damaged table") from None


def _in_words(error: Exception) -> str:
    reason = getattr(error, "strerror", None) or "it is damaged or locked"
    return str(reason)[0].lower() + str(reason)[1:]


def _found(path: Path, ids: Sequence[int], texts: Sequence[str]) -> int:
    with path.open("rb") as file:
        head = file.read(_HEAD)
    for begin, kind in _SEALED.items():
        if head.startswith(begin):
            raise Unsearchable(f"it is packed with {kind}; unpack it")
    if head.startswith(_PARQUET):
        return _in_frame(pl.read_parquet(path, hive_partitioning=False), ids, texts)
    if head.startswith(_ARROW):
        return _in_frame(pl.read_ipc(path), ids, texts)
    pattern, longest = _pattern(ids, texts)
    return sum(_in_bytes(file, pattern, longest) for file in _unpacked(path, head))


def _unpacked(path: Path, head: bytes) -> Iterator[IO[bytes]]:
    """Open a file, or each file of an archive, as it was before it was packed."""
    if head.startswith(_ZIP):
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                with archive.open(name) as inner:
                    yield inner
        return
    with _opened(path, head) as file:
        yield file


@contextmanager
def _opened(path: Path, head: bytes) -> Iterator[IO[bytes]]:
    opening = next((how for begin, how in _PACKED.items() if head.startswith(begin)), open)
    with opening(path, "rb") as file:
        yield file


def _pattern(ids: Sequence[int], texts: Sequence[str]) -> tuple[re.Pattern[bytes], int]:
    """What to look for in bytes, and how long the longest of it is."""
    needles = [one.encode() for one in texts]
    needles += [one.to_bytes(8, order) for one in ids for order in ("little", "big")]
    pattern = re.compile(b"|".join(map(re.escape, needles)))
    return pattern, max(map(len, needles))


def _in_bytes(file: IO[bytes], pattern: re.Pattern[bytes], longest: int) -> int:
    """How often a pattern occurs, each place counted once wherever a file is cut."""
    count, before = 0, b""
    while chunk := file.read(_CHUNK):
        text = before + chunk
        found = [one.end() for one in pattern.finditer(text)]
        count += len(found)
        begin = max(len(text) - longest + 1, found[-1] if found else 0)
        before = text[begin:]
    return count


def _in_frame(rows: pl.DataFrame, ids: Sequence[int], texts: Sequence[str]) -> int:
    """How many rows of any table have any of it, in whatever column."""
    wanted, spellings = pl.Series(ids, dtype=pl.Int64).implode(), list(texts)
    tests = []
    for name, kind in rows.schema.items():
        if kind.is_integer():
            tests.append(pl.col(name).cast(pl.Int64, strict=False).is_in(wanted))
        elif kind.is_nested():
            spelt = pl.struct(name).struct.json_encode()
            tests.append(spelt.str.contains_any(spellings))
        elif kind in (pl.String, pl.Categorical, pl.Enum):
            tests.append(pl.col(name).cast(pl.String).str.contains_any(spellings))
    return rows.filter(pl.any_horizontal(tests)).height if tests else 0
