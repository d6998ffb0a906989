"""What people pick: a film or series under way, something new, a favourite, or a sleep aid."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synthview.draws.chance import Stream
from synthview.ids import play_key, within_home
from synthview.people.ages import CHILD
from synthview.people.homes import PERSONS, PROFILES, Homes
from synthview.rows import Flags, Ints, Rows, Words, first_of_group
from synthview.viewing.memory import COMFORT, Memory
from synthview.viewing.mind import DRAWS, NEXT_EPISODE, REWATCH, SLEEP_AID, Mind, Picked
from synthview.viewing.new_seasons import take_up, wait_for_more
from synthview.viewing.picking import intent, pick
from synthview.viewing.playing import Stretch, enough_ms, gaps, stretches
from synthview.viewing.settings import ChoosingSettings
from synthview.viewing.sittings import Sessions
from synthview.world import World
from synthview.world.catalogue import EPISODE, FILM, Catalogue, title_key

__all__ = ["Plays", "choose"]

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
class _Progress(Rows):
    """How far profiles are with their sessions of the day, one row a profile.

    `at` is the place in the order of all sessions; `number` the ordinal of the next title in that
    session, `left_ms` the time left in it, `last_slot` the slot of the series that ran last.
    `comes_back`: they got up during the last title and will come back to it.
    """

    at: Ints
    number: Ints
    left_ms: Ints
    last_slot: Ints
    comes_back: Flags

    def after(self, plays: Plays, mind: Mind) -> _Progress:
        """Where profiles stand when they have played a title each."""
        return _Progress(
            at=self.at,
            number=self.number + 1,
            left_ms=self.left_ms - plays.playing_ms - plays.gap_ms,
            last_slot=mind.last_slot,
            comes_back=mind.comes_back,
        )

    def is_full(self, enough_ms: int) -> Flags:
        """Whether a session has no room for another title."""
        return (self.left_ms <= enough_ms) | (self.number >= MOST_PLAYS)


def choose(world: World, homes: Homes, memory: Memory, sessions: Sessions, day: int) -> Plays:
    """Fill the sessions of one day with titles; moves `memory` on.

    All profiles of the block choose at once, each its next title: the sessions of one profile in
    order of time, one title after the other.
    """
    profile = sessions.home * PROFILES + sessions.profile
    order = np.lexsort((sessions.key, sessions.start_ms, profile))
    in_order, length_ms = profile[order], sessions.length_ms[order]
    for_child = _for_children(world, homes, sessions)
    now = _first_sessions(in_order, length_ms)
    _take_up_seasons(world, homes, memory, in_order[now.at], day)
    enough = _enough_ms(world)
    pieces = [_no_plays()]
    while len(now):
        session = order[now.at]
        mind = _before_menu(world, memory, sessions, session, for_child[session], now)
        plays = _next(world, memory, sessions, mind, day)
        started = plays.work >= 0
        pieces.append(plays if started.all() else plays.take(started))

        after = now.after(plays, mind)
        is_over = ~started | mind.has_enough | after.is_full(enough)
        now = _move_on(in_order, length_ms, after, is_over)
    return Plays.stack(pieces)


def _enough_ms(world: World) -> int:
    """With less time left than this nobody begins another title."""
    return enough_ms(world.scenario.of(ChoosingSettings))


def _take_up_seasons(world: World, homes: Homes, memory: Memory, profile: Ints, day: int) -> None:
    """Let profiles go on with series of which a season has appeared."""
    key = within_home(homes.household[profile // PROFILES], profile % PROFILES)
    take_up(world, memory, profile, key, day)


def _before_menu(
    world: World,
    memory: Memory,
    sessions: Sessions,
    session: Ints,
    for_child: Flags,
    now: _Progress,
) -> Mind:
    """The profiles that choose now, each in a session of its own."""
    key = sessions.key[session]
    return Mind(
        session=session,
        profile=sessions.home[session] * PROFILES + sessions.profile[session],
        key=key,
        number=now.number,
        left_ms=now.left_ms,
        last_slot=now.last_slot,
        comes_back=now.comes_back,
        for_child=for_child,
        words=_words(world, key, now.number),
        inclined=memory.inclined(world.scenario.of(ChoosingSettings)),
        has_enough=np.zeros(len(key), dtype=bool),
    )


def _first_sessions(profile: Ints, length_ms: Ints) -> _Progress:
    """Every profile before the first title of its first session."""
    at = first_of_group(profile)
    return _Progress(
        at=at,
        number=np.zeros_like(at),
        left_ms=length_ms[at],
        last_slot=np.full(len(at), -1),
        comes_back=np.zeros(len(at), dtype=bool),
    )


def _move_on(profile: Ints, length_ms: Ints, now: _Progress, is_over: Flags) -> _Progress:
    """Go to the next title of a session, or to the profile's next session, or home."""
    last = len(profile) - 1
    following = np.minimum(now.at + 1, last)
    has_more = (now.at < last) & (profile[following] == profile[now.at])
    moved = _Progress(
        at=np.where(is_over, following, now.at),
        number=np.where(is_over, 0, now.number),
        left_ms=np.where(is_over, length_ms[following], now.left_ms),
        last_slot=np.where(is_over, -1, now.last_slot),
        comes_back=now.comes_back & ~is_over,
    )
    return moved.take(~is_over | has_more)


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


