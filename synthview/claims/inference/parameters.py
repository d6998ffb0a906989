"""Parameters: which settings may be otherwise than stated, and by how much.

Worlds drawn from all of them at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches
from statistics import NormalDist
from typing import Any

import numpy as np

from synthview.claims.question import Question
from synthview.claims.simulation.candidates import BESIDE_TITLES
from synthview.errors import InputError, shortened
from synthview.registry import SECTIONS, installed
from synthview.rows import Floats
from synthview.scenario import Scenario, load
from synthview.scenario.entries import Entry, entries
from synthview.scenario.settings import CHOICE
from synthview.stage.actor import Actor
from synthview.wording import label_of
from synthview.world.clock import date_of

__all__ = [
    "POPULAR",
    "RATE",
    "RHYTHM",
    "SIMULATED",
    "Blocks",
    "Parameter",
    "as_settings",
    "drawn",
    "lasting",
    "not_varied",
    "parameters_of",
    "stated_priors",
    "with_settings",
]

RHYTHM = ".every_days"
"""How settings end that say how often spells begin: with another, other homes are tied."""
RATE, POPULAR, SIMULATED = "rate", "popular", "simulated"
"""How a setting works: how many homes a lasting actor has, how often a title is picked, or what
then happens.
"""
_Z = NormalDist().inv_cdf(0.95)
_OF_THE_COMPANY = {
    name for name, one in SECTIONS.items() if one.__module__.startswith("synthview.office.")
}
"""Sections of what a company does with its log afterwards: no play depends on them."""
_WORDS = {
    "rate": "how common",
    "spell_days": "how long it lasts",
    "keeps_to_it": "how faithfully",
    "days": "on how many days",
    "plays_per_day": "how often a day",
    "popularity_rank": "how popular",
    "hours": "for how many hours",
    "lift": "how much more",
    "half_life_days": "how soon it fades",
    "christmas_lift": "how much more at Christmas",
    "release_lift": "how much more when new",
    "decay_days": "how soon the new ones fade",
    "country_taste": "how countries differ",
    "share_in_each_country": "how much a country has",
    "film_popularity_exponent": "how unevenly films are liked",
    "film_popularity_offset": "how alike the first films are",
    "film_runtime_spread": "how lengths of films differ",
    "puts_it_on": "on how many days",
    "looping": "how often again",
    "leaves_early": "how often not to the end",
    "holiday_lift": "how much more on holidays",
}
_SECTIONS = {
    "world": "titles",
    "people": "homes",
    "choosing": "choices",
    "log": "the log",
    "player": "the player",
    "catalogue": "the catalogue",
}


@dataclass(frozen=True)
class Parameter:
    """One setting and what an informed person may believe of it: low and high are 5 % and 95 %."""

    path: str
    part: str
    label: str
    unit: str
    source: str
    stated: float
    low: float
    high: float
    allowed: tuple[float, float]
    scale: str
    is_whole: bool = False

    def at(self, shares: Floats) -> Floats:
        """Quantiles at some probabilities: on its scale a normal law between low and high.

        Beyond them it is drawn in towards the ends of what is allowed, so that low and high are the
        5 % and 95 % points wherever these ends lie.
        """
        # Settings are read where this is not installed; only draws need it.
        from scipy.special import ndtri  # noqa: PLC0415

        low, high, least, most = self.onto(np.array([self.low, self.high, *self.allowed], float))
        # A hundred-millionth off the ends: an allowed end itself, 0 or all, is another world.
        deviations = ndtri(np.clip(shares, 1e-8, 1 - 1e-8))
        spread = (high - low) / (2 * _Z)
        within = (low + high) / 2 + spread * np.clip(deviations, -_Z, _Z)
        below = _drawn_in(spread * np.maximum(-_Z - deviations, 0), low - least)
        above = _drawn_in(spread * np.maximum(deviations - _Z, 0), most - high)
        values = np.clip(self._back(within - below + above), *self.allowed)
        return np.rint(values) if self.is_whole else values

    def between(self, low: float, high: float) -> Parameter:
        """The same setting with another belief."""
        return replace(
            self,
            low=low,
            high=high,
        )

    def moved(self, stated: float, usual: float) -> Parameter:
        """Move the range as far, on its scale, as a stated value is from the usual one.

        It stays where it is if either of them is an end of the scale, such as a rate of 0.
        """
        onto = self.onto(np.array([self.low, self.high, stated, usual], float))
        if not np.isfinite(onto).all():
            return self
        low, high = np.clip(self._back(onto[:2] + onto[2] - onto[3]), *self.allowed).tolist()
        return self.between(low, high)

    def onto(self, values: Floats) -> Floats:
        """Values on its scale; infinite at an end of it, and no number beyond."""
        with np.errstate(divide="ignore", invalid="ignore"):
            if self.scale == "log":
                return np.asarray(np.log(values))
            odds = np.log(values) - np.log1p(-values)
        return np.asarray(odds) if self.scale == "logit" else values

    def _back(self, values: Floats) -> Floats:
        if self.scale == "log":
            return np.asarray(np.exp(values))
        return np.asarray(1 / (1 + np.exp(-values))) if self.scale == "logit" else values


def _drawn_in(far: Floats, room: float) -> Floats:
    """How far beyond an end of the range, where so much room is left: all of it is never used."""
    if room <= 0:
        return np.zeros_like(far)
    return far if np.isinf(room) else np.asarray(-room * np.expm1(-far / room))


def parameters_of(question: Question) -> tuple[Parameter, ...]:
    """Every number of a scenario that may be doubted, except decisions, in the file's order.

    What is stated as nothing stays so, and so do titles and events that the question is not about.
    A setting that is stated otherwise than usual moves its range; the claim's own `priors` come
    before that. Raises InputError where those cannot be believed.
    """
    lasts = lasting(question.scenario)
    found = []
    for entry in entries(question.scenario):
        setting = entry.setting
        if (
            setting.kind == "number"
            and setting.source != CHOICE
            and entry.value
            and not _is_beside(entry, question)
        ):
            found.append(_range(entry, _part(entry, lasts), question.claim.facts_off_by))
    stated = stated_priors(question.claim.priors, found)
    believed = [one.between(*stated.get(one.path, (one.low, one.high))) for one in found]
    return tuple(one for one in believed if one.low < one.high)


def stated_priors(
    said: Sequence[str], varied: Sequence[Parameter]
) -> dict[str, tuple[float, float]]:
    """Read priors such as ``actors.devoted_fan.rate=1e-6:1e-2``, by the paths of their settings.

    Raises:
        InputError: a setting is none that is varied, a prior is of another form, or it lies outside
            of what its setting allows.
    """
    known = {one.path: one for one in varied}
    found = {}
    for one in said:
        path, _, ends = one.partition("=")
        if path.strip() not in known:
            near = get_close_matches(path.strip(), sorted(known), n=3)
            raise InputError(
                f"--prior names {shortened(path.strip())}, which is no setting that is varied here."
                f"{f' Did you mean {near[0]}?' if near else ''} synthview list settings shows "
                "them; those that are off, cast or decisions do not vary."
            )
        found[path.strip()] = _ends(one, ends, known[path.strip()])
    return found


def _ends(said: str, ends: str, setting: Parameter) -> tuple[float, float]:
    """The two ends of a prior, the lower one first."""
    try:
        low, high = (float(end) for end in ends.split(":"))
    except ValueError:
        raise InputError(
            f"--prior takes PATH=LOW:HIGH, the 5 % and 95 % points, such as {setting.path}="
            f"{setting.low:g}:{setting.high:g}; this is '{shortened(said)}'."
        ) from None
    inside = np.isfinite(setting.onto(np.array([low, high]))).all()
    if not (setting.allowed[0] <= low < high <= setting.allowed[1] and inside):
        ends_of_scale = ", without the ends" if setting.scale != "linear" else ""
        raise InputError(
            f"--prior {setting.path} is {low:g} to {high:g}; it must rise, within "
            f"{setting.allowed[0]:g} to {setting.allowed[1]:g}{ends_of_scale}."
        )
    return low, high


def not_varied(scenario: Scenario) -> tuple[str, ...]:
    """Shares of a whole and curves that rest on a guess or a figure, and yet stay as stated."""
    return tuple(
        one.path
        for one in entries(scenario)
        if one.setting.kind in ("shares", "curve") and one.setting.source != CHOICE
    )


def lasting(scenario: Scenario) -> tuple[str, ...]:
    """Actors with a lasting choice of a title and a rate of homes, in alphabetical order."""
    actors = ((name, one) for name, one in scenario.actors.items() if isinstance(one, Actor))
    return tuple(
        sorted(name for name, one in actors if not one.picks_anew and name not in scenario.cast)
    )


def _part(entry: Entry, lasts: Sequence[str]) -> str:
    if entry.path in {f"actors.{name}.rate" for name in lasts}:
        return RATE
    places = ("catalogue.", "world.", "titles.", "dated_events.")
    is_of_titles = entry.path.startswith(places) and entry.path not in BESIDE_TITLES
    return POPULAR if is_of_titles else SIMULATED


def _is_beside(entry: Entry, question: Question) -> bool:
    """Whether a setting is of the run, the company, another title, or what happens later."""
    scenario = question.scenario
    last = date_of(question.last)
    events: dict[str, tuple[str, date]] = {
        one.name: (one.title, one.on) for one in scenario.dated_events
    }
    for name, (title, on) in events.items():
        if entry.section == f'dated_events."{name}"':
            return title != question.title or on > last
    return entry.section in {"run", *_OF_THE_COMPANY} or (
        entry.path.startswith("titles.") and entry.section != f'titles."{question.title}"'
    )


def _range(entry: Entry, part: str, off_by: float) -> Parameter:
    setting, stated = entry.setting, float(entry.value)
    assert setting.allowed is not None, f"{entry.path} is a number"
    assert setting.low is not None, f"{entry.path} is a number"
    assert setting.high is not None, f"{entry.path} is a number"
    one = Parameter(
        entry.path,
        part,
        _label(entry),
        setting.unit,
        entry.source,
        stated,
        setting.low,
        setting.high,
        setting.allowed,
        setting.scale,
        setting.type is int,
    )
    if entry.facts_from:  # what the setting declares covers all titles, from the first to the last
        least, most = setting.allowed
        return one.between(max(stated / off_by, least), min(stated * off_by, most))
    return one.moved(stated, float(setting.default)) if entry.is_changed else one


def _label(entry: Entry) -> str:
    """A setting in words, as in 'a child on a loop: how common'."""
    name = entry.setting.name
    section = entry.section.split(".", 1)[-1].strip('"')
    return (
        f"{_SECTIONS.get(section) or label_of(section)}: {_WORDS.get(name, name.replace('_', ' '))}"
    )


def drawn(ranges: Sequence[Parameter], count: int, seed: int) -> Floats:
    """Return that many points of all ranges, (point, range), evenly spread: a Latin hypercube."""
    from scipy.stats import qmc  # noqa: PLC0415  as above

    if not ranges:
        return np.zeros((count, 0))
    cube = qmc.LatinHypercube(len(ranges), rng=np.random.default_rng(seed)).random(count)
    return np.stack([one.at(cube[:, place]) for place, one in enumerate(ranges)], axis=1)


@dataclass(frozen=True)
class Blocks:
    """The settings by how they work: ranges, and the values of as many rows of each."""

    ranges: dict[str, tuple[Parameter, ...]]
    values: dict[str, Floats]

    @classmethod
    def of(
        cls, ranges: Sequence[Parameter], rows: Mapping[str, int], seed: int, rhythms: int = 0
    ) -> Blocks:
        """Draw so many rows of every block.

        With `rhythms` simulated points take so many rhythms of spells in turn, so that homes are
        sought for each rhythm and not for each point.
        """
        named = {part: tuple(one for one in ranges if one.part == part) for part in rows}
        values = {
            part: drawn(named[part], rows[part], seed + turn) for turn, part in enumerate(rows)
        }
        simulated = values.get(SIMULATED, np.zeros((0, 0)))
        if rhythms and len(simulated):
            few = drawn(named[SIMULATED], rhythms, seed + len(rows))
            of_rhythm = [one.path.endswith(RHYTHM) for one in named[SIMULATED]]
            turn = np.arange(len(simulated)) % rhythms
            values[SIMULATED] = np.where(of_rhythm, few[turn], simulated)
        return cls(named, values)

    def row(self, part: str, number: int) -> dict[str, float | int]:
        """The settings of a row."""
        return dict(as_settings(self.ranges[part], self.values[part][number]))


def with_settings(question: Question, settings: Mapping[str, Any]) -> Question:
    """The same question of a world with some settings otherwise, by their paths."""
    return replace(question, scenario=load(question.scenario, installed(), settings))


def as_settings(ranges: Sequence[Parameter], values: Floats) -> Iterator[tuple[str, float | int]]:
    """Paths and values of a point."""
    for one, value in zip(ranges, values.tolist(), strict=True):
        yield one.path, int(value) if one.is_whole else value
