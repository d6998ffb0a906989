"""The fast player against the slow one: whatever is pressed on a small day, both make the same of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import cache
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import reference_player as slow
from hypothesis import given, settings
from hypothesis import strategies as st
from reference_player import Doze, Home, Mark, Missed, Play, Ran, Rules, Sitting, Stream, Title
from small_days import (
    ANYTHING,
    FULL_HOUSE,
    HOME_COUNT,
    LAST_TRIES,
    ONE_EVENING,
    ONE_PLAY,
    TO_AND_FRO,
    Day,
    Planned,
    Seat,
)
from strategies import world

from synthview.draws import chance
from synthview.ids import within_day
from synthview.people.guests import Guests
from synthview.people.homes import DEVICES, Homes, furnish
from synthview.player.asking import answer_ms, countdown_ms
from synthview.player.autoplay import RunningOrder, let_run
from synthview.player.patience import _startup, lost_patience, takes_another
from synthview.player.playback import (
    STREAM_LIMITS,
    Played,
    Screens,
    network_of,
    play_out,
)
from synthview.player.presses import Marks, press, stall
from synthview.player.resuming import taken_up_at
from synthview.player.settings import PlayerSettings
from synthview.rows import Ints
from synthview.stage import Stage
from synthview.stage.deeds import Deeds
from synthview.stage.edits import Breaks, Dozes, Presses
from synthview.stage.proposals import Crowded
from synthview.stage.script import BETWEEN, Script
from synthview.stage.shaping import in_order
from synthview.stage.timetable import RESOURCES, SCREENS
from synthview.viewing.sittings import Sessions
from synthview.world import World
from synthview.world.catalogue import trailer_ms
from synthview.world.clock import DAY_MS
from synthview.world.outages import outages_around

MANY = settings(max_examples=2 * settings().max_examples, report_multiple_bugs=False)
DAY_NUMBER = 40
"""The day within its world."""
WORLDS: Mapping[str, Mapping[str, Any]] = {
    "still": {"choosing.pauses_per_hour": 0.0, "choosing.seeks_per_hour": 0.0},
    "lively": {
        "choosing.pauses_per_hour": 60.0, "choosing.seeks_per_hour": 60.0, "player.rebuffers_per_hour": 100.0,
        "player.episodes_until_prompt": 2, "world.outages_per_region_year": 1_000.0,
    },
    "slow": {
        "choosing.pauses_per_hour": 0.0, "player.startup_seconds": 20.0, "player.try_again": 0.9,
        "player.leave_per_second": 0.03,
    },
}  # fmt: skip
WHICH = st.sampled_from(sorted(WORLDS))
"""In one nobody presses anything unless the example says so, and nothing stalls; in another both happen all the time; in
the last people often leave before the first picture."""


# --- The same day for both --------------------------------------------------------------------------------------------


class Scenery:
    """One of the worlds, its homes and titles, and the chance that both players share."""

    def __init__(self, name: str) -> None:
        self.world: World = world("quiet", 1, WORLDS[name])
        self.day = self.world.first_day + DAY_NUMBER
        self.midnight = self.day * DAY_MS
        self.homes: Homes = furnish(self.world, np.arange(3, 3 + HOME_COUNT))
        rules = self.world.scenario.of(PlayerSettings)
        self.rules = Rules(rules.episodes_until_prompt)
        works = self.world.catalogue.works
        is_complete = self.world.catalogue.episodes_out(self.day) == works.episode_count
        short = np.flatnonzero(~works.is_film & (works.episode_count < 12) & is_complete)
        offered = self.world.popularity.base
        self.abroad, film = (int(one) for one in np.argwhere((offered <= 0) & works.is_film)[0])
        self.titles = [self._title(work) for work in (film, int(short[0]), int(short[1]))]

    def _title(self, work: int) -> Title:
        works, catalogue = self.world.catalogue.works, self.world.catalogue
        episodes = np.arange(max(int(works.episode_count[work]), 1))
        lengths = catalogue.runtime_ms(np.full(len(episodes), work), episodes)
        missing = frozenset(np.flatnonzero(self.world.popularity.base[:, work] <= 0).tolist())
        return Title(work, bool(works.is_film[work]), False, tuple(lengths.tolist()), missing)  # noqa: FBT003

    def trailer(self, title: Title) -> Title:
        """The trailer of a title."""
        length = trailer_ms(self.world.scenario, column([title.work]))
        return title._replace(is_trailer=True, runtimes_ms=(int(length[0]),))


@cache
def scenery(name: str) -> Scenery:
    """Made once."""
    return Scenery(name)


def column(values: Any) -> Ints:
    """An array of whole numbers."""
    return np.array(values, dtype=np.int64)


@dataclass
class Dice:
    """Chance as the fast player draws it, asked for one play at a time."""

    on: Scenery
    networks: list[int]
    plans: list[int]

    def _network(self, sitting: Sitting) -> Ints:
        return column([self.networks[HOME_COUNT if sitting.device >= DEVICES else sitting.home]])

    @property
    def _rules(self) -> PlayerSettings:
        return self.on.world.scenario.of(PlayerSettings)

    def _stream(self, name: str) -> chance.Stream:
        return chance.Stream(self.on.world.scenario.run.seed, name)

    def startup(self, sitting: Sitting, key: int, number: int) -> int:
        """From the press to the first picture."""
        return int(_startup(self.on.world, column([key]), self._network(sitting), number)[0])

    def patience(self, key: int, number: int) -> int:
        """From 1.75 seconds on, 5.8 in a hundred leave with each second."""
        least = int(self._rules.patience_seconds * 1_000)
        share = int(self._stream("player/patience").bits(column([key]), number)[0])
        return least + share * int(1_000 / self._rules.leave_per_second) // 2**64

    def tries_again(self, key: int, number: int) -> bool:
        """Whether who left the try before starts the same title once more."""
        stream = self._stream("player/patience/again")
        return bool(stream.happens(column([key]), self._rules.try_again, n=number)[0])

    def until_again(self, key: int) -> int:
        """How long they leave it be before that."""
        one, zero = column([key]), column([0])
        return int(lost_patience(self.on.world, zero, one, zero).wait_ms[0])

    def takes_another(self, key: int) -> bool:
        """Whether who has had enough of a title goes on with another."""
        return bool(takes_another(self.on.world, column([key]))[0])

    def taken_up_at(self, key: int, position: int) -> int:
        """Where the player takes up a title that was left at some position."""
        return int(taken_up_at(self.on.world, column([key]), column([position]))[0])

    def countdown(self, key: int) -> int:
        """From the end of an episode to the start of what comes by itself."""
        return int(countdown_ms(self.on.world, column([key]))[0])

    def answer(self, key: int) -> int:
        """Until somebody says that they are still watching."""
        return int(answer_ms(self.on.world, column([key]))[0])

    def own_presses(self, key: int, handled: int) -> list[Mark]:
        """Pauses and jumps of the viewer's own hand."""
        pauses, jumps = press(self.on.world, column([key]), column([handled]))
        return marks_of(Marks.stack([pauses, jumps]))

    def network(self, sitting: Sitting, key: int, playing: int) -> list[Mark]:
        """The first picture, stalls and changes of quality."""
        begin, region = column([sitting.start]), self.on.homes.region[[sitting.home]]
        strikes = outages_around(self.on.world, self.on.day).strikes(region, begin, begin + playing)
        return marks_of(
            stall(
                self.on.world,
                column([key]),
                column([playing]),
                self._network(sitting),
                strikes,
                self._highest_kbps(sitting),
            )
        )

    def _highest_kbps(self, sitting: Sitting) -> int:
        """The best picture of a screen on the plan of its home."""
        home, device = sitting.home, sitting.device
        types = self.on.homes.device_type
        of_guest = int(guests_with(0).device_type[home])
        kind = of_guest if device >= DEVICES else int(types[home, device])
        plan = self._rules.highest_kbps_of_plan[self.plans[home]]
        return int(min(plan, self._rules.highest_kbps_of_device[kind]))


