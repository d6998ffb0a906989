"""The player, by hand: jumps stay within the title, plays follow each other, a full house is refused."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import HOMES, joined, lived, window, world

import synthview
from synthview.block import Block
from synthview.draws.chance import Stream
from synthview.player.asking import answer_ms, ask, countdown_ms
from synthview.player.attempts import Attempts, _fit
from synthview.player.patience import begin, lost_patience
from synthview.player.playback import (
    FAILED,
    FINISHED,
    STOPPED,
    STREAM_LIMIT,
    Blame,
    Playback,
    Screens,
    _limit_streams,
)
from synthview.player.presses import PAUSE, READY, SEEK_START, Marks, mark
from synthview.player.resuming import taken_up_at
from synthview.player.settings import PlayerSettings
from synthview.player.timing import Times, on_the_clock
from synthview.rows import Ints
from synthview.stage.edits import NO_ERROR
from synthview.stage.script import THROUGHOUT
from synthview.viewing.leaving import left_out_ms
from synthview.viewing.sittings import Sessions
from synthview.world.credits import credits_ms

SECOND = 1_000
NOTHING = mark(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), 0, READY)


def column(values: Any) -> Ints:
    """An array of whole numbers."""
    return np.array(values, dtype=np.int64)


def plays_of(
    *rows: tuple[int, int, bool],
    session: list[int] | None = None,
    autoplayed: list[bool] | None = None,
) -> Attempts:
    """Plays by start position, meant playing time, and whether they finish their title."""
    start, playing, finishes = (np.array(one) for one in zip(*rows, strict=True))
    none, no = np.zeros(len(rows), dtype=np.int64), np.zeros(len(rows), dtype=bool)
    return Attempts(
        session=column(session or range(len(rows))), key=column(range(len(rows))), place=column(range(len(rows))),
        work=none, episode=none, is_trailer=no, start_position_ms=start, playing_ms=playing,
        gap_ms=none + 5 * SECOND, source=none, finishes=finishes,
        autoplayed=np.array(autoplayed or [False] * len(rows)), borrows=no, runs_on=no,
        hands_off_ms=none + THROUGHOUT, pressed=~no, viewers=none + 1, present_ms=none + THROUGHOUT,
        attended_ms=none + THROUGHOUT, causes=none, error=none + NO_ERROR, startup_ms=none, is_left=no,
    )  # fmt: skip


def seeks_of(*rows: tuple[int, int, int]) -> Marks:
    """Jumps by play, playing time and size."""
    play, at, jump = (column(one) for one in zip(*rows, strict=True))
    return mark(play, at, 6, SEEK_START, stall=500, jump=jump)


def fitted(
    plays: Attempts, runtime: int, *seeks: tuple[int, int, int]
) -> tuple[list[tuple[int, ...]], list[int]]:
    """Jumps as they happened, and the playing time of each play."""
    marks, playing = _fit(plays, np.full(len(plays), runtime), seeks_of(*seeks))
    return list(
        zip(marks.play.tolist(), marks.at_ms.tolist(), marks.jump_ms.tolist(), strict=True)
    ), playing.tolist()


# --- Jumps ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("play", "runtime", "seeks", "happened", "playing"),
    [
        # To the end of 100 s: ten seconds on save ten seconds of playing, ten back cost them.
        ((0, 100, True), 100, [(30, 10)], [(30, 10)], 90),
        ((0, 100, True), 100, [(30, -10)], [(30, -10)], 110),
        # Back from the 4th second leads to the beginning at most.
        ((0, 100, True), 100, [(4, -10)], [(4, -4)], 104),
        # From 20 s before the end a jump of 85 s lands half-way to it.
        ((0, 100, True), 100, [(80, 85)], [(80, 10)], 90),
        # The second jump counts from where the first one led: at 60 s of playing the playhead is at 90 s.
        ((0, 100, True), 100, [(20, 30), (60, 30)], [(20, 30), (60, 5)], 65),
        # A jump after the play has come to its end by an earlier jump does not happen.
        ((0, 100, True), 100, [(20, 40), (70, -10)], [(20, 40)], 60),
        # Leaving after 50 s: jumps move the place, not the time, unless the title ends before.
        ((0, 50, False), 100, [(10, 30)], [(10, 30)], 50),
        ((40, 50, False), 100, [(10, 20)], [(10, 20)], 40),
        # Back again before that end: nothing is in the way of the 50 s any more.
        ((40, 50, False), 100, [(10, 20), (20, -30)], [(10, 20), (20, -30)], 50),
        # Resumed at 40 s: back leads no farther than the beginning of the title.
        ((40, 30, False), 100, [(5, -60)], [(5, -45)], 30),
        # At the very beginning a jump back does nothing and is not told.
        ((0, 50, False), 100, [(0, -10)], [], 50),
    ],
)  # fmt: skip
def test_jumps_stay_within_the_title(
    play: tuple[int, int, bool],
    runtime: int,
    seeks: list[tuple[int, int]],
    happened: list[tuple[int, int]],
    playing: int,
) -> None:
    """A jump is cut at the beginning and half-way to the end; a play that finishes takes as long as is left to play."""
    start, meant, finishes = play
    plays = plays_of((start * SECOND, meant * SECOND, finishes))
    expected = [(0, at * SECOND, jump * SECOND) for at, jump in happened]
    asked = [(0, at * SECOND, jump * SECOND) for at, jump in seeks]
    assert (expected, [playing * SECOND]) == fitted(plays, runtime * SECOND, *asked)


JUMPS = st.lists(
    st.tuples(
        st.integers(0, 3), st.integers(1, 5_000), st.sampled_from([-3_000, -100, 100, 900, 9_000])
    ),
    min_size=1,
    max_size=12,
)
MEANT = st.lists(
    st.tuples(st.integers(0, 4_000), st.integers(1, 6_000), st.booleans()), min_size=4, max_size=4
)


@given(MEANT, JUMPS)
def test_the_playhead_never_leaves_the_title(
    meant: list[tuple[int, int, bool]], jumps: list[tuple[int, int, int]]
) -> None:
    """Whatever is pressed, the playhead stays within the title, and a play that finishes ends where it was meant to."""
    runtime = 10_000
    plays = plays_of(*meant)
    happened, playing = fitted(plays, runtime, *jumps)
    for row, (start, time, finishes) in enumerate(meant):
        place, before = start, 0
        for _, at, jump in (one for one in happened if one[0] == row and one[1] < playing[row]):
            place += at - before + jump
            before = at
            assert 0 <= place <= runtime
        end = place + playing[row] - before
        assert 0 <= end <= runtime
        assert end == start + time or not finishes
        assert playing[row] > 0


def test_jumps_of_one_play_do_not_touch_another() -> None:
    """Each play's jumps are fitted by themselves, in whatever order they are given."""
    plays = plays_of((0, 100, True), (0, 100, True))
    asked = [(1, 80, 85), (0, 30, 10), (1, 20, 10)]
    assert fitted(plays, 100, *asked) == ([(0, 30, 10), (1, 20, 10), (1, 80, 5)], [90, 85])


