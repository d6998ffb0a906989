"""What people do between plays: look along the rows of the menu, type a search, press a thumb."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synthview.draws.chance import Shares, Stream
from synthview.draws.offspring import children
from synthview.draws.quantiles import Steps
from synthview.player.playback import FAILED, FINISHED, Playback
from synthview.rows import Flags, Ints, Rows
from synthview.tables import START_SOURCES
from synthview.viewing.settings import ChoosingSettings
from synthview.world import World
from synthview.world.catalogue import EPISODE, FILM, title_key
from synthview.world.popularity import FILMS, SERIES, Shelf

__all__ = ["Clicks", "Searches", "Thumbs", "look_around", "rate", "search"]

_BROWSE = START_SOURCES.index("browse")
_NEW = START_SOURCES.index("new_release")
_SEARCH = START_SOURCES.index("search")
_LOOKS = Steps.poisson(2.6)
"""Titles opened or paused at before one is chosen (guess; T21 has 10 to 20 passed over)."""
_MOST_LOOKS = 24
_ACTIONS = Shares((70, 30))
_PLAY = 2


@dataclass(frozen=True, slots=True)
class Clicks(Rows):
    """One row per browse step; `play` is the row of the play it led to."""

    play: Ints
    number: Ints
    at_ms: Ints
    row: Ints
    place: Ints
    action: Ints
    title: Ints


@dataclass(frozen=True, slots=True)
class Searches(Rows):
    """One row per query; `letters` is how much of the title had been typed."""

    play: Ints
    at_ms: Ints
    letters: Ints
    title: Ints


@dataclass(frozen=True, slots=True)
class Thumbs(Rows):
    """One row per thumb."""

    play: Ints
    at_ms: Ints
    is_up: Flags


def look_around(world: World, played: Playback, gap_ms: Ints, stock: Shelf, shelf: Ints) -> Clicks:
    """Steps on the way to each newly chosen title.

    They pass others that stand on the same `shelf` of the `stock`, and the last is the choice.
    """
    play, number, left = _steps(world, played)
    seed, key = world.scenario.run.seed, played.key[play]
    is_last = left == 0

    action = Stream(seed, "log/clicks/action").pick(key, _ACTIONS, n=number)
    place = Stream(seed, "log/clicks/place")
    jitter = np.where(is_last, 0, place.below(key, 1024, n=number + 64))
    passed = _neighbours(world, stock, key, shelf[play], number)
    return Clicks(
        play=play,
        number=number,
        at_ms=played.start_ms[play] - _before_ms(gap_ms[play], number, left, jitter),
        row=played.source[play],
        place=1 + place.below(key, 40, n=number),
        action=np.where(is_last, _PLAY, action),
        title=np.where(is_last, played.title[play], passed),
    )


def _steps(world: World, played: Playback) -> tuple[Ints, Ints, Ints]:
    """The steps to each chosen title: its play, the number of the step, and how many are left."""
    chosen = np.flatnonzero(np.isin(played.source, (_BROWSE, _NEW)))
    draw = Stream(world.scenario.run.seed, "log/clicks/count")
    looks = draw.draw(played.key[chosen], _LOOKS)
    looks = np.minimum(looks, _MOST_LOOKS)
    parent, number = children(looks + 1)
    return chosen[parent], number, looks[parent] - number


def _before_ms(gap_ms: Ints, number: Ints, left: Ints, jitter: Ints) -> Ints:
    """How long before its play each step is: steps share the gap alike, `jitter` is in 1/1024."""
    steps = number + left + 1
    return gap_ms * (left * 1024 + jitter) // (steps * 1024)


def _neighbours(world: World, stock: Shelf, key: Ints, shelf: Ints, number: Ints) -> Ints:
    """Titles that stood near: films and series in turn, by how popular they are."""
    bits = Stream(world.scenario.run.seed, "log/clicks/title").bits(key, number)
    is_film = number % 2 == 0
    row = stock.row(np.where(is_film, FILMS, SERIES), shelf)
    work = np.maximum(stock.pick(bits, row), 0)
    return title_key(np.where(is_film, FILM, EPISODE), work)


def search(world: World, played: Playback, gap_ms: Ints) -> Searches:
    """The query that led to each title found by searching."""
    play = np.flatnonzero(played.source == _SEARCH)
    key = played.key[play]
    stream = Stream(world.scenario.run.seed, "log/searches")
    before = gap_ms[play] * (128 + stream.below(key, 640)) // 1024
    return Searches(
        play=play,
        at_ms=played.start_ms[play] - before,
        letters=2 + stream.below(key, 12, n=1),
        title=played.title[play],
    )


def rate(world: World, played: Playback) -> Thumbs:
    """Thumbs pressed at the end of some plays: up for what was seen to its end, else mixed."""
    settings = world.scenario.of(ChoosingSettings)
    stream = Stream(world.scenario.run.seed, "log/ratings")
    presses = stream.happens(played.key, settings.thumbs_per_play)
    is_seen = (played.ending != FAILED) & (played.playing_ms > 0) & (played.viewers != 0)
    play = np.flatnonzero(presses & is_seen)

    key = played.key[play]
    is_finished = played.ending[play] == FINISHED
    chance_of_up = np.where(is_finished, 0.88, 0.55)
    end_ms = played.start_ms[play] + played.wall_ms[play]
    return Thumbs(
        play=play,
        at_ms=end_ms + 2_000 + stream.below(key, 20_000, n=2),
        is_up=stream.happens(key, chance_of_up, n=1),
    )
