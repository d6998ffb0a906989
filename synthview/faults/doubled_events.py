"""The same message arrives twice."""

from __future__ import annotations

from functools import cache

from synthview.draws.quantiles import Quantiles
from synthview.log.damage import Copies, Damage, Fault, Record
from synthview.log.struck import strike
from synthview.scenario.settings import GUESS, number, section
from synthview.world.clock import HOUR_MS

__all__ = ["DoubledEvents"]


@section
class DoubledEvents(Fault):
    """The same message arrives twice.

    The acknowledgement was lost and the client sends again: the copy has the same id and arrives
    seconds to hours later. Some clients make a new id for the same content.
    """

    of_homes = False
    tells = ("two rows of one id, or two rows equal but for id and time of arrival",)

    rate: float = number(
        0.01,
        unit="share of messages",
        allowed=(0, 1),
        low=0.001,
        high=0.02,
        source=GUESS,
        scale="logit",
        about=(
            "Messages that arrive twice; Q14 has a level of 1 % from pipelines that deliver at "
            "least once."
        ),
    )
    new_id: float = number(
        0.15,
        unit="share of copies",
        allowed=(0, 1),
        low=0.02,
        high=0.5,
        source=GUESS,
        scale="logit",
        about="Copies that have an id of their own.",
    )
    one_play_in: float = number(
        10, unit="plays", allowed=(1, 1_000), low=3, high=30, source=GUESS, scale="log",
        about="One play in so many has all the copies.",
    )  # fmt: skip
    seconds: float = number(
        9, unit="seconds", allowed=(0.2, 72_000), low=3, high=60, source=GUESS, scale="log",
        about="Median time until the copy arrives.",
    )  # fmt: skip
    seconds_spread: float = number(
        1.6, unit="log sd", allowed=(0, 3), low=1, high=2.2, source=GUESS,
        about="Spread of that time.",
    )  # fmt: skip

    def damage(self, record: Record) -> Damage | None:
        """Copy messages of some plays: one play in ten or so has all the copies."""
        struck = strike(self, record, max(1.0 / self.one_play_in, self.rate))
        key, n = struck.key, struck.number

        in_play = min(self.rate * self.one_play_in, 1.0)
        copies = self.draw(record.world, "copies")
        is_copied = copies.happens(key, in_play, n=n)

        later = self.draw(record.world, "later")
        times = _times(self.seconds, self.seconds_spread)
        new_id = self.draw(record.world, "new_id")
        made = Copies(
            message=struck.message,
            by_ms=later.draw(key, times, n=n),
            is_new=new_id.happens(key, self.new_id, n=n),
        )
        return Damage(copies=made.take(is_copied))


@cache
def _times(seconds: float, spread: float) -> Quantiles:
    return Quantiles.lognormal_within(seconds * 1000, spread, 200, 20 * HOUR_MS)
