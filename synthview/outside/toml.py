"""Read TOML that anybody may have written, at a cost that its size bounds.

The parser of the standard library copies every prefix of a dotted key and calls itself for every bracket:
a key of 20,000 parts takes gigabytes. So both are counted before it is called.
"""

from __future__ import annotations

import re
import tomllib
from typing import Any

__all__ = ["MOST_PARTS", "NotToml", "parsed"]

MOST_PARTS = 16
"""Parts of a dotted key, and brackets inside one another; settings need four."""
_TOKEN = re.compile(
    r'''
      """(?:[^\\]|\\.)*?""" | \'\'\'.*?\'\'\'      # texts of several lines
    | "(?:[^"\\\n]|\\.)*" | '[^'\n]*'              # texts of one line
    | \#[^\n]*                                     # comments
    | (?P<open>[\[{]) | (?P<close>[\]}])
    | (?P<dot>\.)
    | (?P<end>[\n=,])
    ''',
    re.VERBOSE | re.DOTALL,
)
_MANY_DIGITS = "integer string conversion"


class NotToml(ValueError):  # noqa: N818  says what is wrong
    """The rest of a sentence about a text that is no TOML, or none of ours."""


def parsed(text: str) -> dict[str, Any]:
    """Return the content of a TOML text.

    Raises NotToml: for what is not TOML, is nested too deeply, or has a number with thousands of digits.
    """
    _refuse_depth(text)
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise NotToml("it is nested too deeply") from None
    except ValueError as error:
        said = "it has a number with too many digits" if _MANY_DIGITS in str(error) else str(error)
        raise NotToml(said) from None


def _refuse_depth(text: str) -> None:
    depth, dots = 0, 0
    for token in _TOKEN.finditer(text):
        kind = token.lastgroup
        if kind is None:
            continue
        dots = dots + 1 if kind == "dot" else 0
        depth += {"open": 1, "close": -1}.get(kind, 0)
        if dots >= MOST_PARTS:
            raise NotToml(f"{_line(text, token.start())} has a key of more than {MOST_PARTS} parts")
        if depth > MOST_PARTS:
            raise NotToml(f"{_line(text, token.start())} is nested more than {MOST_PARTS} deep")


def _line(text: str, place: int) -> str:
    return f"line {text.count(chr(10), 0, place) + 1}"
