"""The record, by hand: messages of a play, its row of history, and the days on which rows are written."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from strategies import joined, lived, window, world

from synthview.block import Block
from synthview.log.messages import Messages, _in_order, _progress, _so_far, numbers, speak
from synthview.log.timers import pinged_at_ms
from synthview.player.playback import FAILED, FINISHED, STOPPED, STREAM_LIMIT, Playback
from synthview.player.presses import (
    BUFFER_END,
    BUFFER_START,
    END,
    ERROR,
    PAUSE,
    PING,
    PLAY,
    PROGRESS,
    READY,
    SEEK_END,
    SEEK_START,
    Marks,
    mark,
)  # fmt: skip
from synthview.pools.renown import is_famous_name
from synthview.record.ledger import Ledger, _by_day, event_ids
from synthview.record.queries import cast_of, slipped
from synthview.record.rollup import roll_up
from synthview.record.searching import NO_TITLE, search
from synthview.rows import Ints
from synthview.stage.edits import NO_ERROR
from synthview.tables import CLICK_ROWS, END_REASONS, EVENT_TYPES, START_SOURCES, table
from synthview.world import World
from synthview.world.catalogue import GENRES
from synthview.world.clock import DAY_MS, HOUR_MS, MINUTE_MS

SILENCE = 4 * HOUR_MS
SECOND = 1_000


def column(values: Any) -> Ints:
    """An array of whole numbers."""
    return np.array(values, dtype=np.int64)


def played_of(
    playing: int,
    runtime: int,
    *,
    start_position: int = 0,
    start: int = 0,
    startup: int = 0,
    ending: int = FINISHED,
) -> Playback:
    """One play."""
    none = column([0])
    return Playback(
        none, none, column([77]), none, column([start]), column([startup]),
        column([playing]), column([playing + startup]),
        column([start_position]), column([runtime]), none, none > 0, none == 0, none + 1,
        column([playing]), column([playing]), none, column([ending]),
        column([STREAM_LIMIT if ending == FAILED else NO_ERROR]),
    )  # fmt: skip


def no_marks() -> Marks:
    """No marks at all."""
    return mark(column([]), column([]), 0, READY)


def seeks_of(*rows: tuple[int, int]) -> Marks:
    """Jumps of the first play, by playing time and size."""
    if not rows:
        return no_marks()
    at, jump = (column(one) for one in zip(*rows, strict=True))
    return mark(np.zeros_like(at), at, 6, SEEK_START, stall=500, jump=jump)


# --- Progress ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "playing", "seeks", "expected"),
    [
        # A title of 1,000 from its beginning: boundaries at 100, 250, 500 and 750.
        (0, 1_000, [], [100, 250, 500, 750]),
        (0, 400, [], [100, 250]),
        # Resumed at 300: only what is first reached now.
        (300, 600, [], [200, 450]),
        # Resumed exactly on a boundary: it had been reached before.
        (250, 300, [], [250]),
        # A play that stops on a boundary does not get to tell.
        (0, 500, [], [100, 250]),
        # A jump over two boundaries reaches both at its landing.
        (0, 500, [(50, 480)], [50, 50, 50, 270]),
        # A jump back leads past boundaries that were reached already.
        (0, 800, [(300, -200)], [100, 250, 700]),
        # Back to 50, then from 100 on to 700, which reaches 500; 750 comes 50 later.
        (0, 700, [(400, -350), (450, 600)], [100, 250, 450, 500]),
    ],
)
def test_progress(
    start: int, playing: int, seeks: list[tuple[int, int]], expected: list[int]
) -> None:
    """10, 25, 50 and 75 % are told when the playhead first gets there, by playing or by a jump."""
    told = _progress(on_time(), played_of(playing, 1_000, start_position=start), seeks_of(*seeks))
    assert sorted(expected) == sorted(told.at_ms.tolist())
    assert {PROGRESS} >= set(told.type.tolist())


# --- Messages ---------------------------------------------------------------------------------------------------------


def on_time() -> World:
    """A world in which timers fire when they should."""
    lateness = dict.fromkeys(("ping_late_ms", "busy_late_ms", "progress_late_ms"), 0)
    return world("quiet", 1, {f"log.{name}": late for name, late in lateness.items()})


def spoken(played: Playback, marks: Marks) -> list[tuple[str, int, int, int]]:
    """Type, client time, position and playing time of each message."""
    messages = speak(on_time(), played, marks)
    names = [EVENT_TYPES[one] for one in messages.type.tolist()]
    return list(
        zip(
            names,
            messages.client_ms.tolist(),
            messages.position_ms.tolist(),
            messages.played_ms.tolist(),
            strict=True,
        )
    )


def test_messages_of_a_play_by_hand() -> None:
    """A film of 16 minutes, resumed at 10, a pause of a minute, a jump of 30 seconds: message by message."""
    start, minute = 5_000_000, MINUTE_MS
    played = played_of(
        150 * SECOND,
        16 * minute,
        start_position=10 * minute,
        start=start,
        startup=2_000,
        ending=STOPPED,
    )
    ready = mark(column([0]), column([0]), 0, READY, bitrate=1_750)
    pause = Marks.stack(
        [
            mark(column([0]), column([70_000]), 4, PAUSE, stall=minute),
            mark(column([0]), column([70_000]), 5, PLAY),
        ]
    )
    expected = [
        ("ready", start, 600_000, 0),
        ("play", start + 2_000, 600_000, 0),
        ("ping", start + 62_000, 660_000, 60_000),
        ("pause", start + 72_000, 670_000, 70_000),
        ("play", start + 132_000, 670_000, 70_000),
        ("seek_start", start + 142_000, 680_000, 80_000),
        ("seek_end", start + 142_500, 710_000, 80_000),
        ("percent_progress", start + 152_500, 720_000, 90_000),
        ("ping", start + 182_500, 750_000, 120_000),
        ("pause", start + 212_500, 780_000, 150_000),
    ]
    assert expected == spoken(played, Marks.stack([ready, pause, seeks_of((80_000, 30_000))]))


def test_messages_of_a_refused_play() -> None:
    """A refused play says that it was ready, and why it went no further."""
    messages = speak(
        world("quiet"),
        played_of(0, 1_000, startup=300, ending=FAILED),
        mark(column([0]), column([0]), 0, READY, bitrate=560),
    )
    assert messages.type.tolist() == [READY, ERROR]
    assert messages.client_ms.tolist() == [0, 300]
    assert messages.error[0] == NO_ERROR != messages.error[1]


def test_a_stall_takes_time_but_plays_nothing() -> None:
    """Between the start and the end of a stall the clock goes on, and neither the playhead nor the playing time."""
    ready = mark(column([0]), column([0]), 0, READY, bitrate=560)
    stall = Marks.stack(
        [
            mark(column([0]), column([10]), 8, BUFFER_START, stall=7_000),
            mark(column([0]), column([10]), 9, BUFFER_END),
        ]
    )
    told = spoken(played_of(40, 100_000, ending=STOPPED), Marks.stack([ready, stall]))
    assert told[2:] == [
        ("buffer_start", 10, 10, 10),
        ("buffer_end", 7_010, 10, 10),
        ("pause", 7_040, 40, 40),
    ]


def test_a_bitrate_holds_until_it_changes() -> None:
    """Each message tells the bitrate that was last set."""
    ready = mark(column([0]), column([0]), 0, READY, bitrate=560)
    rise = mark(
        column([0]), column([61_000]), 3, EVENT_TYPES.index("quality_change"), bitrate=3_000
    )
    messages = speak(on_time(), played_of(130_000, 10**7), Marks.stack([ready, rise]))
    assert messages.type.tolist() == [READY, PLAY, PING, 8, PING, END]
    assert messages.bitrate.tolist() == [560, 560, 560, 3_000, 3_000, 3_000]


def test_heartbeats_are_never_on_time() -> None:
    """Timers fire some tens of ms late, some much later, in order; positions are hardly ever whole seconds."""
    one = world("quiet")
    of, number = np.repeat(np.arange(500), 60), np.tile(np.arange(60), 500)
    at = pinged_at_ms(one, np.arange(500), of, number).reshape(500, 60)
    gaps = np.diff(at, axis=1)
    assert gaps.min() > 58 * SECOND
    assert (gaps == MINUTE_MS).mean() < 0.02
    assert (at % SECOND == 0).mean() < 0.02
    assert np.median(gaps) == pytest.approx(MINUTE_MS + 18, abs=8)
    is_busy = (np.abs(gaps - MINUTE_MS) > 120).any(axis=1)
    assert is_busy.mean() == pytest.approx(0.06, abs=0.03)


def test_seeks_land_after_they_start() -> None:
    """Order within one instant: jumps land after they start, progress comes after the landing, the end last."""
    some = mark(column([1, 0, 0, 0]), column([5, 5, 5, 2]), 0, READY)
    ranked = Marks(
        some.play,
        some.at_ms,
        column([1, 7, 6, 20]),
        column([PLAY, SEEK_END, SEEK_START, END]),
        *(column([0] * 4),) * 3,
    )
    assert _in_order(ranked).type.tolist() == [END, SEEK_START, SEEK_END, PLAY]


def test_counting_within_plays() -> None:
    """Numbers and running totals start anew in each play, plays without messages included."""
    play = column([0, 0, 2, 2, 2])
    assert numbers(play, 4).tolist() == [0, 1, 0, 1, 2]
    waits = column([5, 1, 10, 20, 30])
    assert _so_far(waits, play).tolist() == [5, 6, 10, 30, 60]


@given(st.integers(0, 2**63 - 1), st.integers(1, 400))
def test_event_ids_are_unique_within_a_play(play_id: int, count: int) -> None:
    """However many messages a play has, their ids differ, and fit 31 bits."""
    ids = event_ids(1, 60).apply(np.arange(count), within=np.full(count, play_id))
    assert len(set(ids.tolist())) == count
    assert 0 <= ids.min() <= ids.max() < 2**31


def test_event_ids_do_not_tell_the_order() -> None:
    """In about half of the pairs of neighbouring messages the later one has the smaller id."""
    plays = np.repeat(np.arange(1, 2_001) * 7_919_191_919_191, 50)
    ids = event_ids(1, 60).apply(np.tile(np.arange(50), 2_000), within=plays).reshape(2_000, 50)
    falls = (np.diff(ids, axis=1) < 0).mean()
    assert 0.45 < falls < 0.55


def test_only_the_seed_turns_event_ids_back() -> None:
    """The same play has other ids under another seed, so that no gap in them tells a reader what was lost."""
    plays, numbers = (
        np.repeat(np.arange(1, 101) * 7_919_191_919_191, 50),
        np.tile(np.arange(50), 100),
    )
    one, other = (event_ids(seed, 60).apply(numbers, within=plays) for seed in (1, 2))
    assert (one == other).mean() < 0.01
    assert event_ids(1, 60).invert(one, within=plays).tolist() == numbers.tolist()


# --- Viewing history --------------------------------------------------------------------------------------------------


def messages_of(*rows: tuple[int, int, int, int], play: list[int] | None = None) -> Messages:
    """Messages by type, client time, received time and playing time."""
    kind, client, received, playing = (column(one) for one in zip(*rows, strict=True))
    plays = column(play or [0] * len(rows))
    number = numbers(plays, int(plays.max()) + 1)
    none = np.zeros_like(kind)
    return Messages(
        plays, number, kind, client, received, playing + 1_000, playing, none, none + NO_ERROR
    )


def rolled(messages: Messages) -> list[tuple[int, int, int, int, str, int]]:
    """Play, start, end, watched, reason and closing of each row of history."""
    rows = roll_up(world("quiet"), messages)
    reasons = [END_REASONS[one] for one in rows.reason.tolist()]
    columns = (rows.play, rows.started_ms, rows.ended_ms, rows.watched_ms)
    return list(
        zip(*(one.tolist() for one in columns), reasons, rows.closed_ms.tolist(), strict=True)
    )


def test_an_ended_play_closes_a_minute_later() -> None:
    """A play whose end was received closes a minute after that."""
    play = messages_of((READY, 0, 10, 0), (PLAY, 5, 12, 0), (END, 100, 130, 90))
    assert rolled(play) == [(0, 0, 100, 90, "finished", 130 + MINUTE_MS)]


def test_a_play_that_was_left_closes_after_silence() -> None:
    """A play that ends with a pause closes hours after its last message, by the order of arrival."""
    play = messages_of((READY, 0, 10, 0), (PING, 60, 500, 60), (PAUSE, 90, 100, 90))
    assert rolled(play) == [(0, 0, 90, 90, "stopped", 500 + SILENCE)]


def test_what_arrives_after_the_closing_does_not_count() -> None:
    """A play that fell silent closes with what had arrived; its other messages change nothing."""
    late = 2 * DAY_MS
    play = messages_of(
        (READY, 0, 10, 0), (PING, 60, 70, 60), (PING, 120, late, 120), (END, 150, late + 5, 150)
    )
    assert rolled(play) == [(0, 0, 60, 60, "silent", 70 + SILENCE)]


def test_a_play_that_arrives_late_as_a_whole_is_whole() -> None:
    """If all messages come days late together, the row is whole and closes then."""
    late = 2 * DAY_MS
    play = messages_of((READY, 0, late + 9, 0), (PING, 60, late + 2, 60), (END, 150, late + 5, 150))
    assert [(0, 0, 150, 150, "finished", late + 9 + MINUTE_MS)] == rolled(play)


def test_silence_is_longer_than_the_limit() -> None:
    """A wait of exactly the limit is no silence; one of a millisecond more is."""
    for wait, watched in ((SILENCE, 99), (SILENCE + 1, 60)):
        play = messages_of((READY, 0, 10, 0), (PING, 60, 70, 60), (PAUSE, 99, 70 + wait, 99))
        assert watched == rolled(play)[0][3]


def test_a_straggler_within_a_minute_of_the_end_counts() -> None:
    """A message that is overtaken by the end still counts, if it arrives within a minute of it."""
    play = messages_of((READY, 0, 10, 0), (PING, 60, 50_000, 60), (END, 90, 100, 90))
    assert rolled(play) == [(0, 0, 90, 90, "finished", 50_000 + MINUTE_MS)]


def test_a_straggler_after_a_minute_does_not_count() -> None:
    """What arrives more than a minute after the end finds the play closed, and does not move its closing."""
    play = messages_of((READY, 0, 10, 0), (PING, 60, 70_000, 60), (END, 90, 100, 90))
    assert rolled(play) == [(0, 0, 90, 90, "finished", 100 + MINUTE_MS)]


def test_plays_are_rolled_up_one_by_one() -> None:
    """Each play has a row of its own, plays without messages have none; a silence in one leaves others alone."""
    late = DAY_MS
    play = messages_of(
        (READY, 0, 10, 0), (END, 50, 60, 50), (READY, 100, 110, 0), (PAUSE, 150, late,
        50), (READY, 0, 5, 0), (END, 9, 20, 9),
        play=[1, 1, 3, 3, 4, 4],
    )  # fmt: skip
    assert rolled(play) == [
        (1, 0, 50, 50, "finished", 60 + MINUTE_MS), (3, 100, 100, 0, "silent",
        110 + SILENCE), (4, 0, 9, 9, "finished", 20 + MINUTE_MS)
    ]  # fmt: skip


@st.composite
def arrivals(draw: st.DrawFn) -> list[int]:
    """Times at which the messages of a play arrive, with waits on both sides of every limit."""
    waits = st.sampled_from(
        [0, 1, 900, MINUTE_MS, MINUTE_MS + 1, SILENCE - 1, SILENCE, SILENCE + 1, DAY_MS]
    )
    count = draw(st.integers(1, 6))
    times = [sum(draw(st.lists(waits, min_size=n + 1, max_size=n + 1))) for n in range(count)]
    return draw(st.permutations(times))


@given(arrivals(), st.sampled_from([END, PAUSE]))
@example([0, MINUTE_MS + 1, 0], END)
def test_history_follows_from_arrivals(received: list[int], last: int) -> None:
    """For any order and lateness of arrival, history is that of a service which closes plays message by message."""
    kinds = [READY] + [PING] * (len(received) - 2) + [last] * (len(received) > 1)
    play = messages_of(
        *(
            (kind, 10 * n, time, 10 * n)
            for n, (kind, time) in enumerate(zip(kinds, received, strict=True))
        )
    )
    in_time, deadline, has_ended = [], SILENCE, False
    for time, number in sorted((time, number) for number, time in enumerate(received)):
        if in_time and time > deadline:
            break
        in_time.append(number)
        has_ended |= kinds[number] == END
        deadline = time + (MINUTE_MS if has_ended else SILENCE)
    told = rolled(play)
    assert [deadline] == [row[5] for row in told]
    assert [10 * max(in_time)] == [row[3] for row in told]
    assert [10 * min(in_time)] == [row[1] for row in told]


# --- The ledger -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        ([], []),
        ([5, 7], [(0, [0, 1])]),
        ([DAY_MS - 1, DAY_MS, 3], [(0, [0, 2]), (1, [1])]),
        ([9 * DAY_MS, 0], [(0, [1]), (9, [0])]),
        ([-1, 0], [(-1, [0]), (0, [1])]),
    ],
)
def test_days_are_utc_days(times: list[int], expected: list[tuple[int, list[int]]]) -> None:
    """A row belongs to the UTC day of its time: the last millisecond before midnight to the day before."""
    assert expected == [(day, rows.tolist()) for day, rows in _by_day(column(times)) if len(rows)]


def ratings(ids: list[int]) -> dict[str, Any]:
    """Rows of log.ratings that differ in their id alone."""
    none = np.zeros(len(ids), dtype=np.int64)
    return dict.fromkeys(table("log.ratings").schema, none) | {"rating_id": column(ids)}


def entered(ledger: Ledger, times: list[int], ids: list[int]) -> None:
    """Enter thumbs into a ledger."""
    ledger.enter("log.ratings", column(times), (column(times), column(ids)), ratings(ids))


def test_a_ledger_keeps_rows_until_their_day() -> None:
    """Rows come out on their day, in the order of their keys, however they were entered."""
    ledger = Ledger(pl.Series(["-"]), frozenset({"log.ratings"}), event_ids(1, 60))
    entered(ledger, [DAY_MS + 7, 3], [1, 2])
    entered(ledger, [DAY_MS + 4, 1, 3], [3, 4, 1])
    days = [next(ledger.close(day)) for day in (0, 1, 2)]
    assert [one["log.ratings"]["rating_id"].to_list() for one in days] == [[4, 1, 2], [3, 1], []]
    assert [list(one) for one in days] == [["log.ratings"]] * 3
    assert next(ledger.close(0))["log.ratings"].is_empty()


def test_a_ledger_forgets_what_is_before_the_window() -> None:
    """Rows of days before the window are dropped, later ones stay; tables nobody wants are not kept at all."""
    ledger = Ledger(pl.Series(["-"]), frozenset({"log.ratings"}), event_ids(1, 60))
    entered(ledger, [0, DAY_MS], [1, 2])
    ledger.enter("log.searches", column([DAY_MS]), (column([0]),), {"search_id": column([5])})
    ledger.forget_before(1)
    assert [next(ledger.close(day))["log.ratings"]["rating_id"].to_list() for day in (0, 1)] == [
        [],
        [2],
    ]
    assert list(next(ledger.close(1))) == ["log.ratings"]


# --- Menus ------------------------------------------------------------------------------------------------------------


def test_searches_are_typed_by_people() -> None:
    """Most queries begin a name, some have a slip, name a person or a genre, and some lead to nothing."""
    one = world("everyday")
    days = lived(one, range(300), window(one))
    plays = joined(days, "truth.plays").filter(pl.col("intent") == "search")
    searches = joined(days, "log.searches")
    assert searches.height > 100
    assert searches["search_id"].is_duplicated().sum() == 0
    assert searches["query"].str.len_chars().min() >= 1
    lower = [name.lower() for name in one.names]
    begins = [any(name.startswith(query) for name in lower) for query in searches["query"]]
    assert 0.55 < np.mean(begins) < 0.95
    assert 0.01 < searches["query"].is_in(GENRES).mean() < 0.2
    opened = searches.filter(pl.col("title_id").is_not_null())
    assert 0.4 < opened.height / searches.height < 0.9
    assert opened.join(plays, on=["session_id", "title_id"], how="anti").height <= 2  # at the edge


def test_some_search_for_what_is_not_to_be_had() -> None:
    """Of titles that a country lacks, or that are yet to come, some are searched for in vain."""
    one = world("everyday", 1, {"menus.in_vain": 1.0, "menus.not_offered": 1.0, "menus.slips": 0.0})
    block = Block(one, np.arange(60), frozenset())
    day = one.first_day
    sessions = block.sit_down(day)
    played = block.play_out(block.act(sessions, block.choose(sessions, day), day), day)
    plays = played.playback
    country = block.homes.country[plays.home]
    found = search(one, plays, played.gap_ms, country, day)
    lost = plays.source[found.play] == START_SOURCES.index("browse")
    assert lost.sum() > 20
    assert (found.title[lost] == NO_TITLE).all()
    absent = lost & (found.words == 0)
    assert absent.mean() > 0.2
    works = one.catalogue.works
    is_here = one.popularity.base[country[found.play], found.work] > 0
    is_out = works.released_day[found.work] <= day
    assert not (is_here & is_out)[absent].any()


@pytest.mark.parametrize(
    ("bits", "expected"),
    [(0, "orwing"), (1, "rwing"), (2, "roowing"), (3, "riwing"), (4 + 1, "roing"), (7, "roqing")],
)
def test_slips_of_the_finger(bits: int, expected: str) -> None:
    """Two letters are swapped, one is missing, twice there, or the one beside it on the keyboard."""
    assert slipped("rowing", bits) == expected


@given(st.text(max_size=12), st.integers(1, 2**30))
def test_a_slip_changes_little(query: str, bits: int) -> None:
    """Whatever is typed, a slip leaves all letters but two where they are, and short queries alone."""
    typed = slipped(query, bits)
    assert abs(len(typed) - len(query)) <= 1
    assert typed[0:1] == query[0:1] or bits % 4 == 0
    assert len(query) >= 4 or typed == query


def test_people_in_titles_are_nobody() -> None:
    """Names of a title's cast are always the same, and none is that of a famous person."""
    cast = [cast_of(1, work, place) for work in range(60) for place in range(5)]
    assert cast[:5] == [cast_of(1, 0, place) for place in range(5)]
    assert len(set(cast)) > 250
    assert not any(is_famous_name(one) for one in cast)


