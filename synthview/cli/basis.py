"""``list sources SCENARIO``: the figures, guesses and choices that a scenario is based on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from synthview.cli import screen
from synthview.cli.listings import entry_rows
from synthview.outside.legible import one_line

if TYPE_CHECKING:
    from synthview.scenario.entries import Entry
    from synthview.scenario.sources import Basis

__all__ = ["show_basis"]

LONGEST_VALUE = 24
Section = tuple[str, str, list[str], list[list[str]]]
_HEAD = ["setting", "value", "unit", "plausible range", "about"]


def show_basis(name: str, as_: str) -> None:
    """Print what a scenario, by its name or file, is based on."""
    from synthview.registry import installed
    from synthview.scenario import load
    from synthview.scenario.sources import basis

    scenario = load(name, installed())
    found = basis(scenario)
    sections = list(_sections(found))
    if as_ == "json":
        listed = {word: _by_column(head, rows) for word, _, head, rows in sections}
        content = {"scenario": scenario.name, **listed, "in_words": found.in_words()}
        screen.say(screen.as_json(content))
    elif as_ == "markdown":
        title = f"## What {one_line(scenario.name)} is based on"
        screen.say("\n\n".join([title, *_markdown(sections), found.in_words()]))
    else:
        _print(sections)
        screen.say(f"{one_line(scenario.name)}: {found.in_words()}")


def _by_column(head: list[str], rows: list[list[str]]) -> list[dict[str, str]]:
    return [dict(zip(head, row, strict=True)) for row in rows]


def _markdown(sections: Iterable[Section]) -> Iterator[str]:
    """Yield a heading and a table for each section that has rows."""
    for _, title, head, rows in sections:
        if rows:
            yield f"### {title}\n\n{screen.as_markdown(head, rows)}"


def _print(sections: Iterable[Section]) -> None:
    """Print a table for each section that has rows."""
    for word, title, head, rows in sections:
        if rows:
            screen.table(head, _in_lines(rows) if word == "claims" else rows, title=title)


def _in_lines(rows: list[list[str]]) -> list[list[str]]:
    """Rows of texts that a scenario states, each cell in one line."""
    return [[one_line(cell) for cell in row] for row in rows]


def _sections(found: Basis) -> Iterable[Section]:
    """A word, a title, a head and rows for each thing a scenario can be based on."""
    yield "published", "Published figures, and the settings based on them", *_published(found)
    for word, title, entries in (
        ("guesses", "Guesses: nobody has published a number", found.guesses),
        ("choices", "Choices: numbers that are ours to decide", found.choices),
        (
            "own",
            "The scenario's own: facts it states, and values it sets otherwise than the defaults",
            found.stated,
        ),
    ):
        yield word, title, _HEAD, _rows(entries)
    head = ["claim", "said", "about", "source", "quote"]
    rows = [
        [one.name, f"{one.said:,.10g}", one.title or "all titles", one.source, one.quote]
        for one in found.claims
    ]
    yield "claims", "Claims: published numbers in question; no setting is based on them", head, rows


def _published(found: Basis) -> tuple[list[str], list[list[str]]]:
    from synthview.scenario.sources import source

    rows = []
    for name, used in found.published.items():
        one = source(name)
        values = [f"{entry.path} = {_short(entry)}" for entry in used]
        rows.append([name, one.figure, one.quantity, one.published_by, "\n".join(values)])
    return ["source", "figure", "quantity", "published by", "setting = value here"], rows


def _short(entry: Entry) -> str:
    """The value of a setting on one line."""
    text = screen.shown(entry.plain).replace("\n", " ")
    if len(text) > LONGEST_VALUE:
        return f"{text[:LONGEST_VALUE].rstrip(', ')} …"
    return f"{text} {entry.setting.unit}".strip()


def _rows(entries: Iterable[Entry]) -> list[list[str]]:
    return [
        [path, value, unit, plausible, about]
        for path, value, unit, plausible, _, about in entry_rows(entries, marked=False)
    ]
