"""What becomes of the cells of an aggregate before they are kept: left out, rounded, or noised."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from synthview.draws.chance import Stream
from synthview.office.company_settings import CompanySettings
from synthview.rows import Ints

__all__ = ["CellRule"]

_HOUR_MS = 3_600_000
_DAY_BITS = 20
_COUNTRY_BITS = 6


@dataclass(frozen=True)
class CellRule:
    """The rule of a scenario for cells: which numbers of a row may stand as they are."""

    settings: CompanySettings
    seed: int

    def applied(self, path: str, rows: pl.DataFrame, numbers: Sequence[str]) -> pl.DataFrame:
        """Return exact rows as they are kept, with the rule, its smallest cell, what is withheld.

        `numbers` are the columns it is about; the first of them counts accounts.
        """
        rule = self.settings.cell_rule
        kept = rows.with_columns(is_withheld=pl.lit(value=False))
        if rule == "suppressed":
            kept = self._suppressed(rows, numbers)
        elif rule == "rounded":
            kept = rows.with_columns(self._rounded(name) for name in numbers).with_columns(
                is_withheld=pl.lit(value=False)
            )
        elif rule == "noised":
            noised = [self._noised(path, rows, name) for name in numbers]
            kept = kept.with_columns(noised)
        smallest = self.settings.smallest_cell if rule in ("suppressed", "rounded") else 1
        return kept.with_columns(rule=pl.lit(rule), smallest_cell=pl.lit(smallest))

    def _suppressed(self, rows: pl.DataFrame, numbers: Sequence[str]) -> pl.DataFrame:
        is_small = pl.col(numbers[0]) < self.settings.smallest_cell
        blank = [pl.when(~pl.col("is_withheld")).then(name).alias(name) for name in numbers]
        return rows.with_columns(is_withheld=is_small).with_columns(blank)

    def _rounded(self, name: str) -> pl.Expr:
        step = self.settings.smallest_cell * _unit(name)
        return ((pl.col(name) + step // 2) // step * step).alias(name)

    def _noised(self, path: str, rows: pl.DataFrame, name: str) -> pl.Series:
        """A number with noise that its cell and revision decide; never below nothing."""
        scale = self.settings.blurring
        if scale <= 0 or rows.is_empty():
            return rows[name]
        stream = Stream(self.seed, f"office/noise/{path}/{name}")
        entity, number = _cells(rows)
        # A two-sided geometric law is the difference of two one-sided ones.
        chance = 1.0 / (1.0 + scale)
        up, down = (stream.geometric(entity, chance, n=2 * number + side) for side in (0, 1))
        noised = rows[name].to_numpy() + (up - down) * _unit(name)
        return pl.Series(name, np.maximum(noised, 0))


def _unit(name: str) -> int:
    """What one step of noise or rounding is: an account, a play, or an hour."""
    return _HOUR_MS if name.endswith("_ms") else 1


def _cells(rows: pl.DataFrame) -> tuple[Ints, Ints]:
    """Two numbers for each row that tell its cell and revision apart from all others of a table."""
    titles = [name for name in ("title_id", "other_title_id") if name in rows.columns]
    entity = np.zeros(len(rows), dtype=np.int64)
    for title in titles:
        entity = entity * 3 + rows[title].to_numpy()
    number = np.zeros(len(rows), dtype=np.int64)
    for name, bits in (
        ("viewed_on", _DAY_BITS),
        ("rated_on", _DAY_BITS),
        ("joined_in", _DAY_BITS),
        ("week", 10),
        ("country", _COUNTRY_BITS),
        ("revision", 10),
    ):
        if name in rows.columns:
            column = rows[name]
            code = column.to_physical().cast(pl.Int64).to_numpy()
            number = (number << bits) + code
    return entity, number
