"""``check --database``, and what ``migrate`` asks first, on made-up facts: no socket is opened."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.core import checks as django_checks
from django.core.checks.registry import registry
from django.core.management import call_command
from django.db.utils import ConnectionHandler
from django.test.utils import setup_test_environment, teardown_test_environment
from pytest import MonkeyPatch

from django_mssql_ops import checks
from django_mssql_ops import connections as ops_connections
from django_mssql_ops.diagnostics import run
from django_mssql_ops.diagnostics.facts import Facts, NotRun, Outcome, Unreadable
from django_mssql_ops.exceptions import ConfigurationError
from tests.configuration.entries import entry
from tests.diagnostics.rules.building import (
    browser,
    database,
    dns,
    driver,
    failure,
    healthy_facts,
    latency,
    login,
    prelogin,
    server,
    session,
    settings,
    tcp,
    tls,
    unverified,
)
from tests.diagnostics.rules.building_database import permissions, schema

FAILED = NotRun("an earlier stage failed")
#: What is skipped when no connection came to be.
UNREACHED: dict[str, Any] = dict.fromkeys(
    ("login", "session", "server", "database", "latency"), FAILED
)


@pytest.fixture
def about(monkeypatch: MonkeyPatch) -> Iterator[Any]:
    """``about(facts)`` is what the check says when these facts are found."""

    def say(*found: Facts) -> list[django_checks.CheckMessage]:
        monkeypatch.setattr(checks, "_gathered", lambda *_arguments: iter(found))
        return checks.check_databases(databases=["default"])

    yield say


def ids(messages: list[django_checks.CheckMessage]) -> list[str | None]:
    return [message.id for message in messages]


def rejected(number: int | None, **changes: Any) -> Facts:
    """A login that the server answered with this error."""
    return healthy_facts(**{**UNREACHED, "login": login(error=failure(number)), **changes})


class TestWhatMigrateMeets:
    def test_nothing_where_all_is_well(self, about: Any) -> None:
        assert about(healthy_facts()) == []

    def test_an_error_that_leaves_the_application_working_is_a_warning(self, about: Any) -> None:
        (message,) = about(healthy_facts(session=session(encrypted=False)))
        assert (message.id, message.level) == ("mssql_ops.W411", django_checks.WARNING)
        assert not message.is_serious()
        assert message.obj == "default"
        assert str(message.hint).endswith("See docs/checks/411-encrypt-state.md")

    def test_a_warning_stays_one(self, about: Any) -> None:
        assert ids(about(healthy_facts(latency=latency(p50=80.0)))) == ["mssql_ops.W450"]

    def test_what_migrate_needs_is_no_fault(self, about: Any) -> None:
        owner = permissions(is_ddl_admin=True, may_change_schema=True)
        waiting = schema(pending=("shop.0001_initial",))
        facts = healthy_facts(session=session(is_db_owner=True), permissions=owner, schema=waiting)
        assert about(facts) == []

    def test_information_and_the_unknown_are_left_to_mssql_check(self, about: Any) -> None:
        newer = server(version=(18, 0, 1))
        unread = session(encrypted=Unreadable("error 300"), is_db_owner=Unreadable("error 300"))
        assert about(healthy_facts(server=newer, session=unread)) == []

    def test_settings_are_another_checks_business(self, about: Any) -> None:
        assert about(healthy_facts(settings=settings(name="", option_names=("x_y",)))) == []

    def test_every_alias_is_named(self, about: Any) -> None:
        slow = latency(p50=80.0)
        messages = about(
            healthy_facts(alias="a", latency=slow), healthy_facts(alias="b", latency=slow)
        )
        assert [message.obj for message in messages] == ["a", "b"]


#: Facts with which the application cannot work at all -> the rules that say so.
FATAL: list[tuple[dict[str, Any], list[int]]] = [
    ({"driver": driver(missing_libraries=("libkrb5.so.3",)), **UNREACHED}, [404]),
    (
        {"driver": driver(import_errors=(("pyodbc", "libodbc.so.2: cannot open"),)), **UNREACHED},
        [404],
    ),
    ({"dns": dns(outcome=Outcome.NOT_FOUND), **UNREACHED}, [401]),
    ({"dns": dns(outcome=Outcome.TIMED_OUT), **UNREACHED}, [401]),
    ({"browser": browser(outcome=Outcome.TIMED_OUT, port=None), **UNREACHED}, [467]),
    ({"tcp": tcp(Outcome.REFUSED), **UNREACHED}, [402]),
    ({"tcp": tcp(Outcome.TIMED_OUT), **UNREACHED}, [402]),
    ({"prelogin": prelogin(outcome=Outcome.SILENT), **UNREACHED}, [464]),
    ({"tls": tls(outcome=Outcome.SILENT, error="silent"), **UNREACHED}, [465]),
    ({"login": login(error=failure(18456))}, [466]),
    ({"server": server(engine_edition=11)}, [420]),
    ({"database": database(state="RESTORING")}, [423]),
    ({"database": database(updateability="READ_ONLY")}, [424]),
    ({"settings": settings(isolation_level="SNAPSHOT")}, [426]),
]

#: Facts that an application can live with -> the rules whose errors become warnings.
BEARABLE: list[tuple[dict[str, Any], list[int]]] = [
    ({"settings": settings(target=None, target_problem="freetds.conf"), **UNREACHED}, [469]),
    ({"prelogin": prelogin(instance_matches=False), "settings": settings()}, [464]),
    ({"tls": unverified(20, "unknown issuer")}, [413]),
    ({"session": session(encrypted=False, is_sysadmin=True)}, [411, 435]),
    ({"server": server(version=(13, 0, 1))}, [418]),
    ({"database": database(user_access="RESTRICTED_USER")}, [423]),
    ({"database": database(compatibility_level=110)}, [427]),
    ({"database": database(auto_close=True)}, [428]),
]


class TestWhatStopsMigrate:
    @pytest.mark.parametrize(("changes", "rules"), FATAL)
    def test_what_cannot_work_stays_an_error(
        self, about: Any, changes: dict[str, Any], rules: list[int]
    ) -> None:
        messages = about(healthy_facts(**changes))
        assert ids(messages) == [f"mssql_ops.E{number}" for number in rules]
        assert all(message.is_serious() for message in messages)

    @pytest.mark.parametrize(("changes", "rules"), BEARABLE)
    def test_what_can_work_does_not(
        self, about: Any, changes: dict[str, Any], rules: list[int]
    ) -> None:
        messages = about(healthy_facts(**changes))
        assert ids(messages) == [f"mssql_ops.W{number}" for number in rules]

    @pytest.mark.parametrize("changes", [changes for changes, rules in FATAL if rules[0] < 404])
    def test_a_stage_that_failed_and_yet_led_to_a_login_stops_nobody(
        self, about: Any, changes: dict[str, Any]
    ) -> None:
        reached = {key: value for key, value in changes.items() if value is not FAILED}
        (message,) = about(healthy_facts(**reached))
        assert message.level == django_checks.WARNING

    def test_a_driver_that_seemed_broken_and_yet_logged_in_stops_nobody(self, about: Any) -> None:
        broken = driver(missing_libraries=("libkrb5.so.3",))
        assert ids(about(healthy_facts(driver=broken))) == ["mssql_ops.W404"]

    def test_the_reason_of_a_refused_certificate_stands_beside_the_failed_login(
        self, about: Any
    ) -> None:
        refused = rejected(None, tls=unverified(20, "unknown issuer"))
        assert ids(about(refused)) == ["mssql_ops.E413", "mssql_ops.E466"]

    def test_the_drivers_own_words_are_in_the_hint_on_one_line(self, about: Any) -> None:
        (message,) = about(
            healthy_facts(login=login(error=failure(None, "what\n  now")), session=FAILED)
        )
        assert "The driver says: [Microsoft][ODBC Driver 18" in str(message.hint)
        assert "what now See docs/checks/466-login.md" in str(message.hint)


class TestALoginThatMayPass:
    """mssql-django connects again for some numbers: stopping before that would break migrations."""

    @pytest.mark.parametrize("number", [40613, 40197, 40501, 10928, 49920])
    def test_what_the_backend_tries_again_is_a_warning(self, about: Any, number: int) -> None:
        assert ids(about(rejected(number))) == ["mssql_ops.W466"]

    def test_unless_it_was_told_not_to(self, about: Any) -> None:
        found = rejected(40613, settings=settings(connection_retries=0))
        assert ids(about(found)) == ["mssql_ops.E466"]

    @pytest.mark.parametrize("number", [18456, 18470, 4060, 4064, 18401, 40615])
    def test_the_rest_stops(self, about: Any, number: int) -> None:
        assert ids(about(rejected(number))) == ["mssql_ops.E466"]

    @pytest.mark.parametrize(
        ("connection_timeout", "expected"), [(60, "W466"), (5, "E466"), (0, "E466")]
    )
    def test_no_answer_yet_is_a_warning_to_who_asked_for_patience(
        self, about: Any, connection_timeout: int, expected: str
    ) -> None:
        silent = login(error=failure(None), timed_out=True, milliseconds=5_700.0)
        patient = settings(connection_timeout=connection_timeout)
        assert ids(about(rejected(None, login=silent, settings=patient))) == [
            f"mssql_ops.{expected}"
        ]


@contextmanager
def like_the_test_runner() -> Iterator[None]:
    """As Django's test runner has it while it asks the checks."""
    setup_test_environment()
    try:
        yield
    finally:
        teardown_test_environment()


