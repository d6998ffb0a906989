"""Options that came from different places, used together: right rows, or words that say why not."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from commands import Told

import synthview
from synthview.dataset import read, write
from synthview.engines.order import Order, order
from synthview.errors import InputError

CURIOUS = {"curious_employee.rate": 0.1}
TABLES = "log.accounts,log.plays,aggregate.day_totals,log.tickets,log.accesses,truth.accesses"


@pytest.fixture(scope="module")
def some(tmp_path_factory: pytest.TempPathFactory) -> synthview.RunDirectory:
    """Seven of twenty homes with what the company keeps of them, in order of time."""
    place = tmp_path_factory.mktemp("together") / "some"
    words = {"settings": CURIOUS, "tables": TABLES, "days": 2, "sort": "received"}
    asked = Order(scenario="tiny", household_range=range(3, 10), **words)
    write(order(asked), place, workers=1)
    return read(place)


def test_the_company_of_some_homes_sums_up_these(some: synthview.RunDirectory) -> None:
    """Aggregates are sums over the homes of the range, and looks are about these or about all."""
    plays = some.scan("log.plays").collect()
    totals = some.scan("aggregate.day_totals").collect()
    last = totals.sort("revision").unique("viewed_on", keep="last")
    began = plays.filter(pl.col("started_at").dt.date() >= totals["viewed_on"].min())
    assert last["plays"].sum() == len(began) > 0
    assert last["watched_ms"].sum() == began["watched_ms"].sum()
    accounts = some.scan("log.accounts").collect()["account_id"]
    looks = some.scan("log.accesses").collect()["account_id"]
    assert looks.drop_nulls().is_in(accounts.implode()).all()
    assert 0 < looks.null_count() < len(looks)


@pytest.mark.slow
def test_every_order_of_rows_is_checked_and_made_again(
    some: synthview.RunDirectory, told: Told
) -> None:
    """Rows in order of time are what the manifest makes, and its command is one that is taken."""
    assert told("check", str(some.directory))[0] in (0, None)
    code, out, _ = told("check", str(some.directory), "--regenerate")
    assert code in (0, None)
    assert "DRIFTED" not in str(out)
    words = str(some.manifest["command"]).replace("DIR", str(some.directory)).split()
    assert "Nothing to do" in str(told(*words[1:])[1])


def test_what_is_received_on_a_day_is_not_closed() -> None:
    """Plays on the day on which they began and sums of what a day received exclude each other."""
    for name in ("aggregate.day_totals", "log.accesses"):
        with pytest.raises(
            InputError, match=rf"--closed has plays .* received on each day: {name}"
        ):
            order(Order(scenario="tiny", closed=True, tables=f"log.plays,{name}"))
    assert order(Order(scenario="tiny", closed=True, tables="log.staff,log.tickets")).layout.tables


def test_nobody_has_tables_too(told: Told, tmp_path: Path) -> None:
    """A run of which every home is left out has every table of the company, without sums."""
    words = ("--household", "3", "--drop-household", "3", "--days", "1", "--tables", "*")
    assert told("generate", "tiny", *words, "-o", str(tmp_path / "nobody"))[0] in (0, None)
    run = read(tmp_path / "nobody")
    assert run.scan("aggregate.title_days").collect().is_empty()
    assert not run.scan("log.staff").collect().is_empty()


def test_some_homes_of_many_fit_into_one_file() -> None:
    """How large a run is follows from the homes that it writes."""
    words = {"scenario": "everyday", "households": 100_000, "days": 2, "partition": "none"}
    assert order(Order(**words, household_range=range(5, 10))).layout.households == 5
    with pytest.raises(InputError, match="100,000 households"):
        order(Order(**words))


def test_a_load_in_order_of_time_is_in_that_order(tmp_path: Path, told: Told) -> None:
    """Rows of a load are sorted as its files say."""
    words = ("--load", "day", "--households", "4", "--days", "1", "--sort", "received")
    told("generate", "tiny", *words, "--tables", "log.plays", "-o", str(tmp_path / "load"))
    (file,) = (tmp_path / "load").rglob("*.parquet")
    closed = pl.read_parquet(file)["closed_at"]
    assert len(closed) > 1
    assert closed.is_sorted()


def test_who_is_not_in_the_run_is_not_looked_for(some: synthview.RunDirectory, told: Told) -> None:
    """An account of another home, and what is no id, are refused in the words that were typed."""
    for account, words in (("123", "that is none of the 7 accounts"), ("a_b", "--forgotten a_b")):
        code, _, error = told("check", str(some.directory), "--forgotten", account)
        assert code == 2
        assert words in str(error)


@pytest.mark.slow
def test_what_a_court_keeps_is_of_no_other_account(tmp_path: Path) -> None:
    """Plays that a legal hold keeps without their account are nobody's in the laboratory."""
    from synthview.privacy.opening import LabOrder, opened

    hold = {"company.legal_hold_share": 1, "company.legal_hold_tables": ["log.plays"]}
    asks = {"company.erasure_requests_per_year": 150, "company.erasure_takes_days": 1}
    words = {"tables": "log.accounts,log.plays", "households": 12, "days": 2}
    run = synthview.generate(
        "tiny", set=hold | asks, workers=1, directory=tmp_path / "held", **words
    )
    lab = opened(LabOrder(str(run.directory)), lambda *_: None)
    accounts = run.scan("log.accounts").collect()["account_id"].unique()
    shown = (pl.col("kind").cast(pl.String) != "trailer") & (pl.col("watched_ms") > 0)
    plays = run.scan("log.plays").filter(shown).collect()
    known = plays.filter(pl.col("account_id").is_in(accounts.implode()))
    assert 0 < len(known) < len(plays)
    assert len(lab.points.title) <= len(known)
    counts = known.group_by("account_id").agg(pl.col("title_id").n_unique()).sort("account_id")
    titles = pl.DataFrame({"account": lab.points.account, "title": lab.points.title})
    found = titles.group_by("account").agg(pl.col("title").n_unique()).sort("account")
    assert found["title"].to_list() == counts["title_id"].to_list()
