"""``check``: every invariant holds in worlds as they are made, and each is seen broken where it is broken by hand."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
from commands import run as command
from planting import Change, copied, parts, receipt_of, rewrite, tampered

from synthview import generate
from synthview.checks import giveaways, invariants, inventions, portions, rules
from synthview.checks.invariants import CHECKS, Finding
from synthview.checks.run_files import not_in_manifest
from synthview.dataset import RunDirectory, read
from synthview.engines.manifest import MANIFEST
from synthview.errors import OutputError
from synthview.tables import BY_PATH

SMALL = {"catalogue.film_count": 300, "catalogue.series_count": 80, "run.warm_up_days": 9}
BUSY = SMALL | {
    "actors.shared_account.rate": 0.9,
    "faults.lost_events.rate": 0.3,
    "sittings.share_of_days": 0.6,
}


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> RunDirectory:
    """A dataset in which all holds, to be copied before it is tampered with."""
    place = tmp_path_factory.mktemp("good")
    run = generate("everyday", households=40, days=2, set=BUSY, directory=place / "run")
    assert broken(run) == {}
    return run


def found(run: RunDirectory) -> dict[str, Finding]:
    """What each check finds, by its name."""
    return {one.name: one for one in invariants.check(run)}


def broken(run: RunDirectory) -> dict[str, str]:
    """The invariants that do not hold, with their first example."""
    return {name: one.examples[0] for name, one in found(run).items() if not one.holds}


# --- As they are made -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "form",
    [
        "parquet",
        "csv",
        "ndjson",
        pytest.param("arrow", marks=pytest.mark.slow),
        pytest.param("duckdb", marks=pytest.mark.slow),
    ],
)
def test_a_nasty_world_keeps_every_invariant(form: str, tmp_path: Path) -> None:
    """However nasty, and in whatever format, what must hold holds, and nothing is left unasked."""
    run = generate("nasty", households=25, days=2, directory=tmp_path, format=form, set=SMALL)
    assert [one for one in invariants.check(run) if not one.holds or one.not_asked] == []


SIZES: dict[str, dict[str, Any]] = {
    "everyday": {"households": 300, "days": 5},
    "zoo": {},
    "christmas-prince": {"households": 300, "days": 6},
    "nasty": {},
}
EACH_ONCE = {("everyday", "parquet"), ("zoo", "ndjson"), ("christmas-prince", "ndjson")}
"""A scenario in one format; the others are asked with `-m long`."""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("scenario", "form"),
    [
        pytest.param(*both, marks=() if both in EACH_ONCE else pytest.mark.long)
        for both in product(SIZES, ("parquet", "ndjson", "csv", "duckdb"))
    ],
)
def test_scenarios_keep_every_invariant(scenario: str, form: str, tmp_path: Path) -> None:
    """All invariants hold in the scenarios that come with the package."""
    run = generate(scenario, directory=tmp_path, format=form, **SIZES[scenario])
    assert [one for one in invariants.check(run) if not one.holds or one.not_asked] == []


def test_what_is_not_there_is_not_asked(tmp_path: Path) -> None:
    """A run without some tables is asked what it can be asked, and the rest is told as not asked, never as held."""
    run = generate(
        "tiny", households=5, days=1, directory=tmp_path, tables="log.plays,log.accounts"
    )
    silent = {one.name for one in invariants.check(run) if one.not_asked}
    assert silent == {
        "order", "positions", "presence", "rooms", "screens", "streams", "episodes", "witness",
        "grids", "gaps", "future", "versions", "models", "credits", "searches",
    }  # fmt: skip
    assert broken(run) == {}


@pytest.mark.slow
@pytest.mark.parametrize("form", ["parquet", pytest.param("duckdb", marks=pytest.mark.long)])
def test_bits_of_any_size_say_the_same(
    form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Asked of a few households at a time, a run of several ranges says what it says as a whole."""
    how = SMALL | {"sittings.share_of_days": 0.02, "run.warm_up_days": 2}
    run = generate("everyday", households=1_100, days=2, set=how, directory=tmp_path, format=form)
    run = (
        run
        if form == "duckdb"
        else tampered(run, "log.accounts", _with("email", 3, "somebody@mail.test"))
    )
    whole = [(one.name, one.violations) for one in invariants.check(run)]
    monkeypatch.setattr(portions, "MOST_ROWS", 20_000)
    assert len(portions.portions(run)) > 1
    assert [(one.name, one.violations) for one in invariants.check(run)] == whole
    assert sum(count for _, count in whole) == (0 if form == "duckdb" else 1)
    for name in ("truth.plays", "log.events"):
        rows = pl.concat([one.scan(name).collect() for one in portions.portions(run)])
        key = BY_PATH[name].key
        assert rows.sort(key).equals(run.scan(name).collect().sort(key), null_equal=True)


