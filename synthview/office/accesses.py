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
from synthview.office.looking import Looks
from synthview.office.roster import roster_of
from synthview.office.sums import added
from synthview.rows import Ints
from synthview.tables import frame
from synthview.world import World
from synthview.world.clock import DAY_MS

__all__ = ["ACCESSES", "WHY", "Touched", "access_rows", "touched_by"]

ACCESSES, WHY = "log.accesses", "truth.accesses"
_MOST_COUNTED = 2**31 - 1


@dataclass
class Touched:
    """Rows of viewing history by night: of all, by title, and of single accounts as they came."""

    nights: pl.DataFrame
    titles: pl.DataFrame
    plays: pl.DataFrame

    def plus(self, other: Touched) -> Touched:
        """The same of more homes."""
        return Touched(
            added([self.nights, other.nights], ["stated_on"]),
            added([self.titles, other.titles], ["stated_on", "title_id"]),
            pl.concat([self.plays, other.plays]),
        )


def touched_by(plays: pl.DataFrame, looks: Looks, world: World) -> Touched:
    """What the looks can touch of the plays of some homes."""
    titles = pl.Series(sorted({one for one in looks.title if one >= 0}), dtype=pl.Int64)
    homes = np.array(sorted({one for one in looks.household if one >= 0}), dtype=np.int64)
    accounts = pl.Series(public(world.scenario.run.seed, "account").apply(homes))
    of_titles = plays.filter(pl.col("title_id").is_in(titles.implode()))
    return Touched(
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
    world: World, looks: Looks, touched: Touched, first: int, last: int
) -> dict[str, pl.DataFrame]:
    """The rows of both tables, of the days from one until another, in order of time."""
    at_ms = np.array(looks.at_ms, dtype=np.int64)
    kept = np.flatnonzero((at_ms >= first * DAY_MS) & (at_ms < last * DAY_MS))
    keys = np.array(looks.key, dtype=np.int64)
    order = kept[np.lexsort((keys[kept], at_ms[kept]))]
    seed = world.scenario.run.seed
    access = public(seed, "access").apply(keys[order])
    log = _log(world, looks, touched, order, last)
    why = {
        "access_id": access,
        "insider": _texts(looks.insider, order),
        "what": _texts(looks.what, order),
        "at": at_ms[order],
        "copies": np.array(looks.copies, dtype=np.int64)[order],
    }
    return {ACCESSES: frame(ACCESSES, {"access_id": access, **log}), WHY: frame(WHY, why)}


def _log(
    world: World, looks: Looks, touched: Touched, order: Ints, last: int
) -> dict[str, pl.Series | Ints]:
    """The columns of log.accesses but for their id."""
    roster = roster_of(world)
    seed = world.scenario.run.seed
    employee = np.array(looks.employee, dtype=np.int64)[order]
    household = np.array(looks.household, dtype=np.int64)[order]
    ticket = np.array(looks.ticket, dtype=np.int64)[order]
    title = np.array(looks.title, dtype=np.int64)[order]
    at_ms = np.array(looks.at_ms, dtype=np.int64)[order]
    known = np.maximum(household, 0)
    account = public(seed, "account").apply(known)
    is_gone = Forgetting(world, known).day < last
    rows, accounts = _counts(touched, at_ms, np.where(household < 0, -1, account), title)
    return {
        "employee_id": public(seed, "employee").apply(roster.key[employee]),
        "role": roster.role[employee],
        "accessed_at": at_ms,
        "tool": np.array(looks.tool, dtype=np.int64)[order],
        "purpose": np.array(looks.purpose, dtype=np.int64)[order],
        "ticket_id": np.where(ticket < 0, -1, public(seed, "ticket").apply(np.maximum(ticket, 0))),
        "sign_offs": np.array(looks.sign_offs, dtype=np.int64)[order],
        "query": _texts(looks.query, order),
        "account_id": np.where((household < 0) | is_gone, -1, account),
        "title_id": title,
        "rows_touched": np.minimum(rows, _MOST_COUNTED),
        "accounts_touched": np.minimum(accounts, _MOST_COUNTED),
        "is_exported": pl.Series([looks.is_exported[one] for one in order.tolist()]).cast(
            pl.Boolean
        ),
    }


def _texts(values: list[str | None] | list[str], order: Ints) -> pl.Series:
    return pl.Series([values[one] for one in order.tolist()], dtype=pl.String)


def _counts(touched: Touched, at_ms: Ints, account: Ints, title: Ints) -> tuple[Ints, Ints]:
    """Rows and accounts that each access touched."""
    looks = pl.DataFrame(
        {"place": np.arange(len(at_ms)), "at": at_ms, "account_id": account, "title_id": title}
    ).with_columns(pl.col("at").cast(pl.Datetime("ms")))
    looks = looks.with_columns(day=pl.col("at").dt.date())
    of_one = looks.filter(pl.col("account_id") >= 0)
    seen = of_one.join(touched.plays, on="account_id").filter(pl.col("closed_at") <= pl.col("at"))
    ones = seen.group_by("place").agg(rows=pl.len().cast(pl.Int64), accounts=pl.lit(1, pl.Int64))
    of_title = looks.filter((pl.col("account_id") < 0) & (pl.col("title_id") >= 0))
    of_all = looks.filter((pl.col("account_id") < 0) & (pl.col("title_id") < 0))
    found = pl.concat(
        [ones, _before(of_title, touched.titles, ["title_id"]), _before(of_all, touched.nights, [])]
    )
    every = looks.join(found, on="place", how="left", maintain_order="left")
    is_one = (pl.col("account_id") >= 0).cast(pl.Int64)  # whoever is looked up, rows or none
    every = every.select(pl.col("rows").fill_null(0), pl.max_horizontal("accounts", is_one))
    every = every.with_columns(pl.col("accounts").fill_null(0))
    return every["rows"].to_numpy(), every["accounts"].to_numpy()


def _before(looks: pl.DataFrame, nights: pl.DataFrame, cell: list[str]) -> pl.DataFrame:
    """What the nights before the day of each look had received."""
    how = looks.join(nights, on=cell) if cell else looks.join(nights, how="cross")
    earlier = how.filter(pl.col("stated_on") < pl.col("day"))
    return earlier.group_by("place").agg(pl.col("rows", "accounts").sum())
