"""The page of a household in a real browser without network: it fits, it can be read by everybody, it prints."""

from __future__ import annotations

import base64
import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import Browser, browser, dress, need_browser

from synthview.explain import chapters, close_story, household_of_cast, point, story
from synthview.explain.page import render
from synthview.registry import installed
from synthview.scenario import load

ZOO = load("zoo", installed())
NAMES = ("child_on_loop", "cat_on_remote", "reseller", "clock_skew")


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Pages of four households of the zoo, and of one play."""
    need_browser()
    folder = tmp_path_factory.mktemp("pages")
    stories = {name: story(ZOO, household_of_cast(ZOO, name)) for name in NAMES}
    found = {name: render(one) for name, one in stories.items()}
    found["one play"] = render(*close_story(ZOO, stories["child_on_loop"].plays[-1].play_id))
    for name, page in found.items():
        (folder / f"{name}.html").write_text(page, "utf-8")
    return {name: folder / f"{name}.html" for name in found}


@pytest.fixture(scope="module")
def window(pages: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """One window for all tests of this file."""
    with browser(tmp_path_factory.mktemp("window")) as opened:
        yield opened


@pytest.mark.slow
@pytest.mark.parametrize("name", [*NAMES, "one play"])
def test_it_opens_without_a_complaint_and_asks_nothing_of_the_network(
    window: Browser, pages: dict[str, Path], name: str
) -> None:
    """The console stays empty, and the only thing asked for is the file."""
    window.complaints()
    window.requests()
    window.open(pages[name])
    assert window.complaints() == []
    assert window.requests() == [pages[name].as_uri()]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "width", "dark"),
    [*itertools.product([*NAMES, "one play"], (390, 1440), (False, True))],
)
def test_it_fits_and_an_automated_check_finds_no_barrier(
    window: Browser, pages: dict[str, Path], name: str, width: int, *, dark: bool
) -> None:
    """Nothing is wider than the window, on a phone or on a desk, and axe has nothing against it by day or by night."""
    from axe_core_python.selenium import Axe

    dress(window, width=width, dark=dark)
    window.open(pages[name])
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


@pytest.mark.slow
def test_bars_lie_where_the_hours_are(window: Browser, pages: dict[str, Path]) -> None:
    """Every play has its bar in the strip of its day, above it the log's, at its hour."""
    dress(window, width=1440, dark=False)
    window.open(pages["cat_on_remote"])
    told = list(chapters(story(ZOO, household_of_cast(ZOO, "cat_on_remote"))))
    played = [chapter for chapter in told if chapter.runs]
    days = window.all("article.day")
    assert len(days) == len(played)
    for chapter, day in zip(played, days, strict=True):
        kinds = [one.get_attribute("class") for one in day.find_elements("css selector", ".bar")]
        assert kinds[0] == "bar log"
        assert sum(kind != "bar log" for kind in kinds) >= len(chapter.plays)
        bars = window.run(
            "return [...arguments[0].querySelectorAll('.bar:not(.log)')].map((bar) => { const lane ="
            " bar.parentElement.getBoundingClientRect(); return [bar.title, (bar.getBoundingClientRect().left - lane.left)"
            " / lane.width * 24] })",
            day,
        )
        for play in chapter.plays:
            begins = [
                at for title, at in bars if title.startswith(f"{play.start:%H:%M} {play.title}: ")
            ]
            assert pytest.approx(play.start.hour + play.start.minute / 60, abs=0.1) in begins


@pytest.mark.slow
def test_the_first_key_goes_to_the_days(window: Browser, pages: dict[str, Path]) -> None:
    """By keyboard: the first stop is the way past the head, and it is seen when it has the focus."""
    from selenium.webdriver import Keys

    window.open(pages["reseller"])
    window.press(Keys.TAB)
    assert window.focused() == "To the days"
    assert window.run("return document.activeElement.getBoundingClientRect().left") >= 0


@pytest.mark.slow
def test_it_prints(window: Browser, pages: dict[str, Path]) -> None:
    """On paper it is whole: some sheets, with their bars, from the dark scheme too."""
    dress(window, width=1440, dark=True)
    window.open(pages["child_on_loop"])
    sheet = base64.b64decode(window.told("Page.printToPDF", printBackground=False)["data"])
    assert sheet.startswith(b"%PDF")
    window.told("Emulation.setEmulatedMedia", media="print")
    assert (
        window.run("return getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    )
    assert (
        window.run("return getComputedStyle(document.querySelector('.bar')).printColorAdjust")
        == "exact"
    )
    for line in point(story(ZOO, household_of_cast(ZOO, "child_on_loop"))):
        assert line in window.text(".close")
