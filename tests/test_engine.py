"""What the local engine promises: the same bytes for any number of workers, after any accident, and nobody's files touched."""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import polars as pl
import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

import synthview
from synthview.dataset import generate, read
from synthview.engines import local, order, plan, site
from synthview.engines.estimate import estimate
from synthview.engines.layout import Layout
from synthview.engines.local import Progress, run
from synthview.engines.order import Order
from synthview.engines.plan import Plan
from synthview.engines.workers import WorkerDied
from synthview.errors import InputError, NoSpace, NotOurs, OtherRun, OutputError, SettingError, UnknownName
from synthview.sinks import parts
from synthview.tables import TABLES

HOUSEHOLDS, DAYS, RANGES = 5_000, 2, 3
SOME = "log.titles,log.accounts,log.plays,truth.plays"
KILLED = -signal.SIGKILL


@pytest.fixture(autouse=True)
def _fake(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every plan of these tests is of the fake pipeline."""
    monkeypatch.setattr(order, "PIPELINE", "fake_pipeline")


def _plan(households: int = HOUSEHOLDS, **words: Any) -> Plan:
    asked: dict[str, Any] = {"scenario": "tiny", "households": households, "days": DAYS, "tables": SOME, **words}
    return order.order(Order(**asked), "fake_pipeline")


def _tree(directory: Path) -> dict[str, bytes]:
    """Every file of a directory."""
    return {str(one.relative_to(directory)): one.read_bytes() for one in directory.rglob("*") if one.is_file()}


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The files of a run that nothing happened to."""
    directory = tmp_path_factory.mktemp("undisturbed") / "run"
    run(_plan(), directory, workers=1)
    return _tree(directory)


@pytest.mark.parametrize("workers", [2, 3])
def test_the_number_of_workers_never_shows(workers: int, tmp_path: Path, undisturbed: dict[str, bytes]) -> None:
    """Two and three workers write the bytes of one, manifest included."""
    run(_plan(), tmp_path / "run", workers=workers)
    assert _tree(tmp_path / "run") == undisturbed


def test_a_part_is_a_range_and_a_day(undisturbed: dict[str, bytes]) -> None:
    """Dated tables have a folder a day, the others a file a range, the catalogue one file."""
    plays = [f"log/plays/{day}/{number:06}.parquet" for day in ("2017-10-02", "2017-10-03") for number in range(RANGES)]
    accounts = [f"log/accounts/{number:06}.parquet" for number in range(RANGES)]
    truth = [path.replace("log", "truth") for path in plays]
    assert set(undisturbed) == {*plays, *accounts, *truth, "log/titles/000000.parquet", "manifest.json"}


def test_a_small_run_is_a_file_a_table(tmp_path: Path) -> None:
    """Twenty households fit into fifteen files and a manifest."""
    run(_plan(20, tables=None), tmp_path / "run")
    assert set(_tree(tmp_path / "run")) == {
        "manifest.json",
        *(f"{one.folder}/{one.name}/000000.parquet" for one in TABLES),
    }


@pytest.mark.parametrize("households", [20, HOUSEHOLDS])
def test_disk_and_memory_hold_the_same_rows(households: int, tmp_path: Path) -> None:
    """A scan gives the frames of the dataset in memory, in their order."""
    words: dict[str, Any] = {"households": households, "days": DAYS, "tables": SOME}
    memory = generate("tiny", **words)
    disk = generate("tiny", directory=tmp_path / "run", workers=1, **words)
    for name in disk.tables:
        folder, _, table = name.partition(".")
        assert disk.scan(name).collect().equals(getattr(getattr(memory, folder), table), null_equal=True)


@pytest.mark.parametrize("format_", ["csv", "ndjson", "arrow", "duckdb"])
def test_every_format_holds_equal_rows(format_: str, tmp_path: Path, undisturbed: dict[str, bytes]) -> None:
    """Rows and content digests are those of the Parquet files."""
    parquet = json.loads(undisturbed["manifest.json"])
    run(_plan(format=format_), tmp_path / "run", workers=1)
    made = read(tmp_path / "run")
    for name, one in made.manifest["tables"].items():
        assert one["content"] == parquet["tables"][name]["content"]
        assert made.scan(name).select(pl.len()).collect().item() == parquet["tables"][name]["rows"]


def test_duckdb_is_one_file_with_two_schemas(tmp_path: Path) -> None:
    """The database is the only file beside the manifest, and is not made twice."""
    plan_ = _plan(format="duckdb")
    run(plan_, tmp_path / "run", workers=2)
    assert set(_tree(tmp_path / "run")) == {"synthview.duckdb", "manifest.json"}
    with duckdb.connect(str(tmp_path / "run" / "synthview.duckdb"), read_only=True) as database:
        counted = database.execute("SELECT count(DISTINCT account_id) FROM log.accounts").fetchall()
    assert counted == [(HOUSEHOLDS,)]
    assert run(plan_, tmp_path / "run").was_there


def test_duckdb_and_polars_read_the_directory(tmp_path: Path, undisturbed: dict[str, bytes]) -> None:
    """One pattern reads a table with either."""
    run(_plan(), tmp_path / "run", workers=1)
    pattern = f"{tmp_path}/run/log/plays/**/*.parquet"
    rows = json.loads(undisturbed["manifest.json"])["tables"]["log.plays"]["rows"]
    assert duckdb.execute(f"SELECT count(*) FROM '{pattern}'").fetchall() == [(rows,)]  # noqa: S608  our own files
    assert pl.scan_parquet(pattern).select(pl.len()).collect().item() == rows


def test_a_finished_run_is_left_alone(tmp_path: Path) -> None:
    """The same call again changes nothing, not even a time."""
    assert not run(_plan(20), tmp_path / "run").was_there
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "run").rglob("*")}
    assert run(_plan(20), tmp_path / "run").was_there
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "run").rglob("*")} == before


