"""Files of Avro, one for each table of the log, by the schemas that `show` prints."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, ClassVar

import polars as pl

from synthview.formats.making.data import Data
from synthview.formats.making.form import RealFormat, option
from synthview.formats.making.log_tables import LOG, batches_of, plain
from synthview.formats.making.output import Output
from synthview.scenario.schemas import avro
from synthview.sinks.id_forms import ids_as
from synthview.tables import Table, table

__all__ = ["Avro"]


@dataclass(frozen=True)
class Avro(RealFormat):
    """Avro: a file log_plays.avro, log_events.avro and so on for each table of the log.

    Schemas are those of `synthview show plays --as avro`, and stand in the files. Times are
    timestamp-millis in UTC. Needs synthview[avro].
    """

    tables: ClassVar[tuple[str, ...]] = LOG
    requires: ClassVar[tuple[str, ...]] = ("avro", "fastavro")
    leaves_out: ClassVar[tuple[str, ...]] = ("nothing of the log",)
    is_folder: ClassVar[bool] = True

    ids: str = option("int", "Write ids as whole numbers or as text.", ("int", "text"))

    def write(self, data: Data, output: Output) -> None:
        """Write file after file, part by part."""
        library = self.library()
        assert library is not None  # it requires one
        for name in LOG:
            of = table(name)
            text = avro(of, self.ids)
            schema = library.parse_schema(json.loads(text))
            # By chance, as is usual, no two files would have the same bytes.
            mark = blake2b(text.encode(), digest_size=16).digest()
            with output.file(f"{name.replace('.', '_')}.avro") as file:
                rows = self._rows(data, of, output)
                library.writer(file, schema, rows, codec="deflate", sync_marker=mark)

    def _rows(self, data: Data, of: Table, output: Output) -> Iterator[dict[str, Any]]:
        for rows in batches_of(data, of):
            output.rows += len(rows)
            stored = plain(ids_as(self.ids, of, rows))
            moments = [name for name, kind in stored.schema.items() if kind.is_temporal()]
            yield from stored.with_columns(pl.col(moments).to_physical()).iter_rows(named=True)
