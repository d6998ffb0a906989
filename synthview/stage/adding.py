"""The first round: adders propose, and what finds room stands beside what people meant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from synthview.people.subscriptions import is_active
from synthview.rows import Ints
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
    """Sittings and plays with those of the adders behind them, what the adders did, and who had no room.

    Moves `taken_ms` on.
    """
    proposals, crowded = _proposals(company, scenes), Crowded.none()
    scripts, deeds = [script], []
    for name, one in proposals.items():
        if one.inserted is not None and len(one.inserted):
            number = company.number(name)
            scripts.append(_caused(one.inserted, number))
            words = _words(one, one.inserted_deed, len(one.inserted))
            deeds.append(Deeds.of(number, one.inserted.session, one.inserted.key, 0, words))
    together = _together(company, proposals)
    if together:
        proposed, plays, sat = together
        runs = is_active(instants[proposed.home], proposed.start_ms)
        kept, proposed, crowded = settle(timetable, taken_ms, proposed, runs)
        row = np.where(kept, np.cumsum(kept) - 1 + len(sessions), -1)
        plays = replace(
            plays,
            viewers=plays.viewers & proposed.viewers[plays.session],
            session=row[plays.session],
        )
        scripts.append(plays.take(plays.session >= 0))
        deeds.append(replace(sat, session=row).take(kept))
        sessions = Sessions.stack([sessions, proposed.take(kept)])
    return sessions, Script.stack(scripts), deeds, crowded


def _proposals(company: Company, scenes: Mapping[str, Scene]) -> dict[str, Proposal]:
    found = {}
    for name, scene in scenes.items():
        actor = company.actors[name]
        proposal = None if type(actor).propose is Actor.propose else actor.propose(scene)
        if proposal is not None:
            found[name] = proposal
    return found


def _together(
    company: Company, proposals: Mapping[str, Proposal]
) -> tuple[Sessions, Script, Deeds] | None:
    """All proposed sittings, their plays, and one deed for each sitting; None without any."""
    sessions, plays, deeds, start = [], [], [], 0
    for name, one in proposals.items():
        if one.sessions is None or one.plays is None or not len(one.sessions):
            continue
        number = company.number(name)
        sessions.append(replace(one.sessions, causes=np.full(len(one.sessions), 1 << number)))
        plays.append(replace(_caused(one.plays, number), session=one.plays.session + start))
        deeds.append(
            Deeds.of(number, one.sessions.home, -1, 0, _words(one, one.deed, len(one.sessions)))
        )
        start += len(one.sessions)
    if not sessions:
        return None
    return Sessions.stack(sessions), Script.stack(plays), Deeds.stack(deeds)


def _words(proposal: Proposal, deed: Ints | None, count: int) -> np.ndarray:
    return np.array(proposal.what, dtype=object)[
        np.zeros(count, dtype=np.int64) if deed is None else deed
    ]


def _caused(script: Script, number: int) -> Script:
    return replace(script, causes=script.causes | np.int64(1 << number))
