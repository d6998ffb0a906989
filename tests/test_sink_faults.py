"""Faults at the sink: which rows of text files they damage, that a lineage repairs them, and that nothing else changes."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import fake_pipeline
import numpy as np
import polars as pl
import pytest
from commands import run as command
from fake_runs import plan_of, tree
from hypothesis import given
from hypothesis import strategies as st
from xxhash import xxh3_128_hexdigest

from synthview.checks import invariants
from synthview.dataset import generate, read
from synthview.engines import order
from synthview.engines.damaging import sink_faults
from synthview.engines.local import run as make
from synthview.errors import InputError, OutputError, SettingError, UnknownName
from synthview.faults.schema_drift import SchemaDrift
from synthview.faults.truncated_rows import TruncatedRows
from synthview.pools import app_versions
from synthview.registry import gather, installed
from synthview.rows import Ints
from synthview.scenario import load
from synthview.scenario.files import built_in
from synthview.scenario.settings import number, section
from synthview.sinks.formats import FORMATS
from synthview.sinks.lineage import SUFFIX, repaired_text, text_of
from synthview.sinks.lines import Fields, Lines
from synthview.sinks.sheets import WHOLE_LINE, BrokenLines, Sheet, SinkFault, spoil
from synthview.tables import BY_PATH, TABLES, table

OF_APPS = ("log.events", "log.searches", "log.clicks")
SOME = [
    "log.events",
    "log.plays",
    "log.searches",
    "log.clicks",
    "log.accounts",
    "log.devices",
    "truth.plays",
]
FILES = [("csv", "none"), ("csv", "zstd"), ("ndjson", "none"), ("ndjson", "gzip")]
SMALL = {
    "catalogue.film_count": 200,
    "catalogue.series_count": 60,
    "run.warm_up_days": 7,
    "people.sign_up_days": 0,
}
HIGH = {**SMALL, "faults.schema_drift.rate": 0.3, "faults.truncated_rows.rate": 0.05}
OFF = ["schema_drift", "truncated_rows"]
WORDS: dict[str, Any] = {"households": 20, "days": 2, "workers": 1, "tables": SOME}
ONE_FILE: dict[str, Any] = {**WORDS, "partition": "none"}
"""A file for each table, whose lineage is told by its name alone."""


def _lineage(path: Path) -> list[dict[str, Any]]:
    return [
        json.loads(line)
        for line in (path.parent / (path.name + SUFFIX)).read_text("utf-8").split("\n")
        if line
    ]


def _damaged(directory: Path) -> list[Path]:
    return [Path(str(one).removesuffix(SUFFIX)) for one in sorted(directory.rglob(f"*{SUFFIX}"))]


@pytest.fixture(scope="module", params=FILES, ids="-".join)
def both(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Path]:
    """A nasty run, and the same without faults at the sink, in one format and compression."""
    form, compression = request.param
    place = tmp_path_factory.mktemp("both")
    words = {**ONE_FILE, "format": form, "compression": compression}
    generate("nasty", directory=place / "damaged", set=HIGH, **words)
    generate("nasty", directory=place / "clean", without=OFF, set=SMALL, **words)
    return place / "damaged", place / "clean"


# --- The lineage ------------------------------------------------------------------------------------------------------


def test_the_lineage_repairs_the_file(both: tuple[Path, Path]) -> None:
    """Every damaged file becomes, byte for byte, what it is without these faults, and the manifest knows its digest."""
    damaged, clean = both
    paths = _damaged(damaged)
    assert {"events", "plays"} <= {one.parent.name for one in paths}
    told = {
        one["path"]: one["damage"]
        for one in json.loads((damaged / "manifest.json").read_text())["parts"]
        if "damage" in one
    }
    for path in paths:
        inner = path.relative_to(damaged)
        repaired = repaired_text(path, path.with_name(path.name + SUFFIX))
        whole = text_of(clean / inner)
        assert repaired == whole
        assert told.pop(inner.as_posix())["whole"] == xxh3_128_hexdigest(whole)
        assert repaired != text_of(path)
    assert told == {}


def test_nothing_but_the_damaged_files_differs(both: tuple[Path, Path]) -> None:
    """All other files of the run are byte-equal, the truth among them, and the digests of all rows are the same."""
    damaged, clean = both
    touched = {str(one.relative_to(damaged)) for one in _damaged(damaged)}
    others = {"manifest.json", *touched, *(one + SUFFIX for one in touched)}
    one, other = (
        {name: content for name, content in tree(place).items() if name not in others}
        for place in (damaged, clean)
    )
    assert one == other
    tables = [
        json.loads((place / "manifest.json").read_text())["tables"] for place in (damaged, clean)
    ]
    assert {name: each["content"] for name, each in tables[0].items()} == {
        name: each["content"] for name, each in tables[1].items()
    }


def test_the_lineage_says_which_line(both: tuple[Path, Path]) -> None:
    """Row, line and byte lead to what the row was and to what stands there now."""
    for path in _damaged(both[0]):
        text = text_of(path)
        whole = repaired_text(path, path.with_name(path.name + SUFFIX))
        header = 1 if ".csv" in path.name else 0
        lines, rows = text.split(b"\n"), whole.split(b"\n")[header:]
        for entry in _lineage(path):
            now = entry["now"].encode()
            assert rows[entry["row"] - 1] + b"\n" == entry["was"].encode()
            assert now.rstrip(b"\n") in lines[entry["line"] - 1]
            assert text[entry["at"] :].startswith(now)
            assert entry["now"] != entry["was"]


def test_lines_that_are_no_json_are_told(tmp_path: Path) -> None:
    """Exactly the lines in which a row breaks off fail to parse."""
    generate("nasty", directory=tmp_path, set=HIGH, format="ndjson", **WORDS)
    for path in _damaged(tmp_path):
        broken = {entry["line"] for entry in _lineage(path) if "truncated_rows" in entry["faults"]}
        failing = set()
        for place, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            try:
                json.loads(line)
            except ValueError:
                failing.add(place)
        assert failing == broken


# --- Which rows -------------------------------------------------------------------------------------------------------


def _sheet(seed: int, apps: list[str], form: str = "ndjson", path: str = "log.events") -> Sheet:
    """A row of a table for each app."""
    rows = fake_pipeline._rows(BY_PATH[path], seed, np.arange(len(apps)), 17_500)
    (text,) = FORMATS[form].encode(BY_PATH[path], rows, "none")
    return Sheet(
        seed,
        BY_PATH[path],
        rows,
        Lines.of(form, bytes(text), has_head=form == "csv"),
        pl.Series(apps),
    )


APPS = [
    f"{kind} {version}"
    for kind, versions in sorted(app_versions.items())
    for version in versions[:: len(versions) // 16]
][:82]
"""Some of the versions of each kind."""


@pytest.mark.statistics
def test_app_versions_drift_at_their_rate() -> None:
    """Of 8,200 versions 15 % drift within five standard deviations, 13 to 17 %: a rate wrong by a fifth would show."""
    fault, seeds = SchemaDrift(rate=0.15), range(100)
    count = sum(len(fault.retell(_sheet(seed, APPS))) for seed in seeds)
    tried = len(APPS) * len(seeds)
    assert abs(count - 0.15 * tried) < 5 * (tried * 0.15 * 0.85) ** 0.5


@pytest.mark.statistics
def test_lines_break_at_their_rate() -> None:
    """Of 20,000 rows 3 % break, and 30 % of those lose their end, within five standard deviations: a fifth more would show."""
    fault = TruncatedRows(rate=0.03, goes_on=0.3)
    found = fault.cut(_sheet(5, ["tv 5.1.0"] * 20_000))
    assert found is not None
    assert abs(len(found) - 600) < 5 * (600 * 0.97) ** 0.5
    assert (
        abs(np.count_nonzero(~found.is_ended) - 0.3 * len(found)) < 5 * (len(found) * 0.21) ** 0.5
    )
    halves = np.count_nonzero(found.after < WHOLE_LINE // 2)
    assert abs(halves - len(found) / 2) < 5 * (len(found) / 4) ** 0.5


def test_a_higher_rate_only_adds() -> None:
    """What is damaged at one rate is damaged in the same way at twice the rate, and about as much comes to it."""
    sheet = _sheet(3, APPS * 40)
    for fault in (SchemaDrift, TruncatedRows):
        once, twice = (
            {one.row: one for one in spoil({"a": fault(rate=rate)}, sheet)} for rate in (0.1, 0.2)
        )
        assert once.items() <= twice.items()
        assert 1.4 < len(twice) / len(once) < 2.8


def test_all_rows_of_an_app_drift_alike(tmp_path: Path) -> None:
    """A version that drifts does the same to each of its events, and the others do nothing: lineage and devices agree."""
    drift = {**SMALL, "faults.schema_drift.rate": 0.3}
    run = generate(
        "nasty",
        directory=tmp_path,
        set=drift,
        without=["truncated_rows"],
        format="ndjson",
        **ONE_FILE,
    )
    version = pl.concat_str("device_type", "app_version", separator=" ")
    devices = run.scan("log.devices").sort("valid_from")
    events = run.scan("log.events", repaired=True).with_row_index().sort("received_time")
    apps = (  # that which the device had when the row was received
        events.join_asof(
            devices.select("device_id", "valid_from", app=version),
            left_on="received_time",
            right_on="valid_from",
            by="device_id",
        )
        .sort("index")
        .collect()["app"]
    )
    assert apps.null_count() == 0
    hows: dict[str, set[Any]] = {}
    for entry in _lineage(tmp_path / "log/events/000000.ndjson"):
        was, now = json.loads(entry["was"]), json.loads(entry["now"])
        how = (
            tuple(was.keys() - now.keys()),
            tuple(now.keys() - was.keys()),
            tuple(type(one) for one in now.values()),
        )
        hows.setdefault(apps[entry["row"] - 1], set()).add(how[:2])
    rows = Counter(apps.to_list())
    told = Counter(
        apps[entry["row"] - 1] for entry in _lineage(tmp_path / "log/events/000000.ndjson")
    )
    assert 2 <= len(told) < len(rows)
    assert {app: rows[app] for app in told} == dict(told)
    assert {len(one) for one in hows.values()} == {1}


@pytest.mark.parametrize(
    ("form", "how"),
    [(form, how) for form in ("csv", "ndjson") for how in ("renamed", "omitted", "retyped")],
)
def test_what_a_drift_looks_like(form: str, how: str) -> None:
    """A renamed field goes by a new name, one left out is gone, one of another type stays in place; keys and ids stay."""
    fault, seen = (
        SchemaDrift(
            rate=1, how={how: 1.0, **dict.fromkeys({"renamed", "omitted", "retyped"} - {how}, 0.0)}
        ),
        set(),
    )
    for path in OF_APPS:
        sheet = _sheet(2, APPS, form, path)
        kept = [*table(path).key, "account_id", "device_id"]
        for row, fields in fault.retell(sheet).items():
            was = sheet.lines.fields(row, sheet.rows.columns)
            moved = {("csv", "renamed"): 1, ("csv", "omitted"): -1, ("ndjson", "omitted"): -1}.get(
                (form, how), 0
            )
            assert len(fields) - len(was) == moved
            assert [one for one in fields if one[0] in kept] == [
                one for one in was if one[0] in kept
            ]
            changed = [
                (one, other) for one, other in zip(was, fields, strict=False) if one != other
            ]
            assert len(changed) <= 1 or how == "omitted"
            seen |= {name for name, _ in set(fields) ^ set(was)}
    assert len(seen) >= 8


def test_a_row_is_damaged_as_it_always_was() -> None:
    """Known rows have known damage."""
    faults = {"schema_drift": SchemaDrift(rate=0.3), "truncated_rows": TruncatedRows(rate=0.2)}
    found = [
        spoil(faults, _sheet(7, [f"tv 6.{n}.0" for n in range(20)], form))
        for form in ("ndjson", "csv")
    ]
    told = json.dumps([[(one.row, one.now, one.faults) for one in changes] for changes in found])
    assert xxh3_128_hexdigest(told.encode()) == KNOWN_DAMAGE


KNOWN_DAMAGE = "a223ce9833c75cb8ffce52a7cadf44c0"


@given(st.integers(0, 2**40), st.integers(1, 80))
def test_a_row_does_not_depend_on_its_neighbours(seed: int, count: int) -> None:
    """The first rows of a sheet are damaged as they are in a longer one."""
    faults = {"schema_drift": SchemaDrift(rate=0.3), "truncated_rows": TruncatedRows(rate=0.3)}
    fewer, more = (spoil(faults, _sheet(seed, APPS[:size])) for size in (count, len(APPS)))
    assert fewer == [one for one in more if one.row < count]


@pytest.mark.parametrize("form", ["csv", "ndjson"])
def test_fields_are_those_of_the_line(form: str) -> None:
    """Whatever stands in a row, quotes, commas and ends of line included, taken apart and joined it is the same."""
    for one in TABLES:
        sheet = _sheet(1, ["tv 5.1.0"] * 200, form, one.path)
        lines = sheet.lines
        assert len(lines) == 200
        assert [lines.joined(lines.fields(row, sheet.rows.columns)) for row in range(200)] == [
            lines.line(row) for row in range(200)
        ]
        assert (
            lines.head + "".join(f"{lines.line(row)}\n" for row in range(200)).encode()
            == lines.text
        )


# --- Contract ---------------------------------------------------------------------------------------------------------


class _Torn(SinkFault):
    """A fault of another package: every other line breaks in its middle, and every row is told without its first field."""

    rate = 1.0

    def retell(self, sheet: Sheet) -> Mapping[int, Fields]:
        return {
            row: sheet.lines.fields(row, sheet.rows.columns)[1:] for row in range(len(sheet.rows))
        }

    def cut(self, sheet: Sheet) -> BrokenLines:
        row: Ints = np.arange(0, len(sheet.rows), 2)
        return BrokenLines(row, np.full(len(row), WHOLE_LINE // 2), np.ones(len(row), dtype=bool))


@section
class TornPages(_Torn):
    """Pages of a log are torn in two, as another package has it."""

    rate: float = number(
        1, unit="share", allowed=(0, 1), low=0, high=1, source="guess", about="How many."
    )


def test_faults_combine_alike_in_any_order() -> None:
    """A row is told as the first fault by name tells it, and breaks where the first break is."""
    faults: dict[str, SinkFault] = {
        "truncated_rows": TruncatedRows(rate=0.4),
        "torn_pages": TornPages(),
        "schema_drift": SchemaDrift(rate=0.4),
    }
    sheet = _sheet(4, APPS)
    found = spoil(faults, sheet)
    assert found == spoil(dict(reversed(faults.items())), sheet)
    assert {name for one in found for name in one.faults} == set(faults)
    assert len(found) == len(APPS)


def test_another_package_may_bring_one() -> None:
    """A fault at the sink registers as any other, and is off unless it is named."""
    known = gather([], [EntryPoint("torn_pages", f"{__name__}:TornPages", "synthview.faults")])
    assert "torn_pages" in known.named_only
    assert sink_faults(load("tiny", known)) == {}
    assert list(sink_faults(load("tiny", known, {"faults.torn_pages.rate": 0.5}))) == ["torn_pages"]


@pytest.mark.parametrize("name", [one for one in built_in() if one != "nasty"])
def test_no_other_scenario_damages_files(name: str) -> None:
    """Only nasty writes files that a reader cannot read."""
    assert sink_faults(load(name, installed())) == {}
    assert list(sink_faults(load("nasty", installed()))) == OFF


def test_only_the_log_as_it_comes_is_damaged(tmp_path: Path) -> None:
    """At a rate of 1 every row of it is damaged, none of the truth, and none of what is written whole."""
    everything = {**SMALL, "faults.schema_drift.rate": 1, "faults.truncated_rows.rate": 1}
    run = generate("tiny", days=3, workers=1, directory=tmp_path, set=everything, format="csv")
    damaged = {
        one["table"]: (one["damage"]["rows"], one["rows"])
        for one in run.manifest["parts"]
        if "damage" in one
    }
    assert set(damaged) == {
        one for one in run.tables if BY_PATH[one].folder == "log" and BY_PATH[one].dated
    }
    assert all(rows == of for rows, of in damaged.values())


# --- Engine -----------------------------------------------------------------------------------------------------------

FAKE = {
    "scenario": "nasty",
    "households": 1_300,
    "tables": "log.accounts,log.searches,truth.plays",
    "settings": HIGH,
}


@pytest.fixture
def _fake(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every plan is of the fake pipeline."""
    monkeypatch.setattr(order, "PIPELINE", "fake_pipeline")


