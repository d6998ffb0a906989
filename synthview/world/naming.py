"""Names of films and series: invented and unique, except those that a scenario names as facts."""

from __future__ import annotations

import numpy as np

from synthview.draws.chance import Stream
from synthview.pools.titles import compose, varied
from synthview.world.catalogue import GENRES, Catalogue

__all__ = ["work_names"]


def work_names(catalogue: Catalogue, seed: int) -> list[str]:
    """Names of all works in their order."""
    works = catalogue.works
    draws = _draws(seed, len(works))
    stated = {place: name for name, place in catalogue.named.items()}
    taken = set(stated.values())
    names = []
    for place, genre in enumerate(works.genre.tolist()):
        kind = "film" if works.is_film[place] else "series"
        name = stated.get(place) or _unused(GENRES[genre], draws[place], kind, taken)
        taken.add(name)
        names.append(name)
    return names


def _draws(seed: int, count: int) -> list[list[int]]:
    """Five numbers for each work, from which its name is composed."""
    stream = Stream(seed, "world/names")
    number = np.arange(count, dtype=np.int64)
    columns = [stream.below(number, 1 << 40, n=n) for n in range(5)]
    rows: list[list[int]] = np.stack(columns, axis=1).tolist()
    return rows


def _unused(genre: str, numbers: list[int], kind: str, taken: set[str]) -> str:
    """The composed name, or the next one that no earlier work has."""
    name = compose(genre, numbers, kind)
    while name in taken:
        numbers = varied(numbers)
        name = compose(genre, numbers, kind)
    return name
