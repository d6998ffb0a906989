"""The detective: whether the log alone reveals who watched, tried by a classifier on many homes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, pstdev

from synthview.claims.sections import homes
from synthview.claims.sections.doors import Home, first_child
from synthview.claims.sections.section import LeftOut, Section
from synthview.claims.study import Study
from synthview.outside.extras import need

__all__ = ["SECTION", "Classifier", "Detective", "detective", "measure"]

_SHOWN = 6
_FOLDS = 5
_SEED = 18


@dataclass(frozen=True)
class Classifier:
    """How a classifier does: of how many homes that are asked about it has how many right."""

    name: str
    auc: float | None
    right: int | None
    of: int
    sentence: str


@dataclass(frozen=True)
class Detective:
    """Places of the homes to guess at, among those shown, and how a classifier does."""

    homes: tuple[int, ...]
    classifier: Classifier


def measure(study: Study) -> Detective | LeftOut:
    """Ask of homes of the world that is shown.

    A classifier learns from those of the other worlds.
    """
    found = study.once(homes.simulated)
    if isinstance(found, LeftOut):
        return found
    return detective(found.homes, [home for world in found.homes_of_several for home in world])


def detective(shown: Sequence[Home], others: Sequence[Home]) -> Detective:
    """Six of the homes shown to guess at, and the score of a classifier trained on the `others`.

    A home that is asked about is not learnt from, in whatever world it stands. It is asked of each
    home whether one person sat through the title on every day. Raises MissingExtra where
    scikit-learn is not installed.
    """
    chosen = _unlike(shown, first_child(shown))
    others = _apart_from([shown[place] for place in chosen], others)
    labels = [home.verdict == "same_person" for home in others]
    if min(sum(labels), len(labels) - sum(labels)) < _FOLDS:
        few = "one person" if sum(labels) < _FOLDS else "anybody else"
        sentence = f"Too few of {len(labels)} homes are of {few} for a classifier to learn from."
        return Detective(tuple(chosen), Classifier("none", None, None, len(chosen), sentence))
    return Detective(tuple(chosen), _asked([shown[place] for place in chosen], others, labels))


def _asked(chosen: Sequence[Home], others: Sequence[Home], labels: Sequence[bool]) -> Classifier:
    """Learn from the other homes, and ask of those that are chosen."""
    seen, asked = [_features(home) for home in others], [_features(home) for home in chosen]
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


def _unlike(shown: Sequence[Home], known: Home | None) -> list[int]:
    """Places of six homes, as unlike in cause and verdict as there are.

    Not the one that a reader knows by then, if there are enough.
    """
    unknown = [place for place, home in enumerate(shown) if home is not known]
    places = unknown if len(unknown) >= _SHOWN else range(len(shown))
    kinds: dict[tuple[str, str], list[int]] = {}
    for place in sorted(places, key=lambda one: (*_kind(shown[one]), one)):
        kinds.setdefault(_kind(shown[place]), []).append(place)
    chosen: list[int] = []
    while len(chosen) < min(_SHOWN, len(places)):
        for own in kinds.values():
            if own and len(chosen) < _SHOWN:
                chosen.append(own.pop(0))
    return sorted(chosen)


def _kind(home: Home) -> tuple[str, str]:
    return str(home.cause), home.verdict


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
