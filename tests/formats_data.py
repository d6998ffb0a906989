"""A small dataset for tests of real formats, with names that break careless writers."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import polars as pl

import synthview
from synthview.formats.making.convert import Asked, Written, convert
from synthview.formats.making.known import real_format

__all__ = ["NASTY", "converted", "dataset", "frames"]

NASTY = (
    'Comma, "quote" and \'apostrophe\'', "Line\nbreak", "Carriage\rreturn", "Tab\there", "=1+2",
    "משפחה", "👩‍👩‍👧 Ünïcödé", "  blanks  ", "back\\slash", "a|b", "%20&=?#", "-",
)  # fmt: skip
"""Names with commas, quotes, line ends, formulas, right-to-left letters, emoji."""


@cache
def frames() -> dict[str, pl.DataFrame]:
    """The log of 40 homes and four days without faults, its profiles, films and queries renamed."""
    made = synthview.generate(
        "everyday", households=40, days=4, without=["faults"],
        set={"run.seed": 8, "catalogue.film_count": 80, "catalogue.series_count": 20},
    )  # fmt: skip
    found = {name: frame for name, frame in vars(made.log).items() if not name.startswith("_")}
    found["profiles"] = _renamed(found["profiles"], "name")
    found["titles"] = _renamed(found["titles"], "name", "series_name")
    found["searches"] = _renamed(found["searches"], "query")
    found["truth_plays"] = made.truth.plays
    return found


def _renamed(rows: pl.DataFrame, *names: str) -> pl.DataFrame:
    nasty = pl.Series(NASTY)
    place = pl.int_range(pl.len()) % (len(NASTY) + 1)
    changed = [
        pl.when((place < len(NASTY)) & pl.col(name).is_not_null())
        .then(pl.lit(nasty).gather(place % len(NASTY)) + pl.lit(" ") + pl.col(name))
        .otherwise(name)
        .alias(name)
        for name in names
    ]
    return rows.with_columns(changed)


def dataset(place: Path) -> Path:
    """Write the log as files of anybody: no manifest, one Parquet file for each table."""
    (place / "log").mkdir(parents=True)
    for name, frame in frames().items():
        if not name.startswith("truth_"):
            frame.write_parquet(place / "log" / f"{name}.parquet")
    return place


def converted(
    source: Path, name: str, place: Path, account: int | None = None, /, **options: str
) -> Written:
    """Convert a dataset to a format."""
    form = real_format(name).made(options)
    accounts = () if account is None else (str(account),)
    return convert(source, Asked(form, place=place, accounts=accounts))