@pytest.mark.parametrize("at", ["0:0", "1:1", "2:1"])
def test_a_killed_worker_is_told_and_the_run_goes_on(
    at: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, undisturbed: dict[str, bytes]
) -> None:
    """The error names the signal; the same call ends in the same bytes."""
    monkeypatch.setenv("FAKE_KILL", f"{at}:{tmp_path / 'killed'}")
    with pytest.raises(WorkerDied, match="killed by SIGKILL.*same command"):
        run(_plan(), tmp_path / "run", workers=2)
    assert not (tmp_path / "run" / "manifest.json").exists()
    run(_plan(), tmp_path / "run", workers=2)
    assert _tree(tmp_path / "run") == undisturbed


def test_finished_ranges_are_not_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After an accident in the last range the first are kept as they lie."""
    monkeypatch.setenv("FAKE_FAIL", "2:1")
    with pytest.raises(ZeroDivisionError):
        run(_plan(), tmp_path / "run", workers=1)
    monkeypatch.delenv("FAKE_FAIL")
    first = tmp_path / "run" / "log" / "plays" / "2017-10-02" / "000000.parquet"
    before = first.stat().st_mtime_ns
    reports: list[Progress] = []
    run(_plan(), tmp_path / "run", workers=1, progress=reports.append)
    assert first.stat().st_mtime_ns == before
    assert reports[0].household_days == 4096 * DAYS
    assert reports[-1].household_days == reports[-1].of_household_days == HOUSEHOLDS * DAYS


def test_what_a_worker_raises_is_raised_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the place it came from as a note."""
    monkeypatch.setenv("FAKE_FAIL", "1:0")
    with pytest.raises(ZeroDivisionError, match="a fault of a plug-in") as caught:
        run(_plan(), tmp_path / "run", workers=2)
    assert "fake_pipeline.py" in caught.value.__notes__[0]


PROGRAM = """
import sys
sys.path.insert(0, {tests!r})
from pathlib import Path
from synthview.engines.local import run
from synthview.engines.order import Order, order
asked = Order(scenario="tiny", households={households}, days={days}, tables={tables!r})
run(order(asked, "fake_pipeline"), Path({directory!r}), workers={workers})
"""


