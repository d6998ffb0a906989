"""The television is on, for company."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np

from synthview.draws.chance import Shares
from synthview.draws.offspring import children, instants
from synthview.draws.quantiles import Quantiles
from synthview.people.homes import ADULT, SECOND_TV, TV, Homes
from synthview.rows import Flags, Ints
from synthview.scenario.settings import GUESS, curve, number, section
from synthview.stage.actor import Actor
from synthview.stage.persons import one_of_the_home
from synthview.stage.proposals import Proposal, offer, sit
from synthview.stage.scene import Scene
from synthview.stage.script import THROUGHOUT, Script
from synthview.stage.spells import Begun, Spells, day_keys, days_in_spells, spells, title_of
from synthview.tables import START_SOURCES
from synthview.viewing.sittings import Sessions
from synthview.world import World
from synthview.world.clock import HOUR_MS, MINUTE_MS
from synthview.world.popularity import ADULTS, FILMS, SERIES

__all__ = ["BackgroundTv"]

_SLOT_DAYS = 60
_MOST_ANSWERS = 3
_APART = 8
_REWATCH = START_SOURCES.index("rewatch")
"""Numbers left for the plays that the player starts by itself after each press."""
_ANSWERED = 0.6
"""How often somebody presses on once the player has stopped (guess)."""
_AWAY = Quantiles.lognormal(6 * MINUTE_MS, 1.3, low=5_000, high=3 * HOUR_MS)
"""Until they do: median 6 minutes (guess)."""
_STAYS = 0.45
"""Share of presses after which somebody stays; else they leave at some time (guess)."""


@section
class BackgroundTv(Actor):
    """The television is on, for company.

    Over cooking, for the dog, against the silence: for weeks it is the same series or film, begun
    wherever it stood, and attention comes and goes. Somebody starts it; soon the room is often
    empty. When the player stops and asks, it takes minutes until somebody presses on, or nobody
    does. It is over when the screen is needed, or when who started it sits down elsewhere.
    """

    tells = (
        "hours of one series by day with few presses",
        "the prompt is answered late or not at all",
    )

    rate: float = number(
        0.05,
        unit="share of homes with a television",
        allowed=(0, 1),
        low=0.02,
        high=0.15,
        source=GUESS,
        scale="logit",
        about="Homes where it is on for company at times.",
    )
    days: float = number(
        0.35,
        unit="share of days",
        allowed=(0, 1),
        low=0.15,
        high=0.7,
        source=GUESS,
        scale="logit",
        about="Days on which it is on, in the weeks when it is.",
    )
    spell_days: float = number(
        30,
        unit="days",
        allowed=(1, 60),
        low=10,
        high=50,
        source=GUESS,
        scale="log",
        about="Median length of such a time; one begins every 60 days.",
    )
    hours: float = number(
        2.2,
        unit="hours",
        allowed=(0.1, 14),
        low=1,
        high=5,
        source=GUESS,
        scale="log",
        about="Median time it is on.",
    )
    hours_of_day: tuple[float, ...] = curve(
        [0, 0, 0, 0, 0, 1, 3, 6, 8, 8, 7, 7, 6, 5, 5, 6, 7, 7, 6, 4, 2, 1, 1, 0],
        unit="share of sittings",
        source=GUESS,
        about="When it is switched on, local hours from midnight.",
    )

    def suits(self, homes: Homes) -> Flags:
        """Homes with a television."""
        return homes.device_type[:, TV] >= 0

    def keeps_to(self, world: World, households: Ints, work: int, days: range) -> Ints:
        """Spells whose title may be the work, on days when it is on."""

        def counts(spell: Begun, country: Ints) -> Flags:
            since = np.maximum(spell.first_day, world.first_day)
            bits = self.draw(world, "title").bits(spell.key)
            is_film = world.catalogue.works.is_film[work]
            is_alike = self._is_series(world, spell.key) != is_film
            return is_alike & world.popularity.lands_on(work, bits, since, country, ADULTS)

        def comes(household: Ints, day: Ints, _: Ints) -> Flags:
            key = day_keys(self, world, household, day)
            return self.draw(world, "on").happens(key, self.days)

        return days_in_spells(
            self,
            world,
            households,
            _SLOT_DAYS,
            self.spell_days,
            days,
            counts,
            comes,
        )

    def propose(self, scene: Scene) -> Proposal | None:
        """One long session on some days, with up to four presses."""
        spell = spells(scene, scene.rows, _SLOT_DAYS, self.spell_days)
        day = scene.day_key(spell.home)
        is_on = scene.stream("on").happens(day, self.days)
        spell = spell.take(is_on)
        work = self._title(scene, spell)
        spell, work = spell.take(work >= 0), work[work >= 0]
        if not len(spell):
            return None

        sessions = self._session(scene, spell)
        plays = self._plays(scene, sessions, spell, work)
        return Proposal(("left it on",), sessions, plays)

    def _title(self, scene: Scene, spell: Spells) -> Ints:
        """The series or film of each spell; -1 for none."""
        is_series = self._is_series(scene.world, spell.key)
        since = np.maximum(spell.first_day, scene.world.first_day)  # one shelf for all begun before
        kind = np.where(is_series, SERIES, FILMS)
        return title_of(scene, replace(spell, first_day=since), kind, ADULTS)

    def _session(self, scene: Scene, spell: Spells) -> Sessions:
        """When and where: one adult of the home switches a television on."""
        home = spell.home
        is_adult = scene.homes.person_class[home] == ADULT
        person = one_of_the_home(scene.stream("person"), spell, is_adult)
        key = scene.session_key(home, 0)
        hour = scene.stream("hour").bits(key)
        start = scene.utc(home, instants(hour, _hours(self.hours_of_day), HOUR_MS))
        return sit(
            scene,
            home,
            0,
            start,
            scene.stream("length").draw(key, _lengths(self.hours)),
            scene.screen(home, start, (TV, SECOND_TV)),
            lead=person,
            profile=scene.homes.profile_of[home, person],
        )

    def _is_series(self, world: World, spell: Ints) -> Flags:
        """Whether it is a series in each spell, or a film."""
        return self.draw(world, "kind").happens(spell, 0.8)

    def _plays(self, scene: Scene, sessions: Sessions, spell: Spells, work: Ints) -> Script:
        """What each press starts: it goes on until the player asks, each time somebody answers."""
        answered = scene.stream("answers").geometric(sessions.key, 1.0 - _ANSWERED)
        session, turn = children(1 + np.minimum(answered, _MOST_ANSWERS))
        key, work = sessions.key[session], work[session]
        episode, begins_again = _under_way(scene, spell.take(session), work, turn)
        runtime = scene.world.catalogue.runtime_ms(work, episode)
        present = _present_ms(scene, key, turn, runtime)
        looks = scene.stream("looks").below(key, 600, n=turn)
        plays = offer(
            scene,
            sessions,
            session,
            turn * _APART,
            work,
            episode=episode,
            gap_ms=_until_pressed_ms(scene, key, turn),
            source="resume",
            runs_on=True,
            present_ms=present,
            attended_ms=np.minimum(present, runtime) * looks // 1024,
        )
        return replace(plays, source=np.where(begins_again, _REWATCH, plays.source))


def _present_ms(scene: Scene, key: Ints, turn: Ints, runtime_ms: Ints) -> Ints:
    """How long somebody is about after each press."""
    away = scene.stream("away")
    stays = away.happens(key, _STAYS, n=turn + 128)
    leaves_at = runtime_ms * away.below(key, 1024, n=turn + 64) // 1024
    return np.where(stays, THROUGHOUT, leaves_at)


def _until_pressed_ms(scene: Scene, key: Ints, turn: Ints) -> Ints:
    """Time before each press: seconds before the first, then until somebody answers the player."""
    away = scene.stream("away")
    first = 3_000 + away.below(key, 20_000, n=192)
    answer = away.draw(key, _AWAY, n=turn)
    return np.where(turn == 0, first, answer)


def _under_way(scene: Scene, spell: Spells, work: Ints, turn: Ints) -> tuple[Ints, Flags]:
    """The episode at which a series stands, and whether it has just been begun again.

    Some episodes further each day; at its end it is begun again, as a rewatch.
    """
    draws = scene.stream("begins")
    begins = draws.below(spell.key, 200)
    per_day = 3 + draws.below(spell.key, 6, n=1)
    watched = begins + spell.day_in * per_day + turn * 3
    count = scene.world.catalogue.works.episode_count[work]
    episode = watched % np.maximum(count, 1)
    return episode, (turn > 0) & (episode < 3)


@cache
def _lengths(hours: float) -> Quantiles:
    return Quantiles.lognormal(hours * HOUR_MS, 0.6, low=20 * MINUTE_MS, high=14 * HOUR_MS)


@cache
def _hours(shares: tuple[float, ...]) -> Shares:
    return Shares(shares)
