"""``compare``: what an actor, a fault or a household caused, by the same world without it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from synthview.cli import screen
from synthview.cli.bars import bar
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
    assignments,
    cast_of,
    households_of,
    ids_form,
    names_of,
)
from synthview.cli.running import counted, stoppable
from synthview.outside.manuals import manual_of

if TYPE_CHECKING:
    from synthview.compare import Comparison, Example

__all__ = ["register"]

USUAL_HOUSEHOLDS = 2_000
FORMATS = ("text", "json")
EPILOG = """
  synthview compare christmas-prince --without cat_on_remote  [dim]what the cats caused, and nothing else[/dim]

  synthview compare everyday --without late_arrivals --households 500

  synthview compare everyday --only misclick --days 7  [dim]everything but the slips: what all others caused[/dim]

  synthview compare zoo --drop-household 3  [dim]the neighbouring world: one account's rows and no other[/dim]

  synthview compare everyday --cast reseller=2 --without reseller --as json
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
    """Live the same world with and without an actor, fault or household, and tell what differs.

    All that --without, --only and --drop-household leave out is in the first world and not in the second.
    Usually the first 2,000 households; memory does not grow with more.
    """
    from synthview import compare as paired
    from synthview.engines.order import Order, left_out, scenario_of
    from synthview.errors import UnknownName

    if as_ not in FORMATS:
        raise UnknownName("format", as_, FORMATS, "--as")
    form = ids_form(ids)
    loaded = scenario_of(
        Order(
            scenario=scenario, seed=counted("--seed", seed, least=0), start=from_, days=counted("--days", days),
            households=counted("--households", households), settings=assignments(set_), cast=cast_of(cast),
        )
    )  # fmt: skip
    count = loaded.run.households if households else min(loaded.run.households, USUAL_HOUSEHOLDS)
    names = left_out(loaded, without or [], names_of(only))
    with stoppable(None), bar("compare") as move:
        tell = partial(move, note="both worlds")
        found = paired.compare(loaded, names, count, tell, dropped=households_of(drop_household))
    found = found.with_ids(form)
    if as_ == "json":
        screen.say(screen.as_json(found.as_dict()))
    else:
        _tell(found)


def _tell(found: Comparison) -> None:
    screen.say(
        f"{found.scenario}, {found.households:,} households, {found.days} days: as it is, and without {found.left_out}."
    )
    if found.left_out != " and ".join(found.without) and found.without:
        screen.say(f"Left out: {', '.join(found.without)}.")
    screen.say(f"\n{found.in_words()}\n")
    rows = [
        [
            one.table,
            *(f"{n:,}" for n in (one.only_with, one.only_without, one.changed, one.equal)),
            ", ".join(one.columns),
        ]
        for one in found.tables
    ]
    screen.tell(["rows of", "only with", "only without", "changed", "equal", "in columns"], rows)
    rows = [[what, f"{a:,.6g}", f"{b:,.6g}", f"{a - b:+,.4g}" if a != b else "0"] for what, a, b in found.headlines]
    screen.say()
    screen.tell(["number", "with", "without", "difference"], rows)
    screen.say()
    _tell_examples(found)
    _tell_reach(found)


def _tell_examples(found: Comparison) -> None:
    if not found.examples:
        return
    screen.say("Some of the plays that differ, with their start in UTC:")
    for one in found.examples:
        screen.say(f"  play {one.play_id}  {one.started_at}  {one.title}: {_about(one)}")
    lacks = "" if found.examples[0].side != "without" else f" --without {found.without[0]}" if found.without else ""
    screen.say(f"To look at one: synthview explain {found.scenario} --play {found.examples[0].play_id}{lacks}\n")


def _about(example: Example) -> str:
    where = {"with": "only with", "without": "only without", "both": f"in {', '.join(example.columns)}"}
    return where[example.side] + (f" ({example.causes.replace('|', ', ')})" if example.causes else "")


def _tell_reach(found: Comparison) -> None:
    """How far it reached, and whether that is as far as it may."""
    did = [f"{n:,} {what}" for n, what in ((found.incidents, "incidents"), (found.deliveries, "deliveries")) if n]
    acted = f"{' and '.join(did)} in these days and the nights around them; " if did else ""
    screen.say(f"{acted}accounts touched: {found.accounts:,}.")
    if found.without and found.labelled + found.unlabelled:
        screen.say(
            f"Of the plays that differ {found.labelled:,} carry it as a cause, {found.unlabelled:,} differ because of those."
        )
    if found.outside:
        screen.say(f"NOT as it should be: {found.outside:,} differ where nothing was done or left out.")
    elif found.table("truth.plays").is_none:
        screen.say("What happened is the same in both worlds.")
    else:
        only_homes = "Every difference is a row of what was left out."
        screen.say(
            "Every play that differs lies on a day of a home on which it acted." if found.without else only_homes
        )
