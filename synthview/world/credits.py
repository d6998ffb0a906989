"""Closing credits: they begin at one place of a title, for everybody who watches it."""

from __future__ import annotations

from functools import cache, lru_cache

import numpy as np

from synthview.draws.chance import Stream
from synthview.draws.quantiles import Quantiles
from synthview.rows import Ints
from synthview.world import World
from synthview.world.catalogue_settings import CatalogueSettings

__all__ = ["credits_ms"]

_WHOLE = 1_000_000
_LONGEST = 0.088
"""No credits take more of a title: what ends in them counts as seen to its end."""


def credits_ms(world: World, work: Ints, runtime_ms: Ints) -> Ints:
    """How long the credits of each title run; all episodes of a series have the same share."""
    settings = world.scenario.of(CatalogueSettings)
    works = world.catalogue.works
    seed = world.scenario.run.seed
    spread = settings.credits_spread
    of_film = _of_all(seed, len(works), settings.credits_share, spread)
    of_episode = _of_all(seed, len(works), settings.episode_credits, spread)
    share = np.where(works.is_film[work], of_film[work], of_episode[work])
    return runtime_ms * share // _WHOLE


@lru_cache(maxsize=16)
def _of_all(seed: int, count: int, median: float, spread: float) -> Ints:
    """The share of each work of a catalogue, were they all alike films or series."""
    return Stream(seed, "world/credits").draw(np.arange(count), _shares(median, spread))


@cache
def _shares(median: float, spread: float) -> Quantiles:
    return Quantiles.lognormal(median, spread, high=_LONGEST, unit=_WHOLE)
