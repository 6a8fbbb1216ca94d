from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core import checks as django_checks
from django.core.checks.registry import registry
from django.test import override_settings
from pytest import MonkeyPatch

from django_mssql_ops import checks, odbc
from django_mssql_ops.diagnostics.probes import retrying
from django_mssql_ops.diagnostics.registry import Rule, info, unknown
from tests.configuration.entries import entry, implicit, mssql_python

PROJECT = Path(__file__).parent.parent


class Inventory:
    """Stands for what is installed, and counts how often somebody looks."""

    def __init__(self, *names: str) -> None:
        self.drivers = [odbc.RegisteredDriver(name, "", "") for name in names]
        self.looks = 0

    def __call__(self) -> Inventory:
        self.looks += 1
        return self


@pytest.fixture(autouse=True)
def installed(monkeypatch: MonkeyPatch) -> Inventory:
    inventory = Inventory("ODBC Driver 18 for SQL Server")
    monkeypatch.setattr(odbc, "inventory", inventory)
    # Other tests of the same process have decorated functions that nobody wants judged here.
    monkeypatch.setattr(retrying, "_declared", tuple)
    return inventory


def about(
    databases: Any, engines: tuple[str, ...] = (), *, deploy_only: bool = False, **more: Any
) -> list[django_checks.CheckMessage]:
    """What is said of a project with these ``DATABASES``; ``more`` are further settings."""
    made_up = {"DATABASES": databases, "MSSQL_OPS": {"ENGINES": engines}, **more}
    return checks.messages_about(SimpleNamespace(**made_up), deploy_only=deploy_only)


def ids(databases: Any, engines: tuple[str, ...] = (), **more: Any) -> list[str | None]:
    return [message.id for message in about(databases, engines, **more)]


class TestWhichAliases:
    def test_a_sound_alias_has_no_message(self) -> None:
        assert ids({"default": entry()}) == []

    @pytest.mark.mssql_python
    def test_nor_has_one_on_mssql_python(self) -> None:
        assert ids({"default": entry(), "other": mssql_python()}) == []

    def test_another_database_is_left_alone(self) -> None:
        broken = entry(ENGINE="django.db.backends.postgresql", NAME="")
        assert ids({"default": broken, "x": entry(ENGINE="acme.mssql", NAME="")}) == []

    def test_an_engine_from_the_settings_is_judged(self) -> None:
        databases = {"default": entry(ENGINE="acme.mssql", NAME="")}
        assert ids(databases, engines=("acme.mssql",)) == ["mssql_ops.E102"]

    def test_a_retired_engine_is_judged_by_one_rule(self) -> None:
        databases = {"default": entry(ENGINE="sql_server.pyodbc", NAME="", options={"x": 1})}
        assert ids(databases) == ["mssql_ops.E101"]


class TestMessages:
    def test_carry_level_id_hint_and_subject(self) -> None:
        (message,) = about({"replica": entry(options={"x_y": 1})})
        assert isinstance(message, django_checks.CheckMessage)
        assert message.level == django_checks.WARNING
        assert message.id == "mssql_ops.W107"
        assert message.obj == "replica"
        assert message.hint is not None
        assert message.hint.endswith("See docs/checks/107-options-unknown-key.md")

    def test_an_error_fails_the_check(self) -> None:
        (message,) = about({"default": entry(NAME="")})
        assert message.is_serious()

    @pytest.mark.parametrize(("verdict", "shown"), [(info, ["mssql_ops.I199"]), (unknown, [])])
    def test_info_is_shown_and_unknown_is_not(
        self, monkeypatch: MonkeyPatch, verdict: Any, shown: list[str]
    ) -> None:
        rule = _rule(199, lambda facts: iter([verdict("told")]))
        monkeypatch.setattr("django_mssql_ops.diagnostics.registry.all_rules", lambda: (rule,))
        assert ids({"default": entry()}) == shown

    def test_deploy_rules_run_with_deploy_only(self, monkeypatch: MonkeyPatch) -> None:
        rules = (
            _rule(198, lambda facts: iter([info("always")])),
            _rule(199, lambda facts: iter([info("deployed")]), deploy_only=True),
        )
        monkeypatch.setattr("django_mssql_ops.diagnostics.registry.all_rules", lambda: rules)
        assert ids({"default": entry()}) == ["mssql_ops.I198"]
        assert ids({"default": entry()}, deploy_only=True) == ["mssql_ops.I199"]


def _rule(number: int, judge: Any, *, deploy_only: bool = False) -> Rule:
    return Rule(
        number=number,
        slug=f"made-up-{number}",
        stage="settings",
        needs=(),
        judge=judge,
        deploy_only=deploy_only,
    )


