"""A process whose threads wait for each other is found, and one that waits for its reader is not."""

from __future__ import annotations

import signal
import subprocess
import sys
import time

import pytest

from synthview.cli import guard, stuck

if sys.platform != "linux":
    pytest.skip("only Linux says what a thread waits for", allow_module_level=True)

WAITS_FOR_ITSELF = "import threading; one = threading.Lock(); one.acquire(); one.acquire()"
WAITS_FOR_ITS_READER = "import sys; sys.stdout.write('a' * 10_000_000)"
COMPUTES = "while True: pass"


def _is_found(code: str, seconds: float) -> bool:
    """Whether a process with some code is called stuck within some seconds."""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as process:
        watch = stuck.Watch(process.pid)
        ends = time.monotonic() + seconds
        found = False
        while not found and time.monotonic() < ends:
            found = watch.is_stuck()
            time.sleep(0.05)
        process.kill()
    return found


def test_threads_that_wait_for_each_other_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """As soon as nothing has been computed for long enough."""
    monkeypatch.setattr(stuck, "PATIENCE_SECONDS", 0.5)
    assert _is_found(WAITS_FOR_ITSELF, 20)


@pytest.mark.slow
@pytest.mark.parametrize("code", [WAITS_FOR_ITS_READER, COMPUTES])
def test_others_are_left_alone(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A slow reader, as a person with a pager is, and long work are nothing to end."""
    monkeypatch.setattr(stuck, "PATIENCE_SECONDS", 0.5)
    assert not _is_found(code, 3)


def test_what_is_stuck_ends_and_says_so() -> None:
    """The small process ends the other one, and tells of memory, with the exit code of an error."""
    code = f"""
import sys, threading
from synthview.cli import guard, stuck
stuck.PATIENCE_SECONDS, guard.SECONDS_BETWEEN_LOOKS = 0.5, 0.1
def work():
    {WAITS_FOR_ITSELF}
sys.exit(guard.guarded(work))
"""
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    assert ran.returncode == 1
    assert signal.SIGKILL.name in ran.stderr
    assert "not enough memory" in ran.stderr
    assert guard.SECONDS_BETWEEN_LOOKS < stuck.PATIENCE_SECONDS
