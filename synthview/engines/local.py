"""Runs a plan on the processes of this machine, into a directory.

A run that was killed, or whose files were damaged, is made whole by running it again: ranges of
households whose every part lies there in full length are kept, all others are made anew, into the
same bytes.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import (
    Callable,
    Collection,
    Container,
    Generator,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from synthview.engines.found_runs import already, is_extended, is_same, kept_parts
from synthview.engines.journal import BegunRun
from synthview.engines.layout import Layout, number_of
from synthview.engines.manifest import MOST_PARTS, head_of
from synthview.engines.plan import Plan, rehearse
from synthview.engines.processors import available
from synthview.engines.sealing import seal
from synthview.engines.shortage import errors_in_words
from synthview.engines.site import Found, Site
from synthview.engines.work import Done, Step, Task, shared_out
from synthview.engines.workers import is_elsewhere, share_out
from synthview.errors import InputError, NoSpace, NotOurs, OutputError
from synthview.sinks.database import DATABASE, check_path, need_duckdb, remove_sides
from synthview.sinks.parts import PartDraft, Receipt, sweep
from synthview.wording import size_in_words

__all__ = ["Progress", "already", "available_workers", "check_space", "run"]

SPARE = 1.1
"""Free disk space wanted, as a multiple of what the run is expected to take."""
SECONDS_BETWEEN_REPORTS = 0.1


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is: household-days simulated, and rows and events written by this call."""

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
    return available()


def run(
    plan: Plan,
    directory: Path,
    *,
    workers: int | None = None,
    overwrite: bool = False,
    expected_bytes: int = 0,
    progress: Callable[[Progress], None] | None = None,
) -> Mapping[str, Any]:
    """Make a run, or what is missing of it, and return its manifest.

    `overwrite` replaces a run with other settings. Raises NotOurs, OtherRun, NoSpace and
    OutputError. Whatever ends it early, the same call goes on from there.
    """
    if workers is not None and workers < 1:
        raise InputError(f"--workers is {workers}; at least one is needed.")
    if plan.layout.is_database:
        need_duckdb()
        check_path(directory)
    if (manifest := already(plan, directory, overwrite=overwrite)) is not None:
        return manifest
    check_space(plan, directory, expected_bytes)
    _check_parts(plan)
    head_of(plan, ())
    rehearse(plan)
    site = Site(directory)
    with site.held() as lock, errors_in_words():
        if (manifest := already(plan, directory, overwrite=overwrite)) is not None:
            site.tidy()
            return manifest
        crew = workers or available_workers()
        return _make(_Job(plan, site, lock, crew, progress or _silent))


def _check_parts(plan: Plan) -> None:
    """Refuse a run of so many files that its manifest could not be read again."""
    layout = plan.layout
    in_a_range = sum(1 for _ in layout.paths(0))
    if (count := in_a_range * layout.range_count) > MOST_PARTS:
        raise InputError(
            f"The run would have about {count:,} files, and a dataset has at most {MOST_PARTS:,}. "
            "Write several datasets, each with its own --household-range, or --from and --days: "
            "their rows are the same."
        )


def check_space(plan: Plan, directory: Path, expected_bytes: int) -> None:
    """Raise NoSpace if a run of this size does not fit beside what it does not replace."""
    site = Site(directory)
    found = site.look()
    there = site.bytes_of(
        {
            *found.files,
            *found.replaces,
            *site.present(plan.layout),
        }
    )
    room = shutil.disk_usage(site.ground)
    if not room.total:
        raise OutputError(
            f"{site.ground} cannot be written to: it is no directory of a disk. Name another place."
        )
    free = room.free
    expected = expected_bytes * (2 if plan.layout.is_database else 1)
    if expected * SPARE > free + there:
        raise NoSpace(
            f"The run needs about {size_in_words(expected)} and {site.ground} has "
            f"{size_in_words(free)} free. Use fewer --households, --days or --tables."
        )


@dataclass(frozen=True)
class _Job:
    """A run under way: its plan, directory, lock and processes, and who hears of progress."""

    plan: Plan
    site: Site
    lock: int
    workers: int
    progress: Callable[[Progress], None]

    def drafts(
        self, tasks: Sequence[Task], kept: Container[str] = ()
    ) -> Generator[Sequence[PartDraft]]:
        """Yield the drafts of some tasks as they come; `kept` are parts that need no task."""
        with closing(share_out(tasks, self.workers, held=[self.lock])) as answers:
            yield from _report(answers, self.plan, kept, self.progress)


def _make(job: _Job) -> Mapping[str, Any]:
    """Write what is missing of a run, and its manifest."""
    plan, site, found = job.plan, job.site, _claimed(job)
    kept = kept_parts(site, found, plan)
    goes_on = is_same(found, plan)
    claimed = {*found.files, *found.replaces}
    site.refuse_obstacles(plan.layout, claimed, may_be_there=goes_on)
    of_database = found.manifest if goes_on and plan.layout.is_database else None
    if kept and of_database is not None:
        # The rows are whole; what lies beside the database could ruin them.
        remove_sides(site.directory / DATABASE)
        site.tidy()
        return of_database
    begun = _begun(plan, site, found)
    known = _known(plan, found, kept)
    site.begin(begun, known, keeps_manifest=goes_on and of_database is None)
    owned = found.files if goes_on or is_extended(found, plan) else ()
    try:
        written = _written(job, kept, owned)
        if is_elsewhere():
            sweep(site.directory)  # what tasks began that another executor did again
        return seal(plan, site, {**kept, **written}, may_replace=DATABASE in begun.owns)
    except BaseException:
        sweep(site.directory)
        raise


