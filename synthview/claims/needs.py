"""The packages of the extra `claim` that an answer needs, asked for before any work."""

from __future__ import annotations

from synthview.extras import need

__all__ = ["need_packages"]


def need_packages(kind: str, *, thorough: bool = False) -> None:
    """Raise MissingExtra where a package for a claim of a kind is not there or not usable."""
    modules = ["scipy.special", "scipy.stats"]
    if kind == "streak":
        modules += ["pyarrow", "duckdb"]
    if thorough:
        modules += ["opendp.prelude", "SALib.analyze.rbd_fast", "sklearn.ensemble"]
    need("claim", "claim", *modules)
