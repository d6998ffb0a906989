"""Manuals: the docstrings of actors, faults and commands, read from their source where Python leaves them out.

`python -OO` and PYTHONOPTIMIZE=2 run without docstrings; help and lists then would have no words.
"""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

__all__ = ["first_line_of", "manual_of", "manual_of_module"]


def manual_of(declared: type | Callable[..., Any]) -> str:
    """Return the docstring of a class or function itself, without its indentation; empty where it has none."""
    if sys.flags.optimize >= 2:  # a dataclass then has a docstring, but one that Python made up
        return _in_source(declared.__module__).get(declared.__qualname__, "")
    return inspect.cleandoc(vars(declared).get("__doc__") or declared.__doc__ or "")


def first_line_of(declared: type | Callable[..., Any]) -> str:
    """Return the first line of a manual."""
    return manual_of(declared).partition("\n")[0].strip()


def manual_of_module(name: str) -> str:
    """Return the docstring of a module that is imported; empty where it has none."""
    if sys.flags.optimize >= 2:
        return _in_source(name).get("", "")
    return inspect.cleandoc(sys.modules[name].__doc__ or "")


@cache
def _in_source(module: str) -> dict[str, str]:
    """Docstrings of a module by qualified name, its own by the empty one; none where there is no source."""
    try:
        tree = ast.parse(inspect.getsource(sys.modules[module]))
    except (KeyError, OSError, TypeError, SyntaxError):
        return {}
    return {"": ast.get_docstring(tree) or "", **dict(_within(tree, ""))}


def _within(node: ast.AST, path: str) -> Iterator[tuple[str, str]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.ClassDef | ast.FunctionDef):
            name = f"{path}{child.name}"
            yield name, ast.get_docstring(child) or ""
            yield from _within(child, f"{name}.")
