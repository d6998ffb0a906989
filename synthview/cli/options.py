"""What commands share: options by the same names everywhere, and the names a shell can complete."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

__all__ = [
    "Answers",
    "Bom",
    "Cast",
    "Closed",
    "Compression",
    "Country",
    "Data",
    "Days",
    "Dialect",
    "DropHousehold",
    "DryRun",
    "Engine",
    "Epoch",
    "Events",
    "FileSize",
    "Format",
    "From",
    "HouseholdRange",
    "HouseholdType",
    "Households",
    "HtmlPage",
    "Ids",
    "JsonFile",
    "Load",
    "Master",
    "OneHousehold",
    "Only",
    "Output",
    "Overwrite",
    "Partition",
    "PlanOf",
    "RowGroup",
    "Scenario",
    "Seed",
    "SetOption",
    "Size",
    "Sort",
    "Tables",
    "Titles",
    "Without",
    "Workers",
    "Writer",
    "complete_cast",
    "complete_names",
    "complete_scenarios",
]


def complete_scenarios(incomplete: str) -> list[str]:
    """Complete the name of a scenario."""
    from synthview.scenario.files import built_in

    return [name for name in built_in() if name.startswith(incomplete)]


def complete_cast(incomplete: str) -> list[str]:
    """Complete the name of an actor or fault, the last of a list."""
    from synthview.registry import installed

    before, comma, last = incomplete.rpartition(",")
    known = installed()
    return [
        f"{before}{comma}{name}" for name in (*known.actors, *known.faults) if name.startswith(last)
    ]


HtmlPage = Annotated[
    Path | None, typer.Option("--html", metavar="FILE|-", help="Write a page with plots.")
]
JsonFile = Annotated[
    Path | None, typer.Option("--json", metavar="FILE|-", help="Write everything as JSON.")
]
SetOption = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="PATH=VALUE",
        help="Change a setting, as in [bold]--set run.days=5[/bold]; repeatable.",
    ),
]


Scenario = Annotated[
    str,
    typer.Argument(
        metavar="SCENARIO",
        help="Name of a scenario, such as tiny or everyday (synthview list scenarios), or path of "
        "its file.",
        autocompletion=complete_scenarios,
    ),
]
Output = Annotated[
    str | None,
    typer.Option(
        "--output",
        "-o",
        metavar="DIR|-",
        help="Directory to write into, or - for the standard output. Left out only with --dry-run.",
    ),
]
Households = Annotated[
    str | None,
    typer.Option(
        metavar="N",
        help="How many households, as in 500, 100k or 2M; without it, as many as the scenario "
        "says. A smaller run is the beginning of a larger one.",
    ),
]
Country = Annotated[
    str | None,
    typer.Option(metavar="CODE", help="Only homes of one country, as in DE."),
]
HouseholdType = Annotated[
    str | None,
    typer.Option(
        metavar="TYPE",
        help="Only homes of one type: alone, couple, couple_with_children, single_parent, family "
        "or housemates. Bars and test rigs stay as many as they are.",
    ),
]
PlanOf = Annotated[
    str | None,
    typer.Option(
        "--plan", metavar="PLAN", help="Only homes on one plan: basic, standard or premium."
    ),
]
Events = Annotated[
    str | None,
    typer.Option(
        metavar="N",
        help="About how many events, within 10 %, as in 1e9 or 100M, in place of --households.",
    ),
]
From = Annotated[
    str | None,
    typer.Option(
        "--from",
        metavar="DATE",
        help="First day (UTC); without it, that of the scenario. Rows for a day are the same "
        "whatever the start.",
    ),
]
Epoch = Annotated[
    str | None,
    typer.Option(
        metavar="DATE|from",
        help="Day the world begins; all days from it on are simulated. With the word from: at "
        "--from, which makes a late start fast, and another world.",
    ),
]
Days = Annotated[
    str | None,
    typer.Option(
        metavar="N",
        help="How many days; without it, as many as the scenario says. Rows for a day are the same "
        "however many follow.",
    ),
]
Seed = Annotated[
    str | None, typer.Option(metavar="N", help="Another seed gives another world of the same kind.")
]
Format = Annotated[
    str | None,
    typer.Option(
        "--format",
        metavar="FORMAT",
        help="parquet (default), ndjson, csv, arrow, duckdb, or one of synthview list formats.",
    ),
]
Compression = Annotated[
    str | None,
    typer.Option(
        metavar="HOW", help="zstd, lz4, snappy, gzip or none, as far as the format allows."
    ),
]
Dialect = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        help="With a table --as sql or load: duckdb (default), postgresql or sqlite.",
    ),
]
Data = Annotated[
    str | None,
    typer.Option(
        metavar="DIR",
        help="With a table --as sql or load: a dataset, "
        "for statements that fit its format and ids.",
    ),
]
Partition = Annotated[
    str | None,
    typer.Option(
        metavar="day|country|none",
        help="Write a folder for each day, such as day=2017-10-02 (default); in it one for each "
        "country, such as country=US, of log.events and log.plays; or one file for each table, "
        "for small runs.",
    ),
]
FileSize = Annotated[
    str | None,
    typer.Option(
        metavar="MB",
        help="About how large the files of log.events may become, such as 64. Without it they grow "
        "with the run, up to 4,096 households in each; more need more memory.",
    ),
]
RowGroup = Annotated[
    str | None,
    typer.Option(metavar="ROWS", help="Rows in a row group of Parquet, at most (default 262,144)."),
]
Sort = Annotated[
    str | None,
    typer.Option(
        metavar="household|received",
        help="Order of the rows of a file: by household (default), or by the time whose day they "
        "are in, which the footer of Parquet then names.",
    ),
]
Writer = Annotated[
    str | None,
    typer.Option(
        metavar="polars|pyarrow",
        help="Package that writes Parquet: polars (default), or pyarrow, if installed: half "
        "the time for log.events, an eighth fewer bytes, the same rows.",
    ),
]
Ids = Annotated[
    str | None,
    typer.Option(
        metavar="int|text",
        help="Write ids as whole numbers (default in parquet, arrow, duckdb) "
        "or as text such as p_0n5k2q8h4zj1c (csv, ndjson).",
    ),
]
Bom = Annotated[
    bool,
    typer.Option("--bom", help="Begin CSV with a byte order mark. Excel needs it to show accents."),
]
Tables = Annotated[
    str | None,
    typer.Option(metavar="A,B", help="Write only these tables, as in log.plays,truth.plays."),
]
Workers = Annotated[
    str | None,
    typer.Option(
        metavar="N",
        help="How many processes (default: one per processor). Files are the same for any number.",
    ),
]
Titles = Annotated[
    str | None,
    typer.Option(
        metavar="all|used",
        help="Write all titles of the service, or those that other rows speak about (small runs).",
    ),
]
Closed = Annotated[
    bool | None,
    typer.Option(
        "--closed",
        help="Write all of every play that begins in the days, in log and truth, and nothing of "
        "others. Rows lie on the day on which their play began.",
    ),
]
Without = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAME",
        help="Leave out an actor or a fault; repeatable. actors or faults leaves out all of them.",
        autocompletion=complete_cast,
    ),
]
Only = Annotated[
    str | None,
    typer.Option(
        metavar="NAME,…",
        help="Keep only these actors and faults.",
        autocompletion=complete_cast,
    ),
]
Cast = Annotated[
    str | None,
    typer.Option(
        metavar="NAME=N,…",
        help="Give an actor or fault to exactly this many households in which it acts, as in "
        "reseller=2,child_on_loop=3 (synthview list actors); 3:members need not act.",
        autocompletion=complete_cast,
    ),
]
OneHousehold = Annotated[
    str | None,
    typer.Option("--household", metavar="N", help="One household alone, by its number from 0."),
]
HouseholdRange = Annotated[
    str | None,
    typer.Option(
        "--household-range",
        metavar="A:B",
        help="Households A to B alone, with the rows that they have in the whole run.",
    ),
]
DropHousehold = Annotated[
    list[str] | None,
    typer.Option(
        metavar="N",
        help="Leave out one household, by its number from 0; repeatable. "
        "No other household changes.",
    ),
]
Overwrite = Annotated[
    bool, typer.Option("--overwrite", help="Replace a run that has other settings.")
]
Engine = Annotated[
    str | None,
    typer.Option(
        metavar="local|spark", help="Simulate on this machine (default) or on a cluster of Spark."
    ),
]
Master = Annotated[
    str | None,
    typer.Option(
        metavar="URL",
        help="With --engine spark: the master, such as spark://host:7077 or local[4].",
    ),
]
Answers = Annotated[
    bool,
    typer.Option(
        "--answers",
        help="Also write answers/: what a correct engine returns for each of synthview queries.",
    ),
]
Size = Annotated[
    str | None,
    typer.Option(
        metavar="S|M|L|XL",
        help="28 days of so many households that there are about 1 million, 100 million, "
        "1 billion or 9 billion events.",
    ),
]
Load = Annotated[
    str | None,
    typer.Option(
        metavar="day",
        help="With day: write only what is new or changed on each day, with an operation for "
        "changes, to fill a database day by day.",
    ),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only estimate rows, bytes and minutes.")]


def complete_names(incomplete: str) -> list[str]:
    """Complete whatever ``show`` can show."""
    from synthview.registry import installed
    from synthview.scenario.entries import declared
    from synthview.scenario.sources import sources
    from synthview.tables import BY_PATH

    known = installed()
    names = [
        *complete_scenarios(""),
        *known.actors,
        *known.faults,
        "tables",
        *BY_PATH,
        *declared(known),
        *sources(),
    ]
    return [name for name in names if name.startswith(incomplete)]
