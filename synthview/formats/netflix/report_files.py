"""The files of a personal-data report of Netflix: folders, names, and columns in their order."""

from __future__ import annotations

import re
from hashlib import blake2b

__all__ = [
    "COLUMNS",
    "CONSENTS",
    "ERAS",
    "NEVER_FILLED",
    "NO_DATA",
    "SENTENCES",
    "camel",
    "folder_of",
    "shuffled",
]

CONSENTS = (
    "Netflix Updates", "Now On Netflix", "Netflix Offers", "Netflix Surveys",
    "Netflix Kids And Family", "Sms Account Related", "Sms Content Updates And Special Offers",
    "Test Participation", "Whats App", "Marketing Communications Matched Identifiers",
    "Extra Member Account", "Extra Member Primary Account Owner",
    "Membership Offers (Push Notification)", "Watch Recommendations And More (Email)",
    "Using The Netflix App (Email)", "Using The Netflix App (Push Notification)",
    "Membership Offers (Email)", "Netflix Games (Email)", "Surveys And Research Invites (Email)",
    "What You Watch (Email)", "Netflix Games (Push Notification)",
    "Netflix Shop And Experiences (Push Notification)", "Kid's Activity Report (Email)",
    "Surveys And Research Invites (Push Notification)",
    "Watch Recommendations And More (Push Notification)", "What You Watch (Push Notification)",
    "Netflix Shop And Experiences (Email)",
)  # fmt: skip
"""What an account may have agreed to: the twelve of early reports, and those of later ones."""

COLUMNS = {
    "ACCOUNT/AccountDetails": (
        "First Name,Last Name,Email Address,Phone Number,Country Of Registration,"
        "Country Of Signup,Primary Lang,Cookie Disclosure,Membership Status,"
        f"Customer Creation Timestamp,Profile Transfer Setting,Has Rejoined,{','.join(CONSENTS)}"
    ),
    "ACCOUNT/SubscriptionHistory": (
        "Subscription Opened Ts,Is Free Trial At Signup,Subscription Closed Ts,"
        "Is Customer Initiated Cancel,Signup Plan Category,Signup Max Concurrent Streams,"
        "Signup Max Streaming Quality,Plan Change Date,Plan Change Old Category,"
        "Plan Change Old Max Concurrent Streams,Plan Change Old Max Streaming Quality,"
        "Plan Change New Category,Plan Change New Max Concurrent Streams,"
        "Plan Change New Max Streaming Quality,Cancellation Reason"
    ),
    "ACCOUNT/TermsOfUse": "Tou Accepted Date",
    "ACCOUNT/AccessAndDevices": "Date,Esn,Devices,Part Of Netflix Household",
    "CLICKSTREAM/Clickstream": (
        "Profile Name,Source,Navigation Level,Referrer Url,Webpage Url,Click Utc Ts"
    ),
    "CONTENT_INTERACTION/ViewingActivity": (
        "Profile Name,Start Time,Duration,Attributes,Title,Supplemental Video Type,Device Type,"
        "Bookmark,Latest Bookmark,Country"
    ),
    "CONTENT_INTERACTION/PlaybackRelatedEvents": (
        "Profile Name,Title Description,Device,Playback Start Utc Ts,Country,Playtraces"
    ),
    "CONTENT_INTERACTION/SearchHistory": (
        "Profile Name,Country Iso Code,Device,Is Kids,Query Typed,Displayed Name,Action,Section,"
        "Utc Timestamp"
    ),
    "CONTENT_INTERACTION/Ratings": (
        "Profile Name,Title Name,Rating Type,Star Value,Thumbs Value,Device Model,Event Utc Ts,"
        "Region View Date"
    ),
    "CONTENT_INTERACTION/MyList": "Profile Name,Title Name,Country,Utc Title Add Date",
    "CONTENT_INTERACTION/IndicatedPreferences": (
        "Profile Name,Show,Has Watched,Is Interested,Event Date"
    ),
    "CONTENT_INTERACTION/InteractiveTitles": (
        "Profile Name,Title Desc,Selection Type,Choice Segment Id,Has Watched,Source,Utc Timestamp"
    ),
    "DEVICES/Devices": (
        "Profile Name,Esn,Device Type,Acct First Playback Date,Acct Last Playback Date,"
        "Acct First Playback Date For User Generated Plays,"
        "Acct Last Playback Date For User Generated Plays,Profile First Playback Date,"
        "Profile Last Playback Date,Profile First Playback Date For User Generated Plays,"
        "Profile Last Playback Date For User Generated Plays,Deactivation Time"
    ),
    "IP_ADDRESSES/IpAddressesLogin": "Esn,Country,Region Code,Device Description,Ip,Ts",
    "IP_ADDRESSES/IpAddressesStreaming": (
        "Esn,Country,Localized Device Description,Device Description,Ip,Region Code Display Name,Ts"
    ),
    "MESSAGES/MessagesSentByNetflix": (
        "Profile Name,Sent Utc Ts,Message Name,Channel,Country Iso Code,Account Locale,"
        "Email Locale,Title Name,Email Domain Name,Links Url,Click Utc Ts,Device Model,Click Cnt"
    ),
    "PAYMENT_AND_BILLING/BillingHistory": (
        "Transaction Date,Service Period Start Date,Service Period End Date,Description,"
        "Payment Type,Mop Last 4,Mop Creation Date,Mop Pmt Processor Desc,Item Price Amt,Currency,"
        "Tax Amt,Gross Sale Amt,Pmt Txn Type,Pmt Status,Final Invoice Result,Country,"
        "Next Billing Date"
    ),
    "PROFILES/Profiles": (
        "Profile Name,Email Address,Profile Creation Time,Maturity Level,Primary Lang,"
        "Has Auto Playback,Max Stream Quality,Profile Lock Enabled,Game Handle,"
        "Profile Transferred,Profile Transfer Time,Profile Transferred From Account,"
        "Profile Transferred To Account,Date Of Birth,Gender,Opt-Out,Privacy And Data Settings"
    ),
}
"""The columns of each table in the order that programs read by position."""

