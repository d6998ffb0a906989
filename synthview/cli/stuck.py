"""Whether a process is stuck: its threads wait for each other, and none of them computes.

Libraries with threads of their own may come to that where they get no memory. Linux alone tells
what a thread waits for; elsewhere nothing is ever called stuck.
"""

from __future__ import annotations

import platform
from contextlib import suppress
from pathlib import Path
from time import monotonic

__all__ = ["Watch"]

PATIENCE_SECONDS = 60.0
"""How long nothing may be computed before a process is stuck."""
_WAITS_FOR_A_THREAD = {"x86_64": {"202"}, "aarch64": {"98"}}
"""Numbers of the system call futex, with which a thread waits for another of its process."""
_WAITS_FOR_A_PROCESS = {"x86_64": {"7", "23", "271", "270", "232", "281"}, "aarch64": {"73", "22"}}
"""Numbers of poll, select and epoll, with which a process waits for what its workers answer."""


class Watch:
    """Looks again and again whether a process and its children compute."""

    def __init__(self, process: int) -> None:
        """Begin to watch."""
        self.process = process
        self._ticks = -1
        self._since = monotonic()

    def is_stuck(self) -> bool:
        """Whether the process waits for its own threads or workers, all idle for a minute.

        One that waits for whoever reads its output, or for a file, is not stuck.
        """
        family = _family(self.process)
        ticks = sum(family.values())
        if ticks != self._ticks or not family:
            self._ticks, self._since = ticks, monotonic()
            return False
        if monotonic() - self._since < PATIENCE_SECONDS:
            return False
        return self._waits_within(has_workers=len(family) > 1)

    def _waits_within(self, *, has_workers: bool) -> bool:
        machine = platform.machine()
        waits = set(_WAITS_FOR_A_THREAD.get(machine, set()))
        if has_workers:
            waits |= _WAITS_FOR_A_PROCESS.get(machine, set())
        with suppress(OSError):
            call = Path(f"/proc/{self.process}/syscall").read_text("ascii").split()
            return call[0] in waits
        return False


def _family(process: int) -> dict[int, int]:
    """The processor time of a process and of all that came of it, in ticks."""
    parents, ticks = {}, {}
    for place in Path("/proc").glob("[1-9]*/stat"):
        with suppress(OSError, IndexError):
            _, _, after_name = place.read_text("utf-8", "replace").rpartition(")")
            fields = after_name.split()
            one = int(place.parent.name)
            parents[one] = int(fields[1])
            ticks[one] = int(fields[11]) + int(fields[12])
    family = {process} & parents.keys()
    while grown := {one for one, parent in parents.items() if parent in family} - family:
        family |= grown
    return {one: ticks[one] for one in family}
