"""What was behind the doors of some homes: each of their days, from their log and truth."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

import polars as pl

from synthview.claims.counting.count import days_of
from synthview.claims.counting.title_log import TitleLog
from synthview.claims.counting.title_plays import with_local_times
from synthview.claims.question import Question
from synthview.claims.sections.doors import (
    Door,
    Home,
    LoggedPlay,
    TruePlay,
    person_in_words,
    sentence_of,
    story_of,
)
from synthview.claims.simulation.attendance import (
    ATTENDED_PERCENT,
    before_guests,
    faithful_accounts,
)
from synthview.claims.simulation.simulate import Tables
from synthview.wording import country, label_of
from synthview.world.clock import DAY_MS, date_of

__all__ = ["homes_of"]

_AWAY_PERCENT = 20
"""Whoever was there for less of a play than this had gone (our choice, for the picture)."""


@dataclass(frozen=True)
class _Play:
    """One play of a day, as the log has it (None: it has not) and as it was."""

    logged: Mapping[str, Any] | None
    true: Mapping[str, Any]

    @property
    def causes(self) -> list[str]:
        """The actors that had a part in it."""
        return [one for one in self.true["causes"].split("|") if one]


def homes_of(question: Question, tables: Tables, account_ids: Sequence[int]) -> list[Home]:
    """Every home in the order of the accounts; `tables` hold its log, truth and incidents."""
    by_account = _Facts(question, tables)
    return [by_account.home(one) for one in account_ids]


class _Facts:
    """What is known of some accounts, by account."""

    def __init__(self, question: Question, tables: Tables) -> None:
        self.question = question
        self.homes = {
            row["account_id"]: row for row in tables["truth.households"].iter_rows(named=True)
        }
        self.persons = {
            row["person_id"]: row for row in tables["truth.persons"].iter_rows(named=True)
        }
        self.people = _grouped(tables["truth.persons"])
        self.profiles = {
            row["profile_id"]: row["name"] for row in tables["log.profiles"].iter_rows(named=True)
        }
        self.profiles_of = _grouped(tables["log.profiles"])
        self.devices = dict(tables["log.devices"].select("device_id", "device_type").iter_rows())
        self.deeds: dict[int, list[str]] = {}
        for play, what in (
            tables["truth.incidents"].drop_nulls("play_id").select("play_id", "what").iter_rows()
        ):
            self.deeds.setdefault(play, []).append(what)
        self.log = TitleLog(question, tables)
        self.runtime_ms = self.log.runtime_ms or 1
        self.plays = _plays_by_day(self.log, tables)

    @cached_property
    def of_one_person(self) -> set[int]:
        """Accounts of one and the same person on every true day."""
        needed = ("log.accounts", "truth.plays")
        tables = {name: self.log.tables[name].collect() for name in needed}
        return {int(one) for one in faithful_accounts(self.log, tables)}

    def home(self, account: int) -> Home:
        """One home."""
        days = self.plays.get(account, {})
        faithful = self._most_faithful(days)
        doors = [self._door(day, days.get(day, []), faithful) for day in self.question.span]
        plays = [play for day in days.values() for play in day]
        cause = _most(one for play in plays for one in play.causes)
        inside = [door for door in doors if door.in_window]
        counted = [days.get(day, []) for day in range(self.question.first, self.question.last + 1)]
        return Home(
            id=f"a{account}",
            home=self._in_words(account),
            people=self._living_there(account),
            profiles=tuple(one["name"] for one in self.profiles_of.get(account, ())),
            cause=cause,
            label=label_of(cause),
            verdict=self._verdict(counted, account),
            story=story_of(cause, inside),
            missed=None,
            doors=tuple(doors),
        )

    def _living_there(self, account: int) -> tuple[str, ...]:
        """The people of a home in words."""
        people = self.people.get(account, ())
        return tuple(person_in_words(one) for one in people if one["lives_here"])

    def _in_words(self, account: int) -> str:
        """What sort of home it is, and where."""
        about = self.homes[account]
        sort = str(about["household_type"]).replace("_", " ")
        return f"{sort} in {country(str(about['country']))}, {about['time_zone']}"

    def _most_faithful(self, days: Mapping[int, Sequence[_Play]]) -> int | None:
        """The person who sat through it on most days."""
        return _most(one for day in days.values() for one in self._through(day))

    def _through(self, plays: Sequence[_Play]) -> set[int]:
        """Persons who sat through the title on a day, over all its plays."""
        spent: dict[int, int] = {}
        for play in plays:
            for one in play.true["viewer_ids"]:
                spent[one] = spent.get(one, 0) + play.true["attended_ms"]
        return {one for one, ms in spent.items() if ms * 100 >= self.runtime_ms * ATTENDED_PERCENT}

    def _verdict(self, days: Sequence[Sequence[_Play]], account: int) -> str:
        """How far up the ladder of truth a home comes on the days that count.

        Who is one and the same person is so on days as they truly were, whatever the log says.
        """
        if account in self.of_one_person:
            return "same_person"
        there = [
            any(play.true["present_ms"] > 0 or play.true["before_guests"] for play in day)
            for day in days
        ]
        if not all(there):
            return "nobody_sometimes" if any(there) else "nobody"
        unattended = [day for day in days if not self._is_attended(day)]
        if not unattended:
            return "in_turns"
        return (
            "guests"
            if all(any(play.true["before_guests"] for play in day) for day in unattended)
            else "somebody"
        )

    def _is_attended(self, plays: Sequence[_Play]) -> bool:
        """Whether persons known to the truth attended the title on a day, all of them together."""
        return (
            sum(play.true["attended_ms"] for play in plays) * 100
            >= self.runtime_ms * ATTENDED_PERCENT
        )

    def _door(self, day: int, plays: Sequence[_Play], faithful: int | None) -> Door:
        best = max(plays, key=_by_company, default=None)
        state = "none" if best is None else self._state(best.true)
        sentence = (
            "" if best is None else sentence_of(state, self._truth(best), self.runtime_ms // 60_000)
        )
        return Door(
            date=date_of(day).isoformat(),
            in_window=self.question.first <= day <= self.question.last,
            counted=any(play.logged for play in plays),
            state=state,
            same_person=faithful is not None and faithful in self._through(plays),
            sentence=sentence,
            log=tuple(self._log(play.logged, play.true) for play in plays if play.logged),
            truth=tuple(self._truth(play) for play in plays),
        )

    def _state(self, true: Mapping[str, Any]) -> str:
        """Who was there, as one word."""
        causes = true["causes"].split("|")
        viewers = [self.persons[one] for one in true["viewer_ids"] if one in self.persons]
        if true["played_ms"] == 0:
            return "error"
        if true["before_guests"]:
            return "stranger"
        if not viewers:
            kinds = {"monitor_probe": "machine", "cat_on_remote": "animal"}
            return next((kinds[one] for one in causes if one in kinds), "away")
        if all(not one["lives_here"] for one in viewers):
            return "stranger"
        if "asleep_on_sofa" in causes:
            return "asleep"
        stayed = true["present_ms"] * 100 >= true["played_ms"] * _AWAY_PERCENT
        return _company(viewers) if stayed else "away"

    def _log(self, logged: Mapping[str, Any], true: Mapping[str, Any]) -> LoggedPlay:
        return LoggedPlay(
            start=_iso(true["local_log_start"]),
            end=_iso(true["local_log_end"]),
            minutes=logged["watched_ms"] // 60_000,
            profile=self.profiles.get(logged["profile_id"], ""),
            device=str(logged["device_type"]),
            from_=str(logged["start_source"]),
        )

    def _truth(self, play: _Play) -> TruePlay:
        true = play.true
        viewers = (self.persons[one] for one in true["viewer_ids"] if one in self.persons)
        return TruePlay(
            start=true["local_start"].isoformat(timespec="seconds"),
            end=true["local_end"].isoformat(timespec="seconds"),
            minutes=true["played_ms"] // 60_000,
            present_minutes=true["present_ms"] // 60_000,
            attended_minutes=true["attended_ms"] // 60_000,
            who=tuple(person_in_words(one) for one in viewers),
            state=self._state(true),
            pressed=true["pressed_by_person"],
            causes=tuple(one for one in true["causes"].split("|") if one),
            deeds=tuple(self.deeds.get(true["play_id"], ())),
        )


def _by_company(play: _Play) -> tuple[int, int, bool, int]:
    """Plays that somebody attended longest come first, then those before guests."""
    true = play.true
    return true["attended_ms"], true["present_ms"], true["before_guests"], true["played_ms"]


def _company(viewers: Sequence[Mapping[str, Any]]) -> str:
    if all(one["age"] < 13 for one in viewers):
        return "child"
    return "family" if len(viewers) > 1 else "person"


def _plays_by_day(log: TitleLog, tables: Tables) -> dict[int, dict[int, list[_Play]]]:
    """Plays of each account by the headline's day.

    By the true day where the log lacks the play, or has it on none of the days that are shown: a
    wrong clock may say another month.
    """
    counted: dict[int, int] = dict(zip(log.plays["play_id"], days_of(log.plays), strict=True))
    logged = {row["play_id"]: row for row in tables["log.plays"].iter_rows(named=True)}
    true = tables["truth.plays"].join(log.own_titles, on="title_id", how="semi")
    true = _with_local_times(true.with_columns(before_guests=before_guests()), tables).sort(
        "started_at", "play_id"
    )
    found: dict[int, dict[int, list[_Play]]] = {}
    for row in true.iter_rows(named=True):
        day, told = counted.get(row["play_id"], -1), logged.get(row["play_id"])
        if day not in log.question.span:
            day, told = row["true_day"], None
        of_home = found.setdefault(row["account_id"], {})
        of_home.setdefault(day, []).append(_Play(told, row))
    return found


def _with_local_times(true: pl.DataFrame, tables: Tables) -> pl.DataFrame:
    """True and recorded times as the clock on the home's wall has them."""
    recorded = tables["log.plays"].select("play_id", log_start="started_at", log_end="ended_at")
    zones = tables["truth.households"].select("account_id", "time_zone")
    whole = true.join(recorded, on="play_id", how="left").join(zones, on="account_id")
    clocks = {
        "started_at": "local_start",
        "ended_at": "local_end",
        "log_start": "local_log_start",
        "log_end": "local_log_end",
    }
    return with_local_times(whole, clocks).with_columns(
        true_day=pl.col("started_at").dt.epoch("ms") // DAY_MS
    )


def _grouped(frame: pl.DataFrame) -> dict[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = {}
    for row in frame.iter_rows(named=True):
        found.setdefault(row["account_id"], []).append(row)
    return found


def _most(words: Iterable[Any]) -> Any:
    """The word said most often, the first of them in order; empty or None for none."""
    counts: dict[Any, int] = {}
    for word in words:
        counts[word] = counts.get(word, 0) + 1
    return max(sorted(counts), key=counts.__getitem__, default=None)


def _iso(time: datetime | None) -> str | None:
    return None if time is None else time.isoformat(timespec="seconds")
