"""What a service knows of each account beside plays: columns that somebody outside may know too."""

from __future__ import annotations

import polars as pl

from synthview.errors import InputError, UnknownName
from synthview.privacy.part import Laboratory, NothingToMeasure

__all__ = ["FAVOURITE", "attributes_of", "check_asked", "check_columns", "need_accounts"]

FAVOURITE = "genre"
"""The genre of most plays of an account."""
_OF_ACCOUNTS = ("country", "region", "time_zone", "plan")
_KNOWN = (*_OF_ACCOUNTS, "joined", "profiles", "devices", FAVOURITE)


def attributes_of(lab: Laboratory) -> pl.DataFrame:
    """Return a row for each account, as text: columns of the log, and some that follow from it.

    Raises NothingToMeasure where the world has no accounts.
    """
    accounts = lab.frame("log.accounts").sort("valid_from", maintain_order=True)
    joined = accounts.group_by("account_id").agg(pl.col("valid_from").min())
    latest = accounts.unique("account_id", keep="last")
    found = latest.select("account_id", *(pl.col(one).cast(pl.String) for one in _OF_ACCOUNTS))
    month = pl.col("valid_from").dt.strftime("%Y-%m")
    found = found.join(joined.select("account_id", joined=month), on="account_id")
    for name in ("profiles", "devices"):
        if f"log.{name}" in lab.frames:
            found = found.join(
                _counted(lab, name),
                on="account_id",
                how="left",
            )
    found = found.join(
        _favourites(lab),
        on="account_id",
        how="left",
    )
    return found.fill_null("").sort("account_id")


def _counted(lab: Laboratory, name: str) -> pl.DataFrame:
    """How many profiles or devices each account has."""
    things = lab.frame(f"log.{name}").group_by("account_id")
    count = pl.col(f"{name.removesuffix('s')}_id").n_unique().cast(pl.String)
    return things.agg(count.alias(name))


def _favourites(lab: Laboratory) -> pl.DataFrame:
    """The genre of most plays of each account; of equal ones the first by the alphabet."""
    genre = pl.col("genres").cast(pl.String).str.split("|").list.first()
    titles = lab.frame("log.titles").unique("title_id").select("title_id", genre.alias(FAVOURITE))
    plays = lab.frame("log.plays").select("account_id", "title_id").join(titles, on="title_id")
    counted = plays.group_by("account_id", FAVOURITE).len()
    best = counted.sort(
        "len",
        FAVOURITE,
        descending=[True, False],
    )
    return best.unique(
        "account_id",
        keep="first",
        maintain_order=True,
    ).drop("len")


def check_asked(columns: tuple[str, ...], sensitive: str) -> None:
    """Raise InputError and its kinds for columns that no world has, or that say nothing."""
    if sensitive and sensitive not in _KNOWN:
        raise UnknownName("column of accounts", sensitive, _KNOWN, "--sensitive")
    for place, name in enumerate(columns):
        if name not in _KNOWN:
            raise UnknownName("column of accounts", name, _KNOWN, "--columns")
        if name in columns[:place]:
            raise InputError(f"--columns names {name} twice.")
        if name == (sensitive or FAVOURITE):
            raise InputError(
                f"--columns names {name}, the column that nobody should learn. Name another one "
                "with --sensitive."
            )


def check_columns(found: pl.DataFrame, names: tuple[str, ...]) -> None:
    """Raise UnknownName for a column that accounts do not have."""
    known = [one for one in found.columns if one != "account_id"]
    for name in names:
        if name not in known:
            raise UnknownName("column of accounts", name, known)


def need_accounts(lab: Laboratory) -> None:
    """Raise NothingToMeasure where the world has no accounts with columns."""
    if not lab.frames:
        raise NothingToMeasure("nothing is known of its accounts but ratings")
