"""How the parts of the record become rows of their tables."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from synthview.draws.chance import Stream
from synthview.ids import MENU_SOURCES, ORDINALS, SOURCES, public
from synthview.log.damage import COPIED, Delivered
from synthview.log.facts import Facts
from synthview.log.messages import Messages
from synthview.player.playback import Playback
from synthview.record.browse import Clicks, Searches, Thumbs
from synthview.record.ledger import Ledger
from synthview.record.rollup import History
from synthview.rows import Ints, children, turns
from synthview.tables import MENU_ROWS, START_SOURCES
from synthview.world import World
from synthview.world.catalogue import work_of

__all__ = ["enter_clicks", "enter_deliveries", "enter_history", "enter_searches", "enter_thumbs"]

_MOST_CLICKS = 32  # on the way to one play
_MENU_ROW = np.array([MENU_ROWS.index(one if one in MENU_ROWS else "resume") for one in START_SOURCES])


def _whose(facts: Facts, row: Ints, *names: str) -> dict[str, Any]:
    return {name: getattr(facts, name)[row] for name in names}


def _received(world: World, facts: Facts, row: Ints, at_ms: Ints, number: Ints | int) -> Ints:
    """When the service has a message sent at `at_ms`, some 30 to 600 ms later."""
    return at_ms + 30 + Stream(world.scenario.run.seed, "log/menus/latency").below(facts.play_id[row], 570, n=number)


def enter_history(ledger: Ledger, facts: Facts, played: Playback, history: History) -> None:
    """log.plays, on the day they close."""
    row = history.play
    runtime = played.runtime_ms[row]
    ids = (
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
    columns = _whose(facts, row, *ids) | {
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
    ledger.enter(
        "log.plays", history.closed_ms, (facts.household[row], history.started_ms, facts.play_id[row]), columns
    )


def enter_deliveries(ledger: Ledger, facts: Facts, sent: Messages, delivered: Delivered) -> None:
    """truth.deliveries of every message that a fault lost, delayed, copied or altered, on the day it was sent.

    In whatever order the faults were named: of one message copies come last, else it goes by the name of the fault.
    """
    if not delivered.deeds or "truth.deliveries" not in ledger.wanted:
        return
    faults, changes, messages, numbers, by_ms = zip(*delivered.deeds, strict=True)
    message, (deed, _) = np.concatenate(messages), children(np.array([len(one) for one in messages]))
    play, time = sent.play[message], sent.client_ms[message]
    event_id = ledger.event_ids.apply(np.concatenate(numbers), within=facts.play_id[play])
    change, by_name = np.array(changes)[deed], np.unique(np.array(faults), return_inverse=True)[1][deed]
    columns = {
        "play_id": facts.play_id[play],
        "event_id": event_id,
        "account_id": facts.account_id[play],
        "fault": pl.Series(faults, dtype=pl.String).gather(deed),
        "change": change,
        "by_ms": np.concatenate(by_ms),
        "sent_time": time,
    }
    order = (facts.household[play], time, facts.play_id[play], event_id, (change == COPIED).astype(np.int64), by_name)
    ledger.enter("truth.deliveries", time, order, columns)


def enter_clicks(world: World, ledger: Ledger, facts: Facts, played: Playback, clicks: Clicks) -> None:
    """log.clicks, on the day received."""
    seed, play = world.scenario.run.seed, clicks.play
    received = _received(world, facts, play, clicks.at_ms, clicks.number)
    click_id = public(seed, "click").apply(_click_keys(played.key[play], clicks.number))
    columns = _whose(facts, play, "session_id", "account_id", "profile_id", "device_id") | {
        "click_id": click_id,
        "clicked_at": clicks.at_ms,
        "received_time": received,
        "row": _MENU_ROW[clicks.row],
        "place": clicks.place,
        "action": clicks.action,
        "title_id": public(seed, "title").apply(clicks.title),
    }
    ledger.enter("log.clicks", received, (facts.household[play], clicks.at_ms, click_id), columns)


def enter_searches(world: World, ledger: Ledger, facts: Facts, played: Playback, searches: Searches) -> None:
    """log.searches, on the day received; the query is the beginning of the title's name."""
    seed, play = world.scenario.run.seed, searches.play
    received = _received(world, facts, play, searches.at_ms, 30)
    search_id = public(seed, "search").apply(played.key[play])
    columns = _whose(facts, play, "session_id", "account_id", "profile_id", "device_id") | {
        "search_id": search_id,
        "searched_at": searches.at_ms,
        "received_time": received,
        "query": _queries(world, searches),
        "title_id": public(seed, "title").apply(searches.title),
    }
    ledger.enter("log.searches", received, (facts.household[play], searches.at_ms, search_id), columns)


def enter_thumbs(world: World, ledger: Ledger, facts: Facts, played: Playback, thumbs: Thumbs) -> None:
    """log.ratings, on the day received."""
    play = thumbs.play
    received = _received(world, facts, play, thumbs.at_ms, 31)
    rating_id = public(world.scenario.run.seed, "rating").apply(played.key[play])
    columns = _whose(facts, play, "account_id", "profile_id", "title_id") | {
        "rating_id": rating_id,
        "rated_at": thumbs.at_ms,
        "received_time": received,
        "thumb": np.where(thumbs.is_up, 0, 1),
    }
    ledger.enter("log.ratings", received, (facts.household[play], thumbs.at_ms, rating_id), columns)


def _click_keys(play_key: Ints, number: Ints) -> Ints:
    """Internal ids of clicks: that of the play, with the source saying which click it is.

    The plays that actors bring have sources of their own already, so their clicks are counted through the day.
    """
    source = play_key // ORDINALS % SOURCES
    brought = np.flatnonzero(source > 0)
    key = play_key + (MENU_SOURCES + number) * ORDINALS
    if len(brought):
        order = brought[np.lexsort((number[brought], play_key[brought]))]
        day = play_key[order] // (ORDINALS * SOURCES)
        key[order] = (day * SOURCES + MENU_SOURCES + _MOST_CLICKS) * ORDINALS + turns(day)
    return key


def _queries(world: World, searches: Searches) -> pl.Series:
    """The first letters of the title's name, in lower case as people type."""
    name = pl.Series(world.names, dtype=pl.String).gather(work_of(searches.title))
    return name.str.to_lowercase().str.head(pl.Series(searches.letters))
