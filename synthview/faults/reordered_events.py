"""Messages overtake each other on the way."""

from __future__ import annotations

from synthview.log.damage import Damage, Fault, Record, Touched
from synthview.log.struck import strike
from synthview.scenario.settings import GUESS, number, section

__all__ = ["ReorderedEvents"]


@section
class ReorderedEvents(Fault):
    """Messages overtake each other on the way.

    Two collectors, two queues: a message is received seconds to minutes after others that were sent
    later. Client time shows the true order.
    """

    of_homes = False
    tells = ("received out of the order of client time",)

    rate: float = number(
        0.01,
        unit="share of plays",
        allowed=(0, 1),
        low=0.002,
        high=0.05,
        source=GUESS,
        scale="logit",
        about="Plays of which messages come in another order.",
    )
    seconds: int = number(
        90,
        unit="seconds",
        allowed=(1, 3600),
        low=20,
        high=600,
        source=GUESS,
        scale="log",
        about="By how much at most a message is held up.",
    )
    held: float = number(
        0.4, unit="share of messages", allowed=(0, 1), low=0.2, high=0.6, source=GUESS,
        scale="logit", about="Messages of such a play that are held up.",
    )  # fmt: skip

    def damage(self, record: Record) -> Damage | None:
        """Hold up some of the messages of some plays."""
        struck = strike(self, record, self.rate)
        key, n = struck.key, struck.number

        held = self.draw(record.world, "held")
        is_held = held.happens(key, self.held, n=n)

        longest_ms = self.seconds * 1000
        by = self.draw(record.world, "by")
        by_ms = 1 + by.below(key, longest_ms, n=n)

        messages = Touched(struck.message, by_ms)
        return Damage(reordered=messages.take(is_held))
