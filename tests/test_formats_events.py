"""Formats of messages: Snowplow, Segment and CloudFront, each message and hour against the log."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from urllib.parse import unquote
from uuid import UUID

import polars as pl
import pytest
from formats_data import converted, dataset, frames
from readers import library

from synthview import ids_to_text


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The dataset with nasty names."""
    return dataset(tmp_path_factory.mktemp("source") / "data")


@pytest.fixture(scope="module")
def written(source: Path) -> dict[str, list[str]]:
    """The lines of each format."""
    found = {}
    for name, options in (("snowplow", {}), ("segment", {}), ("cloudfront", {"segment_s": "60"})):
        place = source.parent / name
        converted(source, name, place, **options)
        found[name] = place.read_bytes().decode().split("\n")[:-1]
    return found


def played_ms() -> dict[str, int]:
    """The playing time of each play as its messages tell it, by its id as text."""
    last = frames()["events"].group_by("play_id").agg(pl.col("played_ms").max())
    texts = ids_to_text(last["play_id"], "play_id")
    return dict(zip(texts, last["played_ms"], strict=True))


def test_snowplow_has_131_columns_and_every_message(written: dict[str, list[str]]) -> None:
    """A line is a message: its vendor, name, times and ids are where Snowplow's readers look."""
    from synthview.formats.snowplow import COLUMNS

    events = frames()["events"]
    rows = [dict(zip(COLUMNS, line.split("\t"), strict=True)) for line in written["snowplow"]]
    assert len(rows) == len(events)
    assert len(COLUMNS) == len(set(COLUMNS)) == 131
    kinds = Counter(row["event_name"].removesuffix("_event") for row in rows)
    assert kinds == Counter(events["type"])
    assert {row["event_vendor"] for row in rows} == {"com.snowplowanalytics.snowplow.media"}
    assert len({UUID(row["event_id"]) for row in rows}) == len(events)
    first = f"{events['received_time'][0]:%Y-%m-%d %H:%M:%S.%f}"[:-3]
    assert rows[0]["collector_tstamp"] == first


def test_snowplow_entities_have_the_playhead_the_title_and_the_hours(
    written: dict[str, list[str]],
) -> None:
    """Contexts and events are JSON with the schemas of Media v2; time played is that of the log."""
    from synthview.formats.snowplow import COLUMNS

    labels, played = set(), {}
    for line in written["snowplow"]:
        row = dict(zip(COLUMNS, line.split("\t"), strict=True))
        player, session = json.loads(row["contexts"])["data"]
        event = json.loads(row["unstruct_event"])["data"]
        assert player["schema"].endswith("snowplow/media_player/jsonschema/2-0-0")
        assert session["schema"].endswith("snowplow.media/session/jsonschema/1-0-0")
        assert event["schema"].endswith(f"snowplow.media/{row['event_name']}/jsonschema/1-0-0")
        if row["event_name"] == "percent_progress_event":
            assert event["data"]["percentProgress"] in {10, 25, 50, 75}
        labels.add(player["data"]["label"])
        play = session["data"]["mediaSessionId"]
        played[play] = max(played.get(play, 0), round(1000 * session["data"]["timePlayed"]))
    assert played == played_ms()
    films = frames()["titles"].filter(pl.col("kind") == "film")["name"]
    assert any("\n" in one or "\t" in one for one in labels & set(films))


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_snowplows_own_reader_reads_it(written: dict[str, list[str]]) -> None:
    """The analytics SDK of Snowplow turns every line into its JSON."""
    sdk = library("snowplow_analytics_sdk.event_transformer", "snowplow-analytics-sdk")
    told = [sdk.transform(line) for line in written["snowplow"]]
    key = "contexts_com_snowplowanalytics_snowplow_media_session_1"
    played: dict[str, int] = {}
    for one in told:
        session = one[key][0]
        play = session["mediaSessionId"]
        played[play] = max(played.get(play, 0), round(1000 * session["timePlayed"]))
    assert played == played_ms()


def test_segment_makes_the_calls_of_its_specification(written: dict[str, list[str]]) -> None:
    """Each message is its call, the first play is the start of the content, and an end is two calls."""
    from synthview.formats.segment import CALLS

    calls = [json.loads(line) for line in written["segment"]]
    counted = Counter(call["event"] for call in calls)
    events = frames()["events"]
    kinds = Counter(events["type"])
    starts = len(events.filter((pl.col("type") == "play") & (pl.col("played_ms") == 0)))
    assert set(counted) <= {name for found in CALLS.values() for name, _ in found}
    assert counted["Video Playback Started"] == kinds["ready"]
    assert counted["Video Content Started"] == starts > 0
    assert counted["Video Playback Resumed"] == kinds["play"] - starts
    assert counted["Video Content Completed"] == counted["Video Playback Completed"] == kinds["end"]
    assert counted["Video Content Playing"] == kinds["ping"]
    assert len({call["messageId"] for call in calls}) == len(calls)


def test_segment_properties_are_of_their_types(written: dict[str, list[str]]) -> None:
    """Positions are whole seconds, lists of titles are in the first call alone, names are whole."""
    names = set(frames()["titles"]["name"])
    for line in written["segment"]:
        call = json.loads(line)
        told = call["properties"]
        assert call["type"] == "track"
        assert isinstance(told["position"], int)
        assert told["total_length"] > 0
        assert ("content_asset_ids" in told) == (call["event"] == "Video Playback Started")
        assert told.get("title") is None or told["title"] in names


def test_cloudfront_has_33_fields_and_every_hour(written: dict[str, list[str]]) -> None:
    """The log has its two heads; durations of all segments are the hours of the log, to the ms."""
    version, head, *lines = written["cloudfront"]
    names = head.removeprefix("#Fields: ").split(" ")
    assert version == "#Version: 1.0"
    assert len(names) == 33
    played: Counter[str] = Counter()
    for line in lines:
        row = dict(zip(names, line.split("\t"), strict=True))
        pairs = unquote(row["cs-uri-query"].removeprefix("CMCD=")).split(",")
        keys = [pair.partition("=")[0] for pair in pairs]
        cmcd = dict(pair.partition("=")[::2] for pair in pairs)
        assert keys == sorted(keys)
        assert " " not in row["cs(User-Agent)"]
        if "d" in cmcd:
            assert int(row["sc-bytes"]) == int(cmcd["br"]) * int(cmcd["d"]) // 8
            assert 0 < int(cmcd["d"]) <= 60_000
            played[cmcd["sid"].strip('"')] += int(cmcd["d"])
    assert sorted(played.values()) == sorted(value for value in played_ms().values() if value)


def test_cloudfront_keys_say_which_play_a_session_was(source: Path, tmp_path: Path) -> None:
    """The file of keys has the play behind each session of the player."""
    converted(source, "cloudfront", tmp_path / "log", segment_s="60")
    keys = pl.read_csv(tmp_path / "log.truth.csv")
    assert set(keys["id"]) == set(played_ms())
    assert keys["written"].n_unique() == len(keys)
