"""Prints a household's days: a strip of what was logged, one of what happened, then each play."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.segment import Segment, Segments
from rich.table import Table
from rich.text import Text

from synthview.cli import screen
from synthview.explain import acts, chapters, point, summary
from synthview.explain.onlookers import LOOK_HEADS
from synthview.explain.strips import Bar, Kind, happened, logged, meanings
from synthview.explain.words import capital, day_in_words, length, listed, spoken
from synthview.outside.legible import legible
from synthview.sinks.id_forms import id_as

if TYPE_CHECKING:
    from synthview.explain import AlikePlays, Chapter, Closeup, Story
    from synthview.explain.onlookers import Onlookers

__all__ = ["tell"]

NARROW, ROOMY, WIDE = 70, 110, 1000
"""Columns: one below `NARROW`, side by side from `ROOMY` on; a pipe is `WIDE`, nothing is cut."""
MARKS: dict[Kind, tuple[str, str]] = {
    "log": ("▬", "bright_black"),
    "there": ("█", "blue"),
    "partly": ("▒", "yellow"),
    "nobody": ("░", "red"),
    "elsewhere": ("◆", "magenta"),
}
"""Each kind of bar has a shape and a colour of its own."""
WEIGHT: tuple[Kind, ...] = ("nobody", "partly", "elsewhere", "there")
"""Of plays at the same time the last of these is drawn."""


def tell(story: Story, closeup: Closeup | None = None) -> None:
    """Print a story: in colour and wrapped on a terminal, plain and whole elsewhere."""
    is_terminal = sys.stdout.isatty()
    console = screen.console(width=None if is_terminal else WIDE)
    with console.capture() as captured:
        for part in _parts(story, closeup, console.width):
            safe = [
                Segment(legible(one.text), one.style, one.control) for one in console.render(part)
            ]
            console.print(Segments(safe), end="")
    screen.say_painted(
        "\n".join(line.rstrip() for line in captured.get().removesuffix("\n").split("\n"))
    )


def _parts(story: Story, closeup: Closeup | None, width: int) -> Iterator[RenderableType]:
    yield from _head(story)
    if closeup:
        yield from _closeup(closeup)
    if story.plays:
        yield _legend(story)
    for chapter in chapters(story):
        yield from _chapter(story, chapter, closeup, width)
    if story.onlookers is not None:
        yield from _onlookers(story.onlookers)
    if story.plays:
        yield from _end(story, closeup)


def _closeup(closeup: Closeup) -> Iterator[RenderableType]:
    """Everything about one play."""
    yield Text(f"\nOne play: {closeup.play.title}", "bold")
    yield _grid(
        ("", "what happened", "what the log says"),
        [(one.name, one.happened, one.logged) for one in closeup.facts],
    )
    yield Text("\nIts messages", "bold")
    yield _grid(
        ("when", "message", "what befell it"),
        [(f"{one.at:%H:%M:%S}", one.what, one.befell) for one in closeup.messages],
    )
    yield Text("\nThe day around it", "bold")


def _grid(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> RenderableType:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_row(*(Text(one, "dim") for one in head))
    for name, *rest in rows:
        table.add_row(Text(name, "dim"), *map(Text, rest))
    return Padding(table, (0, 0, 0, 2))


def _head(story: Story) -> Iterator[RenderableType]:
    """Whose home it is, who else is on the account, and what acts there."""
    account = f", account {story.account}" if story.account else ""
    about = f"\n{capital(story.home)}.\n{story.living_there}."
    yield Text.assemble((f"{story.heading}{account}", "bold"), about)
    for actor, names in story.elsewhere.items():
        bare = [name.removesuffix(", elsewhere") for name in names]
        yield Text(f"Elsewhere, on the same account ({spoken(actor)}): {listed(bare, 8)}.")
    table = Table.grid(padding=(0, 2, 0, 0))
    for act in acts(story):
        what = f"{act.manual}\n{capital(act.did)}."
        table.add_row(Text(spoken(act.name), "bold"), Text(what))
    if table.row_count:
        yield Group("", table)
    yield Group("", Text(summary(story)))


def _legend(story: Story) -> Text:
    """The marks that occur, with their meaning."""
    text = Text("\n")
    for kind, meaning in meanings(story).items():
        mark, colour = MARKS[kind]
        text.append(mark * 2, colour).append(f" {meaning}   ")
    return text.append(
        "\nAt the end of each strip: the time that the log counts, and the time that people "
        "attended."
    )


def _chapter(
    story: Story, chapter: Chapter, closeup: Closeup | None, width: int
) -> Iterator[RenderableType]:
    if not chapter.runs:
        until = f" to {day_in_words(chapter.last)}" if chapter.alike else ""
        yield Text(f"\n{day_in_words(chapter.day)}{until}: nothing was played.", "dim")
        return
    yield _strips(
        story,
        chapter,
        24 if width < NARROW else 48 if width < ROOMY else 72,
    )
    yield Padding(_lines(chapter, closeup, width), (0, 0, 0, 1))
    if chapter.alike:
        times = listed(
            [f"{one.day:%a} {one.day.day} at {one.plays[0].start:%H:%M}" for one in chapter.alike],
            8,
        )
        yield Text(f"  The same play again: {times}.", "dim")


def _strips(story: Story, chapter: Chapter, cells: int) -> Text:
    """The day's two strips, each with its sum."""
    axis = "".join(f"{hour:<{cells // 8}}" for hour in range(0, 24, 3)) + "24"
    text = Text.assemble(
        "\n",
        (f"{day_in_words(chapter.day):<13}", "bold"),
        (axis, "dim"),
    )
    both = (
        ("the log", logged(story, chapter.day), chapter.logged_ms),
        ("happened", happened(story, chapter.day), chapter.attended_ms),
    )
    for name, bars, total in both:
        text.append(f"\n  {name:<11}").append_text(_strip(bars, cells)).append(f"  {length(total)}")
    return text


