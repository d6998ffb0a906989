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

_BROWSE, _NEW, _SEARCH = (START_SOURCES.index(one) for one in ("browse", "new_release", "search"))
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
    """Steps on the way to each newly chosen title, past others that stand on the same `shelf` of the `stock`."""
    seed, chosen = world.scenario.run.seed, np.isin(played.source, (_BROWSE, _NEW))
    play = np.flatnonzero(chosen)
    looks = np.minimum(Stream(seed, "log/clicks/count").draw(played.key[play], _LOOKS), _MOST_LOOKS)
    parent, number = children(looks + 1)
    play, looks = play[parent], looks[parent]
    last = number == looks
    key, place = played.key[play], Stream(seed, "log/clicks/place")
    action = Stream(seed, "log/clicks/action").pick(key, _ACTIONS, n=number)
    jitter = place.below(key, 1024, n=number + 64)
    at = played.start_ms[play] - gap_ms[play] * ((looks - number) * 1024 + np.where(last, 0, jitter)) // (
        (looks + 1) * 1024
    )
    return Clicks(
        play=play,
        number=number,
        at_ms=at,
        row=played.source[play],
        place=1 + place.below(key, 40, n=number),
        action=np.where(last, _PLAY, action),
        title=np.where(last, played.title[play], _neighbours(world, stock, key, shelf[play], number)),
    )


def _neighbours(world: World, stock: Shelf, key: Ints, shelf: Ints, number: Ints) -> Ints:
    """Titles that stood near: films and series in turn, by how popular they are."""
    bits = Stream(world.scenario.run.seed, "log/clicks/title").bits(key, number)
    is_film = number % 2 == 0
    work = np.maximum(stock.pick(bits, stock.row(np.where(is_film, FILMS, SERIES), shelf)), 0)
    return title_key(np.where(is_film, FILM, EPISODE), work)


def search(world: World, played: Playback, gap_ms: Ints) -> Searches:
    """The query that led to each title found by searching."""
    play = np.flatnonzero(played.source == _SEARCH)
    key, stream = played.key[play], Stream(world.scenario.run.seed, "log/searches")
    before = gap_ms[play] * (128 + stream.below(key, 640)) // 1024
    return Searches(play, played.start_ms[play] - before, 2 + stream.below(key, 12, n=1), played.title[play])


def rate(world: World, played: Playback) -> Thumbs:
    """Thumbs pressed at the end of some plays: up for what was seen to its end, mixed for the rest."""
    settings, seed = world.scenario.of(ChoosingSettings), world.scenario.run.seed
    stream = Stream(seed, "log/ratings")
    likely = stream.happens(played.key, settings.thumbs_per_play) & (played.ending != FAILED) & (played.viewers != 0)
    play = np.flatnonzero(likely)
    finished = played.ending[play] == FINISHED
    is_up = stream.happens(played.key[play], np.where(finished, 0.88, 0.55), n=1)
    after = 2_000 + stream.below(played.key[play], 20_000, n=2)
    return Thumbs(play, played.start_ms[play] + played.wall_ms[play] + after, is_up)