# --- One after the other ----------------------------------------------------------------------------------------------


def sessions_of(*rows: tuple[int, int]) -> Sessions:
    """Sittings by start, and by when the screen is needed again."""
    start, until = (column(one) for one in zip(*rows, strict=True))
    none = np.zeros(len(rows), dtype=np.int64)
    return Sessions(
        none, none, none, none + 1, none, start, start, until - start, until, none, none - 1, none
    )


def timed(
    plays: Attempts, sessions: Sessions, marks: Marks, startup: list[int], gap: list[int]
) -> Times:
    """The times of plays, nobody falling asleep."""
    plays = replace(plays, gap_ms=column(gap), startup_ms=column(startup))
    return on_the_clock(plays, sessions, sessions.until_ms, marks)


def test_plays_of_a_sitting_follow_each_other() -> None:
    """A play begins when the one before has ended and the gap is over; waits and stalls push the next one on."""
    plays = plays_of((0, 100, True), (0, 50, True), (0, 70, True), session=[0, 0, 1])
    pause = mark(column([0]), column([10]), 4, PAUSE, stall=30)
    times = timed(plays, sessions_of((1_000, 9_000), (2_000, 9_000)), pause, [2, 3, 4], [7, 20, 11])
    assert times.turn_ms.tolist() == [1_000, 1_007 + 132, 2_000]
    assert times.start_ms.tolist() == [1_007, 1_007 + 132 + 20, 2_011]
    assert times.wall_ms.tolist() == [132, 53, 74]
    assert times.playing_ms.tolist() == [100, 50, 70]
    assert not times.is_cut.any()


