"""The directory that a run writes into: whose it is, what is finished, and who holds its lock.

While a run is under way a hidden folder holds its settings, a journal with the receipts of all
parts that are there, and a lock. The manifest, written last, takes their place. A file is ours if
its name follows from the layout of a run and its receipt is noted: nothing else is ever removed or
changed, and no link is followed.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from synthview.engines.journal import JOURNAL, SETTINGS, BegunRun, Journal
from synthview.engines.layout import HIDDEN, PARTS, Layout
from synthview.engines.load_place import refuse_load
from synthview.engines.lock import take
from synthview.engines.manifest import MANIFEST, BadManifest, Manifest, read_manifest
from synthview.errors import NotOurs, OutputError
from synthview.outside.places import make_folder, refuse_unfit, sync_folder, write_errors
from synthview.sinks.database import DATABASE, SIDES, holds, remove
from synthview.sinks.parts import (
    PartDraft,
    Receipt,
    is_whole,
    publish,
    put_in_place,
    sweep,
    sync,
)

__all__ = ["Found", "Site", "in_the_way"]

LOCK = f"{HIDDEN}/lock"
SYNCED_AT_ONCE, SYNCED_PER_ROUND = 8, 1_024


@dataclass(frozen=True)
class Found:
    """What lies in a directory: nothing of a run, one that was begun, or one that was finished.

    `unclaimed` says why files that look like those of a run cannot be told to be ours. A manifest
    that was changed after it was written is not `is_sealed`: what it says of files is not believed.
    """

    settings: Mapping[str, Any] | None = None
    layout: Layout | None = None
    receipts: Mapping[str, Receipt] = field(default_factory=dict)
    manifest: Mapping[str, Any] | None = None
    is_sealed: bool = True
    owns: tuple[str, ...] = ()
    replaces: tuple[str, ...] = ()
    """Files of a run that were being removed to make room for this one."""
    unclaimed: str = ""

    @property
    def files(self) -> set[str]:
        """Every file that is ours by its name and its receipt, apart from the manifest."""
        if self.layout is None:
            return set()
        stated = {path for one in self.receipts.values() for path in one.paths}
        return self.layout.owned_by({*stated, *self.owns})


class Site:
    """A directory, and what a run keeps there."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.hidden = directory / HIDDEN
        self.journal = Journal(directory)
        self._has_begun = False

    @property
    def ground(self) -> Path:
        """The directory itself, or the nearest above it that exists."""
        place = self.directory.absolute()
        while not place.exists():
            place = place.parent
        return place

    def look(self) -> Found:
        """Find out what lies there, and change nothing; raises NotOurs for anything else."""
        if self.directory.is_symlink() and not self.directory.exists():
            raise OutputError(
                f"{self.directory} is a link to a place that is not there. Make that place, or "
                "name another directory."
            )
        if not self.ground.is_dir():
            raise OutputError(f"{self.directory} cannot be a directory: {self.ground} is a file.")
        lost = f"{self.directory} has no {MANIFEST}"
        try:
            if (manifest := read_manifest(self.directory)) is not None:
                return _finished(manifest)
        except BadManifest as bad:
            lost = bad.reason.removesuffix(".")
        if (begun := self.journal.begun()) is not None:
            noted = self.journal.noted()
            owns = tuple(begun.owns)
            replaces = tuple(begun.replaces)
            return Found(begun.settings, begun.layout, noted, owns=owns, replaces=replaces)
        return self._unclaimed(lost)

    def _unclaimed(self, lost: str) -> Found:
        """Files without a manifest; names that begin with a dot, such as .gitkeep, do not count."""
        there = self.names()
        if not there:
            return Found()
        refuse_load(self.directory)
        if {"log", "truth", "aggregate", DATABASE}.isdisjoint(there):
            raise NotOurs(self.not_ours())
        return Found(unclaimed=lost)

    def names(self) -> list[str]:
        """What lies in the directory, apart from names that begin with a dot."""
        with write_errors(self.directory):
            if self.directory.exists():
                return sorted(
                    one.name for one in self.directory.iterdir() if not one.name.startswith(".")
                )
        return []

    def not_ours(self) -> str:
        """Say that the directory holds something else, with some names."""
        names = self.names()
        some = ", ".join(names[:3]) + (" …" if len(names) > 3 else "")
        return (
            f"{self.directory} holds something that synthview did not make ({some}). "
            "Name another directory."
        )

    @contextmanager
    def held(self) -> Iterator[int]:
        """Keep every other run out of the directory, and make it if need be.

        If no run begins, the directory goes again. Yields the descriptor of the lock: a process
        that inherits it keeps others out for as long as it lives.
        """
        refuse_unfit(self.directory, LOCK)
        missing = [one for one in (self.hidden, *self.hidden.parents) if not one.exists()]
        with write_errors(self.directory):
            self.hidden.mkdir(parents=True, exist_ok=True)
            lock = take(self.directory / LOCK)
        try:
            yield lock.fileno()
        finally:
            if not self._has_begun and self.journal.begun() is None:
                self._remove((LOCK,), missing)
            lock.close()

    # --- What is in the way -----------------------------------------------------------------------

    def refuse_obstacles(
        self, layout: Layout, owned: Collection[str], *, may_be_there: bool
    ) -> None:
        """Raise NotOurs where a run cannot write all its files, before it writes the first.

        A link or a folder in the place of a file is always in the way. So is a file that is not
        `owned`, unless it `may_be_there` with the very bytes that the run writes, which shows
        later.
        """
        for name in (SETTINGS, JOURNAL, MANIFEST):
            refuse_unfit(self.directory, name)
        if (strange := self.journal.strange()) is not None:
            raise NotOurs(
                f"{strange} is not what synthview writes there. Move it elsewhere and run the same "
                "command again: it keeps the files that are whole."
            )
        for folder in _folders(layout):
            refuse_unfit(self.directory, folder, is_folder=True)
        for path in [*owned, *self.present(layout)]:
            refuse_unfit(self.directory, path)
            if path not in owned and not may_be_there:
                raise in_the_way(self.directory / path)
        for side in SIDES if layout.is_database and DATABASE not in owned else ():
            if os.path.lexists(self.directory / side):
                raise in_the_way(self.directory / side)

    def present(self, layout: Layout) -> set[str]:
        """What lies there under names that a run of this layout uses."""
        found = {DATABASE} if os.path.lexists(self.directory / DATABASE) else set()
        for folder in _folders(layout):
            with suppress(OSError):
                found |= {f"{folder}/{one.name}" for one in (self.directory / folder).iterdir()}
        return layout.owned_by(found)

    def bytes_of(self, paths: Iterable[str]) -> int:
        """How much those of some files that are there take."""
        size = 0
        for path in paths:
            with suppress(OSError):
                size += (self.directory / path).lstat().st_size
        return size

    # --- On the way -------------------------------------------------------------------------------

    def begin(self, begun: BegunRun, noted: Iterable[Receipt], *, keeps_manifest: bool) -> None:
        """Note what is going to be made, remove what it replaces, and make the tables' folders.

        Killed at any point, the next run finds either the old state or the new one and goes on from
        it.
        """
        self._has_begun = True
        sweep(self.directory)
        self.journal.rewrite(noted)
        self.journal.state(begun)
        with write_errors(self.directory):
            if not keeps_manifest:
                (self.directory / MANIFEST).unlink(missing_ok=True)
            if begun.replaces:
                self._clear(begun.replaces)
                self.journal.state(begun.model_copy(update={"replaces": []}))
            for name in begun.layout.tables:
                path = PurePosixPath(begun.layout.path(name, 0, None))
                make_folder(self.directory, path.parent.as_posix())

    def _clear(self, paths: Iterable[str]) -> None:
        """Remove files of a run, and those of their folders that are empty then."""
        for path in paths:
            if path == DATABASE:
                remove(self.directory / path)
            else:
                (self.directory / path).unlink(missing_ok=True)
        self._remove_folders(paths)

    def _remove_folders(self, paths: Iterable[str]) -> None:
        folders = {one.as_posix() for path in paths for one in PurePosixPath(path).parents}
        for folder in sorted(folders - {".", HIDDEN}, key=len, reverse=True):
            with suppress(OSError):  # not empty
                (self.directory / folder).rmdir()

    def settle(self, drafts: Sequence[PartDraft], owned: Collection[str]) -> list[Receipt]:
        """Note the receipts of drafts, then name the files; raises NotOurs if one is taken."""
        for one in drafts:
            self._refuse_taken(one.receipt, owned)
        receipts = [one.receipt for one in drafts]
        self.journal.note(receipts)
        for one in drafts:
            put_in_place(self.directory, one)
        return receipts

    def _refuse_taken(self, receipt: Receipt, owned: Collection[str]) -> None:
        for path, size, digest in receipt.contents:
            place = self.directory / path
            refuse_unfit(self.directory, path)
            if path not in owned and os.path.lexists(place) and not is_whole(place, size, digest):
                raise in_the_way(place)

    def finish(self, manifest: bytes, paths: Collection[str]) -> None:
        """Wait until the files are on the disk, write the manifest, and drop what it replaces."""
        with write_errors(self.directory):
            _sync_all([self.directory / path for path in paths])
            for folder in {one for path in paths for one in PurePosixPath(path).parents}:
                sync_folder(self.directory / folder)
        publish(self.directory / MANIFEST, [manifest])
        self.tidy()

    def tidy(self) -> None:
        """Remove what a run keeps in the hidden folder, and the folder if nothing else is in it."""
        parts = [one for one in self.journal.noted() if one.startswith(PARTS)]
        self._remove([*parts, JOURNAL, SETTINGS, LOCK], ())
        self._remove_folders(parts)
        self._remove((), [self.hidden])

    def _remove(self, paths: Iterable[str], folders: Iterable[Path]) -> None:
        """Remove regular files of ours, then folders as far as they are empty."""
        for path in paths:
            with suppress(OSError, NotOurs):
                refuse_unfit(self.directory, path)
                (self.directory / path).unlink()
        for folder in folders:
            with suppress(OSError):
                folder.rmdir()

    # --- What is whole ----------------------------------------------------------------------------

    def intact(self, found: Found) -> dict[str, Receipt]:
        """Receipts of the parts that have their size and digest; of a database, all or none."""
        assert found.layout is not None
        if found.layout.is_database and found.manifest is not None:
            by_table = {
                name: [one for one in found.receipts.values() if one.table == name]
                for name in found.layout.tables
            }
            return dict(found.receipts) if holds(self.directory / DATABASE, by_table) else {}
        return {path: one for path, one in found.receipts.items() if one.is_in(self.directory)}

    def is_complete(self, found: Found) -> bool:
        """Whether a finished run is as it was written: its manifest, and every part."""
        if found.manifest is None or found.layout is None or not found.is_sealed:
            return False
        is_locked = os.path.lexists(self.directory / LOCK)
        if (
            is_locked or self.journal.begun() is not None
        ):  # under way, or stopped before it could tidy up
            return False
        if found.layout.is_database and any(os.path.lexists(self.directory / one) for one in SIDES):
            return False
        layout = found.layout
        numbers = range(layout.range_count)
        wanted = {path.removeprefix(PARTS) for number in numbers for path in layout.paths(number)}
        return wanted == set(found.receipts) and len(self.intact(found)) == len(wanted)


