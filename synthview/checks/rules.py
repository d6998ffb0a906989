"""The rules of a world: each takes a dataset and yields the rows that break it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime, time
from functools import wraps
from pathlib import PurePosixPath

import polars as pl

from synthview.checks.portions import DATED, Portion, paged, portions
from synthview.checks.run_files import empty_where_it_may_not
from synthview.dataset import RunDirectory
from synthview.engines.layout import Layout, day_folder
from synthview.engines.manifest import scenario_in
from synthview.office.company_settings import CompanySettings
from synthview.office.forgetting import forgets
from synthview.sinks.parts import Receipt
from synthview.tables import BY_PATH
from synthview.world.clock import date_of

__all__ = [
    "Broken",
    "absent",
    "begun_again",
    "dangling",
    "empty",
    "ended_before_start",
    "outside_its_days",
    "outside_runtime",
    "over_the_limit",
    "twice",
    "two_on_a_screen",
    "two_rooms",
    "unknown_names",
    "untold",
]

Broken = Iterator[pl.DataFrame]
REFERENCES = {
    "title_id": "log.titles",
    "sleep_aid_title_id": "log.titles",
    "trailer_of": "log.titles",
    "profile_id": "log.profiles",
    "device_id": "log.devices",
    "viewer_ids": "truth.persons",
    "employee_id": "log.staff",
    "ticket_id": "log.tickets",
}
"""Where the row of an id is.

