"""The account is sold to strangers, many at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synthview.draws.chance import Shares
from synthview.draws.lengths import between
from synthview.draws.offspring import children
from synthview.draws.quantiles import Quantiles
from synthview.exposed import name_of
from synthview.ids import ORDINALS, source_of, within_home
from synthview.people.guests import Guests
from synthview.people.homes import Homes, countries_of
from synthview.rows import Flags, Ints, Rows
from synthview.scenario.settings import GUESS, number, section
from synthview.stage.actor import Actor, Draws
from synthview.stage.proposals import Proposal, offer, sit
from synthview.stage.scene import Scene
from synthview.stage.script import Script
from synthview.stage.visitors import guests_of, region_in, visitors
from synthview.tables import COUNTRIES
from synthview.viewing.sittings import Sessions
from synthview.world import World
from synthview.world.clock import DAY_MS, HOUR_MS, MINUTE_MS
from synthview.world.popularity import ADULTS, FILMS

__all__ = ["Reseller"]

_SELLER = 0
_FILMS_IN_A_ROW = 3
_FILMS_AN_EVENING = 1.8
"""How many of them are begun, as an evening ends and others hold the streams.

Counted in 1,500 homes over 26 days.
"""
_BUYERS_IN = {
    "US": 8, "GB": 4, "CA": 3, "BR": 12, "MX": 10, "DE": 3, "FR": 3, "AU": 2,
    "NL": 1, "SE": 1, "NO": 1, "DK": 1, "FI": 1, "ES": 4, "IT": 3, "AR": 8,
    "CO": 6, "CL": 4, "JP": 1, "IN": 9, "PL": 4, "PT": 3, "TR": 7, "IE": 1,
    "NZ": 1, "BE": 1, "AT": 1, "CH": 1, "PE": 4, "KR": 1, "ZA": 3, "SG": 1,
}  # fmt: skip
"""Where buyers sit, in weights (guess)."""
_COUNTRIES = Shares([_BUYERS_IN[code] for code in COUNTRIES])
_LENGTHS = Quantiles.lognormal(110 * MINUTE_MS, 0.7, low=3 * MINUTE_MS, high=9 * HOUR_MS)
_CHECKS = Quantiles.lognormal(45_000, 0.6, low=8_000, high=4 * MINUTE_MS)
"""How long the seller looks whether it still plays: median 45 seconds (guess)."""
_MOST_BUYERS = 24
_MOST_MORE = 19.0


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
class Reseller(Actor):
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
        allowed=(1, 20),
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

    def invite(self, world: World, homes: Homes) -> Guests | None:
        """The seller, and buyers who come one after another."""
        party = self._party(world, homes.household)
        places = self.draw(world, "region")
        region = region_in(world, places, party.key, party.country)

        first_ms = world.first_day * DAY_MS
        came = self._since(world, party.key)
        since = np.where(party.is_seller, first_ms, came)
        return visitors(
            self.draw(world, "guests"),
            name_of(type(self)),
            homes,
            party.row,
            party.ordinal,
            region,
            since,
        )

    def _party(self, world: World, household: Ints) -> _Party:
        """The seller and the buyers of some homes."""
        draw = self.draw(world, "guests")
        more = draw.poisson(household, self.buyers - 1.0, ceiling=_MOST_MORE)
        buyers = np.minimum(1 + more, _MOST_BUYERS)
        row, ordinal = children(1 + buyers)

        source = source_of(name_of(type(self)))
        key = within_home(household[row], ordinal, source)
        places = self.draw(world, "country")
        return _Party(row, ordinal, key, places.pick(key, _COUNTRIES))

    def _since(self, world: World, key: Ints) -> Ints:
        """When each buyer comes, in ms: within 60 days of the first."""
        first_told = world.first_day + world.scenario.run.warm_up_days
        came = self.draw(world, "since").below(key, 120 * DAY_MS) - 60 * DAY_MS
        return first_told * DAY_MS + came

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
        return guest[comes & has_begun]

    def _sessions(self, scene: Scene, guest: Ints, is_seller: Flags) -> Sessions:
        """When and where: in the zone of each, on a device of their own."""
        guests = scene.guests
        home = guests.home[guest]
        key = guests.key[guest]
        zone = scene.world.zone_of_region[guests.region[guest]]
        evening = scene.stream("length").draw(key, _LENGTHS, n=scene.number)
        return sit(
            scene,
            home,
            key % ORDINALS % 32,
            scene.utc(home, _time_of_day(scene, key, is_seller), zone),
            np.where(is_seller, HOUR_MS, evening),
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

        check = scene.stream("checks").draw(key, _CHECKS)
        watched = _watched_ms(scene, key, turn, work)
        plays = offer(
            scene,
            sessions,
            session,
            turn,
            work,
            playing_ms=np.where(is_sellers, check, watched),
            gap_ms=6_000 + scene.stream("gap").below(key, 120_000, n=turn),
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

        party = self._party(world, households[sold])
        buyers = party.take(~party.is_seller)
        since = self._since(world, buyers.key)
        first_day = -(-since // DAY_MS)
        days_there = np.clip(days.stop - first_day, 0, len(days))
        share_there = days_there / len(days)
        films = self.days * _FILMS_AN_EVENING * share_there
        return sold[buyers.row], buyers.country, films

    def _tried(self, scene: Scene, home: Ints) -> Ints:
        """The title that each seller begins every day: one of those liked when it all began."""
        bits = scene.stream("tried").bits(scene.homes.household[home])
        return scene.popular(bits, home, FILMS, ADULTS, scene.world.first_day)


def _time_of_day(scene: Scene, key: Ints, is_seller: Flags) -> Ints:
    """When each begins, in ms since midnight: sellers about the same time, buyers at any hour."""
    habit = scene.stream("habit").below(key, 12 * HOUR_MS)
    later = scene.stream("check").below(key, 40 * MINUTE_MS, n=scene.number)
    check = 8 * HOUR_MS + habit + later

    evening = scene.stream("hour").below(key, 10 * HOUR_MS, n=scene.number)
    return np.where(
        is_seller,
        check,
        13 * HOUR_MS + evening,
    )


def _watched_ms(scene: Scene, key: Ints, turn: Ints, work: Ints) -> Ints:
    """How long a buyer watches each film: to its end, or until they give it up."""
    runtime = scene.world.catalogue.runtime_ms(work, np.zeros_like(work))
    draws = scene.stream("gives_up")
    gives_up = draws.happens(key, 0.3, n=turn)
    part = between(draws.bits(key, turn + 64), runtime, 30, 830)
    return np.where(gives_up, part, runtime)
