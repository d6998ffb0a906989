"""How long a title is meant to run: to its credits, while there is time, or until people stop."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial

import numpy as np

from synthview.draws.arithmetic import exp
from synthview.draws.lengths import between
from synthview.draws.quantiles import Quantiles
from synthview.rows import Flags, Ints, Rows, Words
from synthview.viewing.leaving import left_out_ms
from synthview.viewing.memory import COMFORT, Memory
from synthview.viewing.mind import (
    NEXT_EPISODE,
    RESUME,
    REWATCH,
    SLEEP_AID,
    Mind,
    Picked,
    first_that_applies,
)
from synthview.viewing.settings import ChoosingSettings
from synthview.world import World
from synthview.world.clock import MINUTE_MS

__all__ = ["Stretch", "enough_ms", "gaps", "stretches"]

_LEAST_MS = 10_000
"""So much is left to play at least of whatever is begun."""
_LAST_MS = 2 * _LEAST_MS
"""So near its end nobody gets up."""
_WHOLE = 1024
"""Shares of lengths are in 1024ths."""
_WAITS = Quantiles.exponential(1.0, unit=_WHOLE)
"""Waiting times for what happens once in the mean, in 1024ths."""
_NEVER_MS = 1 << 40
_HARDLY_EVER = 1e-6
_BROWSES, _AWAY, _GOES_ON, _KNOWN = range(4)
"""What there is to do before a press, at the place of its times in `_gaps`."""


@dataclass(frozen=True, slots=True)
class Stretch(Rows):
    """How long each title runs, in ms, and how that ends.

    It `finishes`, or is given up, or somebody gets up and `comes_back`; otherwise it is left for
    another time, which `ends` some sittings.
    """

    playing_ms: Ints
    finishes: Flags
    gives_up: Flags
    comes_back: Flags
    ends: Flags


def stretches(world: World, memory: Memory, mind: Mind, picked: Picked) -> Stretch:
    """How long each title is meant to run."""
    settings, catalogue = world.scenario.of(ChoosingSettings), world.catalogue
    runtime = catalogue.runtime_ms(picked.work, picked.episode)
    remaining = _remaining(world, mind, picked, runtime)
    is_film = catalogue.works.is_film[picked.work]
    meant = _meant(settings, mind, is_film, remaining)
    gives_up = picked.is_new & (picked.tries | mind.does("gives_up"))
    leaves, ends = _leaves(settings, memory, mind, picked, is_film, meant) & ~gives_up
    until_up = _until_up(memory, mind, picked, is_film, runtime)
    may = _is_long(settings, meant) & (until_up < meant - _LAST_MS)
    comes_back = may & ~leaves & ~gives_up

    playing = np.where(comes_back, until_up, meant)
    _put(playing, leaves, partial(_part_way, settings, mind, meant))
    _put(playing, gives_up, partial(_sample, settings, mind, picked, runtime, meant))
    finishes = playing >= remaining
    return Stretch(playing, finishes, gives_up, comes_back, ends)


def _put(playing: Ints, where: Flags, length_of: Callable[[Ints], Ints]) -> None:
    """Let titles run for other lengths in some rows, which alone are worked out."""
    rows = np.flatnonzero(where)
    playing[rows] = length_of(rows)


def _remaining(world: World, mind: Mind, picked: Picked, runtime: Ints) -> Ints:
    """How much there is to see of each title from where it begins."""
    until = _watchable(world, mind, picked, runtime)
    return np.maximum(until - picked.position_ms, _LEAST_MS)


def _part_way(settings: ChoosingSettings, mind: Mind, meant: Ints, rows: Ints) -> Ints:
    """After how long those in some rows leave a title part-way."""
    bits = mind.of("stops_at")[rows]
    return _part(bits, meant[rows], settings.stops_from, settings.stops_until)


def _part(bits: Words, whole: Ints, least: float, most: float) -> Ints:
    """A length between two shares of each whole."""
    return between(bits, whole, round(least * _WHOLE), round(max(least, most) * _WHOLE))


def enough_ms(settings: ChoosingSettings) -> int:
    """With less time left than this nobody begins another title."""
    return round(settings.enough_minutes * MINUTE_MS)


def _meant(settings: ChoosingSettings, mind: Mind, is_film: Flags, remaining: Ints) -> Ints:
    """How long each title would run if nobody stopped it: to its end, or until time is up."""
    sees_it_out = remaining <= mind.left_ms + _stretch_ms(settings, is_film)
    time_left = np.maximum(mind.left_ms, enough_ms(settings))
    return np.where(sees_it_out, remaining, time_left)


def _stretch_ms(settings: ChoosingSettings, is_film: Flags) -> Ints:
    """By how much a sitting is made longer to see a title out."""
    of_film = round(settings.film_stretch_minutes * MINUTE_MS)
    return np.where(is_film, of_film, round(settings.episode_stretch_minutes * MINUTE_MS))


def _watchable(world: World, mind: Mind, picked: Picked, runtime: Ints) -> Ints:
    """Up to where each title is seen: most people leave where its closing credits begin."""
    left_out = left_out_ms(world, mind.of("credits"), picked.work, runtime)
    return runtime - np.where(mind.does("sits_through"), 0, left_out)


def _leaves(
    settings: ChoosingSettings,
    memory: Memory,
    mind: Mind,
    picked: Picked,
    is_film: Flags,
    meant: Ints,
) -> Flags:
    """Who leaves a title part-way, and for whom that is all: a row of flags each.

    Nobody does where there is little time for it, nor with what they fall asleep to.
    """
    may = _is_long(settings, meant) & (picked.source != SLEEP_AID)
    chances = memory.inclined(settings).stops[is_film.astype(np.int64), :, mind.profile]
    leaves, goes = (mind.share("stops")[:, None] < chances).T
    return np.stack([may & leaves, may & leaves & goes])


def _is_long(settings: ChoosingSettings, meant: Ints) -> Flags:
    """Whether there is time enough to break off what runs."""
    return meant >= 2 * enough_ms(settings)


def _until_up(memory: Memory, mind: Mind, picked: Picked, is_film: Flags, runtime: Ints) -> Ints:
    """After how long somebody gets up who comes back to it.

    At any time alike, so many times in a whole title: the restless see it in many pieces. A
    favourite keeps them, and so does what they fall asleep to.
    """
    is_kept = (picked.source != REWATCH) | (picked.slot == COMFORT)
    times = np.maximum(memory.restless[is_film.astype(np.int64), mind.profile], _HARDLY_EVER)
    waits = _WAITS.at(mind.of("gets_up")) * (runtime / times / _WHOLE)
    until_up = np.minimum(waits, _NEVER_MS).astype(np.int64) + _LEAST_MS
    return np.where(is_kept & (picked.source != SLEEP_AID), until_up, _NEVER_MS)


def _sample(
    settings: ChoosingSettings, mind: Mind, picked: Picked, runtime: Ints, meant: Ints, rows: Ints
) -> Ints:
    """After how long those in some rows give up a title: seconds, minutes, or in the first half.

    Who only wants to have a look does not linger.
    """
    bits = mind.of("sample")[rows]
    lingers = ~picked.tries[rows] & mind.does("lingers")[rows]
    glances = mind.does("glances")[rows]
    minutes = _minutes(settings.sample_minutes, settings.sample_minutes_spread, 40.0)
    seconds = _minutes(settings.glance_seconds / 60, settings.glance_seconds_spread, 10.0)
    part = _part(bits, runtime[rows], settings.stops_from, settings.lingers_until)
    cases = ((lingers, part), (glances, seconds.at(bits)))
    return np.minimum(first_that_applies(cases, default=minutes.at(bits)), meant[rows])


def gaps(
    settings: ChoosingSettings, mind: Mind, source: Ints, goes_on: Flags, autoplayed: Flags
) -> Ints:
    """Time before the press, in ms; none before autoplay, whose countdown is the player's."""
    is_known = (source == RESUME) | (source == SLEEP_AID) | (source == NEXT_EPISODE)
    cases = (
        (autoplayed, -1),
        (mind.comes_back, _AWAY),
        (goes_on, _GOES_ON),
        (is_known, _KNOWN),
    )
    sort = first_that_applies(cases, default=_BROWSES)
    gap = np.zeros(len(sort), dtype=np.int64)
    for one, table in enumerate(_gaps(settings)):
        rows = np.flatnonzero(sort == one)
        if len(rows):
            gap[rows] = table.at(mind.of("gap")[rows])
    return gap


def _gaps(settings: ChoosingSettings) -> tuple[Quantiles, ...]:
    """Times to a press, each at its place."""
    return (
        _minutes(settings.browse_seconds / 60, settings.browse_seconds_spread, 30.0),
        _minutes(settings.break_minutes, settings.break_minutes_spread, 240.0),
        _quick(settings, settings.quick_next_seconds),
        _quick(settings, settings.quick_seconds),
    )


def _quick(settings: ChoosingSettings, mean_seconds: float) -> Quantiles:
    """Times to a press of something known: most are short, and some people do something else."""
    return _quick_times(mean_seconds, settings.quick_seconds_spread)


@cache
def _quick_times(mean_seconds: float, spread: float) -> Quantiles:
    median_ms = mean_seconds * 1000 * float(exp(-spread * spread / 2.0))
    return Quantiles.lognormal_within(median_ms, spread, 300, 10 * MINUTE_MS)


@cache
def _minutes(median: float, spread: float, most: float) -> Quantiles:
    """Times of people, in ms."""
    return Quantiles.lognormal_within(median * MINUTE_MS, spread, 2_000, most * MINUTE_MS)
