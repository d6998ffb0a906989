"""What the staff do with data because they can: look somebody up, hurry, and mail a file."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from synthview.ids import public
from synthview.office.at_work import AtWork, OfficeAct
from synthview.office.insiders.curious_employee import CuriousEmployee
from synthview.office.insiders.emailed_spreadsheet import EmailedSpreadsheet
from synthview.office.insiders.mad_scramble import MadScramble
from synthview.office.looks import (
    CURIOUS,
    DUMP,
    EMAILED,
    INSIDERS,
    MADE_UP,
    OF_ACCOUNTS,
    ONE_ACCOUNT,
    RELATIONS,
    RIGHT,
    SCRAMBLE,
    SLIPS,
    Looks,
)
from synthview.rows import children
from synthview.stage.spans import limits
from synthview.world import World
from synthview.world.catalogue import EPISODE, FILM, title_key
from synthview.world.clock import day_number

__all__ = ["be_curious", "mail_sheets", "scramble"]

_FOR_SUPPORT = ("support_console", "ticket")
_FOR_ANALYSTS = ("warehouse", "data_quality")
_MOST_A_DAY = 4.0
_MOST_MORE, _MOST_IN_A_HURRY = 39.0, 62
_MOST_COPIES = 10_000


def be_curious(company: AtWork, day: int, looks: Looks) -> None:
    """Some of those who can look up somebody they know."""
    settings = company.world.scenario.of(CuriousEmployee)
    rows = company.roster.of("analyst", "support")
    late = company.stream(CURIOUS, "late")
    first, last = limits(settings.late_minutes, 1)
    for act in company.acts(CURIOUS, day, rows, settings.rate, _MOST_A_DAY):
        hides = company.hides(CURIOUS, act, settings.disguise)
        minute = act.minute
        if late.happens(act.key, settings.late_share) and not hides:
            after = first + act.minute % max(last - first, 1)
            minute = int(company.roster.until_min[act.row]) + after
        _look_up(company, looks, OfficeAct(day, act.row, minute, act.key), hides=hides)


def _look_up(company: AtWork, looks: Looks, act: OfficeAct, *, hides: bool) -> None:
    """One look at somebody they know, if that one can be found."""
    relation = int(company.stream(CURIOUS, "whom").below(act.key, len(RELATIONS)))
    household, at_ms = _target(company, act.row, relation), company.at(act)
    if not company.can_be_seen(household, at_ms):
        return
    is_support = company.role(act.row) == "support"
    tool, purpose = _FOR_SUPPORT if is_support else _FOR_ANALYSTS
    more = {
        "household": household,
        "insider": INSIDERS[CURIOUS],
        "query": None if is_support else ONE_ACCOUNT,
        "what": f"looked up {RELATIONS[relation]}",
    }
    if hides and is_support:
        more |= {"ticket": MADE_UP + act.key, "what": f"{more['what']} under a made-up ticket"}
    elif hides:
        purpose, _ = company.reports(company.stream(CURIOUS, "disguised_as"), act)
        more |= {"household": -1, "query": OF_ACCOUNTS, "what": f"{more['what']} in a report"}
    looks.note(act.key, act.row, at_ms, tool, purpose, **more)


def _target(company: AtWork, row: int, relation: int) -> int:
    """The household that an employee has in mind; celebrities are the same few for all."""
    stream = company.stream(CURIOUS, "target")
    who = int(company.roster.key[row]) * len(RELATIONS) + relation
    if RELATIONS[relation] == "a celebrity":
        celebrities = company.world.scenario.of(CuriousEmployee).celebrities
        who = -1 - int(stream.below(who, celebrities, n=1))
    return int(stream.below(who, company.count))


def scramble(company: AtWork, day: int, looks: Looks) -> None:
    """On the days of dated events, many analysts query the title."""
    events = company.world.scenario.dated_events
    news = [one for one in events if day_number(one.on) == day]
    for place, event in enumerate(news):
        title = _title(company.world, event.title)
        for act in _joining_in(company, day, place):
            _query_in_a_hurry(company, looks, act, title)


def _joining_in(company: AtWork, day: int, place: int) -> Iterator[OfficeAct]:
    """Statements that analysts run about one of the titles in the news on a day, by its place."""
    settings = company.world.scenario.of(MadScramble)
    rows = company.roster.of("analyst")
    key = company.key(SCRAMBLE, day, rows) + 64 * place
    joins = company.stream(SCRAMBLE, "joins_in").happens(key, settings.rate)
    more = company.stream(SCRAMBLE, "how_many").poisson(key, settings.queries - 1, _MOST_MORE)
    row, ordinal = children(np.where(joins, 1 + np.minimum(more, _MOST_IN_A_HURRY), 0))
    which = company.stream(SCRAMBLE, "which")
    acts = (key[row] + ordinal + 1).tolist()
    for who, act in zip(rows[row].tolist(), acts, strict=True):
        yield OfficeAct(day, who, company.in_hours(which, who, act, n=2), act)


def _query_in_a_hurry(company: AtWork, looks: Looks, act: OfficeAct, title: int) -> None:
    """One statement about a title, with a slip or without."""
    settings = company.world.scenario.of(MadScramble)
    which = company.stream(SCRAMBLE, "which")
    query, what = RIGHT[int(which.below(act.key, len(RIGHT)))], "queried a title in the news"
    if company.stream(SCRAMBLE, "slips").happens(act.key, settings.slip_share):
        query, slip = SLIPS[int(which.below(act.key, len(SLIPS), n=1))]
        what = f"{what}: {slip}"
    more = {"query": query, "title": title, "insider": INSIDERS[SCRAMBLE], "what": what}
    looks.note(act.key, act.row, company.at(act), "warehouse", "press", **more)


def _title(world: World, name: str) -> int:
    """The public id of a film that a scenario names, or of the first episode of a series."""
    work = world.catalogue.named[name]
    is_film = bool(world.catalogue.works.is_film[work])
    key = title_key(FILM if is_film else EPISODE, np.array([work], dtype=np.int64))
    return int(public(world.scenario.run.seed, "title").apply(key)[0])


def mail_sheets(company: AtWork, day: int, looks: Looks) -> None:
    """Dumps of accounts leave the warehouse as spreadsheets."""
    settings = company.world.scenario.of(EmailedSpreadsheet)
    rows = company.roster.of("analyst", "marketing")
    copies = company.stream(EMAILED, "copies")
    for act in company.acts(EMAILED, day, rows, settings.rate, _MOST_A_DAY):
        more = int(copies.geometric(act.key, 1.0 / settings.copies))
        tool, purpose, query, sign_offs = "spreadsheet", "report", DUMP, 0
        if company.hides(EMAILED, act, settings.disguise):
            purpose, query = company.reports(company.stream(EMAILED, "disguised_as"), act)
            tool, sign_offs = "warehouse", 1
        about = {
            "query": query,
            "sign_offs": sign_offs,
            "is_exported": True,
            "insider": INSIDERS[EMAILED],
            "what": "mailed a dump of accounts",
            "copies": 1 + min(more, _MOST_COPIES),
        }
        looks.note(act.key, act.row, company.at(act), tool, purpose, **about)
