"""What insiders of the staff add: the accesses of a company with and without them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

import numpy as np
import polars as pl

from synthview.compare.differing import Difference, matched, unlike
from synthview.engines.of_company import HomesOnDemand
from synthview.engines.plan import PIPELINE, pipeline_at
from synthview.ids import public
from synthview.office.accesses import ACCESSES, WHY
from synthview.office.nightly import Days, company_tables
from synthview.pipeline import World, settled, window_of
from synthview.rows import Ints
from synthview.sinks.id_forms import id_as
from synthview.wording import counted

__all__ = ["LookExample", "LooksBeside", "looks_beside"]

_STAFF, _TICKETS = "log.staff", "log.tickets"
_TOLD = (ACCESSES, WHY, _TICKETS)
_EXAMPLES = 5
_FEWEST_AT_ONCE, _HOUSEHOLD_DAYS_AT_ONCE = 256, 120_000


@dataclass(frozen=True, slots=True)
class LookExample:
    """A look that one of two companies lacks; `account_id` is empty where it is about no one."""

    access_id: str
    at: str
    who: str
    tool: str
    purpose: str
    account_id: str
    what: str

    def with_ids(self, form: str) -> LookExample:
        """Return the same with its ids in a form."""
        account = self.account_id and id_as(form, int(self.account_id), "a")
        access = id_as(form, int(self.access_id), "k")
        return replace(self, access_id=access, account_id=account)


@dataclass(frozen=True, slots=True)
class LooksBeside:
    """The accesses of the staff in two worlds: tables that differ, numbers, and some looks.

    `looks` are those that only the first world has, by `employees`. They opened `accounts` one by
    one, which `people` use, and the widest of them read rows of `widest` accounts.
    """

    tables: tuple[Difference, ...] = ()
    numbers: tuple[tuple[str, float, float], ...] = ()
    looks: int = 0
    employees: int = 0
    accounts: int = 0
    people: int = 0
    widest: int = 0
    examples: tuple[LookExample, ...] = field(default=())

    def in_words(self) -> str:
        """What was caused, as the end of a sentence."""
        if not self.looks:
            return "caused no look at anybody's data"
        said = f"{counted(self.looks, 'look')} by {counted(self.employees, 'employee')}"
        if self.accounts:
            who = counted(self.people, "person uses", "people use")
            said += f", at {counted(self.accounts, 'account')} that {who}"
        if self.widest > 1:
            said += f", and the widest read rows of {counted(self.widest, 'account')}"
        return f"caused {said}"

    def with_ids(self, form: str) -> LooksBeside:
        """Return the same with the ids of its examples in a form."""
        return replace(self, examples=tuple(one.with_ids(form) for one in self.examples))


def looks_beside(
    worlds: tuple[World, World], homes: int, on_progress: Callable[[int], None]
) -> LooksBeside:
    """Simulate what the staff of two worlds look at, in so many homes of each.

    `on_progress` is called with the number of homes that are done, which come twice.
    """
    one, other = (_tables_of(world, homes, on_progress) for world in worlds)
    tables = []
    for path in _TOLD:
        ours, theirs = unlike(path, one[path], other[path])
        tables.append(matched(path, [ours], [theirs])[0])
    added = one[ACCESSES].join(other[ACCESSES], on="access_id", how="anti")
    numbers = [_numbers(worlds[0], tables_of) for tables_of in (one, other)]
    opened = added["account_id"].drop_nulls().unique()
    return LooksBeside(
        tuple(tables),
        tuple((name, numbers[0][name], numbers[1][name]) for name in numbers[0]),
        looks=added.height,
        employees=added["employee_id"].n_unique(),
        accounts=len(opened),
        people=_people(worlds[0], opened),
        widest=int(added["accounts_touched"].max() or 0),  # type: ignore[arg-type]
        examples=tuple(_examples(added, one)),
    )


def _tables_of(
    world: World, count: int, on_progress: Callable[[int], None]
) -> dict[str, pl.DataFrame]:
    """The staff, their looks and their tickets, about so many homes."""
    pipeline, window = pipeline_at(PIPELINE), window_of(world.scenario)
    days = Days(window.first_day, window.last_day)
    homes = HomesOnDemand(pipeline, world, window)
    size = max(_HOUSEHOLD_DAYS_AT_ONCE // world.scenario.run.days, _FEWEST_AT_ONCE)
    portions = _told(_portions(world, count, size), on_progress)
    names = (*_TOLD, _STAFF)
    nights = list(company_tables(world, homes, portions, days, names))
    found = {name: [frames[name] for _, frames in nights if name in frames] for name in names}
    return {name: pl.concat(frames) for name, frames in found.items()}


def _portions(world: World, count: int, size: int) -> Iterator[Ints]:
    """All homes that are there, some at a time."""
    there = np.setdiff1d(np.arange(count, dtype=np.int64), world.scenario.run.dropped)
    for start in range(0, len(there), size):
        yield there[start : start + size]


def _told(portions: Iterator[Ints], on_progress: Callable[[int], None]) -> Iterator[Ints]:
    """The portions; of each it is told when the next is asked for."""
    for some in portions:
        yield some
        on_progress(len(some))


def _people(world: World, accounts: pl.Series) -> int:
    """How many people use some accounts."""
    if accounts.is_empty():
        return 0
    known = public(world.scenario.run.seed, "account")
    homes = np.sort(known.invert(accounts.to_numpy()))
    return settled(world, homes, window_of(world.scenario))["truth.persons"].height


def _numbers(world: World, tables: dict[str, pl.DataFrame]) -> dict[str, float]:
    """What a company could count of its own log of accesses, and the copies that it cannot."""
    looks, why = tables[ACCESSES], tables[WHY]
    of_one = looks.filter(pl.col("account_id").is_not_null())
    return {
        "looks at personal data": float(looks.height),
        "employees who looked": float(looks["employee_id"].n_unique()),
        "accounts opened by name": float(of_one["account_id"].n_unique()),
        "people who use those accounts": float(_people(world, of_one["account_id"].unique())),
        "looks at one account without a ticket": float(of_one["ticket_id"].null_count()),
        "accounts in the widest query": float(looks["accounts_touched"].max() or 0),  # type: ignore[arg-type]
        "files that left their tool": float(looks["is_exported"].sum()),
        "copies of these files": float(why["copies"].sum()),
        "tickets": float(tables[_TICKETS].height),
    }


def _examples(added: pl.DataFrame, tables: dict[str, pl.DataFrame]) -> Iterator[LookExample]:
    """The first looks that were added, those at one account before the others."""
    told = added.join(tables[WHY].select("access_id", "what"), on="access_id")
    told = told.join(tables[_STAFF].select("employee_id", "name"), on="employee_id")
    first = told.sort(pl.col("account_id").is_null(), "accessed_at", "access_id").head(_EXAMPLES)
    for row in first.iter_rows(named=True):
        at: datetime = row["accessed_at"]
        account = row["account_id"]
        yield LookExample(
            access_id=str(row["access_id"]),
            at=f"{at:%Y-%m-%d %H:%M}",
            who=f"{row['name']}, {row['role']}",
            tool=row["tool"],
            purpose=row["purpose"],
            account_id="" if account is None else str(account),
            what=row["what"],
        )
