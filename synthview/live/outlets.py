"""Where messages go: the standard output and files here; brokers and servers in their own modules.

An outlet takes messages as fast as its receiver does, and says when all that it took is delivered.
"""

from __future__ import annotations

import os
import select
import stat
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Protocol
from urllib.parse import SplitResult, urlsplit

from synthview.errors import InputError, OutputError, shortened
from synthview.live.encoders import Encoder, Lot
from synthview.outside.paths import typed_path
from synthview.outside.places import write_errors

__all__ = ["Destination", "FileOutlet", "Outlet", "PipeOutlet", "destination_of", "in_parts"]

Say = Callable[[str], None]
"""Hears what an outlet waits for; an empty text says that it waits no longer."""
FRAME_BYTES = 64
"""More than a format puts around some messages."""
SCHEMES = {"kafka": "kafka://HOST:PORT/TOPIC", "http": "http://HOST/PATH", "https": "…"}


class Outlet(Protocol):
    """Takes messages and delivers them, at least once and in their order."""

    def send(self, lot: Lot) -> None:
        """Take messages; waits while the receiver takes no more."""

    def settle(self, patience_s: float | None = None) -> bool:
        """Wait until all messages taken are with the receiver, as far as it says so.

        Gives up after `patience_s` seconds, if that is given; says whether they are.
        """

    def close(self) -> None:
        """Let go of the receiver, also in the middle of a failure."""

    @property
    def bytes_written(self) -> int | None:
        """The size of a file, which it can be cut back to; None for what cannot."""


@dataclass(frozen=True)
class Destination:
    """What ``-o`` names: ``-``, a file, or the address of a broker or server."""

    stated: str
    path: Path | None = None
    address: SplitResult | None = None

    @property
    def scheme(self) -> str:
        """Such as ``kafka``; empty for the standard output and files."""
        return self.address.scheme if self.address else ""


def destination_of(stated: str) -> Destination:
    """Read what ``-o`` names; raises InputError for an address that is incomplete or unknown."""
    if stated == "-":
        return Destination(stated)
    if "://" not in stated:
        return Destination(stated, path=typed_path(stated, "-o"))
    try:
        address = urlsplit(stated)
        is_whole = bool(address.hostname) and address.port != 0
    except ValueError:
        raise _unfit(stated) from None
    is_topic = len(address.path.strip("/")) > 0 and "/" not in address.path.strip("/")
    if (
        address.scheme not in SCHEMES
        or not is_whole
        or (address.scheme == "kafka" and not is_topic)
    ):
        raise _unfit(stated)
    return Destination(stated, address=address)


def _unfit(stated: str) -> InputError:
    return InputError(
        f"-o is '{shortened(stated)}'; name a file, - for the standard output, "
        "kafka://HOST:PORT/TOPIC or http://HOST/PATH."
    )


@dataclass(eq=False)
class PipeOutlet:
    """A stream that takes bytes, such as the standard output; delivered is what it has taken.

    A pipe takes a few whole messages or nothing, so that it never ends in the middle of one.
    """

    stream: IO[bytes]
    encoder: Encoder

    def __post_init__(self) -> None:
        """Write what stands before the first message."""
        self.stream.write(self.encoder.head())
        self.stream.flush()
        self._pipe = _pipe_of(self.stream)

    def send(self, lot: Lot) -> None:
        """Write messages; waits as long as the reader does not read."""
        if self._pipe is None:
            self.stream.write(self.encoder.framed(lot))
            self.stream.flush()
            return
        for some in in_parts(lot, select.PIPE_BUF - FRAME_BYTES):
            _write_all(self._pipe, self.encoder.framed(some))

    def settle(self, patience_s: float | None = None) -> bool:  # noqa: ARG002
        """Write what may wait in memory."""
        self.stream.flush()
        return True

    def close(self) -> None:
        """Leave the stream open: it belongs to somebody else."""

    @property
    def bytes_written(self) -> int | None:
        """None: what went into a pipe cannot be taken back."""
        return None


def _pipe_of(stream: IO[bytes]) -> int | None:
    """The descriptor of a pipe; None for any other stream."""
    with suppress(OSError, AttributeError):
        number = stream.fileno()
        if stat.S_ISFIFO(os.fstat(number).st_mode) and hasattr(select, "PIPE_BUF"):
            return number
    return None


def _write_all(descriptor: int, content: bytes) -> None:
    left = memoryview(content)
    while left:
        left = left[os.write(descriptor, left) :]


def in_parts(lot: Lot, most_bytes: int) -> Iterator[Lot]:
    """Cut messages into parts of so many bytes, at least one message in each."""
    begin, ends = 0, lot.ends
    while begin < len(lot):
        sent = int(ends[begin - 1]) if begin else 0
        end = max(begin + 1, int(ends.searchsorted(sent + most_bytes, side="right")))
        yield lot.part(begin, end)
        begin = end


@dataclass(eq=False)
class FileOutlet:
    """A file: delivered is what is on the disk.

    `keeps` are the bytes that an earlier stream is known to have delivered; whatever follows them
    is cut off. None begins the file anew, which `overwrite` must allow where there is one. Nothing
    waits in memory, so that of a full disk nothing is tried again at the end.
    """

    path: Path
    encoder: Encoder
    keeps: int | None = None
    overwrite: bool = False
    bytes_written: int | None = field(default=None, init=False)
    """What is whole of it; None for a named pipe or a device."""
    _file: IO[bytes] = field(init=False)

    def __post_init__(self) -> None:
        """Open the file; raises OutputError where it cannot be used."""
        try:
            self._file = self._opened()
        except OSError as error:
            raise OutputError(f"{self.path}: {error.strerror or error}.") from None
        if not self.keeps:
            self._write(self.encoder.head())
        elif self._is_regular():
            self.bytes_written = self.keeps

    def _opened(self) -> IO[bytes]:
        if self.path.exists() and not stat.S_ISREG(self.path.stat().st_mode):
            return self.path.open("wb", buffering=0)
        if self.keeps is not None:
            return self._cut_back(self.keeps)
        if self.path.exists() and not self.overwrite:
            raise OutputError(
                f"{self.path} is there already. Name another file, replace it with --overwrite, or "
                "go on with --resume and the file that the stream kept its position in."
            )
        return self.path.open("wb", buffering=0)

    def _cut_back(self, size: int) -> IO[bytes]:
        there = self.path.stat().st_size if self.path.exists() else -1
        if there < size:
            lacks = "is not there" if there < 0 else f"has {there:,} bytes"
            raise OutputError(
                f"{self.path} {lacks}, and {size:,} bytes of it were delivered, as the file of "
                "--resume says. Name another file for --resume to begin anew."
            )
        file = self.path.open("r+b", buffering=0)
        file.truncate(size)
        file.seek(size)
        return file

    def send(self, lot: Lot) -> None:
        """Write messages."""
        self._write(self.encoder.framed(lot))

    def _write(self, content: bytes) -> None:
        with write_errors(self.path, only_full=True):
            _write_all(self._file.fileno(), content)
        if self._is_regular():
            self.bytes_written = self._file.tell()

    def _is_regular(self) -> bool:
        return stat.S_ISREG(os.fstat(self._file.fileno()).st_mode)

    def settle(self, patience_s: float | None = None) -> bool:  # noqa: ARG002
        """Wait until they are on the disk."""
        if self.bytes_written is not None:
            os.fsync(self._file.fileno())
        return True

    def close(self) -> None:
        """Close the file, without a message that was only begun."""
        if self.bytes_written is not None:
            self._file.truncate(self.bytes_written)
        self._file.close()
