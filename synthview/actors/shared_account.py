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
from synthview.rows import Ints
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
        about="Accounts used outside the home; counts go from 33 (N02-lrg) to 49 % (N02-arf) in 2022, and were lower before.",
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
        draw, household = self.draw(world, "guests"), homes.household
        row, ordinal = children(1 + draw.happens(household, 0.25).astype(np.int64))
        key = within_home(household[row], ordinal, source_of(name_of(type(self))))
        region = region_in(world, self.draw(world, "region"), key, homes.country[row])
        since = np.full(len(row), world.first_day * DAY_MS, dtype=np.int64)
        return visitors(draw, name_of(type(self)), homes, row, ordinal, region, since)

    def propose(self, scene: Scene) -> Proposal | None:
        """An evening here and there, with episodes of a series under way or a film."""
        guests = scene.guests
        who = guests_of(scene)
        key = guests.key[who]
        who = who[scene.stream("sits_down").happens(key, self.days, n=scene.number)]
        if not len(who):
            return None
        home, key, number_ = guests.home[who], guests.key[who], scene.number
        zone = scene.world.zone_of_region[guests.region[who]]
        hour = 15 * HOUR_MS + scene.stream("hour").below(key, 8 * HOUR_MS, n=number_)
        start = scene.utc(home, hour, zone)
        length = scene.stream("length").draw(key, _LENGTHS, n=number_)
        sessions = sit(
            scene, home, key % ORDINALS % 32, start, length, guests.device[who], lead=guests.person[who],
            profile=guests.profile[who],
        )  # fmt: skip
        return Proposal(("watched elsewhere",), sessions, self._plays(scene, sessions, key))

    def _plays(self, scene: Scene, sessions: Sessions, guest: Ints) -> Script:
        """A film, or up to four episodes of the series of these weeks."""
        spell, day_in = divmod(scene.number, _SERIES_DAYS)
        first_day = scene.world.first_day + spell * _SERIES_DAYS
        home, key = sessions.home, sessions.key
        film = scene.popular(scene.stream("film").bits(key), home, FILMS, ADULTS)
        series = scene.popular(scene.stream("series").bits(guest, spell), home, SERIES, ADULTS, first_day)
        is_film = (scene.stream("kind").happens(key, 0.35) & (film >= 0)) | (series < 0)
        session, turn = children(np.where(is_film, 1, 4))
        work = np.where(is_film, film, series)[session]
        count = np.maximum(scene.world.catalogue.works.episode_count[work], 1)
        episode = np.where(is_film[session], 0, (day_in * 2 + turn) % count)
        runtime = scene.world.catalogue.runtime_ms(work, episode)
        gives_up = scene.stream("gives_up").happens(key[session], 0.2, n=turn)
        part = between(scene.stream("gives_up").bits(key[session], turn + 64), runtime, 30, 730)
        gap = 3_000 + scene.stream("gap").below(key[session], np.where(turn == 0, 150_000, 12_000), n=turn)
        plays = offer(
            scene, sessions, session, turn, work, episode=episode, gap_ms=gap,
            playing_ms=np.where(gives_up & is_film[session], part, runtime),
            source="next_episode",
        )  # fmt: skip
        plays = replace(plays, source=np.where(is_film[session], _BROWSE, plays.source))
        return plays.take(work >= 0)
