"""Subscriptions: when an account was opened, cancelled and taken up again.

The accounts that run grow by a share a year, in the United States and elsewhere. Homes join ever
more often, stay for a while, leave, and mostly come back. Let `growth`, `leaves` and `returns` be
the rates of all this. While running accounts grow evenly, so do those that are away, and there are
`leaves / (growth + returns)` of these for one that runs. Of those away on the first day the run has
the homes that come back before the last day of sign-ups, beside the homes that are new.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from synthview.draws.arithmetic import exp, ln
from synthview.draws.chance import Stream, shares_of
from synthview.draws.quantiles import Quantiles
from synthview.people.homes import regions_of
from synthview.people.settings import PeopleSettings
from synthview.rows import Flags, Floats, Ints
from synthview.tables import COUNTRIES
from synthview.world import World
from synthview.world.clock import DAY_MS, HOUR_MS

__all__ = ["at_local_hours", "changes", "is_active", "never_lapsing"]

_STEPS = 9
_MONTH_MS = 30.4375 * DAY_MS
_YEAR_MS = 365 * DAY_MS
_OLDEST_MS = 8 * _YEAR_MS
_LONGEST_MS = 400 * _MONTH_MS
_SHORTEST_MS = 2 * DAY_MS
"""Changes are two days apart, so that the hour of each cannot change their order."""
_LEAST_GROWTH = 1e-3
_PARTS = 1000


def changes(world: World, household: Ints) -> Ints:
    """Instants at which an account changes state, (household, 9).

    Sign-up first, then cancellation, return, cancellation and so on. Of accounts that run on the
    first simulated day what came before is not told; of those that come back later, it is.
    """
    settings = world.scenario.of(PeopleSettings)
    stream = Stream(world.scenario.run.seed, "people/subscriptions")
    start_ms = world.first_day * DAY_MS
    sign_up_ms, is_former = _beginnings(world, household, stream)
    instants = np.empty((len(household), _STEPS), dtype=np.int64)
    instants[:, 0] = sign_up_ms
    time_ms = np.maximum(sign_up_ms, start_ms)
    for step in range(1, _STEPS):
        lasts = _stays(settings) if step % 2 else _absences(settings)
        time_ms = time_ms + stream.draw(household, lasts, n=step)
        instants[:, step] = time_ms
    back = _former(world, household[is_former], instants[is_former])
    instants[is_former] = back
    return _at_local_hours(world, household, instants)


@dataclass(frozen=True, slots=True)
class _Flow:
    """Yearly rates of one group of countries, and the time in which homes of the run join."""

    growth: float
    leaves: float
    returns: float
    joins_ms: int

    @property
    def share_of_former(self) -> float:
        """Of the homes that joined before the first day, those away then that come back."""
        away = self.leaves / (self.growth + self.returns)
        years = self.joins_ms / _YEAR_MS
        gone_by_then = float(exp(-self.returns * years))
        come_back = away * (1.0 - gone_by_then)
        return come_back / (1.0 + come_back)

    @property
    def share_of_new(self) -> float:
        """Of all homes of the run, those that join after the first day."""
        away = self.leaves / (self.growth + self.returns)
        years = self.joins_ms / _YEAR_MS
        joined = (1.0 + away) * (float(exp(self.growth * years)) - 1.0)
        ran = 1.0 / (1.0 - self.share_of_former)
        return joined / (joined + ran)


def _flows(world: World) -> tuple[_Flow, _Flow]:
    """The flow of accounts outside the United States, and within."""
    settings = world.scenario.of(PeopleSettings)
    days = world.scenario.run.warm_up_days + int(settings.sign_up_days)
    leaves = 12.0 / settings.months_until_cancelled
    returns = 12.0 / settings.months_until_return

    def flow(yearly: float) -> _Flow:
        growth = max(float(ln(1.0 + yearly)), _LEAST_GROWTH)
        return _Flow(growth, leaves, returns, max(days, 1) * DAY_MS)

    return flow(settings.growth_elsewhere), flow(settings.growth_in_the_us)


def _beginnings(world: World, household: Ints, stream: Stream) -> tuple[Ints, Flags]:
    """When each account was opened, and which ones are away on the first day.

    Homes join ever faster, so that the time since the last of them follows an exponential law, and
    more in some months than in others. What lies before the first day is cut at eight years:
    beyond, it comes round again.
    """
    elsewhere, in_the_us = _flows(world)
    country = world.country_of_region[regions_of(world, household)]
    is_us = country == COUNTRIES.index("US")

    def of_both(name: str) -> Floats:
        return np.where(is_us, getattr(in_the_us, name), getattr(elsewhere, name))

    is_new = stream.happens(household, of_both("share_of_new"), n=_STEPS)
    is_former = stream.happens(household, of_both("share_of_former"), n=_STEPS + 1)
    age_ms = np.where(
        is_us,
        stream.draw(household, _ages(in_the_us.growth)),
        stream.draw(household, _ages(elsewhere.growth)),
    )
    opened_ms = _opened(world, is_new, age_ms, elsewhere.joins_ms)
    return opened_ms, is_former & ~is_new


def _opened(world: World, is_new: Flags, age_ms: Ints, joins_ms: int) -> Ints:
    """When accounts were opened, by their ages: of new ones at the end of the time to join."""
    oldest_day = world.first_day - _OLDEST_MS // DAY_MS
    until_new = joins_ms - age_ms % joins_ms
    until_old = _OLDEST_MS - age_ms % _OLDEST_MS
    new_ms = _by_season(world, world.first_day, joins_ms, until_new)
    old_ms = _by_season(world, oldest_day, _OLDEST_MS, until_old)
    return np.where(
        is_new,
        world.first_day * DAY_MS + new_ms,
        oldest_day * DAY_MS + old_ms - _SHORTEST_MS,
    )


@cache
def _ages(growth: float) -> Quantiles:
    """How long ago homes joined, where they do so ever faster."""
    return Quantiles.exponential(_YEAR_MS / growth, high=1000 * _YEAR_MS / _LEAST_GROWTH)


def _by_season(world: World, first_day: int, span_ms: int, since_ms: Ints) -> Ints:
    """The same instants of a span of whole days, in ms since its beginning, as seasons have them.

    More homes join in some months than in others: time passes the faster, the fewer do.
    """
    months = world.scenario.of(PeopleSettings).sign_up_months
    joined = _joined_by_day(months, first_day, span_ms // DAY_MS)
    parts = joined[-1] * (since_ms // 1000) // (span_ms // 1000)
    day = np.clip(np.searchsorted(joined, parts, side="right") - 1, 0, len(joined) - 2)
    of_day = joined[day + 1] - joined[day]
    return day * DAY_MS + (parts - joined[day]) * DAY_MS // of_day


@cache
def _joined_by_day(months: tuple[float, ...], first_day: int, days: int) -> Ints:
    """How many parts of those who join in some days have done so by each, the end included."""
    month = np.arange(first_day, first_day + days).astype("datetime64[D]").astype("datetime64[M]")
    weight = np.rint(_PARTS * np.array(months)).astype(np.int64)
    of_day = np.maximum(weight[month.astype(np.int64) % 12], 1)
    return np.append(0, np.cumsum(of_day))


def _former(world: World, household: Ints, instants: Ints) -> Ints:
    """Changes of accounts that are away on the first day and come back before sign-ups end."""
    settings = world.scenario.of(PeopleSettings)
    stream = Stream(world.scenario.run.seed, "people/subscriptions/former")
    start_ms = world.first_day * DAY_MS
    absences = _absences(settings)
    joins_ms = _flows(world)[0].joins_ms
    since_ms = stream.draw(household, absences, n=0)
    until_ms = stream.draw(household, absences, n=1) % joins_ms
    sign_up_ms = instants[:, 0] - _OLDEST_MS // 8
    ran_ms = np.maximum(start_ms - sign_up_ms - _SHORTEST_MS, 1)
    left_ms = start_ms - since_ms % ran_ms
    back_ms = start_ms + until_ms
    again = instants[:, 1:-2] + until_ms[:, None] + _SHORTEST_MS
    return np.column_stack([sign_up_ms, left_ms, back_ms + _SHORTEST_MS, again])


def _stays(settings: PeopleSettings) -> Quantiles:
    """How long accounts stay."""
    return _times(settings.months_until_cancelled)


def _absences(settings: PeopleSettings) -> Quantiles:
    """How long cancelled accounts stay away."""
    return _times(settings.months_until_return)


@cache
def _times(months: float) -> Quantiles:
    """Times until an account changes, so many months in the mean."""
    return Quantiles.exponential(months * _MONTH_MS, low=_SHORTEST_MS, high=_LONGEST_MS)


def _at_local_hours(world: World, household: Ints, instants: Ints) -> Ints:
    """The same days, at the hours at which people see to their accounts."""
    step = np.arange(_STEPS)[None, :]
    zone = world.zone_of_region[regions_of(world, household)]
    stream = Stream(world.scenario.run.seed, "people/subscriptions/hour")
    return at_local_hours(world, stream, household[:, None], zone[:, None], instants, step)


def at_local_hours(
    world: World, stream: Stream, entity: Ints, zone: Ints, instant_ms: Ints, n: Ints | int
) -> Ints:
    """Instants of the same local days, at the hours at which people see to their accounts."""
    hours = shares_of(world.scenario.of(PeopleSettings).account_hours)
    known_ms = np.maximum(instant_ms, world.first_day * DAY_MS)
    offset_ms = world.clock.offset_ms(zone, known_ms)
    local_day_ms = (instant_ms + offset_ms) // DAY_MS * DAY_MS
    hour = stream.pick(entity, hours, n=n)
    minute_ms = stream.below(entity, HOUR_MS, n=n + _STEPS)
    return local_day_ms - offset_ms + hour * HOUR_MS + minute_ms


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
