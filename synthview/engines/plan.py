"""A plan: a scenario, the files it becomes, and the options that were given."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib import import_module
from typing import Any, Protocol, cast

import numpy as np
import polars as pl
from numpy.typing import NDArray
from xxhash import xxh3_64_hexdigest

import synthview.pipeline
from synthview.engines.forgetful import ForgetfulPipeline
from synthview.engines.layout import TITLES, Layout, day_text
from synthview.engines.of_company import KnownDay, company_of, nights
from synthview.office.forgetting import forgets
from synthview.office.nightly import needed
from synthview.pipeline import Window, World
from synthview.scenario import Scenario
from synthview.stage.casting import named_households
from synthview.tables import table
from synthview.versions import made_with

__all__ = [
    "PIPELINE",
    "Households",
    "Piece",
    "Pipeline",
    "Plan",
    "TitlesMet",
    "devices_of",
    "pieces",
    "pipeline_at",
    "rehearse",
    "titles_of",
    "window_on",
    "world_of",
    "writes_used_titles",
]

PIPELINE = "synthview.pipeline"
MOST_RANGES_KNOWN = 8
"""In so many ranges the rows that the company sums up are kept as they pass by."""
MOST_LISTED = 1_000
"""Households of a cast that the settings of a run list."""
PERSONS = "truth.persons"
SPEAK = ("truth.plays", "log.ratings", "log.searches", "log.clicks")
"""Tables that speak about titles; the others with a title have no other than these."""
Households = range | NDArray[np.int64]
"""Some households by number: a range of a run, or a sample."""
Piece = tuple[int, int | None, dict[str, pl.DataFrame]]
"""The number of a range, a day or None, and tables."""


class Pipeline(Protocol):
    """What a module must offer to be run: `synthview.pipeline` does, a test may bring another."""

    def window_of(self, scenario: Scenario, /) -> Window:
        """Return the days that a scenario asks for."""

    def build(self, scenario: Scenario, /) -> World:
        """Return what is the same for all households; it is made once per process."""

    def check_cast(self, world: World, /) -> None:
        """Raise InputError where a scenario's cast finds no room among its households."""

    def name_pools(self, scenario: Scenario, /) -> dict[str, str]:
        """Return digests of the pools that names are drawn from."""

    def titles(
        self, world: World, window: Window, wanted: NDArray[np.int64] | None = None, /
    ) -> pl.DataFrame:
        """Return the catalogue, or of it the titles of some public ids."""

    def settled(
        self, world: World, households: Households, window: Window, /
    ) -> dict[str, pl.DataFrame]:
        """Return the tables of some households that are not cut by day."""

    def walk(
        self, world: World, households: Households, window: Window, tables: frozenset[str], /
    ) -> Iterator[tuple[int, dict[str, pl.DataFrame]]]:
        """Yield the other tables, day by day."""

    def walk_by_part(
        self,
        world: World,
        parts: Sequence[Households],
        window: Window,
        tables: frozenset[str],
        /,
    ) -> Iterator[tuple[int, Iterable[dict[str, pl.DataFrame]]]]:
        """Yield the same for several parts, each with tables of its own."""


_OURS: Pipeline = ForgetfulPipeline(synthview.pipeline)


@dataclass(frozen=True)
class Plan:
    """What to make: a scenario, the layout of its files, and the options that it does not show."""

    scenario: Scenario
    layout: Layout
    said: tuple[tuple[str, str], ...] = ()
    pipeline: str = PIPELINE

    def settings(self) -> dict[str, Any]:
        """Everything that decides the bytes: two runs with equal settings are the same run."""
        layout, writer = self.layout.stated(), self.layout.writer
        versions = made_with(writer)
        return {
            "scenario": self.scenario.name,
            "seed": self.scenario.run.seed,
            "households": layout.pop("households"),
            "from": day_text(layout.pop("first_day")),
            "until": day_text(layout.pop("last_day")),
            **layout,
            **self._cast(),
            "tables": list(self.layout.tables),
            "fingerprint": self.scenario.fingerprint(),
            "synthview": versions["synthview"],
            "polars": versions["polars"],
            writer: versions[writer],
        }

    def _cast(self) -> dict[str, Any]:
        """Which households the cast has, by name; of many their number and a digest."""
        if not self.scenario.cast:
            return {}
        found = named_households(world_of(self.pipeline, self.scenario))
        return {"cast": {name: _listed(rows) for name, rows in found.items()}}


