"""What a reader of the log may rightly see of a row, in coarse steps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

__all__ = [
    "ACCESSES",
    "ACCOUNTS",
    "CLICKS",
    "DEVICES",
    "EVENTS",
    "FOLLOWS",
    "GAP_MS",
    "PLAYS",
    "SEARCHES",
    "Behaviour",
    "elapsed_ms",
    "steps",
    "visible",
]

SECOND, MINUTE, HOUR, DAY = 1_000, 60_000, 3_600_000, 86_400_000


@dataclass(frozen=True)
class Behaviour:
    """What is visible of a row: `rough` is what its digits can depend on, `fine` all the rest."""

    rough: Mapping[str, pl.Expr]
    fine: Mapping[str, pl.Expr] = field(default_factory=dict)

    @property
    def all(self) -> Mapping[str, pl.Expr]:
        """Everything visible."""
        return {**self.rough, **self.fine}


def steps(value: pl.Expr, *edges: float) -> pl.Expr:
    """How many of some ascending edges a value reaches."""
    return pl.sum_horizontal([(value >= edge).cast(pl.Int8) for edge in edges])


def elapsed_ms(since: str, until: str) -> pl.Expr:
    """Milliseconds from one time of a row to another."""
    return (pl.col(until) - pl.col(since)).dt.total_milliseconds()


LENGTHS = (
    1,
    10 * SECOND,
    45 * SECOND,
    2 * MINUTE,
    5 * MINUTE,
    15 * MINUTE,
    30 * MINUTE,
    50 * MINUTE,
    80 * MINUTE,
    2 * HOUR,
)
DELAYS = (
    -DAY,
    -HOUR,
    -MINUTE,
    0,
    100,
    200,
    400,
    SECOND,
    4 * SECOND,
    20 * SECOND,
    2 * MINUTE,
    15 * MINUTE,
    2 * HOUR,
    9 * HOUR,
    DAY,
)
GAP_MS = (
    pl.col("started_at") - pl.col("ended_at").shift(1).over("account_id")
).dt.total_milliseconds()
FOLLOWS = GAP_MS.is_between(0, 10 * MINUTE).fill_null(value=False)
"""Time since the play before it among those of its account, and whether that is short."""

PLAYS = Behaviour(
    {
        "kind": pl.col("kind"),
        "end_reason": pl.col("end_reason"),
        "autoplayed": pl.col("autoplayed"),
        "ran": steps(pl.col("watched_ms"), 1, MINUTE),
        "from_the_start": pl.col("start_position_ms") == 0,
        "to_the_end": pl.col("end_position_ms") >= pl.col("runtime_ms"),
        "follows": FOLLOWS,
    },
    {
        "device_type": pl.col("device_type"),
        "start_source": pl.col("start_source"),
        "length": steps(pl.col("watched_ms"), *LENGTHS),
        "completion": steps(pl.col("completion"), 0.02, 0.1, 0.5, 0.85, 0.999),
        "closed_after": steps(
            elapsed_ms("ended_at", "closed_at"), -HOUR, 0, 2 * MINUTE, 5 * HOUR, DAY
        ),
    },
)
"""What a row of viewing history shows by itself, and by when the row before it ended."""

_TYPE = pl.col("type").to_physical().cast(pl.Int8)
_AT_ONCE = ("play_id", "client_time")
_TWIN = ("play_id", "client_time", "type", "position_ms")
EVENTS = Behaviour(
    {
        "type": pl.col("type"),
        "delay": steps(
            elapsed_ms("client_time", "received_time"), -MINUTE, 0, SECOND, 2 * MINUTE, 2 * HOUR
        ),
        "has_a_twin": pl.len().over(_TWIN) > 1,
        "at_once": pl.len().over(_AT_ONCE).clip(upper_bound=3),
        "first_type_at_once": _TYPE.min().over(_AT_ONCE),
        "last_type_at_once": _TYPE.max().over(_AT_ONCE),
        "has_a_twin_of_its_id": pl.len().over("play_id", "event_id") > 1,
        "is_a_later_twin": pl.col("received_time") > pl.col("received_time").min().over(_TWIN),
        "played": pl.col("played_ms") > 0,
        "from_the_start": pl.col("position_ms") == pl.col("played_ms"),
        "to_the_end": pl.col("position_ms") >= pl.col("runtime_ms"),
        "network": steps(pl.col("ip").str.contains(".", literal=True).cast(pl.Int8), 1)
        + 2 * steps(pl.col("ip").str.contains(r"^2001:db8:8[0-9a-f]{3}:").cast(pl.Int8), 1),
    },
    {
        "precise_delay": steps(elapsed_ms("client_time", "received_time"), *DELAYS),
        "precisely_played": steps(
            pl.col("played_ms"), 10 * SECOND, MINUTE, 5 * MINUTE, 30 * MINUTE, HOUR
        ),
        "bitrate": pl.col("bitrate_kbps"),
    },
)
"""What a message shows, with those of equal content beside it.

Exits of tunnels and carriers' networks are known.
"""

CLICKS = Behaviour(
    {"row": pl.col("row"), "action": pl.col("action")}, {"place": steps(pl.col("place"), 5, 10, 20)}
)
SEARCHES = Behaviour(
    {"opens": pl.col("title_id").is_not_null()},
    {"letters": steps(pl.col("query").str.len_chars(), 3, 6, 9)},
)
DEVICES = Behaviour({"device_type": pl.col("device_type")})
ACCOUNTS = Behaviour(
    {"status": pl.col("status")}, {"plan": pl.col("plan"), "country": pl.col("country")}
)


ACCESSES = Behaviour({}, {"role": pl.col("role"), "tool": pl.col("tool")})
"""What digits of an access can depend on: nothing, as nobody looks at a second of their choice."""


def visible(seen: Mapping[str, pl.Expr], rows: pl.DataFrame) -> pl.Expr:
    """One number for all that is seen; what cannot be said of every row is left out."""
    known = set(rows.columns)
    sayable = [one for one in seen.values() if set(one.meta.root_names()) <= known]
    whole = [one for one in sayable if not rows.select(one).to_series().null_count()]
    named = [one.alias(f"seen_{place}") for place, one in enumerate(whole)]
    return pl.struct([pl.lit(0), *named]).hash(seed=0)
