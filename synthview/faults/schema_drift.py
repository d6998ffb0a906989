"""Some versions of the app rename a field, leave it out, or write it as another type."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from hashlib import blake2b
from typing import Any
from urllib.parse import quote

import numpy as np

from synthview.draws.chance import Shares
from synthview.rows import Ints
from synthview.scenario.settings import GUESS, number, section, shares
from synthview.sinks.lines import Fields
from synthview.sinks.sheets import Sheet, SinkFault
from synthview.tables import Column, Table

__all__ = ["SchemaDrift"]

_SENT_BY_APPS = ("log.events", "log.searches", "log.clicks")
_NOT_DRIFTING = ("account_id", "device_id", "received_time", "ip", "country")
"""What the collector adds, and the ids by which a reader finds the app that did it."""
RENAMED, OMITTED, RETYPED = "renamed", "omitted", "retyped"


@section
class SchemaDrift(SinkFault):
    """Some versions of the app rename a field, leave it out, or write it as another type.

    It strikes every event, search and click of the devices that have such a version, in CSV and
    NDJSON alone: always the same field of a table in the same way. In NDJSON `positionMs` stands
    for `position_ms`, or the field is missing, or a number is text, a time a number, an id a bare
    number too long for JavaScript. CSV has its names only in the first line. There a renamed field
    leaves its cell empty and stands in one cell too many at the end of the row. One that is left
    out shifts all that follow to the left. One of another type is in seconds, in ms since 1970, a
    number where a word was. Ids of the row, of its account and device stay. Beside each such file a
    lineage says what the rows were.
    """

    tells = ("all rows of one app version, and no row of the others",)

    rate: float = number(
        0.06,
        unit="share of app versions",
        allowed=(0, 1),
        low=0.01,
        high=0.2,
        source=GUESS,
        scale="logit",
        about="App versions that tell a field of each table otherwise.",
    )
    how: dict[str, float] = shares(
        {RENAMED: 0.4, OMITTED: 0.3, RETYPED: 0.3},
        source=GUESS,
        about="What such a version does with the field.",
    )

    def retell(self, sheet: Sheet) -> Mapping[int, Fields]:
        """Write one field otherwise in the rows of apps that drift."""
        drifted: dict[int, Fields] = {}
        if sheet.table.path not in _SENT_BY_APPS:
            return drifted
        apps = sheet.apps.unique().drop_nulls().sort()
        for app in apps.to_list():
            drift = self._drift(sheet, app)
            if drift is not None:
                is_sent_by_it = (sheet.apps == app).fill_null(value=False)
                rows = np.flatnonzero(is_sent_by_it.to_numpy())
                drifted |= _drifted(sheet, rows, *drift)
        return drifted

    def _drift(self, sheet: Sheet, app: str) -> tuple[str, Column] | None:
        """What an app does with which field of a table; None for one that keeps to the schema."""
        version = _entity(app)
        versions = self.dice(sheet, "versions")
        if not versions.happens(version, self.rate)[0]:
            return None

        of_table = _entity(f"{app} {sheet.table.path}")
        ways = Shares(self.how.values())
        (way,) = self.dice(sheet, "how").pick(of_table, ways).tolist()
        columns = _drifting(sheet.table)
        (place,) = self.dice(sheet, "field").below(of_table, len(columns)).tolist()
        return list(self.how)[way], columns[place]


def _entity(text: str) -> Ints:
    """The id, a number of 63 bits, that stands for a text in draws."""
    digest = blake2b(text.encode(), digest_size=8, person=b"synthview").digest()
    return np.array([int.from_bytes(digest, "little") >> 1], dtype=np.int64)


def _drifting(table: Table) -> list[Column]:
    """The columns that an app may write otherwise."""
    stays = {*table.key, *_NOT_DRIFTING}
    return [one for one in table.columns if one.name not in stays]


def _drifted(sheet: Sheet, rows: Ints, how: str, column: Column) -> dict[int, Fields]:
    """The fields of some rows, with one column written otherwise."""
    names = sheet.rows.columns
    values = sheet.rows[column.name].to_physical().to_list()
    place = names.index(column.name)
    drifted: dict[int, Fields] = {}

    for row in rows.tolist():
        fields = sheet.lines.fields(row, names)
        before = fields[:place]
        after = fields[place + 1 :]
        name, text = fields[place]
        if how == OMITTED:
            drifted[row] = [*before, *after]
        elif how == RETYPED:
            retyped = _retyped(sheet.lines.form, column, values[row], text)
            drifted[row] = [*before, (name, retyped), *after]
        elif sheet.lines.form == "csv":
            drifted[row] = [*before, (name, ""), *after, (_renamed(name), text)]
        else:
            drifted[row] = [*before, (_renamed(name), text), *after]
    return drifted


def _retyped(form: str, column: Column, value: Any, text: str) -> str:
    """A value as another type, or its text where there is none."""
    return text if value is None else _RETYPED[form](column, value)


def _renamed(name: str) -> str:
    """As JavaScript spells it: `positionMs`; a single word begins with a capital."""
    first, *others = name.split("_")
    if not others:
        return name.capitalize()
    return first + "".join(word.capitalize() for word in others)


def _in_json(column: Column, value: Any) -> str:
    """A number as text, a word or a time as its number, a query as the address of a page has it."""
    if column.kind in ("count", "milliseconds"):
        return f'"{value}"'
    if column.kind == "text":
        return f'"{column.name}={quote(value)}"'
    return str(value)


def _in_csv(column: Column, value: Any) -> str:
    """Milliseconds as seconds, a count with a decimal, a word or a time as its number.

    A query is written as the address of a page has it.
    """
    if column.kind == "milliseconds":
        return f"{value // 1000}.{value % 1000:03}"
    if column.kind == "count":
        return f"{value}.0"
    if column.kind == "text":
        return f"{column.name}={quote(value)}"
    return str(value)


_RETYPED: dict[str, Callable[[Column, Any], str]] = {"ndjson": _in_json, "csv": _in_csv}
