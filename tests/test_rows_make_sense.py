"""Rows agree with each other, and with what can happen in a home and on a screen."""

from __future__ import annotations

import datetime as dt
from functools import cache

import polars as pl
import pytest
from strategies import Days, joined, lived, settled_tables, window, world

from synthview.pipeline import World
from synthview.registry import FAULTS
from synthview.world.clock import DAY_MS, day_number

HOUSEHOLDS, LENGTH = range(300), 8
PING_MS, GRACE_MS, SILENCE_MS = 60_000, 60_000, 4 * 3_600_000
LOOKS_MS = 250
BOUNDARIES = (10, 25, 50, 75)
SIZE = {"run.days": LENGTH}
CLEAN, LATE = "quiet", "christmas-prince"
BOTH = pytest.mark.parametrize("name", [CLEAN, LATE])


def made(name: str) -> World:
    """The world of these tests: `CLEAN` misses nothing, `LATE` receives most of what phones send days late.

    `LATE` has all actors, and no other fault: what the others do to rows is their own tests' business.
    """
    others = [fault for fault in FAULTS if fault != "late_arrivals"]
    return world(name, 3, SIZE if name == CLEAN else {**SIZE, "without": others})


@cache
def days(name: str) -> Days:
    """All days of a world."""
    return lived(made(name), HOUSEHOLDS, window(made(name)))


@cache
def table(name: str, path: str) -> pl.DataFrame:
    """A dated table over all days, or an undated one."""
    if path in next(iter(days(name).values())):
        return joined(days(name), path)
    return settled_tables(made(name), HOUSEHOLDS, window(made(name)))[path]


@cache
def history(name: str) -> pl.DataFrame:
    """Viewing history beside the truth, of plays that began and closed within the days."""
    truth = table(name, "truth.plays").select(
        "play_id", "started_at", "ended_at", "played_ms", "intent"
    )
    return table(name, "log.plays").join(
        truth, on="play_id", suffix="_in_truth", maintain_order="left"
    )


@cache
def messages(name: str) -> pl.DataFrame:
    """Messages of plays in `history`, in their order within each play, with the length of its title."""
    runtimes = table(name, "log.titles").select("title_id", "runtime_ms")
    events = table(name, "log.events").join(
        history(name).select("play_id", "closed_at"), on="play_id"
    )
    order = ["play_id", "played_ms", "client_time"]
    return events.join(runtimes, on="title_id", how="left").sort(order, maintain_order=True)


def is_empty(broken: pl.DataFrame) -> None:
    """Show the first rows that break a law."""
    assert broken.rows(named=True)[:3] == []


def of_type(name: str, *types: str) -> pl.DataFrame:
    """Messages of some types."""
    return messages(name).filter(pl.col("type").cast(pl.String).is_in(list(types)))


# --- References -------------------------------------------------------------------------------------------------------

OWNERS = {
    "account_id": "log.accounts",
    "profile_id": "log.profiles",
    "device_id": "log.devices",
    "title_id": "log.titles",
}


@BOTH
@pytest.mark.parametrize("column", OWNERS)
@pytest.mark.parametrize(
    "path", ["log.events", "log.plays", "log.ratings", "log.searches", "log.clicks", "truth.plays"]
)
def test_references_resolve(name: str, path: str, column: str) -> None:
    """Every id in a dated row is that of a row which the service lists."""
    rows = table(name, path)
    if column in rows.columns:
        is_empty(
            rows.filter(pl.col(column).is_not_null()).join(
                table(name, OWNERS[column]), on=column, how="anti"
            )
        )
    assert rows.height > 10


@BOTH
def test_profiles_and_devices_belong_to_accounts(name: str) -> None:
    """The service lists profiles and devices only of accounts that have been opened, and not before they were."""
    opened = (
        table(name, "log.accounts")
        .group_by("account_id")
        .agg(pl.col("valid_from").min().alias("opened"))
    )
    for path in ("log.profiles", "log.devices"):
        is_empty(table(name, path).join(opened, on="account_id", how="anti"))
        is_empty(
            table(name, path)
            .join(opened, on="account_id")
            .filter(pl.col("valid_from") < pl.col("opened"))
        )


