"""What an actor or fault does: where truth says it did, as often as its rate says, and nothing else."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from synthview.checks.trial import ACTS, Lived, Trial
from synthview.compare.differing import matched, unlike
from synthview.compare.pair import local_days, outside
from synthview.exposed import Exposed
from synthview.ids import public
from synthview.rows import Flags, Ints
from synthview.stage.actor import InHomes
from synthview.world import World
from synthview.world.catalogue import work_of

__all__ = ["acts_where_truth_says", "could_touch_all_it_touches", "doubles_with_its_rate", "leaves_all_else_alone"]

_MUST_SEE = 60
"""Acts at the lower of two rates, so that their ratio is known to a quarter or so."""
_RATIO = (1.5, 2.75)
_ADDS_ONLY = 0.8
"""Of what is done at a rate so much is done at twice the rate too; for the rest others had taken the room."""
_MESSAGES = ("log.events", "log.plays")
_SENT = ("play_id", "event_id")


# --- Where ------------------------------------------------------------------------------------------------------------


def acts_where_truth_says(trial: Trial) -> list[str]:
    """Each act of the truth names a play that it caused, then and there, and each play that it caused lies within an act.

    For a fault: each delivery is of a play that happened, and with the fault its message is lost, late or wrong by just
    what the delivery says. For one that damages files: each damaged line is another than without it.
    """
    if _done(trial, trial.busy) < _MUST_SEE // 4:
        return [f"{trial.name} does too little in this trial to judge: raise its rate, the households or the days."]
    if trial.is_of_files:
        return _lines_alike(trial)
    return _actor_acts(trial) if trial.is_actor else _fault_acts(trial)


def _actor_acts(trial: Trial) -> list[str]:
    lived = trial.busy
    acts = lived.tables["truth.incidents"].filter(actor=trial.name)
    plays = lived.tables["truth.plays"].select("play_id", "account_id", "started_at", "ended_at", "causes")
    caused = plays.filter(pl.col("causes").str.split("|").list.contains(trial.name))
    inside = lived.inside["truth.incidents"].filter(pl.col("play_id").is_not_null(), actor=trial.name)
    then = (pl.col("started_at") <= pl.col("at")) & (pl.col("at") <= pl.col("ended_at"))
    right = inside.join(caused, on=["play_id", "account_id"]).filter(then)
    meets = pl.col("at") <= pl.col("ended_at"), pl.col("until") >= pl.col("started_at")
    told = caused.join(acts, on="account_id").filter(*meets)
    mine = caused.join(lived.inside["truth.plays"].select("play_id"), on="play_id")
    lost, untold = inside.height - right.height, mine.height - mine.join(told, on="play_id", how="semi").height
    found = [f"{lost} acts name no play that {trial.name} caused then and there."] if lost else []
    return [*found, f"{untold} plays of {trial.name} lie within none of its acts."] if untold else found


def _fault_acts(trial: Trial) -> list[str]:
    one, other = trial.busy, trial.calm
    deeds = one.inside["truth.deliveries"].filter(fault=trial.name)
    strays = deeds.join(one.tables["truth.plays"], on=["play_id", "account_id"], how="anti").height
    came = deeds.filter(change="lost").join(one.tables["log.events"], on=_SENT, how="semi").height
    wrong = _times_off(deeds, one, other, ("late", "reordered"), "received_time")
    wrong += _times_off(deeds, one, other, ("altered",), "client_time")
    found = [f"{strays} deliveries are of plays that never happened."] if strays else []
    found += [f"{came} messages that {trial.name} is said to have lost stand in the log."] if came else []
    return (
        [*found, f"{wrong} messages are off by other times than {trial.name} is said to have caused."]
        if wrong
        else found
    )


def _times_off(deeds: pl.DataFrame, one: Lived, other: Lived, changes: tuple[str, ...], time: str) -> int:
    """How many messages are not as much later with the fault as its deliveries say."""
    by_ms = deeds.filter(pl.col("change").is_in(changes)).group_by(_SENT).agg(pl.col("by_ms").sum())
    first = [lived.tables["log.events"].group_by(_SENT).agg(pl.col(time).min()) for lived in (one, other)]
    both = first[0].join(first[1], on=_SENT, suffix="_without").join(by_ms, on=_SENT)
    off = (pl.col(time) - pl.col(f"{time}_without")).dt.total_milliseconds()
    return both.filter(off != pl.col("by_ms")).height


def _lines_alike(trial: Trial) -> list[str]:
    """Lines are read beside those of the same scenario without it: damaged by it they are not the same."""
    mine = trial.busy.lines.filter(
        pl.col("faults").list.join("|") == trial.name
    )  # of two faults one may hide what the other did
    alike = mine.join(trial.calm.lines, on=["path", "form", "row", "now"], how="semi").height
    return [f"{alike} lines that {trial.name} is said to have damaged are as they were."] if alike else []


# --- How often --------------------------------------------------------------------------------------------------------


def doubles_with_its_rate(trial: Trial) -> list[str]:
    """At twice the rate about twice as much is done, and what was done before is among it.

    Acts of an actor, plays touched by a fault, lines of files. With the 60 that are asked for, in as many homes, the ratio
    is known to 0.13 (acts are the same ones at both rates, so only the second half varies): 1.5 is four standard deviations
    off. A rate that did nothing (a ratio of 1) or worked by its square (4) is outside, one that worked by its root (1.4)
    six times in seven. Where many acts come from few homes it is known less well.
    """
    low, high = trial.rate / 2, trial.rate
    few, many = (_deeds(trial, trial.live(trial.alone(rate=rate), _wanted(trial))) for rate in (low, high))
    if few.height < _MUST_SEE:
        return [
            f"{trial.name} does {few.height} acts at a rate of {low:g}; {_MUST_SEE} are needed: more households or days."
        ]
    ratio, kept = many.height / few.height, few.join(many, on=few.columns, how="semi").height / few.height
    found = [] if _RATIO[0] < ratio < _RATIO[1] else [f"{trial.name} does {ratio:.2f} times as much at twice the rate."]
    if kept < _ADDS_ONLY:
        found.append(
            f"Of what {trial.name} does at a rate of {low:g} only {kept:.0%} is done at twice the rate as well."
        )
    return found


def _wanted(trial: Trial) -> frozenset[str]:
    return ACTS | {"log.events", "log.plays"} if trial.is_of_files else ACTS


def _done(trial: Trial, lived: Lived) -> int:
    return _deeds(trial, lived).height


def _deeds(trial: Trial, lived: Lived) -> pl.DataFrame:
    """What it did: acts by where they began, plays that a fault touched, lines by what they say."""
    if trial.is_of_files:
        return lived.lines.filter(pl.col("faults").list.contains(trial.name)).select("path", "form", "row")
    if trial.is_actor:
        return lived.inside["truth.incidents"].filter(actor=trial.name).select("account_id", "at", "what")
    return lived.inside["truth.deliveries"].filter(fault=trial.name).select("play_id").unique()


# --- In which homes ---------------------------------------------------------------------------------------------------


def could_touch_all_it_touches(trial: Trial) -> list[str]:
    """The homes it could touch, with any work and with each single one, are never fewer than those it touched."""
    lived = trial.busy
    mine, everyone = trial.mine(lived.world.scenario), np.arange(trial.households, dtype=np.int64)
    assert mine is not None
    acts = _touched(trial, lived)
    found = _missed(lived, acts["account_id"], _could_touch(mine, lived.world, everyone), "any work")
    for (title,), some in acts.drop_nulls("title_id").group_by("title_id", maintain_order=True):
        work = int(work_of(public(trial.seed, "title").invert(np.array([title])))[0])
        found += _missed(lived, some["account_id"], _could_touch(mine, lived.world, everyone, work), f"work {work}")
    return [f"{trial.name} could not have touched {one}" for one in found]


def _could_touch(mine: Exposed, world: World, households: Ints, work: int | None = None) -> Flags:
    """Whom it could touch; what damages files asks of no home."""
    if isinstance(mine, InHomes):
        return mine.could_touch(world, households, work)
    return np.full(len(households), mine.rate > 0)


def _touched(trial: Trial, lived: Lived) -> pl.DataFrame:
    """The accounts it touched, with the titles it did so with."""
    if trial.is_of_files:
        return lived.lines.filter(pl.col("faults").list.contains(trial.name)).select("account_id", "title_id")
    acts = lived.tables["truth.incidents"].filter(actor=trial.name).select("account_id", "play_id")
    if not trial.is_actor:
        acts = lived.tables["truth.deliveries"].filter(fault=trial.name).select("account_id", "play_id")
    return acts.join(lived.tables["truth.plays"].select("play_id", "title_id"), on="play_id", how="left")


def _missed(lived: Lived, accounts: pl.Series, could: Any, what: str) -> list[str]:
    return [
        f"household {home} with {what}, and did." for home in lived.households(accounts).tolist() if not could[home]
    ]


# --- What it leaves alone ---------------------------------------------------------------------------------------------


def leaves_all_else_alone(trial: Trial) -> list[str]:
    """Without an actor every play is the same but on days of its acts; without a fault all happens, and all else is logged."""
    return _other_days(trial, trial.busy, trial.calm) if trial.is_actor else _other_plays(trial, trial.busy, trial.calm)


def _other_days(trial: Trial, one: Lived, other: Lived) -> list[str]:
    zones = one.homes.select("account_id", "time_zone")
    acts = one.tables["truth.incidents"].filter(actor=trial.name)
    plays = _differing("truth.plays", one, other)
    count = outside(plays, zones, local_days(acts.select("account_id", "at", "until"), zones, "at", "until"))
    return [f"Without {trial.name} {count} plays differ on days on which it did nothing."] if count else []


def _other_plays(trial: Trial, one: Lived, other: Lived) -> list[str]:
    touched = one.tables["truth.deliveries"].filter(fault=trial.name)["play_id"].unique().implode()
    happened = sorted(ACTS - {"truth.deliveries"})
    found = [f"{trial.name} changes {path}." for path in happened if not one.inside[path].equals(other.inside[path])]
    for path in _MESSAGES:
        rows = _differing(path, one, other).filter(~pl.col("play_id").is_in(touched))
        found += (
            [f"Without {trial.name} {rows.height} rows of {path} differ that it never touched."] if rows.height else []
        )
    return found + _other_lines(trial, one, other)


def _other_lines(trial: Trial, one: Lived, other: Lived) -> list[str]:
    """Lines that are not its own read the same without it."""
    others = one.lines.filter(~pl.col("faults").list.contains(trial.name))
    changed = others.join(other.lines, on=["path", "form", "row", "now"], how="anti").height
    return [f"{trial.name} changes {changed} lines that are not said to be its own."] if changed else []


def _differing(path: str, one: Lived, other: Lived) -> pl.DataFrame:
    left, right = unlike(path, one.inside[path], other.inside[path])
    return matched(path, [left], [right])[1]
