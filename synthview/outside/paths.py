"""Paths as people type them: `~` is a home directory, and what no system can name is told in words."""

from __future__ import annotations

from pathlib import Path

from synthview.errors import InputError

__all__ = ["dataset_path", "typed_path"]


def typed_path(stated: str | Path, what: str, *, error: type[InputError] = InputError) -> Path:
    """Return a path with `~` or `~name` at its beginning expanded, as a shell does.

    `what` begins the message of an error, as in "--html". Raises `error` for an empty path, one with a null
    character, and a home directory that nobody knows of.
    """
    text = str(stated)
    if not text or "\0" in text:
        raise error(f"{what} is {text!r}, which is no path of a file or directory.")
    try:
        return Path(stated).expanduser()
    except RuntimeError:
        name = Path(stated).parts[0]
        whose = f"the user {name[1:]}" if name != "~" else "this user"
        raise error(f"{what} is {text!r}, and no home directory of {whose} is known. Write the path in full.") from None


def dataset_path(stated: str | Path, what: str) -> Path:
    """Return the path of a dataset's directory, or of a file that polars or DuckDB read, with `~` expanded.

    Raises InputError where `typed_path` does, and for names that are not UTF-8: those libraries cannot open them.
    """
    path = typed_path(stated, what)
    try:
        str(path).encode()
    except UnicodeEncodeError:
        raise InputError(
            f"{what} is {str(path)!r}, a name that is not UTF-8. polars and DuckDB cannot open it; choose another name."
        ) from None
    return path
