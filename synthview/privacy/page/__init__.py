"""The page of the laboratory: one file without network or script, with plots and tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from synthview.outside.report_pages import page_of
from synthview.privacy.report import FORMAT

__all__ = ["render"]


def render(report: Mapping[str, Any]) -> str:
    """Return the page as HTML, made from what ``privacy --json`` writes.

    Raises:
        InputError: a library is missing, or `report` is not of the format that this version knows.
    """
    return page_of(report, "privacy", FORMAT)
