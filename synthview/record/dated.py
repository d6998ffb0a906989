"""How the parts of the record become rows of their tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl

from synthview.draws.chance import Stream
from synthview.ids import MENU_SOURCES, ORDINALS, SOURCES, public
from synthview.log.context import PlayContext
from synthview.log.damage import COPIED, Delivered
from synthview.log.messages import Messages
from synthview.player.playback import Playback
from synthview.record.browse import Clicks, Thumbs
from synthview.record.ledger import Ledger
from synthview.record.queries import queries
from synthview.record.rollup import History
from synthview.record.searching import NO_TITLE, Searches
from synthview.rows import Ints, turns
from synthview.tables import MENU_ROWS, START_SOURCES
from synthview.world import World

__all__ = ["enter_clicks", "enter_deliveries", "enter_history", "enter_searches", "enter_thumbs"]

_MOST_CLICKS = 32  # on the way to one play
_MENU_ROW = np.array(
    [MENU_ROWS.index(one if one in MENU_ROWS else "resume") for one in START_SOURCES]
)
_IDS_OF_A_PLAY = (
    "play_id",
    "session_id",
    "account_id",
    "profile_id",
    "device_id",
    "title_id",
    "kind",
    "device_type",
    "country",
)
_IDS_OF_A_CLICK = ("session_id", "account_id", "profile_id", "device_id")


def _whose(facts: PlayContext, row: Ints, names: Sequence[str]) -> dict[str, Any]:
    """Columns of the facts, for some plays."""
    return {name: getattr(facts, name)[row] for name in names}


def _received(world: World, facts: PlayContext, row: Ints, at_ms: Ints, number: Ints | int) -> Ints:
    """When the service has a message sent at `at_ms`, some 30 to 600 ms later."""
    draw = Stream(world.scenario.run.seed, "log/menus/latency")
    return at_ms + 30 + draw.below(facts.play_id[row], 570, n=number)


def enter_history(ledger: Ledger, facts: PlayContext, played: Playback, history: History) -> None:
    """log.plays, on the day they close."""
    row = history.play
    runtime = played.runtime_ms[row]
    columns = _whose(facts, row, _IDS_OF_A_PLAY) | {
        "started_at": history.started_ms,
        "ended_at": history.ended_ms,
        "watched_ms": history.watched_ms,
        "start_position_ms": history.start_position_ms,
        "end_position_ms": history.end_position_ms,
        "completion": (history.end_position_ms * 10_000 // runtime) / 10_000,
        "autoplayed": played.autoplayed[row],
        "start_source": _MENU_ROW[played.source[row]],
        "end_reason": history.reason,
        "closed_at": history.closed_ms,
    }
    order = (facts.household[row], history.started_ms, facts.play_id[row])
    ledger.enter(
        "log.plays",
        ledger.dated(facts.start_ms[row], history.closed_ms),
        order,
        columns,
    )


def enter_deliveries(
    ledger: Ledger, facts: PlayContext, sent: Messages, delivered: Delivered
) -> None:
    """truth.deliveries, on the day each message was sent: what a fault lost, delayed or altered.

    The order does not depend on that of the faults: of one message copies come last, else it goes
    by the name of the fault.
    """
    if not delivered.deeds or "truth.deliveries" not in ledger.wanted:
        return
    faults, changes, *lists = zip(*delivered.deeds, strict=True)
    message, number, by_ms = map(np.concatenate, lists)
    deed = np.repeat(np.arange(len(faults)), list(map(len, lists[0])))
    play, time = sent.play[message], sent.client_ms[message]
    play_id = facts.play_id[play]
    event_id = ledger.event_ids.apply(number, within=play_id)

    columns = {
        "play_id": play_id,
        "event_id": event_id,
        "account_id": facts.account_id[play],
        "fault": pl.Series(faults, dtype=pl.String).gather(deed),
        "change": np.array(changes)[deed],
        "by_ms": by_ms,
        "sent_time": time,
    }
    place = _places(faults, changes)[deed]
    order = (facts.household[play], time, play_id, event_id, place)
    ledger.enter("truth.deliveries", ledger.dated(facts.start_ms[play], time), order, columns)


def _places(faults: Sequence[str], changes: Sequence[int]) -> Ints:
    """The place of each deed among those of one message: copies last, else by the fault's name."""
    is_copy = np.array(changes) == COPIED
    _, by_name = np.unique(np.array(faults), return_inverse=True)
    return is_copy * len(faults) + by_name


