"""What people pick: go on with a film or a series, something new, an old favourite, or what sends them to sleep."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache

import numpy as np

from synthview.chance import Shares, Stream
from synthview.ids import ORDINALS
from synthview.people.homes import ADULT, PROFILES, Homes
from synthview.quantiles import Quantiles, exp
from synthview.rows import Flags, Floats, Ints, Rows, turns
from synthview.tables import START_SOURCES
from synthview.viewing.settings import ChoosingSettings
from synthview.viewing.sittings import Persons, Sessions, _standard_normal
from synthview.world import World
from synthview.world.catalogue import EPISODE, FILM, title_key
from synthview.world.clock import HOUR_MS, MINUTE_MS
from synthview.world.popularity import ADULTS, KIDS

__all__ = ["Memory", "Plays", "choose", "recall"]

RESUME, NEXT_EPISODE, NEW_RELEASE, BROWSE, SEARCH, REWATCH, SLEEP_AID, AUTOPLAY, PREVIEW = range(len(START_SOURCES))
MOST_PLAYS = 24
"""More plays than one sitting holds."""
_SERIES_SLOTS = 3
_FAVOURITES = 3
_CANDIDATES = 4
_ENOUGH_MS = 4 * MINUTE_MS
_STRETCH_MS = 22 * MINUTE_MS
_FORGET_FILM_DAYS = 14
_FORGET_SERIES_DAYS = 40
_CAP_WINDOW_DAYS = 18
_NIGHT = (22 * HOUR_MS, 3 * HOUR_MS)


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
class Memory:
    """What the profiles of a block have seen and have under way: the carry of intended history.

    Rows are profiles (home row × PROFILES + slot). Works are -1 where there is none.
    """

    audience: Ints
    shelf_row: Ints
    film_taste: Floats
    is_repeater: Flags
    sleep_aid: Ints
    sleep_aid_person: Ints
    favourites: Ints
    favourite_day: Ints
    seen: np.ndarray = field(repr=False)
    film: Ints = field(repr=False)
    film_at: Ints = field(repr=False)
    film_day: Ints = field(repr=False)
    film_days: Ints = field(repr=False)
    series: Ints = field(repr=False)
    episode: Ints = field(repr=False)
    episode_at: Ints = field(repr=False)
    series_day: Ints = field(repr=False)
    countries: Ints = field(repr=False)

    def has_seen(self, profile: Ints, work: Ints) -> Flags:
        """Whether each profile has been through a work."""
        return ((self.seen[profile, work >> 3] >> (work & 7).astype(np.uint8)) & 1).astype(bool)

    def mark_seen(self, profile: Ints, work: Ints) -> None:
        """Remember that each profile (no profile twice) has been through a work."""
        self.seen[profile, work >> 3] |= np.left_shift(1, work & 7).astype(np.uint8)


def recall(world: World, homes: Homes, persons: Persons) -> Memory:
    """The memory of a block's profiles before the first day: tastes and favourites, nothing seen yet."""
    settings, seed = world.scenario.of(ChoosingSettings), world.scenario.run.seed
    count = len(homes) * PROFILES
    profile = (homes.household[:, None] * 8 + np.arange(PROFILES)).ravel()
    is_kids = (homes.kids_profile[:, None] == np.arange(PROFILES)).ravel()
    audience = np.where(is_kids, KIDS, ADULTS)
    countries, place = np.unique(homes.country, return_inverse=True)
    shelf_row = audience * len(countries) + np.repeat(place, PROFILES)
    films = world.popularity.shelves(world.first_day, countries)[0]
    liked = Stream(seed, "viewing/profiles/favourites")
    odds = settings.film_taste / (1.0 - settings.film_taste)
    level = odds * exp(0.7 * _standard_normal(Stream(seed, "viewing/profiles/film_taste"), profile))
    aid, aid_person = _sleep_aids(world, homes, persons, countries, place)
    nothing, never = np.full(count, -1, dtype=np.int64), np.full(count, -1000, dtype=np.int64)
    return Memory(
        audience=audience,
        shelf_row=shelf_row,
        film_taste=level / (1.0 + level),
        is_repeater=Stream(seed, "viewing/profiles/repeater").happens(profile, settings.repeater),
        sleep_aid=aid,
        sleep_aid_person=aid_person,
        favourites=np.stack([films.pick(liked, profile, shelf_row, n) for n in range(_FAVOURITES)], axis=1),
        favourite_day=np.full((count, _FAVOURITES), -1000, dtype=np.int64),
        seen=np.zeros((count, len(world.catalogue.works) // 8 + 1), dtype=np.uint8),
        film=nothing,
        film_at=nothing.copy(),
        film_day=never,
        film_days=np.zeros(count, dtype=np.int64),
        series=np.full((count, _SERIES_SLOTS), -1, dtype=np.int64),
        episode=np.zeros((count, _SERIES_SLOTS), dtype=np.int64),
        episode_at=np.zeros((count, _SERIES_SLOTS), dtype=np.int64),
        series_day=np.full((count, _SERIES_SLOTS), -1000, dtype=np.int64),
        countries=countries,
    )


def _sleep_aids(world: World, homes: Homes, persons: Persons, countries: Ints, place: Ints) -> tuple[Ints, Ints]:
    """For each home the title somebody falls asleep with, and that person's slot; -1 for none."""
    settings, seed = world.scenario.of(ChoosingSettings), world.scenario.run.seed
    has = Stream(seed, "viewing/persons/sleep_aid").happens(persons.key, settings.sleep_aid)
    chosen = persons.take(has & (persons.person_class == ADULT))
    work = np.full(len(homes), -1, dtype=np.int64)
    person = np.full(len(homes), -1, dtype=np.int64)
    films, series, _ = world.popularity.shelves(world.first_day, countries)
    title = Stream(seed, "viewing/persons/sleep_aid_title")
    is_film = title.happens(chosen.key, 0.35, n=1)
    row = place[chosen.home]
    picked = np.where(is_film, films.pick(title, chosen.key, row, 0), series.pick(title, chosen.key, row, 2))
    work[chosen.home], person[chosen.home] = picked, chosen.slot
    return work, person


def choose(world: World, homes: Homes, memory: Memory, sessions: Sessions, day: int) -> Plays:
    """Fill the sittings of one day with titles; moves `memory` on.

    Sittings of one profile are taken in order of time, and within a sitting one title after the
    other, for all sittings of the block at once.
    """
    profile = sessions.home * PROFILES + homes.profile_of[sessions.home, sessions.lead]
    order = np.lexsort((sessions.key, sessions.start_ms, profile))
    turn = np.empty(len(order), dtype=np.int64)
    turn[order] = turns(profile[order])
    rounds = [
        _fill(world, memory, sessions, np.flatnonzero(turn == now), profile, day) for now in range(int(turn.max(initial=-1)) + 1)
    ]
    pieces = [plays for one in rounds for plays in one]
    return Plays.stack(pieces) if pieces else _no_plays()


def _no_plays() -> Plays:
    none, no = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=bool)
    return Plays(none, none, none, none, none, none, none, none, no, no)


@dataclass(slots=True)
class _Sitting:
    """The sittings being filled: who, how much time is left, and what ran last."""

    row: Ints
    profile: Ints
    key: Ints
    left_ms: Ints
    is_night: Flags
    last_slot: Ints

    def keep(self, mask: Flags) -> _Sitting:
        return _Sitting(*(getattr(self, name)[mask] for name in self.__slots__))


def _fill(world: World, memory: Memory, sessions: Sessions, rows: Ints, profile: Ints, day: int) -> list[Plays]:
    local = sessions.start_local[rows] % (24 * HOUR_MS)
    aid_at_hand = memory.sleep_aid_person[sessions.home[rows]] == sessions.lead[rows]
    is_night = ((local >= _NIGHT[0]) | (local < _NIGHT[1])) & aid_at_hand
    none = np.full(len(rows), -1, dtype=np.int64)
    live = _Sitting(rows, profile[rows], sessions.key[rows], sessions.length_ms[rows], is_night, none)
    plays = []
    for number in range(MOST_PLAYS):
        if not len(live.row):
            break
        played = _next(world, memory, sessions, live, day, number)
        started = played.work >= 0
        plays.append(played.take(started))
        live.left_ms = live.left_ms - played.playing_ms - played.gap_ms
        live = live.keep(started & (live.left_ms > _ENOUGH_MS))
    return plays


def _next(world: World, memory: Memory, sessions: Sessions, live: _Sitting, day: int, number: int) -> Plays:
    """Pick and plan one title for each sitting."""
    settings, seed = world.scenario.of(ChoosingSettings), world.scenario.run.seed
    source, slot = _intent(settings, seed, memory, live, day, number)
    work, episode, position = _pick(world, memory, sessions, live, source, slot, day, number)
    is_new = (source == BROWSE) | (source == NEW_RELEASE) | (source == SEARCH)
    runtime = world.catalogue.runtime_ms(work, episode)
    end = runtime - _credits(world, live.key, runtime, number)
    given_up, sample = _sampling(settings, seed, live.key, runtime, number)
    given_up &= is_new
    remaining = np.maximum(end - position, 10_000)
    playing = np.where(remaining <= live.left_ms + _STRETCH_MS, remaining, np.maximum(live.left_ms, _ENOUGH_MS))
    playing = np.where(given_up, np.minimum(sample, playing), playing)
    finishes = playing >= remaining
    goes_on = (source == NEXT_EPISODE) & (live.last_slot == slot) & (number > 0)
    autoplayed = goes_on & Stream(seed, "viewing/plays/lets_it_come").happens(live.key, 0.72, n=number)
    ordinal = (live.key % ORDINALS) * 32 + number
    plays = Plays(
        session=live.row,
        key=live.key // ORDINALS * ORDINALS + ordinal,
        work=work,
        episode=episode,
        start_position_ms=position,
        playing_ms=playing,
        gap_ms=_gaps(settings, seed, live.key, source, goes_on, autoplayed, number),
        source=source,
        finishes=finishes,
        autoplayed=autoplayed,
    )
    live.last_slot = _remember(world, memory, live, plays, slot, is_new, given_up, day)
    return plays


def _intent(
    settings: ChoosingSettings, seed: int, memory: Memory, live: _Sitting, day: int, number: int
) -> tuple[Ints, Ints]:
    """Where the next title comes from, and for series which of those under way (slot, -1 otherwise)."""

    def happens(name: str, chance: float | Floats) -> Flags:
        return Stream(seed, f"viewing/plays/{name}").happens(live.key, chance, n=number)

    who = live.profile
    fresh = (memory.series[who] >= 0) & (day - memory.series_day[who] <= _FORGET_SERIES_DAYS)
    slot = np.where(fresh[:, 0] & happens("latest_series", 0.75), 0, np.where(fresh[:, 1], 1, np.where(fresh[:, 0], 0, -1)))
    goes_on = (live.last_slot >= 0) & happens("goes_on", 0.88)
    slot = np.where(goes_on, live.last_slot, slot)
    to_series = (slot >= 0) & (goes_on | happens("next_episode", settings.next_episode))
    has_film = (memory.film[who] >= 0) & (day - memory.film_day[who] <= _FORGET_FILM_DAYS) & (day > memory.film_day[who])
    to_film = has_film & ~goes_on & happens("resume_film", settings.resume_film)
    to_favourite = ~goes_on & happens("rewatch", np.where(memory.is_repeater[who], 0.45, settings.rewatch))
    found = Stream(seed, "viewing/plays/choose_by").pick(live.key, _ways(settings), n=number)
    new = np.array([BROWSE, NEW_RELEASE, SEARCH])[found]
    to_sleep = live.is_night & (number == 0) & happens("sleep_aid", 0.75)
    source = np.select([to_sleep, to_film, to_favourite, to_series], [SLEEP_AID, RESUME, REWATCH, NEXT_EPISODE], new)
    return source, np.where(source == NEXT_EPISODE, slot, -1)


def _pick(
    world: World, memory: Memory, sessions: Sessions, live: _Sitting, source: Ints, slot: Ints, day: int, number: int
) -> tuple[Ints, Ints, Ints]:
    """Work, episode and start position of each choice; work -1 where nothing is on offer."""
    who, seed = live.profile, world.scenario.run.seed
    work, is_repeat = _favourite(world, memory, live, source, day, number)
    new = _new_title(world, memory, live, source, day, number)
    safe = np.maximum(slot, 0)
    work = np.select(
        [source == SLEEP_AID, source == RESUME, is_repeat, source == NEXT_EPISODE],
        [memory.sleep_aid[sessions.home[live.row]], memory.film[who], work, memory.series[who, safe]],
        new,
    )
    count = world.catalogue.works.episode_count[np.maximum(work, 0)]
    anywhere = Stream(seed, "viewing/plays/any_episode").below(live.key, np.maximum(count, 1), n=number)
    episode = np.where(source == NEXT_EPISODE, memory.episode[who, safe], 0)
    episode = np.where((source == SLEEP_AID) | is_repeat, anywhere, episode)
    position = np.select([source == RESUME, source == NEXT_EPISODE], [memory.film_at[who], memory.episode_at[who, safe]], 0)
    return work, np.where(count > 0, np.minimum(episode, count - 1), 0), position


def _favourite(
    world: World, memory: Memory, live: _Sitting, source: Ints, day: int, number: int
) -> tuple[Ints, Flags]:
    """The favourite each returning sitting takes; ordinary people let it rest between two viewings."""
    settings, seed = world.scenario.of(ChoosingSettings), world.scenario.run.seed
    who = live.profile
    which = Stream(seed, "viewing/plays/which_favourite").below(live.key, _FAVOURITES, n=number)
    which = np.where(memory.is_repeater[who], 0, which)
    rest = -(-_CAP_WINDOW_DAYS // settings.repeat_cap) + 1
    rested = memory.is_repeater[who] | (day - memory.favourite_day[who, which] >= rest)
    work = memory.favourites[who, which]
    takes = (source == REWATCH) & rested & (work >= 0)
    memory.favourite_day[who[takes], which[takes]] = day
    return work, takes


def _new_title(world: World, memory: Memory, live: _Sitting, source: Ints, day: int, number: int) -> Ints:
    """A title not seen before, drawn by how popular it is that day; a few candidates are looked at."""
    seed, who = world.scenario.run.seed, live.profile
    films, series, fresh = world.popularity.shelves(day, memory.countries)
    wants_film = Stream(seed, "viewing/plays/film_or_series").happens(live.key, memory.film_taste[who], n=number)
    stream, row = Stream(seed, "viewing/plays/title"), memory.shelf_row[who]
    work = np.full(len(who), -1, dtype=np.int64)
    for candidate in range(_CANDIDATES):
        missing = np.flatnonzero(work < 0)
        key, shelf, n = live.key[missing], row[missing], number * _CANDIDATES + candidate
        wanted = np.where(wants_film[missing], films.pick(stream, key, shelf, n), series.pick(stream, key, shelf, n))
        newest = fresh.pick(stream, key, shelf, n)
        found = np.where((source[missing] == NEW_RELEASE) & (newest >= 0), newest, wanted)
        seen = (found >= 0) & memory.has_seen(who[missing], np.maximum(found, 0))
        work[missing] = np.where(seen, -1, found)
    return work


def _credits(world: World, key: Ints, runtime: Ints, number: int) -> Ints:
    """How much of the end is left out: most people leave when the closing credits begin."""
    leaves = Stream(world.scenario.run.seed, "viewing/plays/credits")
    part = leaves.below(key, 1024, n=number)
    sits_through = leaves.happens(key, 0.2, n=number + MOST_PLAYS)
    return np.where(sits_through, 0, runtime * 9 // 100 * part // 1024)


def _sampling(settings: ChoosingSettings, seed: int, key: Ints, runtime: Ints, number: int) -> tuple[Flags, Ints]:
    """Who gives a title up, and after how long."""
    stream = Stream(seed, "viewing/plays/given_up")
    soon = stream.draw(key, _SAMPLES, n=number)
    share = stream.below(key, 512, n=number + MOST_PLAYS) + 64
    lingers = stream.happens(key, 0.35, n=number + 2 * MOST_PLAYS)
    return stream.happens(key, settings.give_up, n=number + 3 * MOST_PLAYS), np.where(lingers, runtime * share // 1024, soon)


def _gaps(
    settings: ChoosingSettings, seed: int, key: Ints, source: Ints, goes_on: Flags, autoplayed: Flags, number: int
) -> Ints:
    """Time before the press: browsing, or the countdown of autoplay (which the player fills in)."""
    stream = Stream(seed, "viewing/plays/gap")
    browsing = stream.draw(key, _browsing(settings.browse_seconds), n=number)
    quick = 4_000 + stream.below(key, 16_000, n=number)
    known = (source == RESUME) | (source == SLEEP_AID) | (source == NEXT_EPISODE)
    return np.select([autoplayed, goes_on, known], [0, quick // 3, quick], browsing)


def _remember(
    world: World, memory: Memory, live: _Sitting, plays: Plays, slot: Ints, is_new: Flags, given_up: Flags, day: int
) -> Ints:
    """Write down what has been seen; returns the slot of the series that ran, -1 for none."""
    is_film = world.catalogue.works.is_film[np.maximum(plays.work, 0)]
    chosen = plays.work >= 0
    kept = chosen & (plays.source != SLEEP_AID) & (plays.source != REWATCH)
    done = given_up | plays.finishes
    seen = kept & (is_new | done)
    memory.mark_seen(live.profile[seen], plays.work[seen])
    _remember_films(world, memory, live, plays, kept & is_film, done, given_up, day)
    return _remember_series(world, memory, live, plays, slot, kept & ~is_film & ~given_up, is_new, day)


def _remember_films(
    world: World, memory: Memory, live: _Sitting, plays: Plays, rows: Flags, done: Flags, given_up: Flags, day: int
) -> None:
    settings, seed = world.scenario.of(ChoosingSettings), world.scenario.run.seed
    row = np.flatnonzero(rows)
    who, resumed = live.profile[row], plays.source[row] == RESUME
    days = np.where(resumed, memory.film_days[who] + 1, 1)
    dropped = done[row] | (days >= settings.repeat_cap)
    memory.film[who] = np.where(dropped, np.where(resumed, -1, memory.film[who]), plays.work[row])
    memory.film_at[who] = plays.start_position_ms[row] + plays.playing_ms[row]
    memory.film_day[who] = np.where(dropped & ~resumed, memory.film_day[who], day)
    memory.film_days[who] = days
    loved = plays.finishes[row] & ~given_up[row] & Stream(seed, "viewing/plays/loved").happens(plays.key[row], 0.06)
    memory.favourites[who[loved], _FAVOURITES - 1] = plays.work[row][loved]
    memory.favourite_day[who[loved], _FAVOURITES - 1] = day


def _remember_series(
    world: World, memory: Memory, live: _Sitting, plays: Plays, slot: Ints, rows: Flags, is_new: Flags, day: int
) -> Ints:
    """Keep up to three series under way, the latest first."""
    ran = np.full(len(live.row), -1, dtype=np.int64)
    row = np.flatnonzero(rows)
    who, place = live.profile[row], np.where(slot[row] >= 0, slot[row], _SERIES_SLOTS - 1)
    for moved in (memory.series, memory.episode, memory.episode_at, memory.series_day):
        _move_to_front(moved, who, place)
    done, position = plays.finishes[row], plays.start_position_ms[row] + plays.playing_ms[row]
    episode = plays.episode[row] + done
    over = episode >= world.catalogue.works.episode_count[plays.work[row]]
    memory.series[who, 0] = np.where(over, -1, plays.work[row])
    memory.episode[who, 0], memory.episode_at[who, 0] = episode, np.where(done, 0, position)
    memory.series_day[who, 0] = day
    ran[row] = np.where(over, -1, 0)
    return ran


def _move_to_front(slots: Ints, who: Ints, place: Ints) -> None:
    """Rotate the slots before and at `place` so that `place` comes first."""
    old = slots[who]
    front = old[np.arange(len(who)), place]
    for position in range(_SERIES_SLOTS - 1, 0, -1):
        old[:, position] = np.where(place >= position, old[:, position - 1], old[:, position])
    old[:, 0] = front
    slots[who] = old


_SAMPLES = Quantiles.lognormal(4.5 * MINUTE_MS, 1.0, low=15_000, high=40 * MINUTE_MS)
"""How long a title is tried before it is given up early: median 4.5 minutes, a guess within T17."""


@cache
def _browsing(median_seconds: float) -> Quantiles:
    return Quantiles.lognormal(median_seconds * 1000, 0.9, low=2_000, high=30 * MINUTE_MS)


@cache
def _shares_of(weights: tuple[float, ...]) -> Shares:
    return Shares(weights)


def _ways(settings: ChoosingSettings) -> Shares:
    return _shares_of(tuple(settings.choose_by[name] for name in ("browse", "new_release", "search")))