def marks_of(marks: Marks, play: int = 0) -> list[Mark]:
    """The marks of a play one by one."""
    rows = np.flatnonzero(marks.play == play)
    columns = (marks.at_ms, marks.rank, marks.type, marks.stall_ms, marks.jump_ms, marks.bitrate)
    return [Mark(*one) for one in zip(*(values[rows].tolist() for values in columns), strict=True)]


def sittings_of(on: Scenery, seats: Sequence[Seat]) -> list[Sitting]:
    """The sittings of an example, with ids for their plays.

    The first play of a sitting does not come by itself, nor what lends time to another, nor what may follow something
    that is not offered.
    """
    found = []
    for row, seat in enumerate(seats):
        start, until = on.midnight + seat.start, on.midnight + seat.start + seat.length
        ordinal, first = row * 4, within_day(int(on.homes.household[seat.home]), DAY_NUMBER, 0, 0)
        plays: list[Play] = []
        for one in seat.plays:
            number = one.skips + (plays[-1].number + 1 if plays else 0)
            comes = (
                one.how == "by itself" and bool(plays) and not plays[-1].borrows and not seat.abroad
            )
            plays.append(play_of(on, one, first + ordinal * 32 + number, number, by_itself=comes))
        if any(one.runs_on for one in plays):  # nobody nods off over what nobody will stop anyway
            plays = [replace(one, dozes=()) for one in plays]
        abroad = on.abroad if seat.abroad else -1
        where = seat.home, seat.device, seat.viewers
        found.append(
            Sitting(row, first + ordinal, *where, start, until, until, abroad, seat.causes, plays)
        )
    return found


