"""Actors and faults of other packages: found by metadata, imported only when they are named.

Nothing here trusts a package: what it prints at import goes to stderr, and whatever it raises,
`sys.exit` included, becomes an error that names it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout, suppress
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points

from synthview.errors import InputError, SynthviewError

__all__ = [
    "Brought",
    "answering",
    "brought_by",
    "entry_points_of",
    "loaded",
    "package_of",
    "reason",
]

GROUPS = {
    "actors": "synthview.actors",
    "faults": "synthview.faults",
    "formats": "synthview.formats",
}
_LONGEST_REASON = 300


@dataclass(frozen=True)
class Brought:
    """One actor or fault of another package, as the package's metadata tells of it."""

    point: EntryPoint
    package: str
    """Name and version of the package, or the name of the module where there is no metadata."""
    refused: str = ""
    """Why it cannot be used by this name, in words; empty where it can."""

    @property
    def name(self) -> str:
        """The name of the entry point."""
        return self.point.name


def entry_points_of(kind: str) -> list[EntryPoint]:
    """Return the entry points of all packages for actors or faults; imports none of them."""
    return list(entry_points(group=GROUPS[kind]))


def package_of(point: EntryPoint) -> str:
    """Return name and version of an entry point's package, or its module if unknown."""
    module = point.value.partition(":")[0].partition(".")[0].strip() or point.value
    try:
        found = point.dist
        name, version = (found.name, found.version) if found else ("", "")
    except Exception:  # noqa: BLE001  metadata may be damaged in any way
        return module
    return f"{name or module} {version or ''}".strip()


def brought_by(declared: type) -> str:
    """Return the package of a class, as ``dog-on-sofa 0.1.0``, or its module if unknown."""
    for kind in GROUPS:
        for point in entry_points_of(kind):
            if point.value.replace(" ", "") == f"{declared.__module__}:{declared.__qualname__}":
                return package_of(point)
    return f"the module {declared.__module__}"


def loaded(one: Brought, bases: tuple[type, ...], name_of: Callable[[type], str]) -> type:
    """Import what a package brings.

    Raises InputError where it cannot be used by its name, cannot be imported, is no subclass of
    `bases`, or is named otherwise than its class.
    """
    if one.refused:
        raise InputError(one.refused)
    declared = _imported(one)
    if not (isinstance(declared, type) and issubclass(declared, bases)):
        kind = bases[0].__name__.lower()
        raise InputError(
            f"{one.name} of {one.package} is no {kind}: {one.point.value} has another base."
        )
    if name_of(declared) != one.name:
        raise InputError(
            f"{one.name} of {one.package} must go by the name of its class, {name_of(declared)}."
        )
    return declared


def _imported(one: Brought) -> object:
    try:
        with _stdout_kept_clean():
            return one.point.load()
    except (KeyboardInterrupt, MemoryError):
        raise
    except BaseException as error:
        why = reason(error)
        raise InputError(
            f"{one.name} of {one.package} cannot be imported: {why}. "
            f"Repair or remove {one.package}."
        ) from error


def reason(error: BaseException) -> str:
    """Say in a line what another package's code raised."""
    if isinstance(error, SystemExit):
        return f"it called sys.exit({error.code!r})"
    try:
        words = " ".join(str(error).split())
    except Exception:  # noqa: BLE001  the words of another package's error are its code too
        words = ""
    kind = type(error).__name__
    shortened = words if len(words) <= _LONGEST_REASON else f"{words[:_LONGEST_REASON]}…"
    return f"{kind}: {shortened.rstrip('.')}" if words else kind


@contextmanager
def answering(name: str, package: Callable[[], str]) -> Iterator[None]:
    """Turn whatever another package's code raises into an error that names the package.

    `package` is only asked then. Interrupts, shortage of memory and errors of synthview's own pass
    as they are.
    """
    try:
        yield
    except (KeyboardInterrupt, MemoryError, GeneratorExit, SynthviewError):
        raise
    except BaseException as error:
        why = reason(error)
        raise SynthviewError(
            f"{name} of {package()} failed: {why}. The fault is in that package; "
            f"leave {name} out, or repair it."
        ) from error


@contextmanager
def _stdout_kept_clean() -> Iterator[None]:
    """Send to stderr what an import prints, so that our own output stays what it is.

    Processes that the import starts, and libraries below Python, write to the descriptor itself.
    """
    with redirect_stdout(sys.stderr), _descriptor_redirected():
        yield


@contextmanager
def _descriptor_redirected() -> Iterator[None]:
    kept = -1
    with suppress(OSError, ValueError):  # a process may have no stdout or no stderr
        if sys.__stdout__ is not None:
            sys.__stdout__.flush()
        kept = os.dup(1)
        os.dup2(2, 1)
    try:
        yield
    finally:
        if kept >= 0:
            os.dup2(kept, 1)
            os.close(kept)
