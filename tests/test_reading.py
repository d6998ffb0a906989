"""Reading of a whole file: only regular ones, never more than allowed, and every refusal in words."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from synthview.errors import OutputError, ScenarioError
from synthview.outside.whole_files import read_bounded


def test_a_regular_file_is_read_whole(tmp_path: Path) -> None:
    """Up to the size allowed, through a link as well."""
    (tmp_path / "file").write_bytes(b"0123456789")
    (tmp_path / "link").symlink_to("file")
    assert read_bounded(tmp_path / "file", 10, "The file") == b"0123456789"
    assert read_bounded(tmp_path / "link", 10, "The file") == b"0123456789"


def test_what_is_no_regular_file_is_refused_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pipe, a socket, a device and a directory are told apart; nothing is waited for."""
    monkeypatch.chdir(tmp_path)  # the path of a socket has to be short
    os.mkfifo("pipe")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket")
        kinds = {"pipe": "named pipe", "socket": "socket", "/dev/zero": "device", ".": "directory"}
        for name, kind in kinds.items():
            with pytest.raises(OutputError, match=f"The file {name} is a {kind}; a regular file"):
                read_bounded(Path(name), 10, "The file")


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("large", "larger than 9 bytes"),
        ("gone", "does not exist"),
        ("large/inside", "Not a directory"),
        ("nul\0byte", "null byte"),
        ("loop", "Too many levels|loop"),
    ],
)
def test_what_cannot_be_read_is_told(name: str, told: str, tmp_path: Path) -> None:
    """The caller's kind of error, with the path and the reason; never an OSError."""
    (tmp_path / "large").write_bytes(b"0123456789")
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(ScenarioError, match=f"The scenario .*({told})"):
        read_bounded(tmp_path / name, 9, "The scenario", error=ScenarioError)


def test_a_file_whose_size_is_not_known_beforehand_is_bounded_too() -> None:
    """Files of /proc say that they have no bytes."""
    status = Path("/proc/self/status")
    if not status.is_file():
        pytest.skip("this system has no /proc")
    assert b"Pid:" in read_bounded(status, 1_000_000, "The file")
    with pytest.raises(OutputError, match="larger than 20 bytes"):
        read_bounded(status, 20, "The file")
