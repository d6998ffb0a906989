"""Reconstruction: tables of counts become rows of people again, unless chance was added to them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import polars as pl

from synthview.draws.chance import Stream
from synthview.outside.extras import need
from synthview.privacy.attributes import attributes_of, need_accounts
from synthview.privacy.mechanisms import BLANK, AsItIs, Laplace, MinimumSize, Rounded, Rule
from synthview.privacy.part import (
    Advantage,
    Laboratory,
    LabSection,
    LabTable,
    NothingToMeasure,
    ShareFound,
    advantage_of,
    share_of,
    worth,
)
from synthview.rows import Flags, Floats, Ints

__all__ = ["SECTION", "Rebuilt", "Reconstruction", "measure", "rebuilt", "tables_of"]

ACCOUNTS = 300
"""So many accounts are in the tables: those of a small service, or of one town of a large one."""
COLUMNS = ("region", "plan", "joined", "profiles", "devices", "genre")
TOGETHER = 3
"""Tables by one column, by two, and by so many."""
SHARE_SOUGHT = 0.3
"""The secret is whether an account has a title; that of about so many accounts is taken."""
RULES: tuple[Rule, ...] = (
    AsItIs(), MinimumSize(3), MinimumSize(11), MinimumSize(11, hides_zeros=True), Rounded(5),
    Laplace(10.0), Laplace(1.0),
)  # fmt: skip


@dataclass(frozen=True)
class Rebuilt:
    """What an attacker who solves the tables says of each account, beside the truth.

    `right` are accounts of which the secret is told rightly; `named` those with the title of whom
    it is said.
    """

    rule: str
    right: ShareFound
    named: ShareFound
    advantage: Advantage


@dataclass(frozen=True)
class Reconstruction:
    """The same tables by every rule; `guess` is how many would be right with one answer for all."""

    accounts: int
    cells: int
    alike: int
    guess: float
    rules: tuple[Rebuilt, ...]


def measure(lab: Laboratory) -> Reconstruction:
    """Publish how many have a title by all kinds of columns, and solve for who it is.

    Raises NothingToMeasure where nothing is known of accounts, or nobody has seen a title.
    """
    need_accounts(lab)
    known = attributes_of(lab)
    stream = Stream(lab.seed, "privacy/reconstruction")
    order = np.argsort(stream.bits(np.arange(len(known))))
    chosen = np.sort(order[:ACCOUNTS])
    secret = _secret(lab)[chosen]
    if not secret.any() or secret.all():
        raise NothingToMeasure("no title is seen by some of its accounts and not by others")
    columns = [one for one in COLUMNS if one in known.columns]
    rows = known[chosen.tolist()].select(columns)
    cells = tables_of(rows)
    found = [
        _of_rule(
            rule,
            cells,
            secret,
            _tables_with_one(columns),
            lab.seed,
        )
        for rule in RULES
    ]
    share = float(secret.mean())
    return Reconstruction(
        len(rows),
        len(cells),
        alike=len(rows) - int(rows.is_unique().sum()),
        guess=max(share, 1 - share),
        rules=tuple(found),
    )


def _tables_with_one(columns: list[str]) -> int:
    """How many tables there are: in a cell of each of them an account is counted."""
    sizes = range(1, TOGETHER + 1)
    return sum(1 for size in sizes for _ in combinations(columns, size))


def _secret(lab: Laboratory) -> Flags:
    """Whether each account has the title that about a share of all have."""
    points = lab.points
    support = points.support / max(points.accounts, 1)
    title = int(np.argmin(np.abs(support - SHARE_SOUGHT)))
    place = points.by_title.all_rows(title)
    found = np.zeros(points.accounts, bool)
    found[points.by_title.account[place]] = True
    return found


def tables_of(rows: pl.DataFrame) -> list[Ints]:
    """Return the accounts of each cell of each table, by one to `TOGETHER` columns.

    Accounts are rows of `rows`. Cells with the same accounts are one.
    """
    numbered = rows.with_row_index("row")
    cells: dict[tuple[int, ...], None] = {}
    for size in range(1, TOGETHER + 1):
        for columns in combinations(rows.columns, size):
            groups = numbered.group_by(columns, maintain_order=True).agg("row")
            cells.update(dict.fromkeys(map(tuple, groups["row"].to_list())))
    return [np.array(one, np.int64) for one in cells]


def _of_rule(rule: Rule, cells: list[Ints], secret: Flags, bound: int, seed: int) -> Rebuilt:
    """Let the tables out by a rule, and solve them."""
    stream = Stream(seed, f"privacy/rebuilt/{rule.words}")
    counts = np.array([int(secret[one].sum()) for one in cells], np.int64)
    shown = rule.released(counts, bound, stream)
    is_shown = shown != BLANK
    kept = [
        one
        for one, here in zip(
            cells,
            is_shown,
            strict=True,
        )
        if here
    ]
    says_so = (
        rebuilt(
            kept,
            shown[is_shown].astype(np.float64),
            len(secret),
        )
        > 1 / 2
    )
    right = int((says_so == secret).sum())
    named = int((says_so & secret).sum())
    return Rebuilt(
        rule.words,
        share_of(right, len(secret)),
        share_of(named, int(secret.sum())),
        advantage_of(says_so, secret),
    )


def rebuilt(cells: list[Ints], shown: Floats, accounts: int) -> Floats:
    """Return the values from 0 to 1 whose sums over cells come nearest to what was told.

    Nearest by the sum of squares, as in Kasiviswanathan, Rudelson and Smith (2013),
    arXiv:1210.2381, after Dinur and Nissim (2003).
    """
    sparse = need(
        "privacy",
        "Reconstruction",
        "scipy.sparse",
    )
    optimize = need(
        "privacy",
        "Reconstruction",
        "scipy.optimize",
    )
    sizes = [len(one) for one in cells]
    rows = np.repeat(np.arange(len(cells)), sizes)
    columns = np.concatenate([*cells, np.zeros(0, np.int64)])
    shape = (len(cells), accounts)
    matrix = sparse.csr_array((np.ones(len(rows)), (rows, columns)), shape=shape)
    # Tables of few people and of many weigh alike.
    weight = 1 / np.sqrt(np.maximum(sizes, 1))
    solved = optimize.lsq_linear(
        sparse.diags_array(weight) @ matrix,
        weight * shown,
        bounds=(0, 1),
        lsmr_tol="auto",
    )
    found: Floats = solved.x
    return found


def _sentence(found: Reconstruction) -> str:
    by_rule = {one.rule: one for one in found.rules}
    exact, noised = by_rule["exact"], by_rule["Laplace, epsilon 1"]
    return (
        f"{found.cells:,} exact counts of who saw a title among {found.accounts} accounts tell it "
        f"rightly of {exact.right.share:.0%} of them and name {exact.named.share:.0%} of those who "
        f"did. With Laplace's law and epsilon 1 it is {noised.right.share:.0%}, where the same "
        f"answer for all is right for {found.guess:.0%}. "
        f"{found.alike} accounts are like another in every column, and cannot be told apart."
    )


def _tables(found: Reconstruction) -> Iterable[LabTable]:
    yield LabTable(
        f"Solved from {found.cells:,} counts (per cent; one answer for all: {found.guess:.0%})",
        ["rule", "told rightly", "95 % interval", "those who saw it, named", "advantage"],
        [
            [
                one.rule,
                f"{100 * one.right.share:.0f}",
                f"{100 * one.right.low:.0f} to {100 * one.right.high:.0f}",
                f"{100 * one.named.share:.0f}",
                worth(one.advantage),
            ]
            for one in found.rules
        ],
    )


SECTION = LabSection(
    name="reconstruction",
    title="Rows from counts",
    about="A service publishes how many accounts saw a title by every one, two and three of its "
    "columns. Who knows the columns of each account solves the equations (least squares) for who "
    "saw it.",
    kind=Reconstruction,
    measure=measure,
    sentence=_sentence,
    tables=_tables,
)
