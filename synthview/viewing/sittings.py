"""Who sits down when: alone or together, on which device, for how long."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from synthview.draws.chance import Stream
from synthview.draws.quantiles import Quantiles
from synthview.ids import within_day
from synthview.people.ages import CHILD
from synthview.people.homes import PERSONS, Homes
from synthview.people.subscriptions import is_active
from synthview.rows import Flags, Ints, Rows, turns
from synthview.viewing.hours import (
    NIGHT_ENDS_MS,
    bedtimes,
    by_the_clock,
    first_hours,
    second_hours,
    shifted,
)
from synthview.viewing.persons import Agenda, Persons, lift_of, who_is_active
from synthview.viewing.routine_settings import RoutineSettings
from synthview.viewing.screens import Seekers, find_screen
from synthview.viewing.settings import SittingSettings
from synthview.world import World
from synthview.world.clock import DAY_MS, HOUR_MS, MINUTE_MS

__all__ = ["TRIES_OF", "Sessions", "sit_down"]

_SITTINGS = 4  # ordinals kept for one person's sessions of a day
TRIES_OF = 2
"""How far it is from the ordinal of a session to the one kept for second tries in it.

A person sits down twice a day at most.
"""
_BREATH_MS = 5 * MINUTE_MS  # between one sitting of a person and the next
_LONGEST_SITTING = 9 * HOUR_MS
"""Longer than anybody sits: what comes about beyond a long sitting keeps far below."""
_AFTER_ADULTS = np.int64(1) << 62
"""Added to the order of a child: it leads where no adult is active."""


@dataclass(frozen=True, slots=True)
class Sessions(Rows):
    """One row per session that was meant to happen.

    `lead` is the person slot of who holds the remote, -1 for nobody; `viewers` a bit mask of person
    slots; `length_ms` the time meant to be spent, `until_ms` the instant by which the sofa and the
    screen are needed again. `exit` is the country code through which its network is seen, -1 for
    that of the place; `causes` a bit mask of the actors that brought it about, 0 for people.
    """

    home: Ints
    key: Ints
    lead: Ints
    viewers: Ints
    device: Ints
    start_ms: Ints
    start_local: Ints
    length_ms: Ints
    until_ms: Ints
    profile: Ints
    exit: Ints
    causes: Ints


def sit_down(
    world: World, homes: Homes, instants: Ints, persons: Persons, agenda: Agenda, day: int
) -> Sessions:
    """Plan the sessions of one local day (days since 1970); moves `agenda` on."""
    number = day - world.first_day
    active = who_is_active(world, homes, persons, agenda, day)
    wishes = _wishes(world, homes, persons, active, day, number)
    open_now = is_active(instants[wishes.home], wishes.start_ms)
    return _arrange(world, homes, agenda, wishes.take(open_now))


def _wishes(
    world: World, homes: Homes, persons: Persons, active: Flags, day: int, number: int
) -> Sessions:
    """The sessions people would like, those who join another left out."""
    joins, viewers = _join(world, len(homes), persons, active, number)
    row, is_first = _who_sits_down(world, persons, active & ~joins, number)
    who = persons.take(row)
    key = _keys(homes, who, is_first, number)
    time_ms = _times_of_day(world, homes, who, row, key, is_first, day)
    start_local = day * DAY_MS + time_ms
    length_ms = _lengths(world, who, key, is_first, time_ms)
    return Sessions(
        home=who.home,
        key=key,
        lead=who.slot,
        viewers=np.where(is_first, viewers[row], 1 << who.slot),
        device=np.zeros_like(key),
        start_ms=world.clock.to_utc(homes.zone[who.home], start_local),
        start_local=start_local,
        length_ms=_as_days_go(world, homes, who, length_ms, time_ms, day),
        until_ms=np.zeros_like(key),
        profile=homes.profile_of[who.home, who.slot],
        exit=np.full_like(key, -1),
        causes=np.zeros_like(key),
    )


def _keys(homes: Homes, who: Persons, is_first: Flags, number: int) -> Ints:
    """The internal id of each session."""
    ordinal = who.slot * _SITTINGS + np.where(is_first, 0, 1)
    return within_day(homes.household[who.home], number, 0, ordinal)


def _who_sits_down(world: World, persons: Persons, leads: Flags, number: int) -> tuple[Ints, Flags]:
    """The row of the person of each session, and whether it is the person's first of the day."""
    first = np.flatnonzero(leads)
    stream = Stream(world.scenario.run.seed, "viewing/sittings/second")
    again = stream.happens(
        persons.key[first],
        persons.second_sitting[first],
        n=number,
    )
    row = np.concatenate([first, first[again]])
    return row, np.arange(len(row)) < len(first)


