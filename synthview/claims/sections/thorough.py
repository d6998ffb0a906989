"""All that `--thorough` adds to a streak: what the number tells, what else could have been said, and homes to look at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import polars as pl

from synthview.claims.counting.sql import query, tables_at
from synthview.claims.counting.streaks import ladder
from synthview.claims.counting.title_plays import showings
from synthview.claims.inference.posterior import Inference, infer, kept_back
from synthview.claims.inference.shown import Chosen, Placed, Shown
from synthview.claims.question import Question
from synthview.claims.sections.aggregates import bounds, daily_totals, ever_watched, sampled
from synthview.claims.sections.alternatives import tweetable
from synthview.claims.sections.causes import accounts_of, households_of, remaining_without
from synthview.claims.sections.detective import detective
from synthview.claims.sections.disclosure import disclose
from synthview.claims.sections.homes import doors_in_letters, homes
from synthview.claims.sections.knowledge import knowledge
from synthview.claims.simulation.simulate import WHOLE, Tables, lazily, live_through
from synthview.claims.study import Effort, Streak, Tell
from synthview.errors import InputError
from synthview.sinks.formats import format_named
from synthview.sinks.text import encode_ids
from synthview.tables import table
from synthview.viewing.settings import ChoosingSettings
from synthview.wording import REASONS, label_of, mostly_in_words

__all__ = ["answers", "beyond", "other_numbers"]

_MOST_GHOSTS = 8
_WORLDS = 7
_SLIDER = (
    "These {several} worlds are draws from the same posterior, but not equally likely. They lead in even steps from the one with "
    "most homes of children to the one with most homes of fans; each says what share of all draws lies nearest to it."
)
"""How the positions of the slider were chosen."""
_FOR_A_DATASET = """\
-- For a dataset that `synthview generate` wrote as Parquet files: put its directory where it says DIR.
-- The CSV of the homes shown is not such a dataset: it has neither the titles nor the other homes.
"""
_LOOKED_OVER = ("inference", "tweetable", "knowledge", "world", "worlds", "detective", "downloads")
"""Sections that rest on looking over homes without living them."""
_LOOKED_FOR = "child_on_loop"
"""The world that is shown is the first draw with a home of it: such a home is where a reader understands the number."""


def beyond(found: Streak, effort: Effort, command: str, tell: Tell) -> dict[str, Any]:
    """Every further section of the JSON; those that need homes to be looked over are left out, and why, where they cannot be."""
    question, of, drawn = found.question, found.question.scenario.run.households, found.sample
    assert drawn is not None, "a thorough answer has a sample"
    lived, shown = len(drawn.households), showings(lazily(found.worlds[0].shown_of), question.title)
    totals = daily_totals(drawn.shown, question, lived, of)
    told: dict[str, Any] = {
        "ladder": ladder(question, shown, drawn.shown, lived, of),
        "aggregates": bounds(
            totals, of, ever_watched(drawn.shown, question, lived, of), sampled(drawn.shown, question, lived, of)
        ).as_dict(),
        "disclosure": disclose(question, round(question.claim.said), shown, drawn.shown, lived, of).as_dict(),
    }
    if why := kept_back(question):
        return told | {"left_out": {"sections": list(_LOOKED_OVER), "sentence": why}}
    inferred = infer(question, of, workers=effort.workers, tell=partial(tell, "varying the settings"))
    told["inference"] = inferred.as_dict()
    told |= other_numbers(question, of, effort.workers, tell)
    told["knowledge"] = knowledge(question, told["inference"]["settings"])
    return told | _to_look_at(found, inferred, effort, command, tell)


def other_numbers(question: Question, of: int, workers: int, tell: Tell) -> dict[str, Any]:
    """What else could have been said; nothing where the run has no more days than ordinary viewing may fill."""
    if len(question.span) <= question.scenario.of(ChoosingSettings).repeat_cap:
        return {}
    found = tweetable(question, of, workers=workers, tell=partial(tell, "looking for other numbers"))
    return {"tweetable": found.as_dict()}


def _to_look_at(found: Streak, inferred: Inference, effort: Effort, command: str, tell: Tell) -> dict[str, Any]:
    """Homes of worlds that print just the number; nothing where none of the worlds that were lived has enough of them."""
    listen = partial(tell, "drawing worlds to show")
    listen(0, _WORLDS)
    try:
        (main, chosen), several = inferred.draw_with(_LOOKED_FOR), inferred.worlds(_WORLDS, tell=listen)
    except InputError:
        return {}
    drawn_homes, tables = _homes_of(main, effort, tell)
    worlds = [_homes_of(one.shown, effort, tell)[0] for one in several]
    return {
        "world": _world(main, chosen, drawn_homes, effort) | {"ghosts": _ghosts(found, effort, tell)},
        "worlds": [_row(one, known) for one, known in zip(several, worlds, strict=True)],
        "worlds_drawn": _SLIDER.format(several=len(several)),
        "detective": detective(drawn_homes, [home for world in worlds for home in world]),
        "downloads": _downloads(found.question, drawn_homes, tables, command),
    }


def _homes_of(shown: Shown, effort: Effort, tell: Tell) -> tuple[list[dict[str, Any]], Tables]:
    """Live the homes of a world that is shown."""
    tables = live_through(
        shown.question,
        shown.households,
        WHOLE,
        effort.workers,
        off=shown.off,
        tell=partial(tell, "living the homes to show"),
    )
    return homes(shown.question, tables, accounts_of(shown.question, shown.households)), tables


def _world(shown: Shown, chosen: Chosen, known: Sequence[Mapping[str, Any]], effort: Effort) -> dict[str, Any]:
    """The world that the page shows, and which of its homes remain without each cause."""
    names = sorted({str(home["cause"]) for home in known if home["cause"]})
    left = remaining_without(shown.question, shown.households.tolist(), shown.off, names, effort.workers)
    return {
        "drawn": chosen.in_words(round(shown.question.claim.said)),
        "chosen": chosen.as_dict(),
        "settings": dict(shown.settings), "homes": list(known),
        "causes_off": [{"off": name, "label": label_of(name), "remaining": left[name]} for name in names],
    }  # fmt: skip


def _row(placed: Placed, known: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """One position of the slider."""
    count = {
        name: sum(home["cause"] == name for home in known) for name in ("child_on_loop", "devoted_fan", "public_screen")
    }
    verdicts = [home["verdict"] for home in known]
    return {
        "label": mostly_in_words([str(home["cause"] or "") for home in known]),
        "balance": placed.balance, "share_of_worlds": placed.nearest,
        "children": count["child_on_loop"], "fans": count["devoted_fan"], "screens": count["public_screen"],
        "same_person": verdicts.count("same_person"), "attended": verdicts.count("same_person") + verdicts.count("in_turns"),
        "nobody": verdicts.count("nobody") + verdicts.count("nobody_sometimes"), "settings": dict(placed.shown.settings),
        "homes": [{"cause": home["cause"], "doors": doors_in_letters(home)} for home in known],
    }  # fmt: skip


def _ghosts(found: Streak, effort: Effort, tell: Tell) -> list[dict[str, Any]]:
    """Homes of people who did what is claimed and are not counted, from the worlds that were lived."""
    ghosts: list[dict[str, Any]] = []
    for world in found.worlds:
        if world.truth is None or len(ghosts) >= _MOST_GHOSTS:
            continue
        reasons = {
            int(one): name for name in ("lost_messages", "wrong_clock", "time_zone") for one in world.truth.missed[name]
        }
        if not reasons:
            continue
        households = np.sort(households_of(world.question, reasons))
        accounts = accounts_of(world.question, households)
        tables = live_through(
            world.question, households, WHOLE, effort.workers, tell=partial(tell, "living those who are missed")
        )
        told = homes(world.question, tables, accounts)
        ghosts += [{**home, "missed": REASONS[reasons[one]]} for one, home in zip(accounts, told, strict=True)]
    return ghosts[:_MOST_GHOSTS]


def _downloads(question: Question, known: Sequence[Mapping[str, Any]], tables: Tables, command: str) -> dict[str, str]:
    """The log of the homes shown, the answers, the query and the command."""
    plays = b"".join(
        bytes(part) for part in format_named("csv").encode(table("log.plays"), tables["log.plays"], "none")
    )
    statement = _FOR_A_DATASET + tables_at("DIR", query(question)) + "\n" + query(question)
    return {"log_csv": plays.decode(), "answers_csv": answers(known), "sql": statement, "command": command}


def answers(known: Sequence[Mapping[str, Any]]) -> str:
    """Cause and verdict of each home as CSV, by the account as the log beside it writes it."""
    accounts = pl.Series("account_id", [int(home["id"].removeprefix("a")) for home in known], dtype=pl.Int64)
    rows = {name: [str(home[name] or "") for home in known] for name in ("cause", "verdict")}
    prefix = next(column.prefix for column in table("log.plays").columns if column.name == "account_id")
    return pl.DataFrame({"account_id": encode_ids(accounts, prefix), **rows}).write_csv(quote_style="never")
