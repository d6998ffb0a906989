"""The world: clocks and holidays by hand, a catalogue that hangs together, popularity that moves as it should."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import window, world

from synthview.record.titles import title_records
from synthview.rows import Ints
from synthview.tables import COUNTRIES
from synthview.world.catalogue import EPISODE, FILM, GENRES, TRAILER, title_key
from synthview.world.clock import DAY_MS, HOUR_MS, Clock, _zone, date_of, day_number
from synthview.world.countries import PLACES, holidays
from synthview.world.outages import outages_of
from synthview.world.popularity import ADULTS, FILMS, FRESH, KIDS, SERIES

ZONES = (
    "America/New_York",
    "Europe/London",
    "America/Sao_Paulo",
    "Australia/Sydney",
    "Asia/Kolkata",
)
YEAR = (day_number(dt.date(2017, 1, 1)), day_number(dt.date(2018, 1, 1)))
CLOCK = Clock.between(ZONES, *YEAR)
EVERYWHERE = np.arange(len(COUNTRIES))
# Zone, wall clock, and the UTC instant at which it shows that: the nights on which clocks changed in 2017.
NIGHTS = [
    ("America/New_York", "2017-03-12 01:59", "2017-03-12 06:59"),
    ("America/New_York", "2017-03-12 03:00", "2017-03-12 07:00"),
    ("America/New_York", "2017-11-05 00:59", "2017-11-05 04:59"),
    ("America/New_York", "2017-11-05 02:00", "2017-11-05 07:00"),
    ("Europe/London", "2017-03-26 00:59", "2017-03-26 00:59"),
    ("Europe/London", "2017-03-26 02:00", "2017-03-26 01:00"),
    ("Europe/London", "2017-10-29 00:59", "2017-10-28 23:59"),
    ("Europe/London", "2017-10-29 02:00", "2017-10-29 02:00"),
    ("America/Sao_Paulo", "2017-02-18 22:59", "2017-02-19 00:59"),
    ("America/Sao_Paulo", "2017-02-19 00:00", "2017-02-19 03:00"),
    ("America/Sao_Paulo", "2017-10-14 23:59", "2017-10-15 02:59"),
    ("America/Sao_Paulo", "2017-10-15 01:00", "2017-10-15 03:00"),
    ("Australia/Sydney", "2017-10-01 01:59", "2017-09-30 15:59"),
    ("Australia/Sydney", "2017-10-01 03:00", "2017-09-30 16:00"),
    ("Asia/Kolkata", "2017-10-01 05:30", "2017-10-01 00:00"),
]
# Wall clocks that never showed: they go on as if the clock had not been put forward, an hour later by the new time.
GAPS = [
    ("America/New_York", "2017-03-12 02:30", "2017-03-12 07:30"),
    ("Europe/London", "2017-03-26 01:30", "2017-03-26 01:30"),
    ("America/Sao_Paulo", "2017-10-15 00:00", "2017-10-15 03:00"),
    ("America/Sao_Paulo", "2017-10-15 00:30", "2017-10-15 03:30"),
    ("Australia/Sydney", "2017-10-01 02:30", "2017-09-30 16:30"),
]


def ms(text: str) -> Ints:
    """Milliseconds since 1970 of a wall clock."""
    moment = dt.datetime.fromisoformat(f"{text}+00:00") - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
    return np.array([moment // dt.timedelta(milliseconds=1)])


def zone(name: str) -> Ints:
    """The number of a zone."""
    return np.array([ZONES.index(name)])


# --- Clocks -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "local", "utc"), NIGHTS)
def test_a_night_on_which_clocks_change(name: str, local: str, utc: str) -> None:
    """Around each change of offset, wall clock and instant belong together, both ways."""
    assert ms(utc).tolist() == CLOCK.to_utc(zone(name), ms(local)).tolist()
    assert ms(local).tolist() == CLOCK.to_local(zone(name), ms(utc)).tolist()


@pytest.mark.parametrize(("name", "local", "utc"), GAPS)
def test_the_hour_skipped_moves_forward(name: str, local: str, utc: str) -> None:
    """A wall clock within the hour that is skipped in spring stands for an instant after the change, never before."""
    assert ms(utc).tolist() == CLOCK.to_utc(zone(name), ms(local)).tolist()


def test_the_hour_shown_twice_is_one_of_the_two() -> None:
    """A wall clock that shows twice in autumn stands for one of its two instants."""
    for name, local, one, other in [
        ("America/New_York", "2017-11-05 01:30", "2017-11-05 05:30", "2017-11-05 06:30"),
        ("Europe/London", "2017-10-29 01:30", "2017-10-29 00:30", "2017-10-29 01:30"),
        ("America/Sao_Paulo", "2017-02-18 23:30", "2017-02-19 01:30", "2017-02-19 02:30"),
    ]:
        assert CLOCK.to_utc(zone(name), ms(local)).tolist()[0] in {ms(one)[0], ms(other)[0]}


@given(st.sampled_from(ZONES), st.integers(YEAR[0] * DAY_MS, YEAR[1] * DAY_MS))
def test_the_clock_is_that_of_the_zone_data(name: str, utc_ms: int) -> None:
    """At any instant of the year the wall clock shows what Python's own zones say."""
    instant = dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(milliseconds=utc_ms)
    offset = instant.astimezone(_zone(name)).utcoffset()
    expected = (offset or dt.timedelta()) // dt.timedelta(milliseconds=1)
    assert expected == CLOCK.offset_ms(zone(name), np.array([utc_ms]))[0]


