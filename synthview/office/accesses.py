"""log.accesses and truth.accesses: what each look touched, counted in the rows that there were.

The warehouse is loaded at night, so that a query finds what the nights before its day received; a
console shows one account as it is. Both see the rows of the run and none from before.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from synthview.ids import public
from synthview.office.forgetting import Forgetting
from synthview.office.looks import Looks
from synthview.office.roster import roster_of
from synthview.office.sums import added
from synthview.rows import Ints
from synthview.tables import frame
from synthview.world import World
from synthview.world.clock import DAY_MS

__all__ = ["ACCESSES", "WHY", "TouchedRows", "access_rows", "touched_by"]

ACCESSES, WHY = "log.accesses", "truth.accesses"
_MOST_COUNTED = 2**31 - 1


@dataclass
class TouchedRows:
    """Rows of viewing history by night: of all, by title, and of single accounts as they came."""

    nights: pl.DataFrame
    titles: pl.DataFrame
    plays: pl.DataFrame

    def plus(self, other: TouchedRows) -> TouchedRows:
        """The same of more homes."""
        return TouchedRows(
            added([self.nights, other.nights], ["stated_on"]),
            added([self.titles, other.titles], ["stated_on", "title_id"]),
            pl.concat([self.plays, other.plays]),
        )


def touched_by(plays: pl.DataFrame, looks: Looks, world: World) -> TouchedRows:
    """What the looks can touch of the plays of some homes."""
    titles = pl.Series(sorted({one for one in looks.title if one >= 0}), dtype=pl.Int64)
    homes = np.array(sorted({one for one in looks.household if one >= 0}), dtype=np.int64)
    accounts = pl.Series(public(world.scenario.run.seed, "account").apply(homes))
    of_titles = plays.filter(pl.col("title_id").is_in(titles.implode()))
    return TouchedRows(
        _by_night(plays, []),
        _by_night(of_titles, ["title_id"]),
        plays.filter(pl.col("account_id").is_in(accounts.implode())).select(
            "account_id", "closed_at"
        ),
    )


def _by_night(plays: pl.DataFrame, cell: list[str]) -> pl.DataFrame:
    """Plays of each night, and accounts that it had never seen before."""
    night = pl.col("closed_at").dt.date().alias("stated_on")
    rows = plays.select("account_id", *cell, night)
    first_seen = rows.group_by("account_id", *cell).agg(pl.col("stated_on").min())
    keys = ["stated_on", *cell]
    new = first_seen.group_by(keys).agg(accounts=pl.len().cast(pl.Int64))
    every = rows.group_by(keys).agg(rows=pl.len().cast(pl.Int64))
    return every.join(new, on=keys, how="left").with_columns(pl.col("accounts").fill_null(0))


def access_rows(
    world: World, looks: Looks, touched: TouchedRows, homes: Ints, first: int, last: int
) -> dict[str, pl.DataFrame]:
    """The rows of both tables, of the days from one until another, in order of time.

    They are about `homes`: numbers of households, with -1 for looks that are about no single one.
    """
    at_ms = np.array(looks.at_ms, dtype=np.int64)
    is_of_days = (at_ms >= first * DAY_MS) & (at_ms < last * DAY_MS)
    is_of_homes = np.isin(np.array(looks.household, dtype=np.int64), homes)
    kept = np.flatnonzero(is_of_days & is_of_homes)
    keys = np.array(looks.key, dtype=np.int64)
    order = kept[np.lexsort((keys[kept], at_ms[kept]))]
    seed = world.scenario.run.seed
    access = public(seed, "access").apply(keys[order])
    log = _log(
        world,
        looks,
        touched,
        order,
        last,
    )
    why = {
        "access_id": access,
        "insider": _texts(looks.insider, order),
        "what": _texts(looks.what, order),
        "at": at_ms[order],
        "copies": np.array(looks.copies, dtype=np.int64)[order],
    }
    return {ACCESSES: frame(ACCESSES, {"access_id": access, **log}), WHY: frame(WHY, why)}


def _log(
    world: World, looks: Looks, touched: TouchedRows, order: Ints, last: int
) -> dict[str, pl.Series | Ints]:
    """The columns of log.accesses but for their id."""
    account, found_in = _accounts(world, looks, order, last)
    title = _numbers(looks.title, order)
    at_ms = _numbers(looks.at_ms, order)
    rows, accounts = _counts(touched, at_ms, account, title)
    exported = [looks.is_exported[one] for one in order.tolist()]
    return {
        **_who(world, looks, order),
        "accessed_at": at_ms,
        "tool": _numbers(looks.tool, order),
        "purpose": _numbers(looks.purpose, order),
        "sign_offs": _numbers(looks.sign_offs, order),
        "query": _texts(looks.query, order),
        "account_id": found_in,
        "title_id": title,
        "rows_touched": np.minimum(rows, _MOST_COUNTED),
        "accounts_touched": np.minimum(accounts, _MOST_COUNTED),
        "is_exported": pl.Series(exported, dtype=pl.Boolean),
    }


def _who(world: World, looks: Looks, order: Ints) -> dict[str, pl.Series | Ints]:
    """Who looked, and for which ticket."""
    roster = roster_of(world)
    seed = world.scenario.run.seed
    employee = _numbers(looks.employee, order)
    ticket = _numbers(looks.ticket, order)
    tickets = public(seed, "ticket").apply(np.maximum(ticket, 0))
    return {
        "employee_id": public(seed, "employee").apply(roster.key[employee]),
        "role": roster.role[employee],
        "ticket_id": np.where(ticket < 0, -1, tickets),
    }


def _accounts(world: World, looks: Looks, order: Ints, last: int) -> tuple[Ints, Ints]:
    """The account that each is about, -1 for none; and the same, -1 for those forgotten too."""
    household = _numbers(looks.household, order)
    known = np.maximum(household, 0)
    ids = public(world.scenario.run.seed, "account").apply(known)
    account = np.where(household < 0, -1, ids)
    return account, np.where(Forgetting(world, known).day < last, -1, account)


def _numbers(values: list[int], order: Ints) -> Ints:
    return np.array(values, dtype=np.int64)[order]


def _texts(values: list[str | None] | list[str], order: Ints) -> pl.Series:
    return pl.Series([values[one] for one in order.tolist()], dtype=pl.String)


def _counts(touched: TouchedRows, at_ms: Ints, account: Ints, title: Ints) -> tuple[Ints, Ints]:
    """Rows and accounts that each access touched."""
    looks = _numbered(at_ms, account, title)
    is_one, is_title = pl.col("account_id") >= 0, pl.col("title_id") >= 0
    parts = [
        _of_one(looks.filter(is_one), touched.plays),
        _before(looks.filter(~is_one & is_title), touched.titles, ["title_id"]),
        _before(looks.filter(~is_one & ~is_title), touched.nights, []),
    ]
    every = looks.join(
        pl.concat(parts),
        on="place",
        how="left",
        maintain_order="left",
    )
    # Whoever is looked up is touched, rows or none.
    counted = pl.max_horizontal("accounts", is_one.cast(pl.Int64)).alias("accounts")
    every = every.select("rows", counted).fill_null(0)
    return every["rows"].to_numpy(), every["accounts"].to_numpy()


def _numbered(at_ms: Ints, account: Ints, title: Ints) -> pl.DataFrame:
    """The looks with their place, instant and day."""
    place = np.arange(len(at_ms))
    looks = pl.DataFrame({"place": place, "at": at_ms, "account_id": account, "title_id": title})
    looks = looks.with_columns(pl.col("at").cast(pl.Datetime("ms")))
    return looks.with_columns(day=pl.col("at").dt.date())


def _of_one(looks: pl.DataFrame, plays: pl.DataFrame) -> pl.DataFrame:
    """The plays of an account that were closed when it was looked up."""
    seen = looks.join(plays, on="account_id").filter(pl.col("closed_at") <= pl.col("at"))
    return seen.group_by("place").agg(rows=pl.len().cast(pl.Int64), accounts=pl.lit(1, pl.Int64))


def _before(looks: pl.DataFrame, nights: pl.DataFrame, cell: list[str]) -> pl.DataFrame:
    """What the nights before the day of each look had received."""
    how = looks.join(nights, on=cell) if cell else looks.join(nights, how="cross")
    earlier = how.filter(pl.col("stated_on") < pl.col("day"))
    return earlier.group_by("place").agg(pl.col("rows", "accounts").sum())
