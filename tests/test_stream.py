"""A stream: messages of all households in the order of their receipt, each when it is due, none lost."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from fractions import Fraction
from pathlib import Path

import fastavro
import numpy as np
import polars as pl
import pytest
from commands import started
from polars.testing import assert_frame_equal

import synthview
from synthview.engines.order import Order
from synthview.errors import InputError, OtherRun, OutputError
from synthview.live.encoders import encoder_for
from synthview.live.flow import StreamOrder, stream
from synthview.live.outlets import destination_of
from synthview.live.pace import Pace, WallClock, rate_of, speed_of
from synthview.live.rounds import days_of_runs, rounds_of
from synthview.live.runs import in_order, in_turn, write_run
from synthview.live.stretches import Supply
from synthview.registry import installed
from synthview.scenario import load
from synthview.sinks.formats import FORMATS
from synthview.tables import table
from synthview.world.clock import DAY_MS

DAYS = 3
FAULTS = {"faults.late_arrivals.rate": 1.0, "faults.doubled_events.rate": 1.0}


@pytest.fixture(scope="module")
def log() -> pl.DataFrame:
    """The messages of tiny, as ``generate`` has them, in order of receipt."""
    return in_turn(synthview.generate("tiny", days=DAYS, tables="log.events").log.events)


@pytest.fixture(scope="module")
def whole() -> bytes:
    """The lines of a stream of tiny that nothing disturbs."""
    return sent()


def sent(**words: object) -> bytes:
    """What a stream of tiny sends to the standard output."""
    output = io.BytesIO()
    stream(asked(**words), output, lambda _: None)
    return output.getvalue()


def asked(output: str = "-", **words: object) -> StreamOrder:
    """An order for three days of tiny, or of what `order` says."""
    wanted = {"order": Order(scenario="tiny"), "days": DAYS, **words}
    return StreamOrder(place=destination_of(output), **wanted)  # type: ignore[arg-type]


def as_rows(data: bytes) -> pl.DataFrame:
    """Lines of JSON as the rows of log.events."""
    return FORMATS["ndjson"].scan(table("log.events"), [data]).collect()


# --- What comes, and in which order -----------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_stream_has_the_rows_of_a_run_in_order_of_receipt(
    log: pl.DataFrame, whole: bytes
) -> None:
    """Message for message, a stream is log.events of the same days, sorted by the time of receipt."""
    rows = as_rows(whole)
    assert rows["received_time"].is_sorted()
    assert_frame_equal(rows, log)


def test_messages_come_as_faults_let_them_arrive(log: pl.DataFrame) -> None:
    """Late messages come after younger ones, and copies come again: the stream keeps both."""
    made, received = log["client_time"], log["received_time"]
    assert ((received - made).dt.total_minutes() > 10).any()
    assert not made.is_sorted()
    assert log.select("play_id", "event_id").is_duplicated().any()


@pytest.mark.slow
@pytest.mark.parametrize(("workers", "households"), [(0, 9), (2, 11)])
def test_blocks_and_processes_do_not_show(
    workers: int, households: int, log: pl.DataFrame, tmp_path: Path
) -> None:
    """However households are cut into blocks, days into rounds and work among processes, messages are the same."""
    scenario = load("tiny", installed(), {"run.days": DAYS})
    first = int(log["received_time"].dt.date()[0].toordinal()) - 719_163
    supply = Supply(scenario, tmp_path, first, 5, with_devices=False, block_households=households)
    rounds = rounds_of(range(first, first + DAYS), rows_a_day=1e6)
    found, heard = [], list[float]()
    for runs in days_of_runs(supply, rounds, workers, heard.append):
        assert len(runs) == -(-20 // households)
        found += list(in_order(runs, first * DAY_MS, (first + DAYS) * DAY_MS))
    assert_frame_equal(pl.concat(found), log)
    assert heard.count(1) == len(rounds), "each round is said to be there"
    assert set(heard) <= {place / len(runs) for place in range(len(runs) + 1)}
    assert not list(tmp_path.glob("run-*")), "files of days that were delivered are gone"


def test_the_function_yields_the_same_messages(
    log: pl.DataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Frames of the function are the stream, in bounded portions; leaving it early leaves no file behind."""
    monkeypatch.setattr("synthview.live.incoming.ROWS_AT_ONCE", 5_000)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    found = list(synthview.stream("tiny", days=DAYS))
    assert max(map(len, found)) <= 5_000
    assert_frame_equal(pl.concat(found), log)
    early = synthview.stream("tiny", until="2017-10-02T12:00")
    first = next(early)
    assert first.equals(log.head(len(first)))
    assert list(tmp_path.iterdir())
    early.close()  # type: ignore[attr-defined]
    assert not list(tmp_path.iterdir())
    with pytest.raises(InputError, match="days and until exclude each other"):
        synthview.stream("tiny", days=1, until="2017-10-03")
    with pytest.raises(InputError, match="until is 'noon'"):
        synthview.stream("tiny", until="noon")
    for words in ({"days": 0}, {"until": "2017-10-02"}):
        with pytest.raises(InputError, match=r"days is 0|until is not after the beginning"):
            synthview.stream("tiny", **words)


