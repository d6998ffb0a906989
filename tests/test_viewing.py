"""Viewing: who sits down where and when, what is remembered, and how often anybody returns to the same film."""

from __future__ import annotations

from functools import cache

import numpy as np
import polars as pl
import pytest
from strategies import HOMES, joined, lived, window, world

from synthview.block import Block
from synthview.people.ages import ADULT, CHILD
from synthview.people.homes import PERSONS, PROFILES
from synthview.rows import Ints, Rows, turns
from synthview.viewing.choices import MOST_PLAYS, Plays
from synthview.viewing.habits import habits
from synthview.viewing.memory import SERIES_SLOTS, Memory
from synthview.viewing.mind import NEXT_EPISODE, RESUME, REWATCH
from synthview.viewing.settings import ChoosingSettings
from synthview.viewing.sittings import Sessions
from synthview.viewing.tastes import has_comfort
from synthview.world.clock import DAY_MS, HOUR_MS, MINUTE_MS

HOUSEHOLDS, LENGTH = 300, 24


def block_of(name: str = "quiet", **changes: float) -> Block:
    """A block before its first day; ``sittings__together=0.5`` changes a setting."""
    stated = {path.replace("__", "."): value for path, value in changes.items()}
    return Block(world(name, 2, stated), np.arange(HOUSEHOLDS), frozenset())


@cache
def month(**changes: float) -> tuple[Block, list[tuple[int, Sessions, Plays]]]:
    """A block that has lived some weeks, and what it did."""
    block = block_of(**changes)
    first = block.world.first_day
    lives = []
    for day in range(first, first + LENGTH):
        sessions = block.sit_down(day)
        lives.append((day, sessions, block.choose(sessions, day)))
    return block, lives


def test_days_that_are_chosen_for_at_once_are_as_one_by_one() -> None:
    """People choose the same titles in the same order, and have the same under way each evening, however far ahead they choose."""
    one_by_one, at_once = block_of(), block_of()
    first = at_once.world.first_day
    for day in range(first, first + 6):
        alone = one_by_one.choose(one_by_one.sit_down(day), day)
        ahead = at_once.choose(at_once.sit_down(day), day, first + 5)
        for name in Plays.__match_args__:
            assert (getattr(alone, name) == getattr(ahead, name)).all()
        evening, known = one_by_one.memory, at_once.choosers.known
        assert (evening.all_series == known.all_series).all()
        assert (evening.films == known.films).all()


# --- Rows -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("group", "expected"),
    [
        ([], []),
        ([0], [0]),
        ([4, 4, 4], [0, 1, 2]),
        ([0, 0, 2, 2, 2, 0], [0, 1, 0, 1, 2, 0]),
        ([7, 3, 7], [0, 0, 0]),
    ],
)
def test_turns(group: list[int], expected: list[int]) -> None:
    """Rows that lie together by group are counted from nought in each."""
    assert expected == turns(np.array(group, dtype=np.int64)).tolist()


def test_rows_are_taken_and_stacked_whole() -> None:
    """Cutting a table in two and putting the parts below each other gives the table."""
    _, sessions, _ = month()[1][10]
    parts = [sessions.take(slice(0, 7)), sessions.take(np.arange(len(sessions)) >= 7)]
    together: Rows = Sessions.stack(parts)
    assert [len(sessions), 7] == [len(together), len(parts[0])]
    for field in Sessions.__slots__:
        assert getattr(sessions, field).tolist() == getattr(together, field).tolist()


# --- Sittings ---------------------------------------------------------------------------------------------------------


def test_a_sitting_has_its_lead_before_a_screen_of_the_home() -> None:
    """The lead is a viewer, all viewers live there and are old enough, the device is there and no other's phone."""
    block, lives = month()
    for _, sessions, _ in lives:
        there = (sessions.viewers[:, None] >> np.arange(PERSONS)) & 1 == 1
        classes = block.homes.person_class[sessions.home]
        assert there[np.arange(len(sessions)), sessions.lead].all()
        assert ((classes >= ADULT) & (classes <= CHILD))[there].all()
        assert (block.homes.device_type[sessions.home, sessions.device] >= 0).all()
        on_a_phone = sessions.device >= 4
        assert (sessions.device[on_a_phone] - 4).tolist() == sessions.lead[on_a_phone].tolist()


