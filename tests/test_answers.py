"""Canonical queries and their known answers: engines agree on them, and a wrong answer is found."""

from __future__ import annotations

import json
from pathlib import Path
from shutil import copytree
from typing import Any

import polars as pl
import pytest
from commands import Told

import synthview
from benchmarks import queries
from benchmarks.databases import ENGINES, is_installed
from synthview.answers.answering import COLUMNS, files_of, read_answers, write_answers
from synthview.answers.canon import canon, canonical
from synthview.answers.magnitudes import MAGNITUDES, magnitude
from synthview.answers.rendering import SPOKEN, render
from synthview.answers.replies import Reply, differences
from synthview.checks.run_files import not_in_manifest
from synthview.errors import InputError, InvalidChoice, OutputError, UnknownName


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> synthview.RunDirectory:
    """A small dataset with its answers; nobody changes it."""
    directory = tmp_path_factory.mktemp("answers") / "run"
    made = synthview.generate("tiny", directory=directory, workers=1)
    write_answers(made)
    return made


def test_the_queries_are_some_thirty_and_say_what_they_ask() -> None:
    """Each has a sentence, an order that settles ties, and only fragments that every dialect knows."""
    assert len(canon()) >= 30
    for one in canon():
        assert one.about.endswith(".")
        assert "ORDER BY" in one.sql or one.name in {"funnel", "countries_within_an_hour"}
        for dialect in SPOKEN.values():
            for sql in (one.sql, one.truth):
                assert not {"{", "}"} & set(render(sql, dialect))


def test_fragments_are_written_from_the_innermost_outwards() -> None:
    """A quotient of a time is the quotient of its milliseconds, in the words of the database."""
    sql = "SELECT {{ms(started_at)} // 86400000} FROM log.plays"
    assert (
        render(sql, SPOKEN["clickhouse"])
        == "SELECT intDiv(toUnixTimestamp64Milli(started_at), 86400000) FROM log_plays"
    )
    assert (
        render(sql, SPOKEN["duckdb"]) == "SELECT (epoch_ms(started_at)) // 86400000 FROM log.plays"
    )


@pytest.mark.slow
def test_answers_are_read_back_as_they_were_written(run: synthview.RunDirectory) -> None:
    """Every query has an observed answer; half of them have a true one, in columns of the same names."""
    known = read_answers(run)
    assert sorted(known.observed) == [one.name for one in canon()]
    folder = run.directory / "answers"
    true = {one.stem: one for one in (folder / "true").iterdir()}
    assert len(true) >= 15
    for name, path in true.items():
        assert path.read_text().splitlines()[0].split(",") == list(known.observed[name].columns)
    plays = pl.DataFrame(known.observed["hours_by_device"].rows, orient="row")
    logged = run.scan("log.plays").group_by(pl.col("device_type").cast(pl.String)).agg(pl.len())
    assert dict(plays.select("column_0", "column_1").rows()) == dict(logged.collect().rows())


@pytest.mark.parametrize("engine", ["polars", "sqlite"])
def test_engines_agree(engine: str, run: synthview.RunDirectory) -> None:
    """An engine that had no part in the answers gives the same ones."""
    verdicts = list(queries.asked_of(engine, run, read_answers(run)))
    assert len(verdicts) == len(canon())
    assert [one for one in verdicts if one.wrong] == []


