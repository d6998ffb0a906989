"""Realism, its statistics: each against a value computed by hand on a frame of a few rows."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from handmade import FIRST_MS, at, handmade, homes, plays, titles

from synthview.realism import (
    activity,
    decay,
    devices,
    hours,
    popularity,
    quality,
    repeats,
    runtimes,
    seasons,
    sittings,
)
from synthview.realism import homes as households
from synthview.realism.observed import DAY_MS, HOUR_MS, MINUTE_MS, NotApplicable
from synthview.realism.panel import panel_plays

HOUR = HOUR_MS
MINUTE = MINUTE_MS


def values(tallies: dict, *ids: str) -> list[float]:
    """The values of some figures."""
    return [tallies[one].value for one in ids]


# --- The panel, hours and weekdays ------------------------------------------------------------------------------------


def test_the_panel_counts_films_on_british_computers_three_minutes_before_the_next_start() -> None:
    """A start counts if the next one on that browser is 180 s away or more; the last one has no next, and does not.

    A computer abroad that uses a British account is none of the panel's.
    """
    shown = plays(
        {"title": 1, "start_ms": at(0, 20)},
        {"title": 2, "start_ms": at(0, 22)},  # 179 s to the next
        {"title": 3, "start_ms": at(0, 22) + 179_000},  # 180 s to the next
        {"title": 4, "start_ms": at(0, 22) + 359_000, "kind": "episode"},
        {"title": 5, "start_ms": at(0, 20), "device_type": "tv", "device_id": 9},
        {"title": 6, "start_ms": at(0, 20), "country": "US", "device_id": 8},
        *(
            {"title": 7, "start_ms": at(0, hour), "seen_in": "BR", "device_id": 7}
            for hour in (9, 12)
        ),
    )
    assert sorted(panel_plays(handmade(plays=shown))["title"]) == [1, 3]


def test_the_panel_has_homes_alone() -> None:
    """A test rig or a bar on a computer is in no panel of people; without the truth all accounts are taken for homes."""
    shown = plays(
        *(
            {"home": home, "device_id": home, "start_ms": at(0, hour)}
            for home in (0, 1)
            for hour in (9, 12)
        )
    )
    known = homes(["GB", "GB"], household_type=["family", "alone"])
    assert len(panel_plays(handmade(plays=shown, dwellings=known.head(1).select("home")))) == 1
    assert len(panel_plays(handmade(plays=shown))) == 2


def test_hours_and_weekdays_of_the_panel() -> None:
    """Two of four plays begin at 20 o'clock UTC, one on a Tuesday; days beyond whole weeks are left out of weekdays."""
    starts = [at(0, 20), at(1, 20.5), at(2, 9), at(3, 23.9), at(14, 3)]
    study = handmade(
        days=15,
        plays=plays(*({"title": one, "start_ms": start} for one, start in enumerate(starts))),
    )
    assert values(hours.starts_by_hour(study), "T01-20", "T01-09", "T01-23", "T01-03") == [
        50,
        25,
        25,
        0,
    ]
    assert values(hours.starts_by_weekday(study), "T03-Mon", "T03-Tue", "T03-Sun") == [25, 25, 0]


def test_the_busiest_hour_is_that_of_the_clock_at_home() -> None:
    """A play of two hours from half past nine fills 22 o'clock most; weekends do not count for all countries."""
    shown = plays(
        {"country": "US", "local_ms": at(0, 21.5), "start_ms": at(0, 3), "watched_ms": 2 * HOUR},
        {
            "country": "US",
            "local_ms": at(5, 10),
            "start_ms": at(5, 10),
            "watched_ms": 4 * HOUR,
        },  # a Saturday
    )
    study = handmade(plays=shown)
    assert hours.busiest_hour(study)["T06"].value == 22
    assert hours.busiest_hour_us(study)["T05"].value in {10, 11, 12, 13, 22}
    watched = hours.watched_by_hour(study, shown.head(1)).sum(axis=0) / MINUTE
    assert [watched[21], watched[22], watched[23], watched[20]] == [30, 60, 30, 0]


def test_no_panel_no_figure() -> None:
    """Without a film on a computer in the United Kingdom the panel's figures do not apply, and say why."""
    study = handmade(plays=plays({"country": "US"}))
    with pytest.raises(NotApplicable, match="United Kingdom"):
        hours.starts_by_hour(study)
    with pytest.raises(NotApplicable, match="United Kingdom"):
        repeats.returns(study)


