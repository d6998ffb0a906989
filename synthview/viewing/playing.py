"""How long a title is meant to run: to its credits, while there is time, or until people stop."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

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
_WHOLE = 1024
"""Shares of lengths are in 1024ths."""
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
    until = _watchable(world, mind, picked, runtime)
    remaining = np.maximum(until - picked.position_ms, _LEAST_MS)

    is_film = catalogue.works.is_film[picked.work]
    meant = _meant(settings, mind, is_film, remaining)
    gives_up = picked.is_new & (picked.tries | mind.does("gives_up"))
    comes_back, leaves, ends = _stops(settings, memory, mind, picked, is_film, meant) & ~gives_up
    stops = np.flatnonzero(comes_back | leaves)
    playing = meant.copy()
    playing[stops] = _part_way(settings, mind, stops, meant[stops])
    early = np.flatnonzero(gives_up)
    playing[early] = _sample(settings, mind, picked, early, runtime[early], meant[early])
    return Stretch(
        playing_ms=playing,
        finishes=playing >= remaining,
        gives_up=gives_up,
        comes_back=comes_back,
        ends=ends,
    )


def _part_way(settings: ChoosingSettings, mind: Mind, rows: Ints, meant: Ints) -> Ints:
    """After how long those in some rows stop who get up or leave."""
    bits = mind.of("stops_at")[rows]
    return _part(bits, meant, settings.stops_from, settings.stops_until)


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


def _stops(
    settings: ChoosingSettings,
    memory: Memory,
    mind: Mind,
    picked: Picked,
    is_film: Flags,
    meant: Ints,
) -> Flags:
    """Who gets up during a title and comes back to it, who leaves it, and for whom that is all.

    A row of flags each. Nobody does where there is little time, nor with what they fall asleep to.
    """
    is_awake = picked.source != SLEEP_AID
    is_kept = is_awake & ((picked.source != REWATCH) | (picked.slot == COMFORT))
    sort = 2 * is_kept + is_film
    chances = memory.inclined(settings).stops[sort, :, mind.profile]
    gets_up, either, goes = (mind.share("stops")[:, None] < chances).T
    may = is_awake & (meant >= 2 * enough_ms(settings))
    leaves = may & either & ~gets_up
    return np.stack([may & gets_up, leaves, leaves & goes])


def _sample(
    settings: ChoosingSettings, mind: Mind, picked: Picked, rows: Ints, runtime: Ints, meant: Ints
) -> Ints:
    """After how long those in some rows give up a title: within minutes, or in the first half.

    Who only wants to have a look does not linger.
    """
    bits = mind.of("sample")[rows]
    lingers = ~picked.tries[rows] & mind.does("lingers")[rows]
    table = _minutes(settings.sample_minutes, settings.sample_minutes_spread, 40.0)
    part = _part(bits, runtime, settings.stops_from, settings.lingers_until)
    return np.minimum(np.where(lingers, part, table.at(bits)), meant)


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
    return Quantiles.lognormal(median_ms, spread, low=300, high=10 * MINUTE_MS)


@cache
def _minutes(median: float, spread: float, most: float) -> Quantiles:
    """Times of people, in ms."""
    return Quantiles.lognormal_within(median * MINUTE_MS, spread, 2_000, most * MINUTE_MS)
