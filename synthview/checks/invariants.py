"""Invariants: what must hold in every dataset, each as a question that counts its violations."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import polars as pl
from xxhash import xxh3_128

from synthview.dataset import Run
from synthview.engines.layout import Layout
from synthview.manifest import MANIFEST
from synthview.pools.contacts import is_reserved_address, is_reserved_email, is_reserved_phone
from synthview.sinks.lineage import repaired_text
from synthview.sinks.parts import Receipt
from synthview.tables import BY_PATH

__all__ = ["CHECKS", "Check", "Finding", "check"]

Frames = dict[str, pl.LazyFrame]
Asked = Callable[[Run, Frames], pl.DataFrame]


@dataclass(frozen=True, slots=True)
class Check:
    """One invariant: its name, what it says, the tables it needs, and how violations are found."""

    name: str
    says: str
    tables: tuple[str, ...]
    broken: Asked


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found: how many violations, some of them, or why it could not be asked."""

    name: str
    says: str
    violations: int
    examples: tuple[str, ...]
    not_asked: str = ""

    @property
    def holds(self) -> bool:
        """No violation was found."""
        return self.violations == 0


def check(run: Run) -> Iterator[Finding]:
    """Ask every invariant of a dataset, one after the other."""
    frames = {name: run.scan(name, repaired=True) for name in run.tables}
    for one in CHECKS:
        missing = [name for name in one.tables if name not in frames]
        if missing:
            yield Finding(one.name, one.says, 0, (), f"the run has no {', '.join(missing)}")
            continue
        broken = one.broken(run, frames)
        examples = tuple(str(row) for row in broken.head(3).rows(named=True))
        yield Finding(one.name, one.says, broken.height, examples)


def _got(frame: pl.LazyFrame) -> pl.DataFrame:
    return frame.collect(engine="streaming")


def _ended_before_start(_: Run, frames: Frames) -> pl.DataFrame:
    wrong = [frames["truth.plays"].filter(pl.col("ended_at") < pl.col("started_at")).select("play_id")]
    wrong.append(frames["log.plays"].filter(pl.col("ended_at") < pl.col("started_at")).select("play_id"))
    return _got(pl.concat(wrong))


def _outside_runtime(_: Run, frames: Frames) -> pl.DataFrame:
    titles = frames["log.titles"].select("title_id", "runtime_ms")
    events = frames["log.events"].select("play_id", "title_id", "position_ms").join(titles, on="title_id")
    return _got(events.filter((pl.col("position_ms") < 0) | (pl.col("position_ms") > pl.col("runtime_ms"))))


def _more_than_played(_: Run, frames: Frames) -> pl.DataFrame:
    plays = frames["truth.plays"].select(
        "play_id", "played_ms", "present_ms", "attended_ms", "viewer_count", "viewer_ids"
    )
    wrong = (pl.col("present_ms") > pl.col("played_ms")) | (pl.col("attended_ms") > pl.col("present_ms"))
    return _got(plays.filter(wrong | (pl.col("viewer_ids").list.len() != pl.col("viewer_count"))))


def _overlaps(plays: pl.LazyFrame, whose: str) -> pl.DataFrame:
    order = (
        plays.filter(pl.col("played_ms") > 0)
        .select("play_id", whose, "started_at", "ended_at")
        .sort(whose, "started_at", "ended_at")
    )
    before = pl.col("ended_at").shift(1).over(whose)
    return order.with_columns(before=before).filter(pl.col("started_at") < pl.col("before")).collect()


def _two_rooms(_: Run, frames: Frames) -> pl.DataFrame:
    plays = frames["truth.plays"].filter(pl.col("viewer_count") > 0)
    return _overlaps(
        plays.select("play_id", "played_ms", "started_at", "ended_at", person="viewer_ids").explode("person"), "person"
    )


def _two_on_a_screen(_: Run, frames: Frames) -> pl.DataFrame:
    return _overlaps(frames["truth.plays"], "device_id")


