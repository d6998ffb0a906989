"""Trains the detector on one world, tests it on another, and keeps what was found."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from synthview.callbacks import OnStage
from synthview.dataset import RunDirectory, generate, read
from synthview.detect.finding import FEWEST, CauseFound, found_of
from synthview.detect.signs import ACCESSES, ACCOUNTS, PLAYS, SeenRows, seen_in, tables_for
from synthview.engines.local import Progress
from synthview.engines.manifest import scenario_in
from synthview.errors import InputError, UnknownName
from synthview.registry import INSIDERS, installed
from synthview.scenario import Scenario, load
from synthview.stage.actor import Actor

__all__ = ["FORMAT", "WHOSE", "DetectOrder", "detected", "sized", "worlds_of"]

FORMAT = "synthview-detect/1"
"""The JSON that ``--json`` writes and the page is made from."""
WHOSE = {"plays": PLAYS, "accounts": ACCOUNTS, "accesses": ACCESSES}
MOST_DAYS, MOST_HOUSEHOLDS = 7, 4_000
"""So much of a scenario is simulated, unless more is asked for."""
Report = dict[str, Any]


@dataclass(frozen=True)
class DetectOrder:
    """What the command line says: a world, what to look for in it, and where on the dial."""

    world: str
    of: str = "accounts"
    actors: tuple[str, ...] = ()
    disguise: tuple[float, ...] = ()
    seed: int | None = None
    households: int | None = None
    days: int | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    cast: Mapping[str, int | str] = field(default_factory=dict)
    without: tuple[str, ...] = ()
    workers: int | None = None
    save: Path | None = None


@dataclass(frozen=True)
class _Pair:
    """The world that teaches and the one that is tested, at one place of the dial."""

    disguise: float | None
    taught: Scenario
    tested: Scenario | RunDirectory


def sized(asked: DetectOrder) -> Scenario:
    """The scenario of an order, of the size that is simulated.

    Raises:
        InputError and its kinds: it is none, or a setting is not what it should be.
    """
    stated = dict(asked.settings)
    run = load(asked.world, installed(), stated).run
    sizes = {
        "run.days": (asked.days, run.days, MOST_DAYS),
        "run.households": (asked.households, run.households, MOST_HOUSEHOLDS),
    }
    for path, (said, usual, most) in sizes.items():
        if said is not None:
            stated[path] = said
        elif path not in stated:
            stated[path] = min(usual, most)
    if asked.seed is not None:
        stated["run.seed"] = asked.seed
    if asked.without:
        stated["without"] = list(asked.without)
    return load(asked.world, installed(), stated)


def worlds_of(asked: DetectOrder, directory: Path | None) -> list[_Pair]:
    """The worlds to make and to read, at each place of the dial.

    Raises:
        InputError and its kinds: they cannot be, or an actor is not in them.
        OutputError: there is no dataset in the directory.
    """
    if directory is not None:
        run = read(directory)
        scenario = scenario_in(run.manifest)
        _known_among(asked, scenario)
        return [_Pair(None, _another(scenario), run)]
    scenario = sized(asked)
    _known_among(asked, scenario)
    pairs = []
    for dial in asked.disguise or (None,):
        placed = scenario if dial is None else _disguised(scenario, asked, dial)
        pairs.append(_Pair(dial, _another(placed), placed))
    return pairs


def _another(scenario: Scenario) -> Scenario:
    """The same kind of world with the next seed."""
    return load(scenario, installed(), {"run.seed": (scenario.run.seed + 1) % 2**63})


def _disguised(scenario: Scenario, asked: DetectOrder, dial: float) -> Scenario:
    """A scenario whose actors hide so much: those that are asked for, as far as they can."""
    is_of_staff = _of(asked) == ACCESSES
    sections = scenario.sections if is_of_staff else scenario.actors
    named = asked.actors or _known_among(asked, scenario)
    hiding = [name for name in named if hasattr(sections[name], "disguise")]
    if not hiding:
        raise InputError(
            f"--disguise is for actors that can hide, and {', '.join(named)} cannot. "
            "synthview show NAME lists the settings of an actor."
        )
    above = "" if is_of_staff else "actors."
    return load(scenario, installed(), {f"{above}{name}.disguise": dial for name in hiding})


def _known_among(asked: DetectOrder, scenario: Scenario) -> tuple[str, ...]:
    """Who can be looked for: actors, or insiders; refuses a name that is none of them."""
    is_of_staff = _of(asked) == ACCESSES
    actors = tuple(name for name, one in scenario.actors.items() if isinstance(one, Actor))
    known = tuple(INSIDERS) if is_of_staff else actors
    for name in asked.actors:
        if name in INSIDERS and not is_of_staff:
            raise InputError(f"{name} is of the staff: look for it with --of accesses.")
        if name not in known:
            what = "insider" if is_of_staff else "actor"
            raise UnknownName(what, name, known, f"--only, of {scenario.name}")
    return known


def detected(asked: DetectOrder, pairs: Sequence[_Pair], on_progress: OnStage) -> Report:
    """Simulate, learn and test; return what was found as plain values.

    Raises:
        InputError: there is nothing to look for.
        OutputError: files cannot be read or written.
    """
    work = _Work(on_progress, pairs)
    findings: list[CauseFound] = []
    for pair in pairs:
        with tempfile.TemporaryDirectory(prefix="synthview-") as folder:
            learned = seen_in(_made(pair.taught, asked, Path(folder) / "taught", work), _of(asked))
            run = pair.tested
            if isinstance(run, Scenario):
                run = _made(run, asked, Path(folder) / "tested", work)
            with run.reading():
                tested = seen_in(run, _of(asked))
            findings += _all_found(pair, asked, learned, tested, work)
    findings.sort(key=lambda one: one.cause)
    return {"format": FORMAT, "world": _world(asked, pairs), "causes": [*map(asdict, findings)]}


def _of(asked: DetectOrder) -> str:
    return WHOSE[asked.of]


def _all_found(
    pair: _Pair, asked: DetectOrder, learned: SeenRows, tested: SeenRows, work: _Work
) -> list[CauseFound]:
    names = asked.actors or tested.causes.actors
    findings, saved = [], tested.rows.select(_of(asked))
    for number, name in enumerate(names, 1):
        work.learns(name, number / len(names))
        found, scores = found_of(name, pair.disguise, learned, tested)
        findings.append(found)
        if scores is not None:
            saved = saved.with_columns(pl.Series(name, scores))
    work.done += work.learning
    if asked.save is not None:
        _save(saved, asked.save)
    return findings


def _save(scores: pl.DataFrame, place: Path) -> None:
    """Write the scores as a file that ``check --score`` reads."""
    if len(scores.columns) == 1:
        raise InputError(
            f"No actor has {FEWEST} rows in both worlds, so there are no scores for {place}."
        )
    if place.suffix == ".parquet":
        scores.write_parquet(place)
    else:
        scores.write_csv(place)


def _made(scenario: Scenario, asked: DetectOrder, place: Path, work: _Work) -> RunDirectory:
    cost = scenario.run.households * scenario.run.days

    def progress(now: Progress) -> None:
        work.simulates(now.household_days / max(now.of_household_days, 1) * cost)

    made = generate(
        scenario,
        cast=asked.cast,
        tables=tables_for(_of(asked)),
        directory=place,
        workers=asked.workers,
        progress=progress,
    )
    work.done += cost
    return made


class _Work:
    """How far it is, in days of households: those to simulate, and what learning takes of them."""

    def __init__(self, on_progress: OnStage, pairs: Sequence[_Pair]) -> None:
        costs = [self._cost(one) for pair in pairs for one in (pair.taught, pair.tested)]
        self.on_progress, self.done = on_progress, 0
        self.learning = max(sum(costs) // (4 * len(pairs)), 1)
        self.whole = sum(costs) + self.learning * len(pairs)

    @staticmethod
    def _cost(one: Scenario | RunDirectory) -> int:
        return one.run.households * one.run.days if isinstance(one, Scenario) else 0

    def simulates(self, days: float) -> None:
        """Tell that so many days of households of this world are done."""
        self.on_progress("Simulating", round(self.done + days), self.whole)

    def learns(self, name: str, part: float) -> None:
        """Tell which cause is being learned."""
        del name
        self.on_progress("Learning", round(self.done + part * self.learning), self.whole)


def _world(asked: DetectOrder, pairs: Sequence[_Pair]) -> Report:
    taught = pairs[0].taught
    seed = (taught.run.seed - 1) % 2**63
    return {
        "name": asked.world,
        "seed": seed,
        "taught_seed": taught.run.seed,
        "households": taught.run.households,
        "days": taught.run.days,
        "start": date.isoformat(taught.run.start),
        "of": asked.of,
        "disguise": [pair.disguise for pair in pairs if pair.disguise is not None],
    }
