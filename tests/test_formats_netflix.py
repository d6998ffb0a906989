"""The two exports of Netflix: exact heads, dates, durations and titles, and every hour of the log."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections import Counter
from pathlib import Path

import pandas as pd
import polars as pl
import pytest
from formats_data import converted, dataset, frames

from synthview import ids_to_text

ACTIVITY = "netflix-report/CONTENT_INTERACTION/ViewingActivity.csv"
HEAD = "Profile Name,Start Time,Duration,Attributes,Title,Supplemental Video Type,Device Type,Bookmark,Latest Bookmark,Country"


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The dataset with nasty names."""
    return dataset(tmp_path_factory.mktemp("source") / "data")


@pytest.fixture(scope="module")
def busy() -> int:
    """The account that played most."""
    counts = frames()["plays"]["account_id"].value_counts(sort=True)
    return int(counts["account_id"][0])


@pytest.fixture(scope="module")
def reports(source: Path) -> Path:
    """A report for each account."""
    place = source.parent / "reports"
    converted(source, "netflix-report", place)
    return place


def rows_of(report: Path, name: str) -> list[dict[str, str]]:
    """The rows of a table of a report, none where it is a sentence."""
    with zipfile.ZipFile(report) as opened:
        if name not in opened.namelist():
            return []
        return list(csv.DictReader(io.StringIO(opened.read(name).decode(), newline="")))


def watched(account: int | None = None) -> pl.DataFrame:
    """What a report tells of: plays that showed a picture."""
    plays = frames()["plays"].filter(pl.col("watched_ms") > 0)
    return plays if account is None else plays.filter(pl.col("account_id") == account)


def seconds(text: str) -> int:
    """Seconds of ``HH:MM:SS``."""
    hours, minutes, rest = map(int, text.split(":"))
    return hours * 3600 + minutes * 60 + rest


def test_the_head_and_the_cells_are_those_of_a_report(reports: Path) -> None:
    """ViewingActivity has its exact head, and every cell has the form that programs read."""
    forms = {
        "Start Time": r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d",
        "Duration": r"[01]\d:[0-5]\d:[0-5]\d|2[0-3]:[0-5]\d:[0-5]\d",
        "Attributes": r"|Autoplayed: user action: (None|Unspecified|User_Interaction); ",
        "Supplemental Video Type": "|HOOK|TRAILER|TEASER_TRAILER",
        "Bookmark": r"\d\d:\d\d:\d\d",
        "Latest Bookmark": r"\d\d:\d\d:\d\d|Not latest view",
        "Country": r"[A-Z]{2} \([A-Z][A-Za-z ]+\)",
    }
    for report in reports.iterdir():
        with zipfile.ZipFile(report) as opened:
            assert opened.testzip() is None
            if ACTIVITY not in opened.namelist():
                continue
            text = opened.read(ACTIVITY).decode()
        assert text.startswith(f"{HEAD}\n")
        for row in rows_of(report, ACTIVITY):
            assert [name for name, form in forms.items() if not re.fullmatch(form, row[name])] == []


def test_counts_and_hours_are_those_of_the_log_and_of_truth(reports: Path) -> None:
    """All reports together have every play that showed a picture, and its seconds."""
    rows = [row for report in reports.iterdir() for row in rows_of(report, ACTIVITY)]
    plays = watched()
    assert len(rows) == len(plays)
    told = sum(seconds(row["Duration"]) for row in rows)
    assert abs(told - plays["watched_ms"].sum() / 1000) <= len(rows) / 2
    both = plays.join(frames()["truth_plays"], on="play_id")
    truth = both["played_ms"].sum()
    assert truth > 0
    assert both["watched_ms"].sum() == truth


def test_the_keys_name_the_play_behind_each_row(source: Path, busy: int, tmp_path: Path) -> None:
    """The file of keys joins each row of ViewingActivity to its play."""
    converted(source, "netflix-report", tmp_path / "one.zip", busy)
    rows = rows_of(tmp_path / "one.zip", ACTIVITY)
    keys = pl.read_csv(tmp_path / "one.zip.truth.csv").filter(pl.col("what") == "row")
    assert len(keys) == len(rows) > 5
    from synthview import ids_to_int

    started = dict(watched(busy).select("play_id", "started_at").iter_rows())
    for key, row in zip(keys["id"], rows, strict=True):
        assert f"{started[ids_to_int(key)]:%Y-%m-%d %H:%M:%S}" == row["Start Time"]


