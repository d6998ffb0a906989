"""A bar, a shop or a waiting room shows a film all day, on a plan for homes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from synthview.draws.chance import shares_of
from synthview.draws.offspring import children
from synthview.exposed import name_of
from synthview.ids import source_of, within_home
from synthview.people.guests import NOBODY, Guests
from synthview.people.homes import Homes
from synthview.rows import Flags, Ints
from synthview.scenario.settings import GUESS, curve, number, section, shares
from synthview.stage.disguise import as_others_sit_down, dial
from synthview.stage.proposals import Proposal, offer, sit
from synthview.stage.scene import Scene
from synthview.stage.script import Script
from synthview.stage.spans import anywhere
from synthview.stage.spells import Begun, InSpells, day_keys, days_in_spells, spells, title_of
from synthview.stage.visitors import guests_of
from synthview.tables import DEVICE_TYPES, HOUSEHOLD_TYPES
from synthview.viewing.sittings import Sessions
from synthview.world import World
from synthview.world.clock import DAY_MS, HOUR_MS, MINUTE_MS, date_of
from synthview.world.popularity import ADULTS, FILMS, KIDS

__all__ = ["PublicScreen"]

_SORTS = tuple(HOUSEHOLD_TYPES.index(one) for one in ("bar", "shop", "waiting_room"))
_EACH = "bars, shops, waiting rooms"
_LATEST_MS = 36 * HOUR_MS
"""Every place has closed by then: a session stays near the day for which claims count it."""
_WEEKDAY_OF_DAY_0 = 3  # 1 January 1970 was a Thursday
_LONGEST_MINUTES = 4 * 60
_LONGEST_DAYS = 40
_SCREENINGS_A_DAY = 9
"""More than a day has room for."""
_TV = DEVICE_TYPES.index("tv")
_STICK = DEVICE_TYPES.index("stick")


@section
class PublicScreen(InSpells):
    """A bar, a shop or a waiting room shows a film all day, on a plan for homes.

    The owner's account runs on the screen on the wall: one film, for weeks, at opening hours, begun
    again when it has ended and somebody finds the time. Who sits before it is nobody of the home.
    """

    tells = ("one film after itself, at opening hours, closed one day a week",)

    rate: float = number(
        0.0001,
        unit="share of accounts",
        allowed=(0, 1),
        low=0.00001,
        high=0.001,
        source=GUESS,
        scale="log",
        about=(
            "Accounts that show films on a public screen; the terms forbid it, nobody counts "
            "them. Some 43,000 US bars (employment census of 2024) to 53 million US members "
            "(S01d-us): were one in ten such a place and shops as many, it would be 0.00016."
        ),
    )
    spell_days: float = number(
        30,
        unit="days",
        allowed=(1, _LONGEST_DAYS),
        low=7,
        high=_LONGEST_DAYS,
        source=GUESS,
        scale="log",
        about="Median length of the time for which it is one film.",
    )
    spell_days_spread: float = number(
        0.9, unit="log sd", allowed=(0, 2), low=0.5, high=1.3, source=GUESS,
        about="Spread of the length of such times.",
    )  # fmt: skip
    every_days: int = number(
        _LONGEST_DAYS, unit="days", allowed=(7, 365), low=20, high=90, source=GUESS, scale="log",
        about="Another film begins every so many days; none lasts longer.",
    )  # fmt: skip
    sorts: dict[str, float] = shares(
        {"bar": 0.45, "shop": 0.3, "waiting_room": 0.25}, source=GUESS,
        about="What sorts of places they are.",
    )  # fmt: skip
    opens: tuple[float, ...] = curve(
        [16, 9, 8], unit=f"hour, of {_EACH}", source=GUESS, about="When places open.",
    )  # fmt: skip
    open_hours: tuple[float, ...] = curve(
        [9, 9, 10], unit=f"hours, of {_EACH}", source=GUESS, about="How long places are open.",
    )  # fmt: skip
    closed_on: tuple[float, ...] = curve(
        [0, 6, 6], unit=f"weekday, of {_EACH}", source=GUESS,
        about="When places are closed: 0 is Monday, 6 Sunday, 7 never.",
    )  # fmt: skip
    opens_minutes: tuple[float, ...] = curve(
        [10, 20], unit="minutes, before and after", source=GUESS,
        about="By how much the screen is put on too early or too late.",
    )  # fmt: skip
    closes_minutes: int = number(
        40, unit="minutes", allowed=(1, _LONGEST_MINUTES), low=15, high=60, source=GUESS,
        scale="log", about="By how much at most it runs longer or shorter than the place is open.",
    )  # fmt: skip
    for_kids: float = number(
        0.3, unit="share of films", allowed=(0, 1), low=0.1, high=0.5, source=GUESS,
        scale="logit", about="Films that are made for children.",
    )  # fmt: skip
    smart_tv: float = number(
        0.6, unit="share of screens", allowed=(0, 1), low=0.3, high=0.8, source=GUESS,
        scale="logit", about="Screens that are a television; the others have a stick.",
    )  # fmt: skip
    puts_it_on: float = number(
        0.9,
        unit="share of open days",
        allowed=(0, 1),
        low=0.6,
        high=0.99,
        source=GUESS,
        scale="logit",
        about=(
            "Open days of that time on which the film is put on at all: a match, a party or other "
            "staff come between."
        ),
    )
    looping: float = number(
        0.75,
        unit="share of shows",
        allowed=(0, 1),
        low=0.4,
        high=0.95,
        source=GUESS,
        scale="logit",
        about="How often somebody begins the film again once it has ended.",
    )
    again_seconds: tuple[float, ...] = curve(
        [20, 1520], unit="seconds, from and to", source=GUESS,
        about="Time until somebody does.",
    )  # fmt: skip

    disguise: float = dial(
        "days", "On a day that hides the film is shown once, at an hour at which people sit down."
    )

    def place(self, world: World, homes: Homes) -> Ints | None:
        """Which of the three it is."""
        return np.array(_SORTS)[self._sort(world, homes.household)]

    def _sort(self, world: World, household: Ints) -> Ints:
        return self.draw(world, "sort").pick(household, shares_of(tuple(self.sorts.values())))

    def _is_open(self, sort: Ints, weekday: Ints | int) -> Flags:
        """Whether places of some sorts are open on a weekday."""
        return np.asarray(np.array(self.closed_on)[sort] != weekday)

    def _audience(self, world: World, spell: Ints) -> Ints:
        """Whose film it is in each spell."""
        return np.where(self.draw(world, "kind").happens(spell, self.for_kids), KIDS, ADULTS)

    def invite(self, world: World, homes: Homes) -> Guests | None:
        """The screen on the wall."""
        row = np.arange(len(homes))
        source = source_of(name_of(type(self)))
        key = within_home(homes.household, np.zeros_like(row), source)
        is_tv = self.draw(world, "screen").happens(key, self.smart_tv)
        return Guests(
            home=row,
            key=key,
            age=np.full(len(row), NOBODY),
            region=homes.region,
            network=homes.network,
            device_type=np.where(is_tv, _TV, _STICK),
            profile=np.zeros_like(row),
            is_at_home=np.ones_like(row),
            since_ms=np.full(len(row), world.first_day * DAY_MS, dtype=np.int64),
        )

    def keeps_to(self, world: World, households: Ints, work: int, days: range) -> Ints:
        """Spells whose title may be the work, on days when it is open."""

        def counts(spell: Begun, country: Ints) -> Flags:
            bits = self.draw(world, "title").bits(spell.key)
            audience = self._audience(world, spell.key)
            return world.popularity.lands_on(work, bits, spell.first_day, country, audience)

        def comes(household: Ints, day: Ints, _: Ints) -> Flags:
            weekday = (day + _WEEKDAY_OF_DAY_0) % 7
            opens = self._is_open(self._sort(world, household), weekday)
            key = day_keys(self, world, household, day)
            return opens & self.draw(world, "puts_it_on").happens(key, self.puts_it_on)

        return days_in_spells(self, world, households, days, counts, comes)

    def propose(self, scene: Scene) -> Proposal | None:
        """One long session on each open day on which somebody puts it on."""
        guest = self._put_on(scene)
        home = scene.guests.home[guest]
        spell = spells(scene, home, self.rhythm)
        audience = self._audience(scene.world, spell.key)
        work = title_of(scene, spell, FILMS, audience)
        spell, work = spell.take(work >= 0), work[work >= 0]
        if not len(spell):
            return None

        device = np.full(len(scene.homes), -1, dtype=np.int64)
        device[home] = scene.guests.device[guest]
        sessions = self._sessions(scene, spell.home, device[spell.home])
        plays = self._plays(scene, sessions, work)
        return Proposal(("showed it to the guests",), sessions, plays)

    def _put_on(self, scene: Scene) -> Ints:
        """The screens, as rows of the guests, of places that are open and put it on today."""
        guest = guests_of(scene)
        home = scene.guests.home[guest]
        sort = self._sort(scene.world, scene.homes.household[home])
        is_open = self._is_open(sort, date_of(scene.day).weekday())
        day = scene.day_key(home)
        puts_it_on = scene.stream("puts_it_on").happens(day, self.puts_it_on)
        return guest[is_open & puts_it_on]

    def _sessions(self, scene: Scene, home: Ints, device: Ints) -> Sessions:
        """From about the time each place opens until about the time it closes."""
        sort = self._sort(scene.world, scene.homes.household[home])
        key = scene.session_key(home, 0)

        early, late = (round(min(one, _LONGEST_MINUTES)) for one in self.opens_minutes)
        late_min = scene.stream("opens").below(key, max(early + late, 1)) - early
        opens = _in_ms(self.opens)[sort] + late_min * MINUTE_MS
        hides = self.hides(scene.world, key)
        opens = np.where(hides, as_others_sit_down(scene, key), opens)
        start = scene.utc(home, opens)

        most = self.closes_minutes
        longer_min = scene.stream("stays").below(key, 2 * most) - most
        length = _in_ms(self.open_hours)[sort] + longer_min * MINUTE_MS
        until_ms = np.minimum(length, _LATEST_MS - opens)
        return sit(scene, home, 0, start, np.maximum(until_ms, 0), device)

    def _plays(self, scene: Scene, sessions: Sessions, work: Ints) -> Script:
        """The film once, and again as often as somebody finds the time to begin it."""
        session, turn = children(np.full(len(sessions), _SCREENINGS_A_DAY))
        key = sessions.key[session]
        begun = scene.stream("begun").happens(key, self.looping, n=turn)
        begun = (turn == 0) | (begun & ~self.hides(scene.world, key))
        plays = offer(
            scene,
            sessions,
            session,
            turn,
            work[session],
            gap_ms=anywhere(scene.stream("forgot"), key, self.again_seconds, 1_000, n=turn),
            source="rewatch",
        )
        return plays.take(begun)


def _in_ms(hours: Sequence[float]) -> Ints:
    """Hours in ms, none beyond a day."""
    return np.array([min(round(one * HOUR_MS), DAY_MS) for one in hours])
