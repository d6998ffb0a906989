"""Which packages a comparison needs beside those of synthview itself."""

from __future__ import annotations

from synthview.outside.extras import need

__all__ = ["need_statistics"]


def need_statistics() -> None:
    """Raise MissingExtra, naming the extra, if the library for exact intervals is missing."""
    need("realism", "The comparison", "scipy.stats")
