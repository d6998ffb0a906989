"""Tables draw the distributions they are named after, right into the tails, and to the last bit on any machine."""

from __future__ import annotations

import ast
import inspect
import math
import pickle
import re
from collections.abc import Callable
from decimal import Decimal, localcontext
from fractions import Fraction
from hashlib import blake2b

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import synthview.draws.chance
import synthview.draws.quantiles
from synthview.draws.arithmetic import exp, hazard, ln, normal_quantile, power
from synthview.draws.quantiles import Quantiles, Steps, thresholds

U = np.sort(np.random.Generator(np.random.PCG64(1)).integers(0, 2**64, 100_000, np.uint64))
ENDS = np.array(
    [0, 1, 2**20, 2**21, 2**63 - 1, 2**63, 2**64 - 2**21, 2**64 - 2, 2**64 - 1], np.uint64
)
# 401 points from 1e-300 to 1e300, off the powers of two that a logarithm finds easy.
WIDE = [float(f"{1.1 + 0.021 * i}e{round(1.5 * i) - 300}") for i in range(401)]


def ulps(value: float, truth: Decimal) -> float:
    """Distance between a float and the truth, in units of the float's last place."""
    return float(abs(Decimal(value) - truth) / Decimal(math.ulp(float(truth))))


def test_ln_within_one_ulp() -> None:
    """The logarithm is right to one unit in the last place: wide, near 1 where it vanishes, and for the least float."""
    points = [*WIDE, *np.linspace(0.5, 2.0, 2001).tolist(), 1 - 2**-53, 1 + 2**-52, 5e-324]
    with localcontext(prec=60):
        assert (
            max(ulps(y, Decimal(x).ln()) for x, y in zip(points, ln(points).tolist(), strict=True))
            < 1
        )


def test_exp_within_one_ulp() -> None:
    """The exponential is right to one unit in the last place, and ends in 0 and infinity without complaint."""
    points = [*np.linspace(-708, 709.7, 2003).tolist(), *np.linspace(-1, 1, 501).tolist(), 1e-300]
    with localcontext(prec=60):
        assert (
            max(
                ulps(y, Decimal(x).exp()) for x, y in zip(points, exp(points).tolist(), strict=True)
            )
            < 1
        )
    assert exp([-1e9, -np.inf, 0.0]).tolist() == [0, 0, 1]


def test_power_error_grows_as_documented() -> None:
    """The relative error of a power stays below (2 + abs(y ln x)) * 2**-52."""
    with localcontext(prec=60):
        for x in WIDE[::8]:
            for y in (-0.9, 0.1, 1.0, 0.5, 0.999):
                truth = (Decimal(y) * Decimal(x).ln()).exp()
                bound = (2 + abs(y * math.log(x))) * 2**-52
                assert abs(Decimal(float(power(x, y))) / truth - 1) < bound


def test_hazard_is_precise_at_both_ends() -> None:
    """-ln(1 - p) is right to a few units in the last place for chances near 0, given their complement also near 1."""
    for p in (2.0**-54, 1e-15, 1e-9, 1e-3, 0.1, 0.5, 0.9, 1 - 1e-9):
        assert float(hazard(p)) == pytest.approx(-math.log1p(-p), rel=1e-15)
    assert float(hazard(1.0, 1e-30)) == pytest.approx(30 * math.log(10), rel=1e-15)
    assert hazard([0.0, 1e-17, 1.0]).tolist() == [0, 0, math.inf]


def test_normal_quantile_undone_by_erfc() -> None:
    """The share of a normal distribution beyond its quantile is the chance asked for, down to 1e-300, on both sides."""
    for p in [*WIDE[:199], *np.linspace(0.05, 0.5, 100).tolist()]:
        z = float(normal_quantile(p))
        assert math.erfc(-z / math.sqrt(2)) / 2 == pytest.approx(p, rel=4e-16 * (2 + z * z))
        assert float(normal_quantile(1.0, p)) == -z or p > 0.05


