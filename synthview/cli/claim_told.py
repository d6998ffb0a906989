"""What ``claim`` says on the screen: the number, and as much behind it as was asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from synthview.cli import screen
from synthview.outside.legible import one_line

__all__ = ["tell_claim"]

SHARES_SHOWN = 10


def tell_claim(told: Mapping[str, Any]) -> None:
    """Tell every section that is there, the most important first."""
    claim, number = told["claim"], told["number"]
    screen.say(f"“{one_line(claim['quote'] or claim['name'])}”")
    if claim["source_text"]:
        screen.say(f"  ({claim['source_text']})")
    screen.say(f"\n{number['sentence']}")
    screen.say(f"Counted: {number['definition']}.")
    if "shortcut" in told:
        screen.say(told["shortcut"]["sentence"])
    for section in ("by_definition", "by_source"):
        if number.get(section):
            _table(number[section])
    _sections(told)
    screen.say(f"\n{told['disclaimer']}")
    if "definitions" not in told and claim["kind"] == "streak":
        screen.say(
            "--thorough tells the rest: all definitions, the causes, who was really there, what "
            f"{claim['said']:,.0f} can tell; --sql prints the query."
        )


def _sections(told: Mapping[str, Any]) -> None:
    if "definitions" in told:
        _head("Other ways to count", told["definitions"]["sentence"])
        screen.tell(["slip", "gives"], [[one["label"], f"{one['value']:,.4g}"] for one in told["definitions"]["slips"]])
    if "causes" in told:
        _head("Causes", told["causes"]["sentence"])
        rows = [
            [one["label"], f"{one['share']:+,.3f}", f"{one['low']:,.3g} to {one['high']:,.3g}"]
            for one in told["causes"]["shares"]
        ]
        screen.tell(["cause", "share", "in nine of ten worlds"], rows[:SHARES_SHOWN])
    if "rungs" in told:
        _head("The truth, in rungs", f"{told['nobody']['sentence']} {told['missed']['sentence']}")
        screen.tell(["accounts", ""], [[f"{one['accounts']:,.4g}", one["label"]] for one in told["rungs"]])
        missed = [[f"{one['accounts']:,.4g}", one["label"]] for one in told["missed"]["reasons"]]
        screen.tell(["missed", "why"], missed)
    if "inference" in told:
        _head(f"What {told['claim']['said']:,.0f} tells", told["inference"]["sentence"])
        rows = [
            [f"{one['index']:.2f}", one["path"], f"{one['low']:,.4g} to {one['high']:,.4g}", one["source"]]
            for one in told["inference"]["settings"][:SHARES_SHOWN]
        ]
        screen.tell(["moves it", "setting", "range", "source"], rows)
        screen.say(f"{_coverage(told['inference']['coverage'])}\n{told['inference']['invented']['sentence']}")
    titles = {
        "tweetable": "What else could have been said",
        "aggregates": "From daily totals alone",
        "disclosure": "May it be released?",
    }
    for name, title in titles.items():
        if name in told:
            _head(title, told[name]["sentence"])
    for release in told.get("disclosure", {}).get("laplace", ()):
        screen.say(release["sentence"])
    if "left_out" in told:
        _head("Left out", told["left_out"]["sentence"])


def _coverage(planted: Sequence[Mapping[str, float]]) -> str:
    """How often intervals held what was planted, in words."""
    meant, held = (", ".join(f"{100 * one[name]:.0f}" for one in planted) for name in ("nominal", "found"))
    return f"Checked on worlds with a known answer: intervals meant to hold it in {meant} % of them did so in {held} %."


def _head(title: str, sentence: str) -> None:
    screen.say(f"\n{title}\n{sentence}")


def _table(rows: list[Mapping[str, Any]]) -> None:
    head = list(rows[0])
    screen.tell(head, [[screen.shown(one) for one in row.values()] for row in rows])
