"""Actors of the home: a child on a loop, a toddler, a devoted fan, the television for company, a sleeper."""

from __future__ import annotations

from functools import cache
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
import pytest
from strategies import Days, differences, joined, lived, settled_tables, window, world

from synthview.actors.asleep_on_sofa import AsleepOnSofa
from synthview.people.homes import furnish
from synthview.pipeline import World
from synthview.registry import installed
from synthview.stage.company import parts
from synthview.stage.edits import Edits
from synthview.stage.scene import Scene
from synthview.stage.script import Script

HOME_ACTORS = (
    "asleep_on_sofa",
    "background_tv",
    "child_on_loop",
    "devoted_fan",
    "toddler_on_remote",
)
LENGTH = 6
MINUTE, HOUR = 60_000, 3_600_000
BUSY = {
    "actors.asleep_on_sofa.rate": 0.3, "actors.background_tv.rate": 0.6, "actors.child_on_loop.rate": 0.8,
    "actors.devoted_fan.rate": 0.3, "actors.toddler_on_remote.rate": 1,
}  # fmt: skip


def made(settings: dict[str, float], seed: int = 5) -> World:
    """A world with late messages only, in which no actor acts but those whose rate is set."""
    still = {f"actors.{name}.rate": 0 for name in installed().actors}
    return world("everyday", seed, still | {"run.days": LENGTH} | settings)


@cache
def days(households: int, *settings: tuple[str, float]) -> Days:
    """All days of such a world."""
    of = made(dict(settings))
    return lived(
        of,
        range(households),
        window(of),
        frozenset({"truth.plays", "truth.incidents", "log.plays"}),
    )


@cache
def told(households: int, *settings: tuple[str, float]) -> pl.DataFrame:
    """Plays as they happened, with the local time of their start, their title, their device and where they began."""
    of = made(dict(settings))
    listed = settled_tables(of, range(households), window(of))
    zones = (
        listed["log.accounts"].unique("account_id", keep="first").select("account_id", "time_zone")
    )
    titles = (
        listed["log.titles"]
        .unique("title_id", keep="first")
        .select("title_id", "kind", "runtime_ms", "released_on")
    )
    devices = (
        listed["log.devices"].unique("device_id", keep="first").select("device_id", "device_type")
    )
    plays = joined(days(households, *settings), "truth.plays")
    for table, key in ((zones, "account_id"), (titles, "title_id"), (devices, "device_id")):
        plays = plays.join(table, on=key, how="left")
    local = [
        at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        for at, zone in zip(plays["started_at"], plays["time_zone"], strict=True)
    ]
    return plays.with_columns(local=pl.Series(local, dtype=pl.Datetime("ms"))).sort(
        "account_id", "started_at"
    )


def incidents(households: int, *settings: tuple[str, float]) -> pl.DataFrame:
    """What actors did."""
    return joined(days(households, *settings), "truth.incidents")


def touched(name: str, households: int, *settings: tuple[str, float]) -> pl.DataFrame:
    """Plays in which an actor had a part."""
    return told(households, *settings).filter(pl.col("causes").str.split("|").list.contains(name))


def suited(name: str, households: int) -> int:
    """How many of the first households can have an actor."""
    of = made({f"actors.{name}.rate": 1})
    return int(
        np.count_nonzero(
            of.scenario.actors[name].suits(furnish(of, np.arange(households, dtype=np.int64)))
        )
    )


def median(frame: pl.DataFrame, what: pl.Expr) -> float:
    """The middle of something."""
    return float(frame.select(what.cast(pl.Float64).median()).item())


def share(frame: pl.DataFrame, what: pl.Expr) -> float:
    """The share of rows for which something holds."""
    return float(frame.select(what.cast(pl.Float64).mean()).item())


HOUR_OF_DAY = pl.col("local").dt.hour()
CHILD = (600, ("actors.child_on_loop.rate", 1), ("actors.child_on_loop.spell_days", 120))
TODDLER = (700, ("actors.toddler_on_remote.rate", 1))
FAN = (60, ("actors.devoted_fan.rate", 1), ("actors.devoted_fan.spell_days", 240))
COMPANY = (150, ("actors.background_tv.rate", 1), ("actors.background_tv.days", 1))
SLEEPER = (500, ("actors.asleep_on_sofa.rate", 0.2))


