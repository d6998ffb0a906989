"""The company's aggregates agree with the log, whoever is summed up first, and rules change cells as they say."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import pytest

import synthview
from synthview.engines import of_company
from synthview.errors import UnknownName
from synthview.tables import table

TABLES = "log.plays,log.ratings,log.titles,log.accounts,aggregate.*"
DAYS = {"households": 80, "days": 5}
SETTINGS = {"run.warm_up_days": 7, "faults.late_arrivals.rate": 0.2}
LATEST = "QUALIFY row_number() OVER (PARTITION BY {cell} ORDER BY revision DESC) = 1"
VIEWED = (
    "CASE WHEN started_at <= closed_at AND started_at >= closed_at - INTERVAL 30 DAY "
    "THEN started_at ELSE closed_at END::DATE"
)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> synthview.RunDirectory:
    """A small world with some late plays, its log, and what the company sums up of it."""
    place = tmp_path_factory.mktemp("company") / "run"
    return synthview.generate("tiny", tables=TABLES, directory=place, set=SETTINGS, **DAYS)


def asked(run: synthview.RunDirectory, sql: str) -> list[tuple[object, ...]]:
    """The rows that DuckDB returns, with the files of the run in the place of `{log.plays}`."""
    for name in run.tables:
        sql = sql.replace(f"{{{name}}}", f"'{run.directory}/{name.replace('.', '/')}/**/*.parquet'")
    return duckdb.sql(sql).fetchall()


@pytest.mark.parametrize(
    ("name", "cell"),
    [
        ("day_totals", "viewed_on"),
        ("country_days", "viewed_on, country"),
        ("title_days", "viewed_on, title_id"),
        ("title_country_days", "viewed_on, title_id, country"),
    ],
)
def test_the_latest_rows_are_the_sums_of_the_log(
    run: synthview.RunDirectory, name: str, cell: str
) -> None:
    """With restatements applied every cell is what SQL counts in log.plays, to the millisecond."""
    numbers = "accounts, plays, watched_ms, finished, skipped"
    kept = f"SELECT {cell}, {numbers} FROM {{aggregate.{name}}} {LATEST.format(cell=cell)}"
    summed = (
        f"SELECT {cell}, count(DISTINCT account_id), count(*), sum(watched_ms), "
        "count(*) FILTER (completion >= 0.9), count(*) FILTER (watched_ms < 120000) "
        f"FROM (SELECT *, {VIEWED} AS viewed_on FROM {{log.plays}}) "
        f"WHERE viewed_on >= DATE '2017-10-02' GROUP BY {cell}"
    )
    found = asked(run, f"{kept} ORDER BY ALL")
    assert found == asked(run, f"{summed} ORDER BY ALL")
    assert found


def test_late_data_comes_as_restatements(run: synthview.RunDirectory) -> None:
    """Some days are stated again on later days, each time with no fewer plays and the next revision."""
    rows = run.scan("aggregate.day_totals").sort("viewed_on", "revision").collect()
    assert rows["revision"].max() > 0
    assert (rows["stated_on"] >= rows["viewed_on"]).all()
    of_day = rows.group_by("viewed_on", maintain_order=True).agg("plays", "revision")
    for plays, revisions in of_day.select("plays", "revision").iter_rows():
        assert plays == sorted(plays)
        assert revisions == list(range(len(revisions)))


def test_thumbs_are_those_of_the_log(run: synthview.RunDirectory) -> None:
    """Thumbs up and down of all cells are as many as the log has."""
    cell = "rated_on, title_id"
    kept = asked(
        run,
        "SELECT sum(thumbs_up), sum(thumbs_down) FROM (SELECT * FROM {aggregate.thumb_days} "
        f"{LATEST.format(cell=cell)})",
    )
    summed = (
        "SELECT count(*) FILTER (thumb = 'up'), count(*) FILTER (thumb = 'down') FROM {log.ratings}"
    )
    assert kept == asked(run, summed)


def test_works_are_joined_by_those_who_watched_both(run: synthview.RunDirectory) -> None:
    """A pair of the graph has as many accounts as SQL finds with two minutes of both works."""
    work = (
        "WITH first AS (SELECT series_id, min_by(title_id, (season_number, episode_number)) AS work "
        "FROM {log.titles} WHERE kind = 'episode' GROUP BY 1), "
        "seen AS (SELECT DISTINCT account_id, coalesce(work, plays.title_id) AS work FROM {log.plays} AS plays "
        "JOIN (SELECT DISTINCT ON (title_id) * FROM {log.titles}) AS titles USING (title_id) "
        "LEFT JOIN first USING (series_id) WHERE watched_ms >= 120000 AND plays.kind <> 'trailer') "
        "SELECT one.work, other.work, count(*) FROM seen AS one JOIN seen AS other USING (account_id) "
        "WHERE one.work < other.work GROUP BY ALL HAVING count(*) >= 3 ORDER BY ALL"
    )
    kept = (
        "SELECT title_id, other_title_id, shared_accounts FROM {aggregate.co_viewing} ORDER BY ALL"
    )
    assert asked(run, kept) == asked(run, work)


def test_cohorts_count_accounts_once(run: synthview.RunDirectory) -> None:
    """No more accounts are active than there are, and a window of five days holds no whole week."""
    longer = synthview.generate(
        "tiny", tables="aggregate.cohorts", households=40, days=15, set=SETTINGS
    )
    rows = longer.aggregate.cohorts
    assert run.scan("aggregate.cohorts").collect().is_empty()
    assert (rows["active_accounts"] <= rows["accounts"]).all()
    assert rows["active_accounts"].sum() > 0
    assert rows.select("joined_in", "week").is_unique().all()


def test_whoever_is_summed_up_first_does_not_show(
    run: synthview.RunDirectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Homes summed up in portions of another size give the same rows, in memory as on disk."""
    monkeypatch.setattr(of_company, "_HOUSEHOLD_DAYS_AT_ONCE", 200)
    monkeypatch.setattr(of_company, "_FEWEST_AT_ONCE", 40)
    again = synthview.generate("tiny", tables="aggregate.*", set=SETTINGS, **DAYS)
    for name in (one for one in run.tables if one.startswith("aggregate.")):
        assert again.aggregate.scan(name).collect().equals(run.scan(name).collect()), name