@BOTH
@pytest.mark.parametrize("column", ["profile_id", "device_id"])
def test_a_play_uses_what_its_account_has(name: str, column: str) -> None:
    """The profile and the device of a message belong to its account."""
    owner = table(name, OWNERS[column]).select(column, owner="account_id")
    is_empty(
        table(name, "log.events")
        .join(owner, on=column)
        .filter(pl.col("owner") != pl.col("account_id"))
    )


@BOTH
def test_persons_of_the_truth_exist(name: str) -> None:
    """Those before the screen are persons of the same household, as many as are counted."""
    persons = table(name, "truth.persons").select("person_id", home="account_id")
    plays = table(name, "truth.plays")
    is_empty(plays.filter(pl.col("viewer_ids").list.len() != pl.col("viewer_count")))
    seen = plays.filter(pl.col("viewer_count") > 0).explode("viewer_ids")
    is_empty(seen.join(persons, left_on="viewer_ids", right_on="person_id", how="left").filter(
        pl.col("home").is_null() | (pl.col("home") != pl.col("account_id"))
    ))  # fmt: skip


@BOTH
def test_messages_belong_to_plays(name: str) -> None:
    """Every message belongs to a play that happened; the days before are looked at for plays that began then."""
    first = window(made(name)).first_day
    known = table(name, "truth.plays").select("play_id")
    strays = table(name, "log.events").join(known, on="play_id", how="anti")
    before = strays.group_by("play_id").agg(pl.col("client_time").min())
    is_empty(before.filter(pl.col("client_time").dt.epoch("ms") > (first + 1) * DAY_MS))


@BOTH
def test_the_facts_of_a_play_never_change(name: str) -> None:
    """Messages of a play, its history and its truth name one session, account, profile, device and title."""
    ids = ["play_id", "session_id", "account_id", "profile_id", "device_id", "title_id"]
    facts = [table(name, path).select(ids) for path in ("log.events", "log.plays", "truth.plays")]
    assert pl.concat(facts).unique()["play_id"].is_duplicated().sum() == 0


@BOTH
@pytest.mark.parametrize(
    "path",
    [
        "log.accounts",
        "log.profiles",
        "log.devices",
        "log.titles",
        "truth.persons",
        "truth.households",
    ],
)
def test_keys_are_unique(name: str, path: str) -> None:
    """No two rows of a listing have the same key."""
    keys = {
        "log.accounts": ["account_id", "valid_from"],
        "log.profiles": ["profile_id", "valid_from"],
        "log.devices": ["device_id", "valid_from"],
        "truth.persons": ["person_id"],
        "truth.households": ["account_id"],
    }
    key = keys.get(path, [f"{path.removeprefix('log.').removesuffix('s')}_id"])
    assert table(name, path).height > 50
    assert table(name, path).select(key).is_duplicated().sum() == 0


# --- Titles -----------------------------------------------------------------------------------------------------------


@BOTH
def test_titles_are_whole(name: str) -> None:
    """Episodes have a series, a season and a place in it; trailers are for a title that exists; films are neither."""
    titles = table(name, "log.titles")
    parts = ["series_name", "season_number", "episode_number", "series_id", "season_id"]
    is_empty(
        titles.filter(
            (pl.col("kind") == "episode")
            != pl.all_horizontal(pl.col(one).is_not_null() for one in parts)
        )
    )
    is_empty(titles.filter((pl.col("kind") == "trailer") != pl.col("trailer_of").is_not_null()))
    trailers = titles.filter(pl.col("kind") == "trailer")
    is_empty(trailers.join(titles, left_on="trailer_of", right_on="title_id", how="anti"))
    assert set(titles["kind"]) == {"film", "episode", "trailer"}
    assert titles.filter(pl.col("kind") != "trailer")["runtime_ms"].min() >= 5 * 60_000
    assert trailers["runtime_ms"].max() < 4 * 60_000


