"""What a stand-in reports about itself: one frozen profile per product it stands in for.

The values are of the shape the product reports, so that rules meet what they will meet in the
field; they are no claim about any particular server. Sources of the shapes:

* versions, EngineEdition (3 Enterprise/Developer, 5 Azure SQL Database, 8 Managed Instance,
  12 SQL database in Fabric): Microsoft Learn, SERVERPROPERTY (Transact-SQL);
* ProductVersion 12.x on Azure although the engine is newer: the same page, and mssql-django 2.0
  ``DatabaseWrapper._fetch_server_properties``;
* RCSI and snapshot isolation on by default in Azure SQL Database: Microsoft Learn, ALTER DATABASE
  SET options.

Every edition says "stand-in": what reads it must never take it for the product.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from tests.standin.encryption import EncryptionPolicy
from tests.standin.rights import Denial, Rights
from tests.standin.state_rights import DATABASE_STATE, SERVER_STATE, StateRights, covered

#: The default collation of a US English installation.
COLLATION: Final = "SQL_Latin1_General_CP1_CI_AS"
#: SERVERPROPERTY('EngineEdition') of Azure SQL Database, Managed Instance and Fabric.
AZURE_EDITION: Final = 5
MANAGED_INSTANCE_EDITION: Final = 8
FABRIC_EDITION: Final = 12
#: Dynamic management views that not every product has ("Applies to" of their pages); without an
#: entry it is SQL Server itself.
_OF_AZURE: Final = frozenset({"dm_database_replica_states", "dm_user_db_resource_governance"})
_LACKING: Final = {
    AZURE_EDITION: frozenset({"dm_hadr_database_replica_states"}),
    MANAGED_INSTANCE_EDITION: frozenset({"dm_user_db_resource_governance"}),
    FABRIC_EDITION: frozenset(
        {"dm_hadr_database_replica_states", "dm_user_db_resource_governance"}
    ),
}
#: The first major version with the halves of VIEW SERVER STATE.
_GRANULAR_SINCE: Final = 16
#: Service objectives where connections are an administrator's (sys.dm_exec_connections).
_CLOSED_OBJECTIVES: Final = frozenset({"Basic", "S0", "S1", "ElasticPool"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One product as its clients see it; ``dataclasses.replace`` makes the variants of a test.

    ``encryption`` is the server's own configuration. ``strict`` says that TDS 8.0 (TLS first) is
    understood. ``view_server_state`` False makes the dynamic management views answer 300 and 297,
    or show the own session alone; ``granted`` are further permissions. ``denials`` hold for every
    login but sa, unless ``is_sysadmin``. ``database_state``, ``user_access`` and ``updateability``
    are those of the users' databases. ``replica_role`` is PRIMARY or SECONDARY in an availability
    group, otherwise empty. ``service_objective`` and ``max_sessions`` are Azure SQL Database's.
    """

    name: str
    product: str
    product_version: str
    engine_edition: int
    edition: str = "Developer Edition (stand-in)"
    product_level: str = "RTM"
    product_update_level: str | None = None
    server_name: str = "stand-in"
    collation: str = COLLATION
    encryption: EncryptionPolicy = EncryptionPolicy.OPTIONAL
    strict: bool = False

    default_schema: str = "dbo"
    is_sysadmin: bool = False
    is_db_owner: bool = True
    is_ddl_admin: bool = False
    denials: tuple[Denial, ...] = ()
    view_server_state: bool = True
    granted: tuple[str, ...] = ()

    database_collation: str = COLLATION
    tempdb_collation: str = COLLATION
    compatibility_level: int = 160
    read_committed_snapshot: bool = False
    snapshot_isolation: str = "OFF"
    database_state: str = "ONLINE"
    user_access: str = "MULTI_USER"
    updateability: str = "READ_WRITE"
    page_verify: str = "CHECKSUM"
    auto_close: bool = False
    auto_shrink: bool = False
    replica_role: str = ""
    service_objective: str = ""
    max_sessions: int = 600

    net_transport: str = "TCP"
    auth_scheme: str = "SQL"

    @property
    def version(self) -> tuple[int, int, int, int]:
        """``product_version`` as four numbers."""
        major, minor, build, revision = (int(part) for part in self.product_version.split("."))
        return major, minor, build, revision

    @property
    def rights(self) -> Rights:
        """What the user of a login may do."""
        if self.is_sysadmin:
            return self.rights_of_administrator
        granted = {
            *((SERVER_STATE,) if self.view_server_state else ()),
            *((DATABASE_STATE,) if self.is_db_owner else ()),
            *self.granted,
        }
        denied = covered(denial.permission for denial in self.denials)
        state = replace(self._state_rights, held=covered(granted) - denied)
        return Rights(self.is_db_owner or self.is_ddl_admin, self.denials, state)

    @property
    def rights_of_administrator(self) -> Rights:
        """What sa may do."""
        return Rights(state=self._state_rights)

    @property
    def _state_rights(self) -> StateRights:
        """What there is to be seen of this product, with every permission."""
        return StateRights(
            of_one_database=self.engine_edition in (AZURE_EDITION, FABRIC_EDITION),
            lacks=_LACKING.get(self.engine_edition, _OF_AZURE),
            is_granular=self.version[0] >= _GRANULAR_SINCE
            or self.engine_edition in (AZURE_EDITION, MANAGED_INSTANCE_EDITION, FABRIC_EDITION),
            closes_connections=self.service_objective in _CLOSED_OBJECTIVES,
        )

    @property
    def banner(self) -> str:
        """What ``@@VERSION`` says."""
        level = "-".join(filter(None, (self.product_level, self.product_update_level)))
        return (
            f"django-mssql-ops stand-in for {self.product} ({level}) - {self.product_version} "
            f"\n\t{self.edition} on loopback"
        )


