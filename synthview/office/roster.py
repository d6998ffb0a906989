"""The staff: who works for the company, in which role and team, where, and at which hours."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from synthview.draws.chance import Stream
from synthview.ids import public
from synthview.office.staff_settings import StaffSettings
from synthview.pools import names
from synthview.pools.renown import is_famous
from synthview.rows import Flags, Ints
from synthview.stage.spans import limits
from synthview.tables import frame
from synthview.tables.company_tables import ROLES
from synthview.world import World
from synthview.world.clock import DAY_MS, MINUTE_MS, offset_of

__all__ = ["Roster", "roster_of", "staff_rows"]

_ZONES = ("America/Los_Angeles", "Europe/Amsterdam", "Asia/Singapore")
_TEAMS = {
    "analyst": ("content", "growth", "product", "finance", "platform"),
    "support": ("americas", "europe", "asia"),
    "marketing": ("social", "email", "press"),
    "security": ("accounts", "payments"),
    "legal": ("litigation", "privacy"),
}
_LOCALE = "en_US"
_ROLE_BITS = 17
_HOUR_MIN, _DAY_MIN, _STEP_MIN = 60, 24 * 60, 30
_MOST_NAMES_TRIED = 64


@dataclass(frozen=True)
class Roster:
    """Everybody of the staff, a row each.

    `key` tells them apart, and stays whoever else is employed; `zone` is the number of their
    office, `from_min` and `until_min` the minutes of their working day.
    """

    key: Ints
    role: Ints
    zone: Ints
    from_min: Ints
    until_min: Ints
    works_weekends: Flags

    def of(self, *roles: str) -> Ints:
        """Rows of some roles."""
        return np.flatnonzero(np.isin(self.role, [ROLES.index(one) for one in roles]))

    def at_work(self, day: int) -> Flags:
        """Who works on a day of their office."""
        is_weekend = (day + 3) % 7 >= 5
        return self.works_weekends | (not is_weekend)

    def instant(self, rows: Ints, day: int, minute: Ints) -> Ints:
        """Instants of minutes of a local day, each in the zone of an office."""
        noon_ms = day * DAY_MS + DAY_MS // 2
        offsets = np.array([offset_of(zone, noon_ms) for zone in _ZONES], dtype=np.int64)
        return day * DAY_MS + minute * MINUTE_MS - offsets[self.zone[rows]]


def roster_of(world: World) -> Roster:
    """The staff of a world."""
    settings = world.scenario.of(StaffSettings)
    counts = [
        settings.analysts,
        settings.support,
        settings.marketing,
        settings.security,
        settings.legal,
    ]
    role = np.repeat(np.arange(len(ROLES)), counts)  # in the order of their roles
    ordinal = np.concatenate([np.arange(one) for one in counts])
    key = (role << _ROLE_BITS) + ordinal
    stream = Stream(world.scenario.run.seed, "office/staff")
    zone = stream.below(key, len(_ZONES))
    is_support = role == ROLES.index("support")
    from_min = _begins(settings, stream, key, is_support)
    until_min = from_min + round(settings.working_hours * _HOUR_MIN)
    return Roster(key, role, zone, from_min, until_min, is_support)


def _begins(settings: StaffSettings, stream: Stream, key: Ints, is_support: Flags) -> Ints:
    """The minute at which each begins to work: with a shift of support, or in an office."""
    shift = stream.below(key, settings.shifts, n=1) * _DAY_MIN // settings.shifts
    first, last = limits(settings.work_begins, _HOUR_MIN)
    steps = (last - first) // _STEP_MIN + 1
    begins = first + _STEP_MIN * stream.below(key, steps, n=2)
    return np.where(is_support, shift, begins)


def staff_rows(world: World) -> pl.DataFrame:
    """log.staff: everybody, with an invented name."""
    roster = roster_of(world)
    stream = Stream(world.scenario.run.seed, "office/staff/names")
    team = stream.below(roster.key, 1 << 30, n=1).tolist()
    teams = [_TEAMS[ROLES[role]] for role in roster.role.tolist()]
    in_teams = [some[number % len(some)] for some, number in zip(teams, team, strict=True)]
    zones = [_ZONES[one] for one in roster.zone.tolist()]
    columns = {
        "employee_id": public(world.scenario.run.seed, "employee").apply(roster.key),
        "name": pl.Series([_name(stream, one) for one in roster.key.tolist()], dtype=pl.String),
        "role": roster.role,
        "team": pl.Series(in_teams, dtype=pl.String),
        "time_zone": pl.Series(zones, dtype=pl.String),
        "works_from_min": roster.from_min,
        "works_until_min": roster.until_min,
        "works_weekends": roster.works_weekends,
    }
    return frame("log.staff", columns)


def _name(stream: Stream, key: int) -> str:
    """The first of some names that is nobody famous's."""
    pool = names(_LOCALE)
    for n in range(_MOST_NAMES_TRIED):
        first = pool.first[int(stream.below(key, len(pool.first), n=2 + 2 * n))]
        family = pool.family[int(stream.below(key, len(pool.family), n=3 + 2 * n))]
        if not is_famous(first, family):
            return f"{first} {family}"
    return pool.first[0]
