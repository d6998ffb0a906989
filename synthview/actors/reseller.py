"""The account is sold to strangers, many at once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from synthview.draws.chance import shares_of
from synthview.draws.offspring import children
from synthview.draws.quantiles import Quantiles
from synthview.exposed import name_of
from synthview.ids import ORDINALS, source_of, within_home
from synthview.people.guests import Guests
from synthview.people.homes import Homes, countries_of
from synthview.rows import Flags, Floats, Ints, Rows
from synthview.scenario.settings import GUESS, curve, number, section, shares
from synthview.stage.actor import Draws
from synthview.stage.disguise import dial, when_nobody_watches
from synthview.stage.proposals import Proposal, offer, sit
from synthview.stage.scene import Scene
from synthview.stage.script import Script
from synthview.stage.spans import anywhere, part
from synthview.stage.visitors import BringsPeople, guests_of, region_in, visitors
from synthview.tables import COUNTRIES
from synthview.viewing.sittings import Sessions
from synthview.world import World
from synthview.world.clock import DAY_MS, HOUR_MS, MINUTE_MS
from synthview.world.popularity import ADULTS, FILMS

__all__ = ["Reseller"]

_SELLER = 0
_FILMS_IN_A_ROW = 3
"""So many find numbers among the plays of a session."""
_FILM_MS = 110 * MINUTE_MS
"""What a film takes that is watched to its end; with it some 1.8 films are begun an evening, which
is what was counted in 1,500 homes over 26 days.
"""
_BUYERS_IN = {
    "US": 8, "GB": 4, "CA": 3, "BR": 12, "MX": 10, "DE": 3, "FR": 3, "AU": 2,
    "NL": 1, "SE": 1, "NO": 1, "DK": 1, "FI": 1, "ES": 4, "IT": 3, "AR": 8,
    "CO": 6, "CL": 4, "JP": 1, "IN": 9, "PL": 4, "PT": 3, "TR": 7, "IE": 1,
    "NZ": 1, "BE": 1, "AT": 1, "CH": 1, "PE": 4, "KR": 1, "ZA": 3, "SG": 1,
}  # fmt: skip
_MOST_BUYERS = 24
"""So many find numbers; chance may bring a few more than the mean that is allowed."""
_HIGHEST_MEAN = 20


@dataclass(frozen=True, slots=True)
class _Party(Rows):
    """One row per seller and buyer: the row of the home, the number within it, key and country."""

    row: Ints
    ordinal: Ints
    key: Ints
    country: Ints

    @property
    def is_seller(self) -> Flags:
        """Whether it is the seller of the account."""
        return np.asarray(self.ordinal == _SELLER)


@section
class Reseller(BringsPeople):
    """The account is sold to strangers, many at once.

    Buyers in many countries use whatever profile they like, each with an own device, until the plan
    has no stream left and somebody, sometimes the owner, is refused. Once a day the seller plays
    the same title for a minute, to see that the login still works.
    """

    tells = (
        "many countries and devices at once",
        "refused streams",
        "one title for a minute, daily",
    )

    rate: float = number(
        0.004,
        unit="share of accounts",
        allowed=(0, 1),
        low=0.001,
        high=0.02,
        source=GUESS,
        scale="log",
        about=(
            "Accounts that are resold or taken over; no count is public, N07 has a rule of thumb "
            "of 0.1 to 2 %."
        ),
    )
    buyers: float = number(
        7,
        unit="buyers",
        allowed=(1, _HIGHEST_MEAN),
        low=3,
        high=14,
        source=GUESS,
        scale="log",
        about="Mean number of buyers of an account.",
    )
    days: float = number(
        0.45,
        unit="share of days",
        allowed=(0, 1),
        low=0.2,
        high=0.8,
        source=GUESS,
        scale="logit",
        about="Days on which a buyer watches.",
    )
    come_within_days: int = number(
        60, unit="days", allowed=(1, 1_000), low=20, high=200, source=GUESS, scale="log",
        about="Buyers come so many days before or after the first day that is told, at most.",
    )  # fmt: skip
    countries: tuple[float, ...] = curve(
        [_BUYERS_IN[code] for code in COUNTRIES], unit="weight, by country", source=GUESS,
        about=f"Where buyers sit: {' '.join(COUNTRIES)}.",
    )  # fmt: skip
    guest_ages: tuple[float, ...] = curve(
        [18, 27, 44, 75], unit="years", source=GUESS,
        about="Ages of such people: the youngest, the middle, where 85 % lie below, the oldest.",
    )  # fmt: skip
    guest_network_spread: float = number(
        0.8, unit="log sd", allowed=(0, 2), low=0.4, high=1.1, source=GUESS,
        about="How their networks differ, around one of middling quality.",
    )  # fmt: skip
    guest_devices: dict[str, float] = shares(
        {"tv": 0.24, "computer": 0.34, "phone": 0.26, "tablet": 0.08, "console": 0.04,
         "stick": 0.04},
        source=GUESS, about="What they watch on.",
    )  # fmt: skip
    hours: tuple[float, ...] = curve(
        [13, 23], unit="hours, from and to", source=GUESS, about="When a buyer sits down.",
    )  # fmt: skip
    evening_minutes: float = number(
        110, unit="minutes", allowed=(3, 540), low=70, high=180, source=GUESS, scale="log",
        about="Median time that a buyer has.",
    )  # fmt: skip
    evening_minutes_spread: float = number(
        0.7, unit="log sd", allowed=(0, 2), low=0.4, high=1, source=GUESS,
        about="Spread of that time.",
    )  # fmt: skip
    gap_seconds: tuple[float, ...] = curve(
        [6, 126], unit="seconds, from and to", source=GUESS, about="Time before each film.",
    )  # fmt: skip
    gives_up: float = number(
        0.3, unit="share of films", allowed=(0, 1), low=0.15, high=0.5, source=GUESS,
        scale="logit", about="Films that a buyer gives up.",
    )  # fmt: skip
    gives_up_at: tuple[float, ...] = curve(
        [0.0293, 0.8105], unit="share of the film, from and to", source=GUESS,
        about="How far a film that is given up gets.",
    )  # fmt: skip
    check_hours: tuple[float, ...] = curve(
        [8, 20], unit="hours, from and to", source=GUESS,
        about="Where the hour lies at which a seller checks; each has one.",
    )  # fmt: skip
    check_late_minutes: int = number(
        40, unit="minutes", allowed=(1, 240), low=10, high=90, source=GUESS, scale="log",
        about="By how much at most a check comes later than at that hour.",
    )  # fmt: skip
    check_seconds: float = number(
        45, unit="seconds", allowed=(8, 240), low=20, high=100, source=GUESS, scale="log",
        about="Median time for which the seller looks whether it still plays.",
    )  # fmt: skip
    check_seconds_spread: float = number(
        0.6, unit="log sd", allowed=(0, 2), low=0.3, high=0.9, source=GUESS,
        about="Spread of that time.",
    )  # fmt: skip

    disguise: float = dial(
        "buyers, and of the days of each and of the seller",
        "Buyers who hide sit in the country of the account and go through the network of the home; "
        "on days on which they hide one of them comes at most, when nobody of the home watches, "
        "and the seller does not check.",
    )

    def invite(self, world: World, homes: Homes) -> Guests | None:
        """The seller, and buyers who come one after another."""
        party = self._party(world, homes.household, homes.country)
        places = self.draw(world, "region")
        region = region_in(world, places, party.key, party.country)

        first_ms = world.first_day * DAY_MS
        came = self._since(world, party.key)
        since = np.where(party.is_seller, first_ms, came)
        return visitors(
            world,
            self,
            homes,
            party.row,
            party.ordinal,
            region,
            since,
        )

    def _party(self, world: World, household: Ints, at_home: Ints) -> _Party:
        """The seller and the buyers of some homes, and in which country these are."""
        draw = self.draw(world, "guests")
        more = draw.poisson(household, self.buyers - 1.0, ceiling=_HIGHEST_MEAN - 1.0)
        buyers = np.minimum(1 + more, _MOST_BUYERS)
        row, ordinal = children(1 + buyers)

        source = source_of(name_of(type(self)))
        key = within_home(household[row], ordinal, source)
        country = self.draw(world, "country").pick(key, shares_of(self.countries))
        where = np.where(self.hides(world, key), at_home[row], country)
        return _Party(row, ordinal, key, where)

    def _since(self, world: World, key: Ints) -> Ints:
        """When each buyer comes, in ms: within some days of the first that is told."""
        first_written = world.first_day + world.scenario.run.warm_up_days
        most_ms = self.come_within_days * DAY_MS
        came = self.draw(world, "since").below(key, 2 * most_ms) - most_ms
        return first_written * DAY_MS + came

    def propose(self, scene: Scene) -> Proposal | None:
        """The seller's check, and the evenings of the buyers."""
        guest = self._active(scene)
        if not len(guest):
            return None
        is_seller = scene.guests.key[guest] % ORDINALS == _SELLER
        sessions = self._sessions(scene, guest, is_seller)
        region = scene.guests.region[guest]
        plays = self._plays(scene, sessions, is_seller, region)
        deed = np.where(is_seller, 1, 0)
        return Proposal(("watched as a buyer", "checked the login"), sessions, plays, deed)

    def _active(self, scene: Scene) -> Ints:
        """The seller and those buyers, as rows of the guests, who use the account today."""
        guest = guests_of(scene)
        key = scene.guests.key[guest]
        is_seller = key % ORDINALS == _SELLER
        comes = scene.stream("comes").happens(key, self.days, n=scene.number) | is_seller
        has_begun = scene.guests.since_ms[guest] <= scene.day * DAY_MS
        guest = guest[comes & has_begun]
        return guest[~self._stays_away(scene, guest)]

    def _hides_today(self, scene: Scene, key: Ints) -> Flags:
        """Which of seller and buyers hide today."""
        return self.hides(scene.world, key, n=1 + scene.number)

    def _stays_away(self, scene: Scene, guest: Ints) -> Flags:
        """Who hides and is not the first buyer of the account to do so today."""
        key = scene.guests.key[guest]
        hides = self._hides_today(scene, key)
        buyers = np.flatnonzero(hides & (key % ORDINALS != _SELLER))
        _, first = np.unique(scene.guests.home[guest[buyers]], return_index=True)
        hides[buyers[first]] = False
        return hides

    def _sessions(self, scene: Scene, guest: Ints, is_seller: Flags) -> Sessions:
        """When and where: in the zone of each, on a device of their own."""
        guests = scene.guests
        home = guests.home[guest]
        key = guests.key[guest]
        zone = scene.world.zone_of_region[guests.region[guest]]
        evening = scene.stream("length").draw(key, self._evenings(), n=scene.number)
        length = np.where(is_seller, HOUR_MS, evening)
        start = scene.utc(home, self._time_of_day(scene, key, is_seller), zone)
        late = np.flatnonzero(self._hides_today(scene, key))
        start[late] = when_nobody_watches(scene, home[late], start[late], length[late])
        return sit(
            scene,
            home,
            key % ORDINALS % 32,
            start,
            length,
            guests.device[guest],
            lead=guests.person[guest],
            profile=guests.profile[guest],
        )

    def _plays(self, scene: Scene, sessions: Sessions, is_seller: Flags, region: Ints) -> Script:
        """Buyers play films one after another; the seller always begins the same one."""
        session, turn = children(np.where(is_seller, 1, _FILMS_IN_A_ROW))
        key, is_sellers = sessions.key[session], is_seller[session]
        country = scene.world.country_of_region[region][session]
        bits = scene.stream("film").bits(key, turn)
        film = scene.popular_in(bits, country, FILMS, ADULTS)
        work = np.where(is_sellers, self._tried(scene, sessions.home[session]), film)

        checks = _checks(self.check_seconds, self.check_seconds_spread)
        check = scene.stream("checks").draw(key, checks)
        watched = self._watched_ms(scene, key, turn, work)
        plays = offer(
            scene,
            sessions,
            session,
            turn,
            work,
            playing_ms=np.where(is_sellers, check, watched),
            gap_ms=anywhere(scene.stream("gap"), key, self.gap_seconds, 1_000, n=turn),
        )
        return plays.take(work >= 0)

    def keeps_to(self, world: World, households: Ints, work: int, days: range) -> Ints:
        """Every day where the seller may try the login with the work; buyers pick anew."""
        row = np.flatnonzero(self.could_touch(world, households))
        household = households[row]
        bits = self.draw(world, "tried").bits(household)
        first_day = np.full(len(row), world.first_day)
        country = countries_of(world, household)
        tries = world.popularity.lands_on(work, bits, first_day, country, ADULTS)
        return np.bincount(row[tries], minlength=len(households)) * len(days)

    def picks_daily(self, world: World, households: Ints, work: int, days: range) -> Draws:
        """Each buyer's films, on the days on which they watch once they have come."""
        applies = self.could_touch(world, households)
        is_film = world.catalogue.works.is_film[work]
        sold = np.flatnonzero(applies & is_film)

        at_home = countries_of(world, households[sold])
        party = self._party(world, households[sold], at_home)
        buyers = party.take(~party.is_seller)
        since = self._since(world, buyers.key)
        first_day = -(-since // DAY_MS)
        days_there = np.clip(days.stop - first_day, 0, len(days))
        share_there = days_there / len(days)
        films = self.days * self._films_an_evening() * share_there
        return sold[buyers.row], buyers.country, films

    def _tried(self, scene: Scene, home: Ints) -> Ints:
        """The title that each seller begins every day: one of those liked when it all began."""
        bits = scene.stream("tried").bits(scene.homes.household[home])
        return scene.popular(bits, home, FILMS, ADULTS, scene.world.first_day)

    def _films_an_evening(self) -> float:
        """How many films a buyer begins: one, and the next while the evening lasts."""
        first, last = self.gives_up_at
        left = self.gives_up * (1.0 - (first + max(first, last)) / 2.0)
        film_ms = int(_FILM_MS * max(1.0 - left, 0.0))
        turns = np.arange(_FILMS_IN_A_ROW)
        goes_on: Floats = self._evenings().survival(turns * film_ms)
        return float(1.0 + goes_on[1] + goes_on[2])

    def _evenings(self) -> Quantiles:
        """How long buyers have."""
        return _evenings(self.evening_minutes, self.evening_minutes_spread)

    def _time_of_day(self, scene: Scene, key: Ints, is_seller: Flags) -> Ints:
        """When each begins, in ms since midnight: sellers at about one time, buyers at any."""
        habit = anywhere(scene.stream("habit"), key, self.check_hours, HOUR_MS)
        latest_ms = self.check_late_minutes * MINUTE_MS
        later = scene.stream("check").below(key, latest_ms, n=scene.number)

        evening = anywhere(scene.stream("hour"), key, self.hours, HOUR_MS, n=scene.number)
        return np.where(is_seller, habit + later, evening)

    def _watched_ms(self, scene: Scene, key: Ints, turn: Ints, work: Ints) -> Ints:
        """How long a buyer watches each film: to its end, or until they give it up."""
        runtime = scene.world.catalogue.runtime_ms(work, np.zeros_like(work))
        draws = scene.stream("gives_up")
        gives_up = draws.happens(key, self.gives_up, n=turn)
        left_at = part(draws.bits(key, turn + 64), runtime, self.gives_up_at)
        return np.where(gives_up, left_at, runtime)


@cache
def _evenings(minutes: float, spread: float) -> Quantiles:
    return Quantiles.lognormal_within(minutes * MINUTE_MS, spread, 3 * MINUTE_MS, 9 * HOUR_MS)


@cache
def _checks(seconds: float, spread: float) -> Quantiles:
    return Quantiles.lognormal_within(seconds * 1000, spread, 8_000, 4 * MINUTE_MS)
