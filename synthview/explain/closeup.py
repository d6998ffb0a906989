"""One play in detail: each fact as it happened, what the log says of it, and its messages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

import polars as pl

from synthview.explain.replay import Replay, on_the_wall
from synthview.explain.telling import Logged, Play
from synthview.explain.words import capital, clock, counted, country, length, listed, shift, spoken

__all__ = ["Closeup", "Fact", "Message", "look_closely"]

Row = Mapping[str, Any]
_SLOW_MS = 60_000


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact of a play: as it was, and as the log has it; empty where it has nothing to say."""

    name: str
    happened: str
    logged: str


@dataclass(frozen=True, slots=True)
class Message:
    """A message of the player, or pings in a row: local time, what it is, and what befell it."""

    at: datetime
    what: str
    befell: str


@dataclass(frozen=True, slots=True)
class Closeup:
    """A play, its facts and its messages."""

    play: Play
    facts: tuple[Fact, ...]
    messages: tuple[Message, ...]


def look_closely(replayed: Replay, play: Play) -> Closeup:
    """Everything that the tables hold of a play."""
    row = replayed["truth.plays"].row(by_predicate=pl.col("play_id") == play.play_id, named=True)
    facts = (
        *_what(replayed, row, play),
        *_when(play),
        *_who(replayed, row, play),
        *_why(play),
        *_record(replayed, play),
    )
    return Closeup(play, facts, tuple(_messages(replayed, play)))


def _what(replayed: Replay, row: Row, play: Play) -> Iterator[Fact]:
    title = replayed["log.titles"].row(
        by_predicate=pl.col("title_id") == row["title_id"], named=True
    )
    genres = str(title["genres"]).replace("|", ", ")
    yield Fact("title", play.title, "the same")
    kind = f"{'an' if play.kind == 'episode' else 'a'} {play.kind}"
    since = f"on offer since {title['released_on']}"
    yield Fact(
        "which is",
        f"{kind} of {length(title['runtime_ms'])}; {genres}; {since}",
        "",
    )
    device = replayed["log.devices"].filter(pl.col("device_id") == row["device_id"])
    model = ""
    if len(device):
        model = f", {device['model'][0]}, application {device['app_version'][0]}"
    yield Fact("on", f"{play.device}{model}", "the same")


def _when(play: Play) -> Iterator[Fact]:
    logged = play.logged
    yield Fact(
        "began",
        f"{play.day:%A} {play.day.day} {play.start:%B %Y, %H:%M:%S}",
        _time(logged.start if logged else None, play),
    )
    yield Fact(
        "ended",
        f"{play.end:%H:%M:%S}",
        _time(logged.end if logged else None, play),
    )
    part = f"; {logged.completion:.0%} of the title" if logged else ""
    yield Fact(
        "played",
        length(play.played_ms),
        f"{length(logged.watched_ms)}{part}" if logged else "nothing",
    )


def _time(at: datetime | None, play: Play) -> str:
    return "" if at is None else f"{at:%H:%M:%S}" + clock(at, play.day)[5:]


def _who(replayed: Replay, row: Row, play: Play) -> Iterator[Fact]:
    logged = play.logged
    home = replayed["truth.households"]["country"][0]
    yield Fact("before the screen", play.viewers, f"profile “{logged.profile}”" if logged else "")
    yield Fact(
        "present, attended",
        f"{length(row['present_ms'])}, {length(play.attended_ms)}",
        "",
    )
    same = "yes" if row["same_person_as_yesterday"] else "no"
    yield Fact("the same person with the same title the day before", same, "")
    where = "elsewhere" if play.is_elsewhere else f"at home, in {country(home)}"
    yield Fact("where", where, country(logged.abroad or home) if logged else "")


