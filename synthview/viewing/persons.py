"""Who watches at all, and on which days: each person's habits, bursts and lulls."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synthview.draws.arithmetic import exp, normal_quantile
from synthview.draws.chance import Stream
from synthview.draws.quantiles import Quantiles
from synthview.ids import within_home
from synthview.people.homes import ABSTAINER, DEVICES, INFANT, PERSONS, Homes
from synthview.rows import Flags, Floats, Ints, Rows
from synthview.viewing.settings import SittingSettings
from synthview.world import World
from synthview.world.clock import date_of

__all__ = ["Agenda", "Persons", "around", "introduce", "standard_normal", "who_is_active"]

_SHARE_IN_BURST = 0.55
_CLASS_DAYS = np.array([1.0, 1.0, 1.05])
"""On how many days adults, teenagers and children sit down relative to adults."""


@dataclass(frozen=True, slots=True)
class Persons(Rows):
    """The people of a block who watch at all, one row each.

    `home` is the row of their home; `share_of_days` their chance to sit down on an ordinary day of
    a burst; `length` how long they sit relative to others, in 1/1024.
    """

    home: Ints
    slot: Ints
    key: Ints
    person_class: Ints
    share_of_days: Floats
    length: Ints


@dataclass(slots=True)
class Agenda:
    """What passes from day to day: spells, and until when people and devices are taken."""

    in_burst: Flags
    person_free: Ints
    device_free: Ints


def introduce(world: World, homes: Homes) -> tuple[Persons, Agenda]:
    """List the people who watch, with their habits, on the day before the first."""
    settings, seed = world.scenario.of(SittingSettings), world.scenario.run.seed
    never = (homes.person_class == INFANT) | (homes.person_class == ABSTAINER)
    watches = homes.persons & ~never
    home, slot = np.nonzero(watches)
    household = homes.household[home]
    key = within_home(household, slot)
    person_class = homes.person_class[home, slot]
    table = Quantiles.lognormal(1024, 0.45, high=1024 * 5)
    persons = Persons(
        home=home,
        slot=slot,
        key=key,
        person_class=person_class,
        share_of_days=_shares_of_days(settings, seed, household, key, person_class),
        length=Stream(seed, "viewing/persons/length").draw(key, table),
    )
    spells = Stream(seed, "viewing/persons/in_burst")
    agenda = Agenda(
        in_burst=spells.happens(key, _SHARE_IN_BURST),
        person_free=np.zeros((len(homes), PERSONS), dtype=np.int64),
        device_free=np.zeros((len(homes), DEVICES), dtype=np.int64),
    )
    return persons, agenda


def _shares_of_days(
    settings: SittingSettings, seed: int, household: Ints, key: Ints, person_class: Ints
) -> Floats:
    """Logit-normal over people; half the variance belongs to the home."""
    of_home = standard_normal(Stream(seed, "viewing/homes/appetite"), household)
    of_person = standard_normal(Stream(seed, "viewing/persons/appetite"), key)
    spread = settings.share_of_days_spread
    away = spread * (of_home + of_person) * 0.7071067811865476
    return around(settings.share_of_days, away) * _CLASS_DAYS[person_class]


def around(share: float, away: Floats) -> Floats:
    """Shares `away` from a middle one in logits; 0 and 1 stay what they are."""
    level = share * exp(away)
    return level / (level + (1.0 - share))


def standard_normal(stream: Stream, entity: Ints) -> Floats:
    """A standard normal number for each entity."""
    bits = stream.bits(entity) >> np.uint64(11)
    share = bits.astype(np.float64) + 0.5
    return normal_quantile(np.ldexp(share, -53))


def who_is_active(world: World, homes: Homes, persons: Persons, agenda: Agenda, day: int) -> Flags:
    """Who sits down on a day; starts and ends bursts in `agenda`."""
    settings, seed = world.scenario.of(SittingSettings), world.scenario.run.seed
    number = day - world.first_day
    _change_spells(settings, seed, persons, agenda, number)

    in_lull = settings.lull_share_of_days
    spell = np.where(agenda.in_burst, 1.0, in_lull)
    mean_spell = _SHARE_IN_BURST + (1.0 - _SHARE_IN_BURST) * in_lull
    country = homes.country[persons.home]
    weekday = settings.weekdays[date_of(day).weekday()]
    lift = world.lift_of_day(day)[country] * weekday
    chance = persons.share_of_days * lift * spell / mean_spell

    stream = Stream(seed, "viewing/persons/active")
    return stream.happens(
        persons.key,
        np.minimum(chance, 0.97),
        n=number,
    )


def _change_spells(
    settings: SittingSettings,
    seed: int,
    persons: Persons,
    agenda: Agenda,
    number: int,
) -> None:
    """Start and end bursts of viewing; the share of people in a burst stays the same."""
    leave = 1.0 / settings.burst_days
    enter = leave * _SHARE_IN_BURST / (1.0 - _SHARE_IN_BURST)
    chance = np.where(
        agenda.in_burst,
        leave,
        min(enter, 1.0),
    )
    stream = Stream(seed, "viewing/persons/spells")
    flips = stream.happens(persons.key, chance, n=number)
    agenda.in_burst = agenda.in_burst ^ flips
