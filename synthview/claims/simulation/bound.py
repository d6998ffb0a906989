"""Chance: how many days a home fills without a lasting choice, which bounds the short cut."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from synthview.claims.counting.count import plays_in_window
from synthview.claims.counting.intervals import wilson
from synthview.claims.counting.title_plays import in_country, title_plays
from synthview.claims.question import Question
from synthview.claims.simulation.candidates import Candidates, silent_actors
from synthview.claims.simulation.homes import spread
from synthview.claims.simulation.simulate import HISTORY, lazily, simulate
from synthview.outside.extras import need
from synthview.rows import Ints
from synthview.wording import counted

__all__ = ["SampledHomes", "Shortcut", "no_shortcut", "sample", "shortcut", "why_not"]

_RECKONED_WITH = 4
"""That a home may fill so many days by chance is reckoned with even where none of a sample does
(our choice).
"""
_SMALL_SAMPLE = 1_000
_TOO_MANY = 0.5
"""From so many accounts that may be missed on the number of a world is no longer sure to the last
one.
"""


@dataclass(frozen=True)
class SampledHomes:
    """Some homes spread evenly and simulated in full: plays of the title, and their weight."""

    households: Ints
    of: int
    shown: pl.DataFrame

    @property
    def weight(self) -> float:
        """How many homes each of them stands for."""
        return self.of / len(self.households)


@dataclass(frozen=True)
class Shortcut:
    """What the short cut leaves out: only `simulated` of so many homes are simulated.

    So many accounts may be missed at most: they are in no range of the number.
    """

    on: bool
    simulated: int
    of: int
    missed_at_most: float | None
    sentence: str


def sample(
    question: Question, count: int, workers: int, on_progress: object = None
) -> SampledHomes:
    """Simulate `count` homes spread evenly over all; what they show of the title."""
    homes = spread(count, question.scenario.run.households)
    tables = simulate(question, homes, HISTORY, workers, on_progress=on_progress)  # type: ignore[arg-type]
    asked = in_country(lazily(tables), question.claim.country)
    shown = title_plays(asked, question.title)
    return SampledHomes(homes, question.scenario.run.households, shown)


def shortcut(
    question: Question,
    tied: Candidates,
    drawn: SampledHomes,
    tied_accounts: Sequence[int],
    crowds: float = 0.0,
    by_chance: Sequence[int] = (),
    forgiven: int = 1,
) -> Shortcut:
    """State the bound: accounts that may be in the number although nothing lasting ties them.

    From a sample of such accounts: how many have it on at least 1, 2, 3 … days, each at the upper
    end of its interval. `crowds` are expected of accounts with many users beside. `by_chance` are
    the days that homes would have to fill so that are tied, but on too few days to be simulated.
    Some definition forgives so many days.
    """
    often = plays_in_window(drawn.shown, question).filter(
        ~pl.col("account_id").is_in(tied_accounts)
    )
    days = often["days"].to_numpy()
    others = max(drawn.of - len(tied.household), 0)
    all_but = max(question.days - forgiven, 1)

    def beyond(needed: int) -> float:
        return _beyond(days, len(drawn.households), needed, needed + forgiven)

    lacking = Counter(by_chance)
    missed = beyond(all_but) * others + crowds
    missed += sum(many * beyond(needed) for needed, many in lacking.items())
    sentence = _in_words(
        question,
        len(tied.household),
        drawn,
        int(days.max(initial=0)),
        missed,
        min(lacking, default=all_but),
        all_but,
    )
    return Shortcut(
        on=True,
        simulated=len(tied.household),
        of=drawn.of,
        missed_at_most=missed,
        sentence=sentence,
    )


def _in_words(
    question: Question,
    simulated: int,
    drawn: SampledHomes,
    most: int,
    missed: float,
    fewest: int,
    all_but: int,
) -> str:
    """The bound as a sentence, and what to do where it says little."""
    few = counted(len(drawn.households), "home")
    are = "is" if simulated == 1 else "are"
    for_days = " for long" if fewest < all_but else ""
    text = (
        f"Only {simulated:,} of {counted(drawn.of, 'home')} {are} simulated: "
        "those that a choice that lasts "
        f"could tie to {question.title}{for_days}. Any other would have to fill at least "
        f"{counted(fewest, 'day')} by chance; "
        f"of {few} simulated in full the most any did was {most}. Expected to be missed, at most: "
        f"{_small(missed)}."
    )
    much = (
        " That is more than the number can bear: --sample more tells better, and --exhaustive "
        "simulates every home."
    )
    return text + much if missed >= _TOO_MANY else text


def _beyond(days: Ints, homes: int, needed: int, of: int) -> float:
    """The greatest share of homes that fills `needed` of some days, given how many fill fewer.

    What is assumed: on any further day a home is no likelier to have the title than if all days
    were alike. So a share p with at least k of n days means at most as many with `needed` as the
    binomial law gives that has this share with k. It should hold of ordinary viewing, where nobody
    keeps to a title and the same person tires of it; it is not known. Every k up to the longest
    seen and one beyond gives such a bound, from the upper end of the interval of its share; the
    greatest counts, so that whatever more is seen never lowers it.

    Where something lasts after all, or the sample is small, that is not enough: of lengths seen
    that are more than half of the days, and in a small sample of all, it is only assumed that each
    further day is no likelier than the days before it were on average, p^(needed/k).
    """
    longest = int(days.max(initial=0))
    most = min(max(longest + 1, _RECKONED_WITH), needed)
    found = []
    for k in range(1, most + 1):
        share = wilson(int((days >= k).sum()), homes)[1]
        lasts = needed / 2 < k <= longest
        is_loose = lasts or homes < _SMALL_SAMPLE
        found.append(share ** (needed / k) if is_loose else _binomial(share, k, needed, of))
    return max(found)


def _binomial(share: float, k: int, needed: int, days: int) -> float:
    """The share with `needed` of some days, if days are alike and `share` has at least k."""
    special = need(
        "claim",
        "claim",
        "scipy.special",
    )
    a_day = special.betaincinv(
        k,
        days - k + 1,
        share,
    )
    return float(special.betainc(needed, days - needed + 1, a_day))


def _small(number: float) -> str:
    """So many accounts, in words that end a sentence."""
    if number >= 0.1:
        return "about 1 account" if f"{number:.1f}" == "1.0" else f"about {number:,.1f} accounts"
    if number > 1e-12:
        return f"no account, but for a chance of 1 in {max(int(1 / number), 10):,}"
    return "no account to speak of"


def no_shortcut(question: Question, why: str) -> Shortcut:
    """Every home is simulated, and why."""
    count = question.scenario.run.households
    return Shortcut(
        on=False,
        simulated=count,
        of=count,
        missed_at_most=0.0,
        sentence=(
            f"The short cut is off: {why}. "
            f"{'The one home is' if count == 1 else f'All {count:,} homes are'} simulated."
        ),
    )


def why_not(question: Question, *, exhaustive: bool) -> str | None:
    """Why the short cut cannot be taken; None where it can."""
    if exhaustive:
        return "it was asked for (--exhaustive)"
    if silent := silent_actors(question.scenario):
        return (
            f"{', '.join(silent)} {'says' if len(silent) == 1 else 'say'} nothing of what "
            f"{'it keeps' if len(silent) == 1 else 'they keep'} to"
        )
    return None