def _listed(households: NDArray[np.int64]) -> list[int] | str:
    if len(households) <= MOST_LISTED:
        return [int(one) for one in households]
    digest = xxh3_64_hexdigest(households.astype("<i8").tobytes())
    return f"{len(households):,} households, digest {digest}"


def pipeline_at(path: str) -> Pipeline:
    """Return our own pipeline, or import another by the name of its module."""
    return _OURS if path == PIPELINE else cast("Pipeline", import_module(path))


@lru_cache(maxsize=2)
def world_of(pipeline: str, scenario: Scenario) -> World:
    """Build the world of a scenario, or take the one built last."""
    return pipeline_at(pipeline).build(scenario)


def titles_of(plan: Plan) -> pl.DataFrame:
    """The catalogue of a plan, which its homes do not change; kept for the next of its kind."""
    layout = plan.layout
    return _titles(plan.pipeline, plan.scenario, layout.first_day, layout.last_day).clone()


@lru_cache(maxsize=2)
def _titles(pipeline: str, scenario: Scenario, first_day: int, last_day: int) -> pl.DataFrame:
    whole = pipeline_at(pipeline).window_of(scenario)
    window = replace(whole, first_day=first_day, last_day=last_day)
    return pipeline_at(pipeline).titles(world_of(pipeline, scenario), window)


def pieces(plan: Plan, numbers: Sequence[int]) -> Iterator[Piece]:
    """Yield the tables of some ranges as they come: those without a day first, then each day's.

    The households of all of them are simulated at once. Tables of the company come last.
    """
    tables = plan.layout.home_tables
    dated = [name for name in tables if table(name).dated]
    settled = [name for name in tables if name not in dated and name != TITLES]
    if writes_used_titles(plan):
        yield from _with_titles_used(plan, dated, settled)
        return
    if 0 in numbers and TITLES in tables:
        yield 0, None, {TITLES: titles_of(plan)}
    if settled:
        yield from _settled(plan, numbers, settled)
    known = _Known(plan, numbers)
    if dated:
        yield from known.noting(_dated(plan, numbers, [*dated, *known.more(dated)]))
    if 0 in numbers:
        yield from known.company()


class _Known:
    """The rows that tables of the company are made from, where all homes pass by anyway."""

    def __init__(self, plan: Plan, numbers: Sequence[int]) -> None:
        self._plan = plan
        self._made = company_of(plan.layout.tables)
        is_of_all = len(numbers) == plan.layout.range_count <= MOST_RANGES_KNOWN
        if self._made and forgets(plan.scenario):
            is_of_all = False  # nightly jobs saw what is forgotten at the end
        self._needs = needed(self._made) if is_of_all else frozenset()
        self._by_day: dict[int, list[dict[str, pl.DataFrame]]] = {}

    def more(self, dated: Sequence[str]) -> list[str]:
        """Tables that are needed beside those written."""
        return sorted(self._needs - set(dated))

    def noting(self, found: Iterable[Piece]) -> Iterator[Piece]:
        """Keep what is needed of some tables, and pass on those that are written."""
        written = set(self._plan.layout.tables)
        for number, day, frames in found:
            if day is not None and self._needs:
                kept = {name: frames[name] for name in self._needs}
                self._by_day.setdefault(day, []).append(kept)
            yield number, day, {name: rows for name, rows in frames.items() if name in written}

    def company(self) -> Iterator[Piece]:
        """Yield the tables of the company, which lie in the first range."""
        if not self._made:
            return
        plan = self._plan
        pipeline = pipeline_at(plan.pipeline)
        world = world_of(plan.pipeline, plan.scenario)
        known = self._days() if self._by_day else None
        for day, frames in nights(pipeline, world, _window(plan), plan.layout, known):
            yield 0, day, frames

    def _days(self) -> list[KnownDay]:
        """What was kept of each day, all ranges below each other."""
        return [
            (day, {name: pl.concat([one[name] for one in parts]) for name in self._needs})
            for day, parts in self._by_day.items()
        ]


def _settled(plan: Plan, numbers: Sequence[int], names: Sequence[str]) -> Iterator[Piece]:
    pipeline = pipeline_at(plan.pipeline)
    world = world_of(plan.pipeline, plan.scenario)
    for number in numbers:
        found = pipeline.settled(world, plan.layout.range(number), _window(plan))
        yield number, None, {name: found[name] for name in names}