def _finished(content: Mapping[str, Any]) -> Found:
    manifest = Manifest.model_validate(content)
    receipts = {one.path: one for one in manifest.parts}
    owns = (DATABASE,) if manifest.layout.is_database else ()
    return Found(manifest.settings, manifest.layout, receipts, content, manifest.is_sealed, owns)


def _folders(layout: Layout) -> set[str]:
    """Every folder in which a run of this layout has files, inside its directory."""
    some = [*layout.paths(0), *layout.paths(layout.range_count - 1)]
    return {PurePosixPath(path).parent.as_posix() for path in some}


def _sync_all(files: Sequence[Path]) -> None:
    """Wait until files are on the disk: it takes several at once in little more time than one."""
    try:
        with ThreadPoolExecutor(SYNCED_AT_ONCE) as pool:
            for start in range(0, len(files), SYNCED_PER_ROUND):
                list(pool.map(sync, files[start : start + SYNCED_PER_ROUND]))
    except RuntimeError:  # no thread is to be had
        for one in files:
            sync(one)


def in_the_way(place: Path) -> NotOurs:
    """What is said of a file in the place of one of ours."""
    return NotOurs(
        f"{place} is in the way: synthview did not write it (no receipt tells of it) and leaves it "
        "as it is. Move it elsewhere and run the same command again, or name another directory."
    )
