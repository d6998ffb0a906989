"""The tables of a Netflix report about money and mail: a bill each month, and what was written."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import polars as pl

from synthview.formats.netflix.home import MOMENT, ReportedHome, Row, text_table

__all__ = ["bills", "messages"]

PRICES = {
    "USD": {"basic": "7.99", "standard": "10.99", "premium": "13.99"},
    "EUR": {"basic": "7.99", "standard": "10.99", "premium": "13.99"},
    "GBP": {"basic": "5.99", "standard": "7.99", "premium": "9.99"},
    "CAD": {"basic": "8.99", "standard": "10.99", "premium": "13.99"},
    "AUD": {"basic": "9.99", "standard": "13.99", "premium": "17.99"},
}
"""What a month costs, tax included: invented, and near what such services took in 2017."""
CURRENCIES = {
    "GB": "GBP", "CA": "CAD", "AU": "AUD",
    **dict.fromkeys(("DE", "FR", "NL", "FI", "ES", "IT", "PT", "IE", "BE", "AT"), "EUR"),
}  # fmt: skip
"""The currency of a country; others pay in dollars."""
MEANS = {"card": "CC", "debit": "DEBIT", "wallet": "EWALLET", "gift card": "GIFT_CARD"}
NOBODY_CLICKED = {"Channel": "EMAIL", "Click Cnt": "0"}
OPENED, REOPENED = "MEMBERSHIP_WELCOME", "MEMBERSHIP_WELCOME_BACK"
CANCELLED, CHANGED = "MEMBERSHIP_CANCELLED", "PLAN_CHANGED"
NEW_DEVICE = "NEW_DEVICE_SIGN_IN"


@dataclass(frozen=True)
class Month:
    """A month that is paid for: its first day, that of the next, and the state that it began in."""

    first: date
    next: date
    opened: date
    state: Row


def bills(home: ReportedHome) -> pl.DataFrame:
    """Return BillingHistory: a month in advance on each day that ends one, newest first.

    Months begin where the account was opened, and go on until it is cancelled or its log ends.
    """
    rows = [_bill(month) for month in _months(home)]
    return text_table("PAYMENT_AND_BILLING/BillingHistory", rows[::-1])


def _bill(month: Month) -> Row:
    state = month.state
    currency = CURRENCIES.get(state["country"], "USD")
    price = PRICES[currency][state["plan"]]
    return {
        "Transaction Date": f"{month.first}",
        "Service Period Start Date": f"{month.first}",
        "Service Period End Date": f"{month.next - timedelta(days=1)}",
        "Description": "SUBSCRIPTION",
        "Payment Type": MEANS.get(state["payment_stub"], "CC"),
        "Mop Creation Date": f"{month.opened}",
        "Item Price Amt": price,
        "Currency": currency,
        "Tax Amt": "0.00",
        "Gross Sale Amt": price,
        "Pmt Txn Type": "SALE",
        "Pmt Status": "APPROVED",
        "Final Invoice Result": "SETTLED",
        "Country": state["country"],
        "Next Billing Date": f"{month.next}",
    }


def _months(home: ReportedHome) -> Iterator[Month]:
    """Yield the months that were paid for, the oldest first."""
    states = home.states.to_dicts()
    until = home.last_reported
    opened: datetime | None = None
    for place, state in enumerate(states):
        if state["status"] == "cancelled":
            opened = None
        elif opened is None:
            opened = state["valid_from"]
            yield from _stretch(opened, states[place:], until)


def _stretch(opened: datetime, states: list[Row], until: datetime) -> Iterator[Month]:
    """Yield the months from an opening to the cancellation that follows, or until the log ends."""
    ended = (one["valid_from"] for one in states if one["status"] == "cancelled")
    end = min(next(ended, until), until)
    number, first = 0, opened.date()
    while first <= end.date():
        number += 1
        after = _months_later(opened.date(), number)
        so_far = [one for one in states if one["valid_from"].date() <= first]
        yield Month(first, after, opened.date(), so_far[-1])
        first = after


def _months_later(day: date, count: int) -> date:
    """The same day of a later month, or its last where it has none."""
    years, month = divmod(day.month - 1 + count, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def messages(home: ReportedHome) -> pl.DataFrame:
    """Return MessagesSentByNetflix: mail about the account and its new devices, newest first."""
    messages = sorted(_written(home), key=lambda one: one[0], reverse=True)
    state = home.states.row(-1, named=True)
    owner = home.profiles.row(0, named=True) if len(home.profiles) else {}
    language = owner.get("profile_language")
    addressed = {
        "Profile Name": owner.get("profile_name"),
        "Country Iso Code": state["country"],
        "Account Locale": language,
        "Email Locale": language,
        "Email Domain Name": state["email"].partition("@")[2],
        **NOBODY_CLICKED,
    }
    rows = [
        {**addressed, "Sent Utc Ts": f"{at:{MOMENT}}", "Message Name": name}
        for at, name in messages
    ]
    return text_table("MESSAGES/MessagesSentByNetflix", rows)


def _written(home: ReportedHome) -> Iterator[tuple[datetime, str]]:
    """Yield when what was written: where the log has a reason to write."""
    before: dict[str, Any] = {}
    for state in home.states.to_dicts():
        if not before:
            yield state["valid_from"], OPENED
        elif state["status"] != before["status"]:
            yield state["valid_from"], REOPENED if state["status"] == "active" else CANCELLED
        elif state["plan"] != before["plan"]:
            yield state["valid_from"], CHANGED
        before = state
    opened = home.states["valid_from"][0]
    since = home.devices.filter(pl.col("since") > opened)["since"]
    yield from ((at, NEW_DEVICE) for at in since)