def test_names_survive(reports: Path) -> None:
    """Names of profiles and titles with quotes, line ends and foreign letters come back whole."""
    names = set(frames()["profiles"]["name"])
    said = {row["Profile Name"] for one in reports.iterdir() for row in rows_of(one, ACTIVITY)}
    assert said <= names
    assert any('"' in name for name in said)
    assert any("\n" in name for name in said)
    films = set(frames()["titles"].filter(pl.col("kind") == "film")["name"])
    titles = {row["Title"] for one in reports.iterdir() for row in rows_of(one, ACTIVITY)}
    assert len(titles & films) > 5


def test_only_the_newest_session_of_a_title_has_a_latest_bookmark(reports: Path) -> None:
    """In each profile one row of each title repeats its bookmark, and it is the newest."""
    for report in reports.iterdir():
        newest: dict[tuple[str, str], str] = {}
        for row in rows_of(report, ACTIVITY):
            key = (row["Profile Name"], row["Title"])
            if row["Latest Bookmark"] == "Not latest view":
                assert row["Start Time"] <= newest[key]
            else:
                assert key not in newest
                newest[key] = row["Start Time"]


def test_a_play_of_days_is_told_in_rows_of_less_than_a_day() -> None:
    """A play of 30 hours is two rows whose durations add up, the later one first."""
    from synthview.formats.netflix.watching import _split

    play = pl.DataFrame({"watched_ms": [108_000_400]}).with_columns(
        started_at=pl.datetime(2017, 10, 2).cast(pl.Datetime("ms"))
    )
    rows = _split(play)
    assert rows["lasted_s"].to_list() == [108_000 - 86_399, 86_399]
    assert rows["started_at"].dt.strftime("%d %H:%M:%S").to_list() == ["02 23:59:59", "02 00:00:00"]


def test_traces_are_json_with_the_steps_of_the_player(
    source: Path, busy: int, tmp_path: Path
) -> None:
    """Playtraces are lists of steps in order; pauses are those of the log."""
    converted(source, "netflix-report", tmp_path / "one.zip", busy)
    name = "netflix-report/CONTENT_INTERACTION/PlaybackRelatedEvents.csv"
    steps = [json.loads(row["Playtraces"]) for row in rows_of(tmp_path / "one.zip", name)]
    counted = Counter(step["eventType"] for play in steps for step in play)
    events = frames()["events"].join(watched(busy), on="play_id", how="semi")
    assert counted["paused"] == len(events.filter(pl.col("type") == "pause"))
    for play in steps:
        offsets = [step["sessionOffsetMs"] for step in play]
        assert offsets == sorted(offsets)
        assert min(offsets) >= 0


def test_an_old_report_and_a_shuffled_one_say_the_same(
    source: Path, busy: int, tmp_path: Path
) -> None:
    """Until 2021 folders and two tables have other forms; shuffled columns have the same cells."""
    converted(source, "netflix-report", tmp_path / "new.zip", busy)
    converted(source, "netflix-report", tmp_path / "old.zip", busy, era="2021")
    converted(source, "netflix-report", tmp_path / "mixed.zip", busy, shuffle_columns="yes")
    old = ACTIVITY.replace("CONTENT_INTERACTION", "Content_Interaction")
    rows = rows_of(tmp_path / "new.zip", ACTIVITY)
    assert rows == rows_of(tmp_path / "old.zip", old) == rows_of(tmp_path / "mixed.zip", ACTIVITY)
    with zipfile.ZipFile(tmp_path / "mixed.zip") as opened:
        head = opened.read(ACTIVITY).decode().splitlines()[0].split(",")
    assert head != HEAD.split(",")
    assert sorted(head) == sorted(HEAD.split(","))
    with zipfile.ZipFile(tmp_path / "old.zip") as opened:
        lines = opened.read("netflix-report/Profiles/Profiles.txt").decode().split("\n")[:-1]
    assert [*json.loads(lines[0])][:3] == ["profileName", "emailAddress", "profileCreationTime"]


