"""What there is to watch: films, series with seasons and episodes, and a trailer for each.

A *work* is a film or a series; works are numbered films first, then series, then the titles that a
scenario names. A *title* is a film, an episode or a trailer; its internal id says which:
``kind 2 bits | work 22 bits | ordinal within the work 12 bits``, so that it stands still when the
catalogue grows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from synthview.draws.chance import Shares, Stream
from synthview.draws.offspring import children
from synthview.draws.quantiles import Quantiles, Steps
from synthview.rows import Flags, Ints, Rows
from synthview.scenario import NamedTitle, Scenario
from synthview.tables import COUNTRIES
from synthview.world.catalogue_settings import GENRES, RATINGS, CatalogueSettings
from synthview.world.clock import MINUTE_MS, day_number
from synthview.world.dealing import (
    dealt,
    for_children,
    originals,
    places,
    places_in_groups,
)
from synthview.world.genres import first_genres, ratings, second_genres
from synthview.world.releases import LONG_AGO_DAYS, released_days, season_days

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
_ONE = 1 << 20

_LIGHT_GENRES = tuple(
    GENRES.index(one) for one in ("comedy", "reality", "animation", "kids", "family")
)
_DAYS_KEPT = 8
_NUMBERS_KEPT = 1 << 21
"""What is out is kept for so many days at least, and of a small catalogue for more, up to 16 MB."""


@dataclass(frozen=True, slots=True)
class Works(Rows):
    """One row per film or series.

    `rank` orders works of a kind by how liked they are (0 first); `released_day` is the day since
    1970 on which it (of a series, its first season) appeared on the service, long ago for licensed
    works; `origin` the code of the country it comes from.
    """

    is_film: Flags
    is_original: Flags
    is_kids: Flags
    rank: Ints
    released_day: Ints
    genre: Ints
    second_genre: Ints
    rating: Ints
    origin: Ints
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
    season_released_day: Ints
    season_of_episode: Ints
    episode_in_season: Ints
    episode_runtime_ms: Ints
    named: dict[str, int]
    christmas: Flags
    _out: dict[int, tuple[Ints, Ints, Ints]] = field(
        default_factory=dict, compare=False, repr=False
    )

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

    def episodes_out(self, day: int) -> Ints:
        """How many episodes of each work have appeared by a day; 0 for films."""
        return self._seasons_out(day)[0]

    def newest_day(self, day: int) -> Ints:
        """The last day up to a day on which each work, or a season of it, appeared.

        That of a work which is still to come is the day on which it will.
        """
        return self._seasons_out(day)[1]

    def newest_episode(self, day: int) -> Ints:
        """The first episode of the season of each work that appeared last by a day; 0 for films."""
        return self._seasons_out(day)[2]

    def _seasons_out(self, day: int) -> tuple[Ints, Ints, Ints]:
        """What has appeared of each work by a day; keeps the last days."""
        if day not in self._out:
            most = max(_DAYS_KEPT, _NUMBERS_KEPT // (3 * len(self.works)))
            while len(self._out) >= most:
                self._out.pop(next(iter(self._out)), None)
            self._out[day] = self._count_out(day)
        return self._out[day]

    def _count_out(self, day: int) -> tuple[Ints, Ints, Ints]:
        """The episodes of each work that have appeared by a day; when its latest season did.

        And with which episode that season begins.
        """
        works = self.works
        is_out = self.season_released_day <= day
        episodes = np.append(0, np.cumsum(self.season_episode_count * is_out))
        last = works.first_season + works.season_count
        seasons = np.append(0, np.cumsum(is_out))
        latest = works.first_season + seasons[last] - seasons[works.first_season] - 1
        has_some = latest >= works.first_season
        season = np.where(has_some, latest, 0)
        newest = self.season_released_day[season]
        before = episodes[season] - episodes[works.first_season]
        return (
            episodes[last] - episodes[works.first_season],
            np.where(has_some, newest, works.released_day),
            np.where(has_some, before, 0),
        )


def trailer_ms(scenario: Scenario, work: Ints) -> Ints:
    """Length of the trailer of each work."""
    settings = scenario.of(CatalogueSettings)
    least, most = (
        int(seconds * 1000)
        for seconds in (settings.trailer_seconds_least, settings.trailer_seconds_most)
    )
    beyond = Stream(scenario.run.seed, "world/trailers").below(work, max(most - least, 1))
    return _to_seconds(least + beyond)


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
    works = _described(settings, stream, count, is_film=is_film)
    released_day = _release_days(scenario, stream("age"), works)
    number = np.arange(count, dtype=np.int64)
    if is_film:
        runtime_ms = _film_ms(stream("runtime"), number, settings)
        return replace(works, released_day=released_day, runtime_ms=runtime_ms)
    season_count = _season_counts(stream("seasons"), number, settings)
    return replace(works, released_day=released_day, season_count=season_count)


def _described(
    settings: CatalogueSettings, stream: Callable[[str], Stream], count: int, *, is_film: bool
) -> Works:
    """What works are, for whom, and how liked; not yet since when, nor how long."""
    number = np.arange(count, dtype=np.int64)
    zero = np.zeros(count, dtype=np.int64)
    rank = places(stream("rank").bits(number))
    is_original = originals(stream("is_original"), rank, settings.share_of_originals)
    is_kids = for_children(stream("is_kids"), rank, is_original, settings.share_of_kids_works)
    group = is_kids * 2 + is_original
    genre = _genres(stream("genre"), rank, group, settings, is_film=is_film)
    return Works(
        is_film=np.full(count, is_film),
        is_original=is_original,
        is_kids=is_kids,
        rank=rank,
        released_day=zero,
        genre=genre,
        second_genre=second_genres(stream("second_genre"), number, genre, is_kids, settings),
        rating=ratings(stream("rating"), number, is_kids, genre, settings),
        origin=_origins(stream("origin"), number, settings),
        runtime_ms=zero,
        first_season=zero,
        season_count=zero,
        first_episode=zero,
        episode_count=zero,
    )


def _genres(
    stream: Stream, rank: Ints, group: Ints, settings: CatalogueSettings, *, is_film: bool
) -> Ints:
    """The genre that each work is known by; none of the best liked is of Christmas."""
    in_turn = dealt(stream, group, places_in_groups(rank, group))
    drawn = first_genres(in_turn, group >= 2, settings, is_film=is_film)
    leads = (drawn == GENRES.index("holiday")) & (rank < settings.leading_without_christmas)
    return np.where(leads, GENRES.index("romance"), drawn)


def _release_days(scenario: Scenario, stream: Stream, works: Works) -> Ints:
    """When each original appears, the best liked of its kind in turn; all else was there before."""
    number = np.arange(len(works), dtype=np.int64)
    is_christmas = works.genre == GENRES.index("holiday")
    group = is_christmas * 4 + works.is_kids * 2 + works.is_original
    turn = places_in_groups(works.rank, group)
    of_originals = released_days(stream, number, group, turn, is_christmas, scenario)
    long_ago = day_number(scenario.run.epoch) - LONG_AGO_DAYS
    return np.where(works.is_original, of_originals, long_ago)


def _streams(seed: int, *, is_film: bool) -> Callable[[str], Stream]:
    """The streams of films, or of series, by the name of what they decide."""
    path = "world/catalogue/films" if is_film else "world/catalogue/series"
    return lambda name: Stream(seed, f"{path}/{name}")


def _origins(stream: Stream, number: Ints, settings: CatalogueSettings) -> Ints:
    """The country that each work comes from."""
    origins = Shares([settings.origins.get(code, 0.0) for code in COUNTRIES])
    return stream.pick(number, origins)


def _film_ms(stream: Stream, number: Ints, settings: CatalogueSettings) -> Ints:
    median_ms = settings.film_runtime_minutes * MINUTE_MS
    runtime = Quantiles.lognormal(median_ms, settings.film_runtime_spread)
    return _to_seconds(stream.draw(number, runtime))


def _season_counts(stream: Stream, number: Ints, settings: CatalogueSettings) -> Ints:
    further = Steps.geometric(settings.seasons_per_series - 1)
    return 1 + stream.draw(number, further)


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
        origin=one(COUNTRIES.index("US")),
        runtime_ms=one(int(title.runtime_minutes * MINUTE_MS)),
        first_season=one(0),
        season_count=one(0 if is_film else 1),
        first_episode=one(0),
        episode_count=one(0),
    )


def _with_episodes(scenario: Scenario, works: Works) -> Catalogue:
    """Give each series its seasons and each season its episodes."""
    seed, named = scenario.run.seed, scenario.titles
    settings = scenario.of(CatalogueSettings)
    work_of_season, season = children(works.season_count)
    season_key = (work_of_season << 8) | season
    usual_ms = _usual_episode_ms(seed, works, settings)[work_of_season]
    is_original = works.is_original[work_of_season]
    episode_count = _episode_counts(seed, season_key, usual_ms, is_original, settings)
    of_season, in_season = children(episode_count)
    episode_key = (season_key[of_season] << 8) | in_season
    counted = _with_counts(works, work_of_season, episode_count)
    first_named = len(works) - len(named)
    return Catalogue(
        works=counted,
        season_episode_count=episode_count,
        season_released_day=season_days(
            Stream(seed, "world/catalogue/season/gap"),
            season_key,
            season,
            works.released_day[work_of_season],
            is_original,
            settings,
        ),
        season_of_episode=season[of_season],
        episode_in_season=in_season,
        episode_runtime_ms=_episode_ms(seed, episode_key, usual_ms[of_season], settings),
        named={title.name: place for place, title in enumerate(named, first_named)},
        christmas=counted.genre == GENRES.index("holiday"),
    )


def _episode_counts(
    seed: int, season_key: Ints, usual_ms: Ints, is_original: Flags, settings: CatalogueSettings
) -> Ints:
    """How many episodes each season has: its length by that of its series, in whole episodes."""
    likeness, spread = settings.season_likeness, settings.season_hours_spread

    def size(median: float, part: float) -> Quantiles:
        return Quantiles.lognormal(median, spread * float(np.sqrt(part)))

    stream = Stream(seed, "world/catalogue/season/length")
    median_ms = settings.season_hours * 60 * MINUTE_MS
    of_series = stream.draw(season_key >> 8, size(median_ms, likeness), n=1)
    own = stream.draw(season_key, size(_ONE, 1.0 - likeness))
    drawn_ms = of_series * own // _ONE
    longest_ms = round(settings.original_season_hours_most * 60 * MINUTE_MS)
    season_ms = np.where(is_original, np.minimum(drawn_ms, longest_ms), drawn_ms)
    count = (season_ms + usual_ms // 2) // usual_ms
    most = max(settings.season_episodes_least, settings.season_episodes_most)
    return np.clip(count, settings.season_episodes_least, most)


def _episode_ms(seed: int, episode_key: Ints, usual_ms: Ints, settings: CatalogueSettings) -> Ints:
    """Length of each episode: somewhat more or less than is usual for its series."""
    stream = Stream(seed, "world/catalogue/episode/length")
    times = stream.draw(episode_key, Quantiles.lognormal(_ONE, settings.episode_spread))
    return np.maximum(_to_seconds(usual_ms * times // _ONE), MINUTE_MS)


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


def _usual_episode_ms(seed: int, works: Works, settings: CatalogueSettings) -> Ints:
    """Usual length of a series' episodes: half an hour for light genres, longer for others.

    Series for children have shorter ones.
    """
    number = np.arange(len(works), dtype=np.int64)
    stream = Stream(seed, "world/catalogue/series/episode_minutes")
    times = stream.draw(number, Quantiles.lognormal(_ONE, settings.episode_minutes_spread))
    minutes = np.select(
        [works.is_kids, np.isin(works.genre, _LIGHT_GENRES)],
        [settings.kids_episode_minutes, settings.light_episode_minutes],
        settings.other_episode_minutes,
    )
    usual_ms = (minutes * MINUTE_MS).astype(np.int64)
    return np.maximum(usual_ms * times // _ONE, MINUTE_MS)


def _to_seconds(duration_ms: Ints) -> Ints:
    return duration_ms // 1000 * 1000
