"""Puts the canonical queries to query engines, times them, and names the engine that differs."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from benchmarks.databases import ENGINES, Ask, is_installed
from synthview.answers.answering import KnownAnswers, read_answers
from synthview.answers.canon import CanonicalQuery, canonical
from synthview.answers.magnitudes import MAGNITUDES
from synthview.answers.rendering import SPOKEN, render
from synthview.answers.replies import Reply, differences, plain
from synthview.dataset import RunDirectory, read
from synthview.errors import SynthviewError

__all__ = ["Verdict", "asked_of", "judge", "main"]

PUBLISHED = Path("synthview/answers/published.json")
KEPT = ("scenario", "seed", "households", "from", "until", "fingerprint")
"""Settings that decide the answers, of those that a manifest has."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """How one engine did on one query: seconds, and where its answer is not the known one."""

    engine: str
    query: str
    seconds: float
    wrong: tuple[str, ...]


def main(words: Sequence[str]) -> int:
    """Ask what was asked for; 1 where an engine differs."""
    asked = _parser().parse_args(words)
    try:
        return _measured(asked)
    except SynthviewError as error:
        print(f"error: {error}")
        return error.exit_code


def _measured(asked: argparse.Namespace) -> int:
    run = read(asked.directory)
    known = read_answers(run)
    if asked.publish:
        _publish(run, known, asked.publish)
    verdicts: list[Verdict] = []
    for engine in asked.engine or [one for one in ENGINES if is_installed(one)]:
        verdicts += asked_of(engine, run, known)
    _show(verdicts)
    for one in verdicts:
        for what in one.wrong[:1]:
            print(f"{one.engine} differs in {one.query}: {what}")
    return int(any(one.wrong for one in verdicts))


def asked_of(engine: str, run: RunDirectory, known: KnownAnswers) -> Iterator[Verdict]:
    """Put every query with a known answer to an engine, one after the other."""
    dialect, _, opened = ENGINES[engine]
    with opened(run) as ask:
        for name, answer in known.observed.items():
            sql = render(canonical(name).sql, SPOKEN[dialect])
            yield judge(engine, canonical(name), answer, ask, sql)


def judge(engine: str, query: CanonicalQuery, answer: Reply, ask: Ask, sql: str) -> Verdict:
    """Time one query, and compare what comes with what is known."""
    began = perf_counter()
    try:
        rows = tuple(tuple(map(plain, row)) for row in ask(sql))
    except Exception as error:  # noqa: BLE001  whatever an engine does with what it cannot answer
        told = f"it fails: {str(error).partition(chr(10))[0]}"
        return Verdict(engine, query.name, perf_counter() - began, (told,))
    seconds = perf_counter() - began
    wrong = differences(answer, Reply(answer.columns, rows), query)
    return Verdict(engine, query.name, seconds, tuple(wrong))


def _show(verdicts: Sequence[Verdict]) -> None:
    engines = list(dict.fromkeys(one.engine for one in verdicts))
    queries = list(dict.fromkeys(one.query for one in verdicts))
    found = {(one.query, one.engine): one for one in verdicts}
    print(f"{'seconds':<26}" + "".join(f"{engine:>13}" for engine in engines))
    for query in queries:
        cells = (found[query, engine] for engine in engines)
        marked = (f"{one.seconds:.3f}{' ✗' if one.wrong else '  '}" for one in cells)
        print(f"{query:<26}" + "".join(f"{cell:>13}" for cell in marked))
    sums = (sum(one.seconds for one in verdicts if one.engine == engine) for engine in engines)
    print(f"{'all':<26}" + "".join(f"{total:>11.3f}  " for total in sums))


def _publish(run: RunDirectory, known: KnownAnswers, size: str) -> None:
    """Keep the digest of the answers as that of a named size."""
    content = json.loads(PUBLISHED.read_text("utf-8"))
    settings = {name: run.manifest["settings"][name] for name in KEPT}
    rows = {name: one["rows"] for name, one in run.manifest["tables"].items()}
    content[size] = {"digest": known.digest, "settings": settings, "rows": rows}
    PUBLISHED.write_text(json.dumps(content, indent=1) + "\n", "utf-8")
    print(f"{PUBLISHED} has the digest of {size}: {known.digest}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks queries", description=__doc__)
    parser.add_argument(
        "directory", metavar="DIR", help="a dataset made by synthview generate … --answers"
    )
    parser.add_argument(
        "--engine",
        choices=ENGINES,
        action="append",
        help="one engine; may be given several times (default: all that are installed)",
    )
    parser.add_argument(
        "--publish", choices=MAGNITUDES, metavar="SIZE", help="keep its digest as that of a size"
    )
    return parser
