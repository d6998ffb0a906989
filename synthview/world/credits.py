"""Closing credits: they begin at one place of a title, for everybody who watches it."""

from __future__ import annotations

from functools import cache

import numpy as np

from synthview.draws.chance import Stream
from synthview.draws.quantiles import Quantiles
from synthview.rows import Ints
from synthview.world import World
from synthview.world.settings import CatalogueSettings

__all__ = ["credits_ms"]

_WHOLE = 1_000_000
_LONGEST = 0.088
"""No credits take more of a title: what ends in them counts as seen to its end."""


def credits_ms(world: World, work: Ints, runtime_ms: Ints) -> Ints:
    """How long the credits of each title run; all episodes of a series have the same share."""
    settings = world.scenario.of(CatalogueSettings)
    stream = Stream(world.scenario.run.seed, "world/credits")
    of_film = stream.draw(work, _shares(settings.credits_share, settings.credits_spread))
    of_episode = stream.draw(work, _shares(settings.episode_credits, settings.credits_spread))
    share = np.where(world.catalogue.works.is_film[work], of_film, of_episode)
    return runtime_ms * share // _WHOLE


@cache
def _shares(median: float, spread: float) -> Quantiles:
    return Quantiles.lognormal(median, spread, high=_LONGEST, unit=_WHOLE)
