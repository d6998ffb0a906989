"""The story of a household as one HTML page that needs nothing else: no network, no script."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from functools import cache
from html import escape
from importlib.resources import files

from synthview.explain.closeup import Closeup
from synthview.explain.days import AlikePlays, Chapter, chapters
from synthview.explain.onlookers import LOOK_HEADS, Onlookers
from synthview.explain.point import acts, point, summary
from synthview.explain.strips import Bar, happened, lanes, logged, meanings
from synthview.explain.telling import Story
from synthview.explain.words import capital, day_in_words, length, listed, spoken

__all__ = ["render"]

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
"""The page may load nothing at all; the browser holds it."""
_DAY_MIN = 24 * 60


def render(story: Story, closeup: Closeup | None = None) -> str:
    """The page; every name in it is escaped."""
    body = (
        *_head(story),
        *(_closeup(closeup) if closeup else ()),
        *_glance(story, closeup),
        *_days(story, closeup),
        *(_onlookers(story.onlookers) if story.onlookers else ()),
        *_close(story),
    )
    title = escape(f"{story.heading}: what was logged, what happened")
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>\n{_style()}</style>\n</head>\n<body>\n"
        + "\n".join(body)
        + "\n</body>\n</html>\n"
    )


@cache
def _style() -> str:
    return files("synthview").joinpath("explain/page.css").read_text(encoding="utf-8")


def _head(story: Story) -> Iterator[str]:
    yield '<a class="skip" href="#days">To the days</a>'
    account = f" Account {escape(story.account)}." if story.account else ""
    home = f'<p class="soft">{escape(capital(story.home))}.{account}</p>'
    yield f"<header><h1>{escape(story.heading)}</h1>{home}"
    people = [
        f"<li{'' if one.lives_here else ' class=away'}>{escape(one.name)}</li>"
        for one in story.people
    ]
    yield f'<ul class="people" aria-label="Who uses the account">{"".join(people)}</ul>'
    rows = [
        f"<dt>{escape(spoken(one.name))}</dt>"
        f"<dd>{escape(one.manual)}<br>{escape(capital(one.did))}.</dd>"
        for one in acts(story)
    ]
    if rows:
        yield f'<dl class="acts">{"".join(rows)}</dl>'
    yield f'<p class="lead">{escape(summary(story))}</p></header><main>'


def _glance(story: Story, closeup: Closeup | None) -> Iterator[str]:
    """All days below each other, twice: as logged, and as it was."""
    if not story.plays:
        return
    days = [story.first + timedelta(days=one) for one in range((story.end - story.first).days)]
    marks = [
        f'<li><span class="bar {kind}"></span>{escape(says)}</li>'
        for kind, says in meanings(story).items()
    ]
    yield f'<ul class="legend">{"".join(marks)}</ul>'
    if closeup or len(days) < 2:
        return
    yield '<section aria-hidden="true"><h2>At a glance</h2><div class="glance">'
    for name, bars in (("What the log says", logged), ("What happened", happened)):
        rows = [_glance_row(day, bars(story, day)) for day in days]
        yield f"<figure><figcaption>{name}</figcaption>{''.join(rows)}{_glance_axis()}</figure>"
    yield "</div></section>"


def _glance_row(day: date, bars: list[Bar]) -> str:
    track = f'<div class="track">{_bars(bars, None)}</div>'
    return f'<div class="row"><span>{day_in_words(day)[:6]}</span>{track}</div>'


def _glance_axis() -> str:
    return f'<div class="row"><span></span>{_axis()}</div>'


def _axis() -> str:
    marks = [
        f'<span{" class=minor" if hour % 6 else ""} style="left:{hour / 24:.1%}">{hour}</span>'
        for hour in range(0, 24, 3)
    ]
    return f'<div class="axis wide">{"".join(marks)}<span>24</span></div>'


def _days(story: Story, closeup: Closeup | None) -> Iterator[str]:
    yield f'<section id="days"><h2>{"The day around it" if closeup else "Day by day"}</h2>'
    yield (
        '<p class="soft">Hours are those of the home. '
        "Above what the log says, below what happened.</p>"
    )
    for chapter in chapters(story):
        yield _day(story, chapter, closeup) if chapter.runs else _quiet(chapter)
    yield "</section>"


def _quiet(chapter: Chapter) -> str:
    until = f" to {_date(chapter.last)}" if chapter.alike else ""
    return f'<p class="quiet">{_date(chapter.day)}{until}: nothing was played.</p>'


def _date(day: date) -> str:
    return f"{day:%A} {day.day} {day:%B}"


def _day(story: Story, chapter: Chapter, closeup: Closeup | None) -> str:
    rows = "".join(_run(story, run, closeup) for run in chapter.runs)
    again = [f"{one.day:%a} {one.day.day} at {one.plays[0].start:%H:%M}" for one in chapter.alike]
    alike = f'<p class="soft">The same again: {escape(listed(again, 40))}.</p>' if again else ""
    said = (
        f"{len(chapter.plays)} plays; the log counts {length(chapter.logged_ms)}, "
        f"people attended {length(chapter.attended_ms)}."
    )
    date_ = f"{_date(chapter.day)} {chapter.day.year}"
    return (
        f'<article class="day"><h3><time datetime="{chapter.day}">{date_}</time></h3>'
        f'<p class="skip">{said}</p>{_strips(story, chapter, closeup)}'
        '<div class="heads" aria-hidden="true"><span></span><span>title</span>'
        "<span>what the log says</span>"
        f'<span>what happened</span></div><ol class="runs">{rows}</ol>{alike}</article>'
    )


def _strips(story: Story, chapter: Chapter, closeup: Closeup | None) -> str:
    rows = ""
    both = (
        ("the log", logged(story, chapter.day), chapter.logged_ms, "counted"),
        ("what happened", happened(story, chapter.day), chapter.attended_ms, "attended"),
    )
    for name, bars, total, how in both:
        tracks = "".join(
            f'<div class="track">{_hours()}{_bars(lane, closeup)}</div>'
            for lane in lanes(bars) or [[]]
        )
        rows += f'<b>{name}</b><span>{length(total)} {how}</span><div class="wide">{tracks}</div>'
    return f'<div class="strips" aria-hidden="true">{rows}{_axis()}</div>'


@cache
def _hours() -> str:
    return "".join(
        f'<span class="hour" style="left:{hour / 24:.2%}"></span>' for hour in range(3, 24, 3)
    )


def _bars(bars: Iterable[Bar], closeup: Closeup | None) -> str:
    return "".join(
        _bar(bar, is_marked=closeup is not None and bar.play == closeup.play) for bar in bars
    )


def _bar(bar: Bar, *, is_marked: bool) -> str:
    play = bar.play
    who = str(play.logged) if bar.kind == "log" else play.viewers
    tip = escape(f"{play.start:%H:%M} {play.title}: {who}")
    where = f"left:{bar.from_min / _DAY_MIN:.2%};width:{(bar.to_min - bar.from_min) / _DAY_MIN:.2%}"
    mark = " marked" if is_marked else ""
    return f'<span class="bar {bar.kind}{mark}" style="{where}" title="{tip}"></span>'


def _run(story: Story, run: AlikePlays, closeup: Closeup | None) -> str:
    mark = ' class="marked" aria-current="true"' if closeup and closeup.play in run.plays else ""
    more = "".join(f"<p><i>{escape(one)}</i></p>" for one in (*run.why, *map(str, run.mishaps)))
    more += "".join(f'<p class="lesson">{escape(one)}</p>' for one in run.lessons)
    title = f"<b>{escape(run.title)}</b>" if run.first.causes else escape(run.title)
    who = "who nobody" if run.presence == "nobody" else "who"
    return (
        f'<li{mark}><time datetime="{run.start:%Y-%m-%dT%H:%M}">{run.start:%H:%M}</time>'
        f"<div>{title}, "
        f"{escape(run.first.device)}<br><code>{escape(story.id_of(run.first))}</code></div>"
        f'<div><span class="tag">the log: </span>{escape(run.logged)}</div>'
        f'<div><p class="{who}">{escape(capital(run.viewers))}</p>{more}</div></li>'
    )


def _closeup(closeup: Closeup) -> Iterator[str]:
    heading = f"One play: {escape(closeup.play.title)}"
    yield f'<section aria-labelledby="play"><h2 id="play">{heading}</h2>'
    yield _table(
        ("", "what happened", "what the log says"),
        [(one.name, one.happened, one.logged) for one in closeup.facts],
    )
    yield "<h3>Its messages</h3>"
    rows = [(f"{one.at:%H:%M:%S}", one.what, one.befell) for one in closeup.messages]
    yield _table(("when", "message", "what befell it"), rows) + "</section>"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    heads = "".join(f'<th scope="col">{escape(one)}</th>' for one in head)
    body = "".join(
        f'<tr><th scope="row">{escape(first)}</th>{_cells(rest)}</tr>' for first, *rest in rows
    )
    return f"<table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>"


def _cells(row: Iterable[str]) -> str:
    return "".join(f"<td>{escape(cell)}</td>" for cell in row)


def _onlookers(onlookers: Onlookers) -> Iterator[str]:
    """Who of the staff looked at the account, and at its plays among others."""
    yield "<section><h2>Who of the staff looked</h2>"
    if onlookers.by_name:
        rows = [(f"{one.at:%a %d %b %H:%M}", *one.told) for one in onlookers.by_name]
        yield _table(("when", *LOOK_HEADS), rows)
    yield "".join(f"<p>{escape(line)}</p>" for line in onlookers.in_words()) + "</section>"


def _close(story: Story) -> Iterator[str]:
    lines = "".join(f"<p>{escape(line)}</p>" for line in point(story))
    if lines:
        yield f'<section><h2>What to take from it</h2><div class="close">{lines}</div></section>'
    yield "</main><footer>Invented by synthview; nobody here is real.</footer>"
