"""How much each work is picked: by rank, by country, by the day, and after news about it.

Weights are whole numbers throughout, so that no machine rounds them differently: a base weight by
rank, times a taste of the country, times a lift of the day, each in 1/1024.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from synthview.draws.arithmetic import power
from synthview.draws.chance import Stream, portion
from synthview.draws.quantiles import Quantiles
from synthview.rows import Flags, Ints, Words
from synthview.scenario import Scenario
from synthview.tables import COUNTRIES
from synthview.world.catalogue import Catalogue
from synthview.world.clock import date_of, day_number
from synthview.world.settings import CatalogueSettings, WorldSettings

__all__ = ["ADULTS", "FILMS", "FRESH", "KIDS", "SERIES", "Popularity", "Shelf", "survey"]

ADULTS, KIDS = 0, 1
FILMS, SERIES, FRESH = 0, 1, 2
_FRESH_DAYS = 45
_ONE_BITS = 10
_ONE = 1 << _ONE_BITS
_TOP_WEIGHT = 1 << 26
_CURVE_DAYS = 4096
_SHELVES_KEPT = 6


@dataclass(frozen=True, slots=True)
class Shelf:
    """What is on offer on a day, by kind, audience and country, as cumulative weights end to end.

    Row ``(kind * 2 + audience) * countries + country`` is one shelf; `start` is where its weights
    begin, `total` their sum, `first` and `offset` where its works lie in `cumulative` and `works`.
    """

    works: Ints
    cumulative: Ints
    start: Ints
    total: Ints
    first: Ints
    offset: Ints
    per_kind: int

    def row(self, kind: Ints | int, audience_and_country: Ints) -> Ints:
        """The shelf of a kind for each audience and country."""
        return np.asarray(kind) * self.per_kind + audience_and_country

    def pick(self, bits: Words, row: Ints) -> Ints:
        """Draw a work from the shelf of each row by 64 uniform bits; -1 where that shelf is empty."""
        total = self.total[row]
        point = self.start[row] + portion(bits, total)
        place = np.searchsorted(self.cumulative, point, side="right")
        at = np.where(total > 0, self.offset[row] + place - self.first[row], len(self.works) - 1)
        return np.where(total > 0, self.works[at], -1)


@dataclass(slots=True)
class Popularity:
    """Weights of every work in every country, and how they move with the days."""

    catalogue: Catalogue
    base: Ints
    decay: Ints
    events: tuple[tuple[int, int, Ints], ...]
    month_day_lift: Ints
    _memory: dict[tuple[int, bytes], Shelf] = field(default_factory=dict)
    _places: dict[tuple[int, int], tuple[Ints, Ints, Ints]] = field(default_factory=dict)

    def day_lift(self, day: int) -> Ints:
        """Lift of each work on a day, in 1/1024; 0 before its release."""
        works = self.catalogue.works
        age = np.clip(day - works.released_day, -1, _CURVE_DAYS - 1)
        lift = np.where(age < 0, 0, self.decay[age])
        christmas = self.month_day_lift[date_of(day).timetuple().tm_yday - 1]
        lift = np.where(self.catalogue.christmas, lift * christmas // _ONE, lift)
        for work, first_day, curve in self.events:
            if 0 <= day - first_day < len(curve):
                lift[work] = lift[work] * curve[day - first_day] // _ONE
        return lift

    def weights(self, day: int, countries: Ints) -> Ints:
        """Weight of each work in some countries on a day: array of shape (country, work)."""
        return self.base[countries] * self.day_lift(day) >> _ONE_BITS

    def shelf(self, day: int, countries: Ints) -> Shelf:
        """What is on offer on a day in `countries` (sorted codes); those asked for last are kept."""
        key = (day, countries.tobytes())
        shelf = self._memory.pop(key, None)
        if shelf is None:
            while len(self._memory) >= _SHELVES_KEPT:
                self._memory.pop(next(iter(self._memory)))
            shelf = self._stack(day, countries)
        self._memory[key] = shelf
        return shelf

    def lands_on(self, work: int, bits: Words, day: Ints, country: Ints, audience: Ints | int) -> Flags:
        """Whether drawing a film or series like `work` by these bits, from the shelf of a day and country, gives it.

        What `Shelf.pick` would answer, without a shelf: cheap for very many rows.
        """
        hits = np.zeros(len(bits), dtype=bool)
        audience = np.broadcast_to(np.asarray(audience), bits.shape)
        for one in np.unique(day).tolist():
            row = np.flatnonzero(day == one)
            place = audience[row] * len(COUNTRIES) + country[row]
            begin, end, total = (column[place] for column in self._place_of(work, one))
            point = portion(bits[row], np.maximum(total, 1))
            hits[row] = (point >= begin) & (point < end)
        return hits

    def is_offered(self, work: int, day: int) -> bool:
        """Whether anybody anywhere could pick a work on a day."""
        begin, end, _ = self._place_of(work, day)
        return bool((end > begin).any())

    def part_of(self, work: int, day: int) -> tuple[Ints, Ints]:
        """The weight of a work among all of its kind on a day, and theirs: for adults by country, then for children."""
        begin, end, total = self._place_of(work, day)
        return end - begin, total

    def by_audience(self, day: int, countries: Ints) -> tuple[Ints, Ints]:
        """Weights of each work in some countries on a day for adults, and for children: arrays of (country, work)."""
        both = self._weights_by_audience(day, countries)
        return both[: len(countries)], both[len(countries) :]

    def _place_of(self, work: int, day: int) -> tuple[Ints, Ints, Ints]:
        """Where the weight of a work begins and ends on each shelf of its kind on a day, and the weight of that shelf."""
        if (work, day) not in self._places:
            both = self._weights_by_audience(day, np.arange(len(COUNTRIES), dtype=np.int64))
            is_film = self.catalogue.works.is_film
            alike = both * (is_film == is_film[work])
            begin = alike[:, :work].sum(axis=1)
            self._places[work, day] = begin, begin + alike[:, work], alike.sum(axis=1)
        return self._places[work, day]

    def _weights_by_audience(self, day: int, countries: Ints) -> Ints:
        """Weights for adults, then for children, each by country: array of shape (2 * countries, work)."""
        is_kids = self.catalogue.works.is_kids
        weights = self.weights(day, countries)
        # Adults choose a third (341 of 1024) of what children do for themselves: guess.
        return np.concatenate([np.where(is_kids, weights * 341 >> 10, weights), weights * is_kids])

    def _stack(self, day: int, countries: Ints) -> Shelf:
        works = self.catalogue.works
        for_adults, for_kids = np.split(self._weights_by_audience(day, countries), 2)
        is_fresh = (day - works.released_day >= 0) & (day - works.released_day < _FRESH_DAYS)
        groups, rows = [], []
        for chosen in (works.is_film, ~works.is_film, is_fresh):
            groups += [np.flatnonzero(chosen), np.flatnonzero(chosen & works.is_kids)]
            rows += [for_adults[:, groups[-2]], for_kids[:, groups[-1]]]
        lengths = np.array([len(group) for group in groups])
        sizes = np.repeat(lengths, len(countries))
        total = np.concatenate([one.sum(axis=1) for one in rows])
        return Shelf(
            works=np.concatenate([*groups, np.zeros(1, dtype=np.int64)]),
            cumulative=np.cumsum(np.concatenate([one.ravel() for one in rows])),
            start=np.cumsum(total) - total,
            total=total,
            first=np.cumsum(sizes) - sizes,
            offset=np.repeat(np.cumsum(lengths) - lengths, len(countries)),
            per_kind=2 * len(countries),
        )


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
    films = _zipf(
        int(works.rank[works.is_film].max(initial=0)),
        settings.film_popularity_exponent,
        settings.film_popularity_offset,
    )
    series = _zipf(
        int(works.rank[~works.is_film].max(initial=0)),
        settings.series_popularity_exponent,
        settings.series_popularity_offset,
    )
    return np.where(
        works.is_film, films[np.minimum(works.rank, len(films) - 1)], series[np.minimum(works.rank, len(series) - 1)]
    )


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
    return (_ONE * np.where(settled, 1.0, lift + floor * 0.4)).astype(np.int64)


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
