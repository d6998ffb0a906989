"""Runs the sections of the laboratory on one world, and keeps what they found as plain values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from synthview.callbacks import OnStage
from synthview.errors import InputError, UnknownName
from synthview.privacy import (
    anonymity,
    linkage,
    membership,
    outsider,
    reconstruction,
    release,
    uniqueness,
)
from synthview.privacy.attributes import check_asked
from synthview.privacy.opening import LabOrder, opened
from synthview.privacy.part import Laboratory, LabSection, NothingToMeasure

__all__ = ["FORMAT", "SECTIONS", "examined", "sections_named"]

FORMAT = "synthview-privacy/1"
"""The JSON that ``--json`` writes and the page is made from."""
SECTIONS = (
    uniqueness.SECTION,
    anonymity.SECTION,
    linkage.SECTION,
    release.SECTION,
    reconstruction.SECTION,
    membership.SECTION,
    outsider.SECTION,
)


def sections_named(names: Sequence[str] | None) -> list[LabSection]:
    """Return some sections in their order; all where none is named.

    Raises UnknownName for a name of none.
    """
    known = {one.name: one for one in SECTIONS}
    for name in names or ():
        if name not in known:
            raise UnknownName("section", name, known)
    return [one for one in SECTIONS if not names or one.name in names]


def examined(asked: LabOrder, names: Sequence[str] | None, on_progress: OnStage) -> dict[str, Any]:
    """Open a world and return what the sections find in it.

    Raises:
        InputError and its kinds: there is no such world or section, or nothing to measure in it.
        OutputError: files cannot be read, or not be written.
    """
    sections = sections_named(names)
    _check_columns(asked, sections)
    lab = opened(asked, on_progress)
    found = []
    for number, one in enumerate(sections, 1):
        on_progress(f"Measuring {one.name}", number, len(sections))
        found.append(_of_section(one, lab))
    silent = [f"{one['name']}: {one['left_out']}" for one in found if one["left_out"]]
    if len(silent) == len(found):
        raise InputError(f"There is nothing to measure in {lab.name}. {'. '.join(silent)}.")
    world = {"name": lab.name, "about": lab.about, "seed": lab.seed}
    return {"format": FORMAT, "world": world, "sections": found}


def _check_columns(asked: LabOrder, sections: Sequence[LabSection]) -> None:
    """Refuse columns that nothing would heed, before any work."""
    if not (asked.columns or asked.sensitive):
        return
    if anonymity.SECTION not in sections:
        raise InputError(
            "--columns and --sensitive are for the section anonymity, which --only leaves out."
        )
    check_asked(asked.columns, asked.sensitive)


def _of_section(section: LabSection, lab: Laboratory) -> dict[str, Any]:
    """What a section found, as it is told and as plain values."""
    described: dict[str, Any] = {
        "name": section.name,
        "title": section.title,
        "about": section.about,
    }
    try:
        found = section.measure(lab)
    except NothingToMeasure as error:
        return {**described, "left_out": str(error), "sentence": "", "tables": [], "found": None}
    tables = [
        {"title": one.title, "head": list(one.head), "rows": [list(row) for row in one.rows]}
        for one in section.tables(found)
    ]
    sentence = section.sentence(found)
    plain = asdict(found)
    return {**described, "left_out": "", "sentence": sentence, "tables": tables, "found": plain}
