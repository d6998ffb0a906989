"""Small datasets on disk to tamper with: a part is changed, and the manifest told of it as if it had been made so."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
from xxhash import xxh3_128

from synthview.dataset import RunDirectory, read
from synthview.digests import rows_digest, sum_of_digests
from synthview.engines.manifest import MANIFEST, sealed
from synthview.sinks.parts import Receipt
from synthview.tables import table

__all__ = ["Change", "copied", "parts", "receipt_of", "rewrite", "tampered", "tampered_throughout"]

Change = Callable[[pl.DataFrame], pl.DataFrame]


def copied(run: RunDirectory, to: Path) -> RunDirectory:
    """The same dataset in a directory of its own."""
    shutil.copytree(run.directory, to, dirs_exist_ok=True)
    return read(to)


def parts(run: RunDirectory, name: str) -> Iterator[tuple[Path, Receipt]]:
    """The files of a table, with what the manifest says of each."""
    yield from ((run.directory / one.path, one) for one in run.parts(name))


def tampered(run: RunDirectory, name: str, change: Change) -> RunDirectory:
    """Change the rows of a table's first part by hand; the manifest believes that they were made so."""
    path, receipt = next(parts(run, name))
    frame = change(run.scan_parts(name, [receipt]).collect())
    if frame.columns == table(name).schema.names():
        kind, compression = run.manifest["layout"]["format"], run.manifest["layout"]["compression"]
        _write(path, name, frame, kind, compression)
        return rewrite(
            run,
            {
                receipt.path: replace(
                    receipt_of(path, receipt), rows=len(frame), content=rows_digest(frame)
                )
            },
        )
    frame.write_parquet(path)
    return rewrite(run, {receipt.path: receipt_of(path, receipt)})


def tampered_throughout(run: RunDirectory, name: str, change: Change) -> RunDirectory:
    """Change the rows of every part of a table by hand; the columns stay as they are."""
    kind, compression = run.manifest["layout"]["format"], run.manifest["layout"]["compression"]
    changed = {}
    for path, receipt in parts(run, name):
        frame = change(run.scan_parts(name, [receipt]).collect())
        _write(path, name, frame, kind, compression)
        changed[receipt.path] = replace(receipt_of(path, receipt), content=rows_digest(frame))
    return rewrite(run, changed)


def _write(path: Path, name: str, frame: pl.DataFrame, kind: str, compression: str) -> None:
    from synthview.sinks.formats import FORMATS

    path.write_bytes(
        b"".join(bytes(one) for one in FORMATS[kind].encode(table(name), frame, compression))
    )


def receipt_of(path: Path, receipt: Receipt) -> Receipt:
    """A receipt for what the file is now."""
    return replace(
        receipt, bytes=path.stat().st_size, digest=xxh3_128(path.read_bytes()).hexdigest()
    )


def rewrite(run: RunDirectory, changed: dict[str, Receipt]) -> RunDirectory:
    """The manifest with other receipts for some parts, by their paths."""
    manifest: dict[str, Any] = json.loads((run.directory / MANIFEST).read_text("utf-8"))
    manifest["parts"] = [
        changed[part["path"]].as_dict() if part["path"] in changed else part
        for part in manifest["parts"]
    ]
    for name, about in manifest["tables"].items():
        of_table = [part for part in manifest["parts"] if part["table"] == name]
        about |= {count: sum(part[count] for part in of_table) for count in ("rows", "bytes")}
        about["content"] = sum_of_digests(part["content"] for part in of_table)
    (run.directory / MANIFEST).write_text(json.dumps(sealed(manifest)), "utf-8")
    return read(run.directory)
