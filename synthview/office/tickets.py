"""Tickets of support, and what accounts agree to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from synthview.draws.chance import NEVER, Stream
from synthview.ids import public
from synthview.office.at_work import AtWork
from synthview.office.forgetting import Forgetting
from synthview.office.insiders.curious_employee import CuriousEmployee
from synthview.office.insiders.support_lookup import SupportLookup
from synthview.office.looks import Looks
from synthview.office.roster import Roster, roster_of
from synthview.office.staff_settings import StaffSettings
from synthview.office.temptations import be_curious
from synthview.people.subscriptions import changes
from synthview.rows import Flags, Ints
from synthview.stage.spans import anywhere
from synthview.tables import frame
from synthview.tables.company_tables import CHANNELS, CONSENTS, TOPICS
from synthview.world import World
from synthview.world.clock import DAY_MS, HOUR_MS, MINUTE_MS, day_number

__all__ = ["TicketsAsked", "consents", "tickets", "tickets_of"]

_YEAR_DAYS = 365
_MOST_DAYS = 100_000


@dataclass(frozen=True)
class TicketsAsked:
    """Tickets: by whom, when, and which row of the roster answers."""

    key: Ints
    household: Ints
    at_ms: Ints
    employee: Ints


def ticket_key(household: Ints, day: int) -> Ints:
    """The internal id of the ticket of a household on a day: one at most."""
    return (np.int64(day) << 32) + household


def tickets_of(
    world: World, roster: Roster, households: Ints, first: int, last: int
) -> TicketsAsked:
    """Tickets that some households open from a day until another, while they have an account."""
    opened_ms = changes(world, households)[:, 0]
    forgotten_ms = np.minimum(Forgetting(world, households).day, NEVER // DAY_MS) * DAY_MS
    found = []
    for day in range(first, last):
        key = ticket_key(households, day)
        at_ms, asks = _asks(world, key, day)
        rows = np.flatnonzero(asks & (opened_ms < at_ms) & (forgotten_ms > at_ms))
        found.append((key[rows], households[rows], at_ms[rows]))
    keys, asking, instants = (np.concatenate(part) for part in zip(*found, strict=True))
    answering = roster.of("support")
    who = _stream(world).below(keys, len(answering), n=2)
    return TicketsAsked(
        keys,
        asking,
        instants,
        answering[who],
    )


def _asks(world: World, key: Ints, day: int) -> tuple[Ints, Flags]:
    """When each household would ask on a day, and whether it does."""
    chance = world.scenario.of(SupportLookup).tickets_per_account_year / _YEAR_DAYS
    stream = _stream(world)
    hours = world.scenario.of(StaffSettings).customers_ask
    at_ms = day * DAY_MS + anywhere(stream, key, hours, HOUR_MS, n=1)
    return at_ms, stream.happens(key, min(chance, 1.0))


def _stream(world: World) -> Stream:
    return Stream(world.scenario.run.seed, "office/tickets")


def tickets(world: World, households: Ints, first: int, last: int) -> pl.DataFrame:
    """log.tickets of some households; who is forgotten by the end is not named."""
    roster = roster_of(world)
    asked = tickets_of(
        world,
        roster,
        households,
        first,
        last,
    )
    asked = _with_made_up(world, roster, households, asked, first, last)
    seed = world.scenario.run.seed
    stream = Stream(seed, "office/tickets/about")
    is_gone = Forgetting(world, asked.household).day < last
    account = public(seed, "account").apply(asked.household)
    columns = {
        "ticket_id": public(seed, "ticket").apply(asked.key),
        "account_id": np.where(is_gone, -1, account),
        "opened_at": asked.at_ms,
        "topic": stream.below(asked.key, len(TOPICS)),
        "channel": stream.below(asked.key, len(CHANNELS), n=1),
        "employee_id": public(seed, "employee").apply(roster.key[asked.employee]),
    }
    return frame("log.tickets", columns)


def _with_made_up(
    world: World, roster: Roster, households: Ints, asked: TicketsAsked, first: int, last: int
) -> TicketsAsked:
    """The tickets that nobody asked for, too: those by which the staff hide that they look."""
    if not world.scenario.of(CuriousEmployee).disguise:
        return asked
    looks, company = Looks(), AtWork(world, roster, world.scenario.run.households)
    for day in range(first - 1, last + 1):  # a day of an office may lie in two of UTC
        be_curious(company, day, looks)
    key, household, seen_ms, employee = (
        np.array(one, dtype=np.int64)
        for one in (looks.ticket, looks.household, looks.at_ms, looks.employee)
    )
    opened_ms = _opened_before(world, key, household, seen_ms)
    is_theirs = (key >= 0) & np.isin(household, households)
    is_inside = (opened_ms >= first * DAY_MS) & (opened_ms < last * DAY_MS)
    rows = np.flatnonzero(is_theirs & is_inside)
    return TicketsAsked(
        np.concatenate([asked.key, key[rows]]),
        np.concatenate([asked.household, household[rows]]),
        np.concatenate([asked.at_ms, opened_ms[rows]]),
        np.concatenate([asked.employee, employee[rows]]),
    )


def _opened_before(world: World, key: Ints, household: Ints, seen_ms: Ints) -> Ints:
    """When a ticket is opened so that a look may follow: as long before as support usually takes.

    It is on the same day, so that no window has the one without the other.
    """
    minutes = world.scenario.of(SupportLookup).answer_minutes
    waits_ms = MINUTE_MS * (1 + _stream(world).below(np.maximum(key, 0), minutes, n=3))
    since_ms = changes(world, np.maximum(household, 0))[:, 0] + 1
    return np.maximum.reduce([seen_ms - waits_ms, seen_ms // DAY_MS * DAY_MS, since_ms])


def consents(world: World, households: Ints, first: int, last: int) -> pl.DataFrame:
    """log.consents of some households: what they chose at sign-up, and a change of mind."""
    del first  # what was chosen before the window holds in it
    opened_ms = changes(world, households)[:, 0]
    stays = (opened_ms < last * DAY_MS) & (Forgetting(world, households).day >= last)
    some = households[stays]
    return pl.concat(
        [
            _choices(
                world,
                some,
                opened_ms[stays],
                place,
                last,
            )
            for place in range(len(CONSENTS))
        ]
    )


def _choices(
    world: World, households: Ints, opened_ms: Ints, place: int, last: int
) -> pl.DataFrame:
    """What some households choose for one purpose: at sign-up, and when they change their mind."""
    settings = world.scenario.of(StaffSettings)
    stream = Stream(world.scenario.run.seed, f"office/consents/{CONSENTS[place]}")
    gives = stream.happens(households, settings.consent_share)
    changed_ms = _changed_ms(world, households, opened_ms, stream)
    later = np.flatnonzero(changed_ms < last * DAY_MS)
    rows = np.concatenate([np.arange(len(households)), later])
    accounts = public(world.scenario.run.seed, "account").apply(households)
    columns = {
        "account_id": accounts[rows],
        "purpose": np.full(len(rows), place),
        "valid_from": np.concatenate([opened_ms, changed_ms[later]]),
        "is_given": np.concatenate([gives, ~gives[later]]),
    }
    return frame("log.consents", columns)


def _changed_ms(world: World, households: Ints, opened_ms: Ints, stream: Stream) -> Ints:
    """When each changes its mind for the first time."""
    settings = world.scenario.of(StaffSettings)
    rate = settings.consent_changes_per_year
    since = np.maximum(opened_ms // DAY_MS + 1, day_number(world.scenario.run.epoch))
    waits = np.minimum(stream.geometric(households, min(rate / _YEAR_DAYS, 1.0), n=1), _MOST_DAYS)
    hour_ms = anywhere(stream, households, settings.customers_ask, HOUR_MS, n=2)
    return (since + waits) * DAY_MS + hour_ms
