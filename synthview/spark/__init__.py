"""Apache Spark: a scenario as a data source, and a run that is shared out over a cluster."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from synthview.outside.extras import need

__all__ = ["register"]


def register(session: Any) -> None:
    """Let a session of Spark read scenarios: ``session.read.format("synthview")``.

    Raises MissingExtra without pyspark 4 or pyarrow.
    """
    need("spark", "Reading with Spark", "pyarrow", "pyspark.sql.datasource")
    session.dataSource.register(import_module("synthview.spark.data_source").SynthviewSource)
