"""Who of the staff looks at personal data, when and why: their work, and what insiders do.

Every access follows from the day, the employee and the scenario. What it touches is counted later,
in the rows that there were.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from synthview.draws.chance import NEVER, Stream
from synthview.ids import public
from synthview.office.forgetting import Forgetting
from synthview.office.insiders.curious_employee import CuriousEmployee
from synthview.office.insiders.emailed_spreadsheet import EmailedSpreadsheet
from synthview.office.insiders.legal_request import LegalRequest
from synthview.office.insiders.mad_scramble import MadScramble
from synthview.office.insiders.support_lookup import SupportLookup
from synthview.office.looks import (
    CURIOUS,
    DUMP,
    EMAILED,
    INSIDERS,
    LEGAL,
    LOOKUP,
    ONE_ACCOUNT,
    ORDINARY,
    RELATIONS,
    REPORTS,
    RIGHT,
    SCRAMBLE,
    SLIPS,
    Looks,
)
from synthview.office.roster import Roster, roster_of
from synthview.office.staff_settings import StaffSettings
from synthview.office.tickets import tickets_of
from synthview.people.subscriptions import changes
from synthview.rows import Flags, Ints, children
from synthview.tables.company_tables import ROLES
from synthview.world import World
from synthview.world.catalogue import EPISODE, FILM, title_key
from synthview.world.clock import DAY_MS, MINUTE_MS, day_number

__all__ = ["looks_of"]

_MONTH_DAYS, _CELEBRITIES = 30, 3
_MOST_LEGAL_A_DAY = 64
_PURPOSES_OF = {
    "analyst": ("report", "experiment", "data_quality"),
    "marketing": ("campaign",),
    "security": ("abuse",),
}
_FOR_SUPPORT = ("support_console", "ticket")
_FOR_ANALYSTS = ("warehouse", "data_quality")


@dataclass(frozen=True)
class _Company:
    """A company on its way through the days: the world, the staff, and how many households."""

    world: World
    roster: Roster
    count: int

    def stream(self, source: int, what: str) -> Stream:
        """The draws of an insider, or of ordinary work, for one decision."""
        name = INSIDERS[source] or "work"
        return Stream(self.world.scenario.run.seed, f"office/{name}/{what}")

    def key(self, source: int, day: int, rows: Ints) -> Ints:
        """An id for each employee on a day, with room for acts."""
        of_day = np.int64(day * 8 + source) << 32
        return of_day + (self.roster.key[rows] << 10)

    def can_be_seen(self, household: int, at_ms: int) -> bool:
        """Whether a household has an account then that nobody has forgotten."""
        if household in self.world.scenario.run.dropped:
            return False
        some = np.array([household], dtype=np.int64)
        opened_ms = int(changes(self.world, some)[0, 0])
        gone = min(int(Forgetting(self.world, some).day[0]), NEVER // DAY_MS) * DAY_MS
        return opened_ms < at_ms < gone

    def acts(
        self, source: int, day: int, rows: Ints, rate: float, ceiling: float
    ) -> Iterator[tuple[int, int, int]]:
        """Yield row, minute of the working day and key of what some of the staff do on a day."""
        working = rows[self.roster.at_work(day)[rows]]
        key = self.key(source, day, working)
        counts = self.stream(source, "how_often").poisson(key, min(rate, ceiling), ceiling)
        row, ordinal = children(counts)
        act = key[row] + ordinal + 1
        span = (self.roster.until_min - self.roster.from_min)[working[row]]
        minute = self.roster.from_min[working[row]] + self.stream(source, "minute").below(act, span)
        yield from zip(
            working[row].tolist(),
            minute.tolist(),
            act.tolist(),
            strict=True,
        )

    def at(self, row: int, day: int, minute: int, act: int) -> int:
        """The instant of a minute of somebody's day, to the millisecond."""
        some = np.array([row])
        instant = int(self.roster.instant(some, day, np.array([minute]))[0])
        return instant + int(self.stream(ORDINARY, "moment").below(act, MINUTE_MS))


def looks_of(world: World, count: int, first: int, last: int) -> Looks:
    """All accesses from a day until another, of a company with so many households."""
    company = _Company(world, roster_of(world), count)
    looks = Looks()
    for day in range(first - 1, last + 1):  # a day of an office may lie in two of UTC
        _work(company, day, looks)
        _be_curious(company, day, looks)
        _scramble(company, day, looks)
        _serve_courts(company, day, looks)
        _mail_sheets(company, day, looks)
    _help(company, first, last, looks)
    return looks


