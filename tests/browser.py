"""A real browser for the pages that synthview writes: headless Chromium, with its network off."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

__all__ = ["Browser", "browser", "need_browser"]

_SWITCHES = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--host-resolver-rules=MAP * ~NOTFOUND",
)  # fmt: skip
"""No name can be looked up: what a page asked of the network would fail, and be seen in its records."""


def need_browser() -> None:
    """Skip where there is no browser, and fail where there must be one."""
    programs = (
        shutil.which("chromedriver"),
        shutil.which("chromium") or shutil.which("google-chrome"),
    )
    if all(programs) and importlib.util.find_spec("selenium"):
        return
    said = "needs a browser: apt-get install chromium chromium-driver"
    if os.environ.get("SYNTHVIEW_NEEDS_BROWSER"):
        pytest.fail(said)
    pytest.skip(said)


class Browser:
    """A window with one page in it."""

    def __init__(self, driver: Any) -> None:
        self.driver = driver

    def open(self, path: Path) -> None:
        """Load a file."""
        self.driver.get(path.as_uri())

    def run(self, code: str, *arguments: object) -> Any:
        """What a piece of script returns."""
        return self.driver.execute_script(code, *arguments)

    def find(self, selector: str) -> Any:
        """The first element that fits."""
        return self.driver.find_element("css selector", selector)

    def all(self, selector: str) -> list[Any]:
        """Every element that fits."""
        return list(self.driver.find_elements("css selector", selector))

    def text(self, selector: str) -> str:
        """The words of an element as they stand on the screen."""
        return str(self.find(selector).text)

    def shown(self, selector: str) -> bool:
        """Whether an element takes room on the screen."""
        return bool(self.find(selector).is_displayed())

    def click(self, element: Any) -> None:
        """Click with the mouse in the middle of an element, where whatever lies on top gets the click."""
        from selenium.webdriver import ActionChains

        self.run("arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})", element)
        ActionChains(self.driver, duration=0).move_to_element(element).click().perform()

    def press(self, *keys: str) -> None:
        """Press keys, one after the other, wherever the focus is."""
        from selenium.webdriver import ActionChains

        ActionChains(self.driver, duration=0).send_keys(*keys).perform()

    def focus(self, selector: str) -> None:
        """Put the focus on an element."""
        self.run("document.querySelector(arguments[0]).focus()", selector)

    def focused(self) -> str:
        """What a screen reader says of the element that has the focus."""
        return str(self.driver.switch_to.active_element.accessible_name)

    def told(self, command: str, **arguments: object) -> Any:
        """What the browser answers to a command of its own protocol."""
        return self.driver.execute_cdp_cmd(command, arguments)

    def complaints(self) -> list[str]:
        """What stands in the console since it was last asked."""
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def requests(self) -> list[str]:
        """Every address asked for since the last time this was asked; not those of the page that the browser itself starts with."""
        entries = [
            json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance")
        ]
        asked = [one["params"] for one in entries if one["method"] == "Network.requestWillBeSent"]
        return [
            one["request"]["url"] for one in asked if not one["documentURL"].startswith("chrome://")
        ]


@contextmanager
def browser(
    place: Path, *, width: int = 1440, dark: bool = False, script: bool = True
) -> Iterator[Browser]:
    """A window of a width, by day or by night; what it saves goes to `place`."""
    need_browser()
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    for switch in (*_SWITCHES, f"--user-data-dir={place / 'profile'}"):
        options.add_argument(switch)
    options.add_experimental_option(
        "prefs",
        {
            "download.default_directory": str(place),
            "profile.managed_default_content_settings.javascript": 1 if script else 2,
        },
    )
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))
    try:
        window = Browser(driver)
        dress(window, width=width, dark=dark)
        window.told(
            "Network.emulateNetworkConditions",
            offline=True,
            latency=0,
            downloadThroughput=0,
            uploadThroughput=0,
        )
        yield window
    finally:
        driver.quit()


def dress(window: Browser, *, width: int, dark: bool) -> None:
    """Give a window its width and its colours, without motion."""
    height = 844 if width < 600 else 1000
    window.told(
        "Emulation.setDeviceMetricsOverride",
        width=width,
        height=height,
        deviceScaleFactor=1,
        mobile=width < 600,
    )
    scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
    window.told(
        "Emulation.setEmulatedMedia",
        features=[scheme, {"name": "prefers-reduced-motion", "value": "reduce"}],
    )
