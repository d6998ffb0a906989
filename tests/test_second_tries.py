"""What follows a stream that broke, what a sitting leaves to the next, and how far what somebody did can reach."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import polars as pl
import pytest
from strategies import joined, lived, settled_tables, window, world

from synthview.block import Block
from synthview.ids import ORDINALS
from synthview.pipeline import World
from synthview.player.attempts import Attempts, with_retries
from synthview.player.autoplay import RunningOrder
from synthview.player.playback import Missed, Playback, Played, Screens
from synthview.player.presses import PAUSE, Marks, mark
from synthview.player.timing import on_the_clock
from synthview.record.reach import Reach
from synthview.registry import ACTORS
from synthview.rows import Ints
from synthview.stage.deeds import Deeds
from synthview.stage.edits import NO_ERROR, Breaks, Presses
from synthview.stage.proposals import Crowded
from synthview.stage.script import BETWEEN, THROUGHOUT, Script
from synthview.tables import ERROR_CODES
from synthview.viewing.sittings import TRIES_OF, Sessions
from synthview.world.catalogue import work_of

SECOND, MINUTE = 1_000, 60_000
LOST = ERROR_CODES.index("connection_lost")
WORLD_WIDE = 1 << 40


def column(*values: Any) -> Ints:
    """An array of whole numbers."""
    return np.array(values, dtype=np.int64)


def sittings(
    *rows: tuple[int, int], causes: tuple[int, ...] = (), home: tuple[int, ...] = ()
) -> Sessions:
    """Sittings by start and end, of one home and of ordinary people unless told otherwise."""
    start, until = (column(*one) for one in zip(*rows, strict=True))
    number = np.arange(len(rows))
    return Sessions(
        home=column(*home) if home else number * 0, key=number * 4, lead=number * 0, viewers=number * 0 + 1,
        device=number * 0, start_ms=start, start_local=start, length_ms=until - start, until_ms=until,
        profile=number * 0, exit=number * 0 - 1, causes=column(*causes) if causes else number * 0,
    )  # fmt: skip


def script_of(of: World, *sitting: int, pressed: bool = True) -> Script:
    """Plays of one minute of a film each, numbered within their sitting, which they name."""
    session, zero = column(*sitting), np.zeros(len(sitting), dtype=np.int64)
    number = np.array([sitting[:place].count(one) for place, one in enumerate(sitting)])
    film = int(np.flatnonzero(of.catalogue.works.is_film)[0])
    no = zero > 0
    return Script(
        session=session, key=session * 4 * 32 + number, place=number * BETWEEN, work=zero + film, episode=zero,
        is_trailer=no, start_position_ms=zero, playing_ms=zero + MINUTE, gap_ms=zero + SECOND, source=zero, finishes=no,
        autoplayed=no, borrows=no, runs_on=no, hands_off_ms=zero + THROUGHOUT, pressed=no | pressed, viewers=zero + 1,
        present_ms=zero + THROUGHOUT, attended_ms=zero + THROUGHOUT, causes=zero,
    )  # fmt: skip


def tried(script: Script, sessions: Sessions, *breaks: tuple[int, int, int, bool]) -> Attempts:
    """The plays that come of breaks: by play, playing time, number of tries, and whether the viewer gives up."""
    play, at, attempts, give_up = (np.array(one) for one in zip(*breaks, strict=True))
    zero = np.zeros(len(play), dtype=np.int64)
    broken = Breaks(play, at, zero + LOST, attempts, zero + 5 * SECOND, give_up, zero)
    nothing = Presses.none(), broken, Deeds.none(), Crowded.none()
    order = RunningOrder(sessions, sessions.until_ms, script, *nothing)
    found, _ = with_retries(quiet(), order, np.full(len(sessions), 1024))
    return found


def quiet() -> World:
    """A world in which nobody pauses or jumps, and everybody waits for the first picture."""
    rules = {"choosing.pauses_per_hour": 0, "choosing.seeks_per_hour": 0}
    return world("quiet", 1, {**rules, "player.patience_seconds": 600})


def ordinals(plays: Attempts) -> list[int]:
    """The ordinals of plays within their source."""
    return (plays.key % ORDINALS).tolist()


# --- Tries ------------------------------------------------------------------------------------------------------------


def test_no_try_follows_a_play_that_never_came() -> None:
    """After a play at which somebody gave up the sitting is over: what breaks later in it is not tried again."""
    plays = tried(
        script_of(quiet(), 0, 0, 0), sittings((0, WORLD_WIDE)), (0, 0, 1, True), (2, 0, 3, False)
    )
    assert ordinals(plays)[0] == 0
    assert len(plays) == 2
    assert plays.playing_ms.tolist() == [0, 0]


def test_tries_are_numbered_by_sitting() -> None:
    """A try has the id it would have if no other sitting of the home had any, and none that a play has."""
    of, both = quiet(), sittings((0, WORLD_WIDE), (0, WORLD_WIDE))
    script = script_of(of, 0, 0, 1, 1)
    alone = tried(script, both, (2, 10, 2, False))
    beside = tried(script, both, (0, 10, 3, False), (2, 10, 2, False))
    assert (
        ordinals(alone)[3:5]
        == ordinals(beside)[6:8]
        == [(4 + TRIES_OF + 1) * 32 - 1, (4 + TRIES_OF + 1) * 32 - 2]
    )
    assert len(set(ordinals(beside))) == len(beside) == 9


def test_tries_in_a_sitting_that_an_actor_brought_take_what_its_plays_leave() -> None:
    """Of 32 numbers four are those of plays: there are 28 tries at most, and then the sitting is over."""
    script = script_of(quiet(), 0, 0, 0, 0)
    plays = tried(
        script, sittings((0, WORLD_WIDE), causes=(1,)), *((play, 10, 8, False) for play in range(4))
    )
    assert len(set(ordinals(plays))) == len(plays) == 4 + 28
    assert sorted(ordinals(plays)) == [0, 1, 2, 3, *range(4, 32)]
    assert plays.error[-1] != NO_ERROR  # the last of them was of no use either


def test_what_no_person_began_nobody_tries_again() -> None:
    """Where a paw or a rig pressed, a broken play is left as it is, and the next paw opens something else."""
    plays = tried(
        script_of(quiet(), 0, 0, pressed=False), sittings((0, WORLD_WIDE)), (0, 10, 3, True)
    )
    assert ordinals(plays) == [0, 1]
    assert plays.playing_ms.tolist() == [10, MINUTE]


def test_no_id_is_given_twice_when_the_player_seldom_asks() -> None:
    """However many episodes the player starts by itself, those after one press do not take the numbers of the next."""
    rates = {f"actors.{name}.rate": 0 for name in ACTORS} | {
        "actors.background_tv.rate": 1,
        "actors.background_tv.days": 1,
    }
    of = world("quiet", 1, {**rates, "player.episodes_until_prompt": 12, "run.days": 3})
    plays = joined(lived(of, range(120), window(of), frozenset({"truth.plays"})), "truth.plays")
    assert (
        plays.filter(pl.col("causes") == "background_tv", ~pl.col("pressed_by_person")).height > 100
    )
    assert plays["play_id"].is_duplicated().sum() == 0


# --- The clock --------------------------------------------------------------------------------------------------------


def timed(
    script: Script, sessions: Sessions, awake_until: Ints, pauses: Marks | None = None
) -> tuple[Ints, Ints]:
    """Start and playing time of each play, its picture there at once."""
    attempts = tried(script, sessions, (0, THROUGHOUT, 0, False))
    nothing = mark(column(), column(), 4, PAUSE)
    attempts = replace(attempts, startup_ms=np.zeros_like(attempts.startup_ms))
    times = on_the_clock(attempts, sessions, awake_until, pauses or nothing)
    return times.start_ms, times.playing_ms


def test_a_trailer_borrows_from_its_own_sitting_alone() -> None:
    """What a trailer took from the time before a play that never came is not taken from the next sitting."""
    script = script_of(quiet(), 0, 1)
    script.borrows[:] = [True, False]
    both = sittings((0, WORLD_WIDE), (5_000_000, WORLD_WIDE))
    start, _ = timed(script, both, both.until_ms)
    assert start.tolist() == [SECOND, 5_000_000 + SECOND]


def test_a_trailer_shortens_the_wait_before_its_play() -> None:
    """Two trailers of a minute take two minutes of the three before the play, and leave at least an instant."""
    script = script_of(quiet(), 0, 0, 0)
    script.borrows[:] = [True, True, False]
    script.gap_ms[:] = [0, 0, 3 * MINUTE]
    one = sittings((0, WORLD_WIDE))
    assert timed(script, one, one.until_ms)[0].tolist() == [0, MINUTE, 3 * MINUTE]
    script.gap_ms[2] = MINUTE
    *_, last = timed(script, one, one.until_ms)[0].tolist()
    assert 2 * MINUTE < last < 2 * MINUTE + 10 * SECOND


def test_a_play_that_is_cut_runs_until_the_pause_in_which_its_sitting_ends() -> None:
    """Pauses after the cut do not count, one in which the sitting ends ends the play, those before it take their time."""
    one = sittings((0, 50 * SECOND))
    script = script_of(quiet(), 0)
    for at, length, playing in ((20, 40, 20), (20, 10, 39), (55, 99, 49)):
        pause = mark(column(0), column(at * SECOND), 4, PAUSE, stall=length * SECOND)
        assert timed(script, one, one.until_ms, pause)[1].tolist() == [playing * SECOND]


@pytest.mark.parametrize(
    ("runs_on", "playing"), [([False, True], [60, 60]), ([False, False], [60, 8])]
)
def test_only_who_fell_asleep_stays_on(runs_on: list[bool], playing: list[int]) -> None:
    """The sitting ends after 70 seconds for who is awake; the play that somebody sleeps through runs on."""
    script = script_of(quiet(), 0, 0)
    script.runs_on[:] = runs_on
    one = sittings((0, 500 * SECOND))
    assert timed(script, one, column(70 * SECOND))[1].tolist() == [
        seconds * SECOND for seconds in playing
    ]


def test_who_has_gone_cannot_fall_asleep() -> None:
    """A play whose turn comes when the sitting is over for who is awake does not come about."""
    script = script_of(quiet(), 0, 0)
    script.runs_on[:] = [False, True]
    one = sittings((0, 500 * SECOND))
    assert timed(script, one, column(50 * SECOND))[1].tolist() == [49 * SECOND, 0]


# --- Streams and rooms ------------------------------------------------------------------------------------------------


def test_who_made_a_sitting_last_is_to_blame_only_from_then_on() -> None:
    """Whoever brought the sittings about holds the streams; a sleeper does once those awake would have left."""
    screens = Screens(column([9, 9]), column([1, 2]), column([5, 9]), column([4, 8]))
    both = np.ones((1, 2), dtype=bool)
    assert [int(screens.who_holds(column(0), column(at), both)[0]) for at in (4, 5, 9)] == [
        3,
        7,
        15,
    ]
    assert screens.who_holds(column(0), column(9), np.array([[True, False]])).tolist() == [5]


def reached(
    reach: Reach, sessions: Sessions, *actors: int, crowded: Crowded | None = None, plan: int = 0
) -> tuple[list[int], list[tuple[int, ...]]]:
    """Until when acts in each sitting may matter, and those of days before that still do, in homes of a plan."""
    none = np.zeros(0, dtype=np.int64)
    played = Played(
        sessions,
        Playback(*[none] * 19),
        mark(none, none, 4, PAUSE),
        none,
        Missed.none(),
        Deeds.none(),
        crowded or Crowded.none(),
    )
    homes: Any = SimpleNamespace(plan=np.full(9, plan))
    until, still = reach.of_day(homes, played, column(*actors))
    columns = (still.home, still.actors, still.at_ms, still.until_ms)
    return until.tolist(), list(zip(*(one.tolist() for one in columns), strict=True))


@pytest.mark.parametrize(
    ("plan", "expected"), [(0, [300, 300, 300, 500]), (1, [100, 200, 300, 500])]
)
def test_where_streams_are_scarce_an_act_matters_along_the_chain(
    plan: int, expected: list[int]
) -> None:
    """With one stream three sittings that overlap hang together; with two none of them could be refused."""
    sessions = sittings((0, 100), (50, 200), (150, 300), (400, 500), causes=(1, 1, 1, 1))
    assert reached(Reach.none(1), sessions, 1, 1, 1, 1, plan=plan) == (expected, [])


def test_homes_are_chains_of_their_own() -> None:
    """What one home is full of does not matter in the next."""
    sessions = sittings((0, 100), (50, 200), (60, 90), causes=(1, 1, 1), home=(3, 3, 4))
    assert reached(Reach.none(9), sessions, 1, 1, 1) == ([200, 200, 90], [])


def test_who_found_no_room_belongs_to_the_chain() -> None:
    """A sitting that another kept from happening would have lasted so long, and might have kept others from it."""
    crowded = Crowded(column(0), column(90), column(250))
    assert reached(Reach.none(1), sittings((0, 100), causes=(1,)), 1, crowded=crowded, plan=2) == (
        [250],
        [],
    )


def test_a_chain_goes_on_past_midnight() -> None:
    """Whoever acted the day before still matters from the first sitting that overlaps, unless none does."""
    reach = Reach.none(2)
    reached(reach, sittings((1, 100), (1, 50), causes=(1, 1), home=(0, 1)), 2, 4)
    sessions = sittings((80, 200), (180, 260), (60, 70), causes=(1, 1, 1), home=(0, 0, 1))
    assert reached(reach, sessions, 1, 8, 1) == ([260, 260, 70], [(0, 2, 80, 260)])
    assert reached(reach, sittings((250, 280), causes=(1,)), 1) == ([280], [(0, 11, 250, 280)])


# --- Worlds -----------------------------------------------------------------------------------------------------------


def test_what_is_gone_on_with_at_its_very_end_still_plays() -> None:
    """A wrong title started where it was left plays some seconds at least, so that the slip shows."""
    rates = {f"actors.{name}.rate": 0 for name in ACTORS} | {
        "actors.misclick.rate": 1,
        "actors.misclick.resumes": 1,
    }
    of = world("quiet", 7, rates)
    days = lived(of, range(80), window(of), frozenset({"truth.plays", "truth.incidents"}))
    slips = joined(days, "truth.incidents")
    assert slips["play_id"].null_count() < 0.02 * slips.height  # the time of the sitting was over
    assert slips.height > 500


def test_an_act_without_a_play_is_told_where_the_time_was_over() -> None:
    """Where the turn of a wrong title came and no time was left, the act is in the truth, and its play is empty."""
    rates = {f"actors.{name}.rate": 0 for name in ACTORS} | {"actors.misclick.rate": 1}
    of = world("quiet", 7, {**rates, "run.days": 8})
    days = lived(of, range(250), window(of), frozenset({"truth.plays", "truth.incidents"}))
    slips, plays = joined(days, "truth.incidents"), joined(days, "truth.plays")
    empty = slips.filter(pl.col("play_id").is_null())
    assert 0 < empty.height < 0.02 * slips.height
    assert empty.filter(pl.col("at") > pl.col("until")).is_empty()
    near = empty.join(plays, on="account_id").filter(
        (pl.col("ended_at") - pl.col("at")).dt.total_minutes().abs() < 60
    )
    assert near["incident_id"].n_unique() == empty.height  # somebody sat there until then


def test_rigs_run_for_as_long_as_the_world_does() -> None:
    """An account that is a test rig never lapses, and probes every day, where people would have cancelled."""
    rates = {f"actors.{name}.rate": 0 for name in ACTORS} | {"actors.monitor_probe.rate": 1}
    of = world(
        "quiet",
        3,
        {
            **rates,
            "run.days": 4,
            "people.months_until_cancelled": 1,
            "actors.monitor_probe.minutes": 720,
        },
    )
    accounts = settled_tables(of, range(60), window(of))["log.accounts"]
    assert set(accounts["status"].cast(pl.String)) == {"active"}
    probes = joined(lived(of, range(60), window(of), frozenset({"truth.plays"})), "truth.plays")
    days = probes.group_by("account_id").agg(pl.col("started_at").dt.date().n_unique())
    assert days["started_at"].to_list() == [4] * 60


def test_what_another_country_does_not_offer_cannot_be_hit_by_error_there() -> None:
    """In sittings that come out abroad no wrong title and no trailer runs that is not offered there."""
    rates = {f"actors.{name}.rate": 0 for name in ACTORS}
    rates |= {"actors.misclick.rate": 0.5, "actors.vpn_user.rate": 1, "actors.vpn_user.days": 1}
    of = world("quiet", 3, rates)
    block = Block(of, np.arange(150), frozenset())
    found = 0
    for day in range(of.first_day, of.first_day + 5):
        sessions = block.sit_down(day)
        played = block.play_out(block.act(sessions, block.choose(sessions, day), day), day)
        exits = played.sessions.exit[played.playback.session]
        abroad = np.flatnonzero(exits >= 0)
        script_work = work_of(played.playback.title[abroad])
        assert (of.popularity.base[exits[abroad], script_work] > 0).all()
        found += int(
            (played.playback.causes[abroad] & 1 << block.company.number("misclick") > 0).sum()
        )
    assert found > 20
