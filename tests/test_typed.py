"""Whatever can be typed or written ends in a result or in words, never as a fault of ours."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from commands import Told
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from synthview.cli.running import LARGEST_OF
from synthview.dataset import generate, read
from synthview.errors import InputError
from synthview.registry import installed
from synthview.scenario import load
from synthview.scenario.declarations import RunSettings
from synthview.scenario.drafting import LARGEST_OF_CURVE, SMALLEST_OF_CURVE
from synthview.scenario.entries import declared
from synthview.scenario.settings import settings_of

BUG = 70


def test_limits_of_options_are_those_of_settings() -> None:
    """An option allows what the setting allows that it stands for."""
    for name in ("seed", "households", "days"):
        assert LARGEST_OF[f"--{name}"] == settings_of(RunSettings)[name].allowed[1]


@pytest.mark.parametrize(
    ("word", "value", "told"),
    [
        (
            "seed",
            2**63,
            "seed is 9223372036854775808; a whole number from 0 to 9,223,372,036,854,775,807 is needed",
        ),
        ("households", 0, "households is 0; a whole number from 1 to 4,294,967,295"),
        ("days", -3, "days is -3"),
        ("events", 1e300, "a whole number from 1 to 1,000,000,000,000,000 is needed"),
        ("directory", "a\0b", "no path of a file or directory"),
    ],
)
def test_python_has_the_same_limits(word: str, value: object, told: str) -> None:
    """What no run can have is refused by the word that Python says, too."""
    with pytest.raises(InputError, match=re.escape(told)):
        generate("tiny", **{word: value})  # type: ignore[call-overload]


@pytest.mark.parametrize("word", ["seed", "events", "tables"])
def test_a_number_of_thousands_of_digits_is_told(word: str) -> None:
    """Python itself refuses to write such a number; the message does without."""
    with pytest.raises(InputError, match=f"{word} is a number with too many digits"):
        generate("tiny", **{word: 10**5000})  # type: ignore[call-overload]


@pytest.mark.slow
def test_a_tilde_is_the_home_directory(
    told: Told, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`~` begins a path in options and in Python as it does in a shell."""
    monkeypatch.setenv("HOME", str(tmp_path))
    few = ("--households", "2", "--days", "2", "--workers", "1")
    assert told("generate", "tiny", *few, "-o", "~/made")[0] in (0, None)
    assert read("~/made").manifest["settings"]["households"] == 2
    assert told("check", "~/made")[0] in (0, None)
    assert told("explain", "tiny", "--household", "0", "--html", "~/home.html")[0] in (0, None)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["home.html", "made"]


