"""Repair: the same command sees every damage, writes again what is damaged and nothing else, and keeps what is whole."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from fake_runs import plan_of, tree

from synthview.dataset import read
from synthview.engines import local, site
from synthview.engines.journal import BegunRun, Journal
from synthview.engines.local import already, run
from synthview.errors import InputError, NotOurs, OutputError, UnknownName
from synthview.sinks import parts


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The files of a run of two ranges that nothing happened to."""
    directory = tmp_path_factory.mktemp("undisturbed") / "run"
    run(plan_of(1_030), directory, workers=1)
    return tree(directory)


def _laid_out(files: dict[str, bytes], directory: Path) -> Path:
    """A copy of a run."""
    for name, content in files.items():
        (directory / name).parent.mkdir(parents=True, exist_ok=True)
        (directory / name).write_bytes(content)
    return directory


def _seen(directory: Path) -> dict[str, tuple[int, int]]:
    """Which file each name leads to, and when it changed last."""
    paths = [one for one in directory.rglob("*") if one.is_file()]
    return {
        one.relative_to(directory).as_posix(): (one.stat().st_ino, one.stat().st_mtime_ns)
        for one in paths
    }


def _changed(before: dict[str, Any], after: dict[str, Any]) -> set[str]:
    return {name for name in after if after[name] != before.get(name)} - {"manifest.json"}


def _flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def test_one_changed_byte_is_seen_and_only_its_file_is_written_again(
    tmp_path: Path, undisturbed: dict[str, bytes]
) -> None:
    """Digests are compared, not lengths; every other file of its range stays the file it is."""
    directory = _laid_out(undisturbed, tmp_path)
    assert already(plan_of(1_030), directory)
    harmed = next(directory.glob("log/plays/*2017-10-03/000000.parquet"))
    _flip(harmed)
    before = _seen(directory)
    assert not already(plan_of(1_030), directory)
    run(plan_of(1_030), directory, workers=1)
    assert tree(directory) == undisturbed
    assert _changed(before, _seen(directory)) == {harmed.relative_to(directory).as_posix()}


@pytest.mark.parametrize("form", ["csv", "ndjson", "arrow"])
def test_every_format_is_repaired(form: str, tmp_path: Path) -> None:
    """Text and Arrow files as well."""
    asked = plan_of(20, format=form)
    run(asked, tmp_path, workers=1)
    whole, harmed = tree(tmp_path), next(tmp_path.rglob(f"log/plays/**/000000.{form}"))
    _flip(harmed)
    before = _seen(tmp_path)
    run(asked, tmp_path, workers=1)
    assert tree(tmp_path) == whole
    assert _changed(before, _seen(tmp_path)) == {harmed.relative_to(tmp_path).as_posix()}


def test_days_that_were_finished_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, undisturbed: dict[str, bytes]
) -> None:
    """A run that is stopped in the second day of a range keeps the files of the first."""
    monkeypatch.setenv("FAKE_FAIL", "0:1")
    with pytest.raises(ZeroDivisionError):
        run(plan_of(1_030), tmp_path, workers=1)
    monkeypatch.delenv("FAKE_FAIL")
    before = _seen(tmp_path)
    assert any(name.startswith("log/plays/") for name in before)
    run(plan_of(1_030), tmp_path, workers=1)
    assert tree(tmp_path) == undisturbed
    after = _seen(tmp_path)
    assert all(after[name] == seen for name, seen in before.items() if name.endswith(".parquet"))


