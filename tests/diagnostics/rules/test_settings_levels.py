from __future__ import annotations

from typing import Any

import pytest

from django_mssql_ops.configuration.option_names import OPTIONS, TOP_LEVEL
from tests.configuration.entries import all_ids, entry, findings, ids, mssql_python

DEFAULT = "DATABASES['default']"


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("TOKEN", f"{DEFAULT}['TOKEN']"),
        ("token", f"{DEFAULT}['TOKEN']"),
        ("Trusted_Connection", f"{DEFAULT}['Trusted_Connection']"),
        ("CONN_MAX_AGE", f"{DEFAULT}['CONN_MAX_AGE']"),
        ("password", f"{DEFAULT}['PASSWORD']"),
        ("DATABASE_CONNECTION_POOLING", "the settings module, as DATABASE_CONNECTION_POOLING"),
    ],
)
def test_a_setting_among_the_options_is_an_error(name: str, place: str) -> None:
    values = entry(options={name: "x"})
    (finding,) = findings(109, values)
    assert finding.id == "mssql_ops.E109"
    assert finding.message == f"{DEFAULT}['OPTIONS'][{name!r}] has no effect there"
    assert finding.hint == f"Move it to {place}."
    assert finding.about == f"OPTIONS.{name}"
    assert all_ids(values) == ["mssql_ops.E109"]


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("driver", f"{DEFAULT}['OPTIONS']['driver']"),
        ("extra_params", f"{DEFAULT}['OPTIONS']['extra_params']"),
        ("isolation_level", f"{DEFAULT}['OPTIONS']['isolation_level']"),
        ("DRIVER", f"{DEFAULT}['OPTIONS']['driver']"),
        ("DSN", f"{DEFAULT}['OPTIONS']['dsn']"),
        ("Encrypt", "the text of OPTIONS['extra_params']: 'Encrypt=...'"),
        ("trustservercertificate", "the text of OPTIONS['extra_params']: 'TrustServerCertificate"),
        ("DATABASE_CONNECTION_POOLING", "the settings module, as DATABASE_CONNECTION_POOLING"),
    ],
)
def test_an_option_beside_the_settings_is_an_error(name: str, place: str) -> None:
    beside: dict[str, Any] = {name: "x"}
    values = entry(**beside)
    (finding,) = findings(109, values)
    assert finding.id == "mssql_ops.E109"
    assert finding.message == f"{DEFAULT}[{name!r}] has no effect there"
    assert place in finding.hint
    assert finding.about == name
    assert all_ids(values) == ["mssql_ops.E109"]


@pytest.mark.parametrize(
    "values",
    [
        entry(),
        mssql_python(Trusted_Connection="yes", TOKEN="x"),
        # Misspelt or unknown, and rule 107's:
        entry(options={"uid": "x", "Driver": "x", "x": 1}),
        # A keyword of the driver, and rule 108's:
        entry(options={"Encrypt": "yes"}),
        # Keys of other packages' own, and Django's settings in another case:
        entry(SCHEMA="shop", ALIAS="x", user="x", Database="x"),
    ],
)
def test_other_keys_are_left_alone(values: Any) -> None:
    assert ids(109, values) == []


def test_every_key_is_fine_where_it_belongs() -> None:
    values = {**dict.fromkeys(TOP_LEVEL, ""), "TEST": {}, "OPTIONS": dict.fromkeys(OPTIONS, "")}
    assert ids(109, values) == []


def test_keys_that_are_no_text_are_told_once() -> None:
    assert len(findings(107, entry(options={1: "x", 2: "y"}))) == 1
    assert ids(109, entry(options={1: "x", 2: "y"})) == []
