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

__all__ = ["STILL_MATTERED", "enter_incidents"]

STILL_MATTERED = "still mattered"
"""What is said of an act of days before whose end has not come."""

_NONE = -1


@dataclass(frozen=True, slots=True)
class _Acts(Rows):
    """Acts that came about: whose home, which actor, from when to when.

    `session` and `play` are the keys of what it touched, `_NONE` for no session or no play.
    """

    home: Ints
    actor: Ints
    at_ms: Ints
    until_ms: Ints
    session: Ints
    play: Ints
    what: NDArray[np.object_]


def enter_incidents(
    world: World,
    ledger: Ledger,
    homes: Homes,
    company: Company,
    reach: Reach,
    played: Played,
    day: int,
) -> None:
    """truth.incidents, on the day they began: acts on plays, and sessions, that came about.

    An act has no play where its play found no more time, where nothing played in its session, and
    where it began on days before and still matters. Moves `reach` on.
    """
    acts = _acts(homes, reach, played)
    if not len(acts):
        return
    seed, household = world.scenario.run.seed, homes.household[acts.home]
    incident_id = _incident_ids(
        world,
        company,
        acts,
        household,
        day,
    )
    actors = pl.Series(list(company.actors), dtype=pl.String)
    columns: dict[str, Any] = {
        "incident_id": incident_id,
        "account_id": public(seed, "account").apply(household),
        "actor": actors.gather(acts.actor),
        "at": acts.at_ms,
        "until": acts.until_ms,
        "play_id": _play_ids(seed, acts.play),
        "what": pl.Series(acts.what.tolist(), dtype=pl.String),
    }
    order = (household, acts.at_ms, incident_id)
    ledger.enter(
        "truth.incidents",
        acts.at_ms,
        order,
        columns,
    )


def _incident_ids(world: World, company: Company, acts: _Acts, household: Ints, day: int) -> Ints:
    """Public ids: the acts of one actor in one home are numbered through the day, by time."""
    sources = np.array([source_of(name) for name in company.actors], dtype=np.int64)
    source = sources[acts.actor]
    order = np.lexsort((acts.play, acts.session, acts.at_ms, source, household))
    of_actor = household * SOURCES + source
    ordinal = np.empty(len(order), dtype=np.int64)
    ordinal[order] = turns(of_actor[order])

    key = within_day(
        household,
        day - world.first_day,
        source,
        ordinal,
    )
    return public(world.scenario.run.seed, "incident").apply(key)


def _acts(homes: Homes, reach: Reach, played: Played) -> _Acts:
    """What was done today, and what still matters of what was done before."""
    row = _touched(played.deeds, played)
    missed = _missed(played.deeds, played)
    happened = (row >= 0) | (missed >= 0)
    deeds = played.deeds.take(happened)
    row, missed = row[happened], missed[happened]

    until, still = reach.of_day(homes, played, _actors_in(played, deeds))
    at = _began(
        deeds,
        played,
        row,
        missed,
    )
    sessions = played.sessions.take(deeds.session)
    done = _Acts(
        home=sessions.home,
        actor=deeds.actor,
        at_ms=at,
        until_ms=np.maximum(until[deeds.session], at),
        session=sessions.key,
        play=_play_keys(played, row),
        what=deeds.what,
    )
    return _Acts.stack([done, _of_days_before(still)])


def _actors_in(played: Played, deeds: Deeds) -> Ints:
    """The mask of the actors who acted in each session."""
    actors = np.zeros(len(played.sessions), dtype=np.int64)
    np.bitwise_or.at(actors, deeds.session, np.int64(1) << deeds.actor)
    return actors


def _play_keys(played: Played, row: Ints) -> Ints:
    """The keys of some plays, given as rows; `_NONE` for -1."""
    play = np.full(len(row), _NONE)
    is_play = row >= 0
    play[is_play] = played.playback.key[row[is_play]]
    return play


def _of_days_before(still: Still) -> _Acts:
    """One act for each actor whose acts of days before still matter."""
    applies = (still.actors[:, None] >> np.arange(63)) & 1
    row, actor = np.nonzero(applies)
    still = still.take(row)
    none = np.full(len(row), _NONE)
    return _Acts(
        home=still.home,
        actor=actor,
        at_ms=still.at_ms,
        until_ms=still.until_ms,
        session=none,
        play=none,
        what=np.full(len(row), STILL_MATTERED, dtype=object),
    )


def _began(deeds: Deeds, played: Played, row: Ints, missed: Ints) -> Ints:
    """When each act began: within its play, or when the turn of a play came that had no time."""
    plays = played.playback
    if not len(plays):
        return played.missed.at_ms[missed]
    into_play = np.minimum(deeds.at_ms, plays.wall_ms[row])
    is_of_session = deeds.play_key < 0
    in_play = plays.start_ms[row] + np.where(is_of_session, 0, into_play)
    if not len(played.missed):
        return in_play
    return np.where(row >= 0, in_play, played.missed.at_ms[missed])


def _play_ids(seed: int, play: Ints) -> pl.Series:
    """Ids of the plays touched, none where there is none."""
    ids = public(seed, "play").apply(np.maximum(play, 0))
    return pl.Series(ids).set(pl.Series(play == _NONE), None)


def _touched(deeds: Deeds, played: Played) -> Ints:
    """The row of the play each act touched, or of the first in its session; -1 for none."""
    plays = played.playback
    first = np.full(len(played.sessions), -1, dtype=np.int64)
    first[plays.session[::-1]] = np.arange(len(plays))[::-1]
    of_play = _rows_of(deeds.play_key, plays.key)
    return np.where(deeds.play_key < 0, first[deeds.session], of_play)


def _missed(deeds: Deeds, played: Played) -> Ints:
    """The row of what was missed that each act is about; -1 for none."""
    missed = played.missed
    whole = np.flatnonzero(missed.key < 0)
    of_session = np.full(len(played.sessions), -1, dtype=np.int64)
    of_session[missed.session[whole]] = whole
    of_play = _rows_of(deeds.play_key, missed.key)
    return np.where(deeds.play_key < 0, of_session[deeds.session], of_play)


def _rows_of(key: Ints, keys: Ints) -> Ints:
    """The row at which each key stands among some keys; -1 where it does not."""
    if not len(keys):
        return np.full(len(key), -1, dtype=np.int64)
    order = np.argsort(keys)
    sorted_keys = keys[order]
    place = np.searchsorted(sorted_keys, key)
    place = np.minimum(place, len(keys) - 1)
    return np.where(sorted_keys[place] == key, order[place], -1)
