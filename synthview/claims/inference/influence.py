"""Influence: which guess moves the answer once the number is known, and by how much.

The answer is how many accounts are one person who sat through it on every day. An index says what
part of its spread in worlds that print the number comes of one setting; beside it stands what the
answer would be if that setting were known to be low, or high, or if more were believed of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from synthview.claims.inference.parameters import POPULAR, RATE, SIMULATED, Blocks, Parameter
from synthview.claims.inference.sensitivity import Index, first_order
from synthview.claims.inference.weights import WeightedWorlds
from synthview.rows import Floats, Ints

__all__ = [
    "Answers",
    "OtherPrior",
    "SettingInfluence",
    "indices_of",
    "influences",
    "other_priors",
    "rows_of",
]

QUANTILES = (0.05, 0.5, 0.95)
_TENTHS = 10
_GROUPS = 5
"""So many groups of equal prior chance, by a setting, tell what it does to the answer."""
_TURNS = 4_000
_ANY_BY_CHANCE = 0.05
"""How often any of all settings without a part may look as if it had one."""
_A_WORLD = 3
"""Counts of daily viewers that are drawn in each world."""
_UPPER_ENDS = (0.1, 10.0, 100.0)
"""By how much the upper end of the range of a rate is moved, to see what that does."""


@dataclass(frozen=True)
class Answers:
    """Daily viewers drawn in every world, (draw, point, mix), in order of their number."""

    order: Ints
    sorted: Ints

    @classmethod
    def of(cls, worlds: WeightedWorlds, said: int, seed: int) -> Answers:
        """Draw some in each world."""
        rng = np.random.default_rng(seed)
        chance = np.minimum(worlds.share(), 1.0)
        drawn = rng.binomial(said, np.broadcast_to(chance, (_A_WORLD, *chance.shape))).ravel()
        order = np.argsort(drawn, kind="stable")
        return cls(order, drawn[order])

    def under(self, weights: Floats) -> tuple[float, float, float]:
        """5 % point, median and 95 % point by the weights of worlds, (point, mix)."""
        each = np.broadcast_to(weights, (_A_WORLD, *weights.shape)).ravel()[self.order]
        sums = np.cumsum(each)
        places = np.searchsorted(sums, np.array(QUANTILES) * sums[-1])
        low, middle, high = self.sorted[np.minimum(places, len(sums) - 1)].tolist()
        return float(low), float(middle), float(high)


@dataclass(frozen=True)
class SettingInfluence:
    """What one setting has to do with the answer, once the number is known.

    `index` is the part of the answer's variance that it explains by itself, less what chance does;
    `by_chance` what the best of as many settings without any part reaches in one of twenty cases.
    `believed` are the 5 %, 50 % and 95 % points before, `given` after the number is known, `tenths`
    what each tenth of the former then weighs. `if_low` and `if_high` are daily viewers, as
    `Answers.under` has them, in worlds of the lowest and of the highest third of the setting.
    """

    setting: Parameter
    index: float
    by_chance: float
    believed: tuple[float, float, float]
    given: tuple[float, float, float]
    tenths: tuple[float, ...]
    if_low: tuple[float, float, float]
    if_high: tuple[float, float, float]


@dataclass(frozen=True)
class OtherPrior:
    """The answer if another range were believed of a rate: daily viewers, and effective points."""

    setting: Parameter
    times_high: float
    daily_viewers: tuple[float, float, float]
    points: float


def rows_of(worlds: WeightedWorlds) -> dict[str, Ints]:
    """Which row of each block a world has, (point, mix)."""
    points = np.arange(len(worlds.half))[:, None]
    return {
        SIMULATED: np.broadcast_to(points, worlds.popular.shape),
        POPULAR: worlds.popular,
        RATE: worlds.rates,
    }


def influences(
    blocks: Blocks, worlds: WeightedWorlds, said: int, seed: int
) -> list[SettingInfluence]:
    """What every setting that varies has to do with the answer, the one with most first."""
    answers = Answers.of(worlds, said, seed)
    weights = worlds.given(said)
    found = []
    for part, row in rows_of(worlds).items():
        block = _Block.of(row, weights, worlds.share(), len(blocks.values[part]))
        usual, most = block.by_chance(seed, sum(map(len, blocks.ranges.values())))
        for setting, values in zip(blocks.ranges[part], blocks.values[part].T, strict=True):
            found.append(_influence(setting, values, block, (usual, most), answers))
    return sorted(found, key=lambda one: (-one.index, one.setting.path))


@dataclass(frozen=True)
class _Block:
    """Worlds by the row of a block: weights, and weights times the share of daily viewers."""

    row: Ints
    weights: Floats
    weight: Floats
    weighted_share: Floats
    variance: float

    @classmethod
    def of(cls, row: Ints, weights: Floats, share: Floats, rows: int) -> _Block:
        """Sum over the worlds of each row."""
        weight, weighted_share = (
            np.bincount(row.ravel(), one.ravel(), minlength=rows).astype(np.float64)
            for one in (weights, weights * share)
        )
        mean = float((weights * share).sum())
        variance = float((weights * (share - mean) ** 2).sum())
        return cls(
            row,
            weights,
            weight,
            weighted_share,
            variance,
        )

    def explained(self, group: Ints) -> float:
        """The part of the variance between groups of rows."""
        if not self.variance:
            return 0.0
        of_group, sums = (
            np.bincount(group, one, minlength=_GROUPS) for one in (self.weight, self.weighted_share)
        )
        means = sums / np.maximum(of_group, 1e-300)
        mean = self.weighted_share.sum()
        return float((of_group * (means - mean) ** 2).sum()) / self.variance

    def by_chance(self, seed: int, settings: int) -> tuple[float, float]:
        """What groups explain that are drawn without regard to any setting: mean, and most of all.

        Of so many settings none exceeds the second but in one of twenty cases.
        """
        rng = np.random.default_rng(seed)
        groups = _groups(np.arange(len(self.weight)), _GROUPS)
        found = np.array([self.explained(rng.permutation(groups)) for _ in range(_TURNS)])
        share = 1 - _ANY_BY_CHANCE / max(settings, 1)
        return float(found.mean()), float(np.quantile(found, share))


def _groups(values: Floats | Ints, count: int) -> Ints:
    """The group of each row by its value: as many groups, of equal size, the lowest first."""
    rank = np.argsort(np.argsort(values, kind="stable"), kind="stable")
    return rank * count // max(len(values), 1)


def _influence(
    setting: Parameter, values: Floats, block: _Block, chance: tuple[float, float], answers: Answers
) -> SettingInfluence:
    usual, most = chance
    index, chance_alone = (
        max(one - usual, 0.0) / max(1 - usual, 1e-9)
        for one in (block.explained(_groups(values, _GROUPS)), most)
    )
    tenths = np.bincount(_groups(values, _TENTHS), block.weight, minlength=_TENTHS)
    third = _groups(values, 3)[block.row]
    low, high = (answers.under(block.weights * (third == one)) for one in (0, 2))
    return SettingInfluence(
        setting,
        index,
        chance_alone,
        _weighted_quantiles(values, np.ones(len(values))),
        _weighted_quantiles(values, block.weight),
        tuple(tenths.tolist()),
        low,
        high,
    )


def _weighted_quantiles(values: Floats, weight: Floats) -> tuple[float, float, float]:
    order = np.argsort(values)
    sums = np.cumsum(weight[order])
    places = np.searchsorted(sums, np.array(QUANTILES) * sums[-1])
    low, middle, high = values[order][np.minimum(places, len(values) - 1)].tolist()
    return low, middle, high


def other_priors(
    blocks: Blocks, worlds: WeightedWorlds, sources: Sequence[str], said: int, seed: int
) -> Iterator[OtherPrior]:
    """The answer with the upper end of each rate moved.

    What happens in a home does not depend on how many such homes there are, so each rate's accounts
    are as many times as many.
    """
    for place, setting in enumerate(blocks.ranges[RATE]):
        for factor in (1.0, *_UPPER_ENDS):
            high = setting.high * factor
            if setting.low < high < setting.allowed[1]:
                other = setting.between(setting.low, high)
                source = sources.index(setting.path.split(".")[1])
                moved = _moved(worlds, source, blocks.values[RATE][:, place], other)
                weights = moved.given(said)
                viewers = Answers.of(moved, said, seed).under(weights)
                yield OtherPrior(other, factor, viewers, moved.effective(said)[1])


def _moved(worlds: WeightedWorlds, source: int, rates: Floats, other: Parameter) -> WeightedWorlds:
    """Worlds in which a source has as many homes as another prior of its rate says."""
    rank = np.argsort(np.argsort(rates, kind="stable"), kind="stable")
    times = other.at((rank + 0.5) / len(rates)) / rates
    counted = worlds.counted.copy()
    counted[:, :, source] *= times[worlds.rates][..., None]
    return replace(worlds, counted=counted)


def indices_of(
    blocks: Blocks, weighted: WeightedWorlds, seed: int
) -> dict[str, tuple[Index, Index]]:
    """By path, how much each setting explains of the number's logarithm and of daily viewers."""
    rows = rows_of(weighted)
    found: dict[str, list[list[Index]]] = {part: [] for part in rows}
    for answer in (np.log1p(weighted.expected), weighted.share()):
        for part, row in rows.items():
            count = np.bincount(row.ravel())
            mean = np.bincount(row.ravel(), answer.ravel()) / np.maximum(count, 1)
            found[part].append(
                first_order(
                    blocks.values[part],
                    mean,
                    float(answer.var()),
                    seed,
                )
            )
    return {
        one.path: pair
        for part, own in blocks.ranges.items()
        for one, pair in zip(own, zip(*found[part], strict=True), strict=True)
    }
