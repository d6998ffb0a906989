"""Event logs of process mining (IEEE XES): a trace for each play, with its messages as events."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar
from xml.sax.saxutils import quoteattr

import polars as pl

from synthview.formats.making.data import Data
from synthview.formats.making.form import RealFormat, option
from synthview.formats.making.output import Output
from synthview.formats.making.works import titles_of, with_titles
from synthview.sinks.id_forms import encode_ids

__all__ = ["Xes"]

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1.0" xmlns="http://www.xes-standard.org/">
<extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
<extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>
<extension name="Organizational" prefix="org" uri="http://www.xes-standard.org/org.xesext"/>
<global scope="trace"><string key="concept:name" value=""/></global>
<global scope="event"><string key="concept:name" value=""/>\
<date key="time:timestamp" value="1970-01-01T00:00:00.000+00:00"/></global>
<classifier name="Activity" keys="concept:name"/>
"""
FOOT = "</log>\n"
CASES = {"play": ("play_id", "p"), "session": ("session_id", "s"), "profile": ("profile_id", "u")}
"""What a trace is about, and its column and the letter of its ids."""
READ = (
    "event_id", "play_id", "session_id", "account_id", "profile_id", "title_id", "type",
    "client_time", "position_ms", "played_ms",
)  # fmt: skip
NOT_XML = r"[\x00-\x08\x0B\x0C\x0E-\x1F\x{FFFE}\x{FFFF}]"
"""Characters that no XML may hold."""
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Xes(RealFormat):
    """An event log of process mining in XES: a trace for each play, its messages are the events.

    With the option case=session or case=profile a trace has all messages of a sitting or of a
    profile. Events are in the order of the device's clock.
    """

    tables: ClassVar[tuple[str, ...]] = ("log.accounts", "log.events", "log.titles")
    leaves_out: ClassVar[tuple[str, ...]] = (
        "when messages were received, and copies of them",
        "bitrates, addresses and devices",
        "control characters in names",
        "ratings, searches and clicks",
    )
    suffix: ClassVar[str] = ".xes"

    case: str = option("play", "What a trace is about.", tuple(CASES))

    def write(self, data: Data, output: Output) -> None:
        """Write the traces of some accounts at a time."""
        name = pl.col("name").str.replace_all(NOT_XML, "")
        titles = titles_of(data).select("title_id", "kind", name=name)
        with output.file() as file:
            file.write(HEAD.encode())
        for home in data.homes({"log.accounts": ("account_id",), "log.events": READ}, 64):
            rows = with_titles(self._ordered(home["log.events"]), titles)
            text = "".join(_traces(rows))
            with output.file() as file:
                file.write(text.encode())
            output.rows += len(rows)
        with output.file() as file:
            file.write(FOOT.encode())

    def _ordered(self, events: pl.DataFrame) -> pl.DataFrame:
        """Messages by trace and time, a copy left out, with ids as text."""
        column, prefix = CASES[self.case]
        once = events.unique(["play_id", "event_id"], keep="first", maintain_order=True)
        rows = once.sort(
            "account_id",
            column,
            "client_time",
            "played_ms",
            "event_id",
        )
        return rows.with_columns(
            encode_ids(rows[column], prefix).alias("case"),
            encode_ids(rows["play_id"], "p").alias("play"),
            encode_ids(rows["profile_id"], "u").alias("profile"),
            pl.col("client_time").dt.strftime("%Y-%m-%dT%H:%M:%S%.3f+00:00"),
        )


def _traces(rows: pl.DataFrame) -> Iterator[str]:
    """Yield the XML of some traces, piece by piece."""
    before = None
    for row in rows.iter_rows(named=True):
        if row["case"] != before:
            yield "</trace>\n" if before else ""
            yield f"<trace>{_value('string', 'concept:name', row['case'])}\n"
            before = row["case"]
        yield _event(row)
    yield "</trace>\n" if before else ""


def _event(row: Row) -> str:
    values = (
        ("string", "concept:name", row["type"]),
        ("date", "time:timestamp", row["client_time"]),
        ("string", "org:resource", row["profile"]),
        ("string", "play", row["play"]),
        ("string", "title", row["name"]),
        ("string", "kind", row["kind"]),
        ("int", "position_ms", str(row["position_ms"])),
        ("int", "played_ms", str(row["played_ms"])),
    )
    return f"<event>{''.join(_value(*one) for one in values)}</event>\n"


def _value(kind: str, key: str, text: str) -> str:
    """One attribute; line ends are escaped, as XML makes blanks of them."""
    value = quoteattr(text, {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"})
    return f'<{kind} key="{key}" value={value}/>'
