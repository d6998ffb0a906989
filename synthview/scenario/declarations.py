"""The facts of a scenario: the size of its world, titles by name, dated events, claims."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from synthview.errors import InvalidChoice, SettingError, UnknownName
from synthview.scenario.published import check_counted_by
from synthview.scenario.settings import CHOICE, GUESS, choice, fact, number, section

__all__ = [
    "GENRES",
    "LONGEST_DAYS",
    "Claim",
    "DatedEvent",
    "NamedTitle",
    "RunSettings",
    "check",
    "check_total",
    "still_true",
]

LONGEST_DAYS = 4090
"""The most days from the warm-up to the end: ids have 12 bits, less the edges of time zones."""
GENRES = (
    "drama", "comedy", "thriller", "action", "romance", "horror", "documentary", "science fiction",
    "fantasy", "crime", "family", "animation", "kids", "musical", "reality", "stand-up", "holiday",
)  # fmt: skip
"""Genres of the catalogue; titles of the genre holiday are those watched for Christmas."""
MOST_GENRES = 2
MOST_HOUSEHOLDS = 2**32 - 1
FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2099, 12, 31)


TITLES_WRITTEN = ("all", "used")


@section
class RunSettings:
    """How much of the world is made, and which."""

    seed: int = number(
        1, unit="", allowed=(0, 2**63 - 1), low=0, high=2**63 - 1, source=CHOICE,
        about="Another seed is another world of the same kind.",
    )
    households: int = number(
        20_000, unit="households", allowed=(1, MOST_HOUSEHOLDS), low=1, high=MOST_HOUSEHOLDS,
        source=CHOICE, scale="log",
        about="How many households; fewer are the first of more.",
    )
    start: date = fact(date(2017, 10, 2), source=CHOICE, about="First day that is written, UTC.")
    days: int = number(
        30, unit="days", allowed=(1, LONGEST_DAYS), low=1, high=LONGEST_DAYS,
        source=CHOICE, scale="log",
        about="How many days are written; more days add rows and change none.",
    )
    epoch: date = fact(
        date(2017, 10, 2), source=CHOICE,
        about="The day the world begins; if not given, the start in the scenario's file. "
        "A later start cuts a window.",
    )
    warm_up_days: int = number(
        28, unit="days", allowed=(0, 365), low=7, high=90, source=CHOICE,
        about="Days simulated before the epoch and never written, so that people have something to "
        "resume.",
    )
    cast_from: date | None = fact(
        None, source=CHOICE,
        about="First day of those in which each of the cast must act; if not given, the start.",
    )
    cast_days: int | None = fact(
        None, unit="days", source=CHOICE,
        about="In how many days each of the cast must act; if not given, in all days that are "
        "written. Given, more days or a later start do not choose another cast.",
    )
    titles: str | None = fact(
        None, source=CHOICE,
        about="Which titles are written: all, or used for those that other rows speak about, in "
        "runs of at most 1,024 households; all if not given.",
    )
    closed: bool | None = fact(
        None, source=CHOICE,
        about="Whether all of every play that begins in the days is written, in log and truth, and "
        "nothing of others; if not given, what is received in the days.",
    )
    retention_days: int = number(
        0, unit="days", allowed=(0, LONGEST_DAYS), low=0, high=LONGEST_DAYS, source=CHOICE,
        about="For how many days the log keeps what it received on a day, counted back from the "
        "end of the run; 0 keeps it for good. Aggregates and truth stay.",
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
    age_rating: str = choice(
        "all", options=("all", "7", "13", "16", "18"),
        about="Youngest advised age.",
    )
    is_original: bool = fact(
        default=False, source=CHOICE,
        about="Made for the service, so offered everywhere.",
    )
    popularity_rank: int = number(
        ..., unit="rank", allowed=(1, 200_000), low=1, high=200_000, source=GUESS, scale="log",
        about="Its place among films, or among series, on the day it appears.",
    )
    source: str = fact(
        GUESS, source=CHOICE,
        about="Where the facts come from: ids of the list of sources.",
    )
    about: str = fact(
        "", source=CHOICE,
        about="What a reader should know, such as which of these is a guess.",
    )


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
    source: str = fact(
        GUESS, source=CHOICE,
        about="Where it comes from: ids of the list of sources.",
    )
    about: str = fact("", source=CHOICE, about="What a reader should know.")


@section
class Claim:
    """A published number and what has to be counted to get it. No setting is tuned to it.

    Kinds:

    - `streak`: how many watched a title on every day.
    - `longest`: the most days in a row that anybody watched.
    - `on_day`: how many watched a title on one day.
    - `count`, `total` and `mean`: accounts, plays, hours or films.
    """

    name: str = fact(..., source=CHOICE, about="What to call it.")
    kind: str = choice(
        "streak", options=("streak", "longest", "on_day", "count", "mean", "total"),
        about="What sort of number it is.",
    )
    said: float = number(
        ..., unit="", allowed=(0, 10**15), low=0, high=10**15,
        source=CHOICE, about="The number as published.",
    )
    title: str = fact(
        "", source=CHOICE,
        about="The title it is about, one that the scenario names; empty for all.",
    )
    days: int = number(
        0, unit="days", allowed=(0, LONGEST_DAYS), low=0, high=LONGEST_DAYS, source=CHOICE,
        about="Over how many days, of which `last` is the last; 0 for all days of the run.",
    )
    last: str = fact(
        "", source=CHOICE,
        about="The last of its days, as in 2017-12-10; empty for the last of the run.",
    )
    of: str = choice(
        "accounts", options=("accounts", "plays", "hours", "films"),
        about="What is counted by count, total and mean.",
    )
    per: str = choice(
        "all", options=("all", "day", "year"),
        about="Whether a total or mean is told for all days, a day or a year.",
    )
    unit: str | None = fact(
        None, source=CHOICE,
        about="Who was counted in a streak, if that is known: account, profile or device.",
    )
    watched: str | None = fact(
        None, source=CHOICE,
        about="What is called watched on a day of a streak, if that is known: any (play), "
        "2 minutes, 70 % or 90 % of the title.",
    )
    day: str | None = fact(
        None, source=CHOICE,
        about="Whose days a streak is of, if that is known: utc, home (its own), or service (those "
        "of the home from 04:00).",
    )
    country: str | None = fact(
        None, source=CHOICE,
        about="The country of sign-up that a streak is of, as in GB; all if not given.",
    )
    priors: tuple[str, ...] = fact(
        (), source=CHOICE,
        about="What to believe of settings instead of their plausible range, as PATH=LOW:HIGH, the "
        "5 % and 95 % points; only what is concluded from the number depends on it.",
    )
    facts_off_by: float = number(
        3.0, unit="times", allowed=(1, 1000), low=1.5, high=10, source=GUESS, scale="log",
        about="By what factor the rank of its title, and the lift of an event, may be off either "
        "way (5 % to 95 %), in what is concluded from the number.",
    )
    quote: str = fact("", source=CHOICE, about="The words it was published in.")
    source: str = fact(
        GUESS, source=CHOICE,
        about="Where it was published: ids of the list of sources.",
    )
    about: str = fact("", source=CHOICE, about="What a reader should know.")


_ASKED = ("kind", "said", "title", "days")
_PUBLISHED = ("quote", "source", "about")


def still_true(claim: Mapping[str, Any], anew: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what still holds of an inherited claim; for another number, the quote does not."""
    changed = [name for name in _ASKED if name in anew and anew[name] != claim.get(name)]
    is_other = "said" in claim and bool(changed)
    if not is_other or "quote" in anew:
        return claim
    return {name: value for name, value in claim.items() if name not in _PUBLISHED}


