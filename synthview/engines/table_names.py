"""Which tables are asked for, by their names and by patterns."""

from __future__ import annotations

import fnmatch
from collections.abc import Sequence

from synthview.errors import InputError
from synthview.office.nightly import needed
from synthview.tables import ALL_TABLES, TABLES, table
from synthview.tables.company_tables import ERASURES
from synthview.wording import listed

__all__ = ["check_closed", "tables_named"]


def tables_named(asked: str | Sequence[str] | None) -> tuple[str, ...]:
    """Return the tables asked for, in their usual order; all of them unless some are named.

    Raises UnknownName for a name that no table has, InputError where none is named.
    """
    if asked is None:
        return tuple(one.path for one in TABLES)
    names = [name.strip() for name in (asked.split(",") if isinstance(asked, str) else asked)]
    wanted = {path for name in names if name for path in _tables_like(name)}
    if not wanted:
        raise InputError(
            f"--tables names no table. Known: {', '.join(one.path for one in TABLES)}."
        )
    if ERASURES.path in wanted:
        raise InputError(f"--tables names {ERASURES.path}, which --load day brings by itself.")
    return tuple(one.path for one in ALL_TABLES if one.path in wanted)


def check_closed(tables: Sequence[str]) -> None:
    """Refuse tables that sum up what each day received where rows lie where plays began."""
    if summed := [one for one in tables if table(one).of_company and needed([one])]:
        raise InputError(
            "--closed has plays on the day on which they began, and these are made of what the "
            f"company received on each day: {listed(summed)}. Leave --closed or these tables out."
        )


def _tables_like(name: str) -> Sequence[str]:
    """The tables that a name or a pattern such as ``aggregate.*`` stands for."""
    if "*" not in name:
        return [table(name).path]
    found = fnmatch.filter([one.path for one in ALL_TABLES], name)
    return found or [table(name).path]
