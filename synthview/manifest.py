"""The manifest: what a directory holds, what it was made from, and how to make it again; written last.

It names no path, host or time, so two machines with the same versions write the same manifest.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from synthview.digests import digest_of_digests
from synthview.engines.damaging import sink_faults
from synthview.engines.plan import Plan, made_with, pipeline_at
from synthview.errors import OutputError
from synthview.scenario.sources import sources_used
from synthview.sinks.lineage import SUFFIX
from synthview.sinks.parts import Receipt
from synthview.tables import SCHEMA_VERSION, table

__all__ = ["MANIFEST", "command", "compose", "read_json", "read_manifest"]

MANIFEST = "manifest.json"
LICENCE = "CC0-1.0"
ABOUT = "Made by synthview: an invented streaming service, in which no person is real."


def compose(plan: Plan, receipts: Sequence[Receipt]) -> bytes:
    """Write the manifest of a finished run; `receipts` are in the order of the rows."""
    content = {
        "about": ABOUT,
        "synthview": made_with()["synthview"],
        "license": LICENCE,
        "command": command(plan),
        "made_with": made_with(),
        "packages": dict(plan.scenario.packages),
        "model": plan.scenario.model,
        "settings": plan.settings(),
        "layout": asdict(plan.layout),
        **_damage(plan, receipts),
        "tables": {name: _summary(name, receipts) for name in plan.layout.tables},
        "sources": [one.id for one in sources_used(plan.scenario)],
        "name_pools": pipeline_at(plan.pipeline).name_pools(plan.scenario),
        "scenario": plan.scenario.as_dict(),
    }
    head = json.dumps(content, indent=1, ensure_ascii=False).removesuffix("\n}")
    parts = ",\n  ".join(json.dumps(one.as_dict(), ensure_ascii=False) for one in receipts)
    return f'{head},\n "parts": [\n  {parts}\n ]\n}}\n'.encode()


def _damage(plan: Plan, receipts: Sequence[Receipt]) -> dict[str, str]:
    """A line about damage done on purpose, where the scenario has faults that do it."""
    faults, damaged = ", ".join(sink_faults(plan.scenario)), [one.damage for one in receipts if one.damage]
    if not faults:
        return {}
    if not plan.layout.kind.is_text:
        return {"damage": f"None: {faults} damage csv and ndjson alone, and this is {plan.layout.format}."}
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
        "content": digest_of_digests(one.content for one in parts),
    }


def command(plan: Plan) -> str:
    """The command that makes the same files again, but for the directory."""
    settings = plan.settings()
    words = ["synthview", "generate", plan.scenario.name, "-o", "DIR"]
    for option in ("households", "from", "seed", "format", "compression"):
        words += [f"--{option}", str(settings[option])]
    words += ["--days", str(plan.layout.days)]
    for option, value in plan.said:
        words += [f"--{option}", value]
    return shlex.join(words)


def read_manifest(directory: Path) -> Mapping[str, Any] | None:
    """Read the manifest of a directory; None where there is none of ours."""
    content = read_json(directory / MANIFEST)
    ours = {"synthview", "settings", "layout", "tables", "parts"}
    return content if isinstance(content, dict) and ours <= content.keys() else None


def read_json(path: Path) -> Any:
    """Read a JSON file; None where it is not there or not JSON."""
    try:
        return json.loads(path.read_bytes())
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError, ValueError, RecursionError):
        return None
    except OSError as error:
        raise OutputError(f"{path} cannot be read: {error.strerror or error}.") from None