Accounts stand in log.accounts once they are signed up, in truth.households always.
"""
_OF_PLAYS = frozenset(DATED) - {"truth.plays", "truth.incidents"}
"""Tables whose rows lie, in closed runs, on the day on which their play began."""
POSITIONS = (
    ("log.events", "position_ms"),
    ("log.plays", "start_position_ms"),
    ("log.plays", "end_position_ms"),
)
"""Columns that hold a playhead."""
NAMES = (
    ("truth.plays", "causes", "actors"),
    ("truth.accounts", "actors", "actors"),
    ("truth.incidents", "actor", "actors"),
    ("truth.deliveries", "fault", "faults"),
)
"""Columns that name actors or faults, and where the scenario declares those."""


def _got(frame: pl.LazyFrame) -> pl.DataFrame:
    return frame.collect(engine="streaming")


def _by_portion(
    ask: Callable[[Portion], Iterator[pl.LazyFrame]],
) -> Callable[[RunDirectory], Broken]:
    """A question about households, asked of as many at a time as fit in memory."""

    @wraps(ask)
    def asked(run: RunDirectory) -> Broken:
        for portion in portions(run):
            for broken in ask(portion):
                yield _got(broken)

    return asked


def empty(run: RunDirectory) -> Broken:
    """Columns without a value where there must be one."""
    yield from (empty_where_it_may_not(run, name) for name in run.tables)


def ended_before_start(run: RunDirectory) -> Broken:
    """Plays, and acts of actors, that are over before they begin."""
    for name in ("truth.plays", "log.plays"):
        rows = run.scan(name, repaired=True)
        wrong = rows.filter(pl.col("ended_at") < pl.col("started_at"))
        table = pl.lit(name).alias("table")
        yield _got(wrong.select(table, "play_id", "started_at", "ended_at"))
    if "truth.incidents" in run.tables:
        acts = run.scan("truth.incidents", repaired=True)
        wrong = acts.filter(pl.col("until") < pl.col("at"))
        yield _got(wrong.select("incident_id", "at", "until"))


def outside_runtime(run: RunDirectory) -> Broken:
    """Playheads before the beginning of their title, or after its end."""
    titles = run.scan("log.titles", repaired=True).select("title_id", "runtime_ms")
    runtimes = titles.unique("title_id")
    for name, column in POSITIONS:
        if name not in run.tables:
            continue
        rows = run.scan(name, repaired=True).select("play_id", "title_id", column)
        is_before = pl.col(column) < 0
        is_after = pl.col(column) > pl.col("runtime_ms")
        yield _got(rows.join(runtimes, on="title_id").filter(is_before | is_after))


def absent(run: RunDirectory) -> Broken:
    """Plays that were attended for longer than anybody was there, or than they ran."""
    columns = ("play_id", "played_ms", "present_ms", "attended_ms", "viewer_count", "viewer_ids")
    is_wrong = (
        (pl.col("present_ms") > pl.col("played_ms"))
        | (pl.col("attended_ms") > pl.col("present_ms"))
        | (pl.col("viewer_ids").list.len() != pl.col("viewer_count"))
    )
    plays = run.scan("truth.plays", repaired=True)
    yield _got(plays.select(columns).filter(is_wrong))


@_by_portion
def begun_again(portion: Portion) -> Iterator[pl.LazyFrame]:
    """Next episodes that the same sitting has had of the series, or that lie before such a one.

    A series that is over is over; whoever begins it again, or goes back, does not go on with it.
    Nor does who takes up an episode that has run, if only in part.
    """
    plays = _episodes_by_sitting(portion)
    goes_on = pl.col("intent").cast(pl.String) == "next_episode"
    goes_back = pl.col("episode") < pl.col("episode_before")
    is_same = (pl.col("episode") == pl.col("episode_before")) & (pl.col("ran_before") > 0)
    wrong = plays.filter(goes_on & (goes_back | is_same))
    yield wrong.select("play_id", "session_id", "title_id", "episode", "episode_before")


def _episodes_by_sitting(portion: Portion) -> pl.LazyFrame:
    """Plays of episodes, each beside that which its sitting had of the series before."""
    place = pl.struct("season_number", "episode_number").rank("dense").over("series_id")
    episodes = portion.scan("log.titles").filter(pl.col("series_id").is_not_null())
    order = episodes.unique("title_id").select("title_id", "series_id", episode=place)
    plays = portion.scan("truth.plays").join(order, on="title_id")
    plays = plays.sort("session_id", "started_at", "play_id")
    of_series = ("session_id", "series_id")
    return plays.with_columns(
        episode_before=pl.col("episode").shift().over(of_series),
        ran_before=pl.col("played_ms").shift().over(of_series),
    )


def outside_its_days(run: RunDirectory) -> Broken:
    """Rows dated outside the run, or outside the day whose file they lie in."""
    scenario = run.manifest["scenario"]
    is_closed = bool(scenario["run"].get("closed"))
    for name in DATED.keys() & set(run.tables) - (_OF_PLAYS if is_closed else set()):
        at = pl.col(DATED[name])
        table = pl.lit(name).alias("table")
        for since, until, rows in _by_folder(run, name):
            is_outside = (at < pl.lit(since)) | (at >= pl.lit(until))
            if name == "truth.plays":  # what began before lies where the log tells of it
                began = pl.col("began_before") & (at < pl.lit(_midnight(_first_day(run))))
                is_outside &= ~began
            day = pl.lit(str(since)[:10]).alias("not_within_day_from")
            yield _got(rows.filter(is_outside).select(table, at, day))


def _first_day(run: RunDirectory) -> int:
    return Layout.read(run.manifest["layout"]).first_day


def _by_folder(run: RunDirectory, name: str) -> Iterator[tuple[datetime, datetime, pl.LazyFrame]]:
    """The rows of a table with the time they must lie in, day by day where days have folders."""
    layout = Layout.read(run.manifest["layout"])
    if layout.is_database or not layout.is_by_day:
        since = _midnight(layout.first_day)
        until = _midnight(layout.last_day)
        yield since, until, run.scan(name, repaired=True)
        return
    parts: dict[str, list[Receipt]] = defaultdict(list)
    for part in run.parts(name):
        _, _, of_day, *_ = PurePosixPath(part.path).parts
        parts[of_day].append(part)
    for day in range(layout.first_day, layout.last_day):
        if found := parts[day_folder(day)]:
            yield _midnight(day), _midnight(day + 1), run.scan_parts(name, found)


def _midnight(day: int) -> datetime:
    """When a day begins (days since 1970, UTC)."""
    return datetime.combine(date_of(day), time())


@_by_portion
def untold(portion: Portion) -> Iterator[pl.LazyFrame]:
    """Plays that the log tells of, and truth does not."""
    known = portion.scan("truth.plays").select("play_id")
    for name in {"log.events", "log.plays"} & set(portion.tables):
        in_truth = portion.scan(name).select("play_id").unique()
        table = pl.lit(name).alias("table")
        yield in_truth.join(known, on="play_id", how="anti").select(table, "play_id")


@_by_portion
def dangling(portion: Portion) -> Iterator[pl.LazyFrame]:
    """Ids that lead nowhere.

    People may wait for their account to be opened, and have no profile until then.
    """
    is_forgetful = forgets(scenario_in(portion.run.manifest))
    for name in portion.tables:
        for column in BY_PATH[name].columns:
            home = _home_of(name, column.name)
            if is_forgetful and _is_beyond(portion, name, home):
                continue
            if home in portion.tables and home != name:
                yield _lost(portion, name, column.name, home)


def _is_beyond(portion: Portion, name: str, home: str) -> bool:
    """Whether a table has rows of those whom another has forgotten: truth, or by a legal hold."""
    held = scenario_in(portion.run.manifest).of(CompanySettings).legal_hold_tables
    if home == "log.titles" or not home.startswith("log."):
        return False
    return name.startswith("truth.") or (name in held and home not in held)


def _home_of(name: str, column: str) -> str:
    if column == "account_id":
        return "log.accounts" if name.startswith("log.") else "truth.households"
    return REFERENCES.get(column, "")


def _lost(portion: Portion, name: str, column: str, home: str) -> pl.LazyFrame:
    """The ids in a column that the table of their rows does not have."""
    key = BY_PATH[home].key[0]
    rows = portion.scan(name)
    if BY_PATH[name].of_company:
        portion = Portion(portion.run, 0, 1)  # its rows are about homes of all portions
    waits_for_account = name == "truth.persons" and home == "log.profiles"
    if waits_for_account and "log.accounts" in portion.tables:
        opened = portion.scan("log.accounts").select("account_id")
        rows = rows.join(opened, on="account_id", how="semi")
    ids = rows.select(pl.col(column).alias(key))
    if column == "viewer_ids":
        ids = ids.filter(pl.col(key).list.len() > 0).explode(key)
    known = portion.scan(home).select(key)
    lost = ids.drop_nulls().unique().join(known, on=key, how="anti")
    where = pl.lit(f"{name}.{column}").alias("where")
    return lost.select(where, key, pl.lit(home).alias("not_in"))


@_by_portion
def twice(portion: Portion) -> Iterator[pl.LazyFrame]:
    """Rows with the same key."""
    for name in portion.tables:
        key = list(BY_PATH[name].key)
        table = pl.lit(name).alias("table")
        keys = portion.scan(name).select(key)
        for page in paged(keys, key[0], portion.rows(name)):
            counts = page.group_by(key).len("rows")
            yield counts.filter(pl.col("rows") > 1).select(table, *key, "rows")


@_by_portion
def two_rooms(portion: Portion) -> Iterator[pl.LazyFrame]:
    """Plays that begin for somebody before the last that they sat before was over."""
    watched = _played(portion).filter(pl.col("viewer_count") > 0)
    by_person = watched.rename({"viewer_ids": "person_id"}).explode("person_id")
    yield _overlaps(by_person, "person_id")


@_by_portion
def two_on_a_screen(portion: Portion) -> Iterator[pl.LazyFrame]:
    """Plays that begin on a device before the last there was over."""
    yield _overlaps(_played(portion), "device_id")


def _played(portion: Portion) -> pl.LazyFrame:
    return portion.scan("truth.plays").filter(pl.col("played_ms") > 0)


def _overlaps(plays: pl.LazyFrame, whose: str) -> pl.LazyFrame:
    """Plays that begin before all earlier ones of the same person or device are over."""
    columns = plays.select("play_id", whose, "started_at", "ended_at")
    in_order = columns.sort(whose, "started_at", "ended_at")
    busy_until = pl.col("ended_at").cum_max().shift(1).over(whose)
    timed = in_order.with_columns(busy_until=busy_until)
    overlapping = timed.filter(pl.col("started_at") < pl.col("busy_until"))
    return overlapping.select("play_id", whose, "started_at", "busy_until")


@_by_portion
def over_the_limit(portion: Portion) -> Iterator[pl.LazyFrame]:
    """Moments at which an account has more sessions with something playing than its plan allows."""
    sessions = (
        _played(portion)
        .group_by("account_id", "session_id")
        .agg(pl.col("started_at").min(), pl.col("ended_at").max())
    )
    begins = sessions.select("account_id", at="started_at", by=pl.lit(1))
    ends = sessions.select("account_id", at="ended_at", by=pl.lit(-1))
    steps = pl.concat([begins, ends]).sort("account_id", "at", "by")
    streams = pl.col("by").cum_sum().over("account_id")
    accounts = portion.scan("log.accounts").group_by("account_id")
    limits = accounts.agg(pl.col("stream_limit").max())
    running = steps.with_columns(streams=streams).join(limits, on="account_id")
    yield running.filter(pl.col("streams") > pl.col("stream_limit")).drop("by")


def unknown_names(run: RunDirectory) -> Broken:
    """Actors and faults that the truth names, and the scenario does not have."""
    scenario = run.manifest["scenario"]
    for name, column, declared_in in NAMES:
        if name in run.tables:
            known = {"", *scenario[declared_in]}
            cells = _got(run.scan(name, repaired=True).select(pl.col(column).unique()))
            named = cells[column].str.split("|").explode().drop_nulls()
            strange = sorted(set(named) - known)
            where = [f"{name}.{column}"] * len(strange)
            yield pl.DataFrame({"where": where, "name": strange})
