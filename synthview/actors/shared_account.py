"""A friend or a grown-up child elsewhere uses the account."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np

from synthview.draws.chance import Shares, shares_of
from synthview.draws.offspring import children
from synthview.draws.quantiles import Quantiles
from synthview.exposed import name_of
from synthview.ids import ORDINALS, source_of, within_home
from synthview.people.guests import Guests
from synthview.people.homes import Homes, countries_of
from synthview.rows import Flags, Ints
from synthview.scenario.settings import GUESS, curve, number, section, shares
from synthview.stage.actor import Draws
from synthview.stage.disguise import dial, when_nobody_watches
from synthview.stage.proposals import Proposal, offer, sit
from synthview.stage.scene import Scene
from synthview.stage.script import Script
from synthview.stage.spans import limits, part
from synthview.stage.visitors import BringsPeople, guests_of, region_in, visitors
from synthview.tables import START_SOURCES
from synthview.viewing.settings import SittingSettings
from synthview.viewing.sittings import Sessions
from synthview.world import World
from synthview.world.clock import DAY_MS, HOUR_MS, MINUTE_MS
from synthview.world.popularity import ADULTS, FILMS, SERIES

__all__ = ["SharedAccount"]

_EPISODES = 4
"""So many find numbers among the plays of a session."""
_KEENEST = 3.0
"""How many times as often as on average anybody watches, by country, season and weekday."""
_BROWSE, _RESUME = START_SOURCES.index("browse"), START_SOURCES.index("resume")


@section
class SharedAccount(BringsPeople):
    """A friend or a grown-up child elsewhere uses the account.

    They live in another place, mostly of the same country, have devices of their own and use one of
    the profiles, so that two people's evenings end up in one history.
    """

    picks_anew = True
    tells = ("a device of the account that is always elsewhere",)

    rate: float = number(
        0.325,
        unit="share of accounts",
        allowed=(0, 1),
        low=0.2,
        high=0.49,
        source="N02-lrg",
        scale="logit",
        about=(
            "Accounts used outside the home: 33 % (N02-lrg); 49 % "
            "(N02-arf) was asked in a broader way, and N01 says that little changed over years."
        ),
    )
    guests: dict[str, float] = shares(
        {"one": 0.735, "two": 0.12, "three": 0.145},
        source="N01",
        about=(
            "How many use such an account: with these 45 households elsewhere come on 100 "
            "accounts. N04-only, of 2023, has fewer: shared passwords were being shut out then."
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
    guest_ages: tuple[float, ...] = curve(
        [18, 27, 44, 75], unit="years", source=GUESS,
        about="Ages of such people: the youngest, the middle, where 85 % lie below, the oldest.",
    )  # fmt: skip
    guest_network_spread: float = number(
        0.8, unit="log sd", allowed=(0, 2), low=0.4, high=1.1, source=GUESS,
        about="How their networks differ, around one of middling quality.",
    )  # fmt: skip
    guest_devices: dict[str, float] = shares(
        {"tv": 0.24, "computer": 0.34, "phone": 0.26, "tablet": 0.08, "console": 0.04,
         "stick": 0.04},
        source=GUESS, about="What they watch on.",
    )  # fmt: skip
    hours: tuple[float, ...] = curve(
        [9, 24], unit="hours, from and to", source=GUESS,
        about="When they may sit down; within that as others do (sittings.hours_of_day).",
    )  # fmt: skip
    minutes: float = number(
        95, unit="minutes", allowed=(5, 420), low=60, high=150, source=GUESS, scale="log",
        about="Median time that they have.",
    )  # fmt: skip
    minutes_spread: float = number(
        0.6, unit="log sd", allowed=(0, 2), low=0.4, high=0.9, source=GUESS,
        about="Spread of that time.",
    )  # fmt: skip
    film: float = number(
        0.35, unit="share of evenings", allowed=(0, 1), low=0.2, high=0.6, source=GUESS,
        scale="logit", about="Evenings with a film rather than episodes.",
    )  # fmt: skip
    series_days: int = number(
        21, unit="days", allowed=(1, 365), low=10, high=60, source=GUESS, scale="log",
        about="For how long they keep to one series.",
    )  # fmt: skip
    begins_seconds: tuple[float, ...] = curve(
        [3, 153], unit="seconds, from and to", source=GUESS, about="Time until the first play.",
    )  # fmt: skip
    between_seconds: tuple[float, ...] = curve(
        [3, 15], unit="seconds, from and to", source=GUESS, about="Time between episodes.",
    )  # fmt: skip
    gives_up: float = number(
        0.2, unit="share of films", allowed=(0, 1), low=0.1, high=0.4, source=GUESS,
        scale="logit", about="Films that they give up.",
    )  # fmt: skip
    gives_up_at: tuple[float, ...] = curve(
        [0.0293, 0.7129], unit="share of the film, from and to", source=GUESS,
        about="How far a film that is given up gets.",
    )  # fmt: skip

    gets_up: float = number(
        0.15, unit="share of films", allowed=(0, 1), low=0.1, high=0.3, source="T23-2",
        scale="logit",
        about="Films during which they get up and come back to the rest; of the pairs of a person "
              "and a film 20 % have two plays or more, and these evenings are among them.",
    )  # fmt: skip
    gets_up_at: tuple[float, ...] = curve(
        [0.1, 0.8], unit="share of the film, from and to", source=GUESS,
        about="How far the film has got by then.",
    )  # fmt: skip
    away_seconds: tuple[float, ...] = curve(
        [120, 1800], unit="seconds, from and to", source=GUESS, about="How long they are away.",
    )  # fmt: skip

    disguise: float = dial(
        "people elsewhere",
        "Who hides goes through the network of the home, and sits down when nobody there watches: "
        "what is left is one device more.",
    )

    def invite(self, world: World, homes: Homes) -> Guests | None:
        """One to three people for each account."""
        row, ordinal, region = self._places(world, homes.household, homes.country)
        since = np.full(len(row), world.first_day * DAY_MS, dtype=np.int64)
        return visitors(world, self, homes, row, ordinal, region, since)

    def _places(self, world: World, households: Ints, country: Ints) -> tuple[Ints, Ints, Ints]:
        """The guests of some homes: the home's row, their ordinal in it, and their region."""
        more = self.draw(world, "guests").pick(households, shares_of(tuple(self.guests.values())))
        row, ordinal = children(1 + more)
        key = within_home(households[row], ordinal, source_of(name_of(type(self))))
        places = self.draw(world, "region")
        return row, ordinal, region_in(world, places, key, country[row])

    def picks_daily(self, world: World, households: Ints, work: int, days: range) -> Draws:
        """A film on some evenings of each guest."""
        del days  # they come on every day alike
        is_film = world.catalogue.works.is_film[work]
        shared = np.flatnonzero(self.could_touch(world, households) & is_film)
        country = countries_of(world, households[shared])
        row, _, region = self._places(world, households[shared], country)
        often = np.full(len(row), self.days * self.film)
        return shared[row], world.country_of_region[region], often

    def most_daily(self) -> float:
        """A film each, on as many days as the keenest have."""
        return len(self.guests) * min(_KEENEST * self.days, 1.0)

    def propose(self, scene: Scene) -> Proposal | None:
        """An evening here and there, with episodes of a series under way or a film."""
        guest = guests_of(scene)
        key = scene.guests.key[guest]
        guest = guest[self._sits_down(scene, scene.guests.home[guest], key, scene.number)]
        if not len(guest):
            return None
        sessions = self._sessions(scene, guest)
        plays = self._plays(scene, sessions, scene.guests.key[guest])
        return Proposal(("watched elsewhere",), sessions, plays)

    def _sessions(self, scene: Scene, guest: Ints) -> Sessions:
        """When and where: an evening in the zone of each guest, on a device of their own."""
        guests, day = scene.guests, scene.number
        key = guests.key[guest]
        zone = scene.world.zone_of_region[guests.region[guest]]
        lengths = _lengths(self.minutes, self.minutes_spread)
        length = scene.stream("length").draw(key, lengths, n=day)
        home = guests.home[guest]
        start = scene.utc(home, self._time_of_day(scene, key), zone)
        late = np.flatnonzero(self.hides(scene.world, key))
        start[late] = when_nobody_watches(scene, home[late], start[late], length[late])
        return sit(
            scene,
            home,
            key % ORDINALS % 32,
            start,
            length,
            guests.device[guest],
            lead=guests.person[guest],
            profile=guests.profile[guest],
        )

    def _time_of_day(self, scene: Scene, guest: Ints) -> Ints:
        """When each guest would sit down, in ms since midnight."""
        of_day = scene.world.scenario.of(SittingSettings).hours_of_day
        day = scene.number
        hour = scene.stream("hour").pick(guest, _hours(of_day, *self.hours), n=day)
        return hour * HOUR_MS + scene.stream("minute").below(guest, HOUR_MS, n=day)

    def _plays(self, scene: Scene, sessions: Sessions, guest: Ints) -> Script:
        """A film, at times in two parts, or up to four episodes of the series of these weeks."""
        work, is_film, first = self._choice(scene, sessions, guest)
        left = scene.world.catalogue.episodes_out(scene.day)[work] - first
        gets_up = is_film & scene.stream("gets_up").happens(sessions.key, self.gets_up)
        session, turn = children(np.where(is_film, 1 + gets_up, np.minimum(left, _EPISODES)))
        work, is_film = work[session], is_film[session]
        episode = np.where(is_film, 0, first[session] + turn)
        is_rest = is_film & (turn > 0)
        key = sessions.key[session]
        position, playing = self._stretch(scene, key, work, episode, is_rest, gets_up[session])
        plays = offer(
            scene,
            sessions,
            session,
            turn,
            work,
            episode=episode,
            position_ms=position,
            gap_ms=self._gap_ms(scene, key, turn, is_rest),
            playing_ms=playing,
            source="next_episode",
        )
        return _as_found(plays, is_film | (episode == 0), is_rest).take(work >= 0)

    def _stretch(
        self,
        scene: Scene,
        key: Ints,
        work: Ints,
        episode: Ints,
        is_rest: Flags,
        gets_up: Flags,
    ) -> tuple[Ints, Ints]:
        """From where and for how long each play runs: an episode whole, a film up to a break."""
        runtime = scene.world.catalogue.runtime_ms(work, episode)
        watched = self._watched_ms(scene, key, runtime)
        up_at = np.where(gets_up, self._up_at_ms(scene, key, watched), watched)
        of_film = np.where(is_rest, watched - up_at, up_at)
        is_film = scene.world.catalogue.works.is_film[work]
        return np.where(is_rest, up_at, 0), np.where(is_film, of_film, runtime)

    def _gap_ms(self, scene: Scene, key: Ints, turn: Ints, is_rest: Flags) -> Ints:
        """Time before each play: more of it before the first, and before the rest of a film."""
        times = self.begins_seconds, self.between_seconds, self.away_seconds
        spans = [limits(one, 1_000) for one in times]
        which = np.where(is_rest, 2, np.minimum(turn, 1))
        least, most = np.array(spans)[which].T
        longer = scene.stream("gap").below(key, np.maximum(most - least, 1), n=turn)
        return least + longer

    def _up_at_ms(self, scene: Scene, key: Ints, watched_ms: Ints) -> Ints:
        """Where in a film a guest gets up who comes back to it."""
        return part(scene.stream("gets_up").bits(key, 1), watched_ms, self.gets_up_at)

    def _choice(self, scene: Scene, sessions: Sessions, guest: Ints) -> tuple[Ints, Flags, Ints]:
        """The film or series of each session, -1 for none; whether it is a film; the first episode.

        A series that has been seen to its end is over: until the next one it is films.
        """
        film = _film(scene, sessions)
        series = self._series(scene, sessions, guest)
        first = self._episodes_before(scene, sessions, guest, series)
        likes_film = scene.stream("kind").happens(sessions.key, self.film)
        is_over = first >= scene.world.catalogue.episodes_out(scene.day)[series]
        is_film = (likes_film & (film >= 0)) | (series < 0) | is_over
        return np.where(is_film, film, series), is_film, first

    def _sits_down(self, scene: Scene, home: Ints, guest: Ints, number: int) -> Flags:
        """Who sits down on a day: on more days where and when everybody watches more."""
        lift = scene.world.lift_of_day(scene.world.first_day + number)
        chance = self.days * lift[scene.homes.country[home]]
        return scene.stream("sits_down").happens(guest, np.minimum(chance, 1.0), n=number)

    def _episodes_before(self, scene: Scene, sessions: Sessions, guest: Ints, series: Ints) -> Ints:
        """How many episodes of the series each guest has seen since these weeks began.

        That many as there was time for on each of the days before on which they sat down.
        """
        usual_ms = scene.world.catalogue.runtime_ms(series, np.zeros_like(series))
        length = scene.stream("length")
        lengths = _lengths(self.minutes, self.minutes_spread)
        seen = np.zeros_like(series)
        first_day = scene.number // self.series_days * self.series_days
        for day in range(first_day, scene.number):
            came = self._sits_down(scene, sessions.home, guest, day)
            had_time = length.draw(guest, lengths, n=day) // np.maximum(usual_ms, 1)
            seen += np.where(came, np.clip(had_time, 1, _EPISODES), 0)
        return seen

    def _series(self, scene: Scene, sessions: Sessions, guest: Ints) -> Ints:
        """The series that each guest keeps to for some weeks; -1 for none."""
        spell = scene.number // self.series_days
        first_day = scene.world.first_day + spell * self.series_days
        bits = scene.stream("series").bits(guest, spell)
        return scene.popular(bits, sessions.home, SERIES, ADULTS, first_day)

    def _watched_ms(self, scene: Scene, key: Ints, runtime_ms: Ints) -> Ints:
        """How long a film is watched: to its end, or until the guest gives it up."""
        draws = scene.stream("gives_up")
        left_at = part(draws.bits(key, 64), runtime_ms, self.gives_up_at)
        return np.where(draws.happens(key, self.gives_up), left_at, runtime_ms)


