"""Statistics: draws against their closed forms, mechanisms against slow ones written from the model card, and what follows.

``pytest -m statistics --seed fresh`` asks with a seed that nobody has seen; the header tells it, and ``--seed N`` repeats it.
Limits are so wide that a right draw fails once in 100,000 seeds. Each test keeps a plot below ``build/statistics``.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from plots import keep, steps
from scipy import stats
from strategies import world

from synthview.block import Block
from synthview.draws.chance import Permutation, Shares, Stream
from synthview.draws.lengths import between
from synthview.draws.offspring import instants
from synthview.draws.quantiles import Quantiles
from synthview.ids import within_day
from synthview.people.ages import ADULT
from synthview.people.subscriptions import changes, is_active
from synthview.player.presses import press
from synthview.rows import Ints
from synthview.viewing.persons import _change_spells
from synthview.viewing.settings import ChoosingSettings, SittingSettings
from synthview.world.clock import DAY_MS, HOUR_MS

pytestmark = pytest.mark.statistics
COUNT = 40_000
IDS = np.arange(COUNT)
RARE = 1e-5
"""A right draw is called wrong no more often than this."""

Draw = Callable[[Stream], Ints]

LINES: dict[str, tuple[Draw, Any]] = {
    "lognormal": (
        lambda one: one.draw(IDS, Quantiles.lognormal(60_000, 0.8)),
        stats.lognorm(0.8, scale=60_000),
    ),
    "normal": (lambda one: one.draw(IDS, Quantiles.normal(0, 1, unit=1e6)), stats.norm(0, 1e6)),
    "exponential": (lambda one: one.draw(IDS, Quantiles.exponential(1e6)), stats.expon(0, 1e6)),
    "uniform": (
        lambda one: one.draw(IDS, Quantiles.uniform(1e5, 4e5)),
        stats.uniform(1e5, 3e5),
    ),
    "logit_normal": (
        lambda one: one.draw(IDS, Quantiles.logit_normal(0.3, 1.2)),
        lambda x: stats.norm.cdf((np.log(x / (1e6 - x)) - np.log(0.3 / 0.7)) / 1.2),
    ),
    "curve": (
        lambda one: one.draw(IDS, Quantiles.curve([(0, 0), (0.25, 10_000), (1, 100_000)])),
        lambda x: np.interp(x, [0, 10_000, 100_000], [0, 0.25, 1]),
    ),
    "below": (lambda one: one.below(IDS, 1 << 40), stats.uniform(0, 1 << 40)),
    "between": (
        lambda one: between(one.bits(IDS), np.full(COUNT, 1 << 30), 256, 768),
        stats.uniform(1 << 28, 1 << 29),
    ),
    "instants": (
        lambda one: instants(one.bits(IDS), Shares([1, 3, 0, 4]), 1_000_000),
        lambda x: np.interp(x, [0, 1e6, 2e6, 3e6, 4e6], [0, 0.125, 0.5, 0.5, 1]),
    ),
    "permutation": (
        lambda one: Permutation(one.seed, one.name, bits=40).apply(IDS),
        stats.uniform(0, 1 << 40),
    ),
}
"""Draws along a line, and their distribution."""

COUNTS: dict[str, tuple[Draw, Callable[[Ints], Any]]] = {
    "table of poisson": (
        lambda one: one.draw(IDS, Quantiles.poisson(2.6)),
        stats.poisson(2.6).pmf,
    ),
    "poisson": (lambda one: one.poisson(IDS, np.full(COUNT, 1.7), 8.0), stats.poisson(1.7).pmf),
    "table of geometric": (
        lambda one: one.draw(IDS, Quantiles.geometric(1.4)),
        lambda k: stats.geom(1 / 2.4).pmf(k + 1),
    ),
    "geometric": (
        lambda one: one.geometric(IDS, np.full(COUNT, 0.3)),
        lambda k: stats.geom(0.3).pmf(k + 1),
    ),
    "happens": (lambda one: one.happens(IDS, 0.23).astype(np.int64), stats.bernoulli(0.23).pmf),
    "pick": (
        lambda one: one.pick(IDS, Shares([5, 1, 3, 1])),
        lambda k: np.array([0.5, 0.1, 0.3, 0.1])[np.minimum(k, 3)] * (k < 4),
    ),
    "discrete": (
        lambda one: one.draw(IDS, Quantiles.discrete([0, 2, 3], [1, 2, 1])),
        lambda k: np.array([0.25, 0, 0.5, 0.25])[np.minimum(k, 3)] * (k < 4),
    ),
}
"""Draws of whole numbers, and the chance of each."""


@pytest.mark.parametrize("name", LINES)
def test_a_draw_along_a_line_has_its_distribution(name: str, chance_seed: int) -> None:
    """The distribution of 40,000 draws is nowhere further from the closed form than chance allows."""
    draw, law = LINES[name]
    drawn = draw(Stream(chance_seed, f"tests/statistics/{name}")).astype(np.float64)
    cdf = law.cdf if hasattr(law, "cdf") else law
    x, share = steps(drawn)
    keep(f"draw-{name}", f"{name}, seed {chance_seed}", {"drawn": (x, share), "law": (x, cdf(x))})
    assert stats.kstest(drawn, cdf).pvalue > RARE


@pytest.mark.parametrize("name", COUNTS)
def test_a_draw_of_whole_numbers_has_its_chances(name: str, chance_seed: int) -> None:
    """Of 40,000 draws each number comes as often as the closed form says, by chi-square."""
    draw, chance_of = COUNTS[name]
    drawn = draw(Stream(chance_seed, f"tests/statistics/{name}"))
    number = np.arange(drawn.max() + 1)
    found = np.bincount(drawn).astype(np.float64)
    expected = COUNT * np.asarray(chance_of(number), dtype=np.float64)
    assert (found[expected == 0] == 0).all()
    often = expected >= 10
    seen = np.append(found[often], found[~often].sum())
    wanted = np.append(expected[often], COUNT - expected[often].sum())
    seen, wanted = (one[:-1] if wanted[-1] < 1e-6 else one for one in (seen, wanted))
    lines = {"drawn": (number.astype(float), found), "law": (number.astype(float), expected)}
    keep(f"draw-{name.replace(' ', '-')}", f"{name}, seed {chance_seed}", lines)
    assert stats.chisquare(seen, wanted, sum_check=False).pvalue > RARE


# --- Mechanisms, slowly, from what docs/model.md says of them ---------------------------------------------------------


def test_bursts_and_lulls_are_those_of_a_slow_chain(chance_seed: int) -> None:
    """One person after the other, day by day: bursts end with a chance of one in their mean length, and their share stays."""
    of = world("quiet", 2)
    settings, dice = of.scenario.of(SittingSettings), random.Random(chance_seed)
    block = Block(of, np.arange(900), frozenset())
    persons, agenda = block.persons, block.agenda
    fast = np.zeros(len(persons), dtype=np.int64)
    for day in range(60):
        _change_spells(settings, chance_seed, persons, agenda, day)
        fast += agenda.in_burst
    slow = np.array([slow_burst_days(settings, dice) for _ in range(len(persons))])
    keep(
        "mechanism-bursts",
        f"days in a burst of 60, seed {chance_seed}",
        {"fast": steps(fast.astype(float)), "slow": steps(slow.astype(float))},
    )
    assert stats.ks_2samp(fast, slow).pvalue > RARE


def slow_burst_days(settings: SittingSettings, dice: random.Random) -> int:
    """On how many of 60 days somebody is in a burst."""
    share, ends = settings.share_in_burst, 1 / settings.burst_days
    begins = ends * share / (1 - share)
    in_burst, days = dice.random() < share, 0
    for _ in range(60):
        if dice.random() < (ends if in_burst else begins):
            in_burst = not in_burst
        days += in_burst
    return days


def test_accounts_stay_and_stay_away_as_slow_ones_do(chance_seed: int) -> None:
    """Of accounts that ran on the first day as many run after each month as of those simulated one after the other."""
    stated = {"run.seed": chance_seed, "people.months_until_cancelled": 10}
    of = world("everyday", chance_seed, stated)
    first_ms = of.first_day * DAY_MS
    instants = changes(of, np.arange(6_000))
    instants = instants[(instants[:, 0] < first_ms) & is_active(instants, first_ms)]
    months = np.arange(1, 19)
    at_ms = first_ms + (months * 30.4375 * DAY_MS).astype(np.int64)
    fast = np.array([is_active(instants, one).mean() for one in at_ms])
    dice = random.Random(chance_seed)
    lives = np.array([slow_account(dice, 10, 8, months) for _ in range(len(instants))])
    slow = lives.mean(axis=0)
    x = months.astype(float)
    keep("mechanism-accounts", f"accounts that run, seed {chance_seed}", {"fast": (x, fast), "slow": (x, slow)})  # fmt: skip
    spread = np.sqrt(2 * slow * (1 - slow) / len(instants))
    assert (np.abs(fast - slow) < 5 * spread + 0.004).all()


def slow_account(dice: random.Random, stays: float, away: float, months: Ints) -> list[bool]:
    """Whether an account that runs now does after so many months; it stays and stays away for exponential times."""
    runs, until, found = True, dice.expovariate(1 / stays), []
    for month in months.tolist():
        while until < month:
            runs = not runs
            until += dice.expovariate(1 / (stays if runs else away))
        found.append(runs)
    return found


def test_pauses_are_those_of_slow_homes(chance_seed: int) -> None:
    """Each home has a lognormal rate of its own around the mean, and pauses come at that rate while it plays."""
    of = world("quiet", chance_seed)
    settings = of.scenario.of(ChoosingSettings)
    homes, hours = 600, 20
    key = within_day(
        np.repeat(np.arange(homes), hours), 3, 0, np.tile(np.arange(hours), homes) * 32
    )
    pauses, _ = press(of, key, np.full(len(key), HOUR_MS))
    fast = np.bincount(pauses.play[pauses.stall_ms > 0] // hours, minlength=homes)
    dice = random.Random(chance_seed)
    slow = np.array([slow_pauses(settings, dice, hours) for _ in range(homes)])
    keep(
        "mechanism-pauses",
        f"pauses of a home in 20 hours, seed {chance_seed}",
        {"fast": steps(fast.astype(float)), "slow": steps(slow.astype(float))},
    )
    assert stats.ks_2samp(fast, slow).pvalue > RARE


def slow_pauses(settings: ChoosingSettings, dice: random.Random, hours: int) -> int:
    """The pauses of one home, one wait after the other."""
    spread = settings.presses_spread
    rate = settings.pauses_per_hour * dice.lognormvariate(-spread * spread / 2, spread)
    time, count = dice.expovariate(rate), 0
    while time < hours:
        time, count = time + dice.expovariate(rate), count + 1
    return count


# --- What follows when a world is changed -----------------------------------------------------------------------------


def lived(households: Ints, days: int, **changes_: Any) -> tuple[Block, np.ndarray, np.ndarray]:
    """A block that has lived some days: the ids and the beginnings of all that was meant to be played, in order of ids."""
    block = Block(world("quiet", 2, changes_), households, frozenset())
    keys, starts = [], []
    for day in range(block.world.first_day, block.world.first_day + days):
        sessions = block.sit_down(day)
        plays = block.choose(sessions, day)
        keys.append(np.stack([plays.key, plays.work, plays.playing_ms], axis=1))
        starts.append(sessions.start_local)
    every = np.concatenate(keys)
    return block, every[np.argsort(every[:, 0])], np.concatenate(starts)


def test_households_in_another_order_live_the_same_lives() -> None:
    """Every play of 80 homes is the same whichever home comes first."""
    homes = np.arange(80)
    _, one, _ = lived(homes, 6)
    _, other, _ = lived(homes[::-1].copy(), 6)
    assert len(one) > 200
    assert (one == other).all()


def test_more_days_change_nothing_of_those_before() -> None:
    """The plays of six days are the first of those of nine."""
    homes = np.arange(80)
    _, six, _ = lived(homes, 6, **{"run.days": 6})
    _, nine, _ = lived(homes, 9, **{"run.days": 9})
    assert len(nine) > len(six)
    assert np.isin(six[:, 0], nine[:, 0]).all()
    assert (nine[np.isin(nine[:, 0], six[:, 0])] == six).all()


def test_twice_the_rate_is_twice_as_much(chance_seed: int) -> None:
    """With twice the pauses an hour there are twice as many pauses, and none of the others is gone."""
    key = within_day(np.arange(4_000), 3, 0, np.full(4_000, chance_seed % 1_000))
    hour = np.full(len(key), HOUR_MS)
    usual = world("quiet", 2).scenario.of(ChoosingSettings).pauses_per_hour
    counts = []
    for times in (1, 2):
        of = world("quiet", 2, {"choosing.pauses_per_hour": times * usual})
        pauses, _ = press(of, key, hour)
        counts.append(np.bincount(pauses.play[pauses.stall_ms > 0], minlength=len(key)))
    once, twice = counts
    assert (once <= twice).all()
    added = (twice - once).sum()
    assert abs(added - once.sum()) < 5 * np.sqrt(once.sum() + added)


def test_a_week_later_people_keep_their_hours() -> None:
    """With an epoch a week later the hours at which adults sit down have the same distribution, by no more than chance."""
    homes = np.arange(300)
    hours = []
    for epoch in ("2017-10-02", "2017-10-09"):
        block, _, starts = lived(homes, 14, **{"run.epoch": epoch, "run.start": epoch})
        assert (block.persons.person_class == ADULT).sum() > 200
        hours.append((starts - 5 * HOUR_MS) % DAY_MS / HOUR_MS)
    one, other = hours
    keep("metamorphic-week", "hours since 5, two epochs", {"first": steps(one), "a week later": steps(other)})  # fmt: skip
    assert 0.9 < len(one) / len(other) < 1.1
    assert stats.ks_2samp(one, other).statistic < 0.05