def test_pages_hold_every_row_once_and_keep_an_id_together(
    good: RunDirectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A table that is too large at once comes in pages; no id is on two of them."""
    monkeypatch.setattr(portions, "MOST_ROWS", 500)
    events = good.scan("log.events").select("play_id", "event_id")
    pages = [
        page.collect()
        for page in portions.paged(events, "play_id", portions.rows_of(good, "log.events"))
    ]
    assert len(pages) > 5
    assert (
        pl.concat(pages)
        .sort("play_id", "event_id")
        .equals(events.sort("play_id", "event_id").collect())
    )
    assert (
        sum(page["play_id"].n_unique() for page in pages) == events.collect()["play_id"].n_unique()
    )


# --- Broken by hand ---------------------------------------------------------------------------------------------------


def _with(column: str, row: int, value: object) -> Change:
    """Another value in one row."""

    def change(frame: pl.DataFrame) -> pl.DataFrame:
        chosen = pl.int_range(pl.len()) == row % len(frame)
        other = (
            pl.lit(value, dtype=frame.schema[column]) if not isinstance(value, pl.Expr) else value
        )
        return frame.with_columns(
            pl.when(chosen).then(other).otherwise(pl.col(column)).alias(column)
        )

    return change


def _elsewhere(*columns: str) -> Change:
    """Two plays of a home that overlap on different devices: the second gets something of the first."""

    def change(plays: pl.DataFrame) -> pl.DataFrame:
        some = plays.with_row_index().filter(
            (pl.col("played_ms") > 60_000) & (pl.col("viewer_count") > 0)
        )
        pairs = some.join(some, on="account_id", suffix="_of_other")
        pairs = pairs.filter(
            (pl.col("device_id") != pl.col("device_id_of_other"))
            & (pl.col("started_at") < pl.col("ended_at_of_other"))
            & (pl.col("started_at") > pl.col("started_at_of_other"))
        )
        pair = pairs.row(0, named=True)
        is_it = pl.int_range(pl.len()) == pair["index"]
        values = {
            one: pl.lit(pl.Series([pair[f"{one}_of_other"]], dtype=plays.schema[one])).first()
            for one in columns
        }
        return plays.with_columns(
            pl.when(is_it).then(value).otherwise(pl.col(one)).alias(one)
            for one, value in values.items()
        )

    return change


def _backwards(plays: pl.DataFrame) -> pl.DataFrame:
    """An episode that came by itself and the one before it in its sitting change places."""
    some = plays.with_row_index().sort("session_id", "started_at")
    goes_on = (pl.col("intent").cast(pl.String) == "next_episode") & ~pl.col("pressed_by_person")
    before = pl.col("index", "title_id").shift().over("session_id").name.suffix("_before")
    pair = some.with_columns(before).filter(goes_on).drop_nulls("index_before").row(0, named=True)
    other = {pair["index"]: pair["title_id_before"], pair["index_before"]: pair["title_id"]}
    moved = pl.int_range(pl.len()).replace_strict(other, default=pl.col("title_id"))
    return plays.with_columns(title_id=moved)


def _again(frame: pl.DataFrame) -> pl.DataFrame:
    return pl.concat([frame, frame.tail(1)])


def _lacks(column: str) -> Change:
    return lambda frame: frame.drop(column)


def _has(column: str) -> Change:
    return lambda frame: frame.with_columns(pl.lit("x").alias(column))


PLANTED: list[tuple[str, str, Change, str]] = [
    ("schema", "log.ratings", _lacks("thumb"), "log/ratings/day=2017-10-02/000000.parquet, what lacks the column thumb"),
    ("schema", "log.plays", _has("mood"), "has a column mood, which is not declared"),
    ("schema", "truth.plays", _has("country"), "has a column country, which is not declared"),
    ("filled", "log.plays", _with("country", 3, None), "where log.plays, what country is empty in 1 rows"),
    ("truth", "log.plays", _has("causes"), "has the column causes of the truth"),
    ("truth", "log.events", _has("viewer_ids"), "log/events/day=2017-10-02/000000.parquet, what has the column viewer_ids"),
    ("references", "log.clicks", _with("title_id", 2, 12345), "log.clicks.title_id, title_id 12345, not_in log.titles"),
    ("references", "log.plays", _with("device_id", 2, 12345), "device_id 12345, not_in log.devices"),
    ("references", "truth.plays", _with("viewer_ids", 0, pl.lit(pl.Series([[777]])).first()), "person_id 777, not_in truth"),
    ("references", "log.profiles", _with("account_id", 0, 9), "log.profiles.account_id, account_id 9, not_in log.accounts"),
    ("keys", "log.searches", _again, "table log.searches, search_id "),
    ("keys", "truth.incidents", _again, "rows 2"),
    ("order", "truth.plays", _with("ended_at", -1, pl.col("started_at") - pl.duration(hours=1)), "table truth.plays, play_id "),
    ("order", "log.plays", _with("ended_at", 4, pl.col("started_at") - pl.duration(seconds=1)), "table log.plays, play_id "),
    ("order", "truth.incidents", _with("until", 0, pl.col("at") - pl.duration(days=1)), "incident_id "),
    ("positions", "log.events", _with("position_ms", 7, -4), "position_ms -4, runtime_ms "),
    ("positions", "log.plays", _with("end_position_ms", 7, 10**9), "end_position_ms 1000000000"),
    ("presence", "truth.plays", _with("present_ms", 1, pl.col("played_ms") + 1), "present_ms "),
    ("presence", "truth.plays", _with("viewer_count", 1, 40), "viewer_count 40"),
    ("witness", "truth.plays", lambda frame: frame.slice(1), "table log.plays, play_id "),
    ("rooms", "truth.plays", _elsewhere("viewer_ids", "viewer_count"), "person_id "),
    ("screens", "truth.plays", _elsewhere("device_id"), "device_id "),
    ("streams", "log.accounts", lambda frame: frame.with_columns(stream_limit=pl.lit(0, pl.Int32)), "streams 1, stream_limit 0"),
    ("episodes", "truth.plays", _backwards, "episode_before "),
    ("days", "log.events", _with("received_time", 5, pl.col("received_time") + pl.duration(days=900)), "log.events, received_time 2020"),
    ("days", "log.plays", _with("closed_at", 5, pl.col("closed_at") - pl.duration(days=9)), "log.plays, closed_at 2017-09"),
    ("names", "truth.plays", _with("causes", 1, "cat_on_remote|dog_on_sofa"), "truth.plays.causes, name dog_on_sofa"),
    ("names", "truth.incidents", _with("actor", 0, "dog_on_sofa"), "truth.incidents.actor, name dog_on_sofa"),
    ("names", "truth.deliveries", _with("fault", 0, "sleet"), "truth.deliveries.fault, name sleet"),
    ("nobody real", "log.events", _with("ip", 6, "8.8.8.8"), "log.events.ip, value 8.8.8.8"),
    ("nobody real", "log.accounts", _with("email", 0, "ann@gmail.com"), "log.accounts.email, value ann@gmail.com"),
    ("nobody real", "log.accounts", _with("phone", 0, "(212) 736-5000"), "log.accounts.phone, value (212) 736-5000 in "),
    ("not famous", "log.profiles", _with("name", 0, "Elvis Presley"), "log.profiles.name, value Elvis Presley"),
    ("not famous", "log.accounts", _with("email", 0, "presley_elvis7@example.com"), "value presley_elvis7@example.com"),
    ("nobody real", "log.accounts", _with("payment_stub", 0, "card 4111"), "log.accounts.payment_stub, value card 4111"),
    ("nobody real", "log.accounts", _with("billing_name", 0, "Qwx Zyqqel"), "log.accounts.billing_name, value Qwx Zyqqel"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "table", "change", "said"), PLANTED, ids=[f"{one[0]}-{one[1]}" for one in PLANTED]
)
def test_a_planted_violation_breaks_its_invariant_and_no_other(
    name: str, table: str, change: Change, said: str, good: RunDirectory, tmp_path: Path
) -> None:
    """Rows that break one rule are found by the check of that rule alone, with an example to go by."""
    examples = broken(tampered(copied(good, tmp_path), table, change))
    assert list(examples) == [name]
    assert said in examples[name]


def _removed(path: Path) -> None:
    path.unlink()


def _shortened(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def _flipped(path: Path) -> None:
    """One byte of a title's name, so that everything can still be read."""
    whole = path.read_bytes()
    path.write_bytes(
        whole.replace(b"stopped", b"stoqped", 1) if b"stopped" in whole else whole[:-1] + b"\0"
    )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_removed, "is not there"),
        (_shortened, "bytes, not "),
        (_flipped, "has other bytes than were written"),
    ],
)
def test_a_file_that_is_not_as_written_is_found(
    change: Callable[[Path], None], said: str, good: RunDirectory, tmp_path: Path
) -> None:
    """A part that is gone, short or altered disagrees with the manifest; other checks go on as far as they can."""
    run = copied(good, tmp_path)
    path, receipt = next(parts(run, "log.ratings"))
    change(path)
    seen = found(run)
    assert f"where {receipt.path}, what" in seen["manifest"].examples[0]
    assert said in seen["manifest"].examples[0]
    assert {"rooms", "streams", "positions"} <= {
        name for name, one in seen.items() if one.holds and not one.not_asked
    }