# What every machine must return. Held against mpmath at 50 digits when put on record: none is off by more than 4 ulps
# (power(0.001, -1.7)), the logarithms and exponentials by less than one.
KNOWN = {
    "ln(2.0)": (ln(2.0), "0x1.62e42fefa39efp-1"),
    "ln(0.1)": (ln(0.1), "-0x1.26bb1bbb55515p+1"),
    "ln(1e-300)": (ln(1e-300), "-0x1.5963447f87fb5p+9"),
    "ln(0.9999999)": (ln(0.9999999), "-0x1.ad7f2b1049b9fp-24"),
    "exp(1.0)": (exp(1.0), "0x1.5bf0a8b14576ap+1"),
    "exp(-0.3)": (exp(-0.3), "0x1.7b4c869c37c05p-1"),
    "exp(-700.5)": (exp(-700.5), "0x1.4ff475c68ca02p-1011"),
    "exp(33.3)": (exp(33.3), "0x1.078401f5a3ec8p+48"),
    "power(10.0, 0.3)": (power(10.0, 0.3), "0x1.fec982d5bb8b0p+0"),
    "power(0.001, -1.7)": (power(0.001, -1.7), "0x1.ebc48a8abbf7bp+16"),
    "hazard(1e-9)": (hazard(1e-9), "0x1.12e0be84bbb51p-30"),
    "hazard(0.7)": (hazard(0.7), "0x1.34378fcbda720p+0"),
    "normal_quantile(0.3)": (normal_quantile(0.3), "-0x1.0c7e39582c5fap-1"),
    "normal_quantile(0.5)": (normal_quantile(0.5), "0x0.0p+0"),
    "normal_quantile(0.9)": (normal_quantile(0.9), "0x1.4813c36e26d33p+0"),
    "normal_quantile(0.975)": (normal_quantile(0.975), "0x1.f5c0331eeff82p+0"),
    "normal_quantile(0.001)": (normal_quantile(0.001), "-0x1.8b8cbb7204470p+1"),
    "normal_quantile(1e-09)": (normal_quantile(1e-09), "-0x1.7fdc11f44b5a7p+2"),
    "normal_quantile(1e-100)": (normal_quantile(1e-100), "-0x1.546010d75521fp+4"),
}


@pytest.mark.parametrize("name", KNOWN)
def test_fixed_floats(name: str) -> None:
    """Every bit of the arithmetic stands on record, alone and as one of many (vector units have other instructions)."""
    value, known = KNOWN[name]
    assert float(value).hex() == known


def test_long_arrays_round_like_short_ones() -> None:
    """A value does not depend on its place in an array: no vector instruction may round otherwise than a single one."""
    points = np.array(WIDE[100:300])
    for function in (ln, exp, normal_quantile):
        x = np.minimum(points, 0.7)
        assert function(x).tolist() == [float(function(float(one))) for one in x]


def test_no_arithmetic_that_differs_elsewhere() -> None:
    """Neither module calls a function of the C library, or a float loop that a compiler may fuse or reorder."""
    banned = re.findall(
        r"\w+",
        """
        log log2 log10 log1p expm1 sin cos tan sinh cosh tanh arctan arctan2 hypot pow float_power cbrt interp
        dot vdot inner matmul einsum mean std var average cumprod prod polyval convolve fma
        """,
    )
    for module in (synthview.draws.chance, synthview.draws.quantiles):
        for node in ast.walk(ast.parse(inspect.getsource(module))):
            assert not (isinstance(node, ast.Attribute) and node.attr in banned), ast.unparse(node)
            assert not (
                isinstance(node, ast.Attribute)
                and ast.unparse(node) in {"np.exp", "np.power", "math.exp"}
            )
            assert not (isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult))


def normal_above(z: float) -> float:
    """Share of a standard normal distribution above z."""
    return math.erfc(z / math.sqrt(2)) / 2


def logit(share: float) -> float:
    """Log odds."""
    return math.log(share / (1 - share))


# Name: the table, and the closed form of the share above x. Scales are large, so that tails can be told apart.
CLOSED_FORMS: dict[str, tuple[Quantiles, Callable[[float], float]]] = {
    "exponential": (Quantiles.exponential(3.6e6), lambda x: math.exp(-x / 3.6e6)),
    "lognormal": (
        Quantiles.lognormal(2.7e6, 0.8),
        lambda x: normal_above(math.log(x / 2.7e6) / 0.8),
    ),
    "lognormal, wide": (
        Quantiles.lognormal(1e6, 2.0),
        lambda x: normal_above(math.log(x / 1e6) / 2.0),
    ),
    "normal": (Quantiles.normal(0, 1e6), lambda x: normal_above(x / 1e6)),
    "logit_normal": (
        Quantiles.logit_normal(0.3, 0.6, unit=10**12),
        lambda x: normal_above((logit(x / 10**12) - logit(0.3)) / 0.6),
    ),
    "uniform": (Quantiles.uniform(-1e11, 3e11), lambda x: (3e11 - x) / 4e11),
}


@pytest.mark.parametrize("name", CLOSED_FORMS)
def test_survival_down_to_one_in_a_thousand_million(name: str) -> None:
    """The share of draws above x is right to 1 in 2,000 where it is a half, and where it is 1e-9 still."""
    table, above = CLOSED_FORMS[name]
    for chance in [2 ** (-i / 3) for i in range(3, 90)]:
        x = int(table.at(np.array([2**64 - 1 - int(chance * 2**64)], np.uint64))[0])
        assert float(table.survival(x)) == pytest.approx(above(x + 0.5), rel=5e-4)


