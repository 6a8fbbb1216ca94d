"""One chromium for all tests, a new shop for each driver, and nothing to complain about."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from selenium.webdriver import Chrome

from tests.browser import chromium
from tests.browser.chromium import Browser
from tests.browser.site import Site, serving
from tests.project import DRIVERS

_PARAMETERS = [
    pytest.param(driver, marks=[getattr(pytest.mark, driver)] if driver != "pyodbc" else [])
    for driver in DRIVERS
]


@pytest.fixture(scope="session")
def chrome(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    if not chromium.installed():
        pytest.skip("no chromium with chromedriver here; 'make browser' installs them on Debian")
    with chromium.started(tmp_path_factory.mktemp("chromium")) as chrome:
        yield chrome


@pytest.fixture(scope="session")
def _sites(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Site]]:
    """Starts a site when it is first asked for; in whatever order, each starts once."""
    with ExitStack() as started:

        @functools.cache
        def site(driver: str) -> Site:
            return started.enter_context(serving(driver, tmp_path_factory.mktemp(driver)))

        yield site


@pytest.fixture(params=_PARAMETERS)
def driver(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def site(driver: str, chrome: Chrome, _sites: Callable[[str], Site]) -> Site:
    return _sites(driver)


@pytest.fixture
def browser(chrome: Chrome, site: Site) -> Iterator[Browser]:
    """A stranger to the site. Afterwards neither the browser nor the server has complained."""
    browser = Browser(chrome, site.address)
    browser.forget()
    with site.log.open(encoding="utf-8") as log:
        log.read()
        yield browser
        said = log.read()
    assert browser.complaints() == [], said
    assert not any(sign in said for sign in ("Traceback", " ERROR ", " WARNING ")), said


@pytest.fixture
def admin(browser: Browser, site: Site) -> Browser:
    """Logged in, on the admin's start page."""
    browser.open("/admin/")
    browser.fill(username=site.user, password=site.password)
    browser.go("[type=submit]")
    return browser
