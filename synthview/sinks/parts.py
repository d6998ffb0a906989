"""How a part reaches the disk: under a draft's name until it is whole, then under its own, with a receipt."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

import polars as pl
from xxhash import xxh3_128

from synthview.digests import content_digest
from synthview.errors import NoSpace, OutputError
from synthview.sinks.formats import Chunk, Format
from synthview.sinks.lineage import Damage, Damager, Lineage
from synthview.tables import Table

__all__ = ["DRAFT", "Receipt", "publish", "sweep", "told", "write_part"]

DRAFT = ".synthview-draft"
GO_ON = "The same command goes on from here"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was written: one part of one table, its size, the digest of its file and that of its rows.

    `damage` tells of rows that were damaged on purpose on their way into the file; None where none were.
    """

    path: str
    table: str
    rows: int
    bytes: int
    digest: str
    content: str
    damage: Damage | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON values."""
        stated = asdict(self)
        return {name: stated[name] for name in stated if name != "damage" or self.damage is not None}

    @classmethod
    def read(cls, stated: dict[str, Any]) -> Self:
        """Read it back; raises TypeError where that is not one."""
        damage = stated.get("damage")
        return cls(**{**stated, "damage": damage and Damage(**damage)})

    def is_in(self, directory: Path) -> bool:
        """Whether the part lies there in full length, its lineage too."""
        with suppress(OSError):
            whole = (directory / self.path).stat().st_size == self.bytes
            return whole and (self.damage is None or self.damage.is_in(directory))
        return False


def write_part(
    directory: Path,
    path: str,
    table: Table,
    frame: pl.DataFrame,
    format_: Format,
    compression: str,
    damager: Damager | None = None,
) -> Receipt:
    """Write a part, and beside it the lineage of rows that the `damager` damaged, and return its receipt.

    Raises OutputError, or NoSpace, with what was finished before left in place.
    """
    lineage = Lineage()
    size, digest = publish(directory / path, format_.chunks(table, frame, compression, damager, lineage))
    damage = lineage.of(path) if len(lineage) else None
    if damage is not None:
        publish(directory / damage.path, [lineage.text])
    return Receipt(path, table.path, len(frame), size, digest, content_digest(frame), damage)


def publish(path: Path, chunks: Iterable[Chunk]) -> tuple[int, str]:
    """Write a file that appears whole or not at all; return its size and digest.

    Folders above the last are not made: where they are gone, somebody removed the directory.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}{DRAFT}")
    with told(path):
        path.parent.mkdir(exist_ok=True)
        try:
            size_and_digest = _write(draft, chunks)
            draft.replace(path)
        except BaseException:
            with suppress(OSError):
                draft.unlink()
            raise
    return size_and_digest


def _write(path: Path, chunks: Iterable[Chunk]) -> tuple[int, str]:
    digest, size = xxh3_128(), 0
    with path.open("wb") as file:
        for chunk in chunks:
            file.write(chunk)
            digest.update(chunk)
            size += len(chunk)
    return size, digest.hexdigest()


def sweep(directory: Path) -> None:
    """Remove the drafts of runs that were killed."""
    for draft in directory.rglob(f".*{DRAFT}"):
        with suppress(OSError):
            draft.unlink()


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Say what happened to a file in words that help."""
    try:
        yield
    except OSError as error:
        raise _in_words(path, error) from None


def _in_words(path: Path, error: OSError) -> OutputError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return NoSpace(f"The disk is full: {path} could not be written. {GO_ON} once there is space.")
    if error.errno == errno.ENOENT:
        return OutputError(f"{path} could not be written: its folder was removed meanwhile. {GO_ON}.")
    return OutputError(f"{path} could not be written: {error.strerror or error}.")
