"""What people pick: go on with a film or a series, something new, an old favourite, or what sends them to sleep."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from synthview.chance import Shares, Stream, odds
from synthview.ids import ORDINALS
from synthview.people.homes import PROFILES, Homes
from synthview.quantiles import Quantiles
from synthview.rows import Flags, Floats, Ints, Rows, Words, turns
from synthview.tables import START_SOURCES
from synthview.viewing.memory import FAVOURITES, SERIES_SLOTS, Memory
from synthview.viewing.settings import ChoosingSettings
from synthview.viewing.sittings import Sessions
from synthview.world import World
from synthview.world.catalogue import EPISODE, FILM, title_key
from synthview.world.clock import DAY_MS, HOUR_MS, MINUTE_MS
from synthview.world.popularity import FILMS, FRESH, SERIES

__all__ = ["Plays", "choose"]

RESUME, NEXT_EPISODE, NEW_RELEASE, BROWSE, SEARCH, REWATCH, SLEEP_AID = range(7)
assert START_SOURCES[:7] == ("resume", "next_episode", "new_release", "browse", "search", "rewatch", "sleep_aid")
MOST_PLAYS = 24
"""More plays than one sitting holds; a play's ordinal within its sitting stays below 32."""
_CANDIDATES = 4
_ENOUGH_MS = 4 * MINUTE_MS
_STRETCH_MS = 12 * MINUTE_MS
_FILM_STRETCH_MS = 40 * MINUTE_MS
_FILM_TIME_MS = 60 * MINUTE_MS
"""With less time than this people rather start an episode; a film under way is stretched for."""
_FORGET_FILM_DAYS = 14
_FORGET_SERIES_DAYS = 40
_CAP_WINDOW_DAYS = 18
_NIGHT = (22 * HOUR_MS, 3 * HOUR_MS)
_SAMPLES = Quantiles.lognormal(4.5 * MINUTE_MS, 1.0, low=15_000, high=40 * MINUTE_MS)
"""How long a title is tried before it is given up early: median 4.5 minutes (guess; T17 suggests the range)."""

# One hash per decision of a play: row k of the words drawn for it.
_DECISIONS = (
    "latest_series", "goes_on", "next_episode", "resume_film", "rewatch", "sleep_aid", "way", "film_or_series",
    "which_favourite", "any_episode", "credits", "sits_through", "gives_up", "lingers", "sample", "gap",
    "lets_it_come", "loved", "title", "title_1", "title_2", "title_3",
)  # fmt: skip
_PLACE = {name: place for place, name in enumerate(_DECISIONS)}
_PER_PLAY = 32


@dataclass(frozen=True, slots=True)
class Plays(Rows):
    """One row per title that was meant to be played.

    `session` is the row of the sitting; `gap_ms` the time between the end of the play before (or
    sitting down) and the press; `playing_ms` how long it is meant to run; `finishes` whether that
    takes it to its end.
    """

    session: Ints
    key: Ints
    work: Ints
    episode: Ints
    start_position_ms: Ints
    playing_ms: Ints
    gap_ms: Ints
    source: Ints
    finishes: Flags
    autoplayed: Flags

    def title(self, world: World) -> Ints:
        """Internal ids of the titles."""
        is_film = world.catalogue.works.is_film[self.work]
        return title_key(np.where(is_film, FILM, EPISODE), self.work, np.where(is_film, 0, self.episode))


@dataclass(slots=True)
class _Mind:
    """Those who sit before a menu right now, one row a profile: who, time left, what ran last, and their draws."""

    session: Ints
    profile: Ints
    key: Ints
    number: Ints
    left_ms: Ints
    last_slot: Ints
    words: Words

    def of(self, decision: str) -> Words:
        """64 bits for a decision."""
        return self.words[_PLACE[decision]]

    def happens(self, decision: str, chance: float | Floats) -> Flags:
        """Whether something with a chance happens."""
        return (self.of(decision) >> np.uint64(1)) < odds(chance)

    def below(self, decision: str, bound: Ints | int) -> Ints:
        """A whole number from 0 to `bound` - 1, for bounds up to 2**31."""
        scaled = (self.of(decision) >> np.uint64(32)) * np.asarray(bound, dtype=np.uint64)
        return (scaled >> np.uint64(32)).astype(np.int64)


