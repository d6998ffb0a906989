"""Statements of SQL that stand on a page of the documentation."""

from __future__ import annotations

import re
from pathlib import Path

__all__ = ["documented"]

PAGE = Path(__file__).parents[1] / "docs" / "files.md"


def documented(dialect: str) -> str:
    """The block of docs/files.md for a database."""
    (block,) = re.findall(rf"```sql\n-- {dialect}\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    return str(block)
