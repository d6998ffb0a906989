"""On which device people sit down: the one that they are used to, or another that is free."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from synthview.draws.chance import Stream, portion
from synthview.ids import within_home
from synthview.people.homes import (
    COMPUTER,
    DEVICES,
    FIRST_PHONE,
    SECOND_TV,
    TABLET,
    TV,
    Homes,
)  # fmt: skip
from synthview.rows import Flags, Ints, Rows, Words
from synthview.tables import COUNTRIES
from synthview.viewing.routine_settings import RoutineSettings
from synthview.world import World
from synthview.world.countries import PLACES

__all__ = ["Seekers", "find_screen"]

_TV_TILT = np.array([round(64 * PLACES[code].tv_tilt) for code in COUNTRIES])
"""How much more than elsewhere televisions are used in each country, in 1/64."""
_WEIGHT = 64
"""What stands for 1 in whole weights."""
_NIGHT = 22
_DAYTIME = range(8, 17)


@dataclass(frozen=True, slots=True)
class Seekers(Rows):
    """Those who look for a screen, a row a session.

    `hour` is the hour on the wall; `together` whether others watch along; `is_free` says which
    devices of the home nobody uses, (session, DEVICES).
    """

    home: Ints
    lead: Ints
    key: Ints
    hour: Ints
    together: Flags
    is_free: Flags

    def person(self, homes: Homes) -> Ints:
        """The internal id of each lead."""
        return within_home(homes.household[self.home], self.lead)


def find_screen(world: World, homes: Homes, seekers: Seekers) -> Ints:
    """The device slot each session uses, -1 where every screen is taken.

    The bits of a person pick what the person is used to: at the same weights they pick the same
    device each time.
    """
    exists = homes.device_type[seekers.home] >= 0
    liking = _liking(world, homes, seekers) * (exists & seekers.is_free)
    running = np.cumsum(liking, axis=1)
    total = running[:, -1]
    point = portion(_bits(world, homes, seekers), np.maximum(total, 1))
    slot = (running <= point[:, None]).sum(axis=1)
    found = np.where(total > 0, slot, -1)
    own_phone = FIRST_PHONE + seekers.lead
    has_phone = liking[np.arange(len(liking)), own_phone] > 0
    return np.where(has_phone & _is_away(world, seekers), own_phone, found)


def _is_away(world: World, seekers: Seekers) -> Flags:
    """Who is on the way, or anywhere else without another screen."""
    share = world.scenario.of(RoutineSettings).on_the_move
    stream = Stream(world.scenario.run.seed, "viewing/sittings/on_the_move")
    return stream.happens(seekers.key, share) & ~seekers.together


def _bits(world: World, homes: Homes, seekers: Seekers) -> Words:
    """What picks the device: bits of the person, at night of another habit, or of the session."""
    settings = world.scenario.of(RoutineSettings)
    seed = world.scenario.run.seed
    person = seekers.person(homes)

    def stream(name: str) -> Stream:
        return Stream(seed, f"viewing/persons/{name}")

    has_one = stream("one_device").happens(person, settings.one_device)
    same = Stream(seed, "viewing/sittings/same_device")
    keeps = has_one | same.happens(seekers.key, settings.same_device)
    is_night = (seekers.hour >= _NIGHT) | (seekers.hour < _DAYTIME.start)
    changes = is_night & stream("device_at_night").happens(person, settings.device_at_night)
    used_to = stream("device").bits(person, changes.astype(np.int64))
    by_chance = Stream(seed, "viewing/sittings/device").bits(seekers.key)
    return np.where(keeps, used_to, by_chance)


def _liking(world: World, homes: Homes, seekers: Seekers) -> Ints:
    """The weight of each device slot for each session were it free, (session, DEVICES)."""
    settings = world.scenario.of(RoutineSettings)
    liking = _at_home(world, homes, seekers)
    televisions = liking[:COMPUTER]
    others = liking[COMPUTER:]
    televisions *= _TV_TILT[homes.country[seekers.home]]
    others *= 64
    for_company = int(_WEIGHT * settings.together_on_tv)
    televisions *= np.where(seekers.together, for_company, _WEIGHT)
    is_daytime = (seekers.hour >= _DAYTIME.start) & (seekers.hour < _DAYTIME.stop)
    by_day = int(_WEIGHT * settings.others_by_day)
    others *= np.where(is_daytime, by_day, _WEIGHT)
    return liking.T


def _at_home(world: World, homes: Homes, seekers: Seekers) -> Ints:
    """The same of people alone at any hour, wherever they live, (DEVICES, session)."""
    settings = world.scenario.of(RoutineSettings)
    seed = world.scenario.run.seed
    home, lead = seekers.home, seekers.lead
    of_class = _weights(settings)[homes.person_class[home, lead]]
    phone = Stream(seed, "viewing/persons/phone")
    takes_phone = phone.happens(seekers.person(homes), settings.phone_viewers)
    liking = np.zeros((DEVICES, len(home)), dtype=np.int64)
    liking[[TV, SECOND_TV, COMPUTER, TABLET]] = of_class[:, :4].T
    liking[FIRST_PHONE + lead, np.arange(len(home))] = of_class[:, 4] * takes_phone
    return liking


@cache
def _weights(settings: RoutineSettings) -> Ints:
    """Whole weights of television, second television, computer, tablet and phone by class."""
    rows = (settings.adults_devices, settings.teens_devices, settings.kids_devices)
    return np.array([[int(_WEIGHT * weight) for weight in row] for row in rows])
