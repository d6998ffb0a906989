"""Why the staff looked: the insiders behind the rows of log.accesses, from the truth."""

from __future__ import annotations

import polars as pl

from synthview.checks.cause_bits import CauseBits
from synthview.dataset import RunDirectory
from synthview.office.looks import INSIDERS

__all__ = ["ACCESS", "WHY", "StaffCauses"]

ACCESS, WHY = "access_id", "truth.accesses"


class StaffCauses:
    """The insider of each access, as a mask: a bit for each insider, and 0 for work."""

    causes = CauseBits(tuple(name for name in INSIDERS if name), ())

    def __init__(self, run: RunDirectory) -> None:
        self._run = run

    def of(self, whose: str) -> pl.DataFrame:
        """The masks of accesses."""
        accesses = self._run.scan(WHY, repaired=True).select(whose, "insider").collect()
        masks = self.causes.masks(accesses["insider"].fill_null(""))
        return accesses.select(whose, causes=masks)
