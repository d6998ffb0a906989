"""Dates and places that people ask for: a start years later, homes of one country, type and plan."""

from __future__ import annotations

import io

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from typer.testing import CliRunner

from synthview.cli import app
from synthview.engines.order import Order, order
from synthview.errors import InputError, InvalidChoice, SettingError

SMALL = ["--set", "catalogue.film_count=150", "--set", "catalogue.series_count=40", "--set", "run.warm_up_days=3"]  # fmt: skip


def printed(*words: str) -> pl.DataFrame:
    """What ``generate`` prints of one table."""
    done = CliRunner().invoke(app, ["generate", "tiny", "-o", "-", *words], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return pl.read_ndjson(io.StringIO(done.stdout))


@pytest.mark.slow
def test_an_epoch_that_follows_the_start_is_the_setting() -> None:
    """--epoch from begins the world at --from, as run.epoch of the same day does."""
    words = ["--from", "2026-03-01", "--days", "1", "--tables", "log.plays", *SMALL]
    followed = printed("--epoch", "from", *words)
    assert len(followed) > 10
    assert followed["closed_at"].str.starts_with("2026-03-01").all()
    assert_frame_equal(followed, printed("--set", "run.epoch=2026-03-01", *words))
    assert_frame_equal(followed, printed("--epoch", "2026-03-01", *words))


@pytest.mark.slow
def test_a_late_start_is_told_of() -> None:
    """A start years after the epoch is announced with what makes it fast; one soon after is not."""
    late = CliRunner().invoke(
        app, ["generate", "tiny", "--from", "2019-01-01", "--dry-run", *SMALL]
    )
    assert "--epoch from begins it at --from" in " ".join(late.output.split())
    soon = CliRunner().invoke(
        app, ["generate", "tiny", "--from", "2017-10-20", "--dry-run", *SMALL]
    )
    assert "epoch" not in soon.output
    with pytest.raises(InputError, match="--epoch from, or a later"):
        order(Order(scenario="tiny", start="2050-01-01"))
    with pytest.raises(InputError, match="--epoch is 'soon'"):
        order(Order(scenario="tiny", epoch="soon"))


@pytest.mark.slow
def test_homes_are_of_one_country_type_and_plan() -> None:
    """Each option holds for every home; the command of the manifest says it in settings, and help shows them."""
    words = ["--households", "150", "--days", "1", "--country", "de", "--household-type", "single_parent", *SMALL]  # fmt: skip
    homes = printed(*words, "--tables", "truth.households").filter(
        ~pl.col("household_type").is_in(["bar", "shop", "waiting_room", "test_rig"])
    )
    assert homes["country"].unique().to_list() == ["DE"]
    assert homes["household_type"].unique().to_list() == ["single_parent"]
    accounts = printed(*words, "--plan", "premium", "--tables", "log.accounts")
    assert accounts["plan"].unique().to_list() == ["premium"]
    basic = printed(
        "--plan", "basic", "--households", "150", "--days", "1", "--tables", "log.accounts", *SMALL
    )
    assert basic["plan"].value_counts(sort=True)["plan"][0] == "basic"
    assert (basic["plan"] == "basic").mean() > 0.97
    told = CliRunner().invoke(app, ["generate", "--help"]).output
    assert all(
        one in told for one in ("--country", "--household-type", "--plan", "--epoch", "--load")
    )


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        (["--country", "XX"], InvalidChoice),
        (["--household-type", "bar"], InvalidChoice),
        (["--plan", "gold"], InvalidChoice),
        (["--country", "DE", "--set", "world.country_shares={US=1}"], SettingError),
        (["--load", "week"], InvalidChoice),
        (["--load", "day", "--format", "movielens"], InputError),
    ],
)
def test_a_word_that_is_none_is_refused(words: list[str], kind: type[InputError]) -> None:
    """A country, type or plan that there is not, or one that is said twice, is an error of a line."""
    done = CliRunner().invoke(app, ["generate", "tiny", "-o", "nowhere", *words])
    assert isinstance(done.exception, kind)
