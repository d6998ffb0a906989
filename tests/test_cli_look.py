"""The command line's list and show, and how every command ends."""

from __future__ import annotations

import json
import re
import sys
import tomllib
from contextlib import suppress
from pathlib import Path

import jsonschema
import pytest
from commands import run
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from synthview.cli import app, look, screen
from synthview.cli.option_values import assignments
from synthview.cli.options import complete_names, complete_scenarios
from synthview.errors import (
    InputError,
    SettingError,
)
from synthview.explain import specimens
from synthview.registry import installed
from synthview.scenario import load
from synthview.scenario.entries import entries
from synthview.scenario.files import built_in
from synthview.scenario.settings import settings_of
from synthview.tables import TABLES


def _told(*words: str) -> str:
    result = CliRunner().invoke(app, list(words), catch_exceptions=False)
    assert result.exit_code == 0
    return str(result.stdout)


def _refused(*words: str) -> str:
    with pytest.raises(InputError) as refused:
        CliRunner().invoke(app, list(words), catch_exceptions=False)
    return str(refused.value)


class TestList:
    """`synthview list KIND`."""

    @pytest.mark.parametrize(
        ("kind", "some"),
        [
            ("scenarios", ["everyday", "christmas-prince", "2017-11-17"]),
            ("tables", ["log.plays", "truth.incidents"]),
            ("settings", ["sittings.together", "log.ping_seconds", "run.seed"]),
            ("sources", ["S04", "hours/account/day", "X01"]),
        ],
    )
    def test_a_list_names_what_there_is(self, kind: str, some: list[str]) -> None:
        """Each list holds what it promises, whole, on lines that are not cut."""
        told = _told("list", kind)
        for one in some:
            assert one in told
        assert "…" not in told.replace("to …", "").replace("(… to", "")

    @pytest.mark.parametrize("kind", ["actors", "faults"])
    def test_actors_and_faults_are_told_in_a_sentence(self, kind: str) -> None:
        """Each has a line with the first sentence of its manual, and says where it is off unless named."""
        registry = installed()
        lines = _told("list", kind).splitlines()
        for name, declared in getattr(registry, kind).items():
            (line,) = [line for line in lines if line.split()[0] == name]
            assert (declared.__doc__ or "").strip().split("\n")[0] in line
            assert ("off unless a scenario names it" in line) == (name in registry.named_only)

    @pytest.mark.parametrize("name", built_in())
    def test_a_scenario_says_what_it_rests_on(self, name: str) -> None:
        """Every setting stands under the figure, guess or choice it rests on, and the counts at the end are theirs."""
        scenario = load(name, installed())
        found = json.loads(_told("list", "sources", name, "--as", "json"))
        rows = {word: found[word] for word in ("guesses", "choices", "own")}
        told = [row["setting"].strip() for word in rows for row in rows[word]]
        told += [
            line.split(" = ")[0]
            for row in found["published"]
            for line in row["setting = value here"].split("\n")
        ]
        meant = [one.path for one in entries(scenario)
                 if not (one.facts_from and one.setting.name in ("name", "source", "about"))]  # fmt: skip
        shares = {one.path for one in entries(scenario) if one.setting.kind == "shares"}
        wholes = {
            path if path in meant else re.sub(r'\.("[^"]*"|[^."]+)$', "", path) for path in told
        }
        assert wholes == set(meant)
        assert shares <= set(meant)
        text = _told("list", "sources", name)
        assert text.splitlines()[-1] == f"{name}: {found['in_words']}"
        assert f"{len(found['published'])} published figures stand behind" in found["in_words"]
        assert len(found["claims"]) == len(scenario.claims)
        assert (
            text.count("\n### ")
            == 0
            < _told("list", "sources", name, "--as", "markdown").count("\n### ")
        )

    def test_only_sources_are_listed_of_a_scenario(self) -> None:
        """Other lists are the same for all scenarios, and a scenario that is none is refused."""
        assert "are the same for all scenarios" in _refused("list", "tables", "tiny")
        assert "Did you mean 'tiny'" in _refused("list", "sources", "tny")

    @pytest.mark.parametrize("kind", ["scenarios", "tables", "settings", "sources"])
    def test_a_list_reads_as_json_and_markdown(self, kind: str) -> None:
        """The same rows come as JSON and as Markdown."""
        rows = json.loads(_told("list", kind, "--as", "json"))
        lines = _told("list", kind, "--as", "markdown").splitlines()
        assert len(lines) == len(rows) + 2
        assert len({line.replace("\\|", "").count("|") for line in lines}) == 1

    def test_a_list_that_does_not_exist(self) -> None:
        """A misspelt kind or format is answered with the nearest."""
        assert "Did you mean 'scenarios'" in _refused("list", "scenarois")
        assert "Did you mean 'markdown'" in _refused("list", "tables", "--as", "markdwon")
        assert "is not shown as sql" in _refused("list", "tables", "--as", "sql")


