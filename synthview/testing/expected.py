"""What should come out: the same world without its faults, and what correct programs return.

from synthview.testing import expected

clean = expected.oracle(world)           # the world as a log without faults would tell it
struck = expected.touched(world)         # which rows which fault touched
once = expected.deduplicated(world.log.events)
sessions = expected.sessions(world.log.events, gap_minutes=30)
streaks = expected.streaks(world.log.plays)
"""

from __future__ import annotations

import polars as pl

from synthview.dataset import Dataset, generate

__all__ = [
    "began_before",
    "deduplicated",
    "oracle",
    "sessions",
    "streaks",
    "touched",
]

EVENT = ("play_id", "event_id")
"""What makes two messages the same: the number of a message counts within its play."""


def oracle(world: Dataset) -> Dataset:
    """The same world without its faults: what happened is equal, and all of it was recorded.

    Every play and message that is in both is equal but for what a fault did to it. The copy of a
    message that came before the first day is in the world alone. Simulates the world again.

        >>> world = generate("tiny", households=4, days=1)
        >>> clean = oracle(world)
        >>> clean.truth.plays["play_id"].equals(world.truth.plays["play_id"])
        True
    """
    return generate(world.scenario, without=["faults"])


def touched(world: Dataset) -> pl.DataFrame:
    """Which rows each fault touched: fault, table, play_id, event_id, change, by_ms.

    Rows of ``log.events`` name the message; those of ``log.plays`` the play of whose messages some
    were changed, and have no event_id. A lost message is named too: it is in the oracle alone.
    `by_ms` is by how many milliseconds a time was changed, null where none was.
    """
    messages = world.truth.deliveries.select(
        "fault",
        "play_id",
        "event_id",
        pl.col("change").cast(pl.String),
        "by_ms",
    )
    plays = messages.select("fault", "play_id").unique().sort("play_id", "fault")
    return pl.concat(
        [
            messages.with_columns(table=pl.lit("log.events")),
            plays.with_columns(table=pl.lit("log.plays")),
        ],
        how="diagonal",
    ).select("fault", "table", *EVENT, "change", "by_ms")


def began_before(world: Dataset) -> pl.DataFrame:
    """Rows of log.plays whose play began before the first day, as truth.plays says; none if closed.

    The service closes the row of a play when it has ended.
    """
    early = world.truth.plays.filter("began_before")
    return world.log.plays.join(early, on="play_id", how="semi")


def deduplicated(events: pl.DataFrame) -> pl.DataFrame:
    """Each message once, as it was first received, in the order of receipt.

    The copy of a message has its number in the play, or a new one with the same content: all but
    its number and the time of receipt. A faulty clock or a late receipt makes no copy. Two messages
    of one instant and content, as of a jump past two marks of progress, cannot be told from copies.
    """
    in_order = events.sort("received_time", *EVENT, maintain_order=True)
    content = [name for name in events.columns if name not in ("event_id", "received_time")]
    for same in (EVENT, content):
        in_order = in_order.unique(same, keep="first", maintain_order=True)
    return in_order


def sessions(events: pl.DataFrame, gap_minutes: float = 30) -> pl.DataFrame:
    """Sessions of each device: messages of which none follows the last by more than the gap.

    Copies count once; the order of receipt does not matter, client time does.

        >>> from synthview.testing import by_hand
        >>> sent = by_hand.events({"type": "play"}, {"after_s": 60}, {"after_s": 3600})
        >>> sessions(sent, gap_minutes=30).select("number", "events").rows()
        [(1, 2), (2, 1)]

    Args:
        events: A frame of log.events, with copies and in any order.
        gap_minutes: The longest time between two messages of one session.

    Returns:
        Columns account_id, device_id, number (from 1), began, ended, events, plays; in the order
        of device and time.
    """
    once = deduplicated(events).sort("account_id", "device_id", "client_time", *EVENT)
    whose = ("account_id", "device_id")
    gap = pl.col("client_time").diff().over(whose)
    begins = gap.is_null() | (gap > pl.duration(milliseconds=round(gap_minutes * 60_000)))
    numbered = once.with_columns(number=begins.cast(pl.Int64).cum_sum().over(whose))
    return numbered.group_by(*whose, "number", maintain_order=True).agg(
        began=pl.col("client_time").min(),
        ended=pl.col("client_time").max(),
        events=pl.len(),
        plays=pl.col("play_id").n_unique(),
    )


def streaks(plays: pl.DataFrame, at: str = "started_at") -> pl.DataFrame:
    """The longest run of days in a row on which an account played a title, by UTC day of `at`.

    Args:
        plays: A frame of log.plays.
        at: The column of times that says on which day a play is.

    Returns:
        Columns account_id, title_id, since (the first day of the earliest such run), days; a row
        for each account and title.
    """
    whose = ("account_id", "title_id")
    days = plays.select(*whose, day=pl.col(at).dt.date()).unique().sort(*whose, "day")
    begins = (pl.col("day").diff().over(whose) != pl.duration(days=1)).fill_null(value=True)
    runs = days.with_columns(run=begins.cast(pl.Int64).cum_sum().over(whose))
    lengths = runs.group_by(*whose, "run", maintain_order=True).agg(
        since=pl.col("day").min(), days=pl.len().cast(pl.Int64)
    )
    longest = lengths.sort(*whose, pl.col("days") * -1, "since").unique(
        whose, keep="first", maintain_order=True
    )
    return longest.drop("run")
