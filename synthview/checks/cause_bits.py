"""Which rows of a log have which causes: actors by the play, faults by the message they touched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from synthview.dataset import RunDirectory
from synthview.errors import InputError

__all__ = ["MOST_CAUSES", "CauseBits", "TrueCauses", "need_truth"]

MOST_CAUSES = 62
"""Bits of a number that is never negative."""
TRUTH = ("truth.plays", "truth.accounts", "truth.deliveries")


def need_truth(run: RunDirectory, log: Sequence[str], what: str) -> None:
    """Raise InputError where a run lacks a table of the truth about causes, or of the log."""
    missing = [name for name in (*TRUTH, *log) if name not in run.tables]
    if missing:
        raise InputError(
            f"{run.directory} has no {', '.join(missing)}: {what} the truth beside the log."
        )


@dataclass(frozen=True)
class CauseBits:
    """The actors and the faults of a scenario by name; each is a bit of a mask, actors first."""

    actors: tuple[str, ...]
    faults: tuple[str, ...]

    @classmethod
    def of(cls, run: RunDirectory) -> CauseBits:
        """Those of the scenario that made a run."""
        scenario = run.manifest["scenario"]
        actors = tuple(sorted(scenario["actors"]))
        faults = tuple(sorted(scenario["faults"]))
        count = len(actors) + len(faults)
        if count > MOST_CAUSES:
            raise InputError(
                f"The scenario has {count} actors and faults; "
                f"at most {MOST_CAUSES} can be told apart."
            )
        return cls(actors, faults)

    @property
    def names(self) -> tuple[str, ...]:
        """All names, in the order of their bits."""
        return self.actors + self.faults

    def bit(self, name: str) -> int:
        """The bit of an actor or fault."""
        return 1 << self.names.index(name)

    def mask(self, names: Sequence[str]) -> int:
        """The bits of several."""
        return sum(self.bit(name) for name in names)

    def masks(self, words: pl.Series) -> pl.Series:
        """Names joined by |, as masks."""
        known = {text: self._mask_of(text) for text in words.unique().to_list()}
        masks = words.replace_strict(known, return_dtype=pl.Int64)
        return masks.cast(pl.Int64)  # of no words at all it would stay text

    def _mask_of(self, words: str) -> int:
        return self.mask([one for one in words.split("|") if one])


@dataclass(frozen=True)
class TrueCauses:
    """The causes of plays, messages and accounts in the truth: an id, and the mask ``causes``.

    A session has the causes of all its plays. A device has those that all its plays have; it is
    left out where they have none in common.
    """

    causes: CauseBits
    plays: pl.DataFrame
    messages: pl.DataFrame
    accounts: pl.DataFrame

    @classmethod
    def by(cls, run: RunDirectory, causes: CauseBits, kept: pl.Expr) -> TrueCauses:
        """Read the truth about the accounts that `kept` chooses."""

        def rows(name: str, *columns: str, words: str) -> pl.DataFrame:
            read = run.scan(name, repaired=True).filter(kept)
            if name == "truth.plays":  # what faults did to early plays is told only in part
                read = read.filter(~pl.col("began_before"))
            named = read.select(*columns, pl.col(words).alias("causes"))
            found = named.collect(engine="streaming")
            return found.with_columns(causes.masks(found["causes"]).alias("causes"))

        touched = rows(
            "truth.deliveries",
            "play_id",
            "event_id",
            "account_id",
            "change",
            words="fault",
        )
        acted = rows(
            "truth.plays",
            "play_id",
            "session_id",
            "device_id",
            "account_id",
            words="causes",
        )
        arrived = touched.filter(pl.col("change") != "lost")
        return cls(
            causes=causes,
            plays=_with_faults(acted, touched),
            messages=_together(arrived, "play_id", "event_id"),
            accounts=rows("truth.accounts", "account_id", words="actors"),
        )

    def of(self, whose: str) -> pl.DataFrame:
        """The masks of whatever an id column of the log leads to."""
        if whose == "play_id":
            return self.plays.select("play_id", "causes")
        if whose == "account_id":
            return self.accounts.select("account_id", "causes")
        by_actors = pl.col("causes") & self.causes.mask(self.causes.actors)
        acted = self.plays.with_columns(causes=by_actors)
        if whose == "session_id":
            return _together(acted, "session_id")

        every = acted.group_by(whose).agg(
            some=pl.col("causes").bitwise_or(),
            causes=pl.col("causes").bitwise_and(),
        )
        is_of_one_sort = (pl.col("some") == 0) | (pl.col("causes") != 0)
        return every.filter(is_of_one_sort).drop("some")


def _with_faults(plays: pl.DataFrame, touched: pl.DataFrame) -> pl.DataFrame:
    """Plays with the causes of their messages besides their own."""
    by_fault = _together(touched, "play_id").rename({"causes": "faults"})
    both = plays.join(by_fault, on="play_id", how="left")
    causes = pl.col("causes") | pl.col("faults").fill_null(0)
    return both.with_columns(causes=causes).drop("faults")


def _together(rows: pl.DataFrame, *key: str) -> pl.DataFrame:
    return rows.group_by(key).agg(pl.col("causes").bitwise_or())
