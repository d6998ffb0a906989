"""The page of the detector: one file without network or script, with a plot for each actor."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from synthview.detect.need import need_page
from synthview.detect.report import FORMAT
from synthview.errors import InputError

__all__ = ["render"]


def render(report: Mapping[str, Any]) -> str:
    """Return the page as HTML, made from what ``detect --json`` writes.

    Raises:
        InputError: a library is missing, or `report` is not of the format that this version knows.
    """
    if (found := report.get("format")) != FORMAT:
        raise InputError(
            f"The page is made from JSON of the format '{FORMAT}', not {found!r}: make it again "
            "with 'synthview detect … --json FILE'."
        )
    need_page()
    return str(import_module("synthview.detect.page.assembly").assemble(report))
