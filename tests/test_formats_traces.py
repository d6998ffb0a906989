"""Formats of what a person did step by step: xAPI statements and process mining's XES."""

from __future__ import annotations

import json
import subprocess
from collections import Counter
from pathlib import Path
from uuid import UUID
from xml.etree import ElementTree as ET

import polars as pl
import pytest
from formats_data import converted, dataset, frames
from readers import library, program

from synthview import ids_to_text
from synthview.formats.xapi import VERBS, Watched

XES = "{http://www.xes-standard.org/}"
PLACE = "https://w3id.org/xapi/video/extensions/"


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The dataset with nasty names."""
    return dataset(tmp_path_factory.mktemp("source") / "data")


@pytest.fixture(scope="module")
def statements(source: Path) -> list[dict]:
    """The statements of xAPI."""
    converted(source, "xapi", source.parent / "xapi.jsonl")
    lines = (source.parent / "xapi.jsonl").read_bytes().decode().split("\n")[:-1]
    return [json.loads(line) for line in lines]


def test_xapi_has_a_statement_for_each_message_with_a_verb(statements: list[dict]) -> None:
    """Verbs are counted as the messages that they stand for, and completed ones have the hours."""
    kinds = Counter(frames()["events"]["type"])
    counted = Counter(one["verb"]["id"] for one in statements)
    assert counted == {verb: kinds[kind] for kind, verb in VERBS.items() if kinds[kind]}
    ends = frames()["events"].filter(pl.col("type") == "end")["played_ms"].sum()
    done = [one["result"]["duration"] for one in statements if one["verb"]["id"] == VERBS["end"]]
    assert sum(round(1000 * float(one[2:-1])) for one in done) == ends > 0


def test_xapi_statements_have_what_the_profile_asks_for(statements: list[dict]) -> None:
    """Session, length, category and, by verb, playhead and progress are there; names are whole."""
    names = set(frames()["titles"]["name"])
    for one in statements:
        context = one["context"]
        UUID(context["extensions"][f"{PLACE}session-id"])
        assert context["extensions"][f"{PLACE}length"] > 0
        assert context["contextActivities"]["category"] == [{"id": "https://w3id.org/xapi/video"}]
        assert one["object"]["definition"]["name"]["en"] in names
        told = one.get("result", {}).get("extensions", {})
        verb = one["verb"]["id"].rsplit("/", 1)[-1]
        wanted = {"initialized": 0, "played": 1, "paused": 3, "seeked": 2, "completed": 3}[verb]
        assert len(told) == wanted
        assert 0 <= told.get(f"{PLACE}progress", 0) <= 1


def _session(statement: dict) -> str:
    return statement["context"]["extensions"][f"{PLACE}session-id"]


def test_xapi_says_what_was_shown(statements: list[dict]) -> None:
    """The segments of a completed title add up to its playing time, and to its progress where none was seen twice."""
    began = {_session(one) for one in statements if one["verb"]["id"] == VERBS["ready"]}
    done = [one for one in statements if one.get("result", {}).get("completion")]
    whole = [one for one in done if _session(one) in began]  # the others began before the first day
    assert len(whole) > 0.9 * len(done) > 50
    for one in whole:
        told = one["result"]["extensions"]
        parts = [part.split("[.]") for part in told[f"{PLACE}played-segments"].split("[,]")]
        seen = sum(float(end) - float(begin) for begin, end in parts)
        assert seen == pytest.approx(float(one["result"]["duration"][2:-1]), abs=1)
        length = one["context"]["extensions"][f"{PLACE}length"]
        assert told[f"{PLACE}progress"] <= min(1, seen / length + 0.001)
    once = Watched(parts=[(0, 600), (300, 900)])
    assert (once.share_of(1_000), once.as_text()) == (0.9, "0.0[.]0.6[,]0.3[.]0.9")


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_ralph_finds_no_invalid_statement(source: Path, statements: list[dict]) -> None:
    """The validator of Ralph, a learning record store, takes every statement."""
    told = subprocess.run(
        [program("ralph"), "validate", "-f", "xapi", "-I"],
        input=(source.parent / "xapi.jsonl").read_bytes(), capture_output=True, check=True,
    )  # fmt: skip
    assert len(told.stdout.splitlines()) == len(statements)


@pytest.mark.parametrize(
    ("case", "column"), [("play", "play_id"), ("session", "session_id"), ("profile", "profile_id")]
)
def test_xes_has_a_trace_for_each_case_and_every_message(
    source: Path, tmp_path: Path, case: str, column: str
) -> None:
    """The XML is well formed; its traces are the cases, their events the messages in their order."""
    converted(source, "xes", tmp_path / "log.xes", case=case)
    events = frames()["events"]
    log = ET.parse(tmp_path / "log.xes").getroot()  # noqa: S314  our own file
    traces = log.findall(f"{XES}trace")
    names = [trace.find(f"{XES}string").get("value") for trace in traces]  # type: ignore[union-attr]
    assert sorted(map(str, names)) == sorted(ids_to_text(events[column].unique(), column))
    found = [one for trace in traces for one in trace.findall(f"{XES}event")]
    kinds = Counter(one.find(f"{XES}string[@key='concept:name']").get("value") for one in found)  # type: ignore[union-attr]
    assert kinds == Counter(events["type"])
    for trace in traces:
        times = [one.get("value") for one in trace.iter(f"{XES}date")]
        assert times == sorted(map(str, times))


def test_xes_names_and_hours_survive(source: Path, tmp_path: Path) -> None:
    """Names come back with their quotes and line ends; the playing time of plays is that of the log."""
    converted(source, "xes", tmp_path / "log.xes")
    log = ET.parse(tmp_path / "log.xes").getroot()  # noqa: S314  our own file
    titles = {one.get("value") for one in log.iter(f"{XES}string") if one.get("key") == "title"}
    assert titles <= set(frames()["titles"]["name"])
    assert any("\n" in str(one) for one in titles)
    told = sum(
        max(int(str(one.get("value"))) for one in trace.iter(f"{XES}int") if one.get("key") == "played_ms")
        for trace in log.findall(f"{XES}trace")
    )  # fmt: skip
    last = frames()["events"].group_by("play_id").agg(pl.col("played_ms").max())
    assert told == last["played_ms"].sum()


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_pm4py_reads_it(source: Path, tmp_path: Path) -> None:
    """The library of process mining has as many events and cases as the log."""
    pm4py = library("pm4py", "pm4py")
    converted(source, "xes", tmp_path / "log.xes")
    found = pm4py.read_xes(str(tmp_path / "log.xes"))
    events = frames()["events"]
    assert len(found) == len(events)
    assert found["case:concept:name"].nunique() == events["play_id"].n_unique()
