"""What paired worlds showed: the rows, numbers, plays and looks that differ, and it in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from synthview.compare.differing import Difference
from synthview.compare.looks_beside import LooksBeside
from synthview.sinks.id_forms import id_as
from synthview.wording import counted

__all__ = ["Comparison", "Example"]

_NAMED = 4
"""More names than these are counted, not listed."""
_SOME_HOURS = 0.05


@dataclass(frozen=True, slots=True)
class Example:
    """A play that differs: its world, account and time, and which columns if it is in both."""

    side: str
    play_id: str
    account_id: str
    started_at: str
    title: str
    causes: str
    columns: tuple[str, ...]

    def with_ids(self, form: str) -> Example:
        """Return the same with its ids in a form."""
        play = id_as(form, int(self.play_id), "p")
        account = id_as(form, int(self.account_id), "a")
        return replace(self, play_id=play, account_id=account)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What some actors, faults, insiders or households caused, in so many households and days.

    `looks` is what insiders of the staff did; without any it is None.
    """

    scenario: str
    asked: tuple[str, ...]
    without: tuple[str, ...]
    dropped: tuple[int, ...]
    households: int
    days: int
    tables: tuple[Difference, ...]
    labelled: int
    unlabelled: int
    accounts: int
    incidents: int
    deliveries: int
    outside: int
    headlines: tuple[tuple[str, float, float], ...]
    examples: tuple[Example, ...] = field(default=())
    looks: LooksBeside | None = None

    def with_ids(self, form: str) -> Comparison:
        """Return the same with the ids of its examples as ``int``, as they come, or as ``text``."""
        examples = [one.with_ids(form) for one in self.examples]
        looks = self.looks and self.looks.with_ids(form)
        return replace(self, examples=tuple(examples), looks=looks)

    @property
    def is_of_staff(self) -> bool:
        """Whether only insiders were left out, so that homes are the same in both worlds."""
        return self.looks is not None and not self.tables

    @property
    def is_none(self) -> bool:
        """Whether both worlds are the same, row by row."""
        return all(one.is_none for one in self.tables)

    def table(self, path: str) -> Difference:
        """The difference of one table."""
        return next((one for one in self.tables if one.table == path), Difference(path))

    def as_dict(self) -> dict[str, Any]:
        """Everything as plain values."""
        looks = asdict(self.looks) | {"numbers": _named(self.looks.numbers)} if self.looks else None
        return asdict(self) | {"headlines": _named(self.headlines), "looks": looks}

    @property
    def left_out(self) -> str:
        """What the second world lacks, in words."""
        words = {"actors": "all actors", "faults": "all faults"}
        names = [words.get(name, name) for name in self.asked]
        if len(names) > _NAMED:
            names = [f"{len(names)} actors and faults"]
        households = [f"household {number:,}" for number in self.dropped]
        return " and ".join([*names, *households])

    def in_words(self) -> str:
        """What was caused, in a sentence; an honest zero is one."""
        if self.is_of_staff and self.looks is not None:
            return f"{self.left_out} {self.looks.in_words()}. What happens in homes is the same."
        return f"{self._of_homes()}{self._of_staff()}"

    def _of_staff(self) -> str:
        """What insiders did who were left out beside others."""
        return f" The insiders {self.looks.in_words()}." if self.looks else ""

    def _of_homes(self) -> str:
        if self.is_none:
            return f"{self.left_out} changed nothing that happened, and no row of the log."
        plays = self.table("truth.plays")
        caused = counted(plays.only_with, "play")
        kept = plays.only_without or "none"
        changed = plays.changed or "none"
        happened = f"caused {caused}, kept {kept} from happening and changed {changed}"
        if self.dropped and not self.asked:
            happened = f"had {caused}"
        elif plays.is_none:
            happened = "changed nothing that happened"
        return f"{self.left_out} {happened}; the log {self._recorded()}."

    def _recorded(self) -> str:
        """What the log has more, less or otherwise."""
        events, log = self.table("log.events"), self.table("log.plays")
        parts = [
            _more(events.only_with - events.only_without, "message"),
            _more(log.only_with - log.only_without, "row of history", "rows of history"),
            self._more_hours(),
            _otherwise(log.changed, "row of history", "rows of history"),
            _otherwise(events.changed, "message"),
        ]
        filled = [part for part in parts if part]
        return f"has {', '.join(filled)}" if filled else "counts the same"

    def _more_hours(self) -> str:
        by_name = {name: one - other for name, one, other in self.headlines}
        hours = by_name.get("hours in the log", 0.0)
        if abs(hours) < _SOME_HOURS:
            return ""
        return f"{abs(hours):,.1f} hours {'more' if hours > 0 else 'fewer'}"


def _more(count: int, one: str, many: str = "") -> str:
    if not count:
        return ""
    return f"{counted(abs(count), one, many)} {'more' if count > 0 else 'fewer'}"


def _otherwise(count: int, one: str, many: str = "") -> str:
    return f"{counted(count, one, many)} otherwise" if count else ""


def _named(numbers: Iterable[tuple[str, float, float]]) -> list[dict[str, Any]]:
    """Numbers of both worlds as plain values."""
    return [{"number": what, "with": one, "without": other} for what, one, other in numbers]
