"""What kind of thing each work is: genres that go together, and the age it is advised for."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from synthview.draws.chance import Shares, Stream
from synthview.rows import Flags, Ints, Words
from synthview.world.catalogue_settings import GENRES, RATINGS, CatalogueSettings

__all__ = ["first_genres", "ratings", "second_genres"]


def first_genres(
    bits: Words, is_kids: Flags, settings: CatalogueSettings, *, is_film: bool
) -> Ints:
    """The genre that each work is known by, chosen by 64 bits."""
    usual = settings.film_genres if is_film else settings.series_genres
    for_all = _weights(usual, GENRES).at(bits)
    for_kids = _weights(settings.kids_genres, GENRES).at(bits)
    return np.where(is_kids, for_kids, for_all)


def second_genres(
    stream: Stream, number: Ints, genre: Ints, is_kids: Flags, settings: CatalogueSettings
) -> Ints:
    """A genre that goes with the first; the same once more where a work has only one."""
    of_all, of_kids = (
        Shares(_companions(pairs)) for pairs in (settings.genre_pairs, settings.kids_genre_pairs)
    )
    other = np.where(
        is_kids,
        stream.pick(number, of_kids, row=genre),
        stream.pick(number, of_all, row=genre),
    )
    has_second = stream.happens(number, settings.share_with_second_genre, n=1)
    return np.where(has_second, other, genre)


def ratings(
    stream: Stream, number: Ints, is_kids: Flags, genre: Ints, settings: CatalogueSettings
) -> Ints:
    """The youngest advised age of each work, by what it is."""
    usual = stream.pick(number, _weights(settings.usual_ratings, RATINGS))
    of_horror = stream.pick(number, _weights(settings.horror_ratings, RATINGS), n=1)
    of_kids = stream.pick(number, _weights(settings.kids_ratings, RATINGS), n=2)
    is_horror = genre == GENRES.index("horror")
    return np.select([is_kids, is_horror], [of_kids, of_horror], usual)


def _weights(shares: Mapping[str, float], names: tuple[str, ...]) -> Shares:
    """The shares of some names in the order of all."""
    return Shares([shares.get(_key(name), 0.0) for name in names])


def _key(name: str) -> str:
    """A genre as settings name it."""
    return name.replace(" ", "_")


def _companions(pairs: Mapping[str, float]) -> list[list[float]]:
    """For each genre, how often each other one goes with it; itself, where nothing is said."""
    keys = [_key(name) for name in GENRES]
    weights = [[0.0] * len(keys) for _ in keys]
    for pair, share in pairs.items():
        first, second = (keys.index(one) for one in pair.split("_and_"))
        weights[first][second] = share
    for place, row in enumerate(weights):
        if not any(row):
            row[place] = 1.0
    return weights