def _work(company: _Company, day: int, looks: Looks) -> None:
    """What analysts, marketing and security query in the course of their work."""
    settings = company.world.scenario.of(StaffSettings)
    analysts = company.roster.of("analyst")
    others = company.roster.of("marketing", "security")
    of_all = ((analysts, settings.queries_per_analyst), (others, settings.queries_of_others))
    for rows, rate in of_all:
        for row, minute, act in company.acts(
            ORDINARY,
            day,
            rows,
            rate,
            100.0,
        ):
            at_ms = company.at(
                row,
                day,
                minute,
                act,
            )
            _query_for_work(
                company,
                looks,
                row,
                act,
                at_ms,
            )


def _query_for_work(company: _Company, looks: Looks, row: int, act: int, at_ms: int) -> None:
    """One query of somebody's work, exported now and then."""
    choice = company.stream(ORDINARY, "which")
    purposes = _PURPOSES_OF.get(ROLES[int(company.roster.role[row])], _PURPOSES_OF["analyst"])
    purpose = purposes[int(choice.below(act, len(purposes)))]
    query = REPORTS[int(choice.below(act, len(REPORTS), n=1))]
    share = company.world.scenario.of(StaffSettings).export_share
    is_exported = bool(company.stream(ORDINARY, "exports").happens(act, share))
    once = int(is_exported)
    more = {"query": query, "is_exported": is_exported, "sign_offs": once, "copies": once}
    looks.note(
        act,
        row,
        at_ms,
        "warehouse",
        purpose,
        **more,
    )


def _be_curious(company: _Company, day: int, looks: Looks) -> None:
    """Some of those who can look up somebody they know."""
    settings = company.world.scenario.of(CuriousEmployee)
    rows = company.roster.of("analyst", "support")
    late = company.stream(CURIOUS, "late")
    for row, minute, act in company.acts(
        CURIOUS,
        day,
        rows,
        settings.rate,
        4.0,
    ):
        is_late = bool(late.happens(act, settings.late_share))
        ends = int(company.roster.until_min[row])
        at_ms = company.at(
            row,
            day,
            ends + 30 + minute % 180 if is_late else minute,
            act,
        )
        _look_up(
            company,
            looks,
            row,
            act,
            at_ms,
        )


def _look_up(company: _Company, looks: Looks, row: int, act: int, at_ms: int) -> None:
    """One look at somebody they know, if that one can be found."""
    relation = int(company.stream(CURIOUS, "whom").below(act, len(RELATIONS)))
    household = _target(company, row, relation)
    if not company.can_be_seen(household, at_ms):
        return
    is_support = ROLES[int(company.roster.role[row])] == "support"
    tool, purpose = _FOR_SUPPORT if is_support else _FOR_ANALYSTS
    more = {"household": household, "insider": INSIDERS[CURIOUS]}
    query = None if is_support else ONE_ACCOUNT
    what = f"looked up {RELATIONS[relation]}"
    looks.note(
        act,
        row,
        at_ms,
        tool,
        purpose,
        query=query,
        what=what,
        **more,
    )


def _target(company: _Company, row: int, relation: int) -> int:
    """The household that an employee has in mind; celebrities are the same few for all."""
    stream = company.stream(CURIOUS, "target")
    who = int(company.roster.key[row]) * len(RELATIONS) + relation
    if RELATIONS[relation] == "a celebrity":
        who = -1 - int(stream.below(who, _CELEBRITIES, n=1))
    return int(stream.below(who, company.count))


def _scramble(company: _Company, day: int, looks: Looks) -> None:
    """On the days of dated events, many analysts query the title."""
    scenario = company.world.scenario
    settings = scenario.of(MadScramble)
    news = [one for one in scenario.dated_events if day_number(one.on) == day]
    rows = company.roster.of("analyst")
    for place, event in enumerate(news):
        title = _title(company.world, event.title)
        key = company.key(SCRAMBLE, day, rows) + 64 * place
        joins = company.stream(SCRAMBLE, "joins_in").happens(key, settings.rate)
        more = company.stream(SCRAMBLE, "how_many").poisson(key, settings.queries - 1, 39.0)
        row, ordinal = children(np.where(joins, 1 + np.minimum(more, 62), 0))
        acts = (key[row] + ordinal + 1).tolist()
        for who, act in zip(rows[row].tolist(), acts, strict=True):
            _query_in_a_hurry(
                company,
                day,
                looks,
                who,
                act,
                title,
            )


