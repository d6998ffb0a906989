"""What recommenders and readers of access logs find in our files, unmodified: the counts and hours of the log."""

from __future__ import annotations

import csv
import json
import subprocess
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from formats_data import converted, dataset, frames
from readers import library, node_package, program, python_with_recommenders

from synthview import ids_to_text

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]

RECBOLE = """
import json, sys
from recbole.config import Config
from recbole.data import create_dataset, data_preparation
asked = {
    "data_path": sys.argv[1], "load_col": None, "RATING_FIELD": "rating", "TIME_FIELD": "timestamp",
    "show_progress": False, "save_dataset": False,
}
config = Config(model="BPR", dataset="sv", config_dict=asked)
made = create_dataset(config)
told = {
    "plays": made.inter_num, "users": made.user_num - 1, "items": made.item_num - 1,
    "seconds": float(made.inter_feat["played_s"].sum()),
    "rating": float(made.inter_feat["rating"].sum()),
    "titles": len(set(made.item_feat["title"])), "fields": sorted(made.field2type),
}
data_preparation(config, made)
print("TOLD", json.dumps(told))
"""
LENSKIT = """
import json, sys
from lenskit.datasets import MovieLens
read = MovieLens(sys.argv[1])
ratings = read.ratings
told = {
    "ratings": len(ratings), "users": int(ratings["user"].nunique()), "films": len(read.movies),
    "stars": float(ratings["rating"].sum()), "tags": len(read.tags), "links": len(read.links),
}
print("TOLD", json.dumps(told))
"""
CMCD = """
import { readFileSync } from 'node:fs';
const { fromCmcdQuery, validateCmcd } = await import(process.argv[2]);
const [, fields, ...lines] = readFileSync(process.argv[1], 'utf8').split('\\n').slice(0, -1);
const place = fields.slice('#Fields: '.length).split(' ').indexOf('cs-uri-query');
const played = {}; let invalid = 0, bytes = 0;
for (const line of lines) {
    const told = fromCmcdQuery(line.split('\\t')[place]);
    if (!validateCmcd(told).valid) invalid += 1;
    if (told.d) { played[told.sid] = (played[told.sid] ?? 0) + told.d; bytes += Math.floor(told.br * told.d / 8); }
}
console.log(JSON.stringify({ requests: lines.length, invalid, played, bytes }));
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the dataset of nasty names, and what recommenders and readers of logs are given."""
    place = tmp_path_factory.mktemp("readers")
    source = dataset(place / "data")
    converted(source, "movielens", place / "ml", stars="completion")
    converted(source, "recbole", place / "rb", name="sv")
    converted(source, "cloudfront", place / "edge.log", segment_s="60")
    return place


def _ratings(made: Path) -> dict[tuple[str, str], float]:
    """The ratings by user and film, as Python's own module reads them."""
    with (made / "ml" / "ratings.csv").open(newline="", encoding="utf-8") as file:
        rows = [*csv.DictReader(file)]
    found = {(row["userId"], row["movieId"]): float(row["rating"]) for row in rows}
    assert len(found) == len(rows) == len(_seen().select("profile_id", "work").unique())
    return found


def _seen() -> pl.DataFrame:
    """Plays of films and episodes that showed a picture, with the film or series of each."""
    plays = frames()["plays"].filter((pl.col("watched_ms") > 0) & (pl.col("kind") != "trailer"))
    own = frames()["titles"].select("title_id", work=pl.coalesce("series_id", "title_id"))
    return plays.join(own, on="title_id")


def _played() -> dict[str, int]:
    """Milliseconds of each play that had any, by its id as text."""
    last = frames()["events"].group_by("play_id").agg(pl.col("played_ms").max())
    some = last.filter(pl.col("played_ms") > 0)
    return dict(zip(ids_to_text(some["play_id"], "play_id"), some["played_ms"], strict=True))


def _told(*words: str) -> Any:
    """What a program says in the last line of its output."""
    done = subprocess.run(words, check=True, capture_output=True, text=True, encoding="utf-8")
    return json.loads(done.stdout.strip().splitlines()[-1].removeprefix("TOLD "))


def test_surprise_reads_and_learns_from_movielens(made: Path) -> None:
    """Surprise finds every user, film and star, and a model of its own fits them."""
    surprise = library("surprise", "scikit-surprise")
    form = surprise.Reader(
        line_format="user item rating timestamp", sep=",", skip_lines=1, rating_scale=(0.5, 5)
    )
    read = surprise.Dataset.load_from_file(str(made / "ml" / "ratings.csv"), reader=form)
    whole = read.build_full_trainset()
    found = {
        (whole.to_raw_uid(user), whole.to_raw_iid(film)): stars
        for user, film, stars in whole.all_ratings()
    }
    assert found == _ratings(made)
    model = surprise.BaselineOnly(verbose=False).fit(whole)
    assert 0.5 <= model.predict(whole.to_raw_uid(0), whole.to_raw_iid(0)).est <= 5


