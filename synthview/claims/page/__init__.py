"""The page of a claim: one file that tells, scene by scene, what a published number counts and how little it pins down."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from synthview.errors import InputError
from synthview.outside import extras

__all__ = ["FORMAT", "need", "picture", "render"]

FORMAT = "synthview-claim/2"
"""The JSON that the page is made from, and nothing else."""
_LIBRARIES = ("altair", "jinja2", "markupsafe", "vl_convert")


def render(told: Mapping[str, Any]) -> str:
    """The page as one HTML file that needs no network, made from what ``claim --json`` wrote.

    Raises:
        InputError: a library is missing, or `told` is not of the format this version knows.
    """
    _check(told)
    return str(import_module("synthview.claims.page.assembly").assemble(told))


def picture(told: Mapping[str, Any]) -> bytes:
    """A still picture for sharing, as PNG, 1200 by 630 pixels.

    Raises:
        InputError: a library is missing, or `told` is not of the format this version knows.
    """
    _check(told)
    return bytes(import_module("synthview.claims.page.still").draw(told))


def need() -> None:
    """Say, before any work, that a library for the page or the picture is missing.

    Raises:
        InputError: naming the extra that brings it.
    """
    extras.need("claim", "A page or picture", *_LIBRARIES)


def _check(told: Mapping[str, Any]) -> None:
    """Refuse what cannot become a page, before half of it is made."""
    again = "make it anew with 'synthview claim … --json FILE'"
    if (found := told.get("format")) != FORMAT:
        raise InputError(f"The page is made from JSON of the format '{FORMAT}', not {found!r}: {again}.")
    if lacking := [part for part in ("claim", "number", "scenario", "disclaimer") if part not in told]:
        raise InputError(f"The JSON of a claim lacks {', '.join(lacking)}: {again}.")
    need()
