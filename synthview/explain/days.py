"""Put plays into days and sum up what is alike: episodes in a row, films again, empty days."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from synthview.explain.lessons import lessons, presence_of
from synthview.explain.telling import Deed, Mishap, Play, Presence, Story
from synthview.explain.words import counted, country, length, spoken, times

__all__ = ["AlikePlays", "Chapter", "chapters", "runs"]


@dataclass(frozen=True, slots=True)
class AlikePlays:
    """Plays of one session that are alike but for the episode, such as a film that ran twice."""

    plays: tuple[Play, ...]

    @property
    def first(self) -> Play:
        """The play it began with, which has all that the others share."""
        return self.plays[0]

    @property
    def start(self) -> datetime:
        """When the first of them began."""
        return self.first.start

    @property
    def title(self) -> str:
        """What was played, and how often."""
        count = len(self.plays)
        different = len({one.title for one in self.plays})
        if count == 1:
            return self.first.title
        if different == 1:
            return f"{self.first.title}, {times(count)}"
        return f"{self.first.work}, {counted(different, 'episode')}" + (
            f", {count} plays" if count > different else ""
        )

    @property
    def played_ms(self) -> int:
        """Playing time in all."""
        return sum(one.played_ms for one in self.plays)

    @property
    def attended_ms(self) -> int:
        """Attended time in all."""
        return sum(one.attended_ms for one in self.plays)

    @property
    def presence(self) -> Presence:
        """Who was before the screen; a part where it was so for some of the plays."""
        return presence_of(self.plays)

    @property
    def viewers(self) -> str:
        """Who was there, in words."""
        return self.first.viewers

    @property
    def deeds(self) -> tuple[Deed, ...]:
        """What actors did to it, each act once."""
        return tuple(dict.fromkeys(deed for one in self.plays for deed in one.deeds))

    @property
    def why(self) -> tuple[str, ...]:
        """Why it happened: the acts on it, and causes that acted before."""
        acted = {one.actor for one in self.deeds}
        rest = [spoken(one) for one in self.first.causes if one not in acted]
        return (
            *map(str, self.deeds),
            *rest,
            *(["to fall asleep with"] if self.first.intent == "sleep_aid" else []),
        )

    @property
    def logged(self) -> str:
        """What the log has of it."""
        rows = [one.logged for one in self.plays if one.logged]
        if not rows:
            return "nothing"
        if len(rows) == 1:
            return str(rows[0])
        ends = {row.end_reason for row in rows}
        how = {
            "finished": "to the end",
            "error": "errors",
            "stopped": "stopped",
            "silent": "then silence",
        }.get(ends.pop() if len(ends) == 1 else "", "")
        where = next((f", in {country(row.abroad)}" for row in rows if row.abroad), "")
        return (
            f"{length(sum(row.watched_ms for row in rows))} in {len(rows)} plays"
            + (f", {how}" if how else "")
            + where
        )

    @property
    def lessons(self) -> tuple[str, ...]:
        """What the log makes of it that it should not."""
        return lessons(self.plays)

    @property
    def mishaps(self) -> tuple[Mishap, ...]:
        """What faults did to its messages, summed over the plays."""
        found: dict[tuple[str, str], Mishap] = {}
        for one in (mishap for play in self.plays for mishap in play.mishaps):
            old = found.get((one.fault, one.change), Mishap(one.fault, one.change, 0, 0))
            most = max(old.by_ms, one.by_ms, key=abs)
            found[one.fault, one.change] = Mishap(
                one.fault, one.change, old.messages + one.messages, most
            )
        return tuple(found.values())


@dataclass(frozen=True, slots=True)
class Chapter:
    """A day and what ran on it; `alike` are later days on which the same happened.

    A chapter without runs is a stretch of days on which nothing was played.
    """

    day: date
    runs: tuple[AlikePlays, ...]
    alike: tuple[Chapter, ...] = ()

    @property
    def plays(self) -> tuple[Play, ...]:
        """Its plays in the order of their start."""
        return tuple(
            sorted((play for run in self.runs for play in run.plays), key=lambda one: one.start)
        )

    @property
    def last(self) -> date:
        """The last day that it tells."""
        return self.alike[-1].day if self.alike else self.day

    @property
    def logged_ms(self) -> int:
        """What the log counts of it."""
        return sum(one.logged.watched_ms for one in self.plays if one.logged)

    @property
    def attended_ms(self) -> int:
        """What people attended of it."""
        return sum(one.attended_ms for one in self.plays)


def runs(plays: Sequence[Play]) -> tuple[AlikePlays, ...]:
    """Sum up plays of a session that follow each other and are alike, in order of their start."""
    sittings: dict[int, list[Play]] = {}
    for play in plays:
        sittings.setdefault(play.session_id, []).append(play)
    found = [
        AlikePlays(tuple(part))
        for sitting in sittings.values()
        for _, part in groupby(sitting, _likeness)
    ]
    return tuple(sorted(found, key=lambda one: one.start))


def _likeness(play: Play) -> tuple[object, ...]:
    """What plays of a run share; whether they were attended in part or not at all is summed up."""
    presence = "not throughout" if play.presence in ("absent", "partly") else play.presence
    abroad = play.logged.abroad if play.logged else ""
    return (
        play.work,
        play.kind,
        play.who,
        presence,
        play.is_refused,
        play.causes,
        play.logged is None,
        abroad,
    )


def chapters(story: Story) -> Iterator[Chapter]:
    """Return the days of a story in order; alike or empty days in a row are one chapter."""
    by_day = {day: list(plays) for day, plays in groupby(story.plays, key=lambda one: one.day)}
    days = [story.first + timedelta(days=one) for one in range((story.end - story.first).days)]
    chapters = [Chapter(day, runs(by_day.get(day, []))) for day in days]
    for _, alike in groupby(chapters, key=_pattern):
        first, *others = alike
        yield Chapter(first.day, first.runs, tuple(others))


def _pattern(chapter: Chapter) -> tuple[object, ...]:
    """Return what days of one chapter share: no plays, or the same acts; else the day itself."""
    if not all(run.first.causes for run in chapter.runs):
        return (chapter.day,)
    return tuple(
        (run.first.title, run.first.who, run.first.causes, run.presence) for run in chapter.runs
    )
