"""Hidden folders in which things are made before they get their place, and never outlast their use.

A folder is locked as long as its process lives. What a kill left of one is removed by the next that
is made for the same place, with what it had put in place already.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from hashlib import blake2b
from pathlib import Path
from typing import Any

from synthview.errors import OutputError

if sys.platform != "win32":
    import fcntl

__all__ = ["move", "settle", "staged", "undo_settled", "write_whole"]

PREFIX = ".synthview-"
_SETTLED = "settled.json"


@contextmanager
def staged(place: Path | None = None, *, use: str = "") -> Iterator[Path]:
    """Give a new folder beside a place, or where temporary files go; it is gone at the end.

    `use` tells folders apart that have no place. Raises OutputError where none can be made.
    """
    near, prefix = _named(place, use)
    for old in _abandoned(place, use=use):
        shutil.rmtree(old, ignore_errors=True)
    try:
        folder, lock = _new(near, prefix)
    except OSError as error:
        raise OutputError(f"No folder can be made in {near}: {error.strerror or error}.") from None
    try:
        yield folder
    finally:
        _remove(folder)
        if lock is not None:
            os.close(lock)


def _remove(folder: Path) -> None:
    """Remove a folder whole, also where a signal asks to end meanwhile."""
    try:
        shutil.rmtree(folder, ignore_errors=True)
    except KeyboardInterrupt:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _abandoned(place: Path | None = None, *, use: str = "") -> Iterator[Path]:
    """Yield folders made for a place, or for a use, whose processes are gone."""
    near, prefix = _named(place, use)
    try:
        folders = [one for one in near.iterdir() if one.name.startswith(prefix)]
    except OSError:
        return
    for folder in folders:
        lock = _lock(folder, wait=False) if _is_ours(folder) else None
        if lock is not None:
            try:
                yield folder
            finally:
                os.close(lock)


def _named(place: Path | None, use: str) -> tuple[Path, str]:
    """Where such folders lie, and how their names begin."""
    if place is None:
        return _temporary(), f"{PREFIX[1:]}{use}-"
    name = blake2b(place.name.encode(errors="surrogateescape"), digest_size=4).hexdigest()
    return place.absolute().parent, f"{PREFIX}{name}-"


def _temporary() -> Path:
    try:
        return Path(tempfile.gettempdir())
    except OSError as error:
        raise OutputError(
            f"There is no place for temporary files: {error.strerror or error}. Name one in the "
            "variable TMPDIR."
        ) from None


def _new(near: Path, prefix: str) -> tuple[Path, int | None]:
    """Make a folder and lock it; one that another process removed before it was locked is none."""
    while True:
        folder = Path(tempfile.mkdtemp(prefix=prefix, dir=near))
        lock = _lock(folder, wait=True)
        if lock is None or folder.exists():
            return folder, lock
        os.close(lock)


def _lock(folder: Path, *, wait: bool) -> int | None:
    """Lock a folder until its descriptor is closed; None where another process has it locked.

    Who makes a folder waits for those that look whether it is abandoned.
    """
    if sys.platform == "win32":
        return None
    try:
        opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        return None
    try:
        fcntl.flock(opened, fcntl.LOCK_SH if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:  # locked, or a disk without locks: nobody's business
        os.close(opened)
        return None
    return opened


def _is_ours(folder: Path) -> bool:
    """Whether a real folder of this user goes by the name."""
    with suppress(OSError):
        found = folder.lstat()
        mine = not hasattr(os, "getuid") or found.st_uid == os.getuid()
        return stat.S_ISDIR(found.st_mode) and mine
    return False


def settle(staging: Path, moves: Mapping[Path, Path]) -> None:
    """Move files and folders out of a hidden folder to places that are free, and note that first.

    Raises OSError where one cannot be moved.
    """
    noted = []
    for source, goal in moves.items():
        found = source.stat()
        names = [one.relative_to(source).as_posix() for one in source.rglob("*")]
        is_folder = stat.S_ISDIR(found.st_mode)
        noted.append({
            "goal": str(goal.absolute()),
            "inode": found.st_ino,
            "time": None if is_folder else found.st_mtime_ns,
            "names": sorted(names, key=len, reverse=True),
        })  # fmt: skip
    (staging / _SETTLED).write_text(json.dumps(noted), "utf-8")
    for source, goal in moves.items():
        move(source, goal)


def undo_settled(place: Path | None) -> None:
    """Remove what a process had settled when it was killed; what others put there stays."""
    for folder in _abandoned(place) if place is not None else ():
        with suppress(OSError, ValueError, KeyError, TypeError):
            for one in json.loads((folder / _SETTLED).read_text("utf-8")):
                _undo(Path(one["goal"]), one)


def _undo(goal: Path, noted: Mapping[str, Any]) -> None:
    with suppress(FileNotFoundError):
        found = goal.lstat()
        is_folder = stat.S_ISDIR(found.st_mode)
        time = None if is_folder else found.st_mtime_ns
        if (found.st_ino, time) != (noted["inode"], noted["time"]):
            return
        for one in [goal / name for name in noted["names"]] + [goal]:
            with suppress(OSError):  # gone, or with files of others in it
                one.rmdir() if one.is_dir() else one.unlink()


def move(file: Path, place: Path) -> None:
    """Rename a file to a place, of another disk too; it appears there whole."""
    try:
        file.replace(place)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        with staged(place) as near:
            copy = near / file.name
            shutil.copyfile(file, copy)
            copy.replace(place)
        file.unlink()


def write_whole(place: Path, content: bytes) -> None:
    """Write a file whole or not at all, through a link too; a pipe or device takes it as it comes.

    Raises OSError where it cannot be written.
    """
    goal = place.resolve()
    is_special = goal.exists() and not goal.is_file()
    if is_special or not os.access(goal.parent, os.W_OK):
        goal.write_bytes(content)
        return
    with staged(goal) as near:
        draft = near / "whole"
        with draft.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if goal.exists():
            shutil.copymode(goal, draft)
        draft.replace(goal)