@given(st.sampled_from(ZONES), st.integers(YEAR[0] * DAY_MS, YEAR[1] * DAY_MS))
def test_local_time_goes_there_and_back(name: str, local_ms: int) -> None:
    """A wall clock turned into an instant shows the same again, or, where it never showed, one up to an hour later."""
    local = np.array([local_ms])
    shown = int(CLOCK.to_local(zone(name), CLOCK.to_utc(zone(name), local))[0])
    assert shown == local_ms or 0 < shown - local_ms <= HOUR_MS


def test_a_clock_of_more_days_is_the_same_clock() -> None:
    """Offsets do not depend on how many days a run has."""
    longer = Clock.between(ZONES, YEAR[0], YEAR[1] + 400)
    hours = np.arange(YEAR[0] * DAY_MS, YEAR[1] * DAY_MS, HOUR_MS)
    for number in range(len(ZONES)):
        at = np.full(len(hours), number)
        assert CLOCK.offset_ms(at, hours).tolist() == longer.offset_ms(at, hours).tolist()


# --- Holidays ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "easter", ["1961-04-02", "2000-04-23", "2008-03-23", "2017-04-16", "2018-04-01", "2038-04-25"]
)
def test_easter(easter: str) -> None:
    """Good Friday and Easter Monday lie around the Easter Sundays that calendars print."""
    sunday = dt.date.fromisoformat(easter)
    british = holidays(PLACES["GB"], sunday.year)
    expected = {sunday - dt.timedelta(days=2), sunday + dt.timedelta(days=1)}
    assert expected == {day for day in british if day.month in {3, 4}}


def test_holidays_of_2017() -> None:
    """The United States rest on Labor Day and Thanksgiving, Canada in October, Turkey at no Christmas."""
    expected = {
        dt.date(2017, 1, 1),
        dt.date(2017, 7, 4),
        dt.date(2017, 9, 4),
        dt.date(2017, 11, 23),
        dt.date(2017, 12, 25),
    }
    assert expected == holidays(PLACES["US"], 2017)
    assert dt.date(2017, 10, 9) in holidays(PLACES["CA"], 2017)
    assert dt.date(2017, 12, 25) not in holidays(PLACES["TR"], 2017)


def test_free_days() -> None:
    """A Saturday is free everywhere, an ordinary Wednesday nowhere, 23 November 2017 where people give thanks."""
    one = world("christmas-prince")
    thanksgiving = one.is_free_day(day_number(dt.date(2017, 11, 23))).tolist()
    assert one.is_free_day(day_number(dt.date(2017, 11, 18))).all()
    assert not one.is_free_day(day_number(dt.date(2017, 11, 22))).any()
    assert [code for code, free in zip(COUNTRIES, thanksgiving, strict=True) if free] == [
        "US",
        "JP",
    ]


