"""Small days for the two players: a few sittings in two homes, drawn so that presses, ends and starts often fall together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import reference_player as slow
from hypothesis import strategies as st
from reference_player import Break, Press

from synthview.people.homes import DEVICES
from synthview.stage.edits import NO_ERROR
from synthview.tables import ERROR_CODES
from synthview.world.clock import HOUR_MS, MINUTE_MS

HOME_COUNT, TITLES = 2, 3


class Moment(NamedTuple):
    """An instant within a play: so many eighths of its playing time, and a millisecond more or less."""

    eighths: int
    more: int

    def of(self, playing: int) -> int:
        """In ms of playing time."""
        return max(playing * self.eighths // 8 + self.more, 0)


@dataclass(frozen=True)
class Planned:
    """A play of an example before it has an id, and what is done to it when.

    `skips` are the numbers left free before it, `left` is how much of the title is left where it begins, `eighths`
    how much of that is to play.
    """

    skips: int
    title: int
    episodes_left: int
    left: int
    eighths: int
    gap: int
    how: str
    finishes: bool
    viewers: int
    present: Moment | None
    attended: Moment | None
    causes: int
    presses: list[tuple[Moment, Press]]
    breaks: list[tuple[Moment, Break]]
    dozes: list[tuple[Moment, int]]


@dataclass(frozen=True)
class Seat:
    """A sitting of an example: where, on which screen, who, from when and for how long, and what plays."""

    home: int
    device: int
    viewers: int
    start: int
    length: int
    abroad: bool
    causes: int
    plays: list[Planned]


@dataclass(frozen=True)
class Day:
    """An example: plans and networks of the homes, taken streams, sittings of today and tomorrow."""

    plans: list[int]
    networks: list[int]
    taken: list[tuple[int, int, int, int]]
    seats: list[Seat]
    tomorrow: list[Seat]


TIMES = st.one_of(
    st.sampled_from([0, 1, 300, 1_000, 5_000, MINUTE_MS]),
    st.integers(0, 5_000),
    st.integers(0, 20 * MINUTE_MS),
)
"""Times, many of them equal, close to each other or nothing at all."""
TOGETHER = st.sampled_from([0, 5_000, MINUTE_MS, HOUR_MS])
STARTS = st.one_of(TOGETHER, TIMES, st.integers(0, 6 * HOUR_MS))
LENGTHS = st.one_of(st.sampled_from([0, 12 * HOUR_MS]), st.integers(0, 2 * HOUR_MS), TIMES)
LEFT = st.one_of(st.sampled_from([999, 1_000, 1_001, 10_000, MINUTE_MS, HOUR_MS]), TIMES)
JUMPS = st.one_of(
    st.integers(-3_000, 3_000), st.integers(-30 * MINUTE_MS, 30 * MINUTE_MS), st.just(0)
)
MOMENTS = st.builds(
    Moment, st.one_of(st.sampled_from([0, 4, 8]), st.integers(0, 8)), st.sampled_from([0, 0, -1, 1])
)
CAUSES = st.sampled_from([0, 1, 2, 4])
ERRORS = st.sampled_from([one for one in range(len(ERROR_CODES)) if one != slow.STREAM_LIMIT])
NO, MAYBE = st.just(False), st.booleans()  # noqa: FBT003
TRIES = st.integers(0, 10)
NEVER, ONCE = (
    st.just(0),
    st.integers(0, 1),
)  # for breaks; their own time is filled in with the play's


def planned(how: Sequence[str], **others: st.SearchStrategy[Any]) -> st.SearchStrategy[Planned]:
    """Plays of some kinds with nothing done to them, but for what `others` say."""
    usual: dict[str, st.SearchStrategy[Any]] = {
        "skips": st.sampled_from([0, 0, 1, 3]),
        "title": st.integers(0, TITLES - 1),
        "episodes_left": st.integers(0, 3),
        "left": LEFT,
        "eighths": st.one_of(st.just(8), st.integers(0, 8)),
        "gap": TIMES,
        "how": st.sampled_from(how),
        "finishes": MAYBE,
        "viewers": st.integers(0, 3),
        "present": st.one_of(st.none(), MOMENTS),
        "attended": st.one_of(st.none(), MOMENTS),
        "causes": CAUSES,
        "presses": st.just([]),
        "breaks": st.just([]),
        "dozes": st.just([]),
    }
    return st.builds(Planned, **(usual | others))


def presses(
    most: int, jumps: st.SearchStrategy[int] = JUMPS
) -> st.SearchStrategy[list[tuple[Moment, Press]]]:
    """At most so many pauses and jumps of one play."""
    return st.lists(st.tuples(MOMENTS, st.builds(Press, NEVER, TIMES, jumps)), max_size=most)


def breaks(
    most: int,
    fewest: int = 0,
    tries: st.SearchStrategy[int] = TRIES,
    gives_up: st.SearchStrategy[bool] = MAYBE,
) -> st.SearchStrategy[list[tuple[Moment, Break]]]:
    """So many breaks of one play: errors with any number of tries, and fingers.

    After a finger the title is found again at once or never.
    """
    failing = st.builds(Break, NEVER, ERRORS, tries, TIMES, gives_up, st.integers(1, 3))
    finger = st.builds(Break, NEVER, st.just(NO_ERROR), ONCE, TIMES, NO, st.integers(1, 3))
    return st.lists(st.tuples(MOMENTS, st.one_of(failing, finger)), min_size=fewest, max_size=most)


def seats(
    plays: st.SearchStrategy[Planned], fewest: int, most: int, **others: st.SearchStrategy[Any]
) -> st.SearchStrategy[Seat]:
    """Sittings with so many plays, in either home, on a screen of the home or the guest's."""
    usual: dict[str, st.SearchStrategy[Any]] = {
        "home": st.integers(0, HOME_COUNT - 1),
        "device": st.sampled_from([0, 1, DEVICES]),
        "viewers": st.integers(0, 7),
        "start": STARTS,
        "length": LENGTHS,
        "abroad": NO,
        "causes": CAUSES,
        "plays": st.lists(plays, min_size=fewest, max_size=most),
    }
    return st.builds(Seat, **(usual | others))


