"""Every rule of the contract can fail: small actors and faults that break one each, and what they are told."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from synthview.checks.acting import (
    acts_where_truth_says,
    could_touch_all_it_touches,
    doubles_with_its_rate,
    leaves_all_else_alone,
)
from synthview.checks.contract import RULES, Rule, Trial, has_complete_settings, is_documented
from synthview.checks.sameness import (
    cannot_see_its_neighbours,
    cannot_see_who_comes_first,
    draws_from_its_own_streams,
    stands_still_at_nought,
)
from synthview.draws.chance import Stream
from synthview.exposed import Exposed
from synthview.log.damage import Damage, Fault, Record, Touched
from synthview.people.homes import TV
from synthview.rows import Flags, Ints, Words
from synthview.scenario.settings import GUESS, number, section
from synthview.sinks.sheets import WHOLE_LINE, BrokenLines, Sheet, SinkFault
from synthview.stage.actor import Actor
from synthview.stage.edits import Edits
from synthview.stage.proposals import Proposal, offer, sit
from synthview.stage.scene import Scene
from synthview.stage.script import Script
from synthview.world import World
from synthview.world.clock import HOUR_MS, MINUTE_MS
from synthview.world.popularity import ADULTS, FILMS


def rate(default: float = 0.1, **changed: Any) -> Any:
    """A rate as it should be declared, but for what is changed."""
    said: dict[str, Any] = {
        "unit": "times per home and day", "allowed": (0, 1), "low": 0.01, "high": 0.5, "source": GUESS, "scale": "log",
        "about": "How often it comes.",
    }  # fmt: skip
    return number(default, **{**said, **changed})


# Those that write into what they are shown have names that come first: what others did before hides it else.

# --- An actor that keeps the contract, and those that break it ----------------------------------------------------------


@section
class Parrot(Actor):
    """A parrot that talks to the television.

    At noon it says what starts a film, and at half past what ends it.
    """

    of_homes = False
    tells = ("at noon",)
    rate: float = rate()

    def comes(self, scene: Scene, home: Ints) -> Flags:
        """In which homes it talks today."""
        return scene.stream("comes").happens(scene.day_key(home), self.rate)

    def bits(self, scene: Scene, key: Words) -> Words:
        """The dice for the film it wants."""
        return scene.stream("film").bits(key)

    def propose(self, scene: Scene) -> Proposal | None:
        """One play of half an hour."""
        rows = scene.rows
        home = rows[self.comes(scene, rows)]
        start = scene.utc(home, np.full(len(home), 12 * HOUR_MS))
        sessions = sit(scene, home, 0, start, HOUR_MS, scene.screen(home, start, (TV,)))
        film = scene.popular(self.bits(scene, sessions.key), home, FILMS, ADULTS)
        found = np.flatnonzero(film >= 0)
        plays = offer(
            scene, sessions, found, 0, film[found], playing_ms=30 * MINUTE_MS, pressed=False
        )
        return Proposal(("talked",), sessions, plays)


@section
class MuteParrot(Parrot):
    "No manual"  # noqa: D300, D415

    tells = ()


@section
class CarelessParrot(Parrot):
    """A parrot of which little is known.

    Its rate cannot be nought or doubled, and what it may be is not told in full.
    """

    rate: float = rate(
        0.6, allowed=(0.1, 1), low=0, high=2, unit="", source="S999", about="how often"
    )


@section
class RestlessParrot(Parrot):
    """A parrot that talks even when it should not.

    Whatever its rate, in some homes it is there.
    """

    of_homes = True

    def could_touch(self, world: World, households: Ints, work: int | None = None) -> Flags:  # noqa: ARG002
        """A fifth of homes at least."""
        return self.draw(world, "home").happens(households, max(self.rate, 0.2))

    def comes(self, scene: Scene, home: Ints) -> Flags:
        """Every day."""
        return scene.day_key(home) >= 0


@section
class JealousParrot(Parrot):
    """A parrot that talks only where it is named before somebody who misclicks.

    It looks at the list of actors to find out.
    """

    def comes(self, scene: Scene, home: Ints) -> Flags:
        """Where it is named before."""
        names = [*scene.world.scenario.actors]
        return super().comes(scene, home) & (
            names.index("jealous_parrot") < names.index("misclick")
        )


@section
class NosyParrot(Parrot):
    """A parrot that counts homes instead of asking for their ids.

    What it does in one depends on which others are computed with it.
    """

    def comes(self, scene: Scene, home: Ints) -> Flags:
        """By the number of the row."""
        return scene.stream("comes").happens(scene.number * 1_000 + np.arange(len(home)), self.rate)


@section
class ThievingParrot(Parrot):
    """A parrot that throws the dice of a cat.

    Where the cat pounces it talks.
    """

    def bits(self, scene: Scene, key: Words) -> Words:
        """The cat's."""
        return Stream(scene.world.scenario.run.seed, "actors/cat_on_remote/front_row").bits(key)


