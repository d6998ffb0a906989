"""Sensitivity: which assumption moves an answer most, as the share of its spread that each explains by itself."""

from __future__ import annotations

from dataclasses import dataclass

from synthview.outside.extras import need
from synthview.rows import Floats

__all__ = ["Index", "first_order"]

_HARMONICS = 4
"""How wavy an effect may be to be seen; settings of a rate or a length work one way."""
_TOO_FEW = 8 * _HARMONICS
"""From so few points nothing can be said of any setting."""
_RESAMPLES = 200


@dataclass(frozen=True, slots=True)
class Index:
    """The share of the spread of an answer that one setting explains by itself, with its 95 % interval."""

    share: float
    low: float
    high: float


def first_order(values: Floats, answers: Floats, spread: float, seed: int) -> list[Index]:
    """First-order indices of every column of `values` from answers at those points, by RBD-FAST as SALib has it.

    `spread` is the variance that is to be explained, where the answers are means over what else
    varies; they explain no more than their own. Raises InputError where SALib is not installed.
    """
    rbd_fast = need("claim", "Which assumption matters most", "SALib.analyze.rbd_fast")
    if len(answers) <= _TOO_FEW:
        return [Index(0.0, 0.0, 1.0)] * values.shape[1]
    own = float(answers.var())
    if own == 0 or spread == 0 or not values.shape[1]:
        return [Index(0.0, 0.0, 0.0)] * values.shape[1]
    names = [str(place) for place in range(values.shape[1])]
    told = rbd_fast.analyze(
        {"num_vars": len(names), "names": names},
        values,
        answers,
        M=_HARMONICS,
        num_resamples=_RESAMPLES,
        seed=seed,
    )
    part = min(1.0, own / spread)
    return [
        _index(float(share), float(reach), part)
        for share, reach in zip(told["S1"], told["S1_conf"], strict=True)
    ]


def _index(share: float, reach: float, part: float) -> Index:
    """Within 0 and 1, as a share is, though its estimate may lie a little outside."""
    return Index(
        *(part * min(1.0, max(0.0, value)) for value in (share, share - reach, share + reach))
    )
