"""The query with words that can be others: one text for all definitions, and for each switch what to put into it."""

from __future__ import annotations

from synthview.claims.counting.definitions import option_of
from synthview.claims.counting.sql import quoted
from synthview.claims.question import Question

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


def template(question: Question) -> str:
    """The query of a streak with a slot in braces, named after its switch, for each word that can be another."""
    return _TEMPLATE.format(title=quoted(question.title))


def sql_of(switch: str, value: str, question: Question, *, ping_ms: int = 60_000) -> str:
    """What one position of a switch puts into its slot."""
    if switch == "gaps":
        return str(question.days - int(option_of(switch, value).sql))
    if switch == "window":
        first, last = question.dates(int(value))
        return f"DATE '{first}' AND DATE '{last}'"
    return option_of(switch, value).sql.format(ping_ms=ping_ms)
