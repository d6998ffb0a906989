"""``stream``: the log as it comes in, to a pipe, a file, a broker or a server."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from time import monotonic
from typing import TYPE_CHECKING, Annotated

import typer

from synthview.cli import screen
from synthview.cli.bars import is_live
from synthview.cli.option_values import cast_of, homes_of_kind, households_of, ids_form, names_of
from synthview.cli.options import (
    Cast,
    Country,
    DropHousehold,
    Epoch,
    From,
    Households,
    HouseholdType,
    Only,
    PlanOf,
    Scenario,
    Seed,
    SetOption,
    Without,
)
from synthview.cli.running import counted, stoppable, warn_of_epoch, whole
from synthview.cli.streams import need_output
from synthview.errors import InputError, SettingError, UnknownName, shortened
from synthview.outside.manuals import manual_of
from synthview.outside.paths import typed_path

if TYPE_CHECKING:
    from synthview.engines.order import Order
    from synthview.live.flow import Sending, StreamOrder

__all__ = ["register", "stream"]

FORMATS = ("ndjson", "avro", "snowplow", "segment", "splunk-hec")
SECONDS_BETWEEN_DRAWINGS = 0.25
FIRST_LINE_SECONDS, LONGEST_SECONDS_BETWEEN_LINES = 20.0, 300.0
STREAM_EPILOG = """
  synthview stream tiny -o - --until 2017-10-03 | head  [dim]a day of twenty homes[/dim]

  synthview stream everyday -o - --follow --rate 0.5/s  [dim]one message every two seconds[/dim]

  synthview stream everyday -o kafka://broker:9092/plays --speed 60x --resume plays.json  \
[dim]an hour in a minute; the same command goes on after a kill[/dim]

  synthview stream everyday -o http://splunk:8088 --format splunk-hec \
--header "Authorization: Splunk $TOKEN"
"""

Target = Annotated[
    str | None,
    typer.Option(
        "--output", "-o", metavar="-|FILE|URL",
        help="Where to, always needed: - for the standard output, a file, kafka://HOST:PORT/TOPIC "
        "or http://HOST/PATH.",
    ),
]  # fmt: skip
StreamFormat = Annotated[
    str | None,
    typer.Option(
        "--format",
        metavar="FORMAT",
        help="ndjson (default), avro, snowplow, segment, or splunk-hec for Splunk's collector.",
    ),
]
Rate = Annotated[
    str | None,
    typer.Option(
        metavar="N/s",
        help="So many messages by time, as in 0.5/s, 30/min or 2k/s. Without --rate, --speed and "
        "--follow they go as fast as the receiver takes them.",
    ),
]
Speed = Annotated[
    str | None,
    typer.Option(
        metavar="Nx",
        help="How fast the time of the world runs, as in 1x, or 60x for an hour in a minute.",
    ),
]
Until = Annotated[
    str | None,
    typer.Option(
        metavar="TIME", help="Send what is received before a date or time (UTC), then end."
    ),
]
StreamDays = Annotated[
    str | None,
    typer.Option("--days", metavar="N", help="End so many days after the beginning, as --until."),
]
Follow = Annotated[
    bool,
    typer.Option(
        "--follow",
        help="Follow the clock: send what was received until now, then each message when it is. "
        "Begins today without --from.",
    ),
]
Resume = Annotated[
    str | None,
    typer.Option(
        metavar="FILE",
        help="Keep the position in this file; where it is there, go on from it. No message is "
        "lost, and after a kill some may come twice.",
    ),
]
StreamWorkers = Annotated[
    str | None,
    typer.Option(
        "--workers", metavar="N",
        help="Processes that simulate beside this one; 0 for none. Without it, as many as there "
        "are processors, 4 at most. Messages are the same.",
    ),
]  # fmt: skip
IdsOfMessages = Annotated[
    str | None,
    typer.Option(
        "--ids", metavar="int|text",
        help="Ids in ndjson, avro and splunk-hec: as text such as p_0n5k2q8h4zj1c (default), or as "
        "whole numbers, which JavaScript rounds.",
    ),
]  # fmt: skip
Header = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAME: VALUE", help="A header of requests over HTTP, as for a token; repeatable."
    ),
]
Kafka = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAME=VALUE",
        help="A setting of the Kafka client (librdkafka), as for security; repeatable.",
    ),
]
ReplaceFile = Annotated[bool, typer.Option("--overwrite", help="Replace a file that is there.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this module to the command line."""
    app.command("stream", help=manual_of(stream), rich_help_panel="Make", epilog=STREAM_EPILOG)(
        stream
    )


