"""What the staff look at because it is their work: reports, tickets, and requests of courts."""

from __future__ import annotations

import numpy as np

from synthview.office.at_work import AtWork, OfficeAct
from synthview.office.insiders.legal_request import LegalRequest
from synthview.office.insiders.support_lookup import SupportLookup
from synthview.office.looks import INSIDERS, LEGAL, LOOKUP, ORDINARY, Looks
from synthview.office.staff_settings import StaffSettings
from synthview.office.tickets import tickets_of
from synthview.rows import Ints
from synthview.world.clock import MINUTE_MS

__all__ = ["everyone", "help_who_asked", "report", "serve_courts"]

_MONTH_DAYS = 30
_MOST_LEGAL_A_DAY = 64
_MOST_QUERIES = 100.0


def report(company: AtWork, day: int, looks: Looks) -> None:
    """What analysts, marketing and security query in the course of their work."""
    settings = company.world.scenario.of(StaffSettings)
    analysts = company.roster.of("analyst")
    others = company.roster.of("marketing", "security")
    of_all = ((analysts, settings.queries_per_analyst), (others, settings.queries_of_others))
    for rows, rate in of_all:
        for act in company.acts(ORDINARY, day, rows, rate, _MOST_QUERIES):
            _query(company, looks, act)


def _query(company: AtWork, looks: Looks, act: OfficeAct) -> None:
    """One query of somebody's work, exported now and then."""
    purpose, query = company.reports(company.stream(ORDINARY, "which"), act)
    share = company.world.scenario.of(StaffSettings).export_share
    is_exported = bool(company.stream(ORDINARY, "exports").happens(act.key, share))
    once = int(is_exported)
    more = {"query": query, "is_exported": is_exported, "sign_offs": once, "copies": once}
    looks.note(act.key, act.row, company.at(act), "warehouse", purpose, **more)


def serve_courts(company: AtWork, day: int, looks: Looks) -> None:
    """Legal exports what some accounts have watched."""
    rate = company.world.scenario.of(LegalRequest).rate * company.count / 100_000 / _MONTH_DAYS
    rows = company.roster.of("legal")
    rows = rows[company.roster.at_work(day)[rows]]
    stream = company.stream(LEGAL, "requests")
    key = np.array([np.int64(day * 8 + LEGAL) << 32])
    most = float(_MOST_LEGAL_A_DAY)
    (served,) = stream.poisson(key, min(rate, most), most).tolist()
    for ordinal in range(served if len(rows) else 0):
        one = int(key[0]) + 1 + ordinal
        row = int(rows[int(stream.below(one, len(rows), n=1))])
        minute = company.in_hours(stream, row, one, n=3)
        _serve(company, looks, OfficeAct(day, row, minute, one))


def _serve(company: AtWork, looks: Looks, act: OfficeAct) -> None:
    """Serve one request, if the account can be found."""
    household = int(company.stream(LEGAL, "requests").below(act.key, company.count, n=2))
    at_ms = company.at(act)
    if not company.can_be_seen(household, at_ms):
        return
    more = {
        "household": household,
        "insider": INSIDERS[LEGAL],
        "sign_offs": company.world.scenario.of(LegalRequest).sign_offs,
        "copies": 1,
        "is_exported": True,
        "what": "handed over what an account watched",
    }
    looks.note(act.key, act.row, at_ms, "legal_export", "court", **more)


def everyone(company: AtWork) -> Ints:
    """All households that are there."""
    households = np.arange(company.count, dtype=np.int64)
    return households[~np.isin(households, company.world.scenario.run.dropped)]


def help_who_asked(company: AtWork, households: Ints, first: int, last: int, looks: Looks) -> None:
    """Support looks into the accounts of those of some households who asked."""
    settings = company.world.scenario.of(SupportLookup)
    asked = tickets_of(company.world, company.roster, households, first, last)
    stream = company.stream(LOOKUP, "looks")
    looked = stream.happens(asked.key, settings.rate)
    waits_min = 1 + stream.below(asked.key, settings.answer_minutes, n=1)
    at_ms = asked.at_ms + waits_min * MINUTE_MS
    columns = (asked.key, asked.household, asked.employee, at_ms)
    for row in zip(*(one[looked].tolist() for one in columns), strict=True):
        _open_account(looks, *row)


def _open_account(looks: Looks, ticket: int, household: int, who: int, at_ms: int) -> None:
    """Somebody of support opens the account of a ticket."""
    key = (((ticket >> 32) * 8 + LOOKUP) << 32) + household
    more = {
        "ticket": ticket,
        "household": household,
        "insider": INSIDERS[LOOKUP],
        "what": "helped who asked",
    }
    looks.note(key, who, at_ms, "support_console", "ticket", **more)
