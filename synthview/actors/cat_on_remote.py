"""A cat walks over the remote: things start, stop and skip, and nobody watches."""

from __future__ import annotations

from functools import cache

import numpy as np

from synthview.draws.chance import Shares
from synthview.draws.offspring import children, instants
from synthview.draws.quantiles import Quantiles, Steps
from synthview.people.homes import SECOND_TV, TV, Homes
from synthview.rows import Flags, Ints
from synthview.scenario.settings import GUESS, curve, number, section
from synthview.stage.actor import Actor
from synthview.stage.offered import Offered
from synthview.stage.proposals import Proposal, offer, sit
from synthview.stage.scene import Scene
from synthview.stage.script import Script
from synthview.viewing.sittings import Sessions
from synthview.world.clock import HOUR_MS, MINUTE_MS
from synthview.world.popularity import ADULTS, FILMS

__all__ = ["CatOnRemote"]

_MOST_A_DAY = 8.0
_MOST_BURSTS = 8
_MOST_PRESSES = 6
_LONGEST_MS = 6 * HOUR_MS
_BETWEEN_PAWS = Quantiles.lognormal(40_000, 1.2, low=1_500, high=20 * MINUTE_MS)
"""Time from one press to the next while the cat is about: median 40 seconds (guess)."""
_CONTINUES = 0.55
"""Share of presses that land on "continue watching"; the others hit the front row (guess)."""


@section
class CatOnRemote(Actor):
    """A cat walks over the remote, or sleeps on it.

    It comes in bursts, most of them by day and at dawn, when the television is not in use. A paw
    starts what "continue watching" or the front row offers. The next paw stops it and opens
    something else, and the last one leaves it running. Nobody is there. What nobody stops goes on
    by itself until the player asks whether anybody is still watching, or somebody needs the screen.
    """

    of_homes = False
    picks_anew = True
    tells = ("nobody stops what the last paw began", "several starts within minutes")

    rate: float = number(
        0.017,
        unit="bursts per home with a cat and day",
        allowed=(0, 4),
        low=0.003,
        high=0.033,
        source=GUESS,
        scale="log",
        about="How often a cat starts something; N19 has a rule of thumb only: 0.1 to 1 a month.",
    )
    presses: float = number(
        2.2,
        unit="presses",
        allowed=(1, 6),
        low=1.2,
        high=4,
        source=GUESS,
        scale="log",
        about="Mean number of starts in a burst.",
    )
    hours_of_day: tuple[float, ...] = curve(
        [2, 2, 2, 3, 6, 10, 9, 6, 5, 5, 5, 4, 4, 4, 4, 4, 4, 4, 3, 2, 2, 2, 2, 2],
        unit="share of bursts",
        source=GUESS,
        about="When cats walk about, local hours from midnight.",
    )

    def suits(self, homes: Homes) -> Flags:
        """Homes with a cat."""
        return homes.has_cat

    def propose(self, scene: Scene) -> Proposal | None:
        """Add a session of nobody for each burst, and a play for each press in it."""
        homes = scene.rows
        rate = min(self.rate, _MOST_A_DAY)
        bursts = scene.stream("pounces").poisson(scene.day_key(homes), rate, ceiling=_MOST_A_DAY)
        row, ordinal = children(np.minimum(bursts, _MOST_BURSTS))
        sessions = self._bursts(scene, homes[row], ordinal)
        return Proposal(("pounced",), sessions, self._presses(scene, sessions))

    def _bursts(self, scene: Scene, home: Ints, ordinal: Ints) -> Sessions:
        """When and where: at an hour that cats like, on a television that nobody uses."""
        key = scene.session_key(home, ordinal)
        hour = scene.stream("hour").bits(key)
        time_of_day = instants(hour, _hours(self.hours_of_day), HOUR_MS)
        start = scene.utc(home, time_of_day)
        television = scene.screen(home, start, (TV, SECOND_TV))
        return sit(scene, home, ordinal, start, _LONGEST_MS, television)

    def _presses(self, scene: Scene, sessions: Sessions) -> Script:
        """What each press starts: it plays until the next press, and after the last by itself."""
        more = scene.stream("presses").draw(sessions.key, _more(self.presses))
        count = np.minimum(1 + more, _MOST_PRESSES)
        session, press = children(count)
        key = sessions.key[session]

        starts = _offered(scene, key, sessions.home[session], press)
        until_next = scene.stream("paws").draw(key, _BETWEEN_PAWS, n=press)
        pause = 1_000 + until_next % 9_000
        plays = offer(
            scene,
            sessions,
            session,
            press,
            np.maximum(starts.work, 0),
            episode=starts.episode,
            position_ms=starts.position_ms,
            playing_ms=until_next,
            gap_ms=np.where(press == 0, 0, pause),
            source="resume",
            pressed=False,
            runs_on=press == count[session] - 1,
        )
        return plays.take(starts.work >= 0)


def _offered(scene: Scene, key: Ints, home: Ints, press: Ints) -> Offered:
    """Where each paw lands: on "continue watching", or on a film in the front row."""
    under_way = Offered(*scene.under_way(home, profile=0))
    continues = scene.stream("continues").happens(key, _CONTINUES, n=press)
    place = scene.stream("front_row").bits(key, press)
    front_row = scene.popular(place, home, FILMS, ADULTS)
    return under_way.where(continues, otherwise=front_row)


@cache
def _more(presses: float) -> Steps:
    return Steps.poisson(presses - 1.0)


@cache
def _hours(shares: tuple[float, ...]) -> Shares:
    return Shares(shares)
