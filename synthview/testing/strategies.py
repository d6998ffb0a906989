"""Strategies for hypothesis that shrink to a case one can read.

For example::

    from hypothesis import given
    from synthview.testing import strategies as streams


    @given(streams.dirty_events())
    def test_my_deduplicator(stream):
        assert mine(stream.received) == len(stream.clean)

Two families. Hand-made rows (`plays`, `events`, `dirty_events`) take no time and shrink to one play
of few messages. Simulated ones (`scenarios`, `worlds`, `households`, `claims`) are what the
simulation makes of few households, few days and few actors, and shrink towards fewer of each.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import polars as pl

from synthview.outside.extras import need
from synthview.registry import installed
from synthview.scenario import Claim, Scenario
from synthview.testing import by_hand as rows
from synthview.testing.worlds import households_of_kind, pick, quick, simulate

if TYPE_CHECKING:
    from hypothesis import strategies as st
    from hypothesis.strategies import DrawFn, SearchStrategy

    from synthview.dataset import Dataset
else:
    st = need(
        "hypothesis",
        "A strategy",
        "hypothesis",
        "hypothesis.strategies",
    )

__all__ = [
    "CHANGES",
    "DirtyEvents",
    "claims",
    "dirty_events",
    "events",
    "households",
    "plays",
    "scenarios",
    "worlds",
]

CHANGES = ("copied", "late", "lost", "reordered")
"""What may become of a message on its way, as `truth.deliveries` names it."""
_MOST_GAP_MINUTES = 90
_LATE_HOURS = 48
_HOMES = 100
"""So many households of a kind are drawn from: simulated together they take hardly longer than one.
"""
_ACTS = 1.0
"""The rate of an actor or fault that is switched on: it acts wherever it can."""


@dataclass(frozen=True)
class DirtyEvents:
    """A stream of messages as it arrived, and as it was sent.

    `clean` and `received` are frames of log.events in the order of receipt; `struck` says which
    message met which fate: play_id, event_id, change.
    """

    clean: pl.DataFrame
    received: pl.DataFrame
    struck: pl.DataFrame

    def __repr__(self) -> str:
        """The rows that matter, as hypothesis shows them of a failing case."""
        shown = (
            "play_id",
            "event_id",
            "device_id",
            "type",
            "client_time",
            "received_time",
        )
        lines = [
            "received:",
            *map(str, self.received.select(shown).iter_rows()),
        ]
        return "\n".join([*lines, "struck:", *map(str, self.struck.iter_rows())])


# --- Hand-made rows -------------------------------------------------------------------------------


@st.composite
def _sent(
    draw: DrawFn,
    most_plays: int,
    most_pings: int,
    most_gap_minutes: int,
) -> pl.DataFrame:
    """Messages of some plays on one or two devices, one after the other on each."""
    free = {1: rows.BEGINS, 2: rows.BEGINS}
    stated: list[dict[str, Any]] = []
    for play in range(1, draw(st.integers(1, most_plays)) + 1):
        device = draw(st.integers(1, 2))
        begins = free[device] + timedelta(minutes=draw(st.integers(0, most_gap_minutes)))
        pings = draw(st.integers(0, most_pings))
        stated.append(
            {
                "play_id": play,
                "device_id": device,
                "client_time": begins,
            }
        )
        stated[-1]["title_id"] = draw(st.integers(1, 2))
        stated += [{"play_id": play} for _ in range(pings)]
        stated.append({"play_id": play, "type": "end", "after_s": 30})
        free[device] = begins + timedelta(seconds=60 * pings + 30)
    return rows.events(*stated)


def events(
    *,
    most_plays: int = 3,
    most_pings: int = 4,
    most_gap_minutes: int = _MOST_GAP_MINUTES,
) -> SearchStrategy[pl.DataFrame]:
    """Frames of log.events as a faultless service records them; shrink to one play of two."""
    return _sent(most_plays, most_pings, most_gap_minutes)


@st.composite
def plays(draw: DrawFn, *, most: int = 4, most_days: int = 4) -> pl.DataFrame:
    """Frames of log.plays: few accounts and titles over few days; shrink to one play."""
    stated = []
    for _ in range(draw(st.integers(1, most))):
        after = timedelta(
            days=draw(st.integers(0, most_days)),
            hours=draw(st.integers(0, 7)),
        )
        begins = rows.BEGINS + after
        watched = draw(st.integers(1, 90)) * 60_000
        stated.append(
            {
                "account_id": draw(st.integers(1, 2)),
                "title_id": draw(st.integers(1, 2)),
                "started_at": begins,
                "ended_at": begins + timedelta(milliseconds=watched),
                "closed_at": begins + timedelta(milliseconds=watched),
                "watched_ms": watched,
                "end_position_ms": watched,
                "completion": watched / rows.RUNTIME_MS,
            }
        )
    return rows.row("log.plays", *stated)


@st.composite
def dirty_events(
    draw: DrawFn,
    *,
    changes: Sequence[str] = CHANGES,
    most_struck: int = 3,
    most_plays: int = 3,
    most_pings: int = 4,
    most_gap_minutes: int = _MOST_GAP_MINUTES,
) -> DirtyEvents:
    """Streams in which some messages were lost, came late, twice or out of order.

    Shrink to one play of which one message was struck.
    """
    clean = draw(_sent(most_plays, most_pings, most_gap_minutes))
    fates: dict[int, str] = draw(
        st.dictionaries(
            st.integers(0, clean.height - 1),
            st.sampled_from(changes),
            max_size=most_struck,
        )
    )
    hours = {place: draw(st.integers(1, _LATE_HOURS)) for place in fates}
    received = _received(clean, fates, hours)
    named = [(*clean.row(place)[1::-1], fate) for place, fate in sorted(fates.items())]
    struck = pl.DataFrame(
        named,
        schema={
            "play_id": pl.Int64,
            "event_id": pl.Int64,
            "change": pl.String,
        },
        orient="row",
    )
    return DirtyEvents(clean, received, struck)


def _received(
    clean: pl.DataFrame,
    fates: Mapping[int, str],
    hours: Mapping[int, int],
) -> pl.DataFrame:
    """What arrives of messages whose fates are known, in the order of receipt."""
    found: list[dict[str, Any]] = []
    for place, message in enumerate(clean.iter_rows(named=True)):
        fate = fates.get(place)
        later = message["received_time"] + timedelta(hours=hours.get(place, 0))
        if fate == "reordered":
            later = message["received_time"] + timedelta(seconds=90)
        if fate != "lost":
            delayed = {"received_time": later} if fate in ("late", "reordered") else {}
            found.append({**message, **delayed})
        if fate == "copied":
            found.append({**message, "received_time": later})
    frame = pl.DataFrame(found, schema=clean.schema, orient="row")
    return frame.sort("received_time", "play_id", "event_id")


# --- Simulated ------------------------------------------------------------------------------------


@st.composite
def scenarios(
    draw: DrawFn,
    *,
    most_households: int = 6,
    most_days: int = 3,
    actors: Sequence[str] | None = None,
    faults: Sequence[str] | None = None,
    most_acting: int = 2,
    most_seeds: int = 20,
    closed: bool = False,
) -> Scenario:
    """Small scenarios with few actors and faults, each at a rate at which it acts where it can.

    `actors` and `faults` are those to choose from: our own unless said, none for ``()``. `closed`
    worlds have all of every play that begins in their days. Shrink to one household for a day in
    which nobody acts.
    """
    known = installed()
    own = [
        (kind, name)
        for kind, given, there in (
            ("actors", actors, known.actors),
            ("faults", faults, known.faults),
        )
        for name in (given if given is not None else there)
        if given is not None or name not in known.named_only
    ]
    some = st.lists(st.sampled_from(own), max_size=most_acting, unique=True) if own else st.just([])
    chosen = draw(some)
    stated: dict[str, Any] = {
        "run__households": draw(st.integers(1, most_households)),
        "run__days": draw(st.integers(1, most_days)),
        "run__seed": draw(st.integers(0, most_seeds)),
    }
    if closed:
        stated["run__closed"] = True
    stated |= {f"{kind}__{name}__rate": _ACTS for kind, name in sorted(chosen)}
    return quick(**stated)


def worlds(**words: Any) -> SearchStrategy[Dataset]:
    """Datasets in memory of `scenarios`, whose words these are; do not change them in place."""
    return scenarios(**words).map(simulate)


def households(
    kind: str = "any",
    *,
    most: int = 1,
    days: int = 3,
    scenario: Scenario | None = None,
) -> SearchStrategy[Dataset]:
    """Datasets of one household of a kind, or up to `most` of them; shrink to the first.

    Kinds are those of `synthview.testing.worlds.KINDS`: couple, two_kids, phone_only and others.
    The first hundred of the kind are simulated together with the first example, and every example
    picks from them. Do not change frames in place.
    """
    of = quick(run__days=days, run__households=2_000) if scenario is None else scenario
    found = households_of_kind(of, kind)[:_HOMES]
    numbers = st.lists(st.sampled_from(found), min_size=1, max_size=most, unique=True)
    return numbers.map(lambda chosen: pick(of, sorted(chosen), found))


def claims(*, most_days: int = 18, most_said: int = 60) -> SearchStrategy[Claim]:
    """Claims that need no title of their own: counts, totals and longest streaks.

    Shrink to a count of nobody on one day.
    """
    days = st.integers(1, most_days)
    said = st.integers(0, most_said).map(float)

    def of(kind: str) -> SearchStrategy[Claim]:
        counted = st.sampled_from(("accounts", "plays", "hours", "films"))
        more = {} if kind == "longest" else {"of": counted}
        return st.builds(
            Claim,
            name=st.just(f"a {kind}"),
            kind=st.just(kind),
            said=said,
            days=days,
            **more,
        )

    return st.one_of(*map(of, ("count", "total", "mean", "longest")))
