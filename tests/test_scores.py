"""``check --score``: predictions of causes are scored against the truth, beside what a perfect reader could reach."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from commands import run as command
from hypothesis import given
from hypothesis import strategies as st
from strategies import SMALL

from synthview import generate
from synthview.checks.perfect_reader import Reader
from synthview.checks.scores import Score, score
from synthview.dataset import RunDirectory
from synthview.errors import InputError
from synthview.sinks.text import encode_ids

CAUSE = "shared_account"
RATES = {
    "actors.shared_account.rate": 0.5,
    "actors.cat_on_remote.rate": 0.2,
    "faults.clock_skew.rate": 0.2,
}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> RunDirectory:
    """A dataset with friends on many accounts."""
    return generate(
        "everyday",
        households=80,
        days=2,
        set=SMALL | RATES,
        directory=tmp_path_factory.mktemp("made") / "run",
    )


@pytest.fixture(scope="module")
def truth(run: RunDirectory) -> pl.DataFrame:
    """The plays that are in the log and began in the run, with what really caused them."""
    seen = run.scan("log.plays").select("play_id")
    begun = run.scan("truth.plays").filter(~pl.col("began_before"))
    plays = begun.join(seen, on="play_id", how="semi").collect().sort("play_id")
    return plays.select(
        "play_id", "account_id", is_it=pl.col("causes").str.split("|").list.contains(CAUSE)
    )


def scored(run: RunDirectory, rows: pl.DataFrame, path: Path, cut: float | None = None) -> Score:
    """The score of a file with one cause."""
    rows.write_parquet(path / "made.parquet")
    return score(path / "made.parquet", run, cut).causes[0]


# --- Numbers ----------------------------------------------------------------------------------------------------------


def test_the_truth_itself_has_the_best_score(
    run: RunDirectory, truth: pl.DataFrame, tmp_path: Path
) -> None:
    """Who names exactly the plays that have the cause has precision, recall and average precision 1."""
    found = scored(
        run, truth.select("play_id", pl.col("is_it").cast(pl.Float64).alias(CAUSE)), tmp_path
    )
    count = int(truth["is_it"].sum())
    assert count > 20
    assert (found.rows, found.caused, found.named) == (len(truth), count, count)
    assert (found.precision, found.recall, found.average_precision) == (1.0, 1.0, 1.0)
    assert found.base_rate == count / len(truth)


def test_who_knows_nothing_has_the_base_rate(
    run: RunDirectory, truth: pl.DataFrame, tmp_path: Path
) -> None:
    """The same score for all rows finds the base rate, as precision and as average precision."""
    found = scored(run, truth.select("play_id", pl.lit(0.7).alias(CAUSE)), tmp_path)
    assert (found.recall, found.named) == (1.0, len(truth))
    assert found.precision == found.average_precision == found.base_rate


def test_a_cut_says_who_is_named(run: RunDirectory, truth: pl.DataFrame, tmp_path: Path) -> None:
    """Rows from the cut on are named: 0.5, 0 where scores go beyond 0 and 1, or what was said."""
    rows = truth.with_row_index().select(
        "play_id", (pl.col("index") % 4 / 4.0).alias(CAUSE)
    )  # 0, 0.25, 0.5, 0.75
    whole = (rows[CAUSE] >= 0.5).sum()
    assert scored(run, rows, tmp_path).named == whole
    assert scored(run, rows, tmp_path, cut=0.25).named == (rows[CAUSE] >= 0.25).sum()
    beyond = rows.with_columns(pl.col(CAUSE) * 4 - 2)
    assert scored(run, beyond, tmp_path).named == whole


def test_rows_left_out_count_as_least_likely(
    run: RunDirectory, truth: pl.DataFrame, tmp_path: Path
) -> None:
    """A file of half of the caused plays, surely named, has precision 1 and the recall of what it has."""
    half = truth.filter("is_it").gather_every(2).select("play_id", pl.lit(1.0).alias(CAUSE))
    found = scored(run, half, tmp_path)
    assert (found.precision, found.recall) == (1.0, len(half) / truth["is_it"].sum())
    notes = score(tmp_path / "made.parquet", run).notes
    assert notes == (
        f"{len(truth) - len(half):,} rows of the log are not in the file, which counts as least likely, and as not named.",
    )


def test_ids_are_the_same_as_text_and_as_numbers(
    run: RunDirectory, truth: pl.DataFrame, tmp_path: Path
) -> None:
    """Text ids in CSV, whole numbers in CSV and whole numbers in Parquet score alike, of plays and of accounts."""
    for whose, prefix in (("play_id", "p"), ("account_id", "a")):
        rows = truth.select(whose, (pl.col(whose) % 97 / 97).alias(CAUSE)).unique(whose)
        rows.write_parquet(tmp_path / "a.parquet")
        rows.write_csv(tmp_path / "b.csv")
        rows.with_columns(encode_ids(rows[whose], prefix)).write_csv(tmp_path / "c.csv")
        one, *others = (score(tmp_path / name, run) for name in ("a.parquet", "b.csv", "c.csv"))
        assert [one, one] == others
        assert one.whose == whose


def test_an_account_has_the_causes_of_its_plays_and_of_its_label(
    run: RunDirectory, truth: pl.DataFrame, tmp_path: Path
) -> None:
    """An account counts as shared where a play of it was, or where friends have the password though none came."""
    label = (
        run.scan("truth.accounts")
        .filter(pl.col("actors").str.split("|").list.contains(CAUSE))
        .collect()["account_id"]
    )
    shared = set(label.to_list()) | set(truth.filter("is_it")["account_id"].to_list())
    accounts = run.scan("log.plays").select("account_id").unique().collect()
    rows = accounts.select(
        "account_id", pl.col("account_id").is_in(list(shared)).cast(pl.Float64).alias(CAUSE)
    )
    found = scored(run, rows, tmp_path)
    assert (found.precision, found.recall, found.caused) == (1.0, 1.0, int(rows[CAUSE].sum()))


# --- The perfect reader -----------------------------------------------------------------------------------------------


def test_a_perfect_reader_tells_apart_what_looks_different_and_nothing_else() -> None:
    """Of two looks with the cause in 3 of 4 and 1 of 4 rows the best precision falls from 3/4 to 1/2 along the second."""
    caused, alike = np.array([1, 1, 1, 0, 1, 0, 0, 0]), np.array([0, 0, 0, 0, 1, 1, 1, 1])
    most = Reader(caused, alike[:, None].astype(np.float32), alike, np.arange(8)).most(1)
    along = 1_000_000  # the second look, row by tiny row
    fallen = sum((3 + x / along) / (4 + 4 * x / along) for x in range(along)) / along
    assert most == pytest.approx((3 * 3 / 4 + fallen) / 4, abs=1e-5)


@given(
    st.lists(st.tuples(st.booleans(), st.integers(0, 4)), min_size=2, max_size=60),
    st.permutations(range(5)),
)
def test_no_function_of_the_look_beats_a_perfect_reader(
    rows: list[tuple[bool, int]], ranks: list[int]
) -> None:
    """However the looks are ranked, the average precision is at most that of the perfect reader."""
    caused, alike = np.array([one for one, _ in rows], int), np.array([look for _, look in rows])
    most = Reader(caused, alike[:, None].astype(np.float32), alike, np.zeros(len(rows))).most(1)
    other = Reader.average_precision(caused != 0, np.array(ranks)[alike]) if caused.any() else None
    assert (most is None) == (other is None)
    if most is not None and other is not None:
        assert other <= most + 1e-12


def test_who_learns_from_others_finds_what_there_is_to_learn(
    run: RunDirectory, truth: pl.DataFrame, tmp_path: Path
) -> None:
    """Friends have devices and hours of their own: the reader that learns finds far more than the base rate, and less than all."""
    found = scored(run, truth.select("play_id", pl.lit(0.0).alias(CAUSE)), tmp_path)
    assert found.at_least is not None
    assert found.at_most is not None
    assert found.reached is not None
    assert found.theorem is not None
    assert 2 * found.base_rate < found.at_least <= found.reached <= found.at_most <= found.theorem
    assert found.theorem <= 1.0


# --- Files that are no predictions ------------------------------------------------------------------------------------

Spoil = Callable[[pl.DataFrame], pl.DataFrame]
SPOILT: dict[str, tuple[Spoil, str]] = {
    "unknown ids": (
        lambda rows: rows.with_columns(pl.col("play_id") + 1),
        "ids that are in no table of this dataset",
    ),
    "an id twice": (lambda rows: pl.concat([rows, rows.head(1)]), "more than once"),
    "no id": (
        lambda rows: rows.with_columns(play_id=pl.lit(None, pl.Int64)),
        "has no play_id in row 1",
    ),
    "no id column": (
        lambda rows: rows.rename({"play_id": "id"}),
        "has no column play_id or account_id",
    ),
    "both": (
        lambda rows: rows.with_columns(account_id=pl.lit(1)),
        "both play_id and account_id; leave one out",
    ),
    "fractions": (
        lambda rows: rows.with_columns(pl.col("play_id").cast(pl.Float64)),
        "play_id in row 1 holds decimal numbers (Float64), which lose digits",
    ),
    "ids of accounts": (
        lambda rows: rows.with_columns(encode_ids(rows["play_id"], "a")),
        "not an id such as p_0n5k2q8h4zj1c or a whole number",
    ),
    "no scores": (lambda rows: rows.select("play_id"), "has no scores"),
    "an unknown cause": (
        lambda rows: rows.rename({CAUSE: "shared_acount"}),
        "Did you mean 'shared_account'?",
    ),
    "NaN": (
        lambda rows: rows.with_columns(pl.lit(float("nan")).alias(CAUSE)),
        "shared_account = nan in row 1",
    ),
    "no score": (
        lambda rows: rows.with_columns(pl.lit(None, pl.Float64).alias(CAUSE)),
        "shared_account = None in row 1",
    ),
    "endless": (
        lambda rows: rows.with_columns(pl.lit(float("inf")).alias(CAUSE)),
        "shared_account = inf in row 1",
    ),
    "words": (
        lambda rows: rows.with_columns(pl.lit("maybe").alias(CAUSE)),
        "shared_account = maybe in row 1",
    ),
    "lists": (lambda rows: rows.with_columns(pl.lit([0.5]).alias(CAUSE)), "scores are numbers"),
    "no rows": (lambda rows: rows.clear(), "has columns and no rows"),
}


def test_one_strange_id_is_one(run: RunDirectory, truth: pl.DataFrame, tmp_path: Path) -> None:
    """A single id of nothing in the run is told as one."""
    with pytest.raises(InputError, match="has 1 id that is in no table of this dataset"):
        scored(run, truth.head(1).select(pl.col("play_id") + 1, pl.lit(0.5).alias(CAUSE)), tmp_path)


@pytest.mark.parametrize("cut", ["nan", "inf"])
def test_a_cut_is_a_number(run: RunDirectory, cut: str) -> None:
    """No score is above or below what is no number, so such a cut is refused."""
    told = command("check", str(run.directory), "--score", "none.csv", "--cut", cut, expect=2)
    assert f"--cut is {cut}; a number such as 0.5 is needed." in told.stderr


@pytest.mark.parametrize("what", SPOILT)
def test_a_file_that_is_no_prediction_is_refused(
    what: str, run: RunDirectory, truth: pl.DataFrame, tmp_path: Path
) -> None:
    """Whatever is wrong with a file is said with its name, and what to look for."""
    spoil, said = SPOILT[what]
    rows = spoil(truth.select("play_id", pl.lit(0.5).alias(CAUSE)))
    with pytest.raises(InputError) as refused:
        scored(run, rows, tmp_path)
    assert said in str(refused.value)
    assert "made.parquet" in str(refused.value)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("none.csv", None, "There is no file"),
        ("empty.csv", b"", "is empty: it needs a column play_id or account_id"),
        ("head.csv", b"play_id,shared_account\n", "has columns and no rows"),
        ("broken.parquet", b"nothing of the kind", "cannot be read as Parquet"),
        ("notes.txt", b"hello", "neither CSV nor Parquet"),
        ("twice.csv", b"play_id,x,x\n1,2,3\n", "has the column x twice"),
        (
            "german.csv",
            b"play_id;shared_account\n1;0,5\n",
            "seems to set its columns apart by ';'; commas are needed",
        ),
        ("long.csv", b"play_id,shared_account\n1,2,3,4\n", "cannot be read as CSV"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(
    name: str, content: bytes | None, said: str, run: RunDirectory, tmp_path: Path
) -> None:
    """A file that is missing, empty or of another kind is an error that says so."""
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=said):
        score(tmp_path / name, run)


# --- The command ------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_command_prints_a_table_or_json(
    run: RunDirectory, truth: pl.DataFrame, tmp_path: Path
) -> None:
    """One row per cause with all five numbers; a cause that nothing has is said to have nothing to find."""
    path = tmp_path / "made.csv"
    truth.select("play_id", pl.lit(0.1).alias(CAUSE), monitor_probe=0.2).write_csv(path)
    told = command("check", str(run.directory), "--score", str(path)).stdout
    assert told.startswith(f"{len(truth):,} plays with a row in log.plays\ncause")
    assert "None of these plays has monitor_probe: there is nothing to find." in told
    found = json.loads(
        command(
            "check", str(run.directory), "--score", str(path), "--as", "json", "--cut", "0.05"
        ).stdout
    )
    assert [(one["cause"], one["recall"]) for one in found["causes"]] == [
        (CAUSE, 1.0),
        ("monitor_probe", None),
    ]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--leaks", "--score", "a.csv"), "ask one at a time"),
        (("--cut", "0.5"), "it needs --score FILE"),
        (("--score", "gone.csv"), "There is no file gone.csv"),
    ],
)
def test_what_makes_no_sense_is_refused(
    words: tuple[str, ...], said: str, run: RunDirectory
) -> None:
    """Options that contradict each other, and a file that is not there, end with code 2 and a sentence."""
    assert said in " ".join(command("check", str(run.directory), *words, expect=2).stderr.split())
