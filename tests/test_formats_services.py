"""Formats of services that keep what was watched or clicked: Trakt and Google Analytics."""

from __future__ import annotations

import json
import re
import subprocess
from collections import Counter
from ipaddress import ip_address
from pathlib import Path

import pandas as pd
import polars as pl
import pytest
from formats_data import converted, dataset, frames
from readers import library, program

from synthview import ids_to_int, ids_to_text


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The dataset with nasty names."""
    return dataset(tmp_path_factory.mktemp("source") / "data")


def watched() -> pl.DataFrame:
    """Plays that Trakt counts, with their titles."""
    plays = frames()["plays"].filter(pl.col("watched_ms") > 0)
    counted = plays.filter((pl.col("kind") != "trailer") & (pl.col("completion") >= 0.8))
    return counted.join(frames()["titles"].drop("kind"), on="title_id")


def test_trakt_has_every_title_that_was_watched(source: Path, tmp_path: Path) -> None:
    """Each profile has its plays of 80 % and more, newest first; keys lead back to the plays."""
    converted(source, "trakt", tmp_path / "trakt")
    keys = pl.read_csv(tmp_path / "trakt.truth.csv").filter(pl.col("what") == "id")
    play_of = {int(written): ids_to_int(one) for _, written, one in keys.iter_rows()}
    plays = {row["play_id"]: row for row in watched().iter_rows(named=True)}
    seen = set()
    for one in (tmp_path / "trakt").iterdir():
        items = json.loads(one.read_bytes())
        times = [item["watched_at"] for item in items]
        assert times == sorted(times, reverse=True)
        for item in items:
            play = plays[play_of[item["id"]]]
            seen.add(play["play_id"])
            assert one.stem == ids_to_text(play["profile_id"], "profile_id")
            assert item[item["type"]]["title"] == play["name"]
            if item["type"] == "episode":
                assert item["show"]["title"] == play["series_name"]
                assert item["episode"]["season"] == play["season_number"]
    assert seen == set(plays)


def test_a_trakt_export_has_all_its_keys(source: Path, tmp_path: Path) -> None:
    """An export is the history with all the lists that its readers ask for."""
    converted(source, "trakt", tmp_path / "list")
    converted(source, "trakt", tmp_path / "export", shape="export")
    wanted = "type username followers following likes stats settings watchlist ratings history"
    for one in (tmp_path / "export").iterdir():
        found = json.loads(one.read_bytes())
        assert [*found] == wanted.split()
        assert found["history"] == json.loads((tmp_path / "list" / one.name).read_bytes())


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_traktexport_reads_an_export(source: Path, tmp_path: Path) -> None:
    """The program of that name finds as many entries as were watched."""
    dal = library("traktexport.dal", "traktexport")
    converted(source, "trakt", tmp_path / "export", shape="export")
    found = 0
    for one in (tmp_path / "export").iterdir():
        with one.open(encoding="utf-8") as file:
            found += len(dal.parse_export(file).history)
    assert found == len(watched())


COLUMNS_OF_GA4 = {
    "event_date", "event_timestamp", "event_name", "event_params", "event_previous_timestamp", "event_value_in_usd",
    "event_bundle_sequence_id", "event_server_timestamp_offset", "user_id", "user_pseudo_id", "privacy_info",
    "user_properties", "user_first_touch_timestamp", "user_ltv", "device", "geo", "app_info", "traffic_source",
    "stream_id", "platform", "event_dimensions", "ecommerce", "items",
}  # fmt: skip
"""What queries and models name of the export to BigQuery."""


def test_google_analytics_has_its_events(source: Path, tmp_path: Path) -> None:
    """Starts, quarters and ends are counted as in the log; parameters have values of their types."""
    converted(source, "ga4", tmp_path / "ga4")
    rows = [json.loads(line) for line in (tmp_path / "ga4").read_bytes().decode().split("\n")[:-1]]
    events = frames()["events"]
    kinds = Counter(events["type"])
    starts = len(events.filter((pl.col("type") == "play") & (pl.col("played_ms") == 0)))
    assert Counter(row["event_name"] for row in rows) == {
        "video_start": starts,
        "video_progress": kinds["percent_progress"],
        "video_complete": kinds["end"],
    }
    names = set(frames()["titles"]["name"])
    sittings = set()
    for row in rows:
        told = {one["key"]: one["value"] for one in row["event_params"]}
        assert told["video_title"]["string_value"] in names
        assert 0 <= told["video_percent"]["int_value"] <= 100
        assert told["ga_session_id"]["int_value"] <= 2**53
        assert len(row["event_date"]) == 8
        sittings.add(told["ga_session_id"]["int_value"])
        assert {*row} == COLUMNS_OF_GA4
        assert all(
            {*one} == {"string_value", "int_value", "float_value", "double_value"}
            for one in told.values()
        )
        assert row["device"]["operating_system"]
        assert 0 < row["user_first_touch_timestamp"] <= row["event_timestamp"] + 10**9
        if row["event_name"] == "video_progress":
            assert told["video_percent"]["int_value"] in {10, 25, 50, 75}
    keys = pl.read_csv(tmp_path / "ga4.truth.csv")
    assert {int(one) for one in keys["written"]} == sittings


@pytest.mark.parametrize("shape", ["tracks", "episodes"])
def test_spotify_has_every_play(source: Path, tmp_path: Path, shape: str) -> None:
    """Files are found by their name, pandas sums hours by artist and by platform, and keys lead to plays and titles."""
    converted(source, "spotify", tmp_path / "spotify", shape=shape)
    files = sorted((tmp_path / "spotify").glob("*/Streaming_History_Audio_*.json"))
    assert all(re.fullmatch(r"Streaming_History_Audio_2017_0\.json", one.name) for one in files)
    entries = [entry for one in files for entry in json.loads(one.read_text("utf-8"))]
    plays = frames()["plays"].filter(pl.col("watched_ms") > 0)
    assert len(files) == plays["profile_id"].n_unique()
    rows = pd.DataFrame(entries)
    assert len(rows) == len(plays)
    assert pd.to_datetime(rows["ts"], format="%Y-%m-%dT%H:%M:%SZ", utc=True).notna().all()
    artist = "master_metadata_album_artist_name"
    by_artist = rows.groupby(rows[artist].fillna(rows["episode_show_name"]))["ms_played"].sum()
    assert by_artist.sum() == plays["watched_ms"].sum()
    episodes = plays.filter(kind="episode").height
    assert rows["episode_name"].notna().sum() == (episodes if shape == "episodes" else 0)
    uris = rows["spotify_track_uri"].fillna(rows["spotify_episode_uri"])
    assert uris.str.fullmatch(r"spotify:(track|episode):[0-9A-Za-z]{22}").all()
    assert set(rows["reason_end"]) <= {"trackdone", "endplay", "trackerror", "unexpected-exit"}
    keys = pl.read_csv(tmp_path / "spotify.truth.csv")
    assert keys.filter(what="entry")["id"].n_unique() == len(plays)
    assert set(uris.str.split(":").str[2]) <= set(keys.filter(what="uri")["written"])


def test_programs_for_each_history_of_spotify(source: Path, tmp_path: Path) -> None:
    """They find files by the names of each year, read the keys of each, and sum the same hours."""
    plays = frames()["plays"].filter(pl.col("watched_ms") > 0)
    wanted = {
        ("extended", "2022"): (r"endsong_\d+", ("ts", "ms_played", "master_metadata_track_name")),
        ("year", "2023"): (r"StreamingHistory_(music|podcast)_\d+", ("endTime", "msPlayed", "trackName")),
        ("year", "2022"): (r"StreamingHistory\d+", ("endTime", "msPlayed", "artistName")),
    }  # fmt: skip
    for (history, era), (name, columns) in wanted.items():
        place = tmp_path / f"{history}{era}"
        converted(source, "spotify", place, history=history, era=era, shape="episodes")
        files = list(place.rglob("*.json"))
        assert [one.stem for one in files if not re.fullmatch(name, one.stem)] == []
        rows = pd.concat([pd.DataFrame(json.loads(one.read_text("utf-8"))) for one in files])
        assert set(columns) <= set(rows.columns)
        assert rows[columns[1]].sum() == plays["watched_ms"].sum()
        if history == "extended":
            assert (
                rows["ip_addr_decrypted"].map(ip_address).map(lambda one: one.version).eq(4).all()
            )
            assert rows["username"].nunique() == plays["profile_id"].n_unique()
        else:
            assert pd.to_datetime(rows["endTime"], format="%Y-%m-%d %H:%M").notna().all()
    assert {one.stem.split("_")[1] for one in (tmp_path / "year2023").rglob("*.json")} == {
        "music",
        "podcast",
    }


@pytest.mark.slow
@pytest.mark.parametrize("name", ["segment", "xapi", "ga4", "spotify", "trakt"])
def test_ids_survive_javascript(source: Path, tmp_path: Path, name: str) -> None:
    """What JSON.parse of node makes of every file and writes again are the same values, ids and names among them."""
    converted(source, name, tmp_path / "out")
    place = tmp_path / "out"
    files = [one for one in place.rglob("*") if one.is_file()] if place.is_dir() else [place]
    script = (
        "const fs = require('fs'); for (const name of process.argv.slice(1)) {"
        "const text = fs.readFileSync(name, 'utf8'); let whole; try { whole = [JSON.parse(text)]; }"
        "catch { whole = text.split('\\n').filter(Boolean).map(one => JSON.parse(one)); }"
        "for (const one of whole) console.log(JSON.stringify(one)); }"
    )
    words = [program("node"), "-e", script, *map(str, files)]
    done = subprocess.run(words, check=True, capture_output=True, text=True, encoding="utf-8")
    found = [json.loads(line) for line in done.stdout.split("\n")[:-1]]
    stated = []
    for one in files:
        text = one.read_text("utf-8")
        is_lines = name in ("segment", "xapi", "ga4")
        stated += (
            [json.loads(line) for line in text.split("\n")[:-1]] if is_lines else [json.loads(text)]
        )
    assert found == stated
    assert len(found) > 0
