"""Trailers start by themselves while somebody browses on a television."""

from __future__ import annotations

from functools import cache

import numpy as np

from synthview.draws.chance import portion, shares_of
from synthview.draws.quantiles import Quantiles
from synthview.rows import Ints
from synthview.scenario.settings import GUESS, curve, number, section, shares
from synthview.stage.actor import Actor
from synthview.stage.proposals import Proposal, insert
from synthview.stage.scene import Scene
from synthview.stage.script import Script
from synthview.stage.spans import anywhere, limits
from synthview.tables import DEVICE_TYPES
from synthview.world.clock import MINUTE_MS
from synthview.world.popularity import ADULTS, FILMS, FRESH, KIDS, SERIES

__all__ = ["AutoplayPreviews"]

_TELEVISIONS = np.isin(np.array(DEVICE_TYPES), ["tv", "console", "stick"])
_SHORTEST_MS, _LONGEST_MS = 10_000, 2 * MINUTE_MS
"""No trailer is meant to run shorter or longer."""
_STEPS_ON_MS = 4_000
"""The least time left after a trailer, to wait for its picture and to press something."""
_LEAST_MS = 2_000
"""Where there is hardly time, a trailer runs for this long all the same."""
_KINDS = {"fresh": FRESH, "films": FILMS, "series": SERIES}


@section
class AutoplayPreviews(Actor):
    """Trailers play while somebody browses.

    On televisions a trailer begins a second or more after the cursor rests on a title. Often it is
    for what is then chosen, else for something new. It runs for 10 seconds to two minutes within
    the time spent choosing, half attended. It is a play of its own, never one of the film. On a
    profile for kids, and where something is chosen for a child who is there, it is for kids too.
    """

    of_homes = False
    picks_anew = True
    tells = ("the title is a trailer", "nobody pressed play", "started from a preview")

    rate: float = number(
        0.12,
        unit="per title chosen on a television",
        allowed=(0, 1),
        low=0.03,
        high=0.45,
        source=GUESS,
        scale="logit",
        about=(
            "Before how many a trailer runs long enough to count. From 2017 on most stops on a "
            "title began one after a second or two, but most are left at once, and there must be "
            "15 seconds of browsing."
        ),
    )
    seconds: float = number(
        28,
        unit="seconds",
        allowed=(10, 120),
        low=15,
        high=50,
        source=GUESS,
        scale="log",
        about="Median time that such a trailer runs.",
    )
    seconds_spread: float = number(
        0.7, unit="log sd", allowed=(0, 2), low=0.4, high=1, source=GUESS,
        about="Spread of that time.",
    )  # fmt: skip
    rests_seconds: tuple[float, ...] = curve(
        [1, 3], unit="seconds, from and to", source=GUESS,
        about="How long the cursor rests on a title until its trailer begins.",
    )  # fmt: skip
    of_the_chosen: float = number(
        0.35, unit="share of trailers", allowed=(0, 1), low=0.15, high=0.6, source=GUESS,
        scale="logit", about="Trailers that are for the title that is then started.",
    )  # fmt: skip
    of_others: dict[str, float] = shares(
        {"fresh": 0.5, "films": 0.25, "series": 0.25}, source=GUESS,
        about="What the others are for: what has just appeared, or what people like.",
    )  # fmt: skip

    def propose(self, scene: Scene) -> Proposal | None:
        """A trailer before some of the titles that people choose, within the time they browse."""
        before = self._chosen(scene)
        work = self._advertised(scene, before)
        found = work >= 0
        if not found.any():
            return None
        trailers = self._trailers(scene, before[found], work[found])
        return Proposal(("ran a preview",), inserted=trailers)

    def _chosen(self, scene: Scene) -> Ints:
        """Plays chosen on a television, with time enough before them, that a trailer precedes."""
        plays, sessions = scene.plays, scene.sessions
        least_rest, _ = limits(self.rests_seconds, 1_000)
        has_time = plays.gap_ms >= _SHORTEST_MS + _STEPS_ON_MS + least_rest
        row = np.flatnonzero(has_time)
        session = plays.session[row]
        home = sessions.home[session]
        device_type = scene.homes.device_type[home, sessions.device[session]]
        row = row[scene.has_part[home] & _TELEVISIONS[device_type]]
        runs = scene.stream("runs").happens(plays.key[row], min(self.rate, 1.0))
        return row[runs]

    def _trailers(self, scene: Scene, before: Ints, work: Ints) -> Script:
        """How long each runs: the cursor rests, looks on after it, and moves on in time."""
        key = scene.plays.key[before]
        draws = scene.stream("times")
        rest = anywhere(draws, key, self.rests_seconds, 1_000)
        room = scene.plays.gap_ms[before] - rest - _STEPS_ON_MS
        wanted = draws.draw(key, _seconds(self.seconds, self.seconds_spread), n=1)
        playing = np.minimum(wanted, np.maximum(room, _LEAST_MS))
        spare = np.maximum(room - playing, 0)
        looks = draws.below(key, spare + 1, n=2)
        attended = portion(draws.bits(key, n=3), playing + 1)
        return insert(
            scene,
            before,
            work,
            playing_ms=playing,
            gap_ms=looks + rest,
            source="preview",
            is_trailer=True,
            borrows=True,
            pressed=False,
            attended_ms=attended,
        )

    def _advertised(self, scene: Scene, before: Ints) -> Ints:
        """Whose trailer it is: that of the play itself, or something new or liked; -1: none."""
        plays, sessions = scene.plays, scene.sessions
        key = plays.key[before]
        session = plays.session[before]
        home = sessions.home[session]
        audience = np.where(scene.is_for_kids(before), KIDS, ADULTS)

        draws = scene.stream("titles")
        kinds = np.array([_KINDS[name] for name in self.of_others])
        kind = kinds[draws.pick(key, shares_of(tuple(self.of_others.values())))]
        other = scene.popular(draws.bits(key, n=1), home, kind, audience)
        is_of_the_chosen = draws.happens(key, self.of_the_chosen, n=2)
        return np.where(is_of_the_chosen, plays.work[before], other)


@cache
def _seconds(median: float, spread: float) -> Quantiles:
    return Quantiles.lognormal_within(median * 1000, spread, _SHORTEST_MS, _LONGEST_MS)
