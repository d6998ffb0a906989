"""An example of what ``synthview claim --json`` writes, made up from nothing: no figure in it was ever computed."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from datetime import date, timedelta
from random import Random
from typing import Any

import polars as pl

from synthview.claims.sections.thorough import answers
from synthview.sinks.text import encode_ids

__all__ = ["EVIL", "claim", "dataset", "longest", "mean", "plain"]

EVIL = "<script>alert(1)</script>"
RIGHT_TO_LEFT = "שלומית"
LONG = "Grandmother’s-television-in-the-room-with-the-good-armchair-by-the-window"
FIRST = date(2017, 11, 17)
DAYS, SAID, WINDOW = 24, 53, 18

CASTS: tuple[tuple[str, str, str, str, int], ...] = (
    ("child_on_loop", "a child on a loop", "somebody", "child", 24),
    ("", "ordinary viewing", "same_person", "person", 3),
    ("devoted_fan", "a devoted fan", "same_person", "person", 2),
    ("shared_account", "one account in several homes", "in_turns", "family", 4),
    ("public_screen", "a screen in a bar or shop", "guests", "stranger", 2),
    ("asleep_on_sofa", "somebody asleep on the sofa", "nobody_sometimes", "asleep", 6),
    ("background_tv", "a television left on", "nobody_sometimes", "away", 5),
    ("cat_on_remote", "a cat on the remote", "nobody", "animal", 1),
    ("reseller", "a stranger who bought the password", "somebody", "stranger", 3),
    ("monitor_probe", "a test rig of the service", "nobody", "machine", 2),
    ("stream_errors", "a stream that broke off", "nobody_sometimes", "error", 1),
)
LETTERS = {
    "person": "p", "family": "f", "child": "c", "asleep": "z", "away": "w", "animal": "a",
    "stranger": "s", "machine": "m", "error": "e", "none": ".",
}  # fmt: skip
WHO = {
    "person": ["an adult of 41"], "family": ["an adult of 38", "a teenager of 15"], "child": ["a child of 4"],
    "stranger": ["a stranger elsewhere"],
}  # fmt: skip
AXES: tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...] = (
    ("unit", "Who is counted", (("accounts", "account_id"), ("profiles", "profile_id"), ("devices", "device_id"))),
    (
        "watched",
        "What counts as watched",
        (
            ("any recorded play", "watched_ms >= 0"),
            ("two minutes", "watched_ms >= 120000"),
            ("70 % of the film", "watched_ms >= 0.7 * runtime_ms"),
            ("90 % of the film", "watched_ms >= 0.9 * runtime_ms"),
        ),
    ),
    (
        "day",
        "Where a day begins",
        (
            ("midnight UTC", "date_trunc('day', started)"),
            ("midnight in the home", "date_trunc('day', started_local)"),
            ("04:00 in the home", "date_trunc('day', started_local - INTERVAL 4 HOUR)"),
        ),
    ),
    ("clock", "Which clock", (("corrected", "corrected"), ("as the device said", "client_time"))),
    (
        "messages",
        "From which rows",
        (("viewing history", "plays"), ("raw messages", "events"), ("each message once", "events_once")),
    ),
    ("kids", "Children’s profiles", (("with children’s profiles", ""), ("without", "AND NOT is_kids"))),
    ("autoplay", "What started by itself", (("with autoplay", ""), ("without", "AND NOT autoplayed"))),
    ("tests", "Test devices", (("with test devices", ""), ("without", "AND NOT is_test"))),
    ("gaps", "Days that may be missing", (("none", ">= 18"), ("one", ">= 17"))),
    (
        "window",
        "Which 18 days",
        tuple(
            (f"{FIRST + timedelta(n)} to {FIRST + timedelta(n + 17)}", f"'{FIRST + timedelta(n)}'") for n in range(7)
        ),
    ),
)
WEIGHTS = (
    (1, 0.62, 0.5), (1, 0.9, 0.41, 0.2), (1, 1.2, 1.1), (1, 0.93), (1, 1.2, 1.1),
    (1, 0.55), (1, 0.8), (1, 0.95), (1, 2.4), (0.7, 0.72, 0.75, 0.8, 0.86, 0.93, 1),
)  # fmt: skip


def claim() -> dict[str, Any]:
    """Everything that `--thorough` tells, with names that try to break a page."""
    chance = Random(53)
    homes = _homes(chance)
    return {
        **plain(),
        "causes": _causes(),
        "rungs": [
            {"name": name, "label": label, "accounts": accounts}
            for name, label, accounts in (
                ("counted", "in the number", 12.4),
                ("pressed", "a person pressed play on every day", 10.9),
                ("present", "somebody was in the room on every day", 8.2),
                ("attended", "somebody sat through it on every day", 4.1),
                ("same_person", "one and the same person sat through it on every day", 1.3),
            )
        ],
        "nobody": {"accounts": 2.2, "sentence": "At 2.2 of 12.4 accounts nobody was there on at least one of the days."},
        "missed": {
            "accounts": 0.4,
            "reasons": [
                {"reason": "lost_messages", "label": "messages were lost", "accounts": 0.2},
                {"reason": "time_zone", "label": "the evening falls on another day in UTC", "accounts": 0.15},
                {"reason": "second_profile", "label": "seen on a second profile", "accounts": 0.05},
            ],
            "sentence": "Another 0.4 accounts did exactly what the tweet says and are not in the number.",
        },
        "inference": _inference(chance),
        "tweetable": _tweetable(),
        "disclosure": _disclosure(),
        "world": {
            "drawn": "Drawn from the posterior given exactly 53 under the headline definition.",
            "settings": {"actors.child_on_loop.rate": 0.031},
            "homes": homes,
            "ghosts": _ghosts(chance),
            "causes_off": _causes_off(homes),
        },
        "worlds": [_world(chance, number) for number in range(7)],
        "worlds_drawn": "These seven worlds stand at even steps.",
        "detective": {
            "homes": [0, 24, 27, 29, 35, 47],
            "classifier": {
                "name": "logistic regression on 31 features of the log", "auc": 0.87, "right": 4, "of": 6,
                "sentence": "It saw all 53 logs of 200 other worlds and is right about 81 in 100 of new ones.",
            },
        },
        "knowledge": _knowledge(),
        "downloads": {
            "log_csv": "account_id,profile_id,started_at\n"
            + "".join(f"{one},<script>,2017-11-23T07:12:00.000Z\n" for one in _as_written(homes)),
            "answers_csv": answers(homes),
            "sql": "SELECT count(*) FROM streaks;",
            "command": "synthview claim christmas-prince --thorough --json prince.json",
        },
    }  # fmt: skip


def plain() -> dict[str, Any]:
    """What a bare `claim` tells: no truth, no homes, no inference."""
    return {
        "format": "synthview-claim/2",
        "made_by": "synthview 0.1.0",
        "command": "synthview claim christmas-prince --thorough --json prince.json",
        "disclaimer": "This is not Netflix’s data and describes no real person. Every home here was invented.",
        "scenario": {
            "name": "christmas-prince", "about": "The 24 days around the release of a Christmas film.", "fingerprint": "0123456789abcdef",
            "households": 109_000_000, "seeds": [*range(1, 21)], "first": "2017-11-17", "last": "2017-12-10",
        },
        "claim": {
            "name": "53 people", "kind": "streak", "said": SAID, "unit": "people", "days": WINDOW,
            "quote": "To the 53 people who've watched A Christmas Prince every day for the past 18 days: Who hurt you?",
            "title": "A Christmas Prince", "runtime_minutes": 93, "first": "2017-11-23", "last": "2017-12-10",
            "source": "X01, X02", "source_text": "Netflix US, 10 December 2017", "source_url": "https://example.org/tweet",
        },
        "shortcut": {"on": True, "lived": 7432, "of": 109_000_000, "expected_missed": 1e-9, "sentence": "Only 7,432 of 109 million accounts could have qualified; the others were not lived."},
        "number": {
            "value": 12.4, "low": 6, "high": 19, "per_seed": [{"seed": n, "value": 6 + n * 7 % 13} for n in range(1, 21)],
            "definition": "Accounts with any recorded play of the title on each of the 18 UTC days to 10 December.",
            "sql": "SELECT count(*) FROM (SELECT account_id FROM plays GROUP BY 1 HAVING count(DISTINCT day) >= 18)",
            "sentence": "Over 20 seeds the query counts 12.4 accounts on average, from 6 to 19.",
        },
        "definitions": _definitions(),
        "ladder": [{"days": n, "accounts": int(21e6 * 0.42 ** (n - 1)) + (25 - n)} for n in range(1, 25)],
        "aggregates": {
            "daily": [{"date": str(FIRST + timedelta(n)), "viewers": 650_000 + 41_000 * (n * 5 % 7), "low": 640_000, "high": 930_000} for n in range(6, 24)],
            "accounts": 109_000_000, "lower_bound": 0, "upper_bound": 650_000,
            "sentence": "From daily totals alone the number lies anywhere from 0 to 650,000.",
        },
    }  # fmt: skip


def mean() -> dict[str, Any]:
    """What a claim about everybody tells: a number from a sample, by several definitions, with no query."""
    told = {name: plain()[name] for name in ("format", "made_by", "command", "disclaimer", "scenario", "shortcut")}
    about = {"name": "60 movies", "kind": "mean", "said": 60, "unit": "films", "days": 365, "title": "", "quote": "", "source": "", "source_text": "", "source_url": "",
             "runtime_minutes": None, "first": "2017-01-01", "last": "2017-12-31", "about": "What counts was not said."}  # fmt: skip
    number = {"value": 58.25, "low": 55.1, "high": 61.4, "definition": "films by account and year", "sentence": "58.3, with a 95 % interval of 55.1 to 61.4.",
              "by_definition": [{"watched": "two minutes", "value": 71.2}, {"watched": "90 % of it", "value": 31}]}  # fmt: skip
    return {**told, "claim": about, "number": number}


def longest() -> dict[str, Any]:
    """What a claim about a maximum tells: the longest run, and what ties homes to the title."""
    number = {"value": 201, "low": 201, "high": 201, "definition": "longest run of UTC days", "account": "a17", "sentence": "The longest run is 201 days.",
              "by_source": [{"source": "a devoted fan", "days": 201, "homes": 512}]}  # fmt: skip
    return {**mean(), "claim": {**mean()["claim"], "kind": "longest", "said": 365}, "number": number}


def dataset() -> dict[str, Any]:
    """What a dataset on disk tells: its number and its definitions; there are no seeds and no truth."""
    told = plain()
    about = {**told["scenario"], "seeds": [], "households": 2000, "name": "week", "about": "A dataset on disk."}
    left = {name: part for name, part in told.items() if name not in ("shortcut", "ladder")}
    return {**left, "scenario": about, "number": {**told["number"], "per_seed": [], "value": 3, "low": 3, "high": 3}}


def _definitions() -> dict[str, Any]:
    values = []
    for weights in itertools.product(*WEIGHTS):
        product = 1.0
        for weight in weights:
            product *= weight
        values.append(round(12.4 * product, 2))
    return {
        "axes": [
            {"name": name, "label": label, "options": [{"value": word, "label": word, "sql": sql} for word, sql in options]}
            for name, label, options in AXES
        ],
        "query": "SELECT count(*) FROM (\n  SELECT {unit}, {day} AS day\n  FROM {messages}  -- times: {clock}\n  WHERE title = 'A Christmas Prince'\n"
        "    AND {watched}\n    {kids} {autoplay} {tests}\n    AND day BETWEEN {window} AND {window} + 17\n  GROUP BY 1 HAVING count(DISTINCT day) {gaps}\n)",
        "headline": [0, 0, 0, 0, 0, 0, 0, 0, 0, 6], "values": values, "lowest": min(values), "highest": max(values),
        "median": sorted(values)[len(values) // 2],
        "sentence": f"{len(values):,} defensible definitions of the same words give from {min(values)} to {max(values)}.",
        "slips": [
            {"name": "plays_for_days", "label": "COUNT(*) for COUNT(DISTINCT day)", "value": 190, "sql": "HAVING count(*) >= 18", "sentence": "Eighteen plays are not eighteen days."},
            {"name": "like", "label": "LIKE '%Christmas Prince%'", "value": 61.5, "sql": "title LIKE '%Christmas Prince%'", "sentence": "It catches the trailers."},
            {"name": "spreadsheet", "label": "a spreadsheet cut at 1,048,576 rows", "value": 0, "sql": "LIMIT 1048576", "sentence": "Most of the rows never arrived."},
        ],
    }  # fmt: skip


def _home(chance: Random, number: int, cast: tuple[str, str, str, str, int]) -> dict[str, Any]:
    cause, label, verdict, state, _ = cast
    names = {0: EVIL, 1: 'Mia "the boss" O’Hara & Söhne', 24: RIGHT_TO_LEFT, 25: LONG, 2: ""}
    hour = chance.choice((6, 7, 17, 19, 20, 21, 22)) if state != "machine" else 3
    return {
        "id": f"a{4611686018427387904 + number}", "home": "family in US, America/Chicago",
        "people": ["an adult of 34", "a child of 4"], "profiles": [names.get(number, "Mia"), "Sam"], "cause": cause, "label": label,
        "verdict": verdict, "story": "Eighteen identical ticks; one child’s breakfasts." if state == "child" else f"Eighteen identical ticks; {label}.",
        "missed": None, "doors": [_door(chance, n, state, hour, verdict, names.get(number, "Mia")) for n in range(DAYS)],
    }  # fmt: skip


def _door(chance: Random, number: int, state: str, hour: int, verdict: str, profile: str) -> dict[str, Any]:
    day, in_window = FIRST + timedelta(number), number >= DAYS - WINDOW
    is_empty = not in_window and chance.random() < 0.8
    odd = verdict != "same_person" and chance.random() < 0.15
    state = "none" if is_empty else "family" if odd and state == "child" else "person" if odd else state
    start, minutes = f"{day}T{hour:02}:{chance.randrange(60):02}:00", 93 if chance.random() < 0.7 else 40
    end = f"{day}T{min(hour + 1, 23):02}:{chance.randrange(30, 60):02}:00"
    who = WHO.get(state, []) if verdict != "guests" else []
    attended = chance.randrange(60, 91) if who else 0
    times = {"start": start, "end": end, "minutes": minutes}
    plays = 6 if verdict == "guests" else 1
    return {
        "date": str(day), "in_window": in_window, "counted": not is_empty, "state": state,
        "same_person": verdict == "same_person" and not is_empty,
        "sentence": "" if is_empty else f"{start[11:16]}: {who[0] if who else 'nobody'} was there for {attended} of {minutes} minutes.",
        "log": [] if is_empty else [{**times, "profile": profile, "device": "tv", "from": "rewatch"}] * plays,
        "truth": [] if is_empty else [{
            **times, "present_minutes": min(attended + 5, minutes) if who else 0, "attended_minutes": min(attended, minutes), "who": who,
            "state": state, "pressed": state not in {"animal", "machine"}, "causes": ["child_on_loop"], "deeds": ["child on loop: wanted it again"],
        }] * plays,
    }  # fmt: skip


def _as_written(homes: list[dict[str, Any]]) -> list[str]:
    """Accounts of homes as a log of text has them."""
    return encode_ids(pl.Series([int(home["id"][1:]) for home in homes]), "a").to_list()


def _homes(chance: Random) -> list[dict[str, Any]]:
    casts = [cast for cast in CASTS for _ in range(cast[4])]
    return [_home(chance, number, cast) for number, cast in enumerate(casts)]


def _ghosts(chance: Random) -> list[dict[str, Any]]:
    reasons = ("messages were lost on 2 days", "one evening fell on another day in UTC", "seen on two profiles")
    return [{**_home(chance, 60 + n, CASTS[1]), "missed": reason} for n, reason in enumerate(reasons)]


def _causes_off(homes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {"off": name, "label": label, "remaining": [n for n, home in enumerate(homes) if home["cause"] != name]}
        for name, label, *_ in CASTS
        if name
    ]


def _world(chance: Random, number: int) -> dict[str, Any]:
    fans = round(number * SAID / 6 * 0.85)
    children = round((6 - number) * SAID / 6 * 0.8)
    casts = [CASTS[1]] * fans + [CASTS[0]] * children
    casts += [CASTS[3 + n % 6] for n in range(SAID - len(casts))]
    homes = [
        {
            "cause": cast[0],
            "doors": "".join(LETTERS[cast[3]] if n > 5 or chance.random() < 0.2 else "." for n in range(DAYS)),
        }
        for cast in casts
    ]
    labels = (
        "mostly children",
        "many children",
        "children and others",
        "an even mix",
        "others and fans",
        "many fans",
        "mostly fans",
    )
    return {"label": labels[number], "balance": (fans - children) / SAID, "share_of_worlds": (7 - number) / 28,
            "children": children, "fans": fans, "screens": sum(cast[0] == "public_screen" for cast in casts), "same_person": fans, "attended": fans + children // 3,
            "nobody": max(0, SAID - fans - children), "homes": homes}  # fmt: skip


def _causes() -> dict[str, Any]:
    shares = [("child_on_loop", "a child on a loop", 7.1, 3, 11), ("asleep_on_sofa", "somebody asleep on the sofa", 2.0, 0.5, 4),
              ("devoted_fan", "a devoted fan", 1.9, 0, 4), ("shared_account", "one account in several homes", 1.2, 0.2, 2.6),
              ("cat_on_remote", "a cat on the remote", 0.0, 0, 0), ("lost_events", "lost messages", -0.5, -1.2, 0)]  # fmt: skip
    return {
        "number": 12.4, "base": {"one_person": 0.5, "family_in_turns": 0.2},
        "shares": [{"name": name, "label": label, "share": share, "low": low, "high": high} for name, label, share, low, high in shares],
        "sentence": "Without any actor 0.7 accounts remain; a child on a loop adds 7.1; the cat is innocent.",
    }  # fmt: skip


def _inference(chance: Random) -> dict[str, Any]:
    settings = [("actors.child_on_loop.rate", "How many children want it again", 0.41), ("actors.devoted_fan.rate", "How many people are devoted", 0.23),
                ("actors.asleep_on_sofa.rate", "How often people fall asleep", 0.08), ("people.share_with_children", "Homes with small children", 0.03)]  # fmt: skip
    draws = sorted(int(min(53, max(0, chance.gauss(20, 14)))) for _ in range(200))
    return {
        "settings": [
            {"path": path, "label": label, "unit": "share of homes", "low": 0.01, "high": 0.2, "source": "guess", "index": index,
             "index_low": max(0, index - 0.1), "index_high": index + 0.1}
            for path, label, index in settings
        ],
        "given": 53,
        "posterior": {
            "daily_viewers": {"median": 20, "low": 2, "high": 48, "draws": draws},
            "there_daily": {"median": 34, "low": 9, "high": 53, "draws": [min(53, one + 14) for one in draws]},
            "shares": [
                {"name": "child_on_loop", "label": "a child on a loop", "median": 0.45, "low": 0.05, "high": 0.86},
                {"name": "devoted_fan", "label": "a devoted fan", "median": 0.25, "low": 0.01, "high": 0.8},
                {"name": "asleep_on_sofa", "label": "somebody asleep on the sofa", "median": 0.1, "low": 0, "high": 0.3},
            ],
        },
        "prior": {
            "median": 14, "low": 0, "high": 420, "at_least_given": 0.22, "draws": sorted(int(chance.lognormvariate(2.6, 1.4)) for _ in range(200)),
            "daily_viewers": {"median": 3, "low": 0, "high": 90, "draws": sorted(int(chance.lognormvariate(1.6, 1.3)) for _ in range(200))},
        },
        "coverage_of_cause": {"name": "child_on_loop", "label": "a child on a loop", "found": [{"nominal": 0.9, "found": 0.88, "low": 0.8, "high": 0.93}]},
        "coverage": [{"nominal": 0.5, "found": 0.52, "low": 0.45, "high": 0.6}, {"nominal": 0.9, "found": 0.91, "low": 0.85, "high": 0.95}],
        "invented": {"sentence": "An invented 53 would look exactly the same: nothing in the tweet tells them apart."},
        "sentence": "Given 53, between 2 and 48 of them are one person who sat through it every day.",
    }  # fmt: skip


def _tweetable() -> dict[str, Any]:
    return {
        "count": 5200, "low": 4100, "high": 6400, "without_fans": 5100,
        "by_days": [{"days": n, "count": int(2600 * 0.8 ** (n - 3))} for n in range(3, 22)],
        "examples": ["37 accounts watched The Crown on 9 days in a row", "61 profiles watched Stranger Things on 12 days", f"44 accounts watched {EVIL} on 7 days"],
        "sentence": "The same log holds about 5,200 numbers from 20 to 100 that could have been tweeted, and 5,100 in a world without fans.",
    }  # fmt: skip


def _disclosure() -> dict[str, Any]:
    laplace = [{"epsilon": e, "scale": 1 / e, "low": 53 - half, "high": 53 + half, "sentence": f"With epsilon {e} the released number lies within {half} of 53."}
               for e, half in ((0.1, 30), (1, 3), (10, 0.3))]  # fmt: skip
    return {
        "minimum_cell": [{"rule": rule, "passes": True} for rule in (3, 5, 11, 20)], "laplace": laplace,
        "neighbour": {"evenings": 3, "singled_out": 51, "of": 53, "sentence": "A neighbour who knows three of their evenings singles out 51 of the 53."},
        "sentence": "As a count it passes every rule of a minimum cell; as a group of homes it hides nobody from a neighbour.",
    }  # fmt: skip


def _knowledge() -> Mapping[str, Any]:
    return {
        "known": [{"text": "The film was released on 17 November 2017.", "source": "X03", "url": "https://example.org/release"},
                  {"text": "It runs for 93 minutes.", "source": "X04", "url": "javascript:alert(1)"}],
        "assumed": [{"text": "How many children want the same film again.", "path": "actors.child_on_loop.rate", "range": "0.01 to 0.2", "source": "guess"},
                    {"text": "How many people are devoted.", "path": "actors.devoted_fan.rate", "range": "0.001 to 0.05", "source": "guess"},
                    {"text": "How many hours an account plays.", "path": "viewing.hours", "range": "1.1 to 1.5", "source": "S04"}],
        "unknowable": [{"text": "Whether there were 53."}, {"text": "What “watched” meant in the query."}, {"text": "Whether anybody sat there."}],
    }  # fmt: skip
