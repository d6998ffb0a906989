"""Words for what was behind a door: causes, people and states as a newspaper would put them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

__all__ = [
    "REASONS", "STATES", "about", "label_of", "mostly_in_words", "ordinal", "people_in_words", "percent_of", "sentence_of", "story_of",
]  # fmt: skip

STATES = {
    "person": "p", "family": "f", "child": "c", "asleep": "z", "away": "w", "animal": "a", "stranger": "s",
    "machine": "m", "error": "e", "none": ".",
}  # fmt: skip
"""Who was there on a day, and its letter."""
REASONS = {
    "lost_messages": "messages were lost", "wrong_clock": "a clock was wrong",
    "time_zone": "a day of theirs is not a day of the query", "second_profile": "they used a second profile",
}  # fmt: skip
_LABELS = {
    "": "ordinary viewing", "asleep_on_sofa": "somebody asleep on the sofa", "autoplay_previews": "previews that play by themselves",
    "background_tv": "a television on for company", "cat_on_remote": "a cat on the remote", "child_on_loop": "a child on a loop",
    "devoted_fan": "a devoted fan", "empty_room_protest": "an empty room on purpose", "misclick": "a slip of the thumb",
    "monitor_probe": "a test rig of the service", "public_screen": "a screen in a bar or shop",
    "reseller": "a resold account", "shared_account": "a shared account", "stream_errors": "streams that failed",
    "toddler_on_remote": "a toddler on the remote", "vpn_user": "a detour through another country",
    "blocked_telemetry": "blocked messages", "clock_skew": "wrong clocks", "collector_outage": "a collector that was down",
    "doubled_events": "doubled messages", "late_arrivals": "late messages", "local_time_as_utc": "local time taken for UTC",
    "lost_events": "lost messages", "missing_ends": "missing ends", "reordered_events": "messages out of order",
}  # fmt: skip
_STORIES = {
    "": "{n} evenings of ordinary people who happened to keep to it.",
    "child_on_loop": "{n} identical ticks; one child’s {times}.",
    "devoted_fan": "{n} ticks, and somebody who meant every one of them.",
    "public_screen": "{n} identical ticks; a screen on a wall, and whoever came in.",
    "background_tv": "{n} ticks for company; mostly nobody looked.",
    "empty_room_protest": "{n} ticks made on purpose, for an empty room.",
    "monitor_probe": "{n} ticks by a machine that looks after itself.",
    "reseller": "{n} ticks, to see that the login still works.",
    "cat_on_remote": "{n} ticks by four paws.",
    "asleep_on_sofa": "{n} ticks; the film went on without its viewer.",
}
_TIMES = (("breakfasts", range(5, 11)), ("afternoons", range(11, 17)), ("evenings", range(17, 24)))
_NOBODY = {
    "away": "Nobody was there", "animal": "A cat walked over the remote; nobody was there",
    "machine": "A machine pressed play; nobody was there",
    "error": "The stream never started",
}  # fmt: skip


def label_of(name: str | None) -> str:
    """An actor or fault as a newspaper would name it; those of other packages by their name."""
    return _LABELS.get(name or "", (name or "").replace("_", " "))


def people_in_words(person: Mapping[str, Any]) -> str:
    """A person by age, as in 'a child of 4'."""
    age = person["age"]
    sort = "a child" if age < 13 else "a teenager" if age < 18 else "an adult"
    return f"{sort} of {age}" if person["lives_here"] else f"{sort} of {age} who lives elsewhere"


def sentence_of(state: str, told: Mapping[str, Any], runtime_minutes: int) -> str:
    """What happened at a play, in one sentence."""
    at = str(told["start"])[11:16]
    if state in _NOBODY and not told["who"]:
        return f"{at}: {_NOBODY[state]}; it ran for {told['minutes']} of {runtime_minutes} minutes."
    if state == "stranger" and not told["who"]:
        return f"{at}: It ran for {told['minutes']} of {runtime_minutes} minutes before guests, whom the account does not know."
    who = " and ".join(told["who"][:3]) or "nobody"
    act = "pressed play" if told["pressed"] else "was there while it started by itself"
    stayed = f"{told['attended_minutes']} of {runtime_minutes} minutes were watched"
    ending = {"asleep": "; then the viewer fell asleep", "away": "; then the room was empty"}.get(state, "")
    return f"{at}: {who} {act}; {stayed}{ending}."


def story_of(cause: str | None, doors: Sequence[Mapping[str, Any]]) -> str:
    """The days of a home in one line."""
    count = sum(bool(door["counted"]) for door in doors)
    told = _STORIES.get(cause or "", "{n} ticks, brought about by " + label_of(cause) + ".")
    return told.format(n=_number(count), times=_times_of_day(doors))


def _times_of_day(doors: Sequence[Mapping[str, Any]]) -> str:
    """When it ran on most days, as in 'breakfasts'."""
    hours = [{int(play["start"][11:13]) for play in door["truth"]} for door in doors if door["counted"]]
    often = (word for word, span in _TIMES if 2 * sum(not one.isdisjoint(span) for one in hours) > len(hours))
    return next(often, "days")


def percent_of(share: float) -> str:
    """A share as a percentage with two digits that mean something, as in '0.35 %'."""
    return f"{100 * share:.0f} %" if share >= 0.1 else f"{100 * share:.2g} %"


def about(number: float) -> str:
    """A number that is not known to the last digit, with three that mean something, as in '1,230,000'."""
    rounded = float(f"{number:.3g}")
    return f"{rounded:,.0f}" if abs(rounded) >= 100 or rounded == round(rounded) else f"{rounded:,.3g}"


def ordinal(number: int) -> str:
    """A place in a row, as in '3rd'."""
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number:,}{ending}"


def mostly_in_words(causes: Sequence[str]) -> str:
    """What leads among the causes of some homes, as in 'mostly a devoted fan'."""
    leading = max(sorted(set(causes)), key=causes.count, default="")
    how = "mostly" if 2 * causes.count(leading) > len(causes) else "most often"
    return f"{how} {label_of(leading)}"


def _number(count: int) -> str:
    return {18: "Eighteen", 17: "Seventeen", 1: "One", 0: "No"}.get(count, str(count))
