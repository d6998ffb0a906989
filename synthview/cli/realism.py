"""``realism``: a world beside every published figure that it can be compared with."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from synthview.callbacks import OnStage
from synthview.cli import screen
from synthview.cli.option_values import assignments, names_of
from synthview.cli.options import HtmlPage, JsonFile, Seed, Without, Workers, complete_scenarios
from synthview.cli.outputs import check_places, put, stages
from synthview.cli.running import counted, duration_in_words, stoppable
from synthview.outside.manuals import manual_of

if TYPE_CHECKING:
    from synthview.realism.samples import Simulation

__all__ = ["register"]

SECONDS_PER_HOUSEHOLD_DAY = 60e-6
MEASURING_SECONDS = 30
FAILED = 1
MOST_WARNINGS = 3
EPILOG = """
  synthview realism everyday  \
[dim]simulates what the figures need, some minutes on two processors[/dim]

  synthview realism everyday --only T01,S04 --households 2k  [dim]some of them, roughly[/dim]

  synthview realism out --html page.html  \
[dim]a dataset on disk, and a page with a plot for each kind of figure[/dim]

[bold]Verdicts[/bold]  Each figure has a 95 % interval: whole households are resampled. \
It passes where the interval lies in the accepted range (the published one, or 10 % around the \
value, 2 points for shares), fails where all of it lies outside, and is inconclusive otherwise. \
What cannot be compared says why. docs/realism.md tells more.

