"""What there is to watch: films, series with seasons and episodes, and a trailer for each.

A *work* is a film or a series; works are numbered films first, then series, then the titles that a
scenario names. A *title* is a film, an episode or a trailer; its internal id says which:
``kind 2 bits | work 22 bits | ordinal within the work 12 bits``, so that it stands still when the
catalogue grows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from synthview.draws.chance import Shares, Stream
from synthview.draws.offspring import children
from synthview.draws.quantiles import Quantiles, Steps
from synthview.rows import Flags, Ints, Rows, Words
from synthview.scenario import NamedTitle, Scenario
from synthview.world.clock import MINUTE_MS, day_number
from synthview.world.settings import CatalogueSettings

__all__ = [
    "EPISODE",
    "FILM",
    "GENRES",
    "RATINGS",
    "TRAILER",
    "Catalogue",
    "Works",
    "kind_of",
    "stock",
    "title_key",
    "trailer_ms",
    "work_of",
]

FILM, EPISODE, TRAILER = 0, 1, 2

GENRES = (
    "drama", "comedy", "thriller", "action", "romance", "crime", "documentary", "science fiction",
    "horror", "fantasy", "reality", "stand-up", "musical", "holiday", "family", "animation", "kids",
)  # fmt: skip
RATINGS = ("all", "7", "13", "16", "18")

_FILM_GENRES = (18, 16, 12, 11, 8, 7, 10, 5, 6, 3, 0, 4, 2, 1.5, 0, 0, 0)
_SERIES_GENRES = (21, 15, 8, 7, 5, 12, 9, 6, 3, 5, 8, 0, 0.5, 0.2, 0, 0, 0)
_KIDS_GENRES = (0,) * 14 + (35, 40, 25)
_RATING_SHARES = {"kids": (70, 30, 0, 0, 0), "horror": (0, 0, 5, 50, 45), "": (4, 12, 36, 31, 17)}
_SHORT_EPISODE_GENRES = tuple(
    GENRES.index(one) for one in ("comedy", "reality", "animation", "kids", "family")
)
_OLDEST_ORIGINAL_DAYS = 3 * 365
_LONG_AGO_DAYS = 4000


@dataclass(frozen=True, slots=True)
class Works(Rows):
    """One row per film or series.

    `rank` orders works of a kind by how liked they are (0 first); `released_day` is the day since
    1970 on which it appeared on the service, long ago for licensed works.
    """

    is_film: Flags
    is_original: Flags
    is_kids: Flags
    rank: Ints
    released_day: Ints
    genre: Ints
    second_genre: Ints
    rating: Ints
    runtime_ms: Ints
    first_season: Ints
    season_count: Ints
    first_episode: Ints
    episode_count: Ints


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The works, and flat arrays of the seasons and episodes they point into."""

    works: Works
    season_episode_count: Ints
    season_of_episode: Ints
    episode_in_season: Ints
    episode_runtime_ms: Ints
    named: dict[str, int]
    christmas: Flags

    def runtime_ms(self, work: Ints, episode: Ints) -> Ints:
        """Length of a film, or of the `episode`-th episode (from 0) of a series."""
        works = self.works
        last_episode = np.maximum(works.episode_count[work] - 1, 0)
        ordinal = np.minimum(episode, last_episode)
        last_place = len(self.episode_runtime_ms) - 1
        place = np.minimum(works.first_episode[work] + ordinal, last_place)
        of_film = works.runtime_ms[work]
        of_series = self.episode_runtime_ms[place]
        return np.where(works.is_film[work], of_film, of_series)


def trailer_ms(seed: int, work: Ints) -> Ints:
    """Length of the trailer of each work."""
    return (45_000 + Stream(seed, "world/trailers").below(work, 2 * MINUTE_MS)) // 1000 * 1000


def title_key(kind: Ints | int, work: Ints, ordinal: Ints | int = 0) -> Ints:
    """Internal id of a title."""
    return (np.asarray(kind, dtype=np.int64) << 34) | (work << 12) | ordinal


def kind_of(title: Ints) -> Ints:
    """FILM, EPISODE or TRAILER of an internal title id."""
    return title >> 34