@pytest.mark.slow
@pytest.mark.usefixtures("_fake")
@pytest.mark.parametrize(("form", "compression"), [("csv", "gzip"), ("ndjson", "none")])
def test_workers_and_repairs_never_show(form: str, compression: str, tmp_path: Path) -> None:
    """One worker and two write the same bytes, and so does a run of which files were lost; texts have ends of line in them."""
    plan = plan_of(**FAKE, format=form, compression=compression)
    make(plan, tmp_path / "one", workers=1)
    make(plan, tmp_path / "two", workers=2)
    whole = tree(tmp_path / "one")
    assert tree(tmp_path / "two") == whole
    lost = _damaged(tmp_path / "two")
    assert len(lost) == 4
    lost[0].unlink()
    (lost[-1].parent / (lost[-1].name + SUFFIX)).unlink()
    make(plan, tmp_path / "two", workers=1)
    assert tree(tmp_path / "two") == whole
    assert all(repaired_text(one, one.with_name(one.name + SUFFIX)) for one in lost)


@pytest.mark.usefixtures("_fake")
def test_another_run_in_its_place_leaves_no_lineage(tmp_path: Path) -> None:
    """With --overwrite everything of the damaged run goes."""
    make(plan_of(**FAKE, format="csv"), tmp_path / "run", workers=1)
    make(
        plan_of(**{**FAKE, "settings": {}}, without=OFF, format="parquet"),
        tmp_path / "run",
        workers=1,
        overwrite=True,
    )
    assert {Path(one).suffix for one in tree(tmp_path / "run")} == {".parquet", ".json"}


