"""What people pick: a film or series under way, something new, a favourite, or a sleep aid."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from synthview.draws.chance import Stream
from synthview.draws.lengths import between
from synthview.draws.quantiles import Quantiles
from synthview.ids import play_key
from synthview.people.homes import CHILD, PERSONS, PROFILES, Homes
from synthview.rows import Flags, Ints, Rows, Words, first_of_group
from synthview.viewing.leaving import left_out_ms
from synthview.viewing.memory import SERIES_SLOTS, Memory
from synthview.viewing.picking import (
    DECISIONS,
    NEXT_EPISODE,
    RESUME,
    REWATCH,
    SLEEP_AID,
    Mind,
    Picked,
    intent,
    pick,
)
from synthview.viewing.settings import ChoosingSettings
from synthview.viewing.sittings import Sessions
from synthview.world import World
from synthview.world.catalogue import EPISODE, FILM, title_key
from synthview.world.clock import MINUTE_MS

__all__ = ["Plays", "choose"]

MOST_PLAYS = 24
"""More plays than one session holds; a play's ordinal within its session stays below 32."""
_PER_PLAY = 32
_FOR_THE_CHILD = 0.75
_ENOUGH_MS = 4 * MINUTE_MS
_STRETCH_MS = 12 * MINUTE_MS
_FILM_STRETCH_MS = 40 * MINUTE_MS
_SAMPLES = Quantiles.lognormal(
    4.5 * MINUTE_MS,
    1.0,
    low=15_000,
    high=40 * MINUTE_MS,
)
"""How long a title is tried before it is given up early (a guess; T17 suggests the range)."""


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
    """

    at: Ints
    number: Ints
    left_ms: Ints
    last_slot: Ints

    def after(self, plays: Plays, mind: Mind) -> _Progress:
        """Where profiles stand when they have played a title each."""
        return _Progress(
            at=self.at,
            number=self.number + 1,
            left_ms=self.left_ms - plays.playing_ms - plays.gap_ms,
            last_slot=mind.last_slot,
        )

    def is_full(self) -> Flags:
        """Whether a session has no room for another title."""
        return (self.left_ms <= _ENOUGH_MS) | (self.number >= MOST_PLAYS)


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
    pieces = [_no_plays()]
    while len(now):
        session = order[now.at]
        mind = _before_menu(world, sessions, session, profile[session], for_child[session], now)
        plays = _next(world, memory, sessions, mind, day)
        started = plays.work >= 0
        pieces.append(plays if started.all() else plays.take(started))

        after = now.after(plays, mind)
        is_over = ~started | after.is_full()
        now = _move_on(in_order, length_ms, after, is_over)
    return Plays.stack(pieces)


def _before_menu(
    world: World,
    sessions: Sessions,
    session: Ints,
    profile: Ints,
    for_child: Flags,
    now: _Progress,
) -> Mind:
    """The profiles that choose now, each in a session of its own."""
    key = sessions.key[session]
    return Mind(
        session=session,
        profile=profile,
        key=key,
        number=now.number,
        left_ms=now.left_ms,
        last_slot=now.last_slot,
        for_child=for_child,
        words=_words(world, key, now.number),
    )


def _first_sessions(profile: Ints, length_ms: Ints) -> _Progress:
    """Every profile before the first title of its first session."""
    at = first_of_group(profile)
    return _Progress(
        at=at,
        number=np.zeros_like(at),
        left_ms=length_ms[at],
        last_slot=np.full(len(at), -1),
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
    decision = np.arange(len(DECISIONS))[:, None]
    stream = Stream(world.scenario.run.seed, "viewing/plays")
    return stream.bits(key, number * _PER_PLAY + decision)


def _for_children(world: World, homes: Homes, sessions: Sessions) -> Flags:
    """Which sessions suit a child: those that a child leads, and most with a child (a guess)."""
    is_child = homes.person_class == CHILD
    children = (is_child << np.arange(PERSONS)).sum(axis=1)
    has_child = (sessions.viewers & children[sessions.home]) != 0
    child_leads = is_child[sessions.home, sessions.lead]
    stream = Stream(world.scenario.run.seed, "viewing/sittings/for_child")
    gives_in = stream.happens(sessions.key, _FOR_THE_CHILD)
    return has_child & (child_leads | gives_in)


def _next(world: World, memory: Memory, sessions: Sessions, mind: Mind, day: int) -> Plays:
    """Pick and plan one title for each profile that sits before a menu."""
    settings, catalogue = world.scenario.of(ChoosingSettings), world.catalogue
    source, slot = intent(settings, catalogue.works.is_kids, memory, sessions, mind, day)
    picked = pick(world, memory, sessions, mind, source, slot, day)
    gives_up = picked.is_new & mind.happens("gives_up", settings.give_up)
    goes_on = (source == NEXT_EPISODE) & (mind.last_slot == slot)
    autoplayed = goes_on & mind.happens("lets_it_come", 0.72)
    playing_ms, finishes = _playing(world, mind, picked, gives_up)
    plays = Plays(
        session=mind.session,
        key=play_key(mind.key, mind.number),
        work=picked.work,
        episode=picked.episode,
        start_position_ms=picked.position_ms,
        playing_ms=playing_ms,
        gap_ms=_gaps(settings, mind, source, goes_on, autoplayed),
        source=source,
        finishes=finishes,
        autoplayed=autoplayed,
    )
    mind.last_slot = _remember(world, memory, mind, plays, picked, gives_up, day)
    return plays


def _playing(world: World, mind: Mind, picked: Picked, gives_up: Flags) -> tuple[Ints, Flags]:
    """How long each title is meant to run, in ms, and whether that takes it to its end."""
    catalogue = world.catalogue
    runtime = catalogue.runtime_ms(picked.work, picked.episode)
    watchable = runtime - _credits(world, mind, picked.work, runtime)
    remaining = np.maximum(watchable - picked.position_ms, 10_000)

    is_film = catalogue.works.is_film[picked.work]
    stretch = np.where(is_film, _FILM_STRETCH_MS, _STRETCH_MS)
    sees_it_out = remaining <= mind.left_ms + stretch
    time_left = np.maximum(mind.left_ms, _ENOUGH_MS)
    meant = np.where(sees_it_out, remaining, time_left)

    sample = np.minimum(_sample(mind, runtime), meant)
    playing = np.where(gives_up, sample, meant)
    return playing, playing >= remaining


def _credits(world: World, mind: Mind, work: Ints, runtime: Ints) -> Ints:
    """How much of the end is left out: most people leave while the closing credits run."""
    stays = mind.happens("sits_through", 0.2)
    left_out = left_out_ms(world, mind.of("credits"), work, runtime)
    return np.where(stays, 0, left_out)


def _sample(mind: Mind, runtime: Ints) -> Ints:
    """After how long a title is given up: within minutes, or somewhere in the first half."""
    bits = mind.of("sample")
    return np.where(
        mind.happens("lingers", 0.35),
        between(bits, runtime, 64, 576),
        _SAMPLES.at(bits),
    )


def _gaps(
    settings: ChoosingSettings, mind: Mind, source: Ints, goes_on: Flags, autoplayed: Flags
) -> Ints:
    """Time before the press, in ms; none before autoplay, whose countdown is the player's."""
    browsing = _browsing(settings.browse_seconds).at(mind.of("gap"))
    quick = 4_000 + mind.below("gap", 16_000)
    is_known = (source == RESUME) | (source == SLEEP_AID) | (source == NEXT_EPISODE)
    return np.select(
        [autoplayed, goes_on, is_known],
        [0, quick // 3, quick],
        default=browsing,
    )


def _remember(
    world: World,
    memory: Memory,
    mind: Mind,
    plays: Plays,
    picked: Picked,
    gives_up: Flags,
    day: int,
) -> Ints:
    """Write down what has been seen; returns the slot of the series that ran, -1 for none."""
    is_film = world.catalogue.works.is_film[plays.work]
    is_kept = picked.is_new | (plays.source != REWATCH)
    is_kept &= (plays.work >= 0) & (plays.source != SLEEP_AID)
    new = np.flatnonzero(is_kept & picked.is_new)
    memory.mark_seen(mind.profile[new], plays.work[new])

    films = np.flatnonzero(is_kept & is_film)
    _remember_films(world, memory, mind, plays, gives_up, films, day)
    series = np.flatnonzero(is_kept & ~is_film & ~gives_up)
    count = world.catalogue.episodes_out(day)
    is_over = _remember_series(count, memory, mind, plays.take(series), picked.slot, series, day)
    ran = np.full(len(mind.profile), -1, dtype=np.int64)
    ran[series] = np.where(is_over, -1, 0)
    return ran


def _remember_films(
    world: World,
    memory: Memory,
    mind: Mind,
    plays: Plays,
    gives_up: Flags,
    rows: Ints,
    day: int,
) -> None:
    """Note where the films in some rows were left, and which of them became favourites."""
    films = plays.take(rows)
    who, gave_up = mind.profile[rows], gives_up[rows]
    was_resumed = films.source == RESUME
    memory.keep_film(
        who,
        films.work,
        films.start_position_ms + films.playing_ms,
        is_over=films.finishes | gave_up,
        was_resumed=was_resumed,
        cap=world.scenario.of(ChoosingSettings).repeat_cap,
        day=day,
    )
    # A resumed film is no favourite: its days so far would count against the cap.
    seen_at_once = films.finishes & ~was_resumed & ~gave_up
    loved = seen_at_once & mind.happens("loved", 0.06)[rows]
    memory.love(who[loved], films.work[loved], day)


def _remember_series(
    episode_count: Ints,
    memory: Memory,
    mind: Mind,
    series: Plays,
    slot: Ints,
    rows: Ints,
    day: int,
) -> Flags:
    """Note the next episode of the series in some rows; returns which have none left for now."""
    episode = series.episode + series.finishes
    is_over = episode >= episode_count[series.work]
    left_at = series.start_position_ms + series.playing_ms
    has_slot = slot[rows] >= 0
    memory.keep_series(
        mind.profile[rows],
        np.where(has_slot, slot[rows], SERIES_SLOTS - 1),
        np.where(is_over, -1, series.work),
        episode,
        np.where(series.finishes, 0, left_at),
        day,
    )
    return is_over


@cache
def _browsing(median_seconds: float) -> Quantiles:
    median_ms = median_seconds * 1000
    return Quantiles.lognormal(median_ms, 0.9, low=2_000, high=30 * MINUTE_MS)