def choose(world: World, homes: Homes, memory: Memory, sessions: Sessions, day: int) -> Plays:
    """Fill the sittings of one day with titles; moves `memory` on.

    All profiles of the block choose at once, each its next title: the sittings of one profile in
    order of time, one title after the other.
    """
    profile = sessions.home * PROFILES + homes.profile_of[sessions.home, sessions.lead]
    order = np.lexsort((sessions.key, sessions.start_ms, profile))
    at, number = np.flatnonzero(turns(profile[order]) == 0), np.zeros(0, dtype=np.int64)
    number, left, last = np.zeros_like(at), sessions.length_ms[order[at]], np.full(len(at), -1)
    pieces = []
    while len(at):
        session = order[at]
        mind = _mind(world, sessions, session, profile[session], number, left, last)
        plays = _next(world, memory, sessions, mind, day)
        started = plays.work >= 0
        pieces.append(plays if started.all() else plays.take(started))
        left, number, last = left - plays.playing_ms - plays.gap_ms, number + 1, mind.last_slot
        is_over = ~started | (left <= _ENOUGH_MS) | (number >= MOST_PLAYS)
        at, number, left, last = _move_on(sessions, profile, order, at, is_over, number, left, last)
    return Plays.stack(pieces) if pieces else _no_plays()


def _move_on(
    sessions: Sessions, profile: Ints, order: Ints, at: Ints, is_over: Flags, number: Ints, left: Ints, last: Ints
) -> tuple[Ints, Ints, Ints, Ints]:
    """Go to the next title of a sitting, or to the profile's next sitting, or home."""
    following = np.minimum(at + 1, len(order) - 1)
    has_more = (at + 1 < len(order)) & (profile[order[following]] == profile[order[at]])
    stays = ~is_over | has_more
    at = np.where(is_over, following, at)
    left = np.where(is_over, sessions.length_ms[order[at]], left)
    return at[stays], np.where(is_over, 0, number)[stays], left[stays], np.where(is_over, -1, last)[stays]


def _no_plays() -> Plays:
    none, no = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=bool)
    return Plays(none, none, none, none, none, none, none, none, no, no)


def _mind(world: World, sessions: Sessions, session: Ints, profile: Ints, number: Ints, left: Ints, last: Ints) -> _Mind:
    key = sessions.key[session]
    n = number * _PER_PLAY + np.arange(len(_DECISIONS))[:, None]
    words = Stream(world.scenario.run.seed, "viewing/plays").bits(key, n)
    return _Mind(session, profile, key, number, left, last, words)


def _next(world: World, memory: Memory, sessions: Sessions, mind: _Mind, day: int) -> Plays:
    """Pick and plan one title for each profile that sits before a menu."""
    settings, catalogue = world.scenario.of(ChoosingSettings), world.catalogue
    source, slot = _intent(settings, memory, sessions, mind, day)
    work, episode, position, is_new = _pick(world, settings, memory, sessions, mind, source, slot, day)
    runtime = catalogue.runtime_ms(work, episode)
    remaining = np.maximum(runtime - _credits(mind, runtime) - position, 10_000)
    stretch = np.where(catalogue.works.is_film[work], _FILM_STRETCH_MS, _STRETCH_MS)
    playing = np.where(remaining <= mind.left_ms + stretch, remaining, np.maximum(mind.left_ms, _ENOUGH_MS))
    given_up = is_new & mind.happens("gives_up", settings.give_up)
    playing = np.where(given_up, np.minimum(_sample(mind, runtime), playing), playing)
    goes_on = (source == NEXT_EPISODE) & (mind.last_slot == slot)
    autoplayed = goes_on & mind.happens("lets_it_come", 0.72)
    plays = Plays(
        session=mind.session,
        key=mind.key - mind.key % ORDINALS + mind.key % ORDINALS * 32 + mind.number,
        work=work,
        episode=episode,
        start_position_ms=position,
        playing_ms=playing,
        gap_ms=_gaps(settings, mind, source, goes_on, autoplayed),
        source=source,
        finishes=playing >= remaining,
        autoplayed=autoplayed,
    )
    mind.last_slot = _remember(settings, catalogue.works.is_film, catalogue.works.episode_count, memory, mind, plays, slot, is_new, given_up, day)
    return plays


