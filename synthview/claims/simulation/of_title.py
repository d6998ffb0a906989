"""Of a title: a streak asked of any title of a catalogue, without a claim in a scenario's file."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from difflib import get_close_matches
from pathlib import Path

import polars as pl

from synthview.claims.counting.directory import covered, open_log
from synthview.claims.question import Question, days_asked
from synthview.claims.simulation.candidates import world_of
from synthview.errors import InputError, shortened
from synthview.foreign.datasets import opened
from synthview.scenario import Scenario
from synthview.scenario.declarations import Claim
from synthview.world.clock import day_number

__all__ = ["of_catalogue", "of_dataset"]


def of_dataset(scenario: Scenario, directory: Path, claim: Claim) -> Question:
    """A streak of a title that the log of a dataset has, on days of the dataset.

    Without `last` the last day of the dataset, without `days` all of its days. Raises InputError
    where it lacks the title or the days.
    """
    source = opened(directory)
    log = open_log(source)
    titles = log["log.titles"].filter(pl.col("kind") != "trailer")
    names = titles.select(pl.col("name"), pl.col("series_name")).unique().collect()
    known = {one for name in names.columns for one in names[name].drop_nulls().to_list()}
    _check_known(claim.title, known, f"log.titles of {directory}")
    start, end = covered(log, source.run)
    if start is None or end is None:
        raise InputError(f"{directory} holds no plays: nothing can be asked of it.")
    return _question(scenario, claim, start, end, str(directory))


def of_catalogue(scenario: Scenario, claim: Claim) -> Question:
    """A streak of a title that a world invents, or a scenario names, on days of the run.

    Raises InputError where there is no such title, or the days do not fit.
    """
    last = date.fromordinal(scenario.run.end.toordinal() - 1)
    asked = _question(
        scenario,
        claim,
        scenario.run.start,
        last,
        scenario.name,
    )
    world = world_of(scenario)
    known = f"the catalogue of {scenario.name}"
    _check_known(claim.title, world.names, known, f"synthview list titles {scenario.name}")
    return asked


def _check_known(title: str, known: Collection[str], where: str, command: str = "") -> None:
    """Refuse a title that is not there, and name the three that are nearest to it."""
    if title not in known:
        near = get_close_matches(title, sorted(known), n=3, cutoff=0.4)
        nearest = f" The nearest: {', '.join(near)}." if near else ""
        every = f" All of them: {command}." if command else ""
        raise InputError(
            f"There is no title '{shortened(title)}' in {where}, which has {len(known):,} names."
            f"{nearest} A name is typed as its log.titles has it, in quotes.{every}"
        )


def _question(scenario: Scenario, claim: Claim, start: date, end: date, where: str) -> Question:
    first, last = day_number(start), day_number(end)
    until = day_number(_day(claim.last)) if claim.last else last
    days = claim.days or until - first + 1
    days_asked(
        claim,
        first,
        until,
        days,
        last,
        where,
    )
    return Question(
        scenario,
        claim,
        first,
        until,
        days,
    )


def _day(said: str) -> date:
    try:
        return date.fromisoformat(said)
    except ValueError:
        raise InputError(f"--last is {said!r}, which is no date such as 2017-12-10.") from None
