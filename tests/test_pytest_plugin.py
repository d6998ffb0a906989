"""The pytest plugin, as it works in somebody else's tests."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path
from textwrap import dedent

import pytest

PLUGIN = "synthview.testing.plugin"


def _ran(place: Path, tests: str, *words: str) -> tuple[int, str]:
    """Run a file of tests in a folder of its own, and return the exit code and what was printed."""
    (place / "test_theirs.py").write_text(dedent(tests), "utf-8")
    loaded = {one.value for one in entry_points(group="pytest11")}
    plugin = [] if PLUGIN in loaded else ["-p", PLUGIN]
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "--strict-markers", *plugin, *words],
        cwd=place,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    return ran.returncode, ran.stdout + ran.stderr


@pytest.mark.slow
def test_a_test_gets_the_world_it_asks_for(tmp_path: Path) -> None:
    """Tables and files are those of `synthview.generate` with the marker's words; markers add up."""
    code, said = _ran(
        tmp_path,
        """
        import polars as pl
        import pytest
        from polars.testing import assert_frame_equal
        from synthview import generate

        pytestmark = pytest.mark.synthview(households=3)

        @pytest.mark.synthview("tiny", seed=7, days=2, without=["misclick"])
        def test_tables(synthview):
            expected = generate("tiny", seed=7, households=3, days=2, without=["misclick"])
            assert_frame_equal(synthview.log.plays, expected.log.plays)
            assert_frame_equal(synthview.truth.persons, expected.truth.persons)
            assert synthview.scenario.run.seed == 7

        class TestFiles:
            @pytest.mark.synthview(set={"run.days": 1}, tables="log.plays")
            def test_files(self, synthview, tmp_path):
                run, again = synthview.files(format="csv"), synthview.files()
                assert run.directory.parent == tmp_path != run.directory
                assert run.tables == ("log.plays",)
                assert_frame_equal(run.scan("log.plays").collect(), synthview.log.plays)
                assert_frame_equal(again.scan("log.plays").collect(), synthview.log.plays)

        def test_without_a_marker_of_its_own(synthview):
            assert synthview.truth.households.height == 3
        """,
    )
    assert code == 0, said
    assert "3 passed" in said


@pytest.mark.slow
def test_datasets_are_kept_and_belong_to_each_test(tmp_path: Path) -> None:
    """Equal worlds are simulated once; what one test changes in place no other test sees."""
    code, said = _ran(
        tmp_path,
        """
        import pytest
        import synthview.dataset

        @pytest.fixture(autouse=True, scope="module")
        def made():
            made, simulate = [], synthview.dataset._into_memory
            def counted(plan, progress):
                made.append(plan)
                return simulate(plan, progress)
            synthview.dataset._into_memory = counted
            yield made
            synthview.dataset._into_memory = simulate

        @pytest.mark.parametrize("turn", range(3))
        @pytest.mark.synthview(households=2, days=1)
        def test_once(synthview, made, turn):
            plays = synthview.log.plays
            assert "mine" not in plays.columns
            plays.insert_column(0, plays["play_id"].alias("mine"))
            assert len(made) == 1

        @pytest.mark.synthview(households=2, days=1, seed=2)
        def test_another(synthview, made):
            assert synthview.log.plays.height >= 0
            assert len(made) == 2
        """,
    )
    assert code == 0, said


@pytest.mark.slow
def test_a_failure_says_how_to_make_its_data_again(tmp_path: Path) -> None:
    """Scenario, seed and the command stand beside the failure; a test that passes says nothing."""
    code, said = _ran(
        tmp_path,
        """
        import pytest

        @pytest.mark.synthview(households=2, days=1, seed=11)
        def test_fails(synthview):
            assert synthview.log.plays.height < 0

        def test_passes(synthview):
            pass
        """,
    )
    assert code == 1
    assert "scenario tiny, seed 11, 2 households, 1 day" in said
    assert "synthview generate tiny -o DIR --households 2" in said
    assert said.count("make it again") == 1


WRONG = {
    "scenario='nowhere'": "nowhere",
    "households=0": "households is 0",
    "cast={'no_such': 1}": "no_such",
    "colour='red'": "there is no word 'colour'",
    "format='csv'": "synthview.files(format=…)",
    "'tiny', 7": "one scenario by place",
}


@pytest.mark.slow
def test_wrong_words_are_told_without_a_traceback(tmp_path: Path) -> None:
    """In the words that the marker has."""
    tests = "".join(
        f"@pytest.mark.synthview({words})\ndef test_{number}(synthview):\n    pass\n\n"
        for number, words in enumerate(WRONG)
    )
    code, said = _ran(tmp_path, f"import pytest\n\n{tests}")
    assert code == 1
    assert f"{len(WRONG)} errors" in said
    for told in WRONG.values():
        assert told in said
    assert "Traceback" not in said
    assert "synthview/testing/plugin.py" not in said


@pytest.mark.slow
def test_the_plugin_loads_nothing_until_it_is_used(tmp_path: Path) -> None:
    """Whoever has synthview installed pays nothing in tests that do not use it."""
    code, said = _ran(
        tmp_path,
        """
        import sys

        def test_inert():
            assert not {"polars", "numpy", "pydantic"} & set(sys.modules)
        """,
    )
    assert code == 0, said


@pytest.mark.slow
def test_the_example_of_the_readme_runs(tmp_path: Path) -> None:
    """Word for word, as a file of its own."""
    readme = (Path(__file__).parents[1] / "README.md").read_text("utf-8")
    (example,) = re.findall(r"```python\n(import pytest\n.*?)```", readme, re.DOTALL)
    code, said = _ran(tmp_path, example)
    assert code == 0, said
    assert "1 passed" in said
