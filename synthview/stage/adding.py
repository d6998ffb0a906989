"""The first round: adders propose, and what finds room stands beside what people meant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from synthview.people.subscriptions import is_active
from synthview.rows import Flags, Ints
from synthview.stage.actor import Actor
from synthview.stage.company import Company
from synthview.stage.deeds import Deeds
from synthview.stage.proposals import Crowded, Proposal, settle
from synthview.stage.scene import Scene
from synthview.stage.script import Script
from synthview.stage.timetable import Timetable
from synthview.viewing.sittings import Sessions

__all__ = ["add"]


def add(
    company: Company,
    scenes: Mapping[str, Scene],
    timetable: Timetable,
    taken_ms: Ints,
    instants: Ints,
    sessions: Sessions,
    script: Script,
) -> tuple[Sessions, Script, list[Deeds], Crowded]:
    """Add the sessions and plays of adders behind those of people.

    Returns the deeds of adders and who had no room as well. Moves `taken_ms` on.
    """
    proposals = _proposals(company, scenes)
    inserted, deeds = _inserted(company, proposals)
    crowded = Crowded.none()
    scripts = [script, *inserted]
    together = _together(company, proposals)
    if together:
        proposed, plays, acts = together
        may = is_active(instants[proposed.home], proposed.start_ms)
        kept, proposed, crowded = settle(timetable, taken_ms, proposed, may)
        row = _rows_behind(len(sessions), kept)
        scripts.append(_played(plays, proposed, row))
        deeds.append(replace(acts, session=row).take(kept))
        sessions = Sessions.stack([sessions, proposed.take(kept)])
    return sessions, Script.stack(scripts), deeds, crowded


def _rows_behind(count: int, kept: Flags) -> Ints:
    """The row of each kept session behind `count` others, -1 for those that are not kept."""
    ordinal = np.cumsum(kept) - 1
    return np.where(kept, count + ordinal, -1)


def _played(plays: Script, proposed: Sessions, row: Ints) -> Script:
    """The plays of those proposed sessions that have a row, with the viewers who found room."""
    session = plays.session
    moved = replace(
        plays,
        viewers=plays.viewers & proposed.viewers[session],
        session=row[session],
    )
    return moved.take(moved.session >= 0)


def _proposals(company: Company, scenes: Mapping[str, Scene]) -> dict[str, Proposal]:
    """What each adder proposes, of those that propose anything."""
    found = {}
    for name, scene in scenes.items():
        actor = company.actors[name]
        if type(actor).propose is Actor.propose:
            continue
        proposal = actor.propose(scene)
        if proposal is not None:
            found[name] = proposal
    return found


def _inserted(
    company: Company, proposals: Mapping[str, Proposal]
) -> tuple[list[Script], list[Deeds]]:
    """The plays put into sessions that people meant, and a deed for each of them."""
    scripts, deeds = [], []
    for name, one in proposals.items():
        plays = one.inserted
        if plays is None or not len(plays):
            continue
        number = company.number(name)
        words = _words(one, one.inserted_deed, len(plays))
        scripts.append(_caused(plays, number))
        deeds.append(Deeds.of(number, plays.session, plays.key, 0, words))
    return scripts, deeds


def _together(
    company: Company, proposals: Mapping[str, Proposal]
) -> tuple[Sessions, Script, Deeds] | None:
    """All proposed sessions, their plays, and a deed for each session; None without any."""
    sessions, plays, deeds, start = [], [], [], 0
    for name, one in proposals.items():
        if one.sessions is None or one.plays is None or not len(one.sessions):
            continue
        number = company.number(name)
        count = len(one.sessions)
        causes = np.full(count, 1 << number)
        words = _words(one, one.deed, count)
        caused = _caused(one.plays, number)
        sessions.append(replace(one.sessions, causes=causes))
        plays.append(replace(caused, session=caused.session + start))
        deeds.append(Deeds.of(number, one.sessions.home, -1, 0, words))
        start += count
    if not sessions:
        return None
    return Sessions.stack(sessions), Script.stack(plays), Deeds.stack(deeds)


def _words(proposal: Proposal, deed: Ints | None, count: int) -> np.ndarray:
    """What was done in each of `count` acts; the first of the proposal's words without `deed`."""
    which = np.zeros(count, dtype=np.int64) if deed is None else deed
    return np.array(proposal.what, dtype=object)[which]


def _caused(script: Script, number: int) -> Script:
    """The same plays with an actor among their causes."""
    own = np.int64(1 << number)
    return replace(script, causes=script.causes | own)
