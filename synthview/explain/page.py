"""The story of a household as one HTML page that needs nothing else: no network, no script."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from itertools import groupby

from synthview.explain import Play, Story

__all__ = ["render"]

_STYLE = """
:root{color-scheme:light dark;--ink:#1c1c1e;--soft:#6b6b70;--paper:#fdfcf9;--line:#d9d6cf;--there:#2b6cb0;--gone:#c05621;--log:#4a4a4f}
@media(prefers-color-scheme:dark){:root{--ink:#ececec;--soft:#a5a5ab;--paper:#17181b;--line:#3a3b40;--there:#63b3ed;--gone:#f6ad55;--log:#b8b8be}}
*{box-sizing:border-box}body{margin:0 auto;max-width:60rem;padding:1.2rem;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
h1{font-size:1.5rem;line-height:1.25;margin:.2rem 0}h2{font-size:1.05rem;margin:1.8rem 0 .3rem}p{margin:.3rem 0}.soft{color:var(--soft)}
svg{width:100%;height:auto;display:block}.there{fill:var(--there)}.gone{fill:none;stroke:var(--gone);stroke-width:2;stroke-dasharray:4 2}.log{fill:var(--log)}
text{fill:var(--soft);font-size:11px}line{stroke:var(--line)}ol{list-style:none;padding:0;margin:.3rem 0}
li{border-top:1px solid var(--line);padding:.45rem 0;display:grid;grid-template-columns:3.4rem 1fr 1fr;gap:0 .8rem}
li b{font-weight:600}.lesson{grid-column:2/-1;color:var(--gone)}@media(max-width:34rem){li{grid-template-columns:3.4rem 1fr}li>.logged{grid-column:2}.lesson{grid-column:2}}
@media print{body{max-width:none}}
"""
_WIDTH = 720


def render(story: Story) -> str:
    """The page; every name in it is escaped."""
    days = "".join(_day(list(plays)) for _, plays in groupby(story.plays, key=lambda one: one.day))
    guests = f"<p>Also on this account: {escape(', '.join(story.guests))}.</p>" if story.guests else ""
    actors = "".join(f"<p>{escape(one)}</p>" for one in story.actors)
    title = f"Household {story.household:,} of {story.scenario}"
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body><main><h1>{escape(title)}</h1>"
        f'<p class="soft">{escape(story.home)}. {escape(", ".join(story.people) or "Nobody lives here")}.</p>{guests}{actors}'
        f"<p><strong>{escape(story.summary)}</strong></p>"
        f'<p class="soft">Above: what happened, filled where somebody was there, dashed where nobody was. Below: what the log says. '
        f"Hours are those of the home. Invented by synthview; nobody here is real.</p>{days}</main></body></html>\n"
    )


def _day(plays: list[Play]) -> str:
    rows = "".join(_row(one) for one in plays)
    return f"<section><h2>{plays[0].day:%A, %-d %B %Y}</h2>{_strip(plays)}<ol>{rows}</ol></section>"


def _row(play: Play) -> str:
    who = ", ".join(play.who) or "nobody"
    deeds = f" <i>{escape('; '.join(play.deeds))}</i>" if play.deeds else ""
    lesson = f'<span class="lesson">{escape(play.lesson)}</span>' if play.lesson else ""
    return (
        f"<li><span>{play.start:%H:%M}</span><span><b>{escape(play.title)}</b><br>{play.played_min:.0f} min on the "
        f"{escape(play.device)}: {escape(who)}.{deeds}</span>"
        f'<span class="logged soft">The log: {escape(play.logged)}.</span>{lesson}</li>'
    )


def _strip(plays: list[Play]) -> str:
    """Two lanes of 24 hours."""
    said = f"{len(plays)} plays; {sum(not one.who for one in plays)} with nobody there"
    return (
        f'<svg viewBox="0 0 {_WIDTH} 74" role="img" aria-label="{said}">{"".join(_hours())}'
        f"{''.join(_blocks(plays))}</svg>"
    )


def _hours() -> Iterator[str]:
    for hour in range(0, 25, 3):
        x = hour * _WIDTH / 24
        yield f'<line x1="{x:.0f}" x2="{x:.0f}" y1="4" y2="58"/><text x="{min(x + 2, _WIDTH - 16):.0f}" y="70">{hour:02}</text>'


def _blocks(plays: list[Play]) -> Iterator[str]:
    for one in plays:
        begin = (one.start.hour * 60 + one.start.minute) * _WIDTH / 1440
        width = max((one.end - one.start).total_seconds() / 60 * _WIDTH / 1440, 2)
        width = min(width, _WIDTH - begin)
        tip = escape(f"{one.start:%H:%M} {one.title}: {', '.join(one.who) or 'nobody'}")
        kind = "there" if one.who else "gone"
        yield f'<rect class="{kind}" x="{begin:.1f}" y="8" width="{width:.1f}" height="20" rx="2"><title>{tip}</title></rect>'
        if one.logged_min is not None:
            yield f'<rect class="log" x="{begin:.1f}" y="38" width="{width:.1f}" height="14"/>'
