"""The page is put together: scenes from templates, charts, style and script inline, all escaped."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from synthview import wording
from synthview.claims.answer import Answer
from synthview.claims.page import calendar
from synthview.claims.page.cells import ROWS
from synthview.claims.page.charts import DRAWN, Chart, rows_of_causes, strips_of_viewers
from synthview.claims.page.dots import stack
from synthview.claims.page.homes import VERDICTS, first_child, street, verdict_words
from synthview.claims.page.ink import LOOK
from synthview.claims.page.scenes import scenes_of
from synthview.claims.page.year import months_lit
from synthview.claims.sections import predictive
from synthview.claims.sections.causes import Causes
from synthview.claims.sections.definitions import Definitions
from synthview.claims.sections.doors import Home
from synthview.claims.sections.homes import ShownHomes
from synthview.claims.sections.inference import Inference
from synthview.claims.sections.number import Number
from synthview.claims.sections.predictive import Predictive
from synthview.claims.story import SECTIONS
from synthview.claims.written import as_dict

__all__ = ["assemble"]

_HERE = Path(__file__).parent
_WIDE, _NARROW = 660, 330
"""Two drawings of each chart, so that words keep their size on a phone."""
_GUESSES = 120
"""A guess is a door with a number, as long as there are not too many."""
_DOORS = 24
"""Doors of a calendar, where there is no home to show."""
_SCRIPT = """(() => {{
"use strict";
async function startClaim(claim) {{
{}}}
{}}})();"""
"""What each claim of the page starts, and what the page does."""
_NAMED = re.compile(r'(?<=\s)(?:id|for|name|aria-labelledby)="|href="#')
"""Before each name that stands in a claim; in text a quotation mark is escaped."""
_FILTERS: Mapping[str, Callable[..., str]] = {
    "figure": wording.figure,
    "short": wording.short,
    "day": wording.day,
    "percent": wording.percent,
    "spelt": wording.spelt,
    "capital": wording.capital,
    "rarely": wording.rarely,
    "ordinal": wording.ordinal,
    "label_of": wording.label_of,
    "first_sentence": wording.first_sentence,
    "further": wording.further,
    "about": wording.about,
    "verdict": verdict_words,
}
"""What the templates call words."""


def assemble(answers: Sequence[Answer]) -> str:
    """Fill the templates with one or several answers; what an answer lacks is left out."""
    pages = _templates()
    claims, known = [], set[str]()
    for place, answer in enumerate(answers, 1):
        own = f"c{place}-" if place > 1 else ""
        claims.append(_claim(pages, answer, own, known))
    style = Markup(_joined("style", "*.css") + _guesses(answers))  # noqa: S704  our own files, and whole numbers
    script = Markup(_SCRIPT.format(_joined("script", "*.js"), _joined("script/page", "*.js")))  # noqa: S704  our own files
    frame = pages.get_template("page.html")
    policy = _policy(str(style), str(script))
    first = claims[0].told
    return frame.render(claims=claims, first=first, style=style, script=script, policy=policy)


def _claim(pages: Environment, answer: Answer, own: str, known: set[str]) -> SimpleNamespace:
    """The part of the page that one claim has, and what the menu and the cover say of it.

    `known` are facts that earlier claims have told, to which its own are added.
    """
    told, scenes = _told_once(_by_name(answer), known), scenes_of(answer)
    article = pages.get_template("claim.html").render(
        own=own,
        told=told,
        scenes=scenes,
        charts=_charts(answer),
        data=_embedded(answer),
        doors=_doors(answer),
        outside=_outside(answer),
        is_out_of_reach=_is_out_of_reach(answer),
        guesses=_GUESSES,
        **_worked_out(answer),
    )
    article = _NAMED.sub(rf"\g<0>{own}", article)
    return SimpleNamespace(own=own, told=told, scenes=scenes, article=Markup(article))  # noqa: S704  escaped by its template


def _told_once(told: SimpleNamespace, known: set[str]) -> SimpleNamespace:
    """What an answer tells, without facts and doubts that an earlier claim of the page has told."""
    if (own := told.knowledge) is None:
        return told
    columns = {
        name: tuple(one for one in getattr(own, name) if one.text not in known)
        for name in ("known", "assumed", "unknowable")
    }
    told.is_told_before = bool(known)
    told.knowledge = replace(own, **columns)
    known |= {one.text for column in columns.values() for one in column}
    return told


def _by_name(answer: Answer) -> SimpleNamespace:
    """The parts of an answer by their names in the JSON; None for those that it lacks."""
    parts: dict[str, Any] = {key: None for section in SECTIONS for key in section.keys}
    for section, found in answer.sections():
        own = vars(found) if section.is_flat else {section.keys[0]: found}
        parts |= own
    frame = {"made_by": answer.made_by, "command": answer.command, "disclaimer": answer.disclaimer}
    return SimpleNamespace(
        **frame,
        is_told_before=False,
        scenario=answer.scenario,
        claim=answer.claim,
        left_out=answer.left_out,
        **parts,
    )


def _worked_out(answer: Answer) -> dict[str, Any]:
    """What scenes say that the answer does not say in so many words, if there is any of it."""
    homes = _homes(answer)
    causes, inferred, counted = answer.of(Causes), answer.of(Inference), answer.of(Definitions)
    predicted = answer.of(Predictive)
    return {
        "street": street(homes),
        "breakfasts": first_child(homes),
        "sum_of_causes": rows_of_causes(causes) if causes else [],
        "strips": strips_of_viewers(inferred) if inferred else [],
        "stacks": stack(counted.values) if counted else None,
        "predicted": tuple(predictive.tables(predicted)) if predicted else (),
    }


def _homes(answer: Answer) -> tuple[Home, ...]:
    """The homes of the world that is shown."""
    found = answer.of(ShownHomes)
    return found.world.homes if found else ()


def _templates() -> Environment:
    pages = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    pages.filters.update({**_FILTERS, **ROWS}, as_file=_as_file, is_link=_is_link)
    pages.globals.update(
        house=calendar.house,
        lit=calendar.lit,
        shapes=calendar.shapes,
        doors_words=calendar.doors_words,
        months_lit=months_lit,
        LETTERS=calendar.LETTERS,
        STATES=calendar.STATES,
    )
    return pages


def _doors(answer: Answer) -> int:
    """How many doors a calendar has."""
    homes = _homes(answer)
    return len(homes[0].doors) if homes else _DOORS


def _outside(answer: Answer) -> int:
    """How many of the first doors are of days that do not count."""
    return sum(not door.in_window for home in _homes(answer)[:1] for door in home.doors)


def _is_out_of_reach(answer: Answer) -> bool:
    """Whether all was asked, and the number lies beyond what such worlds print."""
    lacks = answer.left_out is not None and "inference" in answer.left_out.sections
    number = answer.of(Number)
    return lacks and number is not None and answer.claim.said > number.number.high


def _charts(answer: Answer) -> dict[str, dict[str, Markup]]:
    return {
        name: both for name, chart in DRAWN.items() if (both := _both(answer, chart)) is not None
    }


def _both(answer: Answer, chart: Chart) -> dict[str, Markup] | None:
    """A chart for wide and for narrow screens; None where there is nothing to draw."""
    wide = chart.of(answer, _WIDE)
    narrow = chart.of(answer, _NARROW)
    if wide is None or narrow is None:
        return None
    return {"wide": LOOK.draw(wide), "narrow": LOOK.draw(narrow)}


def _joined(folder: str, pattern: str) -> str:
    return "".join(path.read_text("utf-8") for path in sorted((_HERE / folder).glob(pattern)))


def _guesses(answers: Sequence[Answer]) -> str:
    """Without script, the style sheet repeats the guess that was chosen."""
    shown = (one.claim.said for one in answers if one.of(ShownHomes))
    most = max((said for said in shown if said <= _GUESSES), default=-1)
    return "".join(
        f'.no-script .claim:has(.guess [value="{one}"]:checked){{--guess:"{one}"}}\n'
        for one in range(int(most) + 1)
    )


def _embedded(answer: Answer) -> str:
    """The JSON for the script to unpack: small, and letters and digits alone, so never markup."""
    figures = {name: part for name, part in as_dict(answer).items() if name != "downloads"}
    return _packed(
        json.dumps({**figures, "words": _words(answer)}, ensure_ascii=False, separators=(",", ":"))
    )


def _packed(text: str) -> str:
    """A text as gzip makes it smaller, in base64; no date is in it."""
    return base64.b64encode(gzip.compress(text.encode(), mtime=0)).decode()


def _words(answer: Answer) -> dict[str, Any]:
    """What the script must know beside the figures: how things are said, and where doors are."""
    homes = _homes(answer)
    first = first_child(homes)
    return {
        "verdicts": VERDICTS,
        "states": calendar.STATES,
        "letters": calendar.LETTERS,
        "places": [calendar.place(door) for door in range(_doors(answer))],
        "first": homes.index(first) if first else 0,
    }


def _policy(style: str, script: str) -> str:
    """What the browser may load: this style and this script, by their digests, nothing else."""
    return (
        f"default-src 'none'; style-src {_digest(style)}; script-src {_digest(script)}; img-src "
        "data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _as_file(text: str, kind: str) -> str:
    """A text as an address that holds it whole, so that a link can save it without any network.

    A long one is packed.
    """
    if kind == "gzip":
        return f"data:application/gzip;base64,{_packed(text)}"
    return f"data:{kind};charset=utf-8;base64,{base64.b64encode(text.encode()).decode()}"


def _is_link(address: str | None) -> bool:
    """Whether an address leads to a page and does nothing else."""
    return bool(address) and str(address).startswith(("https://", "http://"))