@pytest.mark.parametrize("name", CLOSED_FORMS)
def test_lower_end_down_to_one_in_a_thousand_million(name: str) -> None:
    """The share of draws up to x is as right at the lower end, as far as whole numbers can tell."""
    table, above = CLOSED_FORMS[name]
    for chance in (1e-9, 1e-8, 1e-7, 1e-5, 1e-3, 0.1, 0.4):
        x = int(table.at(np.array([int(chance * 2**64)], np.uint64))[0])
        if abs(x) > 10_000:
            assert 1 - float(table.survival(x)) == pytest.approx(
                1 - above(x + 0.5), rel=5e-4, abs=1e-15
            )


@pytest.mark.parametrize("name", CLOSED_FORMS)
def test_survival_is_that_of_the_draws(name: str) -> None:
    """`survival` tells what `at` does: a draw exceeds x just if its point lies above the share of draws up to x."""
    table, _ = CLOSED_FORMS[name]
    x = table.at(U)
    share_above = 1 - U / 2.0**64
    assert (table.survival(x) <= share_above * (1 + 1e-6) + 1e-15).all()
    assert (table.survival(x - 1) >= share_above * (1 - 1e-6) - 1e-15).all()


@pytest.mark.parametrize("name", CLOSED_FORMS)
def test_quantiles_never_fall(name: str) -> None:
    """A higher point of a distribution never has a smaller value: in the tails, across the middle, at the very ends."""
    table, _ = CLOSED_FORMS[name]
    middle = np.arange(2**63 - 5000, 2**63 + 5000, dtype=np.uint64)
    tail = np.arange(2**21 - 100, 2**21 + 20_000_000, 1009, dtype=np.uint64)
    points = np.sort(np.concatenate([U, ENDS, middle, tail, ~tail]))
    assert (np.diff(table.at(points)) >= 0).all()


def test_cell_borders_are_exact() -> None:
    """At a border between cells the value is the quantile itself, rounded to a whole number."""
    table = Quantiles.exponential(1e9)
    for octave in range(22, 63):
        for part in (64, 65, 100, 127):
            u = 2**64 - 1 - (part << (octave - 6))
            expected = -1e9 * math.log((part << (octave - 6)) / 2**64)
            assert abs(int(table.at(np.array([u], np.uint64))[0]) - expected) <= 1


def test_cutting_off_and_unit() -> None:
    """Values beyond low and high get those values, in the scale of the arguments, and the unit multiplies last."""
    table = Quantiles.lognormal(0.5, 1.0, low=0.2, high=0.9, unit=1000)
    drawn = table.at(U)
    assert (int(drawn.min()), int(drawn.max())) == (200, 900)
    assert (drawn == 900).mean() == pytest.approx(normal_above(math.log(0.9 / 0.5)), abs=0.005)
    assert table.survival([199, 900, -5, 10**9]).tolist() == [1, 0, 1, 0]
    assert float(table.survival(200)) == pytest.approx(
        normal_above(math.log(0.2005 / 0.5)), rel=1e-3
    )


def test_sizes_within_bounds_do_not_pile_up_at_them() -> None:
    """Of sizes between two bounds no more are at a bound than near it; the shape between stays."""
    table = Quantiles.lognormal_within(500, 1.0, 200, 900)
    drawn = table.at(U)
    assert (int(drawn.min()), int(drawn.max())) == (200, 900)
    assert (drawn == 900).mean() < 0.004
    assert (drawn == 200).mean() < 0.008
    below, above = normal_above(-math.log(200 / 500)), normal_above(math.log(900 / 500))
    middle = normal_above(math.log(600 / 500))
    expected = (middle - above) / (1 - above - below)
    assert (drawn > 600).mean() == pytest.approx(expected, abs=0.01)
    outside = Quantiles.lognormal_within(100, 0.0, 200, 900)
    assert set(outside.at(U).tolist()) == {200}


def test_values_are_rounded_not_cut() -> None:
    """Small values are rounded to the nearest whole number, so that they keep their mean."""
    assert Quantiles.normal(3, 1).at(U).mean() == pytest.approx(3, abs=0.02)
    assert Quantiles.lognormal(3.0, 0.0).at(ENDS).tolist() == [3] * len(ENDS)


