"""Who watches at all, and on which days: each person's habits, bursts and lulls."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from synthview.draws.arithmetic import exp, normal_quantile
from synthview.draws.chance import Stream
from synthview.draws.quantiles import Quantiles
from synthview.ids import within_home
from synthview.people.ages import ADULT, CHILD, TEEN
from synthview.people.homes import DEVICES, PERSONS, Homes
from synthview.rows import Flags, Floats, Ints, Rows
from synthview.tables import COUNTRIES
from synthview.viewing.routine_settings import RoutineSettings
from synthview.viewing.settings import SittingSettings
from synthview.world import World
from synthview.world.clock import HOUR_MS, date_of
from synthview.world.countries import PLACES

__all__ = [
    "UNIT",
    "Agenda",
    "Persons",
    "around",
    "blend",
    "introduce",
    "lift_of",
    "standard_normal",
    "who_is_active",
]

UNIT = 1 << 20
"""What stands for 1 in whole numbers of a normal distribution."""
_NORMAL = Quantiles.normal(0, 1, unit=UNIT)
_APPETITE = np.array([PLACES[code].appetite for code in COUNTRIES])


@dataclass(frozen=True, slots=True)
class Persons(Rows):
    """The people of a block who watch at all, one row each.

    `home` is the row of their home; `share_of_days` their chance to sit down on an ordinary day of
    a burst; `length` how long they sit relative to others, in 1/1024. `work_hour` and `free_hour`
    say how early or late they sit down on work days and free days, as a normal number in `UNIT`;
    `bedtime_ms` is when they go to bed before a work day, in ms since midnight; `second_sitting`
    how often they sit down twice on a day.
    """

    home: Ints
    slot: Ints
    key: Ints
    person_class: Ints
    share_of_days: Floats
    length: Ints
    work_hour: Ints
    free_hour: Ints
    bedtime_ms: Ints
    second_sitting: Floats


@dataclass(slots=True)
class Agenda:
    """What passes from day to day: spells, and until when people and devices are taken."""

    in_burst: Flags
    person_free: Ints
    device_free: Ints


def introduce(world: World, homes: Homes) -> tuple[Persons, Agenda]:
    """List the people who watch, with their habits, on the day before the first."""
    persons = _people(world, homes)
    share = world.scenario.of(SittingSettings).share_in_burst
    spells = Stream(world.scenario.run.seed, "viewing/persons/in_burst")
    agenda = Agenda(
        in_burst=spells.happens(persons.key, share),
        person_free=np.zeros((len(homes), PERSONS), dtype=np.int64),
        device_free=np.zeros((len(homes), DEVICES), dtype=np.int64),
    )
    return persons, agenda


def _people(world: World, homes: Homes) -> Persons:
    """List the people who watch, with their habits."""
    settings, seed = world.scenario.of(SittingSettings), world.scenario.run.seed
    home, slot = np.nonzero(_who_watches(world, homes))
    household = homes.household[home]
    key = within_home(household, slot)
    person_class = homes.person_class[home, slot]
    share_of_days = _shares_of_days(settings, seed, household, key, person_class)
    table = _lengths_of_people(settings.length_of_people_spread)
    work_hour, free_hour = _usual_hours(world, household, key)
    return Persons(
        home=home,
        slot=slot,
        key=key,
        person_class=person_class,
        share_of_days=share_of_days * _APPETITE[homes.country[home]],
        length=Stream(seed, "viewing/persons/length").draw(key, table),
        work_hour=work_hour,
        free_hour=free_hour,
        bedtime_ms=_bedtimes(world, key, work_hour),
        second_sitting=_second_sittings(world, key),
    )


@cache
def _lengths_of_people(spread: float) -> Quantiles:
    """How long the sittings of each person last, in 1/1024 of the usual."""
    return Quantiles.lognormal(1024, spread, high=1024 * 5)


def _who_watches(world: World, homes: Homes) -> Flags:
    """Who of each home ever watches: adults and teenagers, and of small children some."""
    settings = world.scenario.of(RoutineSettings)
    seed = world.scenario.run.seed
    key = within_home(homes.household[:, None], np.arange(PERSONS))
    stream = Stream(seed, "viewing/persons/watches")
    is_child = homes.person_class == CHILD
    is_grown = (homes.person_class == ADULT) | (homes.person_class == TEEN)
    return is_grown | (is_child & stream.happens(key, settings.kid_viewers))


def _usual_hours(world: World, household: Ints, key: Ints) -> tuple[Ints, Ints]:
    """How early or late each person sits down, on work days and on free days."""
    settings = world.scenario.of(RoutineSettings)
    seed = world.scenario.run.seed
    of_home, of_person = (Stream(seed, f"viewing/{whose}/hour") for whose in ("homes", "persons"))
    own, other = (of_person.draw(key, _NORMAL, n=n) for n in (0, 1))
    shared = of_home.draw(household, _NORMAL)
    work = blend(shared, own, settings.hours_of_home)
    return work, blend(work, other, settings.hours_on_free_days * settings.hours_on_free_days)


def _bedtimes(world: World, key: Ints, hour: Ints) -> Ints:
    """When each person goes to bed: who sits down late goes late."""
    settings = world.scenario.of(RoutineSettings)
    own = Stream(world.scenario.run.seed, "viewing/persons/bedtime").draw(key, _NORMAL)
    away = blend(hour, own, settings.bedtime_follows * settings.bedtime_follows)
    spread_ms = int(settings.bedtime_spread * HOUR_MS)
    return int(settings.bedtime * HOUR_MS) + away * spread_ms // UNIT


def _second_sittings(world: World, key: Ints) -> Floats:
    """How often each person sits down twice on a day."""
    of_person = standard_normal(Stream(world.scenario.run.seed, "viewing/persons/twice"), key)
    away = world.scenario.of(RoutineSettings).second_sitting_spread * of_person
    return around(world.scenario.of(SittingSettings).second_sitting, away)


def blend(one: Ints, other: Ints, share: float) -> Ints:
    """A normal number of which `share` of the variance is that of one, the rest the other's."""
    of_one, of_other = (int(np.sqrt(part) * UNIT) for part in (share, 1.0 - share))
    return (one * of_one + other * of_other) // UNIT


