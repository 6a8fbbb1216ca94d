"""The rules about retries: layers, place, limits and views."""

from __future__ import annotations

from typing import Any

import pytest

from django_mssql_ops.diagnostics.facts import (
    NotRun,
    Project,
    RetryMiddleware,
    RetryPolicyFacts,
    RetryUse,
    RetryView,
    Unreadable,
)
from django_mssql_ops.diagnostics.registry import all_rules
from django_mssql_ops.findings import Finding
from tests.configuration.entries import entry, facts, mssql_python, project

OURS = "django_mssql_ops.middleware.DatabaseRetryMiddleware"
SESSIONS = "django.contrib.sessions.middleware.SessionMiddleware"
CSRF = "django.middleware.csrf.CsrfViewMiddleware"


def use(**changes: Any) -> RetryUse:
    """The middleware with its default figures."""
    usual: dict[str, Any] = {
        "middleware": (OURS,),
        "methods": ("GET", "HEAD", "OPTIONS"),
        "max_retries": 2,
        "deadline": 20.0,
        "worker_timeout": 30.0,
    }
    return RetryUse(**{**usual, **changes})


def policy(**changes: Any) -> RetryPolicyFacts:
    usual: dict[str, Any] = {
        "name": "shop.orders.place",
        "max_retries": 3,
        "base_delay": 1.0,
        "max_delay": 30.0,
        "deadline": None,
    }
    return RetryPolicyFacts(**{**usual, **changes})


def about_project(number: int, retry: Any, **changes: Any) -> list[Finding]:
    (rule,) = (rule for rule in all_rules() if rule.number == number)
    return list(rule.findings(Project(project=project(retry=retry, **changes))))


def about_alias(number: int, retry: Any, values: Any = None, **changes: Any) -> list[Finding]:
    (rule,) = (rule for rule in all_rules() if rule.number == number)
    known = project(retry=retry, **changes)
    return list(rule.findings(facts(entry() if values is None else values, about_project=known)))


class TestLayers:
    def test_the_defaults_are_fine(self) -> None:
        assert about_alias(183, use()) == []
        assert about_alias(183, use(policies=(policy(),))) == []

    def test_without_any_retry_there_is_nothing_to_add_up(self) -> None:
        assert about_alias(183, RetryUse(most_logins=1, most_seconds=1)) == []

    def test_layers_add(self) -> None:
        retry = use(policies=(policy(max_retries=3), policy(max_retries=1)), most_logins=5)
        (finding,) = about_alias(183, retry)
        assert finding.id == "mssql_ops.W183"
        assert "6 logins and take 20 seconds" in finding.message
        assert "2 retries of the middleware and 3 of shop.orders.place" in finding.message
        assert about_alias(183, use(policies=(policy(),), most_logins=6)) == []

    def test_time_is_added_up_where_no_deadline_ends_it(self) -> None:
        # Three logins of 15 s, three queries of 3 x 10 s, delays of 15 and 20 s, one reconnect.
        values = entry(options={"query_timeout": 10, "connection_timeout": 15}, CONN_MAX_AGE=60)
        (finding,) = about_alias(183, use(deadline=None, most_seconds=179), values)
        assert "take 180 seconds" in finding.message
        assert about_alias(183, use(deadline=None, most_seconds=180), values) == []

    def test_the_drivers_reconnects_count_where_connections_are_kept(self) -> None:
        extra = "Encrypt=yes;ConnectRetryCount=3;ConnectRetryInterval=20"
        options = {"query_timeout": 10, "connection_timeout": 15, "extra_params": extra}
        (finding,) = about_alias(
            183, use(deadline=None, most_seconds=100), entry(options=options, CONN_MAX_AGE=60)
        )
        assert "take 230 seconds" in finding.message

    def test_another_middleware_that_retries_multiplies(self) -> None:
        other = RetryMiddleware(path="shop.Retry", sees_view_errors=True)
        (finding,) = about_alias(183, use(), retry_middleware=(other,))
        assert "shop.Retry and " in finding.message
        assert "multiply" in finding.message
        assert about_alias(183, RetryUse(), retry_middleware=(other,)) == []
        blind = RetryMiddleware(path="shop.Retry", sees_view_errors=False)
        assert about_alias(183, use(), retry_middleware=(blind,)) == []

    def test_our_own_is_no_other(self) -> None:
        own = RetryMiddleware(path="shop.OurRetry", sees_view_errors=True)
        assert about_alias(183, use(middleware=("shop.OurRetry",)), retry_middleware=(own,)) == []


