"""The devices of an account: those of the home, one after the other, and those that guests bring.

A model is no younger than the time at which its owner has it. Applications have new versions at
steady intervals; a device gets them when it has not had them for some days, often or never.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache

import numpy as np
import polars as pl

from synthview.draws.arithmetic import power
from synthview.draws.chance import Shares, Stream
from synthview.draws.quantiles import Quantiles
from synthview.ids import public
from synthview.people.guests import Guests
from synthview.people.homes import Homes
from synthview.people.renewals import device_of_generation, renewals
from synthview.people.settings import PeopleSettings
from synthview.pools import TEST_RIG, Model, app_versions, device_models
from synthview.rows import Floats, Ints, Rows, children
from synthview.tables import DEVICE_TYPES, HOUSEHOLD_TYPES, frame
from synthview.world import World
from synthview.world.clock import DAY_MS, day_number

__all__ = ["device_records"]

_FIRST_DAY = day_number(date(2001, 1, 1))
"""Before everybody's first device; versions are counted from here."""
_QUARTER_DAYS, _QUARTERS = 91, 200
_MOST_HALVINGS = 40.0
_LONGEST_LAG_MS = 400 * DAY_MS
_NEVER_MS = 1 << 60


def device_records(
    world: World, homes: Homes, guests: Guests, instants: Ints, until_ms: int
) -> pl.DataFrame:
    """log.devices: those of the homes and of their guests that are known before `until_ms`.

    A row for each version of the application that a device has had since the first day, and one
    for that with which it came.
    """
    seed = world.scenario.run.seed
    found = _devices_in_use(world, homes, guests, instants, until_ms)
    device_id = public(seed, "device").apply(found.key)
    account_ids = public(seed, "account")
    # Which of an account's devices is a guest's must not show in their order.
    order = np.lexsort((device_id, found.home))
    found = found.take(order)
    since_ms = _devices_since(world, found)
    device, from_ms, version = _versions(
        world,
        found,
        since_ms,
        until_ms,
    )
    models = _models(
        world,
        homes,
        found,
        since_ms,
    )
    return frame(
        "log.devices",
        {
            "device_id": device_id[order][device],
            "account_id": account_ids.apply(homes.household[found.home])[device],
            "valid_from": from_ms,
            "device_type": found.kind[device],
            "model": models.gather(device),
            "app_version": _version_names(found.kind[device], version),
        },
    )


@dataclass(frozen=True, slots=True)
class _InUse(Rows):
    """One row per device: its home, key and type, and since when and until when it is in use.

    `opened_ms` is when its account was opened; at `gone_ms` another takes its place.
    """

    home: Ints
    key: Ints
    kind: Ints
    opened_ms: Ints
    known_ms: Ints
    gone_ms: Ints


def _devices_in_use(
    world: World, homes: Homes, guests: Guests, instants: Ints, until_ms: int
) -> _InUse:
    """The devices of the homes and of their guests that are known before `until_ms`."""
    opened_ms = instants[:, 0]
    own = _devices_of_homes(world, homes, opened_ms, until_ms)
    known_ms = np.maximum(guests.since_ms, opened_ms[guests.home])
    guests = guests.take(known_ms < until_ms)
    brought = _InUse(
        home=guests.home,
        key=guests.key,
        kind=guests.device_type,
        opened_ms=opened_ms[guests.home],
        known_ms=guests.since_ms,
        gone_ms=np.full_like(guests.home, _NEVER_MS),
    )
    both = _InUse.stack([own, brought])
    return both.take(np.argsort(both.home, kind="stable"))


def _devices_of_homes(world: World, homes: Homes, opened_ms: Ints, until_ms: int) -> _InUse:
    """The devices of the homes, and those that take their place, while the account is there."""
    is_open = opened_ms[:, None] < until_ms
    home, slot = np.nonzero((homes.device_type >= 0) & is_open)
    opened = opened_ms[home]
    renewed = renewals(world, homes, home, slot)
    since = np.column_stack([opened, renewed])
    gone = np.column_stack([renewed, np.full_like(home, _NEVER_MS)])
    is_there = (since < until_ms) & (gone > opened[:, None])
    row, generation = np.nonzero(is_there)
    return _InUse(
        home=home[row],
        key=device_of_generation(homes.household[home[row]], slot[row], generation),
        kind=homes.device_type[home[row], slot[row]],
        opened_ms=opened[row],
        known_ms=np.maximum(since[row, generation], opened[row]),
        gone_ms=gone[row, generation],
    )


