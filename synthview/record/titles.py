"""The catalogue as the service lists it: one row per film, episode and trailer."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl

from synthview.draws.chance import Stream
from synthview.ids import public
from synthview.pools import episode_name, trailer_name
from synthview.rows import Ints
from synthview.tables import frame
from synthview.world import World
from synthview.world.catalogue import EPISODE, FILM, GENRES, TRAILER, title_key, trailer_ms, work_of
from synthview.world.clock import DAY_MS, HOUR_MS, day_number

__all__ = ["title_records"]

_FIRST_ZONE_MS = 14 * HOUR_MS
_SERVICE_BEGAN = day_number(dt.date(2007, 1, 16))
_LEAST_HISTORY_DAYS = 365
"""A world that begins before, or soon after, that day has a service that began a year before the world."""


def title_records(world: World, until_ms: int, wanted: Ints | None = None) -> pl.DataFrame:
    """log.titles: everything released before `until_ms`, films first, then episodes, then trailers.

    With `wanted`, public ids of titles, only those: naming all episodes of a catalogue takes a while.
    """
    works = world.catalogue.works
    listed = _listed_ms(world) < until_ms
    if wanted is not None:
        listed &= np.isin(np.arange(len(works)), work_of(public(world.scenario.run.seed, "title").invert(wanted)))
    films, series = np.flatnonzero(works.is_film & listed), np.flatnonzero(~works.is_film & listed)
    names = world.names
    parts = [
        _films(world, films, names),
        _episodes(world, series, names),
        _trailers(world, np.flatnonzero(listed), names),
    ]
    records = pl.concat(parts)
    return records if wanted is None else records.filter(pl.col("title_id").is_in(pl.Series(wanted).implode()))


def _release_day(world: World) -> Ints:
    """Day of release as listed: licensed works came at some time since the service began."""
    works = world.catalogue.works
    began = min(_SERVICE_BEGAN, world.first_day - _LEAST_HISTORY_DAYS)
    span = world.first_day - began
    when = began + Stream(world.scenario.run.seed, "world/listed").below(np.arange(len(works)), span)
    is_stated = np.arange(len(works)) >= len(works) - len(world.catalogue.named)
    return np.where(works.is_original | is_stated, works.released_day, when)


def _listed_ms(world: World) -> Ints:
    """From when a title is listed: the moment its day of release begins anywhere on Earth."""
    return _release_day(world) * DAY_MS - _FIRST_ZONE_MS


def _common(world: World, work: Ints, kind: int, ordinal: Ints) -> dict[str, object]:
    works, seed = world.catalogue.works, world.scenario.run.seed
    day = _release_day(world)[work]
    none = np.full(len(work), -1, dtype=np.int64)
    genres = [
        GENRES[one] if one == other else f"{GENRES[one]}|{GENRES[other]}"
        for one, other in zip(works.genre[work].tolist(), works.second_genre[work].tolist(), strict=True)
    ]
    return {
        "title_id": public(seed, "title").apply(title_key(kind, work, ordinal)),
        "valid_from": _listed_ms(world)[work],
        "kind": np.full(len(work), kind),
        "series_name": pl.Series([None] * len(work), dtype=pl.String),
        "season_number": none,
        "episode_number": none,
        "series_id": none,
        "season_id": none,
        "trailer_of": none,
        "released_on": pl.Series(day.astype(np.int32)),
        "genres": pl.Series(genres, dtype=pl.String),
        "age_rating": works.rating[work],
        "is_original": works.is_original[work],
    }


def _films(world: World, work: Ints, names: list[str]) -> pl.DataFrame:
    columns = _common(world, work, FILM, np.zeros_like(work))
    columns["name"] = pl.Series([names[one] for one in work.tolist()], dtype=pl.String)
    columns["runtime_ms"] = world.catalogue.works.runtime_ms[work]
    return frame("log.titles", columns)


def _episodes(world: World, series: Ints, names: list[str]) -> pl.DataFrame:
    catalogue, seed = world.catalogue, world.scenario.run.seed
    counts = catalogue.works.episode_count[series]
    work = np.repeat(series, counts)
    ordinal = np.arange(len(work)) - np.repeat(np.cumsum(counts) - counts, counts)
    place = catalogue.works.first_episode[work] + ordinal
    season = catalogue.season_of_episode[place]
    key = title_key(EPISODE, work, ordinal)
    draws = np.stack([Stream(seed, "world/episode_names").below(key, 1 << 40, n=n) for n in range(5)], axis=1)
    columns = _common(world, work, EPISODE, ordinal)
    columns |= {
        "name": pl.Series([episode_name(numbers) for numbers in draws.tolist()], dtype=pl.String),
        "series_name": pl.Series(names, dtype=pl.String).gather(work),
        "season_number": season + 1,
        "episode_number": catalogue.episode_in_season[place] + 1,
        "series_id": public(seed, "series").apply(work),
        "season_id": public(seed, "season").apply(work * 256 + season),
        "runtime_ms": catalogue.episode_runtime_ms[place],
    }
    return frame("log.titles", columns)


def _trailers(world: World, work: Ints, names: list[str]) -> pl.DataFrame:
    works, seed = world.catalogue.works, world.scenario.run.seed
    stream = Stream(seed, "world/trailers")
    columns = _common(world, work, TRAILER, np.zeros_like(work))
    of = title_key(np.where(works.is_film[work], FILM, EPISODE), work)
    wording = stream.below(work, 4, n=1).tolist()
    columns |= {
        "name": pl.Series(
            [trailer_name(names[one], way) for one, way in zip(work.tolist(), wording, strict=True)], dtype=pl.String
        ),
        "trailer_of": public(seed, "title").apply(of),
        "runtime_ms": trailer_ms(seed, work),
    }
    return frame("log.titles", columns)
