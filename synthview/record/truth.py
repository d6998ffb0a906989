"""The truth of each play: who was there, and whether it was the same person as yesterday."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from synthview.draws.chance import Stream
from synthview.ids import public, within_home
from synthview.log.context import PlayContext
from synthview.people.homes import DEVICES, PERSONS, Homes
from synthview.player.playback import Playback
from synthview.rows import Flags, Ints
from synthview.stage.company import Company
from synthview.tables import START_SOURCES
from synthview.world import World
from synthview.world.clock import MINUTE_MS

__all__ = ["Yesterday", "witness"]

_SLEEP_AID = START_SOURCES.index("sleep_aid")
_TITLE_BITS, _SLOT_BITS = 36, 6


@dataclass(slots=True)
class Yesterday:
    """Who attended what on the last day told: sorted keys of (home, title, person)."""

    attended: Ints

    @classmethod
    def empty(cls) -> Yesterday:
        """Before the first day."""
        return cls(np.zeros(0, dtype=np.int64))


def witness(
    world: World,
    homes: Homes,
    company: Company,
    played: Playback,
    facts: PlayContext,
    yesterday: Yesterday,
) -> dict[str, object]:
    """Columns of truth.plays for one local day; moves `yesterday` on."""
    runs = played.playing_ms > 0
    viewers = np.where(runs, played.viewers, 0)
    present = np.minimum(played.playing_ms, played.present_ms)
    present = np.where(viewers != 0, present, 0)
    attends = np.where(played.attended_ms > 0, viewers, 0)
    there = _bits(viewers)
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
        "causes": company.causes(played.causes),
        "intent": played.source,
        "pressed_by_person": played.pressed,
        "present_ms": present,
        "attended_ms": np.minimum(_attended_ms(world, played), present),
        "same_person_as_yesterday": _same_as(yesterday, played, _bits(attends)),
        "viewer_ids": _viewer_ids(
            world,
            homes,
            company,
            played,
            there,
        ),
        "viewer_count": there.sum(axis=1),
        "began_before": np.zeros(len(played), dtype=bool),
    }


def _bits(masks: Ints) -> Flags:
    """Masks of person slots as columns."""
    count = max(int(masks.max(initial=0)).bit_length(), 1)
    bits = (masks[:, None] >> np.arange(count)) & 1
    return bits.astype(bool)


def _attended_ms(world: World, played: Playback) -> Ints:
    """Viewers attend as long as the script says; with a sleep aid only until they are gone."""
    draw = Stream(world.scenario.run.seed, "truth/awake")
    awake_ms = (4 + draw.below(played.key, 40)) * MINUTE_MS
    at_most = np.where(played.source == _SLEEP_AID, awake_ms, played.attended_ms)
    return np.minimum(played.attended_ms, at_most)


def _same_as(yesterday: Yesterday, played: Playback, there: Flags) -> Flags:
    """Whether somebody now before the screen attended the same title on the day before."""
    play, slot = np.nonzero(there)
    person = (played.home[play] << _SLOT_BITS) | slot
    key = (person << _TITLE_BITS) | played.title[play]
    did_yesterday = np.isin(key, yesterday.attended)
    again = np.zeros(len(played), dtype=bool)
    again[play[did_yesterday]] = True
    yesterday.attended = np.unique(key)
    return again


def _viewer_ids(
    world: World, homes: Homes, company: Company, played: Playback, there: Flags
) -> pl.Series:
    """Lists of public person ids."""
    play, slot = np.nonzero(there)
    key = _person_keys(
        homes,
        company,
        played.home[play],
        slot,
    )
    person = public(world.scenario.run.seed, "person").apply(key)

    viewers = pl.DataFrame({"play": play, "person": person})
    lists = viewers.group_by("play", maintain_order=True).agg("person")
    rows = pl.DataFrame({"play": np.arange(len(played))})
    every = rows.join(
        lists,
        on="play",
        how="left",
        maintain_order="left",
    )
    nobody = pl.Series([[]], dtype=pl.List(pl.Int64))
    return every["person"].fill_null(nobody)


def _person_keys(homes: Homes, company: Company, home: Ints, slot: Ints) -> Ints:
    """Internal ids of persons by their slots: those of the home, then its guests."""
    key = within_home(homes.household[home], slot)
    if not len(company.guests):
        return key
    device = slot + DEVICES - PERSONS  # a guest has the same place among persons and devices
    guest = company.guests.row(home, device)
    guest_key = company.guests.key[np.maximum(guest, 0)]
    return np.where(guest >= 0, guest_key, key)