def test_a_stranger_among_the_files_is_found(good: RunDirectory, tmp_path: Path) -> None:
    """A file that the manifest does not name breaks it; one whose name begins with a dot is the reader's own affair."""
    run = copied(good, tmp_path)
    (tmp_path / ".notes").write_text("mine")
    assert broken(run) == {}
    (tmp_path / "log" / "labels.csv").write_text("play_id,cat\n")
    assert broken(run) == {"manifest": "where log/labels.csv, what is not in the manifest"}


def test_a_manifest_that_does_not_add_up_is_found(good: RunDirectory, tmp_path: Path) -> None:
    """The rows of a table are those of its parts."""
    run = copied(good, tmp_path)
    manifest = json.loads((tmp_path / MANIFEST).read_text("utf-8"))
    manifest["tables"]["log.plays"]["rows"] += 1
    (tmp_path / MANIFEST).write_text(json.dumps(manifest), "utf-8")
    count = sum(receipt.rows for _, receipt in parts(run, "log.plays"))
    assert broken(read(tmp_path)) == {
        "manifest": f"where log.plays, what has parts of {count} rows in all, not {count + 1}"
    }


def _edit(of: str, **changed: Any) -> Callable[[dict[str, Any]], None]:
    def edit(manifest: dict[str, Any]) -> None:
        place = manifest
        for name in of.split("/") if of else ():
            place = place[int(name) if name.isdecimal() else name]
        place.update(changed)

    return edit


