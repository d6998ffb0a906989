"""The stream does not start, stalls for good, or drops."""

from __future__ import annotations

import numpy as np

from synthview.draws.quantiles import Quantiles
from synthview.people.homes import FIRST_PHONE
from synthview.rows import Flags, Floats, Ints
from synthview.scenario.settings import GUESS, number, section
from synthview.stage.actor import Actor
from synthview.stage.edits import Breaks, Edits
from synthview.stage.proposals import Proposal, offer, sit
from synthview.stage.scene import Scene
from synthview.stage.script import Script
from synthview.tables import ERROR_CODES
from synthview.world.clock import DAY_MS, HOUR_MS, MINUTE_MS
from synthview.world.outages import outages_around

__all__ = ["StreamErrors"]

_STARTUP, _LOST = ERROR_CODES.index("startup_failed"), ERROR_CODES.index("connection_lost")
_WAITS = Quantiles.lognormal(25_000, 1.1, low=2_000, high=20 * MINUTE_MS)
_ON_PHONE, _IN_OUTAGE = 1.8, 25.0
"""How much likelier errors are on a phone, and while the region's network is poor (guesses)."""
_TOMORROW = 0.35
"""Of what is given up, how much is tried again at the same time tomorrow (guess; Q08: people do come back)."""
_TRIES_HELP = 0.6


@section
class StreamErrors(Actor):
    """The stream does not start, stalls for good, or drops.

    It happens more on poor networks, on phones, and while a region's network is down. Most viewers
    try again within a minute, each try a play of its own; some tries fail too; some give up for the
    evening, and a part of those tries the same title again tomorrow.
    """

    of_homes = False
    picks_anew = True
    tells = ("an error with its code", "another play of the title right after")

    rate: float = number(
        0.008,
        unit="share of starts that fail, on a network of middling quality",
        allowed=(0, 1),
        low=0.003,
        high=0.025,
        source=GUESS,
        scale="log",
        about="Failed starts; drops come on top, in proportion.",
    )
    drops: float = number(
        0.6,
        unit="drops per failed start",
        allowed=(0, 10),
        low=0.2,
        high=2,
        source=GUESS,
        scale="log",
        about="Streams that drop while playing, for each that does not start.",
    )
    give_up: float = number(
        0.3,
        unit="share",
        allowed=(0, 1),
        low=0.15,
        high=0.56,
        source=GUESS,
        scale="logit",
        about="Viewers who give up for now; in a survey 44 % stay and try again (Q11).",
    )

    def meddle(self, scene: Scene, script: Script) -> Edits | None:
        """Break some plays: at their start, or on the way."""
        home = scene.sessions.home[script.session]
        row = np.flatnonzero(scene.has_part[home] & ~script.is_trailer)
        chance = self._chances(scene, script, row)
        fails = scene.stream("fails").happens(script.key[row], chance)
        drops = scene.stream("drops").happens(script.key[row], np.minimum(chance * self.drops, 1.0)) & ~fails
        hit = fails | drops
        row, fails = row[hit], fails[hit]
        if not len(row):
            scene.memo.pop("given_up", None)
            return None
        key = script.key[row]
        at = 5_000 + scene.stream("when").below(key, np.maximum(script.playing_ms[row] - 6_000, 1))
        gives_up = scene.stream("gives_up").happens(key, self.give_up)
        tries = scene.stream("tries").geometric(key, np.full(len(key), _TRIES_HELP))
        breaks = Breaks(
            row, np.where(fails, 0, at), np.where(fails, _STARTUP, _LOST), np.minimum(tries + ~gives_up, 6),
            scene.stream("wait").draw(key, _WAITS), gives_up,
        )  # fmt: skip
        self._remember(scene, script, row, np.where(fails, 0, at), gives_up)
        return Edits("lost the stream", breaks=breaks)

    def _chances(self, scene: Scene, script: Script, row: Ints) -> Floats:
        """The chance of each play to fail at its start."""
        sessions, session = scene.sessions, script.session[row]
        home, begin = sessions.home[session], sessions.start_ms[session]
        strikes = outages_around(scene.world, scene.day).strikes(scene.homes.region[home], begin, begin + HOUR_MS)
        chance = self.rate * scene.homes.network[home] / 1024.0
        chance = np.where(sessions.device[session] >= FIRST_PHONE, chance * _ON_PHONE, chance)
        return np.minimum(np.where(strikes > 0, chance * _IN_OUTAGE, chance), 1.0)

    def _remember(self, scene: Scene, script: Script, row: Ints, at: Ints, gives_up: Flags) -> None:
        """Keep what ordinary people gave up, for tomorrow and no longer."""
        again = gives_up & (script.causes[row] == 0) & scene.stream("tomorrow").happens(script.key[row], _TOMORROW)
        row, at = row[again], at[again]
        session, sessions = script.session[row], scene.sessions
        scene.memo["given_up"] = (
            scene.day, sessions.home[session], sessions.lead[session], sessions.device[session], sessions.profile[session],
            sessions.start_ms[session] + DAY_MS, script.work[row], script.episode[row],
            script.start_position_ms[row] + at, script.key[row],
        )  # fmt: skip

    def propose(self, scene: Scene) -> Proposal | None:
        """What was given up yesterday is tried again, at about the same time."""
        kept = scene.memo.get("given_up")
        if kept is None or kept[0] != scene.day - 1 or not len(kept[1]):
            return None
        _, home, lead, device, profile, start, work, episode, position, key = kept
        _, first = np.unique(home, return_index=True)
        home, lead, device, profile, start, work, episode, position, key = (
            one[first] for one in (home, lead, device, profile, start, work, episode, position, key)
        )
        start = start + scene.stream("later").below(key, 2 * HOUR_MS) - HOUR_MS
        sessions = sit(scene, home, 0, start, _whole(scene, work, episode), device, lead=lead, profile=profile)
        plays = offer(
            scene, sessions, np.arange(len(home)), 0, work, episode=episode, position_ms=position, gap_ms=6_000,
            source="resume",
        )  # fmt: skip
        return Proposal(("tried again",), sessions, plays)


def _whole(scene: Scene, work: Ints, episode: Ints) -> Ints:
    return scene.world.catalogue.runtime_ms(work, episode) + HOUR_MS
