"""The next day: a run gets more days, and a database is loaded day by day; both come to the whole run."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

import synthview
from synthview.errors import OtherRun, OutputError
from synthview.foreign.datasets import opened

SMALL = {"catalogue.film_count": 150, "catalogue.series_count": 40, "run.warm_up_days": 3}
WORDS: dict[str, Any] = {"households": 12, "set": {**SMALL, "run.titles": "all"}, "workers": 1}


def files_of(directory: Path) -> dict[str, bytes]:
    """Every file of a directory with its bytes."""
    return {
        one.relative_to(directory).as_posix(): one.read_bytes()
        for one in directory.rglob("*")
        if one.is_file()
    }


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three days, written at once."""
    directory = tmp_path_factory.mktemp("whole") / "run"
    synthview.generate("tiny", days=3, directory=directory, **WORDS)
    return directory


# --- More days --------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_more_days_extend_a_run(whole: Path, tmp_path: Path) -> None:
    """Files of days that are there are not touched; the rest is as if all days had been written at once."""
    directory = tmp_path / "run"
    synthview.generate("tiny", days=2, directory=directory, **WORDS)
    before = {path: (directory / path).stat() for path in files_of(directory) if "day=" in path}
    synthview.generate("tiny", days=3, directory=directory, **WORDS)
    assert files_of(directory) == files_of(whole)
    assert len(before) > 10
    for path, stat in before.items():
        now = (directory / path).stat()
        assert (now.st_ino, now.st_mtime_ns) == (stat.st_ino, stat.st_mtime_ns), path