def test_parts_never_show(both: tuple[Path, Path], tmp_path: Path) -> None:
    """Cut into a file for each day, the same rows read the same."""
    damaged = both[0]
    settings = json.loads((damaged / "manifest.json").read_text())["settings"]
    words = {**WORDS, "format": settings["format"], "compression": settings["compression"]}
    generate("nasty", directory=tmp_path, set=HIGH, **words)
    for path in _damaged(damaged):
        days = [one for one in _damaged(tmp_path) if one.parent.parent.name == path.parent.name]
        told = [[(entry["was"], entry["now"]) for entry in _lineage(one)] for one in (path, *days)]
        assert len(days) == 2 or path.parent.name == "searches"  # of which a day may have none
        assert told[0] == [entry for day in told[1:] for entry in day]


def test_a_rate_of_zero_changes_no_byte(tmp_path: Path) -> None:
    """With both rates at zero the files are those of a scenario without the faults."""
    zero = {**SMALL, "faults.schema_drift.rate": 0, "faults.truncated_rows.rate": 0}
    words = {**WORDS, "format": "ndjson", "tables": ["log.events"]}
    one = generate("nasty", directory=tmp_path / "zero", set=zero, **words)
    other = generate("nasty", directory=tmp_path / "off", without=OFF, set=SMALL, **words)
    assert one.manifest["parts"] == other.manifest["parts"]
    assert "damage" not in one.manifest
    assert tree(tmp_path / "zero").keys() == tree(tmp_path / "off").keys()


