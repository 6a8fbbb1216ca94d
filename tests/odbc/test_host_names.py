"""Names are compared as msodbcsql compares them; each row was measured with 18.6.2."""

from __future__ import annotations

from typing import Any

import pytest

from django_mssql_ops.odbc.host_names import certificate_names, matches


def _certificate(common_name: str, *alternatives: tuple[str, str]) -> dict[str, Any]:
    certificate: dict[str, Any] = {"subject": ((("commonName", common_name),),)}
    if alternatives:
        certificate["subjectAltName"] = alternatives
    return certificate


@pytest.mark.parametrize(
    ("certificate", "accepted", "driver_accepts"),
    [
        (_certificate("x", ("DNS", "localhost")), ("localhost",), True),
        (_certificate("x", ("DNS", "LOCALHOST")), ("localhost",), True),
        (_certificate("localhost"), ("localhost",), True),
        (_certificate("localhost", ("DNS", "other.example")), ("localhost",), False),
        (_certificate("localhost", ("email", "a@b.example")), ("localhost",), False),
        (_certificate("x", ("DNS", "*.example")), ("db.example", "localhost"), True),
        (_certificate("x", ("DNS", "*.example")), ("a.db.example", "localhost"), False),
        (_certificate("x", ("DNS", "*.db.example")), ("a.db.example", "localhost"), True),
        (_certificate("x", ("DNS", "d*.db.example")), ("db1.db.example", "localhost"), False),
        (_certificate("*.db.example"), ("a.db.example",), True),
        (_certificate("x", ("IP Address", "127.0.0.1")), ("127.0.0.1",), False),
        (_certificate("x", ("DNS", "127.0.0.1")), ("127.0.0.1",), True),
        (_certificate("x", ("DNS", "localhost")), ("nope.example", "localhost"), True),
        (_certificate("x", ("DNS", "a.db.example")), ("*.db.example", "localhost"), False),
        ({}, ("localhost",), False),
    ],
)
def test_a_name_matches_when_the_driver_accepts_it(
    certificate: dict[str, Any], accepted: tuple[str, ...], driver_accepts: bool
) -> None:
    assert matches(certificate, accepted) is driver_accepts


def test_addresses_are_no_names() -> None:
    certificate = _certificate("x", ("DNS", "a.example"), ("IP Address", "10.0.0.1"))
    assert certificate_names(certificate) == ("a.example",)
