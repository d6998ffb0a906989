"""Known answers: what a correct engine returns on a dataset, written beside its manifest.

DuckDB computes them, because it leaves memory for the disk where a dataset is large.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from synthview.answers.canon import CanonicalQuery, canon, tables_in
from synthview.answers.over_files import over_files
from synthview.answers.rendering import SPOKEN, render
from synthview.answers.replies import Reply, Value, plain
from synthview.answers.tallies import tallied, tally
from synthview.callbacks import OnProgress
from synthview.dataset import RunDirectory
from synthview.digests import digest_of_digests
from synthview.errors import OutputError
from synthview.outside.extras import need
from synthview.outside.places import inside, make_folder
from synthview.outside.whole_files import read_bounded
from synthview.sinks.parts import publish
from synthview.tables import table

__all__ = ["ANSWERS", "INDEX", "KnownAnswers", "files_of", "read_answers", "write_answers"]

ANSWERS = "answers"
INDEX = f"{ANSWERS}/answers.json"
COLUMNS = f"{ANSWERS}/columns.json"
ABOUT = "What a correct engine answers on this dataset, and what is true; see docs/answers.md."
MOST_BYTES = 64 * 2**20
_DIALECT = SPOKEN["duckdb"]


@dataclass(frozen=True)
class KnownAnswers:
    """What `answers/` holds: by query what a correct engine returns, and one digest of it all."""

    observed: Mapping[str, Reply]
    digest: str


def write_answers(run: RunDirectory, on_progress: OnProgress | None = None) -> Mapping[str, Any]:
    """Reply every query that a dataset has the tables for, write `answers/`, return its index.

    `on_progress` hears how many are done. Raises MissingExtra without DuckDB, InputError for
    files other than Parquet.
    """
    asked = [one for one in canon() if set(one.tables) <= set(run.tables)]
    files: dict[str, str] = {}
    entries = {}
    with closing(_opened(run)) as database:
        for done, query in enumerate(asked):
            if on_progress:
                on_progress(done, len(asked) + 1)
            entries[query.name] = _answered(run, database, query, files)
        columns = {name: _tallied(database, name) for name in run.tables}
    index = {
        "about": ABOUT,
        "of": run.manifest["seal"],
        "digest": digest_of_digests(one["digest"] for one in entries.values()),
        "queries": entries,
    }
    files |= {COLUMNS: json.dumps(columns, indent=1), INDEX: json.dumps(index, indent=1)}
    _publish(run, files)
    if on_progress:
        on_progress(len(asked) + 1, len(asked) + 1)
    return index


def read_answers(run: RunDirectory) -> KnownAnswers:
    """Read `answers/` of a dataset back.

    Raises OutputError where there is none, or where it is of a run that was here before.
    """
    index = _index(run)
    observed = {}
    for name, entry in index["queries"].items():
        lines = inside(run.directory, _path("observed", name)).read_text("utf-8").splitlines()
        columns = tuple(lines[0].split(","))
        rows = tuple(_row(line, entry["types"]) for line in lines[1:])
        observed[name] = Reply(columns, rows)
    return KnownAnswers(observed, index["digest"])


def files_of(run: RunDirectory) -> set[str]:
    """The files of `answers/` that belong to a dataset; none where they are of another run."""
    try:
        index = _index(run)
    except OutputError:
        return set()
    true = {_path("true", name) for name, one in index["queries"].items() if "true_of" in one}
    return {INDEX, COLUMNS, *true, *(_path("observed", name) for name in index["queries"])}


def _index(run: RunDirectory) -> Mapping[str, Any]:
    made = f"synthview generate … --answers -o {run.directory} writes them."
    path = run.directory / INDEX
    if not path.is_file():
        raise OutputError(f"{run.directory} has no {INDEX}. {made}")
    try:
        index = json.loads(read_bounded(path, MOST_BYTES, "The answers", error=OutputError))
        is_ours = index["of"] == run.manifest["seal"]
    except (ValueError, KeyError, TypeError):
        raise OutputError(f"{path} is not as synthview writes it. {made}") from None
    if not is_ours:
        raise OutputError(f"{path} is about another run than the one that is there. {made}")
    return index


def _opened(run: RunDirectory) -> Any:
    """A database in memory in which the tables of a dataset are views of its files."""
    statements = over_files(run, _DIALECT)
    database = need("duckdb", "Answering the canonical queries", "duckdb").connect()
    for statement in statements:
        database.execute(statement)
    return database


def _answered(
    run: RunDirectory, database: Any, query: CanonicalQuery, files: dict[str, str]
) -> dict[str, Any]:
    """Put the answers to a query among the files, and return what the index says of them."""
    observed = _asked(database, query.sql)
    files[_path("observed", query.name)] = observed.as_csv()
    entry: dict[str, Any] = {
        "about": query.about,
        "rows": len(observed.rows),
        "types": [_type(observed.rows, place) for place in range(len(observed.columns))],
        "tolerance": dict(query.tolerance),
        "digest": observed.digest(query.tolerance),
    }
    if query.truth and set(tables_in(query.truth)) <= set(run.tables):
        true = _asked(database, query.truth)
        files[_path("true", query.name)] = true.as_csv()
        entry |= {"true_of": query.true_of, "true_rows": len(true.rows)}
    return entry


def _asked(database: Any, sql: str) -> Reply:
    answer = database.execute(render(sql, _DIALECT))
    columns = tuple(one[0] for one in answer.description)
    return Reply(columns, tuple(tuple(map(plain, row)) for row in answer.fetchall()))


def _tallied(database: Any, name: str) -> dict[str, object]:
    """The summaries of a table's columns, with the statement that computes them."""
    sql = tally(table(name))
    answer = _asked(database, sql)
    whole = tuple(value if isinstance(value, int) else None for value in answer.rows[0])
    return {**tallied(list(answer.columns), whole), "sql": render(sql, _DIALECT)}


def _publish(run: RunDirectory, files: Mapping[str, str]) -> None:
    """Write files in their order: the index, which names the others, is the last."""
    for folder in ("observed", "true"):
        make_folder(run.directory, f"{ANSWERS}/{folder}")
    for path, text in files.items():
        publish(inside(run.directory, path), [text.encode()])


def _path(folder: str, name: str) -> str:
    return f"{ANSWERS}/{folder}/{name}.csv"


_READ: Mapping[str, Callable[[str], Value]] = {"int": int, "float": float, "str": str}


def _type(rows: Sequence[tuple[Value, ...]], place: int) -> str:
    found = next((row[place] for row in rows if row[place] is not None), 0)
    return type(found).__name__


def _row(line: str, types: Sequence[str]) -> tuple[Value, ...]:
    cells = zip(line.split(","), types, strict=True)
    return tuple(_READ[type_](cell) if cell else None for cell, type_ in cells)
