"""The viewer has fallen asleep, and the player has not noticed."""

from __future__ import annotations

from functools import cache

import numpy as np

from synthview.draws.quantiles import Quantiles
from synthview.people.homes import ADULT, PERSONS, TEEN
from synthview.rows import Flags, Floats, Ints, turns
from synthview.scenario.settings import GUESS, curve, number, section
from synthview.stage.actor import Actor
from synthview.stage.edits import Dozes, Edits
from synthview.stage.scene import Scene
from synthview.stage.script import THROUGHOUT, Script
from synthview.tables import START_SOURCES
from synthview.world.clock import HOUR_MS, MINUTE_MS

__all__ = ["AsleepOnSofa"]

_ASLEEP = Quantiles.lognormal(110 * MINUTE_MS, 0.7, low=10 * MINUTE_MS, high=9 * HOUR_MS)
"""Until they wake and switch it off: median nearly two hours (guess)."""
_AGES, _BY_AGE = np.array([18, 30, 60]), np.array([0.7, 0.85, 1.0, 1.4])
_MEANT_TO = 8.0
"""How much likelier it is with what somebody plays in order to fall asleep (guess)."""
_SLEEP_AID = START_SOURCES.index("sleep_aid")


@section
class AsleepOnSofa(Actor):
    """The viewer has fallen asleep, and the player has not noticed.

    Late in the evening somebody who watches alone nods off and presses nothing any more: the later
    and the longer it gets the likelier, more so at sixty than at twenty, and mostly with what is put
    on for that very purpose. The film runs to its end; a series goes on by itself, episode after
    episode, until the player asks whether anybody is still watching, or the sleeper wakes and
    switches it off. The person is there all the time, and sees nothing of it.
    """

    of_homes = False
    picks_anew = True
    tells = ("late at night: no press any more, run to the end, stopped at the prompt",)

    rate: float = number(
        0.018,
        unit="share of plays begun alone from 21 to 5 o'clock",
        allowed=(0, 1),
        low=0.01,
        high=0.04,
        source=GUESS,
        scale="logit",
        about="Plays during which a lone viewer nods off: three times that share of the sittings, for which N16 has a rule of thumb only, 3 to 8 %. 85 % of adults stream in bed (N15), 34 % of those with trouble sleeping use television for it (N16).",
    )
    minutes: float = number(
        28,
        unit="minutes",
        allowed=(1, 300),
        low=15,
        high=50,
        source=GUESS,
        scale="log",
        about="Median time from the start of the play until the viewer is asleep.",
    )

    hours_of_night: tuple[float, ...] = curve(
        [2.8, 3, 3, 3, 3, *[0] * 16, 1.2, 1.8, 2.4],
        unit="times the rate",
        source=GUESS,
        about="How likely it is by local hour of the start, if the play lasts; most end before, so that the rate is what comes of it.",
    )

    def meddle(self, scene: Scene, script: Script) -> Edits | None:
        """From some minute on nobody presses anything."""
        sessions = scene.sessions
        row = np.flatnonzero(_alone(scene, script))
        begins = _begins(scene, script)[row]
        sleepy = self._nods_off(scene, script.take(row), begins)
        row, begins = row[sleepy], begins[sleepy]
        at = scene.stream("minutes").draw(script.key[row], _until_asleep(self.minutes))
        # A play that the end of its sitting cuts off has nobody before it who could still nod off.
        comes = (at < script.playing_ms[row]) & (begins + at < sessions.until_ms[script.session[row]])
        row, asleep_ms = row[comes], (begins + at)[comes]
        if not len(row):
            return None
        awake_ms = asleep_ms + scene.stream("sleep").draw(script.key[row], _ASLEEP)
        return Edits("nodded off", dozes=Dozes(row, at[comes], awake_ms))

    def _nods_off(self, scene: Scene, plays: Script, begins_ms: Ints) -> Flags:
        """Whether the viewer grows so sleepy during each play, by the hour, their age and what it is."""
        home = scene.sessions.home[plays.session]
        hour = scene.world.clock.to_local(scene.homes.zone[home], begins_ms) // HOUR_MS % 24
        viewer = (plays.viewers[:, None] == 1 << np.arange(PERSONS)).argmax(axis=1)
        by_age = _BY_AGE[np.searchsorted(_AGES, scene.homes.age[home, viewer], side="right")]
        chance: Floats = self.rate * np.array(self.hours_of_night)[hour] * by_age
        chance = np.where(plays.source == _SLEEP_AID, chance * _MEANT_TO, chance)
        return scene.stream("nods_off").happens(plays.key, np.minimum(chance, 1.0))


def _alone(scene: Scene, script: Script) -> Flags:
    """Which plays have one adult or teen of the home before them, who stays there and still holds the remote."""
    home = scene.sessions.home[script.session]
    classes = scene.homes.person_class[home]
    grown = (classes == ADULT) | (classes == TEEN)
    one = (script.viewers[:, None] == 1 << np.arange(PERSONS)) & grown
    stays = (script.present_ms >= THROUGHOUT) & ~script.runs_on & ~scene.is_put_between(script)
    return np.asarray(one.any(axis=1) & scene.has_part[home] & stays)


def _begins(scene: Scene, script: Script) -> Ints:
    """About when each play begins: those before it in its sitting, and the time between them, have passed.

    What others put between them does not count, so that nobody falls asleep, or stays awake, for it.
    """
    lasts = np.where(scene.is_put_between(script), 0, script.gap_ms + script.playing_ms)
    spent = np.cumsum(lasts)
    first = np.arange(len(script)) - turns(script.session)
    before = (spent - lasts)[first]
    return np.asarray(scene.sessions.start_ms[script.session] + spent - script.playing_ms - before)


@cache
def _until_asleep(minutes: float) -> Quantiles:
    return Quantiles.lognormal(minutes * MINUTE_MS, 0.7, low=2 * MINUTE_MS, high=5 * HOUR_MS)