EDITS: list[tuple[Callable[[dict[str, Any]], None], str]] = [
    (_edit("settings", seed=9), "says settings.seed 9, which elsewhere is 1"),
    (_edit("scenario/run", seed=9), "says settings.seed 1, which elsewhere is 9"),
    (_edit("settings", households=41), "says settings.households 41, which elsewhere is 40"),
    (_edit("layout", households=41), "which elsewhere is 41"),
    (
        _edit("layout", last_day=17444),
        "says settings.until 2017-10-04, which elsewhere is 2017-10-05",
    ),
    (_edit("parts/0", digest="0" * 32), "has other bytes than were written"),
    (_edit("parts/0", content="0" * 32), "has parts whose digests are not those of the table"),
    (_edit("tables/log.plays", rows=10**15), "rows in all, not 1000000000000000"),
    (_edit("tables/log.plays", bytes=1), "bytes in all, not 1"),
    (
        _edit("", command="synthview generate everyday -o DIR --days 9"),
        "says command --households None",
    ),
    (_edit("", license="none"), "was changed since it was written"),
]


@pytest.mark.parametrize(("edit", "said"), EDITS, ids=[said for _, said in EDITS])
def test_edits_of_a_manifest_are_found(
    edit: Callable[[dict[str, Any]], None], said: str, good: RunDirectory, tmp_path: Path
) -> None:
    """Settings, days, counts and digests agree with each other and with the files; anything else breaks the seal."""
    run = copied(good, tmp_path)
    manifest = json.loads((tmp_path / MANIFEST).read_text("utf-8"))
    edit(manifest)
    (tmp_path / MANIFEST).write_text(json.dumps(manifest), "utf-8")
    told = [
        what["what"] for frame in not_in_manifest(read(run.directory)) for what in frame.to_dicts()
    ]
    assert any(said in one for one in told)


