"""Access logs of CloudFront with the player's own data (CMCD) in the query of each request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import quote

import polars as pl

from synthview.formats.making.data import Data
from synthview.formats.making.form import RealFormat, option
from synthview.formats.making.output import Output
from synthview.formats.making.row_words import latest, text_in
from synthview.formats.making.uuids import uuids_of
from synthview.sinks.id_forms import encode_ids

__all__ = ["FIELDS", "Cloudfront"]

FIELDS = (  # noqa: SIM905  a table is read more easily
    "date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) "
    "cs(User-Agent) cs-uri-query cs(Cookie) x-edge-result-type x-edge-request-id x-host-header "
    "cs-protocol cs-bytes time-taken x-forwarded-for ssl-protocol ssl-cipher "
    "x-edge-response-result-type cs-protocol-version fle-status fle-encrypted-fields c-port "
    "time-to-first-byte x-edge-detailed-result-type sc-content-type sc-content-len sc-range-start "
    "sc-range-end"
).split()
HOST = "media.example"
ALWAYS = {
    "cs-method": "GET", "cs(Host)": HOST, "x-host-header": HOST, "cs-protocol": "https",
    "cs-bytes": "512", "time-taken": "0.050", "ssl-protocol": "TLSv1.3",
    "ssl-cipher": "TLS_AES_128_GCM_SHA256", "cs-protocol-version": "HTTP/2.0", "c-port": "443",
    "time-to-first-byte": "0.020",
}  # fmt: skip
"""What the log says of every request, as nobody simulates it."""
EDGES = {
    "US": "IAD", "GB": "LHR", "CA": "YUL", "BR": "GRU", "MX": "QRO", "DE": "FRA", "FR": "CDG",
    "AU": "SYD", "NL": "AMS", "SE": "ARN", "NO": "OSL", "DK": "CPH", "FI": "HEL", "ES": "MAD",
    "IT": "MXP", "AR": "EZE", "CO": "BOG", "CL": "SCL", "JP": "NRT", "IN": "BOM", "PL": "WAW",
    "PT": "LIS", "TR": "IST", "IE": "DUB", "NZ": "AKL", "BE": "BRU", "AT": "VIE", "CH": "ZRH",
    "PE": "LIM", "KR": "ICN", "ZA": "CPT", "SG": "SIN",
}  # fmt: skip
"""The airport that an edge near a country is named for."""
READ = {
    "log.devices": ("account_id", "device_id", "valid_from", "model"),
    "log.events": (
        "event_id", "play_id", "account_id", "device_id", "title_id", "type", "client_time",
        "played_ms", "bitrate_kbps", "ip", "country",
    ),
}  # fmt: skip
ACCOUNTS_AT_ONCE = 32
SIZES = ("sc-bytes", "sc-content-len")
RESULTS = ("x-edge-result-type", "x-edge-response-result-type", "x-edge-detailed-result-type")
OK, BROKEN = "200", "503"
MANIFEST, MEDIA = "application/dash+xml", "video/mp4"


@dataclass(frozen=True)
class Cloudfront(RealFormat):
    """A standard access log of CloudFront: 33 fields, and CMCD in the query of each request.

    A play requests its manifest, and then a segment for each few seconds that really played: the
    duration d of all segments adds up to the hours of the log. Requests are those of some accounts
    after the other, each account's in the order of time.
    """

    tables: ClassVar[tuple[str, ...]] = ("log.accounts", *READ)
    leaves_out: ClassVar[tuple[str, ...]] = (
        "how long an answer took, and whether the cache had it: the same for all",
        "when a segment was fetched ahead: each is requested when it played",
        "the clock of the edge: times are those of the device",
        "profiles, ratings, searches and clicks",
    )
    suffix: ClassVar[str] = ".log"

    segment_s: int = option(6, "Seconds of a segment.")

    def write(self, data: Data, output: Output) -> None:
        """Write the requests of some accounts at a time."""
        with output.file() as file:
            file.write(f"#Version: 1.0\n#Fields: {' '.join(FIELDS)}\n".encode())
        for home in data.homes({"log.accounts": ("account_id",), **READ}, ACCOUNTS_AT_ONCE):
            requests = _requests(_messages(home), self.segment_s * 1000)
            lines = _lines(requests)
            text = lines.write_csv(
                separator="\t", include_header=False, quote_style="never", null_value="-"
            )
            with output.file() as file:
                file.write(text.encode())
            output.rows += len(lines)
            plays = requests.select("play_id", "sid").unique("play_id", maintain_order=True)
            output.keep(
                "sid",
                plays["sid"],
                plays["play_id"],
                "p",
            )


def _requests(messages: pl.DataFrame, segment_ms: int) -> pl.DataFrame:
    """Return requests for manifests and segments, by account and time."""
    before = pl.col("played_ms").shift(1, fill_value=0).over("play_id")
    played = messages.with_columns(before=before, stretch=pl.col("played_ms") - before)
    others = played.filter(pl.col("type").is_in(["ready", "error"])).with_columns(
        what=text_in("type"), at=pl.col("client_time")
    )
    rows = pl.concat([others, _segments(played, segment_ms)], how="diagonal")
    return rows.sort(
        "account_id",
        "at",
        "play_id",
        "media_at",
        nulls_last=False,
    )


def _segments(played: pl.DataFrame, segment_ms: int) -> pl.DataFrame:
    """Cut the stretch that played before each message into segments; the last is what is left."""
    counts = (pl.col("stretch") + segment_ms - 1) // segment_ms
    pieces = played.filter(pl.col("stretch") > 0).with_columns(piece=pl.int_ranges(counts))
    started = pieces.explode("piece").with_columns(start=pl.col("piece") * segment_ms)
    left = pl.col("stretch") - pl.col("start")
    at = pl.col("client_time") - pl.duration(milliseconds=left)
    return started.with_columns(
        what=pl.lit("segment"),
        duration=pl.min_horizontal(left, pl.lit(segment_ms)),
        at=at.cast(pl.Datetime("ms")),
        media_at=pl.col("before") + pl.col("start"),
    )


def _messages(home: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """Messages in the order of each play, a copy left out, with the model and a session's UUID."""
    once = home["log.events"].unique(["play_id", "event_id"], keep="first", maintain_order=True)
    models = latest(home["log.devices"], "device_id")
    with_models = once.join(models.select("device_id", "model"), on="device_id", how="left")
    ordered = with_models.sort("play_id", "played_ms", "client_time")
    return ordered.with_columns(
        uuids_of(ordered["play_id"]).alias("sid"),
        encode_ids(ordered["title_id"], "t").alias("title"),
    )