def test_curve() -> None:
    """A curve passes through its points, in straight lines."""
    curve = Quantiles.curve([(0, 0), (0.25, 1000), (1, 16_000)])
    drawn = curve.at(U)
    share = U / 2.0**64
    expected = np.where(share < 0.25, share * 4000, 1000 + (share - 0.25) * 20_000)
    assert np.abs(drawn - expected).max() <= 0.51
    with pytest.raises(ValueError, match="rise from 0 to 1"):
        Quantiles.curve([(0.1, 0), (1, 5)])


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: Quantiles.of(lambda _, q: 1.0 / (q * q * q)), "give `high`"),
        (lambda: Quantiles.lognormal(math.nan, 1), "nan"),
        (lambda: Quantiles.of(lambda _, q: q), "must not fall"),
        (lambda: Quantiles.poisson(-1), "Poisson mean"),
        (lambda: Quantiles.geometric(2000), "exponential"),
        (lambda: Quantiles.discrete([1, 2], [1]), "one weight per value"),
        (lambda: Quantiles.discrete([1, 2], [1, -1]), "weights"),
        (lambda: Quantiles.discrete([], []), "weights"),
    ],
)
def test_impossible_tables(build: Callable[[], object], message: str) -> None:
    """A distribution that cannot be is refused, with a message that says why."""
    with pytest.raises(ValueError, match=message):
        build()


@pytest.mark.parametrize("mean", [0.0, 0.01, 0.7, 3.0, 12.5, 250.0])
def test_poisson_is_exact(mean: float) -> None:
    """Each count's threshold is the cumulative Poisson share to 2**-62, computed here with 80 digits."""
    table = Steps.poisson(mean)
    with localcontext(prec=80):
        term = (-Decimal(mean)).exp()
        running = Decimal(0)
        for k in range(int(mean + 12 * math.sqrt(mean) + 12)):
            running += term
            term = term * Decimal(mean) / (k + 1)
            assert float(table.survival(k)) == pytest.approx(
                float(1 - running), rel=1e-12, abs=2**-62
            )


@pytest.mark.parametrize("mean", [0.0, 0.02, 1.0, 7.5, 1000.0])
def test_geometric_is_exact(mean: float) -> None:
    """More than k failures happen with chance q ** (k + 1), to 1 part in 10**11, down to 1e-15."""
    table, q = Steps.geometric(mean), Fraction(mean) / (1 + Fraction(mean))
    for k in (0, 1, int(mean), int(5 * mean), int(20 * mean), int(30 * mean)):
        assert float(table.survival(k)) == pytest.approx(float(q) ** (k + 1), rel=1e-11, abs=2**-62)
    assert table.at(U).mean() == pytest.approx(mean, rel=0.05, abs=1e-9)


@given(
    weights=st.lists(st.integers(0, 10**25) | st.floats(0, 1e200), min_size=1, max_size=12).filter(
        any
    )
)
def test_thresholds_are_exact(weights: list[float]) -> None:
    """Thresholds are the cumulative weights over their sum, times 2**63, rounded down: as fractions would have it."""
    exact = [Fraction(weight) for weight in weights]
    assert thresholds(weights).tolist() == [
        int(sum(exact[: i + 1]) / sum(exact) * 2**63) for i in range(len(exact))
    ]


@given(weights=st.lists(st.integers(0, 10**6), min_size=1, max_size=50).filter(any))
def test_thresholds_of_small_numbers(weights: list[int]) -> None:
    """The quick way for small whole numbers agrees with the long one."""
    assert (
        thresholds(np.array(weights)).tolist()
        == thresholds(weights).tolist()
        == thresholds(np.array(weights, float)).tolist()
    )


def test_discrete_keeps_order_and_zeros() -> None:
    """Values may come in any order, and one of weight 0 is never drawn."""
    table = Quantiles.discrete([9, 5, 7], [1, 0, 1])
    assert set(table.at(np.concatenate([U, ENDS])).tolist()) == {9, 7}
    assert table.survival([4, 7, 8, 9]).tolist() == [1, 0.5, 0.5, 0]


RECORDED = {
    "exponential": "fb7fb186c3a913a3",
    "lognormal": "cb2fbff68099c518",
    "lognormal, wide": "c4da7c13697a40fa",
    "normal": "2441aed0d89b90ec",
    "logit_normal": "7d41c6899875bebe",
    "uniform": "0b9743878de13461",
}


@pytest.mark.parametrize("name", CLOSED_FORMS)
def test_tables_on_record(name: str) -> None:
    """All 5,378 edges of a table stand on record, as a digest: no machine may build another."""
    table, _ = CLOSED_FORMS[name]
    assert blake2b(table.edges.astype("<i8").tobytes(), digest_size=8).hexdigest() == RECORDED[name]


def test_tables_survive_a_pickle() -> None:
    """A worker that is sent a table draws the same from it."""
    for table in (Quantiles.exponential(1000), Quantiles.poisson(3)):
        assert (pickle.loads(pickle.dumps(table)).at(U) == table.at(U)).all()  # noqa: S301
