"""Damages rows on purpose on their way into text files, where a scenario has faults that do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from synthview.engines.plan import Plan, devices_of
from synthview.scenario import Scenario
from synthview.sinks.lineage import Change, Damager
from synthview.sinks.lines import Lines
from synthview.sinks.sheets import Sheet, SinkFault, spoil
from synthview.tables import Table

__all__ = ["can_damage", "damager", "damager_of", "sink_faults"]


def sink_faults(scenario: Scenario) -> Mapping[str, SinkFault]:
    """The faults of a scenario that damage files, by name."""
    faults = sorted(scenario.faults.items())
    return {name: one for name, one in faults if isinstance(one, SinkFault) and one.rate > 0}


def can_damage(table: Table) -> bool:
    """Whether rows of a table are ever damaged: dated tables of the log are, truth is not."""
    return table.folder == "log" and table.dated


def damager_of(plan: Plan, number: int) -> Damager | None:
    """What damages the rows of one range of households; None where nothing does."""
    if not sink_faults(plan.scenario) or not plan.layout.kind.is_text:
        return None
    return damager(plan.scenario, devices_of(plan, number))


def damager(scenario: Scenario, devices: pl.DataFrame) -> Damager:
    """What damages rows that some devices (as log.devices has them) sent."""
    faults = sink_faults(scenario)
    seed = scenario.run.seed
    version = pl.concat_str("device_type", "app_version", separator=" ")
    apps = devices.select("device_id", "valid_from", app=version).sort("valid_from")

    def damage(table: Table, rows: pl.DataFrame, lines: Lines) -> Sequence[Change]:
        return spoil(faults, Sheet(seed, table, rows, lines, _apps(rows, apps)))

    return damage


def _apps(rows: pl.DataFrame, apps: pl.DataFrame) -> pl.Series:
    """The app that sent each row: the version that its device had when the row was received.

    Null for rows that no device sent.
    """
    if not {"device_id", "received_time"} <= set(rows.columns):
        return pl.Series("app", [None] * len(rows), dtype=pl.String)
    asked = rows.select("device_id", at="received_time").with_row_index("row").sort("at")
    found = asked.join_asof(
        apps, left_on="at", right_on="valid_from", by="device_id", check_sortedness=False
    )
    first = apps.unique("device_id", keep="first").select("device_id", first="app")
    found = found.join(first, on="device_id", how="left").sort("row")
    return found.select(app=pl.col("app").fill_null(pl.col("first")))["app"]
