"""Inclinations: how likely profiles are to do what they may do, reckoned once as odds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from synthview.draws.chance import odds
from synthview.rows import Flags, Floats, Words
from synthview.viewing.leanings import LEANINGS, lean
from synthview.viewing.settings import ChoosingSettings

__all__ = ["OF_ALL", "OF_EACH", "Inclinations"]

OF_ALL = (
    "latest_series",
    "goes_on",
    "next_episode",
    "sleep_aid",
    "lingers",
    "glances",
    "loved",
    "returns_to_tried",
    "knows_seasons",
)
"""Decisions that are as likely for everybody."""
OF_EACH = ("lets_it_come", "gives_up", "sits_through", "tries_first")
"""Decisions that each profile leans towards or away from."""
_LEAST_SHARE = 1e-9


@dataclass(frozen=True, slots=True)
class Inclinations:
    """Odds of the profiles of a block, to compare with shares of 2**63; the last axis is theirs.

    `of_all` are those of `OF_ALL`, the same for everybody, and `of_each` those of `OF_EACH`.
    `way`: that a new title is searched for, and that it is searched for or a new release.
    `film`: that it is a film, with little time and with enough. `returns` (usually or in a spell of
    repeating): to a favourite, to that or the series that comforts, to these or a film seen lately.
    `stops` (an episode or film): that somebody leaves it part-way, and that this is for good.
    """

    of_all: Words
    of_each: Words
    way: Words
    film: Words
    returns: Words
    stops: Words

    @classmethod
    def of(
        cls,
        settings: ChoosingSettings,
        leanings: Floats,
        film_taste: Floats,
        in_pieces: Flags,
    ) -> Self:
        """What the traits of profiles come to."""
        leant = _Leant(settings, leanings)
        return cls(
            of_all=_of_all(settings),
            of_each=_of_each(leant),
            way=_way(leant),
            film=np.stack([odds(film_taste * settings.film_when_short), odds(film_taste)]),
            returns=_returns(leant),
            stops=_stops(leant, in_pieces),
        )


@dataclass(frozen=True, slots=True)
class _Leant:
    """Shares as profiles have them by their leanings."""

    settings: ChoosingSettings
    leanings: Floats

    def by(self, leaning: str, share: float) -> Floats:
        """A share as each profile has it by one of `LEANINGS`."""
        away = self.leanings[LEANINGS.index(leaning)]
        return lean(self.settings, share, away)


def _of_all(settings: ChoosingSettings) -> Words:
    chances = {
        "latest_series": settings.latest_series,
        "goes_on": settings.goes_on,
        "next_episode": settings.next_episode,
        "sleep_aid": settings.sleep_aid_nights,
        "lingers": settings.lingers,
        "glances": settings.glances,
        "loved": settings.loved,
        "returns_to_tried": settings.returns_to_tried,
        "knows_seasons": settings.knows_earlier_seasons,
    }
    return odds(np.array([chances[one] for one in OF_ALL]))[:, None]


def _of_each(leant: _Leant) -> Words:
    settings = leant.settings
    chances = {
        "lets_it_come": leant.by("lets_it_come", settings.lets_it_come),
        "gives_up": leant.by("gives_up", settings.give_up),
        "sits_through": leant.by("sits_through", settings.sits_through),
        "tries_first": leant.by("tries", settings.tries_first),
    }
    return odds(np.stack([chances[one] for one in OF_EACH]))


def _way(leant: _Leant) -> Words:
    """How a new title would be found: some people search all the time, and others never do."""
    usual = leant.settings.choose_by
    others = usual["browse"] + usual["new_release"]
    of_new = usual["new_release"] / max(others, _LEAST_SHARE)
    searches = leant.by("searches", usual["search"] / (usual["search"] + others))
    return odds(np.stack([searches, searches + (1.0 - searches) * of_new]))


def _returns(leant: _Leant) -> Words:
    """One draw decides between what a profile may see once more, so at most one is wanted."""
    settings = leant.settings
    usual, of_series, of_late = (
        leant.by("returns", share)
        for share in (settings.rewatch, settings.comfort_series, settings.sees_again)
    )
    often = np.stack([usual, np.full_like(usual, settings.repeater_returns)])
    series_too = np.minimum(often + of_series, 1.0)
    lately_too = np.minimum(series_too + of_late, 1.0)
    return odds(np.stack([often, series_too, lately_too], axis=1))


def _stops(leant: _Leant, in_pieces: Flags) -> Words:
    settings = leant.settings
    of_films = np.where(
        in_pieces,
        settings.leaves_in_pieces,
        leant.by("leaves", settings.leaves_film),
    )
    leaves = np.stack([leant.by("leaves", settings.leaves_episode), of_films])
    return odds(np.stack([leaves, settings.leaves_for_good * leaves], axis=1))
