"""How much each work is picked: by rank, by country, by the day, and after news about it.

Weights are whole numbers throughout, so that no machine rounds them differently: a base weight by
rank, times a taste of the country, times a lift of the day, each in 1/1024.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

import numpy as np

from synthview.chance import Stream
from synthview.quantiles import Quantiles, power
from synthview.rows import Flags, Ints
from synthview.scenario import Scenario
from synthview.tables import COUNTRIES
from synthview.world.catalogue import GENRES, Catalogue
from synthview.world.clock import day_number
from synthview.world.settings import CatalogueSettings, WorldSettings

__all__ = ["ADULTS", "KIDS", "Popularity", "Shelf", "survey"]

ADULTS, KIDS = 0, 1
_ONE = 1024
_TOP_WEIGHT = 1 << 26
_FAMILY = tuple(GENRES.index(one) for one in ("family", "animation", "kids"))
_CURVE_DAYS = 4096


@dataclass(frozen=True, slots=True)
class Shelf:
    """Cumulative weights of the works of one kind for several audiences, end to end.

    `start[audience * countries + country]` is where a shelf begins in `cumulative`, `total` its
    weight; `works` are the work numbers in the order of the shelf.
    """

    works: Ints
    cumulative: Ints
    start: Ints
    total: Ints

    def pick(self, stream: Stream, entity: Ints, shelf: Ints, n: Ints | int) -> Ints:
        """Draw a work from the shelf of each row; -1 where that shelf is empty."""
        point = self.start[shelf] + stream.below(entity, np.maximum(self.total[shelf], 1), n)
        place = np.searchsorted(self.cumulative, point, side="right") % len(self.works)
        return np.where(self.total[shelf] > 0, self.works[place], -1)


@dataclass(slots=True)
class Popularity:
    """Weights of every work in every country, and how they move with the days."""

    catalogue: Catalogue
    base: Ints
    decay: Ints
    events: tuple[tuple[int, int, Ints], ...]
    month_day_lift: Ints
    _memory: dict[tuple[int, bytes], tuple[Shelf, Shelf, Shelf]] = field(default_factory=dict)

    def day_lift(self, day: int) -> Ints:
        """Lift of each work on a day, in 1/1024; 0 before its release."""
        works = self.catalogue.works
        age = np.clip(day - works.released_day, -1, _CURVE_DAYS - 1)
        lift = np.where(age < 0, 0, self.decay[age])
        christmas = self.month_day_lift[dt.date.fromordinal(719163 + day).timetuple().tm_yday - 1]
        lift = np.where(self.catalogue.christmas, lift * christmas // _ONE, lift)
        for work, first_day, curve in self.events:
            if 0 <= day - first_day < len(curve):
                lift[work] = lift[work] * curve[day - first_day] // _ONE
        return lift

    def weights(self, day: int, countries: Ints) -> Ints:
        """Weight of each work in some countries on a day: array of shape (country, work)."""
        return self.base[countries] * self.day_lift(day) // _ONE

    def shelves(self, day: int, countries: Ints) -> tuple[Shelf, Shelf, Shelf]:
        """The shelves of films, of series and of new releases on a day, for `countries` (sorted codes)."""
        key = (day, countries.tobytes())
        if key not in self._memory:
            self._memory.clear()
            self._memory[key] = self._stack(day, countries)
        return self._memory[key]

    def _stack(self, day: int, countries: Ints) -> tuple[Shelf, Shelf, Shelf]:
        works = self.catalogue.works
        weights = self.weights(day, countries)
        for_kids = weights * works.is_kids
        for_adults = np.where(works.is_kids, weights // 3, weights)
        both = np.concatenate([for_adults, for_kids])
        is_new = (day - works.released_day >= 0) & (day - works.released_day < 45)
        return _shelf(both, works.is_film), _shelf(both, ~works.is_film), _shelf(both, is_new)


def _shelf(weights: Ints, chosen: Flags) -> Shelf:
    works = np.flatnonzero(chosen)
    if not len(works):
        works = np.zeros(1, dtype=np.int64)
        weights = np.zeros_like(weights)
    rows = weights[:, works]
    total = rows.sum(axis=1)
    return Shelf(works, np.cumsum(rows.ravel()), np.cumsum(total) - total, total)


def survey(scenario: Scenario, catalogue: Catalogue) -> Popularity:
    """Work out how liked every work is, once per run."""
    settings = scenario.of(WorldSettings)
    base = _by_rank(settings, catalogue)
    taste = _country_tastes(scenario, settings, catalogue)
    events = tuple(
        (catalogue.named[event.title], day_number(event.on), _fading(event.lift, event.half_life_days))
        for event in scenario.dated_events
    )
    return Popularity(catalogue, base * taste // _ONE, _decay(settings), events, _christmas_curve(settings))


def _by_rank(settings: WorldSettings, catalogue: Catalogue) -> Ints:
    """Zipf-Mandelbrot weights by rank, for films and for series (source P07)."""
    works = catalogue.works
    films = _zipf(int(works.rank[works.is_film].max(initial=0)), settings.film_popularity_exponent, settings.film_popularity_offset)
    series = _zipf(
        int(works.rank[~works.is_film].max(initial=0)), settings.series_popularity_exponent, settings.series_popularity_offset
    )
    return np.where(works.is_film, films[np.minimum(works.rank, len(films) - 1)], series[np.minimum(works.rank, len(series) - 1)])


def _zipf(last_rank: int, exponent: float, offset: float) -> Ints:
    rank = np.arange(1, last_rank + 2, dtype=np.float64)
    return (_TOP_WEIGHT * power((1.0 + offset) / (rank + offset), exponent)).astype(np.int64)


def _country_tastes(scenario: Scenario, settings: WorldSettings, catalogue: Catalogue) -> Ints:
    """Liking of each work in each country, in 1/1024; 0 where a licensed work is not offered."""
    works = catalogue.works
    share = scenario.of(CatalogueSettings).share_in_each_country
    number = np.arange(len(works), dtype=np.int64)
    key = (number[None, :] << 8) | np.arange(len(COUNTRIES), dtype=np.int64)[:, None]
    table = Quantiles.lognormal(_ONE, settings.country_taste, high=_ONE * 64)
    seed = scenario.run.seed
    taste = Stream(seed, "world/popularity/taste").draw(key.ravel(), table).reshape(key.shape)
    offered = Stream(seed, "world/popularity/offered").happens(key.ravel(), share).reshape(key.shape)
    named = number >= len(works) - len(catalogue.named)
    return taste * (offered | works.is_original | named)


def _decay(settings: WorldSettings) -> Ints:
    """Lift by days since release, in 1/1024: hyperbolic, as the half-yearly figures P17 ask for."""
    age = np.arange(_CURVE_DAYS, dtype=np.float64)
    lift = settings.release_lift / power(1.0 + age / settings.decay_days, 1.3)
    floor = np.minimum(1.0, settings.release_lift)
    settled = np.arange(_CURVE_DAYS) >= 2000  # licensed long ago: no lift, no decay
    return (_ONE * np.where(settled, 1.0, np.maximum(lift, 0.0) + floor * 0.12)).astype(np.int64)


def _fading(lift: float, half_life_days: float) -> Ints:
    """A lift in 1/1024 that halves its excess every `half_life_days`."""
    days = np.arange(int(half_life_days * 8) + 1, dtype=np.float64)
    return (_ONE * (1.0 + (lift - 1.0) * power(0.5, days / half_life_days))).astype(np.int64)


def _christmas_curve(settings: WorldSettings) -> Ints:
    """Lift of Christmas titles by day of the year, in 1/1024 (source P19): most of it from mid-November to New Year."""
    day = np.arange(366)
    season = np.select([day >= 361, day >= 350, day >= 325, day >= 305, day < 6], [6.0, 14.0, 8.0, 2.5, 3.0], 0.35)
    scale = settings.christmas_lift / 6.2
    return (_ONE * np.where(season > 1, season * scale, season)).astype(np.int64)