def test_people_and_screens_are_in_one_place() -> None:
    """Within a home no two sittings share a person or a screen at the same time, over midnight too."""
    _, lives = month()
    taken: dict[tuple[int, str, int], int] = {}
    for _, sessions, _ in lives:
        order = np.argsort(sessions.start_ms, kind="stable")
        for row in order.tolist():
            home, viewers = int(sessions.home[row]), int(sessions.viewers[row])
            whom = [(home, "person", slot) for slot in range(PERSONS) if viewers >> slot & 1]
            for one in [*whom, (home, "screen", int(sessions.device[row]))]:
                assert taken.get(one, 0) <= sessions.start_ms[row], one
                taken[one] = int(sessions.until_ms[row])
    assert len(taken) > HOUSEHOLDS


def test_local_time_of_a_sitting_is_that_of_its_zone() -> None:
    """The wall clock noted for a sitting is what the home's zone shows, but in the nights that clocks change."""
    block, lives = month()
    for _, sessions, _ in lives:
        shown = block.world.clock.to_local(block.homes.zone[sessions.home], sessions.start_ms)
        assert np.abs(shown - sessions.start_local).max() <= HOUR_MS
        assert (shown == sessions.start_local).mean() > 0.98


@pytest.mark.slow
def test_people_watch_together_if_they_like() -> None:
    """With nobody willing to join every sitting has one viewer; with everybody willing a sofa is shared."""
    alone, together = (month(sittings__together=share)[1] for share in (0.0, 1.0))
    alone_count = np.concatenate([np.bitwise_count(sessions.viewers) for _, sessions, _ in alone])
    together_count = np.concatenate(
        [np.bitwise_count(sessions.viewers) for _, sessions, _ in together]
    )
    assert {1} == set(alone_count.tolist())
    assert together_count.max() >= 3
    assert sum(len(sessions) for _, sessions, _ in together) < sum(
        len(sessions) for _, sessions, _ in alone
    )


@pytest.mark.slow
def test_more_appetite_means_more_days() -> None:
    """A higher share of days brings more sittings, and a share of nought brings none."""
    counts = [
        sum(len(sessions) for _, sessions, _ in month(sittings__share_of_days=share)[1])
        for share in (0.0, 0.25, 0.6)
    ]
    assert counts[0] == 0
    assert 0 < 1.5 * counts[1] < counts[2]


def test_nobody_sits_down_on_a_cancelled_account() -> None:
    """Sittings begin while the account runs, even where accounts are cancelled within weeks."""
    block, lives = month(people__months_until_cancelled=0.5, people__months_until_return=0.5)
    for _, sessions, _ in lives:
        passed = (block.instants[sessions.home] <= sessions.start_ms[:, None]).sum(axis=1)
        in_time = (passed % 2 == 1).mean()
        assert (
            in_time > 0.97
        )  # a sitting that waits for its people may begin after the cancellation
    assert (block.instants[:, 1] < (block.world.first_day + LENGTH) * DAY_MS).mean() > 0.5


def test_small_children_do_not_stay_up() -> None:
    """Sittings led by a child begin between five in the morning and eleven at night."""
    block, lives = month()
    hours = np.concatenate([
        sessions.start_local[block.homes.person_class[sessions.home, sessions.lead] == CHILD] // HOUR_MS % 24
        for _, sessions, _ in lives
    ])  # fmt: skip
    assert len(hours) > 100
    assert hours.min() >= 5
    assert np.isin(hours, (0, 1, 2, 3, 4)).sum() == 0


# --- Choices ----------------------------------------------------------------------------------------------------------


def test_plays_of_a_sitting_fit_in_it() -> None:
    """A sitting has no more plays than ids have room for, each with its own key, and hardly overruns its length."""
    for _, sessions, plays in month()[1]:
        assert np.bincount(plays.session, minlength=len(sessions)).max(initial=0) <= MOST_PLAYS < 32
        assert len(np.unique(plays.key)) == len(plays)
        spent = np.zeros(len(sessions), dtype=np.int64)
        np.add.at(spent, plays.session, plays.playing_ms + plays.gap_ms)
        assert (spent <= sessions.length_ms + 45 * MINUTE_MS).mean() > 0.95


