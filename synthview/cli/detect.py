"""``detect``: what a baseline detector finds of each actor, beside what could be found."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from synthview.cli import screen
from synthview.cli.option_values import assignments, cast_of, typed
from synthview.cli.options import (
    Cast,
    HtmlPage,
    JsonFile,
    Seed,
    Without,
    Workers,
    complete_scenarios,
)
from synthview.cli.outputs import check_place, check_places, put, stages
from synthview.cli.running import counted, stoppable
from synthview.outside.manuals import manual_of

__all__ = ["register"]

MOST_WARNINGS = 3
SUFFIXES = (".csv", ".parquet")
EPILOG = """
  synthview detect everyday  \
[dim]every actor, in a week of 4,000 homes[/dim]

  synthview detect everyday --only reseller --set actors.reseller.rate=0.02 --disguise 0,0.5,1  \
[dim]a reseller, the better disguised the harder to tell[/dim]

  synthview detect everyday --of plays --households 10k --html page.html  \
[dim]which plays were the cat's, and a page with a plot for each actor[/dim]

  synthview detect christmas-prince --of accesses --set curious_employee.rate=0.1 --disguise 0,1  \
[dim]who of the staff looks without being asked, hidden or not[/dim]

  synthview detect out --save found.parquet  [dim]the scores of a dataset on disk, for:[/dim]
  synthview check out --score found.parquet

[bold]The detector[/bold]  Boosted trees learn from a world of the same kind with the next seed, \
and are tested on this one. They see signs that are read from the log alone: docs/detect.md lists \
them.