def _why(play: Play) -> Iterator[Fact]:
    logged = play.logged
    press = "a press of a person" if play.pressed else "the player, or nobody that one could ask"
    by = "" if not logged else "the player by itself" if logged.autoplayed else "a press"
    yield Fact("started by", press, by)
    yield Fact(
        "because of",
        spoken(play.intent),
        f"row “{spoken(logged.source)}” of the menus" if logged else "",
    )
    yield Fact("ended by", "", _end(logged) if logged else "")
    actors = {deed.actor for deed in play.deeds}
    others = [spoken(one) for one in play.causes if one not in actors]
    acted = [*map(str, play.deeds), *others]
    yield Fact("what acted", capital(listed(acted)) or "nothing: ordinary viewing", "")


def _end(logged: Logged) -> str:
    return {"finished": "finished", "stopped": "stopped", "error": "an error", "silent": "silence"}[
        logged.end_reason
    ]


def _record(replayed: Replay, play: Play) -> Iterator[Fact]:
    came = replayed["log.events"].filter(pl.col("play_id") == play.play_id)
    lost = sum(one.messages for one in play.mishaps if one.change == "lost")
    sent = came["event_id"].n_unique() + lost
    yield Fact(
        "messages",
        f"{sent:,} sent",
        f"{came.height:,} received",
    )
    if play.mishaps:
        yield Fact("what befell them", listed([str(one) for one in play.mishaps]), "")
    if play.logged:
        closed = play.logged.closed
        yield Fact(
            "row closed",
            "",
            f"{closed:%H:%M:%S} on {closed:%Y-%m-%d}"
            + ("" if play.logged.is_in_run else ", after the last day"),
        )


def _messages(replayed: Replay, play: Play) -> Iterator[Message]:
    """Messages in the order in which they were made; pings in a row are one line."""
    rows = sorted(
        (*_came(replayed, play), *_never_came(replayed, play)), key=lambda one: (one.at, one.what)
    )
    for (what, befell), part in groupby(rows, key=lambda one: (one.what, one.befell)):
        alike = list(part)
        until = f", until {alike[-1].at:%H:%M:%S}" if len(alike) > 1 else ""
        yield Message(
            alike[0].at, f"{counted(len(alike), what)}{until}" if len(alike) > 1 else what, befell
        )


def _came(replayed: Replay, play: Play) -> Iterator[Message]:
    """Return the messages that were received, and what befell each."""
    moved = _altered_ms(replayed, play)
    seen: set[int] = set()
    received = replayed["log.events"].filter(pl.col("play_id") == play.play_id)
    rows = on_the_wall(received, replayed.zone, "client_time", "received_time")
    for row in rows.sort("received_time", "event_id").iter_rows(named=True):
        event = row["event_id"]
        dated_at = row["client_time"]
        made = dated_at - timedelta(milliseconds=moved.get(event, 0))
        wait_ms = int((row["received_time"] - made) / timedelta(milliseconds=1))
        befell = (
            "again" if event in seen else "",
            f"dated {clock(dated_at, made.date())}" if event in moved else "",
            f"{shift(wait_ms)} late" if wait_ms >= _SLOW_MS else "",
        )
        seen.add(event)
        yield Message(
            made,
            _named(row),
            ", ".join(one for one in befell if one),
        )


def _altered_ms(replayed: Replay, play: Play) -> dict[int, int]:
    """Return by how much faults changed the times of messages, by event."""
    is_altered = pl.col("change") == "altered"
    altered = replayed["truth.deliveries"].filter(pl.col("play_id") == play.play_id, is_altered)
    by_event = altered.group_by("event_id").agg(pl.col("by_ms").sum())
    return dict(by_event.iter_rows())


def _named(row: Row) -> str:
    code = f" ({spoken(row['error_code'])})" if row["error_code"] else ""
    return f"{spoken(row['type'])}{code}"


def _never_came(replayed: Replay, play: Play) -> Iterator[Message]:
    lost = replayed["truth.deliveries"].filter(
        pl.col("play_id") == play.play_id, pl.col("change") == "lost"
    )
    for row in on_the_wall(lost, replayed.zone, "sent_time").iter_rows(named=True):
        yield Message(row["sent_time"], "message", f"never arrived: {spoken(row['fault'])}")