def _query_in_a_hurry(
    company: _Company, day: int, looks: Looks, row: int, act: int, title: int
) -> None:
    """One statement about a title, with a slip or without."""
    settings = company.world.scenario.of(MadScramble)
    which = company.stream(SCRAMBLE, "which")
    span = int(company.roster.until_min[row] - company.roster.from_min[row])
    minute = int(company.roster.from_min[row]) + int(which.below(act, span, n=2))
    query, what = RIGHT[int(which.below(act, len(RIGHT)))], "queried a title in the news"
    if bool(company.stream(SCRAMBLE, "slips").happens(act, settings.slip_share)):
        query, slip = SLIPS[int(which.below(act, len(SLIPS), n=1))]
        what = f"{what}: {slip}"
    at_ms = company.at(
        row,
        day,
        minute,
        act,
    )
    insider = INSIDERS[SCRAMBLE]
    looks.note(
        act, row, at_ms, "warehouse", "press", query=query, title=title, insider=insider, what=what
    )


def _title(world: World, name: str) -> int:
    """The public id of a film that a scenario names, or of the first episode of a series."""
    work = world.catalogue.named[name]
    is_film = bool(world.catalogue.works.is_film[work])
    key = title_key(FILM if is_film else EPISODE, np.array([work], dtype=np.int64))
    return int(public(world.scenario.run.seed, "title").apply(key)[0])


def _serve_courts(company: _Company, day: int, looks: Looks) -> None:
    """Legal exports what some accounts have watched."""
    rate = company.world.scenario.of(LegalRequest).rate * company.count / 100_000 / _MONTH_DAYS
    rows = company.roster.of("legal")
    rows = rows[company.roster.at_work(day)[rows]]
    stream = company.stream(LEGAL, "requests")
    key = np.array([np.int64(day * 8 + LEGAL) << 32])
    most = float(_MOST_LEGAL_A_DAY)
    (served,) = stream.poisson(key, min(rate, most), most).tolist()
    for ordinal in range(served if len(rows) else 0):
        act = int(key[0]) + 1 + ordinal
        _serve(
            company,
            day,
            looks,
            int(rows[int(stream.below(act, len(rows), n=1))]),
            act,
        )


def _serve(company: _Company, day: int, looks: Looks, row: int, act: int) -> None:
    """Serve one request, if the account can be found."""
    stream = company.stream(LEGAL, "requests")
    household = int(stream.below(act, company.count, n=2))
    minute = int(company.roster.from_min[row]) + int(stream.below(act, 480, n=3))
    at_ms = company.at(
        row,
        day,
        minute,
        act,
    )
    if not company.can_be_seen(household, at_ms):
        return
    more = {"household": household, "insider": INSIDERS[LEGAL], "sign_offs": 2, "copies": 1}
    what = "handed over what an account watched"
    looks.note(
        act,
        row,
        at_ms,
        "legal_export",
        "court",
        is_exported=True,
        what=what,
        **more,
    )


def _mail_sheets(company: _Company, day: int, looks: Looks) -> None:
    """Dumps of accounts leave the warehouse as spreadsheets."""
    settings = company.world.scenario.of(EmailedSpreadsheet)
    rows = company.roster.of("analyst", "marketing")
    copies = company.stream(EMAILED, "copies")
    for row, minute, act in company.acts(
        EMAILED,
        day,
        rows,
        settings.rate,
        4.0,
    ):
        more = int(copies.geometric(act, 1.0 / settings.copies))
        looks.note(
            act,
            row,
            company.at(
                row,
                day,
                minute,
                act,
            ),
            "spreadsheet",
            "report",
            query=DUMP,
            is_exported=True,
            insider=INSIDERS[EMAILED],
            what="mailed a dump of accounts",
            copies=1 + min(more, 10_000),
        )


def _help(company: _Company, first: int, last: int, looks: Looks) -> None:
    """Support looks into the accounts of those who asked."""
    rate = company.world.scenario.of(SupportLookup).rate
    everyone = np.arange(company.count, dtype=np.int64)
    everyone = everyone[~np.isin(everyone, company.world.scenario.run.dropped)]
    asked = tickets_of(
        company.world,
        company.roster,
        everyone,
        first,
        last,
    )
    stream = company.stream(LOOKUP, "looks")
    looked: Flags = stream.happens(asked.key, rate)
    waits = (1 + stream.below(asked.key, 90, n=1)) * MINUTE_MS
    for place in np.flatnonzero(looked).tolist():
        key = int(asked.key[place])
        day, household = key >> 32, int(asked.household[place])
        looks.note(
            ((day * 8 + LOOKUP) << 32) + household,
            int(asked.employee[place]),
            int(asked.at_ms[place] + waits[place]),
            "support_console",
            "ticket",
            ticket=key,
            household=household,
            insider=INSIDERS[LOOKUP],
            what="helped who asked",
        )