def check_total(claim: Mapping[str, Any], path: str, where: str) -> None:
    """Refuse a total or mean without `of`: of accounts it would be a count or a share."""
    if claim.get("kind") in ("total", "mean") and "of" not in claim:
        raise SettingError(
            f"{path} in {where} is a {claim['kind']}; say of what: "
            f'of = "hours", "plays", "films" or "accounts".'
        )


def check(
    run: RunSettings,
    titles: Mapping[str, NamedTitle],
    events: Sequence[DatedEvent],
    claims: Sequence[Claim],
    where: str,
) -> None:
    """Refuse values that are valid alone and not together."""
    _check_days(run, where)
    _check_dropped(run, where)
    _check_cast_days(run, where)
    _check_claims(claims, titles, where)
    _check_genres(titles, where)
    _check_events(events, titles, where)


def _check_days(run: RunSettings, where: str) -> None:
    if not FIRST_DAY <= run.epoch <= run.start <= LAST_DAY:
        raise SettingError(
            f"run in {where} has the start {run.start} and the epoch {run.epoch}. The start must "
            f"be between the epoch and {LAST_DAY}, and the epoch not before {FIRST_DAY}."
        )
    days = run.warm_up_days + (run.end - run.epoch).days
    if days > LONGEST_DAYS:
        raise SettingError(
            f"run in {where} covers {days:,} days with the warm-up; at most {LONGEST_DAYS:,} "
            f"are possible. --epoch from, or a later run.epoch, begins the world later."
        )