@pytest.mark.parametrize("form", ["parquet", "arrow", "duckdb"])
def test_other_formats_are_written_whole(form: str, tmp_path: Path) -> None:
    """Nasty works in formats that are no text: same rows, and the manifest says that nothing is damaged."""
    words = {**WORDS, "tables": ["log.plays", "log.searches"], "format": form}
    one, other = (
        generate("nasty", directory=tmp_path / name, without=off, set=SMALL, **words)
        for name, off in (("on", []), ("off", OFF))
    )
    assert one.manifest["parts"] == other.manifest["parts"]
    assert (
        one.manifest["damage"]
        == f"None: schema_drift, truncated_rows damage csv and ndjson alone, and this is {form}."
    )
    assert "damage" not in other.manifest
    assert _damaged(tmp_path) == []


# --- Readers ----------------------------------------------------------------------------------------------------------


def test_a_damaged_table_is_read_when_repaired(both: tuple[Path, Path]) -> None:
    """A scan of it says what is wrong and what to do; repaired, and whole tables as ever, it gives the rows."""
    damaged, clean = (read(one) for one in both)
    for name in SOME:
        assert (
            damaged.scan(name, repaired=True)
            .collect()
            .equals(clean.scan(name).collect(), null_equal=True)
        )
        if any(one["table"] == name and "damage" in one for one in damaged.manifest["parts"]):
            with pytest.raises(
                InputError,
                match=rf"rows of {name} in .* damaged on purpose.*scan\('{name}', repaired=True\)",
            ):
                damaged.scan(name)
        else:
            assert damaged.scan(name).collect().equals(clean.scan(name).collect(), null_equal=True)


