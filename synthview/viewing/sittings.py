"""Who sits down when: active days in bursts, alone or together, on which device, for how long."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from synthview.draws.arithmetic import exp, normal_quantile
from synthview.draws.chance import Shares, Stream
from synthview.draws.quantiles import Quantiles
from synthview.ids import within_day, within_home
from synthview.people.homes import (
    ADULT,
    CHILD,
    COMPUTER,
    DEVICES,
    FIRST_PHONE,
    INFANT,
    PERSONS,
    SECOND_TV,
    TABLET,
    TEEN,
    TV,
    Homes,
)  # fmt: skip
from synthview.people.subscriptions import is_active
from synthview.rows import Flags, Floats, Ints, Rows, turns
from synthview.tables import COUNTRIES
from synthview.viewing.settings import SittingSettings
from synthview.world import World
from synthview.world.clock import DAY_MS, HOUR_MS, MINUTE_MS, date_of
from synthview.world.countries import PLACES

__all__ = ["TRIES_OF", "Agenda", "Persons", "Sessions", "around", "introduce", "sit_down", "standard_normal"]

_SITTINGS = 4  # ordinals kept for one person's sittings of a day
TRIES_OF = 2
"""A person sits down twice a day at most; from the ordinal of a sitting it is so far to the one kept for tries in it."""
_SHARE_IN_BURST = 0.55
_CLASS_DAYS = {ADULT: 1.0, TEEN: 1.0, CHILD: 1.05}
_CLASS_LENGTH = {ADULT: 1.0, TEEN: 0.95, CHILD: 0.62}
_SLACK = 45 * MINUTE_MS  # how far a sitting may run over to see a film out
_LONGEST_DELAY = 3 * HOUR_MS
_LONGEST_SITTING = 9 * HOUR_MS
_LONG, _LONG_FOR_A_CHILD = 4 * HOUR_MS, 2 * HOUR_MS
"""From here on a quarter of what was meant comes about: people get hungry, and children are sent out."""
_BEDTIME = 22 * HOUR_MS
_NIGHT_ENDS = 6 * HOUR_MS
_MIDDAY_LIFT = np.array([0, 0, 0, 0, 0, 0, 0, 0.8, 2.0, 3.0, 3.0, 2.8, 2.8, 3.0, 3.2, 2.8, 1.8, 0.6] + [0.0] * 6)
# Weights of device slots (TV, second TV, computer, tablet, own phone) by class of person; a guess that gives D01 to D04.
_DEVICE_LIKING = np.array([[52, 8, 17, 7, 16], [32, 11, 28, 7, 22], [52, 6, 4, 33, 5]])


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
    """What the sitting stage carries from day to day: spells, and until when people and devices are taken."""

    in_burst: Flags
    person_free: Ints
    device_free: Ints


@dataclass(frozen=True, slots=True)
class Sessions(Rows):
    """One row per sitting that was meant to happen.

    `lead` is the person slot of who holds the remote, -1 for nobody; `viewers` a bit mask of person
    slots; `length_ms` the time meant to be spent, `until_ms` the instant by which the sofa and the
    screen are needed again. `exit` is the country code through which its network is seen, -1 for that
    of the place; `causes` a bit mask of the actors that brought the sitting about, 0 for ordinary people.
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


def introduce(world: World, homes: Homes) -> tuple[Persons, Agenda]:
    """List the people who watch, with their habits, on the day before the first."""
    settings, seed = world.scenario.of(SittingSettings), world.scenario.run.seed
    home, slot = np.nonzero(homes.persons & (homes.person_class != INFANT))
    key = within_home(homes.household[home], slot)
    person_class = homes.person_class[home, slot]
    table = Quantiles.lognormal(1024, 0.45, high=1024 * 5)
    persons = Persons(
        home=home,
        slot=slot,
        key=key,
        person_class=person_class,
        share_of_days=_shares_of_days(settings, seed, homes.household[home], key, person_class),
        length=Stream(seed, "viewing/persons/length").draw(key, table),
    )
    in_burst = Stream(seed, "viewing/persons/in_burst").happens(key, _SHARE_IN_BURST)
    taken = np.zeros((len(homes), PERSONS), dtype=np.int64), np.zeros((len(homes), DEVICES), dtype=np.int64)
    return persons, Agenda(in_burst, *taken)


