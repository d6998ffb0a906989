"""Patience: how long the first picture takes, how long people wait for it, what they do then."""

from __future__ import annotations

from functools import cache

import numpy as np

from synthview.draws.chance import Stream, portion
from synthview.draws.quantiles import Quantiles
from synthview.ids import source_in
from synthview.player.settings import PlayerSettings
from synthview.rows import Flags, Ints
from synthview.stage.edits import NO_ERROR, Breaks
from synthview.stage.script import Script
from synthview.viewing.sittings import Sessions
from synthview.world import World
from synthview.world.clock import MINUTE_MS

__all__ = [
    "MOST_TRIES",
    "OF_ITSELF",
    "begin",
    "is_awaited",
    "lost_patience",
    "slips",
    "takes_another",
]

MOST_TRIES = 8
"""Nobody tries the same title more often; the ids of a session have room for some tries only."""
OF_ITSELF = -1
"""The source of a break that no actor is behind."""


def begin(
    world: World, key: Ints, network: Ints, number: Ints | int, awaited: Flags
) -> tuple[Ints, Flags]:
    """How plays begin: the time to the first picture, or until nobody waits for it any more.

    The flags say which are left before their picture. `key` is of the play that was meant, `number`
    that of the try: 0 for the play itself. Only who is there can leave, so `awaited` says of each
    whether anybody waits.
    """
    startup = _startup(world, key, network, number)
    settings = world.scenario.of(PlayerSettings)
    least = int(settings.patience_seconds * 1000)
    span = int(1000 / settings.leave_per_second)
    bits = Stream(world.scenario.run.seed, "player/patience").bits(key, number)
    patience = least + portion(bits, span)
    is_left = awaited & (patience < startup)
    return np.where(is_left, patience, startup), is_left


def is_awaited(script: Script) -> Flags:
    """Whether a person who could leave waits for each play: trailers come unasked."""
    is_there = (script.viewers != 0) & (script.present_ms > 0)
    return is_there & (script.hands_off_ms > 0) & ~script.is_trailer


def slips(script: Script, sessions: Sessions) -> Flags:
    """Which plays of people's own sessions nobody meant to start."""
    return (source_in(script.key) > 0) & (sessions.causes[script.session] == 0)


def lost_patience(world: World, row: Ints, key: Ints, network: Ints) -> Breaks:
    """Breaks of plays that are left before their first picture, and how often they are tried again.

    `row` are their rows, `network` that of each. Tries end with a picture, or with who gives up.
    """
    settings = world.scenario.of(PlayerSettings)
    seed = world.scenario.run.seed
    again = Stream(seed, "player/patience/again")
    tries = np.zeros(len(row), dtype=np.int64)
    waits = np.ones(len(row), dtype=bool)
    sees = ~waits
    for number in range(1, MOST_TRIES + 1):
        tries_again = waits & again.happens(key, settings.try_again, n=number)
        tries += tries_again
        _, waits = begin(world, key, network, number, tries_again)
        sees |= tries_again & ~waits
        if not waits.any():
            break
    wait = Stream(seed, "player/patience/wait").draw(
        key, _waits(settings.try_again_seconds, settings.try_again_spread)
    )
    return Breaks(
        play=row,
        at_ms=np.zeros_like(row),
        error=np.full(len(row), NO_ERROR),
        attempts=tries,
        wait_ms=wait,
        give_up=~sees,
        source=np.full(len(row), OF_ITSELF),
    )


def takes_another(world: World, key: Ints) -> Flags:
    """Whether who gives a title up before its first picture goes on with another."""
    chance = world.scenario.of(PlayerSettings).take_another
    return Stream(world.scenario.run.seed, "player/patience/another").happens(key, chance)


def _startup(world: World, key: Ints, network: Ints, number: Ints | int) -> Ints:
    """Time from the press to the first picture, in ms, where nobody leaves."""
    settings = world.scenario.of(PlayerSettings)
    table = _startup_times(settings.startup_seconds, settings.startup_spread)
    drawn = Stream(world.scenario.run.seed, "player/startup").draw(key, table, n=number)
    slowness = np.minimum(768 + network // 4, 4096)
    return drawn * slowness // 1024


@cache
def _startup_times(median_seconds: float, spread: float) -> Quantiles:
    return Quantiles.lognormal_within(median_seconds * 1000, spread, 120, MINUTE_MS)


@cache
def _waits(median_seconds: float, spread: float) -> Quantiles:
    return Quantiles.lognormal_within(median_seconds * 1000, spread, 800, 5 * MINUTE_MS)
