"""The page of the privacy laboratory in a real browser without network: it opens, it fits, it can be read by everybody."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import Browser, browser, dress, need_browser

from synthview.privacy.opening import LabOrder
from synthview.privacy.page import render
from synthview.privacy.report import examined


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of the homes that a film of Christmas is about."""
    need_browser()
    place = tmp_path_factory.mktemp("privacy") / "page.html"
    asked = LabOrder("christmas-prince", households=120, settings={"run.days": 9})
    told = examined(asked, None, lambda *_: None)
    place.write_text(render(told), "utf-8")
    return place


@pytest.fixture(scope="module")
def window(page: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """One window for all tests of this file."""
    with browser(tmp_path_factory.mktemp("window")) as opened:
        yield opened


@pytest.mark.slow
@pytest.mark.parametrize(("width", "dark"), [(390, True), (1440, False)])
def test_it_opens_fits_and_has_no_barrier(
    window: Browser, page: Path, width: int, *, dark: bool
) -> None:
    """Nothing is asked of the network, nothing is wider than the window, and axe has nothing against it by day or by night."""
    from axe_core_python.selenium import Axe

    dress(window, width=width, dark=dark)
    window.complaints()
    window.requests()
    window.open(page)
    assert window.complaints() == []
    assert window.requests() == [page.as_uri()]
    assert len(window.all("figure svg")) >= 7
    window.driver.set_script_timeout(300)
    for element in window.all("details"):
        window.run("arguments[0].open = true", element)
    wider = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert window.run(wider) == 0
    found = Axe().run(window.driver)
    assert [
        (one["id"], node["target"]) for one in found["violations"] for node in one["nodes"]
    ] == []
