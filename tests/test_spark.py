"""Spark reads what we write, reads scenarios, and simulates on a cluster; needs pyspark 4 and Java 17."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from shutil import which
from typing import Any

import polars as pl
import psutil
import pytest
from commands import run as command
from fake_runs import plan_of, tree

import synthview
from benchmarks import queries
from synthview.answers.answering import read_answers, write_answers
from synthview.engines.local import run

IS_NEEDED = bool(os.environ.get("SYNTHVIEW_NEEDS_SPARK"))
if which("java") is None and not IS_NEEDED:
    pytest.skip("needs Java 17 or newer", allow_module_level=True)
if not IS_NEEDED:
    pytest.importorskip("pyspark", reason="needs pyspark")
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("default")]


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    """A session of Spark in this process."""
    from pyspark.sql import SparkSession

    settings = {
        "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": "1",
        "spark.sql.session.timeZone": "Asia/Tokyo",
        "spark.sql.python.filterPushdown.enabled": "true",
    }
    builder = SparkSession.builder.master("local[1]")
    for name, value in settings.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    yield session
    session.stop()


def test_spark_reads_a_table_of_delta_lake(spark: Any, tmp_path: Path) -> None:
    """With the schema and files that its log names, as Delta Lake on Spark reads them; any Delta reader of version 1 can."""
    if not IS_NEEDED:
        pytest.importorskip("deltalake", reason="needs synthview[delta]")
    from pyspark.sql.types import StructType

    command("generate", "tiny", "--households=9", "--format=delta", "-o", str(tmp_path / "lake"))
    plays = synthview.generate("tiny", households=9, tables="log.plays").log.plays
    table = tmp_path / "lake" / "log_plays"
    actions = spark.read.json(str(table / "_delta_log"))
    (protocol,) = actions.where("protocol is not null").select("protocol.*").collect()
    (stated,) = actions.where("metaData is not null").select("metaData.*").collect()
    files = actions.where("add is not null").select("add.*").collect()
    assert protocol.minReaderVersion == 1
    assert stated.format.provider == "parquet"
    assert "remove" not in actions.columns
    counts = [json.loads(one.stats)["numRecords"] for one in files]
    assert sum(counts) == len(plays)
    schema = StructType.fromJson(json.loads(stated.schemaString))
    rows = spark.read.schema(schema).parquet(*(str(table / one.path) for one in files))
    (told,) = rows.selectExpr(
        "count(*) n", "count(distinct play_id) ids", "sum(watched_ms) ms",
        "unix_millis(min(started_at)) first", "count_if(kind = 'episode') episodes",
    ).collect()  # fmt: skip
    first = plays.select(pl.col("started_at").min().dt.epoch("ms")).item()
    episodes = len(plays.filter(pl.col("kind") == "episode"))
    expected = (len(plays), plays["play_id"].n_unique(), plays["watched_ms"].sum(), first, episodes)
    assert (told.n, told.ids, told.ms, told.first, told.episodes) == expected


@pytest.mark.parametrize(("households", "ids"), [(20, "int"), (1_100, "int"), (20, "text")])
def test_spark_reads_and_prunes_by_day(
    spark: Any, households: int, ids: str, tmp_path: Path
) -> None:
    """The folder of a table is a table with a column `day`, and a filter on it reads the files of that day alone."""
    made = run(plan_of(households, ids=ids), tmp_path / "run", workers=1)
    rows = {one["path"]: one["rows"] for one in made["parts"] if one["table"] == "log.plays"}
    plays = spark.read.parquet(str(tmp_path / "run" / "log" / "plays"))
    assert plays.count() == sum(rows.values())
    assert dict(plays.dtypes)["play_id"] == ("bigint" if ids == "int" else "string")
    assert dict(plays.dtypes)["closed_at"] == "timestamp_ntz"
    assert dict(plays.dtypes)["day"] == "date"
    second = plays.where("day = '2017-10-03'")
    of_day = {path: count for path, count in rows.items() if "/day=2017-10-03/" in path}
    assert second.count() == sum(of_day.values()) > 0
    read = {
        row.path.rpartition("/run/")[2]
        for row in second.selectExpr("input_file_name() AS path").distinct().collect()
    }
    assert read <= of_day.keys()
    plan = second._jdf.queryExecution().toString()
    assert "PartitionFilters: [isnotnull(day" in plan


def test_spark_reads_what_has_no_days(spark: Any, tmp_path: Path) -> None:
    """Tables that are not dated, and runs without partitions, are read by the same line."""
    made = run(plan_of(20, partition="none"), tmp_path / "run", workers=1)
    for name in made["tables"]:
        found = spark.read.parquet(str(tmp_path / "run" / name.replace(".", "/")))
        assert found.count() == made["tables"][name]["rows"]
        assert "day" not in found.columns


SMALL = {"catalogue.film_count": 300, "catalogue.series_count": 80, "run.warm_up_days": 4}


@pytest.mark.parametrize("path", ["log.plays", "log.titles", "truth.plays"])
def test_spark_reads_a_scenario(spark: Any, path: str) -> None:
    """format("synthview") simulates a table; its rows are those that generate makes, values and order."""
    from synthview.spark import register

    register(spark)
    reader = spark.read.format("synthview").option("scenario", "tiny").option("table", path)
    found = reader.load()
    rows = pl.DataFrame(found.toArrow())
    expected = synthview.scan("tiny", path).collect()
    assert rows.cast(dict(expected.schema)).equals(expected)


def test_spark_hands_filters_over(spark: Any) -> None:
    """A filter on the account or the day is simulated for them alone, and the rows are right all the same."""
    from synthview.spark import register

    register(spark)
    plays = synthview.scan("tiny", "log.plays").collect()
    account = plays["account_id"][0]
    reader = spark.read.format("synthview").option("scenario", "tiny").option("columns", "play_id")
    both = reader.option("columns", "play_id,account_id,closed_at").load()
    for condition in (
        f"account_id = {account}",
        f"account_id IN ({account}, 5)",
        "closed_at >= timestamp_ntz'2017-10-04 00:00:00'",
    ):
        ours = condition.replace("timestamp_ntz'", "timestamp'")
        expected = plays.sql(f"SELECT play_id FROM self WHERE {ours}")  # noqa: S608  our own words
        found = both.where(condition).select("play_id")
        assert sorted(row.play_id for row in found.collect()) == sorted(expected["play_id"])
    with pytest.raises(Exception, match="There is no option 'household'"):
        reader.option("household", "3").load()


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _wait(condition: Callable[[], Any], seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """A standalone master and two workers of one core each, as processes on the loopback."""
    import pyspark

    program = Path(pyspark.__file__).parent / "bin" / "spark-class"
    port = _free_port()
    address = f"spark://127.0.0.1:{port}"
    environment = {**os.environ, "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_NO_DAEMONIZE": "1"}
    master = ["master.Master", "--host", "127.0.0.1", "--port", str(port), "--webui-port", "0"]
    folders = [tmp_path / name for name in ("one", "other")]
    workers = [
        ["worker.Worker", "-c", "1", "-m", "1g", "--webui-port", "0", "-d", str(one), address]
        for one in folders
    ]
    with ExitStack() as started:
        processes = []
        for words in (master, *workers):
            words_of_java = [str(program), f"org.apache.spark.deploy.{words[0]}", *words[1:]]
            log = started.enter_context((tmp_path / "spark.log").open("ab"))
            one = subprocess.Popen(words_of_java, env=environment, stdout=log, stderr=log)
            started.callback(one.wait)
            started.callback(one.terminate)
            processes.append(one)
        said = tmp_path / "spark.log"
        _wait(lambda: said.read_text().count("Successfully registered with master") == 2)
        yield address, processes[1:]


def _executors(workers: list[subprocess.Popen[bytes]]) -> list[psutil.Process]:
    """The executors that some workers have started."""
    found = []
    for worker in workers:
        with suppress(psutil.NoSuchProcess):
            for one in psutil.Process(worker.pid).children(recursive=True):
                with suppress(psutil.NoSuchProcess):
                    if "CoarseGrainedExecutorBackend" in " ".join(one.cmdline()):
                        found.append(one)
    return found


def test_a_cluster_makes_the_same_dataset_though_an_executor_is_killed(
    cluster: tuple[str, list[subprocess.Popen[bytes]]], tmp_path: Path
) -> None:
    """A master and two workers write the bytes of the local engine, also when an executor dies half-way."""
    address, workers = cluster
    words = [
        "--households",
        "4200",
        "--days",
        "2",
        "--tables",
        "log.accounts,log.plays,truth.plays",
    ]
    words += [f"--set={name}={value}" for name, value in SMALL.items()]
    typed = [sys.executable, "-m", "synthview", "generate", "everyday", *words]
    there = tmp_path / "there"
    on_spark = [*typed, "--engine", "spark", "--master", address, "-o", str(there)]
    environment = {**os.environ, "SPARK_LOCAL_IP": "127.0.0.1"}
    with subprocess.Popen(on_spark, env=environment, stderr=subprocess.PIPE, text=True) as made:
        _wait(lambda: list(there.rglob("*.synthview-draft")) or made.poll() is not None)
        executors = _executors(workers)
        assert len(executors) == 2
        executors[0].kill()
        _, said = made.communicate(timeout=300)
    assert made.returncode == 0, said
    here = tmp_path / "here"
    subprocess.run([*typed, "--workers", "1", "-o", str(here)], check=True)
    assert tree(there) == tree(here)


def test_a_run_goes_on_without_spark_when_its_driver_was_killed(
    cluster: tuple[str, list[subprocess.Popen[bytes]]], tmp_path: Path
) -> None:
    """The same command on this machine ends in the same bytes, and no draft of an executor stays."""
    address, workers = cluster
    words = ["--households=4200", "--days=2", "--tables=log.accounts,log.plays"]
    words += [f"--set={name}={value}" for name, value in SMALL.items()]
    typed = [sys.executable, "-m", "synthview", "generate", "everyday", *words]
    there = tmp_path / "there"
    on_spark = [*typed, "--engine", "spark", "--master", address, "-o", str(there)]
    environment = {**os.environ, "SPARK_LOCAL_IP": "127.0.0.1"}
    with subprocess.Popen(on_spark, env=environment, stderr=subprocess.DEVNULL) as made:
        _wait(lambda: list(there.rglob("*.synthview-draft")) or made.poll() is not None)
        made.kill()
    _wait(lambda: not _executors(workers))
    subprocess.run([*typed, "--workers", "1", "-o", str(there)], check=True)
    here = tmp_path / "here"
    subprocess.run([*typed, "--workers", "1", "-o", str(here)], check=True)
    assert tree(there) == tree(here)


def test_a_claim_on_a_cluster_is_answered_as_here(
    cluster: tuple[str, list[subprocess.Popen[bytes]]], tmp_path: Path
) -> None:
    """All that an answer says is the same, apart from the command."""
    address, _ = cluster
    words = ["claim", "christmas-prince", "--households", "30k", "--sample", "200"]
    words += [f"--set={name}={value}" for name, value in SMALL.items()]
    there, here = tmp_path / "there.json", tmp_path / "here.json"
    on_spark = ["--engine", "spark", "--master", address, "--json", str(there)]
    command(*words, *on_spark, SPARK_LOCAL_IP="127.0.0.1")
    command(*words, "--workers", "1", "--json", str(here))
    told = [json.loads(one.read_text("utf-8")) for one in (there, here)]
    assert [one.pop("command") for one in told]
    assert told[0] == told[1]


def test_a_master_that_is_not_there_is_told(tmp_path: Path) -> None:
    """An address that is none ends in a line, and leaves nothing behind."""
    place = tmp_path / "run"
    words = ["tiny", "--engine", "spark", "--master", "nowhere", "-o", str(place)]
    said = command("generate", *words, expect=1).stderr
    assert "Spark cannot be reached at nowhere" in said
    assert not place.exists()


def test_spark_answers_the_canonical_queries(tmp_path: Path) -> None:
    """Spark gives the known answers; it is the last test, since the engine ends its session."""
    made = synthview.generate("tiny", directory=tmp_path / "run", workers=1)
    write_answers(made)
    wrong = [one for one in queries.asked_of("spark", made, read_answers(made)) if one.wrong]
    assert wrong == []
