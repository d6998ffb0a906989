"""Makes up the names of films, series, episodes and trailers that look real and are not.

A name is a pattern with blanks, filled from word lists (`titles.toml`) by numbers that the caller
draws, so the same numbers always give the same name. A name on the list of famous real titles
(`famous.txt`) is passed over for the next one.
"""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synthview.errors import UnknownName
from synthview.pools.people import names

Words = dict[str, list[str]]

OWN_WEIGHT = 3  # keeps teaspoons rare in horror
PATTERNS = {"any", "film", "series", "only_own_patterns"}
OWN_NAMES = "name"
BLANK = re.compile(r"\{(\w+)\}")
ARTICLE = re.compile(r"\b([Aa]) (?=[AEIOU]|Heir|Honest)")
_PUNCTUATION = re.compile(r"[^\w ]")
STEPS = (1, 3, 7, 13, 29)
"""How the numbers of a taken name vary: pattern and every word, so that none goes in circles."""
TRAILERS = ["{} (Trailer)", "Trailer: {}", "{} (Teaser Trailer)", "{} (Official Trailer 2)"]


@dataclass(frozen=True)
class TitleGrammar:
    """Patterns of a genre and words for their blanks; those listed twice come twice as often."""

    patterns: list[str]
    words: Words

    def compose(self, numbers: Sequence[int]) -> str:
        """Fill the pattern of the first number with the words of the others; any integers do."""
        name, *rest = _pieces(_pick(self.patterns, numbers[0]))
        used: list[str] = []
        for blank, text, number in zip(rest[::2], rest[1::2], numbers[1:], strict=False):
            used.append(_pick_unused(self.words[blank], number, used))
            name += used[-1] + text
        return ARTICLE.sub(r"\1n ", name) if "a " in name or "A " in name else name

    def compose_all(self, numbers: NDArray[np.int64]) -> list[str]:
        """Do the same for the numbers of each row at once."""
        names = np.empty(len(numbers), dtype=object)
        distinct = list(dict.fromkeys(self.patterns))
        code = np.array([distinct.index(one) for one in self.patterns])
        which = code[numbers[:, 0] % len(code)]
        for place in np.unique(which).tolist():
            rows = np.flatnonzero(which == place)
            names[rows] = self._filled(distinct[place], numbers[rows, 1:])
        return [
            ARTICLE.sub(r"\1n ", name) if "a " in name or "A " in name else name
            for name in names.tolist()
        ]

    def _filled(self, pattern: str, numbers: NDArray[np.int64]) -> NDArray[np.object_]:
        """One pattern with the words of each row, none of them twice in one name."""
        start, *rest = _pieces(pattern)
        names = np.full(len(numbers), start, dtype=object)
        used: list[NDArray[np.object_]] = []
        for blank, text, number in zip(rest[::2], rest[1::2], numbers.T, strict=False):
            words = np.array(self.words[blank], dtype=object)
            chosen = _unused(words, number, used)
            used.append(chosen)
            names = names + chosen + text
        return names

    def count(self) -> int:
        """Count the ways to fill the different patterns: a little more than different names."""
        return sum(_count_fillings(pattern, self.words) for pattern in set(self.patterns))


def genres() -> list[str]:
    """Return the genres that titles can be made up for."""
    return list(_pools()["genre"])


@cache
def title_grammar(genre: str, kind: str = "film", locale: str = "") -> TitleGrammar:
    """Return a genre's grammar for films or series; UnknownName for another genre or kind.

    With a locale, the people in its titles have first names of that country.
    """
    if locale:
        usual = title_grammar(genre, kind)
        return TitleGrammar(usual.patterns, {**usual.words, OWN_NAMES: _first_names(locale)})
    if genre not in genres():
        raise UnknownName("genre", genre, genres())
    if kind not in ("film", "series"):
        raise UnknownName("kind of title", kind, ["film", "series"])
    pools = _pools()
    shared = pools["shared"]
    own = pools["genre"][genre]
    general = [] if own.get("only_own_patterns") else shared["any"] + shared[kind]
    words = {
        blank: OWN_WEIGHT * _listed(own.get(blank, [])) + _listed(shared[blank])
        for blank in shared.keys() - PATTERNS
    }
    return TitleGrammar(_weighted(OWN_WEIGHT * own["any"] + general, words), words)


def compose(genre: str, numbers: Sequence[int], kind: str = "film", locale: str = "") -> str:
    """Make up a title from five integers, such as keyed draws: the pattern, then its words."""
    return _unknown_name(title_grammar(genre, kind, locale), numbers)


def compose_foreign(locale: str, numbers: Sequence[int]) -> str:
    """Make up a title in the language of a locale, such as "pt_BR"; any five integers do."""
    return _unknown_name(foreign_grammar(locale), numbers)