def work_of(title: Ints) -> Ints:
    """The work of an internal title id."""
    return (title >> 12) & 0x3FFFFF


def stock(scenario: Scenario) -> Catalogue:
    """Fill the shelves of a scenario."""
    settings = scenario.of(CatalogueSettings)
    films = _draw_works(scenario, settings.film_count, is_film=True)
    series = _draw_works(scenario, settings.series_count, is_film=False)
    named = [_named_work(title) for title in scenario.titles]
    works = Works.stack([films, series, *named])
    return _with_episodes(scenario, works)


def _draw_works(scenario: Scenario, count: int, *, is_film: bool) -> Works:
    """Films or series that no scenario names."""
    settings = scenario.of(CatalogueSettings)
    stream = _streams(scenario.run.seed, is_film=is_film)
    number = np.arange(count, dtype=np.int64)
    zero = np.zeros(count, dtype=np.int64)
    is_kids = stream("is_kids").happens(number, settings.share_of_kids_works)
    is_original = stream("is_original").happens(number, settings.share_of_originals)
    shares = _FILM_GENRES if is_film else _SERIES_GENRES
    genre = _genres(stream("genre"), number, is_kids, shares)
    second_genre = _genres(stream("second_genre"), number, is_kids, shares)
    return Works(
        is_film=np.full(count, is_film),
        is_original=is_original,
        is_kids=is_kids,
        rank=_places(stream("rank").bits(number)),
        released_day=_released(stream("age"), number, is_original, scenario),
        genre=genre,
        second_genre=second_genre,
        rating=_ratings(stream("rating"), number, is_kids, genre),
        runtime_ms=_film_ms(stream("runtime"), number, settings) if is_film else zero,
        first_season=zero,
        season_count=zero if is_film else _season_counts(stream("seasons"), number, settings),
        first_episode=zero,
        episode_count=zero,
    )


def _streams(seed: int, *, is_film: bool) -> Callable[[str], Stream]:
    """The streams of films, or of series, by the name of what they decide."""
    path = "world/catalogue/films" if is_film else "world/catalogue/series"
    return lambda name: Stream(seed, f"{path}/{name}")


def _places(bits: Words) -> Ints:
    """The place of each value in their order, from 0."""
    return np.argsort(np.argsort(bits, kind="stable"), kind="stable")


def _released(stream: Stream, number: Ints, is_original: Flags, scenario: Scenario) -> Ints:
    """Originals appear within some years, the last of which is still to come; the rest long ago."""
    epoch = day_number(scenario.run.epoch)
    age_days = stream.below(number, _OLDEST_ORIGINAL_DAYS + 365)
    newest = epoch + 365
    return np.where(is_original, newest - age_days, epoch - _LONG_AGO_DAYS)


def _film_ms(stream: Stream, number: Ints, settings: CatalogueSettings) -> Ints:
    median_ms = settings.film_runtime_minutes * MINUTE_MS
    runtime = Quantiles.lognormal(median_ms, settings.film_runtime_spread)
    return _to_seconds(stream.draw(number, runtime))


def _season_counts(stream: Stream, number: Ints, settings: CatalogueSettings) -> Ints:
    further = Steps.geometric(settings.seasons_per_series - 1)
    return 1 + stream.draw(number, further)


def _genres(stream: Stream, number: Ints, is_kids: Flags, shares: tuple[float, ...]) -> Ints:
    for_all = stream.pick(number, Shares(shares))
    for_kids = stream.pick(number, Shares(_KIDS_GENRES), n=1)
    return np.where(is_kids, for_kids, for_all)


def _ratings(stream: Stream, number: Ints, is_kids: Flags, genre: Ints) -> Ints:
    def rated(genre: str, n: int) -> Ints:
        return stream.pick(number, Shares(_RATING_SHARES[genre]), n=n)

    usual = rated("", 0)
    of_horror = rated("horror", 1)
    of_kids = rated("kids", 2)
    is_horror = genre == GENRES.index("horror")
    return np.select([is_kids, is_horror], [of_kids, of_horror], usual)


