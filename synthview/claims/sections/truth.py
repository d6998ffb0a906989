"""The truth of a number by rungs: who pressed play, was there, attended, and was it one person?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from statistics import fmean

import numpy as np
import polars as pl

from synthview.claims.counting.count import days_of, who
from synthview.claims.counting.definitions import HEADLINE, Definition
from synthview.claims.counting.ranges import is_many, own_range
from synthview.claims.counting.title_log import TitleLog
from synthview.claims.counting.title_plays import title_plays
from synthview.claims.plain import ABSENT
from synthview.claims.question import Question
from synthview.claims.sections.section import Section, ShownTable
from synthview.claims.simulation.attendance import (
    ATTENDED_PERCENT,
    TRUE_DAYS,
    before_guests,
    faithful_accounts,
    true_plays,
    true_watchers,
)
from synthview.claims.simulation.simulate import Tables, lazily
from synthview.claims.study import Study, StudyWorld
from synthview.rows import Ints
from synthview.wording import REASONS, capital

__all__ = [
    "SECTION",
    "MissedAccounts",
    "Nobody",
    "Reason",
    "Rung",
    "TruthOfNumber",
    "TruthOfWorld",
    "measure",
    "truth_of",
]

_RUNGS = {
    "counted": "in the number",
    "pressed": "a person pressed play on every day",
    "present": "and somebody was there, known to the account or not",
    "attended": "and somebody is known to have sat through most of it",
    "same_person": "and it was one and the same person",
}


@dataclass(frozen=True)
class Rung:
    """How many accounts of the number come so far: the mean over worlds.

    Nine in ten of the worlds lie between `low` and `high`, where there are enough of them.
    """

    name: str
    label: str
    accounts: float
    low: float | None = field(default=None, metadata=ABSENT)
    high: float | None = field(default=None, metadata=ABSENT)


@dataclass(frozen=True)
class Nobody:
    """Accounts at whose plays nobody was there, on at least one day and on all."""

    accounts: float
    on_all_days: float
    sentence: str


@dataclass(frozen=True)
class Reason:
    """Why accounts of people who did what is claimed are not in the number."""

    reason: str
    label: str
    accounts: float


@dataclass(frozen=True)
class MissedAccounts:
    """Accounts of people who did what is claimed and are not in the number."""

    accounts: float
    reasons: tuple[Reason, ...]
    sentence: str


@dataclass(frozen=True)
class TruthOfNumber:
    """What is behind the number, on average over all worlds."""

    rungs: tuple[Rung, ...]
    nobody: Nobody
    missed: MissedAccounts


@dataclass(frozen=True)
class TruthOfWorld:
    """What is behind the number of one world: accounts on each rung, among those on the last.

    Guests of a public screen were present; whether one of them attended no table knows, so that
    rung is without them. `nobody_once` and `nobody_ever` count accounts at whose plays nobody was
    there on at least one day, or on all; `missed` are accounts of people who did exactly what is
    claimed and are not in it, by the reason.
    """

    counted: tuple[int, ...]
    pressed: tuple[int, ...]
    present: tuple[int, ...]
    attended: tuple[int, ...]
    same_person: tuple[int, ...]
    nobody_once: int
    nobody_ever: int
    missed: dict[str, tuple[int, ...]]


def of_world(world: StudyWorld) -> TruthOfWorld:
    """Look behind the number of one world."""
    return truth_of(world.log, world.tables)


def truth_of(log: TitleLog, tables: Tables) -> TruthOfWorld:
    """Look behind the headline number, with log and truth of all homes that may matter."""
    counted = log.counted()
    pressed, present, attended, same_person = _rungs(log, tables, counted)
    nobody = (
        _company_of_days(log, tables)
        .group_by("account_id")
        .agg(some=~pl.col("present").all(), ever=~pl.col("present").any())
    )
    faithful = true_watchers(log, tables, "utc")
    missed = _missed(log, tables, faithful)
    return TruthOfWorld(
        counted=_ids(counted),
        pressed=_ids(pressed),
        present=_ids(present),
        attended=_ids(attended),
        same_person=_ids(same_person),
        nobody_once=int(nobody["some"].sum()),
        nobody_ever=int(nobody["ever"].sum()),
        missed={name: _ids(accounts) for name, accounts in missed.items()},
    )


def _ids(accounts: Ints) -> tuple[int, ...]:
    return tuple(accounts.tolist())


def _rungs(log: TitleLog, tables: Tables, counted: Ints) -> Iterator[Ints]:
    """Accounts of the number on each rung below it, by days on which its plays truly were.

    Those of the query or those of the home: whatever the clock of the log says, it is every day.
    """
    by_day = [_true_of_days(log, tables, counted, day) for day in TRUE_DAYS]
    above = counted
    for rung in ("pressed", "present", "attended"):
        always = [_on_all_days(log.question, days, rung) for days in by_day]
        above = np.intersect1d(above, np.concatenate(always))
        yield above
    yield np.intersect1d(above, faithful_accounts(log, tables))


def _true_of_days(log: TitleLog, tables: Tables, counted: Ints, day: str) -> pl.DataFrame:
    """A row per counted account and true day: what is true of any, or of all together."""
    plays = true_plays(log, tables, day).filter(pl.col("account_id").is_in(counted.tolist()))
    enough = pl.col("attended_ms").sum() * 100 >= log.runtime_ms * ATTENDED_PERCENT
    return plays.group_by("account_id", "day").agg(
        pressed=pl.col("pressed_by_person").any(),
        present=((pl.col("present_ms") > 0) | before_guests()).any(),
        attended=enough,
    )


def _company_of_days(log: TitleLog, tables: Tables) -> pl.DataFrame:
    """Whether anybody was there at the plays of a counted account and day of the query."""
    question = log.question
    seen = log.plays.with_columns(days_of(log.plays).alias("day")).filter(
        pl.col("account_id").is_in(log.counted().tolist()),
        pl.col("day").is_between(question.first, question.last),
    )
    there = (pl.col("present_ms") > 0) | before_guests()
    true = tables["truth.plays"].select("play_id", there=there)
    by_day = seen.join(true, on="play_id", how="left").group_by("account_id", "day")
    return by_day.agg(present=pl.col("there").any())


def _on_all_days(question: Question, days: pl.DataFrame, rung: str) -> Ints:
    """Accounts with the rung on as many days as the window has."""
    enough = (
        days.filter(pl.col(rung))
        .group_by("account_id")
        .len()
        .filter(pl.col("len") >= question.days)
    )
    return np.sort(enough["account_id"].to_numpy())


def _missed(log: TitleLog, tables: Tables, faithful: Ints) -> dict[str, Ints]:
    """Accounts of people who watched it on every day and are not counted, by the reason.

    `faithful` by UTC days.

    Days count as people live them, those of their home, or as the query has them: either way it was
    every day.
    """
    counted = log.counted()
    by_utc = np.setdiff1d(faithful, counted)
    by_home = np.setdiff1d(np.setdiff1d(true_watchers(log, tables, "home"), counted), by_utc)
    unclocked = _recorded_at_true_times(log.question, tables)
    lost = np.setdiff1d(by_utc, who(unclocked, log.question, HEADLINE))
    by_profile = log.counted(Definition(unit="profile")).tolist()
    owners = (
        log.plays.filter(pl.col("profile_id").is_in(by_profile))["account_id"].unique().to_numpy()
    )
    return {
        "lost_messages": lost,
        "wrong_clock": np.setdiff1d(by_utc, lost),
        "time_zone": by_home,
        "second_profile": np.setdiff1d(np.intersect1d(faithful, counted), owners),
    }


def _recorded_at_true_times(question: Question, tables: Tables) -> pl.DataFrame:
    """The plays as if every clock were right: what is then missing was not received."""
    true = tables["truth.plays"].select("play_id", "started_at", end="ended_at")
    plays = (
        tables["log.plays"]
        .drop("started_at")
        .join(true, on="play_id")
        .with_columns(
            ended_at=pl.col("started_at"), closed_at=pl.max_horizontal("closed_at", "end")
        )
        .select(tables["log.plays"].columns)
    )
    return title_plays(lazily({**tables, "log.plays": plays}), question.title)


def measure(study: Study) -> TruthOfNumber:
    """Look behind the number of every world, and take the means."""
    every = study.each(of_world)
    rungs = tuple(
        _rung(name, label, [len(getattr(one, name)) for one in every])
        for name, label in _RUNGS.items()
    )
    once = fmean(one.nobody_once for one in every)
    ever = fmean(one.nobody_ever for one in every)
    reasons = tuple(
        Reason(name, label, fmean(len(one.missed[name]) for one in every))
        for name, label in REASONS.items()
    )
    mean = f"On average over {len(every):,} worlds: " if len(every) > 1 else ""
    nobody = Nobody(once, ever, capital(mean + _nobody(once, ever)))
    return TruthOfNumber(rungs, nobody, _all_missed(reasons, mean))


def _rung(name: str, label: str, counts: Sequence[int]) -> Rung:
    """The mean of some worlds, and between what nine in ten of them lie."""
    low, high = own_range(counts) if is_many(counts) else (None, None)
    return Rung(name, label, fmean(counts), low, high)


def _nobody(once: float, ever: float) -> str:
    """At how many accounts nobody was there."""
    if not once:
        return "at every account somebody was there on every day."
    never = f"{ever:,.3g}" if ever else "none"
    return f"at {once:,.3g} of them there was nobody on at least one day, at {never} on every day."


def _all_missed(reasons: Sequence[Reason], mean: str) -> MissedAccounts:
    """Who used a second profile is in the number of accounts."""
    missed = sum(one.accounts for one in reasons if one.reason != "second_profile")
    count = f"{missed:,.3g}" if missed else "no"
    accounts, are = ("account", "is") if missed == 1 else ("accounts", "are")
    sentence = capital(
        f"{mean}{count} {accounts} of people who did exactly what is claimed {are} missing from "
        "the number."
    )
    return MissedAccounts(missed, tuple(reasons), sentence)


def _tables(found: TruthOfNumber) -> Iterable[ShownTable]:
    yield ShownTable(["accounts", ""], [[f"{one.accounts:,.4g}", one.label] for one in found.rungs])
    yield ShownTable(
        ["missed", "why"], [[f"{one.accounts:,.4g}", one.label] for one in found.missed.reasons]
    )


SECTION = Section(
    name="truth",
    title="The truth, in rungs",
    kind=TruthOfNumber,
    measure=measure,
    of_world=(of_world,),
    is_flat=True,
    sentence=lambda found: f"{found.nobody.sentence} {found.missed.sentence}",
    tables=_tables,
    scenes=("causes",),
)
