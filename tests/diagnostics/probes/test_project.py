from __future__ import annotations

import os
import subprocess
import sys
import types
from types import SimpleNamespace
from typing import Any

import pytest
from pytest import MonkeyPatch

from django_mssql_ops.diagnostics.facts import (
    NotRun,
    ProjectFacts,
    RetryMiddleware,
    Unreadable,
)
from django_mssql_ops.diagnostics.probes import project, retrying
from django_mssql_ops.diagnostics.probes.project import probe_project
from tests.configuration.entries import entry


def probe(**settings: Any) -> ProjectFacts:
    return probe_project(SimpleNamespace(**settings))


class TestSettings:
    def test_nothing_set_is_read_as_djangos_defaults(self) -> None:
        facts = probe()
        assert (facts.debug, facts.uses_asgi, facts.aliases) == (False, False, ())
        assert (facts.malformed, facts.retry_middleware) == ((), ())
        assert (facts.connect_budget, facts.slow_login) == (60.0, 1.0)

    def test_what_is_set_is_read(self) -> None:
        facts = probe(
            DEBUG=True,
            ASGI_APPLICATION="shop.asgi.application",
            MSSQL_OPS={"CONNECT_BUDGET": 90, "SLOW_LOGIN": 3, "ENGINES": ("acme.sqlserver",)},
            DATABASES={
                "default": entry(),
                "bulk": entry(ENGINE="acme.sqlserver", options={"return_rows_bulk_insert": 1}),
                "old": entry(ENGINE="sql_server.pyodbc"),
                "other": {"ENGINE": "django.db.backends.sqlite3"},
            },
        )
        assert (facts.debug, facts.uses_asgi) == (True, True)
        assert (facts.connect_budget, facts.slow_login) == (90.0, 3.0)
        assert facts.aliases == ("default", "bulk")
        assert facts.bulk_rows == ("bulk",)

    def test_this_process_is_described(self) -> None:
        facts = probe()
        assert facts.platform == os.name
        assert facts.python == sys.version_info[:2]
        assert facts.versions["mssql-django"].startswith(("1.", "2."))

    def test_a_distribution_that_is_not_installed_has_no_version(
        self, monkeypatch: MonkeyPatch
    ) -> None:
        monkeypatch.setattr(project, "_DISTRIBUTIONS", ("Django", "no-such-distribution"))
        project._versions.cache_clear()
        try:
            assert list(probe().versions) == ["Django"]
        finally:
            project._versions.cache_clear()


class TestMalformed:
    @pytest.mark.parametrize(
        ("settings", "paths"),
        [
            ({"DATABASES": ["default"]}, ["DATABASES"]),
            ({"DATABASES": {"a": None, "b": "x"}}, ["DATABASES['a']", "DATABASES['b']"]),
            (
                {"DATABASES": {"a": entry(OPTIONS=[], TEST=None)}},
                ["DATABASES['a']['OPTIONS']", "DATABASES['a']['TEST']"],
            ),
            ({"DATABASES": {"a": entry(ENGINE="acme", OPTIONS=[])}}, []),
            ({"MSSQL_OPS": None}, ["MSSQL_OPS"]),
            (
                {"MSSQL_OPS": {"TIMEOUT": 0, "X": 1}, "DATABASES": {"a": 5}},
                ["MSSQL_OPS['TIMEOUT']", "MSSQL_OPS['X']", "DATABASES['a']"],
            ),
        ],
        ids=["databases", "entries", "options", "another engine", "ops", "both"],
    )
    def test_is_a_fact_with_its_place(self, settings: dict[str, Any], paths: list[str]) -> None:
        malformed = probe(**settings).malformed
        assert [setting.path for setting in malformed] == paths
        assert all(setting.problem.startswith(setting.path[:9]) for setting in malformed)

    def test_no_value_is_quoted(self) -> None:
        facts = probe(DATABASES={"a": "mssql://svc:hunter2@db"}, MSSQL_OPS={"ENGINES": "a:hunter2"})
        assert "hunter2" not in repr(facts)

    def test_the_aliases_that_can_be_read_are_read(self) -> None:
        facts = probe(DATABASES={"a": None, "b": entry(OPTIONS=None), "c": entry()})
        assert facts.aliases == ("b", "c")
        assert facts.bulk_rows == ()


class Sees:
    def process_exception(self) -> None: ...


class Wraps:
    def process_view(self) -> None: ...


