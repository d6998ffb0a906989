"""What a log must not tell of itself: lengths on a lattice, networks and devices of guests, gaps in the count of messages."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import SMALL

from synthview import Dataset, generate
from synthview.draws.chance import Stream
from synthview.draws.lengths import between
from synthview.ids import public, source_in

SEED = 1


@pytest.fixture(scope="module")
def shared() -> Dataset:
    """Homes of which most let friends and strangers in."""
    rates = {
        "actors.shared_account.rate": 0.9,
        "actors.reseller.rate": 0.1,
        "actors.monitor_probe.rate": 0,
    }
    return generate("everyday", households=250, days=2, seed=SEED, set=SMALL | rates)


def of_guests(rows: pl.DataFrame) -> pl.Series:
    """Whether rows are of the device of a guest, which only the seed tells."""
    internal = public(SEED, "device").invert(rows["device_id"].to_numpy())
    return pl.Series(source_in(internal) != 0)


@given(
    st.integers(1_024, 2**40),
    st.integers(0, 1_000),
    st.integers(1, 1_024),
    st.integers(0, 2**64 - 1),
)
def test_a_length_lies_between_its_shares(whole: int, low: int, more: int, bits: int) -> None:
    """Whatever the bits, a length is at least the lower share and less than the upper one, to the millisecond."""
    length = between(np.array([bits], np.uint64), np.array([whole]), low, low + more)[0]
    assert whole * low // 1024 <= length < whole * low // 1024 + max(whole * more // 1024, 1)


def test_lengths_keep_to_no_lattice() -> None:
    """Shares of a film end on whole 1024ths of it as seldom as on any other millisecond."""
    film = np.full(100_000, 5_400_000)
    lengths = between(Stream(SEED, "tests/lengths").bits(np.arange(100_000)), film, 60, 960)
    assert (lengths * 1024 % 5_400_000 < 1024).mean() < 0.002
    assert abs(lengths.mean() / 5_400_000 - 510 / 1024) < 0.005


def test_the_network_of_a_guest_is_one_like_any_other(shared: Dataset) -> None:
    """Guests' addresses have the groups that homes' have, each with values as high, and a network of their own."""
    at = shared.log.events.filter(
        pl.col("ip").str.contains(":"), ~pl.col("ip").str.contains("^2001:db8:8[0-9a-f]{3}:")
    )
    whose = at.with_columns(is_guest=of_guests(at)).unique(["device_id", "ip"])
    parts = (
        whose["ip"]
        .str.replace("::", ":")
        .str.split(":")
        .list.to_struct(fields=[f"group_{n}" for n in range(6)])
    )
    found = pl.concat([whose.select("is_guest"), parts.struct.unnest()], how="horizontal")
    host = pl.col("group_5").str.to_integer(base=16)
    of_both = found.group_by("is_guest").agg(
        host.mean().alias("mean"), host.max().alias("most"), rows=pl.len()
    )
    guests, homes = of_both.sort("is_guest", descending=True).rows(named=True)
    assert guests["rows"] > 100
    assert max(guests["most"], homes["most"]) < 200
    assert abs(guests["mean"] - homes["mean"]) < 4 * 58 / np.sqrt(guests["rows"])
    networks = found.filter("is_guest").select("group_3", "group_4")
    assert networks.n_unique() == len(networks)


def test_since_when_a_device_is_in_use_does_not_tell_a_guests(shared: Dataset) -> None:
    """Devices that were there before the world begins came one by one, on any millisecond, at home and elsewhere."""
    devices = shared.log.devices.with_columns(is_guest=of_guests(shared.log.devices))
    begins = pl.lit(shared.scenario.run.start) - pl.duration(days=SMALL["run.warm_up_days"])
    early = devices.filter(pl.col("valid_from") < begins)
    assert early["is_guest"].sum() > 100
    assert early["valid_from"].n_unique() == len(early)
    on_the_second = pl.col("valid_from").dt.millisecond() == 0
    assert early.group_by("is_guest").agg(on_the_second.mean())["valid_from"].max() < 0.03
