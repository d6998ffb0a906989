"""What is shown of a number: a world that prints it, by its homes, and how it was chosen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from synthview.claims.question import Question
from synthview.rows import Flags, Ints
from synthview.wording import label_of, ordinal, percent_of

__all__ = ["MOST_TURNS", "Chosen", "PlacedWorld", "PosteriorWorld"]

MOST_TURNS = 100
"""So many draws are looked through for a world with a home of some cause, before the first is taken
as it is.
"""


@dataclass(frozen=True)
class PosteriorWorld:
    """A world that prints the number, by its homes: simulated by `question`, with `off` of each.

    `settings` are those of that world; `question` has its gates open, so that others than these
    homes may be tied too. `rows` say which rows of the drawn settings it is made of, under which
    seed its popularity was drawn, and among how many homes its own were found.
    """

    question: Question
    settings: Mapping[str, float]
    off: Mapping[str, Flags]
    households: Ints
    causes: tuple[str, ...]
    same_person: Flags
    rows: Mapping[str, int] = field(default_factory=dict)

    def count(self, cause: str) -> int:
        """Homes that a cause ties to the title."""
        return self.causes.count(cause)


@dataclass(frozen=True, slots=True)
class Chosen:
    """How a world with a home of some cause was found among the draws.

    `turn` is its place among them, from 1; of those before it so many are `without` such a home,
    and so many have one but cannot be shown. `share` of all draws has one.
    """

    cause: str
    has_one: bool
    turn: int
    without: int
    not_shown: int
    share: float
    most_turns: int = MOST_TURNS

    def in_words(self, said: int) -> str:
        """The same in one sentence."""
        drawn = f"Drawn from the posterior given exactly {said:,} under the headline definition"
        home = f"a home with {label_of(self.cause)}"
        turn = ordinal(self.turn)
        if not self.share:
            return f"{drawn}: the {turn} of the draws; none of them has {home}."
        common = f"in {percent_of(self.share)} of such worlds there is one"
        if not self.has_one:
            return (
                f"{drawn}: the {turn} of the draws, as none of those tried among the first "
                f"{MOST_TURNS} has {home} to show; {common}."
            )
        first = f"the first that has {home}{' and can be shown' if self.not_shown else ''}"
        return f"{drawn}; {first}, the {turn} of the draws; {common}."


@dataclass(frozen=True, slots=True)
class PlacedWorld:
    """One of several worlds: fans' share less children's, and its share of the draws."""

    shown: PosteriorWorld
    balance: float
    nearest: float
