"""Devices: which are owned, and which share of the hours each kind has."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from synthview.realism.measure import Curve, Family, Measure, Rows
from synthview.realism.observed import DAY_MS, ON_TV, NotApplicable, Observed
from synthview.realism.samples import HOMES, ITALY, MONTH
from synthview.realism.tally import Tally, ratio, share

__all__ = ["DEVICES"]

_CLASSES = {"D01": ON_TV, "D02": ("computer",), "D03": ("phone",), "D04": ("tablet",)}
_OWNED = {"D08-stick": "stick", "D08-stv": "tv", "D08-con": "console"}
_HALF_YEAR_DAYS = 182
_LEAST_DAYS = 7


def hours_by_class(observed: Observed) -> Mapping[str, Tally]:
    """Percentage of hours by class of device, of accounts that are at least half a year old."""
    known = observed.homes.filter(
        pl.col("valid_from") <= observed.first_ms - _HALF_YEAR_DAYS * DAY_MS
    )
    plays = observed.plays.join(known.select("home"), on="home", how="semi")
    if plays.is_empty():
        raise NotApplicable("no account in it is half a year old and watches")
    return _shares(observed, plays, _CLASSES)


def hours_in_italy(observed: Observed) -> Mapping[str, Tally]:
    """Of hours in Italy, the percentage on television sets."""
    plays = observed.plays.filter(pl.col("country") == "IT")
    if plays.is_empty():
        raise NotApplicable("nobody in it watches in Italy")
    return _shares(observed, plays, {"D06-it": ON_TV})


def _shares(
    observed: Observed, plays: pl.DataFrame, classes: Mapping[str, tuple[str, ...]]
) -> dict[str, Tally]:
    watched = pl.col("watched_ms")
    kind = pl.col("device_type").cast(pl.String)
    *parts, whole = observed.sums(
        plays, *(watched.filter(kind.is_in(one)).sum() for one in classes.values()), watched.sum()
    )
    return {one: ratio(part, whole, 100) for one, part in zip(classes, parts, strict=True)}


def owned(observed: Observed) -> Mapping[str, Tally]:
    """Percentage of US homes with a stick or box, a smart television set, a console."""
    homes = observed.homes.filter(pl.col("country") == "US").select("home", "group")
    homes = homes.join(observed.dwellings, on="home", how="semi")
    if homes.is_empty():
        raise NotApplicable("no home in it lies in the United States")
    kind = pl.col("device_type").cast(pl.String)
    has = observed.devices.group_by("home").agg(
        (kind == one).any().alias(one) for one in _OWNED.values()
    )
    each = homes.join(has, on="home", how="left")
    *parts, whole = observed.sums(
        each,
        *(pl.col(one).sum() for one in _OWNED.values()),
        pl.len(),
    )
    return {one: share(part, whole) for one, part in zip(_OWNED, parts, strict=True)}


def _by_hour(observed: Observed) -> Rows:
    """Percentage of viewing by class of device, from each local hour on."""
    names = {"tv": "television", "console": "television", "stick": "television"}
    kind = pl.col("device_type").cast(pl.String).replace(names)
    hour = pl.col("local_ms") // 3_600_000 % 24
    found = observed.plays.group_by(hour=hour, device=kind).agg(ms=pl.col("watched_ms").sum())
    whole = found.with_columns(share=100 * pl.col("ms") / pl.col("ms").sum().over("hour"))
    return whole.sort("hour", "device").select("hour", "device", "share").to_dicts()


DEVICES = Family(
    "devices",
    "Devices",
    "On what people watch, and what they own.",
    (
        Measure(tuple(_CLASSES), MONTH, hours_by_class, _LEAST_DAYS),
        Measure(("D06-it",), ITALY, hours_in_italy, _LEAST_DAYS),
        Measure(tuple(_OWNED), HOMES, owned),
    ),
    (Curve("devices_by_hour", MONTH, _by_hour, _LEAST_DAYS),),
)