@pytest.mark.slow
def test_check_repairs_and_finds_what_cannot_be(tmp_path: Path) -> None:
    """All invariants hold of a damaged run; a lineage that makes something else, or does not fit, or is gone, is told."""
    run = generate("nasty", directory=tmp_path, set=HIGH, format="csv", **ONE_FILE)
    assert [one for one in invariants.check(run) if not one.holds] == []
    lineage = tmp_path / f"log/plays/000000.csv{SUFFIX}"
    whole = lineage.read_bytes()
    lineage.write_bytes(re.sub(rb'("was": "p_.{5}).', rb"\g<1>0", whole, count=1))
    broken = {one.name for one in invariants.check(run) if not one.holds}
    assert broken == {"manifest", "damage", "witness"}  # the play that it names is nobody's
    lineage.write_bytes(re.sub(rb'("now": "p_.{5}).', rb"\g<1>!", whole, count=1))
    with pytest.raises(OutputError, match=r"Line \d+ of .*000000\.csv is not what .* says"):
        list(invariants.check(run))
    lineage.unlink()
    assert "cannot be read" in command("check", str(tmp_path), expect=3).stderr


@pytest.mark.slow
def test_the_command_line_says_what_it_did(tmp_path: Path) -> None:
    """A run says how many rows it damaged, or that its format has none; lines on the screen are those of the file."""
    words = ["generate", "nasty", "--households", "10", "--days", "1", "--tables", "log.events"]
    words += [word for path, value in SMALL.items() for word in ("--set", f"{path}={value}")]
    words += ["--set", "faults.truncated_rows.rate=0.05"]
    told = command(*words, "--format", "ndjson", "-o", str(tmp_path / "out"))
    assert re.search(
        r"Damage: On purpose, \d+ rows in 1 files?, by schema_drift, truncated_rows\.", told.stdout
    )
    assert "Damage: None" in command(*words, "-o", str(tmp_path / "parquet")).stdout
    printed = command(*words, "-o", "-")
    assert "What they were is kept only beside files" in printed.stderr
    assert printed.stdout == (tmp_path / "out/log/events/day=2017-10-02/000000.ndjson").read_text(
        "utf-8"
    )