def test_plays_lie_within_their_titles() -> None:
    """What is meant to run starts and ends within the title, and episodes exist."""
    block, lives = month()
    catalogue = block.world.catalogue
    for _, _, plays in lives:
        runtime = catalogue.runtime_ms(plays.work, plays.episode)
        assert (plays.work >= 0).all()
        assert (plays.playing_ms > 0).all()
        assert ((plays.start_position_ms >= 0) & (plays.start_position_ms < runtime)).all()
        assert (
            plays.start_position_ms + plays.playing_ms
            <= np.maximum(runtime, plays.start_position_ms + 10_000)
        ).all()
        is_series = ~catalogue.works.is_film[plays.work]
        assert (
            plays.episode[is_series] < catalogue.works.episode_count[plays.work[is_series]]
        ).all()


def test_autoplay_only_follows_an_episode() -> None:
    """The first play of a sitting is pressed, and what comes by itself is the next episode."""
    for _, _, plays in month()[1]:
        order = np.lexsort((plays.key, plays.session))
        first = turns(plays.session[order]) == 0
        assert not plays.autoplayed[order][first].any()
        assert (plays.source[plays.autoplayed] == NEXT_EPISODE).all()
        assert (plays.gap_ms[plays.autoplayed] == 0).all()


def test_episodes_follow_each_other() -> None:
    """Within a sitting the next episode is the one after that which was seen to its end."""
    block, lives = month()
    followed = 0
    for _, _, meant in lives:
        plays = meant.take(np.lexsort((meant.key, meant.session)))
        same = (
            (plays.session[1:] == plays.session[:-1])
            & (plays.work[1:] == plays.work[:-1])
            & (plays.source[1:] == NEXT_EPISODE)
        )
        same &= (
            plays.finishes[:-1]
            & ~block.world.catalogue.works.is_film[plays.work[1:]]
            & (plays.source[:-1] == NEXT_EPISODE)
        )
        assert (plays.episode[1:][same] == plays.episode[:-1][same] + 1).all()
        assert (plays.start_position_ms[1:][same] == 0).all()
        followed += int(same.sum())
    assert followed > 500


def days_per_film(block: Block, lives: list[tuple[int, Sessions, Plays]]) -> pl.DataFrame:
    """For each ordinary profile and film, and each day it was started: on how many of the 18 days up to then it was."""
    pieces = []
    for day, sessions, plays in lives:
        home = sessions.home[plays.session]
        profile = home * PROFILES + sessions.profile[plays.session]
        is_aid = (block.memory.sleep_aid[home] == plays.work) & (block.memory.sleep_aid[home] >= 0)
        kept = (
            ~block.memory.is_repeater[profile]
            & block.world.catalogue.works.is_film[plays.work]
            & ~is_aid
        )
        pieces.append(
            pl.DataFrame(
                {
                    "profile": profile[kept],
                    "work": plays.work[kept],
                    "day": np.full(int(kept.sum()), day),
                }
            )
        )
    starts = pl.concat(pieces).unique().sort("profile", "work", "day")
    later = starts.join(starts, on=["profile", "work"], suffix="_before")
    return (
        later.filter((pl.col("day") - pl.col("day_before")).is_between(0, 17))
        .group_by("profile", "work", "day")
        .len()
    )


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"choosing__resume_film": 1.0, "choosing__give_up": 0.0, "sittings__sitting_minutes": 12.0},
        {"choosing__rewatch": 0.5},
        {"choosing__sees_again": 0.5},
        {"choosing__returns_to_tried": 0.8, "choosing__tries_first": 0.6},
        {"choosing__repeat_cap": 1},
    ],
)
def test_ordinary_profiles_keep_to_the_cap(changes: dict[str, float]) -> None:
    """An ordinary profile starts one film on at most `repeat_cap` days of 18, however fond of old favourites."""
    block, lives = month(**changes)
    counted = days_per_film(block, lives)
    assert counted.height > 300
    assert counted["len"].max() <= block.world.scenario.of(ChoosingSettings).repeat_cap


