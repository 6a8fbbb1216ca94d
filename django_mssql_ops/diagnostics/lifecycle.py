"""SQL Server's releases and when their support ends.

Source: Microsoft's product lifecycle pages as collected by endoflife.date (products/mssqlserver.md
at a70eca33, 2026-08-22), cross-checked with dbatools' build reference (2026-07-16). Dates are the
last day with support. Extended Security Updates are a paid exception and do not count.
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
