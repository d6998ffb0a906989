"""The company's own tables of a run: sums over all homes, as nightly jobs state and restate them.

The job of a day knows what was received until the day was over. It states every cell that more came
in for: once as new, and with each later row as a restatement that replaces those before. Days
before the window are none of its business, so that a window that begins later has some of the rows
and never others.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import polars as pl

from synthview.office.accesses import ACCESSES, WHY, TouchedRows, access_rows, touched_by
from synthview.office.company_settings import CompanySettings
from synthview.office.forgetting import Forgetting, forgets
from synthview.office.kept_cells import CellRule
from synthview.office.looking import looks_of
from synthview.office.requests_kept import (
    REQUESTS,
    TOMBSTONES,
    privacy_requests,
    tombstones,
)
from synthview.office.roster import staff_rows
from synthview.office.shared_works import cohorts_of, shared_pairs
from synthview.office.sums import (
    KEYS,
    MEASURES,
    THUMBS,
    added,
    increments,
    plays_of,
    thumbs_of,
)
from synthview.office.tickets import consents, tickets
from synthview.rows import Ints
from synthview.tables import table
from synthview.world import World
from synthview.world.clock import date_of

__all__ = ["Days", "HomesAtHand", "Night", "company_tables", "needed"]

_THUMBS = "aggregate.thumb_days"
_SHARED, _COHORTS = "aggregate.co_viewing", "aggregate.cohorts"
_TICKETS, _CONSENTS, _STAFF = "log.tickets", "log.consents", "log.staff"
RECORDS: Mapping[str, Callable[[World, Ints, int, int], pl.DataFrame]] = {
    REQUESTS: privacy_requests,
    TOMBSTONES: tombstones,
    _TICKETS: tickets,
    _CONSENTS: consents,
}
"""Tables whose rows are about one account each: they are made household by household."""
_ORDER = {
    REQUESTS: ("asked_at", "request_id"),
    TOMBSTONES: ("forgotten_at", "tombstone_id"),
    _TICKETS: ("opened_at", "ticket_id"),
    _CONSENTS: ("account_id", "purpose", "valid_from"),
    ACCESSES: ("accessed_at",),
    WHY: ("at",),
}
"""By what their rows are sorted; the first is the time that a row is dated by."""
_KEPT_FOR_A_TIME = frozenset({ACCESSES, _TICKETS})
"""What gets too old to be kept, as the log of homes does; the others say what was forgotten."""
Night = tuple[int | None, dict[str, pl.DataFrame]]
"""A day since 1970 and the rows that it states; or None, and what is kept of the whole window."""


class HomesAtHand(Protocol):
    """Where the rows of homes come from: a simulation, or files."""

    def walk(
        self, households: Ints, tables: frozenset[str], /
    ) -> Iterator[tuple[int, dict[str, pl.DataFrame]]]:
        """Yield the dated tables of some households, day by day."""

    def settled(self, households: Ints, /) -> dict[str, pl.DataFrame]:
        """Return their tables that are not cut by day."""

    def titles(self, wanted: Ints, /) -> pl.DataFrame:
        """Return ``log.titles`` with the titles of some public ids."""


@dataclass(frozen=True)
class Days:
    """The days of a window since 1970: the first, and the one after the last."""

    first: int
    last: int


def needed(names: Collection[str]) -> frozenset[str]:
    """The dated tables of homes that some tables of the company are made from."""
    of_plays = {*KEYS, _SHARED, _COHORTS, ACCESSES, WHY}
    wanted = {"log.plays"} if of_plays & set(names) else set[str]()
    return frozenset(wanted | ({"log.ratings"} if _THUMBS in names else set()))


def company_tables(
    world: World,
    homes: HomesAtHand,
    portions: Iterable[Ints],
    days: Days,
    names: Collection[str],
) -> Iterator[Night]:
    """Yield the rows of each day for some tables of the company, and then those without days.

    All households are summed up portion by portion: how they are cut does not show.
    """
    books = _Books(world, homes, days, names)
    for some in portions:
        books.enter(some)
    stated = books.closed()
    dated = [name for name in names if table(name).dated]
    for day in range(days.first, days.last) if dated else ():
        yield (
            day,
            {
                name: stated[name].filter(_is_of(name, day) & _is_kept(world, name, day, days))
                for name in dated
            },
        )
    if others := {name: stated[name] for name in names if name not in dated}:
        yield None, others


class _Books:
    """What is known of the homes so far, by table."""

    def __init__(
        self, world: World, homes: HomesAtHand, days: Days, names: Collection[str]
    ) -> None:
        self._world = world
        self._homes = homes
        self._days = days
        self._names = names
        self._sums: dict[str, list[pl.DataFrame]] = {}
        self._records: dict[str, list[pl.DataFrame]] = {name: [] for name in RECORDS}
        self._overseer = _Overseer(world, days) if {ACCESSES, WHY} & set(names) else None

    def enter(self, households: Ints) -> None:
        """Take some homes in."""
        days = self._days
        for name in self._records.keys() & set(self._names):
            rows = RECORDS[name](
                self._world,
                households,
                days.first,
                days.last,
            )
            self._records[name].append(rows)
        wanted = needed(self._names)
        received = [frames for _, frames in self._homes.walk(households, wanted)]
        if self._overseer:
            self._overseer.note(households, received)
        for name, rows in self._summed(households, received):
            known = [*self._sums.get(name, []), rows]
            self._sums[name] = [added(known, _keys(name))] if len(known) > 1 else known

    def _summed(
        self, households: Ints, received: Sequence[dict[str, pl.DataFrame]]
    ) -> Iterator[tuple[str, pl.DataFrame]]:
        names, days = self._names, self._days
        yield from _sums(
            self._world,
            self._homes,
            households,
            received,
            days,
            names,
        )

    def closed(self) -> dict[str, pl.DataFrame]:
        """Every table with its rows in their order."""
        world, names = self._world, self._names
        stated = {
            name: _stated(
                world,
                self._homes,
                name,
                found[0],
            )
            for name, found in self._sums.items()
        }
        for name in self._records.keys() & set(names):
            stated[name] = pl.concat(self._records[name]).sort(_ORDER[name])
        if _STAFF in names:
            stated[_STAFF] = staff_rows(world)
        return stated | (self._overseer.rows() if self._overseer else {})


class _Overseer:
    """The accesses of the staff, and what they touch of the homes that pass by."""

    def __init__(self, world: World, days: Days) -> None:
        self._world = world
        self._days = days
        count = world.scenario.run.households
        self._looks = looks_of(
            world,
            count,
            days.first,
            days.last,
        )
        self._touched: TouchedRows | None = None
        self._about = np.unique(np.array(self._looks.household, dtype=np.int64))
        self._known = self._about < 0

    def note(self, households: Ints, received: Sequence[dict[str, pl.DataFrame]]) -> None:
        """Count in what some homes have; of homes that never pass by no look is told."""
        self._known |= np.isin(self._about, households)
        plays = pl.concat([one["log.plays"] for one in received])
        more = touched_by(plays, self._looks, self._world)
        self._touched = self._touched.plus(more) if self._touched else more

    def rows(self) -> dict[str, pl.DataFrame]:
        """The rows of log.accesses and of truth.accesses."""
        assert self._touched is not None
        days = self._days
        return access_rows(
            self._world,
            self._looks,
            self._touched,
            self._about[self._known],
            days.first,
            days.last,
        )


def _is_of(name: str, day: int) -> pl.Expr:
    """Whether a row of a table belongs to a day."""
    column = _ORDER[name][0] if name in _ORDER else "stated_on"
    return pl.col(column).dt.date() == date_of(day)


def _is_kept(world: World, name: str, day: int, days: Days) -> bool:
    """Whether the rows of a day are not too old when the window ends."""
    most = world.scenario.run.retention_days
    return not most or name not in _KEPT_FOR_A_TIME or day >= days.last - most


def _keys(name: str) -> list[str]:
    """What the cells of a table are told apart by, and the night that states them."""
    night = ["stated_on"] if table(name).dated else []
    return [*night, *(one for one in table(name).key if one != "revision")]


def _sums(
    world: World,
    homes: HomesAtHand,
    households: Ints,
    received: Sequence[dict[str, pl.DataFrame]],
    days: Days,
    names: Collection[str],
) -> Iterator[tuple[str, pl.DataFrame]]:
    """What some homes add to each table."""
    settings = world.scenario.of(CompanySettings)
    first = date_of(days.first)
    if "log.plays" in needed(names):
        plays = plays_of([one["log.plays"] for one in received], settings.restated_days)
        plays = _before_forgotten(world, households, plays.filter(pl.col("viewed_on") >= first))
        for name in KEYS.keys() & set(names):
            yield name, increments(name, plays)
        if _SHARED in names:
            yield _SHARED, shared_pairs(world, plays)
        if _COHORTS in names:
            accounts = homes.settled(households)["log.accounts"]
            yield (
                _COHORTS,
                cohorts_of(
                    accounts,
                    plays,
                    days.first,
                    days.last,
                ),
            )
    if _THUMBS in names:
        thumbs = thumbs_of([one["log.ratings"] for one in received], settings.restated_days)
        thumbs = _before_forgotten(world, households, thumbs.filter(pl.col("rated_on") >= first))
        yield _THUMBS, increments(_THUMBS, thumbs)


def _before_forgotten(world: World, households: Ints, rows: pl.DataFrame) -> pl.DataFrame:
    """The rows that were there on the night that summed them up."""
    if not forgets(world.scenario):
        return rows
    forgetting = Forgetting(world, households)
    gone = pl.DataFrame({"account_id": forgetting.account_id, "gone_on": forgetting.day})
    known = rows.join(
        gone,
        on="account_id",
        how="left",
        maintain_order="left",
    )
    return known.filter(pl.col("stated_on").cast(pl.Int32) < pl.col("gone_on")).drop("gone_on")


def _stated(world: World, homes: HomesAtHand, name: str, sums: pl.DataFrame) -> pl.DataFrame:
    """The rows of a table from the sums of all homes: with revisions, names and the rule."""
    declared = table(name)
    keys = _keys(name)
    rows = sums.sort([*keys[1:], keys[0]] if declared.dated else keys)
    numbers = _numbers(name)
    if declared.dated:
        cell = keys[1:]
        rows = rows.with_columns(
            *(pl.col(one).cum_sum().over(cell) for one in numbers),
            revision=(pl.col("stated_on").cum_count().over(cell) - 1).cast(pl.Int32),
        )
    if name == _SHARED:
        fewest = world.scenario.of(CompanySettings).fewest_shared
        rows = rows.filter(pl.col("shared_accounts") >= fewest)
    rule = CellRule(world.scenario.of(CompanySettings), world.scenario.run.seed)
    kept = _named(homes, rule.applied(name, rows, numbers))
    return kept.select(pl.col(one).cast(kind) for one, kind in declared.schema.items())


def _numbers(name: str) -> Sequence[str]:
    """The columns of a table that count; the first counts accounts."""
    if name in KEYS:
        return MEASURES
    others = {
        _THUMBS: THUMBS,
        _SHARED: ("shared_accounts",),
        _COHORTS: ("accounts", "active_accounts"),
    }
    return others[name]


def _named(homes: HomesAtHand, rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with the names of their titles."""
    columns = [one for one in ("title_id", "other_title_id") if one in rows.columns]
    if not columns:
        return rows
    ids = pl.concat([rows[one].alias("title_id") for one in columns]).unique()
    titles = homes.titles(ids.to_numpy()).unique("title_id", keep="first", maintain_order=True)
    for column in columns:
        names = titles.select(
            pl.col("title_id").alias(column),
            pl.col("name").alias(column.replace("title_id", "name")),
        )
        rows = rows.join(
            names,
            on=column,
            how="left",
            maintain_order="left",
        )
    return rows