def _shares_of_days(
    settings: SittingSettings, seed: int, household: Ints, key: Ints, person_class: Ints
) -> Floats:
    """Logit-normal over people; a part of the variance belongs to the home."""
    of_home = standard_normal(Stream(seed, "viewing/homes/appetite"), household)
    of_person = standard_normal(Stream(seed, "viewing/persons/appetite"), key)
    shared = settings.appetite_of_home
    away = of_home * np.sqrt(shared) + of_person * np.sqrt(1.0 - shared)
    of_class = np.array(settings.days_of_class)[person_class]
    return around(settings.share_of_days, settings.share_of_days_spread * away) * of_class


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
    mean_spell = settings.share_in_burst + (1.0 - settings.share_in_burst) * in_lull
    lift = lift_of(world, homes, persons.home, day)
    chance = persons.share_of_days * lift * spell / mean_spell

    stream = Stream(seed, "viewing/persons/active")
    return stream.happens(
        persons.key,
        np.minimum(chance, settings.busiest_share_of_days),
        n=number,
    )


def lift_of(world: World, homes: Homes, home: Ints, day: int) -> Floats:
    """How much more than on other days is watched in each of some homes on a day."""
    weekday = world.scenario.of(SittingSettings).weekdays[date_of(day).weekday()]
    return world.lift_of_day(day)[homes.country[home]] * weekday


def _change_spells(
    settings: SittingSettings,
    seed: int,
    persons: Persons,
    agenda: Agenda,
    number: int,
) -> None:
    """Start and end bursts of viewing; the share of people in a burst stays the same."""
    leave = 1.0 / settings.burst_days
    enter = leave * settings.share_in_burst / (1.0 - settings.share_in_burst)
    chance = np.where(
        agenda.in_burst,
        leave,
        min(enter, 1.0),
    )
    stream = Stream(seed, "viewing/persons/spells")
    flips = stream.happens(persons.key, chance, n=number)
    agenda.in_burst = agenda.in_burst ^ flips
