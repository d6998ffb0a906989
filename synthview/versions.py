"""Versions: which synthview this is, and which libraries decide the bytes that it writes."""

from __future__ import annotations

import platform
from functools import cache
from importlib.metadata import PackageNotFoundError, version

__all__ = ["CHECKOUT", "made_with", "own_version"]

CHECKOUT = "checkout"
"""What stands for a version where the package is not installed."""


@cache
def own_version() -> str:
    """Return the version of synthview, or `CHECKOUT`."""
    try:
        return version("synthview")
    except PackageNotFoundError:
        return CHECKOUT


def made_with(writer: str = "polars") -> dict[str, str]:
    """Return the versions that decide the bytes, by package; imports none of them.

    `writer` is the package that writes Parquet.
    """
    versions = {
        "synthview": own_version(),
        "numpy": version("numpy"),
        "polars": version("polars"),
        "python": platform.python_version(),
        "tzdata": version("tzdata"),
    }
    return {**versions, writer: version(writer)}
