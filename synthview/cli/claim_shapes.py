"""What ``show`` says of claims: how one is stated, and the shape of its answer."""

from __future__ import annotations

from dataclasses import dataclass
from inspect import cleandoc

from synthview.cli import screen
from synthview.cli.listings import print_rows
from synthview.cli.screen import shown

__all__ = ["Shape", "StatedClaim", "show_shape", "show_stated"]


@dataclass(frozen=True)
class Shape:
    """The shape of the answer of a claim, and the sections that it has."""


def show_shape(_: Shape, as_: str) -> None:
    """Print the sections, or the JSON Schema."""
    from synthview.claims.story import SECTIONS
    from synthview.claims.written import FORMAT, schema

    if as_ == "json-schema":
        screen.say(schema(), nl=False)
        return
    screen.say(
        f"What synthview claim answers, as JSON of the format {FORMAT}. --sections takes these "
        "names.\n"
    )
    rows = [
        [
            one.name,
            ", ".join(one.keys),
            one.title.format(said="the number"),
            "yes" if one.of_datasets else "",
        ]
        for one in SECTIONS
    ]
    screen.table(["section", "in the JSON", "title", "of a dataset too"], rows)


@dataclass(frozen=True)
class StatedClaim:
    """How a claim is stated in a scenario: its kinds and fields."""


def show_stated(_: StatedClaim, as_: str) -> None:
    """Print what a claim of one's own may say, field by field."""
    from synthview.scenario.declarations import Claim
    from synthview.scenario.settings import settings_of

    rows = [
        [
            f"{one.name} (needed)" if one.required else one.name,
            "" if one.required or one.default is None else shown(one.default),
            one.unit,
            one.about,
        ]
        for one in settings_of(Claim).values()
    ]
    if as_ == "text":
        screen.say(f"{cleandoc(Claim.__doc__ or '')}\n\nFields below [[claims]] of a scenario:\n")
    print_rows(["field", "default", "unit", "about"], rows, as_)
    if as_ == "text":
        screen.say(
            "\nsynthview new claim my_number writes a file with a film and a claim to change."
        )
