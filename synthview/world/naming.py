"""Names of films and series: invented and unique, except those that a scenario names as facts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, partial

import numpy as np

from synthview.draws.chance import Stream
from synthview.pools.titles import compose, compose_foreign, languages, varied
from synthview.rows import Flags
from synthview.scenario import Scenario
from synthview.tables import COUNTRIES
from synthview.world.catalogue import GENRES, Catalogue
from synthview.world.catalogue_settings import CatalogueSettings
from synthview.world.countries import PLACES

__all__ = ["work_names"]

_LOCALES = {"IN": "hi_IN", "KR": "ko_KR"}
"""Countries whose titles are in another language than the menus of their people."""
_TRIES = 12
"""So many names in its own language are tried before a work takes an English one."""
Compose = Callable[[Sequence[int]], str]


def work_names(catalogue: Catalogue, scenario: Scenario) -> list[str]:
    """Names of all works in their order."""
    works, seed = catalogue.works, scenario.run.seed
    draws = _draws(seed, len(works))
    is_own = _in_own_language(catalogue, scenario)
    stated = {place: name for name, place in catalogue.named.items()}
    taken = set(stated.values())
    kinds = np.where(works.is_film, "film", "series").tolist()
    columns = works.genre.tolist(), works.origin.tolist(), kinds, is_own.tolist(), draws
    names = []
    for place, (genre, origin, kind, own, numbers) in enumerate(zip(*columns, strict=True)):
        name = stated.get(place) or (own and _foreign(origin, numbers, taken))
        name = name or _unused(_in_english(genre, kind, origin), numbers, taken)
        taken.add(name)
        names.append(name)
    return names


def _in_own_language(catalogue: Catalogue, scenario: Scenario) -> Flags:
    """Which works go by a title in the language of their country.

    Those of Christmas do not: it is in their names that they are known by.
    """
    works = catalogue.works
    share = scenario.of(CatalogueSettings).titles_in_own_language
    stream = Stream(scenario.run.seed, "world/names/own_language")
    known = languages()
    has_words = np.array(
        [_locale(one)[:2] in known and code in PLACES for one, code in enumerate(COUNTRIES)]
    )
    is_own = stream.happens(np.arange(len(works)), share)
    return is_own & has_words[works.origin] & ~catalogue.christmas


@cache
def _locale(origin: int) -> str:
    """The locale whose words and names the titles of a country have."""
    code = COUNTRIES[origin]
    return _LOCALES.get(code) or PLACES[code].locales[0]


@cache
def _in_english(genre: int, kind: str, origin: int) -> Compose:
    """How titles in English are made up."""
    return partial(compose, GENRES[genre], kind=kind, locale=_locale(origin))


def _draws(seed: int, count: int) -> list[list[int]]:
    """Five numbers for each work, from which its name is composed."""
    stream = Stream(seed, "world/names")
    number = np.arange(count, dtype=np.int64)
    columns = [stream.below(number, 1 << 40, n=n) for n in range(5)]
    rows: list[list[int]] = np.stack(columns, axis=1).tolist()
    return rows


def _foreign(origin: int, numbers: list[int], taken: set[str]) -> str:
    """A name in the language of a country that no earlier work has; none after some tries."""
    for _ in range(_TRIES):
        name = compose_foreign(_locale(origin), numbers)
        if name not in taken:
            return name
        numbers = varied(numbers)
    return ""


def _unused(make: Compose, numbers: list[int], taken: set[str]) -> str:
    """The composed name, or the next one that no earlier work has."""
    name = make(numbers)
    while name in taken:
        numbers = varied(numbers)
        name = make(numbers)
    return name
