from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings
from health_check.base import HealthCheck
from health_check.exceptions import HealthCheckException, ServiceUnavailable, ServiceWarning
from health_check.views import HealthCheckView

from django_mssql_ops.conf.health_keys import THRESHOLD_KEYS
from django_mssql_ops.conf.values import HEALTH_WARNINGS, POOL_WARNINGS
from django_mssql_ops.exceptions import ConfigurationError
from django_mssql_ops.health import MSSQLConnection, MSSQLPool
from django_mssql_ops.health.answer import Word
from django_mssql_ops.health.families import MEANINGS
from django_mssql_ops.health.pool import judging as pool_judging
from django_mssql_ops.health.pool.judging import PoolThresholds
from django_mssql_ops.health.thresholds import WORDS, Thresholds
from tests.health.sights import (
    FORGOTTEN,
    READ_ONLY,
    SOUND,
    WASTED,
    Sights,
    answered,
    failed,
    seeing,
)

BOTH = [MSSQLConnection, MSSQLPool]


@pytest.fixture
def sights() -> Iterator[Sights]:
    with seeing(Sights()) as found:
        yield found


def raised(check: Any) -> HealthCheckException | None:
    try:
        check.run()
    except HealthCheckException as error:
        return error
    return None


class TestOptions:
    @pytest.mark.parametrize("check", BOTH)
    def test_only_the_alias_is_published(self, check: Any) -> None:
        made = check("archive", timeout=dt.timedelta(seconds=2), fail_on="warning")
        assert repr(made) == f"{check.__name__}(alias='archive')"
        # django-health-check 4.0 makes its labels of the repr.
        if hasattr(HealthCheck, "labels"):
            assert made.labels == {"check": check.__name__, "alias": "archive"}
        assert [f.name for f in dataclasses.fields(made) if f.repr] == ["alias"]

    def test_what_is_not_given_is_the_projects(self) -> None:
        health = {
            "TIMEOUT": 2.5,
            "CACHE": 3,
            "FACTS_EVERY": 90,
            "FAIL_ON": "warning",
            "IGNORED": ["slow"],
            "THRESHOLDS": {"LATENCY": None, "BLOCKED": 5, "ORPHANED": 9},
        }
        with override_settings(MSSQL_OPS={"HEALTH": health}):
            check, of_pool = MSSQLConnection(), MSSQLPool()
        assert check.timeout == of_pool.timeout == dt.timedelta(seconds=2.5)
        assert (check.cache, check.facts_every, check.fail_on) == (3.0, 90.0, "warning")
        assert (check.ignored, check.latency, check.blocked) == (("slow",), None, 5.0)
        assert check.session_share == Thresholds().session_share
        assert (of_pool.orphaned, of_pool.token_age) == (9, PoolThresholds().token_age)

    def test_a_check_is_made_by_path_class_or_both_with_options(self) -> None:
        paths = ["django_mssql_ops.health.MSSQLConnection", MSSQLPool]
        paths += [("django_mssql_ops.health.MSSQLPool", {"alias": "archive"})]
        made = list(HealthCheckView(checks=paths).get_checks())
        assert made == [MSSQLConnection(), MSSQLPool(), MSSQLPool("archive")]

    @pytest.mark.parametrize(
        ("options", "sentence"),
        [
            ({"alias": ""}, "alias is ''; it must be an alias of DATABASES"),
            ({"alias": None}, "alias is None; it must be an alias of DATABASES"),
            ({"timeout": 5}, "timeout is 5; it must be a datetime.timedelta, above 0 and at most"),
            ({"timeout": dt.timedelta(0)}, "timeout is a timedelta; it must be a datetime.timede"),
            ({"fail_on": "never"}, "fail_on is 'never'; it must be 'unavailable' or 'warning'"),
            ({"ignored": "slow"}, "ignored is 'slow'; put it in a tuple"),
            ({"ignored": ["slower"]}, "ignored[0] is 'slower'; it must be one of the words not-"),
            ({"cache": None}, "cache is None; it must be seconds, at least 0 and at most 600"),
            ({"facts_every": 0}, "facts_every is 0; it must be seconds, above 0 and at most 3600"),
            ({"latency": -1}, "latency is -1; it must be seconds, at least 0 and at most"),
            ({"session_share": 80}, "session_share is 80; it must be a share, at least 0 and at"),
        ],
    )
    def test_says_in_one_sentence_what_is_wrong(
        self, options: dict[str, Any], sentence: str
    ) -> None:
        with pytest.raises(ConfigurationError) as caught:
            MSSQLConnection(**options)
        assert str(caught.value).startswith(f"MSSQLConnection: {sentence}")

    @pytest.mark.parametrize(
        ("options", "sentence"),
        [
            ({"reuse_every": 0}, "reuse_every is 0; it must be seconds, above 0 and at most 86400"),
            ({"orphaned": 1.5}, "orphaned is 1.5; it must be connections, at least 0"),
            ({"token_age": "x"}, "token_age is 'x'; it must be seconds, above 0"),
        ],
    )
    def test_the_pools_options_too(self, options: dict[str, Any], sentence: str) -> None:
        with pytest.raises(ConfigurationError) as caught:
            MSSQLPool(**options)
        assert str(caught.value).startswith(f"MSSQLPool: {sentence}")

    def test_every_threshold_is_a_field_and_a_key(self) -> None:
        of_server = {field.name for field in dataclasses.fields(Thresholds)} - {"ignored"}
        of_pool = {field.name for field in dataclasses.fields(PoolThresholds)}
        assert of_server <= {field.name for field in dataclasses.fields(MSSQLConnection)}
        assert of_pool <= {field.name for field in dataclasses.fields(MSSQLPool)}
        assert {key.lower() for key in THRESHOLD_KEYS} == of_server | of_pool

    def test_every_warning_can_be_ignored(self) -> None:
        source = Path(pool_judging.__file__).read_text("utf-8")
        of_pool = set(re.findall(r'Concern\(\s*"([a-z-]+)"', source))
        assert len(of_pool) >= 5
        assert set(POOL_WARNINGS) == of_pool
        assert set(HEALTH_WARNINGS) == WORDS | of_pool

    def test_a_projects_own_check_may_have_more_options(self) -> None:
        @dataclasses.dataclass
        class Own(MSSQLConnection):
            colour: str = "green"

        assert Own(colour="red").alias == "default"