def test_a_slice_with_very_many_messages_is_cut_further(
    log: pl.DataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A slice that is too large for memory comes in pieces, in the same order."""
    monkeypatch.setattr("synthview.live.runs.MOST_ROWS", 500)
    day = int(log["received_time"].to_physical()[0]) // DAY_MS
    rows = log.filter(pl.col("received_time").to_physical() // DAY_MS == day)
    halves = [rows[::2], rows[1::2]]
    runs = [write_run(tmp_path / str(n), day, half, 2) for n, half in enumerate(halves)]
    found = list(in_order(runs, day * DAY_MS, (day + 1) * DAY_MS))
    assert len(found) > 2
    keys = ["received_time", "account_id", "play_id", "event_id"]
    assert_frame_equal(pl.concat(found).sort(keys), rows.sort(keys))
    assert pl.concat(found)["received_time"].is_sorted()


@pytest.mark.slow
def test_until_and_from_cut_the_stream_to_the_millisecond(log: pl.DataFrame) -> None:
    """A stream ends before an instant, and one that begins on a later day has the messages of that day on."""
    received = log["received_time"].to_physical()
    until = int(received[len(log) // 2])
    assert as_rows(sent(until_ms=until)).equals(log.filter(received < until))
    start = log["received_time"].dt.date().unique().sort()[1]
    rows = as_rows(sent(order=Order(scenario="tiny", start=start.isoformat()), days=DAYS - 1))
    assert_frame_equal(rows, log.filter(log["received_time"].dt.date() >= start))


# --- When messages come -----------------------------------------------------------------------------------------------


class HandClock:
    """Clocks that a test sets; waiting is the only thing that moves them."""

    def __init__(self, now_ms: int = 0) -> None:
        self.ns = 0
        self.begin_ns = now_ms * 10**6

    def clock(self) -> WallClock:
        """As a pace wants them."""
        return WallClock(lambda: self.begin_ns + self.ns, lambda: self.ns, self.wait)

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.ns += max(1, round(seconds * 1e9))


def test_a_rate_is_exact_however_it_is_cut() -> None:
    """The message with number n of a fractional rate is due n / rate after the start, to the nanosecond, for ever."""
    rate, hand = Fraction("0.3"), HandClock()
    pace = Pace(0, rate=rate, clock=hand.clock())
    received = np.zeros(7, dtype=np.int64)
    due = []
    for _ in range(40):
        due += pace.due_ns(received).tolist()
        pace.sent(7)
    assert due == [n * 10**9 * 10 // 3 for n in range(280)]
    pace.sent(10**9)
    assert pace.due_ns(received)[0] == (10**9 + 280) * 10**10 // 3


def test_a_speed_scales_the_time_between_messages() -> None:
    """At 60x, messages of an hour are due within a minute, the first at once."""
    hand = HandClock()
    pace = Pace(5_000, speed=Fraction(60), clock=hand.clock())
    received = np.array([5_000, 65_000, 3_605_000])
    assert pace.due_ns(received).tolist() == [0, 10**9, 60 * 10**9]
    assert pace.elapsed_ns() == 0
    hand.ns = 10**9
    assert pace.due_count(pace.due_ns(received), received) == 2


def test_nothing_comes_from_the_future() -> None:
    """A stream that follows the clock sends what was received until now at once, and the rest when it is received."""
    hand = HandClock(now_ms=1_000_000)
    pace = Pace(0, follows=True, clock=hand.clock())
    received = np.array([1, 999_999, 1_000_000, 1_000_001, 1_002_500])
    due = pace.due_ns(received)
    assert pace.due_count(due, received) == 3
    hand.wait(pace.seconds_to(int(due[3]), int(received[3])))
    assert pace.due_count(due, received) == 4
    hand.wait(pace.seconds_to(int(due[4]), int(received[4])))
    assert pace.due_count(due, received) == 5
    assert hand.ns == 2_500 * 10**6


def test_a_live_stream_back_fills_in_order_and_then_waits(
    log: pl.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With --follow the past comes first, in order, then each message at its time and none before."""
    received = log["received_time"].to_physical().to_numpy()
    begin = int(received[len(log) // 2])
    hand = HandClock(now_ms=begin)
    monkeypatch.setattr("synthview.live.pace.WallClock.wait", staticmethod(hand.wait))
    monkeypatch.setattr("synthview.live.flow.LONGEST_WAIT_SECONDS", 3600.0)
    early: list[int] = []

    class Watched(io.BytesIO):
        def write(self, data: object) -> int:
            now_ms = (hand.begin_ns + hand.ns) // 10**6
            lines = [json.loads(one) for one in bytes(data).splitlines()]  # type: ignore[call-overload]
            early.extend(_ms(one["received_time"]) - now_ms for one in lines)
            return super().write(data)  # type: ignore[arg-type]

    output = Watched()
    monkeypatch.setattr("synthview.live.flow.Pace", _paced_by(hand))
    start = log["received_time"].dt.date()[0].isoformat()
    stream(asked(follows=True, order=Order(scenario="tiny", start=start)), output, lambda _: None)
    assert_frame_equal(as_rows(output.getvalue()), log)
    assert max(early) <= 0
    assert hand.ns >= (int(received[-1]) - begin) * 10**6


def _ms(text: str) -> int:
    return round(np.datetime64(text.removesuffix("Z"), "ms").astype(np.int64))


def _paced_by(hand: HandClock) -> type:
    class Paced(Pace):
        def __init__(self, *words: object) -> None:
            super().__init__(*words, clock=hand.clock())  # type: ignore[arg-type, misc]

    return Paced


@pytest.mark.parametrize(
    ("typed", "a_second"), [("0.5/s", "0.5"), ("30/min", "0.5"), ("2k/s", "2000"), ("90", "90")]
)
def test_rates_are_typed_as_people_write_them(typed: str, a_second: str) -> None:
    """A rate has a unit of time and may have a fraction or a k."""
    assert rate_of(typed) == Fraction(a_second)


@pytest.mark.parametrize("typed", ["", "0/s", "-1/s", "fast", "1/0", "5/day", "nan"])
def test_a_rate_that_is_none_is_refused(typed: str) -> None:
    """What is no rate or no speed gets an error with examples."""
    with pytest.raises(InputError, match="such as"):
        rate_of(typed)
    with pytest.raises(InputError, match="such as"):
        speed_of(typed or "x")


# --- Formats ----------------------------------------------------------------------------------------------------------


def test_avro_is_read_by_fastavro(log: pl.DataFrame, tmp_path: Path) -> None:
    """A file is an object container that others read; a message alone names its schema by the fingerprint."""
    path = tmp_path / "plays.avro"
    stream(asked(str(path), format="avro"), io.BytesIO(), lambda _: None)
    with path.open("rb") as file:
        rows = list(fastavro.reader(file))
    assert [row["received_time"].replace(tzinfo=None) for row in rows] == log[
        "received_time"
    ].to_list()
    assert [row["type"] for row in rows] == log["type"].cast(pl.String).to_list()
    assert all(row["play_id"].startswith("p_") for row in rows)

    encoder = encoder_for("avro", "int")
    lot = encoder.encode(log[:3], None)
    alone = [encoder.alone(one) for one in lot.each()]
    schema = json.loads(_shown("events", "avro"))
    parsed = fastavro.parse_schema(schema)
    canonical = fastavro.schema.to_parsing_canonical_form(schema)
    mark = bytes.fromhex(fastavro.schema.fingerprint(canonical, "CRC-64-AVRO"))
    assert all(one[:10] == b"\xc3\x01" + mark for one in alone)
    read = [fastavro.schemaless_reader(io.BytesIO(one[10:]), parsed, None) for one in alone]
    assert [row["event_id"] for row in read] == log["event_id"][:3].to_list()


def _shown(name: str, as_: str) -> str:
    from synthview.scenario.schemas import avro

    assert as_ == "avro"
    return avro(table(f"log.{name}"))


def test_splunk_gets_what_its_collector_takes(log: pl.DataFrame, whole: bytes) -> None:
    """Each event is an object with time, host, source, sourcetype and event, and nothing between them but line ends."""
    objects = [json.loads(line) for line in sent(format="splunk-hec").splitlines()]
    assert [set(one) for one in objects] == [
        {"time", "host", "source", "sourcetype", "event"}
    ] * len(log)
    millis = log["received_time"].to_physical().to_list()
    assert [round(one["time"] * 1000) for one in objects] == millis
    plain = [json.loads(line) for line in whole.splitlines()]
    assert [one["event"] for one in objects] == plain


@pytest.mark.slow
def test_formats_of_others_are_as_convert_writes_them(log: pl.DataFrame, tmp_path: Path) -> None:
    """Snowplow and Segment get the same lines as from ``convert``, apart from what changed later about devices."""
    from synthview.formats.making.convert import Asked, convert
    from synthview.formats.segment import Segment
    from synthview.formats.snowplow import Snowplow

    run = synthview.generate("tiny", days=DAYS, directory=tmp_path / "run", workers=1)
    files = {"snowplow": Snowplow(), "segment": Segment()}
    for name, form in files.items():
        place = tmp_path / name
        convert(run.directory, Asked(form=form, place=place))
        streamed = sent(format=name).splitlines()
        assert len(streamed) >= len(log) * 0.9
        assert sorted(map(_timeless, streamed)) == sorted(
            map(_timeless, place.read_bytes().splitlines())
        )


def _timeless(line: bytes) -> str:
    """A line without the version of the application, which convert takes as it was last."""
    if not line.startswith(b"{"):
        return line.decode()
    call = json.loads(line)
    call["context"].pop("app")
    return json.dumps(call, sort_keys=True)


# --- Going on after a kill --------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_stream_that_was_killed_goes_on(whole: bytes, tmp_path: Path) -> None:
    """After kill -9 the same command goes on; a file has every message once, in order."""
    out, kept = tmp_path / "out.ndjson", tmp_path / "kept.json"
    command = [sys.executable, "-m", "synthview", "stream", "tiny", "-o", str(out),
               "--days", str(DAYS), "--resume", str(kept)]  # fmt: skip
    process = subprocess.Popen(
        [*command, "--rate", "1k/s"],
        stderr=subprocess.DEVNULL,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )
    while not (kept.exists() and json.loads(kept.read_text())["messages"]):
        assert process.poll() is None
        time.sleep(0.01)
    process.kill()
    process.wait()
    position = json.loads(kept.read_text())
    assert 0 < position["messages"] < whole.count(b"\n")
    with out.open("ab") as file:
        file.write(b'{"cut in the mid')
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert out.read_bytes() == whole
    assert "Sent: " in done.stderr
    again = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "No message was sent" in again.stderr


@pytest.mark.slow
def test_a_position_counts_messages_of_one_instant(tmp_path: Path) -> None:
    """Where many messages came at the instant of the last one, a stream goes on between them."""
    kept = tmp_path / "kept.json"
    until = _ms("2017-10-02T06:00:00Z")
    calls = sent(format="segment", until_ms=until)
    lines = calls.splitlines(keepends=True)

    class Full(io.BytesIO):
        def write(self, data: object) -> int:
            if self.tell() > len(calls) // 3:
                raise BrokenPipeError
            return super().write(data)  # type: ignore[arg-type]

    pipe = Full()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("synthview.live.incoming.ROWS_AT_ONCE", 1)
        with pytest.raises(BrokenPipeError):
            stream(asked(format="segment", until_ms=until, resume=kept), pipe, lambda _: None)
    first = pipe.getvalue()
    assert lines[: first.count(b"\n")] == first.splitlines(keepends=True)
    assert first + sent(format="segment", until_ms=until, resume=kept) == calls


def test_a_position_belongs_to_one_stream(tmp_path: Path) -> None:
    """Another seed, format or output is refused, and so is a file that holds something else."""
    kept = tmp_path / "kept.json"
    sent(resume=kept)
    with pytest.raises(OtherRun, match="format ndjson there, segment asked"):
        sent(resume=kept, format="segment")
    kept.write_text("mine")
    with pytest.raises(OutputError, match="position"):
        sent(resume=kept)
    assert kept.read_text() == "mine"


def test_a_file_that_is_there_stays(whole: bytes, tmp_path: Path) -> None:
    """A file is replaced only on request; what was delivered and is gone again is an error."""
    out, kept = tmp_path / "out.ndjson", tmp_path / "kept.json"
    out.write_text("mine")
    with pytest.raises(OutputError, match="--overwrite"):
        stream(asked(str(out)), io.BytesIO(), lambda _: None)
    assert out.read_text() == "mine"
    stream(asked(str(out), overwrite=True, resume=kept), io.BytesIO(), lambda _: None)
    assert out.read_bytes() == whole
    out.write_text("")
    with pytest.raises(OutputError, match="has 0 bytes"):
        stream(asked(str(out), resume=kept), io.BytesIO(), lambda _: None)


# --- The command ------------------------------------------------------------------------------------------------------


def _command(*words: str) -> list[str]:
    return [sys.executable, "-m", "synthview", "stream", *words]


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_a_stream_ends_cleanly(how: signal.Signals, whole: bytes, tmp_path: Path) -> None:
    """Ctrl-C and SIGTERM end an endless stream: whole lines, its position, a line that says so, and code 130."""
    kept = tmp_path / "kept.json"
    with started(
        _command("tiny", "-o", "-", "--rate", "2000/s", "--resume", str(kept)),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(3)]
        process.send_signal(how)
        out = b"".join(lines) + process.stdout.read()
        assert process.stderr is not None
        err = process.stderr.read()
    assert process.returncode == 130
    count = out.count(b"\n")
    assert out == b"".join(whole.splitlines(keepends=True)[:count])
    assert 0 < json.loads(kept.read_text())["messages"] <= count
    assert b"Stopped." in err
    assert b"Traceback" not in err


@pytest.mark.slow
def test_a_reader_that_leaves_ends_the_stream() -> None:
    """An endless stream into a pipe whose reader has had enough ends with code 0 and no complaint."""
    with subprocess.Popen(
        _command("tiny", "-o", "-"), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        process.stdout.close()
        assert process.stderr is not None
        err = process.stderr.read()
    assert process.returncode == 0, err
    assert json.loads(first)["type"]
    assert b"rror" not in err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("tiny",), "-o"),
        (("tiny", "-o", "kafka://broker"), "kafka://HOST:PORT/TOPIC"),
        (("tiny", "-o", "ftp://there/x"), "kafka://HOST:PORT/TOPIC"),
        (("tiny", "-o", "-", "--format", "xml"), "splunk-hec"),
        (("tiny", "-o", "-", "--rate", "1/s", "--speed", "2x"), "exclude each other"),
        (("tiny", "-o", "-", "--until", "soon"), "2017-10-03"),
        (("tiny", "-o", "-", "--until", "2017-10-01"), "beginning of the stream, 2017-10-02"),
        (("tiny", "-o", "-", "--header", "a: b"), "-o http"),
        (("tiny", "-o", "-", "--epoch", "from"), "--from DATE"),
    ],
)
def test_a_mistake_gets_a_line(words: tuple[str, ...], told: str) -> None:
    """What cannot be is refused in a line that says what to do, before anything is simulated."""
    from typer.testing import CliRunner

    from synthview.cli import app

    done = CliRunner().invoke(app, ["stream", *words])
    assert isinstance(done.exception, InputError)
    assert told in str(done.exception)


@pytest.mark.slow
def test_the_page_about_streams_runs(tmp_path: Path) -> None:
    """Every command of docs/stream.md that is marked so can be copied and run."""
    page = (Path(__file__).parent.parent / "docs" / "stream.md").read_text("utf-8")
    body = page.partition("<!-- runs in the tests -->\n```sh\n")[2].partition("```")[0]
    assert body.count("synthview stream") >= 4
    ours = f'synthview() {{ "{sys.executable}" -m synthview "$@"; }}\n'
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", ours + body], cwd=tmp_path, capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("\n") == 3
    with (tmp_path / "plays.avro").open("rb") as file:
        assert (
            len(list(fastavro.reader(file)))
            == json.loads((tmp_path / "plays.json").read_text())["messages"]
        )
    hour = (tmp_path / "first-hour.ndjson").read_text()
    assert (tmp_path / "day.ndjson").read_text().startswith(hour)
