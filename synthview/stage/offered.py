"""What a press in the menu starts: a title that is under way, or another from its beginning."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synthview.rows import Flags, Ints, Rows

__all__ = ["Offered"]


@dataclass(frozen=True, slots=True)
class Offered(Rows):
    """One row per press: the work (-1 for none), its episode, and where it starts, in ms."""

    work: Ints
    episode: Ints
    position_ms: Ints

    def where(self, wanted: Flags, *, otherwise: Ints) -> Offered:
        """Keep what is wanted and exists; elsewhere start another work, -1 for none."""
        goes_on = wanted & (self.work >= 0)
        return Offered(
            work=np.where(goes_on, self.work, otherwise),
            episode=np.where(goes_on, self.episode, 0),
            position_ms=np.where(goes_on, self.position_ms, 0),
        )
