"""A friend or a grown-up child elsewhere uses the account."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from synthview.draws.lengths import between
from synthview.draws.offspring import children
from synthview.draws.quantiles import Quantiles
from synthview.exposed import name_of
from synthview.ids import ORDINALS, source_of, within_home
from synthview.people.guests import Guests
from synthview.people.homes import Homes
from synthview.rows import Flags, Ints
from synthview.scenario.settings import GUESS, number, section
from synthview.stage.actor import Actor
from synthview.stage.proposals import Proposal, offer, sit
from synthview.stage.scene import Scene
from synthview.stage.script import Script
from synthview.stage.visitors import guests_of, region_in, visitors
from synthview.tables import START_SOURCES
from synthview.viewing.sittings import Sessions
from synthview.world import World
from synthview.world.clock import DAY_MS, HOUR_MS, MINUTE_MS
from synthview.world.popularity import ADULTS, FILMS, SERIES

__all__ = ["SharedAccount"]

_SERIES_DAYS = 21
_EPISODES = 4
_BROWSE = START_SOURCES.index("browse")
_LENGTHS = Quantiles.lognormal(95 * MINUTE_MS, 0.6, low=5 * MINUTE_MS, high=7 * HOUR_MS)


@section
class SharedAccount(Actor):
    """A friend or a grown-up child elsewhere uses the account.

    They live in another place, mostly of the same country, have devices of their own and use one of
    the profiles, so that two people's evenings end up in one history.
    """

    picks_anew = True
    tells = ("a device of the account that is always elsewhere",)

    rate: float = number(
        0.25,
        unit="share of accounts",
        allowed=(0, 1),
        low=0.15,
        high=0.49,
        source=GUESS,
        scale="logit",
        about=(
            "Accounts used outside the home; counts go from 33 (N02-lrg) to 49 % (N02-arf) in "
            "2022, and were lower before."
        ),
    )
    days: float = number(
        0.3,
        unit="share of days",
        allowed=(0, 1),
        low=0.15,
        high=0.5,
        source=GUESS,
        scale="logit",
        about="Days on which such a person watches.",
    )

    def invite(self, world: World, homes: Homes) -> Guests | None:
        """One or two people for each account."""
        actor = name_of(type(self))
        draw = self.draw(world, "guests")
        are_two = draw.happens(homes.household, 0.25)
        row, ordinal = children(1 + are_two.astype(np.int64))

        key = within_home(homes.household[row], ordinal, source_of(actor))
        places = self.draw(world, "region")
        region = region_in(world, places, key, homes.country[row])
        since = np.full(len(row), world.first_day * DAY_MS, dtype=np.int64)
        return visitors(draw, actor, homes, row, ordinal, region, since)

    def propose(self, scene: Scene) -> Proposal | None:
        """An evening here and there, with episodes of a series under way or a film."""
        guest = guests_of(scene)
        key = scene.guests.key[guest]
        sits_down = scene.stream("sits_down").happens(key, self.days, n=scene.number)
        guest = guest[sits_down]
        if not len(guest):
            return None
        sessions = _sessions(scene, guest)
        plays = self._plays(scene, sessions, scene.guests.key[guest])
        return Proposal(("watched elsewhere",), sessions, plays)

    def _plays(self, scene: Scene, sessions: Sessions, guest: Ints) -> Script:
        """A film, or up to four episodes of the series of these weeks."""
        work, is_film, first = self._choice(scene, sessions, guest)
        left = scene.world.catalogue.works.episode_count[work] - first
        session, turn = children(np.where(is_film, 1, np.minimum(left, _EPISODES)))
        key = sessions.key[session]
        work, is_film = work[session], is_film[session]

        episode = np.where(is_film, 0, first[session] + turn)
        runtime = scene.world.catalogue.runtime_ms(work, episode)
        longest_gap = np.where(turn == 0, 150_000, 12_000)
        plays = offer(
            scene,
            sessions,
            session,
            turn,
            work,
            episode=episode,
            gap_ms=3_000 + scene.stream("gap").below(key, longest_gap, n=turn),
            playing_ms=np.where(is_film, _watched_ms(scene, key, turn, runtime), runtime),
            source="next_episode",
        )
        return _as_begun(plays, is_film | (episode == 0)).take(work >= 0)

    def _choice(self, scene: Scene, sessions: Sessions, guest: Ints) -> tuple[Ints, Flags, Ints]:
        """The film or series of each session, -1 for none; whether it is a film; the first episode.

        A series that has been seen to its end is over: until the next one it is films.
        """
        film = _film(scene, sessions)
        series = _series(scene, sessions, guest)
        first = self._episodes_before(scene, guest, series)
        likes_film = scene.stream("kind").happens(sessions.key, 0.35)
        is_over = first >= scene.world.catalogue.works.episode_count[series]
        is_film = (likes_film & (film >= 0)) | (series < 0) | is_over
        return np.where(is_film, film, series), is_film, first

    def _episodes_before(self, scene: Scene, guest: Ints, series: Ints) -> Ints:
        """How many episodes of the series each guest has seen since the three weeks began.

        That many as there was time for on each of the days before on which they sat down.
        """
        usual_ms = scene.world.catalogue.runtime_ms(series, np.zeros_like(series))
        sits_down, length = scene.stream("sits_down"), scene.stream("length")
        seen = np.zeros_like(series)
        first_day = scene.number // _SERIES_DAYS * _SERIES_DAYS
        for day in range(first_day, scene.number):
            came = sits_down.happens(guest, self.days, n=day)
            had_time = length.draw(guest, _LENGTHS, n=day) // np.maximum(usual_ms, 1)
            seen += np.where(came, np.clip(had_time, 1, _EPISODES), 0)
        return seen


def _as_begun(plays: Script, is_begun: Flags) -> Script:
    """Plays of which some begin something: those are no next episodes."""
    return replace(plays, source=np.where(is_begun, _BROWSE, plays.source))


def _sessions(scene: Scene, guest: Ints) -> Sessions:
    """When and where: an evening in the zone of each guest, on a device of their own."""
    guests, day = scene.guests, scene.number
    key = guests.key[guest]
    zone = scene.world.zone_of_region[guests.region[guest]]
    time_of_day = 15 * HOUR_MS + scene.stream("hour").below(key, 8 * HOUR_MS, n=day)
    return sit(
        scene,
        guests.home[guest],
        key % ORDINALS % 32,
        scene.utc(guests.home[guest], time_of_day, zone),
        scene.stream("length").draw(key, _LENGTHS, n=day),
        guests.device[guest],
        lead=guests.person[guest],
        profile=guests.profile[guest],
    )


def _film(scene: Scene, sessions: Sessions) -> Ints:
    """A film that people like on this day; -1 for none."""
    bits = scene.stream("film").bits(sessions.key)
    return scene.popular(bits, sessions.home, FILMS, ADULTS)


def _series(scene: Scene, sessions: Sessions, guest: Ints) -> Ints:
    """The series that each guest keeps to for three weeks; -1 for none."""
    spell = scene.number // _SERIES_DAYS
    first_day = scene.world.first_day + spell * _SERIES_DAYS
    bits = scene.stream("series").bits(guest, spell)
    return scene.popular(bits, sessions.home, SERIES, ADULTS, first_day)


def _watched_ms(scene: Scene, key: Ints, turn: Ints, runtime_ms: Ints) -> Ints:
    """How long a film is watched: to its end, or until the guest gives it up."""
    draws = scene.stream("gives_up")
    part = between(draws.bits(key, turn + 64), runtime_ms, 30, 730)
    return np.where(draws.happens(key, 0.2, n=turn), part, runtime_ms)