def _named_work(title: NamedTitle) -> Works:
    """A title that a scenario states as a fact; a series has one season."""
    is_film = title.kind == "film"
    is_kids = title.genres[0] in {"family", "animation", "kids"}
    genres = [GENRES.index(one) for one in title.genres]

    def one(value: int) -> Ints:
        return np.array([value], dtype=np.int64)

    return Works(
        is_film=np.array([is_film]),
        is_original=np.array([title.is_original]),
        is_kids=np.array([is_kids]),
        rank=one(title.popularity_rank - 1),
        released_day=one(day_number(title.released_on)),
        genre=one(genres[0]),
        second_genre=one(genres[-1]),
        rating=one(RATINGS.index(title.age_rating)),
        runtime_ms=one(int(title.runtime_minutes * MINUTE_MS)),
        first_season=one(0),
        season_count=one(0 if is_film else 1),
        first_episode=one(0),
        episode_count=one(0),
    )


def _with_episodes(scenario: Scenario, works: Works) -> Catalogue:
    """Give each series its seasons and each season its episodes."""
    seed, named = scenario.run.seed, scenario.titles
    work_of_season, season = children(works.season_count)
    season_key = (work_of_season << 8) | season
    usual_ms = _usual_episode_ms(seed, works)[work_of_season]
    season_ms = _season_ms(scenario, season_key)
    episode_count = np.clip((season_ms + usual_ms // 2) // usual_ms, 3, 40)
    of_season, in_season = children(episode_count)
    episode_key = (season_key[of_season] << 8) | in_season
    counted = _with_counts(works, work_of_season, episode_count)
    first_named = len(works) - len(named)
    return Catalogue(
        works=counted,
        season_episode_count=episode_count,
        season_of_episode=season[of_season],
        episode_in_season=in_season,
        episode_runtime_ms=_episode_ms(seed, episode_key, usual_ms[of_season]),
        named={title.name: place for place, title in enumerate(named, first_named)},
        christmas=counted.genre == GENRES.index("holiday"),
    )


def _season_ms(scenario: Scenario, season_key: Ints) -> Ints:
    """Length of each season."""
    settings = scenario.of(CatalogueSettings)
    median_ms = settings.season_hours * 60 * MINUTE_MS
    lengths = Quantiles.lognormal(median_ms, settings.season_hours_spread)
    stream = Stream(scenario.run.seed, "world/catalogue/season/length")
    return stream.draw(season_key, lengths)


def _episode_ms(seed: int, episode_key: Ints, usual_ms: Ints) -> Ints:
    """Length of each episode: up to 6 % more or less than is usual for its series."""
    stream = Stream(seed, "world/catalogue/episode/length")
    percent = stream.below(episode_key, 13) - 6
    return _to_seconds(usual_ms + usual_ms * percent // 100)


def _with_counts(works: Works, work_of_season: Ints, episode_count: Ints) -> Works:
    """The works with the number of their episodes, and where their seasons and episodes begin."""
    per_work = np.zeros(len(works), dtype=np.int64)
    np.add.at(per_work, work_of_season, episode_count)
    return replace(
        works,
        first_season=np.cumsum(works.season_count) - works.season_count,
        first_episode=np.cumsum(per_work) - per_work,
        episode_count=per_work,
    )


def _usual_episode_ms(seed: int, works: Works) -> Ints:
    """Usual length of a series' episodes: half an hour for light genres, longer for others.

    Series for children have shorter ones.
    """
    number = np.arange(len(works), dtype=np.int64)
    stream = Stream(seed, "world/catalogue/series/episode_minutes")
    is_light = np.isin(works.genre, _SHORT_EPISODE_GENRES)
    of_kids = 11 + stream.below(number, 14)
    of_light = 21 + stream.below(number, 9)
    of_others = 41 + stream.below(number, 18)
    minutes = np.select([works.is_kids, is_light], [of_kids, of_light], of_others)
    return minutes * MINUTE_MS


def _to_seconds(duration_ms: Ints) -> Ints:
    return duration_ms // 1000 * 1000
