"""Hidden folders in which things are made: they go with their process, and what is settled is there whole."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from synthview.cli.outputs import put
from synthview.engines.loads import _other_file
from synthview.errors import NoSpace, NotOurs
from synthview.formats.delta import Delta
from synthview.formats.iceberg import Iceberg
from synthview.outside import staging as staging_
from synthview.outside.staging import staged, undo_settled, write_whole

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="forks a process to kill it")


def _killed(place: Path, *, settles: bool) -> None:
    """A process that makes a folder for a place, and is killed in the middle of it."""
    child = os.fork()
    if not child:
        with staged(place) as hidden:
            (hidden.folder / "made").mkdir()
            (hidden.folder / "made" / "one.txt").write_text("one")
            if settles:
                hidden.settle({hidden.folder / "made": place})
            os.kill(os.getpid(), signal.SIGKILL)
    assert os.waitpid(child, 0)[1] == signal.SIGKILL


def test_what_a_kill_left_goes_with_the_next(tmp_path: Path) -> None:
    """A folder is removed by the next one for the same place; those of living processes and of other places stay."""
    place = tmp_path / "place"
    _killed(place, settles=False)
    _killed(tmp_path / "other", settles=False)
    assert len(list(tmp_path.iterdir())) == 2
    with staged(place) as first, staged(place) as second:
        assert first.folder.is_dir()
        assert second.folder.is_dir()
        assert len(list(tmp_path.iterdir())) == 3
    assert len(list(tmp_path.iterdir())) == 1


def test_what_was_settled_by_a_killed_process_is_undone(tmp_path: Path) -> None:
    """So the same command does not take it for somebody's; a file that somebody added stays."""
    place = tmp_path / "place"
    _killed(place, settles=True)
    assert (place / "one.txt").read_text() == "one"
    undo_settled(place)
    assert not place.exists()
    _killed(place, settles=True)
    (place / "mine.txt").write_text("mine")
    undo_settled(place)
    assert [one.name for one in place.iterdir()] == ["mine.txt"]


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    """Through a link too, with the rights that it had; a device takes it as it comes."""
    page, link = tmp_path / "page.html", tmp_path / "link"
    page.write_text("old")
    page.chmod(0o640)
    link.symlink_to(page)
    write_whole(link, b"new")
    assert (page.read_text(), page.stat().st_mode & 0o777) == ("new", 0o640)
    assert link.is_symlink()
    put(Path("/dev/null"), "new")
    with pytest.raises(NoSpace, match="disk is full"):
        put(Path("/dev/full"), "new")
    assert sorted(one.name for one in tmp_path.iterdir()) == ["link", "page.html"]


@pytest.mark.parametrize("form", [Iceberg(), Delta()])
def test_a_folder_with_files_of_others_is_not_replaced(
    form: Iceberg | Delta, tmp_path: Path
) -> None:
    """Not even with --overwrite: the log of a dataset, or a file of somebody beside the table's."""
    form.check_replaced(tmp_path)
    for name in ("log/plays/day=2017-10-02/000000.parquet", "log_plays/mine.csv"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text("mine")
    with pytest.raises(NotOurs, match="no file of this format"):
        form.check_replaced(tmp_path)


def test_a_load_with_files_of_others_is_not_replaced(tmp_path: Path) -> None:
    """Every file in its directory that is none of a load is found."""
    for name in ("load.json", "log/plays/day=2017-10-02/000000.csv.gz"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert _other_file(tmp_path) is None
    (tmp_path / "log" / "plays" / "mine.csv").touch()
    assert _other_file(tmp_path) == tmp_path / "log" / "plays" / "mine.csv"


def test_who_ends_a_run_while_something_is_settled_is_heard() -> None:
    """A signal that asks to end is heeded once the steps that it may not disturb are done, and is never lost."""
    done = []

    def settle() -> None:
        with staging_._undisturbed():
            os.kill(os.getpid(), signal.SIGINT)
            done.append("settled")

    # Who runs the tests in the background of a shell has it ignored from the start.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            settle()
    finally:
        signal.signal(signal.SIGINT, before)
    assert done == ["settled"]


def test_what_is_ignored_stays_ignored_while_something_is_settled() -> None:
    """Ctrl-C that is ignored, as in the background of a shell, does not hide another signal that is heeded."""

    def settle() -> None:
        with staging_._undisturbed():
            os.kill(os.getpid(), signal.SIGINT)
            os.kill(os.getpid(), signal.SIGTERM)

    handlers = {signal.SIGINT: signal.SIG_IGN, signal.SIGTERM: signal.default_int_handler}
    before = {one: signal.signal(one, handler) for one, handler in handlers.items()}
    try:
        with pytest.raises(KeyboardInterrupt):
            settle()
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
