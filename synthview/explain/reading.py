"""Reads a household's tables as a story: who lives there, what each play was, and what the log has of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from synthview.explain.replay import Replay, on_the_wall
from synthview.explain.telling import Deed, Logged, Mishap, Person, Play, Story
from synthview.explain.words import listed, place, room_of, spoken
from synthview.ids import public, source_in, source_of
from synthview.pipeline import Window
from synthview.sinks.id_forms import id_as
from synthview.world.clock import date_of, day_number

__all__ = ["read_plays", "read_story"]

Row = Mapping[str, Any]
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def read_story(lived: Replay, ids: str = "int") -> Story:
    """The story of the days of a run in one household: of all plays that ran in them."""
    people = _people(lived)
    home = lived["truth.households"].row(0, named=True)
    begin, last = (_wall(lived, day) for day in (lived.window.first_day, lived.window.last_day))
    plays = [one for one in read_plays(lived) if one.end > begin and one.start < last]
    first, end = _calendar(begin, last, [one.day for one in plays])
    return Story(
        scenario=lived.scenario.name, household=lived.household, account=id_as(ids, home["account_id"], "a"), ids=ids,
        home=_home(home, lived["log.accounts"]), country=str(home["country"]), room=room_of(home["household_type"]),
        people=tuple(people.values()),
        lasting=tuple(one for one in str(lived["truth.accounts"]["actors"][0]).split("|") if one),
        run_start=lived.scenario.run.start, run_days=lived.scenario.run.days, first=first, end=end,
        plays=tuple(one for one in plays if first <= one.day),
        eve=tuple(one for one in plays if one.day < first),
    )  # fmt: skip


def _calendar(begin: datetime, last: datetime, played: Sequence[date]) -> tuple[date, date]:
    """The home's days from `begin` to `last`; of those at the edges that are cut, none on which nothing was played."""
    first, end = begin.date(), (last - timedelta(milliseconds=1)).date() + timedelta(days=1)
    if begin.time() != time() and first not in played and begin.date() < end - timedelta(days=1):
        first += timedelta(days=1)
    if last.time() != time() and last.date() not in played and first < last.date():
        end -= timedelta(days=1)
    return first, end


def _wall(lived: Replay, day: int) -> datetime:
    """What the clock on the wall shows when a UTC day begins."""
    return datetime.combine(date_of(day), time(), UTC).astimezone(ZoneInfo(lived.zone)).replace(tzinfo=None)


def _home(home: Row, accounts: pl.DataFrame) -> str:
    kind = {"alone": "somebody alone", "family": "a family", "housemates": "housemates"}.get(
        home["household_type"], f"a {spoken(home['household_type'])}"
    )
    pets = [pet for pet, has in (("a cat", home["has_cat"]), ("a dog", home["has_dog"])) if has]
    keeping = f", with {listed(pets)}" if pets else ""
    if not len(accounts):
        return f"{kind} in {place(home['country'], '')}{keeping}, without an account in these days"
    region, plan = accounts["region"][-1], accounts["plan"][-1]
    return f"{kind} in {place(home['country'], region)}{keeping}, on the {plan} plan"


def _people(lived: Replay) -> dict[int, Person]:
    """Everybody who may use the account by their public id; two of an age are told apart by a letter."""
    rows = lived["truth.persons"].select("person_id", "age", "lives_here").rows()
    alike = Counter(_called(age, here) for _, age, here in rows)
    seen: Counter[str] = Counter()
    found = {}
    for key, age, here in rows:
        name = _called(age, here)
        letter = f" {_LETTERS[seen[name] % 26]}" if alike[name] > 1 else ""
        seen[name] += 1
        found[key] = Person(name.replace(", elsewhere", f"{letter}, elsewhere") if not here else f"{name}{letter}",
                            here, "" if here else _came_with(lived, key))  # fmt: skip
    return found


def _called(age: int, here: bool) -> str:  # noqa: FBT001  a column of a row
    sort = "baby" if age < 1 else f"child {age}" if age < 13 else f"teenager {age}" if age < 18 else f"adult {age}"
    return sort if here else f"{sort}, elsewhere"


def _came_with(lived: Replay, person_id: int) -> str:
    """The actor that brought a person: its source stands in the person's internal id."""
    source = int(source_in(public(lived.scenario.run.seed, "person").invert(person_id)))
    return next((name for name in lived.scenario.actors if source_of(name) == source), "")


