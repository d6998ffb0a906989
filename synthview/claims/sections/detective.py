"""The detective: whether the log alone reveals who watched, tried by a classifier on many homes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from statistics import fmean, pstdev

from synthview.claims.sections import homes
from synthview.claims.sections.doors import Home, first_child, is_borderline
from synthview.claims.sections.section import LeftOut, Section
from synthview.claims.study import Study
from synthview.outside.extras import need

__all__ = ["SECTION", "Classifier", "Detective", "detective", "measure"]

_SHOWN = 6
_LEAST_YES = 2
"""So many of the homes to guess at are one person: where the world that is shown has fewer, others
that print the number lend theirs.
"""
_FOLDS = 5
_SEED = 18


@dataclass(frozen=True)
class Classifier:
    """How a classifier does: of how many homes that are asked about it has how many right.

    Borderline cases, which a single evening decides, are not asked.
    """

    name: str
    auc: float | None
    right: int | None
    of: int
    sentence: str


@dataclass(frozen=True)
class Detective:
    """Places of the homes to guess at, and how a classifier does.

    The places are those among the homes of the world that is shown and, after them, of the homes
    that are `borrowed` from other worlds that print the number, since too few of those shown are
    one person.
    """

    homes: tuple[int, ...]
    classifier: Classifier
    borrowed: tuple[Home, ...] = ()


def measure(study: Study) -> Detective | LeftOut:
    """Ask of homes of the world that is shown.

    A classifier learns from those of the other worlds.
    """
    found = study.once(homes.simulated)
    if isinstance(found, LeftOut):
        return found
    return detective(found.homes, [home for world in found.homes_of_several for home in world])


def detective(shown: Sequence[Home], others: Sequence[Home]) -> Detective:
    """Six homes to guess at, and the score of a classifier trained on the `others`.

    A home that is asked about is not learnt from, in whatever world it stands. It is asked of each
    home whether one person sat through the title on every day. Raises MissingExtra where
    scikit-learn is not installed.
    """
    places, borrowed = _suspects(shown, others)
    every = [*shown, *borrowed]
    chosen = [every[place] for place in places]
    return Detective(tuple(places), _machine(chosen, _apart_from(chosen, others)), tuple(borrowed))


def _suspects(shown: Sequence[Home], others: Sequence[Home]) -> tuple[list[int], list[Home]]:
    """Places of the homes to guess at, in the order of their accounts, and those borrowed."""
    known = first_child(shown)
    own = sum(home.verdict == "same_person" for home in shown if home is not known)
    lent = _lent(shown, others, max(_LEAST_YES - own, 0))
    places = [
        *_unlike(shown, known, _SHOWN - len(lent)),
        *range(len(shown), len(shown) + len(lent)),
    ]
    every = [*shown, *lent]
    # The ids of accounts say nothing of what is behind them, so their order gives nothing away.
    return sorted(places, key=lambda place: every[place].id), lent


def _lent(shown: Sequence[Home], others: Sequence[Home], count: int) -> list[Home]:
    """So many homes of one person from other worlds, as far as there are such."""
    found = (home for home in _apart_from(shown, others) if home.verdict == "same_person")
    return list(islice(found, count))


def _machine(chosen: Sequence[Home], others: Sequence[Home]) -> Classifier:
    """What a classifier that learns from the others makes of those that are clear."""
    asked = [home for home in chosen if not is_borderline(home)]
    labels = [home.verdict == "same_person" for home in others]
    if min(sum(labels), len(labels) - sum(labels)) >= _FOLDS:
        return _asked(asked, others, labels)
    few = "one person" if sum(labels) < _FOLDS else "anybody else"
    sentence = f"Too few of {len(labels)} homes are of {few} for a classifier to learn from."
    return Classifier("none", None, None, len(asked), sentence)


def _asked(chosen: Sequence[Home], others: Sequence[Home], labels: Sequence[bool]) -> Classifier:
    """Learn from the other homes, and ask of those that are chosen."""
    seen = [_features(home) for home in others]
    asked = [_features(home) for home in chosen]
    scores, auc = _learnt(seen, labels, asked)
    truth = [home.verdict == "same_person" for home in chosen]
    right = sum((score >= 0.5) == one for score, one in zip(scores, truth, strict=True))
    sentence = (
        f"A random forest that has learnt from {len(others):,} other homes tells one person "
        f"from anybody else with an AUC of {auc:.2f}; of these {len(chosen)} it has {right} right."
    )
    return Classifier("random forest", auc, right, len(chosen), sentence)


def _apart_from(asked: Sequence[Home], others: Sequence[Home]) -> list[Home]:
    """One row for each of the other homes, that of the first world it stands in.

    None of those that are asked about.
    """
    seen, left = {home.id for home in asked}, []
    for home in others:
        if home.id not in seen:
            seen.add(home.id)
            left.append(home)
    return left


def _unlike(shown: Sequence[Home], known: Home | None, most: int) -> list[int]:
    """Places of so many homes, as unlike in cause and verdict as there are.

    Of one person there are as many as are needed. Not the one that a reader knows by then, if there
    are enough.
    """
    unknown = [place for place, home in enumerate(shown) if home is not known]
    places = unknown if len(unknown) >= most else range(len(shown))
    ones = [place for place in places if shown[place].verdict == "same_person"]
    kinds: dict[tuple[str, str, bool], list[int]] = {}
    for place in sorted(places, key=lambda one: (*_kind(shown[one]), one)):
        kinds.setdefault(_kind(shown[place]), []).append(place)
    chosen = ones[: min(_LEAST_YES, most)]
    for own in kinds.values():
        own[:] = [place for place in own if place not in chosen]
    while len(chosen) < min(most, len(places)):
        for own in kinds.values():
            if own and len(chosen) < most:
                chosen.append(own.pop(0))
    return sorted(chosen)


def _kind(home: Home) -> tuple[str, str, bool]:
    """Sorts of homes; a borderline case is one of its own, so that one is asked about."""
    return str(home.cause), home.verdict, not is_borderline(home)


def _features(home: Home) -> list[float]:
    """What a log reveals of a home: when, how long, how often, on what, by whose profile."""
    plays = [play for door in home.doors for play in door.log]
    hours = [_hour(play.start) for play in plays if play.start] or [0.0]
    minutes = [float(play.minutes) for play in plays] or [0.0]
    a_day = [float(len(door.log)) for door in home.doors if door.log] or [0.0]
    return [
        *(fmean(hours), pstdev(hours), min(hours), max(hours)),
        *(fmean(minutes), pstdev(minutes), min(minutes)),
        *(fmean(a_day), max(a_day)),
        float(len({play.device for play in plays})),
        float(len({play.profile for play in plays})),
        fmean([play.device == "tv" for play in plays] or [0]),
        fmean([play.from_ == "rewatch" for play in plays] or [0]),
    ]


def _hour(start: str) -> float:
    """The hour of the day of a time."""
    return int(start[11:13]) + int(start[14:16]) / 60


def _learnt(
    seen: Sequence[Sequence[float]], labels: Sequence[bool], asked: Sequence[Sequence[float]]
) -> tuple[list[float], float]:
    """Chances for the homes asked about, and the area under the curve by cross-validation."""
    need("claim", "The detective", "sklearn.ensemble")
    from sklearn.ensemble import RandomForestClassifier  # noqa: PLC0415  heavy
    from sklearn.metrics import roc_auc_score  # noqa: PLC0415
    from sklearn.model_selection import cross_val_predict  # noqa: PLC0415

    forest = RandomForestClassifier(200, random_state=_SEED, min_samples_leaf=2)
    honest = cross_val_predict(forest, seen, labels, cv=_FOLDS, method="predict_proba")[:, 1]
    forest.fit(seen, labels)
    return forest.predict_proba(asked)[:, 1].tolist(), float(roc_auc_score(labels, honest))


SECTION = Section(
    name="detective",
    title="Be the detective",
    kind=Detective,
    measure=measure,
    packages=("scipy.signal", "sklearn.ensemble"),
    sentence=lambda _: "",
    scenes=("detective",),
)
