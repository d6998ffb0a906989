"""What actors and faults have in common: a name, one exposure rate, and what of them may show in the log."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps
from types import FunctionType
from typing import Any, ClassVar

from synthview.draws.chance import Stream
from synthview.outside.packages import answering, brought_by

__all__ = ["Exposed", "name_of"]


def name_of(declared: type) -> str:
    """The name of an actor or fault: that of its class in snake case."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", declared.__name__).lower()


def _answer_for_itself(declared: type) -> None:
    """Guard the methods that a class has in place of those of its bases."""
    for name, method in list(vars(declared).items()):
        if isinstance(method, FunctionType) and not name.startswith("_"):
            setattr(declared, name, _guarded(method))


def _guarded(method: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(method)
    def guarded(self: object, *values: Any, **named: Any) -> Any:
        declared = type(self)
        with answering(name_of(declared), lambda: brought_by(declared)):
            return method(self, *values, **named)

    return guarded


class Exposed:
    """Base of all actors and faults."""

    rate: float
    tells: ClassVar[tuple[str, ...]] = ()
    """What of it shows in the log by rights: a rig keeps to its schedule, an error has a code."""
    tells_in: ClassVar[tuple[str, ...]] = ()
    """Families of the leak audit in which it shows by rights: a schedule to the second is one of ``milliseconds``."""
    of_homes: ClassVar[bool] = True
    """Whether `rate` is the share of suited homes that have it, a lasting trait; else it counts acts in all of them."""
    of_files: ClassVar[bool] = False
    """Whether it damages files as they are written; then no household has a part in it."""
    kind: ClassVar[str] = ""

    def __init_subclass__(cls, **words: Any) -> None:
        """Let every method of another package's class answer for itself, in whichever process it runs."""
        super().__init_subclass__(**words)
        if not cls.__module__.startswith("synthview."):
            _answer_for_itself(cls)

    def stream(self, seed: int, what: str) -> Stream:
        """The stream of one of its decisions."""
        return Stream(seed, f"{self.kind}/{name_of(type(self))}/{what}")