def read_plays(lived: Replay) -> tuple[Play, ...]:
    """Every play that was lived, those before and after the days of the run too."""
    people, home = _people(lived), lived["truth.households"].row(0, named=True)
    names = lived["log.titles"].select("title_id", "name", series="series_name", kind="kind")
    devices = lived["log.devices"].select("device_id", "device_type").unique("device_id")
    rows = (
        on_the_wall(lived["truth.plays"], lived.zone, "started_at", "ended_at")
        .join(names, on="title_id", how="left").join(devices, on="device_id", how="left")
        .sort("true_started_at", "play_id")
    )  # fmt: skip
    logged, deeds, mishaps = _logged(lived), _deeds(lived), _mishaps(lived)
    found = [
        _play(row, people, home, _row_of(row, logged.get(row["play_id"]), home, lived.window))
        for row in rows.iter_rows(named=True)
    ]
    limit = int(lived["log.accounts"]["stream_limit"].max() or 0)  # type: ignore[arg-type]
    return tuple(
        replace(
            one, deeds=deeds.get(one.play_id, ()), mishaps=mishaps.get(one.play_id, ()),
            is_refused=one.played_ms == 0 and _running(found, one) >= limit,
        )
        for one in found
    )  # fmt: skip


def _running(plays: Iterable[Play], at: Play) -> int:
    """Plays that run when another begins."""
    return sum(one.start <= at.start < one.end and one.played_ms > 0 for one in plays)


def _logged(lived: Replay) -> dict[int, Row]:
    profiles = lived["log.profiles"].select("profile_id", profile="name").unique("profile_id")
    rows = on_the_wall(lived["log.plays"], lived.zone, "started_at", "ended_at", "closed_at")
    return {row["play_id"]: row for row in rows.join(profiles, on="profile_id", how="left").iter_rows(named=True)}


def _row_of(play: Row, row: Row | None, home: Row, window: Window) -> Logged | None:
    if row is None:
        return None
    off = row["true_started_at"] - play["true_started_at"]
    return Logged(
        start=row["started_at"], end=row["ended_at"], day=row["true_started_at"].date(), closed=row["closed_at"], watched_ms=row["watched_ms"],
        completion=row["completion"], end_reason=row["end_reason"], source=row["start_source"],
        autoplayed=row["autoplayed"], profile=row["profile"] or "",
        abroad=row["country"] if row["country"] != home["country"] else "",
        off_ms=int(off / timedelta(milliseconds=1)), is_in_run=window.first_day <= day_number(row["true_closed_at"].date()) < window.last_day,
    )  # fmt: skip


def _deeds(lived: Replay) -> dict[int, tuple[Deed, ...]]:
    rows = lived["truth.incidents"].drop_nulls("play_id").sort("at", "incident_id")
    found: dict[int, tuple[Deed, ...]] = {}
    for play, actor, what in rows.select("play_id", "actor", "what").iter_rows():
        found[play] = (*found.get(play, ()), Deed(actor, what))
    return found


def _mishaps(lived: Replay) -> dict[int, tuple[Mishap, ...]]:
    by = pl.col("by_ms")
    rows = (
        lived["truth.deliveries"].group_by("play_id", "fault", "change")
        .agg(pl.len(), by.get(by.abs().arg_max())).sort("play_id", "fault", "change")
    )  # fmt: skip
    found: dict[int, tuple[Mishap, ...]] = {}
    for play, fault, change, count, most in rows.iter_rows():
        found[play] = (*found.get(play, ()), Mishap(fault, change, count, most))
    return found


def _play(row: Row, people: Mapping[int, Person], home: Row, logged: Logged | None) -> Play:
    there = [people[one] for one in row["viewer_ids"] if one in people]
    return Play(
        play_id=row["play_id"], session_id=row["session_id"], start=row["started_at"], end=row["ended_at"],
        title=f"{row['series']}: {row['name']}" if row["series"] else str(row["name"]),
        work=str(row["series"] or row["name"]), kind=str(row["kind"]), device=str(row["device_type"]),
        played_ms=row["played_ms"], attended_ms=row["attended_ms"], who=tuple(one.name for one in there),
        room=room_of(home["household_type"]), is_elsewhere=bool(there) and not any(one.lives_here for one in there), is_refused=False,
        causes=tuple(one for one in row["causes"].split("|") if one), deeds=(), pressed=row["pressed_by_person"],
        intent=str(row["intent"]), logged=logged, mishaps=(),
    )  # fmt: skip
