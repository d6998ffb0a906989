"""Which actors and faults take part in a run: those to keep, and those to leave out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from synthview.errors import InputError, UnknownName
from synthview.registry import installed
from synthview.scenario import Scenario

__all__ = [
    "KEEP_OR_LEAVE",
    "all_known",
    "check_names",
    "kinds_known",
    "left_out",
    "on_request",
    "others_than",
]


KEEP_OR_LEAVE = (
    "--only and --without exclude each other: --only leaves out all that it does not name."
)


def kinds_known() -> dict[str, Mapping[str, type]]:
    """All actors and all faults, by the words for them."""
    return {"actors": installed().actors, "faults": installed().faults}


def all_known() -> list[str]:
    """The names of all actors and faults."""
    return [name for known in kinds_known().values() for name in known]


def check_names(option: str, names: Iterable[str], known: Sequence[str]) -> None:
    """Raise UnknownName for the first name of an option that is not known."""
    for name in names:
        if name not in known:
            raise UnknownName("actor or fault", name, known, option)


def others_than(only: Sequence[str] | None) -> list[str]:
    """Every actor and fault but those that are to stay."""
    if only is None:
        return []
    check_names("--only", only, all_known())
    return [name for name in all_known() if name not in only]


def on_request(only: Sequence[str] | None) -> list[tuple[str, str]]:
    """Those to stay that a scenario has only if it names them, with their section."""
    wanted = installed().named_only & frozenset(only or ())
    return [
        (kind, name) for kind, known in kinds_known().items() for name in known if name in wanted
    ]


def left_out(scenario: Scenario, without: Sequence[str], only: Sequence[str] | None) -> list[str]:
    """Names of the actors and faults that `without` and `only` leave out; refuses both at once."""
    if without and only is not None:
        raise InputError(KEEP_OR_LEAVE)
    playing = {*scenario.actors, *scenario.faults}
    others = [name for name in others_than(only) if name in playing]
    for name in only or ():
        if name not in playing:
            raise InputError(f"{name} is off in {scenario.name} already, so --only cannot keep it.")
    return [*without, *others]
