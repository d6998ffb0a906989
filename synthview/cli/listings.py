"""What ``list`` can list, row by row."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from synthview.cli import screen
from synthview.cli.screen import shown, warn
from synthview.errors import InputError
from synthview.outside.legible import one_line
from synthview.outside.manuals import first_line_of

if TYPE_CHECKING:
    from synthview.outside.packages import Brought
    from synthview.scenario import Registry
    from synthview.scenario.entries import Entry
    from synthview.scenario.settings import Setting

__all__ = ["ENTRY_HEAD", "LISTINGS", "entry_rows", "print_rows", "titles_of", "usable"]

Rows = list[list[str]]
ENTRY_HEAD = ["setting", "value", "unit", "plausible range", "source", "about"]


def entry_rows(found: Iterable[Entry], *, marked: bool = True) -> Rows:
    """Rows of `ENTRY_HEAD` for settings, one for each share; * marks what is not the default."""
    return [
        row
        for entry in found
        for row in _entry_rows(entry, "* " if entry.is_changed else "  ", marked=marked)
    ]


def _entry_rows(entry: Entry, star: str, *, marked: bool) -> Rows:
    from synthview.scenario.files import toml_key

    setting, mark = entry.setting, star if marked else ""
    rest = [setting.unit, _range(setting), entry.source]
    if setting.kind != "shares":
        return [
            [
                mark + one_line(entry.path),
                shown(entry.plain),
                *rest,
                setting.about,
            ]
        ]
    parts = [
        [f"{mark}{one_line(entry.path)}.{toml_key(part)}", shown(share), *rest, ""]
        for part, share in entry.plain.items()
    ]
    return [[*parts[0][:-1], setting.about], *parts[1:]]


def _range(setting: Setting) -> str:
    return (
        ""
        if setting.low is None or setting.source == "choice"
        else f"{shown(setting.low)} to {shown(setting.high)}"
    )


def _scenarios() -> tuple[list[str], Rows]:
    from synthview.registry import installed
    from synthview.scenario import load
    from synthview.scenario.files import built_in

    found = [load(name, installed()) for name in built_in()]
    rows = [
        [one.name, str(one.run.start), str(one.run.days), f"{one.run.households:,}", one.about]
        for one in found
    ]
    return ["scenario", "from", "days", "households", "about"], rows


def _tables() -> tuple[list[str], Rows]:
    from synthview.tables import ALL_TABLES

    return ["table", "columns", "a row is"], [
        [one.path, str(len(one.columns)), one.row] for one in ALL_TABLES
    ]


def _settings() -> tuple[list[str], Rows]:
    from synthview.scenario.entries import declared

    registry = usable("actors", "faults")
    rows = entry_rows(declared(registry, also=registry.packages).values(), marked=False)
    return ["setting", "default", *ENTRY_HEAD[2:]], rows


def _sources() -> tuple[list[str], Rows]:
    from synthview.scenario.sources import sources

    head = ["source", "use", "figure", "quantity", "population", "period", "publisher", "year"]
    return head, [
        [
            one.id,
            one.use,
            one.figure,
            one.quantity,
            one.population,
            one.period,
            one.source_publisher,
            one.year,
        ]
        for one in sources().values()
    ]


def usable(*kinds: str) -> Registry:
    """Import all actors or faults, or both; warn of each that another package brings and breaks."""
    from synthview.registry import importable, installed

    registry, problems = importable(installed(), kinds)
    warn(problems)
    return registry


def _cast(kind: str) -> tuple[list[str], Rows]:
    """Actors or faults with the first line of their manuals; a note says whose, and if off."""
    registry = usable(kind)
    rows = []
    for name, one in sorted(getattr(registry, kind).items()):
        notes = [f"of {registry.packages[name]}"] if name in registry.packages else []
        notes += ["off unless a scenario names it"] if name in registry.named_only else []
        rows.append([name, first_line_of(one), ", ".join(notes)])
    width = 3 if any(row[2] for row in rows) else 2
    return [kind.removesuffix("s"), "what it does", "note"][:width], [row[:width] for row in rows]


def _insiders() -> tuple[list[str], Rows]:
    """Who of the staff does what, and whether they can hide it."""
    from synthview.registry import INSIDERS
    from synthview.scenario.settings import settings_of

    rows = [
        [name, first_line_of(one), "can hide" if "disguise" in settings_of(one) else ""]
        for name, one in sorted(INSIDERS.items())
    ]
    return ["insider", "what they do", "note"], rows


def _formats() -> tuple[list[str], Rows]:
    """Formats of others, with what each is and what it cannot carry."""
    from synthview.formats.making.known import real_formats

    rows, problems = [], []
    for name, brought in real_formats().items():
        try:
            rows.append(_format_row(name, brought))
        except InputError as error:
            problems.append(str(error))
    warn(problems)
    return ["format", "what it is", "one file", "of"], rows


def _format_row(name: str, brought: Brought) -> list[str]:
    from synthview.formats.making.known import real_format

    form = real_format(name)
    shape = "of an account" if form.is_of_account else "" if form.is_folder else "yes"
    return [name, first_line_of(form), shape, brought.package]


def _claims() -> tuple[list[str], Rows]:
    """Published numbers that scenarios of ours can be asked about."""
    from synthview.registry import installed
    from synthview.scenario import load
    from synthview.scenario.files import built_in, own_names

    scenarios = [load(name, installed()) for name in built_in()]
    own = {one.name: own_names(one.name, "claims") for one in scenarios}
    head = ["claim", "scenario", "kind", "said", "of", "days", "last"]
    return head, [
        [
            one.name,
            scenario.name,
            one.kind,
            f"{one.said:,.6g}" if one.said else "",
            one.title or one.of,
            "1" if one.kind == "on_day" else str(one.days or scenario.run.days),
            one.last,
        ]
        for scenario in scenarios
        for one in scenario.claims
        if one.name in own[scenario.name]
    ]


def titles_of(scenario: str | None) -> tuple[list[str], Rows]:
    """Films and series of the catalogue of a scenario by name: what --title can ask about."""
    from synthview.pipeline import Window, build, titles
    from synthview.registry import installed
    from synthview.scenario import load
    from synthview.world.clock import day_number

    if scenario is None:
        raise InputError("titles are of a scenario: synthview list titles christmas-prince.")
    stated = load(scenario, installed())
    window = Window(day_number(stated.run.start), day_number(stated.run.end))
    every = titles(build(stated), window)
    works = every.filter(every["kind"] != "trailer")
    each = map(_title_row, works.to_dicts())
    rows = {row[0]: row for row in each}
    head = ["title", "kind", "released", "minutes", "genres"]
    return head, [rows[name] for name in sorted(rows)]


def _title_row(title: dict[str, Any]) -> list[str]:
    """A film, or the series of an episode: only a film has minutes of its own."""
    series = title["series_name"]
    return [
        series or title["name"],
        "series" if series else "film",
        str(title["released_on"]),
        "" if series else f"{title['runtime_ms'] / 60_000:.0f}",
        (title["genres"] or "").replace("|", ", "),
    ]


LISTINGS: dict[str, Callable[[], tuple[list[str], Rows]]] = {
    "scenarios": _scenarios,
    "tables": _tables,
    "settings": _settings,
    "sources": _sources,
    "actors": lambda: _cast("actors"),
    "faults": lambda: _cast("faults"),
    "insiders": _insiders,
    "formats": _formats,
    "claims": _claims,
}
"""Makers of a head and rows, by the word for ``list KIND``."""


def print_rows(head: list[str], rows: list[list[str]], as_: str) -> None:
    """Print rows below their names, as text, Markdown or JSON."""
    if as_ == "json":
        cells = [[cell.replace("\n", " ") for cell in row] for row in rows]
        screen.say(screen.as_json([dict(zip(head, row, strict=True)) for row in cells]))
    elif as_ == "markdown":
        screen.say(screen.as_markdown(head, rows))
    else:
        screen.table(head, rows)
