"""Draws are fair, independent of each other, and the same for ever."""

from __future__ import annotations

import json
import math
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from synthview.draws.chance import NEVER, Permutation, Shares, Stream, odds
from synthview.draws.offspring import children, instants
from synthview.draws.quantiles import Bits, Quantiles

VECTORS = Path(__file__).with_name("vectors_chance.json")
IDS = np.arange(200_000)
STREAM = Stream(seed=7, name="tests/chance")
# Layouts of ids as callers have them, traps for a weak hash: neighbours, wide strides, internal ids, few set bits.
LAYOUTS = {
    "consecutive": IDS,
    "every 2**31": IDS << 31,
    "internal": ((IDS >> 9) << 31) | ((IDS >> 4 & 31) << 19) | (77 << 10) | (IDS & 15),
    "negative": -IDS,
    "two bits set": np.unique((1 << np.arange(63))[:, None] | (1 << np.arange(63))),
}


def deviations(counts: NDArray[np.int64]) -> float:
    """Chi-square of equally likely ``counts``, in standard deviations from what is expected."""
    expected = counts.sum() / counts.size
    return float(
        (((counts - expected) ** 2).sum() / expected - (counts.size - 1))
        / math.sqrt(2 * (counts.size - 1))
    )


def correlation(one: Bits, other: Bits) -> float:
    """Correlation of two arrays of uniform bits, in standard deviations from zero."""
    return float(np.corrcoef(one / 2.0**64, other / 2.0**64)[0, 1] * math.sqrt(one.size))


def draws_today() -> dict[str, Any]:
    """Draw a little of everything, as JSON holds it."""
    ids = np.array([0, 1, 2, 12345, 2**31, 2**62 + 7, -1])
    streams = [
        (0, ""),
        (7, "viewing/sessions/starts"),
        (-3, "höme"),
        (2**80, "actors/cat_on_remote/pounces"),
    ]
    bits = {
        f"{seed} {name} {n}": [f"{word:016x}" for word in Stream(seed, name).bits(ids, n).tolist()]
        for seed, name in streams
        for n in (0, 1, -1, 2**40)
    }
    shuffles = {
        f"{size}": Permutation(7, "ids/play", size).apply(np.arange(min(5, 1 << size))).tolist()
        for size in (1, 10, 32, 63)
    }
    table = Quantiles.lognormal(45 * 60_000, 0.8, high=86_400_000)
    draws = {
        "happens": STREAM.happens(ids, 0.5).tolist(),
        "below": STREAM.below(ids, 86_400_000).tolist(),
        "below_wide": STREAM.below(ids, 2**62 - 1).tolist(),
        "pick": STREAM.pick(ids, Shares([0.1, 0.2, 0.3, 0.4])).tolist(),
        "pick_by_class": STREAM.pick(
            ids, Shares([[1, 2, 3], [3, 2, 1], [0, 0, 1]]), row=np.arange(7) % 3
        ).tolist(),
        "lognormal": STREAM.draw(ids, table).tolist(),
        "poisson": STREAM.poisson(ids, 2.5, ceiling=6.0).tolist(),
        "geometric": STREAM.geometric(ids, 0.01).tolist(),
        "instants": instants(STREAM.bits(ids), Shares([1, 5, 2, 0]), 6 * 3_600_000).tolist(),
        "within": Permutation(7, "ids/event", 20).apply(np.arange(7), within=ids).tolist(),
    }
    return {"bits": bits, "permutations": shuffles, "draws": draws}


