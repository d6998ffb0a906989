"""How many processors are said to be there, in machines and containers of all kinds."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthview.engines import processors
from synthview.engines.local import available_workers
from synthview.engines.processors import limit, quota

UNIFIED = "31 23 0:28 / /sys/fs/cgroup rw,relatime shared:9 - cgroup2 cgroup2 rw,nsdelegate\n"
LEGACY = (
    "32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime - cgroup cgroup rw,cpu,cpuacct\n"
    "33 31 0:30 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory\n"
    "41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw\n"
)


def _machine(root: Path, groups: str, mounts: str, files: dict[str, str]) -> Path:
    """Lay out the files that Linux would show."""
    shown = {"proc/self/cgroup": groups, "proc/self/mountinfo": mounts}
    shown |= {f"sys/fs/cgroup/{path}": text for path, text in files.items()}
    for path, text in shown.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    return root


CASES = {
    "container with its own view": ("0::/\n", UNIFIED, {"cpu.max": "200000 100000\n"}, 2),
    "no limit": ("0::/\n", UNIFIED, {"cpu.max": "max 100000\n"}, None),
    "a part of a processor": ("0::/\n", UNIFIED, {"cpu.max": "50000 100000\n"}, 1),
    "one and a half": ("0::/\n", UNIFIED, {"cpu.max": "150000 100000\n"}, 2),
    "the outer is tighter": (
        "0::/user.slice/job/step\n", UNIFIED,
        {"user.slice/job/step/cpu.max": "800000 100000", "user.slice/job/cpu.max": "300000 100000",
         "user.slice/cpu.max": "max 100000"}, 3,
    ),
    "the inner is tighter": ("0::/a/b\n", UNIFIED, {"a/b/cpu.max": "100000 50000", "a/cpu.max": "900000 100000"}, 2),
    "another group is none of ours": ("0::/a\n", UNIFIED, {"a/cpu.max": "max 100000", "b/cpu.max": "1 1"}, None),
    "mounted from within": (
        "0::/docker/1f/inner\n", UNIFIED.replace(" / /sys", " /docker/1f /sys"),
        {"cpu.max": "400000 100000", "inner/cpu.max": "max 100000"}, 4,
    ),
    "outside of what is mounted": ("0::/../other\n", UNIFIED, {"cpu.max": "400000 100000"}, 4),
    "a place with a space": (
        "0::/\n", UNIFIED.replace("/sys/fs/cgroup", "/sys/fs/cgroup/my\\040groups"), {"my groups/cpu.max": "200000 100000"}, 2,
    ),
    "version 1": (
        "4:memory:/x\n1:cpu,cpuacct:/x\n0::/\n", LEGACY,
        {"cpu,cpuacct/x/cpu.cfs_quota_us": "300000\n", "cpu,cpuacct/x/cpu.cfs_period_us": "100000\n",
         "memory/x/cpu.cfs_quota_us": "1\n", "memory/x/cpu.cfs_period_us": "1\n"}, 3,
    ),
    "version 1 without a limit": (
        "1:cpu,cpuacct:/\n", LEGACY,
        {"cpu,cpuacct/cpu.cfs_quota_us": "-1\n", "cpu,cpuacct/cpu.cfs_period_us": "100000\n"}, None,
    ),
    "version 1 in a container without its own view": (
        "1:cpu,cpuacct:/docker/1f\n", LEGACY,
        {"cpu,cpuacct/cpu.cfs_quota_us": "200000\n", "cpu,cpuacct/cpu.cfs_period_us": "100000\n"}, 2,
    ),
    "files that are no numbers": ("0::/\n", UNIFIED, {"cpu.max": "many few\n"}, None),
    "a period of nought": ("0::/\n", UNIFIED, {"cpu.max": "100000 0\n"}, None),
    "an empty file": ("0::/\n", UNIFIED, {"cpu.max": ""}, None),
    "lines cut short": ("0:\n:\n", "31 23\n - \n", {"cpu.max": "100000 100000"}, None),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_the_least_quota_of_a_process_counts(case: str, tmp_path: Path) -> None:
    """Of its own group and of all around it, whatever version of control groups and view of them it has."""
    *shown, expected = CASES[case]
    assert quota(_machine(tmp_path, *shown)) == expected


def test_other_systems_have_no_quota(tmp_path: Path) -> None:
    """Where there are no such files nothing is said."""
    assert quota(tmp_path) is None


@given(st.text(max_size=40))
def test_any_text_is_a_limit_or_none(text: str) -> None:
    """What a file may hold is never an error, and a limit is at least one processor."""
    assert limit(text) is None or limit(text) >= 1  # type: ignore[operator]


@pytest.mark.parametrize(
    ("stated", "of_machine", "of_quota", "expected"),
    [("", 8, None, 8), ("", 8, 2, 2), ("", 2, 8, 2), ("3", 8, None, 3), ("16", 8, 4, 4), ("0", 8, None, 8), ("default", 8, 1, 1)],
)  # fmt: skip
def test_workers_are_as_many_as_can_work(
    stated: str,
    of_machine: int,
    of_quota: int | None,
    expected: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What a user states stands for the machine; the quota bounds both."""
    monkeypatch.setenv("PYTHON_CPU_COUNT", stated)
    monkeypatch.setattr(processors, "_usable", lambda: of_machine)
    monkeypatch.setattr(processors, "quota", lambda: of_quota)
    assert available_workers() == expected


def test_affinity_is_heeded(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that is kept to one processor starts one worker."""
    if not hasattr(os, "sched_getaffinity"):
        pytest.skip("this system does not keep processes to processors")
    monkeypatch.delenv("PYTHON_CPU_COUNT", raising=False)
    before = os.sched_getaffinity(0)
    try:
        os.sched_setaffinity(0, {min(before)})
        assert available_workers() == 1
    finally:
        os.sched_setaffinity(0, before)
