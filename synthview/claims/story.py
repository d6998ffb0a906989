"""The story of an answer: which sections there are, in which order, and what they need."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib import import_module
from pkgutil import iter_modules

from synthview.claims import sections
from synthview.claims.question import Question, only_for_streaks
from synthview.claims.sections.section import Section
from synthview.errors import UnknownName
from synthview.outside.extras import need

__all__ = ["ORDER", "SECTIONS", "chosen", "need_for"]

ORDER = (
    "number",
    "holder",
    "definitions",
    "causes",
    "truth",
    "ladder",
    "aggregates",
    "disclosure",
    "who_looked",
    "inference",
    "predictive",
    "alternatives",
    "knowledge",
    "homes",
    "detective",
)
"""The story of an answer. A section that is not named here comes after these."""


def _found() -> Iterator[Section]:
    """Every section: a file of the folder that ends with SECTION."""
    others = sorted({one.name for one in iter_modules(sections.__path__)} - set(ORDER))
    for name in (*ORDER, *others):
        section = getattr(import_module(f"{sections.__name__}.{name}"), "SECTION", None)
        if section is not None:
            yield section


SECTIONS = tuple(_found())


def chosen(names: Sequence[str], question: Question, *, thorough: bool) -> tuple[Section, ...]:
    """The sections by these names, after the number.

    Without names all of them, or those of a brief answer. Of what is no streak that is all there
    is.

    Raises UnknownName, and InputError where a claim of the kind has no such section.
    """
    known = {one.name: one for one in SECTIONS}
    for name in names:
        if name not in known:
            raise UnknownName("section", name, known, "--sections")
    kind = question.claim.kind
    only_for_streaks(question, sections=any(kind not in known[name].claims for name in names))
    wanted = (
        {"number", *names}
        if names
        else {one.name for one in SECTIONS if thorough or one.is_brief or kind != "streak"}
    )
    return tuple(one for one in SECTIONS if one.name in wanted and kind in one.claims)


def need_for(kind: str, parts: Sequence[Section] = SECTIONS) -> None:
    """Raise MissingExtra where a package is missing that some sections of a claim need."""
    modules = ["scipy.special", "scipy.stats"]
    if kind == "streak":
        modules += ["pyarrow", "duckdb"]
    need(
        "claim",
        "claim",
        *modules,
        *(module for one in parts for module in one.packages),
    )
