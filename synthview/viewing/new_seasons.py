"""New seasons: who has come to the end of a series goes on with it once there is more of it."""

from __future__ import annotations

import numpy as np

from synthview.draws.chance import Stream
from synthview.rows import Ints
from synthview.viewing.memory import Memory
from synthview.viewing.settings import ChoosingSettings
from synthview.viewing.stock import Stock
from synthview.world import World

__all__ = ["take_up", "wait_for_more"]


def wait_for_more(
    episode_count: Ints, memory: Memory, profile: Ints, work: Ints, episode: Ints
) -> None:
    """Remember series that profiles have come to the end of, where more of them is to come.

    `episode_count` is how many episodes each series will ever have; `episode` what they would see
    next.
    """
    goes_on = episode < episode_count[work]
    memory.keep_awaited(profile[goes_on], work[goes_on], episode[goes_on])


def take_up(
    world: World, memory: Memory, stock: Stock, profile: Ints, key: Ints, day: Ints
) -> None:
    """Put series of which a season has appeared among those under way.

    `profile` are the rows of profiles that sit down on a day each, none twice, `key` their ids.
    """
    work, episode = memory.awaited[profile].transpose(2, 0, 1)
    has_more = (work >= 0) & (stock.episodes_out(work, day[:, None]) > episode)
    if not has_more.any():
        return
    chance = world.scenario.of(ChoosingSettings).takes_up_season
    stream = Stream(world.scenario.run.seed, "viewing/profiles/takes_up_season")
    goes_on = has_more.any(axis=1) & stream.happens(key, chance, n=day - world.first_day)
    row = np.flatnonzero(goes_on)
    slot = has_more[row].argmax(axis=1)
    memory.keep_series(
        profile[row],
        np.full_like(row, -1),
        work[row, slot],
        episode[row, slot],
        np.zeros_like(row),
        day[row],
    )
    memory.drop_awaited(profile[row], slot)
