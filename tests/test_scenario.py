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
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from synthview import scenario_files
from synthview.drafting import plain
from synthview.entries import declared, entries, find
from synthview.errors import InputError, ScenarioError, SettingError, UnknownName
from synthview.pools.titles import genres
from synthview.registry import installed
from synthview.scenario import GENRES, Registry, Scenario, load
from synthview.scenario_files import built_in
from synthview.schemas import scenario_schema
from synthview.settings import GUESS, number, section, settings_of
from synthview.viewing.settings import SittingSettings
from synthview.world.settings import WorldSettings

NAMES = ("christmas-prince", "everyday", "quiet", "tiny", "year")
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

    barks_per_day: float = number(3, unit="per day", allowed=(0, 100), low=1, high=9, source=GUESS, about="Barks.")


WITH_DOGS = Registry(
    sections=installed().sections,
    actors={"dog": Dog, "guest_dog": Dog},
    faults={"chewed_cable": Dog},
    named_only=frozenset({"guest_dog"}),
)


def _load(text: str, tmp_path: Path, registry: Registry | None = None, **overrides: Any) -> Scenario:
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return load(path, registry or installed(), overrides)


def test_every_promised_scenario_is_there() -> None:
    """The five scenarios of the documentation exist, and no other hides among them."""
    assert sorted(built_in()) == list(NAMES)


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
        jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker()).validate(content)


def test_the_schema_refuses_what_loading_refuses() -> None:
    """An editor underlines an unknown setting and a value outside its limits."""
    validator = jsonschema.Draft202012Validator(json.loads(scenario_schema(installed())))
    for wrong in (
        {"sittings": {"togther": 0.3}},
        {"sittings": {"together": 2}},
        {"together": 1},
        {"run": {"days": "5"}},
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
    copy = pickle.loads(pickle.dumps(scenario))
    assert copy == scenario
    assert {scenario} == {copy}
    assert {scenario} != {load("year", installed())}
    assert scenario != "christmas-prince"


def test_the_fingerprint_is_the_same_in_another_process() -> None:
    """A fingerprint depends on settings only, not on the process that computes it."""
    code = "from synthview.scenario import load; from synthview.registry import installed; print(load('year', installed()).fingerprint())"
    told = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONHASHSEED": "77", "TZ": "Asia/Tokyo"},
        capture_output=True,
        check=True,
        text=True,
    )
    assert told.stdout.strip() == load("year", installed()).fingerprint()