def test_bills_follow_the_subscription(reports: Path) -> None:
    """A bill a month from each opening on, at the price of the plan; periods have no gaps but where nobody was a member."""
    name = "netflix-report/PAYMENT_AND_BILLING/BillingHistory.csv"
    states = frames()["accounts"].sort("valid_from").with_columns(pl.col(pl.Enum).cast(pl.String))
    plans: set[str] = set()
    for (account,), rows in states.group_by("account_id"):
        told = rows_of(reports / f"{ids_to_text(account, 'account_id')}.zip", name)
        bills = pd.DataFrame(told).iloc[::-1].reset_index(drop=True)
        assert bills["Transaction Date"][0] == f"{rows['valid_from'][0]:%Y-%m-%d}"
        starts = pd.to_datetime(bills["Service Period Start Date"])
        ends = pd.to_datetime(bills["Service Period End Date"])
        assert starts.is_monotonic_increasing
        assert ((ends - starts).dt.days + 1).between(28, 31).all()
        if rows["status"].eq("active").all():
            assert (starts[1:].to_numpy() == ends[:-1].to_numpy() + pd.Timedelta(days=1)).all()
            assert starts.iloc[-1] <= pd.Timestamp("2017-10-06")
        assert pd.to_numeric(bills["Gross Sale Amt"]).between(5, 20).all()
        if len(rows) == 1:
            assert len(set(bills["Gross Sale Amt"])) == 1
            plans.add(rows["plan"][0])
        assert set(bills["Mop Last 4"]) == {""}
    assert plans == {"basic", "standard", "premium"}


def test_nobody_pays_while_away() -> None:
    """Months end with the membership and begin anew when it does, on its day; a dearer plan is paid from the next month on."""
    from synthview.formats.netflix import paying
    from synthview.formats.netflix.home import READ, ReportedHome
    from synthview.tables import frame

    states = [
        ("2016-12-31", "active", "basic"), ("2017-02-10", "active", "premium"),
        ("2017-04-02", "cancelled", "premium"), ("2017-09-15", "active", "standard"),
    ]  # fmt: skip
    days, status, plans = zip(*states, strict=True)
    told = {"valid_from": days, "status": status, "plan": plans}
    rows = pl.DataFrame(told).with_columns(
        pl.col("valid_from").str.to_datetime().cast(pl.Datetime("ms")),
        country=pl.lit("FR"),
        payment_stub=pl.lit("wallet"),
        email=pl.lit("somebody@mail.example"),
    )
    none = {name: frame(name) for name in READ}
    home = ReportedHome({**none, "log.accounts": rows}, pl.DataFrame(), pl.DataFrame(), "en")
    bills = paying.bills(home).select(
        "Transaction Date", "Service Period End Date", "Gross Sale Amt", "Currency", "Payment Type"
    )
    ending = ("EUR", "EWALLET")
    assert bills.rows()[::-1] == [
        ("2016-12-31", "2017-01-30", "7.99", *ending),
        ("2017-01-31", "2017-02-27", "7.99", *ending),
        ("2017-02-28", "2017-03-30", "13.99", *ending),
        ("2017-03-31", "2017-04-29", "13.99", *ending),
        ("2017-09-15", "2017-10-14", "10.99", *ending),
    ]
    names = paying.messages(home)["Message Name"].to_list()
    away = ["MEMBERSHIP_WELCOME_BACK", "MEMBERSHIP_CANCELLED"]
    assert names == [*away, "PLAN_CHANGED", "MEMBERSHIP_WELCOME"]


def test_lists_and_mail_have_what_the_log_tells(reports: Path) -> None:
    """My List has the titles met there, once each; mail begins with a welcome and tells of every new device."""
    listed, mailed = [], []
    for report in reports.iterdir():
        listed += rows_of(report, "netflix-report/CONTENT_INTERACTION/MyList.csv")
        mail = rows_of(report, "netflix-report/MESSAGES/MessagesSentByNetflix.csv")
        assert [one["Sent Utc Ts"] for one in mail] == sorted(
            (one["Sent Utc Ts"] for one in mail), reverse=True
        )
        assert mail[-1]["Message Name"] == "MEMBERSHIP_WELCOME"
        mailed += mail
    met = frames()["clicks"].filter(pl.col("row") == "my_list").unique(["profile_id", "title_id"])
    titles = frames()["titles"].unique("title_id")
    works = met.join(titles, on="title_id").select(pl.coalesce("series_name", "name")).to_series()
    assert {one["Title Name"] for one in listed} == set(works)
    assert 0 < len(listed) <= len(met)
    first = frames()["devices"].sort("valid_from").unique("device_id", keep="first")
    opened = frames()["accounts"].group_by("account_id").agg(opened=pl.col("valid_from").min())
    later = first.join(opened, on="account_id").filter(pl.col("valid_from") > pl.col("opened"))
    counted = Counter(one["Message Name"] for one in mailed)
    assert counted["NEW_DEVICE_SIGN_IN"] == len(later)
    assert {one["Channel"] for one in mailed} == {"EMAIL"}


