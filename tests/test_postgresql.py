"""PostgreSQL takes our statements and our files: a server of its own, started for these tests and stopped after them."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import chown, which
from typing import Any

import polars as pl
import pytest
from documented import documented
from formats_data import converted, dataset, frames

import synthview
from synthview import ids_to_text
from synthview.errors import InputError, OutputError
from synthview.formats.making.convert import Asked, convert
from synthview.formats.making.known import real_format
from synthview.sinks.sql_loading import loading
from synthview.tables import BY_PATH

PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
"""Debian keeps them outside the path, a folder for each version."""
INITDB = which("initdb") or (str(PROGRAMS[-1]) if PROGRAMS else None)
IS_NEEDED = bool(os.environ.get("SYNTHVIEW_NEEDS_POSTGRESQL"))
pytestmark = pytest.mark.skipif(
    (INITDB is None or which("psql") is None) and not IS_NEEDED,
    reason="needs PostgreSQL with its client: initdb, pg_ctl and psql",
)
SMALL = {"catalogue.film_count": 150, "catalogue.series_count": 40, "run.warm_up_days": 3}
Psql = Callable[[str], str]


ALL_TITLES = {**SMALL, "run.titles": "all"}


def as_nobody(*words: str, **more: Any) -> subprocess.CompletedProcess[str]:
    """Run a program as somebody without rights, which PostgreSQL insists on."""
    prefix = ["runuser", "-u", "nobody", "--"] if os.getuid() == 0 else []
    return subprocess.run([*prefix, *words], check=True, capture_output=True, text=True, **more)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with the socket of a server whose time zone is not ours."""
    place = Path("/tmp") / f"synthview-postgresql-{os.getpid()}"  # sockets have short names
    place.mkdir(mode=0o700)
    if os.getuid() == 0:
        chown(place, "nobody")
    programs = Path(str(INITDB)).parent
    as_nobody(
        str(programs / "initdb"),
        "-D",
        str(place / "data"),
        "-U",
        "tester",
        "-A",
        "trust",
        "-E",
        "UTF8",
        cwd="/",
    )
    control = (
        str(programs / "pg_ctl"),
        "-D",
        str(place / "data"),
        "-w",
        "-l",
        str(place / "server.log"),
    )
    options = f"-k {place} -c listen_addresses='' -c fsync=off -c timezone=Asia/Tokyo"
    as_nobody(*control, "-o", options, "start", cwd="/")
    try:
        yield place
    finally:
        as_nobody(*control, "-m", "immediate", "stop", cwd="/")
        subprocess.run(["rm", "-r", str(place)], check=True)