def test_the_end_of_a_sitting_cuts_a_play() -> None:
    """What does not fit before the screen is needed again is cut there."""
    plays = plays_of((0, 100, True), (0, 100, True), session=[0, 0])
    times = timed(plays, sessions_of((0, 150)), NOTHING, [5, 5], [0, 0])
    assert times.start_ms.tolist() == [0, 105]
    assert times.playing_ms.tolist() == [100, 40]
    assert times.wall_ms.tolist() == [105, 45]
    assert times.is_cut.tolist() == [False, True]


@pytest.mark.parametrize(
    ("at", "until", "playing"), [(90, 120, 90), (90, 80, 80), (20, 70, 20), (20, 90, 30)]
)
def test_a_pause_that_is_not_over_was_the_end(at: int, until: int, playing: int) -> None:
    """A play goes on until its sitting is over; a pause that lasts until then was its end, and a later one none at all."""
    pause = mark(column([0]), column([at]), 4, PAUSE, stall=60)
    times = timed(plays_of((0, 100, True)), sessions_of((0, until)), pause, [0], [0])
    assert [playing] == times.playing_ms.tolist()
    assert [playing + (60 if playing > at else 0)] == times.wall_ms.tolist()
    assert times.is_cut.all()


def test_the_player_asks_after_some_episodes() -> None:
    """After every third episode that came by itself the player asks; the answer takes time and counts as a press."""
    one = world("quiet")
    assert one.scenario.of(PlayerSettings).episodes_until_prompt == 3
    by_itself = [False, True, True, True, True, False, True]
    meant = plays_of(*[(0, 100, True)] * 7, session=[0] * 7, autoplayed=by_itself)
    plays, _ = ask(one, meant, NOTHING)
    assert plays.autoplayed.tolist() == [False, True, True, False, True, False, True]
    counts = countdown_ms(one, meant.key)
    answer = answer_ms(one, meant.key)
    assert [5 * SECOND, *counts[1:3]] == plays.gap_ms.tolist()[:3]
    assert plays.gap_ms[3] == counts[3] + answer[3]
    assert [counts[4], 5 * SECOND, counts[6]] == plays.gap_ms.tolist()[4:]


def test_what_comes_by_itself_takes_its_time() -> None:
    """The next episode comes after the countdown and the time to load it, which is hardly ever twice the same."""
    one = world("quiet")
    countdown = int(one.scenario.of(PlayerSettings).autoplay_seconds * SECOND)
    gaps = countdown_ms(one, column(range(2_000)))
    assert countdown < gaps.min()
    assert np.median(gaps) == pytest.approx(countdown + 600, abs=60)
    assert len(np.unique(gaps)) > 800


# --- Patience ---------------------------------------------------------------------------------------------------------


def test_patience_runs_out_as_published() -> None:
    """Nobody leaves in the first 1.75 seconds, then as many with each second as the setting says."""
    one = world("quiet")
    key, network = column(range(200_000)), np.full(200_000, 4_000)
    least, per_second = (
        one.scenario.of(PlayerSettings).patience_seconds * SECOND,
        one.scenario.of(PlayerSettings).leave_per_second,
    )
    comes, _ = begin(one, key, network, 0, key < 0)
    wait, is_left = begin(one, key, network, 0, key >= 0)
    assert (wait[~is_left] == comes[~is_left]).all()
    assert (wait[is_left] < comes[is_left]).all()
    assert wait[is_left].min() >= least
    for seconds in (2, 4, 8):
        still_waits = comes > seconds * SECOND
        gone = (is_left & (wait <= seconds * SECOND))[still_waits].mean()
        assert gone == pytest.approx(per_second * (seconds - least / SECOND), rel=0.1)


def test_who_leaves_before_the_first_picture_tries_again_or_not() -> None:
    """As many start the title again as the setting says; who sees nothing after all has given up."""
    one = world("quiet")
    key = column(range(20_000))
    breaks = lost_patience(one, key, key, np.full(len(key), 1_024))
    assert (breaks.attempts > 0).mean() == pytest.approx(
        one.scenario.of(PlayerSettings).try_again, abs=0.02
    )
    assert breaks.give_up[breaks.attempts == 0].all()
    assert (~breaks.give_up).mean() > 0.5
    assert not breaks.at_ms.any()


