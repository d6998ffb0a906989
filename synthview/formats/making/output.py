"""Where a format writes: a file, a folder or a stream; and beside it the keys that only truth has.

Files appear whole or not at all: they are written beside their place and moved there at the end.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import polars as pl

from synthview.errors import InputError, NotOurs, OutputError
from synthview.outside.places import is_regular, write_errors
from synthview.outside.staging import Staging, move, staged
from synthview.sinks.id_forms import encode_ids

__all__ = [
    "KEYS",
    "UNFINISHED",
    "Output",
    "check_place",
    "keys_beside",
    "opened_output",
    "refuse_others",
]

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
    adopted: list[str] = field(default_factory=list)

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
        """Take a whole folder that was written beside, as a folder of the format.

        It takes the place of one that is there: their files do not go together.
        """
        self.adopted.append(name)
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
UNFINISHED = ".synthview-unfinished"
"""What lies in a folder whose files are written in place, until all of them are."""


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
    hidden: Staging | None = None,
) -> Iterator[Output]:
    """Open what a format is written to; at the end it is moved to its place.

    It is made in a hidden folder, in `hidden` if that is given.
    """
    beside = place or keys
    folder = staged(beside, use="convert") if hidden is None else nullcontext(hidden)
    with _errors_of(beside), folder as staging:
        if keys is not None:
            (staging.folder / _NOTED).write_text(",".join(KEYS) + "\n", "utf-8")
        output = Output(stream, staging.folder, keys is not None, place, address, overwrite)
        yield output
        if place is not None and not output.names and not output.in_place_count:
            raise InputError(
                "There is nothing to write: no rows of this format are in the dataset."
            )
        with write_errors(beside) if beside else nullcontext():
            _settle(staging, output, keys)


def _errors_of(place: Path | None) -> AbstractContextManager[None]:
    """Say it in our words where the disk of a place is full."""
    return nullcontext() if place is None else write_errors(place, only_full=True)


def check_place(
    place: Path, *, is_folder: bool, overwrite: bool, is_in_place: bool = False
) -> None:
    """Refuse a place that is taken or cannot be written to.

    What a format left that writes in place, when it was killed, is no obstacle for it.
    """
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
    is_taken = is_taken and not (is_in_place and is_regular(place / UNFINISHED))
    if is_taken and not overwrite:
        what = "holds files" if place.is_dir() else "is there"
        raise OutputError(
            f"{place} {what} already. Name another place, or replace what is written there with "
            "--overwrite."
        )


def _settle(staging: Staging, output: Output, keys: Path | None) -> None:
    """Move what was written to its place, a new folder as a whole; other files of a folder stay."""
    place, files = output.place, staging.folder / _FILES
    moves = {staging.folder / _NOTED: keys} if keys is not None and output.is_noted else {}
    whole = files if "" not in output.names else files / _ONLY
    if place is not None and output.names and _is_free(place):
        staging.settle({**moves, whole: place})
        return
    staging.settle(moves)
    if place is not None:
        _replace(files, output, place)


def _replace(files: Path, output: Output, place: Path) -> None:
    """Move files over those that are there; an adopted folder takes the place of another."""
    for name in output.adopted:
        if (place / name).is_dir():
            shutil.rmtree(place / name)
    for name in output.names:
        target = place / name if name else place
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.is_dir():
            raise OutputError(f"{target} is a directory where a file belongs. Move it elsewhere.")
        move(files / (name or _ONLY), target)


def _is_free(place: Path) -> bool:
    """Whether there is nothing; an empty folder, but for a link or another disk, is removed."""
    if place.is_dir() and not place.is_symlink():
        with suppress(OSError):
            place.rmdir()
    return not os.path.lexists(place)


def refuse_others(place: Path, name: str, files: re.Pattern[str]) -> None:
    """Raise NotOurs where a folder in a place, which is to be replaced, holds other files too."""
    folder = place / name
    for one in sorted(folder.rglob("*")) if folder.is_dir() else ():
        path = one.relative_to(folder).as_posix()
        if not one.is_dir() and not files.fullmatch(path):
            raise NotOurs(
                f"{one} is no file of this format, and {folder} would be replaced. Move it "
                "elsewhere, or name another place."
            )
