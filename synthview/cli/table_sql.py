"""``show … --as sql`` and ``--as load``: tables as a database takes them, and what fills them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

from synthview.errors import InputError

if TYPE_CHECKING:
    from synthview.tables import Table

__all__ = ["DESCRIBED", "STATEMENTS", "SqlOptions", "described", "statements", "statements_of_all"]

STATEMENTS = ("sql", "load")
DESCRIBED = ("json-schema", "avro")


@dataclass(frozen=True)
class SqlOptions:
    """What the options of ``show`` say of a database and of the dataset that is to be loaded."""

    dialect: str | None
    format: str | None
    ids: str | None
    data: str | None

    def refuse(self) -> None:
        """Raise InputError where any of it was said, and would do nothing."""
        said = [f"--{name}" for name, value in asdict(self).items() if value is not None]
        if said:
            verb = "goes" if len(said) == 1 else "go"
            raise InputError(f"{' and '.join(said)} {verb} with a table --as sql or --as load.")


def described(table: Table, as_: str, wanted: SqlOptions) -> str:
    """Return the description of a row, with ids in the form that was asked for."""
    from synthview.cli.option_values import ids_form
    from synthview.scenario.schemas import avro, json_schema

    replace(wanted, ids=None).refuse()
    describe = json_schema if as_ == "json-schema" else avro
    return describe(table) if wanted.ids is None else describe(table, ids_form(wanted.ids))


def statements_of_all(as_: str, wanted: SqlOptions) -> str:
    """Return the statements of every table, or of every table of a dataset."""
    if as_ not in STATEMENTS:
        raise InputError(
            "All tables together are shown --as sql or --as load; synthview list tables lists "
            "them, and synthview show log.plays shows one."
        )
    return statements(None, as_, wanted)


def statements(names: Sequence[str] | None, as_: str, wanted: SqlOptions) -> str:
    """Return the statements that make tables, or that fill them; None stands for all."""
    from synthview.sinks.sql_loading import loading
    from synthview.sinks.sql_tables import ddl

    dialect = wanted.dialect or "duckdb"
    present, format_, ids, compression = _dataset(wanted)
    tables = names or present
    if as_ == "sql":
        return ddl(tables, dialect=dialect, format=format_, ids=ids)
    place = wanted.data or "DIR"
    return loading(
        tables, directory=place, dialect=dialect, format=format_, ids=ids, compression=compression
    )


def _dataset(wanted: SqlOptions) -> tuple[list[str] | None, str | None, str | None, str]:
    """Tables, format, form of ids and compression: as asked for, or as a dataset has them."""
    if wanted.data is None:
        return None, wanted.format, wanted.ids, "none"
    from synthview.dataset import read

    if wanted.format or wanted.ids:
        raise InputError("--data determines the format and the ids: leave out --format and --ids.")
    run = read(wanted.data)
    if any("damage" in part for part in run.manifest["parts"]):
        raise InputError(
            f"{wanted.data} holds rows that are damaged on purpose, which no database takes. "
            "docs/damaged-files.md says how to repair them."
        )
    settings = run.manifest["settings"]
    return list(run.tables), settings["format"], settings["ids"], settings["compression"]