[bold]The columns[/bold]  Average precision is 1 for a detector that ranks all rows with the cause \
first; by chance it is the base rate. The interval is of 95 %, whole accounts drawn again. \
"Could be found" is what any such reader may reach: at least the lower end of what this one did, \
and at most what it does when it was taught the answers too.
"""

Target = Annotated[
    str,
    typer.Argument(
        metavar="SCENARIO|DIR",
        help="A scenario, or a dataset on disk with its truth.",
        autocompletion=complete_scenarios,
    ),
]


def register(app: typer.Typer) -> None:
    """Add the command of this module to the command line."""
    app.command("detect", help=manual_of(detect), rich_help_panel="Trust", epilog=EPILOG)(detect)


def detect(  # noqa: PLR0913  a command has as many parameters as options
    world: Target,
    *,
    html: HtmlPage = None,
    json: JsonFile = None,
    save: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="With a DIR: write the scores of its rows, .csv or .parquet, for check --score.",
        ),
    ] = None,
    of: Annotated[
        str,
        typer.Option(
            metavar="WHAT",
            help="What is judged: accounts or plays; or accesses of the staff, by insiders.",
        ),
    ] = "accounts",
    only: Annotated[
        str | None,
        typer.Option(
            "--only",
            metavar="NAME,…",
            help="Look for these alone; others act all the same.",
        ),
    ] = None,
    disguise: Annotated[
        str | None,
        typer.Option(
            metavar="A,B,…",
            help="Where the dial of the actors stands, from 0 to 1; several make a curve.",
        ),
    ] = None,
    households: Annotated[
        str | None,
        typer.Option(
            metavar="N", help="Homes of each world, usually those of the scenario, 4,000 at most."
        ),
    ] = None,
    days: Annotated[
        str | None,
        typer.Option(metavar="N", help="Days of each world, usually seven at most."),
    ] = None,
    seed: Seed = None,
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="PATH=VALUE", help="Change a setting; repeatable."),
    ] = None,
    cast: Cast = None,
    without: Without = None,
    workers: Workers = None,
) -> None:
    """Look for each actor in the log with a baseline detector, and say how well that goes."""
    from synthview.detect.report import DetectOrder, detected, worlds_of

    is_printed = _checked_places(html, json, save)
    asked = DetectOrder(
        world=world,
        of=_judged(of),
        actors=tuple(_listed("--only", only)),
        disguise=_dials(disguise),
        seed=counted("--seed", seed, least=0),
        households=counted("--households", households),
        days=counted("--days", days),
        settings=assignments(set_),
        cast=cast_of(cast),
        without=tuple(without or ()),
        workers=counted("--workers", workers),
        save=typed(save, "--save"),
    )
    directory = _directory(asked)
    pairs = worlds_of(asked, directory)
    _warn(asked, directory)
    with stoppable(None), stages("detect") as on_progress:
        report = detected(asked, pairs, on_progress)
    _write(report, html, json)
    if not is_printed:
        _print(report)


def _checked_places(html: Path | None, json: Path | None, save: Path | None) -> bool:
    """Refuse what cannot be written before minutes of work; True if something is printed."""
    from synthview.detect.need import need_page, need_trees
    from synthview.errors import InputError

    need_trees()
    if html is not None:
        need_page()
    if save is not None:
        if save.suffix not in SUFFIXES:
            raise InputError(f"--save is {save}; a name that ends in .csv or .parquet is needed.")
        check_place(save)
    return check_places(html, json)


def _judged(of: str) -> str:
    from synthview.detect.report import WHOSE
    from synthview.errors import InvalidChoice

    if of not in WHOSE:
        raise InvalidChoice("value", of, tuple(WHOSE), "--of")
    return of


def _listed(option: str, stated: str | None) -> list[str]:
    """Read words with commas between; a list without a word, or with one twice, is refused."""
    from synthview.errors import InputError

    if stated is None:
        return []
    words = [one.strip() for one in stated.split(",") if one.strip()]
    if not words:
        raise InputError(f"{option} names nothing: it is '{stated}'.")
    twice = [one for place, one in enumerate(words) if one in words[:place]]
    if twice:
        raise InputError(f"{option} names {twice[0]} twice.")
    return words


def _dials(stated: str | None) -> tuple[float, ...]:
    """Read ``--disguise``: numbers from 0 to 1, in ascending order."""
    from synthview.errors import InputError, shortened

    found = []
    for word in _listed("--disguise", stated):
        try:
            value = float(word)
        except ValueError:
            value = -1.0
        if not 0 <= value <= 1:
            raise InputError(
                f"--disguise has '{shortened(word)}'; numbers from 0 to 1 are needed, as in "
                "0,0.5,1."
            )
        found.append(value)
    return tuple(sorted(found))


def _directory(asked: Any) -> Path | None:
    """Return the dataset that is meant, or None for a scenario; what does not go together fails."""
    from synthview.errors import InputError, UnknownName
    from synthview.scenario.files import built_in

    if asked.world in built_in() or asked.world.endswith(".toml"):
        if asked.save is not None:
            raise InputError(
                "--save is for a dataset on disk, whose rows the scores are of: generate it first."
            )
        return None
    directory = Path(asked.world)
    if not directory.is_dir():
        unknown = UnknownName("world", asked.world, built_in())
        raise InputError(f"{unknown} Or name a directory, or a file that ends in .toml.")
    stated = {
        "disguise": asked.disguise,
        "households": asked.households,
        "days": asked.days,
        "seed": asked.seed,
        "set": asked.settings,
        "cast": asked.cast,
        "without": asked.without,
    }
    for option, said in stated.items():
        if said not in (None, (), {}):
            raise InputError(f"--{option} is for a scenario; {directory} is read as it is.")
    return directory


def _warn(asked: Any, directory: Path | None) -> None:
    if directory is None:
        from synthview.detect.report import sized

        screen.warn(sized(asked).warnings[:MOST_WARNINGS])


def _write(report: dict[str, Any], html: Path | None, json: Path | None) -> None:
    if json is not None:
        put(json, screen.as_json(report) + "\n")
    if html is not None:
        from synthview.detect.page import render

        put(html, render(report))


def _print(report: dict[str, Any]) -> None:
    from synthview.detect.in_words import about, head, measured, notes, row

    screen.say(screen.filled(about(report)))
    if rows := [row(report, one) for one in measured(report)]:
        screen.say()
        screen.table(head(report), rows)
    for note in notes(report):
        screen.say(screen.filled(note))
