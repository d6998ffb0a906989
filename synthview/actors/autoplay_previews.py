"""Trailers play by themselves while somebody looks along the menu."""

from __future__ import annotations

import numpy as np

from synthview.people.homes import COMPUTER
from synthview.settings import GUESS, number, section
from synthview.stage.actor import Actor
from synthview.stage.proposals import Proposal, insert
from synthview.stage.scene import Scene
from synthview.tables import START_SOURCES
from synthview.world.catalogue import trailer_ms
from synthview.world.popularity import ADULTS, FILMS, KIDS, SERIES

__all__ = ["AutoplayPreviews"]

_BROWSE, _NEW = START_SOURCES.index("browse"), START_SOURCES.index("new_release")
_LEAST_GAP_MS = 25_000
_MARGIN_MS = 9_000


@section
class AutoplayPreviews(Actor):
    """Trailers play by themselves while somebody looks along the menu.

    On televisions and computers a trailer starts when the focus rests on a title, runs until the
    focus moves on, and is half watched at best. It is a title of its own and never the film.
    """

    of_homes = False
    tells = ("a trailer that nobody pressed, within the time of browsing",)

    rate: float = number(
        0.12,
        unit="share of choices by browsing",
        allowed=(0, 1),
        low=0.05,
        high=0.5,
        source=GUESS,
        scale="logit",
        about="Choices on the way to which a trailer plays for more than some seconds.",
    )

    def propose(self, scene: Scene) -> Proposal | None:
        """A trailer in some of the gaps that are long enough."""
        plays, sessions = scene.plays, scene.sessions
        row = np.flatnonzero(
            np.isin(plays.source, (_BROWSE, _NEW)) & ~plays.autoplayed & (plays.gap_ms >= _LEAST_GAP_MS)
        )
        session = plays.session[row]
        row = row[scene.has_part[sessions.home[session]] & (sessions.device[session] <= COMPUTER)]
        row = row[scene.stream("plays").happens(plays.key[row], self.rate)]
        session, key = plays.session[row], plays.key[row]
        home = sessions.home[session]
        audience = np.where(sessions.profile[session] == scene.homes.kids_profile[home], KIDS, ADULTS)
        kind = np.where(scene.stream("kind").happens(key, 0.5), FILMS, SERIES)
        work = scene.popular(scene.stream("title").bits(key), home, kind, audience)
        row, key, work = row[work >= 0], key[work >= 0], work[work >= 0]
        if not len(row):
            return None
        rests = 1_000 + scene.stream("rests").below(key, 2_000)
        room = np.minimum(plays.gap_ms[row] - _MARGIN_MS - rests, trailer_ms(scene.world.scenario.run.seed, work))
        playing = 4_000 + scene.stream("runs").below(key, np.maximum(room - 4_000, 1))
        looks = playing * scene.stream("looks").below(key, 1024) // 1024
        made = insert(
            scene, row, work, playing_ms=playing, gap_ms=rests, source="preview", is_trailer=True, borrows=True,
            pressed=False, attended_ms=looks,
        )  # fmt: skip
        return Proposal(("played a trailer",), inserted=made)
