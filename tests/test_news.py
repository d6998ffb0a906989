"""A film is in the news: who comes because of it, and what a blocker keeps from the log."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

import synthview

FILM, NEWS = "A Christmas Prince", date(2017, 12, 11)
ALIKE = {
    "run.epoch": "2017-12-08", "run.warm_up_days": 5, "catalogue.film_count": 300, "catalogue.series_count": 80,
    "actors.hype.rate": 0.4, "actors.ad_blocker.rate": 0.5, "actors.ad_blocker.breaks": 0.1,
}  # fmt: skip


def made(**changed: float) -> synthview.Dataset:
    """The three days about the news, with many who come and many blockers, and no faults."""
    return synthview.generate(
        "after-the-tweet", households=150, seed=3, start="2017-12-10", days=3, titles="used", without=["faults"],
        set=ALIKE | {f"actors.{name.replace('__', '.')}": value for name, value in changed.items()},
    )  # fmt: skip


@pytest.fixture(scope="module")
def world() -> synthview.Dataset:
    """Those days."""
    return made()


def of(world: synthview.Dataset, actor: str) -> pl.DataFrame:
    """The plays that an actor has a part in."""
    return world.truth.plays.filter(pl.col("causes").str.split("|").list.contains(actor))


def test_people_come_from_the_day_of_the_news_on(world: synthview.Dataset) -> None:
    """They start the film that is in the news, no other, one evening each, and none before; some leave early."""
    titles = world.log.titles.select("title_id", "name", "runtime_ms").unique("title_id")
    came = of(world, "hype").join(titles, on="title_id")
    assert came.height > 15
    assert came["name"].unique().to_list() == [FILM]
    assert came["started_at"].dt.date().min() >= NEWS
    assert came["account_id"].n_unique() == came["session_id"].n_unique()
    early = came.filter(pl.col("played_ms") < 0.75 * pl.col("runtime_ms")).height / came.height
    assert 0.15 < early < 0.8


def test_what_a_blocker_eats_never_arrives(world: synthview.Dataset) -> None:
    """Of its plays the log has beginnings and ends and no ping; who leaves half-way seems to have watched nothing."""
    blocked = of(world, "ad_blocker").filter(pl.col("played_ms") > 60_000)
    came = world.log.events.join(blocked, on="play_id", how="semi")["type"].cast(pl.String)
    assert blocked.height > 60
    usual = {"ready", "play", "end"}
    assert usual <= set(came.unique()) <= usual | {"seek_start", "seek_end", "error"}
    told = world.log.plays.join(blocked.select("play_id", "played_ms"), on="play_id")
    finished = told.filter(pl.col("end_reason") == "finished")
    assert finished["watched_ms"].equals(finished["played_ms"], check_names=False)
    silent = told.filter(pl.col("end_reason") == "silent")
    assert silent.height > 15
    assert silent["watched_ms"].sum() < 0.7 * silent["played_ms"].sum()
    assert world.truth.deliveries.is_empty()


@pytest.mark.slow
def test_a_blocker_that_breaks_nothing_changes_the_record_alone(world: synthview.Dataset) -> None:
    """With no player broken the same is played as without any blocker, and only messages are missing.

    Of plays that began before, truth has those of which the log tells, which is another matter.
    """
    some, none = made(ad_blocker__breaks=0.0), made(ad_blocker__rate=0.0)
    happened = [
        one.truth.plays.filter(~pl.col("began_before")).drop("causes") for one in (some, none)
    ]
    assert happened[0].equals(happened[1])
    keys = ["play_id", "type", "client_time", "position_ms"]
    more = some.log.events.select(keys).join(none.log.events.select(keys), on=keys, how="anti")
    assert more.is_empty()
    assert some.log.events.height < none.log.events.height
