"""``generate --load day``: what is new or changed on each day, to fill a database day by day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from synthview.cli import screen
from synthview.cli.bars import bar
from synthview.cli.running import STDOUT, stoppable, warn_of_epoch, warn_of_plan
from synthview.cli.streams import messages_only
from synthview.errors import InputError, InvalidChoice
from synthview.outside.paths import dataset_path

if TYPE_CHECKING:
    from synthview.engines.order import Order

__all__ = ["check_load", "write_load"]


def check_load(load: str, output: str | None, form: object, *, dry_run: bool) -> None:
    """Refuse a load that there is not, and words that do not go with one."""
    if load != "day":
        raise InvalidChoice("load", load, ("day",), "--load")
    if output in (None, STDOUT) or form is not None or dry_run:
        raise InputError(
            "--load day writes parquet, csv, ndjson or arrow into a directory: -o DIR, without "
            "--dry-run."
        )


def write_load(asked: Order, output: str | None, crew: int | None, *, overwrite: bool) -> None:
    """Write the loads of all days of a run, and tell how many rows each table has."""
    directory = dataset_path(output or "", "-o")
    from synthview.engines.loads import write_loads
    from synthview.engines.local import available_workers
    from synthview.engines.order import order

    with stoppable(None), messages_only(), bar("generate") as move:
        plan = order(asked)
        warn_of_plan(asked, plan)
        warn_of_epoch(plan.scenario.run)
        workers = crew or available_workers()
        done = write_loads(plan, directory, workers=workers, overwrite=overwrite, on_progress=move)
    words = ("insert", "update", "close", "erase")
    rows = [
        [name, *(str(count.get(word, 0)) for word in words)] for name, count in done["rows"].items()
    ]
    screen.table(["table", *words], rows)
