"""Homes: who lives there, who else uses the account, and what they own."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl

from synthview.realism.measure import Curve, Family, Measure, Rows
from synthview.realism.samples import HOMES, MONTH
from synthview.realism.study import NotApplicable, Study
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


def sizes(study: Study) -> Mapping[str, Tally]:
    """How many people live in a home: the mean, and the percentage of homes of each size."""
    us = _of(study, "US")
    eu = study.households.filter(pl.col("country").is_in(EU))
    persons, homes, one = study.sums(
        us, pl.col("person_count").sum(), pl.len(), (pl.col("person_count") == 1).sum()
    )
    found = {"S13": ratio(persons, homes), "S14": share(one, homes)}
    if eu.is_empty():
        return found
    people = pl.col("person_count")
    whole, total, five = study.sums(eu, pl.len(), people.sum(), (people >= 5).sum())
    found |= {"S16-mean": ratio(total, whole), "S16-5": share(five, whole)}
    for name, count in _SIZES.items():
        [above] = study.sums(eu, (people == count).sum())
        found[name] = share(above, whole)
    return found


def kinds(study: Study) -> Mapping[str, Tally]:
    """Of homes in the United States, the percentage of each type, and of those with a cat and with a dog."""
    us, kind = _of(study, "US"), pl.col("household_type")
    [whole] = study.sums(us, pl.len())
    found = {}
    for name, types in _TYPES.items():
        [above] = study.sums(us, kind.is_in(types).sum())
        found[name] = share(above, whole)
    cat, dog = pl.col("has_cat"), pl.col("has_dog")
    cats, dogs = study.sums(us, cat.sum(), dog.sum())
    return found | {"N18-cat": share(cats, whole), "N18-dog": share(dogs, whole)}


def with_school_children(study: Study) -> Mapping[str, Tally]:
    """Of homes in the United States, the percentage in which somebody of 6 to 17 years lives."""
    at_school = pl.col("lives_here") & pl.col("age").is_between(6, 17)
    theirs = study.persons.filter(at_school).select("home").unique().with_columns(children=True)
    homes = _of(study, "US").join(theirs, on="home", how="left")
    above, below = study.sums(homes, pl.col("children").sum(), pl.len())
    return {"S18": share(above, below)}


def _of(study: Study, country: str) -> pl.DataFrame:
    homes = study.households.filter(pl.col("country") == country)
    if homes.is_empty():
        raise NotApplicable(f"no home in it lies in {country}")
    return homes


def most_profiles(study: Study) -> Mapping[str, Tally]:
    """The most profiles that any account has; of few accounts perhaps none has as many as it may."""
    if len(study.homes) < _FEWEST_FOR_A_MAXIMUM:
        raise NotApplicable(
            f"a maximum needs {_FEWEST_FOR_A_MAXIMUM:,} households, and there are {len(study.homes):,}"
        )
    most = study.profiles.group_by("home").len()["len"].max()
    return {"S19": exactly(float(most))}  # type: ignore[arg-type]


def stream_limits(study: Study) -> Mapping[str, Tally]:
    """How many streams each plan allows at a time; the mean, which is whole where all accounts are alike."""
    plan = pl.col("plan").cast(pl.String)
    homes = (
        study.homes.with_columns(plan=plan)
        .group_by("plan")
        .agg(streams=pl.col("stream_limit").mean())
    )
    limits = dict(homes.iter_rows())
    return {one: exactly(float(limits[name])) for one, name in _STREAMS.items() if name in limits}


def sharing(study: Study) -> Mapping[str, Tally]:
    """How many people use an account, as its members say, and how many of them live elsewhere."""
    outside = ~pl.col("lives_here")
    homes = study.persons.group_by("group", "home", "country").agg(others=outside.sum())
    all_away, accounts = study.sums(homes, pl.col("others").sum(), pl.len())
    shared, us = study.sums(
        homes.filter(pl.col("country") == "US"), (pl.col("others") > 0).sum(), pl.len()
    )
    return {
        "N01": ratio(all_away, accounts, _MEMBERSHIPS_2022),
        "N02-lrg": share(shared, us),
    }


def people_per_account(study: Study) -> Mapping[str, Tally]:
    """Of users of 16 to 64 in the United States and the United Kingdom, the percentage by how many share the account.

    A user is a person of 16 or more who was before the screen in the month.
    """
    asked = users_of(study).filter(
        pl.col("age").is_between(16, 64) & pl.col("country").is_in(["US", "GB"])
    )
    if asked.is_empty():
        raise NotApplicable("nobody of those asked watches in it")
    *parts, whole = study.sums(
        asked,
        *((pl.col("sharing") == count).sum() for count in (1, 2, 3)),
        (pl.col("sharing") >= 4).sum(),
        pl.len(),
    )
    return {f"S22-{number}": share(part, whole) for number, part in enumerate(parts, 1)}


def users_of(study: Study) -> pl.DataFrame:
    """Persons of 16 or more who were before the screen, with how many such persons their account has: ``sharing``."""
    seen = study.truths.select("home", person_id=pl.col("viewer_ids")).explode(
        "person_id", empty_as_null=False
    )
    asked = study.persons.filter(pl.col("age") >= _LEAST_AGE)
    users = asked.join(seen.unique(), on=["home", "person_id"])
    return users.with_columns(sharing=pl.len().over("home"))


def kids_titles(study: Study) -> Mapping[str, Tally]:
    """Of accounts that watch within a month, the percentage that watch a title for kids or families."""
    genres = pl.col("genres").str.split("|")
    is_theirs = genres.list.contains("kids") | genres.list.contains("family")
    titles = study.titles.select("title", theirs=is_theirs)
    plays = study.plays.filter(pl.col("watched_ms") > 2 * 60_000).join(titles, on="title")
    homes = plays.group_by("group", "home").agg(pl.col("theirs").any())
    above, below = study.sums(homes, pl.col("theirs").sum(), pl.len())
    return {"K01": share(above, below)}


def children(study: Study) -> Mapping[str, Tally]:
    """Of what children of 4 to 15 in the United Kingdom are there for, the percentage that is made for kids."""
    kids = study.titles.select(
        "title_id", theirs=pl.col("genres").str.split("|").list.contains("kids")
    )
    theirs = study.persons.filter(
        pl.col("lives_here") & pl.col("age").is_between(4, 15) & (pl.col("country") == "GB")
    )
    plays = study.truths.select(
        "home", "group", "title_id", "played_ms", person_id=pl.col("viewer_ids")
    )
    seen = plays.explode("person_id", empty_as_null=False).join(
        theirs.select("home", "person_id"), on=["home", "person_id"]
    )
    if seen.is_empty():
        raise NotApplicable("no child in the United Kingdom watches in it")
    played = pl.col("played_ms")
    above, below = study.sums(
        seen.join(kids, on="title_id"), played.filter(pl.col("theirs")).sum(), played.sum()
    )
    return {"K10-kidprog": ratio(above, below, 100)}


def _by_sharing(study: Study) -> Rows:
    """Accounts by how many people use them in a month, as a percentage."""
    counts = users_of(study).group_by("home").len()["len"].to_numpy()
    found = np.bincount(np.minimum(counts, 8), minlength=9)[1:]
    return [
        {"people": one, "share": float(100 * n / max(found.sum(), 1))}
        for one, n in enumerate(found, 1)
    ]


def _profiles(study: Study) -> Rows:
    """Accounts by how many profiles they have, as a percentage."""
    counts = study.profiles.group_by("home").len()["len"].to_numpy()
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
        Measure(("K10-kidprog",), MONTH, children, _LEAST_DAYS),
    ),
    (Curve("by_sharing", MONTH, _by_sharing, _LEAST_DAYS), Curve("profiles", HOMES, _profiles)),
)