def _strip(bars: list[Bar], cells: int) -> Text:
    """One strip; a play of any length takes at least one cell."""
    minutes = 24 * 60 / cells
    row: list[Kind | None] = [None] * cells
    for bar in sorted(bars, key=lambda one: WEIGHT.index(one.kind) if one.kind in WEIGHT else 0):
        first = min(int(bar.from_min / minutes), cells - 1)
        last = max(first, min(int((bar.to_min - 0.01) / minutes), cells - 1))
        row[first : last + 1] = [bar.kind] * (last + 1 - first)
    text = Text()
    for kind in row:
        text.append(*(MARKS[kind] if kind else ("·", "dim")))
    return text


def _lines(chapter: Chapter, closeup: Closeup | None, width: int) -> RenderableType:
    """A row for each run: what the log says, and what happened beside or below it."""
    is_wide = width >= WIDE
    shares = () if width < NARROW else (1, 1) if width < ROOMY else (5, 4, 6)
    table = Table.grid(padding=(0, 2, 0, 0), expand=not is_wide)
    table.add_column(no_wrap=True)
    for share in shares:
        table.add_column(ratio=None if is_wide else share, overflow="fold", no_wrap=is_wide)
    for run in chapter.runs:
        mark = "▶" if closeup and closeup.play in run.plays else " "
        cells = _cells(run, len(shares), between="; " if is_wide else "\n")
        table.add_row(f"{mark}{run.start:%H:%M}", *cells)
    return table


def _cells(run: AlikePlays, columns: int, between: str) -> tuple[RenderableType, ...]:
    """What was played, what the log says and what happened, in so many columns beside the time."""
    what = _what(run)
    truth = _truth(run, between)
    in_log = Text(f"log: {run.logged}", "dim")
    if columns == 3:
        return what, in_log, truth
    return (Group(what, in_log), truth) if columns else (Group(what, in_log, truth),)


def _what(run: AlikePlays) -> Text:
    return Text.assemble(
        (run.title, "bold" if run.first.causes else ""), (f", {run.first.device}", "dim")
    )


def _truth(run: AlikePlays, between: str) -> Text:
    """Who was there, why it happened, what the log makes of it."""
    text = [Text(run.viewers, "red" if run.presence == "nobody" else "")]
    text += [Text(why, "italic") for why in (*run.why, *map(str, run.mishaps))]
    goes_on = between == "; "  # one line of several clauses, not a sentence on a line of its own
    text += [
        Text(one[0].lower() + one[1:].rstrip(".") if goes_on else one, "yellow")
        for one in run.lessons
    ]
    return Text(between).join(text)


def _onlookers(onlookers: Onlookers) -> Iterator[RenderableType]:
    """Who of the staff looked at the account, and at its plays among others."""
    yield Text("\nWho of the staff looked", "bold")
    if onlookers.by_name:
        rows = [(f"{one.at:%a %d %b %H:%M}", *one.told) for one in onlookers.by_name]
        yield _grid(("when", *LOOK_HEADS), rows)
    for line in onlookers.in_words():
        yield Text(f"  {line}")


def _end(story: Story, closeup: Closeup | None) -> Iterator[RenderableType]:
    yield Text("\nWhat to take from it", "bold")
    table = Table.grid(padding=(0, 1, 0, 0))
    for line in point(story):
        table.add_row("•", Text(line))
    yield table
    if not closeup:
        play = next((one for one in story.plays if one.causes or one.mishaps), story.plays[0])
        play_id = id_as(story.ids, play.play_id, "p")
        yield Text(f"\nOne of these plays alone: --play {play_id} in place of --household.", "dim")
