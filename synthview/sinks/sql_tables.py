"""SQL statements that make the tables for the files of a dataset.

Names of schemas, types and comments are those of a dialect. Ids are whole numbers or text, as in
the dataset.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from synthview.errors import InputError, InvalidChoice
from synthview.sinks.formats import format_named
from synthview.sinks.id_forms import ID_FORMS
from synthview.tables import ALL_TABLES, TABLES, Column, Table, table

__all__ = ["DIALECTS", "Dialect", "ddl", "dialect_named", "form_of", "quoted", "tables_named"]

UNIQUE_IDS = {"log.titles": "title_id"}
"""Tables in which every id has one row, so that other tables can refer to it."""
REFERENCES: Mapping[str, str] = {
    "title_id": "log.titles",
    "sleep_aid_title_id": "log.titles",
}
"""The table that has the row of an id, by column."""
NO_REFERENCES: Mapping[tuple[str, str], str] = {
    ("log.titles", "trailer_of"): "a title of the same table, which may stand further down",
    ("truth.plays", "viewer_ids"): "a list, whose persons are in truth.persons",
}
"""Why a column is no foreign key, by table and column."""
STATES: Mapping[str, tuple[str, str]] = {
    "account_id": ("log.accounts", "an account"),
    "profile_id": ("log.profiles", "a profile"),
    "device_id": ("log.devices", "a device"),
}
"""Tables that have a row for each state of what an id names."""
PLAYS = (
    "it may have begun before the first day, ended after the last, or left no message that arrived"
)


@dataclass(frozen=True)
class Dialect:
    """The types of a database, whether it has schemas and comments, and the formats it reads.

    Without `refers_across` it has no foreign keys between the schemas of truth and log.
    """

    name: str
    types: Mapping[str, str]
    text_ids: Mapping[str, str]
    formats: tuple[str, ...]
    has_schemas: bool = True
    refers_across: bool = True

    def name_of(self, path: str) -> str:
        """Return the quoted name of a table: ``"log"."plays"``, ``"log_plays"`` without schemas."""
        folder, _, name = path.partition(".")
        return f'"{folder}"."{name}"' if self.has_schemas else f'"{folder}_{name}"'

    def type_of(self, column: Column, ids: str, format_: str) -> str:
        """Return the type of a column for the files of a format."""
        if column.kind == "ids" and format_ == "csv" and self.name == "postgresql":
            return self.types["text"]
        if ids == "text" and column.kind in self.text_ids:
            return self.text_ids[column.kind]
        return self.types[column.kind]


_USUAL = {
    "id": "BIGINT",
    "ids": "BIGINT[]",
    "count": "INTEGER",
    "milliseconds": "BIGINT",
    "time": "TIMESTAMP",
    "day": "DATE",
    "text": "VARCHAR",
    "choice": "VARCHAR",
    "claim": "BOOLEAN",
    "share": "DOUBLE PRECISION",
}
_TEXT_IDS = {"id": "VARCHAR", "ids": "VARCHAR[]"}
_SQLITE = dict.fromkeys(("id", "count", "milliseconds", "claim"), "INTEGER") | {"share": "REAL"}
_DUCKDB = Dialect(
    "duckdb",
    types=_USUAL,
    text_ids=_TEXT_IDS,
    formats=("parquet", "csv", "ndjson", "duckdb"),
    refers_across=False,
)
_POSTGRESQL = Dialect(
    "postgresql",
    types={**_USUAL, "time": "TIMESTAMP(3)"},
    text_ids=_TEXT_IDS,
    formats=("csv", "ndjson"),
)
_SQLITE_3 = Dialect(
    "sqlite",
    types=dict.fromkeys(_USUAL, "TEXT") | _SQLITE,
    text_ids={"id": "TEXT"},
    formats=("csv",),
    has_schemas=False,
)
DIALECTS = {one.name: one for one in (_DUCKDB, _POSTGRESQL, _SQLITE_3)}
"""The databases that statements are written for. Times are UTC whatever the session says."""


def dialect_named(name: str) -> Dialect:
    """Look a dialect up by its name."""
    if name in DIALECTS:
        return DIALECTS[name]
    raise InvalidChoice("dialect", name, DIALECTS, "--dialect")


def form_of(dialect: Dialect, format_: str | None, ids: str | None) -> tuple[str, str]:
    """Return the format and the form of ids: as asked for, or the usual ones.

    Raises InputError for a format that the database does not read, or an unknown form of ids.
    """
    settled = format_ or dialect.formats[0]
    kind = format_named(settled)
    if settled not in dialect.formats:
        known = ", ".join(dialect.formats)
        raise InputError(
            f"{dialect.name} does not read {settled}. It reads: {known}. "
            f"generate --format makes them."
        )
    if ids is not None and ids not in ID_FORMS:
        raise InvalidChoice("form of ids", ids, ID_FORMS, "--ids")
    return settled, ids or kind.ids


def ddl(
    tables: str | Sequence[str] | None = None,
    *,
    dialect: str = "duckdb",
    format: str | None = None,  # noqa: A002  the same words as on the command line
    ids: str | None = None,
) -> str:
    """Return the statements that make tables in a database, in the order in which to fill them.

    Keys are primary keys. References among the tables asked for are foreign keys where they hold
    in every dataset, those with damage and late messages included.

    Args:
        tables: Names such as ``log.plays``; all tables if none is named.
        dialect: ``duckdb``, ``postgresql`` or ``sqlite``.
        format: The format of the files to be loaded; the usual one of the database by default.
        ids: ``int`` or ``text``, as those files have them; the usual form of the format by default.

    Raises:
        UnknownName: For an unknown table, dialect, format or form of ids.
        InputError: For a format that the database does not read.
    """
    spoken = dialect_named(dialect)
    settled, form = form_of(spoken, format, ids)
    chosen = tables_named(tables)
    schemas = dict.fromkeys(one.folder for one in chosen) if spoken.has_schemas else {}
    lines = [f'CREATE SCHEMA IF NOT EXISTS "{folder}";' for folder in schemas]
    present = {one.path for one in chosen}
    for one in chosen:
        near = {path for path in present if spoken.refers_across or _folder(path) == one.folder}
        lines += _explained(one, present, near)
        lines += _created(one, spoken, settled, form, near)
        lines += _commented(one, spoken)
    return "\n".join([*lines, ""])


def tables_named(names: str | Sequence[str] | None) -> list[Table]:
    """Return the tables of these names in the order of references; all of them for None."""
    if names is None:
        return list(TABLES)
    listed = (names,) if isinstance(names, str) else names
    wanted = {table(name).path for name in listed}
    return [one for one in ALL_TABLES if one.path in wanted]


def _folder(path: str) -> str:
    return path.partition(".")[0]


def _explained(one: Table, present: set[str], near: set[str]) -> list[str]:
    """Return comments on what a row is, and on columns that could be foreign keys and are none."""
    notes = [_note(one, column, present, near) for column in one.columns]
    return [f"-- {one.path}: {_row(one)}", *(f"-- {note}" for note in notes if note)]


def _created(one: Table, dialect: Dialect, format_: str, ids: str, near: set[str]) -> list[str]:
    """Return the lines of CREATE TABLE."""
    lines = []
    for column in one.columns:
        # A database without comments on columns has them at the ends of lines.
        comment = "" if dialect.has_schemas else f"  -- {_with_unit(column)}"
        lines.append(f"    {_column(column, dialect, format_, ids)},{comment}")
    limits = ",\n".join(f"    {limit}" for limit in _limits(one, dialect, near))
    return [f"CREATE TABLE {dialect.name_of(one.path)} (", *lines, limits, ");"]


def _limits(one: Table, dialect: Dialect, near: set[str]) -> list[str]:
    """Return the primary key, the unique id and the foreign keys of a table."""
    keys = ", ".join(f'"{column}"' for column in one.key)
    limits = [f"PRIMARY KEY ({keys})"]
    if one.path in UNIQUE_IDS:
        limits.append(f'UNIQUE ("{UNIQUE_IDS[one.path]}")')
    for column in one.columns:
        reference = _reference(one, column, near)
        if reference:
            limits.append(_foreign(dialect, *reference))
    return limits


def _commented(one: Table, dialect: Dialect) -> list[str]:
    if not dialect.has_schemas:
        return []
    name = dialect.name_of(one.path)
    lines = [f"COMMENT ON TABLE {name} IS {quoted(_row(one))};"]
    for column in one.columns:
        meaning = quoted(_with_unit(column))
        lines.append(f'COMMENT ON COLUMN {name}."{column.name}" IS {meaning};')
    return lines


def _row(one: Table) -> str:
    return f"A row is {one.row}. Key: {', '.join(one.key)}."


def _column(column: Column, dialect: Dialect, format_: str, ids: str) -> str:
    name = f'"{column.name}"'
    filled = "" if column.nullable else " NOT NULL"
    words = ", ".join(quoted(word) for word in column.options)
    limit = f" CHECK ({name} IN ({words}))" if words else ""
    return f"{name} {dialect.type_of(column, ids, format_)}{filled}{limit}"


def _reference(one: Table, column: Column, present: set[str]) -> tuple[str, str, str] | None:
    """Return a column, the table it refers to and its key there; None if it refers to none made."""
    home = _home_of(one, column)
    if home is None or home not in present or home == one.path:
        return None
    return column.name, home, UNIQUE_IDS.get(home, column.name)


def _home_of(one: Table, column: Column) -> str | None:
    is_key = column.name in one.key and column.name in UNIQUE_IDS.values()
    if is_key or (one.path, column.name) in NO_REFERENCES:
        return None
    if column.name == "account_id" and one.folder == "truth":
        return "truth.households"
    return REFERENCES.get(column.name)


def _foreign(dialect: Dialect, column: str, home: str, key: str) -> str:
    return f'FOREIGN KEY ("{column}") REFERENCES {dialect.name_of(home)} ("{key}")'


def _note(one: Table, column: Column, present: set[str], near: set[str]) -> str:
    """Say why a column that refers to another table is no foreign key."""
    home = _home_of(one, column)
    name = column.name
    if home is not None and home not in present:
        return f"{name} is in {home}, which is not made here."
    if home is not None and home not in near:
        return f"{name} is in {home}; this database has no foreign keys across schemas."
    why = NO_REFERENCES.get((one.path, name), "")
    if name == "play_id" and one.key != ("play_id",):
        why = PLAYS
    path, what = STATES.get(name, (one.path, ""))
    if home is None and path != one.path:
        why = f"{path} has a row for each state of {what}, so that it is no key there"
    return f"{name} is no foreign key: {why}." if why else ""


def _with_unit(column: Column) -> str:
    unit = {"time": "UTC", "day": ""}.get(column.kind, column.unit)
    return f"{column.meaning} Unit: {unit}." if unit else column.meaning


def quoted(text: str) -> str:
    """Return a text between the quotation marks of SQL."""
    return "'" + text.replace("'", "''") + "'"
