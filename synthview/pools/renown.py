"""Names of famous people, living, dead or invented: no invented person has one of them.

`renown.txt` has a family name and the first names of its famous bearers on each line. Names are
compared without accents, capitals, hyphens and particles, in either order, and with the usual short
forms of first names: `Bill` counts as `William`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

__all__ = ["is_famous", "is_famous_mailbox", "is_famous_name", "short_forms"]

_UNACCENTED = str.maketrans(
    {"ø": "o", "æ": "a", "ł": "l", "ı": "i", "đ": "d", "œ": "o", "ð": "d", "þ": "th"}
)
_OTHER_THAN_LATIN = re.compile("[^a-z]")
_WITH_E = re.compile("([aou])e")
_PARTICLE_WORDS = """
    a al ben bin da das de del della den der di do dos du el ibn la las le los of san saint santa
    st ten ter the van vom von y zu zum zur
"""
_PARTICLES = frozenset(_PARTICLE_WORDS.split())
_SHORT_FORMS = """
    alexander alex aleksander alexandre alejandro sandy
    alan allan allen
    andrew andy drew
    ann anna anne annie
    anthony antony tony
    benjamin ben benny benji
    brian bryan
    bradley brad
    carl karl
    catherine katherine kathryn kate katie kathy cathy kathie catharine katharine katy
    charles charlie chuck chas
    christopher chris kris topher
    christian chris
    daniel dan danny
    david dave davy davey
    deborah debbie debra deb
    donald don donnie
    douglas doug
    edward ed eddie ted teddy
    elizabeth liz beth elisabeth betty bess lizzie lizzy
    eric erik
    frederick fred freddie freddy frederic
    gerald gerry jerry
    geoffrey geoff jeffrey jeff jeffery
    george georgie
    gregory greg
    harold hal
    harry harold
    henry hank
    jacob jake
    jacqueline jackie
    james jim jimmy jamie
    jennifer jen jenny
    john johnny jon jack jonny johnnie
    jonathan jon
    joseph joe joey
    joshua josh
    kenneth ken kenny
    kimberly kim
    lawrence laurence larry
    leonard len lenny
    lewis louis lou
    margaret maggie meg peggy
    mark marc marcus
    martin marty
    matthew matt mathew matty
    maximilian max
    michael mike mick mickey micheal mikey
    mohammed muhammad mohammad mohamed ahmed
    nathan nathaniel nate
    nicholas nick nicky nicolas
    pamela pam
    patrick pat paddy
    patricia pat patty patti
    peter pete
    philip phil phillip
    raymond ray
    rebecca becky rebekah
    richard rick ricky dick rich richie
    robert bob bobby rob robbie bert
    ronald ron ronnie
    samuel sam sammy
    samantha sam
    sarah sara sally
    sean shawn shaun
    stanley stan
    steven stephen steve stevie
    stuart stewart
    susan sue susie suzanne
    terence terry terrence
    theodore ted theo teddy
    thomas tom tommy
    timothy tim
    victor vic
    victoria vicky vicki
    vincent vince vinnie
    walter walt
    william will bill billy willie liam
    zachary zach zack
"""
"""A line for each first name, with the forms that stand for it; a form may stand for several."""


def is_famous(first: str, family: str) -> bool:
    """Return whether a first and a family name, in either order, are on the list together."""
    return _is_listed(first, family) or _is_listed(family, first)


def is_famous_name(full: str) -> bool:
    """Return whether a full name, first or family name first, is somebody's on the list."""
    words = full.split()
    return any(
        is_famous(" ".join(words[:cut]), " ".join(words[cut:])) for cut in range(1, len(words))
    )


def is_famous_mailbox(address: str) -> bool:
    """Return whether an e-mail address spells a first and a family name of somebody on the list."""
    words = re.findall(r"[^\W\d_]+", address.partition("@")[0])
    return is_famous_name(" ".join(words))


@cache
def short_forms(first: str) -> tuple[str, ...]:
    """Return what friends call somebody: `Bill` for `William`; only the name itself for most."""
    bare = first.casefold()
    for line in _SHORT_FORMS.split("\n"):
        long, *shorter = line.split() or [""]
        if long == bare and shorter:
            return tuple(one.capitalize() for one in shorter if len(one) < len(long)) or (first,)
    return (first,)


def _is_listed(first: str, family: str) -> bool:
    return not _bearers(_folded_family(family)).isdisjoint(_meant(first))


@cache
def _bearers(family: str) -> frozenset[str]:
    """Return the first names, folded, of the famous who have a family name."""
    firsts = " ".join(_listed().get(family, ())).split()
    return frozenset(spelling for first in firsts for spelling in _spellings(first))


@cache
def _listed() -> dict[str, list[str]]:
    """Return the first names as listed, by folded family name."""
    found: dict[str, list[str]] = {}
    for line in files("synthview.pools").joinpath("renown.txt").read_text("utf-8").splitlines():
        family, _, firsts = line.partition(": ")
        found.setdefault(_folded_family(family), []).append(firsts)
    return found


def _spellings(first: str) -> Iterator[str]:
    """Yield the forms of a first name: of `Hans-Christian` the first part alone as well."""
    for part in dict.fromkeys((first, first.partition("-")[0])):
        if len(part) > 1 or not part.isascii():
            yield from _meant(part)


@cache
def _meant(first: str) -> frozenset[str]:
    """Return a first name as it is compared: itself, and the names that it may be short for."""
    bare = _folded(first)
    return _long_forms().get(bare, frozenset()) | {bare}


@cache
def _long_forms() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for line in _SHORT_FORMS.split("\n"):
        forms = [_folded(form) for form in line.split()]
        for form in forms:
            found.setdefault(form, set()).add(forms[0])
    return {form: frozenset(names) for form, names in found.items()}


@cache
def _folded_family(name: str) -> str:
    words = name.split()
    kept = [word for word in words if word.casefold() not in _PARTICLES] or words
    return _folded("".join(kept))


@cache
def _folded(name: str) -> str:
    """Return letters and their signs alone, without case or accents; `ue` counts as `ü`."""
    plain = name.casefold().translate(_UNACCENTED)
    letters = _OTHER_THAN_LATIN.sub("", plain) if plain.isascii() else _letters(plain)
    return _WITH_E.sub(r"\1", letters)


def _letters(name: str) -> str:
    """Return what stays of a name that is not in plain Latin letters."""
    spread = unicodedata.normalize("NFKD", name)
    return "".join(sign for sign in spread if _is_letter(sign))


def _is_letter(sign: str) -> bool:
    """Return whether a sign stays: letters and vowel signs do, accents of Latin letters do not."""
    is_accent = "\u0300" <= sign <= "\u036f"
    return unicodedata.category(sign)[0] in "LM" and not is_accent