SQLSERVER2017: Final = Profile(
    name="sqlserver2017",
    product="SQL Server 2017",
    product_version="14.0.3456.2",
    product_update_level="CU31",
    engine_edition=3,
    compatibility_level=140,
)
SQLSERVER2019: Final = Profile(
    name="sqlserver2019",
    product="SQL Server 2019",
    product_version="15.0.4375.4",
    product_update_level="CU27",
    engine_edition=3,
    compatibility_level=150,
)
SQLSERVER2022: Final = Profile(
    name="sqlserver2022",
    product="SQL Server 2022",
    product_version="16.0.4135.4",
    product_update_level="CU14",
    engine_edition=3,
    compatibility_level=160,
    strict=True,
)
SQLSERVER2025: Final = Profile(
    name="sqlserver2025",
    product="SQL Server 2025",
    product_version="17.0.1000.7",
    engine_edition=3,
    edition="Enterprise Developer Edition (stand-in)",
    compatibility_level=170,
    strict=True,
)
AZURE_SQL_DATABASE: Final = Profile(
    name="azure_sql_database",
    product="Azure SQL Database",
    product_version="12.0.2000.8",
    engine_edition=AZURE_EDITION,
    edition="SQL Azure (stand-in)",
    encryption=EncryptionPolicy.FORCED,
    strict=True,
    read_committed_snapshot=True,
    snapshot_isolation="ON",
    view_server_state=False,
    service_objective="S0",
)
MANAGED_INSTANCE: Final = Profile(
    name="managed_instance",
    product="Azure SQL Managed Instance",
    product_version="12.0.2000.8",
    engine_edition=MANAGED_INSTANCE_EDITION,
    edition="SQL Azure (stand-in)",
    strict=True,
)
FABRIC: Final = Profile(
    name="fabric",
    product="SQL database in Fabric",
    product_version="12.0.2000.8",
    engine_edition=FABRIC_EDITION,
    edition="SQL Azure (stand-in)",
    encryption=EncryptionPolicy.FORCED,
    strict=True,
    read_committed_snapshot=True,
    snapshot_isolation="ON",
    view_server_state=False,
)

PROFILES: Final = {
    profile.name: profile
    for profile in (
        SQLSERVER2017,
        SQLSERVER2019,
        SQLSERVER2022,
        SQLSERVER2025,
        AZURE_SQL_DATABASE,
        MANAGED_INSTANCE,
        FABRIC,
    )
}
