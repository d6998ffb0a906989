"""The packages of the extra `claim` that an answer needs, asked for before any work."""

from __future__ import annotations

from collections.abc import Iterable

from synthview.extras import need

__all__ = ["need_packages"]


def need_packages(kind: str, of_sections: Iterable[str] = ()) -> None:
    """Raise MissingExtra where a package for a claim of a kind, or for some of its sections, is not usable."""
    modules = ["scipy.special", "scipy.stats"]
    if kind == "streak":
        modules += ["pyarrow", "duckdb"]
    need("claim", "claim", *modules, *of_sections)