def _join(
    world: World,
    home_count: int,
    persons: Persons,
    active: Flags,
    number: int,
) -> tuple[Flags, Ints]:
    """Who watches along with another of the home, and the viewers of each first session."""
    seed = world.scenario.run.seed
    home, slot = persons.home, persons.slot
    leads = _leads(seed, home_count, persons, active, number)
    is_willing = Stream(seed, "viewing/sittings/together").happens(
        persons.key,
        world.scenario.of(SittingSettings).together,
        n=number,
    )
    joins = active & ~leads & is_willing

    own = 1 << slot
    joining = np.zeros((home_count, PERSONS), dtype=np.int64)
    joining[home[joins], slot[joins]] = own[joins]
    company = joining.sum(axis=1)[home]
    return joins, own | np.where(leads, company, 0)


def _leads(
    seed: int,
    home_count: int,
    persons: Persons,
    active: Flags,
    number: int,
) -> Flags:
    """Which person of each home holds the remote that day, of those who are active."""
    home, slot = persons.home, persons.slot
    bits = Stream(seed, "viewing/sittings/leader").bits(persons.key, number)
    order = (bits >> np.uint64(2)).astype(np.int64)
    is_child = persons.person_class == CHILD
    order |= np.where(is_child, _AFTER_ADULTS, 0)

    turn = np.full((home_count, PERSONS), np.iinfo(np.int64).max)
    turn[home[active], slot[active]] = order[active]
    first = turn.argmin(axis=1)
    return active & (first[home] == slot)


def _times_of_day(
    world: World, homes: Homes, who: Persons, row: Ints, key: Ints, is_first: Flags, day: int
) -> Ints:
    """Local ms since midnight at which each session begins; `row` is that of its person."""
    first = np.flatnonzero(is_first)
    second = np.flatnonzero(~is_first)
    time_ms = np.empty_like(key)
    time_ms[first] = first_hours(world, homes, who.take(first), key[first], day)
    place = np.searchsorted(row[first], row[second])
    time_ms[second] = second_hours(
        world, homes, who.take(second), key[second], time_ms[first[place]], day
    )
    return by_the_clock(world, key, shifted(homes, who, time_ms))


def _lengths(world: World, who: Persons, key: Ints, is_first: Flags, time_ms: Ints) -> Ints:
    """Time meant to be spent, in ms; shorter at night and at the second session of a day."""
    settings = world.scenario.of(SittingSettings)
    table = _sitting_times(settings.sitting_minutes, settings.sitting_minutes_spread)
    drawn = Stream(world.scenario.run.seed, "viewing/sittings/length").draw(key, table)
    of_person = drawn * who.length // 1024
    of_class = of_person * _parts(*settings.length_of_class)[who.person_class] // 1024

    is_night = time_ms < NIGHT_ENDS_MS
    of_ordinal = _parts(settings.length_of_second, 1.0)[is_first.astype(np.int64)]
    of_hour = _parts(1.0, settings.length_at_night)[is_night.astype(np.int64)]
    meant = of_class * of_ordinal // 1024 * of_hour // 1024
    return _what_comes_about(settings, meant, who.person_class == CHILD)


def _as_days_go(
    world: World, homes: Homes, who: Persons, length_ms: Ints, time_ms: Ints, day: int
) -> Ints:
    """Time to be spent by the day and the bedtime: longer on lively days, no longer than to bed."""
    longer = length_ms * _longer_by_day(world, homes, who, day) // 1024
    return _until_bed(world, homes, who, longer, time_ms, day)


def _longer_by_day(world: World, homes: Homes, who: Persons, day: int) -> Ints:
    """How much longer people sit on a day on which more of them sit down, in 1/1024."""
    share = world.scenario.of(SittingSettings).lift_of_length
    lift = lift_of(world, homes, who.home, day)
    return (1024 * (1.0 + share * (lift - 1.0))).astype(np.int64)


