"""Read a whole file from an unknown source: regular files only, and of a sensible size.

A named pipe would be waited for, a device never ends, and a huge file takes all memory before
anything is parsed.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from synthview.errors import OutputError, SynthviewError

__all__ = ["read_bounded"]

# Opening a pipe must not wait for a writer, nor a terminal become ours. Some systems lack a flag.
_FLAGS = os.O_RDONLY
for _name in ("O_NONBLOCK", "O_NOCTTY", "O_CLOEXEC", "O_BINARY"):
    _FLAGS |= getattr(os, _name, 0)

_CHUNK = 1 << 20
_KINDS = {
    stat.S_IFDIR: "a directory",
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


def read_bounded(
    path: Path, most_bytes: int, what: str, *, error: type[SynthviewError] = OutputError
) -> bytes:
    """Return the content of a regular file of at most `most_bytes` bytes.

    `what` begins the message of an error, as in "The manifest" or "The scenario". Links are
    followed. Raises `error`, never OSError: for a file that is missing, unreadable, too large or no
    regular file.
    """
    try:
        content = _read(path, most_bytes)
    except _Unfit as unfit:
        raise error(f"{what} {path} {unfit}") from None
    except FileNotFoundError:
        raise error(f"{what} {path} does not exist.") from None
    except OSError as failed:
        raise error(f"{what} {path} cannot be read: {failed.strerror or failed}.") from None
    except (
        ValueError
    ) as failed:  # a path with a null byte, or one that the file system cannot encode
        raise error(f"{what} {str(path)!r} cannot be read: {failed}.") from None
    return content


class _Unfit(Exception):  # noqa: N818  the rest of a sentence about the file
    """The file is not one to read whole."""


def _read(path: Path, most_bytes: int) -> bytes:
    _refuse_irregular(path.stat().st_mode)  # opening some devices already does something
    with open(os.open(path, _FLAGS), "rb") as file:  # noqa: PTH123  a descriptor
        opened = os.fstat(file.fileno())
        _refuse_irregular(opened.st_mode)
        _refuse_larger(opened.st_size, most_bytes)
        content = bytearray()
        while chunk := file.read(_CHUNK):  # a file can grow, or have no size at all, as in /proc
            content += chunk
            _refuse_larger(len(content), most_bytes)
    return bytes(content)


def _refuse_larger(count: int, most_bytes: int) -> None:
    if count > most_bytes:
        raise _Unfit(f"is larger than {_size(most_bytes)}, the most that is read.")


def _refuse_irregular(mode: int) -> None:
    if not stat.S_ISREG(mode):
        kind = _KINDS.get(stat.S_IFMT(mode), "something else")
        raise _Unfit(f"is {kind}; a regular file is needed.")


def _size(count: int) -> str:
    return f"{count / 1e6:,.3g} MB" if count >= 10**6 else f"{count:,} bytes"
