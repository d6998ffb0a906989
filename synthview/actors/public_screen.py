"""A bar, a shop or a waiting room shows a film all day, on a plan for homes."""

from __future__ import annotations

import numpy as np

from synthview.draws.chance import Shares
from synthview.draws.offspring import children
from synthview.exposed import name_of
from synthview.ids import source_of, within_home
from synthview.people.guests import NOBODY, Guests
from synthview.people.homes import Homes
from synthview.rows import Flags, Ints
from synthview.scenario.settings import GUESS, number, section
from synthview.stage.actor import Actor
from synthview.stage.proposals import Proposal, offer, sit
from synthview.stage.scene import Scene
from synthview.stage.spells import Begun, day_keys, days_in_spells, spells, title_of
from synthview.stage.visitors import guests_of
from synthview.tables import DEVICE_TYPES, HOUSEHOLD_TYPES
from synthview.world import World
from synthview.world.clock import DAY_MS, HOUR_MS, MINUTE_MS, date_of
from synthview.world.popularity import ADULTS, FILMS, KIDS

__all__ = ["PublicScreen"]

_SORTS = tuple(HOUSEHOLD_TYPES.index(one) for one in ("bar", "shop", "waiting_room"))
_SHARES_OF_SORTS = Shares((45, 30, 25))
_OPENS = np.array([16, 9, 8]) * HOUR_MS
_OPEN_HOURS = np.array([9, 9, 10]) * HOUR_MS
_CLOSED_ON = np.array([0, 6, 6])  # Monday is 0: bars rest on Mondays, shops and practices on Sundays (guess)
_WEEKDAY_OF_DAY_0 = 3  # 1 January 1970 was a Thursday
_SLOT_DAYS = 40


@section
class PublicScreen(Actor):
    """A bar, a shop or a waiting room shows a film all day, on a plan for homes.

    The owner's account runs on the screen on the wall: one film, begun again when it has ended and
    somebody finds the time, for weeks, at opening hours. Who sits before it is nobody of the home.
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
            "Accounts that show films on a public screen; the terms forbid it, nobody counts them. Some 43,000 US bars "
            "(employment census of 2024) to 53 million US members (S01d-us): were one in ten such a place and shops "
            "as many, it would be 0.00016."
        ),
    )
    spell_days: float = number(
        30,
        unit="days",
        allowed=(1, 40),
        low=7,
        high=40,
        source=GUESS,
        scale="log",
        about="Median length of the time for which it is one film; another begins every 40 days.",
    )
    puts_it_on: float = number(
        0.9,
        unit="share of open days",
        allowed=(0, 1),
        low=0.6,
        high=0.99,
        source=GUESS,
        scale="logit",
        about="Open days of that time on which the film is put on at all: a match, a party or other staff come between.",
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

    def place(self, world: World, homes: Homes) -> Ints | None:
        """Which of the three it is."""
        return np.array(_SORTS)[self._sort(world, homes.household)]

    def _sort(self, world: World, household: Ints) -> Ints:
        return self.draw(world, "sort").pick(household, _SHARES_OF_SORTS)

    def _audience(self, world: World, spell: Ints) -> Ints:
        """Whose film it is in each spell."""
        return np.where(self.draw(world, "kind").happens(spell, 0.3), KIDS, ADULTS)

    def invite(self, world: World, homes: Homes) -> Guests | None:
        """The screen on the wall."""
        row = np.arange(len(homes))
        key = within_home(homes.household, np.zeros_like(row), source_of(name_of(type(self))))
        kind = np.where(
            self.draw(world, "screen").happens(key, 0.6), DEVICE_TYPES.index("tv"), DEVICE_TYPES.index("stick")
        )
        since = np.full(len(row), world.first_day * DAY_MS, dtype=np.int64)
        return Guests(
            row, key, np.full(len(row), NOBODY), homes.region, homes.network, kind, np.zeros_like(row),
            np.ones_like(row), since,
        )  # fmt: skip

    def keeps_to(self, world: World, households: Ints, work: int, days: range) -> Ints:
        """Spells whose title may be the work, on days when it is open."""

        def counts(spell: Begun, country: Ints) -> Flags:
            bits, audience = self.draw(world, "title").bits(spell.key), self._audience(world, spell.key)
            return world.popularity.lands_on(work, bits, spell.first_day, country, audience)

        def comes(household: Ints, day: Ints, _: Ints) -> Flags:
            opens = _CLOSED_ON[self._sort(world, household)] != (day + _WEEKDAY_OF_DAY_0) % 7
            key = day_keys(self, world, household, day)
            return opens & self.draw(world, "puts_it_on").happens(key, self.puts_it_on)

        return days_in_spells(self, world, households, _SLOT_DAYS, self.spell_days, days, counts, comes)

    def propose(self, scene: Scene) -> Proposal | None:
        """One long sitting on each open day on which somebody puts it on."""
        who = guests_of(scene)
        sort = self._sort(scene.world, scene.homes.household[scene.guests.home[who]])
        who = who[_CLOSED_ON[sort] != date_of(scene.day).weekday()]
        who = who[scene.stream("puts_it_on").happens(scene.day_key(scene.guests.home[who]), self.puts_it_on)]
        spell = spells(scene, scene.guests.home[who], _SLOT_DAYS, self.spell_days)
        work = title_of(scene, spell, FILMS, self._audience(scene.world, spell.key))
        spell, work = spell.take(work >= 0), work[work >= 0]
        if not len(spell):
            return None
        home = spell.home
        screen = np.full(len(scene.homes), -1, dtype=np.int64)
        screen[scene.guests.home[who]] = scene.guests.device[who]
        sort, key = self._sort(scene.world, scene.homes.household[home]), scene.session_key(home, 0)
        opens = _OPENS[sort] + (scene.stream("opens").below(key, 30) - 10) * MINUTE_MS
        stays = _OPEN_HOURS[sort] + (scene.stream("stays").below(key, 80) - 40) * MINUTE_MS
        sessions = sit(scene, home, 0, scene.utc(home, opens), stays, screen[home])
        session, turn = children(np.full(len(home), 9))
        begun = scene.stream("begun").happens(key[session], self.looping, n=turn) | (turn == 0)
        forgot = 20_000 + scene.stream("forgot").below(key[session], 25 * MINUTE_MS, n=turn)
        plays = offer(scene, sessions, session, turn, work[session], gap_ms=forgot, source="rewatch")
        return Proposal(("showed it to the guests",), sessions, plays.take(begun))
