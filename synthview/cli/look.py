"""``list`` and ``show``: what there is to choose from, and everything about one of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from difflib import get_close_matches
from inspect import cleandoc
from itertools import groupby
from typing import TYPE_CHECKING, Annotated, Any

import typer

from synthview.cli import screen
from synthview.cli.basis import show_basis
from synthview.cli.claim_shapes import Shape, StatedClaim, show_shape, show_stated
from synthview.cli.form_report import FormShown, form_shown, show_form
from synthview.cli.guesses import show_guesses
from synthview.cli.listings import ENTRY_HEAD, LISTINGS, entry_rows, print_rows, titles_of, usable
from synthview.cli.lookup import among, named_in, tables_by_name
from synthview.cli.option_values import assignments
from synthview.cli.options import (
    Data,
    Dialect,
    Format,
    Ids,
    SetOption,
    complete_names,
    complete_scenarios,
)
from synthview.cli.portrait import Portrait, portrait_of, show_portrait
from synthview.cli.table_sql import (
    DESCRIBED,
    STATEMENTS,
    SqlOptions,
    described,
    statements,
    statements_of_all,
)
from synthview.errors import InputError, UnknownName
from synthview.outside.legible import one_line
from synthview.outside.manuals import manual_of

if TYPE_CHECKING:
    from synthview.scenario import Scenario
    from synthview.scenario.entries import Entry
    from synthview.scenario.sources import Source
    from synthview.tables import Table

__all__ = ["register"]

ANSWER, CLAIMS, TITLES = "claim-answer", "claims", "titles"
KINDS = (*LISTINGS, TITLES)
LIST_FORMATS = ("text", "markdown", "json")
SHOW_FORMATS = ("text", "markdown", "json", "toml", "json-schema", "sql", "load", "avro")


def register(app: typer.Typer) -> None:
    """Add the commands of this module to the command line."""
    app.command("list", help=manual_of(list_), rich_help_panel="Look", epilog=LIST_EPILOG)(list_)
    app.command("show", help=manual_of(show), rich_help_panel="Look", epilog=SHOW_EPILOG)(show)


def _starting(words: Sequence[str]) -> Callable[[str], list[str]]:
    def complete(incomplete: str) -> list[str]:
        return [word for word in words if word.startswith(incomplete)]

    return complete


LIST_EPILOG = """
  synthview list scenarios

  synthview list settings | grep per_hour

  synthview list actors  \
[dim]what distorts viewing; list faults: what distorts the record of it[/dim]

  synthview list sources everyday  \
[dim]which published figures, and which guesses, a scenario is based on[/dim]

  synthview list sources --guesses  \
[dim]numbers that nobody has published, and how much depends on them[/dim]

  synthview list titles christmas-prince | grep -i christmas  \
[dim]what claim --title can ask about[/dim]

  synthview list sources --as json
"""
SHOW_EPILOG = """
  synthview show everyday  \
[dim]every setting of a scenario; * marks what differs from the default[/dim]

  synthview show tiny --set run.days=5 --as toml > mine.toml  [dim]your own scenario[/dim]

  synthview show everyday --as json-schema > synthview.schema.json  \
[dim]then "#:schema ./synthview.schema.json" as the
  first line of a scenario's file lets editors complete and check it[/dim]

  synthview show plays --as json-schema  [dim]or markdown, avro, sql[/dim]

  synthview show tables --as sql --dialect postgresql  \
[dim]all tables for a database, then --as load fills them[/dim]

  synthview show tables --as load --dialect postgresql --data week | psql  [dim]from a dataset[/dim]

  synthview show sittings.together  [dim]one setting[/dim]

  synthview show S04  [dim]one published figure[/dim]

  synthview show claim-answer  \
[dim]the sections of what claim answers; --as json-schema: its JSON Schema[/dim]

  synthview show claims  [dim]kinds and fields of a claim of your own[/dim]

  synthview show cat_on_remote  [dim]an actor or a fault: what it does, its traces, examples[/dim]
