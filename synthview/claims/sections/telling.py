"""Telling: what was found, as plain values and sentences, ready for JSON, a page or a terminal."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np
from scipy.special import betainc

from synthview.claims.counting.definitions import HEADLINE, axes, in_words
from synthview.claims.counting.sql import query
from synthview.claims.counting.switches import sql_of, template
from synthview.claims.page.words import figure
from synthview.claims.question import Question
from synthview.claims.sections.causes import accounts_of
from synthview.claims.study import Streak
from synthview.rows import Floats
from synthview.sources import ids_in, source
from synthview.wording import REASONS, label_of

__all__ = ["DISCLAIMER", "frame", "range_of", "tell_definitions", "tell_streak"]

FORMAT = "synthview-claim/2"
DISCLAIMER = (
    "This is not Netflix’s data and describes no real person. Every home is invented; rates that nobody has published are "
    "guesses, named as such. What the number really counted cannot be known from outside."
)
_LOW, _HIGH = 0.05, 0.95
_NAMED = 4
"""So many causes are named in a sentence; the others are summed."""
_MANY_WORLDS = 20
"""From so many worlds on their own spread is looked at too; before that the one of chance alone."""


def frame(question: Question, command: str, seeds: Sequence[int]) -> dict[str, Any]:
    """What every answer begins with: who made it, of which world, about which claim."""
    claim, scenario = question.claim, question.scenario
    first, last = question.dates()
    known = [source(one) for one in ids_in(claim.source)]
    titles = {one.name: one for one in scenario.titles}
    return {
        "format": FORMAT, "made_by": f"synthview {_version()}", "command": command, "disclaimer": DISCLAIMER,
        "scenario": {
            "name": scenario.name, "about": scenario.about, "fingerprint": scenario.fingerprint(),
            "households": scenario.run.households, "seeds": list(seeds),
            "first": scenario.run.start.isoformat(), "last": last.isoformat(),
        },
        "claim": {
            "name": claim.name, "kind": claim.kind, "quote": claim.quote, "said": claim.said, "about": claim.about,
            "unit": "people" if claim.kind in ("streak", "on_day") else claim.of, "days": question.days, "title": claim.title,
            "runtime_minutes": round(titles[claim.title].runtime_minutes) if claim.title else None,
            "first": first.isoformat(), "last": last.isoformat(), "source": claim.source,
            "source_text": "; ".join(dict.fromkeys(f"{one.source_publisher.split(';')[0]}, {one.year}" for one in known)),
            "source_url": known[0].url if known else "",
        },
    }  # fmt: skip


def _version() -> str:
    try:
        return version("synthview")
    except PackageNotFoundError:
        return "from a checkout"


def range_of(values: Sequence[float]) -> tuple[float, float]:
    """Between what counts nine in ten further worlds of the kind lie, from those of some.

    Worlds are taken to differ as counts of rare things do (Poisson), around a mean that is known only from these (with
    Jeffreys' prior); where they are many the range is no narrower than their own.
    """
    total, many = round(sum(values)), len(values)
    low, high = (_predicted(total, many, share) for share in (_LOW, _HIGH))
    return (min(low, _own(values)[0]), max(high, _own(values)[1])) if many >= _MANY_WORLDS else (low, high)


def _own(values: Sequence[float]) -> tuple[float, float]:
    """Between what values nine in ten of these worlds lie."""
    return float(np.quantile(values, _LOW)), float(np.quantile(values, _HIGH))


def _predicted(total: int, worlds: int, share: float) -> float:
    """The count that a further world does not exceed with some chance, by the negative binomial law."""
    seen = worlds / (worlds + 1)
    most = 10 * total + 100  # lies above the quantiles asked for, whatever the total
    return float(bisect_left(range(most), share, key=lambda count: betainc(total + 0.5, count + 1, seen)))


def tell_streak(found: Streak) -> dict[str, Any]:
    """The sections of a streak: the number, and with `--thorough` definitions, causes, rungs, and the missed."""
    told: dict[str, Any] = {"shortcut": found.shortcut.as_dict(), "number": _number(found)}
    if found.worlds[0].grid is None:
        return told
    told["definitions"] = _definitions(found)
    told["causes"] = _causes(found)
    return told | _truth(found)


def _number(found: Streak) -> dict[str, Any]:
    question, values = found.question, [len(world.counted) for world in found.worlds]
    low, high = range_of(values)
    # What the short cut may leave out is in no world that was counted.
    high += round(found.shortcut.expected_missed or 0)
    mean, said = float(np.mean(values)), question.claim.said
    first, last = question.dates()
    several = f"on average over {len(values)} such worlds" if len(values) > 1 else "in this one world"
    sentence = (
        f"{mean:,.4g} account{'' if mean == 1 else 's'} watched {question.title} on every day from {first} to {last}, {several}; "
        f"nine in ten such worlds have {low:,.0f} to {high:,.0f}. The number published was {said:,.0f}."
    )
    return {
        "value": mean, "low": low, "high": high, "definition": in_words(HEADLINE, question), "sql": query(question),
        "per_seed": [{"seed": one.question.scenario.run.seed, "value": len(one.counted), "by_duckdb": one.by_sql} for one in found.worlds],
        "sentence": sentence,
    }  # fmt: skip


def _definitions(found: Streak) -> dict[str, Any]:
    grids = [world.grid for world in found.worlds if world.grid is not None]
    slips = [
        {**one.as_dict(), "value": float(np.mean([world.slips[place].value for world in found.worlds]))}
        for place, one in enumerate(found.worlds[0].slips)
    ]
    return tell_definitions(found.question, np.mean(grids, axis=0), slips)


def tell_definitions(question: Question, values: Floats, slips: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The section of all definitions, from what each counts."""
    switches, worst = axes(question), max((float(one["value"]) for one in slips), default=0.0)
    lowest, highest, middle = float(values.min()), float(values.max()), float(np.median(values))
    return {
        "axes": [
            {
                "name": axis.name,
                "label": axis.label,
                "options": [
                    {"value": one.value, "label": one.label, "sql": sql_of(axis.name, one.value, question)}
                    for one in axis.options
                ],
            }
            for axis in switches
        ],
        "query": template(question), "headline": [0] * len(switches),
        "values": np.round(values, 2).ravel().tolist(),
        "lowest": lowest, "highest": highest, "median": middle, "slips": list(slips),
        "sentence": f"The same log gives {lowest:,.3g} to {highest:,.3g} by {values.size:,} ways to count that can be "
        f"defended, {middle:,.3g} in the middle; slips give up to {worst:,.0f}.",
    }  # fmt: skip


def _causes(found: Streak) -> dict[str, Any]:
    every = [world.causes for world in found.worlds if world.causes is not None]
    names = sorted({name for one in every for name, share in one.shares.items() if share})
    shares = [_share(name, [one.shares[name] for one in every]) for name in names]
    shares.sort(key=lambda one: -one["share"])
    number = float(np.mean([one.number for one in every]))
    base = _base(found)
    leading = ", ".join(f"{one['label']} {_signed(one['share'])}" for one in shares[:_NAMED]) or "nothing"
    rest = sum(one["share"] for one in shares[_NAMED:])
    others = f", all others {_signed(rest)}" if shares[_NAMED:] else ""
    return {
        "number": number, "base": base, "shares": shares,
        "sentence": f"Of {number:,.4g}: {leading}{others}; ordinary viewing alone gives {sum(base.values()):,.3g}. "
        "These shares and ordinary viewing sum to the number.",
    }  # fmt: skip


def _signed(share: float) -> str:
    """A share with its sign, with the digits that the chart beside it gives."""
    return f"{'+' * (share > 0)}{figure(share)}"


def _share(name: str, values: Sequence[float]) -> dict[str, Any]:
    mean = float(np.mean(values))
    few = np.sign(mean) * np.array(range_of([abs(mean)] * len(values)))
    low, high = _own(values) if len(values) >= _MANY_WORLDS else few.tolist()
    return {
        "name": name,
        "label": label_of(name),
        "share": mean,
        "low": float(min(low, high)),
        "high": float(max(low, high)),
    }


def _base(found: Streak) -> dict[str, float]:
    """Accounts that ordinary viewing alone puts into the number: of one person, or of a family in turns."""
    one_person, turns = [], []
    for world in found.worlds:
        if world.causes is None or world.truth is None:
            continue
        faithful = set(world.truth.same_person.tolist())
        accounts = accounts_of(world.question, world.causes.base)
        one_person.append(sum(one in faithful for one in accounts))
        turns.append(len(accounts) - one_person[-1])
    return {"one_person": float(np.mean(one_person)), "family_in_turns": float(np.mean(turns))}


def _truth(found: Streak) -> dict[str, Any]:
    every = [world.truth for world in found.worlds if world.truth is not None]
    labels = {
        "counted": "in the number", "pressed": "a person pressed play on every day", "present": "and somebody was there, known to the account or not",
        "attended": "and somebody is known to have sat through most of it", "same_person": "and it was one and the same person",
    }  # fmt: skip
    rungs = [
        {"name": name, "label": label, "accounts": float(np.mean([len(getattr(one, name)) for one in every]))}
        for name, label in labels.items()
    ]
    once, ever = (float(np.mean([getattr(one, name) for one in every])) for name in ("nobody_once", "nobody_ever"))
    reasons = [_reason(name, label, every) for name, label in REASONS.items()]
    missed = sum(one["accounts"] for one in reasons if one["reason"] != "second_profile")
    return {
        "rungs": rungs,
        "nobody": {"accounts": once, "on_all_days": ever,
                   "sentence": _nobody(once, ever)},
        "missed": {"accounts": missed, "reasons": reasons,
                   "sentence": f"{f'{missed:,.3g}' if missed else 'No'} {'account' if missed == 1 else 'accounts'} of people who did exactly what is claimed {'is' if missed == 1 else 'are'} missing from the number."},
    }  # fmt: skip


def _nobody(once: float, ever: float) -> str:
    """At how many accounts nobody was there."""
    if not once:
        return "At every one of them somebody was there on every day."
    never = f"{ever:,.3g}" if ever else "none"
    return f"At {once:,.3g} of them there was nobody on at least one day, at {never} of them on every day."


def _reason(name: str, label: str, every: Sequence[Any]) -> Mapping[str, Any]:
    return {"reason": name, "label": label, "accounts": float(np.mean([len(one.missed[name]) for one in every]))}