def play_of(on: Scenery, one: Planned, key: int, number: int, *, by_itself: bool) -> Play:
    """A play as scripts have them: what nobody stops runs to its end."""
    title = on.trailer(on.titles[one.title]) if one.how == "trailer" else on.titles[one.title]
    episode = max(len(title.runtimes_ms) - 1 - one.episodes_left, 0)
    runtime = title.runtimes_ms[episode]
    left, runs_on = min(one.left, runtime), one.how == "runs on"
    playing = left if runs_on else left * one.eighths // 8
    return Play(
        key=key, number=number, title=title, episode=episode, position=runtime - left, playing=playing, gap=one.gap,
        source=number % 3, finishes=one.finishes or runs_on, autoplayed=by_itself or one.how == "trailer",
        borrows=one.how in {"borrows", "trailer"}, runs_on=runs_on, pressed=not by_itself and one.how not in {"trailer", "paw"},
        viewers=one.viewers, hands_off=0 if runs_on else slow.THROUGHOUT, causes=one.causes,
        present=one.present.of(playing) if one.present else slow.THROUGHOUT,
        attended=one.attended.of(playing) if one.attended else slow.THROUGHOUT,
        presses=[press._replace(at_ms=at.of(playing)) for at, press in one.presses],
        breaks=[broke._replace(at_ms=at.of(playing)) for at, broke in one.breaks],
        dozes=[Doze(at.of(playing), on.midnight + awake) for at, awake in one.dozes],
    )  # fmt: skip


# --- The fast player on it --------------------------------------------------------------------------------------------


def sessions_of(on: Scenery, sittings: Sequence[Sitting]) -> Sessions:
    """Sittings as a table."""
    zero = np.zeros(len(sittings), dtype=np.int64)
    start, until = column([one.start for one in sittings]), column([one.until for one in sittings])
    return Sessions(
        home=column([one.home for one in sittings]), key=column([one.key for one in sittings]), lead=zero,
        viewers=column([one.viewers for one in sittings]), device=column([one.device for one in sittings]),
        start_ms=start, start_local=start, length_ms=until - start, until_ms=until, profile=zero,
        exit=column([one.exit for one in sittings]), causes=column([one.causes for one in sittings]),
    )  # fmt: skip


