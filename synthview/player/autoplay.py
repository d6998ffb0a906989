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

__all__ = ["RunningOrder", "let_run", "plays_after", "running_order"]

_BREATH_MS = 1_000


@dataclass(frozen=True)
class RunningOrder:
    """A day as the player runs it: its sessions, its plays in order, their presses and breaks.

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
    sessions, script, place, woken = let_run(
        world,
        staged.sessions,
        tomorrow,
        staged.script,
        staged.dozes,
        day,
    )
    presses = replace(staged.presses, play=place[staged.presses.play])
    breaks = replace(staged.breaks, play=place[staged.breaks.play])
    dropped = staged.script.key[place < 0]
    is_dropped = np.isin(staged.deeds.play_key, dropped)
    return RunningOrder(
        sessions=sessions,
        awake_until_ms=staged.sessions.until_ms,
        script=script,
        presses=presses.take(presses.play >= 0),
        breaks=breaks.take(breaks.play >= 0),
        deeds=staged.deeds.take(~is_dropped),
        crowded=Crowded.stack([staged.crowded, woken]),
    )


def let_run(
    world: World, sessions: Sessions, tomorrow: Sessions, script: Script, dozes: Dozes, day: int
) -> tuple[Sessions, Script, Ints, Crowded]:
    """Let the player go on by itself where nobody presses anything any more.

    What was to follow there is off. `tomorrow` are the sessions that people mean for the next day.
    Returns those of the day with their new ends, the script in order, for each old row its new one
    (-1: off), and whose sleep others cut short.
    """
    is_off = _not_offered(world, sessions, script)
    woken = Crowded.none()
    dozes = dozes.take(~is_off[dozes.play])
    if len(dozes):
        first = _first_to_doze(script, dozes)
        is_off |= plays_after(script, first.play, len(sessions))
        script = _hands_off(world, script, first)
        sessions, woken = _fall_asleep(sessions, tomorrow, script.session[first.play], first, day)

    old = np.flatnonzero(~is_off)
    left = script.take(old)
    runs = np.flatnonzero(left.runs_on)
    follows = _by_itself(world, left.take(runs), _numbers_after(left)[runs], day)
    merged, new_row = _merged(left, follows)
    place = np.full(len(script), -1, dtype=np.int64)
    place[old] = new_row
    return sessions, merged, place, woken


def _merged(left: Script, follows: Script) -> tuple[Script, Ints]:
    """Both parts of a script in order, and for each row of the first its new one."""
    both = Script.stack([left, follows])
    order = np.lexsort((both.key, both.place, both.session))
    new_row = np.argsort(order)
    return both.take(order), new_row[: len(left)]


def _not_offered(world: World, sessions: Sessions, script: Script) -> Flags:
    """Which plays are not to be had where the network of their session comes out."""
    exits = sessions.exit[script.session]
    country = np.maximum(exits, 0)
    is_offered = world.popularity.base[country, script.work] > 0
    return (exits >= 0) & ~is_offered


def _first_to_doze(script: Script, dozes: Dozes) -> Dozes:
    """The first doze of each session; rows of the script stand in order within their session."""
    order = np.lexsort((dozes.awake_ms, dozes.at_ms, dozes.play))
    session = script.session[dozes.play[order]]
    by_session = np.argsort(session, kind="stable")
    first = first_of_group(session[by_session])
    return dozes.take(order[by_session[first]])


def plays_after(script: Script, plays: Ints, session_count: int) -> Flags:
    """Which plays come in their session after the earliest of some plays of it."""
    count = len(script)
    last = np.full(session_count, count, dtype=np.int64)
    np.minimum.at(last, script.session[plays], plays)
    return np.arange(count) > last[script.session]


def _fall_asleep(
    sessions: Sessions, tomorrow: Sessions, row: Ints, first: Dozes, day: int
) -> tuple[Sessions, Crowded]:
    """Sessions in which somebody nods off, with their new ends, and whose sleep others cut short.

    `row` are the rows of these sessions, `first` their dozes. A session lasts until they wake, or
    somebody needs the screen or them.
    """
    sleepers = sessions.take(row)
    there = Sessions.stack([sessions, tomorrow])
    there = there.take(np.isin(there.home, sleepers.home))
    of_people = there.take(there.causes == 0)
    until = _sleeps_until(Timetable.of(there, day), sleepers, first.awake_ms)
    undisturbed = _sleeps_until(Timetable.of(of_people, day), sleepers, first.awake_ms)

    woken = Crowded(sleepers.home, sleepers.start_ms, undisturbed)
    ends = sessions.until_ms.copy()
    ends[row] = until
    return replace(sessions, until_ms=ends), woken.take(until < undisturbed)


def _sleeps_until(timetable: Timetable, sleepers: Sessions, awake_ms: Ints) -> Ints:
    """Until somebody wakes, or is needed elsewhere, or the screen is.

    That is no earlier than the session was to end anyway.
    """
    home, begin = sleepers.home, sleepers.start_ms
    wakes = np.maximum(awake_ms, begin)
    until = np.minimum(wakes, begin + LONGEST_MS)
    for person in range(PERSONS):
        is_there = sleepers.viewers >> person & 1 == 1
        busy = timetable.next_start(home, person, begin) - _BREATH_MS
        until = np.minimum(until, np.where(is_there, busy, FAR_MS))
    screen = SCREENS + sleepers.device
    taken = timetable.next_start(home, screen, begin) - _BREATH_MS
    return np.maximum(np.minimum(until, taken), sleepers.until_ms)


def _hands_off(world: World, script: Script, first: Dozes) -> Script:
    """The script with the plays at which people nod off: they run to their end, and on."""
    play = first.play
    one = script.take(play)
    rest = one.runtime_ms(world) - one.start_position_ms
    runs, finishes = script.runs_on.copy(), script.finishes.copy()
    runs[play] = True
    finishes[play] = True
    hands_off, attended = script.hands_off_ms.copy(), script.attended_ms.copy()
    hands_off[play] = np.minimum(one.hands_off_ms, first.at_ms)
    attended[play] = np.minimum(one.attended_ms, first.at_ms)
    playing = script.playing_ms.copy()
    playing[play] = np.maximum(rest, 1_000)
    return replace(
        script,
        runs_on=runs,
        hands_off_ms=hands_off,
        attended_ms=attended,
        playing_ms=playing,
        finishes=finishes,
    )


def _numbers_after(script: Script) -> Ints:
    """How many plays the ids of a session have room for between each of its plays and the next."""
    count = len(script)
    number = play_number(script.key)
    is_same = script.session[1:] == script.session[:-1]
    goes_on = np.append(is_same, False)[:count]
    following = np.append(number[1:], 0)[:count]
    stop = np.where(goes_on, following, PLAYS_PER_SESSION)
    return stop - number - 1


def _by_itself(world: World, left: Script, room: Ints, day: int) -> Script:
    """Episodes that the player starts by itself after plays that run on, until it asks.

    Episodes that came without a press before it count; here each of those plays counts as the
    first. At most `room` follow each.
    """
    works = world.catalogue.works
    most = world.scenario.of(PlayerSettings).episodes_until_prompt
    is_episode = ~works.is_film[left.work] & ~left.is_trailer
    episodes_left = world.catalogue.episodes_out(day)[left.work] - 1 - left.episode
    pieces = [left.take(slice(0, 0))]
    for step in range(1, most):
        goes = is_episode & (step <= episodes_left) & (step <= room)
        if not goes.any():
            break
        pieces.append(_episode_after(world, left.take(goes), step))
    return Script.stack(pieces)


def _episode_after(world: World, one: Script, step: int) -> Script:
    """The episodes that come `step` after others, with nobody's hand on the remote."""
    episode = one.episode + step
    zero = np.zeros(len(one), dtype=np.int64)
    yes = np.ones(len(one), dtype=bool)
    is_attended = one.attended_ms >= THROUGHOUT
    is_present = one.present_ms >= THROUGHOUT
    return replace(
        one,
        key=one.key + step,
        place=one.place + step * BETWEEN,
        episode=episode,
        start_position_ms=zero,
        playing_ms=world.catalogue.runtime_ms(one.work, episode),
        gap_ms=zero,
        finishes=yes,
        autoplayed=yes,
        pressed=~yes,
        hands_off_ms=zero,
        attended_ms=np.where(is_attended, THROUGHOUT, 0),
        present_ms=np.where(is_present, THROUGHOUT, 0),
    )
