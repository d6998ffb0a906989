"""Who of the staff looks at personal data, when and why: their work, and what insiders do.

Every access follows from the day, the employee and the scenario. What it touches is counted later,
in the rows that there were.
"""

from __future__ import annotations

import numpy as np

from synthview.office.at_work import AtWork
from synthview.office.duties import everyone, help_who_asked, report, serve_courts
from synthview.office.looks import Looks
from synthview.office.roster import roster_of
from synthview.office.temptations import be_curious, mail_sheets, scramble
from synthview.world import World

__all__ = ["insiders_at", "looks_of"]


def looks_of(world: World, count: int, first: int, last: int) -> Looks:
    """All accesses from a day until another, of a company with so many households."""
    company = AtWork(world, roster_of(world), count)
    looks = Looks()
    for day in _office_days(first, last):
        report(company, day, looks)
        _tempted(company, day, looks)
    help_who_asked(company, everyone(company), first, last, looks)
    return looks


def insiders_at(world: World, household: int, first: int, last: int) -> Looks:
    """What insiders look at from a day until another; of tickets only those of one household.

    It takes no longer in a world of millions. Ordinary work, which is about nobody, is left out.
    """
    company = AtWork(world, roster_of(world), world.scenario.run.households)
    looks = Looks()
    for day in _office_days(first, last):
        _tempted(company, day, looks)
    help_who_asked(company, np.array([household], dtype=np.int64), first, last, looks)
    return looks


def _tempted(company: AtWork, day: int, looks: Looks) -> None:
    """What insiders do on a day of their offices, but for who helps customers."""
    be_curious(company, day, looks)
    scramble(company, day, looks)
    serve_courts(company, day, looks)
    mail_sheets(company, day, looks)


def _office_days(first: int, last: int) -> range:
    """The days of offices that lie in some days of UTC, at least in part."""
    return range(first - 1, last + 1)
