"""The ladder of streaks: how many accounts have the title on at least 1, 2, 3 … days in a row."""

from __future__ import annotations

from dataclasses import dataclass

from synthview.claims.counting.streaks import streak_counts
from synthview.claims.sections.section import Section
from synthview.claims.study import Study

__all__ = ["SECTION", "Ladder", "LadderStep", "measure"]


@dataclass(frozen=True)
class LadderStep:
    """Accounts whose longest run of days is at least so long."""

    days: int
    accounts: int


@dataclass(frozen=True)
class Ladder:
    """A step for each number of days."""

    ladder: tuple[LadderStep, ...]


def measure(study: Study) -> Ladder:
    """Count those that may be in the number one by one; estimate all others from the sample."""
    question, plays, sample = study.question, study.worlds[0].log.plays, study.sample
    others = sample.shown.join(plays, on="account_id", how="anti")
    counts = streak_counts(question, plays) + streak_counts(question, others) * sample.weight
    steps = (LadderStep(days, round(float(count))) for days, count in enumerate(counts.tolist(), 1))
    return Ladder(tuple(steps))


SECTION = Section(
    name="ladder",
    title="Streaks of every length",
    kind=Ladder,
    measure=measure,
    is_flat=True,
    sentence=lambda _: "",
    scenes=("why",),
)
