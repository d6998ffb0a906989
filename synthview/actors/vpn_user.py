"""Somebody watches through another country."""

from __future__ import annotations

import numpy as np

from synthview.draws.chance import shares_of
from synthview.people.homes import COMPUTER, SECOND_TV, TABLET, TV
from synthview.rows import Flags, Ints
from synthview.scenario.settings import GUESS, curve, number, section
from synthview.stage.actor import Actor
from synthview.stage.disguise import dial
from synthview.stage.edits import Edits, Routes
from synthview.stage.proposals import Proposal, offer, sit
from synthview.stage.scene import Scene
from synthview.stage.script import Script
from synthview.stage.spans import anywhere, part
from synthview.stage.spells import free_start
from synthview.tables import COUNTRIES
from synthview.viewing.sittings import Sessions
from synthview.world.clock import HOUR_MS
from synthview.world.popularity import ADULTS, FILMS, SERIES

__all__ = ["VpnUser"]

_EXIT_WEIGHTS = {
    "US": 30, "GB": 18, "CA": 9, "BR": 2, "MX": 2, "DE": 8, "FR": 6, "AU": 4,
    "NL": 8, "SE": 4, "NO": 2, "DK": 1, "FI": 1, "ES": 2, "IT": 2, "AR": 0.5,
    "CO": 0.3, "CL": 0.3, "JP": 7, "IN": 1, "PL": 0.5, "PT": 0.3, "TR": 0.5, "IE": 1,
    "NZ": 0.5, "BE": 1, "AT": 0.5, "CH": 2, "PE": 0.2, "KR": 1, "ZA": 0.2, "SG": 1.5,
}  # fmt: skip
_WEEK = 7  # homes change their exits on different days of it
_FIRST_PERSON = 0


