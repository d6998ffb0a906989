"""The viewer has fallen asleep, and the player has not noticed."""

from __future__ import annotations

from functools import cache

import numpy as np

from synthview.people.homes import CHILD, PERSONS
from synthview.quantiles import Quantiles
from synthview.settings import GUESS, number, section
from synthview.stage.actor import Actor
from synthview.stage.edits import Dozes, Edits
from synthview.stage.scene import Scene
from synthview.stage.script import Script
from synthview.world.clock import DAY_MS, HOUR_MS, MINUTE_MS

__all__ = ["AsleepOnSofa"]

_EVENING, _MORNING = 21 * HOUR_MS, 5 * HOUR_MS
_ASLEEP = Quantiles.lognormal(110 * MINUTE_MS, 0.7, low=10 * MINUTE_MS, high=9 * HOUR_MS)


@section
class AsleepOnSofa(Actor):
    """The viewer has fallen asleep, and the player has not noticed.

    Late in the evening somebody who watches alone nods off and presses nothing any more. The film
    runs to its end; a series goes on by itself, episode after episode, until the player asks whether
    anybody is still watching, or the sleeper wakes. The person is there all the time, and sees
    nothing of it.
    """

    of_homes = False
    tells = ("late at night: no press any more, run to the end, stopped at the prompt",)

    rate: float = number(
        0.05,
        unit="share of plays begun alone from 21 to 5 o'clock",
        allowed=(0, 1),
        low=0.02,
        high=0.15,
        source=GUESS,
        scale="logit",
        about="Plays during which a lone viewer nods off; of those with trouble sleeping 34 % use television for it (N16-civ).",
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

    def meddle(self, scene: Scene, script: Script) -> Edits | None:
        """From some minute on nobody presses anything."""
        sessions = scene.sessions
        hour = sessions.start_local[script.session] % DAY_MS
        alone = (script.viewers != 0) & (script.viewers & (script.viewers - 1) == 0)
        row = np.flatnonzero(alone & ((hour >= _EVENING) | (hour < _MORNING)) & (script.viewers < 1 << PERSONS))
        row = row[scene.has_part[sessions.home[script.session[row]]]]
        lead = np.maximum(sessions.lead[script.session[row]], 0)
        row = row[scene.homes.person_class[sessions.home[script.session[row]], np.minimum(lead, PERSONS - 1)] < CHILD]
        row = row[scene.stream("nods_off").happens(script.key[row], self.rate)]
        at = scene.stream("minutes").draw(script.key[row], _until_asleep(self.minutes))
        asleep = np.flatnonzero(at < script.playing_ms[row])
        row, at = row[asleep], at[asleep]
        if not len(row):
            return None
        awake = sessions.start_ms[script.session[row]] + at + scene.stream("sleep").draw(script.key[row], _ASLEEP)
        return Edits("nodded off", dozes=Dozes(row, at, awake))


@cache
def _until_asleep(minutes: float) -> Quantiles:
    return Quantiles.lognormal(minutes * MINUTE_MS, 0.7, low=2 * MINUTE_MS, high=5 * HOUR_MS)
