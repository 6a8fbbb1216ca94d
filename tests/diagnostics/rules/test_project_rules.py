"""The rules about the project as a whole."""

from __future__ import annotations

from typing import Any

import pytest

from django_mssql_ops.diagnostics.facts import (
    MalformedSetting,
    NotRun,
    Project,
    RetryMiddleware,
    Unreadable,
)
from django_mssql_ops.diagnostics.registry import all_rules, judge
from django_mssql_ops.findings import Finding
from tests.configuration.entries import project


def findings(number: int, **changes: Any) -> list[Finding]:
    (rule,) = (rule for rule in all_rules() if rule.number == number)
    return list(rule.findings(Project(project=project(**changes))))


def all_ids(**changes: Any) -> list[str]:
    return [f.id for f in judge(Project(project=project(**changes)), stage="project")]


def test_a_sound_project_has_no_finding() -> None:
    assert all_ids() == []


def test_a_project_that_nobody_looked_at_has_none_either() -> None:
    assert judge(Project(), stage="project") == ()


class TestSettingsMalformed:
    PROBLEM = "DATABASES['a'] is a str; it must be a dict"

    def test_each_is_an_error(self) -> None:
        one = MalformedSetting(path="DATABASES['a']", problem=self.PROBLEM)
        two = MalformedSetting(path="MSSQL_OPS", problem="MSSQL_OPS is a list; it must be a dict")
        first, second = findings(100, malformed=(one, two))
        assert (first.id, first.subject) == ("mssql_ops.E100", "(project)")
        assert (first.message, first.about) == (self.PROBLEM, "DATABASES['a']")
        assert second.about == "MSSQL_OPS"
        assert all_ids(malformed=(one, two)) == ["mssql_ops.E100", "mssql_ops.E100"]

    def test_is_told_without_any_alias(self) -> None:
        one = MalformedSetting(path="DATABASES", problem=self.PROBLEM)
        assert all_ids(malformed=(one,), aliases=()) == ["mssql_ops.E100"]


class TestBulkRowsGlobal:
    def test_some_but_not_all_is_a_warning(self) -> None:
        changes = {"aliases": ("default", "bulk", "old"), "bulk_rows": ("bulk",)}
        (finding,) = findings(173, **changes)
        assert finding.id == "mssql_ops.W173"
        assert "DATABASES['bulk']['OPTIONS']['return_rows_bulk_insert']" in finding.message
        assert "also on 'default', 'old'" in finding.message
        assert all_ids(**changes) == ["mssql_ops.W173"]

    @pytest.mark.parametrize("bulk_rows", [(), ("default", "bulk")])
    def test_none_and_all_are_fine(self, bulk_rows: tuple[str, ...]) -> None:
        assert findings(173, aliases=("default", "bulk"), bulk_rows=bulk_rows) == []

    def test_one_alone_is_fine(self) -> None:
        assert findings(173, aliases=("default",), bulk_rows=("default",)) == []


class TestSeedRetryMiddleware:
    BLIND = RetryMiddleware(path="shop.DatabaseRetryMiddleware", sees_view_errors=False)
    SEEING = RetryMiddleware(path="shop.BetterRetryMiddleware", sees_view_errors=True)

    def test_one_that_sees_nothing_is_a_warning(self) -> None:
        changes = {"retry_middleware": (self.SEEING, self.BLIND)}
        (finding,) = findings(182, **changes)
        assert finding.id == "mssql_ops.W182"
        assert finding.message.startswith("MIDDLEWARE: shop.DatabaseRetryMiddleware cannot retry")
        assert finding.about == "shop.DatabaseRetryMiddleware"
        assert all_ids(**changes) == ["mssql_ops.W182"]

    def test_one_that_tries_get_response_again_has_dead_code(self) -> None:
        wrapping = RetryMiddleware(path="shop.Guard", sees_view_errors=False, line=12)
        (finding,) = findings(182, retry_middleware=(wrapping,))
        assert "shop.Guard cannot retry a view: line 12 is dead code" in finding.message
        assert "django_mssql_ops.middleware.DatabaseRetryMiddleware" in finding.hint

    def test_one_with_a_hook_is_fine(self) -> None:
        assert findings(182, retry_middleware=(self.SEEING,)) == []

    def test_without_sql_server_it_is_nobodys_matter(self) -> None:
        assert findings(182, retry_middleware=(self.BLIND,), aliases=()) == []

    def test_one_that_cannot_be_imported_is_unknown(self) -> None:
        (finding,) = findings(182, retry_middleware=Unreadable("ImportError"))
        assert finding.id == "mssql_ops.U182"

    def test_it_is_not_asked_before_django_is_set_up(self) -> None:
        assert findings(182, retry_middleware=NotRun("Django is not set up")) == []


class TestVersionMatrix:
    @pytest.mark.parametrize(
        ("installed", "django", "said"),
        [
            ("1.6", (6, 0), "made for Django 3.2 to 5.2, and Django 6.0 is installed"),
            ("1.7.4", (6, 1), "made for Django 3.2 to 6.0"),
            ("1.8.0", (6, 2), "made for Django 3.2 to 6.1"),
            ("2.0.0", (6, 2), "made for Django 5.2 to 6.1"),
            ("2.0.1", (4, 2), "made for Django 5.2 to 6.1"),
        ],
    )
    def test_another_django_is_an_error(
        self, installed: str, django: tuple[int, int], said: str
    ) -> None:
        changes = {"versions": {"mssql-django": installed}, "django": django}
        (finding,) = findings(196, **changes)
        assert (finding.id, finding.about) == ("mssql_ops.E196", "Django")
        assert said in finding.message
        assert ("Upgrade Django" in finding.hint) is (django == (4, 2))
        assert all_ids(**changes) == ["mssql_ops.E196"]

    @pytest.mark.parametrize(
        ("installed", "django", "python"),
        [
            ("2.0.0", (5, 2), (3, 14)),
            ("2.0.0", (6, 1), (3, 11)),
            ("1.8.0", (5, 2), (3, 15)),
            ("1.6", (5, 2), (3, 14)),
        ],
    )
    def test_another_python_is_a_warning(
        self, installed: str, django: tuple[int, int], python: tuple[int, int]
    ) -> None:
        (finding,) = findings(
            196, versions={"mssql-django": installed}, django=django, python=python
        )
        assert (finding.id, finding.about) == ("mssql_ops.W196", "Python")
        assert f"this is Python {python[0]}.{python[1]}" in finding.message

    @pytest.mark.parametrize(
        ("installed", "django", "python"),
        [
            ("2.0.0", (5, 2), (3, 10)),
            ("2.0.0", (5, 2), (3, 13)),
            ("2.0.0", (6, 1), (3, 14)),
            ("2.0.0rc1", (6, 0), (3, 12)),
            ("1.8.0", (6, 1), (3, 14)),
            ("3.0", (7, 0), (3, 20)),
            ("1.10", (5, 2), (3, 12)),
            ("unknown", (5, 2), (3, 12)),
        ],
    )
    def test_what_is_supported_or_unknown_is_fine(
        self, installed: str, django: tuple[int, int], python: tuple[int, int]
    ) -> None:
        versions = {"mssql-django": installed}
        assert findings(196, versions=versions, django=django, python=python) == []

    def test_it_needs_mssql_django_and_an_alias(self) -> None:
        assert findings(196, versions={}, django=(9, 9)) == []
        assert findings(196, aliases=(), django=(9, 9)) == []
