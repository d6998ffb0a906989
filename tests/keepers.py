"""A small world in which very many keep to one of few films, so that a few hundred homes have every kind of them."""

from __future__ import annotations

from functools import cache

from synthview.claims.question import Question, ask
from synthview.registry import installed
from synthview.scenario import load

__all__ = ["RAISED", "raised"]

RAISED: dict[str, object] = {
    "catalogue.film_count": 40,
    "catalogue.series_count": 20,
    "run.warm_up_days": 9,
    "run.days": 12,
    'claims."53 people".days': 6,
    'claims."53 people".last': "2017-11-28",
    'titles."A Christmas Prince".popularity_rank': 3,
    "actors.background_tv.rate": 0.6,
    "actors.child_on_loop.rate": 0.9,
    "actors.devoted_fan.rate": 0.5,
    "actors.empty_room_protest.rate": 0.4,
    "actors.public_screen.rate": 0.2,
}


@cache
def raised(seed: int = 1) -> Question:
    """Who watched the film on each of six days, in that world."""
    return ask(load("christmas-prince", installed(), {**RAISED, "run.seed": seed}))
