"""Makes docs/model.md: the model in plain words, every setting with its source, and its limits.

python docs/model.py          # writes docs/model.md anew
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from synthview.cli.listings import ENTRY_HEAD, entry_rows
from synthview.cli.screen import as_markdown
from synthview.outside.manuals import manual_of
from synthview.registry import SECTIONS, installed
from synthview.scenario.entries import Entry, declared
from synthview.scenario.settings import CHOICE, GUESS
from synthview.scenario.sources import ids_in

__all__ = ["CARDS", "PAGE", "cards", "make", "sections"]

PAGE = Path(__file__).with_name("model.md")
CARDS = Path(__file__).with_name("model.toml")
HEAD = """# The model

What is simulated, by which numbers, what is left out, and how each part is checked. The settings
and the manuals of the code make this page (`python docs/model.py`).

Every number that shapes behaviour is a setting. `synthview show NAME` shows one, `--set` changes
it. A source is an id of the [list of published figures](../synthview/data/calibration.csv)
(`synthview show S04`), `guess` where nobody has published a number, or `choice` where it is ours to
decide. The plausible range goes from the 5 % to the 95 % point of what an informed person would
expect. `synthview list sources --guesses` lists the guesses, those that move the shipped claims
most first.

{count}

How a part is checked:

- **Figures**: `synthview realism` compares them with what was published. See
  [realism](realism.md).
- **Distributions**: `pytest -m statistics` holds them against closed forms, and each actor and
  fault against the rates and lengths that its manual states (`tests/test_mechanisms.py`). A flaw
  that is planted in each of them must show.
- **Promises**: `tests/test_contract.py` holds that an actor changes only what it caused, in any
  order, block and process.
"""
PARTS = {
    "": "Ordinary life",
    "actors": "Actors: what distorts viewing",
    "faults": "Faults: what distorts the record of it",
}


def make() -> str:
    """The page."""
    pieces = [HEAD.format(count=_count())]
    for part, names in groupby(sections(), key=_part_of):
        pieces.append(f"## {PARTS[part]}\n")
        pieces += [_section(name) for name in names]
    return "\n".join(pieces)


def cards() -> Mapping[str, Mapping[str, Any]]:
    """What each section leaves out and how it is checked, by the path of the section."""
    told = tomllib.loads(CARDS.read_text("utf-8"))
    found = {name: card for name, card in told.items() if name in SECTIONS}
    for part in ("actors", "faults"):
        found |= {f"{part}.{name}": card for name, card in told[part].items()}
    return found


def sections() -> list[str]:
    """The path of every section of settings: ordinary life, our actors, our faults."""
    return [
        *SECTIONS,
        *(f"actors.{name}" for name in installed().actors),
        *(f"faults.{name}" for name in installed().faults),
    ]


def _part_of(section: str) -> str:
    return section.partition(".")[0] if "." in section else ""


def _entries(section: str) -> list[Entry]:
    _, _, name = section.rpartition(".")
    also = [name] if "." in section else []
    every = declared(installed(), also=also).values()
    return [one for one in every if one.section == section]


def _count() -> str:
    """How many settings there are, by what they rest on."""
    every = [one for name in sections() for one in _entries(name)]
    guesses = sum(one.setting.source == GUESS for one in every)
    choices = sum(one.setting.source == CHOICE for one in every)
    published = len(every) - guesses - choices
    return (
        f"There are {len(every)} settings: {published} rest on published figures, {guesses} are "
        f"guesses, and {choices} are choices."
    )


def _section(name: str) -> str:
    return "\n\n".join([*_card(name), ""])


def _card(name: str) -> Iterator[str]:
    card, listed = cards()[name], _entries(name)
    yield f"### {card.get('title') or name.rpartition('.')[2]}"
    yield card.get("plain") or _manual(name)
    yield f"**Leaves out.** {card['leaves_out']}"
    yield f"**Checked by.** {_checks(name, card, listed)}"
    yield as_markdown(ENTRY_HEAD, entry_rows(listed, marked=False))


def _manual(name: str) -> str:
    part, _, own = name.partition(".")
    known = installed().actors if part == "actors" else installed().faults
    return manual_of(known[own])


def _checks(name: str, card: Mapping[str, Any], listed: Sequence[Entry]) -> str:
    if "." in name:
        named = sorted({one for entry in listed for one in ids_in(entry.setting.source)})
        figures = f" Its settings rest on {', '.join(named)}." if named else ""
        return f"`tests/test_mechanisms.py` and `tests/test_contract.py`.{figures}"
    tests = ", ".join(f"`tests/{one}`" for one in card["tests"])
    if "figures" not in card:
        return f"{tests}. Nothing published is compared with it."
    figures = ", ".join(card["figures"])
    return f"`synthview realism … --only {figures.replace(', ', ',')}`, and {tests}."


if __name__ == "__main__":
    PAGE.write_text(make(), encoding="utf-8")
    print(f"{PAGE}: {len(sections())} parts")
