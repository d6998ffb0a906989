"""Replays: every home that an answer shows can be simulated again, alone, by what the answer says.

An answer holds one scenario in full, and for each of its worlds what is set otherwise in it.
"""

from __future__ import annotations

import base64
import gzip
import json
import re
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from synthview.claims.plain import typed
from synthview.errors import InputError
from synthview.registry import installed
from synthview.scenario import Scenario, resolve
from synthview.scenario.entries import entries
from synthview.scenario.files import Layer

__all__ = [
    "ReplayedHomes",
    "WorldOfHomes",
    "again",
    "embedded_answers",
    "is_answer",
    "replay_of",
    "shown_home",
]

_KINDS = (".html", ".htm", ".json")
_TOLD = re.compile(r'<script type="application/gzip" id="[\w-]*told">([\w+/=]*)</script>')
_SEED = "run.seed"


@dataclass(frozen=True)
class WorldOfHomes:
    """A world that homes were simulated in: its seed, and what is set otherwise than in `scenario`.

    The seed is a text, since it may have more digits than a number of JavaScript. `rows` say where
    a world that prints the number comes from: at which of the points that were simulated, with
    which rows of popularities and of rates, under which seed of popularity, and among how many
    homes its own were found.
    """

    seed: str
    settings: Mapping[str, Any]
    rows: Mapping[str, int]


@dataclass(frozen=True)
class ReplayedHomes:
    """What it takes to simulate homes again: every setting of a scenario, and the worlds."""

    scenario: Mapping[str, Any]
    worlds: tuple[WorldOfHomes, ...]


def replay_of(
    base: Scenario, worlds: Sequence[tuple[Scenario, Mapping[str, int]]]
) -> ReplayedHomes:
    """Say what it takes, for worlds of one scenario that differ in some settings."""
    stated = _values(base)
    return ReplayedHomes(
        scenario=base.as_dict(),
        worlds=tuple(
            WorldOfHomes(
                seed=str(one.run.seed),
                settings={
                    path: value
                    for path, value in _values(one).items()
                    if path != _SEED and value != stated.get(path)
                },
                rows=dict(rows),
            )
            for one, rows in worlds
        ),
    )


def _values(scenario: Scenario) -> dict[str, Any]:
    return {one.path: one.plain for one in entries(scenario)}


def again(
    replay: ReplayedHomes, world: int, household: int, without: Sequence[str] = ()
) -> Scenario:
    """The scenario of one of the worlds, with room for a household, without some actors.

    Homes are looked for among more than a small service has; their number changes none of them.
    """
    own = replay.worlds[world]
    content = dict(replay.scenario)
    least = max(content["run"]["households"], household + 1)
    changes = {**own.settings, _SEED: int(own.seed), "run.households": least}
    if without:
        changes["without"] = [*content.get("without", ()), *without]
    name = str(content.get("name", "the scenario of an answer"))
    return resolve([Layer(content, name)], installed(), changes)


def is_answer(place: str) -> bool:
    """Whether something typed as a scenario is rather the page or the JSON of a claim."""
    return place.lower().endswith(_KINDS)


def shown_home(place: Path, household: int) -> Scenario:
    """The scenario that simulates a home of an answer again, from its page or its JSON.

    Of several worlds that have a home of this number it is the first: the one that is shown.
    Raises InputError where the file is no answer of today's form, or has no such home.
    """
    every = embedded_answers(place)
    if not any("replay" in fields for fields in every):
        raise InputError(
            f"{place} says of no home how to simulate it again: it was made by an older release, "
            "or without --thorough. Make it anew with 'synthview claim … --thorough'."
        )
    homes = [(fields, *home) for fields in every if "replay" in fields for home in _homes(fields)]
    found = next((one for one in homes if one[1] == household), None)
    if found is None:
        some = ", ".join(str(one[1]) for one in homes[:3])
        raise InputError(f"{place} shows no household {household}; it shows {some} and others.")
    fields, _, world, without = found
    replay = typed(ReplayedHomes, fields["replay"], "claim.replay")
    return again(replay, world, household, without)


def _homes(fields: Mapping[str, Any]) -> Sequence[tuple[int, int, Sequence[str]]]:
    """Number, world and absent actors of every home that an answer shows, the nearest first."""
    shown = fields.get("world") or {}
    close = [*shown.get("homes", ()), *(fields.get("detective") or {}).get("borrowed", ())]
    every = [*close, *shown.get("ghosts", ())]
    every += [home for world in fields.get("worlds", ()) for home in world["homes"]]
    return [
        (one["household"], one["world"], one.get("without") or ())
        for one in every
        if one.get("household") is not None
    ]


def embedded_answers(place: Path) -> tuple[dict[str, Any], ...]:
    """The JSON of each answer of a file, out of its page or as it is.

    Raises InputError where the file is neither.
    """
    try:
        text = place.read_text("utf-8")
        packed = _TOLD.findall(text)
        content = [gzip.decompress(base64.b64decode(one)).decode() for one in packed] or [text]
        found = [json.loads(one) for one in content]
    except (OSError, ValueError, EOFError, zlib.error) as error:
        why = getattr(error, "strerror", None) or error
        raise InputError(
            f"{place} cannot be read as the page or the JSON of a claim: {why}."
        ) from None
    if len(found) == 1 and isinstance(found[0], dict) and isinstance(found[0].get("answers"), list):
        found = found[0]["answers"]
    if not (found and all(map(_is_of_a_claim, found))):
        raise InputError(
            f"{place} is not the page or the JSON of a claim. 'synthview claim … --thorough "
            "--html page.html' makes one."
        )
    return tuple(found)


def _is_of_a_claim(fields: object) -> bool:
    """Whether what was read is an answer, of whatever release."""
    return isinstance(fields, dict) and str(fields.get("format")).startswith("synthview-claim/")
