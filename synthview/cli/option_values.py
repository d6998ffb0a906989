"""Reads what was typed after an option: settings, names, casts, homes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from synthview.cli.running import whole
from synthview.errors import InputError, SettingError, UnknownName, shortened

__all__ = [
    "assignments",
    "cast_of",
    "homes_of_kind",
    "household_range_of",
    "households_of",
    "ids_form",
    "names_of",
    "typed",
]


def typed(path: Path | None, option: str) -> Path | None:
    """Read the path of an option that may be left out, with its `~` expanded."""
    from synthview.outside.paths import typed_path

    return None if path is None else typed_path(path, option)


def assignments(stated: Sequence[str] | None) -> dict[str, str]:
    """Read ``--set`` options: ``["run.days=5"]`` is ``{"run.days": "5"}``; the last one counts."""
    read: dict[str, str] = {}
    for one in stated or ():
        path, sign, value = one.partition("=")
        if not sign:
            raise SettingError(
                f"--set takes PATH=VALUE, such as --set run.days=5; this is '{shortened(one)}'."
            )
        read[path.strip()] = value
    return read


def homes_of_kind(
    country: str | None, household_type: str | None, plan: str | None, set_: Sequence[str] | None
) -> Mapping[str, Any]:
    """Read ``--country DE --household-type couple --plan premium`` as settings, beside ``--set``.

    Raises InvalidChoice for a word that is none, SettingError where --set has the same setting.
    """
    from synthview.engines.some_homes import homes_of_one

    return homes_of_one(country, household_type, plan, assignments(set_), "--")


def ids_form(stated: str | None) -> str:
    """The form in which a command prints ids: as was asked, or whole numbers."""
    from synthview.sinks.id_forms import ID_FORMS

    if stated is not None and stated not in ID_FORMS:
        raise UnknownName("form of ids", stated, ID_FORMS, "--ids")
    return stated or "int"


def names_of(
    stated: str | None, option: str = "--only", kind: str = "actor or fault"
) -> list[str] | None:
    """Read a list of names such as ``cat_on_remote,late_arrivals``; refuse an empty one.

    `kind` is what is named, in the words of the refusal.
    """
    if stated is None:
        return None
    names = [name.strip() for name in stated.split(",") if name.strip()]
    if not names:
        raise SettingError(
            f"{option} names no {kind}: it is '{shortened(stated)}'. Name some, or leave it away."
        )
    return names


def cast_of(stated: str | None) -> dict[str, int | str]:
    """Read ``--cast reseller=2,child_on_loop=3:members``."""
    read: dict[str, int | str] = {}
    for one in names_of(stated, "--cast") or ():
        name, sign, count = (part.strip() for part in one.partition("="))
        count, _, members = count.partition(":")
        if not sign or not count.isdecimal() or members not in ("", "members"):
            raise SettingError(
                "--cast takes NAME=N or NAME=N:members, such as --cast "
                f"reseller=2,child_on_loop=3; this is '{shortened(one)}'."
            )
        if name in read:
            raise SettingError(f"--cast names {name} twice.")
        number = whole(f"--cast {shortened(name)}", count, least=0)
        read[name] = f"{number}:members" if members else number
    return read


def household_range_of(household: str | None, stated: str | None) -> range | None:
    """Read ``--household N`` or ``--household-range A:B``, both ends included."""
    if household is not None and stated is not None:
        raise InputError("--household and --household-range exclude each other. Keep one of them.")
    if household is not None:
        number = whole("--household", household, least=0)
        return range(number, number + 1)
    if stated is None:
        return None
    first, colon, last = stated.partition(":")
    if not (colon and first.isdecimal() and last.isdecimal()) or int(first) > int(last):
        raise InputError(
            "--household-range takes the numbers of the first and the last household, counted from "
            f"0, as in 5000:5999; this is '{shortened(stated)}'."
        )
    start, end = (whole("--household-range", one, least=0) for one in (first, last))
    return range(start, end + 1)


def households_of(stated: Sequence[str] | None) -> list[int]:
    """Read ``--drop-household``: numbers from 0."""
    for one in stated or ():
        if not one.isdecimal():
            raise SettingError(
                "--drop-household takes the number of a household, counted from 0; this is "
                f"'{shortened(one)}'."
            )
    return [whole("--drop-household", one, least=0) for one in stated or ()]
