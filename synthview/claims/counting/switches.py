"""The query with words that can be others: one text for all definitions, and for each switch what to put into it."""

from __future__ import annotations

from synthview.claims.counting.definitions import UNIT_COLUMNS
from synthview.claims.counting.sql import quoted
from synthview.claims.question import Question
from synthview.pools import TEST_RIG

__all__ = ["sql_of", "template"]

_TEMPLATE = """\
WITH showings AS (
    SELECT {{unit}} AS who, {{messages}} AS watched_ms, runtime_ms,
           {{clock}} AS start,
           (SELECT any_value(time_zone) FROM accounts
            WHERE accounts.account_id = plays.account_id) AS zone
    FROM plays JOIN (
        SELECT DISTINCT title_id, runtime_ms FROM titles WHERE kind <> 'trailer'
        AND (name = '{title}' OR series_name = '{title}')
    ) USING (title_id)
    WHERE {{kids}}  -- kids profiles
      AND {{autoplay}}  -- what started by itself
      AND {{tests}}  -- test devices
),
watched_days AS (
    SELECT who, CAST({{day}} AS DATE) AS day
    FROM showings
    GROUP BY who, day
    HAVING day BETWEEN {{window}}
       AND {{watched}}  -- how much of it
)
SELECT count(*) AS people FROM (
    SELECT who FROM watched_days GROUP BY who HAVING count(*) >= {{gaps}}
)
"""
_PINGS = "(SELECT {counted} FROM events WHERE events.play_id = plays.play_id AND type = 'ping')"
_WORDS = {
    "unit": UNIT_COLUMNS,
    "watched": {
        "any": "true",
        "two_minutes": "sum(watched_ms) >= 120000",
        "seventy": "sum(watched_ms) * 100 >= max(runtime_ms) * 70",
        "ninety": "sum(watched_ms) * 100 >= max(runtime_ms) * 90",
    },
    "day": {
        "utc": "start",
        "home": "timezone(zone, timezone('UTC', start))",
        "service": "timezone(zone, timezone('UTC', start)) - INTERVAL 4 HOURS",
    },
    "clock": {"corrected": "least(started_at, closed_at - (ended_at - started_at))", "raw": "started_at"},
    "messages": {
        "history": "watched_ms",
        "raw": f"{{ping_ms}} * {_PINGS.format(counted='count(*)')}",
        "once": f"{{ping_ms}} * {_PINGS.format(counted='count(DISTINCT client_time)')}",
    },
    "kids": {"with": "true", "without": "profile_id NOT IN (SELECT profile_id FROM profiles WHERE is_kids)"},
    "autoplay": {"with": "true", "without": "NOT autoplayed"},
    "tests": {
        "with": "true",
        "without": f"device_id NOT IN (SELECT device_id FROM devices WHERE model = '{TEST_RIG}')",  # noqa: S608  a constant of ours
    },
}


def template(question: Question) -> str:
    """The query of a streak with a slot in braces, named after its switch, for each word that can be another."""
    return _TEMPLATE.format(title=quoted(question.title))


def sql_of(switch: str, value: str, question: Question, *, ping_ms: int = 60_000) -> str:
    """What one position of a switch puts into its slot."""
    if switch == "gaps":
        return str(question.days - int(value == "one"))
    if switch == "window":
        first, last = question.dates(int(value))
        return f"DATE '{first}' AND DATE '{last}'"
    return _WORDS[switch][value].format(ping_ms=ping_ms)
