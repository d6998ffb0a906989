"""What is optional may be missing, broken or too old: each command says so, names the extra, and ends in 2."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path

import pytest

from synthview.errors import MissingExtra
from synthview.outside import extras
from synthview.outside.extras import EXTRAS, MODULES, missing_extra, need

ROOT = Path(__file__).parent.parent
OPTIONAL = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"][
    "optional-dependencies"
]
NEEDED = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
WITHOUT = """
import sys
BLOCKED = set({blocked!r})

class Finder:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in BLOCKED:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Finder())
sys.argv = ["synthview", *{words!r}]
from synthview.cli import main
main()
"""
CLAIM = ("claim", "christmas-prince")
SMALL = ("--households", "50", "--set", 'claims."53 people".days=2', "--workers", "1")


def name_of(requirement: str) -> str:
    """The package of a requirement."""
    found = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert found
    return found[0]


def optional_modules() -> list[str]:
    """The modules of all that no plain installation has, but for the tools of tests."""
    packages = {name_of(one) for extra in EXTRAS for one in OPTIONAL[extra]} | {"pandas"}
    assert not packages & {name_of(one) for one in NEEDED}
    return sorted(MODULES.get(one, one) for one in packages)


def run(
    words: Sequence[str], blocked: Sequence[str], place: Path
) -> subprocess.CompletedProcess[str]:
    """A command in a process in which some modules are not there."""
    script = WITHOUT.format(blocked=list(blocked), words=[*words])
    return subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, cwd=place
    )


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with a small dataset, made without any optional package."""
    there = tmp_path_factory.mktemp("plain")
    ran = run(["generate", "tiny", "--households", "3", "-o", "made"], optional_modules(), there)
    assert ran.returncode == 0, ran.stderr
    (there / "guess.csv").write_text("play_id,cat_on_remote\n1,0.5\n")
    return there


def test_the_extras_are_those_of_the_package() -> None:
    """The table of extras has what pyproject.toml has, so that no message names the wrong one."""
    of_commands = OPTIONAL.keys() - {"test", "docs"}  # no command needs these
    stated = {name: {name_of(one) for one in OPTIONAL[name]} for name in of_commands}
    assert {name: set(packages) for name, packages in EXTRAS.items()} == stated


WORK = {
    "a query": (*CLAIM, "--sql"),
    "a query of a dataset": (*CLAIM, "--sql", "--data", "made"),
    "check": ("check", "made"),
    "explain": ("explain", "zoo", "--household", "reseller", "--html", "home.htm"),
    "compare": ("compare", "tiny", "--households", "3", "--without", "cat_on_remote"),
    "generate csv": ("generate", "tiny", "--households", "3", "--format", "csv", "-o", "csv"),
    "dry run": ("generate", "tiny", "--format", "csv", "--dry-run"),
    "show": ("show", "plays", "--as", "avro"),
    "list": ("list", "sources", "everyday"),
    "demo": ("demo", "--households", "50", "--workers", "1", "-o", "shown"),
    "help": ("claim", "--help"),
}
REFUSED = {
    "claim": ((*CLAIM, *SMALL), "claim"),
    "claim --data": ((*CLAIM, "--data", "made"), "claim"),
    "claim --json": ((*CLAIM, *SMALL, "--json", "told.json"), "claim"),
    "claim --thorough": ((*CLAIM, "--thorough"), "claim"),
    "claim --html": ((*CLAIM, "--html", "page.html"), "claim"),
    "claim --png": ((*CLAIM, "--png", "page.png"), "claim"),
    "claim of a mean": (("claim", "year", "--claim", "60 movies"), "claim"),
    "demo --recompute": (("demo", "--recompute", "-o", "never"), "claim"),
    "check --leaks": (("check", "made", "--leaks"), "check"),
    "check --score": (("check", "made", "--score", "guess.csv"), "check"),
    "generate --format duckdb": (
        ("generate", "tiny", "--format", "duckdb", "-o", "never"),
        "duckdb",
    ),
    "privacy": (("privacy", "made"), "privacy"),
    "another locale": (
        ("generate", "tiny", "--set", "people.locale=lt_LT", "-o", "never"),
        "faker",
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("what", WORK)
def test_what_needs_no_extra_works_without_any(what: str, place: Path) -> None:
    """With the required packages alone these commands end well."""
    ran = run(WORK[what], optional_modules(), place)
    assert ran.returncode == 0, ran.stderr


@pytest.mark.slow
@pytest.mark.parametrize("what", REFUSED)
def test_a_command_without_its_extra_says_which(what: str, place: Path) -> None:
    """One line before any work says what to install; no rows and no answer are written."""
    words, extra = REFUSED[what]
    before = sorted(place.rglob("*.parquet"))
    ran = run(words, optional_modules(), place)
    assert ran.returncode == 2, ran.stderr
    assert ran.stdout.count("\n") <= 1  # an estimate of what would be made
    assert ran.stderr.count("\n") == 1
    assert f"Run: pip install 'synthview[{extra}]'." in ran.stderr
    assert sorted(place.rglob("*.parquet")) == before
    assert not (place / "page.html").exists()
    assert not (place / "told.json").exists()


def test_all_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of several modules those that are missing are named, by their packages."""
    for name in ("sklearn", "threadpoolctl"):
        monkeypatch.setitem(sys.modules, name, None)
        monkeypatch.delitem(sys.modules, f"{name}.ensemble", raising=False)
    with pytest.raises(
        MissingExtra, match=r"^The audit needs threadpoolctl and scikit-learn, not installed here\."
    ):
        need("check", "The audit", "threadpoolctl", "scipy", "sklearn.ensemble")


def broken(folder: Path, name: str, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A package that is found before the real one."""
    (folder / f"{name}.py").write_text(text)
    monkeypatch.syspath_prepend(str(folder))
    for loaded in [one for one in sys.modules if one.partition(".")[0] == name]:
        monkeypatch.delitem(sys.modules, loaded)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "raise ImportError('libfoo.so.3: cannot open shared object file')",
            "libfoo.so.3: cannot open",
        ),
        ("import no_such_module_of_theirs", "No module named 'no_such_module_of_theirs'"),
        ("raise RuntimeError('numpy is too new')\n", "numpy is too new"),
        ("x = (", "was never closed"),
    ],
)
def test_a_broken_package_is_told(
    text: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A package that is there and cannot be imported is no missing one: the message says what went wrong in it."""
    broken(tmp_path, "duckdb", text, monkeypatch)
    with pytest.raises(MissingExtra) as refused:
        need("duckdb", "The format duckdb", "duckdb")
    assert "The format duckdb needs duckdb, which is installed but cannot be imported" in str(
        refused.value
    )
    assert said in str(refused.value)
    assert "pip install --force-reinstall duckdb" in str(refused.value)


def test_a_package_that_is_too_old_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest version that is allowed is the one that the package states."""
    monkeypatch.setattr(extras, "version", lambda _: "1.1.9")
    extras._check_age.cache_clear()
    with pytest.raises(
        MissingExtra,
        match=r"needs duckdb 1.2.2 or newer; 1.1.9 is installed. Run: pip install --upgrade",
    ):
        need("duckdb", "The format duckdb", "duckdb")
    extras._check_age.cache_clear()


def test_a_module_of_nobody_is_no_missing_extra() -> None:
    """An import that fails for another reason stays a bug of ours."""
    assert missing_extra(ModuleNotFoundError("No module named 'nosuch'", name="nosuch")) is None
    told = missing_extra(ModuleNotFoundError("No module named 'scipy.stats'", name="scipy.stats"))
    assert "pip install 'synthview[check]'" in str(told)
