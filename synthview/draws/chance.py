"""Dice that remember: the same question about the same household always falls the same way.

A draw is a pure function of (seed, stream, entity, n). The stream is the decision in words, the
entity who it is about, n tells several throws apart. No draw depends on an earlier one, so
households can be computed in any order, alone, or again. `docs/randomness.md` tells how the hash
works and how it was tested.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache, lru_cache
from hashlib import blake2b
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from synthview.draws.arithmetic import Floats, hazard
from synthview.draws.mixing import GOLDEN, MOREMUR, STAFFORD, finalise, word
from synthview.draws.quantiles import Bits, Drawable, Integers, Quantiles, Steps, thresholds
from synthview.rows import children

__all__ = [
    "NEVER",
    "Permutation",
    "Shares",
    "Stream",
    "odds",
    "portion",
    "rehashed",
    "shares_of",
]

Ids = int | Integers | Bits
Flags = NDArray[np.bool_]

NEVER: Final = 2**62
"""What `Stream.geometric` counts where success is impossible."""

_UINT64, _INT64 = np.dtype(np.uint64), np.dtype(np.int64)
_ONE, _HALF, _LOW_HALF, _STEP = word(1), word(32), word(2**32 - 1), word(GOLDEN)


def _unsigned(ids: Ids) -> Bits:
    """Read whole numbers as 64 bits, -1 as 2**64 - 1; floats are a `TypeError`."""
    array = np.asarray(ids)
    if array.dtype == _UINT64:
        return array
    if array.dtype != _INT64:
        array = array.astype(_INT64, casting="safe")
    return array.view(_UINT64)


@lru_cache(maxsize=4096)
def _keys(seed: int, name: str, count: int) -> tuple[Bits, ...]:
    """64-bit keys for a name under a seed: BLAKE2b, once."""
    digest = blake2b(
        f"{seed:d}:{name}".encode(),
        digest_size=8 * count,
        person=b"synthview",
    ).digest()
    starts = range(0, 8 * count, 8)
    words = [digest[start : start + 8] for start in starts]
    return tuple(word(int.from_bytes(one, "little")) for one in words)


def portion(u: Bits, whole: Ids) -> Integers:
    """Return the share ``u`` / 2**64 of each whole, rounded down, for wholes up to 2**62.

    There are 128 bits in between.
    """
    factor = _unsigned(whole)
    over, under = factor >> _HALF, factor & _LOW_HALF
    high, low = u >> _HALF, u & _LOW_HALF
    carry = low * under
    carry >>= _HALF
    product = high * under
    product += carry
    if over.any():  # seldom: only for wholes from 2**32
        carry = (product & _LOW_HALF) + low * over
        product >>= _HALF
        product += high * over
        product += carry >> _HALF
    else:
        product >>= _HALF
    return product.view(np.int64)


def rehashed(u: Bits) -> Bits:
    """Return other bits made of these, which tell nothing of them."""
    place = np.add(u, _STEP, np.empty(u.shape, np.uint64))
    finalise(place, STAFFORD)
    return place


def _checked(chance: float | Floats) -> Floats:
    chances = np.asarray(chance, np.float64)
    if not ((chances >= 0) & (chances <= 1)).all():
        raise ValueError("a chance must lie between 0 and 1")
    return chances


def odds(chance: float | Floats) -> Bits:
    """Turn chances from 0 to 1 into thresholds of 2**63, exactly; `Stream.happens` takes either."""
    if isinstance(chance, float):
        return _odds_of_one(chance)
    return np.ldexp(_checked(chance), 63).astype(np.uint64)


@lru_cache(maxsize=4096)
def _odds_of_one(chance: float) -> Bits:
    threshold = np.ldexp(_checked(chance), 63)
    return word(int(threshold))


class Shares:
    """The weights of a choice, made exact once: ``Shares([3, 1])``, or a row per class of chooser.

    Weights are whole or float, in any scale, each row with a sum of its own. A share is right to
    2**-63; with several classes, to 2**-63 times their number (rounded up to a power of two).
    Raises `ValueError` for a negative weight or a row without a positive one.
    """

    __slots__ = ("_class_bits", "_class_count", "_ends", "_steps")

    def __init__(
        self, weights: Iterable[float] | Iterable[Iterable[float]] | NDArray[np.generic]
    ) -> None:
        rows = list(weights)
        if not rows or np.ndim(rows[0]) == 0:
            rows = [weights if isinstance(weights, np.ndarray) else rows]
        ends = np.stack([thresholds(row)[:-1] for row in rows])
        self._class_count, self._steps = ends.shape
        self._class_bits = (self._class_count - 1).bit_length()

        # The class goes above the share, so that a single search serves all classes.
        classes = np.arange(self._class_count, dtype=np.uint64)
        share_bits = np.uint64(63 - self._class_bits)
        start = classes << share_bits
        within = ends >> np.uint64(self._class_bits)
        self._ends = (start[:, None] + within).ravel()

    def at(self, u: Bits, row: Ids = 0) -> Integers:
        """Return the position of the weight at each point ``u`` / 2**64 of the shares of a class.

        ``row`` is the class.
        """
        share = u >> np.uint64(1 + self._class_bits)
        if self._class_count == 1 and isinstance(row, int) and row == 0:
            return np.searchsorted(self._ends, share, side="right")

        classes = _unsigned(row)
        if (classes >= self._class_count).any():
            raise IndexError(f"these shares have {self._class_count} classes, counted from 0")
        start = classes << np.uint64(63 - self._class_bits)
        index = np.searchsorted(self._ends, start | share, side="right")
        index -= classes.view(np.int64) * self._steps
        return index


def _is_bound(bound: int | Integers) -> bool:
    """Whether all bounds lie between 1 and 2**62."""
    if isinstance(bound, int):
        return 1 <= bound <= NEVER
    return bool(((bound >= 1) & (bound <= NEVER)).all())


@cache
def _counts(ceiling: float) -> Steps:
    return Steps.poisson(ceiling)


_LIFETIME_UNIT_BITS = 40
_LIFETIMES = Quantiles.exponential(1, unit=2**_LIFETIME_UNIT_BITS)


@cache
def shares_of(weights: tuple[float, ...] | tuple[tuple[float, ...], ...]) -> Shares:
    """Return the `Shares` of some weights, made once however often a day they are asked for."""
    return Shares(weights)


@dataclass(frozen=True, slots=True)
class Stream:
    """One kind of decision, for instance ``Stream(seed=7, name="viewing/sessions/starts")``.

    All draws take ``entity``, the ids that a decision is about, and ``n``, which tells several
    draws for the same entity apart. They broadcast against each other, and the result has their
    common shape. Both are whole numbers of up to 64 bits.
    """

    seed: int
    name: str
    _entity_key: Bits = field(init=False, repr=False, compare=False)
    _draw_key: Bits = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        entity_key, draw_key = _keys(self.seed, self.name, 2)
        object.__setattr__(self, "_entity_key", entity_key)
        object.__setattr__(self, "_draw_key", draw_key)

    def bits(self, entity: Ids, n: Ids = 0, of: Integers | None = None) -> Bits:
        """Return 64 uniform bits each.

        ``of`` says which of the entities each draw is about, where these are few and have many.
        """
        ids = _unsigned(entity)
        x = np.add(ids, self._entity_key, np.empty(ids.shape, np.uint64))
        finalise(x, STAFFORD)
        if of is not None:
            x = x[of]
        if isinstance(n, (int, np.integer)):
            step = word(int(n) * GOLDEN + int(self._draw_key))
            np.add(x, step, x)
        else:
            # Functions, not operators: those warn of overflow where an axis is missing.
            steps = np.add(np.multiply(_unsigned(n), _STEP), self._draw_key)
            x = np.asarray(np.add(x, steps))
        finalise(x, MOREMUR)
        return x

    def happens(self, entity: Ids, chance: float | Floats | Bits, n: Ids = 0) -> Flags:
        """Return true with the given chance; 0 is never and 1 always.

        The chance is a float or what `odds` made of it. A higher chance only adds: what happens at
        0.2 also happens at 0.3.
        """
        is_ready = isinstance(chance, (np.ndarray, np.generic)) and chance.dtype == _UINT64
        threshold = chance if is_ready else odds(chance)  # type: ignore[arg-type]
        return (self.bits(entity, n) >> _ONE) < threshold

    def below(
        self, entity: Ids, bound: int | Integers, n: Ids = 0, of: Integers | None = None
    ) -> Integers:
        """Return a whole number from 0 to ``bound`` - 1, each as likely to 2**-64.

        Bounds go from 1 to 2**62.
        """
        if not _is_bound(bound):
            raise ValueError("a bound must lie between 1 and 2**62")
        return portion(self.bits(entity, n, of), bound)

    def pick(self, entity: Ids, shares: Shares, n: Ids = 0, *, row: Ids = 0) -> Integers:
        """Return the position of a weight, chosen by its share; ``row`` is the class of each."""
        return shares.at(self.bits(entity, n), row)

    def draw(
        self, entity: Ids, table: Drawable, n: Ids = 0, of: Integers | None = None
    ) -> Integers:
        """Return a value of a distribution."""
        return table.at(self.bits(entity, n, of))

    def poisson(self, entity: Ids, rate: float | Floats, ceiling: float, n: Ids = 0) -> Integers:
        """Count independent happenings that number ``rate`` on average.

        There is a rate per row, of at most ``ceiling``. As many candidates as the ceiling calls for
        are each kept with chance rate / ceiling, so a higher rate only adds. Time and memory grow
        with the ceiling, and the counts change with it: make it a constant of the model.
        """
        if not (np.asarray(rate) <= ceiling).all():
            raise ValueError(f"a rate must not exceed its ceiling, {ceiling}")
        u = self.bits(entity, n)
        parent, ordinal = children(_counts(ceiling).at(u).ravel())
        share = np.broadcast_to(odds(rate / (ceiling or 1.0)), u.shape)
        # u identifies entity and n together, which leaves n free to count the candidates.
        kept = Stream(self.seed, f"{self.name}/kept").bits(u.ravel(), ordinal, of=parent)
        is_kept = (kept >> _ONE) < share.ravel()[parent]
        counts = np.bincount(parent[is_kept], minlength=u.size)
        return counts.reshape(u.shape)

    def geometric(self, entity: Ids, chance: float | Floats, n: Ids = 0) -> Integers:
        """Count failures before the first success; a higher chance never means more.

        There is a chance per row. Chances below 2**-54 count as none, which gives `NEVER`.
        """
        drawn = self.draw(entity, _LIFETIMES, n)
        lifetime = np.maximum(drawn, 1).astype(np.float64)
        rate = np.maximum(
            hazard(_checked(chance)),
            np.ldexp(1.0, -150),
        )
        failures = np.floor(np.ldexp(lifetime, -_LIFETIME_UNIT_BITS) / rate)
        return np.minimum(failures, NEVER).astype(np.int64)


_ODD = tuple(int(factor) for finaliser in (STAFFORD, MOREMUR) for _, factor in finaliser[:2])


@dataclass(frozen=True, slots=True)
class Permutation:
    """A keyed shuffle of all numbers of ``bits`` bits (1 to 63) that can be undone.

    It makes public ids out of internal ones. Four rounds of key, odd factor and shift, each a
    bijection. It hides structure; it is no encryption.
    """

    seed: int
    name: str
    bits: int = 63
    _round_keys: tuple[Bits, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not 1 <= self.bits <= 63:
            raise ValueError(f"a permutation has 1 to 63 bits, not {self.bits}")
        keys = _keys(self.seed, f"{self.name}#{self.bits}", len(_ODD))
        object.__setattr__(self, "_round_keys", keys)

    def apply(
        self, ids: Ids, within: Ids | None = None, counts: Integers | None = None
    ) -> Integers:
        """Return the image of each id.

        With ``within`` (ids, say of plays), each of those has a shuffle of its own; with ``counts``
        it is that of so many ids in a row.
        """
        short = self._short
        x = self._checked(ids).astype(short, copy=False)
        mask, half = self._mask.astype(short), self._half.astype(short)
        for key, odd in zip(self._keys_of(within), _ODD, strict=True):
            own = key.astype(short)
            mixed = x ^ (own if counts is None else np.repeat(own, counts))
            x = np.multiply(mixed, np.array(odd & int(mask), short)) & mask
            x = x ^ (x >> half)
        return x.astype(np.int64)

    def invert(self, ids: Ids, within: Ids | None = None) -> Integers:
        """Return the ids whose images these are."""
        x = self._checked(ids)
        rounds = list(zip(self._keys_of(within), _ODD, strict=True))
        for key, odd in reversed(rounds):
            # The shift undoes itself, since it is at least half of the bits.
            x = x ^ (x >> self._half)
            inverse = np.uint64(pow(odd, -1, 1 << self.bits))
            x = (np.multiply(x, inverse) & self._mask) ^ key
        return x.view(np.int64)

    @property
    def _short(self) -> np.dtype[np.unsignedinteger[Any]]:
        """The shortest word that holds an id: of a product only the low bits count."""
        fitting = (np.uint16, np.uint32, np.uint64)
        return np.dtype(next(one for one in fitting if self.bits <= np.dtype(one).itemsize * 8))

    @property
    def _mask(self) -> np.uint64:
        return np.uint64((1 << self.bits) - 1)

    @property
    def _half(self) -> np.uint64:
        """The shift of a round: half of the bits, rounded up."""
        return np.uint64((self.bits + 1) // 2)

    def _checked(self, ids: Ids) -> Bits:
        x = _unsigned(ids)
        if (x >> np.uint64(self.bits)).any():
            raise ValueError(
                f"ids of permutation '{self.name}' must lie between 0 and 2**{self.bits} - 1"
            )
        return x

    def _keys_of(self, within: Ids | None) -> list[Bits]:
        """Keys of the rounds, cut to size; ``within`` gives each round other bits of its hash."""
        mask = self._mask
        if within is None:
            return [key & mask for key in self._round_keys]
        own = Stream(self.seed, f"{self.name}/within").bits(within)
        keys = []
        for place, key in enumerate(self._round_keys):
            bits = own >> np.uint64(16 * place)
            keys.append((key ^ bits) & mask)
        return keys
