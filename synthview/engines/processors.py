"""How many processors this process may use, by its affinity and its container's quota."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import NamedTuple

__all__ = ["available", "quota"]

STATED = "PYTHON_CPU_COUNT"
"""The variable by which Python, from 3.13 on, lets a user say how many processors there are."""


def available() -> int:
    """Return how many processes can work at once, at least 1 and at most the quota."""
    return max(1, min(_stated() or _usable(), quota() or sys.maxsize))


def _stated() -> int | None:
    text = os.environ.get(STATED, "").strip()
    return int(text) if text.isdecimal() and int(text) > 0 else None


def _usable() -> int:
    """Processors of the machine that this process is not kept away from."""
    if hasattr(os, "process_cpu_count"):  # from Python 3.13 on
        count: int | None = os.process_cpu_count()
        return count or 1
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def quota(root: Path = Path("/")) -> int | None:
    """Return the processors that Linux control groups allow, rounded up; None without a limit.

    Groups are nested, and the least of their quotas counts. `root` is the root of the file system.
    """
    found = [limit for folder in _folders(root) if (limit := _limit_in(folder)) is not None]
    return min(found, default=None)


def _limit_in(folder: Path) -> int | None:
    """Read the quota that a group states: in one file since version 2, in two before."""
    two = (
        _read(folder / "cpu.max")
        or f"{_read(folder / 'cpu.cfs_quota_us')} {_read(folder / 'cpu.cfs_period_us')}"
    )
    return limit(two)


def limit(stated: str) -> int | None:
    """Read `QUOTA PERIOD`, both in microseconds, as processors; None without a limit."""
    match stated.split():
        case [quota_, period] if quota_.isdecimal() and period.isdecimal() and int(period) > 0:
            return max(1, -(-int(quota_) // int(period)))
    return None


class _Mount(NamedTuple):
    """Where a tree of control groups can be read, and which of its groups lies there at the top."""

    point: PurePosixPath
    top: PurePosixPath
    is_unified: bool


def _folders(root: Path) -> Iterator[Path]:
    """Folders of the groups this process is in, each followed by those around it."""
    unified, legacy = _groups(_read(root / "proc/self/cgroup"))
    for mount in _mounts(_read(root / "proc/self/mountinfo")):
        group = unified if mount.is_unified else legacy
        if group is None:
            continue
        point = root / mount.point.relative_to("/")
        inner = _below(group, mount.top)
        yield from (point / one for one in (inner, *inner.parents))


def _below(group: str, top: PurePosixPath) -> PurePosixPath:
    """A group as seen from the top of a mount; the top itself where the group lies outside."""
    path = PurePosixPath(group)
    if ".." in path.parts or not path.is_relative_to(top):
        return PurePosixPath()
    return path.relative_to(top)


def _groups(text: str) -> tuple[str | None, str | None]:
    """Read /proc/self/cgroup: the group in version 2, and that of the processor in version 1."""
    unified = legacy = None
    for line in text.splitlines():
        number, _, rest = line.partition(":")
        controllers, _, path = rest.partition(":")
        if number == "0" and not controllers:
            unified = path
        elif "cpu" in controllers.split(","):
            legacy = path
    return unified, legacy


def _mounts(text: str) -> Iterator[_Mount]:
    """Read /proc/self/mountinfo: the trees of control groups that have to do with processors."""
    for line in text.splitlines():
        before, _, after = line.partition(" - ")
        place = before.split()
        system = after.split()
        if len(place) < 5 or len(system) < 3:
            continue
        is_unified = system[0] == "cgroup2"
        if is_unified or (system[0] == "cgroup" and "cpu" in system[2].split(",")):
            point, top = (PurePosixPath(_unescaped(one)) for one in (place[4], place[3]))
            yield _Mount(point, top, is_unified)


def _unescaped(path: str) -> str:
    """A path of the mount table, in which spaces stand as their number in octal."""
    return re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), path)


def _read(path: Path) -> str:
    with suppress(OSError, UnicodeDecodeError):
        return path.read_text("utf-8")
    return ""