class TestUnderDjangosTestRunner:
    def test_advice_about_a_database_of_minutes_is_noise(self, about: Any) -> None:
        noisy = healthy_facts(
            session=session(encrypted=False),
            database=database(read_committed_snapshot=False, auto_close=True),
            latency=latency(p50=80.0),
        )
        with like_the_test_runner():
            assert about(noisy) == []
        assert len(about(noisy)) == 4

    def test_what_cannot_work_is_said(self, about: Any) -> None:
        with like_the_test_runner():
            assert ids(about(rejected(18456))) == ["mssql_ops.E466"]


class TestWhoIsAsked:
    @pytest.fixture
    def asked(self, monkeypatch: MonkeyPatch) -> list[str]:
        """The aliases that would be connected to, of three that are SQL Server and one that not."""
        seen: list[str] = []

        def gather(entries: dict[str, Any], *_arguments: Any) -> tuple[Facts, ...]:
            seen.extend(entries)
            return tuple(healthy_facts(alias=alias) for alias in entries)

        handler = ConnectionHandler(
            {
                "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"},
                "shop": entry(),
                "replica": entry(),
                "old": entry(ENGINE="sql_server.pyodbc"),
            }
        )
        monkeypatch.setattr(ops_connections, "connections", handler)
        monkeypatch.setattr(run, "gather", gather)
        return seen

    @pytest.mark.parametrize("databases", [None, [], {}])
    def test_nobody_unless_an_alias_is_named(self, asked: list[str], databases: Any) -> None:
        assert checks.check_databases(databases=databases) == []
        assert asked == []

    def test_the_aliases_that_are_named_and_sql_server(self, asked: list[str]) -> None:
        assert checks.check_databases(databases=["shop", "default"]) == []
        assert asked == ["shop"]

    def test_a_mapping_as_the_test_runner_has_it(self, asked: list[str]) -> None:
        assert checks.check_databases(databases={"replica": True, "shop": False}) == []
        assert asked == ["shop", "replica"]

    def test_nobody_where_nothing_is_sql_server(
        self, asked: list[str], monkeypatch: MonkeyPatch
    ) -> None:
        other = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
        monkeypatch.setattr(ops_connections, "connections", ConnectionHandler(other))
        assert checks.check_databases(databases=["default"]) == []
        assert asked == []

    def test_an_entry_that_cannot_be_read_does_not_keep_the_others(
        self, monkeypatch: MonkeyPatch
    ) -> None:
        """Rule 100 speaks about it, under another tag."""
        aliases: list[str] = []

        def gather(entries: dict[str, Any], *_arguments: Any) -> tuple[Facts, ...]:
            aliases.extend(entries)
            if "shop" in entries:
                raise ConfigurationError("DATABASES['shop']['TEST'] is a str; it must be a dict")
            return ()

        handler = ConnectionHandler({"default": entry(), "shop": entry(), "replica": entry()})
        monkeypatch.setattr(ops_connections, "connections", handler)
        monkeypatch.setattr(run, "gather", gather)
        assert checks.check_databases(databases=["shop", "replica"]) == []
        assert aliases == ["shop", "replica"]


class TestRegistration:
    def test_runs_under_djangos_own_tag_and_no_other(self) -> None:
        registered: list[Any] = [*registry.get_checks()]
        [found] = [check for check in registered if check == checks.check_databases]
        assert found.tags == (django_checks.Tags.database,)

    def test_a_plain_check_asks_nobody(self, monkeypatch: MonkeyPatch) -> None:
        def refuse(*_arguments: Any) -> None:
            raise AssertionError("somebody was asked")

        monkeypatch.setattr(checks, "_gathered", refuse)
        call_command("check")