def test_files_are_on_the_disk_before_the_manifest_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every part is synced, and then the draft of the manifest before it gets its name."""
    synced: list[str] = []
    whole = os.fsync

    def noted(handle: int) -> None:
        synced.append(str(Path(f"/proc/self/fd/{handle}").readlink()))
        whole(handle)

    if not Path("/proc/self/fd").exists():
        pytest.skip("this system does not tell which file a descriptor belongs to")
    monkeypatch.setattr(os, "fsync", noted)
    run(plan_of(20), tmp_path, workers=1)
    manifest = next(place for place, one in enumerate(synced) if ".manifest.json." in one)
    written = {str(one) for one in tmp_path.rglob("*.parquet")}
    assert written
    assert written <= set(synced[:manifest])
    assert {str(Path(one).parent) for one in written} <= set(synced[:manifest])


# --- Databases --------------------------------------------------------------------------------------------------------


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _emptied(path: Path) -> None:
    with duckdb.connect(str(path)) as database:
        database.execute(
            "DELETE FROM log.plays WHERE play_id = (SELECT max(play_id) FROM log.plays)"
        )


def _rewritten(path: Path) -> None:
    with duckdb.connect(str(path)) as database:
        database.execute("UPDATE log.plays SET watched_ms = watched_ms + 1")


def _scratched(path: Path) -> None:
    """Every block of the file has a changed byte, the length is the same."""
    content = bytearray(path.read_bytes())
    for place in range(3 * 4096, len(content), 4096):
        content[place] ^= 255
    path.write_bytes(content)


def _with_a_foreign_log(path: Path) -> None:
    path.with_name(f"{path.name}.wal").write_bytes(os.urandom(4096))


@pytest.mark.parametrize(
    "harm", [_cut, _emptied, _rewritten, _scratched, Path.unlink, _with_a_foreign_log]
)
def test_a_database_is_whole_only_with_its_rows(
    harm: Callable[[Path], object], tmp_path: Path
) -> None:
    """One that does not open, has other rows, or lies beside the log of another is made whole by the same command."""
    asked = plan_of(20, format="duckdb")
    run(asked, tmp_path, workers=1)
    assert already(asked, tmp_path)
    rows = read(tmp_path).scan("log.plays").collect()
    harm(tmp_path / "synthview.duckdb")
    assert not already(asked, tmp_path)
    run(asked, tmp_path, workers=1)
    assert already(asked, tmp_path)
    assert read(tmp_path).scan("log.plays").collect().equals(rows)
    assert set(tree(tmp_path)) == {"manifest.json", "synthview.duckdb"}


def test_side_files_go_with_the_database_they_belong_to(tmp_path: Path) -> None:
    """What DuckDB kept beside the old database is no part of the one that takes its place."""
    run(plan_of(20, format="duckdb"), tmp_path, workers=1)
    _with_a_foreign_log(tmp_path / "synthview.duckdb")
    (tmp_path / "synthview.duckdb.tmp").mkdir()
    (tmp_path / "synthview.duckdb.tmp" / "duckdb_temp_storage-0.tmp").write_text("spilled")
    run(plan_of(20, format="duckdb", seed=2), tmp_path, workers=1, overwrite=True)
    assert set(tree(tmp_path)) == {"manifest.json", "synthview.duckdb"}
    assert read(tmp_path).scan("log.plays").collect().height


def test_a_database_that_was_filled_before_a_kill_is_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without its manifest yet, it is kept by the same command, and replaced by another with --overwrite."""
    asked, path = plan_of(20, format="duckdb"), tmp_path / "synthview.duckdb"

    def killed(*_: Any) -> None:
        raise KeyboardInterrupt

    for seed in (1, 2):
        with monkeypatch.context() as broken:
            broken.setattr(site.Site, "finish", killed)
            with pytest.raises(KeyboardInterrupt):
                run(plan_of(20, format="duckdb", seed=seed), tmp_path, workers=1, overwrite=True)
        assert path.exists()
    before = path.stat().st_ino
    run(plan_of(20, format="duckdb", seed=2), tmp_path, workers=1)
    assert path.stat().st_ino == before
    run(asked, tmp_path, workers=1, overwrite=True)
    assert already(asked, tmp_path)


def test_a_database_that_is_open_elsewhere_is_left_alone(tmp_path: Path) -> None:
    """Nobody can tell now whether it is whole, and replacing it would lose what its owner is doing."""
    asked = plan_of(20, format="duckdb")
    run(asked, tmp_path, workers=1)
    with (
        duckdb.connect(str(tmp_path / "synthview.duckdb")),
        pytest.raises(OutputError, match="open in another program"),
    ):
        run(asked, tmp_path, workers=1)
    assert already(asked, tmp_path)


