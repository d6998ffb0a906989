"""What is observed: tables of one sample or directory, read once, and what figures share."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cached_property

import numpy as np
import polars as pl

from synthview.dataset import RunDirectory
from synthview.realism.simulating import SampleTables
from synthview.realism.tally import GROUPS
from synthview.world.local_times import on_the_wall

__all__ = ["DAY_MS", "HOUR_MS", "MINUTE_MS", "ON_TV", "NotApplicable", "Observed"]

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS
ON_TV = ("tv", "console", "stick")
"""Devices whose picture is on a television set."""
_STATES = 4
"""So many states an account has at most, on average."""
FEWEST_HOMES = 8
"""With fewer homes than this there is nothing to resample."""
_PLAYS = (
    "session_id",
    "account_id",
    "device_id",
    "title_id",
    "kind",
    "device_type",
    "country",
    "started_at",
    "watched_ms",
    "completion",
    "autoplayed",
    "end_reason",
)


class NotApplicable(Exception):  # noqa: N818  says what is so, not what went wrong
    """A figure cannot be computed from these tables; the message is the reason."""


class Observed:
    """Tables of one run, restricted to some of its accounts.

    At most `most` accounts are read, whole and chosen by chance, so that memory depends on `most`
    and on the days, and not on the size of the run. ``home`` numbers the accounts from 0, ``group``
    is the group for resampling. Frames are kept once asked for; times are milliseconds UTC.
    """

    def __init__(self, run: RunDirectory | SampleTables, most: int) -> None:
        self._run = run
        self._most = most

    @property
    def about(self) -> str:
        """How many homes and days stand behind the figures."""
        return f"{len(self.homes):,} households, {self.days} days from {self.first:%Y-%m-%d}"

    @property
    def first(self) -> datetime:
        """The first day, UTC."""
        return datetime.fromisoformat(self._run.manifest["settings"]["from"]).replace(tzinfo=UTC)

    @property
    def days(self) -> int:
        """How many days there are."""
        until = datetime.fromisoformat(self._run.manifest["settings"]["until"]).replace(tzinfo=UTC)
        return (until - self.first).days

    @property
    def first_ms(self) -> int:
        """The beginning of the first day."""
        return round(self.first.timestamp() * 1000)

    def day_ms(self, number: int) -> int:
        """Return the beginning of a day, counted from 0."""
        return self.first_ms + number * DAY_MS

    def date_of(self, number: int) -> datetime:
        """Return the date of a day, counted from 0."""
        return self.first + timedelta(days=number)

    def need(self, tables: Sequence[str], days: int) -> None:
        """Check that the run has these tables and so many days.

        Raises:
            NotApplicable: it has not, or too few homes for an interval.
        """
        lacking = [one for one in tables if one not in self._run.tables]
        if lacking:
            raise NotApplicable(f"the dataset lacks {', '.join(lacking)}")
        if self.days < days:
            raise NotApplicable(f"it needs {days} days, and the dataset has {self.days}")
        if len(self.homes) < FEWEST_HOMES:
            raise NotApplicable(
                f"it needs at least {FEWEST_HOMES} households, and the dataset has "
                f"{len(self.homes)}"
            )

    @cached_property
    def groups(self) -> int:
        """Into how many groups the homes are dealt."""
        return min(GROUPS, len(self.homes))

    @cached_property
    def states(self) -> pl.DataFrame:
        """Every state of the accounts read: home, group, valid_from, status and more."""
        table = self._scan("log.accounts").drop("billing_name", "email", "phone", "payment_stub")
        # Ids are random, so the lowest are a sample; finding them takes only their own memory.
        lowest = table.select("account_id").bottom_k(_STATES * self._most, by="account_id")
        chosen = lowest.unique().sort("account_id").head(self._most).with_row_index("home")
        states = table.join(chosen, on="account_id").collect(engine="streaming")
        groups = min(GROUPS, states["home"].n_unique())
        return states.with_columns(
            pl.col("home").cast(pl.Int32),
            group=(pl.col("home") % max(groups, 1)).cast(pl.Int32),
            country=pl.col("country").cast(pl.String),
            valid_from=pl.col("valid_from").dt.epoch("ms"),
        ).sort("home", "valid_from")

    def ask_for_sign_ups(self, number: int) -> None:
        """Refuse a figure of a service that grows where no account is opened from a day on."""
        opened = self.states.group_by("home").agg(pl.col("valid_from").min())["valid_from"]
        if not (opened >= self.day_ms(number)).any():
            raise NotApplicable(
                "no account is opened in the last quarter of its year: sign-ups end sooner in this "
                "scenario (people.sign_up_days)"
            )

    @cached_property
    def homes(self) -> pl.DataFrame:
        """A row for each account: home, group, account_id, country, time_zone, plan, creation."""
        wanted = (
            "group",
            "account_id",
            "country",
            "time_zone",
            "plan",
            "stream_limit",
            "valid_from",
        )
        return self.states.group_by("home", maintain_order=True).agg(
            pl.col(one).first() for one in wanted
        )

    @cached_property
    def active_days(self) -> pl.DataFrame:
        """How many days of the study each home was subscribed: home, group, active_days."""
        return self.subscribed(self.days)

    def subscribed(self, days: int, first: int = 0) -> pl.DataFrame:
        """Return the same of the first `days` days of the study, from the day `first` on."""
        begin, end = self.day_ms(first), self.day_ms(days)
        until = pl.col("valid_from").shift(-1).over("home").fill_null(end)
        spells = self.states.with_columns(until=until).filter(
            pl.col("status").cast(pl.String) == "active"
        )
        within = pl.min_horizontal("until", end) - pl.max_horizontal("valid_from", begin)
        return (
            spells.with_columns(ms=within.clip(lower_bound=0))
            .group_by("home", "group")
            .agg(active_days=pl.col("ms").sum() / DAY_MS)
        )

    def active_on(self, number: int) -> pl.DataFrame:
        """Return the homes subscribed at the start of a day: home, group, country."""
        before = self.states.filter(pl.col("valid_from") < self.day_ms(number))
        last = before.group_by("home", maintain_order=True).last()
        return last.filter(pl.col("status").cast(pl.String) == "active").select(
            "home", "group", "country"
        )

    @cached_property
    def titles(self) -> pl.DataFrame:
        """Films and episodes: ids, work (film or season), kind, runtime_ms, released, genres."""
        table = self._scan("log.titles").filter(pl.col("kind").cast(pl.String) != "trailer")
        table = table.sort("valid_from").unique("title_id", keep="last").sort("title_id")
        work = pl.coalesce("season_id", "title_id").rank("dense").cast(pl.Int32) - 1
        return (
            table.select(
                "title_id",
                "series_id",
                "season_id",
                "season_number",
                "episode_number",
                "runtime_ms",
                "genres",
                "name",
                "is_original",
                work=work,
                kind=pl.col("kind").cast(pl.String),
                released=(pl.col("released_on").dt.epoch("d") - self.first_ms // DAY_MS),
            )
            .collect()
            .with_row_index("title")
        )

    @cached_property
    def works(self) -> pl.DataFrame:
        """Films and seasons: work, kind, runtime_ms in all, released (day), genres, name."""
        first = ("kind", "released", "genres", "is_original", "series_id", "season_number", "name")
        each = [pl.col(one).first() for one in first]
        return self.titles.group_by("work").agg(*each, pl.col("runtime_ms").sum()).sort("work")

    @cached_property
    def plays(self) -> pl.DataFrame:
        """The viewing history without trailers, with home, group, country of the home, title, work.

        ``seen_in`` is the country that the play came from by its address. ``start_ms`` is UTC;
        ``local_ms`` is what a clock in the home shows. Plays whose device did not know the date, so
        that they lie outside the days of the study, are left out.
        """
        titles = self.titles.select("title_id", "title", "work", "runtime_ms").lazy()
        homes = self.homes.select("account_id", "home", "group", "time_zone", "country").lazy()
        start = pl.col("started_at").dt.epoch("ms")
        within = (start >= self.first_ms - DAY_MS) & (start < self.day_ms(self.days))
        found = self._scan("log.plays").select(_PLAYS).filter(within).rename({"country": "seen_in"})
        found = found.join(homes, on="account_id").join(titles, on="title_id")
        texts = (
            pl.col("kind", "device_type", "end_reason", "country", "seen_in")
            .cast(pl.String)
            .cast(pl.Categorical)
        )
        found = found.with_columns(texts, start_ms=start).drop("account_id", "title_id")
        plays = found.collect(engine="streaming")
        return _with_local_time(plays).drop("started_at", "time_zone").sort("home", "start_ms")

    @cached_property
    def devices(self) -> pl.DataFrame:
        """Devices that accounts list: home, group, country, device_type."""
        return self._of_homes("log.devices", "device_id", "device_type").unique(
            ["home", "device_id"]
        )

    @cached_property
    def persons(self) -> pl.DataFrame:
        """Persons who may watch: home, group, country, person_id, age, lives_here."""
        return self._of_homes("truth.persons", "person_id", "age", "lives_here")

    @cached_property
    def profiles(self) -> pl.DataFrame:
        """Profiles: home, group, country, profile_id, is_kids."""
        return self._of_homes("log.profiles", "profile_id", "is_kids").unique(
            ["home", "profile_id"]
        )

    @cached_property
    def households(self) -> pl.DataFrame:
        """Homes: home, group, country, household_type, person_count, child_count, has_cat, has_dog.

        Bars, shops, waiting rooms and test rigs are no homes, and are left out.
        """
        columns = ("household_type", "person_count", "child_count", "has_cat", "has_dog")
        table = self._of_homes("truth.households", *columns)
        places = ("bar", "shop", "waiting_room", "test_rig")
        kind = pl.col("household_type").cast(pl.String)
        return table.with_columns(household_type=kind).filter(~kind.is_in(places))

    @cached_property
    def dwellings(self) -> pl.DataFrame:
        """Accounts of homes, by the truth: home. A panel has no bars, shops and test rigs.

        Without ``truth.households`` all accounts are taken for homes.
        """
        if "households" in self.__dict__ or "truth.households" in self._run.tables:
            return self.households.select("home")
        return self.homes.select("home")

    @cached_property
    def truths(self) -> pl.DataFrame:
        """What happened in each play: home, group, country, intent, and times in ms."""
        columns = (
            "play_id",
            "title_id",
            "device_id",
            "started_at",
            "played_ms",
            "present_ms",
            "attended_ms",
            "causes",
            "intent",
            "viewer_ids",
        )
        return self._of_homes("truth.plays", *columns).with_columns(
            pl.col("intent").cast(pl.String)
        )

    @cached_property
    def elsewhere(self) -> pl.DataFrame:
        """Devices of people who use an account and live elsewhere, by the truth: device_id.

        Who meters a home knows nothing of them. Without the truth there are none.
        """
        known = all(
            frame in self.__dict__ or table in self._run.tables
            for frame, table in (("truths", "truth.plays"), ("persons", "truth.persons"))
        )
        if not known:
            return pl.DataFrame(schema={"device_id": pl.Int64})
        away = self.persons.filter(~pl.col("lives_here")).select("home", "person_id")
        seen = self.truths.select("home", "device_id", person_id=pl.col("viewer_ids"))
        theirs = seen.explode("person_id", empty_as_null=False).join(away, on=["home", "person_id"])
        return theirs.select("device_id").unique()

    def scan(self, table: str) -> pl.LazyFrame:
        """Return a table of the accounts read, as a LazyFrame, with home, group and country."""
        homes = self.homes.select("account_id", "home", "group", "country").lazy()
        scanned = self._scan(table)
        return scanned.drop("country", strict=False).join(homes, on="account_id")

    def _of_homes(self, table: str, *columns: str) -> pl.DataFrame:
        wanted = self.scan(table).select("home", "group", "country", *columns)
        return wanted.collect(engine="streaming")

    def _scan(self, table: str) -> pl.LazyFrame:
        self.need_table(table)
        return self._run.scan(table, repaired=True)

    def need_table(self, table: str) -> None:
        """Check that the run has a table.

        Raises:
            NotApplicable: it has not.
        """
        if table not in self._run.tables:
            raise NotApplicable(f"the dataset lacks {table}")

    def sums(self, frame: pl.DataFrame, *terms: pl.Expr) -> list[np.ndarray]:
        """Sum expressions over the rows of each group of households."""
        from synthview.realism.tally import of_groups  # noqa: PLC0415

        return list(of_groups(frame, *terms, groups=self.groups))


def _with_local_time(plays: pl.DataFrame) -> pl.DataFrame:
    """Add local_ms, the start as a clock on the wall of the home shows it."""
    parts = []
    for (zone,), part in plays.group_by("time_zone"):
        wall = on_the_wall("started_at", str(zone))
        parts.append(part.with_columns(local_ms=wall.dt.epoch("ms")))
    return pl.concat(parts) if parts else plays.with_columns(local_ms=pl.lit(None, dtype=pl.Int64))
