"""The health page as people see it: healthy, degraded and down, through both drivers.

A picture of each is kept in ``build/screenshots``; the public CI offers them with its run.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.request import urlopen

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.remote.webelement import WebElement

from sampleproject.demo.site import serving
from tests.browser.chromium import Browser
from tests.standin import PROFILES, Accounts, Configuration, Profile, StandIn

# Starting the browser and a site takes its time on a busy machine.
pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

PICTURES = Path(__file__).parents[2] / "build" / "screenshots"
#: Made up, and words that stand nowhere on a page by themselves.
USER, PASSWORD, DATABASE = "kaufmann-4711", "an unusual Passw0rd", "kaufladen-0815"
SQL_SERVER = PROFILES["sqlserver2022"]
#: As after a failover to a replica that only reads.
READ_ONLY = replace(SQL_SERVER, updateability="READ_ONLY")

WARNINGS = ".warnings li"
#: What a closed port can look like.
WHY = re.compile(r"(no-answer|connection-lost|cannot-connect|timed-out)\b")


class Server:
    """A stand-in that goes, and comes back where it was."""

    def __init__(self, directory: Path, profile: Profile) -> None:
        accounts = Accounts(passwords={USER: PASSWORD}, databases=(DATABASE,))
        self._told = Configuration(profile=profile, accounts=accounts, directory=directory)
        self._running: StandIn | None = None
        self.authority = directory / "stand-in-ca.pem"
        self.port = 0

    def come(self) -> None:
        self._running = StandIn(replace(self._told, port=self.port)).start()
        self.port = self._running.port
        self._running.authority.write(self.authority)

    def go(self) -> None:
        if self._running is not None:
            self._running.stop()
            self._running = None

    def reached_through(self, driver: str) -> dict[str, str]:
        return {
            "STANDIN_PORT": str(self.port),
            "STANDIN_PASSWORD": PASSWORD,
            "SSL_CERT_FILE": str(self.authority),
            "MSSQL_USER": USER,
            "MSSQL_NAME": DATABASE,
            "MSSQL_PYTHON_DRIVER": driver,
        }


@contextmanager
def shop(
    chrome: Chrome, driver: str, directory: Path, profile: Profile = SQL_SERVER
) -> Iterator[tuple[Browser, Server]]:
    server = Server(directory, profile)
    server.come()
    try:
        with serving(server.reached_through(driver)) as address:
            browser = Browser(chrome, address)
            browser.forget()
            yield browser, server
    finally:
        server.go()


def seen(browser: Browser, state: str) -> None:
    """Ask until the page says ``state``: an answer is given again for a second.

    What the server's views say comes behind the first answers.
    """
    end = time.monotonic() + 15
    while True:
        browser.open("/health/")
        if browser.texts("#state") == [state] and "not asked yet" not in browser.text:
            return
        assert time.monotonic() < end, f"never {state}:\n{browser.text}"


def table(browser: Browser, selector: str) -> dict[str, str]:
    """The rows of a table: heading -> what stands beside it."""
    headings = browser.texts(f"{selector} tbody tr th")
    return dict(zip(headings, browser.texts(f"{selector} tbody tr td:nth-child(2)"), strict=True))


def answer_of(link: WebElement) -> int:
    """The status that comes for it."""
    with urlopen(str(link.get_attribute("href"))) as answer:  # noqa: S310 - our own page's
        status: int = answer.status
    return status


def secrets_in(browser: Browser, server: Server) -> list[str]:
    """What nobody is to read here, in what can be seen and in what cannot."""
    names = (USER, PASSWORD, DATABASE, "localhost", str(server.port))
    return [name for name in names if name in browser.source]


def test_a_healthy_page_shows_connection_and_pool(
    chrome: Chrome, driver: str, tmp_path: Path
) -> None:
    with shop(chrome, driver, tmp_path) as (browser, server):
        seen(browser, "healthy")
        checks, facts = table(browser, "#checks"), table(browser, ".facts")
        assert set(checks) == {"MSSQLConnection(alias='default')", "MSSQLPool(alias='default')"}
        assert all(status.startswith("OK") for status in checks.values())
        assert facts["Encrypted"] == "yes"
        assert facts["Database"] == "ONLINE"
        assert facts["Writable"] == "yes"
        assert facts["Live connections"]
        assert browser.texts(WARNINGS) == []
        browser.keep(PICTURES / f"health-healthy-{driver}.png")
        assert secrets_in(browser, server) == []
        assert [answer_of(link) for link in browser.all("footer a")] == [200] * 6
        # No font, script or icon from elsewhere, and nothing that fails.
        assert browser.complaints() == []


def test_a_warning_is_seen_and_the_page_is_not_red(
    chrome: Chrome, driver: str, tmp_path: Path
) -> None:
    with shop(chrome, driver, tmp_path, READ_ONLY) as (browser, server):
        seen(browser, "degraded")
        [warning] = browser.texts(WARNINGS)
        assert warning.startswith("read-only: ")
        assert table(browser, ".facts")["Writable"] == "no"
        browser.keep(PICTURES / f"health-degraded-{driver}.png")
        assert secrets_in(browser, server) == []
        assert browser.complaints() == []


def test_a_server_that_goes_and_comes_back_is_seen_without_a_restart(
    chrome: Chrome, driver: str, tmp_path: Path
) -> None:
    with shop(chrome, driver, tmp_path) as (browser, server):
        seen(browser, "healthy")
        server.go()
        seen(browser, "down")
        why = table(browser, "#checks")["MSSQLConnection(alias='default')"]
        browser.keep(PICTURES / f"health-down-{driver}.png")
        assert WHY.search(why), why
        assert secrets_in(browser, server) == []
        server.come()
        seen(browser, "healthy")
