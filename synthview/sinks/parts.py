"""How a part reaches the disk: as a draft, then under its own name once its receipt is noted."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import cache, lru_cache
from itertools import count, islice, takewhile
from pathlib import Path
from time import time_ns
from typing import Any, Self

import polars as pl
from pydantic import TypeAdapter
from xxhash import xxh3_128

from synthview.digests import rows_digest
from synthview.outside.places import is_regular, refuse_unfit, sync_folder, write_errors
from synthview.sinks.formats import Chunk, Format
from synthview.sinks.lineage import DamagedFile, Damager, Lineage
from synthview.tables import SCHEMA_VERSION, Table

__all__ = [
    "DRAFT",
    "PartDraft",
    "Receipt",
    "discard",
    "free_name",
    "is_whole",
    "measure_part",
    "publish",
    "put_in_place",
    "sweep",
    "sync",
    "write_part",
]

DRAFT = ".synthview-draft"
_DRAFTS = re.compile(rf"\..+\.\d+(\.\d+)?{re.escape(DRAFT)}(\.wal|\.tmp)?")
CHUNK = 1 << 20
FOLDERS = (*SCHEMA_VERSION, "answers", ".synthview")
"""Where a run writes, beside its directory itself."""
YOUNG_NS = 2_000_000_000
"""A file changed this recently may change again at the same time stamp: its digest is not kept."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was written: one part of one table, with its size and the digests of its file and rows.

    `damage` is about rows that were damaged on purpose on their way into the file, if any.
    """

    path: str
    table: str
    rows: int
    bytes: int
    digest: str
    content: str
    damage: DamagedFile | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON values."""
        values = asdict(self)
        if self.damage is None:
            del values["damage"]
        return values

    @classmethod
    def read(cls, stated: object) -> Self:
        """Read it back; raises ValueError if it is none. Keys of later versions are ignored."""
        receipt: Self = _reader().validate_python(stated)
        return receipt

    @property
    def paths(self) -> tuple[str, ...]:
        """Its file, and the lineage beside it if rows were damaged."""
        return tuple(path for path, _, _ in self.contents)

    @property
    def contents(self) -> Iterator[tuple[str, int, str]]:
        """Path, size and digest of each of its files."""
        yield self.path, self.bytes, self.digest
        if self.damage is not None:
            yield self.damage.path, self.damage.bytes, self.damage.digest

    def is_in(self, directory: Path) -> bool:
        """Compare sizes and digests: is the part there as it was written, its lineage too?"""
        return all(is_whole(directory / path, size, digest) for path, size, digest in self.contents)


@cache
def _reader() -> TypeAdapter[Any]:
    return TypeAdapter(Receipt)


@dataclass(frozen=True, slots=True)
class PartDraft:
    """A part that is written, and waits under other names until its receipt is noted."""

    receipt: Receipt
    names: tuple[str, ...]
    """The names of the drafts of the receipt's files, beside them."""


def write_part(
    directory: Path,
    path: str,
    table: Table,
    frame: pl.DataFrame,
    format_: Format,
    compression: str,
    damager: Damager | None = None,
) -> PartDraft:
    """Write a part, and the lineage of its damaged rows if any, as drafts beside their places.

    Raises OutputError, or NoSpace, with what was finished before left in place.
    """
    lineage = Lineage()
    refuse_unfit(directory, path)
    chunks = format_.chunks(table, frame, compression, damager, lineage)
    draft, size, digest = _draft(directory / path, chunks)
    damage = lineage.of(path) if len(lineage) else None
    content = rows_digest(frame)
    receipt = Receipt(path, table.path, len(frame), size, digest, content, damage)
    if damage is None:
        return PartDraft(receipt, (draft.name,))
    refuse_unfit(directory, damage.path)
    beside, _, _ = _draft(directory / damage.path, [lineage.text])
    return PartDraft(receipt, (draft.name, beside.name))


def measure_part(
    path: str,
    table: Table,
    frame: pl.DataFrame,
    format_: Format,
    compression: str,
    damager: Damager | None = None,
) -> Receipt:
    """Return the receipt of a part as `write_part` would write it, without writing."""
    lineage = Lineage()
    digest, size = xxh3_128(), 0
    for chunk in format_.chunks(table, frame, compression, damager, lineage):
        digest.update(chunk)
        size += len(chunk)
    return Receipt(
        path,
        table.path,
        rows=len(frame),
        bytes=size,
        digest=digest.hexdigest(),
        content=rows_digest(frame),
        damage=lineage.of(path) if len(lineage) else None,
    )


