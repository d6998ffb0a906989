"""Who of the staff looks at personal data, when and why: their work, and what insiders do.

Every access follows from the day, the employee and the scenario. What it touches is counted later,
in the rows that there were.
"""

from __future__ import annotations

from synthview.office.at_work import AtWork
from synthview.office.duties import help_who_asked, report, serve_courts
from synthview.office.looks import Looks
from synthview.office.roster import roster_of
from synthview.office.temptations import be_curious, mail_sheets, scramble
from synthview.world import World

__all__ = ["looks_of"]


def looks_of(world: World, count: int, first: int, last: int) -> Looks:
    """All accesses from a day until another, of a company with so many households."""
    company = AtWork(world, roster_of(world), count)
    looks = Looks()
    for day in range(first - 1, last + 1):  # a day of an office may lie in two of UTC
        report(company, day, looks)
        be_curious(company, day, looks)
        scramble(company, day, looks)
        serve_courts(company, day, looks)
        mail_sheets(company, day, looks)
    help_who_asked(company, first, last, looks)
    return looks