def script_of(sittings: Sequence[Sitting]) -> tuple[Script, list[Play]]:
    """Plays as a table, and one by one."""
    both = [(one.row, play) for one in sittings for play in one.plays]
    plays = [play for _, play in both]

    def flags(values: list[bool]) -> np.ndarray:
        return np.array(values, dtype=bool)

    return Script(
        session=column([row for row, _ in both]), key=column([one.key for one in plays]),
        place=column([one.number * BETWEEN for one in plays]), work=column([one.title.work for one in plays]),
        episode=column([one.episode for one in plays]), is_trailer=flags([one.title.is_trailer for one in plays]),
        start_position_ms=column([one.position for one in plays]), playing_ms=column([one.playing for one in plays]),
        gap_ms=column([one.gap for one in plays]), source=column([one.source for one in plays]),
        finishes=flags([one.finishes for one in plays]), autoplayed=flags([one.autoplayed for one in plays]),
        borrows=flags([one.borrows for one in plays]), runs_on=flags([one.runs_on for one in plays]),
        hands_off_ms=column([one.hands_off for one in plays]), pressed=flags([one.pressed for one in plays]),
        viewers=column([one.viewers for one in plays]), present_ms=column([one.present for one in plays]),
        attended_ms=column([one.attended for one in plays]), causes=column([one.causes for one in plays]),
    ), plays  # fmt: skip


def edits_of(plays: Sequence[Play]) -> tuple[Presses, Breaks, Dozes]:
    """What is done to plays (by their rows), as tables."""

    def table(kind: str, width: int) -> list[Ints]:
        rows = [(row, *one) for row, play in enumerate(plays) for one in getattr(play, kind)]
        return [column([row[place] for row in rows]) for place in range(width)]

    play, at, error, attempts, wait, give_up, source = table("breaks", 7)
    breaks = Breaks(play, at, error, attempts, wait, give_up.astype(bool), source)
    return Presses(*table("presses", 4)), breaks, Dozes(*table("dozes", 3))


def fast_day(
    on: Scenery,
    homes: Homes,
    guests: Guests,
    screens: Screens,
    sittings: list[Sitting],
    tomorrow: list[Sitting],
) -> tuple[list[Ran], set[Missed], Ints]:
    """Let the fast player play a day: what ran, what was missed, and who stayed on; moves `screens` on."""
    script, plays = script_of(sittings)
    presses, breaks, dozes = edits_of(plays)
    meant, next_ones = sessions_of(on, sittings), sessions_of(on, tomorrow)
    sessions, script, place, _ = let_run(
        on.world, meant, next_ones, in_order(script), dozes, on.day
    )
    presses, breaks = (
        replace(presses, play=place[presses.play]),
        replace(breaks, play=place[breaks.play]),
    )
    presses, breaks = presses.take(presses.play >= 0), breaks.take(breaks.play >= 0)
    order = RunningOrder(
        sessions, meant.until_ms, script, presses, breaks, Deeds.none(), Crowded.none()
    )
    network = network_of(homes, guests, sessions)
    played = play_out(on.world, homes, guests, screens, order, network, on.day)
    missed = zip(
        *(getattr(played.missed, name).tolist() for name in ("session", "key", "at_ms")),
        strict=True,
    )
    stage: Any = SimpleNamespace(taken_ms=np.zeros((HOME_COUNT, RESOURCES), dtype=np.int64))
    Stage.stay(stage, sessions, meant.until_ms, played.ends_ms)
    return told(played), {Missed(*one) for one in missed}, stage.taken_ms


def told(day: Played) -> list[Ran]:
    """What the fast player made of a day, play by play."""
    played, found = day.playback, []
    for row in range(len(played)):
        one = {name: getattr(played, name)[row].item() for name in played.__match_args__}
        marks = tuple(sorted(marks_of(day.marks, row)))
        end_position = (
            one["start_position_ms"] + one["playing_ms"] + sum(mark.jump_ms for mark in marks)
        )
        found.append(
            Ran(
                one["session"], one["key"], one["title"], one["start_ms"], one["startup_ms"], one["playing_ms"],
                one["wall_ms"], one["start_position_ms"], end_position, one["source"], one["autoplayed"],
                one["pressed"], one["viewers"], one["present_ms"], one["attended_ms"], one["causes"], one["ending"],
                one["error"], int(day.gap_ms[row]), marks,
            )
        )  # fmt: skip
    return found


# --- Both -------------------------------------------------------------------------------------------------------------


@pytest.mark.slow
@MANY
@given(WHICH, ONE_PLAY)
def test_a_play_is_pressed_about_alike(name: str, example: Day) -> None:
    """Whatever is pressed, breaks and is tried again, both players make the same of it."""
    compare(name, example)


