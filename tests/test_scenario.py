"""Scenarios: what loads, what is refused and how, and that nothing written by hand can do worse than that."""

from __future__ import annotations

import json
import math
import os
import pickle
import subprocess
import sys
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from each import each

from synthview.errors import ScenarioError, UnknownName
from synthview.pools.titles import genres
from synthview.registry import installed
from synthview.scenario import GENRES, Registry, Scenario, load
from synthview.scenario import files as scenario_files
from synthview.scenario.drafting import plain
from synthview.scenario.entries import declared, entries
from synthview.scenario.files import built_in
from synthview.scenario.schemas import scenario_schema
from synthview.scenario.settings import GUESS, number, section, settings_of
from synthview.viewing.settings import SittingSettings

NAMES = ("after-the-tweet", "christmas-prince", "everyday", "quiet", "tiny", "year")
SETTINGS = declared(installed())
NUMBERS = [entry for entry in SETTINGS.values() if entry.setting.kind == "number"]
A_FILM = """
[[titles]]
name = "A Film"
released_on = 2017-10-03
runtime_minutes = 90
genres = ["drama"]
popularity_rank = 7
"""


@section
class Dog:
    """A dog on the sofa."""

    barks_per_day: float = number(
        3, unit="per day", allowed=(0, 100), low=1, high=9, source=GUESS, about="Barks."
    )


WITH_DOGS = Registry(
    sections=installed().sections,
    actors={"dog": Dog, "guest_dog": Dog},
    faults={"chewed_cable": Dog},
    named_only=frozenset({"guest_dog"}),
)


def _load(
    text: str,
    tmp_path: Path,
    overrides: dict[str, Any] | None = None,
    registry: Registry | None = None,
) -> Scenario:
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return load(path, registry or installed(), overrides)


def test_every_promised_scenario_is_there() -> None:
    """The eight scenarios of the documentation exist, and no other hides among them."""
    assert sorted(built_in()) == sorted([*NAMES, "nasty", "zoo"])


@pytest.mark.parametrize("name", NAMES)
def test_a_built_in_scenario_is_believable(name: str) -> None:
    """No scenario that comes with synthview needs a warning."""
    assert load(name, installed()).warnings == ()


@pytest.mark.parametrize("name", NAMES)
def test_a_built_in_scenario_fits_the_schema_for_editors(name: str) -> None:
    """The JSON Schema accepts each scenario as it is written, and as it is resolved."""
    schema = json.loads(scenario_schema(installed()))
    stated = plain(tomllib.loads(built_in()[name].read_text(encoding="utf-8")), name, name)
    for content in (stated, load(name, installed()).as_dict()):
        jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker()).validate(
            content
        )


def test_the_schema_refuses_what_loading_refuses() -> None:
    """An editor underlines an unknown setting and a value outside its limits."""
    validator = jsonschema.Draft202012Validator(json.loads(scenario_schema(installed())))
    for wrong in (
        {"sittings": {"togther": 0.3}},
        {"sittings": {"together": 2}},
        {"together": 1},
        {"run": {"days": "5"}},
        {"run": {"cast_from": 5}},
        {"run": {"cast_days": "5"}},
        {"run": {"titles": ["used"]}},
        {"run": {"dropped": ["5"]}},
    ):
        assert list(validator.iter_errors(wrong)), wrong


@pytest.mark.parametrize("name", NAMES)
def test_a_resolved_scenario_loads_as_itself(name: str, tmp_path: Path) -> None:
    """What the manifest keeps, as JSON values or as TOML, gives the same scenario back."""
    scenario = load(name, installed(), {"world.country_shares.US": 0.31})
    again = _load(scenario.to_toml(), tmp_path)
    assert again == scenario
    assert load(scenario, installed()) == scenario
    assert json.loads(json.dumps(scenario.as_dict())) == again.as_dict()


def test_a_scenario_travels_to_workers() -> None:
    """A pickled scenario is the same one, found in a set by its fingerprint."""
    scenario = load("christmas-prince", installed())
    copy = pickle.loads(pickle.dumps(scenario))  # noqa: S301  our own bytes, of a moment ago
    assert copy == scenario
    assert {scenario} == {copy}
    assert {scenario} != {load("year", installed())}
    assert scenario != "christmas-prince"