NEVER_FILLED = (
    "CONTENT_INTERACTION/IndicatedPreferences",
    "CONTENT_INTERACTION/InteractiveTitles",
)
"""Tables with known columns of which a simulated service has no rows."""
SENTENCES = (
    "ACCOUNT/ExtraMembers", "CUSTOMER_SERVICE/CSContact", "CUSTOMER_SERVICE/ChatTranscripts",
    "GAMES/GamePlaySession", "IP_ADDRESSES/IpAddressesAccountCreation", "PROFILES/AvatarHistory",
    "PROFILES/ParentalControlsRestrictedTitles", "SOCIAL_MEDIA_CONNECTIONS/SocialMediaConnections",
    "SURVEYS/ProductCancellationSurvey",
)  # fmt: skip
"""Tables of which it has none either: a sentence says so in a ``.txt``."""
NO_DATA = "There is no data of this kind for this account.\n"
ERAS = ("2022", "2021")
"""Reports since 2022, or until 2021: with other names of folders, and JSON for two tables."""


UNTIL_2021 = {
    "IP_ADDRESSES/IpAddressesAccountCreation": "ip_Addresses/ipAddressesAccountCreation",
    "IP_ADDRESSES/IpAddressesLogin": "ip_Addresses/ipAddressesLogin",
    "IP_ADDRESSES/IpAddressesStreaming": "ip_Addresses/ipAddresses",
}
"""Files that had another name than the capitals of today tell."""


def folder_of(path: str, era: str) -> str:
    """Return where a table lies: ``CONTENT_INTERACTION`` was ``Content_Interaction``."""
    if era == "2022":
        return path
    folder, _, name = path.partition("/")
    return UNTIL_2021.get(path, f"{folder.title()}/{name}")


def camel(column: str) -> str:
    """Return a column as reports until 2021 name it: ``Profile Name`` is ``profileName``."""
    words = re.findall(r"[A-Za-z0-9]+", column)
    first, *rest = words
    return first.lower() + "".join(word[0].upper() + word[1:] for word in rest)


def shuffled(path: str, columns: list[str]) -> list[str]:
    """Return the columns in the order of a report that does not keep to the classic one."""

    def place(column: str) -> bytes:
        return blake2b(f"{path}/{column}".encode(), digest_size=8).digest()

    return sorted(columns, key=place)
