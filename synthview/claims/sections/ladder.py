"""The ladder of streaks: how many accounts have the title on at least 1, 2, 3 … days in a row."""

from __future__ import annotations

from dataclasses import dataclass, field

from synthview.claims.counting.intervals import wilson
from synthview.claims.counting.streaks import streak_counts
from synthview.claims.plain import ABSENT
from synthview.claims.sections.section import Section
from synthview.claims.study import Study

__all__ = ["SECTION", "Ladder", "LadderStep", "measure"]


@dataclass(frozen=True)
class LadderStep:
    """Accounts whose longest run of days is at least so long.

    With the 95 % interval of the sample that stands behind them; none where no home of it has such
    a run, and all are counted one by one.
    """

    days: int
    accounts: int
    low: int | None = field(default=None, metadata=ABSENT)
    high: int | None = field(default=None, metadata=ABSENT)


@dataclass(frozen=True)
class Ladder:
    """A step for each number of days."""

    ladder: tuple[LadderStep, ...]


def measure(study: Study) -> Ladder:
    """Count those that may be in the number one by one; estimate all others from the sample."""
    question = study.question
    plays = study.worlds[0].log.plays
    sample = study.sample
    others = sample.shown.join(plays, on="account_id", how="anti")
    alone = streak_counts(question, plays).tolist()
    sampled = streak_counts(question, others).tolist()
    each = enumerate(zip(alone, sampled, strict=True), 1)
    return Ladder(tuple(_step(days, *both, study) for days, both in each))


def _step(days: int, alone: float, sampled: float, study: Study) -> LadderStep:
    """One step: accounts that were counted alone, and those that a sample stands for."""
    homes = len(study.sample.households)
    accounts = round(alone + sampled * study.sample.weight)
    if not sampled or homes >= study.sample.of:
        return LadderStep(days, accounts)
    low, high = wilson(round(sampled), homes)
    return LadderStep(
        days, accounts, *(round(alone + one * study.sample.of) for one in (low, high))
    )


SECTION = Section(
    name="ladder",
    title="Streaks of every length",
    kind=Ladder,
    measure=measure,
    is_flat=True,
    sentence=lambda _: "",
    scenes=("why",),
)
