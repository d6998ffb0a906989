"""Names for invented people and their profiles, country by country.

The usual locales are frozen in `people.json`, because Faker's lists change between releases. Any
other locale that Faker has is gathered once and kept in the user's cache directory; its digest says
which list a run used.
"""

import hashlib
import json
import os
import re
import sys
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from synthview.errors import MissingExtra, SettingError
from synthview.outside.extras import need


@dataclass(frozen=True)
class NamePool:
    """The names of one locale, sorted by code point; `first` holds both sexes, each name once."""

    locale: str
    first: list[str]
    family: list[str]
    female: list[str]
    male: list[str]
    digest: str
    faker_version: str


@dataclass(frozen=True)
class ProfileLabels:
    """Names of profiles in one locale: first names, labels for children, adults or everybody."""

    first: list[str]
    kids: list[str]
    adults: list[str]
    shared: list[str]

    @property
    def special(self) -> list[str]:
        """Every label that is no first name, each once."""
        return list(dict.fromkeys(self.kids + self.adults + self.shared))


@cache
def names(locale: str) -> NamePool:
    """Return the names of a locale such as `"de_DE"`; UnknownName if Faker lacks it too."""
    frozen = _frozen()
    if locale in frozen["locales"]:
        return pool_of(locale, frozen["locales"][locale], frozen["faker"])
    return _kept(locale) or _gathered(locale)


@cache
def profile_labels(locale: str) -> ProfileLabels:
    """Return the profile names of a locale; English ones if its language has none."""
    by_language = _labels()
    own = (
        by_language.get(locale)
        or by_language.get(locale.split("_", maxsplit=1)[0])
        or by_language["en"]
    )
    return ProfileLabels(
        names(locale).first,
        own["kids"],
        own["adults"],
        own["shared"] + by_language["any"]["shared"],
    )


@cache
def _labels() -> dict[str, Any]:
    return tomllib.loads(_packaged("labels.toml"))


def frozen_locales() -> list[str]:
    """Return the locales whose names are part of the package."""
    return sorted(_frozen()["locales"])


def frozen_digest() -> str:
    """Return the digest of all frozen names together."""
    return digest_of(_frozen()["locales"])


def pool_of(locale: str, lists: dict[str, list[str]], faker_version: str) -> NamePool:
    """Make a pool from the lists `female`, `male` and `family`."""
    first = sorted({*lists["female"], *lists["male"]})
    return NamePool(
        locale,
        first,
        lists["family"],
        lists["female"],
        lists["male"],
        digest_of(lists),
        faker_version,
    )


def digest_of(content: object) -> str:
    """Return 32 hex digits that change whenever a name in `content` does."""
    text = json.dumps(content, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def cache_directory() -> Path:
    """Return where pools from Faker are kept: XDG_CACHE_HOME, or the platform's usual place.

    Raises FileNotFoundError where nobody knows of a home directory, as in some containers.
    """
    usual = {
        "win32": os.environ.get("LOCALAPPDATA") or "~/AppData/Local",
        "darwin": "~/Library/Caches",
    }.get(sys.platform, "~/.cache")
    try:
        place = Path(os.environ.get("XDG_CACHE_HOME") or usual).expanduser()
    except RuntimeError:
        raise FileNotFoundError("There is no home directory to keep names in.") from None
    return place / "synthview" / "names"


@cache
def _frozen() -> dict[str, Any]:
    frozen: dict[str, Any] = json.loads(_packaged("people.json"))
    return frozen


def _packaged(file_name: str) -> str:
    return files("synthview.pools").joinpath(file_name).read_text("utf-8")


def _kept(locale: str) -> NamePool | None:
    """Read a pool gathered earlier; a file that is missing, damaged or edited counts as none."""
    if not re.fullmatch(r"[A-Za-z]{2,3}(_[A-Za-z]{2,4})?", locale):
        return None  # never let a setting name a path
    try:
        kept = json.loads((cache_directory() / f"{locale}.json").read_text("utf-8"))
        pool = pool_of(locale, kept["lists"], kept["faker"])
        return pool if pool.digest == kept["digest"] else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _gathered(locale: str) -> NamePool:
    what = f"The locale {locale!r}, whose names are not part of synthview,"
    try:
        make = need("faker", what, "faker", "synthview.pools.make")
    except MissingExtra as missing:
        raise SettingError(str(missing)) from missing
    lists = make.gather(locale)
    pool = pool_of(locale, lists, make.faker_version())
    _keep(locale, {"faker": pool.faker_version, "digest": pool.digest, "lists": lists})
    return pool


def _keep(locale: str, content: dict[str, Any]) -> None:
    """Write under a temporary name and rename, so that workers do not spoil each other's file."""
    try:
        directory = cache_directory()
        part = directory / f"{locale}.{os.getpid()}.part"
        directory.mkdir(parents=True, exist_ok=True)
        part.write_text(json.dumps(content, ensure_ascii=False), "utf-8")
        part.replace(directory / f"{locale}.json")
    except OSError:
        return  # a read-only home only costs gathering the same names again next time