def test_a_part_behind_a_link_that_leads_outside_is_not_read(
    good: RunDirectory, tmp_path: Path
) -> None:
    """Not by a scan, and a check says so; a link that stays inside is followed."""
    run = copied(good, tmp_path / "run")
    path, _ = next(parts(run, "log.plays"))
    path.rename(path.with_name("moved"))
    path.symlink_to("moved")
    assert run.scan("log.plays").collect().height
    path.unlink()
    path.with_name("moved").rename(tmp_path / "moved")
    path.symlink_to(tmp_path / "moved")
    with pytest.raises(OutputError, match="leads out of"):
        run.scan("log.plays")
    told = [what["what"] for frame in not_in_manifest(run) for what in frame.to_dicts()]
    assert "leads out of the directory through a link" in told


@pytest.mark.slow
def test_a_day_in_the_folder_of_another_is_found(tmp_path: Path) -> None:
    """Where each day has its folder, a row of another day is outside it, though it lies within the run."""
    how = SMALL | {"sittings.share_of_days": 0.02, "run.warm_up_days": 2}
    run = generate(
        "everyday", households=1_030, days=2, set=how, directory=tmp_path, tables="log.searches"
    )
    late = _with("received_time", 0, pl.col("received_time") + pl.duration(days=1))
    assert broken(tampered(run, "log.searches", late)) == {
        "days": broken(read(tmp_path))["days"]  # told once more from the disk
    }
    assert "not_within_day_from 2017-10-02" in broken(read(tmp_path))["days"]


@pytest.mark.parametrize("form", ["csv", "ndjson", "arrow"])
def test_columns_of_other_files_are_looked_at_too(form: str, tmp_path: Path) -> None:
    """A column of the truth in the log is found in text and Arrow files as well."""
    run = generate(
        "tiny",
        households=4,
        days=1,
        directory=tmp_path,
        format=form,
        tables="log.searches,log.ratings,log.plays",
    )
    path, receipt = next(parts(run, "log.plays"))
    if form == "arrow":
        pl.read_ipc(path).with_columns(causes=pl.lit("")).write_ipc(path)
    else:
        lines = path.read_text("utf-8").splitlines()
        ends = (
            [",causes", *[",cat"] * len(lines)]
            if form == "csv"
            else [""] * 3 + [',"causes":"cat"'] + [""] * len(lines)
        )
        tail = 0 if form == "csv" else 1
        path.write_text(
            "\n".join(
                f"{line[: len(line) - tail]}{end}{line[len(line) - tail :]}"
                for line, end in zip(lines, ends, strict=False)
            )
            + "\n",
            "utf-8",
        )

    run = rewrite(run, {receipt.path: receipt_of(path, receipt)})
    assert broken(run) == {
        "truth": f"where {receipt.path}, what has the column causes of the truth"
    }


