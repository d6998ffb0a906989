"""What must not show in any byte: an actor at rest, the order of all, and who else is computed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from inspect import getattr_static
from typing import Any, cast
from unittest import mock

from synthview.checks.trial import SimulatedHomes, Trial
from synthview.draws.chance import Stream
from synthview.log.damage import Fault
from synthview.sinks.sheets import SinkFault
from synthview.stage.actor import Actor
from synthview.tables import TABLES

__all__ = [
    "cannot_see_its_neighbours",
    "cannot_see_who_comes_first",
    "draws_from_its_own_streams",
    "stands_still_at_nought",
]

_METHODS = (
    "suits",
    "could_touch",
    "keeps_to",
    "picks_daily",
    "since",
    "place",
    "invite",
    "propose",
    "meddle",
    "holds_back",
    "damage",
    "retell",
    "cut",
)
_EVERYBODYS = ("world/", "sinks/rows")
"""Streams that tell what the world is like, or a row from another."""


def stands_still_at_nought(trial: Trial) -> list[str]:
    """At a rate of nought no byte of any table differs from a world without it."""
    trial = trial.in_short
    still = trial.in_company(rate=0.0)
    one = trial.simulate(still)
    other = trial.simulate(trial.without(still))
    return [f"At a rate of 0 {trial.name} changes {path}." for path in _unequal(one, other)]


def cannot_see_who_comes_first(trial: Trial) -> list[str]:
    """In whatever order actors and faults are named, every table has the same bytes."""
    trial = trial.in_short
    busy, one = trial.in_company(), trial.whole
    other = trial.simulate(
        replace(
            busy,
            actors=_turned(busy.actors),
            faults=_turned(busy.faults),
        )
    )
    return [
        f"The order of actors or faults changes {path} while {trial.name} is on."
        for path in _unequal(one, other)
    ]


def _turned(named: Mapping[str, object]) -> dict[str, object]:
    return dict(reversed(list(named.items())))


def cannot_see_its_neighbours(trial: Trial) -> list[str]:
    """However many households are computed at once, every table has the same bytes."""
    trial = trial.in_short
    one, other = (
        trial.whole,
        trial.simulate(trial.in_company(), at_once=-(-trial.households * 2 // 3)),
    )
    return [
        f"How many are computed at once changes {path} while {trial.name} is on."
        for path in _unequal(one, other)
    ]


def _unequal(one: SimulatedHomes, other: SimulatedHomes) -> list[str]:
    order = [table.path for table in TABLES if table.path in one.inside]
    found = [path for path in order if not one.inside[path].equals(other.inside[path])]
    return found if one.lines.equals(other.lines) else [*found, "lines of text files"]


def draws_from_its_own_streams(trial: Trial) -> list[str]:
    """Every stream it opens goes by its own name, or says what the world is like."""
    trial = trial.in_short
    own = f"{trial.declared.kind}/{trial.name}/"
    with _overheard(trial.declared) as opened:
        trial.simulate(trial.in_company())
    allowed = (own, *_EVERYBODYS)
    foreign = sorted(name for name in opened if not name.startswith(allowed))
    if foreign:
        advice = f"Use its own streams: {_dice(trial)}."
        return [f"{trial.name} draws from {name}. {advice}" for name in foreign]
    if not any(name.startswith(own) for name in opened):
        return [f"{trial.name} draws nothing."]
    return []


def _dice(trial: Trial) -> str:
    """What it should draw from."""
    if trial.is_of_files:
        return "`self.dice`"
    return "`scene.stream` or `self.draw`" if trial.is_actor else "`self.draw`"


@contextmanager
def _overheard(declared: type) -> Iterator[set[str]]:
    """The names of streams opened while one of its methods runs."""
    opened: set[str] = set()
    depth = 0
    made = Stream.__post_init__

    def listen(stream: Stream) -> None:
        made(stream)
        if depth:
            opened.add(stream.name)

    def heard(method: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*args: Any, **named: Any) -> Any:
            nonlocal depth
            depth += 1
            try:
                return method(*args, **named)
            finally:
                depth -= 1

        return wrapped

    own = {name: heard(method) for name, method in _own_methods(declared).items()}
    with (
        mock.patch.object(Stream, "__post_init__", listen),
        mock.patch.multiple(declared, **cast("Any", own)),
    ):
        yield opened


def _own_methods(declared: type) -> dict[str, Callable[..., Any]]:
    """The questions that it answers in its own way, wherever among its bases."""
    answers = {name: getattr_static(declared, name, None) for name in _METHODS}
    usual = {
        getattr_static(base, name, None) for base in (Actor, Fault, SinkFault) for name in _METHODS
    }
    return {
        name: answer
        for name, answer in answers.items()
        if answer is not None and answer not in usual
    }
