"""The catalogue as the service lists it: one row per film, episode and trailer."""

from __future__ import annotations

import datetime as dt
from functools import cache
from itertools import product

import numpy as np
import polars as pl

from synthview.draws.chance import Stream
from synthview.draws.quantiles import Quantiles
from synthview.ids import public
from synthview.pools import episode_names, trailer_name
from synthview.rows import Flags, Ints, children
from synthview.tables import frame
from synthview.world import World
from synthview.world.catalogue import (
    EPISODE,
    FILM,
    GENRES,
    TRAILER,
    title_key,
    trailer_ms,
    work_of,
)
from synthview.world.catalogue_settings import CatalogueSettings
from synthview.world.clock import DAY_MS, HOUR_MS, day_number
from synthview.world.releases import first_of_month, season_gaps

__all__ = ["title_records"]

_FIRST_ZONE_MS = 14 * HOUR_MS
_SERVICE_BEGAN = day_number(dt.date(2007, 1, 16))
_YEAR_DAYS = 365
_LEAST_HISTORY_DAYS = 365
"""How long the service has run at least when the world begins, however early that is."""


def title_records(world: World, until_ms: int, wanted: Ints | None = None) -> pl.DataFrame:
    """log.titles: everything released before `until_ms`, films first, then episodes, then trailers.

    With `wanted`, public ids of titles, only those: to name all episodes of a catalogue takes long.
    """
    is_film = world.catalogue.works.is_film
    is_listed = _listed_ms(_release_day(world)) < until_ms
    if wanted is not None:
        is_listed &= _is_wanted(world, wanted)
    names = world.names
    records = pl.concat(
        [
            _films(world, np.flatnonzero(is_listed & is_film), names),
            _episodes(
                world,
                np.flatnonzero(is_listed & ~is_film),
                names,
                until_ms,
            ),
            _trailers(world, np.flatnonzero(is_listed), names),
        ]
    )
    if wanted is None:
        return records
    return records.filter(pl.col("title_id").is_in(pl.Series(wanted).implode()))


def _is_wanted(world: World, title_id: Ints) -> Flags:
    """Whether any of some titles, by public id, belongs to each work."""
    titles = public(world.scenario.run.seed, "title").invert(title_id)
    works = np.arange(len(world.catalogue.works))
    return np.isin(works, work_of(titles))


def _release_day(world: World) -> Ints:
    """Day of release as listed: licensed works came at some time since the service began.

    Most came of late, as licences end; many on the first of a month.
    """
    works = world.catalogue.works
    number = np.arange(len(works))
    began = min(_SERVICE_BEGAN, world.first_day - _LEAST_HISTORY_DAYS)
    stream = Stream(world.scenario.run.seed, "world/listed")
    years = world.scenario.of(CatalogueSettings).licensed_years
    age_days = stream.draw(number, _ages(years)) % (world.first_day - began)
    came = world.first_day - 1 - age_days
    share = world.scenario.of(CatalogueSettings).licensed_on_the_first
    on_the_first = stream.happens(number, share, n=1)
    came = np.where(on_the_first, np.maximum(first_of_month(came), began), came)
    first_stated = len(works) - len(world.catalogue.named)
    is_known = works.is_original | (number >= first_stated)
    return np.where(is_known, works.released_day, came)


@cache
def _ages(mean_years: float) -> Quantiles:
    """How many days ago licensed works came."""
    return Quantiles.exponential(mean_years, high=1000, unit=_YEAR_DAYS)


