"""What comes by itself: the countdown to the next episode, and who is asked whether they watch."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np

from synthview.draws.chance import Stream
from synthview.draws.quantiles import Quantiles
from synthview.player.attempts import Attempts
from synthview.player.presses import Marks
from synthview.player.settings import PlayerSettings
from synthview.rows import Flags, Ints
from synthview.world import World
from synthview.world.clock import MINUTE_MS

__all__ = ["answer_ms", "ask", "countdown_ms"]


def ask(world: World, script: Attempts, marks: Marks) -> tuple[Attempts, Marks]:
    """Ask who is there after some episodes without a press, and add the countdowns of autoplay.

    Ordinary viewers answer after a few seconds, and the next episode then counts as pressed. Where
    nobody answers nothing more comes until somebody presses something.
    """
    settings = world.scenario.of(PlayerSettings)
    most = settings.episodes_until_prompt
    goes_on = script.autoplayed & ~script.borrows
    is_there = script.hands_off_ms > 0
    is_asked = _since_press(goes_on) % most == 0
    answers = goes_on & is_there & is_asked
    unanswered = _since_press(goes_on & ~answers)

    waits_ms = countdown_ms(world, script.key) + np.where(answers, answer_ms(world, script.key), 0)
    script = replace(
        script,
        gap_ms=np.where(goes_on, waits_ms, script.gap_ms),
        autoplayed=script.autoplayed & ~answers,
        pressed=script.pressed | answers,
    )
    comes = is_there | (unanswered < most)
    if comes.all():
        return script, marks
    return script.take(comes), marks.of(np.flatnonzero(comes), len(comes))


def countdown_ms(world: World, key: Ints) -> Ints:
    """From the end of an episode to the request for each that comes by itself: count, then load."""
    settings = world.scenario.of(PlayerSettings)
    loads = _times(settings.autoplay_load_seconds, settings.autoplay_load_spread, 5)
    load_ms = Stream(world.scenario.run.seed, "player/autoplay/load").draw(key, loads)
    return int(settings.autoplay_seconds * 1000) + load_ms


def answer_ms(world: World, key: Ints) -> Ints:
    """Until somebody says that they are still watching."""
    settings = world.scenario.of(PlayerSettings)
    answers = _times(settings.prompt_answer_seconds, settings.prompt_answer_spread, 700)
    return Stream(world.scenario.run.seed, "player/prompt/answer").draw(key, answers)


@cache
def _times(median_seconds: float, spread: float, least_ms: int) -> Quantiles:
    return Quantiles.lognormal_within(median_seconds * 1000, spread, least_ms, 3 * MINUTE_MS)


def _since_press(goes_on: Flags) -> Ints:
    """How many plays went on without a press up to each, itself included; 0 for one pressed."""
    number = np.arange(len(goes_on))
    pressed = np.maximum.accumulate(np.where(goes_on, 0, number))
    return number - pressed
