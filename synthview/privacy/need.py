"""Which packages the laboratory and its page need beside those of synthview itself."""

from __future__ import annotations

from types import ModuleType

from synthview.outside.extras import need

__all__ = ["need_page", "need_sketches", "need_statistics"]


def need_statistics() -> None:
    """Raise MissingExtra, naming the extra, if a library for intervals or sketches is missing."""
    need("privacy", "The laboratory", "datasketches", "scipy.stats")


def need_sketches() -> ModuleType:
    """Return the library of sketches; raise MissingExtra, naming the extra, if it is missing."""
    return need(
        "privacy",
        "Counting with sketches",
        "datasketches",
    )


def need_page() -> None:
    """Raise MissingExtra, which names the extra, where the libraries for the page are not there."""
    need(
        "privacy",
        "The page",
        "markupsafe",
        "jinja2",
        "vl_convert",
        "altair",
    )
