"""What a scenario states outright: how much of its world is made, titles by name, events on a date."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from synthview.errors import SettingError, UnknownName
from synthview.scenario.settings import CHOICE, GUESS, choice, fact, number, section

__all__ = [
    "GENRES",
    "LONGEST_DAYS",
    "Claim",
    "DatedEvent",
    "NamedTitle",
    "Run",
    "check",
    "check_total",
    "still_true",
]

LONGEST_DAYS = 4090
"""Days from the warm-up to the end that ids leave room for (12 bits, less the edges of time zones)."""
GENRES = (
    "drama", "comedy", "thriller", "action", "romance", "horror", "documentary", "science fiction", "fantasy", "crime",
    "family", "animation", "kids", "musical", "reality", "stand-up", "holiday",
)  # fmt: skip
"""Genres of the catalogue; titles of the genre holiday are those watched for Christmas."""
MOST_GENRES = 2
MOST_HOUSEHOLDS = 2**32 - 1
FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2099, 12, 31)


@section
class Run:
    """How much of the world is made, and which."""

    seed: int = number(
        1, unit="", allowed=(0, 2**63 - 1), low=0, high=2**63 - 1, source=CHOICE,
        about="Another seed is another world of the same kind.",
    )
    households: int = number(
        20_000, unit="households", allowed=(1, MOST_HOUSEHOLDS), low=1, high=MOST_HOUSEHOLDS, source=CHOICE, scale="log",
        about="How many households; fewer are the first of more.",
    )
    start: date = fact(date(2017, 10, 2), source=CHOICE, about="First day that is written, UTC.")
    days: int = number(
        30, unit="days", allowed=(1, LONGEST_DAYS), low=1, high=LONGEST_DAYS, source=CHOICE, scale="log",
        about="How many days are written; more days add rows and change none.",
    )
    epoch: date = fact(
        date(2017, 10, 2), source=CHOICE,
        about="The day the world begins; if not given, the start in the scenario's file. A later start cuts a window.",
    )
    warm_up_days: int = number(
        28, unit="days", allowed=(0, 365), low=7, high=90, source=CHOICE,
        about="Days lived before the epoch and never written, so that people have something to resume.",
    )
    dropped: tuple[int, ...] = fact(
        (), source=CHOICE,
        about="Households left out, by number from 0; all others stay exactly as they are.",
    )

    @property
    def end(self) -> date:
        """The day after the last one that is written."""
        return self.start + timedelta(days=self.days)


@section
class NamedTitle:
    """A title that a scenario names as a fact, beside the invented ones."""

    name: str = fact(..., source=CHOICE, about="Title as shown.")
    kind: str = choice("film", options=("film", "series"), about="What it is.")
    released_on: date = fact(..., source=CHOICE, about="Day it appeared on the service.")
    runtime_minutes: float = number(
        ..., unit="minutes", allowed=(1, 1000), low=1, high=400, source=CHOICE,
        about="Length of the film; the episodes of a series have lengths of their own.",
    )
    genres: tuple[str, ...] = fact(
        ..., source=CHOICE, about=f"One or two of: {', '.join(GENRES)}; the most fitting first.",
    )
    age_rating: str = choice("all", options=("all", "7", "13", "16", "18"), about="Youngest advised age.")
    is_original: bool = fact(default=False, source=CHOICE, about="Made for the service, so offered everywhere.")
    popularity_rank: int = number(
        ..., unit="rank", allowed=(1, 200_000), low=1, high=200_000, source=GUESS, scale="log",
        about="Its place among films, or among series, on the day it appears.",
    )
    source: str = fact(GUESS, source=CHOICE, about="Where the facts come from: ids of the list of sources.")
    about: str = fact("", source=CHOICE, about="What a reader should know, such as which of these is a guess.")


@section
class DatedEvent:
    """Something that lifts a title from a day on: a holiday, news about it."""

    name: str = fact(..., source=CHOICE, about="What happened.")
    title: str = fact(..., source=CHOICE, about="The title it lifts: one that the scenario names.")
    on: date = fact(..., source=CHOICE, about="The day it happened.")
    lift: float = number(
        ..., unit="times", allowed=(0, 1000), low=0.2, high=20, source=GUESS, scale="log",
        about="How much more the title is picked on that day.",
    )
    half_life_days: float = number(
        2, unit="days", allowed=(0.1, 1000), low=0.5, high=14, source=GUESS, scale="log",
        about="After how many days half of the lift is gone.",
    )
    source: str = fact(GUESS, source=CHOICE, about="Where it comes from: ids of the list of sources.")
    about: str = fact("", source=CHOICE, about="What a reader should know.")


@section
class Claim:
    """A number that somebody published, and what would have to be counted to get it; never a target of any setting.

    `streak`: how many watched a title on every day; `longest`: the most days in a row anybody has; `on_day`:
    how many watched it on one day; `count`, `total` and `mean`: accounts, plays, hours or films of all, or of each.
    """

    name: str = fact(..., source=CHOICE, about="What to call it.")
    kind: str = choice(
        "streak", options=("streak", "longest", "on_day", "count", "mean", "total"), about="What sort of number it is.",
    )
    said: float = number(
        ..., unit="", allowed=(0, 10**15), low=0, high=10**15, source=CHOICE, about="The number as published.",
    )
    title: str = fact("", source=CHOICE, about="The title it is about, one that the scenario names; empty for all.")
    days: int = number(
        0, unit="days", allowed=(0, LONGEST_DAYS), low=0, high=LONGEST_DAYS, source=CHOICE,
        about="Over how many days, of which `last` is the last; 0 for all days of the run.",
    )
    last: str = fact("", source=CHOICE, about="The last of its days, as in 2017-12-10; empty for the last of the run.")
    of: str = choice(
        "accounts", options=("accounts", "plays", "hours", "films"), about="What is counted by count, total and mean.",
    )
    per: str = choice(
        "all", options=("all", "day", "year"), about="Whether a total or mean is told for all days, a day or a year.",
    )
    quote: str = fact("", source=CHOICE, about="The words it was published in.")
    source: str = fact(GUESS, source=CHOICE, about="Where it was published: ids of the list of sources.")
    about: str = fact("", source=CHOICE, about="What a reader should know.")


_ASKED, _PUBLISHED = ("kind", "said", "title", "days"), ("quote", "source", "about")


def still_true(claim: Mapping[str, Any], anew: Mapping[str, Any]) -> Mapping[str, Any]:
    """What of an inherited claim still holds: where another number is told, nobody published it in the words there were."""
    is_other = "said" in claim and any(name in anew and anew[name] != claim.get(name) for name in _ASKED)
    if not is_other or "quote" in anew:
        return claim
    return {name: value for name, value in claim.items() if name not in _PUBLISHED}


def check_total(claim: Mapping[str, Any], path: str, where: str) -> None:
    """Refuse a total or a mean that does not say of what: of accounts it would be what `count` is, or a share."""
    if claim.get("kind") in ("total", "mean") and "of" not in claim:
        raise SettingError(
            f'{path} in {where} is a {claim["kind"]}; say of what: of = "hours", "plays", "films" or "accounts".'
        )


def check(
    run: Run, titles: Mapping[str, NamedTitle], events: Sequence[DatedEvent], claims: Sequence[Claim], where: str
) -> None:
    """Refuse what each value allows and their combination does not."""
    _check_days(run, where)
    _check_dropped(run, where)
    _check_claims(claims, titles, where)
    _check_genres(titles, where)
    _check_events(events, titles, where)


def _check_days(run: Run, where: str) -> None:
    if not FIRST_DAY <= run.epoch <= run.start <= LAST_DAY:
        raise SettingError(
            f"run in {where} starts on {run.start}, but its world begins on {run.epoch} and the last is {LAST_DAY}; "
            f"a start lies between the epoch and that, an epoch not before {FIRST_DAY}."
        )
    lived = run.warm_up_days + (run.end - run.epoch).days
    if lived > LONGEST_DAYS:
        raise SettingError(f"run in {where} covers {lived:,} days, warm-up included; at most {LONGEST_DAYS:,}.")


def _check_dropped(run: Run, where: str) -> None:
    for household in run.dropped:
        if not 0 <= household < MOST_HOUSEHOLDS:
            raise SettingError(
                f"run.dropped in {where} has {household}; households are numbered from 0 to {MOST_HOUSEHOLDS - 1:,}."
            )


def _check_genres(titles: Mapping[str, NamedTitle], where: str) -> None:
    for name, title in titles.items():
        if not 1 <= len(title.genres) <= MOST_GENRES:
            raise SettingError(f'titles."{name}".genres in {where} lists one or two genres of: {", ".join(GENRES)}.')
        for genre in title.genres:
            if genre not in GENRES:
                raise UnknownName(f'genre for titles."{name}"', genre, GENRES, where)


def _check_claims(claims: Sequence[Claim], titles: Mapping[str, NamedTitle], where: str) -> None:
    for claim in claims:
        path = f'claims."{claim.name}"'
        if claim.title and not titles:
            raise SettingError(
                f"{path} is about '{claim.title}', and {where} names no title: add [[titles]], or base it on a scenario that has it."
            )
        if claim.title and claim.title not in titles:
            raise UnknownName(f"title for {path}", claim.title, titles, where)
        if claim.kind in ("streak", "on_day") and not claim.title:
            raise SettingError(f"{path} in {where} is about a title; say which: title = …")
        _check_count(claim, f"{path} in {where}")
        try:
            date.fromisoformat(claim.last or "2000-01-01")
        except ValueError:
            raise SettingError(f"{path}.last in {where} is a day such as 2017-12-10, not {claim.last!r}.") from None


def _check_count(claim: Claim, path: str) -> None:
    """Refuse what would change nothing, or another number: a streak is of accounts, on_day too, and both are whole."""
    if claim.kind not in ("streak", "longest", "on_day"):
        return
    counts = "days" if claim.kind == "longest" else "accounts"
    if (claim.of, claim.per) != ("accounts", "all"):
        raise SettingError(
            f"{path} is of the kind {claim.kind}, which counts {counts}; of and per are for count, mean and total. Leave them out."
        )
    if claim.said != round(claim.said):
        raise SettingError(f"{path} says {claim.said:g}; the kind {claim.kind} counts {counts}: a whole number is needed.")


def _check_events(events: Sequence[DatedEvent], titles: Mapping[str, NamedTitle], where: str) -> None:
    for event in events:
        if event.title not in titles:
            raise UnknownName(f'title for dated_events."{event.name}"', event.title, titles, where)
        released = titles[event.title].released_on
        if event.on < released:
            raise SettingError(f'dated_events."{event.name}" in {where} is before {event.title} appears, {released}.')