@pytest.fixture
def psql(server: Path, request: pytest.FixtureRequest) -> Psql:
    """Run a script in a new database, and return what it prints."""
    name = f"of_{abs(hash(request.node.name))}"

    def script(text: str, database: str = name) -> str:
        words = [
            "psql",
            "-h",
            str(server),
            "-U",
            "tester",
            "-X",
            "-q",
            "-A",
            "-t",
            "-v",
            "ON_ERROR_STOP=1",
            "-d",
            database,
        ]
        done = subprocess.run(words, input=text, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    script(f'CREATE DATABASE "{name}";', "postgres")
    return script


@pytest.mark.slow
@pytest.mark.parametrize(
    ("format_", "ids", "scenario", "compression"),
    [("csv", "text", "nasty", "none"), ("csv", "int", "tiny", "gzip"), ("ndjson", "text", "tiny", "none"),
     ("ndjson", "int", "nasty", "gzip")],
)  # fmt: skip
def test_files_are_loaded(
    psql: Psql, format_: str, ids: str, scenario: str, compression: str, tmp_path: Path
) -> None:
    """Every table is made and filled, no key is broken, nulls stay nulls, and times are UTC though the session is not."""
    words: dict[str, Any] = {"format": format_, "ids": ids, "compression": compression}
    without = ["schema_drift", "truncated_rows"] if scenario == "nasty" else ()
    directory = tmp_path / "it's [a] folder"
    run = synthview.generate(
        scenario,
        directory=directory,
        households=12,
        days=2,
        set=SMALL,
        without=without,
        bom=format_ == "csv",
        **words,
    )
    psql(synthview.ddl(dialect="postgresql", format=format_, ids=ids))
    psql(loading(directory=directory, dialect="postgresql", **words))
    for name in run.tables:
        expected = run.scan(name).collect()
        empty = [one.name for one in BY_PATH[name].columns if one.nullable]
        counts = ", ".join(["count(*)", *(f'count("{column}")' for column in empty)])
        told = [len(expected), *(len(expected) - expected[column].null_count() for column in empty)]
        assert psql(f"SELECT {counts} FROM {name};").strip() == "|".join(map(str, told)), name  # noqa: S608  ours
    plays = run.scan("log.plays").collect().sort("play_id")
    first = plays.row(0, named=True)
    play_id = first["play_id"] if ids == "int" else ids_to_text(first["play_id"], "play_id")
    found = psql(
        "SELECT play_id, to_char(closed_at, 'YYYY-MM-DD HH24:MI:SS.MS'), watched_ms FROM log.plays ORDER BY 1 LIMIT 1;"
    )
    assert (
        found.strip()
        == f"{play_id}|{first['closed_at']:%Y-%m-%d %H:%M:%S.%f}"[:-3] + f"|{first['watched_ms']}"
    )
    texts = psql(
        "SELECT billing_name FROM log.accounts ORDER BY account_id, valid_from;"
    ).splitlines()
    assert (
        texts
        == run.scan("log.accounts")
        .collect()
        .sort("account_id", "valid_from")["billing_name"]
        .to_list()
    )
    phones = psql("SELECT phone FROM log.accounts ORDER BY account_id, valid_from;").splitlines()
    accounts = run.scan("log.accounts").collect().sort("account_id", "valid_from")
    assert phones == accounts["phone"].fill_null("").to_list()


def test_every_session_reads_the_same_times(psql: Psql, tmp_path: Path) -> None:
    """A query that compares with a day counts the same in Tokyo and in New York."""
    words = {"tables": ["log.plays"]}
    run = synthview.generate("tiny", directory=tmp_path / "run", format="csv", set=SMALL, **words)
    psql(synthview.ddl("log.plays", dialect="postgresql"))
    psql(loading("log.plays", directory=tmp_path / "run", dialect="postgresql"))
    count = "SELECT count(*) FROM log.plays WHERE closed_at >= '2017-10-03' AND closed_at < '2017-10-04';"
    day = run.scan("log.plays").collect()["closed_at"].dt.date().cast(str)
    expected = str((day == "2017-10-03").sum())
    assert {
        psql(f"SET TIME ZONE '{zone}'; {count}").strip()
        for zone in ("Asia/Tokyo", "America/New_York")
    } == {expected}


def test_documented_functions_convert_ids(psql: Psql) -> None:
    """The functions of docs/files.md do what the converter does in Python."""
    psql(documented("postgresql"))
    for number in (0, 1, 2**62, 1234567890123456789, 2**63 - 1):
        text = ids_to_text(number, "play_id")
        assert (
            psql(f"SELECT id_to_int('{text}'), id_to_text({number}, 'p');").strip()
            == f"{number}|{text}"
        )


@pytest.mark.slow
def test_loads_are_merged_day_by_day(psql: Psql, tmp_path: Path) -> None:
    """With the statements of docs/next-day.md, PostgreSQL has the whole run, every state with its end, also after a load is run again."""
    from synthview.engines.loads import write_loads
    from synthview.engines.order import Order, order

    words: dict[str, Any] = {"households": 60, "format": "ndjson"}
    first = tmp_path / "first"
    synthview.generate("tiny", days=1, directory=first, workers=1, set=ALL_TITLES, **words)
    for name, start in (("second", "2017-10-03"), ("third", "2017-10-04")):
        wanted = Order(scenario="tiny", start=start, days=1, settings=ALL_TITLES, **words)
        write_loads(order(wanted), tmp_path / name, workers=1)
    page = (Path(__file__).parents[1] / "docs" / "next-day.md").read_text("utf-8")
    once, daily = (
        page.partition(f"```sql\n-- postgresql, {when}\n")[2].partition("```")[0]
        for when in ("once", "every day")
    )
    psql(synthview.ddl(dialect="postgresql", format="ndjson"))
    psql(loading(directory=first, dialect="postgresql", format="ndjson"))
    psql(once)
    for name in ("second", "third", "third"):
        psql(daily.replace("cat second", f"cat {tmp_path}/{name}"))
    whole = synthview.generate("tiny", days=3, households=60, set=ALL_TITLES)
    for name, key in (
        ("accounts", "account_id"), ("profiles", "profile_id"), ("devices", "device_id"), ("titles", "title_id"),
    ):  # fmt: skip
        expected = getattr(whole.log, name)
        ends = len(expected) - expected[key].n_unique()
        found = psql(
            f"SELECT count(*), count(valid_to), count(DISTINCT {key}), max(valid_from) FROM log.{name};"  # noqa: S608  ours
        )
        latest = f"{expected['valid_from'].max():%Y-%m-%d %H:%M:%S}"
        assert found.startswith(f"{len(expected)}|{ends}|{expected[key].n_unique()}|{latest}")
        overlaps = psql(
            f"SELECT count(*) FROM log.{name} AS state JOIN log.{name} AS next USING ({key}) "  # noqa: S608  ours
            "WHERE next.valid_from > state.valid_from AND (state.valid_to IS NULL OR state.valid_to > next.valid_from);"
        )
        assert overlaps.strip() == "0", name
    plays = psql("SELECT count(*), sum(watched_ms) FROM log.plays;").strip()
    assert plays == f"{len(whole.log.plays)}|{whole.log.plays['watched_ms'].sum()}"


@pytest.mark.slow
def test_snowplow_atomic_is_a_script_for_psql(psql: Psql, tmp_path: Path) -> None:
    """Every message is an event, has its two entities, and one row among the tables of events; names survive."""
    source = dataset(tmp_path / "data")
    converted(source, "snowplow-atomic", tmp_path / "atomic.sql")
    psql((tmp_path / "atomic.sql").read_text("utf-8"))
    events = frames()["events"]
    media = "atomic.com_snowplowanalytics_snowplow_media"
    joined = (
        f"SELECT count(*), sum(time_played) FROM atomic.events JOIN {media}_session_1 AS s "  # noqa: S608
        "ON s.root_id = event_id AND s.root_tstamp = collector_tstamp;"
    )
    count, played = psql(joined).strip().split("|")
    assert int(count) == events.height
    assert float(played) == pytest.approx(events["played_ms"].sum() / 1000, rel=1e-9)
    for kind, expected in events["type"].cast(str).value_counts().iter_rows():
        assert int(psql(f"SELECT count(*) FROM {media}_{kind}_event_1;")) == expected  # noqa: S608
    labels = f"SELECT count(DISTINCT label) FROM {media}_player_2;"  # noqa: S608
    titles = frames()["titles"].unique("title_id").join(events, on="title_id", how="semi")
    shown = titles.select(pl.concat_str("series_name", "name", separator=": ", ignore_nulls=True))
    assert int(psql(labels)) == shown.to_series().n_unique()
    codes = f"SELECT count(*) FROM {media}_error_event_1 WHERE error_code IS NULL;"  # noqa: S608
    assert int(psql(codes)) == 0


@pytest.mark.slow
def test_names_and_ids_are_in_the_database_as_they_were(
    psql: Psql, server: Path, tmp_path: Path
) -> None:
    """Quotes, line ends, right-to-left letters and emoji in names, and whole ids, come back from PostgreSQL."""
    address = f"postgresql://tester@/{psql('SELECT current_database();').strip()}?host={server}"
    form = real_format("postgresql").made({})
    convert(dataset(tmp_path / "data"), Asked(form, address=address))
    for table, key in (("titles", "title_id"), ("profiles", "profile_id")):
        told = psql(f"SELECT json_agg(json_build_array({key}::text, name)) FROM log.{table};")  # noqa: S608
        rows = frames()[table].select(pl.col(key).cast(pl.String), "name")
        assert {tuple(one) for one in json.loads(told)} == set(rows.iter_rows())


@pytest.mark.slow
@pytest.mark.parametrize("keys", ["no", "yes"])
def test_convert_fills_a_database(psql: Psql, server: Path, keys: str, tmp_path: Path) -> None:
    """Every table of the log has its rows, times are UTC, and what is there is replaced only if asked, or not at all."""
    run = synthview.generate(
        "tiny",
        directory=tmp_path / "run",
        households=12,
        days=2,
        set=SMALL,
        without=["doubled_events"],
    )
    database = psql("SELECT current_database();").strip()
    address = f"postgresql://tester@/{database}?host={server}"
    form = real_format("postgresql").made({"keys": keys})
    written = convert(run.directory, Asked(form, address=address))
    names = [one for one in run.tables if one.startswith("log.")]
    assert written.rows == sum(run.manifest["tables"][one]["rows"] for one in names)
    for name in names:
        assert int(psql(f"SELECT count(*) FROM {name};")) == run.manifest["tables"][name]["rows"]  # noqa: S608
    plays = run.scan("log.plays").collect()
    told = psql("SELECT sum(watched_ms), min(closed_at), max(start_source) FROM log.plays;").strip()
    first = f"{plays['closed_at'].min():%Y-%m-%d %H:%M:%S.%f}"[:-3].rstrip("0").rstrip(".")
    source = plays["start_source"].cast(str).max()
    assert told == f"{plays['watched_ms'].sum()}|{first}|{source}"
    is_key = "SELECT count(*) FROM pg_constraint WHERE contype = 'p' AND connamespace = 'log'::regnamespace;"
    assert (int(psql(is_key)) > 0) == (keys == "yes")
    with pytest.raises(InputError, match="has a schema log with accounts, clicks"):
        convert(run.directory, Asked(form, address=address))
    psql("DELETE FROM log.plays;")
    convert(run.directory, Asked(form, address=address, overwrite=True))
    assert int(psql("SELECT count(*) FROM log.plays;")) == plays.height
    with pytest.raises(OutputError, match="PostgreSQL says"):
        convert(run.directory, Asked(form, address=f"postgresql://tester@/nowhere?host={server}"))
