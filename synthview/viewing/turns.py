"""Turns: how far profiles are with their sessions while all choose one title after another."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synthview.rows import Flags, Ints, Rows, first_of_group

__all__ = ["Queue", "Turn"]


@dataclass(frozen=True, slots=True)
class Turn(Rows):
    """Where profiles are in their sessions, one row a profile.

    `at` is the place in the order of all sessions; `number` the ordinal of the next title in that
    session; `begins` whether their day does; `left_ms` the time left, `last_slot` the slot of the
    series that ran last. `comes_back`: they got up during the last title and will come back to it.
    """

    at: Ints
    number: Ints
    begins: Flags
    left_ms: Ints
    last_slot: Ints
    comes_back: Flags

    def after(self, left_ms: Ints, last_slot: Ints, comes_back: Flags) -> Turn:
        """Where they are once they have played a title each."""
        return Turn(
            at=self.at,
            number=self.number + 1,
            begins=np.zeros_like(self.begins),
            left_ms=left_ms,
            last_slot=last_slot,
            comes_back=comes_back,
        )


@dataclass(frozen=True, slots=True)
class Queue:
    """Sessions in order of profile, day and time, with the time meant for each."""

    session: Ints
    profile: Ints
    day: Ints
    length_ms: Ints

    @property
    def first(self) -> Turn:
        """Every profile before the first title of its first session."""
        at = first_of_group(self.profile)
        return Turn(
            at=at,
            number=np.zeros_like(at),
            begins=np.ones(len(at), dtype=bool),
            left_ms=self.length_ms[at],
            last_slot=np.full(len(at), -1),
            comes_back=np.zeros(len(at), dtype=bool),
        )

    def next(self, now: Turn, is_over: Flags) -> tuple[Turn, Ints]:
        """Go to the next title of a session, or to the profile's next session, or home.

        Return also the rows of those who are done with their day.
        """
        last = len(self.profile) - 1
        following = np.minimum(now.at + 1, last)
        has_more = (now.at < last) & (self.profile[following] == self.profile[now.at])
        is_done = is_over & (~has_more | (self.day[following] != self.day[now.at]))
        moved = Turn(
            at=np.where(is_over, following, now.at),
            number=np.where(is_over, 0, now.number),
            begins=is_done,
            left_ms=np.where(is_over, self.length_ms[following], now.left_ms),
            last_slot=np.where(is_over, -1, now.last_slot),
            comes_back=now.comes_back & ~is_over,
        )
        return moved.take(~is_over | has_more), np.flatnonzero(is_done)