class TestShow:
    """`synthview show NAME`."""

    def test_a_scenario_is_told_setting_by_setting(self) -> None:
        """Each setting has its value, unit, range, source and sentence; a star marks a change."""
        told = _told("show", "tiny", "--set", "sittings.together=0.31").splitlines()
        (line,) = (line for line in told if "sittings.together" in line)
        assert line.split()[:7] == ["*", "sittings.together", "0.31", "share", "0.3", "to", "0.7"]
        assert "scenario" in line
        (other,) = (line for line in told if "sittings.burst_days" in line)
        assert other.startswith("  sittings.burst_days")
        assert "guess" in other

    def test_a_scenario_is_shown_as_toml_that_loads(self, tmp_path: Path) -> None:
        """`--as toml` is a scenario's file: saved, it is the same world."""
        path = tmp_path / "tiny.toml"
        path.write_text(
            _told("show", "tiny", "--set", "run.days=5", "--as", "toml"), encoding="utf-8"
        )
        assert load(path, installed()) == load("tiny", installed(), {"run.days": 5})
        assert tomllib.loads(path.read_text(encoding="utf-8"))["run"]["days"] == 5
        assert "tiny: " in _told("show", str(path))

    def test_a_scenario_is_shown_as_json_and_markdown(self) -> None:
        """`--as json` is what the manifest keeps; `--as markdown` has a line for each setting."""
        assert (
            json.loads(_told("show", "year", "--as", "json")) == load("year", installed()).as_dict()
        )
        assert "| * run.days | 365 | days |" in _told("show", "year", "--as", "markdown")

    def test_a_share_is_typed_as_it_is_shown(self) -> None:
        """A part with a dot in its name stands in quotes, as `--set` takes it."""
        path = 'people.mail_hosts."mail.example"'
        assert f"* {path}" in _told("show", "tiny", "--set", f"{path}=0.9")

    def test_a_scenario_shows_the_schema_for_editors(self) -> None:
        """`--as json-schema` is a JSON Schema that says what each setting may be."""
        schema = json.loads(_told("show", "everyday", "--as", "json-schema"))
        jsonschema.Draft202012Validator.check_schema(schema)
        assert schema["properties"]["sittings"]["properties"]["together"]["maximum"] == 1

    def test_quiet_says_what_it_leaves_out(self) -> None:
        """A scenario without some actors names them."""
        told = _told("show", "quiet").splitlines()
        assert [line for line in told if line.startswith("without ")] == [
            f"without {', '.join(one)}" for one in [load("quiet", installed()).without] if one
        ]

    def test_a_warning_goes_to_stderr(self) -> None:
        """What is allowed and hard to believe is told beside the output, not in it."""
        told = run("show", "tiny", "--set", "sittings.together=0.95", "--as", "json")
        assert "sittings.together" in told.stderr
        assert told.stderr.startswith("warning: ")
        assert json.loads(told.stdout)["sittings"]["together"] == 0.95

    @pytest.mark.parametrize("table", TABLES, ids=lambda table: table.path)
    def test_a_table_is_told_column_by_column(self, table: object) -> None:
        """Every column of every table has its line, in text and in Markdown."""
        path, columns = table.path, table.columns  # type: ignore[attr-defined]
        for told in (_told("show", path), _told("show", path, "--as", "markdown")):
            assert all(column.name in told for column in columns)
        assert len(json.loads(_told("show", path, "--as", "json"))) == len(columns)

    def test_a_table_goes_by_its_bare_name(self) -> None:
        """`plays` is the log's, unless the truth's is named."""
        assert _told("show", "plays") == _told("show", "log.plays") != _told("show", "truth.plays")
        assert _told("show", "incidents") == _told("show", "truth.incidents")

    def test_a_setting_goes_by_its_path_its_last_word_or_its_section(self) -> None:
        """One setting is told in full; a section with a line for each."""
        assert _told("show", "sittings.together") == _told("show", "together")
        assert json.loads(_told("show", "together", "--as", "json"))["allowed"] == [0, 1]
        assert "sittings.burst_days" in _told("show", "sittings")
        assert "US 0.474, GB" in _told("show", "world.country_shares")

    @pytest.mark.parametrize("name", [*installed().actors, *installed().faults])
    def test_an_actor_or_fault_is_told_in_full(
        self, name: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """What it does, what shows of it by rights, each setting with range and source, from its own file."""
        monkeypatch.setattr(specimens, "specimens", lambda _: [])
        declared = {**installed().actors, **installed().faults}[name]
        told = _told("show", name)
        words = " ".join(told.split())
        assert " ".join((declared.__doc__ or "").split()) in words
        assert all(f"  - {tell}" in told for tell in declared.tells)
        plain = json.loads(_told("show", name, "--as", "json"))
        assert {row["setting"].split(".")[0] for row in plain["settings"]} == set(
            settings_of(declared)
        )
        assert plain["is"].startswith("an actor: " if name in installed().actors else "a fault: ")
        assert (declared.__doc__ or "").strip().split("\n")[0] in _told(
            "show", name, "--as", "markdown"
        )
        kind = "actors" if name in installed().actors else "faults"
        assert json.loads(_told("show", f"{kind}.{name}", "--as", "json")) == plain

    @pytest.mark.parametrize(
        "name",
        [
            "cat_on_remote",
            pytest.param("reseller", marks=pytest.mark.slow),
            pytest.param("lost_events", marks=pytest.mark.slow),
        ],
    )
    def test_some_acts_are_shown(self, name: str) -> None:
        """Ten acts or fewer, of as many households as can be, in order of time, the same each time."""
        acts = json.loads(_told("show", name, "--as", "json"))["acts"]
        assert 3 <= len(acts) <= 10
        assert len({one["household"] for one in acts}) >= 3
        assert all(one["what was done"] and one["title"] and one["what came of it"] for one in acts)
        found = specimens.specimens(name)
        assert [one.when for one in found] == sorted(one.when for one in found)
        assert [one.what for one in found] == [one["what was done"] for one in acts]

    def test_guests_are_not_called_nobody(self) -> None:
        """What ran in a bar ran for whoever was there, though no person of the account was."""
        told = {one.came_of_it for one in specimens.specimens("public_screen")}
        assert all(
            re.search(r", for whoever was in the (bar|shop|waiting room), ", one) for one in told
        ), told

    def test_what_damages_files_has_no_acts(self) -> None:
        """A fault of files has no household to show; the way to such files is named instead."""
        assert specimens.specimens("schema_drift") == []
        assert "synthview generate nasty --only schema_drift" in _told("show", "schema_drift")

    def test_a_source_names_what_rests_on_it(self) -> None:
        """A published figure is told in full, with the settings that use it."""
        assert "settings:         catalogue.film_count" in _told("show", "P14-film")
        assert json.loads(_told("show", "S04", "--as", "json"))["value"] == "1.30"

    @pytest.mark.parametrize(
        ("words", "complaint"),
        [
            (["evryday"], "Did you mean 'everyday'"),
            (["log.play"], "Did you mean 'log.plays'"),
            (["togetherr"], "Did you mean 'together'"),
            (["none.toml"], "no file none.toml"),
            (["tiny", "--as", "sql"], "A scenario is not shown as sql"),
            (["plays", "--as", "toml"], "A table is not shown as toml"),
            (["S04", "--as", "avro"], "A source is not shown as avro"),
            (["together", "--as", "avro"], "A setting is not shown as avro"),
            (["sittings", "--as", "avro"], "A section is not shown as avro"),
            (["tiny", "--as", "jsn"], "Did you mean 'json'"),
            (["tiny", "--set", "run.days"], "PATH=VALUE"),
            (["tiny", "--set", "run.dais=3"], "Did you mean 'days'"),
            (["plays", "--set", "run.days=3"], "'plays' is not one"),
        ],
    )
    def test_what_cannot_be_shown(self, words: list[str], complaint: str) -> None:
        """A name, format or override that makes no sense is told with what would."""
        assert complaint in _refused("show", *words)

    @settings(max_examples=50, deadline=None)
    @given(st.text(max_size=12), st.sampled_from(look.SHOW_FORMATS))
    def test_any_name(self, name: str, as_: str) -> None:
        """Whatever is typed for a name, the answer is a page or an `InputError`."""
        with suppress(InputError):
            CliRunner().invoke(app, ["show", "--as", as_, "--", name], catch_exceptions=False)


class TestScreen:
    """What reaches the screen, and what reaches a pipe."""

    def test_a_pipe_gets_plain_text(self) -> None:
        """No colour, no box and no cut in a pipe, however narrow the terminal is."""
        told = run("list", "sources", COLUMNS="40").stdout
        assert "\x1b" not in told
        assert "│" not in told
        assert max(len(line) for line in told.splitlines()) > 200

    def test_a_terminal_gets_a_table(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """On a terminal long cells wrap inside its width, and brackets in a cell are text."""
        monkeypatch.setenv("COLUMNS", "60")
        monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
        screen.table(["a", "b"], [["* run.days", "[bold] " + "word " * 30]], title="[run]")
        told = capsys.readouterr().out
        assert "[bold]" in told
        assert "[run]" in told
        assert told.count("word") == 30

    @pytest.mark.parametrize(
        ("value", "told"),
        [
            (20_000, "20,000"),
            (0.045, "0.045"),
            (1e9, "1000000000.0"),
            (True, "yes"),
            (None, ""),
            ({"a": 1}, "a 1"),
            ([1, 2], "1, 2"),
            (2**60, str(2**60)),
        ],
    )
    def test_a_value_reads_well(self, value: object, told: str) -> None:
        """Values are written for people."""
        assert screen.shown(value) == told

    def test_overrides_are_read(self) -> None:
        """`--set` splits at the first equals sign, and the last word on a setting counts."""
        assert assignments(["a.b=1", "c = x=y", "a.b=2"]) == {"a.b": "2", "c": " x=y"}
        with pytest.raises(SettingError, match="PATH=VALUE"):
            assignments(["a.b"])

    def test_names_are_completed(self) -> None:
        """A shell can complete scenarios, tables, settings, sources, kinds and formats."""
        assert complete_scenarios("e") == ["everyday"]
        assert complete_names("log.pl") == ["log.plays"]
        assert complete_names("cat") == ["cat_on_remote", *(one for one in complete_names("cata"))]
        assert complete_names("sittings.tog") == ["sittings.together"]
        assert complete_names("X0") == [
            name for name in complete_names("X") if name.startswith("X0")
        ]
        told = run(
            _TYPER_COMPLETE="complete_bash",
            _SYNTHVIEW_COMPLETE="complete_bash",
            COMP_WORDS="synthview show every",
            COMP_CWORD="2",
        )
        assert "everyday" in told.stdout