def test_a_planted_wrong_answer_is_found(
    run: synthview.RunDirectory, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever is told other than what stands in the answers is named, with the query, row and column."""
    copytree(run.directory, tmp_path / "run")
    path = tmp_path / "run" / "answers" / "observed" / "hours_by_device.csv"
    lines = path.read_text().splitlines()
    device, plays, total = lines[1].split(",")
    path.write_text("\n".join([lines[0], f"{device},{int(plays) + 1},{total}", *lines[2:], ""]))
    assert queries.main([str(tmp_path / "run"), "--engine", "polars"]) == 1
    told = capsys.readouterr().out
    assert f"polars differs in hours_by_device: row 1, plays: {plays} instead of" in told
    assert queries.main([str(run.directory), "--engine", "polars"]) == 0


def test_a_tolerance_is_kept_to() -> None:
    """A mean may differ in its last digits and no further, a count not at all."""
    query = canonical("completion")
    columns = ("kind", "plays", "completed", "mean_completion")

    def told(plays: int, mean: float) -> list[str]:
        known = Reply(columns, (("film", 3, 1, 0.5),))
        return list(differences(known, Reply(columns, (("film", plays, 1, mean),)), query))

    assert told(3, 0.5 * (1 + 1e-12)) == []
    assert told(3, 0.5 * (1 + 1e-6)) == [
        f"row 1, mean_completion: {0.5 * (1 + 1e-6)!r} instead of 0.5"
    ]
    assert told(4, 0.5) == ["row 1, plays: 4 instead of 3"]


def test_answers_of_another_run_are_refused(run: synthview.RunDirectory, tmp_path: Path) -> None:
    """After --overwrite the old answers are not taken for those of the new run; check calls them strays."""
    copytree(run.directory, tmp_path / "run")
    other = synthview.generate(
        "tiny", households=3, directory=tmp_path / "run", workers=1, overwrite=True
    )
    with pytest.raises(OutputError, match="another run"):
        read_answers(other)
    assert files_of(other) == set()
    assert len(files_of(run)) > len(canon())
    strays = pl.concat(not_in_manifest(other))["where"].to_list()
    assert len(strays) > len(canon())
    assert pl.concat(not_in_manifest(run)).is_empty()


def test_columns_are_summed_up_as_anybody_can(run: synthview.RunDirectory) -> None:
    """Rows, nulls, distinct values, bounds, sums and the checksum are what polars computes of the rows."""
    told = json.loads((run.directory / COLUMNS).read_text())
    assert set(told) == set(run.tables)
    plays = run.scan("log.plays").collect()
    watched = told["log.plays"]["columns"]["watched_ms"]
    values, keys = plays["watched_ms"].to_list(), plays["play_id"].to_list()
    assert told["log.plays"]["rows"] == len(plays)
    assert watched == {
        "nulls": 0,
        "distinct": len(set(values)),
        "min": min(values),
        "max": max(values),
        "sum": sum(values),
        "checksum": sum(
            (key % 9_973) * (value % 99_991) for key, value in zip(keys, values, strict=True)
        ),
    }


def test_sizes_are_prefixes_of_each_other() -> None:
    """A larger size has more households over the same days; an unknown one is refused by name."""
    sizes = [MAGNITUDES[name] for name in ("S", "M", "L", "XL")]
    assert len({one.days for one in sizes}) == 1
    assert sorted(sizes, key=lambda one: one.households) == sizes
    assert magnitude("m") is MAGNITUDES["M"]
    with pytest.raises(InvalidChoice, match="--size"):
        magnitude("XXL")


def test_queries_are_printed(told: Told) -> None:
    """Without a name there is a list; a name and a dialect give SQL; what is not known is told in a line."""
    code, listed, _ = told("queries")
    assert code == 0
    assert "streak_ladder" in listed
    code, sql, _ = told("queries", "daily_actives", "--dialect", "sqlite")
    assert code == 0
    assert "substr(started_at, 1, 10)" in sql
    assert "log_plays" in sql
    code, sql, _ = told("queries", "distinct_viewers", "--truth")
    assert "unnest" in sql
    for words, said in (
        (["queries", "daily"], "no canonical query 'daily'"),
        (["queries", "--dialect", "oracle"], "not a valid dialect"),
        (["queries", "funnel", "--truth"], "leave out --truth"),
        (["generate", "tiny", "--answers", "--dry-run"], "-o DIR"),
        (["generate", "tiny", "--answers", "--format", "movielens", "-o", "x"], "of synthview"),
        (["generate", "tiny", "--engine", "spark", "-o", "x"], "go together"),
        (["generate", "tiny", "--engine", "spork", "-o", "x"], "Did you mean 'spark'"),
        (["generate", "everyday", "--size", "S", "--days", "3", "-o", "x"], "leave out"),
    ):
        code, _, err = told(*words)
        assert code == 2
        assert said in err


def test_what_cannot_be_answered_is_refused(tmp_path: Path) -> None:
    """Answers are of Parquet; a dataset without a table has no answers to what needs it."""
    made = synthview.generate(
        "tiny", households=2, directory=tmp_path / "csv", format="csv", workers=1
    )
    with pytest.raises(InputError, match="for datasets in Parquet"):
        write_answers(made)
    with pytest.raises(OutputError, match="--answers"):
        read_answers(made)
    with pytest.raises(UnknownName):
        canonical("nothing")
    some = synthview.generate(
        "tiny", households=2, tables="log.plays", directory=tmp_path / "plays", workers=1
    )
    index = write_answers(some)
    assert "daily_actives" in index["queries"]
    assert "plays_by_plan" not in index["queries"]
    assert "true_of" not in index["queries"]["daily_actives"]


@pytest.fixture(scope="module")
def size_s(tmp_path_factory: pytest.TempPathFactory) -> synthview.RunDirectory:
    """The size S of everyday, with its answers."""
    named = MAGNITUDES["S"]
    made = synthview.generate(
        "everyday",
        households=named.households,
        days=named.days,
        directory=tmp_path_factory.mktemp("size") / "S",
    )
    write_answers(made)
    return made


@pytest.mark.slow
def test_five_engines_agree_on_size_s(size_s: synthview.RunDirectory) -> None:
    """DuckDB, polars, SQLite, DataFusion and ClickHouse give the same answers to every query."""
    pytest.importorskip("chdb", reason="needs synthview[engines]")
    pytest.importorskip("datafusion", reason="needs synthview[engines]")
    known = read_answers(size_s)
    engines = [one for one in ENGINES if one != "spark" and is_installed(one)]
    assert len(engines) >= 5
    wrong = [
        (one.engine, one.query, one.wrong[0])
        for engine in engines
        for one in queries.asked_of(engine, size_s, known)
        if one.wrong
    ]
    assert wrong == []


@pytest.mark.slow
def test_size_s_has_the_answers_that_were_published(size_s: synthview.RunDirectory) -> None:
    """The digest of the answers is the published one; if rows changed on purpose, publish it anew.

    ``python -m benchmarks queries DIR --publish S`` does that.
    """
    from synthview.answers.magnitudes import published

    settings: Any = size_s.manifest["settings"]
    assert published(settings) == read_answers(size_s).digest