@BOTH
def test_nothing_plays_before_its_release(name: str) -> None:
    """A title plays, is clicked and is thumbed from its release on; the day is that of the viewer's zone."""
    released = table(name, "log.titles").select("title_id", "released_on")
    events = table(name, "log.events").join(released, on="title_id")
    local = pl.col("client_time") + pl.duration(minutes=pl.col("utc_offset_min"))
    is_empty(events.filter(local.dt.date() < pl.col("released_on")))


def test_a_title_released_tomorrow_is_listed_where_it_is_tomorrow_already() -> None:
    """What people in the east play on the last day of a window is listed, released there already."""
    film = 'titles."A Christmas Prince"'
    one = world("christmas-prince", 1, {
        "world.country_shares": {"AU": 1.0}, "run.days": 3,
        f"{film}.released_on": "2017-11-20", f"{film}.popularity_rank": 1,
        "world.release_lift": 1000.0,
    })  # fmt: skip
    plays = joined(lived(one, range(200), window(one)), "truth.plays")
    listed = settled_tables(one, range(1), window(one))["log.titles"]
    is_empty(plays.join(listed, on="title_id", how="anti"))
    is_empty(plays.join(listed, on="title_id").filter(pl.col("started_at") < pl.col("valid_from")))


@BOTH
def test_trailers_never_count(name: str) -> None:
    """Nobody's history of films or episodes holds a trailer."""
    kinds = table(name, "log.titles").select("title_id", listed="kind")
    plays = table(name, "log.plays").join(kinds, on="title_id")
    is_empty(plays.filter(pl.col("kind") != pl.col("listed")))
    is_empty(plays.filter((pl.col("listed") == "trailer") & (pl.col("start_source") != "preview")))


@BOTH
def test_kids_profiles_get_what_is_made_for_kids(name: str) -> None:
    """On a kids profile run only works made for children or families."""
    kids = table(name, "log.profiles").filter("is_kids").select("profile_id")
    genres = table(name, "log.titles").select("title_id", "genres", "age_rating")
    played = (
        table(name, "log.events")
        .join(kids, on="profile_id", how="semi")
        .join(genres, on="title_id")
    )
    assert played.height > 500
    made_for_them = {"family", "animation", "kids"}
    assert all(made_for_them & {one.split("|")[0]} for one in played["genres"].unique())
    assert set(played["age_rating"].cast(pl.String)) <= {"all", "7"}


@BOTH
def test_a_profile_shows_no_more_than_its_maturity(name: str) -> None:
    """No profile plays a title that is rated for older people than it shows."""
    oldest = {
        "little_kids": ["all"],
        "older_kids": ["all", "7"],
        "teens": ["all", "7", "13", "16"],
        "adults": None,
    }
    rated = table(name, "log.titles").select("title_id", "age_rating")
    plays = (
        table(name, "truth.plays")
        .join(table(name, "log.profiles"), on="profile_id")
        .join(rated, on="title_id")
    )
    for maturity, ratings in oldest.items():
        if ratings:
            shown = plays.filter(pl.col("maturity") == maturity)
            assert set(shown["age_rating"].cast(pl.String)) <= set(ratings), maturity


# --- One play ---------------------------------------------------------------------------------------------------------


@BOTH
def test_nothing_ends_before_it_starts(name: str) -> None:
    """A play ends after it started, and plays no longer than it lasts; attention is no longer than presence."""
    truth = table(name, "truth.plays")
    is_empty(truth.filter(pl.col("ended_at") < pl.col("started_at")))
    is_empty(
        truth.filter(
            pl.col("played_ms")
            > (pl.col("ended_at") - pl.col("started_at")).dt.total_milliseconds()
        )
    )
    is_empty(
        truth.filter(
            (pl.col("present_ms") > pl.col("played_ms"))
            | (pl.col("attended_ms") > pl.col("present_ms"))
        )
    )
    is_empty(table(name, "log.plays").filter(pl.col("ended_at") < pl.col("started_at")))
    is_empty(
        truth.filter(
            (pl.col("viewer_count") == 0) & (pl.col("played_ms") > 0) & (pl.col("causes") == "")
        )
    )


