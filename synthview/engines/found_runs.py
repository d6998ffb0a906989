"""Whether the run that lies in a directory is the one that is asked for, or has fewer days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from synthview.engines.layout import SELDOM
from synthview.engines.plan import Plan
from synthview.engines.site import Found, Site
from synthview.errors import OtherRun
from synthview.office.forgetting import forgets
from synthview.sinks.parts import Receipt
from synthview.tables import table

__all__ = ["already", "is_extended", "is_same", "kept_parts"]


def already(plan: Plan, directory: Path, *, overwrite: bool = False) -> Mapping[str, Any] | None:
    """The manifest, if the run is there and whole; otherwise None.

    Raises NotOurs, or OtherRun unless that may be replaced, and changes nothing.
    """
    site = Site(directory)
    found = site.look()
    if found.settings is None:
        return None
    if is_same(found, plan):
        return found.manifest if site.is_complete(found) else None
    if not overwrite and not is_extended(found, plan):
        changed = "" if found.is_sealed else " Its manifest was changed since it was written."
        raise OtherRun(
            f"{directory} holds a run with other settings "
            f"({_differences(found.settings, plan.settings())}).{changed} "
            "Name another directory, or replace that run with --overwrite."
        )
    return None


def is_same(found: Found, plan: Plan) -> bool:
    """Whether this very run was found; settings that only a later version knows do not count."""
    if found.settings is None:
        return False
    asked = plan.settings()
    return not _differing(found.settings, asked)


def is_extended(found: Found, plan: Plan) -> bool:
    """Whether this run has more days than a finished one that was found, and is the same else."""
    layout = plan.layout
    is_whole = found.manifest is not None and found.is_sealed and found.settings is not None
    if not is_whole or not layout.is_by_day or layout.is_database or plan.scenario.cast:
        return False
    if forgets(plan.scenario):
        return False  # what is forgotten later is removed from days that are there
    assert found.layout is not None
    first = found.layout.first_day
    last = found.layout.last_day
    if first != layout.first_day or last >= layout.last_day:
        return False
    run = plan.scenario.run
    fewer = replace(plan.scenario, run=replace(run, days=last - first))
    return is_same(found, replace(plan, scenario=fewer, layout=found.layout))


def kept_parts(site: Site, found: Found, plan: Plan) -> dict[str, Receipt]:
    """Receipts of the parts that are there and stay: of a run that is extended, those of days."""
    if is_extended(found, plan):
        return {path: one for path, one in site.intact(found).items() if table(one.table).dated}
    return site.intact(found) if is_same(found, plan) and found.is_sealed else {}


def _differences(there: Mapping[str, Any], asked: Mapping[str, Any]) -> str:
    differ = (
        f"{name} {_brief(_stated(there, name))} there, {_brief(_stated(asked, name))} asked"
        for name in _differing(there, asked)
        if name in SELDOM or {name} <= there.keys() - {"fingerprint"}
    )
    return ", ".join(differ) or "settings of the scenario differ"


def _differing(there: Mapping[str, Any], asked: Mapping[str, Any]) -> list[str]:
    """Names of settings by which runs differ: of those asked for, and of those seldom stated."""
    names = dict.fromkeys([*asked, *SELDOM])
    return [one for one in names if _stated(there, one) != _stated(asked, one)]


def _stated(settings: Mapping[str, Any], name: str) -> Any:
    return settings.get(name, SELDOM.get(name))


def _brief(value: Any) -> str:
    return " ".join(value) if isinstance(value, list) else str(value)
