"""What an actor or fault does: where truth says, as often as its rate says, and nothing else."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from synthview.checks.trial import ACTS, SimulatedHomes, Trial
from synthview.compare.differing import matched, unlike
from synthview.compare.pair import local_days, outside
from synthview.exposed import Exposed
from synthview.ids import public
from synthview.rows import Flags, Ints
from synthview.stage.actor import InHomes
from synthview.world import World
from synthview.world.catalogue import work_of

__all__ = [
    "acts_where_truth_says",
    "could_touch_all_it_touches",
    "doubles_with_its_rate",
    "leaves_all_else_alone",
]

_MUST_SEE = 60
"""Acts at the lower of two rates, so that their ratio is known to a quarter or so."""
_RATIO = (1.5, 2.75)
_ADDS_ONLY = 0.8
"""Share of what is done at a rate that is done at twice the rate too; others take some room."""
_MESSAGES = ("log.events", "log.plays")
_SENT = ("play_id", "event_id")
_LINE = ("path", "form", "row", "now")


# --- Where ----------------------------------------------------------------------------------------


def acts_where_truth_says(trial: Trial) -> list[str]:
    """Each act of the truth names a play that it caused, and each such play lies within an act.

    For a fault: each delivery is of a play that happened, and with the fault its message is lost,
    late or wrong by just what the delivery says. For one that damages files: each damaged line is
    another than without it.
    """
    if _done(trial, trial.busy) < _MUST_SEE // 4:
        advice = "raise its rate, the households or the days."
        return [f"{trial.name} does too little in this trial to judge: {advice}"]
    if trial.is_of_files:
        return _lines_alike(trial)
    return _actor_acts(trial) if trial.is_actor else _fault_acts(trial)


def _actor_acts(trial: Trial) -> list[str]:
    caused = _caused_plays(trial)
    stray, untold = _acts_without_play(trial, caused), _plays_without_act(trial, caused)
    found = []
    if stray:
        found.append(f"{stray} acts name no play that {trial.name} caused then and there.")
    if untold:
        found.append(f"{untold} plays of {trial.name} lie within none of its acts.")
    return found


def _caused_plays(trial: Trial) -> pl.DataFrame:
    """The plays that it caused."""
    columns = ("play_id", "account_id", "started_at", "ended_at", "causes")
    plays = trial.busy.tables["truth.plays"].select(columns)
    names = pl.col("causes").str.split("|")
    return plays.filter(names.list.contains(trial.name))


def _acts_without_play(trial: Trial, caused: pl.DataFrame) -> int:
    """How many of its acts name a play that it did not cause, or not then."""
    incidents = trial.busy.inside["truth.incidents"]
    acts = incidents.filter(pl.col("play_id").is_not_null(), actor=trial.name)
    plays = acts.join(caused, on=["play_id", "account_id"])
    right = plays.filter(pl.col("at").is_between("started_at", "ended_at"))
    return acts.height - right.height


def _plays_without_act(trial: Trial, caused: pl.DataFrame) -> int:
    """How many of the plays that it caused lie within none of its acts."""
    simulated = trial.busy
    acts = simulated.tables["truth.incidents"].filter(actor=trial.name)
    begins_before = pl.col("at") <= pl.col("ended_at")
    ends_after = pl.col("until") >= pl.col("started_at")
    during_acts = caused.join(acts, on="account_id").filter(begins_before, ends_after)
    plays = simulated.inside["truth.plays"].select("play_id")
    mine = caused.join(plays, on="play_id")
    return mine.join(during_acts, on="play_id", how="anti").height


def _fault_acts(trial: Trial) -> list[str]:
    one, other = trial.busy, trial.calm
    deliveries = one.inside["truth.deliveries"].filter(fault=trial.name)
    plays = one.tables["truth.plays"]
    events = one.tables["log.events"]
    strays = deliveries.join(plays, on=["play_id", "account_id"], how="anti").height
    lost = deliveries.filter(change="lost")
    came = lost.join(events, on=_SENT, how="semi").height
    wrong = _times_off(deliveries, one, other, ("late", "reordered"), "received_time")
    wrong += _times_off(deliveries, one, other, ("altered",), "client_time")

    name, found = trial.name, []
    if strays:
        found.append(f"{strays} deliveries are of plays that never happened.")
    if came:
        found.append(f"{came} messages that {name} is said to have lost stand in the log.")
    if wrong:
        found.append(f"{wrong} messages are off by other times than {name} is said to have caused.")
    return found


def _times_off(
    deliveries: pl.DataFrame,
    one: SimulatedHomes,
    other: SimulatedHomes,
    changes: tuple[str, ...],
    time: str,
) -> int:
    """How many messages are not as much later with the fault as its deliveries say."""
    mine = deliveries.filter(pl.col("change").is_in(changes))
    by_ms = mine.group_by(_SENT).agg(pl.col("by_ms").sum())
    first, without = (
        simulated.tables["log.events"].group_by(_SENT).agg(pl.col(time).min())
        for simulated in (one, other)
    )
    both = first.join(without, on=_SENT, suffix="_without").join(by_ms, on=_SENT)
    later = pl.col(time) - pl.col(f"{time}_without")
    return both.filter(later.dt.total_milliseconds() != pl.col("by_ms")).height


def _lines_alike(trial: Trial) -> list[str]:
    """Lines that it damaged are not the same as in the same scenario without it."""
    # Of two faults one may hide what the other did.
    is_its_own = pl.col("faults").list.join("|") == trial.name
    mine = trial.busy.lines.filter(is_its_own)
    alike = mine.join(trial.calm.lines, on=_LINE, how="semi").height
    if not alike:
        return []
    return [f"{alike} lines that {trial.name} is said to have damaged are as they were."]


# --- How often ------------------------------------------------------------------------------------


def doubles_with_its_rate(trial: Trial) -> list[str]:
    """At twice the rate about twice as much is done, and what was done before is among it.

    Acts of an actor, plays touched by a fault, lines of files. With the 60 that are asked for, in
    as many homes, the ratio is known to 0.13: acts are the same ones at both rates, so only the
    second half varies. 1.5 is four standard deviations off. A rate that did nothing (a ratio of 1)
    or worked by its square (4) is outside, one that worked by its root (1.4) six times in seven.
    Where many acts come from few homes it is known less well.
    """
    low = trial.rate / 2
    few = _acts_at(trial, low)
    many = _acts_at(trial, trial.rate)
    if few.height < _MUST_SEE:
        needed = f"{_MUST_SEE} are needed: more households or days."
        return [f"{trial.name} does {few.height} acts at a rate of {low:g}; {needed}"]
    found = []
    ratio = many.height / few.height
    if not _RATIO[0] < ratio < _RATIO[1]:
        found.append(f"{trial.name} does {ratio:.2f} times as much at twice the rate.")
    kept = few.join(many, on=few.columns, how="semi").height / few.height
    if kept < _ADDS_ONLY:
        found.append(
            f"Of what {trial.name} does at a rate of {low:g} only {kept:.0%} is done at twice "
            "the rate as well."
        )
    return found


def _acts_at(trial: Trial, rate: float) -> pl.DataFrame:
    """What it does alone in a world, at some rate."""
    tables = ACTS | {"log.events", "log.plays"} if trial.is_of_files else ACTS
    return _deeds(trial, trial.simulate(trial.alone(rate=rate), tables))


def _done(trial: Trial, simulated: SimulatedHomes) -> int:
    return _deeds(trial, simulated).height


def _deeds(trial: Trial, simulated: SimulatedHomes) -> pl.DataFrame:
    """What it did: acts by where they began, plays that a fault touched, lines by what they say."""
    if trial.is_of_files:
        return _lines_of(trial, simulated).select("path", "form", "row")
    if trial.is_actor:
        acts = simulated.inside["truth.incidents"].filter(actor=trial.name)
        return acts.select("account_id", "at", "what")
    deliveries = simulated.inside["truth.deliveries"].filter(fault=trial.name)
    return deliveries.select("play_id").unique()


def _lines_of(trial: Trial, simulated: SimulatedHomes) -> pl.DataFrame:
    """The lines that it damaged, alone or with others."""
    return simulated.lines.filter(pl.col("faults").list.contains(trial.name))


# --- In which homes -------------------------------------------------------------------------------


def could_touch_all_it_touches(trial: Trial) -> list[str]:
    """The homes it could touch, with any work and with each one, are no fewer than it touched."""
    simulated = trial.busy
    mine = trial.mine(simulated.world.scenario)
    assert mine is not None
    homes = np.arange(trial.households, dtype=np.int64)
    acts = _touched(trial, simulated)
    could = _could_touch(mine, simulated.world, homes)
    found = _missed(simulated, acts["account_id"], could, "any work")
    by_title = acts.drop_nulls("title_id").group_by("title_id", maintain_order=True)
    for (title,), some in by_title:
        work = int(work_of(public(trial.seed, "title").invert(np.array([title])))[0])
        could = _could_touch(mine, simulated.world, homes, work)
        found += _missed(simulated, some["account_id"], could, f"work {work}")
    return [f"{trial.name} could not have touched {one}" for one in found]


def _could_touch(mine: Exposed, world: World, households: Ints, work: int | None = None) -> Flags:
    """Whom it could touch; what damages files asks of no home."""
    if isinstance(mine, InHomes):
        return mine.could_touch(world, households, work)
    return np.full(len(households), mine.rate > 0)


def _touched(trial: Trial, simulated: SimulatedHomes) -> pl.DataFrame:
    """The accounts it touched, with the titles it did so with."""
    if trial.is_of_files:
        return _lines_of(trial, simulated).select("account_id", "title_id")
    if trial.is_actor:
        acts = simulated.tables["truth.incidents"].filter(actor=trial.name)
    else:
        acts = simulated.tables["truth.deliveries"].filter(fault=trial.name)
    titles = simulated.tables["truth.plays"].select("play_id", "title_id")
    return acts.select("account_id", "play_id").join(titles, on="play_id", how="left")


def _missed(simulated: SimulatedHomes, accounts: pl.Series, could: Any, what: str) -> list[str]:
    return [
        f"household {home} with {what}, and did."
        for home in simulated.households(accounts).tolist()
        if not could[home]
    ]


# --- What it leaves alone -------------------------------------------------------------------------


def leaves_all_else_alone(trial: Trial) -> list[str]:
    """Without an actor every play is the same but on days of its acts.

    Without a fault all happens, and all else is logged.
    """
    differ = _other_days if trial.is_actor else _other_plays
    return differ(trial, trial.busy, trial.calm)


def _other_days(trial: Trial, one: SimulatedHomes, other: SimulatedHomes) -> list[str]:
    zones = one.homes.select("account_id", "time_zone")
    acts = one.tables["truth.incidents"].filter(actor=trial.name)
    spans = acts.select("account_id", "at", "until")
    plays = _differing("truth.plays", one, other)
    count = outside(plays, zones, local_days(spans, zones, "at", "until"))
    if not count:
        return []
    return [f"Without {trial.name} {count} plays differ on days on which it did nothing."]


def _other_plays(trial: Trial, one: SimulatedHomes, other: SimulatedHomes) -> list[str]:
    deliveries = one.tables["truth.deliveries"].filter(fault=trial.name)
    touched = deliveries["play_id"].unique().implode()
    happened = sorted(ACTS - {"truth.deliveries"})
    changed = [path for path in happened if not one.inside[path].equals(other.inside[path])]
    found = [f"{trial.name} changes {path}." for path in changed]
    for path in _MESSAGES:
        rows = _differing(path, one, other)
        count = rows.filter(~pl.col("play_id").is_in(touched)).height
        if count:
            found.append(
                f"Without {trial.name} {count} rows of {path} differ that it never touched."
            )
    return found + _other_lines(trial, one, other)


def _other_lines(trial: Trial, one: SimulatedHomes, other: SimulatedHomes) -> list[str]:
    """Lines that are not its own read the same without it."""
    others = one.lines.filter(~pl.col("faults").list.contains(trial.name))
    changed = others.join(other.lines, on=_LINE, how="anti").height
    if not changed:
        return []
    return [f"{trial.name} changes {changed} lines that are not said to be its own."]


def _differing(path: str, one: SimulatedHomes, other: SimulatedHomes) -> pl.DataFrame:
    left, right = unlike(path, one.inside[path], other.inside[path])
    return matched(path, [left], [right])[1]
