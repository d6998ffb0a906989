"""Messages to a topic of Apache Kafka, keyed by account, through Confluent's client."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from types import ModuleType
from typing import Any

import polars as pl

from synthview.errors import InputError, OutputError
from synthview.live.encoders import Encoder, Lot
from synthview.live.outlets import Destination, Say
from synthview.outside.extras import need
from synthview.sinks.id_forms import encode_ids

__all__ = ["KafkaOutlet"]

SETTINGS: Mapping[str, Any] = {
    "client.id": "synthview",
    "acks": "all",
    "enable.idempotence": True,  # so that a retry neither doubles nor reorders
    "message.timeout.ms": 0,  # a broker that is away is waited for
    "partitioner": "murmur2_random",  # where Java's clients put the same key
    "linger.ms": 20,
    "queue.buffering.max.messages": 200_000,
    "queue.buffering.max.kbytes": 262_144,
    "delivery.report.only.error": True,
    "log_level": 0,
}
PORT = 9092
POLL_SECONDS = 0.2
PATIENCE_SECONDS = 30.0
"""How long a broker may take to answer for the first time."""
QUIET_SECONDS = 2.0
"""After waiting so long for the broker, we say so."""
MESSAGES_BETWEEN_POLLS = 10_000


class KafkaOutlet:
    """A topic. A message is delivered when all replicas that are in sync have it.

    Keys are account ids as text. The time of a message in Kafka is that of its sending: topics
    drop what is old, and the simulated time often is.
    """

    bytes_written: int | None = None

    def __init__(
        self,
        place: Destination,
        encoder: Encoder,
        settings: Mapping[str, str],
        say: Say,
        patience_s: float = PATIENCE_SECONDS,
    ) -> None:
        assert place.address is not None
        self._kafka: ModuleType = need("kafka", "-o kafka://…", "confluent_kafka")
        self.encoder, self._say = encoder, say
        self.topic = place.address.path.strip("/")
        port = place.address.port or PORT
        self.server = f"{place.address.hostname}:{port}"
        self._failure = self._trouble = ""
        self._waited_since: float | None = None
        self._producer = self._made(settings)
        self._check_topic(patience_s)

    def _made(self, settings: Mapping[str, str]) -> Any:
        stated = {"bootstrap.servers": self.server, **SETTINGS, **settings}
        heard = {"error_cb": self._hear_error, "on_delivery": self._hear_delivery}
        try:
            return self._kafka.Producer({**stated, **heard})
        except (self._kafka.KafkaException, TypeError, ValueError) as error:
            raise InputError(f"--kafka: {_reason(error)}.") from None

    def _hear_error(self, error: Any) -> None:
        self._trouble = error.str()
        if error.fatal():
            self._failure = error.str()

    def _hear_delivery(self, error: Any, _: Any) -> None:
        if error is not None:
            self._failure = error.str()

    def _check_topic(self, patience_s: float) -> None:
        """Raise OutputError unless the broker answers and has the topic."""
        problem = self._found(patience_s).topics[self.topic].error
        if problem is not None:
            raise OutputError(
                f"{self.server} has no topic '{self.topic}' to write to: {problem.str()}. Create "
                f"it first, as with kafka-topics.sh --create --topic {self.topic}."
            )

    def _found(self, patience_s: float) -> Any:
        """What the broker knows of the topic; waits for its first answer, but not for ever."""
        until = time.monotonic() + patience_s
        while True:
            try:
                found = self._producer.list_topics(self.topic, timeout=POLL_SECONDS * 5)
            except self._kafka.KafkaException as error:
                reason = self._trouble or _reason(error)
            else:
                self._say("")
                return found
            self._say(f"waiting for {self.server}: {reason}")
            if time.monotonic() > until:
                raise OutputError(f"No broker of Kafka answers at {self.server}: {reason}.")

    def send(self, lot: Lot) -> None:
        """Hand messages to the client; waits where the broker is slower than we are, or away."""
        keys = encode_ids(pl.Series("account_id", lot.account_id), "a").to_list()
        produce = self._producer.produce
        alone = self.encoder.alone
        for number, (message, key) in enumerate(zip(lot.each(), keys, strict=True)):
            if number % MESSAGES_BETWEEN_POLLS == 0:
                self._poll(0)
            try:
                produce(self.topic, alone(message), key)
            except BufferError:
                self._insist(alone(message), key)
        self._poll(0)

    def _insist(self, message: bytes, key: str) -> None:
        """Hand over a message for which there is room only when others are delivered."""
        while True:
            self._poll(POLL_SECONDS)
            try:
                self._producer.produce(self.topic, message, key)
            except BufferError:
                self._report_waiting()
            else:
                self._report_going_on()
                return

    def settle(self, patience_s: float | None = None) -> bool:
        """Wait until the broker has confirmed every message."""
        until = None if patience_s is None else time.monotonic() + patience_s
        while self._producer.flush(POLL_SECONDS):
            self._raise_failure()
            self._report_waiting()
            if until is not None and time.monotonic() > until:
                return False
        self._poll(0)
        self._report_going_on()
        return True

    def _report_waiting(self) -> None:
        now = time.monotonic()
        self._waited_since = self._waited_since or now
        if now - self._waited_since > QUIET_SECONDS:
            self._say(f"waiting for {self.server}: {self._trouble or 'it does not confirm'}")

    def _report_going_on(self) -> None:
        if self._waited_since is not None:
            self._say("")
        self._waited_since, self._trouble = None, ""

    def _poll(self, seconds: float) -> None:
        self._producer.poll(seconds)
        self._raise_failure()

    def _raise_failure(self) -> None:
        if self._failure:
            raise OutputError(
                f"{self.server} did not take a message for {self.topic}: {self._failure}."
            )

    def close(self) -> None:
        """Drop what is not delivered by now."""
        if len(self._producer):
            self._producer.purge()


def _reason(error: BaseException) -> str:
    arguments: Iterable[Any] = error.args
    first = next(iter(arguments), error)
    return str(first.str() if hasattr(first, "str") else first).rstrip(".")
