"""Two actors that do other things to the same plays at the same instants come out alike in whatever order they are named."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from synthview.checks.contract import Trial
from synthview.checks.sameness import cannot_see_who_comes_first
from synthview.scenario import Registry
from synthview.scenario.settings import GUESS, number, section
from synthview.stage.actor import Actor
from synthview.stage.edits import Attends, Breaks, Dozes, Edits, Presses, Routes
from synthview.stage.scene import Scene
from synthview.stage.script import Script
from synthview.world.clock import HOUR_MS, MINUTE_MS


@section
class LeftHand(Actor):
    """A hand that jumps, breaks, nods off and hides, always at the same instants.

    In every play of its homes.
    """

    tells = ("at one minute, three and five",)
    rate: float = number(
        0.9, unit="share of homes", allowed=(0, 1), low=0.1, high=0.95, source=GUESS, about="How many homes have it.",
    )  # fmt: skip

    @property
    def is_left(self) -> bool:
        """Which of the two it is."""
        return True

    def meddle(self, scene: Scene, script: Script) -> Edits | None:
        """Every play of its homes; breaks only some, so that the others go on to nod off."""
        play = np.flatnonzero(
            scene.has_part[scene.sessions.home[script.session]]
            & (script.playing_ms > 9 * MINUTE_MS)
        )
        zero, number_ = np.zeros_like(play), 1 if self.is_left else 2
        broken = play[script.key[play] % 4 == 0]
        none = np.zeros_like(broken)
        start = scene.sessions.start_ms[script.session[play]]
        return Edits(
            "meddled",
            presses=Presses(
                play,
                zero + MINUTE_MS,
                zero + number_ * 700,
                zero + (600_000 if self.is_left else -20_000),
            ),
            breaks=Breaks(
                broken,
                none + 3 * MINUTE_MS,
                none + number_,
                none + number_,
                none + number_ * 9_000,
                none > 0,
            ),
            attends=Attends.least(play, present_ms=number_ * HOUR_MS),
            dozes=Dozes(play, zero + 5 * MINUTE_MS, start + number_ * HOUR_MS),
            routes=Routes(script.session[play], zero + number_),
        )


@section
class RightHand(LeftHand):
    """The other hand, which knows nothing of what that one does.

    In every play of its homes.
    """

    @property
    def is_left(self) -> bool:
        """It is not."""
        return False


@dataclass(frozen=True)
class BothHands(Trial):
    """A trial in which both are installed."""

    @cached_property
    def registry(self) -> Registry:
        """What is installed, with both."""
        known = Trial(LeftHand).registry
        return replace(known, actors={**known.actors, "right_hand": RightHand})


def test_two_hands_at_one_instant_come_out_alike() -> None:
    """Jumps, breaks, naps and exits of one instant: whoever is named first, every byte is the same."""
    trial = BothHands(LeftHand, stated={"actors.right_hand.rate": 0.9})
    acts = trial.in_short.whole.inside["truth.incidents"]
    assert acts.filter(actor="left_hand").height > 50
    assert acts.filter(actor="right_hand").height > 50
    assert cannot_see_who_comes_first(trial) == []