def test_what_nobody_waited_for_is_told_as_it_was() -> None:
    """A play left before its first picture says that it was ready and that it was left; nothing of it was watched."""
    slow = {"player.startup_seconds": 8.0, "player.try_again": 1.0}
    one = world("quiet", 1, slow)
    days = lived(one, range(60), window(one))
    truth = joined(days, "truth.plays").filter(pl.col("played_ms") == 0)
    assert truth.height > 50
    assert (truth["attended_ms"] + truth["viewer_count"] == 0).all()
    assert (truth["ended_at"] - truth["started_at"]).dt.total_milliseconds().min() >= 1_750
    rows = joined(days, "log.plays").join(truth, on="play_id", how="semi")
    rows = rows.filter(pl.col("end_reason") != "error")  # no stream was left
    assert rows.height > 50
    assert set(rows["end_reason"].cast(pl.String)) == {"stopped"}
    assert rows["watched_ms"].sum() == 0
    events = joined(days, "log.events").join(rows, on="play_id", how="semi")
    assert set(events["type"].cast(pl.String)) == {"ready", "pause"}


def test_a_title_is_taken_up_a_little_before_it_was_left() -> None:
    """A resumed play begins at a keyframe at most so many seconds before, never before the title does."""
    one = world("quiet")
    settings = one.scenario.of(PlayerSettings)
    left_at = column(range(0, 500_000, 77))
    start = taken_up_at(one, column(range(len(left_at))), left_at)
    back = left_at - start
    assert (start % settings.keyframe_ms == 0).all()
    assert start.min() == 0 <= back.min()
    assert back.max() < settings.resume_back_seconds * SECOND + settings.keyframe_ms


def test_nothing_comes_where_nobody_answers() -> None:
    """A sleeper is asked as anybody is: after three episodes without a press the next waits for a hand."""
    plays = plays_of(
        *[(0, 100, True)] * 5, session=[0] * 5, autoplayed=[False, True, True, True, False]
    )
    asleep = replace(plays, hands_off_ms=column([THROUGHOUT, 60, 0, 0, THROUGHOUT]))
    press = mark(column([1, 3, 4]), column([5, 5, 5]), 4, PAUSE)
    came, marks = ask(world("quiet"), asleep, press)
    assert came.key.tolist() == [0, 1, 2, 4]
    assert marks.play.tolist() == [1, 3]


# --- Streams ----------------------------------------------------------------------------------------------------------


def refused(
    plans: list[int],
    home: list[int],
    start: list[int],
    seconds: list[int],
    screens: Screens | None = None,
) -> list[bool]:
    """Which of some sittings of one play each are refused, in homes with given plans; times in seconds."""
    homes = type("Homes", (), {"plan": column(plans)})
    none, number = np.zeros(len(home), dtype=np.int64), column(range(len(home)))
    wall = column(seconds) * SECOND
    played = Playback(
        number, column(home), number, none, column(start) * SECOND, none, wall, wall, none, none, none, none > 0,
        none == 0, none + 1, wall, wall, none, none, none + NO_ERROR,
    )  # fmt: skip
    screens, nobody = screens or Screens.all_free(len(plans)), Blame(none, none, none)
    no = none > 0
    keep, played, _ = _limit_streams(homes, screens, nobody, played, NOTHING, no, no)  # type: ignore[arg-type]
    assert keep.all()
    assert ((played.ending == FAILED) == (played.error == STREAM_LIMIT)).all()
    return (played.ending == FAILED).tolist()


@pytest.mark.parametrize(
    ("plan", "start", "seconds", "expected"),
    [
        (0, [0, 50], [100, 100], [False, True]),
        (0, [0, 100], [100, 100], [False, False]),
        (1, [0, 50], [100, 100], [False, False]),
        (1, [0, 10, 20, 100], [100, 100, 100, 100], [False, False, True, False]),
        (0, [50, 0], [100, 100], [True, False]),
        (2, [0, 1, 2, 3, 4], [9, 9, 9, 9, 9], [False, False, False, False, True]),
    ],
)
def test_a_plan_allows_so_many_streams(
    plan: int, start: list[int], seconds: list[int], expected: list[bool]
) -> None:
    """Sittings are let in by order of their start while a stream is free; one that is refused takes none."""
    assert expected == refused([plan], [0] * len(start), start, seconds)


