"""The second round: every shaper sees the same plays, and all their edits are applied."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from synthview.ids import source_of
from synthview.rows import Ints, first_of_group
from synthview.stage.actor import Actor
from synthview.stage.company import Company
from synthview.stage.deeds import Deeds
from synthview.stage.edits import Attends, Breaks, Dozes, Edits, Presses, Routes
from synthview.stage.scene import Scene
from synthview.stage.script import Script
from synthview.viewing.sittings import Sessions

__all__ = ["in_order", "shape"]


@dataclass(slots=True)
class _Draft:
    """The day while it is being shaped."""

    sessions: Sessions
    script: Script
    presses: list[Presses]
    breaks: list[Breaks]
    dozes: list[Dozes]
    deeds: list[Deeds]


def in_order(script: Script) -> Script:
    """Plays by session, then by their place in it."""
    order = np.lexsort((script.key, script.place, script.session))
    return script.take(order)


def shape(
    company: Company,
    scenes: Mapping[str, Scene],
    sessions: Sessions,
    script: Script,
) -> tuple[Sessions, Script, Presses, Breaks, Dozes, list[Deeds]]:
    """Let every shaper see the same plays and apply all edits: none sees what another did."""
    draft = _Draft(
        sessions=sessions,
        script=script,
        presses=[Presses.none()],
        breaks=[Breaks.none()],
        dozes=[Dozes.none()],
        deeds=[],
    )
    for name, scene in scenes.items():
        actor = company.actors[name]
        if type(actor).meddle is Actor.meddle:
            continue
        edits = actor.meddle(replace(scene, sessions=sessions), script)
        for one in edits.all() if edits else ():
            _apply(draft, one, company.number(name), source_of(name))
    return (
        draft.sessions,
        draft.script,
        _in_one_order(Presses.stack(draft.presses)),
        Breaks.stack(draft.breaks),
        Dozes.stack(draft.dozes),
        draft.deeds,
    )


def _in_one_order(presses: Presses) -> Presses:
    """Whoever asked for them: of two jumps at one instant the one further back comes first."""
    order = np.lexsort((presses.stall_ms, presses.jump_ms, presses.at_ms, presses.play))
    return presses.take(order)


def _apply(draft: _Draft, edits: Edits, number: int, source: int) -> None:
    """Enter the edits of one actor.

    Those about who is there and where take effect at once, as they commute.
    """
    if edits.presses is not None:
        draft.presses.append(edits.presses)
    if edits.breaks is not None:
        sources = np.full(len(edits.breaks), source)
        draft.breaks.append(replace(edits.breaks, source=sources))
    if edits.dozes is not None:
        draft.dozes.append(edits.dozes)
    timed = (edits.presses, edits.breaks, edits.dozes)
    touched = [(one.play, one.at_ms) for one in timed if one is not None]

    untimed = [] if edits.has_part is None else [edits.has_part]
    if edits.attends is not None:
        draft.script = _attend(draft.script, edits.attends)
        untimed.append(edits.attends.play)
    if edits.routes is not None:
        draft.sessions, plays = _route(draft.sessions, draft.script, edits.routes)
        untimed.append(plays)
    touched += [(plays, np.zeros_like(plays)) for plays in untimed]
    _note(draft, edits.what, touched, number)


def _attend(script: Script, attends: Attends) -> Script:
    present = script.present_ms.copy()
    np.minimum.at(present, attends.play, attends.present_ms)
    attended = script.attended_ms.copy()
    np.minimum.at(attended, attends.play, attends.attended_ms)
    viewers = script.viewers.copy()
    np.bitwise_or.at(viewers, attends.play, attends.viewers)
    absent = np.zeros_like(viewers)
    np.bitwise_or.at(absent, attends.play, attends.absent)
    return replace(
        script,
        present_ms=present,
        attended_ms=attended,
        viewers=viewers & ~absent,
    )


def _route(sessions: Sessions, script: Script, routes: Routes) -> tuple[Sessions, Ints]:
    """Sessions with their exits, and the plays that are seen from there."""
    exits = sessions.exit.copy()
    np.maximum.at(exits, routes.session, routes.exit)
    is_seen_there = np.isin(script.session, routes.session)
    return replace(sessions, exit=exits), np.flatnonzero(is_seen_there)


def _note(draft: _Draft, what: str, touched: list[tuple[Ints, Ints]], number: int) -> None:
    """Mark every play an actor touched, and note one deed for each, at the first touch."""
    if not sum(len(play) for play, _ in touched):
        return
    play, at = (np.concatenate(columns) for columns in zip(*touched, strict=True))
    order = np.lexsort((at, play))
    first = order[first_of_group(play[order])]
    play, at = play[first], at[first]

    script = draft.script
    causes = script.causes.copy()
    causes[play] |= np.int64(1 << number)
    draft.script = replace(script, causes=causes)
    deeds = Deeds.of(number, script.session[play], script.key[play], at, what)
    draft.deeds.append(deeds)