CLASSES: dict[str, Any] = {
    "DatabaseRetryMiddleware": type("DatabaseRetryMiddleware", (), {"__call__": print}),
    "SeeingRetryMiddleware": type("SeeingRetryMiddleware", (Sees,), {}),
    "RETRYING": type("RETRYING", (Wraps,), {}),
    "retry_requests": lambda get_response: get_response,
    "RetryAfterMiddleware": None,
    "Ordinary": None,
}


@pytest.fixture
def shop(monkeypatch: MonkeyPatch) -> None:
    """A module ``shop_retry`` with all of :data:`CLASSES`."""
    module = types.ModuleType("shop_retry")
    vars(module).update(CLASSES)
    monkeypatch.setitem(sys.modules, "shop_retry", module)


@pytest.mark.usefixtures("shop")
class TestRetryMiddleware:
    @pytest.mark.parametrize(
        ("name", "sees"),
        [
            ("DatabaseRetryMiddleware", False),
            ("retry_requests", False),
            ("SeeingRetryMiddleware", True),
            ("RETRYING", True),
        ],
    )
    def test_a_hook_sees_what_a_view_raises(self, name: str, sees: bool) -> None:
        path = f"shop_retry.{name}"
        (found,) = self.found(path)
        assert found == RetryMiddleware(path=path, sees_view_errors=sees)

    @pytest.mark.parametrize(
        "path",
        [
            "retry.middleware.Ordinary",
            "shop_retry.RetryAfterMiddleware",
            "shop_retry.retry_after",
            "django_mssql_ops.middleware.DatabaseRetryMiddleware",
            7,
        ],
    )
    def test_another_one_is_not_even_imported(self, path: object) -> None:
        before = set(sys.modules)
        assert self.found(path) == ()
        assert set(sys.modules) == before

    def test_a_subclass_of_ours_is_ours(self, monkeypatch: MonkeyPatch) -> None:
        ours = type("Ours", (), {"__module__": "django_mssql_ops.middleware"})
        derived = type("MyRetryMiddleware", (ours,), {})
        monkeypatch.setattr("shop_retry.MyRetryMiddleware", derived, raising=False)
        assert self.found("shop_retry.MyRetryMiddleware")[0].sees_view_errors

    @pytest.mark.parametrize(
        "path", ["shop_retry.NoSuchRetry", "no_such_module.RetryMiddleware", "retry"]
    )
    def test_what_cannot_be_imported_is_unreadable(self, path: str) -> None:
        found = probe(MIDDLEWARE=["shop_retry.RETRYING", path]).retry_middleware
        assert isinstance(found, Unreadable)
        assert path in found.reason

    def test_whatever_an_import_raises_is_unreadable(self, monkeypatch: MonkeyPatch) -> None:
        def refuse(path: str) -> None:
            raise RuntimeError("PWD=hunter2")

        monkeypatch.setattr(retrying, "import_string", refuse)
        found = probe(MIDDLEWARE=["shop.RetryMiddleware"]).retry_middleware
        assert isinstance(found, Unreadable)
        assert "(RuntimeError)" in found.reason
        assert "hunter2" not in repr(found)

    def test_nothing_is_imported_before_django_is_set_up(self, monkeypatch: MonkeyPatch) -> None:
        monkeypatch.setattr("django.apps.apps.ready", False)
        assert isinstance(probe(MIDDLEWARE=["shop.RetryMiddleware"]).retry_middleware, NotRun)
        assert probe(MIDDLEWARE=["shop.OrdinaryMiddleware"]).retry_middleware == ()

    @pytest.mark.parametrize("middleware", [None, "shop.RetryMiddleware", 5])
    def test_a_setting_of_another_type_has_none(self, middleware: object) -> None:
        assert probe(MIDDLEWARE=middleware).retry_middleware == ()

    @staticmethod
    def found(path: object) -> tuple[RetryMiddleware, ...]:
        found = probe(MIDDLEWARE=(path,)).retry_middleware
        assert isinstance(found, tuple)
        return found


def test_it_works_before_setup_and_imports_no_driver() -> None:
    code = (
        "import sys, types\n"
        "from django.conf import settings\n"
        "settings.configure(DATABASES={'default': {'ENGINE': 'mssql'}})\n"
        "from django_mssql_ops.diagnostics.probes.project import probe_project\n"
        "assert probe_project(settings).aliases == ('default',)\n"
        "assert not {'pyodbc', 'mssql_python', 'mssql.base'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