def test_the_fingerprint_notices_every_setting() -> None:
    """Changing any one number changes the fingerprint."""
    plain_one = load("tiny", installed()).fingerprint()
    changed = {
        load(
            "tiny",
            installed(),
            {entry.path: entry.setting.allowed[1 if entry.value != entry.setting.allowed[1] else 0]},
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


@pytest.mark.parametrize("path", SETTINGS)
def test_a_default_is_allowed_and_believable(path: str) -> None:
    """Every default lies within its own limits and has a unit, a source and a sentence about it."""
    setting = SETTINGS[path].setting
    assert setting.about.endswith(".")
    assert setting.source
    if setting.kind == "number":
        assert setting.allowed is not None
        assert setting.low is not None
        assert setting.high is not None
        assert setting.allowed[0] <= setting.low <= setting.default <= setting.high <= setting.allowed[1]
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
        assert (film.popularity_rank, film.runtime_minutes, pirates.popularity_rank) == (12, 93, 120)

    def test_an_override_reaches_a_title(self, tmp_path: Path) -> None:
        """A guess about a named title can be varied like any setting."""
        assert _load(A_FILM, tmp_path, **{'titles."A Film".popularity_rank': "3"}).titles[0].popularity_rank == 3

    def test_an_override_invents_no_title(self, tmp_path: Path) -> None:
        """A misspelt title in an override gets the nearest match."""
        with pytest.raises(UnknownName, match="Did you mean 'A Film'"):
            _load(A_FILM, tmp_path, **{'titles."A Fil".popularity_rank': "3"})

    def test_a_later_start_cuts_a_window(self) -> None:
        """Overriding the start leaves the epoch of the file, so that the world stays the same."""
        run = load("everyday", installed(), {"run.start": "2017-10-05"}).run
        assert (run.epoch, run.start) == (date(2017, 10, 2), date(2017, 10, 5))

    def test_actors_come_and_go_by_name(self, tmp_path: Path) -> None:
        """`without` switches off; naming an actor switches it on, also one of another package."""
        assert sorted(_load("", tmp_path, WITH_DOGS).actors) == ["dog"]
        assert sorted(_load('without = ["dog"]', tmp_path, WITH_DOGS).actors) == []
        assert sorted(
            _load('without = ["actors"]\n[actors.guest_dog]\nbarks_per_day = 5', tmp_path, WITH_DOGS).actors
        ) == ["guest_dog"]
        both = _load("actors.guest_dog = {}", tmp_path, WITH_DOGS, **{"actors.dog.barks_per_day": "0"})
        assert (both.of(Dog).barks_per_day, sorted(both.actors), both.warnings) == (0, ["dog", "guest_dog"], ())
        assert load(both, WITH_DOGS) == both

    def test_scenarios_of_an_installed_wheel_are_found(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Where there is no checkout, the scenarios inside the package are found by name."""
        (tmp_path / "boxed.toml").write_text("run.days = 2")
        monkeypatch.setattr(scenario_files, "FOLDERS", (tmp_path / "none", tmp_path))
        assert load("boxed", installed()).run.days == 2


class TestValues:
    """What a value may be."""

    def test_text_is_read_as_toml(self) -> None:
        """An override's text is a TOML value where it is one, and bare text otherwise."""
        told = {
            "run.days": "5",
            "sittings.together": "0.3",
            "run.start": "2017-10-09",
            "about": "a quick try",
            "sittings.weekdays": "[1,1,1,1,1,1,2]",
        }
        scenario = load("tiny", installed(), told)
        assert (scenario.run.days, scenario.run.start, scenario.about) == (5, date(2017, 10, 9), "a quick try")
        assert scenario.of(SittingSettings).weekdays == (1, 1, 1, 1, 1, 1, 2)

    @given(st.floats(0, 1), st.sampled_from(["US", "GB", "BE"]))
    def test_other_shares_fill_what_is_left(self, share: float, country: str) -> None:
        """Setting one share keeps the proportions of the others, and all sum to 1."""
        before = load("tiny", installed()).of(WorldSettings).country_shares
        after = load("tiny", installed(), {f"world.country_shares.{country}": share}).of(WorldSettings).country_shares
        assert after[country] == share
        assert math.isclose(math.fsum(after.values()), 1, abs_tol=1e-6)
        assert after["DE"] * before["FR"] == pytest.approx(after["FR"] * before["DE"])

    def test_a_country_without_accounts_so_far_may_get_some(self) -> None:
        """A part beyond those of the default can be named, if the world knows it."""
        assert load("tiny", installed(), {"world.country_shares.NZ": 1}).of(WorldSettings).country_shares["NZ"] == 1

    @given(st.data())
    def test_a_number_is_taken_if_and_only_if_it_is_allowed(self, data: st.DataObject) -> None:
        """Inside `allowed` loads, and warns exactly outside low to high; outside is an error that tells the limits."""
        entry = data.draw(st.sampled_from([one for one in NUMBERS if not one.path.startswith("run.")]))
        setting = entry.setting
        assert setting.allowed is not None
        assert setting.low is not None
        assert setting.high is not None
        low, high = setting.allowed
        whole = setting.type is int
        numbers = st.integers(int(low) - 5, int(high) + 5) if whole else st.floats(low - 1, high + 1, allow_nan=False)
        value: float = data.draw(numbers)
        if low <= value <= high:
            warned = load("tiny", installed(), {entry.path: value}).warnings
            assert bool(warned) == (value != 0 and not setting.low <= value <= setting.high)
        else:
            with pytest.raises(SettingError, match=f"allowed is .* {setting.unit}"):
                load("tiny", installed(), {entry.path: value})

    @pytest.mark.parametrize(
        ("path", "value", "complaint"),
        [
            ("run.days", "0", "allowed is 1 to 4,090 days"),
            ("run.households", "-3", "allowed is 1 to"),
            ("run.days", "3.5", "a whole number"),
            ("run.days", "true", "a whole number"),
            ("run.start", "2017-13-45", "a date such as"),
            ("run.start", "2017-10-02T10:00:00", "cannot be"),
            ("run.start", "2017-09-01", "between the epoch"),
            ("run.start", "1492-10-12", "between the epoch"),
            ("run.epoch", "2018-01-01", "between the epoch"),
            ("run.start", "2030-01-01", "at most 4,090"),
            ("sittings.together", "nan", "cannot be NaN"),
            ("sittings.together", "-inf", "cannot be"),
            ("sittings.together", "often", "a number"),
            ("sittings.together", "[0.5]", "a number"),
            ("sittings.togther", "0.5", "Did you mean 'together'"),
            ("together", "0.5", "Did you mean 'sittings.together'"),
            ("sitting.together", "0.5", "Did you mean 'sittings'"),
            ("sittings", "3", "a section with settings"),
            ("sittings.weekdays", "[1, 2]", "a list of 7 numbers"),
            ("sittings.weekdays", "[0, 0, 0, 0, 0, 0, 0]", "at least one above 0"),
            ("sittings.weekdays", "[1, 1, 1, 1, 1, 1, -1]", "none below 0"),
            ("sittings.weekdays", "[1, 1, 1, 1, 1, 1, nan]", "cannot be NaN"),
            ("world.country_shares.US", "1.2", "between 0 and 1"),
            ("world.country_shares.ZZ", "0.1", "no part of world.country_shares"),
            ("world.country_shares", "{US = 0.7, GB = 0.7}", "must sum to 1"),
            ("world.country_shares", "[0.7]", "a table of shares"),
            ("people.plans", "{basic = 0.5, standard = 0.5, premium = 0.5}", "sum to 1.5"),
            ("model", "0", "no model"),
            ("model", "7up", "Known: 1"),
            ("based_on", "tiny", "no section 'based_on'"),
            ("actors.cat", "{}", "no actor 'cat'"),
            ("actors", "false", "a table of actors"),
            ("without", "actors", "a list of names"),
            ("without", '["dog"]', "no actor or fault 'dog'"),
            ("titles", "3", "a list of tables"),
            ("titles.x", "3", "a table of settings"),
            ("claims", '[{kind = "streak"}]', "needs a name"),
            ("name", "\udcff", "no text"),
            ("a b", "1", "no path of a setting"),
            ("", "1", "no path of a setting"),
            ("run.days\nrun.seed", "1", "no path of a setting"),
        ],
    )
    def test_a_wrong_value_is_told(self, path: str, value: str, complaint: str) -> None:
        """A wrong path or value is refused with what is wrong and what would be right."""
        with pytest.raises(InputError) as refused:
            load("tiny", installed(), {path: value})
        assert complaint in str(refused.value)
        assert "pydantic" not in str(refused.value)

    def test_a_part_and_its_whole_are_not_set_together(self) -> None:
        """Two overrides that contradict each other are refused, in either order."""
        for both in ({"run": {"days": 2}, "run.days": 3}, {"run.days": 3, "run": {}}, {"name": "x", "name.y": 1}):
            with pytest.raises(SettingError, match="twice"):
                load("tiny", installed(), both)

    @pytest.mark.parametrize("odd", [object(), None, b"bytes", 10**30, {1, 2}, complex(1, 2)])
    def test_a_python_value_that_is_no_setting_is_refused(self, odd: object) -> None:
        """Values only Python can make are refused as clearly as those of a file."""
        with pytest.raises(SettingError, match=r"run\.days"):
            load("tiny", installed(), {"run.days": odd})


class TestFiles:
    """Files that are no scenario, and scenarios that make no sense."""

    @pytest.mark.parametrize(
        ("content", "complaint"),
        [
            (b"run = ]\nx = 1", "is not TOML: .*line 1"),
            (b"run.days = 3\nrun.days = 4\nx = 1", "is not TOML: .*line 2"),
            (b"# ok\nname = '\xff'", r"not UTF-8 text \(line 2\)"),
            (b"a = " + b"[" * 5000, "is not TOML"),
            (b"# " + b"x" * 1_000_001, "too large"),
            (b"based_on = 3", "name of a scenario or the path"),
            (b"run = 3", "a section with settings, not 3"),
            (b"name = true", "name in .* is text"),
            (b"days = 3", "Did you mean 'run.days'"),
            (b"[[titles]]", "needs a name"),
            (b'[[titles]]\nname = "X"', "needs a value for 'released_on'"),
            (A_FILM.encode() * 2, "names 'A Film' twice"),
            (A_FILM.replace('"drama"', '"dramma"').encode(), "Did you mean 'drama'"),
            (A_FILM.replace('"drama"', "").encode(), "one or two genres"),
            (A_FILM.encode() + b'kind = "movie"', "no value for titles"),
            (
                A_FILM.encode() + b'[[dated_events]]\nname="E"\ntitle="B Film"\non=2017-10-03\nlift=2',
                "Did you mean 'A Film'",
            ),
            (
                A_FILM.encode() + b'[[dated_events]]\nname="E"\ntitle="A Film"\non=2017-10-01\nlift=2',
                "before A Film appears",
            ),
            (b"name = [3]", "name in .* is text"),
            (b"world.month_lift = 1", "a list of 12 numbers"),
        ],
    )
    def test_a_bad_file_is_told(self, content: bytes, complaint: str, tmp_path: Path) -> None:
        """A file that cannot be a scenario is refused with its name, the place and what would be right."""
        path = tmp_path / "bad.toml"
        path.write_bytes(content)
        with pytest.raises(InputError, match=complaint) as refused:
            load(path, installed())
        assert "bad.toml" in str(refused.value)

    def test_a_file_that_cannot_be_opened_is_told(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A directory, a missing file, a file without permission and an impossible name are each told."""
        for what, complaint in (
            (str(tmp_path) + "/", "is a directory"),
            ("no.toml", "no file"),
            ("a\0b", "no name"),
            ("", "no name"),
        ):
            with pytest.raises(ScenarioError, match=complaint):
                load(what, installed())

        def refuse(*_: object) -> None:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(Path, "open", refuse)
        with pytest.raises(ScenarioError, match="cannot be read: Permission denied"):
            load("locked.toml", installed())

    def test_a_name_that_nothing_has_gets_the_nearest(self) -> None:
        """A misspelt scenario is answered with the nearest one and the list."""
        with pytest.raises(UnknownName, match="Did you mean 'everyday'"):
            load("evryday", installed())

    def test_a_byte_order_mark_is_no_harm(self, tmp_path: Path) -> None:
        """A file saved by an editor that marks UTF-8 loads, with either kind of line end."""
        path = tmp_path / "marked.toml"
        path.write_bytes(b"\xef\xbb\xbfabout = 'x'\r\nrun.days = 6\r\n")
        assert load(path, installed()).run.days == 6


KEYS = st.sampled_from(
    [
        "run",
        "days",
        "start",
        "epoch",
        "sittings",
        "together",
        "world",
        "country_shares",
        "US",
        "titles",
        "name",
        "claims",
        "actors",
        "without",
    ]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.dates() | st.datetimes(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS | st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


class TestFuzz:
    """Nothing that can be typed ends otherwise than in a scenario or an `InputError`."""

    @given(st.lists(KEYS, min_size=1, max_size=3).map(".".join) | st.text(max_size=12), st.text(max_size=20) | VALUES)
    def test_any_override(self, path: str, value: object) -> None:
        """Any path with any value either loads into a scenario that loads as itself, or is refused."""
        try:
            scenario = load("tiny", installed(), {path: value})
        except InputError as refused:
            assert str(refused)
        else:
            assert load(scenario, installed()) == scenario

    @given(path=st.sampled_from(sorted(SETTINGS)), value=VALUES)
    def test_any_value_of_any_setting(self, path: str, value: object) -> None:
        """Each setting takes or refuses whatever Python can hold."""
        try:
            scenario = load("tiny", installed(), {path: value})
        except InputError as refused:
            assert path.split(".")[0] in str(refused)
        else:
            assert load(scenario, installed()) == scenario

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        content=st.binary(max_size=60) | st.text(max_size=60).map(lambda text: text.encode("utf-8", "surrogatepass"))
    )
    def test_any_file(self, content: bytes, tmp_path: Path) -> None:
        """Any bytes as a scenario file either load or are refused."""
        path = tmp_path / "any.toml"
        path.write_bytes(content)
        try:
            load(path, installed())
        except InputError as refused:
            assert "any.toml" in str(refused)

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        place=st.integers(0, 10_000), junk=st.text(alphabet='="[]{}.,#\n0aZ_- \t', max_size=4), cut=st.integers(0, 30)
    )
    def test_any_slip_of_the_keyboard(self, place: int, junk: str, cut: int, tmp_path: Path) -> None:
        """A real scenario with a few characters changed either loads or is refused."""
        text = load("christmas-prince", installed()).to_toml()
        place %= len(text)
        path = tmp_path / "slip.toml"
        path.write_text(text[:place] + junk + text[place + cut :], encoding="utf-8")
        try:
            load(path, installed())
        except InputError as refused:
            assert str(refused)


def test_entries_say_where_each_value_comes_from(tmp_path: Path) -> None:
    """A changed value is the scenario's own; a named title's facts have its source, its rank stays a guess."""
    text = A_FILM + 'source = "X03"\n[sittings]\ntogether = 0.4\n'
    found = {entry.path: entry for entry in entries(_load(text, tmp_path))}
    assert found["sittings.together"].source == "scenario"
    assert found["sittings.together"].is_changed
    assert found["sittings.burst_days"].source == GUESS
    assert found['titles."A Film".released_on'].source == "X03"
    assert found['titles."A Film".popularity_rank'].source == GUESS


def test_a_setting_is_found_by_its_path_or_last_word() -> None:
    """One word is enough where one setting has it; otherwise the nearest is offered."""
    known = list(SETTINGS.values())
    assert find("together", known) == find("sittings.together", known)
    with pytest.raises(UnknownName, match=r"sittings\.together"):
        find("sittings.togther", known)


def test_settings_are_read_back_as_declared() -> None:
    """What a section declares is what help, schema and checks see."""
    setting = settings_of(Dog)["barks_per_day"]
    assert (setting.default, setting.unit, setting.allowed, setting.low, setting.high) == (3, "per day", (0, 100), 1, 9)
    assert (setting.kind, setting.source, setting.required) == ("number", GUESS, False)