@BOTH
def test_history_closes_after_it_ended(name: str) -> None:
    """A row of history closes a minute or more after its last message was sent."""
    is_empty(
        table(name, "log.plays").filter(
            pl.col("closed_at") < pl.col("ended_at") + pl.duration(milliseconds=GRACE_MS)
        )
    )


@BOTH
def test_positions_lie_within_the_title(name: str) -> None:
    """The playhead is never before the beginning nor after the end of the title."""
    is_empty(
        messages(name).filter(
            (pl.col("position_ms") < 0) | (pl.col("position_ms") > pl.col("runtime_ms"))
        )
    )
    is_empty(
        table(name, "log.plays").filter((pl.col("completion") < 0) | (pl.col("completion") > 1))
    )


@BOTH
def test_completion_is_the_end_position_over_the_runtime(name: str) -> None:
    """Completion says where the play ended, as a share of the title, rounded down to a ten-thousandth."""
    plays = table(name, "log.plays").join(
        table(name, "log.titles").select("title_id", "runtime_ms"), on="title_id"
    )
    expected = (
        plays["end_position_ms"].to_numpy() * 10_000 // plays["runtime_ms"].to_numpy()
    ) / 10_000
    assert expected.tolist() == plays["completion"].to_list()


@BOTH
def test_message_ids_are_unique(name: str) -> None:
    """A message is told apart by its play and its own number."""
    assert table(name, "log.events").select("play_id", "event_id").is_duplicated().sum() == 0


@BOTH
def test_time_and_playing_time_go_forwards(name: str) -> None:
    """Within a play, later messages report later times and no less playing time."""
    steps = messages(name).select(
        same=pl.col("play_id") == pl.col("play_id").shift(1),
        time=pl.col("client_time").diff().dt.total_milliseconds(),
        played=pl.col("played_ms").diff(),
    )
    is_empty(
        steps.filter(
            pl.col("same")
            & ((pl.col("time") < 0) | (pl.col("played") < 0) | (pl.col("played") > pl.col("time")))
        )
    )


@BOTH
def test_nothing_is_received_before_it_was_sent(name: str) -> None:
    """Every message, query, step and thumb is received after the moment it tells of."""
    is_empty(table(name, "log.events").filter(pl.col("received_time") <= pl.col("client_time")))
    for path, sent in {
        "log.searches": "searched_at",
        "log.clicks": "clicked_at",
        "log.ratings": "rated_at",
    }.items():
        is_empty(table(name, path).filter(pl.col("received_time") <= pl.col(sent)))


@BOTH
def test_a_play_begins_with_ready(name: str) -> None:
    """The first message of a play is `ready`, the second `play` unless it was refused or left; there is one `ready`."""
    types = (
        messages(name)
        .filter(pl.col("type") != "quality_change")
        .group_by("play_id", maintain_order=True)
        .agg(pl.col("type").head(2))
    )
    assert set(types["type"].list.first().cast(pl.String)) == {"ready"}
    assert set(types["type"].list.get(1, null_on_oob=True).drop_nulls().cast(pl.String)) <= {
        "play",
        "error",
        "pause",
    }
    left = messages(name).filter(pl.len().over("play_id") == 2, pl.col("type") == "pause")
    assert left.height > 5
    assert left["played_ms"].sum() == 0
    assert of_type(name, "ready")["play_id"].is_duplicated().sum() == 0


@BOTH
@pytest.mark.parametrize("what", ["seek", "buffer"])
def test_what_starts_ends(name: str, what: str) -> None:
    """A jump or a stall that starts ends before another starts, and none is left open."""
    pairs = of_type(name, f"{what}_start", f"{what}_end").with_columns(
        number=pl.int_range(pl.len()).over("play_id") % 2, count=pl.len().over("play_id") % 2
    )
    is_empty(pairs.filter((pl.col("type") == f"{what}_end").cast(pl.Int64) != pl.col("number")))
    told = history(name).filter(
        pl.col("end_reason") != "silent"
    )  # the rest may come after the days
    is_empty(pairs.join(told, on="play_id", how="semi").filter(pl.col("count") == 1))
    assert pairs.height > (0 if (name, what) == (CLEAN, "buffer") else 20) or (name, what) == (
        CLEAN,
        "buffer",
    )


