"""What a run notes while it is under way: its settings, and a receipt of every part."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ValidationError, field_validator

from synthview.engines.layout import HIDDEN, Layout
from synthview.engines.manifest import MOST_BYTES
from synthview.errors import OutputError
from synthview.outside.places import is_inner, write_errors
from synthview.outside.whole_files import read_bounded
from synthview.sinks.parts import Receipt, publish

__all__ = ["JOURNAL", "SETTINGS", "BegunRun", "Journal"]

SETTINGS, JOURNAL = f"{HIDDEN}/run.json", f"{HIDDEN}/receipts.jsonl"


class BegunRun(BaseModel):
    """A run that is under way; keys of a later version are passed over.

    `replaces` are files of another run that are being removed to make room for it, `owns` those of
    its own that are no parts, such as a database that is to be filled anew.
    """

    settings: dict[str, Any]
    layout: Annotated[Layout, BeforeValidator(Layout.read)]
    replaces: list[str] = []
    owns: list[str] = []

    @field_validator("replaces", "owns")
    @classmethod
    def _check_inner(cls, paths: list[str]) -> list[str]:
        if outer := [one for one in paths if not is_inner(one)]:
            raise ValueError(f"the path '{outer[0]}' leads outside the directory")
        return paths


class Journal:
    """The two files of a run under way, in the hidden folder of its directory."""

    def __init__(self, directory: Path) -> None:
        self.settings, self.receipts = directory / SETTINGS, directory / JOURNAL

    def begun(self) -> BegunRun | None:
        """The run that was begun; None where there is none, or its file is damaged."""
        with suppress(OutputError, ValidationError):
            content = read_bounded(self.settings, MOST_BYTES, "The state of the run")
            return BegunRun.model_validate_json(content)
        return None

    def noted(self) -> dict[str, Receipt]:
        """Receipts by path, without a line that a kill cut short or a path that leads outside."""
        noted: dict[str, Receipt] = {}
        with suppress(OutputError):
            content = read_bounded(self.receipts, MOST_BYTES, "The journal of the run")
            for line in content.splitlines():
                noted |= {one.path: one for one in _read(line)}
        return noted

    def strange(self) -> Path | None:
        """A file by the name of one of the two that is not what a run writes there."""
        if self.begun() is not None:
            return None
        if os.path.lexists(self.settings):
            return self.settings
        is_strange = self.receipts.is_file() and self.receipts.stat().st_size and not self.noted()
        return self.receipts if is_strange else None

    def state(self, begun: BegunRun) -> None:
        """Write down what is going to be made."""
        publish(self.settings, [begun.model_dump_json().encode()])

    def rewrite(self, receipts: Iterable[Receipt]) -> None:
        """Begin the journal anew, with what is known already."""
        publish(self.receipts, map(_line, receipts))

    def note(self, receipts: Iterable[Receipt]) -> None:
        """Add receipts of parts that are about to get their names."""
        with write_errors(self.receipts), self.receipts.open("ab") as file:
            file.writelines(map(_line, receipts))


def _read(line: bytes) -> list[Receipt]:
    with suppress(ValueError, RecursionError):
        receipt = Receipt.read(json.loads(line))
        if all(map(is_inner, receipt.paths)):
            return [receipt]
    return []


def _line(receipt: Receipt) -> bytes:
    stated: Mapping[str, Any] = receipt.as_dict()
    return json.dumps(stated, ensure_ascii=False).encode() + b"\n"
