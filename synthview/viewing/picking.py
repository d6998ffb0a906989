"""How the next title is found: what pulls a profile, and which title it lands on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synthview.draws.chance import odds
from synthview.rows import Flags, Floats, Ints, Rows
from synthview.viewing.memory import COMFORT, Memory
from synthview.viewing.mind import (
    BROWSE,
    NEW_RELEASE,
    NEXT_EPISODE,
    RESUME,
    REWATCH,
    SEARCH,
    SLEEP_AID,
    Mind,
    Picked,
    Wish,
    first_that_applies,
)
from synthview.viewing.returning import latest_series, wants_film_back, wants_seen
from synthview.viewing.settings import ChoosingSettings
from synthview.viewing.sittings import Sessions
from synthview.world import World
from synthview.world.clock import DAY_MS, HOUR_MS, MINUTE_MS
from synthview.world.popularity import ADULTS, FILMS, FRESH, KIDS, SERIES, Shelf

__all__ = ["intent", "pick"]

_LEAST_SHARE = 1e-9


@dataclass(frozen=True, slots=True)
class _Pulls(Rows):
    """What pulls each profile: slots and places as in `Wish`, -1 for none.

    `goes_on` with the series that ran last, `back_to_film` after a break; `latest` is the slot of
    the series they might go on with, `left` that of a film they might take up again.
    """

    goes_on: Flags
    back_to_film: Flags
    tries: Flags
    latest: Ints
    left: Ints
    favourite: Ints
    again: Ints
    comfort: Flags

    @property
    def is_known_film(self) -> Flags:
        """Whether it is a film that was seen before."""
        return (self.favourite >= 0) | (self.again >= 0)


def intent(
    settings: ChoosingSettings,
    is_kids: Flags,
    memory: Memory,
    sessions: Sessions,
    mind: Mind,
    day: int,
) -> Wish:
    """Where the next title comes from, and what it is where it is known."""
    pulls = _pulls(settings, is_kids, memory, mind, day)
    takes_next = mind.happens("next_episode", settings.next_episode)
    way = _way_to_new(settings, memory, mind)
    by_precedence = (
        (_wants_sleep_aid(settings, memory, sessions, mind), SLEEP_AID),
        (pulls.back_to_film, RESUME),
        (pulls.goes_on & (mind.last_slot == COMFORT), REWATCH),
        (pulls.goes_on, NEXT_EPISODE),
        (pulls.tries, way),
        (pulls.left >= 0, RESUME),
        (pulls.is_known_film, REWATCH),
        ((pulls.latest >= 0) & takes_next, NEXT_EPISODE),
        (pulls.comfort, REWATCH),
    )
    source = first_that_applies(by_precedence, default=way)
    return _settled(mind, source, pulls)


def _pulls(
    settings: ChoosingSettings, is_kids: Flags, memory: Memory, mind: Mind, day: int
) -> _Pulls:
    """All that pulls some profiles, before one of it wins."""
    is_running = mind.last_slot >= 0
    stays = mind.comes_back | mind.happens("goes_on", settings.goes_on)
    favourite, again, comfort = wants_seen(settings, is_kids, memory, mind, day)
    return _Pulls(
        goes_on=is_running & stays,
        back_to_film=mind.comes_back & ~is_running,
        tries=mind.happens("tries_first", _eagerness(settings, memory, mind)),
        latest=latest_series(settings, is_kids, memory, mind, day),
        left=wants_film_back(settings, is_kids, memory, mind, day),
        favourite=favourite,
        again=again,
        comfort=comfort,
    )


def _settled(mind: Mind, source: Ints, pulls: _Pulls) -> Wish:
    """The wishes, with nothing in them that another source has overruled."""
    is_next = source == NEXT_EPISODE
    is_again = source == REWATCH
    of_series = np.where(pulls.goes_on, mind.last_slot, np.where(is_next, pulls.latest, COMFORT))
    is_film = is_again & ~pulls.goes_on & pulls.is_known_film
    is_series = is_next | (is_again & ~is_film)
    film = np.where(pulls.back_to_film, 0, pulls.left)
    return Wish(
        source=source,
        slot=np.where(is_series, of_series, -1),
        film=np.where(source == RESUME, film, -1),
        again=np.where(is_film & (pulls.favourite < 0), pulls.again, -1),
        favourite=np.where(is_film, pulls.favourite, -1),
        tries=pulls.tries & (source >= NEW_RELEASE) & (source <= SEARCH),
    )


def _eagerness(settings: ChoosingSettings, memory: Memory, mind: Mind) -> Floats:
    """How likely somebody is to look into something first: at the beginning of a sitting."""
    chance = memory.lean("tries", settings, settings.tries_first, mind.profile)
    return np.where(mind.number < settings.most_tries, chance, 0.0)


def _wants_sleep_aid(
    settings: ChoosingSettings, memory: Memory, sessions: Sessions, mind: Mind
) -> Flags:
    """Whether somebody puts on what they fall asleep with; not before a child."""
    is_bedtime = _is_bedtime(settings, memory, sessions, mind)
    puts_it_on = mind.happens("sleep_aid", settings.sleep_aid_nights)
    return ~mind.for_child & is_bedtime & puts_it_on


def _way_to_new(settings: ChoosingSettings, memory: Memory, mind: Mind) -> Ints:
    """How a new title would be found: some people search all the time, and others never do."""
    usual = settings.choose_by
    others = usual["browse"] + usual["new_release"]
    of_new = usual["new_release"] / max(others, _LEAST_SHARE)
    chance = usual["search"] / (usual["search"] + others)
    searches = memory.lean("searches", settings, chance, mind.profile)
    in_new = searches + (1.0 - searches) * of_new
    point = mind.share("way")
    other_way = np.where(point < odds(in_new), NEW_RELEASE, BROWSE)
    return np.where(point < odds(searches), SEARCH, other_way)


def _is_bedtime(
    settings: ChoosingSettings, memory: Memory, sessions: Sessions, mind: Mind
) -> Flags:
    """The first title of a late session of somebody who keeps a sleep aid."""
    session = mind.session
    home = sessions.home[session]
    time_of_day = sessions.start_local[session] % DAY_MS
    is_late = time_of_day >= round(settings.sleep_aid_from * HOUR_MS)
    is_late |= time_of_day < round(settings.sleep_aid_until * HOUR_MS)
    has_aid = memory.sleep_aid[home] >= 0
    leads = memory.sleep_aid_person[home] == sessions.lead[session]
    return is_late & has_aid & leads & (mind.number == 0)


def pick(
    world: World, memory: Memory, sessions: Sessions, mind: Mind, wish: Wish, day: int
) -> Picked:
    """The title each profile lands on, given where it comes from."""
    work = _known(memory, sessions, mind, wish)
    is_new = (wish.source >= NEW_RELEASE) & (wish.source <= SEARCH)
    new = np.flatnonzero(is_new)
    work[new] = _new_titles(world, memory, mind, new, wish.source[new], day)
    memory.note_favourite(mind.profile, wish.favourite, day)
    return Picked(
        source=wish.source,
        slot=wish.slot,
        film=wish.film,
        again=wish.again,
        work=work,
        episode=_episode(world, memory, mind, work, wish, day),
        position_ms=_position(memory, mind, wish),
        is_new=is_new,
        tries=wish.tries,
    )


def _known(memory: Memory, sessions: Sessions, mind: Mind, wish: Wish) -> Ints:
    """The works that profiles go on with or return to; -1 where they want something new."""
    who = mind.profile
    home = sessions.home[mind.session]
    known = (
        (wish.source == SLEEP_AID, memory.sleep_aid[home]),
        (wish.film >= 0, memory.films[who, wish.film, 0]),
        (wish.slot == COMFORT, memory.comfort[who, 0]),
        (wish.slot >= 0, memory.series[who, np.minimum(wish.slot, COMFORT - 1)]),
        (wish.favourite >= 0, memory.favourites[who, wish.favourite]),
        (wish.again >= 0, memory.seen_films[who, wish.again, 0]),
    )
    return first_that_applies(known, default=-1)


def _episode(world: World, memory: Memory, mind: Mind, work: Ints, wish: Wish, day: int) -> Ints:
    """The episode of each work: the next one of a series under way, any one, or the first.

    Of a new season the first is that of the season, for those who know the others.
    """
    who = mind.profile
    count = np.maximum(world.catalogue.episodes_out(day)[work], 1)
    any_one = mind.below("any_episode", count)
    in_comfort = memory.comfort[who, 1]
    at_random = (wish.source == SLEEP_AID) | ((wish.slot == COMFORT) & (in_comfort < 0))
    following = memory.episode[who, np.minimum(wish.slot, COMFORT - 1)]
    cases = ((at_random, any_one), (wish.slot == COMFORT, in_comfort), (wish.slot >= 0, following))
    episode = first_that_applies(cases, default=_first_episode(world, mind, work, day))
    return np.clip(episode, 0, count - 1)


def _first_episode(world: World, mind: Mind, work: Ints, day: int) -> Ints:
    """With which episode each profile begins a series: with that of a new season, or the first."""
    share = world.scenario.of(ChoosingSettings).knows_earlier_seasons
    age_days = day - world.catalogue.newest_day(day)[work]
    is_fresh = (age_days >= 0) & (age_days < world.popularity.fresh_days)
    knows = is_fresh & mind.happens("knows_seasons", share)
    return np.where(knows, world.catalogue.newest_episode(day)[work], 0)


def _position(memory: Memory, mind: Mind, wish: Wish) -> Ints:
    """Where playing starts, in ms: where a film or an episode under way was left."""
    who = mind.profile
    in_series = memory.episode_at[who, np.minimum(wish.slot, COMFORT - 1)]
    cases = (
        (wish.film >= 0, memory.films[who, wish.film, 1]),
        (wish.slot == COMFORT, memory.comfort[who, 2]),
        (wish.slot >= 0, in_series),
    )
    return first_that_applies(cases, default=0)


def _new_titles(
    world: World, memory: Memory, mind: Mind, rows: Ints, source: Ints, day: int
) -> Ints:
    """Titles not seen before, drawn by popularity on that day; -1 if no candidate suits."""
    settings = world.scenario.of(ChoosingSettings)
    who = mind.profile[rows]
    stock = world.popularity.shelf(day, memory.countries)
    shelf = _shelf_before(settings, stock, memory, mind, rows, source)
    work = np.full(len(rows), -1, dtype=np.int64)
    missing = np.arange(len(rows))
    for candidate in range(settings.titles_looked_at):
        words = mind.candidate(candidate)
        found = stock.pick(words[rows[missing]], shelf[missing])
        fits = (found >= 0) & ~memory.has_seen(who[missing], found)
        work[missing[fits]] = found[fits]
        missing = missing[~fits]
        if not len(missing):
            break
    return work


def _shelf_before(
    settings: ChoosingSettings, stock: Shelf, memory: Memory, mind: Mind, rows: Ints, source: Ints
) -> Ints:
    """The row of the shelf each profile chooses from; new releases where there are any."""
    who = mind.profile[rows]
    has_time = mind.left_ms[rows] >= round(settings.film_time_minutes * MINUTE_MS)
    film_chance = memory.film_taste[who] * np.where(has_time, 1.0, settings.film_when_short)
    takes_film = mind.share("film_or_series")[rows] < odds(film_chance)
    kind = np.where(takes_film, FILMS, SERIES)

    # An adult's profile looks at the shelf for children while it chooses for a child.
    moves = mind.for_child[rows] & ~memory.is_for_kids[who]
    to_kids = (KIDS - ADULTS) * len(memory.countries)
    audience = memory.shelf[who] + np.where(moves, to_kids, 0)

    wanted_kind = np.where(source == NEW_RELEASE, FRESH, kind)
    wanted = stock.row(wanted_kind, audience)
    is_stocked = stock.total[wanted] > 0
    return np.where(is_stocked, wanted, stock.row(kind, audience))