def enter_clicks(
    world: World, ledger: Ledger, facts: PlayContext, played: Playback, clicks: Clicks
) -> None:
    """log.clicks, on the day received."""
    seed, play = world.scenario.run.seed, clicks.play
    received = _received(
        world,
        facts,
        play,
        clicks.at_ms,
        clicks.number,
    )
    keys = _click_keys(played.key[play], clicks.number)
    click_id = public(seed, "click").apply(keys)
    columns = _whose(facts, play, _IDS_OF_A_CLICK) | {
        "click_id": click_id,
        "clicked_at": clicks.at_ms,
        "received_time": received,
        "row": clicks.row,
        "place": clicks.place,
        "action": clicks.action,
        "title_id": public(seed, "title").apply(clicks.title),
    }
    order = (facts.household[play], clicks.at_ms, click_id)
    ledger.enter(
        "log.clicks",
        ledger.dated(facts.start_ms[play], received),
        order,
        columns,
    )


def enter_searches(
    world: World, ledger: Ledger, facts: PlayContext, played: Playback, searches: Searches
) -> None:
    """log.searches, on the day received."""
    seed, play = world.scenario.run.seed, searches.play
    received = _received(
        world,
        facts,
        play,
        searches.at_ms,
        _MOST_CLICKS + searches.number,
    )
    keys = _click_keys(played.key[play], searches.number)
    search_id = public(seed, "search").apply(keys)
    title_id = public(seed, "title").apply(np.maximum(searches.title, 0))
    columns = _whose(facts, play, _IDS_OF_A_CLICK) | {
        "search_id": search_id,
        "searched_at": searches.at_ms,
        "received_time": received,
        "query": queries(world, searches),
        "title_id": np.where(searches.title == NO_TITLE, -1, title_id),
    }
    order = (facts.household[play], searches.at_ms, search_id)
    ledger.enter(
        "log.searches",
        ledger.dated(facts.start_ms[play], received),
        order,
        columns,
    )


def enter_thumbs(
    world: World, ledger: Ledger, facts: PlayContext, played: Playback, thumbs: Thumbs
) -> None:
    """log.ratings, on the day received."""
    seed, play = world.scenario.run.seed, thumbs.play
    received = _received(
        world,
        facts,
        play,
        thumbs.at_ms,
        31,
    )
    rating_id = public(seed, "rating").apply(played.key[play])
    columns = _whose(facts, play, ("account_id", "profile_id", "title_id")) | {
        "rating_id": rating_id,
        "rated_at": thumbs.at_ms,
        "received_time": received,
        "thumb": np.where(thumbs.is_up, 0, 1),
    }
    order = (facts.household[play], thumbs.at_ms, rating_id)
    ledger.enter(
        "log.ratings",
        ledger.dated(facts.start_ms[play], received),
        order,
        columns,
    )


def _click_keys(play_key: Ints, number: Ints) -> Ints:
    """Internal ids of clicks: that of the play, with the source saying which click it is.

    Plays that actors bring have sources of their own already, so their clicks are counted through
    the day.
    """
    source = play_key // ORDINALS % SOURCES
    key = play_key + (MENU_SOURCES + number) * ORDINALS
    brought = np.flatnonzero(source > 0)
    if len(brought):
        order = np.lexsort((number[brought], play_key[brought]))
        rows = brought[order]
        day = play_key[rows] // (ORDINALS * SOURCES)
        after_clicks = day * SOURCES + MENU_SOURCES + _MOST_CLICKS
        key[rows] = after_clicks * ORDINALS + turns(day)
    return key