def _shares_of_days(settings: SittingSettings, seed: int, household: Ints, key: Ints, person_class: Ints) -> Floats:
    """Logit-normal over people; half the variance belongs to the home."""
    of_home = standard_normal(Stream(seed, "viewing/homes/appetite"), household)
    of_person = standard_normal(Stream(seed, "viewing/persons/appetite"), key)
    away = settings.share_of_days_spread * (of_home + of_person) * 0.7071067811865476
    return around(settings.share_of_days, away) * np.array(list(_CLASS_DAYS.values()))[person_class]


def around(share: float, away: Floats) -> Floats:
    """Shares `away` from a middle one in logits; 0 and 1 stay what they are."""
    level = share * exp(away)
    return level / (level + (1.0 - share))


def standard_normal(stream: Stream, entity: Ints) -> Floats:
    """A standard normal number for each entity."""
    share = (stream.bits(entity) >> np.uint64(11)).astype(np.float64) + 0.5
    return normal_quantile(np.ldexp(share, -53))


def sit_down(world: World, homes: Homes, instants: Ints, persons: Persons, agenda: Agenda, day: int) -> Sessions:
    """Plan the sittings of one local day (days since 1970); moves `agenda` on."""
    number = day - world.first_day
    active = _who_is_active(world, homes, persons, agenda, day)
    wishes = _wishes(world, homes, persons, active, day, number)
    open_now = is_active(instants[wishes.home], wishes.start_ms)
    return _arrange(world, homes, agenda, wishes.take(open_now))


def _who_is_active(world: World, homes: Homes, persons: Persons, agenda: Agenda, day: int) -> Flags:
    settings, number = world.scenario.of(SittingSettings), day - world.first_day
    change = Stream(world.scenario.run.seed, "viewing/persons/spells")
    leave = 1.0 / settings.burst_days
    enter = leave * _SHARE_IN_BURST / (1.0 - _SHARE_IN_BURST)
    flips = change.happens(persons.key, np.where(agenda.in_burst, leave, min(enter, 1.0)), n=number)
    agenda.in_burst = agenda.in_burst ^ flips
    weekday = date_of(day).weekday()
    lift = world.lift_of_day(day)[homes.country[persons.home]] * settings.weekdays[weekday]
    spell = np.where(agenda.in_burst, 1.0, settings.lull_share_of_days)
    mean_spell = _SHARE_IN_BURST + (1.0 - _SHARE_IN_BURST) * settings.lull_share_of_days
    chance = np.minimum(persons.share_of_days * lift * spell / mean_spell, 0.97)
    return Stream(world.scenario.run.seed, "viewing/persons/active").happens(persons.key, chance, n=number)


def _wishes(world: World, homes: Homes, persons: Persons, active: Flags, day: int, number: int) -> Sessions:
    """The sittings people would like, those who join another left out."""
    settings, seed = world.scenario.of(SittingSettings), world.scenario.run.seed
    joins, viewers = _join(settings, seed, len(homes), persons, active, number)
    first = np.flatnonzero(active & ~joins)
    again = Stream(seed, "viewing/sittings/second").happens(persons.key[first], settings.second_sitting, n=number)
    row = np.concatenate([first, first[again]])
    sitting = np.concatenate([np.zeros(len(first), dtype=np.int64), np.ones(int(again.sum()), dtype=np.int64)])
    who = persons.take(row)
    ordinal = who.slot * _SITTINGS + sitting
    key = within_day(homes.household[who.home], number, 0, ordinal)
    start_local = day * DAY_MS + _start_of_day(world, homes, who, key, day)
    start = world.clock.to_utc(homes.zone[who.home], start_local)
    return Sessions(
        home=who.home,
        key=key,
        lead=who.slot,
        viewers=np.where(sitting == 0, viewers[row], 1 << who.slot),
        device=np.zeros(len(row), dtype=np.int64),
        start_ms=start,
        start_local=start_local,
        length_ms=_lengths(settings, seed, who, key, sitting, start_local),
        until_ms=np.zeros(len(row), dtype=np.int64),
        profile=homes.profile_of[who.home, who.slot],
        exit=np.full(len(row), -1, dtype=np.int64),
        causes=np.zeros(len(row), dtype=np.int64),
    )


