"""Whose a directory is: what is not ours stays untouched, ours is replaced only when told, one run at a time."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from fake_runs import plan_of, tree

from synthview.engines import site
from synthview.engines.local import run
from synthview.errors import NotOurs, OtherRun, OutputError


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The files of a run that nothing happened to."""
    directory = tmp_path_factory.mktemp("undisturbed") / "run"
    run(plan_of(), directory, workers=1)
    return tree(directory)


@pytest.mark.parametrize("name", ["notes.txt", "manifest.json", "log/events/000000.parquet", ".synthview/run.json"])
@pytest.mark.parametrize("overwrite", [False, True])
def test_what_is_not_ours_stays_untouched(name: str, overwrite: bool, tmp_path: Path) -> None:  # noqa: FBT001  pytest's
    """A directory with something else in it is refused, --overwrite or not."""
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).write_text('{"name": "another program\'s"}')
    (tmp_path / "mine").touch()
    before = tree(tmp_path)
    with pytest.raises(NotOurs, match="did not make"):
        run(plan_of(20), tmp_path, overwrite=overwrite)
    assert tree(tmp_path) == before


@pytest.mark.parametrize(
    ("words", "told"),
    [({"seed": 2}, "seed 1 there, 2 asked"), ({"households": 21}, "households 20 there, 21 asked"),
     ({"format": "csv"}, "format parquet there, csv asked"), ({"compression": "lz4"}, "compression zstd there"),
     ({"tables": "log.plays"}, "tables .* there, log.plays asked"), ({"days": 1}, "until 2017-10-04 there"),
     ({"partition": "none"}, "partition day there, none asked"), ({"ids": "text"}, "ids int there, text asked"),
     ({"settings": {"log.ping_seconds": 30}}, "settings of the scenario differ")],
)  # fmt: skip
def test_other_settings_are_refused(words: dict[str, Any], told: str, tmp_path: Path) -> None:
    """The message says what differs; --overwrite leaves exactly the new run."""
    run(plan_of(20), tmp_path / "run")
    before, other = tree(tmp_path / "run"), plan_of(**{"households": 20, **words})
    with pytest.raises(OtherRun, match=told):
        run(other, tmp_path / "run")
    assert tree(tmp_path / "run") == before
    run(other, tmp_path / "run", overwrite=True)
    run(other, tmp_path / "fresh")
    assert tree(tmp_path / "run") == tree(tmp_path / "fresh")


def test_overwriting_spares_what_is_not_ours(tmp_path: Path) -> None:
    """Notes that somebody put beside our files, or among them, stay."""
    run(plan_of(), tmp_path, workers=1)
    notes = [
        tmp_path / "notes.txt",
        tmp_path / "log" / "plays" / "day=2017-10-03" / "why.md",
        tmp_path / "log" / "x.parquet",
    ]
    for note in notes:
        note.write_text("mine")
    run(plan_of(20), tmp_path, overwrite=True)
    assert [note.read_text() for note in notes] == ["mine"] * len(notes)
    assert not (tmp_path / "log" / "plays" / "day=2017-10-02" / "000001.parquet").exists()


def test_overwriting_that_was_interrupted_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, undisturbed: dict[str, bytes]
) -> None:
    """Killed between the old run and the new one, the same command finds its way."""
    run(plan_of(20, format="csv"), tmp_path / "run")

    def interrupted(_: Any, __: Any) -> None:
        (tmp_path / "run" / "log" / "plays" / "day=2017-10-02" / "000000.csv").unlink()
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(site.Site, "_clear", interrupted)
        with pytest.raises(KeyboardInterrupt):
            run(plan_of(), tmp_path / "run", workers=1, overwrite=True)
    run(plan_of(), tmp_path / "run", workers=1)
    assert tree(tmp_path / "run") == undisturbed


def test_a_second_run_is_refused(tmp_path: Path) -> None:
    """As long as the first holds the directory."""
    with site.Site(tmp_path / "run").held(), pytest.raises(OutputError, match=f"Another run .process {os.getpid()}."):
        run(plan_of(20), tmp_path / "run")
    run(plan_of(20), tmp_path / "run")


def test_the_lock_of_the_dead_does_not_count(tmp_path: Path) -> None:
    """A lock file that nobody holds is taken over."""
    (tmp_path / "run" / ".synthview").mkdir(parents=True)
    (tmp_path / "run" / ".synthview" / "lock").write_text("1")
    assert run(plan_of(20), tmp_path / "run")["license"] == "CC0-1.0"
