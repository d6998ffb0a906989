"""The tables of the company itself: what it keeps without people in it.

They are made of all households at once, and written only where they are asked for.
"""

from __future__ import annotations

from typing import Literal

from synthview.tables.table_shapes import (
    COUNTRIES,
    Column,
    Table,
    choice_column,
    claim_column,
    count_column,
    id_column,
    ms_column,
    text_column,
    time_column,
)

__all__ = [
    "CHANNELS",
    "COMPANY_TABLES",
    "CONSENTS",
    "ERASURES",
    "PURPOSES",
    "ROLES",
    "RULES_OF_CELLS",
    "TOOLS",
    "TOPICS",
    "HeldTables",
]

RULES_OF_CELLS = ("exact", "suppressed", "rounded", "noised")

ROLES = ("analyst", "support", "marketing", "security", "legal")
CHANNELS = ("chat", "telephone", "mail")
TOPICS = ("playback", "billing", "account", "catalogue", "privacy")
CONSENTS = ("recommendations", "marketing", "research")
TOOLS = ("warehouse", "support_console", "spreadsheet", "legal_export")
PURPOSES = ("report", "experiment", "data_quality", "campaign", "abuse", "ticket", "press", "court")

HeldTables = tuple[
    Literal[
        "log.accounts", "log.profiles", "log.devices", "log.events", "log.plays", "log.ratings",
        "log.searches", "log.clicks",
    ],
    ...,
]  # fmt: skip
"""Tables whose rows of an account may be held: those that homes make."""

_STATED = Column("stated_on", "day", "The UTC day of receipt whose nightly job stated the row.")
_VIEWED = Column(
    "viewed_on",
    "day",
    "The UTC day the row is about: on which plays began, as far as clocks are believed.",
)
_REVISION = count_column(
    "revision", "0 where the row is the first of its cell; each later row replaces those before."
)
_RATED = Column("rated_on", "day", "The UTC day on which thumbs were pressed.")
_TITLE = id_column("title_id", "The film, episode or trailer.", "t")
_NAME = text_column("name", "The title as shown.")
_COUNTRY = choice_column("country", COUNTRIES, "Country as seen from the network address.")
_ACCOUNTS = count_column("accounts", "Distinct accounts in the cell.", nullable=True)
_PLAYED = (
    _ACCOUNTS,
    count_column("plays", "Plays.", nullable=True),
    ms_column("watched_ms", "Playing time.", nullable=True),
    count_column("finished", "Plays that ended in the last tenth of the title.", nullable=True),
    count_column("skipped", "Plays with less than two minutes of playing time.", nullable=True),
)
_CELL = (
    choice_column("rule", RULES_OF_CELLS, "What is done to cells before they are kept."),
    count_column("smallest_cell", "The fewest accounts a cell may have, or the step of rounding."),
    claim_column("is_withheld", "Too few accounts: the numbers of the row are left out."),
)
_SUBSCRIPTION = id_column(
    "account_id", "The subscription; empty once it is forgotten.", "a", nullable=True
)
_EMPLOYEE = id_column("employee_id", "Somebody of the staff.", "w")
_TICKET = id_column("ticket_id", "The ticket.", "n")
_ACCESS = id_column("access_id", "The access.", "k")


def _by_day(name: str, row: str, keys: tuple[Column, ...], about: Column = _VIEWED) -> Table:
    """Return a table of plays, stated day by day and restated where more came in."""
    dimensions = tuple(one for one in keys if one.name != "name")
    key = (about.name, *(one.name for one in dimensions), "revision")
    columns = (_STATED, about, *keys, _REVISION, *_PLAYED, *_CELL)
    return Table("aggregate", name, row, columns, key, dated=True, of_company=True)


