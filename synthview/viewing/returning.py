"""Returns: to a film that was left, looked into, liked or just seen, to a series that comforts."""

from __future__ import annotations

from functools import cache

import numpy as np

from synthview.draws.arithmetic import power
from synthview.draws.chance import odds, portion
from synthview.rows import Flags, Ints, Words
from synthview.viewing.memory import CAP_WINDOW_DAYS, FAVOURITES, Memory
from synthview.viewing.mind import Mind, first_that_applies
from synthview.viewing.settings import ChoosingSettings

__all__ = ["comforts", "latest_series", "wants_film_back", "wants_seen"]


def latest_series(
    settings: ChoosingSettings, is_kids: Flags, memory: Memory, mind: Mind, rows: Ints
) -> Ints:
    """The slot of the series that those in some rows would go on with; -1 for none.

    That is mostly the latest.
    """
    latest = memory.under_way[mind.profile[rows], :2]
    series = latest[:, :, 0].T
    age_days = mind.day[rows] - latest[:, :, 3].T
    suits = ~mind.for_child[rows] | is_kids[series]
    is_fresh = suits & (series >= 0) & (age_days <= settings.forget_series_days)
    first, second = is_fresh
    takes_first = first & (mind.does("latest_series")[rows] | ~second)
    return first_that_applies(((takes_first, 0), (second, 1)), default=-1)


def wants_film_back(
    settings: ChoosingSettings, is_kids: Flags, memory: Memory, mind: Mind, rows: Ints
) -> Ints:
    """The slot of a film that those in some rows take up again; -1 for none.

    What was left unfinished in an earlier sitting is wanted most while it is fresh; what was only
    looked into comes to mind now and then.
    """
    wanted = np.full(len(rows), -1)
    has_one = np.flatnonzero(memory.film[mind.profile[rows]] >= 0)
    if len(has_one):
        wanted[has_one] = _film_back(settings, is_kids, memory, mind, rows[has_one])
    return wanted


def _film_back(
    settings: ChoosingSettings, is_kids: Flags, memory: Memory, mind: Mind, rows: Ints
) -> Ints:
    """The same for those who have left a film."""
    who = mind.profile[rows]
    films = memory.films[who].transpose(2, 1, 0)
    age_days = mind.day[rows] - films[2]
    is_known = _may_come_back(settings, is_kids, mind.for_child[rows], films, age_days)
    is_left = films[4] > 0
    is_earlier = (age_days > 0) | (mind.number[rows] == 0)
    left = _first(is_known & is_left & is_earlier)
    tried = _first(is_known & ~is_left)

    row = np.arange(len(rows))
    is_tired = (films[3, left, row] > 1) & ~memory.in_pieces[who]
    chance = _chance_of_resuming(settings, is_tired, age_days[left, row])
    resumes = (left >= 0) & (mind.share("resume_film")[rows] < chance)
    looks_again = (tried >= 0) & mind.does("returns_to_tried")[rows]
    return first_that_applies(((resumes, left), (looks_again, tried)), default=-1)


def _chance_of_resuming(settings: ChoosingSettings, is_tired: Flags, age_days: Ints) -> Words:
    """The odds that a film left is taken up again: the less, the older, and the more often tried.

    Who has tried it more than once is tired of it.
    """
    longest = settings.forget_film_days
    table = _fading(
        settings.resume_film,
        settings.resume_fades_days,
        longest,
        settings.resume_again,
    )
    days = np.minimum(np.maximum(age_days, 0), longest)
    return table[is_tired.view(np.int8), days]


def _may_come_back(
    settings: ChoosingSettings, is_kids: Flags, for_child: Flags, films: Ints, age_days: Ints
) -> Flags:
    """Which films left are not forgotten, suit those who sit there, and are below the cap."""
    work = films[0]
    suits = ~for_child | is_kids[work]
    is_below = (age_days == 0) | (films[3] < settings.repeat_cap)
    return (work >= 0) & suits & is_below & (age_days <= settings.forget_film_days)


def _first(applies: Flags) -> Ints:
    """The first slot that applies, (slot, row); -1 for none."""
    found = np.full(applies.shape[1], -1)
    for slot in reversed(range(len(applies))):
        found[applies[slot]] = slot
    return found


@cache
def _fading(first: float, half_life_days: float, days: int, again: float) -> Words:
    """The odds that a film left is taken up again, by days since: at first, and after tries."""
    age = np.maximum(np.arange(days + 2, dtype=np.float64) - 1, 0)
    chance = first * power(0.5, age / half_life_days)
    return odds(np.stack([chance, chance * again]))


def wants_seen(
    settings: ChoosingSettings, is_kids: Flags, memory: Memory, mind: Mind, rows: Ints
) -> tuple[Ints, Ints, Flags]:
    """What those in some rows would see once more: a favourite, a film of late, a series.

    These are the place of the first, the slot of the second (-1 for none), and whether it is the
    third, which comforts. One draw decides between them, so that at most one is wanted.
    """
    who = mind.profile[rows]
    is_repeating = memory.repeats_on(who, mind.day[rows])
    chances = memory.inclined(settings).returns[is_repeating.view(np.int8), :, who]
    first, second, third = (mind.share("rewatch")[rows, None] < chances).T
    favourite, again = np.full((2, len(rows)), -1)
    comfort = np.zeros(len(rows), dtype=bool)
    wants = np.flatnonzero(first)
    if len(wants):
        favourite[wants] = _favourite(settings, memory, mind, rows[wants], is_repeating[wants])
    of_series = np.flatnonzero(second & ~first)
    comfort[of_series] = comforts(is_kids, memory, mind, rows[of_series])
    of_late = np.flatnonzero(third & ~second)
    if len(of_late):
        again[of_late] = _seen_lately(settings, is_kids, memory, mind, rows[of_late])
    return favourite, again, comfort


def comforts(is_kids: Flags, memory: Memory, mind: Mind, rows: Ints) -> Flags:
    """Whether those in some rows have a series that comforts and suits who sits there."""
    series = memory.comfort[mind.profile[rows], 0]
    return (series >= 0) & (~mind.for_child[rows] | is_kids[series])


def _favourite(
    settings: ChoosingSettings, memory: Memory, mind: Mind, rows: Ints, is_repeating: Flags
) -> Ints:
    """The place of the favourite those in some rows return to, -1 for none.

    Ordinary people let it rest between viewings.
    """
    who = mind.profile[rows]
    any_one = portion(mind.of("which_favourite")[rows], FAVOURITES)
    which = np.where(is_repeating, 0, any_one)
    age_days = mind.day[rows] - memory.favourite_day[who, which]
    rest_days = -(-CAP_WINDOW_DAYS // settings.repeat_cap) + 1
    is_rested = is_repeating | (age_days >= rest_days)
    suits = ~mind.for_child[rows] | memory.is_for_kids[who]
    returns = suits & is_rested & (memory.favourites[who, which] >= 0)
    return np.where(returns, which, -1)


def _seen_lately(
    settings: ChoosingSettings, is_kids: Flags, memory: Memory, mind: Mind, rows: Ints
) -> Ints:
    """The slot of a film seen some days ago that may be seen again, with somebody else; or -1."""
    work, last_day, days = memory.seen_films[mind.profile[rows]].transpose(2, 1, 0)
    age_days = mind.day[rows] - last_day
    suits = ~mind.for_child[rows] | is_kids[work]
    may = (days < settings.repeat_cap) | (age_days >= CAP_WINDOW_DAYS)
    return _first((work >= 0) & suits & may & (age_days > 0))
