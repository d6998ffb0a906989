"""The page of a comparison: one file without network or script, with plots and tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from synthview.outside.report_pages import page_of
from synthview.realism.report import FORMAT

__all__ = ["render"]


def render(report: Mapping[str, Any]) -> str:
    """Return the page as HTML, made from what ``realism --json`` writes.

    Raises:
        InputError: a library is missing, or `report` is not of the format that this version knows.
    """
    return page_of(report, "realism", FORMAT)
