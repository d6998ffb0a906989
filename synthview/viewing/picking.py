"""How the next title is found: what pulls a profile, and which title it lands on."""

from __future__ import annotations

import numpy as np

from synthview.draws.chance import portion
from synthview.rows import Flags, Ints
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
from synthview.viewing.stock import Stock
from synthview.world import World
from synthview.world.clock import DAY_MS, HOUR_MS, MINUTE_MS
from synthview.world.popularity import ADULTS, FILMS, FRESH, KIDS, SERIES

__all__ = ["intent", "pick"]

_LITTLE_TIME, _TIME_ENOUGH = 0, 1


def intent(
    settings: ChoosingSettings,
    is_kids: Flags,
    memory: Memory,
    sessions: Sessions,
    mind: Mind,
) -> Wish:
    """Where the next title comes from, and what it is where it is known."""
    sleeps = _wants_sleep_aid(settings, memory, sessions, mind)
    is_running = mind.last_slot >= 0
    goes_on = is_running & (mind.comes_back | mind.does("goes_on"))
    back_to_film = mind.comes_back & ~is_running
    is_decided = sleeps | goes_on | back_to_film
    tries = ~is_decided & mind.does("tries_first") & (mind.number < settings.most_tries)
    by_precedence = (
        (sleeps, SLEEP_AID),
        (back_to_film, RESUME),
        (goes_on & (mind.last_slot == COMFORT), REWATCH),
        (goes_on, NEXT_EPISODE),
    )
    none = np.full(len(goes_on), -1)
    wish = Wish(
        source=first_that_applies(by_precedence, default=_way_to_new(memory, settings, mind)),
        slot=np.where(goes_on & ~sleeps, mind.last_slot, -1),
        film=np.where(back_to_film & ~sleeps, 0, -1),
        again=none,
        favourite=none.copy(),
        tries=tries,
    )
    _feel_pulls(settings, is_kids, memory, mind, wish, np.flatnonzero(~is_decided & ~tries))
    return wish


def _feel_pulls(
    settings: ChoosingSettings,
    is_kids: Flags,
    memory: Memory,
    mind: Mind,
    wish: Wish,
    rows: Ints,
) -> None:
    """Let what they know pull those in some rows, who have not decided yet."""
    if not len(rows):
        return
    left = wants_film_back(settings, is_kids, memory, mind, rows)
    favourite, again, comfort = wants_seen(settings, is_kids, memory, mind, rows)
    latest = latest_series(settings, is_kids, memory, mind, rows)
    latest[~mind.does("next_episode")[rows]] = -1
    known_film = (favourite >= 0) | (again >= 0)
    by_what = (
        (left >= 0, RESUME),
        (known_film, REWATCH),
        (latest >= 0, NEXT_EPISODE),
        (comfort, REWATCH),
    )
    source = first_that_applies(by_what, default=wish.source[rows])
    is_film = known_film & (source == REWATCH)
    wish.source[rows] = source
    wish.slot[rows] = _slot_of_series(source, is_film, latest)
    wish.film[rows] = left
    wish.favourite[rows] = np.where(is_film, favourite, -1)
    wish.again[rows] = np.where(is_film & (favourite < 0), again, -1)


def _slot_of_series(source: Ints, is_film: Flags, latest: Ints) -> Ints:
    """The slot of the series that is wanted: the latest, or that which comforts; -1 for none."""
    comforted = np.where((source == REWATCH) & ~is_film, COMFORT, -1)
    return np.where(source == NEXT_EPISODE, latest, comforted)


def _wants_sleep_aid(
    settings: ChoosingSettings, memory: Memory, sessions: Sessions, mind: Mind
) -> Flags:
    """Whether somebody puts on what they fall asleep with; not before a child."""
    is_bedtime = _is_bedtime(settings, memory, sessions, mind)
    return ~mind.for_child & is_bedtime & mind.does("sleep_aid")


def _way_to_new(memory: Memory, settings: ChoosingSettings, mind: Mind) -> Ints:
    """How a new title would be found."""
    searches, in_new = memory.inclined(settings).way.take(mind.profile, axis=1)
    point = mind.share("way")
    other_way = np.where(point < in_new, NEW_RELEASE, BROWSE)
    return np.where(point < searches, SEARCH, other_way)


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
    world: World, memory: Memory, sessions: Sessions, stock: Stock, mind: Mind, wish: Wish
) -> Picked:
    """The title each profile lands on, given where it comes from."""
    series = memory.all_series[mind.profile, wish.slot]
    film = memory.films[mind.profile, wish.film]
    work = _known(memory, sessions, mind, wish, series[:, 0], film[:, 0])
    is_new = (wish.source >= NEW_RELEASE) & (wish.source <= SEARCH)
    new = np.flatnonzero(is_new)
    work[new] = _new_titles(world, memory, stock, mind, new, wish.source[new])
    memory.note_favourite(mind.profile, wish.favourite, mind.day)
    position = ((wish.film >= 0, film[:, 1]), (wish.slot >= 0, series[:, 2]))
    return Picked(
        source=wish.source,
        slot=wish.slot,
        film=wish.film,
        again=wish.again,
        work=work,
        episode=_episode(world, stock, mind, work, wish, series[:, 1]),
        position_ms=first_that_applies(position, default=0),
        is_new=is_new,
        tries=wish.tries,
    )


