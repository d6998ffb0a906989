"""Read a household's tables as a story: who lives there, its plays, and what the log has."""

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
_KINDS = {"alone": "somebody alone", "family": "a family", "housemates": "housemates"}
_PETS = (("a cat", "has_cat"), ("a dog", "has_dog"))


def read_story(replayed: Replay, ids: str = "int") -> Story:
    """Return the story of the days of a run in one household: of all plays that ran in them."""
    home = replayed["truth.households"].row(0, named=True)
    run = replayed.scenario.run
    plays, first, end = _plays_of_run(replayed)
    return Story(
        scenario=replayed.scenario.name,
        household=replayed.household,
        account=id_as(ids, home["account_id"], "a"),
        ids=ids,
        home=_home(home, replayed["log.accounts"]),
        country=str(home["country"]),
        room=room_of(home["household_type"]),
        people=tuple(_people(replayed).values()),
        lasting=_split(replayed["truth.accounts"]["actors"][0]),
        run_start=run.start,
        run_days=run.days,
        first=first,
        end=end,
        plays=tuple(one for one in plays if first <= one.day),
        eve=tuple(one for one in plays if one.day < first),
    )


def _plays_of_run(replayed: Replay) -> tuple[list[Play], date, date]:
    """Return the plays that ran in the days of a run, and the first day and the end of these."""
    begin = _wall(replayed, replayed.window.first_day)
    last = _wall(replayed, replayed.window.last_day)
    plays = [one for one in read_plays(replayed) if one.end > begin and one.start < last]
    first, end = _calendar(begin, last, [one.day for one in plays])
    return plays, first, end


def _split(names: object) -> tuple[str, ...]:
    """Split names that are joined by bars."""
    return tuple(name for name in str(names).split("|") if name)


def _calendar(begin: datetime, last: datetime, played: Sequence[date]) -> tuple[date, date]:
    """Return the home's days from `begin` to `last`, without cut days at the edges and no plays."""
    day = timedelta(days=1)
    first = begin.date()
    end = (last - timedelta(milliseconds=1)).date() + day
    if begin.time() != time() and first not in played and first < end - day:
        first += day
    if last.time() != time() and last.date() not in played and first < last.date():
        end -= day
    return first, end


def _wall(replayed: Replay, day: int) -> datetime:
    """Return the local time at which a UTC day begins."""
    midnight = datetime.combine(date_of(day), time(), UTC)
    return midnight.astimezone(ZoneInfo(replayed.zone)).replace(tzinfo=None)


def _home(home: Row, accounts: pl.DataFrame) -> str:
    household_type = home["household_type"]
    country = home["country"]
    kind = _KINDS.get(household_type, f"a {spoken(household_type)}")
    pets = [pet for pet, column in _PETS if home[column]]
    keeping = f", with {listed(pets)}" if pets else ""
    if not len(accounts):
        return f"{kind} in {place(country, '')}{keeping}, without an account in these days"
    region = accounts["region"][-1]
    plan = accounts["plan"][-1]
    return f"{kind} in {place(country, region)}{keeping}, on the {plan} plan"


def _people(replayed: Replay) -> dict[int, Person]:
    """Return all who may use the account, by public id. A letter tells two of one age apart."""
    rows = replayed["truth.persons"].select("person_id", "age", "lives_here").rows()
    alike = Counter((_called(age), here) for _, age, here in rows)
    seen: Counter[tuple[str, bool]] = Counter()
    found = {}
    for key, age, here in rows:
        name = _called(age)
        same = name, here
        if alike[same] > 1:
            name += f" {_LETTERS[seen[same] % 26]}"
        seen[same] += 1
        if here:
            found[key] = Person(name, lives_here=True, came_with="")
        else:
            came_with = _came_with(replayed, key)
            found[key] = Person(f"{name}, elsewhere", lives_here=False, came_with=came_with)
    return found


def _called(age: int) -> str:
    if age < 1:
        return "baby"
    if age < 13:
        return f"child {age}"
    return f"teenager {age}" if age < 18 else f"adult {age}"


def _came_with(replayed: Replay, person_id: int) -> str:
    """The actor that brought a person: its source stands in the person's internal id."""
    source = int(source_in(public(replayed.scenario.run.seed, "person").invert(person_id)))
    return next((name for name in replayed.scenario.actors if source_of(name) == source), "")


