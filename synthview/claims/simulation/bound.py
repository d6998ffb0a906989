"""Chance: how many days a home fills without a lasting choice, which bounds the short cut."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import polars as pl

from synthview.callbacks import OnProgress
from synthview.claims.counting.title_plays import in_country, title_plays
from synthview.claims.kept import Kept
from synthview.claims.plain import ABSENT
from synthview.claims.question import Question
from synthview.claims.simulation.by_chance import Chances, chances
from synthview.claims.simulation.candidates import Candidates, silent_actors
from synthview.claims.simulation.homes import spread
from synthview.claims.simulation.simulate import HISTORY, lazily, simulate
from synthview.rows import Ints
from synthview.wording import counted

__all__ = ["SampledHomes", "Shortcut", "no_shortcut", "sample", "shortcut", "why_not"]

_AT_ONCE = 8_192
"""So many homes of a sample are simulated and reckoned with before the next: all that they chose
takes memory.
"""
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
    chances: Chances = field(default_factory=Chances.of_nobody)

    @property
    def weight(self) -> float:
        """How many homes each of them stands for."""
        return self.of / len(self.households)

    def without(self, some: Ints) -> SampledHomes:
        """The same, with nothing reckoned from some of the homes."""
        return replace(self, chances=self.chances.without(some))


@dataclass(frozen=True)
class Shortcut:
    """What the short cut leaves out: only `simulated` of so many homes are simulated.

    So many accounts may be missed at most, and so many are expected to be: they are in no range of
    the number.
    """

    on: bool
    simulated: int
    of: int
    missed_at_most: float | None
    sentence: str
    missed: float | None = field(default=None, metadata=ABSENT)


def sample(
    question: Question,
    count: int,
    workers: int,
    on_progress: OnProgress | None = None,
    kept: Kept | None = None,
) -> SampledHomes:
    """Simulate `count` homes spread evenly over all; what they show, and the chances of others.

    Some thousand homes together are kept, and not simulated again.
    """
    homes = spread(count, question.scenario.run.households)
    is_streak = question.claim.kind == "streak"
    found, told = [], Chances.of_nobody()
    for start in range(0, len(homes), _AT_ONCE):
        some = homes[start : start + _AT_ONCE]

        def hears(done: int, of: int, before: int = start) -> None:  # noqa: ARG001
            if on_progress:
                on_progress(before + done, len(homes))

        simulated = partial(
            simulate, question, some, HISTORY, workers, every_title=is_streak, on_progress=hears
        )
        tables = (kept or Kept()).tables(f"sample-{start}", simulated)
        asked = in_country(lazily(tables), question.claim.country)
        found.append(title_plays(asked, question.title))
        if is_streak:
            told = told.with_more(chances(question, some, tables))
    return SampledHomes(homes, question.scenario.run.households, pl.concat(found), told)


def shortcut(
    question: Question,
    tied: Candidates,
    drawn: SampledHomes,
    crowds: float = 0.0,
    by_chance: Sequence[int] = (),
    forgiven: int = 1,
) -> Shortcut:
    """State the bound: accounts that may be in the number although nothing lasting ties them.

    `drawn` tells how likely such a home fills its days by chance. `crowds` are expected of accounts
    with many users beside. `by_chance` are the days that homes would have to fill so that are tied,
    but on too few days to be simulated. Some definition forgives so many days.
    """
    all_but = max(question.days - forgiven, 1)
    lacking = Counter({all_but: max(drawn.of - len(tied.household), 0)}) + Counter(by_chance)
    about = most = crowds
    for needed, many in lacking.items():
        mean, upper = drawn.chances.share(needed)
        about += mean * many
        most += upper * many
    simulated, fewest = len(tied.household), min(lacking, default=all_but)
    for_days = " for long" if fewest < all_but else ""
    return Shortcut(
        on=True,
        simulated=simulated,
        of=drawn.of,
        missed_at_most=most,
        sentence=_in_words(question, simulated, drawn, for_days, fewest, about, most),
        missed=about,
    )


def _in_words(
    question: Question,
    simulated: int,
    drawn: SampledHomes,
    for_days: str,
    fewest: int,
    about: float,
    most: float,
) -> str:
    """The bound as a sentence, and what to do where it says little."""
    are = "is" if simulated == 1 else "are"
    text = (
        f"Only {simulated:,} of {counted(drawn.of, 'home')} {are} simulated: "
        "those that a choice that lasts "
        f"could tie to {question.title}{for_days}. Any other would have to fill at least "
        f"{counted(fewest, 'day')} by chance: how likely that is, "
        f"{counted(len(drawn.households), 'home')} simulated in full tell by all that they chose. "
        f"Expected to be missed: {_small(about)}, at most {_small(most)}."
    )
    much = " --sample more tells better, and --exhaustive simulates every home."
    return text + much if most >= _TOO_MANY else text


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
