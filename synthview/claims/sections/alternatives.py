"""What else could have been said: how many numbers of the same log make as good a line."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from synthview.claims.sections.section import LeftOut, Section
from synthview.claims.simulation.candidates import why_not_looked_over
from synthview.claims.simulation.film_numbers import BAND, FilmNumbers, definitions, film_numbers
from synthview.claims.study import Study
from synthview.viewing.settings import ChoosingSettings
from synthview.wording import about

__all__ = ["SECTION", "Alternatives", "OfLength", "alternatives_of", "measure"]


@dataclass(frozen=True)
class OfLength:
    """How many of the numbers speak of so many days."""

    days: int
    count: int


@dataclass(frozen=True)
class Alternatives:
    """Numbers that could have been published: one for each definition, film and length of run."""

    count: int
    low: int
    high: int
    headline: int
    without_fans: int
    by_days: tuple[OfLength, ...]
    examples: tuple[str, ...]
    definitions: int
    simulated: int
    sentence: str


def measure(study: Study) -> Alternatives | LeftOut:
    """Count the numbers; none where the run is no longer than ordinary viewing may fill."""
    question = study.question
    if why := why_not_looked_over(question):
        return LeftOut(why)
    if len(question.span) <= question.scenario.of(ChoosingSettings).repeat_cap:
        return LeftOut()
    on_progress = partial(study.on_progress, "looking for other numbers")
    return alternatives_of(
        film_numbers(
            question, study.households, workers=study.effort.workers, on_progress=on_progress
        )
    )


def alternatives_of(found: FilmNumbers) -> Alternatives:
    """The numbers as figures, and a sentence."""
    return Alternatives(
        count=round(found.count),
        low=round(found.low),
        high=round(found.high),
        headline=round(found.headline),
        without_fans=round(found.without_fans),
        by_days=tuple(OfLength(days, round(count)) for days, count in found.by_days.items()),
        examples=found.examples,
        definitions=len(definitions()),
        simulated=found.simulated,
        sentence=_sentence(found),
    )


def _sentence(found: FilmNumbers) -> str:
    shortest, longest = min(found.by_days), max(found.by_days)
    return (
        f"The same log holds about {about(found.count)} ({about(found.low)} to "
        f"{about(found.high)}) numbers from "
        f"{BAND.start} to {BAND.stop - 1}: accounts, profiles or devices that had some film on at "
        f"least {shortest} to "
        f"{longest} days in a row, by {len(definitions())} definitions; {about(found.headline)} of "
        "them by the "
        "laziest. In a world without a single devoted fan it would hold "
        f"{about(found.without_fans)}. Left out are shorter runs, series, and runs of homes that "
        "nothing keeps to a film for as long, which have the days that lack by chance (in a trial "
        "one run of sixteen): these numbers are the fewest."
    )


SECTION = Section(
    name="alternatives",
    title="What else could have been said",
    kind=Alternatives,
    measure=measure,
    key="tweetable",
    scenes=("why",),
)
