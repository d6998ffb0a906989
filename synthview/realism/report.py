"""Measures a world, beside every published figure that it can be compared with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from synthview.callbacks import OnStage
from synthview.dataset import RunDirectory, read
from synthview.outside.staging import staged
from synthview.realism.families import FAMILIES, family_of, measured
from synthview.realism.measure import Curve, Measure
from synthview.realism.observed import NotApplicable, Observed
from synthview.realism.samples import SAMPLES, Sample, Simulation
from synthview.realism.simulating import simulated
from synthview.realism.tally import estimated
from synthview.realism.targets import chosen, targets
from synthview.realism.verdicts import Result, Verdict, judge, not_applicable

__all__ = ["FORMAT", "compare_directory", "compare_scenario", "household_days", "report"]

FORMAT = "synthview-realism/1"
"""The JSON that ``--json`` writes and the page is made from."""
READ_HOUSEHOLD_DAYS = 1_000_000
"""Of a directory, about so many days of households are read: whole accounts, chosen by chance."""

Report = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Measured:
    """What one study gave: results by id, and curves by name."""

    results: Mapping[str, Result]
    curves: Mapping[str, Any]


def compare_scenario(asked: Simulation, only: Sequence[str] | None, on_progress: OnStage) -> Report:
    """Simulate what the figures need, measure it, and return the comparison as plain values.

    Raises:
        UnknownName: `only` names a figure that there is none of.
        InputError: a scenario, setting, actor or fault is not what it should be.
    """
    ids = chosen(only)
    scenario = asked.load()
    parts, samples = [], []
    done, whole = 0, household_days(ids, asked)
    for sample in samples_for(ids):
        cost = asked.size_of(sample) * sample.lived_days
        found, about = _simulated(sample, asked, ids, _Share(on_progress, done, cost, whole))
        done += cost
        parts.append(found)
        samples.append({"name": sample.name, "about": sample.about, "size": about})
    world = {"scenario": scenario.name, "seed": scenario.run.seed, "without": list(asked.without)}
    return report(ids, parts, world, samples)


@dataclass(frozen=True, slots=True)
class _Share:
    """A share of the whole work, from `done` to `done + cost`, told as a part of `whole`."""

    on_progress: OnStage
    done: int
    cost: int
    whole: int

    def so_far(self, stage: str, part: float) -> None:
        """Tell that a part of this share, from 0 to 1, is done."""
        self.on_progress(stage, round(self.done + part * self.cost), self.whole)


def samples_for(ids: Sequence[str]) -> list[Sample]:
    """Return the samples that some figures need."""
    wanted = {
        measured()[one].sample.name
        for one in ids
        if one in measured() and not targets()[one].not_applicable
    }
    return [one for one in SAMPLES if one.name in wanted]


def household_days(ids: Sequence[str], asked: Simulation) -> int:
    """Return how many days of households are simulated for some figures."""
    return sum(asked.size_of(one) * one.lived_days for one in samples_for(ids))


def _simulated(
    sample: Sample, asked: Simulation, ids: Sequence[str], work: _Share
) -> tuple[_Measured, str]:

    whole = asked.size_of(sample) * sample.lived_days

    def progress(done: int) -> None:
        work.so_far(f"Simulating {sample.about}", done / whole)

    def measuring(_stage: str, _done: int, _of: int) -> None:
        work.so_far(f"Measuring {sample.about}", 1)

    with staged(use="realism") as hidden:
        run = simulated(sample, asked, hidden.folder, progress)
        observed = Observed(run, most=asked.size_of(sample))
        return _measure(observed, ids, sample, measuring), observed.about


def compare_directory(
    directory: Path, only: Sequence[str] | None, households: int | None, on_progress: OnStage
) -> Report:
    """Measure a dataset on disk and return the comparison as plain values.

    At most `households` accounts are read, whole and chosen by chance; without it as many as keep
    memory flat.

    Raises:
        UnknownName: `only` names a figure that there is none of.
        OutputError: there is no dataset of synthview.
    """
    ids = chosen(only)
    run = read(directory)
    settings = run.manifest["settings"]
    observed = Observed(run, most=households or max(READ_HOUSEHOLD_DAYS // _days_of(run), 1))
    found = _measure(observed, ids, None, on_progress)
    world = {
        "scenario": settings["scenario"],
        "seed": settings["seed"],
        "without": [],
        "directory": str(directory),
    }
    size = observed.about if "log.accounts" in run.tables else "no accounts"
    sample = {"name": "directory", "about": f"what is read of {directory}", "size": size}
    return report(ids, [found], world, [sample])


def _days_of(run: RunDirectory) -> int:
    layout = run.manifest["layout"]
    return max(int(layout["last_day"]) - int(layout["first_day"]), 1)


def _measure(
    observed: Observed, ids: Sequence[str], sample: Sample | None, on_progress: OnStage
) -> _Measured:
    """Compute figures of some tables; `sample` is None for a directory, which serves them all."""
    wanted = [
        measure
        for family in FAMILIES
        for measure in family.measures
        if set(measure.ids) & set(ids) and (sample is None or measure.sample is sample)
    ]
    results: dict[str, Result] = {}
    for number, measure in enumerate(wanted):
        on_progress("Measuring", number, len(wanted))
        results |= _results(observed, measure, ids)
    return _Measured(results, _curves(observed, ids, sample))


def _results(observed: Observed, measure: Measure, ids: Sequence[str]) -> dict[str, Result]:
    asked = [one for one in measure.ids if one in ids and not targets()[one].not_applicable]
    try:
        observed.need(("log.accounts",), measure.days)
        tallies = measure.compute(observed) if asked else {}
    except NotApplicable as reason:
        return {one: not_applicable(targets()[one], f"{reason}") for one in asked}
    return {one: _result(observed, one, tallies) for one in asked}


def _result(observed: Observed, name: str, tallies: Mapping[str, Any]) -> Result:
    if name not in tallies:
        return not_applicable(
            targets()[name], "nothing in the dataset is of the kind that it counts"
        )
    found = estimated(tallies[name])
    if found.value != found.value:
        return not_applicable(
            targets()[name], "nothing in the dataset is of the kind that it counts"
        )
    return judge(targets()[name], found, observed.about)


def _curves(observed: Observed, ids: Sequence[str], sample: Sample | None) -> dict[str, Any]:
    found = {}
    for family in FAMILIES:
        is_asked = any(set(measure.ids) & set(ids) for measure in family.measures)
        for curve in family.curves if is_asked else ():
            if sample is None or curve.sample is sample:
                found[curve.name] = _rows(observed, curve)
    return found


def _rows(observed: Observed, curve: Curve) -> list[dict[str, Any]]:
    try:
        observed.need(("log.accounts",), curve.days)
        return [dict(row) for row in curve.compute(observed)]
    except NotApplicable:
        return []


def report(
    ids: Sequence[str], parts: Sequence[_Measured], world: Report, samples: Sequence[Report]
) -> Report:
    """Put together what ``--json`` writes: figures by family, curves, and the count of verdicts."""
    results = {one: result for part in parts for one, result in part.results.items()}
    for one in ids:
        if reason := targets()[one].not_applicable:
            results[one] = not_applicable(targets()[one], reason)
        results.setdefault(one, not_applicable(targets()[one], "it is not computed"))
    curves = {name: rows for part in parts for name, rows in part.curves.items()}
    counts = Counter(one.verdict.value for one in results.values())
    return {
        "format": FORMAT,
        "world": world,
        "samples": list(samples),
        "counts": {one.value: counts.get(one.value, 0) for one in Verdict},
        "families": [
            _family(family.name, family.title, family.about, ids, results) for family in FAMILIES
        ],
        "others": [results[one].as_dict() for one in ids if not family_of(one)],
        "curves": curves,
    }


def _family(
    name: str, title: str, about: str, ids: Sequence[str], results: Mapping[str, Result]
) -> Report:
    figures = [results[one].as_dict() for one in ids if family_of(one) == name]
    return {"name": name, "title": title, "about": about, "figures": figures}