def _next(world: World, memory: Memory, sessions: Sessions, mind: Mind, day: int) -> Plays:
    """Pick and plan one title for each profile that sits before a menu."""
    settings, catalogue = world.scenario.of(ChoosingSettings), world.catalogue
    wish = intent(settings, catalogue.works.is_kids, memory, sessions, mind, day)
    picked = pick(world, memory, sessions, mind, wish, day)
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
    mind.last_slot = _remember(world, memory, mind, plays, picked, stretch, day)
    mind.comes_back, mind.has_enough = stretch.comes_back, stretch.ends
    return plays


def _remember(
    world: World,
    memory: Memory,
    mind: Mind,
    plays: Plays,
    picked: Picked,
    stretch: Stretch,
    day: int,
) -> Ints:
    """Write down what has been seen; returns the slot of the series that ran, -1 for none."""
    is_there = plays.work >= 0
    new = np.flatnonzero(is_there & picked.is_new)
    memory.mark_seen(mind.profile[new], plays.work[new])

    is_film = world.catalogue.works.is_film[plays.work]
    is_kept = is_there & (plays.source != SLEEP_AID)
    is_rewatch = plays.source == REWATCH
    films = np.flatnonzero(is_kept & is_film & ~is_rewatch)
    _remember_films(memory, mind, plays, picked, stretch, films, day)
    again = np.flatnonzero(picked.again >= 0)
    _remember_again(memory, mind, picked, again, day)

    episodes = np.flatnonzero(is_kept & ~is_film & ~is_rewatch & ~stretch.gives_up)
    ran = _remember_episodes(world.catalogue, memory, mind, plays, picked, episodes, day)
    goes_on = stretch.finishes | stretch.comes_back
    return np.where(goes_on, ran, -1)


def _remember_episodes(
    catalogue: Catalogue,
    memory: Memory,
    mind: Mind,
    plays: Plays,
    picked: Picked,
    rows: Ints,
    day: int,
) -> Ints:
    """Note where series were left, those in some rows and those that comfort; returns the slots."""
    ran = np.full(len(mind.profile), -1, dtype=np.int64)
    ran[rows] = _remember_series(catalogue, memory, mind, plays, picked, rows, day)
    comfort = np.flatnonzero(picked.slot == COMFORT)
    ran[comfort] = _remember_comfort(catalogue.episodes_out(day), memory, mind, plays, comfort)
    return ran


def _remember_films(
    memory: Memory,
    mind: Mind,
    plays: Plays,
    picked: Picked,
    stretch: Stretch,
    rows: Ints,
    day: int,
) -> None:
    """Note where the films in some rows were left, and which were seen out or became favourites.

    What was only looked into may come to mind again; what was given up later does not.
    """
    slot = picked.film[rows]
    days = memory.days_of(mind.profile[rows], slot, day)
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
        day,
    )
    is_over = ~is_left & (slot >= 0)
    memory.drop_film(mind.profile[rows[is_over]], slot[is_over])
    _remember_seen(memory, mind, plays, rows[finishes], days[finishes], day)


def _remember_seen(
    memory: Memory, mind: Mind, plays: Plays, rows: Ints, days: Ints, day: int
) -> None:
    """Note which films that were seen out, on so many days, became favourites; others rest."""
    who, work = mind.profile[rows], plays.work[rows]
    is_loved = mind.does("loved")[rows]
    memory.love(who[is_loved], work[is_loved], days[is_loved], day)
    others = ~is_loved
    first_time = np.full_like(work, -1)
    memory.keep_seen(who[others], first_time[others], work[others], days[others], day)


def _remember_again(memory: Memory, mind: Mind, picked: Picked, rows: Ints, day: int) -> None:
    """Note on how many days of late the films in some rows have been started."""
    who, slot = mind.profile[rows], picked.again[rows]
    days = memory.days_seen(who, slot, day)
    memory.keep_seen(who, slot, picked.work[rows], days, day)


def _where_left(episode_count: Ints, series: Plays) -> tuple[Ints, Ints, Flags]:
    """The next episode of each series, where in it people are, and whether none is left for now."""
    episode = series.episode + series.finishes
    stopped_at = series.start_position_ms + series.playing_ms
    left_at = np.where(series.finishes, 0, stopped_at)
    return episode, left_at, episode >= episode_count[series.work]


def _remember_series(
    catalogue: Catalogue,
    memory: Memory,
    mind: Mind,
    plays: Plays,
    picked: Picked,
    rows: Ints,
    day: int,
) -> Ints:
    """Note the next episode of the series in some rows; returns their slots, -1 for those over."""
    series = plays.take(rows)
    episode, left_at, is_over = _where_left(catalogue.episodes_out(day), series)
    over = np.flatnonzero(is_over)
    profile, work = mind.profile[rows[over]], series.work[over]
    wait_for_more(catalogue.works.episode_count, memory, profile, work, episode[over])
    memory.keep_series(
        mind.profile[rows],
        picked.slot[rows],
        np.where(is_over, -1, series.work),
        episode,
        left_at,
        day,
    )
    return np.where(is_over, -1, 0)


def _remember_comfort(
    episode_count: Ints, memory: Memory, mind: Mind, plays: Plays, rows: Ints
) -> Ints:
    """Note where the series that comforts was left in some rows; at its end any episode is next."""
    series = plays.take(rows)
    episode, left_at, is_over = _where_left(episode_count, series)
    memory.keep_comfort(
        mind.profile[rows],
        np.where(is_over, -1, episode),
        left_at,
    )
    return np.where(is_over, -1, COMFORT)
