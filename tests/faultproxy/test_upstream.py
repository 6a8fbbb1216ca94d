"""Which server is behind the proxy, what it cannot stand in front of, and the way through it."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from django_mssql_ops.configuration.connection_settings import ConnectionSettings
from django_mssql_ops.configuration.reading import read_settings
from django_mssql_ops.exceptions import ConfigurationError
from django_mssql_ops.faultproxy.carrying import entry_through, hindrances, wants_tls
from django_mssql_ops.faultproxy.upstream import Upstream, upstream_of


def entry(extra_params: str = "", **changes: Any) -> dict[str, Any]:
    options = {"extra_params": extra_params, **changes.pop("OPTIONS", {})}
    return {
        "ENGINE": "mssql",
        "NAME": "app",
        "HOST": "db.example",
        "PORT": "",
        "USER": "app",
        "PASSWORD": "very secret",
        "OPTIONS": options,
        **changes,
    }


def read(extra_params: str = "", **changes: Any) -> ConnectionSettings:
    return read_settings("default", entry(extra_params, **changes))


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        (read(), Upstream(host="db.example")),
        (read(PORT="1444"), Upstream(host="db.example", port=1444)),
        (read("Encrypt=optional"), Upstream(host="db.example", encrypt="no")),
        (
            read("Encrypt=yes;TrustServerCertificate=yes"),
            Upstream(host="db.example", trust=True),
        ),
        (
            read("HostNameInCertificate=*.example"),
            Upstream(host="db.example", hostname_in_certificate="*.example"),
        ),
        (
            read("Encrypt=strict;ServerCertificate=/c.pem;TrustServerCertificate=yes"),
            Upstream(host="db.example", encrypt="strict", server_certificate="/c.pem"),
        ),
        (
            read(OPTIONS={"driver": "ODBC Driver 17 for SQL Server", "connection_timeout": 5}),
            Upstream(host="db.example", encrypt="no", verify_forced=False, seconds=5.0),
        ),
        (read(HOST="tcp:db.example,1500"), Upstream(host="db.example", port=1500)),
        (read("Addr=other,1500"), Upstream(host="other", port=1500)),
    ],
)
def test_the_server_is_the_projects(settings: ConnectionSettings, expected: Upstream) -> None:
    assert upstream_of(settings) == expected
    assert hindrances(settings) == []


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        (read(HOST="db\\SQL"), "only SQL Server Browser knows the port"),
        (read(HOST="np:db"), "asks for np"),
        (read(OPTIONS={"dsn": "prod"}), "data source name"),
        (read("Encrypt=perhaps"), "nobody can tell whether its driver encrypts"),
        (read("MARS_Connection=Yes"), "MARS_Connection=yes frames packets"),
        (read("ColumnEncryption=Enabled"), "ColumnEncryption is not carried"),
        (read("ClientCertificate=file:c.pem;ClientKey=k"), "the certificate of the driver"),
        (read(USER=""), "write ServerSPN"),
        (read("Trusted_Connection=yes", USER="", OPTIONS={"python_driver": "mssql_python"}), "SPN"),
        (read("junk;Encrypt=yes"), "lose keywords"),
        (read("APP={a} ;Encrypt=yes"), "lose keywords"),
        (read("APP={a"), "lose keywords"),
    ],
)
def test_what_cannot_be_carried_is_named(settings: ConnectionSettings, sentence: str) -> None:
    (found,) = hindrances(settings)
    assert sentence in found
    assert "'default'" in found


@pytest.mark.parametrize(
    "settings",
    [
        read("ServerSPN=MSSQLSvc/db.example:1433", USER=""),
        read(USER="", Trusted_Connection="no"),
        read("MARS_Connection=no;ColumnEncryption=Disabled;MultiSubnetFailover=yes"),
        read(USER="", TOKEN="a token"),
        read("Authentication=ActiveDirectoryMsi", USER=""),
    ],
)
def test_what_can_be_carried_is_not(settings: ConnectionSettings) -> None:
    assert hindrances(settings) == []


def test_a_token_never_travels_in_the_clear() -> None:
    assert wants_tls(read(USER="", TOKEN="a token"))
    assert wants_tls(read("Authentication=ActiveDirectoryPassword"))
    assert not wants_tls(read())


def through(given: dict[str, Any], **options: Any) -> dict[str, Any]:
    settings = read_settings("default", given)
    return entry_through(given, settings, host="127.0.0.1", port=5000, **options)


@pytest.mark.parametrize("python_driver", ["", "mssql_python"])
def test_the_entry_leads_to_the_proxy(python_driver: str) -> None:
    given = entry(
        "APP={a;b}}c};Encrypt=yes;Failover_Partner=other;MultiSubnetFailover=yes;"
        "trustservercertificate=yes;ConnectRetryCount=3",
        OPTIONS={"python_driver": python_driver, "query_timeout": 3},
    )
    before = copy.deepcopy(given)
    found = through(given)
    assert given == before
    assert (found["HOST"], found["PORT"]) == ("127.0.0.1", "5000")
    mars = "" if python_driver else "MARS_Connection=no;"
    kept = "APP={a;b}}c};ConnectRetryCount=3"
    assert found["OPTIONS"]["extra_params"] == f"Encrypt=no;{mars}{kept}"
    assert found["OPTIONS"]["query_timeout"] == 3
    assert upstream_of(read_settings("default", found)) == Upstream(
        host="127.0.0.1", port=5000, encrypt="no"
    )


def test_tls_and_reconnects_are_as_told() -> None:
    found = through(entry("ConnectRetryCount=3"), tls=True, reconnects=0)
    assert found["OPTIONS"]["extra_params"] == (
        "Encrypt=yes;TrustServerCertificate=yes;MARS_Connection=no;ConnectRetryCount=0"
    )


@pytest.mark.parametrize(
    "options",
    [
        {"driver": "/opt/libmsodbcsql-18.so"},
        {"driver": "/opt/libmsodbcsql-18.so", "host_is_server": True},
        {"dsn": "prod", "extra_params": "Server=db.example;Encrypt=yes"},
        {"driver": "ODBC Driver 18 for SQL Server", "extra_params": "Addr=db.example"},
    ],
)
def test_drivers_that_get_their_server_otherwise_get_it(options: dict[str, Any]) -> None:
    extra_params = options.pop("extra_params", "Server=db.example;Encrypt=yes")
    found = read_settings("default", through(entry(extra_params, OPTIONS=options)))
    assert str(found.target) == "127.0.0.1,5000"


def test_an_entry_without_options_is_enough() -> None:
    given = {"ENGINE": "mssql", "NAME": "app", "HOST": "db", "USER": "app", "PASSWORD": "p"}
    assert through(given)["OPTIONS"] == {"extra_params": "Encrypt=no;MARS_Connection=no"}


def test_an_entry_that_cannot_be_carried_leads_nowhere() -> None:
    with pytest.raises(ConfigurationError, match="MARS"):
        through(entry("MARS_Connection=yes"))
