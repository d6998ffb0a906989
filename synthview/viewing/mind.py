"""Minds: those who sit before a menu, the decisions they take, and what these come to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from synthview.rows import Flags, Ints, Rows, Words
from synthview.tables import START_SOURCES
from synthview.viewing.inclinations import OF_ALL, OF_EACH, Inclinations

__all__ = [
    "BROWSE",
    "DRAWS",
    "NEW_RELEASE",
    "NEXT_EPISODE",
    "RESUME",
    "REWATCH",
    "SEARCH",
    "SLEEP_AID",
    "Mind",
    "Picked",
    "Wish",
    "first_that_applies",
]

RESUME, NEXT_EPISODE, NEW_RELEASE, BROWSE, SEARCH, REWATCH, SLEEP_AID = range(7)
assert START_SOURCES[:7] == (
    "resume",
    "next_episode",
    "new_release",
    "browse",
    "search",
    "rewatch",
    "sleep_aid",
)

# The place of a decision is the number of its draw: what is new comes last.
_DECISIONS = (
    "latest_series",
    "goes_on",
    "next_episode",
    "resume_film",
    "rewatch",
    "sleep_aid",
    "way",
    "film_or_series",
    "which_favourite",
    "any_episode",
    "credits",
    "sits_through",
    "gives_up",
    "lingers",
    "sample",
    "gap",
    "lets_it_come",
    "loved",
    "title",
    "title_1",
    "title_2",
    "title_3",
    "tries_first",
    "stops",
    "stops_at",
    "returns_to_tried",
    "knows_seasons",
    "gets_up",
    "glances",
)
_YES_OR_NO = OF_ALL + OF_EACH
_IN_ORDER = (*_YES_OR_NO, *(one for one in _DECISIONS if one not in _YES_OR_NO))
DRAWS = np.array([_DECISIONS.index(one) for one in _IN_ORDER])
"""The number of the draw that each row of the words of a play is."""
_PLACE = {name: place for place, name in enumerate(_IN_ORDER)}


@dataclass(slots=True)
class Mind:
    """Those who sit before a menu, one row a profile, each on a `day` of its own, and their draws.

    `left_ms` is the time left; `last_slot` the slot of the series that ran last, -1 for none.
    `comes_back`: they got up during the last title and are back. `for_child`: a child is among the
    viewers, and what they watch is for it. `has_enough`: they left what they watched, and go.
    """

    session: Ints
    profile: Ints
    day: Ints
    key: Ints
    number: Ints
    left_ms: Ints
    last_slot: Ints
    comes_back: Flags
    for_child: Flags
    words: Words
    inclined: Inclinations = field(repr=False)
    has_enough: Flags
    shares: Words = field(init=False, repr=False)
    _is_so: Flags = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Have all draws as shares of 2**63 too, and take what is yes or no, at once."""
        self.shares = self.words >> np.uint64(1)
        of_all, both = len(OF_ALL), len(_YES_OR_NO)
        self._is_so = np.concatenate(
            [
                self.shares[:of_all] < self.inclined.of_all,
                self.shares[of_all:both] < self.inclined.of_each.take(self.profile, axis=1),
            ]
        )

    def of(self, decision: str) -> Words:
        """64 bits for a decision."""
        return self.words[_PLACE[decision]]

    def candidate(self, number: int) -> Words:
        """64 bits for the `number`-th title that is looked at (0 first)."""
        return self.words[_PLACE["title"] + number]

    def share(self, decision: str) -> Words:
        """The same as a share of 2**63, to compare with odds."""
        return self.shares[_PLACE[decision]]

    def does(self, decision: str) -> Flags:
        """Whether each does one of what `OF_ALL` and `OF_EACH` are inclined to."""
        return self._is_so[_PLACE[decision]]


@dataclass(frozen=True, slots=True)
class Wish(Rows):
    """Where the next title of each profile comes from.

    `slot` is that of the series they go on with, `film` that of the film left, `again` that of the
    film seen lately, `favourite` that of the favourite they return to; -1 for none. `tries`: they
    only want to have a look.
    """

    source: Ints
    slot: Ints
    film: Ints
    again: Ints
    favourite: Ints
    tries: Flags


@dataclass(frozen=True, slots=True)
class Picked(Rows):
    """The next title of each profile that sits before a menu.

    `work` is -1 where nothing is on offer; `source` is where it comes from; `slot` the place of a
    series under way, `film` that of a film left, `again` that of a film seen lately, -1 otherwise.
    `is_new`: the profile had no reason to return to it; `tries`: it only wants to have a look.
    """

    source: Ints
    slot: Ints
    film: Ints
    again: Ints
    work: Ints
    episode: Ints
    position_ms: Ints
    is_new: Flags
    tries: Flags

    @property
    def as_pressed(self) -> Ints:
        """What brought each title about: an episode that was left in its middle is no next one."""
        is_left = (self.source == NEXT_EPISODE) & (self.position_ms > 0)
        return np.where(is_left, RESUME, self.source)


def first_that_applies(cases: Sequence[tuple[Flags, Ints | int]], default: Ints | int) -> Ints:
    """The value of the first case that applies to each row, as `np.select`, at half the time."""
    values = np.asarray(default)
    for applies, value in reversed(cases):
        values = np.where(applies, value, values)
    return values
