"""What a log holds of one title: its plays, and who each definition counts, computed once."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import polars as pl

from synthview.claims.counting.count import who
from synthview.claims.counting.definitions import Definition, stated
from synthview.claims.counting.title_plays import in_country, own_titles, runtime_of, title_plays
from synthview.claims.question import Question
from synthview.rows import Ints

__all__ = ["TitleLog"]


class TitleLog:
    """The log of a question's title in tables, in memory or on disk: `log.plays` and the others."""

    def __init__(
        self, question: Question, tables: Mapping[str, pl.DataFrame | pl.LazyFrame]
    ) -> None:
        self.question = question
        lazily = {name: one.lazy() for name, one in tables.items()}
        self.tables = in_country(lazily, question.claim.country)
        self._counted: dict[Definition, Ints] = {}

    @classmethod
    def of_plays(cls, question: Question, plays: pl.DataFrame) -> TitleLog:
        """A log of which only the plays of the title are known, in the columns of `plays`."""
        log = cls(question, {})
        log.plays = plays
        return log

    @cached_property
    def plays(self) -> pl.DataFrame:
        """One row per recorded play of the title."""
        return title_plays(self.tables, self.question.title, ping_ms=self._ping_ms)

    @cached_property
    def plays_like_it(self) -> pl.DataFrame:
        """The same of all titles whose name holds its words, trailers among them."""
        return title_plays(self.tables, self.question.title, ping_ms=self._ping_ms, like=True)

    @cached_property
    def own_titles(self) -> pl.DataFrame:
        """The ids of the film, or of all episodes of the series."""
        return own_titles(self.tables["log.titles"], self.question.title)

    @cached_property
    def runtime_ms(self) -> int:
        """The length of the title, of its longest episode if it is a series."""
        return runtime_of(self.tables["log.titles"], self.question.title)

    def counted(self, definition: Definition | None = None) -> Ints:
        """Ids of the units that a definition counts, that of the claim unless one is given."""
        definition = definition or stated(self.question)
        if definition not in self._counted:
            self._counted[definition] = who(self.plays, self.question, definition)
        return self._counted[definition]

    @property
    def _ping_ms(self) -> int:
        return self.question.ping_ms
