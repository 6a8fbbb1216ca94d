"""The exactly-once helper on SQLite: what it asks for, and what it says when that is not there."""

from __future__ import annotations

import datetime
import io
import unittest
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test import TestCase, modify_settings
from django.utils import timezone

from django_mssql_ops.contrib.retry_tokens.models import RetryToken
from django_mssql_ops.exceptions import ConfigurationError
from django_mssql_ops.retry import retry_on_transient, tokens
from django_mssql_ops.retry.tokens import ExactlyOnce, exactly_once
from django_mssql_ops.retry.verification import Verifier

APP = "django_mssql_ops.contrib.retry_tokens"
DAY = datetime.timedelta(days=1)


@pytest.fixture
def table() -> Iterator[None]:
    with connection.schema_editor() as editor:
        editor.create_model(RetryToken)
    yield
    with connection.schema_editor() as editor:
        editor.delete_model(RetryToken)


def recorded() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT token FROM {tokens.TABLE}")
        return {row[0] for row in cursor.fetchall()}


def test_tokens_are_in_order_and_never_the_same() -> None:
    made = [tokens.new_token() for _ in range(1_000)]
    assert len(set(made)) == 1_000
    assert {len(token) for token in made} == {32}
    assert [token[:12] for token in made] == sorted(token[:12] for token in made)


def test_it_is_what_verify_takes() -> None:
    verifier: Verifier = exactly_once
    first, second = verifier.begin(("default",)), verifier.begin(("default",))
    assert first.token != second.token


@pytest.mark.usefixtures("table")
def test_a_token_is_there_once_its_transaction_is_committed() -> None:
    claim = exactly_once.begin(("default",))
    assert not claim.applied()
    with transaction.atomic():
        claim.record()
    assert claim.applied()
    assert claim.applied()  # the question leaves nothing behind
    assert recorded() == {claim.token}


@pytest.mark.usefixtures("table")
def test_what_is_rolled_back_was_not_applied() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        tokens.record("mine")
        raise ZeroDivisionError
    assert not tokens.applied("mine")
    assert recorded() == set()


@pytest.mark.usefixtures("table")
def test_a_second_recording_is_an_integrity_error() -> None:
    with transaction.atomic():
        tokens.record("key-of-the-client")
    with pytest.raises(IntegrityError), transaction.atomic():
        tokens.record("key-of-the-client")


@pytest.mark.usefixtures("table")
def test_the_decorator_records_one_token_a_call() -> None:
    @retry_on_transient(atomic=True, verify=exactly_once)
    def work() -> set[str]:
        return recorded()

    first, second = work(), work()
    assert len(first) == 1
    assert len(second) == 2


@modify_settings(INSTALLED_APPS={"append": APP})
@pytest.mark.usefixtures("table")
def test_tokens_are_purged_by_their_age(monkeypatch: pytest.MonkeyPatch) -> None:
    now = timezone.now()
    with transaction.atomic():
        tokens.record("new")
        monkeypatch.setattr(timezone, "now", lambda: now - 40 * DAY)
        tokens.record("old")
    monkeypatch.undo()
    out = io.StringIO()
    call_command("purge_retry_tokens", "--days", "30", stdout=out)
    assert out.getvalue() == "1 tokens deleted\n"
    assert recorded() == {"new"}
    assert tokens.purge(DAY) == 0


@modify_settings(INSTALLED_APPS={"append": APP})
def test_a_purge_that_cannot_be_is_exit_2(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (["--database", "nowhere"], ["--days", "0"], ["--days", "999999999999"], []):
        with pytest.raises(SystemExit) as left:
            call_command("purge_retry_tokens", *arguments)
        assert left.value.code == 2
    said = capsys.readouterr().err
    assert "nowhere" in said
    assert "no table django_mssql_ops_retry_token" in said


def test_a_missing_table_is_one_sentence_before_the_function_ran() -> None:
    ran = []

    @retry_on_transient(atomic=True, verify=exactly_once)
    def work() -> None:
        ran.append(1)

    with pytest.raises(ConfigurationError, match="INSTALLED_APPS and run: python"):
        work()
    assert not ran
    with pytest.raises(ConfigurationError, match=r"no table audit\.tokens: make it"):
        tokens.applied("x", table="audit.tokens")


@pytest.mark.usefixtures("table")
def test_a_token_needs_a_transaction() -> None:
    with pytest.raises(ConfigurationError, match="atomic=True"):
        tokens.record("x")


@pytest.mark.parametrize("token", ["", "x" * 65, 7, None])
def test_what_is_no_token(token: object) -> None:
    with pytest.raises(ConfigurationError, match="1 to 64 characters"):
        tokens.record(token)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("verifier", "using", "words"),
    [
        (exactly_once, ("a", "b"), "proves one transaction"),
        (exactly_once, (), "proves one transaction"),
        (ExactlyOnce(using="b"), ("a",), "same transaction as the work"),
    ],
)
def test_one_row_proves_one_transaction(
    verifier: ExactlyOnce, using: tuple[str, ...], words: str
) -> None:
    with pytest.raises(ConfigurationError, match=words):
        verifier.begin(using)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"table": ""}, "the name of a table"),
        ({"table": "audit."}, "the name of a table"),
        ({"table": 7}, "the name of a table"),
        ({"lock_timeout": "5"}, "lock_timeout is seconds"),
        ({"lock_timeout": -1}, "lock_timeout is seconds"),
        ({"lock_timeout": float("nan")}, "lock_timeout is seconds"),
        ({"using": 7}, "it must be an alias"),
    ],
)
def test_what_is_wrong_comes_out_before_a_commit_is_lost(
    options: dict[str, Any], words: str
) -> None:
    with pytest.raises(ConfigurationError, match=words):
        ExactlyOnce(**options)


@pytest.mark.parametrize(
    "age", [30, None, datetime.timedelta(0), datetime.timedelta(days=999_999_999)]
)
def test_what_is_no_age(age: Any) -> None:
    with pytest.raises(ConfigurationError):
        tokens.purge(age)


def test_an_unknown_alias_is_a_sentence() -> None:
    with pytest.raises(ConfigurationError, match="nowhere"):
        tokens.applied("x", using="nowhere")


@pytest.mark.usefixtures("table")
def test_in_a_testcase_too() -> None:
    class Orders(TestCase):
        databases = {"default"}  # noqa: RUF012

        def test_it(self) -> None:
            claim = exactly_once.begin(("default",))
            with transaction.atomic():
                claim.record()
            self.assertTrue(claim.applied())
            with self.assertRaises(ZeroDivisionError), transaction.atomic():
                tokens.record("other")
                raise ZeroDivisionError
            self.assertFalse(tokens.applied("other"))

    result = unittest.TestResult()
    unittest.defaultTestLoader.loadTestsFromTestCase(Orders).run(result)
    assert result.wasSuccessful(), result.errors + result.failures
    assert recorded() == set()


@modify_settings(INSTALLED_APPS={"append": APP})
def test_the_migration_is_the_model() -> None:
    call_command("makemigrations", "--check", "--dry-run", "django_mssql_ops_retry_tokens")
