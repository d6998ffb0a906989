"""Words of ``claim``: how a publisher counted, where that is known, and a number by its name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from synthview.cli.options import complete_scenarios

if TYPE_CHECKING:
    from synthview.claims.question import Question

__all__ = [
    "EPILOG",
    "Day",
    "DryRun",
    "InCountry",
    "Scenarios",
    "Sections",
    "Unit",
    "Watched",
    "counted_as",
]

Scenarios = Annotated[
    list[str],
    typer.Argument(
        metavar="SCENARIO",
        help="Name of a scenario, or path of its file; of several the first claim of each.",
        autocompletion=complete_scenarios,
    ),
]
Unit = Annotated[
    str | None,
    typer.Option(
        "--unit",
        metavar="WORD",
        help="Who was counted: account (as usual), profile or device.",
    ),
]
Watched = Annotated[
    str | None,
    typer.Option(
        "--watched",
        metavar="WORD",
        help='What was called watched on a day: any (play, as usual), "2 minutes", "70 %" or '
        '"90 %".',
    ),
]
Day = Annotated[
    str | None,
    typer.Option(
        "--day",
        metavar="WORD",
        help="Whose days: utc (as usual), home (its own) or service (its own, from 04:00).",
    ),
]
InCountry = Annotated[
    str | None,
    typer.Option("--country", metavar="CODE", help="Count only accounts of a country, as GB."),
]
Sections = Annotated[
    str | None,
    typer.Option(
        "--sections", metavar="NAMES", help="Of --thorough these alone, as in causes,truth."
    ),
]
DryRun = Annotated[
    bool,
    typer.Option("--dry-run", help="Only estimate homes, minutes and memory; nothing is written."),
]
EPILOG = """
  synthview claim christmas-prince  \
[dim]the 53 people: one world of 109 million homes, within minutes[/dim]

  synthview claim christmas-prince --thorough --html page.html  \
[dim]everything, and a page that shows it[/dim]

  synthview claim christmas-prince --thorough --dry-run  \
[dim]how long that takes here, and how much memory[/dim]

  synthview claim christmas-prince --sections causes,truth  \
[dim]of all that --thorough tells, some parts[/dim]

  synthview claim christmas-prince --sections inference --prior actors.devoted_fan.rate=1e-6:1e-2  \
[dim]what it tells to somebody who believes in fans[/dim]

  synthview claim "365 days in a row" --html page.html  \
[dim]any number of synthview list claims, by its name[/dim]

  synthview claim year --claim "60 movies" --households 1M

  synthview claim year --claim "60 movies" --claim "140 million hours" --html page.html  \
[dim]several numbers on one page, with one menu[/dim]

  synthview claim christmas-prince --data week  \
[dim]ask a dataset on disk, ours or anybody's with the same columns[/dim]

  synthview claim answer.json --html page.html  \
[dim]the page again, from what --json kept; of several files one page[/dim]

  synthview claim christmas-prince --watched "70 %" --country GB  \
[dim]counted as somebody says that it was[/dim]

  synthview claim everyday --data week --title "The Long River" --days 5  \
[dim]any title of its catalogue (synthview list titles everyday)[/dim]

A claim of your own is a few lines of TOML in a scenario's file; synthview new claim my_number \
writes such a file, synthview show claims has all fields:

  [dim]\\[\\[claims]]
  name = "12 people"
  kind = "streak"
  said = 12
  title = "A Christmas Prince"
  days = 7[/dim]
"""


def counted_as(question: Question, words: Sequence[str | None]) -> Question:
    """The question counted by words for unit, watched, day and country, where they are given.

    The others are those of the claim.

    Raises InputError for a word that is none of those for it, and for claims other than streaks.
    """
    from synthview.scenario.published import COUNTED_BY, check_counted_by

    named = zip(COUNTED_BY, words, strict=True)
    said: dict[str, Any] = {name: word for name, word in named if word is not None}
    if not said:
        return question
    claim = replace(question.claim, **said)
    check_counted_by(claim)
    return replace(question, claim=claim)
