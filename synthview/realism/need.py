"""Which packages a comparison and its page need beside those of synthview itself."""

from __future__ import annotations

from synthview.outside.extras import need

__all__ = ["need_page", "need_statistics"]


def need_statistics() -> None:
    """Raise MissingExtra, naming the extra, if the library for exact intervals is missing."""
    need("realism", "The comparison", "scipy.stats")


def need_page() -> None:
    """Raise MissingExtra, which names the extra, where the libraries for the page are not there."""
    need("realism", "The page", "markupsafe", "jinja2", "vl_convert", "altair")
