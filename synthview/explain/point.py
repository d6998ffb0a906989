"""The point of a story: what acted in these days, and what the log gets wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from synthview.explain.telling import NOTICED_MS, Logged, Play, Story
from synthview.explain.words import (
    counted,
    country,
    first_line,
    hours,
    length,
    listed,
    shift,
    spoken,
    times,
)
from synthview.registry import installed

__all__ = ["Act", "acts", "point", "summary"]

_OFTEN_DAYS = 5
"""From here on a title is played again and again; below it may be chance."""
_SLIPS = 2
_WORTH_MS = 20 * 60_000
"""A third of an hour in some weeks is worth a sentence."""


@dataclass(frozen=True, slots=True)
class Act:
    """What an actor or a fault did in these days, summed up."""

    name: str
    manual: str
    did: str


def summary(story: Story) -> str:
    """The days in two sentences: what the log shows, what happened."""
    first = story.run_start
    last = story.run_start + timedelta(days=story.run_days - 1)
    when = f"From {first} to {last}" if last > first else f"On {last}"
    if not story.plays:
        return f"{when} nothing was played here."
    rows = _rows(story.plays)
    titles = {one.title for one, _ in rows}
    logged, attended = _logged_and_attended(story.plays)
    alone = ""
    if nobody := [one for one in story.plays if one.presence == "nobody"]:
        of_account = "of the account " if story.room else ""
        alone = f"; at {len(nobody)} of them nobody {of_account}was there"
    return (
        f"{when} the log shows {counted(len(rows), 'play')} of {counted(len(titles), 'title')}, "
        f"{hours(logged)} hours. In truth {counted(len(story.plays), 'play')} happened{alone}; "
        f"people attended {hours(attended)} hours."
    )


def _logged_and_attended(plays: Iterable[Play]) -> tuple[int, int]:
    """Return the milliseconds that the log counts and that people attended."""
    listed_plays = list(plays)
    logged = sum(row.watched_ms for _, row in _rows(listed_plays))
    return logged, sum(one.attended_ms for one in listed_plays)


def acts(story: Story) -> list[Act]:
    """Every actor and fault that applies to the account or left a mark, and what it did."""
    known = (installed().actors, installed().faults)
    names = [*story.lasting]
    for one in story.plays:
        names += [*one.causes, *(mishap.fault for mishap in one.mishaps)]
    manuals = {name: next((kind[name] for kind in known if name in kind), None) for name in names}
    return [Act(name, first_line(one), _did(story, name)) for name, one in manuals.items()]


def _did(story: Story, name: str) -> str:
    plays = [one for one in story.plays if name in one.causes]
    hurt = [one for one in story.plays if any(mishap.fault == name for mishap in one.mishaps)]
    return (
        _caused(name, plays) if plays else _damaged(name, hurt) if hurt else "nothing in these days"
    )


def _caused(name: str, plays: list[Play]) -> str:
    did = Counter(deed.what for one in plays for deed in one.deeds if deed.actor == name)
    text = listed([what if count == 1 else f"{what} {times(count)}" for what, count in did.items()])
    logged, attended = _logged_and_attended(plays)
    part = (
        f"{counted(len(plays), 'play')}: the log counts {length(logged)}, "
        f"attended {length(attended)}"
    )
    return f"{text}; {part}" if text else part


def _damaged(name: str, plays: list[Play]) -> str:
    each: Counter[str] = Counter()
    most: dict[str, int] = {}
    for one in (mishap for play in plays for mishap in play.mishaps if mishap.fault == name):
        each[one.change] += one.messages
        most[one.change] = max(most.get(one.change, 0), one.by_ms, key=abs)
    text = [
        f"{count:,} {_CHANGED[change]}{_by(change, most[change])}" for change, count in each.items()
    ]
    return f"of the messages of {counted(len(plays), 'play')}, {listed(text)}"


_CHANGED = {
    "lost": "never arrived",
    "late": "came late",
    "copied": "arrived twice",
    "reordered": "overtook others",
    "altered": "are dated wrong",
}


def _by(change: str, by_ms: int) -> str:
    return f", by up to {shift(by_ms)}" if change in ("late", "altered") else ""


def point(story: Story) -> list[str]:
    """The closing sentences, the most telling first; one that says so where the log is right."""
    if not story.plays:
        return []
    tellers = (
        _again_and_again,
        _not_attended,
        _elsewhere,
        _brief,
        _never_began,
        _lacking,
        _dated,
        _hidden,
    )
    found = [line for tell in tellers for line in tell(story)]
    if not found:
        attended = sum(one.attended_ms for one in story.plays)
        return [
            f"Here the log tells it as it was: {hours(attended)} hours, and somebody attended them."
        ]
    return found


def _rows(plays: Iterable[Play]) -> list[tuple[Play, Logged]]:
    return [(one, one.logged) for one in plays if one.logged]


def _again_and_again(story: Story) -> Iterator[str]:
    """The title that actors had played on the most days, and who that was."""
    by_title: dict[str, list[tuple[Play, Logged]]] = {}
    for play, row in _rows(one for one in story.plays if one.kind != "trailer"):
        by_title.setdefault(play.title, []).append((play, row))
    days = {
        title: {row.day for _, row in rows}
        for title, rows in by_title.items()
        if 2 * sum(bool(play.causes) for play, _ in rows) > len(rows)
    }
    title = max(days, key=lambda one: len(days[one]), default="")
    if not title or len(days[title]) < _OFTEN_DAYS:
        return
    plays = [play for play, _ in by_title[title]]
    yield (
        f"The log shows an account that plays “{title}” {times(len(plays))}, "
        f"{_span(story, days[title])}. In truth {_really(story, plays)}"
    )


def _span(story: Story, days: set[date]) -> str:
    row, of = _longest_row(days), story.run_days
    if len(days) == of:
        return f"every day of the {of}"
    if row == len(days):
        return f"on {row} days in a row"
    return f"on {len(days)} of {of} days" + (f", {row} of them in a row" if row > 1 else "")


def _longest_row(days: set[date]) -> int:
    longest = run = 0
    for day in sorted(days):
        run = run + 1 if day - timedelta(days=1) in days else 1
        longest = max(longest, run)
    return longest


def _really(story: Story, plays: list[Play]) -> str:
    """Who it was each time, and how much of it they attended."""
    who = Counter(name for one in plays for name in one.who)
    if not who:
        return (
            f"it ran for whoever was in the {story.room}."
            if story.room
            else "nobody was there, not once."
        )
    alone = sum(not one.who for one in plays)
    named = [
        name if count == len(plays) else f"{name} ({times(count)})"
        for name, count in who.most_common()
    ]
    lonely = f"; {times(alone)} nobody was there" if alone else ""
    return f"it was {listed(named, 4)}, who attended {_part(plays)}{lonely}."


def _part(plays: list[Play]) -> str:
    logged, attended = _logged_and_attended(plays)
    if logged - attended < NOTICED_MS * len(plays):
        return "it throughout"
    return f"{length(attended) if attended else 'none'} of {length(logged)}"


def _not_attended(story: Story) -> Iterator[str]:
    """Hours that the log counts and nobody attended, by what made them so."""
    rest: Counter[str] = Counter()
    for play, row in _rows(story.plays):
        away = min(row.watched_ms, play.played_ms) - play.attended_ms
        if away >= NOTICED_MS:
            rest[listed([spoken(one) for one in play.causes]) or "to fall asleep with"] += away
    total = sum(rest.values())
    if total < _WORTH_MS:
        return
    logged = sum(row.watched_ms for _, row in _rows(story.plays))
    because = [name if len(rest) == 1 else f"{name} {hours(ms)}" for name, ms in rest.most_common()]
    how = f"ran for whoever was in the {story.room}" if story.room else "ran with nobody attending"
    yield f"Of the {hours(logged)} hours in the log {hours(total)} {how} ({listed(because)})."


def _elsewhere(story: Story) -> Iterator[str]:
    """Plays by people who do not live there, and those that the log places in another country."""
    away = [one for one in story.plays if one.is_elsewhere]
    if away:
        who = {name for one in away for name in one.who}
        do = "does" if len(who) == 1 else "do"
        lands = _lands(_rows(away))
        where = f", in {lands}" if lands else ""
        yield (
            f"{len(away)} of {counted(len(story.plays), 'play')} were by "
            f"{counted(len(who), 'person', 'people')} who {do} not live there{where}; "
            f"the log files them under one account."
        )
    hops = [(play, row) for play, row in _rows(story.plays) if row.abroad and not play.is_elsewhere]
    if hops:
        because = sorted({spoken(one) for play, _ in hops for one in play.causes})
        yield (
            f"The log places {counted(len(hops), 'play')} in {_lands(hops)}; "
            f"nobody left home ({listed(because) or 'the network'})."
        )


def _lands(rows: Iterable[tuple[Play, Logged]]) -> str:
    """Return the countries other than that of the home that the log names."""
    return listed(sorted({country(row.abroad) for _, row in rows if row.abroad}))


def _brief(story: Story) -> Iterator[str]:
    """Plays that were over before they began in earnest."""
    brief = [
        one
        for one, row in _rows(story.plays)
        if one.causes and one.who and row.watched_ms < NOTICED_MS
    ]
    if len(brief) >= _SLIPS:
        causes = sorted({spoken(name) for one in brief for name in one.causes})
        all_plays = counted(len(_rows(story.plays)), "play")
        yield (
            f"{len(brief)} of {all_plays} in the log are shorter than two minutes "
            f"({listed(causes)}): to start a title is not to watch it."
        )


def _never_began(story: Story) -> Iterator[str]:
    failed = [one for one in story.plays if one.presence == "failed"]
    broken = [one for one, row in _rows(story.plays) if row.end_reason == "error" and one.played_ms]
    began = f"{counted(len(failed), 'play')} never began" if failed else ""
    broke = f"{counted(len(broken), 'play')} broke off" if broken else ""
    if failed or broken:
        tries = listed([one for one in (began, broke) if one])
        yield f"{tries}; whoever counts plays counts the tries as well."


def _lacking(story: Story) -> Iterator[str]:
    """Plays, minutes and endings that faults kept from the log."""
    missing = [one for one in story.plays if one.logged is None]
    if missing:
        much = length(sum(one.played_ms for one in missing))
        because = _faults(missing, "lost", "late")
        all_plays = counted(len(story.plays), "play")
        yield f"The log lacks {len(missing)} of {all_plays}, {much}{because}."
    yield from _lacking_parts(story)


def _lacking_parts(story: Story) -> Iterator[str]:
    """Plays of which the log has not all minutes, or not the end."""
    if short := _shortened(story):
        much = length(sum(play.played_ms - row.watched_ms for play, row in short))
        because = _faults([play for play, _ in short], "lost", "late")
        yield f"The log lacks {much} of {counted(len(short), 'play')}{because}."
    if silent := [play for play, row in _rows(story.plays) if row.end_reason == "silent"]:
        because = _faults(silent, "lost", "late")
        yield f"The log does not know how {counted(len(silent), 'play')} ended{because}."


def _shortened(story: Story) -> list[tuple[Play, Logged]]:
    return [
        (play, row)
        for play, row in _rows(story.plays)
        if play.played_ms - row.watched_ms >= NOTICED_MS
    ]


def _misdated(story: Story) -> list[tuple[Play, Logged]]:
    return [(play, row) for play, row in _rows(story.plays) if abs(row.off_ms) >= NOTICED_MS]


def _dated(story: Story) -> Iterator[str]:
    """Plays that the log puts at another time, or on another day."""
    if not (off := _misdated(story)):
        return
    most = max((row.off_ms for _, row in off), key=abs)
    moved = sum(row.start.date() != play.day for play, row in off)
    how = "late" if most > 0 else "early"
    onto = f", {moved} of them onto another day" if moved else ""
    because = _faults([play for play, _ in off], "altered")
    all_plays = counted(len(story.plays), "play")
    yield f"The log dates {len(off)} of {all_plays} up to {shift(most)} {how}{onto}{because}."


def _hidden(story: Story) -> Iterator[str]:
    """What befell messages without a trace in the history of plays."""
    shown = {play.play_id for play, row in (*_shortened(story), *_misdated(story))}
    shown |= {play.play_id for play, row in _rows(story.plays) if row.end_reason == "silent"}
    hidden = [one for one in story.plays if one.mishaps and one.logged and one.play_id not in shown]
    if hidden:
        count = sum(mishap.messages for one in hidden for mishap in one.mishaps)
        how = " or ".join(
            sorted({_CHANGED[mishap.change] for one in hidden for mishap in one.mishaps})
        )
        yield (
            f"{counted(count, 'message')} of {counted(len(hidden), 'play')} {how}; "
            f"the messages show it, the history of plays does not."
        )


def _faults(plays: Iterable[Play], *changes: str) -> str:
    names = sorted(
        {spoken(one.fault) for play in plays for one in play.mishaps if one.change in changes}
    )
    return f" ({listed(names)})" if names else ""
