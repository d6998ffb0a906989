"""The company forgets whom it must: rows go from every day, aggregates keep a trace, and a search proves both."""

# ruff: noqa: S608  statements about our own files

from __future__ import annotations

import json
import re
from pathlib import Path
from shutil import copytree

import duckdb
import numpy as np
import polars as pl
import pytest
from commands import Told

import synthview
from synthview.engines.manifest import scenario_in
from synthview.errors import OtherRun, SettingError
from synthview.office.forgetting import Forgetting
from synthview.pipeline import build

COUNT, DAYS = 80, 6
SETTINGS = {
    "run.warm_up_days": 7,
    "company.erasure_requests_per_year": 20.0,
    "company.access_requests_per_year": 20.0,
    "company.erasure_takes_days": 3,
    "company.legal_hold_share": 0.3,
}
HELD = ("log.accounts", "log.profiles", "log.devices", "log.plays")
TABLES = "log.*,aggregate.*,truth.plays,truth.households"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> synthview.RunDirectory:
    """A small company that is asked to forget far more often than any real one."""
    place = tmp_path_factory.mktemp("company") / "run"
    words = {"households": COUNT, "days": DAYS, "tables": TABLES, "set": SETTINGS}
    return synthview.generate("tiny", directory=place, **words)


@pytest.fixture(scope="module")
def forgetting(run: synthview.RunDirectory) -> Forgetting:
    """Who is forgotten, and when."""
    return Forgetting(build(scenario_in(run.manifest)), np.arange(COUNT))


def gone(run: synthview.RunDirectory, forgetting: Forgetting, *, held: bool) -> list[int]:
    """Ids of accounts that are forgotten by the end of the run, with or without a legal hold."""
    last = (np.datetime64(run.manifest["settings"]["until"])).astype(int)
    is_gone = (forgetting.day < last) & (forgetting.is_held == held)
    return [int(one) for one in forgetting.account_id[is_gone]]


def test_rows_of_the_forgotten_are_in_no_day(
    run: synthview.RunDirectory, forgetting: Forgetting
) -> None:
    """No table of the log has a row of a forgotten account, except those that a legal hold keeps; truth has all."""
    free, held = gone(run, forgetting, held=False), gone(run, forgetting, held=True)
    assert len(free) >= 5
    assert len(held) >= 2
    for name in run.tables:
        rows = run.scan(name).collect()
        if name.startswith("log.") and "account_id" in rows.columns:
            there = set(rows["account_id"].drop_nulls().to_list())
            assert there.isdisjoint(free), name
            assert name in HELD or there.isdisjoint(held), name
    assert set(free) <= set(run.scan("truth.households").collect()["account_id"])
    assert not set(held).isdisjoint(run.scan("log.plays").collect()["account_id"])


def test_requests_and_tombstones_tell_who_was_forgotten_without_naming_them(
    run: synthview.RunDirectory, forgetting: Forgetting
) -> None:
    """Each forgotten account has one tombstone, and its requests name nobody any more."""
    stones = run.scan("log.tombstones").collect()
    everyone = [*gone(run, forgetting, held=False), *gone(run, forgetting, held=True)]
    assert stones.height == len(everyone)
    assert (stones["held_tables"] != "").sum() == len(gone(run, forgetting, held=True))
    requests = run.scan("log.privacy_requests").collect()
    done = requests.filter((pl.col("asks_for") == "erasure") & pl.col("done_at").is_not_null())
    assert done["account_id"].null_count() == done.height == stones.height
    assert (done["done_at"] > done["asked_at"]).all()
    assert requests.filter(pl.col("asks_for") == "access").height > 5


def test_aggregates_keep_a_trace(run: synthview.RunDirectory) -> None:
    """The days were summed up, late plays and all, with what the log no longer has."""
    stated = run.scan("aggregate.day_totals").collect().sort("revision")
    last = stated.unique("viewed_on", keep="last")
    assert run.scan("log.plays").collect().height < last["plays"].sum()


@pytest.mark.slow
def test_all_invariants_hold(run: synthview.RunDirectory, told: Told) -> None:
    """References, keys and days hold of what is left; sums are not compared with a log that has gaps."""
    code, out, error = told("check", str(run.directory))
    assert code in (0, None), error
    assert "the company has forgotten rows that it had summed up" in out


