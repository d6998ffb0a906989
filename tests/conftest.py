"""How the tests run: how hard hypothesis tries, and the flag that writes the golden digests anew."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings

# A run of a world takes as long as the machine is busy, so no example has a deadline; the slow ones bound their number.
settings.register_profile("dev", deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("dev"), max_examples=100, derandomize=True, print_blob=True)
settings.register_profile("thorough", settings.get_profile("dev"), max_examples=2_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if os.environ.get("CI") else "dev"))


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the flag ``--refresh-golden``."""
    parser.addoption(
        "--refresh-golden",
        action="store_true",
        help="write tests/golden.json anew from what the code makes today, instead of comparing with it",
    )


@pytest.fixture
def refresh_golden(pytestconfig: pytest.Config) -> bool:
    """Whether the golden digests are to be written anew."""
    return bool(pytestconfig.getoption("--refresh-golden"))
