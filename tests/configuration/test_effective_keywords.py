from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mssql.base import DatabaseWrapper

from django_mssql_ops.configuration.effective_keywords import (
    effective_keywords,
    generated_keywords,
    writes_password,
    writes_trusted_connection,
)
from tests.configuration.entries import DRIVER_18, entry, mssql_python, settings


def names_written_by_the_backend(values: Any) -> set[str]:
    """The keywords of the connection string without extra_params, in lower case."""
    wrapper = DatabaseWrapper.__new__(DatabaseWrapper)
    driver = values["OPTIONS"].get("driver", DRIVER_18)
    text = wrapper._build_connection_string(values, driver)
    extra = values["OPTIONS"].get("extra_params")
    return set(DatabaseWrapper._parse_extra_params(text.removesuffix(f";{extra}")))


needs_mssql_python = pytest.mark.skipif(
    not hasattr(DatabaseWrapper, "_uses_mssql_python"),
    reason="mssql-django before 2.0 knows pyodbc alone",
)

AUTHENTICATIONS = st.sampled_from(
    [
        "APP=x",
        "Authentication=ActiveDirectoryMsi",
        "Authentication=SqlPassword",
        "Authentication=",
        # ODBC takes the first for another name and loses the second; the backend reads both.
        "Authentication =ActiveDirectoryMsi",
        "junk;Authentication=ActiveDirectoryMsi",
    ]
)


@given(
    options=st.sampled_from(
        [
            {"driver": DRIVER_18},
            {"driver": "FreeTDS"},
            {"driver": "FreeTDS", "host_is_server": True},
            {"driver": "/lib/libmsodbcsql-18.6.so.2.1"},
            {"dsn": "shop"},
            {"driver": "FreeTDS", "dsn": "shop"},
        ]
    ),
    user=st.sampled_from(["", "svc"]),
    port=st.sampled_from(["", "1444"]),
    token=st.booleans(),
    extra=AUTHENTICATIONS,
)
def test_agrees_with_the_backend(
    options: dict[str, Any], user: str, port: str, token: bool, extra: str
) -> None:
    values = entry(USER=user, PORT=port, extra=f"MARS_Connection=no;{extra}", options=options)
    if token:
        values["TOKEN"] = "x"
    read = settings(values)
    written = names_written_by_the_backend(values)
    # DRIVER and DSN exclude each other whichever the backend writes.
    named = set(generated_keywords(read)) - {"driver", "dsn"}
    assert named == written - {"driver", "dsn", "integrated security"}
    assert {"driver", "dsn"} <= generated_keywords(read).keys()
    assert writes_password(read) == ("pwd" in written)
    assert writes_trusted_connection(read) == ("trusted_connection" in written)


@needs_mssql_python
@pytest.mark.mssql_python
@given(
    user=st.sampled_from(["", "svc"]),
    token=st.booleans(),
    extra=st.sampled_from(["Encrypt=yes", "Trusted_Connection=no", "Authentication=SqlPassword"]),
)
def test_extra_params_win_for_mssql_python(user: str, token: bool, extra: str) -> None:
    values = mssql_python(USER=user, extra=extra)
    if token:
        values["TOKEN"] = "x"
    read = settings(values)
    assert generated_keywords(read) == {}
    written = names_written_by_the_backend(values)
    assert writes_trusted_connection(read) == ("trusted_connection" in written)


@pytest.mark.parametrize(
    ("values", "effective"),
    [
        (entry(extra="Encrypt=no;encrypt=yes;APP=x"), {"encrypt": "no", "app": "x"}),
        (entry(extra="Encrypt =no;Encrypt=yes"), {"encrypt": "yes"}),
        (entry(extra="junk;Encrypt=no;Encrypt=yes"), {"encrypt": "yes"}),
        (entry(extra="Database=other;APP=x"), {"app": "x"}),
        (
            mssql_python(extra="Encrypt = no ;Database=other"),
            {"encrypt": "no", "database": "other"},
        ),
        (
            mssql_python(extra="Trust_Server_Certificate=yes;TrustServerCertificate=no"),
            {"trustservercertificate": "yes"},
        ),
        (entry(extra=""), {}),
    ],
)
def test_keeps_what_the_driver_goes_by(values: Any, effective: dict[str, str]) -> None:
    found = {name: keyword.value for name, keyword in effective_keywords(settings(values)).items()}
    assert found == effective
