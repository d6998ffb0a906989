"""The page is put together: families with plots and tables, style inline, everything escaped."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from synthview.realism.page.charts import forest
from synthview.realism.page.filling import filled_page
from synthview.realism.page.plots import plots_of

__all__ = ["assemble"]

_HERE = Path(__file__).parent
_ORDER = ("fail", "inconclusive", "pass", "not applicable")
_MOST_WORST = 12
_THOUSAND = 1000


def assemble(report: Mapping[str, Any]) -> str:
    """Fill the template."""
    families = [_family(report, one) for one in report["families"] if one["figures"]]
    figures = [one for family in families for one in family["figures"]]
    words = {
        "report": report,
        "families": families,
        "order": _ORDER,
        "worst": _worst(figures),
        "compared": sum(report["counts"][one] for one in _ORDER[:3]),
    }
    return filled_page(_HERE, words, {"number": number, "is_link": _is_link})


def _family(report: Mapping[str, Any], family: Mapping[str, Any]) -> dict[str, Any]:
    figures = [
        {
            **one,
            "is_new": place == 0 or _background(one) != _background(family["figures"][place - 1]),
        }
        for place, one in enumerate(family["figures"])
    ]
    counts = {one: sum(figure["verdict"] == one for figure in figures) for one in _ORDER}
    return {
        **family,
        "figures": figures,
        "counts": counts,
        "plots": plots_of(report, family),
        "forest": forest(figures),
    }


def _background(figure: Mapping[str, Any]) -> tuple[str, ...]:
    """Where a figure comes from and what it selects; neighbours that share it show it once."""
    return figure["population"], figure["period"], figure["source"]["title"], figure["selection"]


def _worst(figures: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The figures that fail, the one that is furthest off first."""
    failed = [one for one in figures if one["verdict"] == "fail"]
    return sorted(failed, key=lambda one: -one["off_by"])[:_MOST_WORST]


def number(value: float | None) -> str:
    """Write a number with three digits that mean something."""
    if value is None:
        return ""
    return f"{value:.3g}" if abs(value) < _THOUSAND else f"{value:,.0f}"


def _is_link(address: str) -> bool:
    """Whether an address leads to a page and does nothing else."""
    return address.startswith(("https://", "http://"))
