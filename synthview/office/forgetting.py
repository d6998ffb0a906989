"""What the company forgets: accounts that asked for it or left long ago, and rows that are too old.

Who asks, and when, follows from the household alone. A dataset is what the company has when its
last day is over, so rows of an account that was forgotten by then are in none of its days.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl

from synthview.draws.chance import NEVER, Stream
from synthview.ids import public
from synthview.office.company_settings import CompanySettings
from synthview.office.staff_settings import StaffSettings
from synthview.people.homes import furnish
from synthview.people.subscriptions import changes
from synthview.rows import Flags, Ints
from synthview.scenario import Scenario
from synthview.stage.company import assemble
from synthview.stage.spans import anywhere
from synthview.tables import HOUSEHOLD_TYPES, table
from synthview.world import World
from synthview.world.clock import DAY_MS, HOUR_MS, date_of, day_number

__all__ = ["ACCESS", "ERASURE", "Forgetting", "Requests", "forgets", "requests_of", "trace_of"]

ACCESS, ERASURE = "access", "erasure"
_YEAR_DAYS = 365
_MOST_DAYS = 100_000
_SPOKEN = "office/requests"


def forgets(scenario: Scenario) -> bool:
    """Whether anything is ever forgotten in a scenario."""
    company = scenario.of(CompanySettings)
    asked = company.erasure_requests_per_year > 0
    return asked or company.leavers_kept_days > 0 or scenario.run.retention_days > 0


@dataclass(frozen=True)
class Requests:
    """The first request of one kind that each of some households makes.

    `day` is NEVER where none is made in its time, `at_ms` the instant, `done_day` the day on which
    it is carried out.
    """

    household: Ints
    day: Ints
    at_ms: Ints
    done_day: Ints


def requests_of(world: World, household: Ints, kind: str) -> Requests:
    """When households ask for what is kept of them, or to be forgotten; once each at most."""
    company = world.scenario.of(CompanySettings)
    stream = Stream(world.scenario.run.seed, f"{_SPOKEN}/{kind}")
    per_year = {
        ACCESS: company.access_requests_per_year,
        ERASURE: company.erasure_requests_per_year,
    }
    day = _first_day(
        world,
        household,
        stream,
        per_year[kind],
    )
    hours = world.scenario.of(StaffSettings).customers_ask
    hour_ms = anywhere(stream, household, hours, HOUR_MS, n=1)
    takes = 1 + stream.below(household, max(int(company.erasure_takes_days), 1), n=2)
    is_asked = day < NEVER
    at_ms = np.where(is_asked, day, 0) * DAY_MS + hour_ms
    done = np.where(is_asked, day + takes, NEVER)
    return Requests(
        household,
        day,
        np.where(is_asked, at_ms, NEVER),
        done,
    )


def _first_day(world: World, household: Ints, stream: Stream, per_year: float) -> Ints:
    """The day on which each household asks, once it has an account; NEVER for those who never do.

    No world lasts longer than ids have days.
    """
    signed_up = changes(world, household)[:, 0] // DAY_MS
    since = np.maximum(signed_up + 1, day_number(world.scenario.run.epoch))
    waits = stream.geometric(household, min(per_year / _YEAR_DAYS, 1.0))
    return np.where(waits < _MOST_DAYS, since + np.minimum(waits, _MOST_DAYS), NEVER)


@dataclass(frozen=True)
class Forgetting:
    """What is forgotten of some households.

    `by_request` and `by_leaving` are days since 1970 on which the rows of each are removed, NEVER
    where they stay; `is_held` says where a legal hold keeps the tables that the scenario names.
    """

    world: World
    household: Ints

    @cached_property
    def by_request(self) -> Ints:
        """The day on which a request to be forgotten is carried out."""
        return requests_of(self.world, self.household, ERASURE).done_day

    @cached_property
    def by_leaving(self) -> Ints:
        """The day on which an account has been away for as long as those who leave are kept."""
        kept = self.world.scenario.of(CompanySettings).leavers_kept_days
        nobody = np.full(len(self.household), NEVER)
        if kept <= 0 or not len(self.household):
            return nobody
        days = changes(self.world, self.household) // DAY_MS
        left, back = days[:, 1:-1:2], days[:, 2::2]
        is_long = back - left >= kept
        first = np.argmax(is_long, axis=1)
        row = np.arange(len(days))
        gone = np.where(is_long.any(axis=1), left[row, first] + kept, NEVER)
        homes, _ = assemble(self.world, furnish(self.world, self.household))
        never_leaves = homes.household_type == HOUSEHOLD_TYPES.index("test_rig")
        return np.where(never_leaves, NEVER, gone)

    @cached_property
    def day(self) -> Ints:
        """The day on which each is forgotten."""
        return np.minimum(self.by_request, self.by_leaving)

    @cached_property
    def is_held(self) -> Flags:
        """Whether a legal hold keeps some tables of each, should it be forgotten."""
        share = self.world.scenario.of(CompanySettings).legal_hold_share
        stream = Stream(self.world.scenario.run.seed, "office/legal_hold")
        return stream.happens(self.household, share)

    @cached_property
    def account_id(self) -> Ints:
        """Their public ids."""
        return public(self.world.scenario.run.seed, "account").apply(self.household)

    def erasures(
        self, names: Sequence[str], day: int, *, tells_age: bool
    ) -> list[tuple[str, str, int | None, dt.date | None]]:
        """What is to be removed on a day from some tables, as rows: erase, table, account, before.

        With `tells_age` also the days that are too old when the day is over.
        """
        company = self.world.scenario.of(CompanySettings)
        found: list[tuple[str, str, int | None, dt.date | None]] = []
        for name in names:
            is_gone = self.day == day
            if name in company.legal_hold_tables:
                is_gone = is_gone & ~self.is_held
            found += [("erase", name, one, None) for one in self.account_id[is_gone].tolist()]
        days = self.world.scenario.run.retention_days
        if days and tells_age:
            before = date_of(day + 1 - days)
            found += [("erase", name, None, before) for name in names if table(name).dated]
        return found

    def kept(self, path: str, rows: pl.DataFrame, day: int | None, until_day: int) -> pl.DataFrame:
        """Of the rows of a table, received on a day, those that are there when `until_day` begins.

        Truth is not the company's, and forgets nothing.
        """
        if not path.startswith("log.") or "account_id" not in rows.columns:
            return rows
        days = self.world.scenario.run.retention_days
        if days and day is not None and table(path).dated and day < until_day - days:
            return rows.clear()
        is_gone = self.day < until_day
        if path in self.world.scenario.of(CompanySettings).legal_hold_tables:
            is_gone &= ~self.is_held
        if not is_gone.any():
            return rows
        gone = pl.Series(self.account_id[is_gone]).implode()
        return rows.filter(~pl.col("account_id").is_in(gone))


def trace_of(world: World, household: Ints) -> Ints:
    """What a tombstone calls an account: a keyed hash of 63 bits, which nothing turns back."""
    stream = Stream(world.scenario.run.seed, "office/tombstones")
    return stream.below(household, NEVER)
