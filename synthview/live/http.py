"""Messages to a server over HTTP, some at a time, each request until it is answered with success.

A server that is away, slow, busy or drops the connection is asked again, later and later. One that
refuses what is sent ends the stream: sending it again would not help.
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection

from synthview.errors import OutputError
from synthview.live.encoders import Encoder, Lot
from synthview.live.outlets import Destination, Say, in_parts

__all__ = ["HttpOutlet", "SplunkOutlet"]

MOST_BYTES = 512 * 1024
"""Of a request: Splunk and most proxies take a megabyte."""
TIMEOUT_SECONDS = 30.0
PATIENCE_SECONDS = 30.0
"""How long a server may be away before it has answered for the first time."""
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.05, 10.0
LONGEST_ASKED_SECONDS = 300.0
TRY_AGAIN = {408, 425, 429, 500, 502, 503, 504}
LONGEST_TOLD = 200


@dataclass(frozen=True)
class _Answer:
    status: int
    reason: str
    content: bytes
    retry_after: str | None

    @property
    def pause_s(self) -> float:
        """The seconds that the server asks us to wait."""
        with suppress(TypeError, ValueError):
            return min(float(self.retry_after or 0), LONGEST_ASKED_SECONDS)
        return 0.0

    @property
    def message(self) -> str:
        said = " ".join(self.content.decode(errors="replace").split())[:LONGEST_TOLD]
        return f"{self.status} {self.reason}" + (f": {said}" if said else "")


class HttpOutlet:
    """A server that takes messages by POST. Delivered is what it has answered with success."""

    bytes_written: int | None = None
    path = "/"

    def __init__(
        self,
        place: Destination,
        encoder: Encoder,
        headers: Mapping[str, str],
        say: Say,
        patience_s: float = PATIENCE_SECONDS,
    ) -> None:
        assert place.address is not None
        address = place.address
        kind = HTTPSConnection if address.scheme == "https" else HTTPConnection
        assert address.hostname is not None
        self._connection = kind(address.hostname, address.port, timeout=TIMEOUT_SECONDS)
        path = self.path if address.path in ("", "/") else address.path
        self.target = path + (f"?{address.query}" if address.query else "")
        self.server = f"{address.scheme}://{address.netloc.rpartition('@')[2]}"
        self.encoder, self._say = encoder, say
        self.headers = {"Content-Type": encoder.kind, "User-Agent": "synthview", **headers}
        self._gives_up_at: float | None = time.monotonic() + patience_s

    def send(self, lot: Lot) -> None:
        """Send messages; waits until the server has taken all of them."""
        for some in in_parts(lot, MOST_BYTES):
            body = self.encoder.head() + self.encoder.framed(some)
            self._note(self._insist(self.target, body))

    def settle(self, patience_s: float | None = None) -> bool:  # noqa: ARG002
        """Nothing is under way: what was sent has been answered."""
        return True

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _note(self, answer: _Answer) -> None:
        """Keep of an answer what is needed later."""

    def _insist(self, target: str, body: bytes) -> _Answer:
        """Post until the server takes it; raises OutputError where it never will."""
        pause = FIRST_PAUSE_SECONDS
        while True:
            try:
                answer = self._post(target, body)
            except (OSError, HTTPException) as error:
                self._connection.close()
                asked, trouble = 0.0, _words(error)
            else:
                if 200 <= answer.status < 300:
                    self._go_on()
                    return answer
                if answer.status not in TRY_AGAIN:
                    raise OutputError(f"{self.server}{target} refuses messages: {answer.message}.")
                asked, trouble = answer.pause_s, answer.message
            self._wait(max(pause, asked), trouble)
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)

    def _post(self, target: str, body: bytes) -> _Answer:
        self._connection.request("POST", target, body, self.headers)
        response = self._connection.getresponse()
        content = response.read()
        after = response.getheader("Retry-After")
        return _Answer(response.status, response.reason, content, after)

    def _wait(self, seconds: float, trouble: str) -> None:
        if self._gives_up_at is not None and time.monotonic() > self._gives_up_at:
            raise OutputError(f"{self.server} does not take messages: {trouble}.")
        self._say(f"waiting for {self.server}: {trouble}")
        time.sleep(seconds)

    def _go_on(self) -> None:
        self._gives_up_at = None
        self._say("")


class SplunkOutlet(HttpOutlet):
    """Splunk's HTTP Event Collector.

    Where the token has indexer acknowledgement, delivered is what the indexer has confirmed.
    """

    path = "/services/collector/event"

    def __init__(
        self,
        place: Destination,
        encoder: Encoder,
        headers: Mapping[str, str],
        say: Say,
        patience_s: float = PATIENCE_SECONDS,
    ) -> None:
        super().__init__(place, encoder, headers, say, patience_s)
        self.headers = {"X-Splunk-Request-Channel": str(uuid.uuid4()), **self.headers}
        self._unconfirmed: set[int] = set()

    def _note(self, answer: _Answer) -> None:
        with suppress(ValueError, AttributeError):
            if isinstance(number := json.loads(answer.content).get("ackId"), int):
                self._unconfirmed.add(number)

    def settle(self, patience_s: float | None = None) -> bool:
        """Ask until the indexer has confirmed every request that it gave a number."""
        until = None if patience_s is None else time.monotonic() + patience_s
        pause = FIRST_PAUSE_SECONDS
        while self._unconfirmed:
            if until is not None and time.monotonic() > until:
                return False
            asked = json.dumps({"acks": sorted(self._unconfirmed)}).encode()
            answer = self._insist("/services/collector/ack", asked)
            with suppress(ValueError, AttributeError):
                message = json.loads(answer.content).get("acks", {})
                self._unconfirmed -= {int(number) for number, is_in in message.items() if is_in}
            if self._unconfirmed:
                self._wait(pause, "the indexer has not confirmed yet")
                pause = min(2 * pause, LONGEST_PAUSE_SECONDS)
        return True


def _words(error: BaseException) -> str:
    said = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return said.rstrip(".")
