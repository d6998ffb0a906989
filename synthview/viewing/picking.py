"""How the next title is found: what pulls a profile, and which title it lands on."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from synthview.draws.chance import Shares, odds, portion
from synthview.rows import Flags, Floats, Ints, Words
from synthview.tables import START_SOURCES
from synthview.viewing.memory import FAVOURITES, Memory
from synthview.viewing.settings import ChoosingSettings
from synthview.viewing.sittings import Sessions
from synthview.world import World
from synthview.world.clock import DAY_MS, HOUR_MS, MINUTE_MS
from synthview.world.popularity import ADULTS, FILMS, FRESH, KIDS, SERIES

__all__ = ["DECISIONS", "NEXT_EPISODE", "RESUME", "REWATCH", "SLEEP_AID", "Mind", "intent", "pick"]

RESUME, NEXT_EPISODE, NEW_RELEASE, BROWSE, SEARCH, REWATCH, SLEEP_AID = range(7)
assert START_SOURCES[:7] == ("resume", "next_episode", "new_release", "browse", "search", "rewatch", "sleep_aid")
_CANDIDATES = 4
_FILM_TIME_MS = 60 * MINUTE_MS
"""With less time than this people rather start an episode."""
_FORGET_FILM_DAYS = 14
_FORGET_SERIES_DAYS = 40
_CAP_WINDOW_DAYS = 18
_NIGHT = (22 * HOUR_MS, 3 * HOUR_MS)

# One hash per decision of a play: row k of the words drawn for it.
DECISIONS = (
    "latest_series", "goes_on", "next_episode", "resume_film", "rewatch", "sleep_aid", "way", "film_or_series",
    "which_favourite", "any_episode", "credits", "sits_through", "gives_up", "lingers", "sample", "gap",
    "lets_it_come", "loved", "title", "title_1", "title_2", "title_3",
)  # fmt: skip
_PLACE = {name: place for place, name in enumerate(DECISIONS)}


@dataclass(slots=True)
class Mind:
    """Those who sit before a menu right now, one row a profile: who, time left, what ran last, their draws.

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
        return (self.of(decision) >> np.uint64(1)) < odds(chance)

    def below(self, decision: str, bound: Ints | int) -> Ints:
        """A whole number from 0 to `bound` - 1."""
        return portion(self.of(decision), bound)


def intent(
    settings: ChoosingSettings, is_kids: Flags, memory: Memory, sessions: Sessions, mind: Mind, day: int
) -> tuple[Ints, Ints]:
    """Where the next title comes from, and for series which of those under way (slot, -1 otherwise)."""
    who = mind.profile
    suits = ~mind.for_child[:, None] | is_kids[memory.series[who]]
    fresh = suits & (memory.series[who] >= 0) & (day - memory.series_day[who] <= _FORGET_SERIES_DAYS)
    latest = fresh[:, 0] & (mind.happens("latest_series", 0.75) | ~fresh[:, 1])
    slot = np.where(latest, 0, np.where(fresh[:, 1], 1, -1))
    goes_on = (mind.last_slot >= 0) & mind.happens("goes_on", settings.goes_on)
    slot = np.where(goes_on, mind.last_slot, slot)
    to_series = (slot >= 0) & (goes_on | mind.happens("next_episode", settings.next_episode))
    film_age = day - memory.film_day[who]
    has_film = (memory.film[who] >= 0) & (film_age > 0) & (film_age <= _FORGET_FILM_DAYS)
    has_film &= ~mind.for_child | is_kids[memory.film[who]]
    to_film = has_film & ~goes_on & mind.happens("resume_film", settings.resume_film)
    to_favourite = ~goes_on & mind.happens("rewatch", np.where(memory.is_repeater[who], 0.45, settings.rewatch))
    to_favourite &= ~mind.for_child | memory.is_for_kids[who]
    to_sleep = ~mind.for_child & _is_bedtime(memory, sessions, mind) & mind.happens("sleep_aid", 0.75)
    new = np.array([BROWSE, NEW_RELEASE, SEARCH])[_ways(settings).at(mind.of("way"))]
    source = np.where(to_favourite, REWATCH, np.where(to_series, NEXT_EPISODE, new))
    source = np.where(to_sleep, SLEEP_AID, np.where(to_film, RESUME, source))
    return source, np.where(source == NEXT_EPISODE, slot, -1)


