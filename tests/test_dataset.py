"""The library's front door: datasets in memory and on disk, and what they say when asked for something else."""

from __future__ import annotations

from pathlib import Path

import pytest

import synthview
from synthview.dataset import Log, Truth
from synthview.engines import order
from synthview.errors import InputError, OutputError, UnknownName
from synthview.tables import TABLES


@pytest.fixture(autouse=True)
def _fake(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every plan of these tests is of the fake pipeline."""
    monkeypatch.setattr(order, "PIPELINE", "fake_pipeline")


def test_a_dataset_says_what_it_has() -> None:
    """Its tables are attributes; another name gets the list."""
    made = synthview.generate("tiny", tables="log.plays,truth.plays")
    assert "20 households" in repr(made)
    assert made.log.plays.height > 0
    with pytest.raises(
        UnknownName, match=r"There is no table 'play' in log\. Did you mean 'plays'"
    ):
        _ = made.log.play
    assert not hasattr(made.truth, "persons")


def test_every_table_has_its_attribute() -> None:
    """The annotations that editors read name every table."""
    for folder, home in (("log", Log), ("truth", Truth)):
        assert set(home.__annotations__) == {one.name for one in TABLES if one.folder == folder}


def test_a_run_is_opened_by_its_directory(tmp_path: Path) -> None:
    """What is not one, or not yet, is told apart."""
    synthview.generate("tiny", directory=tmp_path / "run", tables="log.plays")
    opened = synthview.read(tmp_path / "run")
    assert "log.plays" in repr(opened)
    with pytest.raises(UnknownName, match=r"no table 'log\.events'"):
        opened.scan("log.events")
    with pytest.raises(OutputError, match="no dataset"):
        synthview.read(tmp_path)
    (tmp_path / "begun" / ".synthview").mkdir(parents=True)
    with pytest.raises(OutputError, match="interrupted"):
        synthview.read(tmp_path / "begun")


def test_options_of_a_directory_need_one() -> None:
    """In memory there is no format."""
    with pytest.raises(InputError, match="for a directory"):
        synthview.generate("tiny", format="csv")


def test_public_names_are_those() -> None:
    """The list of public names, and each is there."""
    assert set(synthview.__all__) == {
        "Dataset", "RunDirectory", "Scenario", "__version__", "ddl", "generate", "ids_to_int", "ids_to_text", "read", "scan", "score", "split", "stream",
    }  # fmt: skip
    assert all(getattr(synthview, name) for name in synthview.__all__)
    assert dir(synthview) == sorted(synthview.__all__)
    with pytest.raises(AttributeError, match="generate"):
        _ = synthview.generates
