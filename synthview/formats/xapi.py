"""Statements of xAPI's video profile, one line of JSON each, as record stores take them."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import polars as pl

from synthview.formats.making.data import Data
from synthview.formats.making.form import RealFormat
from synthview.formats.making.output import Output
from synthview.formats.making.row_words import text_in
from synthview.formats.making.uuids import uuids_of
from synthview.formats.making.works import titles_of, with_titles
from synthview.sinks.id_forms import encode_ids

__all__ = ["VERBS", "Xapi"]

ADL, PROFILE = "http://adlnet.gov/expapi/verbs/", "https://w3id.org/xapi/video"
VERBS = {
    "ready": f"{ADL}initialized",
    "play": f"{PROFILE}/verbs/played",
    "pause": f"{PROFILE}/verbs/paused",
    "seek_end": f"{PROFILE}/verbs/seeked",
    "end": f"{ADL}completed",
}
"""The verb of each message; the profile has none for the others."""
PLACE = f"{PROFILE}/extensions/"
HOME = "https://synthview.example"
"""A reserved domain, for accounts and titles."""
READ = (
    "event_id", "play_id", "account_id", "profile_id", "title_id", "type", "client_time",
    "received_time", "position_ms", "played_ms",
)  # fmt: skip
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Xapi(RealFormat):
    """Statements of xAPI's video profile: initialized, played, paused, seeked, completed.

    The actor is the profile, the object the title, and the session the play. Accounts come one
    after the other, as a jump has a statement of its beginning and its end.
    """

    tables: ClassVar[tuple[str, ...]] = ("log.accounts", "log.events", "log.titles")
    leaves_out: ClassVar[tuple[str, ...]] = (
        "pings, loading, bitrates, errors, and that a share of a title was reached",
        "that somebody left: no message says so, and terminated is not written",
        "copies of a message",
        "devices, ratings, searches and clicks",
    )
    suffix: ClassVar[str] = ".jsonl"

    def write(self, data: Data, output: Output) -> None:
        """Write the statements of some accounts at a time."""
        titles = titles_of(data).select(
            "title_id",
            "name",
            "runtime_ms",
            "kind",
        )
        for home in data.homes({"log.accounts": ("account_id",), "log.events": READ}, 64):
            rows = _ordered(home["log.events"])
            named = with_titles(rows, titles)
            lines = [json.dumps(one, ensure_ascii=False) + "\n" for one in _statements(named)]
            with output.file() as file:
                file.write("".join(lines).encode())
            output.rows += len(lines)
            plays = rows.select("play_id", "session").unique("play_id", maintain_order=True)
            output.keep(
                "session-id",
                plays["session"],
                plays["play_id"],
                "p",
            )


def _ordered(events: pl.DataFrame) -> pl.DataFrame:
    """Messages that have a verb, by account and time; a jump knows where it began."""
    once = events.unique(["play_id", "event_id"], keep="first", maintain_order=True)
    ordered = once.sort(
        "account_id",
        "client_time",
        "play_id",
        "event_id",
    )
    began = pl.when(pl.col("type") == "seek_start").then("position_ms")
    known = ordered.with_columns(from_ms=began.forward_fill().over("play_id"))
    rows = known.filter(text_in("type").is_in([*VERBS]))
    return rows.with_columns(
        uuids_of(rows["play_id"], rows["event_id"]).alias("id"),
        uuids_of(rows["play_id"]).alias("session"),
        encode_ids(rows["profile_id"], "u").alias("profile"),
        encode_ids(rows["title_id"], "t").alias("title"),
        pl.col("client_time", "received_time").dt.strftime("%Y-%m-%dT%H:%M:%S%.3fZ"),
    )


@dataclass
class Watched:
    """The parts of a title that a play has shown so far, in ms from its beginning."""

    parts: list[tuple[int, int]] = field(default_factory=list)
    since: int | None = None

    def hear(self, row: Row) -> None:
        """Hear of a message: it begins a part, ends one, or does both."""
        kind, at = row["type"], row["position_ms"]
        if kind == "seek_end":
            was_running = self.since is not None
            self._end(row["from_ms"])
            self.since = at if was_running else None
        elif kind in ("pause", "end"):
            self._end(at)
        elif kind == "play" and self.since is None:
            self.since = at

    def _end(self, at: int | None) -> None:
        if self.since is not None and at is not None and at > self.since:
            self.parts.append((self.since, at))
        self.since = None

    def as_text(self) -> str:
        """Write the parts as ``0.0[.]30.0[,]90.5[.]600.0``: seconds, in the order of watching."""
        return "[,]".join(f"{begin / 1000}[.]{end / 1000}" for begin, end in self.parts)

    def share_of(self, runtime_ms: int) -> float:
        """Return the share of the title that was shown, what was seen twice once."""
        seen = reached = 0
        for begin, end in sorted(self.parts):
            seen += max(0, end - max(begin, reached))
            reached = max(reached, end)
        return min(round(seen / runtime_ms, 4), 1.0)


def _statements(rows: pl.DataFrame) -> Iterator[dict[str, Any]]:
    plays: defaultdict[str, Watched] = defaultdict(Watched)
    for row in rows.iter_rows(named=True):
        watched = plays[row["session"]]
        watched.hear(row)
        result = _result(row, watched)
        statement = {
            "id": row["id"],
            "timestamp": row["client_time"],
            "stored": row["received_time"],
            "actor": {"account": {"homePage": HOME, "name": row["profile"]}},
            "verb": {"id": VERBS[row["type"]]},
            "object": _object(row),
            "context": _context(row),
        }
        yield {**statement, "result": result} if result else statement


def _object(row: Row) -> dict[str, Any]:
    return {
        "id": f"{HOME}/title/{row['title']}",
        "definition": {"type": f"{PROFILE}/activity-type/video", "name": {"en": row["name"]}},
    }


def _context(row: Row) -> dict[str, Any]:
    extra = {"session-id": row["session"], "length": row["runtime_ms"] / 1000}
    return {
        "contextActivities": {"category": [{"id": PROFILE}]},
        "extensions": {f"{PLACE}{name}": value for name, value in extra.items()},
    }


def _result(row: Row, watched: Watched) -> dict[str, Any]:
    """What came of a statement: where the playhead was, what was shown, and that it has ended."""
    at = row["position_ms"] / 1000
    kind = row["type"]
    if kind == "ready":
        return {}
    if kind == "seek_end":
        began = row["from_ms"] if row["from_ms"] is not None else row["position_ms"]
        return {"extensions": {f"{PLACE}time-from": began / 1000, f"{PLACE}time-to": at}}
    extra = {f"{PLACE}time": at}
    if kind == "play":
        return {"extensions": extra}
    extra[f"{PLACE}progress"] = watched.share_of(row["runtime_ms"])
    extra[f"{PLACE}played-segments"] = watched.as_text()
    if kind == "pause":
        return {"extensions": extra}
    length = f"PT{row['played_ms'] / 1000:.3f}S"
    return {"completion": True, "duration": length, "extensions": extra}
