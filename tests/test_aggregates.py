"""The company's aggregates agree with the log, whoever is summed up first, and rules change cells as they say."""

# ruff: noqa: S608  statements about our own files

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import pytest
from commands import Told

import synthview
from synthview.checks.kept_sums import other_sums
from synthview.engines import of_company
from synthview.errors import UnknownName
from synthview.office.company_settings import CompanySettings
from synthview.office.kept_cells import CellRule
from synthview.office.sums import MEASURES
from synthview.tables import table

PAGE = Path(__file__).parents[1] / "docs" / "company.md"
TABLES = "log.plays,log.ratings,log.titles,log.accounts,aggregate.*"
DAYS = {"households": 80, "days": 5}
SETTINGS = {
    "run.warm_up_days": 3,
    "faults.late_arrivals.rate": 0.2,
    "company.fewest_shared": 2,
}
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
        "LEFT JOIN first USING (series_id) WHERE watched_ms >= 120000 AND plays.kind <> 'trailer' "
        f"AND {VIEWED} >= DATE '2017-10-02') "
        "SELECT one.work, other.work, count(*) FROM seen AS one JOIN seen AS other USING (account_id) "
        "WHERE one.work < other.work GROUP BY ALL HAVING count(*) >= 2 ORDER BY ALL"
    )
    kept = (
        "SELECT title_id, other_title_id, shared_accounts FROM {aggregate.co_viewing} ORDER BY ALL"
    )
    found = asked(run, kept)
    assert found == asked(run, work)
    assert found


@pytest.mark.slow
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


@pytest.mark.slow
def test_whoever_is_summed_up_first_does_not_show(
    run: synthview.RunDirectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Homes summed up in portions of another size give the same rows, in memory as on disk."""
    monkeypatch.setattr(of_company, "_HOUSEHOLD_DAYS_AT_ONCE", 200)
    monkeypatch.setattr(of_company, "_FEWEST_AT_ONCE", 40)
    again = synthview.generate("tiny", tables="aggregate.*", set=SETTINGS, **DAYS)
    for name in (one for one in run.tables if one.startswith("aggregate.")):
        assert again.aggregate.scan(name).collect().equals(run.scan(name).collect()), name


@pytest.mark.slow
def test_a_later_window_has_some_of_the_rows(run: synthview.RunDirectory) -> None:
    """A window that begins later states what the longer one states of its days, and no other rows."""
    words = {"start": "2017-10-05", "days": 2, "households": 80}
    later = synthview.generate("tiny", tables="aggregate.title_days", set=SETTINGS, **words)
    whole = run.scan("aggregate.title_days").filter(pl.col("viewed_on") >= date(2017, 10, 5))
    assert later.aggregate.title_days.sort("stated_on", "viewed_on", "title_id").equals(
        whole.collect().sort("stated_on", "viewed_on", "title_id")
    )


@pytest.mark.parametrize("rule", ["suppressed", "rounded", "noised"])
def test_cells_are_kept_by_the_rule(run: synthview.RunDirectory, rule: str) -> None:
    """Small cells are left out, numbers are rounded, or noise lies about the true numbers."""
    exact = run.scan("aggregate.title_days").collect().drop("rule", "smallest_cell", "is_withheld")
    settings = CompanySettings(cell_rule=rule, smallest_cell=3, blurring=2.0)
    kept = CellRule(settings, seed=1).applied("aggregate.title_days", exact, MEASURES)
    assert kept["rule"].unique().to_list() == [rule]
    assert kept.select("viewed_on", "title_id").equals(exact.select("viewed_on", "title_id"))
    if rule == "suppressed":
        is_small = exact["accounts"] < 3
        assert kept["is_withheld"].to_list() == is_small.to_list()
        assert kept.filter(is_small)["plays"].null_count() == is_small.sum() > 0
        assert kept.filter(~is_small)["plays"].equals(exact.filter(~is_small)["plays"])
    elif rule == "rounded":
        assert (kept["plays"] % 3 == 0).all()
        assert ((kept["plays"] - exact["plays"]).abs() <= 1).all()
    else:
        off = kept["plays"] - exact["plays"]
        assert kept["plays"].min() == 0
        assert off.min() < 0
        assert off.max() > 3
        again = CellRule(settings, seed=1).applied("aggregate.title_days", exact[::-1], MEASURES)
        assert again[::-1].equals(kept)


def test_check_compares_aggregates_with_the_log(
    run: synthview.RunDirectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`check` finds nothing in what was written, and a play that the log has in addition."""
    assert all(found.is_empty() for found in other_sums(run))
    scan = synthview.RunDirectory.scan

    def with_one_more(self: synthview.RunDirectory, name: str, **words: bool) -> pl.LazyFrame:
        rows = scan(self, name, **words)
        return pl.concat([rows, rows.tail(1)]) if name == "log.plays" else rows

    monkeypatch.setattr(synthview.RunDirectory, "scan", with_one_more)
    broken = [found.height for found in other_sums(run)]
    assert broken == [1, 1, 1, 1]


def test_the_statements_of_the_page_run(run: synthview.RunDirectory) -> None:
    """The statements of docs/company.md find the same totals in the aggregates and in the log."""
    blocks = re.findall(r"```sql\n-- duckdb: (.*?)\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    replies = {
        title: duckdb.sql(sql.replace("'week/", f"'{run.directory}/")).fetchall()
        for title, sql in blocks
        if "'week/" in sql
    }
    totals = asked(
        run,
        "SELECT viewed_on, accounts, plays, watched_ms FROM {aggregate.day_totals} "
        f"{LATEST.format(cell='viewed_on')} ORDER BY 1",
    )
    assert replies["the same from the log"] == totals
    assert len(replies["what is known of each title and day"]) > 100
    known_then = replies["what was known at the end of the fifth of October"]
    assert 0 < sum(row[2] for row in known_then) < sum(row[2] for row in totals)


@pytest.mark.slow
def test_totals_alone_bound_a_claim(tmp_path: Path, told: Told) -> None:
    """A claim asked of aggregates alone prints the bounds that the log itself gives, and cannot make a page."""
    tables = "log.plays,log.titles,log.accounts,log.profiles,log.devices,aggregate.title_days"
    words = {"households": 200, "set": {"run.warm_up_days": 3}}
    claim = ("claim", "christmas-prince", "--data")
    synthview.generate("christmas-prince", directory=tmp_path / "both", tables=tables, **words)
    _, of_log, _ = told(*claim, str(tmp_path / "both"))
    alone = {"directory": tmp_path / "alone", "tables": "aggregate.title_days"}
    synthview.generate("christmas-prince", **alone, **words)
    code, of_totals, _ = told(*claim, str(tmp_path / "alone"))
    (bounds,) = (line for line in of_log.splitlines() if line.startswith("From the totals"))
    assert code in (0, None)
    assert bounds in of_totals
    code, _, error = told(*claim, str(tmp_path / "alone"), "--html", str(tmp_path / "page.html"))
    assert code == 2
    assert "aggregates hold nobody" in error


def test_patterns_name_tables(tmp_path: Path) -> None:
    """--tables aggregate.* names every aggregate, and a pattern that fits none is refused with the names."""
    with pytest.raises(UnknownName, match=r"agregate\.\*"):
        synthview.generate("tiny", tables="agregate.*", directory=tmp_path / "none")
    assert table("title_days").path == "aggregate.title_days"