def test_an_extension_that_was_stopped_goes_on(
    whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped before the manifest, with some files new and some old, the same command finishes."""
    directory = tmp_path / "run"
    synthview.generate("tiny", days=2, directory=directory, **WORDS)

    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("synthview.engines.site.Site.finish", stop)
        with pytest.raises(KeyboardInterrupt):
            synthview.generate("tiny", days=3, directory=directory, **WORDS)
    assert not (directory / "manifest.json").exists()
    synthview.generate("tiny", days=3, directory=directory, **WORDS)
    assert files_of(directory) == files_of(whole)


def test_only_days_may_be_more(tmp_path: Path) -> None:
    """Another seed, another beginning and fewer days are still another run."""
    directory = tmp_path / "run"
    synthview.generate("tiny", days=2, directory=directory, tables="log.plays", **WORDS)
    before = files_of(directory)
    for other in ({"days": 3, "seed": 8}, {"days": 1}, {"days": 2, "start": "2017-10-03"}):
        with pytest.raises(OtherRun):
            synthview.generate(
                "tiny", directory=directory, tables="log.plays", **{**WORDS, **other}
            )
    assert files_of(directory) == before


# --- A load for each day ----------------------------------------------------------------------------------------------

PAGE = Path(__file__).parent.parent / "docs" / "next-day.md"
DIMENSIONS = {"accounts": "account_id", "profiles": "profile_id", "devices": "device_id", "titles": "title_id"}  # fmt: skip
DAYS = ("2017-10-02", "2017-10-03", "2017-10-04")


def told(heading: str) -> str:
    """The block of statements on the page that begins with a comment."""
    (block,) = re.findall(rf"```sql\n-- {heading}\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    return str(block)


def loads_in(place: Path, format_: str, households: int = 12) -> Path:
    """The first day as a dataset, and a load for each of the two that follow."""
    words = ["--households", str(households), "--format", format_]
    words += [part for name, value in SMALL.items() for part in ("--set", f"{name}={value}")]
    for name, start in zip(("first", "second", "third"), DAYS, strict=True):
        load = [] if name == "first" else ["--load", "day"]
        command("tiny", "-o", str(place / name), "--from", start, "--days", "1", "--workers", "1", *load, *words)  # fmt: skip
    return place


def command(*words: str) -> str:
    """Run ``synthview generate`` in this process, and return what it prints."""
    from typer.testing import CliRunner

    from synthview.cli import app

    done = CliRunner().invoke(app, ["generate", *words], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


@pytest.fixture(scope="module")
def loads(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Loads as Parquet."""
    return loads_in(tmp_path_factory.mktemp("loads"), "parquet", households=150)


@pytest.fixture(scope="module")
def three_days() -> Any:
    """What the loads must sum to."""
    return synthview.generate("tiny", days=3, households=150, set=SMALL)


def test_loads_sum_to_the_whole_run(loads: Path, three_days: Any) -> None:
    """The first day and the rows that the loads insert are the whole run, in every table of log and truth."""
    changes: set[str] = set()
    for table in synthview.read(loads / "first").tables:
        folder, name = table.split(".")
        whole = getattr(getattr(three_days, folder), name)
        found = [synthview.read(loads / "first").scan(table).collect()]
        for load in ("second", "third"):
            rows = pl.read_parquet(
                loads / load / folder / name / "*" / "*.parquet", hive_partitioning=False
            )
            if "operation" in rows.columns:
                changes |= set(rows["operation"].cast(pl.String))
                rows = rows.filter(pl.col("operation") != "close").drop(
                    "operation", "valid_to", strict=False
                )
            found.append(rows.select(whole.columns).cast(dict(whole.schema)))
        ordered = whole.sort(whole.columns[:3]) if "ids" not in table else whole
        total = pl.concat(found).sort(whole.columns[:3])
        assert_frame_equal(total, ordered, check_row_order=False)
    assert changes >= {"update", "close"}


def test_a_load_is_told_from_a_dataset(loads: Path, tmp_path: Path) -> None:
    """Whoever names one where a dataset is needed, or a place for one, is told what it is; it stays as it was."""
    load, before = loads / "second", files_of(loads / "second")
    wanted = "holds a load of 2017-10-03, made with --load day"
    with pytest.raises(OutputError, match=wanted):
        synthview.read(load)
    with pytest.raises(OutputError, match=wanted):
        synthview.generate("tiny", directory=load, overwrite=True, **WORDS)
    with pytest.raises(OutputError, match=wanted):
        opened(load)
    assert files_of(load) == before
    (tmp_path / "load.json").write_text('{"settings": {}}')
    with pytest.raises(OutputError, match="no dataset"):
        synthview.read(tmp_path)


def test_each_change_says_what_to_do() -> None:
    """A first state is inserted, a later one updates, what ended is closed; a state of a few hours comes with its end."""
    from synthview.engines.loads import changed_states
    from synthview.tables import frame, table

    of = table("log.profiles")

    def states(*rows: tuple[int, int]) -> pl.DataFrame:
        ids, hours = zip(*rows, strict=True)
        texts = {"name": ["N"] * len(rows), "language": ["en"] * len(rows)}
        flags = {"is_kids": [False] * len(rows), "maturity": ["adults"] * len(rows)}
        from_ms = [hour * 3_600_000 for hour in hours]
        columns = {"profile_id": ids, "account_id": ids, "valid_from": from_ms, **texts, **flags}
        return pl.DataFrame(columns).select(
            pl.col(name).cast(pl.Datetime("ms") if name == "valid_from" else kind)
            for name, kind in frame("log.profiles").schema.items()
        )

    before = states((1, 0), (2, 0), (3, 0), (3, 5))
    after = states((1, 0), (2, 0), (2, 30), (2, 31), (3, 0), (3, 5), (4, 40), (5, 26), (5, 27))
    found = changed_states(of, before, after)
    hours = (
        found["valid_from"].to_physical() // 3_600_000,
        found["valid_to"].to_physical() // 3_600_000,
    )
    told_rows = zip(found["profile_id"], found["operation"].cast(pl.String), *hours, strict=True)
    assert list(told_rows) == [
        (2, "close", 0, 30), (2, "update", 30, 31), (2, "update", 31, None),
        (4, "insert", 40, None), (5, "insert", 26, 27), (5, "update", 27, None),
    ]  # fmt: skip


def test_duckdb_merges_the_loads(
    loads: Path, three_days: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the statements of the page, DuckDB has every state with its end, and running a load again changes nothing."""
    import duckdb

    monkeypatch.chdir(loads)
    base = duckdb.connect()
    base.execute("SET TimeZone = 'UTC'")
    once, daily = told("duckdb, once"), told("duckdb, every day")
    for name, key in DIMENSIONS.items():
        states = once.partition("CREATE TABLE plays")[0]
        base.execute(_about(states, name, key))
    base.execute("CREATE TABLE plays" + once.partition("CREATE TABLE plays")[2])
    for load in ("second", "third", "third"):
        merge, _, facts = daily.partition("MERGE INTO plays")
        for name, key in DIMENSIONS.items():
            base.execute(_about(merge, name, key).replace("second/", f"{load}/"))
        base.execute(("MERGE INTO plays" + facts).replace("second/", f"{load}/"))
    for name, key in DIMENSIONS.items():
        expected = getattr(three_days.log, name).sort(key, "valid_from").with_columns(
            valid_to=pl.col("valid_from").shift(-1).over(key)
        )  # fmt: skip
        found = pl.from_arrow(base.sql(f"FROM {name} ORDER BY {key}, valid_from").to_arrow_table())
        assert found.cast(dict(expected.schema)).equals(expected), name
    found = pl.from_arrow(
        base.sql("SELECT play_id, watched_ms FROM plays ORDER BY 1").to_arrow_table()
    )
    assert_frame_equal(found, three_days.log.plays.select("play_id", "watched_ms").sort("play_id"))


def _about(statement: str, name: str, key: str) -> str:
    """A statement about accounts, said of another table."""
    return statement.replace("accounts", name).replace("account_id", key)


def test_a_load_is_not_written_over_what_is_there(tmp_path: Path) -> None:
    """A directory with something in it stays; a load is replaced on request alone."""
    from synthview.engines.loads import write_loads
    from synthview.engines.order import Order, order

    wanted = Order(scenario="tiny", households=5, days=1, settings=SMALL, tables="log.plays")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes").write_text("mine")
    with pytest.raises(OutputError, match="something else"):
        write_loads(order(wanted), tmp_path / "mine", workers=1, overwrite=True)
    place = tmp_path / "load"
    first = write_loads(order(wanted), place, workers=1)
    with pytest.raises(OutputError, match="--overwrite"):
        write_loads(order(wanted), place, workers=1)
    assert write_loads(order(wanted), place, workers=1, overwrite=True) == first
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith(".")] == []
