"""Who sits down when: alone or together, on which device, for how long."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from synthview.draws.chance import Shares, Stream
from synthview.draws.quantiles import Quantiles
from synthview.ids import within_day
from synthview.people.homes import (
    CHILD,
    COMPUTER,
    DEVICES,
    FIRST_PHONE,
    PERSONS,
    SECOND_TV,
    TABLET,
    TV,
    Homes,
)  # fmt: skip
from synthview.people.subscriptions import is_active
from synthview.rows import Flags, Ints, Rows, turns
from synthview.tables import COUNTRIES
from synthview.viewing.persons import Agenda, Persons, who_is_active
from synthview.viewing.settings import SittingSettings
from synthview.world import World
from synthview.world.clock import DAY_MS, HOUR_MS, MINUTE_MS
from synthview.world.countries import PLACES

__all__ = ["TRIES_OF", "Sessions", "sit_down"]

_SITTINGS = 4  # ordinals kept for one person's sessions of a day
TRIES_OF = 2
"""How far it is from the ordinal of a session to the one kept for second tries in it.

A person sits down twice a day at most.
"""
_CLASS_LENGTH = np.array([int(1024 * share) for share in (1.0, 0.95, 0.62)])
"""How long adults, teenagers and children sit relative to adults, in 1/1024."""
_SLACK = 45 * MINUTE_MS  # how far a session may run over to see a film out
_LONGEST_DELAY = 3 * HOUR_MS
_LONGEST_SITTING = 9 * HOUR_MS
_LONG, _LONG_FOR_A_CHILD = 4 * HOUR_MS, 2 * HOUR_MS
"""From here on a quarter of what was meant comes about: people get hungry."""
_AFTER_ADULTS = np.int64(1) << 62
"""Added to the order of a child: it leads where no adult is active."""
_BEDTIME = 22 * HOUR_MS
_NIGHT_ENDS = 6 * HOUR_MS
_MIDDAY_LIFT = np.array(
    [0, 0, 0, 0, 0, 0, 0, 0.8, 2.0, 3.0, 3.0, 2.8, 2.8, 3.0, 3.2, 2.8, 1.8, 0.6] + [0.0] * 6
)
# Weights of device slots (TV, second TV, computer, tablet, own phone) by class of person;
# a guess that gives D01 to D04.
_DEVICE_LIKING = np.array([[52, 8, 17, 7, 16], [32, 11, 28, 7, 22], [52, 6, 4, 33, 5]])
_TV_TILT = np.array([int(16 * PLACES[code].tv_tilt) for code in COUNTRIES])
"""How much more than elsewhere televisions are used in each country, in 1/16."""
_EVENING_SHIFT_MIN = np.array([PLACES[code].evening_shift_min for code in COUNTRIES])


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
    ordinal = who.slot * _SITTINGS + np.where(is_first, 0, 1)
    key = within_day(homes.household[who.home], number, 0, ordinal)
    start_local = day * DAY_MS + _start_of_day(world, homes, who, key, day)
    alone = 1 << who.slot
    return Sessions(
        home=who.home,
        key=key,
        lead=who.slot,
        viewers=np.where(is_first, viewers[row], alone),
        device=np.zeros_like(key),
        start_ms=world.clock.to_utc(homes.zone[who.home], start_local),
        start_local=start_local,
        length_ms=_lengths(world, who, key, is_first, start_local),
        until_ms=np.zeros_like(key),
        profile=homes.profile_of[who.home, who.slot],
        exit=np.full_like(key, -1),
        causes=np.zeros_like(key),
    )


def _who_sits_down(world: World, persons: Persons, leads: Flags, number: int) -> tuple[Ints, Flags]:
    """The row of the person of each session, and whether it is the person's first of the day."""
    first = np.flatnonzero(leads)
    stream = Stream(world.scenario.run.seed, "viewing/sittings/second")
    again = stream.happens(
        persons.key[first],
        world.scenario.of(SittingSettings).second_sitting,
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


def _start_of_day(world: World, homes: Homes, who: Persons, key: Ints, day: int) -> Ints:
    """Local ms since midnight at which each session begins; early hours end the day before."""
    settings, seed = world.scenario.of(SittingSettings), world.scenario.run.seed
    country = homes.country[who.home]
    is_child = who.person_class == CHILD
    curve = np.where(is_child, 2, 0) + world.is_free_day(day)[country]
    shares = _hour_shares(settings.hours_of_day, settings.kids_hours_of_day)
    hour = Stream(seed, "viewing/sittings/hour").pick(key, shares, row=curve)
    within_hour = Stream(seed, "viewing/sittings/minute").below(key, HOUR_MS)

    is_shifted = (hour >= 15) & ~is_child
    shift_min = np.where(is_shifted, _EVENING_SHIFT_MIN[country], 0)
    return hour * HOUR_MS + within_hour + shift_min * MINUTE_MS


@cache
def _hour_shares(of_adults: tuple[float, ...], of_children: tuple[float, ...]) -> Shares:
    """Four curves: adults on work days and free days, children on work days and free days."""
    adults, kids = np.array(of_adults), np.array(of_children)
    at_work = np.minimum(0.25 * _MIDDAY_LIFT, 0.5 * adults)
    hour = np.arange(24)
    is_school = (hour >= 9) & (hour < 15)
    curves = [
        adults - at_work,
        adults + 0.6 * _MIDDAY_LIFT,
        np.where(is_school, 0.35, 1.0) * kids,
        kids,
    ]
    return Shares([curve.tolist() for curve in curves])


def _lengths(
    world: World,
    who: Persons,
    key: Ints,
    is_first: Flags,
    start_local: Ints,
) -> Ints:
    """Time meant to be spent, in ms; shorter at night and at the second session of a day."""
    settings = world.scenario.of(SittingSettings)
    table = _sitting_times(settings.sitting_minutes, settings.sitting_minutes_spread)
    drawn = Stream(world.scenario.run.seed, "viewing/sittings/length").draw(key, table)
    of_person = drawn * who.length // 1024
    of_class = of_person * _CLASS_LENGTH[who.person_class] // 1024

    is_night = start_local % DAY_MS < _NIGHT_ENDS
    tenths_of_ordinal = np.where(is_first, 10, 7)
    tenths_of_hour = np.where(is_night, 5, 10)
    meant = of_class * (tenths_of_ordinal * tenths_of_hour) // 100

    is_child = who.person_class == CHILD
    long = np.where(is_child, _LONG_FOR_A_CHILD, _LONG)
    shortened = long + (meant - long) // 4
    comes_about = np.where(meant > long, shortened, meant)
    return np.minimum(comes_about, _LONGEST_SITTING)


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
    home = wishes.home
    comes = (wishes.viewers[:, None] >> np.arange(PERSONS)) & 1
    all_free = (agenda.person_free[home] * comes).max(axis=1)
    ready = np.maximum(wishes.start_ms, all_free + 5 * MINUTE_MS)
    device = _find_screen(world, homes, agenda, wishes, ready)

    delay = ready - wishes.start_ms
    start_local = wishes.start_local + delay
    is_child = homes.person_class[home, wishes.lead] == CHILD
    in_bed = is_child & (start_local % DAY_MS >= _BEDTIME)
    goes = (delay < _LONGEST_DELAY) & (device >= 0) & ~in_bed
    settled = replace(
        wishes,
        device=device,
        start_ms=ready,
        start_local=start_local,
        until_ms=ready + wishes.length_ms + _SLACK,
    ).take(goes)
    _reserve(agenda, settled, comes[goes])
    return settled


def _reserve(agenda: Agenda, sessions: Sessions, comes: Ints) -> None:
    """Take the people and the screen of each session, at most one a home, until its end."""
    home, until = sessions.home, sessions.until_ms
    taken = until[:, None] * comes
    agenda.person_free[home] = np.maximum(agenda.person_free[home], taken)
    agenda.device_free[home, sessions.device] = until


def _find_screen(world: World, homes: Homes, agenda: Agenda, wishes: Sessions, ready: Ints) -> Ints:
    """The device slot each session uses, -1 where every screen is taken."""
    home = wishes.home
    exists = homes.device_type[home] >= 0
    is_free = agenda.device_free[home] <= ready[:, None]
    liking = _device_liking(homes, wishes) * (exists & is_free)

    running = np.cumsum(liking, axis=1)
    total = running[:, -1]
    stream = Stream(world.scenario.run.seed, "viewing/sittings/device")
    point = stream.below(wishes.key, np.maximum(total, 1))
    slot = (running <= point[:, None]).sum(axis=1)
    return np.where(total > 0, slot, -1)


def _device_liking(homes: Homes, wishes: Sessions) -> Ints:
    """The weight of each device slot for each session were it free, (session, DEVICES)."""
    home, lead = wishes.home, wishes.lead
    of_class = _DEVICE_LIKING[homes.person_class[home, lead]]
    liking = np.zeros((DEVICES, len(home)), dtype=np.int64)
    liking[[TV, SECOND_TV, COMPUTER, TABLET]] = of_class[:, :4].T
    liking[FIRST_PHONE + lead, np.arange(len(home))] = of_class[:, 4]

    televisions, others = liking[:COMPUTER], liking[COMPUTER:]
    televisions *= _TV_TILT[homes.country[home]]
    others *= 16
    is_together = wishes.viewers != 1 << lead
    televisions *= np.where(is_together, 5, 1)
    hour = wishes.start_local // HOUR_MS % 24
    is_daytime = (hour >= 8) & (hour < 17)
    others *= np.where(is_daytime, 2, 1)  # sources D09-mob, D09-pc
    return liking.T
