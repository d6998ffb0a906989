"""Returns: to a film that was left, looked into, liked or just seen, to a series that comforts."""

from __future__ import annotations

from functools import cache

import numpy as np

from synthview.draws.arithmetic import power
from synthview.draws.chance import odds
from synthview.rows import Flags, Floats, Ints
from synthview.viewing.memory import CAP_WINDOW_DAYS, FAVOURITES, Memory
from synthview.viewing.mind import Mind, first_that_applies
from synthview.viewing.settings import ChoosingSettings

__all__ = ["comforts", "latest_series", "wants_film_back", "wants_seen"]


def latest_series(
    settings: ChoosingSettings, is_kids: Flags, memory: Memory, mind: Mind, day: int
) -> Ints:
    """The slot of the series a profile would go on with, mostly the latest; -1 for none."""
    who = mind.profile
    series = memory.series[who]
    age_days = day - memory.series_day[who]
    suits = ~mind.for_child[:, None] | is_kids[series]
    is_fresh = suits & (series >= 0) & (age_days <= settings.forget_series_days)
    first, second = is_fresh.T[:2]
    prefers_first = mind.happens("latest_series", settings.latest_series)
    takes_first = first & (prefers_first | ~second)
    return first_that_applies(((takes_first, 0), (second, 1)), default=-1)


def wants_film_back(
    settings: ChoosingSettings, is_kids: Flags, memory: Memory, mind: Mind, day: int
) -> Ints:
    """The slot of a film that is taken up again; -1 for none.

    What was left unfinished in an earlier sitting is wanted most while it is fresh; what was only
    looked into comes to mind now and then.
    """
    films = memory.films[mind.profile]
    age_days = day - films[:, :, 2]
    is_known = _may_come_back(settings, is_kids, mind, films, age_days)
    is_left = films[:, :, 4] > 0
    is_earlier = (age_days > 0) | (mind.number == 0)[:, None]
    left = _first(is_known & is_left & is_earlier)
    tried = _first(is_known & ~is_left)

    row = np.arange(len(films))
    tries = films[row, left, 3]
    chance = _chance_of_resuming(settings, memory, mind, tries, age_days[row, left])
    resumes = (left >= 0) & mind.happens("resume_film", chance)
    looks_again = (tried >= 0) & mind.happens("returns_to_tried", settings.returns_to_tried)
    return first_that_applies(((resumes, left), (looks_again, tried)), default=-1)


def _chance_of_resuming(
    settings: ChoosingSettings, memory: Memory, mind: Mind, tries: Ints, age_days: Ints
) -> Floats:
    """How likely a film left is taken up again: the less, the older, and the more often tried."""
    days = np.clip(age_days, 0, settings.forget_film_days)
    is_tired = (tries > 1) & ~memory.in_pieces[mind.profile]
    tired_of = np.where(is_tired, settings.resume_again, 1.0)
    return _by_age(settings)[days] * tired_of


def _may_come_back(
    settings: ChoosingSettings, is_kids: Flags, mind: Mind, films: Ints, age_days: Ints
) -> Flags:
    """Which films left are not forgotten, suit those who sit there, and are below the cap."""
    work = films[:, :, 0]
    suits = ~mind.for_child[:, None] | is_kids[work]
    is_below = (age_days == 0) | (films[:, :, 3] < settings.repeat_cap)
    return (work >= 0) & suits & is_below & (age_days <= settings.forget_film_days)


def _first(applies: Flags) -> Ints:
    """The first slot of each row that applies; -1 for none."""
    return np.where(applies.any(axis=1), applies.argmax(axis=1), -1)


def _by_age(settings: ChoosingSettings) -> Floats:
    """The chance that a film left is taken up again, by days since."""
    return _fading(settings.resume_film, settings.resume_fades_days, settings.forget_film_days)


@cache
def _fading(first: float, half_life_days: float, days: int) -> Floats:
    age = np.maximum(np.arange(days + 2, dtype=np.float64) - 1, 0)
    return first * power(0.5, age / half_life_days)


def wants_seen(
    settings: ChoosingSettings, is_kids: Flags, memory: Memory, mind: Mind, day: int
) -> tuple[Ints, Ints, Flags]:
    """What a profile would see once more: a favourite, a film seen lately, a series that comforts.

    These are the place of the first, the slot of the second (-1 for none), and whether it is the
    third. One draw decides between them, so that at most one is wanted.
    """
    share = mind.share("rewatch")
    is_repeating = memory.repeats_on(mind.profile, day)
    usual, of_series, of_late = (
        memory.lean("returns", settings, chance, mind.profile)
        for chance in (settings.rewatch, settings.comfort_series, settings.sees_again)
    )
    often = np.where(is_repeating, settings.repeater_returns, usual)
    series_too = np.minimum(often + of_series, 1.0)
    lately_too = np.minimum(series_too + of_late, 1.0)
    favourite = _favourite(settings, memory, mind, day, share < odds(often), is_repeating)
    within_series = (share >= odds(often)) & (share < odds(series_too))
    within_lately = (share >= odds(series_too)) & (share < odds(lately_too))
    lately = _seen_lately(settings, is_kids, memory, mind, day)
    return (
        favourite,
        np.where(within_lately, lately, -1),
        within_series & comforts(is_kids, memory, mind),
    )


def comforts(is_kids: Flags, memory: Memory, mind: Mind) -> Flags:
    """Whether a profile has a series that comforts and suits those who sit there."""
    series = memory.comfort[mind.profile, 0]
    return (series >= 0) & (~mind.for_child | is_kids[series])


def _favourite(
    settings: ChoosingSettings,
    memory: Memory,
    mind: Mind,
    day: int,
    wants: Flags,
    is_repeating: Flags,
) -> Ints:
    """The place of the favourite each profile returns to, -1 for none.

    Ordinary people let it rest between viewings.
    """
    who = mind.profile
    which = np.where(is_repeating, 0, mind.below("which_favourite", FAVOURITES))
    age_days = day - memory.favourite_day[who, which]
    rest_days = -(-CAP_WINDOW_DAYS // settings.repeat_cap) + 1
    is_rested = is_repeating | (age_days >= rest_days)
    suits = ~mind.for_child | memory.is_for_kids[who]
    returns = wants & suits & is_rested & (memory.favourites[who, which] >= 0)
    return np.where(returns, which, -1)


def _seen_lately(
    settings: ChoosingSettings, is_kids: Flags, memory: Memory, mind: Mind, day: int
) -> Ints:
    """The slot of a film seen some days ago that may be seen again, with somebody else; or -1."""
    seen = memory.seen_films[mind.profile]
    work = seen[:, :, 0]
    age_days = day - seen[:, :, 1]
    suits = ~mind.for_child[:, None] | is_kids[work]
    may = (seen[:, :, 2] < settings.repeat_cap) | (age_days >= CAP_WINDOW_DAYS)
    return _first((work >= 0) & suits & may & (age_days > 0))