@section
class AcclaimedParrot(Parrot):
    """A parrot that claims what others did.

    It writes its name on plays in which it had no part.
    """

    def meddle(self, scene: Scene, script: Script) -> Edits | None:
        """Sign every third play."""
        script.causes[::3] |= np.int64(
            1 << [*scene.world.scenario.actors].index("acclaimed_parrot")
        )
        return None


@section
class AbashedParrot(Parrot):
    """A parrot that denies what it did.

    It takes its name off its own plays.
    """

    def meddle(self, scene: Scene, script: Script) -> Edits | None:
        """Sign nothing."""
        mine = np.int64(1 << [*scene.world.scenario.actors].index("abashed_parrot"))
        script.causes[:] &= ~mine
        scene.sessions.causes[:] &= ~mine
        return None


@section
class SteadyParrot(Parrot):
    """A parrot that talks as it likes.

    Its rate makes no difference, unless it is nought.
    """

    def comes(self, scene: Scene, home: Ints) -> Flags:
        """Every other day."""
        return scene.stream("comes").happens(scene.day_key(home), 0.5)


@section
class SquareParrot(Parrot):
    """A parrot that talks four times as often at twice the rate.

    It has to feel like it twice.
    """

    def comes(self, scene: Scene, home: Ints) -> Flags:
        """When two dice say so."""
        return scene.stream("comes").happens(scene.day_key(home), 2.7 * self.rate * self.rate)


@section
class FickleParrot(Parrot):
    """A parrot that talks on other days at another rate.

    Twice the rate is twice as much, but nothing of what was.
    """

    def comes(self, scene: Scene, home: Ints) -> Flags:
        """By dice that depend on the rate."""
        return scene.stream(f"comes at {self.rate}").happens(scene.day_key(home), self.rate)


@section
class ModestParrot(Parrot):
    """A parrot that says it could only be in half of the homes.

    It is in the others as well.
    """

    def could_touch(self, world: World, households: Ints, work: int | None = None) -> Flags:  # noqa: ARG002
        """Those of an even number."""
        return households % 2 == 0


@section
class PickyParrot(Parrot):
    """A parrot that says it never wants a work of an even number.

    It does.
    """

    def could_touch(self, world: World, households: Ints, work: int | None = None) -> Flags:  # noqa: ARG002
        """All, unless the work is even."""
        return np.full(len(households), work is None or work % 2 == 1)


