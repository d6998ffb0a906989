"""``--engine spark --master URL``: whether this machine does the work, or a cluster."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from synthview.errors import InputError, InvalidChoice

__all__ = ["WhereToWork"]


@dataclass(frozen=True)
class WhereToWork:
    """What performs the tasks of a command, as it was typed."""

    engine: str | None = None
    master: str | None = None

    @property
    def is_on_spark(self) -> bool:
        """Whether a cluster does the work."""
        return self.engine == "spark"

    @property
    def is_said(self) -> bool:
        """Whether anything was typed about it."""
        return bool(self.engine or self.master)

    def check(self, workers: object) -> None:
        """Refuse words that do not go together; `workers` are those of this machine."""
        if self.engine not in (None, "local", "spark"):
            raise InvalidChoice("engine", self.engine, ("local", "spark"), "--engine")
        if self.is_on_spark != (self.master is not None):
            raise InputError("--engine spark and --master URL go together: name both or none.")
        if self.is_on_spark and workers is not None:
            raise InputError("--workers is for this machine; a cluster has its own executors.")

    @contextmanager
    def working(self) -> Iterator[int | None]:
        """Let a cluster perform what is shared out; yields how many cores it has, None for here."""
        if not self.is_on_spark or self.master is None:
            yield None
            return
        from synthview.engines.workers import sharing
        from synthview.spark.cluster import cores_of, on_cluster, session_at

        with session_at(self.master) as session, sharing(lambda tasks: on_cluster(session, tasks)):
            yield cores_of(session)