def _what_comes_about(settings: SittingSettings, meant_ms: Ints, is_child: Flags) -> Ints:
    """How much comes about of what is meant: people get hungry, and children more so."""
    hours = np.where(is_child, settings.long_hours_of_kids, settings.long_hours)
    long = (hours * HOUR_MS).astype(np.int64)
    beyond = (meant_ms - long) * int(1024 * settings.comes_about) // 1024
    shortened = np.where(meant_ms > long, long + beyond, meant_ms)
    return np.minimum(shortened, _LONGEST_SITTING)


def _parts(*shares: float) -> Ints:
    """Shares in 1/1024."""
    return np.array([int(1024 * share) for share in shares])


def _until_bed(
    world: World, homes: Homes, who: Persons, length_ms: Ints, time_ms: Ints, day: int
) -> Ints:
    """What bedtime leaves of the time meant to be spent, for those who do not stay up."""
    settings = world.scenario.of(RoutineSettings)
    left = bedtimes(world, homes, who, time_ms, day) - time_ms
    goes_to_bed = left > int(settings.stays_up_minutes * MINUTE_MS)
    return np.where(goes_to_bed, np.minimum(length_ms, left), length_ms)


@cache
def _sitting_times(median_minutes: float, spread: float) -> Quantiles:
    median_ms = median_minutes * MINUTE_MS
    return Quantiles.lognormal(median_ms, spread, high=_LONGEST_SITTING)


def _arrange(world: World, homes: Homes, agenda: Agenda, wishes: Sessions) -> Sessions:
    """Settle the wishes of each home in order of time.

    Nobody is in two rooms at once, and a screen has one session at a time.
    """
    order = np.lexsort((wishes.key, wishes.start_ms, wishes.home))
    wishes = wishes.take(order)
    turn = turns(wishes.home)
    last = int(turn.max(initial=-1))
    settled = [_settle(world, homes, agenda, wishes.take(turn == now)) for now in range(last + 1)]
    return Sessions.stack(settled) if settled else wishes


def _settle(world: World, homes: Homes, agenda: Agenda, wishes: Sessions) -> Sessions:
    """One session for each of some homes: wait for the people, find a screen, or give up."""
    settings = world.scenario.of(SittingSettings)
    home = wishes.home
    comes = (wishes.viewers[:, None] >> np.arange(PERSONS)) & 1
    all_free = (agenda.person_free[home] * comes).max(axis=1)
    ready = np.maximum(wishes.start_ms, all_free + _BREATH_MS)
    settled = replace(
        wishes,
        device=_find_screen(world, homes, agenda, wishes, ready),
        start_ms=ready,
        start_local=wishes.start_local + ready - wishes.start_ms,
        until_ms=ready + wishes.length_ms + int(settings.runs_over_minutes * MINUTE_MS),
    )
    waits_ms = int(settings.waits_hours * HOUR_MS)
    goes = (ready - wishes.start_ms < waits_ms) & (settled.device >= 0)
    goes &= ~_is_in_bed(world, homes, settled)
    settled = settled.take(goes)
    _reserve(agenda, settled, comes[goes])
    return settled


def _is_in_bed(world: World, homes: Homes, sessions: Sessions) -> Flags:
    """Which sessions a small child would lead that is in bed by then."""
    is_child = homes.person_class[sessions.home, sessions.lead] == CHILD
    bedtime_ms = int(world.scenario.of(RoutineSettings).kids_bedtime * HOUR_MS)
    return is_child & (sessions.start_local % DAY_MS >= bedtime_ms)


def _reserve(agenda: Agenda, sessions: Sessions, comes: Ints) -> None:
    """Take the people and the screen of each session, at most one a home, until its end."""
    home, until = sessions.home, sessions.until_ms
    taken = until[:, None] * comes
    agenda.person_free[home] = np.maximum(agenda.person_free[home], taken)
    agenda.device_free[home, sessions.device] = until


def _find_screen(world: World, homes: Homes, agenda: Agenda, wishes: Sessions, ready: Ints) -> Ints:
    """The device slot each session uses, -1 where every screen is taken."""
    seekers = Seekers(
        home=wishes.home,
        lead=wishes.lead,
        key=wishes.key,
        hour=wishes.start_local // HOUR_MS % 24,
        together=wishes.viewers != 1 << wishes.lead,
        is_free=agenda.device_free[wishes.home] <= ready[:, None],
    )
    return find_screen(world, homes, seekers)
