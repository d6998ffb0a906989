"""Routines: hours, a bedtime and a device of one's own, and the moods that a country shares."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from strategies import world

from synthview.block import Block
from synthview.ids import within_day
from synthview.people.ages import ADULT, CHILD
from synthview.people.homes import FIRST_PHONE
from synthview.player.presses import press
from synthview.rows import Floats, Ints
from synthview.viewing.hours import Curves, bedtimes, by_the_clock, first_hours, second_hours
from synthview.viewing.leanings import lean, leanings_of
from synthview.viewing.new_seasons import take_up, wait_for_more
from synthview.viewing.persons import UNIT, blend
from synthview.viewing.settings import ChoosingSettings
from synthview.viewing.sittings import Sessions
from synthview.viewing.stock import Stock
from synthview.world.clock import DAY_MS, HOUR_MS
from synthview.world.moods import mood_of_day

HOUSEHOLDS, LENGTH = 400, 28
NO_SECONDS = {"sittings.second_sitting": 0.0}


def block_of(**changes: float) -> Block:
    """A block before its first day; ``sittings__together=0.5`` changes a setting."""
    stated = {path.replace("__", "."): value for path, value in changes.items()}
    return Block(world("quiet", 2, stated), np.arange(HOUSEHOLDS), frozenset())


@cache
def weeks(**changes: float) -> tuple[Block, Sessions]:
    """A block that has lived some weeks, and who sat down in them, a person after the other."""
    block = block_of(**changes)
    first = block.world.first_day
    days = [block.sit_down(day) for day in range(first, first + LENGTH)]
    sessions = Sessions.stack(days)
    return block, sessions.take(np.lexsort((sessions.start_ms, sessions.lead, sessions.home)))


def hours_since_five(sessions: Sessions) -> Floats:
    """When each session begins, in hours from 5 o'clock on."""
    return (sessions.start_local - 5 * HOUR_MS) % DAY_MS / HOUR_MS


def spreads(sessions: Sessions) -> tuple[float, float]:
    """How the hours of one person differ, and how the means of persons do, of those who sit down often."""
    person, hours = sessions.home * 8 + sessions.lead, hours_since_five(sessions)
    own = [hours[person == one] for one in np.unique(person)]
    often = [one for one in own if len(one) >= 6]
    return float(np.mean([one.std() for one in often])), float(
        np.std([one.mean() for one in often])
    )


def on_the_same(sessions: Sessions) -> float:
    """How often a person's next session is on the same device."""
    person = sessions.home * 8 + sessions.lead
    again = person[1:] == person[:-1]
    return float((sessions.device[1:] == sessions.device[:-1])[again].mean())


def test_people_keep_hours_of_their_own() -> None:
    """The hours of one person differ less than people do; where nobody has usual hours, far more."""
    within, between = spreads(weeks(sittings__second_sitting=0.0)[1])
    without, alike = spreads(weeks(sittings__second_sitting=0.0, routines__usual_hours=0.0)[1])
    assert within < 0.8 * between
    assert without > 1.5 * alike  # means of few sittings differ by chance too


