"""``claim``: how a published number could have come about, what it counts, and how much of it is people."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from synthview.cli import screen
from synthview.cli.options import (
    Cast,
    Households,
    Only,
    Scenario,
    Seed,
    SetOption,
    Without,
    Workers,
    assignments,
    cast_of,
    names_of,
)
from synthview.cli.running import STDOUT, counted, stoppable

if TYPE_CHECKING:
    from synthview.claims.answer import Answer
    from synthview.claims.question import Question

__all__ = ["register", "thorough_claim"]

ACCOUNTS = 109_000_000
"""Accounts of a bare claim: about as many memberships as the service had (S01d)."""
THOROUGH_SEEDS = 20
SAMPLE, THOROUGH_SAMPLE = 4_000, 20_000
EPILOG = """
  synthview claim christmas-prince  [dim]the 53 people: one world of 109 million homes, within minutes[/dim]

  synthview claim christmas-prince --thorough --html page.html  [dim]everything, and a page that shows it[/dim]

  synthview claim year --claim "60 movies" --households 1M

  synthview claim christmas-prince --data week  [dim]ask a dataset on disk, ours or anybody's with the same columns[/dim]

A claim of your own is a few lines of TOML in a scenario's file:

  [dim]\\[\\[claims]]
  name = "12 people"
  kind = "streak"
  said = 12
  title = "A Christmas Prince"
  days = 7[/dim]
