"""Where and how `generate` writes what it simulates, and how much a named size is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from synthview.cli.running import STDOUT
from synthview.errors import InputError, InvalidChoice

if TYPE_CHECKING:
    from synthview.engines.local import Share

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
    def is_on_spark(self) -> bool:
        """Whether a cluster does the work."""
        return self.engine == "spark"

    def check(self) -> None:
        """Refuse options that do not go together."""
        if self.engine not in (None, "local", "spark"):
            raise InvalidChoice("engine", self.engine, ("local", "spark"), "--engine")
        if self.is_on_spark != (self.master is not None):
            raise InputError("--engine spark and --master URL go together: name both or none.")
        if self.is_on_spark and self.workers is not None:
            raise InputError("--workers is for this machine; a cluster has its own executors.")
        is_directory = self.output not in (None, STDOUT)
        if (self.answers or self.is_on_spark) and not is_directory:
            raise InputError("--answers and --engine spark are for a directory: -o DIR.")
        if self.answers and self.dry_run:
            raise InputError(
                "--answers is for a dataset in a directory, -o DIR, without --dry-run."
            )

    def refuse_for_formats(self) -> None:
        """Refuse what goes with a dataset of ours alone."""
        if self.answers or self.engine or self.master:
            raise InputError("--answers, --engine and --master are for a dataset of synthview.")

    @contextmanager
    def shared(self) -> Iterator[Share | None]:
        """What performs the tasks of the run: a cluster, or nothing but this machine."""
        if not self.is_on_spark or self.master is None:
            yield None
            return
        from synthview.spark.cluster import on_cluster, session_at

        with session_at(self.master) as session:
            yield partial(on_cluster, session)


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