# --- How often --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["background_tv", "child_on_loop", "devoted_fan"])
def test_a_trait_is_as_common_as_its_rate(name: str) -> None:
    """A tenth of the homes that suit it have it: 500 of 5,000 with a television, some 75 of 750 with a small child."""
    of = made({f"actors.{name}.rate": 0.1})
    homes = furnish(of, np.arange(6_000, dtype=np.int64))
    one = of.scenario.actors[name]
    count, has = int(np.count_nonzero(one.suits(homes))), parts(of, homes, name, one)
    assert count > 500  # so that three standard deviations are at most 40 % of what is expected
    assert abs(int(np.count_nonzero(has)) - 0.1 * count) < 3 * (0.09 * count) ** 0.5
    assert not (has & ~one.suits(homes)).any()


@pytest.mark.parametrize("name", HOME_ACTORS)
def test_a_rate_of_nought_is_nobody(name: str) -> None:
    """An actor of which nothing is set is out of the world; with a rate of nought it is there, and not a row differs."""
    without = world("quiet", 5, {"run.days": 3})
    still = world("quiet", 5, {"run.days": 3, f"actors.{name}.rate": 0})
    assert [*without.scenario.actors] == []
    assert [*still.scenario.actors] == [name]
    one, other = (lived(of, range(40), window(of)) for of in (without, still))
    assert list(differences(one, other)) == []


@pytest.mark.slow
def test_a_trait_at_a_higher_rate_only_adds() -> None:
    """Homes that watched one film daily at a small rate do so at a higher one, in the same minutes."""
    acts = ["account_id", "at", "what"]
    lasting = ("actors.devoted_fan.spell_days", 240)
    rare, common = (
        incidents(350, ("actors.devoted_fan.rate", rate), lasting)
        .filter(pl.col("actor") == "devoted_fan")
        .select(acts)
        for rate in (0.3, 0.6)
    )
    assert rare["account_id"].n_unique() > 25  # so that the ratio is known to a fifth or so
    assert rare.join(common, on=acts, how="anti").is_empty()
    assert 1.4 * rare.height < common.height < 2.8 * rare.height


def test_spells_come_and_go() -> None:
    """With spells of 16 days in 240 a tenth of the homes of fans are in one: some 30 of 300, give or take 5.5."""
    acts = incidents(300, ("actors.devoted_fan.rate", 1))
    assert 13 < acts["account_id"].n_unique() < 60


# --- A child on a loop ------------------------------------------------------------------------------------------------


def test_a_child_wants_the_same_title_from_its_start() -> None:
    """In a spell that lasts it is one title, some 1.3 times a day, alone or with an adult, and often broken off.

    Of 600 homes 100 have a small child, 70 of them in a spell: 420 days of homes, on nine of ten of which it has time
    for 1.8 starts, less what finds no screen: some 550 plays, give or take 25.
    """
    plays, homes = touched("child_on_loop", *CHILD), suited("child_on_loop", CHILD[0])
    in_spell = plays["account_id"].n_unique()
    assert 0.5 < in_spell / homes < 0.95
    assert 1 < plays.height / in_spell / LENGTH < 1.8
    assert median(plays.group_by("account_id").len(), pl.col("len")) > 4
    titles = plays.group_by("account_id").agg(pl.col("title_id").n_unique())["title_id"]
    assert (
        share(titles.to_frame(), pl.col("title_id") == 1) > 0.85
    )  # a new spell begins once in 120 days
    # Others are to blame on it too, who found its stream taken: they never began. All of its own begin at 0, and of a
    # second stream in a home at that hour there is one in ten at most.
    ran = pl.col("played_ms") > 0
    assert share(plays, ran) > 0.9
    begun = plays.filter(ran).select("play_id")
    starts = joined(days(*CHILD), "log.plays").join(begun, on="play_id")
    assert starts["start_position_ms"].abs().max() == 0
    assert 0.1 < share(plays, pl.col("viewer_count") > 1) < 0.45
    finished = pl.col("played_ms") > 0.97 * pl.col("runtime_ms")
    assert 0.3 < share(plays, finished) < 0.75
    assert 20 * MINUTE < median(plays.filter(~finished), pl.col("played_ms")) < 70 * MINUTE


