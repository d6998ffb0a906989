"""The viewer has fallen asleep, and the player has not noticed."""

from __future__ import annotations

from functools import cache

import numpy as np

from synthview.draws.quantiles import Quantiles
from synthview.people.ages import ADULT, TEEN
from synthview.people.homes import PERSONS
from synthview.rows import Flags, Floats, Ints, turns
from synthview.scenario.settings import GUESS, curve, number, section
from synthview.stage.actor import Actor
from synthview.stage.disguise import dial
from synthview.stage.edits import Dozes, Edits
from synthview.stage.scene import Scene
from synthview.stage.script import THROUGHOUT, Script
from synthview.tables import START_SOURCES
from synthview.world.clock import HOUR_MS, MINUTE_MS

__all__ = ["AsleepOnSofa"]

_AGES = np.array([18, 30, 60])
"""The ages that part the four groups of `by_age`."""
_AWAKE_MS, _ASLEEP_MS = (2 * MINUTE_MS, 5 * HOUR_MS), (10 * MINUTE_MS, 9 * HOUR_MS)
"""Times are cut here, so that none fills a day."""
_SLEEP_AID = START_SOURCES.index("sleep_aid")


@section
class AsleepOnSofa(Actor):
    """The viewer has fallen asleep, and the player has not noticed.

    Late in the evening somebody who watches alone nods off and presses nothing any more. It is
    likelier the later and the longer it gets, at sixty than at twenty, and with what is put on for
    that very purpose. The film runs to its end. A series goes on by itself, episode after episode,
    until the player asks whether anybody is still watching, or the sleeper wakes and switches it
    off. The person is there all the time, and sees nothing of it.
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
        about=(
            "Plays during which a lone viewer nods off: three times that share of the sittings, "
            "for which N16 has a rule of thumb only, 3 to 8 %. 85 % of adults stream in bed "
            "(N15), 34 % of those with trouble sleeping use television for it (N16)."
        ),
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

    minutes_spread: float = number(
        0.7, unit="log sd", allowed=(0, 2), low=0.4, high=1, source=GUESS,
        about="Spread of that time.",
    )  # fmt: skip
    sleep_minutes: float = number(
        110, unit="minutes", allowed=(10, 540), low=60, high=240, source=GUESS, scale="log",
        about="Median time until the sleeper wakes and switches it off.",
    )  # fmt: skip
    sleep_minutes_spread: float = number(
        0.7, unit="log sd", allowed=(0, 2), low=0.4, high=1, source=GUESS,
        about="Spread of that time.",
    )  # fmt: skip
    meant_to: float = number(
        8, unit="times the rate", allowed=(0, 100), low=3, high=20, source=GUESS, scale="log",
        about="How much likelier it is with what somebody plays to fall asleep.",
    )  # fmt: skip
    by_age: tuple[float, ...] = curve(
        [0.7, 0.85, 1.0, 1.4], unit="times the rate", source=GUESS,
        about="How likely it is below 18, from 18 to 29, from 30 to 59, and from 60 years on.",
    )  # fmt: skip
    hours_of_night: tuple[float, ...] = curve(
        [2.8, 3, 3, 3, 3, *[0] * 16, 1.2, 1.8, 2.4],
        unit="times the rate",
        source=GUESS,
        about=(
            "How likely it is by local hour of the start, if the play lasts; most end before, so "
            "that the rate is what comes of it."
        ),
    )

    disguise: float = dial(
        "plays slept through",
        "A sleeper who hides wakes when the title is over, and nothing goes on.",
    )

    def meddle(self, scene: Scene, script: Script) -> Edits | None:
        """From some minute on nobody presses anything."""
        row = np.flatnonzero(_alone(scene, script))
        begins_ms = _begins(scene, script)[row]
        sleepy = self._nods_off(scene, script.take(row), begins_ms)
        row, begins_ms = row[sleepy], begins_ms[sleepy]

        at_ms = scene.stream("minutes").draw(script.key[row], self._until_asleep())
        asleep_ms = begins_ms + at_ms
        # A play that the end of its session cuts off has nobody who could still nod off.
        still_plays = at_ms < script.playing_ms[row]
        still_sits = asleep_ms < scene.sessions.until_ms[script.session[row]]
        comes = still_plays & still_sits
        row = row[comes]
        if not len(row):
            return None

        awake_ms = self._awake_ms(scene, script.take(row), begins_ms[comes], asleep_ms[comes])
        return Edits("nodded off", dozes=Dozes(row, at_ms[comes], awake_ms))

    def _awake_ms(self, scene: Scene, plays: Script, begins_ms: Ints, asleep_ms: Ints) -> Ints:
        """When each sleeper wakes: after a while, or when the title is over."""
        sleeps_ms = scene.stream("sleep").draw(plays.key, self._asleep())
        is_over_ms = begins_ms + plays.playing_ms
        return np.where(self.hides(scene.world, plays.key), is_over_ms, asleep_ms + sleeps_ms)

    def _nods_off(self, scene: Scene, plays: Script, begins_ms: Ints) -> Flags:
        """Whether the viewer of each play gets so sleepy: by the hour, their age and the play."""
        homes = scene.homes
        home = scene.sessions.home[plays.session]
        local_ms = scene.world.clock.to_local(homes.zone[home], begins_ms)
        by_hour = np.array(self.hours_of_night)[local_ms // HOUR_MS % 24]

        viewer = _one_hot(plays.viewers).argmax(axis=1)
        age_class = np.searchsorted(_AGES, homes.age[home, viewer], side="right")
        by_age = np.array(self.by_age)[age_class]

        chance: Floats = self.rate * by_hour * by_age
        means_to = plays.source == _SLEEP_AID
        chance = np.where(means_to, chance * self.meant_to, chance)
        return scene.stream("nods_off").happens(plays.key, np.minimum(chance, 1.0))

    def _until_asleep(self) -> Quantiles:
        return _times(self.minutes, self.minutes_spread, _AWAKE_MS)

    def _asleep(self) -> Quantiles:
        return _times(self.sleep_minutes, self.sleep_minutes_spread, _ASLEEP_MS)


def _one_hot(viewers: Ints) -> Flags:
    """Which person slot alone makes up each mask of viewers, a column for each slot."""
    return viewers[:, None] == 1 << np.arange(PERSONS)


def _alone(scene: Scene, script: Script) -> Flags:
    """Which plays one adult or teen of the home watches alone, stays with, and holds the remote."""
    home = scene.sessions.home[script.session]
    classes = scene.homes.person_class[home]
    is_grown = (classes == ADULT) | (classes == TEEN)
    is_one = (_one_hot(script.viewers) & is_grown).any(axis=1)

    stays = script.present_ms >= THROUGHOUT
    is_held = ~script.runs_on
    is_meant = ~scene.is_put_between(script)
    applies = scene.has_part[home]
    return np.asarray(is_one & stays & is_held & is_meant & applies)


def _begins(scene: Scene, script: Script) -> Ints:
    """About when each play begins: after those before it in its session, and the time between them.

    What others put between them does not count: nobody falls asleep, or stays awake, for it.
    """
    lasts = script.gap_ms + script.playing_ms
    lasts = np.where(scene.is_put_between(script), 0, lasts)
    spent = np.cumsum(lasts)

    first_of_session = np.arange(len(script)) - turns(script.session)
    spent_before = (spent - lasts)[first_of_session]
    into_session = spent - spent_before - script.playing_ms
    return np.asarray(scene.sessions.start_ms[script.session] + into_session)


@cache
def _times(minutes: float, spread: float, cut: tuple[int, int]) -> Quantiles:
    low, high = cut
    return Quantiles.lognormal_within(minutes * MINUTE_MS, spread, low, high)
