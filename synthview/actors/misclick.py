"""The wrong title was started, and left at once."""

from __future__ import annotations

import numpy as np

from synthview.quantiles import Quantiles
from synthview.settings import GUESS, number, section
from synthview.stage.actor import Actor
from synthview.stage.proposals import Proposal, insert
from synthview.stage.scene import Scene
from synthview.world.popularity import ADULTS, FILMS, KIDS

__all__ = ["Misclick"]

_NOTICED = Quantiles.lognormal(14_000, 0.9, low=1_500, high=120_000)
"""Until the error is noticed: median 14 seconds, at most two minutes (guess)."""
_CONTINUES = 0.6


@section
class Misclick(Actor):
    """The wrong title was started, and left at once.

    Somebody means to choose and the focus lies one picture off; most often it is what "continue
    watching" shows first. Within seconds to two minutes it is noticed, and what was meant follows.
    """

    of_homes = False
    tells = ("a play of seconds just before another in the same sitting",)

    rate: float = number(
        0.02,
        unit="share of presses that choose a title",
        allowed=(0, 1),
        low=0.005,
        high=0.06,
        source=GUESS,
        scale="logit",
        about="Choices that are preceded by a wrong one.",
    )

    def propose(self, scene: Scene) -> Proposal | None:
        """A short play before some plays that people chose."""
        plays, sessions = scene.plays, scene.sessions
        row = np.flatnonzero(~plays.autoplayed & scene.has_part[sessions.home[plays.session]])
        row = row[scene.stream("misses").happens(plays.key[row], self.rate)]
        session = plays.session[row]
        home, profile, key = sessions.home[session], sessions.profile[session], plays.key[row]
        going, episode, position = scene.under_way(home, profile)
        audience = np.where(profile == scene.homes.kids_profile[home], KIDS, ADULTS)
        beside = scene.popular(scene.stream("beside").bits(key), home, FILMS, audience)
        continues = (going >= 0) & scene.stream("continues").happens(key, _CONTINUES)
        work = np.where(continues, going, beside)
        wrong = np.flatnonzero((work >= 0) & (work != plays.work[row]))
        if not len(wrong):
            return None
        key = key[wrong]
        made = insert(
            scene, row[wrong], work[wrong], episode=np.where(continues, episode, 0)[wrong],
            position_ms=np.where(continues, position, 0)[wrong],
            playing_ms=scene.stream("noticed").draw(key, _NOTICED),
            gap_ms=2_000 + scene.stream("gap").below(key, 20_000), source="resume",
        )  # fmt: skip
        return Proposal(("missed the right one",), inserted=made)
