"""Measures the main figures beside the published ones: `python -m benchmarks.reality`."""

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
            asked.scenario,
            seed=asked.seed,
            households=asked.households,
            days=asked.days,
            tables=_TABLES,
            directory=directory,
            overwrite=True,
        )
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
    """Plays without trailers, with their season or film and the local time; and accounts."""
    scan = read(directory).scan
    first_state = scan("log.accounts").unique("account_id")
    accounts = first_state.select("account_id", "time_zone").collect()
    good = pl.coalesce("season_id", "title_id")
    titles = scan("log.titles").unique("title_id").select("title_id", good=good)
    watched = scan("log.plays").filter(pl.col("kind") != "trailer")
    plays = watched.join(titles, on="title_id").collect().join(accounts, on="account_id")
    at_home = []
    for (zone,), part in plays.group_by("time_zone"):
        at_home.append(on_the_wall(part, str(zone), "started_at"))
    local = pl.col("started_at").dt.epoch("ms")
    return pl.concat(at_home).with_columns(local=local), accounts


def _figures(
    plays: pl.DataFrame, accounts: pl.DataFrame, days: int
) -> list[tuple[str, tuple[str, ...], float]]:
    """Each figure: what it is, where such a one was published, and its value here."""
    hours = _hours(plays)
    per_account_day = hours / len(accounts) / days
    films = _hours(plays.filter(pl.col("kind") == "film"))
    on_tv = plays.filter(pl.col("device_type").is_in(_ON_TV_SETS))
    active_days, hours_a_day = _on_tv_in_us(plays, on_tv)
    leading = _leading_tenth(plays)
    return [
        ("hours per account and day", ("S04",), per_account_day),
        ("US homes that used it on a TV set: days with it", ("S08",), active_days * 30 / days),
        ("US homes that used it on a TV set: hours on such a day", ("S09",), hours_a_day),
        ("busiest local hour", ("T05", "T06"), _busiest_hour(plays)),
        ("films as a share of hours, %", ("P11", "P12"), 100 * films / hours),
        ("share of hours of the leading tenth of films and seasons, %", ("P04",), 100 * leading),
        (
            "share of hours on TV sets, consoles and sticks, %",
            ("D01",),
            100 * _hours(on_tv) / hours,
        ),
    ]


def _on_tv_in_us(plays: pl.DataFrame, on_tv: pl.DataFrame) -> tuple[float, float]:
    """Days with plays on a TV set per US account that has any, and hours on such a day."""
    is_us = pl.col("time_zone").is_in(_zones_of_us(plays))
    watched = on_tv.filter(is_us).filter(pl.col("watched_ms") > 0)
    day = pl.col("local") // (24 * _HOUR_MS)
    days = watched.group_by("account_id", day).agg(pl.col("watched_ms").sum())
    return len(days) / watched["account_id"].n_unique(), _hours(days) / len(days)


def _hours(plays: pl.DataFrame) -> float:
    return float(plays.select(pl.col("watched_ms").sum()).item()) / _HOUR_MS


def _zones_of_us(plays: pl.DataFrame) -> list[str]:
    """Time zones in which most plays come from the United States."""
    share = plays.group_by("time_zone").agg(us=(pl.col("country") == "US").mean())
    return share.filter(pl.col("us") > 0.5)["time_zone"].to_list()


def _busiest_hour(plays: pl.DataFrame) -> int:
    """The hour of the clock at home in which most is watched."""
    start, stop = pl.col("local"), pl.col("local") + pl.col("watched_ms")
    parts = []
    for step in range(_HOURS_OF_A_PLAY):
        hour = start // _HOUR_MS + step
        begin = pl.max_horizontal(start, hour * _HOUR_MS)
        end = pl.min_horizontal(stop, (hour + 1) * _HOUR_MS)
        within_ms = (end - begin).clip(lower_bound=0)
        parts.append(plays.select(hour=hour % 24, ms=within_ms))
    by_hour = pl.concat(parts).group_by("hour").agg(pl.col("ms").sum())
    return int(by_hour.sort("ms")["hour"][-1])


def _leading_tenth(plays: pl.DataFrame) -> float:
    """The share of hours of the most watched tenth of films and seasons."""
    each = plays.group_by("good").agg(pl.col("watched_ms").sum())
    in_order = each.sort("watched_ms", descending=True)
    leading = in_order.head(len(each) // 10)
    return _hours(leading) / _hours(each)


if __name__ == "__main__":
    main()
