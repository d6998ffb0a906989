"""Whatever is typed or written, a command ends in a line and a code, and no file of others is touched."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from fuzzing import attempt, prepared

pytestmark = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes and alarms")


def _ended_wrongly(first: int, count: int, place: Path, *, has_run: bool = True) -> list[object]:
    with prepared(place, has_run=has_run) as foreign:
        ended = [attempt(number, foreign) for number in range(first, first + count)]
    assert 2 in {one.code for one in ended}
    return [one for one in ended if not one.is_fine]


def test_any_slip_of_a_command_line_or_a_file(tmp_path: Path) -> None:
    """A few of them, without a dataset; the slow test tries more."""
    assert _ended_wrongly(0, 5, tmp_path, has_run=False) == []


@pytest.mark.slow
def test_many_slips_of_command_lines_and_files(tmp_path: Path) -> None:
    """Mistyped, cut, doubled, mixed, out of any range."""
    assert _ended_wrongly(10_000, 60, tmp_path) == []


@pytest.mark.slow
@pytest.mark.long
def test_two_thousand_slips_of_command_lines_and_files(tmp_path: Path) -> None:
    """The same, many times."""
    assert _ended_wrongly(20_000, 2_000, tmp_path) == []
