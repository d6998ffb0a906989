"""Where a format writes: a file, a folder or a stream; and beside it the keys that only truth has.

Files appear whole or not at all: they are written beside their place and moved there at the end.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import polars as pl

from synthview.errors import InputError, OutputError
from synthview.sinks.id_forms import encode_ids

__all__ = ["KEYS", "Output", "check_place", "keys_beside", "opened_output"]

KEYS = ("what", "written", "id")
"""The columns of a file of keys: what it is, how the format writes it, and its id here."""


@dataclass
class Output:
    """The files that a format writes, by name; the only one of a stream has no name.

    `address` is that of a server, `place` where files go at the end. Of what is there already the
    format may replace its own if `overwrite`.
    """

    stream: IO[bytes] | None
    folder: Path
    has_keys: bool
    place: Path | None = None
    address: str = ""
    overwrite: bool = False
    rows: int = 0
    in_place_count: int = 0
    is_noted: bool = False
    names: dict[str, None] = field(default_factory=dict)

    @contextmanager
    def file(self, name: str = "") -> Iterator[IO[bytes]]:
        """Open a file of the format to write it; one that is there is written on."""
        if self.stream is not None:
            yield self.stream
            return
        place = self.folder / _FILES / (name or _ONLY)
        if Path(name).is_absolute() or ".." in Path(name).parts:
            raise InputError(f"'{name}' is no name of a file in the folder that is written.")
        mode = "ab" if name in self.names else "wb"
        self.names[name] = None
        place.parent.mkdir(parents=True, exist_ok=True)
        with place.open(mode) as opened:
            yield opened

    def adopt(self, folder: Path, name: str) -> None:
        """Take a whole folder that was written beside, as a folder of the format."""
        target = self.folder / _FILES / name
        target.parent.mkdir(parents=True, exist_ok=True)
        folder.rename(target)
        found = sorted(one for one in target.rglob("*") if one.is_file())
        for one in found:
            self.names[one.relative_to(self.folder / _FILES).as_posix()] = None

    def in_place(self) -> Path:
        """Return the folder itself, for files that cannot be moved; they appear one by one."""
        assert self.place is not None  # a folder is never a stream
        return self.place.absolute()

    def note(self, place: Path) -> None:
        """Count files that were written in place."""
        self.in_place_count = sum(1 for one in place.rglob("*") if one.is_file())

    def written(self, name: str) -> bytes:
        """Return what was written into a file so far."""
        return (self.folder / _FILES / name).read_bytes()

    def keep(self, what: str, written: pl.Series, ids: pl.Series, prefix: str = "") -> None:
        """Note in the file of keys which ids, as numbers or texts, are behind what is written."""
        if not self.has_keys:
            return
        self.is_noted = True
        texts = ids if ids.dtype == pl.String else encode_ids(ids, prefix)
        columns = [written.cast(pl.String).alias("written"), texts.alias("id")]
        rows = pl.DataFrame(columns).select(pl.lit(what).alias("what"), "written", "id")
        with (self.folder / _NOTED).open("ab") as opened:
            opened.write(rows.write_csv(include_header=False).encode())


_FILES, _ONLY, _NOTED = "files", "only", "keys.csv"


def keys_beside(place: Path) -> Path:
    """Return the usual place of the keys: ``ratings.truth.csv`` beside ``ratings``."""
    return place.with_name(f"{place.name}.truth.csv")


@contextmanager
def opened_output(
    place: Path | None,
    stream: IO[bytes] | None,
    keys: Path | None,
    address: str = "",
    *,
    overwrite: bool = False,
) -> Iterator[Output]:
    """Open what a format is written to; at the end it is moved to its place."""
    beside = place or keys
    near = beside.absolute().parent if beside else None
    staging = Path(tempfile.mkdtemp(prefix=".synthview-", dir=near))
    try:
        if keys is not None:
            (staging / _NOTED).write_text(",".join(KEYS) + "\n", "utf-8")
        output = Output(stream, staging, keys is not None, place, address, overwrite)
        yield output
        if place is not None:
            _settle(staging / _FILES, output, place)
        if keys is not None and output.is_noted:
            (staging / _NOTED).replace(keys)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def check_place(place: Path, *, is_folder: bool, overwrite: bool) -> None:
    """Refuse a place that is taken or cannot be written to."""
    parent = place.absolute().parent
    if not parent.is_dir():
        raise OutputError(f"{place} cannot be written: there is no directory {parent}.")
    if not os.access(parent, os.W_OK):
        raise OutputError(f"{place} cannot be written: {parent} may not be changed by you.")
    if is_folder and place.is_file():
        raise OutputError(f"{place} is a file, and this format is a folder. Name another place.")
    if not is_folder and place.is_dir():
        raise OutputError(f"{place} is a directory, and this format is a file. Name a file in it.")
    is_taken = any(place.iterdir()) if place.is_dir() else os.path.lexists(place)
    if is_taken and not overwrite:
        what = "holds files" if place.is_dir() else "is there"
        raise OutputError(
            f"{place} {what} already. Name another place, or replace what is written there with "
            "--overwrite."
        )


def _settle(files: Path, output: Output, place: Path) -> None:
    """Move what was written to its place; other files of a folder stay."""
    for name in output.names:
        target = place / name if name else place
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.is_dir():
            raise OutputError(f"{target} is a directory where a file belongs. Move it elsewhere.")
        (files / (name or _ONLY)).replace(target)
    if not output.names and not output.in_place_count:
        raise InputError("There is nothing to write: no rows of this format are in the dataset.")