def test_the_fingerprint_is_the_same_in_another_process() -> None:
    """A fingerprint depends on settings only, not on the process that computes it."""
    imports = "from synthview.scenario import load; from synthview.registry import installed"
    code = f"{imports}; print(load('year', installed()).fingerprint())"
    told = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONHASHSEED": "77", "TZ": "Asia/Tokyo"},
        capture_output=True,
        check=True,
        text=True,
    )
    assert told.stdout.strip() == load("year", installed()).fingerprint()


@pytest.mark.slow
def test_the_fingerprint_notices_every_setting() -> None:
    """Changing any one number changes the fingerprint."""
    plain_one = load("tiny", installed()).fingerprint()
    changed = {
        load(
            "tiny",
            installed(),
            {
                entry.path: entry.setting.allowed[
                    1 if entry.value != entry.setting.allowed[1] else 0
                ]
            },
        ).fingerprint()
        for entry in NUMBERS
        if entry.setting.allowed and entry.path != "run.days"
    }
    assert len(changed) == len(NUMBERS) - 1
    assert plain_one not in changed


def test_the_facts_of_the_christmas_film() -> None:
    """The film, its release, its length and its 24 days are as published."""
    scenario = load("christmas-prince", installed())
    film = next(title for title in scenario.titles if title.name == "A Christmas Prince")
    assert (film.released_on, film.runtime_minutes) == (date(2017, 11, 17), 93)
    assert (scenario.run.start, scenario.run.end) == (date(2017, 11, 17), date(2017, 12, 11))


def test_quiet_has_neither_actors_nor_faults() -> None:
    """The quiet world leaves out every actor and every fault, whichever exist."""
    scenario = load("quiet", WITH_DOGS)
    assert (scenario.actors, scenario.faults) == ({}, {})
    assert scenario.without == ("chewed_cable", "dog")


def test_settings_are_found_by_their_class() -> None:
    """`of` returns the one section of a class, and says so when there is none."""
    scenario = load("tiny", installed(), {"sittings.together": 0.4})
    assert scenario.of(SittingSettings).together == 0.4
    with pytest.raises(KeyError, match="Dog"):
        scenario.of(Dog)


@each(lambda: SETTINGS)
def test_a_default_is_allowed_and_believable(path: str) -> None:
    """Every default lies within its own limits and has a unit, a source and a sentence about it."""
    setting = SETTINGS[path].setting
    assert setting.about.endswith(".")
    assert setting.source
    if setting.kind == "number":
        assert setting.allowed is not None
        assert setting.low is not None
        assert setting.high is not None
        assert (
            setting.allowed[0]
            <= setting.low
            <= setting.default
            <= setting.high
            <= setting.allowed[1]
        )
        assert setting.unit or path == "run.seed"
    if setting.kind == "shares":
        assert math.isclose(math.fsum(setting.default.values()), 1, abs_tol=1e-6)


def test_genres_are_those_of_the_pools() -> None:
    """A named title may have exactly the genres that invented titles are made up for."""
    assert sorted(GENRES) == sorted(genres())


