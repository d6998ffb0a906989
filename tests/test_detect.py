"""The baseline detector: what it finds, how sure that is, what it writes, and what it refuses."""

from __future__ import annotations

import json
from html import unescape
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from commands import run
from sklearn.metrics import average_precision_score
from typer.testing import CliRunner

import synthview
from synthview.cli import app
from synthview.detect.finding import span_of
from synthview.detect.in_words import about, notes, row
from synthview.detect.report import DetectOrder, worlds_of
from synthview.errors import SynthviewError

SMALL = {
    "run.warm_up_days": 3,
    "catalogue.film_count": 300,
    "catalogue.series_count": 80,
    "actors.reseller.rate": 0.3,
}


def refused(*words: str) -> str:
    """What is said of words that cannot be."""
    ended = CliRunner().invoke(app, ["detect", *words])
    assert isinstance(ended.exception, SynthviewError), ended.output
    return str(ended.exception)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("nowhere",), "There is no world 'nowhere'."),
        (("tiny", "--only", "resellr"), "Did you mean 'reseller'"),
        (("tiny", "--only", ","), "--only names nothing"),
        (("tiny", "--only", "reseller,reseller"), "--only names reseller twice"),
        (("tiny", "--of", "homes"), "--of"),
        (("tiny", "--disguise", "0,2"), "numbers from 0 to 1"),
        (("tiny", "--disguise", "much"), "numbers from 0 to 1"),
        (("tiny", "--only", "misclick", "--disguise", "1"), "for actors that can hide"),
        (("tiny", "--save", "found.csv"), "--save is for a dataset on disk"),
        (("tiny", "--only", "curious_employee"), "look for it with --of accesses"),
        (("tiny", "--of", "accesses", "--only", "reseller"), "There is no insider 'reseller'"),
        (
            ("tiny", "--of", "accesses", "--only", "legal_request", "--disguise", "1"),
            "that can hide",
        ),
        ((".", "--save", "found.txt"), "ends in .csv or .parquet"),
        ((".", "--disguise", "1"), "--disguise is for a scenario"),
        ((".", "--days", "3"), "--days is for a scenario"),
        ((".",), "holds no dataset of synthview"),
        (("tiny", "--json", "-", "--html", "-"), "Only one of"),
        (("tiny", "--set", "actors.reseller.disguise=2"), "disguise"),
    ],
)
def test_what_cannot_be_is_said_in_a_line(words: tuple[str, ...], said: str) -> None:
    """Names, numbers and places that are wrong are errors of one line that say what to do."""
    told = refused(*words)
    assert said in told
    assert "\n" not in told


def test_average_precision_is_that_of_scikit_learn() -> None:
    """With equal scores among them, and for an order that is perfect, the value is the library's, within its interval."""
    lot = np.random.default_rng(3)
    is_caused = lot.random(500) < 0.2
    account = np.arange(500) // 3
    for scores in (np.round(lot.random(500), 1), is_caused + 0.0, np.zeros(500)):
        found = span_of(is_caused, scores, account)
        assert found.value == pytest.approx(average_precision_score(is_caused, scores))
        assert 0 <= found.low <= found.value <= found.high <= 1


def test_more_accounts_make_the_interval_narrower() -> None:
    """With sixteen times as many accounts the interval of the same detector is about a quarter as wide."""

    def width(accounts: int) -> float:
        lot = np.random.default_rng(1)
        is_caused = lot.random(accounts) < 0.1
        found = span_of(is_caused, is_caused + lot.normal(size=accounts), np.arange(accounts))
        return found.high - found.low

    assert 2.5 < width(300) / width(4_800) < 7


def test_worlds_along_the_dial_differ_in_it_alone() -> None:
    """The world that teaches has the next seed, and of actors that were not named none hides."""
    asked = DetectOrder("tiny", actors=("reseller", "misclick"), disguise=(0.0, 1.0), seed=7)
    none, all_ = worlds_of(asked, None)
    assert (none.tested.run.seed, none.taught.run.seed) == (7, 8)  # type: ignore[union-attr]
    assert [one.taught.actors["reseller"].disguise for one in (none, all_)] == [0.0, 1.0]  # type: ignore[attr-defined]
    assert all_.taught.actors["cat_on_remote"].disguise == 0.0  # type: ignore[attr-defined]


def test_rare_causes_are_told_as_such() -> None:
    """A cause with too few rows has no cells, and a line that says how many there were and what helps."""
    world = {"of": "accounts", "disguise": [], "name": "tiny", "seed": 1, "taught_seed": 2}
    world |= {"households": 20, "days": 3, "start": "2017-10-02"}
    rare = {"cause": "reseller", "taught": 2, "caused": 1, "average_precision": None, "rows": 19}
    report = {"world": world, "causes": [rare]}
    assert "19 accounts of 20 households in 3 days" in about(report)
    (line,) = notes(report)
    assert "reseller (2 and 1)" in line
    assert "--households" in line
    measured = {"value": 0.5, "low": 0.25, "high": 0.75}
    found = rare | {"average_precision": measured, "of_acts": None, "base_rate": 0.05, "acted": 1}
    found |= {"at_least": 0.25, "at_most": 1.0}
    cells = row(report, found)
    assert cells == ["reseller", "5.00% (1)", "0.50 (0.25 to 0.75)", "-", "0.25 to 1.00"]


