"""What others cost beside us, in the same round: a fast generator, writing alone, usual scripts.

All are in seconds of the processor, so that waiting does not count. `python -m benchmarks.others
DIR` writes the tables of a dataset once more from memory and prints how long that took, by each
package that writes Parquet.
"""

from __future__ import annotations

import sys
import time
import uuid
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

from synthview.engines.layout import Layout
from synthview.engines.manifest import read_manifest
from synthview.sinks.formats import WRITERS
from synthview.sinks.parts import Receipt
from synthview.tables import table

__all__ = ["lineitem_command", "row_of_faker", "row_of_mimesis", "rows_per_second", "write_again"]

ROWS_OF_A_LOOP = 3_000
_MIDNIGHT = 1_509_494_400_000
_DAY_MS = 86_400_000


def lineitem_command(scale: int, folder: Path) -> list[str]:
    """The command that generates TPC-H's largest table as Parquet, as it does by itself."""
    place = ["--output-dir", str(folder)]
    return ["tpchgen-cli", "parquet", "-s", str(scale), "--tables", "lineitem", *place]


def write_again(directory: Path, writer: str) -> float:
    """Encode every part of a dataset from memory, by a package; return the processor's seconds."""
    stated = read_manifest(directory)
    assert stated is not None
    layout, seconds = Layout.read(stated["layout"]), 0.0
    for one in map(Receipt.read, stated["parts"]):
        written = table(one.table)
        frame = layout.kind.scan(written, [directory / one.path]).collect()
        kind = replace(layout.kind, package=writer)
        began = time.process_time()
        for _ in kind.encode(written, frame, layout.compression):
            pass
        seconds += time.process_time() - began
    return seconds


def rows_per_second(make: Callable[[], Callable[[int], object]]) -> float:
    """How many rows a second a script makes whose loop makes one after another."""
    row = make()
    row(0)
    began = time.process_time()
    for place in range(ROWS_OF_A_LOOP):
        row(place)
    return ROWS_OF_A_LOOP / (time.process_time() - began)


def row_of_faker() -> Callable[[int], object]:
    """A loop as people write it with Faker: a player message of ten columns."""
    fake = import_module("faker").Faker()
    return _row(fake.random_int, fake.random_element, fake.ipv6, fake.country_code)


def row_of_mimesis() -> Callable[[int], object]:
    """The same with Mimesis."""
    mimesis = import_module("mimesis")
    generic = mimesis.Generic()

    def number(low: int, high: int) -> Any:
        return generic.numeric.integer_number(low, high)

    return _row(number, generic.random.choice, generic.internet.ip_v6, generic.address.country_code)


def _row(
    number: Callable[[int, int], Any],
    choose: Callable[[Any], Any],
    address: Callable[[], Any],
    country: Callable[[], Any],
) -> Callable[[int], object]:
    def row(place: int) -> object:
        sent = _MIDNIGHT + number(0, _DAY_MS)
        return {
            "event_id": uuid.uuid4().hex,
            "play_id": place // 40,
            "account_id": number(1, 100_000),
            "title_id": number(1, 50_000),
            "type": choose(("play", "ping", "pause", "end")),
            "client_time": sent,
            "received_time": sent + number(20, 2_000),
            "position_ms": number(0, 7_200_000),
            "ip": address(),
            "country": country(),
        }

    return row


if __name__ == "__main__":
    print(*(write_again(Path(sys.argv[1]), writer) for writer in WRITERS))
