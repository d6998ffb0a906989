"""``explain``: one household's days, what happened beside what was logged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from synthview.cli import screen
from synthview.cli.option_values import assignments, cast_of, households_of, ids_form, names_of
from synthview.cli.options import (
    Cast,
    Days,
    DropHousehold,
    From,
    Households,
    Ids,
    Only,
    Scenario,
    Seed,
    SetOption,
    Without,
    complete_cast,
)
from synthview.cli.outputs import check_places, put
from synthview.cli.running import STDOUT, counted, stoppable
from synthview.errors import InputError, shortened
from synthview.outside.manuals import manual_of
from synthview.outside.paths import typed_path

if TYPE_CHECKING:
    from pathlib import Path

    from synthview.explain import Closeup, Story
    from synthview.scenario import Scenario as Loaded

__all__ = ["register"]

EPILOG = """
  synthview explain zoo --household child_on_loop  \
[dim]or asleep_on_sofa, reseller …: an actor of the cast[/dim]

  synthview explain zoo --household 3 --html home.html  [dim]as a page for the browser[/dim]

  synthview explain christmas-prince --account 4611686018427387904  \
[dim]the id as in the files[/dim]

  synthview explain christmas-prince --play p_4000000000000  \
[dim]one play, and the day around it[/dim]

  synthview explain everyday --households 100M --household 99999999  \
[dim]in a second, without the others[/dim]

  synthview explain page.html --household 46123456  \
[dim]a home of a claim's page (or of its JSON)[/dim]

  synthview explain everyday --cast reseller=1 --household reseller --without faults  \
[dim]one reseller, and no faults[/dim]
"""


def register(app: typer.Typer) -> None:
    """Add the command of this module to the command line."""
    app.command("explain", help=manual_of(explain), rich_help_panel="Ask", epilog=EPILOG)(explain)


def explain(  # noqa: PLR0913  a command has as many parameters as options
    scenario: Scenario,
    *,
    household: Annotated[
        str | None,
        typer.Option(
            metavar="N|NAME",
            help="Number of the household, from 0; or an actor or fault of the scenario's cast.",
            autocompletion=complete_cast,
        ),
    ] = None,
    account: Annotated[
        str | None,
        typer.Option(
            metavar="ID", help="Show the household of this account: 123 or a_0…, as in the files."
        ),
    ] = None,
    play: Annotated[
        str | None,
        typer.Option(
            metavar="ID",
            help="Show one play, and the day around it: 123 or p_0…, as in the files.",
        ),
    ] = None,
    html: Annotated[
        str | None,
        typer.Option(metavar="FILE|-", help="Write a page for the browser instead; - prints it."),
    ] = None,
    households: Households = None,
    from_: From = None,
    days: Days = None,
    seed: Seed = None,
    set_: SetOption = None,
    without: Without = None,
    only: Only = None,
    cast: Cast = None,
    drop_household: DropHousehold = None,
    ids: Ids = None,
) -> None:
    """Show the days of one household as a timeline: what happened, beside what the log says.

    Below the days stands who of the staff looked at the account, what they said it was for, and
    what it was.
    """
    from synthview.claims.replays import is_answer
    from synthview.engines.order import Order, scenario_of

    _check_one(household, account, play)
    if html is not None:
        check_places(typed_path(html, "--html"), None)
    form = ids_form(ids)
    if is_answer(str(scenario)):
        said = (account, play, households, from_, days, seed, set_, without, only, cast)
        loaded = _of_answer(typed_path(scenario, "SCENARIO"), household, *said, drop_household)
        with stoppable(None):
            _show(*_story(loaded, household, None, None, form), html)
        return
    asked = Order(
        scenario=scenario,
        seed=counted("--seed", seed, least=0),
        start=from_,
        days=counted("--days", days),
        households=counted("--households", households),
        settings=assignments(set_),
        without=without or (),
        only=names_of(only),
        cast=cast_of(cast),
        drop_households=households_of(drop_household),
    )
    loaded = scenario_of(asked)
    with stoppable(None):
        _show(*_story(loaded, household, account, play, form), html)


def _check_one(*stated: str | None) -> None:
    """Refuse more or fewer than one household, account or play."""
    if sum(one is not None for one in stated) != 1:
        raise InputError(
            "explain needs one of --household N, --account ID and --play ID. --household 0 is the "
            "first household. Where a scenario has a cast, as zoo does, --household child_on_loop "
            "is the one with the child."
        )


def _of_answer(place: Path, household: str | None, *others: object) -> Loaded:
    """The scenario in which a home of a claim's page, or of its JSON, was simulated."""
    from synthview.claims.replays import shown_home

    if household is None or any(others):
        raise InputError(
            f"{place} says itself how its homes are simulated: beside it only --household, --html "
            "and --ids can be used. Leave the other options out."
        )
    return shown_home(place, counted("--household", household, least=0) or 0)


def _story(
    scenario: Loaded, household: str | None, account: str | None, play: str | None, ids: str
) -> tuple[Story, Closeup | None]:
    """Tell the story of the household, or of the day of the play, that was named."""
    from synthview.explain import close_story, household_of_account, story

    if play is not None:
        return close_story(scenario, _id("--play", play, "p"), ids=ids)
    if account is not None:
        number = household_of_account(scenario, _id("--account", account, "a"))
        if number >= scenario.run.households:
            raise InputError(
                f"There is no account {account} among the {scenario.run.households:,} households "
                f"of {scenario.name}. Was it made with another seed or --households? Give the same "
                "here."
            )
    else:
        number = _numbered(scenario, household or "")
    return story(scenario, number, ids=ids), None


def _numbered(scenario: Loaded, household: str) -> int:
    """The number of a household, given as such or as somebody of the cast."""
    from synthview.explain import household_of_cast

    if household[:1].isalpha():
        return household_of_cast(scenario, household)
    return counted("--household", household, least=0) or 0


def _id(option: str, stated: str, prefix: str) -> int:
    """Read an id as a whole number (123, or p123 as in older versions), or as in text files."""
    text = stated.strip()
    digits = text.removeprefix(prefix)
    if digits.isascii() and digits.isdecimal() and len(digits) < 20 and int(digits) < 2**63:
        return int(digits)
    found = _decoded(text, prefix) if text.isascii() else None
    if found is None:
        raise InputError(
            f"{option} is '{shortened(stated)}'; an id is needed as it stands in files: a whole "
            f"number such as 123, or in CSV and NDJSON {prefix}_ and 13 letters or digits."
        )
    return found


def _decoded(text: str, prefix: str) -> int | None:
    import polars as pl

    from synthview.sinks.text import decode_ids

    try:
        return int(decode_ids(pl.Series([text]), prefix).item())
    except InputError:
        return None


def _show(story: Story, closeup: Closeup | None, html: str | None) -> None:
    if html is None:
        from synthview.cli.timeline import tell

        tell(story, closeup)
        return
    from synthview.explain import summary
    from synthview.explain.page import render

    place = typed_path(html, "--html")
    put(place, render(story, closeup))
    if html != STDOUT:
        screen.say(f"Wrote {place}. {summary(story)}")