NUMBERS = [
    "0",
    "-0",
    "1e309",
    "0x10",
    "١٢",
    "1_000",
    "nan",
    "-inf",
    "sNaN",
    "1e-400",
    "9" * 5000,
    "1e999999999",
    "²",
    "½",
]
WORDS = [
    "", " ", "\0", "\udcff", "[red]x[/red]", "[/]", "[bold", ":smile:", "%s%n", "{0}", "a" * 10_000, "-", "--", "~", "~nobody/x",
    "\u202e", "\x1b[2J", "0000-01-01", "10000-01-01", "2017-02-30", "2017-W46-5", "..", "/", "/dev/null", "titles.", '"', "'", "a.b.c",
    "actors.cat_on_remote", "actors,faults", ",", "=", "=1", "run.days=", "x=1", "log.plays,,", "reseller=-1", "reseller=1,reseller=2",
    "tiny", "zoo", "run", "everyday", "S04", "log.plays", "1e300", "[1e300, 1e300, 1, 1, 1, 1, 1]", "[]", "{}", "true", "2017-10-02",
]  # fmt: skip
VALUES = st.one_of(
    st.sampled_from(NUMBERS + WORDS),
    st.text(max_size=6),
    st.integers().map(str),
    st.floats().map(str),
)
PATHS = st.sampled_from(
    ["run.seed", "run.days", "run.start", "run.epoch", "run.dropped", "sittings.weekdays", "world.country_shares.US", "about",
     "name", "titles", "claims", "actors.cat_on_remote.rate", "cast", "without", "packages", "people.locale", "a.b"]
)  # fmt: skip
OPTIONS = st.one_of(
    st.tuples(
        st.sampled_from(
            ["--seed", "--households", "--days", "--from", "--only", "--without", "--cast", "--drop-household", "--tables",
             "--format", "--compression", "--workers", "--events", "--bogus"]
        ),
        VALUES,
    ).map(list),
    st.tuples(PATHS, VALUES).map(lambda both: ["--set", f"{both[0]}={both[1]}"]),
    VALUES.map(lambda value: ["--set", value]),
    st.sampled_from([["--overwrite"], ["-o", "-"]]),
)  # fmt: skip
COMMANDS = st.one_of(
    st.tuples(
        st.sampled_from(["show", "list"]),
        VALUES,
        st.sampled_from(["text", "json", "toml", "avro", ""]),
    ).map(lambda words: [words[0], "--as", words[2], "--", words[1]]),
    st.lists(OPTIONS, max_size=3).map(
        lambda more: ["generate", "tiny", "--dry-run", *(one for two in more for one in two)]
    ),
    VALUES.map(lambda value: ["generate", "--dry-run", "--", value]),
    VALUES.map(lambda value: ["check", "--", value]),
    VALUES.map(lambda value: ["explain", "tiny", "--household", value]),
    VALUES.map(lambda value: ["explain", "tiny", "--play", value]),
    VALUES.map(lambda value: [value]),
)


@pytest.mark.slow
@settings(
    deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(words=COMMANDS)
@example(words=["generate", "tiny", "--dry-run", "--cast", "reseller=" + "9" * 5000])
@example(words=["explain", "tiny", "--play", "p" + "9" * 5000])
@example(words=["explain", "tiny", "--play", "\udcff"])
@example(words=["show", "~nobody/x.toml"])
def test_any_command_line(told: Told, words: list[str]) -> None:
    """Any command line ends with an exit code of its own and a short message, and never with a bug of ours."""
    code, _, err = told(*words)
    assert code in (None, 0, 1, 2, 3), err
    assert "Traceback" not in err
    assert len(err) < 20_000


CURVES = {
    path: entry.setting.length
    for path, entry in declared(installed()).items()
    if entry.setting.kind == "curve"
}


@pytest.mark.parametrize("first", [SMALLEST_OF_CURVE, LARGEST_OF_CURVE])
@pytest.mark.parametrize("others", [0, SMALLEST_OF_CURVE, LARGEST_OF_CURVE])
def test_the_steepest_curves_can_be_lived(first: float, others: float) -> None:
    """A world whose curves are all as steep or as small as is allowed is simulated like any other."""
    curves = {path: [first] + [others] * (length - 1) for path, length in CURVES.items()}
    world = generate("tiny", households=4, days=1, set=curves, tables=["log.plays"])
    assert world.log.plays["watched_ms"].is_between(0, 86_400_000).all()


def test_blanks_around_a_name_do_not_count(tmp_path: Path) -> None:
    """A title is found by a claim and an event whichever way its name is padded."""
    path = tmp_path / "padded.toml"
    title = (
        "released_on = 2017-10-01\nruntime_minutes = 90\ngenres = ['drama']\npopularity_rank = 1\n"
    )
    event = "[[dated_events]]\nname = 'E '\ntitle = 'A Film'\non = 2017-10-03\nlift = 2\n"
    path.write_text(f"based_on = 'tiny'\n[[titles]]\nname = \"A Film\\n\"\n{title}{event}", "utf-8")
    loaded = load(path, installed(), {'titles."A Film".popularity_rank': 2})
    assert (loaded.titles[0].name, loaded.titles[0].popularity_rank) == ("A Film", 2)
    assert loaded.dated_events[0].name == "E"
