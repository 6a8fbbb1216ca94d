"""DATABASES of shops as they are written, and everything that the rules say about each.

What a shop does right must not be named, and what it does wrong must be named once. The ids are
those of all settings rules; ``deploy`` has what ``check --deploy`` adds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import pytest

from django_mssql_ops.diagnostics.registry import judge
from tests.configuration.entries import DRIVER_17, DRIVER_18, facts, project

FREETDS: Final = "FreeTDS"
AZURE: Final = "shop.database.windows.net"
#: Microsoft's advice for Azure, with no more attempts than the budget of a minute allows.
PATIENT: Final = {"connection_timeout": 30, "connection_retries": 0, "query_timeout": 30}
QUICK: Final = {"connection_timeout": 5, "query_timeout": 30}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """One entry of DATABASES, what is said about it, and the machine that it runs on."""

    entry: Mapping[str, Any]
    ids: tuple[str, ...] = ()
    deploy: tuple[str, ...] = ()
    installed: tuple[str, ...] = (DRIVER_18,)
    platform: str = "posix"

    def told(self, *, deploy: bool) -> list[str]:
        known = facts(
            self.entry,
            installed=self.installed,
            about_project=project(platform=self.platform),
            versions={DRIVER_18.lower(): (18, 6, 2, 1), DRIVER_17.lower(): (17, 10, 6, 1)},
        )
        found = judge(known, stage="settings", deploy=deploy)
        assert len({finding.identity for finding in found}) == len(found)
        return sorted(finding.id.partition(".")[2] for finding in found)


def sql_server(*, options: Mapping[str, Any], **top: Any) -> dict[str, Any]:
    return {"ENGINE": "mssql", "NAME": "shop", "OPTIONS": dict(options), **top}


#: A login of SQL Server's own.
LOGIN: Final = {"USER": "shop_app", "PASSWORD": "made-up"}


def azure_managed_identity() -> Shop:
    extra = "Authentication=ActiveDirectoryMsi;Encrypt=yes;MARS_Connection=yes"
    options = {"driver": DRIVER_18, "extra_params": extra, **PATIENT}
    return Shop(entry=sql_server(HOST=AZURE, options=options))


def azure_user_assigned_identity() -> Shop:
    extra = "Authentication=ActiveDirectoryMsi;Encrypt=strict;MARS_Connection=no"
    options = {"driver": DRIVER_18, "extra_params": extra, **PATIENT}
    client_id = "6e5d9c2a-0000-4000-8000-000000000000"
    return Shop(entry=sql_server(HOST=AZURE, PORT=1433, USER=client_id, options=options))


def azure_service_principal() -> Shop:
    extra = "Authentication=ActiveDirectoryServicePrincipal;Encrypt=yes;MARS_Connection=yes"
    options = {"driver": DRIVER_18, "extra_params": extra, **PATIENT}
    login = {"USER": "6e5d9c2a-0000-4000-8000-000000000000", "PASSWORD": "made-up"}
    return Shop(entry=sql_server(HOST=AZURE, **login, options=options))


def azure_token_from_a_backend_of_its_own() -> Shop:
    """The subclass of the backend puts a TOKEN into the parameters of each connection."""
    extra = "Encrypt=yes;MARS_Connection=yes"
    options = {"driver": DRIVER_18, "extra_params": extra, **PATIENT}
    values = sql_server(HOST=AZURE, options=options)
    return Shop(entry={**values, "ENGINE": "shop.backends.entra"})


def azure_token_callable() -> Shop:
    """mssql-django never calls it: prepare_token_for_odbc() raises TypeError."""
    extra = "Encrypt=yes;MARS_Connection=yes"
    options = {"driver": DRIVER_18, "extra_params": extra, **PATIENT}
    fetch: Callable[[], str] = lambda: "made-up"  # noqa: E731
    return Shop(entry=sql_server(HOST=AZURE, TOKEN=fetch, options=options), ids=("E105",))


def azure_sql_login_pasted_from_the_portal() -> Shop:
    """The end of the portal's connection string for ODBC."""
    extra = "Encrypt=yes;TrustServerCertificate=no;Connection Timeout=30;MARS_Connection=yes"
    options = {"driver": DRIVER_18, "extra_params": extra, **PATIENT}
    entry = sql_server(HOST=f"tcp:{AZURE},1433", **LOGIN, options=options)
    return Shop(entry=entry, ids=("W112",), deploy=("W209",))


