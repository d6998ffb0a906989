"""Rules about people: every name, address and number is invented, and nobody is famous."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import polars as pl

from synthview.checks.portions import paged, rows_of
from synthview.checks.rules import Broken
from synthview.dataset import RunDirectory
from synthview.pools.contacts import is_reserved_address, is_reserved_email
from synthview.pools.people import names
from synthview.pools.renown import is_famous_mailbox, is_famous_name
from synthview.pools.telephones import is_reserved_phone

__all__ = ["could_be_real", "famous"]


def could_be_real(run: RunDirectory) -> Broken:
    """Names, addresses and numbers that could be somebody's.

    Names from no pool; addresses, numbers and mail boxes outside ranges reserved for examples.
    """
    yield from _telephones(run)
    yield from _values(run, "log.events", "ip", is_reserved_address)
    yield from _values(run, "log.accounts", "email", is_reserved_email)
    yield from _values(run, "log.accounts", "payment_stub", _has_no_number)
    if "log.accounts" in run.tables:
        yield from _values(run, "log.accounts", "billing_name", _invented(run))


def _telephones(run: RunDirectory) -> Broken:
    """Numbers that the country of their account does not reserve for fiction."""
    for page in _pages(run, "log.accounts", "phone", "country"):
        pairs = page.unique().drop_nulls().cast({"country": pl.String}).collect(engine="streaming")
        real = []
        for number, country in pairs.sort("phone", "country").iter_rows():
            if not is_reserved_phone(number, country):
                real.append(f"{number} in {country}")
        yield _listed("log.accounts.phone", real)


def famous(run: RunDirectory) -> Broken:
    """Names, and mail boxes that spell them, of people on the list of the famous."""

    def is_nobodys(name: str) -> bool:
        return not is_famous_name(name)

    def is_nobodys_mailbox(address: str) -> bool:
        return not is_famous_mailbox(address)

    yield from _values(run, "log.accounts", "billing_name", is_nobodys)
    yield from _values(run, "log.accounts", "email", is_nobodys_mailbox)
    yield from _values(run, "log.profiles", "name", is_nobodys)


def _values(run: RunDirectory, name: str, column: str, is_nobodys: Callable[[str], bool]) -> Broken:
    """Values of a column that could be somebody's."""
    for page in _pages(run, name, column):
        values = page.unique().collect(engine="streaming")[column].drop_nulls().to_list()
        real = sorted(value for value in values if not is_nobodys(value))
        yield _listed(f"{name}.{column}", real)


def _listed(where: str, values: list[str]) -> pl.DataFrame:
    columns = {"where": [where] * len(values), "value": values}
    return pl.DataFrame(columns, schema={"where": pl.String, "value": pl.String})


def _pages(run: RunDirectory, name: str, *columns: str) -> Iterator[pl.LazyFrame]:
    """Some columns of a table, as many rows at a time as fit in memory."""
    if name in run.tables:
        rows = run.scan(name, repaired=True)
        for page in paged(rows, "account_id", rows_of(run, name)):
            yield page.select(columns)


def _has_no_number(stub: str) -> bool:
    return not any(letter.isdigit() for letter in stub)


def _invented(run: RunDirectory) -> Callable[[str], bool]:
    """Whether a full name is a first and a family name of the pools that the run drew from."""
    pools = [names(locale) for locale in run.manifest["name_pools"]]
    first = {name for pool in pools for name in pool.first}
    family = {name for pool in pools for name in pool.family}

    def is_invented(full: str) -> bool:
        words = full.split(" ")
        halves = ((words[:cut], words[cut:]) for cut in range(1, len(words)))
        return any(
            " ".join(given) in first and " ".join(surname) in family for given, surname in halves
        )

    return is_invented