def stream(  # noqa: PLR0913  a command has as many parameters as options
    scenario: Scenario,
    *,
    output: Target = None,
    format_: StreamFormat = None,
    rate: Rate = None,
    speed: Speed = None,
    from_: From = None,
    epoch: Epoch = None,
    until: Until = None,
    days: StreamDays = None,
    follow: Follow = False,
    resume: Resume = None,
    households: Households = None,
    seed: Seed = None,
    ids: IdsOfMessages = None,
    workers: StreamWorkers = None,
    header: Header = None,
    kafka: Kafka = None,
    set_: SetOption = None,
    without: Without = None,
    only: Only = None,
    cast: Cast = None,
    country: Country = None,
    household_type: HouseholdType = None,
    plan: PlanOf = None,
    drop_household: DropHousehold = None,
    overwrite: ReplaceFile = False,
) -> None:
    """Send the messages of all households in the order in which the service receives them.

    Without --until or --days it goes on until you stop it. Late, doubled and reordered messages
    come as they would arrive.
    """
    from synthview.engines.order import Order
    from synthview.live.flow import StreamOrder
    from synthview.live.outlets import destination_of
    from synthview.live.pace import rate_of, speed_of

    if not output:
        raise InputError(
            "Say where to send: -o - for the standard output, -o FILE, -o kafka://HOST:PORT/TOPIC "
            "or -o http://HOST/PATH."
        )
    order = Order(
        scenario=scenario,
        seed=counted("--seed", seed, least=0),
        households=counted("--households", households),
        start=from_,
        epoch=epoch,
        settings=homes_of_kind(country, household_type, plan, set_),
        without=without or (),
        only=names_of(only),
        cast=cast_of(cast),
        drop_households=households_of(drop_household),
    )
    asked = StreamOrder(
        order=order,
        place=destination_of(output),
        format=_format(format_),
        ids=ids_form(ids or "text"),
        rate=rate_of(rate) if rate else None,
        speed=speed_of(speed) if speed else None,
        follows=follow,
        until_ms=_until(until),
        days=counted("--days", days),
        resume=typed_path(resume, "--resume") if resume else None,
        workers=None if workers is None else whole("--workers", workers, least=0),
        overwrite=overwrite,
        headers=dict(_pairs("--header", header, ":")),
        kafka=dict(_pairs("--kafka", kafka, "=")),
    )
    _check(asked, until)
    _carry_out(asked)


def _carry_out(asked: StreamOrder) -> None:
    from synthview.live.flow import stream as send

    if asked.place.stated == "-":
        need_output("-o -")
    out = sys.stdout.buffer
    _warn_of_epoch(asked.order)
    with stoppable(None), _status(asked) as status, redirect_stdout(sys.stderr):
        send(asked, out, status.on_status)


def _warn_of_epoch(order: Order) -> None:
    from synthview.registry import installed
    from synthview.scenario import load

    stated = {**order.overrides(), "run.days": 1}
    warn_of_epoch(load(order.scenario, installed(), stated).run)


def _check(asked: StreamOrder, until: str | None) -> None:
    """Refuse options that exclude each other, or that go with another output."""
    if asked.rate is not None and asked.speed is not None:
        raise InputError("--rate and --speed exclude each other: both say when messages are sent.")
    if until is not None and asked.days is not None:
        raise InputError("--until and --days exclude each other: both say where to end.")
    if asked.headers and asked.place.scheme not in ("http", "https"):
        raise InputError("--header is for -o http://HOST/PATH.")
    if asked.kafka and asked.place.scheme != "kafka":
        raise InputError("--kafka is for -o kafka://HOST:PORT/TOPIC.")


def _format(stated: str | None) -> str:
    if stated is not None and stated not in FORMATS:
        raise UnknownName("format", stated, FORMATS, "stream")
    return stated or "ndjson"


def _until(stated: str | None) -> int | None:
    """Read a date or a time in UTC as ms since 1970."""
    from synthview.live.incoming import instant

    return None if stated is None else instant(stated, "--until")


def _pairs(option: str, stated: Sequence[str] | None, sign: str) -> Iterator[tuple[str, str]]:
    for one in stated or ():
        name, found, value = one.partition(sign)
        if not found or not name.strip() or not one.isprintable():
            raise SettingError(f"{option} takes NAME{sign}VALUE; this is '{shortened(one)}'.")
        yield name.strip(), value.strip()


class _Status:
    """The line on the standard error: drawn anew on a terminal, one now and then elsewhere."""

    def __init__(self, asked: StreamOrder) -> None:
        self._asked = asked
        self._began = monotonic()
        self._live = is_live()
        self._pause = 0.0 if self._live else FIRST_LINE_SECONDS
        self._shown_at = self._began
        self._trouble = ""
        self.last: Sending | None = None

    def on_status(self, now: Sending) -> None:
        """Show how far it is, if it is time."""
        self.last, is_news = now, now.waits_for != self._trouble
        if not is_news and monotonic() - self._shown_at < self._pause:
            return
        self._trouble, self._shown_at = now.waits_for, monotonic()
        if self._live:
            self._pause = SECONDS_BETWEEN_DRAWINGS
            screen.say(f"\r{self._line(now)}\x1b[K", err=True, nl=False)
        else:
            self._pause = min(2 * self._pause, LONGEST_SECONDS_BETWEEN_LINES)
            screen.say(self._line(now), err=True)

    def _line(self, now: Sending) -> str:
        from synthview.live.position import instant_text

        speed = now.sent / max(monotonic() - self._began, 1e-9)
        parts = [instant_text(now.received_ms), f"{now.messages:,} messages", f"{speed:,.1f}/s"]
        parts += [f"{now.behind_s:,.1f} s behind"] if now.behind_s >= 1 else []
        parts += [f"simulating: {now.simulated:.0%}"] if now.simulated < 1 else []
        return ", ".join([*parts, *([now.waits_for] if now.waits_for else [])])

    def end(self) -> None:
        """Say what was sent."""
        if self._live and self.last is not None:
            screen.say("", err=True)
        if self.last is None or not self.last.sent:
            screen.say("No message was sent.", err=True)
            return
        keeps = self._asked.resume
        goes_on = f" {keeps} keeps the position: the same command goes on from it." if keeps else ""
        screen.say(f"Sent: {self._line(self.last)}.{goes_on}", err=True)


@contextmanager
def _status(asked: StreamOrder) -> Iterator[_Status]:
    status = _Status(asked)
    try:
        yield status
    except BrokenPipeError:
        if status.last is not None:  # else nobody knows how much was read before the reader left
            status.end()
        raise
    except BaseException:
        status.end()
        raise
    status.end()