def _intent(settings: ChoosingSettings, memory: Memory, sessions: Sessions, mind: _Mind, day: int) -> tuple[Ints, Ints]:
    """Where the next title comes from, and for series which of those under way (slot, -1 otherwise)."""
    who = mind.profile
    fresh = (memory.series[who] >= 0) & (day - memory.series_day[who] <= _FORGET_SERIES_DAYS)
    latest = fresh[:, 0] & (mind.happens("latest_series", 0.75) | ~fresh[:, 1])
    slot = np.where(latest, 0, np.where(fresh[:, 1], 1, -1))
    goes_on = (mind.last_slot >= 0) & mind.happens("goes_on", settings.goes_on)
    slot = np.where(goes_on, mind.last_slot, slot)
    to_series = (slot >= 0) & (goes_on | mind.happens("next_episode", settings.next_episode))
    film_age = day - memory.film_day[who]
    has_film = (memory.film[who] >= 0) & (film_age > 0) & (film_age <= _FORGET_FILM_DAYS)
    to_film = has_film & ~goes_on & mind.happens("resume_film", settings.resume_film)
    to_favourite = ~goes_on & mind.happens("rewatch", np.where(memory.is_repeater[who], 0.45, settings.rewatch))
    to_sleep = _is_bedtime(memory, sessions, mind) & mind.happens("sleep_aid", 0.75)
    new = np.array([BROWSE, NEW_RELEASE, SEARCH])[_ways(settings).at(mind.of("way"))]
    source = np.where(to_favourite, REWATCH, np.where(to_series, NEXT_EPISODE, new))
    source = np.where(to_sleep, SLEEP_AID, np.where(to_film, RESUME, source))
    return source, np.where(source == NEXT_EPISODE, slot, -1)


def _is_bedtime(memory: Memory, sessions: Sessions, mind: _Mind) -> Flags:
    """The first title of a late sitting of somebody who keeps a sleep aid."""
    hour = sessions.start_local[mind.session] % DAY_MS
    late = (hour >= _NIGHT[0]) | (hour < _NIGHT[1])
    home = sessions.home[mind.session]
    return late & (mind.number == 0) & (memory.sleep_aid_person[home] == sessions.lead[mind.session]) & (memory.sleep_aid[home] >= 0)


def _pick(
    world: World, settings: ChoosingSettings, memory: Memory, sessions: Sessions, mind: _Mind, source: Ints, slot: Ints, day: int
) -> tuple[Ints, Ints, Ints, Flags]:
    """Work, episode, start position, and whether it is a new title; work -1 where nothing is on offer."""
    who = mind.profile
    favourite, returns = _favourite(settings, memory, mind, source, day)
    is_known = (source == SLEEP_AID) | (source == RESUME) | (source == NEXT_EPISODE) | returns
    work = np.where(source == RESUME, memory.film[who], np.where(source == NEXT_EPISODE, memory.series[who, slot], favourite))
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


