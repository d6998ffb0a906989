"""Subscriptions: when an account was opened, cancelled and taken up again."""

from __future__ import annotations

import numpy as np

from synthview.draws.chance import Stream
from synthview.draws.quantiles import Quantiles
from synthview.people.settings import PeopleSettings
from synthview.rows import Flags, Ints
from synthview.world import World
from synthview.world.clock import DAY_MS

__all__ = ["changes", "is_active", "never_lapsing"]

_STEPS = 9
_MONTH_MS = 30.4375 * DAY_MS
_OLDEST_MS = 8 * 365 * DAY_MS


def changes(world: World, household: Ints) -> Ints:
    """Instants at which an account changes state, (household, 9): sign-up, cancellation, return, and so on.

    Accounts that exist on the first simulated day are active then; what came before is not told.
    """
    settings, seed = world.scenario.of(PeopleSettings), world.scenario.run.seed
    stream = Stream(seed, "people/subscriptions")
    start = world.first_day * DAY_MS
    until = (world.first_day + world.scenario.run.warm_up_days + int(settings.sign_up_days)) * DAY_MS
    age = Quantiles.exponential(365 * DAY_MS / max(settings.sign_ups_per_year, 1e-3), high=1000 * _OLDEST_MS)
    instants = np.empty((len(household), _STEPS), dtype=np.int64)
    # An exponential cut at the oldest age: what lies beyond comes round again, which keeps its shape.
    instants[:, 0] = until - stream.draw(household, age) % _OLDEST_MS
    stays = Quantiles.exponential(settings.months_until_cancelled * _MONTH_MS, high=400 * _MONTH_MS)
    away = Quantiles.exponential(settings.months_until_return * _MONTH_MS, low=DAY_MS, high=400 * _MONTH_MS)
    time = np.maximum(instants[:, 0], start)
    for step in range(1, _STEPS):
        time = time + stream.draw(household, stays if step % 2 else away, n=step)
        instants[:, step] = time
    return instants


def never_lapsing(world: World, instants: Ints, rows: Ints) -> Ints:
    """The same, but for some accounts that run for as long as the world is told."""
    instants = instants.copy()
    instants[rows, 0] = np.minimum(instants[rows, 0], world.first_day * DAY_MS)
    instants[rows, 1:] = np.iinfo(np.int64).max
    return instants


def is_active(instants: Ints, now: Ints | int) -> Flags:
    """Whether each account runs at an instant."""
    passed = (instants <= np.asarray(now).reshape(-1, 1)).sum(axis=1)
    return (passed % 2).astype(bool)
