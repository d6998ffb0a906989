"""Spark reads small and large runs by one line, and prunes by day; needs pyspark 4 and Java 17."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from shutil import which
from typing import Any

import pytest
from fake_runs import plan_of

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
    }
    builder = SparkSession.builder.master("local[1]")
    for name, value in settings.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    yield session
    session.stop()


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
