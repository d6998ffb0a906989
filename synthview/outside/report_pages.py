"""Pages made of what a command writes as JSON: which libraries they take, and how they are made."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from synthview.errors import InputError
from synthview.outside.extras import need

__all__ = ["need_page", "page_of"]

_LIBRARIES = ("markupsafe", "jinja2", "vl_convert", "altair")


def need_page(extra: str, what: str = "The page") -> None:
    """Raise MissingExtra, which names the extra, where the libraries for a page are not there."""
    need(extra, what, *_LIBRARIES)


def page_of(report: Mapping[str, Any], command: str, form: str) -> str:
    """Return the page as HTML, made from what a command such as ``privacy`` writes with ``--json``.

    It has an extra and a package of its name, whose `page.assembly` makes the page.

    Raises:
        InputError: a library is missing, or `report` is not of the format that this version knows.
    """
    if (found := report.get("format")) != form:
        raise InputError(
            f"The page is made from JSON of the format '{form}', not {found!r}: make it again "
            f"with 'synthview {command} … --json FILE'."
        )
    need_page(command)
    return str(import_module(f"synthview.{command}.page.assembly").assemble(report))