def test_fixed_vectors(request: pytest.FixtureRequest) -> None:
    """Draws equal those on record: no machine, version or clean-up may change a single one."""
    if request.config.getoption("--refresh-golden", default=False):
        VECTORS.write_text(
            json.dumps(draws_today(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
        )
    assert json.loads(VECTORS.read_text(encoding="utf-8")) == draws_today()


def test_hash_is_what_the_docs_say() -> None:
    """The hash can be written down again in plain Python from the description in docs/randomness.md."""
    from hashlib import blake2b

    def mix(x: int, shifts: tuple[int, int, int], factors: tuple[int, int]) -> int:
        for shift, factor in zip(shifts, factors, strict=False):
            x = (x ^ x >> shift) * factor % 2**64
        return x ^ x >> shifts[2]

    digest = blake2b(b"7:tests/chance", digest_size=16, person=b"synthview").digest()
    entity_key, draw_key = (
        int.from_bytes(digest[:8], "little"),
        int.from_bytes(digest[8:], "little"),
    )
    x = mix((12345 + entity_key) % 2**64, (30, 27, 31), (0xBF58476D1CE4E5B9, 0x94D049BB133111EB))
    x = mix(
        (x + 3 * 0x9E3779B97F4A7C15 + draw_key) % 2**64,
        (27, 33, 27),
        (0x3C79AC492BA7B653, 0x1C69B3F74AC4AE35),
    )
    assert int(STREAM.bits(12345, 3)) == x


def test_hash_seed_of_python_is_not_involved() -> None:
    """Another process, with other string hashing, draws the same."""
    code = (
        "from synthview.draws.chance import Stream; print(int(Stream(7, 'tests/chance').bits(5)))"
    )
    other = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONHASHSEED": "99", "PYTHONPATH": str(Path(__file__).parents[1])},
        capture_output=True,
        text=True,
        check=True,
    )
    assert int(other.stdout) == int(STREAM.bits(5))


def test_pure_function_of_the_ids() -> None:
    """A draw depends on nothing but seed, stream, entity and n: not on neighbours, order, type or shape of the ids."""
    whole = STREAM.bits(IDS[:1000], 5)
    assert (STREAM.bits(IDS[:1000][::-1], 5)[::-1] == whole).all()
    assert (STREAM.bits(IDS[:1000].astype(np.uint64), np.full(1000, 5)) == whole).all()
    assert (STREAM.bits(IDS[:1000].reshape(10, 100), 5).ravel() == whole).all()
    assert (STREAM.bits(IDS[:1000].astype(np.int32), 5) == whole).all()  # type: ignore[arg-type]
    assert int(STREAM.bits(17, 5)) == whole[17]
    assert (STREAM.bits(IDS[:50, None], np.arange(9))[:, 5] == whole[:50]).all()


def test_streams_compare_pickle_and_leave_ids_alone() -> None:
    """Streams of one seed and name are equal, hash alike and survive a pickle; read-only ids are fine."""
    assert len({STREAM, Stream(7, "tests/chance"), pickle.loads(pickle.dumps(STREAM))}) == 1  # noqa: S301
    ids = np.arange(5)
    ids.flags.writeable = False
    assert (pickle.loads(pickle.dumps(STREAM)).bits(ids) == STREAM.bits(ids)).all()  # noqa: S301


def test_floats_are_no_ids() -> None:
    """Ids that are not whole numbers are refused, never cut off."""
    with pytest.raises(TypeError):
        STREAM.bits(np.array([1.5]))


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("shift", [0, 24, 56])
def test_uniform(layout: str, shift: int) -> None:
    """Every byte of the output takes each of its 256 values equally often, whatever the ids look like."""
    byte = (STREAM.bits(LAYOUTS[layout]) >> np.uint64(shift)) & np.uint64(255)
    assert abs(deviations(np.bincount(byte.astype(np.int64), minlength=256))) < 4


@pytest.mark.parametrize("layout", LAYOUTS)
def test_neighbours_are_independent(layout: str) -> None:
    """A draw says nothing about the next id's, the next n's, the next stream's or the next seed's."""
    ids = LAYOUTS[layout]
    here = STREAM.bits(ids)
    others = {
        "entity": np.roll(here, 1),
        "n": STREAM.bits(ids, 1),
        "name": Stream(7, "tests/chance2").bits(ids),
        "seed": Stream(8, "tests/chance").bits(ids),
    }
    for what, there in others.items():
        assert abs(correlation(here, there)) < 4, what
        pair = (here >> np.uint64(60)) * np.uint64(16) + (there >> np.uint64(60))
        assert abs(deviations(np.bincount(pair.astype(np.int64), minlength=256))) < 4, what
        assert (here != there).all(), what


def test_entity_and_n_do_not_trade() -> None:
    """No two of 100,000 pairs of entity and n share a draw, and (a, b) is not (b, a)."""
    grid = STREAM.bits(np.arange(1000)[:, None], np.arange(100))
    assert len(np.unique(grid)) == grid.size


@pytest.mark.parametrize("flipped", ["entity", "n"])
def test_avalanche(flipped: str) -> None:
    """Flipping any single bit of entity or n flips each bit of the draw in half of the cases."""
    ids = STREAM.bits(np.arange(4000), 99).view(np.int64)
    masks = np.uint64(1) << np.arange(64, dtype=np.uint64)
    for mask in masks.view(np.int64):
        changed = (
            STREAM.bits(ids ^ mask, 5)
            if flipped == "entity"
            else STREAM.bits(ids, np.int64(5) ^ mask)
        )
        flips = ((STREAM.bits(ids, 5) ^ changed)[:, None] & masks != 0).mean(axis=0)
        assert np.abs(flips - 0.5).max() < 5 * 0.5 / math.sqrt(len(ids))


def test_happens_at_the_chance() -> None:
    """A chance is kept to four standard deviations; 0 is never, 1 is always; one float, an array and odds agree."""
    for chance in (1e-3, 0.1, 0.5, 0.9):
        share = STREAM.happens(IDS, chance).mean()
        assert abs(share - chance) < 4 * math.sqrt(chance * (1 - chance) / IDS.size)
    assert not STREAM.happens(IDS, 0.0).any()
    assert STREAM.happens(IDS, 1).all()
    per_row = np.linspace(0, 1, IDS.size)
    assert (STREAM.happens(IDS, per_row) == STREAM.happens(IDS, odds(per_row))).all()
    assert (STREAM.happens(IDS, 0.3) == STREAM.happens(IDS, odds(0.3))).all()
    assert (STREAM.happens(IDS, 0.3) == STREAM.happens(IDS, np.full(IDS.size, 0.3))).all()


@given(chance=st.floats(0, 1))
def test_odds_are_exact(chance: float) -> None:
    """A threshold is the chance times 2**63, rounded down, in whole numbers."""
    over, under = chance.as_integer_ratio()
    assert int(odds(chance)) == (over << 63) // under == int(odds(np.array([chance]))[0])


@pytest.mark.parametrize("chance", [-0.1, 1.1, math.nan])
def test_no_chance_beyond_0_and_1(chance: float) -> None:
    """A chance that is none is refused, alone and among others."""
    for wrong in (chance, np.array([0.5, chance])):
        with pytest.raises(ValueError, match="between 0 and 1"):
            STREAM.happens(np.arange(2), wrong)


@given(bound=st.integers(1, 2**62), entity=st.integers(-(2**63), 2**63 - 1))
def test_below_is_the_exact_product(bound: int, entity: int) -> None:
    """A whole number below a bound is floor(bits * bound / 2**64), for every bound and as a row among others."""
    expected = int(STREAM.bits(entity)) * bound >> 64
    assert int(STREAM.below(entity, bound)) == expected
    assert STREAM.below(np.array([entity, entity]), np.array([bound, 3])).tolist()[0] == expected


@pytest.mark.parametrize("bound", [0, -1, 2**62 + 1])
def test_bounds_out_of_range(bound: int) -> None:
    """A bound without a number below it, or beyond the arithmetic, is refused."""
    for wrong in (bound, np.array([1, bound])):
        with pytest.raises(ValueError, match="bound"):
            STREAM.below(np.arange(2), wrong)


def test_below_is_fair() -> None:
    """Each number below the bound comes up equally often."""
    assert abs(deviations(np.bincount(STREAM.below(IDS, 97)))) < 4


@given(weights=st.lists(st.floats(0, 1e9) | st.integers(0, 10**30), min_size=1, max_size=6))
def test_shares_are_exact(weights: list[float]) -> None:
    """Where one choice ends and the next begins is right to the last of 63 bits, and weight 0 is never picked."""
    from fractions import Fraction

    if not any(weights):
        with pytest.raises(ValueError, match="weights"):
            Shares(weights)
        return
    shares, total, below = Shares(weights), sum(map(Fraction, weights)), Fraction(0)
    for i, weight in enumerate(weights):
        first = int(below / total * 2**63)
        below += Fraction(weight)
        last = int(below / total * 2**63) - 1
        if first <= last:
            ends = np.array([2 * first, 2 * last + 1], np.uint64)
            assert shares.at(ends).tolist() == [i, i]


def test_shares_by_class() -> None:
    """Each class of chooser has shares of its own, equal to those of the class alone; an unknown class is refused."""
    weights = np.array([[1, 2, 3, 4], [4, 0, 0, 1], [0, 0, 5, 0], [0, 1, 1, 0], [7, 7, 7, 7]])
    row = IDS % 5
    picked = STREAM.pick(IDS, Shares(weights), row=row)
    for i, own in enumerate(weights):
        assert (picked[row == i] == STREAM.pick(IDS[row == i], Shares(own))).mean() > 1 - 1e-9
        assert set(picked[row == i].tolist()) == set(np.flatnonzero(own).tolist())
    with pytest.raises(IndexError, match="5 classes"):
        STREAM.pick(IDS[:1], Shares(weights), row=5)


def test_shares_of_many_and_of_integers() -> None:
    """The quick way for small whole numbers gives the same thresholds as the long one."""
    weights = STREAM.below(np.arange(10_000), 50)
    quick, exact = Shares(weights), Shares(weights * 2**40)
    u = STREAM.bits(IDS)
    assert (quick.at(u) == exact.at(u)).all()


def test_poisson_follows_each_rows_rate() -> None:
    """Counts at a rate below the ceiling have the shares of a Poisson distribution of that rate."""
    for rate in (0.0, 0.05, 1.0, 4.0, 6.0):
        counts = np.bincount(
            STREAM.poisson(IDS, np.full(IDS.size, rate), ceiling=6.0), minlength=30
        )
        expected = np.array(
            [math.exp(-rate) * rate**k / math.factorial(k) for k in range(counts.size)]
        )
        spread = np.sqrt(expected * (1 - expected) * IDS.size)
        assert (np.abs(counts - expected * IDS.size) <= 4.5 * spread + 1).all()


@given(low=st.floats(0, 3), high=st.floats(0, 3))
def test_more_rate_only_adds(low: float, high: float) -> None:
    """At a higher rate no household has fewer incidents, and none waits longer for its first success."""
    low, high = sorted((low, high))
    ids = IDS[:300]
    assert (STREAM.poisson(ids, low, 3.0) <= STREAM.poisson(ids, high, 3.0)).all()
    assert (STREAM.geometric(ids, low / 3) >= STREAM.geometric(ids, high / 3)).all()


def test_poisson_counts_differ_by_n() -> None:
    """Counts of one household on different days are independent, although the ceiling is shared."""
    one, other = (STREAM.poisson(IDS, 1.0, 3.0, n=n) for n in (0, 1))
    assert abs(np.corrcoef(one, other)[0, 1]) * math.sqrt(IDS.size) < 4


def test_rate_above_its_ceiling() -> None:
    """A rate that thinning cannot reach is refused."""
    with pytest.raises(ValueError, match="ceiling"):
        STREAM.poisson(IDS[:2], np.array([1.0, 3.1]), ceiling=3.0)


def test_geometric_follows_each_rows_chance() -> None:
    """More than k failures happen with chance (1 - p) ** (k + 1), for common and rare successes."""
    for chance in (0.9, 0.3, 0.01, 1e-6):
        failures = STREAM.geometric(IDS, np.full(IDS.size, chance))
        for k in (0, int(0.3 / chance), int(2 / chance), int(6 / chance)):
            expected = math.exp((k + 1) * math.log1p(-chance))
            assert (
                abs((failures > k).mean() - expected)
                < 4 * math.sqrt(expected * (1 - expected) / IDS.size) + 1e-9
            )


def test_certain_and_impossible_success() -> None:
    """Chance 1 succeeds at once, chance 0 never."""
    assert (STREAM.geometric(IDS, 1.0) == 0).all()
    assert (STREAM.geometric(IDS, 0.0) == NEVER).all()


@pytest.mark.parametrize("bits", range(1, 17))
def test_permutation_is_a_bijection(bits: int) -> None:
    """All numbers of that many bits come out exactly once, also within each play, and can be traced back."""
    ids, shuffle = np.arange(1 << bits), Permutation(7, "tests", bits)
    for within in (None, 3, 4):
        images = shuffle.apply(ids, within)
        assert (np.sort(images) == ids).all()
        assert (shuffle.invert(images, within) == ids).all()


@given(entity=st.integers(0, 2**63 - 1), bits=st.integers(1, 63), seed=st.integers())
def test_permutation_can_be_undone(entity: int, bits: int, seed: int) -> None:
    """Invert finds the id of every image, and the other way round, for every size and seed."""
    shuffle, ids = Permutation(seed, "tests", bits), np.array([entity & ((1 << bits) - 1)])
    assert shuffle.invert(shuffle.apply(ids)).tolist() == ids.tolist()
    assert shuffle.apply(shuffle.invert(ids)).tolist() == ids.tolist()
    assert shuffle.invert(shuffle.apply(ids, within=ids), within=ids).tolist() == ids.tolist()


@pytest.mark.parametrize("layout", ["consecutive", "every 2**31", "internal"])
def test_permutation_hides_structure(layout: str) -> None:
    """Images of orderly ids are uniform, uncorrelated with the ids and their neighbours, and keyed by name and seed."""
    ids = LAYOUTS[layout]
    images = Permutation(7, "tests").apply(ids).view(np.uint64) << np.uint64(1)
    for shift in (1, 28, 56):
        byte = ((images >> np.uint64(shift)) & np.uint64(255)).astype(np.int64)
        assert abs(deviations(np.bincount(byte, minlength=256))) < 4
    assert abs(correlation(images, ids.view(np.uint64))) < 4
    assert abs(correlation(images, np.roll(images, 1))) < 4
    assert (Permutation(7, "other").apply(ids).view(np.uint64) << np.uint64(1) != images).all()
    assert (Permutation(8, "tests").apply(ids).view(np.uint64) << np.uint64(1) != images).all()


def test_permutation_avalanche() -> None:
    """Flipping any bit of an id flips each bit of its image in 40 to 60 % of cases."""
    shuffle, ids = (
        Permutation(7, "tests"),
        STREAM.bits(np.arange(4000)).view(np.int64) & (2**63 - 1),
    )
    masks = 1 << np.arange(63)
    for mask in masks:
        flips = ((shuffle.apply(ids) ^ shuffle.apply(ids ^ mask))[:, None] & masks != 0).mean(
            axis=0
        )
        assert np.abs(flips - 0.5).max() < 0.1


def test_permutation_refuses_strangers() -> None:
    """Ids beyond the permutation's bits, negative ones, and sizes it cannot have are refused."""
    for stranger in (1024, -1):
        with pytest.raises(ValueError, match="permutation"):
            Permutation(7, "tests", 10).apply(stranger)
    with pytest.raises(ValueError, match="1 to 63 bits"):
        Permutation(7, "tests", 64)


@given(counts=st.lists(st.integers(0, 5), max_size=20))
def test_children(counts: list[int]) -> None:
    """Row i has as many children as it counts, in order, numbered from 0."""
    parent, ordinal = children(np.array(counts, np.int64))
    expected = [(i, j) for i, count in enumerate(counts) for j in range(count)]
    assert list(zip(parent.tolist(), ordinal.tolist(), strict=True)) == expected


def test_instants_follow_the_curve() -> None:
    """Instants fall into slots by the weights of their class, evenly within a slot, and never into one of weight 0."""
    curves, row = Shares([[1, 3, 0, 4], [0, 0, 1, 1]]), IDS % 2
    at_ms = instants(STREAM.bits(IDS), curves, 1000, row)
    shares = np.bincount(at_ms[row == 0] // 1000, minlength=4) / (IDS.size / 2)
    assert np.abs(shares - np.array([1, 3, 0, 4]) / 8).max() < 4 * 0.5 / math.sqrt(IDS.size / 2)
    assert set((at_ms[row == 1] // 1000).tolist()) == {2, 3}
    assert abs(deviations(np.bincount(at_ms % 1000, minlength=1000))) < 4


def test_nothing_to_draw() -> None:
    """Empty arrays give empty arrays everywhere."""
    none = np.array([], np.int64)
    assert [array.size for array in children(none)] == [0, 0]
    assert STREAM.poisson(none, none.astype(float), 3.0).size == 0
    assert STREAM.below(none, none).size == 0
    assert STREAM.pick(none, Shares([[1, 2], [2, 1]]), row=none).size == 0
    assert Permutation(7, "tests").apply(none).size == 0
