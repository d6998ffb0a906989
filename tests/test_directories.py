"""Whose a directory is: what is not ours stays untouched, ours is replaced only when told, one run at a time."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from fake_runs import plan_of, tree

from synthview.checks import invariants
from synthview.dataset import read
from synthview.engines import site
from synthview.engines.local import run
from synthview.errors import InputError, NotOurs, OtherRun, OutputError


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The files of a run that nothing happened to."""
    directory = tmp_path_factory.mktemp("undisturbed") / "run"
    run(plan_of(), directory, workers=1)
    return tree(directory)


@pytest.mark.parametrize(
    "name", ["notes.txt", "manifest.json", "log/events/000000.parquet", ".synthview/run.json"]
)
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
    with (
        site.Site(tmp_path / "run").held(),
        pytest.raises(OutputError, match=f"Another run .process {os.getpid()}."),
    ):
        run(plan_of(20), tmp_path / "run")
    run(plan_of(20), tmp_path / "run")


def test_the_lock_of_the_dead_does_not_count(tmp_path: Path) -> None:
    """A lock file that nobody holds is taken over."""
    (tmp_path / "run" / ".synthview").mkdir(parents=True)
    (tmp_path / "run" / ".synthview" / "lock").write_text("1")
    assert run(plan_of(20), tmp_path / "run")["license"] == "CC0-1.0"


# --- Links, and files of others ---------------------------------------------------------------------------------------


def _somebodys(place: Path) -> Path:
    """A folder outside the run with a file in it, or a file, depending on what leads there."""
    place.mkdir()
    (place / "mine.txt").write_text("mine")
    return place


@pytest.mark.parametrize(
    "inner",
    [
        "log",
        "log/plays",
        "truth",
        ".synthview",
        "manifest.json",
        "log/plays/{part}",
        ".synthview/lock",
    ],
)
@pytest.mark.parametrize("doing", ["repair", "overwrite", "begin"])
def test_a_link_is_never_followed(
    inner: str, doing: str, tmp_path: Path, undisturbed: dict[str, bytes]
) -> None:
    """Whatever a link leads to stays as it is, the link too; the message names it, and nothing else is touched."""
    theirs, directory = _somebodys(tmp_path / "theirs"), tmp_path / "run"
    files = {} if doing == "begin" else undisturbed
    for name, content in files.items():
        (directory / name).parent.mkdir(parents=True, exist_ok=True)
        (directory / name).write_bytes(content)
    part = next(one for one in sorted(undisturbed) if one.startswith("log/plays/")).removeprefix(
        "log/plays/"
    )
    place = directory / inner.format(part=part)
    if place.exists():
        place.rename(theirs / "moved")
    elif place.suffix or place.name == "lock":
        (theirs / "moved").write_text("mine")
    else:
        (theirs / "moved").mkdir()
    place.parent.mkdir(parents=True, exist_ok=True)
    place.symlink_to(theirs / "moved")
    if doing == "repair":
        harmed = next(one for one in sorted(directory.rglob("*.parquet")) if not one.is_symlink())
        harmed.write_bytes(b"damaged")
    before = tree(theirs), tree(directory)
    with pytest.raises(NotOurs, match=r"is a link|did not make"):
        run(
            plan_of(seed=2) if doing == "overwrite" else plan_of(),
            directory,
            workers=1,
            overwrite=True,
        )
    assert (tree(theirs), tree(directory)) == before
    assert place.is_symlink()


def test_a_link_that_is_in_nobodys_way_stays(tmp_path: Path) -> None:
    """The directory itself may be a link; links among our files, and what they lead to, survive --overwrite."""
    theirs = _somebodys(tmp_path / "theirs")
    (tmp_path / "link").symlink_to(tmp_path / "run", target_is_directory=True)
    (tmp_path / "run").mkdir()
    run(plan_of(20), tmp_path / "link", workers=1)
    (tmp_path / "run" / "log" / "notes").symlink_to(theirs, target_is_directory=True)
    run(plan_of(20, seed=2), tmp_path / "link", workers=1, overwrite=True)
    assert (tmp_path / "run" / "log" / "notes" / "mine.txt").read_text() == "mine"
    assert (tmp_path / "run" / "manifest.json").is_file()


