"""The tables of a Netflix report about the account: who pays, profiles, devices, addresses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from synthview.formats.making.row_words import text_in
from synthview.formats.netflix.home import (
    INSTANT,
    MOMENT,
    ReportedHome,
    Row,
    country_in_words,
    text_table,
)
from synthview.formats.netflix.report_files import COLUMNS, CONSENTS

__all__ = [
    "access",
    "account",
    "devices",
    "logins",
    "profiles",
    "streaming",
    "subscription",
    "terms",
]

MATURITY = {
    "little_kids": "Little Kids",
    "older_kids": "Older Kids",
    "teens": "Teens",
    "adults": "All Maturity Ratings",
}
QUALITY = {"basic": "SD", "standard": "HD", "premium": "UHD"}
STATUS = {"active": "CURRENT_MEMBER", "cancelled": "FORMER_MEMBER"}
NOTHING = pl.lit(None, dtype=pl.String)
LISTED: dict[str, pl.Expr] = {
    "Profile Name": pl.col("profile_name"),
    "Email Address": pl.col("email"),
    "Profile Creation Time": pl.col("created").dt.strftime(INSTANT),
    "Maturity Level": text_in("maturity").replace_strict(MATURITY),
    "Primary Lang": pl.col("profile_language"),
    "Has Auto Playback": pl.when("plays_on").then(pl.lit("true")).otherwise(pl.lit("false")),
    "Max Stream Quality": NOTHING,
    "Profile Lock Enabled": pl.lit("false"),
    "Game Handle": NOTHING,
    "Profile Transferred": pl.lit("false"),
    "Profile Transfer Time": NOTHING,
    "Profile Transferred From Account": NOTHING,
    "Profile Transferred To Account": NOTHING,
    "Date Of Birth": NOTHING,
    "Gender": NOTHING,
    "Opt-Out": NOTHING,
    "Privacy And Data Settings": NOTHING,
}
ACCESSED: dict[str, pl.Expr] = {
    "Date": pl.col("day"),
    "Esn": pl.col("esn"),
    "Devices": pl.col("model"),
    "Part Of Netflix Household": pl.when("is_usual").then(pl.lit("Yes")).otherwise(pl.lit("No")),
}
STREAMED: dict[str, pl.Expr] = {
    "Esn": pl.col("esn"),
    "Country": country_in_words(pl.col("country")),
    "Localized Device Description": pl.col("model"),
    "Device Description": pl.col("model"),
    "Ip": pl.col("ip"),
    "Region Code Display Name": pl.col("region"),
    "Ts": pl.col("client_time").dt.strftime(INSTANT),
}
LOGGED_IN: dict[str, pl.Expr] = {
    "Esn": pl.col("esn"),
    "Country": country_in_words(pl.col("country")),
    "Region Code": pl.col("region"),
    "Device Description": pl.col("model"),
    "Ip": pl.col("ip"),
    "Ts": pl.col("since").dt.strftime(MOMENT),
}
"""What the columns of four tables hold."""


def account(home: ReportedHome) -> pl.DataFrame:
    """Return AccountDetails: one row."""
    first, last = home.states.row(0, named=True), home.states.row(-1, named=True)
    given, _, family = last["billing_name"].partition(" ")
    language = home.profiles["profile_language"].first() if len(home.profiles) else None
    has_left = (home.states["status"] == "cancelled").any() and last["status"] == "active"
    row = {
        "First Name": given,
        "Last Name": family or None,
        "Email Address": last["email"],
        "Phone Number": last["phone"],
        "Country Of Registration": last["country"],
        "Country Of Signup": first["country"],
        "Primary Lang": language,
        "Cookie Disclosure": "false",
        "Membership Status": STATUS[last["status"]],
        "Customer Creation Timestamp": f"{first['valid_from']:{INSTANT}}",
        "Profile Transfer Setting": "true",
        "Has Rejoined": "true" if has_left else "false",
        **dict.fromkeys(CONSENTS, "NO"),
    }
    return text_table("ACCOUNT/AccountDetails", [row])


def terms(home: ReportedHome) -> pl.DataFrame:
    """Return TermsOfUse: accepted when the account was opened."""
    day = f"{home.states['valid_from'][0]:%Y-%m-%d}"
    return text_table("ACCOUNT/TermsOfUse", [{"Tou Accepted Date": day}])


def subscription(home: ReportedHome) -> pl.DataFrame:
    """Return SubscriptionHistory: a row for each opening, and for each change of plan."""
    return text_table("ACCOUNT/SubscriptionHistory", list(_periods(home.states.to_dicts())))


def _periods(states: list[Row]) -> Iterator[Row]:
    """Yield rows from the states of an account, the oldest first."""
    opened: Row = {}
    before: Mapping[str, Any] = {}
    for state in states:
        at = f"{state['valid_from']:{MOMENT}}"
        if state["status"] == "cancelled":
            opened |= {"Subscription Closed Ts": at, "Is Customer Initiated Cancel": "true"}
            yield {**opened}
            opened, before = {}, {}
            continue
        if not opened:
            opened = {"Subscription Opened Ts": at, "Is Free Trial At Signup": "false"}
            opened |= _plan("Signup Plan Category", "Signup", state)
        elif state["plan"] != before["plan"]:
            changed = {"Plan Change Date": f"{state['valid_from']:%Y-%m-%d}"}
            changed |= _plan("Plan Change Old Category", "Plan Change Old", before)
            changed |= _plan("Plan Change New Category", "Plan Change New", state)
            yield {**opened, **changed}
        before = state
    if opened:
        yield opened


def _plan(category: str, words: str, state: Mapping[str, Any]) -> Row:
    return {
        category: state["plan"].upper(),
        f"{words} Max Concurrent Streams": str(state["stream_limit"]),
        f"{words} Max Streaming Quality": QUALITY[state["plan"]],
    }


def profiles(home: ReportedHome) -> pl.DataFrame:
    """Return Profiles; the address of the account belongs to the first.

    A profile has autoplay if one of its plays began by itself.
    """
    email = pl.lit(home.states["email"][-1])
    is_first = pl.int_range(pl.len()) == 0
    playing = home.plays.filter("autoplayed")["profile_id"].unique()
    told = home.profiles.with_columns(
        email=pl.when(is_first).then(email),
        plays_on=pl.col("profile_id").is_in(playing.implode()),
    )
    return told.select(**LISTED)


def devices(home: ReportedHome) -> pl.DataFrame:
    """Return Devices: a row for each profile and device that it has played on."""
    plays = home.plays
    of_account = _span(plays, ["device_id"], "Acct")
    of_profile = _span(plays, ["profile_place", "profile_id", "device_id"], "Profile")
    both = of_profile.join(of_account, on="device_id", maintain_order="left")
    named = home.named(both.drop("profile_place")).sort("profile_place", "esn")
    times = [name for name in both.columns if name.startswith(("Acct", "Profile"))]
    dated = named.with_columns(pl.col(times).dt.strftime(INSTANT))
    described = dated.with_columns(
        pl.lit(None, dtype=pl.String).alias("Deactivation Time"),
        pl.col("profile_name").alias("Profile Name"),
        pl.col("esn").alias("Esn"),
        pl.col("model").alias("Device Type"),
    )
    return described.select(COLUMNS["DEVICES/Devices"].split(","))


def _span(plays: pl.DataFrame, keys: list[str], whose: str) -> pl.DataFrame:
    """Return when some plays began first and last: all, and those that somebody started."""
    started = pl.col("started_at")
    chosen = pl.col("started_at").filter(~pl.col("autoplayed"))
    ending = " For User Generated Plays"
    return plays.group_by(keys, maintain_order=True).agg(
        started.min().alias(f"{whose} First Playback Date"),
        started.max().alias(f"{whose} Last Playback Date"),
        chosen.min().alias(f"{whose} First Playback Date{ending}"),
        chosen.max().alias(f"{whose} Last Playback Date{ending}"),
    )


def access(home: ReportedHome) -> pl.DataFrame:
    """Return AccessAndDevices: days of each device, and whether it was at the usual address."""
    starts = home.starts
    usual = starts["ip"].mode(maintain_order=True).first()
    day = pl.col("client_time").dt.strftime("%Y-%m-%d")
    is_usual = pl.col("ip") == pl.lit(usual, pl.String)
    dated = starts.with_columns(day=day, is_usual=is_usual)
    by_day = dated.group_by("day", "esn", maintain_order=True)
    days = by_day.agg(pl.col("model").first(), pl.col("is_usual").any())
    ordered = days.sort("day", "esn", descending=[True, False])
    return ordered.select(**ACCESSED)


def streaming(home: ReportedHome) -> pl.DataFrame:
    """Return IpAddressesStreaming: the address from which each play was begun, newest first."""
    return home.starts.reverse().with_columns(region=_region(home)).select(**STREAMED)


def logins(home: ReportedHome) -> pl.DataFrame:
    """Return IpAddressesLogin: when a device was first listed, at its first address."""
    first = home.starts.unique("device_id", keep="first", maintain_order=True)
    since = home.devices.select("device_id", "since")
    dated = first.join(since, on="device_id", maintain_order="left")
    newest = dated.sort("since", descending=True, maintain_order=True)
    return newest.with_columns(region=_region(home)).select(**LOGGED_IN)


def _region(home: ReportedHome) -> pl.Expr:
    """The region of the home, for an address in its country."""
    last = home.states.row(-1, named=True)
    is_there = text_in("country") == last["country"]
    return pl.when(is_there).then(pl.lit(last["region"]))
