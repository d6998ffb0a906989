"""Which packages a comparison and its page need beside those of synthview itself."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.util import find_spec

from synthview.errors import InputError

__all__ = ["need_page", "need_statistics"]


def need_statistics() -> None:
    """Check that the library for exact intervals is there.

    Raises:
        InputError: naming the extra that brings it.
    """
    _need(["scipy"], "The comparison")


def need_page() -> None:
    """Check that the libraries for the page are there.

    Raises:
        InputError: naming the extra that brings them.
    """
    _need(["altair", "jinja2", "markupsafe", "vl_convert"], "The page")


def _need(names: Iterable[str], what: str) -> None:
    missing = [one for one in names if find_spec(one) is None]
    if missing:
        raise InputError(f"{what} needs {', '.join(missing)}: pip install 'synthview[realism]'.")
