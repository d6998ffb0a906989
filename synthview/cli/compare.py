"""``compare``: what an actor or a fault caused, by the same world without it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from synthview.cli import screen
from synthview.cli.options import Cast, Days, From, Households, Scenario, Seed, SetOption, Without, assignments, cast_of
from synthview.cli.running import counted, stoppable

if TYPE_CHECKING:
    from synthview.compare import Comparison

__all__ = ["register"]

USUAL_HOUSEHOLDS = 2_000
FORMATS = ("text", "json")
EPILOG = """
  synthview compare christmas-prince --without cat_on_remote  [dim]what the cats caused, and nothing else[/dim]

  synthview compare everyday --without late_arrivals --households 500

  synthview compare everyday --without actors --days 7 --as json
"""


def register(app: typer.Typer) -> None:
    """Add the command of this module to the command line."""
    app.command("compare", rich_help_panel="Ask", epilog=EPILOG)(compare)


def compare(  # noqa: PLR0913  a command has as many parameters as options
    scenario: Scenario,
    *,
    without: Without = None,
    households: Households = None,
    from_: From = None,
    days: Days = None,
    seed: Seed = None,
    set_: SetOption = None,
    cast: Cast = None,
    as_: Annotated[str, typer.Option("--as", metavar="FORMAT", help="text or json")] = "text",
) -> None:
    """Live the same world with and without an actor or fault, and tell what differs. Usually 2,000 households."""
    from synthview import compare as paired
    from synthview.engines.order import Order
    from synthview.errors import UnknownName
    from synthview.registry import installed
    from synthview.scenario import load

    if as_ not in FORMATS:
        raise UnknownName("format", as_, FORMATS, "--as")
    asked = Order(
        scenario=scenario, seed=counted("--seed", seed, least=0), start=from_, days=counted("--days", days),
        households=counted("--households", households), settings=assignments(set_), cast=cast_of(cast),
    )  # fmt: skip
    loaded = load(scenario, installed(), asked.overrides())
    count = loaded.run.households if households else min(loaded.run.households, USUAL_HOUSEHOLDS)
    with stoppable(None), _bar() as tell:
        found = paired.compare(loaded, without or [], count, tell)
    if as_ == "json":
        typer.echo(screen.as_json(found.as_dict()))
    else:
        _tell(found)


@contextmanager
def _bar() -> Iterator[Callable[[int, int], None] | None]:
    """Show a live bar on a terminal, and nothing elsewhere."""
    import sys

    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("households", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _tell(found: Comparison) -> None:
    typer.echo(
        f"{found.scenario}, {found.households:,} households, {found.days} days, without {', '.join(found.without)}:"
    )
    typer.echo(found.in_words())
    rows = [
        [
            one.table,
            *(f"{n:,}" for n in (one.only_with, one.only_without, one.changed, one.equal)),
            ", ".join(one.changed_columns),
        ]
        for one in found.tables
    ]
    screen.tell(["table", "only with", "only without", "changed", "equal", "in columns"], rows)
    rows = [[what, f"{a:,.6g}", f"{b:,.6g}", f"{a - b:+,.4g}" if a != b else "0"] for what, a, b in found.headlines]
    rows.insert(
        0,
        [
            "events",
            *(f"{n:,}" for n in (found.events_with, found.events_without)),
            f"{found.events_with - found.events_without:+,}",
        ],
    )
    screen.tell(["number", "with", "without", "difference"], rows)
    typer.echo(
        f"{found.incidents:,} incidents and {found.deliveries:,} deliveries; {found.accounts_touched:,} accounts touched; "
        f"{found.labelled:,} of the differing plays carry the cause, {found.unlabelled:,} differ because of it."
    )
    if found.outside:
        typer.echo(f"NOT as it should be: {found.outside:,} plays differ on days of their home without any such act.")
    else:
        typer.echo("Every difference in what happened lies on a day of a home on which it acted.")
