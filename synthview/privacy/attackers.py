"""Attackers of ratings: what each knows of a film, and the figures published for some of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synthview.draws.chance import Stream
from synthview.privacy.points import PointTable
from synthview.privacy.scoring import UNKNOWN, KnownTitles
from synthview.rows import Ints

__all__ = ["ATTACKERS", "PUBLISHED", "Attacker", "Published", "known_titles"]

WRONG = 2


@dataclass(frozen=True)
class Attacker:
    """What somebody knows of each film: its day within `days_off`, and its stars.

    Of all things known, `wrong` are of films that the account never rated. `beyond` says that no
    film is among so many that most accounts have rated.
    """

    days_off: int
    knows_stars: bool = True
    wrong: int = 0
    beyond: int = 0

    @property
    def words(self) -> str:
        """The same as people say it."""
        days = "no dates" if self.days_off == UNKNOWN else f"dates ± {self.days_off} days"
        parts = [days, "" if self.knows_stars else "no stars"]
        parts.append(f"{self.wrong} films wrong" if self.wrong else "")
        parts.append(f"films beyond the first {self.beyond}" if self.beyond else "")
        return ", ".join(one for one in parts if one)


ATTACKERS = (
    Attacker(3),
    Attacker(14),
    Attacker(3, wrong=WRONG),
    Attacker(14, wrong=WRONG),
    Attacker(14, knows_stars=False),
    Attacker(UNKNOWN),
    Attacker(UNKNOWN, beyond=100),
    Attacker(UNKNOWN, beyond=500),
)


@dataclass(frozen=True)
class Published:
    """A figure of the paper: the share of records that some knowledge finds."""

    words: str
    share: float
    source: str


_FIRST = "Narayanan and Shmatikov, arXiv:cs/0610105 (2006)"
_FINAL = "Narayanan and Shmatikov, IEEE S&P 2008, doi:10.1109/SP.2008.33"
PUBLISHED = {
    ("dates ± 3 days, 2 films wrong", 8): Published(
        "8 ratings of which 2 may be wrong, dates ± 3 days", 0.96, _FIRST
    ),
    ("dates ± 14 days, 2 films wrong", 8): Published(
        "8 ratings of which 2 may be wrong, dates ± 14 days", 0.99, _FINAL
    ),
    ("dates ± 3 days", 2): Published(
        "2 ratings, dates ± 3 days (68 % in the paper of 2008)", 0.64, _FIRST
    ),
}


def known_titles(points: PointTable, rows: Ints, attacker: Attacker, stream: Stream) -> KnownTitles:
    """What the attacker knows of some points of an account; the last ones are wrong."""
    account = points.account[rows].astype(np.int64)
    title, day, stars = (
        one[rows].astype(np.int64) for one in (points.title, points.day, points.stars)
    )
    for place in range(len(rows) - attacker.wrong, len(rows)):
        title[place], day[place], stars[place] = _wrong(
            points,
            account[:1],
            place,
            stream,
        )
    return KnownTitles(
        title,
        stars if attacker.knows_stars else np.full_like(stars, UNKNOWN),
        _roughly(
            account,
            title,
            day,
            attacker.days_off,
            stream,
        ),
    )


def _roughly(account: Ints, title: Ints, day: Ints, off: int, stream: Stream) -> Ints:
    """Days that are wrong by so many at most, each way as likely; or that nobody knows."""
    if off == UNKNOWN:
        return np.full_like(day, UNKNOWN)
    shift = (
        stream.below(
            account,
            2 * off + 1,
            n=-100 - title,
        )
        - off
    )
    return np.maximum(day + shift, 0)


def _wrong(points: PointTable, account: Ints, place: int, stream: Stream) -> tuple[int, int, int]:
    """A film that the account never rated, and a day and stars by chance."""
    title = _never_rated(
        points,
        int(account[0]),
        place,
        stream,
    )
    days = int(points.day.max()) + 1
    day = stream.below(account, days, n=-10 - place)
    stars = 1 + stream.below(account, 5, n=-20 - place)
    return title, int(day[0]), int(stars[0])


def _never_rated(points: PointTable, account: int, place: int, stream: Stream) -> int:
    """A film that an account did not rate, as likely as the films that people do rate."""
    own = points.title[points.of_account(account)]
    for turn in range(100):
        number = 1 + place * 100 + turn
        row = int(
            stream.below(
                np.array([account]),
                len(points.title),
                n=-1_000 - number,
            )[0]
        )
        if int(points.title[row]) not in own:
            break
    else:
        row = 0
    return int(points.title[row])
