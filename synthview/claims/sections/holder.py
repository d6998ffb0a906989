"""Who it was: the one account behind a record, day by day, and who was really there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from synthview.claims.question import Question
from synthview.claims.sections import number
from synthview.claims.sections.behind_doors import homes_of
from synthview.claims.sections.doors import STATES, Home, doors_in_letters, evenings_of_one
from synthview.claims.sections.section import LeftOut, Section, ShownTable
from synthview.claims.simulation.homes import households_of
from synthview.claims.simulation.simulate import WHOLE, simulate
from synthview.claims.study import Study
from synthview.wording import counted, listed

__all__ = ["SECTION", "Holder", "HolderMonth", "measure"]

_PEOPLE = ("person", "family", "child")
_UNWATCHED = ("asleep", "away", "animal", "machine", "error")
_SAYS = {
    "same_person": "It is one person, who sat through it on every one of them.",
    "in_turns": "Somebody of that home sat through it on every one of them, but not one and the "
    "same person.",
    "guests": "On every one of them people were there, guests whom no account knows.",
    "somebody": "Somebody was there on every one of them, but did not sit through it every time.",
    "nobody_sometimes": "On some of them nobody was there, or nothing ran.",
    "nobody": "On every one of them nobody was there.",
}


@dataclass(frozen=True)
class HolderMonth:
    """Days of a month by who was there: in the log, people of the home, others, and nobody."""

    month: str
    in_log: int
    people: int
    others: int
    nobody: int


@dataclass(frozen=True)
class Holder:
    """The home with the longest run of days.

    `doors` has a letter for each day from `first`, by who was there (`STATES` of the doors), and
    `one_person` the days on which the same person sat through it.
    """

    account: str
    household: int
    home: str
    people: tuple[str, ...]
    label: str
    verdict: str
    first: str
    doors: str
    one_person: int
    months: tuple[HolderMonth, ...]
    sentence: str


def measure(study: Study) -> Holder | LeftOut:
    """Simulate the home that the number found again, alone, with its truth."""
    found = study.once(number.measure).number
    if not found.account or not study.question.title:
        return LeftOut()
    question = study.question
    account = int(found.account.removeprefix("a"))
    homes = households_of(question, [account])
    (home,) = homes_of(question, simulate(question, homes, WHOLE, 1), [account])
    return Holder(
        account=home.id,
        household=int(homes[0]),
        home=home.home,
        people=home.people,
        label=home.label,
        verdict=home.verdict,
        first=home.doors[0].date,
        doors=doors_in_letters(home),
        one_person=evenings_of_one(home),
        months=tuple(_by_month(home)),
        sentence=_sentence(question, home, round(found.value)),
    )


def _by_month(home: Home) -> Iterable[HolderMonth]:
    """Days of each month by who was there."""
    months = Counter(door.date[:7] for door in home.doors)
    for month in months:
        doors = [door for door in home.doors if door.date.startswith(month)]
        states = Counter(door.state for door in doors)
        yield HolderMonth(
            month,
            sum(door.counted for door in doors),
            sum(states[one] for one in _PEOPLE),
            states["stranger"],
            sum(states[one] for one in _UNWATCHED),
        )


def _sentence(question: Question, home: Home, run: int) -> str:
    """Who it was, in words."""
    states = Counter(door.state for door in home.doors if door.in_window)
    one = evenings_of_one(home)
    sat = f"One and the same person sat through it on {counted(one, 'day')}." if one else ""
    seen = listed([f"{count} with {_WITH[state]}" for state, count in states.most_common(3)])
    text = (
        _SAYS.get(home.verdict, "")
        if run == len(home.doors)
        else f"Of the {len(home.doors)} days there are {seen}."
    )
    return (
        f"The account with the longest run, {counted(run, 'day')} in a row with {question.title}, "
        f"is {_a(home.label)}: {home.home}. {text} {sat}".strip()
    )


_WITH = {
    "person": "one person there",
    "family": "several people there",
    "child": "a child alone",
    "asleep": "somebody asleep",
    "away": "nobody there",
    "animal": "an animal on the remote",
    "stranger": "people who do not live there",
    "machine": "a machine",
    "error": "an error",
    "none": "nothing at all",
}
assert _WITH.keys() == STATES.keys()


def _a(label: str) -> str:
    """What a home is about, as a part of a sentence."""
    return "one of ordinary viewing" if label == "ordinary viewing" else f"that of {label}"


def _tables(found: Holder) -> Iterable[ShownTable]:
    rows = [
        [
            date.fromisoformat(f"{one.month}-01").strftime("%B %Y"),
            str(one.in_log),
            str(one.people),
            str(one.others),
            str(one.nobody),
        ]
        for one in found.months
    ]
    head = ["month", "days in the log", "people of the home", "people from elsewhere", "nobody"]
    yield ShownTable(head, rows)


SECTION = Section(
    name="holder",
    title="Who it was",
    kind=Holder,
    measure=measure,
    claims=("longest",),
    tables=_tables,
    scenes=("holder",),
)
