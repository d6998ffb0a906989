"""How the tests run: how hard hypothesis tries, and the flag that writes the golden digests anew."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from commands import Told
from hypothesis import HealthCheck, settings

from synthview import cli
from synthview.cli import streams

# The benchmarks are scripts beside the package: a test of one finds it however pytest was started.
sys.path.append(str(Path(__file__).parents[1]))

# A run of a world takes as long as the machine is busy, so no example has a deadline; the slow ones bound their number.
settings.register_profile(
    "dev", deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("ci", settings.get_profile("dev"), derandomize=True, print_blob=True)
settings.register_profile("thorough", settings.get_profile("dev"), max_examples=2_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if os.environ.get("CI") else "dev"))


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the flag ``--refresh-golden``."""
    parser.addoption(
        "--refresh-golden",
        action="store_true",
        help="write tests/golden.json anew from what the code makes today, instead of comparing with it",
    )

    parser.addoption(
        "--seed",
        default="7",
        help="the seed of tests that ask a distribution: a number, or `fresh` for one that nobody has seen",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Settle the seed before workers start, so that all have the same, and how they share tests.

    Tests that stand beside each other share worlds. With `-n`, each worker takes them in one piece.
    """
    stated = config.getoption("--seed")
    if stated == "fresh":
        config.option.seed = str(int.from_bytes(os.urandom(4), "little"))
    if getattr(config.option, "dist", "no") == "load":
        config.option.dist = "worksteal"


def pytest_report_header(config: pytest.Config) -> str:
    """Tell the seed, with which a failure can be repeated."""
    return f"seed of statistics: {config.getoption('--seed')}"


@pytest.fixture(scope="session")
def chance_seed(pytestconfig: pytest.Config) -> int:
    """The seed of tests that ask a distribution."""
    stated = str(pytestconfig.getoption("--seed"))
    if not stated.isdecimal():
        raise pytest.UsageError(f"--seed takes a whole number or `fresh`, not {stated}")
    return int(stated)


@pytest.fixture
def refresh_golden(pytestconfig: pytest.Config) -> bool:
    """Whether the golden digests are to be written anew."""
    return bool(pytestconfig.getoption("--refresh-golden"))


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Told:
    """Run the command line in this process, and return its exit code and what it printed on stdout and stderr."""
    monkeypatch.setattr(streams, "prepare", lambda: None)
    monkeypatch.setenv("_TYPER_FORCE_DISABLE_TERMINAL", "1")

    def ran(*words: str) -> tuple[object, str, str]:
        monkeypatch.setattr(sys, "argv", ["synthview", *words])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        out, err = capsys.readouterr()
        return ended.value.code, out, err

    return ran
