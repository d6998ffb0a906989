"""Paths inside a directory that others can write to: they stay inside, and follow no link.

And what the system says of a place, in our words.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PureWindowsPath

from synthview.errors import NoSpace, NotOurs, OutputError

__all__ = [
    "inside",
    "is_inner",
    "is_regular",
    "leads_outside",
    "make_folder",
    "refuse_unfit",
    "sync_folder",
    "write_errors",
]

_FULL = (errno.ENOSPC, errno.EDQUOT)
GO_ON = "The same command goes on from here"


def is_inner(path: str) -> bool:
    """Check that a path with slashes, as a file states it, stays below its directory."""
    windows = PureWindowsPath(path)
    is_anchored = bool(windows.drive or windows.root)
    is_odd = "\\" in path or "\0" in path
    steps_aside = not {"", ".", ".."}.isdisjoint(path.split("/"))
    return not (is_anchored or is_odd or steps_aside)


def is_regular(path: Path) -> bool:
    """Whether a regular file lies there; a link to one is none."""
    with suppress(OSError, ValueError):
        return stat.S_ISREG(path.lstat().st_mode)
    return False


def leads_outside(directory: Path, path: str) -> bool:
    """Whether links on the way to a file lead out of its directory."""
    if not any(one.is_symlink() for one in _steps(directory, path)):
        return False
    home = os.path.realpath(directory)
    goal = os.path.realpath(directory / path)
    return os.path.commonpath([home, goal]) != home


def inside(directory: Path, path: str) -> Path:
    """Return where a file lies, from the root, so that no reader takes it for a pattern.

    Raises OutputError where links lead out of the directory.
    """
    if leads_outside(directory, path):
        raise OutputError(
            f"{directory / path} leads out of {directory} through a link; it is not read."
        )
    return directory.absolute() / path


def refuse_unfit(directory: Path, path: str, *, is_folder: bool = False) -> None:
    """Raise NotOurs unless a file or folder can be written or replaced here without a link.

    Every folder on the way that exists must be a real one. What does not exist yet is no obstacle.
    """
    steps = _steps(directory, path)
    for place in steps:
        wants_folder = is_folder or place != steps[-1]
        try:
            mode = place.lstat().st_mode
        except FileNotFoundError:
            return
        except OSError as error:
            raise OutputError(f"{place} cannot be used: {error.strerror or error}.") from None
        if stat.S_ISLNK(mode):
            raise NotOurs(
                f"{place} is a link. synthview writes and removes nothing through links inside "
                f"{directory}. "
                "Remove the link, or name another directory."
            )
        if wants_folder != stat.S_ISDIR(mode) or not (wants_folder or stat.S_ISREG(mode)):
            wanted = "a folder" if wants_folder else "a regular file"
            raise NotOurs(
                f"{place} is in the way: {wanted} has to be there. Move it, or name another "
                f"directory."
            )


def make_folder(directory: Path, path: str) -> None:
    """Make a folder and its parents inside a directory; NotOurs if a link or file is in the way."""
    refuse_unfit(directory, path, is_folder=True)
    (directory / path).mkdir(parents=True, exist_ok=True)


def sync_folder(path: Path) -> None:
    """Wait until the names in a folder are on the disk, where the system can do that."""
    with suppress(OSError):  # Windows opens no folders, and some network disks do not sync them
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _steps(directory: Path, path: str) -> list[Path]:
    """The path and the folders on the way to it, from the directory down."""
    place, steps = directory, []
    for name in path.split("/"):
        place = place / name
        steps.append(place)
    return steps


@contextmanager
def write_errors(path: Path, *, only_full: bool = False) -> Iterator[None]:
    """Turn an error of the system about a file into one of ours, with what to do.

    With `only_full` no error but that a disk is full is taken to be about this file.
    """
    try:
        yield
    except OSError as error:
        if only_full and error.errno not in _FULL:
            raise
        raise _in_words(path, error) from None


def _in_words(path: Path, error: OSError) -> OutputError:
    failed = f"{path} could not be written"
    if error.errno in _FULL:
        return NoSpace(f"The disk is full: {failed}. {GO_ON} once there is space.")
    if error.errno == errno.ENOENT:
        return OutputError(f"{failed}: its folder was removed meanwhile. {GO_ON}.")
    return OutputError(f"{failed}: {error.strerror or error}.")
