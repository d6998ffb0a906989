"""What faults at the sink make of the lines of some rows, in every format that they damage."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from synthview.engines.damaging import can_damage, damager
from synthview.scenario import Scenario
from synthview.sinks.formats import FORMATS
from synthview.sinks.lines import Lines
from synthview.tables import BY_PATH

__all__ = ["spoilt"]

_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "path": pl.String,
    "form": pl.String,
    "row": pl.Int64,
    "now": pl.String,
    "faults": pl.List(pl.String),
    "account_id": pl.Int64,
    "title_id": pl.Int64,
}


def spoilt(
    scenario: Scenario, tables: Mapping[str, pl.DataFrame], devices: pl.DataFrame, pieces: int = 1
) -> pl.DataFrame:
    """Every damaged line: its table and row, what it reads now, by which faults, and whose it is.

    Rows are written in so many pieces: the damage must be the same however many there are.
    """
    found: list[dict[str, Any]] = []
    for path, rows in tables.items():
        if can_damage(BY_PATH[path]) and rows.height:
            for form in (one.name for one in FORMATS.values() if one.is_text):
                start = 0
                for part in rows.iter_slices(-(-rows.height // pieces)):
                    found += _changed(scenario, path, form, part, devices, start)
                    start += part.height
    return pl.DataFrame(found, schema=_SCHEMA)


def _changed(
    scenario: Scenario, path: str, form: str, rows: pl.DataFrame, devices: pl.DataFrame, start: int
) -> Iterator[dict[str, Any]]:
    table = BY_PATH[path]
    text = b"".join(bytes(one) for one in FORMATS[form].encode(table, rows, "none"))
    whose = rows.select(
        "account_id",
        pl.col("title_id") if "title_id" in rows.columns else pl.lit(None).alias("title_id"),
    )
    for one in damager(scenario, devices)(
        table, rows, Lines.of(form, text, has_head=form == "csv")
    ):
        account, title = whose.row(one.row)
        yield {
            "path": path,
            "form": form,
            "row": start + one.row,
            "now": one.now,
            "faults": list(one.faults),
            "account_id": account,
            "title_id": title,
        }
