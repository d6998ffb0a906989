"""Who had to look: what a number asks of the people of a company, and whom that touched."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from synthview.claims.counting.count import days_of
from synthview.claims.sections.section import LeftOut, Section, ShownTable
from synthview.claims.study import OfADataset, Study
from synthview.dataset import read
from synthview.engines.manifest import MANIFEST
from synthview.office.insiders.mad_scramble import MadScramble
from synthview.office.staff_settings import StaffSettings
from synthview.wording import about

__all__ = ["SECTION", "LoggedLooks", "LookStep", "WhoLooked", "measure"]

_LOG = "log.accesses"


@dataclass(frozen=True)
class LookStep:
    """One step towards the number: who does it, what they read, and of how many accounts."""

    step: str
    who: str
    rows: int
    accounts: int


@dataclass(frozen=True)
class LoggedLooks:
    """Accesses to the title that a dataset has logged: by how many people, of how many accounts."""

    employees: int
    queries: int
    accounts: int


@dataclass(frozen=True)
class WhoLooked:
    """The steps, how many analysts would join in on the day of the news, and what was logged."""

    steps: tuple[LookStep, ...]
    analysts: float
    queries: float
    logged: LoggedLooks | None
    sentence: str


def measure(study: Study) -> WhoLooked | LeftOut:
    """Add up what each step reads; of a dataset only where it has a log of accesses."""
    logged = _logged(study) if isinstance(study, OfADataset) else None
    if isinstance(study, OfADataset) and logged is None:
        return LeftOut()
    plays, accounts = _read(study)
    number = round(study.question.claim.said)
    steps = (
        LookStep("daily totals of the title", "nobody: a dashboard has them", 0, 0),
        LookStep("its viewing history, account by account", "an analyst", plays, accounts),
        LookStep("the accounts that are counted, a row each", "the same analyst", number, number),
        LookStep("one of them, by name", "whoever joins log.accounts", 1, 1),
    )
    scenario = study.question.scenario
    settings = scenario.of(MadScramble)
    analysts = scenario.of(StaffSettings).analysts * settings.rate
    queries = analysts * settings.queries
    sentence = _sentence(
        study,
        steps,
        (analysts, queries),
        logged,
    )
    return WhoLooked(
        steps,
        analysts,
        queries,
        logged,
        sentence,
    )


def _read(study: Study) -> tuple[int, int]:
    """Plays and accounts that the query reads, of all homes."""
    sample, question = study.sample, study.question
    days = days_of(sample.shown)
    shown = sample.shown.filter(days.is_between(question.first, question.last))
    each = sample.of / len(sample.households)
    found = (shown.height, shown["account_id"].n_unique())
    plays, accounts = (_told_digits(one * each, is_exact=each == 1) for one in found)
    return plays, accounts


def _told_digits(count: float, *, is_exact: bool) -> int:
    """A count; one from a sample with as many digits as mean something."""
    return round(count) if is_exact else round(float(f"{count:.2g}"))


def _logged(study: OfADataset) -> LoggedLooks | None:
    """What the dataset logged of queries about titles of that name."""
    if not (study.directory / MANIFEST).is_file():
        return None
    run = read(study.directory)
    if _LOG not in run.tables:
        return None
    titles = study.dataset.shown["title_id"].unique().implode()
    looks = run.scan(_LOG, repaired=True).filter(pl.col("title_id").is_in(titles)).collect()
    most = int(looks["accounts_touched"].max() or 0)  # type: ignore[arg-type]
    return LoggedLooks(looks["employee_id"].n_unique(), looks.height, most)


def _sentence(
    study: Study,
    steps: tuple[LookStep, ...],
    scramble: tuple[float, float],
    logged: LoggedLooks | None,
) -> str:
    """The steps as a story."""
    _, history, counted, _ = steps
    days = study.question.days
    text = (
        f"No total holds this number: to know that the same accounts watched on each of {days} "
        f"days, somebody read {_said(study, history.rows)} plays of "
        f"{_said(study, history.accounts)} accounts, one by one. {counted.accounts:,} of them "
        "came out as rows of their own, a join away from a name and an address."
    )
    if logged:
        return (
            f"{text} In this dataset {logged.employees:,} employees ran {logged.queries:,} queries "
            f"of the title, which touched up to {logged.accounts:,} accounts."
        )
    analysts, queries = scramble
    return (
        f"{text} On a day on which the title is in the news some {analysts:.0f} analysts would run "
        f"{queries:.0f} such queries (guesses, as no company tells)."
    )


def _said(study: Study, count: int) -> str:
    is_exact = study.sample.of == len(study.sample.households)
    return f"{count:,}" if is_exact else f"about {about(count)}"


def _tables(found: WhoLooked) -> Iterable[ShownTable]:
    rows = [[one.step, one.who, f"{one.rows:,}", f"{one.accounts:,}"] for one in found.steps]
    yield ShownTable(["to see", "who looks", "rows read", "accounts touched"], rows)


SECTION = Section(
    name="who_looked",
    title="Who had to look",
    kind=WhoLooked,
    measure=measure,
    of_datasets=True,
    tables=_tables,
)