def _over_the_limit(_: Run, frames: Frames) -> pl.DataFrame:
    plays = frames["truth.plays"].filter(pl.col("played_ms") > 0)
    sessions = plays.group_by("account_id", "session_id").agg(pl.col("started_at").min(), pl.col("ended_at").max())
    steps = pl.concat([
        sessions.select("account_id", at="started_at", by=pl.lit(1)), sessions.select("account_id", at="ended_at", by=pl.lit(-1)),
    ]).sort("account_id", "at", "by")  # fmt: skip
    limits = frames["log.accounts"].group_by("account_id").agg(pl.col("stream_limit").max())
    streams = steps.with_columns(streams=pl.col("by").cum_sum().over("account_id")).join(limits, on="account_id")
    return streams.filter(pl.col("streams") > pl.col("stream_limit")).collect()


def _outside_its_days(run: Run, frames: Frames) -> pl.DataFrame:
    since, until = run.manifest["settings"]["from"], run.manifest["settings"]["until"]
    days = [pl.lit(day).str.to_datetime("%Y-%m-%d", time_unit="ms") for day in (since, until)]
    wrong = []
    for name, column in _DATED.items():
        if name in frames:
            outside = (pl.col(column) < days[0]) | (pl.col(column) >= days[1])
            wrong.append(frames[name].filter(outside).select(pl.lit(name).alias("table"), pl.col(column).alias("at")))
    return _got(pl.concat(wrong)) if wrong else pl.DataFrame()


_DATED = {
    "log.events": "received_time", "log.plays": "closed_at", "log.ratings": "received_time", "log.searches": "received_time",
    "log.clicks": "received_time", "truth.plays": "started_at", "truth.incidents": "at", "truth.deliveries": "sent_time",
}  # fmt: skip
_REFERENCES = (
    ("log.plays", "title_id", "log.titles"), ("log.plays", "account_id", "log.accounts"), ("log.plays", "profile_id", "log.profiles"),
    ("log.plays", "device_id", "log.devices"), ("log.events", "title_id", "log.titles"), ("log.events", "device_id", "log.devices"),
    ("log.profiles", "account_id", "log.accounts"), ("log.devices", "account_id", "log.accounts"),
    ("truth.plays", "title_id", "log.titles"), ("truth.plays", "account_id", "truth.households"), ("truth.incidents", "account_id", "truth.households"),
    ("truth.persons", "account_id", "truth.households"), ("truth.deliveries", "account_id", "truth.households"),
)  # fmt: skip


def _dangling(_: Run, frames: Frames) -> pl.DataFrame:
    wrong = []
    for child, column, parent in _REFERENCES:
        if child in frames and parent in frames:
            known = frames[parent].select(column).unique()
            lost = frames[child].select(column).unique().join(known, on=column, how="anti")
            wrong.append(lost.select(pl.lit(f"{child}.{column}").alias("where"), pl.col(column).alias("id")))
    return _got(pl.concat(wrong)) if wrong else pl.DataFrame()


def _twice(_: Run, frames: Frames) -> pl.DataFrame:
    wrong = []
    for name, frame in frames.items():
        key = list(BY_PATH[name].key)
        counts = frame.group_by(key).len().filter(pl.col("len") > 1)
        wrong.append(counts.select(pl.lit(name).alias("table"), pl.concat_str(key, separator=" ").alias("key"), "len"))
    return _got(pl.concat(wrong))


def _not_as_declared(_: Run, frames: Frames) -> pl.DataFrame:
    wrong = []
    for name, frame in frames.items():
        declared = BY_PATH[name]
        if frame.collect_schema() != declared.schema:
            wrong.append((name, "columns are not those declared"))
        filled = [column.name for column in declared.columns if not column.nullable]
        counts = _got(frame.select(pl.col(filled).null_count()))
        wrong += [(name, f"{column} is empty in {counts[column][0]} rows") for column in filled if counts[column][0]]
    return pl.DataFrame(wrong, schema=["table", "what"], orient="row")


def _could_be_real(_: Run, frames: Frames) -> pl.DataFrame:
    tests = [
        ("log.events", "ip", is_reserved_address),
        ("log.accounts", "email", is_reserved_email),
        ("log.accounts", "phone", is_reserved_phone),
    ]
    wrong = []
    for name, column, is_reserved in tests:
        if name in frames:
            values = _got(frames[name].select(column).unique())[column].to_list()
            wrong += [(f"{name}.{column}", value) for value in values if not is_reserved(value)]
    return pl.DataFrame(wrong, schema=["where", "value"], orient="row")