def _is_bedtime(memory: Memory, sessions: Sessions, mind: Mind) -> Flags:
    """The first title of a late sitting of somebody who keeps a sleep aid."""
    hour = sessions.start_local[mind.session] % DAY_MS
    late = (hour >= _NIGHT[0]) | (hour < _NIGHT[1])
    home = sessions.home[mind.session]
    return (
        late
        & (mind.number == 0)
        & (memory.sleep_aid_person[home] == sessions.lead[mind.session])
        & (memory.sleep_aid[home] >= 0)
    )


def pick(
    world: World,
    settings: ChoosingSettings,
    memory: Memory,
    sessions: Sessions,
    mind: Mind,
    source: Ints,
    slot: Ints,
    day: int,
) -> tuple[Ints, Ints, Ints, Flags]:
    """Work, episode, start position, and whether it is a new title; work -1 where nothing is on offer."""
    who = mind.profile
    favourite, returns = _favourite(settings, memory, mind, source, day)
    is_known = (source == SLEEP_AID) | (source == RESUME) | (source == NEXT_EPISODE) | returns
    work = np.where(
        source == RESUME, memory.film[who], np.where(source == NEXT_EPISODE, memory.series[who, slot], favourite)
    )
    work = np.where(source == SLEEP_AID, memory.sleep_aid[sessions.home[mind.session]], work)
    new = np.flatnonzero(~is_known)
    work[new] = _new_titles(world, memory, mind, new, source[new], day)
    count = world.catalogue.works.episode_count[work]
    episode = np.where(source == NEXT_EPISODE, memory.episode[who, slot], 0)
    anywhere = mind.below("any_episode", np.maximum(count, 1))
    episode = np.where((source == SLEEP_AID) | returns, anywhere, episode)
    position = np.where(source == NEXT_EPISODE, memory.episode_at[who, slot], 0)
    position = np.where(source == RESUME, memory.film_at[who], position)
    return work, np.clip(episode, 0, np.maximum(count - 1, 0)), position, ~is_known


def _favourite(settings: ChoosingSettings, memory: Memory, mind: Mind, source: Ints, day: int) -> tuple[Ints, Flags]:
    """The favourite each returning profile takes; ordinary people let it rest between two viewings."""
    who = mind.profile
    which = np.where(memory.is_repeater[who], 0, mind.below("which_favourite", FAVOURITES))
    rest = -(-_CAP_WINDOW_DAYS // settings.repeat_cap) + 1
    rested = memory.is_repeater[who] | (day - memory.favourite_day[who, which] >= rest)
    work = memory.favourites[who, which]
    takes = (source == REWATCH) & rested & (work >= 0)
    memory.favourite_day[who[takes], which[takes]] = day
    return work, takes


def _new_titles(world: World, memory: Memory, mind: Mind, rows: Ints, source: Ints, day: int) -> Ints:
    """Titles not seen before, drawn by how popular they are that day; a few candidates are looked at."""
    who = mind.profile[rows]
    taste = memory.film_taste[who] * np.where(mind.left_ms[rows] >= _FILM_TIME_MS, 1.0, 0.3)
    kind = np.where((mind.of("film_or_series")[rows] >> np.uint64(1)) < odds(taste), FILMS, SERIES)
    stock = world.popularity.shelf(day, memory.countries)
    moves = mind.for_child[rows] & ~memory.is_for_kids[who]
    audience = memory.shelf[who] + np.where(moves, (KIDS - ADULTS) * len(memory.countries), 0)
    shelf = stock.row(np.where(source == NEW_RELEASE, FRESH, kind), audience)
    shelf = np.where(stock.total[shelf] > 0, shelf, stock.row(kind, audience))
    work = np.full(len(rows), -1, dtype=np.int64)
    missing = np.arange(len(rows))
    for candidate in range(_CANDIDATES):
        found = stock.pick(mind.words[_PLACE["title"] + candidate][rows[missing]], shelf[missing])
        fits = (found >= 0) & ~memory.has_seen(who[missing], found)
        work[missing[fits]] = found[fits]
        missing = missing[~fits]
        if not len(missing):
            break
    return work


@cache
def _shares_of(weights: tuple[float, ...]) -> Shares:
    return Shares(weights)


def _ways(settings: ChoosingSettings) -> Shares:
    return _shares_of(tuple(settings.choose_by[name] for name in ("browse", "new_release", "search")))