def _dated(plan: Plan, numbers: Sequence[int], names: Sequence[str]) -> Iterator[Piece]:
    pipeline = pipeline_at(plan.pipeline)
    world = world_of(plan.pipeline, plan.scenario)
    ranges = [plan.layout.range(one) for one in numbers]
    days = pipeline.walk_by_part(world, ranges, _window(plan), frozenset(names))
    for day, parts in days:
        for number, frames in zip(numbers, parts, strict=True):
            yield number, day, {name: frames[name] for name in names}


def _with_titles_used(plan: Plan, dated: Sequence[str], settled: Sequence[str]) -> Iterator[Piece]:
    """Yield the tables of the one range of a run, and at last the titles that they speak about.

    Titles alone are those that any table speaks about.
    """
    met = TitlesMet()
    is_alone = not dated and not settled
    yield from _settled_met(plan, [PERSONS] if is_alone else settled, met)
    yield from _dated_met(plan, SPEAK if is_alone else dated, met)
    yield 0, None, {TITLES: met.among(titles_of(plan))}


def _settled_met(plan: Plan, names: Sequence[str], met: TitlesMet) -> Iterator[Piece]:
    """Note the titles of tables without days, and yield those that are written."""
    if not names:
        return
    ((number, day, found),) = _settled(plan, (0,), names)
    met.noting(found)
    yield number, day, _only(found, [name for name in names if name in plan.layout.tables])


def _dated_met(plan: Plan, names: Sequence[str], met: TitlesMet) -> Iterator[Piece]:
    """Note the titles of tables with days and of the company, and yield those that are written."""
    company = _Known(plan, (0,))
    more = company.more(names)
    if names or more:
        for number, day, frames in _dated(plan, (0,), [*names, *more]):
            met.noting(_only(frames, names))
            yield from company.noting([(number, day, frames)])
    yield from ((number, on, met.noting(rows)) for number, on, rows in company.company())


def _only(frames: dict[str, pl.DataFrame], names: Sequence[str]) -> dict[str, pl.DataFrame]:
    return {name: frames[name] for name in names}


def writes_used_titles(plan: Plan) -> bool:
    """Whether only titles that other rows speak about are written: in small runs, where asked."""
    layout = plan.layout
    return (
        plan.scenario.run.titles == "used" and layout.range_count == 1 and TITLES in layout.tables
    )


class TitlesMet:
    """The titles that some rows speak about, beside those that were met `before`."""

    def __init__(self, before: TitlesMet | None = None) -> None:
        self.ids: set[int] = set(before.ids if before else ())

    def noting(self, frames: dict[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
        """Note the titles of some rows, and return the rows."""
        for frame in frames.values():
            for name in ("title_id", "sleep_aid_title_id", "other_title_id"):
                if name in frame.columns:
                    self.ids.update(frame[name].drop_nulls().unique().to_list())
        return frames

    def among(self, every: pl.DataFrame) -> pl.DataFrame:
        """Their rows among all titles, and those of what trailers among them are for."""
        met = pl.col("title_id").is_in(list(self.ids))
        trailed = every.filter(met)["trailer_of"].drop_nulls().to_list()
        return every.filter(met | pl.col("title_id").is_in(trailed))


def rehearse(plan: Plan) -> None:
    """Build the world and one home: what fails for all homes fails before a file is touched.

    Raises InputError and its kinds, such as for names whose package is missing.
    """
    pipeline = pipeline_at(plan.pipeline)
    world = world_of(plan.pipeline, plan.scenario)
    dropped = set(plan.scenario.run.dropped)
    homes = plan.layout.homes
    first = next((one for one in homes if one not in dropped), homes.start)
    pipeline.settled(world, range(first, first + 1), _window(plan))


def devices_of(plan: Plan, number: int) -> pl.DataFrame:
    """log.devices of a range, whether or not the plan has that table."""
    world = world_of(plan.pipeline, plan.scenario)
    households = plan.layout.range(number)
    return pipeline_at(plan.pipeline).settled(world, households, _window(plan))["log.devices"]


def window_on(plan: Plan, first_day: int, last_day: int) -> Window:
    """Some days as the window of a plan's pipeline; the last is not included."""
    whole = pipeline_at(plan.pipeline).window_of(plan.scenario)
    return replace(whole, first_day=first_day, last_day=last_day)


def _window(plan: Plan) -> Window:
    return window_on(plan, plan.layout.first_day, plan.layout.last_day)
