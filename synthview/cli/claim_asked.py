"""What ``claim`` is asked: claims of one or of several scenarios by name, or a title."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from synthview.cli import screen
from synthview.cli.running import counted

if TYPE_CHECKING:
    from synthview.claims.question import Question
    from synthview.engines.order import Order

__all__ = ["believing", "by_its_name", "questions_of"]


def questions_of(
    asked: Order,
    scenarios: Sequence[str],
    names: Sequence[str],
    title: str | None,
    data: Path | None,
    words: Mapping[str, Any],
) -> list[Question]:
    """A question for each claim that is named, or for the first of each scenario, or of a title.

    Raises InputError for what excludes each other, and UnknownName for what nothing is called.
    """
    from synthview.errors import InputError

    if len(scenarios) > 1 and (names or title is not None):
        raise InputError(
            "--claim and --title are of one scenario: name one. The first claim of each of several "
            "scenarios is asked without them."
        )
    every = dict.fromkeys((one, name) for one in scenarios for name in (names or (None,)))
    return [
        _question(*_loaded_with_claim(replace(asked, scenario=one), name), title, data, words)
        for one, name in every
    ]


def _question(
    scenario: Any, name: str | None, title: str | None, data: Path | None, words: Mapping[str, Any]
) -> Question:
    """The question of a claim of a scenario, or of --title with its `words` as they were typed."""
    from synthview.claims.question import ask
    from synthview.errors import InputError

    if title is not None:
        if name is not None:
            raise InputError("--title and --claim exclude each other: name once what to ask about.")
        return _of_title(scenario, title, data, words)
    for option, word in words.items():
        if word is not None:
            raise InputError(f"--{option} is for a title: name it with --title.")
    return ask(scenario, name)


def _of_title(scenario: Any, title: str, data: Path | None, words: Mapping[str, Any]) -> Question:
    """The question of a title of a catalogue."""
    from synthview.claims.simulation.of_title import of_catalogue, of_dataset
    from synthview.scenario.declarations import Claim

    claim = Claim(
        name=title,
        said=counted("--said", words["said"], least=0) or 0,
        title=title,
        days=counted("--days", words["days"]) or 0,
        last=words["last"] or "",
    )
    if data is None:
        return of_catalogue(scenario, claim)
    return of_dataset(scenario, data, claim)


def believing(question: Question, priors: Sequence[str] | None, *, concludes: bool) -> Question:
    """The question with these priors too, each of which has been read once."""
    from synthview.claims.inference.parameters import parameters_of
    from synthview.errors import InputError

    if priors and not concludes:
        raise InputError(
            "--prior is for what a number tells: add --thorough, or --sections inference."
        )
    said = (*question.claim.priors, *(priors or ()))
    asked = replace(question, claim=replace(question.claim, priors=said)) if said else question
    if said:
        parameters_of(asked)
    return asked


def by_its_name(scenario: str, claim: str | None) -> tuple[str, str | None]:
    """A scenario and which of its claims; a published number may be asked about by its own name.

    ``60 movies`` is that claim of the scenario that comes with synthview and states it.

    Raises UnknownName for several words that are none: no scenario has such a name.
    """
    from synthview.errors import UnknownName
    from synthview.scenario.files import built_in

    if claim is not None or scenario in built_in() or scenario.endswith(".toml"):
        return scenario, claim
    stated_by = _stated_by()
    if scenario in stated_by:
        return stated_by[scenario], scenario
    if " " in scenario and "/" not in scenario:
        raise UnknownName("claim", scenario, stated_by, "synthview list claims")
    return scenario, None


def _stated_by() -> dict[str, str]:
    """Published numbers by their names, and the scenario that states each."""
    from synthview.scenario.files import built_in, own_names

    return {one: name for name in built_in() for one in own_names(name, "claims")}


def _loaded_with_claim(asked: Order, claim: str | None) -> tuple[Any, str | None]:
    """The scenario that is asked, or that of a published number, and which of its claims.

    A number that the scenario does not state is asked of the one that does.
    """
    from synthview.registry import installed
    from synthview.scenario import load

    scenario, claim = by_its_name(str(asked.scenario), claim)
    found = load(scenario, installed(), asked.overrides())
    if claim is None or claim in {one.name for one in found.claims}:
        return found, claim
    if (other := _stated_by().get(claim)) is None:
        return found, claim
    screen.say(f"“{claim}” is a number of the scenario {other}: it is asked there.", err=True)
    return load(other, installed(), asked.overrides()), claim
