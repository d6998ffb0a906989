"""Leanings: how profiles differ in what they do often and what seldom."""

from __future__ import annotations

from functools import cache

import numpy as np

from synthview.draws.arithmetic import exp, normal_quantile
from synthview.draws.chance import Stream
from synthview.rows import Flags, Floats, Ints
from synthview.viewing.persons import standard_normal
from synthview.viewing.settings import ChoosingSettings
from synthview.world import World

__all__ = ["LEANINGS", "lean", "leanings_of", "sees_films_in_pieces"]

LEANINGS = ("tries", "gives_up", "leaves", "searches", "lets_it_come", "sits_through", "returns")
"""What profiles differ in: each has a place of its own on every one of these scales."""
_WHOLE = 1 << 40
"""Shares are summed as whole parts, which is the same in any order."""
_POINTS, _HALVINGS, _FARTHEST = 512, 60, 60.0
"""How finely a mean over profiles is summed up; how finely, and how far out, it is looked for."""


def leanings_of(world: World, profile: Ints) -> Floats:
    """Where each profile stands, in logits away from the middle: (leaning, profile)."""
    spread = world.scenario.of(ChoosingSettings).leanings_spread
    streams = [
        Stream(world.scenario.run.seed, f"viewing/profiles/leanings/{one}") for one in LEANINGS
    ]
    return spread * np.stack([standard_normal(stream, profile) for stream in streams])


def lean(settings: ChoosingSettings, share: float, away: Floats) -> Floats:
    """A share as some profiles have it, that many logits away; over all the mean is the share."""
    if not 0.0 < share < 1.0:
        return np.full_like(away, share)
    return _shares(_middle(share, settings.leanings_spread) + away)


def _shares(logits: Floats) -> Floats:
    return np.asarray(1.0 / (1.0 + exp(-logits)))


@cache
def _middle(mean: float, spread: float) -> float:
    """The logit around which shares that differ so much have a mean, found by halving."""
    away = spread * normal_quantile((np.arange(_POINTS) + 0.5) / _POINTS)
    low, high = -_FARTHEST, _FARTHEST
    for _ in range(_HALVINGS):
        middle = (low + high) / 2.0
        parts = (_WHOLE * _shares(middle + away)).astype(np.int64)
        is_above = int(parts.sum()) > mean * _POINTS * _WHOLE
        low, high = (low, middle) if is_above else (middle, high)
    return (low + high) / 2.0


def sees_films_in_pieces(world: World, profile: Ints) -> Flags:
    """Which profiles' people see films in pieces, over as many evenings as it takes."""
    share = world.scenario.of(ChoosingSettings).sees_films_in_pieces
    return Stream(world.scenario.run.seed, "viewing/profiles/in_pieces").happens(profile, share)