def _join(
    settings: SittingSettings, seed: int, home_count: int, persons: Persons, active: Flags, number: int
) -> tuple[Flags, Ints]:
    """Who watches along with another of the home, and the viewers of each person's first sitting."""
    order = (Stream(seed, "viewing/sittings/leader").bits(persons.key, number) >> np.uint64(2)).astype(np.int64)
    order |= np.where(persons.person_class == CHILD, np.int64(1) << 62, 0)
    turn = np.full((home_count, PERSONS), np.iinfo(np.int64).max)
    turn[persons.home[active], persons.slot[active]] = order[active]
    leads = active & (turn.argmin(axis=1)[persons.home] == persons.slot)
    willing = Stream(seed, "viewing/sittings/together").happens(persons.key, settings.together, n=number)
    joins = active & ~leads & willing
    viewers = np.zeros((home_count, PERSONS), dtype=np.int64)
    viewers[persons.home[joins], persons.slot[joins]] = 1 << persons.slot[joins]
    company = viewers.sum(axis=1)[persons.home]
    return joins, (1 << persons.slot) | np.where(leads, company, 0)


def _start_of_day(world: World, homes: Homes, who: Persons, key: Ints, day: int) -> Ints:
    """Local ms since midnight at which each sitting begins; early hours belong to the night before."""
    settings, seed = world.scenario.of(SittingSettings), world.scenario.run.seed
    free = world.is_free_day(day)[homes.country[who.home]]
    curve = np.where(who.person_class == CHILD, 2, 0) + free
    hour = Stream(seed, "viewing/sittings/hour").pick(
        key, _hour_shares(settings.hours_of_day, settings.kids_hours_of_day), row=curve
    )
    shift = np.array([PLACES[code].evening_shift_min for code in COUNTRIES])[homes.country[who.home]]
    shift = np.where((hour >= 15) & (who.person_class != CHILD), shift, 0)
    return hour * HOUR_MS + Stream(seed, "viewing/sittings/minute").below(key, HOUR_MS) + shift * MINUTE_MS


@cache
def _hour_shares(of_adults: tuple[float, ...], of_children: tuple[float, ...]) -> Shares:
    """Four curves: adults on work days and free days, children on work days and free days."""
    adults, kids = np.array(of_adults), np.array(of_children)
    work = adults - np.minimum(0.25 * _MIDDAY_LIFT, 0.5 * adults)
    free = adults + 0.6 * _MIDDAY_LIFT
    kids_work = np.where((np.arange(24) >= 9) & (np.arange(24) < 15), 0.35, 1.0) * kids
    return Shares([work.tolist(), free.tolist(), kids_work.tolist(), kids.tolist()])


