"""The same by ``manage.py test``."""

from __future__ import annotations

from django.test import TestCase

from django_mssql_ops.retry import retry_on_transient, tokens
from django_mssql_ops.testing import inject_fault


@retry_on_transient(atomic=True, sleep=lambda _: None)
def record(token: str) -> None:
    tokens.record(token)


class Tests(TestCase):
    @inject_fault(1205, sql="INSERT")
    def test_as_a_decorator(self) -> None:
        record("a")
        self.assertTrue(tokens.applied("a"))

    def test_as_a_context(self) -> None:
        fault = self.enterContext(inject_fault("reset", sql="INSERT"))
        record("b")
        self.assertEqual(fault.fired, 1)