def azure_with_the_default_retries() -> Shop:
    extra = "Authentication=ActiveDirectoryMsi;Encrypt=yes;MARS_Connection=yes"
    patient = {**PATIENT, "connection_retries": 5}
    options = {"driver": DRIVER_18, "extra_params": extra, **patient}
    return Shop(entry=sql_server(HOST=AZURE, options=options), ids=("W169",))


def managed_instance_public_endpoint() -> Shop:
    options = {"driver": DRIVER_18, "extra_params": "Encrypt=yes;MARS_Connection=yes", **PATIENT}
    host = "shop-mi.public.0123456789ab.database.windows.net"
    entry = sql_server(HOST=host, PORT=3342, **LOGIN, options=options)
    return Shop(entry=entry, deploy=("W209",))


def fabric_with_mssql_python() -> Shop:
    extra = "Authentication=ActiveDirectoryServicePrincipal;Encrypt=yes"
    options = {"python_driver": "mssql-python", "extra_params": extra, **PATIENT}
    login = {"USER": "6e5d9c2a-0000-4000-8000-000000000000", "PASSWORD": "made-up"}
    host = "abc123.database.fabric.microsoft.com"
    return Shop(entry=sql_server(HOST=host, **login, options=options))


def mssql_python_default_credential() -> Shop:
    """Nothing is registered on this machine: mssql-python brings its own driver."""
    extra = "Authentication=ActiveDirectoryDefault;Encrypt=strict"
    options = {"python_driver": "mssql_python", "extra_params": extra, **PATIENT}
    return Shop(entry=sql_server(HOST=AZURE, options=options), installed=())


def the_same_with_pyodbc() -> Shop:
    """As published samples have it; the ODBC driver for Linux refuses the mode."""
    extra = "Authentication=ActiveDirectoryDefault;Encrypt=yes;MARS_Connection=yes"
    options = {"driver": DRIVER_18, "extra_params": extra, **PATIENT}
    return Shop(entry=sql_server(HOST=AZURE, options=options), ids=("E129",))


def availability_group_listener() -> Shop:
    extra = (
        "Encrypt=yes;HostnameInCertificate=*.corp.example.com;MultiSubnetFailover=Yes;"
        "MARS_Connection=yes;APP=shop"
    )
    options = {"driver": DRIVER_18, "extra_params": extra, "connection_timeout": 15}
    options |= {"connection_retries": 2, "query_timeout": 60, "isolation_level": "READ COMMITTED"}
    kept = {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}
    host = "shop-ag.corp.example.com"
    return Shop(entry=sql_server(HOST=host, PORT="1433", **LOGIN, **kept, options=options))


def read_replica() -> Shop:
    extra = "Encrypt=yes;ApplicationIntent=ReadOnly;MultiSubnetFailover=yes;MARS_Connection=no"
    options = {"driver": DRIVER_18, "extra_params": extra, **QUICK}
    options["isolation_level"] = "READ UNCOMMITTED"
    host, test = "shop-ag.corp.example.com", {"MIRROR": "default"}
    return Shop(entry=sql_server(HOST=host, **LOGIN, TEST=test, options=options))


def named_instance_on_windows() -> Shop:
    """Integrated authentication, and SQL Server Browser tells the port."""
    options = {"driver": DRIVER_18, "extra_params": "Encrypt=yes", **QUICK}
    entry = sql_server(HOST=r"sqlprod01\SALES", Trusted_Connection="yes", options=options)
    return Shop(entry=entry, platform="nt")


