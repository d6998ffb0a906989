"""Measures the first figures that a newcomer would look at, beside the published ones: `python -m benchmarks.reality`."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import polars as pl

from synthview import generate, read
from synthview.explain.replay import on_the_wall
from synthview.scenario.sources import sources

__all__ = ["main"]

_TABLES = ("log.accounts", "log.plays", "log.titles")
_ON_TV_SETS = ("tv", "console", "stick")
_HOUR_MS = 3_600_000
_HOURS_OF_A_PLAY = 6
"""No play lasts so many hours of the clock."""


def main() -> None:
    """Generate a world, measure it, and print each figure beside what was published."""
    asked = _parser().parse_args()
    with tempfile.TemporaryDirectory() as directory:
        generate(
            asked.scenario, seed=asked.seed, households=asked.households, days=asked.days, tables=_TABLES,
            directory=directory, overwrite=True,
        )  # fmt: skip
        plays, accounts = _read(Path(directory))
        for figure, ids, value in _figures(plays, accounts, asked.days):
            published = " to ".join(dict.fromkeys(sources()[one].value for one in ids))
            print(f"{figure:66} {', '.join(ids):9} published {published:10} here {value:.4g}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reality", description=__doc__)
    parser.add_argument("--scenario", default="everyday", help="the scenario (default everyday)")
    parser.add_argument("--households", type=int, default=20_000, help="default 20,000")
    parser.add_argument("--days", type=int, default=30, help="default 30")
    parser.add_argument("--seed", type=int, default=1, help="default 1")
    return parser


def _read(directory: Path) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Plays, trailers left out, with their season or film and the day at home; and accounts as they were first."""
    scan = read(directory).scan
    accounts = scan("log.accounts").unique("account_id").select("account_id", "time_zone").collect()
    names = scan("log.titles").unique("title_id").select("title_id", good=pl.coalesce("season_id", "title_id"))
    plays = scan("log.plays").filter(pl.col("kind") != "trailer").join(names, on="title_id").collect()
    plays = plays.join(accounts, on="account_id")
    at_home = [on_the_wall(part, str(zone), "started_at") for (zone,), part in plays.group_by("time_zone")]
    return pl.concat(at_home).with_columns(local=pl.col("started_at").dt.epoch("ms")), accounts


def _figures(plays: pl.DataFrame, accounts: pl.DataFrame, days: int) -> list[tuple[str, tuple[str, ...], float]]:
    """Each figure: what it is, where such a one was published, and its value here."""
    hours = _hours(plays)
    on_tv = plays.filter(pl.col("device_type").is_in(_ON_TV_SETS))
    us = on_tv.filter(pl.col("time_zone").is_in(_zones_of_us(plays))).filter(pl.col("watched_ms") > 0)
    us_days = us.group_by("account_id", pl.col("local") // (24 * _HOUR_MS)).agg(pl.col("watched_ms").sum())
    films = _hours(plays.filter(pl.col("kind") == "film"))
    return [
        ("hours per account and day", ("S04",), hours / len(accounts) / days),
        ("US homes that used it on a TV set: days with it", ("S08",), len(us_days) / us["account_id"].n_unique() * 30 / days),
        ("US homes that used it on a TV set: hours on such a day", ("S09",), _hours(us_days) / len(us_days)),
        ("busiest local hour", ("T05", "T06"), _busiest_hour(plays)),
        ("films as a share of hours, %", ("P11", "P12"), 100 * films / hours),
        ("share of hours of the leading tenth of films and seasons, %", ("P04",), 100 * _leading_tenth(plays)),
        ("share of hours on TV sets, consoles and sticks, %", ("D01",), 100 * _hours(on_tv) / hours),
    ]  # fmt: skip


def _hours(plays: pl.DataFrame) -> float:
    return float(plays.select(pl.col("watched_ms").sum()).item()) / _HOUR_MS


def _zones_of_us(plays: pl.DataFrame) -> list[str]:
    """Time zones in which most plays come from the United States."""
    share = plays.group_by("time_zone").agg(us=(pl.col("country") == "US").mean())
    return share.filter(pl.col("us") > 0.5)["time_zone"].to_list()


def _busiest_hour(plays: pl.DataFrame) -> int:
    """The hour of the clock at home in which most is watched."""
    start, stop = pl.col("local"), pl.col("local") + pl.col("watched_ms")
    parts = [
        plays.select(
            hour=(start // _HOUR_MS + step) % 24,
            ms=(pl.min_horizontal(stop, (start // _HOUR_MS + step + 1) * _HOUR_MS)
                - pl.max_horizontal(start, (start // _HOUR_MS + step) * _HOUR_MS)).clip(lower_bound=0),
        )
        for step in range(_HOURS_OF_A_PLAY)
    ]  # fmt: skip
    return int(pl.concat(parts).group_by("hour").agg(pl.col("ms").sum()).sort("ms")["hour"][-1])


def _leading_tenth(plays: pl.DataFrame) -> float:
    """The share of hours that the tenth of films and seasons with most of them has, among those watched at all."""
    each = plays.group_by("good").agg(pl.col("watched_ms").sum()).sort("watched_ms", descending=True)
    return _hours(each.head(len(each) // 10)) / _hours(each)


if __name__ == "__main__":
    main()
