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
from synthview.stage.disguise import as_others_sit_down, dial
from synthview.stage.offered import Offered
from synthview.stage.proposals import Proposal, offer, sit
from synthview.stage.scene import Scene
from synthview.stage.script import THROUGHOUT, Script
from synthview.stage.spans import limits
from synthview.viewing.sittings import Sessions
from synthview.world.clock import HOUR_MS, MINUTE_MS
from synthview.world.popularity import ADULTS, FILMS

__all__ = ["CatOnRemote"]

_HIGHEST_RATE = 8.0
"""The ceiling of a count of bursts, twice what is allowed."""
_MOST_BURSTS = 8
"""Bursts a day, at most."""
_MOST_PRESSES = 6
"""Presses in a burst, at most."""
_LONGEST_MS = 6 * HOUR_MS
"""What nobody stops is over by then."""


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
        allowed=(1, _MOST_PRESSES),
        low=1.2,
        high=4,
        source=GUESS,
        scale="log",
        about="Mean number of starts in a burst.",
    )
    seconds: float = number(
        40, unit="seconds", allowed=(1.5, 1200), low=15, high=120, source=GUESS, scale="log",
        about="Median time from one press to the next while the cat is about.",
    )  # fmt: skip
    seconds_spread: float = number(
        1.2, unit="log sd", allowed=(0, 2), low=0.7, high=1.6, source=GUESS,
        about="Spread of that time.",
    )  # fmt: skip
    pause_seconds: tuple[float, ...] = curve(
        [1, 10], unit="seconds, from and to", source=GUESS,
        about="Of that time, what passes in the menu after something was stopped.",
    )  # fmt: skip
    continues: float = number(
        0.55, unit="share of presses", allowed=(0, 1), low=0.3, high=0.8, source=GUESS,
        scale="logit", about='Presses on "continue watching"; the others hit the front row.',
    )  # fmt: skip
    hours_of_day: tuple[float, ...] = curve(
        [2, 2, 2, 3, 6, 10, 9, 6, 5, 5, 5, 4, 4, 4, 4, 4, 4, 4, 3, 2, 2, 2, 2, 2],
        unit="share of bursts",
        source=GUESS,
        about="When cats walk about, local hours from midnight.",
    )

    disguise: float = dial(
        "bursts",
        "A cat that hides comes at an hour at which people sit down, presses once, and what it has "
        "begun is stopped at its end.",
    )

    def suits(self, homes: Homes) -> Flags:
        """Homes with a cat."""
        return homes.has_cat

    def propose(self, scene: Scene) -> Proposal | None:
        """Add a session of nobody for each burst, and a play for each press in it."""
        home, burst = self._bursts(scene)
        sessions = self._sessions(scene, home, burst)
        plays = self._plays(scene, sessions)
        return Proposal(("pounced",), sessions, plays)

    def _bursts(self, scene: Scene) -> tuple[Ints, Ints]:
        """The bursts of the day: in which home, and which of its bursts it is, from 0."""
        homes = scene.rows
        day = scene.day_key(homes)
        rate = min(self.rate, _HIGHEST_RATE)
        count = scene.stream("pounces").poisson(day, rate, ceiling=_HIGHEST_RATE)
        row, burst = children(np.minimum(count, _MOST_BURSTS))
        return homes[row], burst

    def _sessions(self, scene: Scene, home: Ints, burst: Ints) -> Sessions:
        """When and where: at an hour that cats like, on a television that nobody uses."""
        key = scene.session_key(home, burst)
        bits = scene.stream("hour").bits(key)
        time_of_day = instants(bits, _hours(self.hours_of_day), HOUR_MS)
        hides = self.hides(scene.world, key)
        usual = as_others_sit_down(scene, key)
        start = scene.utc(home, np.where(hides, usual, time_of_day))
        television = scene.screen(home, start, (TV, SECOND_TV))
        return sit(scene, home, burst, start, _LONGEST_MS, television)

    def _plays(self, scene: Scene, sessions: Sessions) -> Script:
        """What each press starts: it plays until the next press, and after the last by itself."""
        hides = self.hides(scene.world, sessions.key)
        count = np.where(hides, 1, self._presses(scene, sessions))
        session, press = children(count)
        key = sessions.key[session]
        is_last = press == count[session] - 1

        starts = self._offered(scene, key, sessions.home[session], press)
        between_paws = _between_paws(self.seconds, self.seconds_spread)
        until_next = scene.stream("paws").draw(key, between_paws, n=press)
        plays = offer(
            scene,
            sessions,
            session=session,
            number=press,
            work=np.maximum(starts.work, 0),
            episode=starts.episode,
            position_ms=starts.position_ms,
            playing_ms=np.where(hides[session], THROUGHOUT, until_next),
            gap_ms=np.where(press == 0, 0, self._pause_ms(until_next)),
            source="resume",
            pressed=False,
            runs_on=is_last & ~hides[session],
        )
        return plays.take(starts.work >= 0)

    def _presses(self, scene: Scene, sessions: Sessions) -> Ints:
        """How many presses there are in each burst."""
        more = scene.stream("presses").draw(sessions.key, _more(self.presses))
        return np.minimum(1 + more, _MOST_PRESSES)

    def _pause_ms(self, until_next_ms: Ints) -> Ints:
        """What passes in the menu, of the time until the next press."""
        least, most = limits(self.pause_seconds, 1_000)
        return least + until_next_ms % max(most - least, 1)

    def _offered(self, scene: Scene, key: Ints, home: Ints, press: Ints) -> Offered:
        """Where each paw lands: on "continue watching", or on a film in the front row."""
        continues = scene.stream("continues").happens(key, self.continues, n=press)
        under_way = Offered(*scene.under_way(home, profile=0))

        bits = scene.stream("front_row").bits(key, n=press)
        front_row = scene.popular(bits, home, FILMS, ADULTS)
        return under_way.where(continues, otherwise=front_row)


@cache
def _between_paws(seconds: float, spread: float) -> Quantiles:
    return Quantiles.lognormal_within(seconds * 1000, spread, 1_500, 20 * MINUTE_MS)


@cache
def _more(presses: float) -> Steps:
    """How many presses follow the first, if a burst has so many on average."""
    return Steps.poisson(presses - 1.0)


@cache
def _hours(shares: tuple[float, ...]) -> Shares:
    return Shares(shares)