def test_a_child_is_up_by_day_and_does_not_sit_still() -> None:
    """It begins between 5 and 21 o'clock, most in mornings and afternoons, and attends to two thirds of it."""
    plays = touched("child_on_loop", *CHILD)
    a_minute_ago = (
        pl.col("local").dt.offset_by("-1m").dt.hour()
    )  # who sits down just before picks first
    assert plays.filter(~(HOUR_OF_DAY >= 5) | ~(a_minute_ago <= 20)).is_empty()
    assert share(plays, HOUR_OF_DAY.is_between(6, 9)) > 0.2
    assert share(plays, HOUR_OF_DAY.is_between(15, 18)) > 0.2
    assert 0.45 < plays["attended_ms"].sum() / plays["played_ms"].sum() < 0.8
    per_day = plays.group_by(pl.col("local").dt.weekday().alias("weekday")).len()
    saturday = per_day.filter(pl.col("weekday") == 6)[
        "len"
    ].item()  # 109 against 89, each give or take 8
    assert saturday > 1.1 * median(per_day.filter(pl.col("weekday") < 6), pl.col("len"))


# --- A toddler on the remote ------------------------------------------------------------------------------------------


def test_a_toddler_gets_at_the_remote_as_often_as_set() -> None:
    """Half of the acts are its own, half among plays of others: of 85 homes and 6 days some 250 each, give or take 16."""
    homes, acts = suited("toddler_on_remote", TODDLER[0]), incidents(*TODDLER)
    assert homes > 60
    for what in ("played with the remote", "got at the remote"):
        assert 0.3 < acts.filter(pl.col("what") == what).height / homes / LENGTH < 0.75


def test_a_toddler_alone_opens_one_thing_after_the_other() -> None:
    """Presses some 15 seconds apart, by day; nobody attends, and somebody ends it after some minutes.

    Some 800 plays: the median of the waits is known to about 8 %.
    """
    plays = touched("toddler_on_remote", *TODDLER).filter(
        ~pl.col("pressed_by_person"), pl.col("intent") == "browse"
    )
    of_session = pl.col("session_id")
    wait = (
        (pl.col("started_at").shift(-1) - pl.col("started_at"))
        .over("session_id")
        .dt.total_milliseconds()
    )
    assert 10_000 < median(plays, wait) < 40_000
    assert plays["attended_ms"].max() == 0
    assert plays.filter(~HOUR_OF_DAY.is_between(6, 20)).is_empty()
    assert 2.5 < plays.height / plays.select(of_session.n_unique()).item() < 6
    last = plays.group_by("session_id", maintain_order=True).last()
    assert 2 * MINUTE < median(last, pl.col("played_ms")) < 12 * MINUTE
    assert 0.35 < share(plays, pl.col("viewer_count") == 1) < 0.85


def test_what_a_toddler_stops_goes_on_soon() -> None:
    """Half the acts stop a play of others, film or episode, which is resumed where it stood: some 125 times, after some 20 seconds."""
    plays = told(*TODDLER).with_columns(
        after=pl.col("title_id").shift().over("session_id"), ended=pl.col("ended_at").shift().over("session_id"),
        before=pl.col("causes").shift().over("session_id"),
    )  # fmt: skip
    again = plays.filter(
        pl.col("before") == "toddler_on_remote", pl.col("after") == pl.col("title_id"),
        pl.col("intent") == "resume", pl.col("pressed_by_person"),
    )  # fmt: skip
    stops = incidents(*TODDLER).filter(pl.col("what") == "got at the remote").height
    assert 0.4 < again.height / stops < 0.7
    away = (pl.col("started_at") - pl.col("ended")).dt.total_milliseconds()
    assert 8_000 < median(again, away) < 60_000


# --- A devoted fan ----------------------------------------------------------------------------------------------------


