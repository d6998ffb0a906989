"""Rows under audit: what is visible, what must be silent, the causes, and pairs that look alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from synthview.checks.behaviour import visible
from synthview.checks.cause_bits import TrueCauses
from synthview.checks.portions import DATED, parts_of, range_of, rows_of
from synthview.checks.staff_causes import StaffCauses
from synthview.checks.traces import FAMILIES, Subject, traces
from synthview.dataset import RunDirectory
from synthview.sinks.parts import Receipt

__all__ = ["FOLDS", "Evidence", "examine", "fold_of", "sampled"]

FOLDS = 5
"""Accounts in so many groups: what is learned from some of them is tried on the next."""
PRIME = 1_000_003
SEED = 20_171_211
OF_AN_ACCOUNT = (1, 2, 4, 8, 16, 40)
"""Rows of one account that may stand for a cause: few, so that no account speaks for all."""
OF_A_PART = 10
"""Rows with the same causes that one account has in a part of a table at most."""
CAUSES_OF_AN_ACCOUNT = 2
"""About how many sorts of such rows an account has."""
OF_A_ROW = ("account_id", "look", "glance", "has_equals", "causes")
Numbers = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Evidence:
    """Rows of one table, and what must say nothing about them.

    `rows` has ``account_id``, ``fold``, ``causes``, and what is visible at a closer ``look`` or at
    a ``glance``. `silent` has a column for each of `names`, and `families` says which of those that
    differ belong together.
    """

    rows: pl.DataFrame
    silent: Numbers
    names: Sequence[str]
    families: Mapping[str, list[int]]

    def pairs(self, is_caused: pl.Expr, is_ordinary: pl.Expr, most: int) -> pl.DataFrame:
        """About `most` pairs of rows that look alike, caused and ordinary, as many in each fold.

        They come from as many accounts as can be. Columns are ``row`` (of the evidence),
        ``account_id``, ``fold``, ``is_caused``.
        """
        chosen = self._in_lots(is_caused, is_ordinary)
        paired = chosen.head(0)
        for most_of_an_account in OF_AN_ACCOUNT:
            some = chosen.filter(pl.col("of_account") < most_of_an_account)
            precise = _alike(some, "look")
            others = some.join(precise, on="row", how="anti", maintain_order="left")
            rough = _alike(others, "glance")
            paired = pl.concat([precise, rough])
            if paired.height >= 2 * most:
                break
        return paired.select("row", "account_id", "fold", "is_caused")

    def _in_lots(self, is_caused: pl.Expr, is_ordinary: pl.Expr) -> pl.DataFrame:
        """The rows of both sorts in an order by lot, and the turn of each in its account."""
        lot = np.random.default_rng(SEED).permutation(len(self.rows))
        rows = self.rows.with_row_index("row").with_columns(
            pl.Series("lot", lot), is_caused=is_caused
        )
        chosen = rows.filter(is_caused | is_ordinary).sort("lot")
        turn = pl.int_range(pl.len()).over("account_id", "is_caused")
        return chosen.with_columns(of_account=turn)


def _alike(rows: pl.DataFrame, seen: str) -> pl.DataFrame:
    """As many caused as ordinary rows of each fold and look."""
    of = ("fold", seen)
    turn = pl.int_range(pl.len()).over(*of, "is_caused")
    caused = pl.col("is_caused").sum().over(of)
    ordinary = pl.len().over(of) - caused
    return rows.filter(turn < pl.min_horizontal(caused, ordinary))


def sampled(share: float) -> pl.Expr:
    """Whether an account is one of a share of all."""
    return pl.col("account_id") % PRIME < int(share * PRIME)


def fold_of() -> pl.Expr:
    """The group of an account: ``fold``, from 0 to FOLDS - 1."""
    return (pl.col("account_id") // PRIME % FOLDS).alias("fold")


def examine(
    run: RunDirectory,
    subject: Subject,
    true_causes: TrueCauses | StaffCauses,
    share: float,
    most_rows: int,
) -> Evidence:
    """Gather the rows of a table whose causes are known.

    They are those of a share of the accounts, at most about `most_rows`.
    """
    of_titles = run.scan("log.titles", repaired=True).select("title_id", "runtime_ms")
    titles = of_titles.unique("title_id").collect()
    expected = _expected(run, subject.table) * share
    kept = min(1.0, most_rows / max(expected, 1.0))

    lot = np.random.default_rng(SEED)
    found = []
    for part, rows in parts_of(run, subject.table):
        placed = _placed(subject, part, rows, titles)
        looked = _looked(subject, placed).filter(sampled(share))
        caused = _with_causes(subject, looked, true_causes)
        known = caused.select(*OF_A_ROW, pl.col(r"^silent_\d+$"))
        drawn = known.with_columns(lot=lot.random(len(known)))
        found.append(_few(drawn, kept))
    names = [(family, name) for family, name, _ in traces(subject)]
    return _evidence(pl.concat(found), names)


def _placed(
    subject: Subject, part: Receipt, rows: pl.DataFrame, titles: pl.DataFrame
) -> pl.DataFrame:
    """Rows of a part with their places in it, and the runtime of their titles."""
    dated = DATED.get(subject.table)
    placed = rows.with_row_index("place_in_file").with_columns(
        number_of_file=pl.lit(range_of(part)),
        day=pl.col(dated).dt.date() if dated else pl.lit(0),
    )
    if "employee_id" in rows.columns:  # of whom rows are, where nobody of a home made them
        placed = placed.with_columns(account_id="employee_id")
    if "title_id" not in rows.columns:
        return placed
    return placed.join(titles, on="title_id", how="left", maintain_order="left")


def _looked(subject: Subject, placed: pl.DataFrame) -> pl.DataFrame:
    """Rows with what is visible of them, and with what must be silent."""
    silent = [value for _, _, value in traces(subject)]
    return placed.with_columns(
        visible(subject.behaviour.all, placed).alias("look"),
        visible(subject.behaviour.rough, placed).alias("glance"),
        (pl.len().over(subject.equals) > 1).alias("has_equals"),
        *(value.alias(f"silent_{place}") for place, value in enumerate(silent)),
    )


def _few(drawn: pl.DataFrame, kept: float) -> pl.DataFrame:
    """A share of rows by lot, few of each account; all that have equals, as these are few."""
    lot = pl.col("lot")
    turn = lot.rank("ordinal").over("account_id", "causes", "has_equals")
    is_kept = (lot < kept) | pl.col("has_equals")
    return drawn.filter((turn <= OF_A_PART) & is_kept).drop("lot")


def _expected(run: RunDirectory, name: str) -> int:
    """How many rows of a table are left at most once no account has too many in a part."""
    households: int = run.manifest["settings"]["households"]
    ranges = max(len(run.parts("log.accounts")), 1)
    accounts = households * len(run.parts(name)) / ranges
    of_accounts = accounts * OF_A_PART * CAUSES_OF_AN_ACCOUNT
    return int(min(rows_of(run, name), of_accounts))


def _with_causes(
    subject: Subject, rows: pl.DataFrame, true_causes: TrueCauses | StaffCauses
) -> pl.DataFrame:
    """Rows whose causes are known.

    Messages have those of their play's actors, and of the faults that touched them.
    """
    if subject.whose != "message" or isinstance(true_causes, StaffCauses):
        return rows.join(true_causes.of(subject.whose), on=subject.whose, maintain_order="left")
    rows = rows.join(true_causes.of("play_id"), on="play_id", maintain_order="left")
    touched = true_causes.messages.rename({"causes": "touched"})
    rows = rows.join(touched, on=["play_id", "event_id"], how="left", maintain_order="left")

    by_actors = pl.col("causes") & true_causes.causes.mask(true_causes.causes.actors)
    by_faults = pl.col("touched").fill_null(0)
    return rows.with_columns(causes=by_actors | by_faults)


def _evidence(rows: pl.DataFrame, names: list[tuple[str, str]]) -> Evidence:
    if rows.is_empty():
        return Evidence(rows, np.zeros((0, 0), dtype=np.float32), [], {})
    silent = rows.select(pl.col(r"^silent_\d+$")).to_numpy()
    filled = np.nan_to_num(silent, nan=-1.0)
    differs = filled.min(axis=0) < filled.max(axis=0)
    families: dict[str, list[int]] = {family: [] for family in FAMILIES}
    for place in np.flatnonzero(differs).tolist():
        family, _ = names[place]
        families[family].append(place)
    return Evidence(
        rows.select(*OF_A_ROW, fold_of()),
        filled,
        [name for _, name in names],
        families,
    )
