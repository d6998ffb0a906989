"""Who of the staff looked at whom: accesses follow from the day and the employee, and touch rows that there are."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import polars as pl
import pytest
from claims_log import question
from commands import Told

import synthview
from synthview.checks.invariants import check
from synthview.checks.looks_seen import accesses_seen
from synthview.claims.inference.parameters import drawn, parameters_of
from synthview.engines import of_company
from synthview.engines.order import Order, scenario_of
from synthview.errors import SynthviewError
from synthview.office.looking import looks_of
from synthview.office.looks import DUMP, INSIDERS, ONE_ACCOUNT
from synthview.office.roster import roster_of, staff_rows
from synthview.office.tickets import tickets
from synthview.pipeline import build
from synthview.pools.renown import is_famous_name
from synthview.registry import COMPANY, installed
from synthview.scenario import load
from synthview.scenario.settings import settings_of
from synthview.world import World
from synthview.world.clock import day_number

EVENT = "2017-12-11"
SETTINGS = {
    "run.epoch": "2017-12-08",
    "run.warm_up_days": 3,
    "curious_employee.rate": 0.1,
    "emailed_spreadsheet.rate": 0.05,
    "legal_request.rate": 60_000.0,
    "support_lookup.tickets_per_account_year": 30.0,
    "company.erasure_requests_per_year": 10.0,
    "company.erasure_takes_days": 2,
}
WORDS = {"households": 60, "start": "2017-12-08", "days": 5, "set": SETTINGS}
TABLES = "log.accounts,log.plays,log.staff,log.tickets,log.consents,*.accesses"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> synthview.RunDirectory:
    """A company around the day of a tweet, with insiders far busier than anybody believes."""
    place = tmp_path_factory.mktemp("staff") / "run"
    return synthview.generate("christmas-prince", tables=TABLES, directory=place, **WORDS)


@pytest.fixture(scope="module")
def accesses(run: synthview.RunDirectory) -> pl.DataFrame:
    """Every access with the truth of it, and who it was."""
    log = run.scan("log.accesses").join(run.scan("truth.accesses"), on="access_id")
    return log.join(run.scan("log.staff").drop("role"), on="employee_id").collect()


@cache
def usual_world() -> World:
    """The world of the run."""
    words = {"households": 60, "start": "2017-12-08", "days": 5, "settings": SETTINGS}
    return build(scenario_of(Order(scenario="christmas-prince", **words)))


def world_with(other: dict[str, Any]) -> World:
    """The same world but for some settings of the company."""
    world = usual_world()
    return replace(world, scenario=load(world.scenario, installed(), other))


def by(accesses: pl.DataFrame, insider: str) -> pl.DataFrame:
    """What one insider did, or with no name ordinary work."""
    return accesses.filter(pl.col("insider") == insider)


@pytest.mark.slow
def test_every_insider_acts_and_shows_its_tells(accesses: pl.DataFrame) -> None:
    """Each does what its manual says, with the tools and sign-offs that it names."""
    assert set(accesses["insider"]) == set(INSIDERS)
    curious = by(accesses, "curious_employee")
    assert curious["ticket_id"].null_count() == curious.height > 20
    assert set(curious["role"].cast(pl.String)) == {"analyst", "support"}
    legal = by(accesses, "legal_request")
    assert legal["sign_offs"].to_list() == [2] * legal.height
    assert legal["is_exported"].all()
    sheets = by(accesses, "emailed_spreadsheet")
    assert sheets["copies"].min() >= 1 < sheets["copies"].max()
    assert sheets["sign_offs"].sum() == 0


@pytest.mark.slow
def test_the_scramble_is_on_the_day_of_the_news(accesses: pl.DataFrame) -> None:
    """Many analysts query one title within a working day of the event, some of them with a slip."""
    scramble = by(accesses, "mad_scramble")
    at = scramble["accessed_at"]
    event = pl.Series([EVENT]).str.to_datetime(time_unit="ms")[0]
    assert at.min() > event - timedelta(hours=14)
    assert at.max() < event + timedelta(hours=36)
    assert scramble["employee_id"].n_unique() >= 5
    assert scramble["title_id"].n_unique() == 1
    slips = scramble["what"].str.contains("the news:")
    assert 0 < slips.sum() < scramble.height


@pytest.mark.slow
def test_a_curious_employee_comes_back_to_the_same_few(accesses: pl.DataFrame) -> None:
    """Nobody has more than four people in mind, and half of the look-ups are after work."""
    curious = by(accesses, "curious_employee").filter(pl.col("account_id").is_not_null())
    per_employee = curious.group_by("employee_id").agg(pl.col("account_id").n_unique())
    assert per_employee["account_id"].max() <= 4
    minute = pl.col("accessed_at").dt.hour().cast(pl.Int32) * 60 + pl.col("accessed_at").dt.minute()
    zones = curious.filter(pl.col("time_zone") == "Asia/Singapore").with_columns(
        local=(minute + 8 * 60) % 1440
    )
    inside = zones.filter(pl.col("local").is_between("works_from_min", "works_until_min"))
    assert 0 < inside.height < zones.height


@pytest.mark.slow
def test_support_looks_where_it_was_asked(
    run: synthview.RunDirectory, accesses: pl.DataFrame
) -> None:
    """Each look-up names a ticket of the same account and employee, opened up to 91 minutes before."""
    looks = by(accesses, "support_lookup")
    tickets = run.scan("log.tickets").collect()
    both = looks.join(tickets, on=["ticket_id", "employee_id"])
    assert both.height == looks.height > 5
    waited = both["accessed_at"] - both["opened_at"]
    assert timedelta() < waited.min() <= waited.max() < timedelta(minutes=92)
    assert both["account_id"].eq_missing(both["account_id_right"]).all()


@pytest.mark.slow
def test_what_is_touched_is_in_the_log(run: synthview.RunDirectory, accesses: pl.DataFrame) -> None:
    """A look-up touches the plays of the account that were closed by then, a query those of nights before."""
    plays = run.scan("log.plays").collect()
    for row in by(accesses, "support_lookup").iter_rows(named=True):
        if row["account_id"] is not None:
            is_seen = (pl.col("account_id") == row["account_id"]) & (
                pl.col("closed_at") <= row["accessed_at"]
            )
            assert plays.filter(is_seen).height == row["rows_touched"]
            assert row["accounts_touched"] == 1
    title = by(accesses, "mad_scramble")
    assert title["accounts_touched"].max() <= title["rows_touched"].max()
    dumps = by(accesses, "emailed_spreadsheet").sort("accessed_at")
    assert dumps["rows_touched"].is_sorted()
    assert dumps["accounts_touched"].max() <= 60


@pytest.mark.slow
def test_the_forgotten_are_not_named(run: synthview.RunDirectory, accesses: pl.DataFrame) -> None:
    """Accesses, tickets and consents name only accounts that the log still has; all invariants hold."""
    there = set(run.scan("log.accounts").collect()["account_id"])
    for name in ("log.accesses", "log.tickets", "log.consents"):
        assert set(run.scan(name).collect()["account_id"].drop_nulls()) <= there, name
    assert by(accesses, "support_lookup")["account_id"].null_count() > 0
    assert [one.name for one in check(run) if not one.holds] == []


@pytest.mark.slow
def test_ids_and_milliseconds_do_not_tell_who_acts(accesses: pl.DataFrame) -> None:
    """Ids, and times below a minute, are spread alike for insiders and for ordinary work."""
    is_work = pl.col("insider") == ""
    for column, span in (
        (pl.col("access_id"), 2**63),
        (pl.col("accessed_at").cast(pl.Int64) % 60_000, 60_000),
    ):
        for rows in (accesses.filter(is_work), accesses.filter(~is_work)):
            middle = rows.select((column.cast(pl.Float64) / span).mean()).item()
            assert abs(middle - 0.5) < 4.5 * (1 / 12) ** 0.5 / rows.height**0.5


@pytest.mark.slow
def test_the_staff_has_invented_names_and_stays(run: synthview.RunDirectory) -> None:
    """No name is famous, and more support employees change nobody else."""
    more = staff_rows(world_with({"staff.support": 70}))
    staff = run.scan("log.staff").collect()
    assert not any(map(is_famous_name, staff["name"]))
    assert more.height == staff.height + 10
    assert staff.join(more, on=staff.columns, how="anti").is_empty()


def test_a_rate_of_nought_leaves_the_rest_as_it_is() -> None:
    """Without one insider all others, and ordinary work, do exactly what they did; twice its rate only adds."""
    first = day_number(date(2017, 12, 8))

    def keys(**other: Any) -> dict[int, str]:
        looks = looks_of(world_with(other), 60, first, first + 5)
        return dict(zip(looks.key, looks.insider, strict=True))

    some, none = keys(), keys(without=["curious_employee"])
    more = keys(**{"curious_employee.rate": 0.2})
    assert none == {key: who for key, who in some.items() if who != "curious_employee"}
    assert some.items() <= more.items()
    assert set(some.values()) == set(INSIDERS)
    assert len(more) > len(some)


def looked(dial: float) -> tuple[World, pl.DataFrame]:
    """All looks of five days, where those who can hide do so at a place of the dial."""
    dials = {"curious_employee.disguise": dial, "emailed_spreadsheet.disguise": dial}
    world, first = world_with(dials), day_number(date(2017, 12, 8))
    looks = vars(looks_of(world, 60, first, first + 5))
    return world, pl.DataFrame({name: list(column) for name, column in looks.items()})


def test_who_hides_leaves_all_others_as_they_are_and_loses_its_tells() -> None:
    """Along the dial the same people act, more of them hide, and at its end their looks are those of work, ticket and all."""
    (_, none), (_, half), (world, every) = map(looked, (0.0, 0.5, 1.0))
    can_hide = pl.col("insider").is_in(["curious_employee", "emailed_spreadsheet"])
    for more in (half, every):
        assert none["key"].equals(more["key"])
        assert none["employee"].equals(more["employee"])
        assert none.filter(~can_hide).equals(more.filter(~can_hide))
    changed = [pl.Series(a["query"].eq_missing(b["query"]) & (a["ticket"] == b["ticket"]))
               for a, b in ((none, half), (half, every), (none, every))]  # fmt: skip
    hides = [~one for one in changed]
    assert 0 < hides[0].sum() < hides[2].sum()
    assert not (hides[0] & hides[1]).any()

    assert not every["query"].is_in([DUMP, ONE_ACCOUNT]).any()
    curious = every.filter(pl.col("insider") == "curious_employee")
    roster = roster_of(world)
    is_support = np.isin(curious["employee"].to_numpy(), roster.of("support"))
    assert ((curious["ticket"].to_numpy() >= 0) == is_support).all()
    assert ((curious["household"].to_numpy() < 0) == ~is_support).all()
    first = day_number(date(2017, 12, 8))
    homes = np.arange(60, dtype=np.int64)
    asked = tickets(world, homes, first, first + 5)
    genuine = tickets(looked(0.0)[0], homes, first, first + 5)
    days = pl.col("at_ms").is_between(first * 86_400_000, (first + 5) * 86_400_000 - 1)
    made_up = curious.filter(days & (pl.col("ticket") >= 0)).height
    assert asked.height == genuine.height + made_up
    assert asked["ticket_id"].is_unique().all()


@pytest.mark.slow
def test_a_made_up_ticket_is_opened_before_the_look_that_it_hides(tmp_path: Path) -> None:
    """With the dial at its end all invariants hold, and a look names a ticket of its account and employee, opened shortly before."""
    dials = {"curious_employee.disguise": 1.0, "emailed_spreadsheet.disguise": 1.0}
    words = WORDS | {"set": SETTINGS | dials, "days": 3}
    run = synthview.generate("christmas-prince", tables=TABLES, directory=tmp_path / "run", **words)
    assert [one.name for one in check(run) if not one.holds] == []
    why = run.scan("truth.accesses").filter(pl.col("insider") == "curious_employee")
    looks = run.scan("log.accesses").join(why, on="access_id").filter(pl.col("role") == "support")
    both = looks.join(run.scan("log.tickets"), on=["ticket_id", "employee_id"]).collect()
    assert both.height == looks.collect().height > 10
    waited = both["accessed_at"] - both["opened_at"]
    assert timedelta() <= waited.min() <= waited.max() < timedelta(minutes=92)
    assert both["account_id"].eq_missing(both["account_id_right"]).all()


def test_predictions_about_the_staff_are_scored() -> None:
    """Scores of accesses are scored by insider: who knows the truth finds all, who knows nothing has the base rate."""
    tables = ("log.accesses", "log.staff", "log.tickets", "truth.accesses")
    often = {"curious_employee.rate": 1.0, "run.warm_up_days": 3}
    world = synthview.generate("tiny", households=20, days=2, tables=tables, set=often)
    known = world.truth.accesses.select("access_id", curious_employee=(pl.col("insider") == "curious_employee").cast(pl.Int8))  # fmt: skip
    found = synthview.score(known, world)
    assert found.whose == "access_id"
    (curious,) = found.causes
    assert curious.rows == world.log.accesses.height
    assert curious.caused == known["curious_employee"].sum() > 50
    assert curious.average_precision == 1.0
    assert curious.at_least == pytest.approx(1.0, abs=0.02)  # nobody hides
    (blind,) = synthview.score(known.with_columns(curious_employee=0.5), world).causes
    assert blind.average_precision == pytest.approx(blind.base_rate)
    with pytest.raises(SynthviewError, match="no cause 'reseller'"):
        synthview.score(known.rename({"curious_employee": "reseller"}), world)
    fewer = synthview.generate("tiny", households=2, days=1, tables="log.plays", set=often)
    with pytest.raises(SynthviewError, match="Generate them with --tables"):
        synthview.score(known, fewer)


@pytest.mark.slow
def test_what_the_detector_sees_of_accesses_is_true(run: synthview.RunDirectory) -> None:
    """Its signs hold neither ids nor truth; work is done in working hours, half of the curious look after them, and tickets fit."""
    seen = accesses_seen(run)
    assert seen.height == run.scan("log.accesses").collect().height
    assert not {"query", "insider", "what", "copies"} & set(seen.columns)
    looks = seen.join(run.scan("truth.accesses").collect(), on="access_id")
    curious = looks.filter(pl.col("insider") == "curious_employee")
    assert not curious["has_ticket"].any()
    assert 0.25 < curious["is_after_work"].mean() < 0.8  # type: ignore[operator]
    helped = looks.filter(pl.col("insider") == "support_lookup")
    assert helped["ticket_fits"].all()
    work = looks.filter(pl.col("insider") == "")
    assert not work["is_after_work"].any()


def test_whoever_of_the_staff_has_something_to_hide_has_the_dial() -> None:
    """Insiders have complete settings and manuals like actors; those that do as they are asked have no dial."""
    insiders = {name: COMPANY[name] for name in INSIDERS if name}
    for name, one in insiders.items():
        settings = settings_of(one)
        assert one.tells, name  # type: ignore[attr-defined]
        assert all(each.about.endswith(".") and each.unit for each in settings.values()), name
        low, high = settings["rate"].allowed or (1, 0)
        assert low == 0 < settings["rate"].default <= high, name
    hiding = {name for name, one in insiders.items() if "disguise" in settings_of(one)}
    assert hiding == {"curious_employee", "emailed_spreadsheet"}


@pytest.mark.slow
def test_the_statements_of_the_page_find_them(
    run: synthview.RunDirectory, accesses: pl.DataFrame
) -> None:
    """The statements of docs/company.md find those who come back, the scramble, and the copies."""
    page = (Path(__file__).parents[1] / "docs" / "company.md").read_text("utf-8")
    blocks = re.findall(r"```sql\n-- duckdb: (.*?)\n(.*?)```", page, re.DOTALL)
    found = {
        title: duckdb.sql(sql.replace("'inside/", f"'{run.directory}/")).fetchall()
        for title, sql in blocks
        if "'inside/" in sql
    }
    curious = by(accesses, "curious_employee")
    who = set(curious["employee_id"])
    again = found["look-ups of one account without a ticket, by who comes back"]
    assert again
    assert {row[0] for row in again} <= who
    scramble = by(accesses, "mad_scramble")
    days = found["who looked at a title in the news"]
    assert sum(row[2] for row in days) == scramble.height
    exported = accesses.filter("is_exported")
    files = found["what left the company as a file, and where it is now"]
    assert sum(row[2] for row in files) == exported["copies"].sum()


@pytest.mark.slow
def test_whoever_passes_by_first_does_not_show(
    run: synthview.RunDirectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Homes counted in other portions give the same accesses, and a shorter run has the first of them."""
    monkeypatch.setattr(of_company, "_HOUSEHOLD_DAYS_AT_ONCE", 100)
    monkeypatch.setattr(of_company, "_FEWEST_AT_ONCE", 20)
    again = synthview.generate("christmas-prince", tables="log.accesses,log.tickets", **WORDS)
    assert again.log.accesses.equals(run.scan("log.accesses").collect())
    assert again.log.tickets.equals(run.scan("log.tickets").collect())


