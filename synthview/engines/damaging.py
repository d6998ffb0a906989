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
    faults, seed = sink_faults(scenario), scenario.run.seed
    apps = devices.select(
        "device_id", app=pl.concat_str("device_type", "app_version", separator=" ")
    )
    apps = apps.unique("device_id", keep="first", maintain_order=True)  # that which more days keep

    def damage(table: Table, rows: pl.DataFrame, lines: Lines) -> Sequence[Change]:
        return spoil(faults, Sheet(seed, table, rows, lines, _apps(rows, apps)))

    return damage


def _apps(rows: pl.DataFrame, apps: pl.DataFrame) -> pl.Series:
    """The app that sent each row."""
    if "device_id" not in rows.columns:
        return pl.Series("app", [None] * len(rows), dtype=pl.String)
    return rows.select("device_id").join(apps, on="device_id", how="left", maintain_order="left")[
        "app"
    ]
