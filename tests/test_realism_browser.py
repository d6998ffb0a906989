"""The page of a comparison in a real browser without network: it opens, it fits, it can be read by everybody."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import Browser, browser, dress, need_browser

import synthview
from synthview.realism.page import render
from synthview.realism.report import compare_directory


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a month of a few homes."""
    need_browser()
    folder = tmp_path_factory.mktemp("realism")
    synthview.generate("everyday", households=60, days=30, directory=folder / "month", tables=(
        "log.accounts", "log.profiles", "log.devices", "log.titles", "log.plays", "truth.households", "truth.persons",
        "truth.plays",
    ))  # fmt: skip
    told = compare_directory(folder / "month", None, None, lambda *_: None)
    (folder / "page.html").write_text(render(told), "utf-8")
    return folder / "page.html"


@pytest.fixture(scope="module")
def window(page: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """One window for all tests of this file."""
    with browser(tmp_path_factory.mktemp("window")) as opened:
        yield opened


@pytest.mark.slow
def test_it_opens_without_a_complaint_and_asks_nothing_of_the_network(
    window: Browser, page: Path
) -> None:
    """The console stays empty, and the only thing asked for is the file."""
    window.complaints()
    window.requests()
    window.open(page)
    assert window.complaints() == []
    assert window.requests() == [page.as_uri()]
    assert len(window.all("figure svg")) >= 12


@pytest.mark.slow
@pytest.mark.parametrize(("width", "dark"), [*itertools.product((390, 1440), (False, True))])
def test_it_fits_and_an_automated_check_finds_no_barrier(
    window: Browser, page: Path, width: int, *, dark: bool
) -> None:
    """Nothing is wider than the window, on a phone or on a desk, and axe has nothing against it by day or by night."""
    from axe_core_python.selenium import Axe

    dress(window, width=width, dark=dark)
    window.open(page)
    window.driver.set_script_timeout(300)
    for element in window.all("details"):
        window.run("arguments[0].open = true", element)
    assert (
        window.run(
            "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        == 0
    )
    found = Axe().run(window.driver)
    assert [
        (one["id"], node["target"]) for one in found["violations"] for node in one["nodes"]
    ] == []
