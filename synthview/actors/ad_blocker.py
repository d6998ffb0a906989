"""A blocker in the browser eats what the player reports, and now and then breaks the player."""

from __future__ import annotations

from functools import cache

import numpy as np

from synthview.draws.quantiles import Quantiles
from synthview.people.homes import COMPUTER, DEVICES, Homes
from synthview.rows import Flags, Ints
from synthview.scenario.settings import GUESS, number, section
from synthview.stage.actor import Actor
from synthview.stage.edits import Breaks, Edits
from synthview.stage.scene import Scene
from synthview.stage.script import Script
from synthview.tables import ERROR_CODES
from synthview.world.clock import MINUTE_MS

__all__ = ["AdBlocker"]

_STARTUP = ERROR_CODES.index("startup_failed")


@section
class AdBlocker(Actor):
    """A blocker in the browser eats what the player reports, and now and then breaks the player.

    A list made against advertising also has the addresses to which players report how it goes. What
    the film needs gets through: that it is ready, begins, jumps, fails or ends. Pings, progress,
    stalls and pauses never leave the computer, so that a film left half-way looks like one that was
    never watched. Some blockers sit in the router of a home, and eat what any of its screens
    reports. When a list breaks the player, the page is loaded again, and then it works.

    Where the fault `blocked_telemetry` loses everything that was sent, here nothing is lost: truth
    tells of each play that the blocker was there, and no delivery tells of messages that nobody
    sent.
    """

    picks_anew = True
    silences = (
        "pause",
        "ping",
        "buffer_start",
        "buffer_end",
        "quality_change",
        "percent_progress",
    )
    tells = (
        "plays without a ping, day after day",
        "what is not watched to its end seems to be left at once, and closes in silence",
    )

    rate: float = number(
        0.12,
        unit="share of homes with a computer",
        allowed=(0, 1),
        low=0.05,
        high=0.25,
        source=GUESS,
        scale="logit",
        about="Homes with a blocker whose list has the addresses of a player too.",
    )
    whole_home: float = number(
        0.03, unit="share of such homes", allowed=(0, 1), low=0.005, high=0.1, source=GUESS,
        scale="logit", about="Homes with a blocker in the router, for every screen.",
    )  # fmt: skip
    breaks: float = number(
        0.006, unit="share of plays", allowed=(0, 1), low=0.001, high=0.03, source=GUESS,
        scale="log", about="How often a list blocks what the player cannot do without.",
    )  # fmt: skip
    wait_seconds: float = number(
        20, unit="seconds", allowed=(2, 1200), low=8, high=60, source=GUESS, scale="log",
        about="Median time until the page is loaded again.",
    )  # fmt: skip
    wait_seconds_spread: float = number(
        0.9, unit="log sd", allowed=(0, 2), low=0.5, high=1.3, source=GUESS,
        about="Spread of that time.",
    )  # fmt: skip

    def suits(self, homes: Homes) -> Flags:
        """Homes with a computer."""
        return np.asarray(homes.device_type[:, COMPUTER] >= 0)

    def meddle(self, scene: Scene, script: Script) -> Edits | None:
        """Have a part in every play that a blocker stands before, and break some."""
        plays = self._behind_a_blocker(scene, script)
        if not len(plays):
            return None
        key = script.key[plays]
        fails = scene.stream("breaks").happens(key, self.breaks)
        broken = plays[fails]
        breaks = Breaks(
            play=broken,
            at_ms=np.zeros_like(broken),
            error=np.full_like(broken, _STARTUP),
            attempts=np.ones_like(broken),
            wait_ms=scene.stream("wait").draw(key[fails], self._waits()),
            give_up=np.zeros(len(broken), dtype=bool),
        )
        broke = Edits("broke the player", breaks=breaks)
        return Edits("kept messages from leaving", has_part=plays[~fails], also=(broke,))

    def _behind_a_blocker(self, scene: Scene, script: Script) -> Ints:
        """Plays on the computer of a home, or on any of its own screens."""
        sessions = scene.sessions.take(script.session)
        household = scene.homes.household[sessions.home]
        is_whole = scene.stream("whole_home").happens(household, self.whole_home)
        is_own = sessions.device < DEVICES
        is_blocked = (sessions.device == COMPUTER) | (is_whole & is_own)
        return np.flatnonzero(is_blocked & scene.has_part[sessions.home])

    def _waits(self) -> Quantiles:
        return _waits(self.wait_seconds, self.wait_seconds_spread)


@cache
def _waits(seconds: float, spread: float) -> Quantiles:
    return Quantiles.lognormal_within(seconds * 1000, spread, 2_000, 20 * MINUTE_MS)