@pytest.mark.slow
def test_who_sees_films_in_pieces_takes_more_evenings() -> None:
    """Were all profiles so, far more films would take three days or more, and none more days than the cap."""
    long = {}
    for share in (0.0, 1.0):
        counted = days_per_film(
            *month(choosing__sees_films_in_pieces=share, sittings__share_of_days=0.6)
        )
        long[share] = counted.filter(pl.col("len") >= 3).height / counted.height
    assert long[1.0] > 2 * long[0.0]


def test_repeaters_return_as_often_as_they_like() -> None:
    """The cap is a trait of ordinary profiles: were all profiles repeaters, some would start one film on more days."""
    block, lives = month(
        choosing__repeater=1.0, choosing__repeater_spell_days=60.0, sittings__share_of_days=0.8
    )
    block.memory.is_repeater[:] = False  # so that all are counted
    assert (
        days_per_film(block, lives)["len"].max()
        > block.world.scenario.of(ChoosingSettings).repeat_cap
    )


def test_new_titles_are_new() -> None:
    """What is found by browsing, as a new release or by searching is a title the profile has not been through."""
    _, lives = month()
    seen: set[tuple[int, int]] = set()
    for _, sessions, plays in lives:
        home = sessions.home[plays.session]
        profile = home * PROFILES + sessions.profile[plays.session]
        found = (plays.source > NEXT_EPISODE) & (plays.source < REWATCH)
        new = list(zip(profile[found].tolist(), plays.work[found].tolist(), strict=True))
        assert len(set(new)) == len(new)
        assert not seen & set(new)
        seen |= set(new)
    assert len(seen) > 1_000


def by_profile(block: Block, lives: list[tuple[int, Sessions, Plays]]) -> pl.DataFrame:
    """All plays in the order of time, with their profile, day and place in their sitting."""
    pieces = []
    for day, sessions, meant in lives:
        plays = meant.take(
            np.lexsort((meant.key, sessions.key[meant.session], sessions.start_ms[meant.session]))
        )
        home = sessions.home[plays.session]
        runtime = block.world.catalogue.runtime_ms(plays.work, plays.episode)
        pieces.append(
            pl.DataFrame(
                {
                    "profile": home * PROFILES + sessions.profile[plays.session],
                    "day": np.full(len(plays), day),
                    "session": sessions.key[plays.session],
                    "work": plays.work,
                    "episode": plays.episode,
                    "is_film": block.world.catalogue.works.is_film[plays.work],
                    "source": plays.source,
                    "from_ms": plays.start_position_ms,
                    "to_ms": plays.start_position_ms + plays.playing_ms,
                    "gap_ms": plays.gap_ms,
                    "runtime_ms": runtime,
                    "finishes": plays.finishes,
                }
            )
        )
    return pl.concat(pieces)


def test_a_film_is_taken_up_where_it_was_left_and_never_after_its_end() -> None:
    """A resumed film goes on where the play of it before stopped, which was not at its credits; some within the hour."""
    films = by_profile(*month()).filter("is_film")
    before = pl.col("to_ms", "finishes", "session").shift().over("profile", "work")
    resumed = films.with_columns(before.name.suffix("_before")).filter(source=RESUME)
    known = resumed.drop_nulls("to_ms_before")
    assert resumed.height == known.height > 200
    assert known["from_ms"].to_list() == known["to_ms_before"].to_list()
    assert not known["finishes_before"].any()
    assert (known["from_ms"] < known["runtime_ms"]).all()
    back = known.filter(pl.col("session") == pl.col("session_before"))
    assert back.height > 50
    assert 2 < back["gap_ms"].median() / MINUTE_MS < 20


def test_nobody_goes_on_with_a_series_that_is_over() -> None:
    """After its last episode a series is no next episode any more; what is seen once more is a rewatch."""
    block, lives = month()
    plays = by_profile(block, lives).filter(~pl.col("is_film"), source=NEXT_EPISODE)
    count = pl.Series(block.world.catalogue.works.episode_count)
    is_last = pl.col("episode") == count.gather(plays["work"]) - 1
    ended = plays.with_columns(over=is_last & pl.col("finishes"))
    after = ended.with_columns(pl.col("over").cum_sum().shift().over("profile", "work"))
    assert ended["over"].sum() > 50
    assert after.filter(pl.col("over") > 0).height == 0