def test_holidays_and_months_lift_viewing() -> None:
    """On a holiday more is watched than on the day before, in the countries that have it, moods apart."""
    one = world("christmas-prince", 1, {"world.mood_of_day": 0.0})
    before, on = (one.lift_of_day(day_number(dt.date(2017, 11, day))) for day in (22, 23))
    assert [
        code
        for code, less, more in zip(COUNTRIES, before.tolist(), on.tolist(), strict=True)
        if more > less
    ] == [
        "US",
        "JP",
    ]


# --- Catalogue --------------------------------------------------------------------------------------------------------


def test_title_ids_say_what_they_are() -> None:
    """Kind, work and ordinal can be read from a title's internal id, for the last of each."""
    work, ordinal = 2**22 - 1, 2**12 - 1
    key = int(title_key(TRAILER, np.array([work]), ordinal)[0])
    assert (TRAILER, work, ordinal) == (key >> 34, key >> 12 & 0x3FFFFF, key & 0xFFF)
    assert len({int(title_key(kind, np.array([5]))[0]) for kind in (FILM, EPISODE, TRAILER)}) == 3


def test_episodes_belong_to_seasons_of_series() -> None:
    """The flat arrays of a catalogue add up: every series has its seasons, every season 2 to 60 episodes."""
    catalogue = world("everyday", 1, {"catalogue.series_count": 300}).catalogue
    works, counts = catalogue.works, catalogue.season_episode_count
    assert int(works.season_count.sum()) == len(counts)
    assert int(works.episode_count.sum()) == int(counts.sum()) == len(catalogue.episode_runtime_ms)
    assert 2 <= counts.min() <= counts.max() <= 60
    for work in np.flatnonzero(~works.is_film)[:50].tolist():
        first, count = int(works.first_episode[work]), int(works.episode_count[work])
        seasons = catalogue.season_of_episode[first : first + count].tolist()
        expected = [
            season
            for season in range(int(works.season_count[work]))
            for _ in range(int(counts[int(works.first_season[work]) + season]))
        ]
        assert expected == seasons


def test_a_bigger_catalogue_keeps_its_titles() -> None:
    """The first works of a bigger catalogue are those of a smaller one, but for their rank, and what goes by it: for whom, of which kind, and whether and when they appear as originals."""
    small, big = (
        world("everyday", 1, {"catalogue.film_count": count}).catalogue.works
        for count in (200, 400)
    )
    for field in ("origin", "runtime_ms"):
        assert getattr(small, field)[:200].tolist() == getattr(big, field)[:200].tolist(), field


def test_seasons_of_an_original_appear_about_a_year_apart() -> None:
    """No two seasons of an original series appear on one day, and those of a licensed one are all there long before."""
    catalogue = world("everyday", 1, {"catalogue.series_count": 900}).catalogue
    works, day = catalogue.works, catalogue.season_released_day
    work_of_season = np.repeat(np.arange(len(works)), works.season_count)
    follows = work_of_season[1:] == work_of_season[:-1]
    gaps = np.diff(day)[follows]
    is_original = works.is_original[work_of_season[1:]][follows]
    assert gaps[is_original].min() > 150
    assert 330 < np.median(gaps[is_original]) < 390
    assert not gaps[~is_original].any()


def test_an_episode_is_out_from_the_day_of_its_season() -> None:
    """The episodes that are out grow with the days from none to all, by whole seasons, and the newest day is the last of those."""
    catalogue = world("everyday", 1, {"catalogue.series_count": 300}).catalogue
    works = catalogue.works
    for work in np.flatnonzero(works.is_original & (works.season_count > 1)).tolist()[:20]:
        first = int(works.first_season[work])
        out = 0
        for season in range(first, first + int(works.season_count[work])):
            day = int(catalogue.season_released_day[season])
            assert catalogue.episodes_out(day - 1)[work] == out
            out += int(catalogue.season_episode_count[season])
            assert catalogue.episodes_out(day)[work] == out
            assert catalogue.newest_day(day)[work] == day
        assert out == works.episode_count[work]


