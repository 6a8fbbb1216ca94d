"""A browser without a screen, and what it has to complain about."""

from __future__ import annotations

import base64
import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, TypeVar

from selenium.common.exceptions import NoSuchElementException, StaleElementReferenceException
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webdriver import WebDriver
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.expected_conditions import staleness_of
from selenium.webdriver.support.wait import WebDriverWait

#: Debian's name, Ubuntu's, Google's: .ci/setup looks for the same.
_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_DRIVER = "chromedriver"
#: Seconds until something on a page must have happened.
_WAIT = 20

_Found = TypeVar("_Found")


def installed() -> bool:
    """Whether this machine has a browser and what drives it."""
    return bool(_browser() and shutil.which(_DRIVER))


def _browser() -> str | None:
    return next(filter(None, map(shutil.which, _BROWSERS)), None)


@contextmanager
def started(profile: Path) -> Iterator[Chrome]:
    """A browser that has never been used; ``profile`` is a directory for what it keeps."""
    options = ChromeOptions()
    options.binary_location = _browser() or ""
    # Without its sandbox, because root has none to use: it sees pages of this project only.
    for switch in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage"):
        options.add_argument(switch)
    # Nothing but the site: no look for updates, no list of bad addresses, no other host.
    for switch in ("--disable-background-networking", "--disable-component-update"):
        options.add_argument(switch)
    options.add_argument("--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1")
    options.add_argument("--window-size=1400,1200")
    options.add_argument("--lang=en-US")
    options.add_argument(f"--user-data-dir={profile}")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    # A path given: selenium would look for one on the net.
    chrome = Chrome(options=options, service=Service(executable_path=shutil.which(_DRIVER)))
    try:
        yield chrome
    finally:
        chrome.quit()


class Browser:
    """One window, in the words of a test."""

    def __init__(self, chrome: Chrome, address: str) -> None:
        self._chrome = chrome
        self._address = address

    def open(self, path: str) -> None:
        """Go to a page of the site."""
        self._chrome.get(self._address + path)

    @property
    def path(self) -> str:
        """Where the window is, query and all."""
        return self._chrome.current_url.removeprefix(self._address)

    @property
    def text(self) -> str:
        """What can be read on the page."""
        return self.one("body").text

    def one(self, selector: str) -> WebElement:
        """The first element, waited for."""
        return self._until(lambda chrome: chrome.find_element(By.CSS_SELECTOR, selector), selector)

    def all(self, selector: str) -> list[WebElement]:
        """The elements there are now."""
        return self._chrome.find_elements(By.CSS_SELECTOR, selector)

    def texts(self, selector: str) -> list[str]:
        """The texts of the elements there are now."""
        return [element.text for element in self.all(selector)]

    def link(self, text: str) -> WebElement:
        """The link of this text, waited for."""
        return self._until(lambda chrome: chrome.find_element(By.LINK_TEXT, text), text)

    def fill(self, **fields: str) -> None:
        """Type into fields by their names, over what is there."""
        for name, value in fields.items():
            field = self.one(f"[name='{name}']")
            field.clear()
            field.send_keys(value)

    def go(self, element: WebElement | str) -> None:
        """Click what leads to another page, and wait until that has come."""
        here = self.one("html")
        self.click(element)
        WebDriverWait(self._chrome, _WAIT).until(staleness_of(here), "still the same page")
        state = "return document.readyState"
        self._until(lambda chrome: chrome.execute_script(state) == "complete", "a whole page")

    def click(self, element: WebElement | str) -> None:
        """Click what changes this page."""
        (self.one(element) if isinstance(element, str) else element).click()

    def choose(self, field: str, text: str) -> None:
        """Search in a field that completes what is typed, and take the only answer."""
        self.click(f"#{field} + .select2 .select2-selection")
        self.one(".select2-search__field").send_keys(text)
        options, ready = ".select2-results__option", ".select2-results__option--highlighted"
        self._until(
            lambda _: len(self.all(options)) == len(self.all(ready)) == 1, f"one answer to {text!r}"
        )
        self.click(ready)
        self._until(lambda _: not self.all(options), "the choice taken")

    def keep(self, path: Path) -> None:
        """Keep a picture of the whole page, also of what would have to be scrolled to."""
        asked = {"format": "png", "captureBeyondViewport": True}
        shot = self._chrome.execute_cdp_cmd("Page.captureScreenshot", asked)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(base64.b64decode(shot["data"]))

    @property
    def source(self) -> str:
        """The page's HTML, with what nobody sees."""
        return self._chrome.page_source

    def forget(self) -> None:
        """Be someone who was never here."""
        self._chrome.delete_all_cookies()
        self.complaints()

    def complaints(self) -> list[str]:
        """Errors of scripts, and requests that failed, since this was last asked."""
        console = [
            entry["message"]
            for entry in self._log("browser")
            if entry["level"] in ("SEVERE", "WARNING")
        ]
        return [*console, *_failed_requests(self._log("performance"))]

    def _log(self, kind: str) -> list[dict[str, Any]]:
        entries: list[dict[str, Any]] = self._chrome.get_log(kind)  # type: ignore[no-untyped-call]
        return entries

    def _until(
        self, condition: Callable[[WebDriver], _Found | Literal[False]], what: str
    ) -> _Found:
        wait = WebDriverWait(
            self._chrome, _WAIT, 0.05, (NoSuchElementException, StaleElementReferenceException)
        )
        return wait.until(condition, f"{what} at {self.path}")


def _failed_requests(log: list[dict[str, Any]]) -> list[str]:
    """From the events of the browser's network, as the DevTools protocol has them."""
    events = [json.loads(entry["message"])["message"] for entry in log]
    failed = []
    for event in events:
        about = event["params"]
        if event["method"] == "Network.responseReceived":
            answer = about["response"]
            if answer["status"] >= 400:
                failed.append(f"{answer['status']} {answer['url']}")
        elif event["method"] == "Network.loadingFailed" and not about.get("canceled"):
            failed.append(f"{about['errorText']} {about.get('blockedReason', '')}")
    return failed
