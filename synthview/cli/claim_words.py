"""Words of ``claim``: how a publisher counted, where that is known, and a number by its name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from synthview.claims.question import Question
    from synthview.engines.order import Order

__all__ = ["Day", "InCountry", "Unit", "Watched", "by_its_name", "counted_as", "loaded_with_claim"]

Unit = Annotated[
    str | None,
    typer.Option(
        "--unit",
        metavar="WORD",
        help="Who was counted: account (as usual), profile or device.",
    ),
]
Watched = Annotated[
    str | None,
    typer.Option(
        "--watched",
        metavar="WORD",
        help='What was called watched on a day: any (play, as usual), "2 minutes", "70 %" or '
        '"90 %".',
    ),
]
Day = Annotated[
    str | None,
    typer.Option(
        "--day",
        metavar="WORD",
        help="Whose days: utc (as usual), home (its own) or service (its own, from 04:00).",
    ),
]
InCountry = Annotated[
    str | None,
    typer.Option("--country", metavar="CODE", help="Count only accounts of a country, as GB."),
]


def counted_as(question: Question, words: Sequence[str | None]) -> Question:
    """The question counted by words for unit, watched, day and country, where they are given.

    The others are those of the claim.

    Raises InputError for a word that is none of those for it, and for claims other than streaks.
    """
    from synthview.scenario.published import COUNTED_BY, check_counted_by

    named = zip(COUNTED_BY, words, strict=True)
    said: dict[str, Any] = {name: word for name, word in named if word is not None}
    if not said:
        return question
    claim = replace(question.claim, **said)
    check_counted_by(claim)
    return replace(question, claim=claim)


def by_its_name(scenario: str, claim: str | None) -> tuple[str, str | None]:
    """A scenario and which of its claims; a published number may be asked about by its own name.

    ``60 movies`` is that claim of the scenario that comes with synthview and states it.

    Raises UnknownName for several words that are none: no scenario has such a name.
    """
    from synthview.errors import UnknownName
    from synthview.scenario.files import built_in, own_names

    known = built_in()
    if claim is not None or scenario in known or scenario.endswith(".toml"):
        return scenario, claim
    stated_by = {one: name for name in known for one in own_names(name, "claims")}
    if scenario in stated_by:
        return stated_by[scenario], scenario
    if " " in scenario and "/" not in scenario:
        raise UnknownName("claim", scenario, stated_by, "synthview list claims")
    return scenario, None


def loaded_with_claim(asked: Order, claim: str | None) -> tuple[Any, str | None]:
    """The scenario that is asked, or that of a published number, and which of its claims."""
    from synthview.registry import installed
    from synthview.scenario import load

    scenario, claim = by_its_name(str(asked.scenario), claim)
    return load(scenario, installed(), asked.overrides()), claim