# --- Returns ----------------------------------------------------------------------------------------------------------


def test_returns_to_a_film() -> None:
    """Of four pairs one has three plays on three days, two of them in a row, and one two plays on one day."""
    starts = [(1, 0, 10), (1, 1, 10), (1, 5, 10), (2, 0, 12), (2, 0, 14), (3, 0, 16), (4, 0, 18)]
    rows = [{"title": title, "start_ms": at(day, hour)} for title, day, hour in starts]
    found = repeats.returns(
        handmade(plays=plays(*rows, {"title": 9, "start_ms": at(6), "kind": "episode"}))
    )
    assert values(found, "T23-2", "T23-3", "T24-2", "T24-3") == [50, 25, 25, 25]
    assert values(found, "T25-2", "T25-3", "T25-4", "T25-5") == [25, 0, 0, 0]
    assert found["T23-rep"].value == pytest.approx(100 * 3 / 7)


def test_rewatching_by_the_truth() -> None:
    """Of ten minutes played, those begun as a rewatch or sleep aid are three."""
    truths = pl.DataFrame(
        {
            "home": [0, 0, 1],
            "group": [0, 0, 1],
            "intent": ["rewatch", "browse", "sleep_aid"],
            "played_ms": [1, 7, 2],
        }
    )
    assert repeats.rewatching(handmade(truths=truths))["T27"].value == pytest.approx(30)


# --- Popularity, ages, the catalogue ----------------------------------------------------------------------------------


def test_leading_titles_and_gini() -> None:
    """Of 90 and nine times 10, the leading tenth has half; Gini is 0 of what is alike and 1 - 1/n of one that has all."""
    hours_of = np.array([10.0] * 9 + [90.0])
    assert popularity.leading(0.10)(hours_of) == pytest.approx(50)
    assert popularity.leading(0.01)(hours_of) == pytest.approx(50)
    assert popularity.leading(0.20)(hours_of) == pytest.approx(100 * 100 / 180)
    assert popularity.gini(np.full(10, 3.0)) == pytest.approx(0)
    assert popularity.gini(np.array([0, 0, 0, 5.0])) == pytest.approx(0.75)


def test_slopes_of_known_curves() -> None:
    """Hours ~ rank^-0.5 have the slope 0.5; hours ~ (rank + 40)^-1.2 the exponent 1.2, whatever their order."""
    rank = np.arange(1, 2001)
    assert popularity.slope(rank[::-1] ** -0.5) == pytest.approx(0.5)
    assert popularity.zipf_mandelbrot(np.flip((rank + 40.0) ** -1.2)) == pytest.approx(
        1.2, abs=1e-6
    )


def test_concentration_counts_every_title_that_has_appeared() -> None:
    """Titles nobody watched count, those that appear later do not; a film's share of film hours leaves series out."""
    catalogue = [{"title": one} for one in range(400)] + [{"title": 400, "released": 300}]
    works = titles(*catalogue).select("work", "kind", "released", "runtime_ms")
    shown = plays(*({"title": one, "start_ms": at(1), "watched_ms": HOUR, "home": one % 8} for one in range(200)),
                  {"title": 0, "start_ms": at(2), "watched_ms": 99 * HOUR},
                  {"title": 1, "start_ms": at(200), "watched_ms": 99 * HOUR})  # fmt: skip
    found = popularity.concentration(handmade(days=365, plays=shown, works=works))
    assert found["P09"].value == pytest.approx((100 * 100 / 299 + 100) / 2)  # of both half-years
    assert found["P06-1"].value == pytest.approx(100 * 103 / 299)
    assert found["P06-10"].value == pytest.approx(100 * 139 / 299)


def test_shares_of_films_and_kids_titles() -> None:
    """Films have three of four hours, titles for kids one of four."""
    known = titles({"title": 0}, {"title": 1, "kind": "episode", "genres": "kids|comedy"})
    shown = plays({"watched_ms": 3 * HOUR}, {"title": 1, "kind": "episode", "watched_ms": HOUR})
    study = handmade(plays=shown, titles=known)
    assert values(popularity.films_share(study), "P12") == [75]
    assert popularity.kids_share(study)["P24"].value == 25


