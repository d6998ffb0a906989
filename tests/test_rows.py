"""Arrays of one length that belong together: groups, turns and children of rows."""

from __future__ import annotations

import numpy as np
import pytest

from synthview.rows import children, first_of_group, last_of_group, turns

NONE = np.zeros(0, dtype=np.int64)


@pytest.mark.parametrize(
    ("group", "first", "last", "turn"),
    [
        ([], [], [], []),
        ([0], [0], [0], [0]),
        ([0, 0, 3, 5, 5, 5], [0, 2, 3], [1, 2, 5], [0, 1, 0, 0, 1, 2]),
        ([9, 2, 2], [0, 1], [0, 2], [0, 0, 1]),
    ],
)
def test_rows_of_groups(
    group: list[int], first: list[int], last: list[int], turn: list[int]
) -> None:
    """Rows that lie together by group know the first and the last of it, and each its turn."""
    rows = np.array(group, dtype=np.int64)
    assert first_of_group(rows).tolist() == first
    assert last_of_group(rows).tolist() == last
    assert turns(rows).tolist() == turn


def test_children_of_rows() -> None:
    """A row with n children is the parent of n rows, numbered from 0."""
    parent, place = children(np.array([2, 0, 3]))
    assert parent.tolist() == [0, 0, 2, 2, 2]
    assert place.tolist() == [0, 1, 0, 1, 2]
    assert [one.tolist() for one in children(NONE)] == [[], []]
