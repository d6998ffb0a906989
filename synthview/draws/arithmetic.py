"""Arithmetic that is the same on every machine: logarithm, exponential, power, normal quantile.

IEEE 754 rounds ``+ - * /``, square roots and scaling by powers of two the same way everywhere; the
logarithm of a C library it does not. So these are built from the former, one rounding per step, and
no C loop that a compiler may fuse (``np.interp``, ``np.dot``, a float sum) is called.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["chances_below", "exp", "hazard", "ln", "normal_quantile", "power"]

Floats = NDArray[np.float64]

INFINITY = float("inf")
_PARTS, _ROUNDS = 16, 13
"""The chances from 0 to 1 are looked through in so many parts, and the part that is found again, so
often that no more than a rounding of 1 is left."""


def _polynomial(x: Floats, coefficients: Sequence[float]) -> Floats:
    """Evaluate c0 + c1 x + c2 x² + … by Horner's rule, one rounding per step."""
    total = np.full_like(x, coefficients[-1])
    for coefficient in coefficients[-2::-1]:
        total = total * x + coefficient
    return total


# ln 2 in two parts: the first has trailing zeros, so that its product with an exponent is exact.
_LN2_HIGH, _LN2_LOW = 6.93147180369123816490e-01, 1.90821492927058770002e-10

# Minimax coefficients of Sun's fdlibm, e_log.c (Lg1 … Lg7) and e_exp.c (P1 … P5), 1993.
_LN_SERIES = (
    6.666666666666735130e-01,
    3.999999999940941908e-01,
    2.857142874366239149e-01,
    2.222219843214978396e-01,
    1.818357216161805012e-01,
    1.531383769920937332e-01,
    1.479819860511658591e-01,
)
_EXP_SERIES = (
    1.66666666666666019037e-01,
    -2.77777777770155933842e-03,
    6.61375632143793436117e-05,
    -1.65339022054652515390e-06,
    4.13813679705723846039e-08,
)


def ln(x: ArrayLike) -> Floats:
    """Natural logarithm of finite ``x`` ≥ 0, within one unit in the last place; ln 0 is -inf.

    From fdlibm, e_log.c.
    """
    x = np.asarray(x, np.float64)
    mantissa, exponent = np.frexp(x)
    is_small = mantissa < np.sqrt(0.5)
    exponent = exponent - is_small
    f = mantissa * (1.0 + is_small) - 1.0

    s = f / (2.0 + f)
    z = s * s
    half_square = 0.5 * f * f
    series = z * _polynomial(z, _LN_SERIES)
    low = exponent * _LN2_LOW
    remainder = s * (half_square + series) + low
    correction = (half_square - remainder) - f
    high = exponent * _LN2_HIGH
    return np.where(x > 0, high - correction, -INFINITY)


def exp(x: ArrayLike) -> Floats:
    """Exponential of ``x``, within one unit in the last place for results in the normal range.

    From fdlibm, e_exp.c.
    """
    x = np.clip(np.asarray(x, np.float64), -800.0, 800.0)  # beyond is 0 or infinity anyhow
    exponent = np.rint(x * 1.44269504088896338700)  # 1 / ln 2
    high = x - exponent * _LN2_HIGH
    low = exponent * _LN2_LOW
    r = high - low
    square = r * r
    c = r - square * _polynomial(square, _EXP_SERIES)
    quotient = (r * c) / (2.0 - c)
    correction = (low - quotient) - high
    mantissa = 1.0 - correction
    return np.ldexp(mantissa, exponent.astype(np.int32))


def power(x: ArrayLike, y: ArrayLike) -> Floats:
    """``x`` ≥ 0 to the ``y``.

    The relative error grows with the size of the result, as (2 + abs(y ln x)) * 2**-52.
    """
    exponent = np.asarray(y, np.float64)
    return exp(exponent * ln(x))


def hazard(p: ArrayLike, complement: ArrayLike | None = None) -> Floats:
    """-ln(1 - p): the rate whose chance to strike within one unit is ``p``.

    It is precise for small ``p``, and 0 below 2**-54. ``complement`` is 1 - p, where it is known
    more exactly than p. The quotient takes back the rounding of 1 - p (Kahan's log1p, in Goldberg,
    "What every computer scientist should know about floating-point arithmetic", 1991).
    """
    p = np.asarray(p, np.float64)
    q = _complement(p, complement)
    least = np.ldexp(1.0, -54)
    rounded = np.maximum(1.0 - q, least)
    return -ln(q) * (p / rounded)


