"""The manifest: what a directory holds, what it was made from, and how to make it again.

It names no path, host or time, so two machines with the same versions write the same manifest.
"""

from __future__ import annotations

import json
import os
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, NonNegativeInt, ValidationError, model_validator
from xxhash import xxh3_128

from synthview.digests import sum_of_digests
from synthview.engines.acts_done import Tally
from synthview.engines.damaging import sink_faults
from synthview.engines.layout import PARTITIONS, Layout, number_of
from synthview.engines.plan import Plan, pipeline_at
from synthview.errors import OutputError
from synthview.outside.places import is_inner
from synthview.outside.whole_files import read_bounded
from synthview.registry import installed
from synthview.scenario import Scenario, resolve
from synthview.scenario.files import Layer
from synthview.scenario.sources import sources_used
from synthview.sinks.formats import FORMATS
from synthview.sinks.lineage import SUFFIX
from synthview.sinks.parts import Receipt
from synthview.tables import SCHEMA_VERSION, table
from synthview.versions import made_with, own_version

__all__ = [
    "MANIFEST",
    "MOST_BYTES",
    "MOST_PARTS",
    "WAY_OUT",
    "BadManifest",
    "Manifest",
    "command",
    "compose",
    "head_of",
    "in_words",
    "read_manifest",
    "scenario_in",
    "seal_of",
    "sealed",
]

MANIFEST = "manifest.json"
MOST_BYTES = 512 * 2**20
"""Of a manifest, and of the files of a run that is under way: more is not read."""
MOST_PARTS = MOST_BYTES // 400
"""Files of a run: so many fit into the manifest."""
LICENCE = "CC0-1.0"
ABOUT = "Made by synthview: an invented streaming service, in which no person is real."

WAY_OUT = (
    "If it was lost or damaged, run the generate command that made the dataset again: it compares "
    "the files that are there with what it writes, keeps those that are whole, and writes the "
    "manifest."
)


