"""The pytest plugin: a fixture that gives a test its own small streaming service.

For example::

    @pytest.mark.synthview(scenario="tiny", seed=7, cast={"reseller": 2}, without=["misclick"])
    def test_sessions(synthview):
        plays = synthview.log.plays  # what the service recorded: a polars frame
        truth = synthview.truth.plays  # what happened
        run = synthview.files(format="csv")  # the same as files, below tmp_path

Without the marker it is the scenario `tiny`. Markers of a module, a class and a test add up, and
the nearest wins. A dataset is simulated once a session, and kept by what it contains.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from synthview.dataset import Dataset, Log, RunDirectory, Truth
    from synthview.engines.plan import Plan
    from synthview.scenario import Scenario

__all__ = ["Synthview"]

DEFAULT_SCENARIO = "tiny"
MOST_KEPT = 8
"""How many datasets a session keeps in memory; the one not used for longest goes first."""
MARKER = (
    "synthview(scenario='tiny', seed=None, households=None, days=None, cast={}, without=[], "
    "set={}, …): what the fixture `synthview` simulates, in the words of synthview.generate"
)
WORDS = (
    "scenario",
    "seed",
    "households",
    "events",
    "start",
    "days",
    "set",
    "without",
    "only",
    "cast",
    "drop_households",
    "tables",
    "titles",
    "closed",
)
OF_FILES = (
    "format",
    "compression",
    "partition",
    "ids",
    "bom",
    "file_size",
    "row_group",
    "sort",
    "writer",
)
"""Words of `generate` that say how files look: `Synthview.files` takes them."""

_Kept = OrderedDict[str, "Dataset"]
_KEPT = pytest.StashKey[_Kept]()
_USED = pytest.StashKey["Synthview"]()


@dataclass(frozen=True, repr=False)
class Synthview:
    """What the fixture gives to a test: tables in memory, and files when asked for.

    `log` and `truth` hold polars frames, as `synthview.generate` returns them. They are the test's
    own: changing one in place changes it for no other test.
    """

    words: Mapping[str, Any]
    place: Path
    _kept: _Kept = field(default_factory=OrderedDict)

    @property
    def dataset(self) -> Dataset:
        """All tables in memory."""
        from synthview.dataset import Dataset, Log, Truth

        whole = self._simulated()
        log, truth = (
            {name: frame.clone() for name, frame in vars(folder).items()}
            for folder in (whole.log, whole.truth)
        )
        return Dataset(whole.scenario, Log(log), Truth(truth))

    @property
    def log(self) -> Log:
        """What the service recorded."""
        return self.dataset.log

    @property
    def truth(self) -> Truth:
        """What happened."""
        return self.dataset.truth

    @property
    def scenario(self) -> Scenario:
        """Every setting of the world."""
        return self._plan().scenario

    @property
    def command(self) -> str:
        """The command that makes the same dataset outside of the test."""
        from synthview.engines.manifest import command

        return command(self._plan())

    def files(self, **words: Any) -> RunDirectory:
        """The same dataset as files in a new folder below tmp_path.

        `words` are those of `synthview.generate` for files: format, compression, partition, ids,
        bom, file_size, row_group, sort, writer. Raises InputError for others.
        """
        from synthview.dataset import generate
        from synthview.errors import UnknownName

        for name in words:
            if name not in OF_FILES:
                raise UnknownName("word", name, OF_FILES, "synthview.files")
        number = sum(1 for _ in self.place.glob("synthview-*"))
        made: RunDirectory = generate(
            **self.words, **words, directory=self.place / f"synthview-{number}"
        )
        return made

    def _simulated(self) -> Dataset:
        """The tables, from those that the session keeps if they are there."""
        from synthview.dataset import generate

        key = repr(self._plan().settings())
        if key not in self._kept:
            self._kept[key] = generate(**self.words)
        self._kept.move_to_end(key)
        while len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)
        return self._kept[key]

    def _plan(self) -> Plan:
        from synthview.engines.order import Order, order

        words = dict(self.words)
        settings = words.pop("set", {})
        return order(Order(**words, settings=settings))


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known."""
    config.addinivalue_line("markers", MARKER)
    config.stash[_KEPT] = OrderedDict()


@pytest.fixture(name="synthview")
def _synthview(request: pytest.FixtureRequest, tmp_path: Path) -> Synthview:
    """A small streaming service of the test's own: `synthview.log.plays`, `synthview.files()`."""
    from synthview.errors import SynthviewError

    given = Synthview(_words(request.node), tmp_path, request.config.stash[_KEPT])
    try:
        _ = given.command  # words that are wrong are reported before the test begins
    except SynthviewError as error:
        pytest.fail(f"@pytest.mark.synthview: {error}", pytrace=False)
    request.node.stash[_USED] = given
    return given


def _words(item: pytest.Item) -> dict[str, Any]:
    """The words of all markers of a test, those nearest to it last."""
    words: dict[str, Any] = {"scenario": DEFAULT_SCENARIO}
    for marker in reversed(list(item.iter_markers("synthview"))):
        given: dict[str, Any] = dict(zip(WORDS, marker.args, strict=False))
        given.update(marker.kwargs)
        for name in given:
            if name not in WORDS or len(marker.args) > 1:
                pytest.fail(_unknown(name, marker.args), pytrace=False)
        words |= given
    return words


def _unknown(name: str, args: tuple[Any, ...]) -> str:
    if len(args) > 1:
        return "@pytest.mark.synthview takes one scenario by place, all else by name."
    if name in OF_FILES:
        return f"@pytest.mark.synthview: {name} is for files. Write: synthview.files({name}=…)."
    return f"@pytest.mark.synthview: there is no word '{name}'. Known: {', '.join(WORDS)}."


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Tell beside a failure how to make its data again."""
    report = yield
    used = item.stash.get(_USED, None)
    if report.failed and used is not None:
        from synthview.wording import counted

        run = used.scenario.run
        size = f"{counted(run.households, 'household')}, {counted(run.days, 'day')}"
        note = (
            f"scenario {used.scenario.name}, seed {run.seed}, {size} from {run.start}\n"
            f"make it again: {used.command}"
        )
        report.sections.append(("synthview", note))
    return report