def _lengths(settings: SittingSettings, seed: int, who: Persons, key: Ints, sitting: Ints, start_local: Ints) -> Ints:
    """Time meant to be spent, in ms; shorter in the small hours and at the second sitting of a day."""
    table = _sitting_times(settings.sitting_minutes, settings.sitting_minutes_spread)
    drawn = Stream(seed, "viewing/sittings/length").draw(key, table) * who.length // 1024
    by_class = np.array([int(1024 * share) for share in _CLASS_LENGTH.values()])[who.person_class]
    is_night = start_local % DAY_MS < _NIGHT_ENDS
    tenths = np.where(sitting == 0, 10, 7) * np.where(is_night, 5, 10)
    meant = drawn * by_class // 1024 * tenths // 100
    soft = np.where(who.person_class == CHILD, _LONG_FOR_A_CHILD, _LONG)
    return np.minimum(np.where(meant > soft, soft + (meant - soft) // 4, meant), _LONGEST_SITTING)


@cache
def _sitting_times(median_minutes: float, spread: float) -> Quantiles:
    return Quantiles.lognormal(median_minutes * MINUTE_MS, spread, high=_LONGEST_SITTING)


def _arrange(world: World, homes: Homes, agenda: Agenda, wishes: Sessions) -> Sessions:
    """Nobody in two rooms at once, one sitting a screen: settle the wishes of each home in order of time."""
    wishes = wishes.take(np.lexsort((wishes.key, wishes.start_ms, wishes.home)))
    turn = turns(wishes.home)
    classes = homes.person_class
    settled = [
        _settle(world, homes, classes, agenda, wishes.take(turn == now)) for now in range(int(turn.max(initial=-1)) + 1)
    ]
    return Sessions.stack(settled) if settled else wishes


def _settle(world: World, homes: Homes, classes: Ints, agenda: Agenda, wishes: Sessions) -> Sessions:
    """One sitting for each of some homes: wait for the people, find a screen, or give up."""
    home = wishes.home
    comes = (wishes.viewers[:, None] >> np.arange(PERSONS)) & 1
    ready = np.maximum(wishes.start_ms, (agenda.person_free[home] * comes).max(axis=1) + 5 * MINUTE_MS)
    device = _find_screen(world, homes, classes, agenda, wishes, ready)
    late = ready - wishes.start_ms
    is_child = classes[home, wishes.lead] == CHILD
    too_late = is_child & ((wishes.start_local + late) % DAY_MS >= _BEDTIME)
    goes = (late < _LONGEST_DELAY) & (device >= 0) & ~too_late
    until = ready + wishes.length_ms + _SLACK
    agenda.person_free[home] = np.maximum(agenda.person_free[home], np.where(goes, until, 0)[:, None] * comes)
    agenda.device_free[home[goes], device[goes]] = until[goes]
    settled = replace(wishes, device=device, start_ms=ready, start_local=wishes.start_local + late, until_ms=until)
    return settled.take(goes)


def _find_screen(world: World, homes: Homes, classes: Ints, agenda: Agenda, wishes: Sessions, ready: Ints) -> Ints:
    """The device slot each sitting uses, -1 where every screen is taken."""
    home = wishes.home
    liking = np.zeros((len(home), DEVICES), dtype=np.int64)
    liking[:, [TV, SECOND_TV, COMPUTER, TABLET]] = _DEVICE_LIKING[classes[home, wishes.lead], :4]
    liking[np.arange(len(home)), FIRST_PHONE + wishes.lead] = _DEVICE_LIKING[classes[home, wishes.lead], 4]
    tilt = np.array([int(16 * PLACES[code].tv_tilt) for code in COUNTRIES])[homes.country[home]]
    liking *= np.where(np.arange(DEVICES) < COMPUTER, tilt[:, None], 16)
    together = wishes.viewers != 1 << wishes.lead
    liking[:, :COMPUTER] *= np.where(together, 5, 1)[:, None]
    hour = wishes.start_local // HOUR_MS % 24
    liking[:, COMPUTER:] *= np.where((hour >= 8) & (hour < 17), 2, 1)[:, None]  # sources D09-mob, D09-pc
    liking *= (homes.device_type[home] >= 0) & (agenda.device_free[home] <= ready[:, None])
    running = np.cumsum(liking, axis=1)
    point = Stream(world.scenario.run.seed, "viewing/sittings/device").below(wishes.key, np.maximum(running[:, -1], 1))
    return np.where(running[:, -1] > 0, (running <= point[:, None]).sum(axis=1), -1)
