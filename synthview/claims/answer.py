"""A report: one claim asked of a world, or of a dataset, and everything that was found, as plain values."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from synthview.claims.counting.definitions import HEADLINE, in_words
from synthview.claims.counting.directory import count_directory
from synthview.claims.counting.sql import query
from synthview.claims.question import Question
from synthview.claims.sections.aggregates import bounds, daily_totals
from synthview.claims.sections.telling import frame, tell_definitions, tell_streak
from synthview.claims.simulation.bound import Shortcut
from synthview.claims.simulation.estimates import Estimate, estimate, longest
from synthview.claims.simulation.likeliest import MOST_HOMES, likeliest, looked_at
from synthview.claims.study import Effort, Tell, answer
from synthview.errors import InputError
from synthview.explain.words import counted

__all__ = ["only_for_streaks", "report", "report_of_directory"]


def report(question: Question, effort: Effort, command: str, tell: Tell) -> dict[str, Any]:
    """Ask a claim of its world; with `effort.thorough` all that can be said of it.

    Raises InputError for a kind of claim that cannot be asked so.
    """
    kind = question.claim.kind
    told = frame(question, command, range(question.scenario.run.seed, question.scenario.run.seed + effort.seeds))
    if kind != "streak":
        only_for_streaks(question, thorough=effort.thorough, seeds=effort.seeds > 1, exhaustive=effort.exhaustive)
        return told | (_longest(question, effort, tell) if kind == "longest" else _estimated(question, effort, tell))
    found = answer(question, effort, tell)
    told |= tell_streak(found)
    if effort.thorough:
        from synthview.claims.sections.thorough import beyond  # noqa: PLC0415  what only --thorough needs is heavy

        told |= beyond(found, effort, command, tell)
    return told


def only_for_streaks(question: Question, **said: bool) -> None:
    """Refuse options that another kind of claim has no use for."""
    for option, is_said in said.items():
        if is_said:
            raise InputError(
                f"--{option} is for claims of the kind streak; '{question.claim.name}' is of the kind {question.claim.kind}."
            )


def _estimated(question: Question, effort: Effort, tell: Tell) -> dict[str, Any]:
    """Numbers of everybody: from a sample, with its interval."""
    of = question.scenario.run.households
    found = estimate(question, effort.sample, effort.workers, partial(tell, "living a sample of homes"))
    why = f"A number of everybody follows from a sample: {counted(found.lived, 'home')} spread evenly over {of:,}."
    if found.lived >= of:
        why = f"All of {counted(of, 'home')} {'was' if of == 1 else 'were'} lived, so the number is exact."
    return {
        "shortcut": Shortcut(is_on=found.lived < of, lived=found.lived, of=of, expected_missed=None, sentence=why).as_dict(),
        "number": {
            "value": found.value, "low": found.low, "high": found.high, "definition": found.definition,
            "sentence": _in_words(found, question), "by_definition": [{"watched": label, "value": value} for label, value in found.others],
        },
    }  # fmt: skip


def _in_words(found: Estimate, question: Question) -> str:
    """The number, how sure it is, and what was published."""
    is_known = found.low == found.high
    nobody = "" if found.value or is_known else f" (none of {counted(found.lived, 'home')} lived; --sample more)"
    sure = "" if is_known else f", with a 95 % interval of {_spoken(found.low)} to {_spoken(found.high)}"
    return f"{_spoken(found.value)}{nobody}{sure}. The number published was {_spoken(question.claim.said)}."


def _longest(question: Question, effort: Effort, tell: Tell) -> dict[str, Any]:
    """The maximum over all accounts: whoever something ties to the title, or to any film, for longest is lived."""
    of, among, what = question.scenario.run.households, looked_at(question), question.title or "one and the same film"
    tied = likeliest(question, effort.workers, partial(tell, "looking over all homes"))
    found = longest(question, tied, effort.workers, partial(tell, "living the likeliest homes"))
    of_these = "" if among == of else f", of the first {among:,}"
    why = "no longer one is possible" if found.is_most else "at least, as the likeliest homes were lived"
    lived = sum(min(homes, MOST_HOMES) for _, _, homes in found.by_source)
    sentence = (
        f"The longest run of days on which anybody has {what} is {found.days:,} of "
        f"{len(question.span):,} ({why}). The number published was {question.claim.said:,.0f}."
    )
    short = f"{lived:,} of {counted(of, 'home')} {'is' if lived == 1 else 'are'} lived: those that each cause could keep to {what} for longest{of_these}."
    definition = f"longest run of UTC days with any recorded play of {what}"
    by_source = [{"source": name, "days": days, "homes": homes} for name, days, homes in found.by_source]
    return {
        "shortcut": Shortcut(is_on=True, lived=lived, of=of, expected_missed=None, sentence=short).as_dict(),
        "number": {
            "value": found.days, "low": found.days, "high": found.days, "definition": definition,
            "account": found.account, "sentence": sentence, "by_source": by_source,
        },
    }  # fmt: skip


def _spoken(value: float) -> str:
    return f"{value:,.3g}" if abs(value) < 1000 else f"{value:,.0f}"


def report_of_directory(question: Question, directory: Path, command: str) -> dict[str, Any]:
    """Ask a streak of a dataset on disk: the number, its definitions and slips, and what daily totals would allow."""
    only_for_streaks(question, data=question.claim.kind != "streak")
    found = count_directory(question, directory)
    first, last = question.dates()
    told = frame(question, command, [])
    told["scenario"] |= {
        "households": found.accounts,
        "name": directory.name,
        "about": "A dataset on disk: its truth is not asked.",
    }
    sentence = (
        f"{found.number:,} of {found.accounts:,} accounts {'has' if found.number == 1 else 'have'} {question.title} on every day from {first} to {last}. "
        f"The number published was {question.claim.said:,.0f}."
    )
    totals = daily_totals(found.shown, question, found.accounts, found.accounts)
    return told | {
        "number": {
            "value": found.number, "low": found.number, "high": found.number, "by_duckdb": found.by_sql, "per_seed": [],
            "definition": in_words(HEADLINE, question), "sql": query(question), "sentence": sentence,
        },
        "definitions": tell_definitions(question, found.grid.astype(float), [one.as_dict() for one in found.slips]),
        "aggregates": bounds(totals, found.accounts).as_dict(),
    }  # fmt: skip
