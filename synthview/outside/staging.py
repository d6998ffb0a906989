"""Hidden folders in which things are made before they get their place, and never outlast their use.

A folder is locked as long as its process lives. What a kill left of one is removed by the next that
is made for the same place, with what it had put in place already.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import stat
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from hashlib import blake2b
from pathlib import Path
from typing import Any

from synthview.errors import OutputError

if sys.platform != "win32":
    import fcntl

__all__ = ["Staging", "move", "staged", "undo_settled", "write_whole"]

PREFIX = ".synthview-"
_SETTLED = "settled.json"
_ENDING = [
    signal.Signals[name]
    for name in ("SIGINT", "SIGTERM", "SIGHUP")
    if name in signal.Signals.__members__
]


class Staging:
    """A hidden folder, and how what was made in it gets its place."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._undisturbed = ExitStack()

    def settle(self, moves: Mapping[Path, Path]) -> None:
        """Move files and folders to places that are free, and note that first.

        From here on the work is done: who asks to end it gets all of it. Raises OSError where one
        cannot be moved.
        """
        self._undisturbed.enter_context(_undisturbed())
        noted = [_noted(source, goal) for source, goal in moves.items()]
        (self.folder / _SETTLED).write_text(json.dumps(noted), "utf-8")
        for source, goal in moves.items():
            move(source, goal)

    def close(self) -> None:
        """Remove the folder."""
        with self._undisturbed:
            _remove(self.folder)


@contextmanager
def staged(place: Path | None = None, *, use: str = "") -> Iterator[Staging]:
    """Give a new folder beside a place, or where temporary files go; it is gone at the end.

    `use` tells folders apart that have no place. Raises OutputError where none can be made.
    """
    near, prefix = _named(place, use)
    for old in _abandoned(place, use=use):
        _clear(old)
    try:
        folder, lock = _new(near, prefix)
    except OSError as error:
        raise OutputError(f"No folder can be made in {near}: {error.strerror or error}.") from None
    staging = Staging(folder)
    try:
        yield staging
    finally:
        staging.close()
        if lock is not None:
            os.close(lock)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Hold signals that ask to end, for some steps that take no time; they are heeded after.

    A stream notes where it is all the time: who ended it then would have to ask again and again.
    What was ignored when the command started, as Ctrl-C is in the background of a shell, stays so.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    heard: list[int] = []
    handlers = {one: signal.getsignal(one) for one in _ENDING}
    before = {one: handler for one, handler in handlers.items() if handler != signal.SIG_IGN}
    try:
        for one in before:
            signal.signal(one, lambda number, _: heard.append(number))
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
        for number in heard[:1]:
            signal.raise_signal(number)


def _remove(folder: Path) -> None:
    """Remove a folder whole, also where a signal asks to end meanwhile.

    What was settled is noted there to the last, so that it can be undone after a kill.
    """
    try:
        _clear(folder)
    except KeyboardInterrupt:
        _clear(folder)
        raise


def _clear(folder: Path) -> None:
    with suppress(OSError):
        for one in folder.iterdir():
            if one.is_dir() and not one.is_symlink():
                shutil.rmtree(one, ignore_errors=True)
            elif one.name != _SETTLED:
                one.unlink()
    shutil.rmtree(folder, ignore_errors=True)


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
        try:
            lock = _lock(folder, wait=True)
        except BaseException:
            folder.rmdir()
            raise
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


def _noted(source: Path, goal: Path) -> Mapping[str, Any]:
    """What is known of a file or folder by which it is told again at its place."""
    found = source.stat()
    is_folder = stat.S_ISDIR(found.st_mode)
    names = [one.relative_to(source).as_posix() for one in source.rglob("*")]
    return {
        "goal": str(goal.absolute()),
        "inode": found.st_ino,
        "time": None if is_folder else found.st_mtime_ns,
        "names": sorted(names, key=len, reverse=True),
    }


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
            copy = near.folder / file.name
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
        draft = near.folder / "whole"
        with draft.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if goal.exists():
            shutil.copymode(goal, draft)
        draft.replace(goal)
