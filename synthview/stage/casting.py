"""The cast: which households a scenario gives its actors and faults by number.

A cast is of households that act: each has an act of its own in the window of the run when it is
simulated alone, with that actor or fault and no other. So who is in the cast follows from the
scenario and its seed, not from blocks, workers, files, or who else is switched on or off.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache

import numpy as np

from synthview.errors import InputError
from synthview.people.homes import Homes, furnish
from synthview.rows import Flags, Ints
from synthview.scenario import Scenario
from synthview.stage.actor import Actor, InHomes
from synthview.wording import counted
from synthview.world import World

__all__ = ["Acting", "check_cast", "named_households", "roles_of"]

Acting = Callable[[World, Mapping[str, Ints]], Mapping[str, Flags]]
"""Which of some households act for each actor and fault, in a world that has no others."""

MOST_TRIED = 4_096
"""Households that are simulated in search of one actor's or fault's; more would take too long."""
_LOOKED_AT = 4_096
_FARTHEST = 1 << 22
_IN_CASE, _FOR_EACH_FAILED = 24, 8
"""Further households that are tried at once, and for each that did not act."""
_SPARE = 2.0
"""How many times the households that should just do are advised, as they differ by chance."""


def named_households(world: World) -> Mapping[str, Ints]:
    """The households that the scenario's cast gives each actor and fault, absent ones too.

    They are the first that suit it and act in the window, or that merely suit it where the
    scenario asks for members; none is given twice. They do not depend on how many households a run
    has, so that a small run stays the beginning of a big one, nor on who is absent, so that all
    others stay where they are.
    """
    if world.scenario.cast and not world.cast:
        world.cast.update(_chosen(_Search(_alone(world.scenario), world)))
    return world.cast


def roles_of(scenario: Scenario) -> dict[str, InHomes]:
    """The actors and faults of the cast that homes can have, absent ones too."""
    every = {**scenario.actors, **scenario.faults, **scenario.absent}
    return {name: one for name in scenario.cast if isinstance(one := every[name], InHomes)}


def check_cast(world: World) -> None:
    """Raise InputError where the cast of a scenario does not fit the households of its run."""
    roles = roles_of(world.scenario)
    for name, wanted in world.scenario.cast.items():
        if name in world.scenario.absent:
            continue
        if name not in roles:
            raise InputError(
                f"cast.{name} asks for households, and {name} damages files, whosever rows are "
                f"in them. Set faults.{name}.rate instead."
            )
        _check_count(world, name, roles[name], wanted)


def _check_count(world: World, name: str, one: InHomes, wanted: int) -> None:
    """Raise InputError where fewer households of the run are found than are wanted."""
    count = world.scenario.run.households
    chosen = named_households(world)[name]
    fitting = int(np.count_nonzero(chosen < count))
    if fitting >= wanted:
        return
    if name in world.scenario.members:
        is_enough = len(chosen) == wanted
        farthest = f"it takes {int(chosen.max(initial=0)) + 1:,}"
        needed = farthest if is_enough else "there are not so many at all"
        raise InputError(
            f"cast.{name} asks for {wanted:,} households that suit it; "
            f"of {count:,} only {fitting:,} do, {needed}."
        )
    raise InputError(_none_acts(world, name, one, wanted, fitting))


def _none_acts(world: World, name: str, one: InHomes, wanted: int, found: int) -> str:
    """Why a cast is refused: how many suit, how many of them act, and what would help."""
    run = world.scenario.run
    looked_at = min(run.households, _LOOKED_AT)
    suited, taken = _suited(world, name, one, looked_at)
    has = f" ({taken:,} of them taken by others of the cast)" if taken else ""
    first, days = _window(world)
    window = f"{counted(days, 'day')} from {first}"
    return (
        f"cast.{name} asks for {wanted:,} households in which it acts in the {window}. "
        f"Of {looked_at:,} households {suited:,} suit it{has}, and it acts in {found:,}. "
        f"{_advice(world, name, one, wanted, found)} Or ask for members, whether "
        f"they act or not: --cast {name}={wanted}:members."
    )


def _suited(world: World, name: str, one: InHomes, looked_at: int) -> tuple[int, int]:
    """How many of the first households suit it, and how many of those others of the cast have."""
    suits = np.flatnonzero(one.suits(furnish(world, np.arange(looked_at, dtype=np.int64))))
    others = [rows for role, rows in named_households(world).items() if role != name]
    taken = np.isin(suits, np.concatenate([*others, np.zeros(0, np.int64)]))
    return len(suits), int(np.count_nonzero(taken))


def _window(world: World) -> tuple[str, int]:
    run = world.scenario.run
    return (run.cast_from or run.start).isoformat(), run.cast_days or run.days


def _advice(world: World, name: str, one: InHomes, wanted: int, found: int) -> str:
    if one.rate == 0:
        kind = "faults" if name in world.scenario.faults else "actors"
        return f"Its rate is 0: raise {kind}.{name}.rate."
    households = world.scenario.run.households
    if not found:
        return "Take more --households or more --days."
    enough = int(households * wanted * _SPARE / found) + 1
    return f"Some {float(f'{enough:.2g}'):,.0f} --households should do, or more --days."


# --- The search -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Search:
    """A search for a cast: two for the same cast are equal, whatever else their worlds have."""

    alone: Scenario
    world: World = field(compare=False)


def _alone(scenario: Scenario) -> Scenario:
    """The scenario with the actors and faults of its cast, none of them absent, and no others."""
    roles = roles_of(scenario)
    return replace(
        scenario,
        actors={name: one for name, one in roles.items() if isinstance(one, Actor)},
        faults={name: one for name, one in roles.items() if not isinstance(one, Actor)},
        cast={name: scenario.cast[name] for name in roles},
        without=(),
        absent={},
        claims=(),
        warnings=(),
    )


@lru_cache(maxsize=4)
def _chosen(search: _Search) -> Mapping[str, Ints]:
    """The households of a cast, found chunk by chunk of all households."""
    world = replace(search.world, scenario=search.alone, cast={})
    roles = _choosiest_first(world, roles_of(world.scenario))
    wanted = {name: world.scenario.cast[name] for name in roles}
    tries = {name: _Tries(MOST_TRIED) for name in roles if name not in world.scenario.members}
    chosen: dict[str, list[int]] = {name: [] for name in roles}
    for start in range(0, _FARTHEST, _LOOKED_AT):
        if not any(_goes_on(world, name, left, start, tries) for name, left in wanted.items()):
            break
        found = _of_chunk(world, start, roles, wanted, tries)
        for name, rows in found.items():
            chosen[name] += (start + rows).tolist()
            wanted[name] -= len(rows)
    return {name: np.array(found, dtype=np.int64) for name, found in chosen.items()}


@dataclass
class _Tries:
    """What is known of the households tried for one actor or fault: whether each acts."""

    left: int
    acts: dict[int, bool] = field(default_factory=dict)

    @property
    def failed(self) -> int:
        """How many do not act."""
        return list(self.acts.values()).count(False)


def _goes_on(
    world: World,
    name: str,
    left: int,
    start: int,
    tries: Mapping[str, _Tries],
) -> bool:
    """Whether households from a number on are still to be looked at for somebody of the cast.

    Who must act is sought among the households of the run alone.
    """
    if name not in tries:
        return left > 0
    return left > 0 and start < world.scenario.run.households and tries[name].left > 0


def _of_chunk(
    world: World,
    start: int,
    roles: Mapping[str, InHomes],
    wanted: Mapping[str, int],
    tries: Mapping[str, _Tries],
) -> dict[str, Ints]:
    """The rows that each of the cast gets of the homes of a chunk, which begins with a number.

    Whoever is not tried yet is taken to act; then those are tried, until nobody is left to try.
    """
    homes = furnish(world, np.arange(start, start + _LOOKED_AT, dtype=np.int64))
    suits = {name: one.suits(homes) for name, one in roles.items()}
    for name in tries:
        suits[name] &= homes.household < world.scenario.run.households
    while True:
        rows = _first_that_suit(homes, suits, wanted, tries)
        untried = {name: _untried(homes, suits[name], rows[name], tries[name]) for name in tries}
        if not any(map(len, untried.values())):
            return {name: _sure(homes, found, tries.get(name)) for name, found in rows.items()}
        assert world.acting is not None
        for name, acts in world.acting(world, untried).items():
            tried = zip(untried[name].tolist(), acts.tolist(), strict=True)
            tries[name].acts.update(tried)
            tries[name].left -= len(untried[name])


def _first_that_suit(
    homes: Homes,
    suits: Mapping[str, Flags],
    wanted: Mapping[str, int],
    tries: Mapping[str, _Tries],
) -> dict[str, Ints]:
    """The first homes that suit each of the cast, as many as wanted, none given twice."""
    taken = np.zeros(len(homes), dtype=bool)
    found = {}
    for name, suit in suits.items():
        free = suit & ~taken
        if name in tries:
            free &= ~np.isin(homes.household, _idle(tries[name]))
        rows = np.flatnonzero(free)[: wanted[name]]
        taken[rows] = True
        found[name] = rows
    return found


def _sure(homes: Homes, rows: Ints, tries: _Tries | None) -> Ints:
    """Those of some rows that are known to act, where they must; none were tried after too many."""
    if tries is None:
        return rows
    acts = [tries.acts.get(household, False) for household in homes.household[rows].tolist()]
    return rows[np.array(acts, dtype=bool)]


def _idle(tries: _Tries) -> list[int]:
    return [household for household, acts in tries.acts.items() if not acts]


def _untried(homes: Homes, suits: Flags, rows: Ints, tries: _Tries) -> Ints:
    """Households to try next: those chosen, and others after the first turn, in case they fail.

    A turn takes about as long for many as for one. None are left once there were too many.
    """
    known = list(tries.acts)
    chosen = homes.household[rows]
    new = chosen[~np.isin(chosen, known)]
    if not len(new):
        return new
    more = _IN_CASE + _FOR_EACH_FAILED * tries.failed if known else 0
    others = homes.household[suits]
    others = others[~np.isin(others, [*known, *new.tolist()])]
    new = np.concatenate([new, others[:more]])
    return new[: max(tries.left, 0)]


def _choosiest_first(world: World, roles: Mapping[str, InHomes]) -> dict[str, InHomes]:
    """The cast in another order: those that few homes suit first."""
    sample = furnish(world, np.arange(_LOOKED_AT, dtype=np.int64))
    suited = {name: int(np.count_nonzero(one.suits(sample))) for name, one in roles.items()}
    order = sorted(roles, key=lambda name: (suited[name], name))
    return {name: roles[name] for name in order}
