"""``explain``: one household's days, what happened beside what was logged."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from synthview.cli import screen
from synthview.cli.options import (
    Cast,
    Days,
    From,
    Households,
    Scenario,
    Seed,
    SetOption,
    Without,
    assignments,
    cast_of,
)
from synthview.cli.running import counted

if TYPE_CHECKING:
    from synthview.explain import Story
    from synthview.scenario import Scenario as Loaded

__all__ = ["register"]

EPILOG = """
  synthview explain christmas-prince --household 17

  synthview explain christmas-prince --account a4611686018427387904 --html home.html  [dim]as a page[/dim]

  synthview explain everyday --households 100M --household 99999999  [dim]at once, without the others[/dim]
"""


def register(app: typer.Typer) -> None:
    """Add the command of this module to the command line."""
    app.command("explain", rich_help_panel="Ask", epilog=EPILOG)(explain)


def explain(  # noqa: PLR0913  a command has as many parameters as options
    scenario: Scenario,
    *,
    household: Annotated[str | None, typer.Option(metavar="N", help="The household, by number from 0.")] = None,
    account: Annotated[str | None, typer.Option(metavar="ID", help="Its account, as files have it: a123.")] = None,
    play: Annotated[
        str | None, typer.Option(metavar="ID", help="A play, as files have it: p123; tells its day.")
    ] = None,
    html: Annotated[Path | None, typer.Option(metavar="FILE", help="Write a page instead.")] = None,
    households: Households = None,
    from_: From = None,
    days: Days = None,
    seed: Seed = None,
    set_: SetOption = None,
    without: Without = None,
    cast: Cast = None,
) -> None:
    """Tell one household's days as a timeline: what happened beside what the log says."""
    from synthview.engines.order import Order
    from synthview.explain import story
    from synthview.registry import installed
    from synthview.scenario import load

    asked = Order(
        scenario=scenario, seed=counted("--seed", seed, least=0), start=from_, days=counted("--days", days),
        households=counted("--households", households), settings=assignments(set_), without=without or (),
        cast=cast_of(cast),
    )  # fmt: skip
    loaded = load(scenario, installed(), asked.overrides())
    number, chosen = _which(loaded, household, account, play)
    told = story(loaded, number, chosen)
    if html is None:
        _tell(told)
        return
    from synthview.explain.page import render

    html.write_text(render(told), "utf-8")
    typer.echo(f"Wrote {html}: {told.summary}")


def _which(scenario: Loaded, household: str | None, account: str | None, play: str | None) -> tuple[int, int | None]:
    """Find the number of the household, and the public id of the play if one was named."""
    from synthview.errors import InputError
    from synthview.explain import household_of_account, household_of_play

    if sum(one is not None for one in (household, account, play)) != 1:
        raise InputError("explain needs one of --household N, --account ID and --play ID.")
    chosen = None
    if household is not None:
        number = counted("--household", household, least=0) or 0
    elif account is not None:
        number = household_of_account(scenario, _id("--account", account, "a"))
    else:
        chosen = _id("--play", play or "", "p")
        number = household_of_play(scenario, chosen)
    if number >= scenario.run.households:
        raise InputError(
            f"There is no such household: the world has {scenario.run.households:,}, numbered from 0. "
            "Is the scenario, the seed or --households another one?"
        )
    return number, chosen


def _id(option: str, stated: str, prefix: str) -> int:
    from synthview.errors import InputError

    digits = stated.strip().removeprefix(prefix)
    if not digits.isdecimal() or int(digits) >= 2**63:
        raise InputError(f"{option} is '{stated}'; an id such as {prefix}123 is needed, as it stands in files.")
    return int(digits)


def _tell(told: Story) -> None:
    typer.echo(
        f"Household {told.household:,} of {told.scenario}: {told.home}. {', '.join(told.people) or 'Nobody lives here'}."
    )
    if told.guests:
        typer.echo(f"Also on this account: {', '.join(told.guests)}.")
    for one in told.actors:
        typer.echo(one)
    typer.echo(told.summary)
    rows = [
        [f"{one.start:%a %d %b %H:%M}", one.title, one.device, f"{one.played_min:.0f} min", ", ".join(one.who) or "nobody",
         "; ".join(one.deeds), one.logged, one.lesson]
        for one in told.plays
    ]  # fmt: skip
    screen.tell(["when", "title", "device", "played", "who", "why", "the log", "lesson"], rows)
