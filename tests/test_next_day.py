"""The next day: a run gets more days, and a database is loaded day by day; both come to the whole run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import synthview
from synthview.errors import OtherRun

SMALL = {"catalogue.film_count": 150, "catalogue.series_count": 40, "run.warm_up_days": 7}
WORDS: dict[str, Any] = {"households": 12, "set": SMALL, "workers": 1}


def files_of(directory: Path) -> dict[str, bytes]:
    """Every file of a directory with its bytes."""
    return {
        one.relative_to(directory).as_posix(): one.read_bytes()
        for one in directory.rglob("*")
        if one.is_file()
    }


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three days, written at once."""
    directory = tmp_path_factory.mktemp("whole") / "run"
    synthview.generate("tiny", days=3, directory=directory, **WORDS)
    return directory


# --- More days --------------------------------------------------------------------------------------------------------


def test_more_days_extend_a_run(whole: Path, tmp_path: Path) -> None:
    """Files of days that are there are not touched; the rest is as if all days had been written at once."""
    directory = tmp_path / "run"
    synthview.generate("tiny", days=2, directory=directory, **WORDS)
    before = {path: (directory / path).stat() for path in files_of(directory) if "day=" in path}
    synthview.generate("tiny", days=3, directory=directory, **WORDS)
    assert files_of(directory) == files_of(whole)
    assert len(before) > 10
    for path, stat in before.items():
        now = (directory / path).stat()
        assert (now.st_ino, now.st_mtime_ns) == (stat.st_ino, stat.st_mtime_ns), path


def test_an_extension_that_was_stopped_goes_on(
    whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped before the manifest, with some files new and some old, the same command finishes."""
    directory = tmp_path / "run"
    synthview.generate("tiny", days=2, directory=directory, **WORDS)

    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("synthview.engines.site.Site.finish", stop)
        with pytest.raises(KeyboardInterrupt):
            synthview.generate("tiny", days=3, directory=directory, **WORDS)
    assert not (directory / "manifest.json").exists()
    synthview.generate("tiny", days=3, directory=directory, **WORDS)
    assert files_of(directory) == files_of(whole)


def test_only_days_may_be_more(tmp_path: Path) -> None:
    """Another seed, another beginning and fewer days are still another run."""
    directory = tmp_path / "run"
    synthview.generate("tiny", days=2, directory=directory, tables="log.plays", **WORDS)
    before = files_of(directory)
    for other in ({"days": 3, "seed": 8}, {"days": 1}, {"days": 2, "start": "2017-10-03"}):
        with pytest.raises(OtherRun):
            synthview.generate(
                "tiny", directory=directory, tables="log.plays", **{**WORDS, **other}
            )
    assert files_of(directory) == before
