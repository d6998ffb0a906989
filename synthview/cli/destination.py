"""Where and how `generate` writes what it simulates, and how much a named size is."""

from __future__ import annotations

from dataclasses import dataclass

from synthview.cli.elsewhere import WhereToWork
from synthview.cli.running import STDOUT
from synthview.errors import InputError

__all__ = ["OutputPlan", "of_size"]


@dataclass(frozen=True)
class OutputPlan:
    """Where and how to write, whatever is simulated."""

    output: str | None
    workers: int | None
    overwrite: bool
    dry_run: bool
    answers: bool
    engine: str | None
    master: str | None

    @property
    def where(self) -> WhereToWork:
        """What performs the tasks."""
        return WhereToWork(self.engine, self.master)

    def check(self) -> None:
        """Refuse options that do not go together."""
        self.where.check(self.workers)
        is_directory = self.output not in (None, STDOUT)
        if (self.answers or self.where.is_on_spark) and not is_directory:
            raise InputError("--answers and --engine spark are for a directory: -o DIR.")
        if self.answers and self.dry_run:
            raise InputError(
                "--answers is for a dataset in a directory, -o DIR, without --dry-run."
            )

    def refuse_for_formats(self) -> None:
        """Refuse what goes with a dataset of ours alone."""
        if self.answers or self.where.is_said:
            raise InputError("--answers, --engine and --master are for a dataset of synthview.")


def of_size(
    size: str | None, households: str | None, events: str | None, days: str | None
) -> tuple[str | None, str | None]:
    """Households and days of a named size, or those that were typed."""
    from synthview.answers.magnitudes import magnitude

    if size is None:
        return households, days
    if (households, events, days) != (None, None, None):
        raise InputError(
            "--size says how many households and days there are: leave out --households, --events "
            "and --days."
        )
    named = magnitude(size)
    return str(named.households), str(named.days)
