"""The page is put together: sections with plots and tables."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from synthview.privacy.page.plots import plots_of
from synthview.realism.page.filling import filled_page

__all__ = ["assemble"]


def assemble(report: Mapping[str, Any]) -> str:
    """Fill the template."""
    sections = [{**one, "plots": plots_of(one)} for one in report["sections"]]
    return filled_page(Path(__file__).parent, {"report": report, "sections": sections})