def _known(plan: Plan, found: Found, kept: Mapping[str, Receipt]) -> Iterable[Receipt]:
    """Receipts that stay noted while the run is made; of a database nothing stays."""
    if is_extended(found, plan):
        return kept.values()
    goes_on = is_same(found, plan) and not (plan.layout.is_database and found.manifest is not None)
    return found.receipts.values() if goes_on else ()


def _begun(plan: Plan, site: Site, found: Found) -> BegunRun:
    """What is noted of a run before its first file is written."""
    is_more = is_extended(found, plan)
    others = () if is_more or is_same(found, plan) else found.files
    # Of a run with fewer days the tables without days are written anew, over what is there.
    owns = {*_owned_beside_parts(plan, site, found.files), *(() if others else found.owns)}
    return BegunRun(
        settings=plan.settings(),
        layout=plan.layout,
        replaces=sorted({*found.replaces, *others}),
        owns=sorted(owns | found.files if is_more else owns),
    )


def _written(job: _Job, kept: Mapping[str, Receipt], owned: Collection[str]) -> dict[str, Receipt]:
    """Write the parts that are not kept, and return their receipts by path."""
    written: dict[str, Receipt] = {}
    with closing(job.drafts(_tasks(job, kept), kept)) as all_drafts:
        for drafts in all_drafts:
            written |= {one.path: one for one in job.site.settle(drafts, owned)}
    return written


def _owned_beside_parts(plan: Plan, site: Site, owned: Container[str]) -> list[str]:
    """The database, if that is the format, unless one lies there that may not be ours."""
    is_free = DATABASE in owned or not os.path.lexists(site.directory / DATABASE)
    return [DATABASE] if plan.layout.is_database and is_free else []


def _tasks(job: _Job, kept: Container[str]) -> list[Task]:
    """The ranges of which a part is missing, together with the parts that are there.

    They are shared out evenly, each task with as many homes as decide together, or with fewer where
    there would be no work for all workers.
    """
    layout = job.plan.layout
    whole = {number: _kept_of(layout, number, kept) for number in range(layout.range_count)}
    missing = [
        one for one, paths in whole.items() if len(paths) < sum(1 for _ in layout.paths(one))
    ]
    tasks = []
    for numbers in shared_out(layout, missing, job.workers):
        there = frozenset[str]().union(*(whole[one] for one in numbers))
        tasks.append(Task(job.plan, numbers, job.site.directory, there))
    return tasks


def _kept_of(layout: Layout, number: int, kept: Container[str]) -> frozenset[str]:
    return frozenset(one for one in layout.paths(number) if one in kept)


def _claimed(job: _Job) -> Found:
    """What lies in the directory; without a manifest, ours is what this run makes the same.

    Raises NotOurs where they are not.
    """
    plan = job.plan
    site = job.site
    found = job.site.look()
    if not found.unclaimed:
        return found
    present = site.present(plan.layout)
    site.refuse_obstacles(plan.layout, present, may_be_there=True)
    measured = _measured(job, present - {DATABASE})
    whole = {one.path: one for one in measured if one.path in present and one.is_in(site.directory)}
    known = {path for one in whole.values() for path in one.paths}
    if strange := sorted(present - known - {DATABASE}):
        raise NotOurs(_not_claimed(found, strange, len(whole)))
    if not present:
        raise NotOurs(f"{found.unclaimed}. {site.not_ours()}")
    return Found(plan.settings(), plan.layout, whole)


def _measured(job: _Job, paths: Collection[str]) -> list[Receipt]:
    """Receipts of all parts of the ranges that some paths belong to, as this run writes them."""
    numbers = sorted({number_of(one) for one in paths})
    shares = shared_out(job.plan.layout, numbers, job.workers)
    tasks = [Task(job.plan, some, None) for some in shares]
    with closing(job.drafts(tasks)) as all_drafts:
        return [one.receipt for drafts in all_drafts for one in drafts]


def _not_claimed(found: Found, strange: list[str], whole: int) -> str:
    some = ", ".join(strange[:3]) + (" …" if len(strange) > 3 else "")
    if not whole:
        return (
            f"{found.unclaimed}, and {some} are not what this command writes: synthview did not "
            "make them, or another command of it did. Name another directory, or run that command."
        )
    return (
        f"{found.unclaimed}. {whole:,} files are what this command writes, and {len(strange):,} "
        f"are not: {some}. Move those elsewhere and run the same command again: it keeps the "
        "others and writes what is missing."
    )


def _report(
    answers: Iterable[Step | Done],
    plan: Plan,
    kept: Container[str],
    progress: Callable[[Progress], None],
) -> Iterator[Sequence[PartDraft]]:
    """Add up the steps, tell of them now and then, and pass on the drafts."""
    layout = plan.layout
    whole = [
        one for one in range(layout.range_count) if all(path in kept for path in layout.paths(one))
    ]
    there = sum(len(layout.range(one)) for one in whole)
    now = Progress(there * layout.days, layout.households * layout.days)
    progress(now)
    reported_at = time.monotonic()
    for answer in answers:
        if answer.drafts:
            yield answer.drafts
        if isinstance(answer, Done):
            continue
        now = now.after(answer)
        if time.monotonic() - reported_at >= SECONDS_BETWEEN_REPORTS:
            progress(now)
            reported_at = time.monotonic()
    progress(now)


def _silent(_: Progress) -> None:
    """Tell nobody."""
