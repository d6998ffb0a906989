"""Ends a run: counts what actors did, fills the database, and writes the manifest."""

from __future__ import annotations

import json
import os
from collections.abc import (
    Mapping,
    Sequence,
)
from dataclasses import replace
from typing import Any

import polars as pl

from synthview.engines.acts_done import NEEDED, Tally, tally_of
from synthview.engines.layout import PARTS
from synthview.engines.manifest import compose
from synthview.engines.plan import Plan
from synthview.engines.site import Site, in_the_way
from synthview.sinks.database import DATABASE, fill, holds
from synthview.sinks.formats import FORMATS
from synthview.sinks.parts import Receipt
from synthview.tables import table

__all__ = ["MOST_RANGES_COUNTED", "seal"]


MOST_RANGES_COUNTED = 16
"""In larger runs what actors did is not counted: `RunDirectory.summary` does so when asked."""


def seal(
    plan: Plan, site: Site, parts: Mapping[str, Receipt], *, may_replace: bool
) -> Mapping[str, Any]:
    """Fill the database, if that is the format, and write the manifest."""
    layout = plan.layout
    receipts = [
        parts[path] for number in range(layout.range_count) for path in layout.paths(number)
    ]
    files = [path for one in receipts for path in one.paths]
    acts = _acts(plan, site, receipts)
    if layout.is_database:
        _fill(plan, site, receipts, may_replace=may_replace)
        files = [DATABASE]
        # A part of a database is no file: what remains of it are its rows and their digest.
        receipts = [
            replace(one, path=one.path.removeprefix(PARTS), bytes=0, digest="") for one in receipts
        ]
    manifest = compose(plan, receipts, acts)
    site.finish(manifest, files)
    written: Mapping[str, Any] = json.loads(manifest)
    return written


def _acts(plan: Plan, site: Site, receipts: Sequence[Receipt]) -> Tally | None:
    """What each actor and fault did; not counted in a large run, nor without the tables for it."""
    layout = plan.layout
    if layout.range_count > MOST_RANGES_COUNTED or not set(NEEDED) <= set(layout.tables):
        return None

    # Parts on their way into a database are Parquet, with ids as the database will have them.
    kind = replace(FORMATS["parquet"], ids=layout.ids) if layout.is_database else layout.kind

    def scan(name: str) -> pl.LazyFrame:
        paths = [site.directory / one.path for one in receipts if one.table == name]
        return kind.scan(table(name), paths)

    return tally_of(plan.scenario, scan)


def _fill(plan: Plan, site: Site, receipts: Sequence[Receipt], *, may_replace: bool) -> None:
    """Make the database from its parts, unless one is there that has their rows."""
    path = site.directory / DATABASE
    by_table = {name: [one for one in receipts if one.table == name] for name in plan.layout.tables}
    if os.path.lexists(path):
        if holds(path, by_table):
            return
        if not may_replace:
            raise in_the_way(path)
    fill(
        path,
        {name: [site.directory / one.path for one in parts] for name, parts in by_table.items()},
    )
