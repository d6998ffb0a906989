"""Runs a plan on the processes of this machine, into a directory.

A run that was killed, or whose files were damaged, is made whole by running it again: ranges of
households whose every part lies there in full length are kept, all others are made anew, into the
same bytes.
"""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from synthview.engines.layout import PARTS
from synthview.engines.plan import Plan
from synthview.engines.site import Site
from synthview.engines.work import Done, Step, Task
from synthview.engines.workers import share_out
from synthview.errors import InputError, NoSpace, OtherRun, OutputError
from synthview.manifest import compose
from synthview.sinks.database import DATABASE, fill, need_duckdb
from synthview.sinks.parts import Receipt, sweep

__all__ = ["Progress", "already", "available_workers", "check_space", "run"]

SPARE = 1.1
"""Free disk space wanted, as a multiple of what the run is expected to take."""
SECONDS_BETWEEN_REPORTS = 0.1


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is: household-days lived of all, and the rows and events written by this call."""

    household_days: int
    of_household_days: int
    rows: int = 0
    events: int = 0

    def after(self, step: Step) -> Progress:
        """How far it is one step later."""
        return Progress(
            self.household_days + step.household_days,
            self.of_household_days,
            self.rows + step.rows,
            self.events + step.events,
        )


def available_workers() -> int:
    """As many workers as this process may use processors."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def run(
    plan: Plan,
    directory: Path,
    *,
    workers: int | None = None,
    overwrite: bool = False,
    expected_bytes: int = 0,
    progress: Callable[[Progress], None] | None = None,
) -> Mapping[str, Any]:
    """Make a run, or what is missing of it, and return its manifest; `overwrite` replaces a run with other settings.

    Raises NotOurs, OtherRun, NoSpace and OutputError; whatever ends it early, the same call goes on from there.
    """
    if workers is not None and workers < 1:
        raise InputError(f"--workers is {workers}; at least one is needed.")
    if plan.layout.is_database:
        need_duckdb()
    if (manifest := already(plan, directory, overwrite=overwrite)) is not None:
        return manifest
    check_space(plan, directory, expected_bytes)
    site = Site(directory)
    with site.held():
        if (manifest := already(plan, directory, overwrite=overwrite)) is not None:
            site.tidy()
            return manifest
        return _make(plan, site, workers or available_workers(), progress or _silent)


def already(plan: Plan, directory: Path, *, overwrite: bool = False) -> Mapping[str, Any] | None:
    """The manifest, if the run is there and whole; otherwise None.

    Raises NotOurs, or OtherRun unless that may be replaced, and changes nothing.
    """
    site = Site(directory)
    found = site.look()
    if found.settings is None or found.settings == plan.settings():
        whole = found.manifest is not None and len(site.intact(found)) == plan.layout.range_count
        return found.manifest if whole else None
    if not overwrite:
        raise OtherRun(
            f"{directory} holds a run with other settings ({_differences(found.settings, plan.settings())}). "
            "Name another directory, or replace that run with --overwrite."
        )
    return None


def _differences(there: Mapping[str, Any], asked: Mapping[str, Any]) -> str:
    names = [name for name in asked if there.get(name) != asked[name] and name != "fingerprint"]
    differ = (f"{name} {_brief(there.get(name))} there, {_brief(asked[name])} asked" for name in names)
    return ", ".join(differ) or "settings of the scenario differ"


def _brief(value: Any) -> str:
    return " ".join(value) if isinstance(value, list) else str(value)


def check_space(plan: Plan, directory: Path, expected_bytes: int) -> None:
    """Raise NoSpace if a run that takes so much will not fit, next to nothing but what it would replace or keep."""
    site = Site(directory)
    found = site.look()
    there = sum(site.bytes_of(one) for one in (found.layout, *found.replaces) if one is not None)
    room = shutil.disk_usage(site.ground)
    if not room.total:
        raise OutputError(f"{site.ground} cannot be written to: it is no directory of a disk. Name another place.")
    free = room.free
    expected = expected_bytes * (2 if plan.layout.is_database else 1)
    if expected * SPARE > free + there:
        raise NoSpace(
            f"The run needs about {expected / 1e9:,.2f} GB and {site.ground} has {free / 1e9:,.2f} GB free. "
            "Fewer --households, --days or --tables need less."
        )


def _make(plan: Plan, site: Site, workers: int, progress: Callable[[Progress], None]) -> Mapping[str, Any]:
    found = site.look()
    same = found.settings == plan.settings()
    kept = site.intact(found) if same else {}
    other = [found.layout] if found.layout is not None and not same else []
    site.begin(plan.settings(), plan.layout, kept, replaces=[*other, *found.replaces])
    receipts = dict(kept)
    left = [Task(plan, number, site.directory) for number in range(plan.layout.range_count) if number not in kept]
    try:
        with closing(share_out(left, workers)) as answers:
            for done in _report(answers, plan, kept, progress):
                site.note(done.number, done.receipts)
                receipts[done.number] = done.receipts
        return _seal(plan, site, [one for _, parts in sorted(receipts.items()) for one in parts])
    except BaseException:
        sweep(site.directory)
        raise


def _report(
    answers: Iterable[Step | Done], plan: Plan, kept: Iterable[int], progress: Callable[[Progress], None]
) -> Iterator[Done]:
    """Add up the steps, tell of them now and then, and pass on what is done."""
    days = plan.layout.days
    now = Progress(sum(len(plan.layout.range(one)) for one in kept) * days, plan.layout.households * days)
    progress(now)
    told_at = time.monotonic()
    for answer in answers:
        if isinstance(answer, Done):
            yield answer
            continue
        now = now.after(answer)
        if time.monotonic() - told_at >= SECONDS_BETWEEN_REPORTS:
            progress(now)
            told_at = time.monotonic()
    progress(now)


def _seal(plan: Plan, site: Site, receipts: list[Receipt]) -> Mapping[str, Any]:
    """Fill the database, if that is the format, and write the manifest."""
    if plan.layout.is_database:
        parts = {
            name: [site.directory / one.path for one in receipts if one.table == name] for name in plan.layout.tables
        }
        fill(site.directory / DATABASE, parts)
        # A part of a database is no file: what remains of it are its rows and their digest.
        receipts = [replace(one, path=one.path.removeprefix(PARTS), bytes=0, digest="") for one in receipts]
    manifest = compose(plan, receipts)
    site.finish(manifest)
    written: Mapping[str, Any] = json.loads(manifest)
    return written


def _silent(_: Progress) -> None:
    """Tell nobody."""
