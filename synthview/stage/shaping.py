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
    """Plays by sitting, then by their place in it."""
    return script.take(np.lexsort((script.key, script.place, script.session)))


def shape(
    company: Company,
    scenes: Mapping[str, Scene],
    sessions: Sessions,
    script: Script,
) -> tuple[Sessions, Script, Presses, Breaks, Dozes, list[Deeds]]:
    """Let every shaper see the same plays, and apply all their edits: none sees what another did."""
    draft = _Draft(sessions, script, [Presses.none()], [Breaks.none()], [], [])
    for name, scene in scenes.items():
        actor = company.actors[name]
        if type(actor).meddle is Actor.meddle:
            continue
        edits = actor.meddle(replace(scene, sessions=sessions), script)
        for one in edits.all() if edits else ():
            _apply(draft, one, company.number(name), source_of(name))
    dozes = Dozes.stack([Dozes.none(), *draft.dozes])
    presses, breaks = _in_one_order(Presses.stack(draft.presses)), Breaks.stack(draft.breaks)
    return draft.sessions, draft.script, presses, breaks, dozes, draft.deeds


def _in_one_order(presses: Presses) -> Presses:
    """Whoever asked for them: of two jumps at one instant the one further back comes first."""
    return presses.take(np.lexsort((presses.stall_ms, presses.jump_ms, presses.at_ms, presses.play)))


def _apply(draft: _Draft, edits: Edits, number: int, source: int) -> None:
    """Enter the edits of one actor; those about who is there and where take effect at once, as they commute."""
    touched: list[tuple[Ints, Ints]] = []
    if edits.presses is not None:
        draft.presses.append(edits.presses)
        touched.append((edits.presses.play, edits.presses.at_ms))
    if edits.breaks is not None:
        draft.breaks.append(replace(edits.breaks, source=np.full(len(edits.breaks), source)))
        touched.append((edits.breaks.play, edits.breaks.at_ms))
    if edits.dozes is not None:
        draft.dozes.append(edits.dozes)
        touched.append((edits.dozes.play, edits.dozes.at_ms))
    if edits.attends is not None:
        draft.script = _attend(draft.script, edits.attends)
        touched.append((edits.attends.play, np.zeros_like(edits.attends.play)))
    if edits.routes is not None:
        draft.sessions, plays = _route(draft.sessions, draft.script, edits.routes)
        touched.append((plays, np.zeros_like(plays)))
    _note(draft, edits.what, touched, number)


def _attend(script: Script, attends: Attends) -> Script:
    present, attended, viewers = script.present_ms.copy(), script.attended_ms.copy(), script.viewers.copy()
    np.minimum.at(present, attends.play, attends.present_ms)
    np.minimum.at(attended, attends.play, attends.attended_ms)
    np.bitwise_or.at(viewers, attends.play, attends.viewers)
    absent = np.zeros_like(viewers)
    np.bitwise_or.at(absent, attends.play, attends.absent)
    return replace(script, present_ms=present, attended_ms=attended, viewers=viewers & ~absent)


def _route(sessions: Sessions, script: Script, routes: Routes) -> tuple[Sessions, Ints]:
    """Sittings with their exits, and the plays that are seen from there."""
    exits = sessions.exit.copy()
    np.maximum.at(exits, routes.session, routes.exit)
    return replace(sessions, exit=exits), np.flatnonzero(np.isin(script.session, routes.session))


def _note(draft: _Draft, what: str, touched: list[tuple[Ints, Ints]], number: int) -> None:
    """Mark every play an actor touched with it, and note one deed for each, at the first touch."""
    if not touched or not sum(len(play) for play, _ in touched):
        return
    play, at = (np.concatenate(parts) for parts in zip(*touched, strict=True))
    order = np.lexsort((at, play))
    first = order[first_of_group(play[order])]
    play, at = play[first], at[first]
    causes = draft.script.causes.copy()
    causes[play] |= np.int64(1 << number)
    draft.script = replace(draft.script, causes=causes)
    draft.deeds.append(Deeds.of(number, draft.script.session[play], draft.script.key[play], at, what))
