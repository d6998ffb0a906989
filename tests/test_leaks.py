"""``check --leaks``: worlds as they are made give nothing away, and a leak of each sort that is planted is found."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from commands import run as command
from planting import Change, copied, tampered_throughout
from sklearn.metrics import roc_auc_score
from strategies import SMALL

from synthview import generate
from synthview.checks.classifier import Apart
from synthview.checks.leak_verdicts import (
    ANY_ACTOR,
    ANY_FAULT,
    ANY_INSIDER,
    CANNOT_TELL,
    HOLDS,
    LEAKS,
    TOGETHER,
    Judge,
    Line,
    Tried,
    in_words,
)  # fmt: skip
from synthview.checks.leaks import audit
from synthview.checks.separation import Area, area
from synthview.checks.traces import FAMILIES
from synthview.dataset import RunDirectory
from synthview.registry import ACTORS
from synthview.scenario.settings import settings_of

RATES = {
    "actors.asleep_on_sofa.rate": 0.3,
    "actors.cat_on_remote.rate": 0.2,
    "actors.shared_account.rate": 0.2,
}
"""Causes whose plays mostly have an ordinary one that looks like them."""


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> RunDirectory:
    """A dataset with many causes and nothing planted."""
    place = tmp_path_factory.mktemp("good")
    return generate("everyday", households=900, days=3, set=SMALL | RATES, directory=place / "run")


def leaking(run: RunDirectory, table: str, *causes: str) -> dict[str, list[str]]:
    """What leaks from a table, by cause: the families of traces that do."""
    found: dict[str, list[str]] = {}
    for one in audit(run, [table], causes or [ANY_ACTOR]):
        if one.verdict == LEAKS:
            found.setdefault(one.cause, []).append(one.family)
    return found


# --- Planted ----------------------------------------------------------------------------------------------------------

CAUSED = pl.col("is_caused")
SOME = CAUSED & (pl.col("play_id") // 64 % 2 == 0)
"""Half of the caused rows: a leak need not be of all of them."""


def _where(run: RunDirectory, change: Change) -> Change:
    """A change that may look at the truth: column ``is_caused`` says whether an actor had a part in the play."""
    truth = run.scan("truth.plays").select("play_id", is_caused=pl.col("causes") != "").collect()

    def changed(rows: pl.DataFrame) -> pl.DataFrame:
        known = rows.join(truth, on="play_id", how="left", maintain_order="left")
        return change(known.with_columns(CAUSED.fill_null(value=False))).drop("is_caused")

    return changed


def _if(chosen: pl.Expr, column: str, value: pl.Expr) -> Change:
    return lambda rows: rows.with_columns(
        pl.when(chosen).then(value).otherwise(pl.col(column)).alias(column)
    )


def _first_of_the_account(rows: pl.DataFrame) -> pl.DataFrame:
    """Caused rows stand before the others of their account, whenever they were."""
    whose = pl.col("account_id").rle_id()
    return rows.sort(whose, ~CAUSED, maintain_order=True)


def _first_of_the_file(rows: pl.DataFrame) -> pl.DataFrame:
    """Accounts stand in the file by how many of their rows are caused."""
    return rows.sort(
        -CAUSED.mean().over("account_id"), pl.col("account_id").rle_id(), maintain_order=True
    )


def _equals_turned(rows: pl.DataFrame) -> pl.DataFrame:
    """Messages of a caused play that have the same time stand the other way round, others stay where they are."""
    first, kind = pl.col("place").min().over("play_id", "client_time"), pl.col("type").to_physical()
    placed = rows.with_row_index("place").sort(
        first, pl.when(CAUSED).then(-kind.cast(pl.Int8)).otherwise(0), "place"
    )
    return placed.drop("place")


def _rounded(column: str, to_ms: int) -> pl.Expr:
    return pl.col(column).dt.truncate(f"{to_ms}ms")


PLANTED: list[tuple[str, str, str, Change]] = [
    ("ids", "session_id", "log.plays", _if(SOME, "session_id", pl.col("session_id") // 8 * 8)),
    ("ids", "event_id", "log.events", _if(CAUSED, "event_id", pl.col("event_id") // 4 * 4 + 3)),
    ("order", "places after its time", "log.plays", _first_of_the_account),
    ("equals", "equals in order of type", "log.events", _equals_turned),
    (
        "milliseconds",
        "started_at",
        "log.plays",
        _if(SOME, "started_at", _rounded("started_at", 10)),
    ),
    ("milliseconds", "ended_at", "log.plays", _if(CAUSED, "ended_at", _rounded("ended_at", 1000))),
    (
        "milliseconds",
        "client_time",
        "log.events",
        _if(SOME, "client_time", _rounded("client_time", 10)),
    ),
    ("layout", "place among the rows of the day", "log.plays", _first_of_the_file),
    ("nulls", "country", "log.plays", _if(SOME, "country", pl.lit(None))),
    ("nulls", "device_type", "log.plays", _if(SOME, "device_type", pl.lit(None))),
]


FIRST_OF_THEIR_FAMILY = dict(reversed([one[:2] for one in PLANTED]))
SLOWER = {"equals", "ids"}
ASKED_EACH_TIME = [one for one in FIRST_OF_THEIR_FAMILY.items() if one[0] not in SLOWER]
"""The first of each family, but for two that take longer than the others."""


@pytest.mark.parametrize(
    ("family", "named", "table", "change"),
    [
        pytest.param(
            *one,
            id=f"{one[0]}-{one[1]}",
            marks=() if one[:2] in ASKED_EACH_TIME else pytest.mark.slow,
        )
        for one in PLANTED
    ],
)
def test_a_planted_leak_is_found_for_what_it_is(
    family: str, named: str, table: str, change: Change, good: RunDirectory, tmp_path: Path
) -> None:
    """Whatever gives the cause away is found in its family of traces and in no other, and the trace is named."""
    run = copied(good, tmp_path)
    found = list(audit(tampered_throughout(run, table, _where(run, change)), [table], [ANY_ACTOR]))
    assert [one.family for one in found if one.verdict == LEAKS and one.family != TOGETHER] == [
        family
    ]
    trace = next(one.trace for one in found if one.family == family)
    assert trace.startswith(named)


@pytest.mark.slow
def test_nothing_leaks_where_nothing_was_planted(good: RunDirectory) -> None:
    """The dataset in which leaks are planted has none before, in either table, by any actor or any fault."""
    assert [
        leaking(good, table, ANY_ACTOR, ANY_FAULT) for table in ("log.plays", "log.events")
    ] == [{}, {}]


# --- As they are made -------------------------------------------------------------------------------------------------

HIGH = {
    "people who add plays": {
        "actors.shared_account.rate": 0.3, "actors.reseller.rate": 0.05, "actors.vpn_user.rate": 0.1, "actors.child_on_loop.rate": 0.2,
        "actors.devoted_fan.rate": 0.05, "actors.empty_room_protest.rate": 0.02, "actors.autoplay_previews.rate": 0.5,
    },
    "whatever shapes plays": {
        "actors.cat_on_remote.rate": 0.3, "actors.toddler_on_remote.rate": 0.5, "actors.background_tv.rate": 0.15,
        "actors.asleep_on_sofa.rate": 0.2, "actors.misclick.rate": 0.1, "actors.stream_errors.rate": 0.06,
        "actors.public_screen.rate": 0.03, "actors.monitor_probe.rate": 0.01, "actors.ad_blocker.rate": 0.2,
    },
    "faults": {
        "faults.clock_skew.rate": 0.15, "faults.local_time_as_utc.rate": 0.15, "faults.late_arrivals.rate": 0.3,
        "faults.lost_events.rate": 0.15, "faults.missing_ends.rate": 0.15, "faults.reordered_events.rate": 0.15,
        "faults.doubled_events.rate": 0.1, "faults.blocked_telemetry.rate": 0.1, "faults.collector_outage.rate": 50,
    },
}  # fmt: skip
"""Scenarios with each actor and each fault far more often than anybody believes, so that each has rows to be asked about."""


@pytest.mark.slow
@pytest.mark.parametrize(
    "what",
    [
        pytest.param(one, marks=pytest.mark.long if one == "people who add plays" else ())
        for one in HIGH
    ],
)
def test_no_actor_and_no_fault_gives_itself_away(what: str, tmp_path: Path) -> None:
    """With each actor and fault high no table leaks anything, and each of those turned up has been asked about."""
    run = generate("everyday", households=1_500, days=3, set=SMALL | HIGH[what], directory=tmp_path)
    lines = list(audit(run))
    assert [one for one in lines if one.verdict == LEAKS] == []
    assert len({one.cause for one in lines if one.is_asked} - {ANY_ACTOR, ANY_FAULT}) >= 5


CAN_HIDE = {name for name, one in ACTORS.items() if "disguise" in settings_of(one)}


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.parametrize("dial", [0.5, 1.0])
def test_who_hides_gives_itself_away_by_nothing_else(dial: float, tmp_path: Path) -> None:
    """Along the dial no table leaks anything either, with everybody who can hide acting far more often than anybody believes."""
    often = HIGH["people who add plays"] | HIGH["whatever shapes plays"]
    hiding = {f"actors.{name}.disguise": dial for name in CAN_HIDE}
    run = generate(
        "everyday", households=1_200, days=3, set=SMALL | often | hiding, directory=tmp_path
    )
    lines = list(audit(run))
    assert [one for one in lines if one.verdict == LEAKS] == []
    assert len({one.cause for one in lines if one.is_asked} & CAN_HIDE) >= 5


@pytest.mark.slow
@pytest.mark.parametrize(
    ("scenario", "households", "form"),
    [
        ("christmas-prince", 800, "parquet"),
        pytest.param("nasty", 400, "csv", marks=pytest.mark.long),
        pytest.param("everyday", 800, "duckdb", marks=pytest.mark.long),
        pytest.param("after-the-tweet", 800, "parquet", marks=pytest.mark.long),
    ],
)
def test_scenarios_give_nothing_away(
    scenario: str, households: int, form: str, tmp_path: Path
) -> None:
    """Nothing leaks from the scenarios of the package, in several formats, damaged files among them."""
    run = generate(
        scenario, households=households, days=3, format=form, directory=tmp_path, set=SMALL
    )
    assert [one for one in audit(run) if one.verdict == LEAKS] == []


# --- The verdict ------------------------------------------------------------------------------------------------------


def test_the_area_is_that_of_a_kept_library() -> None:
    """The area under the curve is what scikit-learn says, equal scores among them."""
    draw = np.random.default_rng(1)
    score, caused = draw.integers(0, 20, 500).astype(float), draw.random(500) < 0.3
    assert area(score, caused, np.arange(500)).value == pytest.approx(
        roc_auc_score(caused, score), abs=1e-12
    )


@pytest.mark.statistics
def test_intervals_of_the_area_hold_the_truth_as_often_as_they_say() -> None:
    """Where scores know nothing, 0.5 lies within two standard errors about 95 times in 100, though accounts repeat."""
    draw, hits = np.random.default_rng(20_171_211), 0
    for _ in range(400):
        account = np.sort(draw.integers(0, 120, 600))
        score = draw.normal(size=120)[account] + draw.normal(
            size=600
        )  # rows of one account resemble each other
        found = area(score, draw.random(600) < 0.5, account)
        hits += abs(found.value - 0.5) < 1.96 * found.variance**0.5
    assert 0.92 < hits / 400 < 0.98


def test_one_account_says_nothing_of_others() -> None:
    """Rows of one account alone give no interval, and never a leak."""
    one = area(
        np.array([1.0, 2.0, 3.0, 4.0]), np.array([False, False, True, True]), np.zeros(4, np.int64)
    )
    assert one.variance == np.inf
    assert _judged(one, pairs=4_000, accounts=100).verdict == CANNOT_TELL


def _judged(found: Area, pairs: int, accounts: float, questions: int = 1) -> Line:
    tried = Tried("log.plays", ANY_ACTOR, "ids", pairs, Apart(found, pairs, accounts))
    return Judge(1_000, questions).line(tried)


@pytest.mark.parametrize(
    ("value", "error", "pairs", "accounts", "verdict"),
    [
        (0.505, 0.005, 9_000, 900, HOLDS),  # 0.495 to 0.515
        (0.505, 0.01, 9_000, 900, CANNOT_TELL),  # 0.485 to 0.525: wider than is allowed
        (0.53, 0.005, 9_000, 900, LEAKS),
        (0.515, 0.005, 9_000, 900, LEAKS),  # below 0.52, and yet not 0.5
        (0.53, 0.005, 150, 150, CANNOT_TELL),  # too few pairs
        (0.53, 0.005, 9_000, 20, CANNOT_TELL),  # too few accounts
        (1.0, 0.0, 9_000, 900, LEAKS),  # told without any error
        (0.5, 0.0, 9_000, 900, HOLDS),  # nothing to go by
    ],
)
def test_a_verdict_follows_from_the_interval(
    value: float, error: float, pairs: int, accounts: float, verdict: str
) -> None:
    """A line holds where its interval contains 0.5 and stays below 0.52, leaks where 0.5 is outside, else cannot tell."""
    assert _judged(Area(value, error**2, pairs), pairs, accounts).verdict == verdict


def test_more_questions_need_wider_intervals() -> None:
    """All intervals of an audit hold together, so that each is wider the more of them there are."""
    one, many = (_judged(Area(0.513, 0.005**2, 9_000), 9_000, 900, count) for count in (1, 100))
    assert (one.verdict, many.verdict) == (LEAKS, CANNOT_TELL)
    assert many.low < 0.5 < one.low


def test_too_few_rows_are_never_a_pass() -> None:
    """What an audit comes to says that it could not tell, and how many households could."""
    held = _judged(Area(0.5, 0.0, 900), 900, 90)
    assert in_words([held]) == "Nothing leaks: all 1 lines hold."
    few = _judged(Area(0.5, np.inf, 60), 60, 60)
    assert in_words([held, few]).startswith(
        "No leak was found, which is not yet a pass: 1 lines hold, 1 cannot tell."
    )
    assert few.households == 100_000


# --- The command ------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_command_tells_what_it_cannot(tmp_path: Path) -> None:
    """A dataset of a few homes ends with code 0 and says that this is no pass, in words and as JSON."""
    generate("tiny", households=8, days=1, directory=tmp_path)
    told = command("check", str(tmp_path), "--leaks")
    assert "which is not yet a pass" in told.stdout
    assert "log.plays: cannot tell, " in told.stdout
    lines = json.loads(command("check", str(tmp_path), "--leaks", "--as", "json").stdout)
    assert {one["verdict"] for one in lines} <= {HOLDS, CANNOT_TELL}
    assert {one["family"] for one in lines} == {TOGETHER, *FAMILIES}


@pytest.mark.slow
def test_the_command_fails_on_a_leak(tmp_path: Path) -> None:
    """A planted leak ends with code 1, and the last line says of what in which table."""
    asked = "log.plays,log.titles,truth.accounts,truth.plays,truth.deliveries"
    run = generate(
        "everyday",
        households=500,
        days=2,
        set=SMALL | RATES,
        directory=tmp_path / "run",
        tables=asked,
    )
    tampered_throughout(
        run, "log.plays", _where(run, _if(CAUSED, "ended_at", _rounded("ended_at", 1000)))
    )
    told = command("check", str(run.directory), "--leaks", expect=1)
    assert re.search(
        r"ended_at modulo 1000? of log.plays \(any actor\)", " ".join(told.stderr.split())
    )
    assert "LEAKS: ended_at modulo" in told.stdout


@pytest.mark.slow
def test_without_the_truth_there_is_no_audit(tmp_path: Path) -> None:
    """A dataset without its truth is refused with the tables that are missing."""
    generate("tiny", households=3, days=1, directory=tmp_path, tables="log.plays,log.titles")
    told = command("check", str(tmp_path), "--leaks", expect=2)
    assert "truth.plays, truth.accounts, truth.deliveries" in " ".join(told.stderr.split())


@pytest.mark.slow
def test_the_classifier_is_told_how_to_get(tmp_path: Path) -> None:
    """Where scikit-learn is not installed the command says what to install."""
    generate("tiny", households=3, days=1, directory=tmp_path / "run")
    (tmp_path / "sklearn").mkdir()
    (tmp_path / "sklearn" / "__init__.py").write_text("raise ImportError\n")
    path = os.pathsep.join([str(tmp_path), str(Path(__file__).parent.parent)])
    told = command("check", str(tmp_path / "run"), "--leaks", expect=2, PYTHONPATH=path)
    assert "pip install 'synthview[check]'" in " ".join(told.stderr.split())


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.parametrize("dial", [0.0, 0.5])
def test_accesses_do_not_tell_who_is_an_insider(dial: float, tmp_path: Path) -> None:
    """Hidden or not, neither ids nor digits of the accesses of the staff give an insider away, who acts far more often than anybody believes."""
    often = {"curious_employee.rate": 1.0, "emailed_spreadsheet.rate": 0.5}
    often |= {"curious_employee.disguise": dial, "emailed_spreadsheet.disguise": dial}
    often |= {"support_lookup.tickets_per_account_year": 20, "run.warm_up_days": 3}
    tables = ("log.accesses", "log.titles", "log.tickets", "log.staff", "truth.accesses",
              "truth.plays", "truth.accounts", "truth.deliveries")  # fmt: skip
    run = generate(
        "tiny", households=40, days=60, tables=tables, set=often, directory=tmp_path / "run"
    )
    lines = list(audit(run, ["log.accesses"], [ANY_INSIDER, "curious_employee"]))
    assert {one.cause for one in lines if one.pairs > 1_000} == {ANY_INSIDER, "curious_employee"}
    assert [one for one in lines if one.verdict == LEAKS] == []