def test_a_rewatch_is_of_something_known() -> None:
    """What counts as a rewatch is no title that is found just then, and its series is the one that comforts."""
    block, lives = month(choosing__comfort_series=0.3)
    plays = by_profile(block, lives)
    again = plays.filter(source=REWATCH)
    series = again.filter(~pl.col("is_film"))
    assert series.height > 500
    comfort = block.memory.comfort[series["profile"].to_numpy(), 0]
    assert comfort.tolist() == series["work"].to_list()
    household = series["profile"].to_numpy() // PROFILES
    key = block.homes.household[household] * 8 + series["profile"].to_numpy() % PROFILES
    assert has_comfort(block.world, key).all()
    assert block.memory.has_seen(again["profile"].to_numpy(), again["work"].to_numpy()).all()


def test_who_may_return_to_a_series_at_will_is_known_beforehand() -> None:
    """Of every series that comforts somebody, habits name all homes in which it does; of others far from all.

    A series for kids may be that of any home, as habits do not ask which homes have a profile for kids.
    """
    block = block_of()
    comfort = block.memory.comfort[:, 0].reshape(-1, PROFILES)
    works, homes_of = np.unique(comfort[comfort >= 0], return_counts=True)
    for work in works[np.argsort(homes_of)[-5:]].tolist():
        theirs = (comfort == work).any(axis=1)
        told = habits(block.world, block.homes.household, work, range(18)) > 0
        assert told[theirs].all()
        is_for_kids = block.world.catalogue.works.is_kids[work]
        assert is_for_kids or told.sum() < 3 * theirs.sum() + 30


def test_credits_begin_at_one_place_of_a_title() -> None:
    """People who see a film out stop within some seconds of one place, or at its very end."""
    films = by_profile(*month()).filter("is_film", "finishes", source=3)
    part = pl.col("to_ms") / pl.col("runtime_ms")
    often = films.filter(pl.col("to_ms") < pl.col("runtime_ms"), pl.len().over("work") >= 3)
    spread = often.group_by("work").agg(spread=part.max() - part.min())["spread"]
    assert spread.len() > 10
    assert spread.median() < 0.01
    assert spread.max() < 0.06
    assert often.group_by("work").agg(part.mean())["to_ms"].std() > 0.01


@pytest.mark.slow
def test_a_first_look_is_short_and_comes_early() -> None:
    """Were everybody to look into something first, many first plays would be left within ten minutes, and no later ones."""
    shares = []
    for changes in ({"choosing__tries_first": 0.0}, {"choosing__tries_first": 0.9}):
        plays = by_profile(*month(**changes))
        first = plays.unique("session", keep="first", maintain_order=True)
        shares.append(((first["to_ms"] - first["from_ms"]) < 10 * MINUTE_MS).mean())
    assert shares[0] < 0.35
    assert shares[1] > 0.6


# --- Memory -----------------------------------------------------------------------------------------------------------


def fresh_memory() -> Memory:
    """The memory of a block before its first day."""
    return block_of().memory


def ints(*values: int) -> Ints:
    """An array of whole numbers."""
    return np.array(values)


def test_the_latest_series_comes_first() -> None:
    """A series gone on with moves to the front, a new one pushes the oldest out, one that is over is dropped."""
    memory, who = fresh_memory(), ints(5)
    for day, work in enumerate((10, 20, 30)):
        memory.keep_series(who, ints(SERIES_SLOTS - 1), ints(work), ints(1), ints(0), day)
    assert memory.series[5].tolist() == [30, 20, 10]
    memory.keep_series(who, ints(1), ints(20), ints(7), ints(99), 3)
    assert memory.series[5].tolist() == [20, 30, 10]
    assert (
        memory.episode[5].tolist(), memory.episode_at[5].tolist(), memory.series_day[5].tolist()
    ) == ([7, 1, 1], [99, 0, 0], [3, 2, 0])  # fmt: skip
    memory.keep_series(who, ints(SERIES_SLOTS - 1), ints(40), ints(1), ints(0), 4)
    assert memory.series[5].tolist() == [40, 20, 30]
    memory.keep_series(who, ints(0), ints(-1), ints(0), ints(0), 5)
    assert memory.series[5].tolist() == [20, 30, -1]
    memory.keep_series(who, ints(-1), ints(50), ints(1), ints(0), 6)
    assert memory.series[5].tolist() == [50, 20, 30]


