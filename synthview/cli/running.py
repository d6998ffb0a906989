"""What long commands share: counts as people write them, progress, and a clean stop."""

from __future__ import annotations

import shlex
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from time import monotonic
from typing import TYPE_CHECKING

import typer

from synthview.cli import screen
from synthview.cli.bars import bar
from synthview.cli.sizes import duration_in_words, size_in_words
from synthview.errors import InputError, shortened

if TYPE_CHECKING:
    from synthview.engines.local import Progress
    from synthview.engines.order import Order
    from synthview.engines.plan import Plan
    from synthview.scenario.declarations import RunSettings

__all__ = [
    "STDOUT",
    "counted",
    "duration_in_words",
    "progress_bar",
    "size_in_words",
    "stoppable",
    "warn_of_epoch",
    "warn_of_plan",
    "whole",
]

STDOUT = "-"
STOPPED = 130
MOST_WARNINGS = 3
"""More that a scenario itself gives rise to are told in one line."""
MANY_DAYS = 366
"""Days before a window that take so long that one wants to know why."""
LARGEST = 10**15
LARGEST_OF = {
    "--seed": 2**63 - 1,
    "--households": 2**32 - 1,
    "--household": 2**32 - 2,
    "--drop-household": 2**32 - 2,
    "--days": 4090,
    "--workers": 1024,
}
"""What a scenario allows, by option: known here, so that errors name the option."""
_ENDING = [
    signal.Signals[name] for name in ("SIGTERM", "SIGHUP") if name in signal.Signals.__members__
]
"""What asks a command to end, beside Ctrl-C; Windows knows no SIGHUP."""
SUFFIXES = {"k": 10**3, "m": 10**6, "g": 10**9, "b": 10**9}


def counted(option: str, stated: str | None, least: int = 1) -> int | None:
    """Read a count that may be left to the scenario."""
    return None if stated is None else whole(option, stated, least)


def whole(option: str, stated: str, least: int = 1) -> int:
    """Read a count such as 500, 1e9, 100k or 2M; refuse fractions and what is out of range."""
    most = LARGEST_OF.get(option, LARGEST)
    shown = shortened(stated)
    text = stated.strip().lower().replace("_", "")
    factor = SUFFIXES.get(text[-1:], 1)
    try:
        value = Decimal(text[:-1] if factor > 1 else text) * factor
    except ArithmeticError:
        raise InputError(
            f"{option} is '{shown}'; a whole number such as 500, 100k, 2M or 1e9 is needed."
        ) from None
    if not value.is_finite() or not least <= value <= most or value != value.to_integral_value():
        raise InputError(f"{option} is {shown}; a whole number from {least} to {most:,} is needed.")
    return int(value)


@contextmanager
def stoppable(output: str | None) -> Iterator[None]:
    """End on Ctrl-C, SIGTERM or a closed terminal with one line that says what is kept.

    What is ignored when the command starts stays ignored, as programs are expected to leave it: a
    closed terminal under nohup, Ctrl-C where a shell without job control started the command in
    its background. SIGTERM ends such a command.
    """
    in_main = threading.current_thread() is threading.main_thread()
    before = {}
    for one in _ENDING if in_main else ():
        before[one] = signal.getsignal(one)
        if before[one] != signal.SIG_IGN:  # as nohup has it
            signal.signal(one, signal.default_int_handler)
    try:
        yield
    except KeyboardInterrupt:
        resumable = (
            ""
            if output in (None, STDOUT)
            else f" What is finished in {output} is kept: run the same command to continue."
        )
        screen.say(f"Stopped.{resumable}", err=True)
        raise typer.Exit(STOPPED) from None
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def warn_of_plan(asked: Order, plan: Plan) -> None:
    """Warn of implausible options in full, of a scenario that means to have some in one line."""
    from synthview.registry import installed
    from synthview.scenario import load

    warnings = plan.scenario.warnings
    stated = load(asked.scenario, installed()).warnings if len(warnings) > MOST_WARNINGS else ()
    screen.warn([one for one in warnings if one not in stated])
    if meant := sum(one in stated for one in warnings):
        where = f"synthview show {shlex.quote(str(asked.scenario))}"
        whose = f"{meant} settings of {plan.scenario.name}"
        warning = f"{whose} are outside their plausible range, on purpose"
        screen.warn([f"{warning}; {where} lists them."])


def warn_of_epoch(run: RunSettings) -> None:
    """Say why a start long after the world began takes long."""
    days = (run.start - run.epoch).days
    if days > MANY_DAYS:
        warning = (
            f"The world begins on {run.epoch}, its epoch, and all {days:,} days until {run.start} "
            "are simulated first. --epoch from begins it at --from: fast, and another world."
        )
        screen.warn([warning])


@contextmanager
def progress_bar(what: str) -> Iterator[Callable[[Progress], None]]:
    """Show how far a run is: household-days simulated, and events a second."""
    with bar(what) as move:
        began = monotonic()

        def on_progress(now: Progress) -> None:
            speed = now.events / max(monotonic() - began, 1e-9)
            days = f"{now.household_days:,} of {now.of_household_days:,} household-days"
            note = f"{days}, {speed:,.0f} events/s" if now.events else days
            move(now.household_days, now.of_household_days, note=note)

        yield on_progress
