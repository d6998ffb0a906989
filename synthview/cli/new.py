"""``new``: writes a commented file that runs, to begin from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from synthview.cli import drafts, screen
from synthview.errors import InputError, InvalidChoice, OutputError
from synthview.outside.manuals import manual_of

__all__ = ["new", "register", "written"]

KINDS: Mapping[str, Mapping[str, str]] = {
    "actor": {
        "{name}/{name}.py": drafts.ACTOR,
        "{name}/test_{name}.py": drafts.TEST,
        "{name}/pyproject.toml": drafts.PROJECT,
    },
    "scenario": {"{name}.toml": drafts.SCENARIO},
    "claim": {"{name}.toml": drafts.CLAIM},
    "film": {"{name}.toml": drafts.FILM},
}
"""The files of each kind, by their place below the current directory."""
NEXT = {
    "actor": "pip install -e {name} && pytest {name}",
    "scenario": "synthview generate {name}.toml -o {name}",
    "claim": "synthview claim {name}.toml --households 3000",
    "film": "synthview generate {name}.toml -o {name}",
}
EPILOG = """
  synthview new scenario my_week  [dim]my_week.toml, to generate from[/dim]

  synthview new actor dog_barks  [dim]a package with an actor and its tests[/dim]

  synthview new claim our_film  [dim]a film, and a published number about it[/dim]

  synthview new film our_premiere  [dim]a film that appears, and how many see it[/dim]
"""
Kind = Annotated[
    str,
    typer.Argument(
        metavar="KIND", help="actor (a package in a folder), scenario, claim or film (a TOML file)."
    ),
]
Name = Annotated[
    str,
    typer.Argument(
        metavar="NAME",
        help="Its name: small letters, digits and _, as dog_barks. It is written into this folder, "
        "and replaces nothing.",
    ),
]


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command(
        "new",
        help=manual_of(new),
        rich_help_panel="Make",
        epilog=EPILOG,
    )(new)


def new(kind: Kind, name: Name) -> None:
    """Write a commented file that runs, to begin from: an actor, a scenario, a claim or a film."""
    if kind not in KINDS:
        raise InvalidChoice("KIND", kind, tuple(KINDS), "synthview new")
    for path, text in written(kind, name).items():
        _write(Path(path), text)
        screen.say(f"Wrote {path}.")
    screen.say(f"Try it: {NEXT[kind].format(name=name)}")


def written(kind: str, name: str) -> dict[str, str]:
    """The files of a kind with a name, by their paths; raises InputError for a name that cannot be.

    An actor of ours keeps its name for itself.
    """
    if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z][a-z0-9]*)*", name):
        raise InputError(
            f"'{name:.60}' cannot be a name: small letters and digits, words joined by _, "
            "as in dog_barks."
        )
    if kind == "actor":
        _refuse_taken(name)
    words = name.split("_")
    title = " ".join(words).capitalize()
    of_class = "".join(map(str.capitalize, words))
    known = {"name": name, "Class": of_class, "Title": title}
    return {path.format(**known): text.format(**known) for path, text in KINDS[kind].items()}


def _refuse_taken(name: str) -> None:
    """Refuse the name of an actor or fault of ours, and one whose plays would have our ids."""
    from synthview.ids import source_of
    from synthview.registry import ACTORS, FAULTS

    if name in ACTORS or name in FAULTS:
        raise InputError(f"{name} is an actor or fault of synthview itself; take another name.")
    for ours in ACTORS:
        if source_of(ours) == source_of(name):
            raise InputError(
                f"An actor called {name} would give its plays the same ids as {ours}; take another "
                "name, as one more word."
            )


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise OutputError(f"{path} is there already; take another name, or move it.") from None
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {error.strerror}.") from None
