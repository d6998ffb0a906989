"""The rules of a world, as questions to the rows of a dataset: each yields the rows that break it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import wraps
from pathlib import PurePosixPath

import polars as pl

from synthview.checks.files import empty_where_it_may_not
from synthview.checks.portions import DATED, Portion, paged, portions, rows_of
from synthview.dataset import Run
from synthview.engines.layout import Layout, day_folder
from synthview.pools.contacts import is_reserved_address, is_reserved_email
from synthview.pools.people import names
from synthview.pools.renown import is_famous_mailbox, is_famous_name
from synthview.pools.telephones import is_reserved_phone
from synthview.tables import BY_PATH

__all__ = [
    "absent", "could_be_real", "dangling", "empty", "ended_before_start", "famous", "outside_its_days", "outside_runtime",
    "over_the_limit", "twice", "two_on_a_screen", "two_rooms", "unknown_names",
]  # fmt: skip

Broken = Iterator[pl.DataFrame]
REFERENCES = {
    "title_id": "log.titles", "sleep_aid_title_id": "log.titles", "trailer_of": "log.titles", "profile_id": "log.profiles",
    "device_id": "log.devices", "viewer_ids": "truth.persons",
}  # fmt: skip
"""Where the row of an id is; accounts stand in log.accounts once they are signed up, in truth.households always."""


def _got(frame: pl.LazyFrame) -> pl.DataFrame:
    return frame.collect(engine="streaming")


def _by_portion(ask: Callable[[Portion], Iterator[pl.LazyFrame]]) -> Callable[[Run], Broken]:
    """A question about households, asked of as many at a time as fit in memory."""

    @wraps(ask)
    def asked(run: Run) -> Broken:
        for portion in portions(run):
            for broken in ask(portion):
                yield _got(broken)

    return asked


# --- Rows by themselves -----------------------------------------------------------------------------------------------


def empty(run: Run) -> Broken:
    """Columns without a value where there must be one."""
    yield from (empty_where_it_may_not(run, name) for name in run.tables)


def ended_before_start(run: Run) -> Broken:
    """Plays, and acts of actors, that are over before they begin."""
    for name in ("truth.plays", "log.plays"):
        rows = run.scan(name, repaired=True).filter(pl.col("ended_at") < pl.col("started_at"))
        yield _got(rows.select(pl.lit(name).alias("table"), "play_id", "started_at", "ended_at"))
    if "truth.incidents" in run.tables:
        yield _got(
            run.scan("truth.incidents", repaired=True)
            .filter(pl.col("until") < pl.col("at"))
            .select("incident_id", "at", "until")
        )


def outside_runtime(run: Run) -> Broken:
    """Playheads before the beginning of their title, or after its end."""
    titles = run.scan("log.titles", repaired=True).select("title_id", "runtime_ms").unique("title_id")
    for name, columns in (("log.events", ["position_ms"]), ("log.plays", ["start_position_ms", "end_position_ms"])):
        for column in columns if name in run.tables else []:
            rows = run.scan(name, repaired=True).select("play_id", "title_id", column).join(titles, on="title_id")
            yield _got(rows.filter((pl.col(column) < 0) | (pl.col(column) > pl.col("runtime_ms"))))


def absent(run: Run) -> Broken:
    """Plays that were attended for longer than anybody was there, or than they ran."""
    columns = ("play_id", "played_ms", "present_ms", "attended_ms", "viewer_count", "viewer_ids")
    wrong = (pl.col("present_ms") > pl.col("played_ms")) | (pl.col("attended_ms") > pl.col("present_ms"))
    wrong |= pl.col("viewer_ids").list.len() != pl.col("viewer_count")
    yield _got(run.scan("truth.plays", repaired=True).select(columns).filter(wrong))


def outside_its_days(run: Run) -> Broken:
    """Rows dated outside the run, or outside the day whose file they lie in."""
    for name in DATED.keys() & set(run.tables):
        for since, until, rows in _by_folder(run, name):
            at = pl.col(DATED[name])
            outside = rows.filter((at < pl.lit(since)) | (at >= pl.lit(until)))
            yield _got(
                outside.select(pl.lit(name).alias("table"), at, pl.lit(str(since)[:10]).alias("not_within_day_from"))
            )


def _by_folder(run: Run, name: str) -> Iterator[tuple[object, object, pl.LazyFrame]]:
    """The rows of a table, day by day where each has its folder, with the time they must lie in."""
    layout = Layout.read(run.manifest["layout"])
    bounds = pl.select(
        pl.lit([layout.first_day, layout.last_day]).explode().cast(pl.Date).cast(pl.Datetime("ms"))
    ).to_series()
    if layout.is_database or not layout.is_by_day:
        yield bounds[0], bounds[1], run.scan(name, repaired=True)
        return
    days = pl.datetime_range(bounds[0], bounds[1], "1d", closed="left", eager=True)
    for number, day in enumerate(days, layout.first_day):
        folder = day_folder(number)
        parts = [one for one in run.parts(name) if PurePosixPath(one.path).parent.name == folder]
        if parts:
            yield day, day + timedelta(days=1), run.scan_parts(name, parts)


# --- Rows and others --------------------------------------------------------------------------------------------------


@_by_portion
def dangling(portion: Portion) -> Iterator[pl.LazyFrame]:
    """Ids that lead nowhere; people may wait for their account to be opened, and have no profile until then."""
    for name in portion.tables:
        for column in BY_PATH[name].columns:
            home = _home_of(name, column.name)
            if home in portion.tables and home != name:
                yield _lost(portion, name, column.name, home)


def _home_of(name: str, column: str) -> str:
    if column == "account_id":
        return "log.accounts" if name.startswith("log.") else "truth.households"
    return REFERENCES.get(column, "")


def _lost(portion: Portion, name: str, column: str, home: str) -> pl.LazyFrame:
    key = BY_PATH[home].key[0]
    rows = portion.scan(name)
    if name == "truth.persons" and home == "log.profiles" and "log.accounts" in portion.tables:
        rows = rows.join(portion.scan("log.accounts").select("account_id"), on="account_id", how="semi")
    rows = rows.select(pl.col(column).alias(key))
    if column == "viewer_ids":
        rows = rows.filter(pl.col(key).list.len() > 0).explode(key)
    lost = rows.drop_nulls().unique().join(portion.scan(home).select(key), on=key, how="anti")
    return lost.select(pl.lit(f"{name}.{column}").alias("where"), key, pl.lit(home).alias("not_in"))


@_by_portion
def twice(portion: Portion) -> Iterator[pl.LazyFrame]:
    """Rows with the same key."""
    for name in portion.tables:
        key = list(BY_PATH[name].key)
        for page in paged(portion.scan(name).select(key), key[0], portion.rows(name)):
            counts = page.group_by(key).len("rows").filter(pl.col("rows") > 1)
            yield counts.select(pl.lit(name).alias("table"), *key, "rows")


@_by_portion
def two_rooms(portion: Portion) -> Iterator[pl.LazyFrame]:
    """Plays that begin for somebody before the last that they sat before was over."""
    plays = _played(portion).filter(pl.col("viewer_count") > 0)
    yield _overlaps(plays.rename({"viewer_ids": "person_id"}).explode("person_id"), "person_id")


@_by_portion
def two_on_a_screen(portion: Portion) -> Iterator[pl.LazyFrame]:
    """Plays that begin on a device before the last there was over."""
    yield _overlaps(_played(portion), "device_id")


def _played(portion: Portion) -> pl.LazyFrame:
    return portion.scan("truth.plays").filter(pl.col("played_ms") > 0)


def _overlaps(plays: pl.LazyFrame, whose: str) -> pl.LazyFrame:
    order = plays.select("play_id", whose, "started_at", "ended_at").sort(whose, "started_at", "ended_at")
    before = pl.col("ended_at").cum_max().shift(1).over(whose)
    late = order.with_columns(busy_until=before).filter(pl.col("started_at") < pl.col("busy_until"))
    return late.select("play_id", whose, "started_at", "busy_until")


@_by_portion
def over_the_limit(portion: Portion) -> Iterator[pl.LazyFrame]:
    """Moments at which an account has more sittings with something playing than its plan allows."""
    sessions = (
        _played(portion).group_by("account_id", "session_id").agg(pl.col("started_at").min(), pl.col("ended_at").max())
    )
    steps = pl.concat([
        sessions.select("account_id", at="started_at", by=pl.lit(1)), sessions.select("account_id", at="ended_at", by=pl.lit(-1)),
    ]).sort("account_id", "at", "by")  # fmt: skip
    limits = portion.scan("log.accounts").group_by("account_id").agg(pl.col("stream_limit").max())
    running = steps.with_columns(streams=pl.col("by").cum_sum().over("account_id")).join(limits, on="account_id")
    yield running.filter(pl.col("streams") > pl.col("stream_limit")).drop("by")


# --- Names ------------------------------------------------------------------------------------------------------------


def unknown_names(run: Run) -> Broken:
    """Actors and faults that the truth names, and the scenario does not have."""
    scenario = run.manifest["scenario"]
    for name, column, known in (
        ("truth.plays", "causes", scenario["actors"]), ("truth.accounts", "actors", scenario["actors"]),
        ("truth.incidents", "actor", scenario["actors"]), ("truth.deliveries", "fault", scenario["faults"]),
    ):  # fmt: skip
        if name in run.tables:
            named = (
                _got(run.scan(name, repaired=True).select(pl.col(column).unique()))[column]
                .str.split("|")
                .explode()
                .unique()
            )
            strange = sorted(set(named.drop_nulls()) - {"", *known})
            yield pl.DataFrame({"where": [f"{name}.{column}"] * len(strange), "name": strange})


def could_be_real(run: Run) -> Broken:
    """Names from no pool, and addresses, numbers and mail boxes outside the ranges reserved for examples."""
    tests: list[tuple[str, str, Callable[[str], bool]]] = [
        ("log.events", "ip", is_reserved_address), ("log.accounts", "email", is_reserved_email),
        ("log.accounts", "payment_stub", _has_no_number),
    ]  # fmt: skip
    if "log.accounts" in run.tables:
        tests.append(("log.accounts", "billing_name", _invented(run)))
        yield from _telephones(run)
    for name, column, is_nobodys in tests:
        for page in _pages(run, name, column):
            values = _got(page.unique())[column].drop_nulls().to_list()
            real = sorted(value for value in values if not is_nobodys(value))
            yield pl.DataFrame(
                {"where": [f"{name}.{column}"] * len(real), "value": real},
                schema={"where": pl.String, "value": pl.String},
            )


def _telephones(run: Run) -> Broken:
    """Numbers that the country of their account does not reserve for fiction."""
    for page in _pages(run, "log.accounts", "phone", "country"):
        pairs = (
            _got(page.unique().drop_nulls()).with_columns(pl.col("country").cast(pl.String)).sort("phone", "country")
        )
        real = [pair for pair in pairs.iter_rows(named=True) if not is_reserved_phone(pair["phone"], pair["country"])]
        yield pl.DataFrame(
            {
                "where": ["log.accounts.phone"] * len(real),
                "value": [f"{one['phone']} in {one['country']}" for one in real],
            },
            schema={"where": pl.String, "value": pl.String},
        )


def famous(run: Run) -> Broken:
    """Names, and mail boxes that spell them, of people on the list of the famous."""
    for name, column, is_somebodys in (
        ("log.accounts", "billing_name", is_famous_name),
        ("log.accounts", "email", is_famous_mailbox),
        ("log.profiles", "name", is_famous_name),
    ):
        for page in _pages(run, name, column):
            values = _got(page.unique())[column].drop_nulls().to_list()
            found = sorted(value for value in values if is_somebodys(value))
            yield pl.DataFrame(
                {"where": [f"{name}.{column}"] * len(found), "value": found},
                schema={"where": pl.String, "value": pl.String},
            )


def _pages(run: Run, name: str, *columns: str) -> Iterator[pl.LazyFrame]:
    if name in run.tables:
        yield from (
            page.select(columns) for page in paged(run.scan(name, repaired=True), "account_id", rows_of(run, name))
        )


def _has_no_number(stub: str) -> bool:
    return not any(letter.isdigit() for letter in stub)


def _invented(run: Run) -> Callable[[str], bool]:
    """Whether a full name is a first name and a family name of the pools that the run drew from."""
    pools = [names(locale) for locale in run.manifest["name_pools"]]
    first, family = ({name for pool in pools for name in getattr(pool, part)} for part in ("first", "family"))

    def is_invented(full: str) -> bool:
        words = full.split(" ")
        cuts = ((" ".join(words[:cut]), " ".join(words[cut:])) for cut in range(1, len(words)))
        return any(one in first and other in family for one, other in cuts)

    return is_invented
