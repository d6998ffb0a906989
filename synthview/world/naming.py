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
    number = np.arange(len(works), dtype=np.int64)
    draws = np.stack([Stream(seed, "world/names").below(number, 1 << 40, n=n) for n in range(5)], axis=1).tolist()
    given = {place: name for name, place in catalogue.named.items()}
    taken, names = set(given.values()), []
    for place, (genre, is_film) in enumerate(zip(works.genre.tolist(), works.is_film.tolist(), strict=True)):
        name = given.get(place) or _unused(GENRES[genre], draws[place], "film" if is_film else "series", taken)
        taken.add(name)
        names.append(name)
    return names


def _unused(genre: str, numbers: list[int], kind: str, taken: set[str]) -> str:
    """The composed name, or the next one that no earlier work has."""
    name = compose(genre, numbers, kind)
    while name in taken:
        numbers = varied(numbers)
        name = compose(genre, numbers, kind)
    return name
