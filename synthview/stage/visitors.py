"""Where guests are, and on which device: the draws that actors who bring people share."""

from __future__ import annotations

from functools import cache

import numpy as np

from synthview.draws.chance import Shares, Stream
from synthview.draws.quantiles import Quantiles
from synthview.ids import ORDINALS, SOURCES, source_of, within_home
from synthview.people.guests import Guests
from synthview.people.homes import Homes
from synthview.rows import Ints
from synthview.stage.scene import Scene
from synthview.tables import COUNTRIES, DEVICE_TYPES
from synthview.world import World

__all__ = ["guests_of", "region_in", "visitors"]

_AGES = Quantiles.curve([(0.0, 18), (0.5, 27), (0.85, 44), (1.0, 75)])
_NETWORK = Quantiles.lognormal(1024, 0.8, high=1024 * 12)
_DEVICES = Shares((24, 34, 26, 8, 4, 4))
assert DEVICE_TYPES == ("tv", "computer", "phone", "tablet", "console", "stick")


def visitors(draw: Stream, actor: str, homes: Homes, row: Ints, ordinal: Ints, region: Ints, since_ms: Ints) -> Guests:
    """People elsewhere who use the accounts of some homes, with a device each; `ordinal` tells those of a home apart."""
    key = within_home(homes.household[row], ordinal, source_of(actor))
    return Guests(
        home=row,
        key=key,
        age=draw.draw(key, _AGES, n=1),
        region=region,
        network=draw.draw(key, _NETWORK, n=2),
        device_type=draw.pick(key, _DEVICES, n=3),
        profile=draw.below(key, np.maximum(homes.profile_count - (homes.kids_profile >= 0), 1)[row], n=4),
        is_at_home=np.zeros(len(row), dtype=np.int64),
        since_ms=since_ms,
    )


def region_in(world: World, draw: Stream, key: Ints, country: Ints) -> Ints:
    """A region of each country, by how many people live there."""
    return draw.pick(key, _shares(tuple((code, region.share) for code, region in world.regions)), row=country)


@cache
def _shares(regions: tuple[tuple[str, float], ...]) -> Shares:
    return Shares([[share if code == country else 0.0 for code, share in regions] for country in COUNTRIES])


def guests_of(scene: Scene) -> Ints:
    """Rows of the scene's guests whom the acting actor brought, of accounts that run."""
    guests = scene.guests
    mine = guests.key // ORDINALS % SOURCES == source_of(scene.actor)
    return np.flatnonzero(mine & np.isin(guests.home, scene.rows))
