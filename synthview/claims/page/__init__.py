"""The page of a claim: one file that shows what a number counts and how little it pins down."""

from __future__ import annotations

from importlib import import_module

from synthview.claims.answer import Answer
from synthview.outside.report_pages import need_page

__all__ = ["need", "picture", "render"]


def render(answer: Answer, *others: Answer) -> str:
    """The page as one HTML file that needs no network; of several answers one page with one menu.

    Raises:
        MissingExtra: a library is missing.
    """
    need()
    assemble = import_module("synthview.claims.page.assembly").assemble
    return str(assemble((answer, *others)))


def picture(answer: Answer) -> bytes:
    """A still picture for sharing, as PNG, 1200 by 630 pixels.

    Raises:
        MissingExtra: a library is missing.
    """
    need()
    return bytes(import_module("synthview.claims.page.still").draw(answer))


def need(extra: str = "claim") -> None:
    """Say, before any work, that a library for the page or the picture is missing.

    Raises:
        MissingExtra: naming the extra that brings it: claim, or page where an answer is at hand.
    """
    need_page(extra, "A page or picture")