def put_in_place(directory: Path, draft: PartDraft) -> None:
    """Rename a draft to its own name; a file that has the same bytes already stays untouched."""
    for (path, size, digest), name in zip(draft.receipt.contents, draft.names, strict=True):
        place = directory / path
        written = place.with_name(name)
        with write_errors(place):
            if is_whole(place, size, digest):
                written.unlink()
            else:
                written.replace(place)


def discard(directory: Path, draft: PartDraft) -> None:
    """Remove the files of a draft."""
    for path, name in zip(draft.receipt.paths, draft.names, strict=True):
        with suppress(OSError):
            (directory / path).with_name(name).unlink()


def publish(path: Path, chunks: Iterable[Chunk]) -> tuple[int, str]:
    """Write a file whole or not at all, and wait for the disk; return its size and digest.

    Folders above the last are not made: where they are gone, somebody removed the directory.
    """
    draft, size, digest = _draft(path, chunks)
    with write_errors(path):
        try:
            sync(draft)
            draft.replace(path)
        except BaseException:
            with suppress(OSError):
                draft.unlink()
            raise
        sync_folder(path.parent)
    return size, digest


def _draft(path: Path, chunks: Iterable[Chunk]) -> tuple[Path, int, str]:
    """Write a file beside the place of another; return it with its size and digest."""
    with write_errors(path):
        for folder in reversed(_folders_of(path)):
            folder.mkdir(exist_ok=True)
        draft = free_name(path)
        try:
            size, digest = _write(draft, chunks)
        except BaseException:
            with suppress(OSError):
                draft.unlink()
            raise
    return draft, size, digest


def _folders_of(path: Path) -> list[Path]:
    """The folders of a file that are made with it: that of its country and of its day, or its own.

    Those above are there, unless somebody removed the directory.
    """
    named = takewhile(lambda one: "=" in one.name, path.parents)
    return list(islice(named, 2)) or [path.parent]


def free_name(path: Path) -> Path:
    """Return an unused, hidden name beside a file, in the form of drafts."""
    stem = f".{path.name}.{os.getpid()}"
    names = (path.with_name(f"{stem}.{number}{DRAFT}") for number in count())
    return next(one for one in names if not os.path.lexists(one))


def _write(path: Path, chunks: Iterable[Chunk]) -> tuple[int, str]:
    digest, size = xxh3_128(), 0
    with path.open("xb") as file:  # never a file that is there already, nor the target of a link
        for chunk in chunks:
            file.write(chunk)
            digest.update(chunk)
            size += len(chunk)
    return size, digest.hexdigest()


def sync(path: Path) -> None:
    """Wait until a file is on the disk."""
    flags = os.O_RDWR if os.name == "nt" else os.O_RDONLY
    handle = os.open(path, flags)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def is_whole(path: Path, size: int, digest: str) -> bool:
    """Whether a regular file has this size and this digest; a link is none."""
    with suppress(OSError):
        seen = path.lstat()
        if not is_regular(path) or seen.st_size != size:
            return False
        times = (seen.st_mtime_ns, seen.st_ctime_ns)
        is_young = time_ns() - max(times) < YOUNG_NS
        read = _digest.__wrapped__ if is_young else _digest
        return bool(read(path, seen.st_ino, size, times) == digest)
    return False


@lru_cache(maxsize=1 << 17)
def _digest(path: Path, _inode: int, _size: int, _times: tuple[int, int]) -> str:
    """The digest of a file, which is asked for several times on the way through a command."""
    digest = xxh3_128()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def sweep(directory: Path) -> None:
    """Remove the drafts of killed runs from the folders of a run, without following links.

    Other folders may hold a run of their own, which is under way.
    """
    for path in _drafts_in(directory):
        if is_regular(path):
            with suppress(OSError):
                path.unlink()


def _drafts_in(directory: Path) -> Iterator[Path]:
    with suppress(OSError):
        yield from (one for one in directory.iterdir() if _is_draft(one.name))
    for name in FOLDERS:
        inner = directory / name
        if not inner.is_symlink():
            for folder, _, names in os.walk(inner):
                yield from (Path(folder, name) for name in names if _is_draft(name))


def _is_draft(name: str) -> bool:
    return _DRAFTS.fullmatch(name) is not None