def _season_day(world: World, work: Ints, season: Ints) -> Ints:
    """Day on which seasons of series came, as listed.

    Licensed series came whole, or with a season more each year until the world began.
    """
    catalogue = world.catalogue
    settings = world.scenario.of(CatalogueSettings)
    works = catalogue.works
    first_came = _release_day(world)[work]
    stated = catalogue.season_released_day[works.first_season[work] + season]
    stream = Stream(world.scenario.run.seed, "world/listed/seasons")
    usual = stream.draw(work, season_gaps(settings), n=1)
    room = np.maximum(world.first_day - first_came, 0) // np.maximum(works.season_count[work], 1)
    is_whole = stream.happens(work, settings.seasons_licensed_at_once) | (room < usual // 2)
    gap = np.minimum(usual, room)
    within = stream.below(work * 256 + season, np.maximum(gap // 8, 1), n=2)
    later = first_came + np.where(is_whole | (season == 0), 0, season * gap + within)
    return np.where(works.is_original[work], stated, later)


def _listed_ms(release_day: Ints) -> Ints:
    """From when a title is listed: the moment its day of release begins anywhere on Earth."""
    return release_day * DAY_MS - _FIRST_ZONE_MS


def _common(
    world: World, work: Ints, kind: int, ordinal: Ints, release_day: Ints
) -> dict[str, object]:
    """Columns that films, episodes and trailers have alike; those of series are empty."""
    works = world.catalogue.works
    title_ids = public(world.scenario.run.seed, "title")
    released_on = release_day.astype(np.int32)
    none = np.full(len(work), -1, dtype=np.int64)
    return {
        "title_id": title_ids.apply(title_key(kind, work, ordinal)),
        "valid_from": _listed_ms(release_day),
        "kind": np.full(len(work), kind),
        "series_name": pl.Series([None] * len(work), dtype=pl.String),
        "season_number": none,
        "episode_number": none,
        "series_id": none,
        "season_id": none,
        "trailer_of": none,
        "released_on": pl.Series(released_on),
        "genres": _genres(works.genre[work], works.second_genre[work]),
        "age_rating": works.rating[work],
        "is_original": works.is_original[work],
    }


def _genres(first: Ints, second: Ints) -> pl.Series:
    """One or two genres in text: ``drama`` or ``drama|crime``."""
    both = [one if one == other else f"{one}|{other}" for one, other in product(GENRES, repeat=2)]
    return pl.Series(both, dtype=pl.String).gather(first * len(GENRES) + second)


def _films(world: World, work: Ints, names: list[str]) -> pl.DataFrame:
    columns = _common(
        world,
        work,
        FILM,
        np.zeros_like(work),
        _release_day(world)[work],
    )
    columns["name"] = pl.Series([names[one] for one in work.tolist()], dtype=pl.String)
    columns["runtime_ms"] = world.catalogue.works.runtime_ms[work]
    return frame("log.titles", columns)


def _episodes(world: World, series: Ints, names: list[str], until_ms: int) -> pl.DataFrame:
    """Episodes of the seasons that are listed before `until_ms`."""
    catalogue, seed = world.catalogue, world.scenario.run.seed
    parent, ordinal = children(catalogue.works.episode_count[series])
    work = series[parent]
    place = catalogue.works.first_episode[work] + ordinal
    season = catalogue.season_of_episode[place]
    came = _season_day(world, work, season)
    is_listed = _listed_ms(came) < until_ms
    work, ordinal, place, season, came = (
        one[is_listed] for one in (work, ordinal, place, season, came)
    )
    columns = _common(
        world,
        work,
        EPISODE,
        ordinal,
        came,
    )
    columns |= {
        "name": _episode_names(seed, title_key(EPISODE, work, ordinal)),
        "series_name": pl.Series(names, dtype=pl.String).gather(work),
        "season_number": season + 1,
        "episode_number": catalogue.episode_in_season[place] + 1,
        "series_id": public(seed, "series").apply(work),
        "season_id": public(seed, "season").apply(work * 256 + season),
        "runtime_ms": catalogue.episode_runtime_ms[place],
    }
    return frame("log.titles", columns)


def _episode_names(seed: int, key: Ints) -> pl.Series:
    """A name for each episode, composed by five numbers of its own."""
    stream = Stream(seed, "world/episode_names")
    numbers = np.stack([stream.below(key, 1 << 40, n=n) for n in range(5)], axis=1)
    return pl.Series(episode_names(numbers), dtype=pl.String)


def _trailers(world: World, work: Ints, names: list[str]) -> pl.DataFrame:
    works, seed = world.catalogue.works, world.scenario.run.seed
    wording = Stream(seed, "world/trailers").below(work, 4, n=1)
    named = [
        trailer_name(names[one], way)
        for one, way in zip(work.tolist(), wording.tolist(), strict=True)
    ]
    kind = np.where(works.is_film[work], FILM, EPISODE)
    columns = _common(
        world,
        work,
        TRAILER,
        np.zeros_like(work),
        _release_day(world)[work],
    )
    columns |= {
        "name": pl.Series(named, dtype=pl.String),
        "trailer_of": public(seed, "title").apply(title_key(kind, work)),
        "runtime_ms": trailer_ms(world.scenario, work),
    }
    return frame("log.titles", columns)
