"""Timers of players: they fire a little late, and what hangs on them is noticed a little late."""

from __future__ import annotations

import numpy as np

from synthview.draws.chance import Stream
from synthview.player.settings import LogSettings
from synthview.rows import Ints
from synthview.world import World

__all__ = ["noticed_after_ms", "pinged_at_ms"]


def pinged_at_ms(world: World, key: Ints, of: Ints, number: Ints) -> Ints:
    """After how much playing time heartbeats are sent.

    Each is `of` one of the plays with these keys, and has its number there, from 0.

    Each timer is set anew when the one before has fired, so that lateness adds up. Where the player
    is behind something else, or its device is busy, timers fire whenever there is time for them.
    """
    settings = world.scenario.of(LogSettings)
    interval = settings.ping_seconds * 1000
    stream = Stream(world.scenario.run.seed, "log/pings")
    is_busy = stream.happens(key, settings.busy_share)
    late, busy_late = (int(one) for one in (settings.ping_late_ms, settings.busy_late_ms))
    every_time = stream.below(key, 2 * late + 1, n=1)
    most = np.minimum(np.where(is_busy, busy_late, 2 * late), interval // 4)
    this_time = stream.below(key, most[of] + 1, n=number + 2, of=of)
    return (number + 1) * (interval + every_time)[of] + this_time


def noticed_after_ms(world: World, key: Ints, at_ms: Ints) -> Ints:
    """How long after some playing time of some plays the player looks where the playhead is."""
    most = world.scenario.of(LogSettings).progress_late_ms
    return Stream(world.scenario.run.seed, "log/progress").below(key, int(most) + 1, n=at_ms)
