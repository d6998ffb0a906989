"""``compare``: what an actor, a fault or a household caused, by the same world without it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from synthview.cli import screen
from synthview.cli.bars import bar
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
)
from synthview.cli.running import counted, stoppable
from synthview.outside.manuals import manual_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from synthview.compare import Comparison, Example
    from synthview.compare.differing import Difference
    from synthview.compare.looks_beside import LooksBeside

__all__ = ["register"]

USUAL_HOUSEHOLDS = 2_000
FORMATS = ("text", "json")
EPILOG = """
  synthview compare christmas-prince --without cat_on_remote  [dim]what the cats caused[/dim]

  synthview compare everyday --without late_arrivals --households 500

  synthview compare everyday --only misclick --days 7  \
[dim]what all actors and faults but the slips caused[/dim]

  synthview compare zoo --drop-household 3  [dim]the rows of one account, and no others[/dim]

  synthview compare everyday --cast reseller=2 --without reseller --as json

  synthview compare christmas-prince --without curious_employee  \
[dim]what an insider adds: who of the staff looked, at whom[/dim]
"""


def register(app: typer.Typer) -> None:
    """Add the command of this module to the command line."""
    app.command("compare", help=manual_of(compare), rich_help_panel="Ask", epilog=EPILOG)(compare)


def compare(  # noqa: PLR0913  a command has as many parameters as options
    scenario: Scenario,
    *,
    without: Without = None,
    only: Only = None,
    drop_household: DropHousehold = None,
    households: Households = None,
    from_: From = None,
    days: Days = None,
    seed: Seed = None,
    set_: SetOption = None,
    cast: Cast = None,
    ids: Ids = None,
    as_: Annotated[str, typer.Option("--as", metavar="FORMAT", help="text or json")] = "text",
) -> None:
    """Simulate the same world with and without an actor, fault or household, and show what changes.

    The second world lacks what --without, --only or --drop-household leave out. By default the
    first 2,000 households are compared. More households need no more memory. Without an insider of
    the staff, what changes is who looked at personal data.
    """
    from synthview import compare as paired
    from synthview.engines.order import Order, scenario_of
    from synthview.engines.taking_part import left_out
    from synthview.errors import UnknownName

    if as_ not in FORMATS:
        raise UnknownName("format", as_, FORMATS, "--as")
    form = ids_form(ids)
    loaded = scenario_of(
        Order(
            scenario=scenario,
            seed=counted("--seed", seed, least=0),
            start=from_,
            days=counted("--days", days),
            households=counted("--households", households),
            settings=assignments(set_),
            cast=cast_of(cast),
        )
    )
    count = loaded.run.households if households else min(loaded.run.households, USUAL_HOUSEHOLDS)
    names = left_out(loaded, without or [], names_of(only))
    with stoppable(None), bar("compare") as move:
        on_progress = partial(move, note="both worlds")
        found = paired.compare(
            loaded, names, count, on_progress, dropped=households_of(drop_household)
        )
    found = found.with_ids(form)
    if as_ == "json":
        screen.say(screen.as_json(found.as_dict()))
    else:
        _print(found)


def _print(found: Comparison) -> None:
    screen.say(
        f"{found.scenario}, {found.households:,} households, {found.days} days: "
        f"with and without {found.left_out}."
    )
    if found.left_out != " and ".join(found.without) and found.without:
        screen.say(f"Left out: {', '.join(found.without)}.")
    screen.say(f"\n{found.in_words()}\n")
    if found.looks is not None:
        _print_looks(found, found.looks)
    if found.is_of_staff:
        return
    _print_tables(found.tables)
    screen.say()
    _print_headlines(found.headlines)
    screen.say()
    _print_examples(found)
    _print_reach(found)


def _print_looks(found: Comparison, looks: LooksBeside) -> None:
    """What the staff looked at, and some of the looks that were left out."""
    _print_tables(looks.tables)
    screen.say()
    _print_headlines(looks.numbers)
    screen.say()
    if not looks.examples:
        return
    screen.say("Some of the looks that were left out, in UTC:")
    for one in looks.examples:
        whom = f" at account {one.account_id}" if one.account_id else ""
        screen.say(f"  {one.at}  {one.who}, {one.tool} for {one.purpose}{whom}: {one.what}")
    if account := looks.examples[0].account_id:
        homes = f"--households {found.households}"
        said = f"synthview explain {found.scenario} {homes} --account {account}"
        screen.say(f"To see one with the home that was looked at: {said}")
    screen.say()


def _print_tables(differences: Sequence[Difference]) -> None:
    """How many rows of each table differ."""
    head = ["rows of", "only with", "only without", "changed", "equal", "in columns"]
    rows = []
    for one in differences:
        counts = (one.only_with, one.only_without, one.changed, one.equal)
        rows.append(
            [
                one.table,
                *(f"{count:,}" for count in counts),
                ", ".join(one.columns),
            ]
        )
    screen.table(head, rows)


def _print_headlines(numbers: Sequence[tuple[str, float, float]]) -> None:
    """The numbers that a service would publish, or count of its staff, of both worlds."""
    rows = []
    for what, with_it, without_it in numbers:
        difference = with_it - without_it
        shown = f"{difference:+,.4g}" if difference else "0"
        rows.append(
            [
                what,
                f"{with_it:,.6g}",
                f"{without_it:,.6g}",
                shown,
            ]
        )
    screen.table(["number", "with", "without", "difference"], rows)


def _print_examples(found: Comparison) -> None:
    if not found.examples:
        return
    screen.say("Some of the plays that differ, with their start in UTC:")
    for one in found.examples:
        screen.say(f"  play {one.play_id}  {one.started_at}  {one.title}: {_about(one)}")
    one = found.examples[0]
    is_without = one.side == "without" and found.without
    lacks = f" --without {found.without[0]}" if is_without else ""
    command = f"synthview explain {found.scenario} --play {one.play_id}{lacks}"
    screen.say(f"To look at one: {command}\n")


def _about(example: Example) -> str:
    where = {
        "with": "only with",
        "without": "only without",
        "both": f"in {', '.join(example.columns)}",
    }
    return where[example.side] + (
        f" ({example.causes.replace('|', ', ')})" if example.causes else ""
    )


def _print_reach(found: Comparison) -> None:
    """How far it reached, and whether that is as far as it may."""
    counts = {"incidents": found.incidents, "deliveries": found.deliveries}
    did = " and ".join(f"{count:,} {what}" for what, count in counts.items() if count)
    acted = f"{did} in these days and the nights around them; " if did else ""
    screen.say(f"{acted}accounts affected: {found.accounts:,}.")
    if found.without and found.labelled + found.unlabelled:
        screen.say(
            f"Of the plays that differ, {found.labelled:,} have it as a cause, "
            f"and {found.unlabelled:,} differ as a consequence."
        )
    screen.say(_verdict(found))


def _verdict(found: Comparison) -> str:
    """Whether anything differs where it should not."""
    if found.outside:
        return f"NOT as it should be: {found.outside:,} differ where nothing was done or left out."
    if found.table("truth.plays").is_none:
        return "What happened is the same in both worlds."
    if not found.without:
        return "Every difference is a row of what was left out."
    return "Every play that differs lies on a day of a home on which it acted."