class TestInstalledDrivers:
    def test_are_looked_up_once(self, installed: Inventory) -> None:
        ids({"default": entry(), "other": entry()})
        assert installed.looks == 1

    def test_are_not_looked_up_when_nobody_needs_them(self, installed: Inventory) -> None:
        ids({"default": mssql_python(), "other": entry(ENGINE="django.db.backends.sqlite3")})
        assert installed.looks == 0

    @pytest.mark.mssql_python
    def test_decide_about_rule_146(self, installed: Inventory) -> None:
        installed.drivers.clear()
        assert ids({"default": entry(), "other": mssql_python()}) == ["mssql_ops.E146"]

    def test_that_cannot_be_read_say_nothing(self, monkeypatch: MonkeyPatch) -> None:
        def refuse() -> None:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(odbc, "inventory", refuse)
        assert ids({"default": entry()}) == []


class TestMalformed:
    @pytest.mark.parametrize(
        ("databases", "path"),
        [
            (["default"], "DATABASES"),
            ({"default": "mssql://db/shop"}, "DATABASES['default']"),
            ({"default": None}, "DATABASES['default']"),
            ({"default": entry() | {"OPTIONS": ["Encrypt"]}}, "DATABASES['default']['OPTIONS']"),
            ({"default": entry(TEST="x")}, "DATABASES['default']['TEST']"),
        ],
    )
    def test_is_one_error_about_the_project(self, databases: Any, path: str) -> None:
        (message,) = about(databases)
        assert (message.id, message.obj) == ("mssql_ops.E100", "(project)")
        assert message.msg.startswith(f"{path} is a ")
        assert "it must be a dict" in message.msg

    def test_does_not_keep_other_aliases_from_being_judged(self) -> None:
        databases = {"default": None, "other": entry(NAME="")}
        assert ids(databases) == ["mssql_ops.E100", "mssql_ops.E102"]

    def test_is_left_alone_on_another_database(self) -> None:
        assert ids({"default": {"ENGINE": "acme", "OPTIONS": "x"}}) == []

    def test_is_not_said_again_with_deploy(self) -> None:
        assert ids({"default": None}, deploy_only=True) == []

    def test_mssql_ops_is_an_error_too(self) -> None:
        with override_settings(MSSQL_OPS={"TIMEOUT": -1}):
            (message,) = checks.check_settings()
            assert checks.check_deployment() == []
        assert (message.id, message.obj) == ("mssql_ops.E100", "(project)")
        assert "MSSQL_OPS['TIMEOUT']" in message.msg

    def test_of_mssql_ops_leaves_what_can_be_read(self) -> None:
        ops = {"ENGINES": ("acme.mssql",), "TIMEOUT": -1}
        databases = {"default": entry(ENGINE="acme.mssql", NAME="")}
        assert ids(databases, MSSQL_OPS=ops) == ["mssql_ops.E100", "mssql_ops.E102"]


class TestRegistration:
    def test_runs_under_the_tag(self) -> None:
        assert django_checks.tag_exists("mssql")
        assert django_checks.run_checks(tags=["mssql"], include_deployment_checks=True) == []

    def test_the_views_are_there_whatever_was_checked_before(
        self, monkeypatch: MonkeyPatch, tmp_path: Path
    ) -> None:
        """Django asks its checks in the order of a set, and only one of them loads the URLconf."""
        for name, text in (("whole_urls", "urlpatterns = []"), ("broken_urls", "1 / 0")):
            (tmp_path / f"{name}.py").write_text(text, encoding="utf-8")
            monkeypatch.syspath_prepend(str(tmp_path))
            with override_settings(ROOT_URLCONF=name):
                checks.check_settings()
            assert (name in sys.modules) is (name == "whole_urls")
        sys.modules.pop("whole_urls")

    def test_deployment_rules_are_asked_with_deploy_only(self) -> None:
        always: list[object] = [*registry.get_checks()]
        deployed: list[object] = [*registry.get_checks(include_deployment_checks=True)]
        assert checks.check_settings in always
        assert checks.check_deployment not in always
        assert checks.check_deployment in deployed


def test_a_hint_leads_to_the_page_of_its_check() -> None:
    for databases in ({"default": implicit()}, {"default": None}):
        (message,) = about(databases)
        path = PROJECT / str(message.hint).rpartition("See ")[2]
        assert path.parent == PROJECT / "docs" / "checks"
        assert path.read_text("utf-8").startswith(f"# {path.stem.replace('-', ' ', 1)}\n")
