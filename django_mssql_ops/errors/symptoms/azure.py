"""Azure SQL's gateways and limits, and replicas that do not serve."""

from __future__ import annotations

from typing import Final

from django_mssql_ops.errors.catalogue import pages
from django_mssql_ops.errors.clues import server_number, server_says
from django_mssql_ops.errors.symptom import Clue, Evidence, Symptom

_FIREWALL = "https://learn.microsoft.com/azure/azure-sql/database/firewall-configure"
_RETRY = f"{pages.DJANGO}/retry-logic"

ROWS: Final[tuple[Symptom, ...]] = (
    Symptom(
        number=71,
        slug="azure-firewall",
        meaning="The server's firewall has no rule for the address that this machine comes from.",
        remedies=(
            "Add a rule for the address in the message: az sql server firewall-rule create "
            "--resource-group ... --server ... --name ... --start-ip-address A "
            "--end-ip-address A; it takes up to five minutes.",
            "For machines with changing addresses use a private endpoint or a virtual network "
            "rule.",
        ),
        links=(_FIREWALL, pages.AZURE),
        evidence=Evidence.MEASURED,
        clues=(
            server_number(40615),
            *server_says(
                "cannot open server .*client with ip address .*is not allowed to access the server"
            ),
        ),
    ),
    Symptom(
        number=72,
        slug="azure-virtual-network-rule",
        meaning=(
            "This machine is in a virtual network that reaches the server over a service endpoint, "
            "and the server has no rule for its subnet."
        ),
        remedies=(
            "Add a virtual network rule for the subnet to the server.",
            "Check that the subnet has the service endpoint Microsoft.Sql.",
        ),
        links=(pages.VNET, pages.AZURE),
        evidence=Evidence.MEASURED,
        clues=(
            server_number(40914),
            *server_says("cannot open server .*client is not allowed to access the server"),
        ),
    ),
    Symptom(
        number=73,
        slug="azure-public-access-denied",
        meaning=(
            "The server takes connections over private endpoints only, and this one came over its "
            "public address: mostly the name resolves to the public address here."
        ),
        remedies=(
            "Make HOST resolve to the private address: link the private DNS zone "
            "privatelink.database.windows.net to this network.",
            "Or allow public access and add a firewall rule.",
        ),
        links=(pages.PRIVATE,),
        evidence=Evidence.MEASURED,
        clues=(
            server_number(47073),
            *server_says(
                "deny public network access is set",
                "an instance-specific error occurred .*public network access is denied",
            ),
        ),
    ),
    Symptom(
        number=74,
        slug="azure-server-name",
        meaning=(
            "The gateway does not know the server by the name it was given: an IP address or an "
            "alias in HOST, or a client that does not send the server's name."
        ),
        remedies=(
            "Use the full name in HOST: <server>.database.windows.net.",
            "Behind a proxy or an old client write USER as user@server.",
        ),
        links=(pages.AZURE, pages.VNET),
        evidence=Evidence.MEASURED,
        clues=(server_number(40532), *server_says("cannot open server .*requested by the login")),
    ),
    Symptom(
        number=75,
        slug="azure-database-not-available",
        meaning=(
            "The database is not available now: a failover, or a serverless database that is "
            "resuming. The login that meets a paused one wakes it up."
        ),
        remedies=(
            "Try again after 5 seconds and with growing pauses, for a minute at least; resuming "
            "takes about as long.",
            "Give the login 30 seconds or more: OPTIONS['connection_timeout'].",
            "If it lasts, look at the service's health and at the database's state.",
        ),
        links=(pages.AZURE, _RETRY),
        evidence=Evidence.MEASURED,
        clues=(
            server_number(40613),
            *server_says("database '.*' on server '.*' is not currently available"),
        ),
    ),
    Symptom(
        number=76,
        slug="azure-service-error",
        meaning=(
            "The service moved the database or restarted it: an upgrade, a failover, broken "
            "hardware. The code in the message says which."
        ),
        remedies=(
            "Open a new connection and run the whole transaction again.",
            "At COMMIT look first whether the transaction was applied.",
        ),
        links=(pages.AZURE, _RETRY),
        evidence=Evidence.MEASURED,
        clues=(
            server_number(40197, 40143, 40166, 40540, 40020),
            *server_says("the service has encountered an error processing your request"),
        ),
    ),
    Symptom(
        number=77,
        slug="azure-service-busy",
        meaning=(
            "The service throttles this database. Through pyodbc it is a bare "
            "django.db.utils.Error, which code for DatabaseError or OperationalError does not "
            "catch."
        ),
        remedies=(
            "Wait ten seconds or more before the next try, with some chance in the time.",
            "Send less: fewer workers, shorter transactions; or scale the database up.",
        ),
        links=(pages.AZURE, pages.LIMITS),
        evidence=Evidence.MEASURED,
        clues=(
            server_number(40501),
            *server_says("the service is currently busy. retry the request after"),
        ),
    ),
    Symptom(
        number=78,
        slug="azure-worker-or-session-limit",
        meaning=(
            "The database or its elastic pool has reached the limit of workers, sessions or "
            "requests of its service level."
        ),
        remedies=(
            "Count the connections that the application holds: processes x threads x databases, "
            "with CONN_MAX_AGE; lower them.",
            "Look for statements that block each other and hold workers.",
            "Scale the database or the pool up.",
        ),
        links=(pages.LIMITS, pages.AZURE),
        evidence=Evidence.MEASURED,
        clues=(
            server_number(10928, 10929, 10936),
            *server_says(
                r"resource id ?: ?\d+\. the .{1,80}limit for the (?:database|elastic pool) is",
                r"resource id ?: ?\d+\. the .{1,80}minimum guarantee is",
            ),
        ),
    ),
    Symptom(
        number=79,
        slug="azure-too-many-operations",
        meaning="The service has not enough resources for this request now, or too many like it.",
        remedies=(
            "Try again after ten seconds or more.",
            "Create and alter databases one after the other.",
        ),
        links=(pages.AZURE,),
        evidence=Evidence.MEASURED,
        clues=(
            server_number(49918, 49919, 49920),
            *server_says(
                "cannot process request. not enough resources to process request",
                "cannot process create or update request. too many create or update operations",
                "cannot process request. too many operations in progress",
            ),
        ),
    ),
    Symptom(
        number=80,
        slug="replica-not-readable",
        meaning=(
            "The connection reached a replica that does not serve it now: a secondary that may not "
            "be read, one that is still getting ready, or one that changes its role."
        ),
        remedies=(
            "Connect through the availability group's listener, so that writes reach the primary.",
            "For a readable secondary set ApplicationIntent=ReadOnly in OPTIONS['extra_params'], "
            "and only there.",
            "After a failover, and for 4221 (long transactions on the primary), wait and try "
            "again.",
        ),
        links=(
            pages.AZURE,
            pages.E0,
            "https://learn.microsoft.com/sql/database-engine/availability-groups/windows/"
            "listeners-client-connectivity-application-failover",
        ),
        evidence=Evidence.MEASURED,
        clues=(
            server_number(4221, 976, 978, 979, 982, 983),
            *server_says(
                "login to read-secondary failed due to long wait on",
                r"the target database.{1,200}is participating in an availability group and is "
                "currently not accessible",
                r"the target database.{1,200}is in an availability group and (?:is )?currently",
                "unable to access availability database",
                "because no online secondary replicas are enabled for read-only access",
            ),
        ),
    ),
    Symptom(
        number=81,
        slug="database-id-not-found",
        meaning=(
            "The session holds an identifier of the database from before a failover or a move."
        ),
        remedies=(
            "Close the connection and open a new one; then it is gone.",
            "Set CONN_HEALTH_CHECKS=True if it happens after each maintenance.",
        ),
        links=(pages.AZURE,),
        evidence=Evidence.MEASURED,
        clues=(server_number(615), *server_says(r"could not find database id \d+, name")),
    ),
    Symptom(
        number=82,
        slug="out-of-space",
        meaning=(
            "The database, its files or its transaction log are full: it reads, and it does not "
            "write."
        ),
        remedies=(
            "Make room: scale up, raise the size limit, or add disk space.",
            "A full log: look at log_reuse_wait_desc in sys.databases (a missing log backup, a "
            "long transaction, a replica that lags) and remove the cause.",
        ),
        links=(
            f"{pages.ERRORS}/mssqlserver-9002-database-engine-error",
            f"{pages.ERRORS}/mssqlserver-1105-database-engine-error",
            pages.AZURE,
        ),
        evidence=Evidence.MEASURED,
        clues=(
            server_number(40544, 9002, 1105),
            *server_says(
                "the database .{0,140}has reached its size quota",
                "the transaction log for database .{1,140}is full",
                r"could not allocate space for object .{1,400}filegroup is full",
            ),
        ),
    ),
    Symptom(
        number=83,
        slug="azure-blocked-after-many-failures",
        meaning=(
            "The gateway turns this client away for a while because it opened or failed too many "
            "logins (DosGuard)."
        ),
        remedies=(
            "Stop what retries: a wrong password or database name that is tried in a loop.",
            "Wait some minutes, then log in once.",
            "Lower OPTIONS['connection_retries'], and open fewer connections at a time.",
        ),
        links=(pages.AZURE, pages.LIMITS),
        evidence=Evidence.REPORTED,
        clues=(server_number(45168), Clue(text=r"\bdosguard\b")),
    ),
)