class _Started(NamedTuple):
    process: subprocess.Popen[bytes]
    directory: Path


@pytest.fixture
def start(tmp_path: Path) -> Callable[..., _Started]:
    """Start a slow run in a process of its own: a plain script, without a guard for its main part."""

    def begin(workers: int, **environment: str) -> _Started:
        directory, script = tmp_path / "run", tmp_path / "script.py"
        tests = str(Path(__file__).parent)
        words = {"tests": tests, "households": HOUSEHOLDS, "days": DAYS, "tables": SOME}
        script.write_text(PROGRAM.format(**words, directory=str(directory), workers=workers))
        return _Started(subprocess.Popen([sys.executable, script], env={**os.environ, **environment}), directory)

    return begin


def _wait(condition: Callable[[], Any], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("written", [0, 2, 7])
def test_kill_nine_at_any_point(
    workers: int, written: int, start: Callable[..., _Started], undisturbed: dict[str, bytes]
) -> None:
    """The run dies with its workers, shows no half-written part, and ends in the same bytes."""
    process, directory = start(workers, FAKE_SLEEP="0.05")
    _wait(lambda: len(list(directory.rglob("*.parquet"))) >= written and (directory / ".synthview").exists())
    crew = psutil.Process(process.pid).children(recursive=True)
    process.kill()
    assert process.wait() == KILLED
    psutil.wait_procs(crew, timeout=20)
    assert not [one for one in crew if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]
    assert all(content == undisturbed[path] for path, content in _tree(directory).items() if path.endswith("parquet"))
    run(_plan(), directory, workers=1)
    assert _tree(directory) == undisturbed


@pytest.mark.slow
def test_a_script_needs_no_guard(start: Callable[..., _Started], undisturbed: dict[str, bytes]) -> None:
    """Workers do not run the caller's script again."""
    process, directory = start(2)
    assert process.wait() == 0
    assert _tree(directory) == undisturbed


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2])
def test_interrupt_leaves_a_resumable_directory(
    workers: int, start: Callable[..., _Started], undisturbed: dict[str, bytes]
) -> None:
    """Ctrl-C in the terminal's whole process group ends all, removes drafts, and loses nothing."""
    process, directory = start(workers, FAKE_SLEEP="0.1")
    _wait(lambda: list(directory.rglob("*.parquet")))
    crew = psutil.Process(process.pid).children(recursive=True)
    for one in [*crew, process]:
        one.send_signal(signal.SIGINT)
    assert process.wait(20) != 0
    psutil.wait_procs(crew, timeout=20)
    assert not list(directory.rglob("*draft"))
    run(_plan(), directory, workers=1)
    assert _tree(directory) == undisturbed


def test_a_second_run_is_refused(tmp_path: Path) -> None:
    """As long as the first holds the directory."""
    with site.Site(tmp_path / "run").held(), pytest.raises(OutputError, match=f"Another run .process {os.getpid()}."):
        run(_plan(20), tmp_path / "run")
    run(_plan(20), tmp_path / "run")


def test_the_lock_of_the_dead_does_not_count(tmp_path: Path) -> None:
    """A lock file that nobody holds is taken over."""
    (tmp_path / "run" / ".synthview").mkdir(parents=True)
    (tmp_path / "run" / ".synthview" / "lock").write_text("1")
    assert run(_plan(20), tmp_path / "run").manifest["license"] == "CC0-1.0"


@pytest.mark.parametrize("name", ["notes.txt", "manifest.json", "log/events/000000.parquet", ".synthview/run.json"])
@pytest.mark.parametrize("overwrite", [False, True])
def test_what_is_not_ours_stays_untouched(name: str, overwrite: bool, tmp_path: Path) -> None:  # noqa: FBT001  pytest's
    """A directory with something else in it is refused, --overwrite or not."""
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).write_text('{"name": "another program\'s"}')
    (tmp_path / "mine").touch()
    before = _tree(tmp_path)
    with pytest.raises(NotOurs, match="did not make"):
        run(_plan(20), tmp_path, overwrite=overwrite)
    assert _tree(tmp_path) == before


