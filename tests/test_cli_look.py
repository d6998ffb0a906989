"""The command line's list and show, and how every command ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path

import duckdb
import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

import synthview.cli
from synthview.cli import app, look, main, screen
from synthview.cli.options import assignments, complete_names, complete_scenarios
from synthview.errors import InputError, NotOurs, SettingError, SynthviewError, UnknownName
from synthview.registry import installed
from synthview.scenario import load
from synthview.schemas import TABLE_FORMATS, TYPE_WORDS
from synthview.tables import TABLES

HEAVY = ("numpy", "polars", "pydantic", "pyarrow", "duckdb")


def _run(*words: str, expect: int = 0, **environment: str) -> subprocess.CompletedProcess[str]:
    told = subprocess.run(
        [sys.executable, "-m", "synthview", *words],
        env={**os.environ, **environment}, capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert told.returncode == expect, told.stderr
    assert "Traceback" not in told.stderr
    return told


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
    def test_a_list_may_be_empty(self, kind: str) -> None:
        """Actors and faults come from the registry, and where there are none the list says so."""
        known = getattr(installed(), kind)
        told = _told("list", kind)
        assert all(name in told for name in known)
        assert known or told == f"No {kind} yet.\n"

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
        """Each setting has its value, unit, range, source and sentence, and a star where it differs from the default."""
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
        path.write_text(_told("show", "tiny", "--set", "run.days=5", "--as", "toml"), encoding="utf-8")
        assert load(path, installed()) == load("tiny", installed(), {"run.days": 5})
        assert tomllib.loads(path.read_text(encoding="utf-8"))["run"]["days"] == 5
        assert "tiny: " in _told("show", str(path))

    def test_a_scenario_is_shown_as_json_and_markdown(self) -> None:
        """`--as json` is what the manifest keeps; `--as markdown` has a line for each setting."""
        assert json.loads(_told("show", "year", "--as", "json")) == load("year", installed()).as_dict()
        assert "| * run.days | 365 | days |" in _told("show", "year", "--as", "markdown")

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
        told = _run("show", "tiny", "--set", "sittings.together=0.95", "--as", "json")
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
        assert "US 0.483, GB" in _told("show", "world.country_shares")

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
            (["plays", "--set", "run.days=3"], "'plays' is none"),
        ],
    )
    def test_what_cannot_be_shown(self, words: list[str], complaint: str) -> None:
        """A name, format or override that makes no sense is told with what would."""
        assert complaint in _refused("show", *words)

    @settings(max_examples=50)
    @given(st.text(max_size=12), st.sampled_from(look.SHOW_FORMATS))
    def test_any_name(self, name: str, as_: str) -> None:
        """Whatever is typed for a name, the answer is a page or an `InputError`."""
        try:
            CliRunner().invoke(app, ["show", "--as", as_, "--", name], catch_exceptions=False)
        except InputError as refused:
            assert str(refused)


class TestSchemas:
    """Tables described for other programs."""

    @pytest.mark.parametrize("table", TABLES, ids=lambda table: table.path)
    def test_sql_is_taken_by_a_database(self, table: object) -> None:
        """DuckDB builds the table as printed, with every column, its emptiness and its comment."""
        with duckdb.connect() as database:
            database.execute(TABLE_FORMATS["sql"](table))  # type: ignore[arg-type]
            built = database.execute(
                "SELECT column_name, is_nullable, comment FROM duckdb_columns() WHERE NOT internal"
            ).fetchall()
        assert [(name, empty) for name, empty, _ in built] == [(one.name, one.nullable) for one in table.columns]  # type: ignore[attr-defined]
        assert all(comment for *_, comment in built)

    @pytest.mark.parametrize("table", TABLES, ids=lambda table: table.path)
    def test_json_schema_is_one(self, table: object) -> None:
        """The schema of a row is valid and requires what is never empty; ids are text with their prefix."""
        schema = json.loads(TABLE_FORMATS["json-schema"](table))  # type: ignore[arg-type]
        jsonschema.Draft202012Validator.check_schema(schema)
        for one in table.columns:  # type: ignore[attr-defined]
            assert (one.name in schema["required"]) != one.nullable
            if one.kind == "id":
                jsonschema.validate(f"{one.prefix}_12ab", schema["properties"][one.name])
                with pytest.raises(jsonschema.ValidationError):
                    jsonschema.validate(12, schema["properties"][one.name])
            if one.nullable:
                jsonschema.validate(None, schema["properties"][one.name])

    @pytest.mark.parametrize("table", TABLES, ids=lambda table: table.path)
    def test_avro_is_well_formed(self, table: object) -> None:
        """The record names every column; enums have legal symbols and names of their own."""
        record = json.loads(TABLE_FORMATS["avro"](table))  # type: ignore[arg-type]
        assert record["type"] == "record"
        assert [field["name"] for field in record["fields"]] == [one.name for one in table.columns]  # type: ignore[attr-defined]
        enums = [
            kind
            for field in record["fields"]
            for kind in _parts(field["type"])
            if isinstance(kind, dict) and kind["type"] == "enum"
        ]
        assert all(symbol.isidentifier() and symbol.isascii() for enum in enums for symbol in enum["symbols"])
        assert len({enum["name"] for enum in enums}) == len(enums)

    def test_every_kind_of_column_has_a_word(self) -> None:
        """No column has a type that the descriptions do not know."""
        assert {column.kind for table in TABLES for column in table.columns} <= set(TYPE_WORDS)


def _parts(kind: object) -> Iterator[object]:
    yield from kind if isinstance(kind, list) else [kind]


class TestScreen:
    """What reaches the screen, and what reaches a pipe."""

    def test_a_pipe_gets_plain_text(self) -> None:
        """No colour, no box and no cut in a pipe, however narrow the terminal is."""
        told = _run("list", "sources", COLUMNS="40").stdout
        assert "\x1b" not in told
        assert "│" not in told
        assert max(len(line) for line in told.splitlines()) > 200

    def test_a_terminal_gets_a_table(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        """On a terminal long cells wrap inside its width, and brackets in a cell are text."""
        monkeypatch.setenv("COLUMNS", "60")
        monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
        screen.tell(["a", "b"], [["* run.days", "[bold] " + "word " * 30]], title="[run]")
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
        assert complete_names("sittings.tog") == ["sittings.together"]
        assert complete_names("X0") == [name for name in complete_names("X") if name.startswith("X0")]
        told = _run(
            _TYPER_COMPLETE="complete_bash",
            _SYNTHVIEW_COMPLETE="complete_bash",
            COMP_WORDS="synthview show every",
            COMP_CWORD="2",
        )
        assert "everyday" in told.stdout


class TestEnds:
    """How a command ends: one line and an exit code."""

    def test_help_is_instant(self) -> None:
        """Help loads nothing heavy."""
        told = subprocess.run(
            [sys.executable, "-X", "importtime", "-m", "synthview", "--help"],
            capture_output=True,
            text=True,
            check=True,
        )
        loaded = {line.rsplit("|", 1)[-1].strip().split(".")[0] for line in told.stderr.splitlines()}
        assert loaded.isdisjoint(HEAVY)
        assert "show" in told.stdout
        assert "list" in told.stdout

    def test_the_version_is_told(self) -> None:
        """`--version` is one line."""
        assert _run("--version").stdout.startswith("synthview ")

    @pytest.mark.parametrize(
        "words",
        [
            ["show", "evryday"],
            ["list", "x"],
            ["list"],
            ["shw"],
            ["show", "tiny", "--bogus"],
            ["show", "tiny", "--set", "run.days=0"],
        ],
    )
    def test_a_mistake_ends_with_two(self, words: list[str]) -> None:
        """Whatever is wrong with what was typed, the exit code is 2 and stdout stays empty."""
        told = _run(*words, expect=2)
        assert told.stdout == ""
        assert told.stderr

    @pytest.mark.parametrize(
        ("error", "code", "told"),
        [
            (SynthviewError("It broke."), 1, "error: It broke."),
            (UnknownName("table", "x", ["y"]), 2, "error: There is no table 'x'."),
            (NotOurs("Leave it."), 3, "error: Leave it."),
            (OSError(28, "No space left on device", "out"), 3, "error: out: No space left on device"),
            (MemoryError(), 1, "not enough memory"),
            (KeyError("oops"), 70, "This is a bug of synthview, not of yours (KeyError: 'oops')"),
            (KeyboardInterrupt(), 130, "Stopped."),
        ],
    )
    def test_each_error_has_its_code(
        self,
        error: BaseException,
        code: int,
        told: str,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        """Every way a command can fail is one line on stderr and its own exit code."""
        assert _ended(error, monkeypatch) == code
        shown = capsys.readouterr().err
        assert told in shown
        assert "Traceback" not in shown

    def test_a_bug_shows_where_when_asked(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """With SYNTHVIEW_DEBUG=1 a bug of ours shows its traceback."""
        monkeypatch.setenv("SYNTHVIEW_DEBUG", "1")
        assert _ended(ZeroDivisionError("x"), monkeypatch) == 70
        assert "Traceback" in capsys.readouterr().err

    def test_a_reader_that_leaves_is_no_error(self) -> None:
        """`synthview list sources | head -1` ends quietly."""
        command = f"{sys.executable} -m synthview list sources | head -1; echo ${{PIPESTATUS[0]}}"
        told = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True)
        assert told.stdout.splitlines()[1] == "0"
        assert told.stderr == ""

    def test_a_full_disk_is_told(self) -> None:
        """Output that cannot be written is an error of the place, told in one line."""
        command = f"{sys.executable} -m synthview list sources > /dev/full"
        told = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
        assert told.returncode == 3
        assert told.stderr == "error: the output: No space left on device\n"

    def test_stopping_is_polite(self) -> None:
        """Ctrl-C ends with 130 and at most one line."""
        code = "import time, synthview.cli as c; c.look.LISTINGS['tables'] = lambda: (print('on', flush=True), time.sleep(20)); c.main()"
        process = subprocess.Popen(
            [sys.executable, "-c", code, "list", "tables"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        assert process.stdout.readline() == "on\n"
        time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=20)
        assert (process.returncode, told) == (130, "Stopped.\n")

    def test_other_locales_read_the_same(self) -> None:
        """A pipe gets UTF-8 whatever the locale, Turkish included."""
        plain = _run("show", "everyday").stdout
        assert (
            _run("show", "everyday", LANG="tr_TR.UTF-8", LC_ALL="tr_TR.UTF-8", PYTHONIOENCODING="latin-1").stdout
            == plain
        )
        assert _run("show", "everyday", LC_ALL="C", PYTHONUTF8="0", PYTHONHASHSEED="9", TZ="Asia/Tokyo").stdout == plain


def _ended(error: BaseException, monkeypatch: pytest.MonkeyPatch) -> object:
    """Make a command raise `error`, and return the exit code of the command line."""

    def fail(*_: object) -> None:
        raise error

    monkeypatch.setitem(look.LISTINGS, "tables", fail)  # type: ignore[arg-type]
    monkeypatch.setattr(sys, "argv", ["synthview", "list", "tables"])
    monkeypatch.setattr(synthview.cli, "_speak_utf8", lambda: None)
    with pytest.raises(SystemExit) as ended:
        main()
    return ended.value.code