COMPANY_TABLES: tuple[Table, ...] = (
    _by_day("day_totals", "what was watched on a day, as known on another", ()),
    _by_day("country_days", "what was watched on a day in a country", (_COUNTRY,)),
    _by_day("title_days", "what was watched of a title on a day", (_TITLE, _NAME)),
    _by_day(
        "title_country_days",
        "what was watched of a title on a day in a country",
        (_TITLE, _NAME, _COUNTRY),
    ),
    Table("aggregate", "thumb_days", "the thumbs for a title on a day", (
        _STATED, _RATED, _TITLE, _NAME, _REVISION, _ACCOUNTS,
        count_column("thumbs_up", "Thumbs up.", nullable=True),
        count_column("thumbs_down", "Thumbs down.", nullable=True),
        *_CELL,
    ), ("rated_on", "title_id", "revision"), dated=True, of_company=True),
    Table("aggregate", "co_viewing", "two works that the same accounts watched in the window", (
        id_column("title_id", "A film, or the first episode of a series.", "t"),
        _NAME,
        id_column("other_title_id", "Another, with a larger id.", "t"),
        text_column("other_name", "The other as shown."),
        count_column("shared_accounts", "Accounts that watched both.", nullable=True),
        *_CELL,
    ), ("title_id", "other_title_id"), dated=False, of_company=True),
    Table("aggregate", "cohorts", "accounts that joined in a month, some weeks later", (
        Column("joined_in", "day", "The first day of the month in which they first signed up."),
        count_column("week", "Weeks since sign-up: 0 is the first."),
        count_column("accounts", "Accounts of which the window has that whole week.",
                     nullable=True),
        count_column("active_accounts", "Of those, accounts with a play in it.", nullable=True),
        *_CELL,
    ), ("joined_in", "week"), dated=False, of_company=True),
    Table("log", "staff", "somebody who works for the company", (
        _EMPLOYEE,
        text_column("name", "Invented name."),
        choice_column("role", ROLES, "What they do."),
        text_column("team", "With whom they work."),
        text_column("time_zone", "IANA zone of their office."),
        count_column("works_from_min", "Begin of their working day, in minutes of the local day."),
        count_column("works_until_min", "End of it."),
        claim_column("works_weekends", "They work on Saturdays and Sundays too."),
    ), ("employee_id",), dated=False, of_company=True),
    Table("log", "tickets", "somebody asks support for help", (
        _TICKET,
        _SUBSCRIPTION,
        time_column("opened_at", "When they asked."),
        choice_column("topic", TOPICS, "What about."),
        choice_column("channel", CHANNELS, "How."),
        id_column("employee_id", "Who answers.", "w"),
    ), ("ticket_id",), dated=True, of_company=True),
    Table("log", "consents", "what an account agrees to, from a time on", (
        id_column("account_id", "The subscription.", "a"),
        choice_column("purpose", CONSENTS, "What its data may be used for."),
        time_column("valid_from", "From when the choice holds, until a later row of the same."),
        claim_column("is_given", "Whether they agree."),
    ), ("account_id", "purpose", "valid_from"), dated=False, of_company=True),
    Table("log", "accesses", "a query or look-up of personal data by somebody of the staff", (
        _ACCESS,
        _EMPLOYEE,
        choice_column("role", ROLES, "Their role."),
        time_column("accessed_at", "When it was."),
        choice_column("tool", TOOLS, "With what."),
        choice_column("purpose", PURPOSES, "What they said it was for."),
        id_column("ticket_id", "The ticket it is for, if one.", "n", nullable=True),
        count_column("sign_offs", "How many others agreed before."),
        text_column("query", "The statement, where one was typed.", nullable=True),
        id_column("account_id", "Whom it is about, if one account; empty once it is forgotten.",
                  "a", nullable=True),
        id_column("title_id", "The title it is about, if one.", "t", nullable=True),
        count_column("rows_touched", "Rows of viewing history that it read."),
        count_column("accounts_touched", "Accounts that these rows are about."),
        claim_column("is_exported", "What it found left the tool as a file."),
    ), ("access_id",), dated=True, of_company=True),
    Table("truth", "accesses", "why somebody of the staff looked", (
        _ACCESS,
        text_column("insider", "Which insider acted; empty for ordinary work."),
        text_column("what", "What was done, or whom they looked for."),
        time_column("at", "When it was."),
        count_column("copies", "Copies of the file that came to exist."),
    ), ("access_id",), dated=True, of_company=True),
    Table("log", "privacy_requests", "somebody asks what is kept of them, or to be forgotten", (
        id_column("request_id", "The request.", "g"),
        _SUBSCRIPTION,
        time_column("asked_at", "When it was received."),
        choice_column("asks_for", ("access", "erasure"), "What is asked for."),
        time_column("done_at", "When it was carried out; empty while it is open.", nullable=True),
    ), ("request_id",), dated=True, of_company=True),
    Table("log", "tombstones", "an account that was forgotten", (
        id_column("tombstone_id", "A keyed hash in the place of its id.", "b"),
        time_column("forgotten_at", "When its rows were removed from all days."),
        choice_column("reason", ("request", "left"), "Why."),
        text_column("held_tables", "Tables that a legal hold keeps, joined by |; empty for none."),
    ), ("tombstone_id",), dated=True, of_company=True),
)  # fmt: skip

ERASURES = Table(
    "log",
    "erasures",
    "rows to remove from a table: of an account that is forgotten, or of days that are too old",
    (
        Column("operation", "choice", "erase: remove the rows.", options=("erase",)),
        Column("from_table", "text", "The table to remove them from."),
        Column("account_id", "id", "Of which account; empty for all.", prefix="a", nullable=True),
        Column(
            "older_than",
            "day",
            "Received before this UTC day; empty for rows of all days.",
            nullable=True,
        ),
    ),
    ("from_table", "account_id", "older_than"),
    dated=True,
)
"""What a load says of rows that the company no longer has, where its scenario forgets any."""
