"""What is the same for every message of a play: whose it is, on which device, from which address."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from synthview.chance import Permutation, Stream
from synthview.ids import public
from synthview.people.homes import FIRST_PHONE, PROFILES, Homes
from synthview.player.playback import Playback
from synthview.pools import contacts
from synthview.rows import Ints, Rows
from synthview.viewing.sittings import Sessions
from synthview.world import World
from synthview.world.catalogue import kind_of
from synthview.world.clock import MINUTE_MS

__all__ = ["Facts", "addresses", "device_key", "know", "profile_key"]

_CARRIER_ADDRESSES = 762
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


def profile_key(household: Ints, slot: Ints) -> Ints:
    """Internal id of a profile."""
    return household * 16 + slot


def device_key(household: Ints, slot: Ints) -> Ints:
    """Internal id of a device."""
    return household * 16 + slot


def know(world: World, homes: Homes, sessions: Sessions, played: Playback) -> Facts:
    """The facts of each play."""
    seed = world.scenario.run.seed
    home, of = played.home, played.session
    household, device = homes.household[home], sessions.device[of]
    profile = homes.profile_of[home, sessions.lead[of]]
    on_the_move = Stream(seed, "log/address/on_the_move").happens(sessions.key[of], _ON_THE_MOVE)
    carrier = Stream(seed, "log/address/carrier").below(sessions.key[of], _CARRIER_ADDRESSES)
    moves = on_the_move & (device >= FIRST_PHONE)
    return Facts(
        household=household,
        start_ms=played.start_ms,
        play_id=public(seed, "play").apply(played.key),
        session_id=public(seed, "session").apply(sessions.key[of]),
        account_id=public(seed, "account").apply(household),
        profile_id=public(seed, "profile").apply(profile_key(household, profile)),
        device_id=public(seed, "device").apply(device_key(household, device)),
        title_id=public(seed, "title").apply(played.title),
        kind=kind_of(played.title),
        device_type=homes.device_type[home, device],
        country=homes.country[home],
        offset_min=world.clock.offset_ms(homes.zone[home], played.start_ms) // MINUTE_MS,
        address=np.where(moves, len(homes) + carrier, home),
    )


def addresses(world: World, homes: Homes) -> pl.Series:
    """Network addresses of a block: one per home, then those that carriers share."""
    scrambled = Permutation(world.scenario.run.seed, "ids/address", bits=32).apply(homes.household)
    at_home = contacts.ipv6(homes.country, scrambled)
    shared = contacts.ipv4_shared(np.arange(_CARRIER_ADDRESSES))
    return pl.Series("ip", [*at_home, *shared], dtype=pl.String)


assert PROFILES <= 16
