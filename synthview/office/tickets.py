"""Tickets of support, and what accounts agree to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from synthview.company_tables import CONSENTS, TOPICS
from synthview.draws.chance import NEVER, Stream
from synthview.ids import public
from synthview.office.forgetting import Forgetting
from synthview.office.insiders.support_lookup import SupportLookup
from synthview.office.roster import Roster, roster_of
from synthview.office.staff_settings import StaffSettings
from synthview.people.subscriptions import changes
from synthview.rows import Ints
from synthview.tables import frame
from synthview.world import World
from synthview.world.clock import DAY_MS, HOUR_MS, day_number

__all__ = ["Asked", "consents", "tickets", "tickets_of"]

_YEAR_DAYS = 365
_CHANNELS = 3


@dataclass(frozen=True)
class Asked:
    """Tickets: by whom, when, and which row of the roster answers."""

    key: Ints
    household: Ints
    at_ms: Ints
    employee: Ints


def ticket_key(household: Ints, day: int) -> Ints:
    """The internal id of the ticket of a household on a day: one at most."""
    return (np.int64(day) << 32) + household


def tickets_of(world: World, roster: Roster, households: Ints, first: int, last: int) -> Asked:
    """Tickets that some households open from a day until another, while they have an account."""
    chance = world.scenario.of(SupportLookup).tickets_per_account_year / _YEAR_DAYS
    stream = Stream(world.scenario.run.seed, "office/tickets")
    opened_ms = changes(world, households)[:, 0]
    forgotten_ms = np.minimum(Forgetting(world, households).day, NEVER // DAY_MS) * DAY_MS
    answering = roster.of("support")
    found = []
    for day in range(first, last):
        key = ticket_key(households, day)
        at_ms = day * DAY_MS + 8 * HOUR_MS + stream.below(key, 14 * HOUR_MS, n=1)
        asks = stream.happens(key, min(chance, 1.0)) & (opened_ms < at_ms) & (forgotten_ms > at_ms)
        rows = np.flatnonzero(asks)
        who = answering[stream.below(key[rows], len(answering), n=2)]
        found.append((key[rows], households[rows], at_ms[rows], who))
    return Asked(*(np.concatenate(part) for part in zip(*found, strict=True)))


def tickets(world: World, households: Ints, first: int, last: int) -> pl.DataFrame:
    """log.tickets of some households; who is forgotten by the end is not named."""
    roster = roster_of(world)
    asked = tickets_of(world, roster, households, first, last)
    seed = world.scenario.run.seed
    stream = Stream(seed, "office/tickets/about")
    is_gone = Forgetting(world, asked.household).day < last
    account = public(seed, "account").apply(asked.household)
    columns = {
        "ticket_id": public(seed, "ticket").apply(asked.key),
        "account_id": np.where(is_gone, -1, account),
        "opened_at": asked.at_ms,
        "topic": stream.below(asked.key, len(TOPICS)),
        "channel": stream.below(asked.key, _CHANNELS, n=1),
        "employee_id": public(seed, "employee").apply(roster.key[asked.employee]),
    }
    return frame("log.tickets", columns)


def consents(world: World, households: Ints, first: int, last: int) -> pl.DataFrame:
    """log.consents of some households: what they chose at sign-up, and a change of mind."""
    del first
    settings = world.scenario.of(StaffSettings)
    opened_ms = changes(world, households)[:, 0]
    stays = (opened_ms < last * DAY_MS) & (Forgetting(world, households).day >= last)
    some = households[stays]
    since = np.maximum(opened_ms[stays] // DAY_MS + 1, day_number(world.scenario.run.epoch))
    accounts = public(world.scenario.run.seed, "account").apply(some)
    parts = []
    for place, purpose in enumerate(CONSENTS):
        stream = Stream(world.scenario.run.seed, f"office/consents/{purpose}")
        gives = stream.happens(some, settings.consent_share)
        waits = stream.geometric(some, settings.consent_changes_per_year / _YEAR_DAYS, n=1)
        changed = since + np.minimum(waits, NEVER // DAY_MS - last)
        at_ms = changed * DAY_MS + 8 * HOUR_MS + stream.below(some, 14 * HOUR_MS, n=2)
        later = np.flatnonzero(changed < last)
        rows = np.concatenate([np.arange(len(some)), later])
        columns = {
            "account_id": accounts[rows],
            "purpose": np.full(len(rows), place),
            "valid_from": np.concatenate([opened_ms[stays], at_ms[later]]),
            "is_given": np.concatenate([gives, ~gives[later]]),
        }
        parts.append(frame("log.consents", columns))
    return pl.concat(parts)