def test_usual_hours_leave_the_curve_of_all_as_it_is() -> None:
    """However often people keep to their hours, as many of all sit down before noon, in the evening and at night."""
    shares = []
    for usual in (0.0, 1.0):
        block = block_of(routines__usual_hours=usual)
        who, day = block.persons, block.world.first_day + 2
        times = [first_hours(block.world, block.homes, who, who.key + n, day) for n in range(20)]
        hour = np.concatenate(times) // HOUR_MS
        shares.append(np.bincount(hour // 6, minlength=4) / len(hour))
    assert np.abs(shares[0] - shares[1]).max() < 0.05


def test_some_begin_by_the_clock() -> None:
    """More sittings begin soon after a full or half hour than late in it; each stays in its half of the hour."""
    block = block_of()
    time_ms = np.arange(40_000) * 2_111 % (24 * HOUR_MS)
    found = by_the_clock(block.world, np.arange(40_000), time_ms)
    half = HOUR_MS // 2
    assert (found // half == time_ms // half).all()
    early, late = ((found % half < 6 * 60_000).mean(), (found % half >= 24 * 60_000).mean())
    assert 1.2 * late < early < 2 * late


def test_a_second_sitting_keeps_its_distance() -> None:
    """It begins at least two hours before or after the first one of its day, but where the day has no room."""
    block = block_of()
    who, day = block.persons, block.world.first_day
    first = first_hours(block.world, block.homes, who, who.key, day)
    second = second_hours(block.world, block.homes, who, who.key + 1, first, day)
    apart = np.abs(second - first)
    assert (apart >= 2 * HOUR_MS - 1_000).mean() > 0.98
    assert 3 * HOUR_MS < np.median(apart) < 9 * HOUR_MS


def test_bedtime_is_that_of_the_night() -> None:
    """Who is up at two o'clock should have been in bed yesterday; small children are in bed at their hour."""
    alike = {"routines.bedtime_spread": 0.0, "routines.bedtime_varies": 0.0,
             "routines.bedtime_on_free_days": 0.0, "routines.bedtime": 24.5}  # fmt: skip
    block = block_of(**{path.replace(".", "__"): value for path, value in alike.items()})
    who, day = block.persons, block.world.first_day
    is_child = who.person_class == CHILD
    for hour, expected in ((20, 24.5), (2, 0.5)):
        time = np.full(len(who), hour * HOUR_MS)
        bed = bedtimes(block.world, block.homes, who, time, day) / HOUR_MS
        assert {expected} == set(bed[~is_child].tolist())
        assert {22.0 if hour == 20 else -2.0} == set(bed[is_child].tolist())


def test_bedtime_ends_sittings() -> None:
    """With an early bedtime for all, evenings are shorter."""
    late, early = (weeks(routines__bedtime=bed)[1] for bed in (28.0, 22.0))
    evening = [one.take((one.start_local % DAY_MS) // HOUR_MS == 20) for one in (late, early)]
    assert evening[1].length_ms.mean() < 0.85 * evening[0].length_ms.mean()


def test_people_return_to_their_device() -> None:
    """The next session is mostly on the same device, far more often than where nobody has one."""
    own = on_the_same(weeks()[1])
    by_chance = on_the_same(weeks(routines__same_device=0.0, routines__one_device=0.0)[1])
    assert 0.7 < own < 0.92
    assert by_chance < own - 0.1


def test_some_never_take_the_phone() -> None:
    """Without anybody who ever watches on a phone there is no session on one, but in homes that have nothing else."""
    block, sessions = weeks(routines__phone_viewers=0.0)
    assert not (sessions.device >= FIRST_PHONE).any()
    assert (weeks()[1].device >= FIRST_PHONE).any()
    assert (block.homes.device_type[:, FIRST_PHONE:] >= 0).any()


def test_some_small_children_never_watch() -> None:
    """Adults are all among those who may watch; small children as often as is said."""
    for share in (0.0, 1.0):
        block = block_of(routines__kid_viewers=share)
        listed = np.bincount(block.persons.person_class, minlength=4)
        there = np.bincount(block.homes.person_class[block.homes.persons], minlength=4)
        assert listed[ADULT] == there[ADULT]
        assert listed[CHILD] == share * there[CHILD]


def test_moods_are_shared_within_a_country() -> None:
    """Days differ by what is said, around 1, each country by itself; without moods all are alike."""
    days = np.array([mood_of_day(3, 0.04, 0.0, day) for day in range(17_000, 17_400)])
    assert abs(days.mean() - 1) < 0.003
    assert 0.036 < days.std(axis=0).mean() < 0.044
    assert abs(np.corrcoef(days[:, 0], days[:, 1])[0, 1]) < 0.2
    assert {1.0} == set(mood_of_day(3, 0.0, 0.0, 17_000).tolist())


def test_days_of_one_week_have_its_mood() -> None:
    """The mood of a week holds from Monday to Sunday."""
    monday = 17_168  # 2 January 2017
    weeks_of = [mood_of_day(3, 0.0, 0.05, monday + day)[0] for day in range(-1, 8)]
    assert len(set(weeks_of[1:8])) == 1
    assert len({weeks_of[0], weeks_of[1], weeks_of[8]}) == 3


def test_a_curve_can_be_read_both_ways() -> None:
    """The share of a day that has passed at a time leads back to the time."""
    curves = Curves.of([[1.0] * 24, [float(hour + 1) for hour in range(24)]])
    row = np.array([0, 0, 1, 1])
    time = np.array([0, 9, 13, 23]) * HOUR_MS + 1_234_567
    assert np.abs(curves.time_at(row, curves.share_at(row, time)) - time).max() < 1_000


def test_a_blend_of_normal_numbers_is_normal() -> None:
    """Half of each variance gives the variance of one; all of one gives that one."""
    chance = np.random.default_rng(5)
    one, other = (np.rint(chance.normal(size=20_000) * UNIT).astype(np.int64) for _ in range(2))
    mixed: Ints = blend(one, other, 0.5)
    assert abs(mixed.std() / UNIT - 1) < 0.03
    assert np.abs(blend(one, other, 1.0) - one).max() <= 1


def test_a_series_goes_on_when_a_new_season_appears() -> None:
    """Who came to the end of what was out takes it up on the day of the new season, with its first episode, and not before."""
    block = block_of(choosing__takes_up_season=1.0)
    of, memory = block.world, block.memory
    seasons = [of.catalogue.episodes_out(of.first_day + day) for day in (0, 400)]
    series = np.flatnonzero(seasons[1] > seasons[0])[:1]
    day = next(
        one
        for one in range(of.first_day, of.first_day + 401)
        if of.catalogue.episodes_out(one)[series] > seasons[0][series]
    )
    profile, key = np.array([5]), np.array([1])
    every = of.catalogue.works.episode_count
    wait_for_more(every, memory, profile, series, seasons[0][series])
    stock = Stock.on(of, memory.countries, range(day - 1, day + 1))
    take_up(of, memory, stock, profile, key, np.array([day - 1]))
    assert memory.series[5, 0] == -1
    take_up(of, memory, stock, profile, key, np.array([day]))
    assert memory.series[5, 0] == series[0]
    assert memory.episode[5, 0] == seasons[0][series][0]
    assert memory.episode[5, 0] == of.catalogue.newest_episode(day)[series][0]
    assert (memory.awaited[5, :, 0] == -1).all()


def test_nobody_waits_for_more_of_a_series_that_is_over() -> None:
    """What has no season to come is not remembered."""
    block = block_of()
    every = block.world.catalogue.works.episode_count
    series = np.flatnonzero(every > 0)[:1]
    wait_for_more(every, block.memory, np.array([5]), series, every[series])
    assert (block.memory.awaited[5] == [-1, 0]).all()


@pytest.mark.parametrize("share", [0.02, 0.11, 0.3, 0.72])
def test_leanings_differ_and_leave_the_mean(share: float) -> None:
    """Over many profiles a share stays what the setting says, within a fiftieth of it; people differ as much as logits do."""
    of = world("quiet", 2)
    settings = of.scenario.of(ChoosingSettings)
    away = leanings_of(of, np.arange(40_000))[0]
    chance = lean(settings, share, away)
    assert abs(chance.mean() / share - 1) < 0.02 + 4 * chance.std() / share / 200
    assert chance.std() > 0.3 * settings.leanings_spread * share * (1 - share)
    assert lean(settings, 0.0, away).max() == 0.0
    assert lean(settings, 1.0, away).min() == 1.0


def test_people_differ_in_how_often_they_press_pause() -> None:
    """Of homes that play for 200 hours each some pause three times as often as others; alike they would differ by a few percent."""
    of = world("quiet", 2)
    homes = 60
    key = within_day(np.repeat(np.arange(homes), 200), 3, 0, np.tile(np.arange(200), homes))
    pauses, _ = press(of, key, np.full(len(key), HOUR_MS))
    count = np.bincount(pauses.play[pauses.stall_ms > 0] // 200, minlength=homes) / 200
    low, high = np.quantile(count, [0.1, 0.9])
    assert high > 3 * low
    usual = of.scenario.of(ChoosingSettings).pauses_per_hour
    assert 0.6 * usual < count.mean() < 1.6 * usual
