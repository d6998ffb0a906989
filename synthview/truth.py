"""The truth of each play: who was really there, and whether it was the same person as the day before."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from synthview.chance import Stream
from synthview.ids import public
from synthview.log.facts import Facts
from synthview.people.homes import PERSONS, Homes, person_key
from synthview.player.playback import STREAM_LIMIT, Playback
from synthview.rows import Flags, Ints
from synthview.tables import START_SOURCES
from synthview.viewing.sittings import Sessions
from synthview.world import World
from synthview.world.clock import MINUTE_MS

__all__ = ["Yesterday", "witness"]

_SLEEP_AID = START_SOURCES.index("sleep_aid")
_TITLE_BITS = 36


@dataclass(slots=True)
class Yesterday:
    """Who attended what on the last day told: sorted keys of (home, title, person)."""

    attended: Ints

    @classmethod
    def empty(cls) -> Yesterday:
        """Before the first day."""
        return cls(np.zeros(0, dtype=np.int64))


def witness(
    world: World, homes: Homes, sessions: Sessions, played: Playback, facts: Facts, yesterday: Yesterday
) -> dict[str, object]:
    """Columns of truth.plays for one local day; moves `yesterday` on."""
    viewers = sessions.viewers[played.session]
    viewers = np.where(played.ending == STREAM_LIMIT, 0, viewers)
    there = ((viewers[:, None] >> np.arange(PERSONS)) & 1).astype(bool)
    attended = _attended_ms(world, played)
    everyone = np.full(len(played), "", dtype=object)
    return {
        "play_id": facts.play_id,
        "session_id": facts.session_id,
        "account_id": facts.account_id,
        "profile_id": facts.profile_id,
        "device_id": facts.device_id,
        "title_id": facts.title_id,
        "started_at": played.start_ms,
        "ended_at": played.start_ms + played.wall_ms,
        "played_ms": played.playing_ms,
        "causes": pl.Series(everyone.tolist(), dtype=pl.String),
        "intent": played.source,
        "pressed_by_person": ~played.autoplayed,
        "present_ms": played.playing_ms,
        "attended_ms": attended,
        "same_person_as_yesterday": _same_as(yesterday, played, there),
        "viewer_ids": _viewer_ids(world, homes, played, there),
        "viewer_count": there.sum(axis=1),
    }


def _attended_ms(world: World, played: Playback) -> Ints:
    """Ordinary viewers attend throughout, but with a sleep aid only until they are gone."""
    awake = (4 + Stream(world.scenario.run.seed, "truth/awake").below(played.key, 40)) * MINUTE_MS
    return np.where(played.source == _SLEEP_AID, np.minimum(played.playing_ms, awake), played.playing_ms)


def _same_as(yesterday: Yesterday, played: Playback, there: Flags) -> Flags:
    """Whether somebody now before the screen attended the same title on the day before."""
    play, slot = np.nonzero(there)
    key = (((played.home[play] << 4) | slot) << _TITLE_BITS) | played.title[play]
    again = np.zeros(len(played), dtype=bool)
    again[play[np.isin(key, yesterday.attended)]] = True
    yesterday.attended = np.unique(key)
    return again


def _viewer_ids(world: World, homes: Homes, played: Playback, there: Flags) -> pl.Series:
    """Lists of public person ids."""
    play, slot = np.nonzero(there)
    person = public(world.scenario.run.seed, "person").apply(person_key(homes.household[played.home[play]], slot))
    present = pl.DataFrame({"play": play, "person": person}).group_by("play", maintain_order=True).agg("person")
    rows = pl.DataFrame({"play": np.arange(len(played))})
    lists = rows.join(present, on="play", how="left", maintain_order="left")["person"]
    return lists.fill_null(pl.Series([[]], dtype=pl.List(pl.Int64)))