# --- Whole runs -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], str, Path]:
    """What the command finds in a dataset on disk: its JSON, its page, and the scores."""
    place = tmp_path_factory.mktemp("detect")
    synthview.generate("everyday", households=160, days=2, set=SMALL, directory=place / "run")
    found = [str(place / name) for name in ("found.json", "found.html", "found.parquet")]
    only = "reseller,autoplay_previews,devoted_fan"
    words = ("--only", only, "--json", found[0], "--html", found[1], "--save", found[2])
    run("detect", str(place / "run"), *words, "--workers", "1")
    report: dict[str, Any] = json.loads(Path(found[0]).read_text("utf-8"))
    return report, unescape(Path(found[1]).read_text("utf-8")), place


@pytest.mark.slow
def test_a_reseller_is_found_and_its_scores_can_be_checked(
    told: tuple[dict[str, Any], str, Path],
) -> None:
    """The detector beats chance, `synthview.score` finds the same value in the saved scores, and the page tells it."""
    report, page, place = told
    found = {one["cause"]: one for one in report["causes"]}
    reseller = found["reseller"]["average_precision"]
    assert reseller["value"] > 2 * found["reseller"]["base_rate"]
    assert found["reseller"]["at_least"] <= reseller["value"] <= found["reseller"]["at_most"]
    assert found["devoted_fan"]["average_precision"] is None

    saved = synthview.score(place / "found.parquet", synthview.read(place / "run"))
    again = {one.cause: one for one in saved.causes}
    assert set(again) == {"reseller", "autoplay_previews"}
    assert again["reseller"].average_precision == pytest.approx(reseller["value"])
    assert again["reseller"].caused == found["reseller"]["caused"]
    assert again["reseller"].acted == found["reseller"]["acted"]

    assert "devoted_fan" in page
    assert page.count("<svg") == 1
    assert "<script" not in page


@pytest.mark.slow
@pytest.mark.long
def test_who_hides_is_found_less() -> None:
    """Along the dial the average precision of a reseller falls, of plays too."""
    words = [f"--set={path}={value}" for path, value in SMALL.items()]
    shown = run("detect", "everyday", "--households", "160", "--days", "2", *words, "--only", "reseller",
                "--disguise", "0,1", "--of", "plays", "--json", "-", "--workers", "1").stdout  # fmt: skip
    found = json.loads(shown)["causes"]
    assert [one["disguise"] for one in found] == [0.0, 1.0]
    assert found[0]["average_precision"]["value"] > found[1]["average_precision"]["value"]
    assert [one["acted"] for one in found] == [one["caused"] for one in found]


# --- Parts ------------------------------------------------------------------------------------------------------------


def plays() -> pl.DataFrame:
    """Six plays of three accounts on three days."""
    days = pl.datetime_range(pl.datetime(2017, 10, 2, 12), pl.datetime(2017, 10, 7, 12), "1d", eager=True)  # fmt: skip
    return pl.DataFrame({"account_id": [1, 700_000, 2, 1, 700_000, 2], "started_at": days})


def test_parts_are_of_whole_households_and_the_same_in_all_tables() -> None:
    """An account is on one side, whatever else a table has; more to test on only adds accounts."""
    learn, test = synthview.split(plays(), test=0.5)
    assert set(learn["account_id"]) == {700_000}
    assert set(test["account_id"]) == {1, 2}
    _, same = synthview.split(plays().head(4).lazy(), test=0.5)
    assert set(same.collect()["account_id"]) == {1, 2}
    assert synthview.split(plays(), test=0)[1].is_empty()
    assert synthview.split(plays(), test=1)[0].is_empty()


def test_parts_by_time_are_before_and_after() -> None:
    """What begins at the instant or later is to be tested on."""
    before, after = synthview.split(plays(), at="2017-10-04")
    assert (len(before), len(after)) == (2, 4)
    assert before["started_at"].max() < after["started_at"].min()  # type: ignore[operator]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"test": 2}, "from 0 to 1"),
        ({"at": "soon"}, "at is 'soon'"),
        ({"test": 0.5, "at": "2017-10-04"}, "not by both"),
    ],
)
def test_parts_that_cannot_be_are_refused(words: dict[str, Any], said: str) -> None:
    """A share beyond the whole, an instant that is none, and both at once are errors."""
    with pytest.raises(SynthviewError, match=said):
        synthview.split(plays(), **words)


def test_a_table_without_accounts_or_times_is_refused() -> None:
    """The error says what is missing, and the other way to part."""
    with pytest.raises(SynthviewError, match="parted by time"):
        synthview.split(plays().select("started_at"))
    with pytest.raises(SynthviewError, match="parted by household"):
        synthview.split(plays().select("account_id"), at="2017-10-04")
    with pytest.raises(SynthviewError, match="ids_to_int"):
        synthview.split(plays().with_columns(pl.col("account_id").cast(pl.String)))