def test_programs_for_reports_run_on_it(reports: Path, busy: int) -> None:
    """What analyses of pandas do with a report works: hours by profile, series split at colons."""
    from synthview import ids_to_text

    report = reports / f"{ids_to_text(busy, 'account_id')}.zip"
    with zipfile.ZipFile(report) as opened, opened.open(ACTIVITY) as file:
        activity = pd.read_csv(file)
    activity = activity.drop(["Attributes", "Bookmark", "Latest Bookmark", "Country"], axis=1)
    activity["Start Time"] = pd.to_datetime(activity["Start Time"], utc=True)
    local = activity.set_index("Start Time").tz_convert("US/Eastern").reset_index()
    local["Duration"] = pd.to_timedelta(local["Duration"])
    hours = local[local["Duration"] > "0 days 00:01:00"].groupby("Profile Name")["Duration"].sum()
    assert hours.sum().total_seconds() > 3600
    episodes = local[local["Title"].str.contains(r": Season \d+: ", regex=True)]
    parts = episodes["Title"].str.extract(r"(?s)^(.*): Season (\d+): (.*) \(Episode (\d+)\)$")
    assert len(parts) > 0
    assert parts.notna().all().all()


FORMS = {
    "us": r"[1-9]\d?/[1-9]\d?/\d\d", "de": r"\d\d\.\d\d\.\d\d", "ca": r"\d{4}-\d\d-\d\d",
    "gb": r"\d\d/\d\d/\d{4}", "fr": r"\d\d/\d\d/\d{4}", "dotted": r"\d\d\.\d\d\.\d{4}",
    "es": r"[1-9]\d?/[1-9]\d?/\d\d", "mx": r"\d\d/\d\d/\d\d", "nl": r"\d\d-\d\d-\d{4}",
    "fi": r"[1-9]\d?\.[1-9]\d?\.\d{4}", "jp": r"\d{4}/\d\d/\d\d",
}  # fmt: skip


def test_a_history_has_the_dates_of_its_locale(source: Path, busy: int, tmp_path: Path) -> None:
    """The head is bare, both cells of a row are quoted, and days look as in the country; home is that of the account."""
    told = {}
    for locale in (*FORMS, "home"):
        place = tmp_path / f"{locale}.csv"
        converted(source, "netflix-history", place, busy, locale=locale)
        told[locale] = place.read_bytes().decode()
        assert told[locale].startswith('Title,Date\n"')
        rows = list(csv.DictReader(io.StringIO(told[locale], newline="")))
        form = FORMS.get(locale, ".*")
        assert [row["Date"] for row in rows if not re.fullmatch(form, row["Date"])] == []
    country = frames()["accounts"].filter(account_id=busy)["country"].last()
    assert told["home"] == told[str(country).lower()]


def test_histories_have_each_title_once_a_day(source: Path, tmp_path: Path) -> None:
    """Together they have each profile's titles and local days, newest first, and no trailers."""
    converted(source, "netflix-history", tmp_path / "all", locale="ca")
    plays = watched().filter(pl.col("kind") != "trailer")
    zones = frames()["accounts"].unique("account_id", keep="last")
    home = plays.join(zones.select("account_id", "time_zone"), on="account_id")
    days = {
        (row["profile_id"], row["title_id"], pd.Timestamp(row["started_at"], tz="UTC").tz_convert(row["time_zone"]).date())
        for row in home.iter_rows(named=True)
    }  # fmt: skip
    found = 0
    for one in (tmp_path / "all").rglob("NetflixViewingHistory.csv"):
        text = one.read_bytes().decode()
        told = [row["Date"] for row in csv.DictReader(io.StringIO(text, newline=""))]
        assert told == sorted(told, reverse=True)
        found += len(told)
    assert found == len(days)