def _check_cast_days(run: RunSettings, where: str) -> None:
    if run.titles not in (None, *TITLES_WRITTEN):
        raise InvalidChoice("run.titles", str(run.titles), TITLES_WRITTEN, where)
    if run.cast_days is not None and not 1 <= run.cast_days <= LONGEST_DAYS:
        raise SettingError(
            f"run.cast_days in {where} is {run.cast_days}; a cast acts in 1 to {LONGEST_DAYS:,} "
            "days."
        )
    if run.cast_from is not None and run.cast_from < run.epoch:
        raise SettingError(
            f"run.cast_from in {where} is {run.cast_from}, before the world begins on {run.epoch}."
        )


def _check_dropped(run: RunSettings, where: str) -> None:
    for household in run.dropped:
        if not 0 <= household < MOST_HOUSEHOLDS:
            raise SettingError(
                f"run.dropped in {where} has {household}; households are numbered from 0 to "
                f"{MOST_HOUSEHOLDS - 1:,}."
            )


def _check_genres(titles: Mapping[str, NamedTitle], where: str) -> None:
    for name, title in titles.items():
        if not 1 <= len(title.genres) <= MOST_GENRES:
            raise SettingError(
                f'titles."{name}".genres in {where} must list one or two genres of: '
                f"{', '.join(GENRES)}."
            )
        for genre in title.genres:
            if genre not in GENRES:
                raise InvalidChoice(f'genre for titles."{name}"', genre, GENRES, where)


def _check_claims(claims: Sequence[Claim], titles: Mapping[str, NamedTitle], where: str) -> None:
    for claim in claims:
        path = f'claims."{claim.name}"'
        _check_title(claim, path, titles, where)
        _check_count(claim, f"{path} in {where}")
        _check_last(claim, path, where)
        check_counted_by(claim, f"{path}.", where)


def _check_title(claim: Claim, path: str, titles: Mapping[str, NamedTitle], where: str) -> None:
    if claim.title and not titles:
        raise SettingError(
            f"{path} is about '{claim.title}', and {where} names no title: add [[titles]], "
            f"or base it on a scenario that has it."
        )
    if claim.title and claim.title not in titles:
        raise UnknownName(f"title for {path}", claim.title, titles, where)
    if claim.kind in ("streak", "on_day") and not claim.title:
        raise SettingError(f"{path} in {where} is about a title; say which: title = …")


def _check_last(claim: Claim, path: str, where: str) -> None:
    if not claim.last:
        return
    try:
        date.fromisoformat(claim.last)
    except ValueError:
        raise SettingError(
            f"{path}.last in {where} must be a day such as 2017-12-10, not {claim.last!r}."
        ) from None


def _check_count(claim: Claim, path: str) -> None:
    """Refuse settings without effect, and fractions, where accounts or days are counted."""
    if claim.kind not in ("streak", "longest", "on_day"):
        return
    counts = "days" if claim.kind == "longest" else "accounts"
    if (claim.of, claim.per) != ("accounts", "all"):
        raise SettingError(
            f"{path} is of the kind {claim.kind}, which counts {counts}. Leave out of and per: "
            f"they are for count, mean and total."
        )
    if claim.said != round(claim.said):
        raise SettingError(
            f"{path} says {claim.said:g}. The kind {claim.kind} counts {counts}, so it must be "
            f"a whole number."
        )


def _check_events(
    events: Sequence[DatedEvent], titles: Mapping[str, NamedTitle], where: str
) -> None:
    for event in events:
        if event.title not in titles:
            raise UnknownName(f'title for dated_events."{event.name}"', event.title, titles, where)
        released = titles[event.title].released_on
        if event.on < released:
            raise SettingError(
                f'dated_events."{event.name}" in {where} is before {event.title} appears, '
                f"{released}."
            )
