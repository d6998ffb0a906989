"""What the log makes of plays that it should not, in sentences; none where the log is right."""

from __future__ import annotations

from collections.abc import Sequence

from synthview.explain.telling import NOTICED_MS, Logged, Play, Presence
from synthview.explain.words import clock, counted, country, length, listed, shift

__all__ = ["lessons", "presence_of"]

_LATE_MS = 3_600_000
"""An hour: whoever counts a day's plays the next morning does not care about less."""


def presence_of(plays: Sequence[Play]) -> Presence:
    """Who was before the screen; a part where it differs from play to play."""
    found = {one.presence for one in plays}
    return found.pop() if len(found) == 1 else "partly"


def lessons(plays: Sequence[Play]) -> tuple[str, ...]:
    """Return what the log has wrong of a play, or of some that are alike; who was there first."""
    rows = [(one, one.logged) for one in plays if one.logged]
    if not rows:
        return ("The log knows nothing of it.",)
    found = (
        _who(plays),
        _where(rows),
        _short(rows),
        _silent(rows),
        _dated(rows),
        _late(plays),
        _afterwards(rows),
    )
    return tuple(one for one in found if one)


def _who(plays: Sequence[Play]) -> str:
    text = f"The log counts {length(sum(one.logged.watched_ms for one in plays if one.logged))}"
    attended = length(sum(one.attended_ms for one in plays))
    tried = (
        "The log has a row for it" if len(plays) == 1 else f"The log has {len(plays)} rows for it"
    )
    return {
        "failed": f"{tried}, and nothing was seen.",
        "nobody": f"{text}; nobody {'of the account ' if plays[0].room else ''}was there.",
        "absent": f"{text}; nobody attended.",
        "partly": f"{text}; {attended} {'was' if attended.startswith('1 ') else 'were'} attended.",
        "there": "",
    }[presence_of(plays)]


def _where(rows: Sequence[tuple[Play, Logged]]) -> str:
    play, logged = rows[0]
    if not logged.abroad or play.is_elsewhere:
        return ""
    who = listed(play.who) or "the screen"
    return f"The log places it in {country(logged.abroad)}; {who} never left home."


def _short(rows: Sequence[tuple[Play, Logged]]) -> str:
    short = [(play, row) for play, row in rows if play.played_ms - row.watched_ms >= NOTICED_MS]
    if not short:
        return ""
    logged = sum(row.watched_ms for _, row in short)
    played = sum(play.played_ms for play, _ in short)
    return f"The log has {length(logged)} of {length(played)}."


def _silent(rows: Sequence[tuple[Play, Logged]]) -> str:
    silent = sum(row.end_reason == "silent" for _, row in rows)
    if not silent:
        return ""
    return (
        f"The log does not know that {'it' if len(rows) == 1 else counted(silent, 'play')} ended."
    )


def _dated(rows: Sequence[tuple[Play, Logged]]) -> str:
    play, logged = max(rows, key=lambda one: abs(one[1].off_ms))
    if abs(logged.off_ms) < NOTICED_MS:
        return ""
    how = "late" if logged.off_ms > 0 else "early"
    return f"The log dates it {shift(logged.off_ms)} {how}, {clock(logged.start, play.day)}."


def _late(plays: Sequence[Play]) -> str:
    late = max(
        (one.by_ms for play in plays for one in play.mishaps if one.change == "late"), default=0
    )
    return f"The log heard of it {shift(late)} late." if late >= _LATE_MS else ""


def _afterwards(rows: Sequence[tuple[Play, Logged]]) -> str:
    return (
        ""
        if all(row.is_in_run for _, row in rows)
        else "The log closes it after the last of these days."
    )
