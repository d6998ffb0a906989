"""Homes: who lives there, who else uses the account, and what they own."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl

from synthview.realism.measure import Curve, Family, Measure, Rows
from synthview.realism.observed import NotApplicable, Observed
from synthview.realism.samples import HOMES, MONTH
from synthview.realism.tally import Tally, exactly, ratio, share

__all__ = ["HOUSEHOLDS"]

EU = ("DE", "FR", "NL", "SE", "DK", "FI", "ES", "IT", "PL", "PT", "IE", "BE", "AT", "GB")
"""Countries of ours that belonged to the European Union of 28."""
_SIZES = {"S16-1": 1, "S16-2": 2, "S16-3": 3, "S16-4": 4}
_TYPES = {
    "S15-alone": ("alone",), "S15-cpl": ("couple",), "S15-cplkids": ("couple_with_children",),
    "S15-unrel": ("housemates",),
}  # fmt: skip
_STREAMS = {"S20-basic": "basic", "S20-std": "standard", "S20-prem": "premium"}
_MEMBERSHIPS_2022 = 222.0
_LEAST_AGE = 16
"""Children are not asked, and not counted by those who are."""
_LEAST_DAYS = 28
_FEWEST_FOR_A_MAXIMUM = 1_000


def sizes(observed: Observed) -> Mapping[str, Tally]:
    """How many people live in a home: the mean, and the percentage of homes of each size."""
    us = _of(observed, "US")
    eu = observed.households.filter(pl.col("country").is_in(EU))
    persons, homes, one = observed.sums(
        us, pl.col("person_count").sum(), pl.len(), (pl.col("person_count") == 1).sum()
    )
    found = {"S13": ratio(persons, homes), "S14": share(one, homes)}
    if eu.is_empty():
        return found
    people = pl.col("person_count")
    whole, total, five = observed.sums(
        eu,
        pl.len(),
        people.sum(),
        (people >= 5).sum(),
    )
    found |= {"S16-mean": ratio(total, whole), "S16-5": share(five, whole)}
    for name, count in _SIZES.items():
        [above] = observed.sums(eu, (people == count).sum())
        found[name] = share(above, whole)
    return found


def kinds(observed: Observed) -> Mapping[str, Tally]:
    """Percentage of US homes of each type, and of those with a cat and with a dog."""
    us = _of(observed, "US")
    kind = pl.col("household_type")
    [whole] = observed.sums(us, pl.len())
    found = {}
    for name, types in _TYPES.items():
        [above] = observed.sums(us, kind.is_in(types).sum())
        found[name] = share(above, whole)
    cat = pl.col("has_cat")
    dog = pl.col("has_dog")
    cats, dogs = observed.sums(us, cat.sum(), dog.sum())
    return found | {"N18-cat": share(cats, whole), "N18-dog": share(dogs, whole)}


def with_school_children(observed: Observed) -> Mapping[str, Tally]:
    """Of homes in the United States, the percentage in which somebody of 6 to 17 years lives."""
    at_school = pl.col("lives_here") & pl.col("age").is_between(6, 17)
    theirs = observed.persons.filter(at_school).select("home").unique().with_columns(children=True)
    homes = _of(observed, "US").join(theirs, on="home", how="left")
    above, below = observed.sums(
        homes,
        pl.col("children").sum(),
        pl.len(),
    )
    return {"S18": share(above, below)}


def _of(observed: Observed, country: str) -> pl.DataFrame:
    homes = observed.households.filter(pl.col("country") == country)
    if homes.is_empty():
        raise NotApplicable(f"no home in it lies in {country}")
    return homes


def most_profiles(observed: Observed) -> Mapping[str, Tally]:
    """The most profiles of any account; few accounts may have none with the maximum."""
    if len(observed.homes) < _FEWEST_FOR_A_MAXIMUM:
        raise NotApplicable(
            f"a maximum needs {_FEWEST_FOR_A_MAXIMUM:,} households, and there are "
            f"{len(observed.homes):,}"
        )
    most = observed.profiles.group_by("home").len()["len"].max()
    return {"S19": exactly(float(most))}  # type: ignore[arg-type]


def stream_limits(observed: Observed) -> Mapping[str, Tally]:
    """Streams that each plan allows at a time: the mean, whole if all accounts are alike."""
    plan = pl.col("plan").cast(pl.String)
    homes = (
        observed.homes.with_columns(plan=plan)
        .group_by("plan")
        .agg(streams=pl.col("stream_limit").mean())
    )
    limits = dict(homes.iter_rows())
    return {one: exactly(float(limits[name])) for one, name in _STREAMS.items() if name in limits}


def sharing(observed: Observed) -> Mapping[str, Tally]:
    """How many people use an account, as its members say, and how many of them live elsewhere."""
    outside = ~pl.col("lives_here")
    homes = observed.persons.group_by("group", "home", "country").agg(others=outside.sum())
    all_away, accounts = observed.sums(homes, pl.col("others").sum(), pl.len())
    shared, us = observed.sums(
        homes.filter(pl.col("country") == "US"), (pl.col("others") > 0).sum(), pl.len()
    )
    return {
        "N01": ratio(all_away, accounts, _MEMBERSHIPS_2022),
        "N02-lrg": share(shared, us),
    }


def people_per_account(observed: Observed) -> Mapping[str, Tally]:
    """Percentage of US and UK users of 16 to 64 by how many share the account.

    A user is a person of 16 or more who was before the screen in the month.
    """
    asked = users_of(observed).filter(
        pl.col("age").is_between(16, 64) & pl.col("country").is_in(["US", "GB"])
    )
    if asked.is_empty():
        raise NotApplicable("nobody of those asked watches in it")
    *parts, whole = observed.sums(
        asked,
        *((pl.col("sharing") == count).sum() for count in (1, 2, 3)),
        (pl.col("sharing") >= 4).sum(),
        pl.len(),
    )
    return {f"S22-{number}": share(part, whole) for number, part in enumerate(parts, 1)}


def users_of(observed: Observed) -> pl.DataFrame:
    """Viewers of 16 or more, with how many such persons their account has: ``sharing``."""
    seen = observed.truths.select("home", person_id=pl.col("viewer_ids")).explode(
        "person_id", empty_as_null=False
    )
    asked = observed.persons.filter(pl.col("age") >= _LEAST_AGE)
    users = asked.join(seen.unique(), on=["home", "person_id"])
    return users.with_columns(sharing=pl.len().over("home"))


def kids_titles(observed: Observed) -> Mapping[str, Tally]:
    """Percentage of active accounts that watch a title for kids or families within a month."""
    genres = pl.col("genres").str.split("|")
    is_theirs = genres.list.contains("kids") | genres.list.contains("family")
    titles = observed.titles.select("title", theirs=is_theirs)
    plays = observed.plays.filter(pl.col("watched_ms") > 2 * 60_000).join(titles, on="title")
    homes = plays.group_by("group", "home").agg(pl.col("theirs").any())
    above, below = observed.sums(
        homes,
        pl.col("theirs").sum(),
        pl.len(),
    )
    return {"K01": share(above, below)}


def _by_sharing(observed: Observed) -> Rows:
    """Accounts by how many people use them in a month, as a percentage."""
    counts = users_of(observed).group_by("home").len()["len"].to_numpy()
    found = np.bincount(np.minimum(counts, 8), minlength=9)[1:]
    return [
        {"people": one, "share": float(100 * n / max(found.sum(), 1))}
        for one, n in enumerate(found, 1)
    ]


def _profiles(observed: Observed) -> Rows:
    """Accounts by how many profiles they have, as a percentage."""
    counts = observed.profiles.group_by("home").len()["len"].to_numpy()
    found = np.bincount(counts, minlength=6)[1:]
    return [
        {"profiles": one, "share": float(100 * n / max(found.sum(), 1))}
        for one, n in enumerate(found, 1)
    ]


HOUSEHOLDS = Family(
    "homes",
    "Homes and profiles",
    "Who lives in a home, which pets there are, and who else uses the account.",
    (
        Measure(
            ("S13", "S14", "S16-1", "S16-2", "S16-3", "S16-4", "S16-5", "S16-mean"), HOMES, sizes
        ),
        Measure((*_TYPES, "N18-cat", "N18-dog"), HOMES, kinds),
        Measure(("S18",), HOMES, with_school_children),
        Measure(("S19",), HOMES, most_profiles),
        Measure(tuple(_STREAMS), HOMES, stream_limits),
        Measure(("N01", "N02-lrg"), HOMES, sharing),
        Measure(("S22-1", "S22-2", "S22-3", "S22-4"), MONTH, people_per_account, _LEAST_DAYS),
        Measure(("K01",), MONTH, kids_titles, _LEAST_DAYS),
    ),
    (Curve("by_sharing", MONTH, _by_sharing, _LEAST_DAYS), Curve("profiles", HOMES, _profiles)),
)
