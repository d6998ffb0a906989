"""Tables as statements of SQL: what a database must be told before it takes the files of a dataset.

Names of schemas, types and comments are those of a dialect; ids are whole numbers or text, as the dataset has them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from synthview.errors import InputError, UnknownName
from synthview.sinks.formats import format_named
from synthview.sinks.id_forms import ID_FORMS
from synthview.tables import TABLES, Column, Table, table

__all__ = ["DIALECTS", "Dialect", "ddl", "dialect_named", "form_of", "quoted"]

UNIQUE_IDS = {"log.profiles": "profile_id", "log.devices": "device_id", "log.titles": "title_id"}
"""Tables of states in which every id has one row, so that others can refer to it."""
REFERENCES: Mapping[str, str] = {
    "title_id": "log.titles", "sleep_aid_title_id": "log.titles", "profile_id": "log.profiles", "device_id": "log.devices",
}  # fmt: skip
"""Where the row of an id is, in tables of the log and of the truth."""
NO_REFERENCES = {
    ("truth.persons", "profile_id"): "people may wait for their account to be opened, and have no profile until then",
    ("log.titles", "trailer_of"): "a title of the same table, which may stand further down",
    ("truth.plays", "viewer_ids"): "a list, whose persons are in truth.persons",
}
ACCOUNTS = "log.accounts has a row for each state of an account, so that it is no key there"
PLAYS = "it may have begun before the first day, ended after the last, or left no message that arrived"


@dataclass(frozen=True)
class Dialect:
    """What a database calls types, whether it has schemas and comments, and which formats it reads.

    One that does not refer across schemas has no foreign keys from the truth to the log.
    """

    name: str
    types: Mapping[str, str]
    text_ids: Mapping[str, str]
    formats: tuple[str, ...]
    has_schemas: bool = True
    refers_across: bool = True

    def name_of(self, path: str) -> str:
        """Return the quoted name of a table, ``"log"."plays"``; ``"log_plays"`` where there are no schemas."""
        folder, _, name = path.partition(".")
        return f'"{folder}"."{name}"' if self.has_schemas else f'"{folder}_{name}"'

    def type_of(self, column: Column, ids: str, format_: str) -> str:
        """Return the type of a column for the files of a format."""
        if column.kind == "ids" and format_ == "csv" and self.name == "postgresql":
            return self.types["text"]
        return self.text_ids[column.kind] if ids == "text" and column.kind in self.text_ids else self.types[column.kind]


_USUAL = {
    "id": "BIGINT", "ids": "BIGINT[]", "count": "INTEGER", "milliseconds": "BIGINT", "time": "TIMESTAMP", "day": "DATE",
    "text": "VARCHAR", "choice": "VARCHAR", "claim": "BOOLEAN", "share": "DOUBLE PRECISION",
}  # fmt: skip
_SQLITE = dict.fromkeys(("id", "count", "milliseconds", "claim"), "INTEGER") | {"share": "REAL"}
DIALECTS = {
    one.name: one
    for one in (
        Dialect("duckdb", _USUAL, {"id": "VARCHAR", "ids": "VARCHAR[]"}, ("parquet", "csv", "ndjson", "duckdb"), refers_across=False),
        Dialect("postgresql", {**_USUAL, "time": "TIMESTAMP(3)"}, {"id": "VARCHAR", "ids": "VARCHAR[]"}, ("csv", "ndjson")),
        Dialect("sqlite", dict.fromkeys(_USUAL, "TEXT") | _SQLITE, {"id": "TEXT"}, ("csv",), has_schemas=False),
    )
}  # fmt: skip
"""The databases that statements are written for, and tested with. Times are UTC in each, whatever its session says."""


def dialect_named(name: str) -> Dialect:
    """Look a dialect up by its name."""
    if name in DIALECTS:
        return DIALECTS[name]
    raise UnknownName("dialect", name, DIALECTS, "--dialect")


def form_of(dialect: Dialect, format_: str | None, ids: str | None) -> tuple[str, str]:
    """Settle the format and the form of ids: what was asked for, or what is usual; raises InputError where neither can be."""
    settled = format_ or dialect.formats[0]
    kind = format_named(settled)
    if settled not in dialect.formats:
        known = ", ".join(dialect.formats)
        raise InputError(f"{dialect.name} does not read {settled}. It reads: {known}. generate --format makes them.")
    if ids is not None and ids not in ID_FORMS:
        raise UnknownName("form of ids", ids, ID_FORMS, "--ids")
    return settled, ids or kind.ids


def ddl(
    tables: str | Sequence[str] | None = None,
    *,
    dialect: str = "duckdb",
    format: str | None = None,  # noqa: A002  the same words as on the command line
    ids: str | None = None,
) -> str:
    """Return the statements that make tables in a database, in the order in which they can be filled.

    `tables` are names such as ``log.plays``; all of them if none is named. `dialect` is duckdb, postgresql or sqlite,
    `format` that of the files to be loaded, `ids` int or text as those files have them; both are the usual ones unless
    said. Keys are primary keys; references among the tables asked for are foreign keys where they hold in every
    dataset, those with damage and late messages included. Raises UnknownName, or InputError for a format that the
    database does not read.
    """
    spoken = dialect_named(dialect)
    settled, form = form_of(spoken, format, ids)
    named = (tables,) if isinstance(tables, str) else tables
    wanted = {table(name).path for name in named} if named is not None else {one.path for one in TABLES}
    chosen = [one for one in TABLES if one.path in wanted]
    schemas = dict.fromkeys(one.folder for one in chosen) if spoken.has_schemas else {}
    lines = [f'CREATE SCHEMA IF NOT EXISTS "{folder}";' for folder in schemas]
    for one in chosen:
        lines += _statements(one, spoken, settled, form, wanted)
    return "\n".join([*lines, ""])


def _statements(one: Table, dialect: Dialect, format_: str, ids: str, present: set[str]) -> Iterator[str]:
    name = dialect.name_of(one.path)
    comment = _row(one)
    columns = [_column(column, dialect, format_, ids) for column in one.columns]
    keys = ", ".join(f'"{column}"' for column in one.key)
    limits = [f"PRIMARY KEY ({keys})"]
    if one.path in UNIQUE_IDS:
        limits.append(f'UNIQUE ("{UNIQUE_IDS[one.path]}")')
    near = {path for path in present if dialect.refers_across or path.startswith(f"{one.folder}.")}
    limits += [_foreign(dialect, *found) for column in one.columns if (found := _reference(one, column, near))]
    notes = [note for column in one.columns if (note := _note(one, column, present, near))]
    yield f"-- {one.path}: {comment}"
    yield from (f"-- {note}" for note in notes)
    yield f"CREATE TABLE {name} ("
    # A comment at the end of a line tells what a column means where the database has no place for it.
    told = [f"  -- {_with_unit(column)}" if not dialect.has_schemas else "" for column in one.columns]
    yield from (f"    {text},{more}" for text, more in zip(columns, told, strict=True))
    yield ",\n".join(f"    {limit}" for limit in limits)
    yield ");"
    if dialect.has_schemas:
        yield f"COMMENT ON TABLE {name} IS {quoted(comment)};"
        yield from (f'COMMENT ON COLUMN {name}."{c.name}" IS {quoted(_with_unit(c))};' for c in one.columns)


def _row(one: Table) -> str:
    return f"A row is {one.row}. Key: {', '.join(one.key)}."


def _column(column: Column, dialect: Dialect, format_: str, ids: str) -> str:
    name = f'"{column.name}"'
    filled = "" if column.nullable else " NOT NULL"
    words = ", ".join(quoted(word) for word in column.options)
    limit = f" CHECK ({name} IN ({words}))" if words else ""
    return f"{name} {dialect.type_of(column, ids, format_)}{filled}{limit}"


def _reference(one: Table, column: Column, present: set[str]) -> tuple[str, str, str] | None:
    """The column, the table and the key that it refers to; None where it refers to none, or to one that is not made."""
    home = _home_of(one, column)
    if home is None or home not in present or home == one.path:
        return None
    return column.name, home, UNIQUE_IDS.get(home, column.name)


def _home_of(one: Table, column: Column) -> str | None:
    if (one.path, column.name) in NO_REFERENCES or (column.name in one.key and column.name in UNIQUE_IDS.values()):
        return None
    if column.name == "account_id" and one.folder == "truth":
        return "truth.households"
    return REFERENCES.get(column.name)


def _foreign(dialect: Dialect, column: str, home: str, key: str) -> str:
    return f'FOREIGN KEY ("{column}") REFERENCES {dialect.name_of(home)} ("{key}")'


def _note(one: Table, column: Column, present: set[str], near: set[str]) -> str:
    """Say why a column that refers to another table is no foreign key."""
    home = _home_of(one, column)
    if home is not None and home not in present:
        return f"{column.name} is in {home}, which is not made here."
    if home is not None and home not in near:
        return f"{column.name} is in {home}; this database has no foreign keys across schemas."
    if (one.path, column.name) in NO_REFERENCES:
        return f"{column.name} is no foreign key: {NO_REFERENCES[one.path, column.name]}."
    if column.name == "play_id" and one.key != ("play_id",):
        return f"play_id is no foreign key: {PLAYS}."
    if column.name == "account_id" and one.folder == "log" and one.path != "log.accounts":
        return f"account_id is no foreign key: {ACCOUNTS}."
    return ""


def _with_unit(column: Column) -> str:
    unit = {"time": "UTC", "day": ""}.get(column.kind, column.unit)
    return f"{column.meaning} Unit: {unit}." if unit else column.meaning


def quoted(text: str) -> str:
    """Return a text between the quotation marks of SQL."""
    return "'" + text.replace("'", "''") + "'"
