"""What the command names becomes a laboratory: `prize`, a scenario, or a dataset on disk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from pydantic import TypeAdapter, ValidationError

from synthview.callbacks import OnStage
from synthview.dataset import generate, read
from synthview.engines.local import Progress
from synthview.engines.manifest import scenario_in
from synthview.errors import InputError, SettingError, UnknownName
from synthview.privacy.part import Laboratory
from synthview.privacy.points import PointTable
from synthview.privacy.prize.raters import PrizeWorld, made
from synthview.privacy.prize.read_again import is_prize, read_prize
from synthview.privacy.prize.reviews import reviews_of
from synthview.privacy.prize.settings import RATERS_OF_THE_PRIZE, PrizeSettings
from synthview.privacy.prize.writing import MOST_ACCOUNTS, check_folder, write_prize
from synthview.registry import installed
from synthview.rows import Ints
from synthview.scenario import Scenario, load
from synthview.scenario.files import built_in
from synthview.scenario.settings import settings_of
from synthview.wording import counted

__all__ = ["PRIZE", "LabOrder", "opened"]

PRIZE = "prize"
PRIZE_ACCOUNTS = RATERS_OF_THE_PRIZE // 10
"""A tenth of the Prize, unless more or fewer are asked for."""
MOST_HOUSEHOLD_DAYS = 300_000
"""So many days of households are simulated of a scenario, unless --households says otherwise."""
TABLES = ("log.accounts", "log.profiles", "log.devices", "log.titles", "log.plays")
DEFAULT_SEED = 1
CLOCK_OFF = "-7d"
"""A play that began longer before its row was closed, or after it, did so by a wrong clock."""


@dataclass(frozen=True)
class LabOrder:
    """What the command line says of a world; `output` is where the files of `prize` go."""

    world: str
    seed: int | None = None
    households: int | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    output: Path | None = None
    columns: tuple[str, ...] = ()
    sensitive: str = ""


def opened(asked: LabOrder, on_progress: OnStage) -> Laboratory:
    """Simulate or read a world.

    Raises:
        InputError and its kinds: there is no such world, or it cannot be simulated or read.
        OutputError: files cannot be read, or not be written.
    """
    folder = Path(asked.world)
    is_of_stars = asked.world == PRIZE or is_prize(folder)
    if is_of_stars and (asked.columns or asked.sensitive):
        raise InputError(
            f"--columns and --sensitive are for accounts with columns; {asked.world} has ratings "
            "alone."
        )
    if asked.world == PRIZE:
        return _prize(asked, on_progress)
    if asked.output is not None:
        raise InputError("-o is for the scenario prize. synthview generate writes the others.")
    if asked.world in built_in() or asked.world.endswith(".toml"):
        return _scenario(asked, on_progress)
    if not folder.is_dir():
        unknown = UnknownName("world", asked.world, [PRIZE, *built_in()])
        raise InputError(f"{unknown} Or name a directory, or a file that ends in .toml.")
    stated = {"seed": asked.seed, "households": asked.households, "set": asked.settings}
    for option, said in stated.items():
        if said not in (None, {}):
            raise InputError(f"--{option} is for a scenario; {folder} is read as it is.")
    return _of_prize_files(folder, on_progress) if is_of_stars else _dataset(asked, folder)


def _prize(asked: LabOrder, on_progress: OnStage) -> Laboratory:
    """Make the ratings and the sheet, and write them where that is asked for."""
    accounts = asked.households or PRIZE_ACCOUNTS
    if accounts > MOST_ACCOUNTS:
        raise InputError(f"--households is {accounts:,}; prize has at most {MOST_ACCOUNTS:,}.")
    if asked.output is not None:
        check_folder(asked.output)
    seed = DEFAULT_SEED if asked.seed is None else asked.seed
    world = PrizeWorld(
        seed,
        _settings(asked.settings),
        accounts,
    )
    points, reviews = made(world, on_progress), reviews_of(world)
    if asked.output is not None:
        on_progress("Writing files", 0, 1)
        write_prize(world, points, reviews, asked.output)
    about = (
        f"{counted(accounts, 'account')}, {counted(len(points.title), 'rating')} of "
        f"{counted(points.titles, 'film')}; the "
        f"Prize had {RATERS_OF_THE_PRIZE:,} accounts"
    )
    return Laboratory(
        PRIZE,
        about,
        seed,
        points,
        reviews=reviews,
    )


def _settings(stated: Mapping[str, Any]) -> PrizeSettings:
    """The settings of `prize` with what --set says of them."""
    known = settings_of(PrizeSettings)
    read: dict[str, Any] = {}
    for name, text in stated.items():
        if name not in known:
            raise UnknownName("setting of prize", name, known)
        try:
            read[name] = TypeAdapter(known[name].type).validate_python(text)
            PrizeSettings(**{name: read[name]})
        except ValidationError as error:
            message = error.errors()[0]["msg"]
            raise SettingError(f"--set {name}={text} cannot be: {message}.") from None
    return PrizeSettings(**read)


def _of_prize_files(folder: Path, on_progress: OnStage) -> Laboratory:
    points, reviews = read_prize(folder, on_progress)
    sheet = "with" if reviews else "without"
    about = (
        f"{counted(points.accounts, 'account')}, {counted(len(points.title), 'rating')} of "
        f"{counted(points.titles, 'film')}, "
        f"{sheet} a sheet of reviews and its truth"
    )
    return Laboratory(
        str(folder),
        about,
        DEFAULT_SEED,
        points,
        reviews=reviews,
    )


def _scenario(asked: LabOrder, on_progress: OnStage) -> Laboratory:
    """Simulate a scenario in memory: as many homes as its days allow."""
    run = load(asked.world, installed(), asked.settings).run
    most = max(MOST_HOUSEHOLD_DAYS // run.days, 1)
    is_stated = "run.households" in asked.settings
    households = asked.households or (None if is_stated else min(run.households, most))

    def progress(now: Progress) -> None:
        on_progress(
            "Simulating",
            now.household_days,
            now.of_household_days,
        )

    world = generate(
        asked.world,
        seed=asked.seed,
        households=households,
        set=asked.settings,
        tables=TABLES,
        progress=progress,
    )
    frames = {name: world.log.scan(name).collect() for name in TABLES}
    return _of_log(
        frames,
        asked,
        world.scenario,
        world.scenario.name,
    )


def _dataset(asked: LabOrder, folder: Path) -> Laboratory:
    """Read a dataset of synthview, as far as it has the tables."""
    run = read(folder)
    wanted = [name for name in TABLES if name in run.tables]
    if "log.plays" not in wanted or "log.accounts" not in wanted:
        raise InputError(f"{folder} lacks log.plays or log.accounts, so nobody is in it.")
    with run.reading():
        frames = {name: run.scan(name, repaired=True).collect() for name in wanted}
    return _of_log(
        frames,
        asked,
        scenario_in(run.manifest),
        str(folder),
    )


def _of_log(
    frames: Mapping[str, pl.DataFrame], asked: LabOrder, scenario: Scenario, name: str
) -> Laboratory:
    """What an account was seen to watch on a day is a point; trailers are none.

    Plays that only a legal hold keeps have no account any more, and are in no release.
    """
    accounts = frames["log.accounts"]["account_id"].unique().sort()
    is_shown = pl.col("kind").cast(pl.String) != "trailer"
    is_known = pl.col("account_id").is_in(accounts.implode())
    plays = frames["log.plays"].filter(is_shown & is_known & (pl.col("watched_ms") > 0))
    if plays.is_empty():
        raise InputError(f"Nobody has watched anything in {name}, so nobody can be found.")
    titles = plays["title_id"].unique().sort()
    day = _days(plays)
    points = PointTable.of(
        _places(accounts, plays["account_id"]),
        _places(titles, plays["title_id"]),
        day - day.min(),
        accounts=len(accounts),
        titles=len(titles),
    )
    return Laboratory(
        name,
        _about(points),
        scenario.run.seed,
        points,
        frames,
        columns=asked.columns,
        sensitive=asked.sensitive,
        claims=scenario.claims,
    )


def _days(plays: pl.DataFrame) -> Ints:
    """The day of each play, UTC; where a clock was long off, that on which its row was closed."""
    closed_at = pl.col("closed_at")
    is_right = pl.col("started_at").is_between(closed_at.dt.offset_by(CLOCK_OFF), closed_at)
    when = pl.when(is_right).then("started_at").otherwise("closed_at")
    found: Ints = plays.select(when.dt.epoch("d").cast(pl.Int64)).to_series().to_numpy()
    return found


def _about(points: PointTable) -> str:
    """What there is of a log, in words."""
    return (
        f"{counted(points.accounts, 'account')}, {counted(int(points.day.max()) + 1, 'day')}, "
        f"{counted(len(points.title), 'pair')} of a title and a day, of "
        f"{counted(points.titles, 'title')}"
    )


def _places(known: pl.Series, values: pl.Series) -> Ints:
    """The place of each value among the known ones, which are in order."""
    return np.searchsorted(known.to_numpy(), values.to_numpy())
