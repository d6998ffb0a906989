"""Which packages the laboratory needs beside those of synthview itself."""

from __future__ import annotations

from types import ModuleType

from synthview.outside.extras import need

__all__ = ["need_sketches", "need_statistics"]


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