@pytest.mark.slow
def test_a_claim_tells_who_had_to_look(tmp_path: Path, told: Told) -> None:
    """Asked of a dataset with a log of accesses, a claim tells what had to be read, and who ran queries of it."""
    tables = (
        "log.accounts,log.plays,log.titles,log.profiles,log.devices,log.accesses,truth.accesses"
    )
    made = synthview.generate(
        "christmas-prince", tables=tables, titles="used", directory=tmp_path / "run", **WORDS
    )
    claim = [f'claims."53 people".{name}' for name in ("days=2", "last=2017-12-10")]
    options = [word for one in claim for word in ("--set", one)]
    place = str(made.directory)
    code, out, error = told("claim", "christmas-prince", "--data", place, *options, "--json", "-")
    assert code in (0, None), error
    found = json.loads(str(out))["who_looked"]
    scramble = made.scan("truth.accesses").filter(pl.col("insider") == "mad_scramble").collect()
    assert found["logged"]["queries"] == scramble.height
    asked = (
        made.scan("log.plays")
        .join(made.scan("log.titles"), on="title_id")
        .filter(
            (pl.col("name") == "A Christmas Prince")
            & pl.col("started_at").dt.date().is_between(date(2017, 12, 9), date(2017, 12, 10))
        )
    )
    _, history, counted, _ = found["steps"]
    assert history["rows"] == asked.collect().height > 0
    assert history["accounts"] == asked.collect()["account_id"].n_unique()
    days = asked.group_by("account_id").agg(days=pl.col("started_at").dt.date().n_unique())
    assert counted["accounts"] == days.filter(pl.col("days") == 2).collect().height
    assert "of the service that published 53, as many" in found["sentence"]


def test_the_company_is_no_part_of_a_claim_s_doubts() -> None:
    """What the staff does changes no number of a claim, so none of its settings is varied; all that are can be drawn."""
    varied = parameters_of(question())
    assert not [one.path for one in varied if one.path.split(".")[0] in COMPANY]
    assert np.isfinite(drawn(varied, 16, seed=1)).all()