def test_implicit_reads_and_learns_from_movielens(made: Path) -> None:
    """Implicit's reader of MovieLens finds every rating and title, and recommends titles of ours."""
    own = library("implicit.datasets.movielens", "implicit and h5py")
    als = library("implicit.als", "implicit")
    sparse = library("scipy.sparse", "scipy")
    ratings, films = own._read_dataframes_20M(str(made / "ml"))
    stars = ratings.set_index(["userId", "movieId"])["rating"]
    expected = _ratings(made)
    assert {(str(user), str(film)): one for (user, film), one in stars.items()} == expected
    assert len(films) == films["movieId"].max() == films["movieId"].nunique()
    places = (ratings["userId"], ratings["movieId"])
    matrix = sparse.csr_matrix((ratings["rating"].astype("float32"), places))
    model = als.AlternatingLeastSquares(factors=4, iterations=2, num_threads=1)
    model.fit(matrix, show_progress=False)
    films_found, _ = model.recommend(1, matrix[1], N=5)
    assert set(films_found) <= set(films["movieId"])


def test_goaccess_counts_every_request(made: Path, tmp_path: Path) -> None:
    """GoAccess takes every line with its preset, and its bytes, addresses and failures are those of the log."""
    report = tmp_path / "report.json"
    words = ("--log-format=CLOUDFRONT", "--no-global-config", "--no-progress", "-o", str(report))
    log = made / "edge.log"
    subprocess.run([program("goaccess"), str(log), *words], check=True, capture_output=True)
    told = json.loads(report.read_bytes())
    head, *lines = log.read_text().splitlines()[1:]
    names = head.removeprefix("#Fields: ").split(" ")
    rows = [dict(zip(names, line.split("\t"), strict=True)) for line in lines]
    general = told["general"]
    assert general["valid_requests"] == general["total_requests"] == len(rows) > 0
    assert general["failed_requests"] == 0
    assert general["bandwidth"] == sum(int(row["sc-bytes"]) for row in rows)
    assert told["hosts"]["metadata"]["data"]["total"]["value"] == len({r["c-ip"] for r in rows})
    counted = {one["data"][:3]: one["hits"]["count"] for one in told["status_codes"]["data"]}
    failed = sum(row["sc-status"] == "503" for row in rows)
    assert counted == {"2xx": len(rows) - failed, "5xx": failed}
    assert failed == len(frames()["events"].filter(pl.col("type") == "error"))


def test_a_decoder_of_cmcd_finds_every_hour(made: Path) -> None:
    """The decoder of the Streaming Video Technology Alliance calls every query valid, and its durations are the plays'."""
    words = ("--input-type=module", "-e", CMCD, str(made / "edge.log"))
    told = _told(program("node"), *words, node_package("@svta/cml-cmcd"))
    keys = pl.read_csv(made / "edge.log.truth.csv")
    play_of = dict(zip(keys["written"], keys["id"], strict=True))
    assert told["invalid"] == 0
    assert {play_of[sid]: ms for sid, ms in told["played"].items()} == _played()


def test_recbole_reads_every_play(made: Path) -> None:
    """RecBole's own loader finds each play, user, item and second, and splits them for a model."""
    told = _told(python_with_recommenders(), "-W", "ignore", "-c", RECBOLE, str(made / "rb"))
    seen = _seen()
    assert told["plays"] == len(seen)
    assert told["users"] == frames()["profiles"]["profile_id"].n_unique()
    assert told["seconds"] == pytest.approx(seen["watched_ms"].sum() / 1000, rel=1e-6)
    shares = seen["completion"].clip(0, 1)
    assert told["rating"] == pytest.approx(5 * shares.sum(), abs=0.005 * len(seen))
    assert {"country", "device", "genres", "is_kids", "year"} <= set(told["fields"])


def test_lenskit_reads_movielens(made: Path) -> None:
    """LensKit finds each rating, user and film, tags, and a link for each film."""
    told = _told(python_with_recommenders(), "-W", "ignore", "-c", LENSKIT, str(made / "ml"))
    expected = _ratings(made)
    assert told["ratings"] == len(expected)
    assert told["users"] == len({user for user, _ in expected})
    assert told["stars"] == sum(expected.values())
    assert told["tags"] > 0
    assert told["links"] == told["films"]