def test_browsing_ends_with_a_play() -> None:
    """Steps on the way to a title come before its play, and the last one is the press that starts it."""
    one = world("quiet")
    days = lived(one, range(100), window(one))
    clicks = joined(days, "log.clicks")
    assert clicks["click_id"].is_duplicated().sum() == 0
    plays = joined(days, "truth.plays")
    presses = clicks.filter(pl.col("action") == "play")
    pressed = presses.join(plays, on=["session_id", "title_id"])
    after_ms = (pl.col("started_at") - pl.col("clicked_at")).dt.total_milliseconds()
    # A title may be taken up again in a sitting: of its plays the next one is that of the press.
    waits = pressed.filter(after_ms >= 0).group_by("click_id").agg(after_ms.min())
    assert waits.height == presses.height > 300
    assert 0 < waits.to_series(1).min() <= waits.to_series(1).max() < 500
    assert clicks["place"].is_between(1, 40).all()
    assert set(clicks["row"].cast(pl.String)) == set(CLICK_ROWS)


def test_rows_of_the_menu_say_where_a_title_was_found() -> None:
    """What is under way is pressed under "continue watching", and the farther right, the fewer look."""
    one = world("quiet")
    days = lived(one, range(150), window(one))
    plays = joined(days, "truth.plays").select("session_id", "title_id", "intent", "started_at")
    clicks = joined(days, "log.clicks").filter(pl.col("action") == "play")
    rows = clicks.sort("clicked_at").join_asof(  # the play that the press starts, of several
        plays.sort("started_at"),
        left_on="clicked_at",
        right_on="started_at",
        by=["session_id", "title_id"],
        strategy="forward",
    )
    by_intent = rows.group_by(pl.col("intent").cast(pl.String)).agg(
        pl.col("row").cast(pl.String).unique()
    )
    found = {intent: set(names) for intent, names in by_intent.iter_rows()}
    assert found["resume"] == {"continue_watching"} == found["next_episode"]
    assert found["new_release"] == {"new_releases", "trending"}
    assert "continue_watching" not in found["browse"]
    browsed = rows.filter(pl.col("intent") == "browse")["place"]
    assert (browsed <= 5).mean() > 1.5 * browsed.is_between(6, 10).mean() > 0
    assert rows.filter(pl.col("row") == "continue_watching")["place"].mean() < browsed.mean()
