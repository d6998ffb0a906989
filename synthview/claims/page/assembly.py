"""The page is put together: scenes from templates, charts as drawings, style and script inline, everything escaped."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from synthview.claims.page import calendar
from synthview.claims.page.cells import ROWS
from synthview.claims.page.charts import DRAWN, Draw, shares_of_causes, viewers_told
from synthview.claims.page.dots import stack
from synthview.claims.page.homes import VERDICTS, first_child, street, verdict_told
from synthview.claims.page.ink import drawn
from synthview.claims.page.words import FILTERS
from synthview.wording import about

__all__ = ["assemble"]

_HERE = Path(__file__).parent
_WIDE, _NARROW = 660, 330
"""Two drawings of each chart, so that words keep their size on a phone."""
_GUESSES = 120
"""A guess is a door with a number, as long as there are not too many."""
_PARTS = ("shortcut", "definitions", "causes", "rungs", "nobody", "missed", "inference", "tweetable", "ladder", "aggregates",
          "disclosure", "world", "worlds", "worlds_drawn", "detective", "knowledge", "downloads")  # fmt: skip
"""What a run may have left out."""
_CLAIM: Mapping[str, Any] = {"quote": "", "about": "", "days": None, "title": "", "source_text": "", "source_url": ""}
_NUMBER: Mapping[str, Any] = {"sql": None, "per_seed": (), "by_definition": (), "by_source": ()}
"""What not every kind of claim has."""


@dataclass(frozen=True, slots=True)
class Scene:
    """One idea: its name, its heading, the parts of the JSON that it needs, and those of which it needs one."""

    name: str
    title: str
    needs: tuple[str, ...] = ()
    needs_one: tuple[str, ...] = ()
    needs_script: bool = False

    def stands(self, told: Mapping[str, Any]) -> bool:
        """Whether a run told enough for it."""
        return all(told[part] for part in self.needs) and (
            not self.needs_one or any(told[part] for part in self.needs_one)
        )


SCENES = (
    Scene("tweet", "A number"),
    Scene("guess", "First, a guess", ("world",)),
    Scene("lights", "Lights on", ("world",)),
    Scene("home", "Touch one", ("world",), needs_script=True),
    Scene("detective", "Be the detective", ("world", "detective"), needs_script=True),
    Scene("query", "Change one word", ("definitions",)),
    Scene("causes", "Take a cause away", needs_one=("causes", "rungs")),
    Scene("worlds", "Two worlds, one tweet", needs_one=("worlds", "inference")),
    Scene("why", "Why this number?", needs_one=("ladder", "tweetable", "aggregates", "disclosure")),
    Scene("known", "What is known"),
)


def assemble(told: Mapping[str, Any]) -> str:
    """Fill the templates; what the JSON lacks is left out."""
    whole = {
        **dict.fromkeys(_PARTS),
        **told,
        "claim": {**_CLAIM, **told["claim"]},
        "number": {**_NUMBER, **told["number"]},
    }
    pages = _templates()
    style = Markup(_joined("style", "*.css") + _guesses(whole))  # noqa: S704  our own files, and whole numbers
    script = Markup(f'(async () => {{\n"use strict";\n{_joined("script", "*.js")}}})();')  # noqa: S704  our own files
    return pages.get_template("page.html").render(
        told=whole, scenes=_scenes(whole), charts=_charts(whole), style=style, script=script, data=_embedded(told),
        policy=_policy(str(style), str(script)), doors=_doors(whole), guesses=_GUESSES, **_worked_out(whole),
    )  # fmt: skip


def _worked_out(told: Mapping[str, Any]) -> dict[str, Any]:
    """What scenes say that the JSON does not say in so many words, as far as there is any of it."""
    homes = told["world"]["homes"] if told["world"] else []
    return {
        "street": street(homes),
        "breakfasts": first_child(homes),
        "sum_of_causes": shares_of_causes(told) if told["causes"] else [],
        "strips": viewers_told(told) if told["inference"] else [],
        "stacks": stack(told["definitions"]["values"]) if told["definitions"] else None,
    }


def _templates() -> Environment:
    pages = Environment(
        loader=FileSystemLoader(_HERE / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    pages.filters.update({**FILTERS, **ROWS}, verdict=verdict_told, as_file=_as_file, is_link=_is_link, about=about)
    pages.globals.update(
        house=calendar.house,
        lit=calendar.lit,
        shapes=calendar.shapes,
        doors_told=calendar.doors_told,
        STATES=calendar.STATES,
    )
    return pages


def _scenes(told: Mapping[str, Any]) -> list[Scene]:
    return [scene for scene in SCENES if scene.stands(told)]


def _doors(told: Mapping[str, Any]) -> int:
    """How many doors a calendar has."""
    homes = (told.get("world") or {}).get("homes")
    return len(homes[0]["doors"]) if homes else 24


def _charts(told: Mapping[str, Any]) -> dict[str, dict[str, Markup]]:
    return {name: _both(told, draw) for name, (part, draw) in DRAWN.items() if told[part]}


def _both(told: Mapping[str, Any], draw: Draw) -> dict[str, Markup]:
    return {"wide": drawn(draw(told, _WIDE)), "narrow": drawn(draw(told, _NARROW))}


def _joined(folder: str, pattern: str) -> str:
    return "".join(path.read_text("utf-8") for path in sorted((_HERE / folder).glob(pattern)))


def _guesses(told: Mapping[str, Any]) -> str:
    """Without script, the style sheet repeats the guess that was chosen."""
    said = told["claim"].get("said") or 0
    if not told["world"] or said > _GUESSES:
        return ""
    return "".join(f'.no-script:has(#guess-{one}:checked){{--guess:"{one}"}}\n' for one in range(int(said) + 1))


def _embedded(told: Mapping[str, Any]) -> str:
    """The JSON for the script to unpack: small, and of letters and digits alone, so that nothing in it can be markup."""
    figures = {name: part for name, part in told.items() if name != "downloads"}
    return _packed(json.dumps({**figures, "words": _words(told)}, ensure_ascii=False, separators=(",", ":")))


def _packed(text: str) -> str:
    """A text as gzip makes it smaller, in base64; no date is in it."""
    return base64.b64encode(gzip.compress(text.encode(), mtime=0)).decode()


def _words(told: Mapping[str, Any]) -> dict[str, Any]:
    """What the script must know beside the figures: how things are said, and where doors are."""
    places = [calendar.place(door) for door in range(_doors(told))]
    homes = (told.get("world") or {}).get("homes", [])
    first = homes.index(first_child(homes)) if homes else 0
    return {
        "verdicts": VERDICTS,
        "states": calendar.STATES,
        "letters": calendar.LETTERS,
        "places": places,
        "first": first,
    }


def _policy(style: str, script: str) -> str:
    """What the browser may load: this style and this script, known by their digests, and nothing else from anywhere."""
    return (
        f"default-src 'none'; style-src {_digest(style)}; script-src {_digest(script)}; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _as_file(text: str, kind: str) -> str:
    """A text as an address that holds it whole, so that a link can save it without any network; a long one is packed."""
    if kind == "gzip":
        return f"data:application/gzip;base64,{_packed(text)}"
    return f"data:{kind};charset=utf-8;base64,{base64.b64encode(text.encode()).decode()}"


def _is_link(address: str | None) -> bool:
    """Whether an address leads to a page and does nothing else."""
    return bool(address) and str(address).startswith(("https://", "http://"))