class TestLayers:
    """Scenarios as differences from others."""

    def test_a_file_states_differences(self, tmp_path: Path) -> None:
        """What a file does not state is as in the scenario it is based on."""
        scenario = _load('based_on = "tiny"\nrun.days = 9', tmp_path)
        assert (scenario.name, scenario.run.households, scenario.run.days) == ("mine", 20, 9)

    def test_a_base_may_be_a_file_beside_it(self, tmp_path: Path) -> None:
        """A path in based_on is read from the folder of the file that says it."""
        (tmp_path / "base.toml").write_text("run.days = 4")
        assert _load('based_on = "./base.toml"', tmp_path).run.days == 4

    def test_a_circle_is_refused(self, tmp_path: Path) -> None:
        """Two scenarios based on each other are an error, not an endless loop."""
        (tmp_path / "other.toml").write_text('based_on = "mine.toml"')
        with pytest.raises(ScenarioError, match="circle"):
            _load('based_on = "other.toml"', tmp_path)

    def test_titles_are_laid_over_by_name(self, tmp_path: Path) -> None:
        """A title named again changes what it states and keeps the rest; others stay."""
        text = 'based_on = "christmas-prince"\n[[titles]]\nname = "A Christmas Prince"\npopularity_rank = 12'
        film, pirates = _load(text, tmp_path).titles
        assert (film.popularity_rank, film.runtime_minutes, pirates.popularity_rank) == (
            12,
            93,
            120,
        )

    def test_an_override_reaches_a_title(self, tmp_path: Path) -> None:
        """A guess about a named title can be varied like any setting."""
        assert (
            _load(A_FILM, tmp_path, {'titles."A Film".popularity_rank': "3"})
            .titles[0]
            .popularity_rank
            == 3
        )

    def test_an_override_invents_no_title(self, tmp_path: Path) -> None:
        """A misspelt title in an override gets the nearest match."""
        with pytest.raises(UnknownName, match="Did you mean 'A Film'"):
            _load(A_FILM, tmp_path, {'titles."A Fil".popularity_rank': "3"})

    def test_a_later_start_cuts_a_window(self) -> None:
        """Overriding the start leaves the epoch of the file, so that the world stays the same."""
        run = load("everyday", installed(), {"run.start": "2017-10-05"}).run
        assert (run.epoch, run.start) == (date(2017, 10, 2), date(2017, 10, 5))

    def test_actors_come_and_go_by_name(self, tmp_path: Path) -> None:
        """`without` switches off; naming an actor switches it on, also one of another package."""
        assert sorted(_load("", tmp_path, registry=WITH_DOGS).actors) == ["dog"]
        assert sorted(_load('without = ["dog"]', tmp_path, registry=WITH_DOGS).actors) == []
        assert sorted(
            _load(
                'without = ["actors"]\n[actors.guest_dog]\nbarks_per_day = 5',
                tmp_path,
                registry=WITH_DOGS,
            ).actors
        ) == ["guest_dog"]
        both = _load(
            "actors.guest_dog = {}", tmp_path, {"actors.dog.barks_per_day": "0"}, WITH_DOGS
        )
        assert (both.of(Dog).barks_per_day, sorted(both.actors)) == (0, ["dog", "guest_dog"])
        assert not any("dog" in one for one in both.warnings)
        assert load(both, WITH_DOGS) == both

    def test_scenarios_of_an_installed_wheel_are_found(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Where there is no checkout, the scenarios inside the package are found by name."""
        (tmp_path / "boxed.toml").write_text("run.days = 2")
        monkeypatch.setattr(scenario_files, "FOLDERS", (tmp_path / "none", tmp_path))
        assert load("boxed", installed()).run.days == 2


def test_entries_say_where_each_value_comes_from(tmp_path: Path) -> None:
    """A changed value is the scenario's own; a named title's facts have its source, its rank stays a guess."""
    text = A_FILM + 'source = "X03"\n[sittings]\ntogether = 0.4\n'
    found = {entry.path: entry for entry in entries(_load(text, tmp_path))}
    assert found["sittings.together"].source == "scenario"
    assert found["sittings.together"].is_changed
    assert found["sittings.burst_days"].source == GUESS
    assert found['titles."A Film".released_on'].source == "X03"
    assert found['titles."A Film".popularity_rank'].source == GUESS


def test_settings_are_read_back_as_declared() -> None:
    """What a section declares is what help, schema and checks see."""
    setting = settings_of(Dog)["barks_per_day"]
    assert (setting.default, setting.unit, setting.allowed, setting.low, setting.high) == (
        3,
        "per day",
        (0, 100),
        1,
        9,
    )
    assert (setting.kind, setting.source, setting.required) == ("number", GUESS, False)


def test_who_is_named_in_without_stays_off() -> None:
    """Settings of an actor do not switch it on where it is left out by name; after all actors are left out they do."""
    rate = {"actors.cat_on_remote.rate": 0.5}
    assert (
        "cat_on_remote"
        not in load("tiny", installed(), {"without": ["cat_on_remote"], **rate}).actors
    )
    assert list(load("tiny", installed(), {"without": ["actors"], **rate}).actors) == [
        "cat_on_remote"
    ]