class BadManifest(OutputError):  # noqa: N818  says what is wrong, as all our errors do
    """A file named like the manifest cannot be read or is not ours; the message says what helps."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"{reason} {WAY_OUT}")
        self.reason = reason


class Summary(BaseModel):
    """What a manifest says of a table: counts, and the digest of its rows, however cut."""

    schema_version: str
    rows: NonNegativeInt
    bytes: NonNegativeInt
    parts: NonNegativeInt
    content: str


class Manifest(BaseModel):
    """What the manifest holds; keys of a later version are ignored."""

    synthview: str
    command: str
    about: str = ""
    license: str = ""
    damage: str = ""
    made_with: dict[str, str]
    packages: dict[str, str]
    model: str
    settings: dict[str, Any]
    layout: Annotated[Layout, BeforeValidator(Layout.read)]
    tables: dict[str, Summary]
    sources: list[str]
    name_pools: dict[str, str]
    scenario: dict[str, Any]
    acts: dict[str, dict[str, NonNegativeInt]] | None = None
    parts: list[Receipt]
    seal: str = ""

    @model_validator(mode="after")
    def _check_parts(self) -> Manifest:
        """Parts are of tables that are there, and lie inside the directory."""
        if list(self.tables) != list(self.layout.tables):
            raise ValueError("tables are not those of layout")
        for one in self.parts:
            if one.table not in self.tables:
                raise ValueError(
                    f"parts has a file of the table '{one.table}', which tables does not have"
                )
            if outer := [path for path in one.paths if not is_inner(path)]:
                raise ValueError(f"the path '{outer[0]}' leads outside the directory")
        ranges = {number_of(one.path) for one in self.parts}
        if len(ranges) != self.layout.ranges_with_files:
            raise ValueError(
                f"parts has files of {len(ranges):,} ranges of households, where layout has "
                f"{self.layout.ranges_with_files:,}"
            )
        return self

    @property
    def is_sealed(self) -> bool:
        """Whether it reads as it was written; one of another version may hold more than we know."""
        return self.seal == seal_of(self) or self.synthview != own_version()


def seal_of(manifest: Manifest) -> str:
    """The digest of all that a manifest says, whatever its layout; unknown keys do not count."""
    said = manifest.model_dump(mode="json", exclude={"seal"})
    canonical = json.dumps(said, sort_keys=True, separators=(",", ":"))
    return xxh3_128(canonical.encode()).hexdigest()


def sealed(content: Mapping[str, Any]) -> dict[str, Any]:
    """The content of a manifest with its seal."""
    open_ = {name: value for name, value in content.items() if name != "seal"}
    return {**open_, "seal": seal_of(Manifest.model_validate(open_))}


def compose(plan: Plan, receipts: Sequence[Receipt], acts: Tally | None = None) -> bytes:
    """Write the manifest of a finished run; `receipts` are in the order of the rows.

    `acts` says what each actor and fault did, where that was counted.
    """
    stated = [one.as_dict() for one in receipts]
    content = {**head_of(plan, receipts), **({} if acts is None else {"acts": acts})}
    content["seal"] = sealed({**content, "parts": stated})["seal"]
    head = json.dumps(content, indent=1, ensure_ascii=False).removesuffix("\n}")
    parts = ",\n  ".join(json.dumps(one, ensure_ascii=False) for one in stated)
    return f'{head},\n "parts": [\n  {parts}\n ]\n}}\n'.encode()


def head_of(plan: Plan, receipts: Sequence[Receipt]) -> dict[str, Any]:
    """What a manifest says before it lists the parts."""
    return {
        "about": ABOUT,
        "synthview": own_version(),
        "license": LICENCE,
        "command": command(plan),
        "made_with": made_with(plan.layout.writer),
        "packages": dict(plan.scenario.packages),
        "model": plan.scenario.model,
        "settings": plan.settings(),
        "layout": plan.layout.stated(),
        **_damage(plan, receipts),
        "tables": {name: _summary(name, receipts) for name in plan.layout.tables},
        "sources": [one.id for one in sources_used(plan.scenario)],
        "name_pools": pipeline_at(plan.pipeline).name_pools(plan.scenario),
        "scenario": plan.scenario.as_dict(),
    }


def _damage(plan: Plan, receipts: Sequence[Receipt]) -> dict[str, str]:
    """A line about damage done on purpose, where the scenario has faults that do it."""
    faults, damaged = (
        ", ".join(sink_faults(plan.scenario)),
        [one.damage for one in receipts if one.damage],
    )
    if not faults:
        return {}
    if not plan.layout.kind.is_text:
        return {
            "damage": f"None: {faults} damage csv and ndjson alone, "
            f"and this is {plan.layout.format}."
        }
    rows = sum(one.rows for one in damaged)
    return {
        "damage": f"On purpose, {rows:,} rows in {len(damaged):,} files, by {faults}. "
        f"Beside each stands its name with {SUFFIX}, which tells what they were."
    }


def _summary(name: str, receipts: Sequence[Receipt]) -> dict[str, Any]:
    parts = [one for one in receipts if one.table == name]
    return {
        "schema_version": SCHEMA_VERSION[table(name).folder],
        "rows": sum(one.rows for one in parts),
        "bytes": sum(one.bytes for one in parts),
        "parts": len(parts),
        "content": sum_of_digests(one.content for one in parts),
    }


def command(plan: Plan) -> str:
    """The command that makes the same files again, but for the directory."""
    settings = plan.settings()
    words = ["synthview", "generate", plan.scenario.name, "-o", "DIR"]
    words += ["--households", str(plan.scenario.run.households)]
    for option in ("from", "seed", "format", "compression"):
        words += [f"--{option}", str(settings[option])]
    words += ["--days", str(plan.layout.days)]
    if plan.layout.partition != PARTITIONS[0]:
        words += ["--partition", plan.layout.partition]
    words += (
        [] if plan.layout.ids == FORMATS[plan.layout.format].ids else ["--ids", plan.layout.ids]
    )
    words += ["--bom"] if plan.layout.bom else []
    for option, value in plan.said:
        words += [f"--{option}"] if option == "closed" else [f"--{option}", value]
    return shlex.join(words)


def read_manifest(directory: Path) -> Mapping[str, Any] | None:
    """Read the manifest of a directory; None where there is none, or another program's.

    Raises BadManifest, which says what is wrong with it.
    """
    path = directory / MANIFEST
    if not os.path.lexists(path):
        return None
    try:
        content = json.loads(read_bounded(path, MOST_BYTES, "The manifest", error=BadManifest))
    except (ValueError, RecursionError) as error:
        raise BadManifest(f"{path} is not a readable manifest: {_of_json(error)}.") from None
    if isinstance(content, dict) and "synthview" not in content:
        return None
    try:
        Manifest.model_validate(content)
    except ValidationError as error:
        raise BadManifest(f"{path} is not as synthview writes it: {in_words(error)}.") from None
    return dict(content)


def scenario_in(manifest: Mapping[str, Any]) -> Scenario:
    """The scenario that a manifest holds; raises InputError where it needs what is not here."""
    stated = manifest["scenario"]
    return resolve([Layer(stated, str(stated.get("name")))], installed())


def _of_json(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"in line {error.lineno} it is not JSON ({error.msg})"
    if isinstance(error, RecursionError):
        return "its brackets are nested too deeply"
    return "it is not text in UTF-8"


def in_words(error: ValidationError) -> str:
    """The first thing that is wrong, and where, in the words of the file."""
    first = error.errors(include_url=False)[0]
    place = ".".join(map(str, first["loc"]))
    what = first["msg"].removeprefix("Value error, ")
    return f"{place}: {what}" if place else what
