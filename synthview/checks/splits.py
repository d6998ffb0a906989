"""Parts a table into rows to learn from and rows to test on, by household or by time."""

from __future__ import annotations

from datetime import date, datetime
from typing import TypeVar

import polars as pl

from synthview.checks.evidence import sampled
from synthview.errors import InputError, shortened

__all__ = ["split"]

_USUAL = 0.25
_TIMES = ("started_at", "received_time")
"""By which rows are parted, where they have it; else by their first time."""
AnyFrame = TypeVar("AnyFrame", pl.DataFrame, pl.LazyFrame)


def split(
    frame: AnyFrame,
    *,
    test: float | None = None,
    at: date | str | None = None,
) -> tuple[AnyFrame, AnyFrame]:
    """Part the rows of a table into those to learn from and those to test on.

    By household, all rows of an account fall on one side, and on the same side in every table of
    the run and in every run: a detector cannot know anybody whom it is tested on. By time, what was
    before an instant is to be learned from.

        >>> import synthview
        >>> world = synthview.generate("tiny", households=12)
        >>> learn, test = synthview.split(world.log.plays, test=0.25)
        >>> set(learn["account_id"]) & set(test["account_id"])
        set()
        >>> before, after = synthview.split(world.log.plays, at="2017-10-03")

    Args:
        frame: A table of a dataset with ``account_id``, or with a time.
        test: The share of households to test on, from 0 to 1; a quarter if neither is given.
        at: The instant from which on rows are to test on, UTC: a date, or text such as
            ``"2017-10-05"``.

    Returns:
        Two frames of the same kind: to learn from, and to test on.

    Raises:
        InputError: For a share or instant that is none, both at once, or a table that lacks the
            column.
    """
    if test is not None and at is not None:
        raise InputError("split parts by household, with test=, or by time, with at=; not by both.")
    schema = frame.collect_schema()
    share = _USUAL if test is None else test
    is_tested = _of_accounts(schema, share) if at is None else _later(schema, at)
    return frame.filter(~is_tested), frame.filter(is_tested)


def _of_accounts(schema: pl.Schema, test: float) -> pl.Expr:
    """Which rows are of households to test on."""
    if not 0 <= test <= 1:
        raise InputError(f"test is {test}; the share of households to test on is from 0 to 1.")
    if "account_id" not in schema:
        raise InputError("The table has no account_id to part by; with at= it is parted by time.")
    if not schema["account_id"].is_integer():
        raise InputError(
            f"account_id is {schema['account_id']}; synthview.ids_to_int makes numbers of ids in "
            "text."
        )
    return sampled(test)


def _later(schema: pl.Schema, at: date | str) -> pl.Expr:
    """Which rows are of an instant or later."""
    try:
        instant = datetime.fromisoformat(at if isinstance(at, str) else at.isoformat())
    except ValueError:
        raise InputError(
            f"at is '{shortened(str(at))}'; a day or an instant such as 2017-10-05 is needed."
        ) from None
    times = [name for name, kind in schema.items() if isinstance(kind, pl.Datetime)]
    known = [name for name in _TIMES if name in times] or times
    if not known:
        raise InputError("The table has no time to part by; with test= it is parted by household.")
    return pl.col(known[0]) >= instant.replace(tzinfo=None)
