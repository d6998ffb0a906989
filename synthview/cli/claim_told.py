"""What ``claim`` says on the screen: the number, and as much behind it as was asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from synthview.cli import screen

if TYPE_CHECKING:
    from synthview.claims.answer import Answer
    from synthview.claims.sections.number import Number

__all__ = ["tell_claim"]


def tell_claim(answer: Answer) -> None:
    """Tell every section that is there, in the order of the answer."""
    from synthview.claims.sections.number import Number

    claim = answer.claim
    said = f"{claim.said:,.0f}"
    typer.echo(f"“{claim.quote or claim.name}”")
    if claim.source_text:
        typer.echo(f"  ({claim.source_text})")
    for section, found in answer.sections():
        if isinstance(found, Number):
            _tell_number(found)
        elif sentence := section.sentence(found):
            _head(section.title.format(said=said), sentence)
        else:
            continue
        for table in section.tables(found):
            screen.tell(table.head, table.rows)
    if answer.left_out:
        _head("Left out", answer.left_out.sentence)
    typer.echo(f"\n{answer.disclaimer}")
    if len(answer.found) == 1 and claim.kind == "streak":
        typer.echo(
            "--thorough tells the rest: all definitions, the causes, who was really there, what "
            f"{said} can tell; --sql prints the query."
        )


def _tell_number(found: Number) -> None:
    typer.echo(f"\n{found.number.sentence}")
    typer.echo(f"Counted: {found.number.definition}.")
    if found.shortcut:
        typer.echo(found.shortcut.sentence)


def _head(title: str, sentence: str) -> None:
    typer.echo(f"\n{title}\n{sentence}")