class TestConnection:
    def test_an_answer_is_ok(self, sights: Sights) -> None:
        check = MSSQLConnection(timeout=dt.timedelta(seconds=2), cache=3, facts_every=4)
        assert raised(check) is None
        limits = {"limit": 2.0, "max_age": 3, "facts_every": 4}
        assert sights.asked == [("default", limits)]
        assert check.pretty_status() == "OK, 4.0 ms, TLS, SQL authentication"
        assert dict(check.rows())["Answer"] == "4.0 ms"
        assert dict(check.rows())["Database"] == "ONLINE"

    def test_a_word_and_a_code_are_all_that_is_told(self, sights: Sights) -> None:
        answer = failed(Word.LOGIN_REJECTED, number=18456, sqlstate="28000")
        sights.answers["default"] = answer
        check = MSSQLConnection()
        error = raised(check)
        assert isinstance(error, ServiceUnavailable)
        assert str(error) == "Unavailable: login-rejected (28000/18456)"
        assert error.__cause__ is None
        assert error.__context__ is None
        assert check.pretty_status() == "OK"
        assert dict(check.rows())["Answer"] == "login-rejected (28000/18456)"
        assert check.concerns == ()

    def test_an_unknown_alias_is_a_word(self, sights: Sights) -> None:
        sights.unknown.add("nope")
        error = raised(MSSQLConnection("nope"))
        assert str(error) == "Unavailable: configuration"
        assert error is not None and error.__context__ is None

    def test_a_warning_fails_it_only_where_it_is_to(self, sights: Sights) -> None:
        sights.facts["default"] = READ_ONLY
        check = MSSQLConnection()
        assert raised(check) is None
        assert [concern.word for concern in check.concerns] == ["read-only"]
        assert check.pretty_status().endswith(", 1 warning")
        error = raised(MSSQLConnection(fail_on="warning"))
        assert isinstance(error, ServiceWarning)
        assert str(error).startswith("Warning: read-only: the database is read-only")
        assert error.__context__ is None

    def test_several_warnings_are_all_told(self, sights: Sights) -> None:
        sights.facts["default"] = READ_ONLY
        sights.answers["default"] = answered(latency=9.0)
        check = MSSQLConnection(fail_on="warning")
        assert str(raised(check)).count("; ") == 1
        assert check.pretty_status().endswith(", 2 warnings")

    def test_a_warning_can_be_ignored(self, sights: Sights) -> None:
        sights.facts["default"] = READ_ONLY
        check = MSSQLConnection(fail_on="warning", ignored=("read-only",))
        assert raised(check) is None
        assert check.concerns == ()

    def test_a_threshold_is_the_checks_own(self, sights: Sights) -> None:
        sights.facts["default"] = FORGOTTEN
        assert isinstance(raised(MSSQLConnection(fail_on="warning")), ServiceWarning)
        assert raised(MSSQLConnection(fail_on="warning", idle_transaction=120)) is None

    def test_before_a_run_nothing_is_known(self) -> None:
        check = MSSQLConnection()
        assert check.pretty_status() == "OK"
        assert (check.rows(), check.concerns, list(check.samples())) == ((), (), [])

    def test_the_numbers_of_a_sound_database(self, sights: Sights) -> None:
        check = MSSQLConnection()
        raised(check)
        found = {one.name: one.value for one in check.samples()}
        assert found["up"] == 1
        assert found["latency_seconds"] == 0.004
        assert found["server_sessions"] == SOUND.sessions.total  # type: ignore[union-attr]
        assert found["warnings"] == 0
        assert set(found) <= set(MEANINGS)

    def test_the_numbers_of_one_that_does_not_answer(self, sights: Sights) -> None:
        sights.answers["default"] = failed()
        check = MSSQLConnection()
        raised(check)
        assert [one.name for one in check.samples()] == ["up", "answer_age_seconds", "warnings"]


