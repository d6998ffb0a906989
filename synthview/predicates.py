"""What a filter of polars says of accounts and of days, so that a scan need not make the others.

Nothing rests on it but speed: whoever asks applies the whole filter to the rows again. What is not
recognised keeps all.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from synthview.rows import Flags, Ints

__all__ = ["Conditions"]

DAY_MS = 86_400_000
_FROM, _UNTIL = {"Gt", "GtEq"}, {"Lt", "LtEq"}
Tree = Mapping[str, Any]


class Conditions:
    """The conditions that all have to hold for a row, each on its own."""

    def __init__(self, predicate: pl.Expr | None) -> None:
        self.trees = [] if predicate is None else list(_split(_tree(predicate)))

    def keep(self, column: str, ids: Ints) -> Flags:
        """Which ids of a column, all that there are, could stand in a row that is asked for."""
        frame = pl.DataFrame({column: ids})
        kept = np.ones(len(ids), dtype=bool)
        for tree in self.trees:
            if set(_columns(tree)) == {column}:
                kept &= _holds(tree, frame)
        return kept

    def days(self, column: str, first: int, last: int) -> range:
        """The days since 1970, of those from `first` to before `last`, on which rows may lie.

        `column` is the time that decides the day of a row.
        """
        days = np.arange(first, last, dtype=np.int64)
        kept = np.ones(len(days), dtype=bool)
        for tree in self.trees:
            if set(_columns(tree)) == {column}:
                for bound, at_ms in _bounds(tree, column, days):
                    times = pl.Series(column, at_ms).cast(pl.Datetime("ms"))
                    kept &= _holds(bound, times.to_frame())
        wanted = days[kept]
        return range(int(wanted[0]), int(wanted[-1]) + 1) if len(wanted) else range(first, first)


def _tree(predicate: pl.Expr) -> Tree:
    """The filter as polars writes it down; nothing known where it cannot."""
    try:
        tree = json.loads(predicate.meta.serialize(format="json"))
    except (ValueError, pl.exceptions.PolarsError):
        return {}
    return tree if isinstance(tree, dict) else {}


def _split(tree: Tree) -> Iterator[Tree]:
    """Yield the conditions that `and` joins."""
    inner = tree.get("BinaryExpr", {})
    if inner.get("op") in ("And", "LogicalAnd"):
        yield from _split(inner["left"])
        yield from _split(inner["right"])
    else:
        yield tree


def _columns(tree: Any) -> Iterator[str]:
    """Yield the name of every column in a condition, as often as it stands there."""
    if isinstance(tree, dict):
        if isinstance(name := tree.get("Column"), str):
            yield name
        for inner in tree.values():
            yield from _columns(inner)
    elif isinstance(tree, list):
        for inner in tree:
            yield from _columns(inner)


def _bounds(tree: Tree, column: str, days: Ints) -> Iterator[tuple[Tree, NDArray[np.int64]]]:
    """Yield conditions that hold on a day if they do at one moment of it, with the moments.

    A lower bound on the time holds on a day if it does at the last moment, an upper one at the
    first, and what asks only for the date at any.
    """
    begins = days * DAY_MS
    ends = (days + 1) * DAY_MS - 1
    if _asks_for_dates(tree, column):
        yield tree, begins
        return
    for op, left, right in _comparisons(tree):
        if left == {"Column": column} and not list(_columns(right)):
            bound = {"BinaryExpr": {"left": left, "op": op, "right": right}}
            yield bound, ends if op in _FROM else begins


def _comparisons(tree: Tree) -> Iterator[tuple[str, Any, Any]]:
    """Yield a condition as lower and upper bounds: operator, left, right; others are left out."""
    if inner := tree.get("BinaryExpr"):
        left = inner["left"]
        right = inner["right"]
        if inner["op"] in _FROM | _UNTIL:
            yield inner["op"], left, right
        elif inner["op"] == "Eq":
            yield "GtEq", left, right
            yield "LtEq", left, right
    boolean = _function_of(tree).get("Boolean")
    if isinstance(boolean, dict) and "IsBetween" in boolean:
        value, low, high = tree["Function"]["input"]
        yield "GtEq", value, low
        yield "LtEq", value, high


def _asks_for_dates(tree: Any, column: str) -> bool:
    """Whether a condition knows a time by its date alone."""
    return list(_columns(tree)).count(column) == _dates_in(tree, column)


def _dates_in(tree: Any, column: str) -> int:
    """How often a condition takes the date of a column."""
    if isinstance(tree, list):
        return sum(_dates_in(inner, column) for inner in tree)
    if not isinstance(tree, dict):
        return 0
    is_date = _function_of(tree).get("TemporalExpr") == "Date"
    if is_date and tree["Function"]["input"] == [{"Column": column}]:
        return 1
    return sum(_dates_in(inner, column) for inner in tree.values())


def _function_of(tree: Tree) -> Mapping[str, Any]:
    function = tree.get("Function")
    named = function.get("function") if isinstance(function, dict) else None
    return named if isinstance(named, dict) else {}


def _holds(tree: Tree, frame: pl.DataFrame) -> Flags:
    """Where a condition holds; everywhere if polars cannot say."""
    try:
        condition = pl.Expr.deserialize(io.StringIO(json.dumps(tree)), format="json")
        found = frame.select(condition.alias("holds"))["holds"]
    except (ValueError, pl.exceptions.PolarsError):
        return np.ones(len(frame), dtype=bool)
    if found.dtype != pl.Boolean or len(found) != len(frame):
        return np.ones(len(frame), dtype=bool)
    return found.fill_null(value=False).to_numpy()
