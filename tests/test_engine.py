"""What the engine promises: the same rows in memory, on disk and in every format, the same bytes for any workers."""

from __future__ import annotations

import io
import json
import os
import sys
from pathlib import Path
from typing import Any

import duckdb
import fake_pipeline
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from fake_runs import DAYS, HOUSEHOLDS, RANGES, SOME, plan_of, tree
from hypothesis import given
from hypothesis import strategies as st

from synthview.dataset import generate, read
from synthview.engines import order, plan
from synthview.engines.estimate import estimate
from synthview.engines.layout import Layout, number_of, usual_part
from synthview.engines.local import already, run
from synthview.engines.work import shared_out
from synthview.errors import InputError, OtherRun, SettingError, UnknownName
from synthview.pipeline import BLOCK_HOUSEHOLDS
from synthview.sinks.formats import WRITERS
from synthview.sinks.sorting import dated_by, with_sorting_column
from synthview.tables import BY_PATH, TABLES, table


@pytest.fixture(autouse=True)
def _fake(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every plan of these tests is of the fake pipeline."""
    monkeypatch.setattr(order, "PIPELINE", "fake_pipeline")


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The files of a run that nothing happened to."""
    directory = tmp_path_factory.mktemp("undisturbed") / "run"
    run(plan_of(), directory, workers=1)
    return tree(directory)


@pytest.mark.slow
@pytest.mark.parametrize("workers", [2, 3])
def test_the_number_of_workers_never_shows(
    workers: int, tmp_path: Path, undisturbed: dict[str, bytes]
) -> None:
    """Two and three workers write the bytes of one, manifest included."""
    run(plan_of(), tmp_path / "run", workers=workers)
    assert tree(tmp_path / "run") == undisturbed


def test_a_part_is_a_range_and_a_day(undisturbed: dict[str, bytes]) -> None:
    """Dated tables have a folder a day, the others a file a range, the catalogue one file."""
    plays = [
        f"log/plays/day={day}/{number:06}.parquet"
        for day in ("2017-10-02", "2017-10-03")
        for number in range(RANGES)
    ]
    accounts = [f"log/accounts/{number:06}.parquet" for number in range(RANGES)]
    truth = [path.replace("log", "truth") for path in plays]
    assert set(undisturbed) == {
        *plays,
        *accounts,
        *truth,
        "log/titles/000000.parquet",
        "manifest.json",
    }


@pytest.mark.slow
def test_larger_files_hold_the_same_rows(tmp_path: Path) -> None:
    """--file-size puts more households into a file and --row-group fewer rows into a group; the rows stay."""
    many = run(plan_of(), tmp_path / "many", workers=1)
    few = run(plan_of(file_size=2, row_group=1_024), tmp_path / "few", workers=2)
    assert (many["layout"]["part_households"], few["layout"]["part_households"]) == (1_024, 2_048)
    assert "--file-size 2 --row-group 1024" in few["command"]
    for path, summary in many["tables"].items():
        assert few["tables"][path]["rows"] == summary["rows"]
        if not any(one.kind == "ids" for one in BY_PATH[path].columns):
            assert few["tables"][path]["content"] == summary["content"]
        key, lists = (
            BY_PATH[path].key,
            pl.selectors.by_dtype(pl.List(pl.Int64)),
        )  # invented from their neighbours
        made = [
            read(tmp_path / name).scan(path).drop(lists).sort(key).collect()
            for name in ("many", "few")
        ]
        assert made[0].equals(made[1]), path
    plays = tmp_path / "few" / "log" / "plays" / "day=2017-10-02" / "000000.parquet"
    groups = pq.read_metadata(plays)
    assert groups.num_row_groups == -(-groups.num_rows // 1_024) > 1


def test_rows_can_be_in_order_of_time(tmp_path: Path) -> None:
    """--sort received sorts each file by the time that dates its rows, which its footer names; rows and digests stay."""
    usual, by_time = (
        run(plan_of(40, sort=sort), tmp_path / sort) for sort in ("household", "received")
    )
    assert "--sort received" in by_time["command"]
    contents = [
        {path: one["content"] for path, one in made["tables"].items()} for made in (usual, by_time)
    ]
    assert contents[0] == contents[1]
    dated = [one for one in by_time["parts"] if table(one["table"]).dated and one["rows"]]
    assert len(dated) > 2
    for part in dated:
        path, column = tmp_path / "received" / part["path"], dated_by(table(part["table"]))
        assert pl.read_parquet(path)[column].is_sorted(), path
        (sorting,) = pq.read_metadata(path).row_group(0).sorting_columns
        assert pq.read_schema(path).names[sorting.column_index] == column
        assert not sorting.descending


def _holds_what_each_column_needs(path: Path) -> None:
    """Differences without compression, dictionaries with it, least and largest values of times alone."""
    group = pq.read_metadata(path).row_group(0)
    columns = {one.path_in_schema: one for one in map(group.column, range(group.num_columns))}
    times = {"started_at", "ended_at", "closed_at"}
    dense = times | {"watched_ms", "end_position_ms"}
    by_difference = {
        name for name, one in columns.items() if "DELTA_BINARY_PACKED" in one.encodings
    }
    assert by_difference == dense | {"start_position_ms"}
    assert {name for name, one in columns.items() if one.compression == "UNCOMPRESSED"} == dense
    assert {one.compression for one in columns.values()} == {"UNCOMPRESSED", "ZSTD"}
    assert {name for name, one in columns.items() if one.is_stats_set} == times


def test_another_writer_writes_the_same_rows(tmp_path: Path) -> None:
    """What pyarrow writes has other bytes, with the same rows, digests, row groups, order and hints for pandas; no run mixes both."""
    words = {"sort": "received", "row_group": 1_024}
    usual, other = (
        run(plan_of(40, writer=writer, **words), tmp_path / writer) for writer in WRITERS
    )
    assert ("writer" in usual["settings"], other["settings"]["writer"]) == (False, "pyarrow")
    assert other["made_with"]["pyarrow"] == other["settings"]["pyarrow"] == pa.__version__
    assert "--writer pyarrow" in other["command"]
    for mine, theirs in zip(usual["parts"], other["parts"], strict=True):
        assert (mine["path"], mine["content"]) == (theirs["path"], theirs["content"])
        paths = [tmp_path / writer / mine["path"] for writer in WRITERS]
        assert pl.read_parquet(paths[0]).equals(pl.read_parquet(paths[1])), mine["path"]
        footers = [pq.read_metadata(path) for path in paths]
        assert footers[0].num_row_groups == footers[1].num_row_groups or not mine["rows"]
        if mine["rows"]:
            first, second = (one.row_group(0).sorting_columns for one in footers)
            assert first == second
        first, second = (pq.read_schema(path).pandas_metadata for path in paths)
        assert first == second
    plays = next(one for one in other["parts"] if one["table"] == "log.plays" and one["rows"])
    _holds_what_each_column_needs(tmp_path / "pyarrow" / plays["path"])
    with pytest.raises(OtherRun, match=r"\(writer pyarrow there, polars asked\)"):
        run(plan_of(40, **words), tmp_path / "pyarrow")
    with pytest.raises(OtherRun, match=r"\(writer polars there, pyarrow asked\)"):
        run(plan_of(40, writer="pyarrow", **words), tmp_path / "polars")


def test_other_homes_of_a_world_are_another_run(tmp_path: Path) -> None:
    """As many homes from the first on are not those of the middle that a directory holds."""
    run(plan_of(40, household_range=range(20, 25)), tmp_path / "run")
    with pytest.raises(OtherRun, match="first_household 20 there, 0 asked"):
        run(plan_of(40, household_range=range(5)), tmp_path / "run")


def test_the_footer_names_the_order_in_every_row_group() -> None:
    """However many columns and row groups a file has; what polars and pyarrow read of it stays."""
    frame = pl.DataFrame({f"column_{place}": range(200) for place in range(20)})
    for size in (7, 200):
        file = io.BytesIO()
        frame.write_parquet(file, row_group_size=size)
        content = with_sorting_column(file.getvalue(), 17)
        assert pl.read_parquet(content).equals(frame)
        read_again = pq.ParquetFile(io.BytesIO(content))
        assert read_again.read().num_rows == 200
        groups = [read_again.metadata.row_group(n) for n in range(read_again.num_row_groups)]
        assert len(groups) == -(-200 // size)
        assert {one.sorting_columns for one in groups} == {(pq.SortingColumn(17),)}


def test_files_grow_with_the_run_up_to_a_bound() -> None:
    """A large run is cut into four ranges or more, in whole thousands of 1,024, and never into too large ones."""
    sizes = [usual_part(households) for households in (1, 8_000, 9_000, 20_000, 10**9)]
    assert sizes == [1_024, 1_024, 2_048, 4_096, 4_096]


def test_tasks_share_ranges_out_evenly() -> None:
    """Every range is in one task, in order; tasks are as many as workers or a multiple, and none is too large."""
    for households, workers in ((900, 4), (2_500, 2), (9_000, 2), (100_000, 3), (300_000, 2)):
        layout = plan_of(households).layout
        shares = shared_out(layout, range(layout.range_count), workers)
        assert [one for share in shares for one in share] == list(range(layout.range_count))
        assert len(shares) == layout.range_count or len(shares) % workers == 0
        assert max(map(len, shares)) * layout.part_households <= BLOCK_HOUSEHOLDS
        assert max(map(len, shares)) - min(map(len, shares)) <= 1


def test_a_small_run_has_the_folders_of_a_large_one(tmp_path: Path) -> None:
    """Twenty households lie in folders by day too, so that the same line reads both."""
    run(plan_of(20), tmp_path / "run")
    paths = [
        f"{name}/day=2017-10-0{day}/000000.parquet"
        for name in ("log/plays", "truth/plays")
        for day in (2, 3)
    ]
    others = ["log/accounts/000000.parquet", "log/titles/000000.parquet", "manifest.json"]
    assert set(tree(tmp_path / "run")) == {*paths, *others}


def test_without_partitions_a_table_is_a_file(tmp_path: Path) -> None:
    """Twenty households fit into fifteen files and a manifest, whose rows are those of the folders."""
    one = run(plan_of(20, tables=None, partition="none"), tmp_path / "run")
    cut = run(plan_of(20, tables=None), tmp_path / "cut")
    assert set(tree(tmp_path / "run")) == {
        "manifest.json",
        *(f"{one.folder}/{one.name}/000000.parquet" for one in TABLES),
    }
    assert {name: told["rows"] for name, told in one["tables"].items()} == {
        name: told["rows"] for name, told in cut["tables"].items()
    }
    assert (
        read(tmp_path / "run")
        .scan("log.plays")
        .collect()
        .equals(read(tmp_path / "cut").scan("log.plays").collect())
    )


def test_a_day_can_have_a_folder_for_each_country(tmp_path: Path) -> None:
    """Rows and digests are those of folders of days, engines skip other countries, and lost files are made again."""
    days = run(plan_of(20), tmp_path / "days")
    plan = plan_of(20, partition="country")
    made = run(plan, tmp_path / "run")
    assert "--partition country" in made["command"]
    whole = tree(tmp_path / "run")
    assert estimate(plan, 1).files == len(whole) == 1 + len(made["parts"])
    for name, told in days["tables"].items():
        assert (told["rows"], told["content"]) == (
            made["tables"][name]["rows"],
            made["tables"][name]["content"],
        )
    folder = tmp_path / "run/log/plays"
    files = duckdb.read_parquet(f"{folder}/**/*.parquet", hive_partitioning=True)
    found = files.filter("country = 'GB'").pl()
    plays = read(tmp_path / "days").scan("log.plays").filter(pl.col("country") == "GB").collect()
    assert found["play_id"].sort().equals(plays["play_id"].sort())
    assert not found.is_empty()

    lost = folder / "day=2017-10-02/country=GB/000000.parquet"
    lost.unlink()
    run(plan, tmp_path / "run")
    assert tree(tmp_path / "run") == whole
    with pytest.raises(OtherRun, match="partition country there, day asked"):
        run(plan_of(20), tmp_path / "run")


@pytest.mark.parametrize("households", [20, HOUSEHOLDS])
def test_disk_and_memory_hold_the_same_rows(households: int, tmp_path: Path) -> None:
    """A scan gives the frames of the dataset in memory, in their order."""
    words: dict[str, Any] = {"households": households, "days": DAYS, "tables": SOME}
    memory = generate("tiny", **words)
    disk = generate("tiny", directory=tmp_path / "run", workers=1, **words)
    for name in disk.tables:
        folder, _, table = name.partition(".")
        assert (
            disk.scan(name)
            .collect()
            .equals(getattr(getattr(memory, folder), table), null_equal=True)
        )


@pytest.mark.parametrize("format_", ["csv", "ndjson", "arrow", "duckdb"])
def test_every_format_holds_equal_rows(
    format_: str, tmp_path: Path, undisturbed: dict[str, bytes]
) -> None:
    """Rows and content digests are those of the Parquet files."""
    parquet = json.loads(undisturbed["manifest.json"])
    run(plan_of(format=format_), tmp_path / "run", workers=1)
    made = read(tmp_path / "run")
    for name, one in made.manifest["tables"].items():
        assert one["content"] == parquet["tables"][name]["content"]
        assert made.scan(name).select(pl.len()).collect().item() == parquet["tables"][name]["rows"]


@pytest.mark.slow
def test_duckdb_is_one_file_with_two_schemas(tmp_path: Path) -> None:
    """The database is the only file beside the manifest, and is not made twice."""
    plan_ = plan_of(format="duckdb")
    run(plan_, tmp_path / "run", workers=2)
    assert set(tree(tmp_path / "run")) == {"synthview.duckdb", "manifest.json"}
    with duckdb.connect(str(tmp_path / "run" / "synthview.duckdb"), read_only=True) as database:
        counted = database.execute("SELECT count(DISTINCT account_id) FROM log.accounts").fetchall()
    assert counted == [(HOUSEHOLDS,)]
    assert already(plan_, tmp_path / "run")


def test_a_missing_duckdb_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before anything is made."""
    monkeypatch.setitem(sys.modules, "duckdb", None)
    with pytest.raises(InputError, match=r"pip install 'synthview\[duckdb\]'"):
        run(plan_of(20, format="duckdb"), tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_duckdb_and_polars_read_the_directory(
    tmp_path: Path, undisturbed: dict[str, bytes]
) -> None:
    """One pattern reads a table with either."""
    run(plan_of(), tmp_path / "run", workers=1)
    pattern = f"{tmp_path}/run/log/plays/**/*.parquet"
    rows = json.loads(undisturbed["manifest.json"])["tables"]["log.plays"]["rows"]
    assert duckdb.execute(f"SELECT count(*) FROM '{pattern}'").fetchall() == [(rows,)]  # noqa: S608  our own files
    assert pl.scan_parquet(pattern).select(pl.len()).collect().item() == rows


def test_a_finished_run_is_left_alone(tmp_path: Path) -> None:
    """The same call again changes nothing, not even a time."""
    run(plan_of(20), tmp_path / "run")
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "run").rglob("*")}
    run(plan_of(20), tmp_path / "run")
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "run").rglob("*")} == before


def test_no_worker_is_no_answer(tmp_path: Path) -> None:
    """At least one is needed."""
    with pytest.raises(InputError, match="at least one"):
        run(plan_of(20), tmp_path / "run", workers=0)


def test_the_manifest_tells_what_and_how(tmp_path: Path) -> None:
    """Counts, digests, licence, and a command that makes the same run; no path, host or time."""
    asked = {"settings": {"player.autoplay_seconds": "5"}, "seed": 3, "start": "2017-10-04"}
    manifest = run(plan_of(20, **asked), tmp_path / "run")
    text = (tmp_path / "run" / "manifest.json").read_text()
    assert manifest["license"] == "CC0-1.0"
    assert str(tmp_path) not in text
    assert os.uname().nodename not in text
    assert manifest["scenario"]["run"]["epoch"] == "2017-10-02"
    assert manifest["tables"]["log.plays"]["rows"] == sum(
        one["rows"] for one in manifest["parts"] if one["table"] == "log.plays"
    )
    assert manifest["command"] == (
        "synthview generate tiny -o DIR --households 20 --from 2017-10-04 --seed 3 --format parquet --compression zstd "
        "--days 2 --set player.autoplay_seconds=5 --tables log.accounts,log.titles,log.plays,truth.plays"
    )
    run(plan_of(20, **asked), tmp_path / "again")
    assert tree(tmp_path / "again") == tree(tmp_path / "run")


def test_estimates_of_a_large_run_come_from_a_sample() -> None:
    """Rows within a few per cent, from households of the run itself."""
    rows = estimate(plan_of(100_000), 2).rows
    assert rows["log.plays"] == pytest.approx(100_000 * DAYS * 1.5, rel=0.05)
    assert rows["log.accounts"] == 100_000


def test_events_choose_the_households() -> None:
    """A million events of a pipeline with 1.5 a household and day."""
    plan_ = plan_of(households=None, events=1e6, tables=None)
    assert plan_.layout.households == pytest.approx(1e6 / 1.5 / DAYS, rel=0.05)


@pytest.mark.parametrize(
    ("words", "kind", "told"),
    [({"events": 5}, InputError, "exclude each other"), ({"tables": "log.play"}, UnknownName, "log.plays"),
     ({"partition": "hour"}, UnknownName, "--partition.*country, day, none"), ({"ids": "txt"}, UnknownName, "Did you mean 'text'"),
     ({"households": 1_025, "partition": "none"}, InputError, "at most 1,024 households.*this one has 1,025"),
     ({"settings": {"log.ping_seconds": 1}, "households": 1_024, "days": 2, "partition": "none"}, InputError, "Leave the option out"),
     ({"sort": "recieved"}, UnknownName, "Did you mean 'received'"),
     ({"file_size": 0}, InputError, "--file-size is 0; a whole number of MB from 1"),
     ({"file_size": 9, "format": "duckdb"}, InputError, "one file"),
     ({"row_group": 9}, InputError, "--row-group is 9; a whole number of rows from 1,024"),
     ({"row_group": 9_999, "format": "csv"}, InputError, "csv has no row groups"),
     ({"writer": "arrow"}, UnknownName, "--writer. Did you mean 'pyarrow'"),
     ({"writer": "pyarrow", "format": "csv"}, InputError, "csv has one writer"),
     ({"format": "duckdb", "partition": "none"}, InputError, "one file"), ({"bom": True}, InputError, "for CSV"),
     ({"tables": " , "}, InputError, "names no table"), ({"format": "parket"}, UnknownName, "parquet"),
     ({"start": "yesterday"}, InputError, "not a date"), ({"start": "2017-10-01"}, SettingError, "has the start 2017-10-01"),
     ({"days": 0}, InputError, "days"), ({"households": 0}, InputError, "households"),
     ({"households": None, "events": 1.5}, InputError, "whole number"),
     ({"households": None, "events": float("nan")}, InputError, "whole number"),
     ({"scenario": "tinny"}, UnknownName, "Did you mean 'tiny'"), ({"without": ["the_cat"]}, UnknownName, "the_cat"),
     ({"settings": {"run.households": 5}}, InputError, "given twice"),
     ({"households": None, "events": 9, "settings": {"run.households": 5}}, InputError, "exclude each other")],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(
    words: dict[str, Any], kind: type[Exception], told: str
) -> None:
    """With a message that says what would."""
    with pytest.raises(kind, match=told):
        plan_of(**{"households": 20, **words})


@given(
    st.integers(1, 20_000),
    st.integers(0, 20_000),
    st.integers(1, 12),
    st.sampled_from(["day", "country", "none"]),
    st.sampled_from(["parquet", "csv", "ndjson", "arrow", "duckdb"]),
)
def test_no_two_parts_share_a_path(
    households: int, first: int, days: int, partition: str, format_: str
) -> None:
    """Paths of a run are different, below its directory, and each tells its range."""
    tables = tuple(one.path for one in TABLES)
    compression = "none" if format_ in ("csv", "ndjson") else "zstd"
    layout = Layout(households, first, first + days, tables, format_, compression, partition, "int")
    for number in range(layout.range_count):
        assert all(number_of(path) == number for path in layout.paths(number))
    paths = list(layout.all_paths())
    assert len(set(paths)) == len(paths)
    assert sum(len(layout.range(number)) for number in range(layout.range_count)) == households


def test_worlds_are_built_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """However many ranges a process lives through."""
    plan.world_of.cache_clear()
    built: list[Any] = []

    def build(scenario: Any) -> int:
        built.append(scenario)
        return 1

    monkeypatch.setattr(fake_pipeline, "build", build)
    run(plan_of(), tmp_path / "run", workers=1)
    assert len(built) == 1
