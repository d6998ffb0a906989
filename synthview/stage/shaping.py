"""The second round: shapers change plays, and the player goes on where nobody presses anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from synthview.ids import source_of
from synthview.people.homes import PERSONS
from synthview.player.settings import PlayerSettings
from synthview.rows import Flags, Ints, turns
from synthview.stage.actor import Actor
from synthview.stage.company import Company
from synthview.stage.deeds import Deeds
from synthview.stage.edits import Attends, Breaks, Dozes, Edits, Presses, Routes
from synthview.stage.proposals import LONGEST_MS, Crowded
from synthview.stage.scene import Scene
from synthview.stage.script import BETWEEN, THROUGHOUT, Script
from synthview.stage.timetable import FAR_MS, SCREENS, Timetable
from synthview.viewing.sittings import Sessions
from synthview.world import World

__all__ = ["in_order", "let_run", "shape"]

_BREATH_MS = 1_000
_LAST_NUMBER = 31


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
    dozes = Dozes.stack(draft.dozes) if draft.dozes else Dozes(*(np.zeros(0, dtype=np.int64) for _ in range(3)))
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
    first = order[turns(play[order]) == 0]
    play, at = play[first], at[first]
    causes = draft.script.causes.copy()
    causes[play] |= np.int64(1 << number)
    draft.script = replace(draft.script, causes=causes)
    draft.deeds.append(Deeds.of(number, draft.script.session[play], draft.script.key[play], at, what))


def let_run(
    world: World, sessions: Sessions, tomorrow: Sessions, script: Script, dozes: Dozes, day: int
) -> tuple[Sessions, Script, Ints, Crowded]:
    """Where nobody presses anything any more: what was to follow is off, and the player goes on by itself.

    `tomorrow` are the sittings that people mean for the next day. Returns those of the day with their new
    ends, the script in order, for each old row its new one (-1: off), and whose sleep others cut short.
    """
    is_off, woken = _not_offered(world, sessions, script), Crowded.none()
    dozes = dozes.take(~is_off[dozes.play])
    if len(dozes):
        sessions, script, comes_no_more, woken = _fall_asleep(world, sessions, tomorrow, script, dozes, day)
        is_off |= comes_no_more
    old = np.flatnonzero(~is_off)
    left = script.take(old)
    runs = np.flatnonzero(left.runs_on)
    follows = _by_itself(world, left.take(runs), _numbers_after(left)[runs])
    both = Script.stack([left, follows])
    order = np.lexsort((both.key, both.place, both.session))
    at = np.empty(len(both), dtype=np.int64)
    at[order] = np.arange(len(both))
    place = np.full(len(script), -1, dtype=np.int64)
    place[old] = at[: len(old)]
    return sessions, both.take(order), place, woken


def _not_offered(world: World, sessions: Sessions, script: Script) -> Flags:
    """Which plays are not to be had where the network of their sitting comes out."""
    exits = sessions.exit[script.session]
    return (exits >= 0) & (world.popularity.base[np.maximum(exits, 0), script.work] <= 0)


def _fall_asleep(
    world: World, sessions: Sessions, tomorrow: Sessions, script: Script, dozes: Dozes, day: int
) -> tuple[Sessions, Script, Flags, Crowded]:
    """The first to nod off in a sitting decides; it lasts until they wake, or somebody needs the screen or them."""
    # Rows of the script stand in order within their sitting.
    order = np.lexsort((dozes.awake_ms, dozes.at_ms, dozes.play))
    order = order[np.argsort(script.session[dozes.play[order]], kind="stable")]
    first = dozes.take(order[turns(script.session[dozes.play[order]]) == 0])
    session, home = script.session[first.play], sessions.home[script.session[first.play]]
    last = np.full(len(sessions), len(script), dtype=np.int64)
    last[session] = first.play
    is_off = np.arange(len(script)) > last[script.session]
    there = Sessions.stack([sessions, tomorrow])
    there = there.take(np.isin(there.home, home))
    sleepers = sessions.take(session)
    until = _sleeps_until(Timetable.of(there, day), sleepers, first.awake_ms)
    undisturbed = _sleeps_until(Timetable.of(there.take(there.causes == 0), day), sleepers, first.awake_ms)
    woken = Crowded(home, sleepers.start_ms, undisturbed).take(until < undisturbed)
    ends = sessions.until_ms.copy()
    ends[session] = until
    return replace(sessions, until_ms=ends), _hands_off(world, script, first), is_off, woken


def _sleeps_until(timetable: Timetable, sleepers: Sessions, awake_ms: Ints) -> Ints:
    """Until somebody wakes, or is needed elsewhere, or the screen is; no earlier than the sitting was to end anyway."""
    home, begin = sleepers.home, sleepers.start_ms
    until = np.minimum(np.maximum(awake_ms, begin), begin + LONGEST_MS)
    for person in range(PERSONS):
        busy = timetable.next_start(home, person, begin) - _BREATH_MS
        until = np.minimum(until, np.where(sleepers.viewers >> person & 1 == 1, busy, FAR_MS))
    until = np.minimum(until, timetable.next_start(home, SCREENS + sleepers.device, begin) - _BREATH_MS)
    return np.maximum(until, sleepers.until_ms)


def _hands_off(world: World, script: Script, first: Dozes) -> Script:
    play = first.play
    runs, hands, attended = script.runs_on.copy(), script.hands_off_ms.copy(), script.attended_ms.copy()
    playing, finishes = script.playing_ms.copy(), script.finishes.copy()
    one = script.take(play)
    runs[play], finishes[play] = True, True
    hands[play] = np.minimum(hands[play], first.at_ms)
    attended[play] = np.minimum(attended[play], first.at_ms)
    playing[play] = np.maximum(one.runtime_ms(world) - one.start_position_ms, 1_000)
    return replace(
        script, runs_on=runs, hands_off_ms=hands, attended_ms=attended, playing_ms=playing, finishes=finishes
    )


def _numbers_after(script: Script) -> Ints:
    """How many plays the ids of a sitting still have room for between each of its plays and the next."""
    number = script.key & _LAST_NUMBER
    goes_on = np.append(script.session[1:] == script.session[:-1], False)[: len(number)]
    return np.where(goes_on, np.append(number[1:], 0)[: len(number)], _LAST_NUMBER + 1) - number - 1


def _by_itself(world: World, left: Script, room: Ints) -> Script:
    """Episodes that the player starts by itself after plays that run on, until it asks whether anybody is there.

    Episodes that came without a press before it count; here each of those plays counts as the first. At
    most `room` follow each.
    """
    works, most = world.catalogue.works, world.scenario.of(PlayerSettings).episodes_until_prompt
    pieces = [left.take(slice(0, 0))]
    for step in range(1, most):
        goes = ~works.is_film[left.work] & ~left.is_trailer & (left.episode + step < works.episode_count[left.work])
        goes &= step <= room
        one = left.take(goes)
        if not len(one):
            break
        episode = one.episode + step
        zero = np.zeros(len(one), dtype=np.int64)
        is_attended = one.attended_ms >= THROUGHOUT
        pieces.append(
            replace(
                one, key=one.key + step, place=one.place + step * BETWEEN, episode=episode,
                start_position_ms=zero, playing_ms=world.catalogue.runtime_ms(one.work, episode), gap_ms=zero,
                finishes=zero == 0, autoplayed=zero == 0, pressed=zero > 0, hands_off_ms=zero,
                attended_ms=np.where(is_attended, THROUGHOUT, 0),
                present_ms=np.where(one.present_ms >= THROUGHOUT, THROUGHOUT, 0),
            )
        )  # fmt: skip
    return Script.stack(pieces)
