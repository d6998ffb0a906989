"""The page is put together: a plot for each actor, and the table."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from synthview.detect.in_words import about, head, measured, notes, row
from synthview.detect.page.plots import plots_of
from synthview.realism.page.filling import filled_page

__all__ = ["assemble"]


def assemble(report: Mapping[str, Any]) -> str:
    """Fill the template."""
    words = {
        "report": report,
        "about": about(report),
        "plots": plots_of(report),
        "head": head(report),
        "rows": [row(report, one) for one in measured(report)],
        "notes": [*notes(report)],
    }
    return filled_page(Path(__file__).parent, words)