@BOTH
def test_jumps_move_the_playhead_and_nothing_else_does(name: str) -> None:
    """Between two messages the playhead moves as far as was played, but for a jump, which moves it without playing."""
    steps = messages(name).with_columns(
        moved=pl.col("position_ms").diff().over("play_id"), played=pl.col("played_ms").diff().over("play_id")
    ).drop_nulls(["moved", "played"])  # fmt: skip
    is_empty(steps.filter((pl.col("type") != "seek_end") & (pl.col("moved") != pl.col("played"))))
    is_empty(
        steps.filter(
            (pl.col("type") == "seek_end") & ((pl.col("moved") == 0) | (pl.col("played") != 0))
        )
    )


@BOTH
def test_pauses_go_on(name: str) -> None:
    """A pause is followed by `play`, unless it is the last message: that is how leaving looks."""
    after = of_type(name, "play", "pause").with_columns(
        following=pl.col("type").shift(-1).over("play_id"),
        last=pl.int_range(pl.len(), 0, -1).over("play_id") == 1,
    )
    is_empty(
        after.filter(
            (pl.col("type") == "pause") & ~pl.col("last") & (pl.col("following") != "play")
        )
    )
    is_empty(
        after.filter(
            (pl.col("type") == "play") & ~pl.col("last") & (pl.col("following") != "pause")
        )
    )


@BOTH
def test_one_message_ends_a_play(name: str) -> None:
    """The last message of a play is `end`, `pause` or `error`; `end` and `error` come once and last."""
    last = messages(name).group_by("play_id", maintain_order=True).last()
    seen_whole = history(name).filter(
        (pl.col("watched_ms") == pl.col("played_ms")) & (pl.col("played_ms") > 0)
    )
    assert set(
        last.join(seen_whole.select("play_id"), on="play_id", how="semi")["type"].cast(pl.String)
    ) <= {
        "end",
        "pause",
        "error",
    }
    for kind in ("end", "error"):
        assert of_type(name, kind)["play_id"].is_duplicated().sum() == 0
        is_empty(
            of_type(name, kind).join(last.filter(pl.col("type") == kind), on="play_id", how="anti")
        )


def test_a_ping_for_every_minute_of_playing() -> None:
    """A ping comes soon after each full minute of playing time, and at no other time."""
    pings = of_type(CLEAN, "ping").with_columns(
        number=pl.int_range(1, pl.len() + 1).over("play_id")
    )
    late = pl.col("played_ms") - pl.col("number") * PING_MS
    is_empty(pings.filter((late < 0) | (late > 2_000 + 40 * pl.col("number"))))
    counts = (
        history(CLEAN)
        .join(pings.group_by("play_id").len(), on="play_id", how="left")
        .with_columns(pl.col("len").fill_null(0))
    )
    expected = (pl.col("played_ms").clip(1) - 1) // PING_MS
    is_empty(counts.filter((expected - pl.col("len")).is_between(0, 1).not_()))
    assert counts.select((expected - pl.col("len")).mean()).item() < 0.03
    assert counts["len"].sum() > 10_000


