"""Incidents: what actors did, told once it is known what played."""

from __future__ import annotations

import numpy as np
import polars as pl

from synthview.ids import SOURCES, public, source_of, within_day
from synthview.log.ledger import Ledger
from synthview.people.homes import Homes
from synthview.player.playback import Played
from synthview.rows import Ints, turns
from synthview.stage.company import Company
from synthview.stage.deeds import Deeds
from synthview.world import World
from synthview.world.clock import MINUTE_MS

__all__ = ["enter_incidents"]

_SLACK_MS = 45 * MINUTE_MS  # how far a sitting may run over, as in viewing.sittings


def enter_incidents(
    world: World, ledger: Ledger, homes: Homes, company: Company, deeds: Deeds, played: Played, day: int
) -> None:
    """truth.incidents, on the day they began: acts on plays that came about, and sittings in which something played."""
    plays, sessions = played.playback, played.sessions
    row = _touched(deeds, played)
    happened = row >= 0
    deeds, row = deeds.take(happened), row[happened]
    if not len(deeds):
        return
    whole = deeds.play_key < 0
    home = plays.home[row]
    at = plays.start_ms[row] + np.where(whole, 0, np.minimum(deeds.at_ms, plays.wall_ms[row]))
    # What an act makes of a sitting may show until the last that was meant of it.
    meant = np.where(sessions.causes == 0, sessions.start_ms + sessions.length_ms + _SLACK_MS, 0)
    end = np.maximum(sessions.until_ms, meant)
    np.maximum.at(end, plays.session, plays.start_ms + plays.wall_ms)
    until = np.maximum(end[plays.session[row]], at)
    seed, household = world.scenario.run.seed, homes.household[home]
    source = np.array([source_of(name) for name in company.actors], dtype=np.int64)[deeds.actor]
    order = np.lexsort((plays.key[row], at, source, household))
    ordinal = np.empty(len(order), dtype=np.int64)
    ordinal[order] = turns((household * SOURCES + source)[order])
    key = within_day(household, day - world.first_day, source, ordinal)
    incident_id = public(seed, "incident").apply(key)
    columns = {
        "incident_id": incident_id,
        "account_id": public(seed, "account").apply(household),
        "actor": pl.Series(list(company.actors), dtype=pl.String).gather(deeds.actor),
        "at": at,
        "until": until,
        "play_id": public(seed, "play").apply(plays.key[row]),
        "what": pl.Series(deeds.what.tolist(), dtype=pl.String),
    }
    ledger.enter("truth.incidents", at, (household, at, incident_id), columns)


def _touched(deeds: Deeds, played: Played) -> Ints:
    """The row of the play each act touched, or of the first in its sitting; -1 where nothing came of it."""
    plays = played.playback
    first = np.full(len(played.sessions), -1, dtype=np.int64)
    first[plays.session[::-1]] = np.arange(len(plays))[::-1]
    if not len(plays):
        return np.full(len(deeds), -1, dtype=np.int64)
    order = np.argsort(plays.key)
    place = np.minimum(np.searchsorted(plays.key[order], deeds.play_key), len(plays) - 1)
    row = order[place]
    return np.where(deeds.play_key < 0, first[deeds.session], np.where(plays.key[row] == deeds.play_key, row, -1))