def _known(
    memory: Memory, sessions: Sessions, mind: Mind, wish: Wish, series: Ints, film: Ints
) -> Ints:
    """The works that profiles go on with or return to; -1 where they want something new.

    `series` and `film` are what they have in the slots of their wish.
    """
    work = first_that_applies(((wish.film >= 0, film), (wish.slot >= 0, series)), default=-1)
    sleeps = np.flatnonzero(wish.source == SLEEP_AID)
    work[sleeps] = memory.sleep_aid[sessions.home[mind.session[sleeps]]]
    for place, works in (
        (wish.favourite, memory.favourites),
        (wish.again, memory.seen_films[:, :, 0]),
    ):
        rows = np.flatnonzero(place >= 0)
        work[rows] = works[mind.profile[rows], place[rows]]
    return work


def _episode(
    world: World, stock: Stock, mind: Mind, work: Ints, wish: Wish, following: Ints
) -> Ints:
    """The episode of each work: the next one of a series under way, any one, or the first.

    Of a new season the first is that of the season, for those who know the others.
    """
    count = np.maximum(stock.episodes_out(work, mind.day), 1)
    first = _first_episode(world, stock, mind, work)
    episode = np.where(wish.slot >= 0, following, first)
    is_any = (wish.source == SLEEP_AID) | ((wish.slot == COMFORT) & (following < 0))
    at_random = np.flatnonzero(is_any)
    episode[at_random] = portion(mind.of("any_episode")[at_random], count[at_random])
    return np.minimum(np.maximum(episode, 0), count - 1)


def _first_episode(world: World, stock: Stock, mind: Mind, work: Ints) -> Ints:
    """With which episode each profile begins a series: with that of a new season, or the first."""
    age_days = mind.day - stock.newest_day(work, mind.day)
    is_fresh = (age_days >= 0) & (age_days < world.popularity.fresh_days)
    knows = is_fresh & mind.does("knows_seasons")
    return np.where(knows, stock.newest_episode(work, mind.day), 0)


def _new_titles(
    world: World, memory: Memory, stock: Stock, mind: Mind, rows: Ints, source: Ints
) -> Ints:
    """Titles not seen before, drawn by popularity on that day; -1 if no candidate suits."""
    settings = world.scenario.of(ChoosingSettings)
    who = mind.profile[rows]
    shelf = _shelf_before(settings, stock, memory, mind, rows, source)
    work = np.full(len(rows), -1, dtype=np.int64)
    missing = np.arange(len(rows))
    for candidate in range(settings.titles_looked_at):
        words = mind.candidate(candidate)
        found = stock.shelf.pick(words[rows[missing]], shelf[missing])
        fits = (found >= 0) & ~memory.has_seen(who[missing], found)
        work[missing[fits]] = found[fits]
        missing = missing[~fits]
        if not len(missing):
            break
    return work


def _shelf_before(
    settings: ChoosingSettings, stock: Stock, memory: Memory, mind: Mind, rows: Ints, source: Ints
) -> Ints:
    """The row of the shelf each profile chooses from; new releases where there are any."""
    who = mind.profile[rows]
    has_time = mind.left_ms[rows] >= round(settings.film_time_minutes * MINUTE_MS)
    time = np.where(has_time, _TIME_ENOUGH, _LITTLE_TIME)
    takes_film = mind.share("film_or_series")[rows] < memory.inclined(settings).film[time, who]
    kind = np.where(takes_film, FILMS, SERIES)

    # An adult's profile looks at the shelf for children while it chooses for a child.
    moves = mind.for_child[rows] & ~memory.is_for_kids[who]
    to_kids = (KIDS - ADULTS) * len(memory.countries)
    audience = memory.shelf[who] + np.where(moves, to_kids, 0)

    wanted_kind = np.where(source == NEW_RELEASE, FRESH, kind)
    day = stock.number(mind.day[rows])
    wanted = stock.shelf.row(wanted_kind, audience, day)
    is_stocked = stock.shelf.total[wanted] > 0
    return np.where(is_stocked, wanted, stock.shelf.row(kind, audience, day))
