"""Giveaways: what shows at a glance that nobody lived this, in the mass of rows.

Each question looks at a share of many rows, which no row by itself can break. Where there are too
few rows to tell, nothing is said against them. Of a large dataset some households are looked at:
what gives away all rows shows in any part. Test rigs are machines, and are left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import wraps

import polars as pl

from synthview.checks.portions import Portion, portions
from synthview.dataset import RunDirectory
from synthview.pools import TEST_RIG
from synthview.pools.devices import device_models

__all__ = [
    "all_alike",
    "credits_anywhere",
    "from_the_future",
    "never_updated",
    "on_a_grid",
    "one_gap",
    "only_prefixes",
]

Broken = Iterator[pl.DataFrame]

ENOUGH = 300
"""Of fewer rows no share is told."""
LEAST_PLAYS_OF_A_TITLE = 5
"""Of fewer it is not known where its credits begin."""
_GRIDS = ((1000, 0.05, "whole seconds"), (100, 0.1, "whole tenths of a second"))
"""Multiples of so many milliseconds, and the share of them that is too much; by chance it is a
thousandth, and a hundredth."""
_TIMES = (
    ("log.events", "client_time"),
    ("log.events", "received_time"),
    ("log.plays", "started_at"),
    ("log.plays", "ended_at"),
    ("log.searches", "searched_at"),
    ("log.clicks", "clicked_at"),
)
_MOST_AT_ONE_VALUE = 0.1
_LONGEST_WAIT_MS = 120_000
_OLD_DAYS = 180
_MOST_NEVER_UPDATED = 0.5
_MOST_PREFIXES = 0.95
_WIDEST_CREDITS = 0.008
"""Half of those who leave in the credits of a title do so within such a share of its runtime."""
_CREDITS = (0.9, 0.999)
_LEAST_LEAD = 1.5
"""The commonest model of a type is at least so many times as common as models are in the mean."""


def _in_a_part(ask: Callable[[Portion], Broken]) -> Callable[[RunDirectory], Broken]:
    """A question about as many households as fit in memory."""

    @wraps(ask)
    def asked(run: RunDirectory) -> Broken:
        yield from ask(portions(run)[0])

    return asked


def _of_people(part: Portion, name: str) -> pl.LazyFrame:
    """The rows of a table that no test rig made: what it does goes by the clock, to the second."""
    devices = part.scan("log.devices")
    rigs = devices.filter(pl.col("model") == TEST_RIG).select("device_id").unique()
    return part.scan(name).join(rigs, on="device_id", how="anti")


def _got(frame: pl.LazyFrame) -> pl.DataFrame:
    return frame.collect(engine="streaming")


def _told(where: str, what: str) -> pl.DataFrame:
    """One giveaway as a row."""
    return pl.DataFrame({"where": [where], "what": [what]})


@_in_a_part
def on_a_grid(part: Portion) -> Broken:
    """Times and positions of which too many are whole seconds, or whole tenths."""
    for name, column in _TIMES:
        if name in part.tables:
            yield from _on_grid(f"{name}.{column}", _of_people(part, name), _ms(column))
    if "log.events" in part.tables:
        people = _of_people(part, "log.events")
        pings = people.filter(_is_type("ping"), pl.col("position_ms") > 0)
        yield from _on_grid("log.events.position_ms", pings, pl.col("position_ms"))


def _on_grid(where: str, rows: pl.LazyFrame, value: pl.Expr) -> Broken:
    shares = [(value % base == 0).mean() for base, _, _ in _GRIDS]
    seconds, tenths, count = _got(
        rows.select(seconds=shares[0], tenths=shares[1], rows=pl.len())
    ).row(0)
    if count < ENOUGH:
        return
    is_coarse = seconds > tenths / 2
    share, (_, most, what) = (seconds, _GRIDS[0]) if is_coarse else (tenths, _GRIDS[1])
    if share > most:
        yield _told(where, f"{share:.1%} are {what}")


@_in_a_part
def one_gap(part: Portion) -> Broken:
    """Gaps that pile up at one value: between a play and what comes by itself, between pings."""
    if "log.plays" in part.tables:
        what = "log.plays, from the end of a play to the next by autoplay"
        yield from _piled(what, _waits_for_autoplay(part))
    if "log.events" in part.tables:
        yield from _piled("log.events, from ping to ping", _from_ping_to_ping(part))


def _waits_for_autoplay(part: Portion) -> pl.LazyFrame:
    """The gap before each play that began by itself, in ms."""
    plays = _of_people(part, "log.plays").sort("device_id", "started_at")
    before = pl.col("ended_at").shift().over("device_id")
    since = pl.col("started_at") - before
    waits = plays.with_columns(gap=since.dt.total_milliseconds())
    is_short = pl.col("gap").is_between(0, _LONGEST_WAIT_MS)
    return waits.filter("autoplayed", is_short)


def _from_ping_to_ping(part: Portion) -> pl.LazyFrame:
    """The gaps between the pings of a play, in ms of its device's clock."""
    pings = _of_people(part, "log.events").filter(_is_type("ping"))
    times = pings.select("play_id", "client_time").unique()
    times = times.sort("play_id", "client_time")
    apart = pl.col("client_time").diff().over("play_id")
    return times.select(gap=apart.dt.total_milliseconds()).drop_nulls()


