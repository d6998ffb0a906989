"""How the findings of ``check`` are put on the screen: a line for each, and an exit code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from synthview.cli import screen
from synthview.cli.bars import bar

if TYPE_CHECKING:
    from synthview.checks.invariants import Finding
    from synthview.checks.leak_verdicts import Line
    from synthview.checks.regenerating import Regenerated
    from synthview.checks.scores import Score
    from synthview.dataset import RunDirectory

__all__ = ["print_invariants", "print_leaks", "print_regenerated", "print_scores"]

BROKEN = 1
OF_ACTS = "of those that acted"
"""Of accounts, some causes last without an act in the run."""


def print_invariants(run: RunDirectory, as_: str) -> None:
    """Every invariant with what it says; exit code 1 if one is broken."""
    from synthview.checks import invariants

    found = []
    for one in invariants.check(run):
        found.append(one)
        if as_ == "text":
            _print_finding(one)
    if as_ == "json":
        screen.say(screen.as_json([asdict(one) for one in found]))
    broken = [one.name for one in found if not one.holds]
    if broken:
        again = (
            "The command that made it writes files that are gone or changed again, and leaves "
            f"others as they are: {run.manifest['command']}."
        )
        screen.say(f"Broken: {', '.join(broken)}. {again}", err=True)
        raise typer.Exit(BROKEN)
    if as_ == "text":
        screen.say(f"All {sum(not one.not_asked for one in found)} invariants hold.")


def _print_finding(one: Finding) -> None:
    times = "once" if one.violations == 1 else f"{one.violations:,} times"
    state = "holds" if one.holds else f"BROKEN, {times}"
    if one.not_asked:
        state = f"not checked: {one.not_asked}"
    screen.say(f"{one.name:12} {state:20}  {one.says}")
    for example in one.examples:
        screen.say(f"             {example:.300}")


def print_regenerated(run: RunDirectory, as_: str) -> None:
    """Every table beside what is made of its manifest today; exit code 1 if one differs."""
    from synthview.checks.regenerating import other_versions, regenerate

    with bar("check --regenerate") as move:
        found = regenerate(run, move)
    if as_ == "json":
        screen.say(screen.as_json([asdict(one) for one in found]))
    else:
        _print_tables(found)
    drifted = [one.table for one in found if not one.holds]
    if drifted:
        again = f"To take what is made today: {run.manifest['command']} --overwrite."
        versions = f" {other_versions(run)}".rstrip()
        screen.say(f"Drifted: {', '.join(drifted)}.{versions} {again}", err=True)
        raise typer.Exit(BROKEN)
    if as_ == "text":
        screen.say(f"All {len(found)} tables are what their manifest makes.")


def _print_tables(found: Sequence[Regenerated]) -> None:
    """Say of each table whether it drifted, and how."""
    for one in found:
        state = "the same" if one.holds else f"DRIFTED in {one.drifted:,} of {one.parts:,} files"
        screen.say(f"{one.table:17} {state}")
        for difference in one.differences:
            screen.say(f"                  {difference:.600}")


def print_leaks(run: RunDirectory, as_: str) -> None:
    """Every table of the audit as it comes; exit code 1 if something leaks."""
    from synthview.checks.leak_verdicts import LEAKS, in_words
    from synthview.checks.leaks import audit

    found: list[Line] = []
    for table, lines in groupby(audit(run), key=lambda one: one.table):
        of_table = list(lines)
        found += of_table
        if as_ == "text":
            _print_table(table, of_table)
    if as_ == "json":
        screen.say(screen.as_json([asdict(one) for one in found]))
    said = in_words(found)
    if any(one.verdict == LEAKS for one in found):
        screen.say(said, err=True)
        raise typer.Exit(BROKEN)
    if as_ == "text":
        screen.say(screen.filled(said))


def _print_table(table: str, lines: Sequence[Line]) -> None:
    """What could be asked, line by line, and in one line what has too few rows."""
    head = ["cause", "traces", "pairs", "matched", "area", "interval", "verdict"]
    asked = [_cells(one) for one in lines if one.is_asked]
    if asked:
        screen.table(head, asked, title=table)
    pairs = {one.cause: one.pairs for one in lines if not one.is_asked}
    few = [f"{cause} ({count:,})" for cause, count in pairs.items() if count]
    none = [cause for cause, count in pairs.items() if not count]
    said = []
    if few:
        said.append(f"too few pairs of rows that look alike for {', '.join(few)}")
    if none:
        said.append(f"no pairs of rows that look alike for {', '.join(none)}")
    if said:
        screen.say(screen.filled(f"{table}: cannot tell, {'; '.join(said)}.") + "\n")


def _cells(one: Line) -> list[str]:
    more = ""
    if one.trace:
        more = f": {one.trace}"
    elif one.households:
        more = f"; {one.households:,} households would"
    return [
        f"*{one.cause}" if one.trace else one.cause,
        one.family,
        f"{one.pairs:,}",
        f"{one.matched:.0%}",
        f"{one.area:.3f}",
        f"{one.low:.3f} to {one.high:.3f}",
        one.verdict + more,
    ]


def print_scores(run: RunDirectory, path: Path, cut: float | None, as_: str) -> None:
    """One row for each cause that was looked for."""
    from synthview.checks.scores import LOGGED_IN, score

    found = score(path, run, cut)
    if as_ == "json":
        screen.say(screen.as_json(asdict(found)))
        return
    head = [
        "cause",
        "base rate",
        "named",
        "precision",
        "recall",
        "average precision",
        *([OF_ACTS] if found.whose == "account_id" else []),
        "could be found",
    ]
    things = {"play_id": "plays", "account_id": "accounts"}.get(found.whose, "accesses")
    title = f"{found.rows:,} {things} with a row in {LOGGED_IN[found.whose]}"
    screen.table(head, [_scored(one, found.whose) for one in found.causes], title=title)
    for note in (*found.notes, *_remarks(found.causes, things), *_basis(found.causes)):
        screen.say(screen.filled(note))


def _scored(one: Score, whose: str) -> list[str]:
    reader = f"{_share(one.at_least)} to {_share(one.at_most)}" if one.caused else "-"
    named = f"{one.named:,} from {one.cut:g} on"
    shares = [_share(value) for value in (one.precision, one.recall, one.average_precision)]
    acts = [f"{_share(one.of_acts)} ({one.acted:,})"] if whose == "account_id" else []
    return [
        one.cause,
        f"{one.base_rate:.2%} ({one.caused:,})",
        named,
        *shares,
        *acts,
        reader,
    ]


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _remarks(scores: Sequence[Score], things: str) -> list[str]:
    """What the table does not say: causes that nothing has, and what no reader could find."""
    none = [one.cause for one in scores if not one.caused]
    unseen = [f"{one.cause} {one.unseen:,}" for one in scores if one.unseen]
    said = []
    if none:
        said.append(f"None of these {things} has {', '.join(none)}: there is nothing to find.")
    if unseen:
        said.append(f"Left no row in log.plays, and not counted: {', '.join(unseen)}.")
    return said


def _basis(scores: Sequence[Score]) -> list[str]:
    """What the last column rests on, and what the theorem says beside it."""
    bounds = [f"{one.cause} {one.theorem:.3f}" for one in scores if one.theorem is not None]
    if not bounds:
        return []
    said = (
        "Could be found, by average precision, from what the log shows: at least what boosted "
        "trees reached that learned from other accounts, at most what the same trees make of these "
        "rows once they are told the answers (the lower and the upper end of 95 % intervals, in "
        "which whole accounts are drawn again). No function of what is visible can have more "
        "than this on these rows, a theorem that is near 1 in small runs: "
    )
    return [f"{said}{', '.join(bounds)}."]
