"""The visible content of accesses of the staff, in steps: what a reader of their log may know."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
import polars.selectors as cs

from synthview.checks.behaviour import DAY, HOUR, MINUTE, steps
from synthview.checks.staff_causes import ACCESS, WHY
from synthview.dataset import RunDirectory
from synthview.errors import InputError
from synthview.world.local_times import on_the_wall

__all__ = ["LOOKS_NEEDED", "accesses_seen", "need_looks"]

LOOKS_NEEDED = ("log.accesses", "log.staff", "log.tickets", WHY)
"""What a run must have: who looked, who they are, what they were asked, and the truth."""
_OFTEN = (1, 2, 3, 5, 8, 15, 30)
_ROWS = (1, 10, 100, 1_000, 10_000, 100_000, 1_000_000)
_WAITS = (0, 5 * MINUTE, 30 * MINUTE, HOUR, 3 * HOUR, DAY)
_QUERY = pl.col("query").fill_null("")
_DAY = pl.col("accessed_at").dt.date()
_EMPLOYEE = "employee_id"
_LOCAL_MIN = pl.col("local").dt.hour().cast(pl.Int32) * 60 + pl.col("local").dt.minute()
_SINCE_MIN = (_LOCAL_MIN - pl.col("works_from_min")) % 1440
_WAITED = (pl.col("accessed_at") - pl.col("opened_at")).dt.total_milliseconds()
_IS_OF_ONE = pl.col("account_id").is_not_null()
OF_AN_ACCESS = {
    "role": pl.col("role"),
    "tool": pl.col("tool"),
    "purpose": pl.col("purpose"),
    "sign_offs": pl.col("sign_offs"),
    "is_exported": pl.col("is_exported"),
    "is_of_one": _IS_OF_ONE,
    "is_of_a_title": pl.col("title_id").is_not_null(),
    "query_length": _QUERY.str.len_chars(),
    "rows": steps(pl.col("rows_touched"), *_ROWS),
    "accounts": steps(pl.col("accounts_touched"), *_ROWS),
    "has_ticket": pl.col("ticket_id").is_not_null(),
    "ticket_fits": pl.col("account_id").eq_missing(pl.col("account_asking")),
    "waited": steps(_WAITED, *_WAITS),
    "hours_since_work_began": _SINCE_MIN // 60,
    "is_after_work": pl.col("works_until_min") - pl.col("works_from_min") <= _SINCE_MIN,
    "weekday": pl.col("local").dt.weekday(),
    "that_day": steps(pl.len().over(_EMPLOYEE, _DAY), *_OFTEN),
    "same_account": steps(pl.len().over(_EMPLOYEE, "account_id") * _IS_OF_ONE, *_OFTEN),
    "others_of_account": steps(
        pl.col(_EMPLOYEE).n_unique().over("account_id") * _IS_OF_ONE, *_OFTEN
    ),
    "same_title_that_day": steps(
        pl.len().over("title_id", _DAY) * pl.col("title_id").is_not_null(), *_OFTEN
    ),
}
"""What is known of an access: what was asked, with what and for what, when in the working day of
the employee, how long after its ticket, and how often they and others look at the same.
"""


def need_looks(run: RunDirectory, what: str) -> None:
    """Raise InputError where a run lacks a table about who looked."""
    missing = [name for name in LOOKS_NEEDED if name not in run.tables]
    if missing:
        raise InputError(
            f"{run.directory} has no {', '.join(missing)}: {what} the log of the staff and its "
            f"truth. Generate them with --tables {','.join(LOOKS_NEEDED)}."
        )


def accesses_seen(run: RunDirectory) -> pl.DataFrame:
    """One row per access: its id, ``account_id`` of the employee, and whole numbers.

    Employees stand where accounts stand elsewhere: rows of one resemble each other.
    """
    staff = run.scan("log.staff").drop("role", "name", "team").collect()
    tickets = run.scan("log.tickets").select("ticket_id", "opened_at", account_asking="account_id")
    looks = run.scan("log.accesses").collect().join(staff, on=_EMPLOYEE, how="left")
    looks = looks.join(tickets.collect(), on="ticket_id", how="left", maintain_order="left")
    placed = _in_local_time(looks, staff["time_zone"].unique(maintain_order=True).to_list())
    seen = placed.with_columns(cs.enum().to_physical()).select(ACCESS, _EMPLOYEE, **OF_AN_ACCESS)
    return seen.rename({_EMPLOYEE: "account_id"}).sort(ACCESS)


def _in_local_time(looks: pl.DataFrame, zones: Sequence[str]) -> pl.DataFrame:
    """The looks with the time on the wall of the office of whoever looked."""
    walls = [
        pl.when(pl.col("time_zone") == zone).then(on_the_wall("accessed_at", zone))
        for zone in zones
    ]
    return looks.with_columns(local=pl.coalesce(walls))
