"""The server's version and edition."""

from __future__ import annotations

from django_mssql_ops.diagnostics.facts import Facts, ServerFacts
from django_mssql_ops.diagnostics.lifecycle import (
    ENGINE_EDITIONS,
    EVERGREEN_EDITIONS,
    OLDEST_SUPPORTED_MAJOR,
    RELEASES,
    Release,
)
from django_mssql_ops.diagnostics.registry import Verdicts, error, info, rule, warning

_CONNECTIONS_ONLY = frozenset({6, 11})
_NOT_BY_VERSION = EVERGREEN_EDITIONS | _CONNECTIONS_ONLY
_RETIRED_EDITION = 9


@rule(418, "server-version", stage="server", needs=("server",))
def server_version(facts: Facts, found: ServerFacts) -> Verdicts:
    """The server's release is too old for mssql-django or out of support.

    Older than SQL Server 2017, which mssql-django 2.0 does not support, is an error, and so is a
    release that gets no security updates any more; out of mainstream support is a warning. Extended
    Security Updates, which are paid for, do not count. Azure SQL Database, Managed Instance and SQL
    database in Fabric are kept current by Microsoft and are not judged by their version number;
    neither are Synapse pools and Fabric warehouses, of which rule 420 speaks.

    Source: Microsoft's lifecycle pages through endoflife.date (2026-08-22) and dbatools
    (2026-07-16); Microsoft, "Support lifecycle" of mssql-django.
    """
    if found.engine_edition in _NOT_BY_VERSION or not found.version:
        return
    major = found.version[0]
    release = RELEASES.get(major)
    shown = ".".join(str(number) for number in found.version)
    if major < OLDEST_SUPPORTED_MAJOR:
        name = release.name if release else f"version {shown}"
        yield error(
            f"the server is {name} ({shown}); mssql-django 2.0 supports SQL Server 2017 and later",
            hint="Upgrade the server.",
        )
    elif release is None:
        yield info(f"the server's version {shown} is newer than this check knows")
    else:
        yield from _support(facts, release, shown)


def _support(facts: Facts, release: Release, shown: str) -> Verdicts:
    today = facts.now.date()
    if today > release.extended_ends:
        yield error(
            f"{release.name} ({shown}) has had no security updates since "
            f"{release.extended_ends:%Y-%m-%d}",
            hint="Upgrade the server.",
        )
    elif today > release.mainstream_ends:
        yield warning(
            f"{release.name} ({shown}) is out of mainstream support since "
            f"{release.mainstream_ends:%Y-%m-%d}; security updates end on "
            f"{release.extended_ends:%Y-%m-%d}",
            hint="Plan the upgrade.",
        )


@rule(420, "engine-edition", stage="server", needs=("server",))
def engine_edition(_facts: Facts, found: ServerFacts) -> Verdicts:
    """Which engine answers, and whether an application can and should use it.

    Azure Synapse pools and Fabric warehouses let mssql-django connect, and not migrate or write
    (error). Azure SQL Edge was retired in 2025 (warning). Every other one is named as information,
    with the server's own word for its edition.

    Source: Microsoft, "SERVERPROPERTY" and "Support lifecycle" of mssql-django.
    """
    name = ENGINE_EDITIONS.get(found.engine_edition)
    if found.engine_edition in _CONNECTIONS_ONLY:
        yield error(
            f"the server is {name}, where mssql-django can connect but not migrate or write",
            hint="Use Azure SQL Database, Managed Instance, SQL database in Fabric or SQL Server.",
            fatal=True,
        )
    elif found.engine_edition == _RETIRED_EDITION:
        yield warning(
            f"the server is {name}, which Microsoft retired in 2025",
            hint="Move to SQL Server or Azure SQL.",
        )
    elif name is None:
        yield info(f"EngineEdition {found.engine_edition} is not one this check knows")
    else:
        own_word = f"; the server calls itself {found.edition}" if found.edition else ""
        yield info(f"the engine edition is {name}{own_word}")
