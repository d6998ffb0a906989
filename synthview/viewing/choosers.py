"""Choosers: the profiles of a block, who choose for some days at once and act one after another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from synthview.people.homes import Homes
from synthview.viewing.choices import DayChosen, Plays, choose
from synthview.viewing.memory import Memory
from synthview.viewing.sittings import Sessions
from synthview.world import World

__all__ = ["Choosers"]

_DAYS_AT_ONCE = 4
"""More would hardly take fewer steps, and what is on offer on all of them takes memory."""
_DAYS_OF_FEW, _FEW_PROFILES = 16, 2_000
"""Of few profiles a step is mostly calls, which cost the same for any number of rows."""


@dataclass(slots=True)
class Choosers:
    """The profiles of a block as they choose, and what is chosen already.

    `memory` is of the last day chosen for; `known` of the evening of the last day asked for.
    """

    world: World
    homes: Homes
    memory: Memory
    known: Memory = field(init=False)
    _chosen: dict[int, DayChosen] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Nobody has chosen anything."""
        self.known = self.memory.for_others()

    def plays(
        self, sessions: Sessions, day: int, last_day: int, sit_down: Callable[[int], Sessions]
    ) -> Plays:
        """What they mean to watch in the sessions of a day; days are asked for in order.

        Some of the days up to `last_day` are chosen for at once: fewer steps of more rows.
        """
        if day not in self._chosen:
            days = range(day, min(last_day + 1, day + self._days_at_once))
            of_days = [sessions, *(sit_down(one) for one in days[1:])]
            chosen = choose(self.world, self.homes, self.memory, of_days, days)
            self._chosen = dict(zip(days, chosen, strict=True))
        now = self._chosen.pop(day)
        self.known.move_on(now.evening)
        return now.plays

    @property
    def _days_at_once(self) -> int:
        few = len(self.memory.shelf) <= _FEW_PROFILES
        return _DAYS_OF_FEW if few else _DAYS_AT_ONCE
