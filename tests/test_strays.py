"""Files beside a dataset are searched for ids whatever they are, or said to be out of reach."""

from __future__ import annotations

import bz2
import gzip
import sqlite3
import zipfile
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from synthview.checks.strays import Unsearchable, found_in

ACCOUNT = 2_389_702_010_529_720_804
TEXT = "a_2abcdefghjkmn"


def _sqlite(path: Path) -> None:
    with sqlite3.connect(path) as base:
        base.execute("CREATE TABLE t (x INTEGER)")
        base.execute("INSERT INTO t VALUES (?)", (ACCOUNT,))
    base.close()


def _xlsx(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/sharedStrings.xml", f"<t>{TEXT}</t>")


FILES: dict[str, Callable[[Path], object]] = {
    "a.csv": lambda path: path.write_text(f"x\n{TEXT}\n"),
    "a.csv.gz": lambda path: path.write_bytes(gzip.compress(str(ACCOUNT).encode())),
    "a.bz2": lambda path: path.write_bytes(bz2.compress(TEXT.encode())),
    "a.xlsx": _xlsx,
    "a.sqlite": _sqlite,
    "lists.parquet": lambda path: pl.DataFrame({"x": [[ACCOUNT]]}).write_parquet(path),
    "unsigned.ipc": lambda path: pl.DataFrame({"x": [ACCOUNT]}).cast(pl.UInt64).write_ipc(path),
    "texts": lambda path: pl.DataFrame({"x": [TEXT]}).write_parquet(path),
}


@pytest.mark.parametrize("name", FILES)
def test_an_id_is_found_in_every_kind_of_file(name: str, tmp_path: Path) -> None:
    """An account is found once in text, packed text, spreadsheets, databases and tables."""
    FILES[name](tmp_path / name)
    assert found_in(tmp_path / name, [ACCOUNT, 5 << 40], [TEXT, str(ACCOUNT)]) == 1
    assert found_in(tmp_path / name, [ACCOUNT + 1], ["a_3abcdefghjkmn"]) == 0


def test_what_cannot_be_searched_says_why(tmp_path: Path) -> None:
    """Damaged tables, cut archives and what is packed otherwise are never passed over."""
    contents = {
        b"PAR1 and no more": "damaged table",
        b"\x28\xb5\x2f\xfd...": "packed with zstd",
        gzip.compress(b"text" * 99)[:20]: "damaged",
        b"PK\x03\x04...": "damaged",
    }
    for content, why in contents.items():
        (tmp_path / "file").write_bytes(content)
        with pytest.raises(Unsearchable, match=why):
            found_in(tmp_path / "file", [ACCOUNT], [TEXT])
