"""What people type: names of titles, slips and all, people, genres, and what is not to be had."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from synthview.draws.chance import Stream, shares_of
from synthview.draws.offspring import children
from synthview.draws.quantiles import Steps
from synthview.player.playback import Playback
from synthview.record.browse import is_again
from synthview.record.settings import MenuSettings
from synthview.rows import Flags, Ints, Rows
from synthview.tables import START_SOURCES
from synthview.world import World
from synthview.world.catalogue import work_of

__all__ = ["NO_TITLE", "WORDS", "Searches", "search"]

_BROWSE = START_SOURCES.index("browse")
_SEARCH = START_SOURCES.index("search")
NO_TITLE = -1
WORDS = ("title", "no_article", "person", "genre")
"""What a query is made of, as in the setting `menus.words`."""
_TITLE, _GENRE = WORDS.index("title"), WORDS.index("genre")
_MOST_TRIES = 4
_CANDIDATES = 6
"""So many titles are thought of until one is found that is not to be had."""
_TELLING = 4
"""So many letters more are typed of a title that does not come up."""


@dataclass(frozen=True, slots=True)
class Searches(Rows):
    """One row per query.

    `number` counts within its play, `words` is an index of WORDS, and `work` what it is about.
    `letters` is how much of it was typed, and `slip` 0 or bits that say how a finger went astray.
    `title` is what was opened from the results, or NO_TITLE.
    """

    play: Ints
    number: Ints
    at_ms: Ints
    words: Ints
    work: Ints
    letters: Ints
    slip: Ints
    title: Ints


def search(world: World, played: Playback, gap_ms: Ints, country: Ints, day: int) -> Searches:
    """The queries that led to titles found by searching, and those that led to nothing.

    `country` is that of each play's home.
    """
    stream = Stream(world.scenario.run.seed, "log/searches")
    play, number, left = _queries(world, stream, played)
    key, title = played.key[play], played.title[play]
    is_found = played.source[play] == _SEARCH
    finds = is_found & (left == 0)

    absent = _not_offered(world, stream, key, country[play], day)
    absent[is_found] = NO_TITLE
    is_absent = absent >= 0
    words = _words(world, stream, key, number, is_found)
    before_ms = _before_ms(stream, key, gap_ms[play], number, left)
    return Searches(
        play=play,
        number=number,
        at_ms=played.start_ms[play] - before_ms,
        words=np.where(is_absent, _TITLE, words),
        work=np.where(is_absent, absent, work_of(title)),
        letters=_typed(world, stream, key, number) + _TELLING * is_absent,
        slip=_slips(world, stream, key, number, finds | is_absent),
        title=np.where(finds, title, NO_TITLE),
    )


def _typed(world: World, stream: Stream, key: Ints, number: Ints) -> Ints:
    """How many letters of each query are typed, one at least."""
    table = _letters(world.scenario.of(MenuSettings).letters)
    return 1 + stream.draw(key, table, n=number + 300)


def _queries(world: World, stream: Stream, played: Playback) -> tuple[Ints, Ints, Ints]:
    """The queries of each play: its row, the number of the query, and how many are left."""
    settings = world.scenario.of(MenuSettings)
    asks = ~played.autoplayed & ~is_again(played)
    is_found = asks & (played.source == _SEARCH)
    in_vain = stream.happens(played.key, settings.in_vain, n=100)
    is_lost = asks & (played.source == _BROWSE) & in_vain
    play = np.flatnonzero(is_found | is_lost)
    more = stream.geometric(played.key[play], np.full(len(play), 1 - settings.tries), n=101)
    count = 1 + np.minimum(more, _MOST_TRIES)
    row, number = children(count)
    return play[row], number, count[row] - 1 - number


def _words(world: World, stream: Stream, key: Ints, number: Ints, is_found: Flags) -> Ints:
    """What each query is made of: who tries again mostly types more of the same.

    Where nothing is found it is no title that the service has.
    """
    shares = world.scenario.of(MenuSettings).words
    weights = tuple(shares.get(one, 0.0) for one in WORDS)
    same = world.scenario.of(MenuSettings).same_words
    once_more = stream.happens(key, same, n=number + 120)
    words = stream.pick(key, shares_of(weights), n=np.where(once_more, 140, 140 + number))
    return np.where(~is_found & (words == _TITLE), _GENRE, words)


@cache
def _letters(mean: float) -> Steps:
    return Steps.poisson(max(mean - 1, 0.01))


def _slips(world: World, stream: Stream, key: Ints, number: Ints, is_right: Flags) -> Ints:
    """Bits of a slip for some queries, 0 for the others; what leads to nothing has more of them."""
    settings = world.scenario.of(MenuSettings)
    chance = np.where(is_right, settings.slips, settings.slips_in_vain)
    slips = stream.happens(key, chance, n=number + 400)
    return np.where(slips, 1 + stream.below(key, 1 << 30, n=number + 500), 0)


def _not_offered(world: World, stream: Stream, key: Ints, country: Ints, day: int) -> Ints:
    """A title that a country does not have, or not yet, for some; -1 for the others."""
    works = world.catalogue.works
    wants_it = stream.happens(key, world.scenario.of(MenuSettings).not_offered, n=200)
    found = np.full(len(key), -1, dtype=np.int64)
    for n in range(_CANDIDATES):
        work = stream.below(key, len(works.is_film), n=600 + n)
        is_missing = world.popularity.base[country, work] <= 0
        is_missing |= works.released_day[work] > day
        found = np.where((found < 0) & is_missing & wants_it, work, found)
    return found


def _before_ms(stream: Stream, key: Ints, gap_ms: Ints, number: Ints, left: Ints) -> Ints:
    """How long before its play each query is typed: they share most of the gap."""
    steps = number + left + 1
    place = 128 + stream.below(key, 640, n=number)
    return gap_ms * (left * 1024 + place) // (steps * 1024)
