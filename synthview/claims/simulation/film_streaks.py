"""Film runs: the days in a row that homes of all kinds have with any film, by many definitions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from synthview.callbacks import OnProgress
from synthview.claims.counting.count import days_of, enough_by
from synthview.claims.counting.definitions import Definition
from synthview.claims.counting.streaks import longest_runs
from synthview.claims.counting.title_plays import film_plays
from synthview.claims.question import Question
from synthview.claims.simulation.candidates import world_of
from synthview.claims.simulation.homes import households_of
from synthview.claims.simulation.simulate import Tables, lazily, simulate
from synthview.claims.simulation.strata import Stratum
from synthview.ids import public
from synthview.people.homes import countries_of
from synthview.rows import Flags, Floats, Ints, Rows
from synthview.world import World
from synthview.world.catalogue import work_of

__all__ = ["ADULTS", "CHILDREN", "FAMILIES", "FilmRuns", "film_runs"]

ADULTS, FAMILIES, CHILDREN = 0, 1, 2
"""From which films a choice was made: all, those that suit a child, those made for children."""
_ONE_FOR_ALL = "monitor_probe"
"""All rigs of a country play one reference film: their runs are about it and no other."""
_CHILD = "child_on_loop"
_WANTED = frozenset({"log.plays", "truth.plays"})


@dataclass(frozen=True, slots=True)
class FilmRuns(Rows):
    """One row per definition, unit and film: its longest run, since when, and its weight.

    `source` numbers the strata, `shelf` says from what the film was chosen; `is_fixed` where no
    other could have been.
    """

    household: Ints
    source: Ints
    definition: Ints
    day: Ints
    country: Ints
    shelf: Ints
    film: Ints
    is_fixed: Flags
    days: Ints
    weight: Floats


def film_runs(
    question: Question,
    found: Sequence[Stratum],
    definitions: Sequence[Definition],
    shortest: int,
    workers: int,
    on_progress: OnProgress | None = None,
    off: str = "",
) -> FilmRuns:
    """Simulate homes of some strata, perhaps with an actor off, and measure every long run."""
    homes = np.concatenate([np.zeros(0, dtype=np.int64), *(one.households for one in found)])
    order = np.argsort(homes)
    source = np.repeat(np.arange(len(found)), [len(one.households) for one in found])[order]
    homes = homes[order]
    none = {off: np.ones(len(homes), dtype=bool)} if off else None
    tables = simulate(
        question, homes, _WANTED, workers, off=none, every_title=True, on_progress=on_progress
    )
    runs = pl.concat(list(_runs(question, tables, definitions, shortest)))
    return _in_rows(question, found, runs, homes, source, _of_children(tables))


def _runs(
    question: Question, tables: Tables, definitions: Sequence[Definition], shortest: int
) -> Iterator[pl.DataFrame]:
    """Longest runs by definition, unit and film."""
    shown = film_plays(lazily(tables))
    for place, one in enumerate(definitions):
        unit = one.unit_column
        keys = list(dict.fromkeys(["account_id", unit, "title_id"]))
        days = shown.select(
            *keys, "watched_ms", "runtime_ms", day=days_of(shown, one.day, one.clock)
        )
        inside = days.filter(pl.col("day").is_between(question.span.start, question.span.stop - 1))
        watched = enough_by(inside, [*keys, "day"], one.enough)
        runs = longest_runs(watched, keys).filter(pl.col("days") >= shortest)
        yield runs.select(
            "account_id", "title_id", "since", "days", definition=pl.lit(place, pl.Int64)
        )


def _of_children(tables: Tables) -> pl.DataFrame:
    """Accounts and titles that a child wanted again."""
    causes = tables["truth.plays"].filter(pl.col("causes").str.split("|").list.contains(_CHILD))
    return (
        causes.select("account_id", "title_id").unique().with_columns(of_child=pl.lit(value=True))
    )


def _shelves(world: World, film: Ints, of_child: Flags) -> Ints:
    """From which films each was chosen."""
    for_child = np.where(world.catalogue.works.is_kids[film], CHILDREN, FAMILIES)
    return np.where(of_child, for_child, ADULTS)


def _in_rows(
    question: Question,
    found: Sequence[Stratum],
    runs: pl.DataFrame,
    homes: Ints,
    source: Ints,
    of_children: pl.DataFrame,
) -> FilmRuns:
    world = world_of(question.scenario)
    seed = question.scenario.run.seed
    rows = runs.join(of_children, on=["account_id", "title_id"], how="left", maintain_order="left")
    household = households_of(question, rows["account_id"])
    kind = source[np.searchsorted(homes, household)] if len(homes) else source
    film = work_of(public(seed, "title").invert(rows["title_id"].to_numpy()))
    of_child = rows["of_child"].fill_null(value=False).to_numpy()
    weight = np.array([one.weight for one in found], dtype=np.float64)
    is_shared = np.array([one.source == _ONE_FOR_ALL for one in found], dtype=bool)
    return FilmRuns(
        household=household,
        source=kind,
        definition=rows["definition"].to_numpy(),
        day=rows["since"].to_numpy(),
        country=countries_of(world, household),
        shelf=_shelves(world, film, of_child),
        film=film,
        is_fixed=is_shared[kind],
        days=rows["days"].to_numpy(),
        weight=weight[kind],
    )