class TestUnbounded:
    UNBOUNDED = entry(options={"query_timeout": 0})

    def test_a_middleware_without_a_deadline(self) -> None:
        (finding,) = about_alias(502, use(deadline=None), self.UNBOUNDED)
        assert finding.id == "mssql_ops.W502"
        assert "DatabaseRetryMiddleware retries without a deadline" in finding.message

    def test_decorators_without_a_deadline(self) -> None:
        several = tuple(policy(name=f"shop.f{number}") for number in range(5))
        (finding,) = about_alias(502, RetryUse(policies=several), self.UNBOUNDED)
        assert "shop.f0, shop.f1, shop.f2 and 2 more retry without" in finding.message

    def test_mssql_python_does_not_keep_its_time_out(self) -> None:
        values = mssql_python(options={"query_timeout": 10})
        (finding,) = about_alias(502, use(deadline=None), values)
        assert finding.message.startswith("mssql-python waits for a silent server")
        assert "query_timeout" not in finding.hint
        assert about_alias(502, use(), values) == []

    @pytest.mark.parametrize(
        ("retry", "values"),
        [
            (use(), UNBOUNDED),
            (use(policies=(policy(deadline=5.0),)), UNBOUNDED),
            (use(deadline=None), entry(options={"query_timeout": 10})),
            (RetryUse(), UNBOUNDED),
        ],
        ids=["deadline", "both", "query_timeout", "no retry"],
    )
    def test_what_is_bounded_is_fine(self, retry: RetryUse, values: Any) -> None:
        assert about_alias(502, retry, values) == []


class TestOrder:
    def test_the_advised_place_is_fine(self) -> None:
        retry = use(
            before=("django.middleware.security.SecurityMiddleware",), behind=(SESSIONS, CSRF)
        )
        assert about_project(501, retry) == []

    def test_another_hook_further_in_answers_first(self) -> None:
        (finding,) = about_project(501, use(answering=("shop.Errors",)))
        assert finding.id == "mssql_ops.W501"
        assert "shop.Errors stands inside" in finding.message

    @pytest.mark.parametrize("path", [SESSIONS, CSRF])
    def test_what_outlives_a_try_belongs_inside(self, path: str) -> None:
        (finding,) = about_project(501, use(before=(path,)))
        assert f"stands behind {path}" in finding.message
        assert finding.about == path

    def test_once_is_enough(self) -> None:
        (finding,) = about_project(501, use(middleware=(OURS, OURS)))
        assert "2 times" in finding.message

    def test_without_the_middleware_any_order_is_fine(self) -> None:
        assert about_project(501, RetryUse(before=(SESSIONS,), answering=("shop.E",))) == []

    def test_what_cannot_be_imported_is_unknown(self) -> None:
        (finding,) = about_project(501, use(answering=Unreadable("ImportError")))
        assert finding.id == "mssql_ops.U501"
        assert about_project(501, use(answering=NotRun("not set up"))) == []


class TestWorker:
    @pytest.mark.parametrize(("deadline", "worker"), [(30.0, 30.0), (31.0, 30.0)])
    def test_a_deadline_beyond_the_workers(self, deadline: float, worker: float) -> None:
        (finding,) = about_project(503, use(deadline=deadline, worker_timeout=worker))
        assert finding.id == "mssql_ops.W503"
        assert f"is {deadline:g} seconds" in finding.message

    def test_none_at_all(self) -> None:
        (finding,) = about_project(503, use(deadline=None))
        assert "DEADLINE'] is None" in finding.message

    @pytest.mark.parametrize(
        "retry",
        [use(), use(deadline=None, worker_timeout=None), RetryUse(deadline=60, worker_timeout=30)],
        ids=["shorter", "no limit", "no middleware"],
    )
    def test_a_shorter_one_is_fine(self, retry: RetryUse) -> None:
        assert about_project(503, retry) == []


