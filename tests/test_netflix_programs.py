"""What people's programs for Netflix exports do, on ours as it is, by the steps they take.

Each follows the steps of a kind of program that is public in many copies. None may be changed for us: names of files
and columns, forms of cells, titles and dates must be what they expect.
"""

from __future__ import annotations

import csv
import json
import re
import subprocess
import zipfile
from collections import Counter, defaultdict
from datetime import datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pytest
from formats_data import converted, dataset, frames
from readers import program

from synthview import ids_to_int
from synthview.formats.netflix.title_names import shown_titles

UNTOUCHED = "Autoplayed: user action: None; "
SEASON = re.compile(r": (?:Season|Series|Part|Volume|Chapter|Limited Series|Book)\b")


@pytest.fixture(scope="module")
def account() -> int:
    """The account that played most, of those that searched too."""
    plays = frames()["plays"].join(frames()["searches"], on="account_id", how="semi")
    counts = plays["account_id"].value_counts(sort=True)
    return int(counts["account_id"][0])


@pytest.fixture(scope="module")
def watched(account: int) -> pl.DataFrame:
    """What its exports tell of, by the log, with the titles."""
    shown = (pl.col("account_id") == account) & (pl.col("watched_ms") > 0)
    titles = frames()["titles"].unique("title_id").select("title_id", "series_name", "name")
    return frames()["plays"].filter(shown).join(titles, on="title_id")


