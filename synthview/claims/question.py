"""A question: a published number made countable, with its title, its days, and its world."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from synthview.errors import InputError, UnknownName
from synthview.player.settings import LogSettings
from synthview.scenario import Scenario
from synthview.scenario.declarations import Claim
from synthview.world import World
from synthview.world.clock import date_of, day_number

__all__ = ["CLOSED_BY_DAYS", "Question", "ask", "days_asked", "only_for_streaks"]

CLOSED_BY_DAYS = 2
"""The query is run so many days after the last one: what is received later does not count."""

_SHORTEST_STREAK = 2
"""Of fewer days there is no gap to allow, and nothing that lasts."""


@dataclass(frozen=True)
class Question:
    """A claim of a scenario and the days it covers: days since 1970, `last` included.

    `earliest` is the first day of the run: windows of `days` days may end on `last` or on days
    before it.
    """

    scenario: Scenario
    claim: Claim
    earliest: int
    last: int
    days: int
    has_messages: bool = True
    """Whether playing time can be added up from messages, beside the viewing history."""
    pings_every_ms: int = 0
    """How often the player pings, where a dataset says otherwise than the scenario."""

    @property
    def ping_ms(self) -> int:
        """How much playing time each ping stands for."""
        stated = self.scenario.of(LogSettings).ping_seconds
        return self.pings_every_ms or int(stated) * 1_000

    @property
    def first(self) -> int:
        """The first day of the window that ends last."""
        return self.last - self.days + 1

    @property
    def windows(self) -> int:
        """How many windows of so many days there are in the run."""
        return self.first - self.earliest + 1

    @property
    def span(self) -> range:
        """All days that any window covers."""
        return range(self.earliest, self.last + 1)

    @property
    def title(self) -> str:
        """The title it is about; empty for all."""
        return self.claim.title

    def work(self, world: World) -> int | None:
        """The film or series it is about, by its number; None for all."""
        if not self.title:
            return None
        named = world.catalogue.named
        return named[self.title] if self.title in named else world.names.index(self.title)

    def dates(self, window: int = 0) -> tuple[date, date]:
        """First and last day of the window that ends `window` days before the last."""
        return date_of(self.first - window), date_of(self.last - window)


def _named(scenario: Scenario, name: str | None) -> Claim:
    """The claim of a name, or the first."""
    known = {one.name: one for one in scenario.claims}
    if not known:
        raise InputError(
            f"{scenario.name} has no claims. Ask of any title with --title NAME --days N; "
            "synthview list claims shows claims of other scenarios, and a claim of your own is a "
            "few lines of TOML: [[claims]], name, kind, said, title, days."
        )
    if name is not None and name not in known:
        raise UnknownName("claim", name, known, scenario.name)
    return known[name] if name is not None else scenario.claims[0]


def ask(scenario: Scenario, name: str | None = None) -> Question:
    """The question behind a claim of a scenario: the named one, or the first.

    Raises UnknownName for a claim it does not have, and InputError where it has none or the days do
    not fit.
    """
    claim = _named(scenario, name)
    earliest = day_number(scenario.run.start)
    end = day_number(scenario.run.end)
    last = day_number(date.fromisoformat(claim.last)) if claim.last else end - 1
    days = 1 if claim.kind == "on_day" else claim.days or last - earliest + 1
    days_asked(claim, earliest, last, days, end - 1, scenario.name)
    return Question(scenario, claim, earliest, last, days)


def days_asked(claim: Claim, earliest: int, last: int, days: int, end: int, where: str) -> None:
    """Refuse, with InputError, days that are not there, and a streak of one."""
    if not earliest <= last - days + 1 <= last <= end:
        raise InputError(
            f'claims."{claim.name}" asks for {days:,} days up to {date_of(last)}; '
            f"{where} covers {date_of(earliest)} to {date_of(end)}. "
            "Change last or days of the claim, or run.days."
        )
    if claim.kind == "streak" and days < _SHORTEST_STREAK:
        raise InputError(
            f'claims."{claim.name}" is a streak of a single day. '
            f"A streak has at least {_SHORTEST_STREAK}; who watched on "
            'one day is a claim of the kind on_day: kind = "on_day".'
        )


def only_for_streaks(question: Question, **said: bool) -> None:
    """Refuse options that another kind of claim has no use for."""
    for option, is_said in said.items():
        if is_said:
            raise InputError(
                f"--{option} is for claims of the kind streak; '{question.claim.name}' is of the "
                f"kind {question.claim.kind}."
            )
