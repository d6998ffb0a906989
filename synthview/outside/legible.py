"""Make text that others wrote safe to show: what would steer a terminal, or hide or turn text round, becomes an escape.

A name may hold the codes that clear a screen, set a window's title, or let the end of a line read as its beginning.
"""

from __future__ import annotations

import re

__all__ = ["escaped_json", "escaped_toml", "legible", "one_line"]

_UNSAFE = (
    r"\x00-\x08\x0b-\x1f\x7f-\x9f"  # control characters, but for tab and line feed
    r"\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # marks and overrides of direction
    r"\u2028\u2029\ufeff\ufff9-\ufffb"  # other line ends, marks that are not seen
    r"\ud800-\udfff"  # halves of characters: bytes of a file's name that are no UTF-8
    r"\U000e0000-\U000e007f"  # tags, which are not seen
)
_FOUND = re.compile(f"[{_UNSAFE}]")
_FOUND_IN_LINE = re.compile(f"[{_UNSAFE}\t\n]")
_MOST_UNIT = 0xFFFF


def legible(text: str) -> str:
    r"""Return text of several lines with unsafe characters as escapes such as ``\x1b`` and ``\u202e``."""
    return _FOUND.sub(_python_escape, text)


def one_line(text: str) -> str:
    r"""Return text as one line: tabs and line ends become escapes too, ``\t`` and ``\n``."""
    return _FOUND_IN_LINE.sub(_python_escape, text)


def escaped_json(text: str) -> str:
    """Return a JSON text of the same meaning, in which unsafe characters are escapes of JSON."""
    return _FOUND.sub(_json_escape, text)


def escaped_toml(text: str) -> str:
    """Return a quoted text of TOML of the same meaning, in which unsafe characters are escapes of TOML."""
    return _FOUND.sub(_toml_escape, text)


def _python_escape(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape").decode("ascii")


def _json_escape(found: re.Match[str]) -> str:
    units = found[0].encode("utf-16-be", "surrogatepass")
    pairs = (units[place : place + 2] for place in range(0, len(units), 2))
    return "".join(f"\\u{pair.hex()}" for pair in pairs)


def _toml_escape(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\u{code:04x}" if code <= _MOST_UNIT else f"\\U{code:08x}"
