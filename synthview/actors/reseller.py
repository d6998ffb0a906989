"""The account is sold to strangers, many at once."""

from __future__ import annotations

import numpy as np

from synthview.draws.chance import Shares
from synthview.draws.lengths import between
from synthview.draws.offspring import children
from synthview.draws.quantiles import Quantiles
from synthview.exposed import name_of
from synthview.ids import ORDINALS, source_of, within_home
from synthview.people.guests import Guests
from synthview.people.homes import Homes, countries_of
from synthview.rows import Ints
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
"""So many of them are begun, as an evening ends and others hold the streams: counted in 1,500 homes over 26 days."""
_COUNTRIES = Shares([8, 4, 3, 12, 10, 3, 3, 2, 1, 1, 1, 1, 1, 4, 3, 8, 6, 4, 1, 9, 4, 3, 7, 1, 1, 1, 1, 1, 4, 1, 3, 1])
"""Where buyers sit, in the order of COUNTRIES (guess)."""
_LENGTHS = Quantiles.lognormal(110 * MINUTE_MS, 0.7, low=3 * MINUTE_MS, high=9 * HOUR_MS)
_CHECKS = Quantiles.lognormal(45_000, 0.6, low=8_000, high=4 * MINUTE_MS)
"""How long the seller looks whether it still plays: median 45 seconds (guess)."""


@section
class Reseller(Actor):
    """The account is sold to strangers, many at once.

    Buyers in many countries use whatever profile they like, each with an own device, until the plan
    has no stream left and somebody, sometimes the owner, is refused. Once a day the seller plays the
    same title for a minute, to see that the login still works.
    """

    tells = ("many countries and devices at once", "refused streams", "one title for a minute, daily")

    rate: float = number(
        0.004,
        unit="share of accounts",
        allowed=(0, 1),
        low=0.001,
        high=0.02,
        source=GUESS,
        scale="log",
        about="Accounts that are resold or taken over; no count is public, N07 has a rule of thumb of 0.1 to 2 %.",
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
        draw = self.draw(world, "guests")
        row, ordinal, key, country = self._party(world, homes.household)
        region = region_in(world, self.draw(world, "region"), key, country)
        since = np.where(ordinal == _SELLER, world.first_day * DAY_MS, self._since(world, key))
        return visitors(draw, name_of(type(self)), homes, row, ordinal, region, since)

    def _party(self, world: World, household: Ints) -> tuple[Ints, Ints, Ints, Ints]:
        """The seller and the buyers of some homes: row of the home, number within it, key, and country."""
        count = np.minimum(1 + self.draw(world, "guests").poisson(household, self.buyers - 1.0, ceiling=19.0), 24)
        row, ordinal = children(1 + count)
        key = within_home(household[row], ordinal, source_of(name_of(type(self))))
        return row, ordinal, key, self.draw(world, "country").pick(key, _COUNTRIES)

    def _since(self, world: World, key: Ints) -> Ints:
        """When each buyer comes, in ms: within 60 days of the first."""
        came = self.draw(world, "since").below(key, 120 * DAY_MS) - 60 * DAY_MS
        return (world.first_day + world.scenario.run.warm_up_days) * DAY_MS + came

    def propose(self, scene: Scene) -> Proposal | None:
        """The seller's check, and the evenings of the buyers."""
        guests, number_ = scene.guests, scene.number
        who = guests_of(scene)
        is_seller = guests.key[who] % ORDINALS == _SELLER
        comes = scene.stream("comes").happens(guests.key[who], self.days, n=number_) | is_seller
        who = who[comes & (guests.since_ms[who] <= scene.day * DAY_MS)]
        if not len(who):
            return None
        key, home = guests.key[who], guests.home[who]
        is_seller = key % ORDINALS == _SELLER
        zone = scene.world.zone_of_region[guests.region[who]]
        habit = 8 * HOUR_MS + scene.stream("habit").below(key, 12 * HOUR_MS)
        check = habit + scene.stream("check").below(key, 40 * MINUTE_MS, n=number_)
        evening = 13 * HOUR_MS + scene.stream("hour").below(key, 10 * HOUR_MS, n=number_)
        start = scene.utc(home, np.where(is_seller, check, evening), zone)
        length = np.where(is_seller, HOUR_MS, scene.stream("length").draw(key, _LENGTHS, n=number_))
        sessions = sit(
            scene, home, key % ORDINALS % 32, start, length, guests.device[who], lead=guests.person[who],
            profile=guests.profile[who],
        )  # fmt: skip
        plays = self._plays(scene, sessions, is_seller, guests.region[who])
        return Proposal(("watched as a buyer", "checked the login"), sessions, plays, np.where(is_seller, 1, 0))

    def _plays(self, scene: Scene, sessions: Sessions, is_seller: Ints, region: Ints) -> Script:
        """Buyers play films one after another; the seller always begins the same one."""
        session, turn = children(np.where(is_seller, 1, _FILMS_IN_A_ROW))
        key, seller = sessions.key[session], is_seller[session]
        country = scene.world.country_of_region[region]
        film = scene.popular_in(scene.stream("film").bits(key, turn), country[session], FILMS, ADULTS)
        work = np.where(seller, self._tried(scene, sessions.home[session]), film)
        runtime = scene.world.catalogue.runtime_ms(work, np.zeros_like(work))
        gives_up = scene.stream("gives_up").happens(key, 0.3, n=turn)
        part = between(scene.stream("gives_up").bits(key, turn + 64), runtime, 30, 830)
        watched = np.where(gives_up, part, runtime)
        plays = offer(
            scene, sessions, session, turn, work,
            playing_ms=np.where(seller, scene.stream("checks").draw(key, _CHECKS), watched),
            gap_ms=6_000 + scene.stream("gap").below(key, 120_000, n=turn),
        )  # fmt: skip
        return plays.take(work >= 0)

    def keeps_to(self, world: World, households: Ints, work: int, days: range) -> Ints:
        """Every day where the seller may try the login with the work; buyers pick anew."""
        row = np.flatnonzero(self.could_touch(world, households))
        bits, first = self.draw(world, "tried").bits(households[row]), np.full(len(row), world.first_day)
        tries = world.popularity.lands_on(work, bits, first, countries_of(world, households[row]), ADULTS)
        return np.bincount(row[tries], minlength=len(households)) * len(days)

    def picks_daily(self, world: World, households: Ints, work: int, days: range) -> Draws:
        """Each buyer's films, on the days on which they watch once they have come."""
        sold = np.flatnonzero(self.could_touch(world, households) & world.catalogue.works.is_film[work])
        row, ordinal, key, country = self._party(world, households[sold])
        buyer = np.flatnonzero(ordinal != _SELLER)
        first_day = -(-self._since(world, key[buyer]) // DAY_MS)
        there = np.clip(days.stop - first_day, 0, len(days)) / len(days)
        return sold[row[buyer]], country[buyer], self.days * _FILMS_AN_EVENING * there

    def _tried(self, scene: Scene, home: Ints) -> Ints:
        """The title that the seller of each account begins every day: one of those liked when it all began."""
        bits = scene.stream("tried").bits(scene.homes.household[home])
        return scene.popular(bits, home, FILMS, ADULTS, scene.world.first_day)


assert len(COUNTRIES) == 32
