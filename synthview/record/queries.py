"""The text of queries, as fingers type it."""

from __future__ import annotations

from functools import cache

import numpy as np
import polars as pl

from synthview.draws.chance import Stream
from synthview.pools import names
from synthview.pools.renown import is_famous
from synthview.record.searching import WORDS, Searches
from synthview.world import World
from synthview.world.catalogue import GENRES

__all__ = ["cast_of", "queries", "slipped"]

_TITLE, _NO_ARTICLE, _PERSON, _GENRE = range(len(WORDS))
_ARTICLE = r"^(the|a|an|le|la|les|der|die|das|el|los|il) "
_KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_SHORTEST = 4
"""Shorter queries are typed right."""
_LOCALES = ("en_US", "en_GB", "de_DE", "fr_FR", "es_ES")
_CAST = 5
"""So many people of each title are known by name."""


def queries(world: World, searches: Searches) -> pl.Series:
    """What was typed, in lower case as people do."""
    typed = _names(world, searches).str.head(pl.Series(searches.letters)).to_list()
    for row in np.flatnonzero(searches.words == _GENRE).tolist():
        typed[row] = GENRES[world.catalogue.works.genre[searches.work[row]]]
    for row in np.flatnonzero(searches.words == _PERSON).tolist():
        typed[row] = _person(world, searches, row)
    for row in np.flatnonzero(searches.slip).tolist():
        typed[row] = slipped(typed[row], int(searches.slip[row]))
    return pl.Series(typed, dtype=pl.String).str.strip_chars_end()


def _names(world: World, searches: Searches) -> pl.Series:
    """The name of the title that each query is about, some without the article."""
    name = world.name_column.gather(searches.work).str.to_lowercase()
    without = name.str.replace(_ARTICLE, "")
    leaves_it_out = pl.Series(searches.words == _NO_ARTICLE)
    return without.zip_with(leaves_it_out, name)


def _person(world: World, searches: Searches, row: int) -> str:
    """The name of somebody in a title, or as much of it as was typed."""
    place_in_cast = int(searches.letters[row]) % _CAST
    full = cast_of(world.scenario.run.seed, int(searches.work[row]), place_in_cast)
    return full.lower()[: 4 + int(searches.letters[row])]


@cache
def cast_of(seed: int, work: int, place_in_cast: int) -> str:
    """The invented name of somebody in a title; no famous person has it."""
    stream = Stream(seed, "world/cast")
    entity = np.array([work * _CAST + place_in_cast])
    pool = names(_LOCALES[int(stream.below(entity, len(_LOCALES))[0])])
    first = family = ""
    for n in range(1, 40, 2):
        first = pool.first[int(stream.below(entity, len(pool.first), n=n)[0])]
        family = pool.family[int(stream.below(entity, len(pool.family), n=n + 1)[0])]
        if not is_famous(first, family):
            break
    return f"{first} {family}"


def slipped(query: str, bits: int) -> str:
    """A query with a slip: two letters swapped, one missing, one doubled, or a key beside it."""
    if len(query) < _SHORTEST:
        return query
    kind = bits % 4
    place = 1 + bits // 4 % (len(query) - 1)
    before = query[:place]
    letter = query[place]
    after = query[place + 1 :]
    if kind == 0:
        return before[:-1] + letter + before[-1] + after
    if kind == 1:
        return before + after
    if kind == 2:
        return before + letter + letter + after
    return before + _beside(letter, bits // 64) + after


def _beside(letter: str, bits: int) -> str:
    """A key beside that of a letter."""
    for row in _KEYS:
        at = row.find(letter)
        if at >= 0:
            beside = row[max(at - 1, 0) : at] + row[at + 1 : at + 2]
            return beside[bits % len(beside)]
    return letter
