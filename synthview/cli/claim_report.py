"""What ``claim`` prints, as much as was asked for, and the files that its answer goes to."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from synthview.cli import screen
from synthview.cli.outputs import check_places, put
from synthview.cli.running import STDOUT
from synthview.errors import InputError
from synthview.outside.legible import one_line
from synthview.outside.paths import typed_path

if TYPE_CHECKING:
    from synthview.claims.answer import Answer
    from synthview.claims.sections.number import Number

__all__ = ["Places", "print_claims", "shown_again"]


_RULE = 72
"""Signs of the line between two claims."""


def print_claims(answers: Sequence[Answer]) -> None:
    """Tell every claim, and once what holds of all."""
    from synthview.claims.sections.number import Number

    for place, answer in enumerate(answers):
        if place:
            screen.say("\n" + "─" * _RULE)
        print_claim(answer)
    screen.say(f"\n{answers[0].disclaimer}")
    for answer in answers:
        is_bare = len(answer.found) == 1 and answer.of(Number) is not None
        if answer.claim.kind == "streak" and is_bare:
            screen.say(_further(answer, f"{answer.claim.said:,.0f}"))
            return


def print_claim(answer: Answer) -> None:
    """Tell every section that is there, in the order of the answer."""
    from synthview.claims.sections.number import Number

    claim = answer.claim
    said = f"{claim.said:,.0f}"
    screen.say(f"“{one_line(claim.quote or claim.name)}”")
    if claim.source_text:
        screen.say(f"  ({claim.source_text})")
    for section, found in answer.sections():
        if isinstance(found, Number):
            _print_number(found)
        elif sentence := section.sentence(found):
            _head(section.title.format(said=said), sentence)
        else:
            continue
        for table in section.tables(found):
            screen.table(table.head, table.rows)
    if answer.left_out:
        _head("Left out", answer.left_out.sentence)


def _further(answer: Answer, said: str) -> str:
    """What a bare number does not tell."""
    if answer.claim.counted_by:
        return "--thorough tells what other ways to count give; --sql prints the query."
    return (
        "--thorough tells the rest: all definitions, the causes, who was really there, what "
        f"{said} can tell; --sql prints the query."
    )


def _print_number(found: Number) -> None:
    screen.say(f"\n{found.number.sentence}")
    screen.say(f"Counted: {found.number.definition}.")
    if found.shortcut:
        screen.say(found.shortcut.sentence)


def _head(title: str, sentence: str) -> None:
    screen.say(f"\n{title}\n{sentence}")


@dataclass(frozen=True)
class Places:
    """Where the answer goes beside the screen: a page, a picture, JSON."""

    html: Path | None
    png: Path | None
    json: Path | None

    def check(self) -> None:
        """Before minutes of work, refuse a file that cannot be written or a missing package."""
        from synthview.claims.page import need

        if self.html or self.png:
            need()
        check_places(self.html, self.json, self.png)

    def check_many(self, claims: int, *, sql: bool = False) -> None:
        """Refuse what is of one claim, where there are several."""
        for option, is_said in (("--png", self.png), ("--sql", sql)):
            if is_said and claims > 1:
                raise InputError(
                    f"{option} is of one claim, and {claims} are named: name one, or leave it out."
                )

    @property
    def prints(self) -> bool:
        """Whether something of it goes to the standard output instead of to a file."""
        return STDOUT in map(str, (self.html, self.json))

    def check_answer(self, answer: Answer) -> None:
        """Refuse a page of an answer that has no number: daily totals alone give bounds."""
        from synthview.claims.sections.number import Number

        if (self.html or self.png) and answer.of(Number) is None:
            raise InputError(
                "A page shows who was counted, and aggregates hold nobody: leave --html and --png "
                "out, or ask a dataset with log.plays."
            )

    def fill(self, *answers: Answer) -> None:
        """Write the files asked for, and print the rest unless one of them goes to the screen."""
        if self.json is not None:
            from synthview.claims.written import in_one

            put(self.json, screen.as_json(in_one(answers)) + "\n")
        if self.html is not None:
            from synthview.claims.page import render

            put(self.html, render(*answers))
        if self.png is not None:
            from synthview.claims.page import picture

            put(self.png, picture(answers[0]))
        if self.prints:
            return
        print_claims(answers)
        for place in (self.json, self.html, self.png):
            if place is not None:
                screen.say(f"Wrote {place}.")


def shown_again(scenarios: Sequence[str], places: Places) -> bool:
    """Show kept answers, from their JSON: nothing is simulated for it. False for scenarios.

    Raises InputError for options of worlds, which an answer has behind it, and for scenarios among
    answers.
    """
    from synthview.claims.replays import is_answer
    from synthview.claims.written import kept_answers

    kept = [one for one in scenarios if is_answer(one)]
    if not kept:
        return False
    if others := [one for one in scenarios if one not in kept]:
        raise InputError(
            f"{kept[0]} is a kept answer and {others[0]} is not: keep its answer too, synthview "
            f"claim {others[0]} --json FILE, and name both files."
        )
    said = {word.partition("=")[0] for word in sys.argv[1:] if word.startswith("-")}
    if said - {"--html", "--png", "--json", "-"}:
        raise InputError(
            f"{kept[0]} is a kept answer, shown as it is: beside it --html, --png and --json "
            "alone mean something."
        )
    answers = [answer for one in kept for answer in kept_answers(typed_path(one, "SCENARIO"))]
    places.check_many(len(answers))
    places.fill(*answers)
    return True
