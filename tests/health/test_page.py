from __future__ import annotations

import json
import logging
import os
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from io import StringIO
from typing import Any, Final
from xml.etree import ElementTree

import health_check
import pytest
from django.core.management import call_command
from django.test import Client, override_settings
from health_check.management.commands.health_check import Command
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from django_mssql_ops.health.answer import Word
from django_mssql_ops.health.probing import log
from tests.health.sights import READ_ONLY, WASTED, Sights, answered, failed, pool, seeing

#: Where the environment says which version of django-health-check this has to be.
VERSION_VARIABLE: Final = "MSSQL_OPS_TEST_HEALTH_CHECK"
TOKEN: Final = "0123456789abcdef"
HOST: Final = "probes.example"
FORMATS: Final = ("json", "text", "openmetrics", "atom", "rss", "details")
FEEDS: Final = ("openmetrics", "atom", "rss")
#: What HttpURLConnection sends; it is no valid header.
JAVA: Final = "text/html, *; q=.2, */*; q=.2"


@pytest.fixture(autouse=True)
def project() -> Iterator[None]:
    with override_settings(
        ROOT_URLCONF="django_mssql_ops.health.urls",
        ALLOWED_HOSTS=[HOST],
        MSSQL_OPS={"HEALTH": {"TOKENS": [TOKEN]}},
    ):
        yield


@pytest.fixture
def sights() -> Iterator[Sights]:
    with seeing(Sights(), ["default", "archive"]) as found:
        yield found


def get(query: str = "", **headers: str) -> Any:
    wanted = {"Authorization": f"Bearer {TOKEN}", "Host": HOST, **headers}
    return Client(headers=wanted).get(f"/health/{query}")


def text_of(query: str = "", **headers: str) -> str:
    content: bytes = get(query, **headers).content
    return content.decode()


