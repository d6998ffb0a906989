"""What is measured: each measure runs the real thing a few times and returns figures."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pyarrow.parquet as pq

from benchmarks.figures import Figure
from benchmarks.others import lineitem_command, row_of_faker, row_of_mimesis, rows_per_second
from benchmarks.watch import Run, run
from synthview.claims.story import ORDER
from synthview.sinks.formats import WRITERS

__all__ = ["MEASURES", "Plan"]

SEED = 7
SCENARIO = "everyday"
ALONE = f"""
import time, synthview
for _ in range(4):
    began = time.process_time()
    synthview.generate('tiny', seed={SEED}, households=1)
print(time.process_time() - began)
"""
"""One household in memory, the fourth time in one process."""
PICKED = """
import time
from synthview.testing.worlds import households_of_kind, pick, quick
scenario = quick(run__days=3, run__households=2_000)
homes = households_of_kind(scenario, 'any')[:100]
pick(scenario, homes[:1], homes)
began = time.process_time()
for home in homes[1:21]:
    pick(scenario, [home], homes)
print((time.process_time() - began) / 20)
"""
"""Another household of a property test, as strategies of `synthview.testing` draw it."""
TINY = f"import synthview; assert len(synthview.generate('tiny', seed={SEED}).log.plays)"
BLOCKS = (512, 1_024, 2_048, 4_096, 8_192)
PILOT_HOUSEHOLDS = 512
MEBIBYTE = 2**20
CLAIMED = "christmas-prince"
ACCOUNTS = (1_000_000, 10_000_000, 109_000_000)
TPCH_SCALE = 1
SCALE = 4
"""Beside others we make so many times the events asked for: a start weighs less then."""
_NOT_STEPS = ("world", "log.events", "log.plays")


@dataclass(frozen=True, slots=True)
class Plan:
    """How much to measure: rounds, events of the data set, and whether ten times as many too."""

    rounds: int
    events: int
    full: bool


@dataclass(frozen=True, slots=True)
class Dataset:
    """A data set that was made: how that went, and its rows and bytes by table."""

    made: Run
    rows: Mapping[str, int]
    bytes: Mapping[str, int]


def speed(plan: Plan) -> list[Figure]:
    """Events a second into Parquet, with the truth, from start to end of the command."""
    two, one = _speed(plan, 2), _speed(plan, 1)
    gained = two[0].median / one[0].median
    return [*two, *one, _figure("2 workers against 1", "times", [gained], "≥ 1.8")]


def _speed(plan: Plan, workers: int) -> list[Figure]:
    made = [_generate(plan.events, workers) for _ in range(plan.rounds)]
    on = f"on {workers} worker{'s' * (workers > 1)}"
    aim = "≥ 1,000,000" if workers > 1 else ""
    figures = [
        _figure(
            f"events a second, {on}",
            "events/s",
            [one.rows["log.events"] / one.made.seconds for one in made],
            aim,
        ),
        _figure(
            f"plays a second, {on}",
            "plays/s",
            [one.rows["log.plays"] / one.made.seconds for one in made],
        ),
    ]
    return figures if workers == 1 else [*figures, *_sizes(made[0])]


def _sizes(made: Dataset) -> list[Figure]:
    events = made.rows["log.events"]
    return [
        _figure("events in the data set", "events", [events]),
        _figure("bytes per event, log.events", "bytes", [made.bytes["log.events"] / events]),
        _figure("bytes per event, all tables", "bytes", [sum(made.bytes.values()) / events]),
    ]


def others(plan: Plan) -> list[Figure]:
    """What a million rows cost here, and beside it what they cost others, in the same round."""
    rounds = [_beside_others(plan) for _ in range(plan.rounds)]
    names = list(rounds[0])
    return [
        _figure(name, unit, [one[name, unit, aim] for one in rounds], aim)
        for name, unit, aim in names
    ]


def _beside_others(plan: Plan) -> dict[tuple[str, str, str], float]:
    """One round, on one worker: each figure by its name, unit and aim."""
    unit, times = "CPU-s per million rows", "times"
    with _folder() as folder:
        made = _generate_in(folder, SCALE * plan.events, 1)
        told = run(["-m", "benchmarks.others", str(folder)], one_thread=True).output
    with _folder() as folder:
        by_pyarrow = _generate_in(folder, SCALE * plan.events, 1, writer="pyarrow")
    with _folder() as folder:
        spent = run(lineitem_command(TPCH_SCALE, folder)).cpu_seconds
        rows = sum(pq.read_metadata(one).num_rows for one in folder.rglob("*.parquet"))
    events = made.rows["log.events"]
    ours, fast = (one.made.cpu_seconds / events for one in (made, by_pyarrow))
    alone, alone_fast = (float(one) / events for one in told.split())
    faker, mimesis = (rows_per_second(one) for one in (row_of_faker, row_of_mimesis))
    return {
        ("everyday with its truth", unit, ""): ours * 1e6,
        ("everyday, --writer pyarrow", unit, ""): fast * 1e6,
        ("tpchgen-cli, lineitem", unit, ""): spent / rows * 1e6,
        ("writing everyday's tables alone", unit, ""): alone * 1e6,
        ("writing them alone by pyarrow", unit, ""): alone_fast * 1e6,
        ("a loop with Faker", unit, ""): 1e6 / faker,
        ("a loop with Mimesis", unit, ""): 1e6 / mimesis,
        ("rows per CPU-second against tpchgen-cli", times, ""): spent / rows / ours,
        ("the same by pyarrow", times, "≥ 1.2"): spent / rows / fast,
        ("CPU time against writing alone", times, "≤ 2"): ours / alone,
        ("rows per CPU-second against Faker", times, ""): 1 / ours / faker,
        ("rows per CPU-second against Mimesis", times, ""): 1 / ours / mimesis,
    }


def memory(plan: Plan) -> list[Figure]:
    """The most memory that all processes hold together, also at ten times the events."""
    small = [
        _generate(plan.events, 2, watch_memory=True).made.peak_bytes for _ in range(plan.rounds)
    ]
    figures = [
        _figure(f"memory at {plan.events:,} events", "MiB", [one / MEBIBYTE for one in small])
    ]
    if plan.full:
        large = _generate(10 * plan.events, 2, watch_memory=True).made.peak_bytes
        figures += [
            _figure(f"memory at {10 * plan.events:,} events", "MiB", [large / MEBIBYTE]),
            _figure(
                "memory at ten times the events",
                "times",
                [large / figures[0].median / MEBIBYTE],
                "≤ 1.2",
            ),
        ]
    return figures


def start(plan: Plan) -> list[Figure]:
    """How long a user waits before anything happens."""
    rounds = range(2 * plan.rounds + 1)
    tiny = [run(["-c", TINY]) for _ in rounds]
    return [
        _figure(
            "synthview --help",
            "s",
            [run(["-m", "synthview", "--help"]).seconds for _ in rounds],
            "≤ 0.4",
        ),
        _figure("tiny in memory", "s", [one.seconds for one in tiny]),
        _figure("tiny in memory, processor", "CPU-s", [one.cpu_seconds for one in tiny], "≤ 0.8"),
        _figure(
            "one household alone, once more",
            "CPU-s",
            [float(run(["-c", ALONE]).output) for _ in rounds],
            "≤ 0.05",
        ),
        _figure(
            "another household of a property test",
            "CPU-s",
            [float(run(["-c", PICKED]).output) for _ in rounds],
            "≤ 0.05",
        ),
    ]


def stages(plan: Plan) -> list[Figure]:
    """Microseconds of one core per event, step by step; building the world, once, in seconds."""
    rounds = [_stages(8_192, 8_192) for _ in range(plan.rounds)]
    steps = [name for name in rounds[0] if name not in _NOT_STEPS]
    figures = [_figure("stage: world, once", "s", [one["world"] for one in rounds])]
    for step in steps:
        spent = [one[step] / one["log.events"] * 1e6 for one in rounds]
        figures.append(_figure(f"stage: {step}", "µs/event", spent))
    return figures


def blocks(plan: Plan) -> list[Figure]:
    """Events a second of one core by the number of households that are computed together."""
    return [
        _figure(
            f"blocks of {size:,}",
            "events/s",
            [_pace(_stages(BLOCKS[-1], size)) for _ in range(plan.rounds)],
        )
        for size in BLOCKS
    ]


def claim(plan: Plan) -> list[Figure]:
    """How long a claim takes over so many accounts; with `full` its sections too, one by one."""
    figures = [_claim(f"claim, {count:,} accounts", plan, count) for count in ACCOUNTS]
    sections = ORDER if plan.full else ()
    for one in sections:
        words = ("--seeds", "2", "--sections", one)
        figures.append(_claim(f"claim, section {one}", plan, ACCOUNTS[0], *words))
    return figures


def _claim(name: str, plan: Plan, accounts: int, *words: str) -> Figure:
    asked = ["claim", CLAIMED, "--households", str(accounts), "--workers", "2", *words]
    rounds = range(1 if accounts > ACCOUNTS[0] else plan.rounds)
    spent = [run(["-m", "synthview", *asked]).cpu_seconds for _ in rounds]
    return _figure(name, "CPU-s", spent)


MEASURES: dict[str, Callable[[Plan], list[Figure]]] = {
    "start": start,
    "speed": speed,
    "others": others,
    "memory": memory,
    "stages": stages,
    "blocks": blocks,
    "claim": claim,
}


def _pace(spent: Mapping[str, float]) -> float:
    return spent["log.events"] / sum(
        value for name, value in spent.items() if name not in _NOT_STEPS
    )


def _stages(households: int, block_households: int) -> dict[str, float]:
    told = run(
        ["-m", "benchmarks.stages", str(households), str(block_households)], one_thread=True
    ).output
    measured: dict[str, float] = json.loads(told)
    return measured


@cache
def _households(events: int) -> int:
    """How many households make about so many events, after a try with a few."""
    return round(
        events / _stages(PILOT_HOUSEHOLDS, PILOT_HOUSEHOLDS)["log.events"] * PILOT_HOUSEHOLDS
    )


def _generate(events: int, workers: int, *, watch_memory: bool = False) -> Dataset:
    with _folder() as folder:
        return _generate_in(folder, events, workers, watch_memory=watch_memory)


def _generate_in(
    folder: Path,
    events: int,
    workers: int,
    *,
    watch_memory: bool = False,
    writer: str = WRITERS[0],
) -> Dataset:
    asked = {
        "seed": SEED,
        "households": _households(events),
        "workers": workers,
        "directory": str(folder),
        "writer": writer,
    }
    made = run(
        ["-c", f"import synthview; synthview.generate({SCENARIO!r}, **{asked})"],
        watch_memory=watch_memory,
        one_thread=workers == 1,
    )
    tables = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["tables"]
    rows = {path: table["rows"] for path, table in tables.items()}
    return Dataset(made, rows, {path: table["bytes"] for path, table in tables.items()})


@contextmanager
def _folder() -> Iterator[Path]:
    """Make a place for one data set, and clear it away before the next one is made."""
    parent = Path(tempfile.mkdtemp(prefix="synthview-benchmark-"))
    try:
        yield parent / "data"
    finally:
        shutil.rmtree(parent)


def _figure(name: str, unit: str, rounds: list[float], aim: str = "") -> Figure:
    return Figure(name, unit, tuple(rounds), aim)