def days(
    seat: st.SearchStrategy[Seat],
    most: int,
    *,
    taken: int = 0,
    tomorrow: int = 0,
    awake: st.SearchStrategy[int] = STARTS,
) -> st.SearchStrategy[Day]:
    """Small days in two homes with some sittings, at most so many streams that are taken, and sittings tomorrow.

    Of the taken streams `awake` are the instants from which on those who made it last are to blame too.
    """
    until = st.one_of(st.just(2 * HOUR_MS), STARTS)
    return st.builds(
        Day,
        plans=st.lists(st.integers(0, 2), min_size=HOME_COUNT, max_size=HOME_COUNT),
        networks=st.lists(st.integers(0, 20_000), min_size=HOME_COUNT + 1, max_size=HOME_COUNT + 1),
        taken=st.lists(st.tuples(until, CAUSES, awake, CAUSES), max_size=taken),
        seats=st.lists(seat, min_size=1, max_size=most),
        tomorrow=st.lists(seats(planned(KINDS), 0, 0), max_size=tomorrow),
    )


KINDS = ("pressed", "by itself", "borrows", "trailer", "paw", "runs on")
LONG = st.sampled_from([12 * HOUR_MS, 3 * HOUR_MS, HOUR_MS])
DOZES = st.lists(st.tuples(MOMENTS, STARTS), max_size=1)

_PRESSED_ABOUT = planned(KINDS, presses=presses(5), breaks=breaks(3), dozes=DOZES)
ONE_PLAY = days(seats(_PRESSED_ABOUT, 1, 2, length=st.one_of(LONG, TIMES, TIMES)), 2)
"""A play or two, about which everything is pressed, and which the end of the sitting often cuts."""

_JUMPY = planned(
    ("pressed",),
    left=st.sampled_from([10_000, MINUTE_MS]),
    presses=presses(6, st.integers(-20_000, 20_000)),
)
TO_AND_FRO = days(seats(_JUMPY, 1, 2, length=st.one_of(LONG, TIMES)), 1)
"""Jumps about as long as what is left of the title, so that its beginning and its end are often in their way."""

_BY_THEMSELVES = planned(
    ("by itself", "by itself", "by itself", *KINDS), presses=presses(1), dozes=DOZES
)
ONE_EVENING = days(seats(_BY_THEMSELVES, 3, 7, length=LONG), 2, tomorrow=2)
"""Many plays, most of which come by themselves; somebody may nod off."""

_UNLUCKY = planned(
    ("pressed", "pressed", "pressed", "paw"),
    skips=st.just(4),
    breaks=breaks(1, 1, st.integers(1, 3), NO),
)
LAST_TRIES = days(seats(_UNLUCKY, 4, 6, length=st.just(12 * HOUR_MS)), 1)
"""Plays that break so often that a sitting has hardly enough numbers for the tries."""

_SHORT = planned(
    ("pressed", "paw", "runs on"), gap=st.sampled_from([0, 0, 300]), breaks=breaks(1), dozes=DOZES
)
FULL_HOUSE = days(seats(_SHORT, 1, 2, start=TOGETHER), 6, taken=4 * HOME_COUNT, awake=TOGETHER)
"""Many sittings at about the same time, and streams that are taken from the day before."""

_ANY = planned(KINDS, presses=presses(3), breaks=breaks(2), dozes=DOZES)
ANYTHING = days(seats(_ANY, 0, 7, abroad=MAYBE), 4, taken=HOME_COUNT, tomorrow=2)
