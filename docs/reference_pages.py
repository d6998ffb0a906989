"""Makes the reference of the site from the code: commands, settings, tables, formats, notebook.

python docs/reference_pages.py          # writes docs/reference, as every build of the site does
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from typer.main import get_command

from synthview.cli import app
from synthview.cli.form_report import HEAD as OPTIONS_OF_FORMATS
from synthview.cli.form_report import form_shown
from synthview.cli.screen import as_markdown, shown
from synthview.formats.making.known import real_formats
from synthview.outside.manuals import manual_of
from synthview.registry import installed
from synthview.scenario.declarations import Claim, DatedEvent, NamedTitle
from synthview.scenario.entries import declared
from synthview.scenario.schemas import markdown
from synthview.scenario.settings import Setting, settings_of
from synthview.tables import ALL_TABLES

__all__ = ["PAGES", "commands", "formats", "notebook", "settings", "tables", "write"]

HERE = Path(__file__).parent
MARKUP = re.compile(r"\[/?(?:bold|dim)\]")
"""Markup of the terminal in help and examples."""


def commands() -> str:
    """Every command with its arguments, options and examples."""
    group = get_command(app)
    listed = {name: _section_of(name, one) for name, one in group.commands.items()}
    return "\n".join(
        [
            "# Commands\n",
            "`synthview COMMAND --help` prints the same.\n",
            *listed.values(),
        ]
    )


def _section_of(name: str, command: Any) -> str:
    arguments = [one for one in command.params if one.param_type_name == "argument"]
    options = [one for one in command.params if one.param_type_name == "option"]
    usage = " ".join([f"synthview {name}", *map(_metavar, arguments)])
    pieces = [f"## {name}\n", f"{_plain(command.help)}\n", f"```text\n{usage} [OPTIONS]\n```\n"]
    if arguments:
        pieces.append(_table_of(["argument", "what it is"], map(_argument, arguments)))
    pieces.append(_table_of(["option", "value", "what it does"], map(_option, options)))
    pieces.append(f"Examples:\n\n{_examples(command.epilog)}\n")
    return "\n".join(pieces)


def _metavar(one: Any) -> str:
    """How an argument or the value of an option is written in usage."""
    return str(one.metavar or one.name.upper())


def _argument(one: Any) -> list[str]:
    return [f"`{_metavar(one).strip('[]')}`", _plain(one.help)]


def _option(one: Any) -> list[str]:
    names = ", ".join(f"`{name}`" for name in sorted(one.opts, key=len, reverse=True))
    value = "" if one.is_flag else f"`{_metavar(one)}`"
    return [names, value, _plain(one.help)]


def _plain(text: str | None) -> str:
    """Help without the markup of the terminal."""
    return MARKUP.sub("", text or "").strip()


def _examples(epilog: str | None) -> str:
    """The examples of a command: each with what it is for, as a comment."""
    found = []
    for entry in (epilog or "").strip().split("\n\n"):
        command, _, about = " ".join(entry.split()).partition("[dim]")
        comment = f"  # {_plain(about)}" if about else ""
        found.append(f"{command.strip()}{comment}")
    return "\n".join(["```sh", *found, "```"])


def _table_of(head: Sequence[str], rows: Any) -> str:
    return f"{as_markdown(list(head), [list(row) for row in rows])}\n"


SETTINGS = """# Settings

A scenario is a TOML file of these. `--set PATH=VALUE` changes one on the command line, `set={…}` in
Python. [The model](../model.md) has the plausible range and the source of each;
`synthview show NAME` prints everything about one.
"""
FACTS = {"titles": NamedTitle, "dated_events": DatedEvent, "claims": Claim}
"""Tables of a scenario that may be there several times, as ``[[titles]]``."""


def settings() -> str:
    """Every setting: its default, its unit, what it may be."""
    known = installed()
    every = declared(known, also=[*known.actors, *known.faults]).values()
    pieces = [SETTINGS]
    for section, found in groupby(every, key=lambda one: one.section):
        rows = [_setting(one.setting, one.plain) for one in found]
        pieces += [f"## {section}\n", _table_of(SETTING_HEAD, rows)]
    for name, made in FACTS.items():
        rows = [_setting(one, one.default) for one in settings_of(made).values()]
        pieces += [f"## {name}\n", f"{_repeated(name)}\n", _table_of(SETTING_HEAD, rows)]
    return "\n".join(pieces)


SETTING_HEAD = ["setting", "default", "unit", "allowed", "about"]


def _repeated(name: str) -> str:
    return f"Each begins with `[[{name}]]` and has these; what has no default must be said."


def _setting(setting: Setting, default: object) -> list[str]:
    is_stated = not setting.required and default not in (None, "", [], ())
    usual = f"`{shown(default)}`" if is_stated else ""
    allowed = ", ".join(setting.options)
    if setting.allowed:
        allowed = " to ".join(shown(end) for end in setting.allowed)
    return [f"`{setting.name}`", usual, setting.unit, allowed, setting.about]


def tables() -> str:
    """Every table with its columns."""
    head = "# Tables\n\nThe log is what the service has. Truth is what happened.\n"
    return "\n".join([head, *(f"{markdown(one)}\n" for one in ALL_TABLES)])


def formats() -> str:
    """Every format of real viewing data with its options."""
    about = (
        "# Options of formats\n\n[Formats of real viewing data](../formats.md) says what each is "
        "for. `--with NAME=VALUE` sets an option.\n"
    )
    return "\n".join([about, *map(_format, real_formats())])


def _format(name: str) -> str:
    found = form_shown(name)
    assert found is not None
    form = found.declared
    pieces = [f"## {name}\n", f"{manual_of(form)}\n", f"Reads {', '.join(form.tables)}.\n"]
    if found.option_rows:
        pieces.append(_table_of(OPTIONS_OF_FORMATS, found.option_rows))
    pieces += ["It cannot carry:\n", *(f"- {one}" for one in form.leaves_out), ""]
    return "\n".join(pieces)


def notebook(place: Path) -> str:
    """A notebook as a page: its texts, its code, and what the code printed."""
    told = json.loads(place.read_text("utf-8"))
    return "\n".join(piece for cell in told["cells"] for piece in _cell(cell))


def _cell(cell: Mapping[str, Any]) -> Iterator[str]:
    source = "".join(cell["source"])
    if cell["cell_type"] == "markdown":
        yield f"{source}\n"
        return
    yield f"```python\n{source}\n```\n"
    for output in cell["outputs"]:
        text = output.get("text") or output.get("data", {}).get("text/plain", "")
        yield f"```text\n{''.join(text).rstrip()}\n```\n"


PAGES = {"commands": commands, "settings": settings, "tables": tables, "formats": formats}
"""What makes each page, by its name."""


def write(directory: Path) -> None:
    """Write all pages; one that is the same stays, so that a second build is quick."""
    directory.mkdir(exist_ok=True)
    pages = {name: make() for name, make in PAGES.items()}
    for place in sorted(HERE.rglob("*.ipynb")):
        pages[place.stem] = notebook(place)
    for name, text in pages.items():
        page = directory / f"{name}.md"
        if not page.exists() or page.read_text("utf-8") != text:
            page.write_text(text, "utf-8")


if __name__ == "__main__":
    write(HERE / "reference")
