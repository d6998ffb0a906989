"""What stands in docs/: statements of SQL on its pages, and the scripts that make some of them."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

__all__ = ["documented", "page_module"]

PAGE = Path(__file__).parents[1] / "docs" / "files.md"


def documented(dialect: str) -> str:
    """The block of docs/files.md for a database."""
    (block,) = re.findall(rf"```sql\n-- {dialect}\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    return str(block)


def page_module(name: str) -> ModuleType:
    """Import a script of docs/, which makes a page, by its name."""
    place = PAGE.with_name(f"{name}.py")
    spec = importlib.util.spec_from_file_location(f"docs_{name}", place)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
