"""The formats of real viewing data that this installation knows.

One of our own is a module of `synthview.formats`, found by the name of its file. Other packages
bring theirs by entry points of the group ``synthview.formats``. Each is imported on use.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from importlib.metadata import EntryPoint
from pkgutil import iter_modules
from typing import cast

from synthview import formats as ours
from synthview.errors import InputError, UnknownName
from synthview.formats.making.form import RealFormat, name_of
from synthview.outside.packages import Brought, entry_points_of, loaded, package_of
from synthview.sinks.formats import FORMATS

__all__ = ["real_format", "real_formats"]


@cache
def real_formats() -> Mapping[str, Brought]:
    """Return the formats by name; imports none. A name of ours stays ours."""
    others: dict[str, list[Brought]] = {}
    for point in entry_points_of("formats"):
        brought = Brought(point, package_of(point))
        others.setdefault(point.name, []).append(brought)
    known = {name: _single(found) for name, found in others.items()}
    for name in FORMATS:
        known.pop(name, None)
    for module in _modules():
        one = _own(module)
        known[one.name] = one
    return dict(sorted(known.items()))


def real_format(name: str, also: Iterable[str] = ()) -> type[RealFormat]:
    """Import a format by its name; `also` are names that an error lists beside ours.

    Raises UnknownName for one that nobody brings, InputError for one that cannot be used.
    """
    known = real_formats()
    if name not in known:
        raise UnknownName("format", name, [*known, *also])
    found = cast("type[RealFormat]", loaded(known[name], (RealFormat,), name_of))
    if not found.tables:
        raise InputError(f"{name} of {known[name].package} does not say which tables it reads.")
    return found


def _modules() -> list[str]:
    return [one.name for one in iter_modules(ours.__path__) if not one.ispkg]


def _own(module: str) -> Brought:
    """Where a module has its class: ``netflix_history`` has `NetflixHistory`."""
    words = module.split("_")
    place = f"{ours.__name__}.{module}:{''.join(word.capitalize() for word in words)}"
    return Brought(EntryPoint("-".join(words), place, ours.__name__), "synthview")


def _single(found: list[Brought]) -> Brought:
    """The only one of a name; of several none can be used."""
    first = min(found, key=lambda one: one.package)
    if len(found) == 1:
        return first
    packages = " and ".join(sorted(one.package for one in found))
    why = f"The format {first.name} is brought more than once, by {packages}. Remove all but one."
    return Brought(first.point, first.package, why)
