"""``make shop``: it comes up, ends when told to, and keeps what it had."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.browser.site import Site, serving

pytestmark = [pytest.mark.process, pytest.mark.slow]


def page(site: Site, path: str) -> str:
    with urlopen(site.address + path) as answer:  # noqa: S310 - our own address
        text: str = answer.read().decode()
    return text


def test_a_shop_is_there_again_after_the_end(tmp_path: Path) -> None:
    with serving("pyodbc", tmp_path) as site:
        before = re.findall(r"<td>([\w-]{36})</td>", page(site, "/"))
        assert "<svg" in page(site, "/favicon.ico")
        assert "--primary" in page(site, "/static/admin/css/base.css")
    with serving("pyodbc", tmp_path) as site:
        again = re.findall(r"<td>([\w-]{36})</td>", page(site, "/"))
    assert len(before) == 10
    assert again == before