def test_a_search_proves_that_nothing_is_left(
    run: synthview.RunDirectory, forgetting: Forgetting, told: Told, tmp_path: Path
) -> None:
    """Nothing of a forgotten account is found but truth and cells; a stray export or a note with its id is."""
    account = gone(run, forgetting, held=False)[0]
    place = tmp_path / "copy"
    copytree(run.directory, place)
    code, out, _ = told("check", str(place), "--forgotten", str(account), "--as", "json")
    found = json.loads(str(out))
    assert code in (0, None)
    assert found["left"] == 0
    assert {one["table"] for one in found["still_told"]} >= {"aggregate.day_totals"}
    text = synthview.ids_to_text(account, "account_id")
    (place / "note.txt").write_text(f"call {text} again\n", "utf-8")
    pl.DataFrame({"who": [account], "what": ["a dump"]}).write_parquet(place / "dump.parquet")
    code, out, error = told("check", str(place), "--forgotten", text)
    assert code == 1
    assert f"Left of {account}: dump.parquet (1), note.txt (1)." in str(error)


def test_a_dataset_that_cannot_be_read_is_told_in_a_line(
    run: synthview.RunDirectory, forgetting: Forgetting, told: Told, tmp_path: Path
) -> None:
    """A file of another version, or a damaged one, is an error that names the dataset and what would say more."""
    account = str(gone(run, forgetting, held=False)[0])
    copytree(run.directory, tmp_path / "run")
    path = next((tmp_path / "run" / "log" / "plays").rglob("*.parquet"))
    older = pl.read_parquet(path).drop("closed_at", "account_id")
    for spoil in (lambda: older.write_parquet(path), lambda: path.write_bytes(b"PAR1 nothing")):
        spoil()
        for words in (("check", "--forgotten", account), ("privacy", "--only", "uniqueness")):
            code, _, error = told(words[0], str(tmp_path / "run"), *words[1:])
            assert code == 3, error
            assert "is damaged, or was written by another version of synthview" in str(error)


def test_a_hold_of_what_cannot_be_held_is_refused() -> None:
    """A legal hold names tables of homes; the error lists them."""
    words = {"households": 1, "days": 1, "set": {"company.legal_hold_tables": ["log.staff"]}}
    with pytest.raises(SettingError, match=r"a list of some of log\.accounts, log\.profiles"):
        synthview.generate("tiny", **words)


@pytest.mark.slow
def test_a_search_for_everybody_finds_what_is_left_of_anybody(
    run: synthview.RunDirectory, forgetting: Forgetting, told: Told
) -> None:
    """`--forgotten all` has a line for each forgotten account; one of whom a note is left is named, and exit code 1 follows."""
    everybody = gone(run, forgetting, held=False) + gone(run, forgetting, held=True)
    (run.directory / "note.txt").write_text(f"call {everybody[0]} again\n", "utf-8")
    try:
        code, out, error = told("check", str(run.directory), "--forgotten", "all")
    finally:
        (run.directory / "note.txt").unlink()
    assert code == 1
    assert f"Left: {everybody[0]} in note.txt." in str(error)
    lines = [line for line in str(out).splitlines() if "it was asked for" in line]
    assert sorted(int(line.split()[0]) for line in lines) == sorted(everybody)


def test_a_held_account_is_told_apart(
    run: synthview.RunDirectory, forgetting: Forgetting, told: Told
) -> None:
    """Rows under a legal hold are shown with the reason, and are no failure."""
    plays = set(run.scan("log.plays").collect()["account_id"])
    account = next(one for one in gone(run, forgetting, held=True) if one in plays)
    code, out, _ = told("check", str(run.directory), "--forgotten", str(account))
    assert code in (0, None)
    assert "a legal hold keeps it" in str(out)


def test_who_is_not_forgotten_is_refused(
    run: synthview.RunDirectory, forgetting: Forgetting, told: Told
) -> None:
    """An account that is still there, and an id that is none, are refused with what would help."""
    stays = int(forgetting.account_id[np.argmax(forgetting.day)])
    code, _, error = told("check", str(run.directory), "--forgotten", str(stays))
    assert code == 2
    assert "is not forgotten by the end of the run" in str(error)
    code, _, error = told("check", str(run.directory), "--forgotten", "123")
    assert code == 2
    code, _, error = told("check", str(run.directory), "--forgotten", "123", "--leaks")
    assert code == 2
    assert "--leaks and --forgotten are 2 questions" in str(error)