@pytest.mark.parametrize("form", ["parquet", "duckdb"])
def test_a_file_that_has_the_name_of_a_part_to_come_is_not_replaced(
    form: str, tmp_path: Path
) -> None:
    """A name is not enough: without a receipt the file is somebody's, and the old run stays as it is."""
    run(plan_of(20, format="csv"), tmp_path, workers=1)
    other = plan_of(20, format=form)
    name = "synthview.duckdb" if form == "duckdb" else next(iter(other.layout.paths(0)))
    (tmp_path / name).write_text("mine")
    before = tree(tmp_path)
    with pytest.raises(
        NotOurs, match=r"is in the way: synthview did not write it .*Move it elsewhere"
    ):
        run(other, tmp_path, workers=1, overwrite=True)
    assert tree(tmp_path) == before
    (tmp_path / name).unlink()
    run(other, tmp_path, workers=1, overwrite=True)
    assert read(tmp_path).scan("log.plays").collect().height


@pytest.mark.parametrize("name", ["run.json", "receipts.jsonl", "lock"])
def test_files_of_others_in_the_hidden_folder_stay(name: str, tmp_path: Path) -> None:
    """By the name of ours they are told, by any other they are nobody's business."""
    (tmp_path / ".synthview").mkdir()
    (tmp_path / ".synthview" / name).write_text("mine, and not a number")
    (tmp_path / ".synthview" / "notes.txt").write_text("mine")
    before = tree(tmp_path)
    with pytest.raises(NotOurs, match=name):
        run(plan_of(20), tmp_path, workers=1)
    assert tree(tmp_path) == before
    (tmp_path / ".synthview" / name).unlink()
    run(plan_of(20), tmp_path, workers=1)
    assert (tmp_path / ".synthview" / "notes.txt").read_text() == "mine"


def test_names_that_begin_with_a_dot_are_no_obstacle(tmp_path: Path) -> None:
    """A folder that version control keeps by .gitkeep is as good as an empty one."""
    (tmp_path / ".gitkeep").touch()
    run(plan_of(20), tmp_path, workers=1)
    assert (tmp_path / ".gitkeep").exists()
    assert (tmp_path / "manifest.json").exists()


# --- Names ------------------------------------------------------------------------------------------------------------

ODD = [
    "run[1]",
    "a*b?{x,y}",
    "50%20 #",
    'it\'s "$HOME";&',
    "new\nline\tünï",
    "day=2017-10-02",
    "s3:",
    "~",
    "**",
    "-o",
]
"""Patterns, addresses, partitions, options, and what shells and SQL take for their own."""


@pytest.mark.slow
@pytest.mark.parametrize("form", [
    "parquet", "ndjson", "duckdb", *(pytest.param(one, marks=pytest.mark.long) for one in ("arrow", "csv")),
])  # fmt: skip
def test_a_path_is_no_pattern(form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Directories of any name are written, checked and resumed in every format, by a relative path too.

    Who types `~` means a home directory; a directory of that name is read by its full path.
    """
    monkeypatch.chdir(tmp_path)
    asked = plan_of(20, format=form, tables="log.plays,log.titles")
    for name in ODD:
        run(asked, Path(name), workers=1)
        made = read(Path(name).absolute())
        rows = made.manifest["tables"]["log.plays"]["rows"]
        assert made.scan("log.plays").collect().height == rows
        of_files = [
            one for one in invariants.check(made) if one.name in {"manifest", "schema", "truth"}
        ]
        assert [one for one in of_files if not one.holds or one.not_asked] == []
        gone = next(
            iter(
                sorted(Path(name).rglob("synthview.duckdb")) or sorted(Path(name).rglob("000000.*"))
            )
        )
        gone.unlink()
        run(asked, Path(name), workers=1)
        assert gone.is_file()
    assert {one.name for one in tmp_path.iterdir()} == set(ODD)


def test_a_backslash_is_told_where_duckdb_cannot_have_it(tmp_path: Path) -> None:
    """It would look for the files elsewhere."""
    with pytest.raises(InputError, match="backslash"):
        run(plan_of(20, format="duckdb"), tmp_path / "a\\b")
    assert list(tmp_path.iterdir()) == []
