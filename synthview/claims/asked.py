"""What an answer begins with: who made it, of which world, about which claim."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version

from synthview.claims.plain import ABSENT
from synthview.claims.question import Question
from synthview.scenario.published import said_of
from synthview.scenario.sources import ids_in, source

__all__ = ["DISCLAIMER", "AskedClaim", "AskedScenario", "asked_claim", "asked_scenario", "made_by"]

DISCLAIMER = (
    "This is not Netflix’s data and describes no real person. Every home is invented; rates that "
    "nobody has published "
    "are guesses, named as such. What the number really counted cannot be known from outside."
)


@dataclass(frozen=True)
class AskedScenario:
    """The world, or the dataset, that was asked; a dataset has no seeds."""

    name: str
    about: str
    fingerprint: str
    households: int
    seeds: tuple[int, ...]
    first: str
    last: str


@dataclass(frozen=True)
class AskedClaim:
    """The claim: what was said, by whom, and which days and title it is about."""

    name: str
    kind: str
    quote: str
    said: float
    about: str
    unit: str
    days: int
    title: str
    runtime_minutes: int | None
    first: str
    last: str
    source: str
    source_text: str
    source_url: str
    counted_by: dict[str, str] | None = field(default=None, metadata=ABSENT)
    """What the claim says of how it was counted: unit, watched, day, country."""


def asked_scenario(
    question: Question, seeds: Sequence[int], *, households: int | None = None, name: str = ""
) -> AskedScenario:
    """The world of a question; with a `name` a dataset of so many accounts."""
    scenario = question.scenario
    return AskedScenario(
        name=name or scenario.name,
        about="A dataset on disk: its truth is not asked." if name else scenario.about,
        fingerprint=scenario.fingerprint(),
        households=scenario.run.households if households is None else households,
        seeds=tuple(seeds),
        first=scenario.run.start.isoformat(),
        last=question.dates()[1].isoformat(),
    )


def asked_claim(question: Question) -> AskedClaim:
    """The claim of a question, with what its source says of it."""
    claim, (first, last) = question.claim, question.dates()
    known = [source(one) for one in ids_in(claim.source)]
    published = dict.fromkeys(f"{one.source_publisher.split(';')[0]}, {one.year}" for one in known)
    titles = {one.name: one for one in question.scenario.titles}
    return AskedClaim(
        name=claim.name,
        kind=claim.kind,
        quote=claim.quote,
        said=claim.said,
        about=claim.about,
        unit="people" if claim.kind in ("streak", "on_day") else claim.of,
        days=question.days,
        title=claim.title,
        runtime_minutes=round(titles[claim.title].runtime_minutes)
        if claim.title in titles
        else None,
        first=first.isoformat(),
        last=last.isoformat(),
        source=claim.source,
        source_text="; ".join(published),
        source_url=known[0].url if known else "",
        counted_by=dict(said_of(claim)) or None,
    )


def made_by() -> str:
    """The release that answers."""
    try:
        return f"synthview {version('synthview')}"
    except PackageNotFoundError:
        return "synthview from a checkout"
