"""Which rows of a log have which causes: actors by the play they had a part in, faults by the message they touched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from synthview.dataset import Run
from synthview.errors import InputError

__all__ = ["MOST_CAUSES", "Causes", "Told", "need_truth"]

MOST_CAUSES = 62
"""Bits of a number that is never negative."""
TRUTH = ("truth.plays", "truth.accounts", "truth.deliveries")


def need_truth(run: Run, log: Sequence[str], what: str) -> None:
    """Raise InputError where a run lacks the truth that causes are read from, or a table of the log."""
    if missing := [name for name in (*TRUTH, *log) if name not in run.tables]:
        raise InputError(
            f"{run.directory} has no {', '.join(missing)}: {what} the truth beside the log."
        )


@dataclass(frozen=True)
class Causes:
    """The actors and the faults of a scenario by name; each is a bit of a mask, actors first."""

    actors: tuple[str, ...]
    faults: tuple[str, ...]

    @classmethod
    def of(cls, run: Run) -> Causes:
        """Those of the scenario that made a run."""
        scenario = run.manifest["scenario"]
        actors, faults = tuple(sorted(scenario["actors"])), tuple(sorted(scenario["faults"]))
        if len(actors) + len(faults) > MOST_CAUSES:
            raise InputError(
                f"The scenario has {len(actors) + len(faults)} actors and faults; at most {MOST_CAUSES} can be told apart."
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
        known = {
            words: self.mask([one for one in words.split("|") if one])
            for words in words.unique().to_list()
        }
        return words.replace_strict(known, return_dtype=pl.Int64)


@dataclass(frozen=True)
class Told:
    """What the truth tells of plays, messages, sessions, devices and accounts: an id, and the mask ``causes``.

    A session has the causes of all its plays; a device those that all its plays have, and ``mixed`` says
    that some have others.
    """

    causes: Causes
    plays: pl.DataFrame
    messages: pl.DataFrame
    accounts: pl.DataFrame

    @classmethod
    def by(cls, run: Run, causes: Causes, kept: pl.Expr) -> Told:
        """Read the truth about the accounts that `kept` chooses."""

        def rows(name: str, *columns: str, words: str) -> pl.DataFrame:
            read = (
                run.scan(name, repaired=True)
                .filter(kept)
                .select(*columns, pl.col(words).alias("causes"))
            )
            found = read.collect(engine="streaming")
            return found.with_columns(causes.masks(found["causes"]).alias("causes"))

        touched = rows(
            "truth.deliveries", "play_id", "event_id", "account_id", "change", words="fault"
        )
        by_fault = _together(touched, "play_id").rename({"causes": "faults"})
        plays = rows(
            "truth.plays", "play_id", "session_id", "device_id", "account_id", words="causes"
        )
        plays = plays.join(by_fault, on="play_id", how="left")
        plays = plays.with_columns(causes=pl.col("causes") | pl.col("faults").fill_null(0)).drop(
            "faults"
        )
        messages = _together(touched.filter(pl.col("change") != "lost"), "play_id", "event_id")
        return cls(causes, plays, messages, rows("truth.accounts", "account_id", words="actors"))

    def of(self, whose: str) -> pl.DataFrame:
        """The masks of whatever an id column of the log leads to."""
        if whose == "play_id":
            return self.plays.select("play_id", "causes")
        if whose == "account_id":
            return self.accounts.select("account_id", "causes")
        actors = self.plays.with_columns(
            causes=pl.col("causes") & self.causes.mask(self.causes.actors)
        )
        if whose == "session_id":
            return _together(actors, "session_id")
        every = actors.group_by(whose).agg(
            some=pl.col("causes").bitwise_or(), causes=pl.col("causes").bitwise_and()
        )
        return every.filter((pl.col("some") == 0) | (pl.col("causes") != 0)).drop("some")


def _together(rows: pl.DataFrame, *key: str) -> pl.DataFrame:
    return rows.group_by(key).agg(pl.col("causes").bitwise_or())
