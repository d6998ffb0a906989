"""The television is on, for company."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np

from synthview.draws.chance import Shares
from synthview.draws.offspring import children, instants
from synthview.draws.quantiles import Quantiles
from synthview.people.ages import ADULT
from synthview.people.homes import SECOND_TV, TV, Homes
from synthview.rows import Flags, Ints
from synthview.scenario.settings import GUESS, curve, number, section
from synthview.stage.disguise import as_others_sit_down, dial
from synthview.stage.persons import one_of_the_home
from synthview.stage.proposals import Proposal, offer, sit
from synthview.stage.scene import Scene
from synthview.stage.script import THROUGHOUT, Script
from synthview.stage.spans import WHOLE, anywhere, in_1024ths
from synthview.stage.spells import (
    Begun,
    InSpells,
    Spells,
    day_keys,
    days_in_spells,
    spells,
    title_of,
)
from synthview.tables import START_SOURCES
from synthview.viewing.sittings import Sessions
from synthview.world import World
from synthview.world.clock import HOUR_MS, MINUTE_MS
from synthview.world.popularity import ADULTS, FILMS, SERIES

__all__ = ["BackgroundTv"]

_MOST_ANSWERS = 3
"""So many find numbers among the plays of a session."""
_APART = 8
_REWATCH = START_SOURCES.index("rewatch")
"""Numbers left for the plays that the player starts by itself after each press."""
_LONGEST_DAYS = 60


@section
class BackgroundTv(InSpells):
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
        allowed=(1, _LONGEST_DAYS),
        low=10,
        high=50,
        source=GUESS,
        scale="log",
        about="Median length of such a time.",
    )
    spell_days_spread: float = number(
        0.9, unit="log sd", allowed=(0, 2), low=0.5, high=1.3, source=GUESS,
        about="Spread of the length of such times.",
    )  # fmt: skip
    every_days: int = number(
        _LONGEST_DAYS, unit="days", allowed=(7, 365), low=40, high=120, source=GUESS, scale="log",
        about="One such time begins every so many days; none lasts longer.",
    )  # fmt: skip
    series: float = number(
        0.8, unit="share of such times", allowed=(0, 1), low=0.5, high=0.95, source=GUESS,
        scale="logit", about="Times in which it is a series rather than a film.",
    )  # fmt: skip
    begins_at_episode: int = number(
        200, unit="episodes", allowed=(1, 5_000), low=50, high=500, source=GUESS, scale="log",
        about="A series stands anywhere below this when such a time begins; it may be over again.",
    )  # fmt: skip
    episodes_per_day: tuple[float, ...] = curve(
        [3, 9], unit="episodes, from and below", source=GUESS,
        about="How far a series gets from one day to the next.",
    )  # fmt: skip
    episodes_per_press: int = number(
        3, unit="episodes", allowed=(1, 20), low=2, high=5, source="N11-ep",
        about="How far it gets until the player asks whether anybody is still watching.",
    )  # fmt: skip
    answers: float = number(
        0.6, unit="share", allowed=(0, 1), low=0.3, high=0.85, source=GUESS, scale="logit",
        about="How often somebody presses on once the player has stopped.",
    )  # fmt: skip
    answer_minutes: float = number(
        6, unit="minutes", allowed=(0.1, 180), low=2, high=20, source=GUESS, scale="log",
        about="Median time until somebody does.",
    )  # fmt: skip
    answer_minutes_spread: float = number(
        1.3, unit="log sd", allowed=(0, 3), low=0.8, high=1.8, source=GUESS,
        about="Spread of that time.",
    )  # fmt: skip
    begins_seconds: tuple[float, ...] = curve(
        [3, 23], unit="seconds, from and to", source=GUESS,
        about="Time from sitting down to the first press.",
    )  # fmt: skip
    stays: float = number(
        0.45, unit="share of presses", allowed=(0, 1), low=0.2, high=0.7, source=GUESS,
        scale="logit", about="Presses after which somebody stays; else they leave at some time.",
    )  # fmt: skip
    looks_at_most: float = number(
        0.5859, unit="share of the time there", allowed=(0, 1), low=0.3, high=0.9, source=GUESS,
        scale="logit", about="The most that whoever is there attends; half of it on average.",
    )  # fmt: skip
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
    hours_spread: float = number(
        0.6, unit="log sd", allowed=(0, 2), low=0.4, high=0.9, source=GUESS,
        about="Spread of that time.",
    )  # fmt: skip
    hours_of_day: tuple[float, ...] = curve(
        [0, 0, 0, 0, 0, 1, 3, 6, 8, 8, 7, 7, 6, 5, 5, 6, 7, 7, 6, 4, 2, 1, 1, 0],
        unit="share of sittings",
        source=GUESS,
        about="When it is switched on, local hours from midnight.",
    )

    disguise: float = dial(
        "sittings",
        "A sitting that hides begins at an hour at which people sit down, and is over with its "
        "first title: the player never has to ask.",
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
            days,
            counts,
            comes,
        )

    def propose(self, scene: Scene) -> Proposal | None:
        """One long session on some days, with up to four presses."""
        spell = spells(scene, scene.rows, self.rhythm)
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
        person = one_of_the_home(scene.stream("person"), spell.key, is_adult)
        key = scene.session_key(home, 0)
        hour = scene.stream("hour").bits(key)
        by_day = instants(hour, _hours(self.hours_of_day), HOUR_MS)
        hides = self.hides(scene.world, key)
        start = scene.utc(home, np.where(hides, as_others_sit_down(scene, key), by_day))
        return sit(
            scene,
            home,
            0,
            start,
            scene.stream("length").draw(key, _lengths(self.hours, self.hours_spread)),
            scene.screen(home, start, (TV, SECOND_TV)),
            lead=person,
            profile=scene.homes.profile_of[home, person],
        )

    def _is_series(self, world: World, spell: Ints) -> Flags:
        """Whether it is a series in each spell, or a film."""
        return self.draw(world, "kind").happens(spell, self.series)

    def _plays(self, scene: Scene, sessions: Sessions, spell: Spells, work: Ints) -> Script:
        """What each press starts: it goes on until the player asks, each time somebody answers."""
        hides = self.hides(scene.world, sessions.key)
        session, turn = children(1 + np.where(hides, 0, self._answered(scene, sessions)))
        key, work = sessions.key[session], work[session]
        episode, begins_again = self._under_way(scene, spell.take(session), work, turn)
        runtime = scene.world.catalogue.runtime_ms(work, episode)
        present = self._present_ms(scene, key, turn, runtime)
        most = max(in_1024ths(self.looks_at_most), 1)
        looks = scene.stream("looks").below(key, most, n=turn)
        plays = offer(
            scene,
            sessions,
            session,
            turn * _APART,
            work,
            episode=episode,
            gap_ms=self._until_pressed_ms(scene, key, turn),
            source="resume",
            runs_on=~hides[session],
            present_ms=present,
            attended_ms=np.minimum(present, runtime) * looks // WHOLE,
        )
        return replace(plays, source=np.where(begins_again, _REWATCH, plays.source))

    def _answered(self, scene: Scene, sessions: Sessions) -> Ints:
        """How often somebody presses on in each session."""
        times = scene.stream("answers").geometric(sessions.key, 1.0 - self.answers)
        return np.minimum(times, _MOST_ANSWERS)

    def _present_ms(self, scene: Scene, key: Ints, turn: Ints, runtime_ms: Ints) -> Ints:
        """How long somebody is about after each press."""
        away = scene.stream("away")
        stays = away.happens(key, self.stays, n=turn + 128)
        leaves_at = runtime_ms * away.below(key, WHOLE, n=turn + 64) // WHOLE
        return np.where(stays, THROUGHOUT, leaves_at)

    def _until_pressed_ms(self, scene: Scene, key: Ints, turn: Ints) -> Ints:
        """Time before each press: at first seconds, then until somebody answers the player."""
        away = scene.stream("away")
        first = anywhere(away, key, self.begins_seconds, 1_000, n=192)
        answers = _answers(self.answer_minutes, self.answer_minutes_spread)
        return np.where(turn == 0, first, away.draw(key, answers, n=turn))

    def _under_way(self, scene: Scene, spell: Spells, work: Ints, turn: Ints) -> tuple[Ints, Flags]:
        """The episode at which a series stands, and whether it has just been begun again.

        Some episodes further each day; at its end it is begun again, as a rewatch.
        """
        draws = scene.stream("begins")
        begins = draws.below(spell.key, self.begins_at_episode)
        per_day = anywhere(draws, spell.key, self.episodes_per_day, 1, n=1)
        watched = begins + spell.day_in * per_day + turn * self.episodes_per_press
        count = scene.world.catalogue.episodes_out(scene.day)[work]
        episode = watched % np.maximum(count, 1)
        return episode, (turn > 0) & (episode < self.episodes_per_press)


@cache
def _lengths(hours: float, spread: float) -> Quantiles:
    return Quantiles.lognormal_within(hours * HOUR_MS, spread, 20 * MINUTE_MS, 14 * HOUR_MS)


@cache
def _answers(minutes: float, spread: float) -> Quantiles:
    return Quantiles.lognormal_within(minutes * MINUTE_MS, spread, 5_000, 3 * HOUR_MS)


@cache
def _hours(shares: tuple[float, ...]) -> Shares:
    return Shares(shares)
