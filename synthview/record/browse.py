"""What people do between plays: look along the rows of the menu, and press a thumb."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from synthview.draws.arithmetic import exp
from synthview.draws.chance import Stream, shares_of
from synthview.draws.offspring import children
from synthview.draws.quantiles import Quantiles, Steps
from synthview.player.playback import FAILED, FINISHED, Playback
from synthview.record.settings import MenuSettings
from synthview.rows import Flags, Floats, Ints, Rows, turns
from synthview.tables import CLICK_ROWS, START_SOURCES
from synthview.viewing.settings import ChoosingSettings
from synthview.world import World
from synthview.world.catalogue import EPISODE, FILM, title_key
from synthview.world.popularity import FILMS, FRESH, SERIES, Shelf

__all__ = ["Clicks", "Thumbs", "is_again", "look_around", "rate"]

_BROWSE = START_SOURCES.index("browse")
_NEW = START_SOURCES.index("new_release")
_UNDER_WAY = tuple(START_SOURCES.index(one) for one in ("resume", "sleep_aid"))
_NEXT = START_SOURCES.index("next_episode")
_REWATCH = START_SOURCES.index("rewatch")
_CONTINUE = CLICK_ROWS.index("continue_watching")
_NEW_RELEASES = CLICK_ROWS.index("new_releases")
_TRENDING = CLICK_ROWS.index("trending")
_AGAIN = CLICK_ROWS.index("watch_again")
_MOST_LOOKS = 24
_PLACES = 40
"""No row has more titles."""
_LOOK, _OPEN, _PLAY = range(3)


@dataclass(frozen=True, slots=True)
class Clicks(Rows):
    """One row per browse step; `play` is the row of the play it led to."""

    play: Ints
    number: Ints
    at_ms: Ints
    row: Ints
    place: Ints
    action: Ints
    title: Ints


@dataclass(frozen=True, slots=True)
class Thumbs(Rows):
    """One row per thumb."""

    play: Ints
    at_ms: Ints
    is_up: Flags


def look_around(world: World, played: Playback, gap_ms: Ints, stock: Shelf, shelf: Ints) -> Clicks:
    """Steps on the way to each title that is started from a row of the menu.

    They pass others that stand on the same `shelf` of the `stock`, and the last is the choice.
    """
    play, number, left = _steps(world, played)
    key = played.key[play]
    gap = gap_ms[play]
    is_last = left == 0
    row = _rows(world, played.source[play], key, left)
    passed = _neighbours(world, stock, key, shelf[play], number, row)
    title = np.where(is_last, played.title[play], passed)

    before_ms = _before_ms(world, key, gap, number, left)
    answers_ms = _answers_ms(world, key, gap - before_ms)
    at_ms = played.start_ms[play] - before_ms - answers_ms
    return Clicks(
        play=play,
        number=number,
        at_ms=at_ms,
        row=row,
        place=_places(world, key, number, row),
        action=_actions(world, key, number, is_last),
        title=title,
    )


def _actions(world: World, key: Ints, number: Ints, is_last: Flags) -> Ints:
    """What is done at each step: a look, a page that is opened, and at last the play."""
    stream = Stream(world.scenario.run.seed, "log/clicks/action")
    opens = stream.happens(key, world.scenario.of(MenuSettings).opens, n=number)
    on_the_way = np.where(opens, _OPEN, _LOOK)
    return np.where(is_last, _PLAY, on_the_way)


def is_again(played: Playback) -> Flags:
    """Which plays start the title of the play before once more, which needs no menu.

    Plays stand in order within their session.
    """
    same_session = np.diff(played.session, prepend=-1) == 0
    same_title = np.diff(played.title, prepend=-1) == 0
    return same_session & same_title


def _steps(world: World, played: Playback) -> tuple[Ints, Ints, Ints]:
    """The steps to each title from a row: its play, the number of the step, how many are left.

    What is under way is pressed at once.
    """
    is_new = np.isin(played.source, (_BROWSE, _NEW))
    is_first = turns(played.session) == 0
    goes_on = (played.source == _NEXT) & is_first
    is_known = np.isin(played.source, (*_UNDER_WAY, _REWATCH)) | goes_on
    chosen = np.flatnonzero((is_new | is_known) & ~played.autoplayed & ~is_again(played))
    draw = Stream(world.scenario.run.seed, "log/clicks/count")
    looks = draw.draw(played.key[chosen], _looks(world.scenario.of(MenuSettings).looks))
    looks = np.where(is_new[chosen], np.minimum(looks, _MOST_LOOKS), 0)
    parent, number = children(looks + 1)
    return chosen[parent], number, looks[parent] - number


@cache
def _looks(mean: float) -> Steps:
    return Steps.poisson(mean)


def _before_ms(world: World, key: Ints, gap_ms: Ints, number: Ints, left: Ints) -> Ints:
    """How long before its play each step is: they share the gap alike, but for some jitter."""
    stream = Stream(world.scenario.run.seed, "log/clicks/place")
    jitter = np.where(left == 0, 0, stream.below(key, 1024, n=number + 64))
    steps = number + left + 1
    return gap_ms * (left * 1024 + jitter) // (steps * 1024)


def _answers_ms(world: World, key: Ints, room_ms: Ints) -> Ints:
    """How long the menu takes to hand a press on to the player, where there is so much time."""
    takes = 40 + Stream(world.scenario.run.seed, "log/clicks/answer").below(key, 420)
    return np.minimum(takes, np.maximum(room_ms, 0))


def _rows(world: World, source: Ints, key: Ints, left: Ints) -> Ints:
    """The row of each step: the last is where the title stands, those before it often are too."""
    settings = world.scenario.of(MenuSettings)
    stream = Stream(world.scenario.run.seed, "log/clicks/row")
    is_in_new = stream.happens(key, settings.new_row, n=1)
    of_new = np.where(is_in_new, _NEW_RELEASES, _TRENDING)
    of_browse = _some_row(settings, stream, key, 0)
    row = np.select(
        [source == _BROWSE, source == _NEW, source == _REWATCH],
        [of_browse, of_new, _AGAIN],
        default=_CONTINUE,
    )
    elsewhere = _some_row(settings, stream, key, left + 128)
    strays = (left > 0) & ~stream.happens(key, settings.stays_in_row, n=left + 64)
    return np.where(strays, elsewhere, row)


def _some_row(settings: MenuSettings, stream: Stream, key: Ints, n: Ints | int) -> Ints:
    """A row in which people browse."""
    names, weights = zip(*settings.rows.items(), strict=True)
    codes = np.array([CLICK_ROWS.index(one) for one in names])
    return codes[stream.pick(key, shares_of(weights), n=n)]


def _places(world: World, key: Ints, number: Ints, row: Ints) -> Ints:
    """The place of each step in its row: fewer and fewer look on, in some rows sooner."""
    ends = 1.0 - _looks_on(world.scenario.of(MenuSettings))[row]
    stream = Stream(world.scenario.run.seed, "log/clicks/place")
    return 1 + np.minimum(stream.geometric(key, ends, n=number), _PLACES - 1)


def _looks_on(settings: MenuSettings) -> Floats:
    """For each row of the menu, how many of those at a place look at the next one too."""
    own = {
        "continue_watching": settings.next_place_under_way,
        "top_picks": settings.next_place_picks,
        "because_you_watched": settings.next_place_picks,
        "new_releases": settings.next_place_new,
        "genre": settings.next_place_genre,
        "my_list": settings.next_place_own,
        "watch_again": settings.next_place_own,
    }
    return np.array([own.get(one, settings.next_place) for one in CLICK_ROWS])


def _neighbours(
    world: World, stock: Shelf, key: Ints, shelf: Ints, number: Ints, row: Ints
) -> Ints:
    """Titles that stood near: films and series in turn, by how popular they are, or new ones."""
    bits = Stream(world.scenario.run.seed, "log/clicks/title").bits(key, number)
    usual = stock.row(np.where(number % 2 == 0, FILMS, SERIES), shelf)
    fresh = stock.row(FRESH, shelf)
    is_fresh = (row == _NEW_RELEASES) & (stock.total[fresh] > 0)
    work = np.maximum(stock.pick(bits, np.where(is_fresh, fresh, usual)), 0)
    is_film = world.catalogue.works.is_film[work]
    return title_key(np.where(is_film, FILM, EPISODE), work)


def rate(world: World, played: Playback, profile: Ints) -> Thumbs:
    """Thumbs pressed at the end of some plays: up for what was seen to its end, else mixed.

    `profile` is the id of the profile of each play: few of them have most of the thumbs.
    """
    settings = world.scenario.of(MenuSettings)
    stream = Stream(world.scenario.run.seed, "log/ratings")
    presses = stream.happens(played.key, _thumbs_per_play(world, profile))
    is_seen = (played.ending != FAILED) & (played.playing_ms > 0) & (played.viewers != 0)
    play = np.flatnonzero(presses & is_seen)

    key = played.key[play]
    is_finished = played.ending[play] == FINISHED
    chance_of_up = np.where(is_finished, settings.thumbs_up_finished, settings.thumbs_up_left)
    end_ms = played.start_ms[play] + played.wall_ms[play]
    return Thumbs(
        play=play,
        at_ms=end_ms + 2_000 + stream.below(key, 20_000, n=2),
        is_up=stream.happens(key, chance_of_up, n=1),
    )


def _thumbs_per_play(world: World, profile: Ints) -> Floats:
    """How likely each profile is to press a thumb after a play."""
    settings = world.scenario.of(ChoosingSettings)
    stream = Stream(world.scenario.run.seed, "log/ratings/profiles")
    often = stream.draw(profile, _times_the_mean(settings.thumbs_spread)) / 1024.0
    return np.minimum(settings.thumbs_per_play * often, 1.0)


@cache
def _times_the_mean(spread: float) -> Quantiles:
    """How often profiles rate, against the mean of all, in 1/1024."""
    median = 1024 * float(exp(-spread * spread / 2.0))
    return Quantiles.lognormal(median, spread, high=1024 * 1000)