def test_the_documented_repair_repairs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The lines of docs/damaged-files.md turn a damaged run into a whole one."""
    page = (Path(__file__).parents[1] / "docs/damaged-files.md").read_text("utf-8")
    program = re.findall(r"<!-- runs in the tests -->\n```python\n(.*?)```", page, re.DOTALL)[0]
    words = {**WORDS, "tables": ["log.plays", "log.events"], "format": "ndjson"}
    generate("nasty", directory=tmp_path / "tiny", set=HIGH, **words)
    generate("nasty", directory=tmp_path / "clean", without=OFF, set=SMALL, **words)
    monkeypatch.chdir(tmp_path)
    exec(compile(program, "damaged-files.md", "exec"), {})  # noqa: S102  our own page
    clean = {
        name: content
        for name, content in tree(tmp_path / "clean").items()
        if name.endswith("ndjson")
    }
    assert clean == {
        name: content
        for name, content in tree(tmp_path / "tiny").items()
        if name.endswith("ndjson")
    }


# --- Refused ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "value", "kind", "words"),
    [
        ("schema_drift.rate", 1.1, SettingError, "allowed is 0 to 1 share of app versions"),
        ("schema_drift.how.renamed", 1.2, SettingError, "a share must be between 0 and 1"),
        ("schema_drift.how.lost", 0.5, UnknownName, "lost"),
        ("truncated_rows.rate", -0.1, SettingError, "allowed is 0 to 1 share of rows"),
        ("truncated_rows.goes_on", "often", SettingError, "must be a number"),
        ("truncated_rows.goes", 0.1, UnknownName, "Did you mean 'goes_on'"),
    ],
)
def test_settings_that_cannot_be_are_refused(
    path: str, value: Any, kind: type[Exception], words: str
) -> None:
    """As those of any fault."""
    with pytest.raises(kind, match=words):
        load("nasty", installed(), {f"faults.{path}": value})


@pytest.mark.slow
def test_they_have_no_household_and_no_paired_world() -> None:
    """No cast can name them, and compare, which writes no file, says so."""
    told = command("generate", "tiny", "--cast", "truncated_rows=1", "--dry-run", expect=2)
    assert "Set faults.truncated_rows.rate instead" in told.stderr
    told = command("compare", "nasty", "--without", "schema_drift", "--households", "3", expect=2)
    assert "compare writes none" in told.stderr


@pytest.mark.slow
def test_they_are_shown_as_the_others() -> None:
    """They are listed, and their settings have units, ranges and sources."""
    listed = command("list", "faults").stdout
    assert all(name in listed for name in OFF)
    assert "share of app versions" in command("show", "schema_drift").stdout
    assert "share of rows" in command("show", "truncated_rows").stdout