def _lines(rows: pl.DataFrame) -> pl.DataFrame:
    """The 33 fields of some requests."""
    is_segment = pl.col("what") == "segment"
    size = pl.when(is_segment).then(pl.col("bitrate_kbps") * pl.col("duration") // 8).otherwise(0)
    filled = {
        **{name: pl.lit(text) for name, text in ALWAYS.items()},
        **_placed(),
        **dict.fromkeys(SIZES, size),
        **dict.fromkeys(RESULTS, _either("error", "Error", "Hit")),
        "cs-uri-stem": _stem(is_segment),
        "sc-status": _either("error", BROKEN, OK),
        "cs(User-Agent)": _quoted(rows["model"]),
        "cs-uri-query": _query(is_segment),
        "x-edge-request-id": _request_id(),
        "sc-content-type": _either("segment", MEDIA, MANIFEST),
    }
    nothing = pl.lit(None, dtype=pl.String)
    return rows.select(filled.get(name, nothing).alias(name) for name in FIELDS)


def _placed() -> dict[str, pl.Expr]:
    """When a request came, from where, and to which edge."""
    country = text_in("country")
    return {
        "date": pl.col("at").dt.strftime("%Y-%m-%d"),
        "time": pl.col("at").dt.strftime("%H:%M:%S"),
        "x-edge-location": country.replace_strict(EDGES, default="IAD") + "50-C1",
        "c-ip": pl.col("ip"),
    }


def _either(what: str, text: str, otherwise: str) -> pl.Expr:
    """One text for requests of a kind, and another for the others."""
    return pl.when(pl.col("what") == what).then(pl.lit(text)).otherwise(pl.lit(otherwise))


def _stem(is_segment: pl.Expr) -> pl.Expr:
    number = text_in("media_at").str.zfill(9)
    segment = pl.format(
        "/{}/video-{}/{}.m4s",
        "title",
        "bitrate_kbps",
        number,
    )
    return pl.when(is_segment).then(segment).otherwise(pl.format("/{}/manifest.mpd", "title"))


def _query(is_segment: pl.Expr) -> pl.Expr:
    """CMCD of version 1 as a query: its keys in the order of the alphabet, encoded once."""
    names = pl.format('cid="{}"', "title")
    session = pl.format('sid="{}",st=v', "sid")
    of_segment = pl.format(
        "br={},{},d={},ot=av,sf=d,{}", "bitrate_kbps", names, "duration", session
    )
    of_manifest = pl.format("{},ot=m,sf=d,{},su", names, session)
    text = pl.when(is_segment).then(of_segment).otherwise(of_manifest)
    coded = text.str.replace_many({"=": "%3D", ",": "%2C", '"': "%22"})
    return pl.lit("CMCD=") + coded


def _quoted(texts: pl.Series) -> pl.Expr:
    """User agents, percent-encoded as the log has them."""
    known = texts.drop_nulls().unique().to_list()
    coded = {one: quote(one, safe="()/;:,.-_") for one in known}
    return pl.col("model").replace_strict(coded, default=None, return_dtype=pl.String)


def _request_id() -> pl.Expr:
    """An id for each request, of the length that CloudFront has: its play, and the place in it."""
    play = pl.col("sid").str.replace_all("-", "")
    place = pl.col("media_at").fill_null(pl.col("played_ms")).cast(pl.String).str.zfill(10)
    kind = pl.col("what").str.head(1).str.to_uppercase()
    return pl.format(
        "{}{}{}_==",
        play,
        place,
        kind,
    )