def test_a_fan_sees_one_film_every_day_to_its_end() -> None:
    """Sixty fans on six days: all but a few of the 360 days, one film each, 88 % of them to the closing credits."""
    plays = touched("devoted_fan", *FAN).filter(pl.col("attended_ms") > 0)
    assert 0.85 < plays.group_by("account_id").agg(pl.len())["len"].mean() / LENGTH <= 1
    titles = plays.group_by("account_id").agg(pl.col("title_id").n_unique())["title_id"]
    assert share(titles.to_frame(), pl.col("title_id") == 1) > 0.9
    assert plays.filter(pl.col("attended_ms") < pl.col("played_ms")).is_empty()
    assert 0.75 < share(plays, pl.col("played_ms") > 0.9 * pl.col("runtime_ms")) < 0.97
    assert plays.filter(pl.col("viewer_count") != 1).is_empty()
    assert plays["kind"].cast(pl.String).unique().to_list() == ["film"]


def test_a_fan_has_an_hour() -> None:
    """Each at about the same hour, some minutes off each day, fans at all hours: the spread of 350 starts is sure to 6 %."""
    plays = touched("devoted_fan", *FAN).filter(pl.col("attended_ms") > 0)
    minute = HOUR_OF_DAY.cast(pl.Int64) * 60 + pl.col("local").dt.minute()
    off = (minute - minute.median().over("account_id")).abs()
    assert 5 < median(plays, off) < 45
    assert plays.select(minute.std()).item() > 150
    assert plays.filter(~HOUR_OF_DAY.is_between(7, 23)).is_empty()


# --- The television for company ---------------------------------------------------------------------------------------


def test_it_is_on_for_company_for_hours() -> None:
    """Half of the homes are in their weeks of it: of 150 homes and 6 days some 400 sittings, of some two hours each."""
    plays, homes = touched("background_tv", *COMPANY), suited("background_tv", COMPANY[0])
    plays = plays.filter(
        pl.col("played_ms") > 0
    )  # the rest found all streams of the account taken by it
    sittings = plays.group_by("session_id").agg(
        played=pl.col("played_ms").sum(),
        pressed=pl.col("pressed_by_person").sum(),
        titles=pl.col("title_id").n_unique(),
    )
    assert 0.25 < sittings.height / homes / LENGTH < 0.7
    assert 0.8 * HOUR < median(sittings, pl.col("played")) < 3 * HOUR
    assert set(plays["device_type"].cast(pl.String)) <= {"tv", "console", "stick"}
    assert 1.1 < sittings["pressed"].mean() < 2.5


def test_nobody_follows_what_is_on_for_company() -> None:
    """A quarter of it is attended, more has somebody about, and the prompt is answered minutes later."""
    plays = touched("background_tv", *COMPANY)
    assert 0.08 < plays["attended_ms"].sum() / plays["played_ms"].sum() < 0.4
    assert 0.5 < plays["present_ms"].sum() / plays["played_ms"].sum() < 0.9
    assert 0.25 < share(plays, ~pl.col("pressed_by_person")) < 0.6
    waits = (
        (pl.col("started_at") - pl.col("ended_at").shift())
        .over("session_id")
        .dt.total_milliseconds()
    )
    answered = plays.with_columns(wait=waits).filter(
        pl.col("pressed_by_person"), pl.col("wait").is_not_null()
    )
    assert answered.height > 60  # a median within 25 %
    assert 2 * MINUTE < median(answered, pl.col("wait")) < 15 * MINUTE


# --- Asleep on the sofa -----------------------------------------------------------------------------------------------


def test_lone_viewers_nod_off_at_night_as_often_as_set() -> None:
    """A fifth of plays begun alone from 21 to 5 o'clock: of some 2,000 plays some 400, give or take 20."""
    alone = (pl.col("viewer_count") == 1) & ((HOUR_OF_DAY >= 21) | (HOUR_OF_DAY < 5))
    acts = incidents(*SLEEPER).join(
        told(*SLEEPER).select("play_id", "local", "viewer_count", "played_ms"), on="play_id"
    )
    late = told(*SLEEPER).filter(alone, pl.col("pressed_by_person") | (pl.col("attended_ms") > 0))
    assert late.height > 1_000
    assert 0.12 < acts.height / late.height < 0.3
    assert acts.filter(pl.col("viewer_count") != 1, pl.col("played_ms") > 0).is_empty()
    assert (
        share(acts, (HOUR_OF_DAY >= 20) | (HOUR_OF_DAY < 6)) > 0.97
    )  # pauses and stalls move a start a little
    hours = {
        hour: share(late.filter(hour == HOUR_OF_DAY), pl.col("causes") != "") for hour in (21, 0)
    }
    assert hours[0] > 1.3 * hours[21]