def _unknown_names(run: Run, frames: Frames) -> pl.DataFrame:
    scenario, wrong = run.manifest["scenario"], []
    actors = _got(frames["truth.plays"].select("causes").unique())["causes"].str.split("|").explode().drop_nulls()
    wrong += [("causes", one) for one in sorted(set(actors) - {"", *scenario["actors"]})]
    if "truth.deliveries" in frames:
        faults = _got(frames["truth.deliveries"].select("fault").unique())["fault"]
        wrong += [("faults", one) for one in sorted(set(faults) - set(scenario["faults"]))]
    return pl.DataFrame(wrong, schema=["where", "name"], orient="row")


def _not_in_manifest(run: Run, frames: Frames) -> pl.DataFrame:
    wrong = []
    in_database = Layout.read(run.manifest["layout"]).is_database
    for part in () if in_database else run.manifest["parts"]:
        path = run.directory / part["path"]
        if not path.is_file():
            wrong.append((part["path"], "is not there"))
        elif part.get("bytes") and path.stat().st_size != part["bytes"]:
            wrong.append((part["path"], f"has {path.stat().st_size} bytes, not {part['bytes']}"))
    listed = {part["path"] for part in run.manifest["parts"]} | {MANIFEST}
    listed |= {part["damage"]["path"] for part in run.manifest["parts"] if "damage" in part}
    for path in () if in_database else run.directory.rglob("*"):
        inner = path.relative_to(run.directory)
        if path.is_file() and inner.as_posix() not in listed and not any(one.startswith(".") for one in inner.parts):
            wrong.append((inner.as_posix(), "is not in the manifest"))
    for name, frame in frames.items():
        rows = _got(frame.select(pl.len())).item()
        if rows != run.manifest["tables"][name]["rows"]:
            wrong.append((name, f"has {rows} rows, not {run.manifest['tables'][name]['rows']}"))
    return pl.DataFrame(wrong, schema=["where", "what"], orient="row")


def _not_repaired(run: Run, _: Frames) -> pl.DataFrame:
    """Damaged files that their lineage does not turn back into what they were meant to be."""
    parts = [Receipt.read(part) for part in run.manifest["parts"]]
    damaged = [(one.path, one.damage) for one in parts if one.damage]
    wrong = [
        (path, "its lineage makes another file of it than the manifest says")
        for path, damage in damaged
        if xxh3_128(repaired_text(run.directory / path, run.directory / damage.path)).hexdigest() != damage.whole
    ]
    return pl.DataFrame(wrong, schema=["where", "what"], orient="row")


CHECKS: tuple[Check, ...] = (
    Check("manifest", "the manifest agrees with the files", (), _not_in_manifest),
    Check("damage", "what was damaged on purpose can be repaired by its lineage", (), _not_repaired),
    Check("schema", "tables have the declared columns, and no other; nothing required is empty", (), _not_as_declared),
    Check("references", "every id leads to a row of its table", (), _dangling),
    Check("keys", "keys are unique", (), _twice),
    Check("order", "nothing ends before it starts", ("truth.plays", "log.plays"), _ended_before_start),
    Check("positions", "positions lie within the runtime", ("log.events", "log.titles"), _outside_runtime),
    Check(
        "presence", "nobody attends longer than they are there, or than it plays", ("truth.plays",), _more_than_played
    ),
    Check("rooms", "nobody is in two rooms at once", ("truth.plays",), _two_rooms),
    Check("screens", "a screen shows one play at once", ("truth.plays",), _two_on_a_screen),
    Check("streams", "no account has more streams than its plan", ("truth.plays", "log.accounts"), _over_the_limit),
    Check("days", "nothing is dated outside the run", (), _outside_its_days),
    Check("names", "truth names only actors and faults that the scenario has", ("truth.plays",), _unknown_names),
    Check("nobody real", "no address, number or mail box could reach anyone", (), _could_be_real),
)
"""Every invariant, in the order they are asked."""
