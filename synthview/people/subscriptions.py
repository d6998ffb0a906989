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
_LONGEST_MS = 400 * _MONTH_MS


def changes(world: World, household: Ints) -> Ints:
    """Instants at which an account changes state, (household, 9).

    Sign-up first, then cancellation, return, cancellation and so on. Accounts that exist on the
    first simulated day are active then; what came before is not told.
    """
    settings = world.scenario.of(PeopleSettings)
    stream = Stream(world.scenario.run.seed, "people/subscriptions")
    stays = _stays(settings)
    away = _absences(settings)
    start_ms = world.first_day * DAY_MS
    sign_up_ms = _sign_up_ms(world, household, stream)
    instants = np.empty((len(household), _STEPS), dtype=np.int64)
    instants[:, 0] = sign_up_ms
    time_ms = np.maximum(sign_up_ms, start_ms)
    for step in range(1, _STEPS):
        lasts = stays if step % 2 else away
        time_ms = time_ms + stream.draw(household, lasts, n=step)
        instants[:, step] = time_ms
    return instants


def _sign_up_ms(world: World, household: Ints, stream: Stream) -> Ints:
    """When each account was opened: at most eight years before the last day of sign-ups.

    Ages follow an exponential law that is cut at the oldest: what lies beyond comes round again,
    which keeps its shape.
    """
    settings = world.scenario.of(PeopleSettings)
    per_year = max(settings.sign_ups_per_year, 1e-3)
    mean_age_ms = 365 * DAY_MS / per_year
    ages = Quantiles.exponential(mean_age_ms, high=1000 * _OLDEST_MS)
    age_ms = stream.draw(household, ages) % _OLDEST_MS
    epoch = world.first_day + world.scenario.run.warm_up_days
    last_day = epoch + int(settings.sign_up_days)
    last_ms = last_day * DAY_MS
    return last_ms - age_ms


def _stays(settings: PeopleSettings) -> Quantiles:
    """How long accounts stay."""
    mean_ms = settings.months_until_cancelled * _MONTH_MS
    return Quantiles.exponential(mean_ms, high=_LONGEST_MS)


def _absences(settings: PeopleSettings) -> Quantiles:
    """How long cancelled accounts stay away: a day at least."""
    mean_ms = settings.months_until_return * _MONTH_MS
    return Quantiles.exponential(mean_ms, low=DAY_MS, high=_LONGEST_MS)


def never_lapsing(world: World, instants: Ints, rows: Ints) -> Ints:
    """The same, but for some accounts that run for as long as the world is told."""
    start_ms = world.first_day * DAY_MS
    instants = instants.copy()
    instants[rows, 0] = np.minimum(instants[rows, 0], start_ms)
    instants[rows, 1:] = np.iinfo(np.int64).max
    return instants


def is_active(instants: Ints, now: Ints | int) -> Flags:
    """Whether each account runs at an instant."""
    at = np.asarray(now).reshape(-1, 1)
    change_count = (instants <= at).sum(axis=1)
    return (change_count % 2).astype(bool)