class TestPool:
    def test_what_is_seen_is_told(self, sights: Sights) -> None:
        check = MSSQLPool(timeout=dt.timedelta(seconds=2))
        assert raised(check) is None
        assert sights.asked == [("default", {"limit": 2.0, "reuse_every": 600.0})]
        assert check.pretty_status() == "OK, 1 live connection"
        assert dict(check.rows())["Retry budget"] == "495 tokens left"

    def test_a_warning_fails_it_only_where_it_is_to(self, sights: Sights) -> None:
        sights.pools["default"] = WASTED
        check = MSSQLPool()
        assert raised(check) is None
        assert check.pretty_status() == "OK, 1 live connection, 1 warning"
        error = raised(MSSQLPool(fail_on="warning"))
        assert isinstance(error, ServiceWarning)
        assert str(error).startswith("Warning: pool-without-reuse: ")
        assert error.__context__ is None
        ignoring = MSSQLPool(fail_on="warning", ignored=("pool-without-reuse",))
        assert raised(ignoring) is None

    def test_wrong_settings_are_a_word(self, sights: Sights) -> None:
        sights.unknown.add("default")
        check = MSSQLPool()
        error = raised(check)
        assert isinstance(error, ServiceUnavailable)
        assert str(error) == "Unavailable: configuration"
        assert (check.rows(), check.concerns, list(check.samples())) == ((), (), [])

    def test_the_numbers_have_bounded_labels(self, sights: Sights) -> None:
        check = MSSQLPool()
        raised(check)
        found = list(check.samples())
        assert {one.name for one in found} <= set(MEANINGS)
        labels = {label for one in found for label in one.labels}
        assert ("state", "in_transaction") in labels
        assert ("outcome", "exhausted") in labels
        assert {name for name, _ in labels} == {"state", "outcome", "check"}