def test_progress_is_told_once_per_boundary() -> None:
    """The first time the playhead passes 10, 25, 50 or 75 % of the title there is one message, within a quarter second."""
    plays = messages(CLEAN).group_by("play_id").agg(
        start=pl.col("position_ms").first(), farthest=pl.col("position_ms").max(), runtime=pl.col("runtime_ms").first(),
        told=pl.col("position_ms").filter(pl.col("type") == "percent_progress"),
    )  # fmt: skip
    told = 0
    for _, start, farthest, runtime, positions in plays.iter_rows():
        reached = [
            goal for percent in BOUNDARIES if start < (goal := runtime * percent // 100) <= farthest
        ]
        if reached and farthest - reached[-1] <= LOOKS_MS and len(positions) == len(reached) - 1:
            reached.pop()  # the play ended before the player looked
        assert len(reached) == len(positions), (start, farthest, runtime, positions)
        assert all(goal <= position for goal, position in zip(reached, positions, strict=True))
        told += sum(
            position - goal <= LOOKS_MS for goal, position in zip(reached, positions, strict=True)
        )
    assert told > 1_000


# --- Log against truth ------------------------------------------------------------------------------------------------


def test_without_faults_every_play_is_recorded_once() -> None:
    """Where nothing is lost or late, plays in the log and in truth are the same, those at the window's edges aside."""
    first, last = window(made(CLEAN)).first_day * DAY_MS, window(made(CLEAN)).last_day * DAY_MS
    truth, log = table(CLEAN, "truth.plays"), table(CLEAN, "log.plays")
    assert log["play_id"].is_duplicated().sum() == 0
    assert truth["play_id"].is_duplicated().sum() == 0
    is_empty(
        truth.filter(pl.col("ended_at").dt.epoch("ms") < last - SILENCE_MS - GRACE_MS).join(
            log, on="play_id", how="anti"
        )
    )
    is_empty(
        log.filter(pl.col("started_at").dt.epoch("ms") >= first).join(
            truth, on="play_id", how="anti"
        )
    )


def test_without_faults_the_log_tells_the_truth() -> None:
    """Where nothing is lost or late, history starts, ends and counts playing time exactly as it was."""
    plays = history(CLEAN)
    is_empty(plays.filter(pl.col("started_at") != pl.col("started_at_in_truth")))
    is_empty(plays.filter(pl.col("watched_ms") != pl.col("played_ms")))
    is_empty(plays.filter(pl.col("ended_at") != pl.col("ended_at_in_truth")))
    assert plays.height > 1_000


@BOTH
def test_history_counts_what_its_last_message_reports(name: str) -> None:
    """Playing time and position of history are those of the last message that was received by its closing."""
    in_time = messages(name).filter(pl.col("received_time") <= pl.col("closed_at"))
    last = (
        in_time.group_by("play_id", maintain_order=True)
        .last()
        .select("play_id", "played_ms", "position_ms", "client_time")
    )
    plays = table(name, "log.plays").join(last, on="play_id")
    started = plays.filter(
        pl.col("started_at").dt.epoch("ms") >= (window(made(name)).first_day + 1) * DAY_MS
    )
    assert started.height > 500
    is_empty(started.filter(pl.col("watched_ms") != pl.col("played_ms")))
    is_empty(started.filter(pl.col("end_position_ms") != pl.col("position_ms")))
    is_empty(started.filter(pl.col("ended_at") != pl.col("client_time")))


def closing(received: list[int], is_end: list[bool]) -> int:
    """When the service closes a play, from the arrivals of its messages in order: told message by message."""
    deadline, has_ended = received[0] + SILENCE_MS, False
    for time, ends in zip(received, is_end, strict=True):
        if time > deadline:
            break
        has_ended |= ends
        deadline = time + (GRACE_MS if has_ended else SILENCE_MS)
    return deadline


@BOTH
def test_a_play_closes_a_minute_after_its_end_or_after_silence(name: str) -> None:
    """Closing follows from arrivals alone: a minute after the end has arrived, or hours after the last message."""
    arrivals = messages(name).sort("play_id", "received_time", maintain_order=True)
    plays = arrivals.group_by("play_id", maintain_order=True).agg(
        pl.col("received_time").dt.epoch("ms"), is_end=pl.col("type") == "end",
        closed=pl.col("closed_at").first().dt.epoch("ms"), began=pl.col("client_time").min().dt.epoch("ms"),
    ).filter(pl.col("began") >= window(made(name)).first_day * DAY_MS)  # fmt: skip
    expected = [closing(received, is_end) for _, received, is_end, _, _ in plays.iter_rows()]
    assert expected == plays["closed"].to_list()
    assert len(expected) > 1_000


def test_late_messages_are_told_by_the_truth() -> None:
    """The deliveries say of exactly the late messages by how much they were late."""
    late, events = table(LATE, "truth.deliveries"), table(LATE, "log.events")
    wait = (pl.col("received_time") - pl.col("client_time")).dt.total_milliseconds()
    told = events.join(late, on=["play_id", "event_id"])
    assert told.height > 5_000
    is_empty(told.filter((wait - pl.col("by_ms")).is_between(10, 20_000).not_()))
    untold = events.join(late, on=["play_id", "event_id"], how="anti").filter(wait > 30_000)
    is_empty(
        untold.filter(pl.col("client_time").dt.epoch("ms") >= window(made(LATE)).first_day * DAY_MS)
    )
    is_empty(table(CLEAN, "truth.deliveries"))


DATED_BY = {
    "log.events": "received_time", "log.plays": "closed_at",
    "log.ratings": "received_time", "log.searches": "received_time",
    "log.clicks": "received_time", "truth.plays": "started_at", "truth.deliveries": "sent_time",
}  # fmt: skip


@BOTH
@pytest.mark.parametrize("path", DATED_BY)
def test_rows_lie_in_their_day(name: str, path: str) -> None:
    """A day holds the rows received, or in truth begun, on that UTC day, and a window holds its days in order."""
    for day in days(name):
        of_day = {day: days(name)[day]}
        is_empty(
            joined(of_day, path).filter(pl.col(DATED_BY[path]).dt.epoch("ms") // DAY_MS != day)
        )
    within = window(made(name))
    assert list(range(within.first_day, within.last_day)) == list(days(name))


@BOTH
def test_rows_are_in_the_order_of_their_homes(name: str) -> None:
    """Rows of a day lie together by account, whatever the table."""
    for frames in days(name).values():
        for path, frame in frames.items():
            runs = frame["account_id"].rle().struct.field("value")
            assert runs.is_duplicated().sum() == 0, path


# --- Homes, people and screens ----------------------------------------------------------------------------------------


def overlaps(plays: pl.DataFrame, whose: str) -> pl.DataFrame:
    """Plays that begin before the one before of the same `whose` has ended."""
    order = plays.filter(pl.col("played_ms") > 0).sort(whose, "started_at", "ended_at")
    before = pl.col("ended_at").shift(1).over(whose)
    return order.filter(pl.col("started_at") < before)


@BOTH
def test_nobody_is_in_two_sessions_at_once(name: str) -> None:
    """A person is before one screen at a time."""
    plays = table(name, "truth.plays").filter(pl.col("viewer_count") > 0).explode("viewer_ids")
    is_empty(overlaps(plays, "viewer_ids"))
    assert plays.height > 1_000


@BOTH
@pytest.mark.parametrize("whose", ["device_id", "session_id"])
def test_a_screen_shows_one_play_at_once(name: str, whose: str) -> None:
    """Plays on one device, and within one session, follow each other."""
    is_empty(overlaps(table(name, "truth.plays"), whose))


@BOTH
def test_stream_limits_hold(name: str) -> None:
    """No account plays on more screens at once than its plan allows, and those beyond get an error."""
    sessions = table(name, "truth.plays").filter(pl.col("played_ms") > 0).group_by("account_id", "session_id").agg(
        pl.col("started_at").min(), pl.col("ended_at").max()
    )  # fmt: skip
    steps = pl.concat([
        sessions.select("account_id", at="started_at", by=pl.lit(1)),
        sessions.select("account_id", at="ended_at", by=pl.lit(-1))
    ]).sort("account_id", "at", "by")  # fmt: skip
    limits = table(name, "log.accounts").select("account_id", "stream_limit").unique()
    most = (
        steps.with_columns(streams=pl.col("by").cum_sum().over("account_id"))
        .group_by("account_id")
        .agg(pl.col("streams").max())
    )
    is_empty(most.join(limits, on="account_id").filter(pl.col("streams") > pl.col("stream_limit")))
    assert most["streams"].max() > 1


def test_only_a_full_house_is_refused() -> None:
    """Where a play is refused, as many other sessions as the plan allows are on at that moment."""
    one = world(CLEAN, 3, {
        "people.plans": {"basic": 1.0, "standard": 0.0, "premium": 0.0}, "sittings.together": 0.0,
        "sittings.share_of_days": 0.6, "choosing.pauses_per_hour": 6.0,
        "people.one_adult_watches": 0.0, "people.sign_up_days": 0,
    })  # fmt: skip
    days = lived(one, HOUSEHOLDS, window(one))
    plays = joined(days, "truth.plays")
    failed = joined(days, "log.plays").filter(pl.col("end_reason") == "error")
    came = plays.join(failed, on="play_id", how="anti")
    sessions = came.group_by("account_id", "session_id").agg(
        begin=pl.col("started_at").min(), end=pl.col("ended_at").max()
    )
    nothing = plays.filter(pl.col("played_ms") == 0)
    refused = nothing.join(failed, on="play_id", how="semi").select(
        "account_id", "play_id", at="started_at"
    )
    # Streams are given day by day: a sitting of the evening before that goes on past midnight has its
    # stream before one of the day that midnight begins, though the latter may press play minutes earlier.
    on = refused.join(sessions, on="account_id").filter(
        pl.col("at").is_between(pl.col("begin").dt.offset_by("-15m"), "end")
    )
    first = (
        window(one).first_day * DAY_MS
    )  # sessions that began on the day before are not in the window
    is_empty(
        refused.join(on, on="play_id", how="anti").filter(
            pl.col("at").dt.epoch("ms") >= first + DAY_MS
        )
    )
    assert refused.height > 80  # so many show with 98 % what is wrong in one of twenty


@BOTH
def test_accounts_are_active_when_a_sitting_begins(name: str) -> None:
    """Nobody sits down on an account that is not yet opened, or is cancelled."""
    states = (
        table(name, "log.accounts").select("account_id", "status", since="valid_from").sort("since")
    )
    begins = (
        table(name, "truth.plays")
        .group_by("account_id", "session_id")
        .agg(pl.col("started_at").min())
        .sort("started_at")
    )
    then = begins.join_asof(
        states, left_on="started_at", right_on="since", by="account_id", check_sortedness=False
    )
    is_empty(then.filter(pl.col("status").is_null() | (pl.col("status") != "active")))


@BOTH
def test_refused_plays_show_an_error(name: str) -> None:
    """A play that the stream limit refuses has no playing time, nobody watches it, and its message says why."""
    errors = of_type(name, "error")
    refused = table(name, "truth.plays").filter(pl.col("played_ms") == 0)
    is_empty(refused.filter(pl.col("viewer_count") > 0))
    assert errors["error_code"].null_count() == 0
    assert (
        messages(name).filter(pl.col("type") != "error")["error_code"].null_count()
        == messages(name).filter(pl.col("type") != "error").height
    )
    others = errors.join(refused, on="play_id", how="anti")
    is_empty(others.filter(pl.col("error_code") != "connection_lost"))


@BOTH
def test_menus_belong_to_sessions(name: str) -> None:
    """Browse steps and queries happen within a session that plays something, before the play they lead to."""
    sessions = table(name, "truth.plays").group_by("session_id").agg(pl.col("ended_at").max())
    within = window(made(name)).last_day * DAY_MS - 3_600_000
    for path, at in {"log.clicks": "clicked_at", "log.searches": "searched_at"}.items():
        rows = table(name, path).filter(pl.col(at).dt.epoch("ms") < within)
        is_empty(rows.join(sessions, on="session_id", how="anti"))
        is_empty(rows.join(sessions, on="session_id").filter(pl.col(at) > pl.col("ended_at")))


def test_a_new_film_plays_from_its_first_day() -> None:
    """The film that the scenario names is played from its release on, within a day of it, and not before."""
    film = table(LATE, "log.titles").filter(pl.col("name") == "A Christmas Prince")
    assert film["released_on"].to_list() == [made(LATE).scenario.run.start]
    plays = table(LATE, "truth.plays").join(film, on="title_id", how="semi")
    assert plays["started_at"].min().date() <= made(LATE).scenario.run.start + dt.timedelta(days=1)
    assert day_number(plays["started_at"].min().date()) >= window(made(LATE)).first_day