"""


def register(app: typer.Typer) -> None:
    """Add the command of this module to the command line."""
    app.command("claim", rich_help_panel="Ask", epilog=EPILOG)(claim)


def claim(  # noqa: PLR0913  a command has as many parameters as options
    scenario: Scenario,
    *,
    name: Annotated[
        str | None, typer.Option("--claim", metavar="NAME", help="Which of its claims; usually the first.")
    ] = None,
    households: Households = None,
    seed: Seed = None,
    seeds: Annotated[str | None, typer.Option(metavar="K", help="So many worlds; usually 1, thorough 20.")] = None,
    thorough: Annotated[
        bool, typer.Option("--thorough", help="All of it: definitions, causes, truth, inference.")
    ] = False,
    exhaustive: Annotated[bool, typer.Option("--exhaustive", help="Live every home, without the short cut.")] = False,
    sample: Annotated[str | None, typer.Option(metavar="N", help="Homes lived for what concerns everybody.")] = None,
    data: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Ask a streak of a dataset on disk, or of a DuckDB database.")
    ] = None,
    sql: Annotated[bool, typer.Option("--sql", help="Print a streak's query, and nothing else.")] = False,
    html: Annotated[Path | None, typer.Option(metavar="FILE|-", help="Write a page that shows it.")] = None,
    png: Annotated[Path | None, typer.Option(metavar="FILE", help="Write a still picture for sharing.")] = None,
    json: Annotated[Path | None, typer.Option(metavar="FILE|-", help="Write everything as JSON.")] = None,
    set_: SetOption = None,
    without: Without = None,
    only: Only = None,
    cast: Cast = None,
    workers: Workers = None,
) -> None:
    """Take a published number, and show what it counts, how much of it is people, and how little it pins down."""
    from synthview.claims.question import ask
    from synthview.engines.order import Order
    from synthview.registry import installed
    from synthview.scenario import load

    asked = Order(
        scenario=scenario, seed=counted("--seed", seed, least=0), households=counted("--households", households) or ACCOUNTS,
        settings=assignments(set_), without=without or (), only=names_of(only), cast=cast_of(cast),
    )  # fmt: skip
    loaded = load(scenario, installed(), asked.overrides())
    question, places = ask(loaded, name), Places(html, png, json)
    places.check()
    worlds = {"seeds": seeds, "sample": sample, "workers": workers, "thorough": thorough, "exhaustive": exhaustive}
    _refuse_beside(places, data, sql=sql, worlds=worlds, made=vars(asked))
    if sql:
        _show_query(question, data)
        return
    screen.warn(loaded.warnings)
    with stoppable(None), _stages() as tell:
        found = _asked(question, data, seeds, sample, workers, tell, thorough=thorough, exhaustive=exhaustive)
    places.fill(found)


def _show_query(question: Question, data: Path | None) -> None:
    """The statement, and before it those that name the tables of a directory as it wants them."""
    from synthview.claims.counting.sql import query, tables_at
    from synthview.claims.counting.statements import statements_of
    from synthview.claims.question import only_for_streaks

    only_for_streaks(question, sql=question.claim.kind != "streak")
    statement = query(question)
    tables = tables_at("DIR", statement) if data is None else statements_of(data, statement, question.title)
    typer.echo(f"{tables}\n{statement}", nl=False)


def _asked(
    question: Question, data: Path | None, seeds: str | None, sample: str | None, workers: str | None, tell: Any,
    *, thorough: bool, exhaustive: bool,
) -> Answer:  # fmt: skip
    """The whole answer."""
    from synthview.claims.needs import need_packages

    need_packages(question.claim.kind, thorough=thorough)
    from synthview.claims.answer import answer, answer_of_dataset
    from synthview.claims.study import Effort
    from synthview.engines.local import available_workers

    command = shlex.join(["synthview", *sys.argv[1:]])
    if data is not None:
        return answer_of_dataset(question, data, command)
    effort = Effort(
        seeds=counted("--seeds", seeds) or (THOROUGH_SEEDS if thorough else 1),
        workers=counted("--workers", workers) or available_workers(),
        sample=counted("--sample", sample) or (THOROUGH_SAMPLE if thorough else SAMPLE),
        thorough=thorough, exhaustive=exhaustive,
    )  # fmt: skip
    return answer(question, effort, command, tell)


def _refuse_beside(
    places: Places, data: Path | None, *, sql: bool, worlds: Mapping[str, object], made: Mapping[str, Any]
) -> None:
    """Refuse what would do nothing beside --sql, or beside --data: how worlds are lived, and how they are `made`."""
    if sql:
        _refuse("--sql prints a query and does nothing else", **vars(places), **worlds)
    if data is not None:
        others = {name: made[name] for name in ("seed", "without", "only", "cast")}
        others["households"] = made["households"] != ACCOUNTS
        _refuse("it is for worlds that are lived; --data asks a dataset as it is", **worlds, **others)


def _refuse(why: str, **said: object) -> None:
    """Refuse options that would do nothing beside another."""
    from synthview.errors import InputError

    for option, is_said in said.items():
        if is_said:
            raise InputError(f"--{option} cannot be used here: {why}. Leave one out.")


def thorough_claim(scenario: str) -> Answer:
    """The first claim of a scenario, answered in full."""
    from synthview.claims.question import ask
    from synthview.registry import installed
    from synthview.scenario import load

    question = ask(load(scenario, installed(), {"run.households": ACCOUNTS}))
    with stoppable(None), _stages() as tell:
        return _asked(question, None, None, None, None, tell, thorough=True, exhaustive=False)


@contextmanager
def _stages() -> Iterator[Callable[[str, int, int], None]]:
    """A bar for the stage at hand on a terminal; a line per stage elsewhere."""
    if not sys.stderr.isatty():
        said: set[str] = set()

        def say(stage: str, _: int, of: int) -> None:
            if stage not in said:
                said.add(stage)
                typer.echo(f"{stage} ({of:,}) …", err=True)

        yield say
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed:,} of {task.total:,}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=1)

        def move(stage: str, done: int, of: int) -> None:
            if bar.tasks[task].description != stage:
                bar.reset(task, description=stage, total=of)
            bar.update(task, completed=done, total=of)

        yield move


@dataclass(frozen=True)
class Places:
    """Where the answer goes beside the screen: a page, a picture, JSON."""

    html: Path | None
    png: Path | None
    json: Path | None

    @property
    def prints(self) -> list[Path]:
        """Of what is written, that which goes to the standard output instead of to a file."""
        return [place for place in (self.html, self.png, self.json) if place is not None and str(place) == STDOUT]

    def check(self) -> None:
        """Before minutes of work: say that a file cannot be written, or that a package for it is missing."""
        from synthview.claims.page import need
        from synthview.errors import InputError

        if self.html or self.png:
            need()
        if len(self.prints) > 1 or self.png in self.prints:
            raise InputError(
                "Only one of --html and --json can be printed with -, and no picture. Name a file for the others."
            )
        for place in (self.html, self.png, self.json):
            if place is not None and place not in self.prints:
                _check_place(place)

    def fill(self, answer: Answer) -> None:
        """Write the files that were asked for, and tell the rest on the screen, unless one of them is printed there."""
        from synthview.cli.claim_told import tell_claim

        if self.json is not None:
            from synthview.claims.written import as_dict

            _put(self.json, screen.as_json(as_dict(answer)) + "\n")
        if self.html is not None:
            from synthview.claims.page import render

            _put(self.html, render(answer))
        if self.png is not None:
            from synthview.claims.page import picture

            self.png.write_bytes(picture(answer))
        if self.prints:
            return
        tell_claim(answer)
        for place in (self.json, self.html, self.png):
            if place is not None:
                typer.echo(f"Wrote {place}.")


def _check_place(place: Path) -> None:
    """Refuse a file that cannot be written."""
    from synthview.errors import OutputError

    folder = place.resolve().parent
    if not folder.is_dir():
        raise OutputError(f"{place} cannot be written: there is no directory {folder}.")
    if place.is_dir():
        raise OutputError(f"{place} cannot be written: it is a directory. Name a file in it.")
    if not os.access(place if place.exists() else folder, os.W_OK):
        raise OutputError(
            f"{place} cannot be written: {place if place.exists() else folder} may not be changed by you."
        )


def _put(place: Path, text: str) -> None:
    """Write a file, or print it."""
    if str(place) == STDOUT:
        sys.stdout.write(text)
    else:
        place.write_text(text, "utf-8")
