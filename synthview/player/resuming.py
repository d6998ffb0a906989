"""Resuming: where the player goes on with a title that was left before."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from synthview.draws.chance import Stream
from synthview.player.settings import PlayerSettings
from synthview.rows import Ints
from synthview.stage.script import Script
from synthview.world import World

__all__ = ["resumed", "taken_up_at"]


def resumed(world: World, script: Script) -> Script:
    """A script whose plays from within a title begin a little before where it was left.

    They end where they were meant to.
    """
    meant = script.start_position_ms
    start = taken_up_at(world, script.key, meant)
    return replace(
        script,
        start_position_ms=start,
        playing_ms=script.playing_ms + meant - start,
    )


def taken_up_at(world: World, key: Ints, position_ms: Ints) -> Ints:
    """The keyframe at which each play takes up a title that was left at a position.

    It lies some seconds before that, so that people find their way back.
    """
    settings = world.scenario.of(PlayerSettings)
    most = int(settings.resume_back_seconds * 1000)
    keyframe = settings.keyframe_ms
    back = Stream(world.scenario.run.seed, "player/resume").below(key, most + 1)
    start = np.maximum(position_ms - back, 0)
    return start // keyframe * keyframe
