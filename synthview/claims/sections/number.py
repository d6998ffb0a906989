"""The number: what the query counts, over worlds or in a dataset, and what it may miss."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial

import numpy as np

from synthview.claims.counting.definitions import in_words, stated
from synthview.claims.counting.directory import Counted
from synthview.claims.counting.ranges import range_of, range_with_crowds
from synthview.claims.counting.sql import query
from synthview.claims.plain import ABSENT
from synthview.claims.question import Question
from synthview.claims.sections.section import Section, ShownTable
from synthview.claims.simulation.bound import Shortcut
from synthview.claims.simulation.estimates import (
    EstimatedNumber,
    Longest,
    enough_homes,
    estimate,
    longest,
)
from synthview.claims.simulation.likeliest import MOST_HOMES, likeliest, looked_at
from synthview.claims.study import OfADataset, Study, StudyWorld
from synthview.scenario.sources import ids_in
from synthview.wording import counted, country

__all__ = [
    "SECTION",
    "Count",
    "Number",
    "OfDefinition",
    "OfSeed",
    "OfSource",
    "measure",
]

OF_WORLDS = "5 % to 95 % of worlds that differ in their seed, settings as stated"
OF_SAMPLE = "95 % confidence interval of a sample of homes of one world, settings as stated"
EXACT = "none: all homes were counted"
_BY_CHOICES = (
    " Each film that they chose might have been this one: how likely, follows from how liked it is."
)
AT_LEAST = "none: the likeliest homes were simulated, so it is at least this"


@dataclass(frozen=True)
class OfSeed:
    """The number in the world of a seed, as polars and as DuckDB count it.

    Where accounts with many users are too many to simulate all of them, `crowds` of those that were
    are in what DuckDB counts, and each stands for `crowds_stand_for` of the number.
    """

    seed: int
    value: int
    by_duckdb: int
    crowds: int | None = field(default=None, metadata=ABSENT)
    crowds_stand_for: float | None = field(default=None, metadata=ABSENT)


@dataclass(frozen=True)
class OfDefinition:
    """A number of everybody, by what counts as watched."""

    watched: str
    value: float


@dataclass(frozen=True)
class OfSource:
    """The longest run of days by what ties homes to the title, and how many homes it ties."""

    source: str
    days: int
    homes: int


@dataclass(frozen=True, kw_only=True)
class Count:
    """The number, from `low` to `high`, and how it was counted.

    `interval` says what that range is. Beyond a sample it is of chance alone: settings stay as
    stated. What settings do to the number is told under `inference`, of streaks.
    """

    value: float
    low: float
    high: float
    interval: str
    by_duckdb: int | None = field(default=None, metadata=ABSENT)
    definition: str
    account: str | None = field(default=None, metadata=ABSENT)
    sql: str | None = field(default=None, metadata=ABSENT)
    per_seed: tuple[OfSeed, ...] | None = field(default=None, metadata=ABSENT)
    sentence: str
    by_definition: tuple[OfDefinition, ...] | None = field(default=None, metadata=ABSENT)
    by_source: tuple[OfSource, ...] | None = field(default=None, metadata=ABSENT)


@dataclass(frozen=True, kw_only=True)
class Number:
    """The number, and what simulating some homes alone may leave out of it."""

    shortcut: Shortcut | None = field(default=None, metadata=ABSENT)
    number: Count


def of_world(world: StudyWorld) -> OfSeed:
    """Count in one world."""
    seed, found, by_sql = world.question.scenario.run.seed, len(world.counted), world.by_sql
    study = world.study
    if study.crowds_among in (0, study.households):
        return OfSeed(seed, found, by_sql)
    crowds, each = world.counted_crowds, study.households / study.crowds_among
    return OfSeed(seed, found - crowds + round(crowds * each), by_sql, crowds, each)


def measure(study: Study) -> Number:
    """Count what the claim is about."""
    if isinstance(study, OfADataset):
        return _of_dataset(study)
    kind = study.question.claim.kind
    if kind == "streak":
        return _of_streak(study)
    return _of_longest(study) if kind == "longest" else _of_everybody(study)


def _of_streak(study: Study) -> Number:
    question, per_seed = study.question, study.each(of_world)
    values = [one.value for one in per_seed]
    low, high = _range(per_seed)
    mean = float(np.mean(values))
    first, last = question.dates()
    several = (
        f"on average over {len(values)} such worlds" if len(values) > 1 else "in this one world"
    )
    sentence = (
        f"{mean:,.4g} {_units(question, mean)} watched {_watched(question)} on every day "
        f"from {first} to {last}, {several}; nine in ten such worlds have {low:,.0f} to "
        f"{high:,.0f}{_beside(study.shortcut)}. {_of_crowds(per_seed)}"
        f"{_published(question)}"
    )
    count = Count(
        value=mean,
        low=low,
        high=high,
        interval=OF_WORLDS,
        definition=in_words(stated(question), question),
        sql=query(question),
        per_seed=tuple(per_seed),
        sentence=sentence,
    )
    return Number(shortcut=study.shortcut, number=count)


def _units(question: Question, count: float) -> str:
    """Who is counted, and where: ``accounts``, ``profile in Great Britain``."""
    claim = question.claim
    where = f" in {country(claim.country)}" if claim.country else ""
    return f"{stated(question).unit}{'' if count == 1 else 's'}{where}"


def _watched(question: Question) -> str:
    """The title, and how much of it if the claim says that."""
    much = question.claim.watched
    how = {None: "", "any": "", "2 minutes": "2 minutes or more of "}
    return f"{how.get(much, f'{much} or more of ')}{question.title}"


def _published(question: Question, say: Callable[[float], str] = "{:,.0f}".format) -> str:
    """What was published, if anything was.

    A number without words or source is one that somebody asks about, and nobody published.
    """
    claim = question.claim
    if claim.quote or ids_in(claim.source):
        return f"The number published was {say(claim.said)}."
    return f"The number asked about is {say(claim.said)}." if claim.said else "None was published."


def _range(per_seed: Sequence[OfSeed]) -> tuple[float, float]:
    """What nine in ten such worlds have."""
    crowds = [one.crowds for one in per_seed if one.crowds is not None]
    if not crowds:
        return range_of([one.value for one in per_seed])
    tied = [one.by_duckdb - (one.crowds or 0) for one in per_seed]
    return range_with_crowds(tied, crowds, per_seed[0].crowds_stand_for or 1.0)


def _of_crowds(per_seed: Sequence[OfSeed]) -> str:
    """What of the number is estimated: accounts with many users, of which some were simulated."""
    crowds = [one.crowds for one in per_seed if one.crowds is not None]
    each = per_seed[0].crowds_stand_for
    if not crowds or each is None:
        return ""
    found = f"{sum(crowds):,}" if sum(crowds) else "none"
    worlds = f" of {len(crowds)} worlds" * (len(crowds) > 1)
    return (
        "Accounts with so many users that chance may fill their days are simulated of one home in "
        f"{each:,.3g}{worlds}, and {found} of these counts: such an account stands for as many, "
        "and the range reckons with what so few tell. "
    )


def _beside(shortcut: Shortcut) -> str:
    """What the short cut may leave out: it is in no world that was counted."""
    missed, about = round(shortcut.missed_at_most or 0), round(shortcut.missed or 0)
    expected = f" (about {about:,} are expected)" * (about > 0)
    return f", and up to {missed:,} more that the short cut cannot exclude{expected}" * (missed > 0)


def _of_everybody(study: Study) -> Number:
    """A number of everybody: from a sample, with its interval."""
    of, effort = study.households, study.effort
    on_progress = partial(study.on_progress, "simulating a sample of homes")
    found = estimate(
        study.question,
        effort.sample,
        effort.workers,
        on_progress,
        partial(study.on_progress, "looking over all homes"),
    )
    were = "was" if of == 1 else "were"
    why = (
        f"A number of everybody follows from a sample: {counted(found.simulated, 'home')} spread "
        f"evenly over {of:,}."
        if found.simulated < of
        else f"All of {counted(of, 'home')} {were} simulated, so the number is exact."
    )
    why += _BY_CHOICES * found.by_choices
    shortcut = Shortcut(
        on=found.simulated < of,
        simulated=found.simulated,
        of=of,
        missed_at_most=None,
        sentence=why,
    )
    count = Count(
        value=found.value,
        low=found.low,
        high=found.high,
        interval=EXACT if found.low == found.high else OF_SAMPLE,
        definition=found.definition,
        sentence=_estimated(found, study.question),
        by_definition=tuple(OfDefinition(label, value) for label, value in found.others),
    )
    return Number(shortcut=shortcut, number=count)


def _estimated(found: EstimatedNumber, question: Question) -> str:
    """The number, how sure it is, and what was published."""
    is_known = found.low == found.high
    sampled = found.value or is_known
    nobody = (
        "" if sampled else f" (none of {counted(found.simulated, 'home')} simulated; --sample more)"
    )
    sure = (
        ""
        if is_known
        else f", with a 95 % interval of {_spoken(found.low)} to {_spoken(found.high)}"
    )
    only = "" if is_known else " (of the sample alone: settings stay as stated)"
    return (
        f"{_spoken(found.value)}{nobody}{sure}{only}. "
        f"{_published(question, _spoken)}{_needed(found, question)}"
    )


def _needed(found: EstimatedNumber, question: Question) -> str:
    """How many homes it takes to tell a number of few accounts, where the sample is too small."""
    claim, needed = question.claim, enough_homes(question)
    if found.low == found.high or found.by_choices or needed <= found.simulated:
        return ""
    of = question.scenario.run.households
    return (
        f" In a sample of {found.simulated:,} homes {claim.said:,.0f} accounts are "
        f"{_spoken(claim.said * found.simulated / of)}: to tell it within a third or so takes some "
        f"{needed:,.0f} homes, --sample {needed:.0f}, or fewer --households."
    )


def _of_longest(study: Study) -> Number:
    """The maximum over all accounts: homes with the longest tie to the title or a film."""
    question, workers = study.question, study.effort.workers
    looking = partial(study.on_progress, "looking over all homes")
    tied = likeliest(question, workers, looking, study.kept)
    found = longest(
        question, tied, workers, partial(study.on_progress, "simulating the likeliest homes")
    )
    what = question.title or "one and the same film"
    why = (
        "no longer one is possible"
        if found.is_most
        else "at least, as the likeliest homes were simulated"
    )
    sentence = (
        f"The longest run of days on which anybody has {what} is {found.days:,} of "
        f"{len(question.span):,} ({why}). {_published(question)}"
    )
    count = Count(
        value=found.days,
        low=found.days,
        high=found.days,
        interval=EXACT if found.is_most else AT_LEAST,
        definition=f"longest run of UTC days with any recorded play of {what}",
        account=found.account,
        sentence=sentence,
        by_source=tuple(OfSource(*one) for one in found.by_source),
    )
    return Number(shortcut=_of_the_likeliest(question, found, what), number=count)


def _of_the_likeliest(question: Question, found: Longest, what: str) -> Shortcut:
    """How few homes are simulated for the longest run."""
    of, among = question.scenario.run.households, looked_at(question)
    of_these = "" if among == of else f", of the first {among:,}"
    simulated = sum(min(homes, MOST_HOMES) for _, _, homes in found.by_source)
    are = "is" if simulated == 1 else "are"
    short = (
        f"{simulated:,} of {counted(of, 'home')} {are} simulated: those that "
        "each cause could keep "
        f"to {what} for longest{of_these}."
    )
    return Shortcut(
        on=True,
        simulated=simulated,
        of=of,
        missed_at_most=None,
        sentence=short,
    )


def _spoken(value: float) -> str:
    return f"{value:,.3g}" if abs(value) < 1000 else f"{value:,.0f}"


def _of_all(question: Question, found: Counted) -> str:
    """How many of how many accounts; profiles and devices of so many accounts."""
    of = f"{found.accounts:,} accounts"
    claim = question.claim
    where = f" in {country(claim.country)}" if claim.country else ""
    unit = stated(question).unit
    is_account = unit == "account"
    counted_units = f"{found.number:,}" if is_account else counted(found.number, unit)
    return f"{counted_units} of {of}{where}"


def _of_dataset(study: OfADataset) -> Number:
    question, found = study.question, study.dataset
    first, last = question.dates()
    sentence = (
        f"{_of_all(question, found)} {'has' if found.number == 1 else 'have'} "
        f"{_watched(question)} "
        f"on every day from {first} to {last}. {_published(question)}"
    )
    count = Count(
        value=found.number,
        low=found.number,
        high=found.number,
        interval=EXACT,
        by_duckdb=found.by_sql,
        definition=in_words(stated(question), question),
        sql=query(question),
        per_seed=(),
        sentence=sentence,
    )
    return Number(number=count)


def _tables(found: Number) -> Iterable[ShownTable]:
    if by_definition := found.number.by_definition:
        yield ShownTable(
            ["watched", "value"], [[one.watched, f"{one.value:.6g}"] for one in by_definition]
        )
    if by_source := found.number.by_source:
        rows = [[one.source, f"{one.days:,}", f"{one.homes:,}"] for one in by_source]
        yield ShownTable(["source", "days", "homes"], rows)


SECTION = Section(
    name="number",
    title="The number",
    kind=Number,
    measure=measure,
    of_world=(of_world,),
    is_flat=True,
    claims=("streak", "on_day", "count", "mean", "total", "longest"),
    of_datasets=True,
    any_definition=True,
    is_brief=True,
    sentence=lambda found: found.number.sentence,
    tables=_tables,
    scenes=("tweet",),
)