def _as_found(plays: Script, is_begun: Flags, is_rest: Flags) -> Script:
    """Plays of which some begin something, and some are the rest of it: those are no next ones."""
    begun = np.where(is_begun, _BROWSE, plays.source)
    return replace(plays, source=np.where(is_rest, _RESUME, begun))


def _film(scene: Scene, sessions: Sessions) -> Ints:
    """A film that people like on this day; -1 for none."""
    bits = scene.stream("film").bits(sessions.key)
    return scene.popular(bits, sessions.home, FILMS, ADULTS)


@cache
def _hours(of_day: tuple[float, ...], first: float, last: float) -> Shares:
    """The hours at which people sit down, those between two: all alike if nobody else does."""
    begins, ends = (at_ms // HOUR_MS for at_ms in limits((first, last), HOUR_MS))
    begins = min(begins, 23)
    within = [begins <= hour < max(ends, begins + 1) for hour in range(24)]
    weights = [weight * there for weight, there in zip(of_day, within, strict=True)]
    return Shares(weights if any(weights) else [float(there) for there in within])


@cache
def _lengths(minutes: float, spread: float) -> Quantiles:
    return Quantiles.lognormal_within(minutes * MINUTE_MS, spread, 5 * MINUTE_MS, 7 * HOUR_MS)