def _favourite(settings: ChoosingSettings, memory: Memory, mind: _Mind, source: Ints, day: int) -> tuple[Ints, Flags]:
    """The favourite each returning profile takes; ordinary people let it rest between two viewings."""
    who = mind.profile
    which = np.where(memory.is_repeater[who], 0, mind.below("which_favourite", FAVOURITES))
    rest = -(-_CAP_WINDOW_DAYS // settings.repeat_cap) + 1
    rested = memory.is_repeater[who] | (day - memory.favourite_day[who, which] >= rest)
    work = memory.favourites[who, which]
    takes = (source == REWATCH) & rested & (work >= 0)
    memory.favourite_day[who[takes], which[takes]] = day
    return work, takes


def _new_titles(world: World, memory: Memory, mind: _Mind, rows: Ints, source: Ints, day: int) -> Ints:
    """Titles not seen before, drawn by how popular they are that day; a few candidates are looked at."""
    who = mind.profile[rows]
    taste = memory.film_taste[who] * np.where(mind.left_ms[rows] >= _FILM_TIME_MS, 1.0, 0.3)
    kind = np.where((mind.of("film_or_series")[rows] >> np.uint64(1)) < odds(taste), FILMS, SERIES)
    stock = world.popularity.shelf(day, memory.countries)
    shelf = stock.row(np.where(source == NEW_RELEASE, FRESH, kind), memory.shelf[who])
    shelf = np.where(stock.total[shelf] > 0, shelf, stock.row(kind, memory.shelf[who]))
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


def _credits(mind: _Mind, runtime: Ints) -> Ints:
    """How much of the end is left out: most people leave while the closing credits run."""
    return np.where(mind.happens("sits_through", 0.2), 0, runtime * mind.below("credits", 92) // 1024)


def _sample(mind: _Mind, runtime: Ints) -> Ints:
    """After how long a title is given up: mostly within minutes, else somewhere in the first half."""
    lingers = mind.happens("lingers", 0.35)
    return np.where(lingers, runtime * (64 + mind.below("sample", 512)) // 1024, _SAMPLES.at(mind.of("sample")))


def _gaps(settings: ChoosingSettings, mind: _Mind, source: Ints, goes_on: Flags, autoplayed: Flags) -> Ints:
    """Time before the press: browsing, a quick press, or none before autoplay (its countdown is the player's)."""
    browsing = _browsing(settings.browse_seconds).at(mind.of("gap"))
    quick = 4_000 + mind.below("gap", 16_000)
    known = (source == RESUME) | (source == SLEEP_AID) | (source == NEXT_EPISODE)
    gap = np.where(known, np.where(goes_on, quick // 3, quick), browsing)
    return np.where(autoplayed, 0, gap)


def _remember(
    settings: ChoosingSettings, is_film: Flags, episode_count: Ints, memory: Memory, mind: _Mind, plays: Plays, slot: Ints,
    is_new: Flags, given_up: Flags, day: int,
) -> Ints:  # fmt: skip
    """Write down what has been seen; returns the slot of the series that ran, -1 for none."""
    kept = (plays.work >= 0) & (plays.source != SLEEP_AID) & (is_new | (plays.source != REWATCH))
    new = np.flatnonzero(kept & is_new)
    memory.mark_seen(mind.profile[new], plays.work[new])
    position = plays.start_position_ms + plays.playing_ms
    film = np.flatnonzero(kept & is_film[plays.work])
    who, work, finishes, gave_up = mind.profile[film], plays.work[film], plays.finishes[film], given_up[film]
    memory.keep_film(who, work, position[film], finishes | gave_up, plays.source[film] == RESUME, settings.repeat_cap, day)
    loved = finishes & ~gave_up & mind.happens("loved", 0.06)[film]
    memory.love(who[loved], work[loved], day)
    series = np.flatnonzero(kept & ~is_film[plays.work] & ~given_up)
    who, work, finishes = mind.profile[series], plays.work[series], plays.finishes[series]
    episode = plays.episode[series] + finishes
    over = episode >= episode_count[work]
    place = np.where(slot[series] >= 0, slot[series], SERIES_SLOTS - 1)
    memory.keep_series(who, place, np.where(over, -1, work), episode, np.where(finishes, 0, position[series]), day)
    ran = np.full(len(mind.profile), -1, dtype=np.int64)
    ran[series] = np.where(over, -1, 0)
    return ran


@cache
def _browsing(median_seconds: float) -> Quantiles:
    return Quantiles.lognormal(median_seconds * 1000, 0.9, low=2_000, high=30 * MINUTE_MS)


@cache
def _shares_of(weights: tuple[float, ...]) -> Shares:
    return Shares(weights)


def _ways(settings: ChoosingSettings) -> Shares:
    return _shares_of(tuple(settings.choose_by[name] for name in ("browse", "new_release", "search")))
