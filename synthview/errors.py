"""Errors of synthview. Each message says what is wrong, where, and what to do.

SynthviewError                exit code 1: the run could not go on
├── OutOfMemory               memory ran out; also a MemoryError
├── InputError                exit code 2: something the user typed or wrote is wrong
│   ├── UnknownName               no such scenario, table, setting, column, actor …
│   │   └── InvalidChoice             a value that is none of a few words
│   ├── SettingError              a setting's value is not valid
│   ├── ScenarioError             a scenario file cannot be read
│   └── MissingExtra              a package that a command needs is missing or not usable
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
    "InvalidChoice",
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
"""The most characters of typed text that a message repeats."""
MOST_LISTED = 40
"""The most names that a message lists; of more it lists those nearest to what was typed."""


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
    """A name that does not exist. The message suggests the nearest one and lists what there is."""

    sentence = "There is no {what} '{name}'{place}."

    def __init__(self, what: str, name: str, known: Iterable[str], where: str = "") -> None:
        names = sorted(known)
        typed = shortened(name)
        place = f" in {where}" if where else ""
        complaint = self.sentence.format(what=what, name=typed, place=place)
        super().__init__(f"{complaint}{_suggestion(typed, names)} Known: {_listed(typed, names)}.")


class InvalidChoice(UnknownName):
    """A value that is none of the few words a setting or option takes."""

    sentence = "'{name}' is not a valid {what}{place}."


def _suggestion(typed: str, names: list[str]) -> str:
    """Return a sentence with the name that is nearest to what was typed, if one is near."""
    near = difflib.get_close_matches(typed, names, n=1, cutoff=0.5)
    return f" Did you mean '{near[0]}'?" if near else ""


def _listed(typed: str, names: list[str]) -> str:
    """Return names separated by commas: all of them, or the nearest `MOST_LISTED`."""
    if len(names) <= MOST_LISTED:
        return ", ".join(map(shortened, names))
    nearest = difflib.get_close_matches(typed, names, n=MOST_LISTED, cutoff=0)
    left_out = len(names) - MOST_LISTED
    return f"{', '.join(map(shortened, nearest))} and {left_out:,} more"


class SettingError(InputError):
    """A setting's value is not valid."""


class ScenarioError(InputError):
    """A scenario file cannot be read."""


class MissingExtra(InputError):
    """A package that a command needs is not installed, is too old, or cannot be imported."""


class OutputError(SynthviewError):
    """A place to read or write is not usable."""

    exit_code = 3


class NotOurs(OutputError):
    """The directory holds files that synthview did not write; it stays unchanged."""


class OtherRun(OutputError):
    """The directory holds a run with different settings."""


class NoSpace(OutputError):
    """The run would not fit on the disk."""
