"""What there is to watch: films, series with seasons and episodes, and a trailer for each.

A *work* is a film or a series; works are numbered films first, then series, then the titles that a
scenario names. A *title* is a film, an episode or a trailer; its internal id says which:
``kind 2 bits | work 22 bits | ordinal within the work 12 bits``, so that it stands still when the
catalogue grows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synthview.draws.chance import Shares, Stream
from synthview.draws.offspring import children
from synthview.draws.quantiles import Quantiles, Steps
from synthview.rows import Flags, Ints, Rows
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
    "drama", "comedy", "thriller", "action", "romance", "crime", "documentary", "science fiction", "horror",
    "fantasy", "reality", "stand-up", "musical", "holiday", "family", "animation", "kids",
)  # fmt: skip
RATINGS = ("all", "7", "13", "16", "18")

_FILM_GENRES = (18, 16, 12, 11, 8, 7, 10, 5, 6, 3, 0, 4, 2, 1.5, 0, 0, 0)
_SERIES_GENRES = (21, 15, 8, 7, 5, 12, 9, 6, 3, 5, 8, 0, 0.5, 0.2, 0, 0, 0)
_KIDS_GENRES = (0,) * 14 + (35, 40, 25)
_RATING_SHARES = {"kids": (70, 30, 0, 0, 0), "horror": (0, 0, 5, 50, 45), "": (4, 12, 36, 31, 17)}
_SHORT_EPISODE_GENRES = tuple(GENRES.index(one) for one in ("comedy", "reality", "animation", "kids", "family"))
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
        place = self.works.first_episode[work] + np.minimum(episode, np.maximum(self.works.episode_count[work] - 1, 0))
        of_series = self.episode_runtime_ms[np.minimum(place, len(self.episode_runtime_ms) - 1)]
        return np.where(self.works.is_film[work], self.works.runtime_ms[work], of_series)


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
    seed, epoch = scenario.run.seed, day_number(scenario.run.epoch)
    films = _draw_works(settings, seed, epoch, settings.film_count, is_film=True)
    series = _draw_works(settings, seed, epoch, settings.series_count, is_film=False)
    works = Works.stack([films, series, *(_named_work(title) for title in scenario.titles)])
    return _with_episodes(settings, seed, works, scenario.titles)


def _draw_works(settings: CatalogueSettings, seed: int, epoch: int, count: int, *, is_film: bool) -> Works:
    path = "films" if is_film else "series"
    number = np.arange(count, dtype=np.int64)

    def stream(name: str) -> Stream:
        return Stream(seed, f"world/catalogue/{path}/{name}")

    is_kids = stream("is_kids").happens(number, settings.share_of_kids_works)
    is_original = stream("is_original").happens(number, settings.share_of_originals)
    age = stream("age").below(number, _OLDEST_ORIGINAL_DAYS + 365)
    genre = _genres(stream("genre"), number, is_kids, is_film=is_film)
    runtime = Quantiles.lognormal(settings.film_runtime_minutes * MINUTE_MS, settings.film_runtime_spread)
    zero = np.zeros(count, dtype=np.int64)
    return Works(
        is_film=np.full(count, is_film),
        is_original=is_original,
        is_kids=is_kids,
        rank=np.argsort(np.argsort(stream("rank").bits(number), kind="stable"), kind="stable"),
        released_day=np.where(is_original, epoch + 365 - age, epoch - _LONG_AGO_DAYS),
        genre=genre,
        second_genre=_genres(stream("second_genre"), number, is_kids, is_film=is_film),
        rating=_ratings(stream("rating"), number, is_kids, genre),
        runtime_ms=_to_seconds(stream("runtime").draw(number, runtime)) if is_film else zero,
        first_season=zero,
        season_count=zero if is_film else 1 + stream("seasons").draw(number, _season_table(settings)),
        first_episode=zero,
        episode_count=zero,
    )


def _season_table(settings: CatalogueSettings) -> Steps:
    return Steps.geometric(settings.seasons_per_series - 1)


def _genres(stream: Stream, number: Ints, is_kids: Flags, *, is_film: bool) -> Ints:
    general = stream.pick(number, Shares(_FILM_GENRES if is_film else _SERIES_GENRES))
    return np.where(is_kids, stream.pick(number, Shares(_KIDS_GENRES), n=1), general)


def _ratings(stream: Stream, number: Ints, is_kids: Flags, genre: Ints) -> Ints:
    general = stream.pick(number, Shares(_RATING_SHARES[""]))
    grim = stream.pick(number, Shares(_RATING_SHARES["horror"]), n=1)
    mild = stream.pick(number, Shares(_RATING_SHARES["kids"]), n=2)
    return np.where(is_kids, mild, np.where(genre == GENRES.index("horror"), grim, general))


def _named_work(title: NamedTitle) -> Works:
    """A title that a scenario states as a fact; series among them have one season of ten."""
    is_film = title.kind == "film"
    genres = [GENRES.index(one) for one in title.genres]

    def one(value: int) -> Ints:
        return np.array([value], dtype=np.int64)

    return Works(
        is_film=np.array([is_film]),
        is_original=np.array([title.is_original]),
        is_kids=np.array([title.genres[0] in {"family", "animation", "kids"}]),
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


def _with_episodes(settings: CatalogueSettings, seed: int, works: Works, named: tuple[NamedTitle, ...]) -> Catalogue:
    """Give each series its seasons and each season its episodes."""
    work_of_season, season = children(works.season_count)
    key = (work_of_season << 8) | season
    hours = Quantiles.lognormal(settings.season_hours * 60 * MINUTE_MS, settings.season_hours_spread)
    season_ms = Stream(seed, "world/catalogue/season/length").draw(key, hours)
    usual = _usual_episode_ms(seed, works)[work_of_season]
    episodes = np.clip((season_ms + usual // 2) // usual, 3, 40)
    of_season, in_season = children(episodes)
    per_work = np.zeros(len(works), dtype=np.int64)
    np.add.at(per_work, work_of_season, episodes)
    jitter = Stream(seed, "world/catalogue/episode/length").below((key[of_season] << 8) | in_season, 13) - 6
    runtime = usual[of_season] + usual[of_season] * jitter // 100
    fields = {name: getattr(works, name) for name in Works.__slots__}
    fields["first_season"] = np.cumsum(works.season_count) - works.season_count
    fields["episode_count"] = per_work
    fields["first_episode"] = np.cumsum(per_work) - per_work
    full = Works(**fields)
    return Catalogue(
        works=full,
        season_episode_count=episodes,
        season_of_episode=season[of_season],
        episode_in_season=in_season,
        episode_runtime_ms=_to_seconds(runtime),
        named={title.name: len(works) - len(named) + place for place, title in enumerate(named)},
        christmas=full.genre == GENRES.index("holiday"),
    )


def _usual_episode_ms(seed: int, works: Works) -> Ints:
    """Length of a series' usual episode: half an hour for light genres, most of an hour for the others."""
    number = np.arange(len(works), dtype=np.int64)
    stream = Stream(seed, "world/catalogue/series/episode_minutes")
    light = np.isin(works.genre, _SHORT_EPISODE_GENRES)
    minutes = np.where(light, 21 + stream.below(number, 9), 41 + stream.below(number, 18))
    minutes = np.where(works.is_kids, 11 + stream.below(number, 14), minutes)
    return minutes * MINUTE_MS


def _to_seconds(duration_ms: Ints) -> Ints:
    return duration_ms // 1000 * 1000