def local_db() -> Shop:
    """A developer's machine with nothing but the driver named."""
    entry = sql_server(HOST=r"(localdb)\MSSQLLocalDB", options={"driver": DRIVER_17})
    return Shop(
        entry=entry,
        ids=("I168", "W169"),
        deploy=("W202", "W216"),
        installed=(DRIVER_17, "SQL Server"),
        platform="nt",
    )


def container_on_this_machine() -> Shop:
    options = {"driver": DRIVER_18, "extra_params": "TrustServerCertificate=yes"}
    login = {"USER": "sa", "PASSWORD": "made-up"}
    return Shop(
        entry=sql_server(HOST="localhost", PORT="1433", **login, options=options),
        ids=("I168", "W169", "W174"),
        deploy=("E208", "W216"),
    )


def container_beside_the_application() -> Shop:
    """A compose file: nobody can tell from its name that "db" is on the same machine."""
    extra = "TrustServerCertificate=yes;MARS_Connection=yes"
    options = {"driver": DRIVER_18, "extra_params": extra, **QUICK}
    entry = sql_server(HOST="db", PORT="1433", **LOGIN, options=options)
    return Shop(entry=entry, deploy=("E204",))


def quickstart() -> Shop:
    """The first page of every tutorial."""
    entry = sql_server(HOST="db.example.com", PORT="", **LOGIN, options={"driver": DRIVER_18})
    return Shop(entry=entry, ids=("I168", "W169", "W174"), deploy=("W216",))


def no_options_at_all() -> Shop:
    entry = sql_server(HOST="db.example.com", **LOGIN, options={})
    return Shop(entry=entry, ids=("I168", "W147", "W169", "W174"), deploy=("W203", "W216"))


def rented_server_without_a_driver_name() -> Shop:
    options = {"extra_params": "Encrypt=yes;MARS_Connection=yes;APP=shop", **QUICK}
    host = "shop.c1a2b3.eu-west-1.rds.amazonaws.com"
    return Shop(entry=sql_server(HOST=host, PORT="1433", **LOGIN, options=options), ids=("W147",))


def free_tds_by_host_name() -> Shop:
    extra = "TDS_Version=7.4;ClientCharset=UTF-8"
    options = {"driver": FREETDS, "host_is_server": True, "extra_params": extra, **QUICK}
    entry = sql_server(HOST="db.example.com", PORT=1433, **LOGIN, options=options)
    return Shop(entry=entry, installed=(FREETDS,))


def free_tds_by_section_of_freetds_conf() -> Shop:
    options = {"driver": FREETDS, "extra_params": "TDS_Version=7.4", **QUICK}
    return Shop(entry=sql_server(HOST="shopdb", **LOGIN, options=options), installed=(FREETDS,))


def free_tds_by_path() -> Shop:
    """FreeTDS knows SERVERNAME: it looks HOST up in freetds.conf."""
    options = {"driver": "/usr/lib/x86_64-linux-gnu/odbc/libtdsodbc.so", **QUICK}
    return Shop(entry=sql_server(HOST="shopdb", **LOGIN, options=options), installed=())


def data_source_name() -> Shop:
    return Shop(entry=sql_server(**LOGIN, options={"dsn": "Shop", **QUICK}))


def strict_with_a_pinned_certificate() -> Shop:
    extra = "Encrypt=strict;ServerCertificate=/etc/ssl/shop-sql.pem;MARS_Connection=yes"
    options = {"driver": DRIVER_18, "extra_params": extra, **QUICK}
    return Shop(entry=sql_server(HOST="db.example.com", **LOGIN, options=options))


def extra_params_over_several_lines() -> Shop:
    extra = """
        Encrypt=strict;
        ServerCertificate={/etc/ssl/shop-sql.pem};
        MultiSubnetFailover=yes;
        MARS_Connection=no;
    """
    options = {"driver": DRIVER_18, "extra_params": extra, **QUICK}
    return Shop(entry=sql_server(HOST="db.example.com", **LOGIN, options=options))