def test_completion_of_original_films() -> None:
    """Who sees 50 of 100 minutes in two goes and who sees 150 of 100 make 75 % in the mean; licensed films do not count."""
    known = titles({"title": 0, "is_original": True}, {"title": 1})
    shown = plays(
        {"home": 0, "watched_ms": 20 * MINUTE}, {"home": 0, "watched_ms": 30 * MINUTE},
        {"home": 1, "watched_ms": 150 * MINUTE}, {"home": 1, "title": 1, "watched_ms": 0},
    )  # fmt: skip
    assert popularity.completion_of_leaders(handmade(plays=shown, titles=known))[
        "P21"
    ].value == pytest.approx(75)


def test_decay_of_cohorts() -> None:
    """Of an hour of all viewing, original films have a third, then a seventh or a fifth, then a thirtieth."""
    known = titles({"title": 0, "is_original": True, "released": 10}, {"title": 1, "released": 10},
                   {"title": 2, "is_original": True, "released": 200})  # fmt: skip
    shown = plays(
        {"start_ms": at(20), "watched_ms": 10 * HOUR}, {"start_ms": at(190), "watched_ms": 8 * HOUR},
        {"start_ms": at(370), "watched_ms": HOUR},
        {"title": 2, "start_ms": at(210), "watched_ms": 20 * HOUR},
        {"title": 2, "start_ms": at(370), "watched_ms": 6 * HOUR},
        # The second half-year has twice as many hours in all: 60 instead of 30.
        {"title": 1, "start_ms": at(20), "watched_ms": 20 * HOUR},
        {"title": 1, "start_ms": at(190), "watched_ms": 32 * HOUR},
        {"title": 1, "start_ms": at(370), "watched_ms": 23 * HOUR},
    )  # fmt: skip
    found = decay.decay(handmade(days=600, plays=shown, titles=known))
    assert values(found, "P17-1", "P17-2") == [pytest.approx(0.5), pytest.approx(0.1)]
    assert "P17-3" not in found


def test_ages_of_films() -> None:
    """Ages are those on the last day of the half-year; a licensed film is of no age."""
    known = titles(
        {"title": 0, "is_original": True, "released": 10}, {"title": 1, "is_original": True, "released": -10},
        {"title": 2, "is_original": True, "released": -400}, {"title": 3},
    )  # fmt: skip
    shown = plays(
        *({"title": one, "start_ms": at(20), "watched_ms": (one + 1) * HOUR} for one in range(4))
    )
    found = decay.ages(handmade(days=182, plays=shown, titles=known))
    assert values(found, "P18-new", "P18-mid", "P18-old", "P18-lic") == [10, 20, 30, 40]


