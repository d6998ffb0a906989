"""What the detector found, in words and cells: for the terminal and for the page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from synthview.detect.finding import FEWEST
from synthview.wording import counted

__all__ = ["about", "head", "measured", "notes", "row"]

_ONE = {"accounts": "account", "plays": "play", "accesses": "access"}
Found = Mapping[str, Any]
"""A report, or one finding of it, as the JSON has it."""


def about(report: Found) -> str:
    """What was tested on what."""
    world = report["world"]
    rows = max((one["rows"] for one in report["causes"]), default=0)
    judged = counted(rows, _ONE[world["of"]], world["of"])
    return (
        f"{world['name']}, seed {world['seed']}: {judged} of "
        f"{counted(world['households'], 'household')} in {counted(world['days'], 'day')} from "
        f"{world['start']}; "
        f"learned from seed {world['taught_seed']}."
    )


def measured(report: Found) -> list[Found]:
    """The findings that could be measured."""
    return [one for one in report["causes"] if one["average_precision"] is not None]


def head(report: Found) -> list[str]:
    """The columns of the table."""
    dial = ["disguise"] if report["world"]["disguise"] else []
    acted = ["of those that acted"] if report["world"]["of"] == "accounts" else []
    who = "insider" if report["world"]["of"] == "accesses" else "actor"
    return [who, *dial, "base rate", "average precision", *acted, "could be found"]


def row(report: Found, found: Found) -> list[str]:
    """The cells of one finding."""
    dial = [f"{found['disguise']:g}"] if report["world"]["disguise"] else []
    acted = [_of_acts(found)] if report["world"]["of"] == "accounts" else []
    return [
        found["cause"],
        *dial,
        f"{found['base_rate']:.2%} ({found['caused']:,})",
        _span(found["average_precision"]),
        *acted,
        f"{found['at_least']:.2f} to {found['at_most']:.2f}",
    ]


def _of_acts(found: Found) -> str:
    span = found["of_acts"]
    return f"{_span(span)}, {found['acted']:,}" if span else "-"


def _span(span: Found) -> str:
    return f"{span['value']:.2f} ({span['low']:.2f} to {span['high']:.2f})"


def notes(report: Found) -> Iterator[str]:
    """What the table leaves out, and why."""
    rare = [one for one in report["causes"] if one["average_precision"] is None]
    is_of_staff = report["world"]["of"] == "accesses"
    size, above = ("--days", "") if is_of_staff else ("--households or --days", "actors.")
    if rare:
        names = ", ".join(dict.fromkeys(_counted(one) for one in rare))
        yield (
            f"Too rare, as both worlds must have {FEWEST} {report['world']['of']} with it: {names}."
            f" More {size} help, or a higher rate: --set {above}NAME.rate=0.05."
        )


def _counted(found: Found) -> str:
    return f"{found['cause']} ({found['taught']:,} and {found['caused']:,})"
