"""Whether a manifest agrees with itself: what it says twice, what follows from it, and its seal."""

from __future__ import annotations

import hashlib
import json
import shlex
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from synthview.dataset import RunDirectory
from synthview.digests import sum_of_digests
from synthview.engines.layout import PARTS, day_text
from synthview.engines.manifest import MANIFEST, Manifest

__all__ = ["disagreements"]

Row = tuple[str, str]


def disagreements(run: RunDirectory) -> Iterator[Row]:
    """Where a manifest contradicts itself, and how; the seal reveals every other change."""
    manifest = Manifest.model_validate(run.manifest)
    yield from _settings(manifest)
    yield from _command(manifest)
    yield from _tables(manifest)
    yield from _paths(manifest)
    if not manifest.is_sealed:
        yield MANIFEST, "was changed since it was written: its seal is that of another content"


def _settings(manifest: Manifest) -> Iterator[Row]:
    """Settings follow from the layout of the files and from the scenario."""
    layout = manifest.layout.stated()
    days = {"from": day_text(layout.pop("first_day")), "until": day_text(layout.pop("last_day"))}
    run = _section(manifest.scenario, "run")
    expected = {
        "scenario": manifest.scenario.get("name"),
        "seed": run.get("seed"),
        **days,
        **layout,
        "tables": list(manifest.layout.tables),
        "fingerprint": _fingerprint(manifest.scenario),
        "synthview": manifest.synthview,
    }
    for name, value in expected.items():
        if manifest.settings.get(name) != value:
            stated = f"{manifest.settings.get(name)!s:.60}"
            yield MANIFEST, f"says settings.{name} {stated}, which elsewhere is {value!s:.60}"
    yield from _run(manifest, {"start": days["from"], "days": manifest.layout.days})


def _run(manifest: Manifest, expected: dict[str, Any]) -> Iterator[Row]:
    """What a scenario says of its run follows from the layout, and so do its households.

    Of a run that is a part of a larger one they do not.
    """
    run = _section(manifest.scenario, "run")
    if not manifest.layout.first_household:
        expected["households"] = manifest.layout.households
    for name, value in expected.items():
        if run.get(name) != value:
            yield (
                MANIFEST,
                f"says scenario.run.{name} {run.get(name)!s:.60}, which elsewhere is {value}",
            )


def _section(scenario: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    section = scenario.get(name)
    return section if isinstance(section, dict) else {}


def _fingerprint(scenario: Mapping[str, Any]) -> str:
    canonical = json.dumps(scenario, sort_keys=True, separators=(",", ":"))
    return hashlib.blake2b(canonical.encode(), digest_size=16).hexdigest()


def _command(manifest: Manifest) -> Iterator[Row]:
    """The options of the command are those of the settings."""
    try:
        words = shlex.split(manifest.command)
    except ValueError:  # a quotation mark without its other
        words = manifest.command.split()
    stated = dict(pairwise(words))
    expected = {
        f"--{name}": str(manifest.settings.get(name)) for name in ("from", "seed", "format")
    }
    expected["--households"] = str(_section(manifest.scenario, "run").get("households"))
    expected["--days"] = str(manifest.layout.days)
    for option, value in expected.items():
        if stated.get(option) != value:
            yield (
                MANIFEST,
                f"says command {option} {stated.get(option)!s:.60}, which elsewhere is {value:.60}",
            )


def _tables(manifest: Manifest) -> Iterator[Row]:
    """Counts of a table follow from its parts; that of rows is told by another question."""
    for name, summary in manifest.tables.items():
        parts = [one for one in manifest.parts if one.table == name]
        if summary.parts != len(parts):
            yield name, f"has {len(parts)} parts, not {summary.parts}"
        if summary.bytes != sum(one.bytes for one in parts):
            yield (
                name,
                f"has parts of {sum(one.bytes for one in parts)} bytes in all, not {summary.bytes}",
            )
        if summary.content != _content(one.content for one in parts):
            yield name, "has parts whose digests are not those of the table"


def _content(digests: Iterator[str]) -> str | None:
    try:
        return sum_of_digests(digests)
    except ValueError:  # no digest at all
        return None


def _paths(manifest: Manifest) -> Iterator[Row]:
    """Which files there are follows from the layout."""
    layout = manifest.layout
    numbers = range(layout.range_count)
    expected = {path.removeprefix(PARTS) for number in numbers for path in layout.paths(number)}
    listed = [one.path for one in manifest.parts]
    yield from ((path, "is missing in the manifest") for path in sorted(expected - set(listed)))
    yield from ((path, "is no file of such a run") for path in sorted(set(listed) - expected))
    if len(set(listed)) < len(listed):
        yield MANIFEST, "names a part twice"
