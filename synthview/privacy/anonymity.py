"""k-anonymity and l-diversity: how many accounts look alike, and what all of those share."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate

import polars as pl

from synthview.privacy.attributes import FAVOURITE, attributes_of, check_columns, need_accounts
from synthview.privacy.part import Laboratory, LabSection, LabTable, ShareFound, share_of
from synthview.wording import listed

__all__ = ["SECTION", "Anonymity", "Crowding", "measure", "of_columns"]

COLUMNS = ("country", "plan", "profiles", "devices", "region", "joined")
LEVELS = (2, 3, 5, 11)


@dataclass(frozen=True)
class Crowding:
    """Groups of accounts that are alike in some columns.

    `k` is the size of the smallest group and `l` the fewest values of the sensitive column in any;
    `alone` are accounts in a group of one, `below` those in groups smaller than each of `LEVELS`,
    and `told` those whose group has one value of the sensitive column only.
    """

    columns: tuple[str, ...]
    groups: int
    k: int
    l: int  # noqa: E741  what the literature calls it
    alone: ShareFound
    below: tuple[ShareFound, ...]
    told: ShareFound


@dataclass(frozen=True)
class Anonymity:
    """The same with one column, with two, and so on."""

    sensitive: str
    steps: tuple[Crowding, ...]


def measure(lab: Laboratory) -> Anonymity:
    """Group accounts by the columns that somebody may know, one column after the other.

    Raises:
        NothingToMeasure: nothing is known of accounts.
        UnknownName: there is no such column.
    """
    need_accounts(lab)
    found = attributes_of(lab)
    sensitive = lab.sensitive or FAVOURITE
    columns = lab.columns or tuple(one for one in COLUMNS if one in found.columns)
    check_columns(found, (*columns, sensitive))
    known = accumulate(([one] for one in columns if one != sensitive), list.__add__)
    return Anonymity(
        sensitive,
        tuple(
            of_columns(
                found,
                tuple(one),
                sensitive,
            )
            for one in known
        ),
    )


def of_columns(found: pl.DataFrame, columns: tuple[str, ...], sensitive: str) -> Crowding:
    """Group accounts that are alike in some columns."""
    groups = found.group_by(columns).agg(size=pl.len(), values=pl.col(sensitive).n_unique())
    size = pl.col("size")

    def accounts(such: pl.Expr) -> ShareFound:
        return share_of(int(groups.filter(such)["size"].sum()), len(found))

    return Crowding(
        columns,
        groups=len(groups),
        k=int(groups["size"].min() or 0),  # type: ignore[arg-type]
        l=int(groups["values"].min() or 0),  # type: ignore[arg-type]
        alone=accounts(size == 1),
        below=tuple(accounts(size < one) for one in LEVELS),
        told=accounts(pl.col("values") == 1),
    )


def _sentence(found: Anonymity) -> str:
    last = found.steps[-1]
    return (
        f"{last.alone.share:.0%} of accounts are alone with their {listed(list(last.columns))}, "
        f"so k is {last.k}; for {last.told.share:.0%} the {found.sensitive} follows from them, so "
        f"l is {last.l}."
    )


def _tables(found: Anonymity) -> Iterable[LabTable]:
    head = ["known", "groups", "k", "l", "alone", *(f"k < {one}" for one in LEVELS[1:])]
    yield LabTable(
        "Per cent of accounts in groups that are too small, or tell",
        [*head, f"{found.sensitive} told"],
        [
            [
                ", ".join(one.columns),
                f"{one.groups:,}",
                f"{one.k}",
                f"{one.l}",
                f"{100 * one.alone.share:.1f}",
                *(f"{100 * share.share:.1f}" for share in one.below[1:]),
                f"{100 * one.told.share:.1f}",
            ]
            for one in found.steps
        ],
    )


SECTION = LabSection(
    name="anonymity",
    title="Who looks alike?",
    about="Accounts that are alike in what somebody knows of them are a group. k is the size of "
    "the smallest, l the fewest values that a sensitive column has in one.",
    kind=Anonymity,
    measure=measure,
    sentence=_sentence,
    tables=_tables,
)
