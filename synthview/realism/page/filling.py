"""Fills a page of a measured world: style inline, everything escaped, nothing from elsewhere."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

__all__ = ["filled_page"]

_STYLE = Path(__file__).parent / "page.css"
"""Pages of measured worlds look alike."""


def filled_page(
    folder: Path, words: Mapping[str, Any], filters: Mapping[str, Callable[..., Any]] | None = None
) -> str:
    """Return the page that the ``page.html`` of a folder makes of some words."""
    style = _STYLE.read_text("utf-8")
    pages = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    pages.filters.update(filters or {})
    return pages.get_template("page.html").render(
        words,
        policy=_policy(style),
        style=Markup(style),  # noqa: S704  our own file
    )


def _policy(style: str) -> str:
    """What the browser may load: this style, by its digest, and nothing else."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}' 'unsafe-hashes'; base-uri 'none'; "
        "form-action 'none'"
    )