def test_listed_seasons_are_as_playable() -> None:
    """Episodes are listed from the day of their season: those of a day are the ones that can be played, originals to the episode."""
    one = world("everyday", 1, {"catalogue.series_count": 300})
    day = one.first_day + 200
    listed = title_records(one, (day + 1) * DAY_MS - 14 * HOUR_MS)
    episodes = listed.filter(pl.col("kind").cast(pl.String) == "episode", "is_original")
    works = one.catalogue.works
    is_series = works.is_original & ~works.is_film
    assert len(episodes) == int(one.catalogue.episodes_out(day)[is_series].sum())
    days = episodes.group_by("season_id").agg(pl.col("released_on").n_unique())
    assert days["released_on"].to_list() == [1] * len(days)


def test_originals_become_more_and_the_best_liked_are_spread_evenly() -> None:
    """Few appear in the first third of the time and most in the last, but of the best liked as many in each."""
    works = world("everyday", 2, {"catalogue.film_count": 4800}).catalogue.works
    films = (
        works.is_film
        & works.is_original
        & ~works.is_kids
        & (works.genre != GENRES.index("holiday"))
    )
    day = works.released_day[films]
    third = (day - day.min()) * 3 // (day.max() - day.min() + 1)
    first, _, last = np.bincount(third)
    assert last > 3 * first
    best = third[np.argsort(works.rank[films])[:90]]
    assert np.bincount(best).min() > 24


def test_most_originals_appear_on_a_friday() -> None:
    """Six in ten originals appear on a Friday, and licensed works mostly on the first of a month."""
    one = world("everyday", 1, {"catalogue.film_count": 4000})
    listed = title_records(one, (one.first_day + 30) * DAY_MS)
    films = listed.filter(pl.col("kind").cast(pl.String) == "film")
    friday = films.filter("is_original")["released_on"].dt.weekday() == 5
    first = films.filter(~pl.col("is_original"))["released_on"].dt.day() == 1
    assert 0.52 < friday.mean() < 0.7  # type: ignore[operator]
    assert 0.55 < first.mean() < 0.7  # type: ignore[operator]


def test_christmas_originals_appear_before_christmas() -> None:
    """An original film of Christmas appears in November or December."""
    works = world("everyday", 1, {"catalogue.film_count": 4000}).catalogue.works
    is_christmas = works.is_original & works.is_film & (works.genre == GENRES.index("holiday"))
    months = {date_of(day).month for day in works.released_day[is_christmas].tolist()}
    assert months in ({11, 12}, {10, 11, 12})


def test_genres_go_together() -> None:
    """All stand-up is comedy besides, and no work for grown-ups is for kids as well."""
    works = world("everyday", 1, {"catalogue.film_count": 4000}).catalogue.works
    both = works.second_genre[works.genre == GENRES.index("stand-up")]
    assert set(both.tolist()) == {GENRES.index("stand-up"), GENRES.index("comedy")}
    of_adults = works.second_genre[~works.is_kids & (np.arange(len(works)) < 4000)]
    assert not set(of_adults.tolist()) & {GENRES.index(one) for one in ("kids", "animation")}
    assert 0.15 < (works.second_genre == works.genre).mean() < 0.35


def test_the_seasons_of_a_series_are_alike() -> None:
    """Seasons of one series differ less in their number of episodes than those of different ones, by far."""
    catalogue = world("everyday", 1, {"catalogue.series_count": 900}).catalogue
    count = np.log(catalogue.season_episode_count)
    series = np.repeat(np.arange(len(catalogue.works)), catalogue.works.season_count)
    follows = series[1:] == series[:-1]
    assert np.corrcoef(count[1:][follows], count[:-1][follows])[0, 1] > 0.6