def the_same_for_mssql_python() -> Shop:
    extra = "\nEncrypt=strict;\n  MultiSubnetFailover=yes;\n"
    options = {"python_driver": "mssql_python", "extra_params": extra, **QUICK}
    return Shop(entry=sql_server(HOST="db.example.com", **LOGIN, options=options))


def driver_17_that_encrypts() -> Shop:
    extra = "Encrypt=yes;TrustServerCertificate=no;MARS_Connection=yes"
    options = {"driver": DRIVER_17, "extra_params": extra, **QUICK}
    entry = sql_server(HOST="db.example.com", **LOGIN, options=options)
    return Shop(entry=entry, installed=(DRIVER_17,))


def driver_17_left_as_it_was() -> Shop:
    return Shop(
        entry=sql_server(HOST="db.example.com", **LOGIN, options={"driver": DRIVER_17}),
        ids=("I168", "W169", "W174"),
        deploy=("E202", "W216"),
        installed=(DRIVER_17, DRIVER_18),
    )


def kerberos_on_linux() -> Shop:
    extra = "Encrypt=yes;ServerSPN=MSSQLSvc/db.example.com:1433;MARS_Connection=no"
    options = {"driver": DRIVER_18, "extra_params": extra, **QUICK}
    return Shop(entry=sql_server(HOST="db.example.com", options=options))


def always_encrypted() -> Shop:
    extra = (
        "Encrypt=yes;ColumnEncryption=Enabled;KeyStoreAuthentication=KeyVaultManagedIdentity;"
        "MARS_Connection=yes"
    )
    options = {"driver": DRIVER_18, "extra_params": extra, **QUICK}
    return Shop(entry=sql_server(HOST="db.example.com", **LOGIN, options=options))


def settings_for_tests() -> Shop:
    options = {"driver": DRIVER_18, "extra_params": "Encrypt=yes;MARS_Connection=yes", **QUICK}
    test = {"NAME": "test_shop", "COLLATION": "Latin1_General_100_CI_AS_SC", "DEPENDENCIES": []}
    more = {"ATOMIC_REQUESTS": False, "AUTOCOMMIT": True, "CONN_MAX_AGE": 0, "TIME_ZONE": None}
    return Shop(entry=sql_server(HOST="sql-ci", **LOGIN, TEST=test, **more, options=options))


SHOPS: Final[tuple[Callable[[], Shop], ...]] = (
    azure_managed_identity,
    azure_user_assigned_identity,
    azure_service_principal,
    azure_token_from_a_backend_of_its_own,
    azure_token_callable,
    azure_sql_login_pasted_from_the_portal,
    azure_with_the_default_retries,
    managed_instance_public_endpoint,
    fabric_with_mssql_python,
    mssql_python_default_credential,
    the_same_with_pyodbc,
    availability_group_listener,
    read_replica,
    named_instance_on_windows,
    local_db,
    container_on_this_machine,
    container_beside_the_application,
    quickstart,
    no_options_at_all,
    rented_server_without_a_driver_name,
    free_tds_by_host_name,
    free_tds_by_section_of_freetds_conf,
    free_tds_by_path,
    data_source_name,
    strict_with_a_pinned_certificate,
    extra_params_over_several_lines,
    the_same_for_mssql_python,
    driver_17_that_encrypts,
    driver_17_left_as_it_was,
    kerberos_on_linux,
    always_encrypted,
    settings_for_tests,
)

shops = pytest.mark.parametrize("shop", SHOPS, ids=lambda shop: shop.__name__)


@shops
def test_what_is_said_while_it_is_developed(shop: Callable[[], Shop]) -> None:
    assert shop().told(deploy=False) == sorted(shop().ids)


@shops
def test_what_is_said_when_it_goes_into_production(shop: Callable[[], Shop]) -> None:
    assert shop().told(deploy=True) == sorted((*shop().ids, *shop().deploy))
