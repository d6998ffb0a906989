"""The page is put together: families with plots and tables, style inline, everything escaped."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from synthview.realism.page.charts import forest
from synthview.realism.page.plots import plots_of

__all__ = ["assemble"]

_HERE = Path(__file__).parent
_ORDER = ("fail", "inconclusive", "pass", "not applicable")
_MOST_WORST = 12
_THOUSAND = 1000


def assemble(report: Mapping[str, Any]) -> str:
    """Fill the template."""
    style = (_HERE / "page.css").read_text("utf-8")
    families = [_family(report, one) for one in report["families"] if one["figures"]]
    figures = [one for family in families for one in family["figures"]]
    pages = Environment(
        loader=FileSystemLoader(_HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    pages.filters.update(number=number, is_link=_is_link)
    return pages.get_template("page.html").render(
        report=report,
        families=families,
        order=_ORDER,
        worst=_worst(figures),
        policy=_policy(style),
        compared=sum(report["counts"][one] for one in _ORDER[:3]),
        style=Markup(style),  # noqa: S704  our own file
    )


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


def _policy(style: str) -> str:
    """What the browser may load: this style, by its digest, and nothing else."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}' 'unsafe-hashes'; base-uri 'none'; "
        "form-action 'none'"
    )


def _is_link(address: str) -> bool:
    """Whether an address leads to a page and does nothing else."""
    return address.startswith(("https://", "http://"))
