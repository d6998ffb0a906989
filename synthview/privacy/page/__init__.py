"""The page of the laboratory: one file without network or script, with plots and tables."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from synthview.errors import InputError
from synthview.privacy.need import need_page
from synthview.privacy.report import FORMAT

__all__ = ["render"]


def render(report: Mapping[str, Any]) -> str:
    """Return the page as HTML, made from what ``privacy --json`` writes.

    Raises:
        InputError: a library is missing, or `report` is not of the format that this version knows.
    """
    if (found := report.get("format")) != FORMAT:
        raise InputError(
            f"The page is made from JSON of the format '{FORMAT}', not {found!r}: make it again "
            "with 'synthview privacy … --json FILE'."
        )
    need_page()
    return str(import_module("synthview.privacy.page.assembly").assemble(report))
