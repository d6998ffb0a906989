"""A frozen dataset carries how to make it again: `check --regenerate` tells when that makes other rows."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from commands import Told
from strategies import SMALL

import synthview
from synthview.checks.regenerating import regenerate
from synthview.errors import InputError

WORDS = {"households": 3, "days": 1, "set": {**SMALL, "run.warm_up_days": 2}, "workers": 1}


@pytest.fixture(scope="module")
def frozen(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three homes of tiny as lines of JSON, as one would commit them."""
    place = tmp_path_factory.mktemp("frozen") / "fixture"
    synthview.generate("tiny", format="ndjson", partition="none", directory=place, **WORDS)  # type: ignore[call-overload]
    return place


def test_what_is_as_it_was_made_is_the_same(frozen: Path, told: Told) -> None:
    """Every table is told, nothing is written, and the code is 0."""
    before = {one: one.read_bytes() for one in frozen.rglob("*") if one.is_file()}
    code, said, _ = told("check", str(frozen), "--regenerate")
    assert code == 0, said
    assert said.endswith("All 15 tables are what their manifest makes.\n")
    assert {one: one.read_bytes() for one in frozen.rglob("*") if one.is_file()} == before


def test_an_edited_file_names_table_column_and_row(
    frozen: Path, tmp_path: Path, told: Told
) -> None:
    """A value, a line less and a line that is no JSON: what differs is said, beside how to make it again."""
    place = shutil.copytree(frozen, tmp_path / "fixture")
    plays = place / "log/plays/000000.ndjson"
    first, *rest = plays.read_text("utf-8").splitlines(keepends=True)
    row = json.loads(first)
    edited = json.dumps({**row, "watched_ms": 7}) + "\n"
    plays.write_text("".join([edited, *rest[:-1]]), "utf-8")
    (place / "log/ratings/000000.ndjson").write_text("{\n", "utf-8")
    code, said, err = told("check", str(place), "--regenerate")
    assert code == 1
    assert "log.plays         DRIFTED in 1 of 1 files" in said
    assert f"1 rows are new, as of play_id {json.loads(rest[-1])['play_id']}" in said
    was = f"watched_ms of 1 rows, as of play_id {row['play_id']}: 7, now {row['watched_ms']}"
    assert was in said
    assert "log/ratings/000000.ndjson cannot be read" in said
    assert err.startswith("Drifted: log.plays, log.ratings.")
    assert "synthview generate tiny -o DIR --households 3" in " ".join(err.split())


def test_a_world_that_became_another_is_told(frozen: Path) -> None:
    """Settings that mean other rows today: messages come more often, plays stay; of unknown settings the name is told."""
    run = synthview.read(frozen)
    scenario = run.manifest["scenario"]
    stated = {**scenario, "log": {**scenario["log"], "ping_seconds": 20}}
    other = synthview.RunDirectory(frozen, {**run.manifest, "scenario": stated})
    found = {one.table: one for one in regenerate(other)}
    assert not found["log.events"].holds
    assert "rows are new" in found["log.events"].differences[0]
    assert found["truth.persons"].holds
    stated = {**scenario, "log": {**scenario["log"], "telegrams": 1}}
    with pytest.raises(InputError, match="telegrams"):
        regenerate(synthview.RunDirectory(frozen, {**run.manifest, "scenario": stated}))


@pytest.mark.slow
@pytest.mark.parametrize(
    "words", [{"format": "duckdb"}, {"format": "csv", "ids": "int", "compression": "gzip"}]
)
def test_every_kind_of_dataset_can_be_asked(words: dict[str, str], tmp_path: Path) -> None:
    """Databases, and files by day with damaged rows in them."""
    of = {**WORDS, "days": 2}
    run = synthview.generate("nasty", directory=tmp_path / "run", **of, **words)  # type: ignore[call-overload]
    assert [one for one in regenerate(run) if not one.holds] == []


def test_one_question_at_a_time(frozen: Path, told: Told) -> None:
    """Other questions are refused beside it."""
    code, _, err = told("check", str(frozen), "--regenerate", "--leaks")
    assert code == 2
    assert "--leaks and --regenerate are 2 questions; ask one at a time." in err
