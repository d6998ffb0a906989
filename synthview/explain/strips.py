"""A day as two strips of 24 hours: above what the log says, below what happened."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

from synthview.explain.telling import Play, Story

__all__ = ["Bar", "Kind", "happened", "lanes", "logged", "meanings"]

Kind = Literal["log", "there", "partly", "nobody", "elsewhere"]
_MEANINGS: dict[Kind, str] = {
    "log": "the log says so",
    "there": "somebody attended",
    "partly": "attended in part, or not at all",
    "nobody": "nobody was there",
    "elsewhere": "somebody who lives elsewhere",
}
_DAY_MIN = 24 * 60


@dataclass(frozen=True, slots=True)
class Bar:
    """A play, or its row in the log, on the strip of a day, in minutes after midnight."""

    play: Play
    kind: Kind
    from_min: float
    to_min: float


def meanings(story: Story) -> dict[Kind, str]:
    """What the kinds of bars mean that occur in a story."""
    days = [story.first + timedelta(days=one) for one in range((story.end - story.first).days)]
    seen = {bar.kind for day in days for bar in happened(story, day)} | {"log"}
    shown = {kind: says for kind, says in _MEANINGS.items() if kind in seen}
    return (
        shown | {"nobody": "nobody of this account"} if story.room and "nobody" in shown else shown
    )


def happened(story: Story, day: date) -> list[Bar]:
    """Return what ran on a day, plays from the night before too."""
    return _on(
        day,
        (
            (one, _kind(one), one.start, one.end)
            for one in (*story.eve, *story.plays)
            if one.presence != "failed"
        ),
    )


def logged(story: Story, day: date) -> list[Bar]:
    """What the log has on a day, at the times it says."""
    return _on(
        day,
        (
            (one, "log", one.logged.start, one.logged.end)
            for one in (*story.eve, *story.plays)
            if one.logged
        ),
    )


def _kind(play: Play) -> Kind:
    if not play.who:
        return "nobody"
    if play.presence != "there":
        return "partly"
    return "elsewhere" if play.is_elsewhere else "there"


def _on(day: date, plays: Iterable[tuple[Play, Kind, datetime, datetime]]) -> list[Bar]:
    """The parts of plays that lie within a day."""
    midnight = datetime.combine(day, time())
    bars = []
    for play, kind, start, end in plays:
        begin, stop = ((at - midnight) / timedelta(minutes=1) for at in (start, end))
        if begin < _DAY_MIN and (stop > 0 or begin >= 0):
            bars.append(
                Bar(
                    play,
                    kind,
                    max(begin, 0.0),
                    min(max(stop, begin), _DAY_MIN),
                )
            )
    return bars


def lanes(bars: Sequence[Bar]) -> list[list[Bar]]:
    """Bars side by side: those that overlap lie in lanes of their own, in as few as will do."""
    found: list[list[Bar]] = []
    for bar in sorted(bars, key=lambda one: (one.from_min, one.play.play_id)):
        lane = next((one for one in found if one[-1].to_min <= bar.from_min), None)
        if lane is None:
            found.append([bar])
        else:
            lane.append(bar)
    return found
