"""Runs of the fake pipeline, large enough for three ranges of households, and what they leave on the disk."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from synthview.engines.order import Order, order
from synthview.engines.plan import Plan

__all__ = ["DAYS", "HOUSEHOLDS", "RANGES", "SOME", "plan_of", "tree"]

HOUSEHOLDS, DAYS, RANGES = 2_500, 2, 3
SOME = "log.titles,log.accounts,log.plays,truth.plays"


def plan_of(households: int | None = HOUSEHOLDS, **words: Any) -> Plan:
    """The plan of a run of ``tiny`` by the fake pipeline."""
    asked: dict[str, Any] = {
        "scenario": "tiny",
        "households": households,
        "days": DAYS,
        "tables": SOME,
        **words,
    }
    return order(Order(**asked), "fake_pipeline")


def tree(directory: Path) -> dict[str, bytes]:
    """Every file of a directory."""
    return {
        str(one.relative_to(directory)): one.read_bytes()
        for one in directory.rglob("*")
        if one.is_file()
    }
