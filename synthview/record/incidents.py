"""Incidents: what actors did, told once it is known what played."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from synthview.ids import SOURCES, public, source_of, within_day
from synthview.people.homes import Homes
from synthview.player.playback import Played
from synthview.record.ledger import Ledger
from synthview.record.reach import Reach, Still
from synthview.rows import Ints, Rows, turns
from synthview.stage.company import Company
from synthview.stage.deeds import Deeds
from synthview.world import World

__all__ = ["enter_incidents"]

_NONE = -1


@dataclass(frozen=True, slots=True)
class _Acts(Rows):
    """Acts that came about: whose home, which actor, the key of the sitting and of the play (`_NONE` for no play)."""

    home: Ints
    actor: Ints
    at_ms: Ints
    until_ms: Ints
    sitting: Ints
    play: Ints
    what: NDArray[np.object_]


def enter_incidents(
    world: World, ledger: Ledger, homes: Homes, company: Company, reach: Reach, played: Played, day: int
) -> None:
    """truth.incidents, on the day they began: acts on plays whose turn came, and sittings that came about.

    An act on a play that found no more time, or a sitting in which nothing played, is told without a play, and so is
    what still matters of days before. Moves `reach` on.
    """
    acts = _acts(homes, reach, played)
    if not len(acts):
        return
    seed, household = world.scenario.run.seed, homes.household[acts.home]
    source = np.array([source_of(name) for name in company.actors], dtype=np.int64)[acts.actor]
    order = np.lexsort((acts.play, acts.sitting, acts.at_ms, source, household))
    ordinal = np.empty(len(order), dtype=np.int64)
    ordinal[order] = turns((household * SOURCES + source)[order])
    incident_id = public(seed, "incident").apply(within_day(household, day - world.first_day, source, ordinal))
    columns: dict[str, Any] = {
        "incident_id": incident_id,
        "account_id": public(seed, "account").apply(household),
        "actor": pl.Series(list(company.actors), dtype=pl.String).gather(acts.actor),
        "at": acts.at_ms,
        "until": acts.until_ms,
        "play_id": _play_ids(seed, acts.play),
        "what": pl.Series(acts.what.tolist(), dtype=pl.String),
    }
    ledger.enter("truth.incidents", acts.at_ms, (household, acts.at_ms, incident_id), columns)


def _acts(homes: Homes, reach: Reach, played: Played) -> _Acts:
    """What was done today, and what still matters of what was done before."""
    row, missed = _touched(played.deeds, played), _missed(played.deeds, played)
    happened = (row >= 0) | (missed >= 0)
    deeds, row, missed = played.deeds.take(happened), row[happened], missed[happened]
    actors = np.zeros(len(played.sessions), dtype=np.int64)
    np.bitwise_or.at(actors, deeds.session, np.int64(1) << deeds.actor)
    until, still = reach.of_day(homes, played, actors)
    at, sessions = _began(deeds, played, row, missed), played.sessions
    play = np.full(len(deeds), _NONE)
    play[row >= 0] = played.playback.key[row[row >= 0]]
    done = _Acts(
        sessions.home[deeds.session], deeds.actor, at, np.maximum(until[deeds.session], at), sessions.key[deeds.session],
        play, deeds.what,
    )  # fmt: skip
    return _Acts.stack([done, _of_days_before(still)])


def _of_days_before(still: Still) -> _Acts:
    """One act for each actor whose acts of days before still matter."""
    row, actor = np.nonzero((still.actors[:, None] >> np.arange(63)) & 1)
    what = np.full(len(row), "still mattered", dtype=object)
    none = np.full(len(row), _NONE)
    return _Acts(still.home[row], actor, still.at_ms[row], still.until_ms[row], none, none, what)


def _began(deeds: Deeds, played: Played, row: Ints, missed: Ints) -> Ints:
    """When each act began: within its play, or when the turn of a play came that found no more time."""
    plays = played.playback
    if not len(plays):
        return played.missed.at_ms[missed]
    within = np.where(deeds.play_key < 0, 0, np.minimum(deeds.at_ms, plays.wall_ms[row]))
    if not len(played.missed):
        return plays.start_ms[row] + within
    return np.where(row >= 0, plays.start_ms[row] + within, played.missed.at_ms[missed])


def _play_ids(seed: int, play: Ints) -> pl.Series:
    """Ids of the plays touched, none where there is none."""
    ids = public(seed, "play").apply(np.maximum(play, 0))
    return pl.Series(ids).set(pl.Series(play == _NONE), None)


def _touched(deeds: Deeds, played: Played) -> Ints:
    """The row of the play each act touched, or of the first in its sitting; -1 where there is none."""
    plays = played.playback
    first = np.full(len(played.sessions), -1, dtype=np.int64)
    first[plays.session[::-1]] = np.arange(len(plays))[::-1]
    return np.where(deeds.play_key < 0, first[deeds.session], _rows_of(deeds.play_key, plays.key))


def _missed(deeds: Deeds, played: Played) -> Ints:
    """The row of what was missed that each act is about; -1 where that is none of it."""
    missed = played.missed
    sitting = np.full(len(played.sessions), -1, dtype=np.int64)
    whole = np.flatnonzero(missed.key < 0)
    sitting[missed.session[whole]] = whole
    return np.where(deeds.play_key < 0, sitting[deeds.session], _rows_of(deeds.play_key, missed.key))


def _rows_of(key: Ints, keys: Ints) -> Ints:
    """The row at which each key stands among some keys; -1 where it does not."""
    if not len(keys):
        return np.full(len(key), -1, dtype=np.int64)
    order = np.argsort(keys)
    place = np.minimum(np.searchsorted(keys[order], key), len(keys) - 1)
    return np.where(keys[order][place] == key, order[place], -1)
