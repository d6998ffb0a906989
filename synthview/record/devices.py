"""The devices of an account: those of the home, and those that guests bring."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from synthview.draws.chance import Stream
from synthview.ids import public, within_home
from synthview.people.guests import Guests
from synthview.people.homes import DEVICES, Homes
from synthview.pools import TEST_RIG, app_versions, device_models
from synthview.rows import Ints, Rows
from synthview.tables import DEVICE_TYPES, HOUSEHOLD_TYPES, frame
from synthview.world import World
from synthview.world.clock import DAY_MS

__all__ = ["device_records"]


def device_records(
    world: World, homes: Homes, guests: Guests, instants: Ints, until_ms: int
) -> pl.DataFrame:
    """log.devices: those of the homes and of their guests that are known before `until_ms`."""
    seed = world.scenario.run.seed
    found = _devices_in_use(homes, guests, instants, until_ms)
    device_id = public(seed, "device").apply(found.key)
    account_ids = public(seed, "account")
    # Which of an account's devices is a guest's must not show in their order.
    order = np.lexsort((device_id, found.home))
    found = found.take(order)
    return frame(
        "log.devices",
        {
            "device_id": device_id[order],
            "account_id": account_ids.apply(homes.household[found.home]),
            "valid_from": _devices_since(world, found),
            "device_type": found.kind,
            **_models(seed, homes, found),
        },
    )


@dataclass(frozen=True, slots=True)
class _InUse(Rows):
    """One row per device: its home, key and type; when its account was opened, and it was told."""

    home: Ints
    key: Ints
    kind: Ints
    opened_ms: Ints
    told_ms: Ints


def _devices_in_use(homes: Homes, guests: Guests, instants: Ints, until_ms: int) -> _InUse:
    """The devices of the homes and of their guests that are known before `until_ms`."""
    opened_ms = instants[:, 0]
    is_open = instants[:, :1] < until_ms
    home, slot = np.nonzero((homes.device_type >= 0) & is_open)
    own = _InUse(
        home=home,
        key=within_home(homes.household[home], slot),
        kind=homes.device_type[home, slot],
        opened_ms=opened_ms[home],
        told_ms=opened_ms[home],
    )
    known_ms = np.maximum(guests.since_ms, opened_ms[guests.home])
    guests = guests.take(known_ms < until_ms)
    brought = _InUse(
        home=guests.home,
        key=guests.key,
        kind=guests.device_type,
        opened_ms=opened_ms[guests.home],
        told_ms=guests.since_ms,
    )
    both = _InUse.stack([own, brought])
    return both.take(np.argsort(both.home, kind="stable"))


def _models(seed: int, homes: Homes, found: _InUse) -> dict[str, pl.Series]:
    """Model and version of the app of each device, by its type; test rigs say what they are."""
    draw = Stream(seed, "people/records/devices")
    model = draw.below(found.key, 1 << 20).tolist()
    version = draw.below(found.key, 1 << 20, n=1).tolist()
    models, versions = [], []
    for row, code in enumerate(found.kind.tolist()):
        kind = DEVICE_TYPES[code]
        choices, releases = device_models[kind], app_versions[kind]
        models.append(choices[model[row] % len(choices)])
        versions.append(releases[version[row] % len(releases)])
    test_rig = HOUSEHOLD_TYPES.index("test_rig")
    is_rig = pl.Series(homes.household_type[found.home] == test_rig)
    return {
        "model": pl.Series(models, dtype=pl.String).set(is_rig, TEST_RIG),
        "app_version": pl.Series(versions, dtype=pl.String),
    }


def _devices_since(world: World, found: _InUse) -> Ints:
    """Since when each device is in use.

    One that was there before the world began came at any time since the sign-up. That must not
    tell a guest's device from one of the home.
    """
    start_ms = world.first_day * DAY_MS
    before_ms = np.maximum(start_ms - found.opened_ms, 0)
    stream = Stream(world.scenario.run.seed, "people/records/device_age")
    came_ms = found.opened_ms + stream.below(found.key, np.maximum(before_ms, 1))
    later_ms = np.maximum(found.told_ms, found.opened_ms)
    return np.where(found.told_ms <= start_ms, came_ms, later_ms)


assert DEVICES <= 16
