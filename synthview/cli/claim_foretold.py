"""``claim --dry-run``: how many homes, minutes and bytes of memory an answer takes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from synthview import wording
from synthview.cli import screen
from synthview.cli.running import duration_in_words, size_in_words, stoppable
from synthview.outside.legible import one_line

if TYPE_CHECKING:
    from synthview.claims.foreseen import Foreseen
    from synthview.claims.question import Question
    from synthview.claims.study import Effort

__all__ = ["foretell"]


def foretell(asked: Sequence[tuple[Question, Effort, Sequence[str]]]) -> None:
    """Say what each answer takes, and all together."""
    from synthview.claims.foreseen import foresee

    total = 0.0
    with stoppable(None):
        for question, effort, names in asked:
            found = foresee(question, effort, names)
            total += found.seconds
            _tell(question, effort, found)
    workers = asked[0][1].workers
    if len(asked) > 1:
        screen.say(f"All together: {_time(total, workers)}.")
    screen.say("Nothing was simulated but a few homes, to know how long one takes here.")


def _tell(question: Question, effort: Effort, found: Foreseen) -> None:
    run = question.scenario.run
    homes = wording.counted(run.households, "home")
    worlds = wording.counted(effort.seeds, "world")
    days = wording.counted(question.days, "day")
    screen.say(f"{one_line(question.claim.name)}: {days}, {homes}, {worlds}.")
    rows = [
        [
            one.name,
            "" if one.homes is None else f"{one.homes:,}",
            duration_in_words(one.seconds),
        ]
        for one in found.stages
    ]
    screen.table(["stage", "homes, about", "processor time, about"], rows)
    memory = size_in_words(found.memory)
    screen.say(f"About {_time(found.seconds, effort.workers)}; {memory} of memory a process.")


def _time(seconds: float, workers: int) -> str:
    """Processor time, and how long that takes where there is nothing else to do."""
    whole = f"{duration_in_words(seconds)} of processor time"
    if workers == 1:
        return whole
    return f"{whole}, {duration_in_words(seconds / workers)} on {workers} idle processors"