@MANY
@given(WHICH, TO_AND_FRO)
def test_jumps_lead_alike(name: str, example: Day) -> None:
    """Wherever jumps lead near the ends of a title, both players come out at the same place."""
    compare(name, example)


@pytest.mark.slow
@MANY
@given(WHICH, LAST_TRIES)
def test_tries_run_out_alike(name: str, example: Day) -> None:
    """Both players try again as often, even where a sitting has no numbers left for more."""
    compare(name, example)


@pytest.mark.slow
@MANY
@given(WHICH, ONE_EVENING)
def test_an_evening_goes_on_alike(name: str, example: Day) -> None:
    """What comes by itself, what is asked and who does not answer is the same for both players."""
    compare(name, example)


@pytest.mark.slow
@MANY
@given(WHICH, FULL_HOUSE)
def test_a_full_house_is_refused_alike(name: str, example: Day) -> None:
    """Both players let the same sittings in, and refuse the others because of the same ones."""
    compare(name, example)


@pytest.mark.slow
@MANY
@given(WHICH, ANYTHING)
def test_any_day_is_played_alike(name: str, example: Day) -> None:
    """Whatever a day brings, both players play it alike."""
    compare(name, example)


def compare(name: str, example: Day) -> None:
    """Which plays come, when, for how long, from where to where, how they end, and who holds what afterwards: all alike."""
    on = scenery(name)
    sittings, tomorrow = sittings_of(on, example.seats), sittings_of(on, example.tomorrow)
    homes = replace(
        on.homes, plan=column(example.plans), network=column(example.networks[:HOME_COUNT])
    )
    slow_homes = [Home(streams) for streams in streams_of(on, example)]
    screens = screens_of(slow_homes)
    ran, missed, stayed = fast_day(
        on, homes, guests_with(example.networks[-1]), screens, sittings, tomorrow
    )
    expected, came_to_nothing = slow.play_day(
        on.rules, Dice(on, example.networks, example.plans), slow_homes, sittings, tomorrow
    )
    assert expected == ran
    assert came_to_nothing == missed
    assert [home.held for home in slow_homes] == held_by_sleepers(stayed)
    afterwards = screens_of(slow_homes)
    for field in fields(Screens):
        assert (field.name, getattr(afterwards, field.name).tolist()) == (
            field.name,
            getattr(screens, field.name).tolist(),
        )


def guests_with(network: int) -> Guests:
    """A guest elsewhere in every home, whose device comes after those of the home."""
    home = np.arange(HOME_COUNT)
    zero = np.zeros_like(home)
    return Guests(home, home, zero + 30, zero, zero + network, zero, zero, zero, zero)


def streams_of(on: Scenery, example: Day) -> list[list[Stream]]:
    """The streams that each home's plan has, and until when they are taken."""
    taken = [
        Stream(on.midnight + one, by, on.midnight + awake, kept)
        for one, by, awake, kept in example.taken
    ]
    both = [taken[place * 4 : place * 4 + 4] for place in range(HOME_COUNT)]
    limits = [int(STREAM_LIMITS[plan]) for plan in example.plans]
    return [(held + [Stream()] * 4)[:limit] for held, limit in zip(both, limits, strict=True)]


def screens_of(homes: Sequence[Home]) -> Screens:
    """The same as the fast player carries them; streams beyond the plan are never looked at."""
    screens = Screens.all_free(len(homes))
    columns = screens.taken_ms, screens.brought_by, screens.awake_until_ms, screens.kept_by
    for home, one in enumerate(homes):
        for place, stream in enumerate(one.streams):
            for column_, value in zip(columns, stream, strict=True):
                column_[home, place] = value
    return screens


def held_by_sleepers(taken: Ints) -> list[dict[str, int]]:
    """Until when screens and persons of each home are held, by name."""
    named = {slot: f"person {slot}" for slot in range(SCREENS)}
    named |= {slot: f"screen {slot - SCREENS}" for slot in range(SCREENS, RESOURCES)}
    return [
        {named[slot]: until for slot, until in enumerate(home) if until} for home in taken.tolist()
    ]
