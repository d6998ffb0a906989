"""What can go wrong, told so that a reader knows what, where and what to do.

SynthviewError                exit code 1: the run could not go on
├── OutOfMemory               memory ran out; also a MemoryError
├── InputError                exit code 2: something the user typed or wrote is wrong
│   ├── UnknownName               no such scenario, table, setting, column, actor …
│   ├── SettingError              a setting's value is not one it can take
│   ├── ScenarioError             a scenario file cannot be read
│   └── MissingExtra              a package that a command needs is not there, or not usable
└── OutputError               exit code 3: a place to read or write is not usable
    ├── NotOurs                   the directory holds something else: it stays untouched
    ├── OtherRun                  the directory holds a run with other settings
    └── NoSpace                   the run would not fit on the disk
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable

__all__ = [
    "InputError",
    "MissingExtra",
    "NoSpace",
    "NotOurs",
    "OtherRun",
    "OutOfMemory",
    "OutputError",
    "ScenarioError",
    "SettingError",
    "SynthviewError",
    "UnknownName",
    "shortened",
]

LONGEST_ECHO = 80
"""Characters of what was typed that a message repeats."""
MOST_LISTED = 200


class SynthviewError(Exception):
    """The run could not go on; the message says why."""

    exit_code = 1


class OutOfMemory(SynthviewError, MemoryError):
    """Memory ran out, here, in a worker or inside a library."""


class InputError(SynthviewError):
    """Something the user typed or wrote is wrong."""

    exit_code = 2


def shortened(stated: object) -> str:
    """Return what was typed or written, cut to a length that a message can repeat."""
    try:
        text = str(stated)
    except ValueError:  # a number of thousands of digits
        return "a number with too many digits"
    return text if len(text) <= LONGEST_ECHO else f"{text[:LONGEST_ECHO]}…"


class UnknownName(InputError):
    """A name that nothing answers to; the message offers the nearest and the list."""

    def __init__(self, what: str, name: str, known: Iterable[str], where: str = "") -> None:
        names = sorted(known)
        name = shortened(name)
        near = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
        place = f" in {where}" if where else ""
        hint = f" Did you mean '{near[0]}'?" if near else ""
        super().__init__(f"There is no {what} '{name}'{place}.{hint} Known: {_listed(names)}.")


def _listed(names: list[str]) -> str:
    """Return names in a row; of very many the first."""
    more = f" and {len(names) - MOST_LISTED:,} more" if len(names) > MOST_LISTED else ""
    return ", ".join(map(shortened, names[:MOST_LISTED])) + more


class SettingError(InputError):
    """A setting's value is not one it can take."""


class ScenarioError(InputError):
    """A scenario file cannot be read."""


class MissingExtra(InputError):
    """A package that a command needs is not installed, is too old, or cannot be imported."""


class OutputError(SynthviewError):
    """A place to read or write is not usable."""

    exit_code = 3


class NotOurs(OutputError):
    """The directory holds something else: it stays untouched."""


class OtherRun(OutputError):
    """The directory holds a run with other settings."""


class NoSpace(OutputError):
    """The run would not fit on the disk."""
