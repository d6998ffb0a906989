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
from synthview.stage.proposals import Proposal, offer, sit
from synthview.stage.scene import Scene
from synthview.stage.script import Script
from synthview.viewing.sittings import Sessions
from synthview.world.clock import HOUR_MS, MINUTE_MS
from synthview.world.popularity import ADULTS, FILMS

__all__ = ["CatOnRemote"]

_MOST_A_DAY = 8.0
_MOST_PRESSES = 6
_BETWEEN_PAWS = Quantiles.lognormal(40_000, 1.2, low=1_500, high=20 * MINUTE_MS)
"""Time from one press to the next while the cat is about: median 40 seconds (guess)."""
_CONTINUES = 0.55
"""Of what a paw starts, how much is what "continue watching" shows first; the rest is the front row (guess)."""


@section
class CatOnRemote(Actor):
    """A cat walks over the remote, or sleeps on it.

    It comes in bursts, most of them by day and at dawn, when the television is not in use: a paw
    starts what "continue watching" or the front row offers, the next paw stops it, skips on or opens
    something else, and the last one leaves it running. Nobody is there. What nobody stops goes on by
    itself until the player asks whether anybody is still watching, or somebody needs the screen.
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
        """Bursts of paws: each a sitting of nobody, each press a play."""
        rows = scene.rows
        count = scene.stream("pounces").poisson(scene.day_key(rows), min(self.rate, _MOST_A_DAY), ceiling=_MOST_A_DAY)
        row, ordinal = children(np.minimum(count, 8))
        home = rows[row]
        key = scene.session_key(home, ordinal)
        start = scene.utc(home, instants(scene.stream("hour").bits(key), _hours(self.hours_of_day), HOUR_MS))
        screen = scene.screen(home, start, (TV, SECOND_TV))
        sessions = sit(scene, home, ordinal, start, 6 * HOUR_MS, screen)
        session, number_ = children(
            np.minimum(1 + scene.stream("presses").draw(key, _more(self.presses)), _MOST_PRESSES)
        )
        return Proposal(("pounced",), sessions, self._paws(scene, sessions, session, number_))

    def _paws(self, scene: Scene, sessions: Sessions, session: Ints, number_: Ints) -> Script:
        """What each press starts, and how long until the next."""
        key, home = sessions.key[session], sessions.home[session]
        continues = scene.stream("continues").happens(key, _CONTINUES, n=number_)
        going, episode, position = scene.under_way(home, 0)
        front = scene.popular(scene.stream("front_row").bits(key, number_), home, FILMS, ADULTS)
        is_going = continues & (going >= 0)
        is_last = np.append(session[1:] != session[:-1], True)[: len(session)]
        wait = scene.stream("paws").draw(key, _BETWEEN_PAWS, n=number_)
        plays = offer(
            scene, sessions, session, number_, np.where(is_going, going, np.maximum(front, 0)),
            episode=np.where(is_going, episode, 0), position_ms=np.where(is_going, position, 0),
            playing_ms=wait, gap_ms=np.where(number_ == 0, 0, 1_000 + wait % 9_000),
            source="resume", pressed=False, runs_on=is_last,
        )  # fmt: skip
        return plays.take(is_going | (front >= 0))


@cache
def _more(presses: float) -> Steps:
    return Steps.poisson(presses - 1.0)


@cache
def _hours(shares: tuple[float, ...]) -> Shares:
    return Shares(shares)
