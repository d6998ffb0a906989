"""The page is put together: sections with plots and tables, style inline, everything escaped."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from synthview import realism
from synthview.privacy.page.plots import plots_of

__all__ = ["assemble"]

_HERE = Path(__file__).parent
_STYLE = Path(realism.__file__).parent / "page" / "page.css"
"""Pages of measured worlds look alike."""


def assemble(report: Mapping[str, Any]) -> str:
    """Fill the template."""
    style = _STYLE.read_text("utf-8")
    sections = [{**one, "plots": plots_of(one)} for one in report["sections"]]
    pages = Environment(
        loader=FileSystemLoader(_HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return pages.get_template("page.html").render(
        report=report,
        sections=sections,
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
