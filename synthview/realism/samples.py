"""The samples that a scenario is measured on: which homes, for how long, and which tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from synthview.engines.order import Order, order
from synthview.engines.plan import Plan
from synthview.errors import InputError
from synthview.registry import installed
from synthview.scenario import Scenario, load
from synthview.tables import table

__all__ = [
    "ACCOUNTS",
    "HOMES",
    "ITALY",
    "MESSAGES",
    "MONTH",
    "SAMPLES",
    "UK",
    "YEARS",
    "Sample",
    "Simulation",
    "plan_of",
]

_MONTH_DAYS = 30
_LONG_RUN_DAYS = 120
"""A scenario as long as this is measured in its fourth month."""
_REST_DAYS = 90
_HOLIDAY_MONTHS = frozenset({12, 1})
_FEBRUARY = 2
"""December and January are seasons of their own (T04): what is told of a usual month is measured
in February then."""
_DECIDED = ("run.households", "run.start", "run.days")
"""What the sample decides, whatever the scenario says."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Homes of a scenario, simulated for some days.

    The settings are those of the scenario, and so is the first day; only how many homes and days
    there are, and where the homes lie, is the sample's own. Of plays only those on `plays_on` are
    kept, if it names types of devices.
    """

    name: str
    about: str
    households: int
    days: int
    tables: tuple[str, ...]
    settings: Mapping[str, Any] = field(default_factory=dict)
    in_ordinary_month: bool = False
    plays_on: tuple[str, ...] = ()

    @property
    def lived_days(self) -> int:
        """How many days are simulated: none where only accounts and homes are listed."""
        return self.days if any(table(one).dated for one in self.tables) else 1


HOMES = Sample(
    "homes",
    "homes and what they own",
    80_000,
    1,
    ("log.accounts", "log.profiles", "log.devices", "truth.households", "truth.persons"),
)
ACCOUNTS = Sample("accounts", "accounts that come and go in a year", 40_000, 365, ("log.accounts",))
MONTH = Sample(
    "month",
    "homes of all countries for a month",
    12_000,
    _MONTH_DAYS,
    (
        "log.accounts",
        "log.profiles",
        "log.devices",
        "log.titles",
        "log.plays",
        "truth.households",
        "truth.persons",
        "truth.plays",
    ),
    in_ordinary_month=True,
)
YEARS = Sample(
    "years",
    "homes of all countries for two and a half years",
    4_000,
    912,
    ("log.accounts", "log.titles", "log.plays"),
)
UK = Sample(
    "uk",
    "homes in the United Kingdom for a year, and what plays on their computers",
    16_000,
    365,
    ("log.accounts", "log.titles", "log.plays", "truth.households"),
    {"world.country_shares": {"GB": 1.0}},
    plays_on=("computer",),
)
ITALY = Sample(
    "italy",
    "homes in Italy for a month",
    4_000,
    _MONTH_DAYS,
    ("log.accounts", "log.titles", "log.plays"),
    {"world.country_shares": {"IT": 1.0}},
    in_ordinary_month=True,
)
MESSAGES = Sample(
    "messages",
    "homes of all countries for two weeks, with every message of their players",
    6_000,
    14,
    ("log.accounts", "log.devices", "log.titles", "log.plays", "log.events"),
)

SAMPLES = (HOMES, ACCOUNTS, MONTH, ITALY, MESSAGES, UK, YEARS)


@dataclass(frozen=True, slots=True)
class Simulation:
    """What is simulated: a scenario, and what the command line says of it.

    `households` is the number for the sample of a month; the others have as many in proportion.
    """

    scenario: str | Path
    seed: int | None = None
    households: int | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    without: tuple[str, ...] = ()
    workers: int | None = None

    def load(self) -> Scenario:
        """Return the scenario as it is asked for.

        Raises:
            InputError: an unknown scenario, setting, actor or fault, or one that samples decide.
        """
        for one in _DECIDED:
            if one in self.settings:
                raise InputError(
                    f"--set {one} does nothing here: each figure decides which homes and days it "
                    "needs. "
                    "--households changes how many homes there are."
                )
        asked = Order(
            scenario=self.scenario, seed=self.seed, settings=self.settings, without=self.without
        )
        return load(self.scenario, installed(), asked.overrides())

    def size_of(self, sample: Sample) -> int:
        """Return how many homes a sample has."""
        if self.households is None:
            return sample.households
        return max(round(sample.households * self.households / MONTH.households), 1)


def plan_of(sample: Sample, asked: Simulation) -> Plan:
    """Return the run that makes a sample."""
    run = asked.load().run
    start = run.start
    if sample.in_ordinary_month:
        start = _ordinary(start + timedelta(days=_REST_DAYS * (run.days >= _LONG_RUN_DAYS)))
    return order(
        Order(
            scenario=asked.scenario,
            seed=asked.seed,
            households=asked.size_of(sample),
            start=start,
            days=sample.days,
            settings=_without_parts(asked.settings, sample.settings) | dict(sample.settings),
            without=asked.without,
            tables=sample.tables,
        )
    )


def _ordinary(start: date) -> date:
    """The first day from `start` on after which a month has no day of December and January."""
    touched = {(start + timedelta(days=one)).month for one in range(_MONTH_DAYS)}
    if not touched & _HOLIDAY_MONTHS:
        return start
    years = start.year + (start.month > _FEBRUARY)
    return date(years, _FEBRUARY, 1)


def _without_parts(stated: Mapping[str, Any], decided: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out settings within one that the sample decides, such as one country's share."""
    return {
        one: value
        for one, value in stated.items()
        if not any(one.startswith(whole) for whole in decided)
    }
