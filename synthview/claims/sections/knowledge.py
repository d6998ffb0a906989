"""What is known, what is assumed, and what nobody outside can know: the end of every claim."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from synthview.claims.question import Question
from synthview.claims.sections import inference
from synthview.claims.sections.inference import VariedSetting
from synthview.claims.sections.section import LeftOut, Section
from synthview.claims.simulation.candidates import why_not_looked_over
from synthview.claims.study import Study
from synthview.scenario.declarations import NamedTitle
from synthview.scenario.entries import Entry, entries
from synthview.scenario.settings import GUESS
from synthview.scenario.sources import Source, ids_in, source
from synthview.wording import figure, rarely, short

__all__ = ["SECTION", "Assumed", "Knowledge", "KnownFact", "Unknowable", "assumed", "measure"]

_UNKNOWABLE: Mapping[str, Sequence[str]] = {
    "Whether the number was counted at all: an invented one would look the same.": (),
    "What “watched” meant: a press of a key, two minutes, or to the end.": (),
    "What a day was: by whose clock, in whose time zone.": ("streak", "on_day", "longest"),
    "Whether a day without a play was forgiven, and whether any day had more than one.": (
        "longest",
    ),
    "Whether accounts, profiles or people were counted.": (),
    "Who sat before the screens, and whether anybody did.": (),
    "What was left out: test devices, public screens, accounts that are sold.": (),
}
"""What nobody outside can know, and of which kinds of claims alone; of all where none is named."""
_MOST_ASSUMED = 12
_NEARLY_ALL = 0.9
"""From this share of a published size on its figures are not scaled."""


@dataclass(frozen=True)
class KnownFact:
    """Something that was published, and where."""

    text: str
    source: str
    url: str


@dataclass(frozen=True)
class Assumed:
    """A setting: what it is, and from where to where it was varied."""

    text: str
    path: str
    source: str
    range: str


@dataclass(frozen=True)
class Unknowable:
    """Something that nobody outside can know."""

    text: str


@dataclass(frozen=True)
class Knowledge:
    """Three columns; assumptions are in order of how much they move the answer, then the number."""

    known: tuple[KnownFact, ...]
    assumed: tuple[Assumed, ...]
    unknowable: tuple[Unknowable, ...]


def measure(study: Study) -> Knowledge | LeftOut:
    """Gather the three columns, with assumptions in the order in which they move it."""
    question = study.question
    is_streak = question.claim.kind == "streak"
    if is_streak and (why := why_not_looked_over(question)):
        return LeftOut(why)
    ranked = assumed(question, _ranked(study) if is_streak else ())
    return Knowledge(known(question), ranked, tuple(_unknowable(question)))


def _unknowable(question: Question) -> Iterator[Unknowable]:
    """What nobody can know of a number of its kind: a sum over days has no day of its own."""
    kind = question.claim.kind
    for text, of_kinds in _UNKNOWABLE.items():
        if kind in of_kinds or not of_kinds:
            yield Unknowable(text)


def _ranked(study: Study) -> Sequence[VariedSetting]:
    """Settings that varied: those that move the answer, and then by how they move the number."""
    found = study.once(inference.measure)
    if isinstance(found, LeftOut):
        return inference.settings_of(study.once(inference.posterior))
    places = {one.path: place for place, one in enumerate(found.sensitivity.beliefs)}
    return sorted(found.settings, key=lambda one: places.get(one.path, len(places)))


def known(question: Question) -> tuple[KnownFact, ...]:
    """What was published: the words of the number, facts of its title, the service's size."""
    claim, size = question.claim, source("S01d")
    words = (
        (KnownFact(f"The words of the number: “{claim.quote}”", *_published(claim.source)),)
        if claim.quote
        else ()
    )
    titles = (
        _about_title(one)
        for one in question.scenario.titles
        if one.name == claim.title and ids_in(one.source)
    )
    text = f"{size.quantity}: {size.figure} ({size.period}).{_scaled(question, size)}"
    return (*words, *titles, KnownFact(text, *_published(size.id)))


def _scaled(question: Question, size: Source) -> str:
    """What a published number comes to among the homes asked about, if they are far fewer."""
    homes = question.scenario.run.households
    claim = question.claim
    share = homes / (float(size.value) * 1e6)
    if not (claim.source and claim.said) or _NEARLY_ALL < share < 1 / _NEARLY_ALL:
        return ""
    scaled = rarely(claim.said * share)
    return f" Of the {short(homes)} homes asked about here, {figure(claim.said)} would be {scaled}."


def _about_title(title: NamedTitle) -> KnownFact:
    text = (
        f"{title.name} appeared on {title.released_on} and runs for {title.runtime_minutes:.0f} "
        "minutes."
    )
    return KnownFact(text, *_published(title.source))


def _published(stated: str) -> tuple[str, str]:
    """Who published what a source names, and the address of it."""
    found = [source(one) for one in ids_in(stated)]
    who = "; ".join(
        dict.fromkeys(f"{one.source_publisher.split(';')[0]}, {one.year}" for one in found)
    )
    return f"{who} ({stated})" if who else stated, found[0].url if found else ""


def assumed(question: Question, ranked: Sequence[VariedSetting]) -> tuple[Assumed, ...]:
    """Settings with their ranges, as ranked.

    Without a ranking the guesses of actors, in the order of the scenario.
    """
    declared = {one.path: one for one in entries(question.scenario)}
    varied = {one.path: (one.low, one.high) for one in ranked}
    paths = [one.path for one in ranked if one.path in declared] or [
        path for path, one in declared.items() if path.startswith("actors.") and one.source == GUESS
    ]
    with_range = [declared[path] for path in paths if declared[path].setting.low is not None]
    return tuple(_assumed(one, varied.get(one.path)) for one in with_range[:_MOST_ASSUMED])


def _assumed(entry: Entry, varied: tuple[float, float] | None) -> Assumed:
    setting = entry.setting
    assert setting.low is not None, "a setting without a range is not assumed"
    assert setting.high is not None, "a setting without a range is not assumed"
    low, high = varied or (setting.low, setting.high)
    stated = entry.source if entry.source == GUESS else _published(entry.source)[0]
    return Assumed(setting.about, entry.path, stated, _range(low, high, setting.unit))


def _range(low: float, high: float, unit: str) -> str:
    """From where to where a setting was varied."""
    ends = " to ".join(rarely(one) for one in (low, high))
    return f"{ends} ({unit})" if unit else ends


SECTION = Section(
    name="knowledge",
    title="Known, assumed, unknowable",
    kind=Knowledge,
    measure=measure,
    claims=("streak", "on_day", "longest", "count", "mean", "total"),
    packages=("scipy.signal",),
    sentence=lambda _: "",
    scenes=("known",),
)