[bold]Exit code[/bold]  0 where nothing fails, 1 otherwise.
"""

Target = Annotated[
    str,
    typer.Argument(
        metavar="SCENARIO|DIR",
        help="A scenario, or a dataset that synthview made.",
        autocompletion=complete_scenarios,
    ),
]
Ids = Annotated[
    str | None,
    typer.Option(
        "--only", metavar="ID,…", help="Only these figures; T01 stands for T01-00 to T01-23."
    ),
]
Homes = Annotated[
    str | None,
    typer.Option(
        "--households",
        metavar="N",
        help=(
            "Homes simulated for a month, usually 12,000, and others in proportion; of a dataset, "
            "the most that are read."
        ),
    ),
]
Settings = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="PATH=VALUE",
        help="Change a setting, as in [bold]--set sittings.together=0.4[/bold]; repeatable.",
    ),
]


def register(app: typer.Typer) -> None:
    """Add the command of this module to the command line."""
    app.command("realism", help=manual_of(realism), rich_help_panel="Trust", epilog=EPILOG)(realism)


def realism(  # noqa: PLR0913  a command has as many parameters as options
    world: Target,
    *,
    html: HtmlPage = None,
    json: JsonFile = None,
    only: Ids = None,
    households: Homes = None,
    seed: Seed = None,
    set_: Settings = None,
    without: Without = None,
    workers: Workers = None,
) -> None:
    """Compare a world with published figures about real viewing, with intervals and verdicts."""
    from synthview.realism.samples import Simulation
    from synthview.realism.targets import chosen

    ids = names_of(only, kind="figure")
    chosen(ids)
    places = _checked_places(html, json)
    count = counted("--households", households)
    asked = Simulation(
        scenario=world,
        seed=counted("--seed", seed, least=0),
        households=count,
        settings=assignments(set_),
        without=tuple(without or ()),
        workers=counted("--workers", workers),
    )
    directory = _directory(world)
    with stoppable(None), stages("realism") as on_progress:
        report = (
            _of_directory(directory, asked, ids, on_progress)
            if directory
            else _of_scenario(asked, ids, on_progress)
        )
    _write(report, html, json)
    if not places:
        _print(report)
    if report["counts"]["fail"]:
        raise typer.Exit(FAILED)


def _directory(world: str) -> Path | None:
    """Return the dataset that is meant, or None for a scenario; what is neither is refused."""
    from synthview.errors import InputError
    from synthview.scenario.files import built_in

    if world in built_in() or world.endswith(".toml"):
        return None
    if Path(world).is_dir():
        return Path(world)
    known = ", ".join(built_in())
    raise InputError(
        f"There is no scenario or directory '{world}'. Known scenarios: {known}, or a path ending "
        "in .toml."
    )


def _checked_places(html: Path | None, json: Path | None) -> bool:
    """Refuse places that cannot be written before minutes of work; True if one is the screen."""
    from synthview.outside.report_pages import need_page
    from synthview.realism.need import need_statistics

    need_statistics()
    if html is not None:
        need_page("realism")
    return check_places(html, json)


def _of_directory(
    directory: Path, asked: Simulation, ids: list[str] | None, on_progress: OnStage
) -> dict[str, Any]:
    from synthview.errors import InputError
    from synthview.realism.report import compare_directory

    beside = {
        "seed": asked.seed,
        "set": asked.settings,
        "without": asked.without,
        "workers": asked.workers,
    }
    for option, said in beside.items():
        if said not in (None, (), {}):
            raise InputError(
                f"--{option} is for a scenario; {directory} is a dataset, which is read as it is."
            )
    return compare_directory(directory, ids, asked.households, on_progress)


def _of_scenario(asked: Simulation, ids: list[str] | None, on_progress: OnStage) -> dict[str, Any]:
    from synthview.engines.local import available_workers
    from synthview.realism.report import compare_scenario, household_days
    from synthview.realism.targets import chosen

    warnings = asked.load().warnings
    screen.warn(warnings[:MOST_WARNINGS])
    if (more := len(warnings) - MOST_WARNINGS) > 0:
        screen.say(
            f"… and {more} more settings that are hard to believe: synthview show {asked.scenario}",
            err=True,
        )
    days = household_days(chosen(ids), asked)
    crew = asked.workers or available_workers()
    seconds = days * SECONDS_PER_HOUSEHOLD_DAY / crew + MEASURING_SECONDS
    screen.say(
        f"About {days:,} days of households to simulate, {duration_in_words(seconds)}.", err=True
    )
    return compare_scenario(asked, ids, on_progress)


def _write(report: dict[str, Any], html: Path | None, json: Path | None) -> None:
    if json is not None:
        put(json, screen.as_json(report) + "\n")
    if html is not None:
        from synthview.realism.page import render

        put(html, render(report))


def _print(report: dict[str, Any]) -> None:
    for sample in report["samples"]:
        screen.say(f"{sample['about']}: {sample['size']}")
    for family in (*report["families"], {"title": "Not simulated", "figures": report["others"]}):
        if family["figures"]:
            screen.say()
            _print_family(family)
    screen.say()
    if worst := furthest_off(report):
        screen.say(f"Furthest off: {', '.join(worst)}.")
    screen.say(summary(report))


def furthest_off(report: dict[str, Any]) -> list[str]:
    """Return the failing figures, the furthest off first, each beside the published value."""
    failed = [
        one
        for family in report["families"]
        for one in family["figures"]
        if one["verdict"] == "fail"
    ]
    failed.sort(key=lambda one: -one["off_by"])
    return [
        f"{one['id']} ({_number(one['simulated']['value'])}, published "
        f"{_number(one['published']['value'])})"
        for one in failed
    ]


def _print_family(family: dict[str, Any]) -> None:
    head = [
        "id",
        "figure",
        "simulated",
        "95 % interval",
        "published",
        "accepted",
        "unit",
        "verdict",
    ]
    screen.table(
        head,
        [_row(one) for one in family["figures"]],
        family["title"],
    )


def _row(figure: dict[str, Any]) -> list[str]:
    found, accepted = figure["simulated"], figure["accepted"]
    simulated = (
        [_number(found["value"]), f"{_number(found['low'])} to {_number(found['high'])}"]
        if found
        else ["", ""]
    )
    verdict = figure["verdict"] + (f": {figure['note']}" if figure["note"] else "")
    return [
        f"{'*' if figure['verdict'] == 'fail' else ''}{figure['id']}",
        figure["quantity"],
        *simulated,
        _number(figure["published"]["value"]),
        f"{_number(accepted['low'])} to {_number(accepted['high'])}",
        figure["unit"],
        verdict,
    ]


def _number(value: float) -> str:
    return f"{value:.3g}" if abs(value) < 1000 else f"{value:,.0f}"


def summary(report: dict[str, Any]) -> str:
    """Return the last line: how many figures pass, fail, are inconclusive or not applicable."""
    counts = report["counts"]
    compared = counts["pass"] + counts["fail"] + counts["inconclusive"]
    return (
        f"{report['world']['scenario']}: {compared} figures compared, {counts['pass']} pass, "
        f"{counts['fail']} fail, "
        f"{counts['inconclusive']} inconclusive; {counts['not applicable']} not applicable."
    )