@pytest.mark.parametrize(
    ("words", "told"),
    [({"seed": 2}, "seed 1 there, 2 asked"), ({"households": 21}, "households 20 there, 21 asked"),
     ({"format": "csv"}, "format parquet there, csv asked"), ({"compression": "lz4"}, "compression zstd there"),
     ({"tables": "log.plays"}, "tables .* there, log.plays asked"), ({"days": 1}, "until 2017-10-04 there"),
     ({"settings": {"log.ping_seconds": 30}}, "settings of the scenario differ")],
)  # fmt: skip
def test_other_settings_are_refused(words: dict[str, Any], told: str, tmp_path: Path) -> None:
    """The message says what differs; --overwrite leaves exactly the new run."""
    run(_plan(20), tmp_path / "run")
    before, other = _tree(tmp_path / "run"), _plan(**{"households": 20, **words})
    with pytest.raises(OtherRun, match=told):
        run(other, tmp_path / "run")
    assert _tree(tmp_path / "run") == before
    run(other, tmp_path / "run", overwrite=True)
    run(other, tmp_path / "fresh")
    assert _tree(tmp_path / "run") == _tree(tmp_path / "fresh")


def test_overwriting_spares_what_is_not_ours(tmp_path: Path) -> None:
    """Notes that somebody put beside our files, or among them, stay."""
    run(_plan(), tmp_path, workers=1)
    notes = [
        tmp_path / "notes.txt",
        tmp_path / "log" / "plays" / "2017-10-03" / "why.md",
        tmp_path / "log" / "x.parquet",
    ]
    for note in notes:
        note.write_text("mine")
    run(_plan(20), tmp_path, overwrite=True)
    assert [note.read_text() for note in notes] == ["mine"] * len(notes)
    assert not (tmp_path / "log" / "plays" / "2017-10-02").exists()


def test_overwriting_that_was_interrupted_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, undisturbed: dict[str, bytes]
) -> None:
    """Killed between the old run and the new one, the same command finds its way."""
    run(_plan(20, format="csv"), tmp_path / "run")

    def interrupted(_: Any, __: Any) -> None:
        (tmp_path / "run" / "log" / "plays" / "000000.csv").unlink()
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(site.Site, "_clear", interrupted)
        with pytest.raises(KeyboardInterrupt):
            run(_plan(), tmp_path / "run", workers=1, overwrite=True)
    run(_plan(), tmp_path / "run", workers=1)
    assert _tree(tmp_path / "run") == undisturbed


@pytest.mark.parametrize("harm", ["cut", "removed"])
def test_a_damaged_part_is_made_again(harm: str, tmp_path: Path, undisturbed: dict[str, bytes]) -> None:
    """Only its range is."""
    run(_plan(), tmp_path / "run", workers=1)
    harmed, spared = (tmp_path / "run" / "log" / "plays" / "2017-10-03" / f"00000{number}.parquet" for number in (1, 0))
    before = spared.stat().st_mtime_ns
    if harm == "cut":
        harmed.write_bytes(harmed.read_bytes()[:-1])
    else:
        harmed.unlink()
        with pytest.raises(OutputError, match="is not there. Run again"):
            read(tmp_path / "run").scan("log.plays")
    assert not run(_plan(), tmp_path / "run", workers=1).was_there
    assert _tree(tmp_path / "run") == undisturbed
    assert spared.stat().st_mtime_ns == before


def test_a_journal_cut_short_costs_one_range(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, undisturbed: dict[str, bytes]
) -> None:
    """A kill in the middle of a line loses that line only."""
    monkeypatch.setenv("FAKE_FAIL", "2:1")
    with pytest.raises(ZeroDivisionError):
        run(_plan(), tmp_path / "run", workers=1)
    monkeypatch.delenv("FAKE_FAIL")
    journal = tmp_path / "run" / ".synthview" / "receipts.jsonl"
    journal.write_bytes(journal.read_bytes()[:-9])
    reports: list[Progress] = []
    run(_plan(), tmp_path / "run", workers=1, progress=reports.append)
    assert reports[0].household_days == 2048 * DAYS
    assert _tree(tmp_path / "run") == undisturbed