@pytest.mark.slow
def test_old_days_are_emptied_and_leavers_forgotten() -> None:
    """Days beyond the retention have no rows in the log, and who left long enough ago is forgotten."""
    words = {"households": 60, "days": 6, "tables": "log.*,truth.plays"}
    settings = {"run.warm_up_days": 7, "run.retention_days": 2, "company.leavers_kept_days": 1}
    settings["support_lookup.tickets_per_account_year"] = 50
    made = synthview.generate("tiny", set=settings, **words)
    days = made.log.plays["closed_at"].dt.date().unique().to_list()
    assert [one.isoformat() for one in sorted(days)] == ["2017-10-06", "2017-10-07"]
    for kept in (made.log.accesses["accessed_at"], made.log.tickets["opened_at"]):
        assert {one.isoformat() for one in kept.dt.date()} <= {"2017-10-06", "2017-10-07"}
        assert len(kept) > 0
    begun = made.truth.plays.filter(~pl.col("began_before"))
    assert begun["started_at"].dt.date().n_unique() == 6
    whole = synthview.generate("tiny", set={"run.warm_up_days": 7}, **words)
    left = whole.log.accounts.sort("valid_from").group_by("account_id").last()
    away = set(left.filter(pl.col("status") == "cancelled")["account_id"])
    assert set(made.log.tombstones["reason"].cast(pl.String)) <= {"left"}
    assert set(whole.log.accounts["account_id"]) - set(made.log.accounts["account_id"]) <= away


@pytest.mark.slow
def test_a_company_that_forgets_is_not_extended(run: synthview.RunDirectory) -> None:
    """More days would have to rewrite those that are there, so that they are refused."""
    words = {"households": COUNT, "days": DAYS + 1, "tables": TABLES, "set": SETTINGS}
    with pytest.raises(OtherRun, match="--overwrite"):
        synthview.generate("tiny", directory=run.directory, **words)


@pytest.mark.slow
def test_loads_carry_erasures(tmp_path: Path, told: Told) -> None:
    """A first day and two loads, with what they erase removed as the page says, are the run of three days."""
    page = (Path(__file__).parents[1] / "docs" / "company.md").read_text("utf-8")
    (erasing,) = re.findall(r"```sql\n-- duckdb, every day\n(.*?)```", page, re.DOTALL)
    settings = {**SETTINGS, "run.retention_days": 2, "company.erasure_requests_per_year": 60.0}
    words = [f"{name}={value}" for name, value in settings.items()]
    options = ["--households", "60", *(part for one in words for part in ("--set", one))]
    for name, start in (("first", 2), ("second", 3), ("third", 4)):
        load = [] if name == "first" else ["--load", "day"]
        days = ["--from", f"2017-10-0{start}", "--days", "1", "--tables", "log.accounts,log.plays"]
        told("generate", "tiny", "-o", str(tmp_path / name), *days, *load, *options)
    whole = synthview.generate(
        "tiny", households=60, days=3, set=settings, tables="log.accounts,log.plays"
    )
    with duckdb.connect() as database:
        for name in ("accounts", "plays"):
            files = f"'{tmp_path}/first/log/{name}/**/*.parquet'"
            database.execute(f"CREATE TABLE {name} AS SELECT * FROM {files}")
        for load in ("second", "third"):
            new = f"'{tmp_path}/{load}/log/plays/**/*.parquet'"
            database.execute(f"INSERT INTO plays BY NAME SELECT * FROM {new}")
            states = f"'{tmp_path}/{load}/log/accounts/**/*.parquet'"
            columns = "* EXCLUDE (operation, valid_to, day)"
            database.execute(
                f"INSERT INTO accounts BY NAME SELECT {columns} FROM {states} WHERE operation <> 'close'"
            )
            database.execute(erasing.replace("second/", f"{tmp_path}/{load}/"))
        plays = database.sql("SELECT play_id FROM plays ORDER BY 1").fetchall()
        accounts = database.sql(
            "SELECT account_id, valid_from FROM accounts ORDER BY ALL"
        ).fetchall()
    assert plays == whole.log.plays.select("play_id").sort("play_id").rows()
    assert (
        accounts
        == whole.log.accounts.select("account_id", "valid_from")
        .sort("account_id", "valid_from")
        .rows()
    )
