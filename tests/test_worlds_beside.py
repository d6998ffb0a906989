"""Worlds beside each other and worlds on demand: what was switched off, who was cast."""

from __future__ import annotations

import json
import re
from functools import cache

import polars as pl
import pytest
from commands import run as command
from typer.testing import CliRunner

from synthview import compare as paired
from synthview import generate
from synthview.cli import app
from synthview.errors import InputError, SynthviewError
from synthview.explain import close_story
from synthview.pipeline import build
from synthview.registry import installed
from synthview.scenario import Scenario, load
from synthview.stage.casting import named_households

HIGH = {
    "actors.cat_on_remote.rate": 0.5, "actors.child_on_loop.rate": 0.6, "actors.asleep_on_sofa.rate": 0.3,
    "actors.reseller.rate": 0.1, "actors.stream_errors.rate": 0.05, "actors.vpn_user.rate": 0.2,
    "run.warm_up_days": 5,
}  # fmt: skip


@cache
def scenario(seed: int = 1, days: int = 4) -> Scenario:
    """A world in which actors are busy."""
    return load("christmas-prince", installed(), {**HIGH, "run.seed": seed, "run.days": days})


# --- Paired worlds ----------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("name", ["asleep_on_sofa", "misclick", "reseller", "stream_errors"])
def test_all_that_differs_is_on_days_of_an_act(name: str) -> None:
    """Comparing says of no play that it differs on a day of its home without any act, and tells who caused what."""
    found = paired.compare(scenario(2), [name], 60)
    assert found.outside == 0
    assert found.incidents > 0
    assert found.labelled > 0


@pytest.mark.slow
@pytest.mark.parametrize("fault", ["lost_events", "doubled_events", "clock_skew"])
def test_a_fault_changes_nothing_that_happened(fault: str) -> None:
    """Without it the same plays happened, and the log differs."""
    found = paired.compare(scenario(), [fault], 150)
    truth, log, messages = (
        found.table(path) for path in ("truth.plays", "log.plays", "log.events")
    )
    assert (truth.only_with, truth.only_without, truth.changed) == (0, 0, 0)
    assert found.deliveries > 0
    assert (
        log.changed
        + log.only_without
        + messages.changed
        + messages.only_with
        + messages.only_without
        > 0
    )
    assert found.in_words().startswith(f"{fault} changed nothing that happened; the log has ")


@pytest.mark.slow
def test_cats_cause_plays_of_nobody() -> None:
    """What the cats caused is told in words, and the numbers carry it."""
    found = paired.compare(scenario(), ["cat_on_remote"], 150)
    hours = {what: (a, b) for what, a, b in found.headlines}["hours in the log"]
    plays = found.table("truth.plays")
    assert plays.only_with > 20
    assert hours[0] > hours[1]
    assert "cat_on_remote caused" in found.in_words()
    assert found.labelled >= plays.only_with


@pytest.mark.slow
def test_an_honest_zero() -> None:
    """An actor that had no part changed nothing, and the sentence says so."""
    rare = load(scenario(), installed(), {"actors.devoted_fan.rate": 0.0})
    assert (
        paired.compare(rare, ["devoted_fan"], 40)
        .in_words()
        .startswith("devoted_fan changed nothing")
    )


def test_only_what_is_on_can_be_switched_off() -> None:
    """No name, and a name that is off already, are refused."""
    with pytest.raises(InputError, match="needs --without"):
        paired.compare(scenario(), [], 10)
    with pytest.raises(InputError, match="off in"):
        paired.compare(load(scenario(), installed(), {"without": ["misclick"]}), ["misclick"], 10)