"""


def list_(
    kind: Annotated[
        str,
        typer.Argument(metavar="KIND", help=", ".join(KINDS), autocompletion=_starting(KINDS)),
    ],
    scenario: Annotated[
        str | None,
        typer.Argument(
            metavar="[SCENARIO]",
            help="With sources: what this scenario is based on; with titles: its catalogue.",
            autocompletion=complete_scenarios,
        ),
    ] = None,
    as_: Annotated[
        str,
        typer.Option(
            "--as",
            metavar="FORMAT",
            help=", ".join(LIST_FORMATS),
            autocompletion=_starting(LIST_FORMATS),
        ),
    ] = "text",
    guesses: Annotated[  # noqa: FBT002  an option, which the framework passes by name
        bool,
        typer.Option(
            "--guesses",
            help="With sources: list the guesses, those that move the shipped claims most first.",
        ),
    ] = False,
) -> None:
    """List what there is of a kind, such as actors or formats, or a scenario's sources."""
    if kind not in KINDS:
        raise UnknownName("list of", kind, KINDS)
    _check_format(as_, LIST_FORMATS, "a list")
    if guesses:
        show_guesses(kind, scenario, as_)
        return
    if kind == TITLES:
        print_rows(*titles_of(scenario), as_)
        return
    if scenario is not None:
        if kind != "sources":
            raise InputError(
                f"{kind} are the same for all scenarios. To list what {scenario} is based on, "
                f"run: synthview list sources {scenario}."
            )
        show_basis(scenario, as_)
        return
    head, rows = LISTINGS[kind]()
    if as_ == "text" and not rows:
        screen.say(f"No {kind} yet.")
    else:
        print_rows(head, rows, as_)


def _check_format(as_: str, known: Sequence[str], what: str) -> None:
    if as_ in known:
        return
    if as_ in SHOW_FORMATS:
        raise InputError(f"{what.capitalize()} is not shown as {as_}. Known: {', '.join(known)}.")
    raise UnknownName("format", as_, known, "--as")


def show(
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME",
            help="A scenario or its file, an actor, fault, table, setting, source or format; "
            "tables for all of them.",
            autocompletion=complete_names,
        ),
    ],
    as_: Annotated[
        str,
        typer.Option(
            "--as",
            metavar="FORMAT",
            help=", ".join(SHOW_FORMATS),
            autocompletion=_starting(SHOW_FORMATS),
        ),
    ] = "text",
    set_: SetOption = None,
    dialect: Dialect = None,
    format_: Format = None,
    ids: Ids = None,
    data: Data = None,
) -> None:
    """Show everything about a scenario, actor, fault, table, setting, source or format."""
    wanted = SqlOptions(dialect, format_, ids, data)
    if name == "tables":
        screen.say(statements_of_all(as_, wanted), nl=False)
        return
    thing = _look_up(name, assignments(set_))
    showing, formats, what = _showing(thing)
    _check_format(as_, formats, what)
    if as_ in STATEMENTS:
        screen.say(statements([thing.path], as_, wanted), nl=False)
        return
    if as_ in DESCRIBED and what == "a table":
        screen.say(described(thing, as_, wanted), nl=False)
        return
    wanted.refuse()
    showing(thing, as_)


def _look_up(name: str, overrides: dict[str, str]) -> Any:
    """Find what a name stands for; a scenario comes before all else, then actors and faults."""
    from synthview.registry import installed
    from synthview.scenario import load
    from synthview.scenario.entries import declared
    from synthview.scenario.files import built_in
    from synthview.scenario.sources import sources

    if of_claims := {ANSWER: Shape, CLAIMS: StatedClaim}.get(name):
        return of_claims()
    scenarios = built_in()
    if name in scenarios or name.endswith(".toml") or "/" in name:
        return load(name, installed(), overrides)
    if overrides:
        raise InputError(
            f"--set changes a scenario, and '{name}' is not one. Known: {', '.join(scenarios)}, "
            "or a path ending in .toml."
        )
    settings = declared(installed(), also=named_in(name))
    things: dict[str, Any] = {**sources(), **settings, **tables_by_name()}
    found = (
        portrait_of(name) or form_shown(name) or things.get(name) or among(settings.values(), name)
    )
    if not found:
        bare = [entry.setting.name for entry in settings.values()]
        raise _unknown(name, scenarios, [*things, *bare])
    return found


def _unknown(name: str, scenarios: Iterable[str], known: Sequence[str]) -> UnknownName:
    """The error for a name that nothing has; it lists what there is, and what is spelt alike."""
    from synthview.registry import installed
    from synthview.tables import BY_PATH

    near = get_close_matches(name, known, n=3, cutoff=0.6)
    listed = {
        *scenarios,
        *installed().actors,
        *installed().faults,
        *BY_PATH,
        *near,
    }
    return UnknownName("scenario, actor, fault, table, setting or source", name, listed)


