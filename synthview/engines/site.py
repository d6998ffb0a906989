"""The directory a run is written into: whose it is, what of it is finished, and that nobody else is writing there.

While a run is under way a hidden folder holds its settings, a journal with the receipts of every
finished range, and a lock. The manifest, written last, takes their place. Nothing that we did not
write is ever removed or changed.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from synthview.engines.layout import HIDDEN, Layout
from synthview.engines.lock import take
from synthview.errors import NotOurs, OutputError
from synthview.manifest import MANIFEST, read_json, read_manifest
from synthview.sinks.database import DATABASE
from synthview.sinks.parts import Receipt, publish, sweep, told

__all__ = ["Found", "Site"]

SETTINGS, JOURNAL, LOCK = "run.json", "receipts.jsonl", "lock"
Receipts = dict[int, list[Receipt]]


@dataclass(frozen=True)
class Found:
    """What lies in a directory: nothing of a run, one that was begun, or one that was finished."""

    settings: Mapping[str, Any] | None = None
    layout: Layout | None = None
    receipts: Receipts = field(default_factory=dict)
    manifest: Mapping[str, Any] | None = None
    replaces: tuple[Layout, ...] = ()
    """Runs whose files were being removed to make room for this one."""


class Site:
    """A directory, and what a run keeps there."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.hidden = directory / HIDDEN

    @property
    def ground(self) -> Path:
        """The directory itself, or the nearest above it that exists."""
        place = self.directory.absolute()
        while not place.exists():
            place = place.parent
        return place

    def look(self) -> Found:
        """Find out what lies there, and change nothing; raises NotOurs where it is something else."""
        if not self.ground.is_dir():
            raise OutputError(f"{self.directory} cannot be a directory: {self.ground} is a file.")
        with told(self.directory):
            there = sorted(one.name for one in self.directory.iterdir()) if self.directory.exists() else []
        for found in (self._finished, self._begun):
            try:
                if (known := found()) is not None:
                    return known
            except (TypeError, KeyError, ValueError):
                continue
        others = [name for name in there if name != HIDDEN]
        if others:
            some = ", ".join(others[:3]) + (" …" if len(others) > 3 else "")
            raise NotOurs(
                f"{self.directory} holds something that synthview did not make ({some}). Name another directory."
            )
        return Found()

    def _finished(self) -> Found | None:
        manifest = read_manifest(self.directory)
        if manifest is None:
            return None
        layout = Layout.read(manifest["layout"])
        receipts: Receipts = {}
        for part in manifest["parts"]:
            receipts.setdefault(_number(part["path"]), []).append(Receipt.read(part))
        return Found(manifest["settings"], layout, receipts, manifest)

    def _begun(self) -> Found | None:
        stated = read_json(self.hidden / SETTINGS)
        if stated is None:
            return None
        replaces = tuple(Layout.read(one) for one in stated["replaces"])
        return Found(stated["settings"], Layout.read(stated["layout"]), self._journal(), replaces=replaces)

    def _journal(self) -> Receipts:
        """The receipts of finished ranges; a last line that a kill cut short is not one."""
        receipts: Receipts = {}
        with suppress(OSError):
            for line in (self.hidden / JOURNAL).read_text(encoding="utf-8").splitlines():
                with suppress(ValueError, KeyError, TypeError):
                    stated = json.loads(line)
                    receipts[stated["range"]] = [Receipt.read(part) for part in stated["parts"]]
        return receipts

    @contextmanager
    def held(self) -> Iterator[int]:
        """Keep every other run out of the directory, which is made if need be.

        Yields the descriptor of the lock: a process that inherits it keeps others out for as long as it lives.
        """
        with told(self.directory):
            self.hidden.mkdir(parents=True, exist_ok=True)
            lock = take(self.hidden / LOCK)
        try:
            yield lock.fileno()
        finally:
            lock.close()

    def begin(
        self, settings: Mapping[str, Any], layout: Layout, kept: Receipts, replaces: Sequence[Layout] = ()
    ) -> None:
        """Note what is going to be made and what of it is there, remove what it replaces, make the tables' folders.

        Killed at any point, the next run finds either the old state or the new one and goes on from it.
        """
        sweep(self.directory)
        publish(self.hidden / JOURNAL, (_line(number, parts) for number, parts in sorted(kept.items())))
        self._state(settings, layout, replaces)
        with told(self.directory):
            (self.directory / MANIFEST).unlink(missing_ok=True)
            if replaces:
                self._clear(replaces)
                self._state(settings, layout, ())
            for name in layout.tables:
                (self.directory / layout.path(name, 0, None)).parent.mkdir(parents=True, exist_ok=True)

    def _state(self, settings: Mapping[str, Any], layout: Layout, replaces: Sequence[Layout]) -> None:
        stated = {"settings": settings, "layout": asdict(layout), "replaces": [asdict(one) for one in replaces]}
        publish(self.hidden / SETTINGS, [_json(stated)])

    def _clear(self, layouts: Sequence[Layout]) -> None:
        """Remove every file that runs of these layouts may have written, and the folders that are empty then."""
        for path in (self.directory / one for layout in layouts for one in layout.all_paths()):
            with suppress(FileNotFoundError, NotADirectoryError):
                path.unlink()
        _remove_empty(self.directory / "log")
        _remove_empty(self.directory / "truth")

    def note(self, number: int, receipts: list[Receipt]) -> None:
        """Note that a range is finished."""
        journal = self.hidden / JOURNAL
        with told(journal), journal.open("ab") as file:
            file.write(_line(number, receipts))

    def bytes_of(self, layout: Layout) -> int:
        """How much the files of a layout that are there take."""
        size = 0
        for path in layout.all_paths():
            with suppress(OSError):
                size += (self.directory / path).stat().st_size
        return size

    def finish(self, manifest: bytes) -> None:
        """Write the manifest, and drop what it replaces."""
        publish(self.directory / MANIFEST, [manifest])
        self.tidy()

    def tidy(self) -> None:
        """Remove the hidden folder, lock and all."""
        shutil.rmtree(self.hidden, ignore_errors=True)

    def intact(self, found: Found) -> Receipts:
        """The ranges whose every part lies there in full length; for a database, those that are in it."""
        layout = found.layout
        assert layout is not None
        if layout.is_database and found.manifest is not None:
            return found.receipts if (self.directory / DATABASE).is_file() else {}
        return {
            number: receipts
            for number, receipts in found.receipts.items()
            if {one.path for one in receipts} == set(layout.paths(number))
            and all(one.is_in(self.directory) for one in receipts)
        }


def _number(path: str) -> int:
    """The range a part belongs to, which is its file's name."""
    return int(path.rpartition("/")[2].partition(".")[0])


def _remove_empty(folder: Path) -> None:
    """Remove a folder and those in it, as far as they are empty."""
    if folder.is_symlink() or not folder.is_dir():
        return
    for inner in folder.iterdir():
        _remove_empty(inner)
    with suppress(OSError):
        folder.rmdir()


def _line(number: int, receipts: list[Receipt]) -> bytes:
    return _json({"range": number, "parts": [one.as_dict() for one in receipts]})


def _json(content: Any) -> bytes:
    return json.dumps(content, ensure_ascii=False).encode() + b"\n"