def _complement(p: Floats, complement: ArrayLike | None) -> Floats:
    """1 - p, or what is given for it."""
    if complement is None:
        return 1.0 - p
    return np.asarray(complement, np.float64)


# Wichura, "Algorithm AS 241: the percentage points of the normal distribution", Applied Statistics
# 37 (1988), PPND16.
_CENTRE = (
    (
        3.3871328727963666080e0,
        1.3314166789178437745e2,
        1.9715909503065514427e3,
        1.3731693765509461125e4,
        4.5921953931549871457e4,
        6.7265770927008700853e4,
        3.3430575583588128105e4,
        2.5090809287301226727e3,
    ),
    (
        1.0,
        4.2313330701600911252e1,
        6.8718700749205790830e2,
        5.3941960214247511077e3,
        2.1213794301586595867e4,
        3.9307895800092710610e4,
        2.8729085735721942674e4,
        5.2264952788528545610e3,
    ),
)
_SHOULDER = (
    (
        1.42343711074968357734e0,
        4.63033784615654529590e0,
        5.76949722146069140550e0,
        3.64784832476320460504e0,
        1.27045825245236838258e0,
        2.41780725177450611770e-1,
        2.27238449892691845833e-2,
        7.74545014278341407640e-4,
    ),
    (
        1.0,
        2.05319162663775882187e0,
        1.67638483018380384940e0,
        6.89767334985100004550e-1,
        1.48103976427480074590e-1,
        1.51986665636164571966e-2,
        5.47593808499534494600e-4,
        1.05075007164441684324e-9,
    ),
)
_TAIL = (
    (
        6.65790464350110377720e0,
        5.46378491116411436990e0,
        1.78482653991729133580e0,
        2.96560571828504891230e-1,
        2.65321895265761230930e-2,
        1.24266094738807843860e-3,
        2.71155556874348757815e-5,
        2.01033439929228813265e-7,
    ),
    (
        1.0,
        5.99832206555887937690e-1,
        1.36929880922735805310e-1,
        1.48753612908506148525e-2,
        7.86869131145613259100e-4,
        1.84631831751005468180e-5,
        1.42151175831644588870e-7,
        2.04426310338993978564e-15,
    ),
)


def _ratio(x: Floats, over_and_under: tuple[Sequence[float], Sequence[float]]) -> Floats:
    over, under = over_and_under
    return _polynomial(x, over) / _polynomial(x, under)


def normal_quantile(p: ArrayLike, complement: ArrayLike | None = None) -> Floats:
    """Return the point below which a standard normal value falls with chance ``p``.

    For 0 < p < 1, to about 1e-15 (AS 241). ``complement`` is 1 - p, given where p is so close to 1
    that the difference would be lost.
    """
    p = np.asarray(p, np.float64)
    q = _complement(p, complement)
    depth = np.sqrt(-ln(np.minimum(p, q)))
    shoulder = _ratio(depth - 1.6, _SHOULDER)
    tail = _ratio(depth - 5.0, _TAIL)
    beyond = np.where(depth <= 5.0, shoulder, tail)

    centre = p - 0.5
    middle = centre * _ratio(0.180625 - centre * centre, _CENTRE)
    is_central = np.abs(centre) <= 0.425
    return np.where(is_central, middle, np.copysign(beyond, centre))


def chances_below(quantile: Callable[[ArrayLike], Floats], values: Sequence[float]) -> Floats:
    """The chance up to which a quantile stays below each of some values, found part by part."""
    value = np.array(values, np.float64)[:, None]
    low, width = np.zeros_like(value), 1.0
    steps = np.arange(1, _PARTS)
    for _ in range(_ROUNDS):
        width /= _PARTS
        below = quantile(low + steps * width) < value
        low += np.count_nonzero(below, axis=1, keepdims=True) * width
    return np.where(low + width < 1.0, low, 1.0).ravel()