def test_the_catalogue() -> None:
    """What appears later does not count; features are films of 40 minutes or more; a season is as long as its episodes."""
    films = [{"title": one, "runtime_ms": (90 + one) * MINUTE} for one in range(11)]
    known = titles(*films, {"title": 20, "runtime_ms": 10 * MINUTE}, {"title": 21, "released": 99},
                   *({"title": 30 + one, "kind": "episode", "work": 30 + one // 2, "series_id": 7, "runtime_ms": HOUR}
                     for one in range(4)))  # fmt: skip
    works = known.group_by("work", maintain_order=True).agg(
        pl.col("kind", "released", "series_id").first(), pl.col("runtime_ms").sum(), group=pl.lit(0)
    )
    study = handmade(works=works)
    assert values(runtimes.sizes(study), "P14-film", "P14-tv") == [12, 1]
    found = runtimes.lengths(study)
    assert values(found, "P15", "P15-p10") == [pytest.approx(95.5), pytest.approx(91.1)]
    assert values(found, "P16", "P16-p90") == [2, 2]


# --- Activity ---------------------------------------------------------------------------------------------------------


def _subscribed(*days: float) -> pl.DataFrame:
    return pl.DataFrame({"home": range(len(days)), "group": range(len(days)), "active_days": days})


def test_hours_are_divided_by_days_of_subscription() -> None:
    """Twelve hours of one account with ten days and another with two are an hour a day."""
    study = handmade(
        plays=plays({"watched_ms": 12 * HOUR, "start_ms": at(1)}),
        active_days=_subscribed(10, 2),
        groups=2,
    )
    assert activity.hours(study)["S04"].value == pytest.approx(1)


def test_films_a_year() -> None:
    """A film counts once it is seen to 70 %, in one go or several, once for each account."""
    shown = plays(
        {"title": 0, "watched_ms": 40 * MINUTE}, {"title": 0, "watched_ms": 30 * MINUTE},
        {"title": 1, "watched_ms": 69 * MINUTE}, {"title": 2}, {"title": 2},
    )  # fmt: skip
    study = handmade(days=365, plays=shown, active_days=_subscribed(73.0), groups=1)
    assert activity.films(study)["S06"].value == pytest.approx(2 / 73 * 365)


def test_memberships_are_scaled_to_those_of_30_september() -> None:
    """Two of four accounts are in the US on the 273rd day: half of 109.25 million; one more comes after."""
    first = [FIRST_MS - DAY_MS] * 4 + [at(300)]
    states = homes(["US", "US", "GB", "DE", "US"], valid_from=first, status=["active"] * 5)
    found = activity.memberships(handmade(days=365, states=states))
    assert values(found, "S01d-us", "S01d-intl") == [54.625, 54.625]
    assert values(found, "S01e", "S01e-us") == [
        pytest.approx(109.25 * 5 / 4),
        pytest.approx(109.25 * 3 / 4),
    ]
    assert found["S01b-us"].value == 54.625
    with pytest.raises(NotApplicable, match="sign-ups end sooner"):
        activity.memberships(handmade(days=365, states=states.head(4)))


def test_homes_on_a_television_set() -> None:
    """Of two US homes one has two days with three hours in all, the other one day of one; a computer does not count."""
    us = {"country": "US", "device_type": "tv"}
    shown = plays(
        {**us, "start_ms": at(0), "watched_ms": HOUR}, {**us, "start_ms": at(1), "watched_ms": 2 * HOUR},
        {**us, "home": 1, "start_ms": at(4), "watched_ms": HOUR, "device_type": "stick"},
        {**us, "home": 1, "start_ms": at(5), "watched_ms": 9 * HOUR, "device_type": "computer"},
        {**us, "home": 1, "start_ms": at(6), "watched_ms": 9 * HOUR, "country": "GB"},
    )  # fmt: skip
    found = activity.on_television(handmade(days=30, plays=shown))
    assert values(found, "S07", "S08", "S09") == [2, 1.5, pytest.approx(4 / 3)]
    assert values(activity.on_television(handmade(days=15, plays=shown)), "S08") == [3]


def test_who_watches_on_the_move() -> None:
    """One of two accounts that run watches on a phone; one that does not run is not asked."""
    shown = plays(
        {"device_type": "phone"},
        {"home": 1, "device_type": "tv"},
        {"home": 1, "device_type": "tablet", "watched_ms": 0},
    )
    study = handmade(plays=shown, active_days=_subscribed(30, 30, 0), groups=3)
    assert activity.on_the_move(study)["D07"].value == 50


# --- Sittings ---------------------------------------------------------------------------------------------------------

SERIES = [
    {"title": one, "kind": "episode", "work": 0, "series_id": 5, "season_number": 1, "episode_number": one + 1,
     "runtime_ms": HOUR} for one in range(8)
]  # fmt: skip


def _episode(title: int, day: int, hour: float = 20, **more: object) -> dict:
    start = at(day, hour)
    return {
        "title": title,
        "work": 0,
        "kind": "episode",
        "start_ms": start,
        "watched_ms": HOUR,
        "runtime_ms": HOUR,
        **more,
    }


def test_finishing_a_season() -> None:
    """Eight episodes of an hour from day 0 to 3 take four days, two hours on each; an unfinished season is left out.

    What is for kids is no serial.
    """
    done = [_episode(title, day) for title, day in enumerate((0, 0, 0, 1, 1, 2, 2, 3))]
    half = [_episode(title, 9, home=1) for title in range(7)]
    study = handmade(days=210, plays=plays(*done, *half), titles=titles(*SERIES))
    assert values(sittings.finishing(study), "T09", "T10") == [4, 2]
    for_kids = titles(*({**one, "genres": "animation|kids"} for one in SERIES))
    with pytest.raises(NotApplicable, match="finishes"):
        sittings.finishing(handmade(days=210, plays=plays(*done), titles=for_kids))


def test_episodes_of_a_binge() -> None:
    """Sittings of four and three episodes make 3.5; one of two is no binge, and a look of two minutes no episode."""
    us = {"country": "US"}
    rows = [_episode(one, 0, **us, session_id=1) for one in range(4)]
    rows += [_episode(one, 1, **us, session_id=2) for one in range(3)]
    rows += [_episode(3, 1, **us, session_id=2) | {"watched_ms": 2 * MINUTE}]
    rows += [_episode(one, 2, **us, session_id=3) for one in range(2)]
    study = handmade(plays=plays(*rows), titles=titles(*SERIES))
    assert sittings.binges(study)["T11"].value == pytest.approx(3.5)


def test_trying_before_settling() -> None:
    """Of two evenings one has tries before what is kept, and one a break; one is seen to its end."""
    tv = {"country": "US", "device_type": "tv"}
    rows = [
        {**tv, "session_id": 1, "title": 1, "start_ms": at(0, 20.0), "watched_ms": MINUTE},
        {**tv, "session_id": 1, "title": 2, "start_ms": at(0, 20.1), "watched_ms": MINUTE},
        {**tv, "session_id": 1, "title": 3, "start_ms": at(0, 20.2)},
        {**tv, "session_id": 2, "title": 4, "start_ms": at(1, 21.9), "watched_ms": MINUTE},
        {**tv, "session_id": 2, "title": 4, "start_ms": at(1, 22.0), "watched_ms": 50 * MINUTE},
        {**tv, "session_id": 2, "title": 5, "start_ms": at(1, 23.0), "watched_ms": MINUTE},
        {**tv, "session_id": 3, "title": 6, "start_ms": at(2, 12.0)},
    ]
    found = sittings.trying(handmade(plays=plays(*rows)))
    assert values(found, "T20-sample", "T20-end") == [50, 50]


# --- Homes and devices ------------------------------------------------------------------------------------------------


def test_sizes_and_kinds_of_homes() -> None:
    """Of four US homes one has one person, one is a couple; a home in Germany counts for the European Union."""
    table = homes(
        ["US", "US", "US", "US", "DE"], person_count=[1, 2, 3, 4, 6], child_count=[0] * 5,
        household_type=["alone", "couple", "housemates", "couple_with_children", "family"],
        has_cat=[True, True, False, False, True], has_dog=[False, False, False, True, False],
    )  # fmt: skip
    study = handmade(households=table)
    found = households.sizes(study)
    assert values(found, "S13", "S14", "S16-mean", "S16-5", "S16-1") == [2.5, 25, 6, 100, 0]
    found = households.kinds(study)
    assert values(
        found, "S15-alone", "S15-cpl", "S15-cplkids", "S15-unrel", "N18-cat", "N18-dog"
    ) == [
        25,
        25,
        25,
        25,
        50,
        25,
    ]


def test_people_of_an_account() -> None:
    """Persons elsewhere are counted per account, per adult, and by accounts that have one."""
    persons = pl.DataFrame({
        "home": [0, 0, 0, 1, 2], "group": [0, 0, 0, 1, 2], "country": ["US", "US", "US", "US", "DE"],
        "person_id": [1, 2, 3, 4, 5], "age": [40, 12, 30, 50, 60], "lives_here": [True, True, False, True, True],
    })  # fmt: skip
    study = handmade(
        persons=persons, households=homes(["US", "US", "DE"], household_type=["family"] * 3)
    )
    found = households.sharing(study)
    assert values(found, "N02-lrg") == [50]
    assert found["N01"].value == pytest.approx(222 / 3)
    assert households.with_school_children(study)["S18"].value == 50


def test_how_many_share_an_account() -> None:
    """Who was before the screen uses the account, but for children; of three users asked two share with one other."""
    persons = pl.DataFrame({
        "home": [0, 0, 0, 1, 2, 2], "group": [0, 0, 0, 1, 2, 2], "country": ["US"] * 4 + ["DE"] * 2,
        "person_id": [1, 2, 3, 4, 5, 6], "age": [40, 30, 15, 50, 60, 60], "lives_here": [True] * 6,
    })  # fmt: skip
    truths = pl.DataFrame({"home": [0, 0, 1, 2], "viewer_ids": [[1, 2, 3], [1], [4], [5, 6]]})
    found = households.people_per_account(handmade(persons=persons, truths=truths, groups=3))
    assert values(found, "S22-1", "S22-2", "S22-3") == [
        pytest.approx(100 / 3),
        pytest.approx(200 / 3),
        0,
    ]


def test_profiles_and_plans() -> None:
    """The most profiles of an account, where there are enough accounts to tell, and the streams of each plan."""
    profiles = pl.DataFrame(
        {"home": [0, 0, 0, 1], "group": [0, 0, 0, 1], "profile_id": [1, 2, 3, 4]}
    )
    known = homes(["US", "US"], plan=["basic", "premium"], stream_limit=[1, 4])
    study = handmade(profiles=profiles, homes=known)
    many = handmade(profiles=profiles, homes=homes(["US"] * 1000))
    assert households.most_profiles(many)["S19"].value == 3
    with pytest.raises(NotApplicable, match="1,000 households"):
        households.most_profiles(study)
    found = households.stream_limits(study)
    assert values(found, "S20-basic", "S20-prem") == [1, 4]
    assert "S20-std" not in found


def test_titles_for_kids() -> None:
    """One of two accounts plays something for families for more than two minutes."""
    known = titles({"title": 0, "genres": "action|family"}, {"title": 1, "genres": "drama"})
    shown = plays(
        {"title": 0}, {"home": 1, "title": 1}, {"home": 1, "title": 0, "watched_ms": MINUTE}
    )
    assert households.kids_titles(handmade(plays=shown, titles=known))["K01"].value == 50


def test_devices_watched_and_owned() -> None:
    """Old accounts watch half on television sets; of two US homes one has a stick, and one that has none counts."""
    known = homes(["US", "US", "IT"], valid_from=[FIRST_MS - 200 * DAY_MS, FIRST_MS - DAY_MS, 0])
    shown = plays(
        {"device_type": "console", "watched_ms": 2 * HOUR}, {"device_type": "phone", "watched_ms": HOUR},
        {"device_type": "tablet", "watched_ms": HOUR}, {"home": 1, "device_type": "computer", "watched_ms": 9 * HOUR},
        {"home": 2, "country": "IT", "device_type": "tv", "watched_ms": 0},
    )  # fmt: skip
    listed = pl.DataFrame(
        {"home": [0, 0], "group": [0, 0], "device_id": [1, 2], "device_type": ["stick", "phone"]}
    )
    study = handmade(homes=known, plays=shown, devices=listed)
    assert values(devices.hours_by_class(study), "D01", "D02", "D03", "D04") == [50, 0, 25, 25]
    assert values(devices.owned(study), "D08-stick", "D08-stv", "D08-con") == [50, 0, 0]
    with pytest.raises(NotApplicable, match="Italy"):
        devices.hours_in_italy(handmade(plays=shown.filter(pl.col("country") != "IT")))
    italian = plays(
        {"country": "IT", "device_type": "tv", "watched_ms": HOUR},
        {"country": "IT", "watched_ms": 3 * HOUR},
    )
    assert devices.hours_in_italy(handmade(plays=italian))["D06-it"].value == 25


# --- Quality ----------------------------------------------------------------------------------------------------------


def test_patience_is_kaplan_and_meiers() -> None:
    """Of ten who wait one leaves within a second; of the nine, three are served; of the six, three leave within three."""
    sums = np.zeros(82)
    sums[3], sums[41 + 5], sums[11], sums[41 + 40] = 1, 3, 3, 3
    gone = quality.patience(sums)
    assert gone[2] == 0
    assert gone[3] == pytest.approx(0.1)
    assert gone[11] == pytest.approx(1 - 0.9 * 0.5)
    assert np.isnan(gone[12])  # only three still wait


def test_the_slope_of_patience() -> None:
    """Where 6 of 100 leave in each second from the second on, the slope is 6 points and 1 % have left at 2.25 s."""
    sums = np.zeros(82)
    sums[8:40] = 1.5  # a quarter of six, in each quarter of a second after two
    sums[40] = 100 - 48
    assert 100 * quality.patience_slope(sums) == pytest.approx(6)
    assert quality.given_up_by(quality.patience(sums)) == 2.25
    assert quality.given_up_by(np.zeros(40)) == 10


def test_attempts_are_read_from_messages() -> None:
    """A play that failed, one that stalled, one that was left before the picture, and one whose end was lost."""
    messages = [
        (1, "ready", 0, 0, None), (1, "error", 4, 0, "startup_failed"),
        (2, "ready", 0, 0, None), (2, "play", 2, 0, None), (2, "buffer_start", 60, 58_000, None), (2, "end", 90, 80_000, None),
        (3, "ready", 0, 0, None), (3, "pause", 3, 0, None),
        (4, "ready", 0, 0, None), (4, "play", 1, 0, None), (4, "ping", 61, 60_000, None),
    ]  # fmt: skip
    table = pl.DataFrame(
        [(one, kind, FIRST_MS + second * 1000, played, code) for one, kind, second, played, code in messages],
        schema=["play_id", "type", "client_time", "played_ms", "error_code"], orient="row",
    ).with_columns(pl.col("client_time").cast(pl.Datetime("ms")), group=pl.lit(0, dtype=pl.Int32))  # fmt: skip
    study = handmade(plays=plays({}))
    study.scan = lambda _: table.lazy()  # type: ignore[method-assign]
    found = quality.starts(study)
    assert values(found, "Q01", "Q03-2013") == [25, 50]
    counts = quality.patience_table(quality.attempts(study), 1)[0]
    assert np.flatnonzero(counts).tolist() == [12, 41 + 4, 41 + 8]


def test_late_messages_of_phones() -> None:
    """One of four messages of a phone is two days late; a phone whose clock is a day off in all is left out."""
    day = DAY_MS
    table = pl.DataFrame({
        "device_id": [1, 1, 1, 1, 2, 2, 3], "client_time": [0, 0, 0, 0, 0, 0, 0],
        "received_time": [200, 300, 2 * day, 400, day + 5, 3 * day, 9 * day],
    }).with_columns(pl.col("client_time", "received_time").cast(pl.Datetime("ms")), group=pl.lit(0, dtype=pl.Int32))  # fmt: skip
    listed = pl.DataFrame(
        {"group": [0, 0, 0], "device_id": [1, 2, 3], "device_type": ["phone", "phone", "tv"]}
    )
    study = handmade(devices=listed)
    study.scan = lambda _: table.lazy()  # type: ignore[method-assign]
    assert quality.late(study)["Q12"].value == 25


# --- Seasons ----------------------------------------------------------------------------------------------------------


def test_dark_months() -> None:
    """Two plays a day in 62 dark days and one in the other 303 are twice as many, for each account that runs."""
    rows = []
    for day in range(365):
        dark = handmade(plays=plays({})).date_of(day).month in {12, 1}
        rows += [
            {"title": day, "start_ms": at(day, 10 + 2 * one)} for one in range(2 if dark else 1)
        ]
    rows.append({"title": 999, "start_ms": at(365), "kind": "episode"})
    shown = plays(*rows)
    grows, stands = (
        pl.DataFrame(
            {"home": [0, 1], "group": 0, "valid_from": [at(0), at(day)], "status": "active"},
        )
        for day in (300, 200)
    )
    found = seasons.dark_months(handmade(days=365, plays=shown, states=grows))["T04"].value
    with pytest.raises(NotApplicable, match="no account is opened in the last quarter"):
        seasons.dark_months(handmade(days=365, plays=shown, states=stands))
    days_in_others = 303 + 65
    assert found == pytest.approx(
        2 * days_in_others / 303, rel=0.1
    )  # the last play of a browser's name has no next, and is not counted


def test_christmas_films() -> None:
    """A fifth of all hours from July to December, two of fifteen from January to June after; other years do not count."""
    known = titles({"title": 0, "name": "A Christmas Tree"}, {"title": 1})
    starts = {275: 6, 460: 2, 640: 9, 10: 9}
    shown = plays(*({"start_ms": at(day), "watched_ms": hours_of * HOUR} for day, hours_of in starts.items()),
                  {"title": 1, "start_ms": at(275), "watched_ms": 24 * HOUR},
                  {"title": 1, "start_ms": at(460), "watched_ms": 13 * HOUR})  # fmt: skip
    # Of 30 hours in all from July on 6, of 15 from January on 2.
    assert seasons.christmas(handmade(days=700, plays=shown, titles=known))[
        "P19"
    ].value == pytest.approx(1.5)
    with pytest.raises(NotApplicable, match="1 July"):
        seasons.christmas(handmade(days=365, plays=shown, titles=known))
