"""The stream does not start, stalls for good, or drops."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from synthview.draws.quantiles import Quantiles
from synthview.people.homes import FIRST_PHONE
from synthview.rows import Flags, Floats, Ints, Rows
from synthview.scenario.settings import GUESS, number, section
from synthview.stage.actor import Actor
from synthview.stage.edits import Breaks, Edits
from synthview.stage.proposals import Proposal, offer, sit
from synthview.stage.scene import Scene
from synthview.stage.script import Script
from synthview.tables import ERROR_CODES
from synthview.world.clock import DAY_MS, HOUR_MS, MINUTE_MS
from synthview.world.outages import outages_around

__all__ = ["StreamErrors"]

_STARTUP, _LOST = ERROR_CODES.index("startup_failed"), ERROR_CODES.index("connection_lost")
_MOST_TRIES = 6
"""So many find numbers among the plays of a session."""
_SPARED_MS = 5_000
"""A stream that drops has played for so long; what fails sooner fails at its start."""
_LAST_MS = 1_000


@dataclass(frozen=True, slots=True)
class _GivenUp(Rows):
    """One row per play that is tried again tomorrow, where and by whom it was given up.

    `start_ms` is when its session began, `position_ms` where in the title it broke, `key` its play.
    """

    home: Ints
    lead: Ints
    device: Ints
    profile: Ints
    start_ms: Ints
    work: Ints
    episode: Ints
    position_ms: Ints
    key: Ints


@section
class StreamErrors(Actor):
    """The stream does not start, stalls for good, or drops.

    It happens more on poor networks, on phones, and while a region's network is down. Most viewers
    try again within a minute, each try a play of its own; some tries fail too; some give up for the
    evening, and a part of those tries the same title again tomorrow.
    """

    of_homes = False
    picks_anew = True
    tells = ("an error with its code", "another play of the title right after")

    rate: float = number(
        0.0098,
        unit="share of starts that fail, on a network of middling quality",
        allowed=(0, 1),
        low=0.003,
        high=0.025,
        source="Q01",
        scale="log",
        about="Failed starts; drops come on top, in proportion. Of all, poor networks among them, "
        "2.6 % fail.",
    )
    drops: float = number(
        0.5,
        unit="drops per failed start",
        allowed=(0, 10),
        low=0.2,
        high=2,
        source=GUESS,
        scale="log",
        about="Streams that drop while playing, for each that does not start.",
    )
    give_up: float = number(
        0.3,
        unit="share",
        allowed=(0, 1),
        low=0.15,
        high=0.56,
        source=GUESS,
        scale="logit",
        about="Viewers who give up for now; in a survey 44 % stay and try again (Q11).",
    )
    on_phone: float = number(
        1.8, unit="times", allowed=(0, 20), low=1, high=3, source=GUESS, scale="log",
        about="How much likelier errors are on a phone.",
    )  # fmt: skip
    in_outage: float = number(
        25, unit="times", allowed=(0, 1_000), low=8, high=80, source=GUESS, scale="log",
        about="How much likelier they are while the region's network is poor.",
    )  # fmt: skip
    a_try_helps: float = number(
        0.6, unit="share of tries", allowed=(0, 1), low=0.4, high=0.8, source=GUESS,
        scale="logit", about="Tries that lead on; after the others another follows, up to six.",
    )  # fmt: skip
    wait_seconds: float = number(
        25, unit="seconds", allowed=(2, 1200), low=10, high=60, source=GUESS, scale="log",
        about="Median time until a viewer tries again.",
    )  # fmt: skip
    wait_seconds_spread: float = number(
        1.1, unit="log sd", allowed=(0, 2), low=0.7, high=1.5, source=GUESS,
        about="Spread of that time.",
    )  # fmt: skip
    tomorrow: float = number(
        0.35, unit="share of what is given up", allowed=(0, 1), low=0.15, high=0.6, source=GUESS,
        scale="logit", about="What is tried again tomorrow; by Q08 people do come back.",
    )  # fmt: skip
    tomorrow_hours: float = number(
        1, unit="hours", allowed=(0.1, 12), low=0.3, high=3, source=GUESS, scale="log",
        about="By how much at most that is sooner or later in the day.",
    )  # fmt: skip
    tomorrow_seconds: float = number(
        6, unit="seconds", allowed=(0, 600), low=3, high=30, source=GUESS, scale="log",
        about="Time until it is begun.",
    )  # fmt: skip

    def meddle(self, scene: Scene, script: Script) -> Edits | None:
        """Break some plays: at their start, or on the way."""
        row, fails = self._broken(scene, script)
        if not len(row):
            scene.memo.pop("given_up", None)
            return None
        key = script.key[row]
        at = np.where(fails, 0, _drops_at(scene, key, script.playing_ms[row]))
        gives_up = scene.stream("gives_up").happens(key, self.give_up)
        tries = scene.stream("tries").geometric(key, np.full(len(key), self.a_try_helps))
        breaks = Breaks(
            play=row,
            at_ms=at,
            error=np.where(fails, _STARTUP, _LOST),
            attempts=np.minimum(tries + ~gives_up, _MOST_TRIES),
            wait_ms=scene.stream("wait").draw(key, self._waits()),
            give_up=gives_up,
        )
        scene.memo["given_up"] = (
            scene.day,
            self._for_tomorrow(scene, script, row[gives_up], at[gives_up]),
        )
        return Edits("lost the stream", breaks=breaks)

    def _broken(self, scene: Scene, script: Script) -> tuple[Ints, Flags]:
        """Rows of the plays that break, and whether they fail at their start."""
        home = scene.sessions.home[script.session]
        row = np.flatnonzero(scene.has_part[home] & ~script.is_trailer)
        key = script.key[row]

        chance = self._chances(scene, script, row)
        drop_chance = np.minimum(chance * self.drops, 1.0)
        fails = scene.stream("fails").happens(key, chance)
        drops = scene.stream("drops").happens(key, drop_chance)
        is_hit = fails | drops
        return row[is_hit], fails[is_hit]

    def _chances(self, scene: Scene, script: Script, row: Ints) -> Floats:
        """The chance of each play to fail at its start."""
        sessions = scene.sessions.take(script.session[row])
        home, begin = sessions.home, sessions.start_ms
        chance = self.rate * scene.homes.network[home] / 1024.0

        is_on_phone = sessions.device >= FIRST_PHONE
        chance = np.where(is_on_phone, chance * self.on_phone, chance)

        outages = outages_around(scene.world, scene.day)
        region = scene.homes.region[home]
        strikes = outages.strikes(region, begin, begin + HOUR_MS)
        chance = np.where(strikes > 0, chance * self.in_outage, chance)
        return np.minimum(chance, 1.0)

    def propose(self, scene: Scene) -> Proposal | None:
        """What was given up yesterday is tried again, at about the same time."""
        day, given_up = scene.memo.get("given_up", (None, None))
        if day != scene.day - 1 or not len(given_up):
            return None
        _, first = np.unique(given_up.home, return_index=True)
        again = given_up.take(first)
        most_ms = round(self.tomorrow_hours * HOUR_MS)
        later = scene.stream("later").below(again.key, 2 * most_ms) - most_ms
        runtime = scene.world.catalogue.runtime_ms(again.work, again.episode)
        sessions = sit(
            scene,
            again.home,
            0,
            again.start_ms + DAY_MS + later,
            runtime + HOUR_MS,
            again.device,
            lead=again.lead,
            profile=again.profile,
        )
        plays = offer(
            scene,
            sessions,
            np.arange(len(again)),
            0,
            again.work,
            episode=again.episode,
            position_ms=again.position_ms,
            gap_ms=round(self.tomorrow_seconds * 1_000),
            source="resume",
        )
        return Proposal(("tried again",), sessions, plays)

    def _waits(self) -> Quantiles:
        return _waits(self.wait_seconds, self.wait_seconds_spread)

    def _for_tomorrow(self, scene: Scene, script: Script, row: Ints, at_ms: Ints) -> _GivenUp:
        """Those plays, of some that were given up, to which ordinary people come back."""
        is_meant = script.causes[row] == 0
        comes_back = scene.stream("tomorrow").happens(script.key[row], self.tomorrow)
        again = is_meant & comes_back
        plays = script.take(row[again])
        sessions = scene.sessions.take(plays.session)
        return _GivenUp(
            home=sessions.home,
            lead=sessions.lead,
            device=sessions.device,
            profile=sessions.profile,
            start_ms=sessions.start_ms,
            work=plays.work,
            episode=plays.episode,
            position_ms=plays.start_position_ms + at_ms[again],
            key=plays.key,
        )


def _drops_at(scene: Scene, key: Ints, playing_ms: Ints) -> Ints:
    """When a stream drops that has begun: at any time, but for the first seconds and the last."""
    latest = np.maximum(playing_ms - _SPARED_MS - _LAST_MS, 1)
    return _SPARED_MS + scene.stream("when").below(key, latest)


@cache
def _waits(seconds: float, spread: float) -> Quantiles:
    return Quantiles.lognormal_within(seconds * 1000, spread, 2_000, 20 * MINUTE_MS)