def read_plays(replayed: Replay) -> tuple[Play, ...]:
    """Return every simulated play, those before and after the days of the run too."""
    people = _people(replayed)
    home = replayed["truth.households"].row(0, named=True)
    logged, deeds, mishaps = _logged(replayed), _deeds(replayed), _mishaps(replayed)
    found = []
    for row in _named_plays(replayed).iter_rows(named=True):
        of_log = _row_of(row, logged.get(row["play_id"]), home, replayed.window)
        found.append(_play(row, people, home, of_log))
    limit = int(replayed["log.accounts"]["stream_limit"].max() or 0)  # type: ignore[arg-type]
    plays = []
    for one in found:
        played = replace(
            one,
            deeds=deeds.get(one.play_id, ()),
            mishaps=mishaps.get(one.play_id, ()),
            is_refused=one.played_ms == 0 and _running(found, one) >= limit,
        )
        plays.append(played)
    return tuple(plays)


def _named_plays(replayed: Replay) -> pl.DataFrame:
    """Return the plays with title and device, in the order of their start."""
    names = replayed["log.titles"].select("title_id", "name", series="series_name", kind="kind")
    devices = replayed["log.devices"].select("device_id", "device_type").unique("device_id")
    plays = on_the_wall(replayed["truth.plays"], replayed.zone, "started_at", "ended_at")
    named = plays.join(names, on="title_id", how="left").join(devices, on="device_id", how="left")
    return named.sort("true_started_at", "play_id")


def _running(plays: Iterable[Play], at: Play) -> int:
    """Count the plays that run when another begins."""
    return sum(one.start <= at.start < one.end and one.played_ms > 0 for one in plays)


def _logged(replayed: Replay) -> dict[int, Row]:
    profiles = replayed["log.profiles"].select("profile_id", profile="name").unique("profile_id")
    plays = on_the_wall(replayed["log.plays"], replayed.zone, "started_at", "ended_at", "closed_at")
    rows = plays.join(profiles, on="profile_id", how="left")
    return {row["play_id"]: row for row in rows.iter_rows(named=True)}


def _row_of(play: Row, row: Row | None, home: Row, window: Window) -> Logged | None:
    if row is None:
        return None
    off = row["true_started_at"] - play["true_started_at"]
    closed_on = day_number(row["true_closed_at"].date())
    return Logged(
        start=row["started_at"],
        end=row["ended_at"],
        day=row["true_started_at"].date(),
        closed=row["closed_at"],
        watched_ms=row["watched_ms"],
        completion=row["completion"],
        end_reason=row["end_reason"],
        source=row["start_source"],
        autoplayed=row["autoplayed"],
        profile=row["profile"] or "",
        abroad=row["country"] if row["country"] != home["country"] else "",
        off_ms=int(off / timedelta(milliseconds=1)),
        is_in_run=window.first_day <= closed_on < window.last_day,
    )


def _deeds(replayed: Replay) -> dict[int, tuple[Deed, ...]]:
    rows = replayed["truth.incidents"].drop_nulls("play_id").sort("at", "incident_id")
    found: dict[int, tuple[Deed, ...]] = {}
    for play, actor, what in rows.select("play_id", "actor", "what").iter_rows():
        found[play] = (*found.get(play, ()), Deed(actor, what))
    return found


def _mishaps(replayed: Replay) -> dict[int, tuple[Mishap, ...]]:
    by = pl.col("by_ms")
    keys = ("play_id", "fault", "change")
    rows = replayed["truth.deliveries"].group_by(keys).agg(pl.len(), by.get(by.abs().arg_max()))
    found: dict[int, tuple[Mishap, ...]] = {}
    for play, fault, change, count, most in rows.sort(keys).iter_rows():
        found[play] = (*found.get(play, ()), Mishap(fault, change, count, most))
    return found


def _play(row: Row, people: Mapping[int, Person], home: Row, logged: Logged | None) -> Play:
    viewers = [people[one] for one in row["viewer_ids"] if one in people]
    name, series = row["name"], row["series"]
    return Play(
        play_id=row["play_id"],
        session_id=row["session_id"],
        start=row["started_at"],
        end=row["ended_at"],
        title=f"{series}: {name}" if series else str(name),
        work=str(series or name),
        kind=str(row["kind"]),
        device=str(row["device_type"]),
        played_ms=row["played_ms"],
        attended_ms=row["attended_ms"],
        who=tuple(one.name for one in viewers),
        room=room_of(home["household_type"]),
        is_elsewhere=bool(viewers) and not any(one.lives_here for one in viewers),
        is_refused=False,
        causes=_split(row["causes"]),
        deeds=(),
        pressed=row["pressed_by_person"],
        intent=str(row["intent"]),
        logged=logged,
        mishaps=(),
    )