@pytest.mark.slow
def test_how_households_are_cut_never_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks are added up as they come: their size changes no number and no example, and progress runs to its end."""
    heard: list[tuple[int, int]] = []
    whole = paired.compare(
        scenario(), ["child_on_loop"], 40, lambda done, total: heard.append((done, total))
    )
    monkeypatch.setattr(paired, "_BLOCK", 16)
    cut = paired.compare(
        scenario(), ["child_on_loop"], 40, lambda done, total: heard.append((done, total))
    )
    assert cut == whole
    assert [done for done, _ in heard[4:]] == sorted(done for done, _ in heard[4:])
    assert heard[3] == heard[-1] == (160, 160)


@pytest.mark.slow
def test_examples_can_be_explained() -> None:
    """Every play named as an example is found in the world that it is said to be in."""
    found = paired.compare(scenario(), ["stream_errors"], 60)
    without = load(scenario(), installed(), {"without": ["stream_errors"]})
    assert {one.side for one in found.examples} == {"with", "without", "both"}
    for one in found.examples:
        world = without if one.side == "without" else scenario()
        story, closeup = close_story(
            load(world, installed(), {"run.households": 60}), int(one.play_id)
        )
        assert (story.account, closeup.play.title) == (one.account_id, one.title)


@pytest.mark.slow
def test_without_a_household_its_rows_are_gone() -> None:
    """The neighbouring world lacks the rows of one account, in every table, and no other row."""
    found = paired.compare(scenario(), households=12, dropped=[5])
    assert (found.accounts, found.outside) == (1, 0)
    assert {one.only_without + one.changed for one in found.tables} == {0}
    assert found.table("log.accounts").only_with == found.table("truth.households").only_with == 1
    assert found.in_words().startswith("household 5 had ")


@pytest.mark.slow
def test_without_an_insider_its_looks_are_gone() -> None:
    """What an insider adds are its looks, whom they opened and who uses that; nothing else of the staff differs."""
    small = {
        "run.households": 20,
        "run.start": "2017-12-10",
        "run.days": 2,
        "run.epoch": "2017-12-09",
    }
    busy = load(
        scenario(), installed(), {**small, "run.warm_up_days": 1, "curious_employee.rate": 0.5}
    )
    told: list[tuple[int, int]] = []
    found = paired.compare(busy, ["curious_employee"], 12, lambda *done: told.append(done))
    looks = found.looks
    assert looks is not None
    assert told[-1] == (48, 48)
    assert {(one.only_without, one.changed) for one in looks.tables} == {(0, 0)}
    assert found.table("log.plays").is_none
    run = generate(
        load(busy, installed(), {"run.households": 12}), tables="*.accesses,truth.persons"
    )
    curious = run.truth.accesses.filter(pl.col("insider") == "curious_employee")
    whom = run.log.accesses.join(curious, on="access_id", how="semi")["account_id"].unique()
    assert looks.looks == looks.tables[0].only_with == curious.height > 10
    assert looks.accounts == len(whom)
    assert (
        looks.people == run.truth.persons.filter(pl.col("account_id").is_in(whom.implode())).height
    )
    assert f"caused {looks.looks} looks by {looks.employees} employees, at " in found.in_words()
    assert json.loads(json.dumps(found.as_dict()))["looks"]["numbers"][0]["with"] > looks.looks


def test_a_file_that_would_be_damaged_is_no_comparison() -> None:
    """A fault of files is refused: a comparison writes none."""
    with pytest.raises(InputError, match="damages text files"):
        paired.compare(load("nasty", installed()), ["schema_drift"], 2)


@pytest.mark.slow
def test_a_comparison_reads_well() -> None:
    """On the screen it says what was compared, what was caused, some plays and how to look at one; JSON has the same."""
    asked = ("compare", "zoo", "--without", "cat_on_remote", "--days", "6")
    shown = command(*asked).stdout
    for said in ("with and without cat_on_remote", "cat_on_remote caused ", "synthview explain zoo --play ",
                 "accounts affected: 1.", "lies on a day of a home on which it acted"):  # fmt: skip
        assert said in shown
    found = json.loads(command(*asked, "--as", "json").stdout)
    assert found["without"] == ["cat_on_remote"]
    assert found["headlines"][0]["number"] == "events"


def test_a_comparison_can_be_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C is one line and exit code 130."""

    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(paired, "simulate_both", stop)
    done = CliRunner().invoke(app, ["compare", "tiny", "--without", "cat_on_remote"])
    assert (done.exit_code, done.stderr) == (130, "Stopped.\n")


# --- Worlds on demand -------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_cast_is_exact() -> None:
    """So many households, no more, have a named actor, whatever its rate; the first of them are in a smaller run."""
    made = generate(
        "everyday",
        households=150,
        days=2,
        cast={"reseller": 2, "child_on_loop": 3},
        tables=["truth.accounts"],
    )
    labels = made.truth.accounts["actors"].str.split("|").explode()
    assert [(labels == name).sum() for name in ("reseller", "child_on_loop")] == [2, 3]
    fewer = generate(
        "everyday",
        households=100,
        days=2,
        cast={"reseller": 2, "child_on_loop": 3},
        tables=["truth.accounts"],
    )
    assert fewer.truth.accounts.equals(made.truth.accounts.head(100))


def test_a_cast_that_finds_no_room_is_refused() -> None:
    """Too few households for the cast are an error that says how many it takes."""
    with pytest.raises(InputError, match=r"cast\.reseller asks for 9"):
        generate("tiny", households=4, cast={"reseller": 9})


@pytest.mark.slow
@pytest.mark.parametrize("name", ["background_tv", "cat_on_remote", "lost_events", "public_screen"])
def test_who_is_left_out_of_a_cast_keeps_its_household(name: str) -> None:
    """Without one of a cast all others stay in their households: one account differs."""
    zoo = load("zoo", installed(), {"run.days": 6})
    found = paired.compare(zoo, [name], 24)
    assert (found.accounts, found.outside) == (1, 0)
    left = load("zoo", installed(), {"without": [name]})
    assert load(left, installed()) == left
    assert (
        named_households(build(left)).keys()
        == named_households(build(load("zoo", installed()))).keys()
    )
    assert name not in {**left.actors, **left.faults}


