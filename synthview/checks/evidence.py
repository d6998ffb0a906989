"""Rows under audit: what is visible of each, what must be silent, its causes, and pairs of rows that look alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from synthview.checks.behaviour import visible
from synthview.checks.causes import Told
from synthview.checks.portions import DATED, parts_of, range_of, rows_of
from synthview.checks.traces import FAMILIES, Subject, traces
from synthview.dataset import Run

__all__ = ["FOLDS", "Evidence", "examine", "fold_of", "sampled"]

FOLDS = 5
"""Accounts in so many groups: what is learned from some of them is tried on the next."""
PRIME = 1_000_003
SEED = 20_171_211
OF_AN_ACCOUNT = (1, 2, 4, 8, 16, 40)
"""Rows of one account that may stand for a cause: as few as will do, so that no account speaks for all."""
OF_A_PART, CAUSES_OF_AN_ACCOUNT = 10, 2
"""Rows with the same causes that one account has in a part of a table at most, and how many sorts of these it has about."""
OF_A_ROW = ("account_id", "look", "glance", "has_equals", "causes")
Numbers = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Evidence:
    """Rows of one table, and what must say nothing about them.

    `rows` has ``account_id``, ``fold``, ``causes``, and what is visible at a closer ``look`` or at a ``glance``;
    `silent` a column for each of `names`, and `families` says which of those that differ belong together.
    """

    rows: pl.DataFrame
    silent: Numbers
    names: Sequence[str]
    families: Mapping[str, list[int]]

    def pairs(self, is_caused: pl.Expr, is_ordinary: pl.Expr, most: int) -> pl.DataFrame:
        """As many rows of both sorts in each fold that look alike, about `most` pairs, from as many accounts as can be.

        Columns are ``row`` (of the evidence), ``account_id``, ``fold``, ``is_caused``.
        """
        lot = np.random.default_rng(SEED).permutation(len(self.rows))
        chosen = self.rows.with_row_index("row").with_columns(
            pl.Series("lot", lot), is_caused=is_caused
        )
        chosen = chosen.filter(is_caused | is_ordinary).sort("lot")
        chosen = chosen.with_columns(
            of_account=pl.int_range(pl.len()).over("account_id", "is_caused")
        )
        paired = chosen.head(0)
        for most_of_an_account in OF_AN_ACCOUNT:
            some = chosen.filter(pl.col("of_account") < most_of_an_account)
            precise = _alike(some, "look")
            paired = pl.concat(
                [
                    precise,
                    _alike(
                        some.join(precise, on="row", how="anti", maintain_order="left"), "glance"
                    ),
                ]
            )
            if paired.height >= 2 * most:
                break
        return paired.select("row", "account_id", "fold", "is_caused")


def _alike(rows: pl.DataFrame, seen: str) -> pl.DataFrame:
    """As many caused as ordinary rows of each fold and look."""
    of = ("fold", seen)
    turn, caused = pl.int_range(pl.len()).over(*of, "is_caused"), pl.col("is_caused").sum().over(of)
    return rows.filter(turn < pl.min_horizontal(caused, pl.len().over(of) - caused))


def sampled(share: float) -> pl.Expr:
    """Whether an account is one of a share of all."""
    return pl.col("account_id") % PRIME < int(share * PRIME)


def fold_of() -> pl.Expr:
    """The group of an account: ``fold``, from 0 to FOLDS - 1."""
    return (pl.col("account_id") // PRIME % FOLDS).alias("fold")


def examine(run: Run, subject: Subject, told: Told, share: float, most_rows: int) -> Evidence:
    """Gather the rows of a table whose causes are known, of a share of the accounts, at most about so many."""
    titles = (
        run.scan("log.titles", repaired=True)
        .select("title_id", "runtime_ms")
        .unique("title_id")
        .collect()
    )
    lot = np.random.default_rng(SEED)
    kept = min(1.0, most_rows / max(_expected(run, subject.table) * share, 1.0))
    found, names = [], list[tuple[str, str]]()
    for part, rows in parts_of(run, subject.table):
        dated = pl.col(DATED[subject.table]).dt.date() if subject.table in DATED else pl.lit(0)
        placed = rows.with_row_index("place_in_file").with_columns(
            number_of_file=pl.lit(range_of(part)), day=dated
        )
        if "title_id" in rows.columns:
            placed = placed.join(titles, on="title_id", how="left", maintain_order="left")
        silent = list(traces(subject))
        names = [(family, name) for family, name, _ in silent]
        looked = placed.with_columns(
            visible(subject.behaviour.all, placed).alias("look"),
            visible(subject.behaviour.rough, placed).alias("glance"),
            (pl.len().over(subject.equals) > 1).alias("has_equals"),
            *(value.alias(f"silent_{place}") for place, (_, _, value) in enumerate(silent)),
        ).filter(sampled(share))
        known = _with_causes(subject, looked, told).select(*OF_A_ROW, pl.col(r"^silent_\d+$"))
        drawn = known.with_columns(lot=lot.random(len(known)))
        turn = pl.col("lot").rank("ordinal").over("account_id", "causes", "has_equals")
        is_kept = (pl.col("lot") < kept) | pl.col("has_equals")  # these are few
        found.append(drawn.filter((turn <= OF_A_PART) & is_kept).drop("lot"))
    return _evidence(pl.concat(found), names)


def _expected(run: Run, name: str) -> int:
    """How many rows of a table are left at most once no account has too many in a part."""
    accounts = (
        run.manifest["settings"]["households"]
        * len(run.parts(name))
        / max(len(run.parts("log.accounts")), 1)
    )
    return int(min(rows_of(run, name), accounts * OF_A_PART * CAUSES_OF_AN_ACCOUNT))


def _with_causes(subject: Subject, rows: pl.DataFrame, told: Told) -> pl.DataFrame:
    """Rows whose causes are known: messages have those of their play's actors, and of the faults that touched them."""
    if subject.whose != "message":
        return rows.join(told.of(subject.whose), on=subject.whose, maintain_order="left")
    actors = told.causes.mask(told.causes.actors)
    rows = rows.join(told.of("play_id"), on="play_id", maintain_order="left")
    touched = told.messages.rename({"causes": "touched"})
    rows = rows.join(touched, on=["play_id", "event_id"], how="left", maintain_order="left")
    return rows.with_columns(causes=(pl.col("causes") & actors) | pl.col("touched").fill_null(0))


def _evidence(rows: pl.DataFrame, names: list[tuple[str, str]]) -> Evidence:
    if rows.is_empty():
        return Evidence(rows, np.zeros((0, 0), dtype=np.float32), [], {})
    silent = rows.select(pl.col(r"^silent_\d+$")).to_numpy()
    filled = np.nan_to_num(silent, nan=-1.0)
    differs = filled.min(axis=0) < filled.max(axis=0)
    families = {
        family: [
            place for place, (other, _) in enumerate(names) if other == family and differs[place]
        ]
        for family in FAMILIES
    }
    return Evidence(
        rows.select(*OF_A_ROW, fold_of()), filled, [name for _, name in names], families
    )