def test_a_later_window_has_some_of_the_rows(run: synthview.RunDirectory) -> None:
    """A window that begins later states what the longer one states of its days, and no other rows."""
    words = {"start": "2017-10-05", "days": 2, "households": 80}
    later = synthview.generate("tiny", tables="aggregate.title_days", set=SETTINGS, **words)
    whole = run.scan("aggregate.title_days").filter(pl.col("viewed_on") >= date(2017, 10, 5))
    assert later.aggregate.title_days.sort("stated_on", "viewed_on", "title_id").equals(
        whole.collect().sort("stated_on", "viewed_on", "title_id")
    )


RULES = {
    "suppressed": "suppressed",
    "rounded": "rounded",
    "noised": "noised",
}


@pytest.mark.parametrize("rule", RULES)
def test_cells_are_kept_by_the_rule(rule: str) -> None:
    """Small cells are left out, numbers are rounded, or noise lies about the true numbers."""
    words = {"households": 60, "days": 2, "tables": "aggregate.title_days"}
    exact = synthview.generate("tiny", set=SETTINGS, **words).aggregate.title_days
    kept = synthview.generate(
        "tiny", set={**SETTINGS, "company.cell_rule": rule}, **words
    ).aggregate.title_days
    assert kept["rule"].cast(pl.String).unique().to_list() == [rule]
    assert kept.select("viewed_on", "title_id").equals(exact.select("viewed_on", "title_id"))
    if rule == "suppressed":
        is_small = exact["accounts"] < 5
        assert kept["is_withheld"].equals(is_small.alias("is_withheld"))
        assert kept.filter(is_small)["plays"].null_count() == is_small.sum() > 0
    elif rule == "rounded":
        assert (kept["plays"] % 5 == 0).all()
        assert ((kept["plays"] - exact["plays"]).abs() <= 2).all()
    else:
        off = kept["plays"] - exact["plays"]
        assert off.abs().max() > 0
        assert abs(off.filter(exact["plays"] > 0).mean()) < 2.5


def test_patterns_name_tables(tmp_path: Path) -> None:
    """--tables aggregate.* names every aggregate, and a pattern that fits none is refused with the names."""
    with pytest.raises(UnknownName, match=r"agregate\.\*"):
        synthview.generate("tiny", tables="agregate.*", directory=tmp_path / "none")
    assert table("title_days").path == "aggregate.title_days"
