"""What a look of the staff is: the statements they type, the words for it, and its columns."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from synthview.tables.company_tables import PURPOSES, TOOLS

__all__ = [
    "CURIOUS",
    "DUMP",
    "EMAILED",
    "INSIDERS",
    "LEGAL",
    "LOOKUP",
    "MADE_UP",
    "OF_ACCOUNTS",
    "ONE_ACCOUNT",
    "ORDINARY",
    "RELATIONS",
    "REPORTS",
    "RIGHT",
    "SCRAMBLE",
    "SLIPS",
    "Looks",
]

ORDINARY, CURIOUS, SCRAMBLE, LOOKUP, LEGAL, EMAILED = range(6)
INSIDERS = (
    "",
    "curious_employee",
    "mad_scramble",
    "support_lookup",
    "legal_request",
    "emailed_spreadsheet",
)
RELATIONS = ("a friend", "family", "an ex", "a celebrity")
REPORTS = (
    "SELECT device_type, sum(watched_ms) FROM log.plays GROUP BY device_type",
    "SELECT country, count(DISTINCT account_id) FROM log.plays GROUP BY country",
    "SELECT account_id, count(*) FROM log.plays GROUP BY account_id ORDER BY 2 DESC LIMIT 1000",
    "SELECT title_id, avg(completion) FROM log.plays GROUP BY title_id",
)
OF_ACCOUNTS = REPORTS[2]
"""The report that has a row for each account."""
MADE_UP = 1 << 61
"""Added to the key of a look, the key of the ticket that was made up for it."""
DUMP = "SELECT account_id, title_id, started_at, watched_ms FROM log.plays"
ONE_ACCOUNT = "SELECT * FROM log.plays WHERE account_id = ?"
_OF_TITLE = "FROM log.plays JOIN log.titles USING (title_id) WHERE name = ?"
_LIKE_TITLE = "FROM log.plays JOIN log.titles USING (title_id) WHERE name LIKE '%' || ? || '%'"
_FANNED_OUT = (
    "FROM log.plays JOIN log.titles USING (title_id) JOIN log.profiles USING (account_id) "
    "WHERE log.titles.name = ?"
)
RIGHT = (
    f"SELECT count(DISTINCT account_id) {_OF_TITLE}",
    f"SELECT account_id, count(DISTINCT started_at::DATE) {_OF_TITLE} GROUP BY account_id",
)
SLIPS = (
    (f"SELECT count(*) {_OF_TITLE}", "counted plays in the place of accounts"),
    (f"SELECT count(DISTINCT account_id) {_LIKE_TITLE}", "found the trailer too"),
    (f"SELECT count(*) {_FANNED_OUT}", "a join that fans out"),
)


@dataclass
class Looks:
    """Accesses, a row each; `household` and `title` are -1 where it is about no one in particular.

    `title` is a public id, all other ids are internal.
    """

    key: list[int] = field(default_factory=list)
    employee: list[int] = field(default_factory=list)
    at_ms: list[int] = field(default_factory=list)
    tool: list[int] = field(default_factory=list)
    purpose: list[int] = field(default_factory=list)
    ticket: list[int] = field(default_factory=list)
    sign_offs: list[int] = field(default_factory=list)
    query: list[str | None] = field(default_factory=list)
    household: list[int] = field(default_factory=list)
    title: list[int] = field(default_factory=list)
    is_exported: list[bool] = field(default_factory=list)
    insider: list[str] = field(default_factory=list)
    what: list[str] = field(default_factory=list)
    copies: list[int] = field(default_factory=list)

    def note(
        self, key: int, employee: int, at_ms: int, tool: str, purpose: str, **more: Any
    ) -> None:
        """Add an access; what is not said of it is not so."""
        columns = {
            "ticket": -1,
            "sign_offs": 0,
            "query": None,
            "household": -1,
            "title": -1,
            "is_exported": False,
            "insider": "",
            "what": "",
            "copies": 0,
            "key": key,
            "employee": employee,
            "at_ms": at_ms,
            "tool": TOOLS.index(tool),
            "purpose": PURPOSES.index(purpose),
            **more,
        }
        for name, value in columns.items():
            getattr(self, name).append(value)
