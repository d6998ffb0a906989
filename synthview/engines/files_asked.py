"""Forms of files that can be asked for; others are refused before anything is simulated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from synthview.engines.layout import PARTITIONS
from synthview.errors import InputError, UnknownName, shortened
from synthview.sinks.arrow_writer import PYARROW, need_pyarrow
from synthview.sinks.formats import FEWEST_ROWS_PER_GROUP, WRITERS, Format
from synthview.sinks.sorting import SORTS
from synthview.sinks.text import ID_FORMS

if TYPE_CHECKING:
    from synthview.engines.order import Order

__all__ = ["check_files"]

LARGEST_FILE = 1_024
"""MB, of which a worker holds several in memory."""
MOST_ROWS_PER_GROUP = 1 << 24


def check_files(asked: Order, kind: Format) -> None:
    """Refuse forms of files that there are not, or that the format cannot have."""
    if asked.partition is not None and asked.partition not in PARTITIONS:
        raise UnknownName("partition", asked.partition, PARTITIONS, "--partition")
    if asked.sort is not None and asked.sort not in SORTS:
        raise UnknownName("order of rows", asked.sort, SORTS, "--sort")
    if asked.ids is not None and asked.ids not in ID_FORMS:
        raise UnknownName("form of ids", asked.ids, ID_FORMS, "--ids")
    if asked.partition is not None and kind.name == "duckdb":
        raise InputError(
            "--partition is for folders of files; a DuckDB database is one file. Leave the option "
            "out."
        )
    _check_sizes(asked, kind)
    _check_writer(asked.writer, kind)
    if asked.bom and kind.name != "csv":
        raise InputError(
            f"--bom is for CSV that a spreadsheet opens; {kind.name} has no byte order mark."
        )


def _check_writer(writer: str | None, kind: Format) -> None:
    """Refuse a writer that there is not, of another format, or that is not installed."""
    if writer is None:
        return
    if writer not in WRITERS:
        raise UnknownName("writer", writer, WRITERS, "--writer")
    if kind.name != "parquet":
        raise InputError(f"--writer is for parquet; {kind.name} has one writer.")
    if writer == PYARROW:
        need_pyarrow()


def _check_sizes(asked: Order, kind: Format) -> None:
    """Refuse sizes of files that cannot be, or that the format does not have."""
    if asked.file_size is not None and not 1 <= asked.file_size <= LARGEST_FILE:
        raise InputError(
            f"--file-size is {shortened(asked.file_size)}; a whole number of MB from 1 to "
            f"{LARGEST_FILE:,} is needed."
        )
    if asked.file_size is not None and kind.name == "duckdb":
        raise InputError(
            "--file-size is for folders of files; a DuckDB database is one file. Leave the option "
            "out."
        )
    if asked.row_group is None:
        return
    if kind.name != "parquet":
        raise InputError(f"--row-group is for parquet; {kind.name} has no row groups.")
    if not FEWEST_ROWS_PER_GROUP <= asked.row_group <= MOST_ROWS_PER_GROUP:
        raise InputError(
            f"--row-group is {shortened(asked.row_group)}; a whole number of rows from "
            f"{FEWEST_ROWS_PER_GROUP:,} to {MOST_ROWS_PER_GROUP:,} is needed."
        )
