"""The detective: whether one can tell from the log alone who sat there, tried by a classifier on many homes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import fmean, pstdev
from typing import Any

from synthview.claims.sections.breakfast import first_child
from synthview.errors import InputError

__all__ = ["detective"]

_SHOWN = 6
_FOLDS = 5
_SEED = 18
Home = Mapping[str, Any]


def detective(shown: Sequence[Home], others: Sequence[Home]) -> dict[str, Any]:
    """Six homes of those shown to guess at, and how a classifier does that has learnt from the `others`, each home once.

    A home that is asked about is not learnt from, in whatever world it stands. It is asked of each home whether one person sat through the title on every day. Raises InputError where
    scikit-learn is not installed.
    """
    chosen = _unlike(shown, first_child(shown))
    others = _apart_from([shown[place] for place in chosen], others)
    labels = [home["verdict"] == "same_person" for home in others]
    if min(sum(labels), len(labels) - sum(labels)) < _FOLDS:
        sentence = f"Too few of {len(labels)} homes are of {'one person' if sum(labels) < _FOLDS else 'anybody else'} for a classifier to learn from."
        return {
            "homes": chosen,
            "classifier": {"name": "none", "auc": None, "right": None, "of": len(chosen), "sentence": sentence},
        }
    scores, auc = _learnt([_seen(home) for home in others], labels, [_seen(shown[place]) for place in chosen])
    right = sum(
        (score >= 0.5) == (shown[place]["verdict"] == "same_person")
        for score, place in zip(scores, chosen, strict=True)
    )
    sentence = (
        f"A random forest that has learnt from {len(others):,} other homes tells one person from anybody else with an AUC of "
        f"{auc:.2f}; of these {len(chosen)} it has {right} right."
    )
    return {
        "homes": chosen,
        "classifier": {"name": "random forest", "auc": auc, "right": right, "of": len(chosen), "sentence": sentence},
    }


def _apart_from(asked: Sequence[Home], others: Sequence[Home]) -> list[Home]:
    """One row for each of the other homes, that of the first world it stands in; none of those that are asked about."""
    seen, left = {home["id"] for home in asked}, []
    for home in others:
        if home["id"] not in seen:
            seen.add(home["id"])
            left.append(home)
    return left


def _unlike(homes: Sequence[Home], known: Home | None) -> list[int]:
    """Places of six homes, as unlike in cause and verdict as there are; not the one that a reader knows by then, if there are enough."""
    unknown = [place for place, home in enumerate(homes) if home is not known]
    order = sorted(
        unknown if len(unknown) >= _SHOWN else range(len(homes)),
        key=lambda place: (str(homes[place]["cause"]), homes[place]["verdict"], place),
    )
    kinds: dict[tuple[str, str], list[int]] = {}
    for place in order:
        kinds.setdefault((str(homes[place]["cause"]), homes[place]["verdict"]), []).append(place)
    chosen: list[int] = []
    while len(chosen) < min(_SHOWN, len(order)):
        for places in kinds.values():
            if places and len(chosen) < _SHOWN:
                chosen.append(places.pop(0))
    return sorted(chosen)


def _seen(home: Home) -> list[float]:
    """What a reader of the log can see of a home: when, how long, how often, on what, by whose profile."""
    plays = [play for door in home["doors"] for play in door["log"]]
    hours = [int(play["start"][11:13]) + int(play["start"][14:16]) / 60 for play in plays if play["start"]] or [0.0]
    minutes = [float(play["minutes"]) for play in plays] or [0.0]
    a_day = [float(len(door["log"])) for door in home["doors"] if door["log"]] or [0.0]
    return [
        fmean(hours), pstdev(hours), min(hours), max(hours), fmean(minutes), pstdev(minutes), min(minutes), fmean(a_day),
        max(a_day), float(len({play["device"] for play in plays})), float(len({play["profile"] for play in plays})),
        fmean([play["device"] == "tv" for play in plays] or [0]), fmean([play["from"] == "rewatch" for play in plays] or [0]),
    ]  # fmt: skip


def _learnt(
    seen: Sequence[Sequence[float]], labels: Sequence[bool], asked: Sequence[Sequence[float]]
) -> tuple[list[float], float]:
    """Chances for the homes asked about, and the area under the curve by cross-validation."""
    try:
        from sklearn.ensemble import RandomForestClassifier  # noqa: PLC0415  heavy
        from sklearn.metrics import roc_auc_score  # noqa: PLC0415
        from sklearn.model_selection import cross_val_predict  # noqa: PLC0415
    except ImportError:
        raise InputError("The detective needs scikit-learn: pip install 'synthview[claim]'.") from None
    forest = RandomForestClassifier(200, random_state=_SEED, min_samples_leaf=2)
    honest = cross_val_predict(forest, seen, labels, cv=_FOLDS, method="predict_proba")[:, 1]
    forest.fit(seen, labels)
    return forest.predict_proba(asked)[:, 1].tolist(), float(roc_auc_score(labels, honest))
