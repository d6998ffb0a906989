"""One household's days: what happened beside what was logged, as plain facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import polars as pl

from synthview.ids import household_of, public
from synthview.pipeline import EVERYTHING, Window, build, settled, titles, walk, window_of
from synthview.registry import installed
from synthview.scenario import Scenario

__all__ = ["Play", "Story", "household_of_account", "household_of_play", "story"]


@dataclass(frozen=True, slots=True)
class Play:
    """One play: as it happened, and what the log holds of it; times are those of the home's wall."""

    play_id: int
    day: date
    start: datetime
    end: datetime
    title: str
    device: str
    played_min: float
    attended_min: float
    who: tuple[str, ...]
    causes: tuple[str, ...]
    deeds: tuple[str, ...]
    pressed: bool
    logged: str
    logged_min: float | None

    @property
    def lesson(self) -> str:
        """What the log makes of it, in a sentence; empty where it is right."""
        if self.logged_min is None:
            return "The log knows nothing of it."
        if not self.who and self.played_min > 0:
            return f"The log counts {self.logged_min:.0f} minutes; nobody was there."
        if self.attended_min + 2 < self.logged_min:
            return f"The log counts {self.logged_min:.0f} minutes; {self.attended_min:.0f} were attended."
        return ""


@dataclass(frozen=True, slots=True)
class Story:
    """A household, who lives there and who else uses its account, and its plays in order."""

    scenario: str
    household: int
    account: str
    home: str
    people: tuple[str, ...]
    guests: tuple[str, ...]
    actors: tuple[str, ...]
    first: date
    last: date
    plays: tuple[Play, ...]

    @property
    def summary(self) -> str:
        """The days in two sentences."""
        logged = [one for one in self.plays if one.logged_min is not None]
        hours = sum(one.logged_min or 0 for one in logged) / 60
        attended = sum(one.attended_min for one in self.plays) / 60
        nobody = sum(not one.who for one in self.plays)
        return (
            f"From {self.first} to {self.last} the log shows {len(logged)} plays of "
            f"{len({one.title for one in logged})} titles, {hours:.1f} hours. People attended {attended:.1f} hours of "
            f"{len(self.plays)} plays that happened; at {nobody} of them nobody was there."
        )


def household_of_account(scenario: Scenario, account: int) -> int:
    """The number of the household whose account has a public id."""
    return int(public(scenario.run.seed, "account").invert(account))


def household_of_play(scenario: Scenario, play: int) -> int:
    """The number of the household in which a play, by its public id, was."""
    return int(household_of(public(scenario.run.seed, "play").invert(play)))


def story(scenario: Scenario, household: int, play: int | None = None) -> Story:
    """Replay one household alone, at once even inside a world of millions; with `play` only that play's day."""
    world, window = build(scenario), window_of(scenario)
    part = range(household, household + 1)
    about = settled(world, part, window)
    around = Window(max(window.first_day - 1, world.first_day), window.last_day + 2)
    days = [frames for _, frames in walk(world, part, around, EVERYTHING)]
    tables = {path: pl.concat([frames[path] for frames in days]) for path in days[0]}
    tables["log.titles"] = titles(world, window)
    zone = about["truth.households"]["time_zone"][0]
    plays = _plays(tables, about, zone)
    first, last = scenario.run.start, scenario.run.end
    plays = [one for one in plays if first <= one.day < last]
    if play is not None:
        chosen = {one.day for one in plays if one.play_id == play}
        plays = [one for one in plays if one.day in chosen]
    return Story(
        scenario=scenario.name, household=household, account=f"a{about['log.accounts']['account_id'][0]}" if len(about["log.accounts"]) else "",
        home=_home(about), people=_persons(about, here=True), guests=_persons(about, here=False),
        actors=tuple(_actors(about)), first=first, last=last, plays=tuple(plays),
    )  # fmt: skip


def _home(about: Mapping[str, pl.DataFrame]) -> str:
    home = about["truth.households"].row(0, named=True)
    kind = str(home["household_type"]).replace("_", " ")
    pets = [pet for pet, has in (("a cat", home["has_cat"]), ("a dog", home["has_dog"])) if has]
    plan = about["log.accounts"]["plan"][-1] if len(about["log.accounts"]) else "no"
    return ", ".join([kind, f"{home['country']}, {home['time_zone']}", f"{plan} plan", *pets])


def _persons(about: Mapping[str, pl.DataFrame], *, here: bool) -> tuple[str, ...]:
    persons = about["truth.persons"].filter(pl.col("lives_here") == here)
    return tuple(_person(age, here=here) for age in persons["age"].to_list())


def _person(age: int, *, here: bool) -> str:
    sort = "a child" if age < 13 else "a teenager" if age < 18 else "an adult"
    return f"{sort} of {age}" if here else f"{sort} of {age} elsewhere"


def _actors(about: Mapping[str, pl.DataFrame]) -> Sequence[str]:
    words = str(about["truth.accounts"]["actors"][0])
    return [_manual(name) for name in words.split("|") if name]


def _manual(name: str) -> str:
    """The first line of an actor's manual."""
    declared = installed().actors.get(name)
    first = (declared.__doc__ or "").strip().split("\n")[0] if declared else ""
    return f"{name.replace('_', ' ')}: {first}"


def _plays(tables: Mapping[str, pl.DataFrame], about: Mapping[str, pl.DataFrame], zone: str) -> list[Play]:
    persons = about["truth.persons"].select("person_id", "age", "lives_here").rows()
    names = {key: _person(age, here=here) for key, age, here in persons}
    log = {row["play_id"]: row for row in tables["log.plays"].iter_rows(named=True)}
    deeds: dict[int, list[str]] = {}
    for row in tables["truth.incidents"].drop_nulls("play_id").iter_rows(named=True):
        deeds.setdefault(row["play_id"], []).append(f"{row['actor'].replace('_', ' ')}: {row['what']}")
    listed = tables["log.titles"].select("title_id", name=pl.col("name"), series=pl.col("series_name"))
    devices = about["log.devices"].select("device_id", "device_type")
    rows = (
        tables["truth.plays"].join(listed, on="title_id", how="left").join(devices, on="device_id", how="left")
        .with_columns(pl.col("started_at", "ended_at").dt.replace_time_zone("UTC").dt.convert_time_zone(zone).dt.replace_time_zone(None, ambiguous="earliest"))
        .sort("started_at", "play_id")
    )  # fmt: skip
    return [
        _play(row, names, log.get(row["play_id"]), deeds.get(row["play_id"], [])) for row in rows.iter_rows(named=True)
    ]


def _play(
    row: Mapping[str, Any], names: Mapping[int, str], logged: Mapping[str, Any] | None, deeds: Sequence[str]
) -> Play:
    title = f"{row['series']}: {row['name']}" if row["series"] else str(row["name"])
    said = "nothing"
    if logged:
        said = f"{logged['watched_ms'] / 60_000:.0f} min, {logged['end_reason']}, from {str(logged['start_source']).replace('_', ' ')}"
    return Play(
        play_id=row["play_id"], day=row["started_at"].date(), start=row["started_at"], end=row["ended_at"], title=title,
        device=str(row["device_type"]), played_min=row["played_ms"] / 60_000, attended_min=row["attended_ms"] / 60_000,
        who=tuple(names.get(one, "somebody") for one in row["viewer_ids"]),
        causes=tuple(one for one in row["causes"].split("|") if one), deeds=tuple(deeds),
        pressed=row["pressed_by_person"], logged=said, logged_min=logged["watched_ms"] / 60_000 if logged else None,
    )  # fmt: skip
