"""Gather names from Faker; `python -m synthview.pools.make` writes the frozen list anew.

Names are drawn with a fixed seed until enough different ones are found, so common names of a
country come first to be kept.
"""

import json
import re
import unicodedata
import zlib
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import faker
from faker.config import AVAILABLE_LOCALES

from synthview.errors import SettingError, UnknownName
from synthview.pools.people import digest_of

LOCALES = [
    "da_DK", "de_AT", "de_CH", "de_DE", "en_AU", "en_CA", "en_GB", "en_IE", "en_IN", "en_NZ",
    "en_US", "es_AR", "es_CL", "es_CO", "es_ES", "es_MX", "fi_FI", "fr_BE", "fr_CA", "fr_FR",
    "hi_IN", "it_IT", "ja_JP", "ko_KR", "nl_BE", "nl_NL", "no_NO", "pl_PL", "pt_BR", "pt_PT",
    "sv_SE", "tr_TR", "zu_ZA",
]  # fmt: skip
WANTED_FIRST_NAMES_PER_GENDER = 130
WANTED_FAMILY_NAMES = 320
MOST_DRAWS = 20_000
PARTICLES = re.compile(r"^(?!The )(?:[A-Za-z']{1,3} )+")


def freeze(path: Path) -> None:
    """Write the names of all usual locales to one file, a line for each locale."""
    lists = {locale: gather(locale) for locale in LOCALES}
    lines = ",\n".join(f"{json.dumps(locale)}: {_compact(lists[locale])}" for locale in LOCALES)
    head = f'"faker": "{faker_version()}",\n"digest": "{digest_of(lists)}"'
    path.write_text(f'{{{head},\n"locales": {{\n{lines}\n}}}}\n', "utf-8")


def gather(locale: str) -> dict[str, list[str]]:
    """Return Faker's plain names for a locale, as sorted lists `female`, `male`, `family`."""
    _require(locale)
    source = faker.Faker(locale)
    source.seed_instance(
        zlib.crc32(locale.encode())
    )  # own seed: en_AU and en_CA borrow the long lists of en_US
    lists = {
        "female": _collect(source.first_name_female, WANTED_FIRST_NAMES_PER_GENDER),
        "male": _collect(source.first_name_male, WANTED_FIRST_NAMES_PER_GENDER),
        "family": _collect(source.last_name, WANTED_FAMILY_NAMES),
    }
    if not all(lists.values()):
        raise SettingError(
            f"Faker {faker_version()} has no plain personal names for locale {locale!r}."
        )
    return lists


def faker_version() -> str:
    """Return the version of the installed Faker."""
    return faker.VERSION


def is_plain(name: str) -> bool:
    """Check that a name is one capitalised word or a double one, with short particles before.

    `de la Garza`, `O'Brien` and `Jean-Marc` are; `Hans D.`, `Koch II` and `Oude Heer` are not.
    """
    parts = re.split(r"['’-]", PARTICLES.sub("", name))
    return len(name) <= 24 and len(parts) <= 2 and all(map(_is_word, parts))


def _is_word(part: str) -> bool:
    """Check for letters and marks only: a capital first, if the script has any, and not all."""
    kinds = [unicodedata.category(sign) for sign in part]
    begins_well = bool(kinds) and kinds[0] in ("Lu", "Lo", "Lt")
    return (
        begins_well
        and all(kind[0] in "LM" for kind in kinds)
        and not (len(part) > 1 and part.isupper())
    )


def _collect(draw: Callable[[], str], wanted: int) -> list[str]:
    found: set[str] = set()
    for _ in range(MOST_DRAWS):
        if len(found) == wanted:
            break
        name = unicodedata.normalize("NFC", draw())
        if is_plain(name):
            found.add(name)
    return sorted(found)


def _require(locale: str) -> None:
    """Refuse a locale that Faker lacks, or replaces by names from the United States."""
    if locale in AVAILABLE_LOCALES and (
        locale.startswith("en_") or find_spec(f"faker.providers.person.{locale}")
    ):
        return
    have = [known for known in AVAILABLE_LOCALES if find_spec(f"faker.providers.person.{known}")]
    raise UnknownName("locale with names", locale, have, f"Faker {faker_version()}")


def _compact(lists: dict[str, list[str]]) -> str:
    return json.dumps(lists, ensure_ascii=False, separators=(",", ":"))


if __name__ == "__main__":
    freeze(Path(__file__).with_name("people.json"))
