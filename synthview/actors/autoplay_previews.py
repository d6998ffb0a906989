"""Trailers start by themselves while somebody browses on a television, and run until they move on."""

from __future__ import annotations

from functools import cache

import numpy as np

from synthview.draws.chance import portion
from synthview.draws.quantiles import Quantiles
from synthview.people.homes import PROFILES
from synthview.rows import Ints
from synthview.scenario.settings import GUESS, number, section
from synthview.stage.actor import Actor
from synthview.stage.proposals import Proposal, insert
from synthview.stage.scene import Scene
from synthview.tables import DEVICE_TYPES
from synthview.world.clock import MINUTE_MS
from synthview.world.popularity import ADULTS, FILMS, FRESH, KIDS, SERIES

__all__ = ["AutoplayPreviews"]

_TELEVISIONS = np.isin(np.array(DEVICE_TYPES), ["tv", "console", "stick"])
_SHORTEST_MS, _LONGEST_MS = 10_000, 2 * MINUTE_MS
_STEPS_ON_MS = 4_000
"""Time that is left after a trailer at least, to wait for its picture and to press something."""
_OF_THE_CHOSEN = 0.35
"""Of trailers, how many are for the title that is then started (guess)."""
_KINDS = np.array([FRESH, FRESH, FILMS, SERIES])


@section
class AutoplayPreviews(Actor):
    """Trailers play while somebody browses.

    On televisions a trailer begins a second or more after the cursor rests on a title. Often it is
    for what is then chosen, else for something new. It runs for 10 seconds to two minutes within
    the time spent choosing, half attended, and counts as a play of its own, never as one of the film.
    """

    of_homes = False
    picks_anew = True
    tells = ("the title is a trailer", "nobody pressed play", "started from a preview")

    rate: float = number(
        0.12, unit="per title chosen on a television", allowed=(0, 1), low=0.03, high=0.45, source=GUESS, scale="logit",
        about="Before how many a trailer runs long enough to count. From 2017 on most stops on a title began one after a "
        "second or two, but most are left at once, and there must be 15 seconds of browsing.",
    )
    seconds: float = number(
        28, unit="seconds", allowed=(10, 120), low=15, high=50, source=GUESS, scale="log",
        about="Median time that such a trailer runs.",
    )  # fmt: skip

    def propose(self, scene: Scene) -> Proposal | None:
        """A trailer before some of the titles that people choose, within the time they browse."""
        plays, sessions = scene.plays, scene.sessions
        roomy = np.flatnonzero(plays.gap_ms >= _SHORTEST_MS + _STEPS_ON_MS + 1_000)
        session = plays.session[roomy]
        home = sessions.home[session]
        kind = scene.homes.device_type[home, sessions.device[session]]
        roomy = roomy[scene.has_part[home] & _TELEVISIONS[kind]]
        before = roomy[scene.stream("runs").happens(plays.key[roomy], min(self.rate, 1.0))]
        work = _advertised(scene, before)
        before, work = before[work >= 0], work[work >= 0]
        if not len(before):
            return None
        key, draws = plays.key[before], scene.stream("times")
        rest = 1_000 + draws.below(key, 2_000)
        room = plays.gap_ms[before] - rest - _STEPS_ON_MS
        playing = np.minimum(draws.draw(key, _seconds(self.seconds), n=1), np.maximum(room, 2_000))
        looks = draws.below(key, np.maximum(room - playing, 0) + 1, n=2)
        attended = portion(draws.bits(key, n=3), playing + 1)
        trailers = insert(
            scene, before, work, playing_ms=playing, gap_ms=looks + rest, source="preview",
            is_trailer=True, borrows=True, pressed=False, attended_ms=attended,
        )  # fmt: skip
        return Proposal(("ran a preview",), inserted=trailers)


def _advertised(scene: Scene, before: Ints) -> Ints:
    """Whose trailer runs before each play: that of the play itself, or of something new or liked; -1 for none."""
    plays, sessions = scene.plays, scene.sessions
    key, session = plays.key[before], plays.session[before]
    home = sessions.home[session]
    audience = np.where(scene.memory.is_for_kids[home * PROFILES + sessions.profile[session]], KIDS, ADULTS)
    draws = scene.stream("titles")
    kind = _KINDS[draws.below(key, len(_KINDS))]
    other = scene.popular(draws.bits(key, n=1), home, kind, audience)
    return np.where(draws.happens(key, _OF_THE_CHOSEN, n=2), plays.work[before], other)


@cache
def _seconds(median: float) -> Quantiles:
    return Quantiles.lognormal(median * 1000, 0.7, low=_SHORTEST_MS, high=_LONGEST_MS)
