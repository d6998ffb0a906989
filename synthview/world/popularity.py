"""How much each work is picked: by rank, by country, by the day, and after news about it.

Weights are whole numbers throughout, so that no machine rounds them differently: a base weight by
rank, times a taste of the country, times a lift of the day, each in 1/1024.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from synthview.draws.arithmetic import exp, power
from synthview.draws.chance import Stream, portion
from synthview.draws.quantiles import Quantiles
from synthview.rows import Flags, Ints, Words
from synthview.scenario import Scenario
from synthview.tables import COUNTRIES
from synthview.world.catalogue import Catalogue, Works
from synthview.world.catalogue_settings import GENRES, CatalogueSettings
from synthview.world.clock import date_of, day_number
from synthview.world.countries import PLACES
from synthview.world.releases import LONG_AGO_DAYS
from synthview.world.settings import WorldSettings
from synthview.world.shelf import Shelf

__all__ = ["ADULTS", "FILMS", "FRESH", "KIDS", "SERIES", "Popularity", "Shelf", "survey"]

ADULTS, KIDS = 0, 1
FILMS, SERIES, FRESH = 0, 1, 2
_ONE_BITS = 10
_ONE = 1 << _ONE_BITS
_TOP_WEIGHT = 1 << 26
_LEAST_WEIGHT = 1 << 6
_CURVE_DAYS = 4096
_SHELVES_KEPT = 6
_BYTES_KEPT = 1 << 24
"""So many shelves are kept at least, and more of a small catalogue or of few countries: a home that
is simulated after another of its world finds those of all days."""
_LIFT_OF_THE_CURVE = 5.1
"""The lift that `christmas_by_half_month` is drawn for."""
_SETTLED_DAYS = LONG_AGO_DAYS // 2
"""After so long a licensed title is as liked as it will ever be."""


@dataclass(slots=True)
class Popularity:
    """Weights of every work in every country, and how they move with the days.

    `base` is (country, work); `appeal` how much of that adults, and children, have (audience,
    work); `decay` the lift by age of licensed works, of original films, of original series, for
    each kind of rush of `calm` (work): the usual one, that to works for children, to Christmas.
    """

    catalogue: Catalogue
    base: Ints
    appeal: Ints
    fresh_days: int
    decay: Ints
    calm: Ints
    events: tuple[tuple[int, int, Ints], ...]
    month_day_lift: Ints
    _memory: dict[tuple[int, bytes], Shelf] = field(default_factory=dict)
    _places: dict[tuple[int, int], tuple[Ints, Ints, Ints]] = field(default_factory=dict)

    def day_lift(self, day: int) -> Ints:
        """Lift of each work on a day, in 1/1024; 0 before its release."""
        works = self.catalogue.works
        age = np.minimum(day - self.catalogue.newest_day(day), _CURVE_DAYS - 1)
        fading = works.is_original * np.where(works.is_film, 1, 2) + 3 * self.calm
        lift = np.where(age < 0, 0, self.decay[fading, np.maximum(age, 0)])
        day_of_year = date_of(day).timetuple().tm_yday
        season = self.month_day_lift[day_of_year - 1]
        of_christmas = lift * season // _ONE
        lift = np.where(self.catalogue.christmas, of_christmas, lift)
        for work, first_day, curve in self.events:
            days_since = day - first_day
            if 0 <= days_since < len(curve):
                lift[work] = lift[work] * curve[days_since] // _ONE
        return lift

    def weights(self, day: int, countries: Ints) -> Ints:
        """Weight of each work in some countries on a day: array of shape (country, work)."""
        return self.base[countries] * self.day_lift(day) >> _ONE_BITS

    def shelf(self, day: int, countries: Ints) -> Shelf:
        """What is on offer on a day in `countries` (sorted codes); keeps the last few."""
        key = (day, countries.tobytes())
        shelf = self._memory.pop(key, None)
        if shelf is None:
            shelf = self._stack(day, countries)
            self._make_room(shelf.cumulative.nbytes)
        self._memory[key] = shelf
        return shelf

    def _make_room(self, size: int) -> None:
        """Forget the oldest shelves until there is room for one more of a size in bytes."""
        kept = max(_SHELVES_KEPT, _BYTES_KEPT // max(size, 1))
        while len(self._memory) >= kept:
            oldest = next(iter(self._memory))
            self._memory.pop(oldest)

    def lands_on(
        self, work: int, bits: Words, day: Ints, country: Ints, audience: Ints | int
    ) -> Flags:
        """Whether these bits, from the shelf of a day and country, draw `work` from its kind.

        Answers what `Shelf.pick` would, without a shelf: cheap for very many rows.
        """
        hits = np.zeros(len(bits), dtype=bool)
        audience = np.broadcast_to(np.asarray(audience), bits.shape)
        shelf = audience * len(COUNTRIES) + country
        for one in np.unique(day).tolist():
            rows = np.flatnonzero(day == one)
            its_shelf = shelf[rows]
            begin, end, total = self._place_of(work, one)
            weight = np.maximum(total[its_shelf], 1)
            point = portion(bits[rows], weight)
            is_after = point >= begin[its_shelf]
            is_before = point < end[its_shelf]
            hits[rows] = is_after & is_before
        return hits

    def is_offered(self, work: int, day: int) -> bool:
        """Whether anybody anywhere could pick a work on a day."""
        begin, end, _ = self._place_of(work, day)
        return bool((end > begin).any())

    def part_of(self, work: int, day: int) -> tuple[Ints, Ints]:
        """The weight of a work on a day, and that of all of its kind.

        Arrays of one number a country: first for adults, then for children.
        """
        begin, end, total = self._place_of(work, day)
        return end - begin, total

    def by_audience(self, day: int, countries: Ints) -> tuple[Ints, Ints]:
        """Weights of each work on a day for adults, and for children: (country, work) each."""
        both = self._weights_by_audience(day, countries)
        return both[: len(countries)], both[len(countries) :]

    def _place_of(self, work: int, day: int) -> tuple[Ints, Ints, Ints]:
        """Where the weight of a work begins and ends on each shelf of its kind, and the total.

        Arrays of one number a country: first for adults, then for children.
        """
        if (work, day) not in self._places:
            self._places[work, day] = self._find_place(work, day)
        return self._places[work, day]

    def _find_place(self, work: int, day: int) -> tuple[Ints, Ints, Ints]:
        is_film = self.catalogue.works.is_film
        is_of_its_kind = is_film == is_film[work]
        countries = np.arange(len(COUNTRIES), dtype=np.int64)
        weights = self._weights_by_audience(day, countries)
        weights = weights * is_of_its_kind
        begin = weights[:, :work].sum(axis=1)
        end = begin + weights[:, work]
        total = weights.sum(axis=1)
        return begin, end, total

    def _weights_by_audience(self, day: int, countries: Ints) -> Ints:
        """Weights for adults, then for children, each by country: (2 * countries, work)."""
        weights = self.weights(day, countries)
        for_adults, for_kids = self.appeal
        return np.concatenate([weights * for_adults >> _ONE_BITS, weights * for_kids >> _ONE_BITS])

    def _stack(self, day: int, countries: Ints) -> Shelf:
        works = self.catalogue.works
        for_adults, for_kids = self.by_audience(day, countries)
        age = day - self.catalogue.newest_day(day)
        is_fresh = (age >= 0) & (age < self.fresh_days)
        groups, weights = [], []
        for is_of_kind in (works.is_film, ~works.is_film, is_fresh):
            of_adults = np.flatnonzero(is_of_kind)
            of_kids = np.flatnonzero(is_of_kind & works.is_kids)
            groups += [of_adults, of_kids]
            weights += [for_adults[:, of_adults], for_kids[:, of_kids]]
        return Shelf.end_to_end(groups, weights)


def survey(scenario: Scenario, catalogue: Catalogue) -> Popularity:
    """Work out how liked every work is, once per run."""
    settings = scenario.of(WorldSettings)
    base = _by_rank(settings, catalogue)
    taste = _country_tastes(scenario, catalogue)
    events = []
    for event in scenario.dated_events:
        curve = _fading(event.lift, event.half_life_days)
        events.append((catalogue.named[event.title], day_number(event.on), curve))
    return Popularity(
        catalogue=catalogue,
        base=base * taste // _ONE,
        appeal=_appeal(settings, catalogue),
        fresh_days=settings.fresh_days,
        decay=_decay(settings),
        calm=np.where(catalogue.christmas, 2, catalogue.works.is_kids),
        events=tuple(events),
        month_day_lift=_christmas_curve(settings),
    )


def _by_rank(settings: WorldSettings, catalogue: Catalogue) -> Ints:
    """Zipf-Mandelbrot weights by rank, for films and for series (source P07)."""
    works = catalogue.works
    of_films = _zipf(
        works.rank,
        works.is_film,
        settings.film_popularity_exponent,
        settings.film_popularity_offset,
        settings.film_popularity_tail,
    )
    of_series = _zipf(
        works.rank,
        ~works.is_film,
        settings.series_popularity_exponent,
        settings.series_popularity_offset,
        settings.series_popularity_tail,
    )
    return np.where(works.is_film, of_films, of_series)


def _zipf(rank: Ints, is_of_kind: Flags, exponent: float, offset: float, tail: float) -> Ints:
    """The weight of each rank (0 first); those beyond the last of the kind weigh as much as it."""
    last_rank = int(rank[is_of_kind].max(initial=0))
    from_one = np.arange(1, last_rank + 2, dtype=np.float64)
    of_first = (1.0 + offset) / (from_one + offset)
    share_of_top = power(of_first, exponent) * exp(-from_one / tail)
    weights = np.maximum(_TOP_WEIGHT * share_of_top, _LEAST_WEIGHT).astype(np.int64)
    return weights[np.minimum(rank, last_rank)]


def _country_tastes(scenario: Scenario, catalogue: Catalogue) -> Ints:
    """Liking of each work in each country, in 1/1024; 0 where a licensed work is not offered."""
    number = np.arange(len(catalogue.works), dtype=np.int64)
    country = np.arange(len(COUNTRIES), dtype=np.int64)
    key = (number[None, :] << 8) | country[:, None]
    is_named = number >= len(number) - len(catalogue.named)

    spread = scenario.of(WorldSettings).country_taste
    liking = Quantiles.lognormal(_ONE, spread, high=_ONE * 64)
    taste = Stream(scenario.run.seed, "world/popularity/taste").draw(key, liking)
    closeness = _closeness(scenario, catalogue.works.origin)
    closeness[:, is_named] = _ONE
    return taste * closeness * _offered(scenario, catalogue.works, key, is_named) // _ONE


def _offered(scenario: Scenario, works: Works, key: Ints, is_named: Flags) -> Flags:
    """Which works each country has: originals and its own, and a part of the licensed ones."""
    share = scenario.of(CatalogueSettings).share_in_each_country
    is_licensed = Stream(scenario.run.seed, "world/popularity/offered").happens(key, share)
    is_at_home = works.origin == (key & 0xFF)
    return is_licensed | is_at_home | works.is_original | is_named


def _closeness(scenario: Scenario, origin: Ints) -> Ints:
    """How much more each country likes a work for where it comes from, in 1/1024."""
    settings = scenario.of(WorldSettings)
    language = np.array([PLACES[code].language[:2] for code in COUNTRIES])
    in_its_language = language[origin] == language[:, None]
    country = np.arange(len(COUNTRIES), dtype=np.int64)[:, None]
    is_at_home = (origin == country) & (origin != COUNTRIES.index("US"))
    times = np.select(
        [is_at_home, in_its_language],
        [settings.liked_at_home, settings.liked_in_its_language],
        1.0,
    )
    return (_ONE * times).astype(np.int64)


def _appeal(settings: WorldSettings, catalogue: Catalogue) -> Ints:
    """How much of a work's weight it has with adults, and with children, in 1/1024.

    Children choose works made for them; adults leave them those of the genre kids.
    """
    works = catalogue.works
    is_for_the_small = works.genre == GENRES.index("kids")
    of_adults = np.where(is_for_the_small, settings.adults_like_kids, settings.adults_like_family)
    of_children = np.where(is_for_the_small, 1.0, settings.children_like_family)
    both = np.where(works.is_kids, [of_adults, of_children], [[1.0], [0.0]])
    return (_ONE * both).astype(np.int64)


def _decay(settings: WorldSettings) -> Ints:
    """Lift by days since release, in 1/1024: of licensed titles, original films, original series.

    Then the same of works for children, and of Christmas. A rush, and a lasting part: hours
    halve slowly from the second half-year on (source P17).
    """
    first_lift, lasting = settings.release_lift, settings.lasting_share
    age = np.arange(_CURVE_DAYS, dtype=np.float64)
    rush = power(0.5, age / settings.decay_days)
    rest = power(0.5, age / settings.lasting_days)
    usual = first_lift * ((1.0 - lasting) * rush + lasting * rest)
    settled = settings.settled_share * np.minimum(1.0, first_lift)
    curves = []
    for part in (1.0, settings.kids_release_lift, settings.christmas_release_lift):
        lift = part * usual
        of_licensed = np.where(age >= _SETTLED_DAYS, 1.0, lift + np.minimum(1.0, first_lift))
        of_series = settings.season_release_lift * lift + settled
        curves += [of_licensed, lift + settled, of_series]
    return (_ONE * np.stack(curves)).astype(np.int64)


def _fading(lift: float, half_life_days: float) -> Ints:
    """A lift in 1/1024 that halves its excess every `half_life_days`."""
    days = np.arange(int(half_life_days * 8) + 1, dtype=np.float64)
    left = power(0.5, days / half_life_days)
    curve = 1.0 + (lift - 1.0) * left
    return (_ONE * curve).astype(np.int64)


def _christmas_curve(settings: WorldSettings) -> Ints:
    """Lift of Christmas titles by day of the year, in 1/1024 (source P19)."""
    lifts = np.array(settings.christmas_by_half_month)
    day = np.arange(366)
    half = np.minimum(day * len(lifts) // len(day), len(lifts) - 1)
    season = lifts[half]
    scaled = season * (settings.christmas_lift / _LIFT_OF_THE_CURVE)
    return (_ONE * np.where(season > 1, scaled, season)).astype(np.int64)
