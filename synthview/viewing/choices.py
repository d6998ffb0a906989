"""What people pick: go on with a film or a series, something new, an old favourite, or what sends them to sleep."""

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
from synthview.viewing.memory import SERIES_SLOTS, Memory
from synthview.viewing.picking import DECISIONS, NEXT_EPISODE, RESUME, REWATCH, SLEEP_AID, Mind, intent, pick
from synthview.viewing.settings import ChoosingSettings
from synthview.viewing.sittings import Sessions
from synthview.world import World
from synthview.world.catalogue import EPISODE, FILM, Works, title_key
from synthview.world.clock import MINUTE_MS

__all__ = ["Plays", "choose"]

MOST_PLAYS = 24
"""More plays than one sitting holds; a play's ordinal within its sitting stays below 32."""
_PER_PLAY = 32
_FOR_THE_CHILD = 0.75
_ENOUGH_MS = 4 * MINUTE_MS
_STRETCH_MS = 12 * MINUTE_MS
_FILM_STRETCH_MS = 40 * MINUTE_MS
_SAMPLES = Quantiles.lognormal(4.5 * MINUTE_MS, 1.0, low=15_000, high=40 * MINUTE_MS)
"""How long a title is tried before it is given up early: median 4.5 minutes (guess; T17 suggests the range)."""


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


def choose(world: World, homes: Homes, memory: Memory, sessions: Sessions, day: int) -> Plays:
    """Fill the sittings of one day with titles; moves `memory` on.

    All profiles of the block choose at once, each its next title: the sittings of one profile in
    order of time, one title after the other.
    """
    profile = sessions.home * PROFILES + sessions.profile
    order = np.lexsort((sessions.key, sessions.start_ms, profile))
    for_child = _for_children(world, homes, sessions)
    at = first_of_group(profile[order])
    number, left, last = np.zeros_like(at), sessions.length_ms[order[at]], np.full(len(at), -1)
    pieces = []
    while len(at):
        session = order[at]
        words = _words(world, sessions.key[session], number)
        mind = Mind(session, profile[session], sessions.key[session], number, left, last, for_child[session], words)
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


def _words(world: World, key: Ints, number: Ints) -> Words:
    """64 bits for every decision about the `number`-th title of a sitting, (decision, sitting)."""
    n = number * _PER_PLAY + np.arange(len(DECISIONS))[:, None]
    return Stream(world.scenario.run.seed, "viewing/plays").bits(key, n)


def _for_children(world: World, homes: Homes, sessions: Sessions) -> Flags:
    """Which sittings suit a child: those a child leads, and most with a child on the sofa (a guess)."""
    is_child = homes.person_class == CHILD
    there = (sessions.viewers & (is_child << np.arange(PERSONS)).sum(axis=1)[sessions.home]) != 0
    leads = is_child[sessions.home, sessions.lead]
    gives_in = Stream(world.scenario.run.seed, "viewing/sittings/for_child").happens(sessions.key, _FOR_THE_CHILD)
    return there & (leads | gives_in)


def _next(world: World, memory: Memory, sessions: Sessions, mind: Mind, day: int) -> Plays:
    """Pick and plan one title for each profile that sits before a menu."""
    settings, catalogue = world.scenario.of(ChoosingSettings), world.catalogue
    source, slot = intent(settings, catalogue.works.is_kids, memory, sessions, mind, day)
    work, episode, position, is_new = pick(world, settings, memory, sessions, mind, source, slot, day)
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
        key=play_key(mind.key, mind.number),
        work=work,
        episode=episode,
        start_position_ms=position,
        playing_ms=playing,
        gap_ms=_gaps(settings, mind, source, goes_on, autoplayed),
        source=source,
        finishes=playing >= remaining,
        autoplayed=autoplayed,
    )
    mind.last_slot = _remember(
        settings,
        catalogue.works,
        memory,
        mind,
        plays,
        slot,
        is_new,
        given_up,
        day,
    )
    return plays


def _credits(mind: Mind, runtime: Ints) -> Ints:
    """How much of the end is left out: most people leave while the closing credits run."""
    return np.where(mind.happens("sits_through", 0.2), 0, between(mind.of("credits"), runtime, 0, 92))


def _sample(mind: Mind, runtime: Ints) -> Ints:
    """After how long a title is given up: mostly within minutes, else somewhere in the first half."""
    lingers = mind.happens("lingers", 0.35)
    return np.where(lingers, between(mind.of("sample"), runtime, 64, 576), _SAMPLES.at(mind.of("sample")))


def _gaps(settings: ChoosingSettings, mind: Mind, source: Ints, goes_on: Flags, autoplayed: Flags) -> Ints:
    """Time before the press: browsing, a quick press, or none before autoplay (its countdown is the player's)."""
    browsing = _browsing(settings.browse_seconds).at(mind.of("gap"))
    quick = 4_000 + mind.below("gap", 16_000)
    known = (source == RESUME) | (source == SLEEP_AID) | (source == NEXT_EPISODE)
    gap = np.where(known, np.where(goes_on, quick // 3, quick), browsing)
    return np.where(autoplayed, 0, gap)


def _remember(  # noqa: PLR0913, PLR0917  all that was decided about a play is remembered
    settings: ChoosingSettings,
    works: Works,
    memory: Memory,
    mind: Mind,
    plays: Plays,
    slot: Ints,
    is_new: Flags,
    given_up: Flags,
    day: int,
) -> Ints:
    """Write down what has been seen; returns the slot of the series that ran, -1 for none."""
    kept = (plays.work >= 0) & (plays.source != SLEEP_AID) & (is_new | (plays.source != REWATCH))
    new = np.flatnonzero(kept & is_new)
    memory.mark_seen(mind.profile[new], plays.work[new])
    position = plays.start_position_ms + plays.playing_ms
    film = np.flatnonzero(kept & works.is_film[plays.work])
    who, work, finishes, gave_up = mind.profile[film], plays.work[film], plays.finishes[film], given_up[film]
    memory.keep_film(
        who, work, position[film], finishes | gave_up, plays.source[film] == RESUME, settings.repeat_cap, day
    )
    at_once = plays.source[film] != RESUME  # else its days so far would count against the cap
    loved = finishes & at_once & ~gave_up & mind.happens("loved", 0.06)[film]
    memory.love(who[loved], work[loved], day)
    series = np.flatnonzero(kept & ~works.is_film[plays.work] & ~given_up)
    who, work, finishes = mind.profile[series], plays.work[series], plays.finishes[series]
    episode = plays.episode[series] + finishes
    over = episode >= works.episode_count[work]
    place = np.where(slot[series] >= 0, slot[series], SERIES_SLOTS - 1)
    memory.keep_series(who, place, np.where(over, -1, work), episode, np.where(finishes, 0, position[series]), day)
    ran = np.full(len(mind.profile), -1, dtype=np.int64)
    ran[series] = np.where(over, -1, 0)
    return ran


@cache
def _browsing(median_seconds: float) -> Quantiles:
    return Quantiles.lognormal(median_seconds * 1000, 0.9, low=2_000, high=30 * MINUTE_MS)
