"""``check`` and giveaways: a run as it is made has none, and each that is planted is named."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl
import pytest

from synthview import generate
from synthview.checks import giveaways, invariants
from synthview.checks.invariants import CHECKS
from synthview.pools.devices import device_models
from synthview.testing.invariants import broken

NAMES = tuple(
    one.name for one in CHECKS if one.broken.__module__ == giveaways.__name__
)  # fmt: skip
FEW = 15
"""So few rows are enough here, in place of 300, and 3 plays of a title in place of 5."""
Frames = dict[str, pl.DataFrame]
Plant = Callable[[Frames], None]


@pytest.fixture(scope="module")
def lived() -> Frames:
    """Some homes for some days, in which a few films are seen by many."""
    few = {"catalogue.film_count": 20, "catalogue.series_count": 5, "run.warm_up_days": 2}
    run = generate("quiet", households=50, days=6, set={**few, "sittings.share_of_days": 0.6})
    return {f"log.{name}": frame for name, frame in vars(run.log).items()}


@pytest.fixture
def few_are_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of so few homes shares are told, too."""
    monkeypatch.setattr(giveaways, "ENOUGH", FEW)
    monkeypatch.setattr(giveaways, "LEAST_PLAYS_OF_A_TITLE", 3)


def _change(name: str, **columns: pl.Expr) -> Plant:
    """Give columns of a table other values."""

    def plant(frames: Frames) -> None:
        frames[name] = frames[name].with_columns(**columns)

    return plant


def _evenly(frames: Frames) -> None:
    """Who leaves in the credits leaves at some place from 0.91 to 1, as if they began anywhere."""
    runtimes = frames["log.titles"].unique("title_id").select("title_id", "runtime_ms")
    plays = frames["log.plays"].join(runtimes, on="title_id", maintain_order="left")
    anywhere = 0.91 + 0.085 * (pl.int_range(pl.len()) * 0.618 % 1.0)
    moved = (pl.col("runtime_ms") * anywhere).cast(pl.Int64)
    is_over = pl.col("end_reason").cast(pl.String) == "finished"
    end = pl.when(is_over).then(moved).otherwise(pl.col("end_position_ms"))
    frames["log.plays"] = plays.with_columns(end_position_ms=end).drop("runtime_ms")


def _beginnings(frames: Frames) -> None:
    """Every search is the first three letters of what it opens."""
    titles = frames["log.titles"].unique("title_id")
    titles = titles.select("title_id", name=pl.coalesce("series_name", "name").str.head(3))
    searches = frames["log.searches"].join(titles, on="title_id", how="left")
    frames["log.searches"] = searches.with_columns(query=pl.coalesce("name", "query")).drop("name")


def _eight_seconds(frames: Frames) -> None:
    """What comes by itself comes after eight seconds."""
    plays = frames["log.plays"].sort("device_id", "started_at")
    start = pl.col("ended_at").shift().over("device_id") + pl.duration(seconds=8)
    since = (pl.col("started_at") - pl.col("ended_at").shift().over("device_id")).dt
    follows = pl.col("autoplayed") & since.total_milliseconds().is_between(0, 120_000)
    moved = pl.when(follows).then(start).otherwise(pl.col("started_at"))
    frames["log.plays"] = plays.with_columns(started_at=moved)


def _every_minute(frames: Frames) -> None:
    """Pings come a minute after each other, to the millisecond."""
    first = pl.col("client_time").min().over("play_id")
    place = pl.int_range(pl.len()).over("play_id", "type")
    is_ping = pl.col("type").cast(pl.String) == "ping"
    at = pl.when(is_ping).then(first + place * pl.duration(minutes=1))
    frames["log.events"] = frames["log.events"].with_columns(
        client_time=at.otherwise(pl.col("client_time"))
    )


def _as_many_of_each(frames: Frames) -> None:
    """Two models of a type are equally frequent."""
    of_type = [(kind, models[0].name, models[1].name) for kind, models in device_models.items()]
    named = pl.DataFrame(of_type, schema=["device_type", "one", "other"], orient="row")
    devices = frames["log.devices"].with_columns(pl.col("device_type").cast(pl.String))
    devices = devices.join(named, on="device_type")
    is_even = pl.col("device_id").rank("dense") % 2 == 0
    model = pl.when(is_even).then("one").otherwise("other")
    long_ago = pl.col("valid_from").dt.offset_by("20y")
    frames["log.devices"] = devices.with_columns(model=model, valid_from=long_ago).drop(
        "one", "other"
    )


PLANTED: list[tuple[str, Plant, str]] = [
    (
        "grids",
        _change("log.plays", started_at=pl.col("started_at").dt.truncate("1s")),
        "log.plays.started_at, what 100.0% are whole seconds",
    ),
    (
        "grids",
        _change("log.events", position_ms=pl.col("position_ms") // 1000 * 1000),
        "log.events.position_ms, what 100.0% are whole seconds",
    ),
    (
        "grids",
        _change("log.clicks", clicked_at=pl.col("clicked_at").dt.truncate("100ms")),
        "log.clicks.clicked_at, what 100.0% are whole tenths of a second",
    ),
    ("gaps", _eight_seconds, "to the next by autoplay, what 100.0% are 8,000 ms"),
    ("gaps", _every_minute, "from ping to ping, what 100.0% are 60,000 ms"),
    (
        "future",
        _change("log.devices", valid_from=pl.col("valid_from").dt.offset_by("-8y")),
        "sold_from ",
    ),
    (
        "versions",
        _change("log.devices", app_version=pl.lit("1.0")),
        "log.devices.app_version, what 100.0% of devices of 180 days and more",
    ),
    ("models", _as_many_of_each, "the commonest "),
    ("credits", _evenly, "in the closing credits of one title, what half"),
    ("searches", _beginnings, "log.searches.query, what 100.0% are the beginning"),
]


def test_a_run_as_it_is_made_gives_nothing_away(lived: Frames, few_are_enough: None) -> None:
    """Of rows as they are made no giveaway is told, however few are enough; each has enough to be told of."""
    assert broken(lived, *NAMES) == {}


@pytest.mark.parametrize(
    ("name", "plant", "said"), PLANTED, ids=[f"{one[0]}-{place}" for place, one in enumerate(PLANTED)]
)  # fmt: skip
def test_a_planted_giveaway_is_named(
    name: str, plant: Plant, said: str, lived: Frames, few_are_enough: None
) -> None:
    """Rows that share what no people would are told by the check of that giveaway and no other, in words."""
    frames = dict(lived)
    plant(frames)
    found = broken(frames, *NAMES)
    assert list(found) == [name]
    assert said in invariants._in_words(found[name].row(0, named=True), "numbers")


def test_few_rows_say_nothing(lived: Frames) -> None:
    """Of fewer rows than are enough no share is told, whatever they are."""
    frames = {"log.plays": lived["log.plays"].head(100)}
    _change("log.plays", started_at=pl.col("started_at").dt.truncate("1s"))(frames)
    assert broken(frames, *NAMES) == {}


def test_every_giveaway_is_planted() -> None:
    """No check of giveaways goes untried."""
    assert {name for name, *_ in PLANTED} == set(NAMES)
    stated = {one.broken.__name__ for one in CHECKS if one.name in NAMES}
    assert set(giveaways.__all__) == stated
