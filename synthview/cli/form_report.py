"""Shows one format of real viewing data: what it is, its options, and what it cannot carry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from synthview.cli import screen
from synthview.outside.manuals import manual_of

if TYPE_CHECKING:
    from synthview.formats.making.form import RealFormat

__all__ = ["FormShown", "form_shown", "show_form"]

HEAD = ["option", "usual value", "values", "about"]


@dataclass(frozen=True)
class FormShown:
    """A format by name, with its class."""

    name: str
    declared: type[RealFormat]

    @property
    def option_rows(self) -> list[list[str]]:
        """A row for each option, in the columns of `HEAD`."""
        from synthview.formats.making.form import options_of

        return [
            [
                name,
                screen.shown(one.default),
                _values(one.default, one.metadata),
                _about(one.metadata),
            ]
            for name, one in options_of(self.declared).items()
        ]


def _values(usual: object, metadata: object) -> str:
    choices = dict(metadata)["choices"]  # type: ignore[call-overload]
    if choices:
        return ", ".join(choices)
    if isinstance(usual, bool):
        return "yes, no"
    return "a whole number" if isinstance(usual, int) else "any text"


def _about(metadata: object) -> str:
    return str(dict(metadata)["about"])  # type: ignore[call-overload]


def form_shown(name: str) -> FormShown | None:
    """Return the format of a name; None where there is none."""
    from synthview.formats.making.known import real_format, real_formats

    return FormShown(name, real_format(name)) if name in real_formats() else None


def show_form(found: FormShown, as_: str) -> None:
    """Print everything about a format."""
    form = found.declared
    if as_ == "json":
        rows = [dict(zip(HEAD, row, strict=True)) for row in found.option_rows]
        told = {
            "format": found.name,
            "about": manual_of(form),
            "reads": [*form.tables, *form.welcome],
        }
        screen.say(screen.as_json({**told, "options": rows, "cannot carry": [*form.leaves_out]}))
        return
    screen.say(f"{found.name}: {screen.filled(manual_of(form))}\n")
    also = f", and {', '.join(form.welcome)} where it is there" if form.welcome else ""
    screen.say(f"It reads {', '.join(form.tables)}{also}.\n")
    if found.option_rows:
        screen.table(HEAD, found.option_rows)
        screen.say("")
    screen.say("It cannot carry:")
    for one in form.leaves_out:
        screen.say(f"- {one}")