class TestPropagated:
    OTHER = RetryMiddleware(path="shop.Retry", sees_view_errors=False)

    def test_they_hide_what_production_does(self) -> None:
        (finding,) = about_project(504, use(propagates=True))
        assert finding.id == "mssql_ops.W504"
        only_theirs = about_project(504, RetryUse(propagates=True), retry_middleware=(self.OTHER,))
        assert len(only_theirs) == 1

    def test_without_a_retry_they_are_nothing_of_ours(self) -> None:
        assert about_project(504, RetryUse(propagates=True)) == []
        assert about_project(504, use()) == []
        assert about_project(504, use(propagates=True), aliases=()) == []


class TestMethodsAndViews:
    def test_unsafe_methods_for_every_view(self) -> None:
        (finding,) = about_project(507, use(methods=("GET", "POST", "PUT")))
        assert finding.id == "mssql_ops.W507"
        assert "has POST, PUT" in finding.message

    @pytest.mark.parametrize("retry", [use(), RetryUse(methods=("POST",))])
    def test_safe_ones_are_fine(self, retry: RetryUse) -> None:
        assert about_project(507, retry) == []

    def test_a_name_without_a_view(self) -> None:
        (finding,) = about_project(506, use(missing_views=("shop.views.gone",)))
        assert finding.id == "mssql_ops.W506"
        assert "'shop.views.gone'" in finding.message
        assert about_project(506, use()) == []
        assert about_project(506, use(missing_views=NotRun("not loaded"))) == []

    def test_a_decorated_view_in_a_transaction_of_its_request(self) -> None:
        inside = RetryView(name="shop.views.place", atomic_aliases=("default", "b"))
        outside = RetryView(name="shop.views.list")
        (finding,) = about_project(184, use(decorated_views=(inside, outside)))
        assert finding.id == "mssql_ops.W184"
        assert "ATOMIC_REQUESTS of 'default', 'b'" in finding.message
        assert about_project(184, use(decorated_views=(outside,))) == []


class TestBelow:
    @pytest.mark.parametrize(
        "values",
        [
            entry(options={"extra_params": "Encrypt=yes;RetryExec={1205:3,1:select}"}),
            entry(options={"extra_params": "retryexec=1"}),
        ],
    )
    def test_the_driver_repeats_statements(self, values: Any) -> None:
        (finding,) = about_alias(191, RetryUse(), values)
        assert finding.id == "mssql_ops.W191"
        assert "1205" not in finding.message

    @pytest.mark.parametrize("extra", ["Encrypt=yes", "APP=RetryExec", "Retry Exec=1"])
    def test_other_keywords_are_fine(self, extra: str) -> None:
        assert about_alias(191, RetryUse(), entry(options={"extra_params": extra})) == []

    @pytest.mark.parametrize(
        ("key", "value", "number"),
        [
            ("USER", "app40613", "40613"),
            ("NAME", "shop_4060", "4060"),
            ("HOST", "sql40501.example.com", "40501"),
        ],
    )
    def test_a_name_that_looks_transient(self, key: str, value: str, number: str) -> None:
        (finding,) = about_alias(505, RetryUse(), {**entry(), key: value})
        assert finding.id == "mssql_ops.W505"
        assert finding.message.startswith(f"DATABASES['default']['{key}'] holds {number}")
        assert finding.about == key

    @pytest.mark.parametrize(
        "values",
        [
            entry(USER="app4061"),
            entry(USER="app40613", options={"connection_retries": 0}),
            entry(PASSWORD="40613"),
        ],
        ids=["another number", "no retries", "a password"],
    )
    def test_one_that_does_not_is_fine(self, values: Any) -> None:
        assert about_alias(505, RetryUse(), values) == []

    def test_the_other_driver_is_searched_too(self) -> None:
        assert len(about_alias(505, RetryUse(), mssql_python(USER="app40613"))) == 1