def test_streams_are_counted_by_home() -> None:
    """Another home's streams are its own, and a stream taken on the day before is still taken."""
    assert refused([0, 0], [0, 1, 1], [0, 10, 20], [100, 100, 100]) == [False, False, True]
    nobody = column([[0, 0, 0, 0]])
    screens = Screens(column([[40_000, 0, 0, 0]]), nobody, nobody, nobody)
    assert refused([0], [0, 0], [30, 41], [5, 5], screens) == [True, False]


# --- A day of plays ---------------------------------------------------------------------------------------------------


def test_marks_belong_to_their_plays() -> None:
    """After a day is played out, each mark lies within a play that happened, and endings say how plays ended."""
    block = Block(world("everyday", 4), np.arange(200), frozenset())
    first = block.world.first_day
    for day in (first, first + 1):
        sessions = block.sit_down(day)
        day_played = block.play_out(block.act(sessions, block.choose(sessions, day), day), day)
        played, marks, gap = day_played.playback, day_played.marks, day_played.gap_ms
        assert len(played) == len(gap) > 50
        inside = (marks.at_ms < played.playing_ms[marks.play]) | (marks.at_ms == 0)
        assert inside.all()
        assert set(played.ending.tolist()) <= {FINISHED, STOPPED, FAILED}
        is_left = (played.ending == STOPPED) & (played.startup_ms >= 1_750)
        assert ((played.playing_ms > 0) | (played.ending == FAILED) | is_left).all()
        assert (played.wall_ms >= played.playing_ms + played.startup_ms).all()
        assert len(np.unique(played.key)) == len(played)


def test_finishing_means_the_end_or_its_credits() -> None:
    """A play that finished stopped within the last tenth of its title, where credits run."""
    one = world("quiet")
    plays = joined(lived(one, range(2 * HOMES), window(one)), "log.plays")
    finished = plays.filter(pl.col("end_reason") == "finished")
    assert finished.height > 100
    assert finished["completion"].min() > 0.9


def test_credits_begin_at_one_place_of_a_title() -> None:
    """Credits are a fact of a title; most who see it to its end leave within half a minute of where they begin."""
    one = world("quiet")
    is_film = one.catalogue.works.is_film
    works, runtime = np.arange(len(is_film)), np.full(len(is_film), 6_000 * SECOND)
    long = credits_ms(one, works, runtime)
    assert np.median(long[is_film]) == pytest.approx(270 * SECOND, rel=0.1)
    assert np.median(long[~is_film]) < np.median(long[is_film])
    assert long.max() <= 0.088 * 6_000 * SECOND

    bits = Stream(1, "anybody").bits(np.arange(1_000))
    film = np.full(1_000, np.flatnonzero(is_film)[0])
    stays = long[film] - left_out_ms(one, bits, film, runtime[film])
    assert ((stays > -5 * SECOND) & (stays < 30 * SECOND)).mean() > 0.8


def test_a_ping_interval_is_a_setting() -> None:
    """With pings every 20 seconds there are three times as many as with one a minute, and the same plays."""
    counts, plays = [], []
    for seconds in (60, 20):
        one = world("tiny", 1, {"log.ping_seconds": seconds, "run.days": 2})
        days = lived(one, range(HOMES), window(one))
        events = joined(days, "log.events")
        counts.append(events.filter(pl.col("type") == "ping").height)
        plays.append(joined(days, "truth.plays"))
    assert plays[0].equals(plays[1])
    assert counts[1] == pytest.approx(3 * counts[0], rel=0.03)


@pytest.mark.slow
def test_no_picture_is_better_than_screen_and_plan_allow() -> None:
    """On a phone, and on the plan of one screen anywhere, no play reaches what televisions of larger plans mostly have."""
    run = synthview.generate("everyday", households=60, days=3, seed=4)
    plan = run.log.accounts.sort("valid_from").group_by("account_id").agg(pl.col("plan").first())
    shown = run.log.events.join(
        run.log.devices.unique("device_id").select("device_id", "device_type"), on="device_id"
    ).join(plan, on="account_id")
    best = shown.group_by("device_type", "plan").agg(pl.col("bitrate_kbps").max())
    highest = {
        (str(kind), str(of)): kbps for kind, of, kbps in best.iter_rows() if kbps is not None
    }
    assert max(kbps for (_, of), kbps in highest.items() if of == "basic") == 1750
    assert max(kbps for (kind, _), kbps in highest.items() if kind == "phone") == 2350
    assert highest["tv", "standard"] == 5800
