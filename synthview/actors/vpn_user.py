"""Somebody watches through another country."""

from __future__ import annotations

import numpy as np

from synthview.draws.chance import Shares
from synthview.draws.lengths import between
from synthview.people.homes import COMPUTER, SECOND_TV, TABLET, TV
from synthview.rows import Ints
from synthview.scenario.settings import GUESS, number, section
from synthview.stage.actor import Actor
from synthview.stage.edits import Edits, Routes
from synthview.stage.proposals import Proposal, offer, sit
from synthview.stage.scene import Scene
from synthview.stage.script import Script
from synthview.stage.spells import free_start
from synthview.tables import COUNTRIES
from synthview.world.clock import HOUR_MS
from synthview.world.popularity import ADULTS, FILMS, SERIES

__all__ = ["VpnUser"]

_EXITS = Shares(
    [
        30,
        18,
        9,
        2,
        2,
        8,
        6,
        4,
        8,
        4,
        2,
        1,
        1,
        2,
        2,
        0.5,
        0.3,
        0.3,
        7,
        1,
        0.5,
        0.3,
        0.5,
        1,
        0.5,
        1,
        0.5,
        2,
        0.2,
        1,
        0.2,
        1.5,
    ]
)
"""Countries that tunnels come out of, in the order of COUNTRIES: large catalogues first (guess)."""
_DAYS_AT_ONE_EXIT = 3


@section
class VpnUser(Actor):
    """Somebody watches through another country.

    Some evenings the network of the home comes out abroad, every few days somewhere else, and with
    it the catalogue is another one: what is not offered at home can be seen, by the first person of
    the home. Sittings in which that person holds the remote go the same way where the other country
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
        about="Homes that use a tunnel for this at times; 25 % of Internet users ever use one (N08), and exits were being blocked (N09).",
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

    def _exits(self, scene: Scene, rows: Ints) -> Ints:
        """The country code each home comes out of today, -1 where it does not use it, or would come out at home."""
        key = scene.homes.household[rows] * 4096 + (scene.number + scene.homes.household[rows] % 7) // _DAYS_AT_ONE_EXIT
        exit_ = scene.stream("exit").pick(key, _EXITS)
        used = scene.stream("used").happens(scene.day_key(rows), self.days)
        return np.where(used & (exit_ != scene.homes.country[rows]), exit_, -1)

    def propose(self, scene: Scene) -> Proposal | None:
        """On half of such days a sitting of its own, with something that the other country offers."""
        rows = scene.rows
        exit_ = self._exits(scene, rows)
        goes = (exit_ >= 0) & scene.stream("goes").happens(scene.day_key(rows), 0.5)
        home, exit_ = rows[goes], exit_[goes]
        if not len(home):
            return None
        key = scene.session_key(home, 0)
        kind = np.where(scene.stream("kind").happens(key, 0.6), FILMS, SERIES)
        work = scene.popular_in(scene.stream("title").bits(key), exit_, kind, ADULTS)
        wanted = scene.utc(home, 18 * HOUR_MS + scene.stream("hour").below(key, 5 * HOUR_MS))
        runtime = scene.world.catalogue.runtime_ms(work, np.zeros_like(work))
        start = free_start(scene, home, np.zeros_like(home), wanted, runtime)
        screen = scene.screen(home, start, (COMPUTER, TV, TABLET, SECOND_TV))
        sessions = sit(scene, home, 0, start, runtime + HOUR_MS, screen, lead=0, exit=exit_)
        found = np.flatnonzero(work >= 0)
        leaves = scene.stream("leaves").happens(key[found], 0.3)
        part = between(scene.stream("leaves").bits(key[found], 1), runtime[found], 40, 840)
        plays = offer(
            scene, sessions, found, 0, work[found],
            playing_ms=np.where(leaves, part, runtime[found]),
            gap_ms=10_000 + scene.stream("gap").below(key[found], 120_000),
        )  # fmt: skip
        return Proposal(("went through another country",), sessions, plays)

    def meddle(self, scene: Scene, script: Script) -> Edits | None:
        """Sittings of that person, where the other country offers everything they play."""
        sessions = scene.sessions
        mine = np.flatnonzero(scene.has_part[sessions.home] & (sessions.lead == 0) & (sessions.causes == 0))
        exit_ = self._exits(scene, sessions.home[mine])
        mine, exit_ = mine[exit_ >= 0], exit_[exit_ >= 0]
        if not len(mine):
            return None
        place = np.full(len(sessions), -1, dtype=np.int64)
        place[mine] = exit_
        to = place[script.session]
        missing = (to >= 0) & (scene.world.popularity.base[np.maximum(to, 0), script.work] <= 0)
        missing &= ~scene.is_put_between(script)  # nothing else is on the shelves over there, so those do not come about
        offered = ~np.isin(mine, script.session[missing])
        return Edits("went through another country", routes=Routes(mine[offered], exit_[offered]))


assert len(COUNTRIES) == 32
