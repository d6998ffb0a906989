"""Data sets of recommenders: MovieLens, the Netflix Prize and RecBole, each count against the log."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pandas as pd
import polars as pl
import pytest
from formats_data import converted, dataset, frames

from synthview import ids_to_int


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The dataset with nasty names."""
    return dataset(tmp_path_factory.mktemp("source") / "data")


def works() -> pl.DataFrame:
    """The work of each title, by plain means."""
    titles = frames()["titles"]
    own = titles.select("title_id", work=pl.coalesce("series_id", "title_id"))
    trailers = titles.filter(pl.col("kind") == "trailer").select("title_id", "trailer_of")
    behind = trailers.join(own, left_on="trailer_of", right_on="title_id").drop("trailer_of")
    return pl.concat([own.filter(~pl.col("title_id").is_in(behind["title_id"].implode())), behind])


def played() -> pl.DataFrame:
    """Plays of films and episodes that showed a picture, with their works."""
    plays = frames()["plays"].filter((pl.col("watched_ms") > 0) & (pl.col("kind") != "trailer"))
    return plays.join(works(), on="title_id")


def rated() -> pl.DataFrame:
    """Each profile's last thumb for a work."""
    thumbs = frames()["ratings"].join(works(), on="title_id").sort("rated_at")
    return thumbs.unique(["profile_id", "work"], keep="last")


def read(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file, with whatever line ends are in its cells."""
    return list(csv.DictReader(io.StringIO(path.read_bytes().decode(), newline="")))


def test_movielens_has_the_thumbs_as_stars(source: Path, tmp_path: Path) -> None:
    """Ratings are the last thumbs, users and films numbered from 1, by user and then by time."""
    converted(source, "movielens", tmp_path / "ml")
    rows = read(tmp_path / "ml" / "ratings.csv")
    assert len(rows) == len(rated()) > 0
    ups = sum(row["rating"] == "5.0" for row in rows)
    assert ups == len(rated().filter(pl.col("thumb") == "up"))
    assert {row["rating"] for row in rows} <= {"5.0", "1.0"}
    users = [int(row["userId"]) for row in rows]
    assert users == sorted(users)
    assert set(users) == set(range(1, max(users) + 1))


def test_movielens_keys_lead_back_to_profiles_and_works(source: Path, tmp_path: Path) -> None:
    """With the keys, each rating by completion is the most that a profile has played of a work."""
    converted(source, "movielens", tmp_path / "ml", stars="completion")
    keys = pl.read_csv(tmp_path / "ml.truth.csv")
    of = {(what, str(written)): ids_to_int(one) for what, written, one in keys.iter_rows()}
    pairs = played().group_by("profile_id", "work").agg(pl.col("completion").max().clip(0, 1))
    best = {(profile, work): share for profile, work, share in pairs.iter_rows()}
    rows = read(tmp_path / "ml" / "ratings.csv")
    assert len(rows) == len(best)
    for row in rows:
        share = best[of["userId", row["userId"]], of["movieId", row["movieId"]]]
        assert abs(float(row["rating"]) - (0.5 + 4.5 * share)) <= 0.25 + 1e-9
        assert float(row["rating"]) * 2 == int(float(row["rating"]) * 2)


def test_movielens_films_have_names_years_and_genres(source: Path, tmp_path: Path) -> None:
    """Every work is there once; names survive quotes, commas and line ends; genres are its words."""
    converted(source, "movielens", tmp_path / "ml")
    films = read(tmp_path / "ml" / "movies.csv")
    titles = frames()["titles"].filter(pl.col("kind") != "trailer")
    names = set(titles.select(pl.coalesce("series_name", "name")).to_series())
    assert len(films) == works()["work"].n_unique()
    assert {film["title"][:-7] for film in films} <= names
    assert all(film["title"].endswith(")") and film["title"][-6] == "(" for film in films)
    assert {"Sci-Fi", "Children", "Drama"} <= {
        one for film in films for one in film["genres"].split("|")
    }
    links = read(tmp_path / "ml" / "links.csv")
    assert [one["movieId"] for one in links] == [film["movieId"] for film in films]
    assert {len(one["imdbId"]) for one in links} == {9}
    converted(source, "movielens", tmp_path / "all", stars="completion")  # all who played rate
    tags, ratings = (read(tmp_path / "all" / f"{one}.csv") for one in ("tags", "ratings"))
    assert {one["userId"] for one in tags} <= {one["userId"] for one in ratings}
    assert {one["tag"] for one in tags} <= set(frames()["searches"]["query"])
    assert len(tags) > 0
    converted(source, "movielens", tmp_path / "bare", tags="none")
    assert (tmp_path / "bare" / "tags.csv").read_text() == "userId,movieId,tag,timestamp\n"


def test_the_prize_has_a_file_for_each_film(source: Path, tmp_path: Path) -> None:
    """Files are numbered without gaps, begin with their film, and hold its ratings as whole stars."""
    converted(source, "netflix-prize", tmp_path / "np", stars="completion", combined="yes")
    files = sorted((tmp_path / "np" / "training_set").iterdir())
    assert [one.name for one in files] == [f"mv_{n:07}.txt" for n in range(1, len(files) + 1)]
    count = 0
    for number, one in enumerate(files, 1):
        head, *lines = one.read_text().splitlines()
        assert head == f"{number}:"
        count += len(lines)
        for line in lines:
            customer, stars, day = line.split(",")
            assert int(customer) >= 1
            assert stars in "12345"
            assert pd.Timestamp(day).year == 2017
    assert count == len(played().select("profile_id", "work").unique())
    whole = "".join(one.read_text() for one in files)
    assert (tmp_path / "np" / "combined_data_1.txt").read_text() == whole
    titles = (tmp_path / "np" / "movie_titles.txt").read_text("latin-1").split("\n")[:-1]
    assert len(titles) == len(files)
    assert all(line.split(",")[1].isdecimal() for line in titles)


def test_recbole_has_every_play_and_its_seconds(source: Path, tmp_path: Path) -> None:
    """Read as RecBole reads it, the interactions are all plays and have their hours."""
    converted(source, "recbole", tmp_path / "rb", name="sv")
    inter, users, items = (
        pd.read_csv(tmp_path / "rb" / "sv" / f"sv.{ending}", delimiter="\t", engine="python")
        for ending in ("inter", "user", "item")
    )
    assert [*inter][:4] == ["user_id:token", "item_id:token", "rating:float", "timestamp:float"]
    assert len(inter) == len(played())
    assert inter["played_s:float"].sum() == pytest.approx(played()["watched_ms"].sum() / 1000)
    assert set(inter["user_id:token"]) <= set(users["user_id:token"])
    assert set(inter["item_id:token"]) <= set(items["item_id:token"])
    assert len(items) == works()["work"].n_unique()
    names = set(frames()["titles"].select(pl.coalesce("series_name", "name")).to_series())
    # RecBole's own reader takes every kind of line end for one.
    plain = {name.replace("\r", "\n") for name in names}
    assert {str(name).replace("\r", "\n") for name in items["title:token"]} <= plain