def test_a_run_that_will_not_fit_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both numbers are told, and nothing is made."""
    usage = shutil.disk_usage(tmp_path)._replace(free=2_000_000_000)
    monkeypatch.setattr(local.shutil, "disk_usage", lambda _: usage)
    with pytest.raises(NoSpace, match=r"needs about 9\.00 GB and .* has 2\.00 GB free"):
        run(_plan(20), tmp_path / "a" / "run", expected_bytes=9_000_000_000)
    assert not (tmp_path / "a").exists()


def test_a_disk_that_fills_up_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, undisturbed: dict[str, bytes]
) -> None:
    """The error says so; with space again, the same command goes on."""
    whole, written = parts._write, iter(range(100))

    def filling(path: Path, chunks: Any) -> tuple[int, str]:
        if next(written) == 9:
            raise OSError(errno.ENOSPC, "No space left on device")
        return whole(path, chunks)

    with monkeypatch.context() as full:
        full.setattr(parts, "_write", filling)
        with pytest.raises(NoSpace, match="disk is full"):
            run(_plan(), tmp_path / "run", workers=1)
    run(_plan(), tmp_path / "run", workers=1)
    assert _tree(tmp_path / "run") == undisturbed


@pytest.mark.parametrize("place", ["file", "file/deeper"])
def test_a_file_in_the_way_is_told(place: str, tmp_path: Path) -> None:
    """A directory that cannot be is an error with its path."""
    (tmp_path / "file").write_text("mine")
    with pytest.raises(OutputError, match="file"):
        run(_plan(20), tmp_path / place)
    assert (tmp_path / "file").read_text() == "mine"


def test_a_directory_that_goes_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody removed it while the run was writing: it is not made again behind their back."""
    whole, written = parts._write, iter(range(100))

    def writing(path: Path, chunks: Any) -> tuple[int, str]:
        if next(written) == 5:
            shutil.rmtree(tmp_path / "run")
        return whole(path, chunks)

    monkeypatch.setattr(parts, "_write", writing)
    with pytest.raises(OutputError, match="removed meanwhile"):
        run(_plan(), tmp_path / "run", workers=1)
    assert not (tmp_path / "run").exists()


def test_no_worker_is_no_answer(tmp_path: Path) -> None:
    """At least one is needed."""
    with pytest.raises(InputError, match="at least one"):
        run(_plan(20), tmp_path / "run", workers=0)


def test_the_manifest_tells_what_and_how(tmp_path: Path) -> None:
    """Counts, digests, licence, and a command that makes the same run; no path, host or time."""
    asked = {"settings": {"player.autoplay_seconds": "5"}, "seed": 3, "start": "2017-10-04"}
    manifest = run(_plan(20, **asked), tmp_path / "run").manifest
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
        f"--days 2 --set player.autoplay_seconds=5 --tables {SOME}"
    )
    run(_plan(20, **asked), tmp_path / "again")
    assert _tree(tmp_path / "again") == _tree(tmp_path / "run")


def test_estimates_of_a_large_run_come_from_a_sample() -> None:
    """Rows within a few per cent, from households of the run itself."""
    rows = estimate(_plan(100_000), 2).rows
    assert rows["log.plays"] == pytest.approx(100_000 * DAYS * 1.5, rel=0.05)
    assert rows["log.accounts"] == 100_000


def test_events_choose_the_households() -> None:
    """A million events of a pipeline with 1.5 a household and day."""
    plan_ = _plan(households=None, events=1e6, tables=None)
    assert plan_.layout.households == pytest.approx(1e6 / 1.5 / DAYS, rel=0.05)


