"""Some homes of a large run: their rows are those that they have in the whole of it."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from commands import Told

import synthview
from synthview.dataset import read, write
from synthview.engines.order import Order, order
from synthview.errors import InputError
from synthview.ids import public

RANGES = {"all": None, "ten": range(30, 40), "one": range(33, 34)}


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Forty homes, the last ten of them, and one."""
    place = tmp_path_factory.mktemp("some")
    for name, some in RANGES.items():
        asked = Order(scenario="tiny", households=40, days=2, household_range=some)
        write(order(asked), place / name, workers=1)
    return {name: place / name for name in RANGES}


@pytest.mark.parametrize(("name", "homes"), [("ten", range(30, 40)), ("one", range(33, 34))])
def test_some_homes_have_the_rows_of_the_whole_run(
    runs: dict[str, Path], name: str, homes: range
) -> None:
    """Every table of some homes is what the whole run has of them, to the last value."""
    whole, some = read(runs["all"]), read(runs[name])
    accounts = some.scan("truth.households").collect()["account_id"]
    seed = some.manifest["settings"]["seed"]
    assert sorted(public(seed, "account").invert(accounts.to_numpy())) == list(homes)
    for table in ("log.accounts", "log.events", "log.plays", "truth.plays", "truth.deliveries"):
        every = whole.scan(table).collect()
        own = every.filter(pl.col("account_id").is_in(accounts.implode()))
        assert own.equals(some.scan(table).collect()), table


def test_a_range_of_homes_is_checked(runs: dict[str, Path], told: Told) -> None:
    """The checks of a dataset hold of some homes too, and the same command finds nothing to do."""
    assert told("check", str(runs["ten"]))[0] == 0
    words = ("--households", "40", "--days", "2", "--household-range", "30:39")
    assert "Nothing to do" in told("generate", "tiny", *words, "-o", str(runs["ten"]))[1]


def test_python_has_the_words_of_the_command_line(runs: dict[str, Path]) -> None:
    """`household` and `household_range` give the rows that the whole run has of these homes; wrong ones are told."""
    words: dict[str, Any] = {"households": 40, "days": 2, "tables": "log.plays"}
    one = synthview.generate("tiny", household=33, **words)
    assert one.log.plays.equals(read(runs["one"]).scan("log.plays").collect())
    ten = synthview.generate("tiny", household_range=range(30, 40), **words)
    assert ten.log.plays.equals(read(runs["ten"]).scan("log.plays").collect())
    scanned = synthview.scan("tiny", "log.plays", households=40, days=2, household=33).collect()
    assert scanned.equals(one.log.plays)
    kinds = {"country": "de", "household_type": "couple", "plan": "premium"}
    homes = synthview.scan("tiny", "truth.households", household_range=range(9), days=1, **kinds)  # type: ignore[arg-type]
    told = homes.collect().filter(household_type="couple")
    assert told["country"].unique().to_list() == ["DE"]
    assert len(told) > 4
    for ask in (synthview.generate, partial(synthview.scan, table="log.plays"), synthview.stream):
        with pytest.raises(InputError, match="'XX' is not a valid value in country"):
            ask("tiny", country="XX")
    with pytest.raises(InputError, match="is given twice, by a word"):
        synthview.scan("tiny", "log.plays", plan="basic", set={"people.plans": "{basic = 1}"})
    with pytest.raises(InputError, match="exclude each other"):
        synthview.generate("tiny", household=3, household_range=range(3, 9))
    with pytest.raises(InputError, match="household is -1; a whole number from 0 is needed"):
        synthview.generate("tiny", household=-1)
    with pytest.raises(InputError, match="a range of households is needed"):
        synthview.generate("tiny", household_range="3:9")  # type: ignore[call-overload]


def test_a_range_has_to_fit(told: Told) -> None:
    """A range beyond the households that were asked for is refused; without that they are more."""
    with pytest.raises(InputError, match=r"of 20 the last is 19"):
        order(Order(scenario="tiny", households=20, household_range=range(10, 21)))
    larger = order(Order(scenario="tiny", household_range=range(5_000, 6_000)))
    assert (larger.scenario.run.households, larger.layout.households) == (6_000, 1_000)
    assert "as in 5000:5999" in told("generate", "tiny", "--household-range", "9:3", "-o", "x")[2]
    both = told("generate", "tiny", "--household-range", "3:9", "--household", "3", "-o", "x")
    assert "exclude each other" in both[2]
