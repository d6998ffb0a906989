"""What a format of real viewing data is: its manual, its options, and how it writes a dataset."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar, Self

from synthview.errors import InputError, InvalidChoice, UnknownName, shortened
from synthview.formats.making.data import Data
from synthview.formats.making.output import Output
from synthview.outside.extras import need

__all__ = ["RealFormat", "name_of", "option", "options_of"]

MOST = 10**9
YES = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}


@dataclass(frozen=True)
class RealFormat:
    """A format of real viewing data.

    A subclass is a frozen dataclass whose fields are its options, made by `option`. Its docstring
    is its manual. It writes what the service recorded, never the truth.
    """

    tables: ClassVar[tuple[str, ...]] = ()
    """The tables that it reads; a dataset without one of them cannot become this format."""
    welcome: ClassVar[tuple[str, ...]] = ()
    """Tables that it reads where a dataset has them."""
    leaves_out: ClassVar[tuple[str, ...]] = ()
    """What it cannot carry, in sentences without an end."""
    is_folder: ClassVar[bool] = False
    """Whether it has several files; one stream may also go to the standard output."""
    is_of_account: ClassVar[bool] = False
    """Whether a file of it is about one account: several accounts are a folder."""
    is_in_place: ClassVar[bool] = False
    """Whether its files are written where they stay, as they cannot be moved."""
    suffix: ClassVar[str] = ""
    """The end of the name of its file."""
    is_server: ClassVar[bool] = False
    """Whether it is sent to a server, at an address."""
    requires: ClassVar[tuple[str, ...]] = ()
    """The extra of synthview that it needs, and the modules of it; the last is its `library`."""
    schemes: ClassVar[tuple[str, ...]] = ()
    """How the address of a server begins."""

    @property
    def needed(self) -> tuple[str, ...]:
        """The tables that it reads with these options."""
        return self.tables

    def library(self) -> ModuleType | None:
        """Import what it requires; None if that is nothing.

        Raises MissingExtra, which says what to install.
        """
        if not self.requires:
            return None
        extra, *modules = self.requires
        return need(extra, f"The format {name_of(type(self))}", *modules)

    def check_replaced(self, place: Path) -> None:
        """Raise NotOurs where folders that it replaces as a whole hold files of others."""

    def write(self, data: Data, output: Output) -> None:
        """Write all that is in the data; hold no more than some accounts or a part in memory."""
        raise NotImplementedError

    @classmethod
    def made(cls, stated: Mapping[str, str]) -> Self:
        """Make it with options as they were typed.

        Raises InputError and its kinds for options that it does not have, or values they refuse.
        """
        known = options_of(cls)
        where = f"the format {name_of(cls)}"
        for name in stated:
            if name not in known:
                raise UnknownName(
                    "option",
                    shortened(name),
                    known,
                    where,
                )
        return cls(**{name: _value(known[name], text) for name, text in stated.items()})


def option(default: Any, about: str, choices: tuple[str, ...] = ()) -> Any:
    """Declare an option of a format: its usual value, what it does, and the words it takes."""
    return field(default=default, metadata={"about": about, "choices": choices})


def options_of(declared: type[RealFormat]) -> dict[str, Field[Any]]:
    """Return the options of a format by name."""
    return {one.name: one for one in fields(declared) if one.default is not MISSING}


def name_of(declared: type) -> str:
    """Return the name of a format: ``NetflixHistory`` is ``netflix-history``."""
    words = "".join(f"-{one.lower()}" if one.isupper() else one for one in declared.__name__)
    return words.removeprefix("-")


def _value(of: Field[Any], text: str) -> Any:
    """Read the value of an option as it was typed."""
    choices = of.metadata.get("choices", ())
    if choices and text not in choices:
        raise InvalidChoice(of.name, text, choices)
    if isinstance(of.default, int) and not isinstance(of.default, bool):
        return _count(of.name, text)
    if not isinstance(of.default, bool):
        return text
    if text.lower() not in YES:
        raise InputError(f"{of.name} is '{shortened(text)}'; yes or no is needed.")
    return YES[text.lower()]


def _count(name: str, text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < MOST:
        raise InputError(f"{name} is '{shortened(text)}'; a whole number from 1 is needed.")
    return int(text)