def _models(world: World, homes: Homes, found: _InUse, since_ms: Ints) -> pl.Series:
    """The model of each device, by its type and time; test rigs say what they are."""
    draw = Stream(world.scenario.run.seed, "people/records/models")
    half_life = world.scenario.of(PeopleSettings).model_half_life_years
    bits = draw.bits(found.key)
    quarter = np.clip((since_ms // DAY_MS - _FIRST_DAY) // _QUARTER_DAYS, 0, _QUARTERS - 1)
    place = np.zeros(len(found), dtype=np.int64)
    start = np.zeros(len(found), dtype=np.int64)
    every: list[str] = []
    for code, kind in enumerate(DEVICE_TYPES):
        mine = found.kind == code
        place[mine] = _owned_by_quarter(kind, half_life).at(bits[mine], quarter[mine])
        start[mine] = len(every)
        every += [model.name for model in device_models[kind]]
    test_rig = HOUSEHOLD_TYPES.index("test_rig")
    is_rig = pl.Series(homes.household_type[found.home] == test_rig)
    return pl.Series(every).gather(start + place).set(is_rig, TEST_RIG)


@cache
def _owned_by_quarter(kind: str, half_life: float) -> Shares:
    """For each quarter of a year the shares of models among devices that come into a home then.

    A model is there from the quarter after its month on, so that nobody has it before.
    """
    first_day = _FIRST_DAY + np.arange(_QUARTERS) * _QUARTER_DAYS
    models = device_models[kind]
    weights = [_weights(one, first_day - _day_of(one.since), half_life) for one in models]
    return Shares(np.stack(weights, axis=1))


def _weights(model: Model, age_days: Ints, half_life: float) -> Floats:
    """How many get a model so many days after it came out; 0 before."""
    halvings = age_days / (365.25 * half_life)
    if model.lasts:
        halvings = np.zeros_like(halvings)
    counted = np.minimum(halvings, _MOST_HALVINGS)
    of_age = model.weight * power(2.0, -counted)
    return np.where(age_days < 0, 0.0, of_age)


def _day_of(month: str) -> int:
    """The last day of a month such as 2017-03, at most: its 31st day from the first on."""
    return day_number(date.fromisoformat(f"{month}-01")) + 31


def _versions(
    world: World, found: _InUse, since_ms: Ints, until_ms: int
) -> tuple[Ints, Ints, Ints]:
    """Device, instant and number of the version for each that a device has had."""
    every = np.arange(len(found))
    first = _newest(world, since_ms)
    device, number, at_ms = _updates(
        world,
        found,
        first,
        until_ms,
    )
    ends_ms = np.minimum(found.gone_ms[device], until_ms)
    happens = (at_ms < ends_ms) & (at_ms > since_ms[device])
    device = np.concatenate([every, device[happens]])
    at_ms = np.concatenate([since_ms, at_ms[happens]])
    number = np.concatenate([first, number[happens]])
    order = np.lexsort((at_ms, device))
    return device[order], at_ms[order], number[order]


def _updates(world: World, found: _InUse, first: Ints, until_ms: int) -> tuple[Ints, Ints, Ints]:
    """Device, number of the version and instant of updates; before the first day only the last."""
    lag_ms = _lags(world, found.key)
    earliest = _newest(world, world.first_day * DAY_MS - lag_ms)
    known_from = np.maximum(earliest, first + 1)
    stop = _newest(world, until_ms - lag_ms) + 1
    device, turn = children(np.maximum(stop - known_from, 0))
    number = known_from[device] + turn
    stream = Stream(world.scenario.run.seed, "people/records/app_rollout")
    jitter_ms = stream.below(found.key[device], DAY_MS, n=number)
    released_ms = _FIRST_DAY * DAY_MS + number * _release_ms(world)
    return device, number, released_ms + lag_ms[device] + jitter_ms


def _newest(world: World, at_ms: Ints) -> Ints:
    """The number of the newest version at an instant."""
    return (at_ms - _FIRST_DAY * DAY_MS) // _release_ms(world)


def _release_ms(world: World) -> int:
    """The time between two versions."""
    return int(world.scenario.of(PeopleSettings).app_release_days * DAY_MS)


def _lags(world: World, key: Ints) -> Ints:
    """How long after its release each device has a version."""
    settings = world.scenario.of(PeopleSettings)
    median_ms = settings.app_update_days * DAY_MS
    table = _lag_table(median_ms, settings.app_update_spread)
    return Stream(world.scenario.run.seed, "people/records/app_lag").draw(key, table)


@cache
def _lag_table(median_ms: float, spread: float) -> Quantiles:
    return Quantiles.lognormal(median_ms, spread, high=_LONGEST_LAG_MS)


def _version_names(kind: Ints, number: Ints) -> pl.Series:
    """What versions are called; the last in the pool is that of all later ones."""
    most = min(len(versions) for versions in app_versions.values()) - 1
    every = [one for name in DEVICE_TYPES for one in app_versions[name][: most + 1]]
    return pl.Series(every).gather(kind * (most + 1) + np.clip(number, 0, most))


def _devices_since(world: World, found: _InUse) -> Ints:
    """Since when each device is in use.

    One that was there before the world began came at any time since the sign-up. That must not
    tell a guest's device from one of the home.
    """
    start_ms = world.first_day * DAY_MS
    before_ms = np.maximum(start_ms - found.opened_ms, 0)
    stream = Stream(world.scenario.run.seed, "people/records/device_age")
    came_ms = found.opened_ms + stream.below(found.key, np.maximum(before_ms, 1))
    later_ms = np.maximum(found.known_ms, found.opened_ms)
    return np.where(found.known_ms <= start_ms, came_ms, later_ms)
