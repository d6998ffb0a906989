"""Worlds at the edge: every setting at its limits, empty shelves, children on the sofa, words of the wrong kind."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import polars as pl
import pytest
from keepers import ENDS, at_the_end

import synthview
from synthview.errors import InputError
from synthview.registry import ACTORS, FAULTS, SECTIONS
from synthview.scenario.settings import settings_of

LARGE = {"catalogue.film_count": 12_000, "catalogue.series_count": 3_000}
LIMITS = [
    (f"{name}.{setting}", min(limit, LARGE.get(f"{name}.{setting}", limit)))
    for name, declared in {**SECTIONS, **{f"faults.{one}": FAULTS[one] for one in FAULTS}}.items()
    for setting, stated in settings_of(declared).items()
    for limit in stated.allowed or ()
]


FEW = {"run.warm_up_days": 3, "catalogue.film_count": 600, "catalogue.series_count": 150}


def tiny(homes: int = 8, **settings: Any) -> synthview.Dataset:
    """A few homes and titles for a day, with settings by path, dots written as two underscores."""
    words = {path.replace("__", "."): value for path, value in settings.items()}
    return synthview.generate("tiny", households=homes, days=1, set={**FEW, **words})


AT_ONCE = 30
"""Settings of a world of several that lie at a limit together: the one to blame is found by the slow test."""
GROUPS = [
    dict(LIMITS[first :: -(-len(LIMITS) // AT_ONCE)]) for first in range(-(-len(LIMITS) // AT_ONCE))
]


def assert_it_is_a_world(world: synthview.Dataset) -> None:
    """Every play has a title that is on offer, and ends after it starts."""
    plays = world.truth.plays
    assert set(plays["title_id"]) <= set(world.log.titles["title_id"])
    assert (plays["ended_at"] >= plays["started_at"]).all()


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: next(iter(group)))
def test_settings_may_go_to_their_limits_together(group: dict[str, float]) -> None:
    """Whatever is allowed makes a world, thirty settings of different kinds at a time."""
    assert_it_is_a_world(tiny(**group))


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.parametrize(
    ("path", "limit"), LIMITS, ids=[f"{path}={limit:g}" for path, limit in LIMITS]
)
def test_every_setting_may_go_to_its_limits(path: str, limit: float) -> None:
    """Whatever is allowed makes a world, each setting by itself: which one it is, where a group of thirty fails."""
    assert_it_is_a_world(tiny(**{path: limit}))


@pytest.mark.parametrize("end", ENDS)
def test_all_settings_of_actors_and_faults_may_lie_at_one_end(end: str) -> None:
    """A world with every one of them, and all their numbers as low or high as is plausible or allowed, is a world."""
    often = {f"actors.{name}.rate": 0.3 for name in ACTORS}
    world = synthview.generate(
        "everyday",
        households=60,
        days=2,
        set={"run.warm_up_days": 3, **often, **at_the_end(end)},
    )
    assert_it_is_a_world(world)
    assert world.truth.incidents["actor"].n_unique() > 5  # shares of 0 silence some


@pytest.mark.parametrize(
    "settings",
    [
        {"catalogue__share_of_kids_works": 0},
        {"catalogue__share_of_kids_works": 0.0003},
        {"catalogue__film_count": 20, "catalogue__series_count": 5},
        {
            "catalogue__film_count": 20,
            "catalogue__series_count": 5,
            "catalogue__share_in_each_country": 0.05,
        },
    ],
)
def test_empty_shelves_are_no_accident(settings: dict[str, float]) -> None:
    """Where nothing is on offer nothing is picked, and nothing falls over."""
    world = tiny(40, **settings)
    kids = world.log.profiles.filter("is_kids").select("profile_id")
    watched = world.log.plays.join(kids, on="profile_id").join(world.log.titles, on="title_id")
    assert watched["genres"].str.contains("kids|family|animation").all()


def sittings() -> pl.DataFrame:
    """One row per play with the viewers' ages, the title's rating and the local hour."""
    world = synthview.generate("everyday", households=250, days=6, set={"run.warm_up_days": 10})
    ages = world.truth.persons.select("person_id", "age")
    plays = (
        world.truth.plays.filter(pl.col("attended_ms") > 0)
        .explode("viewer_ids")
        .join(ages, left_on="viewer_ids", right_on="person_id")
    )
    grouped = plays.group_by("play_id").agg(
        pl.col("age").max().alias("oldest"), pl.first("title_id", "session_id")
    )
    # Previews that play by themselves on the menu of a grown-up's profile are nobody's choice.
    chosen = world.log.titles.filter(pl.col("kind").cast(pl.String) != "trailer")
    return grouped.join(chosen.select("title_id", "age_rating"), on="title_id")


def test_children_alone_watch_what_is_for_them() -> None:
    """No child under 13 sits alone before a title rated for 16 or 18, kids profile or not."""
    alone = sittings().filter(pl.col("oldest") < 13)
    assert len(alone) > 50
    assert alone.filter(pl.col("age_rating").is_in(["16", "18"])).is_empty()


def test_the_log_knows_no_reasons() -> None:
    """A sleep aid looks like anything resumed: the word is in the truth alone."""
    world = tiny(60, choosing__sleep_aid=1.0)
    assert "sleep_aid" in world.truth.plays["intent"].unique().to_list()
    assert "sleep_aid" not in world.log.plays.schema["start_source"].categories.to_list()


@pytest.mark.parametrize(
    "words",
    [
        {"set": [1]},
        {"set": {1: 2}},
        {"tables": 5},
        {"tables": [5]},
        {"start": 5},
        {"start": datetime(2017, 10, 3, 5)},
        {"events": "1e4"},
        {"seed": "7"},
        {"days": True},
        {"workers": "2"},
        {"directory": 5},
        {"format": None},
    ],
    ids=str,
)
def test_words_of_the_wrong_kind_are_input_errors(words: dict[str, Any]) -> None:
    """The library refuses what it cannot read with an InputError, never with an accident inside."""
    with pytest.raises(InputError):
        synthview.generate("tiny", **words)


def test_one_name_is_a_list_of_one() -> None:
    """`without` takes a single name as it is."""
    faults = synthview.generate("tiny", without="doubled_events", days=1).truth.deliveries["fault"]
    assert "doubled_events" not in faults.to_list() != []
