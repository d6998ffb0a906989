"""The canonical queries: each is a file of SQL, written once, with what it asks and its tolerance.

The first lines of a file are comments that say what is asked. After a comment that begins with
``true:`` the same question is put to the truth. What differs between databases stands in braces,
see `rendering`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files

from synthview.errors import UnknownName

__all__ = ["CanonicalQuery", "canon", "canonical", "tables_in"]

_TRUE, _TOLERANCE = "-- true:", "-- tolerance:"
_TABLE = re.compile(r"\b(?:log|truth)\.[a-z]+\b")


@dataclass(frozen=True)
class CanonicalQuery:
    """A question to a viewing log: its name, what it asks, and its SQL without a dialect.

    `truth` asks the same of what happened, where that means something; `true_of` says how.
    `tolerance` has the greatest relative error of columns that are no whole numbers.
    """

    name: str
    about: str
    sql: str
    truth: str = ""
    true_of: str = ""
    tolerance: Mapping[str, float] = field(default_factory=dict)

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables that the question is put to, such as ``log.plays``."""
        return tables_in(self.sql)

    def of_truth(self) -> CanonicalQuery:
        """The same question, put to the truth; only where it has one."""
        return replace(self, about=f"{self.about} True: {self.true_of}.", sql=self.truth)


def tables_in(sql: str) -> tuple[str, ...]:
    """Return the tables that a statement names, in the order of their names."""
    return tuple(sorted(set(_TABLE.findall(sql))))


@cache
def canon() -> tuple[CanonicalQuery, ...]:
    """Every canonical query, by name."""
    folder = files("synthview.answers").joinpath("sql")
    texts = {one.name: one.read_text("utf-8") for one in folder.iterdir()}
    return tuple(_read(name.removesuffix(".sql"), texts[name]) for name in sorted(texts))


def canonical(name: str) -> CanonicalQuery:
    """Look a query up by its name; raises UnknownName."""
    for one in canon():
        if one.name == name:
            return one
    raise UnknownName("canonical query", name, (one.name for one in canon()))


def _read(name: str, text: str) -> CanonicalQuery:
    asked, _, true = text.partition(_TRUE)
    lines = asked.splitlines()
    remarks = [line for line in lines if line.startswith("--")]
    about = [line.removeprefix("--").strip() for line in remarks if _TOLERANCE not in line]
    true_of, _, truth = true.partition("\n")
    return CanonicalQuery(
        name=name,
        about=" ".join(about),
        sql="\n".join(line for line in lines if line not in remarks),
        truth=truth.strip(),
        true_of=true_of.strip(),
        tolerance=dict(_tolerances(remarks)),
    )


def _tolerances(remarks: list[str]) -> Iterator[tuple[str, float]]:
    for line in remarks:
        if line.startswith(_TOLERANCE):
            column, error = line.removeprefix(_TOLERANCE).split()
            yield column, float(error)