@pytest.fixture(scope="module")
def report(account: int, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report as people have it: unpacked, and beside it the ZIP and the short history."""
    place = tmp_path_factory.mktemp("programs")
    source = dataset(place / "data")
    converted(source, "netflix-report", place / "netflix-report.zip", account)
    converted(source, "netflix-history", place / "NetflixViewingHistory.csv", account)
    with zipfile.ZipFile(place / "netflix-report.zip") as packed:
        packed.extractall(place)
    return place / "netflix-report"


@pytest.fixture
def activity(report: Path) -> pd.DataFrame:
    """ViewingActivity as pandas reads it without a word about it."""
    return pd.read_csv(report / "CONTENT_INTERACTION" / "ViewingActivity.csv")


def _hours(watched: pl.DataFrame) -> float:
    return float(watched["watched_ms"].sum()) / 3_600_000


def test_hours_of_a_show_by_weekday_and_hour(activity: pd.DataFrame, watched: pl.DataFrame) -> None:
    """The tutorial that hundreds have followed: drop seven columns, convert, move to a zone, find a show, count."""
    unwanted = ["Profile Name", "Attributes", "Supplemental Video Type", "Device Type", "Bookmark", "Latest Bookmark", "Country"]  # fmt: skip
    df = activity.drop(unwanted, axis=1)
    df["Start Time"] = pd.to_datetime(df["Start Time"], utc=True)
    df = df.set_index("Start Time")
    df.index = df.index.tz_convert("US/Eastern")
    df = df.reset_index()
    df["Duration"] = pd.to_timedelta(df["Duration"])
    assert df["Duration"].sum().total_seconds() / 3600 == pytest.approx(_hours(watched), abs=0.1)
    name = watched.drop_nulls("series_name")["series_name"].value_counts(sort=True)["series_name"][
        0
    ]
    show = df[df["Title"].str.contains(name, regex=False)]
    show = show[show["Duration"] > "0 days 00:01:00"].copy()
    days = pd.Categorical(show["Start Time"].dt.day_of_week, categories=range(7), ordered=True)
    hours = show["Start Time"].dt.hour.value_counts().sort_index()
    assert days.value_counts().sum() == hours.sum() == len(show) > 0


def test_profiles_seasons_and_episodes(activity: pd.DataFrame, watched: pl.DataFrame) -> None:
    """Sums by profile in days, and a regular expression that cuts titles into show, season, name and number."""
    activity["Duration"] = pd.to_timedelta(activity["Duration"])
    by_profile = activity.groupby(["Profile Name"], as_index=False)["Duration"].sum()
    assert len(by_profile) == watched["profile_id"].n_unique()
    assert pd.to_numeric(by_profile["Duration"].dt.days).max() >= 0
    parts = activity["Title"].str.extract(
        r"(?s)^(.*?): Season (\d+): (.*) \(Episode (\d+)\)$", expand=True
    )
    episodes = watched.filter(kind="episode")
    assert parts[0].notna().sum() == episodes.height > 0


def test_supplements_and_looks_that_were_too_short(
    activity: pd.DataFrame, watched: pl.DataFrame
) -> None:
    """Rows of trailers are those with a value, films and series have none; attributes end with a blank."""
    supplements = activity[activity["Supplemental Video Type"].notna()]
    assert len(supplements) == watched.filter(kind="trailer").height
    real = activity[activity["Supplemental Video Type"].isna()]
    assert len(real) == watched.filter(pl.col("kind") != "trailer").height
    by_itself = activity[
        activity["Attributes"].fillna("").str.contains("Autoplayed: user action: None;")
    ]
    assert set(by_itself["Attributes"]) <= {"Autoplayed: user action: None; "}
    assert activity["Latest Bookmark"].eq("Not latest view").sum() < len(activity)


def test_sessions_by_gaps(activity: pd.DataFrame) -> None:
    """Starts in an exact form, an end by adding the duration, sessions by the gap between them."""
    starts = pd.to_datetime(activity["Start Time"], format="%Y-%m-%d %H:%M:%S")
    ends = starts + pd.to_timedelta(activity["Duration"])
    rows = pd.DataFrame({"start": starts.dt.tz_localize("UTC").dt.tz_convert("CET"), "end": ends})
    rows = rows.sort_values("start")
    gap = rows["start"].dt.tz_convert(None) - rows["end"].shift()
    assert (gap > timedelta(minutes=30)).sum() > 0


def test_countries_and_devices(activity: pd.DataFrame) -> None:
    """Countries are two letters and a name in brackets; devices fall into the kinds that programs look for."""
    assert activity["Country"].str.extract(r"^([A-Z]{2}) \((.+)\)$").notna().all().all()
    kinds = "Smart TV|Cadmium|iPhone|iPad|Android|Roku|FireTV|Apple TV|Blu-ray|PC|Stick|Console|Box|Play"
    device = activity["Device Type"]
    assert device[~device.str.contains(kinds, case=False)].unique().tolist() == []


def test_rows_read_by_position(report: Path, watched: pl.DataFrame) -> None:
    """Programs without pandas count by the number of a column, and read times with `strptime`."""
    counts: Counter[str] = Counter()
    total = timedelta()
    with (report / "CONTENT_INTERACTION/ViewingActivity.csv").open(
        encoding="utf-8", newline=""
    ) as file:
        reader = csv.reader(file)
        next(reader)
        for row in reader:
            assert len(row) == 10
            counts[row[5] or "none"] += 1
            datetime.strptime(row[1], "%Y-%m-%d %H:%M:%S")  # noqa: DTZ007
            at = datetime.strptime(row[2], "%H:%M:%S")  # noqa: DTZ007
            total += timedelta(hours=at.hour, minutes=at.minute, seconds=at.second)
    assert sum(counts.values()) == watched.height
    assert total.total_seconds() / 3600 == pytest.approx(_hours(watched), abs=0.1)


def test_the_zip_itself(report: Path, watched: pl.DataFrame) -> None:
    """Programs that take the ZIP find the file by the end of its path, in whatever folder."""
    with zipfile.ZipFile(report.parent / "netflix-report.zip") as packed:
        (name,) = [one for one in packed.namelist() if one.endswith("ViewingActivity.csv")]
        with packed.open(name) as file:
            assert len(pd.read_csv(file)) == watched.height
        assert any(one.endswith("Cover sheet.pdf") for one in packed.namelist())


def test_importers_tell_films_from_series(report: Path, watched: pl.DataFrame) -> None:
    """Importers for Trakt, Letterboxd and IMDb take a title with a season in it for a series, and cut at ': '."""
    films, shows = set(), defaultdict(set)
    with (report / "CONTENT_INTERACTION/ViewingActivity.csv").open(
        encoding="utf-8", newline=""
    ) as file:
        for row in csv.DictReader(file):
            if row["Supplemental Video Type"].strip():
                continue
            if SEASON.search(row["Title"]):
                show, _, rest = row["Title"].partition(": Season ")
                shows[show].add(rest)
            else:
                films.add(row["Title"])
    assert films == set(watched.filter(kind="film")["name"])
    assert set(shows) == set(watched.filter(kind="episode")["series_name"])


def test_steps_of_the_player(report: Path) -> None:
    """Traces are JSON in a cell, with offsets in milliseconds."""
    traces = pd.read_csv(report / "CONTENT_INTERACTION" / "PlaybackRelatedEvents.csv")
    steps = traces["Playtraces"].apply(json.loads)
    assert {one["eventType"] for play in steps for one in play} >= {"start", "playing", "stopped"}
    assert all(isinstance(one["mediaOffsetMs"], int) for play in steps for one in play)


def test_searches_ratings_clicks_devices_and_addresses(report: Path) -> None:
    """The other tables have the columns that programs name, and times that pandas converts."""
    wanted = {
        "CONTENT_INTERACTION/SearchHistory": ["Utc Timestamp", "Query Typed", "Displayed Name", "Is Kids"],
        "CLICKSTREAM/Clickstream": ["Click Utc Ts", "Navigation Level", "Webpage Url"],
        "DEVICES/Devices": ["Acct Last Playback Date", "Device Type", "Esn"],
        "IP_ADDRESSES/IpAddressesStreaming": ["Ts", "Ip", "Device Description", "Country"],
        "PROFILES/Profiles": ["Profile Creation Time", "Profile Name", "Maturity Level"],
    }  # fmt: skip
    for path, columns in wanted.items():
        rows = pd.read_csv(report / f"{path}.csv")
        assert pd.to_datetime(rows[columns[0]], utc=True, format="ISO8601").notna().any()
        assert set(columns) <= set(rows.columns)


def test_what_it_has_cost(report: Path) -> None:
    """Programs that ask what the service has cost sum a column by year and currency, and divide it by the hours."""
    bills = pd.read_csv(
        report / "PAYMENT_AND_BILLING" / "BillingHistory.csv", parse_dates=["Transaction Date"]
    )
    settled = bills[bills["Final Invoice Result"] == "SETTLED"]
    by_year = settled.groupby([settled["Transaction Date"].dt.year, "Currency"])["Gross Sale Amt"]
    assert by_year.sum().gt(0).all()
    assert settled.groupby("Currency")["Gross Sale Amt"].sum().size == 1
    mail = pd.read_csv(report / "MESSAGES" / "MessagesSentByNetflix.csv")
    assert pd.to_datetime(mail["Sent Utc Ts"], format="%Y-%m-%d %H:%M:%S").notna().all()
    assert mail["Channel"].eq("EMAIL").all()


def test_other_readers_of_csv_agree(report: Path, watched: pl.DataFrame) -> None:
    """Programs with polars and DuckDB guess the same rows, times and lengths without being told."""
    path = report / "CONTENT_INTERACTION" / "ViewingActivity.csv"
    assert pl.read_csv(path, try_parse_dates=True)["Start Time"].dtype == pl.Datetime
    query = 'SELECT count(*), sum(epoch("Duration")), min("Start Time") FROM read_csv($path)'
    [(count, seconds, first)] = duckdb.execute(query, {"path": str(path)}).fetchall()
    assert count == watched.height
    assert seconds / 3600 == pytest.approx(_hours(watched), abs=0.1)
    assert first == watched["started_at"].min().replace(microsecond=0)  # type: ignore[union-attr]


def test_programs_in_javascript(report: Path, watched: pl.DataFrame) -> None:
    """A program in JavaScript reads both exports: times, lengths, days, shows, and what is a preview."""
    script = Path(__file__).with_name("netflix_programs.mjs")
    files = (
        report / "CONTENT_INTERACTION" / "ViewingActivity.csv",
        report.parent / "NetflixViewingHistory.csv",
    )
    words = [program("node"), str(script), *map(str, files)]
    ran = subprocess.run(words, capture_output=True, check=True, timeout=60)
    told = json.loads(ran.stdout)
    real = watched.filter(pl.col("kind") != "trailer")
    assert (told["rows"], told["real"]) == (watched.height, real.height)
    assert told["seconds"] / 3600 == pytest.approx(_hours(watched), abs=0.1)
    assert told["unread"] == 0
    previews = watched.filter(kind="trailer", start_source="preview")
    assert told["hooks"] == previews.height
    assert set(told["shows"]) == set(watched["series_name"].drop_nulls())
    assert told["inOrder"]
    assert told["days"] > 0


def test_how_a_play_began(report: Path, watched: pl.DataFrame) -> None:
    """Previews are never touched, as programs drop them by that; long plays that began alone are told apart by presses."""
    rows = pd.read_csv(report / "CONTENT_INTERACTION" / "ViewingActivity.csv")
    began_alone = rows["Attributes"].dropna()
    assert len(began_alone) == watched.filter("autoplayed").height
    assert set(began_alone[rows["Supplemental Video Type"].notna()]) <= {UNTOUCHED}
    real = rows[rows["Supplemental Video Type"].isna()]
    untouched = real[real["Attributes"] == UNTOUCHED]
    assert (pd.to_timedelta(untouched["Duration"]).dt.total_seconds() < 120).all()


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("en", "A: Season 2: B (Episode 3)"),
        ("de", "A: Staffel 2: B (Folge 3)"),
        ("ja", "A: シーズン2: B (エピソード3)"),
        ("ko", "A: 시즌 2: B (에피소드 3)"),
        ("zh", "A: 第 2 季: B (第 3 集)"),
    ],
)
def test_seasons_in_other_languages(language: str, shown: str) -> None:
    """Programs look for the word of a language where that language puts it, and for the number with it."""
    titles = pl.DataFrame({
        "title_id": [1], "kind": ["episode"], "series_name": ["A"], "season_number": [2],
        "episode_number": [3], "name": ["B"],
    })  # fmt: skip
    texts = shown_titles(titles, "profile", with_episode=True)
    assert texts.filter(words=language)["shown"].to_list() == [shown]


# --- Whole reports: by the place of a column, by name, and of both times ---------------------------------------------

TEXT, DAY, MOMENT, INSTANT, CLOCK, WHOLE, AMOUNT, YES_NO = (
    r"(?s).+", r"\d{4}-\d\d-\d\d", r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d",
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", r"\d\d:\d\d:\d\d", r"\d+", r"\d+\.\d\d",
    "(?i)true|false|yes|no",
)  # fmt: skip
BY_PLACE: dict[str, list[str]] = {
    "ACCOUNT/AccountDetails": [*[TEXT] * 7, YES_NO, TEXT, INSTANT, *[YES_NO] * 14],
    "ACCOUNT/SubscriptionHistory": [
        MOMENT, YES_NO, MOMENT, YES_NO, TEXT, WHOLE, TEXT, DAY, TEXT, WHOLE, TEXT, TEXT, WHOLE, TEXT, TEXT,
    ],
    "ACCOUNT/TermsOfUse": [DAY],
    "CLICKSTREAM/Clickstream": [*[TEXT] * 5, MOMENT],
    "CONTENT_INTERACTION/ViewingActivity": [
        TEXT, MOMENT, CLOCK, TEXT, TEXT, TEXT, TEXT, CLOCK, f"{CLOCK}|Not latest view", TEXT,
    ],
    "CONTENT_INTERACTION/PlaybackRelatedEvents": [TEXT, TEXT, TEXT, MOMENT, TEXT, r"\[\{.*\}\]"],
    "CONTENT_INTERACTION/SearchHistory": [TEXT, TEXT, TEXT, "0|1", *[TEXT] * 4, MOMENT],
    "CONTENT_INTERACTION/Ratings": [TEXT, TEXT, TEXT, WHOLE, WHOLE, TEXT, MOMENT, DAY],
    "CONTENT_INTERACTION/MyList": [TEXT, TEXT, TEXT, DAY],
    "CONTENT_INTERACTION/IndicatedPreferences": [TEXT, TEXT, YES_NO, YES_NO, DAY],
    "CONTENT_INTERACTION/InteractiveTitles": [TEXT, TEXT, TEXT, TEXT, YES_NO, TEXT, MOMENT],
    "DEVICES/Devices": [TEXT, TEXT, TEXT, *[INSTANT] * 9],
    "IP_ADDRESSES/IpAddressesLogin": [*[TEXT] * 5, MOMENT],
    "IP_ADDRESSES/IpAddressesStreaming": [*[TEXT] * 6, INSTANT],
    "MESSAGES/MessagesSentByNetflix": [TEXT, MOMENT, *[TEXT] * 8, MOMENT, TEXT, WHOLE],
    "PAYMENT_AND_BILLING/BillingHistory": [
        DAY, DAY, DAY, TEXT, TEXT, TEXT, DAY, TEXT, AMOUNT, TEXT, AMOUNT, AMOUNT, *[TEXT] * 4, DAY,
    ],
    "PROFILES/Profiles": [TEXT, TEXT, INSTANT],
}  # fmt: skip
"""What programs that read whole reports by the number of a column take each for; it may be empty."""


def test_every_table_by_the_place_of_its_columns(report: Path) -> None:
    """A program that loads all tables into types of its own finds each where it is, in the form of its type."""
    for path, forms in BY_PLACE.items():
        with (report / f"{path}.csv").open(encoding="utf-8", newline="") as file:
            _, *rows = csv.reader(file)
        wrong = [
            (path, place, row[place])
            for row in rows
            for place, form in enumerate(forms)
            if row[place] and not re.fullmatch(form, row[place])
        ]
        assert wrong == []
        assert rows or path.endswith(
            ("IndicatedPreferences", "InteractiveTitles", "MyList", "Ratings")
        )


def test_columns_that_programs_drop_by_name(report: Path) -> None:
    """Programs that drop what is private find every column that they name; what is left has no gaps."""
    account = pd.read_csv(report / "ACCOUNT" / "AccountDetails.csv").drop(columns=[
        "First Name", "Last Name", "Email Address", "Phone Number", "Cookie Disclosure", "Netflix Updates",
        "Now On Netflix", "Netflix Offers", "Netflix Surveys", "Netflix Kids And Family", "Sms Account Related",
        "Sms Content Updates And Special Offers", "Test Participation",
        "Marketing Communications Matched Identifiers", "Extra Member Account", "Extra Member Primary Account Owner",
    ])  # fmt: skip
    assert account["Whats App"].str.lower().eq("no").all()
    profiles = pd.read_csv(report / "PROFILES" / "Profiles.csv").drop(columns=[
        "Email Address", "Game Handle", "Primary Lang", "Has Auto Playback", "Max Stream Quality",
        "Profile Lock Enabled", "Profile Transferred", "Profile Transfer Time", "Profile Transferred From Account",
        "Profile Transferred To Account", "Date Of Birth", "Gender", "Opt-Out",
    ])  # fmt: skip
    assert profiles[["Profile Name", "Profile Creation Time", "Maturity Level"]].notna().all().all()
    unwanted = ["Mop Creation Date", "Mop Pmt Processor Desc", "Pmt Txn Type", "Description", "Pmt Status", "Mop Last 4", "Tax Amt", "Gross Sale Amt"]  # fmt: skip
    bills = pd.read_csv(report / "PAYMENT_AND_BILLING" / "BillingHistory.csv")
    assert len(bills.drop(columns=unwanted).dropna()) == len(bills)


def test_a_report_without_ratings_opens_as_any(report: Path, watched: pl.DataFrame) -> None:
    """Importers open Ratings.csv and MyList.csv by name: where an account has no rows, they have their head."""
    rated = set(frames()["ratings"]["account_id"])
    quiet = int(frames()["accounts"].filter(~pl.col("account_id").is_in(rated))["account_id"][0])
    place = report.parent / "quiet.zip"
    converted(report.parent / "data", "netflix-report", place, quiet)
    with zipfile.ZipFile(place) as packed:
        heads = {}
        for path in BY_PLACE:
            with packed.open(f"netflix-report/{path}.csv") as file:
                heads[path] = list(pd.read_csv(file).columns)
    with (report / "CONTENT_INTERACTION" / "Ratings.csv").open(encoding="utf-8") as file:
        assert heads["CONTENT_INTERACTION/Ratings"] == next(csv.reader(file))
    converted(
        report.parent / "data", "netflix-report", report.parent / "said.zip", quiet, empty="txt"
    )
    with zipfile.ZipFile(report.parent / "said.zip") as packed:
        assert "netflix-report/CONTENT_INTERACTION/Ratings.txt" in packed.namelist()
    assert watched.height > 0


def test_programs_that_read_reports_of_2021(report: Path) -> None:
    """They open folders in title case, columns of devices and addresses in camel case, and two tables as JSON."""
    place = report.parent / "old.zip"
    account = report.parent / "netflix-report.zip.truth.csv"
    converted(report.parent / "data", "netflix-report", place, _account_of(account), era="2021")
    wanted = {
        "Content_Interaction/ViewingActivity": "Profile Name", "Account/SubscriptionHistory": "Subscription Opened Ts",
        "Clickstream/Clickstream": "Navigation Level", "Content_Interaction/IndicatedPreferences": "Show",
        "Content_Interaction/InteractiveTitles": "Title Desc", "Content_Interaction/MyList": "Title Name",
        "Content_Interaction/PlaybackRelatedEvents": "Playtraces", "Content_Interaction/Ratings": "Thumbs Value",
        "Content_Interaction/SearchHistory": "Query Typed", "Devices/Devices": "acctFirstPlaybackDate",
        "ip_Addresses/ipAddresses": "regionCodeDisplayName", "Payment_And_Billing/BillingHistory": "Gross Sale Amt",
    }  # fmt: skip
    with zipfile.ZipFile(place) as packed:
        for path, column in wanted.items():
            with packed.open(f"netflix-report/{path}.csv") as file:
                assert column in pd.read_csv(file).columns
        member = json.loads(packed.read("netflix-report/Account/AccountDetails.txt"))
    assert member["membershipStatus"] == "CURRENT_MEMBER"


def test_programs_that_go_by_names_take_columns_in_any_order(
    report: Path, activity: pd.DataFrame
) -> None:
    """With shuffled columns each table has the same columns and cells, by name."""
    place = report.parent / "mixed.zip"
    account = _account_of(report.parent / "netflix-report.zip.truth.csv")
    converted(report.parent / "data", "netflix-report", place, account, shuffle_columns="yes")
    with zipfile.ZipFile(place) as packed:
        for path in BY_PLACE:
            with packed.open(f"netflix-report/{path}.csv") as file:
                mixed = pd.read_csv(file)
            usual = pd.read_csv(report / f"{path}.csv")
            pd.testing.assert_frame_equal(mixed[usual.columns], usual)
    assert len(activity) > 0


def _account_of(keys: Path) -> int:
    """The account whose report the keys belong to."""
    first = pl.read_csv(keys).filter(what="row")["written"][0]
    return ids_to_int(first.split()[0])


# --- NetflixViewingHistory.csv ----------------------------------------------------------------------------------------


@pytest.fixture
def history(report: Path) -> pd.DataFrame:
    """The short history as pandas reads it."""
    return pd.read_csv(report.parent / "NetflixViewingHistory.csv")


def test_days_of_the_short_history(history: pd.DataFrame) -> None:
    """Columns are Title and Date; dates are read by guess, by the form of the country, and by `strptime`."""
    assert list(history.columns) == ["Title", "Date"]
    exact = pd.to_datetime(history["Date"], format="%m/%d/%y")
    assert exact.is_monotonic_decreasing
    assert exact.equals(pd.to_datetime(history["Date"], format="mixed"))
    assert [datetime.strptime(one, "%m/%d/%y") for one in history["Date"]] == list(exact)  # noqa: DTZ007
    assert exact.dt.to_period("M").value_counts().sum() == len(history)


def test_shows_of_the_short_history(history: pd.DataFrame, watched: pl.DataFrame) -> None:
    """Before the first ': ' stands the show, then the season, then the episode without its number."""
    parts = history["Title"].str.split(": ", n=2, expand=True)
    episodes = history["Title"].str.contains(SEASON)
    seasons = parts[1][episodes].dropna()
    assert seasons[seasons.str.fullmatch(r"Season \d+")].size > 0
    assert not history["Title"].str.contains(r"\(Episode \d+\)$").any()
    films = set(watched.filter(kind="film")["name"])
    assert set(history["Title"][~episodes]) == films


def test_streaks_of_the_short_history(report: Path) -> None:
    """Lines follow each other with two cells each; a streak of a show is counted from one to the next."""
    with (report.parent / "NetflixViewingHistory.csv").open(encoding="utf-8", newline="") as file:
        rows: list[Any] = list(csv.reader(file))
    assert rows[0] == ["Title", "Date"]
    assert {len(row) for row in rows} == {2}
    shows = [row[0].split(":")[0].strip() for row in rows[1:]]
    longest = max(sum(1 for _ in run) for _, run in groupby(shows))
    assert longest >= 1