def test_only_keeps_what_is_named() -> None:
    """With --only nothing else acts."""
    made = generate(
        "christmas-prince",
        households=80,
        days=3,
        only=["cat_on_remote"],
        set={"actors.cat_on_remote.rate": 1},
    )
    assert set(made.truth.incidents["actor"]) == {"cat_on_remote"}
    assert made.truth.deliveries.is_empty()


def test_a_household_dropped_leaves_all_others() -> None:
    """The neighbouring world lacks one account's rows and no other."""
    whole, less = (
        generate("everyday", households=6, days=3, drop_households=drop) for drop in ((), (2,))
    )
    gone = set(whole.truth.accounts["account_id"]) - set(less.truth.accounts["account_id"])
    assert len(gone) == 1
    for name in ("events", "plays", "accounts"):
        kept = getattr(whole.log, name).filter(~pl.col("account_id").is_in(list(gone)))
        assert kept.equals(getattr(less.log, name))


def test_every_animal_of_the_zoo_shows() -> None:
    """The zoo has one household for each actor and fault, and each leaves its mark there."""
    zoo = generate("zoo", tables=["truth.incidents", "truth.deliveries", "truth.accounts"])
    seen = zoo.truth.incidents.select("account_id", name="actor")
    seen = pl.concat([seen, zoo.truth.deliveries.select("account_id", name="fault")])
    homes = seen.group_by("name").agg(pl.col("account_id").n_unique())
    assert set(homes["name"]) == set(load("zoo", installed()).cast)
    assert homes["account_id"].to_list() == [1] * len(homes)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["compare", "tiny"], "needs --without"), (["compare", "tiny", "--without", "catt"], "Known: actors, ad_blocker"),
        (["compare", "quiet", "--only", "cat_on_remote"], "so --only cannot keep it"),
        (["compare", "tiny", "--drop-household", "20"], "--drop-household 20: the world has 20 households, numbered from 0 to 19"),
        (["compare", "tiny", "--only", "misclick", "--without", "reseller"], "exclude each other"),
        (["compare", "tiny", "--without", "curious_emploee"], "curious_employee"),
        (["compare", "tiny", "--without", "legal_request", "--set", "legal_request.rate=0"], "legal_request is off in tiny"),
        (["generate", "tiny", "--only", "misclick", "--without", "reseller", "--dry-run"], "exclude each other"),
        (["explain", "tiny", "--household", "1", "--only", "misclick", "--without", "reseller"], "exclude each other"),
        (["generate", "tiny", "--cast", "reseller=1", "--without", "actors", "--dry-run"], "--without leaves it out"),
        (["explain", "tiny", "--household", "1", "--cast", "reseller=1", "--only", "misclick"], "--only does not name it"),
        (
            ["compare", "tiny", "--drop-household", "3", "--set", "run.dropped=[3]"],
            "tiny has left it out already",
        ),
        (
            ["generate", "tiny", "--drop-household", "20", "--dry-run"],
            "--drop-household 20: the world has 20 households, numbered from 0 to 19",
        ),
        (["generate", "tiny", "--without", "foo", "--dry-run"], "There is no actor or fault 'foo' in --without"),
        (["generate", "tiny", "--cast", "foo=1", "--dry-run"], "There is no actor or fault 'foo' in --cast"),
        (["generate", "tiny", "--only", ",", "--dry-run"], "--only names no actor or fault: it is ','"),
        (["generate", "tiny", "--cast", ",,", "--dry-run"], "--cast names no actor or fault: it is ',,'"),
        (["explain", "tiny", "--household", "1", "--drop-household", "20"], "numbered from 0 to 19"),
        (["explain", "tiny", "--household", "1", "--cast", "reseller=200"], "Of 20 households"),
        (["compare", "tiny", "--without", "misclick", "--cast", "reseller=200"], "Of 20 households"),
        (["compare", "tiny", "--without", "misclick", "--cast", "reseler=2"], "reseller"),
        (["check", "nowhere"], "holds no dataset"), (["generate", "tiny", "--cast", "cat"], "--cast takes NAME=N"),
        (["generate", "tiny", "--only", "catt", "--dry-run"], "cat_on_remote"),
    ],
)  # fmt: skip
def test_mistakes_are_told(words: list[str], said: str) -> None:
    """A mistake is one sentence that says what is wrong, the same on every command."""
    with pytest.raises(SynthviewError, match=re.escape(said)) as refused:
        CliRunner().invoke(app, words, catch_exceptions=False)
    assert refused.value.exit_code == (3 if words[0] == "check" else 2)
