"""Which packages the detector and its page need beside those of synthview itself."""

from __future__ import annotations

from synthview.outside.extras import need

__all__ = ["need_page", "need_trees"]


def need_trees() -> None:
    """Raise MissingExtra, naming the extra, where there are no boosted trees."""
    need("detect", "The detector", "threadpoolctl", "sklearn.metrics", "sklearn.ensemble")


def need_page() -> None:
    """Raise MissingExtra, which names the extra, where the libraries for the page are not there."""
    need("detect", "The page", "markupsafe", "jinja2", "vl_convert", "altair")