def languages() -> list[str]:
    """Return the languages that have titles of their own, by their two letters."""
    return list(_foreign_pools())


@cache
def foreign_grammar(locale: str) -> TitleGrammar:
    """Return the grammar of titles in a locale's language, with names of its country."""
    pools = _foreign_pools()
    if locale[:2] not in pools:
        raise UnknownName("language of titles", locale[:2], list(pools))
    own = pools[locale[:2]]
    words = {blank: _listed(own[blank]) for blank in own.keys() - PATTERNS}
    if OWN_NAMES not in words:
        words[OWN_NAMES] = names(locale).first
    return TitleGrammar(own["any"], words)


def _first_names(locale: str) -> list[str]:
    """The first names of a locale, in Latin letters."""
    own = _foreign_pools().get(locale[:2], {})
    latin = own.get("latin") or own.get(OWN_NAMES)
    return _listed(latin) if latin else names(locale).first


def _unknown_name(grammar: TitleGrammar, numbers: Sequence[int]) -> str:
    """The name that the numbers make, or the next one that is not famous."""
    name = grammar.compose(numbers)
    while is_famous(name):
        numbers = varied(numbers)
        name = grammar.compose(numbers)
    return name


def varied(numbers: Sequence[int]) -> list[int]:
    """Return the numbers to try next when the name they make is taken."""
    return [number + step for number, step in zip(numbers, STEPS, strict=True)]


@cache
def episode_grammar() -> TitleGrammar:
    """Return the grammar of episode names."""
    pools = _pools()["episode"]
    words = {blank: _listed(pools[blank]) for blank in pools.keys() - PATTERNS}
    return TitleGrammar(_weighted(pools["any"], words), words)


def episode_names(numbers: NDArray[np.int64]) -> list[str]:
    """Make up a name for each row of five numbers or more, as `episode_name` does for one."""
    return episode_grammar().compose_all(numbers)


def episode_name(numbers: Sequence[int]) -> str:
    """Make up an episode's name from four integers or more: the pattern, then its words."""
    return episode_grammar().compose(numbers)


def trailer_name(title: str, number: int = 0) -> str:
    """Return the name of a title's trailer; `number` counts them if there are several."""
    return _pick(TRAILERS, number).format(title)


def is_famous(name: str) -> bool:
    """Return whether a name is a well-known real title, whatever its capitals and punctuation."""
    return _bare(name) in famous_titles()


@cache
def famous_titles() -> frozenset[str]:
    """Return well-known real titles that are never made up, in small letters, no punctuation."""
    return frozenset(map(_bare, _packaged("famous.txt").splitlines()))


def _weighted(patterns: list[str], words: Words) -> list[str]:
    """Repeat each pattern by its number of fillings, so that poor ones repeat names less."""
    return [
        pattern
        for pattern in patterns
        for _ in range(len(str(_count_fillings(pattern, words))) ** 2)
    ]


def _count_fillings(pattern: str, words: Words) -> int:
    return prod(len(set(words[blank])) for blank in BLANK.findall(pattern))


def _bare(name: str) -> str:
    spelled = _PUNCTUATION.sub("", name.casefold().replace("&", "and"))
    return spelled.removeprefix("the ").strip()


@cache
def _pieces(pattern: str) -> list[str]:
    """Cut a pattern into text, blank, text, blank … text."""
    return BLANK.split(pattern)


def _pick(choices: list[str], number: int) -> str:
    return choices[number % len(choices)]


def _unused(
    words: NDArray[np.object_],
    number: NDArray[np.int64],
    used: list[NDArray[np.object_]],
) -> NDArray[np.object_]:
    """The words that numbers choose, or the next that are not used in their row."""
    place = number % len(words)
    is_used = _is_any(words[place], used)
    while is_used.any():
        following = (place + 1) % len(words)
        place = np.where(is_used, following, place)
        is_used = _is_any(words[place], used)
    return words[place]


def _is_any(words: NDArray[np.object_], used: list[NDArray[np.object_]]) -> NDArray[np.bool_]:
    """Whether each word is among those used before in its row."""
    found = np.zeros(len(words), dtype=bool)
    for one in used:
        found |= words == one
    return found


def _pick_unused(choices: list[str], number: int, used: list[str]) -> str:
    place = number % len(choices)
    while choices[place] in used:  # no "Salt & Salt"
        place = (place + 1) % len(choices)
    return choices[place]


def _listed(words: str | list[str]) -> list[str]:
    if isinstance(words, str):
        return [word.strip() for word in words.split(",")]
    return words


@cache
def _foreign_pools() -> dict[str, Any]:
    return tomllib.loads(_packaged("foreign_titles.toml"))


@cache
def _pools() -> dict[str, Any]:
    return tomllib.loads(_packaged("titles.toml"))


def _packaged(file_name: str) -> str:
    return files("synthview.pools").joinpath(file_name).read_text("utf-8")