@section
class SecretParrot(Parrot):
    """A parrot that cuts plays short and tells nobody.

    It writes into what it is shown.
    """

    def meddle(self, scene: Scene, script: Script) -> Edits | None:  # noqa: ARG002
        """Halve every play of its homes, without an edit."""
        script.playing_ms[:] = np.maximum(script.playing_ms // 2, 1_000)
        return None


# --- A fault that keeps the contract, and those that break it -----------------------------------------------------------

TEN_MINUTES = 10 * MINUTE_MS


@section
class SlowPost(Fault):
    """Messages of some plays take ten minutes.

    All of a play do.
    """

    of_homes = False
    tells = ("ten minutes late",)
    rate: float = rate()

    def hit(self, record: Record) -> Ints:
        """Which plays."""
        hit = self.draw(record.world, "plays").happens(record.played.key, self.rate)
        return np.flatnonzero(hit & record.has_part[record.played.home])

    def damage(self, record: Record) -> Damage | None:
        """Hold them up."""
        row, _ = record.messages_of(self.hit(record))
        return Damage(late=Touched(row, np.full(len(row), TEN_MINUTES)))


@section
class RestlessPost(SlowPost):
    """Messages take ten minutes even when none should.

    A fifth of all homes have it, whatever its rate.
    """

    of_homes = True

    def could_touch(self, world: World, households: Ints, work: int | None = None) -> Flags:  # noqa: ARG002
        """A fifth of homes at least."""
        return self.draw(world, "home").happens(households, max(self.rate, 0.2))

    def hit(self, record: Record) -> Ints:
        """All plays of those homes."""
        return np.flatnonzero(record.has_part[record.played.home])


@section
class JealousPost(SlowPost):
    """Messages take ten minutes where this fault is named before another.

    It looks at the list of faults to find out.
    """

    def hit(self, record: Record) -> Ints:
        """None, if it is named behind."""
        names = [*record.world.scenario.faults]
        return super().hit(record)[
            : None if names.index("jealous_post") < names.index("lost_events") else 0
        ]


@section
class NosyPost(SlowPost):
    """Every tenth play of those that are computed together takes ten minutes.

    Which it is depends on the others.
    """

    def hit(self, record: Record) -> Ints:
        """By number."""
        return np.arange(0, len(record.played), 10)


@section
class ThievingPost(SlowPost):
    """Messages take ten minutes where others are lost.

    It throws the dice of another fault.
    """

    def hit(self, record: Record) -> Ints:
        """As the other would."""
        draw = Stream(record.world.scenario.run.seed, "faults/lost_events/plays")
        return np.flatnonzero(
            draw.happens(record.played.key, self.rate) & record.has_part[record.played.home]
        )


@section
class AmbiguousPost(SlowPost):
    """Messages take twenty minutes, and are said to take ten.

    It writes into what it is shown.
    """

    def damage(self, record: Record) -> Damage | None:
        """Ten as told, and ten more."""
        row, _ = record.messages_of(self.hit(record))
        record.messages.received_ms[row] += TEN_MINUTES
        return super().damage(record)


@section
class SteadyPost(SlowPost):
    """Messages of every other play take ten minutes, whatever its rate.

    Unless it is nought.
    """

    def hit(self, record: Record) -> Ints:
        """Half of them."""
        return np.flatnonzero(self.draw(record.world, "plays").happens(record.played.key, 0.5))


@section
class ModestPost(SlowPost):
    """Messages take ten minutes in homes that are said to have nothing of it.

    It says it could touch every other one.
    """

    def could_touch(self, world: World, households: Ints, work: int | None = None) -> Flags:  # noqa: ARG002
        """Those of an even number."""
        return households % 2 == 0


@section
class ArcanePost(SlowPost):
    """Messages of other plays than it tells of take ten minutes as well.

    It writes into what it is shown.
    """

    def damage(self, record: Record) -> Damage | None:
        """Hold up every fifth play, and tell nobody."""
        row, _ = record.messages_of(
            np.flatnonzero(self.draw(record.world, "more").happens(record.played.key, 0.2))
        )
        record.messages.received_ms[row] += TEN_MINUTES
        return super().damage(record)


# --- A fault at the sink that keeps the contract, and those that break it -----------------------------------------------


@section
class TornPages(SinkFault):
    """Some lines are torn in their middle.

    The rest of such a line is gone.
    """

    tells = ("half a line",)
    rate: float = rate()

    def hit(self, sheet: Sheet) -> Flags:
        """Which rows."""
        return self.dice(sheet, "rows").happens(sheet.keys(), self.rate)

    def cut(self, sheet: Sheet) -> BrokenLines | None:
        """Tear them."""
        row = np.flatnonzero(self.hit(sheet))
        return BrokenLines(row, np.full(len(row), WHOLE_LINE // 2), np.ones(len(row), dtype=bool))


@section
class NosyPages(TornPages):
    """Every seventh line of those written together is torn.

    Which it is depends on the others.
    """

    def hit(self, sheet: Sheet) -> Flags:
        """By number."""
        return np.arange(len(sheet.rows)) % 7 == 0


@section
class ThievingPages(TornPages):
    """Lines are torn by the dice of another fault.

    Where that one cuts, so does this.
    """

    def hit(self, sheet: Sheet) -> Flags:
        """As the other would."""
        return Stream(sheet.seed, "faults/truncated_rows/rows").happens(sheet.keys(), self.rate)


@section
class SteadyPages(TornPages):
    """Every other line is torn, whatever its rate.

    Unless it is nought.
    """

    def hit(self, sheet: Sheet) -> Flags:
        """Half of them."""
        return self.dice(sheet, "rows").happens(sheet.keys(), 0.5)


# --- What they are told -------------------------------------------------------------------------------------------------

BROKEN = [
    (is_documented, MuteParrot, "mute_parrot has no manual. Its docstring is a sentence"),
    (is_documented, MuteParrot, "mute_parrot says nothing of what shows in the log"),
    (has_complete_settings, CarelessParrot, "actors.careless_parrot.rate: say its unit."),
    (has_complete_settings, CarelessParrot, "the source 'S999' is none of calibration.csv"),
    (has_complete_settings, CarelessParrot, "allow 0, and at least twice the 0.6 it usually is"),
    (has_complete_settings, CarelessParrot, "lies within what is allowed"),
    (has_complete_settings, CarelessParrot, "on a log scale low is above 0"),
    (has_complete_settings, CarelessParrot, "say in a sentence what it is about"),
    (stands_still_at_nought, RestlessParrot, "At a rate of 0 restless_parrot changes truth.plays."),
    (cannot_see_who_comes_first, JealousParrot, "changes truth.plays while jealous_parrot is on"),
    (cannot_see_its_neighbours, NosyParrot, "How many are computed at once changes truth.plays"),
    (
        draws_from_its_own_streams,
        ThievingParrot,
        "thieving_parrot draws from actors/cat_on_remote/front_row. Use",
    ),
    (
        acts_where_truth_says,
        AcclaimedParrot,
        "plays of acclaimed_parrot lie within none of its acts.",
    ),
    (
        acts_where_truth_says,
        AbashedParrot,
        "acts name no play that abashed_parrot caused then and there.",
    ),
    (
        doubles_with_its_rate,
        SteadyParrot,
        "steady_parrot does 1.00 times as much at twice the rate.",
    ),
    (doubles_with_its_rate, SquareParrot, "times as much at twice the rate."),
    (doubles_with_its_rate, FickleParrot, "is done at twice the rate as well."),
    (
        could_touch_all_it_touches,
        ModestParrot,
        "could not have touched household 1 with any work, and did.",
    ),
    (could_touch_all_it_touches, PickyParrot, "could not have touched household"),
    (leaves_all_else_alone, SecretParrot, "plays differ on days on which it did nothing."),
    (stands_still_at_nought, RestlessPost, "At a rate of 0 restless_post changes log.events."),
    (cannot_see_who_comes_first, JealousPost, "The order of actors or faults changes log.events"),
    (cannot_see_its_neighbours, NosyPost, "How many are computed at once changes log.events"),
    (
        draws_from_its_own_streams,
        ThievingPost,
        "thieving_post draws from faults/lost_events/plays. Use its own",
    ),
    (
        acts_where_truth_says,
        AmbiguousPost,
        "messages are off by other times than ambiguous_post is said to have caused.",
    ),
    (doubles_with_its_rate, SteadyPost, "steady_post does 1.00 times as much at twice the rate."),
    (could_touch_all_it_touches, ModestPost, "could not have touched household"),
    (leaves_all_else_alone, ArcanePost, "rows of log.events differ that it never touched."),
    (
        cannot_see_its_neighbours,
        NosyPages,
        "How many are computed at once changes lines of text files",
    ),
    (
        draws_from_its_own_streams,
        ThievingPages,
        "draws from faults/truncated_rows/rows. Use its own streams: `self.dice`.",
    ),
    (doubles_with_its_rate, SteadyPages, "steady_pages does 1.00 times as much at twice the rate."),
]


def trial_of(declared: type[Exposed], **settings: float) -> Trial:
    """A trial in which each of them shows."""
    is_of_files = issubclass(declared, SinkFault)
    return Trial(
        declared, {"rate": 0.6, **settings}, 40 if is_of_files else 150, 1 if is_of_files else 3
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("rule", "declared", "told"),
    BROKEN,
    ids=lambda one: getattr(one, "__name__", str(one).replace(" ", "_")[:30]),
)
def test_who_breaks_a_rule_is_told(rule: Rule, declared: type[Exposed], told: str) -> None:
    """The rule that a class breaks says which and how, and what to do where that is no matter of course."""
    assert any(told in one for one in rule(trial_of(declared))), rule(trial_of(declared))


@pytest.mark.slow
@pytest.mark.parametrize("declared", [Parrot, SlowPost, TornPages])
def test_who_keeps_all_rules_is_told_nothing(declared: type[Exposed]) -> None:
    """The same class without the flaw passes, so that it was the flaw that was found."""
    trial = trial_of(declared)
    assert [found for rule in RULES for found in rule(trial)] == []


def test_every_rule_is_broken_by_somebody() -> None:
    """No rule is among them that nothing here can break."""
    assert {rule for rule, _, _ in BROKEN} == set(RULES)


@pytest.mark.slow
def test_a_trial_that_shows_nothing_says_so() -> None:
    """Where there is too little to see, a rule does not pass: it says what to raise."""
    quiet = trial_of(Parrot, rate=0.002)
    assert (
        "parrot does too little in this trial to judge: raise its rate"
        in acts_where_truth_says(quiet)[0]
    )
    assert "60 are needed: more households or days." in doubles_with_its_rate(quiet)[0]
