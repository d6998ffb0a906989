"""A run shared out over a cluster of Spark: its tasks are those of the local engine.

Every executor writes its parts as drafts into the same directory, which all of them must reach; the
driver notes their receipts and names the files. So a run that is stopped goes on from there, with
Spark or without, and ends in the same bytes.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from synthview.engines.serving import Work
from synthview.errors import SynthviewError
from synthview.outside.extras import need

__all__ = ["SparkFailed", "cores_of", "on_cluster", "session_at"]

ROUNDS_AT_ONCE = 8
"""Tasks of each core that are handed out before receipts of all of them are noted."""


class SparkFailed(SynthviewError):  # noqa: N818  says what is wrong, as all our errors do
    """Spark gave a task up, or could not be reached."""


@contextmanager
def session_at(master: str) -> Iterator[Any]:
    """Start a session of Spark at the URL of a master, and stop it.

    Raises MissingExtra without pyspark, SparkFailed where there is no master.
    """
    need("spark", "The engine spark", "pyarrow", "pyspark")
    # Executors run the same Python: elsewhere it must lie at the same path, with synthview.
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    os.environ["POLARS_MAX_THREADS"] = "1"
    builder = need("spark", "The engine spark", "pyspark.sql").SparkSession.builder
    settings = {
        "spark.ui.enabled": "false",
        "spark.executorEnv.POLARS_MAX_THREADS": "1",
    }
    for name, value in settings.items():
        builder = builder.config(name, value)
    try:
        session = builder.master(master).appName("synthview").getOrCreate()
    except Exception as error:  # noqa: BLE001  whatever Java tells
        raise SparkFailed(f"Spark cannot be reached at {master}: {_first_line(error)}") from None
    try:
        yield session
    finally:
        session.stop()


def cores_of(session: Any) -> int:
    """Tasks that a cluster performs at once; at least two, as executors may still be joining."""
    return max(int(session.sparkContext.defaultParallelism), 2)


def on_cluster(session: Any, tasks: Sequence[Work]) -> Generator[Any]:
    """Yield what tasks answer, some at a time; raises SparkFailed where one fails for good."""
    context = session.sparkContext
    size = ROUNDS_AT_ONCE * cores_of(session)
    for start in range(0, len(tasks), size):
        some = tasks[start : start + size]
        shared = context.parallelize(some, len(some))
        try:
            answers = shared.flatMap(_perform).collect()
        except Exception as error:  # noqa: BLE001  whatever Java tells
            raise SparkFailed(
                f"Spark gave a task up: {_first_line(error)} What was finished is kept: run the "
                "same command to continue."
            ) from None
        yield from answers


def _perform(task: Work) -> list[Any]:
    return list(task.perform())


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return f"{lines[0][:300].rstrip('.')}."
