"""Who had to look: what a number asks of the people of a company, and whom that touched."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import polars as pl

from synthview.claims.counting.count import days_of
from synthview.claims.question import Question
from synthview.claims.sections import number
from synthview.claims.sections.section import LeftOut, Section, ShownTable
from synthview.claims.study import OfADataset, Study
from synthview.dataset import read
from synthview.engines.manifest import MANIFEST
from synthview.office.insiders.mad_scramble import MadScramble
from synthview.office.staff_settings import StaffSettings
from synthview.wording import about, short

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


Story: TypeAlias = tuple[tuple[LookStep, ...], str]
"""The steps towards a number, and what they come to in words."""


def measure(study: Study) -> WhoLooked | LeftOut:
    """Add up what each step reads; of a dataset only where it has a log of accesses."""
    logged = _logged(study) if isinstance(study, OfADataset) else None
    if isinstance(study, OfADataset) and logged is None:
        return LeftOut()
    steps, story = _STORIES[study.question.claim.kind](study)
    analysts, queries = _scramble(study.question)
    return WhoLooked(steps, analysts, queries, logged, f"{story}{_also(logged, analysts, queries)}")


def _scramble(question: Question) -> tuple[float, float]:
    """How many analysts query a title that is in the news, and how often; nobody without one."""
    if not question.title:
        return 0.0, 0.0
    settings = question.scenario.of(MadScramble)
    analysts = question.scenario.of(StaffSettings).analysts * settings.rate
    return analysts, analysts * settings.queries


def _of_streak(study: Study) -> Story:
    """The same accounts on each of some days: their history is read, one by one."""
    plays, accounts = _read(study)
    said = round(study.question.claim.said)
    is_here = isinstance(study, OfADataset)
    counted = _found(study) if is_here else said
    one = min(counted, 1)
    steps = (
        LookStep("daily totals of the title", _DASHBOARD, 0, 0),
        LookStep("its viewing history, account by account", "an analyst", plays, accounts),
        LookStep("the accounts that are counted, a row each", "the same analyst", counted, counted),
        LookStep("one of them, by name", _JOINS, one, one),
    )
    beside = f" (of the service that published {said:,}, as many)" if is_here and said else ""
    return steps, (
        f"No total holds this number: to know that the same accounts watched on each of "
        f"{study.question.days} days, somebody read {_said(study, plays)} plays of "
        f"{_said(study, accounts)} accounts, one by one. {counted:,} of them "
        f"came out as rows of their own{beside}, a join away from a name and an address."
    )


def _of_day(study: Study) -> Story:
    """Accounts on one day: a total that is there already, unless somebody counts again."""
    said = _said_or_found(study)
    steps = (
        LookStep("the title's total of that day", _DASHBOARD, 0, 0),
        LookStep("the same in its viewing history, to be sure", "an analyst", said, said),
        LookStep("one of them, by name", _JOINS, 1, 1),
    )
    return steps, (
        "This number is a total of one day. A dashboard has it, and it takes no look at anybody. "
        f"Who counts it again in the viewing history reads a row or more of each of {said:,} "
        "accounts, and could write to every one of them. Nobody outside can tell which was done."
    )


def _said_or_found(study: Study) -> int:
    """The number that was published; where none was, the one that is found."""
    return round(study.question.claim.said) or _found(study)


def _found(study: Study) -> int:
    """The number that the simplest query finds here."""
    return round(study.once(number.measure).number.value)


def _of_record(study: Study) -> Story:
    """The longest run of all: every account is ranked, and one is looked at."""
    households = study.households
    run = _found(study) or round(study.question.claim.said)
    what = study.question.title or "any film"
    note = "; this one was published" if study.question.claim.quote else ""
    steps = (
        LookStep(f"days with {what}, all together", _DASHBOARD, 0, 0),
        LookStep("the longest run of each account", "an analyst", households, households),
        LookStep("the days of the one that leads", "the same analyst", run, 1),
        LookStep("where it is, or whose", _JOINS, 1, 1),
    )
    return steps, (
        f"A record is one account. To find it, somebody ranked {short(households)} of them by "
        f"their longest run, and then had one household's {run:,} days before them, with the hour "
        f"of each. No rule of smallest cells lets a cell of one pass{note}."
    )


def _of_everybody(study: Study) -> Story:
    """Sums of everybody: totals have them, unless accounts have to be told apart."""
    claim, households = study.question.claim, study.households
    if claim.of in ("hours", "plays"):
        steps: tuple[LookStep, ...] = (LookStep(f"{claim.of} by day", _DASHBOARD, 0, 0),)
        return steps, (
            f"This number is a sum of {claim.of}. Daily totals have it, and nobody had to look at "
            "any account."
        )
    steps = (
        LookStep("daily totals", _DASHBOARD, 0, 0),
        LookStep(f"{claim.of}, account by account", "an analyst", households, households),
    )
    return steps, (
        f"Daily totals do not tell the {claim.of} of an account apart from those of another, and "
        f"who returns from who is new. So somebody grouped the viewing history by account, a row "
        f"or more for each of {short(households)}; a nightly job does that with nobody watching."
    )


_DASHBOARD, _JOINS = "nobody: a dashboard has them", "whoever joins log.accounts"
_STORIES: Mapping[str, Callable[[Study], Story]] = {
    "streak": _of_streak,
    "on_day": _of_day,
    "longest": _of_record,
    "count": _of_everybody,
    "mean": _of_everybody,
    "total": _of_everybody,
}
"""The steps towards a number of each kind, and the words for them."""


def _also(logged: LoggedLooks | None, analysts: float, queries: float) -> str:
    """What a dataset has logged, or what a day of news would bring."""
    if logged:
        return (
            f" In this dataset {logged.employees:,} employees ran {logged.queries:,} queries "
            f"of the title, which touched up to {logged.accounts:,} accounts."
        )
    if not analysts:
        return ""
    return (
        f" On a day on which the title is in the news some {analysts:.0f} analysts would run "
        f"{queries:.0f} such queries (guesses, as no company tells)."
    )


def _read(study: Study) -> tuple[int, int]:
    """Plays and accounts that the query reads, of all homes."""
    sample, question = study.sample, study.question
    days = days_of(sample.shown)
    shown = sample.shown.filter(days.is_between(question.first, question.last))
    each = sample.of / len(sample.households)
    found = (shown.height, shown["account_id"].n_unique())
    plays, accounts = (_rounded(one * each, is_exact=each == 1) for one in found)
    return plays, accounts


def _rounded(count: float, *, is_exact: bool) -> int:
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
    claims=tuple(_STORIES),
    of_datasets=True,
    tables=_tables,
)
