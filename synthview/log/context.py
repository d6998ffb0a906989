"""What is the same for every message of a play: whose it is, its device, its address."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from synthview.draws.chance import Permutation, Stream
from synthview.ids import ORDINALS, public, within_home
from synthview.people.guests import Guests
from synthview.people.homes import DEVICES, FIRST_PHONE, PROFILES, Homes
from synthview.people.renewals import device_keys
from synthview.player.playback import Playback
from synthview.pools import contacts
from synthview.rows import Flags, Ints, Rows
from synthview.tables import COUNTRIES, DEVICE_TYPES
from synthview.viewing.sittings import Sessions
from synthview.world import World
from synthview.world.catalogue import kind_of
from synthview.world.clock import MINUTE_MS

__all__ = ["PlayContext", "addresses", "context_of"]

_CARRIER_ADDRESSES = 762
_DEVICES_OF_A_NETWORK = 200  # guess: numbers of devices that a network shows to the outside
_EXITS_PER_COUNTRY = 16  # guess: addresses through which tunnels come out of a country
_PHONE = DEVICE_TYPES.index("phone")
_ON_THE_MOVE = 0.45  # guess: plays on a phone that go through the mobile carrier


@dataclass(frozen=True, slots=True)
class PlayContext(Rows):
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


def context_of(
    world: World,
    homes: Homes,
    guests: Guests,
    renewed_ms: Ints,
    sessions: Sessions,
    played: Playback,
) -> PlayContext:
    """The facts of each play; `renewed_ms` is when each device of the homes gave way to another."""
    session = played.session
    household = homes.household[played.home]
    places = _places(world, homes, guests, sessions).take(session)
    profile_key = within_home(household, sessions.profile[session])
    device_key = _device_keys(homes, guests, renewed_ms, sessions, session, places.guest)
    offset_ms = world.clock.offset_ms(places.zone, played.start_ms)

    def shown(what: str, internal: Ints) -> Ints:
        return public(world.scenario.run.seed, what).apply(internal)

    return PlayContext(
        household=household,
        start_ms=played.start_ms,
        play_id=shown("play", played.key),
        session_id=shown("session", sessions.key[session]),
        account_id=shown("account", household),
        profile_id=shown("profile", profile_key),
        device_id=shown("device", device_key),
        title_id=shown("title", played.title),
        kind=kind_of(played.title),
        device_type=places.device_type,
        country=places.country,
        offset_min=offset_ms // MINUTE_MS,
        address=places.address,
        region=places.region,
    )


def _device_keys(
    homes: Homes, guests: Guests, renewed_ms: Ints, sessions: Sessions, session: Ints, guest: Ints
) -> Ints:
    """The id of each device: a guest's own, or the one that stands there in the home by then."""
    slot = np.minimum(sessions.device, DEVICES - 1)  # guests bring devices of further slots
    of_home = device_keys(homes, renewed_ms, sessions.home, slot, sessions.start_ms)[session]
    if not len(guests):
        return of_home
    of_guest = guests.key[np.maximum(guest, 0)]
    return np.where(guest >= 0, of_guest, of_home)


@dataclass(frozen=True, slots=True)
class _Places(Rows):
    """Where each session is, and where its network is seen."""

    guest: Ints
    region: Ints
    zone: Ints
    country: Ints
    device_type: Ints
    address: Ints


def _places(world: World, homes: Homes, guests: Guests, sessions: Sessions) -> _Places:
    home = sessions.home
    guest = guests.row(home, sessions.device)
    elsewhere = np.flatnonzero(guest >= 0)
    who = guest[elsewhere]
    region = homes.region[home]
    region[elsewhere] = guests.region[who]
    device = np.minimum(sessions.device, DEVICES - 1)
    device_type = homes.device_type[home, device]
    device_type[elsewhere] = guests.device_type[who]

    is_portable = (sessions.device >= FIRST_PHONE) & (device_type == _PHONE)
    address = _addresses_inside(world, homes, guests, sessions, guest, is_portable)
    is_routed = sessions.exit >= 0
    exits = _addresses_of_exits(world, homes, guests, sessions)
    own_country = world.country_of_region[region]
    return _Places(
        guest=guest,
        region=region,
        zone=world.zone_of_region[region],
        country=np.where(is_routed, sessions.exit, own_country),
        device_type=device_type,
        address=np.where(is_routed, exits, address),
    )


def _addresses_inside(
    world: World,
    homes: Homes,
    guests: Guests,
    sessions: Sessions,
    guest: Ints,
    is_portable: Flags,
) -> Ints:
    """The address of the network of each session: of its home, its guest, or a mobile carrier."""
    seed = world.scenario.run.seed
    address = sessions.home.copy()
    elsewhere = np.flatnonzero(guest >= 0)
    who = guest[elsewhere]
    at_home = guests.is_at_home[who] != 0
    of_guest = len(homes) + _CARRIER_ADDRESSES + who
    address[elsewhere] = np.where(at_home, address[elsewhere], of_guest)

    moves = Stream(seed, "log/address/on_the_move").happens(sessions.key, _ON_THE_MOVE)
    carrier = Stream(seed, "log/address/carrier").below(sessions.key, _CARRIER_ADDRESSES)
    return np.where(is_portable & moves, len(homes) + carrier, address)


def _addresses_of_exits(world: World, homes: Homes, guests: Guests, sessions: Sessions) -> Ints:
    """The address through which each session would be seen in the country of its exit."""
    stream = Stream(world.scenario.run.seed, "log/address/exit")
    number = stream.below(sessions.key, _EXITS_PER_COUNTRY)
    first = len(homes) + _CARRIER_ADDRESSES + len(guests)
    return first + sessions.exit * _EXITS_PER_COUNTRY + number


def addresses(world: World, homes: Homes, guests: Guests) -> pl.Series:
    """Network addresses of a block.

    One per home, those that carriers share, one per guest, and the exits of tunnels.
    """
    seed = world.scenario.run.seed
    draw = Stream(seed, "log/address/network")
    network = Permutation(seed, "ids/address", bits=32).apply(homes.household)
    host = draw.below(homes.household, _DEVICES_OF_A_NETWORK)
    at_home = contacts.ipv6(homes.country, network, host)
    shared = contacts.ipv4_shared(np.arange(_CARRIER_ADDRESSES))
    of_guests = _addresses_of_guests(world, draw, guests) if len(guests) else []
    country = np.repeat(np.arange(len(COUNTRIES)), _EXITS_PER_COUNTRY)
    number = np.tile(np.arange(_EXITS_PER_COUNTRY), len(COUNTRIES))
    exits = contacts.ipv6(contacts.VPN_EXITS + country, 1 + number)
    return pl.Series("ip", [*at_home, *shared, *of_guests, *exits], dtype=pl.String)


def _addresses_of_guests(world: World, draw: Stream, guests: Guests) -> list[str]:
    """One address per guest.

    Guests have networks like any other, alike in every part of the address: none may tell who is
    one.
    """
    return contacts.ipv6(
        world.country_of_region[guests.region],
        draw.below(guests.key, 1 << 32, n=1),
        draw.below(guests.key, _DEVICES_OF_A_NETWORK),
    )


assert PROFILES <= ORDINALS