class _Page(HTMLParser):
    """What stands in the page, by element and without its style."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.found: list[tuple[str, str]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag not in ("meta", "link", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if data.strip() and self.open[-1] != "style":
            self.found.append((self.open[-1], data.strip()))


def test_this_is_the_version_that_is_meant() -> None:
    """tests/health/test_versions.py runs this file with others than the one installed."""
    assert os.environ.get(VERSION_VARIABLE, health_check.__version__) == health_check.__version__


class TestAccess:
    @pytest.mark.parametrize("query", ["", *(f"?format={name}" for name in FORMATS)])
    def test_others_see_one_sentence(self, query: str, sights: Sights) -> None:
        response = get(query, Authorization="Bearer of bad news")
        assert response.status_code == 403
        assert response["Content-Type"] == "text/plain; charset=utf-8"
        assert response.content.count(b"\n") == 1
        assert sights.asked == []

    def test_a_network_admits(self, sights: Sights) -> None:
        with override_settings(MSSQL_OPS={"HEALTH": {"NETWORKS": ["127.0.0.1"]}}):
            assert get(Authorization="").status_code == 200


class TestHtml:
    def test_a_sound_project(self, sights: Sights) -> None:
        response = get()
        page = _Page(response.content.decode())
        assert (response.status_code, response["Content-Type"]) == (200, "text/html; charset=utf-8")
        assert page.open == []
        assert ("title", "SQL Server health: healthy") in page.found
        assert ("th", "MSSQLConnection(alias='archive')") in page.found
        assert ("td", "OK, 4.0 ms, TLS, SQL authentication") in page.found
        assert ("th", "Retry budget") in page.found
        assert ("h2", "MSSQLPool, default") in page.found

    def test_a_warning_is_degraded(self, sights: Sights) -> None:
        sights.facts["archive"] = READ_ONLY
        response = get()
        page = _Page(response.content.decode())
        assert response.status_code == 200
        assert ("span", "degraded") in page.found
        assert ("strong", "read-only") in page.found

    def test_a_warning_that_fails_is_degraded_too(self, sights: Sights) -> None:
        sights.pools["default"] = WASTED
        health = {"TOKENS": [TOKEN], "FAIL_ON": "warning"}
        with override_settings(MSSQL_OPS={"HEALTH": health}):
            response = get()
        assert response.status_code == 500
        assert ("span", "degraded") in _Page(response.content.decode()).found

    def test_no_answer_is_down(self, sights: Sights) -> None:
        sights.facts["archive"] = READ_ONLY
        sights.answers["default"] = failed(Word.TLS_FAILED)
        response = get()
        page = _Page(response.content.decode())
        assert response.status_code == 500
        assert ("span", "down") in page.found
        assert ("td", "Unavailable: tls-failed") in page.found

    def test_an_alias_is_escaped(self) -> None:
        alias = "<script>alert(1)</script>"
        with seeing(Sights(), [alias]):
            text = text_of()
        assert "<script" not in text
        assert "&lt;script&gt;" in text

    def test_neither_templates_nor_apps_of_the_project_are_needed(self, sights: Sights) -> None:
        with override_settings(TEMPLATES=[], INSTALLED_APPS=[]):
            assert get().status_code == 200


class TestFormats:
    @pytest.mark.parametrize("name", FORMATS)
    def test_the_status_says_whether_all_is_well(self, name: str, sights: Sights) -> None:
        assert get(f"?format={name}").status_code == 200
        sights.answers["default"] = failed()
        # Those who collect these want them also when something is wrong.
        assert get(f"?format={name}").status_code == (200 if name in FEEDS else 500)

    def test_json_is_django_health_checks_own(self, sights: Sights) -> None:
        sights.answers["archive"] = failed(Word.CANNOT_CONNECT, "archive")
        assert get("?format=json").json() == {
            "MSSQLConnection(alias='default')": "OK",
            "MSSQLPool(alias='default')": "OK",
            "MSSQLConnection(alias='archive')": "Unavailable: cannot-connect",
            "MSSQLPool(alias='archive')": "OK",
        }

    def test_text_has_a_line_for_each(self, sights: Sights) -> None:
        assert text_of("?format=text").splitlines()[1] == "MSSQLPool(alias='default'): OK"

    def test_details_are_json_with_everything(self, sights: Sights) -> None:
        sights.facts["default"] = READ_ONLY
        found = get("?format=details").json()
        assert found["state"] == "degraded"
        connection, of_pool = found["checks"][:2]
        assert (connection["check"], connection["alias"]) == ("MSSQLConnection", "default")
        assert connection["status"] == "OK, 4.0 ms, TLS, SQL authentication, 1 warning"
        (warning,) = connection["warnings"]
        assert warning["word"] == "read-only"
        assert connection["facts"]["Authentication"] == "SQL"
        assert of_pool["facts"]["Opened since start"] == "3"

    @pytest.mark.parametrize("name", ["atom", "rss"])
    def test_feeds_are_xml(self, name: str, sights: Sights) -> None:
        sights.answers["default"] = failed(Word.LOGIN_REJECTED)
        text = text_of(f"?format={name}")
        ElementTree.fromstring(text)  # noqa: S314  written here
        assert "Unavailable: login-rejected" in text

    @pytest.mark.parametrize(
        ("accept", "kind"),
        [
            ("application/json", "application/json"),
            ("text/plain", "text/plain; charset=utf-8"),
            ("text/html,application/xhtml+xml,*/*;q=0.8", "text/html; charset=utf-8"),
            ("", "text/plain"),
        ],
    )
    def test_the_accept_header_chooses(self, accept: str, kind: str, sights: Sights) -> None:
        assert get(Accept=accept)["Content-Type"] == kind

    @pytest.mark.parametrize("accept", [JAVA, "image/png", ""])
    @pytest.mark.parametrize("name", FORMATS)
    def test_a_format_that_is_asked_for_needs_no_header(
        self, name: str, accept: str, sights: Sights
    ) -> None:
        sights.answers["default"] = failed()
        response = get(f"?format={name}", Accept=accept)
        assert response.status_code == (200 if name in FEEDS else 500)

    @pytest.mark.parametrize("accept", [JAVA, "nonsense", "a/b;q=1;;", "image/png"])
    def test_a_header_that_cannot_be_served_is_not_acceptable(
        self, accept: str, sights: Sights
    ) -> None:
        assert get(Accept=accept).status_code == 406


class TestMetrics:
    def test_the_whole_is_openmetrics(self, sights: Sights) -> None:
        sights.answers["archive"] = failed(alias="archive")
        sights.answers["default"] = answered(latency=0.25)
        families = metrics()
        assert families["django_health_check_overall_status"] == {(): 0.0}
        assert families["mssql_ops_up"] == {"default": 1.0, "archive": 0.0}
        assert families["mssql_ops_latency_seconds"] == {"default": 0.25}
        assert families["mssql_ops_retry_budget_tokens"]["default"] == 495.0
        assert families["mssql_ops_live_connections"]["idle", "default"] == 1.0
        assert families["mssql_ops_retries"]["exhausted", "archive"] == 1.0
        assert families["mssql_ops_connections_opened"]["archive"] == 3.0
        assert families["mssql_ops_server_sessions"] == {"default": 40.0}

    def test_the_labels_are_bounded(self, sights: Sights) -> None:
        text = text_of("?format=openmetrics")
        ours = [line for line in text.splitlines() if line.startswith("mssql_ops_")]
        labels = set(re.findall(r'(\w+)="', "\n".join(ours)))
        assert labels == {"alias", "state", "outcome", "check"}

    def test_an_alias_is_escaped(self) -> None:
        alias = 'a"b\\c\nd'
        with seeing(Sights(pools={alias: pool(alias)}), [alias]):
            assert metrics()["mssql_ops_up"] == {alias: 1.0}


def metrics() -> dict[str, dict[Any, float]]:
    text = text_of("?format=openmetrics")
    families: Any = text_string_to_metric_families(text)  # type: ignore[no-untyped-call]
    return {
        family.name: {_labels(sample.labels): sample.value for sample in family.samples}
        for family in families
    }


def _labels(labels: dict[str, str]) -> Any:
    """The alias, or the other label and the alias."""
    values = tuple(labels[name] for name in sorted(labels, reverse=True))
    return values[0] if len(values) == 1 else values


class TestSettings:
    def test_wrong_settings_admit_nobody_and_are_said_once(
        self, caplog: pytest.LogCaptureFixture
    ) -> None:
        log.say_once.cache_clear()
        with override_settings(MSSQL_OPS={"HEALTH": {"TOKENS": [TOKEN], "TIMEOUT": 0}}):
            assert get().status_code == get().status_code == 403
        (said,) = [r.getMessage() for r in caplog.records if r.levelno >= logging.ERROR]
        assert "MSSQL_OPS['HEALTH']['TIMEOUT'] is 0" in said
        assert TOKEN not in said

    def test_a_project_without_sql_server_says_so(self) -> None:
        with seeing(Sights(unknown={"default"}), []):
            response = get("?format=json")
        assert response.status_code == 500
        assert json.loads(response.content) == {
            "MSSQLConnection(alias='default')": "Unavailable: configuration",
            "MSSQLPool(alias='default')": "Unavailable: configuration",
        }


class TestCommand:
    """django-health-check's own."""

    def test_without_http(self, sights: Sights) -> None:
        assert self._run("--no-http") == (0, "MSSQLConnection(alias='default'): OK")

    def test_without_http_and_without_answer(self, sights: Sights) -> None:
        sights.answers["default"] = failed()
        told = "MSSQLConnection(alias='default'): Unavailable: no-answer"
        assert self._run("--no-http") == (1, told)

    def _run(self, *arguments: str) -> tuple[Any, str]:
        out = StringIO()
        with pytest.raises(SystemExit) as ended:
            call_command(Command(), "health", *arguments, stdout=out)
        return ended.value.code, out.getvalue().splitlines()[0]
