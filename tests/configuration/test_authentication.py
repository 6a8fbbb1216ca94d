from __future__ import annotations

import pytest

from django_mssql_ops.configuration.authentication import (
    NEEDS_CREDENTIALS,
    ODBC_MODES,
    ONLY_MSSQL_PYTHON_MODES,
    modes_of,
    suggest_mode,
)
from tests.configuration.entries import DRIVER_17, entry, mssql_python, settings


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("ActiveDirectoryMIS", "ActiveDirectoryMsi"),
        ("Msi", "ActiveDirectoryMsi"),
        ("ActiveDirectoryManagedIdentity", "ActiveDirectoryMsi"),
        ("Active Directory Managed Identity", "ActiveDirectoryMsi"),
        ("ActiveDirectoryDeviceCodeFlow", "ActiveDirectoryDeviceCode"),
        ("ActiveDirectoryDeviceFlow", "ActiveDirectoryDeviceCode"),
        ("ActiveDirectoryWorkloadIdentity", "ActiveDirectoryDefault"),
        ("ActiveDirectoryServicePrinciple", "ActiveDirectoryServicePrincipal"),
        ("SqlPasswrod", "SqlPassword"),
        ("ActiveDirectoryBogus", ""),
        ("yes", ""),
        ("", ""),
    ],
)
def test_the_prefix_alone_makes_no_suggestion(written: str, meant: str) -> None:
    assert suggest_mode(written) == meant


def test_a_long_value_is_compared_quickly() -> None:
    assert suggest_mode("ActiveDirectory" * 100_000) == ""


def test_the_modes_follow_the_driver() -> None:
    assert modes_of(settings(entry())) is ODBC_MODES
    assert modes_of(settings(entry(options={"driver": DRIVER_17}))) is ODBC_MODES
    of_mssql_python = modes_of(settings(mssql_python()))
    assert of_mssql_python is not None
    assert set(of_mssql_python) == set(ODBC_MODES) | set(ONLY_MSSQL_PYTHON_MODES)


@pytest.mark.parametrize("options", [{"dsn": "shop"}, {"driver": "FreeTDS"}, {"driver": "x.so"}])
def test_nobody_knows_the_modes_of_another_driver(options: dict[str, str]) -> None:
    assert modes_of(settings(entry(options=options))) is None


def test_what_needs_credentials_is_a_mode_of_odbc() -> None:
    assert set(ODBC_MODES) >= NEEDS_CREDENTIALS
