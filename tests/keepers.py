"""A small world in which very many keep to one of few films, so that a few hundred homes have every kind of them."""

from __future__ import annotations

from functools import cache

from synthview.claims.question import Question, ask
from synthview.registry import ACTORS, FAULTS, installed
from synthview.scenario import load
from synthview.scenario.settings import settings_of

__all__ = ["ENDS", "RAISED", "at_the_end", "raised"]

RAISED: dict[str, object] = {
    "actors.shared_account.rate": 0.0,  # of so few films guests would fill all days with one by chance
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


ENDS = ("low", "high", "least", "most")
"""Where settings may lie: at both ends of what is plausible, and of what is allowed."""


def at_the_end(end: str) -> dict[str, float]:
    """Every number of actors and faults at one end of its range; how common they are stays as it is."""
    declared = {
        **{f"actors.{name}": installed().actors[name] for name in ACTORS},
        **{f"faults.{name}": installed().faults[name] for name in FAULTS},
    }
    return {
        f"{path}.{name}": {"low": one.low, "high": one.high, "least": one.allowed[0], "most": one.allowed[1]}[end]
        for path, section in declared.items()
        for name, one in settings_of(section).items()
        if one.allowed is not None and name != "rate"
    }  # fmt: skip


@cache
def raised(seed: int = 1, end: str = "") -> Question:
    """Who watched the film on each of six days, in that world; with an `end`, with all settings of actors there."""
    ends = (
        {
            path: value
            for path, value in at_the_end(end).items()
            if path.startswith("actors.") and path.split(".")[1] not in installed().named_only
        }
        if end
        else {}
    )
    return ask(load("christmas-prince", installed(), {**ends, **RAISED, "run.seed": seed}))
