"""A section of an answer: what it is called, how it is measured, and how it is told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Any

from synthview.claims.study import Study, StudyWorld

__all__ = ["LeftOut", "Section", "ShownTable"]


@dataclass(frozen=True)
class LeftOut:
    """A section that has nothing to say, and why.

    Without a reason there is nothing to say about it either.
    """

    reason: str = ""


@dataclass(frozen=True)
class ShownTable:
    """A table on the screen or on the page."""

    head: Sequence[str]
    rows: Sequence[Sequence[str]]


def _no_tables(_: Any) -> Iterable[ShownTable]:
    return ()


def _no_sentence(_: Any) -> str:
    return ""


@dataclass(frozen=True, kw_only=True)
class Section:
    """A section: a file of this folder ends with one, named SECTION.

    `kind` is the dataclass that it is: its fields are its JSON, under `key`, or beside the other
    sections if `is_flat`. `measure` works it out. `of_world` are functions of a world that it will
    ask the study for.
    """

    name: str
    title: str
    kind: type
    measure: Callable[[Study], Any]
    of_world: Sequence[Callable[[StudyWorld], Any]] = ()
    key: str = ""
    is_flat: bool = False
    claims: tuple[str, ...] = ("streak",)
    """Kinds of claims that it is told of."""
    of_datasets: bool = False
    """Whether a dataset on disk has it too."""
    any_definition: bool = False
    """Whether it holds however the number is counted; others go by the laziest query."""
    packages: tuple[str, ...] = ()
    """Modules of the extra `claim` that it needs, beside those of every answer."""
    is_brief: bool = False
    """Whether an answer has it without being asked for all."""
    sentence: Callable[[Any], str] = attrgetter("sentence")
    tables: Callable[[Any], Iterable[ShownTable]] = _no_tables
    scenes: tuple[str, ...] = ()
    """The scenes of the page that show it; a section without any has one of its own: its sentence
    and its tables.
    """

    @property
    def keys(self) -> tuple[str, ...]:
        """Its names at the top of the JSON."""
        return (
            tuple(one.name for one in fields(self.kind))
            if self.is_flat
            else (self.key or self.name,)
        )
