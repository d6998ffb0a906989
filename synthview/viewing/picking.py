"""How the next title is found: what pulls a profile, and which title it lands on."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from synthview.draws.chance import Shares, odds, portion
from synthview.rows import Flags, Floats, Ints, Rows, Words
from synthview.tables import START_SOURCES
from synthview.viewing.memory import FAVOURITES, Memory
from synthview.viewing.settings import ChoosingSettings
from synthview.viewing.sittings import Sessions
from synthview.world import World
from synthview.world.clock import DAY_MS, HOUR_MS, MINUTE_MS
from synthview.world.popularity import ADULTS, FILMS, FRESH, KIDS, SERIES, Shelf

__all__ = [
    "DECISIONS",
    "NEXT_EPISODE",
    "RESUME",
    "REWATCH",
    "SLEEP_AID",
    "Mind",
    "Picked",
    "intent",
    "pick",
]

RESUME, NEXT_EPISODE, NEW_RELEASE, BROWSE, SEARCH, REWATCH, SLEEP_AID = range(7)
assert START_SOURCES[:7] == (
    "resume",
    "next_episode",
    "new_release",
    "browse",
    "search",
    "rewatch",
    "sleep_aid",
)
_WAYS = {"browse": BROWSE, "new_release": NEW_RELEASE, "search": SEARCH}
"""The sources of new titles, by their names in `choose_by`."""
_CANDIDATES = 4
"""Titles a profile looks at before it leaves the menu."""
_FILM_TIME_MS = 60 * MINUTE_MS
"""With less time than this people rather start an episode."""
_FORGET_FILM_DAYS = 14
_FORGET_SERIES_DAYS = 40
_CAP_WINDOW_DAYS = 18
_NIGHT = (22 * HOUR_MS, 3 * HOUR_MS)

# One hash per decision of a play: row k of the words drawn for it.
DECISIONS = (
    "latest_series",
    "goes_on",
    "next_episode",
    "resume_film",
    "rewatch",
    "sleep_aid",
    "way",
    "film_or_series",
    "which_favourite",
    "any_episode",
    "credits",
    "sits_through",
    "gives_up",
    "lingers",
    "sample",
    "gap",
    "lets_it_come",
    "loved",
    "title",
    "title_1",
    "title_2",
    "title_3",
)
_PLACE = {name: place for place, name in enumerate(DECISIONS)}


@dataclass(slots=True)
class Mind:
    """Those who sit before a menu right now, one row a profile, and their draws.

    `left_ms` is the time left; `last_slot` the slot of the series that ran last, -1 for none.
    `for_child`: a child is among the viewers, and what they watch is for it.
    """

    session: Ints
    profile: Ints
    key: Ints
    number: Ints
    left_ms: Ints
    last_slot: Ints
    for_child: Flags
    words: Words

    def of(self, decision: str) -> Words:
        """64 bits for a decision."""
        return self.words[_PLACE[decision]]

    def happens(self, decision: str, chance: float | Floats) -> Flags:
        """Whether something with a chance happens."""
        share = self.of(decision) >> np.uint64(1)
        return share < odds(chance)

    def below(self, decision: str, bound: Ints | int) -> Ints:
        """A whole number from 0 to `bound` - 1."""
        return portion(self.of(decision), bound)


@dataclass(frozen=True, slots=True)
class Picked(Rows):
    """The next title of each profile that sits before a menu.

    `work` is -1 where nothing is on offer; `source` is where it comes from; `slot` the place of a
    series under way, -1 otherwise; `is_new` whether the profile had no reason to return to it.
    """

    source: Ints
    slot: Ints
    work: Ints
    episode: Ints
    position_ms: Ints
    is_new: Flags


def intent(
    settings: ChoosingSettings,
    is_kids: Flags,
    memory: Memory,
    sessions: Sessions,
    mind: Mind,
    day: int,
) -> tuple[Ints, Ints]:
    """Where the next title comes from, and for series the slot of the one under way (else -1)."""
    goes_on = mind.happens("goes_on", settings.goes_on)
    goes_on &= mind.last_slot >= 0
    latest = _latest_series(is_kids, memory, mind, day)
    slot = np.where(goes_on, mind.last_slot, latest)
    takes_next = goes_on | mind.happens("next_episode", settings.next_episode)

    by_precedence = (
        (SLEEP_AID, _wants_sleep_aid(memory, sessions, mind)),
        (RESUME, ~goes_on & _wants_film_back(settings, is_kids, memory, mind, day)),
        (REWATCH, ~goes_on & _wants_favourite(settings, memory, mind)),
        (NEXT_EPISODE, (slot >= 0) & takes_next),
    )
    source = np.select(
        [applies for _, applies in by_precedence],
        [source for source, _ in by_precedence],
        default=_way_to_new(settings, mind),
    )
    return source, np.where(source == NEXT_EPISODE, slot, -1)


def _latest_series(is_kids: Flags, memory: Memory, mind: Mind, day: int) -> Ints:
    """The slot of the series a profile would go on with, mostly the latest; -1 for none."""
    who = mind.profile
    series = memory.series[who]
    age_days = day - memory.series_day[who]
    suits = ~mind.for_child[:, None] | is_kids[series]
    is_fresh = suits & (series >= 0) & (age_days <= _FORGET_SERIES_DAYS)
    first, second = is_fresh.T[:2]
    prefers_first = mind.happens("latest_series", 0.75)
    takes_first = first & (prefers_first | ~second)
    return np.select(
        [takes_first, second],
        [0, 1],
        default=-1,
    )


def _wants_film_back(
    settings: ChoosingSettings,
    is_kids: Flags,
    memory: Memory,
    mind: Mind,
    day: int,
) -> Flags:
    """Whether a film left unfinished on an earlier day is taken up again."""
    who = mind.profile
    film = memory.film[who]
    age_days = day - memory.film_day[who]
    is_fresh = (age_days > 0) & (age_days <= _FORGET_FILM_DAYS)
    suits = ~mind.for_child | is_kids[film]
    resumes = mind.happens("resume_film", settings.resume_film)
    return (film >= 0) & is_fresh & suits & resumes


def _wants_favourite(settings: ChoosingSettings, memory: Memory, mind: Mind) -> Flags:
    """Whether a profile would return to a favourite; repeaters do so often."""
    who = mind.profile
    suits = ~mind.for_child | memory.is_for_kids[who]
    chance = np.where(
        memory.is_repeater[who],
        0.45,
        settings.rewatch,
    )
    return suits & mind.happens("rewatch", chance)


def _wants_sleep_aid(memory: Memory, sessions: Sessions, mind: Mind) -> Flags:
    """Whether somebody puts on what they fall asleep with; not before a child."""
    is_bedtime = _is_bedtime(memory, sessions, mind)
    return ~mind.for_child & is_bedtime & mind.happens("sleep_aid", 0.75)


def _way_to_new(settings: ChoosingSettings, mind: Mind) -> Ints:
    """How a new title would be found."""
    weights = tuple(settings.choose_by[name] for name in _WAYS)
    way = _shares_of(weights).at(mind.of("way"))
    return np.array(list(_WAYS.values()))[way]


def _is_bedtime(memory: Memory, sessions: Sessions, mind: Mind) -> Flags:
    """The first title of a late session of somebody who keeps a sleep aid."""
    session = mind.session
    home = sessions.home[session]
    time_of_day = sessions.start_local[session] % DAY_MS
    is_late = (time_of_day >= _NIGHT[0]) | (time_of_day < _NIGHT[1])
    has_aid = memory.sleep_aid[home] >= 0
    leads = memory.sleep_aid_person[home] == sessions.lead[session]
    return is_late & has_aid & leads & (mind.number == 0)


def pick(
    world: World,
    memory: Memory,
    sessions: Sessions,
    mind: Mind,
    source: Ints,
    slot: Ints,
    day: int,
) -> Picked:
    """The title each profile lands on, given where it comes from."""
    who = mind.profile
    home = sessions.home[mind.session]
    settings = world.scenario.of(ChoosingSettings)
    favourite, returns = _favourite(settings, memory, mind, source, day)
    known = (
        (source == SLEEP_AID, memory.sleep_aid[home]),
        (source == RESUME, memory.film[who]),
        (source == NEXT_EPISODE, memory.series[who, slot]),
        (returns, favourite),
    )
    applies = [is_known for is_known, _ in known]
    work = np.select(
        applies,
        [its_work for _, its_work in known],
        default=-1,
    )
    is_new = ~np.logical_or.reduce(applies)
    new = np.flatnonzero(is_new)
    work[new] = _new_titles(world, memory, mind, new, source[new], day)

    at_random = returns | (source == SLEEP_AID)
    return Picked(
        source=source,
        slot=slot,
        work=work,
        episode=_episode(world, memory, mind, work, slot, at_random, day),
        position_ms=_position(memory, mind, source, slot),
        is_new=is_new,
    )


def _episode(
    world: World, memory: Memory, mind: Mind, work: Ints, slot: Ints, at_random: Flags, day: int
) -> Ints:
    """The episode of each work: the next one of a series under way, any one, or the first."""
    count = world.catalogue.episodes_out(day)[work]
    following = memory.episode[mind.profile, slot]
    any_one = mind.below("any_episode", np.maximum(count, 1))
    episode = np.select(
        [at_random, slot >= 0],
        [any_one, following],
        default=0,
    )
    last = np.maximum(count - 1, 0)
    return np.clip(episode, 0, last)


def _position(memory: Memory, mind: Mind, source: Ints, slot: Ints) -> Ints:
    """Where playing starts, in ms: where a film or an episode under way was left."""
    who = mind.profile
    return np.select(
        [source == RESUME, source == NEXT_EPISODE],
        [memory.film_at[who], memory.episode_at[who, slot]],
        default=0,
    )


def _favourite(
    settings: ChoosingSettings, memory: Memory, mind: Mind, source: Ints, day: int
) -> tuple[Ints, Flags]:
    """The favourite each returning profile takes; ordinary people let it rest between viewings."""
    who = mind.profile
    is_repeater = memory.is_repeater[who]
    any_one = mind.below("which_favourite", FAVOURITES)
    which = np.where(is_repeater, 0, any_one)
    work = memory.favourites[who, which]

    age_days = day - memory.favourite_day[who, which]
    rest_days = -(-_CAP_WINDOW_DAYS // settings.repeat_cap) + 1
    is_rested = is_repeater | (age_days >= rest_days)
    returns = (source == REWATCH) & is_rested & (work >= 0)
    memory.favourite_day[who[returns], which[returns]] = day
    return work, returns


def _new_titles(
    world: World, memory: Memory, mind: Mind, rows: Ints, source: Ints, day: int
) -> Ints:
    """Titles not seen before, drawn by popularity on that day; -1 if no candidate suits."""
    who = mind.profile[rows]
    stock = world.popularity.shelf(day, memory.countries)
    shelf = _shelf_before(stock, memory, mind, rows, source)
    work = np.full(len(rows), -1, dtype=np.int64)
    missing = np.arange(len(rows))
    for candidate in range(_CANDIDATES):
        words = mind.words[_PLACE["title"] + candidate]
        found = stock.pick(words[rows[missing]], shelf[missing])
        fits = (found >= 0) & ~memory.has_seen(who[missing], found)
        work[missing[fits]] = found[fits]
        missing = missing[~fits]
        if not len(missing):
            break
    return work


def _shelf_before(stock: Shelf, memory: Memory, mind: Mind, rows: Ints, source: Ints) -> Ints:
    """The row of the shelf each profile chooses from; new releases where there are any."""
    who = mind.profile[rows]
    has_time = mind.left_ms[rows] >= _FILM_TIME_MS
    film_chance = memory.film_taste[who] * np.where(has_time, 1.0, 0.3)
    share = mind.of("film_or_series")[rows] >> np.uint64(1)
    takes_film = share < odds(film_chance)
    kind = np.where(takes_film, FILMS, SERIES)

    # An adult's profile looks at the shelf for children while it chooses for a child.
    moves = mind.for_child[rows] & ~memory.is_for_kids[who]
    to_kids = (KIDS - ADULTS) * len(memory.countries)
    audience = memory.shelf[who] + np.where(moves, to_kids, 0)

    wanted_kind = np.where(source == NEW_RELEASE, FRESH, kind)
    wanted = stock.row(wanted_kind, audience)
    is_stocked = stock.total[wanted] > 0
    return np.where(is_stocked, wanted, stock.row(kind, audience))


@cache
def _shares_of(weights: tuple[float, ...]) -> Shares:
    return Shares(weights)
