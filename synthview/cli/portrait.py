"""Shows one actor or fault: what it does, its traces, its settings and sources, examples."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from synthview.cli import screen
from synthview.cli.listings import ENTRY_HEAD, entry_rows
from synthview.outside.manuals import manual_of

__all__ = ["ACT_HEAD", "Portrait", "portrait_of", "show_portrait"]

ACT_HEAD = ["household", "when", "what was done", "title", "what came of it"]


@dataclass(frozen=True)
class Portrait:
    """An actor or fault by name, with its class."""

    name: str
    kind: str
    declared: type

    @property
    def manual(self) -> str:
        """What it does, in the words of its own file."""
        return manual_of(self.declared)

    @property
    def is_what(self) -> str:
        """What sort of thing it is, and who brings it."""
        from synthview.registry import installed

        registry = installed()
        does = {
            "actors": "an actor: changes what happened",
            "faults": "a fault: changes only what was recorded",
        }
        package = (
            f"; brought by {registry.packages[self.name]}" if self.name in registry.packages else ""
        )
        off = "; off unless a scenario names it" if self.name in registry.named_only else ""
        return f"{does[self.kind]}{package}{off}"

    @property
    def tells(self) -> tuple[str, ...]:
        """What of it shows in the log by rights."""
        return tuple(getattr(self.declared, "tells", ()))

    @property
    def setting_rows(self) -> list[list[str]]:
        """A row for each setting, in the columns of `ENTRY_HEAD`."""
        from synthview.registry import installed
        from synthview.scenario.entries import declared

        mine = f"{self.kind}.{self.name}"
        every = declared(installed(), also=(self.name,)).values()
        rows = entry_rows((one for one in every if one.section == mine), marked=False)
        return [[path.removeprefix(f"{mine}."), *rest] for path, *rest in rows]

    @property
    def source_rows(self) -> list[list[str]]:
        """A row for each published figure that its settings name as their source, or speak of."""
        from synthview.scenario.settings import settings_of
        from synthview.scenario.sources import sources

        said = " ".join(f"{one.source}, {one.about}" for one in settings_of(self.declared).values())
        words = {word.strip(".,;:()") for word in said.split()}
        return [
            [one.id, one.figure, one.quantity, one.published_by]
            for one in sources().values()
            if one.id in words
        ]

    @property
    def act_rows(self) -> list[list[str]]:
        """Some of its acts, in the columns of `ACT_HEAD`."""
        from synthview.explain.specimens import specimens

        return [
            [f"{one.household}", f"{one.when:%a %d %b %H:%M}", one.what, one.title, one.came_of_it]
            for one in specimens(self.name)
        ]


def portrait_of(name: str) -> Portrait | None:
    """The actor or fault of a name, with or without the word for its kind before it."""
    from synthview.registry import installed

    for kind in ("actors", "faults"):
        known = getattr(installed(), kind)
        bare = name.removeprefix(f"{kind}.")
        if bare in known:
            return Portrait(bare, kind, known[bare])
    return None


SOURCE_HEAD = ["source", "figure", "quantity", "published by"]


def show_portrait(one: Portrait, as_: str) -> None:
    """Print it as text, Markdown or JSON."""
    if as_ == "json":
        screen.say(screen.as_json(_plain(one)))
    elif as_ == "markdown":
        screen.say("\n\n".join(_markdown(one)))
    else:
        _print(one)


def _tables(one: Portrait) -> Iterator[tuple[str, list[str], list[list[str]]]]:
    """Title, head and rows of each table that has any."""
    from synthview.explain.specimens import shown_in

    acts = f"Examples, from the scenario {shown_in(one.name)} with no other actor or fault"
    tables = (
        ("Settings", ENTRY_HEAD, one.setting_rows),
        ("Published figures that its settings cite", SOURCE_HEAD, one.source_rows),
        (acts, ACT_HEAD, one.act_rows),
    )
    for title, head, rows in tables:
        if rows:
            yield title, head, rows


def _plain(one: Portrait) -> dict[str, Any]:
    listed = {
        "settings": (ENTRY_HEAD, one.setting_rows),
        "sources": (SOURCE_HEAD, one.source_rows),
        "acts": (ACT_HEAD, one.act_rows),
    }
    rows = {
        name: [
            dict(zip(head, (cell.replace("\n", " ") for cell in row), strict=True)) for row in rows
        ]
        for name, (head, rows) in listed.items()
    }
    return {
        "name": one.name,
        "is": one.is_what,
        "manual": one.manual,
        "tells": list(one.tells),
        **rows,
    }


def _markdown(one: Portrait) -> Iterator[str]:
    yield f"## {one.name}"
    yield f"*{one.is_what}*"
    yield one.manual
    if one.tells:
        yield "Traces that it may leave in the log:\n\n" + "\n".join(
            f"- {tell}" for tell in one.tells
        )
    for title, head, rows in _tables(one):
        yield f"### {title}\n\n{screen.as_markdown(head, rows)}"


def _print(one: Portrait) -> None:
    screen.say(f"{one.name}, {one.is_what}.\n\n{screen.filled(one.manual)}\n")
    if one.tells:
        screen.say("Traces that it may leave in the log:")
        for tell in one.tells:
            screen.say(f"  - {tell}")
        screen.say()
    for title, head, rows in _tables(one):
        screen.table(head, rows, title=title)
    for line in _ways_on(one):
        screen.say(line)


def _ways_on(one: Portrait) -> Iterator[str]:
    """Commands that show more of it."""
    from synthview.explain.specimens import shown_in
    from synthview.registry import installed

    if getattr(one.declared, "of_files", False):
        only = f"--only {one.name} --format ndjson -o damaged"
        yield f"Files that it damages: synthview generate nasty {only}"
        return
    is_on = one.name not in installed().named_only
    home = shown_in(one.name)
    world = "christmas-prince" if is_on else home
    cast = "" if is_on or home != "everyday" else f" --cast {one.name}=9"
    yield f"What it causes: synthview compare {world}{cast} --without {one.name}"
    household = f"--cast {one.name}=1 --household {one.name}"
    yield f"A household with it: synthview explain {home} {household}"