def test_lengths_of_episodes_lie_on_no_grid() -> None:
    """Episodes of a series differ by seconds: most lengths of a season with ten come up once."""
    catalogue = world("everyday", 1, {"catalogue.series_count": 300}).catalogue
    first = np.cumsum(catalogue.season_episode_count) - catalogue.season_episode_count
    for season in np.flatnonzero(catalogue.season_episode_count >= 10)[:20].tolist():
        begin = int(first[season])
        lengths = catalogue.episode_runtime_ms[begin : begin + 10].tolist()
        assert len(set(lengths)) >= 8


def test_every_half_year_has_its_share_of_great_originals() -> None:
    """Of the fifth of films that are liked best, each half-year in which originals appear has some new ones."""
    works = world("everyday", 1, {"catalogue.film_count": 4000}).catalogue.works
    great = works.is_film & works.is_original & (works.rank < 800)
    half = (works.released_day[great] - works.released_day[great].min()) // 182
    counts = np.bincount(half)[:-1]
    assert counts.min() >= 0.5 * counts.mean()
    assert counts.max() <= 1.6 * counts.mean()


@pytest.mark.parametrize("seed", [1, 2])
def test_what_works_are_is_dealt_evenly_over_how_liked_they_are(seed: int) -> None:
    """Of any 500 films in a row by rank as many are for children and of Christmas as of all, and none of the first 100 is of Christmas."""
    works = world("everyday", seed).catalogue.works
    films = works.take(np.flatnonzero(works.is_film))
    order = np.argsort(films.rank)
    is_kids = films.is_kids[order]
    is_christmas = (films.genre == GENRES.index("holiday"))[order]
    assert not is_christmas[:100].any()
    for start in range(0, len(order) - 500, 500):
        assert abs(int(is_kids[start : start + 500].sum()) - 65) <= 3
        assert abs(int(is_christmas[start : start + 500].sum()) - 6.5) <= 5


def test_a_new_work_for_children_has_a_calmer_rush() -> None:
    """On its first day a new film for children is lifted less than others, and so is one of Christmas; a year on they are alike."""
    one = world("everyday", 1, {"catalogue.film_count": 4000})
    works, popularity = one.catalogue.works, one.popularity
    lifts = popularity.decay[3 * popularity.calm + works.is_original]
    films = works.is_film & works.is_original
    is_christmas = films & (works.genre == GENRES.index("holiday"))
    is_kids = films & works.is_kids
    usual = lifts[films & ~is_kids & ~is_christmas]
    for calm in (lifts[is_kids], lifts[is_christmas]):
        assert len(calm) > 10
        assert calm[:, 0].max() < 0.6 * usual[:, 0].min()
        assert (calm[:, 0] > 5 * calm[:, 3000]).all()
        assert set(calm[:, 3000].tolist()) == set(usual[:, 3000].tolist())


def test_ranks_are_a_permutation() -> None:
    """Among films, and among series, every rank is given once."""
    works = world("everyday").catalogue.works
    for kind in (works.is_film, ~works.is_film):
        assert list(range(int(kind.sum()))) == sorted(works.rank[kind].tolist())


def test_named_titles_are_facts() -> None:
    """The titles that a scenario names are listed with the name, length, date and rating that it states."""
    one = world("christmas-prince")
    listed = title_records(one, window(one).last_day * DAY_MS)
    for stated in one.scenario.titles:
        row = listed.filter(name=stated.name).row(0, named=True)
        expected = (
            stated.released_on,
            int(stated.runtime_minutes * 60_000),
            stated.age_rating,
            "|".join(stated.genres),
        )
        assert expected == (row["released_on"], row["runtime_ms"], row["age_rating"], row["genres"])


def test_names_are_unique() -> None:
    """No two works share a name."""
    names = world(
        "everyday", 3, {"catalogue.film_count": 4000, "catalogue.series_count": 1500}
    ).names
    assert len(names) == len(set(names)) == 5500


