"""What is the same for every message of a play: whose it is, on which device, from which address."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from synthview.draws.chance import Permutation, Stream
from synthview.ids import ORDINALS, public, within_home
from synthview.people.guests import Guests
from synthview.people.homes import DEVICES, FIRST_PHONE, PROFILES, Homes
from synthview.player.playback import Playback
from synthview.pools import contacts
from synthview.rows import Ints, Rows
from synthview.tables import COUNTRIES, DEVICE_TYPES
from synthview.viewing.sittings import Sessions
from synthview.world import World
from synthview.world.catalogue import kind_of
from synthview.world.clock import MINUTE_MS

__all__ = ["Facts", "addresses", "know"]

_CARRIER_ADDRESSES = 762
_DEVICES_OF_A_NETWORK = 200  # guess: the number of the device that a home's network shows to the outside
_EXITS_PER_COUNTRY = 16  # guess: addresses through which tunnels come out of a country
_PHONE = DEVICE_TYPES.index("phone")
_ON_THE_MOVE = 0.45  # guess: plays on a phone that go through the mobile carrier


@dataclass(frozen=True, slots=True)
class Facts(Rows):
    """One row per play, ids already public; `address` counts into `addresses` of the block."""

    household: Ints
    start_ms: Ints
    play_id: Ints
    session_id: Ints
    account_id: Ints
    profile_id: Ints
    device_id: Ints
    title_id: Ints
    kind: Ints
    device_type: Ints
    country: Ints
    offset_min: Ints
    address: Ints
    region: Ints


def know(world: World, homes: Homes, guests: Guests, sessions: Sessions, played: Playback) -> Facts:
    """The facts of each play."""
    seed = world.scenario.run.seed
    places = _places(world, homes, guests, sessions)
    home, of = played.home, played.session
    household, device = homes.household[home], sessions.device[of]
    guest = places.guest[of]
    device_key = within_home(household, device)
    if len(guests):
        device_key = np.where(guest >= 0, guests.key[np.maximum(guest, 0)], device_key)
    return Facts(
        household=household,
        start_ms=played.start_ms,
        play_id=public(seed, "play").apply(played.key),
        session_id=public(seed, "session").apply(sessions.key[of]),
        account_id=public(seed, "account").apply(household),
        profile_id=public(seed, "profile").apply(within_home(household, sessions.profile[of])),
        device_id=public(seed, "device").apply(device_key),
        title_id=public(seed, "title").apply(played.title),
        kind=kind_of(played.title),
        device_type=places.device_type[of],
        country=places.country[of],
        offset_min=world.clock.offset_ms(places.zone[of], played.start_ms) // MINUTE_MS,
        address=places.address[of],
        region=places.region[of],
    )


@dataclass(frozen=True, slots=True)
class _Places(Rows):
    """Where each sitting is, and where its network is seen."""

    guest: Ints
    region: Ints
    zone: Ints
    country: Ints
    device_type: Ints
    address: Ints


def _places(world: World, homes: Homes, guests: Guests, sessions: Sessions) -> _Places:
    seed, home = world.scenario.run.seed, sessions.home
    guest = guests.row(home, sessions.device)
    elsewhere = np.flatnonzero(guest >= 0)
    who = guest[elsewhere]
    region = homes.region[home]
    region[elsewhere] = guests.region[who]
    device_type = homes.device_type[home, np.minimum(sessions.device, DEVICES - 1)]
    device_type[elsewhere] = guests.device_type[who]
    is_portable = (sessions.device >= FIRST_PHONE) & (device_type == _PHONE)
    on_the_move = is_portable & Stream(seed, "log/address/on_the_move").happens(sessions.key, _ON_THE_MOVE)
    carrier = Stream(seed, "log/address/carrier").below(sessions.key, _CARRIER_ADDRESSES)
    address = home.copy()
    at_home = guests.is_at_home[who] != 0
    first_guest = len(homes) + _CARRIER_ADDRESSES
    address[elsewhere] = np.where(at_home, home[elsewhere], first_guest + who)
    address = np.where(on_the_move, len(homes) + carrier, address)
    exits = first_guest + len(guests) + sessions.exit * _EXITS_PER_COUNTRY
    exits = exits + Stream(seed, "log/address/exit").below(sessions.key, _EXITS_PER_COUNTRY)
    is_routed = sessions.exit >= 0
    return _Places(
        guest=guest,
        region=region,
        zone=world.zone_of_region[region],
        country=np.where(is_routed, sessions.exit, world.country_of_region[region]),
        device_type=device_type,
        address=np.where(is_routed, exits, address),
    )


def addresses(world: World, homes: Homes, guests: Guests) -> pl.Series:
    """Network addresses of a block: one per home, those that carriers share, one per guest, and the exits of tunnels."""
    seed = world.scenario.run.seed
    draw = Stream(seed, "log/address/network")
    network = Permutation(seed, "ids/address", bits=32).apply(homes.household)
    at_home = contacts.ipv6(homes.country, network, draw.below(homes.household, _DEVICES_OF_A_NETWORK))
    shared = contacts.ipv4_shared(np.arange(_CARRIER_ADDRESSES))
    # Guests sit in networks like any other, alike in every part of the address: none may tell who is one.
    network, host = draw.below(guests.key, 1 << 32, n=1), draw.below(guests.key, _DEVICES_OF_A_NETWORK)
    of_guests = contacts.ipv6(world.country_of_region[guests.region], network, host) if len(guests) else []
    country = np.repeat(np.arange(len(COUNTRIES)), _EXITS_PER_COUNTRY)
    number = np.tile(np.arange(_EXITS_PER_COUNTRY), len(COUNTRIES))
    exits = contacts.ipv6(contacts.VPN_EXITS + country, 1 + number)
    return pl.Series("ip", [*at_home, *shared, *of_guests, *exits], dtype=pl.String)


assert PROFILES <= ORDINALS