def test_a_sleeper_is_there_and_sees_nothing() -> None:
    """The viewer attends for some 15 minutes more, then the player goes on by itself until it asks, or the viewer wakes."""
    plays = touched("asleep_on_sofa", *SLEEPER)
    first = plays.filter(pl.col("attended_ms") > 0)
    after = plays.filter(pl.col("attended_ms") == 0, pl.col("played_ms") > 0)
    assert first.height > 250
    assert 7 * MINUTE < median(first, pl.col("attended_ms")) < 30 * MINUTE
    assert after.filter(pl.col("pressed_by_person")).is_empty()
    assert after.height > 60
    assert (
        after.group_by("session_id").len()["len"].max() <= 2
    )  # three episodes without a press are the most
    assert plays.filter(pl.col("present_ms") != pl.col("played_ms")).is_empty()
    asleep = plays.group_by("session_id").agg(
        (pl.col("played_ms") - pl.col("attended_ms")).sum().alias("asleep")
    )
    assert 20 * MINUTE < median(asleep, pl.col("asleep")) < 120 * MINUTE


def test_a_sleeper_wakes_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    """After some two hours: the median of 300 naps is sure to 5 %, and they are counted from the nod, not the sitting."""
    naps: list[int] = []
    meddle = AsleepOnSofa.meddle

    def listen(self: AsleepOnSofa, scene: Scene, script: Script) -> Edits | None:
        edits = meddle(self, scene, script)
        if edits is not None and edits.dozes is not None:
            start = scene.sessions.start_ms[script.session[edits.dozes.play]]
            naps.extend((edits.dozes.awake_ms - start - edits.dozes.at_ms).tolist())
        return edits

    monkeypatch.setattr(AsleepOnSofa, "meddle", listen)
    of = made({"actors.asleep_on_sofa.rate": 0.5})
    lived(of, range(150), window(of), frozenset({"truth.incidents"}))
    assert len(naps) > 200
    assert 80 * MINUTE < float(np.median(naps)) < 240 * MINUTE


# --- All together -----------------------------------------------------------------------------------------------------


@cache
def crowded() -> Days:
    """A world full of them."""
    of = made(BUSY, 9)
    return lived(of, range(150), window(of))


def test_nobody_is_in_two_rooms() -> None:
    """No person and no screen has two plays at a time, however much is going on, and nothing plays before its release."""
    of = made(BUSY, 9)
    plays = joined(crowded(), "truth.plays").filter(pl.col("played_ms") > 0)
    assert plays.filter(pl.col("causes").str.contains("child_on_loop")).height > 10
    persons = plays.explode("viewer_ids").filter(pl.col("viewer_ids").is_not_null())
    for rows, key in ((persons, "viewer_ids"), (plays, "device_id")):
        order = rows.sort(key, "started_at", "ended_at").with_columns(
            free=pl.col("ended_at").shift().over(key)
        )
        clash = order.filter(pl.col("free") > pl.col("started_at"))
        assert clash.rows(named=True)[:2] == []
    released = settled_tables(of, range(1), window(of))["log.titles"].select(
        "title_id", "released_on"
    )
    early = plays.join(released, on="title_id").filter(
        pl.col("started_at").dt.date() < pl.col("released_on").cast(pl.Date) - pl.duration(days=1)
    )
    assert early.is_empty()


@pytest.mark.slow
def test_a_later_window_and_smaller_blocks_change_no_row() -> None:
    """What an actor keeps in mind is only what it would find out again: days 3 to 5 alone are days 3 to 5 of all."""
    of = made(BUSY, 9)
    later = lived(of, range(150), window(of, 3), block_households=37)
    whole = {day: frames for day, frames in crowded().items() if day in later}
    assert len(later) == LENGTH - 3
    assert list(differences(whole, later)) == []
