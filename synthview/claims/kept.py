"""Finished parts of a long run, kept on disk, so that the same command goes on where it stopped."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import time
from typing import Any, TypeVar, cast, get_type_hints
from zipfile import BadZipFile

import numpy as np
import polars as pl

from synthview.claims.plain import plain, typed
from synthview.errors import InputError
from synthview.pools.people import cache_directory
from synthview.rows import Rows

__all__ = ["Kept", "fingerprint"]

T = TypeVar("T")
R = TypeVar("R", bound=Rows)
_KEPT_DAYS = 30


class Kept:
    """Results by their names, as JSON and arrays in a directory; without one nothing is kept."""

    def __init__(self, directory: Path | None = None) -> None:
        self.directory = directory

    @classmethod
    def of(cls, *said: object) -> Kept:
        """What an earlier run of the same command has finished, in the user's cache directory.

        Old ones are deleted. Where nothing can be written there, nothing is kept.
        """
        try:
            every = cache_directory().parent / "claims"
            for old in every.glob("*"):
                with suppress(FileNotFoundError):  # another command deletes them too
                    if time() - old.stat().st_mtime > _KEPT_DAYS * 86_400:
                        shutil.rmtree(old, ignore_errors=True)
            place = every / fingerprint(*said)
            place.mkdir(parents=True, exist_ok=True)
        except OSError:
            return cls()
        return cls(place if os.access(place, os.W_OK) else None)

    @property
    def is_begun(self) -> bool:
        """Whether an earlier run has finished anything."""
        return self.directory is not None and any(self.directory.rglob("*.*"))

    def section(self, name: str, kind: Any) -> Any | None:
        """What is kept of a section, read as its type; None where there is nothing."""
        return None if self.directory is None else _read(self.directory / f"{name}.json", kind)

    def keep_section(self, name: str, found: object) -> None:
        """Keep a section that is finished."""
        if self.directory is not None:
            _write(self.directory / f"{name}.json", plain(found))

    def of_world(self, seed: int, work: Callable[..., T], make: Callable[[], T]) -> T:
        """Return what a function gave for the world of a seed if that is kept.

        Otherwise make it and keep it.
        """
        if self.directory is None:
            return make()
        name = f"{work.__module__.rsplit('.', 1)[-1]}.{work.__qualname__}"
        place = self.directory / f"world-{seed}" / f"{name}.json"
        found = _read(place, get_type_hints(work)["return"])
        if found is None:
            found = make()
            _write(place, plain(found))
        return cast("T", found)

    def rows(self, name: str, kind: type[R]) -> R | None:
        """What is kept of a table of arrays by its name; None where there is nothing whole."""
        if self.directory is None:
            return None
        try:
            with np.load(self.directory / f"{name}.npz", allow_pickle=False) as found:
                return kind(*(found[column] for column in kind.__match_args__))
        except (OSError, ValueError, KeyError, BadZipFile):
            return None

    def keep_rows(self, name: str, found: Rows) -> None:
        """Keep a table of arrays."""
        if self.directory is not None:
            columns = {column: getattr(found, column) for column in found.__match_args__}
            with (
                suppress(OSError),
                _whole(self.directory / f"{name}.npz") as beside,
                beside.open("wb") as file,
            ):
                np.savez(file, **columns)

    def tables(
        self, name: str, make: Callable[[], dict[str, pl.DataFrame]]
    ) -> dict[str, pl.DataFrame]:
        """Return tables by name if all of them are kept; otherwise make and keep them."""
        if self.directory is None:
            return make()
        place = self.directory / name
        found = _read_tables(place)
        if found is None:
            found = make()
            _write_tables(place, found)
        return found

    def clear(self) -> None:
        """Delete what is kept, as when all is done."""
        if self.directory is not None:
            shutil.rmtree(self.directory, ignore_errors=True)


def _read(place: Path, kind: Any) -> Any | None:
    """What a file holds; None where there is none, or it is not whole."""
    try:
        return typed(kind, json.loads(place.read_text("utf-8")), place.name)
    except (OSError, ValueError, InputError):
        return None


def _read_tables(place: Path) -> dict[str, pl.DataFrame] | None:
    """The tables of a folder; None where a list of them, which is written last, is not there."""
    try:
        names = json.loads((place / "whole.json").read_text("utf-8"))
        return {one: pl.read_ipc(place / f"{one}.arrow") for one in names}
    except (OSError, ValueError, pl.exceptions.PolarsError):
        return None


def _write_tables(place: Path, tables: dict[str, pl.DataFrame]) -> None:
    with suppress(OSError):
        place.mkdir(parents=True, exist_ok=True)
        for name, one in tables.items():
            one.write_ipc(place / f"{name}.arrow", compression="zstd")
        _write(place / "whole.json", list(tables))


def _write(place: Path, content: Any) -> None:
    with suppress(OSError), _whole(place) as beside:
        beside.write_text(json.dumps(content, ensure_ascii=False), "utf-8")


@contextmanager
def _whole(place: Path) -> Iterator[Path]:
    """A file to write in place of another: that one is there whole or not at all.

    What cannot be kept, as on a full disk, is worked out again another time: that is no failure.
    """
    place.parent.mkdir(parents=True, exist_ok=True)
    beside = place.with_suffix(f".{os.getpid()}.part")
    try:
        yield beside
        beside.replace(place)
    except BaseException:
        with suppress(OSError):
            beside.unlink()
        raise


def fingerprint(*said: object) -> str:
    """A short name for what was asked, which differs where the code that answers does."""
    digest = hashlib.blake2b(json.dumps([str(one) for one in said]).encode(), digest_size=12)
    for path in sorted(Path(__file__).parent.parent.rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()
