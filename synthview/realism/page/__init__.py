"""The page of a comparison: one file without network or script, with plots and tables."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from synthview.errors import InputError
from synthview.realism.need import need_page
from synthview.realism.report import FORMAT

__all__ = ["render"]


def render(report: Mapping[str, Any]) -> str:
    """Return the page as HTML, made from what ``realism --json`` writes.

    Raises:
        InputError: a library is missing, or `report` is not of the format that this version knows.
    """
    if (found := report.get("format")) != FORMAT:
        raise InputError(
            f"The page is made from JSON of the format '{FORMAT}', not {found!r}: make it again "
            "with "
            "'synthview realism … --json FILE'."
        )
    need_page()
    return str(import_module("synthview.realism.page.assembly").assemble(report))