def _showing(thing: Any) -> tuple[Callable[[Any, str], None], Sequence[str], str]:
    from synthview.scenario import Scenario
    from synthview.scenario.entries import Entry
    from synthview.scenario.sources import Source
    from synthview.tables import Table

    if isinstance(thing, Portrait):
        return show_portrait, LIST_FORMATS, "an actor" if thing.kind == "actors" else "a fault"
    ways: dict[type, tuple[Callable[[Any, str], None], Sequence[str], str]] = {
        Shape: (show_shape, ("text", "json-schema"), "an answer"),
        StatedClaim: (show_stated, LIST_FORMATS, "a claim"),
        FormShown: (show_form, ("text", "json"), "a format"),
        Scenario: (_show_scenario, SHOW_FORMATS[:5], "a scenario"),
        Table: (
            _show_table,
            ("text", "markdown", "json", "json-schema", "sql", "load", "avro"),
            "a table",
        ),
        Source: (_show_source, ("text", "json"), "a source"),
        Entry: (_show_setting, ("text", "json"), "a setting"),
    }
    return ways.get(type(thing), (_show_section, LIST_FORMATS, "a section"))


def _show_scenario(scenario: Scenario, as_: str) -> None:
    from synthview.scenario.entries import entries
    from synthview.scenario.schemas import scenario_schema

    screen.warn(scenario.warnings)
    found = entries(scenario)
    if as_ == "json":
        screen.say(screen.as_json(scenario.as_dict()))
    elif as_ == "toml":
        screen.say(scenario.to_toml(), nl=False)
    elif as_ == "json-schema":
        screen.say(scenario_schema(usable("actors", "faults")), nl=False)
    elif as_ == "markdown":
        title, about = one_line(scenario.name), _in_words(scenario.about)
        table = screen.as_markdown(ENTRY_HEAD, entry_rows(found))
        screen.say(f"## {title}\n\n{about}\n\n{table}")
    else:
        _print_scenario(scenario, found)


def _print_scenario(scenario: Scenario, found: list[Entry]) -> None:
    screen.say(
        f"{one_line(scenario.name)}: {_in_words(scenario.about)}\nmodel {scenario.model}, "
        f"fingerprint {scenario.fingerprint()}"
    )
    if scenario.without:
        screen.say(f"without {', '.join(scenario.without)}")
    screen.say(
        "* differs from the default; the source 'scenario' is a value of this scenario's own.\n"
    )
    for section, settings in groupby(found, key=lambda entry: entry.section):
        screen.table(ENTRY_HEAD, entry_rows(settings), title=f"[{section}]")


def _in_words(text: str) -> str:
    """Return a text of a file as one line: where its lines ended are spaces."""
    return one_line(" ".join(text.split()))


def _show_section(section: list[Entry], as_: str) -> None:
    from synthview.registry import SECTIONS

    declared = SECTIONS.get(section[0].section)
    if as_ == "text" and (tells := getattr(declared, "tells", ())):
        screen.say(f"{cleandoc(declared.__doc__ or '')}\n\nWhat of it shows: {'; '.join(tells)}.\n")
    print_rows(ENTRY_HEAD, entry_rows(section, marked=False), as_)


def _show_table(table: Table, as_: str) -> None:
    from synthview.scenario.schemas import TABLE_FORMATS, TYPE_WORDS, meaning

    if as_ in TABLE_FORMATS:
        screen.say(TABLE_FORMATS[as_](table), nl=False)
        return
    head = ["column", "type", "unit", "may be empty", "meaning"]
    rows = [
        [one.name, TYPE_WORDS[one.kind], one.unit, "yes" if one.nullable else "", meaning(one)]
        for one in table.columns
    ]
    if as_ == "json":
        print_rows(head, rows, as_)
        return
    screen.say(f"{table.path}: a row is {table.row}. Key: {', '.join(table.key)}.\n")
    screen.table(head, rows)


def _show_setting(entry: Entry, as_: str) -> None:
    setting = entry.setting
    facts = {
        "setting": entry.path,
        "about": setting.about,
        "default": entry.plain,
        "unit": setting.unit,
        "allowed": list(setting.allowed or ()),
        "options": list(setting.options),
        "plausible range": [setting.low, setting.high] if setting.low is not None else [],
        "scale": setting.scale if setting.kind == "number" else "",
        "source": setting.source,
    }
    _show_facts(facts, as_)


def _show_source(source: Source, as_: str) -> None:
    from dataclasses import asdict

    from synthview.registry import installed
    from synthview.scenario.entries import declared
    from synthview.scenario.sources import ids_in

    paths = [
        path
        for path, entry in declared(installed()).items()
        if source.id in ids_in(entry.setting.source)
    ]
    _show_facts({**asdict(source), "settings": paths}, as_)


def _show_facts(facts: dict[str, Any], as_: str) -> None:
    if as_ == "json":
        screen.say(screen.as_json(facts))
        return
    for name, value in facts.items():
        if value not in ("", [], None):
            text = screen.shown(value).replace("\n", " ")
            screen.say(f"{name + ':':<18}{text}")