def test_films_left_are_kept_with_their_place_and_days() -> None:
    """The film left last comes first, with its place and the days it took; one that is over leaves room."""
    memory, who, yes = fresh_memory(), ints(5), np.array([True])
    new = ints(-1)
    memory.keep_film(who, new, ints(3), ints(1_000), memory.days_of(who, new, 1), yes, 1)
    memory.keep_film(who, new, ints(4), ints(500), memory.days_of(who, new, 2), yes, 2)
    assert (memory.film[5], memory.film_at[5], memory.film_day[5]) == (4, 500, 2)
    second = ints(1)
    assert memory.days_of(who, second, 1).tolist() == [1]
    memory.keep_film(who, second, ints(3), ints(2_000), memory.days_of(who, second, 3), yes, 3)
    assert memory.films[5, :, 0].tolist() == [3, 4, -1]
    assert memory.films[5, 0].tolist() == [3, 2_000, 3, 2, 1]
    memory.drop_film(who, ints(0))
    assert memory.films[5, :, 0].tolist() == [4, -1, -1]


def test_days_of_a_film_seen_count_anew_after_the_window() -> None:
    """A film seen again counts one day more, the same day none, and begins at one after eighteen days."""
    memory, who, slot = fresh_memory(), ints(5), ints(0)
    memory.keep_seen(who, ints(-1), ints(9), ints(2), 10)
    counted = [memory.days_seen(who, slot, day).tolist() for day in (10, 11, 27, 28)]
    assert counted == [[2], [3], [3], [1]]


def test_what_was_seen_is_remembered_by_its_profile_alone() -> None:
    """Marking works of some profiles leaves other works and profiles unseen."""
    memory = fresh_memory()
    memory.mark_seen(ints(1, 2), ints(9, 9))
    memory.mark_seen(ints(1), ints(15))
    asked = [(1, 9), (2, 9), (1, 15), (2, 15), (3, 9), (1, 8), (1, 10)]
    profile, work = (np.array(column) for column in zip(*asked, strict=True))
    assert memory.has_seen(profile, work).tolist() == [True, True, True, False, False, False, False]


def test_the_same_person_as_yesterday() -> None:
    """Truth says that a person is back where one of the viewers attended the title on the day before."""
    one = world("everyday")
    plays = joined(lived(one, range(HOMES), window(one)), "truth.plays")
    again = plays.filter("same_person_as_yesterday")
    assert 0 < again.height < plays.height / 2
    for play in again.iter_rows(named=True):
        before = plays.filter(
            pl.col("title_id") == play["title_id"], pl.col("started_at") < play["started_at"],
            pl.col("started_at") > pl.lit(play["started_at"]).dt.offset_by("-60h"),
        )  # fmt: skip
        first_day = (
            play["started_at"]
            < plays["started_at"].min() + (plays["ended_at"].max() - plays["started_at"].min()) / 3
        )
        assert first_day or set(play["viewer_ids"]) & set(
            before.explode("viewer_ids")["viewer_ids"]
        )


def test_lengths_do_not_pile_up() -> None:
    """Of plays that people broke off or began after a while no length and no gap is as frequent as a bound would be."""
    _, lives = month()
    plays = Plays.stack([plays for _, _, plays in lives])
    broken_off = plays.playing_ms[~plays.finishes]
    waited = plays.gap_ms[plays.gap_ms > 0]
    for times in (broken_off, waited):
        _, often = np.unique(times, return_counts=True)
        assert len(times) > 1_000
        assert often.max() < max(0.002 * len(times), 8)
