"""What people pick: a film or series under way, something new, a favourite, or a sleep aid."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from synthview.draws.chance import Stream
from synthview.ids import play_key, within_home
from synthview.people.ages import CHILD
from synthview.people.homes import PERSONS, PROFILES, Homes
from synthview.rows import Flags, Ints, Rows, Words
from synthview.viewing.memory import COMFORT, Evening, Memory
from synthview.viewing.mind import DRAWS, NEXT_EPISODE, REWATCH, SLEEP_AID, Mind, Picked
from synthview.viewing.new_seasons import take_up, wait_for_more
from synthview.viewing.picking import intent, pick
from synthview.viewing.playing import Stretch, enough_ms, gaps, stretches
from synthview.viewing.settings import ChoosingSettings
from synthview.viewing.sittings import Sessions
from synthview.viewing.stock import Stock
from synthview.viewing.turns import Queue, Turn
from synthview.world import World
from synthview.world.catalogue import EPISODE, FILM, Catalogue, title_key

__all__ = ["DayChosen", "Plays", "choose"]

MOST_PLAYS = 24
"""More plays than one session holds; a play's ordinal within its session stays below 32."""
_PER_PLAY = 32


@dataclass(frozen=True, slots=True)
class Plays(Rows):
    """One row per title that was meant to be played.

    `session` is the row of the session; `gap_ms` the time between the end of the play before (or
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
        return title_key(
            np.where(is_film, FILM, EPISODE),
            self.work,
            np.where(is_film, 0, self.episode),
        )


@dataclass(frozen=True, slots=True)
class DayChosen:
    """What people mean to watch on a day, and what those who sat down have under way after it."""

    plays: Plays
    evening: Evening


def choose(
    world: World, homes: Homes, memory: Memory, sessions: Sequence[Sessions], days: range
) -> list[DayChosen]:
    """Fill the sessions of each of some days in a row with titles; moves `memory` on.

    All profiles of the block choose at once, each its next title: the sessions of one profile in
    order of time, one title after the other. While some are at their first day, others are at a
    later one, for nobody's choice depends on that of others.
    """
    stock = Stock.on(world, memory.countries, days)
    together = Sessions.stack(sessions)
    of_day = np.repeat(np.array(days), [len(one) for one in sessions])
    queue = _queue(together, of_day)
    rounds = list(_rounds(world, homes, memory, stock, together, queue))
    plays = _by_day(of_day, Plays.stack([plays for plays, _, _ in rounds]), sessions, days)
    evenings = Evening.stack([evening for _, evening, _ in rounds])
    ended = np.concatenate([day for _, _, day in rounds])
    return [
        DayChosen(of_one, evenings.take(ended == day))
        for of_one, day in zip(plays, days, strict=True)
    ]


def _rounds(
    world: World,
    homes: Homes,
    memory: Memory,
    stock: Stock,
    sessions: Sessions,
    queue: Queue,
) -> Iterator[tuple[Plays, Evening, Ints]]:
    """Let everybody choose the next title, again and again.

    Yield what they choose, and of those who are done with their day what they have under way, and
    which day it is.
    """
    enough = enough_ms(world.scenario.of(ChoosingSettings))
    for_child = _for_children(world, homes, sessions)
    none = np.zeros(0, dtype=np.int64)
    yield _no_plays(), memory.evening(none), none
    now = queue.first
    while len(now):
        mind = _before_menu(world, memory, sessions, queue, for_child, now)
        _take_up_seasons(world, homes, memory, stock, mind, now.begins)
        plays = _next(world, memory, sessions, stock, mind)
        started = plays.work >= 0
        left_ms = now.left_ms - plays.playing_ms - plays.gap_ms
        after = now.after(left_ms, mind.last_slot, mind.comes_back)
        is_full = (left_ms <= enough) | (after.number >= MOST_PLAYS)
        now, done = queue.next(after, ~started | mind.has_enough | is_full)
        yield plays.take(started), memory.evening(mind.profile[done]), mind.day[done]


def _queue(sessions: Sessions, day: Ints) -> Queue:
    """The sessions in which each profile chooses, one after another; `day` is that of each."""
    profile = sessions.home * PROFILES + sessions.profile
    order = np.lexsort((sessions.key, sessions.start_ms, day, profile))
    return Queue(
        session=order,
        profile=profile[order],
        day=day[order],
        length_ms=sessions.length_ms[order],
    )


def _by_day(
    of_day: Ints, plays: Plays, sessions: Sequence[Sessions], days: range
) -> Iterator[Plays]:
    """The plays of each day in order of their keys, with the rows of the day's own sessions.

    `of_day` is the day of each session of all.
    """
    day = of_day[plays.session]
    order = np.lexsort((plays.key, day))
    plays = plays.take(order)
    ends = np.searchsorted(day[order], np.array(days), side="right")
    start, before = 0, 0
    for one, end in zip(sessions, ends.tolist(), strict=True):
        its_plays = plays.take(slice(start, end))
        yield replace(its_plays, session=its_plays.session - before)
        start, before = end, before + len(one)


def _take_up_seasons(
    world: World, homes: Homes, memory: Memory, stock: Stock, mind: Mind, begins: Flags
) -> None:
    """Let profiles whose day begins go on with series of which a season has appeared."""
    row = np.flatnonzero(begins)
    if len(row):
        profile = mind.profile[row]
        key = within_home(homes.household[profile // PROFILES], profile % PROFILES)
        take_up(world, memory, stock, profile, key, mind.day[row])


def _before_menu(
    world: World,
    memory: Memory,
    sessions: Sessions,
    queue: Queue,
    for_child: Flags,
    now: Turn,
) -> Mind:
    """The profiles that choose now, each in a session of its own."""
    session = queue.session[now.at]
    key = sessions.key[session]
    return Mind(
        session=session,
        profile=queue.profile[now.at],
        day=queue.day[now.at],
        key=key,
        number=now.number,
        left_ms=now.left_ms,
        last_slot=now.last_slot,
        comes_back=now.comes_back,
        for_child=for_child[session],
        words=_words(world, key, now.number),
        inclined=memory.inclined(world.scenario.of(ChoosingSettings)),
        has_enough=np.zeros(len(key), dtype=bool),
    )


def _no_plays() -> Plays:
    none = np.zeros(0, dtype=np.int64)
    no = np.zeros(0, dtype=bool)
    return Plays(
        session=none,
        key=none,
        work=none,
        episode=none,
        start_position_ms=none,
        playing_ms=none,
        gap_ms=none,
        source=none,
        finishes=no,
        autoplayed=no,
    )


def _words(world: World, key: Ints, number: Ints) -> Words:
    """64 bits for every decision about the `number`-th title of a session, (decision, session)."""
    stream = Stream(world.scenario.run.seed, "viewing/plays")
    return stream.bits(key, number * _PER_PLAY + DRAWS[:, None])


def _for_children(world: World, homes: Homes, sessions: Sessions) -> Flags:
    """Which sessions suit a child: those that a child leads, and most with a child."""
    is_child = homes.person_class == CHILD
    children = (is_child << np.arange(PERSONS)).sum(axis=1)
    has_child = (sessions.viewers & children[sessions.home]) != 0
    child_leads = is_child[sessions.home, sessions.lead]
    stream = Stream(world.scenario.run.seed, "viewing/sittings/for_child")
    gives_in = stream.happens(sessions.key, world.scenario.of(ChoosingSettings).for_child)
    return has_child & (child_leads | gives_in)


def _next(world: World, memory: Memory, sessions: Sessions, stock: Stock, mind: Mind) -> Plays:
    """Pick and plan one title for each profile that sits before a menu."""
    settings, catalogue = world.scenario.of(ChoosingSettings), world.catalogue
    wish = intent(settings, catalogue.works.is_kids, memory, sessions, mind)
    picked = pick(world, memory, sessions, stock, mind, wish)
    stretch = stretches(world, memory, mind, picked)
    source = picked.source
    goes_on = (picked.slot >= 0) & (mind.last_slot == picked.slot)
    waits = mind.does("lets_it_come") & ~mind.comes_back
    autoplayed = goes_on & (source == NEXT_EPISODE) & waits
    plays = Plays(
        session=mind.session,
        key=play_key(mind.key, mind.number),
        work=picked.work,
        episode=picked.episode,
        start_position_ms=picked.position_ms,
        playing_ms=stretch.playing_ms,
        gap_ms=gaps(settings, mind, source, goes_on, autoplayed),
        source=picked.as_pressed,
        finishes=stretch.finishes,
        autoplayed=autoplayed,
    )
    mind.last_slot = _remember(world, memory, stock, mind, plays, picked, stretch)
    mind.comes_back, mind.has_enough = stretch.comes_back, stretch.ends
    return plays


def _remember(
    world: World,
    memory: Memory,
    stock: Stock,
    mind: Mind,
    plays: Plays,
    picked: Picked,
    stretch: Stretch,
) -> Ints:
    """Write down what has been seen; returns the slot of the series that ran, -1 for none."""
    is_there = plays.work >= 0
    new = np.flatnonzero(is_there & picked.is_new)
    memory.mark_seen(mind.profile[new], plays.work[new])

    is_film = world.catalogue.works.is_film[plays.work]
    is_kept = is_there & (plays.source != SLEEP_AID)
    is_rewatch = plays.source == REWATCH
    films = np.flatnonzero(is_kept & is_film & ~is_rewatch)
    _remember_films(memory, mind, plays, picked, stretch, films)
    again = np.flatnonzero(picked.again >= 0)
    _remember_again(memory, mind, picked, again)

    episodes = np.flatnonzero(is_kept & ~is_film & ~is_rewatch & ~stretch.gives_up)
    ran = _remember_episodes(world.catalogue, memory, stock, mind, plays, picked, episodes)
    goes_on = stretch.finishes | stretch.comes_back
    return np.where(goes_on, ran, -1)


def _remember_episodes(
    catalogue: Catalogue,
    memory: Memory,
    stock: Stock,
    mind: Mind,
    plays: Plays,
    picked: Picked,
    rows: Ints,
) -> Ints:
    """Note where series were left, those in some rows and those that comfort; returns the slots."""
    ran = np.full(len(mind.profile), -1, dtype=np.int64)
    ran[rows] = _remember_series(catalogue, memory, stock, mind, plays, picked, rows)
    comfort = np.flatnonzero(picked.slot == COMFORT)
    ran[comfort] = _remember_comfort(memory, stock, mind, plays, comfort)
    return ran


def _remember_films(
    memory: Memory,
    mind: Mind,
    plays: Plays,
    picked: Picked,
    stretch: Stretch,
    rows: Ints,
) -> None:
    """Note where the films in some rows were left, and which were seen out or became favourites.

    What was only looked into may come to mind again; what was given up later does not.
    """
    slot = picked.film[rows]
    days = memory.days_of(mind.profile[rows], slot, mind.day[rows])
    gives_up, finishes = stretch.gives_up[rows], stretch.finishes[rows]
    lingers = mind.does("lingers")[rows]
    is_looked_into = gives_up & (~lingers | picked.tries[rows])
    is_left = ~finishes & (~gives_up | is_looked_into)
    left = rows[is_left]
    memory.keep_film(
        mind.profile[left],
        slot[is_left],
        plays.work[left],
        (plays.start_position_ms + plays.playing_ms)[left],
        days[is_left],
        ~gives_up[is_left],
        mind.day[left],
    )
    is_over = ~is_left & (slot >= 0)
    memory.drop_film(mind.profile[rows[is_over]], slot[is_over])
    _remember_seen(memory, mind, plays, rows[finishes], days[finishes])


def _remember_seen(memory: Memory, mind: Mind, plays: Plays, rows: Ints, days: Ints) -> None:
    """Note which films that were seen out, on so many days, became favourites; others rest."""
    who, work, day = mind.profile[rows], plays.work[rows], mind.day[rows]
    is_loved = mind.does("loved")[rows]
    memory.love(who[is_loved], work[is_loved], days[is_loved], day[is_loved])
    others = ~is_loved
    first_time = np.full_like(work, -1)
    memory.keep_seen(who[others], first_time[others], work[others], days[others], day[others])


def _remember_again(memory: Memory, mind: Mind, picked: Picked, rows: Ints) -> None:
    """Note on how many days of late the films in some rows have been started."""
    who, slot, day = mind.profile[rows], picked.again[rows], mind.day[rows]
    days = memory.days_seen(who, slot, day)
    memory.keep_seen(who, slot, picked.work[rows], days, day)


def _where_left(stock: Stock, series: Plays, day: Ints) -> tuple[Ints, Ints, Flags]:
    """The next episode of each series, where in it people are, and whether none is left for now."""
    episode = series.episode + series.finishes
    stopped_at = series.start_position_ms + series.playing_ms
    left_at = np.where(series.finishes, 0, stopped_at)
    return episode, left_at, episode >= stock.episodes_out(series.work, day)


def _remember_series(
    catalogue: Catalogue,
    memory: Memory,
    stock: Stock,
    mind: Mind,
    plays: Plays,
    picked: Picked,
    rows: Ints,
) -> Ints:
    """Note the next episode of the series in some rows; returns their slots, -1 for those over."""
    series = plays.take(rows)
    episode, left_at, is_over = _where_left(stock, series, mind.day[rows])
    over = np.flatnonzero(is_over)
    profile, work = mind.profile[rows[over]], series.work[over]
    wait_for_more(catalogue.works.episode_count, memory, profile, work, episode[over])
    memory.keep_series(
        mind.profile[rows],
        picked.slot[rows],
        np.where(is_over, -1, series.work),
        episode,
        left_at,
        mind.day[rows],
    )
    return np.where(is_over, -1, 0)


def _remember_comfort(memory: Memory, stock: Stock, mind: Mind, plays: Plays, rows: Ints) -> Ints:
    """Note where the series that comforts was left in some rows; at its end any episode is next."""
    series = plays.take(rows)
    episode, left_at, is_over = _where_left(stock, series, mind.day[rows])
    memory.keep_comfort(
        mind.profile[rows],
        np.where(is_over, -1, episode),
        left_at,
    )
    return np.where(is_over, -1, COMFORT)