@section
class VpnUser(Actor):
    """Somebody watches through another country.

    Some evenings the network of the home comes out abroad, every few days somewhere else, and with
    it the catalogue is another one: what is not offered at home can be seen, by the first person of
    the home. Sessions in which that person holds the remote go the same way where the other country
    offers all that is played in them.
    """

    picks_anew = True
    tells = ("the country hops while device and zone stay",)

    rate: float = number(
        0.015,
        unit="share of homes",
        allowed=(0, 1),
        low=0.003,
        high=0.05,
        source=GUESS,
        scale="logit",
        about=(
            "Homes that use a tunnel for this at times; 25 % of Internet users ever use one (N08), "
            "and exits were being blocked (N09)."
        ),
    )
    days: float = number(
        0.3,
        unit="share of days",
        allowed=(0, 1),
        low=0.1,
        high=0.7,
        source=GUESS,
        scale="logit",
        about="Days on which it is used.",
    )
    exits: tuple[float, ...] = curve(
        [_EXIT_WEIGHTS[code] for code in COUNTRIES], unit="weight, by country", source=GUESS,
        about=(
            "Countries that tunnels come out of, large catalogues first: "
            f"{' '.join(COUNTRIES)}."
        ),
    )  # fmt: skip
    days_at_one_exit: int = number(
        3, unit="days", allowed=(1, 365), low=1, high=10, source=GUESS, scale="log",
        about="For how long it is the same country.",
    )  # fmt: skip
    own_session: float = number(
        0.5, unit="share of such days", allowed=(0, 1), low=0.2, high=0.8, source=GUESS,
        scale="logit", about="Days with a session of its own, for what the other country offers.",
    )  # fmt: skip
    film: float = number(
        0.6, unit="share of such sessions", allowed=(0, 1), low=0.4, high=0.8, source=GUESS,
        scale="logit", about="Sessions with a film rather than an episode.",
    )  # fmt: skip
    hours: tuple[float, ...] = curve(
        [18, 23], unit="hours, from and to", source=GUESS, about="When such a session is wanted.",
    )  # fmt: skip
    begins_seconds: tuple[float, ...] = curve(
        [10, 130], unit="seconds, from and to", source=GUESS, about="Time until it is begun.",
    )  # fmt: skip
    leaves: float = number(
        0.3, unit="share of such sessions", allowed=(0, 1), low=0.15, high=0.5, source=GUESS,
        scale="logit", about="Sessions that are left early.",
    )  # fmt: skip
    leaves_at: tuple[float, ...] = curve(
        [0.0391, 0.8203], unit="share of the title, from and to", source=GUESS,
        about="How far a title that is left early gets.",
    )  # fmt: skip

    disguise: float = dial(
        "homes",
        "A home that hides comes out in one country for good, every day and whoever plays: nothing "
        "hops, as far as that country offers what is played.",
    )

    def _exits(self, scene: Scene, rows: Ints) -> Ints:
        """The country each home comes out of today; -1 where it uses no tunnel, or one at home."""
        household = scene.homes.household[rows]
        stay = (scene.number + household % _WEEK) // self.days_at_one_exit
        stay = np.where(self.hides(scene.world, household), 0, stay)
        key = household * 4096 + stay
        country = scene.stream("exit").pick(key, shares_of(self.exits))

        is_used = self._is_used(scene, rows) | self.hides(scene.world, household)
        is_abroad = country != scene.homes.country[rows]
        return np.where(is_used & is_abroad, country, -1)

    def _is_used(self, scene: Scene, rows: Ints) -> Flags:
        """On which of the homes' days somebody means to see what is not offered at home."""
        return scene.stream("used").happens(scene.day_key(rows), self.days)

    def propose(self, scene: Scene) -> Proposal | None:
        """On some of such days a session of its own, with what the other country offers."""
        rows = scene.rows
        country = self._exits(scene, rows)
        goes = scene.stream("goes").happens(scene.day_key(rows), self.own_session)
        goes &= (country >= 0) & self._is_used(scene, rows)
        home, country = rows[goes], country[goes]
        if not len(home):
            return None
        work = self._title(scene, home, country)
        sessions = self._sessions(scene, home, work, country)
        found = np.flatnonzero(work >= 0)
        plays = self._plays(scene, sessions, found, work[found])
        return Proposal(("went through another country",), sessions, plays)

    def meddle(self, scene: Scene, script: Script) -> Edits | None:
        """Sessions of that person, where the other country offers everything they play."""
        sessions = scene.sessions
        applies = scene.has_part[sessions.home]
        hides = self.hides(scene.world, scene.homes.household)[sessions.home]
        is_led = (sessions.lead == _FIRST_PERSON) | hides
        mine = np.flatnonzero(applies & is_led & (sessions.causes == 0))
        country = self._exits(scene, sessions.home[mine])
        mine, country = mine[country >= 0], country[country >= 0]
        if not len(mine):
            return None
        exit_of = np.full(len(sessions), -1, dtype=np.int64)
        exit_of[mine] = country
        missing = _is_missing(scene, script, exit_of[script.session])
        is_offered = ~np.isin(mine, script.session[missing])
        routes = Routes(mine[is_offered], country[is_offered])
        return Edits("went through another country", routes=routes)

    def _title(self, scene: Scene, home: Ints, country: Ints) -> Ints:
        """A film or series that people like in the other country; -1 for none."""
        key = scene.session_key(home, 0)
        is_film = scene.stream("kind").happens(key, self.film)
        kind = np.where(is_film, FILMS, SERIES)
        return scene.popular_in(scene.stream("title").bits(key), country, kind, ADULTS)

    def _sessions(self, scene: Scene, home: Ints, work: Ints, country: Ints) -> Sessions:
        """When and where: an evening hour at which the first person is free."""
        key = scene.session_key(home, 0)
        wanted = scene.utc(home, anywhere(scene.stream("hour"), key, self.hours, HOUR_MS))
        runtime = scene.world.catalogue.runtime_ms(work, np.zeros_like(work))
        start = free_start(scene, home, np.full_like(home, _FIRST_PERSON), wanted, runtime)
        return sit(
            scene,
            home,
            0,
            start,
            runtime + HOUR_MS,
            scene.screen(home, start, (COMPUTER, TV, TABLET, SECOND_TV)),
            lead=_FIRST_PERSON,
            exit=country,
        )

    def _plays(self, scene: Scene, sessions: Sessions, session: Ints, work: Ints) -> Script:
        """One title a session, some of them left early."""
        key = sessions.key[session]
        runtime = scene.world.catalogue.runtime_ms(work, np.zeros_like(work))
        leaves = scene.stream("leaves")
        left_at = part(leaves.bits(key, 1), runtime, self.leaves_at)
        return offer(
            scene,
            sessions,
            session,
            0,
            work,
            playing_ms=np.where(leaves.happens(key, self.leaves), left_at, runtime),
            gap_ms=anywhere(scene.stream("gap"), key, self.begins_seconds, 1_000),
        )


def _is_missing(scene: Scene, script: Script, country: Ints) -> Flags:
    """Which plays have a work that the country of their exit (-1: none) does not offer.

    What others put between is not among them: without the work it would not be there either.
    """
    base = scene.world.popularity.base[np.maximum(country, 0), script.work]
    is_not_there = (country >= 0) & (base <= 0)
    return np.asarray(is_not_there & ~scene.is_put_between(script))