def test_names_are_in_the_language_of_the_country() -> None:
    """Most works from Japan are written in its script, none from Britain is, and Christmas films keep Christmas in the name."""
    one = world("everyday", 3, {"catalogue.film_count": 4000, "catalogue.series_count": 1500})
    works, names = one.catalogue.works, one.names
    from_japan, from_britain = (
        [names[work] for work in np.flatnonzero(works.origin == COUNTRIES.index(code)).tolist()]
        for code in ("JP", "GB")
    )
    kanji = [any("\u3040" <= sign <= "\u9fff" for sign in name) for name in from_japan]
    assert 0.45 < np.mean(kanji) < 0.75
    assert all(sign < "\u3040" for name in from_britain for sign in name)
    christmas = [names[work] for work in np.flatnonzero(one.catalogue.christmas).tolist()]
    assert np.mean(["Christmas" in name for name in christmas]) > 0.3


def test_a_language_that_runs_dry_goes_on_in_english() -> None:
    """Where a country has more works than its language has titles, the rest have English ones, and each name is still its own."""
    changes = {"catalogue.film_count": 12_000, "catalogue.origins": {"FI": 1.0}}
    names = world("everyday", 3, {**changes, "catalogue.titles_in_own_language": 1.0}).names
    assert len(set(names)) == len(names)


# --- Popularity -------------------------------------------------------------------------------------------------------


def test_nothing_is_picked_before_its_release() -> None:
    """A work weighs nothing on the day before its release and something on the day of it."""
    one = world("christmas-prince")
    works = one.catalogue.works
    for work in np.flatnonzero(works.released_day > one.first_day).tolist():
        day = int(works.released_day[work])
        assert one.popularity.weights(day - 1, EVERYWHERE)[:, work].tolist() == [0] * len(COUNTRIES)
        if works.is_original[work]:
            assert (one.popularity.weights(day, EVERYWHERE)[:, work] > 0).all()


def test_a_new_title_fades() -> None:
    """The lift of a new title is greatest on its first day and falls from day to day."""
    one = world("christmas-prince", 1, {"world.christmas_lift": 1.0})
    quiet = replace(one.popularity, events=(), month_day_lift=np.full(366, 1024))
    work = one.catalogue.named["A Christmas Prince"]
    first = day_number(one.scenario.run.start)
    lifts = [int(quiet.day_lift(first + day)[work]) for day in range(200)]
    assert lifts == sorted(lifts, reverse=True)
    assert lifts[0] > 3 * lifts[-1] > 0


def test_a_dated_event_lifts_its_title_alone() -> None:
    """On its day an event multiplies its title's weight by the lift; after a half-life half of the excess is left."""
    one = world("christmas-prince")
    event = one.scenario.dated_events[0]
    work, day = one.catalogue.named[event.title], day_number(event.on)
    without = replace(one.popularity, events=())
    for later, expected in ((0, event.lift), (int(event.half_life_days), 1 + (event.lift - 1) / 2)):
        lifted, plain = one.popularity.day_lift(day + later), without.day_lift(day + later)
        assert lifted[work] / plain[work] == pytest.approx(expected, rel=0.01)
        assert np.delete(lifted, work).tolist() == np.delete(plain, work).tolist()
    assert one.popularity.day_lift(day - 1)[work] == without.day_lift(day - 1)[work]


def test_christmas() -> None:
    """Christmas titles weigh little in July and most before Christmas; other licensed titles stay as they are."""
    one = world("everyday")
    works = one.catalogue.works
    old = works.released_day < one.first_day - 3000
    july, december = (
        one.popularity.day_lift(day_number(dt.date(2017, *day))) for day in ((7, 15), (12, 20))
    )
    holiday = (works.genre == GENRES.index("holiday")) & old
    assert holiday.sum() > 0
    old &= ~works.is_original
    assert (december[holiday] > 8 * july[holiday]).all()
    assert july[old & ~holiday].tolist() == december[old & ~holiday].tolist()


def test_works_are_liked_at_home() -> None:
    """A Brazilian work weighs more in Brazil, against American ones, than it does in Sweden."""
    one = world("everyday", 1, {"catalogue.film_count": 4000})
    brazil, sweden, states = (COUNTRIES.index(code) for code in ("BR", "SE", "US"))
    origin, base = one.catalogue.works.origin, one.popularity.base
    at_home, abroad = (
        base[country, origin == brazil].mean() / base[country, origin == states].mean()
        for country in (brazil, sweden)
    )
    assert at_home > 1.8 * abroad


