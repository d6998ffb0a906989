"""``privacy``: who can be found in what a service releases, and how little that takes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from synthview.cli import screen
from synthview.cli.option_values import assignments, names_of
from synthview.cli.options import HtmlPage, JsonFile, Seed, complete_scenarios
from synthview.cli.outputs import check_places, put, stages
from synthview.cli.running import counted, stoppable
from synthview.outside.manuals import manual_of

__all__ = ["register"]

EPILOG = """
  synthview privacy prize --html prize.html  \
[dim]the attack on the Netflix Prize, beside its published figures[/dim]

  synthview privacy prize -o prize  \
[dim]also writes the release in the Prize's layout, the reviews, and who is who[/dim]

  synthview privacy prize --households 480189 --only linkage  \
[dim]the whole size: four minutes and 3.5 GB of memory[/dim]

  synthview privacy everyday --only uniqueness  [dim]a usual month of plays[/dim]

  synthview privacy DIR --columns country,plan --sensitive genre  \
[dim]a dataset on disk: of synthview, or in the layout of the Prize[/dim]

docs/privacy.md tells how each thing is measured.
"""


def complete_worlds(incomplete: str) -> list[str]:
    """Complete the name of a world."""
    return [one for one in ("prize", *complete_scenarios("")) if one.startswith(incomplete)]


World = Annotated[
    str,
    typer.Argument(
        metavar="prize|SCENARIO|DIR",
        help="The world of the Netflix Prize, a scenario, or a dataset on disk.",
        autocompletion=complete_worlds,
    ),
]
OnlySections = Annotated[
    str | None,
    typer.Option(
        "--only",
        metavar="NAME,…",
        help="Only these of uniqueness, anonymity, linkage, release, reconstruction, "
        "membership, outsider.",
    ),
]
Homes = Annotated[
    str | None,
    typer.Option(
        "--households",
        metavar="N",
        help=(
            "How many homes are simulated, each with an account: of prize 48,018 unless you say "
            "otherwise, of others as many as 300,000 days of homes allow."
        ),
    ),
]
Settings = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="PATH=VALUE",
        help="Change a setting of the scenario, of prize such as reviewers=0.05; repeatable.",
    ),
]


def register(app: typer.Typer) -> None:
    """Add the command of this module to the command line."""
    app.command("privacy", help=manual_of(privacy), rich_help_panel="Trust", epilog=EPILOG)(privacy)


def privacy(  # noqa: PLR0913  a command has as many parameters as options
    world: World,
    *,
    html: HtmlPage = None,
    json: JsonFile = None,
    only: OnlySections = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="DIR",
            help="With prize: write release, reviews and truth into this new directory.",
        ),
    ] = None,
    households: Homes = None,
    seed: Seed = None,
    set_: Settings = None,
    columns: Annotated[
        str | None,
        typer.Option(
            metavar="A,B",
            help="Columns of accounts that somebody may know, for k-anonymity.",
        ),
    ] = None,
    sensitive: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", help="The column that they should not learn, for l-diversity."
        ),
    ] = None,
) -> None:
    """Measure who can be found in a release: uniqueness, linkage, and what rules of release do."""
    from synthview.outside.report_pages import need_page
    from synthview.privacy.need import need_statistics

    need_statistics()
    if html is not None:
        need_page("privacy")
    from synthview.privacy.opening import LabOrder
    from synthview.privacy.report import examined, sections_named

    names = names_of(only, kind="part")
    sections_named(names)
    is_printed = check_places(html, json)
    asked = LabOrder(
        world=world,
        seed=counted("--seed", seed, least=0),
        households=counted("--households", households),
        settings=assignments(set_),
        output=output,
        columns=tuple(names_of(columns, "--columns", kind="column") or ()),
        sensitive=sensitive or "",
    )
    with stoppable(None), stages("privacy") as on_progress:
        report = examined(asked, names, on_progress)
    _write(report, html, json)
    if not is_printed:
        _print(report)


def _write(report: dict[str, Any], html: Path | None, json: Path | None) -> None:
    if json is not None:
        put(json, screen.as_json(report) + "\n")
    if html is not None:
        from synthview.privacy.page import render

        put(html, render(report))


def _print(report: dict[str, Any]) -> None:
    world = report["world"]
    screen.say(f"{world['name']}, seed {world['seed']}: {world['about']}.")
    for section in report["sections"]:
        screen.say()
        screen.say(section["title"])
        if section["left_out"]:
            screen.say(f"Left out: {section['left_out']}.")
            continue
        screen.say(screen.filled(section["sentence"].replace("\n", "\n\n")))
        for table in section["tables"]:
            screen.say()
            screen.table(table["head"], table["rows"], table["title"])