def _piled(where: str, gaps: pl.LazyFrame) -> Broken:
    counts = _got(gaps.group_by("gap").len())
    rows = sum(counts["len"].to_list())
    if rows < ENOUGH:
        return
    top = counts.sort("len", descending=True).row(0, named=True)
    if top["len"] > _MOST_AT_ONE_VALUE * rows:
        yield _told(where, f"{top['len'] / rows:.1%} are {top['gap']:,} ms")


@_in_a_part
def from_the_future(part: Portion) -> Broken:
    """Devices of a model that was not sold yet when they came into the home.

    Worlds before the first model of the list have to do with models of later.
    """
    launched = pl.LazyFrame(
        [(model.name, model.since) for models in device_models.values() for model in models],
        schema=["model", "sold_from"],
        orient="row",
    )
    devices = part.scan("log.devices").join(launched, on="model")
    month = pl.col("valid_from").dt.strftime("%Y-%m")
    is_early = month < pl.col("sold_from")
    is_listed = month >= launched.select("sold_from").min().collect().item()
    early = devices.filter(is_early, is_listed)
    yield _got(early.select("device_id", "model", "valid_from", "sold_from"))


@_in_a_part
def never_updated(part: Portion) -> Broken:
    """App versions that never move: most devices of half a year and more have had only one."""
    states = _of_people(part, "log.devices")
    each = states.group_by("device_id").agg(
        first=pl.col("valid_from").min(), versions=pl.col("app_version").n_unique()
    )
    last = _got(states.select(pl.col("valid_from").max())).item()
    is_old = pl.lit(last) - pl.col("first") >= pl.duration(days=_OLD_DAYS)
    is_one = pl.col("versions") == 1
    old = each.filter(is_old)
    rows, one = _got(old.select(rows=pl.len(), one=is_one.mean())).row(0)
    if rows >= ENOUGH and one > _MOST_NEVER_UPDATED:
        what = f"{one:.1%} of devices of {_OLD_DAYS} days and more have one version"
        yield _told("log.devices.app_version", what)


@_in_a_part
def all_alike(part: Portion) -> Broken:
    """Types of devices all of whose models are about as common."""
    devices = _got(_of_people(part, "log.devices").unique("device_id", keep="any"))
    for (kind,), of_kind in devices.group_by("device_type", maintain_order=True):
        counts = of_kind["model"].value_counts()["count"].to_list()
        if len(of_kind) < ENOUGH or len(counts) == 1:
            continue
        lead = max(counts) * len(counts) / sum(counts)
        if lead < _LEAST_LEAD:
            what = f"the commonest {kind} is {lead:.2f} times as common as the mean"
            yield _told("log.devices.model", what)


@_in_a_part
def credits_anywhere(part: Portion) -> Broken:
    """Closing credits that begin anywhere: those who leave in them do not leave at one place."""
    left = _left_in_credits(part)
    often = left.filter(pl.len().over("title_id") >= LEAST_PLAYS_OF_A_TITLE)
    off = (pl.col("share") - pl.col("share").median().over("title_id")).abs()
    rows, middle = _got(often.select(rows=pl.len(), off=off.median())).row(0)
    if rows >= ENOUGH and middle > _WIDEST_CREDITS:
        what = f"half of those who leave in them are {middle:.1%} of the runtime off and more"
        yield _told("log.plays.end_position_ms, in the closing credits of one title", what)


def _left_in_credits(part: Portion) -> pl.LazyFrame:
    """Title, and share of its runtime, at which films and episodes were left in their credits."""
    titles = part.scan("log.titles").unique("title_id")
    runtimes = titles.select("title_id", "runtime_ms")
    plays = _of_people(part, "log.plays").join(runtimes, on="title_id")
    is_over = pl.col("end_reason").cast(pl.String) == "finished"
    is_whole = pl.col("kind").cast(pl.String) != "trailer"
    over = plays.filter(is_over, is_whole)
    share = pl.col("end_position_ms") / pl.col("runtime_ms")
    shares = over.select("title_id", share=share)
    return shares.filter(pl.col("share").is_between(*_CREDITS))


@_in_a_part
def only_prefixes(part: Portion) -> Broken:
    """Searches nearly all of which are the beginning of the title that they open: no slips."""
    names = part.scan("log.titles").unique("title_id")
    names = names.select("title_id", name=pl.coalesce("series_name", "name"))
    searches = _of_people(part, "log.searches").join(names, on="title_id")
    name = pl.col("name").str.to_lowercase()
    beginning = pl.col("query").str.to_lowercase()
    is_prefix = name.str.starts_with(beginning)
    rows, share = _got(searches.select(rows=pl.len(), share=is_prefix.mean())).row(0)
    if rows >= ENOUGH and share > _MOST_PREFIXES:
        yield _told("log.searches.query", f"{share:.1%} are the beginning of what they open")


def _ms(column: str) -> pl.Expr:
    return pl.col(column).dt.epoch("ms")


def _is_type(name: str) -> pl.Expr:
    return pl.col("type").cast(pl.String) == name