def test_children_leave_adults_their_works() -> None:
    """Children have works made for them only, those of the genre kids before all; adults have few of these."""
    one = world("everyday", 1, {"catalogue.film_count": 4000})
    works = one.catalogue.works
    adults, kids = one.popularity.appeal
    assert (kids[~works.is_kids] == 0).all()
    assert (adults[~works.is_kids] == 1024).all()
    is_small = works.is_kids & (works.genre == GENRES.index("kids"))
    assert kids[is_small].min() > kids[works.is_kids & ~is_small].max() > 0
    assert adults[is_small].max() < adults[works.is_kids & ~is_small].min() < 1024


def test_shelves_hold_what_they_say() -> None:
    """Shelves of films hold films, of series series, of new titles new ones, and those for kids nothing else."""
    one = world("everyday")
    works, countries = one.catalogue.works, np.array([COUNTRIES.index("BR"), COUNTRIES.index("US")])
    day = day_number(one.scenario.run.start)
    stock = one.popularity.shelf(day, countries)
    bits = np.random.default_rng(1).integers(0, 2**64, 4_000, dtype=np.uint64)
    for kind in (FILMS, SERIES, FRESH):
        for audience in (ADULTS, KIDS):
            for country in (0, 1):
                row = stock.row(kind, np.full(len(bits), audience * len(countries) + country))
                picked = stock.pick(bits, row)
                if kind == FRESH:
                    age = day - one.catalogue.newest_day(day)[picked[picked >= 0]]
                    assert ((age >= 0) & (age < one.popularity.fresh_days)).all()
                    continue
                assert (works.is_film[picked] == (kind == FILMS)).all()
                assert audience == ADULTS or works.is_kids[picked].all()
                assert (one.popularity.base[countries[country], picked] > 0).all()


@pytest.mark.statistics
def test_a_shelf_is_picked_by_weight() -> None:
    """How often a work is picked from a shelf follows its weight."""
    one = world("everyday")
    countries, day = np.array([COUNTRIES.index("US")]), day_number(one.scenario.run.start)
    stock = one.popularity.shelf(day, countries)
    picked = stock.pick(
        np.random.default_rng(2).integers(0, 2**64, 200_000, dtype=np.uint64),
        stock.row(FILMS, np.zeros(200_000, int)),
    )
    works = one.catalogue.works
    weights = one.popularity.by_audience(day, countries)[ADULTS][0] * works.is_film
    expected = weights / weights.sum() * len(picked)
    counts = np.bincount(picked, minlength=len(works))
    large = expected > 50
    chi = ((counts - expected) ** 2 / np.maximum(expected, 1e-9))[large].sum()
    assert abs(chi - large.sum()) < 5 * np.sqrt(2 * large.sum())
    assert counts[expected == 0].sum() == 0


# --- Outages ----------------------------------------------------------------------------------------------------------


def test_outages_touch_plays_of_their_region_and_time() -> None:
    """An outage strikes plays in its region that overlap it, and no others."""
    one = world("everyday", 1, {"world.outages_per_region_year": 300.0})
    outages = outages_of(one, np.array([day_number(one.scenario.run.start)]))
    region, begin, end = int(outages.region[0]), int(outages.start_ms[0]), int(outages.end_ms[0])
    alone = outages.take(slice(0, 1))
    times = [
        (begin - 5, begin),
        (begin - 5, begin + 1),
        (begin + 1, begin + 2),
        (end - 1, end + 5),
        (end, end + 5),
    ]
    starts, stops = (np.array(column) for column in zip(*times, strict=True))
    assert alone.strikes(np.full(5, region), starts, stops).tolist() == [0, 1, 1, 1, 0]
    assert alone.strikes(np.full(5, region + 1), starts, stops).tolist() == [0] * 5


def test_a_quiet_world_has_no_outages() -> None:
    """At a rate of nought nothing goes out."""
    one = world("quiet")
    assert len(outages_of(one, np.arange(window(one).first_day, window(one).last_day))) == 0
