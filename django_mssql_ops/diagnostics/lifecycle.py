"""When support ends: SQL Server's releases and Microsoft's ODBC drivers.

Sources
- Servers: Microsoft's product lifecycle pages as collected by endoflife.date
  (products/mssqlserver.md at a70eca33, 2026-08-22), cross-checked with dbatools' build reference
  (2026-07-16). Extended Security Updates are a paid exception and do not count.
- Drivers: Microsoft, "Support lifecycle for Microsoft ODBC Driver for SQL Server" and the release
  notes for Linux and macOS up to 18.6.2.1 (both read 2026-11-22).

Dates are the last day with support.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Release:
    """One release; ``compatibility_level`` is what a new database gets."""

    name: str
    mainstream_ends: dt.date
    extended_ends: dt.date
    compatibility_level: int


#: ProductMajorVersion -> release.
RELEASES: Final = {
    11: Release("SQL Server 2012", dt.date(2017, 7, 11), dt.date(2022, 7, 12), 110),
    12: Release("SQL Server 2014", dt.date(2019, 7, 9), dt.date(2024, 7, 9), 120),
    13: Release("SQL Server 2016", dt.date(2021, 7, 13), dt.date(2026, 7, 14), 130),
    14: Release("SQL Server 2017", dt.date(2022, 10, 11), dt.date(2027, 10, 12), 140),
    15: Release("SQL Server 2019", dt.date(2025, 2, 28), dt.date(2030, 1, 8), 150),
    16: Release("SQL Server 2022", dt.date(2028, 1, 11), dt.date(2033, 1, 11), 160),
    17: Release("SQL Server 2025", dt.date(2031, 1, 6), dt.date(2036, 1, 6), 170),
}

#: The oldest release that mssql-django 2.0 supports (Microsoft Learn, support-lifecycle).
OLDEST_SUPPORTED_MAJOR: Final = 14

#: SERVERPROPERTY('EngineEdition') (Microsoft Learn, serverproperty-transact-sql; 12 from
#: mssql-django's own table).
ENGINE_EDITIONS: Final = {
    1: "Personal or Desktop Engine",
    2: "Standard",
    3: "Enterprise",
    4: "Express",
    5: "Azure SQL Database",
    6: "Azure Synapse dedicated SQL pool",
    8: "Azure SQL Managed Instance",
    9: "Azure SQL Edge",
    11: "Azure Synapse serverless SQL pool or Fabric warehouse",
    12: "SQL database in Fabric",
}

#: Editions that Microsoft updates by itself: their version number says nothing about support.
EVERGREEN_EDITIONS: Final = frozenset({5, 8, 12})


@dataclass(frozen=True, slots=True)
class DriverRelease:
    """One major version of the ODBC driver.

    ``oldest_sound`` is its first release without the known crashes and endless loops on malformed
    data from a server (18.3.3.1 and 17.10.6.1, both of 2024-04-09); None where nobody fixed them.
    """

    mainstream_ends: dt.date
    oldest_sound: tuple[int, ...] | None


#: Major version -> release.
DRIVERS: Final = {
    11: DriverRelease(dt.date(2019, 7, 9), None),
    13: DriverRelease(dt.date(2022, 10, 11), None),
    17: DriverRelease(dt.date(2028, 1, 11), (17, 10, 6)),
    18: DriverRelease(dt.date(2028, 1, 11), (18, 3, 3)),
}
