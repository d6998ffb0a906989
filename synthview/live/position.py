"""How far a stream has come, in a file: after a kill it goes on from the last confirmed message."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, NonNegativeInt, ValidationError

from synthview.errors import OtherRun, OutputError
from synthview.outside.places import write_errors
from synthview.outside.staging import write_whole
from synthview.outside.whole_files import read_bounded

__all__ = ["Position", "check_same", "instant_text", "keep_position", "kept_position"]

MOST_BYTES = 1 << 20


def instant_text(at_ms: int) -> str:
    """An instant as text: ``2017-10-02T20:15:00.250Z``."""
    at = datetime.fromtimestamp(at_ms // 1000, UTC)
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at_ms % 1000:03}Z"


class Position(BaseModel):
    """The last message that is delivered: when it was received, and how many at that instant.

    `stream` says of which stream; `bytes` is the size of the file that it went to, if it did.
    """

    stream: dict[str, Any]
    received_ms: int
    received_time: str
    messages_at_it: NonNegativeInt
    messages: NonNegativeInt = 0
    bytes: NonNegativeInt | None = None

    @classmethod
    def before(cls, stream: Mapping[str, Any], begin_ms: int) -> Self:
        """The position before the first message from an instant on."""
        return cls(
            stream=dict(stream),
            received_ms=begin_ms,
            received_time=instant_text(begin_ms),
            messages_at_it=0,
        )

    def moved(self, received_ms: int, at_it: int, count: int, size: int | None) -> Position:
        """The position `count` messages later; `at_it` of them came at the instant of the last."""
        stays = self.messages_at_it if received_ms == self.received_ms else 0
        return self.model_copy(
            update={
                "received_ms": received_ms,
                "received_time": instant_text(received_ms),
                "messages_at_it": stays + at_it,
                "messages": self.messages + count,
                "bytes": size,
            }
        )


def kept_position(path: Path) -> Position | None:
    """Read the position that a stream kept; None where there is no file.

    Raises OutputError where there is another file.
    """
    if not path.exists():
        return None
    content = read_bounded(path, MOST_BYTES, "The file of --resume")
    try:
        return Position.model_validate_json(content)
    except ValidationError:
        raise OutputError(
            f"{path} is not what a stream keeps its position in. Name another file for --resume."
        ) from None


def check_same(kept: Position, stream: Mapping[str, Any], path: Path) -> None:
    """Raise OtherRun where a position was kept by another stream."""
    differ = [name for name in stream if kept.stream.get(name) != stream[name]]
    if differ:
        text = ", ".join(
            f"{name} {kept.stream.get(name)} there, {stream[name]} asked" for name in differ
        )
        raise OtherRun(
            f"{path} belongs to another stream ({text}). Name another file for --resume to begin "
            "anew."
        )


def keep_position(path: Path, position: Position) -> None:
    """Write a position, whole or not at all."""
    with write_errors(path):
        write_whole(path, position.model_dump_json(indent=1).encode() + b"\n")
