"""Guests: people and screens that are not of the home, brought to an account by an actor."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Self

import numpy as np

from synthview.people.homes import DEVICES, PERSONS
from synthview.rows import Ints, Rows, turns

__all__ = ["MOST_GUESTS", "NOBODY", "Guests"]

MOST_GUESTS = 56
"""Guests of one account: with the people of the home they fit the bits of one word."""
NOBODY = -1
"""The age of a guest that is only a screen: a test rig, the television of a bar."""


@dataclass(frozen=True, slots=True)
class Guests(Rows):
    """One row per guest: a person elsewhere with a device of their own, or only a device.

    - `home`: the row of the account's home.
    - `key`: the internal id of person and device.
    - `age`: in years, or `NOBODY`.
    - `region`: where they are, a row of the world's regions.
    - `network`: the quality of their network, as in `Homes`.
    - `profile`: the slot of the profile they use.
    - `is_at_home`: 1 if they share the network of the home, as the screen in a shop does.
    - `since_ms`: since when they use the account.
    """

    home: Ints
    key: Ints
    age: Ints
    region: Ints
    network: Ints
    device_type: Ints
    profile: Ints
    is_at_home: Ints
    since_ms: Ints

    @classmethod
    def none(cls) -> Self:
        """No guests at all."""
        nothing = np.zeros(0, dtype=np.int64)
        columns = [nothing] * len(fields(cls))
        return cls(*columns)

    def in_order(self) -> Self:
        """By home and key, which gives each guest of a home its number."""
        return self.take(np.lexsort((self.key, self.home)))

    @property
    def number(self) -> Ints:
        """The number of each guest within its home, from 0; guests must be in order."""
        return turns(self.home)

    @property
    def person(self) -> Ints:
        """The person slot of each guest: those after the people of the home."""
        return PERSONS + self.number

    @property
    def device(self) -> Ints:
        """The device slot of each guest: those after the devices of the home."""
        return DEVICES + self.number

    def row(self, home: Ints, device: Ints) -> Ints:
        """The row of the guest with a device slot, -1 for devices of the home.

        Guests must be in order.
        """
        if not len(self):
            return np.full(len(home), -1, dtype=np.int64)
        number = device - DEVICES
        is_guests = number >= 0
        first = np.searchsorted(self.home, home)
        last = len(self) - 1
        row = np.minimum(first + number, last)
        return np.where(is_guests, row, -1)
