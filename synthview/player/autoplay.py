"""Autoplay: what the player starts by itself once nobody presses anything any more."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from synthview.ids import PLAYS_PER_SESSION, play_number
from synthview.people.homes import PERSONS
from synthview.player.settings import PlayerSettings
from synthview.rows import Flags, Ints, first_of_group
from synthview.stage import Staged
from synthview.stage.deeds import Deeds
from synthview.stage.edits import Breaks, Dozes, Presses
from synthview.stage.proposals import LONGEST_MS, Crowded
from synthview.stage.script import BETWEEN, THROUGHOUT, Script
from synthview.stage.timetable import FAR_MS, SCREENS, Timetable
from synthview.viewing.sittings import Sessions
from synthview.world import World

__all__ = ["RunningOrder", "let_run", "running_order"]

_BREATH_MS = 1_000


@dataclass(frozen=True)
class RunningOrder:
    """A day as the player runs it: its sessions, its plays in order, and the presses and breaks in each.

    `awake_until_ms` says of each session when it ends for those who are awake. Who falls asleep
    before then stays until its `until_ms`. `deeds` and `crowded` are as in `Staged`.
    """

    sessions: Sessions
    awake_until_ms: Ints
    script: Script
    presses: Presses
    breaks: Breaks
    deeds: Deeds
    crowded: Crowded


def running_order(world: World, staged: Staged, tomorrow: Sessions, day: int) -> RunningOrder:
    """Let the player go on by itself where it does, and drop what is not to play after all.

    `tomorrow` are the sessions that people mean for the next day.
    """
    sessions, script, place, woken = let_run(world, staged.sessions, tomorrow, staged.script, staged.dozes, day)
    presses = replace(staged.presses, play=place[staged.presses.play])
    breaks = replace(staged.breaks, play=place[staged.breaks.play])
    dropped = staged.script.key[place < 0]
    return RunningOrder(
        sessions=sessions,
        awake_until_ms=staged.sessions.until_ms,
        script=script,
        presses=presses.take(presses.play >= 0),
        breaks=breaks.take(breaks.play >= 0),
        deeds=staged.deeds.take(~np.isin(staged.deeds.play_key, dropped)),
        crowded=Crowded.stack([staged.crowded, woken]),
    )


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
    first = dozes.take(order[first_of_group(script.session[dozes.play[order]])])
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
    number = play_number(script.key)
    goes_on = np.append(script.session[1:] == script.session[:-1], False)[: len(number)]
    return np.where(goes_on, np.append(number[1:], 0)[: len(number)], PLAYS_PER_SESSION) - number - 1


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
