"""The types of the functions that a long task calls to say how far it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

__all__ = ["OnProgress", "OnStage"]

OnProgress: TypeAlias = Callable[[int, int], None]
"""Called with how much is done, and of how much."""
OnStage: TypeAlias = Callable[[str, int, int], None]
"""Called with the name of a stage, how much of it is done, and of how much."""