# --- Manifests --------------------------------------------------------------------------------------------------------


def _without(path: Path) -> None:
    path.unlink()


def _stated(**changed: Any) -> Callable[[Path], None]:
    def change(path: Path) -> None:
        path.write_text(json.dumps({**json.loads(path.read_bytes()), **changed}))

    return change


def _enlarged(path: Path) -> None:
    """Eight gigabytes that take no place."""
    os.truncate(path, 8 << 30)


def _is(content: bytes) -> Callable[[Path], None]:
    return lambda path: path.write_bytes(content) and None


BROKEN: dict[str, Callable[[Path], None]] = {
    "lost": _without,
    "cut": _cut,
    "empty": _is(b""),
    "binary": _is(bytes(range(256))),
    "no object": _is(b"[]"),
    "nested": _is(b"[" * 100_000),
    "huge": _enlarged,
    "malformed": _stated(parts=7),
    "a thousand million households": _stated(layout={
        "households": 10**9, "first_day": 17441, "last_day": 17443, "tables": ["log.plays"], "format": "parquet",
        "compression": "zstd", "partition": "day", "ids": "int",
    }),
    "other digests": lambda path: _stated(
        parts=[{**one, "content": "0" * 32} for one in json.loads(path.read_bytes())["parts"]]
    )(path),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_manifest_is_written_again_beside_files_that_stay(
    name: str, tmp_path: Path, undisturbed: dict[str, bytes]
) -> None:
    """The same command compares the files with what it writes; all are kept, and the manifest is as it was."""
    directory = _laid_out(undisturbed, tmp_path)
    before = _seen(directory)
    BROKEN[name](directory / "manifest.json")
    if name != "other digests":
        with pytest.raises(
            OutputError, match="run the generate command that made the dataset again"
        ):
            read(directory)
    assert not already(plan_of(1_030), directory)
    run(plan_of(1_030), directory, workers=1)
    assert tree(directory) == undisturbed
    assert _changed(before, _seen(directory)) == set()


def test_a_pipe_in_place_of_the_manifest_is_told_at_once(
    tmp_path: Path, undisturbed: dict[str, bytes]
) -> None:
    """Nothing waits for somebody to write into it."""
    directory = _laid_out(undisturbed, tmp_path)
    (directory / "manifest.json").unlink()
    os.mkfifo(directory / "manifest.json")
    with pytest.raises(OutputError, match="is a named pipe"):
        read(directory)
    with pytest.raises(NotOurs, match=r"manifest\.json is in the way: a regular file"):
        run(plan_of(1_030), directory, workers=1)


def test_files_without_a_manifest_are_not_ours_unless_the_command_makes_them(
    tmp_path: Path, undisturbed: dict[str, bytes]
) -> None:
    """Another seed makes other bytes, so nothing is touched; one strange file is named, and the way out."""
    directory = _laid_out(undisturbed, tmp_path)
    (directory / "manifest.json").unlink()
    before = tree(directory)
    with pytest.raises(
        NotOurs,
        match="are not what this command writes: synthview did not make them, or another command",
    ):
        run(plan_of(1_030, seed=9), directory, workers=1, overwrite=True)
    assert tree(directory) == before
    harmed = next(directory.glob("log/plays/*2017-10-03/000000.parquet"))
    _flip(harmed)
    with pytest.raises(NotOurs, match=r"and 1 are not: log/plays/.*Move those elsewhere"):
        run(plan_of(1_030), directory, workers=1)
    harmed.unlink()
    run(plan_of(1_030), directory, workers=1)
    assert tree(directory) == undisturbed


def test_keys_of_a_later_version_pass(tmp_path: Path, undisturbed: dict[str, bytes]) -> None:
    """At the top, in the layout, of a table and of a part."""
    directory = _laid_out(undisturbed, tmp_path)
    manifest = json.loads(undisturbed["manifest.json"])
    for one in (
        manifest,
        manifest["layout"],
        manifest["parts"][0],
        manifest["tables"]["log.plays"],
    ):
        one["of_a_later_version"] = 1
    (directory / "manifest.json").write_text(json.dumps(manifest))
    assert already(plan_of(1_030), directory)
    assert read(directory).scan("log.plays").collect().height


@pytest.mark.parametrize(
    "path", ["/etc/000000.parquet", "../000000.parquet", "C:/000000.parquet", "log\\000000.x"]
)
def test_a_path_that_leads_outside_is_refused(
    path: str, tmp_path: Path, undisturbed: dict[str, bytes]
) -> None:
    """Absolute, upwards, on a drive of Windows."""
    directory = _laid_out(undisturbed, tmp_path)
    manifest = json.loads(undisturbed["manifest.json"])
    manifest["parts"][0]["path"] = path
    (directory / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(OutputError, match="leads outside the directory"):
        read(directory)


def test_what_can_be_refused_is_refused_before_a_file_is_touched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, undisturbed: dict[str, bytes]
) -> None:
    """Names that cannot be drawn, too many files: the dataset that was to be replaced is there, nothing else is."""

    def settled(*_: Any) -> Any:
        raise UnknownName("locale", "cz_CZ", ["cs_CZ"])

    directory = _laid_out(undisturbed, tmp_path / "run")
    with monkeypatch.context() as broken:
        broken.setattr("fake_pipeline.settled", settled)
        for place in (directory, tmp_path / "new"):
            with pytest.raises(UnknownName, match="Did you mean 'cs_CZ'"):
                run(plan_of(20), place, overwrite=True)
    monkeypatch.setattr(local, "MOST_PARTS", 3)
    with pytest.raises(InputError, match="at most 3"):
        run(plan_of(20), tmp_path / "new")
    assert tree(directory) == undisturbed
    assert not (tmp_path / "new").exists()


def test_no_draft_is_written_where_a_link_leads(tmp_path: Path) -> None:
    """Whatever has the name of a draft is left as it is, and another name is taken."""
    (tmp_path / "theirs").write_text("mine")
    first = parts.free_name(tmp_path / "part")
    first.symlink_to(tmp_path / "theirs")
    parts.publish(tmp_path / "part", [b"ours"])
    assert (tmp_path / "theirs").read_text() == "mine"
    assert first.is_symlink()
    parts.sweep(tmp_path)
    assert first.is_symlink()


def test_what_a_kill_left_in_the_hidden_folder_is_tidied(
    tmp_path: Path, undisturbed: dict[str, bytes]
) -> None:
    """A run that was killed after its manifest, or before it began, leaves a lock or its state: the next one cleans up."""
    directory = _laid_out(undisturbed, tmp_path)
    before = _seen(directory)
    asked = plan_of(1_030)
    (directory / ".synthview").mkdir()
    (directory / ".synthview" / "lock").write_text("1")
    Journal(directory).state(BegunRun(settings=asked.settings(), layout=asked.layout))
    run(asked, directory, workers=1)
    assert tree(directory) == undisturbed
    assert _changed(before, _seen(directory)) == set()


def test_a_run_that_is_stopped_while_it_replaces_another_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, undisturbed: dict[str, bytes]
) -> None:
    """In whatever state the old run is by then, the new one ends as if it had been the first."""
    run(plan_of(20, format="csv", tables=None), tmp_path, workers=1)
    removed = site.Site._remove_folders

    def interrupted(self: site.Site, paths: Any) -> None:
        removed(self, paths)
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(site.Site, "_remove_folders", interrupted)
        with pytest.raises(KeyboardInterrupt):
            run(plan_of(1_030), tmp_path, workers=1, overwrite=True)
    with pytest.raises(OutputError, match="interrupted"):
        read(tmp_path)
    monkeypatch.setenv("FAKE_FAIL", "1:0")
    with pytest.raises(ZeroDivisionError):
        run(plan_of(1_030), tmp_path, workers=1)
    monkeypatch.delenv("FAKE_FAIL")
    run(plan_of(1_030), tmp_path, workers=1)
    assert tree(tmp_path) == undisturbed
