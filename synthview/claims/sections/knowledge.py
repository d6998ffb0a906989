"""What is known, what is assumed, and what nobody outside can know: three columns at the end of every claim."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from synthview.claims.question import Question
from synthview.entries import entries
from synthview.facts import NamedTitle
from synthview.settings import GUESS
from synthview.sources import ids_in, source

__all__ = ["knowledge"]

_UNKNOWABLE = (
    "Whether the number was counted at all: an invented one would look the same.",
    "What “watched” meant: a press of a key, two minutes, or to the end.",
    "What a day was: by whose clock, in whose time zone.",
    "Whether accounts, profiles or people were counted.",
    "Who sat before the screens, and whether anybody did.",
    "What was left out: test devices, public screens, accounts that are sold.",
)
_MOST_ASSUMED = 12


def knowledge(question: Question, ranked: Sequence[Mapping[str, Any]] = ()) -> dict[str, Any]:
    """Three columns; `ranked` are settings by how much they move the answer, the one that matters most first."""
    claim = question.claim
    known = [{"text": f"The words of the number: “{claim.quote}”", **_source(claim.source)}]
    known += [_about_title(one) for one in question.scenario.titles if one.name == claim.title]
    known += [{"text": f"{one.quantity}: {one.figure} ({one.period}).", **_source(one.id)} for one in (source("S01d"),)]
    return {
        "known": known,
        "assumed": _assumed(question, ranked),
        "unknowable": [{"text": text} for text in _UNKNOWABLE],
    }


def _about_title(title: NamedTitle) -> dict[str, Any]:
    text = f"{title.name} appeared on {title.released_on} and runs for {title.runtime_minutes:.0f} minutes."
    return {"text": text, **_source(title.source)}


def _source(stated: str) -> dict[str, str]:
    known = [source(one) for one in ids_in(stated)]
    who = "; ".join(dict.fromkeys(f"{one.source_publisher.split(';')[0]}, {one.year}" for one in known))
    return {"source": f"{who} ({stated})" if who else stated, "url": known[0].url if known else ""}


def _assumed(question: Question, ranked: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Guesses with their ranges; without a ranking those of the actors, in the order of the scenario."""
    declared = {one.path: one for one in entries(question.scenario)}
    varied = {str(one["path"]): (one["low"], one["high"]) for one in ranked}
    paths = [str(one["path"]) for one in ranked if one["path"] in declared] or [
        path for path, one in declared.items() if path.startswith("actors.") and one.source == GUESS
    ]
    return [
        {
            "text": declared[path].setting.about, "path": path, "source": declared[path].source if declared[path].source == GUESS else _source(declared[path].source)["source"],
            "range": _range(*varied.get(path, (declared[path].setting.low, declared[path].setting.high)), declared[path].setting.unit),
        }
        for path in paths if declared[path].setting.low is not None
    ][:_MOST_ASSUMED]  # fmt: skip


def _range(low: float, high: float, unit: str) -> str:
    """From where to where a setting was varied."""
    ends = (f"{one:,.0f}" if one >= 1000 else f"{one:.3g}" for one in (low, high))
    return f"{' to '.join(ends)} {unit}".strip()
