"""Where guests are, and on which device: the draws that actors who bring people share."""

from __future__ import annotations

from functools import cache

import numpy as np

from synthview.draws.chance import Shares, Stream
from synthview.draws.quantiles import Quantiles
from synthview.exposed import name_of
from synthview.ids import ORDINALS, SOURCES, source_of, within_home
from synthview.people.guests import Guests
from synthview.people.homes import Homes
from synthview.rows import Ints
from synthview.stage.actor import Actor
from synthview.stage.scene import Scene
from synthview.tables import COUNTRIES, DEVICE_TYPES
from synthview.world import World

__all__ = ["BringsPeople", "guests_of", "region_in", "visitors"]

_BELOW = (0.0, 0.5, 0.85, 1.0)
"""The shares of guests who are younger than each of `guest_ages`."""
_MIDDLING = 1024  # the unit of `Homes.network`
_POOREST = 12 * _MIDDLING  # beyond, nothing would ever start


class BringsPeople(Actor):
    """Base of actors that bring people from elsewhere, each with a device of their own.

    Those who hide go through the network of the home, and are seen where it is.
    """

    guest_ages: tuple[float, ...]
    guest_network_spread: float
    guest_devices: dict[str, float]


def visitors(
    world: World,
    actor: BringsPeople,
    homes: Homes,
    row: Ints,
    ordinal: Ints,
    region: Ints,
    since_ms: Ints,
) -> Guests:
    """People elsewhere who use the accounts of some homes, with a device each.

    `ordinal` tells those of a home apart.
    """
    source = source_of(name_of(type(actor)))
    key = within_home(homes.household[row], ordinal, source)
    draw = actor.draw(world, "guests")
    hides = actor.hides(world, key)
    devices = tuple(actor.guest_devices[name] for name in DEVICE_TYPES)
    has_kids = homes.kids_profile >= 0
    profile_count = np.maximum(homes.profile_count - has_kids, 1)
    network = draw.draw(key, _networks(actor.guest_network_spread), n=2)
    return Guests(
        home=row,
        key=key,
        age=draw.draw(key, _ages(actor.guest_ages), n=1),
        region=np.where(hides, homes.region[row], region),
        network=np.where(hides, homes.network[row], network),
        device_type=draw.pick(key, _devices(devices), n=3),
        profile=draw.below(key, profile_count[row], n=4),
        is_at_home=hides.astype(np.int64),
        since_ms=since_ms,
    )


@cache
def _ages(ages: tuple[float, ...]) -> Quantiles:
    return Quantiles.curve(list(zip(_BELOW, sorted(ages), strict=True)))


@cache
def _networks(spread: float) -> Quantiles:
    return Quantiles.lognormal(_MIDDLING, spread, high=_POOREST)


@cache
def _devices(shares: tuple[float, ...]) -> Shares:
    return Shares(shares)


def region_in(world: World, draw: Stream, key: Ints, country: Ints) -> Ints:
    """A region of each country, by how many people live there."""
    regions = tuple((code, region.share) for code, region in world.regions)
    return draw.pick(key, _shares(regions), row=country)


@cache
def _shares(regions: tuple[tuple[str, float], ...]) -> Shares:
    """For each country, the shares of all regions: 0 for those elsewhere."""
    by_country = [
        [share if code == country else 0.0 for code, share in regions] for country in COUNTRIES
    ]
    return Shares(by_country)


def guests_of(scene: Scene) -> Ints:
    """Rows of the scene's guests whom the acting actor brought, of accounts that run."""
    guests = scene.guests
    source = guests.key // ORDINALS % SOURCES
    is_own = source == source_of(scene.actor)
    return np.flatnonzero(is_own & np.isin(guests.home, scene.rows))