@pytest.mark.slow
def test_a_database_is_looked_into(tmp_path: Path) -> None:
    """Of a database the rows, the columns and the tables are compared with the manifest."""
    run = generate(
        "tiny",
        households=4,
        days=1,
        directory=tmp_path,
        format="duckdb",
        tables="log.plays,log.ratings",
    )
    path = tmp_path / "synthview.duckdb"
    with duckdb.connect(str(path)) as database:
        database.execute(
            "UPDATE log.plays SET watched_ms = watched_ms + 1 WHERE play_id = (SELECT max(play_id) FROM log.plays)"
        )
    assert "has other rows than were written" in broken(run)["manifest"]
    with duckdb.connect(str(path)) as database:
        database.execute(
            "UPDATE log.plays SET watched_ms = watched_ms - 1 WHERE play_id = (SELECT max(play_id) FROM log.plays)"
        )
        database.execute("CREATE TABLE log.labels AS SELECT play_id FROM log.plays")
        database.execute("ALTER TABLE log.ratings ADD COLUMN causes VARCHAR")
    assert set(broken(run)) == {"manifest", "truth"}
    path.write_bytes(b"no database")
    assert "cannot be read" in command("check", str(tmp_path), expect=3).stderr


def test_a_file_that_nobody_can_read_is_told_in_a_line(good: RunDirectory, tmp_path: Path) -> None:
    """What is no Parquet file breaks manifest and schema; whatever needs it is not asked, and nothing is a traceback."""
    run = copied(good, tmp_path)
    path, _ = next(parts(run, "truth.plays"))
    path.write_bytes(b"PAR1 but not really")
    seen = found(run)
    assert {name for name, one in seen.items() if not one.holds} == {"manifest", "schema"}
    assert {name for name, one in seen.items() if one.not_asked} == {
        "episodes",
        "order",
        "presence",
        "rooms",
        "screens",
        "streams",
        "witness",
    }
    told = command("check", str(tmp_path), expect=1)
    assert "not checked: there is no reading truth.plays" in told.stdout


def test_every_invariant_is_planted_somewhere() -> None:
    """No check goes untried: those of rows are in the list above, those of files have tests of their own."""
    of_files = {
        "manifest",
        "damage",
        "sums",
    }  # the last two in test_sink_faults and test_aggregates
    in_the_mass = {one.name for one in CHECKS if one.broken.__module__ == giveaways.__name__}
    of_rows = {one.name for one in CHECKS} - in_the_mass  # these in test_giveaways
    assert of_rows == {name for name, *_ in PLANTED} | of_files
    for module in (rules, inventions):
        stated = {one.broken.__name__ for one in CHECKS if one.broken.__module__ == module.__name__}
        assert set(module.__all__) - {"Broken"} == stated


# --- On the command line ----------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_check_says_so_on_the_command_line(good: RunDirectory, tmp_path: Path) -> None:
    """Exit code 0 where all holds, 1 with an example and the command that repairs where not; JSON for machines."""
    run = copied(good, tmp_path)
    told = command("check", str(tmp_path)).stdout
    assert told.count("  holds  ") == len(CHECKS)
    assert told.endswith(f"All {len(CHECKS)} invariants hold.\n")
    as_json = json.loads(command("check", str(tmp_path), "--as", "json").stdout)
    assert [one["violations"] for one in as_json] == [0] * len(CHECKS)
    tampered(run, "log.events", _with("position_ms", 7, -4))
    done = command("check", str(tmp_path), expect=1)
    assert "BROKEN, once" in done.stdout
    assert "position_ms -4" in done.stdout
    assert "synthview generate everyday" in done.stderr
