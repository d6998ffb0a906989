"""``queries``: prints the canonical queries of a viewing log in the dialect of a database."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from synthview.cli import screen
from synthview.errors import InputError
from synthview.outside.manuals import manual_of

if TYPE_CHECKING:
    from synthview.answers.canon import CanonicalQuery
    from synthview.answers.rendering import SqlDialect

__all__ = ["print_published", "register"]

EPILOG = """
  synthview queries  [dim]names, and what each asks[/dim]

  synthview queries streak_ladder

  synthview queries --dialect clickhouse > queries.sql  [dim]all of them[/dim]

  synthview generate everyday --size S --answers -o s  \
[dim]a dataset with what a correct engine answers[/dim]

  synthview queries --data s hours_by_title | duckdb
"""


def register(app: typer.Typer) -> None:
    """Add the command of this module to the command line."""
    app.command("queries", help=manual_of(queries), rich_help_panel="Look", epilog=EPILOG)(queries)


def _complete(incomplete: str) -> list[str]:
    from synthview.answers.canon import canon

    return [one.name for one in canon() if one.name.startswith(incomplete)]


def _complete_dialect(incomplete: str) -> list[str]:
    from synthview.answers.rendering import SPOKEN

    return [name for name in SPOKEN if name.startswith(incomplete)]


def queries(
    name: Annotated[
        str | None,
        typer.Argument(metavar="[NAME]", help="One query.", autocompletion=_complete),
    ] = None,
    *,
    dialect: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="duckdb (default), postgres, spark, clickhouse, sqlite, datafusion or polars.",
            autocompletion=_complete_dialect,
        ),
    ] = None,
    data: Annotated[
        str | None,
        typer.Option(
            metavar="DIR", help="A dataset in Parquet: begin with statements that find its tables."
        ),
    ] = None,
    truth: Annotated[
        bool, typer.Option("--truth", help="Put the question to the truth, where that can be.")
    ] = False,
) -> None:
    """List the canonical queries of a viewing log, or print them for a database."""
    from synthview.answers.canon import canon, canonical
    from synthview.answers.rendering import spoken

    if name is None and dialect is None and data is None and not truth:
        screen.table(["query", "asks"], [[one.name, one.about] for one in canon()])
        return
    asked = (canonical(name),) if name else canon()
    words = spoken(dialect or "duckdb")
    _print(_statements(asked, words, data, truth=truth))


def _statements(
    asked: tuple[CanonicalQuery, ...], words: SqlDialect, data: str | None, *, truth: bool
) -> list[str]:
    """What is printed: statements that find the tables if there is a dataset, then the queries."""
    from synthview.answers.over_files import over_files
    from synthview.answers.rendering import rendered
    from synthview.dataset import read

    first = [] if data is None else [f"{one};\n" for one in over_files(read(data), words)]
    if not truth:
        return first + [rendered(one, words) for one in asked]
    if not (true_queries := [one.of_truth() for one in asked if one.truth]):
        raise InputError(f"{asked[0].name} means nothing to the truth: leave out --truth.")
    return first + [rendered(one, words) for one in true_queries]


def _print(statements: list[str]) -> None:
    """Print SQL as it is, whatever the width of the screen."""
    sys.stdout.write("\n".join(statements))
    sys.stdout.flush()


def print_published(settings: Mapping[str, Any], digest: str) -> None:
    """Say whether answers are those that were published for a named size, if any were."""
    from synthview.answers.magnitudes import published

    known = published(settings)
    if known is None:
        screen.say(f"Digest of the answers: {digest}.")
    elif known == digest:
        screen.say(f"The answers are those published for this size: {digest}.")
    else:
        screen.say(f"The answers have the digest {digest}; published for this size was {known}.")
