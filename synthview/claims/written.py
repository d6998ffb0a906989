"""An answer as JSON: written, read again, and described by a JSON Schema."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, fields
from functools import cache
from pathlib import Path
from typing import Any, Literal, NotRequired, get_type_hints

from typing_extensions import TypedDict

from synthview.claims.answer import Answer, NotTold
from synthview.claims.asked import AskedClaim, AskedScenario
from synthview.claims.plain import plain, schema_of, typed
from synthview.claims.replays import embedded_answers
from synthview.claims.sections.number import Count
from synthview.claims.sections.section import Section
from synthview.claims.story import SECTIONS
from synthview.errors import InputError

__all__ = [
    "FORMAT",
    "FORMAT_OF_SEVERAL",
    "as_dict",
    "in_one",
    "kept_answers",
    "read",
    "schema",
]

FORMAT = "synthview-claim/3"
"""The name of the JSON's shape."""
FORMAT_OF_SEVERAL = "synthview-claims/1"
"""That of several answers in one file: each is of the other format, under `answers`."""
_DIGITS = 12
"""So many digits of a figure mean something; those behind them are dust."""
_EXACT = frozenset({"replay"})
"""What is for machines, to simulate homes again, keeps every digit."""
_AGAIN = "make it anew with 'synthview claim … --json FILE'"


def as_dict(answer: Answer) -> dict[str, Any]:
    """An answer as plain values: what stands before the sections, then each under its names."""
    fields = {
        "format": FORMAT,
        "made_by": answer.made_by,
        "command": answer.command,
        "disclaimer": answer.disclaimer,
        "scenario": plain(answer.scenario),
        "claim": plain(answer.claim),
    }
    for section, found in answer.sections():
        own = plain(found) if section.is_flat else {section.keys[0]: plain(found)}
        fields |= {name: part if name in _EXACT else _tidy(part) for name, part in own.items()}
    return fields | ({"left_out": plain(answer.left_out)} if answer.left_out else {})


def in_one(answers: Sequence[Answer]) -> dict[str, Any]:
    """One answer as it is; several under `answers`, in their order."""
    every = [as_dict(one) for one in answers]
    return every[0] if len(every) == 1 else {"format": FORMAT_OF_SEVERAL, "answers": every}


def _tidy(part: Any) -> Any:
    """A part of an answer without the dust of floating point: 64773250.0 for 64773249.99999999."""
    if isinstance(part, float):
        return float(f"{part:.{_DIGITS}g}")
    if isinstance(part, Mapping):
        return {name: _tidy(one) for name, one in part.items()}
    return [_tidy(one) for one in part] if isinstance(part, list) else part


def read(fields: Mapping[str, Any]) -> Answer:
    """Read what `as_dict` gives.

    Raises:
        InputError: it is of another format, or something in it is missing or wrong; it says where.
    """
    if (found := fields.get("format")) != FORMAT:
        raise InputError(
            f"An answer is read from JSON of the format '{FORMAT}', not {found!r}: {_AGAIN}."
        )
    try:
        parts = typed(_shape(), fields, "claim")
    except InputError as error:
        raise InputError(f"{error} To mend it, {_AGAIN}.") from None
    sections = {one.name: part for one in SECTIONS if (part := _section(one, parts)) is not None}
    frame = {
        name: parts[name] for name in ("made_by", "command", "disclaimer", "scenario", "claim")
    }
    return Answer(**frame, found=sections, left_out=parts.get("left_out"))


def kept_answers(place: Path) -> tuple[Answer, ...]:
    """The answer that the JSON of a claim holds, or those that it holds of several.

    Raises InputError where the file is none, of another release, or a page: that has a part only.
    """
    if place.suffix.lower() != ".json":
        raise InputError(
            f"{place} is a page, which holds no more than it shows. It is made again from the JSON "
            "that --json FILE kept: synthview claim answer.json --html page.html."
        )
    return tuple(read(one) for one in embedded_answers(place))


def _section(section: Section, parts: Mapping[str, Any]) -> Any | None:
    """A section of what was read; None where it is not there."""
    if not section.is_flat:
        return parts.get(section.keys[0])
    own = {name: parts[name] for name in section.keys if name in parts}
    needed = {one.name for one in fields(section.kind) if one.default is MISSING}
    if own and (missing := sorted(needed - own.keys())):
        raise InputError(f"The JSON of a claim lacks {', '.join(missing)}. To mend it, {_AGAIN}.")
    return section.kind(**own) if own else None


def schema() -> str:
    """The JSON Schema of an answer."""
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "An answer of synthview claim",
        "description": (
            "What `synthview claim SCENARIO --json FILE` writes. Sections that were not asked for "
            "are missing."
        ),
    }
    return (
        json.dumps(
            head | schema_of(_shape()) | head,
            indent=2,
            ensure_ascii=False,
        )
        + "\n"
    )


@cache
def _shape() -> Any:
    """The type of the JSON: a part for every name that a section has in it."""
    parts: dict[str, Any] = {
        "format": Literal["synthview-claim/3"],
        "made_by": str,
        "command": str,
        "disclaimer": str,
        "scenario": AskedScenario,
        "claim": AskedClaim,
    }
    for section in SECTIONS:
        hints = get_type_hints(section.kind, include_extras=True)
        flat = {one.name: hints[one.name] for one in fields(section.kind)}
        own = flat if section.is_flat else {section.keys[0]: section.kind}
        parts |= {name: NotRequired[kind] for name, kind in own.items()}
    parts["number"] = Count
    parts["left_out"] = NotRequired[NotTold]
    return TypedDict("synthview_claim", parts)  # type: ignore[operator]