@pytest.mark.parametrize(
    ("words", "kind", "told"),
    [({"events": 5}, InputError, "exclude each other"), ({"tables": "log.play"}, UnknownName, "Did you mean 'log.plays'"),
     ({"tables": " , "}, InputError, "names no table"), ({"format": "parket"}, UnknownName, "parquet"),
     ({"start": "yesterday"}, InputError, "no date"), ({"start": "2017-10-01"}, SettingError, "begins on 2017-10-02"),
     ({"days": 0}, SettingError, "days"), ({"households": 0}, SettingError, "households"),
     ({"households": None, "events": 1.5}, InputError, "whole number"),
     ({"households": None, "events": float("nan")}, InputError, "whole number"),
     ({"scenario": "tinny"}, UnknownName, "Did you mean 'tiny'"), ({"without": ["the_cat"]}, UnknownName, "the_cat"),
     ({"settings": {"run.households": 5}}, InputError, "given twice"),
     ({"households": None, "events": 9, "settings": {"run.households": 5}}, InputError, "exclude each other")],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(words: dict[str, Any], kind: type[Exception], told: str) -> None:
    """With a message that says what would."""
    with pytest.raises(kind, match=told):
        _plan(**{"households": 20, **words})


@given(
    st.integers(1, 20_000),
    st.integers(0, 20_000),
    st.integers(1, 30),
    st.booleans(),
    st.sampled_from(["parquet", "csv", "ndjson", "arrow", "duckdb"]),
)
def test_no_two_parts_share_a_path(households: int, first: int, days: int, small: bool, format_: str) -> None:  # noqa: FBT001
    """Paths of a run are different, below its directory, and each tells its range."""
    tables = tuple(one.path for one in TABLES)
    compression = "none" if format_ in ("csv", "ndjson") else "zstd"
    layout = Layout(households, first, first + days, tables, format_, compression, small)
    for number in range(layout.range_count):
        assert all(site._number(path) == number for path in layout.paths(number))
    paths = list(layout.all_paths())
    assert len(set(paths)) == len(paths)
    assert sum(len(layout.range(number)) for number in range(layout.range_count)) == households


def test_a_dataset_says_what_it_has() -> None:
    """Its tables are attributes; another name gets the list."""
    made = synthview.generate("tiny", tables="log.plays,truth.plays")
    assert "20 households" in repr(made)
    assert made.log.plays.height > 0
    with pytest.raises(UnknownName, match="There is no table 'play' in log. Did you mean 'plays'"):
        _ = made.log.play
    assert not hasattr(made.truth, "persons")


def test_every_table_has_its_attribute() -> None:
    """The annotations that editors read name every table."""
    for folder, home in (("log", synthview.dataset.Log), ("truth", synthview.dataset.Truth)):
        assert set(home.__annotations__) == {one.name for one in TABLES if one.folder == folder}


def test_a_run_is_opened_by_its_directory(tmp_path: Path) -> None:
    """What is not one, or not yet, is told apart."""
    synthview.generate("tiny", directory=tmp_path / "run", tables="log.plays")
    opened = synthview.read(tmp_path / "run")
    assert "log.plays" in repr(opened)
    with pytest.raises(UnknownName, match="no table 'log.events'"):
        opened.scan("log.events")
    with pytest.raises(OutputError, match="no dataset"):
        synthview.read(tmp_path)
    (tmp_path / "begun" / ".synthview").mkdir(parents=True)
    with pytest.raises(OutputError, match="interrupted"):
        synthview.read(tmp_path / "begun")


def test_options_of_a_directory_need_one() -> None:
    """In memory there is no format."""
    with pytest.raises(InputError, match="for a directory"):
        synthview.generate("tiny", format="csv")  # type: ignore[call-overload]


def test_public_names_are_those() -> None:
    """The list of public names, and each is there."""
    assert set(synthview.__all__) == {"Dataset", "Run", "Scenario", "__version__", "generate", "read"}
    assert all(getattr(synthview, name) for name in synthview.__all__)
    assert dir(synthview) == sorted(synthview.__all__)
    with pytest.raises(AttributeError, match="generate"):
        _ = synthview.generates


def test_worlds_are_built_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """However many ranges a process lives through."""
    import fake_pipeline

    plan.world_of.cache_clear()
    built: list[Any] = []
    monkeypatch.setattr(fake_pipeline, "build", lambda scenario: built.append(scenario) or 1)
    run(_plan(), tmp_path / "run", workers=1)
    assert len(built) == 1
